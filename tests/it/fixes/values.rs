//! Values of another type than their place.

use pipec::diag::code::Code;

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (Code::P0301, "const a: int = ‹\"4\"|4›\n"),
    (Code::P0301, "const a: bool = ‹\"true\"|true›\n"),
    (Code::P0301, "const a: duration = ‹30m|30min›\n"),
    (Code::P0301, "const a: string = ‹4|\"4\"›\n"),
    (Code::P0301, "const a: duration = ‹\"5min\"|5min›\n"),
    (Code::P0301, "const a: size = ‹\"10 GB\"|10G›\n"),
    (Code::P0301, "const a: cpu = ‹\"500m\"|500m›\n"),
    (Code::P0301, "enum Cloud { aws, gcp }\nconst a: Cloud = ‹\"aws\"|.aws›\n"),
    (Code::P0301, "const a: string = ‹.aws|\"aws\"›\n"),
    (Code::P0301, "fn f(a: int) -> string = ‹|text(›a‹|)›\n"),
    (Code::P0301, "fn f(a: int) -> [int] = ‹|[›a‹|]›\n"),
    (Code::P0301, "const m: {string: int} = { ‹1|\"1\"›: 2 }\n"),
    (
        Code::P0301,
        "pipeline p(a: bool?) {\n    task t { image: \"a/b:1\", run: \"x ~{flag(\"--a\", a‹| ?? false›)}\" }\n}\n",
    ),
    (
        Code::P0301,
        "artifact Disk\ntask use(p: path) { image: \"a/b:1\", run: \"x ~{p}\" }\npipeline p() {\n    workspace w { size: 1Gi }\n    task make -> Disk { image: \"a/b:1\", run: \"x ~{out}\" }\n    u = use(make‹|.path›)\n}\n",
    ),
    (
        Code::P0301,
        "task t() -> (id: string, count: int) { image: \"a/b:1\", run: \"echo 1 | tee ~{out.id} ~{out.count}\" }\ntask u(n: int) { image: \"a/b:1\", run: \"echo ~{n}\" }\npipeline p() {\n    t = t()\n    u(t‹|.count›)\n}\n",
    ),
    (
        Code::P0301,
        "task t(x: string) -> (id: string, count: int) { image: \"a/b:1\", run: \"echo ~{x} | tee ~{out.id} ~{out.count}\" }\ntask u(all: [int]) { image: \"a/b:1\", run: \"echo ~{all}\" }\npipeline p() {\n    for x in [\"a\"] { t = t(x) }\n    u(t‹|.count›)\n}\n",
    ),
    (Code::P0302, "fn f(a: bool) -> bool = a and ‹\"true\"|true›\n"),
    (Code::P0303, "fn f(a: int, b: bool) -> bool = not ‹a|a != 0› and b\n"),
    (Code::P0303, "fn f(a: [int], b: bool) -> bool = b and ‹a|len(a) > 0›\n"),
    (Code::P0304, "fn f(a: string?, b: bool) -> bool = ‹a|a != none› or b\n"),
    (Code::P0304, "fn f(a: bool?) -> bool = not ‹a|a ?? false›\n"),
    (Code::P0305, "fn f(a: bool) -> bool = a == ‹\"true\"|true›\n"),
    (Code::P0305, "fn f(a: string) -> bool = a == ‹true|\"true\"›\n"),
    (Code::P0305, "enum Cloud { aws, gcp }\nfn f(a: Cloud) -> bool = a == ‹\"aws\"|.aws›\n"),
    (
        Code::P0306,
        "fn g(a: string) -> bool = a == \"x\"\nfn f(a: string?) -> bool = if a != none then g(a‹|!›) else false\n",
    ),
    (Code::P0306, "fn f(a: int?) -> bool = a != none and a‹|!› > 1\n"),
    (Code::P0308, "fn f(a: bool) -> string = \"x ~{‹a|if a then \"true\" else \"false\"›}\"\n"),
    (Code::P0309, "fn f(a: string?) -> string = if a != none then \"x ~{a‹|!›}\" else \"\"\n"),
    (Code::P0311, "pipeline p(base: string) {\n    task t { image: ‹base|image(base)›, run: \"true\" }\n}\n"),
    (
        Code::P0312,
        "type Id = string matching \"[0-9]+\"\nfn g(id: Id) -> bool = id == \"1\"\nfn f(a: string) -> bool = g(‹a|Id(a)›)\n",
    ),
    (Code::P0315, "fn f(a: string) -> string = ‹\"release-\" + a|\"release-~{a}\"›\n"),
    (Code::P0315, "fn f(a: string) -> string = ‹\"~{a}-\" + \"x\"|\"~{a}-x\"›\n"),
    (Code::P0315, "fn f(a: string) -> string = a‹ ?? \"x\"|›\n"),
    (Code::P0315, "fn f(a: string) -> string = a‹!|›\n"),
    (Code::P0317, "enum Cloud { aws, gcp }\nfn f() -> bool = ‹.aws|Cloud.aws› == ‹.aws|.aws›\n"),
    (Code::P0318, "type V = string matching ‹\"\\\\d+\\\\.\\\\d+\"|\"[0-9]+\\\\.[0-9]+\"›\n"),
];

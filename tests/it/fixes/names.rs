//! Names that are not there, and those that are nearly.

use pipec::diag::code::Code;

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (Code::P0201, "const one: int = 1\nconst two: int = ‹oen|one›\n"),
    (Code::P0201, "fn half(x: int) -> int = x / 2\nconst two: int = ‹hafl|half›(4)\n"),
    (
        Code::P0201,
        "pipeline p() {\n    task first { image: \"a/b:1\", run: \"true\" }\n    task second { image: \"a/b:1\", run: \"true\" } after ‹frist|first›\n}\n",
    ),
    (Code::P0201, "use std.cosa\nconst c: [cosa.Platform] = [‹coas|cosa›.Platform.aws]\n"),
    (Code::P0201, "‹|use std.cosa\n\n›const c: image = cosa.cosa_image\n"),
    (
        Code::P0201,
        "use lib.base\n‹|use std.cosa\n›const c: cosa.Version? = none\n// file lib/base.pipe\nconst x: int = 1\n",
    ),
    (
        Code::P0201,
        "use lib.base\npipeline p() {\n    b = base.‹biuld|build›()\n}\n// file lib/base.pipe\ntask build() { image: \"a/b:1\", run: \"true\" }\n",
    ),
    (
        Code::P0201,
        "use lib.base\npipeline p() {\n    b = ‹build|base.build›()\n}\n// file lib/base.pipe\ntask build() { image: \"a/b:1\", run: \"true\" }\n",
    ),
    (Code::P0203, "const a: ‹strin|string› = \"x\"\n"),
    (Code::P0203, "const a: ‹boolean|bool› = true\n"),
    (Code::P0203, "enum Cloud { aws }\nfn f(c: ‹Clout|Cloud›) -> bool = c == .aws\n"),
    (Code::P0204, "pipeline p() {\n    task t { image: \"a/b:1\", run: \"true\", ‹timeot|timeout›: 5min }\n}\n"),
    (Code::P0204, "pipeline p() {\n    task t { image: \"a/b:1\", ‹script|run›: \"true\" }\n}\n"),
    (Code::P0204, "record R { name: string }\nconst r: R = { ‹nmae|name›: \"x\" }\n"),
    (Code::P0204, "record R { name: string }\nfn f(r: R) -> string = r.‹nmae|name›\n"),
    (Code::P0204, "record R { name: string }\nconst r: R = { ‹\"name\"|name›: \"x\" }\n"),
    (Code::P0205, "use std.‹csoa|cosa›\nconst v: cosa.Version? = none\n"),
    (Code::P0205, "use ‹|std.›cosa\nconst v: cosa.Version? = none\n"),
    (Code::P0206, "fn half(number: int) -> int = number / 2\nconst two: int = half(‹numbr|number›: 4)\n"),
    (Code::P0206, "const two: int = len(‹list: |›[1, 2])\n"),
    (
        Code::P0206,
        "fn half(first: int, number: int) -> int = number / first\nfn f(numbers: int) -> int = half(first: 1, ‹numbers|number: numbers›)\n",
    ),
    (Code::P0209, "enum Cloud { aws, gcp }\nconst c: Cloud = .‹asw|aws›\n"),
    (Code::P0209, "enum Cloud { aws, gcp }\nconst c: Cloud = Cloud.‹asw|aws›\n"),
    (
        Code::P0216,
        "task build() -> (commit: string) { image: \"a/b:1\", run: \"git x > ~{out.commit}\" }\npipeline p() -> (c: string) {\n    b = build()\n    return (c: b.‹comit|commit›)\n}\n",
    ),
    (Code::P0216, "task build() -> (commit: string) { image: \"a/b:1\", run: \"git x > ~{out.‹comit|commit›}\" }\n"),
    (
        Code::P0402,
        "pipeline p() {\n    stage one {\n        task a { image: \"a/b:1\", run: \"true\" }‹ after b|›\n    }\n    stage two {\n        task b { image: \"a/b:1\", run: \"true\" }\n    }\n}\n",
    ),
    (
        Code::P0402,
        "pipeline p() {\n    stage one {\n        task x { image: \"a/b:1\", run: \"true\" }\n        task a { image: \"a/b:1\", run: \"true\" } after x‹, b|›\n    }\n    stage two {\n        task b { image: \"a/b:1\", run: \"true\" }\n    }\n}\n",
    ),
    (
        Code::P0404,
        "task one() { image: \"a/b:1\", run: \"true\" }\npipeline p() {\n    a = one()‹ after b|›\n    finally {\n        b = one()\n    }\n}\n",
    ),
    (
        Code::P0404,
        "task one() { image: \"a/b:1\", run: \"true\" }\npipeline p() {\n    c = one()\n    a = one() after ‹b, |›c\n    finally {\n        b = one()\n    }\n}\n",
    ),
    (
        Code::P0401,
        "artifact Metal\nartifact Live requires Metal\ncommand \"make-live\" makes Live\npipeline p() {\n    workspace files { size: 10Gi }\n    task metal -> Metal { image: \"a/b:1\", run: \"make-metal ~{out}\" }\n    task live { image: \"a/b:1\", run: \"make-live\" }‹| after metal›\n}\n",
    ),
    (
        Code::P0219,
        "command \"mkdisk\" {\n    flags:       { \"--raw\": bool, \"--qcow2\": bool }\n    exactly_one: [[\"--raw\", ‹\"--qcow\"|\"--qcow2\"›]]\n}\n",
    ),
    (
        Code::P0421,
        "artifact Up\nartifact Signed\ncommand \"up\" makes Up\ncommand \"pack\" invalidates Up\ncommand \"sign\" makes Signed requires Up\npipeline p() {\n    task u { image: \"a/b:1\", run: \"up\" }\n    task z { image: \"a/b:1\", run: \"pack\" } after u‹|, s›\n    task s { image: \"a/b:1\", run: \"sign\" } after u\n}\n",
    ),
    (
        Code::P0423,
        "command \"a\" { locks: \"c\" }\ncommand \"b\" { locks: \"c\" }\npipeline p() {\n    workspace files { size: 1Gi }\n    task one { image: \"a/b:1\", run: \"a\" }\n    task two { image: \"a/b:1\", run: \"b\" }‹| after one›\n}\n",
    ),
    (
        Code::P0532,
        "command \"b\" { needs: { memory: 8Gi } }\npipeline p() {\n    task t { image: \"a/b:1\", needs: { memory: ‹4Gi|8Gi› }, run: \"b\" }\n}\n",
    ),
    (Code::P0601, "pipeline p() {\n    target ‹shel|shell› {}\n    task t { image: \"a/b:1\", run: \"true\" }\n}\n"),
    (
        Code::P0705,
        "test \"t\" {\n    expect error ‹\"unknown-nam\"|\"unknown-name\"› in {\n        task t { image: \"a/b:1\", run: \"echo ~{x}\" }\n    }\n}\n",
    ),
    (Code::P0722, "// pipec: allow(‹unusd-import|unused-import›) because it is for others\nuse std.cosa\n"),
];

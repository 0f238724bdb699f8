//! Texts that cannot be read.

use pipec::diag::code::Code;

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (Code::P0101, "‹pipelin|pipeline› p() {\n    task t { image: \"a/b:1\", run: \"true\" }\n}\n"),
    (
        Code::P0101,
        "pipeline p(x: bool) {\n    ‹wen|when› x {\n        task t { image: \"a/b:1\", run: \"true\" }\n    }\n}\n",
    ),
    (Code::P0101, "pipeline p() {\n    task t { image‹|:› \"a/b:1\", run: \"true\" }\n}\n"),
    (Code::P0101, "pipeline p() {\n    task t { image‹ =|:› \"a/b:1\", run: \"true\" }\n}\n"),
    (Code::P0101, "pipeline p() {\n    task t { image: \"a/b:1\"‹|,› run: \"true\" }\n}\n"),
    (Code::P0101, "const a: int‹| =› 1\n"),
    (Code::P0101, "const a‹|:› int = 1\n"),
    (Code::P0101, "fn f(a: int)‹| ->› int = a\n"),
    (Code::P0101, "fn f(a: int‹|,› b: int) -> int = a + b\n"),
    (Code::P0101, "const a: [int] = [1‹|,› 2]\n"),
    (Code::P0101, "record R { a: int‹|,› b: int }\n"),
    (Code::P0101, "enum A { one‹|,› two }\n"),
    (Code::P0101, "fn f(a: ‹list<string>|[string]›) -> int = len(a)\n"),
    (Code::P0101, "fn f(a: ‹Dict[str, int]|{string: int}›, b: bool) -> bool = b\n"),
    (Code::P0101, "const a: ‹string[]|[string]› = []\n"),
    (Code::P0101, "record R { a: ‹Option<string>|string?›, b: int }\n"),
    (Code::P0101, "fn f(a: bool) -> ‹Vec<i64>|[int]› = []\n"),
    (Code::P0101, "fn f(a: bool, b: bool) -> bool = a ‹&&|and› b\n"),
    (Code::P0101, "fn f(a: bool, b: bool) -> bool = a ‹||¦or› b\n"),
    (Code::P0101, "fn f(a: bool, b: bool) -> bool = a and ‹!|not ›b\n"),
    (Code::P0101, "fn f(a: int, b: int) -> bool = a ‹=|==› b\n"),
    (Code::P0101, "fn f(a: int, b: int, c: int) -> bool = a < b ‹|and b ›< c\n"),
    (Code::P0101, "const a: string = ‹'|\"›text‹'|\"›\n"),
    (Code::P0101, "const a: int = 1‹;|›\n"),
    (Code::P0101, "‹#|//› a comment\nconst a: int = 1\n"),
    (Code::P0101, "pipeline p() {\n    ‹#|//› a comment\n    task t { image: \"a/b:1\", run: \"true\" }\n}\n"),
    (Code::P0101, "const a: int =‹\u{a0}| ›1\n"),
    (Code::P0101, "const a: int = ‹\u{8}|›1\n"),
    (
        Code::P0101,
        "task t(x: string) -> string { image: \"a/b:1\", run: \"echo ~{x} > ~{out}\" }\ntask u(all: [string]) { image: \"a/b:1\", run: \"echo ~{all}\" }\npipeline p() {\n    ‹all = |›for x in [\"a\"] { ‹|all = ›t(x) }\n    u(all)\n}\n",
    ),
    (Code::P0103, "pipeline p()‹| {›\n    task t { image: \"a/b:1\", run: \"true\" }\n}\n"),
    (
        Code::P0105,
        "pipeline p(‹whoIs|who_is›: string) {\n    task t { image: \"a/b:1\", run: \"echo ~{‹whoIs|who_is›}\" }\n}\n",
    ),
    (Code::P0105, "record ‹my_rec|MyRec› { a: int }\nconst c: ‹my_rec|MyRec› = { a: 1 }\n"),
    (Code::P0106, "const a: string = \"‹\\|\\\\›d\"\n"),
    (Code::P0107, "const a: size = ‹1.5Gi|1536Mi›\n"),
    (Code::P0107, "const a: duration = ‹30min1h|1h30min›\n"),
    (Code::P0107, "const a: size = ‹10GB|10G›\n"),
    (Code::P0107, "const a: int = ‹007|7›\n"),
    (Code::P0110, "const a: string = \"\"\"\n‹ |    ›one\n    two\n    \"\"\"\n"),
];

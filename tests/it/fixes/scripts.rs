//! Values in scripts.

use pipec::diag::code::Code;

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        Code::P0308,
        "pipeline p(a: bool) {\n    task t { image: \"a/b:1\", run: \"echo ~{‹a|if a then \"true\" else \"false\"›}\" }\n}\n",
    ),
    (
        Code::P0309,
        "pipeline p(a: string?) {\n    when a != none {\n        task t { image: \"a/b:1\", run: \"echo ~{a‹|!›}\" }\n    }\n}\n",
    ),
    (
        Code::P0310,
        "pipeline p() {\n    workspace w { size: 1Gi }\n    task t { image: \"a/b:1\", run: \"ls ~{w‹| / \".\"›}\" }\n}\n",
    ),
    (Code::P0506, "pipeline p(a: string) {\n    task t { image: \"a/b:1\", run: \"echo ‹'|\\\"›~{a}‹'|\\\"›\" }\n}\n"),
    (
        Code::P0506,
        "pipeline p(a: string) {\n    task t {\n        image: \"a/b:1\"\n        run: \"\"\"\n            echo 'x ‹|'\"›~{a}‹|\"'› y'\n            \"\"\"\n    }\n}\n",
    ),
    (
        Code::P0507,
        "pipeline p(a: string) {\n    task t {\n        image: \"a/b:1\"\n        run: \"\"\"\n            cat <<‹'END'|END›\n            ~{a}\n            END\n            \"\"\"\n    }\n}\n",
    ),
    (
        Code::P0509,
        "pipeline p(a: [string]) {\n    task t { image: \"a/b:1\", run: \"echo ‹\\\"|›~{a}‹\\\"|› x\" }\n}\n",
    ),
    (
        Code::P0509,
        "pipeline p(a: [string]) {\n    task t {\n        image: \"a/b:1\"\n        run: \"\"\"\n            echo ‹\"|›~{a}‹\"|›\n            \"\"\"\n    }\n}\n",
    ),
    (Code::P0510, "pipeline p(a: string) {\n    task t { image: \"a/b:1\", run: \"echo ‹$|›~{a}\" }\n}\n"),
    (Code::P0511, "pipeline p() {\n    task t { image: \"a/b:1\", run: \"echo x ‹\\\\|›\" }\n}\n"),
    (
        Code::P0515,
        "pipeline p(a: string) {\n    task t {\n        image: \"a/b:1\"\n        run: \"\"\"\n            # ‹~{a}|›\n            echo\n            \"\"\"\n    }\n}\n",
    ),
    (
        Code::P0521,
        "command \"mk\" { flags: { \"--raw\": bool } }\npipeline p() {\n    task t { image: \"a/b:1\", run: \"mk ‹--rwa|--raw›\" }\n}\n",
    ),
    (
        Code::P0521,
        "command \"mk\" { flags: { \"--raw\": bool } }\npipeline p(a: bool) {\n    task t { image: \"a/b:1\", run: \"mk ~{flag(‹\"--rwa\"|\"--raw\"›, a)}\" }\n}\n",
    ),
    (
        Code::P0523,
        "command \"mk\" { flags: { \"--raw\": bool } }\ncommand \"mk it\" { flags: { \"--all\": bool } }\npipeline p() {\n    \
         task t { image: \"a/b:1\", run: \"mk‹| --raw› it‹ --raw|› --all\" }\n}\n",
    ),
    (
        Code::P0524,
        "command \"mk\" { flags: { \"--arch\": Arch } }\npipeline p() {\n    task t { image: \"a/b:1\", run: \"mk --arch=‹x86-64|x86_64›\" }\n}\n",
    ),
    (
        Code::P0524,
        "command \"mk\" { flags: { \"--arch\": Arch }, attached: true }\npipeline p() {\n    \
         task t { image: \"a/b:1\", run: \"mk --arch‹ |=›x86_64\" }\n}\n",
    ),
    (
        Code::P0525,
        "command \"mk\" { operands: { max: 0 } }\ncommand \"mk disk\"\npipeline p() {\n    task t { image: \"a/b:1\", run: \"mk ‹dsik|disk›\" }\n}\n",
    ),
];

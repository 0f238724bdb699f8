//! Tests, tasks that are kept elsewhere, services, and what is called of other pipelines and modules.

use super::super::source::{Level, Source};
use super::{Kind, Site, an_item, in_field, statement, statement_at};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "a statement of a pipeline in a test",
        codes: &["P0405"],
        sites: |source| claim(source, "workspace zq§ { size: 1Gi }"),
    },
    Kind { name: "a value alone in a test", codes: &["P0405"], sites: |source| claim(source, "1 + 1") },
    Kind { name: "an assertion of a number", codes: &["P0303"], sites: |source| claim(source, "assert 1") },
    Kind { name: "an assertion of nothing", codes: &["P0101"], sites: |source| claim(source, "assert") },
    Kind { name: "an order of values", codes: &["P0214"], sites: |source| claim(source, "assert 1 after []") },
    Kind {
        name: "an `expect` of no code",
        codes: &["P0705"],
        sites: |source| claim(source, "expect error \"P9999\" in { zq = 1 }"),
    },
    Kind {
        name: "an `expect` without a code",
        codes: &["P0101"],
        sites: |source| claim(source, "expect error in { }"),
    },
    Kind {
        name: "an `expect` without a body",
        codes: &["P0101"],
        sites: |source| claim(source, "expect error \"P0201\""),
    },
    Kind { name: "a plan of a task", codes: &["P0214"], sites: plan_of_task },
    Kind { name: "a plan of nothing", codes: &["P0201"], sites: |source| claim(source, "zq§ = zq_nothing()") },
    Kind {
        name: "a test twice",
        codes: &["P0202"],
        sites: |source| an_item(source, "test \"zq §\" { }\ntest \"zq §\" { }"),
    },
    Kind { name: "a test without a name", codes: &["P0101"], sites: |source| an_item(source, "test { assert true }") },
    Kind {
        name: "an `extern task` nowhere",
        codes: &["P0218"],
        sites: |source| an_item(source, "extern task zq_§() { timeout: 1h }"),
    },
    Kind {
        name: "an `extern task` in two places",
        codes: &["P0218"],
        sites: |source| an_item(source, "extern task zq_§() {\n    hub: \"a\"\n    cluster: \"b\"\n}"),
    },
    Kind {
        name: "an `extern task` without its version",
        codes: &["P0215"],
        sites: |source| an_item(source, "extern task zq_§() { hub: \"a\" }"),
    },
    Kind {
        name: "an `extern task` that is not pinned",
        codes: &["P0517"],
        sites: |source| an_item(source, "extern task zq_§() { bundle: \"quay.io/a/b:1\", name: \"a\" }"),
    },
    Kind {
        name: "an `extern task` with a script",
        codes: &["P0204"],
        sites: |source| an_item(source, "extern task zq_§() { hub: \"a\", version: \"1.0\", run: \"true\" }"),
    },
    Kind {
        name: "an `extern` that is no task",
        codes: &["P0101"],
        sites: |source| an_item(source, "extern record zq_§() { }"),
    },
    Kind { name: "no port", codes: &["P0316"], sites: |source| in_field(source, "port", "70000") },
    Kind { name: "a text for a port", codes: &["P0301"], sites: |source| in_field(source, "port", "\"http\"") },
    Kind {
        name: "a value in the script of a service",
        codes: &["P0518"],
        sites: |source| in_field(source, "ready", "\"test ~{1}\""),
    },
    Kind {
        name: "a service without an image",
        codes: &["P0215"],
        sites: |source| {
            statement(source, "task zq_§ { image: \"quay.io/a/b:1\", service zq { port: 80 }, run: \"true\" }")
        },
    },
    Kind {
        name: "a service that is never ready",
        codes: &["P0215"],
        sites: |source| {
            statement(
                source,
                "task zq_§ { image: \"quay.io/a/b:1\", service zq { image: \"quay.io/a/b:1\" }, run: \"true\" }",
            )
        },
    },
    Kind {
        name: "a name that a module has not",
        codes: &["P0201"],
        sites: |source| an_item(source, "use std.cosa.{ zq_nothing_§ }"),
    },
    Kind {
        name: "another name twice",
        codes: &["P0202"],
        sites: |source| an_item(source, "use std.cosa as zq_twice_§\nuse std.cosa as zq_twice_§"),
    },
    Kind {
        name: "a module without another name",
        codes: &["P0101"],
        sites: |source| an_item(source, "use std.cosa as"),
    },
    Kind {
        name: "a pipeline that calls itself",
        codes: &["P0213"],
        sites: |source| an_item(source, "pipeline zq_self_§() {\n    zq_self_§()\n}"),
    },
    Kind { name: "fields for a pipeline", codes: &["P0204"], sites: fields_of_pipeline },
];

/// A statement of a test behind any other.
fn claim(source: &Source, text: &str) -> Vec<Site> {
    statement_at(source, |level| level == Level::Test, text)
}

fn plan_of_task(source: &Source) -> Vec<Site> {
    let tasks = source.item("task");
    tasks
        .flat_map(|item| {
            claim(source, &format!("zq§ = {}()", item.name)).into_iter().map(|site| site.needing([&*item.name]))
        })
        .collect()
}

fn fields_of_pipeline(source: &Source) -> Vec<Site> {
    // Not where it would call itself.
    let others = source.item("pipeline").filter(|item| item.name == "inner");
    others
        .flat_map(|item| {
            let text = format!("zq§ = {}(\"a\") {{ retries: 1 }}", item.name);
            let outside = |site: &Site| source.text[..site.home.start].contains("pipeline main(");
            statement(source, &text).into_iter().filter(outside).map(|site| site.needing([&*item.name]))
        })
        .collect()
}

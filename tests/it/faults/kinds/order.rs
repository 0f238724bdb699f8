//! Statements in the wrong place, and tasks in the wrong order.

use super::super::source::{Level, Source, What};
use super::{Kind, Site, an_item, statement, statement_at};

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "a requirement that nobody makes", codes: &["P0401"], sites: not_made },
    Kind { name: "something made too early", codes: &["P0401"], sites: too_early },
    Kind { name: "an artifact without a workspace", codes: &["P0403"], sites: nowhere },
    Kind { name: "a circle by `after`", codes: &["P0402"], sites: |source| statement(source, CIRCLE) },
    Kind {
        name: "a task that waits for itself",
        codes: &["P0402"],
        sites: |source| statement(source, "task zq_self_§ { image: \"quay.io/a/b:1\", run: \"true\" } after zq_self_§"),
    },
    Kind { name: "a task that waits for `finally`", codes: &["P0404"], sites: waits_for_finally },
    Kind { name: "a `return` inside a block", codes: &["P0405"], sites: |source| inner(source, "stage zq_§ { }") },
    Kind { name: "a `require` inside a block", codes: &["P0405"], sites: |source| inner(source, "require true") },
    Kind {
        name: "a `workspace` inside a block",
        codes: &["P0405"],
        sites: |source| inner(source, "workspace zq_§ { size: 1Gi }"),
    },
    Kind { name: "a value as a statement", codes: &["P0405"], sites: |source| statement(source, "1 + 1") },
    Kind { name: "a function as a statement", codes: &["P0405"], sites: |source| statement(source, "len([1])") },
    Kind {
        name: "modifiers of a value",
        codes: &["P0405"],
        sites: |source| statement(source, "zq§ = len([1]) { retries: 1 }"),
    },
    Kind {
        name: "`outcome` outside of `finally`",
        codes: &["P0201"],
        sites: |source| statement_at(source, body, "zq§ = outcome"),
    },
    Kind { name: "`out` outside of a task", codes: &["P0201"], sites: |source| statement(source, "zq§ = out") },
    Kind { name: "a condition on a task before it runs", codes: &["P0405"], sites: late_requirement },
    Kind { name: "a call that its task refuses", codes: &["P0520"], sites: |source| an_item(source, REFUSED) },
    Kind {
        name: "a `require` in a step",
        codes: &["P0204"],
        sites: |source| {
            statement(source, "task zq_in_§ { image: \"quay.io/a/b:1\", step a { require true, run: \"true\" } }")
        },
    },
];

const CIRCLE: &str = "task zq_one_§ { image: \"quay.io/a/b:1\", run: \"true\" } after zq_two_§\n\
                      task zq_two_§ { image: \"quay.io/a/b:1\", run: \"true\" } after zq_one_§";

const REFUSED: &str = "task zq_need_§(deep: bool) { require deep, \"deep only\", image: \"quay.io/a/b:1\", \
                       run: \"./x ~{flag(\"--deep\", deep)}\" }\npipeline zq_pipe_§() { zq_need_§(false) }";

fn body(level: Level) -> bool {
    matches!(level, Level::Top | Level::Stage | Level::Inner)
}

fn inner(source: &Source, text: &str) -> Vec<Site> {
    statement_at(source, |level| matches!(level, Level::Stage | Level::Inner | Level::Finally), text)
}

/// A raw script, where the program says what commands make. In `finally`, so that nothing of the body counts.
fn not_made(source: &Source) -> Vec<Site> {
    let iso = source.item("command").any(|item| item.name == "mkimage iso");
    let text = "task zq_made_§ { image: \"quay.io/a/b:1\", run: \"mkimage iso\" }";
    let sites = statement_at(source, |level| iso && level == Level::Top, text);
    // Behind a stage it waits for nothing either: `stage` orders stages only.
    sites.into_iter().map(|site| site.needing(["!made", "Iso", "Disk", "Table"])).collect()
}

fn waits_for_finally(source: &Source) -> Vec<Site> {
    let last = source.units.iter().filter(|unit| unit.what == What::Stmt("finally"));
    let task = |unit: &&super::super::source::Unit| unit.what == What::Stmt("task");
    let tasks: Vec<_> = last
        .flat_map(|around| source.units.iter().filter(task).filter(|unit| around.span.contains(&unit.span.start)))
        .filter_map(|unit| Some((unit.declares.first()?.clone(), source.item_of(unit))))
        .collect();
    tasks
        .iter()
        .flat_map(|(name, pipeline)| {
            let text = format!("task zq_early_§ {{ image: \"quay.io/a/b:1\", run: \"true\" }} after {name}");
            statement_at(source, |level| level == Level::Top, &text)
                .into_iter()
                .filter(|site| pipeline.contains(&site.home.start))
                .map(|site| site.needing([name.clone()]))
        })
        .collect()
}

/// `require` on what a task in place makes, behind it.
fn late_requirement(source: &Source) -> Vec<Site> {
    let task = "task zq_late_§ -> (ok: bool) { image: \"quay.io/a/b:1\", run: \"echo true > ~{out.ok}\" }";
    statement_at(source, |level| level == Level::Top, &format!("{task}\nrequire zq_late_§.ok"))
}

/// A pipeline of its own, whose script makes something too early.
fn too_early(source: &Source) -> Vec<Site> {
    let text = "artifact ZqFirst§\nartifact ZqLast§ requires ZqFirst§\ncommand \"zq-make-§\" makes ZqLast§\n\
                pipeline zq_order_§() {\n    task zq_make { image: \"quay.io/a/b:1\", run: \"zq-make-§\" }\n}";
    an_item(source, text).into_iter().map(|site| site.needing(["!made"])).collect()
}

/// A pipeline of its own, which has no directory for what it makes.
fn nowhere(source: &Source) -> Vec<Site> {
    let text = "artifact ZqThing§\npipeline zq_space_§() {\n    \
                task zq_make -> ZqThing§ { image: \"quay.io/a/b:1\", run: \"true > ~{out}\" }\n}";
    an_item(source, text)
}

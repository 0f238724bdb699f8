//! What follows for order from facts about commands: what they require, spoil, lock and start.

use crate::check_rules::{found, mended, messages};

const WORLD: &str = r#"
artifact Built
artifact Packed
artifact Uploaded requires Built
artifact Signed
command "f build"   makes Built { locks: "f-cache" }
command "f pack"    makes Packed requires Built invalidates Uploaded
command "f upload"  makes Uploaded
command "f sign"    makes Signed requires Uploaded
command "f check"   requires Uploaded
command "f fetch"   invalidates Built unless Uploaded { locks: "f-cache" }
command "f open"    { ended_by: "f close" }
const box: image = "quay.io/x/y:1"
task build() -> Built { image: box, run: "f build" }
task pack(from: Built) -> Packed { image: box, run: "f pack" }
task upload(from: Built) -> Uploaded { image: box, run: "f upload" }
task sign(what: Uploaded) { image: box, run: "other-tool" }
"#;

/// A pipeline in a world of commands.
fn pipeline(body: &str) -> String {
    let body: String = body.lines().map(|line| format!("    {}\n", line.trim())).collect();
    format!("{WORLD}pipeline p(maybe: bool, list: [string]) {{\n    workspace srv {{ size: 1Gi }}\n{body}}}\n")
}

fn refused(body: &str) -> String {
    messages(&pipeline(body))
}

#[track_caller]
fn clean(body: &str) {
    let text = pipeline(body);
    assert_eq!(found(&text), "", "{text}");
}

#[test]
fn a_command_requires_what_is_made_before() {
    clean("b = build()\n u = upload(b)\n task s { image: box, run: \"f sign\" } after u");
    clean("b = build()\n task s { image: box, run: \"f upload && f check && f sign\" } after b");
    insta::assert_snapshot!(
        found(&pipeline("b = build()\n u = upload(b)\n task s { image: box, run: \"f check\" } after b")),
        @r#"
    P0401 `s` runs `f check`, which requires `Uploaded`, and nothing before it is sure to make it
      22: `s` its script runs `f check`
      22: `f check` this requires `Uploaded`
      10: `command "f check"   requires Uploaded` `f check` requires `Uploaded`
      21: `u = upload` `u` makes `Uploaded`, but nothing says that it comes first
      help: write `after u`, so that what is required is there first
      fix: wait for `u`
    "#
    );
    insta::assert_snapshot!(
        refused("b = build()\n task s { image: box, run: \"f sign\\nf upload\" } after b"),
        @"P0401 `s` runs `f sign`, which requires `Uploaded`, and nothing before it is sure to make it"
    );
}

#[test]
fn the_edit_makes_a_command_wait() {
    let text = pipeline("b = build()\n u = upload(b)\n task s { image: box, run: \"f check\" }");
    assert_eq!(found(&mended(&text)), "");
}

#[test]
fn what_is_spoilt_between_is_not_there() {
    insta::assert_snapshot!(
        found(&pipeline("b = build()\n u = upload(b)\n z = pack(b) after u\n task s { image: box, run: \"f sign\" } after z")),
        @r#"
    P0421 `s` requires `Uploaded`, which `u` makes and `z` spoils before it
      23: `f sign` requires `Uploaded`
      21: `u = upload` `u` makes `Uploaded`
      15: `f pack` `z` runs `f pack`, and nothing makes `Uploaded` again
      7: `command "f pack"    makes Packed requires Built invalidates Uploaded` `f pack` invalidates `Uploaded`
      9: `command "f sign"    makes Signed requires Uploaded` `f sign` requires `Uploaded`
      help: make `Uploaded` again behind `z`, or let `z` come before `u`, or behind `s`
    "#
    );
    insta::assert_snapshot!(
        found(&pipeline("b = build()\n u = upload(b)\n z = pack(b) after u\n sign(u) after z")),
        @r#"
    P0421 `sign` requires `Uploaded`, which `u` makes and `z` spoils before it
      23: `u` `Uploaded` is passed here
      21: `u = upload` `u` makes `Uploaded`
      15: `f pack` `z` runs `f pack`, and nothing makes `Uploaded` again
      7: `command "f pack"    makes Packed requires Built invalidates Uploaded` `f pack` invalidates `Uploaded`
      help: make `Uploaded` again behind `z`, or let `z` come before `u`, or behind `sign`
    "#
    );
}

#[test]
fn what_may_be_spoilt_between_is_told_and_mended() {
    let text = pipeline("b = build()\n u = upload(b)\n z = pack(b) after u\n s = sign(u)");
    insta::assert_snapshot!(found(&text), @r#"
    P0421 `s` requires `Uploaded`, which `u` makes and `z` may spoil before it
      23: `u` `Uploaded` is passed here
      21: `u = upload` `u` makes `Uploaded`
      15: `f pack` `z` runs `f pack`, and nothing makes `Uploaded` again
      7: `command "f pack"    makes Packed requires Built invalidates Uploaded` `f pack` invalidates `Uploaded`
      help: let `z` wait: `after s`, or let `z` come before `u`: what is spoilt is not what was made
      fix: let `z` wait for `s`
    "#);
    assert_eq!(found(&mended(&text)), "");
    // Neither before nor behind the upload.
    let text = pipeline("b = build()\n u = upload(b)\n z = pack(b)\n s = sign(u)");
    insta::assert_snapshot!(messages(&text), @"P0421 `s` requires `Uploaded`, which `u` makes and `z` may spoil before it");
    assert_eq!(found(&mended(&text)), "");
}

#[test]
fn what_is_made_again_or_spoilt_elsewhere_is_there() {
    clean("b = build()\n z = pack(b)\n u = upload(b) after z\n sign(u)");
    clean("b = build()\n u = upload(b)\n s = sign(u)\n z = pack(b) after s");
    clean("b = build()\n u = upload(b)\n z = pack(b) after u\n again = upload(b) after z\n sign(again)");
    clean("b = build()\n u = upload(b)\n z = pack(b) after u\n again = upload(b) after z\n sign(u) after again");
    clean("b = build()\n u = upload(b)\n when maybe { z = pack(b) after u }\n else { sign(u) }");
    // Nobody needs it afterwards.
    clean("b = build()\n u = upload(b)\n pack(b) after u");
}

#[test]
fn other_workspaces_are_not_spoilt() {
    let world = format!(
        "{WORLD}\
task build_in(ws: workspace) -> Built {{ image: box, workdir: ws, run: \"f build\" }}\n\
task pack_in(ws: workspace, from: Built) -> Packed {{ image: box, workdir: ws, run: \"f pack\" }}\n\
task upload_in(ws: workspace, from: Built) -> Uploaded {{ image: box, workdir: ws, run: \"f upload\" }}\n"
    );
    let two = |second: &str| {
        format!(
            "{world}pipeline p(a: workspace, b: workspace) {{\n    \
x = build_in(a)\n    y = build_in({second})\n    u = upload_in(a, x) after y\n    z = pack_in({second}, y) after u\n    sign(u) after z\n}}\n"
        )
    };
    assert_eq!(messages(&two("b")).matches("P042").count(), 0, "{}", messages(&two("b")));
    let same = messages(&two("a"));
    assert!(same.contains("P0421 `sign` requires `Uploaded`") && same.contains("P0423"), "{same}");
}

#[test]
fn one_script_spoils_for_itself() {
    insta::assert_snapshot!(
        found(&pipeline("b = build()\n u = upload(b)\n task s { image: box, run: \"f pack\\nf sign\" } after u")),
        @r#"
    P0421 `f sign` requires `Uploaded`, which `f pack` has spoilt before it
      22: `f sign` requires `Uploaded`
      22: `f pack` `Uploaded` does not count as made any more behind this
      7: `command "f pack"    makes Packed requires Built invalidates Uploaded` `f pack` invalidates `Uploaded`
      9: `command "f sign"    makes Signed requires Uploaded` `f sign` requires `Uploaded`
      help: run `f pack` behind it, or make `Uploaded` again between the two
    "#
    );
    clean("b = build()\n u = upload(b)\n task s { image: box, run: \"f sign\\nf pack\" } after u");
    clean("b = build()\n u = upload(b)\n task s { image: box, run: \"f pack\\nf upload\\nf sign\" } after u");
}

#[test]
fn what_is_not_saved_is_not_overwritten() {
    insta::assert_snapshot!(
        found(&pipeline("b = build()\n task fetch { image: box, run: \"f fetch\" } after b")),
        @r#"
    P0422 `fetch` runs `f fetch`, by which `Built` is lost, which `b` has made: nothing has made `Uploaded` since
      21: `f fetch` `Built` is lost here
      20: `b = build` `b` makes `Built`
      11: `command "f fetch"   invalidates Built unless Uploaded { locks: "f-cache" }` `f fetch` invalidates `Built`, unless `Uploaded` is made
      help: make `Uploaded` between the two, in every run, or let `f fetch` come first: what was made would be gone
    "#
    );
    insta::assert_snapshot!(
        refused("b = build()\n when maybe { u = upload(b) }\n task fetch { image: box, run: \"f fetch\" } after b, u"),
        @"P0422 `fetch` runs `f fetch`, by which `Built` is lost, which `b` has made: nothing has made `Uploaded` since"
    );
    insta::assert_snapshot!(refused("task all { image: box, run: \"f build\\nf fetch\" }"), @"P0422 `all` runs `f fetch`, by which `Built` is lost, which it has made before: nothing has made `Uploaded` since");
    clean("b = build()\n u = upload(b)\n task fetch { image: box, run: \"f fetch\" } after u");
    clean("task all { image: box, run: \"f build\\nf upload\\nf fetch\" }");
    clean("task fetch { image: box, run: \"f fetch\" }\n b = build() after fetch");
    clean("b = build()\n when maybe { u = upload(b)\n task fetch { image: box, run: \"f fetch\" } after u }");
}

#[test]
fn commands_that_disturb_each_other_are_kept_apart() {
    insta::assert_snapshot!(
        found(&pipeline("b = build()\n task other { image: box, run: \"f fetch\" }")),
        @r#"
    P0423 `other` and `b` may run at the same time, and both work on `f-cache` in one workspace
      21: `f fetch` `other` runs `f fetch`
      14: `f build` `b` runs `f build`
      6: `"f-cache"` who runs this locks `f-cache`
      11: `"f-cache"` who runs this locks `f-cache`
      help: write `lock: "f-cache"` in both, or say with `after` which comes first, or give each a workspace: two at once disturb each other
      fix: let `other` wait for `b`
    "#
    );
    let text = pipeline("b = build()\n task other { image: box, run: \"f fetch\" }");
    assert!(!found(&mended(&text)).contains("P0423"));
    clean("b = build() { lock: \"cache\" }\n task other { image: box, run: \"f fetch\", lock: \"cache\" }");
    clean("task other { image: box, run: \"f fetch\" }\n b = build() after other");
    clean("when maybe { a = build() } else { b = build() }");
    insta::assert_snapshot!(
        refused("b = build() { lock: \"a\" }\n task other { image: box, run: \"f fetch\", lock: \"b\" }"),
        @"P0423 `other` and `b` may run at the same time, and both work on `f-cache` in one workspace"
    );
    insta::assert_snapshot!(refused("for x in [\"a\", \"b\"] { task t { image: box, run: \"f build ~{x}\" } }"), @"P0423 every turn of the `for` works on `f-cache` in one workspace, and they may run at the same time");
    clean("for x in [\"a\"] { task t { image: box, run: \"f build ~{x}\" } }");
    clean("for x in [\"a\", \"b\"] { task t { image: box, run: \"f build ~{x}\", lock: \"c\" } }");
}

#[test]
fn what_is_started_is_ended_on_every_path() {
    insta::assert_snapshot!(found(&pipeline("task t { image: box, run: \"f open\\nf close\" }")), @r#"
    P0424 `t` runs `f open`, and nothing is sure to run `f close` after it
      20: `f open` has to be ended by `f close`
      12: `"f close"` it is said here what ends it
      20: `f close` this runs only where everything before it has succeeded
      help: put `f close` into `cleanup` of the task, or into a task of `finally`: only these run when something fails, and what is not ended goes on, and costs, behind the run
    "#);
    insta::assert_snapshot!(
        found(&pipeline("o = task { image: box, run: \"f open\" }\n finally { when outcome == .failed { task c { image: box, run: \"f close\" } } }").replace("o = task", "task o")),
        @r#"
    P0424 `o` runs `f open`, and nothing is sure to run `f close` after it
      20: `f open` has to be ended by `f close`
      12: `"f close"` it is said here what ends it
      21: `outcome == .failed` this may be otherwise when it was started
      21: `f close` this does not run in every run in which it was started
      help: put `f close` into `cleanup` of the task, or into a task of `finally`: only these run when something fails, and what is not ended goes on, and costs, behind the run
    "#
    );
    clean("task t { image: box, run: \"f open\", cleanup: \"f close\" }");
    clean("task t { image: box, run: \"f open\" }\n finally { task c { image: box, run: \"f close\" } }");
    clean("task t { image: box, run: \"trap 'f close' EXIT\\nf open\" }");
    clean("task t { image: box, run: \"end() { f close; }\\ntrap end EXIT\\nf open\" }");
    clean(
        "when maybe { task t { image: box, run: \"f open\" } }\n finally { when maybe { task c { image: box, run: \"f close\" } } }",
    );
    clean(
        "for x in list { task t { image: box, run: \"f open ~{x}\" } }\n finally { for x in list { task c { image: box, run: \"f close ~{x}\" } } }",
    );
    // What it gave is only asked for.
    let text = pipeline("o = open()\n finally { when o != none { close(o!) } }").replace(
        "pipeline p",
        "task open() -> (id: string) { image: box, run: \"f open > ~{out.id}\" }\n\
         task close(id: string) { image: box, run: \"f close ~{id}\" }\npipeline p",
    );
    assert_eq!(found(&text.replace("o != none", "o.id != none").replace("o!", "o.id!")), "");
    let refused = |body: &str| assert!(refused(body).starts_with("P0424"), "{body}");
    refused("task t { image: box, run: \"trap 'rm x' EXIT\\nf open\\nf close\" }");
    refused("task t { image: box, run: \"f open\" }\n task c { image: box, run: \"f close\" } after t");
    refused(
        "task t { image: box, run: \"f open\" }\n finally { for x in list { task c { image: box, run: \"f close ~{x}\" } } }",
    );
}

/// Millions of pairs, none of which meets.
#[test]
fn many_calls_of_such_commands_are_kept_apart_by_a_lock() {
    let many: String = (0..1500)
        .map(|at| format!("b{at} = build() {{ lock: \"l\" }}\n task z{at} {{ image: box, run: \"f pack\", lock: \"l\" }} after b{at}\n"))
        .collect();
    assert_eq!(messages(&pipeline(&many)), "");
}

#[test]
fn programs_without_such_facts_are_as_before() {
    let text = "command \"g a\"\npipeline p() { task t { image: \"a:1\", run: \"g a; g b\" } }\n";
    assert_eq!(found(text), "");
}

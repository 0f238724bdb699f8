//! What the rules over whole programs find, and what they leave alone.

use pipec::check::{Input, check};
use pipec::diag::{Diagnostic, Diagnostics};
use pipec::source::{FileId, Sources, stdlib};
use pipec::syntax::parse;

/// The findings of a program without imports.
fn findings(text: &str) -> (Sources, Diagnostics) {
    let mut sources = Sources::default();
    let mut out = Diagnostics::default();
    let prelude = stdlib("prelude").expect("the prelude is embedded");
    let prelude = parse(prelude, &sources.get(prelude).text, &mut out);
    let id = sources.add("a.pipe", text);
    let root = parse(id, text, &mut out);
    check(&Input { root: &root, prelude: &prelude, imports: Default::default(), targets: Vec::new() }, &mut out);
    // Lints have tests of their own.
    out.retain_mut(|one| !one.code.is_lint());
    (sources, out.sorted())
}

fn view(sources: &Sources, one: &Diagnostic) -> String {
    let mut view = format!("{} {}\n", one.code.id(), one.message);
    for label in &one.labels {
        let place = sources.text(label.span).lines().next().unwrap_or_default();
        view += &format!("  {}: `{place}` {}\n", sources.position(label.span).line, label.text);
    }
    if let Some(help) = &one.help {
        view += &format!("  help: {help}\n");
    }
    for fix in &one.fixes {
        view += &format!("  fix: {}\n", fix.title);
    }
    view
}

/// Every finding, in words.
pub(crate) fn found(text: &str) -> String {
    let (sources, out) = findings(text);
    out.iter().map(|one| view(&sources, one)).collect()
}

/// The text with every fix applied.
pub(crate) fn mended(text: &str) -> String {
    let (_, out) = findings(text);
    let mut edits: Vec<_> = out.iter().flat_map(|one| &one.fixes).flat_map(|fix| fix.edits.clone()).collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut mended = text.to_owned();
    for edit in edits {
        assert_ne!(edit.span.file, FileId(0));
        mended.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    mended
}

const WORLD: &str = r#"
artifact Ostree
artifact Metal requires Ostree
artifact Metal4k requires Ostree
artifact Live requires Ostree, Metal, Metal4k
command "cosa build" makes Ostree
command "cosa buildextend-metal" makes Metal
command "cosa buildextend-metal4k" makes Metal4k
command "cosa buildextend-live" makes Live
const box: image = "quay.io/x/y:1"
task build() -> Ostree { image: box, run: "cosa build" }
task metal(from: Ostree) -> Metal { image: box, run: "cosa buildextend-metal" }
task metal4k(from: Ostree) -> Metal4k { image: box, run: "cosa buildextend-metal4k" }
task live(from: Ostree) -> Live { image: box, run: "cosa buildextend-live" }
"#;

/// A pipeline in a world of artifacts.
fn pipeline(body: &str) -> String {
    format!("{WORLD}pipeline p(upload: bool, other: bool) {{\n    workspace srv {{ size: 1Gi }}\n{body}}}\n")
}

/// The codes and messages only.
pub(crate) fn messages(text: &str) -> String {
    let (_, out) = findings(text);
    out.iter().map(|one| format!("{} {}\n", one.code.id(), one.message)).collect()
}

fn clean(body: &str) {
    assert_eq!(found(&pipeline(body)), "", "{body}");
}

#[test]
fn what_is_made_by_after_data_or_stage_is_enough() {
    clean("    base = build()\n    m = metal(base)\n    m4 = metal4k(base)\n    iso = live(base) after m, m4\n");
    clean(
        "    base = build()\n    stage one {\n        m = metal(base)\n    }\n    stage between {\n    }\n    stage two {\n        \
         m4 = metal4k(base)\n    }\n    stage three { iso = live(base) }\n",
    );
    // By way of a task that makes nothing, and by reading an output in a script.
    clean(
        "    base = build()\n    m = metal(base)\n    m4 = metal4k(base)\n    task look { image: box, run: \"ls ~{m} ~{m4}\" }\n    \
         iso = live(base) after look\n",
    );
    clean("    finally {\n        base = build()\n        m = metal(base)\n    }\n");
}

#[test]
fn a_missing_requirement_is_named_with_its_maker_and_mended_by_after() {
    let text = pipeline("    base = build()\n    m = metal(base)\n    m4 = metal4k(base)\n    iso = live(base)\n");
    assert_eq!(
        found(&text),
        "P0401 `iso` makes `Live`, which requires `Metal` and `Metal4k`, and nothing before it is sure to make them\n  \
         20: `iso = live` makes `Live`\n  \
         5: `Live` `Live` requires `Metal` and `Metal4k`\n  \
         18: `m = metal` `m` makes `Metal`, but nothing says that it comes first\n  \
         19: `m4 = metal4k` `m4` makes `Metal4k`, but nothing says that it comes first\n  \
         help: write `after m, m4`, so that what is required is there first\n  \
         fix: wait for `m` and `m4`\n"
    );
    assert!(mended(&text).contains("iso = live(base) after m, m4\n"));
    assert_eq!(found(&mended(&text)), "");
}

#[test]
fn the_edit_fits_every_form_of_a_call() {
    let forms = [
        ("iso = live(base) { retries: 1 } // why", "iso = live(base) { retries: 1 } after m, m4 // why"),
        ("iso = live(base) after base", "iso = live(base) after base, m, m4"),
        ("live(base)", "live(base) after m, m4"),
        ("iso = live(\n        from: base,\n    )", "iso = live(\n        from: base,\n    ) after m, m4"),
        (
            "task iso { image: box, run: \"ls ~{base}; cosa buildextend-live\" }",
            "task iso { image: box, run: \"ls ~{base}; cosa buildextend-live\" } after m, m4",
        ),
        (
            "task iso {\n        image: box\n        run: \"ls ~{base}; cosa buildextend-live\"\n    } after base",
            "task iso {\n        image: box\n        run: \"ls ~{base}; cosa buildextend-live\"\n    } after base, m, m4",
        ),
        ("iso = when upload { live(base) }", "iso = when upload { live(base) after m, m4 }"),
    ];
    for (form, edited) in forms {
        let text =
            |form| pipeline(&format!("    base = build()\n    m = metal(base)\n    m4 = metal4k(base)\n    {form}\n"));
        assert_eq!(mended(&text(form)), text(edited));
        assert_eq!(found(&text(edited)), "");
    }
}

#[test]
fn raw_scripts_are_not_exempt() {
    let text = pipeline(
        "    task a { image: box, run: \"cosa build && cosa buildextend-metal\" }\n    task b {\n        image: box\n        \
         run: \"\"\"\n            sudo env A=b cosa buildextend-live --fast\n        \"\"\"\n    } after a\n",
    );
    assert_eq!(
        found(&text),
        "P0401 `b` makes `Live`, which requires `Metal4k`, and nothing before it is sure to make it\n  \
         18: `b` its script runs `cosa buildextend-live`\n  \
         21: `sudo env A=b cosa buildextend-live --fast` this makes `Live`\n  \
         9: `command \"cosa buildextend-live\" makes Live` `cosa buildextend-live` makes `Live`\n  \
         5: `Live` `Live` requires `Metal4k`\n  \
         13: `metal4k` `metal4k` makes `Metal4k`, and is not called\n  \
         help: run `cosa buildextend-metal4k` before it in the script, or call `metal4k` first, which makes `Metal4k`\n"
    );
}

#[test]
fn a_script_is_read_in_its_order() {
    let task = |run: &str| pipeline(&format!("    task a {{ image: box, run: \"{run}\" }}\n"));
    assert_eq!(
        messages(&task("cosa build; cosa buildextend-metal; cosa buildextend-metal4k; cosa buildextend-live")),
        ""
    );
    assert_eq!(
        messages(&task("cosa buildextend-metal && cosa build")),
        "P0401 `a` makes `Metal`, which requires `Ostree`, and nothing before it is sure to make it\n"
    );
    assert_eq!(messages(&task("# cosa buildextend-metal\\necho 'cosa buildextend-metal' cosa buildextend-metal")), "");
    assert_eq!(messages(&task("cosa --verbose buildextend-metal; cosa buildextend; mycosa buildextend-metal")), "");
    assert!(
        messages(&task("if ! time -p timeout 5m /usr/bin/cosa buildextend-metal; then x; fi")).starts_with("P0401 `a`")
    );
    assert!(messages(&task("x=$(cosa buildextend-metal)")).starts_with("P0401 `a`"));
    let python = "    task a { image: box, shell: \"python3\", run: \"cosa buildextend-metal\" }\n";
    clean(python);
}

#[test]
fn steps_before_and_cleanup_are_scripts_of_the_task() {
    clean(
        "    task a {\n        image: box\n        before: \"cosa build\"\n        step one { run: \"cosa buildextend-metal\" }\n        \
         step two { run: \"cosa buildextend-metal4k\" }\n        cleanup: \"cosa buildextend-live\"\n    }\n",
    );
    let text = pipeline(
        "    task a {\n        image: box\n        step one { run: \"cosa buildextend-metal\" }\n        \
         step two { run: \"cosa build\" }\n    }\n",
    );
    assert_eq!(
        messages(&text),
        "P0401 `a` makes `Metal`, which requires `Ostree`, and nothing before it is sure to make it\n"
    );
    // A modifier that replaces `before` takes away what it made.
    let world = "task pre() -> Metal { image: box, before: \"cosa build\", run: \"cosa buildextend-metal\" }\n";
    assert_eq!(found(&format!("{world}{}", pipeline("    x = pre()\n"))), "");
    assert!(messages(&format!("{world}{}", pipeline("    x = pre() { before: \"true\" }\n"))).starts_with("P0401 `x`"));
}

#[test]
fn what_is_made_only_sometimes_is_not_enough() {
    let text = pipeline(
        "    base = build()\n    when upload {\n        m = metal(base)\n    }\n    m4 = metal4k(base)\n    \
         iso = live(base) after m, m4\n",
    );
    assert_eq!(
        found(&text),
        "P0401 `iso` makes `Live`, which requires `Metal`, and nothing before it is sure to make it\n  \
         22: `iso = live` makes `Live`\n  \
         5: `Live` `Live` requires `Metal`\n  \
         18: `upload` `m` runs only where this holds\n  \
         19: `m = metal` `m` makes `Metal`, but not in every run\n  \
         help: put `iso` under the condition of `m`, or make `Metal` in every run\n"
    );
    let within = |condition: &str, requires: &str| {
        messages(&pipeline(&format!(
            "    {requires}\n    base = build()\n    when upload {{\n        m = metal(base)\n    }}\n    m4 = metal4k(base)\n    \
             when {condition} {{\n        iso = live(base) after m, m4\n    }}\n"
        )))
    };
    assert_eq!(within("upload", ""), "");
    assert_eq!(within("other and upload", ""), "");
    assert_eq!(within("other", "require not other or upload"), "");
    assert!(within("other", "").starts_with("P0401 `iso`"));
    assert!(within("not upload", "").starts_with("P0401 `iso`"));
    clean(
        "    base = build()\n    when upload {\n        m = metal(base)\n        m4 = metal4k(base)\n        when other {\n            \
         iso = live(base) after m, m4\n        }\n    }\n",
    );
}

#[test]
fn what_both_branches_make_is_made() {
    let after = |calls: &str, waits: &str| {
        messages(&pipeline(&format!(
            "    base = build()\n    m4 = metal4k(base)\n    {calls}\n    iso = live(base) after m4, {waits}\n"
        )))
    };
    let branches = "when upload {\n        m = metal(base)\n    } else {\n        n = metal(base)\n    }";
    assert_eq!(after(branches, "m, n"), "");
    assert!(after(branches, "m").starts_with("P0401 `iso`"));
    let apart = "when upload {\n        m = metal(base)\n    }\n    when not upload {\n        n = metal(base)\n    }";
    assert_eq!(after(apart, "m, n"), "");
    let within = branches.replace("m = metal(base)", "when other {\n            m = metal(base)\n        }");
    assert!(after(&within, "m, n").starts_with("P0401 `iso`"));
    let twice = branches.replace("n = metal(base)", "n = build()");
    assert!(after(&twice, "m, n").starts_with("P0401 `iso`"));
}

#[test]
fn a_list_that_always_has_elements_makes_what_its_body_makes() {
    let over = |list: &str| {
        messages(&pipeline(&format!(
            "    base = build()\n    for one in {list} {{\n        m = metal(base)\n    }}\n    m4 = metal4k(base)\n    \
             iso = live(base) after m, m4\n"
        )))
    };
    assert_eq!(over("[1, 2]"), "");
    assert!(over("[1, 2] if one > 1").starts_with("P0401 `iso`"));
    let text = "    base = build()\n    for one in [1] {\n        m = metal(base)\n        m4 = metal4k(base)\n        \
                iso = live(base) after m, m4\n    }\n";
    clean(text);
}

#[test]
fn what_is_passed_exists() {
    let world = "task take(from: Ostree, m: Metal, m4: [Metal4k]) -> Live { image: box, run: \"cosa buildextend-live\" }\n\
                 task may(from: Ostree?) -> Metal { image: box, run: \"cosa buildextend-metal\" }\n";
    let body = |body: &str| messages(&format!("{world}{}", pipeline(body)));
    let made = "    base = build()\n    m = metal(base)\n    m4 = metal4k(base)\n";
    assert_eq!(body(&format!("{made}    iso = take(base, m, [m4])\n")), "");
    assert_eq!(
        body(&format!("{made}    iso = take(base, m, [])\n")),
        "P0401 `iso` makes `Live`, which requires `Metal4k`, and nothing before it is sure to make it\n"
    );
    assert_eq!(body("    base = build()\n    m = may(base)\n"), "");
    assert_eq!(
        body("    m = may(none)\n"),
        "P0401 `m` makes `Metal`, which requires `Ostree`, and nothing before it is sure to make it\n"
    );
    // Given when there, but it may not be there.
    assert!(body("    when upload { base = build() }\n    m = may(base)\n").starts_with("P0401 `m`"));
}

#[test]
fn who_cannot_come_first_is_said() {
    let later = pipeline(
        "    base = build()\n    m = metal(base)\n    iso = live(base) after m\n    m4 = metal4k(base) after iso\n",
    );
    assert!(found(&later).contains("`m4` makes `Metal4k`, but waits for `iso`"));
    let metal = "task m { image: box, run: \"cosa buildextend-metal\" }";
    let last = found(&pipeline(&format!("    {metal}\n    finally {{ build() }}\n")));
    assert!(last.contains("`build` makes `Ostree`, but in `finally`"), "{last}");
    let failed = found(&pipeline(&format!("    build()\n    finally {{ {metal} }}\n")));
    assert!(failed.contains("`build` makes `Ostree`, but `finally` also runs when that failed"), "{failed}");
    let unnamed = pipeline("    build()\n    task m { image: box, run: \"cosa buildextend-metal\" }\n");
    assert!(found(&unnamed).contains("give the call that makes `Ostree` a name"), "{}", found(&unnamed));
    let nobody = "artifact A\nartifact B requires A\ntask b() -> B { image: \"x\", run: \"true\" }\n\
                  pipeline p() {\n    workspace w { size: 1Gi }\n    b()\n}\n";
    assert!(found(nobody).contains("nothing in this program makes `A`"), "{}", found(nobody));
}

#[test]
fn a_circle_is_shown_whole() {
    assert_eq!(
        found(&pipeline(
            "    a = build() after c\n    b = metal(a)\n    when b.path == \"x\" {\n        c = build()\n    }\n"
        )),
        "P0402 `a` waits for itself, by way of `c`, then `b`\n  \
         17: `c` `a` waits for `c`\n  \
         19: `b` `b` decides whether `c` runs\n  \
         18: `a` `b` reads what `a` makes\n  \
         help: none of them can ever start; take `c` out of the `after` of `a`, or break the circle at another of these places\n  \
         fix: take `c` out of the `after`\n"
    );
    assert_eq!(messages(&pipeline("    a = build() after a\n")), "P0402 `a` waits for itself\n");
}

#[test]
fn a_stage_cannot_wait_for_a_later_one() {
    assert_eq!(
        found(&pipeline(
            "    stage one {\n        a = build() after b\n    }\n    stage two {}\n    stage three {\n        b = build()\n    }\n"
        )),
        "P0402 `a` waits for itself, by way of `b`\n  \
         18: `b` `a` waits for `b`\n  \
         22: `b = build` `b` is in stage `three`, which comes after stage `one`, with `a`\n  \
         help: none of them can ever start; take `b` out of the `after` of `a`, or break the circle at another of these places\n  \
         fix: take `b` out of the `after`\n"
    );
}

#[test]
fn each_circle_is_reported_once_and_apart_from_other_mistakes() {
    let text = pipeline(
        "    a = build() after b\n    b = build() after a\n    c = build() after d\n    d = build() after c\n    e = nope()\n",
    );
    let found = messages(&text);
    assert_eq!(found.matches("P0402").count(), 2, "{found}");
    assert_eq!(found.lines().count(), 3, "{found}");
}

#[test]
fn looking_ahead_without_a_circle_is_fine() {
    clean("    a = build() after b\n    b = build() after c\n    c = build()\n");
}

#[test]
fn the_body_cannot_wait_for_finally() {
    assert_eq!(
        found(&pipeline("    a = build() after f\n    finally { f = build() }\n")),
        "P0404 `a` waits for `f`, which is in `finally`\n  \
         17: `f` `finally` begins when everything else is over\n  \
         18: `f = build` `f` is in `finally`\n  \
         help: leave out `after f`, or put `a` into `finally` too\n  \
         fix: leave out `after f`\n"
    );
    clean("    finally {\n        f = build()\n        g = build() after f\n    }\n");
}

#[test]
fn names_fit_a_cluster() {
    let long = "a".repeat(64);
    let fits = "a".repeat(63);
    let program = |pipeline: &str, task: &str, param: &str, step: &str, workspace: &str, call: &str| {
        messages(&format!(
            "task {task}() {{\n    image: \"x\"\n    step {step} {{ run: \"true\" }}\n}}\n\
             pipeline {pipeline}({param}: int) {{\n    workspace {workspace} {{ size: 1Gi }}\n    {call} = {task}()\n}}\n"
        ))
    };
    let step = "s".repeat(58);
    assert_eq!(program(&fits, &"t".repeat(63), &"p".repeat(63), &step, &"w".repeat(63), &"c".repeat(63)), "");
    let too_long =
        |kind: &str, name: &str| format!("P0212 the name of the {kind} `{name}` is too long for a cluster\n");
    assert_eq!(program(&long, "t", "x", "s", "w", "c"), too_long("pipeline", &long));
    assert_eq!(program("p", &long, "x", "s", "w", "c"), too_long("task", &long));
    assert_eq!(program("p", "t", &long, "s", "w", "c"), too_long("parameter", &long));
    assert_eq!(program("p", "t", "x", "s", &long, "c"), too_long("workspace", &long));
    assert_eq!(program("p", "t", "x", "s", "w", &long), too_long("task", &long));
    assert_eq!(program("p", "t", "x", &format!("{step}s"), "w", "c"), too_long("step", &format!("{step}s")));
    assert_eq!(program("p", "t", "x", "s", "w", "c_"), "P0212 the name of the task `c_` has no form in a cluster\n");
}

#[test]
fn two_tasks_of_one_name_are_refused_where_no_binding_tells_them_apart() {
    assert_eq!(
        found(&pipeline("    build()\n    build()\n")),
        "P0212 two tasks of this pipeline would be called `build`\n  \
         18: `build` the second\n  \
         17: `build` the first\n  \
         help: give one of them a name of its own, as in `other_build = …`: logs and results are found by it\n"
    );
    assert_eq!(messages(&pipeline("    build = build()\n    build()\n")).lines().count(), 1);
    clean("    x = when upload { build() } else { build() }\n");
    clean("    when upload { build() } else { build() }\n");
    assert_eq!(messages(&pipeline("    when upload { build() } else { build() }\n    build()\n")).lines().count(), 1);
    // Reported as bound twice, and only so.
    assert_eq!(
        messages(&pipeline("    when upload { x = build() }\n    when other { x = build() }\n")),
        "P0202 `x` is bound twice\n"
    );
}

#[test]
fn an_artifact_needs_a_workspace() {
    let program = |workspaces: &str, call: &str| {
        found(&format!(
            "artifact Disk\ntask plain() -> (disk: Disk) {{ image: \"x\", run: \"true\" }}\n\
             task copy(from: Disk) -> Disk {{ image: \"x\", run: \"true\" }}\n\
             task place(at: workspace) -> (disk: Disk = at / \"disk\") {{ image: \"x\", run: \"true\" }}\n\
             task within(at: workspace) -> Disk {{ image: \"x\", run: \"true\" }}\n\
             pipeline p() {{\n{workspaces}    {call}\n}}\n"
        ))
    };
    let one = "    workspace a { size: 1Gi }\n";
    let two = "    workspace a { size: 1Gi }\n    workspace b { size: 1Gi }\n";
    assert_eq!(
        program("", "x = plain()"),
        "P0403 `disk` of `x` is an artifact, and there is no workspace to put it in\n  \
         7: `x = plain` none of its inputs lies in a workspace\n  \
         2: `disk` the artifact is declared here, without a path\n  \
         help: write `workspace files { size: 10Gi }` in the pipeline: tasks run on machines of their own, and an artifact \
         stays in a directory that they share\n"
    );
    assert!(program(two, "x = plain()").contains("the pipeline has 2 workspaces; say which"));
    assert!(program(two, "task x -> Disk { image: \"x\", run: \"true\" }").starts_with("P0403 its output of `x`"));
    for call in ["x = plain()", "task x -> Disk { image: \"x\", run: \"true\" }"] {
        assert_eq!(program(one, call), "");
    }
    for call in [
        "x = place(a)",
        "x = within(b)",
        "x = within(b)\n    y = copy(x)",
        "x = within(b)\n    task y -> Disk { image: \"x\", run: \"cp ~{x} ~{out}\" }",
        "task x -> Disk { image: \"x\", workdir: a, run: \"true\" }",
        "task x -> (d: Disk = a / \"d\") { image: \"x\", run: \"true\" }",
    ] {
        assert_eq!(program(two, call), "", "{call}");
    }
}

/// The scripts of a long program are scanned by another thread than the one that checks it.
#[test]
fn a_long_program_has_the_findings_of_its_parts() {
    let task = |n: usize| match n % 11 {
        0 => format!("    task t{n} {{ image: box, run: \"echo '~{{upload}}' {n}\" }}\n"),
        3 => format!("    when upload {{ task t{n} {{ image: box, run: \"true # ~{{other}}\" }} }}\n"),
        5 => format!(
            "    task t{n} {{\n        image: box\n        before: \"echo '~{{other}}\"\n        step one {{ run: \"true\" }}\n        \
             step two {{ run: \"echo \\\"~{{upload}} {n}\" }}\n    }}\n"
        ),
        7 => format!("    task t{n} {{ image: box, shell: \"python3\", run: \"print(~{{upload}})\" }}\n"),
        8 => format!(
            "    stage s{n} {{ for x in [\"a\"] {{ task t{n} {{ image: box, run: \"eval ~{{x}}; y='~{{x}}\" }} }} }}\n"
        ),
        _ => format!("    task t{n} {{ image: box, run: \"echo ~{{upload}} {n}\" }}\n"),
    };
    let found = |from: usize, to: usize| messages(&pipeline(&(from..to).map(task).collect::<String>()));
    let parts: String = (0..1650).step_by(110).map(|from| found(from, from + 110)).collect();
    assert_eq!(found(0, 1650), parts);
    assert!(parts.lines().count() > 5 * 150, "{parts}");
}

//! How new and how settled the parts of Tekton are that a program needs; and what is alpha, on request.

use pipec::diag::Severity;
use pipec::emit::tekton::Tekton;
use proptest::prelude::*;
use serde_json::Value as Json;

use super::surface::{found, objects};
use super::{cel, engine};
use crate::program::Made;

fn text_of(program: &str, path: &str) -> String {
    let bundle = Made::new(program).bundle(&Tekton);
    bundle.files.iter().find(|file| file.path == path).expect("the file").text.clone()
}

fn codes(program: &str) -> Vec<String> {
    found(program).iter().map(|(one, at)| format!("{} {} | {at}", one.code.id(), one.message)).collect()
}

/// The options, what else stands in the pipeline, the least version, and whether it is stable.
const NEEDS: &[(&str, &str, &str, bool)] = &[
    ("", "", "0.56", true),
    ("", "task b { image: \"a/b:1\", on_failure: .go_on, run: \"x\" }", "0.62", false),
    ("tasks: { a: { timeout: 1h } }", "", "1.4", true),
    ("tasks: { a: { resources: { limits: { memory: 1Gi } } } }", "", "0.56", false),
    ("tasks: { a: { steps: { run: { limits: { memory: 1Gi } } } } }", "", "0.56", true),
    ("tasks: { note: { steps: { run: { limits: { memory: 1Gi } } } } }", "note()", "0.62", false),
    ("tasks: { note: { sidecars: { s: { limits: { memory: 1Gi } } } } }", "note()", "0.62", false),
    ("", "note()", "0.56", false),
    ("", "for x in list { t(x) }", "0.56", false),
    ("bindings: { ws: { projected: [{ secret: \"s\" }] } }", "", "0.56", true),
    ("bindings: { ws: { csi: { driver: \"d\" } } }", "", "0.56", true),
    ("pod: { host_network: true }, tasks: { a: { service_account: \"x\", display_name: \"A\" } }", "", "0.56", true),
];

fn program(options: &str, body: &str) -> String {
    format!(
        "extern task note() {{ cluster: \"note\", namespace: \"ci\" }}\ntask t(x: string) {{ image: \"a/b:1\", run: \"echo ~{{x}}\" }}\n\
         pipeline p(list: [string] = []) {{\ntarget tekton {{ {options} }}\nworkspace ws {{ size: 1Gi }}\n\
         task a {{ image: \"a/b:1\", workdir: ws, run: \"true\" }}\n{body}\n}}\n"
    )
}

#[test]
fn the_least_version_is_said() {
    for (options, body, version, _) in NEEDS {
        let run = text_of(&program(options, body), "pipelinerun.yaml");
        assert!(run.contains(&format!("# Needs Tekton {version} or newer.\n")), "{options} {body}\n{run}");
    }
}

/// What is newer than the program allows is found, and raising the version mends it.
#[test]
fn what_is_too_new_is_refused_where_it_is_asked_for() {
    for (options, body, version, _) in NEEDS {
        let comma = if options.is_empty() { "" } else { ", " };
        let with = |version: &str| program(&format!("{options}{comma}min_version: \"{version}\""), body);
        let all = found(&with("0.56"));
        assert_eq!(all.is_empty(), *version == "0.56", "{options} {body}: {all:#?}");
        for (one, at) in &all {
            assert_eq!(one.code.id(), "P0611");
            assert!(one.message.contains(&format!("needs Tekton {version} or newer")), "{}", one.message);
            assert_ne!(at, "\"0.56\"", "the place is what asks for it");
            assert_eq!(one.fixes[0].edits[0].text, format!("\"{version}\""));
        }
        assert_eq!(codes(&with(version)), Vec::<String>::new());
        assert_eq!(codes(&with("1.15")), Vec::<String>::new());
    }
}

#[test]
fn a_version_has_a_form() {
    for bad in ["1", "0.55", "v0.62", "0.62.1", "latest", "2.0", "0.062"] {
        let all = codes(&program(&format!("min_version: \"{bad}\""), ""));
        assert_eq!(all, [format!("P0608 `{bad}` is no version that `min_version` can be | \"{bad}\"")]);
    }
}

#[test]
fn what_is_beta_is_refused_where_only_stable_may_be_used() {
    for (options, body, _, stable) in NEEDS {
        let comma = if options.is_empty() { "" } else { ", " };
        let with = |level: &str| program(&format!("{options}{comma}level: .{level}"), body);
        let all = found(&with("stable"));
        assert_eq!(all.is_empty(), *stable, "{options} {body}: {all:#?}");
        assert!(
            all.iter().all(|(one, _)| one.code.id() == "P0612" && one.message.contains("is beta in Tekton")),
            "{all:#?}"
        );
        for level in ["beta", "alpha"] {
            assert_eq!(codes(&with(level)), Vec::<String>::new(), "{options} {body}");
        }
    }
    // Since 1.9 these are stable.
    let projected = "bindings: { ws: { projected: [{ secret: \"s\" }] } }, level: .stable";
    assert_eq!(codes(&program(&format!("{projected}, min_version: \"1.8\""), "")).len(), 1);
    assert_eq!(codes(&program(&format!("{projected}, min_version: \"1.9\""), "")), Vec::<String>::new());
    assert!(text_of(&program(projected, ""), "pipelinerun.yaml").contains("# Needs Tekton 1.9 or newer.\n"));
}

#[test]
fn alpha_is_used_only_when_both_are_asked_for() {
    for option in ["cel", "enums"] {
        for level in ["stable", "beta"] {
            let all = codes(&conditions(&format!("{option}: true, level: .{level}"), &[]));
            assert_eq!(
                all,
                [format!("P0612 `{option}` is alpha in Tekton, and the program does not ask for that | true")]
            );
        }
    }
    assert_eq!(codes(&conditions("level: .alpha", &[])), Vec::<String>::new());
    let run = text_of(&conditions("level: .alpha", &[]), "pipelinerun.yaml");
    assert!(
        !run.contains("feature-flags") && !text_of(&conditions("level: .alpha", &[]), "pipeline.yaml").contains("cel:")
    );
}

#[test]
fn the_flags_to_set_are_said_twice() {
    let program = conditions("level: .alpha, cel: true, enums: true", CONDITIONS);
    let notes = found(&program);
    let [(note, _)] = &notes[..] else { panic!("{notes:#?}") };
    assert_eq!((note.code.id(), note.severity), ("P0613", Severity::Note));
    for flag in ["enable-cel-in-whenexpression: \"true\"", "enable-param-enum: \"true\""] {
        assert!(note.message.contains(flag), "{}", note.message);
        assert!(text_of(&program, "pipelinerun.yaml").contains(&format!("#     {flag}\n")));
    }
    assert!(
        note.help
            .as_deref()
            .unwrap()
            .contains(r#"{"data":{"enable-cel-in-whenexpression":"true","enable-param-enum":"true"}}"#)
    );
}

#[test]
fn cases_are_said_to_the_cluster() {
    let all = objects(&conditions("level: .alpha, enums: true", &[]));
    let pipeline = all.iter().find(|object| object["kind"] == "Pipeline").unwrap();
    let of = |name: &str| {
        let mut params = pipeline["spec"]["params"].as_array().unwrap().iter();
        params.find(|param| param["name"] == name).unwrap()["enum"].clone()
    };
    assert_eq!(of("kind"), serde_json::json!(["fast", "full", "odd-one"]));
    assert_eq!(of("on"), serde_json::json!(["true", "false"]));
    assert_eq!(of("maybe"), serde_json::json!(["fast", "full", "odd-one", ""]));
    assert_eq!((of("count"), of("name")), (Json::Null, Json::Null));
}

/// Conditions that `when` cannot say, and CEL can.
const CONDITIONS: &[&str] = &[
    "count > 3 or kind == .full",
    "count >= 3 and count < 10 or on",
    "not (on and kind == .odd_one)",
    "kind != .fast or (on and count == 0 - 1)",
    "kind in [.fast, .odd_one] or count in [1, 2, 3]",
    "maybe == none or on",
    "(maybe != none and maybe! == .full) or not on",
    "version == \"1.2\" or count <= 0",
    "on == (kind == .full) or count != 4",
    "on and (count > 5 or kind == .fast)",
];

fn conditions(options: &str, conditions: &[&str]) -> String {
    let tasks: String = conditions
        .iter()
        .enumerate()
        .map(|(at, condition)| format!("when {condition} {{ task t{at} {{ image: \"a/b:1\", run: \"true\" }} }}\n"))
        .collect();
    format!(
        "enum Kind {{ fast, full, odd_one = \"odd-one\" }}\ntype Version = string matching \"[0-9]+\\\\.[0-9]+\"\n\
         pipeline p(kind: Kind = .fast, maybe: Kind? = none, on: bool = false, count: int = 0, name: string = \"x\", version: Version = \"1.0\") {{\n\
         target tekton {{ {options} }}\ntask first {{ image: \"a/b:1\", run: \"echo ~{{name}}\" }}\n{tasks}}}\n"
    )
}

#[test]
fn cel_says_what_when_cannot() {
    let pipeline = text_of(&conditions("level: .alpha, cel: true", CONDITIONS), "pipeline.yaml");
    let lines: Vec<&str> = pipeline.lines().filter(|line| line.contains("cel:")).map(str::trim).collect();
    insta::assert_debug_snapshot!(lines);
}

/// A parameter is asked for as the manifests call it: respelt, renamed, a field of a record, in tasks that became one.
#[test]
fn cel_asks_by_the_names_of_the_manifests() {
    let program = |options: &str| {
        format!(
            "enum Kind {{ fast, full }}\nrecord Setup {{ how_much: Kind = .fast, on: bool = false }}\n\
             pipeline p(build_kind: Kind = .fast, dry_run: bool = false, retry_count: int = 0, set_up: Setup = {{}}) {{\n\
             target tekton {{ names: .camel, renames: {{ dry_run: \"dry\" }}, {options} }}\n\
             when build_kind == .full or retry_count > 3 or not dry_run {{\n\
             t0 = one()\none() after t0\n}}\n\
             when set_up.how_much == .full or set_up.on {{ task t1 {{ image: \"a/b:1\", run: \"true\" }} }}\n}}\n\
             task one() {{ image: \"a/b:1\", run: \"true\" }}\n"
        )
    };
    let first = "('$(params.buildKind)' == 'full' || int('$(params.retryCount)') > 3) || !('$(params.dry)' == 'true')";
    let second = "'$(params.setUp.howMuch)' == 'full' || '$(params.setUp.on)' == 'true'";
    for (style, file) in [("files", "pipeline.yaml"), ("inline", "pipelinerun.yaml")] {
        for (fuse, firsts) in [(false, 2), (true, 1)] {
            let cel = format!("level: .alpha, cel: true, style: .{style}, fuse: {fuse}");
            let text = text_of(&program(&cel), file);
            let asked = |what: &str| text.matches(what).count();
            assert_eq!((asked(first), asked(second), asked("cel:")), (firsts, 1, firsts + 1), "{cel}\n{text}");
            crate::verify::assert_clean(&[&text]);
        }
    }
    for (kind, dry, count) in
        [("fast", "true", "0"), ("full", "true", "0"), ("fast", "false", "0"), ("fast", "true", "4")]
    {
        let params =
            [("buildKind", kind), ("dry", dry), ("retryCount", count)].map(|(name, value)| (name, value.to_owned()));
        let cel = ends(&objects(&program("level: .alpha, cel: true")), &params);
        assert_eq!(cel, ends(&objects(&program("fuse: false")), &params), "{params:?}");
    }
}

/// What could end a string of the expression never stands in it, and a result is not known when all of them are read.
#[test]
fn what_is_open_stays_with_a_small_task() {
    for condition in ["name == \"a\" or on", "len(name) > 3", "count + 1 > 3", "name == \"it's\" or kind == .full"] {
        let program = conditions("level: .alpha, cel: true", &[condition]);
        let pipeline = std::panic::catch_unwind(|| text_of(&program, "pipeline.yaml"));
        let Ok(pipeline) = pipeline else { continue };
        assert!(!pipeline.contains("cel:") && pipeline.contains("decide-t0"), "{condition}\n{pipeline}");
    }
    let result = "task f() -> (ok: bool, n: int) { image: \"a/b:1\", run: \"echo true > ~{out.ok}; echo 1 > ~{out.n}\" }\n\
        pipeline p(on: bool) {\ntarget tekton { level: .alpha, cel: true }\nf = f()\nwhen f.n > 1 or on { task t { image: \"a/b:1\", run: \"true\" } }\n}\n";
    let pipeline = text_of(result, "pipeline.yaml");
    assert!(!pipeline.contains("cel:") && pipeline.contains("decide-t"), "{pipeline}");
}

fn ends(objects: &[Json], params: &[(&str, String)]) -> Vec<(String, engine::End)> {
    let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let ran = engine::run(objects, &params, &[]);
    ran.ends.into_iter().filter(|(name, _)| name.starts_with('t')).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    /// The same tasks run as with decision tasks.
    #[test]
    fn cel_decides_as_the_small_tasks_do(kind in 0..3_usize, maybe in 0..4_usize, on: bool, count in -1..12_i64, version in 0..3_i64) {
        let kinds = ["fast", "full", "odd-one", ""];
        let params = [
            ("kind", kinds[kind].to_owned()),
            ("maybe", kinds[maybe].to_owned()),
            ("on", on.to_string()),
            ("count", count.to_string()),
            ("version", format!("1.{version}")),
        ];
        let cel = ends(&objects(&conditions("level: .alpha, cel: true", CONDITIONS)), &params);
        let tasks = ends(&objects(&conditions("", CONDITIONS)), &params);
        prop_assert_eq!(cel, tasks, "{:?}", params);
    }
}

/// The evaluator of the tests knows what it has to.
#[test]
fn the_model_of_cel_evaluates() {
    for (text, value) in [
        ("true", true),
        ("'a' == 'a' && 'b' != 'a'", true),
        ("!('a' == 'b') && int('007') == 7", true),
        ("int('-3') < 2 && (false || 1 >= 1)", true),
        ("'x' in ['y', 'z'] || 3 in [1, 2, 3]", true),
        ("false || false && true", false),
    ] {
        assert_eq!(cel::evaluate(text), Ok(value), "{text}");
    }
    for bad in ["", "'a", "a == 'a'", "1 == 'a'", "int('x') == 1", "'a' == 'a' 'b'", "'a' < 'b"] {
        assert!(cel::evaluate(bad).is_err(), "{bad}");
    }
}

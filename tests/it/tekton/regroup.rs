//! Turns of a loop that is known when compiling as one task with a matrix: the same runs, or all of them apart.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::surface::{found, objects};

const TASKS: &str = r#"
enum Cloud { aws, gcp, azure }
record Image { cloud: Cloud, name: string }
type Digest = string matching "sha256:[0-9a-f]+"
const clouds: [Cloud] = [.aws, .gcp, .azure]
const images: [Image] = [{ cloud: .aws, name: "a" }, { cloud: .gcp, name: "b" }]
extern task fetch() -> (ok: string) { cluster: "fetch", namespace: "ci" }
extern task scan(image: string, level: string = "all", args: [string] = []) -> (report: string) { cluster: "scan", namespace: "ci" }
extern task noted(image: string) { cluster: "noted", namespace: "ci" }
extern task locked(image: string) { cluster: "locked", namespace: "ci", lock: "x" }
"#;

fn program(options: &str, body: &str) -> String {
    format!(
        "{TASKS}pipeline p(tag: string = \"t\", on: bool = false){} {{\ntarget tekton {{ helper_image: \"quay.io/x/y:1\"{}{options} }}\n\
         defaults {{ image: \"quay.io/x/y:1\" }}\nfirst = fetch()\n{body}\n}}\n",
        if body.contains("return") { " -> (all: string)" } else { "" },
        if options.is_empty() { "" } else { ", " }
    )
}

/// The entries of the pipeline.
fn entries(options: &str, body: &str) -> Vec<Json> {
    let all = objects(&program(options, body));
    let spec = &all.iter().find(|object| object["kind"] == "Pipeline").unwrap()["spec"];
    let part = |key: &str| spec[key].as_array().cloned().unwrap_or_default();
    part("tasks").into_iter().chain(part("finally")).collect()
}

fn list(value: &Json) -> Vec<Json> {
    value.as_array().cloned().unwrap_or_default()
}

fn name(value: &Json) -> String {
    value["name"].as_str().unwrap().to_owned()
}

/// Every run that the entries start, by its name, with all it is given, and whom it waits for.
fn runs(entries: &[Json]) -> BTreeMap<String, Json> {
    let mut turns: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in entries {
        let include = list(&entry["matrix"]["include"]);
        turns.insert(
            name(entry),
            if include.is_empty() { vec![name(entry)] } else { include.iter().map(name).collect() },
        );
    }
    let mut all = BTreeMap::new();
    for entry in entries {
        let include = list(&entry["matrix"]["include"]);
        let include = if include.is_empty() { vec![json!({ "name": name(entry) })] } else { include };
        for turn in include {
            let mut one = entry.clone();
            let mut params: Vec<Json> = list(&entry["params"]).into_iter().chain(list(&turn["params"])).collect();
            params.sort_by_key(name);
            let mut after: Vec<String> =
                list(&entry["runAfter"]).iter().flat_map(|one| turns[one.as_str().unwrap()].clone()).collect();
            after.sort();
            let fields = one.as_object_mut().unwrap();
            fields.remove("matrix");
            fields.insert("name".into(), turn["name"].clone());
            fields.insert("params".into(), params.into());
            fields.insert("runAfter".into(), after.into());
            assert_eq!(all.insert(name(&turn), one), None, "two runs of one name");
        }
    }
    all
}

/// The tasks with an `include`, each with the number of its turns.
fn matrices(entries: &[Json]) -> Vec<(String, usize)> {
    let of = |entry: &Json| (name(entry), list(&entry["matrix"]["include"]).len());
    entries.iter().map(of).filter(|(_, turns)| *turns > 0).collect()
}

/// What becomes of a body, with the matrices in it.
const TOGETHER: &[(&str, &[(&str, usize)])] = &[
    ("for image in [\"a\", \"b b\", \"\"] { scan(image) }", &[("scan", 3)]),
    ("for image in [\"a\", \"b\"], level in [\"x\", \"y\"] { scan(image, level, args: [\"q\", tag]) }", &[("scan", 4)]),
    (
        "for image in [\"a\", \"b\"], level in [\"x\", \"y\"] if image != \"a\" or level == \"y\" { scan(image, level) }",
        &[("scan", 3)],
    ),
    ("for one in images { scan(one.name, level: \"~{one.cloud}\") }", &[("scan", 2)]),
    ("when on { for cloud in clouds { scan(image: \"~{cloud}\", level: tag) } }", &[("scan", 3)]),
    ("for image in [\"a\", \"b\"] { s = scan(image, level: first.ok) }", &[("s", 2)]),
    (
        "stage one { for image in [\"a\", \"b\"] { scan(image) } }\nstage two { task last { run: \"true\" } }",
        &[("scan", 2)],
    ),
    (
        "stage one { for image in [\"a\", \"b\"] { scan(image) } }\nstage two { for image in [\"c\", \"d\"] { s = scan(image) } }",
        &[("scan", 2), ("s", 2)],
    ),
    ("finally { for image in [\"a\", \"b\"] { scan(image) } }", &[("scan", 2)]),
    (
        "for image in [\"a\", \"b\"] { scan(image) }\nfor image in [\"c\", \"d\"] { x = scan(image) }",
        &[("scan", 2), ("x", 2)],
    ),
];

#[test]
fn the_same_runs_with_the_same_values_start() {
    for (body, expected) in TOGETHER {
        let apart = entries("", body);
        assert_eq!(matrices(&apart), [], "only where it is asked for");
        let together = entries("matrix: true", body);
        let expected: Vec<(String, usize)> =
            expected.iter().map(|(name, turns)| ((*name).to_owned(), *turns)).collect();
        assert_eq!(matrices(&together), expected, "{body}");
        assert_eq!(runs(&together), runs(&apart), "{body}");
    }
}

/// Where one turn could be told from the others, nothing changes.
#[test]
fn turns_that_differ_for_anybody_stay_apart() {
    for body in [
        "for image in [\"a\"] { scan(image) }",
        // Somebody reads a result.
        "for image in [\"a\", \"b\"] { s = scan(image)\ntask show { run: \"echo ~{s.report}\" } }",
        "for image in [\"a\", \"b\"] { s = scan(image) }\ntask show { run: \"echo ~{s.report}\" }",
        "for image in [\"a\", \"b\"] { s = scan(image) }\nreturn (all: join(s.report, \",\"))",
        // Somebody waits for one of them.
        "for image in [\"a\", \"b\"] { s = scan(image)\ntask show { run: \"true\" } after s }",
        // One waits for what another does not.
        "for image in [\"a\", \"b\"] { s = scan(image)\nl = noted(image) after s }",
        "for image in [\"a\", \"b\"] { locked(image) }",
        // What the engine could take for a variable.
        "for image in [\"a$b\", \"b\"] { scan(image) }",
        "for image in [\"a\", \"b\"] { scan(image: \"~{image}-~{tag}\") }",
        // The lists differ.
        "for image in [\"a\", \"b\"] { scan(\"x\", args: [image]) }",
    ] {
        let apart = std::panic::catch_unwind(|| entries("", body));
        let Ok(apart) = apart else { panic!("{body}") };
        let together = entries("matrix: true", body);
        assert_eq!(together, apart, "{body}");
    }
}

#[test]
fn options_of_one_turn_keep_it_apart() {
    let body = "for image in [\"a\", \"b\"] { scan(image) }";
    let one = entries("matrix: true, tasks: { scan_a: { service_account: \"x\" } }", body);
    assert_eq!(matrices(&one), []);
    let all = objects(&program("matrix: true, tasks: { scan: { service_account: \"x\" } }", body));
    let run = all.iter().find(|object| object["kind"] == "PipelineRun").unwrap();
    assert_eq!(run["spec"]["taskRunSpecs"], json!([{ "pipelineTaskName": "scan", "serviceAccountName": "x" }]));
}

#[test]
fn no_more_turns_than_the_engine_starts() {
    let images: Vec<String> = (0..5).map(|at| format!("\"i{at}\"")).collect();
    let body = format!("for image in [{}] {{ scan(image) }}", images.join(", "));
    assert_eq!(matrices(&entries("matrix: true, most_turns: 4", &body)), []);
    assert_eq!(matrices(&entries("matrix: true, most_turns: 5", &body)), [("scan".to_owned(), 5)]);
}

#[test]
fn a_matrix_is_beta() {
    let said = |body: &str| -> Vec<String> {
        let all = found(&program("matrix: true, level: .stable", body));
        all.iter()
            .map(|(one, at)| format!("{} {} | {at}", one.code.id(), one.message))
            .filter(|one| one.contains("matrix"))
            .collect()
    };
    let finding = "P0612 a `matrix` is beta in Tekton, and the program may use what is stable | true";
    assert_eq!(said("for image in [\"a\", \"b\"] { scan(image) }"), [finding]);
    assert_eq!(said("for image in [\"a\"] { scan(image) }"), Vec::<String>::new());
}

#[test]
fn how_it_is_written() {
    let body = "for image in [\"a\", \"b: #\"] { scan(image, level: tag, args: [\"q\"]) }";
    let all = entries("matrix: true", body);
    let scan = all.iter().find(|entry| entry["name"] == "scan").unwrap();
    assert_eq!(
        scan["matrix"],
        json!({ "include": [
            { "name": "scan-a", "params": [{ "name": "image", "value": "a" }] },
            { "name": "scan-b", "params": [{ "name": "image", "value": "b: #" }] },
        ] })
    );
    assert_eq!(
        scan["params"],
        json!([{ "name": "level", "value": "$(params.tag)" }, { "name": "args", "value": ["q"] }])
    );
}

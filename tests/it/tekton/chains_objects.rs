//! Hints for Chains that are objects.

use serde_json::{Value as Json, json};

use super::engine::{self, End};
use super::surface::{found, objects};

fn program(options: &str) -> String {
    r#"type Commit = string matching "sha1:[0-9a-f]{40}"
type Digest = string matching "sha256:[0-9a-f]{64}"
record Source { uri: string, digest: Commit }
record Made { uri: string, digest: Digest, is_build_artifact: bool, note: string = "" }
record Plain { uri: string, digest: string }
task fetch() -> Source {
    image: "a/b:1"
    run: "printf %s https://e.com > ~{out.uri}; printf sha1:%040d 1 > ~{out.digest}"
}
task build(on: string) -> (disk: Made) {
    image: "a/b:1"
    run: """
        printf %s ~{on} > ~{out.disk.uri}
        printf sha256:%064d 2 > ~{out.disk.digest}
        printf true > ~{out.disk.is_build_artifact}
        : > ~{out.disk.note}
    """
}
pipeline p(on: string = "x", more: bool = true, list: [string] = []) -> (disk: Made, uri: string) {
    target tekton { @ }
    source = fetch()
    first = build(on)
    when more { second = build("other") }
    task read { image: "a/b:1", run: "echo ~{(second.disk ?? first.disk).uri} ~{source.uri} ~{first.disk.note}" }
    task plain -> (of: Plain, one: string) { image: "a/b:1", run: "touch ~{out.of.uri} ~{out.of.digest} ~{out.one}" }
    for one in list { turn = build(one) }
    return (disk: first.disk, uri: source.uri)
}
"#
    .replace('@', options)
}

const HINTS: &str = r#"chains: { inputs: ["source.out"], outputs: ["first.disk", "second.disk"] }"#;

fn spec<'a>(all: &'a [Json], name: &str) -> &'a Json {
    &all.iter().find(|one| one["metadata"]["name"] == name).unwrap_or_else(|| panic!("no {name}"))["spec"]
}

fn result<'a>(spec: &'a Json, name: &str) -> &'a Json {
    let mut all = spec["results"].as_array().expect("results").iter();
    all.find(|one| one["name"] == name).unwrap_or_else(|| panic!("no {name} in {}", spec["results"]))
}

#[test]
fn records_have_names_and_keys_that_chains_knows() {
    let all = objects(&program(HINTS));
    let keys = |result: &Json| {
        let keys: Vec<String> = result["properties"].as_object().expect("keys").keys().cloned().collect();
        keys
    };
    let source = result(spec(&all, "p-source"), "ARTIFACT_INPUTS");
    assert_eq!((&source["type"], keys(source)), (&json!("object"), vec!["uri".to_owned(), "digest".to_owned()]));
    let disk = result(spec(&all, "p-second"), "SECOND_DISK_ARTIFACT_OUTPUTS");
    assert_eq!(keys(disk), ["uri", "digest", "isBuildArtifact", "note"]);
    let pipeline = spec(&all, "p");
    let names: Vec<&str> =
        pipeline["results"].as_array().expect("results").iter().filter_map(|one| one["name"].as_str()).collect();
    let hints = ["FIRST_DISK_ARTIFACT_OUTPUTS", "uri", "ARTIFACT_INPUTS", "SECOND_DISK_ARTIFACT_OUTPUTS"];
    assert_eq!(names, hints, "what is returned keeps its place");
    assert_eq!(
        result(pipeline, "ARTIFACT_INPUTS")["value"],
        json!({ "uri": "$(tasks.source.results.ARTIFACT_INPUTS.uri)", "digest": "$(tasks.source.results.ARTIFACT_INPUTS.digest)" })
    );
    assert_eq!(
        result(pipeline, hints[0])["value"]["isBuildArtifact"],
        "$(tasks.first.results.FIRST_DISK_ARTIFACT_OUTPUTS.isBuildArtifact)"
    );
}

/// The engine of the tests holds the objects to the keys that are declared, also of a task that is skipped.
#[test]
fn what_is_written_has_the_keys() {
    let all = objects(&program(HINTS));
    for more in ["true", "false"] {
        let ran = engine::run(&all, &[("on", "a\"b"), ("more", more)], &[]);
        assert!(
            ran.ends.values().all(|end| matches!(end, End::Succeeded | End::Skipped)),
            "{:?}\n{}",
            ran.ends,
            ran.log
        );
        let second = if more == "true" { "other" } else { "a\"b" };
        assert_eq!(ran.out["read"], format!("{second} https://e.com \n"));
        let returned = ran.returned(&all);
        assert_eq!(returned["uri"], "https://e.com");
    }
}

/// The same is told as artifacts, when that is asked for.
#[test]
fn the_same_is_told_as_artifacts() {
    let all = objects(&program(&format!("{HINTS}, level: .alpha, artifacts: true")));
    let ran = engine::run(&all, &[("more", "false")], &[]);
    let digest = |number: u32, digits: usize| format!("{number:0digits$}");
    let source = json!([{ "inputs": [{ "name": "out", "values": [{ "digest": { "sha1": digest(1, 40) }, "uri": "https://e.com" }] }] }]);
    assert_eq!(Json::from(ran.told["source"].clone()), source, "{}", ran.log);
    let disk = json!([{ "outputs": [{
        "name": "disk", "buildOutput": true, "values": [{ "digest": { "sha256": digest(2, 64) }, "uri": "x" }]
    }] }]);
    assert_eq!(Json::from(ran.told["first"].clone()), disk);
    assert!(ran.told["second"].is_empty(), "it was skipped");
}

#[test]
fn what_chains_would_pass_over_is_said() {
    let options = r#"renames: { "second.disk.uri": "address" }, chains: {
        inputs: ["source.out", "source.uot", "plain.of", "plain.one"]
        outputs: ["first.disk", "first.disk", "second.disk", "nobody.disk", "turn.disk"] }"#;
    let said: Vec<String> = found(&program(options))
        .iter()
        .filter(|(one, _)| one.code.id() == "P0616")
        .map(|(one, at)| format!("{} | {at}", one.message))
        .collect();
    insta::assert_debug_snapshot!(said);
}

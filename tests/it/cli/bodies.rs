//! 1.17: what runs on a laptop is what runs in a cluster, byte for byte.

use std::collections::BTreeSet;
use std::fs;

use sha2::{Digest as _, Sha256};

use super::run::Place;

const PROGRAM: &str = r#"
pipeline ci(words: [string] = ["a b"], name: string = "n") -> string {
    workspace src { size: 1Gi }
    task make -> string {
        image: "quay.io/a/b:1"
        workdir: src
        env: { NAME: name }
        before: "echo before"
        cleanup: "echo cleanup"
        step first { run: "echo $(date) ${#} ~{words} > made" }
        step second { run: "cat made; printf %s ~{name} > ~{out}" }
    }
    task plain { image: "quay.io/a/c:1", shell: "sh", run: "echo 'got' \"~{make}\"", on_exit: { 3: .skip } }
    return make
}
"#;

/// Prints every script of the steps of Tasks, as a list.
const SCRIPTS: &str = r#"
import json, sys, yaml
found = []
for path in sys.argv[1:]:
    for one in yaml.safe_load_all(open(path)):
        if one["kind"] == "Task": found += [step["script"] for step in one["spec"]["steps"]]
print(json.dumps(found))
"#;

fn hashes<T: AsRef<[u8]>>(bodies: impl IntoIterator<Item = T>) -> BTreeSet<String> {
    let hex = |body: T| Sha256::digest(body.as_ref()).iter().map(|byte| format!("{byte:02x}")).collect();
    bodies.into_iter().map(hex).collect()
}

/// The contents of all files below a folder.
fn below(place: &Place, folder: &str) -> Vec<Vec<u8>> {
    let found = place.shell(&format!("find {folder} -type f")).exits(0).out;
    found.lines().map(|name| fs::read(place.path(name)).unwrap()).collect()
}

#[test]
fn capability_1_17_the_bytes_of_a_step_are_the_same_everywhere() {
    let place = Place::with(&[("ci.pipe", PROGRAM)]);
    place.put(
        "with_builder.pipe",
        PROGRAM
            .replace("    workspace src", "    target buildconfig { builder: \"quay.io/a/all:1\" }\n    workspace src"),
    );
    let plan = place.run(&["plan", "ci.pipe", "--format", "json"]).exits(0).json();
    let steps = plan["tasks"].as_array().unwrap().iter().flat_map(|task| task["steps"].as_array().unwrap());
    let wanted: BTreeSet<String> = steps.map(|step| step["sha256"].as_str().unwrap().to_owned()).collect();
    assert_eq!(wanted.len(), 3);
    let has = |engine: &str, found: &BTreeSet<String>| assert!(wanted.is_subset(found), "{engine}: {found:?}");

    place.run(&["emit", "-t", "shell", "-o", "sh", "ci.pipe"]).exits(0);
    place.shell("bash sh/*.sh --work work").exits(0);
    has("the emitted script", &hashes(below(&place, "work/steps")));
    place.run(&["run", "-q", "ci.pipe", "--store", "store"]).exits(0);
    has("pipec run", &hashes(below(&place, "store/*/work/scripts")));

    place.run(&["emit", "-t", "tekton", "-o", "tekton", "ci.pipe"]).exits(0);
    place.put("scripts.py", SCRIPTS);
    let scripts = place.shell("python3 scripts.py tekton/*.yaml").exits(0).json();
    has("Tekton", &hashes(scripts.as_array().unwrap().iter().map(|one| one.as_str().unwrap())));

    place.run(&["emit", "-t", "buildconfig", "-o", "builds", "with_builder.pipe"]).exits(0);
    let segments = below(&place, "builds/segments");
    let scripts = segments.iter().flat_map(|text| {
        let spec: pipec::contract::RunSpec = serde_json::from_slice(text).unwrap();
        spec.tasks.into_iter().flat_map(|task| task.steps).map(|step| step.script).collect::<Vec<_>>()
    });
    has("builds", &hashes(scripts));
}

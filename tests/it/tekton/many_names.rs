//! 3.11: names that a loop makes of long values are short enough for a cluster, and no two are one.

use std::collections::BTreeSet;

use crate::cli::run::Place;

/// Prints the names of all objects, of the tasks of the pipeline, and of their steps.
const NAMES: &str = r#"
import json, sys, yaml
objects, tasks = [], []
for one in yaml.safe_load_all(sys.stdin):
    if "name" in one["metadata"]: objects.append(one["kind"] + "/" + one["metadata"]["name"])
    if one["kind"] == "Pipeline": tasks += [task["name"] for task in one["spec"]["tasks"]]
print(json.dumps([objects, tasks]))
"#;

fn place(values: &[String]) -> Place {
    let values: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
    let task = "task build_the_thing { image: \"quay.io/a/b:1\", run: \"echo ~{value}\" }";
    let program =
        format!("pipeline ci() {{\n    for value in [{}] {{\n        {task}\n    }}\n}}\n", values.join(", "));
    Place::with(&[("ci.pipe", &program), ("names.py", NAMES)])
}

#[test]
fn capability_3_11_a_thousand_long_names_are_short_and_differ() {
    // With what stands before them: 63.
    let longest: Vec<String> = (0..1000).map(|at| format!("{}-{at:03}", "a".repeat(43))).collect();
    let found = place(&longest).shell("\"$pipec\" emit -q -t tekton ci.pipe | python3 names.py").exits(0).json();
    for (of, all) in [("objects", &found[0]), ("tasks", &found[1])] {
        let all: Vec<&str> = all.as_array().unwrap().iter().filter_map(|one| one.as_str()).collect();
        assert!(all.len() >= 1000, "{of}: {}", all.len());
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{of} of one name");
        let name = |one: &&str| one.rsplit('/').next().unwrap().len();
        assert!(all.iter().map(name).max() <= Some(63), "{of}");
    }
    // None is cut, since two could become one; and two that would be one are told.
    let longer: Vec<String> = longest.iter().map(|value| format!("a{value}")).collect();
    let ran = place(&longer).run(&["emit", "-t", "tekton", "ci.pipe"]).exits(1);
    assert!(ran.out.is_empty() && ran.err.contains("and a cluster takes 63"), "{}", ran.err);
    let same = place(&["a-b".to_owned(), "a_b".to_owned()]).run(&["emit", "-t", "tekton", "ci.pipe"]).exits(1);
    assert!(same.err.contains("P0212"), "{}", same.err);
}

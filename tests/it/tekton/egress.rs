//! `deny_egress`: 4.1, for pods of Tekton.

use crate::cli::run::Place;

fn program(options: &str) -> String {
    format!(
        "pipeline ci() {{\n    target tekton {{ {options} }}\n    task t {{ image: \"quay.io/a/b:1\", run: \"true\" }}\n}}\n"
    )
}

/// Prints the policy and the labels of the run, as JSON.
const READ: &str = r#"
import json, sys, yaml
found = {}
for path in sys.argv[1:]:
    for one in yaml.safe_load_all(open(path)):
        found[one["kind"]] = one
print(json.dumps([found.get("NetworkPolicy"), found["PipelineRun"]["metadata"]["labels"]]))
"#;

#[test]
fn capability_4_1_ways_out_of_a_run_are_closed() {
    for style in ["files", "inline", "pac"] {
        let pac = if style == "pac" { "pac: { events: [.push], branches: [\"main\"] }, " } else { "" };
        let options = format!("{pac}style: .{style}, deny_egress: true, egress: [\"192.0.2.0/24\", \"fd00::/8\"]");
        let place = Place::with(&[("ci.pipe", &program(&options)), ("read.py", READ)]);
        place.run(&["emit", "-q", "-t", "tekton", "-o", "out", "ci.pipe"]).exits(0);
        place.run(&["verify", "out"]).exits(0);
        let found = place.shell("python3 read.py $(find out -name '*.yaml')").exits(0).json();
        let (policy, labels) = (&found[0], &found[1]);
        assert_eq!(labels["pipec.dev/egress"], "ci", "{style}");
        assert_eq!(policy["spec"]["podSelector"]["matchLabels"], serde_json::json!({"pipec.dev/egress": "ci"}));
        assert_eq!(policy["spec"]["policyTypes"], serde_json::json!(["Egress"]));
        let ways = policy["spec"]["egress"].as_array().expect("ways");
        assert_eq!(ways.len(), 4, "{ways:#?}");
        assert_eq!(ways[0]["ports"].as_array().map(Vec::len), Some(4), "names only");
        assert_eq!(ways[1], serde_json::json!({"to": [{"podSelector": {}}]}));
        assert_eq!(ways[3], serde_json::json!({"to": [{"ipBlock": {"cidr": "fd00::/8"}}]}));
        assert!(!place.path("out/.tekton/networkpolicy.yaml").exists(), "what starts runs finds runs there");
    }
}

#[test]
fn ways_that_cannot_be_closed_are_said() {
    for (options, said) in [
        ("deny_egress: true, style: .bundle", "has no run whose ways out could be closed"),
        ("deny_egress: true, style: .catalog", "has no run whose ways out could be closed"),
        ("deny_egress: true, egress: [\"10.0.0.0\"]", "`10.0.0.0` is no range of addresses"),
        ("egress: [\"10.0.0.0/8\"]", "every way out is open already"),
    ] {
        let ran = Place::with(&[("ci.pipe", &program(options))]).run(&["emit", "-t", "tekton", "ci.pipe"]).exits(1);
        assert!(ran.err.contains("P0616") && ran.err.contains(said), "{options}: {}", ran.err);
    }
    let ran = Place::with(&[("ci.pipe", &program("fuse: true"))]).run(&["emit", "-t", "tekton", "ci.pipe"]).exits(0);
    assert!(!ran.out.contains("NetworkPolicy") && !ran.out.contains("pipec.dev/egress"), "{}", ran.out);
}

//! Loops around tasks that are kept elsewhere: a matrix of the lists themselves.

use serde_json::json;

use super::programs::{entry, gaps, kind, right, task};

const SCANS: &str = r#"
extern task scan(image: string, level: string = "all", args: [string] = []) -> (report: string, digest: Digest) { cluster: "scan", namespace: "ci", params: { image: "IMAGE" }, results: { report: "REPORT" } }
extern task collect(reports: [string], more: [string] = []) { cluster: "collect", namespace: "ci" }
type Digest = string matching "sha256:[0-9a-f]+"
"#;

fn scans(params: &str, body: &str) -> String {
    format!(
        "{SCANS}pipeline p({params}) {{\ndefaults {{ image: \"quay.io/x/y:1\" }}\ntask own {{ run: \"true\" }}\n{body}\n}}\n"
    )
}

#[test]
fn a_loop_around_it_is_a_matrix_of_the_lists_themselves() {
    let body = "for image in images, level in levels { scan(image, level, args: levels) }";
    let all = right(&scans("images: [string], levels: [string]", body));
    let scan = entry(&all, "scan");
    // The first variable is the slowest, in the engine the last.
    assert_eq!(
        scan["matrix"],
        json!({ "params": [
            { "name": "level", "value": ["$(params.levels[*])"] },
            { "name": "IMAGE", "value": ["$(params.images[*])"] },
        ] })
    );
    assert_eq!(scan["params"], json!([{ "name": "args", "value": ["$(params.levels[*])"] }]));
    let tasks = kind(&all, "Pipeline")["spec"]["tasks"].as_array().unwrap();
    assert!(!tasks.iter().any(|task| task["name"].as_str().unwrap().starts_with("turns-")), "{tasks:#?}");
    // Nobody reads what it gives, so an empty list is no harm.
    let check = task(&all, "p-check-params")["steps"][0].to_string();
    assert!(!check.contains("turns"), "{check}");
    let when = right(&scans("images: [string], on: bool", "when on { for image in images { scan(image) } }"));
    assert_eq!(entry(&when, "scan")["when"][0]["input"], "$(params.on)");
    let last = right(&scans("images: [string]", "finally { for image in images { scan(image) } }"));
    let scan = &kind(&last, "Pipeline")["spec"]["finally"][0];
    assert_eq!(scan["matrix"]["params"][0]["value"], json!(["$(params.images[*])"]));
}

#[test]
fn what_its_turns_give_is_a_list_in_order() {
    let body = "for image in images { s = scan(image) }\n\
                collect(s.report, more: concat([\"a\"], s.report))\n\
                task show { run: \"echo ~{s.report} ~{s.digest}\" }";
    let all = right(&scans("images: [string]", body));
    assert_eq!(
        entry(&all, "collect")["params"],
        json!([
            { "name": "reports", "value": ["$(tasks.s.results.REPORT[*])"] },
            { "name": "more", "value": ["a", "$(tasks.s.results.REPORT[*])"] },
        ])
    );
    assert_eq!(
        entry(&all, "show")["params"],
        json!([
            { "name": "s-report", "value": ["$(tasks.s.results.REPORT[*])"] },
            { "name": "s-digest", "value": ["$(tasks.s.results.digest[*])"] },
        ])
    );
    // The elements stand as they are, and each is looked at by its type.
    let script = task(&all, "p-show")["steps"][0]["script"].as_str().unwrap();
    assert!(!script.contains("%%:*"), "{script}");
    assert!(script.contains("of the form of Digest"), "{script}");
    let check = task(&all, "p-check-params")["steps"][0]["env"].to_string();
    assert!(check.contains("the loop over image has to have 1 to 10 turns: what `s` gives"), "{check}");
    // A turn of ours in the same loop reads what it gave in that turn.
    let beside = "for image in images { s = scan(image)\ntask show { run: \"echo ~{s.report}\" } }";
    let all = right(&scans("images: [string]", beside));
    let given = entry(&all, "show")["params"].as_array().unwrap();
    assert!(given.contains(&json!({ "name": "s-report", "value": ["$(tasks.s.results.REPORT[*])"] })), "{given:#?}");
    // What turns gave is the list of another matrix.
    let twice = "for image in images { s = scan(image) }\nfor report in s.report { t = scan(report) }";
    let all = right(&scans("images: [string]", twice));
    assert_eq!(entry(&all, "t")["matrix"]["params"][0]["value"], json!(["$(tasks.s.results.REPORT[*])"]));
}

#[test]
fn a_matrix_that_the_engine_has_not_is_said() {
    let gap = ["P0602 tekton cannot run `scan` once for each element of a list that only the run knows"];
    let params = "images: [string], levels: [string]";
    for body in [
        "for image in images if image != \"x\" { scan(image) }",
        "for image in images { scan(\"~{image}:1\") }",
        "for image in images { scan(\"x\") }",
        "for image in images { scan(image, level: image) }",
        "for image in images { scan(\"x\", args: [image]) }",
        "for image in images { when image == \"x\" { scan(image) } }",
        "for image in if len(levels) > 1 then images else levels { scan(image) }",
    ] {
        assert_eq!(gaps(&scans(params, body)), gap, "{body}");
    }
    let chain = "for image in images { s = scan(image)\nscan(s.report) }";
    assert_eq!(gaps(&scans(params, chain)), gap);
    let long = format!("for image in images {{ {0} = scan(image) }}\ncollect({0}.report)", "s".repeat(56));
    let said = format!("P0212 tekton would give the outputs of `{}` in no order", "s".repeat(56));
    assert_eq!(gaps(&scans(params, &long)), [said]);
}

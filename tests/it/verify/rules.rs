//! Each rule, given and nearly given: cases of one manifest, `=== KIND CODE: what it is`, and the code alone or nothing.

use super::{folder, found, lines};

/// What stands before a case of its kind.
fn whole(kind: &str, body: &str) -> String {
    let head = |kind: &str, version: &str| {
        let inner: String = body.lines().map(|line| format!("  {line}\n")).collect();
        format!("apiVersion: tekton.dev/{version}\nkind: {kind}\nmetadata:\n  name: x\nspec:\n{inner}")
    };
    match kind {
        "task" => head("Task", "v1"),
        "action" => head("StepAction", "v1beta1"),
        "pipeline" => head("Pipeline", "v1"),
        "run" => head("PipelineRun", "v1"),
        "taskrun" => head("TaskRun", "v1"),
        "raw" => body.to_owned(),
        other => panic!("no kind of case: {other}"),
    }
}

#[test]
fn each_rule_finds_what_is_given_and_nothing_in_what_is_nearly_so() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (path, text) in folder("rules") {
        for case in text.split("=== ").filter(|case| !case.is_empty()) {
            let (title, body) = case.split_once('\n').expect("a title");
            let (kind, rest) = title.split_once(' ').expect("a kind");
            let code = rest.split(':').next().expect("a code");
            let text = whole(kind, body);
            let all = found(&text);
            let right = if code == "-" {
                all.is_empty()
            } else {
                !all.is_empty() && all.iter().all(|one| one.code.id() == code)
            };
            if !right {
                wrong.push(format!("{}: {title}\n{:#?}", path.display(), lines(&text)));
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 150, "{count}");
}

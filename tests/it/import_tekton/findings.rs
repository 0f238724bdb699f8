//! Mistakes in manifests, each at its line; and what `--lenient` makes of them.

use proptest::prelude::*;

use super::{LENIENT, STRICT, fixture, import, said};

#[track_caller]
fn says(text: &str, wanted: &[&str]) {
    let import = import(text, STRICT);
    let said = said(&import);
    for one in wanted {
        assert!(said.contains(one), "{one}\n{said}");
    }
    assert_eq!(import.imported.is_none(), said.contains("error["), "errors alone stop the output\n{said}");
}

#[test]
fn what_is_no_manifest_is_refused() {
    says("", &["error[P0741]: there is no Task, Pipeline or PipelineRun"]);
    says("a: [", &["error[P0741]: this is not YAML"]);
    says(
        "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}",
        &["error[P0741]: there is no", "note[P0752]: a document is no manifest"],
    );
    says(
        "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: a}",
        &["2:1: error[P0741]: the document has no `spec`"],
    );
    let one = "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: a}\nspec: {steps: [{name: s, image: 'quay.io/a/b:1', script: ls}]}\n";
    says(&format!("{one}---\n{one}"), &["8:1: error[P0742]: the Task `a` is there twice"]);
}

#[test]
fn names_that_nothing_declares_are_refused() {
    let task = |script: &str| {
        format!(
            "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {{name: a}}\nspec:\n  params: [{{name: title}}]\n  \
             workspaces: [{{name: source}}]\n  results: [{{name: size}}]\n  \
             steps: [{{name: s, image: 'quay.io/a/b:1', env: [{{name: X, value: \"{script}\"}}], script: ls}}]\n"
        )
    };
    says(&task("$(params.titel)"), &["error[P0743]: the parameter `titel` is not declared"]);
    says(&task("$(workspaces.sorce.path)"), &["error[P0743]: the workspace `sorce` is not declared"]);
    says(&task("$(results.sizes.path)"), &["error[P0743]: the result `sizes` is not declared"]);
    let pipeline = |task: &str| {
        format!(
            "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {{name: a}}\nspec:\n  tasks:\n  - {{name: x, taskRef: {{name: x}}, {task}}}\n"
        )
    };
    says(&pipeline("runAfter: [yy]"), &["6:46: error[P0743]: the task `yy` is not declared"]);
    says(&pipeline("workspaces: [{name: w}]"), &["error[P0743]: the workspace `w` is not declared"]);
    says(
        &pipeline("params: [{name: p, value: $(tasks.yy.results.r)}]"),
        &["error[P0743]: the task `yy` is not declared"],
    );
}

#[test]
fn tasks_in_a_circle_are_refused() {
    let text = "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: a}\nspec:\n  tasks:\n  \
                - {name: x, taskRef: {name: x}, runAfter: [y]}\n  - {name: y, taskRef: {name: y}, runAfter: [x]}\n  \
                - {name: z, taskRef: {name: z}, runAfter: [y]}\n";
    says(text, &["6:12: error[P0742]: `x` and `y` wait for each other in a circle"]);
}

#[test]
fn what_a_cluster_refuses_is_refused() {
    let text = "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: a}\nspec: {steps: [{name: s, image: 'quay.io/a/b:1', script: ls, imagePullPolcy: Always}]}\n";
    says(text, &["error["]);
}

#[test]
fn one_name_is_not_for_two() {
    let one = "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: a}\nspec: {tasks: [{name: x, taskRef: {name: x}}]}\n";
    let text = format!("{one}---\n{}", one.replace("name: a", "name: b"));
    let named = super::Manifests { name: Some("c"), lenient: false, unpinned: false };
    assert!(said(&import(&text, named)).contains("error[P0742]: `--name c` names one pipeline, and there are 2"));
    assert!(
        import(&text, STRICT).imported.is_some()
            && import(one, named).imported.unwrap().program.contains("pipeline c(")
    );
}

#[test]
fn a_bool_where_a_text_belongs_is_mended() {
    let text = "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: a}\nspec:\n  tasks:\n  \
                - name: x\n    taskRef: {name: x}\n    params: [{name: deep, value: true}, {name: version, value: 1.10}]\n";
    says(text, &["8:34: warning[P0747]: `true` is no text", "8:64: warning[P0747]: `1.10` is no text"]);
    let program = import(text, STRICT).imported.unwrap().program;
    assert!(program.contains("x(deep: true, version: \"1.10\")"), "{program}");
}

#[test]
fn what_is_not_pinned_is_kept_where_that_is_asked_for() {
    let text = "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: a}\nspec:\n  tasks:\n  - name: x\n    taskRef: {resolver: bundles, params: [{name: bundle, value: 'quay.io/a/b:1'}, {name: name, value: x}]}\n";
    says(text, &["7:65: error[P0744]: the bundle `quay.io/a/b:1` may be another text tomorrow"]);
    let kept = super::Manifests { name: None, lenient: false, unpinned: true };
    let pinless = import(text, kept);
    assert!(said(&pinless).contains("warning[P0744]"), "{}", said(&pinless));
    assert!(pinless.imported.unwrap().program.contains("unpinned: true"));
    // It says nothing about what has no form.
    let wrong = import(
        &text.replace("name: x\n", "name: x\n    matrix: {include: [{name: o, params: [{name: x, value: '1'}]}]}\n"),
        kept,
    );
    assert!(wrong.imported.is_none() && said(&wrong).contains("error[P0742]"), "{}", said(&wrong));
}

#[test]
fn a_reference_to_nowhere_is_refused() {
    let task = |reference: &str| {
        format!(
            "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {{name: a}}\nspec:\n  tasks:\n  - {{name: x, taskRef: {{name: x}}}}\n  - {{name: z, taskRef: {reference}}}\n"
        )
    };
    for (reference, lacks) in [
        ("{apiVersion: example.com/v1, kind: Wait}", "a `Wait` is not called"),
        ("{resolver: bundles, params: [{name: name, value: x}]}", "the reference has no `bundle`"),
        ("{resolver: git, params: [{name: pathInRepo, value: x.yaml}]}", "the reference has no `url`"),
        (
            "{resolver: git, params: [{name: repo, value: x}, {name: pathInRepo, value: x.yaml}]}",
            "the reference has no `org`",
        ),
        ("{resolver: hub, params: [{name: name, value: x}]}", "the reference has no `version`"),
        ("{resolver: cluster, params: [{name: namespace, value: x}]}", "the reference has no `name`"),
        ("{resolver: http}", "the reference has no `url`"),
    ] {
        says(&task(reference), &[&format!("7:24: error[P0742]: {lacks}")]);
    }
}

#[test]
fn how_something_ended_is_not_handed_to_others() {
    let text = "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: a}\nspec:\n  tasks: [{name: x, taskRef: {name: x}}]\n  finally:\n  - {name: z, taskRef: {name: t}, params: [{name: how, value: $(tasks.status)}]}\n";
    says(text, &["7:63: error[P0742]: how something ended is handed to a task that is kept elsewhere"]);
}

#[test]
fn lenient_leaves_a_comment_where_something_was() {
    let import = import(&fixture("wrong.yaml"), LENIENT);
    let said = said(&import);
    // What is not imported at all, no comment stands for.
    let left = said.lines().filter(|line| line.contains("error[")).collect::<Vec<_>>();
    assert_eq!(left.len(), 1, "{left:#?}");
    let without = fixture("wrong.yaml");
    let without = without.split("---\n").next().unwrap();
    let import = super::import(without, LENIENT);
    let Some(imported) = &import.imported else { panic!("{}", super::said(&import)) };
    let program = &imported.program;
    for one in [
        "// pipec import: a `Wait` is not called",
        "// pipec import: there is no resolver `carrier-pigeon` here",
        "// pipec import: `$(params.list[0])` is one element of a list",
        "// pipec import: the CEL expression holds `startsWith`",
        "// pipec import: the volume `sock` has no form in the program",
        "// pipec import: `envFrom` of a step has no form in the program",
        "unpinned: true",
        "context: { run_name: .run_name }",
    ] {
        assert!(program.contains(one), "{one}\n{program}");
    }
}

fn documents() -> impl Strategy<Value = String> {
    let lines = [
        "apiVersion: tekton.dev/v1",
        "kind: Pipeline",
        "kind: PipelineRun",
        "kind: Task",
        "metadata: {name: a, annotations: {pipelinesascode.tekton.dev/on-event: '[push, x]'}}",
        "spec:",
        "  params: [{name: a, default: \"true\"}, {name: 1é, type: array, default: [x]}, {name: in}]",
        "  workspaces: [{name: w, optional: true}, {name: w}, {name: out}]",
        "  results: [{name: r, value: $(tasks.x.results.r[0])}]",
        "  tasks:",
        "  - {name: x, taskRef: {name: x}, params: [{name: a, value: \"$(params.a)\"}]}",
        "  - {name: x-1, taskRef: {name: x}, runAfter: [x], when: [{cel: \"'$(params.a)' == '\"}]}",
        "  - {name: y, taskRef: {resolver: git, params: [{name: url, value: a}]}, matrix: {params: [{name: m, value: [a, $(params.a)]}]}}",
        "  - {name: z, taskSpec: {steps: [{script: \"echo '$(params.a)' ~{x} \\n$(workspaces.w.path)/b\"}]}, runAfter: [z]}",
        "  finally: [{name: f, taskRef: {name: f}, when: [{input: $(tasks.x.status), operator: in, values: [Failed, x]}]}]",
        "  steps: [{name: a-b, image: \"$(params.a)\", command: [], args: [\"$(params[\\\"1é\\\"][*])\"]}]",
        "  pipelineSpec: {tasks: [{name: x, taskRef: {name: y}, workspaces: [{name: q}]}]}",
        "  pipelineRef: {name: a}",
        "  taskRunSpecs: [{pipelineTaskName: x, podTemplate: {nodeSelector: {a: b}}, timeout: 1x}]",
        "  timeouts: {pipeline: 0s}",
        "---",
        "- 3",
        "x: {{ y }}",
    ];
    proptest::collection::vec(prop::sample::select(lines.to_vec()), 0..14).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_document_makes_it_fall_over(text in documents()) {
        for options in [STRICT, LENIENT] {
            let made = import(&text, options);
            prop_assert!(!said(&made).contains("cannot be written"), "{}\n{}", text, said(&made));
        }
    }

    #[test]
    fn no_text_makes_it_fall_over(text in "\\PC{0,200}") {
        import(&text, LENIENT);
    }

    /// Without what is a variable, a script is what was written.
    #[test]
    fn scripts_without_variables_stay_what_they_are(script in "[ -~\n]{1,80}") {
        let plain = !script.contains("$(") && !script.trim().is_empty() && !script.starts_with([' ', '\n', '#']);
        let quoted: String = script.chars().flat_map(|c| match c {
            '"' => vec!['\\', '"'],
            '\\' => vec!['\\', '\\'],
            '\n' => vec!['\\', 'n'],
            c => vec![c],
        }).collect();
        let text = format!(
            "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {{name: p}}\nspec:\n  tasks:\n  - name: a\n    taskSpec:\n      \
             steps: [{{name: s, image: 'quay.io/a/b:1', script: \"{quoted}\"}}]\n"
        );
        let made = import(&text, STRICT);
        if let (true, Some(imported)) = (plain, &made.imported) {
            let files = super::Texts::of(&[("made.pipe", &imported.program)]);
            let mut analysis = pipec::query::Analysis::open(&files, "made.pipe");
            let plan = analysis.plan(&files, &pipec::query::Request::default()).expect("it was planned before");
            let (_, task) = plan.tasks().next().expect("one task");
            let parts = task.steps[0].script.parts.iter().map(|part| match part {
                pipec::plan::ScriptPart::Text(text) => text.as_str(),
                pipec::plan::ScriptPart::Slot(..) => "<slot>",
            });
            let got: String = parts.collect();
            let body = got.strip_prefix("set +u\n").or_else(|| got.strip_prefix("set +eu\n")).unwrap_or(&got).to_owned();
            prop_assert_eq!(body, script.trim_end_matches('\n'));
        }
    }
}

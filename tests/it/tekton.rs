//! What is emitted for Tekton: read by both kinds of readers, right by its rules, and the same after all it replaces.
#![allow(clippy::disallowed_methods, reason = "a test starts python and hands it files")]

mod artifacts;
mod budgets;
mod cel;
mod chains_objects;
mod egress;
mod engine;
mod fuse;
mod in_place;
mod levels;
mod many_names;
mod matrix;
mod model;
mod objects;
mod others_loops;
mod others_pipelines;
mod others_workspaces;
mod outside;
mod passes;
mod plans;
mod programs;
mod regroup;
mod returned;
mod run_passes;
mod runs;
mod services;
mod shapes;
mod splits;
mod strangers;
mod structure;
mod surface;
mod used_steps;
mod volumes;

use std::process::Command;

use pipec::contract::Source;
use pipec::diag::Diagnostics;
use pipec::emit::tekton::Tekton;
use pipec::emit::{Bundle, Target, script};
use pipec::plan::{Expr, ExprKind, Needs, OnFailure, Op, Phase, Shell, Ty, Value};
use plans::Made;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value as Json;

/// Prints the documents as JSON, one a line; with `both`, after a reader of YAML 1.2, which is slow, agreed.
const READER: &str = r#"
import json, sys
try:
    import yaml
    from ruamel.yaml import YAML
except ImportError as missing:
    sys.exit(f"this test needs the python packages PyYAML and ruamel.yaml: {missing}")
text = sys.stdin.buffer.read().decode("utf-8")
old = list(yaml.load_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
if sys.argv[1] == "both" and repr(old) != repr(list(YAML(typ="safe", pure=True).load_all(text))):
    sys.exit("YAML 1.1 and 1.2 differ")
for document in old:
    print(json.dumps(document))
"#;

fn read(texts: &[String], readers: &str) -> Vec<Json> {
    use std::io::Write as _;
    let mut python = Command::new("python3")
        .args(["-c", READER, readers])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("this test needs `python3` in the PATH");
    let all = texts.join("---\n");
    python.stdin.take().expect("piped").write_all(all.as_bytes()).expect("python reads");
    let out = python.wait_with_output().expect("python ends");
    assert!(out.status.success(), "python could not read what was emitted");
    String::from_utf8(out.stdout).expect("JSON").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn emit(made: &Made) -> Bundle {
    let mut out = Diagnostics::default();
    Tekton.gaps(&made.plan, &mut out);
    assert!(!out.has_errors(), "{:#?}", out.sorted());
    let bundle = Tekton.emit(&made.plan, &made.sources);
    super::verify::assert_clean(&bundle.files.iter().map(|file| file.text.as_str()).collect::<Vec<_>>());
    bundle
}

fn objects(bundle: &Bundle) -> Vec<Json> {
    read(&bundle.files.iter().map(|file| file.text.clone()).collect::<Vec<_>>(), "both")
}

fn text_of<'a>(bundle: &'a Bundle, path: &str) -> &'a str {
    &bundle.files.iter().find(|file| file.path == path).expect("the file").text
}

/// The codes and messages of what cannot be expressed.
fn gaps(made: &Made) -> Vec<String> {
    let mut out = Diagnostics::default();
    Tekton.gaps(&made.plan, &mut out);
    let said = |one: &pipec::diag::Diagnostic| {
        assert!(one.help.is_some() && !one.labels.is_empty() && !one.labels[0].text.is_empty(), "{one:?}");
        format!("{} {}", one.code.id(), one.message)
    };
    out.sorted().iter().map(said).collect()
}

/// The script is not of this test: it stands in a snapshot by its first line.
fn without_scripts(text: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for line in text.lines() {
        let starts = line.trim_start().starts_with("script: |");
        let goes_on = line.is_empty() || line.starts_with("      ");
        inside = starts || (inside && goes_on);
        if !inside || starts {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[test]
fn a_build_is_right_by_the_rules() {
    let found = structure::faults(&objects(&emit(&plans::fcos())));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn conditions_are_right_by_the_rules() {
    let found = structure::faults(&objects(&emit(&plans::conditions())));
    assert!(found.is_empty(), "{found:#?}");
}

/// The check above finds what it is there for.
#[test]
fn a_wrong_output_is_found() {
    let right = objects(&emit(&plans::fcos()));
    let at = |kind: &str| right.iter().position(|object| object["kind"] == kind).expect("one of the kind");
    let wrongs: [(&str, &str, Json); 9] = [
        ("Pipeline", "/spec/tasks/1/runAfter", serde_json::json!(["nobody"])),
        ("Pipeline", "/spec/tasks/1/params/0/value", serde_json::json!("$(params.nothing)")),
        ("Pipeline", "/spec/tasks/1/taskRef/name", serde_json::json!("nothing")),
        ("Pipeline", "/spec/tasks/0/timeout", serde_json::json!("9000h0m0s")),
        ("Pipeline", "/spec/params/2/default", serde_json::json!(false)),
        ("Pipeline", "/spec/results/0/value", serde_json::json!("$(tasks.kola.results.build_id)")),
        ("Task", "/metadata/name", serde_json::json!("fcos_init")),
        ("Task", "/spec/steps/0/script", serde_json::json!("#!/bin/sh\n# $(params.nothing)\n")),
        ("PipelineRun", "/spec/timeouts/tasks", serde_json::json!("999h0m0s")),
    ];
    for (kind, pointer, value) in wrongs {
        let mut wrong = right.clone();
        *wrong[at(kind)].pointer_mut(pointer).expect("the place") = value;
        assert!(!structure::faults(&wrong).is_empty(), "{kind} {pointer}");
    }
}

#[test]
fn the_pipeline_of_a_build() {
    insta::assert_snapshot!(text_of(&emit(&plans::fcos()), "pipeline.yaml"));
}

#[test]
fn the_run_of_a_build() {
    insta::assert_snapshot!(text_of(&emit(&plans::fcos()), "pipelinerun.yaml"));
}

#[test]
fn the_tasks_of_a_build() {
    let bundle = emit(&plans::fcos());
    let names =
        ["task-check-params.yaml", "task-build-base.yaml", "task-kola.yaml", "task-upload.yaml", "task-notify.yaml"];
    insta::assert_snapshot!(names.map(|name| without_scripts(text_of(&bundle, name))).join("---\n"));
}

#[test]
fn the_pipeline_of_conditions() {
    insta::assert_snapshot!(text_of(&emit(&plans::conditions()), "pipeline.yaml"));
}

#[test]
fn several_steps_ask_for_their_memory_once() {
    insta::assert_snapshot!(without_scripts(text_of(&emit(&plans::conditions()), "task-test.yaml")));
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    assert_eq!(emit(&plans::conditions()), emit(&plans::conditions()));
}

/// Pieces of which text is made that some layer reads.
const PIECES: &[&str] = &[
    "$(params.x)",
    "$(params.list[*])",
    "$(params.list[0])",
    "$(params[\"x\"])",
    "$(params['x'])",
    "$(params.nothing)",
    "$(params.a.b.c)",
    "$(inputs.params.x)",
    "$(context.taskRun.name)",
    "$(context.task.name)",
    "$(context.nothing)",
    "$(context.task.py)",
    "$(results.r.path)",
    "$(results.nothing)",
    "$(results.sh)",
    "$(step.results.r.path)",
    "$(step-results.x)",
    "$(steps.step-run.exitCode.path)",
    "$(steps.a.results.b)",
    "$(tasks.a.results.r)",
    "$(tasks.a.outputs)",
    "$(tasks.status)",
    "$(artifacts.path)",
    "$(step.artifacts.path)",
    "$(workspaces.srv.path)",
    "$(workspaces.pipec-nil.path)",
    "$(workspaces.pipec-nil.bound)",
    "$(PIPEC_DOLLAR)",
    "$(PIPEC_NOT_true)",
    "$(HOME)",
    "$(date)",
    "$(date +%s)",
    "$((1+2))",
    "${x}",
    "$x",
    "$",
    "$$",
    "$$$",
    "(",
    ")",
    "$(",
    "params.x)",
    "'",
    "\"",
    "\\",
    "\n",
    " ",
    "# ",
    "x",
    "é",
    "f'$(params.{x})'",
    "$(params.x",
    "{{ body }}",
    "{{revision}}",
    "{{ mine",
    "{{\n  revision\n}}",
    "{{ cel: 'a' }}",
    "{{.Id}}",
    "{{",
    "}}",
    "{",
    "$(context.pipelineRun.name)",
    "$(context.pipeline.name)",
    "$(workspaces.srv.bound)",
    "$(workspaces.a.b.c)",
    "$(tasks.first.results.r)",
    "$(PIPEC_BRACE)",
    "\t",
    "`",
    ";",
    "*",
];

fn nasty_texts(count: usize) -> Vec<String> {
    let text = prop::collection::vec(prop::sample::select(PIECES), 0..9).prop_map(|parts| parts.concat());
    let mut runner = TestRunner::deterministic();
    let random = (0..count).map(|_| text.new_tree(&mut runner).expect("no filter refuses").current());
    PIECES.iter().map(|piece| (*piece).to_owned()).chain(random.collect::<Vec<_>>()).collect()
}

/// A plan whose task holds the text in its script, in a variable and in a list of words.
fn with_text(text: &str) -> Made {
    let mut made = Made::new("texts");
    let x = made.param("x", Ty::String, Some(Value::Text("v".to_owned())));
    let list = made.param("list", Ty::List(Box::new(Ty::String)), Some(Value::List(Vec::new())));
    let srv = made.workspace("srv", None);
    let place =
        Expr::new(ExprKind::Place { workspace: srv, path: Box::new(Expr::string(format!("in/{text}"))) }, Ty::Path);
    let words = Value::List(vec![Value::Text(text.to_owned()), Value::Text("second".to_owned())]);
    let words = Expr::known(words, Ty::List(Box::new(Ty::String)));
    let mut task =
        made.task("first", &format!("cat <<'E'\n{text}\nE\nuse"), vec![("x", x), ("list", list), ("words", words)]);
    task.outputs = vec![plans::output("r", Ty::String, task.span)];
    task.workspaces = vec![srv];
    let span = task.span;
    task.steps[0].env = vec![plans::env("LITERAL", Expr::string(text), span), plans::env("PLACE", place, span)];
    task.steps[0].shell = Shell::Bash;
    made.add(task);
    made
}

/// Script, variables and arguments are, when all layers are through, what was rendered; and the webhook takes them.
#[test]
fn every_text_arrives_as_it_is() {
    let mut files = Vec::new();
    let mut cases = Vec::new();
    for text in nasty_texts(600) {
        let made = with_text(&text);
        let bundle = Tekton.emit(&made.plan, &made.sources);
        files.push(text_of(&bundle, "task-first.yaml").to_owned());
        let id = made.plan.find("first").expect("the task");
        cases.push((text, script::step(&made.plan, id, 0)));
    }
    for ((text, rendered), task) in cases.iter().zip(read(&files, "one")) {
        let step = &task["spec"]["steps"][0];
        let run = model::Run::of_task(&task);
        let script = step["script"].as_str().expect("a script");
        assert_eq!(run.text(script), rendered.body, "{text:?}");
        assert_eq!(model::refused(&task, script, true), None, "{text:?}");
        let strings = |list: &Json| list.as_array().cloned().unwrap_or_default();
        let env: Vec<(String, String)> = strings(&step["env"])
            .iter()
            .map(|one| {
                (one["name"].as_str().expect("a name").to_owned(), one["value"].as_str().expect("a value").to_owned())
            })
            .collect();
        let args: Vec<String> =
            strings(&step["args"]).iter().map(|arg| arg.as_str().expect("a text").to_owned()).collect();
        for value in env.iter().map(|(_, value)| value).chain(&args) {
            assert_eq!(model::refused(&task, value, false), None, "{text:?}");
        }
        let replaced: Vec<(String, String)> = env.iter().map(|(name, value)| (name.clone(), run.text(value))).collect();
        let known = model::environment(&replaced);
        for (name, source) in &rendered.env {
            assert_eq!(known[name], expected(source), "{text:?}: {name} by {source:?}");
        }
        let args: Vec<String> = run.args(&args).iter().map(|arg| model::expand(arg, &known)).collect();
        let end = pipec::contract::END_OF_LIST;
        let of_param = ["<first>", "<second>", end];
        let of_words = [text.as_str(), "second", end];
        assert!(
            args.starts_with(&of_param.map(str::to_owned)) || args.starts_with(&of_words.map(str::to_owned)),
            "{text:?}: {args:?}"
        );
        let count = rendered.args.len();
        assert_eq!(args.len(), count * 3, "{text:?}: {args:?}");
        if count == 2 {
            assert!(args.windows(3).any(|three| three == of_words), "{text:?}: {args:?}");
        }
    }
}

/// In the words of the model, see [`model::Run::of_task`].
fn expected(source: &Source) -> String {
    match source {
        Source::Literal(text) => text.clone(),
        Source::Param(name) => format!("<{name}>"),
        Source::OutputFile(name) => format!("/tekton/results/{name}"),
        Source::Place { workspace, path } if path.is_empty() => format!("/workspace/{workspace}"),
        Source::Place { workspace, path } => format!("/workspace/{workspace}/{path}"),
        Source::Result { .. }
        | Source::SecretValue(_)
        | Source::SecretFile(_)
        | Source::Status(_)
        | Source::StepResult { .. }
        | Source::Outcome => {
            panic!("{source:?} is not in this plan")
        }
    }
}

/// Without the escape, the model shows what would have happened.
#[test]
fn the_model_replaces_and_refuses() {
    let task = serde_json::json!({"spec": {"params": [{"name": "x", "type": "string"}], "results": [{"name": "r"}],
        "workspaces": [{"name": "srv"}, {"name": "pipec-nil", "optional": true}]}});
    let run = model::Run::of_task(&task);
    assert_eq!(run.text("$$(params.x) $(results.r.path) $(inputs.params.x)"), "$<x> /tekton/results/r <x>");
    assert_eq!(
        run.text("$(context.taskRun.name) $(workspaces.srv.path) $(date)"),
        "<context.taskRun.name> /workspace/srv $(date)"
    );
    assert_eq!(run.text("$$(workspaces.pipec-nil.path)(params.x)"), "$(params.x)");
    for text in [
        "$(params.y)",
        "$(params.x.y.z)",
        "# $(results.sh)",
        "$(context.task.py)",
        "$(steps.a.results.b)",
        "$(artifacts.path)",
    ] {
        assert!(model::refused(&task, text, true).is_some(), "{text}");
    }
    for text in ["$(params.x)", "$(date +%s)", "$( params.y)", "${x}", "$(params --all)", "$(results.r.path)"] {
        assert_eq!(model::refused(&task, text, true), None, "{text}");
    }
    let known =
        model::environment(&[("D".to_owned(), "$$".to_owned()), ("V".to_owned(), "$(D)(x) $$$$ $y $(no)".to_owned())]);
    assert_eq!(known["V"], "$(x) $$ $y $(no)");
}

#[test]
fn an_ordinary_script_is_not_touched() {
    let made = plans::fcos();
    let bundle = emit(&made);
    assert!(bundle.files.iter().all(|file| !file.text.contains("pipec-nil")));
}

/// A plan of one task `a`, changed by the function.
fn one(change: impl FnOnce(&mut Made, &mut pipec::plan::Task)) -> Made {
    let mut made = Made::new("one");
    let mut task = made.task("a", "true", vec![]);
    change(&mut made, &mut task);
    made.add(task);
    made
}

#[test]
fn what_cannot_be_expressed_is_said() {
    let said = |change: fn(&mut Made, &mut pipec::plan::Task)| gaps(&one(change));
    insta::assert_debug_snapshot!([
        said(|made, _| {
            let span = made.span();
            made.plan.exclusive = Some((Expr::string("x"), span));
        }),
        said(|_, task| task.phase = Phase::Finally),
        said(|_, task| {
            task.retries = 2;
            task.retry_delay = Some(1000);
        }),
        said(|_, task| {
            task.retries = 2;
            task.on_failure = OnFailure::GoOn;
        }),
        said(|_, task| task.needs.network = false),
        said(|made, task| task.workspaces = vec![made.workspace("one", None), made.workspace("two", None)]),
        said(|made, _| drop(made.param("x", Ty::Map(Box::new(Ty::String)), None))),
        said(|made, task| {
            let x = made.param("x", Ty::String, Some(Value::Text("$(date)".to_owned())));
            task.condition = Some(plans::binary(Op::Equal, x, Expr::string("y")));
        }),
        said(|_, task| task.outputs = vec![plans::output("r", Ty::Record("R".into()), task.span)]),
        said(|made, _| {
            let workspace = made.workspace("srv", None);
            let path = Box::new(Expr::string("out"));
            made.returns("x", Expr::new(ExprKind::Place { workspace, path }, Ty::Path));
        }),
        said(|_, task| task.steps[0].script = plans::script("cat $(credentials.path)", vec![], task.span)),
        said(|_, task| task.steps[0].script = plans::script(&"x".repeat(100_000), vec![], task.span)),
        said(|_, task| task.steps[0].env = vec![plans::env("X", Expr::string("x".repeat(131_072)), task.span)]),
        said(
            |_, task| task.outputs = (0..120).map(|at| plans::output(&format!("r{at}"), Ty::Bool, task.span)).collect()
        ),
        said(|_, task| task.needs = Needs { memory: Some(512), cpu: Some(0), disk: Some(0), ..Needs::default() }),
        said(|_, task| task.timeout = Some(0)),
        said(|made, task| {
            task.timeout = Some(7_200_000);
            made.options(&[("timeout", Value::Duration(3_600_000))]);
        }),
        said(|made, _| made.options(&[("namespace", Value::Text("My Team".to_owned()))])),
        said(|_, task| task.steps[0].env =
            vec![plans::env("X", Expr::known(Value::Secret("My Key".to_owned()), Ty::Secret), task.span)]),
    ]);
}

#[test]
fn options_reach_the_manifests() {
    let made = one(|made, task| {
        let one = made.workspace("one", None);
        let two = made.workspace("two", Some(1 << 30));
        task.workspaces = vec![one, two];
        let text = |text: &str| Value::Text(text.to_owned());
        made.options(&[
            ("namespace", text("ci")),
            ("service_account", text("robot")),
            ("storage_class", text("fast")),
            ("access_mode", Value::Case("ReadWriteMany".to_owned())),
            ("workspace_size", Value::Size(5 << 30)),
            ("timeout", Value::Duration(90_000)),
            ("several_volumes", Value::Bool(true)),
        ]);
    });
    let bundle = emit(&made);
    assert!(bundle.files.iter().all(|file| file.text.contains("namespace: ci\n")));
    insta::assert_snapshot!(text_of(&bundle, "pipelinerun.yaml"));
}

/// Two tasks and what `finally` reads of them.
fn with_finally(condition: Option<fn(pipec::plan::TaskId) -> Expr>, read: fn(pipec::plan::TaskId) -> Expr) -> Made {
    let mut made = Made::new("ends");
    let mut build = made.task("build", "true", vec![]);
    build.outputs = vec![plans::output("id", Ty::String, build.span)];
    let build = made.add(build);
    let mut last = made.task("last", "echo", vec![("it", read(build))]);
    last.phase = Phase::Finally;
    last.condition = condition.map(|condition| condition(build));
    let last = made.add(last);
    made.read(build, 0, last);
    made
}

#[test]
fn finally_reads_only_what_is_there_whenever_it_runs() {
    let result = |task| Expr::new(ExprKind::Result(task, 0), Ty::String);
    assert_eq!(gaps(&with_finally(None, result)), ["P0602 tekton leaves `last` out when `build` has not run"]);
    let proved = with_finally(
        Some(|task| plans::binary(Op::Equal, plans::status(task), plans::case(&plans::status(task).ty, "succeeded"))),
        result,
    );
    assert_eq!(gaps(&proved), [] as [&str; 0]);
    assert_eq!(structure::faults(&objects(&emit(&proved))), [] as [&str; 0]);
    assert_eq!(gaps(&with_finally(None, plans::status)), [] as [&str; 0]);
    let cancelled = with_finally(
        Some(|task| plans::binary(Op::Equal, plans::status(task), plans::case(&plans::status(task).ty, "cancelled"))),
        plans::status,
    );
    assert_eq!(gaps(&cancelled), ["P0602 tekton cannot decide in `finally` whether `last` runs"]);
}

/// One after the other in one pod, unless something keeps them apart.
#[test]
fn what_has_an_order_in_finally_and_cannot_share_a_pod_is_said() {
    let said = |change: fn(&mut pipec::plan::Task)| {
        let mut made = with_finally(None, plans::status);
        let last = made.plan.find("last").expect("the task");
        let mut later = made.task("later", "true", vec![]);
        later.phase = Phase::Finally;
        change(&mut later);
        let later = made.add(later);
        made.after(last, later);
        gaps(&made)
    };
    let apart = ["P0602 tekton cannot run `later` behind `last`: all of `finally` starts at once"];
    assert_eq!(said(|_| ()), [] as [&str; 0]);
    assert_eq!(said(|task| task.retries = 1), apart);
    assert_eq!(said(|task| task.needs.arch = Some("s390x".to_owned())), apart);
    assert_eq!(said(|task| task.steps[0].script = plans::script(&"x".repeat(97_000), vec![], task.span)), apart);
}

/// For every value of the parameters, the scripts that run are those whose condition holds, and nothing starts before
/// what the plan says.
#[test]
fn what_runs_is_what_the_plan_says() {
    let mut runner = TestRunner::deterministic();
    let seeds = prop::collection::vec(any::<u32>(), 40);
    let random = (0..200).map(|_| runs::plan(&seeds.new_tree(&mut runner).expect("no filter refuses").current()));
    let plans: Vec<Made> = random.chain([runs::group(true), runs::group(false)]).collect();
    let files: Vec<Vec<String>> =
        plans.iter().map(|made| emit(made).files.into_iter().map(|file| file.text).collect()).collect();
    let mut all = read(&files.concat(), "one").into_iter();
    for (made, files) in plans.iter().zip(&files) {
        let objects: Vec<Json> = all.by_ref().take(files.len()).collect();
        let found = structure::faults(&objects);
        assert!(found.is_empty(), "{found:#?}\n{}", files.join("---\n"));
        runs::assert_order(&made.plan, &objects);
        for values in 0..8 {
            let values = [values & 1 == 1, values & 2 == 2, values & 4 == 4];
            assert_eq!(
                runs::of_engine(&made.plan, &objects, values),
                runs::of_plan(&made.plan, values),
                "{values:?}\n{}",
                files.join("---\n")
            );
        }
    }
}

/// A secret that may be absent has a name in any case, since no pod starts with a volume of the empty name.
#[test]
fn a_secret_that_may_be_absent_is_named_by_the_check() {
    let mut made = Made::new("secrets");
    let secret = made.param("key", Ty::Optional(Box::new(Ty::Secret)), Some(Value::None));
    let mut task = made.task("use_it", "use", vec![("key", secret)]);
    task.steps[0].env =
        vec![plans::env("FIXED", Expr::known(Value::Secret("fixed".to_owned()), Ty::Secret), task.span)];
    made.add(task);
    let bundle = emit(&made);
    assert_eq!(structure::faults(&objects(&bundle)), [] as [&str; 0]);
    insta::assert_snapshot!(
        without_scripts(text_of(&bundle, "task-use-it.yaml")) + text_of(&bundle, "task-check-params.yaml")
    );
}

#[test]
fn a_thousand_tasks_are_still_right() {
    let mut made = Made::new("many");
    let mut before = None;
    for at in 0..1000 {
        let task = made.task(&format!("task_{at}_{}", "long_".repeat(12)), "true", vec![]);
        let id = made.add(task);
        if let Some(before) = before.filter(|_| at % 3 != 0) {
            made.plan.add_edge(before, id, pipec::plan::Why::Stage(Box::new(("a".to_owned(), "b".to_owned()))));
        }
        before = Some(id);
    }
    let bundle = emit(&made);
    assert_eq!(bundle.files.len(), 1002);
    let names: std::collections::BTreeSet<&str> = bundle.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(names.len(), 1002);
    assert!(names.iter().all(|name| name.len() <= "task-.yaml".len() + 63));
}

/// The faults of the objects in these files.
pub(crate) fn faults(texts: &[String]) -> Vec<String> {
    structure::faults(&read(texts, "both"))
}

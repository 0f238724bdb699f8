//! Every pass of the engine over what is emitted, from the default of a parameter to the process: text arrives byte for byte
//! or is refused with a message.
//!
//! From `pkg/reconciler/pipelinerun/resources/apply.go`, `pkg/reconciler/taskrun/resources/apply.go` and `taskrun.go` of
//! tektoncd/pipeline: each pass replaces the keys that exist at that moment, left to right, and the next pass reads what it
//! has made. So the value of a parameter is read again by every pass behind that of the parameters.

use std::collections::BTreeMap;

use pipec::contract::{ListSource, Source};
use pipec::diag::Diagnostics;
use pipec::emit::tekton::Tekton;
use pipec::emit::{Bundle, Target, script};
use pipec::plan::{Expr, ExprKind, FileInput, Shell, Step, Ty, Value, outside};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value as Json;

use super::plans::{self, Made};
use super::{model, read};

/// What stands for `$(key)` in one pass.
type Pass = Vec<(String, String)>;

/// The passes over one task of a pipeline, in their order.
struct Layers {
    passes: Vec<Pass>,
    lists: BTreeMap<String, Vec<String>>,
}

/// A parameter, as every pass that knows parameters spells it.
fn spellings(name: &str) -> [String; 4] {
    [
        format!("params.{name}"),
        format!("params[\"{name}\"]"),
        format!("params['{name}']"),
        format!("inputs.params.{name}"),
    ]
}

fn list<'j>(value: &'j Json, key: &str) -> &'j [Json] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn text<'j>(value: &'j Json, key: &str) -> &'j str {
    value[key].as_str().unwrap_or_default()
}

fn fixed(keys: &[&str]) -> Pass {
    keys.iter().map(|key| ((*key).to_owned(), format!("<{key}>"))).collect()
}

/// What the texts of a run are: those of parameters, and the elements of lists.
fn param_pass(texts: &BTreeMap<String, String>, lists: &BTreeMap<String, Vec<String>>) -> Pass {
    let mut pass = Pass::new();
    for (name, value) in texts {
        pass.extend(spellings(name).map(|key| (key, value.clone())));
    }
    for (name, values) in lists {
        for key in spellings(name) {
            pass.extend(values.iter().enumerate().map(|(at, value)| (format!("{key}[{at}]"), value.clone())));
        }
    }
    pass
}

/// Passes at the run of the pipeline that read what it gives to a task, and the bodies of its tasks.
fn run_passes(tasks: &[&str]) -> Vec<Pass> {
    let each = |of: &dyn Fn(&str) -> Vec<String>| -> Pass {
        tasks.iter().flat_map(|task| of(task)).map(|key| (key.clone(), format!("<{key}>"))).collect()
    };
    vec![
        fixed(&[
            "context.pipelineRun.name",
            "context.pipelineRun.namespace",
            "context.pipelineRun.uid",
            "context.pipeline.name",
        ]),
        fixed(&["workspaces.srv.bound"]),
        fixed(&["context.pipelineTask.retries"]),
        each(&|task| vec![format!("tasks.{task}.matrix.length"), format!("tasks.{task}.matrix.r.length")]),
        each(&|task| {
            let of = format!("tasks.{task}.results");
            let mut keys = vec![format!("tasks.{task}.outputs"), format!("tasks.{task}.outputs.r")];
            for key in [format!("{of}.r"), format!("{of}[\"r\"]"), format!("{of}['r']")] {
                keys.extend([format!("{key}[0]"), format!("{key}[*]"), format!("{key}.key"), key]);
            }
            keys
        }),
        each(&|task| vec![format!("tasks.{task}.status"), format!("tasks.{task}.reason"), "tasks.status".to_owned()]),
    ]
}

/// Passes at the run of a task.
fn task_passes(task: &Json, texts: &BTreeMap<String, String>, lists: &BTreeMap<String, Vec<String>>) -> Vec<Pass> {
    let spec = &task["spec"];
    let results: Vec<&str> = list(spec, "results").iter().map(|one| text(one, "name")).collect();
    let path = |name: &str| format!("/tekton/results/{name}");
    let keys = |of: &str| -> Pass {
        let spelt = |name: &&str| {
            let name = *name;
            [format!("{of}.{name}.path"), format!("{of}[\"{name}\"].path"), format!("{of}['{name}'].path")]
                .map(|key| (key, path(name)))
        };
        results.iter().flat_map(spelt).collect()
    };
    let steps: Vec<&str> = list(spec, "steps").iter().map(|one| text(one, "name")).collect();
    let named = steps.iter().map(|name| format!("steps.step-{name}.exitCode.path"));
    let unnamed = (0..steps.len()).map(|at| format!("steps.step-unnamed-{at}.exitCode.path"));
    let codes = named.chain(unnamed).map(|key| (key.clone(), format!("<{key}>"))).collect();
    let workspaces = list(spec, "workspaces").iter().flat_map(|one| {
        let (name, bound) = (text(one, "name"), one["optional"] != true);
        let if_bound = |text: String| if bound { text } else { String::new() };
        [
            (format!("workspaces.{name}.path"), if_bound(format!("/workspace/{name}"))),
            (format!("workspaces.{name}.bound"), bound.to_string()),
            (format!("workspaces.{name}.claim"), if_bound("claim".to_owned())),
            (format!("workspaces.{name}.volume"), if_bound("ws-1".to_owned())),
        ]
    });
    vec![
        // Of a StepAction, whose parameters have the same names.
        Pass::new(),
        param_pass(texts, lists),
        fixed(&[
            "context.taskRun.name",
            "context.taskRun.namespace",
            "context.taskRun.uid",
            "context.task.name",
            "context.task.retry-count",
        ]),
        keys("results"),
        keys("step.results"),
        fixed(&["artifacts.path", "step.artifacts.path"]),
        codes,
        workspaces.collect(),
        fixed(&["credentials.path"]),
    ]
}

impl Layers {
    /// For the task of that name: the parameters of the pipeline have their defaults.
    fn of(objects: &[Json], name: &str) -> Self {
        let pipeline = objects.iter().find(|one| one["kind"] == "Pipeline").expect("a pipeline");
        let calls = list(&pipeline["spec"], "tasks");
        let tasks: Vec<&str> = calls.iter().map(|one| text(one, "name")).collect();
        let call = calls.iter().find(|one| text(one, "name") == name).expect("the task");
        let object = text(&call["taskRef"], "name");
        let task = objects.iter().find(|one| one["metadata"]["name"] == object).expect("its object");
        let (mut texts, mut lists) = (BTreeMap::new(), BTreeMap::new());
        for param in list(&pipeline["spec"], "params") {
            let strings = |one: &Json| one.as_str().expect("a text").to_owned();
            let (name, default) = (text(param, "name").to_owned(), &param["default"]);
            if let Some(all) = default.as_array() {
                lists.insert(name, all.iter().map(strings).collect());
            } else {
                texts.insert(name, strings(default));
            }
        }
        let mut at_run = vec![param_pass(&texts, &lists)];
        at_run.extend(run_passes(&tasks));
        let (mut own, mut own_lists) = (BTreeMap::new(), BTreeMap::new());
        for param in list(call, "params") {
            let name = text(param, "name").to_owned();
            if let Some(all) = param["value"].as_array() {
                let words = all.iter().flat_map(|one| expanded(one.as_str().expect("a text"), &lists, &at_run));
                own_lists.insert(name, words.collect());
            } else {
                own.insert(name, replaced(text(param, "value"), &at_run));
            }
        }
        // What a task is made of is read by the passes of the run too, though not by that of the parameters.
        let mut passes = run_passes(&tasks);
        passes.extend(task_passes(task, &own, &own_lists));
        Self { passes, lists: own_lists }
    }

    fn text(&self, text: &str) -> String {
        replaced(text, &self.passes)
    }

    fn args(&self, args: &[&str]) -> Vec<String> {
        args.iter().flat_map(|arg| expanded(arg, &self.lists, &self.passes)).collect()
    }

    /// Variables as the process has them.
    fn env(&self, container: &Json) -> BTreeMap<String, String> {
        let pair = |one: &Json| (text(one, "name").to_owned(), self.text(text(one, "value")));
        model::environment(&list(container, "env").iter().map(pair).collect::<Vec<_>>())
    }
}

fn replaced(text: &str, passes: &[Pass]) -> String {
    passes.iter().fold(text.to_owned(), |text, pass| model::replace(&text, pass))
}

/// A whole list is as many words as it has elements, each of which is read by the passes behind.
fn expanded(text: &str, lists: &BTreeMap<String, Vec<String>>, passes: &[Pass]) -> Vec<String> {
    let whole = lists.iter().find(|(name, _)| text == format!("$(params.{name}[*])"));
    let words = whole.map_or_else(|| vec![text.to_owned()], |(_, words)| words.clone());
    let behind = passes.iter().position(|pass| pass.iter().any(|(key, _)| key.starts_with("params")));
    let from = if whole.is_some() { behind.map_or(0, |at| at + 1) } else { 0 };
    words.iter().map(|word| replaced(word, &passes[from..])).collect()
}

/// Near-misses of every key there is.
const KEYS: &[&str] = &[
    "params.x",
    "params .x",
    " params.x",
    "params.x ",
    "params[\"x\"]",
    "params['x']",
    "params[x]",
    "params.list[*]",
    "params.list[0]",
    "params.list[9]",
    "params.x.key",
    "params.x.a.b",
    "params.first-x",
    "params.nothing",
    "params.",
    "params",
    "inputs.params.x",
    "outputs.params.x",
    "PARAMS.x",
    "context.taskRun.name",
    "context.taskRun.nothing",
    "context.task.retry-count",
    "context.pipelineRun.name",
    "context.pipelineTask.retries",
    "context.",
    "results.r.path",
    "results[\"r\"].path",
    "results['r'].path",
    "results.r",
    "results.sh",
    "step.results.r.path",
    "stepXresults.r.path",
    "step-results.x",
    "steps.a.results.b",
    "steps.step-run.exitCode.path",
    "steps.step-unnamed-0.exitCode.path",
    "steps.run.outputs.r",
    "tasks.up.results.r",
    "tasks.up.results.r[0]",
    "tasks.up.results['r']",
    "tasks.up.results.r.key",
    "tasks.up.matrix.length",
    "tasks.up.status",
    "tasks.up.reason",
    "tasks.up.outputs",
    "tasks.status",
    "tasks.up.outputs.r",
    "finally.x",
    "artifacts.path",
    "step.artifacts.path",
    "workspaces.srv.path",
    "workspaces.srv.bound",
    "workspaces.srv.claim",
    "workspaces.srv.volume",
    "workspaces.pipec-nil.path",
    "workspaces.nothing.path",
    " credentials.path",
    "credentials.paths",
    "PIPEC_DOLLAR",
    "PIPE_X",
    "HOME",
    "date",
    "date +%s",
    "",
];

/// What stands around them and between.
const PIECES: &[&str] = &[
    "$",
    "$$",
    "$$$",
    "(",
    ")",
    "$(",
    "\\",
    "'",
    "\"",
    "`",
    "\n",
    "\r",
    "\r\n",
    "\t",
    " ",
    "# ",
    "é",
    "\u{1f980}",
    "\u{85}",
    "\u{2028}",
    "{{ body }}",
    "{{revision}}",
    "${x}",
    "$((1+2))",
    "x",
    ": ",
    "- ",
    "|",
    "%s",
    "\u{7f}",
    "\0",
];

/// Texts; no NUL where a shell has to hold them.
fn nasty(count: usize) -> Vec<String> {
    let key = prop::sample::select(KEYS);
    let inside = (key.clone(), prop::sample::select(&["$(", "$$(", "\\$(", "$ (", "${", "$("][..]));
    let one = inside.prop_map(|(key, open)| format!("{open}{key})"));
    let nested = (key.clone(), key).prop_map(|(a, b)| format!("$({a}$({b}))"));
    let piece = prop::sample::select(PIECES).prop_map(|piece| piece.replace('\0', "0"));
    let part = prop_oneof![3 => one, 1 => nested, 3 => piece];
    let texts = prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat());
    let mut runner = TestRunner::deterministic();
    let random: Vec<String> =
        (0..count).map(|_| texts.new_tree(&mut runner).expect("no filter refuses").current()).collect();
    let each = KEYS.iter().map(|key| format!("$({key})"));
    let doubled = KEYS.iter().map(|key| format!("$$({key})"));
    let long = format!("{}$(params.x)", "0123456789abcdé\n".repeat(100_000 / 17));
    each.chain(doubled).chain(random).chain([long]).collect()
}

/// The text in every place where a user may put one.
fn program(text: &str) -> Made {
    let mut made = Made::new("texts");
    let known = |text: &str| Expr::string(text);
    let x = made.param("x", Ty::String, Some(Value::Text(text.to_owned())));
    let words = Ty::List(Box::new(Ty::String));
    let words_of = |text: &str| Value::List(vec![Value::Text(text.to_owned()), Value::Text("second".to_owned())]);
    let open = made.param("list", words.clone(), Some(words_of(text)));
    made.plan.params[0].doc = text.to_owned();
    made.plan.doc = text.to_owned();
    let srv = made.workspace("srv", None);
    made.plan.workspaces[0].doc = text.to_owned();

    let mut up = made.task("up", "true", vec![]);
    up.outputs = vec![plans::output("r", Ty::String, up.span)];
    let up = made.add(up);
    let run = format!("cat <<'E'\n{text}\nE\n# {}\nprintf '<%s>'", text.replace(['\n', '\r'], " "));
    let list = Expr::known(words_of(text), words.clone());
    let mut task = made.task("first", &run, vec![("x", x.clone()), ("list", open), ("words", list)]);
    let span = task.span;
    task.steps[0].shell = Shell::Bash;
    task.doc = text.to_owned();
    task.outputs = vec![plans::output("r", Ty::String, span)];
    task.outputs[0].doc = text.to_owned();
    task.workspaces = vec![srv];
    task.steps[0].env = vec![plans::env("LITERAL", known(text), span)];
    let place = ExprKind::Place { workspace: srv, path: Box::new(known(&format!("in/{text}"))) };
    task.steps[0].env.push(plans::env("PLACE", Expr::new(place, Ty::Path), span));
    task.before = Some(Box::new(plans::script(&format!(": '{}'", text.replace('\'', "")), vec![], span)));
    task.cleanup = Some(Box::new(plans::script(&run, vec![("x", x.clone())], span)));
    task.files = vec![FileInput { path: "a file".to_owned(), content: known(text), span }];
    for (name, shell) in [
        ("sh", Shell::Sh),
        ("python", Shell::Other(vec!["python3".to_owned()])),
        ("perl", Shell::Other(vec!["perl".to_owned(), "-w".to_owned()])),
    ] {
        let mut step = Step::new(name, "quay.io/x/y:1", plans::script(text, vec![], span));
        step.shell = shell;
        task.steps.push(step);
    }
    task.services = vec![outside::Service {
        name: "web".to_owned(),
        doc: String::new(),
        image_span: span,
        image: "quay.io/x/y:1".to_owned(),
        run: None,
        args: vec![text.to_owned()],
        env: vec![plans::env("LITERAL", known(text), span), plans::env("OPEN", x, span)],
        port: Some(80),
        ready: None,
        timeout: 60_000,
        needs: pipec::plan::Needs::default(),
        span,
    }];
    made.add(task);
    made.after(up, made.plan.find("first").expect("the task"));
    made
}

fn expected(source: &Source, default: &str) -> Option<String> {
    match source {
        Source::Literal(text) => Some(text.clone()),
        Source::Param(name) if name == "x" => Some(default.to_owned()),
        Source::OutputFile(name) => Some(format!("/tekton/results/{name}")),
        Source::Place { workspace, path } => Some(format!("/workspace/{workspace}/{path}")),
        Source::Param(_)
        | Source::Result { .. }
        | Source::SecretValue(_)
        | Source::SecretFile(_)
        | Source::Status(_)
        | Source::StepResult { .. }
        | Source::Outcome => None,
    }
}

fn assert_arrived(made: &Made, objects: &[Json], text_: &str) {
    let find = |name: &str| objects.iter().find(|one| one["metadata"]["name"] == name).expect("an object");
    let (task, pipeline) = (find("texts-first"), objects.iter().find(|one| one["kind"] == "Pipeline").expect("one"));
    let layers = Layers::of(objects, "first");
    let id = made.plan.find("first").expect("the task");
    for (at, step) in model::steps(task).iter().enumerate() {
        let rendered = script::step(&made.plan, id, at);
        assert_eq!(layers.text(text(step, "script")), rendered.body, "{text_:?}: step {at}");
        assert_eq!(model::refused(task, text(step, "script"), true), None, "{text_:?}: step {at}");
        let env = layers.env(step);
        for (name, source) in &rendered.env {
            let expected = expected(source, text_).unwrap_or_else(|| panic!("{source:?} is not in this plan"));
            assert_eq!(env[name], expected, "{text_:?}: {name} of step {at}");
        }
        let args: Vec<&str> = list(step, "args").iter().map(|arg| arg.as_str().expect("a text")).collect();
        for value in args.iter().copied().chain(list(step, "env").iter().map(|one| text(one, "value"))) {
            assert_eq!(model::refused(task, value, false), None, "{text_:?}: step {at}");
        }
        let args: Vec<String> = layers.args(&args).iter().map(|arg| model::expand(arg, &env)).collect();
        let whole = |list: &ListSource| {
            assert!(matches!(list, ListSource::Literal(_) | ListSource::Param(_)), "{list:?}");
            [text_, "second", pipec::contract::END_OF_LIST].map(str::to_owned)
        };
        assert_eq!(args, rendered.args.iter().flat_map(whole).collect::<Vec<_>>(), "{text_:?}: step {at}");
    }
    let sidecar = &task["spec"]["sidecars"][0];
    let env = layers.env(sidecar);
    assert_eq!((env["LITERAL"].as_str(), env["OPEN"].as_str()), (text_, text_), "{text_:?}: the service");
    let args: Vec<&str> = list(sidecar, "args").iter().map(|arg| arg.as_str().expect("a text")).collect();
    let args: Vec<String> = layers.args(&args).iter().map(|arg| model::expand(arg, &env)).collect();
    assert_eq!(args, [text_], "{text_:?}: the service");
    // Nobody reads these again.
    if !text_.trim().is_empty() {
        assert_eq!(text(&pipeline["spec"], "description"), text_, "{text_:?}");
        assert_eq!(text(&task["spec"], "description"), text_, "{text_:?}");
        let about = text(&pipeline["spec"]["params"][0], "description");
        assert!(about.starts_with(text_.trim_end()), "{text_:?}: {about:?}");
        assert_eq!(text(&pipeline["spec"]["workspaces"][0], "description"), text_, "{text_:?}");
    }
}

/// One run of the readers for all texts.
fn check(cases: Vec<(String, Made, Bundle)>) {
    let files: Vec<String> =
        cases.iter().flat_map(|(.., bundle)| bundle.files.iter().map(|file| file.text.clone())).collect();
    let mut all = read(&files, "one").into_iter();
    for (text, made, bundle) in cases {
        let objects: Vec<Json> = all.by_ref().take(bundle.files.len()).collect();
        assert_arrived(&made, &objects, &text);
    }
}

#[test]
fn every_text_in_every_place_arrives_or_is_refused() {
    let mut cases = Vec::new();
    let mut refused = 0;
    for text in nasty(250) {
        let made = program(&text);
        let mut out = Diagnostics::default();
        Tekton.gaps(&made.plan, &mut out);
        match !out.has_errors() {
            true => {
                let bundle = Tekton.emit(&made.plan, &made.sources);
                cases.push((text, made, bundle));
            }
            false => {
                // Four times a large text is more than a task has for its scripts.
                let all = out.sorted();
                assert!(text.contains("$(credentials.path)") || text.len() > 20_000, "{text:?}: {all:#?}");
                refused += 1;
            }
        }
    }
    assert!(refused < 5, "{refused}");
    check(cases);
}

/// What no escape reaches in a script is no script of the engine's there.
#[test]
fn a_script_in_an_object_may_hold_anything() {
    let text = format!("{}$(params.x) $(credentials.path) $$", "0123456789abcdé\n".repeat(2000));
    let mut made = program(&text);
    let inline = super::gaps(&made);
    assert_eq!(
        inline,
        [
            "P0602 tekton would replace `$(credentials.path)` in the script",
            "P0603 the scripts of `first` are too long for tekton"
        ]
    );
    made.options(&[("scripts", Value::Case("config_map".to_owned()))]);
    let bundle = super::emit(&made);
    let objects = super::objects(&bundle);
    let map = objects.iter().find(|one| one["kind"] == "ConfigMap").expect("the scripts");
    let id = made.plan.find("first").expect("the task");
    for (at, name) in ["run", "sh", "python", "perl"].iter().enumerate() {
        assert_eq!(text_of(map, &format!("first.{name}")), script::step(&made.plan, id, at).body);
    }
}

fn text_of<'j>(map: &'j Json, key: &str) -> &'j str {
    map["data"][key].as_str().expect("a text")
}

/// A default that somebody reads who knows no escape is refused; one that only steps read is not.
#[test]
fn a_default_is_refused_where_no_escape_reaches_it() {
    let plan = |default: &str, raw: bool| {
        let mut made = Made::new("defaults");
        let x = made.param("x", Ty::String, Some(Value::Text(default.to_owned())));
        let mut task = made.task("a", "echo", vec![("x", x.clone())]);
        task.condition = raw.then(|| plans::binary(pipec::plan::Op::Equal, x, Expr::string("y")));
        made.add(task);
        super::gaps(&made)
    };
    for text in ["$(date)", "a$$b", "$(params.x)", "$(context.taskRun.name)"] {
        assert_eq!(plan(text, false), [] as [&str; 0], "{text}");
        assert_eq!(plan(text, true), ["P0602 tekton would change the default of `x`"], "{text}");
    }
    assert_eq!(plan("$HOME", true), [] as [&str; 0]);
}

/// Without the escapes, the passes show what would have happened.
#[test]
fn the_passes_change_what_is_not_escaped() {
    let made = program("plain");
    let mut objects = read(
        &Tekton.emit(&made.plan, &made.sources).files.iter().map(|file| file.text.clone()).collect::<Vec<_>>(),
        "one",
    );
    let pipeline = objects.iter().position(|one| one["kind"] == "Pipeline").expect("one");
    objects[pipeline]["spec"]["params"][0]["default"] = "$(context.taskRun.name) $$ $(HOME_) $(results.r.path)".into();
    let layers = Layers::of(&objects, "first");
    let task = objects.iter().find(|one| one["metadata"]["name"] == "texts-first").expect("one");
    let env = layers.env(&model::steps(task)[0]);
    assert_eq!(env["PIPE_X"], "<context.taskRun.name> $ $(HOME_) /tekton/results/r");
    for (text, is) in [
        ("$(inputs.params.x)", true),
        ("$(params['x'])", true),
        ("$(params[\"list\"][1])", true),
        ("$(tasks.up.results.r[0])", true),
        ("$(tasks.up.matrix.length)", true),
        ("$(context.pipelineTask.retries)", true),
        ("$(workspaces.srv.claim)", true),
        ("$(step.results.r.path)", true),
        ("$(steps.step-sh.exitCode.path)", true),
        ("$(credentials.path)", true),
        ("$( params.x)", false),
        ("$(params .x)", false),
        ("$(date)", false),
    ] {
        assert_eq!(layers.text(text) != text, is, "{text}: {}", layers.text(text));
    }
}

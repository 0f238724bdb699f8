//! What is too large, with its sum; and scripts that do not stand in their task: they run as those that do.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use pipec::diag::Diagnostics;
use pipec::diag::code::Code;
use pipec::emit::tekton::Tekton;
use pipec::emit::{Bundle, Target, script};
use pipec::plan::{Expr, Pattern, Shell, Step, Task, Ty, Value};
use pipec::source::Span;
use serde_json::Value as Json;
use tempfile::TempDir;

use super::plans::{self, Made};
use super::{model, objects, programs, structure};

/// What is said of a plan with one task: code and sum.
fn said(change: impl FnOnce(&mut Made, &mut Task)) -> Vec<String> {
    let made = super::one(change);
    let mut out = Diagnostics::default();
    Tekton.gaps(&made.plan, &mut out);
    out.sorted().iter().map(|one| format!("{} {}", one.code.id(), one.labels[0].text)).collect()
}

fn step(name: &str, length: usize, span: Span) -> Step {
    Step::new(name, "quay.io/x/y:1", plans::script(&format!(": {}", "x".repeat(length)), vec![], span))
}

fn pattern(regex: &str) -> Ty {
    Ty::Pattern(Arc::new(Pattern { name: "P".to_owned(), regex: Some(regex.to_owned()) }))
}

#[test]
fn the_sum_of_scripts_is_shown() {
    let scripts = said(|_, task| {
        task.steps = [("a", 30_000), ("b", 68_000)].map(|(name, length)| step(name, length, task.span)).into();
    });
    assert_eq!(scripts, ["P0603 as base64: 40,256 (`a`) + 90,924 (`b`) = 131,180 bytes, of 131,072"]);
    let fits = said(|_, task| {
        task.steps = [("a", 30_000), ("b", 67_800)].map(|(name, length)| step(name, length, task.span)).into();
    });
    assert_eq!(fits, [] as [&str; 0]);
}

/// The limit of Linux to the byte: the kernel is asked too.
#[test]
fn a_variable_may_be_as_long_as_linux_lets_it() {
    let with = |length: usize| {
        said(|_, task| {
            task.steps[0].env = vec![plans::env("NAME", Expr::string("$".repeat(length)), task.span)];
        })
    };
    assert_eq!(with(131_066), [] as [&str; 0]);
    assert_eq!(with(131_067), ["P0603 5 (name and `=`) + 131,067 (value) + 1 (NUL) = 131,073 bytes, of 131,072"]);
    let starts = |length: usize| Command::new("true").env("NAME", "$".repeat(length)).status().is_ok();
    assert!(starts(131_066) && !starts(131_067));
}

#[test]
fn all_variables_together_have_two_megabytes() {
    let found = said(|_, task| {
        let one = |at: usize| plans::env(&format!("V{at}"), Expr::string("x".repeat(100_000)), task.span);
        task.steps[0].env = (0..22).map(one).collect();
    });
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("P0603 100,013 (`V10`) + "), "{found:?}");
    assert!(found[0].ends_with(" = 2,200,276 bytes, of 2,097,152"), "{found:?}");
    assert!(found[1].starts_with("P0609 "), "{found:?}");
}

#[test]
fn results_count_what_their_types_allow() {
    let with = |count: usize, ty: &Ty, steps: usize| {
        said(|_, task| {
            task.outputs = (0..count).map(|at| plans::output(&format!("r{at:02}"), ty.clone(), task.span)).collect();
            task.steps = (0..steps).map(|at| step(&format!("s{at}"), 1, task.span)).collect();
        })
    };
    // 3 for the name, 71 for the value, 31 around them: 38 fit behind the time.
    let digest = pattern("sha256:[0-9a-f]{64}");
    assert_eq!(with(38, &digest, 1), [] as [&str; 0]);
    assert_eq!(
        with(39, &digest, 1),
        [
            "P0603 105 (`r00`) + 105 (`r01`) + 105 (`r02`) + 105 (`r03`) + 105 (`r04`) + 3,636 (35 more) = 4,161 bytes, of 4,096"
        ]
    );
    // Ten steps and two containers that bring them share 12 KiB.
    assert_eq!(with(9, &digest, 10), [] as [&str; 0]);
    assert!(with(10, &digest, 10)[0].ends_with(" = 1,116 bytes, of 1,024"));
    // What has any length may be short, and a pattern without an end has a beginning.
    assert_eq!(with(118, &Ty::String, 1), [] as [&str; 0]);
    assert_eq!(with(39, &pattern("[a-z]{60}[a-z]*"), 1), [] as [&str; 0]);
    assert!(!with(39, &pattern("[a-z]{71}[a-z]*"), 1).is_empty());
    assert_eq!(with(39, &Ty::Optional(Box::new(pattern("[a-z]{71}[a-z]*"))), 1), [] as [&str; 0]);
}

#[test]
fn a_run_of_many_tasks_is_larger_than_the_store_takes() {
    let mut made = Made::new("many");
    for at in 0..12_000 {
        let task = made.task(&format!("task_{at}"), "true", vec![]);
        made.add(task);
    }
    let mut out = Diagnostics::default();
    Tekton.gaps(&made.plan, &mut out);
    let found = out.sorted();
    let [one] = found.iter().as_slice() else { panic!("{:?}", found.len()) };
    assert_eq!((one.code, one.severity), (Code::P0609, pipec::diag::Severity::Warning));
    assert!(one.labels[0].text.contains("(12000 tasks in the Pipeline)"), "{}", one.labels[0].text);
}

/// Scripts of both shells with values, lists, a cleanup, text that looks like a variable, and much of it.
fn program(way: &str, length: usize) -> Made {
    let mut made = Made::new("held");
    made.options(&[("scripts", Value::Case(way.to_owned()))]);
    let words = Value::List(vec![Value::Text("one $(params.x)".to_owned()), Value::Text("two".to_owned())]);
    let words = Expr::known(words, Ty::List(Box::new(Ty::String)));
    let text = format!("cat <<'E'\n$(params.x) $$ é\n{}\nE\nprintf '<%s>'", "$(params.y)\n".repeat(length / 12));
    let mut task = made.task("build", &text, vec![("words", words.clone())]);
    task.steps[0].shell = Shell::Bash;
    let mut second = Step::new("again", "quay.io/x/y:1", plans::script(&text, vec![("words", words)], task.span));
    second.shell = Shell::Sh;
    task.steps.push(second);
    task.steps.push(Step::new("short", "quay.io/x/y:1", plans::script("echo '$(params.x)'", vec![], task.span)));
    made.add(task);
    let small = made.task("small", "echo small", vec![]);
    made.add(small);
    made
}

fn emitted(made: &Made) -> Bundle {
    super::emit(made)
}

fn texts(list: &Json, key: &str) -> Vec<String> {
    let all = list.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().map(|one| if key.is_empty() { one } else { &one[key] }.as_str().expect("a text").to_owned()).collect()
}

/// Runs a step as its container would, with the files of the volume at `mounted`.
fn run(task: &Json, step: &Json, mounted: &Path) -> String {
    let run = model::Run::of_task(task);
    let env = texts(&step["env"], "name").into_iter().zip(texts(&step["env"], "value"));
    let known = model::environment(&env.map(|(name, value)| (name, run.text(&value))).collect::<Vec<_>>());
    let expand =
        |list: Vec<String>| -> Vec<String> { run.args(&list).iter().map(|arg| model::expand(arg, &known)).collect() };
    let dir = TempDir::new().expect("a directory");
    let mut command: Vec<String> = if let Some(text) = step["script"].as_str() {
        assert_eq!(model::refused(task, text, true), None);
        let script = run.text(text);
        let shell = script.lines().next().expect("a line").rsplit(['/', ' ']).next().expect("a word").to_owned();
        let path = dir.path().join("script");
        fs::write(&path, &script).expect("a file");
        vec![shell, path.display().to_string()]
    } else {
        let words = expand(texts(&step["command"], ""));
        words.iter().map(|word| word.replace("/pipec/scripts", &mounted.display().to_string())).collect()
    };
    command.extend(expand(texts(&step["args"], "")));
    let out = Command::new(&command[0])
        .args(&command[1..])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(known)
        .current_dir(dir.path())
        .output()
        .expect("a shell");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).expect("a text")
}

fn bodies(made: &Made, task: &str) -> Vec<String> {
    let id = made.plan.find(task).expect("the task");
    (0..made.plan.task(id).steps.len()).map(|at| script::step(&made.plan, id, at).body).collect()
}

fn find<'a>(all: &'a [Json], name: &str) -> &'a Json {
    all.iter().find(|one| one["metadata"]["name"] == name).expect("the object")
}

#[test]
fn long_scripts_come_in_variables_and_run_as_others() {
    let made = program("split", 120_000);
    let all = objects(&emitted(&made));
    assert_eq!(structure::faults(&all), [] as [&str; 0]);
    let task = find(&all, "held-build");
    let steps = task["spec"]["steps"].as_array().expect("steps");
    let short = objects(&emitted(&program("inline", 1200)));
    for (at, step) in steps.iter().enumerate() {
        let mut pieces: Vec<String> = Vec::new();
        let env = texts(&step["env"], "name").into_iter().zip(texts(&step["env"], "value"));
        let known = model::environment(&env.collect::<Vec<_>>());
        pieces.extend((1..).map_while(|turn| known.get(&format!("PIPEC_SCRIPT_{turn}")).cloned()));
        assert_eq!(pieces.is_empty(), at == 2, "step {at}");
        if at < 2 {
            assert_eq!(pieces.concat(), bodies(&made, "build")[at]);
        }
        let said = run(task, step, Path::new("/nowhere"));
        let other = find(&short, "held-build");
        let short = run(other, &model::steps(other)[at], Path::new("/nowhere"));
        let lines = |text: &str| text.replace("$(params.y)\n", "");
        assert_eq!(lines(&said), lines(&short));
        assert!(said.contains("$(params.x)"));
    }
}

#[test]
fn short_scripts_stay_where_they_are() {
    let inline = emitted(&program("inline", 120));
    assert_eq!(emitted(&program("split", 120)), inline);
}

#[test]
fn scripts_in_an_object_are_the_same_bytes() {
    let made = program("config_map", 120_000);
    let bundle = emitted(&made);
    assert!(bundle.files.iter().any(|file| file.path == "configmap-held-scripts.yaml"));
    let all = objects(&bundle);
    assert_eq!(structure::faults(&all), [] as [&str; 0]);
    let map = find(&all, "held-scripts");
    assert_eq!((map["apiVersion"].as_str(), map["kind"].as_str()), (Some("v1"), Some("ConfigMap")));
    let short = objects(&emitted(&program("inline", 1200)));
    for name in ["build", "small"] {
        let task = find(&all, &format!("held-{name}"));
        assert!(task["spec"]["workspaces"].is_null(), "no escape is needed");
        let volume = task["spec"]["volumes"].as_array().expect("a volume").last().expect("a volume");
        assert_eq!(volume["configMap"]["name"], "held-scripts");
        let mounted = TempDir::new().expect("a directory");
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for item in volume["configMap"]["items"].as_array().expect("items") {
            let text = map["data"][item["key"].as_str().expect("a key")].as_str().expect("the text of the key");
            let path = item["path"].as_str().expect("a path");
            fs::write(mounted.path().join(path), text).expect("a file");
            files.insert(path.to_owned(), text.to_owned());
        }
        for (at, (step, body)) in model::steps(task).iter().zip(bodies(&made, name)).enumerate() {
            let path = step["name"].as_str().expect("a name");
            assert_eq!(files[path], body);
            assert_eq!(step["volumeMounts"][0]["mountPath"], "/pipec/scripts");
            let other = find(&short, &format!("held-{name}"));
            let short = run(other, &model::steps(other)[at], Path::new("/nowhere"));
            let lines = |text: &str| text.replace("$(params.y)\n", "");
            assert_eq!(lines(&run(task, step, mounted.path())), lines(&short));
        }
    }
}

/// A bundle holds Tasks and Pipelines only; and what is installed task by task has nothing beside it.
#[test]
fn scripts_of_a_bundle_stand_beside_it() {
    let text = |style: &str| {
        format!(
            "pipeline held() {{\ntarget tekton {{ style: .{style}, scripts: .config_map }}\n\
             task build {{ image: \"x/y:1\", step one {{ run: \"echo 1\" }}\nstep two {{ run: \"echo 2\" }} }}\n\
             task small {{ image: \"x/y:1\", run: \"echo 3\" }} after build\n}}\n"
        )
    };
    let bundle = programs::emitted(&text("bundle")).unwrap_or_else(|gaps| panic!("{gaps:#?}"));
    let paths: Vec<&str> = bundle.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["configmap-held-scripts.yaml", "bundle.yaml"]);
    let said = "# Its runs need, in their namespace: kubectl apply -f configmap-held-scripts.yaml\n";
    assert!(bundle.files[1].text.contains(said), "{}", bundle.files[1].text);
    crate::verify::assert_clean(&paths.iter().map(|path| super::text_of(&bundle, path)).collect::<Vec<_>>());
    let all = objects(&bundle);
    let map = find(&all, "held-scripts");
    assert_eq!(map["kind"], "ConfigMap");
    let mut keys = Vec::new();
    for task in ["held-build", "held-small"] {
        let volume = &find(&all, task)["spec"]["volumes"][0]["configMap"];
        assert_eq!(volume["name"], "held-scripts");
        keys.extend(volume["items"].as_array().expect("items").iter().map(|item| item["key"].as_str().expect("a key")));
    }
    assert_eq!(keys, ["build.one", "build.two", "small.run"]);
    assert!(keys.iter().all(|key| map["data"][*key].as_str().is_some_and(|body| body.contains("echo "))), "{map:#}");
    let refused = ["P0616 tasks that are installed one by one cannot count on a ConfigMap"];
    assert_eq!(programs::gaps(&text("catalog")), refused);
}

#[test]
fn an_object_holds_a_megabyte() {
    let mut made = Made::new("large");
    made.options(&[("scripts", Value::Case("config_map".to_owned()))]);
    for at in 0..5 {
        let mut task = made.task(&format!("t{at}"), "true", vec![]);
        task.steps = vec![step("s", 400_000, task.span)];
        made.add(task);
    }
    let bundle = emitted(&made);
    let names: Vec<&str> =
        bundle.files.iter().map(|file| file.path.as_str()).filter(|path| path.starts_with("configmap")).collect();
    assert_eq!(
        names,
        ["configmap-large-scripts.yaml", "configmap-large-scripts-2.yaml", "configmap-large-scripts-3.yaml"]
    );
    let found = said(|made, task| {
        made.options(&[("scripts", Value::Case("config_map".to_owned()))]);
        task.steps = vec![step("s", 1 << 20, task.span)];
    });
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("P0603 1,048,"), "{found:?}");
}

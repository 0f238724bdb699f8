//! An engine that runs what is emitted: the graph, what is skipped and why, the matrix, results, and the scripts for real.
//!
//! From the sources of tektoncd/pipeline (`pipelinerunresolution.go`, `matrix_types.go`, `resultrefresolution.go`).

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value as Json;
use tempfile::TempDir;

use super::{cel, model};

/// How a pipeline task ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    Succeeded,
    Failed,
    /// Whoever only comes after it runs.
    SkippedByWhen,
    /// Whoever comes after it is skipped too.
    Skipped,
}

/// What a run has done.
#[derive(Default, Debug)]
pub(super) struct Ran {
    pub(super) ends: BTreeMap<String, End>,
    /// The output of each run of a task, by `task-0`, or the task alone.
    pub(super) out: BTreeMap<String, String>,
    /// What was written, in the order in which the steps ran.
    pub(super) log: String,
    /// What the pipeline returns.
    pub(super) returned: BTreeMap<String, String>,
    /// What the steps of each run of a task told the engine of artifacts.
    pub(super) told: BTreeMap<String, Vec<Json>>,
    /// What workspaces hold, by their names.
    pub(super) volume: Option<TempDir>,
    texts: BTreeMap<String, String>,
    lists: BTreeMap<String, Vec<String>>,
}

impl Ran {
    /// Whether the run as a whole has failed.
    pub(super) fn failed(&self) -> bool {
        self.ends.values().any(|end| *end == End::Failed)
    }

    /// What the runs of a task have written, in the order of their numbers.
    pub(super) fn lines(&self, task: &str) -> Vec<String> {
        let several = (0..).map_while(|at| self.out.get(&format!("{task}-{at}")));
        let all = self.out.get(task).into_iter().chain(several);
        all.flat_map(|out| out.lines().map(str::to_owned)).collect()
    }
}

impl Ran {
    /// The results of the pipeline, by name; of `finally`, which this engine does not run, the variables.
    pub(super) fn returned(&self, objects: &[Json]) -> BTreeMap<String, String> {
        let pipeline = objects.iter().find(|object| object["kind"] == "Pipeline").expect("a pipeline");
        let value = |result: &Json| {
            let variable = text(&result["value"]);
            (text(&result["name"]).to_owned(), self.replaced(variable).unwrap_or_else(|| variable.to_owned()))
        };
        array(&pipeline["spec"]["results"]).iter().map(value).collect()
    }
}

/// Runs the pipeline with these parameters; a list is given by `lists`.
pub(super) fn run(objects: &[Json], texts: &[(&str, &str)], lists: &[(&str, &[String])]) -> Ran {
    let mut ran = Ran::default();
    let pipeline = objects.iter().find(|object| object["kind"] == "Pipeline").expect("a pipeline");
    for param in array(&pipeline["spec"]["params"]) {
        let key = format!("params.{}", text(&param["name"]));
        if param["type"] == "array" {
            ran.lists.insert(key, array(&param["default"]).iter().map(|one| text(one).to_owned()).collect());
        } else if param["type"] == "object" {
            // Of the default nothing is taken beside what a run gives; the variable of a key that is in neither stays as it is
            // written (since 1.9, `apply.go`).
            let keys = || param["properties"].as_object().into_iter().flat_map(|map| map.keys());
            let is_given =
                |name: &&String| texts.iter().any(|(text, _)| format!("params.{text}") == format!("{key}.{name}"));
            let given = keys().filter(is_given).count();
            let whole = keys().all(|name| !param["default"][name].is_null());
            assert!(given == keys().count() || whole, "{key}: the engine asks for all keys");
            for (name, value) in param["default"].as_object().into_iter().flatten() {
                let literal = format!("$({key}.{name})");
                let value = if given == 0 { text(value) } else { literal.as_str() };
                ran.texts.insert(format!("{key}.{name}"), value.to_owned());
            }
        } else {
            ran.texts.insert(key, text(&param["default"]).to_owned());
        }
    }
    texts.iter().for_each(|(name, value)| drop(ran.texts.insert(format!("params.{name}"), (*value).to_owned())));
    lists.iter().for_each(|(name, list)| drop(ran.lists.insert(format!("params.{name}"), list.to_vec())));
    let mut open: Vec<&Json> = array(&pipeline["spec"]["tasks"]).iter().collect();
    while !open.is_empty() {
        let ready = |task: &Json| before(task).iter().all(|name| ran.ends.contains_key(name));
        let at = open.iter().position(|task| ready(task)).expect("no circle");
        let task = open.remove(at);
        let end =
            if ran.ends.values().any(|end| *end == End::Failed) { End::Skipped } else { one(&mut ran, objects, task) };
        ran.ends.insert(text(&task["name"]).to_owned(), end);
    }
    finally(&mut ran, objects, pipeline);
    ran
}

/// All of `finally`, and what the pipeline returns when all is well.
fn finally(ran: &mut Ran, objects: &[Json], pipeline: &Json) {
    let mut whole = "Succeeded";
    for (name, end) in ran.ends.clone() {
        let status = match end {
            End::Succeeded => "Succeeded",
            End::Failed => "Failed",
            End::SkippedByWhen | End::Skipped => "None",
        };
        match end {
            End::Failed => whole = "Failed",
            End::SkippedByWhen | End::Skipped if whole == "Succeeded" => whole = "Completed",
            End::Succeeded | End::SkippedByWhen | End::Skipped => {}
        }
        ran.texts.insert(format!("{name}.status"), status.to_owned());
    }
    ran.texts.insert("status".to_owned(), whole.to_owned());
    for task in array(&pipeline["spec"]["finally"]) {
        assert!(task["runAfter"].is_null(), "nothing waits there");
        let end = one(ran, objects, task);
        ran.ends.insert(text(&task["name"]).to_owned(), end);
    }
    if ran.failed() {
        return;
    }
    for result in array(&pipeline["spec"]["results"]) {
        let value = ran.replaced(text(&result["value"])).expect("a result of the pipeline");
        ran.returned.insert(text(&result["name"]).to_owned(), value);
    }
}

fn one(ran: &mut Ran, objects: &[Json], task: &Json) -> End {
    let name = text(&task["name"]);
    let when = |when: &Json| {
        if let Some(expression) = when["cel"].as_str() {
            let put = ran
                .texts
                .iter()
                .fold(expression.to_owned(), |text, (key, value)| text.replace(&format!("$({key})"), value));
            return cel::evaluate(&put).unwrap_or_else(|error| panic!("the run fails over {put}: {error}"));
        }
        let input = ran.replaced(text(&when["input"]));
        let among = array(&when["values"]).iter().any(|one| Some(text(one)) == input.as_deref());
        (when["operator"] == "in") == among
    };
    if !array(&task["when"]).iter().all(when) {
        return End::SkippedByWhen;
    }
    if before(task).iter().any(|name| ran.ends.get(name) == Some(&End::Skipped)) {
        return End::Skipped;
    }
    let mut params = BTreeMap::new();
    for param in array(&task["params"]) {
        if let Json::Object(keys) = &param["value"] {
            for (key, value) in keys {
                let Some(value) = ran.replaced(text(value)) else { return End::Skipped };
                params.insert(format!("{}.{key}", text(&param["name"])), vec![value]);
            }
            continue;
        }
        let value = if let Json::Array(list) = &param["value"] {
            list.iter().map(|one| ran.list(text(one))).collect::<Option<Vec<_>>>().map(|all| all.concat())
        } else {
            ran.replaced(text(&param["value"])).map(|text| vec![text])
        };
        // A result that is not there.
        let Some(value) = value else { return End::Skipped };
        params.insert(text(&param["name"]).to_owned(), value);
    }
    let object = objects.iter().find(|object| object["metadata"]["name"] == task["taskRef"]["name"]).expect("its task");
    let goes_on = task["onError"] == "continue";
    let Some(matrix) = array(&task["matrix"]["params"]).first() else {
        let end = ran.task(object, name, name, &params);
        return if goes_on { End::Succeeded } else { end };
    };
    let Some(list) = ran.list(text(&matrix["value"])) else { return End::Skipped };
    assert!(list.len() <= 256, "more runs than the webhook lets through");
    if list.is_empty() {
        return End::Skipped;
    }
    let mut end = End::Succeeded;
    for (at, value) in list.iter().enumerate() {
        let mut params = params.clone();
        params.insert(text(&matrix["name"]).to_owned(), vec![value.clone()]);
        if ran.task(object, name, &format!("{name}-{at}"), &params) == End::Failed {
            end = End::Failed;
        }
    }
    ran.gather(object, name, list.len());
    end
}

impl Ran {
    fn replaced(&self, value: &str) -> Option<String> {
        let Some(key) = value.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')')) else {
            return Some(value.to_owned());
        };
        self.texts.get(&key.replace("tasks.", "")).cloned()
    }

    fn list(&self, value: &str) -> Option<Vec<String>> {
        let key = value.strip_prefix("$(").and_then(|rest| rest.strip_suffix("[*])")).expect("a whole list");
        let list = self.lists.get(&key.replace("tasks.", "")).cloned();
        // An empty list is as if it had not been written.
        list.filter(|list| key.starts_with("params.") || !list.is_empty())
    }

    /// The results of all runs: by the names of the runs, as texts.
    fn gather(&mut self, object: &Json, task: &str, count: usize) {
        let mut runs: Vec<String> = (0..count).map(|at| format!("{task}-{at}")).collect();
        runs.sort();
        for result in array(&object["spec"]["results"]).iter().map(|one| text(&one["name"])) {
            let values = runs.iter().filter_map(|run| self.texts.get(&format!("{run}.results.{result}")).cloned());
            let values: Vec<String> = values.collect();
            self.lists.insert(format!("{task}.results.{result}"), values);
        }
    }

    /// One pod.
    fn task(&mut self, object: &Json, task: &str, run: &str, params: &BTreeMap<String, Vec<String>>) -> End {
        let dir = TempDir::new().expect("a directory");
        for declared in array(&object["spec"]["params"]) {
            if declared["type"] == "object" {
                let keys = declared["properties"].as_object().expect("its keys").keys();
                let given = |key| params.contains_key(&format!("{}.{key}", text(&declared["name"])));
                assert!(keys.clone().all(given), "{task}: a key is missing of {declared}");
                continue;
            }
            let given = params.get(text(&declared["name"])).expect("a parameter");
            assert!(declared["type"] == "array" || given.len() == 1, "{task}: a list for a text");
        }
        for place in ["shared", "exits", "told"] {
            fs::create_dir(dir.path().join(place)).expect("a directory");
        }
        let volume = self.volume.get_or_insert_with(|| TempDir::new().expect("a directory")).path().to_owned();
        for workspace in array(&object["spec"]["workspaces"]) {
            fs::create_dir_all(volume.join(text(&workspace["name"]))).expect("a directory");
        }
        for step in model::steps(object) {
            let (code, out) = pod_step(&step, params, dir.path(), &volume);
            self.out.entry(run.to_owned()).or_default().push_str(&out);
            self.log.push_str(&out);
            fs::write(dir.path().join("exits").join(text(&step["name"])), code.to_string()).expect("an exit code");
            if code != 0 && step["onError"] != "continue" {
                return End::Failed;
            }
        }
        let told = array(&object["spec"]["steps"]).iter().map(|step| text(&step["name"]));
        let told = told.filter_map(|step| fs::read(dir.path().join("told").join(step)).ok());
        let told: Vec<Json> = told.map(|json| serde_json::from_slice(&json).expect("JSON")).collect();
        self.told.insert(run.to_owned(), told);
        let mut size = 0;
        for result in array(&object["spec"]["results"]) {
            let name = text(&result["name"]);
            let Ok(value) = fs::read_to_string(dir.path().join(name)) else { continue };
            size += value.len();
            let key = format!("{run}.results.{name}");
            if result["type"] == "array" {
                self.lists.insert(key, serde_json::from_str(&value).unwrap_or_else(|_| panic!("{task}: {value}")));
            } else if result["type"] == "object" {
                let read: BTreeMap<String, String> =
                    serde_json::from_str(&value).unwrap_or_else(|_| panic!("{task}: {value}"));
                let wanted = result["properties"].as_object().expect("its keys").keys();
                assert!(
                    read.keys().eq(wanted.collect::<std::collections::BTreeSet<_>>()),
                    "{task}: {value} has not the keys of {result}"
                );
                self.texts.extend(read.into_iter().map(|(name, value)| (format!("{key}.{name}"), value)));
            } else {
                self.texts.insert(key, value);
            }
        }
        assert!(size < 4096, "{task}: {size} bytes of results");
        End::Succeeded
    }
}

/// The exit code, `-1` for a signal, and what was written.
fn pod_step(step: &Json, params: &BTreeMap<String, Vec<String>>, dir: &Path, volume: &Path) -> (i32, String) {
    let put = |value: &str| {
        let value = params.iter().fold(value.to_owned(), |text, (name, value)| {
            text.replace(&format!("$(params.{name})"), value.first().map_or("", String::as_str))
        });
        let value = paths(&value, "$(results.", ".path)", dir);
        let value = paths(&value, "$(steps.step-", ".exitCode.path)", &dir.join("exits"));
        let value = paths(&value, "$(workspaces.", ".path)", volume);
        let told = dir.join("told").join(text(&step["name"]));
        let value = value.replace("$(step.artifacts.path)", &told.display().to_string());
        value.replace("/pipec/shared", &dir.join("shared").display().to_string())
    };
    let env: Vec<(String, String)> =
        array(&step["env"]).iter().map(|one| (text(&one["name"]).to_owned(), put(text(&one["value"])))).collect();
    let env = model::environment(&env);
    let args = array(&step["args"]).iter().map(text).flat_map(|arg| {
        let list = arg.strip_prefix("$(params.").and_then(|rest| rest.strip_suffix("[*])"));
        list.map_or_else(|| vec![put(arg)], |name| params[name].clone())
    });
    let args: Vec<String> = args.map(|arg| model::expand(&arg, &env)).collect();
    let script = text(&step["script"]);
    let mounted = array(&step["volumeMounts"]).iter().any(|mount| mount["mountPath"] == "/pipec/shared");
    assert!(mounted || !env.values().any(|value| value.contains("/shared/")), "what is shared is not mounted");
    let file = dir.join("script");
    fs::write(&file, script).expect("a script");
    let shell = if script.starts_with("#!/bin/sh") { "sh" } else { "bash" };
    let mut command = Command::new(shell);
    command.arg(&file).args(args).env_clear().envs(&env).current_dir(dir);
    command.env("PATH", std::env::var_os("PATH").expect("a path")).stdin(Stdio::null());
    // As the engine starts it; what it leaves behind ends with the container.
    command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("it starts");
    let group = child.id();
    let done = child.wait_with_output().expect("it ends");
    Command::new("kill").args(["-s", "KILL", "--", &format!("-{group}")]).stderr(Stdio::null()).status().expect("kill");
    let out = String::from_utf8_lossy(&done.stdout).into_owned();
    (done.status.code().unwrap_or(-1), out + &String::from_utf8_lossy(&done.stderr))
}

/// The text with the path of a file for every variable of this form.
fn paths(text: &str, start: &str, end: &str, dir: &Path) -> String {
    let mut pieces = text.split(start);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once(end).expect("the path of a file");
        out.push_str(&dir.join(name).display().to_string());
        out.push_str(rest);
    }
    out
}

fn before(task: &Json) -> Vec<String> {
    let params = array(&task["params"]).iter().chain(array(&task["matrix"]["params"]));
    let keys = |param: &'_ Json| param["value"].as_object().into_iter().flat_map(|map| map.values()).cloned().collect();
    let keyed: Vec<Json> = params.clone().flat_map::<Vec<Json>, _>(keys).collect();
    let given = params.flat_map(|param| [&param["value"], &param["value"][0]]).chain(&keyed);
    let read = given.chain(array(&task["when"]).iter().map(|when| &when["input"])).map(text);
    let read = read.filter_map(|value| value.strip_prefix("$(tasks.")?.split('.').next());
    read.chain(array(&task["runAfter"]).iter().map(text)).map(str::to_owned).collect()
}

fn array(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_default()
}

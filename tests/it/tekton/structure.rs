//! The rules of Tekton v1 that hold for every output: what the webhook refuses, and what it accepts though it is wrong.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::model;

/// All faults of the objects of one emit, each with its place.
pub(super) fn faults(objects: &[Value]) -> Vec<String> {
    faults_beside(objects, &[])
}

/// As [`faults`], where the cluster has tasks of these names.
pub(super) fn faults_beside(objects: &[Value], there: &[&str]) -> Vec<String> {
    let mut check = Check { there: there.iter().map(ToString::to_string).collect(), ..Check::default() };
    let of_kind = |kind: &str| objects.iter().filter(|object| object["kind"] == kind).collect::<Vec<_>>();
    let tasks: BTreeMap<&str, &Value> =
        of_kind("Task").into_iter().map(|task| (text(&task["metadata"]["name"]), task)).collect();
    check.that(tasks.len() == of_kind("Task").len(), || "two tasks of one name".to_owned());
    objects.iter().for_each(|object| check.fields(object));
    tasks.values().for_each(|task| check.task(task));
    for pipeline in of_kind("Pipeline") {
        check.pipeline(pipeline, &tasks);
        of_kind("PipelineRun").into_iter().for_each(|run| check.run(run, pipeline));
    }
    check.faults
}

#[derive(Default)]
struct Check {
    faults: Vec<String>,
    there: BTreeSet<String>,
}

impl Check {
    fn that(&mut self, holds: bool, fault: impl FnOnce() -> String) {
        if !holds {
            self.faults.push(fault());
        }
    }

    /// Every field is one of the engine's, and of its type.
    fn fields(&mut self, object: &Value) {
        const KNOWN: &str = "apiVersion kind metadata spec name generateName namespace labels annotations description params workspaces results \
            volumes steps subPath type optional secret secretName items key path image computeResources requests limits securityContext privileged env value \
            valueFrom secretKeyRef volumeMounts mountPath readOnly script args tasks finally taskRef runAfter when input operator values workspace retries \
            timeout onError default pipelineRef taskRunTemplate serviceAccountName timeouts pipeline volumeClaimTemplate accessModes storageClassName \
            resources storage taskRunSpecs pipelineTaskName podTemplate nodeSelector matrix displayName resolver sidecars startupProbe \
             readinessProbe stepTemplate exec command tcpSocket port periodSeconds timeoutSeconds failureThreshold properties configMap data emptyDir ref \
             persistentVolumeClaim claimName projected sources sizeLimit defaultMode";
        const FREE: &[&str] = &["labels", "annotations", "requests", "limits", "nodeSelector", "data"];
        let known: BTreeSet<&str> = KNOWN.split_whitespace().collect();
        let mut open = vec![object];
        while let Some(value) = open.pop() {
            for (key, value) in value.as_object().into_iter().flatten() {
                self.that(known.contains(key.as_str()), || format!("unknown field {key}"));
                let typed = match key.as_str() {
                    "retries" | "port" | "periodSeconds" | "timeoutSeconds" | "failureThreshold" | "defaultMode" => {
                        value.is_i64()
                    }
                    "optional" | "readOnly" | "privileged" => value.is_boolean(),
                    _ => value.is_string() || value.is_object() || value.is_array(),
                };
                self.that(typed, || format!("{key}: {value} is of another type"));
                let keyed = matches!(key.as_str(), "default" | "value") && value.is_object();
                if key == "properties" {
                    let each = value.as_object().into_iter().flatten();
                    self.that(each.clone().count() > 0, || "an object without keys".to_owned());
                    each.for_each(|(key, one)| {
                        self.that(*one == serde_json::json!({ "type": "string" }), || format!("{key}: {one}"));
                    });
                } else if keyed || FREE.contains(&key.as_str()) {
                    self.that(value.as_object().is_some_and(|map| map.values().all(Value::is_string)), || {
                        format!("{key}: {value}")
                    });
                } else {
                    open.push(value);
                }
            }
            for item in value.as_array().into_iter().flatten() {
                self.that(item.is_string() || item.is_object(), || format!("{item} in a list"));
                open.push(item);
            }
        }
    }

    fn label(&mut self, name: &str, longest: usize) {
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let whole = !name.is_empty() && name.chars().all(legal) && !name.starts_with('-') && !name.ends_with('-');
        self.that(whole && name.len() <= longest, || format!("`{name}` is no label of {longest}"));
    }

    fn unique(&mut self, list: &Value, what: &str) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        for one in array(list) {
            let name = text(&one["name"]).to_owned();
            self.that(!name.is_empty() && seen.insert(name.clone()), || {
                format!("{what} {name} twice, or without a name")
            });
        }
        seen
    }

    fn task(&mut self, task: &Value) {
        let (name, spec) = (text(&task["metadata"]["name"]), &task["spec"]);
        self.label(name, 63);
        let params = self.unique(&spec["params"], "parameter");
        let results = self.unique(&spec["results"], "result");
        let workspaces = self.unique(&spec["workspaces"], "workspace");
        let volumes = self.unique(&spec["volumes"], "volume");
        self.unique(&spec["steps"], "step");
        self.that(!array(&spec["steps"]).is_empty(), || format!("{name} has no step"));
        let arrays: BTreeSet<&str> =
            array(&spec["params"]).iter().filter(|p| p["type"] == "array").map(|p| text(&p["name"])).collect();
        let objects = array(&spec["params"]).iter().filter(|param| param["type"] == "object");
        let objects: BTreeMap<&str, &Value> =
            objects.map(|param| (text(&param["name"]), &param["properties"])).collect();
        let known = |key: &str| match key.split_once('.') {
            Some(("params", param)) if param.contains('.') || objects.contains_key(param) => {
                param.split_once('.').is_some_and(|(of, key)| objects.get(of).is_some_and(|one| one[key].is_object()))
            }
            Some(("params", param)) => {
                let list = param.strip_suffix("[*]");
                params.contains(list.unwrap_or(param)) && arrays.contains(list.unwrap_or(param)) == list.is_some()
            }
            Some(("results", result)) => result.strip_suffix(".path").is_some_and(|result| results.contains(result)),
            Some(("workspaces", workspace)) => {
                workspace.strip_suffix(".path").is_some_and(|name| workspaces.contains(name))
            }
            Some(_) | None => false,
        };
        let mut before = BTreeSet::new();
        for step in &model::steps(task) {
            self.label(text(&step["name"]), 58);
            let of_step = |key: &str| key.split('.').nth(1).is_some_and(|step| before.contains(step));
            self.step(task, step, &volumes, &|key| if key.starts_with("steps.") { of_step(key) } else { known(key) });
            before.extend(step["ref"].is_object().then(|| text(&step["name"]).to_owned()));
        }
        self.unique(&spec["sidecars"], "sidecar");
        for sidecar in array(&spec["sidecars"]) {
            self.label(text(&sidecar["name"]), 55);
            self.sidecar(task, sidecar, &volumes, &known);
        }
        for volume in array(&spec["volumes"]) {
            self.variables(text(&volume["secret"]["secretName"]), name, &known);
        }
    }

    /// The steps wait for it, and must not wait for ever: it gets ready, or its start is given up.
    fn sidecar(&mut self, task: &Value, sidecar: &Value, volumes: &BTreeSet<String>, known: &dyn Fn(&str) -> bool) {
        let name = text(&sidecar["name"]);
        self.that(sidecar["startupProbe"]["failureThreshold"].is_i64(), || format!("{name} may start for ever"));
        for probe in ["startupProbe", "readinessProbe"].map(|probe| &sidecar[probe]) {
            let ways = usize::from(probe["exec"].is_object()) + usize::from(probe["tcpSocket"].is_object());
            self.that(ways == 1, || format!("{name} is asked in {ways} ways"));
        }
        self.that(sidecar["script"].is_null() || sidecar["args"].is_null(), || format!("{name}: script and args"));
        self.container(task, sidecar, volumes, known);
    }

    fn step(&mut self, task: &Value, step: &Value, volumes: &BTreeSet<String>, known: &dyn Fn(&str) -> bool) {
        let name = text(&task["metadata"]["name"]);
        if step["ref"].is_object() {
            return self.used(name, step, known);
        }
        let own = text(&step["script"]).starts_with("#!");
        self.that(own != step["command"].is_array(), || format!("{name}: a script without an interpreter"));
        self.container(task, step, volumes, known);
    }

    /// A step that is kept elsewhere has nothing of ours, and is told nothing that comes from a step.
    fn used(&mut self, task: &str, step: &Value, known: &dyn Fn(&str) -> bool) {
        for field in step.as_object().into_iter().flatten().map(|(field, _)| field.as_str()) {
            let may = ["name", "ref", "params", "computeResources"].contains(&field);
            self.that(may, || format!("{task}: {field} beside ref"));
        }
        self.unique(&step["params"], "parameter of a step");
        let values = array(&step["params"]).iter().map(|param| &param["value"]);
        let texts = values.flat_map(|value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]));
        for value in texts {
            self.that(value.is_string(), || format!("{task}: {value} is no text"));
            self.variables(text(&value), task, &|key| !key.starts_with("steps.") && known(key));
        }
    }

    fn container(&mut self, task: &Value, step: &Value, volumes: &BTreeSet<String>, known: &dyn Fn(&str) -> bool) {
        let name = text(&task["metadata"]["name"]);
        let script = text(&step["script"]);
        self.that(model::refused(task, script, true).is_none(), || {
            format!("{name}: the script is refused: {:?}", model::refused(task, script, true))
        });
        self.unique(&step["env"], "variable");
        let from_secrets = array(&step["env"]).iter().map(|env| &env["valueFrom"]["secretKeyRef"]["name"]);
        let values =
            array(&step["env"]).iter().map(|env| &env["value"]).chain(from_secrets).chain(array(&step["args"]));
        for value in values.filter_map(Value::as_str) {
            self.that(model::refused(task, value, false).is_none(), || format!("{name}: {value:?} is refused"));
            self.variables(value, name, known);
        }
        for mount in array(&step["volumeMounts"]) {
            self.that(volumes.contains(text(&mount["name"])), || format!("{name}: a mount without a volume"));
        }
        let resources = &step["computeResources"];
        for (what, limit) in resources["limits"].as_object().into_iter().flatten() {
            let request = &resources["requests"][what];
            self.that(request == limit || (request == "0" && !what.contains('/')), || {
                format!("{name}: {what} {request} of {limit}")
            });
        }
    }

    /// Every variable in the text is one of those that are known there.
    fn variables(&mut self, value: &str, place: &str, known: &dyn Fn(&str) -> bool) {
        for key in variables(value) {
            let of_engine = ["params.", "results.", "workspaces.", "tasks.", "context."]
                .iter()
                .any(|prefix| key.starts_with(prefix));
            let of_step = key.starts_with("steps.") && key.contains(".results.");
            self.that(!(of_engine || of_step) || known(&key), || format!("{place}: $({key}) is not declared"));
        }
    }

    fn default_of(&mut self, param: &Value) {
        let default = &param["default"];
        let has = |key: &String| param["properties"][key].is_object();
        let fits = match text(&param["type"]) {
            "array" => default.is_array(),
            "object" => default.as_object().is_some_and(|map| map.keys().all(has)),
            _ => default.is_string(),
        };
        self.that(default.is_null() || fits, || format!("the default of {param}"));
    }

    fn pipeline(&mut self, pipeline: &Value, tasks: &BTreeMap<&str, &Value>) {
        let spec = &pipeline["spec"];
        self.label(text(&pipeline["metadata"]["name"]), 63);
        let params = self.unique(&spec["params"], "parameter");
        let workspaces = self.unique(&spec["workspaces"], "workspace");
        self.unique(&spec["results"], "result");
        array(&spec["params"]).iter().for_each(|param| self.default_of(param));
        let main: BTreeMap<&str, &Value> =
            array(&spec["tasks"]).iter().map(|task| (text(&task["name"]), task)).collect();
        let all = [array(&spec["tasks"]), array(&spec["finally"])].concat();
        self.that(all.iter().map(|task| text(&task["name"])).collect::<BTreeSet<_>>().len() == all.len(), || {
            "a task twice".to_owned()
        });
        self.that(!main.is_empty(), || "no tasks".to_owned());
        let there = self.there.clone();
        let keys: BTreeMap<&str, &Value> =
            array(&spec["params"]).iter().map(|param| (text(&param["name"]), &param["properties"])).collect();
        let is_foreign = |task: &str| {
            main.get(task)
                .map(|entry| &entry["taskRef"])
                .is_some_and(|found| found["resolver"].is_string() || there.contains(text(&found["name"])))
        };
        let result_of = |task: &str, result: &str| {
            let object = main.get(task).and_then(|task| tasks.get(text(&task["taskRef"]["name"])));
            object.and_then(|object| array(&object["spec"]["results"]).iter().find(|one| one["name"] == result))
        };
        // What is kept elsewhere declares its results there; with a dot nothing could refer to one.
        let declared = |task: &str, result: &str| {
            if is_foreign(task) { !result.contains('.') } else { result_of(task, result).is_some() }
        };
        for entry in &all {
            let name = text(&entry["name"]);
            self.label(name, 63);
            let in_finally = !main.contains_key(name);
            let known = |key: &str| match key.split('.').collect::<Vec<_>>()[..] {
                ["params", param] => {
                    let whole = param.strip_suffix("[*]");
                    let param = whole.unwrap_or(param);
                    params.contains(param) && (keys[param].is_null() || whole.is_some())
                }
                ["params", param, key] => keys.get(param).is_some_and(|keys| keys[key].is_object()),
                ["tasks", task, "results", result, key] => {
                    is_foreign(task) || result_of(task, result).is_some_and(|one| one["properties"][key].is_object())
                }
                ["workspaces", workspace, "bound"] => workspaces.contains(workspace),
                ["tasks", task, "results", _] if is_foreign(task) => true,
                ["tasks", task, "results", result] => {
                    // What a matrix gives is read as a whole, and so is a list.
                    let whole = result.strip_suffix("[*]");
                    let is_list = |object: &&Value| {
                        let mut results = array(&object["spec"]["results"]).iter();
                        results.any(|one| Some(text(&one["name"])) == whole && one["type"] != "string")
                    };
                    let object = main.get(task).and_then(|task| tasks.get(text(&task["taskRef"]["name"])));
                    let several = main.get(task).is_some_and(|task| task["matrix"].is_object());
                    declared(task, whole.unwrap_or(result))
                        && (several || object.is_some_and(is_list)) == whole.is_some()
                }
                ["tasks", task, "status"] => in_finally && main.contains_key(task),
                ["tasks", "status"] => in_finally,
                ["context", "pipelineRun", "name" | "namespace" | "uid"] => true,
                _ => false,
            };
            self.entry(entry, tasks, &workspaces, &known);
            for before in array(&entry["runAfter"]) {
                self.that(main.contains_key(text(before)) && !in_finally, || format!("{name} runs after {before}"));
            }
        }
        self.graph(&main);
        let held = |task: &str, result: &str, key: Option<&str>| match key {
            Some(key) => {
                is_foreign(task) || result_of(task, result).is_some_and(|one| one["properties"][key].is_object())
            }
            None => declared(task, result.trim_end_matches("[*]")),
        };
        array(&spec["results"]).iter().for_each(|result| self.returned(result, &held));
    }

    /// A result of the pipeline is of the type of its value, which reads what tasks declare: task, result, key.
    fn returned(&mut self, result: &Value, held: &dyn Fn(&str, &str, Option<&str>) -> bool) {
        let value = &result["value"];
        let array = text(value).ends_with("[*])");
        let kind = if value.is_object() { "object" } else { ["string", "array"][usize::from(array)] };
        self.that(result["type"] == kind, || format!("the result {result}"));
        for value in texts_of(value) {
            let inner = value
                .strip_prefix("$(tasks.")
                .and_then(|rest| rest.strip_suffix(')'))
                .and_then(|rest| rest.split_once(".results."));
            let right = inner.is_some_and(|(task, result)| match result.split_once('.') {
                Some((result, key)) => held(task, result, Some(key)),
                None => held(task, result, None),
            });
            self.that(right, || format!("the result {value}"));
        }
    }

    fn entry(
        &mut self,
        entry: &Value,
        tasks: &BTreeMap<&str, &Value>,
        workspaces: &BTreeSet<String>,
        known: &dyn Fn(&str) -> bool,
    ) {
        let name = text(&entry["name"]);
        let reference = &entry["taskRef"];
        let foreign = Value::Null;
        let task = match tasks.get(text(&reference["name"])) {
            Some(task) => *task,
            None if reference["resolver"].is_string() => &foreign,
            None if self.there.contains(text(&reference["name"])) => &foreign,
            None => return self.faults.push(format!("{name} has no task")),
        };
        let mut given = self.unique(&entry["params"], "parameter");
        if task.is_null() {
            let both = reference["name"].is_string() == reference["resolver"].is_string();
            self.that(!both, || format!("{name} is found in two ways, or in none"));
            self.unique(&reference["params"], "parameter of a resolver");
            let by_matrix = self.unique(&entry["matrix"]["params"], "parameter of a matrix");
            self.that(given.is_disjoint(&by_matrix), || format!("{name} is given {by_matrix:?} twice"));
            for param in array(&entry["matrix"]["params"]) {
                self.that(param["value"].is_array(), || format!("{param} is no list"));
                let texts = array(&param["value"]).iter().filter_map(Value::as_str);
                texts.for_each(|value| self.variables(value, name, known));
            }
        } else {
            let by_matrix = self.unique(&entry["matrix"]["params"], "parameter of a matrix");
            self.that(given.is_disjoint(&by_matrix), || format!("{name} is given {by_matrix:?} twice"));
            self.matrix(entry, task, known);
            given.extend(by_matrix);
            let wanted: BTreeSet<String> =
                array(&task["spec"]["params"]).iter().map(|param| text(&param["name"]).to_owned()).collect();
            self.that(given == wanted, || format!("{name} is given {given:?} and wants {wanted:?}"));
        }
        for param in array(&entry["params"]) {
            texts_of(&param["value"]).into_iter().for_each(|value| self.variables(value, name, known));
            let wanted = array(&task["spec"]["params"]).iter().find(|one| one["name"] == param["name"]);
            if let Some(wanted) = wanted {
                let keys = |value: &Value| value.as_object().map(|map| map.keys().cloned().collect::<BTreeSet<_>>());
                let (have, want) = (keys(&param["value"]), keys(&wanted["properties"]));
                self.that(have == want, || format!("{name} is given the keys {have:?} and wants {want:?}"));
            }
        }
        let bound = self.unique(&entry["workspaces"], "workspace");
        for one in array(&entry["workspaces"]) {
            self.that(workspaces.contains(text(&one["workspace"])), || format!("{name} binds {one}"));
        }
        let needed = array(&task["spec"]["workspaces"]).iter().filter(|one| one["optional"] != true);
        let needed: BTreeSet<String> = needed.map(|one| text(&one["name"]).to_owned()).collect();
        self.that(needed.is_subset(&bound), || format!("{name} needs {needed:?}"));
        self.that(!bound.contains("pipec-nil"), || format!("{name} binds what has to stay empty"));
        for when in array(&entry["when"]) {
            self.variables(text(&when["input"]), name, known);
            let operator = when["operator"] == "in" || when["operator"] == "notin";
            self.that(operator && !array(&when["values"]).is_empty(), || format!("{name}: {when}"));
        }
        self.that(entry["onError"].is_null() || entry["retries"].is_null(), || format!("{name} retries and goes on"));
        self.that(entry["timeout"].is_null() || milliseconds(&entry["timeout"]).is_some(), || {
            format!("{name}: {}", entry["timeout"])
        });
    }

    /// Texts for the task, from one whole list each, so that at most as many runs are made as the list allows.
    fn matrix(&mut self, entry: &Value, task: &Value, known: &dyn Fn(&str) -> bool) {
        let (name, matrix) = (text(&entry["name"]), &entry["matrix"]);
        self.that(matrix.is_null() || !array(&matrix["params"]).is_empty(), || format!("{name}: an empty matrix"));
        for param in array(&matrix["params"]) {
            let value = text(&param["value"]);
            self.that(value.starts_with("$(") && value.ends_with("[*])"), || format!("{name}: a matrix over {value}"));
            self.variables(value, name, known);
            let mut declared = array(&task["spec"]["params"]).iter();
            self.that(declared.any(|one| one["name"] == param["name"] && one["type"] == "string"), || {
                format!("{name}: {} is no text of the task", param["name"])
            });
        }
        if !matrix.is_null() {
            let texts = array(&task["spec"]["results"]).iter().all(|one| one["type"] == "string");
            self.that(texts, || format!("{name}: a matrix gives texts only"));
        }
    }

    /// No circle, and no `runAfter` that something else implies.
    fn graph(&mut self, main: &BTreeMap<&str, &Value>) {
        let edges: BTreeMap<&str, BTreeSet<&str>> = main.iter().map(|(name, task)| (*name, waits(task))).collect();
        for name in main.keys() {
            self.that(!ancestors(&edges, &edges[name]).contains(name), || format!("{name} waits for itself"));
        }
        if !self.faults.is_empty() {
            return;
        }
        for (name, task) in main {
            for before in array(&task["runAfter"]).iter().map(text) {
                let others: BTreeSet<&str> = edges[name].iter().copied().filter(|other| *other != before).collect();
                let read = results_read(task).contains(before);
                self.that(!read && !ancestors(&edges, &others).contains(before), || {
                    format!("{name} need not say that it runs after {before}")
                });
            }
        }
    }

    fn run(&mut self, run: &Value, pipeline: &Value) {
        let (spec, of) = (&run["spec"], &pipeline["spec"]);
        self.that(spec["pipelineRef"]["name"] == pipeline["metadata"]["name"], || "another pipeline".to_owned());
        let declared = self.unique(&of["workspaces"], "workspace");
        let bound = self.unique(&spec["workspaces"], "workspace");
        self.that(bound.is_subset(&declared), || format!("the run binds {bound:?}"));
        let limits = ["pipeline", "tasks", "finally"].map(|key| milliseconds(&spec["timeouts"][key]));
        let [Some(whole), Some(tasks), finally] = limits else {
            return self.faults.push(format!("timeouts {}", spec["timeouts"]));
        };
        self.that(whole >= tasks + finally.unwrap_or(0), || format!("timeouts {}", spec["timeouts"]));
        self.that(finally.is_some() != of["finally"].is_null(), || "a timeout of finally".to_owned());
        for (key, limit) in [("tasks", tasks), ("finally", finally.unwrap_or(0))] {
            let timeouts = array(&of[key]).iter().filter_map(|task| milliseconds(&task["timeout"]));
            self.that(timeouts.max().unwrap_or(0) <= limit, || format!("a task of {key} has more than {limit} ms"));
        }
        let names: BTreeSet<&str> =
            array(&of["tasks"]).iter().chain(array(&of["finally"])).map(|task| text(&task["name"])).collect();
        for one in array(&spec["taskRunSpecs"]) {
            self.that(names.contains(text(&one["pipelineTaskName"])), || format!("{one} is of no task"));
        }
    }
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The insides of every `$(…)`, inner ones too.
fn variables(value: &str) -> Vec<String> {
    let inside = |(at, _): (usize, &str)| value[at + 2..].split_once(')').map(|(inside, _)| inside.to_owned());
    value.match_indices("$(").filter_map(inside).collect()
}

/// Of a parameter or a result: the text, or those of a list or of the keys of an object.
fn texts_of(value: &Value) -> Vec<&str> {
    let several = array(value).iter().chain(value.as_object().into_iter().flat_map(|map| map.values()));
    std::iter::once(value).chain(several).filter_map(Value::as_str).collect()
}

fn results_read(task: &Value) -> BTreeSet<&str> {
    let params = array(&task["params"]).iter().chain(array(&task["matrix"]["params"]));
    let given = params.flat_map(|param| texts_of(&param["value"]));
    let texts = given.chain(array(&task["when"]).iter().map(|when| text(&when["input"])));
    texts.flat_map(|value| value.split("$(tasks.").skip(1)).filter_map(|rest| rest.split('.').next()).collect()
}

fn waits(task: &Value) -> BTreeSet<&str> {
    let mut all = results_read(task);
    all.extend(array(&task["runAfter"]).iter().map(text));
    all
}

/// Those of the set, and all that they wait for.
fn ancestors<'a>(edges: &BTreeMap<&'a str, BTreeSet<&'a str>>, of: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = of.iter().copied().collect();
    while let Some(one) = open.pop() {
        if seen.insert(one) {
            open.extend(edges.get(one).into_iter().flatten());
        }
    }
    seen
}

/// Reads a duration as Go does, less what is never written.
fn milliseconds(value: &Value) -> Option<i64> {
    let mut rest = value.as_str()?;
    let mut total = 0.0;
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let unit = rest[number..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |at| at + number);
        let scale = match &rest[number..unit] {
            "h" => 3_600_000.0,
            "m" => 60_000.0,
            "s" => 1000.0,
            "ms" => 1.0,
            _ => return None,
        };
        total += rest[..number].parse::<f64>().ok()? * scale;
        rest = &rest[unit..];
    }
    #[allow(clippy::cast_possible_truncation, reason = "durations of tests are small")]
    Some(total.round() as i64)
}

//! What happens to a PipelineRun that stands alone before its tasks start: what Pipelines-as-Code replaces in it, and what
//! Tekton puts into the tasks that stand in it.
//!
//! From the sources of both: `templates.ReplacePlaceHoldersVariables`, which runs over the YAML and again over the JSON of
//! what was read (`changePipelineRun`), and `pkg/reconciler/pipelinerun/resources/apply.go`.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::model;

/// Every name is a variable, also those that only a Repository object declares.
pub(super) fn templated(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest[2..].find('}').map(|end| end + 2).filter(|end| rest[*end..].starts_with("}}"));
        let Some(end) = end.filter(|end| rest[2..*end].chars().count() >= 2) else {
            out.push('{');
            rest = &rest[1..];
            continue;
        };
        let key = rest[2..end].trim();
        let of_event = ["body", "headers", "files", "cel:"].iter().any(|start| key.starts_with(start));
        let is_name = key.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && key.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
        out.push_str(if of_event || is_name { "<replaced>" } else { &rest[..end + 2] });
        rest = &rest[end + 2..];
    }
    out + rest
}

/// The second time it reads what was parsed.
pub(super) fn templated_again(run: &Json) -> Json {
    serde_json::from_str(&templated(&run.to_string())).expect("what is replaced does not break the JSON")
}

/// The tasks as TaskRuns have them, by name: all that the PipelineRun puts into them is there.
///
/// Each parameter of the pipeline has the value `<its name>`, a list has two elements.
pub(super) fn tasks(run: &Json) -> Vec<(String, Json)> {
    let pipeline = &run["spec"]["pipelineSpec"];
    let (mut texts, mut lists) = (BTreeMap::new(), BTreeMap::new());
    for param in array(&pipeline["params"]) {
        for key in spellings(text(&param["name"])) {
            if param["type"] == "array" {
                lists.insert(key, vec!["<first>".to_owned(), "<second>".to_owned()]);
            } else {
                texts.insert(key, format!("<{}>", text(&param["name"])));
            }
        }
    }
    let context = ["pipelineRun.name", "pipelineRun.namespace", "pipelineRun.uid", "pipeline.name"];
    let context = context.map(|key| (format!("context.{key}"), "<context>".to_owned())).into_iter().collect();
    let mut bound: BTreeMap<String, String> = BTreeMap::new();
    let declared = array(&pipeline["workspaces"]).iter().map(|one| (text(&one["name"]), "false"));
    for (name, is) in declared.chain(array(&run["spec"]["workspaces"]).iter().map(|one| (text(&one["name"]), "true"))) {
        bound.insert(format!("workspaces.{name}.bound"), is.to_owned());
    }
    let entries = || array(&pipeline["tasks"]).iter().chain(array(&pipeline["finally"]));
    let mut results = BTreeMap::from([("tasks.a.results.r".to_owned(), "<result>".to_owned())]);
    for task in entries() {
        for result in array(&task["taskSpec"]["results"]) {
            let key = format!("tasks.{}.results.{}", text(&task["name"]), text(&result["name"]));
            results.insert(key, "<result>".to_owned());
        }
    }
    let none = BTreeMap::new();
    let pass = |task: &Json| {
        let mut spec = task["taskSpec"].clone();
        let (mut texts, mut lists) = (texts.clone(), lists.clone());
        for param in array(&task["params"]) {
            // What the task is given has the name of a parameter of the pipeline, and stands for it.
            for key in spellings(text(&param["name"])) {
                texts.entry(key.clone()).and_modify(|value| text(&param["value"]).clone_into(value));
                lists
                    .entry(key)
                    .and_modify(|list| *list = array(&param["value"]).iter().map(|one| text(one).to_owned()).collect());
            }
        }
        put(&mut spec, &texts, &lists);
        put(&mut spec, &context, &none);
        put(&mut spec, &bound, &none);
        used_workspaces(&spec);
        put(&mut spec, &results, &none);
        (text(&task["name"]).to_owned(), json!({"spec": spec}))
    };
    entries().filter(|task| task["taskSpec"].is_object()).map(pass).collect()
}

fn spellings(name: &str) -> [String; 3] {
    [format!("params.{name}"), format!("params[\"{name}\"]"), format!("params['{name}']")]
}

/// `FindWorkspacesUsedByTask`: a run fails for good where a text seems to name a workspace with two dots behind it.
fn used_workspaces(spec: &Json) {
    for part in ["steps", "sidecars", "stepTemplate"] {
        each_text(&spec[part], &mut |text| {
            for line in text.lines() {
                for (at, _) in line.match_indices("$(workspaces.") {
                    let Some((inside, _)) = line[at + "$(workspaces.".len()..].split_once(')') else { continue };
                    assert!(inside.matches('.').count() < 2, "the run would fail for good by `{inside}` in {text:?}");
                }
            }
        });
    }
}

fn each_text(value: &Json, read: &mut dyn FnMut(&str)) {
    match value {
        Json::String(text) => read(text),
        Json::Array(list) => list.iter().for_each(|one| each_text(one, read)),
        Json::Object(map) => map.values().for_each(|one| each_text(one, read)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// One pass over what of a task is read: steps, sidecars and volumes. A whole list is as many arguments as it has elements.
fn put(spec: &mut Json, texts: &BTreeMap<String, String>, lists: &BTreeMap<String, Vec<String>>) {
    let mut pass: Vec<(String, String)> = texts.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    for (key, list) in lists {
        pass.extend(list.iter().enumerate().map(|(at, value)| (format!("{key}[{at}]"), value.clone())));
    }
    for part in ["steps", "sidecars", "volumes", "stepTemplate"] {
        if let Some(part) = spec.get_mut(part) {
            put_in(part, &pass, lists);
        }
    }
}

fn put_in(value: &mut Json, pass: &[(String, String)], lists: &BTreeMap<String, Vec<String>>) {
    match value {
        Json::String(text) => *text = model::replace(text, pass),
        Json::Array(items) => {
            let whole = |item: &Json| {
                let key = item.as_str()?.strip_prefix("$(")?.strip_suffix("[*])")?;
                lists.get(key).map(|list| list.iter().map(|one| Json::String(one.clone())).collect::<Vec<_>>())
            };
            *items = items.iter().flat_map(|item| whole(item).unwrap_or_else(|| vec![item.clone()])).collect();
            items.iter_mut().for_each(|item| put_in(item, pass, lists));
        }
        Json::Object(map) => map.values_mut().for_each(|one| put_in(one, pass, lists)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// The same run as objects that stand for themselves: a Task for each task, which declares and is given what Tekton would
/// propagate, a Pipeline, and a PipelineRun that names it.
pub(super) fn apart(run: &Json) -> Vec<Json> {
    let mut pipeline = run["spec"]["pipelineSpec"].clone();
    let params: Vec<Json> = array(&pipeline["params"]).to_vec();
    let mut objects = Vec::new();
    for part in ["tasks", "finally"] {
        for task in pipeline.get_mut(part).and_then(Json::as_array_mut).into_iter().flatten() {
            let Some(mut spec) = task.as_object_mut().expect("an entry").remove("taskSpec") else { continue };
            let name = format!("task-{}", text(&task["name"]));
            for param in &params {
                propagate(&mut spec, task, text(&param["name"]), param["type"] == "array");
            }
            task["taskRef"] = json!({"name": name.chars().take(63).collect::<String>().trim_end_matches('-')});
            objects.push(json!({"apiVersion": "tekton.dev/v1", "kind": "Task", "metadata": {"name": task["taskRef"]["name"]}, "spec": spec}));
        }
    }
    objects.push(
        json!({"apiVersion": "tekton.dev/v1", "kind": "Pipeline", "metadata": {"name": "whole"}, "spec": pipeline}),
    );
    let mut run = run.clone();
    let spec = run["spec"].as_object_mut().expect("a spec");
    spec.remove("pipelineSpec");
    spec.insert("pipelineRef".to_owned(), json!({"name": "whole"}));
    objects.push(run);
    objects
}

fn propagate(spec: &mut Json, task: &mut Json, name: &str, is_list: bool) {
    let declared = array(&spec["params"]).iter().any(|param| param["name"] == name);
    let variable = if is_list { format!("$(params.{name}[*])") } else { format!("$(params.{name})") };
    let mut used = false;
    for part in ["steps", "sidecars", "volumes", "stepTemplate"] {
        each_text(&spec[part], &mut |text| used |= text.contains(&variable));
    }
    if declared || !used {
        return;
    }
    let kind = if is_list { "array" } else { "string" };
    let value = if is_list { json!([variable]) } else { json!(variable) };
    for (object, param) in [(spec, json!({"name": name, "type": kind})), (task, json!({"name": name, "value": value}))]
    {
        let params = object.as_object_mut().expect("an object").entry("params").or_insert_with(|| json!([]));
        params.as_array_mut().expect("a list").push(param);
    }
}

fn array(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_default()
}

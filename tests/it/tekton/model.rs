//! What Tekton and the kubelet make of a text: the passes in their order, and what the webhook refuses.
//!
//! From the sources of tektoncd/pipeline: each pass replaces the keys that it knows in one go, left to right, and the
//! next pass reads what the one before has made.

use std::collections::BTreeMap;

use serde_json::Value;

/// The steps as the engine runs them: each has what the `stepTemplate` says and it does not, by names and by mount paths.
pub(super) fn steps(task: &Value) -> Vec<Value> {
    let steps = task["spec"]["steps"].as_array().cloned().unwrap_or_default();
    let template = task["spec"]["stepTemplate"].as_object().cloned().unwrap_or_default();
    let key = |field: &str| if field == "volumeMounts" { "mountPath" } else { "name" };
    let merged = |step: Value| {
        let mut step = step.as_object().cloned().expect("a step");
        for (field, value) in &template {
            let own = step.get(field).cloned();
            let all = match (own, value) {
                (None, value) => value.clone(),
                (Some(Value::Array(own)), Value::Array(shared)) => {
                    let is_own = |one: &&Value| own.iter().any(|other| other[key(field)] == one[key(field)]);
                    // In which order is nobody's promise: here what is shared stands last, where it helps nobody.
                    Value::Array(own.iter().chain(shared.iter().filter(|one| !is_own(one))).cloned().collect())
                }
                (Some(own), _) => own,
            };
            step.insert(field.clone(), all);
        }
        Value::Object(step)
    };
    steps.into_iter().map(merged).collect()
}

/// What one task's run puts in for its variables.
#[derive(Debug)]
pub(super) struct Run {
    params: BTreeMap<String, Vec<String>>,
    results: Vec<String>,
    /// Name and path; an optional one that is not bound has the empty path.
    workspaces: Vec<(String, String)>,
}

impl Run {
    /// Each parameter has the value `<its name>`, a list has two.
    pub(super) fn of_task(task: &Value) -> Self {
        let list = |key: &str| task["spec"][key].as_array().cloned().unwrap_or_default();
        let name = |value: &Value| value["name"].as_str().expect("a name").to_owned();
        let param = |value: &Value| {
            let of = if value["type"] == "array" {
                vec!["<first>".to_owned(), "<second>".to_owned()]
            } else {
                vec![format!("<{}>", name(value))]
            };
            (name(value), of)
        };
        let workspace = |value: &Value| {
            let bound = value["optional"] != true;
            (name(value), if bound { format!("/workspace/{}", name(value)) } else { String::new() })
        };
        let keys = |value: &Value| {
            let of = name(value);
            let keys = value["properties"].as_object().into_iter().flat_map(|map| map.keys());
            keys.map(|key| (format!("{of}.{key}"), vec![format!("<{of}.{key}>")])).collect::<Vec<_>>()
        };
        Self {
            params: list("params")
                .iter()
                .flat_map(|value| if value["type"] == "object" { keys(value) } else { vec![param(value)] })
                .collect(),
            results: list("results").iter().map(name).collect(),
            workspaces: list("workspaces").iter().map(workspace).collect(),
        }
    }

    /// What the script or a variable is when the pod is made.
    pub(super) fn text(&self, text: &str) -> String {
        self.passes().iter().fold(text.to_owned(), |text, pass| replace(&text, pass))
    }

    /// What the arguments are when the pod is made: a whole list is as many as it has elements.
    pub(super) fn args(&self, args: &[String]) -> Vec<String> {
        let expand = |arg: &String| {
            let list = self.params.iter().find(|(name, _)| *arg == format!("$(params.{name}[*])"));
            list.map_or_else(|| vec![self.text(arg)], |(_, values)| values.clone())
        };
        args.iter().flat_map(expand).collect()
    }

    fn passes(&self) -> Vec<Vec<(String, String)>> {
        let mut params = Vec::new();
        for (name, values) in &self.params {
            for key in [
                format!("params.{name}"),
                format!("params[\"{name}\"]"),
                format!("params['{name}']"),
                format!("inputs.params.{name}"),
            ] {
                params.extend(values.iter().enumerate().map(|(at, value)| (format!("{key}[{at}]"), value.clone())));
                params.push((key, values[0].clone()));
            }
        }
        let fixed = |keys: &[&str]| keys.iter().map(|key| ((*key).to_owned(), format!("<{key}>"))).collect::<Vec<_>>();
        let results = self.results.iter().flat_map(|name| {
            let path = format!("/tekton/results/{name}");
            [format!("results.{name}.path"), format!("results[\"{name}\"].path"), format!("results['{name}'].path")]
                .map(|key| (key, path.clone()))
        });
        let workspaces = self.workspaces.iter().flat_map(|(name, path)| {
            let bound = (!path.is_empty()).to_string();
            let volume = if path.is_empty() { String::new() } else { "ws-1".to_owned() };
            [("path", path.clone()), ("bound", bound), ("claim", String::new()), ("volume", volume)]
                .map(|(key, value)| (format!("workspaces.{name}.{key}"), value))
        });
        vec![
            // At the PipelineRun, in every resolved task.
            fixed(&["tasks.a.results.r", "tasks.first.results.x", "tasks.a.outputs"]),
            params,
            fixed(&[
                "context.taskRun.name",
                "context.taskRun.namespace",
                "context.taskRun.uid",
                "context.task.name",
                "context.task.retry-count",
            ]),
            results.collect(),
            fixed(&["artifacts.path", "step.artifacts.path"]),
            fixed(&["steps.step-run.exitCode.path", "steps.step-unnamed-0.exitCode.path"]),
            workspaces.collect(),
            fixed(&["credentials.path"]),
        ]
    }
}

pub(super) fn replace(text: &str, pass: &[(String, String)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("$(") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let found =
            pass.iter().find(|(key, _)| rest[2..].strip_prefix(key.as_str()).is_some_and(|rest| rest.starts_with(')')));
        match found {
            Some((key, value)) => {
                out.push_str(value);
                rest = &rest[key.len() + 3..];
            }
            None => {
                out.push('$');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

/// The environment as the process has it: the kubelet reads variables in each value, from those before it.
pub(super) fn environment(env: &[(String, String)]) -> BTreeMap<String, String> {
    let mut known = BTreeMap::new();
    for (name, value) in env {
        let value = expand(value, &known);
        known.insert(name.clone(), value);
    }
    known
}

/// `k8s.io/kubernetes/third_party/forked/golang/expansion`
pub(super) fn expand(text: &str, known: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix('$') {
            out.push('$');
            rest = behind;
        } else if let Some((name, behind)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            out.push_str(&known.get(name).cloned().unwrap_or_else(|| format!("$({name})")));
            rest = behind;
        } else {
            out.push('$');
        }
    }
    out + rest
}

/// Why the webhook refuses a text of a step; `is_script` for what it asks of scripts only.
pub(super) fn refused(task: &Value, text: &str, is_script: bool) -> Option<String> {
    let declared = |key: &str, name: &str| {
        task["spec"][key].as_array().is_some_and(|list| list.iter().any(|one| one["name"] == name))
    };
    for line in text.split('\n') {
        for (at, _) in line.match_indices("$(") {
            let Some((inside, _)) = line[at + 2..].split_once(')') else { continue };
            let undeclared = |prefix: &str, key: &str| named(inside, prefix).is_some_and(|name| !declared(key, &name));
            let in_script = |prefix: &str| inside.strip_prefix(prefix).is_some_and(|rest| rest.contains(".results."));
            let artifacts = |prefix: &str| {
                inside.strip_prefix(prefix).is_some_and(|rest| rest.contains(".inputs") || rest.contains(".outputs"))
            };
            let context = ["context.taskRun.", "context.task."].iter().find_map(|prefix| inside.strip_prefix(prefix));
            let bad_context = context.is_some_and(|name| !["name", "namespace", "uid", "retry-count"].contains(&name));
            let loose_step =
                inside.starts_with("step") && inside.get(5..).is_some_and(|rest| rest.starts_with("results."));
            let refused = undeclared("params", "params")
                || (is_script && (undeclared("results", "results") || in_script("steps.") || loose_step))
                || bad_context
                || artifacts("steps.")
                || artifacts("tasks.")
                || ["artifacts.path", "step.artifacts.path"].contains(&inside);
            if refused {
                return Some(format!("$({inside})"));
            }
        }
    }
    None
}

/// The name in `params.x`, `params["x"]`, `results.x.path`; with two dots behind it, it is refused whatever it is.
fn named(inside: &str, prefix: &str) -> Option<String> {
    let rest = inside.strip_prefix(prefix)?;
    if let Some(rest) = rest.strip_prefix('.') {
        let name = rest.split(['.', '[']).next()?;
        let too_many = rest.matches('.').count() > 1;
        return Some(if too_many { format!("{rest} has too many parts") } else { name.to_owned() });
    }
    let rest = rest.strip_prefix("[\"").or_else(|| rest.strip_prefix("['"))?;
    Some(rest.split(['"', '\'']).next()?.to_owned())
}

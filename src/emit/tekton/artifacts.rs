//! What tasks tell the engine that they made, and from what (`artifacts: true`): the last step of each, which writes it to
//! the engine's own file for that. Scripts of the program stay as they are in every target.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::budget::RESULT_FRAME;
use super::inputs::Inputs;
use super::levels::Level;
use super::lower::{Container, Lowered, Lowering, Unit};
use super::options::Options;
use super::{chains, names, spelling};
use crate::emit::script::{self, Told};
use crate::plan::{ExprKind, Plan, Task, TaskId, Value};

/// The step; a longer name where the task has one of this name.
const STEP: &str = "pipec-artifacts";

/// The variable of the engine for the file that its step writes.
const FILE: &str = "$(step.artifacts.path)";

/// What stands around the artifacts of a step: the key, and what both lists are called.
const KEY: usize = "/tekton/run/10/status/artifacts/provenance.json".len();

/// By the task, what it tells of, each with its name.
pub(super) type AllTold = FxHashMap<TaskId, Vec<(String, Told)>>;

/// Of all tasks that are ours; nothing unless it was asked for.
pub(super) fn told(plan: &Plan, options: &Options) -> AllTold {
    let mut all = AllTold::default();
    if !options.artifacts || options.level != Level::Alpha {
        return all;
    }
    for (id, task) in plan.tasks().filter(|(_, task)| task.source.is_none()) {
        let placed = task.outputs.iter().enumerate().filter(|(_, output)| output.place.is_some());
        let placed: Vec<_> = placed.map(|(at, _)| (name(task, at), Told::Placed(at))).collect();
        if !placed.is_empty() {
            all.insert(id, placed);
        }
    }
    for (id, one) in chains::told(plan, &options.shape).filter(|(id, _)| plan.task(*id).source.is_none()) {
        let (Told::Made { uri: at, .. } | Told::Used { uri: at, .. } | Told::Placed(at)) = one;
        all.entry(id).or_default().push((name(plan.task(id), at), one));
    }
    all
}

/// Neither a dot nor a bracket may be in it: others could not read it.
fn name(task: &Task, output: usize) -> String {
    let name = spelling::result(&task.outputs[output].name);
    name.split('.').next().unwrap_or_default().to_owned()
}

impl<'p> Lowering<'_, 'p> {
    /// The step that tells of all that the task has made.
    pub(super) fn telling(
        &self,
        inputs: &mut Inputs,
        id: TaskId,
        steps: &[Container<'p>],
        mut more: Vec<(&'static str, String)>,
    ) -> Option<Container<'p>> {
        let rendered = script::artifacts(self.plan, id, self.told.get(&id)?);
        more.retain(|(name, _)| *name != "PIPE_OBJECTS");
        more.push(("PIPE_ARTIFACTS", FILE.to_owned()));
        let mut name = STEP.to_owned();
        while steps.iter().any(|step| step.name == names::step(&name)) {
            name.push_str("-0");
        }
        Some(self.container(inputs, &name, self.helper_image(id), self.plan.task(id).span, rendered, more))
    }
}

/// What the last step of a task says of artifacts when it ends, with what each is: an address that only a run knows counts
/// as its shortest.
pub(super) fn sizes(lowered: &Lowered<'_>, unit: &Unit<'_>) -> Vec<(String, usize)> {
    let told = unit.id.and_then(|id| Some((id, lowered.told.get(&id)?)));
    let Some((id, told)) = told else { return Vec::new() };
    let task = lowered.plan.task(id);
    let frame = escaped(r#"{"inputs":[],"outputs":[]}"#) + KEY + RESULT_FRAME;
    let each = told.iter().map(|(name, one)| (format!("artifact `{name}`"), size(lowered, task, name, *one)));
    std::iter::once(("artifacts".to_owned(), frame)).chain(each).collect()
}

fn size(lowered: &Lowered<'_>, task: &Task, name: &str, one: Told) -> usize {
    let digest = "0".repeat(64);
    let made = matches!(one, Told::Made { .. });
    let build = if made { r#""buildOutput":true,"# } else { "" };
    let address = match one {
        Told::Placed(at) => address(lowered, task, at),
        Told::Made { .. } | Told::Used { .. } => Cow::Borrowed(""),
    };
    escaped(&format!(
        r#",{{"name":"{name}",{build}"values":[{{"digest":{{"sha256":"{digest}"}},"uri":"{address}"}}]}}"#
    ))
}

/// As the step writes it.
fn address<'a>(lowered: &Lowered<'_>, task: &Task, output: usize) -> Cow<'a, str> {
    let Some((workspace, path)) = &task.outputs[output].place else { return Cow::Borrowed("") };
    let workspace = lowered.names.workspace(&lowered.plan.workspaces[workspace.index()].name).to_owned();
    let path = if let ExprKind::Known(Value::Text(path)) = &path.kind { path.as_str() } else { "" };
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"/._~-".contains(&byte);
    let written: usize = path.bytes().map(|byte| if keep(byte) { 1 } else { 3 }).sum();
    Cow::Owned(format!("file:///workspace/{workspace}/{}", "x".repeat(written)))
}

/// The JSON is a text of JSON itself.
fn escaped(json: &str) -> usize {
    json.len() + json.matches('"').count()
}

//! `target tekton { … }` of a pipeline: names, labels and whatever else a program says of one engine only.

use super::cx::Cx;
use super::extras;
use super::model::{At, Call, Callee, Pipeline, Space, Yield};
use super::names::Style;
use super::slots::Ty;
use super::text::{STEP, key, record};
use crate::import::script::quoted;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// The image of the small tasks that check parameters, where no task of the program has one.
pub(super) const HELPER: &str = "docker.io/library/busybox:1.37.0";

/// Fields of a record: names and expressions.
pub(super) type Fields = Vec<(String, String)>;

/// What a target is told, in the order in which it is written.
#[derive(Default, Debug)]
pub(super) struct Options {
    fields: Fields,
    /// Values of parameters.
    given: Fields,
    /// Parameters whose values the engine knows.
    context: Fields,
    /// Of single tasks.
    tasks: Vec<(String, Fields)>,
}

impl Options {
    pub(super) fn push(&mut self, name: &str, value: impl Into<String>) {
        self.fields.push((name.to_owned(), value.into()));
    }

    /// A record, where there is something in it.
    pub(super) fn record(&mut self, name: &str, entries: &[(String, String)]) {
        if !entries.is_empty() {
            self.fields.push((name.to_owned(), record(entries, 2 * STEP, name.len() + 2)));
        }
    }

    /// Says which values parameters have.
    pub(super) fn give(&mut self, entries: impl IntoIterator<Item = (String, String)>) {
        self.given.extend(entries);
    }

    /// Says which parameters the engine knows the values of.
    pub(super) fn context(&mut self, entries: impl IntoIterator<Item = (String, String)>) {
        self.context.extend(entries);
    }

    /// Writes what parameters are given before what is said of events, places, pods and labels.
    fn settle_given(&mut self) {
        let (entries, context) = (std::mem::take(&mut self.given), std::mem::take(&mut self.context));
        let before = self.fields.iter().position(|(name, _)| BEHIND_GIVEN.contains(&name.as_str()));
        let behind = self.fields.split_off(before.unwrap_or(self.fields.len()));
        self.record("given", &entries);
        self.record("context", &context);
        self.fields.extend(behind);
    }

    /// Says something of one task.
    pub(super) fn of_task(&mut self, task: &str, field: &str, value: String) {
        match self.tasks.iter_mut().find(|(known, _)| known == task) {
            Some((_, fields)) => fields.push((field.to_owned(), value)),
            None => self.tasks.push((task.to_owned(), vec![(field.to_owned(), value)])),
        }
    }
}

const BEHIND_GIVEN: [&str; 7] = ["pac", "bindings", "pod", "labels", "annotations", "run_labels", "run_annotations"];

const STYLES: [Style; 2] = [Style::Kebab, Style::Camel];

/// What the pipeline itself says.
pub(super) fn of_pipeline(pipeline: &Pipeline<'_>, cx: &mut Cx<'_, '_>) -> Options {
    let mut options = Options::default();
    // Of a lone run, what is kept elsewhere has the names.
    if !pipeline.is_lone_run() {
        names(pipeline, &mut options, cx);
    }
    let all_elsewhere = pipeline.calls.iter().all(|call| matches!(call.callee, Callee::Extern(_)));
    let is_checked = pipeline.params.iter().any(|param| !matches!(cx.slots.ty(param.slot), Ty::Text));
    if all_elsewhere && is_checked && !pipeline.is_lone_run() {
        options.push("helper_image", quoted(HELPER));
    }
    // Where they lie, whoever starts the run says: nothing was said against it.
    let is_mixed = |call: &Call<'_>| call.bound.iter().any(|(_, at, _)| *at != call.bound[0].1);
    if pipeline.calls.iter().any(is_mixed) && !pipeline.is_lone_run() {
        options.push("several_volumes", "true");
    }
    if let Some(at) = pipeline.display.as_ref() {
        options.push("display_name", quoted(at));
    }
    folders(pipeline, &mut options);
    for call in &pipeline.calls {
        extras::of_call(call, &mut options, cx);
    }
    if pipeline.root.text_of("kind") == Some("Pipeline") {
        metadata(pipeline.root, "", &mut options, cx);
    }
    options
}

/// The lines of the statement.
pub(super) fn lines(mut options: Options) -> String {
    options.settle_given();
    let tasks = std::mem::take(&mut options.tasks);
    let tasks: Fields = tasks.into_iter().map(|(name, fields)| (name, braced(&fields))).collect();
    options.record("tasks", &tasks);
    let fields: Vec<String> = options.fields.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    if fields.is_empty() {
        return String::new();
    }
    let flat = format!("    target tekton {{ {} }}\n", fields.join(", "));
    if flat.len() <= super::text::WIDTH && !flat.trim_end().contains('\n') {
        return flat;
    }
    format!("    target tekton {{\n        {}\n    }}\n", fields.join(", "))
}

/// A record on one line; the layout breaks it where it is too long.
pub(super) fn braced(fields: &[(String, String)]) -> String {
    if fields.is_empty() {
        return "{}".to_owned();
    }
    let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{}: {value}", key(name))).collect();
    format!("{{ {} }}", fields.join(", "))
}

fn names(pipeline: &Pipeline<'_>, options: &mut Options, cx: &Cx<'_, '_>) {
    let params = || pipeline.params.iter().map(|one| (one.ours.as_str(), one.theirs.as_str()));
    let spaces = || pipeline.spaces.iter().map(|one| (one.ours.as_str(), one.theirs.as_str()));
    let results = || pipeline.results.iter().map(|(one, _)| (one.ours.as_str(), one.theirs.as_str()));
    let left = left(pipeline, cx);
    let inner = || left.iter().map(|(_, one)| (one.ours.as_str(), one.theirs.as_str()));
    let style = Style::of_most(params().chain(results()).chain(inner()), spaces(), &STYLES);
    if style != Style::AsWritten {
        options.push("names", style.case());
    }
    let of_spaces = apart("workspace_names", style, spaces(), options);
    let of_results = apart("result_names", style, results().chain(inner()), options);
    let differs = |style: Style| move |(ours, theirs): &(&str, &str)| style.spell(ours) != *theirs;
    let others = params().filter(differs(style)).chain(spaces().filter(differs(of_spaces)));
    let mut renames: Vec<(String, String)> = others.map(|(ours, theirs)| (ours.to_owned(), quoted(theirs))).collect();
    let others = results().filter(differs(of_results));
    renames.extend(others.map(|(ours, theirs)| (format!("result.{ours}"), quoted(theirs))));
    for (call, one) in left.iter().filter(|(_, one)| differs(of_results)(&(one.ours.as_str(), one.theirs.as_str()))) {
        renames.push((format!("{call}.{}", one.ours), quoted(&one.theirs)));
    }
    options.record("renames", &renames);
}

/// The style of names that are spelt otherwise than most: said where it spares more names than it costs.
fn apart<'n>(
    option: &str,
    most: Style,
    names: impl Iterator<Item = (&'n str, &'n str)> + Clone,
    options: &mut Options,
) -> Style {
    let wrong = |style: Style| names.clone().filter(|(ours, theirs)| style.spell(ours) != *theirs).count();
    let own = Style::of_most(names.clone(), std::iter::empty(), &STYLES);
    if wrong(own) + 1 >= wrong(most) {
        return most;
    }
    options.push(option, own.case());
    own
}

/// What the tasks leave that are written here, each with the name of its call.
fn left<'n>(pipeline: &'n Pipeline<'_>, cx: &'n Cx<'_, '_>) -> Vec<(&'n str, &'n Yield)> {
    let mut found = Vec::new();
    for call in &pipeline.calls {
        let results = match &call.callee {
            Callee::Extern(_) => continue,
            Callee::Declared(at) => &cx.bodies[*at].results,
            Callee::Embedded(body) => &body.results,
        };
        found.extend(results.iter().map(|one| (call.ours.as_str(), one)));
    }
    found
}

/// Folders of workspaces that are all a task sees. By the name of the workspace in the pipeline; where a task has one
/// workspace twice, by that in the task.
fn folders(pipeline: &Pipeline<'_>, options: &mut Options) {
    for call in pipeline.calls.iter().filter(|call| !matches!(call.callee, Callee::Embedded(_))) {
        let mut below: Fields = Vec::new();
        for (theirs, at, folder) in &call.bound {
            let Some(folder) = folder.as_ref().filter(|_| cut(call, &pipeline.spaces[*at], folder).is_none()) else {
                continue;
            };
            let is_twice = call.bound.iter().filter(|(_, other, _)| other == at).count() > 1;
            let name = if is_twice { theirs.clone() } else { pipeline.spaces[*at].ours.clone() };
            below.push((name, quoted(&folder.text)));
        }
        if !below.is_empty() {
            options.of_task(&call.ours, "sub_path", braced(&below));
        }
    }
}

/// The folder of a workspace that the call itself cuts out: `source: work / "git"`. What is kept elsewhere has no paths of
/// ours to it.
pub(super) fn cut<'f>(call: &Call<'_>, space: &Space, folder: &'f Option<At>) -> Option<&'f str> {
    let folder = folder.as_ref().filter(|_| matches!(call.callee, Callee::Extern(_)) && !space.optional)?;
    let parts = || folder.text.split('/');
    let is_plain = !folder.text.contains('$') && parts().all(|part| !matches!(part, "" | "." | ".."));
    is_plain.then_some(folder.text.as_str())
}

/// Labels and annotations; `of` is `run_` for those of runs.
pub(super) fn metadata(root: &Node, of: &str, options: &mut Options, cx: &mut Cx<'_, '_>) {
    let Some(meta) = root.get("metadata") else { return };
    for name in ["labels", "annotations"] {
        let mut entries = Vec::new();
        for (key, value) in meta.get(name).into_iter().flat_map(Look::entries) {
            if of == "run_" && super::pac::is_one(&key.text) {
                continue;
            }
            if let Some(at) = cx.at(value) {
                entries.push((key.text.clone(), quoted(&at.text)));
            }
        }
        options.record(&format!("{of}{name}"), &entries);
    }
}

//! `target tekton { … }` of a pipeline: names, labels and whatever else a program says of one engine only.

use super::cx::Cx;
use super::model::{Callee, Pipeline};
use super::names::Style;
use super::slots::Ty;
use super::text::{STEP, record};
use crate::import::script::quoted;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// The image of the small tasks that check parameters, where no task of the program has one.
const HELPER: &str = "docker.io/library/busybox:1.37.0";

/// Names of options and expressions, in the order in which they are written.
pub(super) type Options = Vec<(String, String)>;

const STYLES: [Style; 2] = [Style::Kebab, Style::Camel];

/// What the pipeline itself says.
pub(super) fn of_pipeline(pipeline: &Pipeline<'_>, cx: &mut Cx<'_, '_>) -> Options {
    let mut options = Options::new();
    // Of a lone run, what is kept elsewhere has the names.
    if !pipeline.is_lone_run() {
        names(pipeline, &mut options);
    }
    let all_elsewhere = pipeline.calls.iter().all(|call| matches!(call.callee, Callee::Extern(_)));
    let is_checked = pipeline.params.iter().any(|param| !matches!(cx.slots.ty(param.slot), Ty::Text));
    if all_elsewhere && is_checked && !pipeline.is_lone_run() {
        options.push(("helper_image".to_owned(), quoted(HELPER)));
    }
    folders(pipeline, &mut options);
    if pipeline.root.text_of("kind") == Some("Pipeline") {
        metadata(pipeline.root, "", &mut options, cx);
    }
    options
}

/// The lines of the statement.
pub(super) fn lines(options: &Options) -> String {
    if options.is_empty() {
        return String::new();
    }
    let fields: Vec<String> = options.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let flat = format!("    target tekton {{ {} }}\n", fields.join(", "));
    if flat.len() <= super::text::WIDTH && !flat.trim_end().contains('\n') {
        return flat;
    }
    format!("    target tekton {{\n        {}\n    }}\n", fields.join(", "))
}

/// A record of an option.
pub(super) fn entry(name: &str, entries: &[(String, String)]) -> Option<(String, String)> {
    (!entries.is_empty()).then(|| (name.to_owned(), record(entries, 2 * STEP, name.len() + 2)))
}

fn names(pipeline: &Pipeline<'_>, options: &mut Options) {
    let params = || pipeline.params.iter().map(|one| (one.ours.as_str(), one.theirs.as_str()));
    let spaces = || pipeline.spaces.iter().map(|one| (one.ours.as_str(), one.theirs.as_str()));
    let results = || pipeline.results.iter().map(|(one, _)| (one.ours.as_str(), one.theirs.as_str()));
    let style = Style::of_most(params().chain(spaces()).chain(results()), &STYLES);
    if style != Style::AsWritten {
        options.push(("names".to_owned(), style.case().to_owned()));
    }
    let differs = |(ours, theirs): &(&str, &str)| style.spell(ours) != *theirs;
    let mut renames: Vec<(String, String)> =
        params().chain(spaces()).filter(differs).map(|(ours, theirs)| (ours.to_owned(), quoted(theirs))).collect();
    renames.extend(results().filter(differs).map(|(ours, theirs)| (format!("result.{ours}"), quoted(theirs))));
    options.extend(entry("renames", &renames));
}

/// Folders of workspaces that are all a task sees.
fn folders(pipeline: &Pipeline<'_>, options: &mut Options) {
    let mut tasks: Vec<(String, String)> = Vec::new();
    for call in pipeline.calls.iter().filter(|call| !matches!(call.callee, Callee::Embedded(_))) {
        let below: Vec<(String, String)> = call
            .bound
            .iter()
            .filter_map(|(name, _, below)| Some((super::names::snake(name), quoted(&below.as_ref()?.text))))
            .collect();
        if !below.is_empty() {
            let inner = record(&below, 3 * STEP, 20);
            tasks.push((call.ours.clone(), format!("{{ sub_path: {inner} }}")));
        }
    }
    options.extend(entry("tasks", &tasks));
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
        options.extend(entry(&format!("{of}{name}"), &entries));
    }
}

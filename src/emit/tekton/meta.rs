//! What stands in the metadata of every object, and of the run alone.

use super::lower::Lowered;
use super::shape::{Pairs, Shape, Style};
use super::{given, pac};
use crate::emit::kube;
use crate::emit::yaml::{self, Map, Page};

/// Writes the metadata of a Task or Pipeline; [`kube::metadata`] as text.
pub(super) fn write(page: &mut Page, lowered: &Lowered<'_>, name: &str, origin: &str, more: &More) {
    let shape = &lowered.options.shape;
    page.raw("metadata:\n");
    page.entry_text("  name: ", name);
    if let Some(namespace) = &lowered.options.namespace {
        page.entry_text("  namespace: ", namespace);
    }
    page.raw("  labels:\n    app.kubernetes.io/managed-by: pipec\n");
    pairs(page, &shape.labels, &more.labels);
    page.raw("  annotations:\n");
    page.entry_text("    pipec.dev/origin: ", origin);
    pairs(page, &shape.annotations, &more.annotations);
}

/// What one kind of object has beside the others.
#[derive(Default, Debug)]
pub(super) struct More {
    pub(super) labels: Pairs,
    pub(super) annotations: Pairs,
}

/// What is said for the kind stands for what is said for all.
fn pairs(page: &mut Page, all: &Pairs, more: &Pairs) {
    for (key, value) in merged(all, more) {
        page.entry_text(&before(key), value);
    }
}

fn before(key: &str) -> String {
    ["    ", &yaml::key(key), ": "].concat()
}

fn merged<'a>(all: &'a Pairs, more: &'a Pairs) -> impl Iterator<Item = (&'a str, &'a str)> {
    let all = all.iter().filter(|(key, _)| !more.iter().any(|(other, _)| other == key));
    all.chain(more).map(|(key, value)| (key.as_str(), value.as_str()))
}

/// The labels and annotations of the run.
pub(super) fn of_run(shape: &Shape, origin: String) -> (Map, Map) {
    let put = |map: Map, all: &Pairs, more: &Pairs| {
        merged(all, more).fold(map, |map, (key, value)| map.with(key.to_owned(), value.to_owned()))
    };
    let labels = put(kube::labels(), &shape.labels, &shape.run_labels);
    (labels, put(kube::origin_annotation(origin), &shape.annotations, &run_annotations(shape)))
}

/// Writes both, with the variables of Pipelines-as-Code as they are.
pub(super) fn write_run(page: &mut Page, lowered: &Lowered<'_>, origin: &str) {
    let shape = &lowered.options.shape;
    page.raw("  labels:\n    app.kubernetes.io/managed-by: pipec\n");
    for (key, value) in merged(&shape.labels, &shape.run_labels) {
        given::entry(page, lowered, &before(key), value);
    }
    page.raw("  annotations:\n");
    page.entry_text("    pipec.dev/origin: ", origin);
    for (key, value) in merged(&shape.annotations, &run_annotations(shape)) {
        given::entry(page, lowered, &before(key), value);
    }
}

/// What the program says of its own stands for what is made of `pac`.
fn run_annotations(shape: &Shape) -> Pairs {
    let made = if shape.style == Style::Pac { pac::annotations(shape) } else { Vec::new() };
    let said = &shape.run_annotations;
    let made = made.into_iter().filter(|(key, _)| !said.iter().any(|(other, _)| other == key));
    made.chain(said.iter().cloned()).collect()
}

//! Tasks that are kept elsewhere: a `taskRef` with a resolver, and what is handed over.

use super::inputs::{Given, Inputs, Way};
use super::lower::{Lowering, Unit};
use crate::contract::{ListSource, SecretRef, Source};
use crate::emit::script;
use crate::emit::yaml::Page;
use crate::plan::outside::{self, Location};
use crate::plan::{Expr, TaskId};

/// Where the engine finds a task, and what it is given beside its texts.
#[derive(Debug)]
pub(super) struct Reference<'p> {
    pub(super) source: &'p outside::Source,
    /// Name and elements.
    pub(super) lists: Vec<(&'p str, Vec<String>)>,
}

impl<'p> Lowering<'_, 'p> {
    /// Puts what the task is given into its inputs.
    pub(super) fn reference(&self, inputs: &mut Inputs, id: TaskId, source: &'p outside::Source) -> Reference<'p> {
        let mut lists = Vec::new();
        for handed in &source.params {
            if script::is_list(&handed.value) {
                lists.push((handed.name.as_str(), self.elements(inputs, &handed.value)));
            } else {
                let value = self.handed_text(inputs, id, &handed.value);
                inputs.given.push(Given { name: handed.name.clone(), way: Way::Text, value });
            }
        }
        Reference { source, lists }
    }

    /// A text with the variables of the pipeline.
    pub(super) fn handed_text(&self, inputs: &mut Inputs, id: TaskId, value: &Expr) -> String {
        match script::direct_parts(self.plan, value) {
            Some(sources) => sources.into_iter().map(|source| self.pipeline_text(inputs, source)).collect(),
            None => self.computed_value(id, value),
        }
    }

    fn elements(&self, inputs: &mut Inputs, value: &Expr) -> Vec<String> {
        match script::direct_list(self.plan, value) {
            Some(ListSource::Literal(words)) => words,
            Some(ListSource::Param(name)) => vec![["$(params.", self.names.param(&name), "[*])"].concat()],
            Some(ListSource::Each(sources)) => {
                sources.into_iter().map(|source| self.pipeline_text(inputs, source)).collect()
            }
            // Gaps.
            Some(ListSource::Gathered { .. }) | None => Vec::new(),
        }
    }

    fn pipeline_text(&self, inputs: &mut Inputs, source: Source) -> String {
        match source {
            Source::Literal(text) => text,
            Source::Param(name) | Source::SecretValue(SecretRef::Param(name)) => {
                ["$(params.", self.names.param(&name), ")"].concat()
            }
            Source::SecretValue(SecretRef::Named(name)) => name,
            Source::Result { task, output } => {
                let read = self.names.find(&task);
                if !inputs.reads.contains(&read) {
                    inputs.reads.push(read);
                }
                let result = self.names.result_named(self.plan, read, &output);
                ["$(tasks.", self.names.of(read), ".results.", result, ")"].concat()
            }
            // Gaps: the place of a workspace is known in a task only, and how something ended has to be translated.
            Source::OutputFile(_)
            | Source::Place { .. }
            | Source::SecretFile(_)
            | Source::Status(_)
            | Source::Outcome => String::new(),
        }
    }
}

/// Writes the `taskRef`.
pub(super) fn write(page: &mut Page, reference: &Reference<'_>) {
    let (resolver, params) = resolver(&reference.source.location);
    page.raw("    taskRef:\n");
    page.entry_text("      resolver: ", resolver);
    page.raw("      params:\n");
    for (name, value) in params {
        page.entry_text("      - name: ", name);
        page.entry_text("        value: ", value);
    }
}

fn resolver(location: &Location) -> (&'static str, Vec<(&'static str, &str)>) {
    match location {
        Location::Bundle { bundle, name } => ("bundles", vec![("bundle", bundle), ("name", name), ("kind", "task")]),
        Location::Git { url, revision, path } => {
            ("git", vec![("url", url), ("revision", revision), ("pathInRepo", path)])
        }
        Location::Hub { name, version, catalog } => {
            let catalog = catalog.iter().map(|catalog| ("catalog", catalog.as_str()));
            let all = [("kind", "task"), ("name", name), ("version", version)].into_iter().chain(catalog);
            // The hub of Tekton itself is shut down.
            ("hub", all.chain([("type", "artifact")]).collect())
        }
        Location::Cluster { name, namespace } => {
            ("cluster", vec![("kind", "task"), ("name", name), ("namespace", namespace)])
        }
    }
}

/// Writes the parameters that are lists, behind the others.
pub(super) fn lists(page: &mut Page, unit: &Unit<'_>) {
    let Some(reference) = &unit.found else { return };
    if unit.inputs.given.is_empty() && !reference.lists.is_empty() {
        page.raw("    params:\n");
    }
    for (name, elements) in &reference.lists {
        page.entry_text("    - name: ", name);
        page.raw(if elements.is_empty() { "      value: []\n" } else { "      value:\n" });
        elements.iter().for_each(|element| page.entry_text("      - ", element));
    }
}

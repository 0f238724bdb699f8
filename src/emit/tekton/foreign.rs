//! Tasks that are kept elsewhere: a `taskRef` with a resolver, and what is handed over.

use super::inputs::{Given, Inputs, Way};
use super::lower::{Lowering, Unit};
use super::object::{self, Item};
use super::sources;
use crate::contract::{ListSource, SecretRef, Source};
use crate::emit::script;
use crate::emit::yaml::Page;
use crate::plan::outside::{self, Handed, What};
use crate::plan::{Expr, ExprKind, TaskId};

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
        let parts = |handed: &'p Handed| handed.key.map(|at| (&handed.name[..at], &handed.name[at + 1..]));
        for item in object::grouped(&source.params, parts) {
            let handed = match item {
                Item::Single(handed) => handed,
                Item::Record(name, fields) => {
                    self.handed_object(inputs, id, name, &fields);
                    continue;
                }
            };
            if script::is_list(&handed.value) {
                lists.push((handed.name.as_str(), self.elements(inputs, &handed.value)));
            } else {
                let value = self.handed_text(inputs, id, &handed.value);
                inputs.given.push(Given { name: handed.name.clone(), way: Way::Text, value });
            }
        }
        Reference { source, lists }
    }

    /// A record: the whole result of a task where it is one, else each key by itself.
    fn handed_object(&self, inputs: &mut Inputs, id: TaskId, name: &str, fields: &[(&str, &Handed)]) {
        let values: Vec<(&str, &Expr)> = fields.iter().map(|(key, handed)| (*key, &handed.value)).collect();
        if let Some((task, output)) = object::whole(self.plan, &values) {
            if !inputs.reads.contains(&task) {
                inputs.reads.push(task);
            }
            let result = self.names.result_at(self.plan, task, output);
            let (result, _) = result.rsplit_once('.').unwrap_or((result, ""));
            let value = ["$(tasks.", self.names.of(task), ".results.", result, "[*])"].concat();
            return inputs.given.push(Given { name: name.to_owned(), way: Way::Text, value });
        }
        for (_, handed) in fields {
            let value = self.handed_text(inputs, id, &handed.value);
            let way = handed.key.map_or(Way::Text, Way::Key);
            inputs.given.push(Given { name: handed.name.clone(), way, value });
        }
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
            Some(ListSource::Result { task, output }) => {
                let read = self.names.find(&task);
                if !inputs.reads.contains(&read) {
                    inputs.reads.push(read);
                }
                let result = self.names.result_named(self.plan, read, &output);
                vec![["$(tasks.", self.names.of(read), ".results.", result, "[*])"].concat()]
            }
            Some(ListSource::Gathered { .. }) | None => match &value.kind {
                ExprKind::Append(a, b) => [self.elements(inputs, a), self.elements(inputs, b)].concat(),
                ExprKind::List(parts) => {
                    let texts = parts.iter().filter_map(|part| script::direct_parts(self.plan, part));
                    let text = |sources: Vec<Source>| {
                        sources.into_iter().map(|source| self.pipeline_text(inputs, source)).collect::<String>()
                    };
                    texts.map(text).collect()
                }
                // Gaps.
                _ => Vec::new(),
            },
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
    let key = match reference.source.what {
        What::Task => "taskRef",
        What::Pipeline => "pipelineRef",
    };
    page.entry_node(&["    ", key, ":"].concat(), &sources::reference(reference.source).into());
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

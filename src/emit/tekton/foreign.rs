//! Tasks that are kept elsewhere: a `taskRef` with a resolver, and what is handed over.

use super::inputs::{Given, Inputs, Way};
use super::lower::{Lowering, Unit};
use super::object::{self, Item};
use super::{native, sources};
use crate::contract::{SecretRef, Source};
use crate::emit::script;
use crate::emit::yaml::Page;
use crate::plan::outside::{self, Handed, What};
use crate::plan::{Expr, ExprKind, Plan, TaskId, Value, record};

/// Where the engine finds a task, and what it is given beside its texts.
#[derive(Debug)]
pub(super) struct Reference<'p> {
    pub(super) source: &'p outside::Source,
    /// Name and elements.
    pub(super) lists: Vec<(&'p str, Vec<String>)>,
    /// As [`Reference::lists`], of which each run of the task is given one element; the last is the slowest.
    pub(super) each: Vec<(&'p str, Vec<String>)>,
    /// The runs of the task, each by a name and with the texts that only it is given; empty for one run.
    pub(super) turns: Vec<(String, Vec<(String, String)>)>,
}

impl Reference<'_> {
    /// The elements of all lists.
    pub(super) fn elements(&self) -> impl Iterator<Item = &str> {
        self.lists.iter().chain(&self.each).flat_map(|(_, elements)| elements.iter().map(String::as_str))
    }
}

/// A part of a list that is handed over: the engine takes whole lists between single elements.
#[derive(Debug)]
pub(super) enum Part<'e> {
    Known(String),
    /// One element, which only a run knows.
    Text(&'e Expr),
    /// All of a parameter, by its name.
    Param(&'e str),
    /// A list that a task kept elsewhere gave, alone or in all its turns, by the index of the output.
    Turns(TaskId, usize),
}

/// What a list is put together from; `None` where only a script could do that.
pub(super) fn parts<'e>(plan: &'e Plan, value: &'e Expr) -> Option<Vec<Part<'e>>> {
    match &value.kind {
        ExprKind::Known(Value::List(items)) => items.iter().map(|item| item.text().map(Part::Known)).collect(),
        ExprKind::Param(id) => Some(vec![Part::Param(&plan.params[id.index()].name)]),
        // Of a task of ours a list is a text of lines, and a turn says beside its value which one it is.
        ExprKind::Result(task, output) if plan.task(*task).source.is_some() => {
            Some(vec![Part::Turns(*task, *output as usize)])
        }
        ExprKind::List(elements) => Some(elements.iter().map(Part::Text).collect()),
        ExprKind::Append(first, second) => {
            let mut all = parts(plan, first)?;
            all.extend(parts(plan, second)?);
            Some(all)
        }
        ExprKind::Known(_)
        | ExprKind::Result(..)
        | ExprKind::Artifact { .. }
        | ExprKind::Place { .. }
        | ExprKind::Out(_)
        | ExprKind::Status(_)
        | ExprKind::StepResult(..)
        | ExprKind::Outcome
        | ExprKind::Turn(_)
        | ExprKind::Concat(_)
        | ExprKind::Not(_)
        | ExprKind::Negate(_)
        | ExprKind::Binary(..)
        | ExprKind::IsNone(_)
        | ExprKind::Coalesce(..)
        | ExprKind::If(..)
        | ExprKind::Flag(..)
        | ExprKind::Len(_)
        | ExprKind::Join(..)
        | ExprKind::Convert(_) => None,
    }
}

impl<'p> Lowering<'_, 'p> {
    /// Puts what the task is given into its inputs.
    pub(super) fn reference(&self, inputs: &mut Inputs, id: TaskId, source: &'p outside::Source) -> Reference<'p> {
        let (mut lists, mut each) = (Vec::new(), Vec::new());
        let fan = self.plan.task(id).fan.as_deref();
        let parts = |handed: &'p Handed| handed.key.map(|at| (&handed.name[..at], &handed.name[at + 1..]));
        for item in object::grouped(&source.params, parts) {
            let handed = match item {
                Item::Single(handed) => handed,
                Item::Record(name, fields) => {
                    self.handed_object(inputs, id, name, &fields);
                    continue;
                }
            };
            if let (Some(fan), Some(at)) = (fan, native::element(&handed.value)) {
                each.push((at, handed.name.as_str(), self.elements(inputs, id, &fan.vars[at].list)));
            } else if script::is_list(&handed.value) {
                lists.push((handed.name.as_str(), self.elements(inputs, id, &handed.value)));
            } else {
                let value = self.handed_text(inputs, id, &handed.value);
                inputs.given.push(Given { name: handed.name.clone(), way: Way::Text, value });
            }
        }
        // The engine takes the first of a matrix as the fastest, a loop as the slowest.
        each.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
        let each = each.into_iter().map(|(_, name, elements)| (name, elements)).collect();
        Reference { source, lists, each, turns: Vec::new() }
    }

    /// A record: the whole result of a task where it is one, else each key by itself.
    fn handed_object(&self, inputs: &mut Inputs, id: TaskId, name: &str, fields: &[(&str, &Handed)]) {
        let values: Vec<(&str, &Expr)> = fields.iter().map(|(key, handed)| (*key, &handed.value)).collect();
        // Chains may have called a key otherwise.
        let as_there = |(key, value): &(&str, &Expr)| {
            let ExprKind::Result(task, at) = value.kind else { return false };
            let name = self.names.result_at(self.plan, task, at as usize);
            record::parts(name).is_some_and(|(_, known)| known == *key)
        };
        let whole = object::whole(self.plan, &values).filter(|_| values.iter().all(as_there));
        if let Some((task, output)) = whole {
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

    fn elements(&self, inputs: &mut Inputs, id: TaskId, value: &Expr) -> Vec<String> {
        // What has no such parts is a gap.
        let parts = parts(self.plan, value).unwrap_or_default();
        let text = |part| match part {
            Part::Known(text) => text,
            Part::Text(element) => self.handed_text(inputs, id, element),
            Part::Param(name) => ["$(params.", self.names.param(name), "[*])"].concat(),
            Part::Turns(task, output) => {
                self.result(inputs, task, self.names.result_at(self.plan, task, output), "[*]")
            }
        };
        parts.into_iter().map(text).collect()
    }

    /// The variable of a result, or of all of them with `[*]`.
    fn result(&self, inputs: &mut Inputs, task: TaskId, result: &str, all: &str) -> String {
        if !inputs.reads.contains(&task) {
            inputs.reads.push(task);
        }
        ["$(tasks.", self.names.of(task), ".results.", result, all, ")"].concat()
    }

    fn pipeline_text(&self, inputs: &mut Inputs, source: Source) -> String {
        match source {
            Source::Literal(text) => text,
            Source::Param(name) | Source::SecretValue(SecretRef::Param(name)) => self.names.variable(&name),
            Source::SecretValue(SecretRef::Named(name)) => name,
            Source::Result { task, output } => {
                let read = self.names.find(&task);
                self.result(inputs, read, self.names.result_named(self.plan, read, &output), "")
            }
            // Gaps: the place of a workspace is known in a task only, and how something ended has to be translated.
            Source::OutputFile(_)
            | Source::Place { .. }
            | Source::SecretFile(_)
            | Source::Status(_)
            | Source::StepResult { .. }
            | Source::Outcome => String::new(),
        }
    }
}

/// Writes the `taskRef`.
pub(super) fn write(page: &mut Page, reference: &Reference<'_>) {
    let key = match reference.source.what {
        What::Task => "taskRef",
        What::Pipeline => "pipelineRef",
        // Of a step, which is written in its task.
        What::Step => "ref",
    };
    page.entry_node(&["    ", key, ":"].concat(), &sources::reference(reference.source).into());
}

/// Writes the parameters that are lists, behind the others, and the matrix.
pub(super) fn lists(page: &mut Page, unit: &Unit<'_>) {
    let Some(reference) = &unit.found else { return };
    if unit.inputs.given.is_empty() && !reference.lists.is_empty() {
        page.raw("    params:\n");
    }
    reference.lists.iter().for_each(|list| write_list(page, "", list));
    if !reference.each.is_empty() {
        page.raw("    matrix:\n      params:\n");
    }
    reference.each.iter().for_each(|list| write_list(page, "  ", list));
    if !reference.turns.is_empty() {
        page.raw("    matrix:\n      include:\n");
    }
    for (turn, texts) in &reference.turns {
        page.entry_text("      - name: ", turn);
        page.raw("        params:\n");
        for (name, text) in texts {
            page.entry_text("        - name: ", name);
            page.entry_text("          value: ", text);
        }
    }
}

fn write_list(page: &mut Page, indent: &str, (name, elements): &(&str, Vec<String>)) {
    page.entry_text(&[indent, "    - name: "].concat(), name);
    page.raw(indent);
    page.raw(if elements.is_empty() { "      value: []\n" } else { "      value:\n" });
    let start = [indent, "      - "].concat();
    elements.iter().for_each(|element| page.entry_text(&start, element));
}

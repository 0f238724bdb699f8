//! What will be made and what will not: a row for each artifact of each task, with the reasons.

use super::words::{expression, fan_words};
use crate::plan::provenance::{Cause, Making, Provenance};
use crate::plan::{LeftOut, Plan, Task, TaskId};
use crate::source::{Sources, Span};

/// One artifact of one task.
pub(super) struct Row<'p> {
    pub(super) making: &'p Making,
    pub(super) provenance: &'p Provenance,
    pub(super) task: &'p str,
    /// In the order in which they decide: what let it in, then what only a run knows.
    pub(super) why: Vec<Reason>,
}

/// One thing that decides whether a task is there.
pub(super) struct Reason {
    pub(super) kind: Kind,
    pub(super) words: String,
    pub(super) span: Option<Span>,
    /// The names that it reads, with their values.
    pub(super) values: Vec<(String, String)>,
}

impl Reason {
    fn values(&self) -> String {
        let values: Vec<String> = self.values.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        if values.is_empty() { String::new() } else { format!(" ({})", values.join(", ")) }
    }
}

/// What sort of reason it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A condition that is known to let it in.
    Holds,
    /// A condition that is known to keep it out.
    Fails,
    /// A turn of a loop.
    Turn,
    /// A condition that a run decides.
    Open,
    /// A loop whose turns only a run knows.
    EachTurn,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails => "fails",
            Self::Turn => "turn",
            Self::Open => "open",
            Self::EachTurn => "each_turn",
        }
    }
}

/// What the plan makes, in the order in which it runs.
pub(super) fn made<'p>(plan: &'p Plan, sources: &Sources) -> Vec<Row<'p>> {
    let row = |id: TaskId| {
        let task = plan.task(id);
        let why = move || reasons(plan, sources, task);
        task.provenance.makes.iter().map(move |making| Row {
            making,
            provenance: &task.provenance,
            task: &task.name,
            why: why(),
        })
    };
    plan.order().into_iter().flat_map(row).collect()
}

/// What tasks would make that are left out, in the order of the source.
pub(super) fn not_made<'p>(plan: &'p Plan, sources: &Sources) -> Vec<Row<'p>> {
    let mut all: Vec<&LeftOut> = plan.left_out.iter().chain(&plan.turned_away).collect();
    all.sort_by_key(|one| (one.span.file, one.span.start));
    let row = |one: &'p LeftOut| {
        one.provenance.makes.iter().map(move |making| Row {
            making,
            provenance: &one.provenance,
            task: &one.name,
            why: shut_out(&one.provenance, sources).into_iter().collect(),
        })
    };
    all.into_iter().flat_map(row).collect()
}

/// The condition that keeps a task out, and in brackets the values that it reads: `live (live = false)`.
pub fn left_out_since(one: &LeftOut, sources: &Sources) -> String {
    let words = |reason: Reason| format!("{}{}", reason.words, reason.values());
    shut_out(&one.provenance, sources).map_or_else(|| one_line(sources, one.because), words)
}

/// The first condition that fails; the rest does not matter any more.
fn shut_out(provenance: &Provenance, sources: &Sources) -> Option<Reason> {
    known(provenance, sources).into_iter().find(|reason| reason.kind == Kind::Fails)
}

fn reasons(plan: &Plan, sources: &Sources, task: &Task) -> Vec<Reason> {
    let mut found = known(&task.provenance, sources);
    let open = |kind, words| Reason { kind, words, span: None, values: Vec::new() };
    found.extend(
        task.condition
            .iter()
            .chain(task.turn_condition.as_deref())
            .map(|cond| open(Kind::Open, expression(plan, cond))),
    );
    found.extend(task.fan.iter().map(|fan| open(Kind::EachTurn, fan_words(plan, fan))));
    found
}

fn known(provenance: &Provenance, sources: &Sources) -> Vec<Reason> {
    let reason = |cause: &Cause| match cause {
        Cause::Decided { span, holds, negated, values } => {
            let words = one_line(sources, *span);
            let words = if *negated { format!("not ({words})") } else { words };
            let kind = if holds == negated { Kind::Fails } else { Kind::Holds };
            Reason { kind, words, span: Some(*span), values: values.clone() }
        }
        Cause::Turn { span, variable, value, .. } => {
            Reason { kind: Kind::Turn, words: format!("{variable} = {value}"), span: Some(*span), values: Vec::new() }
        }
    };
    provenance.causes.iter().map(reason).collect()
}

fn one_line(sources: &Sources, span: Span) -> String {
    sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Row<'_> {
    /// `aws`, or `-`
    pub(super) fn of(&self) -> String {
        let values: Vec<&str> = self.provenance.of.iter().map(|(_, value)| value.as_str()).collect();
        if values.is_empty() { "-".to_owned() } else { values.join(" ") }
    }

    pub(super) fn arch(&self) -> &str {
        self.provenance.arch.as_deref().unwrap_or("-")
    }

    /// In words, without places.
    pub(super) fn reasons(&self) -> String {
        let words = self.why.iter().map(|reason| {
            let values = reason.values();
            match reason.kind {
                Kind::Holds => format!("`{}`{values}", reason.words),
                Kind::Fails => format!("`{}` does not hold{values}", reason.words),
                Kind::Turn => format!("turn {}", reason.words),
                Kind::Open => format!("if `{}`", reason.words),
                Kind::EachTurn => format!("for each {}", reason.words),
            }
        });
        let words: Vec<String> = words.collect();
        if words.is_empty() { "always".to_owned() } else { words.join("; ") }
    }
}

//! Calls that break what their task requires.

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;

use super::super::program::TaskDef;
use super::super::program::demand::Demand;

/// What a call gives for a parameter.
#[derive(Debug)]
pub(in crate::check) struct Given {
    pub(in crate::check) name: String,
    /// As written, when it is known.
    pub(in crate::check) value: Option<String>,
    /// Of the argument; absent when it is left out.
    pub(in crate::check) place: Option<Span>,
}

pub(in crate::check) fn broken(
    def: &TaskDef,
    demand: &Demand,
    message: Option<String>,
    head: Span,
    given: &[Given],
) -> Diagnostic {
    let why = message.unwrap_or_else(|| "what it requires does not hold".to_owned());
    let left_out = given.iter().filter(|one| one.place.is_none());
    let left_out: Vec<String> = left_out
        .map(|Given { name, value, .. }| match value.as_deref() {
            Some("none") | None => format!("`{name}` is left out"),
            Some(value) => format!("`{name}` is left out, so it is `{value}`"),
        })
        .collect();
    let report = Diagnostic::new(Code::P0520, head, format!("`{}` cannot be called like this: {why}", def.name));
    let report = if left_out.is_empty() { report } else { report.here(left_out.join(", ")) };
    let report = given.iter().fold(report, |report, Given { name, value, place }| match (place, value) {
        (Some(place), Some(value)) => report.label(*place, format!("`{name}` is `{value}` here")),
        (Some(place), None) => report.label(*place, format!("given for `{name}`")),
        (None, _) => report,
    });
    report.label(demand.span, format!("`{}` requires this", def.name)).help(help(given))
}

fn help(given: &[Given]) -> String {
    let names = |left_out: bool| {
        let names = given.iter().filter(|one| one.place.is_none() == left_out);
        names.map(|one| one.name.as_str()).collect::<Vec<_>>()
    };
    let (changed, added) = (names(false), names(true));
    let mut parts = Vec::new();
    if !changed.is_empty() {
        parts.push(format!("give another value for {}", either(&changed)));
    }
    if !added.is_empty() {
        parts.push(format!("give {}", either(&added)));
    }
    if given.is_empty() || given.iter().any(|one| one.value.is_none()) {
        parts.push("call it in a `when` that says for which values it is right".to_owned());
    }
    parts.join(", or ")
}

/// "`a`, `b` or `c`"
fn either(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

//! Conditions: `when` and CEL as one tree, which is compared and written.

use super::cel;
use super::cx::Cx;
use super::findings;
use super::model::At;
use super::refs::{Tail, Var, only, variables};
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// A condition; the texts in it hold variables.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Cond {
    /// The first is, or is not, one of the others.
    In {
        input: String,
        holds: bool,
        values: Vec<String>,
    },
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
    Known(bool),
}

impl Cond {
    /// The same, with no more `Not` than needed and one form for equal meanings.
    pub(super) fn settled(self) -> Self {
        match self {
            Self::Not(inner) => inner.settled().denied(),
            Self::In { input, holds, mut values } => {
                values.sort();
                values.dedup();
                Self::In { input, holds, values }
            }
            Self::All(list) => Self::All(list.into_iter().map(Self::settled).collect()),
            Self::Any(list) => any(list.into_iter().map(Self::settled).collect()),
            Self::Known(value) => Self::Known(value),
        }
    }

    fn denied(self) -> Self {
        match self {
            Self::In { input, holds, values } => Self::In { input, holds: !holds, values },
            Self::Not(inner) => *inner,
            Self::All(list) => any(list.into_iter().map(Self::denied).collect()),
            Self::Any(list) => Self::All(list.into_iter().map(Self::denied).collect()),
            Self::Known(value) => Self::Known(!value),
        }
    }

    /// The parts that have to hold together.
    pub(super) fn conjuncts(self, into: &mut Vec<Self>) {
        match self {
            Self::All(list) => list.into_iter().for_each(|one| one.conjuncts(into)),
            Self::Known(true) => {}
            other @ (Self::In { .. } | Self::Not(_) | Self::Any(_) | Self::Known(false)) => {
                if !into.contains(&other) {
                    into.push(other);
                }
            }
        }
    }

    /// Calls `see` with every text.
    pub(super) fn texts(&self, see: &mut dyn FnMut(&str)) {
        match self {
            Self::In { input, values, .. } => {
                see(input);
                values.iter().for_each(|value| see(value));
            }
            Self::Not(inner) => inner.texts(see),
            Self::All(list) | Self::Any(list) => list.iter().for_each(|one| one.texts(see)),
            Self::Known(_) => {}
        }
    }

    /// The parameters that are compared with texts, and those texts.
    pub(super) fn comparisons(&self, see: &mut dyn FnMut(&str, &[String])) {
        match self {
            Self::In { input, values, .. } => {
                if let Some(Var::Param(name, Tail::Whole)) = only(input)
                    && values.iter().all(|value| variables(value).next().is_none())
                {
                    see(name, values);
                }
            }
            Self::Not(inner) => inner.comparisons(see),
            Self::All(list) | Self::Any(list) => list.iter().for_each(|one| one.comparisons(see)),
            Self::Known(_) => {}
        }
    }
}

/// One of them; where all ask whether one input is one of some texts, that is one question.
fn any(list: Vec<Cond>) -> Cond {
    let mut asked: Option<(String, Vec<String>)> = None;
    for one in &list {
        match (one, &mut asked) {
            (Cond::In { input, holds: true, values }, None) => asked = Some((input.clone(), values.clone())),
            (Cond::In { input, holds: true, values }, Some((known, all))) if input == known => {
                all.extend(values.iter().cloned());
            }
            _ => return Cond::Any(list),
        }
    }
    match asked {
        Some((input, mut values)) => {
            values.sort();
            values.dedup();
            Cond::In { input, holds: true, values }
        }
        None => Cond::Known(false),
    }
}

/// The conditions of a task or step.
pub(super) fn read(node: &Node, cx: &mut Cx<'_, '_>, remarks: &mut Vec<String>) -> Vec<Cond> {
    let mut all = Vec::new();
    for one in node.list("when") {
        cx.rest(one, &["input", "operator", "values", "cel"], "a condition", remarks);
        if let Some(cond) = one_of(one, cx, remarks) {
            cond.settled().conjuncts(&mut all);
        }
    }
    all
}

fn one_of(node: &Node, cx: &mut Cx<'_, '_>, remarks: &mut Vec<String>) -> Option<Cond> {
    if let Some(at) = cx.at_of(node, "cel") {
        return match cel::parse(&at.text) {
            Ok(cond) => Some(cond),
            Err(part) => {
                let span = cx.docs.within(at.span, &part);
                let help = "the program has `==`, `!=`, `in`, `and`, `or` and `not`: let a task before it work out the rest and leave a result";
                let message = format!("the CEL expression holds `{part}`, which has no form in the program");
                cx.cannot(remarks, findings::not_said(span, message, help));
                None
            }
        };
    }
    let input = cx.at_of(node, "input").unwrap_or_else(|| At::new("", node.span));
    let values = node.list("values").iter().filter_map(|value| cx.at(value)).map(|at| at.text).collect();
    match node.text_of("operator") {
        Some("in") => Some(Cond::In { input: input.text, holds: true, values }),
        Some("notin") => Some(Cond::In { input: input.text, holds: false, values }),
        Some(_) | None => {
            let span = node.get("operator").map_or(node.span, |node| node.span);
            cx.push(findings::unknown(span, "the operator", node.text_of("operator").unwrap_or(""), &["in", "notin"]));
            None
        }
    }
}

//! Values: texts with holes, lists, records; and how each is written as an expression of the type that takes it.

use super::slots::Ty;
use crate::import::script::Script;

/// A value of the program in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Hole {
    pub(super) expr: String,
    pub(super) ty: Ty,
}

/// A part of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Bit {
    Text(String),
    Hole(Hole),
}

/// A value as a manifest writes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Value {
    Text(Vec<Bit>),
    List(Vec<Vec<Bit>>),
    Record(Vec<(String, Vec<Bit>)>),
}

impl Hole {
    pub(super) fn text(expr: impl Into<String>) -> Self {
        Self { expr: expr.into(), ty: Ty::Text }
    }

    pub(super) fn bool(expr: impl Into<String>) -> Self {
        Self { expr: expr.into(), ty: Ty::Bool }
    }

    /// As something that a text may hold.
    pub(super) fn in_text(&self) -> String {
        match &self.ty {
            Ty::Bool => format!("if {} then \"true\" else \"false\"", self.expr),
            Ty::Text | Ty::List | Ty::Record(_) => self.expr.clone(),
        }
    }
}

/// The hole that a text is, with nothing beside it.
pub(super) fn only(bits: &[Bit]) -> Option<&Hole> {
    match bits {
        [Bit::Hole(hole)] => Some(hole),
        _ => None,
    }
}

/// The text of what has no holes.
pub(super) fn literal(bits: &[Bit]) -> Option<String> {
    bits.iter()
        .map(|bit| match bit {
            Bit::Text(text) => Some(text.as_str()),
            Bit::Hole(_) => None,
        })
        .collect()
}

/// A text as a `bool`, where it can only be one.
fn bool_expr(bits: &[Bit]) -> String {
    match only(bits) {
        Some(Hole { expr, ty: Ty::Bool }) => expr.clone(),
        Some(Hole { expr, .. }) => format!("{expr} == \"true\""),
        None => if literal(bits).as_deref() == Some("true") { "true" } else { "false" }.to_owned(),
    }
}

/// A text as a `string`.
pub(super) fn text_expr(bits: &[Bit]) -> String {
    match only(bits) {
        Some(hole) => hole.in_text(),
        None => as_script(bits).quoted(),
    }
}

fn as_script(bits: &[Bit]) -> Script {
    let mut script = Script::default();
    for bit in bits {
        match bit {
            Bit::Text(text) => script.raw(text),
            Bit::Hole(hole) => script.hole(hole.in_text()),
        }
    }
    script
}

/// A list; what is a list in it is spread.
pub(super) fn list_expr(items: &[Vec<Bit>]) -> String {
    let spread = |item: &[Bit]| only(item).filter(|hole| hole.ty == Ty::List).map(|hole| hole.expr.clone());
    if let [one] = items
        && let Some(list) = spread(one)
    {
        return list;
    }
    if items.iter().all(|item| spread(item).is_none()) {
        return bracketed(items);
    }
    let mut parts = Vec::new();
    let mut run: Vec<Vec<Bit>> = Vec::new();
    for item in items {
        match spread(item) {
            Some(list) => {
                if !run.is_empty() {
                    parts.push(bracketed(&std::mem::take(&mut run)));
                }
                parts.push(list);
            }
            None => run.push(item.clone()),
        }
    }
    if !run.is_empty() {
        parts.push(bracketed(&run));
    }
    format!("concat({})", parts.join(", "))
}

fn bracketed(items: &[Vec<Bit>]) -> String {
    format!("[{}]", items.iter().map(|item| text_expr(item)).collect::<Vec<_>>().join(", "))
}

impl Value {
    /// The text that a value is.
    pub(super) fn word(text: &str) -> Self {
        Self::Text(vec![Bit::Text(text.to_owned())])
    }

    /// As an expression where `ty` is taken.
    pub(super) fn expr(&self, ty: &Ty) -> String {
        match (self, ty) {
            (Self::Text(bits), Ty::Bool) => bool_expr(bits),
            (Self::Text(bits), Ty::List) => list_expr(std::slice::from_ref(bits)),
            (Self::Text(bits), Ty::Text | Ty::Record(_)) => text_expr(bits),
            (Self::List(items), _) => list_expr(items),
            (Self::Record(entries), _) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, bits)| format!("{key}: {}", text_expr(bits))).collect();
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }
}

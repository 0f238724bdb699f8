//! A user's script with its values: each slot becomes an expansion that stays the same words whatever it holds.

use super::code::Atom;
use super::helpers::Helper;
use super::lists::{array, bound};
use super::prelude::{Dialect, Prelude};
use super::source::{is_list, literal, opened};
use crate::plan::{Expr, ExprKind, Quoting, Script, ScriptPart, Slot, Ty};

/// In sh, a list of at most this many elements has a variable for each, so that it can stand anywhere.
pub(super) const MOST_ELEMENTS: usize = 16;

/// How the script reaches a value.
#[derive(Clone, Debug)]
enum Held {
    Text(String),
    Array(String),
    /// One variable an element, unset behind the last.
    Elements(Vec<String>),
    /// `"$@"`
    Arguments,
}

impl Prelude<'_> {
    /// The text of a script, which ends with a line break.
    pub(super) fn script(&mut self, script: &Script) -> String {
        let held: Vec<Held> = script.slots.iter().map(|slot| self.slot(slot)).collect();
        let plain = |part: &ScriptPart| if let ScriptPart::Text(plain) = part { plain.len() } else { 24 };
        let mut text = String::with_capacity(script.parts.iter().map(plain).sum::<usize>() + 1);
        for part in &script.parts {
            match part {
                ScriptPart::Text(plain) => {
                    self.touched |= asks(plain);
                    text.push_str(plain);
                }
                ScriptPart::Slot(at, quoting) => {
                    if *quoting == Quoting::Arithmetic {
                        self.arithmetic(&script.slots[*at as usize], &held[*at as usize]);
                    }
                    expand(&held[*at as usize], *quoting, &mut text);
                }
            }
        }
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text
    }

    fn slot(&mut self, slot: &Slot) -> Held {
        match is_list(&slot.value.ty) {
            true => self.list_slot(slot),
            false => Held::Text(self.text(&slot.value, &slot.hint)),
        }
    }

    /// The `PIPE_…` variable that holds the text of an expression.
    pub(super) fn text(&mut self, expr: &Expr, wanted: &str) -> String {
        if let Some(name) = self.find(expr) {
            return name;
        }
        if let Some(source) = self.origin.text(expr) {
            return self.input(expr, source, wanted);
        }
        let name = self.names.fresh(wanted);
        self.named(wanted, |this| this.assign(&name, expr));
        self.hold(expr, &name);
        name
    }

    fn list_slot(&mut self, slot: &Slot) -> Held {
        let (expr, hint) = (&slot.value, slot.hint.as_str());
        let known = self.find(expr).or_else(|| self.list_input(expr, hint));
        let name = known.unwrap_or_else(|| {
            let name = self.names.fresh(hint);
            self.named(hint, |this| this.fill(&name, expr));
            self.hold(expr, &name);
            name
        });
        match (self.dialect, bound(expr)) {
            (Dialect::Bash, _) => Held::Array(name),
            (Dialect::Sh, Some(most)) if most <= MOST_ELEMENTS => self.element_slots(&name, most),
            (Dialect::Sh, _) => self.argument_slot(name),
        }
    }

    fn element_slots(&mut self, list: &str, most: usize) -> Held {
        if let Some((_, names)) = self.elements_of.iter().find(|(known, _)| known == list) {
            return Held::Elements(names.clone());
        }
        let hint = list.trim_start_matches("PIPE_");
        let names: Vec<String> = (1..=most).map(|at| self.names.fresh(&format!("{hint}_{at}"))).collect();
        self.spread(list);
        for (at, name) in (1..).zip(&names) {
            let element = if at < 10 { format!("${at}") } else { format!("${{{at}}}") };
            self.code.push(format!("[ \"$#\" -lt {at} ] || {name}={element}"));
        }
        self.elements_of.push((list.to_owned(), names.clone()));
        Held::Elements(names)
    }

    fn argument_slot(&mut self, list: String) -> Held {
        if self.positional.get_or_insert_with(|| list.clone()) != &list {
            // `gaps` reports it; a body that was made all the same must not run with the wrong words.
            let fail = self.call(Helper::Fail, "pipe_fail");
            self.code.push(format!("{fail} 'an sh script can hold one list of open length only: use bash'"));
        }
        Held::Arguments
    }

    /// The shell runs what stands in a text that is no number, so what comes from outside is checked first.
    fn arithmetic(&mut self, slot: &Slot, held: &Held) {
        let by_us = matches!(slot.value.kind, ExprKind::Binary(..) | ExprKind::Negate(_) | ExprKind::Len(_));
        let calculated = by_us || literal(&slot.value).is_some();
        let Held::Text(name) = held else { return };
        if calculated || !matches!(opened(&slot.value.ty), Ty::Int) {
            return;
        }
        let name = Atom::Var(name.clone());
        self.named(&slot.hint, |this| this.require_int(&name));
    }
}

/// Whether the code asks for the length of what stands behind it.
fn asks(code: &str) -> bool {
    let code = code.trim_end_matches(['"', ' ']);
    code.ends_with("-n") || code.ends_with("-z") || code.ends_with("-v")
}

fn expand(held: &Held, quoting: Quoting, text: &mut String) {
    let bare = match held {
        Held::Text(name) => return expand_text(name, quoting, text),
        Held::Array(name) => array(name),
        Held::Elements(names) => {
            names.iter().map(|name| format!("${{{name}+\"${name}\"}}")).collect::<Vec<_>>().join(" ")
        }
        Held::Arguments => "\"$@\"".to_owned(),
    };
    match quoting {
        Quoting::Word | Quoting::Arithmetic => text.push_str(&bare),
        // Refused when checking: a list cannot stay words there.
        Quoting::DoubleQuoted | Quoting::HereDocument => text.push_str(&joined(held)),
    }
}

fn expand_text(name: &str, quoting: Quoting, text: &mut String) {
    let (before, behind) = match quoting {
        Quoting::Word => ("\"${", "}\""),
        Quoting::DoubleQuoted | Quoting::HereDocument => ("${", "}"),
        Quoting::Arithmetic => ("", ""),
    };
    [before, name, behind].iter().for_each(|part| text.push_str(part));
}

fn joined(held: &Held) -> String {
    match held {
        Held::Text(name) => format!("${{{name}}}"),
        Held::Array(name) => format!("${{{name}[*]-}}"),
        Held::Elements(names) => names.iter().map(|name| format!("${{{name}-}}")).collect::<Vec<_>>().join(" "),
        Held::Arguments => "$*".to_owned(),
    }
}

//! Claims that are a `bool`, and the values of their parts when they do not hold.

use super::part::Why;
use super::{Run, report};
use crate::check::program::{Expr, Kind, Op};
use crate::diag::Diagnostic;
use crate::plan::Value;
use crate::source::Span;

/// A place and what stands there.
pub(super) type Shown = (Span, String);

impl<'a> Run<'_, 'a> {
    /// What is wrong with a claim; nothing when it holds.
    pub(super) fn holds(&mut self, claim: &'a Expr, span: Span) -> Option<Diagnostic> {
        match self.value_of(claim) {
            Ok(Value::Bool(true)) | Err(Why::NoPlan) => None,
            Ok(_) => {
                let mut shown = Vec::new();
                self.explain(claim, true, &mut shown);
                Some(report::does_not_hold(claim.span, &shown))
            }
            Err(Why::Fault(fault)) => Some(self.fault(claim, *fault)),
            Err(why) => Some(report::not_known(claim.span, span, &why)),
        }
    }

    /// What was opened may be `none`; then that is what is wrong, and not what was to be done with it.
    fn fault(&mut self, claim: &'a Expr, fault: Diagnostic) -> Diagnostic {
        let mut opened = Vec::new();
        claim.walk(&mut |one| {
            if let Kind::Force(inner) = &one.kind {
                opened.push(&**inner);
            }
        });
        let absent = opened.into_iter().find(|one| self.value_of(one).is_ok_and(|value| value == Value::None));
        match absent {
            Some(absent) => report::nothing_to_open(absent.span),
            None => fault,
        }
    }

    /// The parts that decide a claim which is not what is wanted.
    fn explain(&mut self, claim: &'a Expr, wanted: bool, shown: &mut Vec<Shown>) {
        if let Kind::Not(inner) = &claim.kind {
            return self.explain(inner, !wanted, shown);
        }
        let Kind::Binary(op, left, right) = &claim.kind else { return self.show_parts(claim, shown) };
        match op {
            Op::And | Op::Or => {
                for side in [left, right] {
                    if self.value_of(side).is_ok_and(|value| value != Value::Bool(wanted)) {
                        self.explain(side, wanted, shown);
                    }
                }
            }
            // `every` and `any` stand where their list is asked.
            Op::In if left.span == claim.span => self.show(right, "this is", shown),
            Op::Equal | Op::Unequal | Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual | Op::In => {
                self.show(left, "left:", shown);
                self.show(right, "right:", shown);
            }
            Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder => self.show_parts(claim, shown),
        }
    }

    /// What is read of the plan, or the whole where nothing is.
    fn show_parts(&mut self, claim: &'a Expr, shown: &mut Vec<Shown>) {
        let mut parts = Vec::new();
        claim.walk(&mut |one| {
            if let Kind::Local(_) = one.kind {
                parts.push(one);
            }
        });
        if parts.is_empty() {
            parts.push(claim);
        }
        parts.into_iter().for_each(|part| self.show(part, "this is", shown));
    }

    fn show(&mut self, expr: &'a Expr, word: &str, shown: &mut Vec<Shown>) {
        if let Ok(value) = self.value_of(expr) {
            shown.push((expr.span, format!("{word} `{}`", words(&value))));
        }
    }
}

/// A value as it is written in the language.
pub(super) fn words(value: &Value) -> String {
    match value {
        Value::None => "none".to_owned(),
        Value::Text(text) => format!("\"{text}\""),
        Value::Case(case) => format!(".{case}"),
        Value::Duration(milliseconds) => duration(*milliseconds),
        Value::Secret(name) => format!("secret(\"{name}\")"),
        Value::Workspace(_) => "a workspace".to_owned(),
        Value::List(list) => format!("[{}]", list.iter().map(words).collect::<Vec<_>>().join(", ")),
        Value::Record(fields) => {
            let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}: {}", words(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Value::Bool(_) | Value::Int(_) | Value::Size(_) | Value::Cpu(_) => value.text().unwrap_or_default(),
    }
}

/// In the largest unit that it is a whole number of.
fn duration(milliseconds: i64) -> String {
    let units = [(3_600_000, "h"), (60_000, "min"), (1000, "s"), (1, "ms")];
    let exact = units.iter().find(|(unit, _)| milliseconds != 0 && milliseconds % unit == 0);
    exact.map_or_else(|| "0s".to_owned(), |(unit, name)| format!("{}{name}", milliseconds / unit))
}

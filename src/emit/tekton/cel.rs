//! Conditions on parameters as CEL, which is alpha: `'$(params.kind)' == 'full' || int('$(params.count)') > 3`.
//!
//! The engine puts the values into the text of the expression, so only those may stand there that cannot end a string:
//! cases, bools, numbers and what has a pattern without quotes. It also looks at all expressions before the first task
//! has run, when no result is known, and fails the run over what it cannot read; so results stay with decision tasks.

use super::names::Names;
use crate::plan::{Expr, ExprKind, Op, ParamId, Plan, Ty, Value};

/// The condition, when CEL can say it without harm.
pub(super) fn say(plan: &Plan, names: &Names, condition: &Expr) -> Option<String> {
    Saying { plan, names }.say(condition)
}

/// What the parameters are called outside.
#[derive(Clone, Copy)]
struct Saying<'s> {
    plan: &'s Plan,
    names: &'s Names,
}

impl Saying<'_> {
    fn say(self, condition: &Expr) -> Option<String> {
        match &condition.kind {
            ExprKind::Known(Value::Bool(value)) => Some(value.to_string()),
            ExprKind::Param(_) if condition.ty == Ty::Bool => Some(format!("{} == 'true'", self.text(condition)?)),
            ExprKind::Not(inner) => Some(format!("!({})", self.say(inner)?)),
            ExprKind::IsNone(inner) => Some(format!("{} == ''", self.text(inner)?)),
            ExprKind::Binary(op, a, b) => self.binary(*op, a, b),
            ExprKind::Known(_)
            | ExprKind::Param(_)
            | ExprKind::Result(..)
            | ExprKind::Artifact { .. }
            | ExprKind::Place { .. }
            | ExprKind::Out(_)
            | ExprKind::Status(_)
            | ExprKind::StepResult(..)
            | ExprKind::Outcome
            | ExprKind::Turn(_)
            | ExprKind::Concat(_)
            | ExprKind::Negate(_)
            | ExprKind::Coalesce(..)
            | ExprKind::If(..)
            | ExprKind::List(_)
            | ExprKind::Flag(..)
            | ExprKind::Len(_)
            | ExprKind::Join(..)
            | ExprKind::Append(..)
            | ExprKind::Convert(_) => None,
        }
    }

    fn binary(self, op: Op, a: &Expr, b: &Expr) -> Option<String> {
        match op {
            Op::And => Some(format!("{} && {}", self.grouped(a)?, self.grouped(b)?)),
            Op::Or => Some(format!("{} || {}", self.grouped(a)?, self.grouped(b)?)),
            Op::Equal => self.compare("==", a, b),
            Op::Unequal => self.compare("!=", a, b),
            Op::Less => self.ordered("<", a, b),
            Op::LessEqual => self.ordered("<=", a, b),
            Op::Greater => self.ordered(">", a, b),
            Op::GreaterEqual => self.ordered(">=", a, b),
            Op::In => self.one_of(a, b),
            Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder => None,
        }
    }

    /// In parentheses where it is joined itself.
    fn grouped(self, expr: &Expr) -> Option<String> {
        let joined = matches!(expr.kind, ExprKind::Binary(Op::And | Op::Or, ..));
        self.say(expr).map(|text| if joined { format!("({text})") } else { text })
    }

    fn compare(self, op: &str, a: &Expr, b: &Expr) -> Option<String> {
        self.ordered(op, a, b).or_else(|| Some(format!("{} {op} {}", self.text(a)?, self.text(b)?)))
    }

    fn ordered(self, op: &str, a: &Expr, b: &Expr) -> Option<String> {
        Some(format!("{} {op} {}", self.number(a)?, self.number(b)?))
    }

    fn one_of(self, one: &Expr, list: &Expr) -> Option<String> {
        let Value::List(values) = list.value()? else { return None };
        let (one, read): (String, fn(&Value) -> Option<String>) = match self.number(one) {
            Some(number) => (number, number_literal),
            None => (self.text(one)?, text_literal),
        };
        let values: Option<Vec<String>> = values.iter().map(read).collect();
        Some(format!("{one} in [{}]", values?.join(", ")))
    }

    fn number(self, expr: &Expr) -> Option<String> {
        if let Some(value) = expr.value() {
            return number_literal(value);
        }
        let ExprKind::Param(id) = expr.kind else { return None };
        (expr.ty == Ty::Int).then(|| format!("int('{}')", self.variable(id)))
    }

    fn text(self, expr: &Expr) -> Option<String> {
        if let Some(value) = expr.value() {
            return text_literal(value);
        }
        let ExprKind::Param(id) = expr.kind else { return None };
        is_safe(&expr.ty).then(|| format!("'{}'", self.variable(id)))
    }

    fn variable(self, param: ParamId) -> String {
        self.names.variable(&self.plan.params[param.index()].name)
    }
}

fn number_literal(value: &Value) -> Option<String> {
    if let Value::Int(number) = value { Some(number.to_string()) } else { None }
}

fn text_literal(value: &Value) -> Option<String> {
    let is_text = matches!(value, Value::None | Value::Bool(_) | Value::Text(_) | Value::Case(_));
    let text = value.text().filter(|text| is_text && text.chars().all(is_inert))?;
    Some(format!("'{text}'"))
}

/// It neither ends a string of CEL, nor escapes there, nor begins a variable.
fn is_inert(c: char) -> bool {
    !matches!(c, '\'' | '\\' | '$') && !c.is_control()
}

/// No value of the type can do harm between single quotes, and equal values are equal texts.
fn is_safe(ty: &Ty) -> bool {
    match ty {
        Ty::Bool => true,
        Ty::Enum(of) => of.cases.iter().all(|case| case.chars().all(is_inert)),
        Ty::Pattern(of) => of.regex.as_deref().is_some_and(matches_inert_only),
        Ty::Optional(of) => is_safe(of),
        Ty::Int | Ty::String | Ty::Duration | Ty::Size | Ty::Cpu | Ty::Path | Ty::Image | Ty::Secret => false,
        Ty::Workspace | Ty::Artifact(_) | Ty::List(_) | Ty::Map(_) | Ty::Record(_) => false,
    }
}

/// Whether everything that a pattern matches is inert; `false` where that is not plain to see.
fn matches_inert_only(regex: &str) -> bool {
    let mut rest = regex.chars();
    while let Some(c) = rest.next() {
        let inert = match c {
            '.' => false,
            '\\' => rest.next().is_some_and(|c| is_inert(c) && !c.is_ascii_alphanumeric()),
            '[' => class(&mut rest),
            '^' | '$' => true,
            other => is_inert(other),
        };
        if !inert {
            return false;
        }
    }
    true
}

/// Reads what stands in brackets, up to the closing one.
fn class(rest: &mut std::str::Chars<'_>) -> bool {
    let Some((inside, behind)) = rest.as_str().split_once(']') else { return false };
    *rest = behind.chars();
    let all: Vec<char> = inside.chars().collect();
    let plain = !inside.is_empty() && !inside.starts_with('^') && !inside.contains('[');
    let ranges = all.windows(3).filter(|three| three[1] == '-');
    let harmless = |three: &[char]| (three[0]..=three[2]).all(is_inert);
    plain && all.iter().copied().all(is_inert) && { ranges.into_iter().all(harmless) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_without_quotes_is_seen() {
        for safe in ["[0-9]+\\.[0-9]{8}", "(a|b)*", "^x$", "[a-zA-Z0-9._-]+", "v[0-9]+", "a b", "[-a]"] {
            assert!(matches_inert_only(safe), "{safe}");
        }
        for open in [
            ".*",
            "[^a]",
            "'",
            "[']",
            "\\\\",
            "[ -~]",
            "[!-+]",
            "\\$",
            "[[:alpha:]]",
            "[]a]",
            "[$]",
            "[a",
            "\\w",
            "a\\",
        ] {
            assert!(!matches_inert_only(open), "{open}");
        }
    }
}

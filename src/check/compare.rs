//! Comparisons and `match`.

use crate::source::Span;
use crate::syntax::ast;

use super::checker::{Checker, poison, typed};
use super::findings;
use super::program::{EnumId, Expr, Kind, Match, Op, Type};
use super::report::Place;
use super::types::{has_equality, has_order, opened};

impl<'a> Checker<'a, '_> {
    pub(super) fn compare(&mut self, op: Op, at: Span, left: &'a ast::Expr, right: &'a ast::Expr, span: Span) -> Expr {
        let (left, right) = self.operands(left, right);
        if !self.comparable(op, at, &left, &right) {
            return typed(Kind::Poison, Type::Bool, span);
        }
        typed(Kind::Binary(op, Box::new(left), Box::new(right)), Type::Bool, span)
    }

    /// Whether two values may be compared; reported when not. Poison compares with everything, silently.
    pub(super) fn comparable(&mut self, op: Op, at: Span, left: &Expr, right: &Expr) -> bool {
        if left.ty == Type::Unknown || right.ty == Type::Unknown {
            return true;
        }
        let equality = matches!(op, Op::Equal | Op::Unequal);
        if equality && let Some(answer) = self.with_none(at, left, right) {
            return answer;
        }
        let report = if left.ty != right.ty {
            self.unequal(op, at, left, right)
        } else if equality && !has_equality(opened(&left.ty)) {
            findings::types::no_equality(at, left.span, &self.show(&left.ty))
        } else if !equality && matches!(left.ty, Type::Optional(_)) {
            findings::types::optional_operand(left.span, self.name_of(left).as_deref(), &self.show(&left.ty))
        } else if !equality && !has_order(&left.ty) {
            findings::types::no_order(at, left.span, right.span, &self.show(&left.ty))
        } else {
            return true;
        };
        let report = self.about(report, left);
        let report = self.traced(report, right);
        self.report(report);
        false
    }

    /// `x != none`: the answer, when one side is `none`.
    fn with_none(&mut self, at: Span, left: &Expr, right: &Expr) -> Option<bool> {
        let other = match (&left.kind, &right.kind) {
            (_, Kind::None) => left,
            (Kind::None, _) => right,
            _ => return None,
        };
        if matches!(other.ty, Type::Optional(_) | Type::None) {
            return Some(true);
        }
        let shown = self.show(&other.ty);
        let name = self.name_of(other);
        let report = findings::types::is_never_none(at, other.span, name.as_deref(), &shown);
        let report = self.traced(report, other);
        self.report(report);
        Some(false)
    }

    fn unequal(&self, op: Op, at: Span, left: &Expr, right: &Expr) -> crate::diag::Diagnostic {
        let half_open = opened(&left.ty) == opened(&right.ty);
        let optional = [left, right].into_iter().find(|side| matches!(side.ty, Type::Optional(_)));
        if let Some(side) = optional.filter(|_| half_open) {
            return findings::types::optional_operand(side.span, self.name_of(side).as_deref(), &self.show(&side.ty));
        }
        let (a, b) = ((left.span, self.show(&left.ty)), (right.span, self.show(&right.ty)));
        let report = findings::types::unequal_types(sign(op), at, a, b);
        match self.mend_comparison(left, right) {
            Some((span, text)) => report.help(format!("write `{text}` here; values of two types are never equal")).fix(
                format!("write `{text}`"),
                span,
                text,
            ),
            None => {
                report.help("only values of one type are compared; a value is converted by name, for example `text(x)`")
            }
        }
    }

    /// A string literal beside a bool, an enum, a number: what was meant.
    fn mend_comparison(&self, left: &Expr, right: &Expr) -> Option<(Span, String)> {
        let (literal, other) = match (&left.kind, &right.kind) {
            (Kind::Str(_), _) => (left, right),
            (_, Kind::Str(_)) => (right, left),
            (Kind::Bool(value), _) if right.ty == Type::String => return Some((left.span, format!("\"{value}\""))),
            (_, Kind::Bool(value)) if left.ty == Type::String => return Some((right.span, format!("\"{value}\""))),
            _ => return None,
        };
        self.mend_string(literal, opened(&other.ty)).map(|text| (literal.span, text))
    }

    pub(super) fn match_on(
        &mut self,
        span: Span,
        on: &'a ast::Expr,
        arms: &'a [ast::Arm],
        place: Option<(&Type, Place)>,
    ) -> Expr {
        let on = self.infer(on, None);
        let Type::Enum(id) = on.ty else {
            if on.ty != Type::Unknown {
                let shown = self.show(&on.ty);
                let name = self.name_of(&on);
                self.report(findings::types::match_on_other(
                    on.span,
                    name.as_deref(),
                    &shown,
                    matches!(on.ty, Type::Optional(_)),
                ));
            }
            for arm in arms {
                self.infer(&arm.value, Some(&Type::Unknown));
            }
            return poison(span);
        };
        let arm_of_case = self.arms(id, arms, on.span);
        let (values, ty) = self.arm_values(arms, place);
        match arm_of_case {
            Some(arm_of_case) => typed(Kind::Match(Box::new(Match { on, arms: values, arm_of_case })), ty, span),
            None => typed(Kind::Poison, ty, span),
        }
    }

    /// For each case the index of its arm; `None` after a report.
    fn arms(&mut self, id: EnumId, arms: &'a [ast::Arm], on: Span) -> Option<Vec<u32>> {
        let mut taken: Vec<Option<(u32, Span)>> = vec![None; self.program.enums[id.index()].cases.len()];
        let mut good = true;
        for (at, arm) in arms.iter().enumerate() {
            for name in &arm.cases {
                let Some(case) = self.case_index(id, name) else {
                    good = false;
                    continue;
                };
                let slot = &mut taken[case as usize];
                if let Some((_, first)) = *slot {
                    self.report(findings::names::duplicate("case", &name.text, name.span, first));
                    good = false;
                } else {
                    *slot = Some((super::modules::id(at), name.span));
                }
            }
        }
        let cases = &self.program.enums[id.index()].cases;
        let missing = cases.iter().zip(&taken).filter(|(_, arm)| arm.is_none()).map(|(case, _)| &*case.name);
        let missing: Vec<&str> = missing.collect();
        // A case that was misspelt is most likely one of those that are missing.
        if !missing.is_empty() && good {
            let def = &self.program.enums[id.index()];
            let end = arms.last().map_or(on, |arm| arm.span).after();
            let report = findings::types::not_exhaustive(on, &def.name, def.span, &missing, end);
            self.report(report);
            return None;
        }
        good.then(|| taken.into_iter().flatten().map(|(arm, _)| arm).collect())
    }

    fn arm_values(&mut self, arms: &'a [ast::Arm], place: Option<(&Type, Place)>) -> (Vec<Expr>, Type) {
        // An arm that is no bare literal decides for those that are.
        let lead = arms.iter().position(|arm| !super::expr::is_soft(&arm.value)).unwrap_or(0);
        let mut values: Vec<Option<Expr>> = Vec::new();
        values.resize_with(arms.len(), || None);
        let mut ty = Type::Unknown;
        let order = std::iter::once(lead).chain((0..arms.len()).filter(|at| *at != lead));
        for at in order.filter(|at| *at < arms.len()) {
            let hint = (at != lead).then(|| ty.clone());
            let made = self.branch(&arms[at].value, place, hint.as_ref());
            ty = match values[lead].as_ref() {
                Some(first) if at != lead => self.join_arm(first.span, &ty, &made, place.is_some()),
                Some(_) | None => made.ty.clone(),
            };
            values[at] = Some(made);
        }
        (values.into_iter().flatten().collect(), ty)
    }

    fn join_arm(&mut self, first: Span, so_far: &Type, made: &Expr, placed: bool) -> Type {
        let before = typed(Kind::Poison, so_far.clone(), first);
        self.join_branches(&before, made, placed)
    }
}

/// As it is written.
pub(super) fn sign(op: Op) -> &'static str {
    match op {
        Op::Or => "or",
        Op::And => "and",
        Op::Equal => "==",
        Op::Unequal => "!=",
        Op::Less => "<",
        Op::LessEqual => "<=",
        Op::Greater => ">",
        Op::GreaterEqual => ">=",
        Op::In => "in",
        Op::Add => "+",
        Op::Subtract => "-",
        Op::Multiply => "*",
        Op::Divide => "/",
        Op::Remainder => "%",
    }
}

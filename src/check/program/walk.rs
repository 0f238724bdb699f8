//! The parts of an expression, all of them.

use super::{Expr, Kind, TextPart};

impl Expr {
    /// Calls back for the expression and every one in it, the outer before the inner.
    pub fn walk<'p>(&'p self, visit: &mut dyn FnMut(&'p Self)) {
        visit(self);
        match &self.kind {
            Kind::Poison
            | Kind::None
            | Kind::Bool(_)
            | Kind::Int(_)
            | Kind::Str(_)
            | Kind::Duration(_)
            | Kind::Size(_)
            | Kind::Cpu(_)
            | Kind::Case(..)
            | Kind::Local(_)
            | Kind::Const(_)
            | Kind::Out(_)
            | Kind::Outcome => {}
            Kind::Text(parts) => parts.iter().for_each(|part| match part {
                TextPart::Text(_) => {}
                TextPart::Value(value) => value.walk(visit),
            }),
            Kind::List(parts) | Kind::Record(_, parts) | Kind::Fn(_, parts) | Kind::Builtin(_, parts) => {
                parts.iter().for_each(|part| part.walk(visit))
            }
            Kind::Map(entries) => entries.iter().for_each(|(_, value)| value.walk(visit)),
            Kind::Output(of, _)
            | Kind::Field(of, _)
            | Kind::Key(of, _)
            | Kind::Attr(of, _)
            | Kind::Not(of)
            | Kind::Negate(of)
            | Kind::Force(of)
            | Kind::Convert(of) => of.walk(visit),
            Kind::Binary(_, left, right) | Kind::Coalesce(left, right) | Kind::Join(left, right) => {
                left.walk(visit);
                right.walk(visit);
            }
            Kind::If(cond, then, otherwise) => {
                cond.walk(visit);
                then.walk(visit);
                otherwise.walk(visit);
            }
            Kind::Match(one) => {
                one.on.walk(visit);
                one.arms.iter().for_each(|part| part.walk(visit));
            }
        }
    }
}

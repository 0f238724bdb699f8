//! The parts of an expression, all of them, and the scripts in fields.

use super::{Expr, Fields, Kind, Script, TextPart};

impl Expr {
    /// Calls back for the expression and every one in it, the outer before the inner.
    pub fn walk<'p>(&'p self, visit: &mut dyn FnMut(&'p Self)) {
        visit(self);
        self.parts(&mut |part| part.walk(visit));
    }

    /// Calls back for the expressions right below this one.
    pub fn parts<'p>(&'p self, visit: &mut dyn FnMut(&'p Self)) {
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
                TextPart::Value(value) => visit(value),
            }),
            Kind::List(parts) | Kind::Record(_, parts) | Kind::Fn(_, parts) | Kind::Builtin(_, parts) => {
                parts.iter().for_each(visit)
            }
            Kind::Map(entries) => entries.iter().for_each(|(_, value)| visit(value)),
            Kind::Output(of, _)
            | Kind::Field(of, _)
            | Kind::Attr(of, _)
            | Kind::Not(of)
            | Kind::Negate(of)
            | Kind::Force(of)
            | Kind::Convert(of) => visit(of),
            Kind::Key(key) => visit(&key.0),
            Kind::Binary(_, left, right) | Kind::Coalesce(left, right) | Kind::Join(left, right) => {
                visit(left);
                visit(right);
            }
            Kind::If(parts) => parts.iter().for_each(visit),
            Kind::Match(one) => {
                visit(&one.on);
                one.arms.iter().for_each(visit);
            }
        }
    }
}

impl Fields {
    /// What surrounds the scripts of the steps.
    pub fn around(&self) -> impl Iterator<Item = &Script> {
        [&self.before, &self.cleanup].into_iter().filter_map(|one| one.as_deref())
    }
}

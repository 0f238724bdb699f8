//! The functions that are not written in the language.

use super::partial::Partial;
use super::scope::Frame;
use super::{Builder, fold};
use crate::check::program::{self as p, Builtin};
use crate::plan::{Expr, ExprKind, Ty, Value};

impl Builder<'_> {
    pub(super) fn builtin(&mut self, frame: &Frame, builtin: Builtin, args: &[p::Expr], expr: &p::Expr) -> Partial {
        let values: Vec<Partial> = args.iter().map(|arg| self.eval(frame, arg)).collect();
        let ty = self.types.ty(&expr.ty);
        let mut values = values.into_iter().zip(args).map(|(value, arg)| value.expr(&self.types.ty(&arg.ty)));
        let mut next = || values.next().unwrap_or_else(|| Expr::string(""));
        match builtin {
            Builtin::Len => length(next()),
            Builtin::Join => join(next(), next()),
            Builtin::Concat => append(next(), next(), ty).into(),
            Builtin::Text => fold::concat(vec![next()], Ty::String).into(),
            Builtin::Flag => {
                let (name, value) = (next(), next());
                match known_text(&name) {
                    Some(name) => flag(name, value).into(),
                    None => self.refused("the name of a `flag`", &args[0], &name),
                }
            }
            Builtin::Secret => {
                let name = next();
                match known_text(&name) {
                    Some(name) => Partial::known(Value::Secret(name), Ty::Secret),
                    None => self.refused("the name of a `secret`", &args[0], &name),
                }
            }
        }
    }

    fn refused(&mut self, place: &str, arg: &p::Expr, value: &Expr) -> Partial {
        self.not_known(place, arg.span, value);
        Partial::none()
    }
}

fn known_text(value: &Expr) -> Option<String> {
    value.value().and_then(Value::text)
}

fn length(list: Expr) -> Partial {
    match elements(&list) {
        Some(elements) => Partial::known(Value::Int(i64::try_from(elements.len()).unwrap_or(i64::MAX)), Ty::Int),
        None => Expr::new(ExprKind::Len(Box::new(list)), Ty::Int).into(),
    }
}

/// The elements, where their number is known.
fn elements(list: &Expr) -> Option<Vec<Expr>> {
    let found = Partial::Expr(list.clone()).elements()?;
    Some(found.into_iter().map(|one| one.expr(&Ty::String)).collect())
}

fn join(list: Expr, separator: Expr) -> Partial {
    let Some(elements) = elements(&list) else {
        return Expr::new(ExprKind::Join(Box::new(list), Box::new(separator)), Ty::String).into();
    };
    let mut parts = Vec::with_capacity(elements.len() * 2);
    for (at, element) in elements.into_iter().enumerate() {
        if at > 0 {
            parts.push(separator.clone());
        }
        parts.push(element);
    }
    fold::concat(parts, Ty::String).into()
}

/// One list behind another.
fn append(a: Expr, b: Expr, ty: Ty) -> Expr {
    match (Partial::Expr(a.clone()).elements(), Partial::Expr(b.clone()).elements()) {
        (Some(mut first), Some(second)) => {
            first.extend(second);
            Partial::list(first, ty.clone()).expr(&ty)
        }
        (Some(first), None) if first.is_empty() => b,
        (None, Some(second)) if second.is_empty() => a,
        _ => Expr::new(ExprKind::Append(Box::new(a), Box::new(b)), ty),
    }
}

/// The words of `flag("--name", value)`; a name that ends in `=` and its value are one word.
fn flag(name: String, value: Expr) -> Expr {
    let words = Ty::List(Box::new(Ty::String));
    let name_word = || Partial::from(Expr::string(&*name));
    let with_value = |one: Expr| match name.ends_with('=') {
        true => vec![fold::concat(vec![Expr::string(&*name), one], Ty::String).into()],
        false => vec![name_word(), fold::concat(vec![one], Ty::String).into()],
    };
    let list = |words: Vec<Partial>, ty: Ty| Partial::list(words, ty.clone()).expr(&ty);
    match value.value() {
        Some(Value::Bool(true)) => return list(vec![name_word()], words),
        Some(Value::Bool(false) | Value::None) => return Expr::known(Value::List(Vec::new()), words),
        _ => {}
    }
    if let Some(elements) = elements(&value) {
        return list(elements.into_iter().flat_map(with_value).collect(), words);
    }
    let several = matches!(value.ty, Ty::Bool | Ty::Optional(_) | Ty::List(_));
    match several && value.value().is_none() {
        true => Expr::new(ExprKind::Flag(name, Box::new(value)), words),
        false => list(with_value(value), words),
    }
}

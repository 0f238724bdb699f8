//! Names for the variables that a script reads its values from.

use crate::check::program::{Attr, Builtin, Expr, Kind, Local, OutputDef, Program, Type};

/// The name of what an expression reads (`version`, `out_commit`); empty when it reads several things or none.
pub(super) fn hint(program: &Program, outputs: &[OutputDef], locals: &[Local], expr: &Expr) -> String {
    let inner = |one: &Expr| hint(program, outputs, locals, one);
    match &expr.kind {
        Kind::Local(id) => locals.get(id.index()).map(|local| local.name.to_string()).unwrap_or_default(),
        Kind::Out(at) => match outputs.get(*at as usize) {
            Some(output) if !output.name.is_empty() => format!("out_{}", output.name),
            Some(_) | None => "out".to_owned(),
        },
        Kind::Output(one, _)
        | Kind::Force(one)
        | Kind::Convert(one)
        | Kind::Not(one)
        | Kind::Negate(one)
        | Kind::Coalesce(one, _)
        | Kind::Join(one, _)
        | Kind::Attr(one, Attr::Path) => inner(one),
        Kind::Field(one, at) => match (inner(one), &one.ty) {
            (of, Type::Record(id)) if !of.is_empty() => {
                format!("{of}_{}", program.records[id.index()].fields[*at as usize].name)
            }
            (of, _) => of,
        },
        Kind::Key(key) => key.1.to_string(),
        Kind::Attr(one, Attr::Workspace) => format!("{}_workspace", inner(one)),
        Kind::Attr(one, Attr::Status) => format!("{}_status", inner(one)),
        Kind::Outcome => "outcome".to_owned(),
        Kind::Builtin(Builtin::Flag, args) => args.get(1).map(inner).unwrap_or_default(),
        Kind::Builtin(Builtin::Len | Builtin::Join | Builtin::Secret | Builtin::Concat | Builtin::Text, args) => {
            args.first().map(inner).unwrap_or_default()
        }
        Kind::Poison
        | Kind::None
        | Kind::Bool(_)
        | Kind::Int(_)
        | Kind::Str(_)
        | Kind::Duration(_)
        | Kind::Size(_)
        | Kind::Cpu(_)
        | Kind::Case(..)
        | Kind::Text(_)
        | Kind::List(_)
        | Kind::Record(..)
        | Kind::Map(_)
        | Kind::Const(_)
        | Kind::Binary(..)
        | Kind::If(..)
        | Kind::Match(_)
        | Kind::Fn(..) => String::new(),
    }
}

//! The Secrets that a task names.

use crate::plan::{Expr, ExprKind, Task, Value};

/// Every name, as often as it is used.
pub(super) fn of_task(task: &Task) -> Vec<String> {
    let mut names = Vec::new();
    let env = task.steps.iter().flat_map(|step| &step.env).map(|env| &env.value);
    let files = task.files.iter().map(|file| &file.content);
    env.chain(files).for_each(|value| collect(value, &mut names));
    names
}

fn collect(value: &Expr, names: &mut Vec<String>) {
    match &value.kind {
        ExprKind::Known(Value::Secret(name)) => names.push(name.clone()),
        ExprKind::If(_, a, b) | ExprKind::Coalesce(a, b) => {
            collect(a, names);
            collect(b, names);
        }
        ExprKind::Convert(inner) => collect(inner, names),
        // A secret has no text form and no other operation.
        ExprKind::Known(_)
        | ExprKind::Param(_)
        | ExprKind::Result(..)
        | ExprKind::Artifact { .. }
        | ExprKind::Place { .. }
        | ExprKind::Out(_)
        | ExprKind::Status(_)
        | ExprKind::Outcome
        | ExprKind::Concat(_)
        | ExprKind::Not(_)
        | ExprKind::Negate(_)
        | ExprKind::Binary(..)
        | ExprKind::IsNone(_)
        | ExprKind::List(_)
        | ExprKind::Flag(..)
        | ExprKind::Len(_)
        | ExprKind::Join(..)
        | ExprKind::Append(..) => {}
    }
}

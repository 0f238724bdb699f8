//! Where the values that need no evaluation come from.

use super::code::{Atom, is_plain};
use super::unit::Unit;
use crate::contract::{END_OF_LIST, ListSource, SecretRef, Source};
use crate::plan::{Expr, ExprKind, Plan, TaskId, Turn, Ty, Value, WorkspaceId};

/// What a script gets of a secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum SecretAs {
    /// Its name only, to see whether it was given.
    Reference,
    Value,
    /// The path of a file that holds it.
    File,
}

/// The plan, the task whose outputs `out` means, and how secrets arrive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin<'p> {
    pub(super) plan: &'p Plan,
    pub(super) task: Option<TaskId>,
    pub(super) secrets: SecretAs,
}

impl Origin<'_> {
    /// The source of a text that engines hand over as it is; the others are evaluated.
    pub(super) fn text(self, expr: &Expr) -> Option<Source> {
        match &expr.kind {
            ExprKind::Known(value) => self.known(value),
            ExprKind::Param(id) => {
                let name = &self.plan.params[id.index()].name;
                let ty = opened(&expr.ty);
                if is_list(ty) {
                    None
                } else if *ty == Ty::Secret {
                    Some(self.secret(SecretRef::Param(name.clone()), name))
                } else if *opened(&self.plan.params[id.index()].ty) == Ty::Workspace {
                    Some(self.workspace_of(expr, name))
                } else {
                    Some(Source::Param(name.clone()))
                }
            }
            ExprKind::Result(task, _) if self.plan.task(*task).fan.is_some() => None,
            ExprKind::Result(task, output) => {
                let task = self.plan.task(*task);
                let output = task.outputs[*output as usize].name.clone();
                Some(Source::Result { task: task.name.clone(), output })
            }
            ExprKind::Artifact { workspace, path, .. } | ExprKind::Place { workspace, path } => {
                self.place(*workspace, known_text(path)?)
            }
            ExprKind::Out(output) => {
                let output = &self.plan.task(self.task?).outputs[*output as usize];
                match &output.place {
                    Some((workspace, path)) => self.place(*workspace, known_text(path)?),
                    None => Some(Source::OutputFile(output.name.clone())),
                }
            }
            ExprKind::Status(task) => Some(Source::Status(self.plan.task(*task).name.clone())),
            ExprKind::StepResult(step, result) => {
                Some(Source::StepResult { step: step.to_string(), result: result.to_string() })
            }
            ExprKind::Outcome => Some(Source::Outcome),
            // Picked by the body from the lists that all turns get.
            ExprKind::Turn(_) => None,
            ExprKind::Concat(_)
            | ExprKind::Not(_)
            | ExprKind::Negate(_)
            | ExprKind::Binary(..)
            | ExprKind::IsNone(_)
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

    /// The source of a list that engines hand over as it is.
    pub(super) fn list(self, expr: &Expr) -> Option<ListSource> {
        if let Some(Value::List(values)) = expr.value() {
            return self.known_list(values);
        }
        if let ExprKind::Param(id) = expr.kind {
            return Some(ListSource::Param(self.plan.params[id.index()].name.clone()));
        }
        if let ExprKind::Result(task, output) = expr.kind {
            let task = self.plan.task(task);
            let output = task.outputs[output as usize].name.clone();
            if task.fan.is_none() && task.source.is_some() {
                return Some(ListSource::Result { task: task.name.clone(), output });
            }
            return task.fan.is_some().then(|| ListSource::Gathered { task: task.name.clone(), output });
        }
        let ExprKind::List(parts) = &expr.kind else { return None };
        let as_it_is = |part: &Expr| self.text(part).filter(|_| !is_reworked(part));
        Some(ListSource::Each(parts.iter().map(as_it_is).collect::<Option<_>>()?))
    }

    pub(super) fn place(self, workspace: WorkspaceId, path: String) -> Option<Source> {
        Some(Source::Place { workspace: self.plan.workspaces[workspace.index()].name.clone(), path })
    }

    fn known(self, value: &Value) -> Option<Source> {
        match value {
            Value::Secret(name) => Some(self.secret(SecretRef::Named(name.clone()), name)),
            Value::Workspace(id) => self.place(*id, String::new()),
            Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Text(_)
            | Value::Case(_)
            | Value::Duration(_)
            | Value::Size(_)
            | Value::Cpu(_) => value.text().map(Source::Literal),
            Value::List(_) | Value::Record(_) => None,
        }
    }

    fn known_list(self, values: &[Value]) -> Option<ListSource> {
        let texts: Option<Vec<String>> = values.iter().map(Value::text).collect();
        match texts {
            Some(texts) if texts.iter().all(|text| text != END_OF_LIST) => Some(ListSource::Literal(texts)),
            Some(_) => None,
            None => Some(ListSource::Each(values.iter().map(|value| self.known(value)).collect::<Option<_>>()?)),
        }
    }

    fn secret(self, secret: SecretRef, name: &str) -> Source {
        match (self.secrets, &secret) {
            (SecretAs::Reference, SecretRef::Param(_)) => Source::Param(name.to_owned()),
            (SecretAs::Reference, SecretRef::Named(_)) => Source::Literal(name.to_owned()),
            (SecretAs::Value, _) => Source::SecretValue(secret),
            (SecretAs::File, _) => Source::SecretFile(secret),
        }
    }

    fn workspace_of(self, param: &Expr, name: &str) -> Source {
        let given = |workspace: Option<_>| matches!(param.kind, ExprKind::Param(id) if workspace == Some(id));
        let workspace = self.plan.workspaces.iter().find(|workspace| given(workspace.param));
        let workspace = workspace.map_or_else(|| name.to_owned(), |workspace| workspace.name.clone());
        Source::Place { workspace, path: String::new() }
    }
}

/// Whether a text that engines hand over is brought into another form before it is used.
pub(super) fn is_reworked(expr: &Expr) -> bool {
    let measured = matches!(expr.kind, ExprKind::Param(_)) && Unit::of(&expr.ty).is_some();
    measured || matches!(expr.kind, ExprKind::Status(_) | ExprKind::Outcome)
}

/// The type without its `?`.
pub(super) fn opened(ty: &Ty) -> &Ty {
    if let Ty::Optional(inner) = ty { opened(inner) } else { ty }
}

pub(super) fn is_optional(ty: &Ty) -> bool {
    matches!(ty, Ty::Optional(_))
}

pub(super) fn is_list(ty: &Ty) -> bool {
    matches!(opened(ty), Ty::List(_))
}

pub(super) fn known_text(expr: &Expr) -> Option<String> {
    expr.value().and_then(Value::text)
}

/// A known value that code may hold: its text is of a closed alphabet, and it belongs to the expression around it.
pub(super) fn literal(expr: &Expr) -> Option<Atom> {
    match expr.value()? {
        Value::None => Some(Atom::Literal(String::new())),
        value @ (Value::Bool(_) | Value::Int(_) | Value::Duration(_) | Value::Size(_) | Value::Cpu(_)) => {
            value.text().map(Atom::Literal)
        }
        Value::Case(text) => is_plain(text).then(|| Atom::Literal(text.clone())),
        Value::Text(text) => is_harmless(text).then(|| Atom::Literal(text.clone())),
        Value::Secret(_) | Value::Workspace(_) | Value::List(_) | Value::Record(_) => None,
    }
}

/// A short text that is the same inside double quotes, inside single quotes and without.
fn is_harmless(text: &str) -> bool {
    text.is_empty() || (text.len() <= 80 && is_plain(text))
}

/// A hint for the name of a value that comes from outside.
pub(super) fn hint(plan: &Plan, task: Option<TaskId>, expr: &Expr) -> String {
    let of_task = |task: TaskId, part: &str| match part {
        "" => plan.task(task).name.clone(),
        part => [&plan.task(task).name, "_", part].concat(),
    };
    let output = |task: TaskId, output: u32| plan.task(task).outputs[output as usize].name.clone();
    match &expr.kind {
        ExprKind::Param(id) => plan.params[id.index()].name.clone(),
        ExprKind::Result(of, at) | ExprKind::Artifact { task: of, output: at, .. } => of_task(*of, &output(*of, *at)),
        ExprKind::Place { workspace, .. } => plan.workspaces[workspace.index()].name.clone(),
        ExprKind::Out(at) => match task.map(|task| output(task, *at)).unwrap_or_default().as_str() {
            "" => "out".to_owned(),
            name => ["out_", name].concat(),
        },
        ExprKind::Status(of) => of_task(*of, "status"),
        ExprKind::StepResult(step, result) => [step, "_", result].concat(),
        ExprKind::Outcome => "outcome".to_owned(),
        ExprKind::Turn(Turn::Element(_, name)) => name.to_string(),
        ExprKind::Turn(Turn::Output(of, at)) => of_task(*of, &output(*of, *at)),
        ExprKind::Turn(Turn::Number | Turn::Lost(_)) => "turn".to_owned(),
        ExprKind::List(_) | ExprKind::Known(Value::List(_)) => "list".to_owned(),
        ExprKind::Known(_)
        | ExprKind::Concat(_)
        | ExprKind::Not(_)
        | ExprKind::Negate(_)
        | ExprKind::Binary(..)
        | ExprKind::IsNone(_)
        | ExprKind::Coalesce(..)
        | ExprKind::If(..)
        | ExprKind::Flag(..)
        | ExprKind::Len(_)
        | ExprKind::Join(..)
        | ExprKind::Append(..)
        | ExprKind::Convert(_) => "text".to_owned(),
    }
}

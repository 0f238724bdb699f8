//! Plans made by hand.

use std::sync::Arc;

use pipec::emit::script::{Rendered, step};
use pipec::plan::{
    EnumTy, Expr, ExprKind, FileInput, Op, Output, Param, ParamId, Pattern, Plan, Quoting, Script, ScriptPart, Shell,
    Slot, Step, Task, TaskId, Ty, Value, Workspace, WorkspaceId,
};
use pipec::source::{FileId, Span};

pub(super) fn span() -> Span {
    Span::new(FileId(0), 0, 0)
}

pub(super) fn plan() -> Plan {
    Plan::empty("p", span())
}

pub(super) fn param(plan: &mut Plan, name: &str, ty: Ty) -> Expr {
    plan.params.push(Param { name: name.to_owned(), doc: String::new(), ty, default: None, span: span() });
    Expr::param(plan, ParamId(u32::try_from(plan.params.len() - 1).unwrap()))
}

pub(super) fn workspace(plan: &mut Plan, name: &str) -> WorkspaceId {
    plan.workspaces.push(Workspace {
        name: name.to_owned(),
        doc: String::new(),
        size: None,
        param: None,
        span: span(),
    });
    WorkspaceId(u32::try_from(plan.workspaces.len() - 1).unwrap())
}

pub(super) fn known(value: Value, ty: Ty) -> Expr {
    Expr::known(value, ty)
}

pub(super) fn int(value: i64) -> Expr {
    known(Value::Int(value), Ty::Int)
}

pub(super) fn case(ty: &Ty, name: &str) -> Expr {
    known(Value::Case(name.to_owned()), ty.clone())
}

pub(super) fn of(kind: ExprKind, ty: Ty) -> Expr {
    Expr::new(kind, ty)
}

pub(super) fn binary(op: Op, a: Expr, b: Expr, ty: Ty) -> Expr {
    of(ExprKind::Binary(op, Box::new(a), Box::new(b)), ty)
}

pub(super) fn flag(name: &str, value: Expr) -> Expr {
    of(ExprKind::Flag(name.to_owned(), Box::new(value)), list(Ty::String))
}

pub(super) fn list(ty: Ty) -> Ty {
    Ty::List(Box::new(ty))
}

pub(super) fn optional(ty: Ty) -> Ty {
    Ty::Optional(Box::new(ty))
}

pub(super) fn kind() -> Ty {
    let cases = ["production", "testing-devel", "mechanical"];
    Ty::Enum(Arc::new(EnumTy { name: "StreamType".to_owned(), cases: cases.map(str::to_owned).to_vec() }))
}

pub(super) fn pattern(regex: &str) -> Ty {
    Ty::Pattern(Arc::new(Pattern { name: "BuildId".to_owned(), regex: Some(regex.to_owned()) }))
}

/// A script of texts and slots, in turn.
#[derive(Default)]
pub(super) struct ScriptOf {
    parts: Vec<ScriptPart>,
    slots: Vec<Slot>,
}

impl ScriptOf {
    pub(super) fn text(mut self, text: &str) -> Self {
        self.parts.push(ScriptPart::Text(text.to_owned()));
        self
    }

    pub(super) fn slot(mut self, hint: &str, value: Expr, quoting: Quoting) -> Self {
        self.slots.push(Slot { hint: hint.to_owned(), value, span: span() });
        self.parts.push(ScriptPart::Slot(u32::try_from(self.slots.len() - 1).unwrap(), quoting));
        self
    }

    pub(super) fn word(self, hint: &str, value: Expr) -> Self {
        self.slot(hint, value, Quoting::Word)
    }

    pub(super) fn done(self) -> Script {
        Script { parts: self.parts, slots: self.slots, span: span() }
    }
}

pub(super) fn script(text: &str) -> Script {
    Script::text(text, span())
}

/// A task of one step.
pub(super) fn task(shell: Shell, script: Script) -> Task {
    let mut task = Task::new("build", span());
    task.steps.push(Step { shell, ..Step::new("run", "quay.io/x/y:1", script) });
    task
}

pub(super) fn output(name: &str, ty: Ty) -> Output {
    Output { name: name.to_owned(), doc: String::new(), ty, place: None, span: span() }
}

pub(super) fn artifact(name: &str, workspace: WorkspaceId, path: Expr) -> Output {
    let ty = Ty::Artifact(Arc::from("Disk"));
    Output { name: name.to_owned(), doc: String::new(), ty, place: Some((workspace, path)), span: span() }
}

pub(super) fn out(output: u32) -> Expr {
    of(ExprKind::Out(output), Ty::Path)
}

pub(super) fn file(path: &str, content: Expr) -> FileInput {
    FileInput { path: path.to_owned(), content, span: span() }
}

/// The body of the first step of a task that is put into the plan.
pub(super) fn first_step(plan: &mut Plan, task: Task) -> Rendered {
    let id = plan.add_task(task);
    step(plan, id, 0)
}

/// A task made earlier, with one value output.
pub(super) fn earlier(plan: &mut Plan, name: &str, ty: Ty) -> TaskId {
    let mut task = Task::new(name, span());
    task.outputs.push(output("value", ty));
    plan.add_task(task)
}

pub(super) fn env(name: &str, value: Expr) -> pipec::plan::Env {
    pipec::plan::Env { name: name.to_owned(), value, is_unset: false, span: span() }
}

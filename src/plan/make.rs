//! Making the parts of a plan by hand: what nobody asks for is neutral.

use std::sync::Arc;

use super::provenance::Provenance;
use super::{
    Expr, ExprKind, Needs, OnFailure, ParamId, Phase, Plan, Script, ScriptPart, Shell, Step, Task, TaskId, Ty, Value,
    WorkspaceId,
};
use crate::source::Span;

impl Expr {
    pub fn new(kind: ExprKind, ty: Ty) -> Self {
        Self { kind, ty }
    }

    /// A value known when compiling.
    pub fn known(value: Value, ty: Ty) -> Self {
        Self::new(ExprKind::Known(value), ty)
    }

    pub fn bool(value: bool) -> Self {
        Self::known(Value::Bool(value), Ty::Bool)
    }

    pub fn string(text: impl Into<String>) -> Self {
        Self::known(Value::Text(text.into()), Ty::String)
    }

    /// The empty path: the root of a workspace.
    pub fn here() -> Self {
        Self::known(Value::Text(String::new()), Ty::Path)
    }

    /// A path in a workspace.
    pub fn place(workspace: WorkspaceId, path: Self) -> Self {
        Self::new(ExprKind::Place { workspace, path: Box::new(path) }, Ty::Path)
    }

    /// A parameter, with its type.
    pub fn param(plan: &Plan, id: ParamId) -> Self {
        Self::new(ExprKind::Param(id), plan.params[id.index()].ty.clone())
    }

    /// An output of a task, with the type that it has inside the task; an artifact is its place.
    pub fn output(plan: &Plan, task: TaskId, output: u32) -> Self {
        let made = &plan.task(task).outputs[output as usize];
        let kind = match &made.place {
            Some((workspace, path)) => {
                ExprKind::Artifact { task, output, workspace: *workspace, path: Box::new(path.clone()) }
            }
            None => ExprKind::Result(task, output),
        };
        Self::new(kind, made.ty.clone())
    }

    /// The value, when it is known.
    pub fn value(&self) -> Option<&Value> {
        match &self.kind {
            ExprKind::Known(value) => Some(value),
            ExprKind::Param(_)
            | ExprKind::Result(..)
            | ExprKind::Artifact { .. }
            | ExprKind::Place { .. }
            | ExprKind::Out(_)
            | ExprKind::Status(_)
            | ExprKind::StepResult(..)
            | ExprKind::Outcome
            | ExprKind::Turn(_)
            | ExprKind::Concat(_)
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

    /// The expressions that this one is made of, in order.
    pub fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::Known(_)
            | ExprKind::Param(_)
            | ExprKind::Result(..)
            | ExprKind::Out(_)
            | ExprKind::Status(_)
            | ExprKind::StepResult(..)
            | ExprKind::Outcome
            | ExprKind::Turn(_) => Vec::new(),
            ExprKind::Artifact { path: one, .. }
            | ExprKind::Place { path: one, .. }
            | ExprKind::Not(one)
            | ExprKind::Negate(one)
            | ExprKind::IsNone(one)
            | ExprKind::Flag(_, one)
            | ExprKind::Len(one)
            | ExprKind::Convert(one) => vec![one],
            ExprKind::Binary(_, a, b) | ExprKind::Coalesce(a, b) | ExprKind::Join(a, b) | ExprKind::Append(a, b) => {
                vec![a, b]
            }
            ExprKind::If(a, b, c) => vec![a, b, c],
            ExprKind::Concat(list) | ExprKind::List(list) => list.iter().collect(),
        }
    }

    /// Calls `visit` with this expression and everything in it, outer ones first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        for part in self.parts() {
            part.walk(visit);
        }
    }
}

impl Default for Needs {
    /// As the defaults of the library's record.
    fn default() -> Self {
        Self { kvm: false, privileged: false, cpu: None, memory: None, disk: None, arch: None, network: true }
    }
}

impl Task {
    /// A task without steps, of the main phase.
    pub fn new(name: &str, span: Span) -> Self {
        Self {
            name: name.to_owned(),
            doc: String::new(),
            span,
            within: Arc::default(),
            declared: span,
            stage: None,
            phase: Phase::Main,
            condition: None,
            fan: None,
            turn_condition: None,
            requires: Vec::new(),
            needs: Needs::default(),
            timeout: None,
            retries: 0,
            retry_delay: None,
            on_exit: Vec::new(),
            on_failure: OnFailure::Stop,
            lock: None,
            workspaces: Vec::new(),
            steps: Vec::new(),
            services: Vec::new(),
            source: None,
            before: None,
            cleanup: None,
            files: Vec::new(),
            outputs: Vec::new(),
            provenance: Provenance::default(),
        }
    }
}

impl Step {
    /// A step for bash without environment.
    pub fn new(name: &str, image: &str, script: Script) -> Self {
        Self {
            name: name.to_owned(),
            doc: String::new(),
            span: script.span,
            image: image.to_owned(),
            image_span: script.span,
            shell: Shell::Bash,
            script,
            env: Vec::new(),
            workdir: None,
            kept: None,
            uses: None,
        }
    }
}

impl Script {
    /// A script without values.
    pub fn text(text: &str, span: Span) -> Self {
        Self { parts: vec![ScriptPart::Text(text.to_owned())], slots: Vec::new(), span }
    }
}

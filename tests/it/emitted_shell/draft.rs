//! Plans by hand, as short as programs.

use pipec::plan::{
    Env, Expr, ExprKind, FileInput, Op, Output, Param, ParamId, Phase, Plan, Quoting, Script, ScriptPart, Slot, Step,
    Task, TaskId, Ty, Value, Why, Workspace, WorkspaceId,
};
use pipec::source::{FileId, Sources, Span};

/// A plan in the making, and the text that it claims to come from.
pub(super) struct Draft {
    pub(super) plan: Plan,
    pub(super) sources: Sources,
    file: FileId,
}

impl Draft {
    pub(super) fn new() -> Self {
        let mut sources = Sources::default();
        let file = sources.add("line.pipe", "pipeline line() {\n}\n".repeat(20));
        let mut plan = Plan::empty("line", Span::new(file, 0, 8));
        plan.source = "line.pipe".to_owned();
        Self { plan, sources, file }
    }

    pub(super) fn span(&self) -> Span {
        Span::new(self.file, 18, 20)
    }

    /// A task of one step.
    pub(super) fn task(&mut self, name: &str, run: &str) -> TaskId {
        self.with(name, run, |_| {})
    }

    /// A task of one step with more to it.
    pub(super) fn with(&mut self, name: &str, run: &str, more: impl FnOnce(&mut Task)) -> TaskId {
        let span = self.span();
        let mut task = Task::new(name, span);
        task.steps.push(Step::new("run", "quay.io/x/y:1", Script::text(run, span)));
        more(&mut task);
        self.plan.add_task(task)
    }

    pub(super) fn finally(&mut self, name: &str, run: &str) -> TaskId {
        self.with(name, run, |task| task.phase = Phase::Finally)
    }

    pub(super) fn after(&mut self, from: TaskId, to: TaskId) {
        let span = self.span();
        self.plan.add_edge(from, to, Why::After(span));
    }

    pub(super) fn reads(&mut self, from: TaskId, to: TaskId) {
        let span = self.span();
        self.plan.add_edge(from, to, Why::Output(0, span));
    }

    pub(super) fn param(&mut self, name: &str, ty: Ty, default: Option<Value>) -> ParamId {
        let span = self.span();
        let doc = format!("What {name} is.");
        self.plan.params.push(Param { name: name.to_owned(), doc, ty, default, span });
        ParamId(u32::try_from(self.plan.params.len() - 1).unwrap())
    }

    pub(super) fn workspace(&mut self, name: &str, param: Option<ParamId>) -> WorkspaceId {
        let span = self.span();
        self.plan.workspaces.push(Workspace { name: name.to_owned(), doc: String::new(), size: None, param, span });
        WorkspaceId(u32::try_from(self.plan.workspaces.len() - 1).unwrap())
    }

    /// A script of text and values: what is even is text.
    pub(super) fn script(&self, parts: &[&str], values: &[(&str, Expr)]) -> Script {
        let span = self.span();
        let mut script = Script { parts: Vec::new(), slots: Vec::new(), span };
        for (at, text) in parts.iter().enumerate() {
            script.parts.push(ScriptPart::Text((*text).to_owned()));
            if let Some((hint, value)) = values.get(at) {
                script.parts.push(ScriptPart::Slot(u32::try_from(at).unwrap(), Quoting::Word));
                script.slots.push(Slot { hint: (*hint).to_owned(), value: value.clone(), span });
            }
        }
        script
    }

    pub(super) fn env(&self, name: &str, value: Expr) -> Env {
        Env { name: name.to_owned(), value, is_unset: false, span: self.span() }
    }

    pub(super) fn file(&self, path: &str, content: Expr) -> FileInput {
        FileInput { path: path.to_owned(), content, span: self.span() }
    }

    pub(super) fn output(&self, name: &str, ty: Ty) -> Output {
        Output { name: name.to_owned(), doc: String::new(), ty, place: None, span: self.span() }
    }

    /// A task that writes `text` to its output `value`.
    pub(super) fn maker(&mut self, name: &str, text: &str) -> TaskId {
        self.maker_with(name, text, |_| {})
    }

    pub(super) fn maker_with(&mut self, name: &str, text: &str, more: impl FnOnce(&mut Task)) -> TaskId {
        let script = self.script(&["printf %s ", " > ", "\n"], &[("text", Expr::string(text)), ("out", out())]);
        let output = self.output("value", Ty::String);
        self.with(name, "", |task| {
            task.steps[0].script = script;
            task.outputs.push(output);
            more(task);
        })
    }

    /// A task that appends what another made to the file `got`, in brackets.
    pub(super) fn reader(&mut self, name: &str, from: TaskId) -> TaskId {
        let value = Expr::output(&self.plan, from, 0);
        let script = self.script(
            &[
                "printf '<%s>\n' ",
                " >>$TOP/got
",
            ],
            &[("value", value)],
        );
        let reader = self.with(name, "", |task| task.steps[0].script = script);
        self.reads(from, reader);
        reader
    }
}

/// The file of the task's first output.
pub(super) fn out() -> Expr {
    Expr::new(ExprKind::Out(0), Ty::Path)
}

/// A directory in a workspace.
pub(super) fn place(workspace: WorkspaceId, path: &str) -> Expr {
    Expr::new(ExprKind::Place { workspace, path: Box::new(Expr::string(path)) }, Ty::Path)
}

pub(super) fn equal(left: Expr, right: &str) -> Expr {
    Expr::new(ExprKind::Binary(Op::Equal, Box::new(left), Box::new(Expr::string(right))), Ty::Bool)
}

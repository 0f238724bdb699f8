//! A pipeline: its parameters, its body, what it returns, what `after` waits for.

use rustc_hash::FxHashMap;

use crate::source::Span;
use crate::syntax::ast;

use super::checker::Checker;
use super::findings;
use super::modules::PipelineAt;
use super::program::{After, LocalId, ParamDef, PipelineDef, Shell, Stmt, Type};
use super::scope::{Later, Scope};
use super::stmt::Level;
use super::task::Owner;
use super::types::{holds_artifact, opened};

/// What is known of the pipeline that is checked now, beside its scope.
#[derive(Default)]
pub(super) struct Progress<'a> {
    /// `after` names that were not bound yet, with their places in `waits`.
    pub(super) ahead: Vec<(usize, &'a ast::Name)>,
    /// What each of them turned out to stand for.
    pub(super) waits: Vec<Vec<LocalId>>,
    pub(super) in_finally: FxHashMap<&'a str, LocalId>,
    /// Where each statement stands of which there is one.
    pub(super) once: Vec<(Once<'a>, Span)>,
    pub(super) outputs: Vec<(Box<str>, Type, Span)>,
    /// `defaults` gives every task an image, or may skip one by its exit code; the latter is absent where that could not be
    /// read.
    pub(super) default_image: bool,
    pub(super) default_skip: Option<bool>,
    /// What reads the scripts of the tasks that are written here and do not say so themselves.
    pub(super) default_shell: Option<(Shell, Span)>,
}

/// A statement that stands in a pipeline only once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Once<'a> {
    Finally,
    Exclusive,
    Defaults,
    Return,
    Target(&'a str),
}

impl<'a> Checker<'a, '_> {
    /// Checks one pipeline and puts it into the program.
    pub(super) fn pipeline(&mut self, at: PipelineAt) {
        let (_, one) = self.decls.pipelines[at.0];
        self.calling = vec![(at, one.name.span)];
        let made = self.pipeline_of(&one.name, &one.params, &one.outputs, &one.body);
        self.program.pipelines.push(PipelineDef { doc: one.doc.clone(), ..made });
    }

    /// The parts of a pipeline; the body of an `expect` has no others than statements.
    pub(super) fn pipeline_of(
        &mut self,
        name: &ast::Name,
        written: &'a [ast::Param],
        returned: &'a ast::Outputs,
        stmts: &'a [ast::Stmt],
    ) -> PipelineDef {
        self.scope = Scope::default();
        self.pipe = Progress::default();
        self.scope.torn = stmts.iter().any(is_broken);
        if self.scope.torn && self.is_lost("workspace") {
            self.program.doubts.push(name.span);
        }
        let mut params = self.params(written);
        self.pipeline_params(&params, written);
        self.bind_params(written, &mut params);
        let outputs = self.outputs(returned, Owner::Pipeline);
        self.no_places(returned);
        self.pipe.outputs = outputs.iter().map(|one| (one.name.clone(), one.ty.clone(), one.span)).collect();
        self.scope.later = Later::Body(stmts, std::cell::OnceCell::new());
        self.look_at_defaults(stmts);
        let mut body = Vec::with_capacity(stmts.len());
        self.stmts(stmts, Level::Top, &mut body);
        self.look_ahead(0);
        self.nothing_bound();
        if !self.pipe.waits.is_empty() {
            patch(&mut body, &self.pipe.waits);
        }
        if !outputs.is_empty() && self.once(Once::Return).is_none() && !self.scope.torn {
            self.report(findings::bodies::no_return(name, outputs[0].span));
        }
        let locals = std::mem::take(&mut self.scope).locals;
        PipelineDef { name: name.text.clone(), doc: String::new(), span: name.span, params, outputs, locals, body }
    }

    /// Nobody outside can hand a pipeline what only a task makes.
    fn pipeline_params(&mut self, params: &[ParamDef], written: &'a [ast::Param]) {
        for param in params {
            if holds_artifact(&self.program, &param.ty) {
                let at = written.iter().find(|one| one.name.span == param.span).map_or(param.span, |one| one.ty.span);
                let shown = self.show(opened(&param.ty));
                self.report(findings::bodies::artifact_from_outside(at, &shown));
            }
        }
    }

    fn no_places(&mut self, outputs: &'a ast::Outputs) {
        let list = match outputs {
            ast::Outputs::None => &[],
            ast::Outputs::Single(one) => std::slice::from_ref(&**one),
            ast::Outputs::Named(list) => list.as_slice(),
        };
        for default in list.iter().filter_map(|output| output.default.as_ref()) {
            self.report(findings::bodies::place_in_pipeline(default.span));
        }
    }

    /// `defaults` holds for the whole pipeline, wherever it stands.
    pub(super) fn look_at_defaults(&mut self, body: &'a [ast::Stmt]) {
        self.pipe.default_skip = Some(false);
        for stmt in body {
            if matches!(stmt, ast::Stmt::Broken(_)) && self.is_lost("defaults") {
                (self.pipe.default_image, self.pipe.default_skip) = (true, None);
            }
            let ast::Stmt::Defaults { fields, .. } = stmt else { continue };
            self.pipe.default_shell = self.pipe.default_shell.take().or_else(|| self.shell_of(fields));
            for field in fields {
                match field {
                    ast::Field::Value { name, .. } if &*name.text == "image" => self.pipe.default_image = true,
                    ast::Field::Value { name, value } if &*name.text == "on_exit" => {
                        let skip = (!matches!(value.kind, ast::ExprKind::Broken)).then(|| skips(value));
                        self.pipe.default_skip = self.pipe.default_skip.zip(skip).map(|(one, other)| one || other);
                    }
                    ast::Field::Broken(_) => (self.pipe.default_image, self.pipe.default_skip) = (true, None),
                    ast::Field::Value { name, .. } if !super::fields::is_field(&name.text) => {
                        self.pipe.default_image = true;
                        if crate::diag::did_you_mean(&name.text, ["on_exit"]).is_some() {
                            self.pipe.default_skip = None;
                        }
                    }
                    ast::Field::Value { .. }
                    | ast::Field::Step { .. }
                    | ast::Field::Service { .. }
                    | ast::Field::Require { .. } => {}
                }
            }
        }
    }

    pub(super) fn once(&self, what: Once<'a>) -> Option<Span> {
        self.pipe.once.iter().find(|(one, _)| *one == what).map(|(_, span)| *span)
    }

    /// What a name behind `after` stands for; a name that is not bound yet is found later.
    /// `behind` is what stands before the word `after`.
    pub(super) fn after(&mut self, names: &'a [ast::Name], behind: Option<Span>) -> Vec<After> {
        let mut made = Vec::with_capacity(names.len());
        for (at, name) in names.iter().enumerate() {
            let calls = match self.scope.find(&name.text) {
                Some(local) => self.waited_for(local, name),
                None => {
                    let at = self.pipe.waits.len();
                    self.pipe.waits.push(Vec::new());
                    self.pipe.ahead.push((at, name));
                    vec![placeholder(at)]
                }
            };
            // With the comma before it, or behind it where it is the first.
            let cut = match (at.checked_sub(1), names.get(at + 1)) {
                (Some(before), _) => Some(names[before].span.after().to(name.span)),
                (None, Some(next)) => Some(name.span.to(next.span.before())),
                (None, None) => behind.map(|behind| behind.after().to(name.span)),
            };
            made.push(After { calls, span: name.span, cut });
        }
        made
    }

    fn waited_for(&mut self, local: LocalId, name: &'a ast::Name) -> Vec<LocalId> {
        if let Some(calls) = self.scope.calls(local) {
            return calls;
        }
        if self.scope.local(local).ty != Type::Unknown {
            let shown = self.show(&self.scope.local(local).ty);
            self.report(findings::bodies::after_a_value(name, &shown, self.scope.local(local).span));
        }
        Vec::new()
    }

    /// Before a block closes: finds those of its `after` names that are bound by now.
    pub(super) fn look_ahead(&mut self, opened: usize) {
        let mut ahead = self.pipe.ahead.split_off(opened);
        ahead.retain(|(at, name)| match self.scope.find(&name.text) {
            Some(local) => {
                self.pipe.waits[*at] = self.waited_for(local, name);
                false
            }
            None => true,
        });
        self.pipe.ahead.append(&mut ahead);
    }

    /// Reports the `after` names that nothing binds.
    pub(super) fn nothing_bound(&mut self) {
        for (at, name) in std::mem::take(&mut self.pipe.ahead) {
            if let Some(local) = self.pipe.in_finally.get(&*name.text) {
                self.pipe.waits[at] = self.scope.calls(*local).unwrap_or_default();
                continue;
            }
            let near = self.near(&name.text, |this| this.scope.names().collect());
            if self.is_lost(&name.text) {
                continue;
            }
            let is_task = self.find(&name.text).is_some_and(super::modules::Def::is_task);
            self.report(findings::names::unknown_after(name, near, is_task));
        }
    }
}

/// Marks a place in `waits` until the pipeline is read to its end; no pipeline has so many locals.
fn placeholder(at: usize) -> LocalId {
    LocalId(u32::MAX - super::modules::id(at))
}

/// Puts what `after` turned out to wait for in its place.
pub(super) fn patch(body: &mut [Stmt], waits: &[Vec<LocalId>]) {
    for stmt in body {
        match stmt {
            Stmt::Call(call) => call.after.iter_mut().for_each(|after| patch_after(after, waits)),
            Stmt::When(when) => {
                patch(&mut when.then, waits);
                patch(&mut when.otherwise, waits);
            }
            Stmt::For(each) => patch(&mut each.body, waits),
            Stmt::Stage { body, .. } | Stmt::Finally { body, .. } | Stmt::Inline { body, .. } => patch(body, waits),
            Stmt::Bind { .. }
            | Stmt::Require { .. }
            | Stmt::Exclusive { .. }
            | Stmt::Workspace { .. }
            | Stmt::Defaults(_)
            | Stmt::Return(_)
            | Stmt::Target { .. } => {}
        }
    }
}

fn patch_after(after: &mut After, waits: &[Vec<LocalId>]) {
    if let [one] = after.calls.as_slice()
        && let Some(calls) = waits.get((u32::MAX - one.0) as usize)
    {
        after.calls.clone_from(calls);
    }
}

pub(super) fn is_broken(stmt: &ast::Stmt) -> bool {
    match stmt {
        ast::Stmt::Broken(_) | ast::Stmt::Call { value: ast::Expr { kind: ast::ExprKind::Broken, .. }, .. } => true,
        ast::Stmt::When(when) | ast::Stmt::BindWhen { when, .. } => {
            when.then.iter().chain(&when.otherwise).any(is_broken)
        }
        ast::Stmt::For(each) => each.body.iter().any(is_broken),
        ast::Stmt::Stage { body, .. } | ast::Stmt::Finally { body, .. } | ast::Stmt::Expect { body, .. } => {
            body.iter().any(is_broken)
        }
        ast::Stmt::Bind { .. }
        | ast::Stmt::Call { .. }
        | ast::Stmt::Task { .. }
        | ast::Stmt::Require { .. }
        | ast::Stmt::Exclusive { .. }
        | ast::Stmt::Workspace { .. }
        | ast::Stmt::Defaults { .. }
        | ast::Stmt::Return { .. }
        | ast::Stmt::Target { .. }
        | ast::Stmt::Assert { .. } => false,
    }
}

/// Whether an `on_exit` may give the verdict `.skip`; seen before it is typed.
fn skips(value: &ast::Expr) -> bool {
    let ast::ExprKind::Record(entries) = &value.kind else { return true };
    entries.iter().any(|entry| {
        if let ast::ExprKind::Case(name) | ast::ExprKind::Field(_, name) = &entry.value.kind {
            return &*name.text == "skip";
        }
        true
    })
}

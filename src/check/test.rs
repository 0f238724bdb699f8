//! `test "…" { … }`: which plans it makes, and what it claims of them.

mod members;
mod part;

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::diag::code::Code;
use crate::source::Span;
use crate::syntax::ast;

use super::args::{Signature, Takes, assign};
use super::checker::{Checker, poison, typed};
use super::findings::{self, suite as say};
use super::modules::{Def, id};
use super::pipeline::{Progress, is_broken};
use super::program::{Expr, Kind, LocalId, Op, ParamDef, PipelineDef, PipelineId, Type};
use super::report::Place;
use super::scope::{Later, Origin, Scope};
use super::suite::{Assertion, Claim, Expectation, ExpectedBody, Part, PlanCall, TaskSet, TestDef, TestStmt};
use members::{Calls, Members};
use part::Node;

/// What is known of the test that is checked now, beside its scope.
#[derive(Default)]
pub(super) struct Testing {
    subjects: FxHashMap<LocalId, Named>,
    parts: Vec<Part>,
    /// Of every pipeline that was asked for so far, also by the tests before.
    members: FxHashMap<PipelineId, Rc<Members>>,
}

/// A name of a test that is no value.
enum Named {
    Plan(PipelineId),
    /// The variable of a `for` over tasks.
    Turn(Calls),
    /// It was reported.
    Broken,
}

impl<'a> Checker<'a, '_> {
    /// Every test of the file, behind its pipelines.
    pub(super) fn tests(&mut self) {
        let mut names: FxHashMap<&str, Span> = FxHashMap::default();
        let mut members = FxHashMap::default();
        for at in 0..self.decls.tests.len() {
            let one = self.decls.tests[at];
            let name = one.name.plain();
            if let Some(first) = name.and_then(|name| names.insert(name, one.name.span)) {
                self.report(findings::names::duplicate("test", name.unwrap_or_default(), one.name.span, first));
            }
            if name.is_none() && !one.name.is_broken() {
                self.report(findings::literals::not_written_out(one.name.span, "the name of a test"));
            }
            self.testing = Some(Testing { members, ..Testing::default() });
            self.test(name.unwrap_or_default(), one);
            members = self.testing.take().map(|done| done.members).unwrap_or_default();
        }
    }

    fn test(&mut self, name: &str, one: &'a ast::Test) {
        self.scope = Scope::default();
        self.pipe = Progress::default();
        self.scope.torn = one.body.iter().any(is_broken);
        self.scope.later = Later::Body(&one.body, std::cell::OnceCell::new());
        let mut body = Vec::with_capacity(one.body.len());
        self.test_stmts(&one.body, &mut body);
        self.scope = Scope::default();
        let parts = self.testing.as_mut().map(|testing| std::mem::take(&mut testing.parts)).unwrap_or_default();
        self.program.tests.push(TestDef { name: name.into(), span: one.name.span, parts, body });
    }

    fn test_stmts(&mut self, body: &'a [ast::Stmt], into: &mut Vec<TestStmt>) {
        for stmt in body {
            self.test_stmt(stmt, into);
        }
    }

    fn test_stmt(&mut self, stmt: &'a ast::Stmt, into: &mut Vec<TestStmt>) {
        match stmt {
            ast::Stmt::Bind { name, value, modifiers, .. } => self.test_bind(name, value, modifiers, into),
            ast::Stmt::Call { value, modifiers, span } => self.test_call(value, modifiers, *span, into),
            ast::Stmt::Assert { claim, after, message, span } => {
                let claim = match after {
                    None => Claim::Holds(self.condition(claim, "assert")),
                    Some(earlier) => self.order(claim, earlier),
                };
                let message = message.as_ref().map(|text| self.expect(text, &Type::String, Place::Field("assert")));
                into.push(TestStmt::Assert(Assertion { claim, message, span: *span }));
            }
            ast::Stmt::Expect { code, body, span } => self.expectation(code, body, *span, into),
            ast::Stmt::For(each) => self.test_each(each, into),
            ast::Stmt::Broken(_) => {}
            ast::Stmt::BindWhen { .. }
            | ast::Stmt::Task { .. }
            | ast::Stmt::When(_)
            | ast::Stmt::Stage { .. }
            | ast::Stmt::Finally { .. }
            | ast::Stmt::Require { .. }
            | ast::Stmt::Exclusive { .. }
            | ast::Stmt::Workspace { .. }
            | ast::Stmt::Defaults { .. }
            | ast::Stmt::Return { .. }
            | ast::Stmt::Target { .. } => {
                let (word, span) = super::settings::head(stmt);
                self.report(say::not_in_tests(word, span));
            }
        }
    }

    /// `plan = fcos(…)`, or a name for a value.
    fn test_bind(
        &mut self,
        name: &'a ast::Name,
        value: &'a ast::Expr,
        modifiers: &'a ast::Modifiers,
        into: &mut Vec<TestStmt>,
    ) {
        self.no_modifiers(modifiers);
        if let ast::ExprKind::Call { callee, args } = &value.kind
            && let Some(pipeline) = self.called_pipeline(callee)
        {
            let args = pipeline.map(|pipeline| self.plan_args(pipeline, args, value.span));
            let local = self.declare(name, Type::Unknown, Origin::Value { task: false });
            self.know(local, pipeline.map_or(Named::Broken, Named::Plan));
            if let (Some(pipeline), Some(args)) = (pipeline, args) {
                let shown = name.text.clone();
                into.push(TestStmt::Plan(PlanCall { local, shown, pipeline, args, span: callee.span }));
            }
            return;
        }
        let value = self.infer(value, None);
        let local = self.declare(name, value.ty.clone(), Origin::Value { task: false });
        into.push(TestStmt::Value { local, value });
    }

    /// A plan that nobody names: that it can be made is the claim.
    fn test_call(&mut self, value: &'a ast::Expr, modifiers: &'a ast::Modifiers, span: Span, into: &mut Vec<TestStmt>) {
        self.no_modifiers(modifiers);
        if let ast::ExprKind::Call { callee, args } = &value.kind
            && let Some(pipeline) = self.called_pipeline(callee)
        {
            into.extend(
                pipeline.map(|pipeline| TestStmt::Plan(self.unnamed_plan(pipeline, args, value.span, callee.span))),
            );
            return;
        }
        if matches!(value.kind, ast::ExprKind::Broken) {
            return;
        }
        self.infer(value, Some(&Type::Unknown));
        self.report(say::nothing_claimed(span));
    }

    fn unnamed_plan(&mut self, pipeline: PipelineId, args: &'a [ast::Arg], whole: Span, span: Span) -> PlanCall {
        let args = self.plan_args(pipeline, args, whole);
        let shown = self.program.pipelines[pipeline.index()].name.clone();
        let name = ast::Name { text: shown.clone(), span };
        let local = self.scope.bind_hidden(&name, Type::Unknown, Origin::Value { task: false });
        PlanCall { local, shown, pipeline, args, span }
    }

    fn know(&mut self, local: LocalId, named: Named) {
        if let Some(testing) = &mut self.testing {
            testing.subjects.insert(local, named);
        }
    }

    /// The pipeline that is called; `Some(None)` when something else is called that is most likely meant to be one,
    /// which was reported.
    fn called_pipeline(&mut self, callee: &'a ast::Expr) -> Option<Option<PipelineId>> {
        let ast::ExprKind::Name(name) = &callee.kind else { return None };
        match self.find(&name.text) {
            Some(Def::Pipeline(_)) => Some(self.pipeline_named(&name.text)),
            Some(Def::Task(task)) => {
                let declared = self.program.tasks[task.index()].span;
                self.report(say::task_in_test(name, declared));
                Some(None)
            }
            Some(_) => None,
            None if self.is_lost(&name.text) => Some(None),
            None => {
                let near =
                    self.near(&name.text, |this| this.names_in_reach(None, |def| matches!(def, Def::Pipeline(_))))?;
                self.report(say::unknown_pipeline(name, near));
                Some(None)
            }
        }
    }

    fn pipeline_named(&self, name: &str) -> Option<PipelineId> {
        let at = self.program.pipelines.iter().position(|one| *one.name == *name)?;
        Some(PipelineId(id(at)))
    }

    /// Typed like the arguments of any call; a workspace is given by who runs the pipeline, and a test runs nothing.
    fn plan_args(&mut self, pipeline: PipelineId, args: &'a [ast::Arg], span: Span) -> Vec<(Box<str>, Expr)> {
        let def = &self.program.pipelines[pipeline.index()];
        let slots: Vec<ParamDef> = def.params.iter().map(slot).collect();
        let signature = Signature { name: &def.name, declared: def.span, params: &slots, takes: Takes::Parameters };
        let (given, left_over) = assign(signature, args, span, self.out);
        left_over.into_iter().for_each(|arg| self.left_over(arg));
        let given = slots.iter().zip(given).filter_map(|(slot, arg)| Some((slot, arg?)));
        let given = given.map(|(slot, arg)| (slot.name.clone(), self.expect(arg, &slot.ty, Place::Default(slot.span))));
        given.collect()
    }

    /// `for one in plan.image { assert … }`
    fn test_each(&mut self, each: &'a ast::For, into: &mut Vec<TestStmt>) {
        let ([(name, list)], None) = (each.vars.as_slice(), &each.filter) else {
            return self.report(say::one_list_only(each.span));
        };
        let set = self.task_set(list);
        let opened = self.scope.enter();
        let var = self.declare(name, Type::Unknown, Origin::Each);
        let calls = set.as_ref().map(|(_, calls)| calls.clone());
        self.know(var, calls.map_or(Named::Broken, Named::Turn));
        let mut body = Vec::with_capacity(each.body.len());
        for stmt in &each.body {
            if let ast::Stmt::Expect { span, .. } = stmt {
                self.report(say::not_in_tests("expect", *span));
            } else {
                self.test_stmt(stmt, &mut body);
            }
        }
        self.scope.leave(opened);
        into.extend(set.map(|(of, _)| TestStmt::Each { var, of, body }));
    }

    /// `a after b`; the `not` before it is about the whole.
    fn order(&mut self, claim: &'a ast::Expr, earlier: &'a ast::Expr) -> Claim {
        let negated = if let ast::ExprKind::Not(inner) = &claim.kind { Some(&**inner) } else { None };
        let (negated, later) = (negated.is_some(), negated.unwrap_or(claim));
        let span = claim.span.to(earlier.span);
        let sides = (self.task_sets(later), self.task_sets(earlier));
        let (Some(later), Some(earlier)) = sides else { return Claim::Broken };
        let plans = later.iter().chain(&earlier).filter_map(|(_, plan)| *plan);
        let mut plans: Vec<LocalId> = plans.collect();
        plans.dedup();
        if plans.len() > 1 {
            self.report(say::two_plans(span));
            return Claim::Broken;
        }
        let sets = |list: Vec<(TaskSet, Option<LocalId>)>| list.into_iter().map(|(set, _)| set).collect();
        Claim::After { negated, later: sets(later), earlier: sets(earlier), span }
    }

    /// One side of `after`: a name of a plan, or a list of some; with the plan of each.
    fn task_sets(&mut self, expr: &'a ast::Expr) -> Option<Vec<(TaskSet, Option<LocalId>)>> {
        let listed = if let ast::ExprKind::List(list) = &expr.kind { list } else { std::slice::from_ref(expr) };
        let sets: Vec<_> = listed.iter().map(|one| self.task_set(one)).collect();
        let sets: Option<Vec<_>> = sets.into_iter().collect();
        Some(sets?.into_iter().map(|(set, _)| (plan_of(&set), set)).map(|(plan, set)| (set, plan)).collect())
    }

    fn task_set(&mut self, expr: &'a ast::Expr) -> Option<(TaskSet, Calls)> {
        match self.node_of(expr) {
            Some(Node::Tasks(set, calls)) => return Some((set, calls)),
            Some(Node::Broken) => return None,
            Some(Node::Value(Expr { ty: Type::Unknown, .. })) => return None,
            Some(Node::Plan(..) | Node::Params(..) | Node::Inside(..) | Node::Value(_)) => {}
            None => {
                let made = self.infer(expr, Some(&Type::Unknown));
                if made.ty == Type::Unknown {
                    return None;
                }
            }
        }
        self.report(say::not_tasks(expr.span));
        None
    }

    /// `every(list)` and `any(list)` of a list of `bool`, in claims.
    pub(super) fn quantifier(&mut self, callee: &'a ast::Expr, args: &'a [ast::Arg], span: Span) -> Option<Expr> {
        self.testing.as_ref()?;
        let ast::ExprKind::Name(name) = &callee.kind else { return None };
        let every = match &*name.text {
            "every" => true,
            "any" => false,
            _ => return None,
        };
        if self.find(&name.text).is_some() {
            return None;
        }
        let [ast::Arg { name: None, value }] = args else {
            self.report(findings::calls::word_takes(
                name.span,
                if every { "every" } else { "any" },
                &["list"],
                args.len(),
            ));
            return Some(poison(span));
        };
        let list =
            self.expect(value, &Type::List(Box::new(Type::Bool)), Place::Builtin(if every { "every" } else { "any" }));
        // All hold when `false` is not among them.
        let wanted = typed(Kind::Bool(!every), Type::Bool, span);
        let found = typed(Kind::Binary(Op::In, Box::new(wanted), Box::new(list)), Type::Bool, span);
        Some(if every { typed(Kind::Not(Box::new(found)), Type::Bool, span) } else { found })
    }

    /// `expect error "P0401" in { … }`: what is wrong in the body is what it is for.
    fn expectation(&mut self, text: &'a ast::Text, body: &'a [ast::Stmt], whole: Span, into: &mut Vec<TestStmt>) {
        if text.is_broken() {
            return;
        }
        let Some(name) = text.plain() else {
            return self.report(findings::literals::not_written_out(text.span, "the code of an `expect`"));
        };
        let code = Code::find(name);
        if code.is_none() {
            self.report(say::no_such_code(text.span, name));
        }
        let outer = std::mem::take(self.out);
        let body = self.expected_body(body, whole);
        let found = std::mem::replace(self.out, outer);
        if let Some(code) = code {
            into.push(TestStmt::Expect(Expectation { code, span: text.span, body, found, ruled: false }));
        }
    }

    fn expected_body(&mut self, body: &'a [ast::Stmt], whole: Span) -> ExpectedBody {
        let calls: Option<Vec<_>> = body.iter().map(|stmt| self.plan_call(stmt)).collect();
        if let Some(calls) = calls.filter(|calls| !calls.is_empty()) {
            let plans = calls.into_iter().map(|(pipeline, call, args)| {
                let called = if let ast::ExprKind::Call { callee, .. } = &call.kind { callee.span } else { call.span };
                self.unnamed_plan(pipeline, args, call.span, called)
            });
            return ExpectedBody::Plans(plans.collect());
        }
        let (scope, pipe) = (std::mem::take(&mut self.scope), std::mem::take(&mut self.pipe));
        let testing = self.testing.take();
        let name = ast::Name { text: "expected".into(), span: whole };
        let made = self.pipeline_of(&name, &[], &ast::Outputs::None, body);
        (self.scope, self.pipe, self.testing) = (scope, pipe, testing);
        ExpectedBody::Pipeline(made)
    }

    /// A statement that is the call of a pipeline, with or without a name.
    fn plan_call(&self, stmt: &'a ast::Stmt) -> Option<(PipelineId, &'a ast::Expr, &'a [ast::Arg])> {
        let (ast::Stmt::Bind { value, .. } | ast::Stmt::Call { value, .. }) = stmt else { return None };
        let ast::ExprKind::Call { callee, args } = &value.kind else { return None };
        let ast::ExprKind::Name(name) = &callee.kind else { return None };
        let pipeline =
            if let Some(Def::Pipeline(_)) = self.find(&name.text) { self.pipeline_named(&name.text) } else { None };
        Some((pipeline?, value, args))
    }
}

fn plan_of(set: &TaskSet) -> Option<LocalId> {
    match &set.of {
        super::suite::Subject::Calls { plan, .. } => Some(*plan),
        super::suite::Subject::Turn(_) => None,
    }
}

fn slot(param: &ParamDef) -> ParamDef {
    let from_outside = param.ty == Type::Workspace;
    ParamDef {
        local: param.local,
        name: param.name.clone(),
        doc: String::new(),
        ty: param.ty.clone(),
        default: (param.default.is_some() || from_outside).then(|| poison(param.span)),
        is_const: param.is_const,
        span: param.span,
    }
}

/// Stands where one was taken out.
pub(super) fn no_pipeline() -> PipelineDef {
    let nowhere = Span::new(crate::source::FileId(0), 0, 0);
    PipelineDef {
        name: "".into(),
        doc: String::new(),
        span: nowhere,
        params: Vec::new(),
        outputs: Vec::new(),
        locals: Vec::new(),
        body: Vec::new(),
    }
}

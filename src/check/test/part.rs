//! `plan.kola.needs.kvm`: what a claim reads of a plan, told apart step by step.

use std::rc::Rc;

use crate::check::args::Signature;
use crate::check::checker::{Checker, poison, typed};
use crate::check::findings::suite as say;
use crate::check::program::{Expr, Kind, Local, LocalId, PipelineId, Type};
use crate::check::scope::Origin;
use crate::check::suite::{Part, PartOf, Subject, TaskPart, TaskSet};
use crate::check::types::optional;
use crate::source::Span;
use crate::syntax::ast;

use super::members::{Calls, Member, Members};
use super::{Named, Testing};

/// What can be read of a task; `needs`, `env` and `args` have parts of their own.
const PARTS: &[&str] = &[
    "args",
    "env",
    "image",
    "lock",
    "name",
    "needs",
    "on_failure",
    "retries",
    "retry_delay",
    "skipped",
    "stage",
    "timeout",
];

/// How far a path of names has been understood.
pub(super) enum Node {
    Plan(LocalId, PipelineId),
    Params(LocalId, PipelineId),
    Tasks(TaskSet, Calls),
    /// `plan.kola.needs`, `.env`, `.args`: what stands behind is a part.
    Inside(TaskSet, Calls, Inner),
    Value(Expr),
    /// It was reported.
    Broken,
}

#[derive(Clone, Copy)]
pub(super) enum Inner {
    Needs,
    Env,
    Args,
}

impl<'a> Checker<'a, '_> {
    /// A part of a plan in a value's place, when `base` speaks of one.
    pub(in crate::check) fn plan_part(&mut self, base: &'a ast::Expr, name: &'a ast::Name, span: Span) -> Option<Expr> {
        self.testing.as_ref()?;
        let node = self.node_of(base)?;
        let node = self.step(node, base, name, span);
        Some(self.as_value(node, name, span))
    }

    /// A plan, or the variable of a `for` over tasks, alone in a value's place.
    pub(in crate::check) fn bare_subject(&mut self, local: LocalId, name: &'a ast::Name) -> Option<Expr> {
        let node = self.subject(local, name.span)?;
        Some(self.as_value(node, name, name.span))
    }

    /// What an expression says of a plan; `None` when it is about something else.
    pub(super) fn node_of(&mut self, expr: &'a ast::Expr) -> Option<Node> {
        if let ast::ExprKind::Name(name) = &expr.kind {
            let local = self.scope.find(&name.text)?;
            return self.subject(local, name.span);
        }
        let ast::ExprKind::Field(base, name) = &expr.kind else { return None };
        let node = self.node_of(base)?;
        Some(self.step(node, base, name, expr.span))
    }

    fn subject(&self, local: LocalId, span: Span) -> Option<Node> {
        match self.testing.as_ref()?.subjects.get(&local)? {
            Named::Plan(pipeline) => Some(Node::Plan(local, *pipeline)),
            Named::Turn(calls) => {
                let calls = calls.in_one_turn();
                Some(Node::Tasks(TaskSet { of: Subject::Turn(local), span }, calls))
            }
            Named::Broken => Some(Node::Broken),
        }
    }

    fn step(&mut self, node: Node, base: &'a ast::Expr, name: &'a ast::Name, span: Span) -> Node {
        match node {
            Node::Plan(plan, pipeline) => self.plan_member(plan, pipeline, name, span),
            Node::Params(plan, pipeline) => self.param(plan, pipeline, name, span),
            Node::Tasks(set, calls) => self.task_part(set, calls, name, span),
            Node::Inside(set, calls, inner) => self.inner_part(set, &calls, inner, name, span),
            Node::Value(made) => Node::Value(self.part(made, base, name, span)),
            Node::Broken => Node::Broken,
        }
    }

    fn as_value(&mut self, node: Node, name: &ast::Name, span: Span) -> Expr {
        let report = match node {
            Node::Value(made) => return made,
            Node::Broken => return poison(span),
            // Many are a list, also without a part: of their names.
            Node::Tasks(set, calls) if calls.many => {
                return self.read(PartOf::Task(set, TaskPart::Name), Type::List(Box::new(Type::String)), name, span);
            }
            Node::Plan(..) => say::plan_is_no_value(span, &name.text),
            Node::Params(..) => say::needs_a_part(span, "the parameters of a plan", "params.NAME"),
            Node::Tasks(..) => say::task_is_no_value(span, &name.text, PARTS),
            Node::Inside(_, _, Inner::Needs) => say::needs_a_part(span, "what a task needs", "needs.memory"),
            Node::Inside(_, _, Inner::Env) => say::needs_a_part(span, "the environment of a task", "env.NAME"),
            Node::Inside(_, _, Inner::Args) => say::needs_a_part(span, "the arguments of a task", "args.NAME"),
        };
        self.report(report);
        poison(span)
    }

    /// A local of the test that stands for a part of a plan.
    fn read(&mut self, of: PartOf, ty: Type, name: &ast::Name, span: Span) -> Expr {
        let local = self.scope.bind_hidden(name, ty.clone(), Origin::Value { task: false });
        if let Some(testing) = &mut self.testing {
            testing.parts.push(Part { local, of, span });
        }
        typed(Kind::Local(local), ty, span)
    }

    pub(super) fn members(&mut self, pipeline: PipelineId) -> Rc<Members> {
        let def = &self.program.pipelines[pipeline.index()];
        let Some(Testing { members, .. }) = &mut self.testing else { return Rc::default() };
        Rc::clone(members.entry(pipeline).or_insert_with(|| Rc::new(Members::of(def))))
    }

    /// `plan.kola`, `plan.production`, `plan.params`, `plan.tasks`: what the pipeline binds comes first.
    fn plan_member(&mut self, plan: LocalId, pipeline: PipelineId, name: &'a ast::Name, span: Span) -> Node {
        let members = self.members(pipeline);
        match members.find(&name.text) {
            Some(Member::Tasks(calls)) => {
                let of = Subject::Calls {
                    plan,
                    name: name.text.clone(),
                    calls: calls.calls.iter().map(|(place, _)| place.clone()).collect(),
                    many: calls.many,
                };
                Node::Tasks(TaskSet { of, span }, calls.clone())
            }
            Some(Member::Value(of)) => self.value_of(plan, pipeline, of, name, span),
            None if &*name.text == "params" => Node::Params(plan, pipeline),
            None if &*name.text == "tasks" => {
                Node::Value(self.read(PartOf::Names(plan), Type::List(Box::new(Type::String)), name, span))
            }
            None if self.may_be_bound(pipeline, &name.text) => Node::Broken,
            None => {
                let def = &self.program.pipelines[pipeline.index()];
                let is_param = def.params.iter().any(|param| param.name == name.text);
                let names: Vec<&str> = members.names().chain(["params", "tasks"]).collect();
                let report = say::unknown_member(name, &def.name, def.span, &names, is_param);
                self.report(report);
                Node::Broken
            }
        }
    }

    /// Whether what was reported of a pipeline may bind a name.
    fn may_be_bound(&self, pipeline: PipelineId, name: &str) -> bool {
        let def = &self.program.pipelines[pipeline.index()];
        let unknown = |local: &Local| *local.name == *name && local.ty == Type::Unknown;
        // Of a called pipeline the names stand behind its own.
        let lost = || name.match_indices('_').any(|(end, _)| self.is_lost(&name[..end])) || self.is_lost(name);
        let reported = || self.out.has_errors() || !self.program.doubts.is_empty();
        lost() || reported() && def.locals.iter().any(unknown)
    }

    fn value_of(&mut self, plan: LocalId, pipeline: PipelineId, of: LocalId, name: &'a ast::Name, span: Span) -> Node {
        let ty = self.program.pipelines[pipeline.index()].locals[of.index()].ty.clone();
        Node::Value(self.read(PartOf::Value { plan, of }, ty, name, span))
    }

    fn param(&mut self, plan: LocalId, pipeline: PipelineId, name: &'a ast::Name, span: Span) -> Node {
        let def = &self.program.pipelines[pipeline.index()];
        if let Some(param) = def.params.iter().find(|param| param.name == name.text) {
            let local = param.local;
            return self.value_of(plan, pipeline, local, name, span);
        }
        if self.is_lost(&name.text) {
            return Node::Broken;
        }
        let names: Vec<&str> = def.params.iter().map(|param| &*param.name).collect();
        let report = say::unknown_param(name, &def.name, def.span, &names);
        self.report(report);
        Node::Broken
    }

    /// `plan.kola.timeout`
    fn task_part(&mut self, set: TaskSet, calls: Calls, name: &'a ast::Name, span: Span) -> Node {
        let (part, ty) = match &*name.text {
            "needs" => return Node::Inside(set, calls, Inner::Needs),
            "env" => return Node::Inside(set, calls, Inner::Env),
            "args" => return Node::Inside(set, calls, Inner::Args),
            "name" => (TaskPart::Name, Type::String),
            "skipped" => (TaskPart::Skipped, Type::Bool),
            "image" => (TaskPart::Image, Type::Image),
            "timeout" => (TaskPart::Timeout, optional(Type::Duration)),
            "retries" => (TaskPart::Retries, Type::Int),
            "retry_delay" => (TaskPart::RetryDelay, optional(Type::Duration)),
            "on_failure" => (TaskPart::OnFailure, self.prelude_enum("OnFailure")),
            "lock" => (TaskPart::Lock, optional(Type::String)),
            "stage" => (TaskPart::Stage, optional(Type::String)),
            _ => {
                self.report(say::unknown_task_part(name, PARTS, "a task of a plan"));
                return Node::Broken;
            }
        };
        Node::Value(self.part_of_tasks(set, &calls, part, ty, name, span))
    }

    fn inner_part(&mut self, set: TaskSet, calls: &Calls, inner: Inner, name: &'a ast::Name, span: Span) -> Node {
        let found = match inner {
            Inner::Needs => self.need(name),
            Inner::Env => Some((TaskPart::Env(name.text.clone()), optional(Type::String))),
            Inner::Args => self.argument(calls, name),
        };
        match found {
            Some((part, ty)) => Node::Value(self.part_of_tasks(set, calls, part, ty, name, span)),
            None => Node::Broken,
        }
    }

    fn part_of_tasks(
        &mut self,
        set: TaskSet,
        calls: &Calls,
        part: TaskPart,
        ty: Type,
        name: &ast::Name,
        span: Span,
    ) -> Expr {
        let ty = if calls.many { Type::List(Box::new(ty)) } else { ty };
        self.read(PartOf::Task(set, part), ty, name, span)
    }

    fn need(&mut self, name: &'a ast::Name) -> Option<(TaskPart, Type)> {
        let Type::Record(needs) = self.prelude_enum("Needs") else { return None };
        let fields = &self.program.records[needs.index()].fields;
        if let Some(field) = fields.iter().find(|field| field.name == name.text) {
            return Some((TaskPart::Needs(name.text.clone()), field.ty.clone()));
        }
        let names: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
        let report = say::unknown_task_part(name, &names, "`needs`");
        self.report(report);
        None
    }

    /// An argument that every call of the name gives to a parameter of one type.
    fn argument(&mut self, calls: &Calls, name: &'a ast::Name) -> Option<(TaskPart, Type)> {
        let mut tasks = calls.calls.iter().map(|(_, task)| task.map(|task| &self.program.tasks[task.index()]));
        let first = tasks.next().flatten();
        let Some(first) = first.filter(|first| tasks.all(|other| other.is_some_and(|other| other.span == first.span)))
        else {
            self.report(say::no_arguments(name));
            return None;
        };
        if let Some(at) = first.params.iter().position(|param| param.name == name.text) {
            return Some((TaskPart::Arg(at), first.params[at].ty.clone()));
        }
        let signature = Signature {
            name: &first.name,
            declared: first.span,
            params: &first.params,
            takes: crate::check::args::Takes::Parameters,
        };
        let report = crate::check::findings::calls::unknown_parameter(signature, name);
        self.report(report);
        None
    }
}

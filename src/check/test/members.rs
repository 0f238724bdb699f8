//! What the names of a pipeline stand for, seen from outside: the calls of tasks, and values.

use rustc_hash::FxHashMap;

use crate::check::program::{Call, Callee, For, Kind, LocalId, PipelineDef, Stmt, TaskId, When};
use crate::source::Span;

/// The names of one pipeline.
#[derive(Default)]
pub(in crate::check) struct Members {
    tasks: FxHashMap<Box<str>, Calls>,
    values: FxHashMap<Box<str>, LocalId>,
    /// Every name once, in the order of the source.
    names: Vec<Box<str>>,
    /// The calls of pipelines around what is looked at now, and what stands before its names.
    within: Vec<Span>,
    prefix: String,
}

/// The calls of one name.
#[derive(Clone, Default)]
pub(in crate::check) struct Calls {
    /// The head of each, behind those of the calls of pipelines around it, and the task of a library or file that it calls.
    pub(in crate::check) calls: Vec<(Vec<Span>, Option<TaskId>)>,
    /// Inside a `for`.
    pub(in crate::check) many: bool,
    /// By a name of its own, and not by that of the task.
    bound: bool,
}

impl Calls {
    /// The same, for one turn of the loop around them.
    pub(in crate::check) fn in_one_turn(&self) -> Self {
        Self { many: false, ..self.clone() }
    }
}

/// What one name stands for.
pub(in crate::check) enum Member<'m> {
    Tasks(&'m Calls),
    Value(LocalId),
}

impl Members {
    pub(in crate::check) fn of(pipeline: &PipelineDef) -> Self {
        let mut members = Self::default();
        members.body(pipeline, &pipeline.body, false);
        members
    }

    pub(in crate::check) fn find(&self, name: &str) -> Option<Member<'_>> {
        let tasks = self.tasks.get(name).map(Member::Tasks);
        tasks.or_else(|| self.values.get(name).copied().map(Member::Value))
    }

    pub(in crate::check) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }

    fn body(&mut self, pipeline: &PipelineDef, body: &[Stmt], many: bool) {
        for stmt in body {
            match stmt {
                Stmt::Call(call) => self.call(call, many),
                Stmt::Bind { local, value } => self.bind(pipeline, *local, &value.kind),
                Stmt::When(when) => self.when(pipeline, when, many),
                Stmt::For(each) => self.each(pipeline, each),
                Stmt::Stage { body, .. } | Stmt::Finally { body, .. } => self.body(pipeline, body, many),
                Stmt::Inline { name, body, span, .. } => self.inlined(pipeline, name, body, *span, many),
                Stmt::Require { .. }
                | Stmt::Exclusive { .. }
                | Stmt::Workspace { .. }
                | Stmt::Defaults(_)
                | Stmt::Return(_)
                | Stmt::Target { .. } => {}
            }
        }
    }

    fn call(&mut self, call: &Call, many: bool) {
        let task = match call.callee {
            Callee::Task(id) => Some(id),
            Callee::InPlace(_) => None,
        };
        let bound = call.local.is_some();
        let place: Vec<Span> = self.within.iter().copied().chain([call.span]).collect();
        let name: Box<str> = format!("{}{}", self.prefix, call.name).into();
        if !self.tasks.contains_key(&name) {
            self.names.push(name.clone());
        }
        let known = self.tasks.entry(name).or_default();
        match (bound, known.bound) {
            // As in the plan, a binding takes its name before a call without one.
            (false, true) => return,
            (true, false) => *known = Calls { bound, ..Calls::default() },
            (true, true) | (false, false) => {}
        }
        known.calls.push((place, task));
        known.many |= many;
    }

    /// The call of a pipeline is all of its tasks, and each of them has its name before its own.
    fn inlined(&mut self, pipeline: &PipelineDef, name: &str, body: &[Stmt], span: Span, many: bool) {
        let whole: Box<str> = format!("{}{name}", self.prefix).into();
        let outside = std::mem::replace(&mut self.prefix, format!("{whole}_"));
        let values = std::mem::take(&mut self.values);
        let first = self.names.len();
        self.within.push(span);
        self.body(pipeline, body, many);
        self.within.pop();
        (self.prefix, self.values) = (outside, values);
        // What is bound inside is nobody else's.
        let inside: Vec<Box<str>> =
            self.names.split_off(first).into_iter().filter(|name| self.tasks.contains_key(name)).collect();
        let calls = inside.iter().filter_map(|name| self.tasks.get(name)).flat_map(|calls| calls.calls.iter().cloned());
        let calls = Calls { calls: calls.collect(), many: true, bound: true };
        self.names.push(whole.clone());
        self.names.extend(inside);
        self.tasks.insert(whole, calls);
    }

    /// Another name for a call stands for the call.
    fn bind(&mut self, pipeline: &PipelineDef, local: LocalId, value: &Kind) {
        let name = |local: LocalId| &pipeline.locals[local.index()].name;
        if let Kind::Local(other) = value
            && let Some(calls) = self.tasks.get(name(*other)).cloned()
        {
            self.names.push(name(local).clone());
            self.tasks.insert(name(local).clone(), calls);
            return;
        }
        self.value(pipeline, local);
    }

    fn when(&mut self, pipeline: &PipelineDef, when: &When, many: bool) {
        self.body(pipeline, &when.then, many);
        self.body(pipeline, &when.otherwise, many);
        when.exports.iter().for_each(|export| self.seen_outside(pipeline, export.outer));
    }

    fn each(&mut self, pipeline: &PipelineDef, each: &For) {
        self.body(pipeline, &each.body, true);
        each.exports.iter().for_each(|(_, outer)| self.seen_outside(pipeline, *outer));
    }

    /// What a block bound has another value outside of it.
    fn seen_outside(&mut self, pipeline: &PipelineDef, outer: LocalId) {
        if self.values.contains_key(&pipeline.locals[outer.index()].name) {
            self.value(pipeline, outer);
        }
    }

    fn value(&mut self, pipeline: &PipelineDef, local: LocalId) {
        let name = pipeline.locals[local.index()].name.clone();
        if self.values.insert(name.clone(), local).is_none() {
            self.names.push(name);
        }
    }
}

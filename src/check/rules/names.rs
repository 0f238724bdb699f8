//! Names become names of a cluster, with `-` for `_`: what does not fit there is said at the declaration.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::check::program::{Call, Callee, Expr, Kind, ParamDef, PipelineDef, Program, Stmt, TaskDef, When};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::Span;

/// What a DNS label may have.
const LIMIT: usize = 63;
/// A step becomes a container, with a prefix before its name.
const STEP_LIMIT: usize = 58;

pub(super) fn run(program: &Program, out: &mut Diagnostics) {
    for task in &program.tasks {
        name("task", &task.name, task.span, LIMIT, out);
        steps(task, out);
    }
    for pipeline in &program.pipelines {
        name("pipeline", &pipeline.name, pipeline.span, LIMIT, out);
        params(&pipeline.params, out);
        Body { pipeline, seen: FxHashMap::default(), order: Vec::new(), out }.stmts(&pipeline.body);
    }
}

fn params(params: &[ParamDef], out: &mut Diagnostics) {
    params.iter().for_each(|param| name("parameter", &param.name, param.span, LIMIT, out));
}

fn steps(task: &TaskDef, out: &mut Diagnostics) {
    task.steps.iter().for_each(|step| name("step", &step.name, step.span, STEP_LIMIT, out));
}

fn name(kind: &str, name: &str, span: Span, limit: usize, out: &mut Diagnostics) {
    if name.len() > limit {
        out.push(too_long(kind, name, span, limit));
    } else if name.starts_with('_') || name.ends_with('_') {
        out.push(ends_in_underscore(kind, name, span));
    }
}

/// A name that a call has taken.
#[derive(Clone, Copy)]
struct Taken {
    span: Span,
    /// The name is that of the task, since the call has none.
    unnamed: bool,
}

/// The names that the calls of one pipeline have taken.
struct Body<'b, 'p> {
    pipeline: &'p PipelineDef,
    seen: FxHashMap<&'p str, Taken>,
    /// The keys of `seen`, the newest last.
    order: Vec<&'p str>,
    out: &'b mut Diagnostics,
}

impl<'p> Body<'_, 'p> {
    fn stmts(&mut self, body: &'p [Stmt]) {
        for stmt in body {
            match stmt {
                Stmt::Call(call) => self.call(call),
                Stmt::When(When { cond: Expr { kind: Kind::Poison, .. }, then, otherwise, .. }) => {
                    // What could not be read may be the other branch of one whose end is missing.
                    for body in [then, otherwise] {
                        let (seen, order) = (std::mem::take(&mut self.seen), std::mem::take(&mut self.order));
                        self.stmts(body);
                        (self.seen, self.order) = (seen, order);
                    }
                }
                Stmt::When(when) => {
                    // Only one of the branches runs, so both may use a name.
                    let outer = self.order.len();
                    self.stmts(&when.then);
                    let then = self.order.split_off(outer);
                    let then: Vec<_> = then.into_iter().filter_map(|name| self.seen.remove_entry(name)).collect();
                    self.stmts(&when.otherwise);
                    self.order.extend(then.iter().map(|(name, _)| *name));
                    self.seen.extend(then);
                }
                Stmt::For(each) => self.stmts(&each.body),
                Stmt::Stage { body, .. } | Stmt::Finally { body, .. } => self.stmts(body),
                Stmt::Inline { name: of, bound, body, span, .. } => {
                    if *bound {
                        name("task", of, *span, LIMIT, self.out);
                    }
                    self.take(of, *span, !bound);
                    // Its tasks have this name before theirs.
                    Body { pipeline: self.pipeline, seen: FxHashMap::default(), order: Vec::new(), out: self.out }
                        .stmts(body);
                }
                Stmt::Workspace { name: of, local, span, .. } => {
                    let span = self.pipeline.locals.get(local.index()).map_or(*span, |local| local.span);
                    name("workspace", of, span, LIMIT, self.out);
                }
                Stmt::Bind { .. }
                | Stmt::Require { .. }
                | Stmt::Exclusive { .. }
                | Stmt::Defaults(_)
                | Stmt::Return(_)
                | Stmt::Target { .. } => {}
            }
        }
    }

    fn call(&mut self, call: &'p Call) {
        let local = call.local.and_then(|local| self.pipeline.locals.get(local.index()));
        let span = local.map_or(call.span, |local| local.span);
        match &call.callee {
            // Of an unnamed call the name is that of the task, which is looked at where it is declared.
            Callee::Task(_) if local.is_none() => {}
            Callee::Task(_) => name("task", &call.name, span, LIMIT, self.out),
            Callee::InPlace(task) => {
                name("task", &call.name, span, LIMIT, self.out);
                steps(task, self.out);
            }
        }
        self.take(&call.name, span, local.is_none());
    }

    fn take(&mut self, name: &'p str, span: Span, unnamed: bool) {
        match self.seen.entry(name) {
            // Two bindings of a name were reported before.
            Entry::Occupied(first) if first.get().unnamed || unnamed => {
                self.out.push(taken(name, first.get().span, span));
            }
            Entry::Occupied(_) => {}
            Entry::Vacant(free) => {
                free.insert(Taken { span, unnamed });
                self.order.push(name);
            }
        }
    }
}

fn too_long(kind: &str, name: &str, span: Span, limit: usize) -> Diagnostic {
    Diagnostic::new(Code::P0212, span, format!("the name of the {kind} `{name}` is too long for a cluster"))
        .here(format!("{} characters, and {limit} are the most", name.len()))
        .help(format!(
            "choose a name of at most {limit} characters: a longer one is never cut, since two could become one"
        ))
}

fn ends_in_underscore(kind: &str, name: &str, span: Span) -> Diagnostic {
    let shown = name.replace('_', "-");
    Diagnostic::new(Code::P0212, span, format!("the name of the {kind} `{name}` has no form in a cluster"))
        .here(format!("it would be `{shown}`"))
        .help("a name there begins and ends with a letter or digit; leave out the `_` at its end")
}

fn taken(name: &str, first: Span, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0212, span, format!("two tasks of this pipeline would be called `{name}`"))
        .here("the second")
        .label(first, "the first")
        .help(format!("give one of them a name of its own, as in `other_{name} = …`: logs and results are found by it"))
}

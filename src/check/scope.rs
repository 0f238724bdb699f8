//! The names inside one task, pipeline or function.

use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use crate::source::Span;
use crate::syntax::ast;

use super::modules::id;
use super::program::{Local, LocalId, Type};
use super::proof::Facts;

/// What is in scope in one declaration. Tasks in place share the scope of their pipeline.
#[derive(Default)]
pub(super) struct Scope<'a> {
    pub(super) locals: Vec<Local>,
    /// Parallel to `locals`.
    origins: Vec<Origin>,
    names: FxHashMap<&'a str, LocalId>,
    /// The names bound in the blocks that are open, in order.
    bound: Vec<(&'a str, LocalId)>,
    pub(super) facts: Facts,
    /// The outputs of the task whose scripts and environment are checked now.
    pub(super) outs: Option<&'a ast::Outputs>,
    /// Those of them that are no path but a record, or that are not known, by the places of their names.
    pub(super) outs_made: Vec<(Span, Type)>,
    /// The first local of `finally`, while that is checked: what is older may not have run.
    pub(super) finally_from: Option<LocalId>,
    /// For finding what is bound further down.
    pub(super) later: Later<'a>,
    /// A statement could not be read, so one that is missing may be it.
    pub(super) torn: bool,
}

/// What is in scope around a body that stands inside another.
pub(super) struct Outside<'a> {
    names: FxHashMap<&'a str, LocalId>,
    bound: Vec<(&'a str, LocalId)>,
    outs: Option<&'a ast::Outputs>,
    outs_made: Vec<(Span, Type)>,
    later: Later<'a>,
    torn: bool,
}

/// Where names are bound that are not in scope yet.
#[derive(Default)]
pub(super) enum Later<'a> {
    #[default]
    Nowhere,
    Params(&'a [ast::Param]),
    /// With the places of its names, once one was looked for: thousands may be.
    Body(&'a [ast::Stmt], OnceCell<FxHashMap<&'a str, Span>>),
    /// That of a `finally`, and of what is around it.
    Finally(&'a [ast::Stmt], Box<Later<'a>>),
}

/// How a name came to be.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    Param,
    /// A variable of a `for`.
    Each,
    Workspace,
    /// `task`: it reads what a task makes.
    Value {
        task: bool,
    },
    Call,
    /// Bound inside a `when` or `for` and seen outside: the calls it stands for.
    Export {
        calls: Vec<LocalId>,
        reads_task: bool,
        clash: Option<(Span, Span)>,
    },
}

impl<'a> Scope<'a> {
    /// Binds a name; the caller has seen to it that it is free.
    pub(super) fn bind(&mut self, name: &'a ast::Name, ty: Type, origin: Origin) -> LocalId {
        let local = self.bind_hidden(name, ty, origin);
        self.names.insert(&name.text, local);
        self.bound.push((&name.text, local));
        local
    }

    /// A name that is taken: the local is there, and nobody finds it.
    pub(super) fn bind_hidden(&mut self, name: &ast::Name, ty: Type, origin: Origin) -> LocalId {
        self.hidden(&name.text, ty, origin, name.span)
    }

    /// A local that nobody finds by its name.
    pub(super) fn hidden(&mut self, name: &str, ty: Type, origin: Origin, span: Span) -> LocalId {
        let local = LocalId(id(self.locals.len()));
        self.locals.push(Local { name: name.into(), ty, span });
        self.origins.push(origin);
        local
    }

    pub(super) fn set_origin(&mut self, local: LocalId, origin: Origin) {
        self.origins[local.index()] = origin;
    }

    /// Into another body: its names are its own, its locals follow those that are there.
    pub(super) fn step_inside(&mut self) -> Outside<'a> {
        Outside {
            names: std::mem::take(&mut self.names),
            bound: std::mem::take(&mut self.bound),
            outs: self.outs.take(),
            outs_made: std::mem::take(&mut self.outs_made),
            later: std::mem::take(&mut self.later),
            torn: std::mem::replace(&mut self.torn, false),
        }
    }

    pub(super) fn step_outside(&mut self, outside: Outside<'a>) {
        let Outside { names, bound, outs, outs_made, later, torn } = outside;
        (self.names, self.bound, self.outs, self.later, self.torn) = (names, bound, outs, later, torn);
        self.outs_made = outs_made;
    }

    /// The same for a name that an inner block bound.
    pub(super) fn export(&mut self, inner: LocalId, name: &'a str, ty: Type, origin: Origin) -> LocalId {
        let outer = LocalId(id(self.locals.len()));
        let span = self.local(inner).span;
        self.locals.push(Local { name: name.into(), ty, span });
        self.origins.push(origin);
        self.names.insert(name, outer);
        self.bound.push((name, outer));
        outer
    }

    pub(super) fn find(&self, name: &str) -> Option<LocalId> {
        self.names.get(name).copied()
    }

    pub(super) fn local(&self, local: LocalId) -> &Local {
        &self.locals[local.index()]
    }

    pub(super) fn origin(&self, local: LocalId) -> &Origin {
        &self.origins[local.index()]
    }

    /// Opens a block; the number closes it.
    pub(super) fn enter(&self) -> usize {
        self.bound.len()
    }

    /// Closes a block: its names go out of scope and come back in the order in which they were bound. No name hides
    /// another, so there is nothing to restore.
    pub(super) fn leave(&mut self, opened: usize) -> Vec<(&'a str, LocalId)> {
        let names = self.bound.split_off(opened);
        for (name, _) in &names {
            self.names.remove(name);
        }
        names
    }

    /// The names in scope, oldest first.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.bound.iter().map(|(name, _)| *name)
    }

    /// The calls that `after` waits for, when the name stands for some.
    pub(super) fn calls(&self, local: LocalId) -> Option<Vec<LocalId>> {
        match self.origin(local) {
            Origin::Call => Some(vec![local]),
            Origin::Export { calls, .. } if !calls.is_empty() => Some(calls.clone()),
            Origin::Export { .. } | Origin::Param | Origin::Each | Origin::Workspace | Origin::Value { .. } => None,
        }
    }

    /// Whether the value of a local is there only when a task has run.
    pub(super) fn is_made(&self, local: LocalId) -> bool {
        match self.origin(local) {
            Origin::Call => true,
            Origin::Export { reads_task, .. } => *reads_task,
            Origin::Value { task } => *task,
            Origin::Param | Origin::Each | Origin::Workspace => false,
        }
    }
}

impl Later<'_> {
    /// Where a name is bound that is not in scope.
    pub(super) fn find(&self, name: &str) -> Option<Span> {
        match self {
            Self::Nowhere => None,
            Self::Params(params) => {
                params.iter().map(|one| &one.name).find(|one| &*one.text == name).map(|one| one.span)
            }
            Self::Body(body, places) => places.get_or_init(|| places_of(body)).get(name).copied(),
            Self::Finally(body, around) => places_of(body).get(name).copied().or_else(|| around.find(name)),
        }
    }
}

/// The first place of each name.
fn places_of(body: &[ast::Stmt]) -> FxHashMap<&str, Span> {
    let mut places = FxHashMap::default();
    in_body(body, &mut |name| {
        places.entry(&*name.text).or_insert(name.span);
    });
    places
}

fn in_body<'a>(body: &'a [ast::Stmt], see: &mut dyn FnMut(&'a ast::Name)) {
    body.iter().for_each(|stmt| in_stmt(stmt, see));
}

fn in_stmt<'a>(stmt: &'a ast::Stmt, see: &mut dyn FnMut(&'a ast::Name)) {
    match stmt {
        ast::Stmt::Bind { name, .. } | ast::Stmt::BindWhen { name, .. } | ast::Stmt::Workspace { name, .. } => {
            see(name);
        }
        ast::Stmt::Task { task, .. } => see(&task.name),
        ast::Stmt::When(when) => {
            in_body(&when.then, see);
            in_body(&when.otherwise, see);
        }
        ast::Stmt::For(each) => in_body(&each.body, see),
        ast::Stmt::Stage { body, .. } => in_body(body, see),
        // What `finally` binds is nobody else's.
        ast::Stmt::Finally { .. }
        | ast::Stmt::Call { .. }
        | ast::Stmt::Require { .. }
        | ast::Stmt::Exclusive { .. }
        | ast::Stmt::Defaults { .. }
        | ast::Stmt::Return { .. }
        | ast::Stmt::Target { .. }
        | ast::Stmt::Assert { .. }
        | ast::Stmt::Expect { .. }
        | ast::Stmt::Broken(_) => {}
    }
}

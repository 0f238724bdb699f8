//! Looking up what a name of a module stands for.

use crate::source::Span;
use crate::syntax::ast;

use super::checker::{Checker, PRELUDE};
use super::findings;
use super::modules::Def;
use super::program::TaskId;

/// How many names one check looks at for hints: half a second's worth.
const MOST_CANDIDATES: usize = 500_000;

impl Def {
    /// What kind of thing it is, for messages.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Module(_) => "a module",
            Self::Enum(_) => "an enum",
            Self::Record(_) => "a record type",
            Self::Newtype(_) => "a string type",
            Self::Artifact(_) => "an artifact type",
            Self::Const(_) => "a constant",
            Self::Fn(_) => "a function",
            Self::Task(_) => "a task",
            Self::Pipeline => "a pipeline",
            Self::Broken => "something broken",
        }
    }

    pub(super) fn is_type(self) -> bool {
        matches!(self, Self::Enum(_) | Self::Record(_) | Self::Newtype(_) | Self::Artifact(_))
    }

    /// Whether it may stand before `(`.
    pub(super) fn is_called(self) -> bool {
        matches!(self, Self::Fn(_) | Self::Task(_) | Self::Newtype(_))
    }

    pub(super) fn is_task(self) -> bool {
        matches!(self, Self::Task(_))
    }

    pub(super) fn is_module(self) -> bool {
        matches!(self, Self::Module(_))
    }
}

impl<'a> Checker<'a, '_> {
    /// A name of this module, or of the prelude.
    pub(super) fn find(&self, name: &str) -> Option<Def> {
        let own = self.modules[self.module].names.get(name);
        own.or_else(|| self.modules[PRELUDE].names.get(name)).map(|(def, _)| *def)
    }

    /// Whether a name may be declared by what could not be read.
    pub(super) fn is_lost(&self, name: &str) -> bool {
        self.modules[self.module].lost.contains(name)
    }

    /// A name that a module declares; what it uses itself is not seen through it.
    pub(super) fn find_in(&self, module: usize, name: &str) -> Option<Def> {
        let found = self.modules[module].names.get(name).map(|(def, _)| *def);
        found.filter(|def| !def.is_module())
    }

    /// The module that a name stands for; `None` after a report.
    pub(super) fn expect_module(&mut self, name: &'a ast::Name) -> Option<usize> {
        match self.find(&name.text) {
            Some(Def::Module(index)) => Some(index),
            Some(Def::Broken) => None,
            Some(other) => {
                let declared = self.span_of(other);
                self.report(findings::names::not_a_module(name, other.word(), declared));
                None
            }
            None if self.is_lost(&name.text) => None,
            None => {
                let names = self.names_in_reach(None, Def::is_module);
                let near = crate::diag::did_you_mean(&name.text, names).map(str::to_owned);
                let known = crate::source::stdlib(&name.text).is_some();
                self.report(findings::names::unknown_module_name(name, near, known));
                None
            }
        }
    }

    /// The candidate that was most likely meant. One check looks at so many candidates and no more: who gets a thousand
    /// findings needs no hint at the last of them, and each hint costs as much as there are names.
    pub(super) fn near(&self, name: &str, candidates: impl FnOnce(&Self) -> Vec<&'a str>) -> Option<&'a str> {
        if self.looked_at.get() > MOST_CANDIDATES {
            return None;
        }
        let candidates = candidates(self);
        self.looked_at.set(self.looked_at.get() + candidates.len());
        crate::diag::did_you_mean(name, candidates)
    }

    /// The names that pass the test, of one module or of all that is in scope; sorted, since they come out of a hash map.
    pub(super) fn names_in_reach(&self, module: Option<usize>, test: fn(Def) -> bool) -> Vec<&'a str> {
        let modules = module.map_or_else(|| vec![self.module, PRELUDE], |one| vec![one]);
        let entries = modules.into_iter().flat_map(|one| self.modules[one].names.iter());
        let mut names: Vec<&str> = entries.filter(|(_, (def, _))| test(*def)).map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Where something is declared; a module and a pipeline are labelled by their name only.
    pub(super) fn span_of(&self, def: Def) -> Option<Span> {
        match def {
            Def::Enum(id) => Some(self.program.enums[id.index()].span),
            Def::Record(id) => Some(self.program.records[id.index()].span),
            Def::Newtype(id) => Some(self.program.newtypes[id.index()].span),
            Def::Artifact(id) => Some(self.program.artifacts[id.index()].span),
            Def::Const(id) => Some(self.program.consts[id.index()].span),
            Def::Fn(id) => Some(self.program.fns[id.index()].span),
            Def::Task(id) => Some(self.program.tasks[id.index()].span),
            Def::Module(_) | Def::Pipeline | Def::Broken => None,
        }
    }

    /// The name of a task, also of one in place.
    pub(super) fn task_name(&self, id: TaskId) -> &str {
        match self.program.tasks.get(id.index()) {
            Some(task) => &task.name,
            None => self.in_place.get(id.index() - self.program.tasks.len()).map_or("", |one| one.name),
        }
    }
}

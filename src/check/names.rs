//! Looking up what a name of a module stands for.

use crate::source::Span;
use crate::syntax::ast;

use super::checker::{Checker, PRELUDE};
use super::findings;
use super::modules::{Def, Module};
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
            Self::Pipeline(_) => "a pipeline",
            Self::Broken => "something broken",
        }
    }

    pub(super) fn is_type(self) -> bool {
        matches!(self, Self::Enum(_) | Self::Record(_) | Self::Newtype(_) | Self::Artifact(_))
    }

    /// Whether it may stand before `(`.
    pub(super) fn is_called(self) -> bool {
        matches!(self, Self::Fn(_) | Self::Task(_) | Self::Pipeline(_) | Self::Newtype(_))
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
        let Module { names, used, .. } = &self.modules[self.module];
        let brought_in = || used.get(name).inspect(|(_, span)| self.note_use(*span));
        let own = names.get(name).or_else(brought_in);
        own.or_else(|| self.modules[PRELUDE].names.get(name)).map(|(def, _)| *def)
    }

    /// Whether a name may be declared by what could not be read.
    pub(super) fn is_lost(&self, name: &str) -> bool {
        self.modules[self.module].lost.contains(name)
    }

    /// What the root brings in and names itself is used.
    fn note_use(&self, span: Span) {
        if span.file == self.input.root.id {
            self.named.borrow_mut().insert(span);
        }
    }

    /// A name that a module declares; what it uses itself is not seen through it.
    pub(super) fn find_in(&self, module: usize, name: &str) -> Option<Def> {
        self.modules[module].names.get(name).map(|(def, _)| *def)
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
                let before = self.place_of_use(&format!("use std.{}", name.text));
                self.report(findings::names::unknown_module_name(name, near, known, before));
                None
            }
        }
    }

    /// Where one more `use` can stand in the file that is checked, and its text there; `None` where a comment might belong
    /// to what comes next.
    pub(super) fn place_of_use(&self, text: &str) -> Option<(Span, String)> {
        let items = &self.modules[self.module].file.items;
        let last =
            items.iter().rev().find_map(|item| if let ast::Item::Use(one) = item { Some(one.span) } else { None });
        if let Some(last) = last {
            return Some((last.after(), format!("\n{text}")));
        }
        let first = match items.first()? {
            ast::Item::Enum(one) => one.doc.is_empty().then_some(one.span),
            ast::Item::Record(one) => one.doc.is_empty().then_some(one.span),
            ast::Item::Type(one) => one.doc.is_empty().then_some(one.span),
            ast::Item::Artifact(one) => one.doc.is_empty().then_some(one.span),
            ast::Item::Command(one) => one.doc.is_empty().then_some(one.span),
            ast::Item::Const(one) => one.doc.is_empty().then_some(one.span),
            ast::Item::Fn(one) => one.doc.is_empty().then_some(one.span),
            ast::Item::Task(one) | ast::Item::Extern(one) => one.doc.is_empty().then_some(one.span),
            ast::Item::Pipeline(one) => one.doc.is_empty().then_some(one.span),
            ast::Item::Test(one) => one.doc.is_empty().then_some(one.span),
            ast::Item::Use(_) | ast::Item::Broken(..) => None,
        }?;
        Some((first.before(), format!("{text}\n\n")))
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
        let of = |one: usize| self.modules[one].names.iter();
        let here = module.is_none().then(|| self.modules[self.module].used.iter().chain(of(PRELUDE)));
        let entries = of(module.unwrap_or(self.module)).chain(here.into_iter().flatten());
        let mut names: Vec<&str> = entries.filter(|(_, (def, _))| test(*def)).map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Where something is declared; a module is labelled by its name only.
    pub(super) fn span_of(&self, def: Def) -> Option<Span> {
        match def {
            Def::Enum(id) => Some(self.program.enums[id.index()].span),
            Def::Record(id) => Some(self.program.records[id.index()].span),
            Def::Newtype(id) => Some(self.program.newtypes[id.index()].span),
            Def::Artifact(id) => Some(self.program.artifacts[id.index()].span),
            Def::Const(id) => Some(self.program.consts[id.index()].span),
            Def::Fn(id) => Some(self.program.fns[id.index()].span),
            Def::Task(id) => Some(self.program.tasks[id.index()].span),
            Def::Pipeline(at) => Some(self.decls.pipelines[at.0].1.name.span),
            Def::Module(_) | Def::Broken => None,
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

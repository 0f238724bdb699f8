//! A name that hides another which a reader of the file knows, or is hidden by one.
//!
//! A value may be called like a task or function: only those are called. `build = build(src)` is how one writes.

use rustc_hash::FxHashMap;

use crate::check::call::WORDS;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, Item, Name, Outputs, Param, Stmt, Task};

use super::{LintInput, names};

pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    let known = Known::new(input);
    for item in &input.root.items {
        known.declaration(input.prelude, item, out);
        match item {
            Item::Fn(one) => known.params(&one.params, out),
            Item::Task(one) => {
                known.params(&one.params, out);
                if has_outputs(one) {
                    one.params.iter().for_each(|param| hidden_out(&param.name, out));
                }
            }
            Item::Pipeline(one) => known.pipeline(one, out),
            Item::Use(_)
            | Item::Enum(_)
            | Item::Record(_)
            | Item::Type(_)
            | Item::Artifact(_)
            | Item::Command(_)
            | Item::Const(_)
            | Item::Extern(_)
            | Item::Test(_)
            | Item::Broken(..) => {}
        }
    }
}

/// What a name of the file stands for, where that could be mistaken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Constant,
    Module,
    Task,
    Pipeline,
}

impl Kind {
    /// What it is called, when it is called at all.
    fn of_call(self) -> Option<&'static str> {
        match self {
            Self::Task => Some("task"),
            Self::Pipeline => Some("pipeline"),
            Self::Constant | Self::Module => None,
        }
    }
}

struct Known<'a> {
    names: FxHashMap<&'a str, (Kind, Span)>,
    /// The tasks of each module, by the name that stands for it.
    modules: FxHashMap<&'a str, &'a ast::File>,
}

impl<'a> Known<'a> {
    fn new(input: &LintInput<'a>) -> Self {
        let mut known = Self { names: FxHashMap::default(), modules: FxHashMap::default() };
        for item in &input.root.items {
            match item {
                Item::Use(import) => known.import(input, import),
                Item::Const(_) | Item::Task(_) | Item::Extern(_) | Item::Pipeline(_) => {
                    known.names.extend(kind_of(item).map(|(name, kind)| (&*name.text, (kind, name.span))));
                }
                Item::Fn(_)
                | Item::Enum(_)
                | Item::Record(_)
                | Item::Type(_)
                | Item::Artifact(_)
                | Item::Command(_)
                | Item::Test(_)
                | Item::Broken(..) => {}
            }
        }
        known
    }

    fn import(&mut self, input: &LintInput<'a>, import: &'a ast::Use) {
        let Some(file) = input.imports.get(&import.span) else { return };
        match &import.only {
            None => {
                let name = import.alias.as_ref().or(import.path.last());
                self.names.extend(name.map(|name| (&*name.text, (Kind::Module, name.span))));
                self.modules.extend(name.map(|name| (&*name.text, *file)));
            }
            Some(only) => {
                let kinds: FxHashMap<&str, Kind> =
                    file.items.iter().filter_map(kind_of).map(|(name, kind)| (&*name.text, kind)).collect();
                for one in only {
                    let name = one.alias.as_ref().unwrap_or(&one.name);
                    let kind = kinds.get(&*one.name.text);
                    self.names.extend(kind.map(|kind| (&*name.text, (*kind, name.span))));
                }
            }
        }
    }

    fn params(&self, params: &[Param], out: &mut Diagnostics) {
        params.iter().for_each(|param| self.value(&param.name, out));
    }

    fn pipeline(&self, of: &ast::Pipeline, out: &mut Diagnostics) {
        let (mut finally, mut outputs) = (false, false);
        let mut bound: Vec<&Name> = of.params.iter().map(|param| &param.name).collect();
        names::stmts(&of.body, &mut |stmt| {
            match stmt {
                Stmt::Bind { name, value, .. } => {
                    bound.push(name);
                    self.call(&of.name, name, called(value), out);
                }
                Stmt::Task { task, .. } => {
                    bound.push(&task.name);
                    self.call(&of.name, &task.name, Some(Called::InPlace), out);
                    outputs |= has_outputs(task);
                }
                Stmt::BindWhen { name, .. } | Stmt::Workspace { name, .. } => bound.push(name),
                Stmt::For(each) => bound.extend(each.vars.iter().map(|(name, _)| name)),
                Stmt::Finally { .. } => finally = true,
                Stmt::Call { .. }
                | Stmt::When(_)
                | Stmt::Stage { .. }
                | Stmt::Require { .. }
                | Stmt::Exclusive { .. }
                | Stmt::Defaults { .. }
                | Stmt::Return { .. }
                | Stmt::Target { .. }
                | Stmt::Assert { .. }
                | Stmt::Expect { .. }
                | Stmt::Broken(_) => {}
            };
        });
        for name in bound {
            self.value(name, out);
            if outputs {
                hidden_out(name, out);
            }
            if finally && &*name.text == "outcome" {
                out.push(shadows(name, "how the run ended, in `finally`", None));
            }
        }
    }

    /// A value hides a constant and, where it is read, a module.
    fn value(&self, name: &Name, out: &mut Diagnostics) {
        match self.names.get(&*name.text) {
            Some((Kind::Constant, span)) => out.push(shadows(name, "the constant", Some(*span))),
            Some((Kind::Module, span)) => out.push(shadows(name, "the module", Some(*span))),
            Some((Kind::Task | Kind::Pipeline, _)) | None => {}
        }
    }

    /// A call, in a pipeline, that is named like a task or pipeline which it does not call. No pipeline calls itself, and so
    /// nobody mistakes what has its own name.
    fn call(&self, within: &Name, name: &Name, called: Option<Called<'_>>, out: &mut Diagnostics) {
        let Some((kind, span)) = self.names.get(&*name.text).filter(|(_, span)| *span != within.span) else { return };
        let Some(kind) = kind.of_call() else { return };
        let other = match called {
            None => false,
            Some(Called::InPlace) => true,
            Some(Called::Name(callee)) => {
                *callee != *name.text && self.names.get(callee).is_some_and(|(kind, _)| kind.of_call().is_some())
            }
            Some(Called::Member(module, callee)) => self.modules.get(module).is_some_and(|file| {
                let tasks = file.items.iter().filter_map(kind_of).filter(|(_, kind)| kind.of_call().is_some());
                tasks.into_iter().any(|(task, _)| *task.text == *callee)
            }),
        };
        if other {
            out.push(
                Diagnostic::new(
                    Code::P0255,
                    name.span,
                    format!("`{}` is a call of something else than the {kind} `{0}`", name.text),
                )
                .here("this is another one")
                .label(*span, format!("`{}` is a {kind} of its own", name.text))
                .help("give the call a name of its own: whoever reads `after` or an output thinks of the other"),
            );
        }
    }

    /// What is declared wins over what every program has.
    fn declaration(&self, prelude: &ast::File, item: &Item, out: &mut Diagnostics) {
        let Some((name, is_called)) = declared(item) else { return };
        if is_called {
            if WORDS.contains(&&*name.text) {
                out.push(shadows(name, "the function of the language", None));
            }
        } else if let Some(first) = prelude.items.iter().filter_map(declared).find(|(first, _)| first.text == name.text)
        {
            out.push(shadows(name, "the type that every program has", Some(first.0.span)));
        }
    }
}

/// What a binding calls.
enum Called<'a> {
    InPlace,
    Name(&'a str),
    Member(&'a str, &'a str),
}

fn called(value: &ast::Expr) -> Option<Called<'_>> {
    let ExprKind::Call { callee, .. } = &value.kind else { return None };
    if let ExprKind::Name(name) = &callee.kind {
        return Some(Called::Name(&name.text));
    }
    if let ExprKind::Field(base, name) = &callee.kind
        && let ExprKind::Name(module) = &base.kind
    {
        return Some(Called::Member(&module.text, &name.text));
    }
    None
}

fn kind_of(item: &Item) -> Option<(&Name, Kind)> {
    match item {
        Item::Const(one) => Some((&one.name, Kind::Constant)),
        Item::Task(one) | Item::Extern(one) => Some((&one.name, Kind::Task)),
        Item::Pipeline(one) => Some((&one.name, Kind::Pipeline)),
        Item::Use(_)
        | Item::Enum(_)
        | Item::Record(_)
        | Item::Type(_)
        | Item::Artifact(_)
        | Item::Command(_)
        | Item::Fn(_)
        | Item::Test(_)
        | Item::Broken(..) => None,
    }
}

/// A declared name, and whether it is called.
fn declared(item: &Item) -> Option<(&Name, bool)> {
    match item {
        Item::Enum(one) => Some((&one.name, false)),
        Item::Record(one) => Some((&one.name, false)),
        Item::Type(one) => Some((&one.name, false)),
        Item::Artifact(one) => Some((&one.name, false)),
        Item::Fn(one) => Some((&one.name, true)),
        Item::Task(one) | Item::Extern(one) => Some((&one.name, true)),
        Item::Pipeline(one) => Some((&one.name, true)),
        Item::Use(_) | Item::Command(_) | Item::Const(_) | Item::Test(_) | Item::Broken(..) => None,
    }
}

fn has_outputs(task: &Task) -> bool {
    match &task.outputs {
        Outputs::None => false,
        Outputs::Single(_) | Outputs::Named(_) => true,
    }
}

/// In a task with outputs `out` is where they are written.
fn hidden_out(name: &Name, out: &mut Diagnostics) {
    if &*name.text == "out" {
        out.push(
            Diagnostic::new(Code::P0255, name.span, "`out` is hidden by the outputs of the task")
                .here("in a script, `out` is where the outputs are written")
                .help("give it another name: a script that means this one writes over an output"),
        );
    }
}

fn shadows(name: &Name, what: &str, first: Option<Span>) -> Diagnostic {
    let text = &name.text;
    let report = Diagnostic::new(Code::P0255, name.span, format!("`{text}` hides {what}"))
        .here(format!("from here on, `{text}` is this one"))
        .help("give it another name: who reads it further down thinks of the other, and an edit that moves a line changes its meaning");
    match first {
        Some(span) => report.label(span, format!("the other `{text}`")),
        None => report,
    }
}

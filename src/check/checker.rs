//! What the checker knows while it walks.

use std::cell::{Cell, RefCell};

use rustc_hash::FxHashSet;

use crate::abreast::ahead::Ahead;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::shell::Scan;
use crate::source::Span;
use crate::syntax::ast;

use super::modules::{Decls, Def, Module, PipelineAt};
use super::pattern::Pattern;
use super::program::{EnumId, Expr, Kind, Program, RecordId, Type};
use super::scope::Scope;
use super::test::Testing;
use super::{Input, pipeline};

/// The state of one check. `'a` is the trees', `'d` the sink's.
pub(super) struct Checker<'a, 'd> {
    pub(super) input: &'a Input<'a>,
    pub(super) out: &'d mut Diagnostics,
    pub(super) program: Program,
    pub(super) modules: Vec<Module<'a>>,
    /// The module of each target, by its place in [`Input::targets`].
    pub(super) targets: Vec<usize>,
    /// The module whose names are in scope now.
    pub(super) module: usize,
    pub(super) decls: Decls<'a>,
    pub(super) scope: Scope<'a>,
    pub(super) pipe: pipeline::Progress<'a>,
    /// One a newtype: absent without a pattern, or with a bad one.
    pub(super) patterns: Vec<Option<Pattern>>,
    /// The last image that was found right.
    pub(super) good_image: String,
    /// Outputs of the tasks in place; their ids follow those of [`Program::tasks`].
    pub(super) in_place: Vec<InPlace<'a>>,
    pub(super) records_done: Vec<Progress>,
    pub(super) fns_done: Vec<Progress>,
    /// The code for a secret that reaches the place that is checked now.
    pub(super) secret: Code,
    /// Whether the expression checked now reads what a task makes.
    pub(super) reads_task: bool,
    /// The pipelines whose bodies are checked now, the outermost first, with the call of each.
    pub(super) calling: Vec<(PipelineAt, Span)>,
    /// What is wrong with pipelines that call each other, wherever it is met.
    pub(super) circles: Vec<Diagnostic>,
    /// How many calls of pipelines were followed.
    pub(super) inlined: usize,
    /// How many names were looked at for hints.
    pub(super) looked_at: Cell<usize>,
    /// Of the names that the root brings in by `use`, those that it uses, by their places.
    pub(super) named: RefCell<FxHashSet<Span>>,
    /// While a test is checked; its plans have parts.
    pub(super) testing: Option<Testing>,
    /// The scripts of a long file that were read already.
    pub(super) ahead: Option<Ahead<Scan>>,
}

/// The signature of a task in place, as its users see it.
pub(super) struct InPlace<'a> {
    pub(super) name: &'a str,
    pub(super) outputs: Vec<(&'a str, Type)>,
}

/// Of what is checked when it is first needed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    Todo,
    Busy,
    Done,
}

/// The prelude is always the first module.
pub(super) const PRELUDE: usize = 0;

impl<'a, 'd> Checker<'a, 'd> {
    pub(super) fn new(input: &'a Input<'a>, out: &'d mut Diagnostics) -> Self {
        Self {
            input,
            out,
            program: Program::default(),
            modules: Vec::new(),
            targets: Vec::new(),
            module: PRELUDE,
            decls: Decls::default(),
            scope: Scope::default(),
            pipe: pipeline::Progress::default(),
            patterns: Vec::new(),
            good_image: String::new(),
            in_place: Vec::new(),
            records_done: Vec::new(),
            fns_done: Vec::new(),
            secret: Code::P0802,
            reads_task: false,
            calling: Vec::new(),
            circles: Vec::new(),
            inlined: 0,
            looked_at: Cell::new(0),
            named: RefCell::default(),
            testing: None,
            ahead: None,
        }
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.out.push(diagnostic);
    }

    /// The enum of the prelude that the compiler itself speaks of.
    pub(super) fn prelude_enum(&self, name: &str) -> Type {
        self.find_prelude(name).map_or(Type::Unknown, |def| match def {
            Def::Enum(id) => Type::Enum(id),
            Def::Record(id) => Type::Record(id),
            Def::Module(_)
            | Def::Newtype(_)
            | Def::Artifact(_)
            | Def::Const(_)
            | Def::Fn(_)
            | Def::Task(_)
            | Def::Pipeline(_)
            | Def::Broken => Type::Unknown,
        })
    }

    fn find_prelude(&self, name: &str) -> Option<Def> {
        self.modules[PRELUDE].names.get(name).map(|(def, _)| *def)
    }

    /// Runs with the names of another declaration in scope: no locals, no facts, its own module.
    pub(super) fn elsewhere<T>(&mut self, module: usize, work: impl FnOnce(&mut Self) -> T) -> T {
        let scope = std::mem::take(&mut self.scope);
        let (here, secret, reads) = (self.module, self.secret, self.reads_task);
        (self.module, self.secret, self.reads_task) = (module, Code::P0802, false);
        let made = work(self);
        (self.module, self.secret, self.reads_task) = (here, secret, reads);
        self.scope = scope;
        made
    }

    pub(super) fn record_name(&self, id: RecordId) -> &str {
        &self.program.records[id.index()].name
    }

    pub(super) fn enum_name(&self, id: EnumId) -> &str {
        &self.program.enums[id.index()].name
    }
}

/// Stands for what was reported.
pub(super) fn poison(span: Span) -> Expr {
    Expr { kind: Kind::Poison, ty: Type::Unknown, span }
}

pub(super) fn typed(kind: Kind, ty: Type, span: Span) -> Expr {
    Expr { kind, ty, span }
}

/// `a.b.c` as written, when the expression is only names.
pub(super) fn written(expr: &ast::Expr) -> Option<String> {
    if let ast::ExprKind::Name(name) = &expr.kind {
        return Some(name.text.to_string());
    }
    if let ast::ExprKind::Field(base, name) = &expr.kind {
        return Some(format!("{}.{}", written(base)?, name.text));
    }
    None
}

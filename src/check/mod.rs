//! Names, types and rules: from trees to a [`program::Program`].
//!
//! In reading order: `modules` finds what every file declares, `types` and `type_expr` speak of types, `items` checks
//! declarations, `scope` holds the names of one of them, `expr` and its neighbours type expressions both ways, `task`,
//! `pipeline` and `stmt` check bodies, `report` says what was wrong, `rules` looks at the whole,
//! `lints` at what is right and probably not meant.

mod about;
mod args;
mod block;
mod builtin;
mod call;
mod checker;
pub mod commands;
mod compare;
mod cycles;
mod demands;
mod doubt;
mod expr;
mod facts;
mod field;
mod fields;
mod findings;
mod foreign;
mod inline;
mod instance;
mod items;
mod lints;
mod literal;
mod modules;
mod names;
mod ops;
pub mod pattern;
mod pipeline;
pub mod program;
pub mod proof;
mod report;
pub mod rules;
mod scope;
pub mod script;
mod service;
mod settings;
mod sources;
mod spelling;
mod stmt;
pub mod suite;
mod task;
mod test;
mod text;
mod type_expr;
mod types;
mod uses;

use rustc_hash::FxHashMap;

use crate::diag::Diagnostics;
use crate::diag::code::Code;
use crate::source::Span;
use crate::syntax::ast;

use checker::Checker;
use program::Program;

/// What one check looks at.
#[derive(Debug)]
pub struct Input<'a> {
    pub root: &'a ast::File,
    pub prelude: &'a ast::File,
    /// Every file in reach, by the span of the `use` that names it; a `use` that is missing here was reported already.
    pub imports: FxHashMap<Span, &'a ast::File>,
    /// Name of each target and the parsed file that declares its `record Options`.
    pub targets: Vec<(&'static str, &'a ast::File)>,
}

/// Checks one file with all that it uses. The program is whole only when no error was reported.
pub fn check(input: &Input<'_>, out: &mut Diagnostics) -> Program {
    let mut found = Diagnostics::default();
    let mut checker = Checker::new(input, &mut found);
    checker.load();
    checker.declarations();
    let known = checker.program.tree.first_words().clone();
    let checker = script::ahead::ahead(input.root, &known, |ahead| {
        let mut checker = checker;
        checker.ahead = ahead;
        checker.bodies();
        checker.ahead = None;
        checker
    });
    let named = checker.named.take();
    let mut program = checker.program;
    rules::run(&program, &mut found);
    if !found.has_errors() && !out.has_errors() {
        let (root, prelude, imports) = (input.root, input.prelude, &input.imports);
        let shared = lints::Shared::default();
        lints::run(&lints::LintInput { root, prelude, imports, named: &named, program: &program, shared }, &mut found);
    }
    program.machines = rules::machine::open(&program);
    out.append(found);
    program
}

/// The lints that ran when a program has no errors.
pub fn lints() -> Vec<Code> {
    lints::codes()
}

/// The text of each image that the program writes out, also in the library, and its place; one may come several times.
pub fn images(program: &Program) -> Vec<(&str, Span)> {
    lints::all_images::written(program)
}

/// The tasks that keep the command of an image that is written out.
pub fn kept_commands(program: &Program) -> Vec<Kept<'_>> {
    lints::all_images::kept(program)
}

/// A task that runs what its image runs.
#[derive(Debug)]
pub struct Kept<'p> {
    pub task: &'p str,
    pub image: &'p str,
    /// Of the image.
    pub span: Span,
    /// It gives words of its own.
    pub has_args: bool,
}

/// Runs the rules over the bodies that tests expect errors in, each as if it were the only pipeline: it is done for who
/// runs the tests, since no other question about a program needs it.
pub fn apply_rules(program: &mut Program) {
    let mut tests = std::mem::take(&mut program.tests);
    let pipelines = std::mem::take(&mut program.pipelines);
    for stmt in tests.iter_mut().flat_map(|test| &mut test.body) {
        if let suite::TestStmt::Expect(one) = stmt {
            expected(program, one);
        }
    }
    (program.tests, program.pipelines) = (tests, pipelines);
}

fn expected(program: &mut Program, one: &mut suite::Expectation) {
    if std::mem::replace(&mut one.ruled, true) {
        return;
    }
    let suite::ExpectedBody::Pipeline(body) = &mut one.body else { return };
    let lent = std::mem::replace(body, test::no_pipeline());
    program.pipelines.push(lent);
    rules::run(program, &mut one.found);
    if let Some(back) = program.pipelines.pop() {
        *body = back;
    }
}

//! A `use` of which nothing is used: neither a name nor what it says about commands.

use rustc_hash::FxHashSet;

use crate::check::program::{Callee, Fields, Program, Script, ScriptPart, Stmt, TaskDef};
use crate::check::rules::walk;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::FileId;
use crate::syntax::ast;

use super::LintInput;

pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    for item in &input.root.items {
        let ast::Item::Use(import) = item else { continue };
        let Some(file) = input.imports.get(&import.span) else { continue };
        match &import.only {
            None => {
                let name = import.alias.as_ref().or(import.path.last());
                if !name.is_some_and(|name| input.named.contains(&name.span)) && !teaches_commands(input, file) {
                    out.push(unused_import(import));
                }
            }
            Some(only) => unused_names(input, import, only, out),
        }
    }
}

fn unused_names(input: &LintInput<'_>, import: &ast::Use, only: &[ast::Selected], out: &mut Diagnostics) {
    let name = |one: &ast::Selected| one.alias.as_ref().unwrap_or(&one.name).span;
    let unused = |one: &ast::Selected| !input.named.contains(&name(one));
    if only.iter().all(unused) {
        out.push(unused_import(import));
        return;
    }
    for (at, one) in only.iter().enumerate().filter(|(_, one)| unused(one)) {
        let whole = one.name.span.to(name(one));
        // With the comma before it, or behind it where it is the first.
        let gap = match at.checked_sub(1) {
            Some(before) => name(&only[before]).after().to(whole),
            None => whole.to(only[1].name.span.before()),
        };
        out.push(
            Diagnostic::new(Code::P0254, whole, format!("`{}` is not used", one.name.text))
                .here("brought in, and never named")
                .help("leave it out: who reads the file looks for what it is there for")
                .fix(format!("leave out `{}`", one.name.text), gap, ""),
        );
    }
}

/// Whether a script of the root may run a command of which the module, or one that it uses, says what it makes.
fn teaches_commands(input: &LintInput<'_>, file: &ast::File) -> bool {
    let mut reached = FxHashSet::default();
    reach(input, file, &mut reached);
    let commands = input.program.commands.iter().filter(|command| reached.contains(&command.span.file));
    let words: FxHashSet<&str> = commands.filter_map(|command| command.words.first()).map(|word| &**word).collect();
    !words.is_empty() && mentions(input.program, input.root.id, &words)
}

fn reach(input: &LintInput<'_>, file: &ast::File, reached: &mut FxHashSet<FileId>) {
    if reached.insert(file.id) {
        for item in &file.items {
            if let ast::Item::Use(import) = item
                && let Some(next) = input.imports.get(&import.span)
            {
                reach(input, next, reached);
            }
        }
    }
}

/// Whether one of the words stands in a script of the file.
fn mentions(program: &Program, file: FileId, words: &FxHashSet<&str>) -> bool {
    let mut found = false;
    let mut look = |script: &Script| found |= script.parts.iter().any(|part| holds(part, words));
    let own = program.tasks.iter().filter(|task| task.span.file == file);
    own.for_each(|task| of_task(task, &mut look));
    for pipeline in &program.pipelines {
        defaults(&pipeline.body, &mut look);
        walk::calls(&pipeline.body, &mut |call, _| {
            around(call.modifiers(), &mut look);
            match &call.callee {
                Callee::InPlace(task) => of_task(task, &mut look),
                Callee::Task(_) => {}
            }
        });
    }
    found
}

fn holds(part: &ScriptPart, words: &FxHashSet<&str>) -> bool {
    match part {
        ScriptPart::Text(text) => text.split(|c: char| c.is_whitespace() || c == '/').any(|word| words.contains(word)),
        ScriptPart::Value { .. } => false,
    }
}

fn of_task(task: &TaskDef, look: &mut dyn FnMut(&Script)) {
    task.steps.iter().for_each(|step| look(&step.run));
    around(&task.fields, look);
}

fn around(fields: &Fields, look: &mut dyn FnMut(&Script)) {
    fields.around().for_each(look);
}

fn defaults(body: &[Stmt], look: &mut dyn FnMut(&Script)) {
    for stmt in body {
        if let Stmt::Defaults(fields) = stmt {
            around(fields, look);
        }
    }
}

fn unused_import(import: &ast::Use) -> Diagnostic {
    let path = import.path.iter().map(|name| &*name.text).collect::<Vec<_>>().join(".");
    Diagnostic::new(Code::P0254, import.span, format!("nothing of `{path}` is used"))
        .here("neither a name of it nor a command that it knows")
        .help("remove the `use`: who reads the file looks for what it is there for")
        .fix(format!("remove `use {path}`"), import.span, "")
}

//! The scripts of a program for ShellCheck, and what it says of them as findings.
//!
//! Nothing is run here: who asks gets the text of each script ([`Analysis::sheets`]), lets ShellCheck read all of them,
//! and hands back its remarks ([`Analysis::hear`]).

pub mod comment;
mod mend;
pub mod sheet;

use super::Analysis;
use super::config::ShellCheck;
use crate::abreast;
use crate::check::program::{Call, Callee, Fields, Program, Script, Shell, Stmt, TaskDef};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{STDLIB, Sources};
use comment::Comment;
use sheet::{Dialect, Sheet, sheet};

/// How ShellCheck is called, before the names of the files. The files name their shell themselves.
///
/// - SC1090, SC1091: what a script sources is in its container, not here.
/// - SC1128: a `#!` line in a script is a comment: the task says what reads it.
/// - No `.shellcheckrc`: the same program has the same findings in every folder.
pub const ARGUMENTS: &[&str] = &["--format=json1", "--norc", "--severity=style", "--exclude=SC1090,SC1091,SC1128"];

impl Analysis {
    /// The scripts of the user's own files that bash or sh read; none when the program has errors.
    pub fn sheets(&self) -> Vec<Sheet> {
        let Some(program) = &self.program else { return Vec::new() };
        let mut gather = Gather { program, sources: &self.sources, shared: shared_env(program), sheets: Vec::new() };
        program.tasks.iter().for_each(|task| gather.task(task));
        program.pipelines.iter().for_each(|pipeline| gather.stmts(&pipeline.body));
        gather.sheets
    }

    /// Whether its scripts take longer than a thread takes to start.
    pub fn is_long(&self) -> bool {
        let bodies = self.program.iter().flat_map(|program| &program.pipelines).map(|pipeline| pipeline.body.len());
        bodies.sum::<usize>() >= abreast::LONG
    }

    /// Whether the project wants its scripts read when the command line does not say.
    pub fn wants_shellcheck(&self) -> bool {
        self.shellcheck == ShellCheck::Auto
    }

    /// Adds what ShellCheck said of the sheets, as far as comments and levels let it.
    pub fn hear<'a>(&mut self, said: impl IntoIterator<Item = (&'a Sheet, &'a [Comment])>) {
        let mut found = Diagnostics::default();
        for (sheet, comments) in said {
            comments
                .iter()
                .filter_map(|one| comment::report(&self.sources, sheet, one))
                .for_each(|one| found.push(one));
        }
        self.judge.judge(&mut found);
        if !found.is_empty() {
            self.diagnostics.append(found);
            self.diagnostics = std::mem::take(&mut self.diagnostics).sorted();
        }
    }

    /// All was heard: a comment that allows what ShellCheck did not find is a finding.
    pub fn heard_all(&mut self) {
        let Some(root) = self.judge.root else { return };
        if self.program.is_some() {
            let mut unused = self.judge.unused(root, &[Code::P0561], &self.sources);
            self.judge.judge(&mut unused);
            self.diagnostics.append(unused);
            self.diagnostics = std::mem::take(&mut self.diagnostics).sorted();
        }
    }
}

/// P0562
pub fn not_installed() -> Diagnostic {
    Diagnostic::global(Code::P0562, "the scripts were not checked: there is no `shellcheck` on the PATH").help(
        "install it (Debian, Fedora and Homebrew have it as `shellcheck` or `ShellCheck`), or say `--shellcheck never`",
    )
}

/// P0563
pub fn failed(why: &str) -> Diagnostic {
    Diagnostic::global(Code::P0563, format!("scripts were not checked: `shellcheck` {why}"))
        .help("all else was checked; say `--shellcheck PATH` for another one, or `--shellcheck never`")
}

/// The names that any task may have in its environment.
fn shared_env(program: &Program) -> Vec<&str> {
    let mut names = Vec::new();
    program.pipelines.iter().for_each(|pipeline| env_of_stmts(&pipeline.body, &mut names));
    names.sort_unstable();
    names.dedup();
    names
}

fn env_of_stmts<'p>(body: &'p [Stmt], names: &mut Vec<&'p str>) {
    for stmt in body {
        match stmt {
            Stmt::Defaults(fields) => names.extend(env_of(fields)),
            Stmt::Call(call) => names.extend(env_of(call.modifiers())),
            Stmt::When(when) => {
                env_of_stmts(&when.then, names);
                env_of_stmts(&when.otherwise, names);
            }
            Stmt::For(each) => env_of_stmts(&each.body, names),
            Stmt::Stage { body, .. } | Stmt::Finally { body, .. } | Stmt::Inline { body, .. } => {
                env_of_stmts(body, names)
            }
            Stmt::Bind { .. }
            | Stmt::Require { .. }
            | Stmt::Exclusive { .. }
            | Stmt::Workspace { .. }
            | Stmt::Return(_)
            | Stmt::Target { .. } => {}
        }
    }
}

fn env_of(fields: &Fields) -> impl Iterator<Item = &str> {
    fields.env.iter().map(|env| &*env.name)
}

/// Walks a program for its scripts.
#[derive(Debug)]
struct Gather<'p> {
    program: &'p Program,
    sources: &'p Sources,
    /// The environment of `defaults` and of the modifiers of calls.
    shared: Vec<&'p str>,
    sheets: Vec<Sheet>,
}

impl<'p> Gather<'p> {
    fn task(&mut self, task: &'p TaskDef) {
        let own: Vec<&str> = env_of(&task.fields).collect();
        let shell = task.fields.shell.as_deref().map_or(&Shell::Bash, |(shell, _)| shell);
        // They surround the script in a shell, whatever reads the script itself.
        let keeps = task.steps.iter().any(|step| step.keeps);
        let around = if *shell == Shell::Bash && !keeps { Dialect::Bash } else { Dialect::Sh };
        for step in task.steps.iter().filter(|step| !step.keeps) {
            let dialect = match step.shell.as_deref().map_or(shell, |(shell, _)| shell) {
                Shell::Bash => Dialect::Bash,
                Shell::Sh => Dialect::Sh,
                Shell::Other(_) => continue,
            };
            let env: Vec<&str> = own.iter().copied().chain(step.env.iter().map(|env| &*env.name)).collect();
            self.script(&step.run, dialect, &env);
        }
        self.around(&task.fields, around, &own);
    }

    fn around(&mut self, fields: &'p Fields, dialect: Dialect, env: &[&str]) {
        [&fields.before, &fields.cleanup].into_iter().flatten().for_each(|script| self.script(script, dialect, env));
    }

    fn script(&mut self, script: &'p Script, dialect: Dialect, env: &[&str]) {
        let is_library = (script.span.file.0 as usize) < STDLIB.len();
        if is_library || script.parts.is_empty() {
            return;
        }
        let env: Vec<&str> = env.iter().chain(&self.shared).copied().collect();
        self.sheets.push(sheet(self.program, self.sources, script, dialect, &env));
    }

    fn stmts(&mut self, body: &'p [Stmt]) {
        for stmt in body {
            match stmt {
                Stmt::Call(call) => self.call(call),
                Stmt::Defaults(fields) => self.around(fields, Dialect::Bash, &[]),
                Stmt::When(when) => {
                    self.stmts(&when.then);
                    self.stmts(&when.otherwise);
                }
                Stmt::For(each) => self.stmts(&each.body),
                Stmt::Stage { body, .. } | Stmt::Finally { body, .. } | Stmt::Inline { body, .. } => self.stmts(body),
                Stmt::Bind { .. }
                | Stmt::Require { .. }
                | Stmt::Exclusive { .. }
                | Stmt::Workspace { .. }
                | Stmt::Return(_)
                | Stmt::Target { .. } => {}
            }
        }
    }

    fn call(&mut self, call: &'p Call) {
        let task = match &call.callee {
            Callee::Task(id) => &self.program.tasks[id.index()],
            Callee::InPlace(task) => {
                self.task(task);
                task
            }
        };
        let env: Vec<&str> = env_of(&task.fields).collect();
        self.around(call.modifiers(), Dialect::Bash, &env);
    }
}

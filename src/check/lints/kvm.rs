//! Which tasks ask for KVM, and which of their commands need it: the library says of its commands that they do.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::check::program::{Call, CommandDef, Expr, Fields, Kind, Program, Script, ScriptPart, TaskDef};
use crate::check::rules::made::{scripts, task_of};
use crate::diag::{Diagnostic, Diagnostics};
use crate::shell::{self, Piece};
use crate::source::Span;

use super::{LintInput, own};

/// One task as one call runs it, or a task of the file that nothing calls.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case<'p> {
    pub(super) task: &'p TaskDef,
    pub(super) call: Option<&'p Call>,
    pub(super) defaults: Option<&'p Fields>,
}

/// Whether KVM is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asked<'p> {
    /// With the value that says so.
    Yes(&'p Expr),
    No,
    /// It is decided elsewhere.
    Open,
}

/// What the commands of a task need.
#[derive(Clone, Debug)]
pub(super) enum Needed<'p> {
    /// By this command, which is written there.
    Yes(&'p CommandDef, Span),
    /// Something is known of every command, and none needs it.
    No,
    /// There are others, of which nothing is known.
    Open,
}

/// Every case of the file. A task of it that is called is judged by its calls.
pub(super) fn cases<'p>(input: &LintInput<'p>) -> Vec<Case<'p>> {
    let program: &'p Program = input.program;
    let mut found = Vec::new();
    let mut called: FxHashSet<Span> = FxHashSet::default();
    for pipeline in &program.pipelines {
        own::calls(pipeline, &mut |call, defaults| {
            let task = task_of(program, call);
            called.insert(task.span);
            found.push(Case { task, call: Some(call), defaults });
        });
    }
    let file = input.root.id;
    let alone = program
        .tasks
        .iter()
        .filter(|task| task.span.file == file && !task.steps.is_empty() && !called.contains(&task.span));
    found.extend(alone.map(|task| Case { task, call: None, defaults: None }));
    found
}

impl<'p> Case<'p> {
    /// The fields that speak of it, the strongest first.
    pub(super) fn layers(&self) -> impl Iterator<Item = &'p Fields> {
        let modifiers = self.call.map(Call::modifiers);
        [modifiers, Some(&self.task.fields), self.defaults].into_iter().flatten()
    }

    pub(super) fn asked(&self, program: &'p Program) -> Asked<'p> {
        let mut layers = self.layers();
        let Some(fields) = layers.find(|fields| fields.needs_given.has("kvm")) else {
            return Asked::No;
        };
        match fields.needs.as_ref().and_then(|needs| kvm_of(program, needs)) {
            Some(value @ Expr { kind: Kind::Bool(true), .. }) => Asked::Yes(value),
            Some(Expr { kind: Kind::Bool(false), .. }) => Asked::No,
            Some(_) | None => Asked::Open,
        }
    }

    /// Whether its scripts are those of the task alone.
    fn is_plain(&self) -> bool {
        let changes = |fields: &Fields| fields.before.is_some() || fields.cleanup.is_some() || fields.shell.is_some();
        !self.call.map(Call::modifiers).into_iter().chain(self.defaults).any(changes)
    }
}

/// The value of the field in a record that is written out.
pub(super) fn kvm_of<'p>(program: &'p Program, needs: &'p Expr) -> Option<&'p Expr> {
    if let Kind::Const(id) = needs.kind {
        return kvm_of(program, &program.consts[id.index()].value);
    }
    let Kind::Record(id, values) = &needs.kind else { return None };
    let at = program.records[id.index()].fields.iter().position(|field| &*field.name == "kvm")?;
    values.get(at)
}

/// Reads scripts, each task's once.
pub(super) struct Reader<'p> {
    program: &'p Program,
    /// Some command of the program needs it.
    some_need: bool,
    seen: FxHashMap<Span, Needed<'p>>,
}

impl<'p> Reader<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        let some_need = program.commands.iter().any(|one| one.facts.needs.kvm);
        Self { program, some_need, seen: FxHashMap::default() }
    }

    pub(super) fn needed(&mut self, case: &Case<'p>) -> Needed<'p> {
        if !case.is_plain() {
            return self.read(case);
        }
        if let Some(known) = self.seen.get(&case.task.span) {
            return known.clone();
        }
        let needed = self.read(case);
        self.seen.insert(case.task.span, needed.clone());
        needed
    }

    /// Whether a command that needs it may stand in the scripts; reading them costs more.
    pub(super) fn may_need(&self, case: &Case<'p>) -> bool {
        self.some_need && self.scripts(case).iter().any(|script| script.commands.is_some())
    }

    fn scripts(&self, case: &Case<'p>) -> crate::check::rules::made::Scripts<'p> {
        let modifiers = case.call.map_or(Fields::NONE, Call::modifiers);
        scripts(case.task, modifiers, case.defaults)
    }

    fn read(&self, case: &Case<'p>) -> Needed<'p> {
        let list = self.scripts(case);
        let around = |pick: fn(&Fields) -> bool| usize::from(case.layers().any(pick));
        let written = case.task.steps.len() + around(|one| one.before.is_some()) + around(|one| one.cleanup.is_some());
        // What another interpreter runs is not known.
        let mut all_known = list.len() == written;
        let mut some = false;
        for script in list {
            if script.commands.is_none() {
                let plain = self.runs_plain(script);
                all_known &= plain;
                some |= plain;
            }
            for written in script.commands.iter().flatten() {
                match self.program.tree.known(&self.program.commands, script, written) {
                    Some(one) if one.facts.needs.kvm && !written.elsewhere => return Needed::Yes(one, written.span),
                    Some(_) => some = true,
                    None => all_known = false,
                }
            }
        }
        if all_known && some { Needed::No } else { Needed::Open }
    }
}

impl Reader<'_> {
    /// Whether a script that names no command with facts runs only commands that are known all the same.
    fn runs_plain(&self, script: &Script) -> bool {
        let pieces = script.parts.iter().map(|part| match part {
            ScriptPart::Text(text) => Piece::Text(text),
            ScriptPart::Value { .. } => Piece::Hole,
        });
        let pieces: Vec<_> = pieces.collect();
        let commands = shell::scan(&pieces).commands;
        let tree = &self.program.tree;
        let known = |words| tree.read(&self.program.commands, &[], words).is_some_and(|read| read.command.is_some());
        !commands.is_empty() && commands.iter().all(|one| known(shell::program(one)))
    }
}

/// The same place is reported once, however many calls come to it.
#[derive(Default)]
pub(super) struct Once(FxHashSet<Span>);

impl Once {
    pub(super) fn push(&mut self, report: Diagnostic, out: &mut Diagnostics) {
        if report.span().is_some_and(|span| self.0.insert(span)) {
            out.push(report);
        }
    }
}

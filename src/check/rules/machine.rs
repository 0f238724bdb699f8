//! A call asks for a machine on which its commands can run, and on which what it makes exists.

use rustc_hash::FxHashSet;

use crate::check::program::facts::FlagAt;
use crate::check::program::machine::{Allowed, Amount, Asked, AtLeast, Count, Each, MachineDemand};
use crate::check::program::{ArtifactId, Call, Callee, CommandDef, Expr, Fields, Kind, Program, Type};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::Span;

use super::made::task_of;
use super::ran::Ran;
use super::runs::Run;
use super::told::Names;
use super::values::{Scope, Value};
use super::walk;

pub(super) fn run(program: &Program, out: &mut Diagnostics) {
    let mut said: FxHashSet<(Span, Span)> = FxHashSet::default();
    // What the task itself requires was told with its own words.
    let told = out.iter().filter(|one| one.code == Code::P0520);
    let told: FxHashSet<Span> = told.filter_map(Diagnostic::span).collect();
    let is_told = |one: &One| matches!(one.demand.allowed, Allowed::Archs { .. }) && told.contains(&one.place);
    each(program, &mut |one| {
        if let Known::Yes(asked) = &one.known
            && one.demand.refuses(asked.borrowed())
            && !is_told(&one)
            && said.insert((one.place, one.demand.declared))
        {
            out.push(one.demand.refusal(asked.borrowed(), one.place, one.written_out));
        }
    });
}

/// What only a plan can tell, since it depends on parameters; in the order of the calls' places.
pub(in crate::check) fn open(program: &Program) -> Vec<MachineDemand> {
    let mut open = Vec::new();
    each(program, &mut |one| {
        if matches!(one.known, Known::Open) || is_open(&one.demand) {
            open.push(one.demand);
        }
    });
    open.sort_by_key(|one| one.call);
    open
}

/// One demand, and what is known of what is asked for.
struct One {
    demand: MachineDemand,
    known: Known,
    place: Span,
    /// The value stands at the place.
    written_out: bool,
}

enum Known {
    Yes(Given),
    /// It is asked for, with a value that is not known yet.
    Open,
}

/// What is asked for, when it is known.
enum Given {
    Arch(Box<str>),
    Amount(i64),
}

impl Given {
    fn borrowed(&self) -> Asked<'_> {
        match self {
            Self::Arch(arch) => Asked::Arch(arch),
            Self::Amount(amount) => Asked::Amount(*amount),
        }
    }
}

/// Whether the library says something of the machine of a command.
pub(in crate::check) fn needs_much(command: &CommandDef) -> bool {
    let needs = &command.facts.needs;
    needs.memory.is_some() || needs.cpu.is_some() || needs.disk.is_some() || !needs.memory_each.is_empty()
}

fn each(program: &Program, see: &mut dyn FnMut(One)) {
    let is_bound = |artifact: &ArtifactId| !program.artifacts[artifact.index()].on.is_empty();
    let wanted = |command: &CommandDef| needs_much(command) || command.makes.iter().any(is_bound);
    let mut ran = Ran::new(program, wanted);
    if ran.is_empty() && program.artifacts.iter().all(|artifact| artifact.on.is_empty()) {
        return;
    }
    for pipeline in &program.pipelines {
        let mut names = None;
        walk::calls(&pipeline.body, &mut |call, defaults| {
            let task = task_of(program, call);
            let runs = ran.get(task, call.modifiers(), defaults);
            let demands = demands(program, call, &runs);
            if demands.is_empty() {
                return;
            }
            let names = names.get_or_insert_with(|| Names::new(program, pipeline));
            let asking = Asking { program, call, defaults, names };
            demands.into_iter().filter_map(|demand| asking.one(demand)).for_each(&mut *see);
        });
    }
}

/// What its outputs and commands ask of the machine of a call; of amounts that are known the largest.
fn demands(program: &Program, call: &Call, runs: &[Run<'_>]) -> Vec<MachineDemand> {
    let task = task_of(program, call);
    let demand = |allowed: Allowed, written: Option<Span>, declared: Span| MachineDemand {
        call: call.span,
        task: call.name.clone(),
        allowed,
        written,
        declared,
    };
    let mut seen = Vec::new();
    let mut found = Vec::new();
    let mut of_artifact = |artifact: ArtifactId, written: Option<Span>| {
        let def = &program.artifacts[artifact.index()];
        if !def.on.is_empty() && !seen.contains(&artifact) {
            seen.push(artifact);
            let allowed = Allowed::Archs { artifact: def.name.clone(), on: def.on.clone() };
            found.push(demand(allowed, written, def.span));
        }
    };
    for run in runs {
        run.makes.iter().filter(|_| !run.elsewhere).for_each(|artifact| of_artifact(*artifact, Some(run.written)));
    }
    for output in &task.outputs {
        if let Type::Artifact(artifact) = output.ty {
            of_artifact(artifact, None);
        }
    }
    for field in [Amount::Cpu, Amount::Memory, Amount::Disk] {
        // With a flag that may be given, or as another command that may be meant, it may need nothing.
        let sure = |run: &&Run<'_>| {
            let variants = run.read.perhaps.iter().map(|at| &program.commands[*at]);
            !run.elsewhere && run.read.lost.is_none() && variants.clone().all(needs_much)
        };
        let all = runs.iter().filter(sure).filter_map(|run| Some((run, needed(run, field)?)));
        let (open, closed): (Vec<_>, Vec<_>) = all.partition(|(_, need)| need.is_open());
        let largest = closed.into_iter().max_by_key(|(_, need)| need.least());
        for (run, need) in largest.into_iter().chain(open) {
            found.push(demand(Allowed::AtLeast(need), Some(run.written), declared(run)));
        }
    }
    found
}

/// Where the library says what a command needs.
pub(in crate::check) fn declared(run: &Run<'_>) -> Span {
    run.command.facts.needs.span.unwrap_or(run.command.span)
}

/// What a command needs of one kind.
pub(in crate::check) fn needed(run: &Run<'_>, field: Amount) -> Option<AtLeast> {
    let needs = &run.command.facts.needs;
    let (base, each): (Option<i64>, &[(FlagAt, i64)]) = match field {
        Amount::Cpu => (needs.cpu, &[]),
        Amount::Disk => (needs.disk, &[]),
        Amount::Memory => (needs.memory, &needs.memory_each),
    };
    if base.is_none() && each.is_empty() {
        return None;
    }
    let flags = run.command.facts.flags.as_deref().unwrap_or_default();
    let each = each.iter().filter_map(|(flag, size)| {
        let name = flags.get(*flag)?.spellings.last()?.clone();
        Some(Each { size: *size, flag: name, count: count(run, *flag) })
    });
    let need = AtLeast { field, words: run.name().into(), base: base.unwrap_or(0), each: each.collect() };
    need.least().map(|_| need)
}

/// The value of a flag.
fn count(run: &Run<'_>, flag: FlagAt) -> Count {
    let Some(value) = run.read.given(flag).and_then(|given| given.value) else { return Count::NotKnown };
    match (value.text.and_then(|text| text.parse().ok()), value.expr) {
        (Some(count), _) if count > 0 => Count::Known(count),
        (None, Some(expr)) => Count::Open(expr.clone()),
        (Some(_), _) | (None, None) => Count::NotKnown,
    }
}

/// One call and what it asks for.
struct Asking<'s, 'p> {
    program: &'p Program,
    call: &'p Call,
    defaults: Option<&'p Fields>,
    names: &'s Names<'p>,
}

impl<'p> Asking<'_, 'p> {
    /// `None` when nothing is asked for.
    fn one(&self, mut demand: MachineDemand) -> Option<One> {
        let task = task_of(self.program, self.call);
        let inside = matches!(self.call.callee, Callee::Task(_)).then_some(self.call);
        if let Allowed::AtLeast(need) = &mut demand.allowed {
            need.each.iter_mut().for_each(|each| self.count(each, inside));
        }
        let layers = [(Some(self.call.modifiers()), None), (Some(&task.fields), inside), (self.defaults, None)];
        let field = demand.allowed.field();
        let gives = |fields: &&'p Fields| fields.needs_given.has(field);
        let (needs, call) = layers.into_iter().find_map(|(fields, call)| Some((fields.filter(gives)?, call)))?;
        let needs = needs.needs.as_ref()?;
        let scope = Scope { program: self.program, names: self.names, call };
        let Some(asked) = field_of(self.program, needs, field) else {
            return Some(One { demand, known: Known::Open, place: needs.span, written_out: false });
        };
        let known = match scope.value(asked) {
            Some(Value::None) => return None,
            Some(Value::Case(id, case)) => {
                let case = self.program.enums[id.index()].cases.get(case as usize)?;
                Known::Yes(Given::Arch(case.spelling.clone()))
            }
            Some(Value::Size(amount) | Value::Cpu(amount)) => Known::Yes(Given::Amount(amount)),
            Some(Value::Int(cores)) => Known::Yes(Given::Amount(cores.checked_mul(1000)?)),
            None => Known::Open,
        };
        let here = asked.span.file == self.call.span.file;
        let written_out = here && matches!(asked.kind, Kind::Size(_) | Kind::Cpu(_) | Kind::Int(_));
        // What a call gives to a task is wrong in the call.
        let given = call.is_some() && matches!(asked.kind, Kind::Local(_) | Kind::Binary(..));
        let place = if here && !given { asked.span } else { self.call.span };
        Some(One { demand, known, place, written_out })
    }

    fn count(&self, each: &mut Each, inside: Option<&'p Call>) {
        let Count::Open(expr) = &each.count else { return };
        let scope = Scope { program: self.program, names: self.names, call: inside };
        match scope.value(expr) {
            Some(Value::Int(count)) if count > 0 => each.count = Count::Known(count),
            Some(_) => each.count = Count::NotKnown,
            None => {}
        }
    }
}

/// Whether what is needed depends on more than is known here.
fn is_open(demand: &MachineDemand) -> bool {
    match &demand.allowed {
        Allowed::AtLeast(need) => need.is_open(),
        Allowed::Archs { .. } => false,
    }
}

/// The value of a field in a record that is written out.
pub(in crate::check) fn field_of<'p>(program: &'p Program, needs: &'p Expr, name: &str) -> Option<&'p Expr> {
    if let Kind::Const(id) = needs.kind {
        return field_of(program, &program.consts[id.index()].value, name);
    }
    let Kind::Record(id, values) = &needs.kind else { return None };
    let at = program.records[id.index()].fields.iter().position(|field| &*field.name == name)?;
    values.get(at)
}

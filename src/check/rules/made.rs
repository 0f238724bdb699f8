//! What one task makes, and what it has to find made: from its outputs and from the commands of its scripts.

use crate::check::program::{
    ArtifactId, Call, Callee, CommandDef, Fields, OutputDef, Program, Script, Shell, TaskDef, Type,
};
use crate::source::Span;

use super::runs::{Ender, Run, Wanted, may_run, runs};
use super::sequence;

/// What a task does with artifacts.
#[derive(Default, Debug)]
pub(in crate::check) struct Made<'p> {
    /// Every artifact that is there when it ends.
    pub(in crate::check) makes: Vec<ArtifactId>,
    /// In the order in which it makes them; only those with requirements.
    pub(in crate::check) demands: Vec<Demand>,
    /// What it may make besides: its commands name what they make with values that are not known.
    pub(in crate::check) perhaps: Vec<ArtifactId>,
    /// What commands of its scripts make.
    pub(in crate::check) by_command: Vec<ArtifactId>,
    /// The commands of its scripts of which the library says something that matters to others.
    pub(in crate::check) runs: Vec<Run<'p>>,
    /// What has to run after other commands.
    pub(in crate::check) enders: Vec<Ender<'p>>,
    /// What its commands spoil.
    pub(in crate::check) spoils: Vec<Spoil>,
    /// What is required in a script that has spoilt it itself.
    pub(in crate::check) spoilt: Vec<Spoilt>,
}

/// A command spoils an artifact, unless it is known here that what saves it was made.
#[derive(Clone, Copy, Debug)]
pub(in crate::check) struct Spoil {
    pub(in crate::check) artifact: ArtifactId,
    /// Index into [`Made::runs`].
    pub(in crate::check) run: usize,
    /// A command of the same task made it before.
    pub(in crate::check) made_here: bool,
    /// Nothing in the task makes it again behind that.
    pub(in crate::check) lasting: bool,
}

/// A command requires what one before it has spoilt.
#[derive(Debug)]
pub(in crate::check) struct Spoilt {
    /// Index into [`Made::spoils`].
    pub(in crate::check) spoil: usize,
    pub(in crate::check) demand: Demand,
}

/// Something that is made or run, and requirements of it that the task itself does not make before.
#[derive(Debug)]
pub(in crate::check) struct Demand {
    /// What is made; `None`: the command itself requires something.
    pub(in crate::check) artifact: Option<ArtifactId>,
    pub(in crate::check) missing: Vec<ArtifactId>,
    pub(in crate::check) by: Maker,
}

/// Why something is said to make an artifact.
#[derive(Clone, Debug)]
pub(in crate::check) enum Maker {
    /// It is an output, and no command of the scripts is known to make it.
    Output,
    /// A command of a script makes it: its words, where it is written, where it is said.
    Command { words: String, written: Span, declared: Span },
}

impl Maker {
    /// The command, in backticks.
    pub(in crate::check) fn run(&self) -> String {
        match self {
            Self::Output => String::new(),
            Self::Command { words, .. } => format!("`{words}`"),
        }
    }
}

/// The task of a call.
pub(in crate::check) fn task_of<'p>(program: &'p Program, call: &'p Call) -> &'p TaskDef {
    match &call.callee {
        Callee::Task(id) => &program.tasks[id.index()],
        Callee::InPlace(task) => task,
    }
}

/// The artifacts of a type, wherever in it they stand.
pub(in crate::check) fn artifacts_in(program: &Program, ty: &Type, found: &mut Vec<ArtifactId>) {
    match ty {
        Type::Artifact(id) => found.push(*id),
        Type::List(of) | Type::Map(of) | Type::Optional(of) => artifacts_in(program, of, found),
        Type::Record(id) => {
            program.records[id.index()].fields.iter().for_each(|field| artifacts_in(program, &field.ty, found));
        }
        Type::Unknown
        | Type::None
        | Type::Bool
        | Type::Int
        | Type::String
        | Type::Duration
        | Type::Size
        | Type::Cpu
        | Type::Path
        | Type::Image
        | Type::Secret
        | Type::Workspace
        | Type::Enum(_)
        | Type::Newtype(_)
        | Type::Outputs(_) => {}
    }
}

/// Looks at scripts for the commands of the program.
pub(in crate::check) struct Reader<'p> {
    program: &'p Program,
    /// The commands that matter to other tasks.
    wanted: Wanted<'p>,
    all: Vec<Made<'p>>,
    /// By task of the program: what it does without modifiers.
    of_task: Vec<Option<MadeId>>,
}

/// That of a task that makes nothing.
const PLAIN: MadeId = 0;

/// What [`Reader::get`] takes.
pub(in crate::check) type MadeId = usize;

/// The scripts of a task in the order in which they run.
pub(in crate::check) type Scripts<'p> = Vec<&'p Script>;

impl<'p> Reader<'p> {
    pub(in crate::check) fn new(program: &'p Program) -> Self {
        let wanted = Wanted::new(program, matters);
        Self { program, wanted, all: vec![Made::default()], of_task: vec![None; program.tasks.len()] }
    }

    /// What the task of a call does.
    pub(in crate::check) fn made(&mut self, call: &'p Call, defaults: Option<&'p Fields>) -> MadeId {
        let layers = [Some(call.modifiers()), defaults];
        let changes = |fields: &&Fields| fields.before.is_some() || fields.cleanup.is_some() || fields.shell.is_some();
        let task = match &call.callee {
            Callee::Task(id) if !layers.into_iter().flatten().any(|fields| changes(&fields)) => Some(id.index()),
            Callee::Task(_) | Callee::InPlace(_) => None,
        };
        if let Some(known) = task.and_then(|task| self.of_task[task]) {
            return known;
        }
        let id = if self.is_plain(call, defaults) { PLAIN } else { self.all.len() };
        if id != PLAIN {
            self.all.push(self.task(call, defaults));
        }
        if let Some(task) = task {
            self.of_task[task] = Some(id);
        }
        id
    }

    /// Most tasks have nothing to do with artifacts.
    fn is_plain(&self, call: &Call, defaults: Option<&Fields>) -> bool {
        let task = task_of(self.program, call);
        !task.outputs.iter().any(|output| artifact(output).is_some())
            && (self.wanted.is_empty() || !may_run(task, call.modifiers(), defaults))
    }

    pub(in crate::check) fn get(&self, id: MadeId) -> &Made<'p> {
        &self.all[id]
    }

    fn task(&self, call: &'p Call, defaults: Option<&'p Fields>) -> Made<'p> {
        let task = task_of(self.program, call);
        let outputs: Vec<_> = task.outputs.iter().filter_map(artifact).collect();
        sequence::made(self.program, &outputs, runs(self.program, &self.wanted, task, call.modifiers(), defaults))
    }
}

/// Whether what it does concerns other tasks, or other commands of its own.
fn matters(command: &CommandDef) -> bool {
    let artifacts = [&command.makes, &command.requires, &command.invalidates];
    artifacts.into_iter().any(|list| !list.is_empty())
        || command.facts.lock.is_some()
        || command.facts.ended_by.is_some()
        || command.facts.several
}

fn artifact(output: &OutputDef) -> Option<ArtifactId> {
    if let Type::Artifact(id) = output.ty { Some(id) } else { None }
}

pub(in crate::check) fn scripts<'p>(
    task: &'p TaskDef,
    modifiers: &'p Fields,
    defaults: Option<&'p Fields>,
) -> Scripts<'p> {
    let layers = || [Some(modifiers), Some(&task.fields), defaults].into_iter().flatten();
    let is_shell = |(shell, _): &(Shell, Span)| match shell {
        Shell::Bash | Shell::Sh => true,
        Shell::Other(_) => false,
    };
    let of_task = layers().find_map(|fields| fields.shell.as_deref()).is_none_or(is_shell);
    let steps = task.steps.iter().filter(|step| step.shell.as_deref().map_or(of_task, is_shell)).map(|step| &step.run);
    let before = layers().find_map(|fields| fields.before.as_deref());
    let cleanup = layers().find_map(|fields| fields.cleanup.as_deref());
    before.into_iter().chain(steps).chain(cleanup).collect()
}

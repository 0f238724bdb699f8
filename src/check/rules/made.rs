//! What one task makes, and what it has to find made: from its outputs and from the commands of its scripts.

use crate::check::program::{
    ArtifactId, Call, Callee, CommandDef, Fields, OutputDef, Program, Script, Shell, TaskDef, Type,
};
use crate::source::Span;

/// What a task does with artifacts.
#[derive(Default, Debug)]
pub(in crate::check) struct Made {
    /// Every artifact that is there when it ends.
    pub(in crate::check) makes: Vec<ArtifactId>,
    /// In the order in which it makes them; only those with requirements.
    pub(in crate::check) demands: Vec<Demand>,
    /// What commands of its scripts make.
    pub(in crate::check) by_command: Vec<ArtifactId>,
}

/// One artifact that is made, and requirements of it that the task itself does not make before.
#[derive(Debug)]
pub(in crate::check) struct Demand {
    pub(in crate::check) artifact: ArtifactId,
    pub(in crate::check) missing: Vec<ArtifactId>,
    pub(in crate::check) by: Maker,
}

/// Why something is said to make an artifact.
#[derive(Debug)]
pub(in crate::check) enum Maker {
    /// It is an output, and no command of the scripts is known to make it.
    Output,
    /// A command of a script makes it: its words, where it is written, where it is said.
    Command { words: String, written: Span, declared: Span },
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
    /// Some command of the program makes something.
    some_make: bool,
    all: Vec<Made>,
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
        let some_make = program.commands.iter().any(|one| !one.makes.is_empty());
        Self { program, some_make, all: vec![Made::default()], of_task: vec![None; program.tasks.len()] }
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
        let layers = [Some(call.modifiers()), Some(&task.fields), defaults].into_iter().flatten();
        let around = layers.flat_map(|fields| fields.before.iter().chain(&fields.cleanup));
        !task.outputs.iter().any(|output| artifact(output).is_some())
            && !task.steps.iter().map(|step| &step.run).chain(around).any(|script| self.may_run(script))
    }

    pub(in crate::check) fn get(&self, id: MadeId) -> &Made {
        &self.all[id]
    }

    fn task(&self, call: &'p Call, defaults: Option<&'p Fields>) -> Made {
        let task = task_of(self.program, call);
        let outputs: Vec<_> = task.outputs.iter().filter_map(artifact).collect();
        let runs = self.commands(&scripts(task, call.modifiers(), defaults));
        let mut made = Made::default();
        let by_command = |artifact: &ArtifactId| runs.iter().any(|(command, _)| command.makes.contains(artifact));
        // What no command is known to make, something in the script makes, nobody knows when.
        made.makes.extend(outputs.iter().copied().filter(|artifact| !by_command(artifact)));
        let at_some_time = made.makes.clone();
        for (command, written) in &runs {
            // What one command makes together, it makes in the right order.
            made.makes.extend(&command.makes);
            made.by_command.extend(&command.makes);
            for artifact in &command.makes {
                let words = command.words.join(" ");
                let by = Maker::Command { words, written: *written, declared: command.span };
                made.demands.extend(self.demand(*artifact, &made.makes, by));
            }
        }
        for artifact in outputs.iter().filter(|artifact| at_some_time.contains(artifact)) {
            made.demands.extend(self.demand(*artifact, &made.makes, Maker::Output));
        }
        made
    }

    fn demand(&self, artifact: ArtifactId, made: &[ArtifactId], by: Maker) -> Option<Demand> {
        let requires = &self.program.artifacts[artifact.index()].requires;
        let missing: Vec<_> = requires.iter().copied().filter(|one| !made.contains(one)).collect();
        (!missing.is_empty()).then_some(Demand { artifact, missing, by })
    }

    /// The commands that make something, in the order in which they are written.
    fn commands(&self, scripts: &Scripts<'p>) -> Vec<(&'p CommandDef, Span)> {
        let (program, mut found) = (self.program, Vec::new());
        for script in scripts.iter().filter(|script| self.may_run(script)) {
            for written in script.commands.iter().flatten() {
                let known = program.tree.known(&program.commands, script, written);
                found.extend(known.map(|one| (one, written.span)));
            }
        }
        found
    }

    /// Whether it can make something.
    fn may_run(&self, script: &Script) -> bool {
        self.some_make && script.commands.is_some()
    }
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
    let is_shell = |shell: &Option<(Shell, Span)>| match shell {
        None | Some((Shell::Bash | Shell::Sh, _)) => true,
        Some((Shell::Other(_), _)) => false,
    };
    let of_task = layers().find(|fields| fields.shell.is_some()).is_none_or(|fields| is_shell(&fields.shell));
    let read = |shell: &Option<(Shell, Span)>| if shell.is_some() { is_shell(shell) } else { of_task };
    let steps = task.steps.iter().filter(|step| read(&step.shell)).map(|step| &step.run);
    let before = layers().find_map(|fields| fields.before.as_ref());
    let cleanup = layers().find_map(|fields| fields.cleanup.as_ref());
    before.into_iter().chain(steps).chain(cleanup).collect()
}

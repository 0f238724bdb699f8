//! `pipec logs`: what the tasks of a run wrote.

use std::io::{self, BufWriter, Write};
use std::time::Duration;

use serde_json::json;

use super::Exit;
use super::args::runtime::{Logs, Shape, Stream as Which};
use super::machine::Machine;
use super::run::lines::Lines;
use super::stores;
use crate::contract::store::Stream;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, did_you_mean};
use crate::run::store::logs::{self, Line, Next, Wanted};
use crate::run::store::read::{Run, is_end};
use crate::source::Sources;

/// Between two looks for what comes.
const LOOK: Duration = Duration::from_millis(50);

pub(super) fn run(args: &Logs, machine: &mut Machine) -> Exit {
    let store = stores::open(&args.place);
    let shown = stores::find(&store, &args.run).and_then(|run| {
        let wanted = wanted(args, &run)?;
        show(args, &run, wanted).map_err(|error| stores::unreadable(&store, &error))
    });
    match shown {
        Ok(()) => Exit::Clean,
        Err(found) => {
            machine.complain(&Sources::default(), &found);
            Exit::Failed
        }
    }
}

/// `task`, `task.step`; a task may have dots in its name, or in the label of its turn.
fn wanted(args: &Logs, run: &Run) -> Result<Wanted, Diagnostic> {
    let stream = args.stream.map(|stream| match stream {
        Which::Stdout => Stream::Stdout,
        Which::Stderr => Stream::Stderr,
    });
    let all = Wanted { task: None, step: None, stream, from: args.from_id };
    let Some(name) = &args.task else { return Ok(all) };
    let known = names(run);
    if known.iter().any(|(task, _)| task == name) {
        return Ok(Wanted { task: Some(name.clone()), ..all });
    }
    let mut parts = name.match_indices('.').map(|(at, _)| (&name[..at], &name[at + 1..]));
    match parts.find(|part| known.iter().any(|(task, steps)| task == part.0 && steps.iter().any(|one| one == part.1))) {
        Some((task, step)) => Ok(Wanted { task: Some(task.to_owned()), step: Some(step.to_owned()), ..all }),
        None => Err(no_task(run, name, &known)),
    }
}

/// The tasks and turns of a run, with their steps.
pub(super) fn names(run: &Run) -> Vec<(String, Vec<String>)> {
    let spec = run.spec().map(|spec| spec.tasks).unwrap_or_default().into_iter();
    let mut names: Vec<(String, Vec<String>)> =
        spec.map(|task| (task.name, task.steps.into_iter().map(|step| step.name).collect())).collect();
    // Turns, and what a program had that has changed since.
    for step in run.steps() {
        let at = names.iter().position(|(task, _)| *task == step.file.task).unwrap_or_else(|| {
            names.push((step.file.task.clone(), Vec::new()));
            names.len() - 1
        });
        if !names[at].1.contains(&step.file.step) {
            names[at].1.push(step.file.step);
        }
    }
    names
}

fn no_task(run: &Run, name: &str, known: &[(String, Vec<String>)]) -> Diagnostic {
    let full = known.iter().flat_map(|(task, steps)| {
        std::iter::once(task.clone()).chain(steps.iter().map(move |step| format!("{task}.{step}")))
    });
    let full: Vec<String> = full.collect();
    let near = did_you_mean(name, full.iter().map(String::as_str));
    let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    Diagnostic::global(Code::P0774, format!("the run `{}` has no task or step `{name}`", run.file.id))
        .help(format!("{near}`pipec status {}` shows its tasks; a step is `TASK.STEP`", run.file.id))
}

fn show(args: &Logs, run: &Run, wanted: Wanted) -> io::Result<()> {
    let alone = alone(run, &wanted);
    let mut logs = logs::Logs::new(run, wanted, args.follow);
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut lines = Lines::default();
    let written = loop {
        let written = match logs.read()? {
            Next::Line(line) => match args.format {
                Shape::Json => write_json(&line, &mut out),
                Shape::Text if alone => out.write_all(&line.bytes()),
                Shape::Text => {
                    let mut text = lines.show((&line.task, line.id, line.line.stream), &line.bytes());
                    if line.last {
                        text.append(&mut lines.so_far(line.id));
                    }
                    out.write_all(&text)
                }
            },
            Next::Wait => {
                let flushed = out.flush();
                std::thread::sleep(LOOK);
                flushed
            }
            Next::End => break out.write_all(&lines.end()).and_then(|()| out.flush()),
        };
        if written.is_err() {
            break written;
        }
    };
    // Who went away has seen enough.
    written.or_else(|error| if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
}

fn write_json(line: &Line, out: &mut impl Write) -> io::Result<()> {
    let mut object = json!({ "task": line.task, "step": line.step, "step_id": line.id });
    if let (Some(object), serde_json::Value::Object(rest)) = (object.as_object_mut(), json!(line.line)) {
        object.extend(rest);
    }
    writeln!(out, "{object}")
}

/// Whether one step alone is shown, so that its bytes are all that is.
fn alone(run: &Run, wanted: &Wanted) -> bool {
    let Some(task) = &wanted.task else { return false };
    let steps = run.steps().into_iter().filter(|step| wanted.has(&step.file)).count();
    let several = |(name, steps): &(String, Vec<String>)| name == task && steps.len() > 1 && wanted.step.is_none();
    let whole = is_end(run.view().state);
    steps <= 1 && !names(run).iter().any(several) && (whole || steps == 1 || wanted.step.is_some())
}

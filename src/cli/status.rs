//! `pipec status`: how a run stands.

use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use super::Exit;
use super::args::runtime::{Shape, Status};
use super::machine::Machine;
use super::runs::{columns, state, took};
use super::stores::{self, spoken};
use crate::contract::store::{ArtifactsFile, State, TaskFile};
use crate::diag::render;
use crate::run::store::clock;
use crate::run::store::read::{Run, Step, View};
use crate::source::Sources;

pub(super) fn run(args: &Status, machine: &mut Machine) -> Exit {
    let store = stores::open(&args.place);
    let run = match stores::find(&store, &args.run) {
        Ok(run) => run,
        Err(found) => {
            machine.complain(&Sources::default(), &found);
            return Exit::Failed;
        }
    };
    let (steps, view) = (run.steps(), run.view());
    let text = match args.format {
        Shape::Text => render::printable(&text(&run, &view, &steps)),
        Shape::Json => format!("{:#}\n", object(&run, &view, &steps)),
    };
    machine.print(&text);
    match view.state {
        State::Pending | State::Running | State::Succeeded | State::Skipped => Exit::Clean,
        State::Failed | State::Cancelled | State::Lost => Exit::Findings,
    }
}

fn text(run: &Run, view: &View, steps: &[Step]) -> String {
    let file = &run.file;
    let how = match view.state {
        State::Running | State::Pending => format!("running for {}", took(run, view)),
        State::Lost => format!("lost: process {} is gone and did not say how it ended", file.process.pid),
        State::Succeeded | State::Failed | State::Skipped | State::Cancelled => {
            let code = view.result.as_ref().map(|result| result.exit_code).filter(|code| *code != 0);
            let code = code.map(|code| format!(", exit code {code}")).unwrap_or_default();
            format!("{} after {}{code}", state(view.state), took(run, view))
        }
    };
    let mut out = format!("run {}: `{}` of {}, {how}\n\n", file.id, file.pipeline, file.source);
    out += &tasks(view, steps);
    out += &made(run, view);
    out += &why(run, view);
    if let Some(result) = &view.result {
        let line = |(name, value): &(String, String)| format!("{} = {value}\n", super::run::output_name(name));
        let outputs: String = result.outputs.iter().map(line).collect();
        if !outputs.is_empty() {
            out += &format!("\n{outputs}");
        }
    }
    if view.state == State::Lost {
        out += &format!("\nto go on: pipec run {} {} --resume {}\n", file.source, file.pipeline, file.id);
    }
    out
}

/// Steps are shown where there are several, or one that did not simply succeed.
fn tasks(view: &View, steps: &[Step]) -> String {
    let mut rows = vec![["TASK", "STATE", "TOOK", "EXIT CODE"].map(str::to_owned)];
    for task in &view.tasks {
        rows.push([task.name.clone(), words(task), time(task), code(task.exit_code)]);
        let own: Vec<&Step> = steps.iter().filter(|step| step.file.task == task.name).collect();
        let plain = own.len() == 1 && own.iter().all(|step| step.state() == task.state);
        let shown = own.into_iter().filter(|_| !plain && !task.kept);
        rows.extend(shown.map(|step| step_row(step, view)));
    }
    columns(&rows)
}

fn step_row(step: &Step, view: &View) -> [String; 4] {
    let lost = view.state == State::Lost && step.state() == State::Running;
    let now = if lost { State::Lost } else { step.state() };
    let tries = if step.file.attempt > 1 { format!(", try {}", step.file.attempt) } else { String::new() };
    let updates = &step.file.status_updates;
    let at = |update: Option<&crate::contract::store::StatusUpdate>| clock::parse(&update?.timestamp);
    let took = at(updates.first()).zip(at(updates.last())).filter(|_| now != State::Running);
    let took = took.map(|(first, last)| spoken(last.saturating_sub(first))).unwrap_or_default();
    [format!("  .{}", step.file.step), format!("{}{tries}", state(now)), took, code(step.file.exit_code)]
}

fn words(task: &TaskFile) -> String {
    let more = [(task.kept, ", kept"), (task.warning, ", with a warning")];
    let more: String = more.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
    format!("{}{more}", state(task.state))
}

fn time(task: &TaskFile) -> String {
    let at = |time: &Option<String>| time.as_deref().and_then(clock::parse);
    let end = at(&task.ended).or_else(|| (task.state == State::Running).then(clock::now));
    let took = at(&task.started).zip(end).map(|(began, ended)| spoken(ended.saturating_sub(began)));
    took.unwrap_or_default()
}

fn code(code: Option<i32>) -> String {
    code.filter(|code| *code != 0).map(|code| code.to_string()).unwrap_or_default()
}

/// What its tasks have made, where whoever reads it finds it.
fn made(run: &Run, view: &View) -> String {
    let mut rows = vec![["ARTIFACT OF", "OUTPUT", "BYTES", "PATH"].map(str::to_owned)];
    for (task, file) in artifacts(run, view) {
        let name = |name: &str| super::run::output_name(name).to_owned();
        rows.extend(file.artifacts.iter().map(|one| {
            let path = run.folder.join(&one.path).display().to_string();
            [task.clone(), name(&one.name), one.size.to_string(), path]
        }));
        rows.extend(
            file.lost.iter().map(|one| [task.clone(), name(&one.name), "-".into(), format!("lost: {}", one.why)]),
        );
    }
    if rows.len() == 1 { String::new() } else { format!("\n{}", columns(&rows)) }
}

/// By the names of the tasks, in their order.
fn artifacts(run: &Run, view: &View) -> Vec<(String, ArtifactsFile)> {
    let places: FxHashMap<&str, usize> = view.tasks.iter().enumerate().map(|(at, task)| (&*task.name, at)).collect();
    let mut all: Vec<_> = run.artifacts().into_iter().map(|(step, file)| (step.file.task, file)).collect();
    all.sort_by_key(|(task, _)| places.get(&**task).copied());
    all
}

/// What the runner had to say, of a run that did not go well.
fn why(run: &Run, view: &View) -> String {
    if view.state == State::Succeeded {
        return String::new();
    }
    let lines: String = run.notes().iter().map(|note| format!("{}\n", note.text)).collect();
    let failed = view.tasks.iter().filter(|task| matches!(task.state, State::Failed | State::Lost));
    let logs: String = failed.map(|task| format!("pipec logs {} '{}'\n", run.file.id, task.name)).collect();
    let lines = if lines.is_empty() { lines } else { format!("\n{lines}") };
    if logs.is_empty() { lines } else { format!("{lines}\nlogs of what did not go well:\n{logs}") }
}

fn object(run: &Run, view: &View, steps: &[Step]) -> Value {
    let task = |task: &TaskFile| {
        let own = steps.iter().filter(|step| step.file.task == task.name);
        let own: Vec<Value> = own.map(|step| json!({ "id": step.id, "status": step.file })).collect();
        let mut object = json!(task);
        object["steps"] = json!(own);
        object
    };
    let tasks: Vec<Value> = view.tasks.iter().map(task).collect();
    let files = artifacts(run, view);
    let artifacts = files
        .iter()
        .flat_map(|(task, file)| file.artifacts.iter().map(move |one| json!({ "task": task, "artifact": one })));
    let artifacts: Vec<Value> = artifacts.collect();
    let lost = files.iter().flat_map(|(task, file)| {
        file.lost.iter().map(move |one| json!({ "task": task, "name": one.name, "why": one.why }))
    });
    let lost: Vec<Value> = lost.collect();
    json!({
        "run": run.file, "state": view.state, "tasks": tasks, "notes": run.notes(), "artifacts": artifacts,
        "lost_artifacts": lost, "result": view.result,
    })
}

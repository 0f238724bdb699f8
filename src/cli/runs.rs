//! `pipec runs`: what ran here.

use serde_json::json;

use super::Exit;
use super::args::runtime::{Runs, Shape};
use super::machine::Machine;
use super::stores::{self, spoken};
use crate::contract::store::State;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, render};
use crate::run::store::read::{Run, View, is_end};
use crate::run::store::{Entry, Store, clock};
use crate::source::Sources;

pub(super) fn run(args: &Runs, machine: &mut Machine) -> Exit {
    let store = stores::open(&args.place);
    let exit = args.prune.map_or(Exit::Clean, |keep| prune(&store, keep, machine));
    if args.prune.is_some() {
        return exit;
    }
    match store.entries() {
        Ok(entries) => {
            let text = match args.format {
                Shape::Text => render::printable(&table(&entries)),
                Shape::Json => object(&entries),
            };
            machine.print(&text);
            exit
        }
        Err(error) => {
            machine.complain(&Sources::default(), &stores::unreadable(&store, &error));
            Exit::Failed
        }
    }
}

fn prune(store: &Store, keep: usize, machine: &mut Machine) -> Exit {
    let gone = match store.prune(keep) {
        Ok(gone) => gone,
        Err(error) => {
            machine.complain(&Sources::default(), &stores::unreadable(store, &error));
            return Exit::Failed;
        }
    };
    let mut exit = Exit::Clean;
    for (id, done) in gone {
        match done {
            Ok(()) => machine.list(&format!("removed {id}\n")),
            Err(error) => {
                let found = Diagnostic::global(Code::P0773, format!("the run `{id}` cannot be removed: {error}"))
                    .help("files of containers may be another user's: remove what is left as that user");
                machine.complain(&Sources::default(), &found);
                exit = Exit::Failed;
            }
        }
    }
    exit
}

fn table(entries: &[Entry]) -> String {
    if entries.is_empty() {
        return "nothing has run here yet: `pipec run FILE` runs a pipeline\n".to_owned();
    }
    let rows = entries.iter().map(|entry| match entry {
        Entry::Run(run) => row(run),
        Entry::Unmade(id) => [id.clone(), "-".into(), "never begun".into(), "-".into(), "-".into()],
        Entry::Unreadable(id, _) => [id.clone(), "-".into(), "unreadable".into(), "-".into(), "-".into()],
    });
    let head = ["RUN", "PIPELINE", "STATE", "STARTED (UTC)", "TOOK"].map(str::to_owned);
    columns(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
}

fn row(run: &Run) -> [String; 5] {
    let view = run.view();
    let started = run.file.started.get(..19).unwrap_or(&run.file.started).replace('T', " ");
    [run.file.id.clone(), run.file.pipeline.clone(), state(view.state).to_owned(), started, took(run, &view)]
}

/// How long it took, or takes already. Of a run that was taken up again, the last time.
pub(super) fn took(run: &Run, view: &View) -> String {
    spoken(milliseconds(run, view))
}

fn milliseconds(run: &Run, view: &View) -> u64 {
    match &view.result {
        Some(result) => result.duration_ms,
        None if is_end(view.state) => view.at.saturating_sub(run.started()),
        None => clock::now().saturating_sub(run.started()),
    }
}

fn object(entries: &[Entry]) -> String {
    let runs = entries.iter().map(|entry| match entry {
        Entry::Run(run) => {
            let view = run.view();
            let (file, took) = (&run.file, milliseconds(run, &view));
            let code = view.result.as_ref().map(|result| result.exit_code);
            json!({
                "id": file.id, "pipeline": file.pipeline, "source": file.source, "state": view.state,
                "started": file.started, "duration_ms": took, "exit_code": code, "resumed": file.resumed,
            })
        }
        Entry::Unmade(id) => json!({ "id": id, "unreadable": "it was never begun" }),
        Entry::Unreadable(id, why) => json!({ "id": id, "unreadable": why }),
    });
    format!("{:#}\n", json!({ "runs": runs.collect::<Vec<_>>() }))
}

/// A state, as people read it.
pub(super) fn state(state: State) -> &'static str {
    match state {
        State::Pending => "pending",
        State::Running => "running",
        State::Succeeded => "succeeded",
        State::Failed => "failed",
        State::Skipped => "skipped",
        State::Cancelled => "cancelled",
        State::Lost => "lost",
    }
}

/// Rows with their columns one below the other.
pub(super) fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let mut wide = [0; N];
    for row in rows {
        row.iter().zip(&mut wide).for_each(|(cell, wide)| *wide = (*wide).max(cell.chars().count()));
    }
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(wide).map(|(cell, wide)| format!("{cell:<wide$}  "));
        cells.collect::<String>().trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

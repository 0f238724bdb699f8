//! Completion: what a shell is told to load, and the answers to what it asks then.

use std::ffi::OsStr;
use std::path::Path;

use clap::CommandFactory;
use clap_complete::engine::{CompletionCandidate, PathCompleter, ValueCompleter};
use clap_complete::env::{Bash, CompleteEnv, EnvCompleter, Fish, Zsh};

use super::args::Cli;
use super::args::manual::{Completions, Shell};
use super::args::runtime::Place;
use super::machine::{Disk, Machine};
use super::{Exit, logs, stores};
use crate::diag::code::CODES;
use crate::emit::TARGETS;
use crate::query::configs::{Choice, Configs};
use crate::query::doc::code::Code;
use crate::query::doc::{self, Entry, Kind, Row};
use crate::query::levels::Wishes;
use crate::query::{Analysis, Request};
use crate::run::store::Store;

/// The variable in which a shell that asks gives its name.
const ASKED: &str = "PIPEC_COMPLETE";

/// `pipec completions`: the script that a shell loads. It asks the command in the PATH.
pub(super) fn run(args: &Completions, machine: &mut Machine) -> Exit {
    let shell: &dyn EnvCompleter = match args.shell {
        Shell::Bash => &Bash,
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
    };
    let mut script = Vec::new();
    match shell.write_registration(ASKED, "pipec", "pipec", "pipec", &mut script) {
        Ok(()) | Err(_) => machine.print(&String::from_utf8_lossy(&script)),
    }
    Exit::Clean
}

/// Answers a shell that asks; says whether one did.
#[expect(clippy::disallowed_methods, reason = "a shell asks in the environment, about the folder it is in")]
pub(super) fn answer() -> bool {
    let asked = std::env::var_os(ASKED).is_some_and(|shell| !shell.is_empty());
    let folder = std::env::current_dir().ok();
    // What cannot be answered is no completion: a line that is being typed is no place for findings.
    asked
        && CompleteEnv::with_factory(Cli::command)
            .var(ASKED)
            .try_complete(std::env::args_os(), folder.as_deref())
            .unwrap_or(true)
}

/// `.pipe` files, and the folders they may be in.
pub(super) fn programs(typed: &OsStr) -> Vec<CompletionCandidate> {
    let program = |path: &Path| path.extension().is_some_and(|extension| extension == "pipe") && !path.is_dir();
    PathCompleter::any().filter(program).complete(typed)
}

/// As [`programs`], and the modules of the library.
pub(super) fn modules(typed: &OsStr) -> Vec<CompletionCandidate> {
    let mut found = beginning(typed, doc::library_names().map(|name| (name, "module of the library".to_owned())));
    found.extend(programs(typed));
    found
}

pub(super) fn targets(typed: &OsStr) -> Vec<CompletionCandidate> {
    beginning(typed, TARGETS.iter().map(|target| (target.name().to_owned(), target.about().to_owned())))
}

/// The numbers, and the names once one is begun.
pub(super) fn codes(typed: &OsStr) -> Vec<CompletionCandidate> {
    let ids = CODES.iter().map(|code| (code.id().to_owned(), code.summary().to_owned()));
    let names = CODES.iter().map(|code| (code.name().to_owned(), code.summary().to_owned()));
    if typed.is_empty() { beginning(typed, ids) } else { beginning(typed, ids.chain(names)) }
}

pub(super) fn commands(typed: &OsStr) -> Vec<CompletionCandidate> {
    let about = |command: &clap::Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    let command = Cli::command();
    beginning(typed, command.get_subcommands().map(|one| (one.get_name().to_owned(), about(one))))
}

/// The pipelines of the file that stands on the line already.
pub(super) fn pipelines(typed: &OsStr) -> Vec<CompletionCandidate> {
    let found = pipelines_on_the_line();
    beginning(typed, found.into_iter().map(|entry| (entry.name, first_line(&entry.doc))))
}

/// `NAME=` for the parameters of those pipelines.
pub(super) fn parameters(typed: &OsStr) -> Vec<CompletionCandidate> {
    let lists = pipelines_on_the_line().into_iter().flat_map(|entry| entry.lists);
    let rows = lists.filter(|(word, _)| *word == "Parameters").flat_map(|(_, rows)| rows);
    beginning(typed, rows.map(|row| (format!("{}=", row.name), about(&row))))
}

/// The runs that are kept in the folder that is named on the line, or the usual one.
pub(super) fn runs(typed: &OsStr) -> Vec<CompletionCandidate> {
    let runs = store_on_the_line().runs().unwrap_or_default();
    let last = (!runs.is_empty()).then(|| ("last".to_owned(), "the latest".to_owned()));
    let runs = runs.into_iter().rev().map(|run| (run.file.id, run.file.pipeline));
    beginning(typed, last.into_iter().chain(runs))
}

/// The tasks of the program that stands on the line already, as far as they need no value.
pub(super) fn tasks(typed: &OsStr) -> Vec<CompletionCandidate> {
    let plans = programs_on_the_line().filter_map(|path| Analysis::open(&Disk, &path).plan(&Disk, &Request::default()));
    let tasks =
        plans.flat_map(|plan| plan.tasks().map(|(_, task)| (task.name.clone(), task.doc.clone())).collect::<Vec<_>>());
    beginning(typed, tasks.map(|(name, doc)| (name, first_line(&doc))))
}

/// The stages of the program that stands on the line already, likewise.
pub(super) fn stages(typed: &OsStr) -> Vec<CompletionCandidate> {
    let plans = programs_on_the_line().filter_map(|path| Analysis::open(&Disk, &path).plan(&Disk, &Request::default()));
    let stages = plans.flat_map(|plan| plan.tasks().filter_map(|(_, task)| task.stage.clone()).collect::<Vec<_>>());
    let mut names: Vec<String> = Vec::new();
    for stage in stages {
        if !names.contains(&stage) {
            names.push(stage);
        }
    }
    beginning(typed, names.into_iter().map(|name| (name, String::new())))
}

/// The environments of the project of that program.
pub(super) fn environments(typed: &OsStr) -> Vec<CompletionCandidate> {
    let configs = Configs::new(Choice::Nearest, Wishes::default());
    let path = programs_on_the_line().next().unwrap_or_default();
    let list = configs.of(&Disk, &path).environments.list.clone();
    beginning(typed, list.into_iter().map(|(name, files)| (name, files.join(", "))))
}

/// The tasks of the run that stands on the line already, and once a dot is there their steps.
pub(super) fn steps(typed: &OsStr) -> Vec<CompletionCandidate> {
    let store = store_on_the_line();
    let wanted = words_on_the_line().skip_while(|word| word != "logs").skip(1).find(|word| !word.starts_with('-'));
    let Ok(run) = stores::find(&store, wanted.as_deref().unwrap_or("last")) else { return Vec::new() };
    let with_steps = typed.to_string_lossy().contains('.');
    let names = logs::names(&run).into_iter().flat_map(|(task, steps)| {
        let steps: Vec<String> = steps.into_iter().map(|step| format!("{task}.{step}")).collect();
        std::iter::once(task).chain(steps.into_iter().filter(move |_| with_steps))
    });
    beginning(typed, names.map(|name| (name, String::new())))
}

fn store_on_the_line() -> Store {
    let mut words = words_on_the_line().skip_while(|word| word != "--store");
    stores::open(&Place { store: words.nth(1) })
}

fn about(row: &Row) -> String {
    let ty = row.ty.as_ref().map(Code::text).unwrap_or_default();
    format!("{ty}  {}", first_line(&row.doc)).trim_end().to_owned()
}

fn first_line(doc: &str) -> String {
    doc.lines().next().unwrap_or_default().to_owned()
}

/// A file with a mistake in it has nothing to offer: the completion of its names may be another once it is mended.
fn pipelines_on_the_line() -> Vec<Entry> {
    let modules = programs_on_the_line().filter_map(|path| Analysis::open(&Disk, &path).module());
    modules.flat_map(|module| module.entries).filter(|entry| entry.kind == Kind::Pipeline).collect()
}

fn programs_on_the_line() -> impl Iterator<Item = String> {
    words_on_the_line().filter(|word| word.ends_with(".pipe"))
}

fn words_on_the_line() -> impl Iterator<Item = String> {
    std::env::args_os().skip_while(|word| word != "--").filter_map(|word| word.into_string().ok())
}

fn beginning(typed: &OsStr, all: impl Iterator<Item = (String, String)>) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy().to_lowercase();
    let fitting = all.filter(|(word, _)| word.to_lowercase().starts_with(&typed));
    fitting.map(|(word, help)| CompletionCandidate::new(word).help(Some(help.into()))).collect()
}

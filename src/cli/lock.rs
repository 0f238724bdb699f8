//! `pipec lock`: every image that programs name, looked up once and written down.

pub(super) mod arguments;
mod curl;
mod login;
mod parts;
mod settle;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::machine::{Disk, Machine};
use super::project::{self, Excluded};
use super::report::{self, To};
use super::{Exit, check, files};
use crate::diag::code::Code;
use crate::diag::report::Run;
use crate::diag::{Diagnostic, Severity};
use crate::query::Analysis;
use crate::query::config::Config;
use crate::query::lock::FILE;
use crate::source::Sources;
use arguments::Arguments;
use settle::Wanted;

/// `IMAGE=KIND:PATH`
#[derive(Clone, Debug)]
pub(super) struct From {
    image: String,
    path: String,
}

/// What stands behind `--from`.
pub(super) fn from(text: &str) -> Result<From, String> {
    let form = || "write `IMAGE=oci:DIR` or `IMAGE=docker-archive:FILE`".to_owned();
    let (image, place) = text.split_once('=').ok_or_else(form)?;
    let (kind, path) = place.split_once(':').ok_or_else(form)?;
    let known = matches!(kind, "oci" | "oci-archive" | "docker-archive");
    let sound = known && !path.is_empty() && !image.is_empty();
    sound.then(|| From { image: image.to_owned(), path: path.to_owned() }).ok_or_else(form)
}

pub(super) fn run(args: &Arguments, machine: &mut Machine) -> Exit {
    let configs = Arc::new(project::settings(&args.settings));
    let (paths, mut failures) = files::find(&args.paths, &Arc::new(Excluded::new(Arc::clone(&configs))));
    let programs = files::in_parallel(&paths, |path| {
        let config = configs.of(&Disk, path);
        (Analysis::open_to_lock(&Disk, path, &config), config)
    });
    let read = programs.iter().any(|(one, _)| one.diagnostics.has_errors());
    let read = !read && configs.all().iter().all(|config| !config.diagnostics.has_errors()) && failures.is_empty();
    if read {
        let (wanted, notes) = wanted(args, &programs);
        failures.extend(notes);
        for (path, one) in wanted {
            failures.extend(one.settle(&path, args, machine));
        }
    }
    show(args, &failures, &programs, &configs.all(), machine)
}

/// By the path of the lock, what has to be in it; and what could not be found out.
fn wanted(args: &Arguments, programs: &[(Analysis, Arc<Config>)]) -> (BTreeMap<String, Wanted>, Vec<Diagnostic>) {
    let mut wanted: BTreeMap<String, Wanted> = BTreeMap::new();
    let mut notes = Vec::new();
    for (analysis, config) in programs {
        let named = analysis.images(&args.values);
        notes.extend(named.diagnostics.iter().cloned());
        let one = wanted.entry(place(&analysis.path, config)).or_insert_with(|| Wanted::new(&config.locked));
        one.images.extend(named.images);
    }
    (wanted, notes)
}

/// Beside the configuration or the lock that is there, else beside the program.
fn place(program: &str, config: &Config) -> String {
    if config.path.is_some() || config.locked.lock.is_some() {
        return config.locked.path.clone();
    }
    Path::new(program).with_file_name(FILE).to_string_lossy().into_owned()
}

/// Writes what is wrong; lints are of `pipec check`.
fn show(
    args: &Arguments,
    failures: &[Diagnostic],
    programs: &[(Analysis, Arc<Config>)],
    configs: &[Arc<Config>],
    machine: &mut Machine,
) -> Exit {
    let nowhere = Sources::default();
    let settings = configs.iter().flat_map(|one| one.diagnostics.iter().map(move |found| (&one.sources, found)));
    let own = programs.iter().flat_map(|(one, _)| {
        one.diagnostics.iter().filter(|found| found.severity == Severity::Error).map(move |found| (&one.sources, found))
    });
    let findings: Vec<_> = failures.iter().map(|found| (&nowhere, found)).chain(settings).chain(own).collect();
    let run = Run { files: programs.iter().map(|(one, _)| one.path.as_str()).collect(), findings };
    report::write(args.report.message_format, &run, To::Err, machine);
    run.findings.iter().map(|(_, found)| exit_of(found)).max().unwrap_or(Exit::Clean)
}

/// As of a check; what could not be looked up is not known, which is more than out of date.
fn exit_of(found: &Diagnostic) -> Exit {
    if matches!(found.code, Code::P0756 | Code::P0757 | Code::P0758) { Exit::Failed } else { check::exit_of(found) }
}

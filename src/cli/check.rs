//! `pipec check`: every `.pipe` file below the paths, in parallel.

use rustc_hash::FxHashSet;

use super::Exit;
use super::args::{Check, Format};
use super::files;
use super::machine::{Disk, Machine};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Severity, report};
use crate::query::Analysis;
use crate::source::Sources;

pub(super) fn run(args: &Check, machine: &mut Machine) -> Exit {
    let (files, failures) = files::find(&args.paths);
    let analyses = files::in_parallel(&files, |path| Analysis::open(&Disk, path));
    let findings = distinct(&failures, &analyses);
    machine.print(&render(args.format, &findings, machine));
    if args.format == Format::Full {
        machine.tell(&rest(findings.len()));
        machine.tell(&summary(files.len(), &findings));
    }
    let exit = findings.iter().map(|(_, found)| exit_of(found)).max().unwrap_or(Exit::Clean);
    // The process ends behind this, and gives back all of it at once.
    std::mem::forget(analyses);
    exit
}

/// Findings about a file that cannot be read mean that the run could not be done.
pub(super) fn exit_of(found: &Diagnostic) -> Exit {
    match (found.code, found.severity) {
        (Code::P0701 | Code::P0702 | Code::P0703, _) => Exit::Failed,
        (_, Severity::Error) => Exit::Findings,
        (_, Severity::Warning | Severity::Note) => Exit::Clean,
    }
}

/// Each finding once, though several files use the module that it is in; in the order of the files.
fn distinct<'a>(failures: &'a [Diagnostic], analyses: &'a [Analysis]) -> Vec<(&'a Sources, &'a Diagnostic)> {
    static NOWHERE: std::sync::LazyLock<Sources> = std::sync::LazyLock::new(Sources::default);
    let mut seen = FxHashSet::default();
    let failures = failures.iter().map(|found| (&*NOWHERE, found));
    let found = analyses.iter().flat_map(|one| one.diagnostics.iter().map(|found| (&one.sources, found)));
    let mut fresh = |sources: &Sources, found: &Diagnostic| {
        let place = found.span().map(|span| (sources.get(span.file).name.clone(), span.start, span.end));
        seen.insert((place, found.code, found.message.clone()))
    };
    failures.chain(found).filter(|(sources, found)| fresh(sources, found)).collect()
}

fn render(format: Format, findings: &[(&Sources, &Diagnostic)], machine: &Machine) -> String {
    match format {
        Format::Full => {
            findings.iter().take(MOST_SHOWN).map(|(sources, found)| machine.render(sources, found) + "\n").collect()
        }
        Format::Concise => findings.iter().map(|(sources, found)| Machine::concise(sources, found)).collect(),
        Format::Json => format!("{:#}\n", report::json(findings.iter().copied())),
    }
}

/// With its lines of source, nobody reads more findings than this.
pub(super) const MOST_SHOWN: usize = 100;

/// What is said in the place of findings that are not shown.
pub(super) fn rest(findings: usize) -> String {
    match findings.saturating_sub(MOST_SHOWN) {
        0 => String::new(),
        more => format!("… and {more} more; `pipec check --format concise` shows all\n"),
    }
}

fn summary(files: usize, findings: &[(&Sources, &Diagnostic)]) -> String {
    let errors = findings.iter().filter(|(_, found)| found.severity == Severity::Error).count();
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let checked = count(files, "file");
    match (errors, findings.len() - errors) {
        (0, 0) => format!("{checked} checked, nothing found\n"),
        (errors, 0) => format!("{checked} checked, {}; `pipec explain CODE` says more\n", count(errors, "error")),
        (errors, rest) => format!("{checked} checked, {}, {}\n", count(errors, "error"), count(rest, "warning")),
    }
}

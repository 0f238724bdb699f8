//! `pipec check`: every `.pipe` file below the paths, in parallel.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ignore::WalkBuilder;
use rustc_hash::FxHashSet;

use super::Exit;
use super::args::{Check, Format};
use super::machine::{Disk, Machine};
use super::shellcheck;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Severity, report};
use crate::query::Analysis;
use crate::source::Sources;

pub(super) fn run(args: &Check, machine: &mut Machine) -> Exit {
    let (files, mut failures) = find(&args.paths);
    if files.is_empty() && failures.is_empty() {
        failures.push(nothing_to_check(&args.paths));
    }
    let mut analyses = analyse(&files);
    failures.extend(shellcheck::lint(&args.shellcheck, !args.no_cache, &mut analyses));
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

/// The files below the paths, sorted, and what cannot be read among them.
fn find(paths: &[String]) -> (Vec<String>, Vec<Diagnostic>) {
    let (mut files, mut failures) = (Vec::new(), Vec::new());
    for path in paths {
        if Path::new(path).is_dir() {
            walk(path, &mut files, &mut failures);
        } else {
            files.push(path.clone());
        }
    }
    files.sort();
    files.dedup();
    (files, failures)
}

fn walk(path: &str, files: &mut Vec<String>, failures: &mut Vec<Diagnostic>) {
    for entry in WalkBuilder::new(path).sort_by_file_name(Ord::cmp).build() {
        match entry {
            Ok(entry) if is_program(&entry) => {
                let shown = entry.path().strip_prefix("./").unwrap_or(entry.path());
                match shown.to_str() {
                    Some(path) => files.push(path.to_owned()),
                    None => failures.push(unspeakable(shown)),
                }
            }
            Ok(_) => {}
            Err(error) => failures.push(unreadable(&error)),
        }
    }
}

/// By its name; a link to a folder is none, though a link that leads nowhere is, so that it is reported.
fn is_program(entry: &ignore::DirEntry) -> bool {
    let named = entry.path().extension().is_some_and(|extension| extension == "pipe");
    named && !entry.path().is_dir()
}

/// On as many threads as there are cores; the answers are in the order of the files.
fn analyse(files: &[String]) -> Vec<Analysis> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(files.len());
    if threads <= 1 {
        return files.iter().map(|path| Analysis::open(&Disk, path)).collect();
    }
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(files.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((at, path)) = take(files, &next) {
                    let analysis = Analysis::open(&Disk, path);
                    done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((at, analysis));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, analysis)| analysis).collect()
}

fn take<'a>(files: &'a [String], next: &AtomicUsize) -> Option<(usize, &'a String)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    files.get(at).map(|path| (at, path))
}

fn unreadable(error: &ignore::Error) -> Diagnostic {
    Diagnostic::global(Code::P0701, format!("a folder cannot be read: {error}"))
        .help("check its permissions, or name the files to check")
}

fn unspeakable(path: &Path) -> Diagnostic {
    Diagnostic::global(Code::P0701, format!("`{}` cannot be read: its name is not UTF-8", path.display()))
        .help("rename it: findings and manifests say the names of files")
}

fn nothing_to_check(paths: &[String]) -> Diagnostic {
    Diagnostic::global(Code::P0702, format!("no `.pipe` file below {}", paths.join(", ")))
        .help("name a file or another folder; git-ignored files count only when they are named")
}

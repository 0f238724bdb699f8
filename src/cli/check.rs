//! `pipec check`: every `.pipe` file below the paths, in parallel.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::args::{Check, Format};
use super::machine::{Disk, Machine};
use super::project::{self, Excluded};
use super::report::{self, To};
use super::{Exit, files, fix, shellcheck, watch};
use crate::diag::code::Code;
use crate::diag::report::Run;
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::query::Analysis;
use crate::query::config::Config;
use crate::query::configs::Configs;
use crate::source::{Files, Sources};

pub(super) fn run(args: &Check, machine: &mut Machine) -> Exit {
    if args.watch {
        return watch::run(args, machine);
    }
    if args.fix {
        return fix::run(args, machine);
    }
    let disk: Door = Arc::new(Disk);
    show(args, Checked::new(args, &disk), To::Out, machine)
}

/// Where the files of a check come from.
pub(super) type Door = Arc<dyn Files + Send + Sync>;

/// Writes the findings of a check, the last thing that is done with it.
pub(super) fn show(args: &Check, checked: Checked, to: To, machine: &mut Machine) -> Exit {
    let run = checked.run();
    report::write(args.format, &run, to, machine);
    if args.format == Format::Full {
        machine.remark(&checked.summary(&run, "; `pipec explain CODE` says more"));
    }
    let exit = run.findings.iter().map(|(_, found)| exit_of(found)).max().unwrap_or(Exit::Clean);
    // The process ends behind this, and gives back all of it at once.
    std::mem::forget(checked);
    exit
}

/// What one look at the files gave.
pub(super) struct Checked {
    pub(super) files: Vec<String>,
    pub(super) excluded: Arc<Excluded>,
    pub(super) failures: Vec<Diagnostic>,
    /// The configurations that were read, and of each the patterns that could not be.
    configs: Vec<Arc<Config>>,
    patterns: Vec<(Arc<Config>, Diagnostics)>,
    analyses: Vec<Analysis>,
}

impl Checked {
    pub(super) fn new(args: &Check, disk: &Door) -> Self {
        let configs = Arc::new(project::configs(&args.project));
        let excluded = Arc::new(Excluded::reading(Arc::clone(&configs), Arc::clone(disk)));
        let (files, mut failures) = files::find(&args.paths, &excluded);
        let mut analyses = files::in_parallel(&files, |path| open(&**disk, path, &configs));
        failures.extend(about_scripts(args, &configs, &mut analyses));
        let (configs, patterns) = (configs.all(), excluded.wrong());
        Self { files, excluded, failures, configs, patterns, analyses }
    }

    pub(super) fn run(&self) -> Run<'_> {
        let read = self.analyses.iter().filter(|one| one.was_read()).map(|one| one.path.as_str());
        Run { files: read.collect(), findings: self.distinct() }
    }

    /// `2 files checked, 1 error`; `hint` stands behind errors.
    pub(super) fn summary(&self, run: &Run<'_>, hint: &str) -> String {
        summary(self.files.len(), &run.findings, hint) + "\n"
    }

    /// Each finding once, though several files use the module that it is in; in the order of the files.
    fn distinct(&self) -> Vec<(&Sources, &Diagnostic)> {
        let configs = self.configs.iter().map(|config| (&config.sources, &config.diagnostics));
        let patterns = self.patterns.iter().map(|(config, found)| (&config.sources, found));
        let programs = self.analyses.iter().map(|one| (&one.sources, &one.diagnostics));
        distinct(&self.failures, configs.chain(patterns).chain(programs))
    }
}

/// Each finding once, those without a text first.
pub(super) fn distinct<'a>(
    failures: &'a [Diagnostic],
    found: impl Iterator<Item = (&'a Sources, &'a Diagnostics)>,
) -> Vec<(&'a Sources, &'a Diagnostic)> {
    static NOWHERE: std::sync::LazyLock<Sources> = std::sync::LazyLock::new(Sources::default);
    let failures = failures.iter().map(|found| (&*NOWHERE, found));
    let all = found.flat_map(|(sources, found)| found.iter().map(move |one| (sources, one)));
    let mut seen = FxHashSet::default();
    let mut fresh = |sources: &Sources, found: &Diagnostic| {
        let place = found.span().map(|span| (sources.get(span.file).name.clone(), span.start, span.end));
        seen.insert((place, found.code, found.message.clone()))
    };
    failures.chain(all).filter(|(sources, found)| fresh(sources, found)).collect()
}

/// Lets ShellCheck read the scripts; what is about the run and no script has the level of the current folder.
fn about_scripts(args: &Check, configs: &Configs, analyses: &mut [Analysis]) -> Vec<Diagnostic> {
    let mut said = Diagnostics::default();
    let found = shellcheck::lint(args.shellcheck.as_ref(), !args.no_cache, analyses);
    found.into_iter().for_each(|one| said.push(one));
    if !said.is_empty() {
        configs.of(&Disk, "-").levels.apply(&mut said);
    }
    said.iter().cloned().collect()
}

pub(super) fn open(disk: &dyn Files, path: &str, configs: &Configs) -> Analysis {
    Analysis::open_with(disk, path, &configs.of(disk, path))
}

/// Findings about a file that cannot be read mean that the run could not be done.
pub(super) fn exit_of(found: &Diagnostic) -> Exit {
    match (found.code, found.severity) {
        (Code::P0701 | Code::P0702 | Code::P0703 | Code::P0706 | Code::P0713, _) => Exit::Failed,
        (_, Severity::Error) => Exit::Findings,
        (_, Severity::Warning | Severity::Note) => Exit::Clean,
    }
}

fn summary(files: usize, findings: &[(&Sources, &Diagnostic)], hint: &str) -> String {
    let errors = findings.iter().filter(|(_, found)| found.severity == Severity::Error).count();
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let checked = count(files, "file");
    match (errors, findings.len() - errors) {
        (0, 0) => format!("{checked} checked, nothing found"),
        (errors, 0) => format!("{checked} checked, {}{hint}", count(errors, "error")),
        (errors, rest) => format!("{checked} checked, {}, {}", count(errors, "error"), count(rest, "warning")),
    }
}

//! `pipec test`: the tests of every file below the paths, on plans.

mod junit;

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::args::{Format, Test, TestFormat};
use super::machine::{Disk, Machine};
use super::project::{self, Excluded};
use super::report::{self as findings, To};
use super::{Exit, check, files};
use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::diag::report::{self, Run};
use crate::query::Analysis;
use crate::query::config::Config;
use crate::query::test::Ran;
use crate::source::{Position, Sources};

/// The tests of one file, with what each took.
struct Tested {
    analysis: Analysis,
    /// The file has no errors, so that its tests were run.
    whole: bool,
    tests: Vec<(Ran, Duration)>,
}

pub(super) fn run(args: &Test, machine: &mut Machine) -> Exit {
    let paths = if args.paths.is_empty() { vec![".".to_owned()] } else { args.paths.clone() };
    let configs = Arc::new(project::settings(&args.settings));
    let (files, mut failures) = files::find(&paths, &Arc::new(Excluded::new(Arc::clone(&configs))));
    let filter = args.filter.as_deref().unwrap_or_default();
    let analyses = files::in_parallel(&files, |path| check::open(&Disk, path, &configs));
    let tested: Vec<Tested> = analyses.into_iter().map(|one| test(one, filter)).collect();
    let all_read = failures.is_empty() && tested.iter().all(|one| one.whole);
    if all_read && asked_for_some(args) && tested.iter().all(|one| one.tests.is_empty()) {
        failures.push(nothing_to_test(&paths, args.filter.as_deref()));
    }
    let configs = configs.all();
    let broken = errors(&failures, &configs, &tested);
    match args.format {
        TestFormat::Text => text(&tested, &broken, machine),
        TestFormat::Json => machine.print(&format!("{:#}\n", json(&tested, &broken))),
        TestFormat::Junit => machine.print(&junit::render(&suites(&tested, &broken))),
    }
    let failed = tested.iter().flat_map(|one| &one.tests).any(|(ran, _)| !ran.found.is_empty());
    let exit = broken.iter().map(|(_, found)| check::exit_of(found)).max().unwrap_or(Exit::Clean);
    if failed { exit.max(Exit::Findings) } else { exit }
}

/// A folder need not have tests; a file or filter that was named is meant to.
fn asked_for_some(args: &Test) -> bool {
    !args.paths.is_empty() || args.filter.is_some()
}

#[expect(clippy::disallowed_methods, reason = "reports say how long each test took")]
fn test(mut analysis: Analysis, filter: &str) -> Tested {
    let mut tests = Vec::new();
    let mut start = Instant::now();
    let whole = analysis.test(filter, &mut |ran| {
        tests.push((ran, start.elapsed()));
        start = Instant::now();
    });
    Tested { analysis, whole, tests }
}

/// What keeps tests from being run. Lints of files that are right are for `pipec check`.
fn errors<'a>(
    failures: &'a [Diagnostic],
    configs: &'a [Arc<Config>],
    tested: &'a [Tested],
) -> Vec<(&'a Sources, &'a Diagnostic)> {
    let configs = configs.iter().map(|config| (&config.sources, &config.diagnostics));
    let programs = tested.iter().filter(|one| !one.whole).map(|one| (&one.analysis.sources, &one.analysis.diagnostics));
    check::distinct(failures, configs.chain(programs))
}

fn text(tested: &[Tested], broken: &[(&Sources, &Diagnostic)], machine: &mut Machine) {
    let shown = Run { files: Vec::new(), findings: broken.to_vec() };
    findings::write(Format::Full, &shown, To::Out, machine);
    let mut out = String::new();
    for one in tested.iter().filter(|one| !one.tests.is_empty()) {
        out += &format!("{}\n", report::one_line(&one.analysis.path));
        for (ran, _) in &one.tests {
            let word = if ran.found.is_empty() { "ok    " } else { "FAILED" };
            out += &format!("  {word}  {}\n", report::one_line(&ran.name));
            ran.found
                .iter()
                .for_each(|found| out += &format!("\n{}\n", machine.render(To::Out, &one.analysis.sources, found)));
        }
    }
    machine.print(&out);
    machine.list(&summary(tested));
}

/// How many tests there were and how many of them failed.
fn counts(tested: &[Tested]) -> (usize, usize) {
    let all = || tested.iter().flat_map(|one| &one.tests);
    (all().count(), all().filter(|(ran, _)| !ran.found.is_empty()).count())
}

fn summary(tested: &[Tested]) -> String {
    let (all, failed) = counts(tested);
    let files = tested.iter().filter(|one| !one.tests.is_empty()).count();
    let not_run = tested.iter().filter(|one| !one.whole).count();
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let ran = match (all, failed) {
        (0, _) if not_run > 0 => "no tests run".to_owned(),
        (0, _) => "no tests found".to_owned(),
        (all, 0) => format!("{} in {}: all passed", count(all, "test"), count(files, "file")),
        (all, failed) => {
            format!("{} in {}: {} passed, {failed} failed", count(all, "test"), count(files, "file"), all - failed)
        }
    };
    match not_run {
        0 => format!("{ran}\n"),
        some => format!("{ran}; {} with errors not run\n", count(some, "file")),
    }
}

fn json(tested: &[Tested], broken: &[(&Sources, &Diagnostic)]) -> serde_json::Value {
    let rows = tested.iter().flat_map(|one| one.tests.iter().map(move |(ran, took)| row(one, ran, *took)));
    let tests: Vec<serde_json::Value> = rows.collect();
    let (all, failed) = counts(tested);
    let mut object = report::json(broken);
    object["tests"] = tests.into();
    object["summary"] = serde_json::json!({ "tests": all, "passed": all - failed, "failed": failed });
    object
}

fn row(one: &Tested, ran: &Ran, took: Duration) -> serde_json::Value {
    let sources = &one.analysis.sources;
    let Position { line, column } = sources.position(ran.span);
    let found = report::json(&ran.found.iter().map(|found| (sources, found)).collect::<Vec<_>>());
    serde_json::json!({
        "file": one.analysis.path,
        "name": ran.name,
        "line": line,
        "column": column,
        "passed": ran.found.is_empty(),
        "milliseconds": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        "diagnostics": found["diagnostics"],
    })
}

/// A suite a file; a file that cannot be read or has errors is an error of its suite.
fn suites(tested: &[Tested], broken: &[(&Sources, &Diagnostic)]) -> Vec<junit::Suite> {
    let line = |(sources, found): &(&Sources, &Diagnostic)| report::line(sources, found);
    let mut suites = Vec::new();
    if !broken.is_empty() {
        let errors = broken.iter().map(line).collect();
        let case = junit::Case { name: "check".to_owned(), took: Duration::ZERO, failures: Vec::new(), errors };
        suites.push(junit::Suite { name: "pipec check".to_owned(), cases: vec![case] });
    }
    for one in tested.iter().filter(|one| !one.tests.is_empty()) {
        let cases = one.tests.iter().map(|(ran, took)| junit::Case {
            name: ran.name.clone(),
            took: *took,
            failures: ran.found.iter().map(|found| report::line(&one.analysis.sources, found)).collect(),
            errors: Vec::new(),
        });
        suites.push(junit::Suite { name: one.analysis.path.clone(), cases: cases.collect() });
    }
    suites
}

fn nothing_to_test(paths: &[String], filter: Option<&str>) -> Diagnostic {
    let below = paths.join(", ");
    match filter {
        Some(filter) => Diagnostic::global(Code::P0713, format!("no test below {below} has `{filter}` in its name"))
            .help("`pipec test` without `--filter` lists the names: a filter that finds nothing would pass for ever"),
        None => Diagnostic::global(Code::P0713, format!("there is no test in {below}"))
            .help("write `test \"…\" { plan = my_pipeline() … }`, or name other files: a test run that finds nothing would pass for ever"),
    }
}

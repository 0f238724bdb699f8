//! Recovery: k independent faults in a right program give at least k reports, one of each, and at most one more.
#![allow(clippy::print_stderr, reason = "the long run says what it finds")]

mod inject;
mod kinds;
mod programs;
mod source;
mod tokens;
mod walk;

use std::fmt::Write as _;
use std::io;
use std::sync::OnceLock;

use pipec::diag::{Diagnostic, Severity, report};
use pipec::query::Analysis;
use pipec::source::Files;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::RngSeed;

use inject::{Fault, Patient, broken, home, missed};

struct One<'a>(&'a str);

impl Files for One<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if path == "faults.pipe" { Ok(self.0.as_bytes().to_vec()) } else { Err(io::ErrorKind::NotFound.into()) }
    }
}

fn check(text: &str) -> Analysis {
    Analysis::open(&One(text), "faults.pipe")
}

/// The findings that are no lints: those are of programs without errors.
fn errors(analysis: &Analysis) -> Vec<Diagnostic> {
    analysis.diagnostics.iter().filter(|one| one.severity == Severity::Error).cloned().collect()
}

/// The program, what was done to it and what was said.
fn shown(text: &str, faults: &[Fault], analysis: &Analysis, wrong: &str) -> String {
    let mut shown = format!("{wrong}\n");
    for (line, number) in text.lines().zip(1..) {
        let _ = writeln!(shown, "{number:4} {line}");
    }
    for fault in faults {
        let home = home(faults, fault);
        let line = text[..home.start].matches('\n').count() + 1;
        let _ = writeln!(
            shown,
            "fault: {} {:?}, in line {line}: {:?}",
            fault.kind.name, fault.kind.codes, fault.site.edits
        );
    }
    for one in analysis.diagnostics.iter() {
        let _ = writeln!(shown, "found: {}", report::line(&analysis.sources, one));
    }
    shown
}

/// What is wrong with the findings for these faults, if anything.
fn wrong(patient: &Patient, faults: &[Fault]) -> Option<String> {
    let text = broken(&patient.source, faults);
    let analysis = check(&text);
    let found = errors(&analysis);
    let missed = missed(&text, faults, &found);
    let names: Vec<_> = missed.iter().map(|at| faults[*at].kind.name).collect();
    if !names.is_empty() {
        return Some(shown(&text, faults, &analysis, &format!("not said: {}", names.join(", "))));
    }
    let more = std::env::var("FAULTS_EXTRA").ok().and_then(|more| more.parse().ok()).unwrap_or(1);
    let many = found.len() > faults.len() + more;
    many.then(|| shown(&text, faults, &analysis, &format!("{} findings for {} faults", found.len(), faults.len())))
}

/// The programs of the repository that need no other file.
fn real() -> &'static [Patient] {
    static REAL: OnceLock<Vec<Patient>> = OnceLock::new();
    REAL.get_or_init(|| {
        let programs = programs::real().into_iter().filter(|text| errors(&check(text)).is_empty());
        let patients: Vec<_> = programs.map(Patient::new).collect();
        assert!(patients.len() > 60, "{} programs", patients.len());
        patients
    })
}

fn dice() -> impl Strategy<Value = Vec<(usize, usize)>> {
    prop::collection::vec((0..10_000_usize, 0..100_000_usize), 1..=10)
}

fn config(cases: u32) -> ProptestConfig {
    let seed = std::env::var("FAULTS_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(3);
    ProptestConfig {
        cases: std::env::var("FAULTS_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(cases),
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        max_shrink_iters: 4000,
        ..ProptestConfig::default()
    }
}

#[test]
fn there_are_many_kinds_of_faults_and_each_has_places() {
    let mut names: Vec<_> = kinds::all().map(|kind| kind.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), kinds::all().count(), "each has a name of its own");
    assert!(names.len() >= 100, "{}", names.len());
    let placed: Vec<_> = real().iter().flat_map(|patient| patient.kinds().map(|(kind, _)| kind.name)).collect();
    let nowhere: Vec<_> = names.into_iter().filter(|name| !placed.contains(name)).collect();
    assert_eq!(
        nowhere,
        ["a missing field of a record", "a requirement that nobody makes", "fields for a pipeline"],
        "kinds that no program of the repository has a place for"
    );
}

proptest! {
    #![proptest_config(config(80))]

    #[test]
    fn a_generated_program_is_right(choices in programs::choices()) {
        let text = choices.program();
        let analysis = check(&text);
        prop_assert!(errors(&analysis).is_empty(), "{}", shown(&text, &[], &analysis, "not right"));
    }

}

proptest! {
    #![proptest_config(config(250))]

    #[test]
    fn every_fault_in_a_generated_program_is_said_once(choices in programs::choices(), dice in dice()) {
        let patient = Patient::new(choices.program());
        let faults = patient.choose(&dice);
        if let Some(wrong) = wrong(&patient, &faults) {
            prop_assert!(false, "{}", wrong);
        }
    }

}

proptest! {
    #![proptest_config(config(800))]

    #[test]
    fn every_fault_in_a_real_program_is_said_once(which in 0..1000_usize, dice in dice()) {
        let patient = &real()[which % real().len()];
        let faults = patient.choose(&dice);
        if let Some(wrong) = wrong(patient, &faults) {
            prop_assert!(false, "{}", wrong);
        }
    }
}

/// What each kind of fault fails at, some at once. Who works on recovery asks for more, or with 0 for every fault at every place:
/// `FAULTS_CASES=100000 cargo test --test it faults::table -- --nocapture`.
#[test]
fn table_of_faults() {
    let mut table = Table::default();
    let number = |name: &str, or: usize| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(or);
    let (cases, most) = (number("FAULTS_CASES", 200), number("FAULTS_MOST", 10));
    let mut runner = proptest::test_runner::TestRunner::new(config(1));
    let made: Vec<_> =
        (0..30).map(|_| programs::choices().new_tree(&mut runner).unwrap().current().program()).collect();
    let made: Vec<_> = made.into_iter().map(Patient::new).collect();
    if cases == 0 {
        for patient in made.iter().take(6).chain(real()) {
            for (kind, site) in patient.all() {
                table.enter(patient, &[Fault { kind, site: site.clone() }]);
            }
        }
    }
    for case in 0..cases {
        let patient = if case % 2 == 0 { &made[case / 2 % made.len()] } else { &real()[case / 2 % real().len()] };
        let dice = prop::collection::vec((0..10_000_usize, 0..100_000_usize), 1..=most);
        let faults = patient.choose(&dice.new_tree(&mut runner).unwrap().current());
        table.enter(patient, &faults);
    }
    table.show();
}

#[derive(Default)]
struct Table {
    cases: usize,
    /// By what is wrong: how often, and the shortest example.
    wrong: std::collections::BTreeMap<String, (usize, String)>,
}

impl Table {
    fn enter(&mut self, patient: &Patient, faults: &[Fault]) {
        self.cases += 1;
        let Some(mut text) = wrong(patient, faults) else { return };
        // Without what is not needed for it.
        let mut faults = faults.to_vec();
        let mut at = 0;
        while at < faults.len() {
            let mut fewer = faults.clone();
            fewer.remove(at);
            match wrong(patient, &fewer) {
                Some(still) => (text, faults) = (still, fewer),
                None => at += 1,
            }
        }
        let names: Vec<_> = faults.iter().map(|fault| fault.kind.name).collect();
        let said = text.split('\n').next().unwrap_or_default();
        let said = if said.starts_with("not") { said } else { "too many" };
        let entry = self.wrong.entry(format!("{said} <- {}", names.join(" + "))).or_insert((0, text.clone()));
        entry.0 += 1;
        if text.len() < entry.1.len() {
            entry.1 = text;
        }
    }

    fn show(&self) {
        let mut rows: Vec<_> = self.wrong.iter().collect();
        rows.sort_by_key(|(_, (count, _))| *count);
        for (name, (count, text)) in &rows {
            eprintln!("=== {count} {name}\n{text}");
        }
        let all: usize = rows.iter().map(|(_, (count, _))| count).sum();
        eprintln!("{all} of {} are wrong, in {} ways", self.cases, rows.len());
        assert_eq!(all, 0);
    }
}

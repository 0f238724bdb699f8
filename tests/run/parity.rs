//! 1.17, 2.8, 3.8, 3.12: `pipec run`, the emitted script and builds do the same with a program.

mod case;
mod compare;
mod dice;
mod engines;
mod examples;
mod fixed;
mod order;
mod program;
mod refused;
mod room;
mod script;
mod told;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use pipec::contract::RunSpec;

use super::object_store::{Server, secrets};
use case::Case;
use program::{Wishes, generate};
use told::Told;

/// How many programs are made when nobody says.
const PROGRAMS: usize = 25;
/// Most of the time they wait.
const WORKERS: usize = 3;

/// Runs a program by all three engines; what they do differently.
fn differences(case: &Case) -> Vec<String> {
    let top = tempfile::tempdir().unwrap();
    let (all, spec) = run_all(&top.path().canonicalize().unwrap(), case);
    judge(case, &all, &spec)
}

/// What each engine did; builds only where they can.
fn run_all(top: &Path, case: &Case) -> (Vec<Told>, RunSpec) {
    fs::write(top.join("ci.pipe"), &case.text).unwrap();
    secrets(&top.join("secrets"));
    let secret = top.join("secrets").join(engines::SECRET);
    if !case.plain_secret {
        fs::create_dir_all(&secret).unwrap();
    }
    fs::write(if case.plain_secret { secret } else { secret.join("value") }, "hunter two\n").unwrap();
    let (run, spec) = engines::run(top, case);
    let mut all = vec![run, engines::shell(top, case)];
    if !case.no_builds {
        all.push(engines::builds(top, case, &spec));
    }
    (all, spec)
}

fn judge(case: &Case, all: &[Told], spec: &RunSpec) -> Vec<String> {
    let mut found: Vec<String> = all[1..].iter().flat_map(|other| compare::differences(case, &all[0], other)).collect();
    found.extend(all.iter().filter_map(|told| order::check(told, spec).err()));
    if all[0].outcome == "cancelled" {
        found.extend(all.iter().flat_map(|told| order::cancelled(told, spec)));
    }
    if all[0].log.is_empty() && !all[0].tasks.is_empty() && all[0].tasks.values().any(|task| task.attempts != Some(0)) {
        found.push("nothing left a trace".to_owned());
    }
    if !found.is_empty() {
        found.extend(all.iter().map(|told| format!("---- {}\n{}", told.engine, told.said)));
    }
    found
}

/// Says which programs differ, with all that is needed to see why.
fn assert_parity(cases: &[Case]) {
    in_parallel(cases, |case| {
        let found = differences(case);
        let said = || format!("==== {}\n{}\n{:?}\n{}", case.name, case.text, case.given, found.join("\n"));
        (!found.is_empty()).then(said)
    });
}

/// Looks at several at a time, and says all that is wrong.
fn in_parallel<T: Sync>(all: &[T], look: impl Fn(&T) -> Option<String> + Sync) {
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..WORKERS.min(all.len()) {
            scope.spawn(|| {
                while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = catch_unwind(AssertUnwindSafe(|| look(one)));
                    wrong.lock().unwrap().extend(found.unwrap_or_else(|_| Some("it panics, see above".to_owned())));
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {} differ\n{}", wrong.len(), all.len(), wrong.join("\n\n"));
}

/// The options of builds that hand on through this server.
fn store(server: &Server) -> String {
    let spec = server.spec();
    format!(
        "store: \"{}\", store_endpoint: \"{}\", store_secret: \"store\"",
        spec.place,
        spec.endpoint.unwrap_or_default()
    )
}

fn wishes(at: usize) -> Wishes {
    let plain = Wishes { fails: true, fans: false, classes: false, hold: false, keep_going: false, jobs: 1 };
    // What runs at the same time as a failure is another matter each time.
    let side_by_side = Wishes { fails: false, jobs: 4, ..plain };
    let by_turns = if at % 16 < 8 { plain } else { side_by_side };
    match at % 8 {
        0..=2 => plain,
        3 => Wishes { keep_going: true, ..plain },
        4 => Wishes { hold: true, ..by_turns },
        5 => Wishes { fans: true, ..by_turns },
        6 => side_by_side,
        _ => Wishes { fails: false, classes: true, ..by_turns },
    }
}

/// 1.17, 2.8, 3.8, 3.12: `PIPEC_PARITY` says how many programs, `PIPEC_PARITY_SEED` the one to look at.
#[test]
fn capability_1_17_generated_programs_run_the_same_everywhere() {
    let Some(server) = Server::start() else { return };
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<usize>().ok());
    let many = number("PIPEC_PARITY").unwrap_or(PROGRAMS);
    let seeds = match number("PIPEC_PARITY_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..many,
    };
    let cases: Vec<Case> = seeds.map(|at| generate(u64::try_from(at).unwrap(), wishes(at), &store(&server))).collect();
    assert_parity(&cases);
}

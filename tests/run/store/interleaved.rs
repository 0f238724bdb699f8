//! Wharf's race W2 (capability 3.7): how a run stands does not depend on who ended in the same moment.

use pipec::contract::store::{State, StatusFile};
use pipec::run::observe::{Change, Observer};
use pipec::run::store::Entry;

use super::{Place, change, first, of, record, spec};

/// What two tasks tell, in 1,000 orders of what they tell: the state of each is the last that it told, and that of the
/// run is its own.
#[test]
fn a_thousand_interleavings_end_alike() {
    let place = Place::new();
    let spec = spec(&[("a", &["main"]), ("b", &["main"])]);
    let mut seen = std::collections::BTreeSet::new();
    let mut seed = 1u64;
    for _ in 0..1000 {
        let writing = place.create();
        let mut order = String::new();
        record(&writing, &spec, State::Failed, |to| {
            let mut left = [0, 0];
            while left != [4, 4] {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let task = if left[0] == 4 || (left[1] < 4 && seed >> 63 == 1) { 1 } else { 0 };
                order.push(if task == 0 { 'a' } else { 'b' });
                tell(to, task, left[task]);
                left[task] += 1;
            }
        });
        seen.insert(order);
        let Some(Entry::Run(run)) = place.store.find(writing.id()).unwrap().pop() else { panic!("it is a run") };
        let status: StatusFile = run.status_file().unwrap();
        let states: Vec<_> = status.tasks.iter().map(|task| (task.state, task.exit_code)).collect();
        assert_eq!(states, [(State::Failed, Some(7)), (State::Succeeded, Some(0))]);
        assert_eq!(run.view().state, State::Failed);
    }
    assert!(seen.len() == 70, "{} of all 70 orders", seen.len());
}

/// The first fails, the second succeeds.
fn tell(to: &dyn Observer, task: usize, what: usize) {
    let (state, code) = if task == 0 { (State::Failed, 7) } else { (State::Succeeded, 0) };
    let ended = Change { exit_code: Some(code), ..change(state, None) };
    match what {
        0 => to.task(of(task), &change(State::Running, None)),
        1 => to.step(first(of(task)), &change(State::Running, None)),
        2 => to.step(first(of(task)), &ended),
        _ => to.task(of(task), &ended),
    }
}

//! Work on two threads at once, for what is long. What comes out is the same on every machine.
//!
//! Two and no more: each thread has memory of its own, of which the other gets nothing back.

use std::sync::OnceLock;
use std::thread;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Whether there is a second processor.
pub fn is_two() -> bool {
    second().is_some()
}

/// The other thread. It stays, so that what it has freed is used again.
fn second() -> Option<&'static ThreadPool> {
    static SECOND: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let processors = || thread::available_parallelism().map_or(1, usize::from);
    let start = || if processors() > 1 { ThreadPoolBuilder::new().num_threads(1).build().ok() } else { None };
    SECOND.get_or_init(start).as_ref()
}

/// What both make, at the same time where that can be.
pub fn both<A, B: Send>(here: impl FnOnce() -> A, there: impl FnOnce() -> B + Send) -> (A, B) {
    let Some(second) = second() else { return (here(), there()) };
    let mut other = None;
    let one = second.in_place_scope(|scope| {
        scope.spawn(|_| other = Some(there()));
        here()
    });
    (one, other.expect("the scope ends when both are made, or panics"))
}

/// Gives `done` what `make` makes of each, in their order; a piece of them at a time, so that little has to wait.
pub fn in_order<T: Send, R: Send>(
    mut items: impl Iterator<Item = T>,
    make: impl Fn(T) -> R + Sync,
    mut done: impl FnMut(R),
) {
    let make_all = |items: Vec<T>| -> Vec<R> { items.into_iter().map(&make).collect() };
    loop {
        let mut piece: Vec<T> = items.by_ref().take(PIECE).collect();
        if piece.len() < PIECE {
            return piece.into_iter().for_each(|item| done(make(item)));
        }
        let rest = piece.split_off(PIECE / 2);
        let (one, other) = both(|| make_all(piece), || make_all(rest));
        one.into_iter().chain(other).for_each(&mut done);
    }
}

/// So many items are made before the first of them is done with; fewer are made sooner than a thread gets to work.
pub const PIECE: usize = 256;

#[cfg(test)]
mod tests {
    use super::{PIECE, in_order};

    #[test]
    fn what_is_made_comes_in_order() {
        for count in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7] {
            let mut made = Vec::new();
            in_order(0..count, |item| item * 2, |item| made.push(item));
            assert_eq!(made, (0..count).map(|item| item * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_panic_of_a_thread_goes_on() {
        for wrong in [0, PIECE - 1] {
            let all = || in_order(0..PIECE, |item| assert_ne!(item, wrong), |()| ());
            assert!(std::panic::catch_unwind(all).is_err(), "{wrong}");
        }
    }
}

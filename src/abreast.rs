//! Work on two threads at once, for what is long. What comes out is the same on every machine.
//!
//! Two and no more: each thread has memory of its own, of which the other gets nothing back.

pub mod ahead;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, mpsc};
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

/// As [`both`], for a plan or a program of so many statements: those of a short one are made one after the other.
pub fn both_of<A, B: Send>(statements: usize, here: impl FnOnce() -> A, there: impl FnOnce() -> B + Send) -> (A, B) {
    if statements < LONG { (here(), there()) } else { both(here, there) }
}

/// Gives `done` what `make` makes of each, in their order. Who has time takes the next few, so that neither waits while
/// the other is kept from working.
pub fn in_order<T: Send, R: Send>(
    mut items: impl Iterator<Item = T> + Send,
    make: impl Fn(T) -> R + Sync,
    mut done: impl FnMut(R),
) {
    let first: Vec<T> = items.by_ref().take(PIECE).collect();
    if first.len() < PIECE {
        return first.into_iter().for_each(|item| done(make(item)));
    }
    taken_by_both(first.into_iter().chain(items), AT_ONCE, make, done);
}

/// As [`in_order`], for items of which each is worth a thread.
pub fn each_in_order<T: Send, R: Send>(
    items: impl Iterator<Item = T> + Send,
    make: impl Fn(T) -> R + Sync,
    done: impl FnMut(R),
) {
    taken_by_both(items, 1, make, done);
}

fn taken_by_both<T: Send, R: Send>(
    items: impl Iterator<Item = T> + Send,
    at_once: usize,
    make: impl Fn(T) -> R + Sync,
    mut done: impl FnMut(R),
) {
    let Some(second) = second() else { return items.for_each(|item| done(make(item))) };
    let queue = Mutex::new(items.fuse().enumerate());
    let few = &|| -> Option<Few<R>> {
        let few: Vec<(usize, T)> = lock(&queue).by_ref().take(at_once).collect();
        let first = few.first()?.0;
        Some((first, few.into_iter().map(|(_, item)| make(item)).collect()))
    };
    let (ready, made) = mpsc::sync_channel(AHEAD);
    second.in_place_scope(|scope| {
        // Each side ends when the other is gone: one that panicked keeps nobody waiting.
        scope.spawn(move |_| std::iter::from_fn(few).try_for_each(|few| ready.send(few)).unwrap_or_default());
        let made = made;
        let (mut waiting, mut next) = (BTreeMap::new(), 0);
        loop {
            let own = if waiting.len() < AHEAD { few() } else { None };
            let Some((first, few)) = own.or_else(|| made.recv().ok()) else { break };
            waiting.insert(first, few);
            waiting.extend(made.try_iter());
            while let Some(few) = waiting.remove(&next) {
                next += few.len();
                few.into_iter().for_each(&mut done);
            }
        }
    });
}

/// What was made of some items that follow each other, and the number of the first.
type Few<R> = (usize, Vec<R>);

fn lock<T>(queue: &Mutex<T>) -> MutexGuard<'_, T> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

/// So many statements take longer than a thread takes to start, whatever is done with them.
pub const LONG: usize = 1000;

/// Fewer items are made sooner than a thread gets to work.
pub const PIECE: usize = 256;

/// So many are taken at once: little beside them is the taking, and little is waited for at the end.
const AT_ONCE: usize = 16;

/// So many times what is taken at once may wait for what stands before it.
const AHEAD: usize = 16;

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::{PIECE, each_in_order, in_order};

    #[test]
    fn what_is_made_comes_in_order() {
        for count in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7] {
            let mut made = Vec::new();
            in_order(0..count, |item| item * 2, |item| made.push(item));
            assert_eq!(made, (0..count).map(|item| item * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_takes_long_is_waited_for_in_order() {
        for slow in [0, 1, 15, 16, PIECE / 2] {
            let make = |item| {
                let longer = if item == slow { 20 } else { 0 };
                thread::sleep(Duration::from_millis(longer));
                item
            };
            let mut made = Vec::new();
            each_in_order(0..PIECE, make, |item| made.push(item));
            in_order(0..PIECE, make, |item| made.push(item));
            assert_eq!(made, (0..PIECE).chain(0..PIECE).collect::<Vec<_>>(), "{slow}");
        }
    }

    #[test]
    fn a_panic_of_who_takes_what_is_made_goes_on() {
        let all = || each_in_order(0..PIECE, |item| item, |item| assert_ne!(item, 7));
        assert!(std::panic::catch_unwind(all).is_err());
    }

    #[test]
    fn a_panic_of_a_thread_goes_on() {
        for wrong in [0, PIECE - 1] {
            let all = || in_order(0..PIECE, |item| assert_ne!(item, wrong), |()| ());
            assert!(std::panic::catch_unwind(all).is_err(), "{wrong}");
        }
    }
}

//! Things that the other thread makes ahead of who needs them here.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};

use super::second;

/// Runs both at the same time. What `there` offers, `here` can take; on one processor there is nothing to take, and it
/// makes each thing itself.
pub fn ahead<R: Send, A>(there: impl FnOnce(&mut Offers<R>) + Send, here: impl FnOnce(Option<Ahead<R>>) -> A) -> A {
    let Some(second) = second() else { return here(None) };
    let begun = Arc::new(AtomicU32::new(0));
    let (ready, made) = mpsc::sync_channel(WAITING);
    let mut offers = Offers { begun: Arc::clone(&begun), ready: Some(ready) };
    second.in_place_scope(|scope| {
        scope.spawn(move |_| there(&mut offers));
        here(Some(Ahead { begun, made, early: None }))
    })
}

/// The side that makes.
#[derive(Debug)]
pub struct Offers<R> {
    begun: Arc<AtomicU32>,
    /// Absent when nobody takes any more.
    ready: Option<SyncSender<(u32, R)>>,
}

impl<R> Offers<R> {
    /// Makes what has this key, unless the other side is at it or behind it already. Keys are above 0 and ascend.
    pub fn offer(&mut self, key: u32, make: impl FnOnce() -> R) {
        let Some(ready) = &self.ready else { return };
        if self.begun.fetch_max(key, Ordering::Relaxed) < key && ready.send((key, make())).is_err() {
            self.ready = None;
        }
    }
}

/// The side that takes.
#[derive(Debug)]
pub struct Ahead<R> {
    /// The highest key of what either side makes or has made.
    begun: Arc<AtomicU32>,
    made: Receiver<(u32, R)>,
    /// Made, and not asked for yet.
    early: Option<(u32, R)>,
}

impl<R> Ahead<R> {
    /// What has this key, where it was made; otherwise it is for the caller to make. What has a lower one is not asked for
    /// again.
    pub fn take(&mut self, key: u32) -> Option<R> {
        loop {
            let (next, made) = self.early.take().or_else(|| self.next(key))?;
            if next == key {
                return Some(made);
            }
            if next > key {
                self.early = Some((next, made));
                return None;
            }
        }
    }

    /// Waits only for what is being made.
    fn next(&self, key: u32) -> Option<(u32, R)> {
        if let Ok(next) = self.made.try_recv() {
            return Some(next);
        }
        let is_begun = self.begun.fetch_max(key, Ordering::Relaxed) >= key;
        is_begun.then(|| self.made.recv().ok()).flatten()
    }
}

/// How many things may wait to be taken: little memory, and nobody waits for the other all the time.
const WAITING: usize = 64;

#[cfg(test)]
mod tests {
    use super::{Ahead, ahead};

    /// The keys that were there to be taken.
    fn taken(offered: &[u32], asked: &[u32]) -> Vec<u32> {
        let take = |mut from: Option<Ahead<u32>>| {
            let made = |key: &u32| from.as_mut().and_then(|from| from.take(*key)).inspect(|made| assert_eq!(made, key));
            asked.iter().filter_map(made).collect()
        };
        ahead(|offers| offered.iter().for_each(|key| offers.offer(*key, || *key)), take)
    }

    #[test]
    fn what_is_taken_is_what_was_asked_for() {
        let all: Vec<u32> = (1..2000).collect();
        let odd: Vec<u32> = all.iter().copied().filter(|key| key % 2 == 1).collect();
        let mixed = [5, 3, 9, 1, 2000, 7];
        for offered in [&all, &odd, &Vec::new()] {
            for asked in [all.as_slice(), &odd, &mixed, &[]] {
                let taken = taken(offered, asked);
                assert!(taken.iter().all(|key| offered.contains(key)), "{taken:?}");
                assert!(taken.windows(2).all(|pair| pair[0] < pair[1]), "{taken:?}");
            }
        }
    }

    #[test]
    fn who_takes_nothing_keeps_nobody_waiting() {
        assert_eq!(ahead(|offers| (1..1000).for_each(|key| offers.offer(key, || key)), |_: Option<Ahead<u32>>| 7), 7);
    }

    #[test]
    fn a_panic_of_either_side_goes_on() {
        let all: Vec<u32> = (1..1000).collect();
        let makes = || ahead(|offers| offers.offer(1, || panic!("made")), |_: Option<Ahead<u32>>| ());
        assert!(std::panic::catch_unwind(makes).is_err() || !super::super::is_two());
        let takes = |from: Option<Ahead<u32>>| assert!(from.is_none(), "{from:?}");
        let both = || ahead(|offers| all.iter().for_each(|key| offers.offer(*key, || *key)), takes);
        assert!(std::panic::catch_unwind(both).is_err() || !super::super::is_two());
    }
}

//! Things that the other thread makes ahead of who needs them here.

use std::iter::Peekable;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::vec::IntoIter;

use super::second;

/// Runs both at the same time. What `there` offers, `here` can take; on one processor there is nothing to take, and it
/// makes each thing itself.
pub fn ahead<R: Send, A>(there: impl FnOnce(&mut Offers<R>) + Send, here: impl FnOnce(Option<Ahead<R>>) -> A) -> A {
    let Some(second) = second() else { return here(None) };
    let begun = Arc::new(AtomicU32::new(0));
    let (ready, made) = mpsc::sync_channel(WAITING);
    let mut offers = Offers { begun: Arc::clone(&begun), few: Vec::with_capacity(FEW), ready: Some(ready) };
    second.in_place_scope(|scope| {
        scope.spawn(move |_| {
            there(&mut offers);
            offers.give();
        });
        here(Some(Ahead { begun, asked: 0, made, few: Vec::new().into_iter().peekable() }))
    })
}

/// The side that makes.
#[derive(Debug)]
pub struct Offers<R> {
    begun: Arc<AtomicU32>,
    /// Given together: to wake who waits costs more than to make one.
    few: Vec<(u32, R)>,
    /// Absent when nobody takes any more.
    ready: Option<SyncSender<Vec<(u32, R)>>>,
}

impl<R> Offers<R> {
    /// Makes what has this key, unless the other side is at it or behind it already. Keys are above 0 and ascend.
    pub fn offer(&mut self, key: u32, make: impl FnOnce() -> R) {
        if self.ready.is_none() || self.begun.fetch_max(key, Ordering::Relaxed) >= key {
            return;
        }
        self.few.push((key, make()));
        if self.few.len() == FEW {
            self.give();
        }
    }

    fn give(&mut self) {
        let few = std::mem::replace(&mut self.few, Vec::with_capacity(FEW));
        self.ready = self.ready.take().filter(|ready| ready.send(few).is_ok());
    }
}

/// The side that takes.
#[derive(Debug)]
pub struct Ahead<R> {
    /// The highest key of what either side makes or has made.
    begun: Arc<AtomicU32>,
    /// The highest that was asked for.
    asked: u32,
    made: Receiver<Vec<(u32, R)>>,
    /// Made, and not asked for yet.
    few: Peekable<IntoIter<(u32, R)>>,
}

impl<R> Ahead<R> {
    /// What has this key, where it was made; otherwise it is for the caller to make. Who asks out of order gets nothing.
    pub fn take(&mut self, key: u32) -> Option<R> {
        if key <= self.asked {
            return None;
        }
        self.asked = key;
        loop {
            if let Some((next, made)) = self.few.next_if(|(next, _)| *next <= key) {
                if next == key {
                    return Some(made);
                }
            } else if self.few.peek().is_some() {
                return None;
            } else {
                self.few = self.more(key)?.into_iter().peekable();
            }
        }
    }

    /// Waits only for what the other side is making: what this side has begun has no higher key than it asked for before.
    fn more(&self, key: u32) -> Option<Vec<(u32, R)>> {
        if let Ok(few) = self.made.try_recv() {
            return Some(few);
        }
        let is_begun = self.begun.fetch_max(key, Ordering::Relaxed) >= key;
        is_begun.then(|| self.made.recv().ok()).flatten()
    }
}

/// So many are given at once.
const FEW: usize = 32;

/// So many times what is given at once may wait to be taken: little memory.
const WAITING: usize = 4;

#[cfg(test)]
mod tests {
    use super::super::both;
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

    /// As when several files are checked at once, one of them there.
    #[test]
    fn the_other_thread_can_take_too() {
        let all: Vec<u32> = (1..200).collect();
        for asked in [&[5, 3, 9, 1, 300, 7], all.as_slice()] {
            let (here, there) = both(|| taken(&all, asked), || taken(&all, asked));
            assert!(here.iter().chain(&there).all(|key| asked.contains(key)));
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

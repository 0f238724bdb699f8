//! What could start, if there were room: the least first, what waits for a lock or for room aside.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::contract::AmountSpec;

/// Amounts that can be compared; what nobody named is nothing.
type Amounts = [i64; 3];

/// What a job takes while it runs.
#[derive(Clone, Debug)]
pub(super) struct Takes {
    /// The number of its lock.
    pub(super) lock: Option<usize>,
    pub(super) asks: AmountSpec,
}

/// The jobs that wait for nothing but the machine. What waits for a lock is looked at when the lock is free, what waits
/// for room when there is more.
#[derive(Debug)]
pub(super) struct Ready {
    at_once: usize,
    room: AmountSpec,
    taken: Amounts,
    running: usize,
    now: BTreeSet<usize>,
    held: FxHashSet<usize>,
    by_lock: FxHashMap<usize, BTreeSet<usize>>,
    by_room: BTreeMap<Amounts, BTreeSet<usize>>,
}

impl Ready {
    pub(super) fn new(at_once: usize, room: AmountSpec) -> Self {
        Self {
            at_once: at_once.max(1),
            room,
            taken: [0; 3],
            running: 0,
            now: BTreeSet::new(),
            held: FxHashSet::default(),
            by_lock: FxHashMap::default(),
            by_room: BTreeMap::new(),
        }
    }

    pub(super) fn add(&mut self, job: usize) {
        self.now.insert(job);
    }

    /// None of those that have not begun will.
    pub(super) fn clear(&mut self) {
        self.now.clear();
        self.by_lock.clear();
        self.by_room.clear();
    }

    pub(super) fn running(&self) -> usize {
        self.running
    }

    /// The least job that may be looked at; it is started, put aside or settled then.
    pub(super) fn pop(&mut self) -> Option<usize> {
        if self.running < self.at_once { self.now.pop_first() } else { None }
    }

    /// Whether the job can start, and so has; else it waits for what it lacks.
    pub(super) fn start(&mut self, job: usize, takes: &Takes) -> bool {
        let asks = amounts(&takes.asks, 0);
        if let Some(lock) = takes.lock.filter(|lock| self.held.contains(lock)) {
            self.by_lock.entry(lock).or_default().insert(job);
            return false;
        }
        if !self.fits(asks) {
            self.by_room.entry(asks).or_default().insert(job);
            return false;
        }
        self.held.extend(takes.lock);
        self.running += 1;
        (0..3).for_each(|at| self.taken[at] = self.taken[at].saturating_add(asks[at]));
        // Another like it may fit as well.
        if self.fits(asks) {
            self.wake(asks);
        }
        true
    }

    pub(super) fn ended(&mut self, takes: &Takes) {
        self.running -= 1;
        let asks = amounts(&takes.asks, 0);
        (0..3).for_each(|at| self.taken[at] -= asks[at]);
        if let Some(lock) = takes.lock {
            self.held.remove(&lock);
            let next = self.by_lock.get_mut(&lock).and_then(BTreeSet::pop_first);
            self.now.extend(next);
        }
        let fitting: Vec<Amounts> = self.by_room.keys().copied().filter(|asks| self.fits(*asks)).collect();
        fitting.into_iter().for_each(|asks| self.wake(asks));
    }

    /// What asks for more than there is runs alone.
    fn fits(&self, asks: Amounts) -> bool {
        let room = amounts(&self.room, i64::MAX);
        self.running == 0 || (0..3).all(|at| self.taken[at].saturating_add(asks[at]) <= room[at])
    }

    fn wake(&mut self, asks: Amounts) {
        let Some(waiting) = self.by_room.get_mut(&asks) else { return };
        self.now.extend(waiting.pop_first());
        if waiting.is_empty() {
            self.by_room.remove(&asks);
        }
    }
}

fn amounts(spec: &AmountSpec, absent: i64) -> Amounts {
    [spec.cpu, spec.memory, spec.disk].map(|amount| amount.unwrap_or(absent))
}

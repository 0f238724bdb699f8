//! What observers hand to the writer: they wait only while a log is written faster than the disk takes it.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::artifacts::Output;
use super::board::Told;
use super::steps::Key;
use crate::contract::store::Stream;

/// Bytes of logs that may wait, with what holds them: a task may write one by one.
const MOST: usize = 8 * 1024 * 1024;

#[derive(Debug)]
pub(super) enum Event {
    Task { task: usize, turn: Option<(u32, String)>, told: Told },
    Made { task: usize, turn: Option<(u32, String)>, outputs: Vec<Output>, kept: bool },
    Step { step: Key, label: Option<String>, attempt: u32, told: Told },
    Output { step: Key, label: Option<String>, attempt: u32, at: u64, stream: Stream, bytes: Vec<u8> },
    Note { task: Option<(usize, Option<String>)>, at: u64, text: String },
}

#[derive(Default, Debug)]
pub(super) struct Queue {
    inner: Mutex<Inner>,
    filled: Condvar,
    emptied: Condvar,
}

#[derive(Default, Debug)]
struct Inner {
    events: VecDeque<Event>,
    bytes: usize,
    closed: bool,
    /// Nobody writes any more: whoever comes is let go.
    dead: bool,
}

impl Queue {
    /// Never waits but for logs that wait.
    pub(super) fn push(&self, event: Event) {
        let mut inner = self.inner();
        if let Event::Output { bytes, .. } = &event {
            while inner.bytes > MOST && !inner.dead {
                inner = self.emptied.wait(inner).unwrap_or_else(PoisonError::into_inner);
            }
            inner.bytes += bytes.len() + size_of::<Event>();
        }
        if !inner.dead {
            inner.events.push_back(event);
        }
        drop(inner);
        self.filled.notify_one();
    }

    pub(super) fn close(&self) {
        self.inner().closed = true;
        self.filled.notify_one();
    }

    pub(super) fn die(&self) {
        let mut inner = self.inner();
        inner.dead = true;
        inner.events.clear();
        drop(inner);
        self.emptied.notify_all();
    }

    /// All that waits: nothing when it is `until`, and `None` when nothing will come any more.
    pub(super) fn take(&self, until: Option<Instant>) -> Option<VecDeque<Event>> {
        let mut inner = self.inner();
        while inner.events.is_empty() {
            if inner.closed {
                return None;
            }
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            inner = match left {
                Some(Duration::ZERO) => break,
                Some(left) => self.filled.wait_timeout(inner, left).unwrap_or_else(PoisonError::into_inner).0,
                None => self.filled.wait(inner).unwrap_or_else(PoisonError::into_inner),
            };
        }
        inner.bytes = 0;
        let events = std::mem::take(&mut inner.events);
        drop(inner);
        self.emptied.notify_all();
        Some(events)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 200,000 events of one byte each are far fewer bytes than may wait, and with what holds them far more.
    #[test]
    fn who_writes_bytes_one_by_one_is_made_to_wait_too() {
        let queue = Queue::default();
        let step = Key { task: 0, turn: None, step: 0 };
        let byte = || Event::Output { step, label: None, attempt: 1, at: 0, stream: Stream::Stdout, bytes: vec![0] };
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| (0..200_000).for_each(|_| queue.push(byte())));
            let end = Instant::now() + Duration::from_secs(30);
            while queue.inner().bytes <= MOST && !writer.is_finished() && Instant::now() < end {
                std::thread::yield_now();
            }
            let waiting = queue.inner().events.len();
            queue.die();
            assert!(waiting <= MOST / size_of::<Event>() + 1, "{waiting}");
        });
    }
}

//! What several tasks write, as lines that say whose they are: `task | text`.

use std::collections::BTreeMap;

use crate::contract::store::Stream;

/// More of a line than this is not waited for.
const HELD_AT_MOST: usize = 8192;

/// Shows whole lines, and keeps the rest until it is a line, long, or the last.
///
/// `K` tells apart those that write at once.
#[derive(Debug)]
pub(in crate::cli) struct Lines<K> {
    /// By writer and stream: whose it is, and what it has begun.
    held: BTreeMap<(K, bool), (String, Vec<u8>)>,
    /// Whose line has been shown in part.
    open: Option<(K, bool)>,
}

impl<K: Ord> Default for Lines<K> {
    fn default() -> Self {
        Self { held: BTreeMap::new(), open: None }
    }
}

impl<K: Ord + Copy> Lines<K> {
    /// What to show of these bytes of a step.
    pub(in crate::cli) fn show(&mut self, (task, step, stream): (&str, K, Stream), bytes: &[u8]) -> Vec<u8> {
        let key = (step, stream == Stream::Stderr);
        let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 8 + 64);
        let (_, held) = self.held.entry(key).or_insert_with(|| (task.to_owned(), Vec::new()));
        let mut held = std::mem::take(held);
        held.extend_from_slice(bytes);
        let end = held.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        for line in held[..end].split_inclusive(|byte| *byte == b'\n') {
            self.begin(key, task, &mut out);
            out.extend_from_slice(line);
            self.open = None;
        }
        held.drain(..end);
        if held.len() > HELD_AT_MOST {
            self.begin(key, task, &mut out);
            out.append(&mut held);
        }
        if held.is_empty() {
            self.held.remove(&key);
        } else if let Some(place) = self.held.get_mut(&key) {
            place.1 = held;
        }
        out
    }

    /// What a step has begun, without the end of its line.
    pub(in crate::cli) fn so_far(&mut self, step: K) -> Vec<u8> {
        let mut out = Vec::new();
        for key in [(step, false), (step, true)] {
            if let Some((task, held)) = self.held.remove(&key) {
                self.begin(key, &task, &mut out);
                out.extend_from_slice(&held);
            }
        }
        out
    }

    /// The last words of a step; whoever comes next begins a line.
    pub(in crate::cli) fn end_of(&mut self, step: K) -> Vec<u8> {
        let mut out = self.so_far(step);
        if self.open.is_some_and(|(open, _)| open == step) {
            out.extend_from_slice(&self.close());
        }
        out
    }

    /// The last words of all.
    pub(in crate::cli) fn end(&mut self) -> Vec<u8> {
        let steps: Vec<K> = self.held.keys().map(|(step, _)| *step).collect();
        let mut out: Vec<u8> = steps.into_iter().flat_map(|step| self.end_of(step)).collect();
        out.extend_from_slice(&self.close());
        out
    }

    /// Ends the line that has been shown in part, if there is one.
    pub(in crate::cli) fn close(&mut self) -> Vec<u8> {
        self.open.take().map_or(Vec::new(), |_| b"\n".to_vec())
    }

    fn begin(&mut self, key: (K, bool), task: &str, out: &mut Vec<u8>) {
        if self.open != Some(key) {
            out.extend_from_slice(&self.close());
            out.extend_from_slice(task.as_bytes());
            out.extend_from_slice(b" | ");
            self.open = Some(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(parts: &[(u32, Stream, &str)]) -> String {
        let mut lines = Lines::default();
        let mut out = Vec::new();
        for (step, stream, text) in parts {
            out.extend(lines.show((&format!("t{step}"), *step, *stream), text.as_bytes()));
        }
        out.extend(lines.end());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_are_whole_and_say_whose_they_are() {
        use Stream::{Stderr, Stdout};
        assert_eq!(shown(&[(1, Stdout, "a\nb"), (2, Stdout, "c\n"), (1, Stdout, "d\n")]), "t1 | a\nt2 | c\nt1 | bd\n");
        assert_eq!(shown(&[(1, Stdout, "a"), (1, Stderr, "b\n")]), "t1 | b\nt1 | a\n");
        assert_eq!(shown(&[(1, Stdout, "")]), "");
        assert_eq!(shown(&[(1, Stdout, "\n\n")]), "t1 | \nt1 | \n");
    }

    #[test]
    fn a_long_line_is_shown_in_parts() {
        let long = "x".repeat(9000);
        let parts =
            [(1, Stream::Stdout, long.as_str()), (1, Stream::Stdout, long.as_str()), (2, Stream::Stdout, "b\n")];
        assert_eq!(shown(&parts), format!("t1 | {long}{long}\nt2 | b\n"));
    }
}

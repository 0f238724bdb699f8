//! Lines, for whoever is no terminal: what tasks write to standard output, what the runner says to standard error.

use std::io::{self, Write};

use super::lines::Lines;
use crate::contract::store::Stream;

/// Which task, and which turn of it.
pub(super) type Key = (usize, Option<u32>);

#[derive(Debug)]
pub(super) struct Plain {
    lines: Lines<Key>,
    quiet: bool,
    /// Who read went away.
    mute: bool,
}

impl Plain {
    pub(super) fn new(quiet: bool) -> Self {
        Self { lines: Lines::default(), quiet, mute: false }
    }

    pub(super) fn output(&mut self, (task, key, stream): (&str, Key, Stream), bytes: &[u8]) {
        let text = self.lines.show((task, key, stream), bytes);
        self.print(&text);
    }

    pub(super) fn end_of(&mut self, key: Key) {
        let text = self.lines.end_of(key);
        self.print(&text);
    }

    pub(super) fn end(&mut self) {
        let text = self.lines.end();
        self.print(&text);
    }

    pub(super) fn say(&mut self, line: &str) {
        if !self.quiet {
            let text = self.lines.close();
            self.print(&text);
            // Nothing can be done about it, and nobody could be told.
            writeln!(io::stderr().lock(), "pipec: {line}").ok();
        }
    }

    fn print(&mut self, text: &[u8]) {
        if self.mute || text.is_empty() {
            return;
        }
        let mut out = io::stdout().lock();
        self.mute = out.write_all(text).and_then(|()| out.flush()).is_err();
    }
}

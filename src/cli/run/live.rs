//! A terminal: what runs now, each on a line with its time and the last that it wrote; above, what has ended.

use std::collections::BTreeMap;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::plain::Key;
use crate::contract::store::State;
use crate::diag::render;
use crate::run::observe::Change;

/// Lines of a task that failed.
const TAIL: usize = 20;

/// Of a line that is longer nobody sees the rest.
const WIDEST: usize = 400;

/// More than these are counted and not shown.
const MOST: usize = 16;

pub(super) struct Live {
    screen: MultiProgress,
    all: ProgressBar,
    running: BTreeMap<Key, Running>,
    failed: usize,
}

struct Running {
    /// Absent of those that have no room.
    bar: Option<ProgressBar>,
    tail: Tail,
}

/// The last lines of a task.
#[derive(Default)]
struct Tail {
    lines: std::collections::VecDeque<String>,
    begun: Vec<u8>,
}

impl Live {
    pub(super) fn new(tasks: usize) -> Self {
        let screen = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        let all = screen.add(ProgressBar::new(tasks as u64));
        all.set_style(style("{elapsed:>6} [{bar:24}] {pos}/{len} tasks{msg}"));
        all.enable_steady_tick(Duration::from_millis(200));
        Self { screen, all, running: BTreeMap::new(), failed: 0 }
    }

    pub(super) fn task(&mut self, key: Key, name: &str, change: &Change<'_>, line: Option<&str>) {
        if change.state == State::Running {
            self.start(key, name);
            return;
        }
        let ended = self.running.remove(&key);
        if let Some(bar) = ended.as_ref().and_then(|running| running.bar.as_ref()) {
            bar.finish_and_clear();
            self.screen.remove(bar);
        }
        if let Some(line) = line {
            self.print(&format!("{} {line}", mark(change.state)));
        }
        if change.state == State::Failed {
            self.failed += 1;
            self.all.set_message(format!(", {} failed", self.failed));
            let lines = ended.map(|running| running.tail.all()).unwrap_or_default();
            lines.iter().for_each(|line| self.print(&format!("    {line}")));
        }
        // A turn is a part of its task.
        if key.1.is_none() && change.state != State::Pending {
            self.all.inc(1);
        }
    }

    pub(super) fn output(&mut self, key: Key, bytes: &[u8]) {
        let Some(running) = self.running.get_mut(&key) else { return };
        running.tail.push(bytes);
        if let (Some(bar), Some(line)) = (&running.bar, running.tail.last()) {
            bar.set_message(line.to_owned());
        }
    }

    pub(super) fn say(&mut self, line: &str) {
        self.print(&format!("  {}", render::printable(line)));
    }

    pub(super) fn end(&mut self) {
        self.all.finish_and_clear();
        // A terminal that has gone needs no tidying.
        self.screen.clear().ok();
    }

    fn start(&mut self, key: Key, name: &str) {
        if self.running.contains_key(&key) {
            return;
        }
        let room = self.running.values().filter(|running| running.bar.is_some()).count() < MOST;
        let bar = room.then(|| {
            let bar = self.screen.insert_before(&self.all, ProgressBar::new_spinner());
            bar.set_style(style("{elapsed:>6} {prefix:.bold} {wide_msg:.dim}"));
            bar.set_prefix(render::printable(name));
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        self.running.insert(key, Running { bar, tail: Tail::default() });
    }

    fn print(&self, line: &str) {
        self.screen.println(line).ok();
    }
}

impl Tail {
    fn push(&mut self, bytes: &[u8]) {
        // Of a flood only the end is of interest.
        let bytes = &bytes[bytes.len().saturating_sub(TAIL * WIDEST)..];
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.begun.len() < WIDEST {
                self.begun.extend_from_slice(part);
            }
            if part.ends_with(b"\n") {
                let line = shown(&self.begun);
                self.begun.clear();
                if self.lines.len() == TAIL {
                    self.lines.pop_front();
                }
                self.lines.push_back(line);
            }
        }
    }

    fn last(&self) -> Option<&str> {
        self.lines.back().map(String::as_str)
    }

    fn all(mut self) -> Vec<String> {
        if !self.begun.is_empty() {
            self.lines.push_back(shown(&self.begun));
        }
        self.lines.into()
    }
}

/// One line, which does nothing to the terminal.
fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    // What a carriage return takes back was progress.
    let text = text.trim_end_matches(['\r', '\n']);
    let text = text.rsplit('\r').next().unwrap_or(text);
    render::printable(&text.chars().take(WIDEST).collect::<String>()).replace('\t', " ")
}

fn mark(state: State) -> &'static str {
    match state {
        State::Succeeded => "✓",
        State::Failed | State::Lost => "✗",
        State::Pending | State::Running | State::Skipped | State::Cancelled => "-",
    }
}

fn style(template: &str) -> ProgressStyle {
    // A template of ours is a template.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

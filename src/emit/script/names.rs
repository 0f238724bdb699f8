//! Names of variables: readable, each once.

use std::collections::BTreeSet;
use std::hash::BuildHasher as _;

use rustc_hash::FxBuildHasher;

/// What the engines set for every body.
const RESERVED: [&str; 8] = [
    "PIPE_SKIP",
    "PIPE_VERDICT_FILE",
    "PIPE_DECISION",
    "PIPE_WORKDIR",
    "PIPE_TURN",
    "PIPE_TURNS",
    "PIPE_MOST_TURNS",
    "PIPE_OBJECTS",
];

/// Environment names have no limit, but people read them.
const LONGEST: usize = 60;

/// The names that one body uses.
#[derive(Debug)]
pub(super) struct Names {
    /// The hash of each: a name that has that of another one is taken too, and so gets a number.
    taken: BTreeSet<u64>,
    temporaries: u32,
    made: usize,
}

impl Names {
    pub(super) fn new() -> Self {
        Self { taken: BTreeSet::new(), temporaries: 0, made: 0 }
    }

    /// A name that somebody else chose.
    pub(super) fn reserve(&mut self, name: &str) {
        self.taken.insert(FxBuildHasher.hash_one(name));
    }

    /// `PIPE_<HINT>`, with `_2` where that is taken.
    pub(super) fn fresh(&mut self, hint: &str) -> String {
        self.made += 1;
        let base = variable(hint);
        if self.take(&base) {
            return base;
        }
        let mut more = (2_u32..).map(|turn| format!("{base}_{turn}"));
        more.find(|name| self.take(name)).expect("there are more numbers than names")
    }

    /// How many names it has given.
    pub(super) fn made(&self) -> usize {
        self.made
    }

    fn take(&mut self, name: &str) -> bool {
        !RESERVED.contains(&name) && self.taken.insert(FxBuildHasher.hash_one(name))
    }

    /// A name for a value between two steps of an evaluation.
    pub(super) fn temporary(&mut self) -> String {
        self.temporaries += 1;
        format!("pipe_{}", self.temporaries)
    }
}

fn variable(hint: &str) -> String {
    let is_kept = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if hint.len() <= LONGEST && !hint.is_empty() && hint.bytes().all(is_kept) {
        let mut name = ["PIPE_", hint].concat();
        name.make_ascii_uppercase();
        return name;
    }
    let mut name = String::with_capacity(LONGEST + 5);
    name.push_str("PIPE_");
    for letter in hint.chars().take(LONGEST) {
        name.push(if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' });
    }
    if hint.is_empty() {
        name.push_str("VALUE");
    }
    name
}

//! Names of variables: readable, each once.

use std::collections::BTreeSet;

/// What the engines set for every body.
const RESERVED: [&str; 4] = ["PIPE_SKIP", "PIPE_VERDICT_FILE", "PIPE_DECISION", "PIPE_WORKDIR"];

/// Environment names have no limit, but people read them.
const LONGEST: usize = 60;

/// The names that one body uses.
#[derive(Debug)]
pub(super) struct Names {
    taken: BTreeSet<String>,
    temporaries: u32,
}

impl Names {
    pub(super) fn new() -> Self {
        Self { taken: RESERVED.iter().map(|name| (*name).to_owned()).collect(), temporaries: 0 }
    }

    /// A name that somebody else chose.
    pub(super) fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// `PIPE_<HINT>`, with `_2` where that is taken.
    pub(super) fn fresh(&mut self, hint: &str) -> String {
        let base = format!("PIPE_{}", upper(hint));
        let more = (2_u32..).map(|turn| format!("{base}_{turn}"));
        let name = std::iter::once(base.clone()).chain(more).find(|name| !self.taken.contains(name));
        let name = name.expect("there are more numbers than names");
        self.taken.insert(name.clone());
        name
    }

    /// A name for a value between two steps of an evaluation.
    pub(super) fn temporary(&mut self) -> String {
        self.temporaries += 1;
        format!("pipe_{}", self.temporaries)
    }
}

fn upper(hint: &str) -> String {
    let letters = hint.chars().take(LONGEST);
    let upper: String =
        letters.map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' }).collect();
    if upper.is_empty() { "VALUE".to_owned() } else { upper }
}

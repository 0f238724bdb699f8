//! What a command left, for both test binaries.

use std::os::unix::process::ExitStatusExt as _;
use std::process::Output;

/// What a command left.
#[derive(Debug)]
pub(crate) struct Ran {
    /// Of one that a signal ended: its number, negated.
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Whatever it writes; nothing panics.
    pub(crate) fn read(output: &Output) -> Self {
        let signal = output.status.signal().map(|signal| -signal);
        let ran = Self {
            code: signal.or(output.status.code()).expect("it has ended"),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        };
        assert!(!ran.err.contains("panicked"), "{}", ran.err);
        ran
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n--- out\n{}\n--- err\n{}", self.out, self.err);
        self
    }

    /// On either stream.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(
            self.out.contains(words) || self.err.contains(words),
            "{words:?} is not in\n--- out\n{}\n--- err\n{}",
            self.out,
            self.err
        );
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}\n{}", self.out))
    }
}

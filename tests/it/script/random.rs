//! Numbers and texts that are the same in every run.

/// A generator (splitmix64).
pub(super) struct Random(u64);

const PIECES: &[&str] = &[
    "'", "\"", "\\", "\n", "\r", "\t", " ", "$", "`", "$(", ")", "${", "}", "$((", "*", "?", "[a-z]", ";", "&", "|",
    "<", ">", "~", "!", "#", "-", "--", "=", "%s", "%", "\\n", "\\0", "{a,b}", "x", "PIPE_X", "$@", "$1", "$HOME", "ü",
    "漢", "🦀", "\u{1}", "\u{1b}", "\u{7f}", "é", "EOF", "\nEOF\n", "'\\''", "x'", "/", "//", ":", "0", "1", "a b",
    "  ",
];

const WHOLE: &[&str] = &[
    "",
    "\n",
    "\n\n",
    "-n",
    "-e x",
    "--",
    "*",
    "~",
    "$(touch /tmp/pipec-broken)",
    "`touch /tmp/pipec-broken`",
    "';touch /tmp/pipec-broken;'",
    "\";touch /tmp/pipec-broken;\"",
    "a[$(touch /tmp/pipec-broken)]",
    "x",
    "'",
    "''",
    "'*'",
    "a'/*'?",
    "\\",
    "\\\\",
    "trailing \\",
    "trailing newline\n",
    " leading and trailing ",
    "!",
    "(",
    ")",
    "=",
    "-f",
    "%d%s%n",
    "--pipec-end-of-list",
];

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    pub(super) fn one_of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// A text that would be dangerous as code.
    pub(super) fn text(&mut self) -> String {
        if self.chance(30) {
            return (*self.one_of(WHOLE)).to_owned();
        }
        let pieces = self.below(12);
        (0..pieces).map(|_| *self.one_of(PIECES)).collect()
    }

    pub(super) fn int(&mut self) -> i64 {
        match self.below(6) {
            0 => *self.one_of(&[i64::MIN, i64::MAX, i64::MIN + 1, i64::MAX - 1, -1, 0, 1]),
            1 => self.next().cast_signed(),
            2 => (self.next() >> self.below(64)).cast_signed(),
            _ => i64::try_from(self.below(21)).unwrap() - 10,
        }
    }
}

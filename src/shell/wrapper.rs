//! Commands that run another command: which of their words is the program.

use super::{Run, Word};

/// How the arguments of a wrapper are passed over.
struct Wrapper {
    name: &'static str,
    /// Short options that take the next word.
    short: &'static str,
    /// Long options that take the next word.
    long: &'static [&'static str],
    /// Words between the options and the program: the time of `timeout`.
    operands: usize,
    /// `NAME=value` may stand before the program.
    assignments: bool,
    /// With one of these options it runs no program.
    never: &'static [&'static str],
    /// It adds words to those of the program.
    fills: bool,
}

const PLAIN: Wrapper =
    Wrapper { name: "", short: "", long: &[], operands: 0, assignments: false, never: &[], fills: false };

/// By their names, ascending.
const WRAPPERS: &[Wrapper] = &[
    Wrapper { name: "builtin", ..PLAIN },
    Wrapper { name: "busybox", ..PLAIN },
    Wrapper { name: "chronic", ..PLAIN },
    Wrapper { name: "command", never: &["-v", "-V", "-pv", "-pV"], ..PLAIN },
    Wrapper { name: "doas", short: "Cu", ..PLAIN },
    Wrapper {
        name: "env",
        short: "uC",
        long: &["--unset", "--chdir"],
        assignments: true,
        never: &["-S", "--split-string"],
        ..PLAIN
    },
    Wrapper { name: "exec", short: "a", ..PLAIN },
    Wrapper { name: "fakeroot", short: "lsib", ..PLAIN },
    Wrapper {
        name: "flock",
        short: "wE",
        long: &["--timeout", "--wait"],
        operands: 1,
        never: &["-c", "--command"],
        ..PLAIN
    },
    Wrapper { name: "ionice", short: "cn", long: &["--class", "--classdata"], never: &["-p", "--pid"], ..PLAIN },
    Wrapper { name: "nice", short: "n", long: &["--adjustment"], ..PLAIN },
    Wrapper { name: "nohup", ..PLAIN },
    Wrapper { name: "setsid", ..PLAIN },
    Wrapper { name: "stdbuf", short: "ioe", long: &["--input", "--output", "--error"], ..PLAIN },
    Wrapper {
        name: "sudo",
        short: "CDghpRrTtUu",
        long: &[
            "--chdir",
            "--chroot",
            "--close-from",
            "--command-timeout",
            "--group",
            "--host",
            "--other-user",
            "--prompt",
            "--role",
            "--type",
            "--user",
        ],
        assignments: true,
        never: &["-e", "--edit", "-l", "--list"],
        ..PLAIN
    },
    Wrapper { name: "taskset", operands: 1, never: &["-p", "--pid"], ..PLAIN },
    Wrapper { name: "time", short: "fo", long: &["--format", "--output"], ..PLAIN },
    Wrapper { name: "timeout", short: "ks", long: &["--kill-after", "--signal"], operands: 1, ..PLAIN },
    Wrapper { name: "unbuffer", ..PLAIN },
    Wrapper {
        name: "xargs",
        short: "adEILnPs",
        long: &["--arg-file", "--delimiter", "--max-args", "--max-chars", "--max-procs", "--process-slot-var"],
        fills: true,
        ..PLAIN
    },
];

/// The words of the innermost program.
pub(super) fn inner(words: &[Word]) -> &[Word] {
    let run = run(words);
    &words[run.from..run.to]
}

/// Which words are those of the innermost program.
pub(super) fn run(words: &[Word]) -> Run {
    let mut found = Run { from: 0, to: words.len(), filled: false };
    loop {
        let here = &words[found.from..found.to];
        if let Some((from, to)) = executed(here) {
            found = Run { from: found.from + from, to: found.from + to, filled: true };
        } else if let Some((wrapper, next)) = wrapper(here).and_then(|one| Some((one, one.program(here)?))) {
            found.from = found.to - next.len();
            found.filled |= wrapper.fills;
        } else {
            return found;
        }
    }
}

/// `find … -exec cosa sign {} \;`: what stands behind `-exec`.
fn executed(words: &[Word]) -> Option<(usize, usize)> {
    if base_name(words.first()?)? != "find" {
        return None;
    }
    let runs = |word: &Word| matches!(word.plain(), Some("-exec" | "-execdir" | "-ok" | "-okdir"));
    let ends = |word: &Word| matches!(word.plain(), Some(";" | "+"));
    let from = 1 + words.iter().position(runs)?;
    let to = from + words[from..].iter().position(ends)?;
    (from < to).then_some((from, to))
}

/// The name of a program, without its directory.
pub(super) fn base_name(word: &Word) -> Option<&str> {
    word.plain()?.rsplit('/').next()
}

fn wrapper(words: &[Word]) -> Option<&'static Wrapper> {
    named(base_name(words.first()?)?)
}

fn named(name: &str) -> Option<&'static Wrapper> {
    let at = WRAPPERS.binary_search_by_key(&name, |wrapper| wrapper.name).ok()?;
    Some(&WRAPPERS[at])
}

/// Whether a program runs another one.
pub(super) fn is_wrapper(name: &str) -> bool {
    name == "find" || named(name).is_some()
}

impl Wrapper {
    /// The words of the program that is run; `None` when there is none, or when it cannot be told.
    fn program<'w>(&self, words: &'w [Word]) -> Option<&'w [Word]> {
        let rest = self.behind_options(&words[1..])?;
        let mut rest = rest.get(self.operands..)?;
        while self.assignments && rest.first().is_some_and(|word| is_assignment(word, &rest[1..])) {
            rest = &rest[1..];
        }
        (!rest.is_empty()).then_some(rest)
    }

    fn behind_options<'w>(&self, words: &'w [Word]) -> Option<&'w [Word]> {
        let mut rest = words;
        while let Some(Word::Plain(text)) = rest.first() {
            if self.never.contains(&&**text) {
                return None;
            }
            if &**text == "--" {
                return Some(&rest[1..]);
            }
            if !text.starts_with('-') || text.len() == 1 {
                break;
            }
            rest = rest.get(1 + usize::from(self.takes_next(text))..)?;
        }
        Some(rest)
    }

    /// Whether the value of an option is the next word.
    fn takes_next(&self, option: &str) -> bool {
        match option.strip_prefix("--") {
            Some(_) => self.long.contains(&option),
            None => option.find(|letter| letter != '-' && self.short.contains(letter)) == Some(option.len() - 1),
        }
    }
}

/// `A=b`; a word that is not known counts as one when something known follows it, since `env A="$b" cosa build` is
/// common and `env "$tool" build` is not.
fn is_assignment(word: &Word, rest: &[Word]) -> bool {
    match word {
        Word::Plain(text) => text.find('=').is_some_and(|at| at > 0),
        Word::Unknown { prefix, .. } if prefix.contains('=') => true,
        Word::Unknown { .. } | Word::Value(_) => rest.iter().any(|word| matches!(word, Word::Plain(_))),
    }
}

#[cfg(test)]
mod tests {
    use super::WRAPPERS;

    #[test]
    fn wrappers_are_found_by_their_names() {
        assert!(WRAPPERS.is_sorted_by_key(|wrapper| wrapper.name));
    }
}

//! Who reads a script, and what that shell is told at the start.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// Who reads a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Reader {
    Sh,
    Bash,
    /// The words of another interpreter.
    Other(Vec<String>),
}

/// A script behind its first line.
#[derive(Debug)]
pub(super) struct Parted<'t> {
    pub(super) reader: Reader,
    /// Without what only repeats how the shell is started.
    pub(super) body: Cow<'t, str>,
    /// The letters of what the shell did not see to.
    off: String,
    /// What else it is told.
    more: Vec<&'static str>,
}

impl Parted<'_> {
    /// What has to be said first, so that the shell is as it was; empty where it is. Where no variable can be unset, it is
    /// all the same whether the shell looks for those.
    pub(super) fn before(&self, all_set: bool) -> String {
        let letters: String = self.off.chars().filter(|letter| !(all_set && *letter == 'u')).collect();
        let off = (!letters.is_empty()).then(|| format!("+{letters}"));
        let words: Vec<&str> = off.as_deref().into_iter().chain(self.more.iter().copied()).collect();
        if words.is_empty() { String::new() } else { format!("set {}\n", words.join(" ")) }
    }
}

/// Who reads what a step runs: a command without a script is one for `sh`.
pub(super) fn of_step(step: &Node) -> Reader {
    step.text_of("script").filter(|script| !script.is_empty()).map_or(Reader::Sh, |script| part(script).reader)
}

/// A script without a first line of its own is read by `sh`, which stops at the first command that fails.
pub(super) fn part(script: &str) -> Parted<'_> {
    let text = script.trim_start_matches(['\n', ' ', '\t', '\r']);
    let Some(line) = text.strip_prefix("#!") else {
        return shell(Reader::Sh, script, ["e"].into_iter().map(str::to_owned).collect());
    };
    let (line, body) = line.split_once('\n').unwrap_or((line, ""));
    let mut words: Vec<&str> = line.split_whitespace().collect();
    if words.first().is_some_and(|first| first.ends_with("/env")) {
        words.remove(0);
        if words.first() == Some(&"-S") {
            words.remove(0);
        }
    }
    let name = words.first().map_or("", |first| first.rsplit('/').next().unwrap_or(first));
    let reader = match name {
        "sh" | "ash" | "dash" => Reader::Sh,
        "bash" => Reader::Bash,
        _ => {
            let rest = words.iter().skip(1).map(|word| (*word).to_owned());
            let reader = Reader::Other([name.to_owned()].into_iter().chain(rest).collect());
            return Parted { reader, body: Cow::Borrowed(body), off: String::new(), more: Vec::new() };
        }
    };
    let mut on = BTreeSet::new();
    options(&words[1..], &mut on);
    shell(reader, body, on)
}

/// `on` is what the shell is told beside its script.
fn shell(reader: Reader, body: &str, on: BTreeSet<String>) -> Parted<'_> {
    let traced = on.contains("x");
    let mut known = on;
    // What the script says at once need not be undone before.
    for line in head(body) {
        if let Some(rest) = line.trim().strip_prefix("set ") {
            options(&rest.split_whitespace().collect::<Vec<_>>(), &mut known);
        }
    }
    let off = ["e", "u"].into_iter().filter(|one| !known.contains(*one)).collect();
    let mut more = Vec::new();
    if reader == Reader::Bash && !known.contains("pipefail") {
        more.push("+o pipefail");
    }
    if traced {
        more.push("-x");
    }
    let body = without_repeats(body, &reader);
    Parted { reader, body, off, more }
}

/// The lines before the first command that is not `set`.
fn head(body: &str) -> impl Iterator<Item = &str> {
    let is_head = |line: &&str| {
        let line = line.trim();
        line.is_empty() || line.starts_with('#') || line.starts_with("set ")
    };
    body.split_inclusive('\n').take_while(is_head)
}

/// The script without blank lines before it, and without a `set` at its head that says how the shell is started anyway.
fn without_repeats<'t>(body: &'t str, reader: &Reader) -> Cow<'t, str> {
    let repeats = |line: &&str| line.trim().strip_prefix("set ").is_some_and(|rest| is_in_force(rest, reader));
    let trimmed = |text: &'t str| text.trim_start_matches('\n');
    if !head(body).any(|line| repeats(&line)) {
        return Cow::Borrowed(trimmed(body));
    }
    let behind = &body[head(body).map(str::len).sum()..];
    let kept: String = head(body).filter(|line| !repeats(line)).collect();
    // Of two blank lines that meet, one is enough.
    let kept = kept.replace("\n\n\n", "\n\n");
    Cow::Owned(format!("{kept}{behind}").trim_start_matches('\n').to_owned())
}

/// Whether options are those that the shell of every script has, and nothing stands behind them.
fn is_in_force(rest: &str, reader: &Reader) -> bool {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let mut on = BTreeSet::new();
    let are_all = options(&words, &mut on) == words.len() && !words.contains(&"-");
    let has = |name: &String| matches!(name.as_str(), "e" | "u") || name == "pipefail" && *reader == Reader::Bash;
    are_all && !on.is_empty() && on.iter().all(has)
}

/// `-euo pipefail`, `-x`, `-o errexit`; how many words that were.
fn options(words: &[&str], on: &mut BTreeSet<String>) -> usize {
    let mut rest = words.iter();
    while let Some(letters) = rest.as_slice().first().and_then(|word| word.strip_prefix('-')) {
        rest.next();
        for letter in letters.chars() {
            if letter == 'o' {
                let name = match rest.next().copied() {
                    Some("errexit") => "e",
                    Some("nounset") => "u",
                    Some("xtrace") => "x",
                    Some(name) => name,
                    None => break,
                };
                on.insert(name.to_owned());
            } else {
                on.insert(letter.to_string());
            }
        }
    }
    words.len() - rest.len()
}

#[cfg(test)]
mod tests {
    use super::{Reader, part};

    fn told(script: &str) -> (Reader, String, String) {
        let parted = part(script);
        (parted.reader.clone(), parted.before(false), parted.body.into_owned())
    }

    #[test]
    fn the_shell_is_as_it_was() {
        let sh = |before: &str, body: &str| (Reader::Sh, before.to_owned(), body.to_owned());
        let bash = |before: &str, body: &str| (Reader::Bash, before.to_owned(), body.to_owned());
        assert_eq!(told("ls"), sh("set +u\n", "ls"));
        assert_eq!(told("#!/bin/sh\nls"), sh("set +eu\n", "ls"));
        assert_eq!(told("#!/usr/bin/env sh\n\n# why\nset -eu\nls"), sh("", "# why\nls"));
        assert_eq!(told("#!/bin/bash -ex\nls"), bash("set +u +o pipefail -x\n", "ls"));
        assert_eq!(told("#!/usr/bin/env bash\nset -euo pipefail\nls"), bash("", "ls"));
        assert_eq!(told("#!/bin/bash\nset -o errexit -o nounset\nls"), bash("set +o pipefail\n", "ls"));
        let python = Reader::Other(vec!["python3".to_owned(), "-u".to_owned()]);
        assert_eq!(told("#!/usr/bin/env -S python3 -u\nprint()"), (python, String::new(), "print()".to_owned()));
    }

    #[test]
    fn only_what_says_nothing_new_goes() {
        let body = |script: &str| told(script).2;
        assert_eq!(body("\n# a\n\nset -e\n\n# b\nls"), "# a\n\n# b\nls");
        assert_eq!(body("set -e\nset -x\nls"), "set -x\nls");
        for kept in [
            "set -ex\nls",
            "set -e -- a\nls",
            "set -\nls",
            "set -e # why\nls",
            "set -e; ls",
            "set +e\nls",
            "set -o pipefail\nls",
            "ls\nset -e",
        ] {
            assert_eq!(body(kept), kept);
        }
        assert_eq!(body("#!/bin/bash\nset -o pipefail\nls"), "ls");
    }

    #[test]
    fn what_looks_for_unset_variables_stays_on_where_there_are_none() {
        assert_eq!(part("ls").before(true), "");
        assert_eq!(part("#!/bin/sh\nls").before(true), "set +e\n");
        assert_eq!(part("#!/bin/bash -ex\nls").before(true), "set +o pipefail -x\n");
    }
}

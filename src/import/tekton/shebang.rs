//! Who reads a script, and what that shell is told at the start.

use std::collections::BTreeSet;

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
    pub(super) body: &'t str,
    /// What has to be said first, so that the shell is as it was; empty where it is.
    pub(super) before: String,
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
            return Parted { reader, body, before: String::new() };
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
    for line in body.lines().map(str::trim) {
        match line.strip_prefix("set ") {
            Some(rest) => options(&rest.split_whitespace().collect::<Vec<_>>(), &mut known),
            None if line.is_empty() || line.starts_with('#') => {}
            None => break,
        }
    }
    let letters: String = ["e", "u"].into_iter().filter(|one| !known.contains(*one)).collect();
    let mut words = Vec::new();
    if !letters.is_empty() {
        words.push(format!("+{letters}"));
    }
    if reader == Reader::Bash && !known.contains("pipefail") {
        words.push("+o pipefail".to_owned());
    }
    if traced {
        words.push("-x".to_owned());
    }
    let before = if words.is_empty() { String::new() } else { format!("set {}\n", words.join(" ")) };
    Parted { reader, body, before }
}

/// `-euo pipefail`, `-x`, `-o errexit`
fn options(words: &[&str], on: &mut BTreeSet<String>) {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let Some(letters) = word.strip_prefix('-') else { break };
        for letter in letters.chars() {
            if letter == 'o' {
                let name = match words.next().copied() {
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
}

#[cfg(test)]
mod tests {
    use super::{Reader, part};

    fn told(script: &str) -> (Reader, String, String) {
        let parted = part(script);
        (parted.reader, parted.before, parted.body.to_owned())
    }

    #[test]
    fn the_shell_is_as_it_was() {
        let sh = |before: &str, body: &str| (Reader::Sh, before.to_owned(), body.to_owned());
        let bash = |before: &str, body: &str| (Reader::Bash, before.to_owned(), body.to_owned());
        assert_eq!(told("ls"), sh("set +u\n", "ls"));
        assert_eq!(told("#!/bin/sh\nls"), sh("set +eu\n", "ls"));
        assert_eq!(told("#!/usr/bin/env sh\n\n# why\nset -eu\nls"), sh("", "\n# why\nset -eu\nls"));
        assert_eq!(told("#!/bin/bash -ex\nls"), bash("set +u +o pipefail -x\n", "ls"));
        assert_eq!(told("#!/usr/bin/env bash\nset -euo pipefail\nls"), bash("", "set -euo pipefail\nls"));
        assert_eq!(
            told("#!/bin/bash\nset -o errexit -o nounset\nls"),
            bash("set +o pipefail\n", "set -o errexit -o nounset\nls")
        );
        let python = Reader::Other(vec!["python3".to_owned(), "-u".to_owned()]);
        assert_eq!(told("#!/usr/bin/env -S python3 -u\nprint()"), (python, String::new(), "print()".to_owned()));
    }
}

//! Commands of scripts that are not what the library says of them.

use crate::diag::code::Code;
use crate::diag::{Diagnostic, Edit};
use crate::source::Span;

use super::{counted, listed, meant};

/// A word of a script, or a part of it, that can be told and perhaps replaced.
#[derive(Clone, Copy, Debug)]
pub(in crate::check) struct Spot {
    pub(in crate::check) span: Span,
    /// What is written there is what is meant, so it can be replaced.
    pub(in crate::check) exact: bool,
    /// It stands in a string of the language.
    pub(in crate::check) literal: bool,
}

impl Spot {
    fn fix(self, report: Diagnostic, near: &str, text: &str) -> Diagnostic {
        if !self.exact {
            return report;
        }
        let text = if self.literal { format!("\"{text}\"") } else { text.to_owned() };
        report.fix(format!("write `{near}`"), self.span, text)
    }
}

/// A flag that its command does not have; `tail` stands behind its name.
pub(in crate::check) fn unknown_flag(
    at: Spot,
    (flag, tail): (&str, &str),
    command: (&str, Span),
    names: &[&str],
    elsewhere: Option<&str>,
) -> Diagnostic {
    let (near, mut help) = meant(flag, names, "flags");
    if let Some(other) = elsewhere.filter(|_| near.is_none()) {
        help = format!("`{other}` has it; {help}");
    }
    let report = Diagnostic::new(Code::P0521, at.span, format!("`{}` has no flag `{flag}`", command.0))
        .here("unknown flag")
        .label(command.1, format!("the flags of `{}` are declared here", command.0))
        .help(format!("{help}; the command would end with an error when all before it has run"));
    match near {
        Some(near) => at.fix(report, &near, &format!("{near}{tail}")),
        None => report,
    }
}

pub(in crate::check) fn flag_gone(at: Span, flag: &str, command: &str, fact: Span, advice: &str) -> Diagnostic {
    Diagnostic::new(Code::P0522, at, format!("`{command}` has no flag `{flag}` any more"))
        .here("is gone")
        .label(fact, "it is said here that it is gone")
        .help(if advice.is_empty() { "leave it out".to_owned() } else { advice.to_owned() })
}

pub(in crate::check) fn command_gone(at: Span, command: &str, fact: Span, advice: &str) -> Diagnostic {
    Diagnostic::new(Code::P0522, at, format!("there is no command `{command}` any more"))
        .here("is gone")
        .label(fact, "it is said here that it is gone")
        .help(if advice.is_empty() { "leave it out".to_owned() } else { advice.to_owned() })
}

/// A flag of a command above or below the one that it is given to.
pub(in crate::check) fn misplaced(
    at: Span,
    flag: &str,
    given_to: &str,
    owner: (&str, Span),
    edits: Option<Vec<Edit>>,
) -> Diagnostic {
    let place = format!("right behind `{}`", owner.0);
    let report = Diagnostic::new(Code::P0523, at, format!("`{flag}` is a flag of `{}`, not of `{given_to}`", owner.0))
        .here("belongs to another command")
        .label(owner.1, format!("`{flag}` is declared here"))
        .help(format!("write it {place}: each command reads only the flags behind its own name"));
    match edits {
        Some(edits) => report.fix_all(format!("put it {place}"), edits),
        None => report,
    }
}

pub(in crate::check) fn no_value(at: Span, flag: &str, shown: &str, fact: Span) -> Diagnostic {
    Diagnostic::new(Code::P0524, at, format!("`{flag}` has no value"))
        .here("takes a value")
        .label(fact, format!("`{flag}` is declared with a value of type `{shown}`"))
        .help(format!("write `{flag}=…`"))
}

pub(in crate::check) fn needless_value(at: Span, flag: &str, fact: Span) -> Diagnostic {
    Diagnostic::new(Code::P0524, at, format!("`{flag}` takes no value"))
        .here("has one")
        .label(fact, format!("`{flag}` is declared as `bool`"))
        .help(format!("write `{flag}` alone, or leave it out; in an interpolation give it a `bool`"))
}

pub(in crate::check) fn not_attached(at: Span, flag: &str, fact: Span, between: Option<(Span, &str)>) -> Diagnostic {
    let joint = if flag.starts_with("--") { "=" } else { "" };
    let report = Diagnostic::new(Code::P0524, at, format!("the value of `{flag}` has to be part of its word"))
        .here("its value is the next word")
        .label(fact, "it is said here that the command misreads a value in a word of its own")
        .help(format!("write `{flag}{joint}value`; the command takes the next word for something else"));
    match between {
        Some((between, text)) => report.fix(format!("write `{flag}{joint}…`"), between, text),
        None => report,
    }
}

/// A value that its flag does not take; `why` says what it takes, `names` are its spellings.
pub(in crate::check) fn bad_value(
    at: Spot,
    (flag, text): (&str, &str),
    fact: (Span, &str),
    why: &str,
    names: &[&str],
) -> Diagnostic {
    let (near, help) = if names.is_empty() { (None, why.to_owned()) } else { meant(text, names, "values") };
    let report = Diagnostic::new(Code::P0524, at.span, format!("`{text}` is no value of `{flag}`"))
        .here(format!("is no `{}`", fact.1))
        .label(fact.0, format!("`{flag}` takes a `{}`", fact.1))
        .help(help);
    match near {
        Some(near) => at.fix(report, &near, &near),
        None => report,
    }
}

/// An interpolation whose type is not that of the flag.
pub(in crate::check) fn bad_value_type(at: Span, flag: &str, given: &str, fact: (Span, &str)) -> Diagnostic {
    Diagnostic::new(Code::P0524, at, format!("`{flag}` takes a `{}`, and is given a `{given}`", fact.1))
        .here(format!("is a `{given}`"))
        .label(fact.0, format!("`{flag}` is declared here"))
        .help(format!("give it a value of type `{}`", fact.1))
}

pub(in crate::check) fn unknown_subcommand(at: Spot, word: &str, command: (&str, Span), names: &[&str]) -> Diagnostic {
    let (near, help) = meant(word, names, "commands");
    let report = Diagnostic::new(Code::P0525, at.span, format!("`{}` has no command `{word}`", command.0))
        .here("unknown command")
        .label(command.1, format!("it is said here that `{}` takes no other words", command.0))
        .help(format!("{help}; the command would end with an error when all before it has run"));
    match near {
        Some(near) => at.fix(report, &near, &near),
        None => report,
    }
}

pub(in crate::check) fn too_many_operands(at: Span, command: &str, max: usize, fact: Span) -> Diagnostic {
    let takes = if max == 0 { "no words".to_owned() } else { format!("at most {}", counted(max, "word")) };
    Diagnostic::new(Code::P0526, at, format!("`{command}` takes {takes} besides its flags"))
        .here("one too many")
        .label(fact, "it is said here how many it takes")
        .help("leave it out, or quote it with the word before it if both are one")
}

pub(in crate::check) fn too_few_operands(
    at: Span,
    command: &str,
    (min, has): (usize, usize),
    fact: Span,
) -> Diagnostic {
    let needs = format!("needs {} besides its flags", counted(min, "word"));
    Diagnostic::new(Code::P0526, at, format!("`{command}` {needs}, and has {has}"))
        .here("too few words")
        .label(fact, "it is said here how many it takes")
        .help("add what is missing: the command would end with an error when all before it has run")
}

/// Flags without which the command, or the other flag, is refused.
pub(in crate::check) fn missing_flags(
    at: Span,
    (command, because): (&str, Option<&str>),
    flags: &[&str],
    fact: Span,
) -> Diagnostic {
    let owner = because.map_or_else(|| format!("`{command}`"), |flag| format!("`{flag}` of `{command}`"));
    Diagnostic::new(Code::P0527, at, format!("{owner} needs {}, which is not given", listed(flags)))
        .here(if because.is_some() { "is given without" } else { "without a flag that it needs" })
        .label(fact, "it is said here that they go together")
        .help(format!("add {}: the command would end with an error when all before it has run", listed(flags)))
}

pub(in crate::check) fn none_of(at: Span, command: &str, flags: &[&str], fact: Span) -> Diagnostic {
    Diagnostic::new(Code::P0527, at, format!("`{command}` needs one of {}, and none is given", listed(flags)))
        .here("none of them is given")
        .label(fact, "it is said here that exactly one is given")
        .help(format!("add one of {}", listed(flags)))
}

/// Two flags that are not given together.
pub(in crate::check) fn clashing_flags(
    (at, flag): (Span, &str),
    (other_at, other): (Span, &str),
    command: &str,
    fact: Span,
) -> Diagnostic {
    Diagnostic::new(Code::P0528, at, format!("`{command}` does not take `{flag}` together with `{other}`"))
        .here(format!("not with `{other}`"))
        .label(other_at, "is given here")
        .label(fact, "it is said here that only one of them is given")
        .help("leave one of them out; to choose between them write `flag(\"--name\", condition)`")
}

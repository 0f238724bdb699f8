//! Blocks of `command` that say something that cannot be.

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;

use super::meant;

/// Facts are read before anything runs, so all of them are written out.
pub(in crate::check) fn not_written(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::P0219, span, "a fact about a command is written out")
        .here("cannot be read as a fact")
        .help(format!("write {what}"))
}

pub(in crate::check) fn not_a_flag(span: Span, text: &str) -> Diagnostic {
    Diagnostic::new(Code::P0219, span, format!("`{text}` is not a flag"))
        .here("no flag")
        .help("write the flag alone, as the command spells it: `\"--force\"`, or two spellings: `\"-f --force\"`")
}

pub(in crate::check) fn not_a_flag_type(span: Span, shown: &str) -> Diagnostic {
    Diagnostic::new(Code::P0219, span, format!("a flag has no value of type `{shown}`"))
        .here("not a type of a word")
        .help("write `bool` for a flag without a value, a type of text, number or enum, or a list of these")
}

pub(in crate::check) fn unknown_flag_of_facts(span: Span, flag: &str, names: &[&str]) -> Diagnostic {
    let (near, help) = meant(flag, names, "flags");
    let report = Diagnostic::new(Code::P0219, span, format!("`{flag}` is not among the flags of this command"))
        .here("unknown flag")
        .help(help);
    match near {
        Some(near) => report.fix(format!("write `{near}`"), span, format!("\"{near}\"")),
        None => report,
    }
}

pub(in crate::check) fn empty_range(span: Span, min: usize, max: usize) -> Diagnostic {
    Diagnostic::new(Code::P0219, span, format!("no number of words is at least {min} and at most {max}"))
        .here("an empty range")
        .help("write the smaller number first: `{ min: 1, max: 2 }`")
}

pub(in crate::check) fn alone(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0219, span, "one flag alone has no company")
        .here("a group of one")
        .help("name at least two flags, or say `required`")
}

pub(in crate::check) fn nothing_to_inherit(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::P0219, span, format!("nothing is said of `{name}` that could hold here"))
        .here("no such command")
        .help("name another command that is declared, with its flags: `inherits: \"tool run\"`")
}

pub(in crate::check) fn no_steps(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0219, span, "a command has no steps")
        .here("steps belong to tasks")
        .help("say in the block what holds for the command: its flags, its operands, what it needs")
}

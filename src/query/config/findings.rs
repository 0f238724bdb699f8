//! What is wrong with a `pipec.toml`.

use crate::diag::code::Code;
use crate::diag::{Diagnostic, did_you_mean};
use crate::query::levels::{LEVELS, NoLint};
use crate::source::Span;

pub(super) fn syntax(place: Span, said: &str) -> Diagnostic {
    let mut said = said.to_owned();
    if let Some(first) = said.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    Diagnostic::new(Code::P0721, place, format!("the file is no TOML: {said}"))
        .here("this is not understood")
        .help("a section is `[name]` on a line of its own, a setting is `key = \"value\"`")
}

pub(super) fn unknown_key(place: Span, key: &str, of: &str, known: &[&str], is_lint: bool) -> Diagnostic {
    let found =
        Diagnostic::new(Code::P0721, place, format!("{of} has no key `{key}`")).here("not a setting of `pipec`");
    let list: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
    if is_lint {
        return found.help("the levels of lints stand under `[lints]`");
    }
    match did_you_mean(key, known.iter().copied()) {
        Some(near) => found.help(format!("did you mean `{near}`? there are {}", list.join(", "))).fix(
            format!("write `{near}`"),
            place,
            near,
        ),
        None => found.help(format!("there are {}", list.join(", "))),
    }
}

pub(super) fn wrong_type(place: Span, key: &str, wanted: &str, is: &str) -> Diagnostic {
    let help = match wanted {
        "a table" => format!("write `[{key}]` on a line of its own, and its settings below it"),
        "`true` or `false`" => format!("write `{key} = true`, without quotes"),
        _ => "write it in quotes".to_owned(),
    };
    Diagnostic::new(Code::P0721, place, format!("`{key}` takes {wanted}, not {is}")).here(is).help(help)
}

pub(super) fn no_file(place: Span, key: &str, is: &str) -> Diagnostic {
    Diagnostic::new(Code::P0721, place, format!("the environment `{key}` takes a file or a list of files, not {is}"))
        .here(is)
        .help(format!("write `{key} = \"{key}.yaml\"`, a parameter file beside this one"))
}

pub(super) fn no_list(place: Span, is: &str) -> Diagnostic {
    let found = Diagnostic::new(Code::P0721, place, format!("`exclude` takes a list of patterns, not {is}"))
        .here(is)
        .help("write `exclude = [\"vendor/**\", \"*.old.pipe\"]`");
    let edit = |span, text: &str| crate::diag::Edit { span, text: text.to_owned() };
    match is {
        "a string" => found.fix_all("make it a list", vec![edit(place.before(), "["), edit(place.after(), "]")]),
        _ => found,
    }
}

pub(super) fn no_lint(place: Span, why: NoLint) -> Diagnostic {
    let found = Diagnostic::new(Code::P0722, place, why.message).here("has no level").help(why.help);
    match why.near {
        Some(near) => found.fix(format!("write `{near}`"), place, near),
        None => found,
    }
}

/// What people write who come from other tools.
const SYNONYMS: &[(&str, &str)] = &[
    ("error", "deny"),
    ("forbid", "deny"),
    ("warning", "warn"),
    ("off", "allow"),
    ("ignore", "allow"),
    ("none", "allow"),
];

pub(super) fn no_level(place: Span, written: &str) -> Diagnostic {
    let words = LEVELS.iter().map(|(word, _)| *word);
    let same = SYNONYMS.iter().find(|(word, _)| *word == written).map(|(_, level)| *level);
    let found = Diagnostic::new(Code::P0721, place, format!("there is no level `{written}`")).here("not a level");
    let levels = "`allow` drops the findings, `warn` shows them, `deny` makes errors of them";
    match same.or_else(|| did_you_mean(written, words)) {
        Some(near) => found.help(format!("did you mean `{near}`? {levels}")).fix(
            format!("write `{near}`"),
            place,
            format!("\"{near}\""),
        ),
        None => found.help(levels),
    }
}

pub(super) fn no_choice(place: Span, written: &str, key: &str, known: &[&str]) -> Diagnostic {
    let list: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
    let found =
        Diagnostic::new(Code::P0721, place, format!("`{key}` cannot be `{written}`")).here("not one of its values");
    match did_you_mean(written, known.iter().copied()) {
        Some(near) => found.help(format!("did you mean `{near}`? it is one of {}", list.join(", "))).fix(
            format!("write `{near}`"),
            place,
            format!("\"{near}\""),
        ),
        None => found.help(format!("it is one of {}", list.join(", "))),
    }
}

pub(super) fn given_twice(place: Span, first: Span, code: Code) -> Diagnostic {
    Diagnostic::new(Code::P0721, place, format!("`{}` has two levels", code.name()))
        .here("given again")
        .label(first, "first given here")
        .help(format!("its code is `{}` and its name `{}`: remove one of them", code.id(), code.name()))
}

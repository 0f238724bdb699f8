//! What is wrong with a comment that allows a lint.

use crate::diag::code::Code;
use crate::diag::{Diagnostic, Edit, did_you_mean};
use crate::query::levels;
use crate::source::Span;
use crate::syntax::directives::Directive;

const FORM: &str = "write `// pipec: allow(LINT) because REASON`";

pub(super) fn in_doc(directive: &Directive) -> Diagnostic {
    let slashes = Span::new(directive.span.file, directive.span.start, directive.span.start + 3);
    Diagnostic::new(Code::P0724, directive.span, "a doc comment allows nothing")
        .here("this text is shown to users of what it describes")
        .help("`// pipec: …` speaks to the compiler, `//! pipec: …` does so for the whole file")
        .fix("make it an ordinary comment", slashes, "//")
}

pub(super) fn unknown_word(directive: &Directive, word: &str) -> Diagnostic {
    let start = directive.words.start;
    let length = u32::try_from(word.len()).unwrap_or(0);
    let place = Span::new(directive.span.file, start, start + length);
    let message = if word.is_empty() {
        "nothing is said to the compiler".to_owned()
    } else {
        format!("`{word}` says nothing to the compiler")
    };
    let found = Diagnostic::new(Code::P0724, directive.span, message)
        .here("a comment that begins with `pipec:` is read by the compiler")
        .help(format!("{FORM}, or begin the comment with another word"));
    match did_you_mean(word, ["allow"]) {
        Some(near) => found.fix(format!("write `{near}`"), place, near),
        None => found,
    }
}

pub(super) fn no_list(directive: &Directive) -> Diagnostic {
    Diagnostic::new(Code::P0724, directive.span, "what is allowed is not said")
        .here("`allow` takes the codes or names of lints, in parentheses")
        .help(format!("{FORM}; several lints are separated by commas"))
}

pub(super) fn no_reason(directive: &Directive) -> Diagnostic {
    Diagnostic::new(Code::P0724, directive.span, "why it is allowed is not said")
        .here("there is no `because …` behind the list")
        .help("write the reason: `… because the runner cleans up`; who reads it later cannot ask")
}

pub(super) fn not_a_lint(name: Span, written: &str, code: Code) -> Diagnostic {
    Diagnostic::new(Code::P0722, name, format!("`{written}` cannot be allowed"))
        .here("an error, not a lint")
        .help(format!("an error says what cannot be done; `pipec explain {}` says how to mend it", code.id()))
}

pub(super) fn unknown(name: Span, written: &str) -> Diagnostic {
    if written == levels::ALL {
        return Diagnostic::new(Code::P0722, name, "a comment cannot allow all lints")
            .here("not the name of one lint")
            .help("name those that are meant, so that the next one is still found; `pipec.toml` has levels for all");
    }
    let (message, help, near) = match levels::lint(written) {
        Err(why) => (why.message, why.help, why.near),
        Ok(_) => (format!("`{written}` is no lint"), FORM.to_owned(), None),
    };
    let found = Diagnostic::new(Code::P0722, name, message).here("neither a code nor a name").help(help);
    match near {
        Some(near) => found.fix(format!("write `{near}`"), name, near),
        None => found,
    }
}

pub(super) fn unused(directive: &Directive, names: &[&str], removal: Edit) -> Diagnostic {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let (list, finds) = (names.join(", "), if names.len() == 1 { "finds" } else { "find" });
    Diagnostic::new(Code::P0723, directive.span, format!("{list} {finds} nothing here that has to be allowed"))
        .here("this comment does nothing")
        .help("remove it: it would hide the next finding, for a reason that is no longer true")
        .fix_all("remove the comment", vec![removal])
}

pub(super) fn unused_name(name: Span, written: &str, removal: Edit) -> Diagnostic {
    Diagnostic::new(Code::P0723, name, format!("`{written}` finds nothing here that has to be allowed"))
        .here("the others in the list do")
        .help("remove it from the list: it would hide the next finding, for a reason that is no longer true")
        .fix_all(format!("remove `{written}`"), vec![removal])
}

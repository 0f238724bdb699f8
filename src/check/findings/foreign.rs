//! `extern task`: where it is kept, whether that is pinned, and what cannot be handed over.

use crate::diag::code::Code;
use crate::diag::{Diagnostic, did_you_mean};
use crate::source::Span;
use crate::syntax::ast;

use super::super::program::outside::Spelling;
use super::{listed, meant};

const PLACES: &str = "write one of `bundle: \"registry/repo@sha256:…\"`, `git: \"https://…\"` with `revision` and `path`, \
                      `hub: \"name\"` with `version`, `http: \"https://…\"` with `digest`, or `cluster: \"name\"`";

/// How long what was fetched is kept.
const CACHE: [&str; 3] = ["always", "never", "auto"];

pub(in crate::check) fn nowhere(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::P0218, span, format!("nothing says where `{name}` is found"))
        .here("declared here, and kept elsewhere")
        .help(PLACES)
}

pub(in crate::check) fn two_places(first: &ast::Name, second: &ast::Name) -> Diagnostic {
    Diagnostic::new(Code::P0218, second.span, "an `extern task` is found in one place")
        .here(format!("a second place, `{}`", second.text))
        .label(first.span, format!("the first, `{}`", first.text))
        .help("keep the one that the run is to use, and declare a second `extern task` for the other")
}

pub(in crate::check) fn of_another_place(name: &ast::Name, kind: &ast::Name) -> Diagnostic {
    Diagnostic::new(Code::P0218, name.span, format!("a task of a `{}` has no `{}`", kind.text, name.text))
        .here("says nothing here")
        .label(kind.span, format!("it is found by `{}`", kind.text))
        .help(format!("leave it out; {PLACES}"))
}

pub(in crate::check) fn lacks(kind: &ast::Name, field: &str) -> Diagnostic {
    Diagnostic::new(Code::P0215, kind.span, format!("`{}` needs the field `{field}`", kind.text))
        .here(format!("`{field}` is missing"))
        .help(match field {
            "revision" => "add `revision: \"…\"` with the whole commit, 40 hexadecimal digits: `git rev-parse HEAD`",
            "path" => "add `path: \"task/name.yaml\"`, the file in the repository",
            "version" => "add `version: \"0.9.0\"`, one version of it",
            _ => "add `digest: \"sha256:…\"`: `curl -sL URL | sha256sum` says it",
        })
}

pub(in crate::check) fn not_written_out(span: Span, field: &str) -> Diagnostic {
    Diagnostic::new(Code::P0501, span, format!("`{field}` of an `extern task` is written out"))
        .here("not a plain string and not a constant of one")
        .help("write the text here, or name a `const` of type string: what runs is known before it does")
}

/// What is wrong with the text of a field, if anything is.
pub(in crate::check) fn wrong_text(field: &str, text: &str, span: Span) -> Option<Diagnostic> {
    if text.trim().is_empty() || text.chars().any(|sign| sign.is_whitespace() || sign.is_control()) {
        return Some(not_a_word(field, span));
    }
    match field {
        "bundle" if !has_digest(text) => Some(not_pinned(
            span,
            "a bundle that is named by a tag may be another one tomorrow",
            "write `registry/repo@sha256:…`; `skopeo inspect --format '{{.Digest}}' docker://IMAGE` says the digest of a tag",
        )),
        "revision" if !is_commit(text) => Some(not_pinned(
            span,
            "a branch, a tag or a short commit may be another text tomorrow",
            "write the whole commit, 40 hexadecimal digits: `git ls-remote URL NAME` says which it is now",
        )),
        "digest" if !is_digest(text) => Some(not_pinned(
            span,
            "what an address gives may be another text tomorrow",
            "write `sha256:` and its 64 hexadecimal digits: `curl -sL URL | sha256sum` says them",
        )),
        "version" if !is_version(text) => Some(not_pinned(
            span,
            "this may be another version tomorrow",
            "write one version, `\"0.9.0\"`, and no range",
        )),
        "git" if !is_address(text) && owner_and_repository(text).is_none() => Some(
            Diagnostic::new(Code::P0313, span, format!("`{text}` is not the address of a repository"))
                .here("not an address")
                .help(
                    "write `https://host/path.git`, or `owner/repository` to have it read by the interface of its host",
                ),
        ),
        "http" | "server" if !is_address(text) => Some(
            Diagnostic::new(Code::P0313, span, format!("`{text}` is not an address"))
                .here("not an address")
                .help("write it whole, `https://host/path`"),
        ),
        "cache" if !CACHE.contains(&text) => Some(
            Diagnostic::new(Code::P0533, span, format!("`{text}` is no way to keep what was fetched"))
                .here("not one of these words")
                .help("write `always`, `never` or `auto`; `auto` keeps what is pinned"),
        ),
        _ => None,
    }
}

/// A field that another one says, or the word behind `extern`.
pub(in crate::check) fn said_otherwise(name: &ast::Name, help: &str) -> Diagnostic {
    Diagnostic::new(Code::P0533, name.span, format!("`{}` is said in another way", name.text))
        .here("no field of what is kept elsewhere")
        .help(help.to_owned())
}

pub(in crate::check) fn only_of_a_forge(name: &ast::Name) -> Diagnostic {
    Diagnostic::new(Code::P0533, name.span, format!("`{}` says nothing of a repository that is cloned", name.text))
        .here("speaks of the interface of a host")
        .help("leave it out, or write `git: \"owner/repository\"`: then the file is read by that interface")
}

pub(in crate::check) fn nothing_to_cache(name: &ast::Name) -> Diagnostic {
    Diagnostic::new(Code::P0533, name.span, "what is in the namespace of the run is not fetched")
        .here("keeps nothing")
        .help("leave it out; with `namespace` it is fetched from there")
}

pub(in crate::check) fn needs_beside(name: &ast::Name, other: &str) -> Diagnostic {
    Diagnostic::new(Code::P0533, name.span, format!("`{}` needs `{other}` beside it", name.text))
        .here(format!("`{other}` is missing"))
        .help(match other {
            "user" => "add `user: \"…\"`: who the password is of".to_owned(),
            _ => format!("add `{other}: \"…\"`, the name of the secret in the namespace of the run"),
        })
}

/// `owner/repository`, where an owner may be a group in a group; a host has a dot.
pub(in crate::check) fn owner_and_repository(text: &str) -> Option<(&str, &str)> {
    let (owner, repository) = text.rsplit_once('/')?;
    let plain = |part: &str| {
        let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        !part.is_empty() && part.chars().all(legal)
    };
    let host = owner.split('/').next().is_some_and(|first| first.contains('.'));
    (!host && owner.split('/').all(plain) && plain(repository)).then_some((owner, repository))
}

pub(in crate::check) fn no_style(span: Span, words: &[&str]) -> Diagnostic {
    Diagnostic::new(Code::P0209, span, "`names` is one way to spell all names")
        .here("not one of them")
        .help(format!("write {}", listed_cases(words)))
}

pub(in crate::check) fn unknown_style(case: &ast::Name, words: &[&str]) -> Diagnostic {
    let report =
        Diagnostic::new(Code::P0209, case.span, format!("names are not spelt `.{}`", case.text)).here("not known");
    match did_you_mean(&case.text, words.iter().copied()) {
        Some(near) => report.help(format!("did you mean `.{near}`? There are {}", listed_cases(words))).fix(
            format!("write `.{near}`"),
            case.span,
            near,
        ),
        None => report.help(format!("write {}", listed_cases(words))),
    }
}

fn listed_cases(words: &[&str]) -> String {
    words.iter().map(|word| format!("`.{word}`")).collect::<Vec<_>>().join(", ")
}

pub(in crate::check) fn pinned_anyway(field: Span, value: Span) -> Diagnostic {
    Diagnostic::new(Code::P0533, value, "`unpinned` is `true`, or is left out")
        .here("says nothing")
        .label(field, "whether another text may be found there tomorrow")
        .help("leave it out: what is kept elsewhere is pinned, unless `unpinned: true` says that nobody minds")
}

fn not_a_word(field: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0313, span, format!("`{field}` is one word"))
        .here("empty, or with blanks in it")
        .help("write the name or address as it is there, without blanks")
}

fn not_pinned(span: Span, why: &str, help: &str) -> Diagnostic {
    let help = format!("{help}; who minds neither says `unpinned: true` beside it");
    Diagnostic::new(Code::P0517, span, why.to_owned()).here("not pinned").help(help)
}

fn has_digest(text: &str) -> bool {
    let digest = text.split_once("@sha256:");
    digest.is_some_and(|(name, digest)| !name.is_empty() && digest.len() == 64 && is_hex(digest))
}

/// Of a file, by one of the two sums that are taken there.
fn is_digest(text: &str) -> bool {
    let sums = [("sha256:", 64), ("sha512:", 128)];
    sums.iter()
        .any(|(sum, length)| text.strip_prefix(sum).is_some_and(|digest| digest.len() == *length && is_hex(digest)))
}

fn is_commit(text: &str) -> bool {
    text.len() == 40 && is_hex(text)
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Numbers with dots; what stands behind a `-` or `+` is free.
fn is_version(text: &str) -> bool {
    let number = text.split(['-', '+']).next().unwrap_or_default();
    let part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    number.contains('.') && number.split('.').all(part)
}

fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.or_else(|| text.strip_prefix("ssh://")).is_some_and(|rest| rest.contains('.') || rest.contains('/'))
}

pub(in crate::check) fn no_such_name(span: Span, name: &str, word: &str, names: &[&str]) -> Diagnostic {
    let code = match word {
        "output" => Code::P0216,
        _ => Code::P0206,
    };
    let (near, help) = meant(name, names, &format!("{word}s"));
    let report = Diagnostic::new(code, span, format!("this task has no {word} `{name}`"))
        .here(format!("unknown {word}"))
        .help(help);
    match near {
        Some(near) => report.fix(format!("write `{near}`"), span, near),
        None => report,
    }
}

pub(in crate::check) fn meant_twice(word: &str, one: &Spelling, first: Span) -> Diagnostic {
    let (ours, theirs) = (&one.ours, &one.theirs);
    let report = Diagnostic::new(Code::P0202, one.span, format!("two {word}s are called `{theirs}` there"))
        .here(format!("`{ours}`"))
        .help("give each its own name of the other side; a name that is not listed here is spelt alike there");
    if first == one.span { report } else { report.label(first, "the first one") }
}

pub(in crate::check) fn no_place(span: Span, shown: &str) -> Diagnostic {
    Diagnostic::new(Code::P0215, span, format!("nothing says where the `{shown}` lies"))
        .here("made by a task that is written elsewhere")
        .help("write its place, `= src / \"path\"`, with `src` a parameter of type `workspace`: that task cannot be told where to put it")
}

pub(in crate::check) fn not_handed(span: Span, shown: &str, artifact: bool) -> Diagnostic {
    let help = match artifact {
        true => {
            "take the workspace and the path in it apart, `src: workspace, path: string`, and give both at the call: `disk.workspace`, `\"a/b\"`"
        }
        false => {
            "an `extern task` takes texts, lists of texts, records of texts, secrets (their names) and workspaces; give the parts one by one"
        }
    };
    Diagnostic::new(Code::P0214, span, format!("a `{shown}` cannot be handed to an `extern task`"))
        .here("has no form there")
        .help(help)
}

pub(in crate::check) fn folder_for_pipeline(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0214, span, "an `extern pipeline` is given workspaces as they are")
        .here("a folder of one")
        .help("give it the whole workspace: its tasks say which folders they see, and no engine cuts one for a run")
}

/// In place there is no declaration that says which parameter is first.
pub(in crate::check) fn unnamed_argument(span: Span, task: &ast::Name) -> Diagnostic {
    Diagnostic::new(Code::P0208, span, format!("an argument of `{}` has no name", task.text))
        .here("which parameter is it for?")
        .label(task.span, "declared and called in place")
        .help("name it: `url: …`; a bare variable stands for the parameter of its name")
}

/// The head of a declaration, where a call stands too.
pub(in crate::check) fn type_in_place(word: &ast::Name, task: &ast::Name) -> Diagnostic {
    Diagnostic::new(Code::P0208, word.span, format!("`{}` is given a type, not a value", task.text))
        .here("a type")
        .label(task.span, "declared and called in place")
        .help("write the value that it is given, of which it has the type; or declare it at the top level, and call it here")
}

pub(in crate::check) fn none_in_place(span: Span, name: &ast::Name) -> Diagnostic {
    Diagnostic::new(Code::P0317, span, format!("`{}` is given nothing", name.text))
        .here("`none` alone has no type")
        .help(format!("leave `{}` out: what it is not given has its own default there", name.text))
}

pub(in crate::check) fn unnamed_result(span: Span, task: &str) -> Diagnostic {
    Diagnostic::new(Code::P0215, span, format!("the result of `{task}` has no name"))
        .here("one of its results, nobody knows which")
        .help(
            "name it: `-> (commit: string)`, and where it is spelt otherwise there, `results: { commit: \"COMMIT\" }`",
        )
}

/// A field of a task that runs a script of ours.
pub(in crate::check) fn has_its_own(name: &ast::Name, block: &str, names: &[&str]) -> Diagnostic {
    Diagnostic::new(Code::P0204, name.span, format!("{block} has no field `{}`", name.text))
        .here("a field of a task that is written here")
        .help(format!("an `extern task` has its own image and scripts, so leave it out; here stand {}", listed(names)))
}

//! The forms that a text can be asked to have: the pattern of a declared type, an image, a path. The only owner of `regex`.
//!
//! A text that is known only in part (it holds a value) has no form to check; callers leave it alone.

mod ere;
mod image;
mod mends;

use regex::bytes::{Regex, RegexBuilder};

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;

/// The pattern of `type BuildId = string matching "…"`, ready to use.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
}

/// Reads a pattern: the part of POSIX extended regular expressions that means the same in `[[ =~ ]]`, `grep -E` and here.
///
/// It is about bytes, as with `LC_ALL=C`, so that a run on another machine with another locale decides the same.
///
/// # Errors
/// What is not part of that language, and what to write instead.
pub fn compile(pattern: &str) -> Result<Pattern, String> {
    let translated = ere::translate(pattern)?;
    let built = RegexBuilder::new(&format!(r"\A(?:{translated})\z")).unicode(false).build();
    built.map(|regex| Pattern { regex }).map_err(|_| "it is too large when its repetitions are written out".to_owned())
}

impl Pattern {
    /// Whether the whole text has the form. A text of several lines never has: `grep` would look at each line alone.
    pub fn matches(&self, text: &str) -> bool {
        !text.contains(['\n', '\0']) && self.regex.is_match(text.as_bytes())
    }
}

/// Checks a reference to an image: `registry.example.com:5000/team/app:1.2@sha256:…`.
///
/// # Errors
/// Which part is wrong, and what to write.
pub fn image(text: &str) -> Result<(), String> {
    image::check(text)
}

/// Checks a path, relative or absolute.
///
/// # Errors
/// Why no file can have it.
pub fn path(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("a path is empty: write `.` for the directory itself".to_owned());
    }
    if text.contains('\0') {
        return Err("a path holds a NUL, which no file name can".to_owned());
    }
    Ok(())
}

/// Checks what is joined to a workspace or a path with `/`: it has to stay inside.
///
/// # Errors
/// How it leaves what it is joined to.
pub fn relative_path(text: &str) -> Result<(), String> {
    path(text)?;
    if text.starts_with('/') {
        return Err(format!("`{text}` is absolute, and what is joined with `/` is relative: leave out the first `/`"));
    }
    let mut depth = 0_usize;
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." if depth == 0 => {
                return Err(format!("`{text}` leaves the directory that it is joined to: its `..` go above it"));
            }
            ".." => depth -= 1,
            _ => depth += 1,
        }
    }
    Ok(())
}

/// P0318: a pattern that `compile` refused, with its reason.
pub fn bad_pattern(span: Span, why: &str) -> Diagnostic {
    Diagnostic::new(Code::P0318, span, format!("the pattern cannot be used: {why}")).here("this pattern").help(
        "a pattern is a POSIX extended regular expression for the whole value, so that bash, `grep -E` and the compiler \
         read it alike: `[0-9]`, `[a-z]`, `[^/]`, `.`, `( | )`, `* + ? {2,4}`, and `\\\\.` for a dot",
    )
}

/// As [`bad_pattern`], with the mend where another language is written.
pub fn foreign_pattern(span: Span, pattern: &str, block: bool, why: &str) -> Diagnostic {
    let report = bad_pattern(span, why);
    match mends::mend(pattern).filter(|right| !block && compile(right).is_ok()) {
        Some(right) => {
            let escaped = right.replace('\\', "\\\\").replace('"', "\\\"");
            report.fix(format!("write `{right}`"), span, format!("\"{escaped}\""))
        }
        None => report,
    }
}

/// P0313: a literal that does not have the form of a declared type.
pub fn does_not_match(span: Span, text: &str, name: &str, pattern: &str) -> Diagnostic {
    Diagnostic::new(Code::P0313, span, format!("`{text}` is no `{name}`"))
        .here(format!("the whole text has to match `{pattern}`"))
        .help(format!("write a text of the form of `{name}`, or leave it open with a parameter of that type"))
}

/// P0313: a literal that `image`, `path` or `relative_path` refused, with the reason.
pub fn malformed(span: Span, why: &str) -> Diagnostic {
    Diagnostic::new(Code::P0313, span, why)
}

#[cfg(test)]
mod tests;

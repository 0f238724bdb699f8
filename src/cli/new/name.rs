//! What a project may be called: its name becomes that of a pipeline, of a file and of objects in a cluster.

use std::io;

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::query::{Analysis, Request};
use crate::source::Files;

/// Objects of a cluster add their own words to the name of their pipeline, and have 63 characters for all.
const LONGEST: usize = 40;

/// Whether `program`, which has that name in it, is one.
///
/// # Errors
/// What is wrong with the name, and one that can be used.
pub(super) fn check(name: &str, program: &str) -> Result<(), Diagnostic> {
    let wrong = match form(name) {
        Some(wrong) => wrong.to_owned(),
        None => match meaning(name, program) {
            Some(wrong) => wrong,
            None => return Ok(()),
        },
    };
    let message = format!("`{name}` cannot be the name of a pipeline: {wrong}");
    Err(Diagnostic::global(Code::P0706, message).help(format!("write `pipec new {}`", suggestion(name))))
}

fn form(name: &str) -> Option<&'static str> {
    let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() {
        Some("it is empty")
    } else if !name.chars().all(small) {
        Some("it has a character other than small letters, digits and `_`")
    } else if !name.starts_with(|c: char| c.is_ascii_lowercase()) || name.ends_with('_') {
        Some("it begins with a letter, and ends with a letter or a digit")
    } else if name.len() > LONGEST {
        Some("it has more than 40 characters, and objects in a cluster are called by it")
    } else {
        None
    }
}

/// What the compiler says about a program with that name.
fn meaning(name: &str, program: &str) -> Option<String> {
    let path = format!("{name}.pipe");
    let files = One { path: &path, text: program };
    let mut analysis = Analysis::open(&files, &path);
    analysis.plan(&files, &Request::default());
    analysis.diagnostics.iter().next().map(|found| found.message.clone())
}

/// A program that is on no disk yet.
struct One<'a> {
    path: &'a str,
    text: &'a str,
}

impl Files for One<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if path == self.path { Ok(self.text.as_bytes().to_vec()) } else { Err(io::ErrorKind::NotFound.into()) }
    }
}

/// The nearest name that can be used: `My App` is `my_app`.
fn suggestion(name: &str) -> String {
    let mut out = String::new();
    let mut small = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && small {
            out.push('_');
        }
        small = c.is_ascii_lowercase() || c.is_ascii_digit();
        out.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    }
    let words: Vec<&str> = out.split('_').filter(|word| !word.is_empty()).collect();
    let mut out = words.join("_");
    if !out.starts_with(|c: char| c.is_ascii_lowercase()) {
        out = if out.is_empty() { "my_app".to_owned() } else { format!("app_{out}") };
    }
    if out == name {
        out += "_pipeline";
    }
    out.truncate(LONGEST);
    out.trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{form, suggestion};

    #[test]
    fn a_suggestion_can_be_used() {
        for name in ["my app", "MyApp", "my-app", "9lives", "", "!!!", "_x", "x_", "task", "ÄÖ", &"long".repeat(20)] {
            let near = suggestion(name);
            assert_eq!(form(&near), None, "{name:?} gives {near:?}");
        }
        assert_eq!(suggestion("my app"), "my_app");
        assert_eq!(suggestion("MyApp2"), "my_app2");
        assert_eq!(suggestion("9lives"), "app_9lives");
        assert_eq!(suggestion("task"), "task_pipeline");
    }
}

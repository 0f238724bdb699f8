//! `pipec new`: a project to begin with.

mod folder;
mod name;

use std::path::Path;

use super::Exit;
use super::args::New;
use super::machine::Machine;
use crate::diag::Diagnostic;
use crate::source::Sources;

/// The word in the templates that the name takes the place of.
const STARTER: &str = "starter";

/// Names and texts, with [`STARTER`] in them.
const TEMPLATES: &[(&str, &str)] = &[
    ("starter.pipe", include_str!("starter.pipe")),
    ("pipec.toml", include_str!("pipec.toml")),
    (".pre-commit-config.yaml", include_str!("pre-commit-config.yaml")),
    (".gitignore", include_str!("gitignore")),
];

pub(super) fn run(args: &New, machine: &mut Machine) -> Exit {
    let dir = args.dir.as_deref().unwrap_or(&args.name);
    match make(&args.name, dir) {
        Ok(files) => {
            machine.print(&made(&args.name, dir, &files));
            Exit::Clean
        }
        Err(found) => {
            machine.complain(&Sources::default(), &found);
            Exit::Failed
        }
    }
}

/// The paths of what was written.
fn make(name: &str, dir: &str) -> Result<Vec<String>, Diagnostic> {
    name::check(name, &program(name))?;
    let texts: Vec<(String, String)> =
        TEMPLATES.iter().map(|(file, text)| (named(file, name), named(text, name))).collect();
    folder::fill(name, Path::new(dir), &texts)?;
    Ok(texts.iter().map(|(file, _)| Path::new(dir).join(file).display().to_string()).collect())
}

fn named(text: &str, name: &str) -> String {
    text.replace(STARTER, name)
}

fn program(name: &str) -> String {
    let (_, text) = TEMPLATES[0];
    named(text, name)
}

/// What was made, and what to type next.
fn made(name: &str, dir: &str, files: &[String]) -> String {
    let list: String = files.iter().map(|file| format!("{file}\n")).collect();
    let enter = if Path::new(dir) == Path::new(".") { String::new() } else { format!("  cd {}\n", word(dir)) };
    format!(
        "{list}\nNext:\n{enter}  pipec test\n  pipec plan {name}.pipe\n  \
         pipec emit --target shell -o out {name}.pipe\n  bash out/{name}.sh --who you\n"
    )
}

/// As one word of a shell.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let text = if text.starts_with('-') { format!("./{text}") } else { text.to_owned() };
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

//! Tasks without `run`: what their images run becomes what they run.

use super::{Locked, argv, findings};
use crate::check::{self, program::Program};
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::{Expr, ScriptPart, Step, Ty, Value};
use crate::source::{Sources, Span};

impl Locked {
    /// Reports the tasks of the program whose images are written out, and are not known or have no command.
    pub(in crate::query) fn check(&self, program: &Program, sources: &Sources, out: &mut Diagnostics) {
        for kept in check::kept_commands(program) {
            if sources.get(kept.span.file).built_in {
                continue;
            }
            if let Err(found) = self.words(kept.image, kept.span, kept.task, kept.has_args) {
                out.push(found);
            }
        }
    }

    /// The words before those of `args`.
    fn words(&self, image: &str, span: Span, task: &str, has_args: bool) -> Result<Vec<String>, Diagnostic> {
        let entry = self.find(image).ok_or_else(|| findings::unknown_command(span, image, task))?;
        let words = argv::prefix(has_args, &entry.entrypoint, &entry.cmd);
        words.ok_or_else(|| findings::no_command(span, image, task))
    }
}

/// Makes the script of a step out of what its image runs: one command, which takes the place of the shell.
pub(super) fn keep(step: &mut Step, task: &str, locked: &Locked, out: &mut Diagnostics) {
    let has_args = !step.script.parts.is_empty();
    let words = match locked.words(&step.image, step.image_span, task, has_args) {
        Ok(words) => words,
        Err(found) => return out.push(found),
    };
    let quoted: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    let text = format!("exec {}{}", quoted.join(" "), if has_args { " " } else { "" });
    step.script.parts.insert(0, ScriptPart::Text(text));
    step.script.parts.push(ScriptPart::Text("\n".to_owned()));
    let workdir = locked.find(&step.image).map(|entry| entry.workdir.clone()).filter(|path| !path.is_empty());
    if let (None, Some(path)) = (&step.workdir, workdir) {
        step.workdir = Some(Box::new(Expr::known(Value::Text(path), Ty::Path)));
    }
    if let Some(kept) = &mut step.kept {
        kept.words = words;
    }
}

/// One word for a shell, whatever it contains.
fn quoted(word: &str) -> String {
    let plain = |one: char| one.is_ascii_alphanumeric() || "/._-=:,+@%".contains(one);
    if !word.is_empty() && word.chars().all(plain) && !word.starts_with('=') {
        // A first word with `=` would be read as a variable, but for `exec`, whose words these are.
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

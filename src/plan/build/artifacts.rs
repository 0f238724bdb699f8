//! What tasks make: by their outputs, and by the commands of their scripts, with the values that are known filled in.

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Builder;
use crate::check::program::Program;
use crate::plan::provenance::{Kind, Making};
use crate::plan::{Quoting, Script, ScriptPart, Shell, Task, Ty, Value};
use crate::shell::{self, Piece};
use crate::source::offset;

/// The types of artifacts of a program.
pub(super) fn kinds(program: &Program) -> Vec<Kind> {
    let name = |at: usize| Arc::from(&*program.artifacts[at].name);
    let kind = |at: usize| {
        let requires = program.artifacts[at].requires.iter().map(|one| name(one.index()));
        Kind { name: name(at), requires: requires.collect() }
    };
    (0..program.artifacts.len()).map(kind).collect()
}

/// Artifacts, each with the words of the command that makes it.
type MadeBy = Rc<[(Arc<str>, String)]>;

/// Looks at scripts for commands that make something.
#[derive(Debug)]
pub(super) struct Makers<'a> {
    /// The first words of such commands, each once.
    first_words: Vec<&'a str>,
    /// What scripts make that were read already: many tasks run the same one.
    known: FxHashMap<String, MadeBy>,
}

impl<'a> Makers<'a> {
    pub(super) fn new(program: &'a Program) -> Self {
        let makers = program.commands.iter().filter(|one| !one.makes.is_empty());
        let mut first_words: Vec<_> = makers.filter_map(|one| one.words.first()).map(|word| &**word).collect();
        first_words.sort_unstable();
        first_words.dedup();
        Self { first_words, known: FxHashMap::default() }
    }

    /// Reading a script costs more than looking for a word in it.
    pub(super) fn may_run<'t>(&self, texts: impl Iterator<Item = &'t str> + Clone) -> bool {
        self.first_words.iter().any(|word| texts.clone().any(|text| text.contains(word)))
    }
}

impl Builder<'_> {
    pub(super) fn makes(&mut self, task: &Task) -> Vec<Making> {
        let mut makes: Vec<Making> = Vec::new();
        for (at, output) in task.outputs.iter().enumerate() {
            if let Ty::Artifact(name) = &output.ty
                && !makes.iter().any(|one| one.artifact == *name)
            {
                makes.push(Making { artifact: Arc::clone(name), output: Some(offset(at)), command: None });
            }
        }
        for script in scripts(task) {
            for (artifact, command) in self.made_by(script).iter() {
                match makes.iter_mut().find(|one| one.artifact == *artifact) {
                    Some(one) => one.command = one.command.take().or_else(|| Some(command.clone())),
                    None => {
                        let (artifact, command) = (Arc::clone(artifact), Some(command.clone()));
                        makes.push(Making { artifact, output: None, command });
                    }
                }
            }
        }
        makes
    }

    /// The artifacts that commands of a script make, each with the words of its command, as they are written.
    fn made_by(&mut self, script: &Script) -> MadeBy {
        let texts =
            script.parts.iter().filter_map(|part| if let ScriptPart::Text(text) = part { Some(text) } else { None });
        if !self.makers.may_run(texts.map(String::as_str)) {
            return Rc::from([]);
        }
        let text = filled_in(script);
        if let Some(known) = self.makers.known.get(&text) {
            return Rc::clone(known);
        }
        let made: MadeBy = Rc::from(self.read(&text));
        self.makers.known.insert(text, Rc::clone(&made));
        made
    }

    fn read(&self, text: &str) -> Vec<(Arc<str>, String)> {
        let mut pieces = Vec::new();
        for (at, text) in text.split(HOLE).enumerate() {
            if at > 0 {
                pieces.push(Piece::Hole);
            }
            pieces.push(Piece::Text(text));
        }
        let scan = shell::scan(&pieces);
        let commands = scan.commands.iter().flat_map(|command| self.program.makers(shell::program(command)));
        let made = |artifact: usize| Arc::from(&*self.program.artifacts[artifact].name);
        let each =
            commands.flat_map(|one| one.makes.iter().map(|artifact| (made(artifact.index()), one.words.join(" "))));
        each.collect()
    }
}

/// Those that a shell reads, in the order in which they run.
fn scripts(task: &Task) -> impl Iterator<Item = &Script> {
    let read = |shell: &Shell| match shell {
        Shell::Bash | Shell::Sh => true,
        Shell::Other(_) => false,
    };
    let steps = task.steps.iter().filter(move |step| read(&step.shell)).map(|step| &step.script);
    task.before.as_deref().into_iter().chain(steps).chain(task.cleanup.as_deref())
}

/// Stands for a value in a text that no script can hold.
const HOLE: char = '\0';

/// The text of a script, with the known values that the shell reads as plain words in their places.
fn filled_in(script: &Script) -> String {
    let mut text = String::new();
    for part in &script.parts {
        match part {
            ScriptPart::Text(part) => text.push_str(part),
            ScriptPart::Slot(slot, quoting) => {
                let value = script.slots[*slot as usize].value.value();
                match value.and_then(|value| words(value, *quoting)) {
                    Some(words) => text.push_str(&words),
                    None => text.push(HOLE),
                }
            }
        }
    }
    text
}

/// What the shell reads in the place of a value; nothing where it would have to be quoted.
fn words(value: &Value, quoting: Quoting) -> Option<String> {
    let bare = match quoting {
        Quoting::Word => true,
        Quoting::DoubleQuoted | Quoting::HereDocument | Quoting::Arithmetic => false,
    };
    if let Value::List(list) = value {
        let words: Option<Vec<String>> = list.iter().map(|one| words(one, quoting)).collect();
        return words.filter(|_| bare).map(|words| words.join(" "));
    }
    let text = value.text()?;
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "-_./:=+@%,".contains(sign);
    match text.is_empty() {
        true => Some(if bare { "''".to_owned() } else { text }),
        false => text.chars().all(plain).then_some(text),
    }
}

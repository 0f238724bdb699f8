//! The scripts of a plan as bash functions: `body_N` prints one, `give_N` says what it reads. Equal ones are written once.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::contract::{ListSource, SecretRef, Source};
use crate::emit::quote::{here_document, word, words};
use crate::emit::script::Rendered;

/// The functions, in the order in which they were first needed.
#[derive(Default, Debug)]
pub(super) struct Scripts {
    gives: Table,
    bodies: Table,
}

/// The numbers of the two functions of a script.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Use {
    pub(super) give: usize,
    pub(super) body: usize,
}

#[derive(Default, Debug)]
struct Table {
    numbers: FxHashMap<Rc<str>, usize>,
    texts: Vec<Rc<str>>,
}

impl Table {
    fn number(&mut self, text: String) -> usize {
        if let Some(number) = self.numbers.get(text.as_str()) {
            return *number;
        }
        let number = self.texts.len();
        let text: Rc<str> = text.into();
        self.texts.push(Rc::clone(&text));
        self.numbers.insert(text, number);
        number
    }

    fn write(&self, name: &str, out: &mut String) {
        for (number, text) in self.texts.iter().enumerate() {
            let number = number.to_string();
            [name, "_", &number, "() {\n", text, "}\n"].iter().for_each(|part| out.push_str(part));
        }
    }
}

impl Scripts {
    pub(super) fn add(&mut self, script: &Rendered) -> Use {
        Use { give: self.gives.number(give(script)), body: self.bodies.number(here_document(&script.body)) }
    }

    pub(super) fn write(&self, out: &mut String) {
        self.gives.write("give", out);
        self.bodies.write("body", out);
    }
}

/// Every source of a script, in order.
pub(super) fn sources(script: &Rendered) -> impl Iterator<Item = &Source> {
    let lists = script.args.iter().flat_map(|list| match list {
        ListSource::Each(sources) => sources.as_slice(),
        ListSource::Literal(_) | ListSource::Param(_) | ListSource::Gathered { .. } | ListSource::Result { .. } => &[],
    });
    script.env.iter().map(|(_, source)| source).chain(lists).chain(&script.workdir)
}

/// The secret that a source reads.
pub(super) fn secret(source: &Source) -> Option<String> {
    match source {
        Source::SecretValue(secret) | Source::SecretFile(secret) => Some(reference(secret)),
        Source::Literal(_)
        | Source::Param(_)
        | Source::Result { .. }
        | Source::OutputFile(_)
        | Source::Place { .. }
        | Source::Status(_)
        | Source::StepResult { .. }
        | Source::Outcome => None,
    }
}

/// Whether a script reads nothing that is made while the run goes on.
pub(super) fn known_at_start(script: &Rendered) -> bool {
    let gathers = script.args.iter().any(|list| matches!(list, ListSource::Gathered { .. }));
    !gathers
        && sources(script).all(|source| match source {
            Source::Literal(_)
            | Source::Param(_)
            | Source::Place { .. }
            | Source::SecretValue(_)
            | Source::SecretFile(_) => true,
            Source::Result { .. } | Source::OutputFile(_) | Source::Status(_) => false,
            Source::StepResult { .. } | Source::Outcome => false,
        })
}

/// The file of an output; one without a name has the directory to itself.
pub(super) fn output_file(name: &str) -> &str {
    if name.is_empty() { "value" } else { name }
}

fn give(script: &Rendered) -> String {
    let mut out = String::new();
    let mut parts = |parts: &[&str]| parts.iter().for_each(|part| out.push_str(part));
    for (name, source) in &script.env {
        parts(&["    give ", name, &source_words(source), "\n"]);
    }
    let mut line = |text: String| parts(&["    ", &text, "\n"]);
    for list in &script.args {
        match list {
            ListSource::Literal(list) => line(format!("words literal{}", words(list.iter().map(String::as_str)))),
            ListSource::Param(name) => line(format!("words param {name}")),
            ListSource::Gathered { task, output } => line(format!("words gathered {task} {}", output_file(output))),
            // A gap: no machine of ours runs what gives it.
            ListSource::Result { .. } => line("words literal".to_owned()),
            ListSource::Each(sources) => {
                sources.iter().for_each(|source| line(format!("word{}", source_words(source))));
                line("end_words".to_owned());
            }
        }
    }
    if let Some(workdir) = &script.workdir {
        line(format!("start_in{}", source_words(workdir)));
    }
    if let Some(run_by) = interpreter(&script.body) {
        line(format!("run_by{}", words(run_by.split_whitespace())));
    }
    if out.is_empty() { "    :\n".to_owned() } else { out }
}

/// What the first line names, when it is not `/bin/sh`. A script is handed to it as a file, since the directory that it
/// lies in may not allow to execute.
fn interpreter(body: &str) -> Option<&str> {
    let run_by = body.lines().next()?.strip_prefix("#!")?.trim();
    (run_by != "/bin/sh").then_some(run_by)
}

fn source_words(source: &Source) -> String {
    match source {
        Source::Literal(text) => [" literal ", &word(text)].concat(),
        Source::Param(name) => [" param ", name].concat(),
        Source::Result { task, output } => [" result ", task, " ", output_file(output)].concat(),
        Source::OutputFile(output) => [" output ", output_file(output)].concat(),
        Source::Place { workspace, path } if path.is_empty() => format!(" place {workspace}"),
        Source::Place { workspace, path } => format!(" place {workspace} {}", word(path)),
        Source::SecretValue(secret) => format!(" secret {}", word(&reference(secret))),
        Source::SecretFile(secret) => format!(" secret_file {}", word(&reference(secret))),
        Source::Status(task) => format!(" status {task}"),
        // A gap: nothing here runs such a step.
        Source::StepResult { step, result } => [" step_result ", step, " ", result].concat(),
        Source::Outcome => " outcome".to_owned(),
    }
}

fn reference(secret: &SecretRef) -> String {
    match secret {
        SecretRef::Named(name) => format!("name:{name}"),
        SecretRef::Param(name) => format!("param:{name}"),
    }
}

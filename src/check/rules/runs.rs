//! The commands of a task of which the library says something, in the order in which they run.

use crate::check::program::{CommandDef, Fields, Program, Script, ScriptPart, TaskDef};
use crate::shell::{self, Command, Word};
use crate::source::Span;

use super::made::{is_prefix, known, piece, scripts};

/// One command of a script.
#[derive(Clone, Debug)]
pub(in crate::check) struct Run<'p> {
    /// What is said of it: of its words with its flags.
    pub(in crate::check) command: &'p CommandDef,
    /// What is said of its words alone, where a flag makes a difference.
    pub(in crate::check) plain: &'p CommandDef,
    pub(in crate::check) written: Span,
    pub(in crate::check) part: Part,
    pub(in crate::check) words: Box<[Word]>,
    /// The number of its script in the task.
    pub(in crate::check) script: usize,
}

/// A command that has to follow another.
#[derive(Clone, Copy, Debug)]
pub(in crate::check) struct Ender<'p> {
    pub(in crate::check) words: &'p [Box<str>],
    pub(in crate::check) written: Span,
    pub(in crate::check) part: Part,
    pub(in crate::check) script: usize,
}

/// When a command runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::check) enum Part {
    Body,
    /// After the body, on every path.
    Cleanup,
    /// In a `trap` of the shell, on every path of its script; of what ends others only.
    Trap,
}

impl<'p> Run<'p> {
    pub(in crate::check) fn name(&self) -> String {
        self.command.words.join(" ")
    }

    /// The name of what it shares with others, which is that of its words when its flags say nothing of it.
    pub(in crate::check) fn lock(&self) -> Option<(&'p str, Span)> {
        let said = |command: &'p CommandDef| command.facts.lock.as_ref();
        said(self.command).or_else(|| said(self.plain)).map(|(name, span)| (&**name, *span))
    }

    /// The words of the command that has to run after it, on every path.
    pub(in crate::check) fn ended_by(&self) -> Option<(&'p [Box<str>], Span)> {
        let said = |command: &'p CommandDef| command.facts.ended_by.as_ref();
        said(self.command).or_else(|| said(self.plain)).map(|(words, span)| (&**words, *span))
    }

    /// The command whose exit codes hold for it.
    pub(in crate::check) fn of_exits(&self) -> &'p CommandDef {
        if self.command.facts.exits.is_empty() { self.plain } else { self.command }
    }
}

/// The first words of commands, each once: reading a script costs more than looking for a word in it.
#[derive(Default, Debug)]
pub(in crate::check) struct FirstWords<'p>(Vec<&'p str>);

impl<'p> FirstWords<'p> {
    pub(in crate::check) fn new(words: impl Iterator<Item = &'p [Box<str>]>) -> Self {
        let mut first: Vec<&str> = words.filter_map(|words| words.first()).map(|word| &**word).collect();
        first.sort_unstable();
        first.dedup();
        Self(first)
    }

    pub(in crate::check) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of the commands may stand in the script.
    pub(in crate::check) fn may_run(&self, script: &Script) -> bool {
        let texts =
            || script.parts.iter().filter_map(|part| if let ScriptPart::Text(text) = part { Some(text) } else { None });
        self.0.iter().any(|word| texts().any(|text| text.contains(word)))
    }

    /// Whether one of them may stand in a script of the task, or of those around it.
    pub(in crate::check) fn may_run_in(&self, task: &TaskDef, modifiers: &Fields, defaults: Option<&Fields>) -> bool {
        let layers = [Some(modifiers), Some(&task.fields), defaults].into_iter().flatten();
        let around = layers.flat_map(|fields| fields.before.iter().chain(&fields.cleanup));
        task.steps.iter().map(|step| &step.run).chain(around).any(|script| self.may_run(script))
    }
}

/// What [`runs`] finds.
#[derive(Default, Debug)]
pub(in crate::check) struct Found<'p> {
    pub(in crate::check) runs: Vec<Run<'p>>,
    pub(in crate::check) enders: Vec<Ender<'p>>,
}

/// The known commands of a task in the order in which they are written. What a `trap` runs comes where that stands.
pub(in crate::check) fn runs<'p>(
    program: &'p Program,
    wanted: &FirstWords<'p>,
    task: &'p TaskDef,
    modifiers: &'p Fields,
    defaults: Option<&'p Fields>,
) -> Found<'p> {
    let cleanup = [Some(modifiers), Some(&task.fields), defaults].into_iter().flatten();
    let cleanup = cleanup.filter_map(|fields| fields.cleanup.as_ref()).next();
    let mut found = Found::default();
    for (number, script) in scripts(task, modifiers, defaults).into_iter().enumerate() {
        if wanted.may_run(script) {
            let is_cleanup = cleanup.is_some_and(|cleanup| std::ptr::eq(cleanup, script));
            let part = if is_cleanup { Part::Cleanup } else { Part::Body };
            found.read(program, script, Place { part, number });
        }
    }
    found
}

/// Where a script stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    part: Part,
    number: usize,
}

impl<'p> Found<'p> {
    fn read(&mut self, program: &'p Program, script: &Script, place: Place) {
        let pieces: Vec<_> = script.parts.iter().map(piece).collect();
        let scan = shell::scan(&pieces);
        let trapped = trapped(script, &scan.commands);
        for (at, command) in scan.commands.iter().enumerate() {
            let written = script.commands.get(at).copied().unwrap_or(script.span);
            self.run(program, command, written, place);
            if let Some(code) = trap_code(command) {
                let inner = shell::scan(&[shell::Piece::Text(code)]).commands;
                inner.iter().for_each(|command| self.end(program, command, written, Part::Trap, place.number));
            }
            let part = if trapped { Part::Trap } else { place.part };
            self.end(program, command, written, part, place.number);
        }
    }

    fn run(&mut self, program: &'p Program, command: &Command, written: Span, place: Place) {
        let words = shell::program(command);
        let Some(command) = known(program, words) else { return };
        let is_flag = |word: &&Word| matches!(word, Word::Plain(text) if text.starts_with('-'));
        let plain = if command.words.iter().any(|word| word.starts_with('-')) {
            let without: Vec<Word> = words.iter().filter(|word| !is_flag(word)).cloned().collect();
            known(program, &without).unwrap_or(command)
        } else {
            command
        };
        self.runs.push(Run { command, plain, written, part: place.part, words: words.into(), script: place.number });
    }

    fn end(&mut self, program: &'p Program, command: &Command, written: Span, part: Part, script: usize) {
        let words = shell::program(command);
        let enders = program.commands.iter().filter_map(|one| one.facts.ended_by.as_ref());
        let said = enders.filter(|(ender, _)| is_prefix(ender, words));
        self.enders.extend(said.map(|(words, _)| Ender { words, written, part, script }));
    }
}

/// What a `trap` runs when the script ends.
fn trap_code(command: &Command) -> Option<&str> {
    let words = shell::program(command);
    let text = |word: &Word| if let Word::Plain(text) = word { Some(text.to_string()) } else { None };
    let Some(Word::Plain(name)) = words.first() else { return None };
    let rest = words.get(1..)?.iter().skip_while(|word| text(word).is_some_and(|text| text == "--"));
    let rest: Vec<&Word> = rest.collect();
    let at_exit = rest.iter().skip(1).any(|word| text(word).is_some_and(|text| ["EXIT", "0"].contains(&&*text)));
    match rest.first() {
        Some(Word::Plain(code)) if &**name == "trap" && at_exit => Some(code),
        Some(_) | None => None,
    }
}

/// Whether a function of the script is what runs when it ends: `trap cleanup EXIT`. Which commands stand in it is not
/// known, so it may be any.
fn trapped(script: &Script, commands: &[Command]) -> bool {
    let defined = |name: &str| {
        let forms = [format!("{name}()"), format!("{name} ()"), format!("function {name}")];
        let mut texts = script.parts.iter();
        texts.any(|part| matches!(part, ScriptPart::Text(text) if forms.iter().any(|form| text.contains(form))))
    };
    let words = |code: &str| code.split(|c: char| c.is_whitespace() || c == ';').map(str::to_owned).collect::<Vec<_>>();
    commands.iter().filter_map(trap_code).flat_map(words).any(|word| !word.is_empty() && defined(&word))
}

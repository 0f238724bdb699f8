//! The commands of a task of which the library says something, in the order in which they run.

use crate::check::commands::invocation::Invocation;
use crate::check::program::command::Written;
use crate::check::program::{ArtifactId, CommandDef, Fields, Program, Script, ScriptPart, TaskDef};
use crate::shell::{self, Word};
use crate::source::Span;

use super::made::scripts;

/// One command of a script.
#[derive(Debug)]
pub(in crate::check) struct Run<'p> {
    /// What is said of it: of its words with its flags.
    pub(in crate::check) command: &'p CommandDef,
    /// What is said besides, with its flags.
    pub(in crate::check) also: Option<&'p CommandDef>,
    /// What is said of its words alone, where a flag makes a difference.
    pub(in crate::check) plain: &'p CommandDef,
    pub(in crate::check) written: Span,
    pub(in crate::check) part: Part,
    pub(in crate::check) read: Invocation<'p>,
    /// The task has nothing to do behind it.
    pub(in crate::check) is_last: bool,
    /// On another machine than its task.
    pub(in crate::check) elsewhere: bool,
    /// What it makes itself: nothing where its operands name what is made.
    pub(in crate::check) makes: &'p [ArtifactId],
    /// That of the whole command, when operands name several.
    pub(in crate::check) number: usize,
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
        self.said_of().filter(|_| !self.elsewhere).find_map(said).map(|(name, span)| (&**name, *span))
    }

    /// The words of the command that has to run after it, on every path.
    pub(in crate::check) fn ended_by(&self) -> Option<(&'p [Box<str>], Span)> {
        let said = |command: &'p CommandDef| command.facts.ended_by.as_ref();
        self.said_of().find_map(said).map(|(words, span)| (&**words, *span))
    }

    /// The command whose exit codes hold for it.
    pub(in crate::check) fn of_exits(&self) -> &'p CommandDef {
        self.said_of().find(|one| !one.facts.exits.is_empty()).unwrap_or(self.plain)
    }

    /// All that is said of it, the nearest first.
    fn said_of(&self) -> impl Iterator<Item = &'p CommandDef> {
        [Some(self.command), self.also, Some(self.plain)].into_iter().flatten()
    }
}

/// The commands that are looked for.
#[derive(Debug)]
pub(in crate::check) struct Wanted<'p> {
    /// By command of the program.
    commands: Vec<bool>,
    /// The words of what has to follow others.
    enders: Vec<&'p [Box<str>]>,
}

impl<'p> Wanted<'p> {
    /// Those that pass, by themselves or for what is said of their words without flags.
    pub(in crate::check) fn new(program: &'p Program, pass: impl Fn(&CommandDef) -> bool) -> Self {
        let enders = program.commands.iter().filter_map(|one| one.facts.ended_by.as_ref()).map(|(words, _)| &**words);
        let mut enders: Vec<_> = enders.collect();
        enders.sort_unstable();
        enders.dedup();
        Self { commands: program.commands.iter().map(pass).collect(), enders }
    }

    /// The same, without what ends others.
    pub(in crate::check) fn commands(program: &'p Program, pass: impl Fn(&CommandDef) -> bool) -> Self {
        Self { enders: Vec::new(), ..Self::new(program, pass) }
    }

    /// There is nothing to look for.
    pub(in crate::check) fn is_empty(&self) -> bool {
        self.enders.is_empty() && !self.commands.contains(&true)
    }
}

/// Whether a command of which something is known stands in a script of the task, or of those around it.
pub(in crate::check) fn may_run(task: &TaskDef, modifiers: &Fields, defaults: Option<&Fields>) -> bool {
    let layers = [Some(modifiers), Some(&task.fields), defaults].into_iter().flatten();
    let around = layers.flat_map(Fields::around);
    task.steps.iter().map(|step| &step.run).chain(around).any(|script| script.commands.is_some())
}

/// What [`runs`] finds.
#[derive(Default, Debug)]
pub(in crate::check) struct Found<'p> {
    pub(in crate::check) runs: Vec<Run<'p>>,
    pub(in crate::check) enders: Vec<Ender<'p>>,
}

/// The wanted commands of a task in the order in which they are written.
pub(in crate::check) fn runs<'p>(
    program: &'p Program,
    wanted: &Wanted<'p>,
    task: &'p TaskDef,
    modifiers: &'p Fields,
    defaults: Option<&'p Fields>,
) -> Found<'p> {
    let mut layers = [Some(modifiers), Some(&task.fields), defaults].into_iter().flatten();
    let cleanup = layers.find_map(|fields| fields.cleanup.as_deref());
    let mut reader = Reader { program, wanted, found: Found::default() };
    let scripts = scripts(task, modifiers, defaults);
    let last = scripts.len().saturating_sub(1);
    for (number, script) in scripts.into_iter().enumerate() {
        let is_cleanup = cleanup.is_some_and(|cleanup| std::ptr::eq(cleanup, script));
        reader.script(script, if is_cleanup { Part::Cleanup } else { Part::Body }, number);
    }
    reader.found.runs.iter_mut().for_each(|run| run.is_last &= run.script == last);
    reader.found
}

struct Reader<'r, 'p> {
    program: &'p Program,
    wanted: &'r Wanted<'p>,
    found: Found<'p>,
}

impl<'p> Reader<'_, 'p> {
    fn script(&mut self, script: &'p Script, part: Part, number: usize) {
        let written = script.commands.as_deref().unwrap_or_default();
        let trapped = !self.wanted.enders.is_empty() && trapped(script, written);
        for one in written {
            if let Some(code) = trap_code(one) {
                let inner = shell::scan(&[shell::Piece::Text(code)]).commands;
                inner.iter().for_each(|command| self.end(&[], &command.words, one.span, (Part::Trap, number)));
            }
            let ends = if trapped { Part::Trap } else { part };
            self.end(&script.parts, &one.words, one.span, (ends, number));
            self.run(script, one, part, number);
        }
    }

    fn run(&mut self, script: &'p Script, written: &'p Written, part: Part, number: usize) {
        let Program { commands, tree, .. } = self.program;
        let Some(read) = tree.read(commands, &script.parts, &written.words) else { return };
        let Some(at) = read.command else { return };
        let plain = tree.chain(read.node).find_map(|node| tree.node(node).command).unwrap_or(at);
        let chosen = read.chosen.clone();
        let also = read.also.iter().copied().find(|also| self.wanted.commands[*also]);
        let whole = self.found.runs.len();
        let is_last = script.commands.iter().flatten().last().is_some_and(|last| std::ptr::eq(last, written));
        for one in std::iter::once(at).chain(chosen.iter().copied()) {
            let of_all = one == at && (self.wanted.commands[plain] || also.is_some());
            if self.wanted.commands[one] || of_all {
                let command = &commands[one];
                let makes: &[ArtifactId] = if one == at && !chosen.is_empty() { &[] } else { &command.makes };
                let (plain, read, elsewhere) = (&commands[plain], read.clone(), written.elsewhere);
                let run = Run {
                    command,
                    also: also.filter(|_| one == at).map(|also| &commands[also]),
                    plain,
                    written: written.span,
                    part,
                    read,
                    is_last,
                    elsewhere,
                    makes,
                    number: whole,
                    script: number,
                };
                self.found.runs.push(run);
            }
        }
    }

    /// Notes what ends others.
    fn end(&mut self, parts: &[ScriptPart], words: &[Word], written: Span, (part, script): (Part, usize)) {
        if self.wanted.enders.is_empty() {
            return;
        }
        let tree = &self.program.tree;
        let Some(read) = tree.read(&self.program.commands, parts, words) else { return };
        for ender in &self.wanted.enders {
            let head = ender.iter().take_while(|word| !word.starts_with('-')).count();
            let (head, flags) = ender.split_at(head);
            let named = tree.chain(read.node).any(|node| *tree.node(node).words == *head);
            let given = |flag: &str| read.flags.iter().any(|given| *given.name == *flag);
            if named && flags.iter().all(|flag| given(flag)) {
                self.found.enders.push(Ender { words: ender, written, part, script });
            }
        }
    }
}

/// What a `trap` runs when the script ends.
fn trap_code(written: &Written) -> Option<&str> {
    let mut words = written.words.iter().map(Word::plain).skip_while(|word| *word == Some("builtin"));
    if words.next() != Some(Some("trap")) {
        return None;
    }
    let mut words = words.skip_while(|word| *word == Some("--"));
    let code = words.next()??;
    words.any(|word| matches!(word, Some("EXIT" | "0"))).then_some(code)
}

/// Whether a function of the script is what runs when it ends: `trap cleanup EXIT`. Which commands stand in it is not
/// known, so it may be any.
fn trapped(script: &Script, written: &[Written]) -> bool {
    let defined = |name: &str| {
        let forms = [format!("{name}()"), format!("{name} ()"), format!("function {name}")];
        let mut texts = script.parts.iter();
        texts.any(|part| matches!(part, ScriptPart::Text(text) if forms.iter().any(|form| text.contains(form))))
    };
    let mut codes = written.iter().filter_map(trap_code);
    codes.any(|code| {
        let mut words = code.split(|c: char| c.is_whitespace() || c == ';');
        words.any(|word| !word.is_empty() && defined(word))
    })
}

//! Holds the commands of a script to what the library says of them.

use crate::check::checker::Checker;
use crate::check::findings::argv::{self as findings, Spot};
use crate::check::program::command::Written;
use crate::check::program::facts::{Facts, FlagDef};
use crate::check::program::{Script, Type};
use crate::diag::{Diagnostic, Edit};
use crate::shell::Word;
use crate::source::Span;

use super::invocation::{Given, Invocation, Operand, Value};
use super::tree::{NodeAt, Tree, flag_named};
use super::{relations, value};

impl Checker<'_, '_> {
    /// Reports what is wrong with the flags and operands of a script's commands.
    pub(in crate::check) fn argv(&mut self, script: &Script) {
        let mut found = Vec::new();
        for written in script.commands.iter().flatten() {
            let program = &self.program;
            let read = program.tree.read(&program.commands, &script.parts, &written.words);
            let Some(invocation) = read else { continue };
            let judge = Judge { checker: self, tree: &program.tree, written, invocation: &invocation };
            judge.command(&mut found);
        }
        found.into_iter().for_each(|one| self.report(one));
    }
}

/// One command and what is said about it.
pub(super) struct Judge<'j, 'a, 'd> {
    checker: &'j Checker<'a, 'd>,
    tree: &'j Tree,
    written: &'j Written,
    pub(super) invocation: &'j Invocation<'j>,
}

impl<'j> Judge<'j, '_, '_> {
    fn command(&self, out: &mut Vec<Diagnostic>) {
        let node = self.invocation.node;
        let facts = self.facts(node);
        if let Some((advice, fact)) = facts.and_then(|facts| facts.gone.as_ref()) {
            return out.push(findings::command_gone(self.named(), &self.name(node), *fact, advice));
        }
        // Whose flags the others are is not known then.
        if let Some(unknown) = facts.and_then(|facts| self.unknown_subcommand(facts)) {
            return out.push(unknown);
        }
        let lost = self.invocation.lost.unwrap_or(usize::MAX);
        for given in self.invocation.flags.iter().filter(|given| given.word < lost) {
            out.extend(self.flag(given));
        }
        if let Some(facts) = facts {
            relations::check(self, facts, out);
            out.extend(self.operands(facts));
        }
    }

    pub(super) fn facts(&self, node: NodeAt) -> Option<&'j Facts> {
        self.tree.facts(&self.checker.program.commands, node)
    }

    /// The words of a command.
    pub(super) fn name(&self, node: NodeAt) -> String {
        self.tree.node(node).words.join(" ")
    }

    /// Where the command is declared.
    fn declared(&self, node: NodeAt) -> Span {
        let command = self.tree.node(node).command.map(|at| self.checker.program.commands[at].span);
        command.unwrap_or(self.written.span)
    }

    fn span(&self, word: usize) -> Span {
        self.written.spans.get(word).copied().unwrap_or(self.written.span)
    }

    /// The words that name the command.
    pub(super) fn named(&self) -> Span {
        let named = &self.invocation.named;
        let [first, .., last] = named.as_slice() else { return self.span(named[0]) };
        let (first, last) = (self.span(*first), self.span(*last));
        Span::new(first.file, first.start, last.end.max(first.end))
    }

    /// A part of a word; `None` of `part`: to its end.
    fn spot(&self, word: usize, literal: Option<Span>, part: Option<(usize, usize)>) -> Spot {
        if let Some(span) = literal {
            return Spot { span, exact: true, literal: true };
        }
        let span = self.span(word);
        let length = (span.end - span.start) as usize;
        let plain = match self.written.words.get(word) {
            Some(Word::Plain(text)) => text.len() == length,
            // How it begins can be told where it has no quotes.
            Some(Word::Unknown { .. }) => part.is_some_and(|(from, _)| from == 0),
            Some(Word::Value(_)) | None => false,
        };
        match part.filter(|(_, to)| plain && *to <= length) {
            Some((from, to)) => {
                let at = |byte: usize| span.start + u32::try_from(byte).unwrap_or(0);
                let exact = matches!(self.written.words.get(word), Some(Word::Plain(_)));
                Spot { span: Span::new(span.file, at(from), at(to)), exact, literal: false }
            }
            None => Spot { span, exact: plain && part.is_none(), literal: false },
        }
    }

    pub(super) fn spot_of(&self, given: &Given<'_>) -> Spot {
        let part = if given.bundled { None } else { Some((0, given.name.len())) };
        self.spot(given.word, given.span, part)
    }

    /// The value alone.
    fn spot_of_value(&self, given: &Given<'_>, value: &Value<'_>) -> Spot {
        if !value.attached {
            return self.spot(value.word, value.span, None);
        }
        let Some(text) = value.text.filter(|_| given.span.is_none()) else {
            return Spot { exact: false, ..self.spot(value.word, value.span, None) };
        };
        let length = self.written.words.get(value.word).and_then(Word::plain).map_or(0, str::len);
        self.spot(value.word, None, Some((length.saturating_sub(text.len()), length)))
    }

    fn flag(&self, given: &Given<'j>) -> Option<Diagnostic> {
        let facts = self.facts(given.node);
        let name = &*given.name;
        if let Some(gone) = facts.and_then(|facts| facts.removed.iter().find(|gone| *gone.flag == *name)) {
            let span = self.spot_of(given).span;
            return Some(findings::flag_gone(span, name, &self.name(given.node), gone.span, &gone.advice));
        }
        match given.flag {
            Some(flag) => self.value(given, facts?, facts?.flags.as_ref()?.get(flag)?),
            None => self.stray(given),
        }
    }

    /// A flag that its command does not have.
    fn stray(&self, given: &Given<'j>) -> Option<Diagnostic> {
        let closed = self.facts(given.node).and_then(|facts| facts.flags.as_ref())?;
        let name = &*given.name;
        // Every program has it, whether or not it is said.
        if matches!(name, "--help" | "-h") {
            return None;
        }
        if let Some(owner) = self.owner(given) {
            return Some(self.misplaced(given, owner));
        }
        let names: Vec<&str> = closed.iter().flat_map(|flag| &flag.spellings).map(|one| &**one).collect();
        let children = &self.tree.node(given.node).children;
        let has = |child: NodeAt| self.facts(child).is_some_and(|facts| flag_named(facts, name).is_some());
        let elsewhere = children.iter().find(|(_, child)| has(*child)).map(|(_, child)| self.name(*child));
        let tail = if given.span.is_some() && given.value.is_some_and(|value| value.attached) { "=" } else { "" };
        let command = self.name(given.node);
        let declared = (&*command, self.declared(given.node));
        Some(findings::unknown_flag(self.spot_of(given), (name, tail), declared, &names, elsewhere.as_deref()))
    }

    /// The command above or below, among those that are written, that has the flag.
    fn owner(&self, given: &Given<'_>) -> Option<NodeAt> {
        let has = |node: &NodeAt| {
            let facts = self.facts(*node);
            *node != given.node && facts.is_some_and(|facts| flag_named(facts, &given.name).is_some())
        };
        let path: Vec<NodeAt> = self.tree.chain(self.invocation.node).collect();
        path.into_iter().find(has)
    }

    fn misplaced(&self, given: &Given<'j>, owner: NodeAt) -> Diagnostic {
        let facts = self.facts(owner).expect("it has the flag");
        let flag =
            flag_named(facts, &given.name).and_then(|at| facts.flags.as_ref()?.get(at)).expect("it has the flag");
        let (name, given_to) = (self.name(owner), self.name(given.node));
        let depth = self.tree.node(owner).words.len();
        let edits = self.moved(given, flag, depth);
        findings::misplaced(self.spot_of(given).span, &given.name, &given_to, (&name, flag.span), edits)
    }

    /// Takes the word of the flag, and its value when that is the next word, to behind the name of its command.
    fn moved(&self, given: &Given<'_>, flag: &FlagDef, depth: usize) -> Option<Vec<Edit>> {
        let word = |at: usize| {
            let text = self.written.words.get(at)?.plain()?;
            let span = self.span(at);
            ((span.end - span.start) as usize == text.len()).then_some((span, text))
        };
        if given.span.is_some() || given.word == 0 {
            return None;
        }
        let (span, text) = word(given.word)?;
        let has_value = flag.ty != Type::Bool && given.value.is_none();
        let (text, end) = match has_value {
            true => {
                let (last, value) = word(given.word + 1)?;
                (format!(" {text} {value}"), last.end)
            }
            false => (format!(" {text}"), span.end),
        };
        let before = self.span(given.word - 1);
        let owner = self.span(*self.invocation.named.get(depth - 1)?);
        let gap = Span::new(span.file, before.end, end);
        let remove = Edit { span: gap, text: String::new() };
        Some(vec![remove, Edit { span: owner.after(), text }])
    }

    fn value(&self, given: &Given<'j>, facts: &Facts, flag: &FlagDef) -> Option<Diagnostic> {
        let name = &*given.name;
        let Some(value) = &given.value else {
            let shown = self.checker.show(&flag.ty);
            let missing = flag.ty != Type::Bool && flag.ty != Type::Unknown;
            return missing.then(|| findings::no_value(self.spot_of(given).span, name, &shown, flag.span));
        };
        if flag.ty == Type::Bool {
            let fits = value.attached && value.text.is_none_or(|text| matches!(text, "true" | "false"));
            return (!fits).then(|| findings::needless_value(self.spot_of(given).span, name, flag.span));
        }
        if facts.attached && !value.attached {
            return Some(findings::not_attached(self.spot_of(given).span, name, flag.span, self.between(given, value)));
        }
        let spot = self.spot_of_value(given, value);
        match (value.text, value.expr) {
            (Some(text), _) => value::wrong_text(self.checker, spot, (name, text), flag),
            (None, Some(expr)) => value::wrong_type(self.checker, expr, name, flag),
            (None, None) => None,
        }
    }

    /// What stands between a flag and its value, and what to write there.
    fn between(&self, given: &Given<'_>, value: &Value<'_>) -> Option<(Span, &'static str)> {
        let joint = if given.name.starts_with("--") { "=" } else { "" };
        match given.span {
            // `flag("--x", v)` becomes `flag("--x=", v)`.
            Some(literal) if !joint.is_empty() && value.word == given.word => {
                Some((Span::new(literal.file, literal.end - 1, literal.end - 1), joint))
            }
            Some(_) => None,
            None if value.word == given.word + 1 && value.span.is_none() => {
                let (from, to) = (self.span(given.word), self.span(value.word));
                Some((Span::new(from.file, from.end, to.start), joint))
            }
            None => None,
        }
    }

    fn sure_operands(&self) -> impl Iterator<Item = &'j Operand<'j>> {
        self.invocation.operands.iter().filter(|one| one.sure)
    }

    /// A word that is no child of a command that takes nothing else.
    fn unknown_subcommand(&self, facts: &Facts) -> Option<Diagnostic> {
        let node = self.invocation.node;
        let closed = facts.operands.filter(|takes| takes.max == Some(0) || facts.several).map(|takes| takes.span);
        let closed = closed.or_else(|| facts.several.then(|| self.declared(node)))?;
        let children = &self.tree.node(node).children;
        let first = self.sure_operands().next().filter(|_| !children.is_empty() && !facts.wraps)?;
        let names: Vec<&str> = children.iter().map(|(word, _)| &**word).collect();
        let spot = self.spot(first.word, None, None);
        Some(findings::unknown_subcommand(spot, first.text?, (&self.name(node), closed), &names))
    }

    fn operands(&self, facts: &Facts) -> Option<Diagnostic> {
        let Invocation { node, operands, chosen, open, doubtful, wrapped, .. } = self.invocation;
        let takes = facts.operands.filter(|_| wrapped.is_none())?;
        let name = self.name(*node);
        let extra = takes.max.and_then(|max| Some((max, self.sure_operands().nth(max)?)));
        if let Some((max, extra)) = extra {
            return Some(findings::too_many_operands(self.span(extra.word), &name, max, takes.span));
        }
        let count = operands.len() + chosen.len();
        let few = count < takes.min && !open && !doubtful;
        few.then(|| findings::too_few_operands(self.named(), &name, (takes.min, count), takes.span))
    }
}

//! One written command, read against what is said about the commands of the program.

use crate::check::program::facts::{Facts, FlagAt};
use crate::check::program::{CommandDef, Expr, Kind, ScriptPart, Type};
use crate::shell::Word;
use crate::source::Span;

use super::token::{Text, Token, tokens};
use super::tree::{CommandAt, NodeAt, Tree, flag_named};

/// A command as it was written. Words are counted from the first of the whole command, `sudo` and all.
#[derive(Clone, Debug)]
pub struct Invocation<'p> {
    /// The command by its words.
    pub node: NodeAt,
    /// What holds of it: that of the node, of the nearest above it, or of a variant whose flags are given for sure.
    pub command: Option<CommandAt>,
    /// Variants of which a flag may be given, or not.
    pub perhaps: Vec<CommandAt>,
    /// Variants whose flags are given and that only add to that.
    pub also: Vec<CommandAt>,
    /// The commands below it that its operands name, where each of them counts.
    pub chosen: Vec<CommandAt>,
    /// The words that name it, in their order.
    pub named: Vec<usize>,
    pub flags: Vec<Given<'p>>,
    /// The words that are no flags.
    pub operands: Vec<Operand<'p>>,
    /// There may be more flags or operands than can be seen.
    pub open: bool,
    /// Behind a flag that is not known, so what follows may be its value.
    pub doubtful: bool,
    /// From this word on nobody knows to which of its commands flags and operands belong.
    pub lost: Option<usize>,
    /// It runs another command: where the words of that begin.
    pub wrapped: Option<usize>,
}

/// A flag as it was given.
#[derive(Clone, Debug)]
pub struct Given<'p> {
    /// Of which command it is; for one that nothing is known of, where it was met.
    pub node: NodeAt,
    /// Its place among the flags of that command.
    pub flag: Option<FlagAt>,
    /// As it is spelled, without its value.
    pub name: Box<str>,
    pub value: Option<Value<'p>>,
    /// It is given in every run.
    pub sure: bool,
    pub word: usize,
    /// Of the literal inside an interpolation.
    pub span: Option<Span>,
    /// It stands in a bundle: `-it`.
    pub bundled: bool,
}

/// The value of a flag.
#[derive(Clone, Copy, Debug)]
pub struct Value<'p> {
    /// `None`: it is not known when compiling.
    pub text: Option<&'p str>,
    pub word: usize,
    /// Of the literal inside an interpolation.
    pub span: Option<Span>,
    /// `--flag=value`
    pub attached: bool,
    /// The expression that it comes from, when it is one.
    pub expr: Option<&'p Expr>,
}

#[derive(Clone, Copy, Debug)]
pub struct Operand<'p> {
    pub text: Option<&'p str>,
    pub word: usize,
    /// It is there in every run, and no value of a flag.
    pub sure: bool,
}

impl<'p> Invocation<'p> {
    /// The flag of its own command, as it was last given.
    pub fn given(&self, flag: FlagAt) -> Option<&Given<'p>> {
        self.flags.iter().rev().find(|one| one.node == self.node && one.flag == Some(flag))
    }
}

/// Reads a command whose first word is the name of one of the program.
pub(super) fn read<'p>(
    tree: &Tree,
    commands: &'p [CommandDef],
    parts: &'p [ScriptPart],
    words: &'p [Word],
) -> Option<Invocation<'p>> {
    let (tokens, filled) = tokens(parts, words);
    let first = tokens.first()?;
    let Text::Known(name) = first.text else { return None };
    let node = tree.child(None, name.rsplit('/').next()?)?;
    let invocation = Invocation {
        node,
        command: None,
        perhaps: Vec::new(),
        also: Vec::new(),
        chosen: Vec::new(),
        named: vec![first.word],
        flags: Vec::new(),
        operands: Vec::new(),
        open: filled,
        doubtful: false,
        lost: None,
        wrapped: None,
    };
    let mut reader = Reader {
        tree,
        commands,
        invocation,
        tokens: &tokens,
        at: 1,
        no_flags: false,
        value_next: false,
        children: Vec::new(),
    };
    while reader.at < tokens.len() && reader.invocation.wrapped.is_none() {
        reader.step();
    }
    Some(reader.finish())
}

struct Reader<'r, 'p> {
    tree: &'r Tree,
    commands: &'p [CommandDef],
    invocation: Invocation<'p>,
    tokens: &'r [Token<'p>],
    at: usize,
    /// `--` was there.
    no_flags: bool,
    /// The next word may be the value of a flag that is not known.
    value_next: bool,
    /// What operands name, where each of them counts.
    children: Vec<NodeAt>,
}

impl<'p> Reader<'_, 'p> {
    fn step(&mut self) {
        let token = &self.tokens[self.at];
        self.at += 1;
        let value_next = std::mem::take(&mut self.value_next);
        match token.text {
            Text::Known("--") if !self.no_flags => self.no_flags = true,
            Text::Known(text) if self.is_flag(text) => self.flag(text, token),
            Text::Known(text) => self.word(text, token, value_next),
            Text::Start(text) if self.is_flag(text) => self.flag_start(text, token),
            Text::Start(text) if !self.may_be_child(text) => self.operand(token, None, value_next),
            Text::Start(_) | Text::Operand => self.opaque(token, value_next),
            Text::Opaque => {
                self.invocation.open |= !self.no_flags;
                self.opaque(token, true);
            }
            Text::Many => {
                self.invocation.open = true;
                self.opaque(token, true);
            }
        }
    }

    /// It may be the name of a command below, where nothing told that there is none.
    fn opaque(&mut self, token: &Token<'p>, doubtful: bool) {
        let several = self.facts(self.invocation.node).is_some_and(|facts| facts.several);
        let told = several || self.no_flags || self.invocation.operands.iter().any(|one| one.sure);
        let named = !told && self.may_be_child("");
        if named {
            self.invocation.lost.get_or_insert(token.word);
            self.invocation.open = true;
        }
        self.operand(token, None, doubtful || named);
    }

    /// Whether a word that begins so may be the name of a command below.
    fn may_be_child(&self, start: &str) -> bool {
        let children = &self.tree.node(self.invocation.node).children;
        children.iter().any(|(word, _)| {
            word.starts_with(start) || word.strip_suffix('*').is_some_and(|word| start.starts_with(word))
        })
    }

    /// `-1` is a number, and `-` a file.
    fn is_flag(&self, text: &str) -> bool {
        if self.no_flags || !text.starts_with('-') || text.len() == 1 {
            return false;
        }
        let number = text[1..].chars().all(|one| one.is_ascii_digit() || one == '.');
        !number || self.facts(self.invocation.node).is_some_and(|facts| flag_named(facts, text).is_some())
    }

    fn facts(&self, node: NodeAt) -> Option<&'p Facts> {
        self.tree.facts(self.commands, node)
    }

    fn word(&mut self, text: &'p str, token: &Token<'p>, value_next: bool) {
        let node = self.invocation.node;
        let child = self.tree.child(Some(node), text).filter(|_| token.sure && !token.bound && !self.no_flags);
        // Where no flag is known, it may be the value of one.
        let told = !value_next || self.facts(node).is_some_and(|facts| facts.flags.is_some());
        let several = self.facts(node).is_some_and(|facts| facts.several);
        let free = told && (several || self.invocation.operands.iter().all(|one| !one.sure && one.text.is_some()));
        match child.filter(|_| free) {
            Some(child) if several => self.children.push(child),
            Some(child) => {
                self.invocation.node = child;
                self.invocation.named.push(token.word);
                self.invocation.operands.clear();
            }
            None => self.operand(token, Some(text), value_next),
        }
    }

    fn operand(&mut self, token: &Token<'p>, text: Option<&'p str>, doubtful: bool) {
        if self.facts(self.invocation.node).is_some_and(|facts| facts.wraps) && !doubtful {
            self.invocation.wrapped = Some(token.word);
            return;
        }
        self.invocation.doubtful |= doubtful;
        let sure = token.sure && !doubtful && self.invocation.lost.is_none();
        self.invocation.operands.push(Operand { text, word: token.word, sure });
    }

    /// The flag that a word of the node reached so far stands for, and where else it may belong.
    fn find(&self, name: &str) -> (NodeAt, Option<FlagAt>) {
        let here = self.invocation.node;
        if self.invocation.lost.is_some() {
            return (here, None);
        }
        let found = |node| self.facts(node).and_then(|facts| flag_named(facts, name)).map(|flag| (node, Some(flag)));
        found(here).unwrap_or((here, None))
    }

    fn flag(&mut self, text: &'p str, token: &Token<'p>) {
        if let (node, Some(flag)) = self.find(text) {
            return self.known(node, flag, text, token);
        }
        if let Some((name, value)) = text.split_once('=') {
            return self.attached(name, Some(value), token);
        }
        if !text.starts_with("--") && self.bundle(text, token) {
            return;
        }
        self.stray(text, token);
    }

    /// `--flag=` and something.
    fn flag_start(&mut self, text: &'p str, token: &Token<'p>) {
        if let Some((name, _)) = text.split_once('=') {
            return self.attached(name, None, token);
        }
        let short = text.get(..2).filter(|short| !short.starts_with("--"));
        match short.map(|short| (short, self.find(short))) {
            Some((short, (node, Some(flag)))) if !self.takes_none(node, flag) => {
                let value = Value { text: None, word: token.word, span: None, attached: true, expr: token.value };
                self.give(node, Some(flag), short, Some(value), token);
            }
            // Its name is not known to the end.
            _ => self.invocation.open = true,
        }
    }

    fn takes_none(&self, node: NodeAt, flag: FlagAt) -> bool {
        *self.type_of(node, flag) == Type::Bool
    }

    fn type_of(&self, node: NodeAt, flag: FlagAt) -> &'p Type {
        let flags = self.facts(node).and_then(|facts| facts.flags.as_deref()).unwrap_or_default();
        flags.get(flag).map_or(&Type::Unknown, |flag| &flag.ty)
    }

    fn attached(&mut self, name: &str, text: Option<&'p str>, token: &Token<'p>) {
        let (node, flag) = self.find(name);
        let text = text.or_else(|| known_text(token));
        let value = Value { text, word: token.word, span: token.span, attached: true, expr: token.value };
        self.give(node, flag, name, Some(value), token);
    }

    /// A flag that is spelled whole: its value is the next word.
    fn known(&mut self, node: NodeAt, flag: FlagAt, name: &str, token: &Token<'p>) {
        let next = self.tokens.get(self.at);
        if self.takes_none(node, flag) {
            let bound = next.filter(|next| next.bound).map(|next| self.value(next));
            self.at += usize::from(bound.is_some());
            return self.give(node, Some(flag), name, bound, token);
        }
        let Some(next) = next.filter(|next| next.bound || !self.ends_flag(next)) else {
            return self.give(node, Some(flag), name, None, token);
        };
        let value = self.value(next);
        self.at += 1;
        let many = matches!(next.text, Text::Many);
        self.invocation.open |= many;
        // A list may go on.
        self.value_next = matches!(self.type_of(node, flag), Type::List(_)) || many;
        self.give(node, Some(flag), name, Some(value), token);
    }

    fn value(&self, token: &Token<'p>) -> Value<'p> {
        let text = match token.text {
            Text::Known(text) => Some(text),
            Text::Start(_) | Text::Operand | Text::Opaque | Text::Many => None,
        };
        let span = token.span.filter(|_| !token.bound);
        Value { text, word: token.word, span, attached: false, expr: token.value }
    }

    /// What comes next is a flag of its own, so the one before has no value.
    fn ends_flag(&self, next: &Token<'p>) -> bool {
        match next.text {
            Text::Known("--") => true,
            Text::Known(text) | Text::Start(text) if self.is_flag(text) => {
                let name = text.split('=').next().unwrap_or(text);
                self.find(name).1.is_some()
            }
            Text::Known(_) | Text::Start(_) | Text::Operand | Text::Opaque | Text::Many => false,
        }
    }

    /// `-it`, `-j4`
    fn bundle(&mut self, text: &'p str, token: &Token<'p>) -> bool {
        let mut letters = Vec::new();
        for (at, letter) in text.char_indices().skip(1) {
            let name = format!("-{letter}");
            let (node, Some(flag)) = self.find(&name) else { return false };
            let rest = &text[at + letter.len_utf8()..];
            let takes = !self.takes_none(node, flag);
            letters.push((node, flag, name, takes));
            if takes && !rest.is_empty() {
                let value = Value { text: Some(rest), word: token.word, span: token.span, attached: true, expr: None };
                self.give_all(&letters, Some(value), token);
                return true;
            }
            if takes {
                // The next word is its value.
                self.give_all(&letters[..letters.len() - 1], None, token);
                let (node, flag, name, _) = &letters[letters.len() - 1];
                self.known(*node, *flag, name, token);
                return true;
            }
        }
        self.give_all(&letters, None, token);
        true
    }

    fn give_all(&mut self, letters: &[(NodeAt, FlagAt, String, bool)], value: Option<Value<'p>>, token: &Token<'p>) {
        for (node, flag, name, takes) in letters {
            self.give(*node, Some(*flag), name, value.filter(|_| *takes), token);
            if let Some(last) = self.invocation.flags.last_mut() {
                last.bundled = true;
            }
        }
    }

    /// A flag of which nothing is known here.
    fn stray(&mut self, name: &str, token: &Token<'p>) {
        let bound = self.tokens.get(self.at).filter(|next| next.bound).map(|next| self.value(next));
        self.at += usize::from(bound.is_some());
        self.value_next = bound.is_none();
        self.give(self.invocation.node, None, name, bound, token);
    }

    fn give(&mut self, node: NodeAt, flag: Option<FlagAt>, name: &str, value: Option<Value<'p>>, token: &Token<'p>) {
        let Token { sure, word, span, .. } = *token;
        self.invocation.doubtful |= flag.is_none();
        let sure = sure && self.invocation.lost.is_none();
        self.invocation.flags.push(Given { node, flag, name: name.into(), value, sure, word, span, bundled: false });
    }

    /// Which variant it is.
    fn finish(mut self) -> Invocation<'p> {
        for child in std::mem::take(&mut self.children) {
            let chosen = self.variant(child, &mut Vec::new(), &mut Vec::new());
            self.invocation.chosen.extend(chosen);
        }
        let [mut perhaps, mut also] = [Vec::new(), Vec::new()];
        self.invocation.command =
            self.tree.chain(self.invocation.node).find_map(|node| self.variant(node, &mut perhaps, &mut also));
        (self.invocation.perhaps, self.invocation.also) = (perhaps, also);
        self.invocation
    }

    /// What holds of a command with the flags that are given: the variant that says most of them.
    fn variant(&self, at: NodeAt, perhaps: &mut Vec<CommandAt>, also: &mut Vec<CommandAt>) -> Option<CommandAt> {
        let one = self.tree.node(at);
        let mut best: Option<(usize, CommandAt)> = one.command.map(|command| (0, command));
        for variant in &one.variants {
            let given: Vec<_> = variant.options.iter().map(|option| self.is_given(at, option)).collect();
            // That a value is said too counts more than the flag alone.
            let weight = variant.options.iter().map(|option| if option.contains('=') { 2 } else { 1 }).sum();
            let sure = given.iter().all(|one| *one == Some(true));
            if self.commands[variant.command].only_adds() {
                also.extend(sure.then_some(variant.command));
            } else if sure {
                let better = best.is_none_or(|(other, _)| other <= weight);
                best = if better { Some((weight, variant.command)) } else { best };
            } else if self.invocation.open || given.iter().all(Option::is_some) {
                perhaps.push(variant.command);
            }
        }
        best.map(|(_, command)| command)
    }

    /// Whether a flag, or a flag with a value, is given in every run, or perhaps.
    fn is_given(&self, node: NodeAt, option: &str) -> Option<bool> {
        let flag = |name: &str| {
            let place = |at| Some((at, flag_named(self.facts(at)?, name)?));
            self.tree.chain(node).find_map(place)
        };
        let (option, value) = option.split_once('=').map_or((option, None), |(option, value)| (option, Some(value)));
        let wanted = flag(option);
        let same = |one: &&Given<'p>| *one.name == *option || (wanted.is_some() && flag(&one.name) == wanted);
        let sure = |one: &Given<'p>| match (value, one.value.and_then(|given| given.text)) {
            (None, _) => Some(one.sure),
            (Some(value), Some(given)) => (value == given).then_some(one.sure),
            (Some(_), None) => Some(false),
        };
        self.invocation.flags.iter().filter(same).filter_map(sure).max()
    }
}

/// Of `--flag=` and a value that is written out.
fn known_text<'p>(token: &Token<'p>) -> Option<&'p str> {
    if let Kind::Str(text) = &token.value?.kind { Some(text) } else { None }
}

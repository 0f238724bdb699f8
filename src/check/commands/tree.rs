//! The commands of a program by their words: `cosa`, `cosa sign`, `cosa sign robosignatory`.

use rustc_hash::FxHashMap;

use crate::check::program::command::Written;
use crate::check::program::facts::{Facts, FlagAt};
use crate::check::program::{CommandDef, Script, ScriptPart};
use crate::shell::{Word, Wraps};
use crate::syntax::ast;

use super::invocation::{self, Invocation};

/// Index into the nodes of a [`Tree`].
pub type NodeAt = usize;

/// Index into the commands of a program.
pub type CommandAt = usize;

/// Made once for each program.
#[derive(Default, Debug)]
pub struct Tree {
    nodes: Vec<Node>,
    roots: FxHashMap<Box<str>, NodeAt>,
    first_words: FirstWords,
    /// Some of them run other commands.
    some_wrap: bool,
}

/// The first words of what more is said about than that it is known, each once, in the order of their declarations.
#[derive(Clone, Default, Debug)]
pub(in crate::check) struct FirstWords(Vec<Box<str>>);

impl FirstWords {
    /// Whether the text of a script holds one; reading it costs more.
    pub(in crate::check) fn are_in(&self, text: &ast::Text) -> bool {
        self.0.iter().any(|word| {
            text.parts.iter().any(|part| match part {
                ast::Part::Literal(one) => one.text.contains(&**word),
                ast::Part::Value(..) => false,
            })
        })
    }
}

/// One word of a command and those before it.
#[derive(Debug)]
pub struct Node {
    pub words: Vec<Box<str>>,
    pub parent: Option<NodeAt>,
    /// What is said about it, when something is.
    pub command: Option<CommandAt>,
    /// The words that may follow, in the order in which they were declared.
    pub children: Vec<(Box<str>, NodeAt)>,
    by_word: FxHashMap<Box<str>, NodeAt>,
    /// How words that end in `*` begin.
    begins: Vec<(Box<str>, NodeAt)>,
    pub variants: Vec<Variant>,
}

/// `command "cosa build --delay-meta-merge"`: holds when the flags are given.
#[derive(Debug)]
pub struct Variant {
    pub options: Vec<Box<str>>,
    pub command: CommandAt,
}

impl Tree {
    pub(in crate::check) fn new(commands: &[CommandDef]) -> Self {
        let mut tree = Self::default();
        for (at, command) in commands.iter().enumerate() {
            let head = command.words.iter().take_while(|word| !word.starts_with('-')).count();
            let (head, options) = command.words.split_at(head);
            tree.some_wrap |= command.facts.wraps;
            if let Some(first) = head.first().filter(|_| !command.is_plain)
                && !tree.first_words.0.contains(first)
            {
                tree.first_words.0.push(first.clone());
            }
            // What ends a command is one, if nothing else is said about it.
            let mut ender =
                command.facts.ended_by.iter().map(|(words, _)| words.split(|word| word.starts_with('-')).next());
            if let Some(words) = ender.next().flatten() {
                tree.grow(words);
            }
            let Some(node) = tree.grow(head) else { continue };
            match options {
                [] => tree.nodes[node].command = Some(at),
                _ => tree.nodes[node].variants.push(Variant { options: options.into(), command: at }),
            }
        }
        tree
    }

    fn grow(&mut self, words: &[Box<str>]) -> Option<NodeAt> {
        let mut node = None;
        for (depth, word) in words.iter().enumerate() {
            node = Some(self.child(node, word).unwrap_or_else(|| self.add(node, &words[..=depth])));
        }
        node
    }

    fn add(&mut self, parent: Option<NodeAt>, words: &[Box<str>]) -> NodeAt {
        let (at, word) = (self.nodes.len(), &words[words.len() - 1]);
        match parent {
            Some(parent) => {
                self.nodes[parent].children.push((word.clone(), at));
                self.nodes[parent].by_word.insert(word.clone(), at);
                if let Some(start) = word.strip_suffix('*').filter(|start| !start.is_empty()) {
                    self.nodes[parent].begins.push((start.into(), at));
                }
            }
            None => {
                self.roots.insert(word.clone(), at);
            }
        }
        self.nodes.push(Node {
            words: words.into(),
            parent,
            command: None,
            children: Vec::new(),
            by_word: FxHashMap::default(),
            begins: Vec::new(),
            variants: Vec::new(),
        });
        at
    }

    pub fn node(&self, at: NodeAt) -> &Node {
        &self.nodes[at]
    }

    /// The node that a word leads to, from the root without one.
    pub(super) fn child(&self, node: Option<NodeAt>, word: &str) -> Option<NodeAt> {
        let Some(node) = node.map(|node| &self.nodes[node]) else { return self.roots.get(word).copied() };
        let begins = || node.begins.iter().find(|(start, _)| word.starts_with(&**start)).map(|(_, child)| *child);
        node.by_word.get(word).copied().or_else(begins)
    }

    /// What a written command does with another one that it is given.
    pub(in crate::check) fn wraps(&self, commands: &[CommandDef], parts: &[ScriptPart], words: &[Word]) -> Wraps {
        if !self.some_wrap {
            return Wraps::None;
        }
        let Some(read) = self.read(commands, parts, words) else { return Wraps::None };
        match read.wrapped {
            Some(word) if self.facts(commands, read.node).is_some_and(|facts| facts.elsewhere) => {
                Wraps::Elsewhere(word)
            }
            Some(word) => Wraps::From(word),
            None if self.facts(commands, read.node).is_some_and(|facts| facts.wraps) && !read.open => Wraps::Input,
            None => Wraps::None,
        }
    }

    /// The node and those above it, the innermost first.
    pub fn chain(&self, node: NodeAt) -> impl Iterator<Item = NodeAt> {
        std::iter::successors(Some(node), |at| self.nodes[*at].parent)
    }

    /// What the block of a node says.
    pub fn facts<'p>(&self, commands: &'p [CommandDef], node: NodeAt) -> Option<&'p Facts> {
        self.nodes[node].command.map(|at| &*commands[at].facts)
    }

    pub(in crate::check) fn first_words(&self) -> &FirstWords {
        &self.first_words
    }

    /// What the program says about a written command, when it says anything.
    pub fn known<'p>(&self, commands: &'p [CommandDef], script: &Script, written: &Written) -> Option<&'p CommandDef> {
        let read = self.read(commands, &script.parts, &written.words)?;
        // It may be one below, of which more is said.
        let is_it = |command: &&CommandDef| read.lost.is_none() || command.facts.needs.kvm;
        read.command.map(|at| &commands[at]).filter(is_it)
    }

    /// A command by its words, which stand among these parts; `None`: nothing is known of it.
    pub fn read<'p>(
        &self,
        commands: &'p [CommandDef],
        parts: &'p [ScriptPart],
        words: &'p [Word],
    ) -> Option<Invocation<'p>> {
        invocation::read(self, commands, parts, words)
    }
}

/// The place of a flag among those of a block.
pub(super) fn flag_named(facts: &Facts, name: &str) -> Option<FlagAt> {
    facts.flags.as_ref()?.iter().position(|flag| flag.spellings.iter().any(|one| **one == *name))
}

//! Manifests as they were read: pipelines, their calls, tasks, and what is kept elsewhere.

use std::collections::BTreeSet;

use super::condition::Cond;
use super::names::Names;
use super::slots::Slot;
use super::uses::Use;
use crate::source::Span;
use crate::yaml_read::Node;

/// A text and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct At {
    pub(super) text: String,
    pub(super) span: Span,
}

/// A value that a parameter has or is given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Given {
    Text(At),
    List(Vec<At>, Span),
    Object(Vec<(String, At)>, Span),
}

/// A parameter of a pipeline or task.
#[derive(Clone, Debug)]
pub(super) struct Param {
    pub(super) theirs: String,
    pub(super) ours: String,
    pub(super) doc: String,
    pub(super) slot: Slot,
    pub(super) default: Option<Given>,
    /// The only texts that it takes, where the manifest says so.
    pub(super) only: Vec<String>,
    pub(super) span: Span,
}

/// A workspace of a pipeline or task.
#[derive(Clone, Debug)]
pub(super) struct Space {
    pub(super) theirs: String,
    pub(super) ours: String,
    pub(super) doc: String,
    pub(super) optional: bool,
    pub(super) span: Span,
}

/// A result of a task.
#[derive(Clone, Debug)]
pub(super) struct Yield {
    pub(super) theirs: String,
    pub(super) ours: String,
    pub(super) doc: String,
    pub(super) is_list: bool,
}

/// A task that is written in the manifests.
#[derive(Debug)]
pub(super) struct Body<'a> {
    pub(super) theirs: &'a str,
    /// The name of its declaration; of one that is embedded, that of its call.
    pub(super) ours: String,
    pub(super) doc: String,
    pub(super) params: Vec<Param>,
    pub(super) spaces: Vec<Space>,
    pub(super) results: Vec<Yield>,
    /// Steps that are kept elsewhere.
    pub(super) uses: Vec<Use>,
    pub(super) spec: &'a Node,
    pub(super) span: Span,
    /// What `--lenient` left out at its head.
    pub(super) remarks: Vec<String>,
}

/// A task or pipeline that is kept elsewhere.
#[derive(Debug)]
pub(super) struct Extern {
    /// `task`, `pipeline` or `step`
    pub(super) word: &'static str,
    /// What tells it from others.
    pub(super) key: String,
    /// What it is called there.
    pub(super) wish: String,
    pub(super) ours: String,
    /// The fields that say where it is, with their texts.
    pub(super) place: Vec<(&'static str, String)>,
    pub(super) unpinned: bool,
    pub(super) params: Vec<Asked>,
    pub(super) spaces: Vec<AskedSpace>,
    /// Theirs and ours, and whether it is a list.
    pub(super) results: Vec<(String, String, bool)>,
    pub(super) calls: usize,
    /// It is declared where it is called.
    pub(super) in_place: bool,
    pub(super) names: Names,
    pub(super) span: Span,
    pub(super) remarks: Vec<String>,
}

impl Extern {
    /// What every call gives a parameter, where several give the same: its default in the declaration.
    pub(super) fn always(&self, param: &Asked) -> Option<String> {
        let first = param.texts.first()?.clone()?;
        let all = self.calls > 1 && param.texts.len() == self.calls;
        (all && param.texts.iter().all(|one| one.as_deref() == Some(&first))).then_some(first)
    }
}

/// A parameter of what is kept elsewhere, as far as calls tell.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) theirs: String,
    pub(super) ours: String,
    pub(super) slot: Slot,
    /// How many calls give it.
    pub(super) given: usize,
    /// It is a place in a workspace, wherever it is given.
    pub(super) is_place: bool,
    /// The text that each call of a pipeline gives it, where it is written out.
    pub(super) texts: Vec<Option<String>>,
}

/// A workspace of what is kept elsewhere.
#[derive(Debug)]
pub(super) struct AskedSpace {
    pub(super) theirs: String,
    pub(super) ours: String,
    pub(super) optional: bool,
    pub(super) given: usize,
}

/// What a task of a pipeline runs.
#[derive(Debug)]
pub(super) enum Callee<'a> {
    Extern(usize),
    /// A Task among the documents.
    Declared(usize),
    Embedded(Box<Body<'a>>),
}

/// A task of a pipeline.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) theirs: &'a str,
    pub(super) ours: String,
    pub(super) doc: String,
    pub(super) span: Span,
    pub(super) node: &'a Node,
    pub(super) in_finally: bool,
    pub(super) callee: Callee<'a>,
    /// Theirs, in the order of the manifest.
    pub(super) args: Vec<(String, Given)>,
    /// Their name of the workspace, and which of the pipeline's.
    pub(super) bound: Vec<(String, usize, Option<At>)>,
    /// Names of parameters and the lists that they go through.
    pub(super) matrix: Vec<(String, Given)>,
    /// All of them have to hold.
    pub(super) conds: Vec<Cond>,
    /// The tasks whose results it reads.
    pub(super) reads: BTreeSet<usize>,
    /// The tasks that it waits for besides.
    pub(super) after: BTreeSet<usize>,
    /// The tasks whose status it asks for.
    pub(super) asks: BTreeSet<usize>,
    pub(super) remarks: Vec<String>,
}

/// A pipeline.
#[derive(Debug)]
pub(super) struct Pipeline<'a> {
    pub(super) theirs: &'a str,
    pub(super) ours: String,
    pub(super) doc: String,
    /// What a dashboard shows.
    pub(super) display: Option<String>,
    pub(super) span: Span,
    pub(super) root: &'a Node,
    pub(super) params: Vec<Param>,
    pub(super) spaces: Vec<Space>,
    pub(super) calls: Vec<Call<'a>>,
    /// Theirs, ours, what it says, the value.
    pub(super) results: Vec<(Yield, At)>,
    pub(super) names: Names,
    pub(super) remarks: Vec<String>,
}

impl Pipeline<'_> {
    /// It is one run of a pipeline that is kept elsewhere, and nothing else.
    pub(super) fn is_lone_run(&self) -> bool {
        self.calls.first().is_some_and(|call| call.theirs.is_empty())
    }
}

impl At {
    pub(super) fn new(text: impl Into<String>, span: Span) -> Self {
        Self { text: text.into(), span }
    }
}

impl Given {
    /// Every text in it.
    pub(super) fn texts(&self) -> Vec<&At> {
        match self {
            Self::Text(at) => vec![at],
            Self::List(items, _) => items.iter().collect(),
            Self::Object(entries, _) => entries.iter().map(|(_, at)| at).collect(),
        }
    }
}

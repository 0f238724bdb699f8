//! What a task has beside its scripts: the place where somebody else keeps it, and services.

use super::{EnvDef, Expr, LocalId, TaskId};
use crate::source::Span;

/// What the other side keeps, as the word behind `extern` says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    Task,
    Pipeline,
    Step,
}

/// Where something `extern` is found, and how its names are spelt there.
#[derive(Debug)]
pub struct SourceDef {
    pub what: What,
    /// Absent where it was reported.
    pub location: Option<Location>,
    /// How it is fetched from there, by the names of the fields.
    pub more: Vec<(&'static str, Box<str>)>,
    /// Of the field that says which kind of place it is.
    pub span: Span,
    /// Our names and theirs; what is not there is spelt alike.
    pub params: Vec<Spelling>,
    pub results: Vec<Spelling>,
    pub workspaces: Vec<Spelling>,
}

/// `url: "URL"`
#[derive(Debug)]
pub struct Spelling {
    pub ours: Box<str>,
    pub theirs: Box<str>,
    pub span: Span,
}

/// One place where a task can be kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Location {
    /// A task of an image of tasks, `registry/repo@sha256:…`.
    Bundle { bundle: Box<str>, name: Box<str> },
    /// A file of a repository, at one commit.
    Git { url: Box<str>, revision: Box<str>, path: Box<str> },
    /// The same, read by the interface of its host: no clone is made.
    Forge { owner: Box<str>, repository: Box<str>, revision: Box<str>, path: Box<str> },
    /// One version of a task in a catalog.
    Hub { name: Box<str>, version: Box<str>, catalog: Option<Box<str>> },
    /// What the cluster itself has; without a namespace, in that of the run.
    Cluster { name: Box<str>, namespace: Option<Box<str>> },
    /// A file at an address, with what it has to be.
    Http { url: Box<str>, digest: Box<str> },
}

/// What a step runs that is kept elsewhere.
#[derive(Debug)]
pub struct UseDef {
    /// The `extern step`.
    pub task: TaskId,
    /// As of a call: by the parameters.
    pub args: Vec<Option<Expr>>,
    /// Stands for its results in the steps behind it.
    pub local: LocalId,
    pub span: Span,
}

impl SourceDef {
    /// Nothing is known of it yet.
    pub fn unknown(what: What, span: Span) -> Self {
        let (params, results, workspaces) = (Vec::new(), Vec::new(), Vec::new());
        Self { what, location: None, more: Vec::new(), span, params, results, workspaces }
    }
}

/// `service db { image: "…", port: 5432 }`
#[derive(Debug)]
pub struct ServiceDef {
    pub name: Box<str>,
    pub doc: String,
    pub span: Span,
    pub image: Expr,
    pub env: Vec<EnvDef>,
    pub port: Option<Expr>,
    /// Tried inside the service until it succeeds.
    pub ready: Option<Box<str>>,
    /// Runs instead of what the image runs.
    pub run: Option<Box<str>>,
    /// A list of strings: arguments for what the image runs.
    pub args: Option<Expr>,
    /// The fields of `needs` that were written, by name.
    pub needs: Vec<(Box<str>, Expr)>,
    /// How long it may take until it is ready.
    pub timeout: Option<Expr>,
}

impl ServiceDef {
    /// Every expression of it, in order.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        let env = self.env.iter().map(|one| &one.value);
        let rare = self.port.iter().chain(&self.args).chain(&self.timeout);
        std::iter::once(&self.image).chain(env).chain(rare).chain(self.needs.iter().map(|(_, value)| value))
    }
}

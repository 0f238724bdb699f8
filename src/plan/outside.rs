//! What a task has beside its scripts: the place where somebody else keeps it, and services.

use super::{Env, Expr, Needs, Ty, WorkspaceId};
use crate::source::Span;

/// What the other side keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    Task,
    Pipeline,
    Step,
}

/// Where a task is kept that no step of ours runs, and what is handed to it; names are those of the other side.
#[derive(Clone, Debug)]
pub struct Source {
    pub what: What,
    pub location: Location,
    /// How it is fetched from there, by the names of the fields.
    pub more: Vec<(&'static str, String)>,
    /// Of what says where it is.
    pub span: Span,
    /// In the order of its parameters; what is known to be `none` is not handed over, so that its own default holds.
    pub params: Vec<Handed>,
    pub workspaces: Vec<Mounted>,
    /// One for each output of the task, `record.field` for a field; an artifact's is empty, since it is found by its place.
    pub results: Vec<String>,
}

/// A parameter and its value: a text, a list of texts, or a secret, of which the name is handed over.
#[derive(Clone, Debug)]
pub struct Handed {
    /// Of a field of a record: `record.field`.
    pub name: String,
    /// Of a field: where in the name its dot is.
    pub key: Option<usize>,
    pub value: Expr,
    pub span: Span,
}

/// A workspace, or a folder of one, under the name that it has there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mounted {
    pub name: String,
    pub workspace: WorkspaceId,
    /// All that is seen of it; absent: the whole.
    pub folder: Option<String>,
    pub span: Span,
}

/// The command of an image, kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// What is known of it when the lock was read: its words before those that the task gives.
    pub words: Vec<String>,
}

/// One place where a task can be kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Location {
    /// A task of an image of tasks, `registry/repo@sha256:…`.
    Bundle { bundle: String, name: String },
    /// A file of a repository, at one commit.
    Git { url: String, revision: String, path: String },
    /// The same, read by the interface of its host: no clone is made.
    Forge { owner: String, repository: String, revision: String, path: String },
    /// One version of a task in a catalog.
    Hub { name: String, version: String, catalog: Option<String> },
    /// What the cluster itself has; without a namespace, in that of the run.
    Cluster { name: String, namespace: Option<String> },
    /// A file at an address, with what it has to be.
    Http { url: String, digest: String },
}

/// What runs beside the steps of one try of a task: started before the first, removed behind the last.
#[derive(Clone, Debug)]
pub struct Service {
    /// Unique in its task, `snake_case`.
    pub name: String,
    pub doc: String,
    pub span: Span,
    pub image: String,
    pub image_span: Span,
    /// Each name once; of no workspace.
    pub env: Vec<Env>,
    /// Where it listens. It has this, or `ready`.
    pub port: Option<u16>,
    /// For `sh`, without values: tried inside it until it succeeds.
    pub ready: Option<String>,
    /// For `sh`, without values: runs instead of what the image runs.
    pub run: Option<String>,
    /// Arguments for what the image runs.
    pub args: Vec<String>,
    /// Of it only processors, memory, disk and `privileged` are asked.
    pub needs: Needs,
    /// Milliseconds until it has to be ready.
    pub timeout: i64,
}

/// How long a service has when nobody says so.
pub const READY_WITHIN: i64 = 60_000;

impl What {
    /// As behind `extern`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Pipeline => "pipeline",
            Self::Step => "step",
        }
    }
}

impl Source {
    /// Where it is, in the words of the program; what is no task is called by what it is.
    pub fn words(&self) -> String {
        match self.what {
            What::Task | What::Step => self.location.words(),
            What::Pipeline => format!("the pipeline {}", self.location.words()),
        }
    }

    /// Enough to know it again in a drawing.
    pub fn short(&self) -> String {
        match self.what {
            What::Task | What::Step => self.location.short(),
            What::Pipeline => format!("pipeline, {}", self.location.short()),
        }
    }
}

impl Location {
    /// In the words of the program.
    pub fn words(&self) -> String {
        match self {
            Self::Bundle { bundle, name } => format!("`{name}` of the bundle {bundle}"),
            Self::Git { url, revision, path } => format!("{path} of {url} at {revision}"),
            Self::Forge { owner, repository, revision, path } => {
                format!("{path} of {owner}/{repository} at {revision}")
            }
            Self::Hub { name, version, catalog: None } => format!("`{name}` {version} of the hub"),
            Self::Hub { name, version, catalog: Some(catalog) } => format!("`{name}` {version} of the hub, {catalog}"),
            Self::Cluster { name, namespace: None } => format!("`{name}` of the cluster"),
            Self::Cluster { name, namespace: Some(namespace) } => format!("`{name}` of the cluster, in {namespace}"),
            Self::Http { url, digest } => format!("{url}, {digest}"),
        }
    }

    /// Enough to know it again in a drawing.
    pub fn short(&self) -> String {
        match self {
            Self::Bundle { name, .. } => format!("bundle: {name}"),
            Self::Git { path, .. } | Self::Forge { path, .. } => format!("git: {path}"),
            Self::Hub { name, version, .. } => format!("hub: {name} {version}"),
            Self::Cluster { name, namespace: None } => format!("cluster: {name}"),
            Self::Cluster { name, namespace: Some(namespace) } => format!("cluster: {namespace}/{name}"),
            Self::Http { url, .. } => format!("http: {}", url.rsplit('/').next().unwrap_or(url)),
        }
    }

    /// The kind, and every field with its text.
    pub fn fields(&self) -> (&'static str, Vec<(&'static str, &str)>) {
        match self {
            Self::Bundle { bundle, name } => ("bundle", vec![("bundle", bundle), ("name", name)]),
            Self::Git { url, revision, path } => ("git", vec![("git", url), ("revision", revision), ("path", path)]),
            Self::Forge { owner, repository, revision, path } => {
                ("git", vec![("owner", owner), ("repository", repository), ("revision", revision), ("path", path)])
            }
            Self::Hub { name, version, catalog } => {
                let catalog = catalog.iter().map(|catalog| ("catalog", catalog.as_str()));
                ("hub", [("hub", name.as_str()), ("version", version)].into_iter().chain(catalog).collect())
            }
            Self::Cluster { name, namespace } => {
                let namespace = namespace.iter().map(|namespace| ("namespace", namespace.as_str()));
                ("cluster", std::iter::once(("cluster", name.as_str())).chain(namespace).collect())
            }
            Self::Http { url, digest } => ("http", vec![("http", url), ("digest", digest)]),
        }
    }
}

impl Service {
    /// When it is taken for ready, in words.
    pub fn ready_words(&self) -> String {
        match (&self.ready, self.port) {
            (Some(script), _) => format!("`{}` succeeds", script.trim()),
            (None, Some(port)) => format!("port {port} listens"),
            (None, None) => "it runs".to_owned(),
        }
    }
}

/// Whether a text from elsewhere has to be looked at before it is a value of the type.
pub fn has_form(ty: &Ty) -> bool {
    match ty {
        Ty::Optional(of) => has_form(of),
        Ty::Pattern(of) => of.regex.is_some(),
        Ty::Bool | Ty::Int | Ty::Duration | Ty::Size | Ty::Cpu | Ty::Path | Ty::Image | Ty::Enum(_) => true,
        Ty::String | Ty::Secret | Ty::Workspace | Ty::Artifact(_) | Ty::List(_) | Ty::Map(_) | Ty::Record(_) => false,
    }
}

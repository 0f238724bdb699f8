//! The JSON that crosses a process border: the steps that an archive carries to the machine that runs them.

use serde::{Deserialize, Serialize};

/// The version of this contract; a reader refuses another.
pub const VERSION: u32 = 1;

/// One step, ready to run: the same script in every engine.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StepSpec {
    pub version: u32,
    pub task: String,
    pub step: String,
    pub image: String,
    /// The whole file, with its `#!` line.
    pub script: String,
    /// Names and where their values come from.
    pub env: Vec<(String, Source)>,
    /// Lists, one behind the other, each closed by [`END_OF_LIST`].
    pub args: Vec<ListSource>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workdir: Option<Source>,
    /// Milliseconds for one try.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<i64>,
}

/// The argument that closes each list; a value equal to it is refused before the first task.
pub const END_OF_LIST: &str = "--pipec-end-of-list--";

/// Where one text comes from. An absent optional is the empty text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Known when compiling.
    Literal(String),
    /// A parameter of the run, by name.
    Param(String),
    /// An output of another task.
    Result { task: String, output: String },
    /// The file that an output of this task is written to.
    OutputFile(String),
    /// A place in a workspace, relative to its root (empty: the root).
    Place { workspace: String, path: String },
    /// The value of a secret, by name or by the parameter that names it.
    SecretValue(SecretRef),
    /// The path of a file that holds a secret.
    SecretFile(SecretRef),
    /// How another task ended.
    Status(String),
    /// How the run ended.
    Outcome,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretRef {
    Named(String),
    Param(String),
}

/// Where the words of a list come from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListSource {
    Literal(Vec<String>),
    Param(String),
    /// Texts that come from several places.
    Each(Vec<Source>),
}

/// What one archive carries: the tasks of one machine, in an order that respects every edge.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RunSpec {
    pub version: u32,
    pub pipeline: String,
    /// The name of this part of the run.
    pub segment: String,
    /// Runs on every path, after all others.
    pub finally: bool,
    /// How many tasks run at once.
    pub at_once: usize,
    /// Where results and workspaces wait between two machines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<StoreSpec>,
    /// Every workspace in use, by name.
    pub workspaces: Vec<WorkspaceSpec>,
    /// The parameters of the run; their values are files of the archive.
    pub params: Vec<ParamSpec>,
    pub tasks: Vec<TaskSpec>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StoreSpec {
    pub place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The name of the secret with its credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WorkspaceSpec {
    pub name: String,
    /// Fetched from the store before the first task.
    pub brought: bool,
    /// Put into the store after the last task.
    pub kept: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ParamSpec {
    pub name: String,
    /// One file an element, in a folder of the parameter's name.
    pub list: bool,
}

/// One task of a machine.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TaskSpec {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// `file.pipe:12`
    pub origin: String,
    /// The tasks that have to end before it, those of earlier machines too.
    pub after: Vec<String>,
    /// Writes `true` or `false` to the file named by `PIPE_DECISION`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<ScriptSpec>,
    pub retries: u32,
    /// Milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_delay: Option<i64>,
    /// Whether the run goes on when it fails.
    pub go_on: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock: Option<String>,
    pub workspaces: Vec<String>,
    /// The outputs that are values, by name: files that an output is written to.
    pub results: Vec<String>,
    pub steps: Vec<StepSpec>,
}

/// A script that is no step.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ScriptSpec {
    pub script: String,
    pub env: Vec<(String, Source)>,
    pub args: Vec<ListSource>,
}

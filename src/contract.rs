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

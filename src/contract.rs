//! The JSON that crosses a process border: the steps that an archive carries to the machine that runs them.
//!
//! `store` is what a run leaves behind, for whoever reads it while it goes on and after.

pub mod store;

use serde::{Deserialize, Serialize};

/// The version of this contract; a reader refuses another.
pub const VERSION: u32 = 1;

/// One step, ready to run: the same script in every engine.
///
/// The script maps exit codes (`on_exit`), puts files in place and checks the outputs by itself. An output of a record type is
/// as many outputs as it has fields, each called `record.field`. Beside `env` the script knows five
/// variables: `PIPE_OBJECTS` is for engines that want a record in one piece; `PIPE_TURN` says for which turn of a loop it runs (see [`NO_TURN`]); with `PIPE_SKIP=true`, of a task with a condition, it leaves every value empty and ends well; `PIPE_VERDICT_FILE` names a file, one for
/// all steps of a try, into which it writes `warned` or `skipped`; `PIPE_DECISION` is only for conditions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StepSpec {
    /// Unique in its task.
    pub name: String,
    /// The image that the program names; where a task is no container of its own, it says what tools have to be there.
    pub image: String,
    /// The whole file, with its `#!` line.
    pub script: String,
    /// Names and where their values come from.
    pub env: Vec<(String, Source)>,
    /// Lists, one behind the other, each closed by [`END_OF_LIST`].
    pub args: Vec<ListSource>,
    /// Where it starts; absent: in an empty folder of its task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workdir: Option<Source>,
}

/// The text of `PIPE_TURN` where a loop has no turn at all, for engines that start one all the same; and what its outputs
/// then hold. Else `PIPE_TURN` is the number of the turn, from 0, then `:`, the index of each variable in its list joined
/// by `.`, then `:` and words for people; and an output holds the number, `:` and the value, so that the outputs of all
/// turns can come in any order.
pub const NO_TURN: &str = "-";

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
    /// An output of another task, by name (empty: its only one); the empty text when that task did not succeed.
    Result { task: String, output: String },
    /// The file that an output of this task is written to.
    OutputFile(String),
    /// A place in a workspace, relative to its root (empty: the root).
    Place { workspace: String, path: String },
    /// The value of a secret, by name or by the parameter that names it.
    SecretValue(SecretRef),
    /// The path of a file that holds a secret.
    SecretFile(SecretRef),
    /// How another task ended: `succeeded`, `failed`, `skipped` or `cancelled`.
    Status(String),
    /// What an earlier step of the task gave that is kept elsewhere, as it is called there.
    StepResult { step: String, result: String },
    /// How all tasks before `finally` ended together: `succeeded`, `failed` or `cancelled`.
    Outcome,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretRef {
    /// The name itself.
    Named(String),
    /// The parameter whose text is the name; an empty text is no secret.
    Param(String),
}

/// Where the words of a list come from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListSource {
    /// Known when compiling.
    Literal(Vec<String>),
    /// A list parameter of the run, by name.
    Param(String),
    /// What the turns of a loop gave, each with its number before it: an output of a task, by name (empty: its only one).
    Gathered { task: String, output: String },
    /// An output, by name, of a task that somebody else keeps and that gives lists as such.
    Result { task: String, output: String },
    /// Texts that come from several places.
    Each(Vec<Source>),
}

/// In the archive of a build, which is a tar, or a gzipped one: a [`RunSpec`].
pub const PLAN_FILE: &str = "run.json";
/// How the run stands.
pub const OUTCOME_FILE: &str = "outcome";
/// The name of the first build.
pub const RUN_FILE: &str = "run";
/// The folder of the values of the parameters.
pub const PARAMS_FOLDER: &str = "params";
/// The folder of variables that every script of every task finds in its environment, beside its own, which win: a file
/// each, whose name is that of the variable and whose bytes are its value. Absent where there is none.
pub const ENV_FOLDER: &str = "env";
/// The name of the workspace into which [`DEVEL_FILE`] and then what is below [`FILES_FOLDER`] are put, as they lie there,
/// before the first task. Absent where there is neither.
pub const WORKSPACE_FILE: &str = "workspace";
/// The folder of files for that workspace, over those of [`DEVEL_FILE`].
pub const FILES_FOLDER: &str = "files";
/// A tar of files, folders and links, none of which leads out of that workspace: what a developer has changed.
pub const DEVEL_FILE: &str = "devel.tar";

/// What one archive carries: the tasks of one machine, in an order that respects every edge.
///
/// Beside this, which is `run.json`, the archive has the file `outcome` (how the run stands: `succeeded`, `failed` or
/// `cancelled`), the file `run` (the name of the first build, below which everything lies in the store, so that no two runs
/// meet there; empty in the first, which knows its own name), and `params/NAME` for each parameter: a file that is its text, byte for byte, or for a list a folder with
/// one file an element, whose names sort in its order.
///
/// A task starts when all of `after` that are of this machine have ended, fewer than `at_once` run, its lock is free and
/// `room` has what it `asks` for. After a task that failed, and does not `go_on`, no other starts, and the machine ends
/// with an exit code other than 0.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RunSpec {
    /// [`VERSION`]
    pub version: u32,
    pub pipeline: String,
    /// The name of this part of the run.
    pub segment: String,
    /// The kind of machine it is for: `kvm`, `privileged` or `unprivileged`.
    pub class: String,
    /// Runs on every path, after all others.
    pub finally: bool,
    /// How many tasks run at once.
    pub at_once: usize,
    /// What the machine has for all tasks that run at once.
    pub room: AmountSpec,
    /// Where results and workspaces wait between two machines; absent when this one neither brings nor keeps anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<StoreSpec>,
    /// Fetched from the store before the first task; what is not there is a task that never ran.
    pub brought: CarriedSpec,
    /// Put into the store when the last task has ended, whichever way.
    pub kept: CarriedSpec,
    /// Every secret is a folder of its name in this one, whose file `value` holds it.
    pub secrets: String,
    /// Every workspace in use, by name.
    pub workspaces: Vec<WorkspaceSpec>,
    /// The parameters of the run; their values are files of the archive.
    pub params: Vec<ParamSpec>,
    /// Checks every parameter by its type, and what is required of them, before the first task: exits with 2 and says what
    /// is wrong, also where whoever starts the machine did. Absent: nothing can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<ScriptSpec>,
    /// Writes to the file named by `PIPE_VALUE` the name of a lock that no two runs hold at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclusive: Option<ScriptSpec>,
    /// In an order that respects every edge, those of `finally` last.
    pub tasks: Vec<TaskSpec>,
    /// What the pipeline returns; of the last machine before `finally` only. When all went well each is written to the
    /// log as a line `pipec: return {"NAME":"TEXT"}`.
    pub returns: Vec<ReturnSpec>,
}

/// Amounts of what a machine has; absent: nobody said.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AmountSpec {
    /// Thousandths of a core.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<i64>,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<i64>,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk: Option<i64>,
}

/// A place that outlives a machine.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StoreSpec {
    /// `s3://bucket/prefix`
    pub place: String,
    /// The address of the server; absent: Amazon's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The name of the secret with its credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// What crosses from one machine to another beside workspaces.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CarriedSpec {
    pub results: Vec<ResultRef>,
    /// The tasks whose end somebody else has to know.
    pub statuses: Vec<String>,
}

/// One output of one task.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct ResultRef {
    pub task: String,
    /// Empty for the only one.
    pub output: String,
}

/// A folder that tasks share.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WorkspaceSpec {
    pub name: String,
    /// Fetched from the store before the first task; else it starts empty.
    pub brought: bool,
    /// Put into the store after the last task.
    pub kept: bool,
    /// The parameter whose text is its folder; empty: nobody gave one, and it is nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub param: Option<String>,
}

/// A parameter of the run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ParamSpec {
    pub name: String,
    /// One file an element, in a folder of the parameter's name.
    pub list: bool,
    /// Its text is the name of a secret.
    #[serde(default, skip_serializing_if = "is_false")]
    pub secret: bool,
    /// What it is when nobody gives it, an element each: the only one of a text; none of an absent optional. Absent: it
    /// has to be given, or is in the archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Vec<String>>,
}

/// One task of a machine.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TaskSpec {
    /// Unique in the run.
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Runs on every path, after all others. (Where the whole machine is for `finally`, it says so, and no task does.)
    #[serde(default, skip_serializing_if = "is_false")]
    pub finally: bool,
    /// `file.pipe:12`
    pub origin: String,
    /// The tasks that have to end before it, those of earlier machines too.
    pub after: Vec<String>,
    /// Those of them without whose outputs it cannot start: when one failed, or was itself skipped for this reason, it is
    /// skipped, unless its condition does not hold anyway.
    pub reads: Vec<String>,
    /// Decides whether it runs: writes `true` or `false` to the file named by `PIPE_DECISION`. A task that is skipped
    /// leaves each of `results` empty, and what only comes after it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<ScriptSpec>,
    /// The task runs once for each turn of a loop: writes them to the file named by `PIPE_TURNS`, a JSON list of texts,
    /// each the `PIPE_TURN` of one; of a loop without any, only [`NO_TURN`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turns: Option<ScriptSpec>,
    /// Milliseconds for one try of all its steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<i64>,
    /// How often it is tried again; each try begins with the first step.
    pub retries: u32,
    /// Milliseconds between two tries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_delay: Option<i64>,
    /// Whether the run goes on when it fails.
    pub go_on: bool,
    /// No two tasks of the same lock run at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock: Option<String>,
    /// What it takes of the machine's `room`.
    pub asks: AmountSpec,
    /// What it needs of its machine.
    #[serde(default, skip_serializing_if = "NeedsSpec::is_nothing")]
    pub needs: NeedsSpec,
    /// Its scripts clean up when they are ended, and have ten seconds more for it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cleans_up: bool,
    /// They run beside the steps of each try, which reach them at `localhost`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<ServiceSpec>,
    /// By name: the folders that it works in.
    pub workspaces: Vec<String>,
    /// The outputs that are values, by name (empty: the only one): files that its last step has written and checked.
    pub results: Vec<String>,
    /// The outputs that are files or folders of a workspace.
    pub artifacts: Vec<ArtifactSpec>,
    /// At least one, run one after the other until one fails.
    pub steps: Vec<StepSpec>,
}

/// What a task needs of its machine, beside amounts.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NeedsSpec {
    /// `/dev/kvm`, to be read and written.
    #[serde(default, skip_serializing_if = "is_false")]
    pub kvm: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub privileged: bool,
    /// Its container has no network.
    #[serde(default, skip_serializing_if = "is_false")]
    pub no_network: bool,
    /// As `uname -m` says it, with `aarch64` for arm64 and `x86_64` for amd64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arch: Option<String>,
}

impl NeedsSpec {
    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// A container that runs beside the steps of a task.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ServiceSpec {
    /// Unique in its task.
    pub name: String,
    pub image: String,
    /// Given as they are.
    pub env: Vec<(String, Source)>,
    /// Each writes the text of a variable to the file named by `PIPE_VALUE`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub made: Vec<(String, ScriptSpec)>,
    /// For `/bin/sh -c`, in place of what the image runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// For what the image runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<String>,
    /// Ready when something listens there; it has this, or `ready`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// For `/bin/sh -c`, inside of it: ready when it succeeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready: Option<String>,
    /// Milliseconds until it has to be ready.
    pub timeout: i64,
    pub asks: AmountSpec,
    #[serde(default, skip_serializing_if = "is_false")]
    pub privileged: bool,
}

/// An output that lies in a workspace, and so goes where that goes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ArtifactSpec {
    /// Empty for the only output.
    pub name: String,
    pub workspace: String,
    pub path: PathSpec,
}

/// A path below the root of a workspace, however many `/` it begins with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathSpec {
    /// Known when compiling.
    Literal(String),
    /// Writes it to the file named by `PIPE_VALUE`; run when the task has succeeded, with the `PIPE_TURN` of its turn.
    Made(ScriptSpec),
}

/// Something that the pipeline returns.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReturnSpec {
    /// Empty for the only one.
    pub name: String,
    /// Writes its text (a list as lines) to the file named by `PIPE_VALUE`.
    pub value: ScriptSpec,
}

/// A script that is no step.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ScriptSpec {
    /// The whole file, with its `#!` line.
    pub script: String,
    /// As of a step.
    pub env: Vec<(String, Source)>,
    /// As of a step.
    pub args: Vec<ListSource>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_false(value: &bool) -> bool {
    !value
}

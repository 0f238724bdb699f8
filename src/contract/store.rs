//! What a run leaves behind: a folder that can be read while it is written.
//!
//! ```text
//! STORE/RUN/run.json                 RunFile: what was asked for; written before the first task, and again by a resume
//! STORE/RUN/spec.json                RunSpec
//! STORE/RUN/status.json              StatusFile: how it stands; written aside and renamed, so never half
//! STORE/RUN/result.json              ResultFile: how it ended
//! STORE/RUN/notes.ndjson             NoteLine, one a line, appended only
//! STORE/RUN/steps/ID/status.json     StepFile: one step of one task; IDs count from 1 in the order of the spec
//! STORE/RUN/steps/ID/logs.ndjson     LogLine, one a line, appended only
//! STORE/RUN/steps/ID/artifacts.json  ArtifactsFile
//! STORE/RUN/work/…                   outputs, workspaces, scratch folders: the engine's
//! STORE/RUN/lock                     held (flock) by who writes the run
//! ```
//!
//! The folder of a run is made before its `run.json`: without that file it is no run yet, or never became one. Steps that
//! the spec does not know (turns of a loop; what a resume with another program has) have the IDs behind those that it does.
//! Names that begin with `.` are nobody's.

use serde::{Deserialize, Serialize};

/// How a run, a task or a step stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Not begun.
    Pending,
    Running,
    Succeeded,
    Failed,
    /// It did not have to run, or could not, because what it reads was never made.
    Skipped,
    /// Ended, or never begun, because something else failed or somebody asked.
    Cancelled,
    /// Its process is gone and did not say how it ended.
    Lost,
}

/// Which stream of a step.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    Stdout,
    Stderr,
}

/// `run.json`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RunFile {
    /// [`super::VERSION`]
    pub version: u32,
    /// The name of the folder; later runs sort behind earlier ones.
    pub id: String,
    pub pipeline: String,
    /// The program, as the user named it.
    pub source: String,
    /// What was given, by name, in text form; of a secret its reference, never itself.
    pub given: Vec<(String, Vec<String>)>,
    /// RFC 3339, UTC, with milliseconds.
    pub started: String,
    /// Who runs it now, or did last.
    pub process: ProcessMark,
    /// How often it was taken up again.
    pub resumed: u32,
}

/// A process that no other can be taken for: numbers come again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ProcessMark {
    pub pid: u32,
    /// Field 22 of `/proc/PID/stat`.
    pub start: u64,
    /// `/proc/sys/kernel/random/boot_id`
    pub boot: String,
}

/// `status.json`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StatusFile {
    pub state: State,
    /// RFC 3339; of the last change.
    pub at: String,
    /// In the order of the spec, turns of a loop behind their task.
    pub tasks: Vec<TaskFile>,
}

/// How a task stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TaskFile {
    /// Of a turn of a loop: `task[label]`.
    pub name: String,
    pub state: State,
    /// Not run again, because an earlier run of the same folder did with the same inputs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub kept: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// Hexadecimal sha256 of its scripts, inputs and images, and of the keys of the tasks that it builds on: with the same
    /// key it makes the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Its script ended well and had something to complain of.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub warning: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<TurnMark>,
}

impl TaskFile {
    /// One that has not begun.
    #[must_use]
    pub fn pending(name: String, turn: Option<TurnMark>) -> Self {
        Self {
            name,
            state: State::Pending,
            kept: false,
            started: None,
            ended: None,
            exit_code: None,
            key: None,
            warning: false,
            turn,
        }
    }
}

/// Which turn of which loop.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TurnMark {
    /// The task, as it is called in the spec.
    pub task: String,
    /// From 0.
    pub number: u32,
}

/// `steps/ID/status.json`, in the shape of Wharf's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepFile {
    /// As in [`TaskFile::name`].
    pub task: String,
    pub step: String,
    /// The greatest `updateId`.
    pub last_id: u64,
    pub status_updates: Vec<StatusUpdate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// Which try, from 1.
    pub attempt: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<TurnMark>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusUpdate {
    /// From 1.
    pub update_id: u64,
    pub timestamp: String,
    pub status: State,
}

/// One piece of a log: a line with its end, or what was written of one so far.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LogLine {
    /// From 1, without gaps, in one file.
    pub id: u64,
    /// From 1, in all logs of the run together, in the order in which they were written: who has read up to one goes on
    /// behind it.
    #[serde(default)]
    pub seq: u64,
    /// RFC 3339, UTC, with milliseconds.
    pub time: String,
    pub stream: Stream,
    /// Which try, from 1.
    pub attempt: u32,
    /// The bytes, where they are UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The bytes in base64, where they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
}

/// What the runner itself had to say: one line of `notes.ndjson`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NoteLine {
    /// RFC 3339, UTC, with milliseconds.
    pub time: String,
    /// As in [`TaskFile::name`]; absent: about all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    pub text: String,
}

/// `steps/ID/artifacts.json`
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactsFile {
    pub last_id: u64,
    pub artifacts: Vec<Artifact>,
    /// Outputs that were declared as files, and cannot be told where or what they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<LostArtifact>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LostArtifact {
    /// Of the output; empty for the only one.
    pub name: String,
    /// For people.
    pub why: String,
}

/// A file that a task made and declared.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Artifact {
    /// From 1.
    pub artifact_id: u64,
    /// Of the output; empty for the only one.
    pub name: String,
    /// Relative to the folder of the run, or absolute where the workspace was given.
    pub path: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub folder: bool,
    /// Bytes; of a folder those of all files in it.
    pub size: u64,
    /// Hexadecimal; of a folder that of the sorted lines `SHA256  PATH` of its files.
    pub sha256: String,
}

/// `result.json`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ResultFile {
    pub name: String,
    /// `pipeline`
    #[serde(rename = "type")]
    pub kind: String,
    pub success: bool,
    pub outcome: State,
    pub exit_code: i32,
    pub duration_ms: u64,
    /// What the pipeline returned, by name; empty for its only output.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<(String, String)>,
    pub tasks: Vec<TaskResult>,
    /// In the order in which they first stand in the program.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<StageResult>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TaskResult {
    pub name: String,
    pub stage: Option<String>,
    /// `task`
    #[serde(rename = "type")]
    pub kind: String,
    pub success: bool,
    pub status: State,
    pub warning: bool,
    pub exit_code: i32,
    pub duration_ms: u64,
    pub attempts: u32,
    pub steps: Vec<StepResult>,
    /// Of a loop over a list that only the run knew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turns: Option<Vec<Self>>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StepResult {
    pub name: String,
    /// `step`
    #[serde(rename = "type")]
    pub kind: String,
    pub success: bool,
    pub exit_code: i32,
    pub duration_ms: u64,
}

/// A stage: succeeded when all of its tasks did or were skipped, failed when one failed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StageResult {
    pub name: String,
    /// `stage`
    #[serde(rename = "type")]
    pub kind: String,
    pub success: bool,
    pub status: State,
    pub duration_ms: u64,
    /// The names of its tasks.
    pub steps: Vec<String>,
}

//! How a run went, in the form in which engines are compared.

use std::collections::BTreeMap;

/// What an engine did with a program.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) engine: &'static str,
    pub(super) exit: i32,
    pub(super) outcome: String,
    pub(super) tasks: BTreeMap<String, Task>,
    /// What the pipeline returned, by name.
    pub(super) returned: BTreeMap<String, String>,
    /// `B task/step` and `E task/step code`, in their order.
    pub(super) log: Vec<String>,
    /// What each step of each try was given.
    pub(super) inputs: BTreeMap<String, Vec<u8>>,
    /// `task/output`, of the tasks that succeeded; absent: nothing that could be looked at is left of them.
    pub(super) outputs: Option<BTreeMap<String, Vec<u8>>>,
    /// For who has to understand a difference.
    pub(super) said: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Task {
    pub(super) state: String,
    pub(super) code: i32,
    pub(super) warning: bool,
    /// Absent: nobody counted them.
    pub(super) attempts: Option<u32>,
    /// Name and exit code, of the last try; absent: nobody kept them.
    pub(super) steps: Option<Vec<(String, i32)>>,
    /// Of a loop over a list that only the run knew: by name.
    pub(super) turns: BTreeMap<String, Self>,
}

impl Task {
    /// One that never began.
    pub(super) fn not_begun(state: &str) -> Self {
        Self {
            state: state.to_owned(),
            code: 0,
            warning: false,
            attempts: Some(0),
            steps: Some(Vec::new()),
            turns: BTreeMap::new(),
        }
    }
}

/// The name of an output; a pipeline and a task may have one without.
pub(super) fn output_name(name: &str) -> String {
    if name.is_empty() { "value".to_owned() } else { name.to_owned() }
}

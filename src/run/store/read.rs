//! A run as a reader sees it, while it is written and whatever became of its writer.

use std::io;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::{Entry, clock, process, steps};
use crate::contract::store::{ArtifactsFile, NoteLine, ResultFile, RunFile, State, StatusFile, StepFile, TaskFile};
use crate::contract::{RunSpec, VERSION};

/// One run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    pub folder: PathBuf,
    pub file: RunFile,
}

/// How a run stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct View {
    /// [`State::Lost`] when its process is gone and did not say how it ended; so are its tasks that ran then.
    pub state: State,
    /// In the order of the spec.
    pub tasks: Vec<TaskFile>,
    /// Milliseconds since 1970 of the last change; of a run that nothing is known of, its start.
    pub at: u64,
    pub result: Option<ResultFile>,
}

/// One step that has begun.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// The name of its folder.
    pub id: u32,
    pub file: StepFile,
}

impl Step {
    /// How it stands; of a run that is lost, so is what ran then.
    pub fn state(&self) -> State {
        self.file.status_updates.last().map_or(State::Pending, |update| update.status)
    }
}

/// Whether nothing more will happen.
pub fn is_end(state: State) -> bool {
    match state {
        State::Pending | State::Running => false,
        State::Succeeded | State::Failed | State::Skipped | State::Cancelled | State::Lost => true,
    }
}

impl Run {
    /// How it stands now.
    pub fn view(&self) -> View {
        let (status, result) = (self.status_file(), self.result());
        let ended = |status: &Option<StatusFile>| status.as_ref().is_some_and(|status| is_end(status.state));
        if ended(&status) || result.is_some() || process::lives(&self.process()) {
            return self.seen(status, result, State::Running);
        }
        // It may have ended between the two looks.
        let (status, result) = (self.status_file(), self.result());
        self.seen(status, result, State::Lost)
    }

    fn seen(&self, status: Option<StatusFile>, result: Option<ResultFile>, otherwise: State) -> View {
        let said = status.as_ref().map(|status| status.state).filter(|state| is_end(*state));
        let state = said.or(result.as_ref().map(|result| result.outcome)).unwrap_or(otherwise);
        let at = status.as_ref().and_then(|status| clock::parse(&status.at)).unwrap_or_else(|| self.started());
        let mut tasks = status.map(|status| status.tasks).unwrap_or_default();
        if state == State::Lost {
            tasks.iter_mut().filter(|task| task.state == State::Running).for_each(|task| task.state = State::Lost);
        }
        View { state, tasks, at, result }
    }

    /// When it was first started, in milliseconds since 1970.
    pub fn started(&self) -> u64 {
        clock::parse(&self.file.started).unwrap_or(0)
    }

    /// What it runs; absent when its writer did not come to it.
    pub fn spec(&self) -> Option<RunSpec> {
        read(&self.folder.join("spec.json"))
    }

    pub fn result(&self) -> Option<ResultFile> {
        read(&self.folder.join("result.json"))
    }

    /// `status.json` as it stands there.
    pub fn status_file(&self) -> Option<StatusFile> {
        read(&self.folder.join("status.json"))
    }

    /// The steps that have begun, in order.
    pub fn steps(&self) -> Vec<Step> {
        let mut spec = None;
        let ids = steps::ids(&self.folder).into_iter();
        ids.filter_map(|id| {
            let file = steps::read(&self.folder, id);
            // Its writer was killed before it was said what step it is: the plan knows.
            let file = file.or_else(|| named(spec.get_or_insert_with(|| self.spec()).as_ref()?, id))?;
            Some(Step { id, file })
        })
        .collect()
    }

    /// What the tasks made, by step, in order.
    pub fn artifacts(&self) -> Vec<(Step, ArtifactsFile)> {
        let file = |step: &Step| read(&self.step_folder(step.id).join("artifacts.json"));
        self.steps().into_iter().filter_map(|step| file(&step).map(|file| (step, file))).collect()
    }

    /// What the runner had to say.
    pub fn notes(&self) -> Vec<NoteLine> {
        let bytes = std::fs::read(self.folder.join("notes.ndjson")).unwrap_or_default();
        bytes.split_inclusive(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()
    }

    pub fn step_folder(&self, id: u32) -> PathBuf {
        steps::folder(&self.folder, id)
    }

    /// Who writes it now: another than when it was found, after it was taken up again.
    fn process(&self) -> crate::contract::store::ProcessMark {
        let now: Option<RunFile> = read(&self.folder.join("run.json"));
        now.map_or_else(|| self.file.process.clone(), |file| file.process)
    }
}

/// What a folder of the store is.
pub(super) fn entry(folder: PathBuf, id: String) -> Entry {
    let bytes = match std::fs::read(folder.join("run.json")) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Entry::Unmade(id),
        Err(error) => return Entry::Unreadable(id, error.to_string()),
    };
    match serde_json::from_slice::<RunFile>(&bytes) {
        Ok(file) if file.version == VERSION => Entry::Run(Run { folder, file: RunFile { id, ..file } }),
        Ok(file) => Entry::Unreadable(id, format!("version {} of another pipec", file.version)),
        Err(error) => Entry::Unreadable(id, format!("its run.json is broken: {error}")),
    }
}

/// What is whole; what is not there, or broken, is what its writer did not come to.
fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

fn named(spec: &RunSpec, id: u32) -> Option<StepFile> {
    let mut steps = spec.tasks.iter().flat_map(|task| task.steps.iter().map(move |step| (task, step)));
    let (task, step) = steps.nth(usize::try_from(id).ok()?.checked_sub(1)?)?;
    let (task, step) = (task.name.clone(), step.name.clone());
    Some(StepFile { task, step, last_id: 0, status_updates: Vec::new(), exit_code: None, attempt: 1, turn: None })
}

//! How a run ended, for who reads it.

use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use super::schedule::Job;
use super::site::Site;
use super::step::milliseconds;
use crate::contract::store::{ResultFile, StageResult, State, TaskResult};

/// How a run ended, beside its tasks.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: i32,
    pub(super) outcome: State,
    pub(super) outputs: Vec<(String, String)>,
}

impl Site<'_> {
    pub(super) fn result(&self, began: Instant, ended: Ended, jobs: &[Job]) -> ResultFile {
        let selected = |at: &usize| self.graph.selected[*at];
        let tasks = (0..self.spec.tasks.len()).filter(selected).map(|at| self.task_result(&jobs[at], jobs));
        ResultFile {
            name: self.spec.pipeline.clone(),
            kind: "pipeline".to_owned(),
            success: ended.code == 0,
            outcome: ended.outcome,
            exit_code: ended.code,
            duration_ms: milliseconds(began.elapsed()),
            outputs: ended.outputs,
            tasks: tasks.collect(),
            stages: self.stages(jobs),
        }
    }

    fn task_result(&self, job: &Job, jobs: &[Job]) -> TaskResult {
        let status = job.state.unwrap_or(State::Cancelled);
        let turns = |turns: &Vec<usize>| turns.iter().map(|turn| self.task_result(&jobs[*turn], jobs)).collect();
        TaskResult {
            name: job.who.shown(self.spec),
            stage: self.task(&job.who).stage.clone(),
            kind: "task".to_owned(),
            success: went_well(status),
            status,
            warning: job.warned,
            exit_code: job.code,
            duration_ms: milliseconds(job.took),
            attempts: job.tries,
            steps: job.steps.clone(),
            turns: job.turns.as_ref().map(turns),
        }
    }

    /// In the order in which they first stand in the program.
    fn stages(&self, jobs: &[Job]) -> Vec<StageResult> {
        let mut order: Vec<&str> = Vec::new();
        let mut members: FxHashMap<&str, Vec<&Job>> = FxHashMap::default();
        for (at, task) in self.spec.tasks.iter().enumerate().filter(|(at, _)| self.graph.selected[*at]) {
            let Some(stage) = &task.stage else { continue };
            members.entry(stage).or_insert_with(|| {
                order.push(stage);
                Vec::new()
            });
            members.entry(stage).or_default().push(&jobs[at]);
        }
        order.into_iter().map(|stage| self.stage(stage, &members[stage])).collect()
    }

    fn stage(&self, name: &str, jobs: &[&Job]) -> StageResult {
        let state = |job: &&Job| job.state.unwrap_or(State::Cancelled);
        let status = if jobs.iter().any(|job| state(job) == State::Failed) {
            State::Failed
        } else if jobs.iter().all(|job| went_well(state(job))) {
            State::Succeeded
        } else {
            State::Cancelled
        };
        let first = jobs.iter().filter_map(|job| job.began).min();
        let last = jobs.iter().filter_map(|job| job.began.map(|began| began + job.took)).max();
        let took = first.zip(last).map_or(Duration::ZERO, |(first, last)| last - first);
        StageResult {
            name: name.to_owned(),
            kind: "stage".to_owned(),
            success: status == State::Succeeded,
            status,
            duration_ms: milliseconds(took),
            steps: jobs.iter().map(|job| job.who.shown(self.spec)).collect(),
        }
    }
}

fn went_well(state: State) -> bool {
    match state {
        State::Succeeded | State::Skipped => true,
        State::Pending | State::Running | State::Failed | State::Cancelled | State::Lost => false,
    }
}

//! What the archive of each build carries: the tasks of its segment, ready to run.

use super::Job;
use super::carry::Thing;
use super::model::SECRETS;
use super::segment::{Segment, last_of_main};
use crate::contract::{AmountSpec, CarriedSpec, ParamSpec, ResultRef, RunSpec, StoreSpec, VERSION, WorkspaceSpec};
use crate::emit::spec::{self, is_list};
use crate::plan::{Phase, Plan, Ty, WorkspaceId};
use crate::source::Sources;

/// The name of a segment: its number in the run, from 1, and its class.
pub(super) fn name(at: usize, segment: &Segment) -> String {
    format!("{:02}-{}", at + 1, segment.class.name())
}

pub(super) fn spec(job: &Job<'_>, at: usize, sources: &Sources) -> RunSpec {
    let (plan, segment) = (job.plan, &job.segments[at]);
    let limits = job.limits(segment.class);
    let some = |amount: i64| (amount > 0).then_some(amount);
    RunSpec {
        version: VERSION,
        pipeline: plan.name.clone(),
        segment: name(at, segment),
        class: segment.class.name().to_owned(),
        finally: segment.phase == Phase::Finally,
        at_once: job.options.at_once,
        room: AmountSpec { cpu: some(limits.cpu), memory: some(limits.memory), disk: some(limits.tasks_disk) },
        store: store(job, at),
        brought: carried(plan, &job.carry.loads[at].brought),
        kept: carried(plan, &job.carry.loads[at].kept),
        secrets: SECRETS.to_owned(),
        workspaces: workspaces(job, at),
        params: plan.params.iter().map(|param| param_spec(&param.name, &param.ty)).collect(),
        check: job.check.clone(),
        exclusive: None,
        tasks: segment.tasks.iter().map(|task| spec::task(plan, *task, sources)).collect(),
        returns: if last_of_main(&job.segments) == Some(at) { spec::returns(plan) } else { Vec::new() },
    }
}

fn store(job: &Job<'_>, at: usize) -> Option<StoreSpec> {
    let options = &job.options;
    let place = options.store.clone().filter(|_| !job.carry.loads[at].is_empty())?;
    Some(StoreSpec { place, endpoint: options.store_endpoint.clone(), secret: options.store_secret.clone() })
}

fn carried<'t>(plan: &Plan, things: impl IntoIterator<Item = &'t Thing>) -> CarriedSpec {
    let mut spec = CarriedSpec::default();
    for thing in things {
        match thing {
            Thing::Result(task, output) => {
                spec.results.push(ResultRef { task: plan.task(*task).name.clone(), output: output.clone() });
            }
            Thing::Status(task) => spec.statuses.push(plan.task(*task).name.clone()),
            // Said where the workspace stands.
            Thing::Workspace(_) => {}
        }
    }
    spec
}

fn param_spec(name: &str, ty: &Ty) -> ParamSpec {
    ParamSpec { name: name.to_owned(), list: is_list(ty), secret: false, default: None }
}

fn workspaces(job: &Job<'_>, at: usize) -> Vec<WorkspaceSpec> {
    let (plan, load) = (job.plan, &job.carry.loads[at]);
    let mut used: Vec<WorkspaceId> =
        job.segments[at].tasks.iter().flat_map(|task| &plan.task(*task).workspaces).copied().collect();
    used.sort_unstable();
    used.dedup();
    let spec = |id: WorkspaceId| WorkspaceSpec {
        name: plan.workspaces[id.index()].name.clone(),
        brought: load.brought.contains(&Thing::Workspace(id)),
        kept: load.kept.contains(&Thing::Workspace(id)),
        param: None,
    };
    used.into_iter().map(spec).collect()
}

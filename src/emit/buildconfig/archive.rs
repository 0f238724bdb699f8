//! What the archive of each build carries: the tasks of its segment, ready to run.

use super::Job;
use super::carry::{Thing, tainting};
use super::model::SECRETS;
use super::segment::{Segment, last_of_main};
use crate::contract::{
    AmountSpec, ArtifactSpec, CarriedSpec, ParamSpec, ResultRef, ReturnSpec, RunSpec, ScriptSpec, StepSpec, StoreSpec,
    TaskSpec, VERSION, WorkspaceSpec,
};
use crate::emit::script::{self, Rendered};
use crate::plan::{OnFailure, Output, Phase, Plan, Task, TaskId, Ty, Value, WorkspaceId};
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
        tasks: segment.tasks.iter().map(|task| task_spec(plan, *task, sources)).collect(),
        returns: if last_of_main(&job.segments) == Some(at) { returns(plan) } else { Vec::new() },
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
    ParamSpec { name: name.to_owned(), list: is_list(ty) }
}

pub(super) fn is_list(ty: &Ty) -> bool {
    matches!(opened(ty), Ty::List(_))
}

/// The type without its `?`.
pub(super) fn opened(ty: &Ty) -> &Ty {
    if let Ty::Optional(inner) = ty { opened(inner) } else { ty }
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
    };
    used.into_iter().map(spec).collect()
}

fn returns(plan: &Plan) -> Vec<ReturnSpec> {
    let spec = |output: &crate::plan::PipelineOutput| ReturnSpec {
        name: output.name.clone(),
        value: script_spec(script::value(plan, &output.value)),
    };
    plan.outputs.iter().map(spec).collect()
}

fn task_spec(plan: &Plan, id: TaskId, sources: &Sources) -> TaskSpec {
    let task = plan.task(id);
    let name = |task: TaskId| plan.task(task).name.clone();
    TaskSpec {
        name: task.name.clone(),
        stage: task.stage.clone(),
        origin: sources.origin(task.span),
        after: plan.dependencies(id).map(|(before, _)| name(before)).collect(),
        reads: tainting(plan, id).map(name).collect(),
        condition: task.condition.as_ref().map(|condition| script_spec(script::decision(plan, condition))),
        timeout: task.timeout,
        retries: task.retries,
        retry_delay: task.retry_delay,
        go_on: task.on_failure == OnFailure::GoOn,
        lock: task.lock.clone(),
        asks: AmountSpec { cpu: task.needs.cpu, memory: task.needs.memory, disk: task.needs.disk },
        workspaces: task.workspaces.iter().map(|id| plan.workspaces[id.index()].name.clone()).collect(),
        results: task.outputs.iter().filter(|output| output.place.is_none()).map(|one| one.name.clone()).collect(),
        artifacts: task.outputs.iter().filter_map(|output| artifact(plan, output)).collect(),
        steps: (0..task.steps.len()).map(|step| step_spec(plan, id, task, step)).collect(),
    }
}

fn artifact(plan: &Plan, output: &Output) -> Option<ArtifactSpec> {
    let (workspace, path) = output.place.as_ref()?;
    let workspace = plan.workspaces[workspace.index()].name.clone();
    Some(ArtifactSpec { name: output.name.clone(), workspace, path: path.value().and_then(Value::text) })
}

fn script_spec(rendered: Rendered) -> ScriptSpec {
    ScriptSpec { script: rendered.body, env: rendered.env, args: rendered.args }
}

fn step_spec(plan: &Plan, id: TaskId, task: &Task, step: usize) -> StepSpec {
    let Rendered { body, env, args, workdir } = script::step(plan, id, step);
    let step = &task.steps[step];
    StepSpec { name: step.name.clone(), image: step.image.clone(), script: body, env, args, workdir }
}

//! What the archive of each build carries: the tasks of its segment, ready to run.

use super::options::Options;
use super::segment::Segment;
use crate::contract::{ParamSpec, RunSpec, ScriptSpec, StepSpec, StoreSpec, TaskSpec, VERSION, WorkspaceSpec};
use crate::emit::script::{self, Rendered};
use crate::plan::{OnFailure, Phase, Plan, Task, TaskId, Ty, WorkspaceId};
use crate::source::Sources;

/// The name of a segment: its number in the run, from 1, and its class.
pub(super) fn name(at: usize, segment: &Segment) -> String {
    format!("{:02}-{}", at + 1, segment.class.name())
}

pub(super) fn spec(plan: &Plan, segments: &[Segment], at: usize, options: &Options, sources: &Sources) -> RunSpec {
    let segment = &segments[at];
    RunSpec {
        version: VERSION,
        pipeline: plan.name.clone(),
        segment: name(at, segment),
        finally: segment.phase == Phase::Finally,
        at_once: options.at_once,
        store: store(options),
        workspaces: workspaces(plan, segments, at),
        params: plan.params.iter().map(|param| param_spec(&param.name, &param.ty)).collect(),
        tasks: segment.tasks.iter().map(|task| task_spec(plan, *task, sources)).collect(),
    }
}

fn store(options: &Options) -> Option<StoreSpec> {
    let place = options.store.clone()?;
    Some(StoreSpec { place, endpoint: options.store_endpoint.clone(), secret: options.store_secret.clone() })
}

fn param_spec(name: &str, ty: &Ty) -> ParamSpec {
    ParamSpec { name: name.to_owned(), list: is_list(ty) }
}

pub(super) fn is_list(ty: &Ty) -> bool {
    match ty {
        Ty::List(_) => true,
        Ty::Optional(inner) => is_list(inner),
        Ty::Bool
        | Ty::Int
        | Ty::String
        | Ty::Duration
        | Ty::Size
        | Ty::Cpu
        | Ty::Path
        | Ty::Image
        | Ty::Pattern(_)
        | Ty::Enum(_)
        | Ty::Secret
        | Ty::Workspace
        | Ty::Artifact(_)
        | Ty::Map(_)
        | Ty::Record(_) => false,
    }
}

/// A workspace is brought when an earlier build used it, and kept when a later one does.
fn workspaces(plan: &Plan, segments: &[Segment], at: usize) -> Vec<WorkspaceSpec> {
    let uses =
        |segment: &Segment, id: WorkspaceId| segment.tasks.iter().any(|task| plan.task(*task).workspaces.contains(&id));
    let spec = |(index, workspace): (usize, &crate::plan::Workspace)| {
        let id = WorkspaceId(crate::source::offset(index));
        uses(&segments[at], id).then(|| WorkspaceSpec {
            name: workspace.name.clone(),
            brought: segments[..at].iter().any(|segment| uses(segment, id)),
            kept: segments[at + 1..].iter().any(|segment| uses(segment, id)),
        })
    };
    plan.workspaces.iter().enumerate().filter_map(spec).collect()
}

fn task_spec(plan: &Plan, id: TaskId, sources: &Sources) -> TaskSpec {
    let task = plan.task(id);
    TaskSpec {
        name: task.name.clone(),
        stage: task.stage.clone(),
        origin: sources.origin(task.span),
        after: plan.dependencies(id).map(|(before, _)| plan.task(before).name.clone()).collect(),
        condition: task.condition.as_ref().map(|condition| script_spec(script::decision(plan, condition))),
        retries: task.retries,
        retry_delay: task.retry_delay,
        go_on: task.on_failure == OnFailure::GoOn,
        lock: task.lock.clone(),
        workspaces: task.workspaces.iter().map(|id| plan.workspaces[id.index()].name.clone()).collect(),
        results: task.outputs.iter().filter(|output| output.place.is_none()).map(|one| one.name.clone()).collect(),
        steps: (0..task.steps.len()).map(|step| step_spec(plan, id, task, step)).collect(),
    }
}

fn script_spec(rendered: Rendered) -> ScriptSpec {
    ScriptSpec { script: rendered.body, env: rendered.env, args: rendered.args }
}

fn step_spec(plan: &Plan, id: TaskId, task: &Task, step: usize) -> StepSpec {
    let Rendered { body, env, args, workdir } = script::step(plan, id, step);
    StepSpec {
        version: VERSION,
        task: task.name.clone(),
        step: task.steps[step].name.clone(),
        image: task.steps[step].image.clone(),
        script: body,
        env,
        args,
        workdir,
        timeout: task.timeout,
    }
}

//! A plan as the JSON that a machine runs: tasks, steps and scripts, of all of it or of a part.

use crate::contract::{
    AmountSpec, ArtifactSpec, CarriedSpec, NeedsSpec, ParamSpec, PathSpec, ReturnSpec, RunSpec, ScriptSpec,
    ServiceSpec, StepSpec, TaskSpec, VERSION, WorkspaceSpec,
};
use crate::emit::script::{self, Rendered};
use crate::plan::outside::Service;
use crate::plan::{Edge, Needs, OnFailure, Output, Param, Phase, Plan, Task, TaskId, Ty, Value, Why};
use crate::source::Sources;

/// All of a plan, for one machine that runs as many tasks at once as it is told to.
pub fn whole(plan: &Plan, sources: &Sources, at_once: usize) -> RunSpec {
    RunSpec {
        version: VERSION,
        pipeline: plan.name.clone(),
        segment: plan.name.clone(),
        class: "local".to_owned(),
        finally: false,
        at_once,
        room: AmountSpec::default(),
        store: None,
        brought: CarriedSpec::default(),
        kept: CarriedSpec::default(),
        secrets: String::new(),
        workspaces: workspaces(plan),
        params: plan.params.iter().map(param).collect(),
        check: script::parameters(plan).map(script_spec),
        exclusive: plan.exclusive.as_ref().map(|(name, _)| script_spec(script::value(plan, name))),
        tasks: in_order(plan).map(|id| one(plan, id, sources)).collect(),
        returns: returns(plan),
    }
}

/// An order that respects every edge, with `finally` last.
fn in_order(plan: &Plan) -> impl Iterator<Item = TaskId> {
    let order = plan.order();
    let (main, finally): (Vec<TaskId>, Vec<TaskId>) =
        order.into_iter().partition(|id| plan.task(*id).phase == Phase::Main);
    main.into_iter().chain(finally)
}

/// A task of a machine that has tasks of both phases.
fn one(plan: &Plan, id: TaskId, sources: &Sources) -> TaskSpec {
    TaskSpec { finally: plan.task(id).phase == Phase::Finally, ..task(plan, id, sources) }
}

fn workspaces(plan: &Plan) -> Vec<WorkspaceSpec> {
    let spec = |workspace: &crate::plan::Workspace| WorkspaceSpec {
        name: workspace.name.clone(),
        brought: false,
        kept: false,
        param: workspace.param.map(|param| plan.params[param.index()].name.clone()),
    };
    plan.workspaces.iter().map(spec).collect()
}

fn param(param: &Param) -> ParamSpec {
    let default = param.default.as_ref().map(|value| match value {
        Value::None => Vec::new(),
        Value::List(elements) => elements.iter().filter_map(Value::text).collect(),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Text(_)
        | Value::Case(_)
        | Value::Duration(_)
        | Value::Size(_)
        | Value::Cpu(_)
        | Value::Secret(_)
        | Value::Workspace(_)
        | Value::Record(_) => value.text().into_iter().collect(),
    });
    let (list, secret) = (is_list(&param.ty), matches!(opened(&param.ty), Ty::Secret));
    ParamSpec { name: param.name.clone(), list, secret, default }
}

/// Whether the values of the type are lists of texts.
pub fn is_list(ty: &Ty) -> bool {
    matches!(opened(ty), Ty::List(_))
}

/// The type without its `?`.
pub fn opened(ty: &Ty) -> &Ty {
    if let Ty::Optional(inner) = ty { opened(inner) } else { ty }
}

/// What the pipeline returns.
pub fn returns(plan: &Plan) -> Vec<ReturnSpec> {
    let spec = |output: &crate::plan::PipelineOutput| ReturnSpec {
        name: output.name.clone(),
        value: script_spec(script::value(plan, &output.value)),
    };
    plan.outputs.iter().map(spec).collect()
}

/// One task, ready to run.
pub fn task(plan: &Plan, id: TaskId, sources: &Sources) -> TaskSpec {
    let task = plan.task(id);
    let needs = &task.needs;
    let name = |task: TaskId| plan.task(task).name.clone();
    TaskSpec {
        name: task.name.clone(),
        stage: task.stage.clone(),
        finally: false,
        origin: sources.origin(task.span),
        after: plan.dependencies(id).map(|(before, _)| name(before)).collect(),
        reads: tainting(plan, id).map(name).collect(),
        condition: task.condition.as_ref().map(|condition| script_spec(script::decision(plan, condition))),
        turns: task.fan.as_ref().map(|fan| script_spec(script::turns(plan, fan))),
        timeout: task.timeout,
        retries: task.retries,
        retry_delay: task.retry_delay,
        go_on: task.on_failure == OnFailure::GoOn,
        lock: task.lock.clone(),
        asks: amounts(needs),
        needs: needs_spec(needs),
        cleans_up: task.cleanup.is_some(),
        services: task.services.iter().map(|service| service_spec(plan, service)).collect(),
        workspaces: task.workspaces.iter().map(|id| plan.workspaces[id.index()].name.clone()).collect(),
        results: task.outputs.iter().filter(|output| output.place.is_none()).map(|one| one.name.clone()).collect(),
        artifacts: task.outputs.iter().filter_map(|output| artifact(plan, id, output)).collect(),
        steps: (0..task.steps.len()).map(|step| step_spec(plan, id, task, step)).collect(),
    }
}

fn artifact(plan: &Plan, task: TaskId, output: &Output) -> Option<ArtifactSpec> {
    let (workspace, path) = output.place.as_ref()?;
    let workspace = plan.workspaces[workspace.index()].name.clone();
    let known = path.value().and_then(Value::text).map(PathSpec::Literal);
    let made = || PathSpec::Made(script_spec(script::value_in(plan, task, path)));
    Some(ArtifactSpec { name: output.name.clone(), workspace, path: known.unwrap_or_else(made) })
}

/// A script of the compiler's own, as an engine takes it.
pub fn script_spec(rendered: Rendered) -> ScriptSpec {
    ScriptSpec { script: rendered.body, env: rendered.env, args: rendered.args }
}

fn step_spec(plan: &Plan, id: TaskId, task: &Task, step: usize) -> StepSpec {
    let Rendered { body, env, args, workdir } = script::step(plan, id, step);
    let step = &task.steps[step];
    StepSpec { name: step.name.clone(), image: step.image.clone(), script: body, env, args, workdir }
}

fn amounts(needs: &Needs) -> AmountSpec {
    AmountSpec { cpu: needs.cpu, memory: needs.memory, disk: needs.disk }
}

fn needs_spec(needs: &Needs) -> NeedsSpec {
    let Needs { kvm, privileged, network, .. } = *needs;
    NeedsSpec { kvm, privileged, no_network: !network, arch: needs.arch.clone() }
}

fn service_spec(plan: &Plan, service: &Service) -> ServiceSpec {
    let (mut env, mut made) = (Vec::new(), Vec::new());
    for one in &service.env {
        match script::direct(plan, &one.value) {
            Some(source) => env.push((one.name.clone(), source)),
            None => made.push((one.name.clone(), script_spec(script::value(plan, &one.value)))),
        }
    }
    ServiceSpec {
        name: service.name.clone(),
        image: service.image.clone(),
        env,
        made,
        run: service.run.as_deref().map(|run| format!("set -eu\n{}\n", run.trim_end())),
        args: service.args.clone(),
        port: service.port,
        ready: service.ready.as_deref().map(|ready| format!("{}\n", ready.trim_end())),
        timeout: service.timeout,
        asks: amounts(&service.needs),
        privileged: service.needs.privileged,
    }
}

/// The tasks without whose outputs this one cannot start.
pub fn tainting(plan: &Plan, id: TaskId) -> impl Iterator<Item = TaskId> {
    let main = plan.task(id).phase == Phase::Main;
    plan.dependencies(id).filter(move |(from, edge)| main && needed(plan.task(*from), edge)).map(|(from, _)| from)
}

/// Whether the edge carries a value that has to be there: without it the later task has nothing to start with.
pub fn needed(from: &Task, edge: &Edge) -> bool {
    edge.why.iter().any(|why| match why {
        Why::Output(output, _) => {
            !matches!(from.outputs.get(*output as usize).map(|output| &output.ty), Some(Ty::Optional(_)))
        }
        Why::Condition(_) => true,
        Why::After(_) | Why::Stage(..) => false,
    })
}

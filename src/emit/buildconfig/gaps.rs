//! What OpenShift builds cannot express, said at the source.

use super::class::Class;
use super::options::Options;
use super::segment::{Carried, Crossing, crossings, segments};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::{Param, Plan, Task, TaskId, Ty};

pub(super) fn report(plan: &Plan, out: &mut Diagnostics) {
    let options = Options::of(plan);
    plan.params.iter().filter_map(parameter).for_each(|found| out.push(found));
    plan.tasks().filter_map(|(_, task)| network(task)).for_each(|found| out.push(found));
    for class in Class::ALL {
        images(plan, class, &options).into_iter().for_each(|found| out.push(found));
        architectures(plan, class).into_iter().for_each(|found| out.push(found));
    }
    if options.store.is_none() {
        let segments = segments(plan);
        crossings(plan, &segments).iter().for_each(|crossing| out.push(no_store(plan, crossing)));
    }
}

/// A secret is mounted by name, and a workspace of somebody else cannot be mounted at all.
fn parameter(param: &Param) -> Option<Diagnostic> {
    match (&param.ty, &param.default) {
        (Ty::Secret, None) => Some(secret_not_named(param)),
        (Ty::Workspace, _) => Some(foreign_workspace(param)),
        _ => None,
    }
}

fn secret_not_named(param: &Param) -> Diagnostic {
    let name = &param.name;
    Diagnostic::new(Code::P0607, param.span, format!("the secret of `{name}` has to be named when compiling"))
        .here("mounted by its name in the manifest")
        .help(format!("name the Secret: `-p {name}=NAME`; a build cannot be given a secret when it starts"))
}

fn foreign_workspace(param: &Param) -> Diagnostic {
    Diagnostic::new(Code::P0602, param.span, format!("the workspace `{}` cannot be given from outside", param.name))
        .here("a build with the custom strategy mounts no volume")
        .help("declare it in the pipeline: `workspace NAME { size: … }`; what is in it travels through the store")
}

fn network(task: &Task) -> Option<Diagnostic> {
    (!task.needs.network).then(|| {
        Diagnostic::new(Code::P0602, task.span, format!("`{}` cannot be cut off from the network", task.name))
            .here("asks for `network: false`")
            .help("a build always has the network of the cluster; put a NetworkPolicy there and drop `network: false`")
    })
}

/// A class is one container, so its steps share an image.
fn images(plan: &Plan, class: Class, options: &Options) -> Option<Diagnostic> {
    if options.builder.is_some() {
        return None;
    }
    let mut steps = tasks(plan, class).flat_map(|(_, task)| &task.steps);
    let first = steps.next()?;
    let other = steps.find(|step| step.image != first.image)?;
    let message = format!("the {} tasks are one build, and need two images", class.name());
    Some(
        Diagnostic::new(Code::P0602, other.image_span, message)
            .here(format!("`{}`", other.image))
            .label(first.image_span, format!("`{}`", first.image))
            .help("give one image that holds the tools of all: `target buildconfig { builder: \"…\" }`"),
    )
}

/// A class is one machine, so its tasks share an architecture.
fn architectures(plan: &Plan, class: Class) -> Option<Diagnostic> {
    let mut asking = tasks(plan, class).filter_map(|(_, task)| Some((task, task.needs.arch.as_ref()?)));
    let (first, arch) = asking.next()?;
    let (other, second) = asking.find(|(_, other)| *other != arch)?;
    let message = format!("the {} tasks are one build, and need two architectures", class.name());
    Some(
        Diagnostic::new(Code::P0602, other.span, message)
            .here(format!("needs {second}"))
            .label(first.span, format!("needs {arch}"))
            .help("emit the pipeline once for each architecture, with the architecture as a `const` parameter"),
    )
}

fn no_store(plan: &Plan, crossing: &Crossing) -> Diagnostic {
    let (from, to) = (plan.task(crossing.from), plan.task(crossing.to));
    let what = match crossing.what {
        Carried::Result => "a result".to_owned(),
        Carried::Workspace(id) => format!("workspace `{}`", plan.workspaces[id.index()].name),
    };
    let classes = (Class::of(&from.needs).name(), Class::of(&to.needs).name());
    let message = format!("{what} goes from `{}` to `{}`, which are two builds", from.name, to.name);
    Diagnostic::new(Code::P0606, to.span, message)
        .here(format!("runs in the {} build", classes.1))
        .label(from.span, format!("runs in the {} build", classes.0))
        .help("a build keeps nothing: name a place to carry it, `target buildconfig { store: \"s3://bucket/prefix\" }`")
}

fn tasks(plan: &Plan, class: Class) -> impl Iterator<Item = (TaskId, &Task)> {
    plan.tasks().filter(move |(_, task)| Class::of(&task.needs) == class)
}

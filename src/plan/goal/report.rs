//! A goal that the plan does not have.

use super::makes;
use crate::diag::{Diagnostic, code::Code, did_you_mean};
use crate::plan::provenance::Cause;
use crate::plan::{LeftOut, Plan};

/// How many of those that are left out are shown.
const SHOWN: usize = 3;

/// No artifact, task or call has this name.
pub(super) fn not_there(plan: &Plan, name: &str) -> Diagnostic {
    let out = left_out(plan, |one| one.name == name || one.provenance.call == name);
    if !out.is_empty() {
        return because(Diagnostic::global(Code::P0519, format!("`{name}` is left out of this plan")), &out);
    }
    let kinds = plan.artifacts.iter().map(|kind| &*kind.name);
    let tasks = plan.tasks().flat_map(|(_, task)| [task.name.as_str(), task.provenance.call.as_str()]);
    let near = did_you_mean(name, kinds.chain(tasks)).map(|near| format!("did you mean `{near}`? "));
    let made = made(plan);
    let made = if made.is_empty() { String::new() } else { format!(": this plan makes {}", made.join(", ")) };
    Diagnostic::global(Code::P0519, format!("there is no artifact or task `{name}` in this plan"))
        .help(format!("{}a goal is the name of an artifact, of a task or of a call{made}", near.unwrap_or_default()))
}

/// No stage has this name, or all that stands in it is left out.
pub(super) fn no_stage(plan: &Plan, name: &str) -> Diagnostic {
    let out = left_out(plan, |one| one.stage.as_deref() == Some(name));
    if !out.is_empty() {
        let found = Diagnostic::global(Code::P0537, format!("the stage `{name}` has nothing to do for these values"));
        return because(found, &out);
    }
    let mut stages: Vec<&str> = Vec::new();
    for one in plan.order().into_iter().filter_map(|id| plan.task(id).stage.as_deref()) {
        if !stages.contains(&one) {
            stages.push(one);
        }
    }
    let near = did_you_mean(name, stages.iter().copied()).map(|near| format!("did you mean `{near}`? "));
    let known: Vec<String> = stages.iter().map(|one| format!("`{one}`")).collect();
    let known =
        if known.is_empty() { "there are no stages".to_owned() } else { format!("there are {}", known.join(", ")) };
    Diagnostic::global(Code::P0537, format!("there is no stage `{name}` in this plan"))
        .help(format!("{}{known}", near.unwrap_or_default()))
}

/// Nothing in the plan makes this artifact.
pub(super) fn not_made(plan: &Plan, artifact: &str) -> Diagnostic {
    let out = left_out(plan, |one| one.provenance.makes.iter().any(|made| *made.artifact == *artifact));
    let finding = Diagnostic::global(Code::P0519, format!("nothing makes `{artifact}` for these values"));
    if out.is_empty() {
        let made = made(plan);
        let list = if made.is_empty() { "no artifact at all".to_owned() } else { made.join(", ") };
        return finding.help(format!("no task of this pipeline makes it; this plan makes {list}"));
    }
    because(finding, &out)
}

/// Every artifact that the plan makes, in the order of the program.
fn made(plan: &Plan) -> Vec<String> {
    let is_made = |name: &str| plan.tasks().any(|(_, task)| makes(task, name));
    let kinds = plan.artifacts.iter().filter(|kind| is_made(&kind.name));
    kinds.map(|kind| format!("`{}`", kind.name)).collect()
}

fn left_out(plan: &Plan, wanted: impl Fn(&LeftOut) -> bool) -> Vec<&LeftOut> {
    plan.left_out.iter().chain(&plan.turned_away).filter(|one| wanted(one)).collect()
}

fn because(finding: Diagnostic, out: &[&LeftOut]) -> Diagnostic {
    let mut finding = finding;
    for one in out.iter().take(SHOWN) {
        finding = finding.label(one.because, format!("this leaves out `{}`{}", one.name, values(one)));
    }
    let more = out.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" ({more} more are left out)") } else { String::new() };
    finding.help(format!("give other values to what decides it{more}, or ask for something else; without `--goal` and `--stage` the plan lists all that is left out"))
}

/// `: arch is .s390x`
fn values(one: &LeftOut) -> String {
    let decided = one.provenance.causes.iter().find_map(|cause| match cause {
        Cause::Decided { values, .. } if !cause.brings_in() => Some(values),
        Cause::Decided { .. } | Cause::Turn { .. } => None,
    });
    let values: Vec<String> =
        decided.into_iter().flatten().map(|(name, value)| format!("`{name}` is `{value}`")).collect();
    if values.is_empty() { String::new() } else { format!(": {}", values.join(", ")) }
}

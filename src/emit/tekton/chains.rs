//! What Tekton Chains is told: it takes results (and parameters of sources) by their names for what a run made and from what.
//!
//! A hint gives two outputs of one task the names that Chains looks for, in the task and in the pipeline, so that it holds
//! with and without deep inspection of the tasks.

use super::shape::Shape;
use super::spelling::{self, Named, Outside};
use super::{chains_objects, shape_gaps, types};
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::script::Told;
use crate::plan::{ExprKind, Phase, Plan, Task, TaskId, Ty};

/// A kind of hint: the option, its halves, and the names that they get.
struct Kind {
    option: &'static str,
    halves: [&'static str; 2],
    names: [&'static str; 2],
    second_is_digest: bool,
    takes_params: bool,
}

const IMAGES: Kind = Kind {
    option: "images",
    halves: ["url", "digest"],
    names: ["IMAGE_URL", "IMAGE_DIGEST"],
    second_is_digest: true,
    takes_params: false,
};

const SOURCES: Kind = Kind {
    option: "sources",
    halves: ["url", "commit"],
    names: ["CHAINS-GIT_URL", "CHAINS-GIT_COMMIT"],
    second_is_digest: false,
    takes_params: true,
};

const ARTIFACTS: Kind = Kind {
    option: "artifacts",
    halves: ["uri", "digest"],
    names: ["ARTIFACT_URI", "ARTIFACT_DIGEST"],
    second_is_digest: true,
    takes_params: false,
};

/// How digests begin that Chains takes; of images only the first.
pub(super) const DIGESTS: &[&str] = &["sha256:", "sha384:", "sha512:", "sha1:"];

/// A result that the pipeline has for Chains alone.
#[derive(Debug)]
pub(super) struct Added {
    pub(super) name: String,
    pub(super) task: TaskId,
    pub(super) output: usize,
}

fn hints(shape: &Shape) -> [(&'static Kind, &[(String, String)]); 3] {
    let chains = &shape.chains;
    [(&IMAGES, &chains.images), (&SOURCES, &chains.sources), (&ARTIFACTS, &chains.artifacts)]
}

/// Gives the names; what the pipeline does not return yet is returned as well.
pub(super) fn call(plan: &Plan, shape: &Shape, outside: &mut Outside) -> Vec<Added> {
    let mut added = Vec::new();
    for (kind, pairs) in hints(shape) {
        for pair in pairs {
            let [Some(first), Some(second)] = halves(plan, kind, pair) else { continue };
            let prefix = prefix(plan, pairs, first, pair);
            for (half, name) in [first, second].into_iter().zip(kind.names) {
                name_half(plan, half, [&*prefix, name].concat(), outside, &mut added);
            }
        }
    }
    chains_objects::call(plan, shape, outside, &mut added);
    added
}

/// What the hints say that tasks made, and from what: both halves from one task.
pub(super) fn told(plan: &Plan, shape: &Shape) -> impl Iterator<Item = (TaskId, Told)> {
    let pairs = hints(shape).into_iter().flat_map(|(kind, pairs)| pairs.iter().map(move |pair| (kind, pair)));
    let of_pairs = pairs.filter_map(|(kind, pair)| {
        let [Some(Named::Result(task, uri)), Some(Named::Result(other, digest))] = halves(plan, kind, pair) else {
            return None;
        };
        let told = if kind.takes_params { Told::Used { uri, digest } } else { Told::Made { uri, digest } };
        (task == other).then_some((task, told))
    });
    of_pairs.chain(chains_objects::told(plan, shape))
}

/// What the pairs name.
pub(super) fn named(plan: &Plan, shape: &Shape) -> Vec<Named> {
    let pairs = hints(shape).into_iter().flat_map(|(kind, pairs)| pairs.iter().map(move |pair| (kind, pair)));
    pairs.flat_map(|(kind, pair)| halves(plan, kind, pair)).flatten().collect()
}

fn name_half(plan: &Plan, half: Named, name: String, outside: &mut Outside, added: &mut Vec<Added>) {
    let Named::Result(task, output) = half else { return outside.call(plan, half, &name) };
    if plan.task(task).source.is_none() {
        outside.call(plan, half, &name);
    }
    let is_it = |kind: &ExprKind| matches!(kind, ExprKind::Result(id, at) if *id == task && *at as usize == output);
    match plan.outputs.iter().position(|one| is_it(&one.value.kind)) {
        Some(at) => outside.call(plan, Named::Returned(at), &name),
        None => added.push(Added { name, task, output }),
    }
}

fn halves(plan: &Plan, kind: &Kind, pair: &(String, String)) -> [Option<Named>; 2] {
    [&pair.0, &pair.1].map(|text| half(plan, kind, text))
}

fn half(plan: &Plan, kind: &Kind, text: &str) -> Option<Named> {
    match text.split_once('.') {
        Some((task, output)) => spelling::output_of(plan, task, output),
        None if kind.takes_params => plan.params.iter().position(|param| param.name == text).map(Named::Param),
        None => None,
    }
}

/// Several of one kind are told apart by their tasks, and by the output where a task has several.
fn prefix(plan: &Plan, all: &[(String, String)], half: Named, pair: &(String, String)) -> String {
    let Named::Result(task, output) = half else { return String::new() };
    if all.len() < 2 {
        return String::new();
    }
    let (task, name) = (plan.task(task), pair.0.split('.').next().unwrap_or_default());
    let of_task = all.iter().filter(|(first, _)| first.split('.').next() == Some(name)).count();
    let own = if of_task < 2 { String::new() } else { [spelling::result(&task.outputs[output].name), "_"].concat() };
    [&*task.name, "_", &own].concat().to_uppercase()
}

pub(super) fn report(plan: &Plan, shape: &Shape, out: &mut Diagnostics) {
    for (kind, pairs) in hints(shape) {
        for (at, pair) in pairs.iter().enumerate() {
            let path = format!("chains.{}.{at}", kind.option);
            if kind.takes_params && at > 0 {
                let help = "leave the others out: a run has one `CHAINS-GIT_URL`";
                out.push(shape_gaps::wrong(shape, &path, "a run has one source for Chains", "is one more").help(help));
                continue;
            }
            let found = halves(plan, kind, pair);
            for ((half, text), found) in kind.halves.iter().zip([&pair.0, &pair.1]).zip(&found) {
                let path = format!("{path}.{half}");
                match found {
                    None => out.push(unknown(plan, shape, kind, &path, text)),
                    Some(named) => usable(plan, shape, &path, text, *named, out),
                }
            }
            if let [Some(first), Some(second)] = found {
                together(plan, shape, kind, (&path, pair), (first, second), out);
            }
        }
    }
    taken(plan, shape, out);
    chains_objects::report(plan, shape, out);
}

fn unknown(plan: &Plan, shape: &Shape, kind: &Kind, path: &str, text: &str) -> Diagnostic {
    let outputs = plan.tasks().flat_map(|(_, task)| {
        let values = task.outputs.iter().filter(|output| output.place.is_none());
        values.map(|output| format!("{}.{}", task.name, spelling::result(&output.name)))
    });
    let params = plan.params.iter().filter(|_| kind.takes_params).map(|param| param.name.clone());
    let known: Vec<String> = outputs.chain(params).collect();
    let what = if kind.takes_params { "output of a task, and no parameter," } else { "output of a task" };
    let message = format!("`{text}` is no {what} of the pipeline");
    shape_gaps::wrong(shape, path, message, "names nothing").help(shape_gaps::did_you_mean(text, &known))
}

/// Chains reads texts that a run has once.
fn usable(plan: &Plan, shape: &Shape, path: &str, text: &str, named: Named, out: &mut Diagnostics) {
    let (ty, task): (&Ty, Option<&Task>) = match named {
        Named::Result(id, output) => (&plan.task(id).outputs[output].ty, Some(plan.task(id))),
        Named::Param(at) => (&plan.params[at].ty, None),
        Named::Workspace(_) | Named::Returned(_) => return,
    };
    if !types::is_text(ty) {
        let message = format!("`{text}` is of type `{ty}`, which is no text");
        out.push(shape_gaps::wrong(shape, path, message, "is no text").help("name an output that is one"));
    }
    if let Some(task) = task.filter(|task| task.fan.is_some() || task.phase == Phase::Finally) {
        let why = if task.fan.is_some() { "runs once for each turn of a loop" } else { "runs in `finally`" };
        let message = format!("`{text}` has no value of the run that Chains could read");
        out.push(
            shape_gaps::wrong(shape, path, message, "is no result of the pipeline")
                .label(task.span, why)
                .help("let a task outside write the value that the run is to be known by"),
        );
    }
}

fn together(
    plan: &Plan,
    shape: &Shape,
    kind: &Kind,
    (path, pair): (&str, &(String, String)),
    halves: (Named, Named),
    out: &mut Diagnostics,
) {
    let same = match halves {
        (Named::Result(first, _), Named::Result(second, _)) => first == second,
        (Named::Param(_), Named::Param(_)) => true,
        _ => false,
    };
    if !same {
        let message = format!("`{}` and `{}` do not come from one task", pair.0, pair.1);
        let help = "let one task write both: Chains reads them as a pair of one run of a task";
        out.push(shape_gaps::wrong(shape, path, message, "is no pair").help(help));
    }
    if let Named::Result(task, output) = halves.1
        && kind.second_is_digest
    {
        let output = &plan.task(task).outputs[output];
        if !is_digest(&output.ty, &DIGESTS[..1]) {
            let message = format!("`{}` is of type `{}`, whose values need not be digests", pair.1, output.ty);
            out.push(
                shape_gaps::wrong(shape, &format!("{path}.digest"), message, "has to be a digest")
                    .label(output.span, "declared here")
                    .help("declare it as `type Digest = string matching \"sha256:[0-9a-f]{64}\"`: Chains leaves out what is none, and says nothing"),
            );
        }
    }
}

/// A declared type all of whose values begin with the name of a digest.
pub(super) fn is_digest(ty: &Ty, digests: &[&str]) -> bool {
    match ty {
        Ty::Pattern(pattern) => {
            let regex = pattern.regex.as_deref().unwrap_or_default();
            let start = regex.trim_start_matches(['^', '(']);
            digests.iter().any(|digest| start.starts_with(digest)) && !regex.contains('|')
        }
        Ty::Optional(of) => is_digest(of, digests),
        Ty::Bool | Ty::Int | Ty::String | Ty::Duration | Ty::Size | Ty::Cpu | Ty::Path | Ty::Image => false,
        Ty::Enum(_) | Ty::Secret | Ty::Workspace | Ty::Artifact(_) => false,
        Ty::List(_) | Ty::Map(_) | Ty::Record(_) => false,
    }
}

/// One thing has one name.
fn taken(plan: &Plan, shape: &Shape, out: &mut Diagnostics) {
    let mut seen: Vec<Named> = Vec::new();
    for (kind, pairs) in hints(shape) {
        for (at, pair) in pairs.iter().enumerate() {
            let texts = [&pair.0, &pair.1];
            for ((half, text), named) in kind.halves.iter().zip(texts).zip(halves(plan, kind, pair)) {
                let Some(named) = named else { continue };
                let path = format!("chains.{}.{at}.{half}", kind.option);
                if seen.contains(&named) {
                    let message = format!("`{text}` is told to Chains twice");
                    let help = "name it in one hint: a result has one name";
                    out.push(shape_gaps::wrong(shape, &path, message, "would need two names").help(help));
                } else if shape.renames.iter().any(|(key, _)| spelling::named(plan, key).contains(&named)) {
                    let message = format!("`{text}` has a name in `renames`, and another one for Chains");
                    let help = "leave it out of `renames`: Chains knows it by its name only";
                    out.push(shape_gaps::wrong(shape, &path, message, "would need two names").help(help));
                }
                seen.push(named);
            }
        }
    }
}

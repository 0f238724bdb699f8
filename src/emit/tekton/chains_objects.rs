//! Hints that are records: one result with the keys `uri` and `digest`, which Chains knows by the end of its name.

use super::chains::{self, DIGESTS};
use super::shape::Shape;
use super::spelling::{Named, Outside};
use super::{chains::Added, shape_gaps, spelling, types};
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::script::Told;
use crate::plan::{ExprKind, Phase, Plan, TaskId, Ty, record};

/// The field of the program, and the key that Chains looks for.
const SUBJECT: [&str; 2] = ["is_build_artifact", "isBuildArtifact"];

/// The options, and how the names end that their records get.
const KINDS: [(&str, &str); 2] = [("inputs", "ARTIFACT_INPUTS"), ("outputs", "ARTIFACT_OUTPUTS")];

/// A record that a task gives.
#[derive(Debug)]
struct Found {
    task: TaskId,
    /// The key and the output of each field.
    fields: Vec<(String, usize)>,
}

impl Found {
    fn of(plan: &Plan, text: &str) -> Option<Self> {
        let (task, name) = text.split_once('.')?;
        let task = plan.find(task)?;
        let outputs = plan.task(task).outputs.iter().enumerate().filter(|(_, output)| output.place.is_none());
        let parts = outputs.filter_map(|(at, output)| Some((record::parts(&output.name)?, at)));
        let fields = parts.filter(|((of, _), _)| *of == name).map(|((_, key), at)| (key.to_owned(), at));
        let fields: Vec<(String, usize)> = fields.collect();
        (!fields.is_empty()).then_some(Self { task, fields })
    }

    fn field(&self, key: &str) -> Option<usize> {
        self.fields.iter().find(|(known, _)| known == key).map(|(_, at)| *at)
    }

    /// Where the pipeline returns all of it as one record.
    fn returned(&self, plan: &Plan) -> Option<Vec<usize>> {
        let of = |at: usize| {
            let is_it =
                |kind: &ExprKind| matches!(kind, ExprKind::Result(id, one) if *id == self.task && *one as usize == at);
            plan.outputs.iter().position(|one| is_it(&one.value.kind))
        };
        let all: Vec<usize> = self.fields.iter().map(|(_, at)| of(*at)).collect::<Option<_>>()?;
        let records: Vec<_> = all.iter().map(|at| Some(record::parts(&plan.outputs[*at].name)?.0)).collect();
        let same = records.iter().all(|one| one.is_some() && *one == records[0]);
        let of_record = |one: &str| record::parts(one).map(|(of, _)| of) == records[0];
        let whole = plan.outputs.iter().filter(|one| of_record(&one.name)).count() == all.len();
        (same && whole).then_some(all)
    }
}

fn hints(shape: &Shape) -> impl Iterator<Item = (usize, &'static str, &'static str, &[String], &String)> {
    KINDS.iter().zip([&shape.chains.inputs, &shape.chains.outputs]).flat_map(|((option, suffix), texts)| {
        texts.iter().enumerate().map(|(at, text)| (at, *option, *suffix, texts.as_slice(), text))
    })
}

/// Gives the names; what the pipeline does not return yet is returned as well.
pub(super) fn call(plan: &Plan, shape: &Shape, outside: &mut Outside, added: &mut Vec<Added>) {
    for (_, _, suffix, all, text) in hints(shape) {
        let Some(found) = Found::of(plan, text) else { continue };
        let prefix =
            if all.len() < 2 { String::new() } else { [&text.replace(['.', '-'], "_").to_uppercase(), "_"].concat() };
        let name = |key: &str| {
            let key = if key == SUBJECT[0] { SUBJECT[1] } else { key };
            [&prefix, suffix, ".", key].concat()
        };
        let returned = found.returned(plan);
        for (at, (key, output)) in found.fields.iter().enumerate() {
            if plan.task(found.task).source.is_none() {
                outside.call(plan, Named::Result(found.task, *output), &name(key));
            }
            match &returned {
                Some(returned) => outside.call(plan, Named::Returned(returned[at]), &name(key)),
                None => added.push(Added { name: name(key), task: found.task, output: *output }),
            }
        }
    }
}

/// What the hints say that tasks made, and from what.
pub(super) fn told(plan: &Plan, shape: &Shape) -> impl Iterator<Item = (TaskId, Told)> {
    hints(shape).filter_map(|(_, option, _, _, text)| {
        let found = Found::of(plan, text)?;
        let (uri, digest) = (found.field("uri")?, found.field("digest")?);
        let told = if option == "inputs" { Told::Used { uri, digest } } else { Told::Made { uri, digest } };
        Some((found.task, told))
    })
}

pub(super) fn report(plan: &Plan, shape: &Shape, out: &mut Diagnostics) {
    let mut seen = chains::named(plan, shape);
    for (at, option, _, _, text) in hints(shape) {
        let path = format!("chains.{option}.{at}");
        let Some(found) = Found::of(plan, text) else {
            out.push(unknown(plan, shape, &path, text));
            continue;
        };
        for (what, wrong) in [("uri", None), ("digest", Some(DIGESTS)), (SUBJECT[0], None)] {
            field(plan, shape, (&path, text), &found, what, wrong, out);
        }
        once(plan, shape, (&path, text), &found, out);
        let renamed = |named: &Named| shape.renames.iter().any(|(key, _)| spelling::named(plan, key).contains(named));
        let fields: Vec<Named> = found.fields.iter().map(|(_, at)| Named::Result(found.task, *at)).collect();
        if fields.iter().any(|one| seen.contains(one)) {
            let message = format!("`{text}` is told to Chains twice");
            let help = "name it in one hint: a result has one name";
            out.push(shape_gaps::wrong(shape, &path, message, "would need two names").help(help));
        } else if fields.iter().any(renamed) {
            let message = format!("`{text}` has a name in `renames`, and another one for Chains");
            let help = "leave it out of `renames`: Chains knows it by its name only";
            out.push(shape_gaps::wrong(shape, &path, message, "would need two names").help(help));
        }
        seen.extend(fields);
    }
}

fn unknown(plan: &Plan, shape: &Shape, path: &str, text: &str) -> Diagnostic {
    let mut known: Vec<String> = Vec::new();
    for (_, task) in plan.tasks() {
        let records = task.outputs.iter().filter_map(|output| record::parts(&output.name));
        for (of, _) in records {
            let name = format!("{}.{of}", task.name);
            if known.last() != Some(&name) {
                known.push(name);
            }
        }
    }
    let message = format!("`{text}` is no record that a task of the pipeline gives");
    shape_gaps::wrong(shape, path, message, "names nothing").help(shape_gaps::did_you_mean(text, &known))
}

/// What Chains would pass over without a word.
fn field(
    plan: &Plan,
    shape: &Shape,
    (path, text): (&str, &str),
    found: &Found,
    key: &str,
    digests: Option<&[&str]>,
    out: &mut Diagnostics,
) {
    let task = plan.task(found.task);
    let Some(at) = found.field(key) else {
        if key != SUBJECT[0] {
            let message = format!("`{text}` has no field `{key}`");
            let help = "Chains looks for `uri` and `digest`, and passes over what has not both";
            let finding = shape_gaps::wrong(shape, path, message, "is no hint without it");
            out.push(finding.label(task.outputs[found.fields[0].1].span, "declared here").help(help));
        }
        return;
    };
    let output = &task.outputs[at];
    let (fits, help) = match digests {
        Some(digests) => (
            chains::is_digest(&output.ty, digests),
            "declare it as `type Digest = string matching \"sha256:[0-9a-f]{64}\"`: Chains leaves out what is none, and says nothing",
        ),
        None if key == SUBJECT[0] => (output.ty == Ty::Bool, "declare it as a `bool`: Chains looks for `true`"),
        None => (types::is_text(&output.ty), "declare it as a text"),
    };
    if !fits {
        let message = format!("`{text}.{key}` is of type `{}`, which Chains does not take", output.ty);
        let finding = shape_gaps::wrong(shape, path, message, "is no hint so");
        out.push(finding.label(output.span, "declared here").help(help));
    }
}

/// A run has one value of it.
fn once(plan: &Plan, shape: &Shape, (path, text): (&str, &str), found: &Found, out: &mut Diagnostics) {
    let task = plan.task(found.task);
    if task.fan.is_some() || task.phase == Phase::Finally {
        let why = if task.fan.is_some() { "runs once for each turn of a loop" } else { "runs in `finally`" };
        let message = format!("`{text}` has no value of the run that Chains could read");
        let finding = shape_gaps::wrong(shape, path, message, "is no result of the pipeline");
        out.push(
            finding.label(task.span, why).help("let a task outside write the value that the run is to be known by"),
        );
    }
}

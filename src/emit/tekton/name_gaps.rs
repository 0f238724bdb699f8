//! Names outside that Tekton does not take, that two things would have, or that are given to nothing.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::lower::Lowered;
use super::spelling::{self, Named};
use super::{escape, shape_gaps};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::{Plan, record};
use crate::source::Span;

pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    renames(lowered, out);
    let (plan, names) = (lowered.plan, &lowered.names);
    let mut params = Taken::new("parameter");
    for param in &plan.params {
        params.take(&param.name, names.param(&param.name), param.span, out);
    }
    let mut workspaces = Taken::new("workspace");
    for workspace in &plan.workspaces {
        workspaces.take(&workspace.name, names.workspace(&workspace.name), workspace.span, out);
    }
    let mut returned = Taken::new("result");
    for (at, output) in plan.outputs.iter().enumerate() {
        returned.take(spelling::result(&output.name), names.returned(plan, at), output.span, out);
    }
    for (id, task) in plan.tasks().filter(|(_, task)| task.source.is_none()) {
        let mut results = Taken::new("result");
        for (at, output) in task.outputs.iter().enumerate().filter(|(_, output)| output.place.is_none()) {
            results.take(spelling::result(&output.name), names.result_at(plan, id, at), output.span, out);
        }
    }
}

/// The names of one kind that are taken in one place.
struct Taken<'a> {
    kind: &'static str,
    /// In small letters, since a run takes two parameters that differ in these only for one; with the name in the program.
    seen: FxHashMap<Cow<'a, str>, (&'a str, Span)>,
}

impl<'a> Taken<'a> {
    fn new(kind: &'static str) -> Self {
        Self { kind, seen: FxHashMap::default() }
    }

    fn take(&mut self, inside: &'a str, name: &'a str, span: Span, out: &mut Diagnostics) {
        // What is a field in the program is a key of an object outside.
        let field = record::parts(inside).and_then(|_| record::parts(name));
        if !field.map_or_else(
            || is_legal(self.kind, name),
            |(of, key)| key.split('.').chain([of]).all(|one| is_legal(self.kind, one)),
        ) {
            out.push(illegal(self.kind, inside, name, span));
        } else if let Some((other, first)) = self.seen.insert(small(name), (inside, span)) {
            out.push(
                Diagnostic::new(Code::P0212, span, format!("`{inside}` and `{other}` have one name in tekton"))
                    .here(format!("is called `{name}` there"))
                    .label(first, "so is this")
                    .help("give one of them another name, here or by `renames` in `target tekton`"),
            );
        }
    }
}

/// In small letters.
fn small(name: &str) -> Cow<'_, str> {
    let is_small = !name.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_small { Cow::Borrowed(name) } else { Cow::Owned(name.to_ascii_lowercase()) }
}

/// A name with a dot is one to Tekton, but what refers to it reads as a part of something.
fn is_legal(kind: &str, name: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let starts = |c: char| match kind {
        "parameter" => c.is_ascii_alphabetic() || c == '_',
        "result" => c.is_ascii_alphanumeric(),
        _ => inner(c),
    };
    let ends = kind != "result" || name.ends_with(|c: char| c.is_ascii_alphanumeric());
    name.starts_with(starts) && ends && name.chars().all(inner) && name != escape::NIL && !name.starts_with("pipec-")
}

fn illegal(kind: &str, inside: &str, name: &str, span: Span) -> Diagnostic {
    let form = match kind {
        "parameter" => "letters, digits, `_` and `-`, beginning with a letter or `_`",
        "result" => "letters, digits, `_` and `-`, beginning and ending with a letter or digit",
        _ => "letters, digits, `_` and `-`",
    };
    Diagnostic::new(Code::P0212, span, format!("tekton has no {kind} called `{name}`"))
        .here(format!("`{inside}` would be called so"))
        .help(format!("write {form}; names that begin with `pipec-` are kept for what is added"))
}

fn renames(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let shape = &lowered.options.shape;
    for (key, _) in shape.renames.iter().filter(|(key, _)| spelling::named(lowered.plan, key).is_empty()) {
        let message = format!("`renames` speaks of `{key}`, which the pipeline does not have");
        let found = shape_gaps::wrong(shape, &format!("renames.{key}"), message, "is no name of it");
        out.push(found.help(shape_gaps::did_you_mean(key, &known(lowered.plan))));
    }
    for (key, _) in &shape.renames {
        let kept_elsewhere =
            |what: &Named| matches!(what, Named::Result(task, _) if lowered.plan.task(*task).source.is_some());
        if spelling::named(lowered.plan, key).iter().any(kept_elsewhere) {
            let message = format!("`{key}` is a result of a task that is kept elsewhere");
            let found = shape_gaps::wrong(shape, &format!("renames.{key}"), message, "cannot be called otherwise");
            out.push(found.help("say how it is called there in the `extern task` itself"));
        }
    }
}

/// Everything that can be called otherwise.
fn known(plan: &Plan) -> Vec<String> {
    let params = plan.params.iter().map(|param| param.name.clone());
    let workspaces = plan.workspaces.iter().filter(|workspace| workspace.param.is_none()).map(|one| one.name.clone());
    let returned = plan.outputs.iter().map(|output| format!("result.{}", spelling::result(&output.name)));
    let results = plan.tasks().flat_map(|(_, task)| {
        let outputs = task.outputs.iter().filter(|output| output.place.is_none());
        outputs.map(|output| format!("{}.{}", task.name, spelling::result(&output.name)))
    });
    params.chain(workspaces).chain(returned).chain(results).collect()
}

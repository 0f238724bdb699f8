//! Records as the engine's objects: what is `record.field` in the plan is the key of one parameter or result here.

use std::borrow::Cow;

use super::inputs::Given;
use super::spelling;
use super::types;
use crate::emit::yaml::{Map, Node, Page};
use crate::plan::{Expr, ExprKind, Output, Param, Plan, Task, TaskId, record};

/// Items one after the other, those of one record together.
#[derive(Debug)]
pub(super) enum Item<'a, T> {
    Single(&'a T),
    /// The record, and its fields with their keys.
    Record(&'a str, Vec<(&'a str, &'a T)>),
}

/// Puts the fields of each record together, in the place of the first.
pub(super) fn grouped<'a, T>(
    items: impl IntoIterator<Item = &'a T>,
    parts: impl Fn(&'a T) -> Option<(&'a str, &'a str)>,
) -> Vec<Item<'a, T>> {
    let mut all: Vec<Item<'a, T>> = Vec::new();
    for item in items {
        let Some((of, key)) = parts(item) else {
            all.push(Item::Single(item));
            continue;
        };
        // Few records are open at once: a task or a pipeline has a handful.
        let known = all.iter_mut().find_map(|one| match one {
            Item::Record(name, fields) => (*name == of).then_some(fields),
            Item::Single(_) => None,
        });
        match known {
            Some(fields) => fields.push((key, item)),
            None => all.push(Item::Record(of, vec![(key, item)])),
        }
    }
    all
}

/// What a parameter or a result says of its keys: each is a text.
pub(super) fn properties<'a>(keys: impl Iterator<Item = &'a str>) -> Node {
    let each = |map: Map, key: &str| map.with(key.to_owned(), Map::new().with("type", "string"));
    keys.fold(Map::new(), each).into()
}

/// A parameter of the pipeline; its default has all keys, or is none: since 1.9 the engine takes no key of a default where a run
/// gives others, and variables of it would stay as they are written. Without one, it asks the run for every key.
pub(super) fn param(name: &str, fields: &[(&str, &Param)]) -> Map {
    let whole = is_whole(fields);
    let default = fields.iter().filter_map(|(key, param)| Some((key, param.default.as_ref()?))).filter(|_| whole);
    let default =
        default.fold(Map::new(), |map, (key, value)| map.with((*key).to_owned(), value.text().unwrap_or_default()));
    let doc = fields.first().map_or("", |(_, param)| &param.doc);
    Map::new()
        .with("name", name.to_owned())
        .with("type", "object")
        .with("description", about(doc, fields.iter().map(|(key, param)| (*key, &param.ty))))
        .with("properties", properties(fields.iter().map(|(key, _)| *key)))
        .with_filled("default", default)
}

/// Whether a run need give nothing of the record.
pub(super) fn is_whole(fields: &[(&str, &Param)]) -> bool {
    fields.iter().all(|(_, param)| param.default.is_some())
}

/// The doc comment, then the keys with their types.
pub(super) fn about<'a>(doc: &str, keys: impl Iterator<Item = (&'a str, &'a crate::plan::Ty)>) -> String {
    let keys: Vec<String> = keys.map(|(key, ty)| format!("{key}: {}", types::described("", ty))).collect();
    let keys = keys.join("; ");
    if doc.is_empty() { keys } else { format!("{} ({keys})", doc.trim_end()) }
}

/// The results of a task, by the names that they have outside, each with what is said of it. That of a field is `record.field`,
/// and the first of a record speaks for all of it; in a loop a field is a result of its own, since the engine gathers texts only.
pub(super) fn results<'p>(task: &'p Task, name: impl Fn(usize) -> Cow<'p, str>) -> Vec<(Cow<'p, str>, Cow<'p, str>)> {
    let values = task.outputs.iter().enumerate().filter(|(_, output)| output.place.is_none());
    let values: Vec<(Cow<'p, str>, &Output)> = values.map(|(at, output)| (name(at), output)).collect();
    let mut made: Vec<(Cow<'p, str>, Cow<'p, str>)> = Vec::with_capacity(values.len() + 1);
    for (name, output) in &values {
        let Some((of, _)) = record::parts(name).filter(|_| task.fan.is_none()) else {
            let about = types::described(&output.doc, &output.ty);
            let own = if name.contains('.') { Cow::Owned(apart(name).into_owned()) } else { name.clone() };
            made.push((own, about.into()));
            continue;
        };
        let fields = values.iter().filter_map(|(name, one)| Some((record::parts(name)?, &one.ty)));
        let fields = fields.filter(|((other, _), _)| *other == of).map(|((_, key), ty)| (key, ty));
        let first = !made.iter().any(|(name, _)| record::parts(name).is_some_and(|(other, _)| other == of));
        let about = if first { about(&output.doc, fields) } else { String::new() };
        made.push((name.clone(), about.into()));
    }
    made
}

/// The name of a result that is by itself also where it is a field.
pub(super) fn apart(name: &str) -> Cow<'_, str> {
    if name.contains('.') { name.replace('.', "-").into() } else { name.into() }
}

/// Whether a task writes objects.
pub(super) fn writes(task: &Task) -> bool {
    let mut values = task.outputs.iter().filter(|output| output.place.is_none());
    task.fan.is_none() && values.any(|output| record::parts(&output.name).is_some())
}

/// The file of a result, or of a field beside it.
pub(super) fn file(output: &str) -> String {
    match record::parts(output) {
        Some((of, key)) => ["$(results.", of, ".path).", key].concat(),
        None => ["$(results.", spelling::result(output), ".path)"].concat(),
    }
}

/// The task and the name of the result that fields make whole: all of its fields, each as it is, under its own key.
pub(super) fn whole(plan: &Plan, fields: &[(&str, &Expr)]) -> Option<(TaskId, usize)> {
    let (_, first) = fields.first()?;
    let ExprKind::Result(task, start) = first.kind else { return None };
    let outputs = &plan.task(task).outputs;
    let (of, _) = record::parts(&outputs[start as usize].name).filter(|_| plan.task(task).fan.is_none())?;
    let same = |one: &Output| record::parts(&one.name).is_some_and(|(other, _)| other == of);
    let fits = |(key, value): &(&str, &Expr)| {
        let ExprKind::Result(other, at) = value.kind else { return false };
        other == task && record::parts(&outputs[at as usize].name) == Some((of, key))
    };
    let all = outputs.iter().filter(|one| same(one)).count() == fields.len();
    (all && fields.iter().all(fits)).then_some((task, start as usize))
}

/// Writes the value of a parameter that has keys, behind its name.
pub(super) fn value(page: &mut Page, indent: &str, fields: &[(&str, &Given)]) {
    let map = fields.iter().fold(Map::new(), |map, (key, given)| map.with((*key).to_owned(), given.value.clone()));
    page.entry_node(&format!("{indent}value:"), &map.into());
}

//! What the pipelines, tests and commands of a file come to use of its other declarations.

use rustc_hash::FxHashMap;

use crate::source::Span;
use crate::syntax::ast::{self, Item, Name};

use super::names;

/// A declaration that nothing in the file comes to use.
#[derive(Debug)]
pub(super) struct Unused<'a> {
    pub(super) item: &'a Item,
    pub(super) name: &'a Name,
    /// Of what is itself not used: who mentions it.
    pub(super) user: Option<&'a Name>,
    /// Nothing else is used only by it, so that it can be taken out alone.
    pub(super) alone: bool,
}

/// Everything unused, in the order of the file. A file without pipelines is there for others to use.
pub(super) fn unused(file: &ast::File) -> Vec<Unused<'_>> {
    let runs = file.items.iter().any(|item| matches!(item, Item::Pipeline(_)));
    let places: FxHashMap<&str, usize> =
        file.items.iter().enumerate().filter_map(|(at, item)| Some((&*declared(item)?.text, at))).collect();
    if !runs || places.is_empty() {
        return Vec::new();
    }
    let mentioned: Vec<Vec<&str>> = file.items.iter().map(mentions).collect();
    let reached = reach(file, &places, &mentioned);
    let brought = brought_in(file);
    let mut users: FxHashMap<usize, usize> = FxHashMap::default();
    for (at, names) in mentioned.iter().enumerate().filter(|(at, _)| !reached[*at]) {
        for other in names.iter().filter_map(|name| places.get(name)).filter(|other| **other != at) {
            users.entry(*other).or_insert(at);
        }
    }
    let list = file.items.iter().enumerate().filter(|(at, _)| !reached[*at]);
    list.filter_map(|(at, item)| {
        let user = users.get(&at).and_then(|user| declared(&file.items[*user]));
        let alone = user.is_none() && !mentioned[at].iter().any(|name| brought.contains_key(name));
        Some(Unused { item, name: declared(item)?, user, alone })
    })
    .collect()
}

/// The name of what has to be used to make sense.
fn declared(item: &Item) -> Option<&Name> {
    match item {
        Item::Enum(one) => Some(&one.name),
        Item::Record(one) => Some(&one.name),
        Item::Type(one) => Some(&one.name),
        Item::Artifact(one) => Some(&one.name),
        Item::Const(one) => Some(&one.name),
        Item::Fn(one) => Some(&one.name),
        Item::Task(one) | Item::Extern(one) => Some(&one.name),
        Item::Use(_) | Item::Command(_) | Item::Pipeline(_) | Item::Test(_) | Item::Broken(..) => None,
    }
}

fn mentions(item: &Item) -> Vec<&str> {
    let mut found = Vec::new();
    names::item(item, &mut |name| found.push(name));
    found.sort_unstable();
    found.dedup();
    found
}

/// By item: whether something that counts for itself comes to it.
fn reach(file: &ast::File, places: &FxHashMap<&str, usize>, mentioned: &[Vec<&str>]) -> Vec<bool> {
    let mut reached: Vec<bool> = file.items.iter().map(|item| declared(item).is_none()).collect();
    let mut next: Vec<usize> = (0..reached.len()).filter(|at| reached[*at]).collect();
    while let Some(at) = next.pop() {
        for other in mentioned[at].iter().filter_map(|name| places.get(name)) {
            if !std::mem::replace(&mut reached[*other], true) {
                next.push(*other);
            }
        }
    }
    reached
}

/// The names that `use` brings in, by where.
pub(super) fn brought_in(file: &ast::File) -> FxHashMap<&str, Span> {
    let mut found = FxHashMap::default();
    for item in &file.items {
        let Item::Use(import) = item else { continue };
        let names: Vec<&Name> = match &import.only {
            Some(only) => only.iter().map(|one| one.alias.as_ref().unwrap_or(&one.name)).collect(),
            None => import.alias.as_ref().or(import.path.last()).into_iter().collect(),
        };
        found.extend(names.into_iter().map(|name| (&*name.text, name.span)));
    }
    found
}

//! Names of tasks: unique, of letters, digits and `_`, and the same in every run of the compiler.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Builder;
use super::report::{name_clash, name_too_long};
use super::stmt::Context;
use crate::check::program::{Call, Stmt};
use crate::plan::Value;
use crate::source::Span;

/// What a cluster takes.
const LONGEST: usize = 63;

/// The names given so far.
#[derive(Debug)]
pub(super) struct Names {
    taken: FxHashMap<String, (Span, bool)>,
    /// The names of bindings, which a call without one leaves free.
    bound: FxHashSet<Box<str>>,
}

impl Names {
    pub(super) fn new(body: &[Stmt]) -> Self {
        let mut bound = FxHashSet::default();
        collect(body, &mut bound);
        Self { taken: FxHashMap::default(), bound }
    }

    fn free(&self, name: &str, unnamed: bool) -> bool {
        !(self.taken.contains_key(name) || unnamed && self.bound.contains(name))
    }

    fn numbered(&self, name: &str, unnamed: bool) -> String {
        let candidates = (2_u32..).map(|number| format!("{name}_{number}"));
        let mut free = candidates.filter(|candidate| self.free(candidate, unnamed));
        free.next().unwrap_or_else(|| name.to_owned())
    }
}

fn collect(body: &[Stmt], bound: &mut FxHashSet<Box<str>>) {
    for stmt in body {
        match stmt {
            Stmt::Call(call) if call.local.is_some() => {
                bound.insert(call.name.clone());
            }
            Stmt::When(when) => {
                collect(&when.then, bound);
                collect(&when.otherwise, bound);
            }
            Stmt::For(each) => collect(&each.body, bound),
            Stmt::Stage { body, .. } | Stmt::Finally { body, .. } => collect(body, bound),
            // The names in it begin with another.
            Stmt::Inline { .. } => {}
            Stmt::Call(_)
            | Stmt::Bind { .. }
            | Stmt::Require { .. }
            | Stmt::Exclusive { .. }
            | Stmt::Workspace { .. }
            | Stmt::Defaults(_)
            | Stmt::Return(_)
            | Stmt::Target { .. } => {}
        }
    }
}

impl Builder<'_> {
    /// The name of the task that a call makes in this turn of the loops around it.
    pub(super) fn name(&mut self, call: &Call, context: &Context<'_>) -> String {
        let wanted = format!("{}{}{}", context.prefix, call.name, context.suffix);
        if self.left_out {
            return wanted;
        }
        let (unnamed, looped) = (call.local.is_none(), !(context.suffix.is_empty() && context.prefix.is_empty()));
        let name = match self.names.taken.get(&wanted) {
            Some((other, other_looped)) if !unnamed && (looped || *other_looped) => {
                let finding = name_clash(&wanted, call.span, *other);
                self.report(finding);
                wanted
            }
            _ if self.names.free(&wanted, unnamed) => wanted,
            _ => self.names.numbered(&wanted, unnamed),
        };
        if name.len() > LONGEST {
            self.report(name_too_long(&name, call.span));
        }
        self.names.taken.insert(name.clone(), (call.span, looped));
        name
    }
}

/// `_VALUE` for a turn of a loop; its number where the value has no text.
pub(super) fn suffix(value: Option<&Value>, turn: usize) -> String {
    let text = value.and_then(Value::text).unwrap_or_else(|| (turn + 1).to_string());
    let mut name = String::from("_");
    for sign in text.chars() {
        match sign.is_ascii_alphanumeric() {
            true => name.push(sign.to_ascii_lowercase()),
            false if name.ends_with('_') => {}
            false => name.push('_'),
        }
    }
    let name = name.trim_end_matches('_');
    if name.is_empty() { "_none".to_owned() } else { name.to_owned() }
}

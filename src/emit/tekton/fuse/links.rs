//! Who reads what of which task: results and statuses, by the variables that say so.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::emit::tekton::condition::Input;
use crate::emit::tekton::lower::{Lowered, Unit, VERDICT};
use crate::plan::ExprKind;

/// The readers of all tasks before anything is fused.
#[derive(Default, Debug)]
pub(super) struct Links {
    /// By `TASK.results.RESULT`: the tasks of the body that read it, by index.
    readers: FxHashMap<String, Vec<usize>>,
    /// Likewise, those that `finally` or the pipeline itself reads.
    outside: FxHashSet<String>,
    /// The tasks whose status is read.
    pub(super) status_read: FxHashSet<String>,
}

impl Links {
    pub(super) fn of(lowered: &Lowered<'_>) -> Self {
        let mut links = Self::default();
        for (at, unit) in lowered.tasks.iter().enumerate() {
            variables(unit).for_each(|inside| links.readers.entry(plain(inside)).or_default().push(at));
        }
        for inside in lowered.finally.iter().flat_map(|unit| variables(unit)) {
            match inside.strip_suffix(".status") {
                Some(task) => drop(links.status_read.insert(task.to_owned())),
                None => drop(links.outside.insert(plain(inside))),
            }
        }
        for output in &lowered.plan.outputs {
            if let ExprKind::Result(task, at) = output.value.kind {
                let text = Input::Result(task, at).text(lowered.plan, &lowered.names);
                links.outside.extend(insides(&text).map(plain));
            }
        }
        links
    }

    /// Whether the result stays one when these tasks share a pod: somebody else reads it, or it is for others to see.
    pub(super) fn stays(&self, task: &str, result: &str, members: &FxHashSet<usize>) -> bool {
        let key = [task, ".results.", result].concat();
        let readers = self.readers.get(&key).map_or(&[][..], Vec::as_slice);
        is_seen(result) || self.outside.contains(&key) || readers.iter().any(|reader| !members.contains(reader))
    }
}

/// A result that nobody reads, and that is looked at: the verdict, and what signs and attests builds by names like
/// `IMAGE_URL`.
pub(super) fn is_seen(result: &str) -> bool {
    result == VERDICT || result.contains(|c: char| c.is_ascii_uppercase())
}

/// The insides of all `$(tasks.…)` that a task is given, behind the first dot.
pub(super) fn variables<'u>(unit: &'u Unit<'_>) -> impl Iterator<Item = &'u str> {
    let given = unit.inputs.given.iter().map(|given| given.value.as_str());
    let when = unit.when.iter().map(|(input, _, _)| input.as_str());
    let lists = unit.found.iter().flat_map(|found| found.lists.iter().flat_map(|(_, elements)| elements));
    given.chain(when).chain(lists.map(String::as_str)).flat_map(insides)
}

/// The task that the one variable of the text is of, when the text is that variable and nothing else.
pub(super) fn whole(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix("$(tasks.")?.strip_suffix(')')?;
    if inside.contains('$') { None } else { inside.split_once('.') }
}

fn insides(text: &str) -> impl Iterator<Item = &str> {
    text.split("$(tasks.").skip(1).filter_map(|rest| rest.split(')').next())
}

fn plain(inside: &str) -> String {
    inside.strip_suffix("[*]").unwrap_or(inside).to_owned()
}

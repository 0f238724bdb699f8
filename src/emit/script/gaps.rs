//! What no body can do, reported at the source.

use super::lists::bound;
use super::slots::MOST_ELEMENTS;
use super::source::is_list;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::{Plan, Script, Shell, Slot, Step, Task};

/// An `sh` script reaches a list of open length as `"$@"`, so it can have one such list.
pub(super) fn report(plan: &Plan, out: &mut Diagnostics) {
    for (_, task) in plan.tasks() {
        for (at, step) in task.steps.iter().filter(|step| step.uses.is_none()).enumerate() {
            match step.shell {
                Shell::Bash => {}
                Shell::Sh | Shell::Other(_) => one_list(task, step, at, out),
            }
        }
    }
}

fn one_list(task: &Task, step: &Step, at: usize, out: &mut Diagnostics) {
    let before = task.before.as_deref().filter(|_| at == 0);
    let scripts = before.into_iter().chain([&step.script]).chain(task.cleanup.as_deref());
    let mut open = scripts.flat_map(open_lists);
    let Some(first) = open.next() else { return };
    if let Some(second) = open.find(|slot| slot.value != first.value) {
        out.push(second_list_in_sh(first, second));
    }
}

fn open_lists(script: &Script) -> impl Iterator<Item = &Slot> {
    let is_open = |slot: &&Slot| bound(&slot.value).is_none_or(|most| most > MOST_ELEMENTS);
    script.slots.iter().filter(|slot| is_list(&slot.value.ty)).filter(is_open)
}

fn second_list_in_sh(first: &Slot, second: &Slot) -> Diagnostic {
    Diagnostic::new(Code::P0602, second.span, "an `sh` script uses two lists whose length is known only when it runs")
        .here("the second list")
        .label(first.span, "the first one already takes `\"$@\"`")
        .help("write `shell: \"bash\"`, which has arrays, or join one of the lists to a text with `join(list, separator)`")
}

//! Several tasks of the plan as the steps of one pod, with the same meaning.
//!
//! In the body that is asked for (`fuse: true`) and saves pods: `chains` finds the tasks that follow each other with
//! nothing beside them, as far as `rules` and `budget` allow. In `finally` it is the only way to an order, since the
//! engine starts all of it at once: `ordered` puts the tasks that wait for each other into one pod.
//!
//! `merge` makes one task of several. A result that only later steps read is a file that the pod shares, and so is
//! whether a condition holds: `preamble` is the code that reads them, in front of a script that is otherwise untouched.
//! `moved` tells everybody else the new names.

pub(super) mod budget;
mod chains;
mod links;
mod merge;
pub(super) mod moved;
pub(super) mod ordered;
pub(super) mod own;
mod pod;
mod preamble;
mod rules;

use super::lower::Lowered;

/// Makes one task of those that can, or have to, share a pod.
pub(super) fn apply(lowered: &mut Lowered<'_>) {
    if lowered.options.fuse {
        chains::fuse(lowered);
    }
    ordered::fuse(lowered);
}

/// What the comment of a file says of the tasks that it was made of.
pub(super) fn said(fused: &[String]) -> String {
    if fused.len() < 2 { String::new() } else { format!(" Steps of one pod: {}.", listed(fused)) }
}

/// The names, with commas.
fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

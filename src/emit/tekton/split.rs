//! Tasks that read what may be missing. The engine leaves out whatever reads a result of a task that it left out; nobody
//! writes empty results for one that is kept elsewhere. So such a reader stands in the pipeline twice, as one object: behind
//! the results under the condition of the task that gives them, and without them under the opposite. What comes behind
//! it waits for both, of which one runs.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::fuse::moved::Moved;
use super::gate::Readers;
use super::inputs::Way;
use super::lower::Unit;
use super::names::Names;
use super::reads;
use crate::contract::{ListSource, Source};
use crate::emit::script::Rendered;
use crate::plan::{OnFailure, Phase, Plan, Task, TaskId};

/// Which tasks stand in the pipeline twice.
#[derive(Default, Debug)]
pub(super) struct Splits {
    strangers: FxHashSet<TaskId>,
    /// The reader, the task whose results it reads, and its other name; in the order of the plan.
    readers: Vec<(TaskId, TaskId, String)>,
}

/// How a task stands in the pipeline where the results that it reads are missing.
#[derive(Debug)]
pub(super) struct Otherwise {
    pub(super) name: String,
    /// As that of the unit, the other way round.
    pub(super) when: Vec<(String, bool, Vec<String>)>,
    /// The parameters that it is given empty.
    pub(super) emptied: Vec<String>,
    /// What would have given them.
    pub(super) behind: String,
}

/// Finds the tasks whose missing results are made up for so. What reads them, all of it, has to allow that.
pub(super) fn find(plan: &Plan, readers: &Readers, scripts: &[Vec<Rendered>], names: &mut Names) -> Splits {
    let mut found = Splits::default();
    let gives = |(id, task): &(TaskId, &Task)| is_left_out(task) && !readers.outside[id.index()];
    let strangers: Vec<TaskId> = plan.tasks().filter(gives).map(|(id, _)| id).collect();
    if strangers.is_empty() {
        return found;
    }
    let asked: FxHashSet<TaskId> =
        plan.tasks().flat_map(|(_, task)| reads::exprs(task)).flat_map(reads::statuses).collect();
    let mut taken = FxHashSet::default();
    for stranger in strangers {
        let mut all = readers.tasks[stranger.index()].clone();
        all.dedup();
        let may = |reader: &TaskId| {
            let is_free = !taken.contains(reader) && !asked.contains(reader);
            let is_unread = readers.tasks[reader.index()].is_empty() && !readers.outside[reader.index()];
            let of_stranger = &plan.task(stranger).name;
            is_free
                && is_unread
                && may_stand_twice(plan.task(*reader))
                && scripts[reader.index()].iter().all(|one| reads_texts(one, of_stranger))
        };
        if all.is_empty() || !all.iter().all(may) {
            continue;
        }
        found.strangers.insert(stranger);
        for reader in all {
            taken.insert(reader);
            let wish = format!("{}_without_{}", plan.task(reader).name, plan.task(stranger).name);
            found.readers.push((reader, stranger, names.fresh(&wish)));
        }
    }
    found
}

/// Kept elsewhere, and under a condition.
fn is_left_out(task: &Task) -> bool {
    let is_plain = task.fan.is_none() && task.on_failure == OnFailure::Stop && task.phase == Phase::Main;
    task.source.is_some() && task.condition.is_some() && is_plain
}

/// Only one of the two runs, so nothing is told apart but by its name.
fn may_stand_twice(task: &Task) -> bool {
    let is_ours =
        task.source.is_none() && task.services.is_empty() && task.steps.iter().all(|step| step.uses.is_none());
    let runs_once = task.fan.is_none() && task.condition.is_none() && task.lock.is_none();
    is_ours && runs_once && task.phase == Phase::Main && task.on_failure == OnFailure::Stop
}

/// What a script reads of a task are texts of their own.
fn reads_texts(script: &Rendered, of: &str) -> bool {
    let is_field =
        |source: &Source| matches!(source, Source::Result { task, output } if task == of && output.contains('.'));
    let is_list = |list: &ListSource| match list {
        ListSource::Gathered { task, .. } | ListSource::Result { task, .. } => task == of,
        ListSource::Each(sources) => sources.iter().any(is_field),
        ListSource::Literal(_) | ListSource::Param(_) => false,
    };
    !script.env.iter().any(|(_, source)| is_field(source)) && !script.args.iter().any(is_list)
}

/// What decides may have become a step of another task.
pub(super) fn tell(all: &mut BTreeMap<String, Otherwise>, moved: &Moved) {
    for (input, _, _) in all.values_mut().flat_map(|one| &mut one.when) {
        *input = moved.text(std::mem::take(input));
    }
}

impl Splits {
    /// Whether the task is left out though its results are read.
    pub(super) fn leave_out(&self, task: TaskId) -> bool {
        self.strangers.contains(&task)
    }

    /// Puts each reader under the condition of what it reads; gives how it stands there else, by its name.
    pub(super) fn apply(self, units: &mut [Box<Unit<'_>>]) -> BTreeMap<String, Otherwise> {
        let mut made = BTreeMap::new();
        if self.readers.is_empty() {
            return made;
        }
        let of = units.iter().enumerate().filter_map(|(at, unit)| Some((unit.id?, at)));
        let of: FxHashMap<TaskId, usize> = of.collect();
        for (reader, stranger, name) in self.readers {
            let (behind, condition) = {
                let unit = &units[of[&stranger]];
                (unit.name.clone(), unit.when.first().cloned())
            };
            // It is known to hold.
            let Some((input, is_in, values)) = condition else { continue };
            let unit = &mut units[of[&reader]];
            let result = ["$(tasks.", &behind, ".results."].concat();
            let missing = unit.inputs.given.iter().filter(|given| given.value.starts_with(&result));
            let emptied = missing.filter(|given| given.way == Way::Text).map(|given| given.name.clone()).collect();
            unit.when.push((input.clone(), is_in, values.clone()));
            let when = vec![(input, !is_in, values)];
            made.insert(unit.name.clone(), Otherwise { name, when, emptied, behind });
        }
        made
    }
}

//! Which tasks take part: all, or those of `--only`, or those of `--from` and all behind them.

use rustc_hash::FxHashMap;

use crate::contract::RunSpec;

/// Whether each of [`RunSpec::tasks`] takes part; `None` when all do.
///
/// # Errors
/// A sentence for each name that is no task.
pub fn select(spec: &RunSpec, only: &[String], from: &[String]) -> Result<Option<Vec<bool>>, Vec<String>> {
    let index: FxHashMap<&str, usize> = spec.tasks.iter().enumerate().map(|(at, task)| (&*task.name, at)).collect();
    let unknown: Vec<String> = only
        .iter()
        .chain(from)
        .filter(|name| !index.contains_key(name.as_str()))
        .map(|name| no_task(spec, name))
        .collect();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    if only.is_empty() && from.is_empty() {
        return Ok(None);
    }
    let mut selected = behind(spec, &index, from);
    only.iter().for_each(|name| selected[index[name.as_str()]] = true);
    Ok(Some(selected))
}

/// Tasks are in topological order, so one walk finds everything; `finally` is behind everything.
fn behind(spec: &RunSpec, index: &FxHashMap<&str, usize>, from: &[String]) -> Vec<bool> {
    let mut behind = vec![false; spec.tasks.len()];
    from.iter().for_each(|name| behind[index[name.as_str()]] = true);
    if from.is_empty() {
        return behind;
    }
    for (at, task) in spec.tasks.iter().enumerate() {
        let follows = task.after.iter().filter_map(|name| index.get(name.as_str())).any(|before| behind[*before]);
        behind[at] |= task.finally || follows;
    }
    behind
}

fn no_task(spec: &RunSpec, name: &str) -> String {
    let near = spec.tasks.iter().map(|task| (strsim::damerau_levenshtein(name, &task.name), &task.name));
    let nearest = near.filter(|(distance, _)| *distance < 2 + name.len() / 4).min();
    let meant = nearest.map(|(_, near)| format!("; did you mean `{near}`?")).unwrap_or_default();
    format!("there is no task `{name}`{meant}")
}

//! Runs by the engine's rules for skipping, and by the language's.

use std::collections::{BTreeMap, BTreeSet};

use pipec::plan::{Expr, ExprKind, Op, Plan, TaskId, Ty, Value};
use serde_json::Value as Json;

use super::model;
use super::plans::{self, Made};

/// A plan of some tasks: who waits for whom, who reads whom, on what conditions, by the numbers.
pub(super) fn plan(numbers: &[u32]) -> Made {
    let mut made = Made::new("random");
    let flags: Vec<Expr> = ["p", "q", "r"].map(|name| made.param(name, Ty::Bool, Some(Value::Bool(false)))).to_vec();
    let mut numbers = numbers.iter().copied();
    let mut next = || numbers.next().unwrap_or(0);
    let count = 3 + next() % 5;
    for at in 0..count {
        let read: Vec<TaskId> = (0..at).filter(|_| next() % 4 == 0).map(TaskId).collect();
        let after: Vec<TaskId> = (0..at).filter(|_| next() % 4 == 0).map(TaskId).collect();
        let value = |task: &TaskId| Expr::new(ExprKind::Result(*task, 0), plans::optional(Ty::String));
        let mut task = made.task(&format!("t{at}"), "run", read.iter().map(|task| ("in", value(task))).collect());
        task.outputs = vec![plans::output("o", Ty::String, task.span)];
        task.lock = (next() % 5 == 0).then(|| "one".to_owned());
        let asked = (next() % at.max(1) < at && next() % 5 == 0).then_some(TaskId(at.saturating_sub(1)));
        task.condition = match next() % 9 {
            0 | 6 => None,
            1 | 7 | 8 => Some(flags[0].clone()),
            2 => Some(plans::not(flags[1].clone())),
            3 => Some(plans::binary(Op::And, flags[0].clone(), flags[1].clone())),
            4 => Some(plans::binary(Op::Or, flags[0].clone(), flags[2].clone())),
            _ => asked.map(|task| plans::not(Expr::new(ExprKind::IsNone(Box::new(value(&task))), Ty::Bool))),
        };
        let asked = asked.filter(|_| task.condition.as_ref().is_some_and(|condition| !of_params_only(condition)));
        let id = made.add(task);
        read.iter().chain(&asked).for_each(|from| made.read(*from, 0, id));
        after.iter().for_each(|from| made.after(*from, id));
    }
    if next() % 3 == 0 {
        let last = Expr::new(ExprKind::Result(TaskId(count - 1), 0), plans::optional(Ty::String));
        made.returns("last", last);
    }
    made
}

/// Two tasks under one condition, the second reading the first, and one behind them, under it too or not.
pub(super) fn group(also: bool) -> Made {
    let mut made = Made::new("group");
    let flags: Vec<Expr> = ["p", "q", "r"].map(|name| made.param(name, Ty::Bool, Some(Value::Bool(false)))).to_vec();
    let mut first = made.task("t0", "run", vec![]);
    first.outputs = vec![plans::output("o", Ty::String, first.span)];
    first.condition = Some(flags[0].clone());
    let first = made.add(first);
    let mut second = made.task("t1", "run", vec![("in", Expr::output(&made.plan, first, 0))]);
    second.condition = Some(plans::binary(Op::And, flags[1].clone(), flags[0].clone()));
    let second = made.add(second);
    made.read(first, 0, second);
    let mut third = made.task("t2", "run", vec![]);
    third.condition = also.then(|| flags[0].clone());
    let third = made.add(third);
    made.after(second, third);
    made
}

fn of_params_only(condition: &Expr) -> bool {
    let mut only = true;
    condition.walk(&mut |part| only &= !matches!(part.kind, ExprKind::Result(..)));
    only
}

/// The tasks whose scripts run, by the language: those whose condition holds.
pub(super) fn of_plan(plan: &Plan, values: [bool; 3]) -> BTreeSet<String> {
    let mut ran = BTreeSet::new();
    for id in plan.order() {
        let task = plan.task(id);
        if task.condition.as_ref().is_none_or(|condition| holds(plan, condition, values, &ran)) {
            ran.insert(task.name.clone());
        }
    }
    ran
}

fn holds(plan: &Plan, condition: &Expr, values: [bool; 3], ran: &BTreeSet<String>) -> bool {
    let holds = |part: &Expr| holds(plan, part, values, ran);
    match &condition.kind {
        ExprKind::Param(id) => values[id.index()],
        ExprKind::Not(one) => !holds(one),
        ExprKind::Binary(Op::And, a, b) => holds(a) && holds(b),
        ExprKind::Binary(Op::Or, a, b) => holds(a) || holds(b),
        ExprKind::IsNone(of) => {
            let ExprKind::Result(task, _) = of.kind else { panic!("{of:?} is not in these plans") };
            !ran.contains(&plan.task(task).name)
        }
        ExprKind::Known(_) | ExprKind::Result(..) | ExprKind::Artifact { .. } | ExprKind::Place { .. } => {
            panic!("not in these plans")
        }
        ExprKind::Out(_) | ExprKind::Status(_) | ExprKind::Outcome | ExprKind::Concat(_) | ExprKind::Negate(_) => {
            panic!("not in these plans")
        }
        ExprKind::Binary(..) | ExprKind::Coalesce(..) | ExprKind::If(..) | ExprKind::List(_) | ExprKind::Flag(..) => {
            panic!("not in these plans")
        }
        ExprKind::Turn(_) | ExprKind::StepResult(..) => panic!("not in these plans"),
        ExprKind::Len(_) | ExprKind::Join(..) | ExprKind::Append(..) | ExprKind::Convert(_) => {
            panic!("not in these plans")
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum End {
    Ran,
    /// Left out by its own `when`: those that only wait for it start all the same.
    When,
    /// Left out because a result is missing, or with one that was: all behind it is left out too.
    Missing,
}

/// The tasks whose scripts run, by the engine (`ResolvedPipelineTask.Skip` of the reconciler).
pub(super) fn of_engine(plan: &Plan, objects: &[Json], values: [bool; 3]) -> BTreeSet<String> {
    let given: BTreeMap<&str, String> =
        ["p", "q", "r"].into_iter().zip(values.map(|value| value.to_string())).collect();
    let pipeline = objects.iter().find(|object| object["kind"] == "Pipeline").expect("a pipeline");
    let mut ends: BTreeMap<String, End> = BTreeMap::new();
    let mut results: BTreeMap<String, String> = BTreeMap::new();
    let mut ran = BTreeSet::new();
    let mut open: Vec<&Json> = list(&pipeline["spec"]["tasks"]).iter().collect();
    while !open.is_empty() {
        let ready =
            open.iter().position(|task| before(task).iter().all(|name| ends.contains_key(name))).expect("no circle");
        let task = open.remove(ready);
        let name = text(&task["name"]).to_owned();
        let value = |text: &str| match text.strip_prefix("$(params.").and_then(|rest| rest.strip_suffix(')')) {
            Some(param) => given[param].clone(),
            // What is missing stays as it is written.
            None => results.get(text).cloned().unwrap_or_else(|| text.to_owned()),
        };
        let behind_missing = before(task).iter().any(|name| ends[name] == End::Missing);
        // The order in which the reconciler asks.
        let end = if !list(&task["when"]).iter().all(|when| when_holds(when, &value)) {
            End::When
        } else if behind_missing || results_read(task).iter().any(|name| ends[name] != End::Ran) {
            End::Missing
        } else {
            End::Ran
        };
        ends.insert(name.clone(), end);
        if end == End::Ran {
            let params: BTreeMap<&str, String> = list(&task["params"])
                .iter()
                .map(|param| (text(&param["name"]), value(text(&param["value"]))))
                .collect();
            let object =
                objects.iter().find(|object| object["metadata"]["name"] == task["taskRef"]["name"]).expect("its task");
            let skips = skips(object, &params);
            let result = match plan.tasks().find(|(_, task)| task.name == name) {
                Some((_, task)) if !skips => {
                    ran.insert(task.name.clone());
                    "made".to_owned()
                }
                Some(_) => String::new(),
                None => decided(plan, &name, values, &ran),
            };
            for declared in list(&object["spec"]["results"]) {
                results.insert(format!("$(tasks.{name}.results.{})", text(&declared["name"])), result.clone());
            }
        }
    }
    for result in list(&pipeline["spec"]["results"]) {
        assert!(results.contains_key(text(&result["value"])), "a result of the pipeline is missing: {result}");
    }
    ran
}

/// What a task that was added writes: `decide-NAME` serves that task.
fn decided(plan: &Plan, name: &str, values: [bool; 3], ran: &BTreeSet<String>) -> String {
    let Some(serves) = name.strip_prefix("decide-").and_then(|name| plan.find(name)) else { return String::new() };
    let condition = plan.task(serves).condition.as_ref().expect("a condition");
    holds(plan, condition, values, ran).to_string()
}

fn when_holds(when: &Json, value: &dyn Fn(&str) -> String) -> bool {
    let input = value(text(&when["input"]));
    (when["operator"] == "in") == list(&when["values"]).iter().any(|one| *one == input)
}

/// What `PIPE_SKIP` is in the container.
fn skips(object: &Json, params: &BTreeMap<&str, String>) -> bool {
    let env = list(&object["spec"]["steps"][0]["env"]).iter().filter(|one| one["value"].is_string());
    let replaced = env.map(|one| {
        let put = |text: String, (name, value): (&&str, &String)| text.replace(&format!("$(params.{name})"), value);
        (text(&one["name"]).to_owned(), params.iter().fold(text(&one["value"]).to_owned(), put))
    });
    let known = model::environment(&replaced.collect::<Vec<_>>());
    known.get("PIPE_SKIP").is_some_and(|skip| skip == "true")
}

/// Whoever the plan lets wait does wait, directly or by others.
pub(super) fn assert_order(plan: &Plan, objects: &[Json]) {
    let pipeline = objects.iter().find(|object| object["kind"] == "Pipeline").expect("a pipeline");
    let waits: BTreeMap<&str, Vec<String>> =
        list(&pipeline["spec"]["tasks"]).iter().map(|task| (text(&task["name"]), before(task))).collect();
    let reaches = |from: &str, to: &str| {
        let mut open = vec![from.to_owned()];
        let mut seen = BTreeSet::new();
        while let Some(one) = open.pop() {
            if seen.insert(one.clone()) {
                open.extend(waits[one.as_str()].iter().cloned());
            }
        }
        seen.contains(to)
    };
    let tasks: Vec<_> = plan.tasks().collect();
    for (id, task) in &tasks {
        for (earlier, _) in plan.dependencies(*id) {
            assert!(reaches(&task.name, &plan.task(earlier).name), "{} behind {}", task.name, plan.task(earlier).name);
        }
        for (_, other) in tasks.iter().filter(|(other, _)| other < id) {
            let apart = reaches(&task.name, &other.name) || reaches(&other.name, &task.name);
            assert!(
                apart || task.lock.is_none() || task.lock != other.lock,
                "{} and {} overlap",
                task.name,
                other.name
            );
        }
    }
}

fn results_read(task: &Json) -> Vec<String> {
    let given = list(&task["params"]).iter().map(|param| text(&param["value"]));
    let when = list(&task["when"]).iter().map(|when| text(&when["input"]));
    let read = given.chain(when).filter_map(|value| value.strip_prefix("$(tasks.")?.split('.').next());
    read.map(str::to_owned).collect()
}

fn before(task: &Json) -> Vec<String> {
    let after = list(&task["runAfter"]).iter().map(|name| text(name).to_owned());
    results_read(task).into_iter().chain(after).collect()
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_default()
}

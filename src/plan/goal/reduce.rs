//! A plan without the tasks that are not needed.

use std::sync::Arc;

use petgraph::graph::DiGraph;
use rustc_hash::FxHashMap;

use crate::plan::build::fold::again;
use crate::plan::provenance::Goal;
use crate::plan::{Expr, ExprKind, Fan, FanVar, Phase, Plan, Task, TaskId, Turn, Ty, Value, Why};
use crate::source::offset;

/// Keeps the tasks that have a reason, and of `finally` what still has something to do.
pub(super) fn reduce(mut plan: Plan, reasons: &FxHashMap<TaskId, String>, mut goal: Goal) -> Plan {
    let order = plan.order();
    let (mut tasks, gone) = kept_tasks(&plan, &order, reasons);
    let why = |id: &TaskId| reasons.get(id).cloned().unwrap_or_else(|| "ends every run".to_owned());
    let stays = order.iter().filter(|id| !gone[id.index()]);
    goal.kept = stays.map(|id| (plan.task(*id).name.clone(), why(id))).collect();
    goal.dropped = plan.tasks().filter(|(id, _)| gone[id.index()]).map(|(_, task)| task.name.clone()).collect();
    let (returned, lost) = std::mem::take(&mut plan.outputs).into_iter().partition(|one| !reads(&one.value, &gone));
    plan.outputs = returned;
    goal.not_returned = lost.into_iter().map(|output| output.name).collect();
    let edges = edges(&plan, &order, &gone);
    let mut numbers = Numbers::new(&gone);
    tasks.iter_mut().for_each(|task| numbers.task(task));
    plan.outputs.iter_mut().for_each(|output| numbers.expr(&mut output.value));
    plan.dag = DiGraph::new();
    for task in tasks {
        plan.add_task(task);
    }
    for (from, to, why) in edges {
        plan.join(numbers.to[from.index()], numbers.to[to.index()], why);
    }
    plan.goal = Some(goal);
    plan
}

/// The tasks that stay, in the order of the source, and by number whether a task goes.
fn kept_tasks(plan: &Plan, order: &[TaskId], reasons: &FxHashMap<TaskId, String>) -> (Vec<Task>, Vec<bool>) {
    let goes = |(id, task): (TaskId, &Task)| task.phase == Phase::Main && !reasons.contains_key(&id);
    let mut gone: Vec<bool> = plan.tasks().map(goes).collect();
    let mut kept: Vec<(TaskId, Task)> = Vec::new();
    // What decides in `finally` comes before what it decides.
    for id in order {
        if gone[id.index()] {
            continue;
        }
        let mut task = plan.task(*id).clone();
        // Whoever is needed reads only what is needed.
        if task.phase == Phase::Finally {
            task.each_expr(&mut |expr| as_skipped(expr, &gone));
        }
        let known = task.condition.as_ref().and_then(Expr::value).map(|value| *value == Value::Bool(true));
        match known {
            Some(false) => {
                gone[id.index()] = true;
                continue;
            }
            Some(true) => task.condition = None,
            None => {}
        }
        kept.push((*id, task));
    }
    kept.sort_by_key(|(id, _)| *id);
    (kept.into_iter().map(|(_, task)| task).collect(), gone)
}

/// What goes is as if it had been skipped.
fn as_skipped(expr: &mut Expr, gone: &[bool]) {
    if reads(expr, gone) {
        skip(expr, gone);
        *expr = again(std::mem::replace(expr, Expr::bool(true)));
    }
}

fn skip(expr: &mut Expr, gone: &[bool]) {
    if task_of(&expr.kind).is_some_and(|task| gone[task.index()]) {
        expr.kind = ExprKind::Known(match (&expr.kind, &expr.ty) {
            (ExprKind::Status(_), _) => Value::Case("skipped".to_owned()),
            (_, Ty::List(_)) => Value::List(Vec::new()),
            _ => Value::None,
        });
    }
    expr.parts_mut().into_iter().for_each(|part| skip(part, gone));
}

fn reads(expr: &Expr, gone: &[bool]) -> bool {
    let mut found = false;
    expr.walk(&mut |part| found |= task_of(&part.kind).is_some_and(|task| gone[task.index()]));
    found
}

/// The edges between those that stay; who waited for one that goes waits for what that waited for.
fn edges(plan: &Plan, order: &[TaskId], gone: &[bool]) -> Vec<(TaskId, TaskId, Vec<Why>)> {
    let mut behind: Vec<Arc<[TaskId]>> = vec![Arc::from([]); gone.len()];
    let mut edges = Vec::new();
    for id in order {
        let mut own: Vec<(TaskId, Vec<Why>)> = Vec::new();
        for (from, edge) in plan.dependencies(*id) {
            let alone = [from];
            let all = if gone[from.index()] { &behind[from.index()] } else { &alone[..] };
            own.extend(all.iter().map(|from| (*from, edge.why.clone())));
        }
        own.sort_by_key(|(from, _)| *from);
        own.dedup_by(|later, kept| later.0 == kept.0 && join(&mut kept.1, &later.1));
        match gone[id.index()] {
            false => edges.extend(own.into_iter().map(|(from, why)| (from, *id, why))),
            true => behind[id.index()] = own.into_iter().map(|(from, _)| from).collect(),
        }
    }
    edges
}

/// Adds the reasons that are new.
fn join(kept: &mut Vec<Why>, more: &[Why]) -> bool {
    for why in more {
        if !kept.contains(why) {
            kept.push(why.clone());
        }
    }
    true
}

/// The task that one part of an expression speaks of.
fn task_of(kind: &ExprKind) -> Option<TaskId> {
    if let ExprKind::Result(task, _)
    | ExprKind::Artifact { task, .. }
    | ExprKind::Status(task)
    | ExprKind::Turn(Turn::Output(task, _)) = kind
    {
        return Some(*task);
    }
    None
}

/// The new number of each task that stays.
struct Numbers {
    to: Vec<TaskId>,
    /// By their old places in memory: the tasks of one loop share theirs.
    fans: FxHashMap<usize, Arc<Fan>>,
}

impl Numbers {
    fn new(gone: &[bool]) -> Self {
        let mut next = 0_usize;
        let mut to = Vec::with_capacity(gone.len());
        for gone in gone {
            to.push(TaskId(offset(next)));
            next += usize::from(!gone);
        }
        Self { to, fans: FxHashMap::default() }
    }

    fn task(&mut self, task: &mut Task) {
        task.each_expr(&mut |expr| self.expr(expr));
        let Some(fan) = &task.fan else { return };
        let key = Arc::as_ptr(fan).addr();
        let copy = match self.fans.get(&key) {
            Some(known) => Arc::clone(known),
            None => Arc::new(self.fan(fan)),
        };
        // The plan that is being cut still holds the old one, so nothing else gets its place.
        self.fans.insert(key, Arc::clone(&copy));
        task.fan = Some(copy);
    }

    fn fan(&self, fan: &Fan) -> Fan {
        let copy = |expr: &Expr| {
            let mut copy = expr.clone();
            self.expr(&mut copy);
            copy
        };
        let vars = fan.vars.iter().map(|var| FanVar { name: var.name.clone(), list: copy(&var.list), span: var.span });
        Fan { vars: vars.collect(), filter: fan.filter.as_ref().map(copy), span: fan.span }
    }

    fn expr(&self, expr: &mut Expr) {
        if let ExprKind::Result(task, _)
        | ExprKind::Artifact { task, .. }
        | ExprKind::Status(task)
        | ExprKind::Turn(Turn::Output(task, _)) = &mut expr.kind
        {
            *task = self.to[task.index()];
        }
        expr.parts_mut().into_iter().for_each(|part| self.expr(part));
    }
}

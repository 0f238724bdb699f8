//! Order, waves and the reduction of a plan's graph.

use pipec::plan::{Phase, Plan, Task, TaskId, Why};
use pipec::source::{FileId, Span};

fn span() -> Span {
    Span::new(FileId(0), 0, 0)
}

/// `edges` are (earlier, later).
fn plan(tasks: u32, edges: &[(u32, u32)]) -> Plan {
    let mut plan = Plan::empty("p", span());
    for at in 0..tasks {
        plan.add_task(Task::new(&format!("t{at}"), span()));
    }
    for (from, to) in edges {
        plan.add_edge(TaskId(*from), TaskId(*to), Why::After(span()));
    }
    plan
}

fn ids(list: &[u32]) -> Vec<TaskId> {
    list.iter().copied().map(TaskId).collect()
}

#[test]
fn the_order_keeps_the_source_where_nothing_else_decides() {
    assert_eq!(plan(4, &[(3, 0)]).order(), ids(&[1, 2, 3, 0]));
    assert_eq!(plan(3, &[]).order(), ids(&[0, 1, 2]));
}

#[test]
fn finally_comes_last_in_order_and_waves() {
    let mut plan = plan(2, &[(0, 1)]);
    let mut last = Task::new("last", span());
    last.phase = Phase::Finally;
    let last = plan.add_task(last);
    let main = plan.add_task(Task::new("main", span()));
    assert_eq!(plan.order(), [TaskId(0), TaskId(1), main, last]);
    assert_eq!(plan.waves(), [vec![TaskId(0), main], vec![TaskId(1)], vec![last]]);
}

#[test]
fn reasons_for_one_edge_are_merged_and_none_is_kept_twice() {
    let mut plan = plan(2, &[(0, 1), (0, 1)]);
    plan.add_edge(TaskId(0), TaskId(1), Why::Output(0, span()));
    let edges: Vec<_> = plan.dependencies(TaskId(1)).map(|(id, edge)| (id, edge.why.len())).collect();
    assert_eq!(edges, [(TaskId(0), 2)]);
    assert_eq!(plan.dependents(TaskId(0)).count(), 1);
}

#[test]
fn the_reduction_leaves_out_what_others_imply() {
    let plan = plan(5, &[(0, 1), (1, 2), (0, 2), (2, 3), (0, 3), (1, 3), (4, 3)]);
    assert_eq!(plan.needed_after(), [ids(&[]), ids(&[0]), ids(&[1]), ids(&[2, 4]), ids(&[])]);
}

#[test]
fn the_reduction_sees_across_the_blocks_of_its_sets() {
    let chain: Vec<(u32, u32)> = (1..5000).flat_map(|at| [(at - 1, at), (0, at)]).collect();
    let needed = plan(5000, &chain).needed_after();
    assert_eq!(needed[0], []);
    assert!((1..5000).all(|at: u32| needed[at as usize] == [TaskId(at - 1)]));
}

//! How long a run may take, and what its parts say of themselves.

use super::cx::{Cx, finding};
use super::graph::{Call, Graph};
use super::scalars;
use crate::diag::code::Code;
use crate::source::Span;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

const HOUR: i128 = 3_600_000_000_000;

/// A duration that is written somewhere.
type Length = Option<(i128, Span)>;

fn length(node: &Node, key: &str) -> Length {
    let node = node.get(key)?;
    Some((scalars::duration(node.text()?)?, node.span))
}

/// What is given under `timeouts` fits together, and what tasks say fits into it.
pub(super) fn check(spec: &Node, graph: Option<&Graph<'_>>, at: Span, cx: &mut Cx<'_>) {
    let all = spec.get("timeouts");
    let of = |key: &str| all.and_then(|all| length(all, key));
    let (whole, tasks) = (of("pipeline"), of("tasks"));
    let total = whole.map_or(HOUR, |(nanos, _)| nanos);
    if all.is_some() {
        together(total, whole.is_some(), tasks, of("finally"), cx);
    }
    let for_tasks = tasks.map_or(total, |(nanos, _)| nanos);
    // Of zero, there is no limit.
    if for_tasks <= 0 || total <= 0 {
        return;
    }
    specs(spec, for_tasks, cx);
    for call in graph.iter().flat_map(|graph| &graph.tasks).filter(|call| !call.finally) {
        match all.filter(|_| whole.is_some() || tasks.is_some()) {
            Some(all) => longer(call, for_tasks, all.span, cx),
            None => by_default(call, at, cx),
        }
    }
}

fn together(total: i128, is_said: bool, tasks: Length, last: Length, cx: &mut Cx<'_>) {
    if total <= 0 {
        // Of zero there is no limit, but for the sum of both.
        if let (Some((one, span)), Some((other, _))) = (tasks, last)
            && total == 0
            && one + other > 0
        {
            let message = "`timeouts.tasks` and `timeouts.finally` stand beside a `timeouts.pipeline` of zero";
            let help = "leave one of them out, or say how long the whole may take: the run is refused";
            cx.push(finding(Code::P0653, span, message, "longer together", help));
        }
        return;
    }
    let limit =
        if is_said { "`timeouts.pipeline`" } else { "the default of an hour, since `timeouts.pipeline` is not given" };
    const HELP: &str = "raise `timeouts.pipeline`, which is for `tasks` and `finally` together: the run is refused";
    let part = |part: Length| part.filter(|(nanos, _)| *nanos > total || *nanos == 0);
    for (key, (_, span)) in
        [("tasks", tasks), ("finally", last)].into_iter().filter_map(|(key, one)| Some((key, part(one)?)))
    {
        let message = format!("`timeouts.{key}` is longer than {limit}");
        cx.push(finding(Code::P0653, span, message, "longer than the whole", HELP));
    }
    if let (Some((one, span)), Some((other, _))) = (tasks, last)
        && part(tasks).is_none()
        && part(last).is_none()
        && one + other > total
    {
        let message = format!("`timeouts.tasks` and `timeouts.finally` together are longer than {limit}");
        cx.push(finding(Code::P0653, span, message, "longer together", HELP));
    }
}

/// What a run says of single tasks.
fn specs(spec: &Node, limit: i128, cx: &mut Cx<'_>) {
    for one in spec.list("taskRunSpecs") {
        if let Some((_, span)) = length(one, "timeout").filter(|(nanos, _)| *nanos > limit) {
            let message = "a task is given more time than the run has for its tasks";
            cx.push(finding(
                Code::P0653,
                span,
                message,
                "longer than the whole",
                "raise `timeouts`, or lower this one: the run is refused",
            ));
        }
    }
}

fn longer(call: &Call<'_>, limit: i128, all: Span, cx: &mut Cx<'_>) {
    if let Some((_, span)) = length(call.node, "timeout").filter(|(nanos, _)| *nanos > limit) {
        let message = format!("the timeout of `{}` is longer than that of all tasks", call.name);
        let found = finding(Code::P0653, span, message, "longer than the whole", "raise `timeouts`, or lower this one");
        cx.push(found.label(all, "for the whole run"));
    }
}

/// Nobody has said how long the run may take.
fn by_default(call: &Call<'_>, run: Span, cx: &mut Cx<'_>) {
    if let Some((_, span)) = length(call.node, "timeout").filter(|(nanos, _)| *nanos > HOUR) {
        let message = format!("`{}` may take more than an hour, and the run ends after one", call.name);
        let help = "give the run `timeouts: {pipeline: …}`: without it, an hour is the most";
        cx.push(
            finding(Code::P0669, span, message, "longer than an hour", help)
                .label(run, "a run without `timeouts.pipeline`"),
        );
    }
}

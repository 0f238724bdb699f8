//! P0421 and P0422, in words: what is spoilt, by whom, and who needs it.

use crate::check::program::ArtifactId;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Edit};
use crate::source::Span;

use super::graph::NodeId;
use super::made::{Demand, Maker};
use super::order::Order;
use super::requirement::names;
use super::spoilt::{Spoiling, passed};

/// One command of a script requires what one before it has spoilt.
pub(super) fn in_script(order: &Order<'_, '_>, by: &Spoiling<'_, '_>, demand: &Demand) -> (Diagnostic, Span) {
    let call = order.graph.call(by.node).expect("a gate runs nothing");
    let artifact = name(order, by.artifact);
    let need = Need::of_demand(order, demand, call.span);
    let place = order.place(by.node, need.place);
    let spoiler = by.run.name();
    let report = Diagnostic::new(
        Code::P0421,
        place,
        format!("{} requires {artifact}, which `{spoiler}` has spoilt before it", need.who),
    )
    .here(format!("requires {artifact}"))
    .label(by.run.written, format!("{artifact} does not count as made any more behind this"))
    .label(by.run.command.span, format!("`{spoiler}` invalidates {artifact}"));
    let report = need.declared(report);
    let help = format!("run `{spoiler}` behind it, or make {artifact} again between the two");
    (report.help(help), place)
}

/// A call requires what another has spoilt, or may have.
pub(super) fn between(order: &Order<'_, '_>, by: &Spoiling<'_, '_>, node: NodeId, first: bool) -> (Diagnostic, Span) {
    let (call, spoiler) = (
        order.graph.call(node).expect("a gate needs nothing"),
        order.graph.call(by.node).expect("a gate runs nothing"),
    );
    let (artifact, me, other) = (name(order, by.artifact), &call.name, &spoiler.name);
    let need = Need::of_call(order, node, by.artifact);
    let place = order.place(node, need.place);
    let when = if first { "spoils before it" } else { "may spoil before it" };
    let maker = maker(order, node, by.artifact);
    let makes = maker.and_then(|maker| order.graph.call(maker)).filter(|maker| maker.name != *other);
    let by_whom = makes.map(|maker| format!("which `{}` makes and `{other}` {when}", maker.name));
    let message =
        format!("`{me}` requires {artifact}, {}", by_whom.unwrap_or_else(|| format!("which `{other}` {when}")));
    let words = by.run.name();
    let mut report = Diagnostic::new(Code::P0421, place, message).here(need.here.clone());
    if let Some(maker) = makes {
        report = report.label(maker.span, format!("`{}` makes {artifact}", maker.name));
    }
    report = report
        .label(
            order.place(by.node, by.run.written),
            format!("`{other}` runs `{words}`, and nothing makes {artifact} again"),
        )
        .label(by.run.command.span, format!("`{words}` invalidates {artifact}"));
    report = need.declared(report);
    let again = format!("make {artifact} again behind `{other}`");
    let earlier = makes.map(|maker| format!(", or let `{other}` come before `{}`", maker.name)).unwrap_or_default();
    if first {
        return (report.help(format!("{again}{earlier}, or behind `{me}`")), place);
    }
    let report = report.help(format!("let `{other}` wait: `after {me}`{earlier}: what is spoilt is not what was made"));
    let can_wait = call.local.is_some() && order.not_sure(node, by.node).is_none();
    let fits = order.graph.nodes[node].in_finally == order.graph.nodes[by.node].in_finally;
    if !can_wait || !fits || spoiler.span.file != call.span.file {
        return (report, place);
    }
    let edit = match spoiler.after.last() {
        Some(last) => Edit { span: last.span.after(), text: format!(", {me}") },
        None => Edit { span: spoiler.end, text: format!(" after {me}") },
    };
    (report.fix_all(format!("let `{other}` wait for `{me}`"), vec![edit]), place)
}

/// What a call has made is overwritten, and nothing has saved it.
pub(super) fn lost(order: &Order<'_, '_>, by: &Spoiling<'_, '_>, maker: NodeId) -> Diagnostic {
    let call = order.graph.call(by.node).expect("a gate runs nothing");
    let (artifact, me, words) = (name(order, by.artifact), &call.name, by.run.name());
    let unless = names(order.program, &by.run.command.unless);
    let made = order.graph.call(maker).filter(|_| maker != by.node);
    let who = made.map(|maker| format!("`{}` has made", maker.name)).unwrap_or_else(|| "it has made before".to_owned());
    let place = order.place(by.node, by.run.written);
    let report = Diagnostic::new(
        Code::P0422,
        place,
        format!("`{me}` runs `{words}`, by which {artifact} is lost, which {who}: nothing has made {unless} since"),
    )
    .here(format!("{artifact} is lost here"));
    let report = match made {
        Some(maker) => report.label(maker.span, format!("`{}` makes {artifact}", maker.name)),
        None => report,
    };
    report.label(by.run.command.span, format!("`{words}` invalidates {artifact}, unless {unless} is made")).help(
        format!(
            "make {unless} between the two, in every run, or let `{words}` come first: what was made would be gone"
        ),
    )
}

/// Why something is needed.
struct Need {
    place: Span,
    /// `` `sign` ``, `` `cosa sign` ``
    who: String,
    here: String,
    label: Option<(Span, String)>,
}

impl Need {
    fn of_demand(order: &Order<'_, '_>, demand: &Demand, call: Span) -> Self {
        let required = names(order.program, &demand.missing);
        let of_artifact = demand.artifact.map(|artifact| &order.program.artifacts[artifact.index()]);
        let requires = |what: &str, span: Span| Some((span, format!("{what} requires {required}")));
        let label = of_artifact.and_then(|one| requires(&format!("`{}`", one.name), one.span));
        match &demand.by {
            Maker::Output => {
                Self { place: call, who: "the task".to_owned(), here: format!("requires {required}"), label }
            }
            Maker::Command { words, written, declared } => Self {
                place: *written,
                who: format!("`{words}`"),
                here: format!("requires {required}"),
                label: label.or_else(|| requires(&format!("`{words}`"), *declared)),
            },
        }
    }

    fn of_call(order: &Order<'_, '_>, node: NodeId, artifact: ArtifactId) -> Self {
        let call = order.graph.call(node).expect("a gate needs nothing");
        let demands = order.made(node).map(|made| made.demands.as_slice()).unwrap_or_default();
        if let Some(demand) = demands.iter().find(|demand| demand.missing.contains(&artifact)) {
            let one = Demand { artifact: demand.artifact, missing: vec![artifact], by: demand.by.clone() };
            return Self::of_demand(order, &one, call.span);
        }
        let mut place = None;
        passed(order, call, &mut |other, span| {
            if other == artifact {
                place.get_or_insert(span);
            }
        });
        let here = format!("{} is passed here", name(order, artifact));
        Self { place: place.unwrap_or(call.span), who: format!("`{}`", call.name), here, label: None }
    }

    fn declared(&self, report: Diagnostic) -> Diagnostic {
        match &self.label {
            Some((span, text)) => report.label(*span, text.clone()),
            None => report,
        }
    }
}

/// A call that makes it before the other needs it.
fn maker(order: &Order<'_, '_>, node: NodeId, artifact: ArtifactId) -> Option<NodeId> {
    let makers = (0..order.graph.nodes.len()).filter(|other| order.makes(*other, artifact));
    makers.take(MAKERS).find(|maker| order.waits_for(node, *maker))
}

/// How many makers are looked at to explain; each costs a walk through the graph.
const MAKERS: usize = 20;

fn name(order: &Order<'_, '_>, artifact: ArtifactId) -> String {
    names(order.program, &[artifact])
}

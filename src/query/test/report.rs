//! What is said of a test that failed.

use super::claim::Shown;
use super::order::Absent;
use super::part::Why;
use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::plan::{Phase, Plan, TaskId, Why as Reason};
use crate::source::Span;

/// More places than these are not pointed at.
const MOST_LABELS: usize = 6;

/// `shown` are the parts that decide, the first of which is pointed at first: frames inside frames are hard to read.
pub(super) fn does_not_hold(claim: Span, shown: &[Shown]) -> Diagnostic {
    let message = "the assertion does not hold";
    let finding = match shown.first() {
        Some((place, text)) => Diagnostic::new(Code::P0711, *place, message).here(text),
        None => Diagnostic::new(Code::P0711, claim, message).here("this is `false`"),
    };
    let labels = shown.iter().take(MOST_LABELS).skip(1);
    let finding = labels.fold(finding, |finding, (place, text)| finding.label(*place, text));
    finding.help("these are the values of the plan that the test makes: mend the pipeline, or what the test claims")
}

pub(super) fn not_known(claim: Span, whole: Span, why: &Why) -> Diagnostic {
    match why {
        Why::LeftOut(name, because) => left_out(claim, name, *because),
        Why::Running(what, place) | Why::ThereWhenRunning(what, place) => {
            let finding = Diagnostic::new(Code::P0711, claim, "the assertion is known only when running")
                .here(format!("depends on {what}"));
            let finding = match place {
                Some(place) => finding.label(*place, "this has to run first"),
                None => finding,
            };
            finding.help("a test looks at the plan and runs nothing; claim something that the arguments decide, such as an order, or a resource")
        }
        Why::Differs(what) => Diagnostic::new(Code::P0711, claim, "the assertion has no one answer")
            .here(what.clone())
            .help("give them names of their own, and claim it of each"),
        Why::Fault(fault) => (**fault).clone(),
        Why::NoPlan => Diagnostic::new(Code::P0711, whole, "there is no plan to look at"),
    }
}

pub(super) fn nothing_to_open(absent: Span) -> Diagnostic {
    Diagnostic::new(Code::P0711, absent, "the assertion opens what is `none`")
        .here("this is `none`")
        .help("nobody set it: mend the pipeline, or claim `… == none`")
}

pub(super) fn argument_not_known(span: Span, name: &str, why: &Why) -> Diagnostic {
    let found = not_known(span, span, why);
    Diagnostic { message: format!("the argument `{name}` has no value: {}", found.message), ..found }
}

fn left_out(span: Span, name: &str, because: Option<Span>) -> Diagnostic {
    let finding = Diagnostic::new(Code::P0711, span, format!("`{name}` is not in this plan"))
        .here("asks a task that does not run");
    let finding = match because {
        Some(because) => finding.label(because, "this is false for the given values"),
        None => finding,
    };
    finding.help("give the plan other arguments, or claim that it is left out: `.skipped` is known of every task")
}

pub(super) fn no_order(absent: &Absent) -> Diagnostic {
    left_out(absent.span, &absent.name, absent.because)
}

pub(super) fn out_of_order(
    plan: &Plan,
    span: Span,
    (later, earlier): (TaskId, TaskId),
    back: Option<&[TaskId]>,
    pairs: usize,
) -> Diagnostic {
    let name = |task: TaskId| plan.task(task).name.as_str();
    let more = if pairs > 1 { format!(", and so for {} more", pairs - 1) } else { String::new() };
    let finding =
        Diagnostic::new(Code::P0711, span, format!("`{}` does not come after `{}`{more}", name(later), name(earlier)));
    let here = match back {
        Some(_) => "it is the other way round",
        None => "nothing orders the two: they may run at once",
    };
    let finding = finding.here(here).label(plan.task(later).span, waits(plan, later));
    let finding = match plan.task(earlier).span == plan.task(later).span {
        true => finding,
        false => finding.label(plan.task(earlier).span, waits(plan, earlier)),
    };
    let task = name(later);
    match back {
        Some(path) => finding.help(format!("`{}` waits for `{task}`: {}", name(earlier), chain(plan, path))),
        None => finding.help(format!(
            "use an output of `{}` in `{task}`, or put an `after` behind the call of `{task}`",
            name(earlier)
        )),
    }
}

pub(super) fn in_order(plan: &Plan, span: Span, (later, earlier): (TaskId, TaskId), path: &[TaskId]) -> Diagnostic {
    let name = |task: TaskId| plan.task(task).name.as_str();
    let message = format!("`{}` comes after `{}`", name(later), name(earlier));
    let finding = Diagnostic::new(Code::P0711, span, message).here("does not hold");
    let steps = path.windows(2).take(MOST_LABELS);
    let finding = steps.fold(finding, |finding, step| {
        let (place, text) = reason(plan, step[0], step[1]);
        finding.label(place, text)
    });
    finding.help(format!("the way from one to the other: {}", chain(plan, path)))
}

/// "`a` → `b` → `c`"
fn chain(plan: &Plan, path: &[TaskId]) -> String {
    let names: Vec<String> = path.iter().map(|task| format!("`{}`", plan.task(*task).name)).collect();
    names.join(" → ")
}

fn waits(plan: &Plan, task: TaskId) -> String {
    let before: Vec<String> =
        plan.dependencies(task).map(|(before, _)| format!("`{}`", plan.task(before).name)).collect();
    let name = &plan.task(task).name;
    match before.len() {
        0 => format!("`{name}` waits for nothing"),
        1..=4 => format!("`{name}` waits for {}", before.join(", ")),
        more => format!("`{name}` waits for {}, and {} more", before[..3].join(", "), more - 3),
    }
}

/// Where it is said that one task waits for another, and how.
fn reason(plan: &Plan, from: TaskId, to: TaskId) -> (Span, String) {
    let (first, second) = (plan.task(from), plan.task(to));
    let why = plan.dependencies(to).find(|(before, _)| *before == from).and_then(|(_, edge)| edge.why.first());
    let waits = format!("`{}` waits for `{}`", second.name, first.name);
    match why {
        Some(Reason::Output(_, span)) => (*span, format!("{waits}: uses what it makes")),
        Some(Reason::Condition(span)) => (*span, format!("{waits}: its condition reads it")),
        Some(Reason::After(span)) => (*span, waits),
        Some(Reason::Stage(stages)) => (second.span, format!("{waits}: `{}` follows `{}`", stages.1, stages.0)),
        None if second.phase == Phase::Finally => (second.span, format!("{waits}: it stands in `finally`")),
        None => (second.span, waits),
    }
}

/// `given`: the expected error was found, and others.
pub(super) fn not_expected(span: Span, code: Code, given: bool, others: &[&Diagnostic]) -> Diagnostic {
    let expected = format!("{} ({})", code.id(), code.name());
    let mut found: Vec<&str> = others.iter().map(|one| one.code.id()).collect();
    found.dedup();
    let message = match (given, found.is_empty()) {
        (true, _) => format!("{expected} was found, and also {}", found.join(", ")),
        (false, false) => format!("{expected} was expected, and {} was found", found.join(", ")),
        (false, true) => format!("{expected} was expected, and nothing is wrong with the body"),
    };
    let finding = Diagnostic::new(Code::P0712, span, message).here("expected here");
    let labels = others.iter().take(MOST_LABELS);
    let finding = labels.fold(finding, |finding, one| match one.span() {
        Some(place) => finding.label(place, format!("{}: {}", one.code.id(), one.message)),
        None => finding,
    });
    finding
        .help("the body has to give this error and no other: then the test fails when the mistake is no longer found")
}

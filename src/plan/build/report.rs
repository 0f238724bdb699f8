//! What building a plan can find.

use std::fmt::Display;

use super::Builder;
use crate::check::program::TaskDef;
use crate::diag::{Diagnostic, code::Code};
use crate::plan::{Expr, ExprKind, Op, ParamId, Plan, TaskId, Turn};
use crate::source::Span;

impl Builder<'_> {
    /// In what is left out nothing is reported.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        if !self.left_out {
            self.out.push(diagnostic);
        }
    }

    /// `place` is a name in backticks, or words: what needs the value.
    pub(super) fn not_known(&mut self, place: impl Display, span: Span, value: &Expr) {
        let finding = not_known(&self.plan, place, span, value);
        self.report(finding);
    }
}

/// `x`, where it stands for an element of a list that only a run knows.
fn element_of(value: &Expr) -> Option<String> {
    let mut found = None;
    value.walk(&mut |part| {
        if let ExprKind::Turn(Turn::Element(_, name)) = &part.kind {
            found = found.take().or(Some(name.to_string()));
        }
    });
    found
}

fn element_not_known(finding: Diagnostic, name: &str) -> Diagnostic {
    finding
        .here(format!("the value depends on `{name}`, an element of a list that is known only when running"))
        .help(format!(
            "bind the list (`-p LIST=a,b`), declare its parameter `const`, or, in a `for` of several lists, put those that are known first: \
             then there is a task for each value of `{name}`"
        ))
}

/// Outside of its loop, a value that is no list that a run can hold.
pub(super) fn lost(span: Span, list: Span) -> Diagnostic {
    Diagnostic::new(Code::P0516, span, "this has no value outside of its loop")
        .here("read for all turns at once")
        .label(list, "how many turns there are is known only when running")
        .help(
            "outside of such a loop there are lists of what its tasks write to their outputs: write what is needed to an output (a path is a text too), \
             or bind the list (`-p LIST=a,b`) or declare its parameter `const`, so that each turn has a task of its own; `after` works on every name",
        )
}

/// In a loop, what belongs to the turns of another one.
pub(super) fn other_turn(plan: &Plan, task: TaskId, span: Span) -> Diagnostic {
    let task = plan.task(task);
    Diagnostic::new(Code::P0516, span, format!("`{}` gives this once a turn of another loop", task.name))
        .here("no turn of this loop is a turn of that one")
        .label(task.span, "runs in that loop")
        .help("join the steps into one task, or write one `for` with all the variables, `for a in as, b in bs`: its tasks have the same turns")
}

/// The list of an inner loop differs from turn to turn.
pub(super) fn turn_of_turn(span: Span, outer: Span) -> Diagnostic {
    Diagnostic::new(Code::P0516, span, "the list of this loop differs from turn to turn of the loop around it")
        .here("known only within a turn")
        .label(outer, "how many turns there are is known only when running")
        .help("let a task write all pairs as one list and loop over that, or loop in the script: an engine starts the turns of one list, and no loops in them")
}

/// What is to blame for a value that is not known.
enum Open {
    Param(ParamId),
    Task(TaskId),
    Run,
}

fn blame(value: &Expr) -> Open {
    let (mut param, mut task) = (None, None);
    value.walk(&mut |part| match &part.kind {
        ExprKind::Param(id) => param = param.or(Some(*id)),
        ExprKind::Result(id, _) | ExprKind::Status(id) => task = task.or(Some(*id)),
        ExprKind::Known(_)
        | ExprKind::Artifact { .. }
        | ExprKind::Place { .. }
        | ExprKind::Out(_)
        | ExprKind::StepResult(..)
        | ExprKind::Outcome
        | ExprKind::Turn(_)
        | ExprKind::Concat(_)
        | ExprKind::Not(_)
        | ExprKind::Negate(_)
        | ExprKind::Binary(..)
        | ExprKind::IsNone(_)
        | ExprKind::Coalesce(..)
        | ExprKind::If(..)
        | ExprKind::List(_)
        | ExprKind::Flag(..)
        | ExprKind::Len(_)
        | ExprKind::Join(..)
        | ExprKind::Append(..)
        | ExprKind::Convert(_) => {}
    });
    // A result cannot be bound, so it is named first.
    task.map(Open::Task).or(param.map(Open::Param)).unwrap_or(Open::Run)
}

fn not_known(plan: &Plan, place: impl Display, span: Span, value: &Expr) -> Diagnostic {
    let finding = Diagnostic::new(Code::P0501, span, format!("{place} needs a value that is known when compiling"));
    if let Some(name) = element_of(value) {
        return element_not_known(finding, &name);
    }
    match blame(value) {
        Open::Param(id) => {
            let param = &plan.params[id.index()];
            let name = &param.name;
            finding
                .here(format!("the value depends on the parameter `{name}`"))
                .label(param.span, format!("`{name}` stays open until the run starts"))
                .help(format!("bind it: `-p {name}=VALUE`, or declare it `const {name}: {}`", param.ty))
        }
        Open::Task(id) => {
            let task = plan.task(id);
            finding
                .here(format!("the value comes from the task `{}`", task.name))
                .label(task.span, "known only when this task has run")
                .help("use a constant or a `const` parameter here: an engine reads this place before it runs anything")
        }
        Open::Run => finding
            .here("known only when running")
            .help("use a constant or a `const` parameter here: an engine reads this place before it runs anything"),
    }
}

/// A parameter of a kind that no engine can take when the run starts.
pub(super) fn open_structure(name: &str, ty: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0501, span, format!("the parameter `{name}` has to be known when compiling"))
        .here(format!("`{ty}` has no text form, so no engine can take it when the run starts"))
        .help(format!("give it in a parameter file (`--params FILE` with a key `{name}`), or give it a default and declare it `const`"))
}

/// A record that could stay open, but for one field.
pub(super) fn open_field(param: &str, (field, declared): (&str, Span), ty: &str, span: Span) -> Diagnostic {
    let why = if ty.trim_end_matches('?') == "secret" {
        "a secret is a parameter of its own, which each engine takes by its own means"
    } else {
        "an engine takes one text for each field when the run starts"
    };
    Diagnostic::new(Code::P0501, span, format!("the parameter `{param}` has to be known when compiling"))
        .here(format!("its field `{field}` is a `{ty}`"))
        .label(declared, format!("{why}, and this is none"))
        .help(format!("make `{field}` a parameter beside `{param}`; or give all of it in a parameter file (`--params FILE` with a key `{param}`)"))
}

/// A `const` parameter that nobody gave.
pub(super) fn const_without_value(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0501, span, format!("the `const` parameter `{name}` has no value"))
        .here("neither bound nor given a default")
        .help(format!(
            "bind it: `-p {name}=VALUE`, or write a default behind its type: `const` means known when compiling"
        ))
}

pub(super) fn known_none(place: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0501, span, format!("{place} needs a value, and this is `none`"))
        .here("`none` for the given values")
        .help("give the parameter that it comes from, or write a fallback: `x ?? value`")
}

pub(super) fn out_of_range(op: Op, a: &str, b: &str, ty: &str, span: Span) -> Diagnostic {
    let sign = sign(op);
    let finding = Diagnostic::new(Code::P0316, span, format!("`{a} {sign} {b}` is out of the range of `{ty}`"));
    if matches!(op, Op::Divide | Op::Remainder) && matches!(b, "0" | "0s") {
        return finding
            .here("divides by zero")
            .help("make sure that the divisor is not zero: `if n == 0 then … else …`");
    }
    finding.here("computed when compiling").help(
        "numbers have 64 bits, and durations, sizes and CPU are never negative: an engine would cut or refuse the value",
    )
}

/// The sign of an operator as it is written.
pub(super) fn sign(op: Op) -> &'static str {
    match op {
        Op::Or => "or",
        Op::And => "and",
        Op::Equal => "==",
        Op::Unequal => "!=",
        Op::Less => "<",
        Op::LessEqual => "<=",
        Op::Greater => ">",
        Op::GreaterEqual => ">=",
        Op::In => "in",
        Op::Add => "+",
        Op::Subtract => "-",
        Op::Multiply => "*",
        Op::Divide => "/",
        Op::Remainder => "%",
    }
}

pub(super) fn number_out_of_range(place: &str, value: i64, range: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0316, span, format!("{place} is {value}, which is outside of {range}"))
        .here(format!("{value} for the given values"))
        .help(format!("write a number of {range}"))
}

/// `values`: `name` and text of each part that is known.
pub(super) fn requirement_broken(
    message: Option<&str>,
    span: Span,
    values: &[(String, String, Option<Span>)],
) -> Diagnostic {
    let message = message.map_or_else(
        || "a requirement does not hold".to_owned(),
        |text| format!("a requirement does not hold: {text}"),
    );
    let listed: Vec<String> = values.iter().map(|(name, value, _)| format!("`{name}` is {value}")).collect();
    let here = if listed.is_empty() { "this is false".to_owned() } else { format!("false: {}", listed.join(", ")) };
    let finding = Diagnostic::new(Code::P0505, span, message).here(here);
    let finding = values.iter().fold(finding, |finding, (name, value, place)| match place {
        Some(place) => finding.label(*place, format!("`{name}` is {value} here")),
        None => finding,
    });
    finding.help("give other values: no run with these would be right, so nothing is emitted")
}

pub(super) fn call_broken(
    def: &TaskDef,
    message: Option<&str>,
    call: Span,
    demand: Span,
    values: &[(String, String, Option<Span>)],
) -> Diagnostic {
    let why = message.unwrap_or("what it requires does not hold");
    let listed: Vec<String> = values.iter().map(|(name, value, _)| format!("`{name}` is {value}")).collect();
    let finding = Diagnostic::new(Code::P0520, call, format!("`{}` cannot be called like this: {why}", def.name));
    let finding = if listed.is_empty() { finding } else { finding.here(listed.join(", ")) };
    let finding = values.iter().fold(finding, |finding, (name, value, place)| match place {
        Some(place) => finding.label(*place, format!("`{name}` is {value} here")),
        None => finding,
    });
    finding
        .label(demand, format!("`{}` requires this", def.name))
        .help("give other values, or call it in a `when` that says for which values it is right")
}

pub(super) fn requirement_on_result(plan: &Plan, task: TaskId, span: Span) -> Diagnostic {
    let task = plan.task(task);
    Diagnostic::new(Code::P0501, span, "a `require` needs values that are known before the first task")
        .here(format!("this depends on the task `{}`", task.name))
        .label(task.span, "known only when this task has run")
        .help("a `require` is checked before anything runs; put the check into a task, or the tasks into a `when`")
}

pub(super) fn before_the_first_task(plan: &Plan, place: &str, task: TaskId, span: Span) -> Diagnostic {
    let task = plan.task(task);
    Diagnostic::new(Code::P0501, span, format!("{place} needs a value that is known before the first task"))
        .here(format!("this depends on the task `{}`", task.name))
        .label(task.span, "known only when this task has run")
        .help("use parameters and constants only")
}

pub(super) fn two_exclusives(span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::P0202, span, "a run is `exclusive` by two names")
        .here("the second one")
        .label(first, "the first one")
        .help("a pipeline and those that it calls are one run: leave one of the two out, or give them the same name")
}

pub(super) fn name_clash(name: &str, span: Span, other: Span) -> Diagnostic {
    Diagnostic::new(Code::P0212, span, format!("two tasks of the run would be called `{name}`"))
        .here("the second one")
        .label(other, "the first one")
        .help("names are made from the binding and the values of the loop, in lower case, with `_` for every other sign; rename a binding, or choose values that differ in letters and digits")
}

pub(super) fn name_too_long(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::P0212,
        span,
        format!("the task name `{name}` has {} characters, and a cluster takes 63", name.len()),
    )
    .here("makes the name, with the values of the loops around it")
    .help("give the binding a shorter name: names are never cut silently, since two could become one")
}

pub(super) fn no_workspace(task: &str, output: &str, span: Span, count: usize) -> Diagnostic {
    let why = match count {
        0 => "the pipeline has no workspace",
        _ => "no input of the task lies in a workspace, and the pipeline has several",
    };
    Diagnostic::new(Code::P0403, span, format!("the artifact `{output}` of `{task}` has no workspace to be put in"))
        .here(why)
        .help("say where it stands: `-> (x: X = ws / \"dir\")`, or declare `workspace ws { }` in the pipeline: an artifact is a file that later tasks open")
}

pub(super) fn no_image(task: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0215, span, format!("the task `{task}` has no image"))
        .here("no `image` here, in the call, or in `defaults`")
        .help("write `image: \"…\"` in the task, or once for all in `defaults { image: \"…\" }`")
}

pub(super) fn nothing_to_do(name: &str, span: Span, left_out: &[Span]) -> Diagnostic {
    let finding =
        Diagnostic::new(Code::P0514, span, format!("the pipeline `{name}` has nothing to do for the given values"))
            .here("no task is left");
    let finding = left_out
        .iter()
        .take(3)
        .fold(finding, |finding, span| finding.label(*span, "left out: this is known to be false"));
    finding.help(
        "an engine refuses a run without tasks; bind other values, or leave the parameter open so that the run decides",
    )
}

pub(super) fn cycle(names: &[&str], span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0402, span, format!("tasks wait for each other in a circle: `{}`", names.join("` → `")))
        .here("waits for itself")
        .help("take away one `after`, or move a task to another stage")
}

pub(super) fn workspace_not_known(param: &str, call: Span) -> Diagnostic {
    Diagnostic::new(Code::P0501, call, format!("the workspace of `{param}` has to be known when compiling"))
        .here("chosen only when running")
        .help("call the task once for each workspace, each in a `when` of its own: an engine mounts it before it runs anything")
}

pub(super) fn no_place_in_service(service: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0214, span, format!("the service `{service}` cannot be given a place in a workspace"))
        .here("lies in a workspace, which it does not have")
        .help("let a step send the file to the service once it is ready")
}

pub(super) fn no_port(number: i64, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0316, span, format!("`{number}` is no port"))
        .here("out of range")
        .help("write a number from 1 to 65535, at which the service listens")
}

pub(super) fn same_port(port: u16, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0202, span, format!("two services of one task listen at port {port}"))
        .here("the second one")
        .help(
            "let one of them listen at another port: all services of a task are `localhost` to it, and share its ports",
        )
}

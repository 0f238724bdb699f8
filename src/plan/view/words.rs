//! Expressions, values and reasons in the words of the language.

use crate::plan::value::{cpu_text, size_text};
use crate::plan::{
    Expr, ExprKind, Fan, Needs, OnFailure, Op, Plan, Script, ScriptPart, TaskId, Turn, Ty, Value, Verdict, Why,
    WorkspaceId,
};
use crate::source::Sources;

/// An expression as it would be written in a program.
pub fn expression(plan: &Plan, expr: &Expr) -> String {
    let mut text = String::new();
    write(plan, expr, 0, &mut text);
    text
}

/// When a task runs, in words: `always`, or its condition.
pub fn condition(plan: &Plan, task: TaskId) -> String {
    plan.task(task).condition.as_ref().map_or_else(|| "always".to_owned(), |cond| expression(plan, cond))
}

/// `arch in archs, tag in tags if arch != .s390x`
pub(super) fn fan_words(plan: &Plan, fan: &Fan) -> String {
    let vars = fan.vars.iter().map(|var| format!("{} in {}", var.name, expression(plan, &var.list)));
    let vars = vars.collect::<Vec<_>>().join(", ");
    match &fan.filter {
        Some(filter) => format!("{vars} if {}", expression(plan, filter)),
        None => vars,
    }
}

/// How tightly each operator binds, as in the grammar.
fn strength(op: Op) -> u8 {
    match op {
        Op::Or => 1,
        Op::And => 2,
        Op::Equal | Op::Unequal | Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual | Op::In => 4,
        Op::Add | Op::Subtract => 6,
        Op::Multiply | Op::Divide | Op::Remainder => 7,
    }
}

const NOT: u8 = 3;
const COALESCE: u8 = 5;
const JOIN: u8 = 7;
const ATOM: u8 = 8;

fn sign(op: Op) -> &'static str {
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

/// `around` is how tightly what stands around binds.
fn write(plan: &Plan, expr: &Expr, around: u8, to: &mut String) {
    let own = match &expr.kind {
        ExprKind::Binary(op, ..) => strength(*op),
        ExprKind::Not(inner) if matches!(inner.kind, ExprKind::IsNone(_)) => strength(Op::Unequal),
        ExprKind::Not(_) => NOT,
        ExprKind::IsNone(_) => strength(Op::Equal),
        ExprKind::Coalesce(..) => COALESCE,
        ExprKind::If(..) => 0,
        ExprKind::Append(..) | ExprKind::Place { .. } => JOIN,
        ExprKind::Known(_)
        | ExprKind::Param(_)
        | ExprKind::Result(..)
        | ExprKind::Artifact { .. }
        | ExprKind::Out(_)
        | ExprKind::Status(_)
        | ExprKind::StepResult(..)
        | ExprKind::Outcome
        | ExprKind::Turn(_)
        | ExprKind::Concat(_)
        | ExprKind::Negate(_)
        | ExprKind::List(_)
        | ExprKind::Flag(..)
        | ExprKind::Len(_)
        | ExprKind::Join(..)
        | ExprKind::Convert(_) => ATOM,
    };
    let brackets = own < around;
    if brackets {
        to.push('(');
    }
    write_kind(plan, expr, own, to);
    if brackets {
        to.push(')');
    }
}

fn write_kind(plan: &Plan, expr: &Expr, own: u8, to: &mut String) {
    let pair = |a: &Expr, word: &str, b: &Expr, to: &mut String| {
        write(plan, a, own, to);
        to.push_str(&format!(" {word} "));
        write(plan, b, own + 1, to);
    };
    let call = |name: &str, args: &[&Expr], to: &mut String| {
        to.push_str(name);
        to.push('(');
        write_all(plan, args.iter().copied(), to);
        to.push(')');
    };
    match &expr.kind {
        ExprKind::Known(value) => to.push_str(&value_words(plan, value)),
        ExprKind::Param(id) => to.push_str(&plan.params[id.index()].name),
        ExprKind::Result(task, output) => to.push_str(&output_name(plan, *task, *output)),
        ExprKind::Artifact { task, output, .. } => {
            to.push_str(&output_name(plan, *task, *output));
            let part = [(Ty::Path, ".path"), (Ty::Workspace, ".workspace")];
            part.iter().filter(|(ty, _)| *ty == expr.ty).for_each(|(_, part)| to.push_str(part));
        }
        ExprKind::Place { workspace, path } => place(plan, *workspace, path, own, to),
        ExprKind::Out(output) => to.push_str(&format!("out[{output}]")),
        ExprKind::Status(task) => to.push_str(&format!("{}.status", plan.task(*task).name)),
        ExprKind::StepResult(step, result) => to.push_str(&format!("{step}.{result}")),
        ExprKind::Outcome => to.push_str("outcome"),
        ExprKind::Turn(turn) => to.push_str(&turn_words(plan, turn)),
        ExprKind::Concat(parts) => text_of(plan, parts, to),
        ExprKind::Not(inner) => {
            if let ExprKind::IsNone(one) = &inner.kind {
                write(plan, one, own, to);
                return to.push_str(" != none");
            }
            to.push_str("not ");
            write(plan, inner, own, to);
        }
        ExprKind::Negate(inner) => {
            to.push('-');
            write(plan, inner, ATOM, to);
        }
        ExprKind::Binary(op, a, b) => pair(a, sign(*op), b, to),
        ExprKind::IsNone(one) => {
            write(plan, one, own, to);
            to.push_str(" == none");
        }
        ExprKind::Coalesce(a, b) => pair(a, "??", b, to),
        ExprKind::If(cond, then, otherwise) => {
            to.push_str("if ");
            write(plan, cond, 1, to);
            to.push_str(" then ");
            write(plan, then, 1, to);
            to.push_str(" else ");
            write(plan, otherwise, 0, to);
        }
        ExprKind::List(elements) => {
            to.push('[');
            write_all(plan, elements.iter(), to);
            to.push(']');
        }
        ExprKind::Flag(name, value) => call("flag", &[&Expr::string(&**name), value], to),
        ExprKind::Len(list) => call("len", &[list], to),
        ExprKind::Join(list, separator) => call("join", &[list, separator], to),
        ExprKind::Append(a, b) => call("concat", &[a, b], to),
        ExprKind::Convert(inner) => call(&expr.ty.to_string(), &[inner], to),
    }
}

fn write_all<'a>(plan: &Plan, list: impl Iterator<Item = &'a Expr>, to: &mut String) {
    for (at, one) in list.enumerate() {
        if at > 0 {
            to.push_str(", ");
        }
        write(plan, one, 0, to);
    }
}

fn place(plan: &Plan, workspace: WorkspaceId, path: &Expr, own: u8, to: &mut String) {
    to.push_str(&plan.workspaces[workspace.index()].name);
    if path.value().and_then(Value::text).is_none_or(|path| !path.is_empty()) {
        to.push_str(" / ");
        write(plan, path, own + 1, to);
    }
}

fn text_of(plan: &Plan, parts: &[Expr], to: &mut String) {
    to.push('"');
    for part in parts {
        match part.value().and_then(Value::text) {
            Some(text) => to.push_str(&escaped(&text)),
            None => to.push_str(&format!("~{{{}}}", expression(plan, part))),
        }
    }
    to.push('"');
}

/// A value as it would be written in a program.
pub(super) fn value_words(plan: &Plan, value: &Value) -> String {
    match value {
        Value::None => "none".to_owned(),
        Value::Text(text) => format!("\"{}\"", escaped(text)),
        Value::Case(text)
            if text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') =>
        {
            format!(".{text}")
        }
        Value::Case(text) => format!("\"{text}\""),
        Value::Duration(milliseconds) => duration_words(*milliseconds),
        Value::Secret(name) => format!("secret(\"{name}\")"),
        Value::Workspace(id) => plan.workspaces[id.index()].name.clone(),
        Value::List(list) => {
            let list: Vec<String> = list.iter().map(|one| value_words(plan, one)).collect();
            format!("[{}]", list.join(", "))
        }
        Value::Record(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, one)| format!("{name}: {}", value_words(plan, one))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Value::Bool(_) | Value::Int(_) | Value::Size(_) | Value::Cpu(_) => value.text().unwrap_or_default(),
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push_str("\\t"),
            '\r' => escaped.push_str("\\r"),
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            sign if sign.is_control() => escaped.push_str(&format!("\\u{{{:x}}}", u32::from(sign))),
            sign => escaped.push(sign),
        }
    }
    escaped.replace("~{", "\\~{")
}

/// What a task of a loop reads of its turn.
fn turn_words(plan: &Plan, turn: &Turn) -> String {
    match turn {
        Turn::Element(_, name) => name.to_string(),
        Turn::Number => "turn".to_owned(),
        Turn::Output(task, output) => format!("{}[turn]", output_name(plan, *task, *output)),
        Turn::Lost(_) => "turn.lost".to_owned(),
    }
}

/// `base.ostree`, or the task alone when its output has no name.
fn output_name(plan: &Plan, task: TaskId, output: u32) -> String {
    let task = plan.task(task);
    match task.outputs.get(output as usize) {
        Some(output) if !output.name.is_empty() => format!("{}.{}", task.name, output.name),
        _ => task.name.clone(),
    }
}

/// `1h30min`
pub(super) fn duration_words(milliseconds: i64) -> String {
    let units = [("h", 3_600_000), ("min", 60_000), ("s", 1_000), ("ms", 1)];
    let mut rest = milliseconds;
    let mut words = String::new();
    for (unit, length) in units {
        if rest >= length {
            words.push_str(&format!("{}{unit}", rest / length));
            rest %= length;
        }
    }
    if words.is_empty() { "0s".to_owned() } else { words }
}

/// What a task asks of its machine; nothing for one that asks for nothing.
pub(super) fn needs_words(needs: &Needs) -> String {
    let mut words = Vec::new();
    let mut add = |asked: bool, text: String| {
        if asked {
            words.push(text);
        }
    };
    add(needs.kvm, "kvm".to_owned());
    add(needs.privileged, "privileged".to_owned());
    add(needs.cpu.is_some(), format!("{} cpu", cpu_text(needs.cpu.unwrap_or(0))));
    add(needs.memory.is_some(), format!("{} memory", size_text(needs.memory.unwrap_or(0))));
    add(needs.disk.is_some(), format!("{} disk", size_text(needs.disk.unwrap_or(0))));
    add(needs.arch.is_some(), needs.arch.clone().unwrap_or_default());
    add(!needs.network, "no network".to_owned());
    words.join(", ")
}

/// Why one task waits for another, without the place.
pub(super) fn why_words(plan: &Plan, from: TaskId, why: &Why) -> String {
    match why {
        Why::Output(output, _) => match plan.task(from).outputs.get(*output as usize) {
            Some(output) if !output.name.is_empty() => format!("reads `{}`", output.name),
            _ => "reads its output".to_owned(),
        },
        Why::Condition(_) => "decides by it whether to run".to_owned(),
        Why::After(_) => "`after`".to_owned(),
        Why::Stage(stages) => format!("stage `{}` follows stage `{}`", stages.1, stages.0),
    }
}

/// `file.pipe:12`, where there is one line that says so.
pub(super) fn why_origin(sources: &Sources, why: &Why) -> Option<String> {
    match why {
        Why::Output(_, span) | Why::Condition(span) | Why::After(span) => Some(sources.origin(*span)),
        Why::Stage(..) => None,
    }
}

pub(super) fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "ok",
        Verdict::Warn => "warn",
        Verdict::Skip => "skip",
        Verdict::Fail => "fail",
    }
}

pub(super) fn on_failure_word(on_failure: OnFailure) -> &'static str {
    match on_failure {
        OnFailure::Stop => "stop",
        OnFailure::GoOn => "go_on",
    }
}

/// The script with its values as they would be written.
pub(super) fn script_words(plan: &Plan, script: &Script) -> String {
    let mut text = String::new();
    for part in &script.parts {
        match part {
            ScriptPart::Text(part) => text.push_str(part),
            ScriptPart::Slot(slot, _) => {
                let value = &script.slots[*slot as usize].value;
                text.push_str(&format!("~{{{}}}", expression(plan, value)));
            }
        }
    }
    text
}

//! Conditions as expressions of the program.

use super::condition::Cond;
use super::cx::Cx;
use super::findings;
use super::model::At;
use super::refs::{Var, only};
use super::scope::Scope;
use super::slots::Ty;
use super::value::{self, Bit, Hole};
use crate::source::Span;

/// All of them together.
pub(super) fn all<'a>(
    conds: &[Cond],
    scope: Scope<'_, 'a>,
    span: Span,
    cx: &mut Cx<'a, '_>,
    remarks: &mut Vec<String>,
) -> String {
    let parts: Vec<String> = conds
        .iter()
        .map(|cond| {
            let text = expr(cond, scope, span, cx, remarks);
            if conds.len() > 1 && matches!(cond, Cond::Any(_)) { format!("({text})") } else { text }
        })
        .collect();
    parts.join(" and ")
}

fn expr<'a>(cond: &Cond, scope: Scope<'_, 'a>, span: Span, cx: &mut Cx<'a, '_>, remarks: &mut Vec<String>) -> String {
    match cond {
        Cond::Known(value) => value.to_string(),
        Cond::Not(inner) => format!("not ({})", expr(inner, scope, span, cx, remarks)),
        Cond::All(list) => {
            let parts: Vec<String> = list.iter().map(|one| bracketed(one, scope, span, cx, remarks)).collect();
            parts.join(" and ")
        }
        Cond::Any(list) => {
            let parts: Vec<String> = list.iter().map(|one| bracketed(one, scope, span, cx, remarks)).collect();
            parts.join(" or ")
        }
        Cond::In { input, holds, values } => one_of(input, *holds, values, scope, span, cx, remarks),
    }
}

fn bracketed<'a>(
    cond: &Cond,
    scope: Scope<'_, 'a>,
    span: Span,
    cx: &mut Cx<'a, '_>,
    remarks: &mut Vec<String>,
) -> String {
    let text = expr(cond, scope, span, cx, remarks);
    if matches!(cond, Cond::Any(_) | Cond::All(_)) { format!("({text})") } else { text }
}

fn one_of<'a>(
    input: &str,
    holds: bool,
    values: &[String],
    scope: Scope<'_, 'a>,
    span: Span,
    cx: &mut Cx<'a, '_>,
    remarks: &mut Vec<String>,
) -> String {
    if let Some(Var::Status(_) | Var::Outcome) = only(input) {
        return ended(input, holds, values, scope, span, cx);
    }
    let bits = scope.bits(&At::new(input, span), cx, remarks);
    if let Some(Hole { expr, ty: Ty::Bool }) = value::only(&bits) {
        return of_bool(expr, holds, values);
    }
    let texts: Vec<Vec<Bit>> = values.iter().map(|one| scope.bits(&At::new(one.as_str(), span), cx, remarks)).collect();
    let left = value::text_expr(&bits);
    if let ([_], None) = (texts.as_slice(), whole_list(&texts)) {
        let sign = if holds { "==" } else { "!=" };
        return format!("{left} {sign} {}", value::text_expr(&texts[0]));
    }
    let list = value::list_expr(&texts);
    if holds { format!("{left} in {list}") } else { format!("not ({left} in {list})") }
}

fn whole_list(texts: &[Vec<Bit>]) -> Option<&Hole> {
    texts.iter().find_map(|bits| value::only(bits).filter(|hole| hole.ty == Ty::List))
}

fn of_bool(expr: &str, holds: bool, values: &[String]) -> String {
    let has = |word: &str| values.iter().any(|value| value == word) == holds;
    // An optional workspace is asked with `!=`.
    let denied = expr.strip_suffix(" != none").map_or_else(|| format!("not {expr}"), |name| format!("{name} == none"));
    match (has("true"), has("false")) {
        (true, true) => "true".to_owned(),
        (true, false) => expr.to_owned(),
        (false, true) => denied,
        (false, false) => "false".to_owned(),
    }
}

/// How a task, or all of them, ended.
fn ended(input: &str, holds: bool, values: &[String], scope: Scope<'_, '_>, span: Span, cx: &mut Cx<'_, '_>) -> String {
    let (subject, words): (String, &[(&str, &str)]) = match only(input) {
        Some(Var::Status(task)) => {
            let call = scope.pipeline.and_then(|(pipeline, ..)| pipeline.calls.iter().find(|call| call.theirs == task));
            let name = call.map_or_else(|| task.to_owned(), |call| call.ours.clone());
            (format!("{name}.status"), &[("Succeeded", ".succeeded"), ("Failed", ".failed"), ("None", ".skipped")])
        }
        _ => (
            "outcome".to_owned(),
            &[("Succeeded", ".succeeded"), ("Completed", ".succeeded"), ("Failed", ".failed"), ("None", ".cancelled")],
        ),
    };
    let mut cases: Vec<&str> = Vec::new();
    for value in values {
        match words.iter().find(|(theirs, _)| theirs == value) {
            Some((_, case)) if !cases.contains(case) => cases.push(case),
            Some(_) => {}
            None => {
                let known: Vec<&str> = words.iter().map(|(theirs, _)| *theirs).collect();
                cx.push(findings::unknown(span, "the status", value, &known));
            }
        }
    }
    let says = |word: &str| values.iter().any(|value| value == word);
    if subject == "outcome" && says("Succeeded") != says("Completed") {
        let message = "the run asks for `Succeeded` and not for `Completed`, or the other way round";
        let help = "taken for both: the program does not tell a run in which a condition left a task out from one in which all ran";
        cx.push(findings::assumed(span, message, help));
    }
    match cases.as_slice() {
        [] => (!holds).to_string(),
        [one] => format!("{subject} {} {one}", if holds { "==" } else { "!=" }),
        several => {
            let list = format!("{subject} in [{}]", several.join(", "));
            if holds { list } else { format!("not ({list})") }
        }
    }
}

//! What is too large for a pod, a process or the store of a cluster, with what it is made of.

use super::inputs::Variable;
use super::lower::{Container, Lowered, Unit};
use super::{artifacts, escape, object, object_size, text_length};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::Output;
use crate::source::Span;

/// All scripts of a task travel as base64 in one argument, which ends with a NUL byte.
pub(super) const SCRIPTS: usize = LONGEST_TEXT;
/// What stands around each script there.
pub(super) const SCRIPT_FRAME: usize = 200;
/// `MAX_ARG_STRLEN` of Linux: one variable with its name, or one argument, and the NUL byte behind it.
const LONGEST_TEXT: usize = 131_072;
/// A quarter of the stack of a process, by default: all its variables and arguments, with a pointer to each.
const ALL_TEXTS: usize = 2 << 20;
/// A pointer.
const POINTER: usize = 8;
/// What a container may say when it ends: the results, as JSON.
const MESSAGE: usize = 4096;
/// What all containers of a pod may say together; each has an equal part of it.
const MESSAGES: usize = 12_288;
/// The containers that are in every pod beside steps and sidecars: one brings the entrypoint, one the scripts.
const INIT_CONTAINERS: usize = 2;
/// When it was started, which stands there too: `[{"key":"StartedAt","value":"2026-01-01T00:00:00.000Z","type":3}]`
const MESSAGE_FRAME: usize = 66;
/// What stands around each result there: `{"key":"","value":"","type":1},`
pub(super) const RESULT_FRAME: usize = 31;
/// The number of its turn before each value of a loop: `255:`
const TURN: usize = 4;
/// More parts than this are not told apart.
const MOST_PARTS: usize = 6;

pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    for unit in lowered.tasks.iter().chain(&lowered.finally) {
        scripts(unit, out);
        texts(unit, out);
        results(lowered, unit, out);
    }
    object_size::report(lowered, out);
}

/// Whether the scripts of a task can travel with it.
pub(super) fn scripts_fit(unit: &Unit<'_>) -> bool {
    carried(unit).map(|(_, size)| size).sum::<usize>() < SCRIPTS
}

/// What of the argument each script takes.
pub(super) fn carried<'u>(unit: &'u Unit<'_>) -> impl Iterator<Item = (&'u str, usize)> {
    let steps = unit.steps.iter().filter(|step| step.wiring.command.is_empty());
    let steps = steps.map(|step| (step.name.as_str(), &step.script));
    let sidecars = unit.sidecars.iter().filter(|sidecar| sidecar.wiring.command.is_empty());
    let sidecars = sidecars.filter_map(|sidecar| Some((sidecar.name.as_str(), sidecar.script.as_ref()?)));
    steps.chain(sidecars).map(|(name, script)| (name, script.len().div_ceil(3) * 4 + SCRIPT_FRAME))
}

fn scripts(unit: &Unit<'_>, out: &mut Diagnostics) {
    if scripts_fit(unit) {
        return;
    }
    let parts = carried(unit).map(|(name, size)| (format!("`{name}`"), size)).collect();
    let message = format!("the scripts of `{}` are too long for tekton", unit.name);
    out.push(
        Diagnostic::new(Code::P0603, unit.span, message)
            .here(format!("as base64: {}", sum(parts, SCRIPTS)))
            .help("write `target tekton { scripts: .split }`, which brings long scripts in variables, or `.config_map`, which keeps all of them in an object of their own; or put the text into a file of the repository and call it: the scripts of a task travel in one argument, and with a longer one no pod starts"),
    );
}

fn texts(unit: &Unit<'_>, out: &mut Diagnostics) {
    // What is written is never shorter than what a process gets of it, so by far the most need no closer look.
    for step in unit.steps.iter().filter(|step| written(step) > LONGEST_TEXT) {
        for (name, size) in step.wiring.env.iter().filter_map(variable).filter(|(_, size)| *size > LONGEST_TEXT) {
            let parts = vec![
                ("name and `=`".to_owned(), name.len() + 1),
                ("value".to_owned(), size - name.len() - 2),
                ("NUL".to_owned(), 1),
            ];
            out.push(too_long(
                &format!("the variable `{name}` of `{}`", unit.name),
                step.span,
                sum(parts, LONGEST_TEXT),
            ));
        }
        let args = step.wiring.args.iter().map(|arg| (escape::length(arg) + 1, arg));
        if let Some((size, arg)) = args.filter(|(size, _)| *size > LONGEST_TEXT).max() {
            let parts = vec![("text".to_owned(), size - 1), ("NUL".to_owned(), 1)];
            // Behind the tool in front of commands, a script is an argument.
            let what = if arg.starts_with("#!") { "the script" } else { "an element of a list" };
            out.push(too_long(&format!("{what} of `{}`", unit.name), step.span, sum(parts, LONGEST_TEXT)));
        }
        together(unit, step, out);
    }
}

fn written(step: &Container<'_>) -> usize {
    let env = step.wiring.env.iter().map(|variable| match variable {
        Variable::Text(name, value) => name.len() + value.len() + 2,
        Variable::Secret { .. } => 0,
    });
    env.sum::<usize>() + step.wiring.args.iter().map(|arg| arg.len() + 1).sum::<usize>()
}

fn together(unit: &Unit<'_>, step: &Container<'_>, out: &mut Diagnostics) {
    let env = || step.wiring.env.iter().filter_map(variable).map(|(name, size)| (name, size + POINTER));
    let args: usize = step.wiring.args.iter().map(|arg| escape::length(arg) + 1 + POINTER).sum();
    if env().map(|(_, size)| size).sum::<usize>() + args > ALL_TEXTS {
        let mut parts: Vec<(String, usize)> = env().map(|(name, size)| (format!("`{name}`"), size)).collect();
        parts.push(("arguments".to_owned(), args));
        let what = format!("all that step `{}` of `{}` is given", step.name, unit.name);
        out.push(too_long(&what, step.span, sum(parts, ALL_TEXTS)));
    }
}

/// What a process gets of a variable: name, sign, value, NUL.
fn variable<'v>(variable: &'v Variable<'_>) -> Option<(&'v str, usize)> {
    match variable {
        Variable::Text(name, value) => Some((name, name.len() + escape::length(value) + 2)),
        Variable::Secret { .. } => None,
    }
}

fn too_long(what: &str, span: Span, sum: String) -> Diagnostic {
    Diagnostic::new(Code::P0603, span, format!("{what} is too long for tekton"))
        .here(sum)
        .help("write it to a file in a workspace and give the task the path: no program can be started with more")
}

fn results(lowered: &Lowered<'_>, unit: &Unit<'_>, out: &mut Diagnostics) {
    let Some(id) = unit.id else { return };
    let task = lowered.plan.task(id);
    let turn = if task.fan.is_some() { TURN } else { 0 };
    let size = |name: &str| {
        let called = |at: usize| lowered.names.outside_result(lowered.plan, id, at);
        let is = |(at, output): &(usize, &Output)| {
            output.place.is_none() && (called(*at) == name || object::apart(&called(*at)) == name)
        };
        let value = task.outputs.iter().enumerate().find(is).map_or(0, |(_, output)| text_length::known(&output.ty));
        name.len() + value + turn + RESULT_FRAME
    };
    let containers = unit.steps.len() + unit.sidecars.len() + INIT_CONTAINERS;
    let limit = MESSAGE.min(MESSAGES / containers);
    // Every step repeats the results that are there when it ends, so the last one, which tells of artifacts, has all of it.
    let told = artifacts::sizes(lowered, unit);
    let all = unit.results.iter().map(|(name, _)| size(name)).chain(told.iter().map(|(_, size)| *size));
    if MESSAGE_FRAME + all.sum::<usize>() <= limit {
        return;
    }
    let mut parts = vec![("the time".to_owned(), MESSAGE_FRAME)];
    parts.extend(unit.results.iter().map(|(name, _)| (format!("`{name}`"), size(name))));
    parts.extend(told);
    let of_pod = if limit < MESSAGE {
        format!("; a pod of {containers} containers has {} for all", count(MESSAGES))
    } else {
        String::new()
    };
    out.push(
        Diagnostic::new(Code::P0603, task.span, format!("`{}` has too many outputs for tekton", task.name))
            .here(sum(parts, limit))
            .help(format!("write most of them to one file in a workspace, or make several tasks: what does not fit is cut off, and the task fails. Each takes its name, the longest value that is known of its type (a text of any length counts as its shortest) and {RESULT_FRAME} bytes around it{of_pod}")),
    );
}

/// `40,112 (a) + 91,000 (b) = 131,112 bytes, of 131,072`
pub(super) fn sum(mut parts: Vec<(String, usize)>, limit: usize) -> String {
    let total: usize = parts.iter().map(|(_, size)| size).sum();
    if parts.len() > MOST_PARTS {
        parts.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
        let rest = parts.split_off(MOST_PARTS - 1);
        parts.push((format!("{} more", rest.len()), rest.iter().map(|(_, size)| size).sum()));
    }
    let shown: Vec<String> = parts.iter().map(|(name, size)| format!("{} ({name})", count(*size))).collect();
    let shown = if shown.len() > 1 { format!("{} = ", shown.join(" + ")) } else { String::new() };
    format!("{shown}{} bytes, of {}", count(total), count(limit))
}

/// With a comma at the thousands.
pub(super) fn count(number: usize) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut out = digits[..first].to_owned();
    for (at, digit) in digits[first..].chars().enumerate() {
        if at % 3 == 0 && !out.is_empty() {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_shown() {
        assert_eq!(
            [0, 12, 999, 1000, 131_072, 1_048_576].map(count),
            ["0", "12", "999", "1,000", "131,072", "1,048,576"]
        );
        assert_eq!(sum(vec![("a".to_owned(), 2000)], 1000), "2,000 bytes, of 1,000");
        let parts = |n: usize| (1..=n).map(|at| (format!("`{at}`"), at)).collect::<Vec<_>>();
        assert_eq!(sum(parts(2), 2), "1 (`1`) + 2 (`2`) = 3 bytes, of 2");
        assert_eq!(
            sum(parts(9), 40),
            "9 (`9`) + 8 (`8`) + 7 (`7`) + 6 (`6`) + 5 (`5`) + 10 (4 more) = 45 bytes, of 40"
        );
    }
}

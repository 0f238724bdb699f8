//! The declarations of what is kept elsewhere.

use super::cx::Cx;
use super::model::Extern;
use super::names::Style;
use super::slots::Ty;
use super::text::{STEP, WIDTH, bracketed, columns, record, remarks};
use super::value::Value;
use crate::import::script::quoted;
use crate::source::Span;

const STYLES: [Style; 3] = [Style::Kebab, Style::Camel, Style::Upper];

/// `extern task name(params) -> (results) { place }`
pub(super) fn write(at: usize, origins: &mut Vec<(String, Span)>, cx: &mut Cx<'_, '_>) -> String {
    let types: Vec<Ty> = {
        let slots: Vec<_> = cx.externs[at].params.iter().map(|param| param.slot).collect();
        slots.into_iter().map(|slot| cx.slots.ty(slot)).collect()
    };
    let one = &cx.externs[at];
    origins.push((one.ours.clone(), one.span));
    let head = format!("extern {} {}", one.word, one.ours);
    let params = parameters(one, &types);
    let outputs = outputs(one);
    let fields = fields(one, &one.ours);
    let shown = |line: &str| columns(line, &fields, STEP);
    let whole = format!("{head}({}){outputs} {{ {} }}", params.join(", "), fields.join(", "));
    let notes = remarks(&one.remarks, 0);
    if shown(&whole) <= WIDTH {
        return format!("{notes}{whole}\n");
    }
    let flat = format!("{head}({}){outputs}", params.join(", "));
    let beside = format!("){outputs} {{ {} }}", fields.join(", "));
    let is_short = shown(&beside) <= WIDTH;
    let fields = fields.join(", ");
    // With room for the bracket that opens.
    if flat.chars().count() + " {".len() <= WIDTH {
        return format!("{notes}{flat} {{\n    {fields}\n}}\n");
    }
    let broken = bracketed(&head, &params, "", WIDTH);
    if is_short {
        return format!("{notes}{broken}{outputs} {{ {fields} }}\n");
    }
    format!("{notes}{broken}{outputs} {{\n    {fields}\n}}\n")
}

/// `extern task name(args) -> (results) { place }`, called where it is declared; `more` are fields of the call, and
/// `tail` is what stands behind it.
pub(super) fn in_place(
    one: &Extern,
    name: &str,
    args: &[String],
    (more, tail): (Vec<String>, &str),
    margin: usize,
) -> String {
    let head = format!("extern {} {name}", one.word);
    let outputs = outputs(one);
    let mut fields = fields(one, name);
    fields.extend(more);
    let parens = if args.is_empty() { String::new() } else { format!("({})", args.join(", ")) };
    let pad = " ".repeat(margin);
    let whole = format!("{head}{parens}{outputs} {{ {} }}{tail}", fields.join(", "));
    if margin + columns(&whole, &fields, margin + STEP) <= WIDTH {
        return whole;
    }
    let broken = match args {
        [] => format!("{head}{outputs} {{"),
        args => bracketed(&head, args, &format!("{outputs} {{"), margin),
    };
    // Behind a head of several lines, with a text that has no room on any other either.
    let beside = format!("){outputs} {{ {} }}{tail}", fields.join(", "));
    let is_short = broken.contains('\n') && margin + columns(&beside, &fields, margin + STEP) <= WIDTH;
    let fields = fields.join(", ");
    if is_short { format!("{broken} {fields} }}{tail}") } else { format!("{broken}\n{pad}    {fields}\n{pad}}}{tail}") }
}

/// ` -> (commit: string)`
fn outputs(one: &Extern) -> String {
    let outputs: Vec<String> = one
        .results
        .iter()
        .map(|(_, ours, is_list)| format!("{ours}: {}", if *is_list { "[string]" } else { "string" }))
        .collect();
    if outputs.is_empty() { String::new() } else { format!(" -> ({})", outputs.join(", ")) }
}

fn parameters(one: &Extern, types: &[Ty]) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for (param, ty) in one.params.iter().zip(types) {
        let shown = match ty {
            Ty::Bool => "bool",
            Ty::Text if param.is_place && one.word == "step" => "path",
            Ty::Text => "string",
            Ty::List => "[string]",
            Ty::Record(name) => name,
        };
        // Whoever does not give it gets what it has there.
        let missing = match one.always(param) {
            _ if param.given < one.calls => "? = none".to_owned(),
            Some(text) => format!(" = {}", Value::word(&text).expr(ty)),
            None => String::new(),
        };
        list.push(format!("{}: {shown}{missing}", param.ours));
    }
    for space in &one.spaces {
        let missing = match (space.given < one.calls, space.optional) {
            (true, _) => "? = none",
            (false, true) => "?",
            (false, false) => "",
        };
        list.push(format!("{}: workspace{missing}", space.ours));
    }
    list
}

/// What stands in its block; `name` is that of the declaration.
fn fields(one: &Extern, name: &str) -> Vec<String> {
    let params = || one.params.iter().map(|param| (param.ours.as_str(), param.theirs.as_str()));
    let results = || one.results.iter().map(|(theirs, ours, _)| (ours.as_str(), theirs.as_str()));
    let spaces = || one.spaces.iter().map(|space| (space.ours.as_str(), space.theirs.as_str()));
    let style = Style::of_most(params().chain(results()), spaces(), &STYLES);
    let mut fields: Vec<String> = one
        .place
        .iter()
        .filter(|(field, text)| !(*field == "name" && *text == name.replace('_', "-")))
        .map(|(field, text)| format!("{field}: {}", quoted(text)))
        .collect();
    if one.unpinned {
        fields.push("unpinned: true".to_owned());
    }
    if style != Style::AsWritten {
        fields.push(format!("names: {}", style.case()));
    }
    let others = |name: &str, pairs: Vec<(&str, &str)>, style: Style| {
        let rest: Vec<(String, String)> = pairs
            .into_iter()
            .filter(|(ours, theirs)| style.spell(ours) != *theirs)
            .map(|(ours, theirs)| (ours.to_owned(), quoted(theirs)))
            .collect();
        (!rest.is_empty()).then(|| format!("{name}: {}", record(&rest, 4, name.len() + 2)))
    };
    fields.extend(others("params", params().collect(), style));
    fields.extend(others("results", results().collect(), style));
    fields.extend(others("workspaces", spaces().collect(), style.of_places()));
    fields
}

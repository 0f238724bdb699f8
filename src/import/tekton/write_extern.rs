//! The declarations of what is kept elsewhere.

use super::cx::Cx;
use super::model::Extern;
use super::names::Style;
use super::slots::Ty;
use super::text::{STEP, WIDTH, bracketed, columns, record, remarks};
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
    let outputs: Vec<String> = one
        .results
        .iter()
        .map(|(_, ours, is_list)| format!("{ours}: {}", if *is_list { "[string]" } else { "string" }))
        .collect();
    let outputs = if outputs.is_empty() { String::new() } else { format!(" -> ({})", outputs.join(", ")) };
    let fields = fields(one);
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
        let missing = if param.given < one.calls { "? = none" } else { "" };
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

fn fields(one: &Extern) -> Vec<String> {
    let params = || one.params.iter().map(|param| (param.ours.as_str(), param.theirs.as_str()));
    let results = || one.results.iter().map(|(theirs, ours, _)| (ours.as_str(), theirs.as_str()));
    let spaces = || one.spaces.iter().map(|space| (space.ours.as_str(), space.theirs.as_str()));
    let style = Style::of_most(params().chain(results()), spaces(), &STYLES);
    let mut fields: Vec<String> = one
        .place
        .iter()
        .filter(|(field, text)| !(*field == "name" && *text == one.ours.replace('_', "-")))
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

//! What the API takes and drops: nobody is told, and the build is another one than what is written.

use crate::diag::code::Code;
use crate::diag::did_you_mean;
use crate::source::Span;
use crate::verify::cx::{Cx, finding, listed};
use crate::verify::scalars;
use crate::verify::shapes::Field;
use crate::yaml_read::Key;

/// A key that is not known.
pub(crate) fn key(known: &[Field], key: &Key, cx: &mut Cx<'_>) {
    let name = key.text.as_str();
    let names = known.iter().map(|field| field.name);
    let other_case = names.clone().find(|one| one.eq_ignore_ascii_case(name));
    let near = other_case.or_else(|| did_you_mean(name, names.clone()));
    let some: Vec<&str> = names.take(6).collect();
    let hint = near
        .map_or_else(|| format!("there are {}, and others", listed(&some)), |near| format!("did you mean `{near}`?"));
    let help =
        format!("{hint}; the API takes the document and drops the key, unless it is applied with `--validate=strict`");
    let found = finding(Code::P0685, key.span, format!("there is no key `{name}` here"), "dropped", help);
    cx.push(match near {
        Some(near) => found.fix(format!("write `{near}`"), key.span, near),
        None => found,
    });
}

/// Something else that is dropped.
pub(super) fn part(at: Span, message: String, help: &str, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0685, at, message, "dropped", help));
}

/// A key of somebody's own that a reader of YAML takes for a bool or a number first.
pub(crate) fn renamed(key: &Key, cx: &mut Cx<'_>) {
    let is_plain = cx.source(key.span) == key.text;
    if let Some(read) = scalars::old_reading(&key.text).filter(|_| cx.drops && is_plain) {
        let message = format!("the key `{}` is read as {read}, and gets another name", key.text);
        let help = format!("put it in quotes, `\"{}\"`", key.text);
        let found = finding(Code::P0666, key.span, message, "without quotes", help);
        cx.push(found.fix("put it in quotes", key.span, format!("\"{}\"", key.text)));
    }
}

//! Every key and every scalar, as the admission of a cluster reads them.

use super::build;
use super::cx::{Cx, finding, listed};
use super::scalars;
use super::shapes::{Field, Kind, fields};
use super::since;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, did_you_mean};
use crate::source::Span;
use crate::yaml_read::look::Look;
use crate::yaml_read::{Key, Node, Yaml};

/// Checks an object against its line of the table.
pub(super) fn object(shape: &'static str, node: &Node, cx: &mut Cx<'_>) {
    let entries = match &node.value {
        Yaml::Map(entries) => entries,
        Yaml::Null => return,
        Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) | Yaml::Text { .. } | Yaml::List(_) => {
            return wrong(node, "a map of fields", &format!("write `key: value` lines: {}", some(fields(shape))), cx);
        }
    };
    let known = fields(shape);
    for (key, value) in entries {
        match known.iter().find(|field| field.name == key.text) {
            Some(field) => {
                since::key(shape, field.name, key.span, value, cx);
                kind(&field.kind, field.name, value, cx);
            }
            None => unknown_key(shape, known, key, cx),
        }
    }
    for field in known.iter().filter(|field| field.required) {
        let is_said = |value: &Node| value.value != Yaml::Null || field.kind == Kind::Value;
        if !entries.iter().any(|(key, value)| key.text == field.name && is_said(value)) {
            missing(field.name, node, cx);
        }
    }
}

fn some(fields: &[Field]) -> String {
    listed(&fields.iter().take(6).map(|field| field.name).collect::<Vec<_>>())
}

fn missing(name: &str, node: &Node, cx: &mut Cx<'_>) {
    let at = node.entries().first().map_or(node.span, |(key, _)| key.span);
    let help = format!("add `{name}:`; without it the cluster refuses the document");
    cx.push(finding(Code::P0644, at, format!("`{name}` is missing"), "in this object", help));
}

/// Checks one value.
fn kind(kind: &Kind, name: &str, node: &Node, cx: &mut Cx<'_>) {
    if node.value == Yaml::Null && *kind != Kind::Value {
        return;
    }
    // What a template puts here is not known.
    let is_scalar = !matches!(node.value, Yaml::List(_) | Yaml::Map(_));
    if is_scalar && *kind != Kind::Value && cx.source(node.span).contains("{{") {
        return;
    }
    match kind {
        Kind::Any => {}
        Kind::Text => text(node, cx),
        Kind::Bool => bool(node, cx),
        Kind::Int => int(node, false, cx),
        Kind::Long => int(node, true, cx),
        Kind::Number => number(node, cx),
        Kind::IntOrText => {
            let large = matches!(node.value, Yaml::Int(value) if value > i64::from(i32::MAX));
            if large || matches!(node.value, Yaml::List(_) | Yaml::Map(_) | Yaml::Bool(_) | Yaml::Float(_)) {
                wrong(node, "a number or a text", "write a port as `8080`, or its name", cx);
            }
        }
        Kind::Quantity => quantity(node, cx),
        Kind::Duration => duration(node, cx),
        Kind::Value => value(node, cx),
        Kind::Word(words) => word(words, name, node, cx),
        Kind::Object(shape) => object(shape, node, cx),
        Kind::List(inner) => list(inner, name, node, cx),
        Kind::Map(inner) => map(inner, node, cx),
    }
}

fn list(inner: &Kind, name: &str, node: &Node, cx: &mut Cx<'_>) {
    match &node.value {
        Yaml::List(items) => {
            for item in items {
                kind(inner, name, item, cx);
                if item.value == Yaml::Null && is_refused_empty(inner, name) {
                    wrong(item, "an element", "write it, or remove the `-`: an empty one is refused", cx);
                }
            }
        }
        Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) | Yaml::Text { .. } | Yaml::Map(_) => {
            wrong(node, "a list", "write each element in a line of its own that begins with `- `", cx);
        }
    }
}

/// Whether an element of which nothing is said lacks what it must have.
fn is_refused_empty(inner: &Kind, name: &str) -> bool {
    const SHAPES: [&str; 11] = [
        "Binding",
        "Step",
        "Sidecar",
        "ParamSpec",
        "TaskResult",
        "StepResult",
        "PipelineResult",
        "PipelineTask",
        "PipelineWorkspace",
        "WorkspaceUse",
        "RunWorkspace",
    ];
    matches!(inner, Kind::Object(shape) if SHAPES.contains(shape)) || matches!(name, "when" | "runAfter")
}

fn map(inner: &Kind, node: &Node, cx: &mut Cx<'_>) {
    match &node.value {
        Yaml::Map(entries) => {
            for (key, item) in entries {
                build::dropped::renamed(key, cx);
                kind(inner, &key.text, item, cx);
            }
        }
        Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) | Yaml::Text { .. } | Yaml::List(_) => {
            wrong(node, "a map", "write `name: value` lines", cx);
        }
    }
}

fn text(node: &Node, cx: &mut Cx<'_>) {
    let read = match &node.value {
        Yaml::Text { text, plain: true } => match scalars::old_reading(text) {
            Some(read) => read,
            None => return,
        },
        Yaml::Null | Yaml::Text { .. } => return,
        Yaml::Float(text) if scalars::is_too_large(text) => return,
        Yaml::Bool(_) => "a bool",
        Yaml::Int(_) | Yaml::Float(_) => "a number",
        Yaml::List(_) | Yaml::Map(_) => {
            return wrong(node, "a text", "a single value belongs here, neither a list nor a map", cx);
        }
    };
    let written = cx.source(node.span).to_owned();
    let found = Diagnostic::new(Code::P0643, node.span, format!("`{written}` is {read} where a text belongs"))
        .here(format!("read as {read}"))
        .help(format!("put it in quotes, `\"{written}\"`: the cluster refuses a document whose types are wrong"))
        .fix("put it in quotes", node.span, format!("\"{written}\""));
    cx.push(found);
}

/// Something of another kind.
fn wrong(node: &Node, wanted: &str, help: &str, cx: &mut Cx<'_>) {
    let is = what(node);
    let message = format!("{is} stands where {wanted} belongs");
    cx.push(finding(Code::P0643, node.span, message, &format!("this is {is}"), help));
}

/// The kind of a value in words.
pub(super) fn what(node: &Node) -> &'static str {
    match &node.value {
        Yaml::Null => "nothing",
        Yaml::Bool(_) => "a bool",
        Yaml::Int(_) | Yaml::Float(_) => "a number",
        Yaml::Text { .. } => "a text",
        Yaml::List(_) => "a list",
        Yaml::Map(_) => "a map",
    }
}

const NOT_REPLACED: &str = "variables are not replaced here: the value must be known when the document is applied";

fn bool(node: &Node, cx: &mut Cx<'_>) {
    match &node.value {
        Yaml::Bool(_) => {}
        Yaml::Text { text, plain: true } if scalars::old_reading(text) == Some("a bool") => {}
        Yaml::Text { text, .. } if text.contains("$(") => wrong(node, "`true` or `false`", NOT_REPLACED, cx),
        Yaml::Text { text, .. } if matches!(text.as_str(), "true" | "false") => {
            let found = finding(
                Code::P0643,
                node.span,
                "a text stands where a bool belongs",
                "the quotes make a text of it",
                "write it without quotes",
            );
            cx.push(found.fix("remove the quotes", node.span, text.clone()));
        }
        Yaml::Null | Yaml::Int(_) | Yaml::Float(_) | Yaml::Text { .. } | Yaml::List(_) | Yaml::Map(_) => {
            wrong(node, "a bool", "write `true` or `false`", cx);
        }
    }
}

fn int(node: &Node, long: bool, cx: &mut Cx<'_>) {
    match &node.value {
        Yaml::Int(value) if *value < 0 => negative(node, cx),
        Yaml::Int(value) if !long && *value > i64::from(i32::MAX) => {
            let help = "write a smaller one: the document is refused";
            cx.push(finding(Code::P0648, node.span, "a number is too large", "more than 2147483647", help));
        }
        Yaml::Null
        | Yaml::Bool(_)
        | Yaml::Int(_)
        | Yaml::Float(_)
        | Yaml::Text { .. }
        | Yaml::List(_)
        | Yaml::Map(_) => number(node, cx),
    }
}

/// A whole number of any sign.
fn number(node: &Node, cx: &mut Cx<'_>) {
    match &node.value {
        Yaml::Int(_) => {}
        Yaml::Text { text, plain: true } if scalars::old_reading(text) == Some("a number") => {}
        Yaml::Text { text, .. } if text.contains("$(") => wrong(node, "a number", NOT_REPLACED, cx),
        Yaml::Text { text, .. } if text.parse::<i64>().is_ok() => {
            let found = finding(
                Code::P0643,
                node.span,
                "a text stands where a number belongs",
                "the quotes make a text of it",
                "write it without quotes",
            );
            cx.push(found.fix("remove the quotes", node.span, text.clone()));
        }
        Yaml::Float(text) if !text.contains('.') => {}
        Yaml::Null | Yaml::Bool(_) | Yaml::Float(_) | Yaml::Text { .. } | Yaml::List(_) | Yaml::Map(_) => {
            wrong(node, "a whole number", "write it in digits", cx);
        }
    }
}

fn negative(node: &Node, cx: &mut Cx<'_>) {
    cx.push(finding(
        Code::P0648,
        node.span,
        "a number is negative",
        "below zero",
        "write 0 or more: admission lets it pass, and the run fails",
    ));
}

fn word(words: &[&'static str], name: &str, node: &Node, cx: &mut Cx<'_>) {
    text(node, cx);
    let Some(text) = node.text().filter(|text| !text.is_empty() && !words.contains(text)) else { return };
    if name == "onError" && text.starts_with("$(params") || scalars::old_reading(text).is_some() {
        return;
    }
    let near = did_you_mean(text, words.iter().copied());
    let hint = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    let mut found = Diagnostic::new(Code::P0648, node.span, format!("`{text}` is no value of `{name}`"))
        .here("not one of the values")
        .help(format!("{hint}it takes {}", listed(words)));
    if let Some(near) = near {
        found = found.fix(format!("write `{near}`"), node.span, near);
    }
    cx.push(found);
}

fn duration(node: &Node, cx: &mut Cx<'_>) {
    const FORM: &str = "write hours, minutes and seconds such as `1h30m` or `90s`; there are no days";
    let written = cx.source(node.span).to_owned();
    match &node.value {
        Yaml::Text { text, .. } if text.contains("$(") => {
            cx.push(finding(Code::P0648, node.span, format!("`{text}` is no duration"), "a variable", NOT_REPLACED));
        }
        Yaml::Text { text, .. } => match scalars::duration(text) {
            Some(nanos) if nanos < 0 => {
                cx.push(finding(
                    Code::P0648,
                    node.span,
                    format!("the duration `{text}` is negative"),
                    "below zero",
                    FORM,
                ));
            }
            Some(_) => {}
            None => {
                cx.push(finding(Code::P0648, node.span, format!("`{text}` is no duration"), "cannot be read", FORM))
            }
        },
        Yaml::Int(_) => {
            let found = finding(
                Code::P0643,
                node.span,
                format!("`{written}` is a number where a duration belongs"),
                "no unit",
                FORM,
            );
            cx.push(found.fix("take it for seconds", node.span, format!("\"{written}s\"")));
        }
        Yaml::Null | Yaml::Bool(_) | Yaml::Float(_) | Yaml::List(_) | Yaml::Map(_) => {
            wrong(node, "a duration", FORM, cx)
        }
    }
}

fn quantity(node: &Node, cx: &mut Cx<'_>) {
    const FORM: &str = "write a number with a unit: `500m` of a core, `2Gi` or `500M` of memory";
    let text = match &node.value {
        Yaml::Int(_) => return,
        Yaml::Float(text) | Yaml::Text { text, .. } => text,
        Yaml::Null | Yaml::Bool(_) | Yaml::List(_) | Yaml::Map(_) => return wrong(node, "a quantity", FORM, cx),
    };
    if scalars::quantity(text).is_some() {
        return;
    }
    let help = if text.contains("$(") { NOT_REPLACED } else { FORM };
    let mut found = finding(Code::P0648, node.span, format!("`{text}` is no quantity"), "cannot be read", help);
    let shorter = text.trim_end_matches(['b', 'B']);
    let (digits, unit) = shorter.split_at(shorter.find(|one: char| one.is_ascii_alphabetic()).unwrap_or(shorter.len()));
    let unit = match unit.to_ascii_lowercase().as_str() {
        "k" => "k",
        "m" => "M",
        "g" => "G",
        "t" => "T",
        "ki" => "Ki",
        "mi" => "Mi",
        "gi" => "Gi",
        "ti" => "Ti",
        _ => "",
    };
    let mended = format!("{}{unit}", digits.trim());
    if !unit.is_empty() && scalars::quantity(&mended).is_some() {
        found = found.fix(format!("write `{mended}`"), node.span, mended);
    }
    cx.push(found);
}

/// A value of a param: anything is taken, and what is no text becomes one.
fn value(node: &Node, cx: &mut Cx<'_>) {
    match &node.value {
        Yaml::List(items) => items.iter().for_each(|item| element(item, "a list", cx)),
        Yaml::Map(entries) => entries.iter().for_each(|(_, item)| element(item, "a map", cx)),
        Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) | Yaml::Text { .. } => becomes(node, cx),
    }
}

fn element(item: &Node, of: &str, cx: &mut Cx<'_>) {
    let written = cx.source(item.span).to_owned();
    let is_text = match &item.value {
        Yaml::Text { text, plain } => !plain || scalars::old_reading(text).is_none(),
        Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) | Yaml::List(_) | Yaml::Map(_) => false,
    };
    if is_text {
        return;
    }
    let help =
        format!("put it in quotes: with one element that is no text, the whole of {of} silently becomes one text");
    let found =
        finding(Code::P0643, item.span, format!("{of} of a param has an element that is no text"), "no text", help);
    let scalar = !matches!(item.value, Yaml::List(_) | Yaml::Map(_) | Yaml::Null);
    cx.push(if scalar { found.fix("put it in quotes", item.span, format!("\"{written}\"")) } else { found });
}

/// Reports a scalar that becomes another text than the one that is written.
fn becomes(node: &Node, cx: &mut Cx<'_>) {
    let written = cx.source(node.span).to_owned();
    let changed = match &node.value {
        Yaml::Text { text, plain } => {
            (*plain && scalars::old_reading(text).is_some()).then(|| match scalars::old_reading(text) {
                Some("a bool") => {
                    (matches!(text.to_ascii_lowercase().as_str(), "y" | "yes" | "on" | "true")).to_string()
                }
                Some(_) | None => text.replace('_', ""),
            })
        }
        Yaml::Null => matches!(written.as_str(), "null" | "~" | "Null" | "NULL").then(String::new),
        Yaml::Int(value) => {
            let digits = written.trim_start_matches(['-', '+']);
            let octal = digits.len() > 1 && digits.starts_with('0');
            let octal = octal.then(|| i64::from_str_radix(digits.trim_start_matches("0o"), 8).unwrap_or(*value));
            let read = octal.unwrap_or(*value).to_string();
            (read != written).then_some(read)
        }
        Yaml::Float(text) => {
            let read = text.parse::<f64>().map(|value| value.to_string()).unwrap_or_default();
            (read != *text && !read.is_empty()).then_some(read)
        }
        Yaml::Bool(_) | Yaml::List(_) | Yaml::Map(_) => None,
    };
    if let Some(read) = changed {
        let found = Diagnostic::new(Code::P0666, node.span, format!("`{written}` becomes the text `{read}`"))
            .here("without quotes")
            .help("put it in quotes: params are texts, and a reader of YAML takes this for something else first")
            .fix("put it in quotes", node.span, format!("\"{written}\""));
        cx.push(found);
    }
}

/// Keys of other versions, where they were and what stands in their place.
const GONE: &[(&str, &str, &str)] = &[
    ("PipelineRunSpec", "serviceAccountName", "`taskRunTemplate.serviceAccountName`"),
    ("PipelineRunSpec", "podTemplate", "`taskRunTemplate.podTemplate`"),
    ("PipelineRunSpec", "timeout", "`timeouts.pipeline`"),
    ("Step", "resources", "`computeResources`"),
    ("Sidecar", "resources", "`computeResources`"),
    ("StepTemplate", "resources", "`computeResources`"),
    ("TaskRunSpecs", "taskPodTemplate", "`podTemplate`"),
    ("TaskRunSpecs", "taskServiceAccountName", "`serviceAccountName`"),
    ("TaskRef", "bundle", "the resolver `bundles`"),
    ("PipelineRef", "bundle", "the resolver `bundles`"),
    ("EmbeddedTask", "customSpec", "`spec`"),
    ("PipelineTask", "conditions", "`when`"),
    ("PipelineTask", "resources", "params and workspaces"),
    ("TaskSpec", "resources", "params and workspaces"),
    ("TaskSpec", "inputs", "`params` and `workspaces`"),
    ("TaskSpec", "outputs", "`results` and `workspaces`"),
    ("PipelineSpec", "resources", "params and workspaces"),
    ("PipelineTask", "dependsOn", "`runAfter`"),
    ("PipelineTask", "depends_on", "`runAfter`"),
    ("PipelineTask", "needs", "`runAfter`"),
];

/// Keys that only older versions have; a document of such a version may have them.
const OLD: &[&str] = &[
    "resources",
    "bundle",
    "timeout",
    "serviceAccountName",
    "podTemplate",
    "taskPodTemplate",
    "taskServiceAccountName",
    "steps",
    "ports",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "stdin",
    "stdinOnce",
    "tty",
    "name",
    "operator",
    "customSpec",
    "conditions",
    "expressions",
];

fn unknown_key(shape: &str, known: &[Field], key: &Key, cx: &mut Cx<'_>) {
    let name = key.text.as_str();
    if cx.drops {
        return build::dropped::key(known, key, cx);
    }
    if cx.old && OLD.contains(&name) {
        return;
    }
    if matches!(shape, "TaskRef" | "StepRef") && name == "version" {
        const HELP: &str = "leave it out: the build of Konflux takes it away, and a cluster refuses it";
        return cx.push(finding(
            Code::P0667,
            key.span,
            "no cluster reads the `version` of a reference",
            "read by Konflux only",
            HELP,
        ));
    }
    if let Some(field) = known.iter().find(|field| field.name.eq_ignore_ascii_case(name)) {
        return cx.push(other_case(name, field.name, key.span));
    }
    let message = format!("there is no key `{name}` here");
    if let Some((.., now)) = GONE.iter().find(|(of, old, _)| *of == shape && *old == name) {
        let help =
            format!("write {now} in its place: the key is not part of this version, and the document is refused");
        return cx.push(finding(Code::P0642, key.span, message, "not known", help));
    }
    let near = did_you_mean(name, known.iter().map(|field| field.name));
    let hint =
        near.map_or_else(|| format!("there are {}, and others", some(known)), |near| format!("did you mean `{near}`?"));
    let mut found = finding(
        Code::P0642,
        key.span,
        message,
        "not known",
        format!("{hint}; the cluster refuses what it does not know"),
    );
    if let Some(near) = near {
        found = found.fix(format!("write `{near}`"), key.span, near);
    }
    cx.push(found);
}

fn other_case(name: &str, right: &str, at: Span) -> Diagnostic {
    Diagnostic::new(Code::P0666, at, format!("`{name}` is written `{right}`"))
        .here("in other case")
        .help("write it as it is declared: admission reads either, but other tools drop the key")
        .fix(format!("write `{right}`"), at, right)
}

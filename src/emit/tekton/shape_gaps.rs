//! What is wrong with the options of the shape: names of nothing, values of another type, what contradicts itself.

use super::lower::Lowered;
use super::shape::{Shape, Style};
use super::template::{self, Piece};
use super::{catalog, chains, given, name_gaps, pac_gaps};
use crate::diag::code::Code;
use crate::diag::{self, Diagnostic, Diagnostics};
use crate::emit::kube;

pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    name_gaps::report(lowered, out);
    let shape = &lowered.options.shape;
    labels(shape, out);
    given::report(lowered, out);
    pac_gaps::report(lowered, out);
    chains::report(lowered.plan, shape, out);
    catalog::report(lowered, out);
    if shape.style == Style::Bundle {
        too_many(lowered, out);
    }
}

/// An option that says what cannot be.
pub(super) fn wrong(shape: &Shape, path: &str, message: impl Into<String>, here: &str) -> Diagnostic {
    match shape.place(path) {
        Some(place) => Diagnostic::new(Code::P0616, place, message).here(here),
        None => Diagnostic::global(Code::P0616, message),
    }
}

/// The nearest name, and all when they are few.
pub(super) fn did_you_mean(name: &str, known: &[String]) -> String {
    let near = diag::did_you_mean(name, known.iter().map(String::as_str));
    let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    let shown: Vec<String> = known.iter().take(12).map(|name| format!("`{name}`")).collect();
    let more = if known.len() > shown.len() { " and others" } else { "" };
    if shown.is_empty() {
        format!("{near}there is none")
    } else {
        format!("{near}there are {}{more}", shown.join(", "))
    }
}

/// Variables in a text that is written with `style: .pac`.
pub(super) fn variables(shape: &Shape, path: &str, text: &str, out: &mut Diagnostics) {
    let more = shape.pac.as_ref().map(|pac| pac.variables.as_slice()).unwrap_or_default();
    for piece in template::pieces(text) {
        match piece {
            Piece::Variable(name) if !template::is_known(name, more) => {
                let known: Vec<String> = template::names(more).map(str::to_owned).collect();
                let message = format!("`{name}` is no variable of Pipelines-as-Code");
                let help = did_you_mean(name, &known);
                out.push(wrong(shape, path, message, "would stay as it is").help(format!(
                    "{help}; name the `params` of your Repository object in `pac: {{ variables: [\"{name}\"] }}`"
                )));
            }
            Piece::Broken(rest) => {
                let message = format!("`{rest}` is no variable of Pipelines-as-Code");
                let help =
                    "write `{{ name }}`: braces that are not closed, or hold nothing, swallow what stands behind them";
                out.push(wrong(shape, path, message, "opens braces").help(help));
            }
            Piece::Text(_) | Piece::Variable(_) => {}
        }
    }
    if !template::is_tame(text) && (text.contains('\n') || text.starts_with([' ', '\t'])) {
        let message = "a text with a variable that anybody may choose has to be one line that begins with no blank";
        let help = "write one line: only so can it be set down such that no branch name or comment ends it";
        out.push(wrong(shape, path, message, "would not arrive as it is").help(help));
    }
}

fn labels(shape: &Shape, out: &mut Diagnostics) {
    let all = [
        ("labels", &shape.labels, true),
        ("run_labels", &shape.run_labels, true),
        ("annotations", &shape.annotations, false),
        ("run_annotations", &shape.run_annotations, false),
    ];
    for (field, pairs, is_label) in all {
        for (key, value) in pairs {
            let path = format!("{field}.{key}");
            if !is_key(key) {
                let message = format!("`{key}` is no key that a cluster takes");
                let help =
                    "write a name of at most 63 letters, digits, `-`, `_` and `.`, and before it, with a `/`, a domain";
                out.push(wrong(shape, &path, message, "is not of that form").help(help));
            } else if OWN.contains(&key.as_str()) {
                let message = format!("`{key}` is written by pipec itself");
                out.push(wrong(shape, &path, message, "would stand there twice").help("leave it out"));
            }
            let is_template = shape.style == Style::Pac && template::has_variables(value);
            if is_template {
                variables(shape, &path, value, out);
            } else if is_label && !value.is_empty() && !is_name(value) {
                let message = format!("`{value}` is no value that a label can have");
                let help = "write at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit; an annotation takes any text";
                out.push(wrong(shape, &path, message, "is not of that form").help(help));
            }
        }
    }
}

/// What stands in every object already.
const OWN: &[&str] = &["app.kubernetes.io/managed-by", "pipec.dev/origin"];

fn is_key(key: &str) -> bool {
    let (domain, name) = key.split_once('/').map_or((None, key), |(domain, name)| (Some(domain), name));
    domain.is_none_or(kube::is_subdomain) && is_name(name)
}

fn is_name(text: &str) -> bool {
    let edge = |c: char| c.is_ascii_alphanumeric();
    let inner = |c: char| edge(c) || matches!(c, '-' | '_' | '.');
    text.len() <= kube::LONGEST_NAME && text.starts_with(edge) && text.ends_with(edge) && text.chars().all(inner)
}

/// `tkn bundle push` makes a layer of each object.
const MOST_OBJECTS: usize = 20;

fn too_many(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let units = lowered.tasks.iter().chain(&lowered.finally).filter(|unit| unit.found.is_none()).count();
    if units + 1 > MOST_OBJECTS {
        let message = format!("a bundle holds at most {MOST_OBJECTS} objects, and this has {}", units + 1);
        let small = lowered.tasks.iter().filter(|unit| unit.id.is_none()).count();
        let place = lowered.options.shape.place("style").unwrap_or(lowered.plan.span);
        let help = "split the pipeline and make a bundle of each part, or leave `style` out and apply the files";
        out.push(
            Diagnostic::new(Code::P0614, place, message)
                .here(format!("{units} tasks, {small} of which check and decide for the others, and the pipeline"))
                .help(help),
        );
    }
}

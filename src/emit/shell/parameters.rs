//! The open parameters and workspaces: declared for the runner, and told to people.

use std::fmt::Write;

use crate::emit::quote::{here_document, word, words};
use crate::plan::{Param, Plan, Ty, Value};

/// Writes `declare_parameters` and `pipeline_help`.
pub(super) fn write(plan: &Plan, settings: &str, out: &mut String) {
    out.push_str("declare_parameters() {\n    :\n");
    for param in &plan.params {
        let need = if param.default.is_none() { "required" } else { "optional" };
        let default = defaults(param).map(|list| words(list.iter().map(String::as_str))).unwrap_or_default();
        writeln!(out, "    parameter {} {} {need}{default}", param.name, kind(&param.ty).word())
            .expect("a string takes every text");
    }
    for workspace in &plan.workspaces {
        let from = workspace.param.map(|param| format!(" {}", plan.params[param.index()].name)).unwrap_or_default();
        writeln!(out, "    workspace {}{from}", workspace.name).expect("a string takes every text");
    }
    out.push_str("}\n\n");
    write!(out, "pipeline_help() {{\n{}}}\n", here_document(&help(plan, settings))).expect("a string takes every text");
}

/// How a parameter is given on the command line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Text,
    List,
    Secret,
    Workspace,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::List => "list",
            Self::Secret => "secret",
            Self::Workspace => "workspace",
        }
    }

    /// What stands behind the option.
    fn value(self) -> &'static str {
        match self {
            Self::Text | Self::List => "VALUE",
            Self::Secret => "FILE|env:VARIABLE",
            Self::Workspace => "DIR",
        }
    }
}

fn kind(ty: &Ty) -> Kind {
    match ty {
        Ty::Secret => Kind::Secret,
        Ty::Workspace => Kind::Workspace,
        Ty::List(_) => Kind::List,
        Ty::Optional(of) => kind(of),
        Ty::Bool
        | Ty::Int
        | Ty::String
        | Ty::Duration
        | Ty::Size
        | Ty::Cpu
        | Ty::Path
        | Ty::Image
        | Ty::Pattern(_)
        | Ty::Enum(_)
        | Ty::Artifact(_)
        | Ty::Map(_)
        | Ty::Record(_) => Kind::Text,
    }
}

/// The words of the default, as the runner takes them; a secret's is a reference.
fn defaults(param: &Param) -> Option<Vec<String>> {
    let value = param.default.as_ref()?;
    Some(match value {
        Value::Secret(name) => vec![format!("name:{name}")],
        Value::List(list) => list.iter().filter_map(Value::text).collect(),
        Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Text(_)
        | Value::Case(_)
        | Value::Duration(_)
        | Value::Size(_)
        | Value::Cpu(_)
        | Value::Workspace(_)
        | Value::Record(_) => value.text().filter(|text| !text.is_empty()).into_iter().collect(),
    })
}

fn help(plan: &Plan, settings: &str) -> String {
    let mut out = plan.name.clone();
    if !plan.doc.is_empty() {
        write!(out, ": {}", plan.doc.trim_end()).expect("a string takes every text");
    }
    out.push_str(&format!("\n\nUsage: {}.sh [OPTION...] [--PARAMETER VALUE...]\n", plan.name));
    if !plan.params.is_empty() {
        out.push_str("\nParameters:\n");
    }
    for param in &plan.params {
        let kind = kind(&param.ty);
        out.push_str(&format!("  --{} {}\n", param.name.replace('_', "-"), kind.value()));
        param.doc.lines().for_each(|line| out.push_str(&format!("        {line}\n")));
        out.push_str(&format!("        {}{}; {}\n", type_words(&param.ty), repeated(kind), default_words(param)));
    }
    out.push_str(include_str!("runner/help.txt"));
    out.push_str(settings);
    // A carriage return or other control character would do things to the reader's terminal.
    out.replace(|letter: char| letter.is_control() && letter != '\n', "?")
}

fn repeated(kind: Kind) -> &'static str {
    match kind {
        Kind::List => ", once for each element",
        Kind::Text | Kind::Secret | Kind::Workspace => "",
    }
}

fn default_words(param: &Param) -> String {
    match (&param.default, defaults(param)) {
        (None, _) | (_, None) => "has to be given".to_owned(),
        (Some(Value::None), _) => "none if not given".to_owned(),
        (Some(Value::Secret(name)), _) => format!("default: the secret `{name}`"),
        (Some(Value::Text(text)), _) => format!("default: {}", word(text)),
        (Some(Value::List(list)), Some(_)) if list.is_empty() => "default: no element".to_owned(),
        (Some(_), Some(list)) => format!("default:{}", words(list.iter().map(String::as_str))),
    }
}

/// The type, and what it allows.
fn type_words(ty: &Ty) -> String {
    match ty {
        Ty::Bool => "bool: true or false".to_owned(),
        Ty::Enum(one) => format!("{}: {}", one.name, one.cases.join(", ")),
        Ty::Pattern(pattern) => match &pattern.regex {
            Some(regex) => format!("{}: a text that matches {regex}", pattern.name),
            None => pattern.name.clone(),
        },
        Ty::Duration => "duration: like 90s, 30min or 1h30min".to_owned(),
        Ty::Size => "size: like 512Mi or 10Gi".to_owned(),
        Ty::Cpu => "cpu: like 2 or 500m".to_owned(),
        Ty::List(of) => format!("list of {}", type_words(of)),
        Ty::Optional(of) => format!("{}, optional", type_words(of)),
        Ty::Int
        | Ty::String
        | Ty::Path
        | Ty::Image
        | Ty::Secret
        | Ty::Workspace
        | Ty::Artifact(_)
        | Ty::Map(_)
        | Ty::Record(_) => ty.to_string(),
    }
}

//! The parameters of the program: what varies from run to run, with the values that the JobSpec has for them.

use std::collections::BTreeSet;

use crate::import::script::yaml;

/// One parameter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Param {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) ty: String,
    /// An expression; absent where a value has to be given.
    pub(super) default: Option<String>,
    pub(super) given: Given,
    /// The path of the value in the JobSpec; empty where it has none.
    pub(super) path: String,
}

/// What the parameter file says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Given {
    /// A value, as YAML.
    Value(String),
    /// What it has to be given, in a comment.
    Missing(String),
    Nothing,
}

/// All parameters, and the names that are taken.
#[derive(Debug)]
pub(super) struct Params {
    pub(super) list: Vec<Param>,
    taken: BTreeSet<String>,
}

/// Words that no name may be, and names that the program has anyway.
const TAKEN: &[&str] = &[
    "after",
    "and",
    "const",
    "else",
    "false",
    "finally",
    "fn",
    "for",
    "if",
    "in",
    "match",
    "none",
    "not",
    "or",
    "pipeline",
    "require",
    "return",
    "task",
    "then",
    "true",
    "when",
    "cosa",
    "srv",
    "src",
    "out",
    "step",
    "service",
    "stage",
    "exclusive",
    "workspace",
    "defaults",
    "target",
    "assert",
    "expect",
    "flag",
    "text",
    "outcome",
    "secret",
    "self",
];

/// The longest name that leaves room for what an engine adds.
const LONGEST: usize = 36;

impl Params {
    pub(super) fn new() -> Self {
        Self { list: Vec::new(), taken: TAKEN.iter().map(|word| (*word).to_owned()).collect() }
    }

    /// A name of the program that nothing else has, as near to `wanted` as can be.
    pub(super) fn name(&mut self, wanted: &str) -> String {
        let mut base = snake(wanted);
        base.truncate(LONGEST);
        let base = base.trim_end_matches('_').to_owned();
        let numbered = |n: usize| if n == 1 { base.clone() } else { format!("{base}_{n}") };
        let free = (1..).map(numbered).find(|name| !self.taken.contains(name));
        let name = free.expect("there are more numbers than names");
        self.taken.insert(name.clone());
        name
    }

    /// The parameter of a path, if there is one.
    pub(super) fn of(&self, path: &str) -> Option<&Param> {
        self.list.iter().find(|param| !path.is_empty() && param.path == path)
    }

    pub(super) fn named(&self, name: &str) -> Option<&Param> {
        self.list.iter().find(|param| param.name == name)
    }

    /// Adds a parameter under the name nearest to the one it has, and says which that is.
    pub(super) fn add(&mut self, mut param: Param) -> String {
        param.name = self.name(&param.name);
        let name = param.name.clone();
        self.list.push(param);
        name
    }

    /// A reference to a secret; what is known of its name stands in the parameter file.
    pub(super) fn secret(&mut self, wanted: &str, doc: &str, known: Option<&str>) -> String {
        let path = format!("secret:{wanted}:{}", known.unwrap_or_default());
        if let Some(param) = self.of(&path) {
            return param.name.clone();
        }
        let given =
            known.map_or_else(|| Given::Missing("the name of a secret".to_owned()), |name| Given::Value(yaml(name)));
        let (name, doc, ty) = (wanted.to_owned(), doc.to_owned(), "secret".to_owned());
        self.add(Param { name, doc, ty, default: None, given, path })
    }
}

/// `ExecOrder 1 Stage` is `execorder_1_stage`.
pub(super) fn snake(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
    }
    match out.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => out,
        Some(_) => format!("stage_{out}"),
        None => "stage".to_owned(),
    }
}

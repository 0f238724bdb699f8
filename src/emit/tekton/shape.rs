//! How what is emitted is laid out, named and labelled: the second half of `options.pipe`.

use rustc_hash::FxHashMap;

use crate::plan::{Plan, Value};
use crate::source::Span;

/// Pairs in the order in which they were written.
pub(super) type Pairs = Vec<(String, String)>;

#[derive(Default, Debug)]
pub(super) struct Shape {
    pub(super) style: Style,
    pub(super) spelling: Spelling,
    pub(super) of_workspaces: Option<Spelling>,
    pub(super) of_results: Option<Spelling>,
    pub(super) renames: Pairs,
    pub(super) labels: Pairs,
    pub(super) annotations: Pairs,
    pub(super) run_labels: Pairs,
    pub(super) run_annotations: Pairs,
    pub(super) display_name: Option<String>,
    /// With what `context` says.
    pub(super) given: Pairs,
    /// The parameters that `context` names.
    of_context: Vec<String>,
    pub(super) pac: Option<Pac>,
    pub(super) chains: Chains,
    pub(super) version: String,
    pub(super) categories: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) platforms: Vec<String>,
    /// By the path of the part: `pac.paths.0`.
    places: FxHashMap<String, Span>,
    block: Option<Span>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) enum Style {
    #[default]
    Files,
    Inline,
    Pac,
    Bundle,
    Catalog,
}

/// How a name of the program is written outside.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) enum Spelling {
    #[default]
    AsWritten,
    Kebab,
    Camel,
}

/// When Pipelines-as-Code starts the run.
#[derive(Default, Debug)]
pub(super) struct Pac {
    pub(super) events: Vec<String>,
    pub(super) branches: Vec<String>,
    pub(super) paths: Vec<String>,
    pub(super) ignore_paths: Vec<String>,
    pub(super) labels: Vec<String>,
    pub(super) comment: Option<String>,
    pub(super) cel: Option<String>,
    pub(super) max_keep_runs: Option<i64>,
    pub(super) cancel_in_progress: Option<bool>,
    pub(super) target_namespace: Option<String>,
    pub(super) tasks: Vec<String>,
    pub(super) variables: Vec<String>,
}

/// What Chains is told: pairs of references, as they are written.
#[derive(Default, Debug)]
pub(super) struct Chains {
    /// `url` and `digest`.
    pub(super) images: Pairs,
    /// `url` and `commit`.
    pub(super) sources: Pairs,
    /// `uri` and `digest`.
    pub(super) artifacts: Pairs,
    /// Records with these fields.
    pub(super) inputs: Vec<String>,
    pub(super) outputs: Vec<String>,
}

impl Style {
    /// One PipelineRun that holds all it needs.
    pub(super) fn is_whole(self) -> bool {
        matches!(self, Self::Inline | Self::Pac)
    }
}

impl Shape {
    /// The defaults of `options.pipe`, and the places of what a program says.
    pub(super) fn of(plan: &Plan, target: &str) -> Self {
        let place = |(path, span): &(String, Span)| {
            Some((path.strip_prefix(target)?.strip_prefix('/')?.replace('/', "."), *span))
        };
        Self {
            version: "0.1".to_owned(),
            platforms: vec!["linux/amd64".to_owned()],
            places: plan.option_places.iter().filter_map(place).collect(),
            block: plan.options.iter().find(|(name, ..)| name == target).map(|(_, _, span)| *span),
            ..Self::default()
        }
    }

    /// Where a part of the options is written: `pac.paths.0`; the whole block where that is not known.
    pub(super) fn place(&self, path: &str) -> Option<Span> {
        self.places
            .get(path)
            .copied()
            .filter(|place| self.block.is_none_or(|block| block.file == place.file))
            .or(self.block)
    }

    /// The path of what a parameter is given.
    pub(super) fn path_of_given(&self, param: &str) -> String {
        let of_context = self.of_context.iter().any(|name| name == param);
        format!("{}.{param}", if of_context { "context" } else { "given" })
    }

    /// Takes an option, if it is one of the shape.
    pub(super) fn set(&mut self, name: &str, value: &Value) {
        match (name, value) {
            ("style", Value::Case(case)) => self.style = style(case),
            ("names", Value::Case(case)) => self.spelling = spelling(case),
            ("workspace_names", Value::Case(case)) => self.of_workspaces = Some(spelling(case)),
            ("result_names", Value::Case(case)) => self.of_results = Some(spelling(case)),
            ("renames", _) => self.renames = pairs(value),
            ("labels", _) => self.labels = pairs(value),
            ("annotations", _) => self.annotations = pairs(value),
            ("run_labels", _) => self.run_labels = pairs(value),
            ("run_annotations", _) => self.run_annotations = pairs(value),
            ("display_name", _) => self.display_name = some_text(value),
            ("given", _) => self.given.extend(pairs(value)),
            ("context", _) => {
                let pairs = pairs(value);
                self.of_context = pairs.iter().map(|(name, _)| name.clone()).collect();
                self.given.extend(pairs);
            }
            ("pac", Value::Record(fields)) => self.pac = Some(pac(fields)),
            ("chains", Value::Record(fields)) => self.chains = chains(fields),
            ("version", Value::Text(text)) => self.version.clone_from(text),
            ("categories", _) => self.categories = texts(value),
            ("tags", _) => self.tags = texts(value),
            ("platforms", _) => self.platforms = texts(value),
            // Not of the shape, or `none`.
            _ => {}
        }
    }
}

fn style(case: &str) -> Style {
    match case {
        "inline" => Style::Inline,
        "pac" => Style::Pac,
        "bundle" => Style::Bundle,
        "catalog" => Style::Catalog,
        _ => Style::Files,
    }
}

fn spelling(case: &str) -> Spelling {
    match case {
        "kebab" => Spelling::Kebab,
        "camel" => Spelling::Camel,
        _ => Spelling::AsWritten,
    }
}

fn pac(fields: &[(String, Value)]) -> Pac {
    let mut pac = Pac::default();
    for (name, value) in fields {
        match (name.as_str(), value) {
            ("events", _) => pac.events = texts(value),
            ("branches", _) => pac.branches = texts(value),
            ("paths", _) => pac.paths = texts(value),
            ("ignore_paths", _) => pac.ignore_paths = texts(value),
            ("labels", _) => pac.labels = texts(value),
            ("comment", _) => pac.comment = some_text(value),
            ("cel", _) => pac.cel = some_text(value),
            ("max_keep_runs", Value::Int(count)) => pac.max_keep_runs = Some(*count),
            ("cancel_in_progress", Value::Bool(cancel)) => pac.cancel_in_progress = Some(*cancel),
            ("target_namespace", _) => pac.target_namespace = some_text(value),
            ("tasks", _) => pac.tasks = texts(value),
            ("variables", _) => pac.variables = texts(value),
            _ => {}
        }
    }
    pac
}

fn chains(fields: &[(String, Value)]) -> Chains {
    let value = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value);
    let of = |name: &str| value(name).map(hints).unwrap_or_default();
    let named = |name: &str| value(name).map(texts).unwrap_or_default();
    Chains {
        images: of("images"),
        sources: of("sources"),
        artifacts: of("artifacts"),
        inputs: named("inputs"),
        outputs: named("outputs"),
    }
}

/// Both halves of each hint, in the order of the record's fields.
fn hints(value: &Value) -> Pairs {
    let Value::List(items) = value else { return Vec::new() };
    let halves = items.iter().map(pairs);
    halves
        .filter_map(|halves| if let [(_, a), (_, b)] = halves.as_slice() { Some((a.clone(), b.clone())) } else { None })
        .collect()
}

fn pairs(value: &Value) -> Pairs {
    let Value::Record(fields) = value else { return Vec::new() };
    fields.iter().filter_map(|(name, value)| Some((name.clone(), value.text()?))).collect()
}

fn texts(value: &Value) -> Vec<String> {
    let Value::List(items) = value else { return Vec::new() };
    items.iter().filter_map(Value::text).collect()
}

fn some_text(value: &Value) -> Option<String> {
    (*value != Value::None).then(|| value.text()).flatten()
}

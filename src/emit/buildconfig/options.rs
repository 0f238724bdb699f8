//! The options of `target buildconfig { … }`, as the checker typed them.

use crate::plan::{Plan, Value};
use crate::source::Span;

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Options {
    pub(super) builder: Option<String>,
    pub(super) store: Option<String>,
    pub(super) store_endpoint: Option<String>,
    pub(super) store_secret: Option<String>,
    pub(super) namespace: Option<String>,
    /// Milliseconds.
    pub(super) deadline: i64,
    pub(super) history: i64,
    /// As given; [`Options::at_once`] is at least 1.
    pub(super) most_at_once: i64,
    pub(super) at_once: usize,
    pub(super) image_streams: bool,
    pub(super) pull_secret: Option<String>,
    pub(super) force_pull: bool,
    pub(super) mount_trusted_ca: bool,
    pub(super) labels: Vec<(String, String)>,
    pub(super) output: Option<Output>,
    pub(super) deny_egress: bool,
    pub(super) egress: Vec<String>,
    pub(super) triggers: Vec<String>,
    /// Of the block; absent when there is none.
    pub(super) span: Option<Span>,
}

/// Where the image of the pipeline goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Output {
    pub(super) name: String,
    /// As the cluster spells it.
    pub(super) kind: String,
    pub(super) push_secret: Option<String>,
}

impl Output {
    /// A tag of a stream of the namespace; else an image of a registry.
    pub(super) fn is_stream(&self) -> bool {
        self.kind != DOCKER_IMAGE
    }

    /// The stream, without the tag.
    pub(super) fn stream(&self) -> &str {
        self.name.split(':').next().unwrap_or_default()
    }
}

const DAY: i64 = 24 * 60 * 60 * 1000;
const DOCKER_IMAGE: &str = "DockerImage";

/// The fields of a record.
#[derive(Clone, Copy)]
struct Fields<'v>(&'v [(String, Value)]);

impl<'v> Fields<'v> {
    /// Of what is no record: none.
    fn of(value: Option<&'v Value>) -> Self {
        if let Some(Value::Record(fields)) = value { Self(fields) } else { Self(&[]) }
    }

    fn get(self, name: &str) -> Option<&'v Value> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    fn text(self, name: &str) -> Option<String> {
        self.get(name).filter(|value| **value != Value::None).and_then(Value::text)
    }

    fn is_true(self, name: &str) -> bool {
        self.get(name) == Some(&Value::Bool(true))
    }

    fn count(self, name: &str, otherwise: i64) -> i64 {
        if let Some(Value::Int(count)) = self.get(name) { *count } else { otherwise }
    }

    fn texts(self, name: &str) -> Vec<String> {
        let items: &[Value] = if let Some(Value::List(items)) = self.get(name) { items } else { &[] };
        items.iter().filter_map(Value::text).collect()
    }
}

impl Options {
    pub(super) fn of(plan: &Plan) -> Self {
        let block = plan.options.iter().find(|(target, _, _)| target == super::NAME);
        let fields = Fields::of(block.map(|(_, value, _)| value));
        let deadline = if let Some(Value::Duration(time)) = fields.get("deadline") { *time } else { DAY };
        let most_at_once = fields.count("at_once", 4);
        let labels = Fields::of(fields.get("labels")).0.iter();
        Self {
            builder: fields.text("builder"),
            store: fields.text("store"),
            store_endpoint: fields.text("store_endpoint"),
            store_secret: fields.text("store_secret"),
            namespace: fields.text("namespace"),
            deadline,
            history: fields.count("history", 5),
            most_at_once,
            at_once: usize::try_from(most_at_once).unwrap_or(1).max(1),
            image_streams: fields.is_true("image_streams"),
            pull_secret: fields.text("pull_secret"),
            force_pull: fields.is_true("force_pull"),
            mount_trusted_ca: fields.is_true("mount_trusted_ca"),
            labels: labels.filter_map(|(key, value)| Some((key.clone(), value.text()?))).collect(),
            output: fields.get("output").and_then(output),
            deny_egress: fields.is_true("deny_egress"),
            egress: fields.texts("egress"),
            triggers: fields.texts("triggers"),
            span: block.map(|(_, _, span)| *span),
        }
    }
}

fn output(value: &Value) -> Option<Output> {
    let fields = Fields::of(Some(value));
    let kind = fields.text("kind").unwrap_or_else(|| DOCKER_IMAGE.to_owned());
    Some(Output { name: fields.text("name")?, kind, push_secret: fields.text("push_secret") })
}

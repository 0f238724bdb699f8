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
    /// At least 1; `gaps` refuses what was given as less.
    pub(super) at_once: usize,
    /// Of the block; absent when there is none.
    pub(super) span: Option<Span>,
}

const DAY: i64 = 24 * 60 * 60 * 1000;

impl Options {
    pub(super) fn of(plan: &Plan) -> Self {
        let block = plan.options.iter().find(|(target, _, _)| target == super::NAME);
        let field = |name: &str| match block {
            Some((_, Value::Record(fields), _)) => {
                fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
            }
            _ => None,
        };
        let text = |name: &str| field(name).filter(|value| **value != Value::None).and_then(Value::text);
        let deadline = match field("deadline") {
            Some(Value::Duration(milliseconds)) => *milliseconds,
            _ => DAY,
        };
        Self {
            builder: text("builder"),
            store: text("store"),
            store_endpoint: text("store_endpoint"),
            store_secret: text("store_secret"),
            namespace: text("namespace"),
            deadline,
            history: count(field("history"), 5),
            at_once: usize::try_from(count(field("at_once"), 4)).unwrap_or(1).max(1),
            span: block.map(|(_, _, span)| *span),
        }
    }

    /// The first fault of each option, in words: its name, what is wrong, what to write.
    pub(super) fn faults(plan: &Plan) -> Vec<(&'static str, String, &'static str)> {
        let options = Self::of(plan);
        let given = plan.options.iter().find(|(target, _, _)| target == super::NAME);
        let at_once = match given {
            Some((_, Value::Record(fields), _)) => {
                count(fields.iter().find(|(name, _)| name == "at_once").map(|(_, value)| value), 4)
            }
            _ => 4,
        };
        let mut faults = Vec::new();
        let mut fault = |wrong: bool, name: &'static str, value: String, help: &'static str| {
            if wrong {
                faults.push((name, value, help));
            }
        };
        let bad = |text: &Option<String>, good: fn(&str) -> bool| text.as_deref().is_some_and(|text| !good(text));
        let show = |text: &Option<String>| text.clone().unwrap_or_default();
        let name = "write lower-case letters, digits and `-`, beginning and ending with a letter or digit";
        fault(bad(&options.namespace, is_namespace), "namespace", show(&options.namespace), name);
        fault(bad(&options.store_secret, super::kube::is_subdomain), "store_secret", show(&options.store_secret), name);
        let place = "write `s3://bucket/prefix`";
        fault(bad(&options.store, is_place), "store", show(&options.store), place);
        let url = "write an address, `https://minio.example.com`";
        fault(bad(&options.store_endpoint, is_url), "store_endpoint", show(&options.store_endpoint), url);
        let bare = options.store.is_none();
        let alone = "there is no store that it belongs to: name one, `store: \"s3://bucket/prefix\"`, or leave it out";
        fault(bare && options.store_secret.is_some(), "store_secret", show(&options.store_secret), alone);
        fault(bare && options.store_endpoint.is_some(), "store_endpoint", show(&options.store_endpoint), alone);
        let most = i64::from(i32::MAX);
        let kept = "write how many finished builds are kept, 0 or more";
        fault(!(0..=most).contains(&options.history), "history", options.history.to_string(), kept);
        let times = "write how many tasks run at once, 1 or more: with less none could run";
        fault(at_once < 1, "at_once", at_once.to_string(), times);
        let time = crate::plan::value::duration_text(options.deadline);
        fault(options.deadline <= 0, "deadline", time, "write how long a task without a `timeout` may take: `24h`");
        faults
    }
}

fn count(field: Option<&Value>, otherwise: i64) -> i64 {
    match field {
        Some(Value::Int(count)) => *count,
        _ => otherwise,
    }
}

fn is_namespace(text: &str) -> bool {
    super::kube::is_label(text) && text.len() <= super::kube::LONGEST_NAME
}

/// A bucket, and perhaps a prefix.
fn is_place(text: &str) -> bool {
    let Some(place) = text.strip_prefix("s3://") else { return false };
    let bucket = place.split('/').next().unwrap_or_default();
    super::kube::is_subdomain(bucket) && !text.contains(|c: char| c.is_control())
}

fn is_url(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || c.is_control()))
}

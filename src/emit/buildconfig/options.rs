//! The options of `target buildconfig { … }`, as the checker typed them.

use crate::plan::{Plan, Value};

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
    pub(super) at_once: usize,
}

const DAY: i64 = 24 * 60 * 60 * 1000;

impl Options {
    pub(super) fn of(plan: &Plan) -> Self {
        let given = plan.options.iter().find(|(target, _, _)| target == super::NAME).map(|(_, value, _)| value);
        let field = |name: &str| match given {
            Some(Value::Record(fields)) => fields.iter().find(|(field, _)| field == name).map(|(_, value)| value),
            _ => None,
        };
        let text = |name: &str| field(name).and_then(Value::text).filter(|text| !text.is_empty());
        let deadline = match field("deadline") {
            Some(Value::Duration(milliseconds)) => *milliseconds,
            _ => DAY,
        };
        let count = |name: &str, otherwise: i64| match field(name) {
            Some(Value::Int(count)) => *count,
            _ => otherwise,
        };
        Self {
            builder: text("builder"),
            store: text("store"),
            store_endpoint: text("store_endpoint"),
            store_secret: text("store_secret"),
            namespace: text("namespace"),
            deadline,
            history: count("history", 5),
            at_once: usize::try_from(count("at_once", 4)).unwrap_or(1).max(1),
        }
    }
}

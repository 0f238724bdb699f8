//! The options of the target as the plan has them.

use crate::plan::{Plan, Value};
use crate::source::Span;

/// See `options.pipe`.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) namespace: Option<String>,
    pub(super) service_account: Option<String>,
    pub(super) storage_class: Option<String>,
    pub(super) access_mode: String,
    /// Bytes.
    pub(super) workspace_size: i64,
    pub(super) helper_image: Option<String>,
    /// Milliseconds.
    pub(super) timeout: Option<i64>,
    /// Milliseconds.
    pub(super) finally_timeout: i64,
    pub(super) most_turns: i64,
    pub(super) several_volumes: bool,
    pub(super) exclusive_elsewhere: bool,
    pub(super) fuse: bool,
    /// Of the block, when there is one.
    pub(super) span: Option<Span>,
}

impl Options {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut options = Self::default();
        for (_, value, span) in plan.options.iter().filter(|(target, _, _)| target == super::NAME) {
            options.span = Some(*span);
            let Value::Record(fields) = value else { continue };
            for (name, value) in fields {
                options.set(name, value);
            }
        }
        options
    }

    fn set(&mut self, name: &str, value: &Value) {
        match (name, value) {
            ("namespace", _) => self.namespace = some_text(value),
            ("service_account", _) => self.service_account = some_text(value),
            ("storage_class", _) => self.storage_class = some_text(value),
            ("helper_image", _) => self.helper_image = some_text(value),
            ("access_mode", Value::Case(mode)) => self.access_mode.clone_from(mode),
            ("workspace_size", Value::Size(bytes)) => self.workspace_size = *bytes,
            ("timeout", Value::Duration(time)) => self.timeout = Some(*time),
            ("finally_timeout", Value::Duration(time)) => self.finally_timeout = *time,
            ("most_turns", Value::Int(most)) => self.most_turns = *most,
            ("several_volumes", Value::Bool(several)) => self.several_volumes = *several,
            ("exclusive_elsewhere", Value::Bool(elsewhere)) => self.exclusive_elsewhere = *elsewhere,
            ("fuse", Value::Bool(fuse)) => self.fuse = *fuse,
            // The record is checked against `options.pipe`: what is left is `none`.
            _ => {}
        }
    }
}

impl Default for Options {
    /// As in `options.pipe`.
    fn default() -> Self {
        Self {
            namespace: None,
            service_account: None,
            storage_class: None,
            access_mode: "ReadWriteOnce".to_owned(),
            workspace_size: 10 << 30,
            helper_image: None,
            timeout: None,
            finally_timeout: 3_600_000,
            most_turns: 256,
            several_volumes: false,
            exclusive_elsewhere: false,
            fuse: false,
            span: None,
        }
    }
}

fn some_text(value: &Value) -> Option<String> {
    value.text().filter(|text| !text.is_empty())
}

//! Reading a record of options: each field is there, and what was not said is `none` or empty.

use crate::plan::Value;

/// The fields of a record, or the entries of a map.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Fields<'v>(pub(in super::super) &'v [(String, Value)]);

impl<'v> Fields<'v> {
    /// Of what is no record: none.
    pub(in super::super) fn of(value: &'v Value) -> Self {
        if let Value::Record(fields) = value { Self(fields) } else { Self(&[]) }
    }

    pub(in super::super) fn get(self, name: &str) -> &'v Value {
        self.0.iter().find(|(field, _)| field == name).map_or(&Value::None, |(_, value)| value)
    }

    pub(in super::super) fn below(self, name: &str) -> Self {
        Self::of(self.get(name))
    }

    /// The text of a scalar: a case by its spelling, a size and a processor as quantities.
    pub(in super::super) fn text(self, name: &str) -> Option<String> {
        self.get(name).text().filter(|text| !text.is_empty())
    }

    pub(in super::super) fn flag(self, name: &str) -> Option<bool> {
        if let Value::Bool(value) = self.get(name) { Some(*value) } else { None }
    }

    /// Also milliseconds, bytes and thousandths of a core.
    pub(in super::super) fn number(self, name: &str) -> Option<i64> {
        number(self.get(name))
    }

    pub(in super::super) fn list(self, name: &str) -> &'v [Value] {
        if let Value::List(items) = self.get(name) { items } else { &[] }
    }

    pub(in super::super) fn texts(self, name: &str) -> Vec<String> {
        self.list(name).iter().filter_map(Value::text).collect()
    }

    /// The entries of a map of texts.
    pub(in super::super) fn entries(self, name: &str) -> Vec<(String, String)> {
        let entries = self.below(name).0.iter();
        entries.filter_map(|(key, value)| value.text().map(|text| (key.clone(), text))).collect()
    }
}

/// The number of an int, a duration, a size or a processor.
pub(super) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) | Value::Duration(number) | Value::Size(number) | Value::Cpu(number) => Some(*number),
        Value::None
        | Value::Bool(_)
        | Value::Text(_)
        | Value::Case(_)
        | Value::Secret(_)
        | Value::Workspace(_)
        | Value::List(_)
        | Value::Record(_) => None,
    }
}

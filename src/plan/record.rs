//! Records that are known only when running: a parameter or an output of a record type is as many texts as it has
//! fields, each called `record.field`. No other name has a dot.

/// What an output without a name is called where its fields need one.
pub const LONE: &str = "out";

/// The name of one field.
pub fn part(record: &str, field: &str) -> String {
    [if record.is_empty() { LONE } else { record }, ".", field].concat()
}

/// The record and the field that a name stands for; `None` for a name of a value that is no record.
pub fn parts(name: &str) -> Option<(&str, &str)> {
    name.split_once('.')
}

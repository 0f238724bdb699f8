//! Trees that say the same, wherever they stand.

use crate::yaml_read::look::Look;
use crate::yaml_read::{Node, Yaml};

/// Whether two trees have the same values, but for the keys that are passed over.
pub(super) fn same(one: &Node, other: &Node, but: &[&str]) -> bool {
    match (&one.value, &other.value) {
        (Yaml::Map(some), Yaml::Map(others)) => {
            let counts = |all: &[(crate::yaml_read::Key, Node)]| {
                all.iter().filter(|(key, node)| !but.contains(&key.text.as_str()) && node.value != Yaml::Null).count()
            };
            let found = |(key, node): &(crate::yaml_read::Key, Node)| {
                but.contains(&key.text.as_str())
                    || node.value == Yaml::Null
                    || other.get(&key.text).is_some_and(|other| same(node, other, but))
            };
            counts(some) == counts(others) && some.iter().all(found)
        }
        (Yaml::List(some), Yaml::List(others)) => {
            some.len() == others.len() && some.iter().zip(others).all(|(one, other)| same(one, other, but))
        }
        (Yaml::Text { text, .. }, Yaml::Text { text: other, .. }) => text == other,
        (one, other) => one == other,
    }
}

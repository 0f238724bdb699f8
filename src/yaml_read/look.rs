//! Looking into a tree: what is not there, or is something else, is nothing, since reading it has reported it.

use crate::source::Span;
use crate::yaml_read::{Key, Node, Yaml};

/// A value, looked at as what it should be.
pub trait Look {
    fn entries(&self) -> &[(Key, Node)];
    fn get(&self, key: &str) -> Option<&Node>;
    /// The elements of a list.
    fn items(&self) -> &[Node];
    fn text(&self) -> Option<&str>;
    /// The text of a field.
    fn text_of(&self, key: &str) -> Option<&str>;
    /// The elements of a list in a field.
    fn list(&self, key: &str) -> &[Node];
    /// Where a key is written, else the whole.
    fn key_span(&self, key: &str) -> Span;
    fn has(&self, key: &str) -> bool;
    fn is_true(&self, key: &str) -> bool;
}

impl Look for Node {
    fn entries(&self) -> &[(Key, Node)] {
        match &self.value {
            Yaml::Map(entries) => entries,
            Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) | Yaml::Text { .. } | Yaml::List(_) => &[],
        }
    }

    fn get(&self, key: &str) -> Option<&Node> {
        let found = self.entries().iter().find(|(name, _)| name.text == key);
        found.map(|(_, node)| node).filter(|node| node.value != Yaml::Null)
    }

    fn items(&self) -> &[Node] {
        match &self.value {
            Yaml::List(items) => items,
            Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) | Yaml::Text { .. } | Yaml::Map(_) => &[],
        }
    }

    fn text(&self) -> Option<&str> {
        match &self.value {
            Yaml::Text { text, .. } => Some(text),
            Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) | Yaml::List(_) | Yaml::Map(_) => None,
        }
    }

    fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Look::text)
    }

    fn list(&self, key: &str) -> &[Node] {
        self.get(key).map_or(&[], Look::items)
    }

    fn key_span(&self, key: &str) -> Span {
        self.entries().iter().find(|(name, _)| name.text == key).map_or(self.span, |(name, _)| name.span)
    }

    fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    fn is_true(&self, key: &str) -> bool {
        matches!(self.get(key), Some(Node { value: Yaml::Bool(true), .. }))
    }
}

/// The names that the elements of a list give, with where.
pub fn named<'a>(list: &'a [Node], key: &str) -> Vec<(&'a str, Span)> {
    let name = |one: &'a Node| one.get(key).and_then(|node| Some((node.text()?, node.span)));
    list.iter().filter_map(name).collect()
}

/// The element of a list that has a name.
pub fn find<'a>(list: &'a [Node], name: &str) -> Option<&'a Node> {
    list.iter().find(|one| one.text_of("name") == Some(name))
}

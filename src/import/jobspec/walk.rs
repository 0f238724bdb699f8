//! Holds a JobSpec to its schema: unknown keys, values of another type. What is sound is kept by its path.

use std::collections::BTreeMap;

use super::findings;
use super::schema::{Effect, JOBSPEC, Key, Kind};
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::source::Span;
use crate::yaml_read::{Node, Yaml};

/// A text and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct At {
    pub(super) text: String,
    pub(super) span: Span,
}

/// A value that is one word or line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Scalar {
    Text(String),
    Bool(bool),
    Int(i64),
}

/// A sound value: of the right type, with all that is in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Value {
    Scalar(Scalar, Span),
    Texts(Vec<At>, Span),
    Map(Group),
    Maps(Vec<Group>),
}

/// The sound entries of a map, by their keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Group {
    pub(super) span: Span,
    pub(super) entries: BTreeMap<&'static str, (Span, Value)>,
    /// The keys that are written, also with a value that is not sound.
    written: Vec<&'static str>,
}

/// A key that nothing reads, or nothing of a pipeline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Idle {
    pub(super) path: String,
    pub(super) effect: Effect,
    pub(super) key: Span,
    /// Nothing was said with it: empty, or false.
    pub(super) empty: bool,
}

/// Walks the document. `lenient` makes warnings of unknown keys.
pub(super) fn walk(root: &Node, lenient: bool, out: &mut Diagnostics) -> Option<(Group, Vec<Idle>)> {
    let mut walker = Walker { lenient, idle: Vec::new(), out };
    let group = match &root.value {
        Yaml::Map(_) => walker.group("the JobSpec", "", JOBSPEC, root),
        Yaml::Null => Some(Group { span: root.span, entries: BTreeMap::new(), written: Vec::new() }),
        Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) | Yaml::Text { .. } | Yaml::List(_) => {
            walker.out.push(findings::not_a_jobspec(root));
            None
        }
    };
    let idle = walker.idle;
    group.map(|group| (group, idle))
}

struct Walker<'o> {
    lenient: bool,
    idle: Vec<Idle>,
    out: &'o mut Diagnostics,
}

impl Walker<'_> {
    fn group(&mut self, what: &str, path: &str, keys: &'static [Key], node: &Node) -> Option<Group> {
        let Yaml::Map(entries) = &node.value else {
            if node.value != Yaml::Null {
                self.out.push(findings::wrong_type(what, "a map", node));
            }
            return None;
        };
        let mut group = Group { span: node.span, entries: BTreeMap::new(), written: Vec::new() };
        for (name, value) in entries {
            let Some(key) = keys.iter().find(|key| key.yaml == name.text) else {
                let known: Vec<&str> = keys.iter().map(|key| key.yaml).collect();
                self.unknown(findings::unknown_key(what, name, &known));
                continue;
            };
            group.written.push(key.yaml);
            let inner = if path.is_empty() { key.yaml.to_owned() } else { format!("{path}.{}", key.yaml) };
            if key.effect != Effect::Used {
                let (path, empty) = (inner.clone(), is_empty(value));
                self.idle.push(Idle { path, effect: key.effect, key: name.span, empty });
            }
            if let Some(value) = self.value(&inner, key, value) {
                group.entries.insert(key.yaml, (name.span, value));
            }
        }
        Some(group)
    }

    fn unknown(&mut self, mut found: Diagnostic) {
        if self.lenient {
            found.severity = Severity::Warning;
        }
        self.out.push(found);
    }

    fn value(&mut self, path: &str, key: &'static Key, node: &Node) -> Option<Value> {
        let what = format!("`{}`", key.yaml);
        let expected = match (&key.kind, &node.value) {
            // What has no value is left out.
            (_, Yaml::Null) => return None,
            (Kind::Map(keys), _) => return self.group(&what, path, keys, node).map(Value::Map),
            (Kind::Maps(keys), Yaml::List(nodes)) => {
                let groups = nodes.iter().filter_map(|one| self.group(&format!("an entry of {what}"), path, keys, one));
                return Some(Value::Maps(groups.collect()));
            }
            (Kind::Texts, Yaml::List(nodes)) => {
                let texts = nodes.iter().filter_map(|one| self.text(&format!("an entry of {what}"), one));
                return Some(Value::Texts(texts.collect(), node.span));
            }
            (Kind::Text, _) => {
                let text = self.text(&what, node)?;
                return Some(Value::Scalar(Scalar::Text(text.text), node.span));
            }
            (Kind::Bool | Kind::OptionalBool, Yaml::Bool(value)) => {
                return Some(Value::Scalar(Scalar::Bool(*value), node.span));
            }
            (Kind::Int, Yaml::Int(value)) => return Some(Value::Scalar(Scalar::Int(*value), node.span)),
            (Kind::Bool | Kind::OptionalBool, _) => "`true` or `false`",
            (Kind::Int, _) => "a whole number",
            (Kind::Texts, _) => "a list of texts",
            (Kind::Maps(_), _) => "a list of maps",
        };
        self.out.push(findings::wrong_type(&what, expected, node));
        None
    }

    fn text(&mut self, what: &str, node: &Node) -> Option<At> {
        if let Yaml::Text { text, .. } = &node.value {
            return Some(At { text: text.clone(), span: node.span });
        }
        self.out.push(findings::wrong_type(what, "a text", node));
        None
    }
}

fn is_empty(node: &Node) -> bool {
    match &node.value {
        Yaml::Null | Yaml::Bool(false) => true,
        Yaml::Text { text, .. } => text.is_empty(),
        Yaml::List(nodes) => nodes.is_empty(),
        Yaml::Map(entries) => entries.is_empty(),
        Yaml::Bool(true) | Yaml::Int(_) | Yaml::Float(_) => false,
    }
}

impl Group {
    /// The map behind a key.
    pub(super) fn map(&self, key: &str) -> Option<&Self> {
        match self.entries.get(key) {
            Some((_, Value::Map(group))) => Some(group),
            Some((_, Value::Scalar(..) | Value::Texts(..) | Value::Maps(_))) | None => None,
        }
    }

    pub(super) fn maps(&self, key: &str) -> &[Self] {
        match self.entries.get(key) {
            Some((_, Value::Maps(groups))) => groups,
            Some((_, Value::Scalar(..) | Value::Texts(..) | Value::Map(_))) | None => &[],
        }
    }

    pub(super) fn texts(&self, key: &str) -> &[At] {
        match self.entries.get(key) {
            Some((_, Value::Texts(texts, _))) => texts,
            Some((_, Value::Scalar(..) | Value::Maps(_) | Value::Map(_))) | None => &[],
        }
    }

    pub(super) fn scalar(&self, key: &str) -> Option<(&Scalar, Span)> {
        match self.entries.get(key) {
            Some((_, Value::Scalar(scalar, span))) => Some((scalar, *span)),
            Some((_, Value::Texts(..) | Value::Maps(_) | Value::Map(_))) | None => None,
        }
    }

    /// A text that says something.
    pub(super) fn text(&self, key: &str) -> Option<At> {
        match self.scalar(key)? {
            (Scalar::Text(text), span) if !text.is_empty() => Some(At { text: text.clone(), span }),
            (Scalar::Text(_) | Scalar::Bool(_) | Scalar::Int(_), _) => None,
        }
    }

    pub(super) fn bool(&self, key: &str) -> Option<bool> {
        match self.scalar(key)?.0 {
            Scalar::Bool(value) => Some(*value),
            Scalar::Text(_) | Scalar::Int(_) => None,
        }
    }

    pub(super) fn is(&self, key: &str) -> bool {
        self.bool(key) == Some(true)
    }

    /// Whether the key is written, whatever its value.
    pub(super) fn says(&self, key: &str) -> bool {
        self.written.contains(&key)
    }

    pub(super) fn key(&self, key: &str) -> Option<Span> {
        self.entries.get(key).map(|(span, _)| *span)
    }

    /// The value at the end of a path such as `recipe.git_ref`.
    pub(super) fn at(&self, path: &str) -> Option<&Value> {
        match path.split_once('.') {
            Some((first, rest)) => self.map(first)?.at(rest),
            None => self.entries.get(path).map(|(_, value)| value),
        }
    }
}

//! The documents of all files, by kind and name.

use rustc_hash::FxHashMap;

use super::findings;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{FileId, Span, offset};
use crate::yaml_read::look::Look;
use crate::yaml_read::{self, Node, Yaml};

/// One document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doc<'a> {
    pub(super) name: &'a str,
    pub(super) root: &'a Node,
    pub(super) spec: &'a Node,
}

/// What was given, sorted by kind.
#[derive(Default, Debug)]
pub(super) struct Docs<'a> {
    texts: FxHashMap<FileId, &'a str>,
    pub(super) tasks: Vec<Doc<'a>>,
    pub(super) pipelines: Vec<Doc<'a>>,
    pub(super) runs: Vec<Doc<'a>>,
}

/// What stands for `{{` and `}}` while a text is read: as long, and no syntax of YAML.
const OPEN: &str = "\u{1bb}";
const CLOSE: &str = "\u{1be}";

/// All documents of a text. Values that Pipelines-as-Code puts in the place of `{{ name }}` may stand without quotes.
pub(super) fn read(id: FileId, text: &str, out: &mut Diagnostics) -> Vec<Node> {
    let mut found = Diagnostics::default();
    let mut read = yaml_read::read_all(id, text, &mut found);
    if !found.is_empty() && text.contains("{{") {
        let mut again = Diagnostics::default();
        let filled = text.replace("{{", OPEN).replace("}}", CLOSE);
        let nodes = yaml_read::read_all(id, &filled, &mut again);
        if again.is_empty() {
            found = again;
            read = nodes;
            read.iter_mut().for_each(restore);
        }
    }
    found.retain_mut(|one| {
        *one = Diagnostic { code: Code::P0741, severity: Code::P0741.severity(), ..one.clone() };
        true
    });
    out.append(found);
    read
}

fn restore(node: &mut Node) {
    let back = |text: &str| text.replace(OPEN, "{{").replace(CLOSE, "}}");
    match &mut node.value {
        Yaml::Text { text, .. } => *text = back(text),
        Yaml::List(items) => items.iter_mut().for_each(restore),
        Yaml::Map(entries) => {
            for (key, value) in entries {
                key.text = back(&key.text);
                restore(value);
            }
        }
        Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) => {}
    }
}

impl<'a> Docs<'a> {
    /// The documents of all texts.
    pub(super) fn of(texts: &[(FileId, &'a str)], nodes: &'a [Node], out: &mut Diagnostics) -> Self {
        let mut docs = Self { texts: texts.iter().copied().collect(), ..Self::default() };
        for root in nodes {
            docs.add(root, out);
        }
        if docs.tasks.is_empty() && docs.pipelines.is_empty() && docs.runs.is_empty() {
            let span = nodes.first().map(|node| node.span);
            let span = span.or_else(|| texts.first().map(|(id, _)| Span::new(*id, 0, 0)));
            out.push(findings::nothing_to_import(span));
        }
        docs
    }

    fn add(&mut self, root: &'a Node, out: &mut Diagnostics) {
        if root.value == Yaml::Null {
            return;
        }
        let Some(kind) = kind_of(root) else {
            return out.push(findings::of_somebody_else(root));
        };
        let (Some(spec), Some(name)) = (root.get("spec"), name_of(root)) else {
            return out.push(findings::incomplete(root));
        };
        let list = match kind {
            "Task" => &mut self.tasks,
            "Pipeline" => &mut self.pipelines,
            "PipelineRun" => &mut self.runs,
            _ => return out.push(findings::other_kind(root.get("kind").unwrap_or(root), kind)),
        };
        if let Some(first) = list.iter().find(|doc| doc.name == name) {
            return out.push(findings::twice(kind, name, root, first.root));
        }
        list.push(Doc { name, root, spec });
    }

    /// The text of a place.
    pub(super) fn source(&self, span: Span) -> &'a str {
        let text = self.texts.get(&span.file).copied().unwrap_or_default();
        text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Where `part` stands first in a scalar; the whole of it where it is written with escapes.
    pub(super) fn within(&self, scalar: Span, part: &str) -> Span {
        self.nth_within(scalar, part, 0)
    }

    /// As [`Docs::within`], for the one behind `nth` others.
    pub(super) fn nth_within(&self, scalar: Span, part: &str, nth: usize) -> Span {
        self.source(scalar).match_indices(part).nth(nth).map_or(scalar, |(at, _)| {
            let start = scalar.start + offset(at);
            Span::new(scalar.file, start, start + offset(part.len()))
        })
    }

    pub(super) fn task(&self, name: &str) -> Option<usize> {
        self.tasks.iter().position(|doc| doc.name == name)
    }

    pub(super) fn pipeline(&self, name: &str) -> Option<usize> {
        self.pipelines.iter().position(|doc| doc.name == name)
    }
}

fn kind_of(root: &Node) -> Option<&str> {
    root.text_of("apiVersion")?.strip_prefix("tekton.dev/")?;
    root.text_of("kind")
}

fn name_of(root: &Node) -> Option<&str> {
    let meta = root.get("metadata")?;
    meta.text_of("name").or_else(|| meta.text_of("generateName"))
}

/// A scalar as the text that the cluster makes of it, and whether it was written as something else.
pub(super) fn scalar(node: &Node, source: &str) -> Option<(String, bool)> {
    match &node.value {
        Yaml::Text { text, .. } => Some((text.clone(), false)),
        Yaml::Bool(value) => Some((value.to_string(), true)),
        Yaml::Int(_) | Yaml::Float(_) => Some((source.to_owned(), true)),
        Yaml::Null | Yaml::List(_) | Yaml::Map(_) => None,
    }
}

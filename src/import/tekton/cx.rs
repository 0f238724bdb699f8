//! What every part of the import is given: the documents, what was found so far, and where findings go.

use std::collections::BTreeSet;

use super::docs::{self, Docs};
use super::findings;
use super::model::{At, Body, Extern, Given};
use super::slots::Slots;
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::source::{Span, is_harmful};
use crate::yaml_read::look::Look;
use crate::yaml_read::{Node, Yaml};

#[derive(Debug)]
pub(super) struct Cx<'a, 'o> {
    pub(super) docs: &'a Docs<'a>,
    /// What cannot be said is a warning, and a comment in the program.
    pub(super) lenient: bool,
    /// What may be something else tomorrow is a warning.
    pub(super) unpinned: bool,
    pub(super) slots: Slots,
    pub(super) externs: Vec<Extern>,
    /// One for each Task among the documents, in their order.
    pub(super) bodies: Vec<Body<'a>>,
    pub(super) out: &'o mut Diagnostics,
    /// Scalars that were reported as no texts.
    pub(super) said: BTreeSet<(u32, u32)>,
    /// Where references have a version, which is nothing to a cluster.
    pub(super) versions: Vec<Span>,
    /// What only the engine knows, and the pipeline that is written asks for as a parameter: the variable, the name.
    pub(super) asked: Vec<(String, String)>,
    /// `sh` reads all scripts that stand in the pipeline that is written, which says so once.
    pub(super) all_sh: bool,
    /// The Tasks among the documents that some pipeline calls.
    pub(super) called: BTreeSet<&'a str>,
}

impl<'a> Cx<'a, '_> {
    pub(super) fn push(&mut self, found: Diagnostic) {
        self.out.push(found);
    }

    /// What cannot be carried over: an error, or a warning and a comment where it stood.
    pub(super) fn cannot(&mut self, remarks: &mut Vec<String>, mut found: Diagnostic) {
        if self.lenient {
            let span = found.span().unwrap_or(Span::new(crate::source::FileId(0), 0, 0));
            let source = self.docs.source(span).lines().next().unwrap_or_default().trim();
            let shown: String = source.chars().filter(|c| !is_harmful(*c)).take(60).collect();
            remarks.push(format!("{}: {shown}", found.message));
            found.severity = Severity::Warning;
        }
        self.push(found);
    }

    /// A scalar as the text that the cluster makes of it.
    pub(super) fn at(&mut self, node: &Node) -> Option<At> {
        let source = self.docs.source(node.span);
        let (text, mended) = docs::scalar(node, source)?;
        if mended && self.said.insert((node.span.file.0, node.span.start)) {
            self.push(findings::no_text(node.span, source, &text));
        }
        Some(At::new(text, node.span))
    }

    /// The text of a field.
    pub(super) fn at_of(&mut self, node: &Node, key: &str) -> Option<At> {
        node.get(key).and_then(|node| self.at(node))
    }

    /// The text of a field that may well be a number.
    pub(super) fn number_of(&self, node: &Node, key: &str) -> Option<At> {
        let node = node.get(key)?;
        let (text, _) = docs::scalar(node, self.docs.source(node.span))?;
        Some(At::new(text, node.span))
    }

    /// The value of a parameter.
    pub(super) fn given(&mut self, node: &Node) -> Option<Given> {
        match &node.value {
            Yaml::List(items) => Some(Given::List(items.iter().filter_map(|one| self.at(one)).collect(), node.span)),
            Yaml::Map(entries) => {
                let entries = entries.iter().filter_map(|(key, one)| Some((key.text.clone(), self.at(one)?)));
                Some(Given::Object(entries.collect(), node.span))
            }
            Yaml::Null => Some(Given::Text(At::new("", node.span))),
            Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) | Yaml::Text { .. } => self.at(node).map(Given::Text),
        }
    }

    /// The fields of an object that are not among those that are read.
    pub(super) fn rest(&mut self, node: &Node, known: &[&str], what: &str, remarks: &mut Vec<String>) {
        for (key, value) in node.entries() {
            if !known.contains(&key.text.as_str()) && !is_empty(value) {
                let message = format!("`{}` of {what} has no form in the program", key.text);
                self.cannot(remarks, findings::not_said(key.span, message, "leave it out, or say it otherwise"));
            }
        }
    }
}

/// A document text as lines of a doc comment.
pub(super) fn doc(node: &Node) -> String {
    let text = node.text_of("description").unwrap_or_default();
    let lines = text.trim().lines().map(str::trim_end);
    lines.map(|line| line.replace(is_harmful, " ")).collect::<Vec<_>>().join("\n")
}

/// Nothing is said with it.
pub(super) fn is_empty(node: &Node) -> bool {
    match &node.value {
        Yaml::Null => true,
        Yaml::Text { text, .. } => text.is_empty(),
        Yaml::List(nodes) => nodes.is_empty(),
        Yaml::Map(entries) => entries.is_empty(),
        Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) => false,
    }
}

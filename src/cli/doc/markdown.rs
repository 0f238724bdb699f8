//! Pages as Markdown.

use std::fmt::Write as _;

use super::prose;
use crate::query::doc::code::{Code, Piece};
use crate::query::doc::{Entry, KINDS, Module, Row};

/// One page of all modules.
pub(super) fn page(modules: &[Module]) -> String {
    let mut out = "<!-- Written by `pipec doc`: change the doc comments of the source, not this. -->\n".to_owned();
    for module in modules {
        // Anchors of several modules on one page must differ.
        let prefix = if modules.len() > 1 { format!("{}-", slug(&module.name)) } else { String::new() };
        Writer { out: &mut out, module, prefix: &prefix }.module();
    }
    out
}

/// A list of pages.
pub(super) fn index(modules: &[Module], names: &[String]) -> String {
    let mut out = "<!-- Written by `pipec doc`. -->\n\n# Modules\n\n".to_owned();
    for (module, name) in modules.iter().zip(names) {
        let about = prose::markdown(super::html::first_paragraph(&module.doc)).replace('\n', " ");
        let dash = if about.is_empty() { "" } else { ": " };
        let _ = writeln!(out, "- [{}](<{name}>){dash}{about}", code_span(&module.name));
    }
    out
}

struct Writer<'a> {
    out: &'a mut String,
    module: &'a Module,
    prefix: &'a str,
}

impl Writer<'_> {
    fn module(&mut self) {
        self.line(&format!("\n# {}\n", code_span(&self.module.name)));
        self.prose(&self.module.doc);
        for (kind, heading) in KINDS {
            let entries: Vec<&Entry> = self.module.entries.iter().filter(|entry| entry.kind == *kind).collect();
            if !entries.is_empty() {
                self.line(&format!("## {heading}\n"));
                entries.iter().for_each(|entry| self.entry(entry));
            }
        }
    }

    fn entry(&mut self, entry: &Entry) {
        let anchor = format!("<a id=\"{}{}\"></a>", self.prefix, entry.anchor);
        self.line(&format!("{anchor}\n### {}\n", code_span(&entry.name)));
        self.prose(&entry.doc);
        if let Some(source) = &entry.source {
            self.line(&fenced(source));
        }
        for (word, code) in &entry.facts {
            self.line(&format!("- {word}: {}", self.code(code)));
        }
        if !entry.facts.is_empty() {
            self.line("");
        }
        for (word, rows) in &entry.lists {
            self.line(&format!("{word}:\n"));
            rows.iter().for_each(|row| self.row(row));
            self.line("");
        }
        self.line(&format!("Declared in {}.\n", code_span(&format!("{}:{}", self.module.file, entry.line))));
    }

    fn row(&mut self, row: &Row) {
        let mut line = "- ".to_owned();
        if row.is_const {
            line += "`const` ";
        }
        line += &code_span(&row.name);
        if let Some(ty) = &row.ty {
            line += if row.name.is_empty() { "" } else { ": " };
            line += &self.code(ty);
        }
        if let Some(value) = &row.value {
            line += " = ";
            line += &self.code(value);
        }
        self.line(&line);
        if !row.doc.is_empty() {
            let doc = prose::markdown(&row.doc).replace('\n', "\n  ");
            self.line(&format!("\n  {}\n", doc.trim()));
        }
    }

    /// Names that the module declares are links.
    fn code(&self, code: &Code) -> String {
        let piece = |piece: &Piece| match &piece.anchor {
            Some(anchor) => format!("[{}](#{}{anchor})", code_span(&piece.text), self.prefix),
            None => code_span(&piece.text),
        };
        code.pieces.iter().map(piece).collect()
    }

    fn prose(&mut self, doc: &str) {
        if !doc.is_empty() {
            self.line(&format!("{}\n", prose::markdown(doc).trim()));
        }
    }

    fn line(&mut self, text: &str) {
        if text.is_empty() && self.out.ends_with("\n\n") {
            return;
        }
        self.out.push_str(text);
        self.out.push('\n');
    }
}

fn fenced(source: &Code) -> String {
    prose::code_block(&source.text()).replacen("```\n", "```pipe\n", 1) + "\n"
}

/// Code in a line; nothing in it can end it.
fn code_span(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // Of blanks at both ends, one each is not shown.
    let padded = text.starts_with('`') || text.ends_with('`') || text.starts_with(' ') && text.ends_with(' ');
    let blank = if padded { " " } else { "" };
    format!("{fence}{blank}{}{blank}{fence}", text.replace('\n', " "))
}

pub(super) fn slug(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect()
}

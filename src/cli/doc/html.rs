//! Pages as HTML that needs nothing else: no script, no style sheet, no picture. Well-formed XML as well.

use std::fmt::Write as _;

use super::markdown::slug;
use super::prose;
use crate::query::doc::code::{Code, Piece};
use crate::query::doc::{Entry, KINDS, Module, Row};

/// One page of all modules.
pub(super) fn page(modules: &[Module]) -> String {
    let several = modules.len() > 1;
    let title = match modules {
        [one] => one.name.clone(),
        _ => "Modules".to_owned(),
    };
    let (mut contents, mut main) = (String::new(), String::new());
    if several {
        main += "<h1>Modules</h1>\n";
    }
    for module in modules {
        let prefix = if several { format!("{}-", slug(&module.name)) } else { String::new() };
        let writer = Writer { module, prefix: &prefix, level: if several { 2 } else { 1 } };
        writer.contents(&mut contents);
        writer.module(&mut main);
    }
    frame(&title, &contents, &main)
}

/// A list of pages.
pub(super) fn index(modules: &[Module], names: &[String]) -> String {
    let mut main = "<h1>Modules</h1>\n<dl>\n".to_owned();
    for (module, name) in modules.iter().zip(names) {
        let name = escape(&name.replace('%', "%25").replace('#', "%23").replace('?', "%3F"));
        let about = prose::html(first_paragraph(&module.doc));
        let _ =
            writeln!(main, "<dt><a href=\"{name}\"><code>{}</code></a></dt>\n<dd>{about}</dd>", escape(&module.name));
    }
    main += "</dl>\n";
    frame("Modules", "", &main)
}

pub(super) fn first_paragraph(doc: &str) -> &str {
    doc.split("\n\n").next().unwrap_or_default()
}

fn frame(title: &str, contents: &str, main: &str) -> String {
    let nav =
        if contents.is_empty() { String::new() } else { format!("<nav aria-label=\"Contents\">\n{contents}</nav>\n") };
    include_str!("page.html")
        .replace("{{style}}", include_str!("page.css"))
        .replace("{{title}}", &escape(title))
        .replace("{{nav}}\n", &nav)
        .replace("{{main}}\n", main)
}

struct Writer<'a> {
    module: &'a Module,
    prefix: &'a str,
    /// Of the heading of the module.
    level: u8,
}

impl Writer<'_> {
    fn contents(&self, out: &mut String) {
        let _ =
            writeln!(out, "<p><a href=\"#{}module\"><code>{}</code></a></p>", self.prefix, escape(&self.module.name));
        for (kind, heading) in KINDS {
            let entries: Vec<&Entry> = self.module.entries.iter().filter(|entry| entry.kind == *kind).collect();
            if entries.is_empty() {
                continue;
            }
            let _ = writeln!(out, "<p>{heading}</p>\n<ul>");
            for entry in entries {
                let anchor = escape(&entry.anchor);
                let _ = writeln!(
                    out,
                    "<li><a href=\"#{}{anchor}\"><code>{}</code></a></li>",
                    self.prefix,
                    escape(&entry.name)
                );
            }
            *out += "</ul>\n";
        }
    }

    fn module(&self, out: &mut String) {
        let (level, name) = (self.level, escape(&self.module.name));
        let _ = writeln!(out, "<h{level} id=\"{}module\"><code>{name}</code></h{level}>", self.prefix);
        *out += &prose::html(&self.module.doc);
        for (kind, heading) in KINDS {
            let entries: Vec<&Entry> = self.module.entries.iter().filter(|entry| entry.kind == *kind).collect();
            if !entries.is_empty() {
                let _ = writeln!(out, "<h{0}>{heading}</h{0}>", level + 1);
                entries.iter().for_each(|entry| self.entry(entry, out));
            }
        }
    }

    fn entry(&self, entry: &Entry, out: &mut String) {
        let (level, anchor) = (self.level + 2, escape(&entry.anchor));
        let place = escape(&format!("{}:{}", self.module.file, entry.line));
        *out += "<section>\n";
        let name = escape(&entry.name);
        let _ = writeln!(out, "<h{level} id=\"{}{anchor}\"><code>{name}</code></h{level}>", self.prefix);
        let _ = writeln!(out, "<p class=\"place\">Declared in <code>{place}</code></p>");
        *out += &prose::html(&entry.doc);
        if let Some(source) = &entry.source {
            let _ = writeln!(out, "<pre tabindex=\"0\">{}</pre>", self.code(source));
        }
        if !entry.facts.is_empty() {
            *out += "<dl class=\"facts\">\n";
            for (word, code) in &entry.facts {
                let _ = writeln!(out, "<dt>{word}</dt>\n<dd>{}</dd>", self.code(code));
            }
            *out += "</dl>\n";
        }
        for (word, rows) in &entry.lists {
            let _ = writeln!(out, "<h{0}>{word}</h{0}>\n<dl>", level + 1);
            rows.iter().for_each(|row| self.row(row, out));
            *out += "</dl>\n";
        }
        *out += "</section>\n";
    }

    fn row(&self, row: &Row, out: &mut String) {
        *out += "<dt>";
        if row.is_const {
            *out += "<code>const</code> ";
        }
        if !row.name.is_empty() {
            let _ = write!(out, "<code class=\"name\">{}</code>", escape(&row.name));
        }
        if let Some(ty) = &row.ty {
            *out += if row.name.is_empty() { "" } else { ": " };
            *out += &self.code(ty);
        }
        if let Some(value) = &row.value {
            let _ = write!(out, " = {}", self.code(value));
        }
        let _ = writeln!(out, "</dt>\n<dd>{}</dd>", prose::html(&row.doc));
    }

    fn code(&self, code: &Code) -> String {
        let piece = |piece: &Piece| match &piece.anchor {
            Some(anchor) => format!("<a href=\"#{}{}\">{}</a>", self.prefix, escape(anchor), escape(&piece.text)),
            None => escape(&piece.text),
        };
        format!("<code>{}</code>", code.pieces.iter().map(piece).collect::<String>())
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

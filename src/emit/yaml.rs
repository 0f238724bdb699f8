//! Writes YAML that every reader takes for the same thing: 1.1 and 1.2, Go, Python and JavaScript.
//!
//! A text is plain only where no reader can see a number, a bool, a date or an indicator in it; else it is in double
//! quotes, or a `|` block when it has several lines. Nothing is folded, no line is cut, keys keep their order.

mod form;

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::source::each_place;
use form::{Form, is_plain_ascii, is_printable};

/// One file: a comment (a `#` for each of its lines), then the documents with `---` between.
pub fn file(comment: &str, documents: &[Node]) -> String {
    let mut out = Page { text: String::with_capacity(4096), guarded: false };
    out.comment(comment);
    for (at, document) in documents.iter().enumerate() {
        if at > 0 {
            out.text.push_str("---\n");
        }
        out.document(document);
    }
    out.text
}

/// A text as the key of an entry.
pub fn key(text: &str) -> String {
    let mut page = Page::default();
    page.scalar(text);
    page.text
}

/// A value of a document. What looks like a number or a bool but is a text is a [`Node::Text`], and is quoted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Node {
    Bool(bool),
    Int(i64),
    Text(Cow<'static, str>),
    /// A text of one line, and a comment behind it.
    Noted(Box<(Cow<'static, str>, String)>),
    List(Vec<Self>),
    Map(Map),
}

/// Entries in the order in which they are written; each key once.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Map {
    pub entries: Vec<(Cow<'static, str>, Node)>,
}

impl Map {
    pub fn new() -> Self {
        Self::default()
    }

    /// This map and one more entry.
    #[must_use]
    pub fn with(mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Node>) -> Self {
        self.put(key, value);
        self
    }

    /// This map, and one more entry where there is a value.
    #[must_use]
    pub fn with_some(mut self, key: impl Into<Cow<'static, str>>, value: Option<impl Into<Node>>) -> Self {
        if let Some(value) = value {
            self.put(key, value);
        }
        self
    }

    /// This map, and one more entry unless the list or map is empty.
    #[must_use]
    pub fn with_filled(mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Node>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.put(key, value);
        }
        self
    }

    pub fn put(&mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Node>) {
        let key = key.into();
        debug_assert!(self.get(&key).is_none(), "`{key}` twice in one map");
        self.entries.push((key, value.into()));
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Node {
    /// A list or map without elements; a scalar is never empty.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::List(items) => items.is_empty(),
            Self::Map(map) => map.is_empty(),
            Self::Bool(_) | Self::Int(_) | Self::Text(_) | Self::Noted(_) => false,
        }
    }
}

impl From<bool> for Node {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Node {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&'static str> for Node {
    fn from(value: &'static str) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl From<String> for Node {
    fn from(value: String) -> Self {
        Self::Text(Cow::Owned(value))
    }
}

impl From<Cow<'static, str>> for Node {
    fn from(value: Cow<'static, str>) -> Self {
        Self::Text(value)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Node {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl Node {
    /// A text of one line, and a comment behind it.
    pub fn noted(text: impl Into<Cow<'static, str>>, note: String) -> Self {
        Self::Noted(Box::new((text.into(), note)))
    }
}

impl From<Map> for Node {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

/// A key that is longer when written is set apart by `?`: readers look only 1024 characters ahead for a `:`.
const LONGEST_KEY: usize = 1000;

/// A file that is written from its start to its end, without a tree: what there are ten thousand of.
#[derive(Clone, Default, Debug)]
pub struct Page {
    pub text: String,
    /// Something replaces `{{ name }}` in the file before it is read: no text of it may look so, whatever it holds.
    pub guarded: bool,
}

impl Page {
    /// A `#` for each line.
    pub fn comment(&mut self, comment: &str) {
        for line in comment.lines() {
            self.text.push_str("# ");
            self.note(line);
            self.text.truncate(self.text.trim_end().len());
            self.text.push('\n');
        }
    }

    /// What another page has, further to the right: all that is written here keeps its meaning there.
    pub fn shifted(&mut self, page: &Self, by: usize) {
        for line in page.text.split_inclusive('\n') {
            if line != "\n" {
                self.indent(by);
            }
            self.text.push_str(line);
        }
    }

    /// Lines that are YAML already.
    pub fn raw(&mut self, lines: &str) {
        self.text.push_str(lines);
    }

    /// A text behind its key (`    - name: `) or mark (`    - `), which stand there with their indentation.
    pub fn entry_text(&mut self, before: &str, text: &str) {
        self.text.push_str(before);
        let text = &*self.seen(text);
        match Form::of(text) {
            // An element stands at its mark, what a key has at the key.
            Form::Block => self.block(text, indentation(before)),
            form @ (Form::Plain | Form::Quoted | Form::Escaped) => {
                self.one_line(text, form);
                self.text.push('\n');
            }
        }
    }

    /// A text of one line behind its key, and a comment behind it.
    pub fn entry_noted(&mut self, before: &str, text: &str, note: &str) {
        self.text.push_str(before);
        self.scalar(text);
        self.text.push_str(" # ");
        self.note(note);
        self.text.push('\n');
    }

    /// A text in which a guarded page shows `{{ name }}` all the same, since it is meant. What is put in may hold anything
    /// but a line break, so that only a block keeps it from ending the text; one whose values are tame is quoted.
    pub fn entry_template(&mut self, before: &str, text: &str, is_tame: bool) {
        self.text.push_str(before);
        let guarded = std::mem::replace(&mut self.guarded, false);
        if is_tame {
            self.escaped(text);
            self.text.push('\n');
        } else {
            self.block(text, indentation(before));
        }
        self.guarded = guarded;
    }

    /// The text with braces apart, where they could be taken for those of a variable. What has to arrive to the letter
    /// has none of these any more.
    fn seen<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.guarded { apart(text) } else { Cow::Borrowed(text) }
    }

    fn note(&mut self, note: &str) {
        let note = visible(note);
        match self.guarded {
            true => self.text.push_str(&note.replace("{{", "{ {").replace("{{", "{ {")),
            false => self.text.push_str(&note),
        }
    }

    /// A key with its indentation and the `:`, and what it has: a list or map, left out when it is empty.
    pub fn entry_node(&mut self, before: &str, value: &Node) {
        if !value.is_empty() {
            self.text.push_str(before);
            self.entry(value, before.len() - before.trim_start().len());
        }
    }

    fn document(&mut self, node: &Node) {
        match node {
            Node::Map(map) if !map.is_empty() => self.map(map, 0),
            Node::List(items) if !items.is_empty() => self.list(items, 0),
            Node::Bool(_) | Node::Int(_) | Node::Text(_) | Node::Noted(_) | Node::List(_) | Node::Map(_) => {
                self.flat(node);
                self.text.push('\n');
            }
        }
    }

    /// Starts where the caller stands: the first key has its indentation already.
    fn map(&mut self, map: &Map, indent: usize) {
        for (at, (key, value)) in map.entries.iter().enumerate() {
            if at > 0 {
                self.indent(indent);
            }
            self.key(key, indent);
            self.entry(value, indent);
        }
    }

    fn key(&mut self, key: &str, indent: usize) {
        let start = self.text.len();
        self.scalar(key);
        if self.text.len() - start > LONGEST_KEY {
            self.text.insert_str(start, "? ");
            self.text.push('\n');
            self.indent(indent);
        }
        self.text.push(':');
    }

    /// What stands behind a `:`. A list is not indented below its key, as `kubectl` has it.
    fn entry(&mut self, value: &Node, indent: usize) {
        match value {
            Node::Map(map) if !map.is_empty() => {
                self.text.push('\n');
                self.indent(indent + 2);
                self.map(map, indent + 2);
            }
            Node::List(items) if !items.is_empty() => {
                self.text.push('\n');
                self.indent(indent);
                self.list(items, indent);
            }
            Node::Bool(_) | Node::Int(_) | Node::Text(_) | Node::Noted(_) | Node::List(_) | Node::Map(_) => {
                self.text.push(' ');
                self.leaf(value, indent);
            }
        }
    }

    fn list(&mut self, items: &[Node], indent: usize) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.indent(indent);
            }
            self.text.push_str("- ");
            match item {
                Node::Map(map) if !map.is_empty() => self.map(map, indent + 2),
                Node::List(items) if !items.is_empty() => self.list(items, indent + 2),
                Node::Bool(_) | Node::Int(_) | Node::Text(_) | Node::Noted(_) | Node::List(_) | Node::Map(_) => {
                    self.leaf(item, indent)
                }
            }
        }
    }

    fn leaf(&mut self, value: &Node, indent: usize) {
        match value {
            Node::Text(text) if Form::of(text) == Form::Block => {
                let text = self.seen(text).into_owned();
                self.block(&text, indent + 2);
            }
            Node::Bool(_) | Node::Int(_) | Node::Text(_) | Node::Noted(_) | Node::List(_) | Node::Map(_) => {
                self.flat(value);
                self.text.push('\n');
            }
        }
    }

    fn flat(&mut self, value: &Node) {
        match value {
            Node::Bool(true) => self.text.push_str("true"),
            Node::Bool(false) => self.text.push_str("false"),
            Node::Int(number) => write!(self.text, "{number}").expect("a String takes all text"),
            Node::Text(text) => self.scalar(text),
            Node::Noted(noted) => {
                self.scalar(&noted.0);
                self.text.push_str(" # ");
                self.note(&noted.1);
            }
            Node::List(_) => self.text.push_str("[]"),
            Node::Map(_) => self.text.push_str("{}"),
        }
    }

    fn block(&mut self, text: &str, indent: usize) {
        let body = text.trim_end_matches('\n');
        self.text.push_str(match text.len() - body.len() {
            0 => "|-\n",
            1 => "|\n",
            _ => "|+\n",
        });
        let text = text.strip_suffix('\n').unwrap_or(text);
        let mut start = 0;
        each_place(b'\n', text.as_bytes(), |at| {
            self.block_line(&text[start..=at], indent);
            start = at + 1;
        });
        self.block_line(&text[start..], indent);
        self.text.push('\n');
    }

    /// A line with its break, if it has one; an empty one is not indented.
    fn block_line(&mut self, line: &str, indent: usize) {
        if !matches!(line, "" | "\n") {
            self.indent(indent);
        }
        self.text.push_str(line);
    }

    fn scalar(&mut self, text: &str) {
        let text = &*self.seen(text);
        self.one_line(text, Form::of(text));
    }

    fn one_line(&mut self, text: &str, form: Form) {
        match form {
            Form::Plain => self.text.push_str(text),
            Form::Quoted => {
                self.text.push('"');
                self.text.push_str(text);
                self.text.push('"');
            }
            Form::Escaped | Form::Block => self.escaped(text),
        }
    }

    fn escaped(&mut self, text: &str) {
        self.text.push('"');
        let mut copied = 0;
        for (at, c) in text.char_indices() {
            if is_printable(c) && c != '"' && c != '\\' {
                continue;
            }
            self.text.push_str(&text[copied..at]);
            copied = at + c.len_utf8();
            self.escape(c);
        }
        self.text.push_str(&text[copied..]);
        self.text.push('"');
    }

    fn escape(&mut self, c: char) {
        match c {
            '"' => self.text.push_str("\\\""),
            '\\' => self.text.push_str("\\\\"),
            '\n' => self.text.push_str("\\n"),
            '\r' => self.text.push_str("\\r"),
            '\t' => self.text.push_str("\\t"),
            _ if u32::from(c) > 0xffff => {
                write!(self.text, "\\U{:08x}", u32::from(c)).expect("a String takes all text")
            }
            _ => write!(self.text, "\\u{:04x}", u32::from(c)).expect("a String takes all text"),
        }
    }

    fn indent(&mut self, by: usize) {
        const BLANKS: &str = "                                                                ";
        (0..by / BLANKS.len()).for_each(|_| self.text.push_str(BLANKS));
        self.text.push_str(&BLANKS[..by % BLANKS.len()]);
    }
}

fn apart(text: &str) -> Cow<'_, str> {
    match templates(text).next() {
        Some(_) => text.replace("{{", "{ {").replace("{{", "{ {").into(),
        None => text.into(),
    }
}

/// What is below a key or a mark that stands there with its indentation.
fn indentation(before: &str) -> usize {
    let deep = before.bytes().take_while(|byte| matches!(byte, b' ' | b'-')).count();
    if deep == before.len() { deep } else { deep + 2 }
}

/// Where `{{` stands before what may be a name or an expression. What Go templates have, as `{{.Id}}`, is neither.
pub fn templates(text: &str) -> impl Iterator<Item = usize> {
    let places = text.match_indices('{').map(|(at, _)| at).filter(|at| text[at + 1..].starts_with('{'));
    places.filter(|at| text[at + 2..].trim_start().starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// The text as a comment can hold it: nothing in it ends the line.
fn visible(comment: &str) -> Cow<'_, str> {
    if comment.bytes().fold(true, |ok, byte| ok & is_plain_ascii(byte)) {
        return Cow::Borrowed(comment);
    }
    comment.chars().map(|c| if is_printable(c) || c == '\t' { c } else { '\u{fffd}' }).collect()
}

//! Reads YAML or JSON into a tree that knows its places: one document, or all of a file. The only owner of granit-parser.
//!
//! Numbers and null are read by the core schema of YAML 1.2, but a bool is `true` or `false` and nothing else:
//! `yes`, `on` or `True` stay text, so that the caller can say what is wrong with them.

pub mod look;

use granit_parser::{Event, Marker, Parser, ScalarStyle, ScanError, StructureStyle, Tag};
use rustc_hash::FxHashMap;

use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{FileId, Span, offset};

/// A value and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    pub value: Yaml,
    pub span: Span,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Yaml {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    Int(i64),
    /// A number that is no `i64`, as written: `1.5`, `1e3`, `.inf`, `99999999999999999999`.
    Float(String),
    /// `plain` when it was written without quotes.
    Text {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    /// In the order of the text; no key twice.
    Map(Vec<(Key, Node)>),
}

/// The key of an entry. Every scalar is text here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    pub text: String,
    pub span: Span,
}

/// The document in `text`, or `None` when something was reported. An empty text is `null`.
pub fn read(id: FileId, text: &str, out: &mut Diagnostics) -> Option<Node> {
    let builder = Builder::new(id, text, None).run();
    let whole = builder.span(0, 0);
    let sound = builder.found.is_empty();
    out.append(builder.found);
    sound.then(|| builder.root.unwrap_or(Node { value: Yaml::Null, span: whole }))
}

/// Every document in `text` that could be read, as other tools write them: with anchors, merge keys and tags. What stands
/// behind a fault of syntax is not read.
pub fn read_all(id: FileId, text: &str, out: &mut Diagnostics) -> Vec<Node> {
    let mut builder = Builder::new(id, text, Some(Foreign { room: MOST_COPIED, ..Foreign::default() })).run();
    let last = builder.root.take();
    out.append(builder.found);
    let foreign = builder.foreign.unwrap_or_default();
    foreign.documents.into_iter().chain(last).collect()
}

/// How many values aliases may stand for in one file: they can stand for each other, ten times ten times ten.
const MOST_COPIED: usize = 100_000;

/// What only a reader of the files of other tools needs.
#[derive(Default)]
struct Foreign {
    documents: Vec<Node>,
    anchors: FxHashMap<usize, Node>,
    /// How many values aliases may still stand for.
    room: usize,
}

/// Lists and maps inside each other; also what bounds the recursion of whoever walks the tree.
const DEPTH: usize = 64;

fn options() -> granit_parser::Options {
    granit_parser::options! {
        emit_comments: false,
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        flow_nesting_limit: DEPTH,
        block_nesting_limit: DEPTH,
    }
}

struct Builder<'a> {
    file: FileId,
    text: &'a str,
    /// The lists and maps that are not closed yet, the innermost last.
    open: Vec<Open>,
    root: Option<Node>,
    found: Diagnostics,
    /// Absent where one plain document is read.
    foreign: Option<Foreign>,
}

/// A list or map that is being read.
struct Open {
    span: Span,
    style: StructureStyle,
    /// The number of its anchor, or 0.
    anchor: usize,
    inner: Inner,
}

enum Inner {
    List(Vec<Node>),
    Map {
        entries: Vec<(Key, Node)>,
        /// Where each key was first written.
        seen: FxHashMap<String, Span>,
        /// The key whose value comes next.
        key: Option<Key>,
    },
}

impl<'a> Builder<'a> {
    fn new(file: FileId, text: &'a str, foreign: Option<Foreign>) -> Self {
        Self { file, text, open: Vec::new(), root: None, found: Diagnostics::default(), foreign }
    }

    fn run(mut self) -> Self {
        for event in Parser::new_from_str_with_options(self.text, options()) {
            let go_on = match event {
                Ok((event, span)) => self.event(event, &span),
                Err(error) => self.refuse(self.broken(&error)),
            };
            if !go_on {
                break;
            }
        }
        self
    }

    /// Takes one event; false when nothing behind it can be read.
    fn event(&mut self, event: Event<'_>, at: &granit_parser::Span) -> bool {
        let span = self.place(at);
        match event {
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            Event::DocumentStart(..) => match (&mut self.foreign, self.root.take()) {
                (Some(foreign), root) => foreign.documents.extend(root),
                (None, None) => {}
                (None, Some(_)) => return self.refuse(several_documents(span)),
            },
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::UnresolvedAlias(_) => self.alias(0, span),
            Event::Anchor(..) if self.foreign.is_some() => {}
            Event::Anchor(..) => self.found.push(anchored(span)),
            Event::Comment(..) => {}
            Event::Scalar(text, style, anchor, tag) => {
                self.tag(tag.as_deref(), at, span);
                let is_text = tag.is_some_and(|tag| tag.suffix() == "str");
                self.scalar(&text, if is_text { ScalarStyle::DoubleQuoted } else { style }, span, anchor);
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.tag(tag.as_deref(), at, span);
                self.open.push(Open { span, style, anchor, inner: Inner::List(Vec::new()) });
            }
            Event::MappingStart(style, anchor, tag) => {
                self.tag(tag.as_deref(), at, span);
                let inner = Inner::Map { entries: Vec::new(), seen: FxHashMap::default(), key: None };
                self.open.push(Open { span, style, anchor, inner });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            _ => return self.refuse(syntax("a form that is not known here", span)),
        }
        true
    }

    fn refuse(&mut self, diagnostic: Diagnostic) -> bool {
        self.found.push(diagnostic);
        false
    }

    /// An alias stands for a value that is elsewhere. Where none may, it is reported, and `null` keeps its place.
    fn alias(&mut self, anchor: usize, span: Span) {
        let meant = self.meant(anchor, span);
        let text = meant.as_ref().map_or("", Node::as_key);
        if !self.take_key(text, span) {
            self.put(meant.unwrap_or(Node { value: Yaml::Null, span }));
        }
    }

    fn meant(&mut self, anchor: usize, span: Span) -> Option<Node> {
        let Some(foreign) = &mut self.foreign else {
            self.found.push(aliased(span));
            return None;
        };
        let Some(node) = foreign.anchors.get(&anchor) else {
            self.found.push(unanchored(span));
            return None;
        };
        let Some(left) = node.size(foreign.room).and_then(|size| foreign.room.checked_sub(size)) else {
            self.found.push(endless(span));
            return None;
        };
        foreign.room = left;
        Some(node.clone())
    }

    /// Remembers what has an anchor.
    fn anchor(&mut self, anchor: usize, node: &Node) {
        if let (1.., Some(foreign)) = (anchor, &mut self.foreign) {
            foreign.anchors.insert(anchor, node.clone());
        }
    }

    fn tag(&mut self, tag: Option<&Tag>, at: &granit_parser::Span, node: Span) {
        if let Some(tag) = tag.filter(|_| self.foreign.is_none()) {
            let span = at.tag_span().map_or(node, |tag| self.place(&tag));
            self.found.push(tagged(&tag.original(), span));
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: Span, anchor: usize) {
        let plain = style == ScalarStyle::Plain;
        if plain && text == "<<" && self.awaits_key() && self.foreign.is_none() {
            self.found.push(merged(span));
        }
        // The parser writes `~` for a node that has no text.
        let text = if plain && span.is_empty() { "" } else { text };
        if self.take_key(text, span) {
            return;
        }
        let value = if plain { core(text) } else { Yaml::Text { text: text.to_owned(), plain } };
        let node = Node { value, span };
        self.anchor(anchor, &node);
        self.put(node);
    }

    fn awaits_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { inner: Inner::Map { key: None, .. }, .. }))
    }

    /// Takes a scalar as the key of the innermost map, if that waits for one.
    fn take_key(&mut self, text: &str, span: Span) -> bool {
        let Some(Open { inner: Inner::Map { key: key @ None, seen, .. }, .. }) = self.open.last_mut() else {
            return false;
        };
        if let Some(first) = seen.get(text) {
            self.found.push(duplicate_key(text, *first, span));
        } else {
            seen.insert(text.to_owned(), span);
        }
        *key = Some(Key { text: text.to_owned(), span });
        true
    }

    /// Puts a finished value where the innermost list or map wants it.
    fn put(&mut self, node: Node) {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        if open.style == StructureStyle::Block {
            open.span = open.span.to(node.span);
        }
        match &mut open.inner {
            Inner::List(nodes) => nodes.push(node),
            Inner::Map { entries, key, .. } => match key.take() {
                Some(key) => entries.push((key, node)),
                None => {
                    self.found.push(key_is_no_text(node.span));
                    *key = Some(Key { text: String::new(), span: node.span });
                }
            },
        }
    }

    fn close(&mut self, end: Span) {
        let Some(open) = self.open.pop() else {
            return;
        };
        // The end of a block is seen only at the next token, lines below.
        let span = if open.style == StructureStyle::Flow { open.span.to(end) } else { open.span };
        let value = match open.inner {
            Inner::List(nodes) => Yaml::List(nodes),
            Inner::Map { entries, .. } if self.foreign.is_some() => Yaml::Map(with_merged(entries)),
            Inner::Map { entries, .. } => Yaml::Map(entries),
        };
        let node = Node { value, span };
        self.anchor(open.anchor, &node);
        self.put(node);
    }

    fn broken(&self, error: &ScanError) -> Diagnostic {
        let at = self.byte(*error.marker());
        let next = self.text[at..].chars().next().filter(|next| *next != '\n').map_or(0, char::len_utf8);
        syntax(&error.info(), self.span(at, at + next))
    }

    /// The span of an event, without the line breaks that a block scalar ends in.
    fn place(&self, at: &granit_parser::Span) -> Span {
        let (start, end) = (self.byte(at.start), self.byte(at.end));
        let text = self.text.get(start..end).unwrap_or_default();
        self.span(start, start + text.trim_end_matches(['\n', '\r', ' ']).len())
    }

    /// The byte offset of a mark, always on a character and inside the text.
    fn byte(&self, mark: Marker) -> usize {
        let at = mark.byte_offset().unwrap_or(self.text.len()).min(self.text.len());
        self.text.floor_char_boundary(at)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, offset(start), offset(end))
    }
}

impl Node {
    /// How many values it is made of, or nothing when more than `most`.
    fn size(&self, most: usize) -> Option<usize> {
        let mut left = vec![self];
        let mut size = 0;
        while let Some(node) = left.pop() {
            size += 1;
            match &node.value {
                Yaml::List(nodes) => left.extend(nodes),
                Yaml::Map(entries) => left.extend(entries.iter().map(|(_, node)| node)),
                Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) | Yaml::Text { .. } => {}
            }
            if size > most {
                return None;
            }
        }
        Some(size)
    }

    /// The text of a scalar that stands as a key.
    fn as_key(&self) -> &str {
        match &self.value {
            Yaml::Text { text, .. } | Yaml::Float(text) => text,
            Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::List(_) | Yaml::Map(_) => "",
        }
    }
}

/// The entries with those that `<<` brings: what is written itself counts, then the first.
fn with_merged(entries: Vec<(Key, Node)>) -> Vec<(Key, Node)> {
    let (merges, mut own): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(key, _)| key.text == "<<");
    for (_, node) in merges {
        let maps = match node.value {
            Yaml::List(nodes) => nodes,
            Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) | Yaml::Text { .. } | Yaml::Map(_) => vec![node],
        };
        for map in maps {
            let Yaml::Map(more) = map.value else { continue };
            let known: FxHashMap<String, ()> = own.iter().map(|(key, _)| (key.text.clone(), ())).collect();
            own.extend(more.into_iter().filter(|(key, _)| !known.contains_key(&key.text)));
        }
    }
    own
}

/// A plain scalar, by the core schema with the bools narrowed.
fn core(text: &str) -> Yaml {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Yaml::Null,
        "true" => Yaml::Bool(true),
        "false" => Yaml::Bool(false),
        _ => number(text).unwrap_or_else(|| Yaml::Text { text: text.to_owned(), plain: true }),
    }
}

/// `12`, `-3`, `0o14`, `0x1F`, and the floats of the core schema.
fn number(text: &str) -> Option<Yaml> {
    let in_base = |prefix: &str, base: u32| {
        let digits = text.strip_prefix(prefix).filter(|digits| digits.chars().all(|one| one.is_digit(base)))?;
        (!digits.is_empty()).then(|| i64::from_str_radix(digits, base))
    };
    let whole = text.strip_prefix(['+', '-']).unwrap_or(text);
    let decimal = || is_digits(whole).then(|| text.parse::<i64>());
    match in_base("0o", 8).or_else(|| in_base("0x", 16)).or_else(decimal) {
        Some(Ok(value)) => Some(Yaml::Int(value)),
        Some(Err(_)) => Some(Yaml::Float(text.to_owned())),
        None => is_float(text, whole).then(|| Yaml::Float(text.to_owned())),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, `[-+]?.inf`, `.nan`; `whole` is `text` without its sign.
fn is_float(text: &str, whole: &str) -> bool {
    if matches!(whole, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match whole.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        None => (whole, "0"),
    };
    let (before, behind) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let only_digits = |part: &str| part.is_empty() || is_digits(part);
    is_digits(exponent) && only_digits(before) && only_digits(behind) && (!before.is_empty() || !behind.is_empty())
}

fn syntax(info: &str, span: Span) -> Diagnostic {
    let info = info.lines().next().unwrap_or_default().replace("wasn't", "is not").replace('\'', "`");
    Diagnostic::new(Code::P0504, span, format!("this is not YAML: {info}")).here("it cannot be read from here on")
}

fn several_documents(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0504, span, "a second document starts here")
        .here("`---` begins another document")
        .help("keep one document in the file: there is no rule for which of several would count")
}

fn anchored(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0504, span, "an anchor names a value here").here("anchors are not read").help(HELP_ALIAS)
}

fn aliased(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0504, span, "an alias stands for a value that is elsewhere")
        .here("aliases are not read")
        .help(HELP_ALIAS)
}

fn unanchored(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0504, span, "an alias stands for a value that is nowhere above")
        .here("no anchor of this name")
        .help("write `&name` before the value that is meant; an anchor of another document does not count")
}

fn endless(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0504, span, "aliases stand for too many values")
        .here("the limit is passed here")
        .help("write the values out: other readers refuse such a file too, since it may fill the memory")
}

const HELP_ALIAS: &str =
    "write the value out in each place: a message about a wrong value can then point at the one that is meant";

fn tagged(tag: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0504, span, format!("a tag `{tag}` stands before a value"))
        .here("tags are not read")
        .help("leave the tag out: the type is that of the parameter, and quotes make a text of anything")
}

fn merged(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0504, span, "a merge key `<<` is not read")
        .help("write the entries out; merge keys are not part of YAML 1.2")
}

fn duplicate_key(key: &str, first: Span, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0504, span, format!("the key `{key}` is given twice"))
        .here("again here")
        .label(first, "first here")
        .help("keep one of them: most readers take the last without a word")
}

fn key_is_no_text(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0504, span, "a list or map stands where a key belongs")
        .help("a key is a name; quote it when it begins with `[` or `{`")
}

#[cfg(test)]
mod tests;

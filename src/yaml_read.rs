//! Reads one YAML or JSON document into a tree that knows its places. The only owner of granit-parser.
//!
//! Numbers and null are read by the core schema of YAML 1.2, but a bool is `true` or `false` and nothing else:
//! `yes`, `on` or `True` stay text, so that the caller can say what is wrong with them.

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
    let mut builder = Builder { file: id, text, open: Vec::new(), root: None, found: Diagnostics::default() };
    for event in Parser::new_from_str_with_options(text, options()) {
        let go_on = match event {
            Ok((event, span)) => builder.event(event, &span),
            Err(error) => builder.refuse(builder.broken(&error)),
        };
        if !go_on {
            break;
        }
    }
    let whole = builder.span(0, 0);
    let sound = builder.found.is_empty();
    out.append(builder.found);
    sound.then(|| builder.root.unwrap_or(Node { value: Yaml::Null, span: whole }))
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
}

/// A list or map that is being read.
struct Open {
    span: Span,
    style: StructureStyle,
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

impl Builder<'_> {
    /// Takes one event; false when nothing behind it can be read.
    fn event(&mut self, event: Event<'_>, at: &granit_parser::Span) -> bool {
        let span = self.place(at);
        match event {
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            Event::DocumentStart(..) if self.root.is_some() => return self.refuse(several_documents(span)),
            Event::DocumentStart(..) => {}
            Event::Alias(_) | Event::UnresolvedAlias(_) => self.alias(span),
            Event::Anchor(..) => self.found.push(anchored(span)),
            Event::Comment(..) => {}
            Event::Scalar(text, style, _, tag) => {
                self.tag(tag.as_deref(), at, span);
                self.scalar(&text, style, span);
            }
            Event::SequenceStart(style, _, tag) => {
                self.tag(tag.as_deref(), at, span);
                self.open.push(Open { span, style, inner: Inner::List(Vec::new()) });
            }
            Event::MappingStart(style, _, tag) => {
                self.tag(tag.as_deref(), at, span);
                let inner = Inner::Map { entries: Vec::new(), seen: FxHashMap::default(), key: None };
                self.open.push(Open { span, style, inner });
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

    /// An alias stands for a value that is elsewhere: reported, and `null` keeps its place.
    fn alias(&mut self, span: Span) {
        self.found.push(aliased(span));
        if !self.take_key("", span) {
            self.put(Node { value: Yaml::Null, span });
        }
    }

    fn tag(&mut self, tag: Option<&Tag>, at: &granit_parser::Span, node: Span) {
        if let Some(tag) = tag {
            let span = at.tag_span().map_or(node, |tag| self.place(&tag));
            self.found.push(tagged(&tag.original(), span));
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: Span) {
        let plain = style == ScalarStyle::Plain;
        if plain && text == "<<" && self.awaits_key() {
            self.found.push(merged(span));
        }
        // The parser writes `~` for a node that has no text.
        let text = if plain && span.is_empty() { "" } else { text };
        if self.take_key(text, span) {
            return;
        }
        let value = if plain { core(text) } else { Yaml::Text { text: text.to_owned(), plain } };
        self.put(Node { value, span });
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
            Inner::Map { entries, .. } => Yaml::Map(entries),
        };
        self.put(Node { value, span });
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

//! One entry for each declaration of a tree.

use super::code::{self, Anchors, Code};
use super::{Entry, Kind, Row};
use crate::source::{Sources, Span};
use crate::syntax::ast::{self, Field, Item, Outputs, Param, Stmt};

/// Every declaration, in the order of the text.
pub(super) fn entries(sources: &Sources, tree: &ast::File) -> Vec<Entry> {
    let anchors =
        tree.items.iter().filter_map(named).map(|(kind, name)| (name.to_owned(), anchor(kind, name))).collect();
    let made = makers(tree);
    let reader = Reader { sources, anchors: &anchors, makers: &made };
    tree.items.iter().filter_map(|item| reader.item(item)).collect()
}

/// What can be linked to.
fn named(item: &Item) -> Option<(Kind, &str)> {
    match item {
        Item::Enum(one) => Some((Kind::Enum, &one.name.text)),
        Item::Record(one) => Some((Kind::Record, &one.name.text)),
        Item::Type(one) => Some((Kind::Type, &one.name.text)),
        Item::Artifact(one) => Some((Kind::Artifact, &one.name.text)),
        Item::Const(one) => Some((Kind::Const, &one.name.text)),
        Item::Fn(one) => Some((Kind::Fn, &one.name.text)),
        Item::Task(one) | Item::Extern(one) => Some((kind(one), &one.name.text)),
        Item::Pipeline(one) => Some((Kind::Pipeline, &one.name.text)),
        Item::Use(_) | Item::Command(_) | Item::Test(_) | Item::Broken(..) => None,
    }
}

/// A task, or what has the form of one.
fn kind(one: &ast::Task) -> Kind {
    match one.what {
        ast::What::Task | ast::What::Step => Kind::Task,
        ast::What::Pipeline => Kind::Pipeline,
    }
}

/// Types and what takes part in a run have namespaces of their own, so `Metal` and `metal` differ by more than case.
fn anchor(kind: Kind, name: &str) -> String {
    let space = match kind {
        Kind::Pipeline => "pipeline",
        Kind::Task => "task",
        Kind::Artifact | Kind::Enum | Kind::Record | Kind::Type => "type",
        Kind::Command => "command",
        Kind::Const => "const",
        Kind::Fn => "fn",
    };
    format!("{space}-{name}")
}

/// Who makes what: a type, and the words of a command or the name of a task.
type Makers = Vec<(String, String)>;

fn makers(tree: &ast::File) -> Makers {
    let mut makers = Makers::new();
    for item in &tree.items {
        match item {
            Item::Command(command) => makers.extend(
                command
                    .makes
                    .iter()
                    .filter_map(own_name)
                    .map(|made| (made.to_owned(), format!("\"{}\"", command.words.plain().unwrap_or_default()))),
            ),
            Item::Task(task) | Item::Extern(task) => {
                let made = outputs(&task.outputs).iter().filter_map(|output| own_name(&output.ty));
                makers.extend(made.map(|made| (made.to_owned(), task.name.text.to_string())));
            }
            Item::Use(_) | Item::Enum(_) | Item::Record(_) | Item::Type(_) | Item::Artifact(_) | Item::Const(_) => {}
            Item::Fn(_) | Item::Pipeline(_) | Item::Test(_) | Item::Broken(..) => {}
        }
    }
    makers
}

fn own_name(ty: &ast::TypeExpr) -> Option<&str> {
    match &ty.kind {
        ast::TypeKind::Named(path) if path.len() == 1 => path.first().map(|name| &*name.text),
        ast::TypeKind::Named(_) | ast::TypeKind::List(_) | ast::TypeKind::Map(_) => None,
        ast::TypeKind::Optional(_) | ast::TypeKind::Broken => None,
    }
}

fn outputs(outputs: &Outputs) -> &[ast::Output] {
    match outputs {
        Outputs::None => &[],
        Outputs::Single(one) => std::slice::from_ref(&**one),
        Outputs::Named(several) => several,
    }
}

struct Reader<'a> {
    sources: &'a Sources,
    anchors: &'a Anchors,
    makers: &'a Makers,
}

impl Reader<'_> {
    fn item(&self, item: &Item) -> Option<Entry> {
        match item {
            Item::Use(_) | Item::Test(_) | Item::Broken(..) => None,
            Item::Enum(one) => Some(self.enumeration(one)),
            Item::Record(one) => {
                let fields = self.params(&one.fields, &[]);
                Some(Entry {
                    lists: list("Fields", fields),
                    ..self.entry(Kind::Record, &one.name.text, &one.doc, one.span)
                })
            }
            Item::Type(one) => Some(self.whole(Kind::Type, &one.name.text, &one.doc, one.span)),
            Item::Artifact(one) => Some(self.artifact(one)),
            Item::Command(one) => Some(self.command(one)),
            Item::Const(one) => Some(self.whole(Kind::Const, &one.name.text, &one.doc, one.span)),
            Item::Fn(one) => {
                let own: Vec<&str> =
                    one.params.iter().map(|param| &*param.name.text).chain([&*one.name.text]).collect();
                let source = code::verbatim(self.sources.text(one.span), self.anchors, &own);
                let documented = one.params.iter().any(|param| !param.doc.is_empty());
                let params = if documented { self.params(&one.params, &own) } else { Vec::new() };
                let entry = self.entry(Kind::Fn, &one.name.text, &one.doc, one.span);
                Some(Entry { source: Some(source), lists: list("Parameters", params), ..entry })
            }
            Item::Task(one) | Item::Extern(one) => Some(self.task(one)),
            Item::Pipeline(one) => Some(self.pipeline(one)),
        }
    }

    fn entry(&self, kind: Kind, name: &str, doc: &str, span: Span) -> Entry {
        Entry {
            kind,
            name: name.to_owned(),
            anchor: anchor(kind, name),
            doc: doc.trim().to_owned(),
            line: self.sources.position(span).line,
            source: None,
            facts: Vec::new(),
            lists: Vec::new(),
        }
    }

    /// An entry whose source says all.
    fn whole(&self, kind: Kind, name: &str, doc: &str, span: Span) -> Entry {
        let source = code::verbatim(self.sources.text(span), self.anchors, &[name]);
        Entry { source: Some(source), ..self.entry(kind, name, doc, span) }
    }

    fn enumeration(&self, one: &ast::Enum) -> Entry {
        let case = |case: &ast::EnumCase| Row {
            name: case.name.text.to_string(),
            ty: None,
            value: case.spelling.as_ref().map(|text| self.code(text.span, &[])),
            is_const: false,
            doc: case.doc.trim().to_owned(),
        };
        let cases = one.cases.iter().map(case).collect();
        Entry { lists: list("Cases", cases), ..self.entry(Kind::Enum, &one.name.text, &one.doc, one.span) }
    }

    fn artifact(&self, one: &ast::Artifact) -> Entry {
        let mut facts = self.types("Requires", &one.requires);
        let makers = self.makers.iter().filter(|(made, _)| **made == *one.name.text);
        let makers: Vec<&str> = makers.map(|(_, maker)| maker.as_str()).collect();
        if !makers.is_empty() {
            facts.push(("Made by", code::read(&makers.join(", "), self.anchors, &[])));
        }
        Entry { facts, ..self.entry(Kind::Artifact, &one.name.text, &one.doc, one.span) }
    }

    fn command(&self, one: &ast::Command) -> Entry {
        let words = one.words.plain().unwrap_or_default();
        let mut entry = self.entry(Kind::Command, words, &one.doc, one.span);
        entry.anchor = anchor(Kind::Command, &words.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "-"));
        entry.facts = self.types("Makes", &one.makes);
        entry
    }

    fn task(&self, one: &ast::Task) -> Entry {
        let own: Vec<&str> = one.params.iter().map(|param| &*param.name.text).collect();
        let facts = one.body.iter().filter_map(|field| self.field(field, &own)).collect();
        let mut lists = list("Parameters", self.params(&one.params, &own));
        lists.extend(list("Outputs", self.outputs(&one.outputs, &own)));
        Entry { facts, lists, ..self.entry(kind(one), &one.name.text, &one.doc, one.span) }
    }

    /// What a caller has to know of a task: where it runs, what it needs, how long it may take.
    fn field(&self, field: &Field, own: &[&str]) -> Option<(&'static str, Code)> {
        const SHOWN: &[(&str, &str)] = &[
            ("image", "Image"),
            ("needs", "Needs"),
            ("timeout", "Timeout"),
            ("retries", "Retries"),
            ("on_exit", "Exit codes"),
            ("on_failure", "On failure"),
            ("lock", "Lock"),
            ("bundle", "Kept in the bundle"),
            ("git", "Kept in the repository"),
            ("hub", "Kept in the hub as"),
            ("cluster", "Kept in the cluster as"),
            ("http", "Kept at"),
        ];
        match field {
            Field::Value { name, value } => {
                let (_, word) = SHOWN.iter().find(|(field, _)| *field == &*name.text)?;
                Some((word, self.code(value.span, own)))
            }
            Field::Require { cond, message, .. } => Some(("Requires", self.requires(cond, message.as_deref(), own))),
            Field::Step { .. } | Field::Service { .. } | Field::Broken(_) => None,
        }
    }

    fn pipeline(&self, one: &ast::Pipeline) -> Entry {
        let own: Vec<&str> = one.params.iter().map(|param| &*param.name.text).collect();
        let mut lists = list("Parameters", self.params(&one.params, &own));
        lists.extend(list("Outputs", self.outputs(&one.outputs, &own)));
        let rules = one.body.iter().filter_map(|stmt| self.rule(stmt, &own)).collect();
        Entry { lists, facts: rules, ..self.entry(Kind::Pipeline, &one.name.text, &one.doc, one.span) }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a page says what is asked of the caller, whatever else a body may hold"
    )]
    fn rule(&self, stmt: &Stmt, own: &[&str]) -> Option<(&'static str, Code)> {
        match stmt {
            Stmt::Require { cond, message, .. } => Some(("Requires", self.requires(cond, message.as_ref(), own))),
            _ => None,
        }
    }

    fn requires(&self, cond: &ast::Expr, message: Option<&ast::Expr>, own: &[&str]) -> Code {
        let end = message.map_or(cond.span, |message| message.span);
        self.code(cond.span.to(end), own)
    }

    fn params(&self, params: &[Param], own: &[&str]) -> Vec<Row> {
        let row = |param: &Param| Row {
            name: param.name.text.to_string(),
            ty: Some(self.code(param.ty.span, &[])),
            value: param.default.as_ref().map(|value| self.code(value.span, own)),
            is_const: param.is_const,
            doc: param.doc.trim().to_owned(),
        };
        params.iter().map(row).collect()
    }

    fn outputs(&self, made: &Outputs, own: &[&str]) -> Vec<Row> {
        let row = |output: &ast::Output| Row {
            name: output.name.as_ref().map(|name| name.text.to_string()).unwrap_or_default(),
            ty: Some(self.code(output.ty.span, &[])),
            value: output.default.as_ref().map(|value| self.code(value.span, own)),
            is_const: false,
            doc: output.doc.trim().to_owned(),
        };
        outputs(made).iter().map(row).collect()
    }

    fn types(&self, word: &'static str, types: &[ast::TypeExpr]) -> Vec<(&'static str, Code)> {
        let (Some(first), Some(last)) = (types.first(), types.last()) else { return Vec::new() };
        vec![(word, self.code(first.span.to(last.span), &[]))]
    }

    fn code(&self, span: Span, own: &[&str]) -> Code {
        code::read(self.sources.text(span), self.anchors, own)
    }
}

fn list(word: &'static str, rows: Vec<Row>) -> Vec<(&'static str, Vec<Row>)> {
    if rows.is_empty() { Vec::new() } else { vec![(word, rows)] }
}

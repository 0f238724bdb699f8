//! Literals, which take their type from the place they stand in.

use crate::source::Span;
use crate::syntax::ast;

use super::checker::{Checker, poison, typed};
use super::findings;
use super::program::{EnumId, Expr, Kind, RecordId, Type};
use super::report::Place;
use super::types::opened;

impl<'a> Checker<'a, '_> {
    pub(super) fn none(&mut self, span: Span, want: Option<&Type>) -> Expr {
        if want == Some(&Type::Unknown) { poison(span) } else { typed(Kind::None, Type::None, span) }
    }

    pub(super) fn int(&mut self, value: i64, span: Span, want: Option<&Type>) -> Expr {
        if want.map(opened) != Some(&Type::Cpu) {
            return typed(Kind::Int(value), Type::Int, span);
        }
        match value.checked_mul(1000) {
            Some(thousandths) => typed(Kind::Cpu(thousandths), Type::Cpu, span),
            None => {
                self.report(findings::types::overflow(span));
                poison(span)
            }
        }
    }

    pub(super) fn list(&mut self, items: &'a [ast::Expr], span: Span, want: Option<&Type>) -> Expr {
        let element = match want {
            Some(Type::List(element)) => (**element).clone(),
            Some(Type::Unknown) => Type::Unknown,
            Some(_) | None => return self.list_by_elements(items, span),
        };
        let made = items.iter().map(|item| self.expect(item, &element, Place::Element)).collect();
        typed(Kind::List(made), Type::List(Box::new(element)), span)
    }

    /// A list whose place says nothing: its elements say what it is.
    fn list_by_elements(&mut self, items: &'a [ast::Expr], span: Span) -> Expr {
        // The first element that is no bare literal decides for those that are.
        let lead = items.iter().position(|item| !super::expr::is_soft(item)).unwrap_or(0);
        let Some(first) = items.get(lead) else {
            self.report(findings::literals::type_not_known(span, "[]"));
            return poison(span);
        };
        let lead_made = self.infer(first, None);
        let mut ty = lead_made.ty.clone();
        let mut made = Vec::with_capacity(items.len());
        let mut lead_made = Some(lead_made);
        for (at, item) in items.iter().enumerate() {
            let one = match (at == lead).then(|| lead_made.take()).flatten() {
                Some(one) => one,
                None => self.infer(item, Some(&ty).filter(|ty| **ty != Type::None)),
            };
            match super::types::join(&ty, &one.ty) {
                Some(joined) => ty = joined,
                None => {
                    let report = self.mismatch(&one, &ty, Place::Element);
                    self.report(report);
                }
            }
            made.push(one);
        }
        if ty == Type::None {
            self.report(findings::literals::type_not_known(span, "[none]"));
            return poison(span);
        }
        typed(Kind::List(made.into()), Type::List(Box::new(ty)), span)
    }

    /// `{ … }`: a record or a map.
    pub(super) fn braces(&mut self, entries: &'a [ast::Entry], span: Span, want: Option<&Type>) -> Expr {
        match want {
            Some(Type::Record(id)) => self.record(*id, entries, span),
            Some(Type::Map(value)) => {
                let value = (**value).clone();
                self.map(entries, &value, span)
            }
            other => {
                for entry in entries {
                    self.infer(&entry.value, Some(&Type::Unknown));
                }
                match other {
                    Some(Type::Unknown) => {}
                    Some(ty) => {
                        let shown = self.show(ty);
                        self.report(findings::literals::braces_for(span, &shown));
                    }
                    None => self.report(findings::literals::type_not_known(span, "{ … }")),
                }
                poison(span)
            }
        }
    }

    fn record(&mut self, id: RecordId, entries: &'a [ast::Entry], span: Span) -> Expr {
        let named = entries.iter().filter_map(|entry| match &entry.key {
            ast::Key::Name(name) => Some((name, &entry.value)),
            ast::Key::Text(text) => {
                let plain = text.plain().filter(|plain| is_name(plain));
                self.out.push(findings::parts::key_not_a_field(text.span, plain));
                None
            }
            ast::Key::Int(_, at) => {
                self.out.push(findings::parts::key_not_a_field(*at, None));
                None
            }
        });
        let named: Vec<_> = named.collect();
        self.record_of(id, &named, named.len() == entries.len(), span)
    }

    /// A record from its fields; `whole` is false when some could not be read, so that none is missed.
    pub(super) fn record_of(
        &mut self,
        id: RecordId,
        entries: &[(&'a ast::Name, &'a ast::Expr)],
        whole: bool,
        span: Span,
    ) -> Expr {
        self.record_defaults(id);
        let count = self.program.records[id.index()].fields.len();
        let mut given: Vec<Option<Expr>> = Vec::new();
        given.resize_with(count, || None);
        for (name, value) in entries {
            self.record_entry(id, entries, name, value, &mut given);
        }
        let def = &self.program.records[id.index()];
        let filled = given.into_iter().zip(&def.fields).map(|(one, field)| {
            let value = one.or_else(|| field.default.clone());
            if value.is_none() && whole {
                self.out.push(findings::parts::missing_record_field(&def.name, &field.name, span, field.span));
            }
            value.unwrap_or_else(|| poison(span))
        });
        typed(Kind::Record(id, filled.collect()), Type::Record(id), span)
    }

    fn record_entry(
        &mut self,
        id: RecordId,
        entries: &[(&'a ast::Name, &'a ast::Expr)],
        name: &'a ast::Name,
        value: &'a ast::Expr,
        given: &mut [Option<Expr>],
    ) {
        let fields = &self.program.records[id.index()].fields;
        let Some(at) = fields.iter().position(|field| field.name == name.text) else {
            let names: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
            let (owner, declared) = (format!("`{}`", self.record_name(id)), self.program.records[id.index()].span);
            let report = findings::parts::unknown_field(name, &owner, &names);
            if !self.is_lost(&name.text) {
                self.out.push(report.label(declared, format!("{owner} is declared here")));
            }
            self.infer(value, Some(&Type::Unknown));
            return;
        };
        let ty = fields[at].ty.clone();
        let made = self.expect(value, &ty, Place::RecordField(id, at));
        if given[at].is_some() {
            let first =
                entries.iter().find(|(other, _)| other.text == name.text).map_or(name.span, |(one, _)| one.span);
            self.report(findings::names::duplicate("field", &name.text, name.span, first));
            return;
        }
        given[at] = Some(made);
    }

    fn map(&mut self, entries: &'a [ast::Entry], value: &Type, span: Span) -> Expr {
        let mut made: Vec<(Box<str>, Expr)> = Vec::with_capacity(entries.len());
        let mut spans: Vec<Span> = Vec::with_capacity(entries.len());
        for entry in entries {
            let item = self.expect(&entry.value, value, Place::Element);
            let Some((key, at)) = self.key(&entry.key) else { continue };
            if let Some(first) = made.iter().position(|(other, _)| **other == *key) {
                self.report(findings::names::duplicate("key", &key, at, spans[first]));
                continue;
            }
            made.push((key, item));
            spans.push(at);
        }
        typed(Kind::Map(made.into()), Type::Map(Box::new(value.clone())), span)
    }

    /// A key of a map, which is written out.
    pub(super) fn key(&mut self, key: &'a ast::Key) -> Option<(Box<str>, Span)> {
        match key {
            ast::Key::Name(name) => Some((name.text.clone(), name.span)),
            ast::Key::Text(text) => match text.plain() {
                Some(plain) => Some((plain.into(), text.span)),
                None => {
                    self.report(findings::literals::not_written_out(text.span, "a key"));
                    None
                }
            },
            ast::Key::Int(value, span) => {
                self.report(findings::literals::key_is_number(*value, *span));
                None
            }
        }
    }

    /// `.aws`, where the type is known.
    pub(super) fn case(&mut self, name: &'a ast::Name, span: Span, want: Option<&Type>) -> Expr {
        match want {
            Some(Type::Enum(id)) => self.case_of(*id, name, span),
            Some(Type::Unknown) => poison(span),
            Some(other) => {
                let shown = self.show(other);
                self.report(findings::literals::case_for(span, &name.text, &shown));
                poison(span)
            }
            None => {
                let owners = self.enums_with_case(&name.text);
                self.report(findings::literals::case_without_type(span, &name.text, &owners));
                poison(span)
            }
        }
    }

    /// `Platform.aws`
    pub(super) fn case_of(&mut self, id: EnumId, name: &'a ast::Name, span: Span) -> Expr {
        match self.case_index(id, name) {
            Some(at) => typed(Kind::Case(id, at), Type::Enum(id), span),
            None => typed(Kind::Poison, Type::Enum(id), span),
        }
    }

    /// The index of a case; `None` after a report.
    pub(super) fn case_index(&mut self, id: EnumId, name: &ast::Name) -> Option<u32> {
        let def = &self.program.enums[id.index()];
        if let Some(at) = def.cases.iter().position(|case| case.name == name.text) {
            return Some(super::modules::id(at));
        }
        if self.is_lost(&name.text) {
            return None;
        }
        let names: Vec<&str> = def.cases.iter().map(|case| &*case.name).collect();
        let report = findings::parts::unknown_case(name, &def.name, def.span, &names);
        self.report(report);
        None
    }
}

/// Whether a text could be the name of a field.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

//! Types, signatures and fields: from pest's nodes to the tree.
#![expect(clippy::wildcard_enum_match_arm, reason = "a match over the rules of the grammar names those of its place")]

use super::ast::{Expr, Field, Name, Output, Outputs, Param, TypeExpr, TypeKind};
use super::grammar::{Inner, Node, Rule};
use super::names::Case;
use super::parser::Parser;
use super::slice::add_doc;
use crate::source::Span;

/// Name, parameters and outputs of a task or pipeline.
#[derive(Debug)]
pub(super) struct Signature {
    pub name: Name,
    pub params: Vec<Param>,
    pub outputs: Outputs,
}

/// The parameters of a record or signature: who may be called like a word of the language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reach {
    /// A parameter: its name stands alone.
    Alone,
    /// A field: its name stands behind a dot.
    Dotted,
}

impl Parser<'_> {
    pub(super) fn ty(&mut self, node: Node<'_>) -> TypeExpr {
        let span = self.node_span(&node);
        let mut inner = Inner::of(node);
        let kind = match inner.peek() {
            Some(Rule::list_ty) => TypeKind::List(self.inner_ty(&mut inner)),
            Some(Rule::map_ty) => TypeKind::Map(self.inner_ty(&mut inner)),
            _ => TypeKind::Named(self.path(&mut inner)),
        };
        match inner.eat(Rule::optional) {
            None => TypeExpr { kind, span },
            Some(mark) => {
                let plain = self.span(span.start as usize, self.base + mark.as_span().start());
                TypeExpr { kind: TypeKind::Optional(Box::new(TypeExpr { kind, span: plain })), span }
            }
        }
    }

    fn inner_ty(&mut self, inner: &mut Inner<'_>) -> Box<TypeExpr> {
        let bracket = inner.next().expect("a bracketed type was seen");
        Box::new(self.ty(Inner::of(bracket).need(Rule::ty)))
    }

    /// `a.b.c`
    pub(super) fn path(&mut self, inner: &mut Inner<'_>) -> Vec<Name> {
        let mut path = Vec::with_capacity(1);
        while let Some(name) = inner.eat(Rule::name) {
            path.push(self.name(&name));
        }
        path
    }

    /// The types that are left.
    pub(super) fn types(&mut self, inner: &mut Inner<'_>) -> Vec<TypeExpr> {
        let mut types = Vec::new();
        while let Some(ty) = inner.eat(Rule::ty) {
            types.push(self.ty(ty));
        }
        types
    }

    pub(super) fn signature(&mut self, inner: &mut Inner<'_>) -> Signature {
        let name = self.declared(&inner.need(Rule::name), Case::Snake);
        let params = inner.eat(Rule::params).map_or_else(Vec::new, |node| self.params(Inner::of(node), Reach::Alone));
        let outputs = inner.eat(Rule::outputs).map_or(Outputs::None, |node| self.outputs(node));
        Signature { name, params, outputs }
    }

    pub(super) fn params(&mut self, inner: Inner<'_>, reach: Reach) -> Vec<Param> {
        let mut doc = String::new();
        let mut params: Vec<Param> = Vec::with_capacity(inner.len());
        for node in inner {
            match node.as_rule() {
                Rule::doc => match params.last_mut() {
                    Some(last) if self.trails(last.span, &node) => add_doc(&mut last.doc, node.as_str()),
                    Some(_) | None => add_doc(&mut doc, node.as_str()),
                },
                _ => {
                    let doc = std::mem::take(&mut doc);
                    params.push(self.param(node, doc, reach));
                }
            }
        }
        params
    }

    /// Whether a doc comment stands on the line where an entry ends: then it is one of that entry.
    pub(super) fn trails(&self, entry: Span, doc: &Node<'_>) -> bool {
        let start = self.node_span(doc).start as usize;
        !self.text[entry.end as usize..start].contains('\n')
    }

    pub(super) fn param(&mut self, node: Node<'_>, doc: String, reach: Reach) -> Param {
        let span = self.node_span(&node);
        let mut inner = Inner::of(node);
        let is_const = inner.eat(Rule::constant).is_some();
        let name = inner.need(Rule::name);
        let name = match reach {
            Reach::Alone => self.declared(&name, Case::Snake),
            Reach::Dotted => self.member_name(&name),
        };
        let ty = self.ty(inner.need(Rule::ty));
        let default = self.eat_expr(&mut inner);
        Param { doc, is_const, name, ty, default, span }
    }

    /// The next node if it is an expression.
    pub(super) fn eat_expr(&mut self, inner: &mut Inner<'_>) -> Option<Expr> {
        inner.eat(Rule::expr).map(|node| self.expr(node, 0))
    }

    pub(super) fn need_expr(&mut self, inner: &mut Inner<'_>) -> Expr {
        self.expr(inner.need(Rule::expr), 0)
    }

    /// An `outputs` node.
    pub(super) fn outputs(&mut self, node: Node<'_>) -> Outputs {
        let inside = Inner::of(node).next().expect("`->` is followed by something");
        if inside.as_rule() == Rule::output {
            return Outputs::Single(Box::new(self.output(inside, String::new())));
        }
        let mut doc = String::new();
        let mut outputs: Vec<Output> = Vec::new();
        for node in Inner::of(inside) {
            match node.as_rule() {
                Rule::doc => match outputs.last_mut() {
                    Some(last) if self.trails(last.span, &node) => add_doc(&mut last.doc, node.as_str()),
                    Some(_) | None => add_doc(&mut doc, node.as_str()),
                },
                _ => {
                    let doc = std::mem::take(&mut doc);
                    outputs.push(self.output(node, doc));
                }
            }
        }
        Outputs::Named(outputs)
    }

    pub(super) fn output(&mut self, node: Node<'_>, doc: String) -> Output {
        let span = self.node_span(&node);
        let mut inner = Inner::of(node);
        let name = inner.eat(Rule::name).map(|name| self.member_name(&name));
        let ty = self.ty(inner.need(Rule::ty));
        let default = self.eat_expr(&mut inner).map(Box::new);
        Output { doc, name, ty, default, span }
    }

    /// A `fields` node.
    pub(super) fn field_list(&mut self, node: Node<'_>) -> Vec<Field> {
        let inner = Inner::of(node);
        let mut doc = String::new();
        let mut fields = Vec::with_capacity(inner.len());
        let mut before: Option<Span> = None;
        for node in inner {
            let span = self.node_span(&node);
            match node.as_rule() {
                // A field has none.
                Rule::doc if before.is_some_and(|field| self.trails(field, &node)) => continue,
                Rule::doc => {
                    add_doc(&mut doc, node.as_str());
                    continue;
                }
                Rule::field => {
                    doc.clear();
                    fields.push(self.field(node));
                }
                Rule::demand => {
                    doc.clear();
                    let span = self.node_span(&node);
                    fields.push(self.demand_of(node, span.start as usize, span.end as usize));
                }
                _ => {
                    let doc = std::mem::take(&mut doc);
                    fields.push(self.step(node, doc));
                }
            }
            before = Some(span);
        }
        fields
    }

    pub(super) fn field(&mut self, node: Node<'_>) -> Field {
        let mut inner = Inner::of(node);
        let name = self.name(&inner.need(Rule::name));
        Field::Value { name, value: self.need_expr(&mut inner) }
    }

    fn step(&mut self, node: Node<'_>, doc: String) -> Field {
        let span = self.node_span(&node);
        let mut inner = Inner::of(node);
        let is_step = inner.need(Rule::step_word).as_str() == "step";
        let name = self.member_name(&inner.need(Rule::name));
        let fields = self.field_list(inner.need(Rule::fields)).into();
        if is_step { Field::Step { doc, name, fields, span } } else { Field::Service { doc, name, fields, span } }
    }

    /// The names of an `after`, none when there is none.
    pub(super) fn after(&mut self, inner: &mut Inner<'_>) -> Vec<Name> {
        inner
            .eat(Rule::after)
            .map_or_else(Vec::new, |node| Inner::of(node).map(|name| self.waited_for(&name)).collect())
    }

    fn waited_for(&mut self, node: &Node<'_>) -> Name {
        let before = self.out.len();
        let name = self.bare_name(node);
        if self.out.len() > before {
            // A word of the language, which nobody can be called.
            self.lose(name.span.start as usize, name.span.end as usize);
        }
        name
    }
}

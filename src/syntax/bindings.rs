//! Statements that begin with a name: bindings and calls, with what is modified about them.

use super::ast::{Expr, ExprKind, For, Modifiers, Stmt, When};
use super::explain;
use super::grammar::{self, Inner, Rule};
use super::names::Case;
use super::parser::Parser;
use super::slice::{Block, Cut};
use super::words::{skip_blanks, word_at};

impl<'t> Parser<'t> {
    pub(super) fn bind_or_call(&mut self, at: usize, cut: &mut Cut) -> Stmt {
        let word = word_at(self.text, at);
        if word == "else" {
            if !std::mem::take(&mut self.else_is_known) {
                let said = explain::stray_else(self.span(at, at + word.len()));
                self.report(said);
            }
            let cond = Expr { kind: ExprKind::Broken, span: self.span(at, at + word.len()) };
            let block = self.source.block(at, *cut).map(|block| Block { closed: true, ..block });
            let then = block.map_or_else(Vec::new, |block| self.block_body(block, *cut));
            return Stmt::When(When { cond, then, otherwise: Vec::new(), span: self.span(at, cut.end) });
        }
        let equals = skip_blanks(self.text, at + word.len());
        if equals > at + word.len() && word_at(self.text, equals) == "when" {
            let said = explain::no_equals(self.span(equals, equals + 4));
            self.report(said);
            let name = self.name_at(at, word);
            return Stmt::BindWhen { name, when: self.when(equals, *cut, 0) };
        }
        let bytes = self.text.as_bytes();
        if word.is_empty() || bytes.get(equals) != Some(&b'=') || bytes.get(equals + 1) == Some(&b'=') {
            return self.call(at, cut);
        }
        let value = self.source.skip(equals + 1, cut.end);
        if word_at(self.text, value) == "when" {
            let name = self.name_at(at, word);
            self.check_declared(&name);
            return Stmt::BindWhen { name, when: self.when(value, *cut, 0) };
        }
        if self.begins_for(value) {
            return self.bind_for(at, value, *cut);
        }
        self.bind(at, cut)
    }

    /// `for` is a name like others, unless another name and `in` follow.
    fn begins_for(&self, at: usize) -> bool {
        if word_at(self.text, at) != "for" {
            return false;
        }
        let name = skip_blanks(self.text, at + "for".len());
        let behind = name + word_at(self.text, name).len();
        behind > name && word_at(self.text, skip_blanks(self.text, behind)) == "in"
    }

    /// `name = for …`, as other languages write it: read as the loop that binds the name inside.
    fn bind_for(&mut self, at: usize, value: usize, cut: Cut) -> Stmt {
        let name = self.name_at(at, word_at(self.text, at));
        self.check_declared(&name);
        let mut read = self.for_statement(value, cut);
        let Stmt::For(For { body, .. }) = &mut read else { return read };
        let only = if let [Stmt::Call { span, .. }] = body.as_slice() { Some(*span) } else { None };
        self.report(explain::for_as_value(&name.text, self.span(at, value), self.span(value, value + 3), only));
        let span = only.unwrap_or_else(|| self.span(at, cut.end));
        if let Some(Stmt::Call { value, modifiers, .. }) = body.pop_if(|_| only.is_some()) {
            body.push(Stmt::Bind { name, value, modifiers, span });
        } else {
            let value = Expr { kind: ExprKind::Broken, span };
            body.push(Stmt::Bind { name, value, modifiers: Modifiers::default(), span });
        }
        read
    }

    fn bind(&mut self, at: usize, cut: &mut Cut) -> Stmt {
        let (inner, modifiers) = self.whole_or_parts(&BIND, at, cut);
        if let Some(mut inner) = inner {
            let found = self.out.len();
            let name = self.declared(&inner.need(Rule::name), Case::Snake);
            // A word of the language binds nothing, also not twice.
            let name = if self.out.len() > found { self.no_name(at) } else { name };
            let value = self.need_expr(&mut inner);
            let modifiers = modifiers.unwrap_or_else(|| self.modifiers(&mut inner));
            return Stmt::Bind { name, value, modifiers, span: self.span(at, cut.end) };
        }
        // The name stays, so that its users are not reported too.
        let name = self.name_at(at, word_at(self.text, at));
        let span = self.span(at, cut.end);
        Stmt::Bind {
            name,
            value: Expr { kind: ExprKind::Broken, span },
            modifiers: modifiers.unwrap_or_default(),
            span,
        }
    }

    fn call(&mut self, at: usize, cut: &mut Cut) -> Stmt {
        let (inner, modifiers) = self.whole_or_parts(&CALL, at, cut);
        let Some(mut inner) = inner else {
            let span = self.lose(at, cut.end);
            let Some(modifiers) = modifiers else { return Stmt::Broken(span) };
            return Stmt::Call { value: Expr { kind: ExprKind::Broken, span }, modifiers, span };
        };
        let value = self.need_expr(&mut inner);
        let modifiers = modifiers.unwrap_or_else(|| self.modifiers(&mut inner));
        Stmt::Call { value, modifiers, span: self.span(at, cut.end) }
    }

    /// The nodes of a binding or call. When the grammar refuses it whole, its modifier block and `after` are read for
    /// themselves and given too, so that a fault in one does not hide one in another.
    fn whole_or_parts(
        &mut self,
        rules: &PartRules,
        at: usize,
        cut: &mut Cut,
    ) -> (Option<Inner<'t>>, Option<Modifiers>) {
        if cut.sound && !self.source.scan.reported(at, cut.end) {
            self.base = at;
            if let Some(mut inner) = grammar::read(rules.one, &self.text[at..cut.end]) {
                return (Some(Inner::of(inner.need(rules.whole))), None);
            }
        }
        let Some(block) = self.modifier_block(at, *cut).filter(|block| block.closed) else {
            let inner = self.leaf(rules.one, at, cut);
            return (inner.map(|mut inner| Inner::of(inner.need(rules.whole))), None);
        };
        let fields = self.block_fields(block, *cut);
        let after = self.after_block(block, *cut);
        let inner = self.head(rules.one_head, at, block.open);
        // A call without its modifiers is an expression, and that is one node.
        let part = |mut inner: Inner<'t>| Inner::of(inner.need(rules.head));
        let inner = if rules.one_head == Rule::one_expr { inner } else { inner.map(part) };
        (inner, Some(Modifiers { fields, block: Some(self.span(block.open, block.close + 1)), after }))
    }

    /// The block behind a call, if the brackets of the statement are to be trusted.
    fn modifier_block(&self, at: usize, cut: Cut) -> Option<Block> {
        let end = self.source.layout_end(at, cut.end);
        if end < cut.end && self.source.imbalance(at, end).is_some() {
            return None;
        }
        let behind = |block: &Block| self.text[at..block.open].trim_ascii_end().ends_with([')', '!']);
        self.source.block(at, cut).filter(behind)
    }

    fn modifiers(&mut self, inner: &mut Inner<'_>) -> Modifiers {
        let fields = inner.eat(Rule::fields);
        let block = fields.as_ref().map(|node| self.node_span(node));
        let fields = fields.map_or_else(Vec::new, |node| self.field_list(node));
        Modifiers { fields, block, after: self.after(inner) }
    }
}

/// The rules for a statement that may have modifiers.
struct PartRules {
    one: Rule,
    whole: Rule,
    one_head: Rule,
    head: Rule,
}

const BIND: PartRules =
    PartRules { one: Rule::one_bind, whole: Rule::bind, one_head: Rule::one_bind_head, head: Rule::bind_head };
const CALL: PartRules =
    PartRules { one: Rule::one_call, whole: Rule::call, one_head: Rule::one_expr, head: Rule::expr };

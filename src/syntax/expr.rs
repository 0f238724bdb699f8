//! Expressions: from a flat list of tokens to a tree, by the precedences of [`Op`].
#![expect(clippy::wildcard_enum_match_arm, reason = "a match over the rules of the grammar names those of its place")]

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;

use super::ast::{Arg, Arm, Entry, Expr, ExprKind, Key, Op};
use super::grammar::{Inner, Node, Rule};
use super::number::number;
use super::number_mends;
use super::parser::Parser;

/// A tree is at most this deep, also where no bracket nests: `a + b + …`, `not not …`.
const DEEPEST: usize = 500;

const LOOSEST: u8 = 0;
const COMPARISON: u8 = 4;
const COALESCE: u8 = 5;

/// Loosest first; `not` stands between `and` and the comparisons.
fn precedence(op: Op) -> u8 {
    match op {
        Op::Or => 1,
        Op::And => 2,
        Op::Equal | Op::Unequal | Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual | Op::In => COMPARISON,
        Op::Coalesce => COALESCE,
        Op::Add | Op::Subtract => 6,
        Op::Multiply | Op::Divide | Op::Remainder => 7,
    }
}

/// The operator of a token; `then` and `else` are none.
fn operator(text: &str) -> Option<Op> {
    Some(match text {
        "or" => Op::Or,
        "and" => Op::And,
        "==" => Op::Equal,
        "!=" => Op::Unequal,
        "<" => Op::Less,
        "<=" => Op::LessEqual,
        ">" => Op::Greater,
        ">=" => Op::GreaterEqual,
        "in" => Op::In,
        "??" => Op::Coalesce,
        "+" => Op::Add,
        "-" => Op::Subtract,
        "*" => Op::Multiply,
        "/" => Op::Divide,
        "%" => Op::Remainder,
        _ => return None,
    })
}

impl Parser<'_> {
    pub(super) fn node_span(&self, node: &Node<'_>) -> Span {
        let place = node.as_span();
        self.span(self.base + place.start(), self.base + place.end())
    }

    /// The tree of an `expr` or `wide` node that stands `depth` levels deep.
    pub(super) fn expr(&mut self, node: Node<'_>, depth: usize) -> Expr {
        let span = self.node_span(&node);
        let mut inner = Inner::of(node);
        let depth = depth + inner.len();
        if depth > DEEPEST {
            self.report(too_deep(span));
            return Expr { kind: ExprKind::Broken, span };
        }
        let value = self.climb(&mut inner, LOOSEST, depth);
        if let Some(rest) = inner.next() {
            let span = self.node_span(&rest);
            self.report(stray_branch(rest.as_str(), span));
            return Expr { kind: ExprKind::Broken, span: value.span.to(span) };
        }
        value
    }

    /// An operand and all that binds it no looser than `floor`.
    fn climb(&mut self, inner: &mut Inner<'_>, floor: u8, depth: usize) -> Expr {
        let mut left = self.operand(inner, depth);
        let mut compared: Option<Span> = None;
        let mut chains = false;
        while let Some(op) = inner.peek_text().and_then(operator).filter(|op| precedence(*op) > floor) {
            let op_span = self.operator_span(inner);
            let level = precedence(op);
            if level == COMPARISON
                && let Some(first) = compared.replace(op_span)
            {
                let said = chained(op_span, first);
                self.report(match self.compared_twice(op, op_span, &left) {
                    Some(text) => said.fix(format!("write `{}`", text.trim()), op_span.before(), text),
                    None => said,
                });
                chains = true;
            }
            // `a ?? b ?? c` opens `b` only when it is reached: to the right.
            let right = self.climb(inner, if level == COALESCE { level - 1 } else { level }, depth);
            let span = left.span.to(right.span);
            let kind = ExprKind::Binary { op, op_span, left: Box::new(left), right: Box::new(right) };
            left = Expr { kind, span };
        }
        if chains {
            left.kind = ExprKind::Broken;
        }
        left
    }

    /// `and b ` before the second sign of `a < b < c`.
    fn compared_twice(&self, op: Op, at: Span, left: &Expr) -> Option<String> {
        let ExprKind::Binary { op: first, right, .. } = &left.kind else { return None };
        let order = |op: Op| matches!(op, Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual);
        let middle = &self.text[right.span.start as usize..right.span.end as usize];
        let apart = right.span.end < at.start;
        (order(op) && order(*first) && apart && !middle.contains('\n')).then(|| format!("and {middle} "))
    }

    fn operator_span(&self, inner: &mut Inner<'_>) -> Span {
        let node = inner.next().expect("an operator was seen");
        self.node_span(&node)
    }

    /// One operand with its prefixes and tails.
    fn operand(&mut self, inner: &mut Inner<'_>, depth: usize) -> Expr {
        let node = inner.next().expect("the grammar puts an operand here");
        let span = self.node_span(&node);
        if node.as_rule() == Rule::prefix {
            return self.prefixed(node.as_str(), span, inner, depth);
        }
        let mut value = self.primary(node, span, depth);
        while let Some(rule @ (Rule::args | Rule::member | Rule::force)) = inner.peek() {
            let tail = inner.need(rule);
            let span = span.to(self.node_span(&tail));
            let of = Box::new(value);
            let kind = match rule {
                Rule::args => ExprKind::Call { callee: of, args: self.args(tail, depth) },
                Rule::member => ExprKind::Field(of, self.member(tail)),
                _ => ExprKind::Force(of),
            };
            value = Expr { kind, span };
        }
        value
    }

    fn prefixed(&mut self, word: &str, start: Span, inner: &mut Inner<'_>, depth: usize) -> Expr {
        if word == "if" {
            return self.condition(start, inner, depth);
        }
        let negates = word == "-";
        let value = if negates { self.operand(inner, depth) } else { self.climb(inner, COMPARISON - 1, depth) };
        let span = start.to(value.span);
        let of = Box::new(value);
        Expr { kind: if negates { ExprKind::Negate(of) } else { ExprKind::Not(of) }, span }
    }

    /// What follows `if`.
    fn condition(&mut self, start: Span, inner: &mut Inner<'_>, depth: usize) -> Expr {
        let mut parts = Vec::with_capacity(3);
        for word in ["then", "else"] {
            parts.push(Box::new(self.climb(inner, LOOSEST, depth)));
            if inner.peek_text() != Some(word) {
                let end = parts.last().map_or(start, |part| part.span);
                self.report(missing_branch(word, start, end));
                inner.by_ref().for_each(drop);
                return Expr { kind: ExprKind::Broken, span: start.to(end) };
            }
            inner.next();
        }
        let otherwise = Box::new(self.climb(inner, LOOSEST, depth));
        let span = start.to(otherwise.span);
        let then = parts.pop().expect("two parts were read");
        let cond = parts.pop().expect("two parts were read");
        Expr { kind: ExprKind::If { cond, then, otherwise }, span }
    }

    fn primary(&mut self, node: Node<'_>, span: Span, depth: usize) -> Expr {
        let kind = match node.as_rule() {
            Rule::text => ExprKind::Text(self.string(&node, depth)),
            Rule::name => match node.as_str() {
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                "none" => ExprKind::None,
                _ => {
                    let before = self.out.len();
                    let name = self.bare_name(&node);
                    if self.out.len() > before { ExprKind::Broken } else { ExprKind::Name(name) }
                }
            },
            Rule::number => self.number(node.as_str(), span),
            Rule::case => ExprKind::Case(self.member(node)),
            Rule::list => ExprKind::List(Inner::of(node).map(|one| self.expr(one, depth)).collect()),
            Rule::record => ExprKind::Record(Inner::of(node).map(|entry| self.entry(entry, depth)).collect()),
            Rule::paren => self.expr(Inner::of(node).need(Rule::wide), depth).kind,
            _ => self.matching(node, depth),
        };
        Expr { kind, span }
    }

    fn number(&mut self, text: &str, span: Span) -> ExprKind {
        number(text).unwrap_or_else(|bad| {
            let said = Diagnostic::new(Code::P0107, span, bad.message).here("cannot be read").help(bad.help);
            self.report(match number_mends::mend(text) {
                Some(right) => said.fix(format!("write `{right}`"), span, right),
                None => said,
            });
            ExprKind::Broken
        })
    }

    /// The name behind a dot.
    fn member(&mut self, node: Node<'_>) -> super::ast::Name {
        let name = Inner::of(node).need(Rule::name);
        self.name(&name)
    }

    pub(super) fn args(&mut self, node: Node<'_>, depth: usize) -> Vec<Arg> {
        Inner::of(node).map(|arg| self.arg(arg, depth)).collect()
    }

    fn arg(&mut self, node: Node<'_>, depth: usize) -> Arg {
        let mut inner = Inner::of(node);
        let name = inner.eat(Rule::label).map(|label| self.name(&label));
        Arg { name, value: self.expr(inner.need(Rule::expr), depth) }
    }

    fn entry(&mut self, node: Node<'_>, depth: usize) -> Entry {
        let mut inner = Inner::of(node);
        let key = inner.next().expect("an entry has a key");
        let key = match key.as_rule() {
            Rule::name => Key::Name(self.name(&key)),
            Rule::text => Key::Text(self.string(&key, depth)),
            _ => {
                let span = self.node_span(&key);
                Key::Int(self.whole(key.as_str(), span), span)
            }
        };
        Entry { key, value: self.expr(inner.need(Rule::expr), depth) }
    }

    /// A key that is a number has no unit.
    fn whole(&mut self, text: &str, span: Span) -> i64 {
        match self.number(text, span) {
            ExprKind::Int(value) => value,
            ExprKind::Broken => 0,
            _ => {
                let said = Diagnostic::new(Code::P0107, span, format!("the key `{text}` has a unit"))
                    .here("a whole number is expected")
                    .help("write a plain number, or a string as the key");
                self.report(said);
                0
            }
        }
    }

    fn matching(&mut self, node: Node<'_>, depth: usize) -> ExprKind {
        let mut inner = Inner::of(node);
        let word = inner.need(Rule::match_word);
        let Some(on) = inner.eat(Rule::expr) else {
            self.bare_name(&word);
            return ExprKind::Broken;
        };
        let on = Box::new(self.expr(on, depth));
        let arms = inner.map(|arm| self.arm(arm, depth)).collect();
        ExprKind::Match { on, arms }
    }

    fn arm(&mut self, node: Node<'_>, depth: usize) -> Arm {
        let span = self.node_span(&node);
        let mut inner = Inner::of(node);
        let mut cases = Vec::new();
        while let Some(case) = inner.eat(Rule::case) {
            cases.push(self.member(case));
        }
        Arm { cases, value: self.expr(inner.need(Rule::expr), depth), span }
    }
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0104, span, "this expression is nested too deep")
        .here("too many operators in one expression")
        .help("give parts of it names: `part = …` in a pipeline, or a `const` or `fn`")
}

fn chained(span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::P0101, span, "comparisons do not chain")
        .here("a second comparison")
        .label(first, "of what this one gives, which is a `bool`")
        .help("compare twice: `a < b and b < c`")
}

fn missing_branch(word: &str, start: Span, end: Span) -> Diagnostic {
    Diagnostic::new(Code::P0101, end.after(), format!("this `if` has no `{word}`"))
        .here(format!("`{word}` is expected here"))
        .label(start, "the `if`")
        .help("an `if` gives a value on both ways: `if c then a else b`; to leave out a task, use `when c { … }`")
}

fn stray_branch(word: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0101, span, format!("there is no `if` for this `{word}`"))
        .here("unexpected")
        .help("write `if c then a else b`")
}

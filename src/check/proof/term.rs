//! Expressions by what they are made of: two places with the same term have the same value.

use std::cmp::Ordering;
use std::hash::Hash;

use rustc_hash::FxHashMap;

use crate::check::program::{Attr, Builtin, Expr, Kind, LocalId, Op, TextPart};

/// Index into [`Terms`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct TermId(u32);

#[derive(Default, Debug)]
pub(super) struct Terms {
    ids: FxHashMap<Term, TermId>,
    all: Vec<Term>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Mark(usize);

/// A node and the terms below it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Term {
    head: Head,
    below: Vec<TermId>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Head {
    None,
    Bool(bool),
    Int(i64),
    Duration(i64),
    Size(i64),
    Cpu(i64),
    Str(Box<str>),
    Case(u32, u32),
    Local(u32),
    Const(u32),
    Outcome,
    Out(u32),
    Output(u32),
    Field(u32),
    Key(Box<str>),
    /// An operation, by a number of its own.
    Other(u8, u32),
}

impl Terms {
    pub(super) fn mark(&self) -> Mark {
        Mark(self.all.len())
    }

    pub(super) fn undo(&mut self, mark: Mark) {
        for term in self.all.drain(mark.0..) {
            self.ids.remove(&term);
        }
    }

    pub(super) fn local(&mut self, local: LocalId) -> TermId {
        self.put(Head::Local(local.0), Vec::new())
    }

    /// The term of an expression; none where something was reported.
    pub(super) fn of(&mut self, expr: &Expr) -> Option<TermId> {
        let mut below = |parts: &[&Expr]| parts.iter().map(|part| self.of(part)).collect::<Option<Vec<_>>>();
        let (head, below) = match &expr.kind {
            Kind::Poison => return None,
            // An opened value is the value.
            Kind::Force(inner) => return self.of(inner),
            Kind::None => (Head::None, Vec::new()),
            Kind::Bool(value) => (Head::Bool(*value), Vec::new()),
            Kind::Int(value) => (Head::Int(*value), Vec::new()),
            Kind::Str(text) => (Head::Str(text.clone()), Vec::new()),
            Kind::Duration(value) => (Head::Duration(*value), Vec::new()),
            Kind::Size(value) => (Head::Size(*value), Vec::new()),
            Kind::Cpu(value) => (Head::Cpu(*value), Vec::new()),
            Kind::Case(of, case) => (Head::Case(of.0, *case), Vec::new()),
            Kind::Local(local) => (Head::Local(local.0), Vec::new()),
            Kind::Const(id) => (Head::Const(id.0), Vec::new()),
            Kind::Outcome => (Head::Outcome, Vec::new()),
            Kind::Out(index) => (Head::Out(*index), Vec::new()),
            Kind::Output(of, index) => (Head::Output(*index), below(&[of])?),
            Kind::Field(of, index) => (Head::Field(*index), below(&[of])?),
            Kind::Key(key) => (Head::Key(key.1.clone()), below(&[&key.0])?),
            Kind::Attr(of, attr) => (Head::Other(0, attr_number(*attr)), below(&[of])?),
            Kind::Not(of) => (Head::Other(1, 0), below(&[of])?),
            Kind::Negate(of) => (Head::Other(2, 0), below(&[of])?),
            Kind::Binary(op, left, right) => (Head::Other(3, op_number(*op)), below(&[left, right])?),
            Kind::Coalesce(left, right) => (Head::Other(4, 0), below(&[left, right])?),
            Kind::Join(left, right) => (Head::Other(5, 0), below(&[left, right])?),
            Kind::If(parts) => (Head::Other(6, 0), below(&parts.each_ref())?),
            Kind::List(items) => (Head::Other(7, 0), below(&items.iter().collect::<Vec<_>>())?),
            Kind::Record(id, fields) => (Head::Other(8, id.0), below(&fields.iter().collect::<Vec<_>>())?),
            Kind::Fn(id, args) => (Head::Other(9, id.0), below(&args.iter().collect::<Vec<_>>())?),
            Kind::Builtin(which, args) => {
                (Head::Other(10, builtin_number(*which)), below(&args.iter().collect::<Vec<_>>())?)
            }
            Kind::Text(parts) => (Head::Other(11, 0), self.text(parts)?),
            // Rare in conditions, and never compared: such a value is like no other.
            Kind::Map(_) | Kind::Match(_) | Kind::Convert(_) => return None,
        };
        Some(self.put(head, below))
    }

    fn text(&mut self, parts: &[TextPart]) -> Option<Vec<TermId>> {
        let term = |part: &TextPart| match part {
            TextPart::Text(text) => Some(self.put(Head::Str(text.clone()), Vec::new())),
            TextPart::Value(value) => self.of(value),
        };
        parts.iter().map(term).collect()
    }

    fn put(&mut self, head: Head, below: Vec<TermId>) -> TermId {
        let term = Term { head, below };
        if let Some(id) = self.ids.get(&term) {
            return *id;
        }
        let id = TermId(u32::try_from(self.all.len()).expect("a file has fewer expressions than bytes"));
        self.ids.insert(term.clone(), id);
        self.all.push(term);
        id
    }

    /// A literal: equal to another only when it is written alike.
    pub(super) fn is_constant(&self, term: TermId) -> bool {
        match self.head(term) {
            Head::Bool(_)
            | Head::Int(_)
            | Head::Duration(_)
            | Head::Size(_)
            | Head::Cpu(_)
            | Head::Str(_)
            | Head::Case(..) => true,
            Head::None
            | Head::Local(_)
            | Head::Const(_)
            | Head::Outcome
            | Head::Out(_)
            | Head::Output(_)
            | Head::Field(_)
            | Head::Key(_)
            | Head::Other(..) => false,
        }
    }

    /// How two numbers that are written out compare.
    pub(super) fn order(&self, one: TermId, other: TermId) -> Option<Ordering> {
        match (self.head(one), self.head(other)) {
            (Head::Int(a), Head::Int(b))
            | (Head::Duration(a), Head::Duration(b))
            | (Head::Size(a), Head::Size(b))
            | (Head::Cpu(a), Head::Cpu(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// Two literals that are never equal.
    pub(super) fn differ(&self, one: TermId, other: TermId) -> bool {
        one != other && self.is_constant(one) && self.is_constant(other)
    }

    pub(super) fn is_true(&self, term: TermId) -> bool {
        *self.head(term) == Head::Bool(true)
    }

    /// The two in an order that does not depend on how they were written, a constant second.
    pub(super) fn constant_last(&self, one: TermId, other: TermId) -> (TermId, TermId) {
        let key = |term| (self.is_constant(term), term);
        if key(one) <= key(other) { (one, other) } else { (other, one) }
    }

    fn head(&self, term: TermId) -> &Head {
        &self.all[term.0 as usize].head
    }
}

fn attr_number(attr: Attr) -> u32 {
    match attr {
        Attr::Path => 0,
        Attr::Workspace => 1,
        Attr::Status => 2,
    }
}

fn op_number(op: Op) -> u32 {
    match op {
        Op::Or => 0,
        Op::And => 1,
        Op::Equal => 2,
        Op::Unequal => 3,
        Op::Less => 4,
        Op::LessEqual => 5,
        Op::Greater => 6,
        Op::GreaterEqual => 7,
        Op::In => 8,
        Op::Add => 9,
        Op::Subtract => 10,
        Op::Multiply => 11,
        Op::Divide => 12,
        Op::Remainder => 13,
    }
}

fn builtin_number(which: Builtin) -> u32 {
    match which {
        Builtin::Flag => 0,
        Builtin::Len => 1,
        Builtin::Join => 2,
        Builtin::Secret => 3,
        Builtin::Concat => 4,
        Builtin::Text => 5,
    }
}

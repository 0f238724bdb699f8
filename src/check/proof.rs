//! What is known to hold where an expression stands, by unit propagation: `x!` is allowed where `x != none` follows.
//!
//! Conditions become clauses over atoms (`x` is there, `b` is true, `a == b`, `a < b`). What is proved holds in every
//! run; what follows only by trying cases is not found, and is written with `??` instead.

mod clauses;
mod term;

use std::cmp::Ordering;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;

use super::program::{Attr, Expr, Kind, LocalId, Match, Op, Type};
use clauses::{Atom, Clauses, Lit};
use term::{TermId, Terms};

/// The facts of the place that is being checked: what is assumed goes away with `undo`.
#[derive(Default, Debug)]
pub struct Facts {
    terms: Terms,
    clauses: Clauses,
    /// How many helping atoms were made, for nested conditions.
    helpers: u32,
    definitions: Vec<Definition>,
    /// Index into the definitions.
    defined: FxHashMap<LocalId, usize>,
    /// How many conditions are in force of which a part was reported: they may have said anything.
    doubts: u32,
    /// Names whose value or condition was reported in part.
    vague: FxHashSet<LocalId>,
}

/// A name whose truth, or being there, is that of a condition.
#[derive(Debug)]
struct Definition {
    local: LocalId,
    yes: Formula,
    no: Formula,
}

/// A state to come back to; marks are undone in the reverse order.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    terms: term::Mark,
    clauses: clauses::Mark,
    helpers: u32,
    definitions: usize,
    doubts: u32,
}

impl Facts {
    pub fn mark(&self) -> Mark {
        let definitions = self.definitions.len();
        let (terms, clauses) = (self.terms.mark(), self.clauses.mark());
        Mark { terms, clauses, helpers: self.helpers, definitions, doubts: self.doubts }
    }

    pub fn undo(&mut self, mark: Mark) {
        self.clauses.undo(mark.clauses);
        self.terms.undo(mark.terms);
        self.helpers = mark.helpers;
        self.doubts = mark.doubts;
        for definition in self.definitions.drain(mark.definitions..) {
            self.defined.remove(&definition.local);
        }
    }

    /// From here on the condition is known to be true, or false.
    pub fn assume(&mut self, condition: &Expr, truth: bool) {
        self.doubts += u32::from(self.is_vague(condition));
        let formula = self.condition(condition, truth);
        self.state(formula);
    }

    /// A condition that could not be read is in force from here on.
    pub fn doubt(&mut self) {
        self.doubts += 1;
    }

    /// What was in doubt in other facts is in doubt in these.
    pub fn doubt_as(&mut self, other: &Self) {
        self.doubts += other.doubts;
        self.vague.extend(&other.vague);
    }

    /// Whether something that was reported may prove what cannot be proved here.
    pub fn in_doubt(&self) -> bool {
        self.doubts > 0
    }

    /// Whether what was reported may have said that a value is there.
    pub fn may_be_some(&self, value: &Expr) -> bool {
        let mut named = false;
        value.walk(&mut |part| named |= matches!(part.kind, Kind::Local(_)));
        named && self.in_doubt() || self.is_vague(value)
    }

    /// Whether a part of it was reported, or of what its names stand for.
    pub fn is_vague(&self, expr: &Expr) -> bool {
        let mut found = false;
        expr.walk(&mut |part| {
            found |= matches!(part.kind, Kind::Poison) || part.ty == Type::Unknown;
            found |= matches!(&part.kind, Kind::Local(local) if self.vague.contains(local));
        });
        found
    }

    /// The name of a `when` seen from outside: it is there exactly when the condition holds.
    ///
    /// For a name whose value inside is never `none`; where that is optional itself, say nothing.
    pub fn bind_when(&mut self, local: LocalId, condition: &Expr) {
        self.bind_where(local, &[(condition, true)]);
    }

    /// The same for nested blocks and for `else`: it is there exactly when each condition has its truth.
    pub fn bind_where(&mut self, local: LocalId, conditions: &[(&Expr, bool)]) {
        if conditions.iter().any(|(condition, _)| self.is_vague(condition)) {
            self.vague.insert(local);
        }
        let all = conditions.iter().map(|(condition, truth)| self.condition(condition, *truth)).collect();
        let any = conditions.iter().map(|(condition, truth)| self.condition(condition, !truth)).collect();
        self.stands_for(local, Atom::Some, Formula::And(all), Formula::Or(any));
    }

    /// `local = value`: what is known of the one is known of the other.
    pub fn define(&mut self, local: LocalId, value: &Expr) {
        if self.is_vague(value) {
            self.vague.insert(local);
        }
        if value.ty == Type::Bool {
            let [yes, no] = [true, false].map(|truth| self.condition(value, truth));
            self.stands_for(local, Atom::True, yes, no);
        } else if matches!(value.ty, Type::Optional(_)) {
            let [yes, no] = [true, false].map(|truth| self.there(value, truth));
            self.stands_for(local, Atom::Some, yes, no);
        } else if let Some(value) = self.terms.of(value).filter(|value| self.terms.is_constant(*value)) {
            let name = self.terms.local(local);
            let same = self.literal(Atom::Equal(name, value), true);
            self.state(same);
        }
    }

    /// A small condition is put in the place of its name, so that a thousand names of one condition cost nothing; for a
    /// large one the name is an atom, so that names of names do not grow.
    fn stands_for(&mut self, local: LocalId, atom: fn(TermId) -> Atom, yes: Formula, no: Formula) {
        if yes.size() + no.size() <= SMALL {
            self.defined.insert(local, self.definitions.len());
            self.definitions.push(Definition { local, yes, no });
            return;
        }
        let name = self.terms.local(local);
        let name = self.literal(atom(name), true);
        self.state(Formula::Or(vec![negated(&name), yes]));
        self.state(Formula::Or(vec![name, no]));
    }

    /// The condition that a name stands for.
    fn definition(&self, expr: &Expr, truth: bool) -> Option<Formula> {
        let Kind::Local(local) = &expr.kind else {
            return None;
        };
        let definition = &self.definitions[*self.defined.get(local)?];
        Some(if truth { definition.yes.clone() } else { definition.no.clone() })
    }

    /// Whether the value cannot be `none` here.
    pub fn is_some(&mut self, value: &Expr) -> bool {
        let mark = self.mark();
        let formula = self.there(value, false);
        self.state(formula);
        let proved = self.clauses.is_contradiction();
        self.undo(mark);
        proved
    }

    /// Whether the condition has this truth here.
    pub fn holds(&mut self, condition: &Expr, truth: bool) -> bool {
        let mark = self.mark();
        self.assume(condition, !truth);
        let proved = self.clauses.is_contradiction();
        self.undo(mark);
        proved
    }

    /// "This expression, a `bool`, has this truth", with negations pushed inward.
    fn condition(&mut self, expr: &Expr, truth: bool) -> Formula {
        match &expr.kind {
            Kind::Bool(value) => constant(*value == truth),
            Kind::Not(inner) => self.condition(inner, !truth),
            Kind::Binary(op, left, right) => {
                self.binary(*op, left, right, truth).unwrap_or_else(|| self.opaque(expr, truth))
            }
            Kind::If(parts) => {
                let [cond, then, otherwise] = &**parts;
                let then = vec![self.condition(cond, false), self.condition(then, truth)];
                let otherwise = vec![self.condition(cond, true), self.condition(otherwise, truth)];
                Formula::And(vec![Formula::Or(then), Formula::Or(otherwise)])
            }
            Kind::Coalesce(first, default) => self.coalesced(first, default, truth),
            Kind::Match(one) => self.matched(one, truth),
            Kind::Poison
            | Kind::None
            | Kind::Int(_)
            | Kind::Str(_)
            | Kind::Duration(_)
            | Kind::Size(_)
            | Kind::Cpu(_)
            | Kind::Case(..)
            | Kind::Text(_)
            | Kind::List(_)
            | Kind::Record(..)
            | Kind::Map(_)
            | Kind::Local(_)
            | Kind::Const(_)
            | Kind::Output(..)
            | Kind::Field(..)
            | Kind::Key(..)
            | Kind::Attr(..)
            | Kind::Out(_)
            | Kind::Outcome
            | Kind::Negate(_)
            | Kind::Force(_)
            | Kind::Join(..)
            | Kind::Fn(..)
            | Kind::Builtin(..)
            | Kind::Convert(_) => self.opaque(expr, truth),
        }
    }

    /// In each case its arm.
    fn matched(&mut self, one: &Match, truth: bool) -> Formula {
        let Type::Enum(id) = one.on.ty else { return UNKNOWN };
        let mut parts = Vec::with_capacity(one.arm_of_case.len());
        for (case, arm) in (0..).zip(&one.arm_of_case) {
            let Some(arm) = one.arms.get(*arm as usize) else { return UNKNOWN };
            let case = Expr { kind: Kind::Case(id, case), ty: one.on.ty.clone(), span: one.on.span };
            parts.push(Formula::Or(vec![self.equal(&one.on, &case, false), self.condition(arm, truth)]));
        }
        Formula::And(parts)
    }

    /// A bool of which nothing is known but that it is the same in each place.
    fn opaque(&mut self, expr: &Expr, truth: bool) -> Formula {
        if let Some(formula) = self.definition(expr, truth) {
            return formula;
        }
        self.terms.of(expr).map_or(UNKNOWN, |term| self.literal(Atom::True(term), truth))
    }

    fn binary(&mut self, op: Op, left: &Expr, right: &Expr, truth: bool) -> Option<Formula> {
        Some(match op {
            Op::And | Op::Or => {
                let parts = vec![self.condition(left, truth), self.condition(right, truth)];
                if (op == Op::And) == truth { Formula::And(parts) } else { Formula::Or(parts) }
            }
            Op::Equal => self.equal(left, right, truth),
            Op::Unequal => self.equal(left, right, !truth),
            Op::Less => self.less(left, right, truth)?,
            Op::Greater => self.less(right, left, truth)?,
            Op::LessEqual => self.less(right, left, !truth)?,
            Op::GreaterEqual => self.less(left, right, !truth)?,
            Op::In => self.one_of(left, right, truth)?,
            Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder => return None,
        })
    }

    fn equal(&mut self, left: &Expr, right: &Expr, truth: bool) -> Formula {
        match (&left.kind, &right.kind) {
            (_, Kind::None) => return self.there(left, !truth),
            (Kind::None, _) => return self.there(right, !truth),
            (_, Kind::Bool(value)) if left.ty == Type::Bool => return self.condition(left, *value == truth),
            (Kind::Bool(value), _) if right.ty == Type::Bool => return self.condition(right, *value == truth),
            _ => {}
        }
        let (Some(one), Some(other)) = (self.terms.of(left), self.terms.of(right)) else {
            return UNKNOWN;
        };
        if one == other || self.terms.differ(one, other) {
            return constant((one == other) == truth);
        }
        let (one, other) = self.terms.constant_last(one, other);
        let atom = if self.terms.is_true(other) { Atom::True(one) } else { Atom::Equal(one, other) };
        let is_new = !self.clauses.knows(atom);
        let equal = self.literal(atom, true);
        if is_new {
            self.implies_some([left, right], &equal);
            self.implies_ran([left, right], &equal);
        }
        if truth { equal } else { negated(&equal) }
    }

    /// What equals something that is there is there too.
    fn implies_some(&mut self, sides: [&Expr; 2], equal: &Formula) {
        for (side, other) in [(sides[0], sides[1]), (sides[1], sides[0])] {
            if matches!(side.ty, Type::Optional(_)) && !may_be_none(&other.ty) {
                let there = self.there(side, true);
                self.state(Formula::Or(vec![negated(equal), there]));
            }
        }
    }

    /// What succeeded has run: `x.status == .succeeded` says that `x` is there.
    fn implies_ran(&mut self, sides: [&Expr; 2], equal: &Formula) {
        for (side, other) in [(sides[0], sides[1]), (sides[1], sides[0])] {
            if let (Kind::Attr(call, Attr::Status), Kind::Case(_, SUCCEEDED)) = (&side.kind, &other.kind) {
                let there = self.there(call, true);
                self.state(Formula::Or(vec![negated(equal), there]));
            }
        }
    }

    fn less(&mut self, left: &Expr, right: &Expr, truth: bool) -> Option<Formula> {
        let (left, right) = (self.terms.of(left)?, self.terms.of(right)?);
        if let Some(order) = self.terms.order(left, right) {
            return Some(constant((order == Ordering::Less) == truth));
        }
        Some(self.literal(Atom::Less(left, right), truth))
    }

    /// `x in [.aws, .gcp]` is one of the equalities.
    fn one_of(&mut self, value: &Expr, list: &Expr, truth: bool) -> Option<Formula> {
        let Kind::List(elements) = &list.kind else {
            return None;
        };
        let parts = elements.iter().map(|one| self.equal(value, one, truth)).collect();
        Some(if truth { Formula::Or(parts) } else { Formula::And(parts) })
    }

    /// `first ?? default` of bools: the first where it is there, else the default.
    fn coalesced(&mut self, first: &Expr, default: &Expr, truth: bool) -> Formula {
        let Some(term) = self.terms.of(first) else {
            return UNKNOWN;
        };
        let is_true = self.literal(Atom::True(term), true);
        let given = if truth { is_true.clone() } else { negated(&is_true) };
        // Where it is not there the default counts; where it is, its own truth.
        let absent = vec![self.there(first, true), self.condition(default, truth)];
        let present = vec![self.there(first, false), given];
        let both = Formula::And(vec![Formula::Or(absent), Formula::Or(present)]);
        let there = self.there(first, true);
        // What is true is there.
        Formula::And(vec![both, Formula::Or(vec![negated(&is_true), there])])
    }

    /// "This value is there" (`truth`), or "it is `none`".
    fn there(&mut self, value: &Expr, truth: bool) -> Formula {
        if !may_be_none(&value.ty) {
            return constant(truth);
        }
        if let Kind::If(parts) = &value.kind {
            let [cond, then, otherwise] = &**parts;
            let then = vec![self.condition(cond, false), self.there(then, truth)];
            let otherwise = vec![self.condition(cond, true), self.there(otherwise, truth)];
            return Formula::And(vec![Formula::Or(then), Formula::Or(otherwise)]);
        }
        if let Kind::Coalesce(first, default) = &value.kind {
            let parts = vec![self.there(first, truth), self.there(default, truth)];
            return if truth { Formula::Or(parts) } else { Formula::And(parts) };
        }
        if matches!(value.kind, Kind::None) {
            return constant(!truth);
        }
        if let Some(formula) = self.definition(value, truth) {
            return formula;
        }
        self.terms.of(value).map_or(UNKNOWN, |term| self.literal(Atom::Some(term), truth))
    }

    fn literal(&mut self, atom: Atom, truth: bool) -> Formula {
        let rival = match atom {
            Atom::Equal(term, value) if self.terms.is_constant(value) => Some(term),
            Atom::True(term) => Some(term),
            Atom::Equal(..) | Atom::Less(..) | Atom::Some(_) | Atom::Helper(_) => None,
        };
        Formula::Is(self.clauses.literal(atom, rival, truth))
    }

    /// Makes the formula hold.
    fn state(&mut self, formula: Formula) {
        match formula {
            Formula::Is(literal) => self.clauses.add(vec![literal]),
            Formula::And(parts) => parts.into_iter().for_each(|part| self.state(part)),
            Formula::Or(parts) => {
                let mut clause = Vec::new();
                if self.collect(parts, &mut clause) {
                    self.clauses.add(clause);
                }
            }
        }
    }

    /// Puts the parts of an `or` into one clause; false when one of them always holds.
    fn collect(&mut self, parts: Vec<Formula>, clause: &mut Vec<Lit>) -> bool {
        parts.into_iter().all(|part| match part {
            Formula::Is(literal) => {
                clause.push(literal);
                true
            }
            Formula::Or(parts) => self.collect(parts, clause),
            Formula::And(parts) if parts.is_empty() => false,
            Formula::And(parts) => {
                clause.push(self.helper(parts));
                true
            }
        })
    }

    /// A new atom from which all the parts follow, to stand for them in a clause.
    fn helper(&mut self, parts: Vec<Formula>) -> Lit {
        let literal = self.clauses.literal(Atom::Helper(self.helpers), None, true);
        self.helpers += 1;
        for part in parts {
            self.state(Formula::Or(vec![Formula::Is(literal.negated()), part]));
        }
        literal
    }
}

/// A condition with its negations at the atoms.
#[derive(Clone, Debug)]
enum Formula {
    Is(Lit),
    And(Vec<Formula>),
    Or(Vec<Formula>),
}

/// The size up to which a condition is written out for its name, counted in atoms.
const SMALL: usize = 24;

impl Formula {
    fn size(&self) -> usize {
        match self {
            Self::Is(_) => 1,
            Self::And(parts) | Self::Or(parts) => 1 + parts.iter().map(Self::size).sum::<usize>(),
        }
    }
}

/// The first case of `Status` in the prelude.
const SUCCEEDED: u32 = 0;

/// Nothing follows from it, whatever its truth.
const UNKNOWN: Formula = Formula::And(Vec::new());

/// Always true, or never.
fn constant(truth: bool) -> Formula {
    if truth { Formula::And(Vec::new()) } else { Formula::Or(Vec::new()) }
}

/// The other truth of a literal.
fn negated(literal: &Formula) -> Formula {
    match literal {
        Formula::Is(literal) => Formula::Is(literal.negated()),
        Formula::And(_) | Formula::Or(_) => UNKNOWN,
    }
}

fn may_be_none(ty: &Type) -> bool {
    matches!(ty, Type::Optional(_) | Type::None | Type::Unknown)
}

/// P0307: `x!` where `x` may be `none`.
pub fn not_proved(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::P0307, span, format!("`{name}` may be `none` here"))
        .here("opened, but nothing above says that it has a value")
        .help(format!(
            "write `{name} ?? default`, put this inside `when {name} != none {{ … }}`, or state above what it depends on, \
             as in `require not upload or {name} != none, \"…\"`"
        ))
}

#[cfg(test)]
mod tests;

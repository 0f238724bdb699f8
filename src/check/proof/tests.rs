#![allow(clippy::wildcard_enum_match_arm, reason = "the oracle knows only what is generated")]

use proptest::prelude::*;

use super::Facts;
use crate::check::program::{EnumId, Expr, Kind, LocalId, Op, RecordId, Type};
use crate::source::{FileId, Span};

const NOWHERE: Span = Span { file: FileId(0), start: 0, end: 0 };

fn expr(kind: Kind, ty: Type) -> Expr {
    Expr { kind, ty, span: NOWHERE }
}

fn local(id: u32, ty: Type) -> Expr {
    expr(Kind::Local(LocalId(id)), ty)
}

fn flag(id: u32) -> Expr {
    local(id, Type::Bool)
}

fn optional(ty: Type) -> Type {
    Type::Optional(Box::new(ty))
}

/// `x{id}`, a `secret?`
fn maybe(id: u32) -> Expr {
    local(id, optional(Type::Secret))
}

fn none() -> Expr {
    expr(Kind::None, Type::None)
}

fn op(op: Op, left: Expr, right: Expr) -> Expr {
    expr(Kind::Binary(op, Box::new(left), Box::new(right)), Type::Bool)
}

fn not(inner: Expr) -> Expr {
    expr(Kind::Not(Box::new(inner)), Type::Bool)
}

fn is_some(id: u32) -> Expr {
    op(Op::Unequal, maybe(id), none())
}

fn case(index: u32) -> Expr {
    expr(Kind::Case(EnumId(0), index), Type::Enum(EnumId(0)))
}

fn int(value: i64) -> Expr {
    expr(Kind::Int(value), Type::Int)
}

fn facts(conditions: &[Expr]) -> Facts {
    let mut facts = Facts::default();
    conditions.iter().for_each(|one| facts.assume(one, true));
    facts
}

#[test]
fn the_upload_of_the_manual_is_proved_inside_its_when_only() {
    let mut facts = facts(&[op(Op::Or, not(flag(0)), is_some(1))]);
    assert!(!facts.is_some(&maybe(1)));
    let mark = facts.mark();
    facts.assume(&flag(0), true);
    assert!(facts.is_some(&maybe(1)));
    facts.undo(mark);
    assert!(!facts.is_some(&maybe(1)));
    facts.assume(&flag(0), false);
    assert!(!facts.is_some(&maybe(1)));
}

#[test]
fn none_is_compared_from_both_sides_and_negated() {
    assert!(facts(&[op(Op::Unequal, none(), maybe(1))]).is_some(&maybe(1)));
    assert!(facts(&[not(op(Op::Equal, maybe(1), none()))]).is_some(&maybe(1)));
    assert!(!facts(&[op(Op::Equal, maybe(1), none())]).is_some(&maybe(1)));
    let mut otherwise = Facts::default();
    otherwise.assume(&op(Op::Equal, maybe(1), none()), false);
    assert!(otherwise.is_some(&maybe(1)));
}

#[test]
fn and_or_not_are_followed_through_each_other() {
    // not (a and x == none), a
    let mut one = facts(&[not(op(Op::And, flag(0), op(Op::Equal, maybe(1), none()))), flag(0)]);
    assert!(one.is_some(&maybe(1)));
    // (a and x) or (b and x)
    let either = |id| op(Op::And, flag(id), is_some(9));
    let mut two = facts(&[op(Op::Or, either(0), either(1)), not(flag(0))]);
    assert!(two.is_some(&maybe(9)));
}

#[test]
fn the_cases_of_an_enum_exclude_each_other() {
    let kind = || local(0, Type::Enum(EnumId(0)));
    let is = |index| op(Op::Equal, kind(), case(index));
    let mut facts = facts(&[op(Op::Or, op(Op::Or, is(1), is(2)), is_some(5)), is(0)]);
    assert!(facts.is_some(&maybe(5)));
}

#[test]
fn membership_in_a_list_is_one_of_the_equalities() {
    let kind = || local(0, Type::Enum(EnumId(0)));
    let list = expr(Kind::List(Box::new([case(1), case(2)])), Type::List(Box::new(Type::Enum(EnumId(0)))));
    let mut facts = facts(&[op(Op::Or, op(Op::In, kind(), list), is_some(5)), op(Op::Equal, case(0), kind())]);
    assert!(facts.is_some(&maybe(5)));
}

#[test]
fn what_equals_a_value_is_there() {
    let text = |id| local(id, optional(Type::String));
    let literal = expr(Kind::Str("a".into()), Type::String);
    assert!(facts(&[op(Op::Equal, text(1), literal)]).is_some(&text(1)));
    assert!(facts(&[op(Op::Equal, local(2, Type::String), text(1))]).is_some(&text(1)));
    assert!(!facts(&[op(Op::Equal, text(1), text(2))]).is_some(&text(1)));
    let literal = expr(Kind::Str("a".into()), Type::String);
    assert!(!facts(&[op(Op::Unequal, text(1), literal)]).is_some(&text(1)));
}

#[test]
fn comparisons_are_the_same_in_each_of_their_forms() {
    let n = || local(0, Type::Int);
    let mut facts = facts(&[op(Op::Or, op(Op::LessEqual, n(), int(3)), is_some(5)), op(Op::Less, int(3), n())]);
    assert!(facts.is_some(&maybe(5)));
}

#[test]
fn places_are_told_apart_by_their_fields() {
    let config = || local(0, Type::Record(RecordId(0)));
    let field = |index| expr(Kind::Field(Box::new(config()), index), optional(Type::String));
    let output = |index| expr(Kind::Output(Box::new(field(index)), 0), optional(Type::Int));
    let mut facts = facts(&[op(Op::Unequal, field(0), none()), op(Op::Unequal, output(1), none())]);
    assert!(facts.is_some(&field(0)) && facts.is_some(&output(1)));
    assert!(!facts.is_some(&field(1)) && !facts.is_some(&output(0)));
}

#[test]
fn what_succeeded_is_there() {
    use crate::check::program::{Attr, EnumId};
    let call = || expr(Kind::Local(LocalId(3)), optional(Type::Int));
    let status = || expr(Kind::Attr(Box::new(call()), Attr::Status), Type::Enum(EnumId(0)));
    let case = |at| expr(Kind::Case(EnumId(0), at), Type::Enum(EnumId(0)));
    assert!(facts(&[op(Op::Equal, status(), case(0))]).is_some(&call()));
    assert!(facts(&[op(Op::Equal, case(0), status())]).is_some(&call()));
    assert!(!facts(&[op(Op::Equal, status(), case(1))]).is_some(&call()));
    assert!(!facts(&[op(Op::Unequal, status(), case(0))]).is_some(&call()));
    let either = expr(Kind::List(Box::new([case(0), case(1)])), Type::List(Box::new(Type::Enum(EnumId(0)))));
    assert!(!facts(&[op(Op::In, status(), either)]).is_some(&call()));
}

#[test]
fn a_name_bound_in_a_when_is_there_in_another_of_the_same_condition() {
    let mut facts = Facts::default();
    facts.bind_when(LocalId(7), &op(Op::And, flag(0), flag(1)));
    assert!(!facts.is_some(&maybe(7)));
    let mark = facts.mark();
    facts.assume(&flag(0), true);
    assert!(!facts.is_some(&maybe(7)));
    facts.assume(&flag(1), true);
    assert!(facts.is_some(&maybe(7)));
    facts.undo(mark);
    // And the other way round: that it is there says that the condition held.
    facts.assume(&op(Op::Or, not(flag(0)), is_some(8)), true);
    facts.assume(&is_some(7), true);
    assert!(facts.is_some(&maybe(8)));
}

#[test]
fn a_name_for_a_condition_stands_for_it() {
    let mut facts = Facts::default();
    facts.define(LocalId(7), &op(Op::And, flag(0), is_some(1)));
    facts.define(LocalId(8), &expr(Kind::Coalesce(Box::new(maybe(1)), Box::new(maybe(2))), optional(Type::Secret)));
    assert!(!facts.is_some(&maybe(8)));
    facts.assume(&flag(7), true);
    assert!(facts.is_some(&maybe(1)) && facts.is_some(&maybe(8)) && !facts.is_some(&maybe(2)));
}

#[test]
fn a_name_for_a_large_condition_stands_for_it_too() {
    let mut facts = Facts::default();
    let all = (100..130).map(flag).fold(is_some(1), |all, one| op(Op::And, all, one));
    facts.define(LocalId(7), &all);
    facts.bind_when(LocalId(8), &all);
    assert!(!facts.is_some(&maybe(1)) && !facts.is_some(&maybe(8)));
    facts.assume(&flag(7), true);
    assert!(facts.is_some(&maybe(1)) && facts.is_some(&maybe(8)));
}

#[test]
fn names_of_names_do_not_grow() {
    let mut facts = Facts::default();
    facts.define(LocalId(0), &op(Op::And, flag(1_000), is_some(2_000)));
    for id in 1..200 {
        facts.define(LocalId(id), &op(Op::And, flag(id - 1), op(Op::Or, flag(id - 1), flag(id - 1))));
    }
    facts.assume(&flag(199), true);
    assert!(facts.is_some(&maybe(2_000)));
}

#[test]
fn an_optional_bool_is_opened_by_its_default() {
    let on = || local(3, optional(Type::Bool));
    let opened =
        |default| expr(Kind::Coalesce(Box::new(on()), Box::new(expr(Kind::Bool(default), Type::Bool))), Type::Bool);
    assert!(facts(&[opened(false)]).is_some(&on()));
    assert!(!facts(&[opened(true)]).is_some(&on()));
    assert!(facts(&[not(opened(true))]).is_some(&on()));
}

#[test]
fn nothing_is_learnt_from_what_was_reported() {
    let poison = || expr(Kind::Poison, Type::Unknown);
    let mut facts = facts(&[op(Op::Or, poison(), is_some(1)), not(poison())]);
    assert!(!facts.is_some(&maybe(1)) && !facts.is_some(&poison()));
    assert!(facts.is_some(&local(2, Type::Int)));
}

#[test]
fn a_thousand_conditions_cost_little() {
    let mut facts = Facts::default();
    for id in 0..1_000 {
        facts.assume(&op(Op::Or, not(flag(id)), is_some(id + 10_000)), true);
        facts.bind_when(LocalId(id + 20_000), &op(Op::And, flag(5_000), is_some(5_001)));
    }
    for id in 0..10_000 {
        let mark = facts.mark();
        facts.assume(&flag(id % 1_000), true);
        assert!(facts.is_some(&maybe(id % 1_000 + 10_000)));
        facts.assume(&op(Op::And, flag(5_000), is_some(5_001)), true);
        assert!(facts.is_some(&maybe(id % 1_000 + 20_000)));
        facts.undo(mark);
    }
}

/// What each local is: `none`, or a number (bools and cases too).
type Model = [Option<i64>; 7];

/// Locals 0 and 1 are bools, 2 and 3 optional, 4 an enum of three cases, 5 an optional bool, 6 an optional of local 4's enum.
fn models() -> impl Iterator<Item = Model> {
    const FLAGS: &[Option<i64>] = &[Some(0), Some(1)];
    const OPTIONALS: &[Option<i64>] = &[None, Some(0), Some(1)];
    const CASES: &[Option<i64>] = &[Some(0), Some(1), Some(2)];
    const MAYBE_CASES: &[Option<i64>] = &[None, Some(0), Some(1), Some(2)];
    let sizes = [FLAGS, FLAGS, OPTIONALS, OPTIONALS, CASES, OPTIONALS, MAYBE_CASES];
    let count = sizes.iter().map(|one| one.len()).product::<usize>();
    (0..count).map(move |mut at| {
        sizes.map(|choices| {
            let choice = choices[at % choices.len()];
            at /= choices.len();
            choice
        })
    })
}

fn evaluate(expr: &Expr, model: &Model) -> Option<i64> {
    let truth = |expr: &Expr| evaluate(expr, model) == Some(1);
    match &expr.kind {
        Kind::None => None,
        Kind::Bool(value) => Some(i64::from(*value)),
        Kind::Case(_, index) => Some(i64::from(*index)),
        Kind::Int(value) => Some(*value),
        Kind::Local(local) => model[local.index()],
        Kind::Not(inner) => Some(i64::from(!truth(inner))),
        Kind::Binary(op, left, right) => Some(i64::from(match op {
            Op::And => truth(left) && truth(right),
            Op::Or => truth(left) || truth(right),
            Op::Equal => evaluate(left, model) == evaluate(right, model),
            Op::Unequal => evaluate(left, model) != evaluate(right, model),
            other => panic!("{other:?} is not generated"),
        })),
        Kind::If(parts) => evaluate(if truth(&parts[0]) { &parts[1] } else { &parts[2] }, model),
        Kind::Coalesce(first, default) => evaluate(first, model).or_else(|| evaluate(default, model)),
        other => panic!("{other:?} is not generated"),
    }
}

const CASES: EnumId = EnumId(0);

/// Expressions out of a row of numbers; 0 when they are used up, so that every row ends.
struct Dice<'a>(std::slice::Iter<'a, u8>);

impl Dice<'_> {
    fn roll(&mut self, sides: u8) -> u8 {
        self.0.next().map_or(0, |byte| byte % sides)
    }

    fn number(&mut self) -> Expr {
        local(2 + u32::from(self.roll(2)), optional(Type::Int))
    }

    fn optional_value(&mut self) -> Expr {
        match self.roll(8) {
            0..4 => self.number(),
            4 => expr(Kind::Coalesce(Box::new(self.number()), Box::new(self.number())), optional(Type::Int)),
            5 => {
                let parts = [self.condition(), self.number(), expr(Kind::None, optional(Type::Int))];
                expr(Kind::If(Box::new(parts)), optional(Type::Int))
            }
            6 => on(),
            _ => maybe_case(),
        }
    }

    fn compare(&mut self, left: Expr, right: Expr) -> Expr {
        op(if self.roll(2) == 0 { Op::Equal } else { Op::Unequal }, left, right)
    }

    fn condition(&mut self) -> Expr {
        match self.roll(20) {
            0..3 => flag(u32::from(self.roll(2))),
            3..6 => {
                let value = self.optional_value();
                self.compare(value, none())
            }
            6 => {
                let one = case(u32::from(self.roll(3)));
                self.compare(local(4, Type::Enum(CASES)), one)
            }
            7 => {
                let one = case(u32::from(self.roll(3)));
                self.compare(one, maybe_case())
            }
            8 => self.compare(local(4, Type::Enum(CASES)), maybe_case()),
            9 => {
                let one = int(i64::from(self.roll(2)));
                self.compare(local(2, optional(Type::Int)), one)
            }
            10 => self.compare(local(2, optional(Type::Int)), local(3, optional(Type::Int))),
            11 => {
                let value = truth(self.roll(2) == 0);
                self.compare(on(), value)
            }
            12 => {
                let value = truth(self.roll(2) == 0);
                self.compare(flag(0), value)
            }
            13 => truth(self.roll(2) == 0),
            14 => not(self.condition()),
            15 | 16 => op(Op::And, self.condition(), self.condition()),
            17 => op(Op::Or, self.condition(), self.condition()),
            18 => {
                let parts = [self.condition(), self.condition(), self.condition()];
                expr(Kind::If(Box::new(parts)), Type::Bool)
            }
            _ => expr(Kind::Coalesce(Box::new(on()), Box::new(self.condition())), Type::Bool),
        }
    }
}

fn on() -> Expr {
    local(5, optional(Type::Bool))
}

fn maybe_case() -> Expr {
    local(6, optional(Type::Enum(CASES)))
}

fn truth(value: bool) -> Expr {
    expr(Kind::Bool(value), Type::Bool)
}

/// Every question that can be asked.
fn questions() -> Vec<Expr> {
    let number = |id| local(id, optional(Type::Int));
    vec![number(2), number(3), local(5, optional(Type::Bool)), local(6, optional(Type::Enum(CASES)))]
}

fn answers(facts: &mut Facts) -> Vec<bool> {
    questions().iter().map(|one| facts.is_some(one)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_proved_that_a_model_refutes(
        numbers in proptest::collection::vec(any::<u8>(), 0..60),
        truths in proptest::collection::vec(any::<bool>(), 1..5),
    ) {
        let mut dice = Dice(numbers.iter());
        let (bound, asked) = (dice.condition(), dice.optional_value());
        let stated: Vec<_> = truths.iter().map(|truth| (dice.condition(), *truth)).collect();
        let mut facts = Facts::default();
        // Local 2 is there exactly where this holds.
        facts.bind_when(LocalId(2), &bound);
        let before = answers(&mut facts);
        let mark = facts.mark();
        for (condition, truth) in &stated {
            facts.assume(condition, *truth);
        }
        let holds = |model: &Model| {
            (evaluate(&bound, model) == Some(1)) == model[2].is_some()
                && stated.iter().all(|(one, truth)| (evaluate(one, model) == Some(1)) == *truth)
        };
        let possible: Vec<_> = models().filter(holds).collect();
        for question in questions().into_iter().chain([asked]) {
            if facts.is_some(&question) {
                let refuted = possible.iter().find(|model| evaluate(&question, model).is_none());
                prop_assert!(refuted.is_none(), "{question:?} is none in {refuted:?}");
            }
        }
        facts.undo(mark);
        prop_assert_eq!(before, answers(&mut facts));
    }

    #[test]
    fn a_conjunction_of_plain_facts_is_known_whole(there in proptest::collection::vec(2..4_u32, 1..3), flags in 0..2_u32) {
        let parts = there.iter().map(|id| op(Op::Unequal, local(*id, optional(Type::Int)), none()));
        let all = parts.fold(flag(flags), |a, b| op(Op::And, a, b));
        let mut facts = facts(&[all]);
        for id in there {
            prop_assert!(facts.is_some(&local(id, optional(Type::Int))));
        }
    }
}

//! Types that do not go together.

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;

use super::{listed, named};

pub(in crate::check) fn nothing_to_open(span: Span, inner: Span, shown: &str) -> Diagnostic {
    Diagnostic::new(Code::P0315, span, format!("`!` opens an optional, and this is a `{shown}`"))
        .here("it always has a value")
        .help("leave out the `!`")
        .fix("leave out the `!`", Span::new(span.file, inner.end, span.end), "")
}

pub(in crate::check) fn never_none(span: Span, left: Span, shown: &str) -> Diagnostic {
    Diagnostic::new(Code::P0315, left, format!("this is a `{shown}`, so it is never `none`"))
        .here("it always has a value")
        .help("leave out the `??` and what follows it")
        .fix("leave out the default", Span::new(span.file, left.end, span.end), "")
}

pub(in crate::check) fn is_never_none(at: Span, value: Span, name: Option<&str>, shown: &str) -> Diagnostic {
    Diagnostic::new(Code::P0305, at, format!("{} is never `none`", named(name, "this value")))
        .here("always the same answer")
        .label(value, format!("a `{shown}`, not a `{shown}?`"))
        .help("leave out the comparison, or declare the value as an optional")
}

pub(in crate::check) fn branches_differ(first: Span, a: &str, second: Span, b: &str) -> Diagnostic {
    Diagnostic::new(Code::P0301, second, format!("one value is a `{a}`, the other a `{b}`"))
        .here(format!("a `{b}`"))
        .label(first, format!("a `{a}`"))
        .help("what is one or the other has one type: convert one of the two, for example with `text(x)`")
}

pub(in crate::check) fn branches_bind_differently(span: Span, name: &str, then: Span, otherwise: Span) -> Diagnostic {
    Diagnostic::new(Code::P0301, span, format!("`{name}` has two types, one a branch"))
        .here("used outside of the `when`")
        .label(then, "bound here to one")
        .label(otherwise, "and here to another")
        .help("bind the same type in both branches, or give the two different names")
}

pub(in crate::check) fn overflow(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0316, span, "the number is too large")
        .here("does not fit into 64 bits")
        .help("a number is at most 9223372036854775807, a size as many bytes, a duration as many milliseconds")
}

pub(in crate::check) fn negative(span: Span, shown: &str) -> Diagnostic {
    Diagnostic::new(Code::P0316, span, format!("a `{shown}` is never negative"))
        .here("less than nothing")
        .help("subtract less")
}

pub(in crate::check) fn division_by_zero(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0316, span, "the division is by zero").here("zero").help("divide by something else")
}

pub(in crate::check) fn cannot_negate(span: Span, shown: &str) -> Diagnostic {
    Diagnostic::new(Code::P0315, span, format!("`-` does not take a `{shown}`"))
        .here(format!("a `{shown}`"))
        .help("only an `int` is negated; a `bool` is turned round with `not`")
}

pub(in crate::check) fn bad_operands(
    sign: &str,
    at: Span,
    a: (Span, String),
    b: (Span, String),
    help: &str,
) -> Diagnostic {
    Diagnostic::new(Code::P0315, at, format!("`{sign}` does not take `{}` and `{}`", a.1, b.1))
        .here("no such operation")
        .label(a.0, format!("a `{}`", a.1))
        .label(b.0, format!("a `{}`", b.1))
        .help(help)
}

pub(in crate::check) fn optional_operand(span: Span, name: Option<&str>, shown: &str) -> Diagnostic {
    let value = named(name, "this value");
    let x = name.unwrap_or("x");
    Diagnostic::new(Code::P0306, span, format!("{value} may be `none`"))
        .here(format!("a `{shown}`, used as if it had a value"))
        .help(format!("open it: `{x} ?? default`, or `{x}!` where `{x} != none` is known"))
}

pub(in crate::check) fn not_a_list(at: Span, span: Span, shown: &str) -> Diagnostic {
    Diagnostic::new(Code::P0315, at, format!("`in` looks into a list, and this is a `{shown}`"))
        .here("no such operation")
        .label(span, format!("a `{shown}`"))
        .help("write a list: `x in [a, b]`")
}

pub(in crate::check) fn unequal_types(sign: &str, at: Span, a: (Span, String), b: (Span, String)) -> Diagnostic {
    Diagnostic::new(Code::P0305, at, format!("`{sign}` compares a `{}` with a `{}`", a.1, b.1))
        .here("two different types")
        .label(a.0, format!("a `{}`", a.1))
        .label(b.0, format!("a `{}`", b.1))
}

pub(in crate::check) fn no_equality(at: Span, span: Span, shown: &str) -> Diagnostic {
    Diagnostic::new(Code::P0315, at, format!("values of type `{shown}` are not compared"))
        .here("no such operation")
        .label(span, format!("a `{shown}`"))
        .help("compare a part of it, the length of a list with `len(x)`, or an optional with `none`")
}

pub(in crate::check) fn no_order(at: Span, a: Span, b: Span, shown: &str) -> Diagnostic {
    Diagnostic::new(Code::P0319, at, format!("values of type `{shown}` have no order"))
        .here("no such operation")
        .label(a, format!("a `{shown}`"))
        .label(b, format!("a `{shown}`"))
        .help("`<` and its like take int, duration, size and cpu; `10` would stand before `9` among texts")
}

pub(in crate::check) fn match_on_other(span: Span, name: Option<&str>, shown: &str, optional: bool) -> Diagnostic {
    let value = named(name, "this value");
    if optional {
        return optional_operand(span, name, shown);
    }
    Diagnostic::new(Code::P0315, span, format!("{value} is a `{shown}`, and `match` is on enums"))
        .here(format!("a `{shown}`"))
        .help("write `if … then … else …`, or declare an enum for the values that there are")
}

pub(in crate::check) fn not_exhaustive(
    on: Span,
    owner: &str,
    declared: Span,
    missing: &[&str],
    end: Span,
) -> Diagnostic {
    let arms: Vec<String> = missing.iter().map(|case| format!(".{case}")).collect();
    let word = if missing.len() == 1 { "the case" } else { "the cases" };
    Diagnostic::new(Code::P0314, on, format!("the `match` leaves out {word} {}", listed(missing)))
        .here(format!("a `{owner}`"))
        .label(end, "nothing for the rest")
        .label(declared, format!("`{owner}` is declared here"))
        .help(format!("add an arm: `{} => …`; every case has to be answered", arms.join(", ")))
}

pub(in crate::check) fn for_over(span: Span, shown: &str, optional: bool) -> Diagnostic {
    if optional {
        return optional_operand(span, None, shown).help("open it: `x ?? []`");
    }
    Diagnostic::new(Code::P0301, span, format!("`for` goes over a list, and this is a `{shown}`"))
        .here(format!("a `{shown}`"))
        .help("write a list: `for x in [a, b] { … }`")
}

pub(in crate::check) fn not_of_string(span: Span, name: &str, shown: &str) -> Diagnostic {
    Diagnostic::new(Code::P0214, span, format!("`{name}` is declared as a kind of `{shown}`"))
        .here("not `string`")
        .help("a declared type is a kind of `string`; several values with names are an `enum` or a `record`")
}

pub(in crate::check) fn not_an_artifact(span: Span, shown: &str) -> Diagnostic {
    Diagnostic::new(Code::P0214, span, format!("`{shown}` is not an artifact"))
        .here("an artifact is needed here")
        .help("declare it with `artifact Name`: only artifacts are made and required")
}

pub(in crate::check) fn artifact_named_twice(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::P0202, span, format!("`{name}` is named twice"))
        .here("the second one")
        .help("remove one of the two")
}

//! Numbers and their units: `42`, `1h30min`, `512Mi`, `500m`.

use super::ast::ExprKind;

/// Why a number cannot be read: what is wrong, and what to write.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct BadNumber {
    pub message: String,
    pub help: &'static str,
}

const UNITS_HELP: &str = "units are `ms s min h d` for a duration, `k M G T Ki Mi Gi Ti` for a size, and `m` for \
                          thousandths of a cpu";

/// Milliseconds a unit of time, longest first.
const DURATIONS: &[(&str, i64)] = &[("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000), ("ms", 1)];

/// Bytes a unit of size.
const SIZES: &[(&str, i64)] = &[
    ("k", 1_000),
    ("M", 1_000_000),
    ("G", 1_000_000_000),
    ("T", 1_000_000_000_000),
    ("Ki", 1 << 10),
    ("Mi", 1 << 20),
    ("Gi", 1 << 30),
    ("Ti", 1 << 40),
];

/// The value of a token that begins with a digit.
pub(super) fn number(text: &str) -> Result<ExprKind, BadNumber> {
    if text.contains('.') {
        return bad(
            text,
            "has a fraction",
            "write a smaller unit: `1536Mi` for 1.5Gi, `90s` for 1.5min, `500m` for half a cpu",
        );
    }
    let (digits, unit) = split(text);
    let value = integer(text, digits)?;
    let sized = SIZES.iter().find(|(name, _)| *name == unit);
    match (unit, sized) {
        ("", _) => Ok(ExprKind::Int(value)),
        ("m", _) => Ok(ExprKind::Cpu(value)),
        (_, Some((_, bytes))) => product(text, value, *bytes).map(ExprKind::Size),
        (_, None) => duration(text).map(ExprKind::Duration),
    }
}

/// The digits (with `_` between them) that begin a text, and the rest.
fn split(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit() && byte != b'_').unwrap_or(text.len());
    text.split_at(end)
}

fn integer(text: &str, digits: &str) -> Result<i64, BadNumber> {
    let parted = digits.contains('_');
    if parted && (digits.ends_with('_') || digits.contains("__")) {
        return bad(text, "has a `_` that is not between two digits", "write the digits without it");
    }
    if digits.len() > 1 && digits.starts_with('0') {
        return bad(
            text,
            "begins with a zero",
            "write it without the zero: numbers are decimal, there are no octal ones",
        );
    }
    let value = if parted { digits.replace('_', "").parse() } else { digits.parse() };
    value.or_else(|_| too_large(text))
}

fn duration(text: &str) -> Result<i64, BadNumber> {
    let mut rest = text;
    let mut total = 0_i64;
    let mut longest = usize::MAX;
    while !rest.is_empty() {
        let (digits, more) = split(rest);
        let end = more.find(|c: char| c.is_ascii_digit()).unwrap_or(more.len());
        let (unit, more) = more.split_at(end);
        let Some(place) = DURATIONS.iter().position(|(name, _)| *name == unit).filter(|_| !digits.is_empty()) else {
            return bad(text, &format!("has no unit `{unit}`"), UNITS_HELP);
        };
        if longest != usize::MAX && place <= longest {
            return bad(text, "has its units out of order", "write the longer unit first and each once: `1h30min`");
        }
        longest = place;
        let part = product(text, integer(text, digits)?, DURATIONS[place].1)?;
        total = total.checked_add(part).map_or_else(|| too_large(text), Ok)?;
        rest = more;
    }
    Ok(total)
}

fn product(text: &str, value: i64, unit: i64) -> Result<i64, BadNumber> {
    value.checked_mul(unit).map_or_else(|| too_large(text), Ok)
}

fn too_large<T>(text: &str) -> Result<T, BadNumber> {
    bad(
        text,
        "is too large",
        "the largest number is 9223372036854775807; sizes are counted in bytes, durations in milliseconds",
    )
}

fn bad<T>(text: &str, what: &str, help: &'static str) -> Result<T, BadNumber> {
    Err(BadNumber { message: format!("the number `{text}` {what}"), help })
}

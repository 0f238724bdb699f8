//! The forms of scalars: durations, quantities, names.

/// Nanoseconds of a duration as Go reads one, such as `1h30m`.
pub(super) fn duration(text: &str) -> Option<i128> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0;
    while !rest.is_empty() {
        let end = rest.find(|one: char| !one.is_ascii_digit() && one != '.').filter(|end| *end > 0)?;
        let (number, behind) = rest.split_at(end);
        let (unit, nanos) = UNITS.iter().find(|(unit, _)| behind.starts_with(unit))?;
        rest = &behind[unit.len()..];
        total += times(number, *nanos)?;
    }
    i64::try_from(total).is_ok().then_some(sign * total)
}

/// The longer first, where one begins as another does.
const UNITS: [(&str, i128); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// A decimal number times a whole one; `None` where it has no digit, several points, or too many digits.
fn times(number: &str, factor: i128) -> Option<i128> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if part.contains('.') || whole.len() + part.len() == 0 || whole.len() > 18 || part.len() > 15 {
        return None;
    }
    let parsed = |digits: &str| if digits.is_empty() { Some(0) } else { digits.parse::<i128>().ok() };
    let scale = 10_i128.pow(u32::try_from(part.len()).ok()?);
    Some(parsed(whole)? * factor + parsed(part)? * factor / scale)
}

/// A quantity in thousandths, such as `500m`, `1.5`, `2Gi`; `None` when it is none.
pub(super) fn quantity(text: &str) -> Option<i128> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = unsigned.find(|one: char| !one.is_ascii_digit() && one != '.').unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(end);
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let factor = factor(suffix)?;
    let (over, under) = factor;
    Some(sign * times(number, over)? / under)
}

/// What a suffix makes of one, in thousandths: a numerator and a denominator.
fn factor(suffix: &str) -> Option<(i128, i128)> {
    if let Some(exponent) = suffix.strip_prefix(['e', 'E']).filter(|exponent| !exponent.is_empty()) {
        let exponent: i32 = exponent.parse().ok().filter(|one: &i32| one.abs() <= 18)?;
        let power = 10_i128.pow(exponent.unsigned_abs());
        return Some(if exponent < 0 { (1000, power) } else { (1000 * power, 1) });
    }
    let power = |base: i128, exponent: u32| Some((1000 * base.pow(exponent), 1));
    match suffix {
        "" => Some((1000, 1)),
        "n" => Some((1, 1_000_000)),
        "u" => Some((1, 1000)),
        "m" => Some((1, 1)),
        "k" => power(1000, 1),
        "M" => power(1000, 2),
        "G" => power(1000, 3),
        "T" => power(1000, 4),
        "P" => power(1000, 5),
        "E" => power(1000, 6),
        "Ki" => power(1024, 1),
        "Mi" => power(1024, 2),
        "Gi" => power(1024, 3),
        "Ti" => power(1024, 4),
        "Pi" => power(1024, 5),
        "Ei" => power(1024, 6),
        _ => None,
    }
}

/// Small letters, digits and `-`, neither first nor last.
pub(super) fn is_label(text: &str) -> bool {
    let inner = |one: u8| one.is_ascii_lowercase() || one.is_ascii_digit() || one == b'-';
    !text.is_empty() && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// Labels with dots between.
pub(super) fn is_subdomain(text: &str) -> bool {
    text.split('.').all(is_label)
}

/// The name of a param.
pub(super) fn is_param(text: &str) -> bool {
    let first = text.starts_with(|one: char| one.is_ascii_alphabetic() || one == '_');
    first && text.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '_' | '.' | '-'))
}

/// The name of a result.
pub(super) fn is_result(text: &str) -> bool {
    let edge = |one: char| one.is_ascii_alphanumeric();
    let inner = text.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '_' | '.' | '-'));
    text.starts_with(edge) && text.ends_with(edge) && inner
}

/// What a plain scalar becomes in the hands of a reader of YAML 1.1, where that is no text: "a bool", "a number".
pub(super) fn old_reading(text: &str) -> Option<&'static str> {
    const BOOLS: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];
    let capital = |text: &str| {
        let lower = text.to_ascii_lowercase();
        let title = text.starts_with(|one: char| one.is_ascii_uppercase()) && text[1..] == lower[1..];
        (text == lower || text == text.to_ascii_uppercase() || title).then_some(lower)
    };
    let bools = |text: &str| BOOLS.contains(&text) || text == "true" || text == "false";
    if text.len() <= 5 && text.is_ascii() && capital(text).is_some_and(|lower| bools(&lower)) {
        return Some("a bool");
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let based = digits
        .strip_prefix("0b")
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|one| matches!(one, b'0' | b'1')));
    let number =
        |text: &str| text.bytes().all(|one| one.is_ascii_digit() || matches!(one, b'.' | b'e' | b'E' | b'-' | b'+'));
    let plain = digits.replace('_', "");
    let grouped = digits.starts_with(|one: char| one.is_ascii_digit() || one == '.')
        && digits.contains('_')
        && number(&plain)
        && plain.parse::<f64>().is_ok();
    (based || grouped).then_some("a number")
}

/// A number that no float holds stays text, as it does in Go.
pub(super) fn is_too_large(text: &str) -> bool {
    text.starts_with(|one: char| one.is_ascii_digit()) && text.parse::<f64>().is_ok_and(f64::is_infinite)
}

#[cfg(test)]
mod tests {
    use super::{duration, is_label, is_param, is_result, is_subdomain, old_reading, quantity};

    #[test]
    fn durations_are_those_of_go() {
        let seconds = |text| duration(text).map(|nanos| nanos / 1_000_000);
        assert_eq!(
            ["1h30m", "90s", "1.5s", ".5s", "0", "-1s", "10ms"].map(seconds),
            [Some(5_400_000), Some(90_000), Some(1500), Some(500), Some(0), Some(-1000), Some(10)]
        );
        for wrong in ["1d", "PT1H", "60", "", "1h30", "h", "1 h", "1..5s", ".s", "99999999999h", "-"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn quantities_are_those_of_the_cluster() {
        assert_eq!(
            ["500m", "1.5", "2Ki", "1e3", "1E", "1E-1", "0.5Gi", "-1", "100n"].map(quantity),
            [
                Some(500),
                Some(1500),
                Some(2_048_000),
                Some(1_000_000),
                Some(1_000_000_000_000_000_000_000),
                Some(100),
                Some(536_870_912_000),
                Some(-1000),
                Some(0)
            ]
        );
        for wrong in ["2GB", "512mb", "1 Gi", "", "Gi", "1e", "two", "1.2.3"] {
            assert_eq!(quantity(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names_have_their_forms() {
        assert!(is_label("a-1") && !is_label("-a") && !is_label("a-") && !is_label("A") && !is_label("a.b"));
        assert!(is_subdomain("a.b-c") && !is_subdomain("a..b") && !is_subdomain("a_b"));
        assert!(is_param("_a.B-1") && !is_param("1a") && !is_param("a b"));
        assert!(is_result("IMAGE_URL") && is_result("1a") && !is_result("a-") && !is_result("_a"));
    }

    #[test]
    fn what_older_readers_take_for_something_else() {
        for text in ["yes", "Yes", "YES", "no", "On", "off", "y", "N", "True", "FALSE"] {
            assert_eq!(old_reading(text), Some("a bool"), "{text}");
        }
        for text in ["0b101", "1_000", "-1_0", "685_230.15", "1_"] {
            assert_eq!(old_reading(text), Some("a number"), "{text}");
        }
        for text in ["yEs", "nope", "a_1", "", "_1", "0b", "1.2.3", "ja"] {
            assert_eq!(old_reading(text), None, "{text}");
        }
    }
}

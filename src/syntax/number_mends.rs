//! What was meant by a number that cannot be read.

use super::number::number;

/// Units as others write them, and ours.
const UNITS: &[(&str, &str)] = &[
    ("day", "d"),
    ("days", "d"),
    ("hour", "h"),
    ("hours", "h"),
    ("hr", "h"),
    ("hrs", "h"),
    ("minute", "min"),
    ("minutes", "min"),
    ("mins", "min"),
    ("sec", "s"),
    ("secs", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("msec", "ms"),
    ("millis", "ms"),
    ("K", "k"),
    ("kB", "k"),
    ("KB", "k"),
    ("MB", "M"),
    ("GB", "G"),
    ("TB", "T"),
    ("KiB", "Ki"),
    ("MiB", "Mi"),
    ("GiB", "Gi"),
    ("TiB", "Ti"),
    ("ki", "Ki"),
    ("mi", "Mi"),
    ("gi", "Gi"),
    ("ti", "Ti"),
];

/// Each unit with the next smaller one, and how many of that it is.
const SMALLER: &[(&str, &str, i128)] = &[
    ("d", "h", 24),
    ("h", "min", 60),
    ("min", "s", 60),
    ("s", "ms", 1000),
    ("T", "G", 1000),
    ("G", "M", 1000),
    ("M", "k", 1000),
    ("Ti", "Gi", 1024),
    ("Gi", "Mi", 1024),
    ("Mi", "Ki", 1024),
];

/// The same number as it has to be written, where that is plain.
pub(super) fn mend(text: &str) -> Option<String> {
    let tries = [fraction(text), digits(text), unit(text), sorted(text)];
    tries.into_iter().flatten().find(|right| right != text && number(right).is_ok())
}

/// `1.5Gi` is `1536Mi`.
fn fraction(text: &str) -> Option<String> {
    let (whole, rest) = text.split_once('.')?;
    let (decimals, unit) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
    let mut unit = UNITS.iter().find(|(theirs, _)| *theirs == unit).map_or(unit, |(_, ours)| ours);
    let mut parts: i128 = format!("{whole}{decimals}").parse().ok()?;
    let scale = 10_i128.checked_pow(u32::try_from(decimals.len()).ok()?)?;
    while parts % scale != 0 {
        let (_, smaller, count) = SMALLER.iter().find(|(larger, ..)| *larger == unit)?;
        (unit, parts) = (*smaller, parts.checked_mul(*count)?);
    }
    Some(format!("{}{unit}", parts / scale))
}

/// `007` is `7`, and `1__0_` is `1_0`.
fn digits(text: &str) -> Option<String> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '_').unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let groups: Vec<&str> = digits.split('_').filter(|group| !group.is_empty()).collect();
    let joined = groups.join("_");
    let plain = joined.trim_start_matches(['0', '_']);
    let plain = if plain.is_empty() { "0" } else { plain };
    (!digits.is_empty()).then(|| format!("{plain}{unit}"))
}

/// `10GiB` is `10Gi`.
fn unit(text: &str) -> Option<String> {
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit() && c != '_')?);
    let (_, ours) = UNITS.iter().find(|(theirs, _)| *theirs == unit)?;
    Some(format!("{digits}{ours}"))
}

/// `30min1h` is `1h30min`.
fn sorted(text: &str) -> Option<String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let end = rest[digits..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |more| digits + more);
        let place = ["d", "h", "min", "s", "ms"].iter().position(|unit| *unit == &rest[digits..end])?;
        parts.push((place, &rest[..end]));
        rest = &rest[end..];
    }
    parts.sort_by_key(|(place, _)| *place);
    Some(parts.into_iter().map(|(_, part)| part).collect())
}

#[cfg(test)]
mod tests {
    use super::mend;

    #[test]
    fn what_is_plain_is_mended() {
        let right = [
            ("1.5Gi", "1536Mi"),
            ("0.5h", "30min"),
            ("2.0G", "2G"),
            ("1.25GiB", "1280Mi"),
            ("007", "7"),
            ("00", "0"),
            ("1__0", "1_0"),
            ("1_", "1"),
            ("010Mi", "10Mi"),
            ("10GB", "10G"),
            ("5minutes", "5min"),
            ("30min1h", "1h30min"),
            ("5s1h30min", "1h30min5s"),
        ];
        for (wrong, meant) in right {
            assert_eq!(mend(wrong).as_deref(), Some(meant), "{wrong}");
        }
    }

    #[test]
    fn what_is_not_stays() {
        for wrong in ["0.5", "1.5", "0.3Gi", "1.0.0", "5x", "1h1h", "99999999999999999999", "1.5parsec", "0.1ms"] {
            assert_eq!(mend(wrong), None, "{wrong}");
        }
    }
}

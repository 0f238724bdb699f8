//! Durations and amounts of the manifests as literals of the language.

/// `1h30m0s` is `1h30min`.
pub(super) fn written(text: &str) -> Option<String> {
    of_millis(millis(text)?)
}

/// A duration of some length.
pub(super) fn of_millis(millis: u64) -> Option<String> {
    (millis > 0).then(|| spelt(millis))
}

/// A duration of Go in milliseconds.
pub(super) fn millis(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut total = 0_u64;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let unit = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let scale = match &rest[..unit] {
            "h" => 3_600_000,
            "m" => 60_000,
            "s" => 1000,
            "ms" => 1,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(scale)?)?;
        rest = &rest[unit..];
    }
    Some(total)
}

fn spelt(mut millis: u64) -> String {
    let mut out = String::new();
    for (scale, unit) in [(3_600_000, "h"), (60_000, "min"), (1000, "s"), (1, "ms")] {
        if millis >= scale {
            out += &format!("{}{unit}", millis / scale);
            millis %= scale;
        }
    }
    out
}

/// An amount of memory or disk.
pub(super) fn size(text: &str) -> Option<String> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let scale: u64 = match unit {
        "" => 1,
        "k" => 1000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        "T" => 1_000_000_000_000,
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        "Ti" => 1 << 40,
        _ => return None,
    };
    let bytes = scaled(number, scale)?;
    for (unit, scale) in [
        ("Ti", 1_u64 << 40),
        ("Gi", 1 << 30),
        ("T", 1_000_000_000_000),
        ("G", 1_000_000_000),
        ("Mi", 1 << 20),
        ("M", 1_000_000),
        ("Ki", 1 << 10),
    ] {
        if bytes > 0 && bytes % scale == 0 {
            return Some(format!("{}{unit}", bytes / scale));
        }
    }
    None
}

/// An amount of processors.
pub(super) fn cpu(text: &str) -> Option<String> {
    let millis = match text.strip_suffix('m') {
        Some(millis) => millis.parse().ok()?,
        None => scaled(text, 1000)?,
    };
    (millis > 0).then(|| if millis % 1000 == 0 { (millis / 1000).to_string() } else { format!("{millis}m") })
}

fn scaled(number: &str, scale: u64) -> Option<u64> {
    let (whole, rest) = number.split_once('.').unwrap_or((number, ""));
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let mut total = whole.checked_mul(scale)?;
    let mut part = scale;
    for digit in rest.chars() {
        if !part.is_multiple_of(10) {
            // Binary amounts: ten does not divide them, so only what comes out even is taken.
            let fraction: u64 = rest.parse().ok()?;
            let below = 10_u64.checked_pow(u32::try_from(rest.len()).ok()?)?;
            let scaled = fraction.checked_mul(scale)?;
            return (scaled % below == 0).then(|| whole * scale + scaled / below);
        }
        part /= 10;
        total += u64::from(digit.to_digit(10)?) * part;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::{cpu, size, written};

    #[test]
    fn durations_are_spelt_anew() {
        assert_eq!(written("1h30m0s").as_deref(), Some("1h30min"));
        assert_eq!(written("90m").as_deref(), Some("1h30min"));
        assert_eq!(written("45s").as_deref(), Some("45s"));
        assert_eq!(written("0s"), None);
        assert_eq!(written("1d"), None);
        assert_eq!(written(""), None);
        assert_eq!(written("60"), None);
    }

    #[test]
    fn amounts_are_spelt_anew() {
        assert_eq!(size("1.5Gi").as_deref(), Some("1536Mi"));
        assert_eq!(size("2Gi").as_deref(), Some("2Gi"));
        assert_eq!(size("1073741824").as_deref(), Some("1Gi"));
        assert_eq!(size("500M").as_deref(), Some("500M"));
        assert_eq!(size("0.1Gi"), None);
        assert_eq!(size("2X"), None);
        assert_eq!(cpu("500m").as_deref(), Some("500m"));
        assert_eq!(cpu("0.5").as_deref(), Some("500m"));
        assert_eq!(cpu("2").as_deref(), Some("2"));
        assert_eq!(cpu("two"), None);
    }
}

//! The text forms of values, as they are at every border: the same that the scripts of steps check.

/// What a text may look like.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Form {
    Bool,
    Int,
    Duration,
    Size,
    Cpu,
    String,
    Path,
    /// Lines, one an element; an empty text is an empty list.
    List(Box<Self>),
    /// The empty text is none.
    Optional(Box<Self>),
}

impl Form {
    /// As it is written in a program: `int`, `[path]`, `size?`.
    pub(super) fn named(name: &str) -> Option<Self> {
        if let Some(inner) = name.strip_suffix('?') {
            return Some(Self::Optional(Box::new(Self::named(inner)?)));
        }
        if let Some(inner) = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
            return Some(Self::List(Box::new(Self::named(inner)?)));
        }
        Some(match name {
            "bool" => Self::Bool,
            "int" => Self::Int,
            "duration" => Self::Duration,
            "size" => Self::Size,
            "cpu" => Self::Cpu,
            "string" => Self::String,
            "path" => Self::Path,
            _ => return None,
        })
    }

    /// The text, or the line of it, that is not of this form.
    pub(super) fn wrong<'t>(&self, text: &'t str) -> Option<&'t str> {
        let good = match self {
            Self::Bool => matches!(text, "true" | "false"),
            Self::Int => int(text).is_some(),
            Self::Duration => duration(text).is_some(),
            Self::Size => size(text).is_some(),
            Self::Cpu => cpu(text).is_some(),
            Self::String => true,
            Self::Path => !text.is_empty(),
            Self::List(_) | Self::Optional(_) if text.is_empty() => true,
            Self::List(of) => return text.split('\n').find_map(|line| of.wrong(line)),
            Self::Optional(of) => return of.wrong(text),
        };
        (!good).then_some(text)
    }

    /// What it is called in messages.
    pub(super) fn called(&self) -> String {
        match self {
            Self::Bool => "true or false".to_owned(),
            Self::Int => "an int of 64 bits".to_owned(),
            Self::Duration => "a duration (like 90s)".to_owned(),
            Self::Size => "a size (like 4Gi)".to_owned(),
            Self::Cpu => "an amount of cpu (like 2 or 500m)".to_owned(),
            Self::String => "a text".to_owned(),
            Self::Path => "a path".to_owned(),
            Self::List(of) | Self::Optional(of) => of.called(),
        }
    }

    /// Whether nothing at all may have been written.
    pub(super) fn is_optional(&self) -> bool {
        matches!(self, Self::Optional(_))
    }
}

/// No sign but `-`, no zero before another digit.
pub(super) fn int(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let canonical = text == "0" || digits.starts_with(|first: char| matches!(first, '1'..='9'));
    text.parse().ok().filter(|_| canonical)
}

/// Milliseconds of `1h30min`, `250ms`: each unit once at most, the largest first.
pub(super) fn duration(text: &str) -> Option<i64> {
    let (mut rest, mut total) = (text, 0i64);
    for (unit, milliseconds) in [("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1000), ("ms", 1)] {
        let (digits, behind) = number(rest);
        let Some(next) =
            behind.strip_prefix(unit).filter(|next| next.is_empty() || next.starts_with(|c: char| c.is_ascii_digit()))
        else {
            continue;
        };
        total = total.checked_add(int(digits)?.checked_mul(milliseconds)?)?;
        rest = next;
    }
    (!text.is_empty() && rest.is_empty()).then_some(total)
}

/// Bytes of `4Gi`, `500M`, `17`.
pub(super) fn size(text: &str) -> Option<i64> {
    let (digits, unit) = number(text);
    let factor = match unit {
        "" => 1,
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        "Ti" => 1 << 40,
        "k" | "K" => 1000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        "T" => 1_000_000_000_000,
        _ => return None,
    };
    int(digits)?.checked_mul(factor)
}

/// Thousandths of `2`, `500m`.
fn cpu(text: &str) -> Option<i64> {
    let (digits, factor) = text.strip_suffix('m').map_or((text, 1000), |digits| (digits, 1));
    int(digits)?.checked_mul(factor).filter(|_| !text.starts_with('-'))
}

fn number(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn a_text_has_the_form_of_its_type_or_not() {
        let rows = [
            ("bool", &["true", "false"][..], &["True", "1", ""][..]),
            ("int", &["0", "-5", "9223372036854775807"], &["", "-", "-0", "007", "+1", "1.5", "9223372036854775808"]),
            ("duration", &["0s", "90s", "1h30min", "250ms", "2d"], &["", "90", "1m", "30min1h", "1s1s", "01s", "-1s"]),
            ("size", &["0", "4Gi", "500M", "1k"], &["", "4GB", "Gi", "-1", "9223372036854775807Ti"]),
            ("cpu", &["2", "500m", "0"], &["", "-1", "1.5", "m"]),
            ("path", &["a b", "/"], &[""]),
            ("[int]", &["", "1\n2"], &["1\n\n2", "1\nx"]),
            ("int?", &["", "3"], &["x"]),
            ("[size]?", &["", "3Ki\n4"], &["x"]),
            ("string", &["", "\n"], &[]),
        ];
        for (name, good, bad) in rows {
            let form = Form::named(name).expect("a type");
            good.iter().for_each(|text| assert_eq!(form.wrong(text), None, "{name} {text:?}"));
            bad.iter().for_each(|text| assert!(form.wrong(text).is_some(), "{name} {text:?}"));
        }
        assert!(["", "integer", "[int", "?", "[]"].iter().all(|name| Form::named(name).is_none()));
    }
}

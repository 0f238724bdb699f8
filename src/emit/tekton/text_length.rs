//! How long the text of a value is, as far as its type says: the length of the longest where there is one, else that of the
//! shortest.

use crate::plan::Ty;

/// `-9223372036854775808`
const INT: usize = 20;
/// An int with a unit.
const MEASURED: usize = INT + 2;

/// What a value of the type takes, as far as that is known.
pub(super) fn known(ty: &Ty) -> usize {
    match ty {
        Ty::Bool => "false".len(),
        Ty::Enum(of) => of.cases.iter().map(|case| written(case)).max().unwrap_or(0),
        Ty::Optional(of) => longest(of).unwrap_or(0),
        Ty::Int => INT,
        Ty::Duration | Ty::Size | Ty::Cpu => MEASURED,
        Ty::Pattern(of) => of.regex.as_deref().map_or(0, |regex| {
            let (least, most) = of_pattern(regex);
            most.unwrap_or(least)
        }),
        Ty::String | Ty::Path | Ty::Image | Ty::Secret => 0,
        Ty::Workspace | Ty::Artifact(_) | Ty::List(_) | Ty::Map(_) | Ty::Record(_) => 0,
    }
}

/// The longest value, where there is one.
fn longest(ty: &Ty) -> Option<usize> {
    match ty {
        Ty::Pattern(of) => of_pattern(of.regex.as_deref()?).1,
        Ty::Optional(of) => longest(of),
        Ty::Bool | Ty::Enum(_) | Ty::Int | Ty::Duration | Ty::Size | Ty::Cpu => Some(known(ty)),
        Ty::String | Ty::Path | Ty::Image | Ty::Secret => None,
        Ty::Workspace | Ty::Artifact(_) | Ty::List(_) | Ty::Map(_) | Ty::Record(_) => None,
    }
}

/// As JSON has it.
fn written(text: &str) -> usize {
    text.chars().map(|c| if matches!(c, '"' | '\\') { 2 } else { c.len_utf8() }).sum()
}

/// The lengths of the shortest and the longest text of a pattern, which was checked when it was declared: POSIX, without
/// look-ahead and references.
pub(super) fn of_pattern(regex: &str) -> (usize, Option<usize>) {
    let mut rest = regex.as_bytes();
    alternatives(&mut rest)
}

type Lengths = (usize, Option<usize>);

fn alternatives(rest: &mut &[u8]) -> Lengths {
    let (mut least, mut most) = sequence(rest);
    while let Some(behind) = rest.strip_prefix(b"|") {
        *rest = behind;
        let other = sequence(rest);
        least = least.min(other.0);
        most = most.zip(other.1).map(|(a, b)| a.max(b));
    }
    (least, most)
}

fn sequence(rest: &mut &[u8]) -> Lengths {
    let (mut least, mut most) = (0_usize, Some(0_usize));
    while !rest.is_empty() && !rest.starts_with(b"|") && !rest.starts_with(b")") {
        let one = atom(rest);
        let (low, high) = repeated(rest);
        least = least.saturating_add(one.0.saturating_mul(low));
        most = match (most, one.1, high) {
            (Some(most), Some(0), _) => Some(most),
            (Some(most), Some(one), Some(high)) => Some(most.saturating_add(one.saturating_mul(high))),
            (Some(_) | None, _, _) => None,
        };
    }
    (least, most)
}

fn atom(rest: &mut &[u8]) -> Lengths {
    let (first, behind) = rest.split_first().expect("asked only where something is left");
    *rest = behind;
    match first {
        b'(' => {
            let inner = alternatives(rest);
            *rest = rest.strip_prefix(b")").unwrap_or(rest);
            return inner;
        }
        b'^' | b'$' => return (0, Some(0)),
        b'[' => bracket(rest),
        b'\\' => *rest = rest.get(1..).unwrap_or_default(),
        _ => {}
    }
    (1, Some(1))
}

/// Up to the end of a set: a `]` that stands first is a member, and a class has one of its own.
fn bracket(rest: &mut &[u8]) {
    let mut at = usize::from(rest.first() == Some(&b'^'));
    at += usize::from(rest.get(at) == Some(&b']'));
    while let Some(byte) = rest.get(at).filter(|byte| **byte != b']') {
        let class = *byte == b'[' && rest.get(at + 1) == Some(&b':');
        let end = rest[at..].windows(2).position(|pair| pair == b":]").filter(|_| class);
        at += end.map_or(1, |end| end + 2);
    }
    *rest = rest.get(at + 1..).unwrap_or_default();
}

/// How often what stands before is taken.
fn repeated(rest: &mut &[u8]) -> Lengths {
    let Some((first, behind)) = rest.split_first() else { return (1, Some(1)) };
    let counts = match first {
        b'*' => (0, None),
        b'+' => (1, None),
        b'?' => (0, Some(1)),
        b'{' => return bounds(rest, behind),
        _ => return (1, Some(1)),
    };
    *rest = behind;
    counts
}

fn bounds<'r>(rest: &mut &'r [u8], behind: &'r [u8]) -> Lengths {
    let end = behind.iter().position(|byte| *byte == b'}').unwrap_or(behind.len());
    *rest = behind.get(end + 1..).unwrap_or_default();
    let inside = std::str::from_utf8(&behind[..end]).unwrap_or_default();
    let number = |text: &str| text.parse().ok();
    match inside.split_once(',') {
        None => (number(inside).unwrap_or(0), number(inside)),
        Some((low, high)) => (number(low).unwrap_or(0), number(high)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_bound_a_length() {
        let cases: [(&str, Lengths); 14] = [
            ("", (0, Some(0))),
            ("abc", (3, Some(3))),
            ("sha256:[0-9a-f]{64}", (71, Some(71))),
            ("[a-z]+", (1, None)),
            ("[a-z]*(x|yz)?", (0, None)),
            ("(a|bcd){2,3}", (2, Some(9))),
            ("a{2,}", (2, None)),
            ("[]x]{3}", (3, Some(3))),
            ("[^]x]{3}", (3, Some(3))),
            ("[[:alnum:]_]{4}x", (5, Some(5))),
            (r"a\.b\{2", (5, Some(5))),
            ("x.{1,3}", (2, Some(4))),
            ("()*", (0, Some(0))),
            ("^(ab|c)$", (1, Some(2))),
        ];
        for (regex, lengths) in cases {
            assert_eq!(of_pattern(regex), lengths, "{regex}");
        }
    }
}

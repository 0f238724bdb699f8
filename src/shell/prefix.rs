//! What is known of a word that holds an expansion.

use super::input::HOLE;

/// The text before the first expansion, and whether the word may become several or none.
///
/// What is inside an expansion is passed roughly: a bracket in quotes may end it too early, and then the word counts as
/// one that splits.
pub(super) fn known_start(word: &[u8]) -> (String, bool) {
    let mut prefix = Vec::new();
    let (mut known, mut double, mut splits) = (true, false, false);
    let mut at = 0;
    while at < word.len() {
        let byte = word[at];
        let next = word.get(at + 1).copied().unwrap_or(0);
        match byte {
            b'"' => double = !double,
            b'\'' if !double => {
                let inside = &word[at + 1..];
                let length = inside.iter().position(|byte| *byte == b'\'').unwrap_or(inside.len());
                if known {
                    prefix.extend(inside[..length].iter().take_while(|byte| **byte != HOLE));
                    known = !inside[..length].contains(&HOLE);
                }
                at += length + 1;
            }
            b'\\' => {
                at += 1;
                known &= next != HOLE;
                if known && next != b'\n' {
                    prefix.push(next);
                }
            }
            HOLE => known = false,
            b'$' | b'`' => {
                let (length, several) = expansion(&word[at..]);
                known = false;
                splits |= !double || several;
                at += length.saturating_sub(1);
            }
            b'<' | b'>' if !double && next == b'(' => {
                known = false;
                at += expansion(&word[at..]).0.saturating_sub(1);
            }
            b'*' | b'?' | b'[' | b'{' if !double => {
                splits = true;
                if known {
                    prefix.push(byte);
                }
            }
            _ if known => prefix.push(byte),
            _ => {}
        }
        at += 1;
    }
    (String::from_utf8_lossy(&prefix).into_owned(), splits || double)
}

/// How long an expansion is, and whether it is several words even in quotes: `$@`, `${a[@]}`.
fn expansion(text: &[u8]) -> (usize, bool) {
    let closes = match (text[0], text.get(1)) {
        (b'`', _) => {
            let length = text[1..].iter().position(|byte| *byte == b'`');
            return (length.map_or(text.len(), |length| length + 2), false);
        }
        (_, Some(b'@')) => return (2, true),
        (_, Some(b'(')) => (b'(', b')'),
        (_, Some(b'{')) => (b'{', b'}'),
        _ => return (1, false),
    };
    let mut depth = 0_usize;
    for (at, byte) in text.iter().enumerate() {
        depth += usize::from(*byte == closes.0);
        if *byte == closes.1 {
            depth -= 1;
            if depth == 0 {
                return (at + 1, closes.0 == b'{' && text[..at].contains(&b'@'));
            }
        }
    }
    (text.len(), true)
}

#[cfg(test)]
mod tests {
    use super::known_start;

    #[test]
    fn the_text_before_an_expansion_is_known() {
        let cases = [
            ("--a=$x", "--a=", true),
            ("\"--a=$x\"", "--a=", false),
            ("--a=\"$x\"", "--a=", false),
            ("'--a='\"$(f \"b\" c)\"", "--a=", false),
            ("\"$@\"", "", true),
            ("\"${a[@]}\"", "", true),
            ("\"${a}\"", "", false),
            ("\"$a\"$b", "", true),
            ("a\\ b`c`", "a b", true),
            ("\"$(a", "", true),
        ];
        for (word, prefix, splits) in cases {
            assert_eq!(known_start(word.as_bytes()), (prefix.to_owned(), splits), "{word}");
        }
    }
}

//! Names filled in while a stream goes by: any bytes, lines of any length, always the same memory.

use std::ffi::OsString;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::ffi::OsStrExt as _;

use super::failure::Failure;

/// How much is read at once.
const PIECE: usize = 65_536;

/// No name is longer; so much is kept to see whether a name ends.
const LONGEST: usize = 256;

/// Reads standard input and writes it to standard output with `~{NAME}` replaced; `\~{NAME}` is `~{NAME}`.
pub(super) fn run(values: Vec<(String, OsString)>) -> Result<u8, Failure> {
    if let Some((name, _)) = values.iter().find(|(name, _)| name_length(name.as_bytes()) != name.len()) {
        return Err(Failure::usage(format!("`{name}` is no name: letters, digits and `_`, no digit first")));
    }
    stream(&values, &mut io::stdin().lock(), &mut io::stdout().lock()).map(|()| 0)
}

fn stream(values: &[(String, OsString)], from: &mut dyn Read, to: &mut dyn Write) -> Result<(), Failure> {
    let reads = |error: io::Error| Failure::machine("standard input", &error);
    let writes = |error: io::Error| Failure::machine("standard output", &error);
    let mut buffer = vec![0; PIECE + 2 * LONGEST];
    let (mut kept, mut before) = (0, 0);
    loop {
        let length = match from.read(&mut buffer[kept..kept + PIECE]) {
            Ok(length) => length,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(reads(error)),
        };
        let all = kept + length;
        let done = fill_in(values, &buffer[..all], length == 0, before, to)?.map_err(writes)?;
        if length == 0 {
            return to.flush().map_err(writes);
        }
        buffer.copy_within(done..all, 0);
        (kept, before) = (all - done, before + done as u64);
    }
}

/// Writes as much as can be decided; how much that was. `before` is where the bytes begin in the stream.
fn fill_in(
    values: &[(String, OsString)],
    bytes: &[u8],
    last: bool,
    before: u64,
    to: &mut dyn Write,
) -> Result<io::Result<usize>, Failure> {
    let mut at = 0;
    while let Some(found) = sign(&bytes[at..]) {
        let start = at + found;
        if !last && bytes.len() - start < LONGEST + 4 {
            return Ok(to.write_all(&bytes[at..start]).map(|()| start));
        }
        let escaped = bytes[start] == b'\\';
        let Some(name) = named(&bytes[start + usize::from(escaped)..]) else {
            if let Err(error) = to.write_all(&bytes[at..=start]) {
                return Ok(Err(error));
            }
            at = start + 1;
            continue;
        };
        let end = start + usize::from(escaped) + name.len() + 3;
        let value = if escaped { &bytes[start + 1..end] } else { value(values, name, before + start as u64)? };
        if let Err(error) = to.write_all(&bytes[at..start]).and_then(|()| to.write_all(value)) {
            return Ok(Err(error));
        }
        at = end;
    }
    Ok(to.write_all(&bytes[at..]).map(|()| bytes.len()))
}

/// Where the next `~` or `\` is; eight bytes are passed over at once. Exactly where a word has a zero byte, one less in each
/// byte sets a highest bit that was not set.
fn sign(bytes: &[u8]) -> Option<usize> {
    const LOW: u64 = u64::from_ne_bytes([1; 8]);
    let none = |word: u64| word.wrapping_sub(LOW) & !word & (LOW << 7) == 0;
    let (words, _) = bytes.as_chunks();
    let plain = words.iter().take_while(|word| {
        let word = u64::from_ne_bytes(**word);
        none(word ^ (LOW * u64::from(b'~'))) && none(word ^ (LOW * u64::from(b'\\')))
    });
    let start = plain.count() * 8;
    let found = bytes[start..].iter().position(|byte| matches!(byte, b'~' | b'\\'));
    found.map(|found| start + found)
}

/// The name when the bytes begin with `~{NAME}`.
fn named(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(b"~{")?;
    let name = &rest[..name_length(rest)];
    (!name.is_empty() && rest.get(name.len()) == Some(&b'}')).then_some(name)
}

fn name_length(bytes: &[u8]) -> usize {
    let length = bytes.iter().take(LONGEST).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    if bytes.first().is_some_and(u8::is_ascii_digit) { 0 } else { length }
}

fn value<'v>(values: &'v [(String, OsString)], name: &[u8], at: u64) -> Result<&'v [u8], Failure> {
    let found = values.iter().find(|(one, _)| one.as_bytes() == name);
    found.map(|(_, value)| value.as_bytes()).ok_or_else(|| {
        let name = String::from_utf8_lossy(name);
        let near = super::arguments::nearest(&name, values.iter().map(|(one, _)| one.as_str()));
        let near = near.map_or(String::new(), |near| format!("did you mean `{near}`? "));
        Failure::failed(format!("`~{{{name}}}` at byte {at} has no value; {near}Write `subst {name}=VALUE`, or `\\~{{{name}}}` for the text itself; what was written so far is not whole"))
    })
}

#[cfg(test)]
mod tests {
    use super::{PIECE, stream};

    fn filled(text: &[u8]) -> Result<Vec<u8>, String> {
        let values = [("who".to_owned(), "world ~{who}".into()), ("_1".to_owned(), "".into())];
        let mut out = Vec::new();
        stream(&values, &mut &*text, &mut out).map(|()| out).map_err(|failure| failure.message)
    }

    #[test]
    fn names_are_filled_in_and_all_else_is_as_it_was() {
        let rows: [(&[u8], &[u8]); 6] = [
            (b"hello ~{who}!", b"hello world ~{who}!"),
            (b"\\~{who} \\n \\\\ ~ ~{ ~{} ~{1} ~{a b} ~{who", b"~{who} \\n \\\\ ~ ~{ ~{} ~{1} ~{a b} ~{who"),
            (b"~{who}~{_1}~{who}", b"world ~{who}world ~{who}"),
            (b"\x00\xff~{_1}\xfe\n", b"\x00\xff\xfe\n"),
            (b"", b""),
            (b"~~{who}", b"~world ~{who}"),
        ];
        rows.iter().for_each(|(text, good)| assert_eq!(filled(text).as_deref(), Ok(*good)));
    }

    #[test]
    fn a_name_may_lie_across_two_pieces() {
        for at in PIECE - 9..=PIECE + 1 {
            let text = [&vec![b'x'; at][..], b"~{who}y"].concat();
            let good = [&vec![b'x'; at][..], b"world ~{who}y"].concat();
            assert_eq!(filled(&text), Ok(good), "{at}");
        }
    }

    #[test]
    fn a_name_without_a_value_is_an_error() {
        let said = filled(b"ab ~{wo}").unwrap_err();
        assert!(said.starts_with("`~{wo}` at byte 3 has no value; did you mean `who`?"), "{said}");
    }
}

//! The words of the language.

/// Words that begin an item.
pub(super) const ITEMS: &[&str] =
    &["use", "enum", "record", "type", "artifact", "command", "const", "fn", "task", "pipeline", "test", "extern"];

/// Words that begin a statement of a pipeline.
pub(super) const STATEMENTS: &[&str] = &[
    "task",
    "extern",
    "when",
    "for",
    "stage",
    "finally",
    "require",
    "exclusive",
    "workspace",
    "defaults",
    "return",
    "target",
    "assert",
    "expect",
];

/// Words that a block follows.
pub(super) const BLOCKS: &[&str] = &[
    "task",
    "pipeline",
    "enum",
    "record",
    "extern",
    "test",
    "when",
    "for",
    "stage",
    "finally",
    "workspace",
    "defaults",
    "target",
    "step",
    "service",
    "expect",
];

/// Words that no value, task or parameter may be called; the others have a meaning only where they stand.
pub(super) const RESERVED: &[&str] = &[
    "after", "and", "const", "else", "false", "finally", "fn", "for", "if", "in", "match", "none", "not", "or",
    "pipeline", "require", "return", "task", "then", "true", "when",
];

/// Whether nothing may be called so. Most words are told apart by their lengths alone.
pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word)
}

/// Whether a byte may stand in a name; bytes above ASCII count, so that a word with one is taken whole.
pub(super) fn is_word(byte: u8) -> bool {
    WORD[usize::from(byte)]
}

const WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

/// Whether a byte may begin a name.
pub(super) fn begins_word(byte: u8) -> bool {
    is_word(byte) && !byte.is_ascii_digit()
}

/// The word that begins at `at`, empty when there is none.
pub(super) fn word_at(text: &str, at: usize) -> &str {
    let bytes = text.as_bytes();
    if !bytes.get(at).copied().is_some_and(begins_word) {
        return "";
    }
    let length = bytes[at..].iter().position(|byte| !is_word(*byte)).unwrap_or(bytes.len() - at);
    text.get(at..at + length).unwrap_or_default()
}

/// The offset of the first byte at or after `at` that is no blank of its line.
pub(super) fn skip_blanks(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    bytes[at..].iter().position(|byte| !matches!(byte, b' ' | b'\t')).map_or(bytes.len(), |more| at + more)
}

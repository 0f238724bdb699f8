//! Where text comes from: file ids, spans, line tables, the door to the machine, the embedded library.

use std::fmt::{self, Write as _};
use std::io;
use std::sync::OnceLock;

/// One text in a [`Sources`] table. The first ids are the modules of the embedded library, in the order of [`STDLIB`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(pub u32);

/// A range of bytes in one file, end excluded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The smallest span that covers both; both are of the same file.
    #[must_use]
    pub fn to(self, end: Self) -> Self {
        Self::new(self.file, self.start.min(end.start), self.end.max(end.end))
    }

    /// The empty span just behind this one, for "insert here".
    #[must_use]
    pub fn after(self) -> Self {
        Self::new(self.file, self.end, self.end)
    }

    /// The empty span just before this one.
    #[must_use]
    pub fn before(self) -> Self {
        Self::new(self.file, self.start, self.start)
    }

    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}..{}", self.file.0, self.start, self.end)
    }
}

/// A place for people: line and column from 1, the column in characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// One text with its name (the path as the user wrote it, or `std/NAME.pipe`).
#[derive(Debug)]
pub struct SourceFile {
    pub name: String,
    pub text: String,
    /// Part of the compiler: there is no such file on the machine.
    pub built_in: bool,
    lines: OnceLock<Vec<u32>>,
    /// Absent where the text can be shown as it is.
    masked: OnceLock<Option<String>>,
}

impl SourceFile {
    fn new(name: String, text: String, built_in: bool) -> Self {
        Self { name, text, built_in, lines: OnceLock::new(), masked: OnceLock::new() }
    }

    /// The byte offset at which each line starts.
    pub fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let mut starts = Vec::with_capacity(self.text.len() / 32 + 1);
            starts.push(0);
            each_place(b'\n', self.text.as_bytes(), |at| starts.push(offset(at) + 1));
            starts
        })
    }

    /// The text with control characters masked, byte for byte, so that no source can drive a terminal. Found out once:
    /// there may be thousands of findings about one file.
    pub fn shown(&self) -> &str {
        self.masked.get_or_init(|| masked(&self.text)).as_deref().unwrap_or(&self.text)
    }

    /// Line and column of a byte offset.
    pub fn position(&self, at: u32) -> Position {
        let lines = self.lines();
        let line = lines.partition_point(|start| *start <= at).saturating_sub(1);
        let before = self.text.get(lines[line] as usize..at as usize).unwrap_or_default();
        // No editor counts the mark of the byte order, which only a text can begin with.
        let before = if line == 0 { before.strip_prefix('\u{feff}').unwrap_or(before) } else { before };
        Position { line: offset(line) + 1, column: offset(before.chars().count()) + 1 }
    }
}

/// Calls with every place of a byte that is never far away, as a line break: eight bytes are looked at at once, and no
/// search is set up.
pub fn each_place(wanted: u8, bytes: &[u8], mut found: impl FnMut(usize)) {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let eight_wanted = u64::from_le_bytes([wanted; 8]);
    let (eights, rest) = bytes.as_chunks::<8>();
    for (piece, eight) in eights.iter().enumerate() {
        // A byte that is wanted becomes zero, and the top bit of `marks` is set only for a byte of zero.
        let other = u64::from_le_bytes(*eight) ^ eight_wanted;
        let mut marks = !(((other & LOW) + LOW) | other | LOW);
        while marks != 0 {
            found(piece * 8 + marks.trailing_zeros() as usize / 8);
            marks &= marks - 1;
        }
    }
    let last = eights.len() * 8;
    rest.iter().enumerate().filter(|(_, byte)| **byte == wanted).for_each(|(at, _)| found(last + at));
}

/// What could drive a terminal, replaced by something harmless of the same length; absent where there is nothing.
fn masked(text: &str) -> Option<String> {
    let harmful = |character: char| is_harmful(character) && !matches!(character, '\n' | '\t');
    let plain = |byte: u8| matches!(byte, b'\n' | b'\t' | b' '..0x7f);
    // Piece by piece, of which the machine looks at many bytes at once.
    let all_plain = |piece: &[u8]| piece.iter().fold(true, |all, byte| all & plain(*byte));
    let (pieces, rest) = text.as_bytes().as_chunks::<32>();
    if pieces.iter().all(|piece| all_plain(piece)) && all_plain(rest) || !text.contains(harmful) {
        return None;
    }
    let mask = |character: char| match (character, character.len_utf8()) {
        // A line that ends in CR LF ends there; nothing else may move the cursor.
        ('\r', _) => ' ',
        (other, _) if !harmful(other) => other,
        (_, 1) => '?',
        (_, 2) => '\u{bf}',
        _ => char::REPLACEMENT_CHARACTER,
    };
    Some(text.chars().map(mask).collect())
}

/// Whether a character could drive a terminal or turn the direction of the text around it.
pub fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Files are refused above 64 MiB when they are read, so that every offset fits.
pub fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Every text of one run, the embedded library first.
#[derive(Debug)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Default for Sources {
    fn default() -> Self {
        let library = STDLIB.iter().map(|(name, text)| SourceFile::new(library_file(name), (*text).to_owned(), true));
        Self { files: library.collect() }
    }
}

impl Sources {
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        self.push(SourceFile::new(name.into(), text.into(), false))
    }

    /// Adds a text that is part of the compiler.
    pub fn add_built_in(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        self.push(SourceFile::new(name.into(), text.into(), true))
    }

    fn push(&mut self, file: SourceFile) -> FileId {
        self.files.push(file);
        FileId(offset(self.files.len() - 1))
    }

    /// The texts that came from the machine, in the order of reading.
    pub fn own(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(|file| !file.built_in)
    }

    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    pub fn text(&self, span: Span) -> &str {
        &self.get(span.file).text[span.start as usize..span.end as usize]
    }

    pub fn position(&self, span: Span) -> Position {
        self.get(span.file).position(span.start)
    }

    /// `file.pipe:12`, as manifests and comments name an origin.
    pub fn origin(&self, span: Span) -> String {
        let file = self.get(span.file);
        let line = file.lines().partition_point(|start| *start <= span.start);
        let mut origin = String::with_capacity(file.name.len() + ":4294967295".len());
        origin.push_str(&file.name);
        write!(origin, ":{}", line.max(1)).expect("a String takes all text");
        origin
    }
}

/// The door to the machine: the core reads imported modules through it and nothing else.
pub trait Files: Sync {
    /// The bytes of the file at `path`.
    ///
    /// # Errors
    /// What the machine said when it could not be read.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// The folder above a folder of the same project, as one names it; the empty name is the current folder.
    fn above(&self, folder: &str) -> Option<String> {
        above(folder)
    }
}

/// The folder that a folder is named in: `a` of `a/b`, the empty name of `a`.
pub fn above(folder: &str) -> Option<String> {
    let named = !matches!(folder, "" | "/" | "..") && !folder.ends_with("/..");
    named.then(|| match folder.rsplit_once('/') {
        Some(("", _)) => "/".to_owned(),
        Some((above, _)) => above.to_owned(),
        None => String::new(),
    })
}

/// The text of a module, of one file or of several behind each other.
macro_rules! library {
    ($($file:literal),+) => { concat!($(include_str!(concat!("../stdlib/", $file)), "\n"),+) };
}

/// The modules of the library, by their name after `std.`; `prelude` is in scope everywhere. Two generations of one tool are
/// two modules: what they share stands in one file, whose text is put behind each.
pub const STDLIB: &[(&str, &str)] = &[
    ("prelude", library!("prelude.pipe")),
    ("cosa", library!("cosa.pipe", "cosa/common.pipe")),
    ("cosa.osbuild", library!("cosa/osbuild.pipe", "cosa/common.pipe")),
    ("cosa.jobspec", library!("cosa/jobspec.pipe")),
    ("wharf", library!("wharf.pipe")),
    ("git", library!("git.pipe")),
];

/// How the text of a library module is called: `std/a/b.pipe` for `std.a.b`.
fn library_file(name: &str) -> String {
    format!("std/{}.pipe", name.replace('.', "/"))
}

/// The file of the library module `std.NAME`.
pub fn stdlib(name: &str) -> Option<FileId> {
    STDLIB.iter().position(|(module, _)| *module == name).map(|at| FileId(offset(at)))
}

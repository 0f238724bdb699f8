//! What ShellCheck said before, by the content of the script: one file for everything, read whole and written whole.
//!
//! A thousand small files take longer to open than this takes to read. The first line has the hash of the others, so that
//! a file that was damaged or written by something else counts as empty. It is written beside its place and renamed; of
//! two processes that write at once the last wins, and what the other had is asked for again. What was of use last comes
//! first, and what is beyond the bounds falls off the end.

use std::fs;
use std::path::PathBuf;

use rustc_hash::FxHashMap;
use sha2::{Digest as _, Sha256};

use super::tool::Tool;
use crate::cli::machine::write;
use crate::query::scripts::ARGUMENTS;

/// The first line names the form of the rest.
const FORM: &str = "pipec shellcheck 1";

/// At most this many entries, which are about 100 bytes each where nothing was found.
const MOST_ENTRIES: usize = 20_000;

/// At most this many bytes.
const MOST_BYTES: usize = 8 << 20;

/// What an entry is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Key([u8; 16]);

impl Key {
    /// A script, which names its shell in its first line.
    pub(super) fn of_script(version: &str, text: &str) -> Self {
        Self::of(&["script", version, &ARGUMENTS.join(" "), text])
    }

    /// The version of a program.
    pub(super) fn of_tool(tool: &Tool) -> Self {
        Self::of(&["tool", &tool.identity])
    }

    fn of(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let mut key = [0; 16];
        key.copy_from_slice(&hash.finalize()[..16]);
        Self(key)
    }
}

/// The entries, and where they are kept.
#[derive(Default, Debug)]
pub(super) struct Cache {
    /// Absent where nothing is kept.
    path: Option<PathBuf>,
    kept: Entries,
    /// The keys that were asked for or put, in their order.
    used: Vec<Key>,
    /// Values of this run.
    fresh: FxHashMap<Key, String>,
}

/// The lines of a file.
#[derive(Default, Debug)]
struct Entries {
    text: String,
    /// Where the value of each key stands in the text.
    values: FxHashMap<Key, (usize, usize)>,
    /// As they stand in the file.
    order: Vec<Key>,
}

impl Cache {
    /// That of the user; nothing is kept where there is no folder for it.
    pub(super) fn open() -> Self {
        let path = folder().map(|folder| folder.join("pipec").join("shellcheck").join("findings"));
        let kept = path.as_ref().map(Entries::read).unwrap_or_default();
        Self { path, kept, ..Self::default() }
    }

    /// One that forgets.
    pub(super) fn nowhere() -> Self {
        Self::default()
    }

    /// JSON that was put for this key.
    pub(super) fn get(&mut self, key: &Key) -> Option<&str> {
        let value = self.kept.get(key)?;
        self.used.push(*key);
        Some(value)
    }

    pub(super) fn put(&mut self, key: Key, json: String) {
        self.used.push(key);
        self.fresh.insert(key, json);
    }

    /// Keeps what is new; where it cannot be written, the next run asks again.
    pub(super) fn save(&self) {
        let Some(path) = self.path.as_ref().filter(|_| !self.fresh.is_empty()) else { return };
        // Somebody else may have written since.
        let others = Entries::read(path);
        let mut lines = Lines::default();
        let values = self
            .used
            .iter()
            .filter_map(|key| Some((key, self.fresh.get(key).map_or(self.kept.get(key), |fresh| Some(fresh))?)));
        values.for_each(|(key, value)| lines.add(*key, value));
        others
            .order
            .iter()
            .filter_map(|key| Some((key, others.get(key)?)))
            .for_each(|(key, value)| lines.add(*key, value));
        let _ = write(path, &lines.finish(), false);
    }
}

impl Entries {
    #[expect(clippy::disallowed_methods, reason = "the cache is on the disk")]
    fn read(path: &PathBuf) -> Self {
        let small = fs::metadata(path).is_ok_and(|about| about.is_file() && about.len() <= 2 * MOST_BYTES as u64);
        let text = if small { fs::read_to_string(path).unwrap_or_default() } else { String::new() };
        Self::parse(text).unwrap_or_default()
    }

    /// `None` of a text that is not what was written.
    fn parse(text: String) -> Option<Self> {
        let (first, rest) = text.split_once('\n')?;
        if first != head(rest) {
            return None;
        }
        let mut at = first.len() + 1;
        let (mut values, mut order) = (FxHashMap::default(), Vec::new());
        for line in rest.split_inclusive('\n') {
            let key = key_of(line.get(..32)?)?;
            values.insert(key, (at + 33, at + line.trim_end_matches('\n').len()));
            order.push(key);
            at += line.len();
        }
        Some(Self { text, values, order })
    }

    fn get(&self, key: &Key) -> Option<&str> {
        let (start, end) = self.values.get(key)?;
        self.text.get(*start..*end)
    }
}

/// A file in the making.
#[derive(Default, Debug)]
struct Lines {
    text: String,
    seen: rustc_hash::FxHashSet<Key>,
}

impl Lines {
    fn add(&mut self, key: Key, json: &str) {
        let fits = self.seen.len() < MOST_ENTRIES && self.text.len() + json.len() + 40 < MOST_BYTES;
        if fits && !json.contains('\n') && self.seen.insert(key) {
            hex(&key.0, &mut self.text);
            self.text.extend([" ", json, "\n"]);
        }
    }

    fn finish(self) -> String {
        let first = head(&self.text);
        [&first, "\n", &self.text].concat()
    }
}

fn head(rest: &str) -> String {
    let mut line = format!("{FORM} ");
    hex(&Sha256::digest(rest.as_bytes()), &mut line);
    line
}

fn hex(bytes: &[u8], out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

fn key_of(text: &str) -> Option<Key> {
    let mut key = [0; 16];
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(Key(key))
}

/// <https://specifications.freedesktop.org/basedir-spec/>: a relative path there counts as none.
#[expect(clippy::disallowed_methods, reason = "the environment says where caches are")]
fn folder() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")))
}

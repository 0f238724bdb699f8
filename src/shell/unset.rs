//! Whether a script can read a variable that is not set. What is read here is the part of the language in which that can be
//! seen from the text: a variable is set where an assignment stands before, in the same block or one around it, that runs
//! whenever what follows does. All else is given up: functions, `eval`, `unset`, arrays, here-documents.
//!
//! `None` stands for "nobody knows" throughout.

use std::collections::BTreeSet;

use super::input::Input;
use super::{Piece, scan};

pub(super) fn none(pieces: &[Piece<'_>], known: &[&str]) -> bool {
    let input = Input::new(pieces);
    let text = &input.bytes;
    let says = |word: &&str| text.windows(word.len()).any(|part| part == word.as_bytes());
    if TELLING.iter().any(says) || joins_words(text) || !scan(pieces).faults.is_empty() {
        return false;
    }
    let given = known.iter().chain(&ALWAYS).map(|name| name.as_bytes());
    let mut flow = Flow { text, at: 0, set: given.collect(), counted: Vec::new(), sums: Vec::new(), depth: 0 };
    let given = flow.set.len();
    flow.list() == Some(End::Script) && flow.counts_numbers(given)
}

/// Whether a backslash joins two lines in the middle of what may be a word: `$A` of one and `B` of the next are `$AB`.
fn joins_words(text: &[u8]) -> bool {
    text.windows(3).any(|part| part[1..] == *b"\\\n" && !matches!(part[0], b' ' | b'\t' | b'\n'))
}

/// What every shell sets by itself.
const ALWAYS: [&str; 4] = ["IFS", "PWD", "PPID", "OPTIND"];

/// With these a script may ask how its shell was started, or tell another.
const TELLING: [&str; 6] = ["nounset", "SHELLOPTS", "BASHOPTS", "BASH_ENV", "POSIXLY_CORRECT", "PS4"];

/// Commands that change variables or run text in ways that are not followed.
const GIVEN_UP: [&str; 27] = [
    "eval",
    ".",
    "source",
    "trap",
    "unset",
    "local",
    "declare",
    "typeset",
    "let",
    "getopts",
    "mapfile",
    "readarray",
    "alias",
    "unalias",
    "shopt",
    "enable",
    "builtin",
    "function",
    "select",
    "coproc",
    "time",
    "bind",
    "complete",
    "exec",
    "fc",
    "caller",
    "command",
];

/// What a list of commands ends with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End<'t> {
    Script,
    /// `)`
    Paren,
    /// `;;`
    Case,
    /// `then`, `done` and their like.
    Word(&'t [u8]),
}

/// Lists in lists, which no honest script has.
const DEEPEST: usize = 64;

/// A walk through the text, with the names that are set where it stands.
pub(super) struct Flow<'t> {
    pub(super) text: &'t [u8],
    pub(super) at: usize,
    pub(super) set: Vec<&'t [u8]>,
    /// Names whose values are read as numbers.
    pub(super) counted: Vec<&'t [u8]>,
    /// Where arithmetic stands.
    pub(super) sums: Vec<(usize, usize)>,
    depth: usize,
}

impl<'t> Flow<'t> {
    /// The byte `ahead` of the current one; 0 at the end.
    pub(super) fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Commands up to what ends them. The names that they set stay, and are for the caller to take away.
    pub(super) fn list(&mut self) -> Option<End<'t>> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        // Whether the next command runs whenever the list does, and one has to come.
        let (mut always, mut open) = (true, false);
        let mut mark = self.set.len();
        let end = loop {
            self.blanks();
            match (self.peek(0), self.peek(1)) {
                _ if self.at >= self.text.len() => break End::Script,
                (b'\n', _) => {
                    self.at += 1;
                    if !open {
                        (always, mark) = (true, self.set.len());
                    }
                }
                (b'#', _) => self.comment(),
                (b';', b';') => {
                    self.at += 2;
                    break End::Case;
                }
                (b';', b'&') => return None,
                (b';', _) => {
                    self.at += 1;
                    (always, mark) = (true, self.set.len());
                }
                (b'&', b'&') | (b'|', b'|' | b'&') => {
                    self.at += 2;
                    (always, open) = (false, true);
                }
                (b'|', _) => {
                    self.at += 1;
                    (always, open) = (false, true);
                }
                (b'&', next) if next != b'>' => {
                    // What was set there is set in another process.
                    self.at += 1;
                    self.set.truncate(mark);
                    always = true;
                }
                (b')', _) => {
                    self.at += 1;
                    break End::Paren;
                }
                (b'!', b' ' | b'\t') => {
                    self.at += 1;
                    (always, open) = (false, true);
                }
                _ => {
                    let word = self.bare();
                    if CLOSERS.contains(&word) {
                        self.at += word.len();
                        break End::Word(word);
                    }
                    self.command(word, always)?;
                    (always, open) = (false, false);
                }
            }
        };
        self.depth -= 1;
        Some(end)
    }

    /// Blanks and joined lines.
    pub(super) fn blanks(&mut self) {
        loop {
            match (self.peek(0), self.peek(1)) {
                (b' ' | b'\t', _) => self.at += 1,
                (b'\\', b'\n') => self.at += 2,
                _ => return,
            }
        }
    }

    fn comment(&mut self) {
        self.at += self.text[self.at..].iter().position(|byte| *byte == b'\n').unwrap_or(self.text.len() - self.at);
    }

    /// Blanks, line ends and comments.
    fn gap(&mut self) {
        loop {
            self.blanks();
            match self.peek(0) {
                b'\n' => self.at += 1,
                b'#' => self.comment(),
                _ => return,
            }
        }
    }

    /// The bytes of a plain word that comes next; empty where anything is quoted or expanded in it.
    pub(super) fn bare(&self) -> &'t [u8] {
        let rest = &self.text[self.at..];
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_./:+-@%,^~![]{}=*?".contains(byte);
        let length = rest.iter().position(|byte| !plain(byte)).unwrap_or(rest.len());
        let ends = rest.get(length).is_none_or(|byte| b" \t\n;&|<>()".contains(byte));
        if ends { &rest[..length] } else { b"" }
    }

    fn command(&mut self, word: &[u8], always: bool) -> Option<()> {
        match word {
            b"if" => self.condition(),
            b"while" | b"until" => self.repeated(word == b"while"),
            b"for" => self.each(),
            b"case" => self.cases(),
            b"{" => self.block(1, End::Word(b"}")),
            b"[[" => self.test(),
            b"" if self.peek(0) == b'(' && self.peek(1) != b'(' => self.block(1, End::Paren),
            _ => self.simple(always),
        }
    }

    /// A list between brackets; what is set there is forgotten.
    pub(super) fn block(&mut self, opener: usize, closer: End<'_>) -> Option<()> {
        self.at += opener;
        self.forgetting(|flow| flow.list().filter(|end| *end == closer))?;
        Some(())
    }

    fn forgetting<R>(&mut self, read: impl FnOnce(&mut Self) -> R) -> R {
        let mark = self.set.len();
        let made = read(self);
        self.set.truncate(mark);
        made
    }

    fn condition(&mut self) -> Option<()> {
        self.at += b"if".len();
        loop {
            match self.forgetting(Self::list)? {
                End::Word(b"then" | b"elif" | b"else") => {}
                End::Word(b"fi") => return Some(()),
                End::Word(_) | End::Script | End::Paren | End::Case => return None,
            }
        }
    }

    fn repeated(&mut self, is_while: bool) -> Option<()> {
        self.at += b"while".len();
        let from = self.at;
        let head = self.forgetting(Self::list)?;
        if head != End::Word(b"do") {
            return None;
        }
        let read = if is_while { names_read(&self.text[from..self.at - b"do".len()]) } else { Vec::new() };
        self.body(read)
    }

    /// `for x in words; do … done`
    fn each(&mut self) -> Option<()> {
        self.at += b"for".len();
        self.blanks();
        let name = self.name()?;
        self.gap();
        if self.bare() != b"in" {
            return None;
        }
        self.at += b"in".len();
        loop {
            self.blanks();
            if matches!(self.peek(0), b';' | b'\n') {
                break;
            }
            self.word()?;
        }
        self.at += 1;
        self.gap();
        if self.bare() != b"do" {
            return None;
        }
        self.at += b"do".len();
        self.body(vec![name])
    }

    fn body(&mut self, names: Vec<&'t [u8]>) -> Option<()> {
        self.forgetting(|flow| {
            flow.set.extend(names);
            flow.list().filter(|end| *end == End::Word(b"done"))
        })?;
        Some(())
    }

    fn cases(&mut self) -> Option<()> {
        self.at += b"case".len();
        self.blanks();
        self.word()?;
        self.gap();
        if self.bare() != b"in" {
            return None;
        }
        self.at += b"in".len();
        loop {
            self.gap();
            if self.bare() == b"esac" {
                self.at += b"esac".len();
                return Some(());
            }
            self.pattern()?;
            match self.forgetting(Self::list)? {
                End::Case => {}
                End::Word(b"esac") => return Some(()),
                End::Word(_) | End::Script | End::Paren => return None,
            }
        }
    }

    /// `a | b)`
    fn pattern(&mut self) -> Option<()> {
        self.at += usize::from(self.peek(0) == b'(');
        loop {
            self.blanks();
            self.word()?;
            self.blanks();
            self.at += 1;
            match self.text.get(self.at - 1)? {
                b'|' => {}
                b')' => return Some(()),
                _ => return None,
            }
        }
    }

    /// `[[ … ]]`, but for what evaluates its words.
    fn test(&mut self) -> Option<()> {
        self.at += b"[[".len();
        loop {
            self.gap();
            match self.bare() {
                b"]]" => {
                    self.at += b"]]".len();
                    return Some(());
                }
                b"-eq" | b"-ne" | b"-lt" | b"-le" | b"-gt" | b"-ge" | b"-v" | b"-R" | b"-o" | b"=~" => return None,
                _ if matches!(self.peek(0), b'&' | b'|' | b'(' | b')' | b'<' | b'>') => self.at += 1,
                _ => self.word().map(drop)?,
            }
        }
    }

    /// Assignments, or a command with its words.
    fn simple(&mut self, always: bool) -> Option<()> {
        let mut names = Vec::new();
        let mut is_alone = true;
        while self.goes_on() {
            if self.is_redirection() {
                self.redirection()?;
                is_alone = false;
            } else if let Some(name) = self.assigned()? {
                names.extend(name);
            } else {
                let word = self.bare();
                // What a pattern finds may be the name of anything.
                let is_pattern = word != b"[" && word.iter().any(|byte| b"*?[]{}~".contains(byte));
                if word.is_empty() || word == b"!" || is_pattern || GIVEN_UP.iter().any(|one| one.as_bytes() == word) {
                    return None;
                }
                self.at += word.len();
                return self.arguments(word, always);
            }
        }
        if self.peek(0) == b'(' {
            return None;
        }
        if always && is_alone && !self.is_piped() {
            self.set.extend(names);
        }
        Some(())
    }

    /// Whether the command that is being read has more words.
    fn goes_on(&mut self) -> bool {
        self.blanks();
        let ends = matches!((self.peek(0), self.peek(1)), (b'\n' | b';' | b'|' | b'(' | b')' | b'#', _));
        let is_over = self.at >= self.text.len() || self.peek(0) == b'&' && self.peek(1) != b'>';
        !ends && !is_over
    }

    fn is_piped(&self) -> bool {
        matches!((self.peek(0), self.peek(1)), (b'|', next) if next != b'|')
    }

    /// What stands behind the first word of a command.
    fn arguments(&mut self, command: &[u8], always: bool) -> Option<()> {
        let declares = matches!(command, b"export" | b"readonly");
        let mut names = Vec::new();
        while self.goes_on() {
            if self.is_redirection() {
                self.redirection()?;
                continue;
            }
            if declares && let Some(name) = self.assigned()? {
                // What is read-only for ever may have no value.
                if name.is_none() && command == b"readonly" {
                    return None;
                }
                names.extend(name);
                continue;
            }
            let from = self.at;
            self.word()?;
            if !is_harmless(command, &self.text[from..self.at]) {
                return None;
            }
        }
        if self.peek(0) == b'(' {
            return None;
        }
        if always && !self.is_piped() {
            self.set.extend(names);
        }
        Some(())
    }

    /// Whether a value that is read as a number never is anything else, in all the text: what else it holds would be read
    /// as the names of variables in turn. The first `given` names come from outside.
    fn counts_numbers(&self, given: usize) -> bool {
        let from_outside = |name: &&[u8]| self.set[..given].contains(name);
        self.counted.iter().collect::<BTreeSet<_>>().into_iter().all(|name| !from_outside(name) && self.is_number(name))
    }
}

/// What ends a list that another word has begun.
const CLOSERS: [&[u8]; 8] = [b"then", b"do", b"done", b"fi", b"elif", b"else", b"esac", b"}"];

/// Whether a word makes nothing else of a command that may change what is set.
fn is_harmless(command: &[u8], word: &[u8]) -> bool {
    match command {
        b"set" => {
            let letters = word.strip_prefix(b"-").or_else(|| word.strip_prefix(b"+")).unwrap_or_default();
            !letters.is_empty() && letters.iter().all(|byte| matches!(byte, b'e' | b'x'))
        }
        // `-p` takes the value of a variable away.
        b"wait" => word.iter().all(|byte| byte.is_ascii_digit()),
        b"readonly" => false,
        // `-a` makes a list of a variable, which may have no first element.
        b"read" => !word.starts_with(b"-") || word == b"-r",
        _ => true,
    }
}

/// The names of `IFS= read -r a b`, where that is all.
fn names_read(head: &[u8]) -> Vec<&[u8]> {
    let is_name = |word: &&[u8]| super::word::name_length(word) == word.len() && !word.is_empty();
    let head = head.trim_ascii();
    let head = head.strip_suffix(b";").unwrap_or(head);
    let mut words = head.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty()).peekable();
    words.next_if(|word| *word == b"IFS=");
    if words.next() != Some(b"read") {
        return Vec::new();
    }
    words.next_if(|word| *word == b"-r");
    let names: Vec<&[u8]> = words.collect();
    if names.iter().all(is_name) { names } else { Vec::new() }
}

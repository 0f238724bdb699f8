//! Commands behind commands: the text that `bash -c '…'`, `eval` and here-documents hand to another shell.

use rustc_hash::FxHashSet;

use super::code::{self, reads_input as is_shell};
use super::wrapper::{inner, run};
use super::{Command, Piece, Place, Scan, Word, Wraps, scanner};

/// Shells that start shells that start shells, deeper than any honest script.
const DEEPEST: usize = 4;

/// So many words of a command are looked at for code: each costs as much as there are words.
const MOST_WORDS: usize = 256;

/// What runs the text behind its `-c`, as a program for a shell.
const TAKES_COMMAND: &[&str] = &["ash", "bash", "dash", "ksh", "runuser", "sh", "su", "zsh"];

pub(super) fn commands(pieces: &[Piece<'_>], scan: &Scan, wraps: &dyn Fn(&[Word]) -> Wraps) -> Vec<Command> {
    let mut found = Vec::with_capacity(scan.commands.len());
    Deep { wraps }.collect(pieces, scan, 0, &mut found);
    found.sort_by_key(|command| command.at);
    found
}

/// Why what a command runs cannot be read.
pub(super) fn unread(words: &[Word]) -> Option<String> {
    let program = inner(words);
    let first = program.first()?;
    let name = match first {
        Word::Plain(name) => &**name,
        // Nobody knows what that is.
        Word::Value(_) | Word::Unknown { .. } => return Some(String::new()),
    };
    match name {
        "." | "source" => Some(name.to_owned()),
        "eval" => program[1..].iter().any(|word| word.plain().is_none()).then(|| name.to_owned()),
        _ => {
            let last = if may_take(words) { words.len().min(MOST_WORDS) } else { 0 };
            let at = (1..last).find(|at| takes_command(words, *at).is_some())?;
            let known = matches!(&words[at], Word::Plain(text) if !text.contains(['\\', '\'']));
            (!known).then(|| format!("{name} -c"))
        }
    }
}

struct Deep<'r> {
    wraps: &'r dyn Fn(&[Word]) -> Wraps,
}

impl Deep<'_> {
    fn collect(&self, pieces: &[Piece<'_>], scan: &Scan, depth: usize, found: &mut Vec<Command>) {
        let mut reads: FxHashSet<Place> = FxHashSet::default();
        for command in &scan.commands {
            if self.command(pieces, Command { nested: depth > 0, ..command.clone() }, depth, found) {
                reads.insert(command.at);
            }
        }
        for here in scan.here_documents.iter().filter(|_| depth < DEEPEST) {
            if here.reader.is_some_and(|at| reads.contains(&at)) {
                self.text(&cut(pieces, here.body), here.body.0, depth, found);
            }
        }
    }

    /// Notes a command and what it wraps; whether the last of them reads its input as a shell does.
    fn command(&self, pieces: &[Piece<'_>], mut command: Command, depth: usize, found: &mut Vec<Command>) -> bool {
        for _ in 0..DEEPEST {
            if depth < DEEPEST {
                self.arguments(pieces, &command, depth, found);
            }
            let wraps = (self.wraps)(&command.words);
            let reads_input = wraps == Wraps::Input || is_shell(&command.words);
            let inner = match wraps {
                Wraps::From(word) | Wraps::Elsewhere(word) if (1..command.words.len()).contains(&word) => {
                    Some(Command {
                        words: command.words[word..].to_vec(),
                        places: command.places[word..].to_vec(),
                        at: command.places[word].0,
                        nested: true,
                        elsewhere: command.elsewhere || matches!(wraps, Wraps::Elsewhere(_)),
                    })
                }
                Wraps::From(_) | Wraps::Elsewhere(_) | Wraps::Input | Wraps::None => None,
            };
            found.push(command);
            match inner {
                Some(inner) => command = inner,
                None => return reads_input,
            }
        }
        false
    }

    fn arguments(&self, pieces: &[Piece<'_>], command: &Command, depth: usize, found: &mut Vec<Command>) {
        if !may_take(&command.words) {
            return;
        }
        for at in 1..command.words.len().min(MOST_WORDS) {
            match takes_command(&command.words, at) {
                Some(Takes::Rest) if at + 1 < command.words.len() => {
                    let (words, places) = (command.words[at..].to_vec(), command.places[at..].to_vec());
                    return found.push(Command { words, at: places[0].0, places, nested: true, elsewhere: false });
                }
                Some(Takes::Rest | Takes::Word) => {
                    if let Some((from, to)) = unquoted(pieces, command.places[at]) {
                        self.text(&cut(pieces, (from, to)), from, depth, found);
                    }
                }
                None => {}
            }
        }
    }

    /// Reads a text that stands there as a script.
    fn text(&self, pieces: &[Piece<'_>], base: Place, depth: usize, found: &mut Vec<Command>) {
        let scan = scanner::scan(pieces);
        let first = found.len();
        self.collect(pieces, &scan, depth + 1, found);
        for command in &mut found[first..] {
            move_by(command, base);
        }
    }
}

fn move_by(command: &mut Command, base: Place) {
    let moved = |place: Place| {
        let byte = if place.piece == 0 { base.byte + place.byte } else { place.byte };
        Place { piece: base.piece + place.piece, byte }
    };
    command.at = moved(command.at);
    for (from, to) in &mut command.places {
        (*from, *to) = (moved(*from), moved(*to));
    }
    for word in &mut command.words {
        if let Word::Value(piece) = word {
            *piece += base.piece;
        }
    }
}

/// How much of a command is code.
enum Takes {
    Word,
    /// All words from here on.
    Rest,
}

/// Most commands take none, and looking at each of their words costs.
fn may_take(words: &[Word]) -> bool {
    let reader = |word: &Word| {
        let name = word.plain().and_then(|text| text.rsplit('/').next());
        name.is_some_and(|name| name == "eval" || TAKES_COMMAND.contains(&name))
    };
    words.iter().any(reader)
}

fn takes_command(words: &[Word], at: usize) -> Option<Takes> {
    let reader = code::reader(words, Some(at))?;
    if reader == "eval" {
        let first = run(words).from + 1;
        return (at == first).then_some(Takes::Rest);
    }
    let shell = reader.strip_suffix(" -c")?;
    TAKES_COMMAND.contains(&shell).then_some(Takes::Word)
}

/// What is inside the quotes of a word, when it is written as it is meant.
fn unquoted(pieces: &[Piece<'_>], (from, to): (Place, Place)) -> Option<(Place, Place)> {
    let Piece::Text(text) = pieces.get(from.piece)? else { return None };
    let end = match to.piece - from.piece {
        0 => to.byte,
        1 if to.byte == 0 => text.len(),
        _ => return None,
    };
    let word = text.get(from.byte..end)?;
    let (cut, foreign): (usize, &[char]) = match word.as_bytes() {
        [b'\'', .., b'\''] => (1, &['\'']),
        [b'"', .., b'"'] => (1, &['"', '\\']),
        _ => (0, &['"', '\'', '\\']),
    };
    let inside = word.get(cut..word.len() - cut)?;
    let place = |byte: usize| Place { piece: from.piece, byte };
    (!inside.contains(foreign)).then(|| (place(from.byte + cut), place(end - cut)))
}

/// The pieces between two places.
fn cut<'a>(pieces: &[Piece<'a>], (from, to): (Place, Place)) -> Vec<Piece<'a>> {
    let last = to.piece.min(pieces.len().saturating_sub(1));
    let between = from.piece..=last;
    let part = |at: usize| match pieces[at] {
        Piece::Hole => Piece::Hole,
        Piece::Text(text) => {
            let start = if at == from.piece { from.byte } else { 0 };
            let end = if at == to.piece { to.byte } else { text.len() };
            Piece::Text(text.get(start..end).unwrap_or_default())
        }
    };
    let behind = |at: &usize| !(*at == to.piece && to.byte == 0 && matches!(pieces[*at], Piece::Hole));
    between.filter(behind).map(part).collect()
}

//! What holds of every text that is read as a script; `@@` in it is a value.

use pipec::shell::{Command, Context, Piece, Place, Scan, Word, Wraps, deep, program, scan, unread};

/// Where a value stands.
const HOLE: &str = "@@";

/// Reads the script.
///
/// # Panics
/// When something does not hold.
pub(crate) fn hold(script: &str) {
    let texts: Vec<&str> = script.split(HOLE).collect();
    let pieces = pieces(&texts);
    let found = scan(&pieces);
    assert_eq!(found, scan(&pieces), "the same script is read the same");
    assert_eq!(found.holes.len(), texts.len() - 1, "each value has a context");
    holes(&found, &texts);
    found.commands.iter().for_each(|command| runs(command, &texts));
    let sorted = found.commands.windows(2).all(|two| two[0].at <= two[1].at);
    assert!(sorted, "commands are in the order in which they are written: {:?}", found.commands);
    here_documents(&found, &texts);
    behind(&found, &pieces, &texts);
    found.faults.iter().for_each(|fault| inside(fault.at, &texts));
    cut(script, &texts);
}

fn pieces<'a>(texts: &[&'a str]) -> Vec<Piece<'a>> {
    let with_hole = texts.iter().map(|text| [Piece::Text(text), Piece::Hole]);
    let mut pieces: Vec<Piece<'a>> = with_hole.flatten().collect();
    pieces.pop();
    pieces
}

fn holes(found: &Scan, texts: &[&str]) {
    for (at, hole) in found.holes.iter().enumerate() {
        let here = Place { piece: 2 * at + 1, byte: 0 };
        if let Some(opened) = hole.opened {
            inside(opened, texts);
            assert!(opened < here, "what a value stands in begins before it: {hole:?}");
        }
        let needs_opener = match hole.context {
            Context::SingleQuoted | Context::DoubleQuoted | Context::Comment => true,
            Context::HereDocument | Context::QuotedHereDocument => {
                let known = found.here_documents.iter().any(|one| Some(one.at) == hole.opened);
                assert!(known, "a value in a here-document knows which: {hole:?}");
                true
            }
            Context::Word | Context::Arithmetic => false,
            Context::Foreign => panic!("a script for a shell is not for another interpreter: {hole:?}"),
        };
        assert!(!needs_opener || hole.opened.is_some(), "{hole:?}");
        assert!(!hole.whole || hole.context == Context::Word, "only a bare word is whole: {hole:?}");
    }
}

fn runs(command: &Command, texts: &[&str]) {
    inside(command.at, texts);
    assert!(!command.words.is_empty());
    let inner = program(command);
    let part = !inner.is_empty() && command.words.windows(inner.len()).any(|words| words == inner);
    assert!(part, "{inner:?} is a part of {:?}", command.words);
}

/// What other shells run is read as well, each word at a place of the script.
fn behind(found: &Scan, pieces: &[Piece<'_>], texts: &[&str]) {
    let wraps = |words: &[Word]| if words.len() > 2 { Wraps::From(1) } else { Wraps::Input };
    for wraps in [&wraps as &dyn Fn(&[Word]) -> Wraps, &|_| Wraps::None] {
        let all = deep(pieces, found, wraps);
        assert!(all.len() >= found.commands.len(), "none is lost");
        assert!(all.windows(2).all(|two| two[0].at <= two[1].at), "commands are in their order");
        for command in &all {
            assert_eq!(command.words.len(), command.places.len(), "{command:?}");
            command.places.iter().for_each(|(from, to)| {
                inside(*from, texts);
                inside(*to, texts);
            });
            let value = |word: &Word| matches!(word, Word::Value(piece) if !matches!(pieces[*piece], Piece::Hole));
            assert!(!command.words.iter().any(value), "{command:?}");
            let _ = unread(&command.words);
        }
    }
}

fn here_documents(found: &Scan, texts: &[&str]) {
    for one in &found.here_documents {
        let places = [one.at, one.delimiter.0, one.delimiter.1, one.body.0, one.body.1];
        places.iter().for_each(|place| inside(*place, texts));
        assert!(places.is_sorted(), "{one:?}");
    }
}

/// The place is one of a character of a text, or in front of, or behind a value.
fn inside(place: Place, texts: &[&str]) {
    let there = match texts.get(place.piece / 2) {
        Some(text) if place.piece.is_multiple_of(2) => text.is_char_boundary(place.byte),
        Some(_) => place.byte <= 1,
        None => false,
    };
    assert!(there, "{place:?} is no place of the script");
}

/// A script in more pieces is the same script.
fn cut(script: &str, texts: &[&str]) {
    let middle = |text: &str| (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let mut halves = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        let (a, b) = text.split_at(middle(text));
        halves.extend((at > 0).then_some(Piece::Hole));
        halves.extend([Piece::Text(a), Piece::Text(b)]);
    }
    let (whole, other) = (scan(&pieces(texts)), scan(&halves));
    // Which piece a value is depends on the pieces.
    let word = |word: &Word| if let Word::Value(_) = word { Word::Value(0) } else { word.clone() };
    let commands =
        |scan: &Scan| scan.commands.iter().map(|one| one.words.iter().map(word).collect()).collect::<Vec<Vec<_>>>();
    let contexts = |scan: &Scan| scan.holes.iter().map(|one| (one.context, one.whole)).collect::<Vec<_>>();
    let faults = |scan: &Scan| scan.faults.iter().map(|one| one.kind).collect::<Vec<_>>();
    assert_eq!(commands(&whole), commands(&other), "{script:?}");
    assert_eq!(contexts(&whole), contexts(&other), "{script:?}");
    assert_eq!(faults(&whole), faults(&other), "{script:?}");
}

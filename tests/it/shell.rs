//! Reading shell text.

mod oracle;

use pipec::shell::{Command, Context, FaultKind, Piece, Scan, Word, program, scan};

/// Scans a script in which `@@` is a hole.
fn read(script: &str) -> Scan {
    scan(&pieces(script))
}

fn pieces(script: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for (at, text) in script.split("@@").enumerate() {
        if at > 0 {
            pieces.push(Piece::Hole);
        }
        pieces.push(Piece::Text(text));
    }
    pieces
}

fn contexts(script: &str) -> Vec<Context> {
    let scan = read(script);
    assert_eq!(scan.faults, [], "{script}");
    scan.holes.iter().map(|hole| hole.context).collect()
}

fn words(words: &[Word]) -> String {
    let text = |word: &Word| match word {
        Word::Plain(text) => text.to_string(),
        Word::Unknown => "?".to_owned(),
    };
    words.iter().map(text).collect::<Vec<_>>().join(" ")
}

fn commands(script: &str) -> Vec<String> {
    let scan = read(script);
    assert_eq!(scan.faults, [], "{script}");
    scan.commands.iter().map(|command| words(&command.words)).collect()
}

fn readers(script: &str) -> Vec<Option<String>> {
    read(script).holes.iter().map(|hole| hole.code_for.as_deref().map(str::to_owned)).collect()
}

#[test]
fn smoke() {
    assert_eq!(
        contexts("echo @@ \"@@\" '@@' # @@"),
        [Context::Word, Context::DoubleQuoted, Context::SingleQuoted, Context::Comment]
    );
    assert_eq!(
        commands("a=b sudo -E cosa build $(x y) > f && \"co\"sa 'init' z"),
        ["sudo -E cosa build ?", "x y", "cosa init z"]
    );
    let _ = (
        readers("eval @@"),
        FaultKind::OpenBacktick,
        program(&Command { words: vec![], at: pipec::shell::Place { piece: 0, byte: 0 } }),
    );
}

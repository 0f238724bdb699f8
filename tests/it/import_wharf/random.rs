//! Files that somebody has edited blindly: what is imported is sound, and what is not has an error.

use proptest::prelude::*;

use super::{KINDS, fixture, import_with, said};
use pipec::query::import::Options;

/// What is done to a line: it goes, comes twice, moves, or loses or changes a part.
fn edited(text: &str, line: usize, how: usize, at: usize) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let line = line % lines.len();
    let cut = lines[line].char_indices().map(|(at, _)| at).nth(at % (lines[line].chars().count() + 1));
    let cut = cut.unwrap_or(lines[line].len());
    match how % 7 {
        0 => drop(lines.remove(line)),
        1 => lines.insert(line, lines[line].clone()),
        2 => lines[line].truncate(cut),
        3 => lines[line].insert_str(cut, "${x}"),
        4 => lines[line].insert(0, ' '),
        5 => lines[line] = lines[line].replace(['$', '['], ""),
        _ => lines[line].insert(cut, '\''),
    }
    lines.join("\n") + "\n"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn capability_3_1_what_is_edited_blindly_is_sound_or_refused(
        kind in 0usize..13, line in 0usize..64, how in 0usize..7, at in 0usize..80, lenient: bool,
    ) {
        let text = edited(&fixture(KINDS[kind]), line, how, at);
        let import = import_with(&[(".wharf-ci.yml", &text)], Options { name: "ci", lenient });
        let said = said(&import);
        prop_assert_eq!(import.imported.is_some(), !said.contains("error["), "{}\n{}", text, said);
        prop_assert!(!said.contains("this is a mistake of pipec"), "{}\n{}", text, said);
    }
}

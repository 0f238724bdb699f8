//! The codes as a whole: none is dead, each has a name of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use pipec::diag::code::CODES;

/// What `src` constructs, outside of tests: a code that nothing gives would have a page about nothing.
#[test]
fn no_code_is_dead() {
    let mut given: BTreeMap<String, usize> = BTreeMap::new();
    look(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut given);
    let dead: Vec<&str> = CODES.iter().map(|code| code.id()).filter(|id| !given.contains_key(*id)).collect();
    assert_eq!(dead, Vec::<&str>::new());
    assert!(given.len() >= CODES.len(), "the sources are read");
}

fn look(folder: &Path, given: &mut BTreeMap<String, usize>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            look(&path, given);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            for (at, mark) in text.match_indices("Code::P") {
                *given.entry(text[at + mark.len() - 1..].chars().take(5).collect()).or_default() += 1;
            }
        }
    }
}

/// Also those of the pages on disk: one without a row would never be printed.
#[test]
fn every_page_has_a_code_and_every_name_is_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diag/pages");
    let pages: BTreeSet<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let codes: BTreeSet<String> = CODES.iter().map(|code| format!("{}.md", code.id())).collect();
    assert_eq!(pages, codes);
    let names: BTreeSet<&str> = CODES.iter().map(|code| code.name()).collect();
    assert_eq!(names.len(), CODES.len());
    for code in CODES {
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        assert!(plain(code.name()) && code.name().len() < 27, "{}", code.name());
        let summary = code.summary();
        assert!(!summary.is_empty() && !summary.ends_with('.') && !summary.contains('\n'), "{summary}");
        assert!(!summary.starts_with(|c: char| c.is_uppercase()) || summary.starts_with("ShellCheck"), "{summary}");
    }
    assert!(CODES.is_sorted());
}

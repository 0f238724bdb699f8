//! What the systems that `pipec` takes the place of can do, by the numbers of the list of their capabilities, and what they
//! get wrong: each with the tests that show what we do. A test that is not there any more is a hole in this table.

mod can;
mod wrongs;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::run::Place;
use can::CAPABILITIES;
use wrongs::{RELAY, WHARF};

/// A number, and the tests that show it: `it` and `run` are the two binaries of tests, `pipec` is the library itself.
type Row = (&'static str, &'static [&'static str]);

/// Every number of the list that there is to be.
const WANTED: [&str; 45] = [
    "1.8", "1.9", "1.10", "1.11", "1.12", "1.13", "1.14", "1.15", "1.16", "1.17", "1.18", //
    "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7", "2.8", "2.9", "2.10", "2.11", //
    "2.13", "2.14", "2.15", "2.16", "2.17", //
    "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "3.12", "3.14", //
    "4.1", "4.2", "4.4", "4.6", "4.7", "4.8", "4.12",
];

#[test]
fn every_number_has_its_tests() {
    let listed: BTreeSet<&str> = CAPABILITIES.iter().map(|(number, _)| *number).collect();
    let missing: Vec<&&str> = WANTED.iter().filter(|one| !listed.contains(**one)).collect();
    assert!(missing.is_empty(), "no test shows {missing:?}");
    let numbers = |rows: &[Row], first: char, count: usize| {
        let wanted: Vec<String> = (1..=count).map(|at| format!("{first}{at}")).collect();
        assert_eq!(rows.iter().map(|(number, _)| *number).collect::<Vec<_>>(), wanted);
    };
    numbers(WHARF, 'W', 16);
    numbers(RELAY, 'R', 19);
    for rows in [CAPABILITIES, WHARF, RELAY] {
        assert_eq!(rows.iter().map(|(number, _)| number).collect::<BTreeSet<_>>().len(), rows.len(), "twice");
        assert!(rows.iter().all(|(_, tests)| !tests.is_empty()));
    }
}

#[test]
fn every_test_of_the_table_is_there() {
    let there = tests();
    let named = [CAPABILITIES, WHARF, RELAY].into_iter().flatten();
    let lost: Vec<String> = named
        .flat_map(|(number, tests)| tests.iter().map(move |test| (number, *test)))
        .filter(|(_, test)| !there.contains(*test))
        .map(|(number, test)| format!("{number}: {test}"))
        .collect();
    assert_eq!(lost, Vec::<String>::new());
}

/// Who gives a test a number wants it in the table.
#[test]
fn every_test_with_a_number_is_in_the_table() {
    let rows: BTreeMap<&str, &[&str]> = CAPABILITIES.iter().copied().collect();
    let lost: Vec<String> = tests()
        .into_iter()
        .filter_map(|test| Some((numbered(test.rsplit("::").next()?)?, test)))
        .filter(|(number, test)| !rows.get(number.as_str()).is_some_and(|row| row.contains(&test.as_str())))
        .map(|(number, test)| format!("{number}: {test}"))
        .collect();
    assert_eq!(lost, Vec::<String>::new());
}

/// `2.14` of `capability_2_14_…`
fn numbered(name: &str) -> Option<String> {
    let mut words = name.strip_prefix("capability_")?.split('_');
    Some(format!("{}.{}", words.next()?, words.next()?))
}

/// W4: a value that is not there leaves no empty word behind, and one that is empty is a word.
#[test]
fn what_is_not_given_is_no_word() {
    let program = r#"
pipeline ci(version: string? = none, path: string = "") {
    task pack {
        image: "quay.io/a/b:1"
        run: """
            printf '<%s>' helm package ~{path} ~{flag("--version", version)}; echo
            """
    }
}
"#;
    let place = Place::with(&[("ci.pipe", program)]);
    place.run(&["emit", "-t", "shell", "-o", "made", "ci.pipe"]).exits(0);
    let said = |args: &str| {
        let ran = place.shell(&format!("bash made/ci.sh {args}")).exits(0);
        ran.out.lines().find_map(|line| line.strip_prefix("pack | ")).unwrap().to_owned()
    };
    assert_eq!(said(""), "<helm><package><>");
    assert_eq!(said("--version '' --path p"), "<helm><package><p>");
    assert_eq!(said("--version '1 2' --path p"), "<helm><package><p><--version><1 2>");
}

/// W7: nothing in the library, in the examples or in what is put around scripts turns off what tells a stranger from a friend.
#[test]
fn nobody_is_trusted_unseen() {
    let words =
        ["skip-tls", "--insecure", "no-check-certificate", "StrictHostKeyChecking=no", "sslVerify", "tls-verify=false"];
    let mut read = 0;
    for folder in ["stdlib", "examples", "src/emit", "src/run"] {
        for path in files(&root().join(folder)) {
            let Ok(text) = fs::read_to_string(&path) else { continue };
            read += 1;
            for word in words {
                let found = text.lines().find(|line| line.contains(word) && !line.trim_start().starts_with(['/', '"']));
                assert_eq!(found, None, "{}", path.display());
            }
        }
    }
    assert!(read > 100, "{read}");
}

/// Every test there is, as `it::check::names::what_is_tested`.
fn tests() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (folder, binary) in [("tests/it", "it"), ("tests/run", "run"), ("src", "pipec")] {
        let root = root().join(folder);
        for path in files(&root).into_iter().filter(|path| path.extension().is_some_and(|one| one == "rs")) {
            let text = fs::read_to_string(&path).unwrap();
            let module = module(binary, path.strip_prefix(&root).unwrap());
            all.extend(named(&text).map(|(is_inner, name)| {
                if is_inner { format!("{module}::tests::{name}") } else { format!("{module}::{name}") }
            }));
        }
    }
    assert!(all.len() > 1000, "{}", all.len());
    all
}

/// The functions behind `#[test]`, and whether they stand in `mod tests { … }`.
fn named(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let inner = text.find("mod tests {").unwrap_or(text.len());
    text.match_indices("#[test]\n").filter_map(move |(at, _)| {
        let line = text[at..].lines().map(str::trim_start).find(|line| line.starts_with("fn "))?;
        Some((at > inner, line.strip_prefix("fn ")?.split('(').next()?))
    })
}

fn module(binary: &str, path: &Path) -> String {
    let path = path.with_extension("");
    let mut words: Vec<&str> = path.iter().filter_map(|word| word.to_str()).collect();
    if matches!(words.last(), Some(&("mod" | "main"))) {
        words.pop();
    }
    [&[binary], words.as_slice()].concat().join("::")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() { found.extend(files(&entry.path())) } else { found.push(entry.path()) }
    }
    found
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

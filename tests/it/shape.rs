//! The architecture, enforced: who may name whom, who owns which crate, which words stand where, how long files are.

use std::fs;
use std::path::{Path, PathBuf};

/// A module and the modules that it may name; `check` files outside `plan::build` and so on are listed one by one.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("src/source.rs", &[]),
    ("src/abreast", &["abreast"]),
    ("src/contract", &["contract"]),
    ("src/diag/", &["source", "diag"]),
    ("src/yaml_read", &["source", "diag", "yaml_read"]),
    ("src/syntax/", &["source", "abreast", "diag", "syntax"]),
    ("src/shell/", &["source", "diag", "shell"]),
    ("src/check/", &["source", "abreast", "diag", "syntax", "shell", "check"]),
    ("src/plan/", &["source", "diag", "contract", "shell", "yaml_read", "check", "plan"]),
    ("src/emit/", &["source", "abreast", "diag", "contract", "plan", "shell", "emit"]),
    ("src/import/", &["source", "diag", "syntax", "shell", "yaml_read", "import"]),
    ("src/verify/", &["source", "diag", "yaml_read", "verify"]),
    (
        "src/query/",
        &[
            "source",
            "abreast",
            "diag",
            "syntax",
            "shell",
            "yaml_read",
            "check",
            "plan",
            "emit",
            "import",
            "verify",
            "query",
        ],
    ),
    ("src/run/", &["contract", "run"]),
    ("src/serve/", &["contract", "run", "serve"]),
    ("src/cli/", &["source", "abreast", "diag", "syntax", "contract", "query", "emit", "run", "serve", "cli"]),
    ("src/bin/", &[]),
    ("src/main.rs", &[]),
    ("src/lib.rs", &[]),
];

/// A crate and the only place that may name it.
const OWNERS: &[(&str, &str)] = &[
    ("pest", "src/syntax/"),
    ("pest_derive", "src/syntax/"),
    ("petgraph", "src/plan/"),
    ("rayon", "src/abreast.rs"),
    ("miette", "src/diag/render.rs"),
    ("clap", "src/cli/"),
    ("clap_complete", "src/cli/"),
    ("clap_mangen", "src/cli/"),
    ("pulldown_cmark", "src/cli/doc/"),
    ("pulldown_cmark_to_cmark", "src/cli/doc/"),
    ("ignore", "src/cli/"),
    ("notify", "src/cli/"),
    ("supports_hyperlinks", "src/cli/"),
    ("terminal_size", "src/cli/"),
    ("textwrap", "src/diag/render.rs"),
    ("similar", "src/cli/"),
    ("indicatif", "src/cli/"),
    ("rustix", "src/run/"),
    ("signal_hook", "src/run/"),
    ("axum", "src/serve/"),
    ("tokio", "src/serve/"),
    ("granit_parser", "src/yaml_read"),
    ("regex", "src/check/pattern.rs"),
    ("toml", "src/query/config"),
];

/// Words of engines and where alone they may stand.
const ENGINE_WORDS: &[&str] = &["tekton", "openshift", "buildconfig", "apiversion", "kubernetes"];

#[test]
fn a_module_names_only_what_it_may() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let (_, allowed) = MAY_NAME
            .iter()
            .find(|(prefix, _)| path.starts_with(prefix))
            .unwrap_or_else(|| panic!("{path} belongs to no room: add it to the table and to lib.rs"));
        for name in named(&text) {
            if !allowed.contains(&name.as_str()) {
                wrong.push(format!("{path} names crate::{name}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_plan_sees_the_checker_only_through_its_program() {
    let allowed = ["check::program", "check::pattern"];
    for (path, text) in sources().into_iter().filter(|(path, _)| path.starts_with("src/plan/")) {
        for (at, _) in text.match_indices("crate::check") {
            let rest = &text[at + "crate::".len()..];
            assert!(allowed.iter().any(|name| rest.starts_with(name)), "{path}: {}", rest.lines().next().unwrap_or(""));
        }
    }
}

#[test]
fn a_third_party_crate_has_one_owner() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        for (name, owner) in OWNERS.iter().filter(|(_, owner)| !path.starts_with(owner)) {
            if text.lines().any(|line| names(code(line), name)) {
                wrong.push(format!("{path} names {name}, which {owner} owns"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// A name has one place, and everybody goes there for it.
#[test]
fn nothing_is_exported_twice() {
    let again = |line: &&str| line.starts_with("pub use ") || line.starts_with("pub(") && line.contains(") use ");
    for (path, text) in sources() {
        assert_eq!(text.lines().map(|line| code(line).trim_start()).find(again), None, "{path}");
    }
}

#[test]
fn engines_are_named_in_their_own_rooms() {
    let mut wrong = Vec::new();
    let rooms = [
        "src/emit/",
        "src/verify/",
        "src/import/",
        "src/query/import.rs",
        "src/cli/import.rs",
        "src/cli/verify.rs",
        "src/cli/args.rs",
        "src/cli/bundle",
        "src/cli/remote",
        "src/query/bundle.rs",
        "src/lib.rs",
    ];
    for (path, text) in sources().into_iter().filter(|(path, _)| !rooms.iter().any(|room| path.starts_with(room))) {
        for (number, line) in text.lines().enumerate() {
            let lower = code(line).to_lowercase();
            if ENGINE_WORDS.iter().any(|word| lower.contains(word)) {
                wrong.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn cosa_is_named_in_the_library_only() {
    let mut wrong = Vec::new();
    // What is imported was written for it.
    for (path, text) in sources().into_iter().filter(|(path, _)| !path.starts_with("src/import/")) {
        for (number, line) in text.lines().enumerate() {
            let lower = code(line).to_lowercase();
            if lower.contains("cosa") && !lower.contains("library!(") || lower.contains("buildextend") {
                wrong.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn files_are_short() {
    let long: Vec<String> = sources()
        .into_iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > 600)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn the_grammar_is_short() {
    let text = fs::read_to_string(root().join("grammar/pipe.pest")).expect("the grammar is there");
    assert!(text.lines().count() <= 260, "{} lines", text.lines().count());
}

/// Whether the line names the crate, and not one whose name ends so.
fn names(line: &str, name: &str) -> bool {
    let path = format!("{name}::");
    line.match_indices(&path).any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// What stands behind `crate::` outside comments and tests.
fn named(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for line in text.lines().map(code) {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            names.push(rest[..end].to_owned());
        }
    }
    names
}

fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

/// Every Rust file below `src`, up to its `#[cfg(test)]`, by its path.
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&root().join("src"), &mut found);
    found.sort();
    assert!(found.len() > 20, "the sources are read");
    found
}

fn collect(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder of src").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).expect("a source file");
            let shown = path.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
            let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned();
            found.push((shown, text));
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

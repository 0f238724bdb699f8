//! What holds for every program and every set of levels.

use pipec::diag::Severity;
use pipec::diag::code::{CODES, Code};
use pipec::query::Analysis;
use pipec::query::config::Config;
use pipec::query::levels::{Level, Lint, Wishes};
use proptest::prelude::*;

use super::{PIPELINE, Project};

/// Pieces of the head of a program, some with findings.
const HEADS: &[&str] = &[
    "use std.cosa\n",
    "use lib.a\n",
    "use lib.b // pipec: allow(P0254) because x\n",
    "// pipec: allow(unused-import) because x\n",
    "// pipec: allow(unused-allow) because x\n",
    "use lib.c\nconst c: int = c.one\n",
    "const d: int = 1 // pipec: allow(P0254, P0723) because x\n",
    "const e: int = f\n",
    "const g: int = 1 // pipec: allow(P0204)\n",
];

type Row = (Code, Severity, String, Option<pipec::source::Span>);

fn findings(text: &str, levels: &[(Code, Level)]) -> Vec<Row> {
    let module = "const one: int = 1\n";
    let files = [("a.pipe", text), ("lib/a.pipe", module), ("lib/b.pipe", module), ("lib/c.pipe", module)];
    let mut wishes = Wishes::default();
    levels.iter().for_each(|(code, level)| wishes.set(Lint::One(*code), *level));
    let analysis = Analysis::open_with(&Project::new(&files), "a.pipe", &Config::none(&wishes));
    let row = |one: &pipec::diag::Diagnostic| (one.code, one.severity, one.message.clone(), one.span());
    analysis.diagnostics.iter().map(row).collect()
}

fn lints() -> Vec<Code> {
    CODES.iter().copied().filter(|code| code.is_lint()).collect()
}

fn level() -> impl Strategy<Value = Level> {
    prop_oneof![Just(Level::Allow), Just(Level::Warn), Just(Level::Deny)]
}

proptest! {
    #[test]
    fn a_level_changes_the_findings_of_its_code_alone(
        heads in prop::collection::vec(prop::sample::select(HEADS), 0..6),
        others in prop::collection::vec((prop::sample::select(lints()), level()), 0..4),
        code in prop::sample::select(lints()),
        level in level(),
    ) {
        let text = heads.concat() + PIPELINE;
        let before = findings(&text, &others);
        let mut levels = others;
        levels.push((code, level));
        let after = findings(&text, &levels);
        let but = |rows: &[Row]| rows.iter().filter(|row| row.0 != code).cloned().collect::<Vec<_>>();
        prop_assert_eq!(but(&before), but(&after));
        let plain: Vec<Row> = findings(&text, &[]).into_iter().filter(|row| row.0 == code).collect();
        let of_code: Vec<Row> = after.into_iter().filter(|row| row.0 == code).collect();
        match level {
            Level::Allow => prop_assert_eq!(of_code, Vec::new()),
            Level::Warn => prop_assert_eq!(of_code, plain),
            Level::Deny => {
                let denied: Vec<Row> = plain.into_iter().map(|row| (row.0, Severity::Error, row.2, row.3)).collect();
                prop_assert_eq!(of_code, denied);
            }
        }
    }

    #[test]
    fn no_comment_makes_the_compiler_stumble(words in "[ -~é(),]{0,30}", before in prop::sample::select(vec!["", "use std.cosa ", "x = \"a\" "])) {
        findings(&format!("{before}// pipec: {words}\n{PIPELINE}"), &[]);
        findings(&format!("{before}// pipec: allow({words}\n{PIPELINE}"), &[]);
    }

    #[test]
    fn no_configuration_makes_the_compiler_stumble(text in "(\\[lints\\]|\\[check\\]|all|P0254|=|\"|\n|deny|exclude|\\[|\\]|[ -~é]){0,20}") {
        let config = Config::read("pipec.toml", &text, &Wishes::default());
        for found in config.diagnostics.iter() {
            let span = found.span().expect("a place in the file");
            prop_assert!(text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize));
        }
    }
}

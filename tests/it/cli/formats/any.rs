//! Whatever is in a message, a name or a text, every format stays what it is.

use pipec::diag::code::CODES;
use pipec::diag::report::{self, FORMATS, Format, Run};
use pipec::diag::{Diagnostic, Edit, Fix, Severity};
use pipec::source::{FileId, Sources, Span, offset};
use proptest::prelude::*;
use serde_json::Value;

use super::{github, junit, schema, validator};

const NASTY: &[&str] = &[
    "\0",
    "\u{1b}[31m",
    "\u{7}",
    "\r",
    "\n",
    "\r\n",
    "\t",
    "\u{b}",
    "\u{c}",
    "\u{1c}",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{202e}",
    "\u{feff}",
    "\u{fffe}",
    "\u{ffff}",
    "]]>",
    "<!--",
    "&amp;",
    "\"",
    "'",
    "<",
    ">",
    "&",
    "%0A",
    "%",
    "::",
    ":",
    ",",
    "=",
    "{0}",
    "{",
    "}}",
    "[a](1)",
    "](",
    "[",
    "\\",
    "//",
    "../",
    "-",
    "ä",
    "€",
    "𝄞",
    "👩‍👩‍👧",
    "e\u{301}",
    " ",
    "~{x}",
];

fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(NASTY).prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
        "[a-z]{1,9}"
    ];
    let short = prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat());
    prop_oneof![20 => short.clone(), 1 => (short, 500_usize..3000).prop_map(|(text, times)| text.repeat(times))]
}

/// Not an empty one: a finding says something.
fn any_words() -> impl Strategy<Value = String> {
    any_text().prop_map(|text| format!("x{text}"))
}

/// A text, and findings with places in it: the numbers are cut to what there is.
#[derive(Debug, Clone)]
struct Case {
    names: [String; 2],
    texts: [String; 2],
    findings: Vec<Words>,
}

#[derive(Debug, Clone)]
struct Words {
    code: usize,
    severity: Severity,
    message: String,
    help: Option<String>,
    labels: Vec<(bool, usize, usize, String)>,
    edit: Option<(usize, usize, String)>,
}

fn any_finding() -> impl Strategy<Value = Words> {
    let label = (any::<bool>(), any::<usize>(), any::<usize>(), any_text());
    let severity = prop::sample::select(vec![Severity::Error, Severity::Warning, Severity::Note]);
    let edit = prop::option::of((any::<usize>(), any::<usize>(), any_text()));
    let labels = prop::collection::vec(label, 0..4);
    (0..CODES.len(), severity, any_words(), prop::option::of(any_text()), labels, edit)
        .prop_map(|(code, severity, message, help, labels, edit)| Words { code, severity, message, help, labels, edit })
}

fn any_case() -> impl Strategy<Value = Case> {
    let files = ([any_words(), any_words()], [any_text(), any_text()]);
    (files, prop::collection::vec(any_finding(), 0..5)).prop_map(|((names, texts), findings)| Case {
        names,
        texts,
        findings,
    })
}

/// A span in the file, on borders of characters.
fn span(sources: &Sources, file: FileId, from: usize, to: usize) -> Span {
    let text = &sources.get(file).text;
    let border = |at: usize| (0..=at % (text.len() + 1)).rev().find(|at| text.is_char_boundary(*at)).unwrap();
    let (from, to) = (border(from), border(to));
    Span::new(file, offset(from.min(to)), offset(from.max(to)))
}

fn made(case: &Case) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let files: Vec<FileId> = case.names.iter().zip(&case.texts).map(|(name, text)| sources.add(name, text)).collect();
    let one = |words: &Words| {
        let mut one = Diagnostic::global(CODES[words.code], words.message.clone());
        one.severity = words.severity;
        for (second, from, to, text) in &words.labels {
            one = one.label(span(&sources, files[usize::from(*second)], *from, *to), text.clone());
        }
        one.help.clone_from(&words.help);
        let edit = words
            .edit
            .iter()
            .map(|(from, to, text)| Edit { span: span(&sources, files[0], *from, *to), text: text.clone() });
        one.fixes.push(Fix { title: words.message.clone(), edits: edit.collect() });
        one
    };
    let findings = case.findings.iter().map(one).collect();
    (sources, findings)
}

fn lines(text: &str) -> usize {
    let ends = |c: char| {
        matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
    };
    assert!(text.is_empty() || text.ends_with('\n'), "{text:?}");
    text.matches(ends).count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_format_holds_any_text(cases in prop::collection::vec(any_case(), 40)) {
        let (mut logs, mut documents) = (Vec::new(), Vec::new());
        for case in &cases {
            let (sources, findings) = made(case);
            let run = Run {
                files: case.names.iter().map(String::as_str).collect(),
                findings: findings.iter().map(|one| (&sources, one)).collect(),
            };
            for format in FORMATS {
                let text = report::render(*format, &run);
                match format {
                    Format::Concise => prop_assert_eq!(lines(&text), findings.len()),
                    Format::Json => {
                        let value: Value = serde_json::from_str(&text).unwrap();
                        prop_assert_eq!(value["diagnostics"].as_array().unwrap().len(), findings.len());
                    }
                    Format::Sarif => logs.push(serde_json::from_str(&text).unwrap()),
                    Format::Github => commands(&text, &findings, case),
                    Format::Junit => documents.push(text),
                }
            }
        }
        for log in &logs {
            prop_assert_eq!(validator::faults(log), Vec::<String>::new());
        }
        prop_assert_eq!(schema::faults(&logs).concat(), Vec::<String>::new());
        for root in junit::read(&documents) {
            prop_assert_eq!(junit::faults(&root), Vec::<String>::new());
        }
    }
}

fn commands(text: &str, findings: &[Diagnostic], case: &Case) {
    assert_eq!(lines(text), findings.len());
    for (line, one) in text.lines().zip(findings) {
        let command = github::read(line).unwrap_or_else(|| panic!("{line}"));
        assert!(["error", "warning", "notice"].contains(&command.name.as_str()));
        let known = ["file", "line", "endLine", "col", "endColumn", "title"];
        assert!(command.properties.iter().all(|(name, _)| known.contains(&name.as_str())), "{line}");
        assert_eq!(command.property("file").is_some(), one.span().is_some());
        let plain = |text: &str| text.chars().all(|c| !pipec::source::is_harmful(c) || matches!(c, '\r' | '\n'));
        let named = |file: &str| case.names.iter().any(|name| !plain(name) || name.trim_start_matches("./") == file);
        assert!(command.property("file").is_none_or(named), "{line}");
    }
}

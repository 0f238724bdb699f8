//! A fix removes its finding and changes nothing else: programs with the mend written into them.
//!
//! `‹wrong|right›` stands in a program where a fix changes it. The text with all the wrong ones gives the finding; its
//! fix makes of it, byte for byte, the text with all the right ones, which has no error that was not there before.

mod names;
mod scripts;
mod syntax;
mod values;

use std::collections::BTreeSet;

use pipec::diag::code::Code;
use pipec::diag::{Diagnostic, Severity, fix};
use pipec::query::Analysis;
use pipec::source::Files;

/// One program, or several: `// file lib/a.pipe` begins another one, and the first is what is checked.
type Row = (Code, &'static str);

const TABLES: &[&[Row]] = &[syntax::ROWS, names::ROWS, values::ROWS, scripts::ROWS];

fn rows() -> impl Iterator<Item = &'static Row> {
    TABLES.iter().copied().flatten()
}

#[test]
fn a_fix_removes_its_finding_and_changes_nothing_else() {
    let wrong: Vec<String> = rows().filter_map(|(code, text)| verdict(*code, text).err()).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows().count(), wrong.join("\n---\n"));
}

#[test]
fn every_code_whose_page_has_a_fix_has_a_row() {
    let known: BTreeSet<Code> = rows().map(|(code, _)| *code).collect();
    // Those of lints and of targets are tried in their pages, lints with each other too: rows are checked, and not emitted.
    let of_target = |code: &Code| code.id().starts_with("P06");
    let fixed = super::pages::codes_with_fixes().into_iter().filter(|code| !code.is_lint() && !of_target(code));
    let fixed: Vec<Code> = fixed.collect();
    assert!(fixed.len() > 20, "{fixed:?}");
    let missing: Vec<&Code> = fixed.iter().filter(|code| !known.contains(code)).collect();
    assert_eq!(missing, Vec::<&Code>::new());
}

fn verdict(code: Code, text: &str) -> Result<(), String> {
    let (before, after) = (told(text, true), told(text, false));
    let id = code.id();
    let analysis = open(&before);
    let candidates = analysis.diagnostics.iter().filter(|one| one.code == code && !one.fixes.is_empty());
    let found = candidates
        .min_by_key(|one| one.span())
        .ok_or_else(|| format!("{id}: no fix in\n{before}\n{}", said(analysis.diagnostics.iter())))?;
    let main = &analysis.path;
    let made = fix::apply_one(&analysis.sources, &found.fixes[0], main).unwrap_or_default();
    if made != first_file(&after) {
        return Err(format!("{id}: {} gives\n{made}\nand not\n{}", found.fixes[0].title, first_file(&after)));
    }
    let (old, new) = (errors(&before), errors(&after));
    let count = |all: &[Diagnostic], code: Code| all.iter().filter(|one| one.code == code).count();
    if count(&new, code) >= count(&old, code).max(1) {
        return Err(format!("{id} is still there in\n{after}\n{}", said(new.iter())));
    }
    match new.iter().find(|one| count(&new, one.code) > count(&old, one.code)) {
        Some(_) => Err(format!("{id}: new findings in\n{after}\n{}", said(new.iter()))),
        None => Ok(()),
    }
}

fn said<'a>(all: impl Iterator<Item = &'a Diagnostic>) -> String {
    all.map(|one| format!("{}: {} ({:?})\n", one.code.id(), one.message, one.help)).collect()
}

/// The program with the wrong ones, or with the right ones.
fn told(text: &str, wrong: bool) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, more)) = rest.split_once('‹') {
        let (inside, after) = more.split_once('›').expect("a mark has an end");
        let (bad, good) = inside
            .split_once('|')
            .filter(|_| !inside.contains("||"))
            .unwrap_or_else(|| inside.split_once('¦').expect("a mark has two sides"));
        out.push_str(before);
        out.push_str(if wrong { bad } else { good });
        rest = after;
    }
    out + rest
}

/// Errors, and lints where they are what is asked for; in a program without errors nobody reads `x`.
fn errors(text: &str) -> Vec<Diagnostic> {
    open(text).diagnostics.iter().filter(|one| one.severity == Severity::Error).cloned().collect()
}

fn open(text: &str) -> Analysis {
    Analysis::open(&Several(text), "main.pipe")
}

fn first_file(text: &str) -> &str {
    text.split("// file ").next().unwrap_or_default()
}

struct Several<'a>(&'a str);

impl Files for Several<'_> {
    fn read(&self, path: &str) -> std::io::Result<Vec<u8>> {
        if path == "main.pipe" {
            return Ok(first_file(self.0).into());
        }
        let other = self.0.split("// file ").skip(1).find_map(|one| one.strip_prefix(path));
        other.map(|text| text.trim_start().into()).ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }
}

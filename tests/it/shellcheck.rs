//! ShellCheck: what it reads, what its remarks become, and how it is run.

mod cached;
mod map;
mod own;
mod run;
mod values;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::process::Command;

use pipec::diag::code::Code;
use pipec::diag::report;
use pipec::query::Analysis;
use pipec::query::scripts::ARGUMENTS;
use pipec::query::scripts::comment::{Comment, read};
use pipec::query::scripts::sheet::Sheet;
use pipec::source::Files;

/// One program in memory.
struct Text(String);

impl Files for Text {
    fn read(&self, _path: &str) -> io::Result<Vec<u8>> {
        Ok(self.0.clone().into_bytes())
    }
}

/// A program without findings of our own.
#[track_caller]
fn open(program: &str) -> Analysis {
    let analysis = Analysis::open(&Text(program.to_owned()), "a.pipe");
    let found: Vec<String> = analysis.diagnostics.iter().map(|found| report::line(&analysis.sources, found)).collect();
    assert!(!analysis.diagnostics.has_errors(), "{found:#?}\n{program}");
    analysis
}

/// Lets ShellCheck read the scripts.
pub(super) fn hear(analysis: &mut Analysis) {
    hear_all(std::slice::from_mut(analysis));
}

/// As [`hear`], all at once.
fn hear_all(analyses: &mut [Analysis]) {
    let sheets: Vec<Vec<Sheet>> = analyses.iter().map(Analysis::sheets).collect();
    let folder = tempfile::tempdir().unwrap();
    let all: Vec<&Sheet> = sheets.iter().flatten().collect();
    if all.is_empty() {
        return;
    }
    let names: Vec<String> = (0..all.len()).map(|at| at.to_string()).collect();
    names.iter().zip(&all).for_each(|(name, sheet)| fs::write(folder.path().join(name), sheet.text()).unwrap());
    let out = Command::new("shellcheck").args(ARGUMENTS).args(&names).current_dir(folder.path()).output().unwrap();
    let mut said: BTreeMap<String, Vec<Comment>> = BTreeMap::new();
    for (name, comment) in read(&out.stdout).expect("ShellCheck is installed, and says JSON") {
        said.entry(name).or_default().push(comment);
    }
    let mut names = names.iter();
    for (analysis, sheets) in analyses.iter_mut().zip(&sheets) {
        let heard: Vec<(&Sheet, &[Comment])> = sheets
            .iter()
            .map(|sheet| (sheet, names.next().and_then(|name| said.get(name)).map_or(&[][..], Vec::as_slice)))
            .collect();
        analysis.hear(heard);
    }
}

/// `line:column severity message` of each finding.
fn findings(program: &str) -> Vec<String> {
    let mut analysis = open(program);
    hear(&mut analysis);
    // Our own lints have tests of their own.
    let said = analysis.diagnostics.iter().filter(|found| found.code == Code::P0561);
    said.map(|found| report::line(&analysis.sources, found).replace("a.pipe:", "")).collect()
}

/// A pipeline with one task of this script, which stands in a block from line 5 on, behind 12 blanks.
fn with(parameters: &str, fields: &str, script: &str) -> String {
    let body: String = script.lines().map(|line| format!("            {line}\n")).collect();
    format!(
        "pipeline p({parameters}) {{\n    workspace w {{ size: 1Gi }}\n    task a -> (o: string) {{ image: \"a/b:1\"\n        \
         {fields} run: \"\"\"\n{body}            \"\"\"\n    }}\n}}\n"
    )
}

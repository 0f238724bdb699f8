//! What the compiler says of a program of history.

use std::io;

use pipec::diag::{Diagnostic, report};
use pipec::query::{self, Analysis, Request};
use pipec::source::Files;

use super::case::{MAIN, Mark, PARAMS, Program};

impl Files for Program {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let text = match path {
            MAIN => Some(&self.text),
            PARAMS => self.params.as_ref(),
            other => self.modules.iter().find(|(name, _)| name == other).map(|(_, text)| text),
        };
        text.map(|text| text.clone().into_bytes()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// A program as far as it comes: checked, planned, and what each target makes of it.
#[derive(Debug)]
pub(super) struct Seen {
    analysis: Analysis,
    /// By target, its files one after another.
    pub(super) emitted: Vec<(&'static str, String)>,
    /// Assertions of its tests that do not hold.
    pub(super) failed: Vec<String>,
}

impl Seen {
    pub(super) fn of(program: &Program, targets: &[&str]) -> Self {
        let mut analysis = Analysis::open(program, MAIN);
        if program.shellcheck {
            crate::shellcheck::hear(&mut analysis);
        }
        let mut seen = Self { analysis, emitted: Vec::new(), failed: Vec::new() };
        if !seen.analysis.diagnostics.has_errors() && program.text.contains("pipeline ") {
            seen.plan(program, targets);
        }
        if !seen.analysis.diagnostics.has_errors() {
            seen.test();
        }
        seen
    }

    fn plan(&mut self, program: &Program, targets: &[&str]) {
        let files = program.params.iter().map(|_| PARAMS.to_owned()).collect();
        // Of several, the last one is what a run begins with.
        let text = format!("\n{}", program.text);
        let name = text.rsplit_once("\npipeline ").map(|(_, rest)| rest.split('(').next().unwrap().to_owned());
        let request = Request { pipeline: name, values: program.args.clone(), files, ..Request::default() };
        let Some(plan) = self.analysis.plan(program, &request) else { return };
        for name in targets {
            let target = query::target(name).expect("a target that exists");
            let files = self.analysis.emit(&plan, target).map(|bundle| bundle.files).unwrap_or_default();
            self.emitted.push((target.name(), files.into_iter().map(|file| file.text).collect()));
        }
    }

    fn test(&mut self) {
        let mut failed = Vec::new();
        self.analysis.test("", &mut |ran| {
            failed.extend(ran.found.iter().map(|found| format!("test {:?}: {}", ran.name, found.message)));
        });
        self.failed = failed;
    }

    /// Where the findings are.
    pub(super) fn marks(&self) -> Vec<Mark> {
        let mut marks: Vec<Mark> = self.analysis.diagnostics.iter().map(|found| self.mark(found)).collect();
        marks.sort();
        marks
    }

    /// A finding of several lines is marked on the first of them.
    fn mark(&self, found: &Diagnostic) -> Mark {
        let code = found.code.id().to_owned();
        let Some(span) = found.span() else { return Mark { file: String::new(), line: 0, columns: (0, 0), code } };
        let sources = &self.analysis.sources;
        let from = sources.position(span);
        let first = sources.text(span).lines().next().unwrap_or_default();
        let (line, column) = (from.line as usize, from.column as usize);
        let columns = (column, column + first.chars().count().max(1));
        Mark { file: sources.get(span.file).name.clone(), line, columns, code }
    }

    pub(super) fn said(&self) -> Vec<String> {
        self.analysis.diagnostics.iter().map(|found| report::line(&self.analysis.sources, found)).collect()
    }
}

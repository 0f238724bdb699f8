//! What other tools read, as a program that was checked and planned before anybody sees it.

use std::io;

use super::layout::Layout;
use super::{Analysis, Request, load};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics, Severity, fix};
use crate::import::{Imported, jobspec};
use crate::source::{Files, Sources, Span};

/// How a file is imported.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The name of the pipeline.
    pub name: &'a str,
    /// Unknown keys are warnings.
    pub lenient: bool,
}

/// A file that was imported.
#[derive(Debug)]
pub struct Import {
    pub sources: Sources,
    /// What is wrong with it, was guessed or left out.
    pub diagnostics: Diagnostics,
    pub path: String,
    /// Absent when something is wrong.
    pub imported: Option<Imported>,
}

/// Fixes show what was hidden behind them; those that undo each other end here.
const MOST_ROUNDS: usize = 4;

/// Where the program and its parameters stand while they are looked at.
const PROGRAM: &str = "imported.pipe";
const PARAMS: &str = "imported.params.yaml";

impl Import {
    /// Reads the JobSpec at `path`.
    pub fn jobspec(files: &dyn Files, path: &str, options: Options<'_>) -> Self {
        let mut import = Self {
            sources: Sources::default(),
            diagnostics: Diagnostics::default(),
            path: path.to_owned(),
            imported: None,
        };
        let text = match load::text(files, path) {
            Ok(text) => text,
            Err(found) => {
                import.diagnostics.push(found);
                return import;
            }
        };
        let id = import.sources.add(path, text.as_str());
        let mut found = Diagnostics::default();
        let options = jobspec::Options { name: options.name, lenient: options.lenient };
        import.imported = jobspec::import(id, &text, options, &mut found).map(|imported| settled(imported, &mut found));
        if found.has_errors() {
            import.imported = None;
        }
        import.diagnostics = found.sorted();
        import
    }

    /// Whether the file could be read, as text.
    pub fn was_read(&self) -> bool {
        self.sources.own().next().is_some()
    }
}

/// The program with what the library knows about its commands. Where it is refused, that is said of what it was made of.
fn settled(mut imported: Imported, out: &mut Diagnostics) -> Imported {
    for _ in 0..MOST_ROUNDS {
        let analysis = Analysis::open(&Texts(&imported), PROGRAM);
        let known = |found: &&Diagnostic| matches!(found.code, Code::P0411 | Code::P0553 | Code::P0554);
        let findings = analysis.diagnostics.iter().filter(known).map(|found| (&analysis.sources, found));
        let mended = fix::apply(findings, &mut |name| (name == PROGRAM).then_some(()));
        let Some(mended) = mended.into_values().next() else { break };
        imported.program = mended.text;
        if let Some(laid_out) = Layout::open(&Texts(&imported), PROGRAM).after {
            imported.program = laid_out;
        }
    }
    let mut analysis = Analysis::open(&Texts(&imported), PROGRAM);
    analysis.plan(&Texts(&imported), &Request { files: vec![PARAMS.to_owned()], ..Request::default() });
    for found in analysis.diagnostics.iter().filter(|found| found.severity == Severity::Error) {
        let origin = found.span().and_then(|span| origin(&imported, &analysis.sources, span));
        let whole = imported.origins.first().map(|(_, span)| *span);
        if let Some(origin) = origin.or(whole) {
            out.push(jobspec::refused(found, origin));
        }
    }
    imported
}

/// What the task or parameter around a place was made of.
fn origin(imported: &Imported, sources: &Sources, span: Span) -> Option<Span> {
    let file = sources.get(span.file);
    let end = file.text[span.start as usize..].find('\n').map_or(file.text.len(), |more| span.start as usize + more);
    let names = file.text[..end].lines().rev().filter_map(|line| {
        let line = line.trim_start();
        let line = line.strip_prefix("task ").unwrap_or(line);
        let name = line.split([' ', ':']).next()?;
        imported.origins.iter().find(|(known, _)| known == name)
    });
    names.map(|(_, span)| *span).next()
}

/// The two texts, as files.
struct Texts<'a>(&'a Imported);

impl Files for Texts<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        match path {
            PROGRAM => Ok(self.0.program.clone().into_bytes()),
            PARAMS => Ok(self.0.params.clone().into_bytes()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

/// The name of a pipeline that a text stands for.
pub fn pipeline_name(text: &str) -> String {
    jobspec::pipeline_name(text)
}

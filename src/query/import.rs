//! What other tools read, as a program that was checked and planned before anybody sees it.

use std::io;

use super::layout::Layout;
use super::{Analysis, Request, load};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics, Severity, fix};
use crate::import::{Imported, jobspec, tekton, wharf};
use crate::source::{FileId, Files, Sources, Span};
use crate::verify;
use crate::verify::bounds::{Bounds, Level};

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
    /// The files that were given.
    pub paths: Vec<String>,
    /// Absent when something is wrong.
    pub imported: Option<Imported>,
}

/// How manifests are imported.
#[derive(Clone, Copy, Debug)]
pub struct Manifests<'a> {
    /// The name of the pipeline, where there is one only.
    pub name: Option<&'a str>,
    /// What cannot be said is a warning, and a comment in the program.
    pub lenient: bool,
    /// What may be something else tomorrow is kept, with a warning; so it is when `lenient`.
    pub unpinned: bool,
}

/// Fixes show what was hidden behind them; those that undo each other end here.
const MOST_ROUNDS: usize = 4;

/// Where the program and its parameters stand while they are looked at.
const PROGRAM: &str = "imported.pipe";
const PARAMS: &str = "imported.params.yaml";

impl Import {
    /// Reads the JobSpec at `path`.
    pub fn jobspec(files: &dyn Files, path: &str, options: Options<'_>) -> Self {
        let mut import = Self::of(vec![path.to_owned()]);
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
        let known = &[Code::P0411, Code::P0553, Code::P0554];
        let imported = jobspec::import(id, &text, options, &mut found);
        import.imported = imported.map(|imported| settled(imported, known, jobspec::refused, &mut found));
        if found.has_errors() {
            import.imported = None;
        }
        import.diagnostics = found.sorted();
        import
    }

    /// Reads the manifests of all files, which refer to each other.
    pub fn manifests(files: &dyn Files, paths: &[String], options: Manifests<'_>) -> Self {
        let mut import = Self::of(paths.to_vec());
        let ids = import.read(files, paths);
        if import.diagnostics.has_errors() {
            return import;
        }
        let texts: Vec<(FileId, &str)> = ids.iter().map(|id| (*id, import.sources.get(*id).text.as_str())).collect();
        let mut found = Diagnostics::default();
        let Manifests { name, lenient, unpinned } = options;
        let options = tekton::Options { name, lenient, unpinned };
        let imported = tekton::import(&texts, options, &mut found);
        refused_by_the_cluster(&texts, &mut found);
        let imported = imported.filter(|_| !found.has_errors());
        import.imported = imported.map(|imported| settled(imported, &[Code::P0411], tekton::refused, &mut found));
        if found.has_errors() {
            import.imported = None;
        }
        import.diagnostics = found.sorted();
        import
    }

    /// Reads the `.wharf-ci.yml` among the files; the others declare variables.
    pub fn wharf(files: &dyn Files, paths: &[String], options: Options<'_>) -> Self {
        let mut import = Self::of(paths.to_vec());
        let ids = import.read(files, paths);
        if import.diagnostics.has_errors() {
            return import;
        }
        let texts: Vec<(FileId, String)> =
            ids.into_iter().map(|id| (id, import.sources.get(id).text.clone())).collect();
        let texts: Vec<(FileId, &str)> = texts.iter().map(|(id, text)| (*id, text.as_str())).collect();
        let mut found = Diagnostics::default();
        let folder = paths.first().and_then(|path| path.rfind('/').map(|at| &path[..=at])).unwrap_or_default();
        let mut known: Vec<(String, FileId)> = Vec::new();
        let mut manifests = |path: &str| {
            let path = format!("{folder}{}", path.trim_start_matches("./"));
            if let Some((_, id)) = known.iter().find(|(other, _)| *other == path) {
                return Some((*id, import.sources.get(*id).text.clone()));
            }
            let text = load::text(files, &path).ok()?;
            let id = import.sources.add(path.as_str(), text.as_str());
            known.push((path, id));
            Some((id, text))
        };
        let options = wharf::Options { name: options.name, lenient: options.lenient };
        let made = wharf::import(&texts, options, &mut manifests, &mut found);
        import.imported = made.map(|made| {
            let tried = Imported { params: made.trial, ..made.imported };
            Imported { params: String::new(), ..settled(tried, &[Code::P0411], wharf::refused, &mut found) }
        });
        if found.has_errors() {
            import.imported = None;
        }
        import.diagnostics = found.sorted();
        import
    }

    /// The files that can be read; the others are reported.
    fn read(&mut self, files: &dyn Files, paths: &[String]) -> Vec<FileId> {
        let mut ids = Vec::new();
        for path in paths {
            match load::text(files, path) {
                Ok(text) => ids.push(self.sources.add(path.as_str(), text)),
                Err(found) => self.diagnostics.push(found),
            }
        }
        ids
    }

    fn of(paths: Vec<String>) -> Self {
        Self { sources: Sources::default(), diagnostics: Diagnostics::default(), paths, imported: None }
    }

    /// Whether the file could be read, as text.
    pub fn was_read(&self) -> bool {
        self.sources.own().next().is_some()
    }
}

/// What a cluster refuses has no meaning that could be carried over. What the import itself has something to say about, it
/// says better.
fn refused_by_the_cluster(texts: &[(FileId, &str)], out: &mut Diagnostics) {
    let dropped = tekton::dropped_keys(texts);
    // What is alpha is said for itself, where it has no form.
    let bounds = Bounds { level: Level::Alpha, min_version: None };
    let mut found = Diagnostics::default();
    verify::verify(texts, bounds, &mut found);
    for one in found.iter().filter(|one| one.severity == Severity::Error) {
        let at = |span: Span| out.iter().any(|other| other.span().is_some_and(|other| overlap(other, span)));
        let is_said = one.span().is_some_and(|span| dropped.contains(&span) || at(span));
        if !is_said {
            out.push(one.clone());
        }
    }
}

fn overlap(one: Span, other: Span) -> bool {
    one.file == other.file && one.start < other.end.max(other.start + 1) && other.start < one.end.max(one.start + 1)
}

/// The program with what the library knows about its commands, mended where findings of the codes know how. Where it is
/// refused, that is said of what it was made of.
fn settled(
    mut imported: Imported,
    mended: &[Code],
    refused: fn(&Diagnostic, Span) -> Diagnostic,
    out: &mut Diagnostics,
) -> Imported {
    for _ in 0..MOST_ROUNDS {
        let analysis = Analysis::open(&Texts(&imported), PROGRAM);
        let known = |found: &&Diagnostic| mended.contains(&found.code);
        let findings = analysis.diagnostics.iter().filter(known).map(|found| (&analysis.sources, found));
        let mended = fix::apply(findings, &mut |name| (name == PROGRAM).then_some(()));
        let Some(mended) = mended.into_values().next() else { break };
        imported.program = mended.text;
        if let Some(laid_out) = Layout::open(&Texts(&imported), PROGRAM).after {
            imported.program = laid_out;
        }
    }
    let mut analysis = Analysis::open(&Texts(&imported), PROGRAM);
    for pipeline in analysis.pipelines() {
        let request = Request { pipeline: Some(pipeline), files: vec![PARAMS.to_owned()], ..Request::default() };
        analysis.plan(&Texts(&imported), &request);
    }
    for found in analysis.diagnostics.iter().filter(|found| found.severity == Severity::Error) {
        let origin = found.span().and_then(|span| origin(&imported, &analysis.sources, span));
        let whole = imported.origins.first().map(|(_, span)| *span);
        if let Some(origin) = origin.or(whole) {
            out.push(refused(found, origin));
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
        let line =
            ["extern ", "task ", "pipeline "].iter().fold(line, |line, word| line.strip_prefix(word).unwrap_or(line));
        let name = line.split([' ', ':', '(']).next()?;
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

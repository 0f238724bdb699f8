//! The programs of this repository, as the compiler sees them.

use std::{fs, io};

use pipec::diag::report;
use pipec::emit::Bundle;
use pipec::plan::Plan;
use pipec::query::{self, Analysis, Request};
use pipec::source::{Files, STDLIB};

/// Files of the repository, modules of the library by their names, and one that a test wrote.
pub(crate) struct Repository<'a> {
    pub(crate) written: Option<&'a str>,
}

impl Files for Repository<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let module = STDLIB.iter().find(|(name, _)| path == format!("std.{name}"));
        match (path, self.written.or(module.map(|(_, text)| *text))) {
            ("written.pipe", Some(text)) => Ok(text.as_bytes().to_vec()),
            (_, Some(text)) if module.is_some() => Ok(text.as_bytes().to_vec()),
            _ => fs::read(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))),
        }
    }
}

/// A folder's programs.
pub(crate) fn programs(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(format!("{}/{folder}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut paths: Vec<String> =
        names.filter(|name| name.ends_with(".pipe")).map(|name| format!("{folder}/{name}")).collect();
    paths.sort();
    paths
}

pub(crate) fn open(path: &str) -> Analysis {
    let analysis = Analysis::open(&Repository { written: None }, path);
    nothing_found(&analysis);
    analysis
}

pub(crate) fn plan_of(path: &str, values: &[(&str, &str)]) -> Plan {
    planned(&mut open(path), &Repository { written: None }, values)
}

/// What a target makes of a program of the repository.
pub(crate) fn emitted(path: &str, target: &str, values: &[(&str, &str)]) -> Bundle {
    bundle(open(path), &Repository { written: None }, target, values)
}

/// The bash script of a program that a test wrote.
pub(crate) fn script_of(text: &str, values: &[(&str, &str)]) -> String {
    let files = Repository { written: Some(text) };
    let analysis = Analysis::open(&files, "written.pipe");
    bundle(analysis, &files, "shell", values).files.remove(0).text
}

fn bundle(mut analysis: Analysis, files: &dyn Files, target: &str, values: &[(&str, &str)]) -> Bundle {
    let plan = planned(&mut analysis, files, values);
    let bundle = analysis.emit(&plan, query::target(target).unwrap());
    nothing_found(&analysis);
    bundle.unwrap()
}

fn planned(analysis: &mut Analysis, files: &dyn Files, values: &[(&str, &str)]) -> Plan {
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let plan = analysis.plan(files, &Request { values, ..Request::default() });
    nothing_found(analysis);
    plan.unwrap()
}

pub(crate) fn nothing_found(analysis: &Analysis) {
    let found: Vec<String> = analysis.diagnostics.iter().map(|one| report::line(&analysis.sources, one)).collect();
    assert!(found.is_empty(), "{}: {found:#?}", analysis.path);
}

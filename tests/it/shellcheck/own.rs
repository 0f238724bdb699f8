//! The scripts of this repository: what the library and the examples run has to be as clean as what we ask of others.

use std::{fs, io};

use pipec::diag::report;
use pipec::query::Analysis;
use pipec::source::{Files, STDLIB};

use super::hear_all;

struct Repository;

impl Files for Repository {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        // A module of the library may be of several files.
        let module = STDLIB.iter().find(|(name, _)| path == format!("std.{name}"));
        module.map_or_else(
            || fs::read(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))),
            |(_, text)| Ok(text.as_bytes().to_vec()),
        )
    }
}

fn programs(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(format!("{}/{folder}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut paths: Vec<String> =
        names.filter(|name| name.ends_with(".pipe")).map(|name| format!("{folder}/{name}")).collect();
    paths.sort();
    paths
}

#[test]
fn the_library_and_the_examples_are_clean() {
    // The prelude runs nothing, and is no module of its own; nor do the types of a JobSpec.
    let modules = STDLIB.iter().map(|(name, _)| format!("std.{name}"));
    let modules = modules.filter(|name| !["std.prelude", "std.cosa.jobspec"].contains(&name.as_str()));
    let paths: Vec<String> = modules.chain(programs("examples")).collect();
    let mut analyses: Vec<Analysis> = paths.iter().map(|path| Analysis::open(&Repository, path)).collect();
    for analysis in &analyses {
        assert!(!analysis.diagnostics.has_errors(), "{}: {:#?}", analysis.path, analysis.diagnostics);
        assert!(!analysis.sheets().is_empty(), "{} has scripts", analysis.path);
    }
    hear_all(&mut analyses);
    for analysis in &analyses {
        let found: Vec<String> =
            analysis.diagnostics.iter().map(|found| report::line(&analysis.sources, found)).collect();
        assert_eq!(found, Vec::<String>::new(), "{}", analysis.path);
    }
}

//! JobSpecs become programs: what they say, in the order that gangplank documents, and every mistake at its line.

mod findings;
mod order;
mod params;
mod texts;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use pipec::diag::{Severity, report};
use pipec::plan::Plan;
use pipec::query::import::{Import, Options};
use pipec::query::{self, Analysis, Request};
use pipec::source::Files;

/// Files by name.
#[derive(Debug)]
pub(crate) struct Texts(BTreeMap<String, String>);

impl Texts {
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
    }
}

impl Files for Texts {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.0.get(path).map(|text| text.clone().into_bytes()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

fn import(text: &str) -> Import {
    let options = Options { name: "job", lenient: false };
    Import::jobspec(&Texts::of(&[("job.yaml", text)]), "job.yaml", options)
}

/// `job.yaml:3:5: error[P0732]: …`, a line each.
fn said(import: &Import) -> String {
    import.diagnostics.iter().map(|found| report::line(&import.sources, found) + "\n").collect()
}

/// The program and the parameter file of what has to be importable.
fn imported(text: &str) -> (String, String) {
    let import = import(text);
    let Some(imported) = &import.imported else { panic!("{}", said(&import)) };
    (imported.program.clone(), imported.params.clone())
}

/// The plan of an imported program with its values; nothing is found but what no rule can read.
fn planned(program: &str, params: &str) -> (Analysis, Plan) {
    let files = Texts::of(&[("job.pipe", program), ("job.params.yaml", params)]);
    let mut analysis = Analysis::open(&files, "job.pipe");
    let request = Request { files: vec!["job.params.yaml".to_owned()], ..Request::default() };
    let plan = analysis.plan(&files, &request);
    let said = analysis.diagnostics.iter().filter(|found| found.severity > Severity::Note);
    let found: Vec<String> = said.map(|found| report::line(&analysis.sources, found)).collect();
    assert!(found.is_empty(), "{found:#?}\n{program}");
    (analysis, plan.expect("there was no finding"))
}

fn examples() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let name = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    let yaml = paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    yaml.map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

fn example(name: &str) -> String {
    examples().into_iter().find(|(known, _)| known == name).unwrap().1
}

#[test]
fn each_example_becomes_the_program_beside_it() {
    for (name, text) in examples() {
        let import = import(&text);
        let made =
            import.imported.as_ref().map_or_else(String::new, |one| format!("{}\n---\n{}", one.program, one.params));
        let whole = format!("{}---\n{made}", said(&import));
        insta::with_settings!({ snapshot_path => "../import", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name, whole);
        });
    }
}

#[test]
fn each_program_is_in_the_layout_and_sound_and_runs_in_every_engine_that_can() {
    let mut count = 0;
    for (name, text) in examples().into_iter().filter(|(name, _)| name != "wrong") {
        let (program, params) = imported(&text);
        let files = Texts::of(&[("job.pipe", &program)]);
        let layout = query::layout::Layout::open(&files, "job.pipe");
        assert_eq!(layout.after.as_deref(), Some(&*program), "{name}");
        let (mut analysis, plan) = planned(&program, &params);
        assert!(analysis.emit(&plan, query::target("shell").unwrap()).is_some(), "{name}");
        count += 1;
    }
    assert!(count >= 5);
}

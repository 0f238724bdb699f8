//! What a program becomes: its manifests, which keep all the rules, or what stands in the way.

use std::io;

use pipec::emit::Bundle;
use pipec::emit::tekton::Tekton;
use pipec::query::{Analysis, Request};
use pipec::source::Files;
use serde_json::Value as Json;

use super::{objects, structure, text_of};

pub(super) struct Only<'a>(pub(super) &'a str);

impl Files for Only<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if path == "ci.pipe" { Ok(self.0.as_bytes().to_vec()) } else { Err(io::ErrorKind::NotFound.into()) }
    }
}

/// What is emitted, or what cannot be.
pub(super) fn emitted(program: &str) -> Result<Bundle, Vec<String>> {
    let files = Only(program);
    let mut analysis = Analysis::open(&files, "ci.pipe");
    let plan = analysis.plan(&files, &Request::default());
    let bundle = plan.and_then(|plan| analysis.emit(&plan, &Tekton));
    bundle.ok_or_else(|| {
        let said = |one: &pipec::diag::Diagnostic| {
            assert!(one.help.is_some() && !one.labels[0].text.is_empty(), "{one:?}");
            format!("{} {}", one.code.id(), one.message)
        };
        analysis.diagnostics.iter().filter(|one| !one.code.is_lint()).map(said).collect()
    })
}

/// The manifests, which keep all the rules.
pub(super) fn right(program: &str) -> Vec<Json> {
    right_beside(program, &[])
}

/// As [`right`], where the cluster has tasks of these names.
pub(super) fn right_beside(program: &str, there: &[&str]) -> Vec<Json> {
    let bundle = emitted(program).unwrap_or_else(|gaps| panic!("{gaps:#?}"));
    let objects = objects(&bundle);
    let faults = structure::faults_beside(&objects, there);
    assert!(faults.is_empty(), "{faults:#?}\n{}", text_of(&bundle, "pipeline.yaml"));
    // Tasks of the cluster are not among the texts.
    crate::verify::assert_clean(&bundle.files.iter().map(|file| file.text.as_str()).collect::<Vec<_>>());
    objects
}

/// What cannot be emitted; nothing where all can.
pub(super) fn gaps(program: &str) -> Vec<String> {
    emitted(program).err().unwrap_or_default()
}

/// The first object of a kind.
pub(super) fn kind<'a>(objects: &'a [Json], kind: &str) -> &'a Json {
    objects.iter().find(|object| object["kind"] == kind).unwrap()
}

/// A task of the pipeline.
pub(super) fn entry<'a>(objects: &'a [Json], name: &str) -> &'a Json {
    let tasks = kind(objects, "Pipeline")["spec"]["tasks"].as_array().unwrap();
    tasks.iter().find(|task| task["name"] == name).unwrap_or_else(|| panic!("no {name} in {tasks:#?}"))
}

/// What a Task says.
pub(super) fn task<'a>(objects: &'a [Json], name: &str) -> &'a Json {
    let named = |object: &&Json| object["kind"] == "Task" && object["metadata"]["name"] == name;
    &objects.iter().find(named).unwrap_or_else(|| panic!("no task {name}"))["spec"]
}

//! Runs: what is bound, given and asked for when a pipeline is started.

use super::cx::Cx;
use super::findings;
use super::gather;
use super::model::Pipeline;
use super::options::{Options, metadata};
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// A run and the pipeline that it starts, by its place.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pipeline: usize,
    root: &'a Node,
    spec: &'a Node,
}

/// All runs; those that hold their pipeline, or name one that is kept elsewhere, add it.
pub(super) fn read<'a>(pipelines: &mut Vec<Pipeline<'a>>, cx: &mut Cx<'a, '_>) -> Vec<Run<'a>> {
    let mut runs: Vec<Run<'a>> = Vec::new();
    for doc in &cx.docs.runs {
        let at = if let Some(spec) = doc.spec.get("pipelineSpec") {
            let made = gather::pipeline(doc.name, doc.root, spec, cx);
            pipelines.push(made);
            pipelines.len() - 1
        } else if let Some(at) = doc.spec.get("pipelineRef").and_then(|one| one.text_of("name")).and_then(|name| cx.docs.pipeline(name)) {
            at
        } else {
            cx.push(findings::not_said(doc.root.key_span("metadata"), "kept elsewhere", "later"));
            continue;
        };
        runs.push(Run { pipeline: at, root: doc.root, spec: doc.spec });
    }
    runs
}

/// What the run of a pipeline says.
pub(super) fn options(
    runs: &[Run<'_>],
    at: usize,
    _pipeline: &Pipeline<'_>,
    options: &mut Options,
    cx: &mut Cx<'_, '_>,
) {
    for run in runs.iter().filter(|run| run.pipeline == at) {
        metadata(run.root, "run_", options, cx);
        let _ = run.spec;
    }
}

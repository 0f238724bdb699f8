//! The pipelines, and what is bound for each.

use pipec::emit::Bundle;
use pipec::plan::Plan;
use pipec::query::{self, Analysis, Request};

use crate::examples::programs::{Repository, nothing_found, open};

/// A pipeline of a file, with what is bound.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) file: &'static str,
    pub(super) pipeline: &'static str,
    pub(super) values: Vec<(&'static str, &'static str)>,
    /// The parameter file, if there is one.
    pub(super) params: Option<&'static str>,
}

impl Row {
    /// What the pipeline cannot do without, and no more.
    pub(super) fn least(pipeline: &'static str) -> Self {
        let (file, values): (_, &[_]) = match pipeline {
            "cosa_ci" => ("cosa_ci", &[("container_name", "registry.example.com/ci/cosa:pr-1"), ("push_auth", "quay")]),
            "rhcos" => ("rhcos", &[("keytab", "keytab"), ("aws", "aws")]),
            "prow" => ("prow", &[("repositories_url", "https://example.com/ocp.repo")]),
            "docker_build" => ("konflux", &[("push_auth", "quay")]),
            "cosa_image" | "fcos_image" => ("cosa_tekton", &[("push_auth", "quay")]),
            "treecompose" => ("rhcos_v1", &[SSH, ("mirror", "ops"), ("registry_login", "ci"), ("cluster", "ci")]),
            "cloud" => ("rhcos_v1", &[SSH, ("aws", "aws")]),
            "aws_test" => ("rhcos_v1", &[SSH, ("aws", "aws"), ("cluster", "ci")]),
            other => panic!("{other}"),
        };
        let params = (pipeline == "rhcos").then_some("examples/coreos/rhcos.yaml");
        Self { file, pipeline, values: values.to_vec(), params }
    }

    /// With more bound; what was bound before is bound anew.
    pub(super) fn with(&self, more: &[(&'static str, &'static str)]) -> Self {
        let mut row = self.clone();
        row.values.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
        row.values.extend_from_slice(more);
        row
    }

    pub(super) fn plan(&self) -> Plan {
        self.planned(&mut self.open())
    }

    /// What a target makes of it.
    pub(super) fn emitted(&self, target: &str) -> Bundle {
        let mut analysis = self.open();
        let plan = self.planned(&mut analysis);
        let bundle = analysis.emit(&plan, query::target(target).unwrap());
        nothing_found(&analysis);
        bundle.unwrap()
    }

    fn open(&self) -> Analysis {
        open(&format!("examples/coreos/{}.pipe", self.file))
    }

    fn planned(&self, analysis: &mut Analysis) -> Plan {
        let request = Request {
            pipeline: Some(self.pipeline.to_owned()),
            values: self.values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            files: self.params.into_iter().map(str::to_owned).collect(),
            ..Request::default()
        };
        let plan = analysis.plan(&Repository { written: None }, &request);
        nothing_found(analysis);
        plan.unwrap()
    }
}

const SSH: (&str, &str) = ("ssh_key", "ssh");

//! What builds may reach, where the options close the ways out.

use super::Job;
use super::model::{base, metadata, object};
use crate::emit::egress::ways;
use crate::emit::yaml::{Map, Node};
use crate::source::Sources;

/// The pods of a build have no label of their BuildConfig, so it is for all builds of the namespace.
pub(super) fn policy(job: &Job<'_>, sources: &Sources) -> Option<Node> {
    if !job.options.deny_egress {
        return None;
    }
    let is_build = Map::new().with("key", "openshift.io/build.name").with("operator", "Exists");
    let label = Map::new().with("kubernetes.io/metadata.name", "openshift-dns");
    let names = Map::new().with("matchLabels", label);
    let spec = Map::new()
        .with("podSelector", Map::new().with("matchExpressions", vec![Node::from(is_build)]))
        .with("policyTypes", vec!["Egress"])
        .with("egress", ways(names, &job.options.egress));
    let metadata = metadata(job, &format!("{}-egress", base(job.plan)), sources);
    Some(object("networking.k8s.io/v1", "NetworkPolicy", metadata).with("spec", spec).into())
}

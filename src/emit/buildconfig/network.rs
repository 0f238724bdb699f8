//! What builds may reach, where the options close the ways out.

use super::Job;
use super::model::{base, metadata, object};
use crate::emit::yaml::{Map, Node};
use crate::source::Sources;

/// The pods of a build have no label of their BuildConfig, so it is for all builds of the namespace.
pub(super) fn policy(job: &Job<'_>, sources: &Sources) -> Option<Node> {
    if !job.options.deny_egress {
        return None;
    }
    let is_build = Map::new().with("key", "openshift.io/build.name").with("operator", "Exists");
    let spec = Map::new()
        .with("podSelector", Map::new().with("matchExpressions", vec![Node::from(is_build)]))
        .with("policyTypes", vec!["Egress"])
        .with("egress", ways(&job.options.egress));
    let metadata = metadata(job, &format!("{}-egress", base(job.plan)), sources);
    Some(object("networking.k8s.io/v1", "NetworkPolicy", metadata).with("spec", spec).into())
}

fn ways(ranges: &[String]) -> Vec<Node> {
    let to = |peer: Map| Map::new().with("to", vec![Node::from(peer)]);
    let label = Map::new().with("kubernetes.io/metadata.name", "openshift-dns");
    let names = Map::new().with("namespaceSelector", Map::new().with("matchLabels", label));
    let own = Map::new().with("podSelector", Map::new());
    let range = |range: &String| to(Map::new().with("ipBlock", Map::new().with("cidr", range.clone()))).into();
    let mut all: Vec<Node> = vec![to(names).with("ports", ports()).into(), to(own).into()];
    all.extend(ranges.iter().map(range));
    all
}

/// Names are asked for at 53, where the pods that answer listen at 5353.
fn ports() -> Vec<Node> {
    let port = |protocol: &'static str, port: i64| Map::new().with("protocol", protocol).with("port", port).into();
    vec![port("UDP", 53), port("TCP", 53), port("UDP", 5353), port("TCP", 5353)]
}

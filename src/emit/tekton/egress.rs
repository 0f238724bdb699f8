//! `networkpolicy.yaml`: what the pods of a run may reach, where the options close their ways out.
//!
//! A run has a label of its own, which the engine hands on to its pods: of several pipelines of one namespace each may have
//! other ways out, or all of them.

use super::NAME;
use super::files::out_file;
use super::lower::Lowered;
use super::options::Options;
use super::shape::Style;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::egress::{is_range, ways};
use crate::emit::yaml::{self, Map, Node};
use crate::emit::{OutFile, header, kube};
use crate::plan::Plan;
use crate::source::Sources;

const LABEL: &str = "pipec.dev/egress";

/// Where names are answered: of most clusters, and of those that have them apart.
const NAMES: [&str; 2] = ["kube-system", "openshift-dns"];

/// The label of the run, where its ways out are closed.
pub(super) fn label(plan: &Plan, options: &Options) -> Option<(String, String)> {
    options.deny_egress.then(|| (LABEL.to_owned(), kube::label(&plan.name, kube::LONGEST_NAME)))
}

/// The file, where it is wanted.
pub(super) fn file(lowered: &Lowered<'_>, sources: &Sources) -> Option<OutFile> {
    let (key, value) = label(lowered.plan, &lowered.options)?;
    let origin = sources.origin(lowered.options.place("deny_egress").unwrap_or(lowered.plan.span));
    let name = kube::label(&format!("{}-egress", lowered.plan.name), kube::LONGEST_NAME);
    let metadata = kube::metadata(&name, lowered.options.namespace.as_deref(), origin);
    let expression = Map::new()
        .with("key", "kubernetes.io/metadata.name")
        .with("operator", "In")
        .with("values", NAMES.map(str::to_owned).to_vec());
    let names = Map::new().with("matchExpressions", vec![Node::from(expression)]);
    let spec = Map::new()
        .with("podSelector", Map::new().with("matchLabels", Map::new().with(key, value)))
        .with("policyTypes", vec!["Egress"])
        .with("egress", ways(names, &lowered.options.egress));
    let policy = kube::object("networking.k8s.io/v1", "NetworkPolicy", metadata, spec);
    let about = "The ways out of the pods of a run: apply it once, before the first.";
    Some(out_file("networkpolicy.yaml".to_owned(), yaml::file(&header::header(lowered.plan, NAME, about), &[policy])))
}

/// What cannot be.
pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let options = &lowered.options;
    let wrong = |path: &str, message: String, here: &str| match options.place(path) {
        Some(span) => Diagnostic::new(Code::P0616, span, message).here(here),
        None => Diagnostic::global(Code::P0616, message),
    };
    if options.deny_egress && matches!(options.shape.style, Style::Bundle | Style::Catalog) {
        let message = "what is handed to others has no run whose ways out could be closed".to_owned();
        out.push(wrong("deny_egress", message, "is of a run").help(
            "leave it out: who runs the pipeline says what its pods may reach, by a NetworkPolicy beside the run",
        ));
    }
    for range in options.egress.iter().filter(|range| !is_range(range)) {
        out.push(
            wrong("egress", format!("`{range}` is no range of addresses"), "not an address and a count")
                .help("write an address and how many of its bits count: `10.0.0.0/8`"),
        );
    }
    if !options.egress.is_empty() && !options.deny_egress {
        out.push(
            wrong("egress", "every way out is open already".to_owned(), "would open some of them")
                .help("write `deny_egress: true` too, or leave it out"),
        );
    }
}

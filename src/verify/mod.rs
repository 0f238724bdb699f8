//! Manifests of Tekton, and of OpenShift builds, that other tools or people wrote: what a cluster would refuse, and what it
//! would let pass and then fail on.
//!
//! A document is decoded against a table of its fields, then rules walk it. What other documents say counts where they
//! are given too: a task that is not among them may have any param.

pub mod bounds;
mod budget;
mod build;
mod calls;
mod cel;
mod choices;
mod clock;
mod cx;
mod decode;
mod graph;
mod hygiene;
mod matrix;
mod meta;
mod names;
mod params;
mod pipeline;
mod reference;
mod refs;
mod resolver;
mod run;
mod scalars;
mod scope;
mod shapes;
mod since;
mod step;
mod task;
mod when;
mod written;

use rustc_hash::FxHashMap;

use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics, did_you_mean};
use crate::source::{FileId, Span, offset};
use crate::yaml_read::look::Look;
use crate::yaml_read::{self, Node, Yaml};
use bounds::Bounds;
use cx::{Cx, Known, finding, listed};

/// How many documents there were.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Seen {
    pub manifests: usize,
    /// Those of other kinds, which are passed over.
    pub others: usize,
}

/// Checks the documents of all texts together.
pub fn verify(texts: &[(FileId, &str)], bounds: Bounds, out: &mut Diagnostics) -> Seen {
    let read: Vec<Node> = texts.iter().flat_map(|(id, text)| documents(*id, text, out)).collect();
    let read = build::lists::opened(read);
    let known = known(&read);
    let by_id: FxHashMap<FileId, &str> = texts.iter().copied().collect();
    let mut seen = Seen::default();
    names::check(&read, &mut Cx { texts: &by_id, known: &known, bounds, old: false, drops: false, out });
    for root in &read {
        let mut cx = Cx { texts: &by_id, known: &known, bounds, old: false, drops: false, out };
        match document(root, &mut cx) {
            true => seen.manifests += 1,
            false => seen.others += usize::from(root.value != Yaml::Null),
        }
    }
    seen
}

/// The documents of a text. Pipelines-as-Code puts values in the place of `{{ name }}` before anybody reads the file, so
/// what cannot be read with them is read with something in their place.
fn documents(id: FileId, text: &str, out: &mut Diagnostics) -> Vec<Node> {
    let mut found = Diagnostics::default();
    let read = yaml_read::read_all(id, text, &mut found);
    if !found.is_empty() && text.contains("{{") {
        let mut again = Diagnostics::default();
        let filled = yaml_read::read_all(id, &filled(text), &mut again);
        if again.is_empty() {
            return filled;
        }
    }
    if !found.is_empty() && is_template(text) {
        out.push(template(id, text));
        return Vec::new();
    }
    found.revise_from(0, |one| {
        let help = one.help.clone().unwrap_or_else(|| "mend it: what stands behind is not verified".to_owned());
        Some(Diagnostic { code: Code::P0641, severity: Code::P0641.severity(), ..one }.help(help))
    });
    out.append(found);
    read
}

/// Helm decides what stands in the file: it has lines that are none of the manifest.
fn is_template(text: &str) -> bool {
    const WORDS: [&str; 9] = ["if", "else", "range", "end", "include", "with", "define", "template", "/*"];
    text.lines().filter_map(|line| line.trim_start().strip_prefix("{{")).any(|line| {
        let word = line.trim_start_matches('-').trim_start();
        line.starts_with('-') || word.starts_with('.') || WORDS.iter().any(|one| word.starts_with(one))
    })
}

fn template(id: FileId, text: &str) -> Diagnostic {
    let at = offset(text.find("{{").unwrap_or_default());
    let help = "render it first, and verify what comes out: `helm template . | pipec verify -`";
    finding(Code::P0641, Span::new(id, at, at + 2), "this is a template, not yet a manifest", "of Helm", help)
}

/// With `{{ name }}` as letters, byte for byte.
fn filled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let line = rest[start..].split('\n').next().unwrap_or_default();
        let end = line.find("}}").map_or(2, |end| end + 2);
        out.push_str(&rest[..start]);
        out.extend(std::iter::repeat_n('x', end));
        rest = &rest[start + end..];
    }
    out + rest
}

const KINDS: [&str; 5] = ["Task", "Pipeline", "PipelineRun", "TaskRun", "StepAction"];

/// Kinds of the same group that are not checked here, though their names are near.
const OTHERS: [&str; 4] = ["CustomRun", "Run", "ClusterTask", "PipelineResource"];

fn kind_of(root: &Node) -> Option<&str> {
    let version = root.text_of("apiVersion")?;
    version.starts_with("tekton.dev/").then(|| root.text_of("kind"))?
}

/// The tasks, pipelines and step actions by their names.
fn known(all: &[Node]) -> Known<'_> {
    let mut known = Known { docs: build::docs::Docs::new(all), ..Known::default() };
    for root in all {
        let table = match kind_of(root) {
            Some("Task") => &mut known.tasks,
            Some("Pipeline") => &mut known.pipelines,
            Some("StepAction") => &mut known.actions,
            Some(_) | None => continue,
        };
        if let Some(name) = root.get("metadata").and_then(|one| one.text_of("name")) {
            table.entry(name).and_modify(|one| *one = None).or_insert(Some(root));
        }
    }
    known
}

/// Checks one document; whether it is one of the manifests that are known here.
fn document<'a>(root: &'a Node, cx: &mut Cx<'a>) -> bool {
    let Some(kind) = root.get("kind") else { return false };
    if let Some(here) = build::document(root, cx) {
        return here;
    }
    let name = kind.text().unwrap_or_default();
    let Some(version) = root.get("apiVersion") else {
        if KINDS.contains(&name) && root.has("spec") && root.has("metadata") {
            cx.push(finding(
                Code::P0644,
                kind.span,
                "`apiVersion` is missing",
                "of which version?",
                "add `apiVersion: tekton.dev/v1`",
            ));
            return true;
        }
        return false;
    };
    let Some((_, number)) =
        version.text().and_then(|text| text.split_once("tekton.dev/")).filter(|(before, _)| before.is_empty())
    else {
        return false;
    };
    let Some(shape) = KINDS.into_iter().find(|one| *one == name) else {
        if let Some(near) = did_you_mean(name, KINDS).filter(|_| !OTHERS.contains(&name)) {
            let found = finding(
                Code::P0648,
                kind.span,
                format!("there is no kind `{name}`"),
                "not known",
                format!("did you mean `{near}`? There are {}", listed(&KINDS)),
            );
            cx.push(found.fix(format!("write `{near}`"), kind.span, near));
        }
        return true;
    };
    let versions: &[&str] = if shape == "StepAction" { &["v1beta1", "v1alpha1"] } else { &["v1", "v1beta1"] };
    if !versions.contains(&number) {
        let help = format!("write `tekton.dev/{}`", versions[0]);
        let found = finding(
            Code::P0648,
            version.span,
            format!("there is no version `{number}` of `{name}`"),
            "not served",
            help,
        );
        cx.push(found.fix("write the version", version.span, format!("tekton.dev/{}", versions[0])));
        return true;
    }
    cx.old = shape != "StepAction" && number == "v1beta1";
    since::kind(shape, number, version.span, cx);
    decode::object(shape, root, cx);
    meta::check(root, cx);
    match root.get("spec") {
        Some(spec) => rules(shape, spec, cx),
        None if root.entries().iter().any(|(key, _)| key.text == "spec") => {
            let at = root.key_span("spec");
            let help = "write what it is under `spec`: the document is refused";
            cx.push(finding(Code::P0644, at, format!("`spec` of a `{shape}` is empty"), "nothing in it", help));
        }
        None => {}
    }
    true
}

fn rules<'a>(shape: &str, spec: &'a Node, cx: &mut Cx<'a>) {
    match shape {
        "Task" => task::task(spec, &task::Outer::default(), cx),
        "Pipeline" => {
            let graph = graph::Graph::new(spec, cx);
            pipeline::pipeline(&graph, cx);
        }
        "PipelineRun" => run::pipeline_run(spec, cx),
        "TaskRun" => run::task_run(spec, cx),
        _ => task::action(spec, cx),
    }
}

//! What a pipeline means, out of its manifests: two that mean the same are equal.

use std::collections::{BTreeMap, BTreeSet};

use pipec::diag::Diagnostics;
use pipec::source::FileId;
use pipec::yaml_read::look::Look;
use pipec::yaml_read::{self, Node, Yaml};

/// A pipeline.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Graph {
    /// Type and default, by name.
    params: BTreeMap<String, String>,
    /// Whether each may be left unbound.
    spaces: BTreeMap<String, bool>,
    results: BTreeMap<String, String>,
    tasks: BTreeMap<String, Task>,
    /// What a run says, by field.
    run: BTreeMap<String, String>,
}

#[derive(PartialEq, Eq, Debug)]
struct Task {
    in_finally: bool,
    /// Where it is kept; `own` where it stands among the manifests.
    kept: String,
    /// All that it comes behind.
    before: BTreeSet<String>,
    /// All that has to hold.
    conds: BTreeSet<String>,
    /// Of a task that is kept elsewhere.
    params: BTreeMap<String, String>,
    /// Of a task that is kept elsewhere, by its names; else those of the pipeline.
    spaces: BTreeSet<String>,
    limits: Vec<String>,
}

/// What the program adds: it looks at parameters, and finds the turns of a loop.
const ADDED: [&str; 2] = ["check-params", "turns-"];

/// The pipelines of all documents, by name.
pub(crate) fn graphs(texts: &[&str]) -> BTreeMap<String, Graph> {
    let mut out = Diagnostics::default();
    let roots: Vec<Node> = texts.iter().flat_map(|text| yaml_read::read_all(FileId(0), text, &mut out)).collect();
    assert!(out.is_empty(), "{out:#?}");
    let own: BTreeSet<&str> = roots.iter().filter(|root| root.text_of("kind") == Some("Task")).map(name).collect();
    let mut found = BTreeMap::new();
    for root in roots.iter().filter(|root| root.text_of("kind") == Some("Pipeline")) {
        found.insert(name(root).to_owned(), graph(root.get("spec").unwrap(), &own));
    }
    for root in roots.iter().filter(|root| root.text_of("kind") == Some("PipelineRun")) {
        let spec = root.get("spec").unwrap();
        let run = run(root, spec);
        match (spec.get("pipelineSpec"), spec.get("pipelineRef").and_then(|reference| reference.text_of("name"))) {
            (Some(inner), _) => {
                found.insert(name(root).to_owned(), Graph { run, ..graph(inner, &own) });
            }
            // The files of a program have a run that says nothing of note.
            (None, Some(_)) => {}
            (None, None) => {
                let reference = json(spec.get("pipelineRef").unwrap());
                let mut run = run;
                run.insert("pipelineRef".to_owned(), reference);
                let nothing = || BTreeMap::new();
                let (params, results) = (nothing(), nothing());
                found.insert(
                    name(root).to_owned(),
                    Graph { params, spaces: BTreeMap::new(), results, tasks: BTreeMap::new(), run },
                );
            }
        }
    }
    found
}

fn name(root: &Node) -> &str {
    let meta = root.get("metadata").unwrap();
    meta.text_of("name").or_else(|| meta.text_of("generateName")).unwrap().trim_end_matches('-')
}

fn graph(spec: &Node, own: &BTreeSet<&str>) -> Graph {
    let mut params = BTreeMap::new();
    for one in spec.list("params") {
        let default = one.entries().iter().find(|(key, _)| key.text == "default").map(|(_, value)| value);
        let is_list = default.is_some_and(|value| matches!(value.value, Yaml::List(_)));
        let kind = one.text_of("type").unwrap_or(if is_list { "array" } else { "string" });
        let default = default.map_or_else(|| "-".to_owned(), json);
        params.insert(one.text_of("name").unwrap().to_owned(), format!("{kind} {default}"));
    }
    let bools: BTreeSet<String> = params
        .iter()
        .filter(|(_, about)| *about == "string \"true\"" || *about == "string \"false\"")
        .map(|(name, _)| format!("$(params.{name})"))
        .collect();
    let spaces = spec.list("workspaces").iter();
    let spaces = spaces.map(|one| (one.text_of("name").unwrap().to_owned(), one.is_true("optional"))).collect();
    let results = spec.list("results").iter();
    let text = |one: &Node, key: &str| one.text_of(key).unwrap().to_owned();
    let results = results.map(|one| (text(one, "name"), text(one, "value"))).collect();
    let nodes: Vec<(&Node, bool)> = spec
        .list("tasks")
        .iter()
        .map(|one| (one, false))
        .chain(spec.list("finally").iter().map(|one| (one, true)))
        .collect();
    let tasks = tasks(&nodes, &bools, own);
    Graph { params, spaces, results, tasks, run: BTreeMap::new() }
}

fn is_added(name: &str) -> bool {
    ADDED.iter().any(|added| name.starts_with(added))
}

fn tasks(nodes: &[(&Node, bool)], bools: &BTreeSet<String>, own: &BTreeSet<&str>) -> BTreeMap<String, Task> {
    let mut reads: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut waits: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut conds: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (node, _) in nodes {
        let name = node.text_of("name").unwrap().to_owned();
        let mut texts = Vec::new();
        for key in ["params", "when", "matrix", "taskSpec"] {
            node.get(key).into_iter().for_each(|inner| texts_of(inner, &mut texts));
        }
        let read: BTreeSet<String> = texts.iter().flat_map(|text| results_in(text)).collect();
        let after = node.list("runAfter").iter().filter_map(Look::text).map(str::to_owned);
        waits.insert(name.clone(), read.iter().cloned().chain(after).collect());
        reads.insert(name.clone(), read);
        conds.insert(name, node.list("when").iter().flat_map(|one| condition(one, bools)).collect());
    }
    let mut made = BTreeMap::new();
    for (node, in_finally) in nodes {
        let name = node.text_of("name").unwrap();
        if is_added(name) {
            continue;
        }
        let before = closure(name, &waits);
        let mut all = conds[name].clone();
        // What `finally` reads has to be there, else the cluster leaves the reader out.
        if *in_finally {
            all.extend(
                reads[name].iter().map(|of| format!("$(tasks.{of}.status) in {:?}", BTreeSet::from(["Succeeded"]))),
            );
        }
        // Whoever reads a result of a task that is left out is left out too, and so is what comes behind.
        for other in before.iter().map(String::as_str).chain([name]).filter(|_| !in_finally) {
            for of in &reads[other] {
                all.extend(conds.get(of).into_iter().flatten().cloned());
            }
        }
        let kept = kept(node, own);
        let foreign = kept != "own";
        let params = node.list("params").iter().filter(|_| foreign);
        let params =
            params.map(|one| (one.text_of("name").unwrap().to_owned(), json(one.get("value").unwrap()))).collect();
        let space = |one: &Node| {
            let name = one.text_of("name").unwrap();
            let of = one.text_of("workspace").unwrap_or(name);
            if foreign { format!("{name}={of}/{}", one.text_of("subPath").unwrap_or("")) } else { of.to_owned() }
        };
        let spaces = node.list("workspaces").iter().map(space).collect();
        let said = ["retries", "timeout", "onError"].map(|key| node.get(key).map(json));
        let limits = said.into_iter().flatten().collect();
        let before = before.into_iter().filter(|one| !is_added(one)).collect();
        let task = Task { in_finally: *in_finally, kept, before, conds: all, params, spaces, limits };
        made.insert(name.to_owned(), task);
    }
    made
}

/// The steps that are kept elsewhere, of all documents: where, and what each is given.
pub(crate) fn used(texts: &[&str]) -> Vec<String> {
    let mut out = Diagnostics::default();
    let mut open: Vec<Node> = texts.iter().flat_map(|text| yaml_read::read_all(FileId(0), text, &mut out)).collect();
    let mut found = Vec::new();
    while let Some(node) = open.pop() {
        for step in node.list("steps").iter().filter(|step| step.has("ref")) {
            let mut given: Vec<String> = step.list("params").iter().map(|one| json(one.get("name").unwrap())).collect();
            given.sort();
            found.push(format!("{} {} {given:?}", step.text_of("name").unwrap_or(""), json(step.get("ref").unwrap())));
        }
        open.extend(node.items().iter().cloned());
        open.extend(node.entries().iter().map(|(_, value)| value.clone()));
    }
    found.sort();
    found
}

fn kept(node: &Node, own: &BTreeSet<&str>) -> String {
    let Some(reference) = node.get("taskRef") else { return "own".to_owned() };
    if let Some(name) = reference.text_of("name") {
        return if own.contains(name) { "own".to_owned() } else { name.to_owned() };
    }
    let mut params: Vec<String> = reference
        .list("params")
        .iter()
        .map(|one| format!("{}={}", one.text_of("name").unwrap(), json(one.get("value").unwrap())))
        .collect();
    params.sort();
    format!("{} {}", reference.text_of("resolver").unwrap(), params.join(" "))
}

fn closure(name: &str, waits: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&String> = waits[name].iter().collect();
    while let Some(one) = open.pop() {
        if found.insert(one.clone()) {
            open.extend(waits.get(one).into_iter().flatten());
        }
    }
    found
}

fn texts_of<'n>(node: &'n Node, into: &mut Vec<&'n str>) {
    into.extend(node.text());
    node.items().iter().for_each(|one| texts_of(one, into));
    node.entries().iter().for_each(|(_, one)| texts_of(one, into));
}

fn results_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in text.split("$(tasks.").skip(1) {
        if let Some((task, _)) = part.split_once(".results.") {
            found.push(task.to_owned());
        }
    }
    found
}

/// The same text for the same question.
fn condition(node: &Node, bools: &BTreeSet<String>) -> Vec<String> {
    let (input, mut holds, mut values): (String, bool, BTreeSet<String>) = match node.text_of("cel") {
        Some(cel) => {
            let (left, right) = cel.split_once(" == ").expect("the examples compare");
            (left.trim_matches('\'').to_owned(), true, [right.trim_matches('\'').to_owned()].into())
        }
        None => {
            let values = node.list("values").iter().filter_map(Look::text).map(str::to_owned).collect();
            (node.text_of("input").unwrap().to_owned(), node.text_of("operator") == Some("in"), values)
        }
    };
    let two: BTreeSet<String> = ["true".to_owned(), "false".to_owned()].into();
    if !holds && (bools.contains(&input) || input.ends_with(".bound)")) {
        values = two.difference(&values).cloned().collect();
        holds = true;
    }
    vec![format!("{input} {} {values:?}", if holds { "in" } else { "notin" })]
}

fn run(root: &Node, spec: &Node) -> BTreeMap<String, String> {
    let mut said = BTreeMap::new();
    let mut add = |key: String, value: String| drop(said.insert(key, value));
    // A run that says nothing ends after the hour of the cluster; one of ours always says.
    if let Some(times) = spec.get("timeouts") {
        add("timeouts".to_owned(), json(times));
    }
    for (list, key) in [("params", "name"), ("workspaces", "name"), ("taskRunSpecs", "pipelineTaskName")] {
        for one in spec.list(list) {
            add(format!("{list} {}", one.text_of(key).unwrap()), json(one));
        }
    }
    let template = spec.get("taskRunTemplate");
    add("account".to_owned(), template.and_then(|one| one.text_of("serviceAccountName")).unwrap_or("").to_owned());
    add("pod".to_owned(), template.and_then(|one| one.get("podTemplate")).map(json).unwrap_or_default());
    let meta = root.get("metadata").unwrap();
    add("namespace".to_owned(), meta.text_of("namespace").unwrap_or("").to_owned());
    for kind in ["labels", "annotations"] {
        for (key, value) in meta.get(kind).into_iter().flat_map(Look::entries) {
            if !key.text.starts_with("pipec.dev/") && key.text != "app.kubernetes.io/managed-by" {
                // Of a list of Pipelines-as-Code, the blanks and quotes say nothing.
                let text = value.text().unwrap().replace([' ', '"'], "");
                add(format!("{kind} {}", key.text), text.trim_matches(['[', ']']).to_owned());
            }
        }
    }
    said
}

/// `2h0m0s` and `120m` are `2h`.
fn time(text: &str) -> Option<String> {
    let mut seconds = 0_u64;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).filter(|digits| *digits > 0)?;
        let scale = match rest[digits..].chars().next()? {
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        seconds += rest[..digits].parse::<u64>().ok()? * scale;
        rest = &rest[digits + 1..];
    }
    (!text.is_empty()).then(|| format!("{seconds}s"))
}

/// Of a variable of Pipelines-as-Code, the blanks in its braces say nothing.
fn filled_in(text: &str) -> String {
    text.replace("{{ ", "{{").replace(" }}", "}}")
}

/// Sorted by key, with durations in seconds.
fn json(node: &Node) -> String {
    match &node.value {
        Yaml::Null => "null".to_owned(),
        // What a cluster makes of it.
        Yaml::Bool(value) => format!("\"{value}\""),
        Yaml::Int(value) => format!("\"{value}\""),
        Yaml::Float(text) => format!("\"{text}\""),
        Yaml::Text { text, .. } => format!("{:?}", time(text).unwrap_or_else(|| filled_in(text))),
        Yaml::List(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        Yaml::Map(entries) => {
            let mut all: Vec<String> =
                entries.iter().map(|(key, value)| format!("{:?}:{}", key.text, json(value))).collect();
            all.sort();
            format!("{{{}}}", all.join(","))
        }
    }
}

/// Panics with all that is not the same.
pub(crate) fn same(before: &Graph, after: &Graph, what: &str) {
    let mut wrong = Vec::new();
    let mut differ = |of: &str, a: String, b: String| {
        if a != b {
            wrong.push(format!("{of}:\n  was {a}\n  is  {b}"));
        }
    };
    differ("params", format!("{:?}", before.params), format!("{:?}", after.params));
    differ("workspaces", format!("{:?}", before.spaces), format!("{:?}", after.spaces));
    differ("results", format!("{:?}", before.results), format!("{:?}", after.results));
    differ("names", format!("{:?}", before.tasks.keys()), format!("{:?}", after.tasks.keys()));
    for (name, task) in &before.tasks {
        differ(name, format!("{task:?}"), after.tasks.get(name).map_or_else(String::new, |other| format!("{other:?}")));
    }
    for (key, value) in &before.run {
        differ(key, value.clone(), after.run.get(key).cloned().unwrap_or_default());
    }
    assert!(wrong.is_empty(), "{what}\n{}", wrong.join("\n"));
}

/// How many lines the documents have in block style, without comments.
pub(crate) fn usual_lines(text: &str) -> usize {
    let roots = yaml_read::read_all(FileId(0), text, &mut Diagnostics::default());
    roots.iter().map(lines).sum()
}

fn lines(node: &Node) -> usize {
    match &node.value {
        Yaml::Map(entries) => entries.iter().map(|(_, value)| if is_flat(value) { 1 } else { 1 + lines(value) }).sum(),
        Yaml::List(items) => items.iter().map(|item| lines(item).max(1)).sum(),
        Yaml::Text { text, .. } => text.lines().count(),
        Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) => 1,
    }
}

/// The scripts of the documents, in no order.
pub(crate) fn scripts(text: &str) -> Vec<String> {
    let mut open = yaml_read::read_all(FileId(0), text, &mut Diagnostics::default());
    let mut found = Vec::new();
    while let Some(node) = open.pop() {
        found.extend(node.text_of("script").map(str::to_owned));
        open.extend(node.items().iter().cloned());
        open.extend(node.entries().iter().map(|(_, value)| value.clone()));
    }
    found
}

fn is_flat(node: &Node) -> bool {
    match &node.value {
        Yaml::Map(entries) => entries.is_empty(),
        Yaml::List(items) => items.is_empty(),
        Yaml::Text { text, .. } => !text.contains('\n'),
        Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) => true,
    }
}

//! The layout of the Tekton catalog: `task/NAME/VERSION/NAME.yaml` with a README and a sample, and the same of the pipeline.

use super::files::{out_file, own};
use super::inputs::{Given, Way};
use super::levels::{self, Version};
use super::lower::{Lowered, Unit};
use super::meta::More;
use super::object::{self, Item};
use super::scripts::Scripts;
use super::shape::{Shape, Style};
use super::{NAME, pipeline, run, shape_gaps, task, timeouts, types};
use crate::diag::Diagnostics;
use crate::emit::yaml::{self, Map, Node, Page};
use crate::emit::{Done, OutFile, header, kube};
use crate::source::Sources;

pub(super) fn files(lowered: &Lowered<'_>, sources: &Sources, done: Done<'_>) {
    let made = header::made(lowered.plan, NAME);
    for unit in own(lowered) {
        let place = place(lowered, "task", &unit.object);
        let mut page = Page::default();
        page.comment(&format!("Tekton Task {}.\n{made}", unit.object));
        let more = more(&lowered.options.shape, &shown(&unit.name), &release(Version::OLDEST));
        task::write(&mut page, lowered, unit, sources, &more);
        done(out_file(format!("{place}/{}.yaml", unit.object), page.text));
        done(out_file(format!("{place}/README.md"), task_readme(lowered, unit, &made)));
        let about = format!("A run of the Tekton Task {}, with values to be replaced.\n{made}", unit.object);
        done(out_file(format!("{place}/samples/run.yaml"), yaml::file(&about, &[sample(lowered, unit)])));
    }
    of_pipeline(lowered, &made, sources).into_iter().for_each(&mut *done);
    let about = format!("What Artifact Hub reads of this repository.\n{made}");
    let owners = Map::new().with("owners", Node::List(Vec::new()));
    done(out_file("artifacthub-repo.yml".to_owned(), yaml::file(&about, &[owners.into()])));
}

fn of_pipeline(lowered: &Lowered<'_>, made: &str, sources: &Sources) -> [OutFile; 3] {
    let (name, timeouts) = (lowered.names.pipeline(), timeouts::of(lowered));
    let place = place(lowered, "pipeline", name);
    let mut page = Page::default();
    page.comment(&format!("Tekton Pipeline {name}.\n{made}"));
    let display = lowered.options.shape.display_name.clone().unwrap_or_else(|| shown(name));
    let more = more(&lowered.options.shape, &display, &release(levels::least_version(lowered)));
    pipeline::write(&mut page, lowered, timeouts.tasks, sources, &more);
    let about = format!("Tekton PipelineRun.\n{made}{}", run::to_be_given(lowered));
    let run = yaml::file(&about, &[run::manifest(lowered, timeouts, sources)]);
    [
        out_file(format!("{place}/{name}.yaml"), page.text),
        out_file(format!("{place}/README.md"), pipeline_readme(lowered, made)),
        out_file(format!("{place}/samples/run.yaml"), run),
    ]
}

fn place(lowered: &Lowered<'_>, kind: &str, name: &str) -> String {
    format!("{kind}/{name}/{}", lowered.options.shape.version)
}

/// As a release is called.
fn release(version: Version) -> String {
    format!("{version}.0")
}

fn more(shape: &Shape, display: &str, least: &str) -> More {
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let lists = [("categories", &shape.categories), ("tags", &shape.tags)];
    let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
    let mut annotations = vec![pair("tekton.dev/pipelines.minVersion", least)];
    annotations.extend(lists.map(|(key, list)| (format!("tekton.dev/{key}"), list.join(", "))));
    annotations.push(pair("tekton.dev/displayName", display));
    annotations.push(pair("tekton.dev/platforms", &shape.platforms.join(",")));
    // What the program says of all objects stands for what is made here.
    annotations.retain(|(key, _)| !shape.annotations.iter().any(|(other, _)| other == key));
    let labels = vec![pair("app.kubernetes.io/version", &shape.version)];
    More {
        labels: labels.into_iter().filter(|(key, _)| !shape.labels.iter().any(|(other, _)| other == key)).collect(),
        annotations,
    }
}

/// A name as people read it.
fn shown(name: &str) -> String {
    name.replace(['-', '_'], " ")
}

/// A TaskRun: each text is the name of its parameter, each workspace an empty one.
fn sample(lowered: &Lowered<'_>, unit: &Unit<'_>) -> Node {
    let params = object::grouped(task::given(lowered, unit), Given::parts).into_iter().map(|item| match item {
        Item::Single(given) if given.way == Way::List => {
            Map::new().with("name", given.name.clone()).with("value", vec![given.name.clone()])
        }
        Item::Single(given) => Map::new().with("name", given.name.clone()).with("value", given.name.clone()),
        Item::Record(name, fields) => {
            let keys = fields.iter().fold(Map::new(), |map, (key, _)| map.with((*key).to_owned(), (*key).to_owned()));
            Map::new().with("name", name.to_owned()).with("value", keys)
        }
    });
    let workspaces = unit.inputs.workspaces.iter().map(|name| {
        let name = lowered.names.workspace(name).to_owned();
        Map::new().with("name", name).with("emptyDir", Map::new())
    });
    let metadata = Map::new()
        .with("generateName", format!("{}-", unit.object))
        .with_some("namespace", lowered.options.namespace.clone())
        .with("labels", kube::labels());
    let spec = Map::new()
        .with("taskRef", Map::new().with("name", unit.object.clone()))
        .with_filled("params", params.collect::<Vec<_>>())
        .with_filled("workspaces", workspaces.collect::<Vec<_>>());
    kube::object("tekton.dev/v1", "TaskRun", metadata, spec)
}

fn task_readme(lowered: &Lowered<'_>, unit: &Unit<'_>, made: &str) -> String {
    let mut text = head(&unit.object, &unit.about, made);
    text.push_str(&install(lowered, "task", &unit.object));
    let params = object::grouped(task::given(lowered, unit), Given::parts).into_iter().map(|item| match item {
        Item::Single(given) if given.way == Way::List => (given.name.clone(), "array".to_owned()),
        Item::Single(given) => (given.name.clone(), "string".to_owned()),
        Item::Record(name, fields) => {
            let keys: Vec<&str> = fields.iter().map(|(key, _)| *key).collect();
            (name.to_owned(), format!("object: {}", keys.join(", ")))
        }
    });
    table(&mut text, "Parameters", ["Name", "Type"], params.collect());
    let workspaces = unit.inputs.workspaces.iter().map(|name| {
        let about = lowered.plan.workspaces.iter().find(|workspace| workspace.name == *name).map(|one| one.doc.clone());
        (lowered.names.workspace(name).to_owned(), about.unwrap_or_default())
    });
    table(&mut text, "Workspaces", ["Name", "Description"], workspaces.collect());
    let results = unit.results.iter().map(|(name, about)| (name.to_string(), about.to_string()));
    table(&mut text, "Results", ["Name", "Description"], results.collect());
    text + &platforms(lowered)
}

fn pipeline_readme(lowered: &Lowered<'_>, made: &str) -> String {
    let (plan, names) = (lowered.plan, &lowered.names);
    let mut text = head(names.pipeline(), &plan.doc, made);
    text.push_str(&install(lowered, "pipeline", names.pipeline()));
    let params = plan.params.iter().filter(|param| !types::is_workspace(&param.ty) && names.has_param(&param.name));
    let params = params.map(|param| (names.param(&param.name).to_owned(), types::described(&param.doc, &param.ty)));
    table(&mut text, "Parameters", ["Name", "Description"], params.collect());
    let workspaces = plan.workspaces.iter().map(|one| (names.workspace(&one.name).to_owned(), one.doc.clone()));
    table(&mut text, "Workspaces", ["Name", "Description"], workspaces.collect());
    let tasks = lowered.tasks.iter().chain(&lowered.finally);
    let tasks = tasks.map(|unit| (unit.name.clone(), unit.about.lines().next().unwrap_or_default().to_owned()));
    table(&mut text, "Tasks", ["Name", "Description"], tasks.collect());
    text + &platforms(lowered)
}

/// A comment of what made it stands first, as in every file.
fn head(name: &str, about: &str, made: &str) -> String {
    let made = made.replace("-->", "- ->");
    let about = if about.is_empty() { String::new() } else { format!("\n{}\n", about.trim_end()) };
    format!("<!-- {}\n-->\n\n# {name}\n{about}", made.trim_end())
}

fn install(lowered: &Lowered<'_>, kind: &str, name: &str) -> String {
    let place = place(lowered, kind, name);
    format!(
        "\n## Install\n\n```\nkubectl apply -f {place}/{name}.yaml\nkubectl create -f {place}/samples/run.yaml\n```\n"
    )
}

fn table(text: &mut String, title: &str, head: [&str; 2], rows: Vec<(String, String)>) {
    if rows.is_empty() {
        return;
    }
    text.push_str(&format!("\n## {title}\n\n| {} | {} |\n|---|---|\n", head[0], head[1]));
    for (name, about) in rows {
        text.push_str(&format!("| `{name}` | {} |\n", about.trim_end().replace('|', "\\|").replace('\n', " ")));
    }
}

fn platforms(lowered: &Lowered<'_>) -> String {
    format!("\n## Platforms\n\n{}\n", lowered.options.shape.platforms.join(", "))
}

pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let shape = &lowered.options.shape;
    if shape.style != Style::Catalog {
        return;
    }
    if lowered.options.scripts == Scripts::ConfigMap {
        let message = "tasks that are installed one by one cannot count on a ConfigMap";
        out.push(
            shape_gaps::wrong(shape, "scripts", message, "is none of the files of a task")
                .help("write `scripts: .split`, which keeps the scripts in their tasks"),
        );
    }
    let numbers: Vec<&str> = shape.version.split('.').collect();
    let is_number = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !(2..=3).contains(&numbers.len()) || !numbers.iter().all(is_number) {
        let message = format!("`{}` is no version that a catalog takes", shape.version);
        out.push(
            shape_gaps::wrong(shape, "version", message, "is not of that form")
                .help("write two or three numbers: `0.1` or `1.2.3`"),
        );
    }
    let lists = [("categories", &shape.categories), ("tags", &shape.tags), ("platforms", &shape.platforms)];
    for (field, list) in lists {
        for (at, one) in list.iter().enumerate() {
            let parts = one.split('/').filter(|part| !part.is_empty()).count();
            let is_right = field != "platforms" || (2..=3).contains(&parts) && !one.contains(' ');
            if one.trim().is_empty() || one.contains([',', '\n']) || !is_right {
                let message = format!("`{one}` cannot stand among the `{field}` of a catalog");
                let help = if field == "platforms" { "write `linux/amd64`" } else { "write a text without commas" };
                out.push(shape_gaps::wrong(shape, &format!("{field}.{at}"), message, "is not of that form").help(help));
            }
        }
    }
}

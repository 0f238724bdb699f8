//! `pipeline.yaml`: the parameters, the workspaces, the graph, the results.

use super::chains::Added;
use super::condition::{self, Input};
use super::fan::TURN;
use super::inputs::{Given, Way};
use super::lower::{Lowered, Unit};
use super::meta::{self, More};
use super::object::{self, Item};
use super::split::Otherwise;
use super::{defaults, foreign, outputs, task, types};
use crate::abreast;
use crate::emit::kube;
use crate::emit::yaml::{Map, Node, Page};
use crate::plan::outside::Mounted;
use crate::plan::{Param, PipelineOutput, Ty, Value, record};
use crate::source::Sources;

/// Writes the manifest behind its comment.
pub(super) fn write(page: &mut Page, lowered: &Lowered<'_>, limit: i64, sources: &Sources, more: &More) {
    page.raw("apiVersion: tekton.dev/v1\nkind: Pipeline\n");
    meta::write(page, lowered, lowered.names.pipeline(), &sources.origin(lowered.plan.span), more);
    page.raw("spec:\n");
    spec(page, lowered, limit, sources);
}

/// Writes what is below `spec`.
pub(super) fn spec(page: &mut Page, lowered: &Lowered<'_>, limit: i64, sources: &Sources) {
    let plan = lowered.plan;
    if let Some(name) = &lowered.options.shape.display_name {
        page.entry_text("  displayName: ", name);
    }
    if !plan.doc.is_empty() {
        page.entry_text("  description: ", &plan.doc);
    }
    let with_enums = lowered.has_enums();
    let params =
        plan.params.iter().filter(|param| !types::is_workspace(&param.ty) && lowered.names.has_param(&param.name));
    let params = object::grouped(params, |param| record::parts(lowered.names.param(&param.name)));
    let params = params.into_iter().map(|item| match item {
        Item::Single(one) => param(one, lowered.names.param(&one.name), with_enums),
        Item::Record(name, fields) => object::param(name, &fields),
    });
    page.entry_node("  params:", &params.collect::<Vec<_>>().into());
    page.entry_node("  workspaces:", &workspaces(lowered).into());
    page.entry_node("  results:", &results(lowered).into());
    page.raw(if lowered.tasks.is_empty() { "  tasks: []\n" } else { "  tasks:\n" });
    page.text.reserve((lowered.tasks.len() + lowered.finally.len()) * WITHOUT_TASK);
    let guarded = page.guarded;
    let once_or_twice = |unit: &Unit<'_>| {
        let mut page = Page { text: String::with_capacity(WITHOUT_TASK), guarded };
        entry(&mut page, lowered, Entry::of(unit), limit, sources);
        if let Some(otherwise) = lowered.otherwise.get(&unit.name) {
            entry(&mut page, lowered, Entry { otherwise: Some(otherwise), ..Entry::of(unit) }, limit, sources);
        }
        page.text
    };
    abreast::in_order(lowered.tasks.iter().map(|unit| &**unit), once_or_twice, |entries| page.raw(&entries));
    if !lowered.finally.is_empty() {
        page.raw("  finally:\n");
    }
    lowered.finally.iter().for_each(|unit| entry(page, lowered, Entry::of(unit), i64::MAX, sources));
}

/// What by far the most tasks take in a pipeline that they do not stand in.
const WITHOUT_TASK: usize = 320;

fn param(param: &Param, name: &str, with_enums: bool) -> Map {
    let kind = if types::is_list(&param.ty) { "array" } else { "string" };
    Map::new()
        .with("name", name.to_owned())
        .with("type", kind)
        .with("description", types::described(&param.doc, &param.ty))
        .with_some("default", param.default.as_ref().map(|value| default(value, &param.ty)))
        .with_filled("enum", if with_enums { types::cases(&param.ty) } else { Vec::new() })
}

fn default(value: &Value, ty: &Ty) -> Node {
    if let Value::List(items) = value {
        let written = |text: String| defaults::written(&text).into_owned();
        return items.iter().filter_map(Value::text).map(written).collect::<Vec<_>>().into();
    }
    // An empty list reads as `none` where that is possible.
    if types::is_list(ty) {
        Node::List(Vec::new())
    } else {
        defaults::written(&value.text().unwrap_or_default()).into_owned().into()
    }
}

fn workspaces(lowered: &Lowered<'_>) -> Vec<Map> {
    let declare = |workspace: &crate::plan::Workspace| {
        Map::new()
            .with("name", lowered.names.workspace(&workspace.name).to_owned())
            .with_some("description", (!workspace.doc.is_empty()).then(|| workspace.doc.clone()))
            .with_some("optional", task::is_optional(lowered, workspace).then_some(true))
    };
    lowered.plan.workspaces.iter().map(declare).collect()
}

fn results(lowered: &Lowered<'_>) -> Vec<Map> {
    let outputs: Vec<(usize, &PipelineOutput)> = lowered.plan.outputs.iter().enumerate().collect();
    let grouped = object::grouped(&outputs, |(at, _)| record::parts(lowered.names.returned(lowered.plan, *at)));
    let own = grouped.into_iter().filter_map(|item| match item {
        Item::Single((at, output)) => result(lowered, *at, output),
        Item::Record(name, fields) => Some(result_object(lowered, name, &fields)),
    });
    let more = object::grouped(lowered.names.added(), |one| record::parts(&one.name));
    let more = more.into_iter().map(|item| match item {
        Item::Single(one) => added(lowered, one),
        Item::Record(name, fields) => added_object(lowered, name, &fields),
    });
    own.chain(more).collect()
}

fn added(lowered: &Lowered<'_>, one: &Added) -> Map {
    let output = &lowered.plan.task(one.task).outputs[one.output];
    let about = types::described(&output.doc, &output.ty);
    let value = added_value(lowered, one);
    Map::new().with("name", one.name.clone()).with("type", "string").with("description", about).with("value", value)
}

fn added_object(lowered: &Lowered<'_>, name: &str, fields: &[(&str, &Added)]) -> Map {
    let output = |one: &Added| &lowered.plan.task(one.task).outputs[one.output];
    let doc = fields.first().map_or("", |(_, one)| &output(one).doc);
    let value = fields.iter().map(|(key, one)| (*key, added_value(lowered, one)));
    Map::new()
        .with("name", name.to_owned())
        .with("type", "object")
        .with("description", object::about(doc, fields.iter().map(|(key, one)| (*key, &output(one).ty))))
        .with("value", value.fold(Map::new(), |map, (key, value)| map.with(key.to_owned(), value)))
}

fn added_value(lowered: &Lowered<'_>, one: &Added) -> String {
    let at = u32::try_from(one.output).expect("outputs are counted in 32 bits");
    lowered.moved.text(Input::Result(one.task, at).text(lowered.plan, &lowered.names))
}

fn result(lowered: &Lowered<'_>, at: usize, output: &PipelineOutput) -> Option<Map> {
    let value = outputs::value(lowered, output)?;
    let about = types::described(&output.doc, &output.value.ty);
    let name = lowered.names.returned(lowered.plan, at).to_owned();
    let kind = if outputs::is_array(lowered.plan, output) { "array" } else { "string" };
    Some(Map::new().with("name", name).with("type", kind).with("description", about).with("value", value))
}

/// A key of each field, with the result of a task that it is.
fn result_object(lowered: &Lowered<'_>, name: &str, fields: &[(&str, &(usize, &PipelineOutput))]) -> Map {
    let doc = fields.first().map_or("", |(_, (_, output))| &output.doc);
    let value = fields.iter().filter_map(|(key, (_, output))| Some((*key, outputs::value(lowered, output)?)));
    Map::new()
        .with("name", name.to_owned())
        .with("type", "object")
        .with("description", object::about(doc, fields.iter().map(|(key, (_, output))| (*key, &output.value.ty))))
        .with("value", value.fold(Map::new(), |map, (key, value)| map.with(key.to_owned(), value)))
}

/// A unit as it stands in the pipeline.
#[derive(Clone, Copy)]
struct Entry<'l, 'p> {
    unit: &'l Unit<'p>,
    otherwise: Option<&'l Otherwise>,
}

impl<'l, 'p> Entry<'l, 'p> {
    fn of(unit: &'l Unit<'p>) -> Self {
        Self { unit, otherwise: None }
    }

    fn name(self) -> &'l str {
        self.otherwise.map_or(&self.unit.name, |otherwise| &otherwise.name)
    }

    fn when(self) -> &'l [(String, bool, Vec<String>)] {
        self.otherwise.map_or(&self.unit.when, |otherwise| &otherwise.when)
    }

    /// What it comes behind, of which some stand there twice.
    fn before(self, lowered: &'l Lowered<'_>) -> impl Iterator<Item = &'l str> {
        let twin = |name: &String| lowered.otherwise.get(name).map(|otherwise| otherwise.name.as_str());
        let known = self.unit.run_after.iter().flat_map(move |name| [Some(name.as_str()), twin(name)]).flatten();
        let behind = self.otherwise.map(|otherwise| otherwise.behind.as_str());
        known.chain(behind.filter(move |behind| !self.unit.run_after.iter().any(|name| name == behind)))
    }

    fn value(self, given: &Given) -> &str {
        let is_empty = self.otherwise.is_some_and(|otherwise| otherwise.emptied.contains(&given.name));
        if is_empty { "" } else { &given.value }
    }
}

/// `limit` is what all tasks before `finally` may take together: no task may have more.
fn entry(page: &mut Page, lowered: &Lowered<'_>, one: Entry<'_, '_>, limit: i64, sources: &Sources) {
    let unit = one.unit;
    let stands_here = lowered.options.shape.style.is_whole();
    page.entry_noted("  - name: ", one.name(), &sources.origin(unit.span));
    let said = lowered.options.task(unit.id);
    let display_name = said.and_then(|said| said.display_name.as_deref());
    if unit.inputs.given.iter().any(|given| given.way == Way::Each) {
        page.entry_text("    displayName: ", &format!("{} $(params.{TURN})", display_name.unwrap_or(&unit.name)));
    } else if let Some(name) = display_name {
        page.entry_text("    displayName: ", name);
    }
    match &unit.found {
        Some(reference) => foreign::write(page, reference),
        None if stands_here => {}
        None => {
            page.raw("    taskRef:\n");
            page.entry_text("      name: ", &unit.object);
        }
    }
    let mut before = one.before(lowered).peekable();
    if before.peek().is_some() {
        page.raw("    runAfter:\n");
    }
    before.for_each(|before| page.entry_text("    - ", before));
    page.entry_node("    when:", &one.when().iter().map(when).collect::<Vec<_>>().into());
    params(page, lowered, one);
    foreign::lists(page, unit);
    let bound = bindings(lowered, unit);
    if !bound.is_empty() {
        page.raw("    workspaces:\n");
    }
    for (name, workspace, folder) in bound {
        page.entry_text("    - name: ", name);
        page.entry_text("      workspace: ", lowered.names.workspace(workspace));
        let below = |known: &str| said.and_then(|said| said.sub_path.iter().find(|(name, _)| name == known));
        // A task that is kept elsewhere may have one workspace under several names.
        let below = below(workspace).or_else(|| below(name));
        // A folder lies in what the task sees of the workspace.
        let below: Vec<&str> = below.map(|(_, path)| path.as_str()).into_iter().chain(folder).collect();
        if !below.is_empty() {
            page.entry_text("      subPath: ", &below.join("/"));
        }
    }
    limits(page, unit, limit);
    if stands_here && unit.found.is_none() {
        page.raw("    taskSpec:\n");
        let mut inner = Page { guarded: page.guarded, ..Page::default() };
        task::spec(&mut inner, lowered, unit, sources);
        page.shifted(&inner, 4);
    }
}

/// The name of each workspace in the task, and in the program, and the folder that the program cuts out.
fn bindings<'u>(lowered: &'u Lowered<'_>, unit: &'u Unit<'_>) -> Vec<(&'u str, &'u str, Option<&'u str>)> {
    match &unit.found {
        Some(reference) => {
            let workspaces = &lowered.plan.workspaces;
            let bound = reference.source.workspaces.iter();
            let name = |one: &Mounted| workspaces[one.workspace.index()].name.as_str();
            bound.map(|one| (one.name.as_str(), name(one), one.folder.as_deref())).collect()
        }
        None => {
            let names = unit.inputs.workspaces.iter().map(String::as_str);
            names.map(|name| (lowered.names.workspace(name), name, None)).collect()
        }
    }
}

fn params(page: &mut Page, lowered: &Lowered<'_>, one: Entry<'_, '_>) {
    let (each, given): (Vec<&Given>, Vec<&Given>) =
        task::given(lowered, one.unit).partition(|given| given.way == Way::Each);
    if !given.is_empty() {
        page.raw("    params:\n");
    }
    for item in object::grouped(given, Given::parts) {
        let given = match item {
            Item::Single(given) => given,
            Item::Record(name, fields) => {
                page.entry_text("    - name: ", name);
                object::value(page, "      ", &fields);
                continue;
            }
        };
        page.entry_text("    - name: ", &given.name);
        match given.way {
            Way::List => {
                page.raw("      value:\n");
                page.entry_text("      - ", &given.value);
            }
            Way::Text | Way::Each | Way::Key(_) => page.entry_text("      value: ", one.value(given)),
        }
    }
    if !each.is_empty() {
        page.raw("    matrix:\n      params:\n");
    }
    for given in each {
        page.entry_text("      - name: ", &given.name);
        page.entry_text("        value: ", &given.value);
    }
}

fn limits(page: &mut Page, unit: &Unit<'_>, limit: i64) {
    if unit.retries > 0 {
        page.raw("    retries: ");
        page.raw(&unit.retries.to_string());
        page.raw("\n");
    }
    if let Some(time) = unit.timeout {
        let time = if unit.id.is_some() { time } else { time.min(limit) };
        page.entry_text("    timeout: ", &kube::go_duration(time));
    }
    if unit.goes_on {
        page.raw("    onError: continue\n");
    }
}

fn when(when: &(String, bool, Vec<String>)) -> Map {
    let (input, is_in, values) = when;
    if condition::is_cel(when) {
        return Map::new().with("cel", input.clone());
    }
    Map::new()
        .with("input", input.clone())
        .with("operator", if *is_in { "in" } else { "notin" })
        .with("values", values.clone())
}

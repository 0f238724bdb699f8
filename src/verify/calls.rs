//! What is given to a task, pipeline or step action that is known, against what it declares.

use super::choices;
use super::cx::{Cx, finding, one};
use super::graph::{Call, Graph};
use super::params::{self, Param, Ty, of_value};
use super::refs::{Part, refs};
use super::scope::Scope;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, did_you_mean};
use crate::source::Span;
use crate::yaml_read::look::{Look, find, named};
use crate::yaml_read::{Node, Yaml};

/// What is called and who calls, in words.
pub(super) struct Side<'a> {
    pub(super) what: String,
    /// Where a missing one would stand.
    pub(super) at: Span,
    /// Names that are found without being given.
    pub(super) around: Vec<&'a str>,
    /// An embedded one: what it does not declare it may use nevertheless.
    pub(super) open: bool,
    /// A run of a pipeline: of an object that it gives, the default fills in nothing.
    pub(super) bare: bool,
    /// The params of who gives.
    pub(super) params: &'a [Param<'a>],
}

/// A task of a pipeline against what it runs.
pub(super) fn call(call: &Call<'_>, graph: &Graph<'_>, cx: &mut Cx<'_>) {
    bindings(call, graph, cx);
    let Some(spec) = call.spec.or(call.pipeline) else { return };
    let node = call.node;
    let around = if call.embedded { graph.params.iter().map(|one| one.name).collect() } else { Vec::new() };
    let what = format!("the {} of `{}`", if call.is_pipeline() { "pipeline" } else { "task" }, call.name);
    let side = Side { what, at: call.span, around, open: call.embedded, bare: false, params: &graph.params };
    if !call.embedded {
        retries(spec, call, cx);
    }
    let matrix = node.get("matrix");
    let includes = matrix.map_or(&[][..], |one| one.list("include")).iter().flat_map(|one| one.list("params"));
    let by_matrix: Vec<&Node> = matrix.map_or(&[][..], |one| one.list("params")).iter().chain(includes).collect();
    let given: Vec<&Node> = node.list("params").iter().collect();
    for one in &by_matrix {
        let declared = find(spec.list("params"), one.text_of("name").unwrap_or_default());
        if let Some(ty) = declared.and_then(params::ty).filter(|ty| *ty != Ty::Text) {
            let message = format!("a matrix gives one string a turn, and the param is {}", ty.words());
            cx.push(finding(Code::P0651, one.span, message, "of another type", "let the task take a string"));
        }
    }
    let typed = |value: &Node| type_of(value, graph);
    against(spec, &given, &by_matrix, &typed, &side, cx);
    let bound: Vec<(&str, Span)> = named(node.list("workspaces"), "name");
    let around = if call.embedded { graph.workspaces.clone() } else { Vec::new() };
    workspaces(spec, &bound, &Side { around, ..side }, cx);
}

/// Which try it is, is known only to a task that is written inside the pipeline.
fn retries(spec: &Node, call: &Call<'_>, cx: &mut Cx<'_>) {
    const TRY: &str = "$(context.task.retry-count)";
    let mut found = Vec::new();
    holding(spec, TRY, &mut found);
    if let Some(node) = found.first() {
        let at = cx.within(node.span, TRY, 0);
        let message = format!("`{}` refers to a task that asks which try it is", call.name);
        let help = "write the task under `taskSpec`, or leave `retry-count` out of it: in a task that is referred to, it stays as it is";
        cx.push(finding(Code::P0650, call.span, message, "not counted there", help).label(at, "asked here"));
    }
}

fn holding<'n>(node: &'n Node, what: &str, out: &mut Vec<&'n Node>) {
    match &node.value {
        Yaml::Text { text, .. } if text.contains(what) => out.push(node),
        Yaml::List(items) => items.iter().for_each(|item| holding(item, what, out)),
        Yaml::Map(entries) => entries.iter().for_each(|(_, value)| holding(value, what, out)),
        Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) | Yaml::Text { .. } => {}
    }
}

/// The workspaces that a pipeline task hands on.
fn bindings(call: &Call<'_>, graph: &Graph<'_>, cx: &mut Cx<'_>) {
    let list = call.node.list("workspaces");
    cx.distinct("the workspace", &named(list, "name"), "bind it once: the pipeline is refused");
    for binding in list {
        let Some(node) = binding.get("workspace").filter(|one| one.text() != Some("")).or_else(|| binding.get("name"))
        else {
            continue;
        };
        let name = node.text().unwrap_or_default();
        if name.is_empty() {
            continue;
        }
        if !graph.workspaces.contains(&name) {
            cx.unknown(
                node.span,
                "the workspace",
                name,
                graph.workspaces.iter().copied(),
                "declare it under `workspaces` of the pipeline",
            );
            continue;
        }
        let optional = find(graph.spec.list("workspaces"), name).is_some_and(|one| one.is_true("optional"));
        let wanted = call
            .spec
            .or(call.pipeline)
            .and_then(|spec| find(spec.list("workspaces"), binding.text_of("name").unwrap_or_default()));
        if optional && wanted.is_some_and(|one| !one.is_true("optional")) {
            let message = format!("the workspace `{name}` is optional, and `{}` needs it", call.name);
            let help = "make it optional in the task too, or needed in the pipeline: without it the run fails";
            cx.push(finding(Code::P0651, node.span, message, "may be missing", help));
        }
    }
}

/// The type of a value that a pipeline gives, when it is known.
fn type_of(value: &Node, graph: &Graph<'_>) -> Option<Ty> {
    let Some(text) = value.text() else { return Some(of_value(value)) };
    let found = refs(text);
    let Some(only) = found.first().filter(|one| one.whole == text) else { return Some(Ty::Text) };
    match (only.head(), only.parts.as_slice()) {
        ("params", [_, Part::Name(name), rest @ ..]) => {
            let param = graph.params.iter().find(|one| one.name == *name)?;
            as_used(param.ty?, rest)
        }
        ("tasks", [_, Part::Name(task), Part::Name("results"), Part::Name(name), rest @ ..])
            if !only.whole.ends_with(".length)") =>
        {
            let call = graph.call(task)?;
            if call.node.has("matrix") {
                return Some(Ty::List);
            }
            as_used(params::ty(find(call.spec?.list("results"), name)?)?, rest)
        }
        _ => Some(Ty::Text),
    }
}

/// Without `[*]` a whole array or object cannot be handed on, which is reported where it is used.
fn as_used(ty: Ty, rest: &[Part<'_>]) -> Option<Ty> {
    match rest {
        [] if ty == Ty::Text => Some(Ty::Text),
        [] => None,
        [Part::Index("*")] => Some(ty),
        _ => Some(Ty::Text),
    }
}

/// Params that are given against those that are declared.
pub(super) fn against(
    spec: &Node,
    given: &[&Node],
    more: &[&Node],
    typed: &dyn Fn(&Node) -> Option<Ty>,
    side: &Side<'_>,
    cx: &mut Cx<'_>,
) {
    let declared = params::declared(spec);
    let names: Vec<&str> = given.iter().chain(more).filter_map(|one| one.text_of("name")).collect();
    for one in &declared {
        let needed = one.default.is_none() && !side.around.contains(&one.name) && !names.contains(&one.name);
        // A default of nothing is an empty text.
        let empty = find(spec.list("params"), one.name)
            .is_some_and(|node| node.entries().iter().any(|(key, _)| key.text == "default"));
        if needed && !empty {
            let message = format!("{} is not given its param `{}`", side.what, one.name);
            let found = finding(
                Code::P0651,
                side.at,
                message,
                "not given here",
                format!(
                    "add it under `params`, or give it a default: the run fails before it starts{}",
                    near(one.name, &names)
                ),
            );
            cx.push(found.label(one.span, "declared here, without a default"));
        }
    }
    for node in given {
        let Some(name) = node.get("name") else { continue };
        match declared.iter().find(|one| Some(one.name) == name.text()) {
            Some(param) => {
                argument(param, node, typed, side.bare, cx);
                let value = node.get("value");
                value.into_iter().for_each(|value| choices::given(param, value, side.params, cx));
            }
            None if side.open => {}
            None => extra(name, &declared, side, cx),
        }
    }
}

fn near(name: &str, given: &[&str]) -> String {
    did_you_mean(name, given.iter().copied()).map(|other| format!("; is `{other}` meant for it?")).unwrap_or_default()
}

/// So it is since 1.9: before, keys of the default were taken.
const BARE: &str = "add it: where a run gives a part of an object, its default counts for nothing, and variables of the other keys stay as they are written";

fn argument(param: &Param<'_>, node: &Node, typed: &dyn Fn(&Node) -> Option<Ty>, bare: bool, cx: &mut Cx<'_>) {
    let Some(value) = node.get("value") else { return };
    let (Some(ty), Some(is)) = (param.ty, typed(value)) else { return };
    if ty != is {
        let message = format!("`{}` is {}, and is given {}", param.name, ty.words(), is.words());
        let help = match (ty, is) {
            (Ty::List, Ty::Text) => "write a list, or `$(params.x[*])` for a whole array",
            (Ty::Text, Ty::List) => "write one text, or one element such as `$(params.x[0])`",
            (Ty::Object, _) => "write a map, or `$(params.x[*])` for a whole object",
            (Ty::Text | Ty::List, Ty::Object) | (Ty::Text, Ty::Text) | (Ty::List, Ty::List) => {
                "write a key such as `$(params.x.key)`"
            }
        };
        let found = finding(
            Code::P0651,
            value.span,
            message,
            "of another type",
            format!("{help}: the run fails before it starts"),
        );
        return cx.push(found.label(param.span, "declared here"));
    }
    if let (Ty::Object, Yaml::Map(entries)) = (ty, &value.value) {
        let default = param.default.filter(|_| !bare).map_or(&[][..], Look::entries);
        let has = |key: &str| entries.iter().chain(default).any(|(one, _)| one.text == key);
        for key in param.keys.iter().filter(|key| !has(key)) {
            let message = format!("the object `{}` has no key `{key}`", param.name);
            cx.push(finding(
                Code::P0651,
                value.span,
                message,
                "without this key",
                if bare { BARE } else { "add it: the run fails before it starts" },
            ));
        }
    }
}

fn extra(name: &Node, declared: &[Param<'_>], side: &Side<'_>, cx: &mut Cx<'_>) {
    let text = name.text().unwrap_or_default();
    let known: Vec<&str> = declared.iter().map(|one| one.name).collect();
    let mut found =
        Diagnostic::new(Code::P0667, name.span, format!("{} has no param `{text}`", side.what)).here("read by nothing");
    found = match did_you_mean(text, known.iter().copied()) {
        Some(near) => found
            .help(format!("did you mean `{near}`? What is not declared is dropped, and nothing says so"))
            .fix(format!("write `{near}`"), name.span, near),
        None => found.help("leave it out, or declare it: what is not declared is dropped, and nothing says so"),
    };
    cx.push(found);
}

/// Workspaces that are bound against those that are declared.
pub(super) fn workspaces(spec: &Node, bound: &[(&str, Span)], side: &Side<'_>, cx: &mut Cx<'_>) {
    let list = spec.list("workspaces");
    let declared = named(list, "name");
    for one in list.iter().filter(|one| !one.is_true("optional")) {
        let Some(name) = one.get("name") else { continue };
        let text = name.text().unwrap_or_default();
        if !side.around.contains(&text) && !bound.iter().any(|(other, _)| *other == text) {
            let message = format!("{} is not given its workspace `{text}`", side.what);
            let given: Vec<&str> = bound.iter().map(|(name, _)| *name).collect();
            let help = format!("bind it under `workspaces`: the run fails before it starts{}", near(text, &given));
            cx.push(finding(Code::P0651, side.at, message, "not bound here", help).label(name.span, "declared here"));
        }
    }
    for (name, span) in bound.iter().filter(|(name, _)| !side.open && !declared.iter().any(|(other, _)| other == name))
    {
        let hint = did_you_mean(name, declared.iter().map(|(name, _)| *name))
            .map(|near| format!("did you mean `{near}`? "))
            .unwrap_or_default();
        let message = format!("{} has no workspace `{name}`", side.what);
        cx.push(finding(Code::P0667, *span, message, "used by nothing", format!("{hint}leave it out, or declare it")));
    }
}

/// A step against the step action that it refers to.
pub(super) fn step(node: &Node, reference: &Node, scope: &Scope<'_>, cx: &mut Cx<'_>) {
    let name = reference.text_of("name").unwrap_or_default();
    let Some(spec) = one(&cx.known.actions, name).and_then(|action| action.get("spec")) else { return };
    let what = format!("the step action `{name}`");
    let side = Side { what, at: reference.span, around: Vec::new(), open: false, bare: false, params: &scope.params };
    let given: Vec<&Node> = node.list("params").iter().collect();
    let typed = |value: &Node| {
        let Some(text) = value.text() else { return Some(of_value(value)) };
        let found = refs(text);
        if found.is_empty() {
            return Some(Ty::Text);
        }
        let only = found.first().filter(|one| one.whole == text && one.head() == "params")?;
        let param = scope.params.iter().find(|one| Some(one.name) == only.name(1))?;
        as_used(param.ty?, only.parts.get(2..).unwrap_or_default())
    };
    against(spec, &given, &[], &typed, &side, cx);
}

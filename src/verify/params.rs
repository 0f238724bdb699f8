//! What is declared: params with their types, and what a use of one gives.

use rustc_hash::FxHashMap;

use super::cx::{Cx, finding};
use super::decode::what;
use super::refs::{Part, Ref, refs};
use super::scalars;
use crate::diag::code::Code;
use crate::source::Span;
use crate::yaml_read::look::Look;
use crate::yaml_read::{Node, Yaml};

/// The three types of params and results.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ty {
    Text,
    List,
    Object,
}

impl Ty {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::List => "an array",
            Self::Object => "an object",
        }
    }
}

/// A param that is declared, or given to an embedded task by who calls it.
#[derive(Clone, Debug)]
pub(super) struct Param<'a> {
    pub(super) name: &'a str,
    pub(super) span: Span,
    /// Absent when nothing says it.
    pub(super) ty: Option<Ty>,
    pub(super) default: Option<&'a Node>,
    /// The keys of an object; empty when they are not known.
    pub(super) keys: Vec<&'a str>,
    /// The value of a run, which counts before the default.
    pub(super) given: Option<&'a Node>,
    /// The words that it may be; none where it may be any.
    pub(super) choices: Vec<&'a str>,
}

impl Param<'_> {
    /// Its value is known to be without quotes and whatever else ends a text.
    pub(super) fn is_tame(&self) -> bool {
        let tame = |text: &str| !text.contains(['\'', '"', '\\', '\n']) && !text.contains("$(");
        let given = self.given.and_then(Look::text);
        given.map_or_else(|| !self.choices.is_empty() && self.choices.iter().all(|one| tame(one)), tame)
    }
}

/// The params that a task, pipeline or step action declares.
pub(super) fn declared(spec: &Node) -> Vec<Param<'_>> {
    spec.list("params").iter().filter_map(param).collect()
}

fn param(node: &Node) -> Option<Param<'_>> {
    let name = node.get("name")?;
    let default = node.get("default");
    let keys = keys(node.get("properties"), default);
    let choices = node.list("enum").iter().filter_map(Look::text).collect();
    Some(Param { name: name.text()?, span: name.span, ty: ty(node), default, keys, given: None, choices })
}

/// The type that a param or result has by its declaration.
pub(super) fn ty(node: &Node) -> Option<Ty> {
    match node.text_of("type") {
        Some("string") => Some(Ty::Text),
        Some("array") => Some(Ty::List),
        Some("object") => Some(Ty::Object),
        Some(_) => None,
        None if node.has("properties") => Some(Ty::Object),
        None => Some(node.get("default").map_or(Ty::Text, of_value)),
    }
}

/// The type of a value as it is written.
pub(super) fn of_value(node: &Node) -> Ty {
    match node.value {
        Yaml::List(_) => Ty::List,
        Yaml::Map(_) => Ty::Object,
        Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) | Yaml::Text { .. } => Ty::Text,
    }
}

pub(super) fn keys<'a>(properties: Option<&'a Node>, default: Option<&'a Node>) -> Vec<&'a str> {
    let all = [properties, default].into_iter().flatten().flat_map(Look::entries);
    all.map(|(key, _)| key.text.as_str()).collect()
}

/// The values that a run or a pipeline task gives, as params that an embedded task may use.
pub(super) fn given(list: &[Node]) -> Vec<Param<'_>> {
    let param = |one: &'_ Node| -> Option<(Span, Option<Ty>)> {
        let value = one.get("value");
        // A whole list or object may stand behind a reference.
        let whole = value.and_then(Look::text).is_some_and(|text| text.ends_with("[*])"));
        Some((one.get("name")?.span, value.map(of_value).filter(|_| !whole)))
    };
    let made = |one| {
        let (span, ty) = param(one)?;
        let value = one.get("value");
        let (name, keys) = (one.text_of("name")?, keys(value, None));
        Some(Param { name, span, ty, default: None, keys, given: value, choices: Vec::new() })
    };
    list.iter().filter_map(made).collect()
}

/// The value of a variable is known to be without quotes.
pub(super) fn is_tame(one: &Ref<'_>, params: &[Param<'_>]) -> bool {
    let param = (one.head() == "params").then(|| params.iter().find(|param| Some(param.name) == one.name(1)));
    super::cel::is_made_by_cluster(one) || param.flatten().is_some_and(Param::is_tame)
}

/// What the rules say of the declarations themselves.
pub(super) fn check(spec: &Node, in_task: bool, cx: &mut Cx<'_>) {
    let list = spec.list("params");
    let all = declared(spec);
    let names: Vec<(&str, Span)> = all.iter().map(|one| (one.name, one.span)).collect();
    cx.distinct("the param", &names, "keep one: which of them counts is not said anywhere");
    if in_task {
        same_but_case(&names, cx);
    }
    for one in &all {
        if !scalars::is_param(one.name) {
            const FORM: &str = "a name begins with a letter or `_`; letters, digits, `_`, `-` and `.` follow";
            cx.push(finding(
                Code::P0646,
                one.span,
                format!("`{}` is no name of a param", one.name),
                "not in this form",
                FORM,
            ));
        }
        if in_task && one.ty == Some(Ty::Object) {
            dotted(one, cx);
        }
        default(one, &names, cx);
    }
    circle(&all, cx);
    for node in list {
        if in_task {
            properties("param", node, cx);
        }
        choices(node, cx);
    }
}

/// Defaults that read each other: none of them is ever known.
fn circle(all: &[Param<'_>], cx: &mut Cx<'_>) {
    let by_name: FxHashMap<&str, usize> = all.iter().enumerate().map(|(at, one)| (one.name, at)).collect();
    let mut readers = vec![Vec::new(); all.len()];
    let mut open = vec![0_usize; all.len()];
    for (at, param) in all.iter().enumerate() {
        let found = param.default.and_then(Look::text).map(refs).unwrap_or_default();
        let names = found.iter().filter(|one| one.head() == "params").filter_map(|one| by_name.get(one.name(1)?));
        for read in names {
            readers[*read].push(at);
            open[at] += 1;
        }
    }
    // What reads nothing that is open is known, and so are they that read nothing else.
    let mut known: Vec<usize> = (0..all.len()).filter(|at| open[*at] == 0).collect();
    while let Some(at) = known.pop() {
        for reader in &readers[at] {
            open[*reader] -= 1;
            if open[*reader] == 0 {
                known.push(*reader);
            }
        }
    }
    if let Some((param, _)) = all.iter().zip(&open).find(|(_, open)| **open > 0) {
        let at = param.default.map_or(param.span, |node| node.span);
        let message = format!("the default of `{}` leads back to itself", param.name);
        let help = "give one of the params a default that reads no other: the run fails before it starts";
        cx.push(finding(Code::P0652, at, message, "reads itself in the end", help));
    }
}

/// In the name of an object and in its keys a point would begin the next part.
fn dotted(param: &Param<'_>, cx: &mut Cx<'_>) {
    if let Some(name) = [param.name].iter().chain(&param.keys).find(|name| name.contains('.')) {
        let message = format!("`{name}` has a point, and belongs to an object");
        let help = "write it without: in an object, a point stands between a name and a key; the document is refused";
        cx.push(finding(Code::P0646, param.span, message, "not in this form", help));
    }
}

fn same_but_case(names: &[(&str, Span)], cx: &mut Cx<'_>) {
    for (at, (name, span)) in names.iter().enumerate() {
        let twin = names[..at].iter().find(|(other, _)| other != name && other.eq_ignore_ascii_case(name));
        if let Some((_, first)) = twin {
            let help = "rename one: a run that gives both is refused, since it compares names without case";
            cx.duplicate("but for its case, the param", name, *first, *span, help);
        }
    }
}

fn default(param: &Param<'_>, names: &[(&str, Span)], cx: &mut Cx<'_>) {
    let Some(node) = param.default else { return };
    let is = of_value(node);
    if let Some(ty) = param.ty.filter(|ty| *ty != is) {
        let message = format!("the default of `{}` is {}, and its type is {}", param.name, what(node), ty.words());
        cx.push(finding(
            Code::P0643,
            node.span,
            message,
            "of another type",
            "change one of them: the document is refused",
        ));
    }
    for one in node.text().map(refs).unwrap_or_default().iter().filter(|one| one.head() == "params") {
        let Some(name) = one.name(1).filter(|name| !names.iter().any(|(other, _)| other == name)) else { continue };
        let at = cx.within(node.span, one.whole, one.nth);
        cx.unknown(
            at,
            "the param",
            name,
            names.iter().map(|(name, _)| *name),
            "it stays as it is written when the task runs",
        );
    }
}

/// An object says which keys it has.
pub(super) fn properties(what: &str, node: &Node, cx: &mut Cx<'_>) {
    let is_object = node.text_of("type") == Some("object");
    if is_object && !node.has("properties") {
        let at = node.get("type").map_or(node.span, |ty| ty.span);
        let message = format!("the {what} is an object without `properties`");
        cx.push(finding(Code::P0644, at, message, "which keys?", "list them: `properties: {url: {type: string}}`"));
    }
    if let (Some(properties), Some("string" | "array")) = (node.get("properties"), node.text_of("type")) {
        cx.push(finding(
            Code::P0645,
            properties.span,
            "`properties` belong to the type `object`",
            "of another type",
            "change the type, or leave them out",
        ));
    }
}

fn choices(node: &Node, cx: &mut Cx<'_>) {
    let Some(choices) = node.get("enum").filter(|one| !one.items().is_empty()) else { return };
    let texts: Vec<(&str, Span)> = choices.items().iter().filter_map(|one| Some((one.text()?, one.span))).collect();
    cx.distinct("the choice", &texts, "keep one: the document is refused");
    if matches!(node.text_of("type"), Some("array" | "object")) {
        cx.push(finding(
            Code::P0645,
            choices.span,
            "only a string has an `enum`",
            "of another type",
            "leave it out, or make the param a string",
        ));
    }
    let default = node.get("default").and_then(|one| Some((one.text()?, one.span)));
    if let Some((text, span)) = default.filter(|(text, _)| !texts.iter().any(|(one, _)| one == text)) {
        let help = "take one of the choices, or add it to them: the document is refused";
        cx.push(finding(
            Code::P0648,
            span,
            format!("the default `{text}` is none of the choices"),
            "not in `enum`",
            help,
        ));
    }
}

/// Where a variable stands, and so what it may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// Text: only a string can stand in it.
    Text,
    /// An element of a list, which a whole array may be.
    Element,
    /// The value of a param, which may be anything as a whole.
    Value,
    /// The value of a param of a pipeline task, where what is whole has `[*]` behind it.
    Whole,
    /// An element of what a condition compares with, which a whole array may be, with `[*]` behind it.
    Compared,
}

/// Checks the use of a param, whose name is at part `at`; gives its type as used.
pub(super) fn used(
    one: &Ref<'_>,
    at: usize,
    params: &[Param<'_>],
    place: Place,
    isolated: bool,
    span: Span,
    cx: &mut Cx<'_>,
) {
    let Some(name) = one.name(at) else { return };
    let Some(param) = params.iter().find(|param| param.name == name) else {
        let known = params.iter().map(|param| param.name);
        return cx.unknown(
            span,
            "the param",
            name,
            known,
            "a variable that is not declared is refused, or stays in the text as it is",
        );
    };
    use_of(one, at, param, place, isolated, span, cx);
}

/// The use of what is known to be there: a param, or a result.
pub(super) fn use_of(
    one: &Ref<'_>,
    at: usize,
    param: &Param<'_>,
    place: Place,
    isolated: bool,
    span: Span,
    cx: &mut Cx<'_>,
) {
    let Some(ty) = param.ty else { return };
    let (name, rest) = (param.name, &one.parts[at + 1..]);
    let spelt = match (one.head(), one.name(1)) {
        ("tasks", Some(task)) => format!("tasks.{task}.results.{name}"),
        _ => format!("params.{name}"),
    };
    match (ty, rest) {
        (Ty::Text, []) => {}
        (Ty::List | Ty::Object, []) if matches!(place, Place::Whole | Place::Compared) && isolated => {
            let message = format!("`{name}` is {}, and stands without `[*]`", ty.words());
            misuse(span, message, format!("write `$({spelt}[*])`: the pipeline is refused"), cx);
        }
        (Ty::Text, [part, ..]) => {
            let help = format!("write `$({spelt})`: the text stays as it is, and no error is seen");
            let of = if matches!(part, Part::Name(_)) { "keys" } else { "elements" };
            misuse(span, format!("`{name}` is a string and has no {of}"), help, cx);
        }
        (Ty::List, [] | [Part::Index("*")]) => {
            whole(name, &spelt, "an array", place != Place::Text, isolated, span, cx)
        }
        (Ty::List, [Part::Index(index)]) => element(param, index, span, cx),
        (Ty::List, _) => {
            misuse(span, format!("`{name}` is an array"), format!("write `$({spelt}[0])` or `$({spelt}[*])`"), cx)
        }
        (Ty::Object, [] | [Part::Index("*")]) => {
            whole(name, &spelt, "an object", matches!(place, Place::Value | Place::Whole), isolated, span, cx)
        }
        (Ty::Object, [Part::Name(key)]) if !param.keys.is_empty() && !param.keys.contains(key) => {
            cx.unknown(
                span,
                &format!("of the object `{name}` the key"),
                key,
                param.keys.iter().copied(),
                "only the keys of `properties` can be used",
            );
        }
        (Ty::Object, [Part::Name(_)]) => {}
        (Ty::Object, _) => misuse(span, format!("`{name}` is an object"), format!("write `$({spelt}.KEY)`"), cx),
    }
}

fn whole(name: &str, spelt: &str, ty: &str, allowed: bool, isolated: bool, span: Span, cx: &mut Cx<'_>) {
    if allowed && isolated {
        return;
    }
    let help = match (allowed, ty) {
        (true, _) => format!("let it stand alone, as `\"$({spelt}[*])\"`: text around it cannot be kept"),
        (false, "an array") => {
            format!("use it in `args` or `command`, as an element of its own, or one element, `$({spelt}[0])`")
        }
        (false, _) => format!("use one key, `$({spelt}.KEY)`"),
    };
    misuse(span, format!("`{name}` is {ty} where a string belongs"), help, cx);
}

fn element(param: &Param<'_>, index: &str, span: Span, cx: &mut Cx<'_>) {
    let Ok(index) = index.parse::<usize>() else {
        return misuse(span, format!("`{index}` is no index"), "an index is a number from 0, or `*`".to_owned(), cx);
    };
    // A list that is given in whole may be of any length.
    let is_open = |list: &Node| list.items().iter().any(|one| one.text().is_some_and(|text| text.ends_with("[*])")));
    let list = param.given.or(param.default).filter(|list| matches!(list.value, Yaml::List(_)) && !is_open(list));
    if let Some(length) = list.map(|list| list.items().len()).filter(|length| index >= *length) {
        let which = if param.given.is_some() { "value" } else { "default" };
        let message = format!("the {which} of `{}` has {length} elements, and none of the number {index}", param.name);
        misuse(span, message, "elements are counted from 0; the run fails".to_owned(), cx);
    }
}

pub(super) fn misuse(span: Span, message: String, help: String, cx: &mut Cx<'_>) {
    cx.push(finding(Code::P0650, span, message, "used in a way that is not replaced", help));
}

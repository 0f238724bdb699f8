//! The steps of a task: image, script, environment, what they need.

use super::cx::{Cx, is_empty};
use super::findings;
use super::model::At;
use super::needs::{self, Needs};
use super::scope::Scope;
use super::script;
use super::shebang::Reader;
use super::text::key;
use super::value::{self, Value};
use crate::import::script::{Piece, Script, quoted};
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// A step.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) name: String,
    /// An expression.
    pub(super) image: String,
    pub(super) reader: Reader,
    pub(super) script: Script,
    /// Names and expressions.
    pub(super) env: Vec<(String, String)>,
    pub(super) workdir: Option<String>,
    pub(super) needs: Needs,
    pub(super) timeout: Option<At>,
    /// What is kept elsewhere, with what it is given.
    pub(super) uses: Option<String>,
    pub(super) remarks: Vec<String>,
}

const KNOWN: [&str; 15] = [
    "name",
    "displayName",
    "image",
    "script",
    "command",
    "args",
    "env",
    "workingDir",
    "computeResources",
    "resources",
    "securityContext",
    "timeout",
    "imagePullPolicy",
    "onError",
    "volumeMounts",
];

/// The steps of a task, with what its template gives to all.
pub(super) fn steps<'a>(spec: &'a Node, scope: Scope<'_, 'a>, cx: &mut Cx<'a, '_>) -> Vec<Step> {
    let template = spec.get("stepTemplate");
    let mut names = super::names::Names::default();
    let list = spec.list("steps");
    let uses = scope.body.map(|body| body.uses.as_slice()).unwrap_or_default();
    uses.iter().for_each(|one| drop(names.claim(&one.ours, "step")));
    let mut made = Vec::new();
    for (at, node) in list.iter().enumerate() {
        made.push(match used(at, node, list.len() == 1, scope, cx) {
            Some(used) => used,
            None => step(node, template, list.len() == 1, &mut names, scope, cx),
        });
    }
    made
}

/// What a step is called in the program; steps that are kept elsewhere have taken their names before.
fn claimed(node: &Node, names: &mut super::names::Names) -> String {
    names.claim(node.text_of("name").filter(|name| !name.is_empty()).unwrap_or("step"), "step")
}

/// The names of all steps in the program, where none is kept elsewhere.
pub(super) fn names(spec: &Node) -> Vec<String> {
    let mut names = super::names::Names::default();
    spec.list("steps").iter().map(|node| claimed(node, &mut names)).collect()
}

/// A step that is kept elsewhere.
fn used<'a>(at: usize, node: &'a Node, alone: bool, scope: Scope<'_, 'a>, cx: &mut Cx<'a, '_>) -> Option<Step> {
    let mut remarks = Vec::new();
    let (name, uses) = super::uses::written(at, node, scope, cx, &mut remarks)?;
    let needs = needs::of(&[Some(node)], cx, &mut remarks);
    may_fail(node, alone, None, &mut remarks, cx);
    Some(Step {
        name,
        image: String::new(),
        reader: Reader::Bash,
        script: Script::default(),
        env: Vec::new(),
        workdir: None,
        needs,
        timeout: None,
        uses: Some(uses),
        remarks,
    })
}

/// A step that may fail, of which the script has to see to it that nobody is told.
fn may_fail(
    node: &Node,
    alone: bool,
    script: Option<&mut script::Made>,
    remarks: &mut Vec<String>,
    cx: &mut Cx<'_, '_>,
) {
    let Some(node) = node.get("onError").filter(|node| node.text() == Some("continue")) else { return };
    let message = if alone { "the step may fail" } else { "a step may fail, and the next runs all the same" };
    match script.filter(|made| ends_by_itself(made)) {
        Some(made) => {
            made.script = Script::joined(vec![Script::of(ENDS_WELL), std::mem::take(&mut made.script)]);
            let help = format!("its script ends well now, however it ended: that is what `{ENDS_WELL}` does");
            cx.push(findings::assumed(node.span, message, help));
        }
        None => {
            let help = "let the script catch what may fail, `command || true`, and write its results in any case";
            cx.cannot(remarks, findings::not_said(node.span, message, help));
        }
    }
}

/// Makes a shell end well.
const ENDS_WELL: &str = "trap 'exit 0' EXIT";

/// Whether a shell reads the script to its end and does nothing there yet, and no result can be missing then.
fn ends_by_itself(made: &script::Made) -> bool {
    let leaves_results =
        made.script.pieces.iter().any(|piece| matches!(piece, Piece::Hole(expr) if expr.starts_with("out.")));
    let text = made.script.text();
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let is_shell = matches!(made.reader, Reader::Sh | Reader::Bash);
    is_shell && !leaves_results && !words.any(|word| matches!(word, "trap" | "exec"))
}

fn step<'a>(
    node: &'a Node,
    template: Option<&'a Node>,
    alone: bool,
    names: &mut super::names::Names,
    scope: Scope<'_, 'a>,
    cx: &mut Cx<'a, '_>,
) -> Step {
    let mut remarks = Vec::new();
    let name = claimed(node, names);
    cx.rest(node, &KNOWN, "a step", &mut remarks);
    if let Some(template) = template {
        cx.rest(template, &KNOWN, "a step template", &mut remarks);
    }
    let field = |key: &str| node.get(key).or_else(|| template.and_then(|template| template.get(key)));
    let image = field("image").and_then(|image| cx.at(image));
    let image = image.map(|at| image_expr(&at, scope, cx, &mut remarks));
    // It was said that nothing runs there.
    let image = image.unwrap_or_else(|| quoted(super::options::HELPER));
    let mut env = template.map(|template| environment(template, scope, cx, &mut remarks)).unwrap_or_default();
    for (name, expr) in environment(node, scope, cx, &mut remarks) {
        env.retain(|(known, _)| *known != name);
        env.push((name, expr));
    }
    let mut made = run(node, template, (&name, &env), scope, cx, &mut remarks);
    may_fail(node, alone, Some(&mut made), &mut remarks, cx);
    for (name, expr) in made.env {
        if !env.iter().any(|(known, _)| *known == name) {
            env.push((name, expr));
        }
    }
    let workdir = field("workingDir").and_then(|dir| cx.at(dir)).map(|at| directory(&at, scope, cx, &mut remarks));
    let needs = needs::of(&[template, Some(node)], cx, &mut remarks);
    let timeout = cx.at_of(node, "timeout");
    Step { name, image, reader: made.reader, script: made.script, env, workdir, needs, timeout, uses: None, remarks }
}

/// An image that is known when compiling, or a text that is made one.
fn image_expr<'a>(at: &At, scope: Scope<'_, 'a>, cx: &mut Cx<'a, '_>, remarks: &mut Vec<String>) -> String {
    let bits = scope.bits(at, cx, remarks);
    match value::literal(&bits) {
        Some(text) => quoted(&text),
        None => {
            let message = "the image of a step is put together when the pipeline runs";
            let help = "the program has to know it: name the image, or take it as a `const` parameter of type `image`";
            cx.push(findings::assumed(at.span, message, help));
            format!("image({})", value::text_expr(&bits))
        }
    }
}

fn directory<'a>(at: &At, scope: Scope<'_, 'a>, cx: &mut Cx<'a, '_>, remarks: &mut Vec<String>) -> String {
    let bits = scope.bits(at, cx, remarks);
    match (value::only(&bits), value::literal(&bits)) {
        (Some(hole), _) => hole.expr.strip_suffix(" / \".\"").unwrap_or(&hole.expr).to_owned(),
        (None, Some(text)) => quoted(&text),
        (None, None) => format!("path({})", value::text_expr(&bits)),
    }
}

/// The variables of a step.
pub(super) fn environment<'a>(
    node: &Node,
    scope: Scope<'_, 'a>,
    cx: &mut Cx<'a, '_>,
    remarks: &mut Vec<String>,
) -> Vec<(String, String)> {
    let mut made = Vec::new();
    for one in node.list("env") {
        let Some(name) = one.text_of("name") else { continue };
        if let Some(from) = one.get("valueFrom") {
            if let Some(expr) = taken(from, cx, remarks) {
                made.push((name.to_owned(), expr));
            }
            continue;
        }
        let at = cx.at_of(one, "value").unwrap_or_else(|| At::new("", one.span));
        let bits = scope.bits(&at, cx, remarks);
        made.push((name.to_owned(), Value::Text(bits).expr(&super::slots::Ty::Text)));
    }
    made
}

/// The key under which a secret of the program has its value.
const KEY: &str = "value";

fn taken(from: &Node, cx: &mut Cx<'_, '_>, remarks: &mut Vec<String>) -> Option<String> {
    let Some(secret) = from.get("secretKeyRef") else {
        let kind = from.entries().first().map_or("valueFrom", |(key, _)| key.text.as_str()).to_owned();
        let help = "give the value as a parameter, or read it in the script";
        cx.cannot(
            remarks,
            findings::not_said(from.span, format!("`{kind}` gives a variable of a step its value"), help),
        );
        return None;
    };
    let name = cx.at_of(secret, "name")?;
    let key = cx.at_of(secret, "key")?;
    if key.text != KEY {
        let message = format!("the secret `{}` is read under the key `{}`", name.text, key.text);
        let help = format!("a secret of the program has one value, under the key `{KEY}`: copy it there");
        cx.push(findings::assumed(key.span, message, help));
    }
    Some(format!("secret({})", quoted(&name.text)))
}

/// What a step runs.
fn run<'a>(
    node: &'a Node,
    template: Option<&'a Node>,
    (name, env): (&str, &[(String, String)]),
    scope: Scope<'_, 'a>,
    cx: &mut Cx<'a, '_>,
    remarks: &mut Vec<String>,
) -> script::Made {
    let list = |node: Option<&Node>, key: &str, cx: &mut Cx<'a, '_>| -> Vec<At> {
        node.map(|node| node.list(key).iter().filter_map(|one| cx.at(one)).collect()).unwrap_or_default()
    };
    let mut args = list(Some(node), "args", cx);
    if args.is_empty() {
        args = list(template, "args", cx);
    }
    if let Some(text) = node.get("script").filter(|text| !is_empty(text)) {
        let at = cx.at(text).unwrap_or_else(|| At::new("", text.span));
        let mut made = script::script(&at, (name, env), scope, cx, remarks);
        if !args.is_empty() && !matches!(made.reader, Reader::Other(_)) {
            let mut first = Script::of("set -- ");
            let words = script::command(&args, scope, cx, remarks);
            first = Script::joined(vec![joined(first, words), made.script]);
            made.script = first;
        } else if !args.is_empty() {
            let help = "read the values from the environment instead";
            cx.cannot(remarks, findings::not_said(args[0].span, "a script that no shell reads has arguments", help));
        }
        return made;
    }
    let mut words = list(Some(node), "command", cx);
    if words.is_empty() {
        words = list(template, "command", cx);
    }
    let none = words.is_empty();
    words.extend(args);
    let script = script::command(&words, scope, cx, remarks);
    if none {
        let made = script::Made { reader: Reader::Sh, script: Script::of("true"), env: Vec::new() };
        // That it is kept elsewhere was said.
        if node.has("ref") {
            return made;
        }
        let help = "write the command that the image runs: the program runs a script";
        cx.cannot(remarks, findings::not_said(node.span, format!("`{name}` runs what its image runs"), help));
        return made;
    }
    cx.push(findings::assumed(
        node.key_span("command"),
        format!("`{name}` runs a command without a shell"),
        "a shell runs it now, so the image needs one",
    ));
    script::Made { reader: Reader::Sh, script, env: Vec::new() }
}

fn joined(mut one: Script, other: Script) -> Script {
    for piece in other.pieces {
        match piece {
            Piece::Raw(text) => one.raw(&text),
            Piece::Hole(expr) => one.hole(expr),
        }
    }
    one
}

/// `{ A: "x", B: y }` on lines of its own, behind `env: `.
pub(super) fn env_field(env: &[(String, String)], margin: usize) -> String {
    let pad = " ".repeat(margin);
    let entries: Vec<String> = env.iter().map(|(name, expr)| format!("{}: {expr}", variable_key(name))).collect();
    let flat = format!("{pad}env: {{ {} }}\n", entries.join(", "));
    if flat.len() <= super::text::WIDTH && !flat.trim_end().contains('\n') {
        return flat;
    }
    let lines: String = entries.iter().map(|entry| format!("{pad}    {entry}\n")).collect();
    format!("{pad}env: {{\n{lines}{pad}}}\n")
}

fn variable_key(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.chars().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit()) { name.to_owned() } else { key(name) }
}

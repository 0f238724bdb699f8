//! Documents in documents: a list of objects, and a template whose parameters stand for texts.

use rustc_hash::FxHashMap;

use crate::yaml_read::look::Look;
use crate::yaml_read::{Node, Yaml};

/// Every document, with those inside of lists and templates in the place of these.
pub(crate) fn opened(all: Vec<Node>) -> Vec<Node> {
    all.into_iter().flat_map(open).collect()
}

fn open(root: Node) -> Vec<Node> {
    let is =
        |kind: &str, version: &str| root.text_of("kind") == Some(kind) && root.text_of("apiVersion") == Some(version);
    if is("List", "v1") {
        return root.list("items").iter().cloned().flat_map(open).collect();
    }
    if is("Template", "template.openshift.io/v1") || is("Template", "v1") {
        let values = values(&root);
        let filled = |node: &Node| fill(node.clone(), &values);
        return root.list("objects").iter().map(filled).flat_map(open).collect();
    }
    vec![root]
}

/// The parameters and what they are without a command that says otherwise; what is made up then is a letter.
fn values(template: &Node) -> FxHashMap<String, String> {
    let text = |node: &Node| match &node.value {
        Yaml::Text { text, .. } | Yaml::Float(text) => Some(text.clone()),
        Yaml::Int(value) => Some(value.to_string()),
        Yaml::Bool(value) => Some(value.to_string()),
        Yaml::Null | Yaml::List(_) | Yaml::Map(_) => None,
    };
    let value = |one: &Node| {
        let is_open = one.has("generate") || one.is_true("required");
        let given = one.get("value").and_then(text).filter(|text| !text.is_empty() || !is_open);
        let unsaid = if is_open { "x" } else { "" };
        Some((one.text_of("name")?.to_owned(), given.unwrap_or_else(|| unsaid.to_owned())))
    };
    template.list("parameters").iter().filter_map(value).collect()
}

fn fill(node: Node, values: &FxHashMap<String, String>) -> Node {
    let value = match node.value {
        Yaml::Text { text, plain } if text.contains("${") => filled(&text, plain, values),
        Yaml::List(items) => Yaml::List(items.into_iter().map(|item| fill(item, values)).collect()),
        Yaml::Map(entries) => Yaml::Map(entries.into_iter().map(|(key, item)| (key, fill(item, values))).collect()),
        value @ (Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) | Yaml::Text { .. }) => value,
    };
    Node { value, ..node }
}

/// `${NAME}` is a text, `${{NAME}}` alone is what its text says.
fn filled(text: &str, plain: bool, values: &FxHashMap<String, String>) -> Yaml {
    let whole = text.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}"));
    if let Some(value) = whole.and_then(|name| values.get(name)) {
        return match value.as_str() {
            "true" => Yaml::Bool(true),
            "false" => Yaml::Bool(false),
            "" | "null" => Yaml::Null,
            text => text.parse().map_or_else(|_| Yaml::Text { text: text.to_owned(), plain: false }, Yaml::Int),
        };
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        out += before;
        match behind.split_once('}').and_then(|(name, rest)| Some((values.get(name)?, rest))) {
            Some((value, behind)) => {
                out += value;
                rest = behind;
            }
            None => {
                out += "${";
                rest = behind;
            }
        }
    }
    // What a parameter stands for is a text, however it looks.
    Yaml::Text { plain: plain && out.contains("${"), text: out + rest }
}

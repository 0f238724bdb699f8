//! Holds a `.wharf-ci.yml` to its form: environments, inputs, stages and steps. What is sound is kept.

use super::findings;
use super::model::{At, Declared, Document, Environment, Input, RunsIf, Scalar, Stage, Step, Takes};
use super::schema::{Field, Form, STEP_TYPES};
use crate::diag::{Diagnostic, Diagnostics, Severity, did_you_mean};
use crate::source::Span;
use crate::yaml_read::look::Look;
use crate::yaml_read::{Key, Node, Yaml};

/// The keys of the file that are no stages.
const OF_THE_FILE: [&str; 2] = ["environments", "inputs"];

/// The keys of a stage that are no steps.
const OF_A_STAGE: [&str; 2] = ["environments", "runs-if"];

/// Reads the file; `lenient` makes warnings of unknown keys. There is nothing where there is no stage.
pub(super) fn document<'a>(root: &'a Node, lenient: bool, out: &mut Diagnostics) -> Option<Document<'a>> {
    let mut reader = Reader { lenient, refused: Vec::new(), out };
    if !matches!(root.value, Yaml::Map(_)) {
        let is_empty = root.value == Yaml::Null;
        let found = if is_empty { findings::empty(root.span) } else { findings::wrong_form("the file", "a map", root) };
        reader.out.push(found);
        return None;
    }
    let mut document = Document::default();
    if let Some(node) = root.get("environments") {
        document.environments = reader.environments(node);
    }
    if let Some(node) = root.get("inputs") {
        document.inputs = reader.inputs(node);
    }
    let stages = root.entries().iter().filter(|(key, _)| !OF_THE_FILE.contains(&&*key.text));
    document.stages = stages.filter_map(|(key, node)| reader.stage(key, node, &document.environments)).collect();
    document.refused = std::mem::take(&mut reader.refused);
    if document.stages.is_empty() && !reader.out.has_errors() {
        reader.out.push(findings::empty(root.span));
    }
    (!document.stages.is_empty()).then_some(document)
}

/// Reads the `vars` of a `.wharf-vars.yml`.
pub(super) fn variables(root: &Node, lenient: bool, out: &mut Diagnostics) -> Vec<Declared> {
    let mut reader = Reader { lenient, refused: Vec::new(), out };
    for (key, _) in root.entries().iter().filter(|(key, _)| key.text != "vars") {
        reader.unknown(findings::unknown_key("a file of variables", key, &["vars"]));
    }
    root.get("vars").map(|node| reader.declared("`vars`", node)).unwrap_or_default()
}

/// Whether the file is one of variables.
pub(super) fn is_of_variables(root: &Node) -> bool {
    root.get("vars").is_some_and(|vars| vars.entries().iter().all(|(_, node)| scalar(node).is_some()))
}

struct Reader<'o> {
    lenient: bool,
    /// The names of what is declared wrongly.
    refused: Vec<String>,
    out: &'o mut Diagnostics,
}

impl Reader<'_> {
    fn unknown(&mut self, mut found: Diagnostic) {
        if self.lenient {
            found.severity = Severity::Warning;
        }
        self.out.push(found);
    }

    /// The entries of a map; what is something else is reported.
    fn map<'n>(&mut self, what: &str, node: &'n Node) -> &'n [(Key, Node)] {
        if !matches!(node.value, Yaml::Map(_) | Yaml::Null) {
            self.out.push(findings::wrong_form(what, "a map", node));
        }
        node.entries()
    }

    fn environments(&mut self, node: &Node) -> Vec<Environment> {
        let entries = self.map("`environments`", node);
        let mut environments = Vec::new();
        for (key, node) in entries {
            if key.text.is_empty() {
                self.out.push(findings::missing(key.span, "an environment", "name"));
                continue;
            }
            let variables = self.declared(&format!("the environment `{}`", key.text), node);
            environments.push(Environment { name: key.text.clone(), span: key.span, variables });
        }
        environments
    }

    fn declared(&mut self, what: &str, node: &Node) -> Vec<Declared> {
        let mut variables = Vec::new();
        for (key, value) in self.map(what, node) {
            match scalar(value) {
                Some(scalar) => {
                    variables.push(Declared { name: key.text.clone(), value: scalar, span: key.span, at: value.span })
                }
                None => {
                    self.refused.push(key.text.clone());
                    let what = format!("the variable `{}`", key.text);
                    self.out.push(findings::wrong_form(&what, "a text, a number or a flag", value));
                }
            }
        }
        variables
    }

    fn inputs(&mut self, node: &Node) -> Vec<Input> {
        if !matches!(node.value, Yaml::List(_)) {
            self.out.push(findings::wrong_form("`inputs`", "a list of maps", node));
        }
        let mut inputs: Vec<Input> = Vec::new();
        for one in node.items() {
            let Some(input) = self.input(one) else {
                self.refused.extend(one.text_of("name").map(str::to_owned));
                continue;
            };
            match inputs.iter().find(|other| other.name == input.name) {
                Some(first) => {
                    let message = format!("two inputs are called `{}`", input.name);
                    let found = findings::contradiction(input.span, message, "give one of them another name");
                    self.out.push(found.label(first.span, "first here"));
                }
                None => inputs.push(input),
            }
        }
        inputs
    }

    fn input(&mut self, node: &Node) -> Option<Input> {
        let known = ["name", "type", "default", "values"];
        for (key, _) in self.map("an input", node).iter().filter(|(key, _)| !known.contains(&&*key.text)) {
            self.unknown(findings::unknown_key("an input", key, &known));
        }
        let name = self.needed(node, "an input", "name")?;
        let kind = self.needed(node, &format!("the input `{}`", name.text), "type")?;
        let takes = match kind.text.as_str() {
            "string" => Takes::Text,
            "number" => Takes::Number,
            "password" => Takes::Password,
            "choice" => Takes::Choice(self.choices(node, &name)?),
            other => {
                let known = ["string", "number", "choice", "password"];
                self.out.push(findings::not_one_of(kind.span, "the type of an input", other, &known));
                return None;
            }
        };
        if node.has("values") && !matches!(takes, Takes::Choice(_)) {
            let message = format!("`values` of `{}`, which is no choice", name.text);
            self.out.push(findings::assumed(node.key_span("values"), message, "left out: Wharf never looked at them"));
        }
        let default = self.default(node, &name, &takes)?;
        let takes = match (&takes, &default) {
            (Takes::Number, Some(at)) if at.text.parse::<i64>().is_err() => Takes::Fraction,
            _ => takes,
        };
        Some(Input { name: name.text, span: name.span, takes, default })
    }

    fn needed(&mut self, node: &Node, what: &str, field: &str) -> Option<At> {
        let Some(value) = node.get(field) else {
            self.out.push(findings::missing(node.span, what, field));
            return None;
        };
        match scalar(value) {
            Some(Scalar::Text(text)) if !text.is_empty() => Some(At { text, span: value.span }),
            Some(Scalar::Text(_) | Scalar::Int(_) | Scalar::Bool(_)) | None => {
                self.out.push(findings::wrong_form(&format!("`{field}`"), "a text", value));
                None
            }
        }
    }

    fn choices(&mut self, node: &Node, name: &At) -> Option<Vec<String>> {
        let what = format!("the choice `{}`", name.text);
        let (Some(values), true) = (node.get("values"), node.has("default")) else {
            let lacks = if node.has("values") { "default" } else { "values" };
            self.out.push(findings::missing(name.span, &what, lacks));
            return None;
        };
        let mut texts: Vec<String> = Vec::new();
        for value in values.items() {
            match plain(value) {
                Some(text) if !texts.contains(&text) => texts.push(text),
                Some(_) => {}
                None => self.out.push(findings::wrong_form("a value of a choice", "a text", value)),
            }
        }
        if texts.is_empty() {
            self.out.push(findings::wrong_form("`values`", "a list of texts", values));
            return None;
        }
        Some(texts)
    }

    /// Outside is nothing where it was reported, inside where there is none.
    fn default(&mut self, node: &Node, name: &At, takes: &Takes) -> Option<Option<At>> {
        let Some(value) = node.get("default") else { return Some(None) };
        let what = format!("the default of `{}`", name.text);
        let wrong = |expected: &str| findings::wrong_form(&what, expected, value);
        let found = match (takes, &value.value) {
            (Takes::Number, Yaml::Int(_) | Yaml::Float(_)) | (Takes::Text | Takes::Password, Yaml::Text { .. }) => None,
            (Takes::Number, _) => Some(wrong("a number")),
            (Takes::Text | Takes::Password, _) => Some(wrong("a text")),
            (Takes::Choice(values), _) => match plain(value) {
                Some(text) if values.contains(&text) => None,
                Some(text) => {
                    let known: Vec<&str> = values.iter().map(String::as_str).collect();
                    Some(findings::not_one_of(value.span, &what, &text, &known))
                }
                None => Some(wrong("one of its values")),
            },
            (Takes::Fraction, _) => None,
        };
        match found {
            Some(found) => {
                self.out.push(found);
                None
            }
            None => Some(plain(value).map(|text| At { text, span: value.span })),
        }
    }

    fn stage<'a>(&mut self, key: &'a Key, node: &'a Node, environments: &[Environment]) -> Option<Stage<'a>> {
        let what = format!("the stage `{}`", key.text);
        let entries = self.map(&what, node);
        let only = node.get("environments").and_then(|list| self.only(list, environments));
        let runs_if = node.get("runs-if").map_or(RunsIf::Success, |node| self.runs_if(node));
        let mut steps = Vec::new();
        let mut seen = 0;
        for (key, node) in entries.iter().filter(|(key, _)| !OF_A_STAGE.contains(&&*key.text)) {
            seen += 1;
            if key.text == "run-if" && !matches!(node.value, Yaml::Map(_)) {
                self.out.push(findings::run_if(key));
                continue;
            }
            steps.extend(self.step(key, node));
        }
        if seen == 0 {
            self.out.push(findings::no_steps(&key.text, key.span));
        }
        (!steps.is_empty()).then(|| Stage { name: key.text.clone(), span: key.span, only, runs_if, steps })
    }

    /// The environments of a stage; none at all is no choice.
    fn only(&mut self, node: &Node, environments: &[Environment]) -> Option<Vec<usize>> {
        if !matches!(node.value, Yaml::List(_)) {
            self.out.push(findings::wrong_form("`environments` of a stage", "a list of texts", node));
        }
        let known: Vec<&str> = environments.iter().map(|one| one.name.as_str()).collect();
        let mut only = Vec::new();
        for one in node.items() {
            let Some(text) = plain(one) else {
                self.out.push(findings::wrong_form("an environment of a stage", "a text", one));
                continue;
            };
            match known.iter().position(|name| *name == text) {
                Some(at) if !only.contains(&at) => only.push(at),
                Some(_) => {}
                None => self.out.push(findings::no_environment(&At { text, span: one.span }, &known)),
            }
        }
        only.sort_unstable();
        if node.value == Yaml::List(Vec::new()) {
            let help = "left out: a stage without `environments` runs in all of them, and without one";
            self.out.push(findings::assumed(node.span, "`environments` of a stage is empty", help));
            return None;
        }
        Some(only)
    }

    fn runs_if(&mut self, node: &Node) -> RunsIf {
        let known = ["success", "fail", "always"];
        let text = plain(node).unwrap_or_default().to_lowercase();
        match text.as_str() {
            "success" => RunsIf::Success,
            "fail" => RunsIf::Fail,
            "always" => RunsIf::Always,
            other => {
                self.out.push(findings::not_one_of(node.span, "`runs-if`", other, &known));
                RunsIf::Success
            }
        }
    }

    fn step<'a>(&mut self, key: &'a Key, node: &'a Node) -> Option<Step<'a>> {
        let what = format!("the step `{}`", key.text);
        if !matches!(node.value, Yaml::Map(_)) {
            let meant = did_you_mean(&key.text, OF_A_STAGE).is_some();
            let known = || findings::unknown_key("a stage", key, &OF_A_STAGE);
            self.out.push(if meant { known() } else { findings::wrong_form(&what, "a map", node) });
            return None;
        }
        let entries = node.entries();
        let mut types = Vec::new();
        for (name, fields) in entries {
            match STEP_TYPES.iter().find(|one| one.name == name.text) {
                Some(of) => types.push((of, name.span, fields)),
                None => self.out.push(findings::no_step_type(name)),
            }
        }
        match types.as_slice() {
            [(of, typed, fields)] => {
                let step = Step { name: &key.text, span: key.span, of, fields, typed: *typed };
                self.fields(&step);
                Some(step)
            }
            [] if !entries.is_empty() => None,
            several => {
                let names: Vec<&str> = several.iter().map(|(of, ..)| of.name).collect();
                self.out.push(findings::number_of_types(&key.text, key.span, &names));
                None
            }
        }
    }

    fn fields(&mut self, step: &Step<'_>) {
        let what = format!("a step of the type `{}`", step.of.name);
        let known: Vec<&str> = step.of.fields.iter().map(|field| field.name).collect();
        for (key, value) in self.map(&what, step.fields) {
            match step.of.fields.iter().find(|field| field.name == key.text) {
                Some(field) => self.form(field, value),
                None => self.unknown(findings::unknown_key(&what, key, &known)),
            }
        }
        for field in step.of.fields.iter().filter(|field| field.required && !says(step.fields, field.name)) {
            self.out.push(findings::missing(step.typed, &format!("the step `{}`", step.name), field.name));
        }
    }

    fn form(&mut self, field: &Field, node: &Node) {
        let what = format!("`{}`", field.name);
        let text = |node: &Node| matches!(scalar(node), Some(Scalar::Text(_) | Scalar::Int(_)));
        let expected = match (field.form, &node.value) {
            // What has no value is left out.
            (_, Yaml::Null) => return,
            (Form::Text, Yaml::Text { .. }) => return,
            (Form::Text, Yaml::Int(_) | Yaml::Float(_)) if field.name != "image" => return,
            (Form::Flag, Yaml::Bool(_)) => return,
            (Form::Flag, Yaml::Text { text, .. }) if text.contains("${") => return,
            (Form::Texts, Yaml::List(items)) => {
                items.iter().filter(|one| !text(one)).for_each(|one| {
                    self.out.push(findings::wrong_form(&format!("an entry of {what}"), "a text", one));
                });
                return;
            }
            (Form::Pairs, Yaml::Map(entries)) => {
                entries.iter().filter(|(_, one)| scalar(one).is_none()).for_each(|(key, one)| {
                    let what = format!("`{}` of {what}", key.text);
                    self.out.push(findings::wrong_form(&what, "a text, a number or a flag", one));
                });
                return;
            }
            (Form::Text, _) => "a text",
            (Form::Flag, _) => "`true` or `false`",
            (Form::Texts, _) => "a list of texts",
            (Form::Pairs, _) => "a map",
        };
        self.out.push(findings::wrong_form(&what, expected, node));
    }
}

/// Whether a field is there and says something.
fn says(node: &Node, name: &str) -> bool {
    node.get(name).is_some_and(|value| match &value.value {
        Yaml::Text { text, .. } => !text.is_empty(),
        Yaml::List(items) => !items.is_empty(),
        Yaml::Map(entries) => !entries.is_empty(),
        Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) => true,
        Yaml::Null => false,
    })
}

/// A value that is one word or line.
pub(super) fn scalar(node: &Node) -> Option<Scalar> {
    match &node.value {
        Yaml::Text { text, .. } | Yaml::Float(text) => Some(Scalar::Text(text.clone())),
        Yaml::Int(value) => Some(Scalar::Int(*value)),
        Yaml::Bool(value) => Some(Scalar::Bool(*value)),
        Yaml::Null | Yaml::List(_) | Yaml::Map(_) => None,
    }
}

/// The same as text.
pub(super) fn plain(node: &Node) -> Option<String> {
    scalar(node).map(|scalar| match scalar {
        Scalar::Text(text) => text,
        Scalar::Int(value) => value.to_string(),
        Scalar::Bool(value) => value.to_string(),
    })
}

/// Where a field is written.
pub(super) fn place(node: &Node, name: &str, otherwise: Span) -> Span {
    node.get(name).map_or(otherwise, |value| value.span)
}

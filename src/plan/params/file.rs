//! A parameter file: YAML or JSON, strict by type, every mistake at its line and column.

use super::text::parse;
use super::{example, which_parameters};
use crate::check::program::{PipelineId, Program, Type};
use crate::diag::{Diagnostic, Diagnostics, Edit, code::Code, did_you_mean};
use crate::plan::build::types::Types;
use crate::plan::build::{Binding, param};
use crate::plan::{Ty, Value};
use crate::source::Span;
use crate::yaml_read::{Key, Node, Yaml};

/// The values of a parameter file: a map from names of parameters.
pub fn from_file(program: &Program, pipeline: PipelineId, node: &Node, out: &mut Diagnostics) -> Vec<Binding> {
    let entries = match &node.value {
        Yaml::Null => return Vec::new(),
        Yaml::Map(entries) => entries,
        Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_) | Yaml::Text { .. } | Yaml::List(_) => {
            out.push(not_a_map(node));
            return Vec::new();
        }
    };
    let mut reader = Reader { program, pipeline, types: Types::new(program), out };
    let params = &program.pipelines[pipeline.index()].params;
    let mut bindings = Vec::new();
    for (key, value) in entries {
        let Some(param) = params.iter().find(|param| *param.name == *key.text) else {
            let near = did_you_mean(&key.text, params.iter().map(|param| &*param.name));
            let finding = unknown_key(key, &format!("the pipeline has no parameter `{}`", key.text), near);
            reader.out.push(finding.help(which_parameters(params, &key.text)));
            continue;
        };
        let place = Place { name: key.text.clone(), declared: param.span };
        if let Some(value) = reader.value(&place, &param.ty, value) {
            bindings.push(Binding { name: key.text.clone(), value, span: Some(key.span) });
        }
    }
    bindings
}

/// What a value is for: `bucket.name`, and where the parameter is declared.
struct Place {
    name: String,
    declared: Span,
}

impl Place {
    fn part(&self, name: &str) -> Self {
        Self { name: format!("{}.{name}", self.name), declared: self.declared }
    }

    fn element(&self, at: usize) -> Self {
        Self { name: format!("{}[{at}]", self.name), declared: self.declared }
    }
}

struct Reader<'a> {
    program: &'a Program,
    pipeline: PipelineId,
    types: Types,
    out: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn value(&mut self, place: &Place, ty: &Type, node: &Node) -> Option<Value> {
        match (ty, &node.value) {
            (Type::Optional(_), Yaml::Null) => Some(Value::None),
            (Type::Optional(of), _) => self.value(place, of, node),
            (Type::List(of), Yaml::List(nodes)) => self.list(place, of, nodes),
            (Type::Map(of), Yaml::Map(entries)) => self.map(place, of, entries),
            (Type::Record(id), Yaml::Map(entries)) => self.record(place, id.index(), entries, node.span),
            _ => self.scalar(place, ty, node),
        }
    }

    fn list(&mut self, place: &Place, of: &Type, nodes: &[Node]) -> Option<Value> {
        let values: Vec<Option<Value>> =
            nodes.iter().enumerate().map(|(at, node)| self.value(&place.element(at), of, node)).collect();
        values.into_iter().collect::<Option<Vec<Value>>>().map(Value::List)
    }

    fn map(&mut self, place: &Place, of: &Type, entries: &[(Key, Node)]) -> Option<Value> {
        let values: Vec<Option<(String, Value)>> = entries
            .iter()
            .map(|(key, node)| Some((key.text.clone(), self.value(&place.part(&key.text), of, node)?)))
            .collect();
        values.into_iter().collect::<Option<Vec<_>>>().map(Value::Record)
    }

    /// The fields in the order of the declaration; what is not given has its default.
    fn record(&mut self, place: &Place, id: usize, entries: &[(Key, Node)], span: Span) -> Option<Value> {
        let program = self.program;
        let record = &program.records[id];
        let mut sound = true;
        for (key, _) in entries {
            if !record.fields.iter().any(|field| *field.name == *key.text) {
                let near = did_you_mean(&key.text, record.fields.iter().map(|field| &*field.name));
                let finding = unknown_key(key, &format!("`{}` has no field `{}`", record.name, key.text), near);
                self.out.push(finding.label(record.span, format!("`{}` is declared here, and is closed", record.name)));
                sound = false;
            }
        }
        let mut values = Vec::new();
        for field in &record.fields {
            let given = entries.iter().find(|(key, _)| *key.text == *field.name);
            let value = match (given, &field.default) {
                (Some((_, node)), _) => self.value(&place.part(&field.name), &field.ty, node),
                (None, Some(default)) => param::constant(program, self.pipeline, default),
                (None, None) if matches!(field.ty, Type::Optional(_)) => Some(Value::None),
                (None, None) => {
                    self.out.push(missing_field(place, &field.name, &record.name, span, field.span));
                    None
                }
            };
            sound &= value.is_some();
            values.extend(value.map(|value| (field.name.to_string(), value)));
        }
        sound.then_some(Value::Record(values))
    }

    fn scalar(&mut self, place: &Place, ty: &Type, node: &Node) -> Option<Value> {
        let ty = self.types.ty(ty);
        match read_scalar(&ty, node) {
            Ok(value) => Some(value),
            Err(wrong) => {
                self.out.push(refused(place, &ty, node, wrong));
                None
            }
        }
    }
}

/// Why a scalar is refused.
enum Wrong {
    /// It would be right as text: quote it.
    Unquoted,
    /// It would be right without the quotes, or as this.
    Write(String),
    Because(String),
}

fn read_scalar(ty: &Ty, node: &Node) -> Result<Value, Wrong> {
    match (ty, &node.value) {
        (Ty::Bool, Yaml::Bool(value)) => Ok(Value::Bool(*value)),
        (Ty::Bool, Yaml::Text { text, .. }) => {
            Err(meant_bool(text).map_or_else(|| wrong(ty, node), |meant| Wrong::Write(meant.to_owned())))
        }
        (Ty::Int, Yaml::Int(value)) => Ok(Value::Int(*value)),
        (Ty::Int, Yaml::Text { text, .. }) if parse(ty, text).is_ok() => Err(Wrong::Write(text.clone())),
        (Ty::Size | Ty::Cpu, Yaml::Int(value)) => parse(ty, &value.to_string()).map_err(Wrong::Because),
        (
            Ty::Bool | Ty::Int | Ty::Size | Ty::Cpu | Ty::Duration,
            Yaml::Null | Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_),
        ) => Err(wrong(ty, node)),
        (Ty::List(_) | Ty::Map(_) | Ty::Record(_), _) | (_, Yaml::List(_) | Yaml::Map(_)) => Err(wrong(ty, node)),
        (Ty::Workspace | Ty::Artifact(_), _) => parse(ty, "").map_err(Wrong::Because),
        (_, Yaml::Text { text, .. }) => parse(ty, text).map_err(Wrong::Because),
        (_, Yaml::Null) => Err(wrong(ty, node)),
        (_, Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_)) => Err(Wrong::Unquoted),
    }
}

fn wrong(ty: &Ty, node: &Node) -> Wrong {
    Wrong::Because(format!("{} is no `{ty}`", shown(node)))
}

/// The other words for true and false that YAML had once.
fn meant_bool(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "y" | "on" | "true" => Some("true"),
        "no" | "n" | "off" | "false" => Some("false"),
        _ => None,
    }
}

fn shown(node: &Node) -> String {
    match &node.value {
        Yaml::Null => "`null`".to_owned(),
        Yaml::Bool(value) => format!("`{value}`"),
        Yaml::Int(value) => format!("the number `{value}`"),
        Yaml::Float(text) => format!("the number `{text}`"),
        Yaml::Text { text, plain: true } => format!("`{text}`"),
        Yaml::Text { text, plain: false } => format!("the text `\"{text}\"`"),
        Yaml::List(_) => "a list".to_owned(),
        Yaml::Map(_) => "a map".to_owned(),
    }
}

fn refused(place: &Place, ty: &Ty, node: &Node, wrong: Wrong) -> Diagnostic {
    let name = &place.name;
    // What stands for a secret may be the secret itself.
    let given = if *ty == Ty::Secret { "this".to_owned() } else { shown(node) };
    let message = match &wrong {
        Wrong::Unquoted => format!("`{name}` is a `{ty}`, and {given} without quotes is none"),
        Wrong::Write(_) if *ty == Ty::Bool => format!("`{name}` takes `true` or `false`, and this is {given}"),
        Wrong::Write(_) => format!("`{name}` is a `{ty}`, and {given} is none"),
        Wrong::Because(why) => format!("`{name}`: {why}"),
    };
    let finding = Diagnostic::new(Code::P0502, node.span, message).here(format!("has to be a `{ty}`"));
    let finding = finding.label(place.declared, "the parameter is declared here");
    match wrong {
        Wrong::Unquoted => {
            let edits = [node.span.before(), node.span.after()].map(|span| Edit { span, text: "\"".to_owned() });
            finding
                .help("quote it: YAML reads numbers and `true` without quotes as something else, and `1.10` would become 1.1")
                .fix_all("put it in quotes", edits.to_vec())
        }
        Wrong::Write(text) => finding
            .help(format!(
                "write `{text}`: values from outside are read strictly, so that no reader takes them for something else"
            ))
            .fix(format!("write `{text}`"), node.span, text),
        Wrong::Because(_) => finding.help(format!("write {}", example(ty))),
    }
}

fn missing_field(place: &Place, field: &str, record: &str, span: Span, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::P0502, span, format!("`{}` needs the field `{field}`", place.name))
        .here(format!("a `{record}` without `{field}`"))
        .label(declared, "declared here without a default")
        .help(format!("write `{field}: …`"))
}

fn unknown_key(key: &Key, message: &str, near: Option<&str>) -> Diagnostic {
    let finding = Diagnostic::new(Code::P0503, key.span, message);
    match near {
        Some(near) => finding.here("unknown").help(format!("did you mean `{near}`?")).fix(
            format!("write `{near}`"),
            key.span,
            near,
        ),
        None => finding.here("unknown"),
    }
}

fn not_a_map(node: &Node) -> Diagnostic {
    Diagnostic::new(
        Code::P0504,
        node.span,
        format!("a parameter file is a map from names to values, and this is {}", shown(node)),
    )
    .here("not a map")
    .help("write `name: value`, one line a parameter")
}

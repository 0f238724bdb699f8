//! Values from outside: strict by the type of the parameter they are for.

pub mod file;
pub mod given;
pub mod text;

use super::build::types::Types;
use super::build::{Binding, param};
use super::{Param, Ty, Value, record};
use crate::check::program::{ParamDef, PipelineId, Program, RecordDef, Type};
use crate::diag::{Diagnostic, Diagnostics, code::Code, did_you_mean};

/// Every parameter of a pipeline, also those that have to be bound, with the defaults that are known without any binding.
pub fn parameters(program: &Program, pipeline: PipelineId) -> Vec<Param> {
    param::declared(program, pipeline)
}

/// Values of the command line, `-p NAME=VALUE`. A list takes `-p x=a,b`, `-p 'x=["a","b"]'`, or `-p x=a -p x=b`.
pub fn from_text(
    program: &Program,
    pipeline: PipelineId,
    pairs: &[(String, String)],
    out: &mut Diagnostics,
) -> Vec<Binding> {
    if pairs.is_empty() {
        return Vec::new();
    }
    let params = parameters(program, pipeline);
    let mut bindings: Vec<Binding> = Vec::new();
    for (name, text) in pairs {
        let whole = params.iter().find(|param| param.name == *name);
        let param = match whole.map_or_else(|| field(program, pipeline, name), |param| Ok(param.clone())) {
            Ok(param) => param,
            Err(finding) => {
                out.push(finding);
                continue;
            }
        };
        match text::parse(&param.ty, text) {
            Ok(value) => bind(&mut bindings, &param, value, out),
            Err(why) => out.push(bad_value(&param, text, &why)),
        }
    }
    bindings
}

/// The field of a record parameter that `record.field` names.
fn field(program: &Program, pipeline: PipelineId, name: &str) -> Result<Param, Diagnostic> {
    let params = &program.pipelines[pipeline.index()].params;
    let of_record = record::parts(name).and_then(|(record, field)| {
        let param = params.iter().find(|param| *param.name == *record)?;
        let Type::Record(id) = param.ty else { return None };
        Some((param, &program.records[id.index()], field))
    });
    let Some((param, def, field)) = of_record else { return Err(no_such_parameter(params, name)) };
    let Some(found) = def.fields.iter().find(|one| *one.name == *field) else {
        return Err(no_such_field(param, def, field));
    };
    let (name, doc) = (record::part(&param.name, &found.name), param.doc.clone());
    Ok(Param { name, doc, ty: Types::new(program).ty(&found.ty), default: None, span: found.span })
}

fn no_such_field(param: &ParamDef, def: &RecordDef, field: &str) -> Diagnostic {
    let message = format!("the parameter `{}` has no field `{field}`", param.name);
    let names = def.fields.iter().map(|one| &*one.name);
    let all: Vec<String> = names.clone().map(|one| format!("`{one}`")).collect();
    let help = match did_you_mean(field, names) {
        Some(near) => format!("did you mean `{}.{near}`? There are {}", param.name, all.join(", ")),
        None => format!("there are {}", all.join(", ")),
    };
    Diagnostic::new(Code::P0503, param.span, message)
        .here(format!("declared here as `{}`", def.name))
        .label(def.span, "its fields")
        .help(help)
}

/// A list that is given again goes on; anything else is given once.
fn bind(bindings: &mut Vec<Binding>, param: &Param, value: Value, out: &mut Diagnostics) {
    let Some(known) = bindings.iter_mut().find(|binding| binding.name == param.name) else {
        bindings.push(Binding { name: param.name.clone(), value, span: None });
        return;
    };
    match (&mut known.value, value) {
        (Value::List(list), Value::List(more)) => list.extend(more),
        _ => out.push(given_twice(param)),
    }
}

fn bad_value(param: &Param, text: &str, why: &str) -> Diagnostic {
    let (name, ty) = (&param.name, &param.ty);
    let secret = matches!(ty, Ty::Secret) || *ty == Ty::Optional(Box::new(Ty::Secret));
    // What was given for a secret may be the secret itself.
    let given = if secret { "…" } else { text };
    let finding = Diagnostic::new(Code::P0502, param.span, format!("`-p {name}={given}`: {why}"))
        .here(format!("`{name}` is declared here as `{ty}`"));
    if secret {
        return finding.help("a secret is given by its name in the engine, never as the secret itself");
    }
    if let Ty::Record(_) = ty {
        return finding.help(format!(
            "give each field by itself, `-p {name}.FIELD=VALUE`, or all in a file with the key `{name}`, `--params FILE`"
        ));
    }
    if is_structure(ty) {
        return finding.help(format!("write a file with the key `{name}` and give it with `--params FILE`"));
    }
    finding.help(format!("values from outside are read strictly by their type: write {}", example(ty)))
}

fn given_twice(param: &Param) -> Diagnostic {
    let name = &param.name;
    Diagnostic::new(Code::P0502, param.span, format!("`-p {name}=…` is given twice"))
        .here(format!("one `{}`", param.ty))
        .help("give it once; only a list takes several, which come one behind the other")
}

fn no_such_parameter(params: &[ParamDef], name: &str) -> Diagnostic {
    let finding = Diagnostic::global(Code::P0503, format!("the pipeline has no parameter `{name}`"));
    finding.help(which_parameters(params, name))
}

/// "did you mean", and all that there are.
fn which_parameters(params: &[ParamDef], name: &str) -> String {
    if params.is_empty() {
        return "the pipeline has no parameters at all".to_owned();
    }
    let names: Vec<String> = params.iter().map(|param| format!("`{}`", param.name)).collect();
    match did_you_mean(name, params.iter().map(|param| &*param.name)) {
        Some(near) => format!("did you mean `{near}`? There are {}", names.join(", ")),
        None => format!("there are {}", names.join(", ")),
    }
}

fn is_structure(ty: &Ty) -> bool {
    match ty {
        Ty::Record(_) | Ty::Map(_) => true,
        Ty::List(of) | Ty::Optional(of) => is_structure(of),
        Ty::Bool
        | Ty::Int
        | Ty::String
        | Ty::Duration
        | Ty::Size
        | Ty::Cpu
        | Ty::Path
        | Ty::Image
        | Ty::Pattern(_)
        | Ty::Enum(_)
        | Ty::Secret
        | Ty::Workspace
        | Ty::Artifact(_) => false,
    }
}

/// In letters: a pattern that is longer explains nothing.
const LONGEST_SHOWN: usize = 60;

/// What a value of the type looks like.
pub fn example(ty: &Ty) -> String {
    match ty {
        Ty::Bool => "`true` or `false`".to_owned(),
        Ty::Int => "a whole number such as `3`".to_owned(),
        Ty::String => "any text".to_owned(),
        Ty::Duration => "a duration such as `90s`, `30min` or `1h30min`".to_owned(),
        Ty::Size => "a size such as `512Mi`, `10Gi` or `2G`".to_owned(),
        Ty::Cpu => "cores such as `2` or `500m`".to_owned(),
        Ty::Path => "a path such as `builds/latest`".to_owned(),
        Ty::Image => "an image such as `quay.io/fedora/fedora:41`".to_owned(),
        Ty::Pattern(pattern) => match &pattern.regex {
            Some(regex) if regex.len() <= LONGEST_SHOWN => format!("a text that matches `{regex}`"),
            Some(_) => format!("a text of the form of `{}`", pattern.name),
            None => "any text".to_owned(),
        },
        Ty::Enum(one) => {
            let cases: Vec<String> = one.cases.iter().map(|case| format!("`{case}`")).collect();
            format!("one of {}", cases.join(", "))
        }
        Ty::Secret => "the name of a secret".to_owned(),
        Ty::Workspace => "nothing: the engine gives a workspace when the run starts".to_owned(),
        Ty::Artifact(_) | Ty::Map(_) | Ty::Record(_) => "it in a parameter file".to_owned(),
        Ty::List(of) => format!("a list such as `a,b` or `[\"a\", \"b\"]`, each element {}", example(of)),
        Ty::Optional(of) => format!("{}, or nothing for `none`", example(of)),
    }
}

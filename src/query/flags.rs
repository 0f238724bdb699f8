//! Parameters that are given as options: `--stream stable`.

use crate::check::program::{PipelineId, Program};
use crate::diag::{Diagnostic, Diagnostics, code::Code, did_you_mean};
use crate::plan::{Param, Ty, params, record};

/// An option that the command line does not know itself: its name without dashes, and what was given with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flag {
    pub name: String,
    pub value: Option<String>,
}

/// The values that the options give, as `-p` would give them. `options` are the names of those that the command has.
pub(super) fn values(
    program: &Program,
    pipeline: PipelineId,
    (flags, options): (&[Flag], &[String]),
    out: &mut Diagnostics,
) -> Vec<(String, String)> {
    if flags.is_empty() {
        return Vec::new();
    }
    let params = params::parameters(program, pipeline);
    let mut values = Vec::new();
    for flag in flags {
        let name = flag.name.replace('-', "_");
        let of_record = record::parts(&name).map_or(&*name, |(record, _)| record);
        let Some(param) = params.iter().find(|param| param.name == of_record) else {
            out.push(no_such_option(&params, options, &flag.name));
            continue;
        };
        match (&flag.value, &param.ty) {
            (Some(value), _) => values.push((name, value.clone())),
            (None, Ty::Bool) => values.push((name, "true".to_owned())),
            (None, _) => out.push(needs_a_value(param, &flag.name)),
        }
    }
    values
}

fn no_such_option(params: &[Param], options: &[String], name: &str) -> Diagnostic {
    let dashed: Vec<String> = params.iter().map(|param| param.name.replace('_', "-")).collect();
    let known = dashed.iter().chain(options).map(String::as_str);
    let near = did_you_mean(&name.replace('_', "-"), known).map(|near| format!("did you mean `--{near}`? "));
    let names: Vec<String> = dashed.iter().map(|name| format!("`--{name}`")).collect();
    let have = if names.is_empty() { "has no parameters".to_owned() } else { format!("has {}", names.join(", ")) };
    Diagnostic::global(Code::P0706, format!("there is no option or parameter `--{name}` here"))
        .help(format!("{}the pipeline {have}; `--help` lists the options", near.unwrap_or_default()))
}

fn needs_a_value(param: &Param, name: &str) -> Diagnostic {
    Diagnostic::new(Code::P0706, param.span, format!("`--{name}` needs a value"))
        .here(format!("`{}` is declared here as `{}`", param.name, param.ty))
        .help(format!("write `--{name} VALUE` or `--{name}=VALUE`; only a `bool` may stand alone, for `true`"))
}

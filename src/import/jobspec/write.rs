//! The text of the program and of its parameter file.

use super::builder::Builder;
use super::findings;
use super::graph::{Form, Node};
use super::params::{Given, Param};
use super::walk::Value;
use crate::diag::Diagnostics;
use crate::import::Imported;
use crate::source::{FileId, Span, is_harmful};
use crate::syntax::format;

/// The blanks before a statement of the pipeline.
const MARGIN: usize = 4;

/// The file that a pipeline of this name is written to has no id yet.
const NOWHERE: FileId = FileId(u32::MAX);

pub(super) fn write(name: &str, builder: &Builder<'_>, order: &[usize], out: &mut Diagnostics) -> Option<Imported> {
    let text = program(name, builder, order);
    let Some(program) = format::format(NOWHERE, &text, &mut Diagnostics::default()) else {
        out.push(findings::unwritable());
        return None;
    };
    let origins = builder.nodes.iter().map(|node| (node.name.clone(), node.span));
    let last = builder.last.iter().map(|(name, _, span)| (name.clone(), *span));
    let list = &builder.values.params.list;
    let given = list.iter().filter_map(|param| Some((param.name.clone(), place(builder, &param.path)?)));
    Some(Imported { program, params: params(name, list), origins: origins.chain(last).chain(given).collect() })
}

/// Where the value of a path stands.
fn place(builder: &Builder<'_>, path: &str) -> Option<Span> {
    match builder.values.root.at(path)? {
        Value::Scalar(_, span) | Value::Texts(_, span) => Some(*span),
        Value::Map(group) => Some(group.span),
        Value::Maps(groups) => groups.first().map(|group| group.span),
    }
}

fn program(name: &str, builder: &Builder<'_>, order: &[usize]) -> String {
    let mut out =
        "//! Imported from a JobSpec. What varies from run to run is a parameter; the values that the JobSpec had\n\
        //! are in the parameter file beside this one.\nuse std.cosa\n\n"
            .to_owned();
    out += &format!("/// What the stages of the JobSpec build, test and publish.\npipeline {name}(\n");
    for param in &builder.values.params.list {
        out += &parameter(param);
    }
    out += ") {\n    workspace srv { size: 60Gi }\n    defaults { image: cosa.cosa_image, timeout: 90min }\n\n";
    for &node in order {
        out += &statement(&builder.nodes[node], &builder.nodes);
    }
    if !builder.last.is_empty() {
        out += "\n    finally {\n";
        for (name, task, _) in &builder.last {
            out = out + &task.write(name, MARGIN + 4) + "\n";
        }
        out += "    }\n";
    }
    out + "}\n"
}

fn parameter(param: &Param) -> String {
    let default = param.default.as_ref().map(|default| format!(" = {default}")).unwrap_or_default();
    let doc: String = param.doc.lines().map(|line| format!("    /// {line}\n")).collect();
    format!("{doc}    {}: {}{default},\n", param.name, param.ty)
}

fn statement(node: &Node, nodes: &[Node]) -> String {
    let text = match &node.form {
        Form::Call(call) => format!("    {} = {call}", node.name),
        Form::Task(task) => task.write(&node.name, MARGIN),
    };
    let after: Vec<&str> = node.after.iter().map(|other| nodes[*other].name.as_str()).collect();
    if after.is_empty() { text + "\n" } else { format!("{text} after {}\n", after.join(", ")) }
}

fn params(name: &str, list: &[Param]) -> String {
    let mut out = format!("# The values of the JobSpec for the pipeline `{name}`: give them with `--params`.\n");
    for param in list {
        match &param.given {
            Given::Value(value) => out += &format!("{}: {value}\n", param.name),
            Given::Missing(what) => out += &format!("# {}: {}\n", param.name, what.replace(is_harmful, " ")),
            Given::Nothing => {}
        }
    }
    out
}

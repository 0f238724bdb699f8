//! A `.wharf-ci.yml`, as wharf-cmd read it, into a program with the same stages.
//!
//! In reading order: `schema` says what there is, `read` holds the file to it and makes a `model`; `parts` takes texts apart,
//! `vars` says what a variable stands for, `value` what that is in the program and `params` what it takes; `steps`, `script`, `calls` and
//! `manifests` make tasks of steps; `layout` says where they stand; `write` is the text.

mod calls;
mod findings;
mod layout;
mod manifests;
mod model;
mod params;
mod parts;
mod read;
mod schema;
mod script;
mod steps;
mod value;
mod vars;
mod write;

use super::Imported;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{FileId, Span};
use crate::yaml_read::{self, Node};
use model::Document;
use steps::{Maker, Said, Task};
use vars::Vars;
use write::Writer;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The name of the pipeline.
    pub name: &'a str,
    /// What means nothing or has no form in a program is a warning.
    pub lenient: bool,
}

/// What was made.
#[derive(Debug)]
pub struct Made {
    pub imported: Imported,
    /// Values for the parameters that have to be known when compiling, to try the program with.
    pub trial: String,
}

/// The program of the `.wharf-ci.yml` among the texts; the others declare variables. `manifests` reads a file beside it by
/// its path from there. What is wrong, guessed or left out goes to `out`; there is nothing when something is wrong.
pub fn import(
    texts: &[(FileId, &str)],
    options: Options<'_>,
    manifests: &mut dyn FnMut(&str) -> Option<(FileId, String)>,
    out: &mut Diagnostics,
) -> Option<Made> {
    let mut found = Diagnostics::default();
    let nodes: Vec<Option<Node>> = texts.iter().map(|(id, text)| one(*id, text, &mut found)).collect();
    let nodes: Option<Vec<Node>> = nodes.into_iter().collect();
    let made = nodes.and_then(|nodes| made(&nodes, texts, options, manifests, &mut found));
    let sound = !found.has_errors();
    out.append(found);
    made.filter(|_| sound)
}

/// What a place of the program that was refused says of what it was made of.
pub fn refused(found: &Diagnostic, origin: Span) -> Diagnostic {
    findings::refused(found, origin)
}

/// The one document of a file.
fn one(id: FileId, text: &str, out: &mut Diagnostics) -> Option<Node> {
    let mut found = Diagnostics::default();
    let mut nodes = yaml_read::read_all(id, text, &mut found);
    let sound = found.is_empty();
    found.retain_mut(|one| {
        *one = findings::unreadable(one);
        true
    });
    out.append(found);
    if let Some(second) = nodes.get(1) {
        out.push(findings::several_documents(second.span));
        return None;
    }
    if sound && nodes.is_empty() {
        out.push(findings::empty(Span::new(id, 0, 0)));
    }
    nodes.pop().filter(|_| sound)
}

fn made(
    nodes: &[Node],
    texts: &[(FileId, &str)],
    options: Options<'_>,
    manifests: &mut dyn FnMut(&str) -> Option<(FileId, String)>,
    out: &mut Diagnostics,
) -> Option<Made> {
    let (of_variables, files): (Vec<&Node>, Vec<&Node>) = nodes.iter().partition(|node| read::is_of_variables(node));
    if let Some(second) = files.get(1) {
        let help = "import one after the other; beside it only files of variables (`vars:`) are read";
        out.push(findings::contradiction(second.span, "there are two files with stages", help));
    }
    let Some(root) = files.first() else {
        out.push(findings::empty(nodes.first().map_or(Span::new(FileId(0), 0, 0), |node| node.span)));
        return None;
    };
    let mut document = read::document(root, options.lenient, out)?;
    for node in of_variables {
        let more = read::variables(node, options.lenient, out);
        document.variables.extend(more);
    }
    written(&document, texts, options, manifests, out)
}

fn written(
    document: &Document<'_>,
    texts: &[(FileId, &str)],
    options: Options<'_>,
    manifests: &mut dyn FnMut(&str) -> Option<(FileId, String)>,
    out: &mut Diagnostics,
) -> Option<Made> {
    let mut vars = Vars::new(document, texts, options.lenient);
    let name = vars.names.claim(options.name, "run");
    // Names of the library that expressions use.
    for taken in ["wharf", "image"] {
        vars.names.claim(taken, "the");
    }
    vars.source();
    if document.stages.iter().any(|stage| stage.only.is_some()) {
        vars.environment();
    }
    let mut layout = layout::layout(document, &mut vars);
    let mut maker = Maker { vars, manifests, said: Said::default() };
    let tasks: Vec<Vec<Option<Task>>> =
        document.stages.iter().map(|stage| stage.steps.iter().map(|step| maker.task(stage, step)).collect()).collect();
    let mut vars = maker.vars;
    if !vars.out.has_errors() && !out.has_errors() {
        unread(document, &mut vars);
    }
    if document.stages.iter().map(|stage| stage.steps.len()).sum::<usize>() > 1 {
        vars.out.push(findings::shared_source(&document.stages[0]));
    }
    out.append(std::mem::take(&mut vars.out));
    // What is missing was reported; where that was no error, it is left out.
    layout.keep(|stage, step| tasks[stage][step].is_some());
    if layout.body.is_empty() && layout.last.is_empty() {
        if !out.has_errors() {
            out.push(findings::nothing_left(document.stages[0].span));
        }
        return None;
    }
    let writer = Writer { name: &name, document, vars: &vars, layout: &layout, tasks: &tasks };
    match writer.program() {
        Ok(program) => {
            let imported = Imported { program, params: String::new(), origins: writer.origins() };
            Some(Made { imported, trial: writer.trial() })
        }
        Err(found) => {
            if !out.has_errors() {
                out.push(found);
            }
            None
        }
    }
}

/// What nothing reads.
fn unread(document: &Document<'_>, vars: &mut Vars<'_>) {
    for input in document.inputs.iter().filter(|input| !vars.used.contains(&input.name)) {
        vars.out.push(findings::unused(input.span, &format!("the input `{}`", input.name)));
    }
    let has_input = |name: &str| document.inputs.iter().any(|input| input.name == name);
    for environment in &document.environments {
        for one in environment.variables.iter().filter(|one| !vars.used.contains(&one.name) || has_input(&one.name)) {
            vars.out.push(findings::unused(one.span, &format!("the variable `{}`", one.name)));
        }
    }
}

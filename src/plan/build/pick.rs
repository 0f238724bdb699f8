//! Which pipeline of a file is meant.

use crate::check::program::{PipelineId, Program};
use crate::diag::{Diagnostic, Diagnostics, code::Code, did_you_mean};
use crate::source::offset;

/// The pipeline of this name, or the only one where none is named.
pub fn pick(program: &Program, name: Option<&str>, source: &str, out: &mut Diagnostics) -> Option<PipelineId> {
    let at = match name {
        Some(name) => program.pipelines.iter().position(|one| *one.name == *name),
        None => (program.pipelines.len() == 1).then_some(0),
    };
    match (at, name) {
        (None, Some(name)) => out.push(unknown(program, name, source)),
        (None, None) => out.push(not_named(program, source)),
        (Some(_), _) => {}
    }
    at.map(|at| PipelineId(offset(at)))
}

fn listed(program: &Program) -> String {
    let names: Vec<String> = program.pipelines.iter().map(|one| format!("`{}`", one.name)).collect();
    names.join(", ")
}

fn unknown(program: &Program, name: &str, source: &str) -> Diagnostic {
    let finding = Diagnostic::global(Code::P0513, format!("`{source}` has no pipeline `{name}`"));
    if program.pipelines.is_empty() {
        return finding.help("it has none at all: write `pipeline main() { … }`");
    }
    let names = program.pipelines.iter().map(|one| &*one.name);
    match did_you_mean(name, names) {
        Some(near) => finding.help(format!("did you mean `{near}`? There are {}", listed(program))),
        None => finding.help(format!("there are {}", listed(program))),
    }
}

fn not_named(program: &Program, source: &str) -> Diagnostic {
    if program.pipelines.is_empty() {
        return Diagnostic::global(Code::P0513, format!("`{source}` has no pipeline")).help(
            "write `pipeline main() { … }`: a file of types and tasks alone is a library, which other files `use`",
        );
    }
    let finding = Diagnostic::global(Code::P0513, format!("`{source}` has several pipelines, and none is named"));
    let finding = finding.help(format!("name one of {} with `--pipeline NAME`", listed(program)));
    let finding = Diagnostic { labels: Vec::new(), ..finding };
    program.pipelines.iter().fold(finding, |finding, one| finding.label(one.span, format!("`{}`", one.name)))
}

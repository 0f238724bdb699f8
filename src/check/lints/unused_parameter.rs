//! A parameter that nothing in its task, pipeline or function reads.

use rustc_hash::FxHashSet;

use crate::check::program::{Expr, Kind, LocalId, ParamDef, Program, Type};
use crate::check::rules::{made::artifacts_in, walk};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};

use super::{LintInput, own};

pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    let program = input.program;
    for task in own::tasks(input) {
        let mut used = Used::default();
        walk::task_parts(task, &mut |part| used.note(part));
        used.report(program, "task", &task.name, &task.params, out);
    }
    for function in program.fns.iter().filter(|one| one.span.file == input.root.id) {
        let mut used = Used::default();
        used.note(&function.body);
        used.report(program, "function", &function.name, &function.params, out);
    }
    for (pipeline, read) in program.pipelines.iter().zip(input.locals_read()) {
        let params = pipeline.params.iter().map(|param| param.local);
        let used = Used(params.filter(|local| read[local.index()]).collect());
        used.report(program, "pipeline", &pipeline.name, &pipeline.params, out);
    }
}

#[derive(Default)]
struct Used(FxHashSet<LocalId>);

impl Used {
    fn one(&mut self, expr: &Expr) {
        if let Kind::Local(local) = expr.kind {
            self.0.insert(local);
        }
    }

    fn note(&mut self, expr: &Expr) {
        expr.walk(&mut |one| self.one(one));
    }

    /// A default that reads an earlier parameter uses it.
    fn report(mut self, program: &Program, what: &str, owner: &str, params: &[ParamDef], out: &mut Diagnostics) {
        params.iter().filter_map(|param| param.default.as_ref()).for_each(|default| self.note(default));
        let unused = params.iter().filter(|param| !self.0.contains(&param.local) && !has_effect(program, &param.ty));
        unused.for_each(|param| out.push(unused_parameter(what, owner, param)));
    }
}

/// A workspace is mounted and an artifact is waited for by being passed.
fn has_effect(program: &Program, ty: &Type) -> bool {
    let mut artifacts = Vec::new();
    artifacts_in(program, ty, &mut artifacts);
    let inner = if let Type::Optional(inner) = ty { inner } else { ty };
    *inner == Type::Workspace || !artifacts.is_empty()
}

fn unused_parameter(what: &str, owner: &str, param: &ParamDef) -> Diagnostic {
    let name = &param.name;
    Diagnostic::new(Code::P0251, param.span, format!("nothing in the {what} `{owner}` reads `{name}`"))
        .here("declared, and never read")
        .help(format!("read `{name}` or leave it out: who sets it believes that the run changes with it"))
}

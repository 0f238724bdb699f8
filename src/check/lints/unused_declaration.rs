//! A constant, function or type that nothing uses, and a name of a pipeline that nothing reads.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::check::program::{Call, Kind, LocalId, PipelineDef, Program, Stmt, Type};
use crate::check::rules::made::task_of;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::Span;
use crate::syntax::ast::{self, Item};

use super::reach::Unused;
use super::{LintInput, names, own};

pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    for one in input.unused() {
        if let Some(what) = word(one.item) {
            out.push(take_out(unused(what, &one.name.text, one.name.span), one));
        }
    }
    let mut tested: FxHashSet<&str> = FxHashSet::default();
    for item in &input.root.items {
        if let Item::Test(test) = item {
            names::members(test, &mut |name| {
                tested.insert(name);
            });
        }
    }
    let mut written = None;
    for (pipeline, read) in input.program.pipelines.iter().zip(input.locals_read()) {
        for (what, local) in unread(input.program, pipeline, read) {
            let local = &pipeline.locals[local.index()];
            if tested.contains(&*local.name) {
                continue;
            }
            let written = written.get_or_insert_with(|| statements(input.root));
            let report = unused(what, &local.name, local.span);
            out.push(match written.get(&local.span).filter(|stmt| is_bare(stmt)).and_then(|stmt| span_of(stmt)) {
                Some(span) => report.fix(format!("take out `{}`", local.name), span, ""),
                None => report,
            });
        }
    }
}

/// Says who else would have to go, or how it is taken out.
pub(super) fn take_out(report: Diagnostic, one: &Unused<'_>) -> Diagnostic {
    let name = &one.name.text;
    match (one.user, item_span(one.item)) {
        (Some(user), _) => report.label(user.span, format!("only `{}` mentions it, which is not used", user.text)),
        (None, Some(span)) if one.alone => report.fix(format!("take out `{name}`"), span, ""),
        (None, _) => report,
    }
}

fn word(item: &Item) -> Option<&'static str> {
    match item {
        Item::Enum(_) => Some("enum"),
        Item::Record(_) => Some("record type"),
        Item::Type(_) => Some("string type"),
        Item::Artifact(_) => Some("artifact type"),
        Item::Const(_) => Some("constant"),
        Item::Fn(_) => Some("function"),
        Item::Use(_)
        | Item::Command(_)
        | Item::Task(_)
        | Item::Pipeline(_)
        | Item::Extern(_)
        | Item::Test(_)
        | Item::Broken(..) => None,
    }
}

/// Of what has no doc comment, which would be left behind.
fn item_span(item: &Item) -> Option<Span> {
    let (doc, span) = match item {
        Item::Enum(one) => (&one.doc, one.span),
        Item::Record(one) => (&one.doc, one.span),
        Item::Type(one) => (&one.doc, one.span),
        Item::Artifact(one) => (&one.doc, one.span),
        Item::Const(one) => (&one.doc, one.span),
        Item::Fn(one) => (&one.doc, one.span),
        Item::Task(one) | Item::Extern(one) => (&one.doc, one.span),
        Item::Use(_) | Item::Command(_) | Item::Pipeline(_) | Item::Test(_) | Item::Broken(..) => return None,
    };
    doc.is_empty().then_some(span)
}

/// The values and workspaces of a pipeline that nothing reads.
fn unread(program: &Program, pipeline: &PipelineDef, used: &[bool]) -> Vec<(&'static str, LocalId)> {
    let mut used = used.to_vec();
    let mut bound = Vec::new();
    let mut exports: Vec<(LocalId, LocalId)> = Vec::new();
    own::stmts(&pipeline.body, &mut |stmt| match stmt {
        // Another name for a call is waited for.
        Stmt::Bind { local, value } if !matches!(value.kind, Kind::Local(_)) => bound.push(("value", *local)),
        Stmt::Workspace { local, .. } => bound.push(("workspace", *local)),
        Stmt::When(when) => {
            let inner = |export: &crate::check::program::WhenExport| [export.then, export.otherwise];
            exports
                .extend(when.exports.iter().flat_map(|one| inner(one).into_iter().flatten().map(|at| (one.outer, at))));
        }
        Stmt::For(each) => exports.extend(each.exports.iter().map(|(inner, outer)| (*outer, *inner))),
        Stmt::Bind { .. }
        | Stmt::Call(_)
        | Stmt::Inline { .. }
        | Stmt::Stage { .. }
        | Stmt::Finally { .. }
        | Stmt::Require { .. }
        | Stmt::Exclusive { .. }
        | Stmt::Defaults(_)
        | Stmt::Return(_)
        | Stmt::Target { .. } => {}
    });
    if bound.is_empty() {
        return bound;
    }
    // A block comes before those in it, so what it hands out is known when theirs is looked at.
    for (outer, inner) in exports {
        used[inner.index()] |= used[outer.index()];
    }
    let homes = gives_homes(program, pipeline);
    bound.retain(|(what, local)| !used[local.index()] && (*what == "value" || !homes));
    bound
}

/// Whether an artifact may be put in a workspace that is not named.
fn gives_homes(program: &Program, pipeline: &PipelineDef) -> bool {
    let homeless = |call: &Call| {
        task_of(program, call).outputs.iter().any(|one| matches!(one.ty, Type::Artifact(_)) && one.path.is_none())
    };
    let mut found = false;
    crate::check::rules::walk::calls(&pipeline.body, &mut |call, _| found |= homeless(call));
    found
}

/// By the place of the name that it binds.
fn statements(file: &ast::File) -> FxHashMap<Span, &ast::Stmt> {
    let mut found = FxHashMap::default();
    for item in &file.items {
        if let Item::Pipeline(pipeline) = item {
            names::stmts(&pipeline.body, &mut |stmt| {
                if let ast::Stmt::Bind { name, .. } | ast::Stmt::Workspace { name, .. } = stmt {
                    found.insert(name.span, stmt);
                }
            });
        }
    }
    found
}

/// Whether it mentions no name, which might be used nowhere else.
fn is_bare(stmt: &ast::Stmt) -> bool {
    let mut bare = true;
    let mut see = |_: &str| bare = false;
    if let ast::Stmt::Bind { value, .. } = stmt {
        names::expr(value, &mut see);
    } else if let ast::Stmt::Workspace { fields, doc, .. } = stmt {
        names::fields(fields, &mut see);
        bare &= doc.is_empty();
    }
    bare
}

fn span_of(stmt: &ast::Stmt) -> Option<Span> {
    if let ast::Stmt::Bind { span, .. } | ast::Stmt::Workspace { span, .. } = stmt { Some(*span) } else { None }
}

fn unused(what: &str, name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0256, span, format!("nothing uses the {what} `{name}`"))
        .here("declared, and never used")
        .help(format!("use `{name}` or take it out: who changes it believes that something changes with it"))
}

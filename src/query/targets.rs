//! The options of targets, as far as a program speaks of them.

use super::load::Loaded;
use crate::diag::Diagnostics;
use crate::emit::TARGETS;
use crate::syntax;
use crate::syntax::ast::{self, Item, Stmt};

/// The `Options` record of each target, as files of this run, so that a finding can show them. They are long: one that no
/// `target` block names stays unread.
pub(super) fn options(loaded: &mut Loaded, out: &mut Diagnostics) -> Vec<(&'static str, ast::File)> {
    let named = named(loaded);
    let mut files = Vec::with_capacity(TARGETS.len());
    for (target, named) in TARGETS.iter().zip(named) {
        let (name, text) = (target.name(), target.options());
        let id = loaded.sources.add_built_in(format!("target/{name}.pipe"), text);
        let unread = || ast::File { id, doc: String::new(), items: Vec::new(), lost: Vec::new(), comments: Vec::new() };
        files.push((name, if named { syntax::parse(id, text, out) } else { unread() }));
    }
    files
}

/// Of each target, whether a block in reach is of it.
fn named(loaded: &Loaded) -> Vec<bool> {
    let mut named = vec![false; TARGETS.len()];
    let mut note = |name: &str| {
        if let Some(at) = TARGETS.iter().position(|target| target.name() == name) {
            named[at] = true;
        }
    };
    for file in loaded.reached() {
        for item in &file.items {
            if let Item::Pipeline(ast::Pipeline { body, .. }) | Item::Test(ast::Test { body, .. }) = item {
                blocks(body, &mut note);
            }
        }
    }
    named
}

fn blocks(body: &[Stmt], note: &mut dyn FnMut(&str)) {
    for stmt in body {
        match stmt {
            Stmt::Target { name, .. } => note(&name.text),
            Stmt::BindWhen { when, .. } | Stmt::When(when) => {
                blocks(&when.then, note);
                blocks(&when.otherwise, note);
            }
            Stmt::For(ast::For { body, .. })
            | Stmt::Stage { body, .. }
            | Stmt::Finally { body, .. }
            | Stmt::Expect { body, .. } => blocks(body, note),
            Stmt::Bind { .. }
            | Stmt::Call { .. }
            | Stmt::Task { .. }
            | Stmt::Require { .. }
            | Stmt::Exclusive { .. }
            | Stmt::Workspace { .. }
            | Stmt::Defaults { .. }
            | Stmt::Return { .. }
            | Stmt::Assert { .. }
            | Stmt::Broken(_) => {}
        }
    }
}

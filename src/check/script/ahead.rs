//! The scripts of tasks in place, read by another thread before the checker comes to them.

use crate::abreast::{self, ahead::Ahead};
use crate::check::commands::tree::FirstWords;
use crate::check::lints::names::stmts;
use crate::shell::Scan;
use crate::syntax::ast::{ExprKind, Field, File, Item, Stmt, Text};

use super::read;

/// Does the work with the scripts of a long file, as far as they are read; each has its offset as its key.
pub(in crate::check) fn ahead<A>(file: &File, known: &FirstWords, work: impl FnOnce(Option<Ahead<Scan>>) -> A) -> A {
    if !is_long(file) {
        return work(None);
    }
    let offer = |text: &Text, offers: &mut abreast::ahead::Offers<Scan>| {
        offers.offer(text.span.start, || read(text, known));
    };
    abreast::ahead::ahead(|offers| bodies(file).for_each(|body| scripts(body, &mut |text| offer(text, offers))), work)
}

fn is_long(file: &File) -> bool {
    bodies(file).map(<[Stmt]>::len).sum::<usize>() >= abreast::LONG
}

fn bodies(file: &File) -> impl Iterator<Item = &[Stmt]> {
    file.items.iter().filter_map(|item| if let Item::Pipeline(one) = item { Some(one.body.as_slice()) } else { None })
}

/// In the order of the text, in which most are checked.
fn scripts(body: &[Stmt], see: &mut dyn FnMut(&Text)) {
    stmts(body, &mut |stmt| {
        if let Stmt::Task { task, .. } = stmt {
            fields(&task.body, see);
        }
    });
}

fn fields(of: &[Field], see: &mut dyn FnMut(&Text)) {
    for field in of {
        match field {
            Field::Value { name, value } => {
                if let ("run" | "before" | "cleanup", ExprKind::Text(text)) = (&*name.text, &value.kind) {
                    see(text);
                }
            }
            Field::Step { fields: inner, .. } => fields(inner, see),
            Field::Service { .. } | Field::Require { .. } | Field::Broken(_) => {}
        }
    }
}

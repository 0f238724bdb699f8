//! Where each unit of a file stands: items, statements, fields, parameters, entries. A comment may speak of one of them.

use super::ast::{Arg, Entry, Expr, ExprKind, Field, File, Item, Key, Outputs, Param, Stmt, Text, When};
use crate::source::offset;

/// From the first byte of a unit to the next unit, or to the end of what it stands in; ascending.
pub(super) fn units(file: &File, text: &str) -> Vec<(u32, u32)> {
    let mut walk = Walk::default();
    walk.each(&file.items, offset(text.len()), item_start, Walk::item);
    walk.units.sort_unstable();
    walk.units
}

#[derive(Default)]
struct Walk {
    units: Vec<(u32, u32)>,
}

impl Walk {
    /// A unit ends where its neighbour begins, the last one with the whole.
    fn each<T>(&mut self, list: &[T], end: u32, start: fn(&T) -> u32, inside: fn(&mut Self, &T, u32)) {
        for (at, one) in list.iter().enumerate() {
            let end = list.get(at + 1).map_or(end, start);
            self.units.push((start(one), end));
            inside(self, one, end);
        }
    }

    fn item(&mut self, item: &Item, end: u32) {
        match item {
            Item::Use(_) | Item::Type(_) | Item::Artifact(_) | Item::Command(_) | Item::Broken(..) => {}
            Item::Enum(one) => self.each(&one.cases, end, |case| case.name.span.start, |_, _, _| {}),
            Item::Record(one) => self.params(&one.fields, end),
            Item::Const(one) => self.expr(&one.value, end),
            Item::Fn(one) => self.params(&one.params, one.result.span.start),
            Item::Test(one) => self.stmts(&one.body, end),
            Item::Task(one) | Item::Extern(one) => {
                let body = one.body.first().map_or(end, field_start);
                self.signature(&one.params, &one.outputs, body);
                self.fields(&one.body, end);
            }
            Item::Pipeline(one) => {
                let body = one.body.first().map_or(end, stmt_start);
                self.signature(&one.params, &one.outputs, body);
                self.stmts(&one.body, end);
            }
        }
    }

    fn signature(&mut self, params: &[Param], outputs: &Outputs, end: u32) {
        let outputs = match outputs {
            Outputs::None => &[],
            Outputs::Single(one) => std::slice::from_ref(&**one),
            Outputs::Named(all) => all.as_slice(),
        };
        self.params(params, outputs.first().map_or(end, |output| output.span.start));
        self.each(outputs, end, |output| output.span.start, |_, _, _| {});
    }

    fn params(&mut self, params: &[Param], end: u32) {
        self.each(params, end, |param| param.span.start, |_, _, _| {});
    }

    fn stmts(&mut self, body: &[Stmt], end: u32) {
        self.each(body, end, stmt_start, Self::stmt);
    }

    fn stmt(&mut self, stmt: &Stmt, end: u32) {
        match stmt {
            Stmt::Bind { value, modifiers, .. } | Stmt::Call { value, modifiers, .. } => {
                self.expr(value, modifiers.fields.first().map_or(end, field_start));
                self.fields(&modifiers.fields, end);
            }
            Stmt::BindWhen { when, .. } | Stmt::When(when) => self.when(when, end),
            Stmt::Task { task, .. } => {
                let body = task.body.first().map_or(end, field_start);
                self.args(task.given.as_deref().unwrap_or_default(), body);
                self.fields(&task.body, end);
            }
            Stmt::For(each) => self.stmts(&each.body, end),
            Stmt::Stage { body, .. } | Stmt::Finally { body, .. } | Stmt::Expect { body, .. } => self.stmts(body, end),
            Stmt::Workspace { fields, .. } | Stmt::Defaults { fields, .. } | Stmt::Target { fields, .. } => {
                self.fields(fields, end);
            }
            Stmt::Return { values, .. } => self.args(values, end),
            Stmt::Require { .. } | Stmt::Exclusive { .. } | Stmt::Assert { .. } | Stmt::Broken(_) => {}
        }
    }

    fn when(&mut self, when: &When, end: u32) {
        self.stmts(&when.then, when.otherwise.first().map_or(end, stmt_start));
        self.stmts(&when.otherwise, end);
    }

    fn fields(&mut self, fields: &[Field], end: u32) {
        self.each(fields, end, field_start, Self::field);
    }

    fn field(&mut self, field: &Field, end: u32) {
        match field {
            Field::Value { value, .. } => self.expr(value, end),
            Field::Step { fields, .. } | Field::Service { fields, .. } => self.fields(fields, end),
            Field::Require { .. } | Field::Broken(_) => {}
        }
    }

    fn args(&mut self, args: &[Arg], end: u32) {
        self.each(args, end, arg_start, |walk, arg, end| walk.expr(&arg.value, end));
    }

    /// What is written one a line in an expression.
    fn expr(&mut self, expr: &Expr, end: u32) {
        match &expr.kind {
            ExprKind::Record(entries) => {
                self.each(entries, end, entry_start, |walk, one, end| walk.expr(&one.value, end))
            }
            ExprKind::List(parts) => self.each(parts, end, |part| part.span.start, Self::expr),
            ExprKind::Call { args, .. } => self.args(args, end),
            ExprKind::None
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Duration(_)
            | ExprKind::Size(_)
            | ExprKind::Cpu(_)
            | ExprKind::Text(_)
            | ExprKind::Case(_)
            | ExprKind::Name(_)
            | ExprKind::Field(..)
            | ExprKind::Force(_)
            | ExprKind::Not(_)
            | ExprKind::Negate(_)
            | ExprKind::Binary { .. }
            | ExprKind::If { .. }
            | ExprKind::Match { .. }
            | ExprKind::Broken => {}
        }
    }
}

fn item_start(item: &Item) -> u32 {
    let span = match item {
        Item::Use(one) => one.span,
        Item::Enum(one) => one.span,
        Item::Record(one) => one.span,
        Item::Type(one) => one.span,
        Item::Artifact(one) => one.span,
        Item::Command(one) => one.span,
        Item::Const(one) => one.span,
        Item::Fn(one) => one.span,
        Item::Task(one) | Item::Extern(one) => one.span,
        Item::Test(one) => one.span,
        Item::Pipeline(one) => one.span,
        Item::Broken(span, _) => *span,
    };
    span.start
}

fn stmt_start(stmt: &Stmt) -> u32 {
    let span = match stmt {
        Stmt::BindWhen { name, .. } => name.span,
        Stmt::Task { task, .. } => task.span,
        Stmt::When(one) => one.span,
        Stmt::For(one) => one.span,
        Stmt::Bind { span, .. }
        | Stmt::Call { span, .. }
        | Stmt::Stage { span, .. }
        | Stmt::Finally { span, .. }
        | Stmt::Require { span, .. }
        | Stmt::Exclusive { span, .. }
        | Stmt::Workspace { span, .. }
        | Stmt::Defaults { span, .. }
        | Stmt::Return { span, .. }
        | Stmt::Target { span, .. }
        | Stmt::Assert { span, .. }
        | Stmt::Expect { span, .. }
        | Stmt::Broken(span) => *span,
    };
    span.start
}

fn field_start(field: &Field) -> u32 {
    let span = match field {
        Field::Value { name, .. } => name.span,
        Field::Step { span, .. } | Field::Service { span, .. } => *span,
        Field::Require { span, .. } | Field::Broken(span) => *span,
    };
    span.start
}

fn arg_start(arg: &Arg) -> u32 {
    arg.name.as_ref().map_or(arg.value.span, |name| name.span).start
}

fn entry_start(entry: &Entry) -> u32 {
    let span = match &entry.key {
        Key::Name(name) => name.span,
        Key::Text(Text { span, .. }) | Key::Int(_, span) => *span,
    };
    span.start
}

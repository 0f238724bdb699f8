//! Every name that a piece of the tree mentions: of types, of values, of what is called. Outputs, fields and cases are
//! no names of the file.

use crate::syntax::ast::{
    Arg, Arm, Entry, Expr, ExprKind, Field, Item, Modifiers, Output, Outputs, Param, Part, Stmt, Task, Test, TypeExpr,
    TypeKind, When,
};

/// What is called with each name.
pub(super) type See<'s, 'a> = &'s mut dyn FnMut(&'a str);

/// The names that an item mentions, but not its own.
pub(super) fn item<'a>(one: &'a Item, see: See<'_, 'a>) {
    match one {
        Item::Use(_) | Item::Enum(_) | Item::Broken(..) => {}
        Item::Record(record) => params(&record.fields, see),
        Item::Type(newtype) => ty(&newtype.base, see),
        Item::Artifact(artifact) => artifact.requires.iter().for_each(|one| ty(one, see)),
        Item::Command(command) => command.makes.iter().for_each(|one| ty(one, see)),
        Item::Const(constant) => {
            ty(&constant.ty, see);
            expr(&constant.value, see);
        }
        Item::Fn(function) => {
            params(&function.params, see);
            ty(&function.result, see);
            expr(&function.body, see);
        }
        Item::Task(one) | Item::Extern(one) => task(one, see),
        Item::Pipeline(pipeline) => {
            params(&pipeline.params, see);
            outputs(&pipeline.outputs, see);
            body(&pipeline.body, see);
        }
        Item::Test(test) => body(&test.body, see),
    }
}

fn params<'a>(params: &'a [Param], see: See<'_, 'a>) {
    for param in params {
        ty(&param.ty, see);
        param.default.iter().for_each(|default| expr(default, see));
    }
}

fn outputs<'a>(written: &'a Outputs, see: See<'_, 'a>) {
    let list: &[Output] = match written {
        Outputs::None => &[],
        Outputs::Single(one) => std::slice::from_ref(&**one),
        Outputs::Named(list) => list,
    };
    for output in list {
        ty(&output.ty, see);
        output.default.iter().for_each(|default| expr(default, see));
    }
}

fn task<'a>(one: &'a Task, see: See<'_, 'a>) {
    params(&one.params, see);
    outputs(&one.outputs, see);
    fields(&one.body, see);
}

/// The names in the values of fields.
pub(super) fn fields<'a>(fields_of: &'a [Field], see: See<'_, 'a>) {
    for field in fields_of {
        match field {
            Field::Value { value, .. } => expr(value, see),
            Field::Step { fields: inner, .. } | Field::Service { fields: inner, .. } => fields(inner, see),
            Field::Require { cond, message, .. } => {
                expr(cond, see);
                message.iter().for_each(|message| expr(message, see));
            }
            Field::Broken(_) => {}
        }
    }
}

fn ty<'a>(one: &'a TypeExpr, see: See<'_, 'a>) {
    match &one.kind {
        TypeKind::Named(path) => path.first().into_iter().for_each(|name| see(&name.text)),
        TypeKind::List(of) | TypeKind::Map(of) | TypeKind::Optional(of) => ty(of, see),
        TypeKind::Broken => {}
    }
}

fn body<'a>(stmts: &'a [Stmt], see: See<'_, 'a>) {
    stmts.iter().for_each(|one| stmt(one, see));
}

fn stmt<'a>(one: &'a Stmt, see: See<'_, 'a>) {
    match one {
        Stmt::Bind { value, modifiers, .. } | Stmt::Call { value, modifiers, .. } => {
            expr(value, see);
            modifier(modifiers, see);
        }
        Stmt::BindWhen { when: one, .. } | Stmt::When(one) => when(one, see),
        Stmt::Task { task: one, .. } => {
            args(one.given.as_deref().unwrap_or_default(), see);
            task(one, see);
        }
        Stmt::For(each) => {
            each.vars.iter().for_each(|(_, list)| expr(list, see));
            each.filter.iter().for_each(|filter| expr(filter, see));
            body(&each.body, see);
        }
        Stmt::Stage { body: inner, .. } | Stmt::Finally { body: inner, .. } | Stmt::Expect { body: inner, .. } => {
            body(inner, see);
        }
        Stmt::Require { cond, message, .. } => {
            expr(cond, see);
            message.iter().for_each(|message| expr(message, see));
        }
        Stmt::Exclusive { name, .. } => expr(name, see),
        Stmt::Workspace { fields: inner, .. }
        | Stmt::Defaults { fields: inner, .. }
        | Stmt::Target { fields: inner, .. } => fields(inner, see),
        Stmt::Return { values, .. } => args(values, see),
        Stmt::Assert { claim, after, message, .. } => {
            [Some(claim), after.as_deref(), message.as_deref()].into_iter().flatten().for_each(|one| expr(one, see));
        }
        Stmt::Broken(_) => {}
    }
}

fn modifier<'a>(modifiers: &'a Modifiers, see: See<'_, 'a>) {
    fields(&modifiers.fields, see);
}

fn when<'a>(one: &'a When, see: See<'_, 'a>) {
    expr(&one.cond, see);
    body(&one.then, see);
    body(&one.otherwise, see);
}

fn args<'a>(list: &'a [Arg], see: See<'_, 'a>) {
    list.iter().for_each(|arg| expr(&arg.value, see));
}

/// The names in an expression.
pub(super) fn expr<'a>(one: &'a Expr, see: See<'_, 'a>) {
    if let ExprKind::Name(name) = &one.kind {
        see(&name.text);
    }
    parts(one, &mut |part| expr(part, see));
}

/// The expressions right below one.
fn parts<'a>(one: &'a Expr, see: &mut dyn FnMut(&'a Expr)) {
    match &one.kind {
        ExprKind::None
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Duration(_)
        | ExprKind::Size(_)
        | ExprKind::Cpu(_)
        | ExprKind::Case(_)
        | ExprKind::Name(_)
        | ExprKind::Broken => {}
        ExprKind::Text(text) => {
            for part in &text.parts {
                match part {
                    Part::Literal(_) => {}
                    Part::Value(value, _) => see(value),
                }
            }
        }
        ExprKind::List(items) => items.iter().for_each(see),
        ExprKind::Record(entries) => entries.iter().for_each(|Entry { value, .. }| see(value)),
        ExprKind::Field(of, _) | ExprKind::Force(of) | ExprKind::Not(of) | ExprKind::Negate(of) => see(of),
        ExprKind::Call { callee, args } => {
            see(callee);
            args.iter().for_each(|arg| see(&arg.value));
        }
        ExprKind::Binary { left, right, .. } => {
            see(left);
            see(right);
        }
        ExprKind::If { cond, then, otherwise } => [cond, then, otherwise].into_iter().for_each(|one| see(one)),
        ExprKind::Match { on, arms } => {
            see(on);
            arms.iter().for_each(|Arm { value, .. }| see(value));
        }
    }
}

/// What a test names of a plan: `plan.threads`.
pub(super) fn members<'a>(test: &'a Test, see: See<'_, 'a>) {
    stmts(&test.body, &mut |stmt| match stmt {
        Stmt::Assert { claim, after, .. } => {
            member(claim, see);
            after.iter().for_each(|after| member(after, see));
        }
        Stmt::Bind { value, .. } => member(value, see),
        Stmt::For(each) => each.vars.iter().map(|(_, list)| list).chain(&each.filter).for_each(|one| member(one, see)),
        Stmt::When(when) => member(&when.cond, see),
        Stmt::BindWhen { .. }
        | Stmt::Call { .. }
        | Stmt::Task { .. }
        | Stmt::Stage { .. }
        | Stmt::Finally { .. }
        | Stmt::Require { .. }
        | Stmt::Exclusive { .. }
        | Stmt::Workspace { .. }
        | Stmt::Defaults { .. }
        | Stmt::Return { .. }
        | Stmt::Target { .. }
        | Stmt::Expect { .. }
        | Stmt::Broken(_) => {}
    });
}

fn member<'a>(one: &'a Expr, see: See<'_, 'a>) {
    if let ExprKind::Field(_, name) = &one.kind {
        see(&name.text);
    }
    parts(one, &mut |part| member(part, see));
}

/// Every statement of a body, the outer before the inner.
pub(in crate::check) fn stmts<'a>(list: &'a [Stmt], see: &mut dyn FnMut(&'a Stmt)) {
    for one in list {
        see(one);
        match one {
            Stmt::BindWhen { when, .. } | Stmt::When(when) => {
                stmts(&when.then, see);
                stmts(&when.otherwise, see);
            }
            Stmt::For(each) => stmts(&each.body, see),
            Stmt::Stage { body, .. } | Stmt::Finally { body, .. } | Stmt::Expect { body, .. } => stmts(body, see),
            Stmt::Bind { .. }
            | Stmt::Call { .. }
            | Stmt::Task { .. }
            | Stmt::Require { .. }
            | Stmt::Exclusive { .. }
            | Stmt::Workspace { .. }
            | Stmt::Defaults { .. }
            | Stmt::Return { .. }
            | Stmt::Target { .. }
            | Stmt::Assert { .. }
            | Stmt::Broken(_) => {}
        }
    }
}

//! The parts of a tree: units, expressions, places for more.

use std::ops::Range;

use pipec::syntax::ast;

use super::source::{Gap, ItemFact, Level, Role, Script, Shape, Slot, Source, What, from, range};

pub(super) fn file(source: &mut Source, file: &ast::File) {
    for item in &file.items {
        self::item(source, item);
    }
}

fn fact(source: &mut Source, kind: &'static str, name: &str, parts: Vec<(String, bool)>) {
    source.items.push(ItemFact { kind, name: name.to_owned(), parts });
}

fn item(source: &mut Source, item: &ast::Item) {
    match item {
        ast::Item::Use(one) => module(source, one),
        ast::Item::Enum(one) => {
            let unit = source.unit(range(one.span), What::Item("enum"), &[&one.name.text], false);
            gap(source, unit, Level::File);
            for case in &one.cases {
                let end = case.spelling.as_ref().map_or(case.name.span, |text| text.span);
                source.unit(from(&case.name, end), What::Case, &[], true);
            }
            let parts = one.cases.iter().map(|case| (case.name.text.to_string(), false)).collect();
            fact(source, "enum", &one.name.text, parts);
        }
        ast::Item::Record(one) => {
            let unit = source.unit(range(one.span), What::Item("record"), &[&one.name.text], false);
            gap(source, unit, Level::File);
            params(source, &one.fields, What::RecordField);
            fact(source, "record", &one.name.text, must(&one.fields));
        }
        ast::Item::Type(one) => {
            let unit = source.unit(range(one.span), What::Item("type"), &[&one.name.text], false);
            gap(source, unit, Level::File);
            ty(source, &one.base);
            fact(source, "type", &one.name.text, Vec::new());
        }
        ast::Item::Artifact(one) => {
            let unit = source.unit(range(one.span), What::Item("artifact"), &[&one.name.text, "!made"], false);
            gap(source, unit, Level::File);
            one.requires.iter().for_each(|one| ty(source, one));
            fact(source, "artifact", &one.name.text, Vec::new());
        }
        ast::Item::Command(one) => {
            let unit = source.unit(range(one.span), What::Item("command"), &["!made"], false);
            gap(source, unit, Level::File);
            one.makes.iter().for_each(|one| ty(source, one));
            fact(source, "command", one.words.plain().unwrap_or_default(), Vec::new());
        }
        ast::Item::Const(one) => {
            let unit = source.unit(range(one.span), What::Item("const"), &[&one.name.text], false);
            gap(source, unit, Level::File);
            ty(source, &one.ty);
            let want = declared(source, &one.ty);
            expr(source, &one.value, want, false);
            fact(source, "const", &one.name.text, Vec::new());
        }
        ast::Item::Fn(one) => {
            let unit = source.unit(range(one.span), What::Item("fn"), &[&one.name.text], false);
            gap(source, unit, Level::File);
            params(source, &one.params, What::Param);
            ty(source, &one.result);
            let want = declared(source, &one.result);
            expr(source, &one.body, want, false);
            fact(source, "fn", &one.name.text, must(&one.params));
        }
        ast::Item::Task(one) => {
            let unit = source.unit(range(one.span), What::Item("task"), &[&one.name.text], false);
            gap(source, unit, Level::File);
            task(source, one);
            fact(source, "task", &one.name.text, must(&one.params));
        }
        ast::Item::Pipeline(one) => {
            let unit = source.unit(range(one.span), What::Item("pipeline"), &[&one.name.text], false);
            gap(source, unit, Level::File);
            params(source, &one.params, What::Param);
            outputs(source, &one.outputs);
            body(source, &one.body, Level::Top);
            fact(source, "pipeline", &one.name.text, must(&one.params));
        }
        ast::Item::Extern(one) => {
            let unit = source.unit(range(one.span), What::Item("extern"), &[&one.name.text], false);
            gap(source, unit, Level::File);
            task(source, one);
            fact(source, "extern", &one.name.text, must(&one.params));
        }
        ast::Item::Test(one) => {
            let unit = source.unit(range(one.span), What::Item("test"), &[], false);
            gap(source, unit, Level::File);
            body(source, &one.body, Level::Test);
        }
        ast::Item::Broken(..) => panic!("a valid program has nothing broken"),
    }
}

fn module(source: &mut Source, one: &ast::Use) {
    let last = one.alias.as_ref().or(one.path.last()).map_or("", |name| &*name.text);
    let brought = |one: &'_ ast::Selected| one.alias.as_ref().unwrap_or(&one.name).text.to_string();
    let names: Vec<String> =
        one.only.as_ref().map_or_else(|| vec![last.to_owned()], |only| only.iter().map(brought).collect());
    let words: Vec<&str> = names.iter().map(String::as_str).collect();
    let unit = source.unit(range(one.span), What::Item("use"), &words, false);
    gap(source, unit, Level::File);
    if one.only.is_none() {
        fact(source, "use", last, Vec::new());
    }
}

fn must(params: &[ast::Param]) -> Vec<(String, bool)> {
    let needed = |one: &ast::Param| one.default.is_none() && !matches!(one.ty.kind, ast::TypeKind::Optional(_));
    params.iter().map(|one| (one.name.text.to_string(), needed(one))).collect()
}

fn declared(source: &Source, ty: &ast::TypeExpr) -> Role {
    Role::Declared(source.slice(&range(ty.span)).to_owned())
}

fn params(source: &mut Source, params: &[ast::Param], what: What) {
    for param in params {
        // The name of a field is a word behind a dot, which nobody looks up.
        let names: &[&str] = if what == What::Param { &[&param.name.text] } else { &[] };
        source.unit(range(param.span), what, names, true);
        ty(source, &param.ty);
        if let Some(default) = &param.default {
            let want = declared(source, &param.ty);
            expr(source, default, want, false);
        }
    }
}

fn outputs(source: &mut Source, outputs: &ast::Outputs) {
    let list = match outputs {
        ast::Outputs::None => &[],
        ast::Outputs::Single(one) => std::slice::from_ref(&**one),
        ast::Outputs::Named(list) => list.as_slice(),
    };
    for output in list {
        source.unit(range(output.span), What::Output, &[], true);
        ty(source, &output.ty);
        if let Some(default) = &output.default {
            expr(source, default, Role::Other, false);
        }
    }
}

fn ty(source: &mut Source, written: &ast::TypeExpr) {
    match &written.kind {
        ast::TypeKind::Named(path) => {
            if let Some(name) = path.last() {
                source.types.push(range(name.span));
            }
        }
        ast::TypeKind::List(inner) | ast::TypeKind::Map(inner) | ast::TypeKind::Optional(inner) => ty(source, inner),
        ast::TypeKind::Broken => {}
    }
}

fn task(source: &mut Source, one: &ast::Task) {
    params(source, &one.params, What::Param);
    outputs(source, &one.outputs);
    let shell = one.body.iter().all(|field| !matches!(field, ast::Field::Value { name, .. } if &*name.text == "shell"));
    fields(source, &one.body, shell);
}

/// `bash` says that their scripts are read by it.
fn fields(source: &mut Source, list: &[ast::Field], bash: bool) {
    for field in list {
        match field {
            ast::Field::Value { name, value } => {
                source.unit(from(name, value.span), What::Field, &[], false);
                expr(source, value, Role::Field(name.text.to_string()), bash);
            }
            ast::Field::Step { fields: inner, span, .. } | ast::Field::Service { fields: inner, span, .. } => {
                source.unit(range(*span), What::Step, &[], false);
                let own =
                    inner.iter().any(|field| matches!(field, ast::Field::Value { name, .. } if &*name.text == "shell"));
                // What a service runs is no script of ours.
                let ours = matches!(field, ast::Field::Step { .. });
                fields(source, inner, bash && !own && ours);
            }
            ast::Field::Require { cond, message, span } => {
                source.unit(range(*span), What::Stmt("require"), &[], false);
                expr(source, cond, Role::Condition, false);
                message.iter().for_each(|message| expr(source, message, Role::Other, false));
            }
            ast::Field::Broken(_) => panic!("a valid program has nothing broken"),
        }
    }
}

fn body(source: &mut Source, list: &[ast::Stmt], level: Level) {
    for one in list {
        let unit = stmt(source, one, level);
        gap(source, unit, level);
    }
}

/// The span of a statement, with the `after` of a task.
fn stmt_span(one: &ast::Stmt) -> (Range<usize>, &'static str) {
    match one {
        ast::Stmt::Bind { span, .. } => (range(*span), "bind"),
        ast::Stmt::BindWhen { name, when } => (from(name, when.span), "when"),
        ast::Stmt::Call { span, .. } => (range(*span), "call"),
        ast::Stmt::Task { task, after } => {
            let end = after.last().map_or(task.span, |name| name.span);
            (task.span.start as usize..end.end as usize, "task")
        }
        ast::Stmt::When(one) => (range(one.span), "when"),
        ast::Stmt::For(one) => (range(one.span), "for"),
        ast::Stmt::Stage { span, .. } => (range(*span), "stage"),
        ast::Stmt::Finally { span, .. } => (range(*span), "finally"),
        ast::Stmt::Require { span, .. } => (range(*span), "require"),
        ast::Stmt::Exclusive { span, .. } => (range(*span), "exclusive"),
        ast::Stmt::Workspace { span, .. } => (range(*span), "workspace"),
        ast::Stmt::Defaults { span, .. } => (range(*span), "defaults"),
        ast::Stmt::Return { span, .. } => (range(*span), "return"),
        ast::Stmt::Target { span, .. } => (range(*span), "target"),
        ast::Stmt::Assert { span, .. } => (range(*span), "assert"),
        ast::Stmt::Expect { span, .. } => (range(*span), "expect"),
        ast::Stmt::Broken(_) => panic!("a valid program has nothing broken"),
    }
}

fn stmt(source: &mut Source, one: &ast::Stmt, level: Level) -> usize {
    let (span, word) = stmt_span(one);
    let name = declared_by(one);
    let unit = source.unit(span, What::Stmt(word), &name, false);
    match one {
        ast::Stmt::Bind { value, modifiers, .. } => {
            expr(source, value, Role::Bound, false);
            fields(source, &modifiers.fields, false);
        }
        ast::Stmt::Call { value, modifiers, .. } => {
            expr(source, value, Role::Other, false);
            fields(source, &modifiers.fields, false);
        }
        ast::Stmt::BindWhen { when, .. } => {
            expr(source, &when.cond, Role::Condition, false);
            for one in when.then.iter().chain(&when.otherwise) {
                stmt(source, one, level);
            }
        }
        ast::Stmt::Task { task: one, .. } => task(source, one),
        ast::Stmt::When(when) => {
            expr(source, &when.cond, Role::Condition, false);
            body(source, &when.then, inside(level));
            body(source, &when.otherwise, inside(level));
        }
        ast::Stmt::Assert { claim, after: None, message, .. } => {
            expr(source, claim, Role::Condition, false);
            if let Some(message) = message {
                expr(source, message, Role::Declared("string".to_owned()), false);
            }
        }
        // Sides of an order are no values; what is wrong in the body of `expect` is what it is for.
        ast::Stmt::Assert { .. } | ast::Stmt::Expect { .. } => {}
        ast::Stmt::For(one) => {
            one.vars.iter().for_each(|(_, list)| expr(source, list, Role::Other, false));
            if let Some(filter) = &one.filter {
                expr(source, filter, Role::Condition, false);
            }
            body(source, &one.body, inside(level));
        }
        ast::Stmt::Stage { body: inner, .. } => body(source, inner, Level::Stage),
        ast::Stmt::Finally { body: inner, .. } => body(source, inner, Level::Finally),
        ast::Stmt::Require { cond, message, .. } => {
            expr(source, cond, Role::Condition, false);
            if let Some(message) = message {
                expr(source, message, Role::Declared("string".to_owned()), false);
            }
        }
        ast::Stmt::Exclusive { name, .. } => expr(source, name, Role::Declared("string".to_owned()), false),
        ast::Stmt::Workspace { fields: list, .. } | ast::Stmt::Target { fields: list, .. } => {
            fields(source, list, false)
        }
        ast::Stmt::Defaults { fields: list, .. } => fields(source, list, false),
        ast::Stmt::Return { values, .. } => {
            values.iter().for_each(|value| expr(source, &value.value, Role::Other, false));
        }
        ast::Stmt::Broken(_) => {}
    }
    unit
}

/// What stands in a block of `finally` or of a test stands there too.
fn inside(level: Level) -> Level {
    match level {
        Level::Finally | Level::Test => level,
        Level::File | Level::Top | Level::Stage | Level::Inner => Level::Inner,
    }
}

fn declared_by(one: &ast::Stmt) -> Vec<&str> {
    match one {
        ast::Stmt::Bind { name, .. } | ast::Stmt::BindWhen { name, .. } => vec![&*name.text],
        ast::Stmt::Task { task, .. } => vec![&*task.name.text],
        ast::Stmt::For(one) => one.vars.iter().map(|(name, _)| &*name.text).collect(),
        ast::Stmt::Workspace { name, .. } => vec![&*name.text],
        // It may say that every task is skipped by an exit code.
        ast::Stmt::Defaults { .. } => vec!["!calls"],
        ast::Stmt::Call { .. }
        | ast::Stmt::When(_)
        | ast::Stmt::Stage { .. }
        | ast::Stmt::Finally { .. }
        | ast::Stmt::Require { .. }
        | ast::Stmt::Exclusive { .. }
        | ast::Stmt::Return { .. }
        | ast::Stmt::Target { .. }
        | ast::Stmt::Assert { .. }
        | ast::Stmt::Expect { .. }
        | ast::Stmt::Broken(_) => Vec::new(),
    }
}

/// The end of a unit's line, if the unit has its lines for itself.
fn gap(source: &mut Source, unit: usize, level: Level) {
    let span = source.units[unit].span.clone();
    let line = source.text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let indent = &source.text[line..span.start];
    let rest = &source.text[span.end..];
    let end = rest.find('\n').unwrap_or(rest.len());
    let rest = rest[..end].trim();
    if !indent.trim().is_empty() || !(rest.is_empty() || rest.starts_with("//")) {
        return;
    }
    let cr = usize::from(source.text[..span.end + end].ends_with('\r'));
    let indent = indent.to_owned();
    source.gaps.push(Gap { at: span.end + end - cr, indent, level });
}

fn slot(source: &mut Source, span: Range<usize>, role: Role, shape: Shape) {
    source.slots.push(Slot { span, role, shape });
}

fn expr(source: &mut Source, one: &ast::Expr, role: Role, bash: bool) {
    let span = range(one.span);
    let mut inner = |role: Role, one: &ast::Expr| expr(source, one, role, false);
    let shape = match &one.kind {
        ast::ExprKind::Text(text) => {
            let script = matches!(&role, Role::Field(name) if matches!(&**name, "run" | "before" | "cleanup"));
            parts(source, text, script, bash);
            Shape::Text { block: text.block, plain: text.plain().is_some() }
        }
        ast::ExprKind::List(items) => {
            items.iter().for_each(|item| inner(Role::Other, item));
            Shape::Other
        }
        ast::ExprKind::Record(entries) => {
            entries.iter().for_each(|entry| inner(Role::Other, &entry.value));
            Shape::Other
        }
        ast::ExprKind::Case(name) => Shape::Case(range(name.span)),
        ast::ExprKind::Name(name) => Shape::Name(name.text.to_string()),
        ast::ExprKind::Field(base, name) => {
            inner(Role::Other, base);
            Shape::Part(range(name.span), name.text.to_string())
        }
        ast::ExprKind::Call { callee, args } => {
            args.iter().for_each(|arg| inner(Role::Arg, &arg.value));
            Shape::Call { callee: range(callee.span), close: span.end - 1, args: args.len() }
        }
        ast::ExprKind::Force(of) | ast::ExprKind::Negate(of) => {
            inner(Role::Other, of);
            Shape::Other
        }
        ast::ExprKind::Not(of) => {
            inner(Role::Condition, of);
            Shape::Not
        }
        ast::ExprKind::Binary { op, op_span, left, right } => {
            let role = if matches!(op, ast::Op::And | ast::Op::Or) { Role::Condition } else { Role::Other };
            inner(role.clone(), left);
            inner(role, right);
            Shape::Binary(range(*op_span))
        }
        ast::ExprKind::If { cond, then, otherwise } => {
            inner(Role::Condition, cond);
            inner(Role::Other, then);
            inner(Role::Other, otherwise);
            Shape::Other
        }
        ast::ExprKind::Match { on, arms } => {
            inner(Role::Other, on);
            arms.iter().for_each(|arm| inner(Role::Other, &arm.value));
            Shape::Match { arms: arms.iter().map(|arm| range(arm.span)).collect() }
        }
        ast::ExprKind::Int(_) | ast::ExprKind::Duration(_) | ast::ExprKind::Size(_) | ast::ExprKind::Cpu(_) => {
            Shape::Number
        }
        ast::ExprKind::None | ast::ExprKind::Bool(_) => Shape::Other,
        ast::ExprKind::Broken => panic!("a valid program has nothing broken"),
    };
    slot(source, span, role, shape);
}

fn parts(source: &mut Source, text: &ast::Text, script: bool, bash: bool) {
    for part in &text.parts {
        if let ast::Part::Value(value, _) = part {
            expr(source, value, if script { Role::ScriptHole } else { Role::TextHole }, false);
        }
    }
    if script && bash && text.block {
        script_of(source, range(text.span));
    }
}

fn script_of(source: &mut Source, span: Range<usize>) {
    let text = &source.text[span.clone()];
    let lines: Vec<&str> = text.split('\n').collect();
    let [first, inner @ .., last] = lines.as_slice() else { return };
    let alone = first.trim() == "\"\"\"" && last.trim() == "\"\"\"";
    let Some(line) = inner.iter().find(|line| !line.trim().is_empty()).filter(|_| alone) else { return };
    let indent = line[..line.len() - line.trim_start().len()].to_owned();
    let end = span.end - last.len() - 1;
    let end = end - usize::from(source.text[..end].ends_with('\r'));
    let first = span.start + first.trim_end().len();
    source.scripts.push(Script { end, first, indent });
}

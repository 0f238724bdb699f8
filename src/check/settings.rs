//! Statements that stand directly in a pipeline: stages, `finally`, and what holds for the whole of it.

use crate::diag::code::Code;
use crate::source::Span;
use crate::syntax::ast;

use super::args::{Signature, Takes, assign};
use super::checker::{Checker, poison};
use super::fields::Block;
use super::findings;
use super::modules::{Def, id};
use super::pipeline::Once;
use super::program::{Expr, Fields, LocalId, ParamDef, Stmt, Type};
use super::report::Place;
use super::scope::{Later, Origin};
use super::stmt::Level;

impl<'a> Checker<'a, '_> {
    /// A statement that belongs directly into the pipeline.
    pub(super) fn top_stmt(&mut self, stmt: &'a ast::Stmt, level: Level, into: &mut Vec<Stmt>) {
        let (word, span) = head(stmt);
        let of_test = matches!(stmt, ast::Stmt::Assert { .. } | ast::Stmt::Expect { .. });
        if level != Level::Top && !of_test {
            self.report(findings::bodies::misplaced(word, span, level));
        }
        match stmt {
            ast::Stmt::Stage { doc, name, body, span } => {
                let mut inner = Vec::with_capacity(body.len());
                self.stmts(body, Level::Stage, &mut inner);
                into.push(Stmt::Stage { name: name.text.clone(), doc: doc.clone(), body: inner, span: *span });
            }
            ast::Stmt::Finally { body, span } => self.finally(body, *span, into),
            ast::Stmt::Require { cond, message, span } => self.require(cond, message.as_ref(), *span, into),
            ast::Stmt::Exclusive { name, span } => self.exclusive(name, *span, into),
            ast::Stmt::Workspace { doc, name, fields, span } => self.workspace(doc, name, fields, *span, into),
            ast::Stmt::Defaults { fields, span } => {
                self.only_once(Once::Defaults, "defaults", head_span(*span, "defaults"));
                let mut made = Box::<Fields>::default();
                let shell = self.pipe.default_shell.clone();
                self.fields(fields, Block::Defaults, shell.as_ref().map(|(shell, _)| shell), None, &mut made);
                into.push(Stmt::Defaults(made));
            }
            ast::Stmt::Return { values, span } => self.returns(values, *span, into),
            ast::Stmt::Target { name, fields, span } => self.target(name, fields, *span, into),
            ast::Stmt::Bind { .. }
            | ast::Stmt::BindWhen { .. }
            | ast::Stmt::Call { .. }
            | ast::Stmt::Task { .. }
            | ast::Stmt::When(_)
            | ast::Stmt::For(_)
            | ast::Stmt::Broken(_) => {}
            ast::Stmt::Assert { .. } | ast::Stmt::Expect { .. } => {
                self.report(findings::bodies::only_in_tests(word, span));
            }
        }
    }

    fn only_once(&mut self, what: Once<'a>, word: &str, span: Span) {
        match self.once(what) {
            Some(first) => self.report(findings::names::duplicate("statement", word, span, first)),
            None => self.pipe.once.push((what, span)),
        }
    }

    fn finally(&mut self, body: &'a [ast::Stmt], span: Span, into: &mut Vec<Stmt>) {
        self.only_once(Once::Finally, "finally", head_span(span, "finally"));
        let opened = self.scope.enter();
        let ahead = self.pipe.ahead.len();
        let from = LocalId(id(self.scope.locals.len()));
        let before = self.scope.finally_from.replace(from);
        let facts = std::mem::take(&mut self.scope.facts);
        self.scope.facts.doubt_as(&facts);
        self.facts_of_parameters(into);
        let mut inner = Vec::with_capacity(body.len());
        let around = std::mem::take(&mut self.scope.later);
        self.scope.later = Later::Finally(body, Box::new(around));
        self.stmts(body, Level::Finally, &mut inner);
        if let Later::Finally(_, around) = std::mem::take(&mut self.scope.later) {
            self.scope.later = *around;
        }
        self.look_ahead(ahead);
        self.scope.facts = facts;
        self.scope.finally_from = before;
        self.pipe.in_finally.extend(self.scope.leave(opened));
        into.push(Stmt::Finally { body: inner, span });
    }

    /// In `finally` any task may be missing, also one whose condition holds: what is known speaks of parameters only.
    fn facts_of_parameters(&mut self, body: &[Stmt]) {
        for stmt in body {
            if let Stmt::Require { cond, .. } = stmt {
                self.scope.facts.assume(cond, true);
            }
            if let Stmt::Bind { local, value } = stmt
                && !self.scope.is_made(*local)
            {
                self.scope.facts.define(*local, value);
            }
        }
    }

    /// Something that is known before the first task runs.
    fn before_tasks<T>(&mut self, span: Span, what: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.reads_task, false);
        let made = work(self);
        if std::mem::replace(&mut self.reads_task, outer) {
            self.report(findings::bodies::reads_a_task(span, what));
        }
        made
    }

    fn require(&mut self, cond: &'a ast::Expr, message: Option<&'a ast::Expr>, span: Span, into: &mut Vec<Stmt>) {
        let cond = self.before_tasks(cond.span, "a `require`", |this| this.condition(cond, "require"));
        let message = message.map(|message| {
            self.before_tasks(message.span, "the message of a `require`", |this| {
                this.expect(message, &Type::String, Place::Field("require"))
            })
        });
        self.scope.facts.assume(&cond, true);
        into.push(Stmt::Require { cond, message, span });
    }

    fn exclusive(&mut self, name: &'a ast::Expr, span: Span, into: &mut Vec<Stmt>) {
        self.only_once(Once::Exclusive, "exclusive", head_span(span, "exclusive"));
        let name = self.before_tasks(name.span, "`exclusive`", |this| this.in_name(name, &Type::String, "exclusive"));
        into.push(Stmt::Exclusive { name, span });
    }

    fn workspace(
        &mut self,
        doc: &str,
        name: &'a ast::Name,
        fields: &'a [ast::Field],
        span: Span,
        into: &mut Vec<Stmt>,
    ) {
        let mut size: Option<Expr> = None;
        let mut first = name.span;
        for field in fields {
            match field {
                ast::Field::Value { name, value } if &*name.text == "size" => {
                    let made = self.before_tasks(value.span, "the size of a workspace", |this| {
                        this.expect(value, &Type::Size, Place::Field("size"))
                    });
                    if size.replace(made).is_some() {
                        self.report(findings::names::duplicate("field", "size", name.span, first));
                    }
                    first = name.span;
                }
                ast::Field::Value { name, value } => {
                    self.report(findings::parts::unknown_field(name, "a workspace", &["size"]));
                    self.infer(value, Some(&Type::Unknown));
                }
                ast::Field::Step { name, .. } | ast::Field::Service { name, .. } => {
                    self.report(findings::parts::unknown_field(name, "a workspace", &["size"]));
                }
                ast::Field::Require { span, .. } => {
                    self.report(findings::parts::require_elsewhere(*span, "a workspace"));
                }
                ast::Field::Broken(_) => {}
            }
        }
        let local = self.declare(name, Type::Workspace, Origin::Workspace);
        into.push(Stmt::Workspace { local, name: name.text.clone(), doc: doc.to_owned(), size, span });
    }

    /// `return (a: x)`: one value an output.
    fn returns(&mut self, values: &'a [ast::Arg], span: Span, into: &mut Vec<Stmt>) {
        let at = head_span(span, "return");
        self.only_once(Once::Return, "return", at);
        self.secret = Code::P0803;
        let outputs = std::mem::take(&mut self.pipe.outputs);
        let made = match (outputs.as_slice(), values) {
            ([(name, ty, declared)], [ast::Arg { name: None, value }]) if name.is_empty() => {
                vec![self.expect(value, ty, Place::Result(*declared))]
            }
            ([(name, Type::Unknown, _)], values) if name.is_empty() => {
                values.iter().for_each(|value| drop(self.infer(&value.value, Some(&Type::Unknown))));
                Vec::new()
            }
            _ => self.return_named(&outputs, values, at),
        };
        self.pipe.outputs = outputs;
        self.secret = Code::P0802;
        into.push(Stmt::Return(made));
    }

    fn return_named(&mut self, outputs: &[(Box<str>, Type, Span)], values: &'a [ast::Arg], at: Span) -> Vec<Expr> {
        if outputs.is_empty() {
            self.report(findings::bodies::returns_nothing(at));
            values.iter().for_each(|value| drop(self.infer(&value.value, Some(&Type::Unknown))));
            return Vec::new();
        }
        // An output is given as an argument is, so that a bare name stands for `name: name` here too.
        let slots: Vec<ParamDef> = outputs.iter().map(slot).collect();
        let signature = Signature { name: "return", declared: outputs[0].2, params: &slots, takes: Takes::Outputs };
        let (given, left_over) = assign(signature, values, at, self.out);
        for value in left_over {
            self.infer(value, Some(&Type::Unknown));
        }
        let mut made = Vec::with_capacity(given.len());
        for (value, (_, ty, declared)) in given.into_iter().zip(outputs) {
            made.push(match value {
                Some(value) => self.expect(value, ty, Place::Result(*declared)),
                None => poison(at),
            });
        }
        made
    }

    /// `target tekton { … }`
    fn target(&mut self, name: &'a ast::Name, fields: &'a [ast::Field], span: Span, into: &mut Vec<Stmt>) {
        self.only_once(Once::Target(&name.text), &name.text, name.span);
        let found = self.input.targets.iter().position(|(target, _)| **target == *name.text);
        let named: Vec<_> = fields.iter().filter_map(value_field).collect();
        let Some(at) = found else {
            let names: Vec<&str> = self.input.targets.iter().map(|(target, _)| *target).collect();
            self.report(findings::names::unknown_target(name, &names));
            named.iter().for_each(|(_, value)| drop(self.infer(value, Some(&Type::Unknown))));
            return;
        };
        for field in fields {
            if let ast::Field::Step { name, .. } | ast::Field::Service { name, .. } = field {
                self.report(findings::parts::unknown_field(name, "a target", &[]));
            }
            if let ast::Field::Require { span, .. } = field {
                self.report(findings::parts::require_elsewhere(*span, "a target"));
            }
        }
        let Some(Def::Record(record)) = self.find_in(self.targets[at], "Options") else { return };
        let whole = !fields.iter().any(|field| matches!(field, ast::Field::Broken(_)));
        let options = self.before_tasks(name.span, "the options of a target", |this| {
            this.record_of(record, &named, whole, name.span)
        });
        into.push(Stmt::Target { name: name.text.clone(), options, span });
    }
}

fn slot(output: &(Box<str>, Type, Span)) -> ParamDef {
    ParamDef {
        local: LocalId(0),
        name: output.0.clone(),
        doc: String::new(),
        ty: Type::Unknown,
        default: None,
        is_const: false,
        span: output.2,
    }
}

fn value_field(field: &ast::Field) -> Option<(&ast::Name, &ast::Expr)> {
    if let ast::Field::Value { name, value } = field { Some((name, value)) } else { None }
}

/// The word that a statement begins with, and where it stands.
pub(super) fn head(stmt: &ast::Stmt) -> (&'static str, Span) {
    let (word, span) = match stmt {
        ast::Stmt::Stage { span, .. } => ("stage", *span),
        ast::Stmt::Finally { span, .. } => ("finally", *span),
        ast::Stmt::Require { span, .. } => ("require", *span),
        ast::Stmt::Exclusive { span, .. } => ("exclusive", *span),
        ast::Stmt::Workspace { span, .. } => ("workspace", *span),
        ast::Stmt::Defaults { span, .. } => ("defaults", *span),
        ast::Stmt::Return { span, .. } => ("return", *span),
        ast::Stmt::Target { span, .. } => ("target", *span),
        ast::Stmt::Assert { span, .. } => ("assert", *span),
        ast::Stmt::Expect { span, .. } => ("expect", *span),
        ast::Stmt::When(ast::When { span, .. }) => ("when", *span),
        ast::Stmt::For(ast::For { span, .. }) => ("for", *span),
        ast::Stmt::Bind { span, .. } | ast::Stmt::Call { span, .. } | ast::Stmt::Broken(span) => ("", *span),
        ast::Stmt::BindWhen { name, .. } => ("", name.span),
        ast::Stmt::Task { task, .. } => (if task.given.is_some() { "extern" } else { "task" }, task.name.span),
    };
    (word, head_span(span, word))
}

/// The first word of a statement.
fn head_span(span: Span, word: &str) -> Span {
    Span::new(span.file, span.start, span.end.min(span.start + id(word.len())))
}

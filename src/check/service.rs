//! `service name { … }`: what runs beside the steps of a task.

use crate::source::Span;
use crate::syntax::ast;

use super::checker::{Checker, poison};
use super::findings;
use super::ops::number;
use super::program::outside::ServiceDef;
use super::program::{Expr, Fields, Kind, ScriptPart, Shell, TaskDef, Type};
use super::report::Place;

/// In the order in which they are named.
const FIELDS: &[&str] = &["image", "env", "port", "ready", "run", "args", "needs", "timeout"];

/// What of `needs` is the service's own: the rest is that of the machine, which it shares with its task.
const NEEDS: &[&str] = &["cpu", "memory", "disk", "privileged"];

impl<'a> Checker<'a, '_> {
    /// The services of a task, in order.
    pub(super) fn services(&mut self, body: &'a [ast::Field], def: &mut TaskDef) {
        for field in body {
            let ast::Field::Service { doc, name, fields, .. } = field else { continue };
            if let Some(first) = def.services.iter().find(|one| one.name == name.text) {
                self.out.push(findings::names::duplicate("service", &name.text, name.span, first.span));
            }
            let made = self.service(doc, name, fields);
            self.same_port(&made, &def.services);
            def.services.push(made);
        }
    }

    fn service(&mut self, doc: &str, name: &'a ast::Name, fields: &'a [ast::Field]) -> ServiceDef {
        let mut made = ServiceDef {
            name: name.text.clone(),
            doc: doc.to_owned(),
            span: name.span,
            image: poison(name.span),
            env: Vec::new(),
            port: None,
            ready: None,
            run: None,
            args: None,
            needs: Vec::new(),
            timeout: None,
        };
        let mut given: Vec<&'a ast::Name> = Vec::new();
        let mut torn = false;
        for field in fields {
            match field {
                ast::Field::Value { name, value } => match given.iter().find(|other| other.text == name.text) {
                    Some(first) if FIELDS.contains(&&*name.text) => {
                        self.out.push(findings::names::duplicate("field", &name.text, name.span, first.span));
                    }
                    Some(_) | None => {
                        given.push(name);
                        // A field that is missing may be the one that nobody knows.
                        torn |= !FIELDS.contains(&&*name.text);
                        self.service_field(name, value, &mut made);
                    }
                },
                ast::Field::Step { name, .. } => {
                    self.report(findings::parts::step_elsewhere(name.span, "a service"));
                }
                ast::Field::Service { name, .. } => {
                    self.report(findings::service::elsewhere(name.span, "a service"));
                }
                ast::Field::Require { span, .. } => {
                    self.report(findings::parts::require_elsewhere(*span, "a service"));
                }
                ast::Field::Broken(_) => torn = true,
            }
        }
        if !torn {
            self.whole_service(name, &given);
        }
        made
    }

    fn whole_service(&mut self, name: &ast::Name, given: &[&ast::Name]) {
        let has = |field: &str| given.iter().find(|one| *one.text == *field);
        if has("image").is_none() {
            self.report(findings::service::no_image(name));
        }
        if has("port").is_none() && has("ready").is_none() {
            self.report(findings::service::never_ready(name));
        }
        if let (Some(run), Some(args)) = (has("run"), has("args")) {
            self.report(findings::service::run_and_args(run.span, args.span));
        }
    }

    fn service_field(&mut self, name: &'a ast::Name, value: &'a ast::Expr, made: &mut ServiceDef) {
        match &*name.text {
            "image" => made.image = self.in_name(value, &Type::Image, "image"),
            "env" => made.env = self.service_env(value),
            "port" => made.port = Some(self.port(value)),
            "ready" => made.ready = self.service_script(value),
            "run" => made.run = self.service_script(value),
            "args" => {
                let list = Type::List(Box::new(Type::String));
                made.args = Some(self.expect(value, &list, Place::Field("args")));
            }
            "needs" => made.needs = self.service_needs(value),
            "timeout" => made.timeout = Some(self.time(value, "timeout")),
            _ => {
                self.report(findings::parts::unknown_field(name, "a service", FIELDS));
                self.infer(value, Some(&Type::Unknown));
            }
        }
    }

    /// As the environment of a step; nothing of a workspace is there.
    fn service_env(&mut self, value: &'a ast::Expr) -> Vec<super::program::EnvDef> {
        let mut fields = Fields::default();
        self.env(value, &mut fields);
        for one in &fields.env {
            if matches!(one.value.ty, Type::Artifact(_)) {
                let shown = self.show(&one.value.ty);
                self.out.push(findings::service::no_workspace(one.value.span, &shown));
            } else if matches!(one.value.kind, Kind::None) {
                self.out.push(findings::service::nothing_unset(one.value.span, &one.name));
            }
        }
        fields.env
    }

    fn port(&mut self, value: &'a ast::Expr) -> Expr {
        let made = self.expect(value, &Type::Int, Place::Field("port"));
        if let Some(port) = number(&made.kind)
            && !(1..=65_535).contains(&port)
        {
            self.report(findings::service::bad_port(made.span, port));
        }
        made
    }

    fn same_port(&mut self, one: &ServiceDef, others: &[ServiceDef]) {
        let port = |service: &ServiceDef| service.port.as_ref().and_then(|port| number(&port.kind));
        let Some((own, span)) = port(one).zip(one.port.as_ref().map(|port| port.span)) else { return };
        let clash = others.iter().find(|other| port(other) == Some(own));
        if let Some(first) = clash.and_then(|other| other.port.as_ref()) {
            self.report(findings::service::same_port(span, own, first.span));
        }
    }

    /// A script for `sh`, without values: those stand in the environment.
    fn service_script(&mut self, value: &'a ast::Expr) -> Option<Box<str>> {
        let script = self.script(value, &Shell::Sh)?;
        let mut text = String::new();
        let mut whole = true;
        for part in &script.parts {
            match part {
                ScriptPart::Text(part) => text.push_str(part),
                ScriptPart::Value { span, .. } => {
                    self.report(findings::service::value_in_script(*span));
                    whole = false;
                }
            }
        }
        if whole && text.trim().is_empty() {
            self.report(findings::service::empty_script(script.span));
        }
        Some(text.into())
    }

    fn service_needs(&mut self, value: &'a ast::Expr) -> Vec<(Box<str>, Expr)> {
        let mut fields = Fields::default();
        if !matches!(value.kind, ast::ExprKind::Record(_) | ast::ExprKind::Broken) {
            self.infer(value, Some(&Type::Unknown));
            self.report(findings::tasks::braces_needed(value.span, "needs"));
            return Vec::new();
        }
        self.needs(value, &mut fields);
        let Some(Expr { kind: Kind::Record(record, values), .. }) = fields.needs else { return Vec::new() };
        let names = self.program.records[record.index()].fields.iter().map(|field| field.name.clone());
        let given = |name: &str| fields.needs_given.has(name);
        let all: Vec<(Box<str>, Expr)> = names.zip(values).filter(|(name, _)| given(name)).collect();
        for (name, value) in all.iter().filter(|(name, _)| !NEEDS.contains(&&**name)) {
            self.report(findings::service::need_of_the_machine(value.span, name));
        }
        all
    }

    pub(super) fn no_service_here(&mut self, span: Span, block: &str) {
        self.report(findings::service::elsewhere(span, block));
    }
}

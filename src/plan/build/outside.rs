//! Tasks that are kept elsewhere, and services.

use std::sync::Arc;

use super::Builder;
use super::partial::Partial;
use super::report::{no_place_in_service, no_port, same_port, workspace_not_known};
use super::scope::Frame;
use super::script::place;
use super::task::Making;
use crate::check::program::outside::{self as p, ServiceDef, SourceDef, Spelling, UseDef};
use crate::check::program::{ParamDef, StepDef, TaskDef, Type};
use crate::plan::outside::{Handed, Location, Mounted, READY_WITHIN, Service, Source, What, has_form};
use crate::plan::{Env, Expr, ExprKind, Needs, ParamId, Plan, Script, Step, TaskId, Ty, Value, WorkspaceId, record};
use crate::source::Span;

/// An output as its readers see it. What comes from elsewhere is a text, and is looked at where it is read: no script
/// of ours could do it where it is made.
pub(super) fn output(plan: &Plan, task: TaskId, output: u32) -> Expr {
    let made = Expr::output(plan, task, output);
    let foreign = plan.task(task).source.is_some() && matches!(made.kind, ExprKind::Result(..));
    if foreign { looked_at(made) } else { made }
}

/// A text from elsewhere as a value of its type.
fn looked_at(made: Expr) -> Expr {
    if !has_form(&made.ty) {
        return made;
    }
    let optional = matches!(made.ty, Ty::Optional(_));
    let text = if optional { Ty::Optional(Box::new(Ty::String)) } else { Ty::String };
    Expr::new(ExprKind::Convert(Box::new(Expr { kind: made.kind, ty: text })), made.ty)
}

impl<'a> Builder<'a> {
    /// What an `extern task` is handed; `None` when its place is not known, which was reported.
    pub(super) fn hand_over(&mut self, inner: &Frame, def: &TaskDef, source: &SourceDef, call: Span) -> Option<Source> {
        let mut made = Source {
            what: match source.what {
                p::What::Task => What::Task,
                p::What::Pipeline => What::Pipeline,
                p::What::Step => What::Step,
            },
            location: location(source.location.as_ref()?),
            more: source.more.iter().map(|(name, text)| (*name, text.to_string())).collect(),
            span: source.span,
            params: Vec::new(),
            workspaces: Vec::new(),
            results: Vec::new(),
        };
        for param in &def.params {
            if *opened(&param.ty) == Type::Workspace {
                self.hand_workspace(inner, param, source, call, &mut made.workspaces);
            } else {
                self.handed(inner, param, source, call, &mut made.params);
            }
        }
        for output in &def.outputs {
            let name = spelt(&source.results, &output.name);
            if let Type::Record(id) = output.ty {
                let fields = &self.program.records[id.index()].fields;
                made.results.extend(fields.iter().map(|field| record::part(&name, &field.name)));
            } else {
                made.results.push(if matches!(output.ty, Type::Artifact(_)) { String::new() } else { name });
            }
        }
        Some(made)
    }

    /// A step that is kept elsewhere, with what it is given; `None` when its place is not known, which was reported.
    pub(super) fn used_step(
        &mut self,
        making: &mut Making,
        frame: &Frame,
        step: &StepDef,
        uses: &UseDef,
    ) -> Option<Step> {
        let program = self.program;
        let def = &program.tasks[uses.task.index()];
        let inner = self.arguments(making, frame, &uses.args, def);
        let source = self.hand_over(&inner, def, def.source.as_deref()?, uses.span)?;
        let mut made = Step::new(&step.name, "", Script::text("", uses.span));
        (made.span, made.uses) = (step.span, Some(Box::new(source)));
        made.doc = step.doc.to_string();
        Some(made)
    }

    /// Binds the names of such steps to what they give.
    pub(super) fn results_of_steps(&self, frame: &mut Frame, def: &TaskDef) {
        for step in &def.steps {
            let Some(uses) = &step.uses else { continue };
            let used = &self.program.tasks[uses.task.index()];
            let spellings = used.source.as_ref().map_or(&[][..], |source| &source.results);
            let values = used.outputs.iter().map(|output| {
                let result = spelt(spellings, &output.name);
                let kind = ExprKind::StepResult(Arc::from(&*step.name), Arc::from(result));
                looked_at(Expr::new(kind, self.types.ty(&output.ty)))
            });
            frame.bind(uses.local, Partial::Call(values.map(Partial::Expr).collect()));
        }
    }

    fn handed(&mut self, inner: &Frame, param: &ParamDef, source: &SourceDef, span: Span, into: &mut Vec<Handed>) {
        let name = spelt(&source.params, &param.name);
        let value = inner.value(param.local);
        if matches!(param.ty, Type::Record(_)) {
            // All of its keys: there a record that lacks one is refused when the run starts.
            let at = name.len();
            let parts = self.spread(&name, &param.ty, value).into_iter();
            return into.extend(parts.map(|part| Handed { name: part.name, key: Some(at), value: part.value, span }));
        }
        let value = value.expr(&self.types.ty(&param.ty));
        if value.value() != Some(&Value::None) {
            into.push(Handed { name, key: None, value, span });
        }
    }

    fn hand_workspace(
        &mut self,
        inner: &Frame,
        param: &ParamDef,
        source: &SourceDef,
        call: Span,
        into: &mut Vec<Mounted>,
    ) {
        let value = inner.value(param.local).expr(&self.types.ty(&param.ty));
        if value.value() == Some(&Value::None) {
            return;
        }
        let name = spelt(&source.workspaces, &param.name);
        match self.folder_of(&value).or_else(|| Some((self.workspace_of(&value)?, None))) {
            Some((workspace, folder)) => into.push(Mounted { name, workspace, folder, span: call }),
            None => self.report(workspace_not_known(&param.name, call)),
        }
    }

    /// `src / "a"`, known now.
    fn folder_of(&self, value: &Expr) -> Option<(WorkspaceId, Option<String>)> {
        let (ExprKind::Place { workspace, path } | ExprKind::Artifact { workspace, path, .. }) = &value.kind else {
            return None;
        };
        let folder = path.value().and_then(Value::text)?;
        Some((*workspace, Some(folder).filter(|folder| !matches!(folder.as_str(), "" | "."))))
    }

    fn workspace_of(&self, value: &Expr) -> Option<WorkspaceId> {
        if let Some(Value::Workspace(id)) = value.value() {
            return Some(*id);
        }
        if let ExprKind::Param(param) = value.kind { self.workspace_given_by(param) } else { None }
    }

    /// The workspace that a run is given by a parameter.
    pub(super) fn workspace_given_by(&self, param: ParamId) -> Option<WorkspaceId> {
        let at = self.plan.workspaces.iter().position(|workspace| workspace.param == Some(param))?;
        Some(WorkspaceId(crate::source::offset(at)))
    }

    pub(super) fn services(&mut self, making: &mut Making, inner: &Frame, def: &'a TaskDef) -> Vec<Service> {
        let mut made: Vec<Service> = Vec::with_capacity(def.services.len());
        for one in &def.services {
            let service = self.service(making, inner, one);
            let port = one.port.as_ref().map(|port| port.span);
            if let (Some(own), Some(span)) = (service.port, port)
                && made.iter().any(|other| other.port == Some(own))
            {
                self.report(same_port(own, span));
            }
            made.push(service);
        }
        made
    }

    fn service(&mut self, making: &mut Making, inner: &Frame, one: &'a ServiceDef) -> Service {
        let text = |text: &Option<Box<str>>| text.as_ref().map(ToString::to_string);
        let timeout = one.timeout.as_ref().and_then(|time| self.known(inner, time, "`timeout` of a service"));
        Service {
            name: one.name.to_string(),
            doc: one.doc.clone(),
            span: one.span,
            image: self.known_text(inner, &one.image, "`image` of a service").unwrap_or_default(),
            image_span: one.image.span,
            env: self.service_env(making, inner, one),
            port: one.port.as_ref().and_then(|port| self.port(inner, port)),
            ready: text(&one.ready),
            run: text(&one.run),
            args: one.args.as_ref().map(|args| self.service_args(inner, args)).unwrap_or_default(),
            needs: self.service_needs(inner, one),
            timeout: if let Some(Value::Duration(time)) = timeout { time } else { READY_WITHIN },
        }
    }

    fn service_env(&mut self, making: &mut Making, inner: &Frame, one: &'a ServiceDef) -> Vec<Env> {
        let mut env = Vec::with_capacity(one.env.len());
        for def in &one.env {
            let value = place(self.noted(making, inner, &def.value, def.span));
            let mut lies_in_workspace = false;
            value.walk(&mut |part| {
                lies_in_workspace |= matches!(part.kind, ExprKind::Artifact { .. } | ExprKind::Place { .. });
            });
            if lies_in_workspace {
                self.report(no_place_in_service(&one.name, def.span));
            }
            env.push(Env { name: def.name.to_string(), value, is_unset: false, span: def.span });
        }
        env
    }

    fn port(&mut self, inner: &Frame, port: &crate::check::program::Expr) -> Option<u16> {
        let Value::Int(number) = self.known(inner, port, "`port`")? else { return None };
        let good = u16::try_from(number).ok().filter(|port| *port > 0);
        if good.is_none() {
            self.report(no_port(number, port.span));
        }
        good
    }

    fn service_args(&mut self, inner: &Frame, args: &crate::check::program::Expr) -> Vec<String> {
        let Some(Value::List(list)) = self.known(inner, args, "`args` of a service") else { return Vec::new() };
        list.iter().filter_map(Value::text).collect()
    }

    fn service_needs(&mut self, inner: &Frame, one: &ServiceDef) -> Needs {
        let mut needs = Needs::default();
        for (name, value) in &one.needs {
            if let Some(value) = self.known(inner, value, format_args!("`needs.{name}` of a service")) {
                super::fields::set_need(&mut needs, name, value);
            }
        }
        needs
    }
}

fn opened(ty: &Type) -> &Type {
    if let Type::Optional(of) = ty { of } else { ty }
}

/// The name of the other side, which is ours where nothing else is said.
fn spelt(spellings: &[Spelling], ours: &str) -> String {
    let theirs = spellings.iter().find(|one| *one.ours == *ours).map(|one| &*one.theirs);
    theirs.unwrap_or(ours).to_owned()
}

fn location(found: &p::Location) -> Location {
    match found {
        p::Location::Bundle { bundle, name } => Location::Bundle { bundle: bundle.to_string(), name: name.to_string() },
        p::Location::Git { url, revision, path } => {
            Location::Git { url: url.to_string(), revision: revision.to_string(), path: path.to_string() }
        }
        p::Location::Hub { name, version, catalog } => Location::Hub {
            name: name.to_string(),
            version: version.to_string(),
            catalog: catalog.as_ref().map(ToString::to_string),
        },
        p::Location::Forge { owner, repository, revision, path } => Location::Forge {
            owner: owner.to_string(),
            repository: repository.to_string(),
            revision: revision.to_string(),
            path: path.to_string(),
        },
        p::Location::Cluster { name, namespace } => {
            Location::Cluster { name: name.to_string(), namespace: namespace.as_ref().map(ToString::to_string) }
        }
        p::Location::Http { url, digest } => Location::Http { url: url.to_string(), digest: digest.to_string() },
    }
}

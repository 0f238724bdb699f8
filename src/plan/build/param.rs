//! The parameters: bound ones are values, the others stay open or are refused.

use super::partial::{Partial, Pick, opened_ty};
use super::report::{const_without_value, open_field, open_structure};
use super::scope::{Frame, Inside};
use super::stmt::first_open;
use super::{Binding, Builder};
use crate::check::program::{self as p, ParamDef, PipelineId, Program, RecordField, RecordId, Type};
use crate::plan::{Expr, ExprKind, Param, ParamId, Ty, Value, Workspace, WorkspaceId, record};
use crate::source::offset;

/// Every parameter of a pipeline as it is declared, with the defaults that are known without any binding.
pub(in crate::plan) fn declared(program: &Program, pipeline: PipelineId) -> Vec<Param> {
    let mut builder = Builder::new(program, pipeline, "");
    builder.left_out = true;
    let mut frame = Frame::new(builder.pipeline.locals.len(), Inside::Pipeline);
    let mut params = Vec::new();
    for param in &builder.pipeline.params {
        let ty = builder.types.ty(&param.ty);
        let default = param.default.as_ref().and_then(|default| builder.eval(&frame, default).value().cloned());
        let default = default.or_else(|| matches!(ty, Ty::Optional(_)).then_some(Value::None));
        if let Some(default) = &default {
            frame.bind(param.local, Partial::known(default.clone(), ty.clone()));
        }
        params.push(Param { name: param.name.to_string(), doc: param.doc.clone(), ty, default, span: param.span });
    }
    params
}

/// The value of an expression over constants alone: the default of a field of a record.
pub(in crate::plan) fn constant(program: &Program, pipeline: PipelineId, expr: &p::Expr) -> Option<Value> {
    let mut builder = Builder::new(program, pipeline, "");
    builder.left_out = true;
    builder.eval(&Frame::new(0, Inside::Fn), expr).value().cloned()
}

impl Builder<'_> {
    pub(super) fn parameters(&mut self, frame: &mut Frame, bindings: &[Binding]) {
        self.bindings = bindings.to_vec();
        let pipeline = self.pipeline;
        for param in &pipeline.params {
            let value = self.parameter(frame, param, bindings);
            frame.bind(param.local, value);
        }
    }

    fn parameter(&mut self, frame: &Frame, param: &ParamDef, bindings: &[Binding]) -> Partial {
        if let Type::Record(id) = param.ty
            && let Some(value) = self.record_parameter(frame, param, id, bindings)
        {
            return value;
        }
        let ty = self.types.ty(&param.ty);
        if let Some(binding) = bindings.iter().rev().find(|binding| *binding.name == *param.name) {
            self.plan.bound.push((binding.name.clone(), binding.value.clone()));
            return Partial::known(binding.value.clone(), ty);
        }
        let closed = self.arguments.is_some() && opened_ty(ty.clone()) != Ty::Workspace;
        if param.is_const || closed {
            return self.constant_parameter(frame, param, ty);
        }
        if ty == Ty::Workspace {
            return self.outside_workspace(param);
        }
        if can_stay_open(&ty) {
            return self.open(frame, param, ty);
        }
        if opened_ty(ty.clone()) == Ty::Workspace {
            return self.optional_workspace(param, ty);
        }
        if let Type::Record(id) = param.ty
            && let Some((field, span)) = self.not_a_text(id)
        {
            let finding =
                open_field(&param.name, (&field.name, span), &self.types.ty(&field.ty).to_string(), param.span);
            self.report(finding);
            return Partial::known(Value::None, ty);
        }
        self.report(open_structure(&param.name, &ty.to_string(), param.span));
        Partial::known(Value::None, ty)
    }

    fn constant_parameter(&mut self, frame: &Frame, param: &ParamDef, ty: Ty) -> Partial {
        match (&param.default, &ty) {
            (Some(default), _) => {
                let value = self.eval(frame, default);
                if value.value().is_none() {
                    let value = value.expr(&ty);
                    self.not_known(
                        format_args!("the default of the `const` parameter `{}`", param.name),
                        default.span,
                        &value,
                    );
                    return Partial::known(Value::None, ty);
                }
                value
            }
            (None, Ty::Optional(_)) => Partial::known(Value::None, ty),
            (None, _) => {
                self.report(const_without_value(&param.name, param.span));
                Partial::known(Value::None, ty)
            }
        }
    }

    fn open(&mut self, frame: &Frame, param: &ParamDef, ty: Ty) -> Partial {
        let default = param.default.as_ref().map(|default| (self.plain(frame, default), default.span));
        let default = match default {
            None => matches!(ty, Ty::Optional(_)).then_some(Value::None),
            Some((value, span)) => {
                if value.value().is_none() {
                    self.not_known(format_args!("the default of the parameter `{}`", param.name), span, &value);
                }
                value.value().cloned()
            }
        };
        let id = self.add_param(param, param.name.to_string(), ty, default);
        Expr::param(&self.plan, id).into()
    }

    /// A parameter of a record type whose fields are known one by one or stay open; `None` where it is known, or refused,
    /// as a whole.
    fn record_parameter(
        &mut self,
        frame: &Frame,
        param: &ParamDef,
        id: RecordId,
        bindings: &[Binding],
    ) -> Option<Partial> {
        let (whole, single) = given(&param.name, bindings);
        let closed = param.is_const || self.arguments.is_some();
        if single.is_empty() && (closed || whole.is_some() || self.not_a_text(id).is_some()) {
            return None;
        }
        if let Some(whole) = whole {
            self.plan.bound.push((whole.name.clone(), whole.value.clone()));
        }
        self.plan.bound.extend(single.iter().map(|one| (one.name.clone(), one.value.clone())));
        let default = match whole {
            Some(whole) => Some(Partial::known(whole.value.clone(), self.types.ty(&param.ty))),
            None => param.default.as_ref().map(|default| self.eval(frame, default)),
        };
        let program = self.program;
        let mut fields = Vec::new();
        for field in &program.records[id.index()].fields {
            let (name, ty) = (record::part(&param.name, &field.name), self.types.ty(&field.ty));
            let value = match single.iter().rev().find(|one| one.name == name) {
                Some(one) => Partial::known(one.value.clone(), ty),
                None => {
                    let given = default.clone().map(|whole| whole.field(&ty, Pick::Name(&field.name)));
                    let default = match given {
                        Some(given) => given,
                        None => field.default.as_ref().map(|one| self.eval(&Frame::new(0, Inside::Fn), one)),
                    };
                    match whole {
                        Some(_) => default.unwrap_or_else(Partial::none),
                        None => self.field_parameter(param, (name, field), ty, default, closed),
                    }
                }
            };
            fields.push((field.name.to_string(), value));
        }
        Some(Partial::record(fields, self.types.ty(&param.ty)))
    }

    /// One field that was not given: its default where it has to be known, else a parameter of the plan.
    fn field_parameter(
        &mut self,
        param: &ParamDef,
        (name, field): (String, &RecordField),
        ty: Ty,
        default: Option<Partial>,
        closed: bool,
    ) -> Partial {
        let value = default.as_ref().and_then(|default| default.value().cloned());
        if let (Some(default), None) = (&default, &value) {
            let span = param.default.as_ref().map_or(param.span, |default| default.span);
            let open = first_open(default.clone(), &ty);
            self.not_known(format_args!("the default of the parameter `{name}`"), span, &open);
            return Partial::known(Value::None, ty);
        }
        if let (true, Some(value)) = (closed || !is_text(&ty), &value) {
            return Partial::known(value.clone(), ty);
        }
        if closed {
            self.report(const_without_value(&name, param.span));
            return Partial::known(Value::None, ty);
        }
        if !is_text(&ty) {
            self.report(open_field(&param.name, (&field.name, field.span), &ty.to_string(), param.span));
            return Partial::known(Value::None, ty);
        }
        let value = value.or_else(|| matches!(ty, Ty::Optional(_)).then_some(Value::None));
        let id = self.add_param(param, name, ty, value);
        Expr::param(&self.plan, id).into()
    }

    fn add_param(&mut self, param: &ParamDef, name: String, ty: Ty, default: Option<Value>) -> ParamId {
        let id = ParamId(offset(self.plan.params.len()));
        let doc = param.doc.clone();
        self.plan.params.push(Param { name, doc, ty, default, span: param.span });
        id
    }

    fn outside_workspace(&mut self, param: &ParamDef) -> Partial {
        let id = self.add_param(param, param.name.to_string(), Ty::Workspace, None);
        let workspace = WorkspaceId(offset(self.plan.workspaces.len()));
        let (name, doc) = (param.name.to_string(), param.doc.clone());
        self.body.workspaces.push(workspace);
        self.plan.workspaces.push(Workspace { name, doc, size: None, param: Some(id), span: param.span });
        Partial::known(Value::Workspace(workspace), Ty::Workspace)
    }
}

impl Builder<'_> {
    /// A run may have it or not, so it stays open.
    fn optional_workspace(&mut self, param: &ParamDef, ty: Ty) -> Partial {
        let id = self.add_param(param, param.name.to_string(), ty, Some(Value::None));
        let (name, doc) = (param.name.to_string(), param.doc.clone());
        self.plan.workspaces.push(Workspace { name, doc, size: None, param: Some(id), span: param.span });
        Expr::param(&self.plan, id).into()
    }

    /// The one that a run gives for a parameter, where it is known that it gives one.
    pub(super) fn given_workspace(&self, value: Partial) -> Partial {
        let Partial::Expr(Expr { kind: ExprKind::Param(id), ty: Ty::Workspace }) = value else { return value };
        let at = self.plan.workspaces.iter().position(|workspace| workspace.param == Some(id));
        let at = at.expect("each parameter of the type has a workspace");
        Partial::known(Value::Workspace(WorkspaceId(offset(at))), Ty::Workspace)
    }
}

/// What a record parameter was given: as a whole, and behind that field by field.
fn given<'b>(name: &str, bindings: &'b [Binding]) -> (Option<&'b Binding>, Vec<&'b Binding>) {
    let at = bindings.iter().rposition(|one| one.name == name);
    let of_it = |one: &&Binding| record::parts(&one.name).is_some_and(|(record, _)| record == name);
    let single = bindings[at.map_or(0, |at| at + 1)..].iter().filter(of_it).collect();
    (at.map(|at| &bindings[at]), single)
}

/// Whether a field of the type is one text, or none.
pub(in crate::plan) fn is_text(ty: &Ty) -> bool {
    is_scalar(if let Ty::Optional(of) = ty { of } else { ty })
}

/// Whether an engine can take a value of the type when the run starts.
pub(in crate::plan) fn can_stay_open(ty: &Ty) -> bool {
    let opened = if let Ty::Optional(of) = ty { of } else { ty };
    let element = if let Ty::List(of) = opened { of } else { opened };
    is_scalar(element) || *opened == Ty::Secret
}

fn is_scalar(ty: &Ty) -> bool {
    match ty {
        Ty::Bool
        | Ty::Int
        | Ty::String
        | Ty::Duration
        | Ty::Size
        | Ty::Cpu
        | Ty::Path
        | Ty::Image
        | Ty::Pattern(_)
        | Ty::Enum(_) => true,
        Ty::Secret | Ty::Workspace | Ty::Artifact(_) | Ty::List(_) | Ty::Map(_) | Ty::Record(_) | Ty::Optional(_) => {
            false
        }
    }
}

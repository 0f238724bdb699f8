//! Values of record types that a run knows: each is one value a field.

use super::Builder;
use super::partial::{Partial, Pick, optional_ty};
use crate::check::program::{self as p, OutputDef, RecordId, Type};
use crate::plan::{Expr, ExprKind, Output, Ty, record};
use crate::source::{Span, offset};

/// One value of several that a record is spread into.
pub(super) struct Part {
    /// `record.field`, or the name alone of what is no record.
    pub(super) name: String,
    pub(super) value: Expr,
}

impl Builder<'_> {
    /// The values that something is at the border of an engine: of a record each field, in their order.
    pub(super) fn spread(&self, name: &str, ty: &Type, value: Partial) -> Vec<Part> {
        let optional = matches!(ty, Type::Optional(_));
        let Some(id) = record_in(ty) else {
            return vec![Part { name: name.to_owned(), value: value.expr(&self.types.ty(ty)) }];
        };
        let program = self.program;
        let mut parts = Vec::new();
        for field in &program.records[id.index()].fields {
            let own = self.types.ty(&field.ty);
            let own = if optional { optional_ty(own) } else { own };
            let pick = Pick::Name(&field.name);
            let value = value.clone().map(&mut |one| one.field(&own, pick).unwrap_or_else(Partial::none));
            parts.extend(self.spread(&record::part(name, &field.name), &field.ty, value));
        }
        parts
    }

    /// What `out` is in a script: the path of a file, or one for each field.
    pub(super) fn out(&self, output: u32, ty: &Type) -> Partial {
        let first = self.outs.get(output as usize).copied().unwrap_or(output);
        let path = |at: u32| Partial::Expr(Expr::new(ExprKind::Out(at), Ty::Path));
        let Type::Record(id) = ty else { return path(first) };
        let fields = &self.program.records[id.index()].fields;
        Partial::Record((first..).zip(fields).map(|(at, field)| (field.name.to_string(), path(at))).collect())
    }

    /// Notes where the outputs of a task begin among those of the plan, for [`Builder::out`]: behind a record that is
    /// more than its own index.
    pub(super) fn count_outs(&mut self, outputs: &[OutputDef]) {
        self.outs.clear();
        if outputs.iter().all(|output| record_in(&output.ty).is_none()) {
            return;
        }
        let mut next = 0;
        for output in outputs {
            self.outs.push(next);
            next += self.width(output);
        }
    }

    /// As how many outputs of the plan it stands there.
    fn width(&self, output: &OutputDef) -> u32 {
        record_in(&output.ty).map_or(1, |id| offset(self.program.records[id.index()].fields.len()))
    }

    /// What the outputs of a call are to its readers, made of the outputs of the plan.
    pub(super) fn gathered_outputs(
        &self,
        outputs: &[OutputDef],
        skips: bool,
        make: impl Fn(u32) -> Expr,
    ) -> Vec<Partial> {
        let mut next = 0_u32;
        let mut values = Vec::with_capacity(outputs.len());
        for output in outputs {
            let from = next;
            next += self.width(output);
            let Some(id) = record_in(&output.ty) else {
                let one = make(from);
                // Who skips itself by its exit code gives nothing.
                values.push(Partial::Expr(if skips { Expr { ty: optional_ty(one.ty), ..one } } else { one }));
                continue;
            };
            let fields = &self.program.records[id.index()].fields;
            let fields = (from..next).zip(fields).map(|(at, field)| (field.name.to_string(), make(at).into()));
            let whole = Partial::Record(fields.collect());
            values.push(if skips { whole.where_made() } else { whole });
        }
        values
    }

    /// A record that the script writes: each field has a file of its own.
    pub(super) fn fields_of_output(&self, output: &OutputDef, id: RecordId) -> Vec<Output> {
        let made = |field: &p::RecordField| {
            let (name, doc) = (record::part(&output.name, &field.name), output.doc.clone());
            Output { name, doc, ty: self.types.ty(&field.ty), place: None, span: output.span }
        };
        self.program.records[id.index()].fields.iter().map(made).collect()
    }

    /// The field of a record that no engine can take as a text when the run starts, and its place.
    pub(super) fn not_a_text(&self, id: RecordId) -> Option<(&p::RecordField, Span)> {
        let fields = &self.program.records[id.index()].fields;
        let field = fields.iter().find(|field| !super::param::is_text(&self.types.ty(&field.ty)))?;
        Some((field, field.span))
    }
}

/// The record that a type, or its optional, is of.
fn record_in(ty: &Type) -> Option<RecordId> {
    match ty {
        Type::Record(id) => Some(*id),
        Type::Optional(of) => record_in(of),
        Type::Unknown
        | Type::None
        | Type::Bool
        | Type::Int
        | Type::String
        | Type::Duration
        | Type::Size
        | Type::Cpu
        | Type::Path
        | Type::Image
        | Type::Secret
        | Type::Workspace
        | Type::List(_)
        | Type::Map(_)
        | Type::Enum(_)
        | Type::Newtype(_)
        | Type::Artifact(_)
        | Type::Outputs(_) => None,
    }
}

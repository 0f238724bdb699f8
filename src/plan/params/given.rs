//! Which parameters somebody has to give, and which of them before there is a plan.

use crate::check::program::{ParamDef, PipelineId, Program, Type};
use crate::plan::build::param::{can_stay_open, is_text};
use crate::plan::build::types::Types;
use crate::plan::{Param, Ty, record};

/// The parameters without a default that nobody has named; those of a record type field by field where an engine takes
/// them so.
pub fn missing(program: &Program, pipeline: PipelineId, named: &[&str]) -> Vec<Param> {
    let types = Types::new(program);
    let params = program.pipelines[pipeline.index()].params.iter();
    let left = params.filter(|param| param.default.is_none() && !named.contains(&&*param.name));
    left.flat_map(|param| lacking(program, &types, param, named)).collect()
}

fn lacking(program: &Program, types: &Types, param: &ParamDef, named: &[&str]) -> Vec<Param> {
    let row = |name: String, ty: Ty| Param { name, doc: param.doc.clone(), ty, default: None, span: param.span };
    match &param.ty {
        // Who runs the program gives none.
        Type::Optional(_) | Type::Workspace => Vec::new(),
        Type::Record(id) => {
            let fields = &program.records[id.index()].fields;
            let single = fields.iter().filter(|field| field.default.is_none());
            let single = single.map(|field| row(record::part(&param.name, &field.name), types.ty(&field.ty)));
            single.filter(|one| !is_optional(&one.ty) && !named.contains(&&*one.name)).collect()
        }
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
        | Type::List(_)
        | Type::Map(_)
        | Type::Enum(_)
        | Type::Newtype(_)
        | Type::Artifact(_)
        | Type::Outputs(_) => vec![row(param.name.to_string(), types.ty(&param.ty))],
    }
}

/// Whether no engine can be given the value of that name when a run starts, so that the plan has to know it.
pub fn is_closed(program: &Program, pipeline: PipelineId, name: &str) -> bool {
    let of = record::parts(name).map_or(name, |(record, _)| record);
    let Some(param) = program.pipelines[pipeline.index()].params.iter().find(|param| *param.name == *of) else {
        return true;
    };
    let types = Types::new(program);
    let open = if let Type::Record(id) = &param.ty {
        program.records[id.index()].fields.iter().all(|field| is_text(&types.ty(&field.ty)))
    } else {
        can_stay_open(&types.ty(&param.ty))
    };
    param.is_const || !open
}

fn is_optional(ty: &Ty) -> bool {
    matches!(ty, Ty::Optional(_))
}

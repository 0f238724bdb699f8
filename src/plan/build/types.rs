//! From the types of a program to those of a plan; each declared type is made once.

use std::sync::Arc;

use crate::check::program::{Program, Type};
use crate::plan::{EnumTy, Pattern, Ty};

/// The declared types of a program as a plan knows them.
#[derive(Debug)]
pub(in crate::plan) struct Types {
    enums: Vec<Arc<EnumTy>>,
    patterns: Vec<Arc<Pattern>>,
    artifacts: Vec<Arc<str>>,
    records: Vec<Arc<str>>,
}

impl Types {
    pub(in crate::plan) fn new(program: &Program) -> Self {
        let enums = program.enums.iter().map(|one| {
            let cases = one.cases.iter().map(|case| case.spelling.to_string()).collect();
            Arc::new(EnumTy { name: one.name.to_string(), cases })
        });
        let patterns = program.newtypes.iter().map(|one| {
            let regex = one.pattern.as_ref().map(ToString::to_string);
            Arc::new(Pattern { name: one.name.to_string(), regex })
        });
        Self {
            enums: enums.collect(),
            patterns: patterns.collect(),
            artifacts: program.artifacts.iter().map(|one| Arc::from(&*one.name)).collect(),
            records: program.records.iter().map(|one| Arc::from(&*one.name)).collect(),
        }
    }

    pub(in crate::plan) fn ty(&self, ty: &Type) -> Ty {
        match ty {
            Type::Unknown | Type::None => Ty::Optional(Box::new(Ty::String)),
            Type::Bool => Ty::Bool,
            Type::Int => Ty::Int,
            Type::String => Ty::String,
            Type::Duration => Ty::Duration,
            Type::Size => Ty::Size,
            Type::Cpu => Ty::Cpu,
            Type::Path => Ty::Path,
            Type::Image => Ty::Image,
            Type::Secret => Ty::Secret,
            Type::Workspace => Ty::Workspace,
            Type::List(of) => Ty::List(Box::new(self.ty(of))),
            Type::Map(of) => Ty::Map(Box::new(self.ty(of))),
            Type::Optional(of) => Ty::Optional(Box::new(self.ty(of))),
            Type::Enum(id) => Ty::Enum(self.enums[id.index()].clone()),
            Type::Record(id) => Ty::Record(self.records[id.index()].clone()),
            Type::Newtype(id) => Ty::Pattern(self.patterns[id.index()].clone()),
            Type::Artifact(id) => Ty::Artifact(self.artifacts[id.index()].clone()),
            // A binding to a call is never a value of the run.
            Type::Outputs(_) => Ty::Record(Arc::from("outputs")),
        }
    }
}

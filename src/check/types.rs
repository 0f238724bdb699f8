//! What types are to each other: which fits where, which has a text form, how each is written.

use super::checker::Checker;
use super::program::{Program, RecordId, Type};

/// Whether a value of one type may stand in a place of another: the same, or a value where an optional is taken.
pub(super) fn fits(have: &Type, want: &Type) -> bool {
    if *have == Type::Unknown || *want == Type::Unknown {
        return true;
    }
    if let Type::Optional(inner) = want {
        return *have == Type::None || fits(opened(have), inner);
    }
    match (have, want) {
        (Type::List(a), Type::List(b)) | (Type::Map(a), Type::Map(b)) => fits(a, b),
        (a, b) => a == b,
    }
}

/// The type that both fit, if there is one.
pub(super) fn join(a: &Type, b: &Type) -> Option<Type> {
    if *a == Type::Unknown || *b == Type::Unknown {
        return Some(Type::Unknown);
    }
    if fits(a, b) {
        return Some(b.clone());
    }
    if fits(b, a) {
        return Some(a.clone());
    }
    match (a, b) {
        (Type::None, other) | (other, Type::None) => Some(optional(other.clone())),
        (Type::Optional(one), two) | (two, Type::Optional(one)) => join(one, two).map(optional),
        _ => None,
    }
}

/// `T?`; an optional stays what it is, and so does what is not known.
pub(super) fn optional(ty: Type) -> Type {
    if matches!(ty, Type::Optional(_) | Type::Unknown | Type::None) { ty } else { Type::Optional(Box::new(ty)) }
}

/// `T` of `T?`; every other type is itself.
pub(super) fn opened(ty: &Type) -> &Type {
    if let Type::Optional(inner) = ty { inner } else { ty }
}

/// `T` of `[T]`
pub(super) fn element(ty: &Type) -> Option<&Type> {
    if let Type::List(inner) = ty { Some(inner) } else { None }
}

/// Whether text takes it.
pub(super) fn has_text(ty: &Type) -> bool {
    match ty {
        Type::Unknown
        | Type::Int
        | Type::String
        | Type::Duration
        | Type::Size
        | Type::Cpu
        | Type::Path
        | Type::Image
        | Type::Enum(_)
        | Type::Newtype(_)
        | Type::Artifact(_) => true,
        Type::None
        | Type::Bool
        | Type::Secret
        | Type::Workspace
        | Type::List(_)
        | Type::Map(_)
        | Type::Optional(_)
        | Type::Record(_)
        | Type::Outputs(_) => false,
    }
}

/// Whether the value is a text: a string, or a type that is one with a form.
pub(super) fn is_string_like(ty: &Type) -> bool {
    matches!(ty, Type::String | Type::Path | Type::Image | Type::Newtype(_))
}

/// Whether `==` is defined on it.
pub(super) fn has_equality(ty: &Type) -> bool {
    matches!(ty, Type::Bool) || (has_text(ty) && !matches!(ty, Type::Artifact(_)))
}

/// Whether `<` is defined on it.
pub(super) fn has_order(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Duration | Type::Size | Type::Cpu | Type::Unknown)
}

/// The first field of a record, by its index, that no engine can carry as one text, with a text of its own or none.
pub(super) fn not_carried(program: &Program, id: RecordId) -> Option<usize> {
    let is_text = |ty: &Type| matches!(ty, Type::Bool) || (has_text(ty) && !matches!(ty, Type::Artifact(_)));
    program.records[id.index()].fields.iter().position(|field| !is_text(opened(&field.ty)))
}

/// Whether a secret is in it: what holds one is one.
pub(super) fn holds_secret(program: &Program, ty: &Type) -> bool {
    holds(program, ty, &mut Vec::new(), &|one| *one == Type::Secret)
}

/// Whether a thing that a task makes is in it.
pub(super) fn holds_artifact(program: &Program, ty: &Type) -> bool {
    holds(program, ty, &mut Vec::new(), &|one| matches!(one, Type::Artifact(_)))
}

/// `open` holds the records looked into above, since a record may hold a list of itself.
fn holds(program: &Program, ty: &Type, open: &mut Vec<u32>, test: &dyn Fn(&Type) -> bool) -> bool {
    if test(ty) {
        return true;
    }
    match ty {
        Type::List(inner) | Type::Map(inner) | Type::Optional(inner) => holds(program, inner, open, test),
        Type::Record(id) if !open.contains(&id.0) => {
            open.push(id.0);
            program.records[id.index()].fields.iter().any(|field| holds(program, &field.ty, open, test))
        }
        Type::Record(_)
        | Type::Unknown
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
        | Type::Enum(_)
        | Type::Newtype(_)
        | Type::Artifact(_)
        | Type::Outputs(_) => false,
    }
}

impl Checker<'_, '_> {
    /// As it is written in the language.
    pub(super) fn show(&self, ty: &Type) -> String {
        match ty {
            Type::Unknown => "?".to_owned(),
            Type::None => "none".to_owned(),
            Type::Bool => "bool".to_owned(),
            Type::Int => "int".to_owned(),
            Type::String => "string".to_owned(),
            Type::Duration => "duration".to_owned(),
            Type::Size => "size".to_owned(),
            Type::Cpu => "cpu".to_owned(),
            Type::Path => "path".to_owned(),
            Type::Image => "image".to_owned(),
            Type::Secret => "secret".to_owned(),
            Type::Workspace => "workspace".to_owned(),
            Type::List(inner) => format!("[{}]", self.show(inner)),
            Type::Map(inner) => format!("{{string: {}}}", self.show(inner)),
            Type::Optional(inner) => format!("{}?", self.show(inner)),
            Type::Enum(id) => self.enum_name(*id).to_owned(),
            Type::Record(id) => self.record_name(*id).to_owned(),
            Type::Newtype(id) => self.program.newtypes[id.index()].name.to_string(),
            Type::Artifact(id) => self.program.artifacts[id.index()].name.to_string(),
            Type::Outputs(id) => format!("outputs of {}", self.task_name(*id)),
        }
    }
}

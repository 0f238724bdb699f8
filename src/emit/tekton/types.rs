//! What a type is to the engine, which has texts and lists of texts; an optional is what it is of.

use crate::plan::Ty;

fn inner(ty: &Ty) -> &Ty {
    if let Ty::Optional(of) = ty { inner(of) } else { ty }
}

pub(super) fn is_text(ty: &Ty) -> bool {
    match inner(ty) {
        Ty::Bool | Ty::Int | Ty::String | Ty::Duration | Ty::Size | Ty::Cpu | Ty::Path | Ty::Image => true,
        Ty::Pattern(_) | Ty::Enum(_) | Ty::Secret => true,
        Ty::Workspace | Ty::Artifact(_) | Ty::List(_) | Ty::Map(_) | Ty::Record(_) | Ty::Optional(_) => false,
    }
}

pub(super) fn is_list(ty: &Ty) -> bool {
    matches!(inner(ty), Ty::List(of) if is_text(of))
}

/// It is not given as a parameter.
pub(super) fn is_workspace(ty: &Ty) -> bool {
    *inner(ty) == Ty::Workspace
}

/// The doc comment, then the type: all a user of the engine sees of it.
pub(super) fn described(doc: &str, ty: &Ty) -> String {
    let kind = if let Ty::Enum(of) = inner(ty) { format!("{ty}: {}", of.cases.join(", ")) } else { ty.to_string() };
    if doc.is_empty() { kind } else { format!("{} ({kind})", doc.trim_end()) }
}

/// The texts that a value can have, where these are few.
pub(super) fn cases(ty: &Ty) -> Vec<String> {
    match ty {
        Ty::Bool => vec!["true".to_owned(), "false".to_owned()],
        Ty::Enum(of) => of.cases.clone(),
        // An absent value is the empty text.
        Ty::Optional(of) => {
            let mut all = cases(of);
            if !all.is_empty() {
                all.push(String::new());
            }
            all
        }
        Ty::Int | Ty::String | Ty::Duration | Ty::Size | Ty::Cpu | Ty::Path | Ty::Image => Vec::new(),
        Ty::Pattern(_) | Ty::Secret | Ty::Workspace | Ty::Artifact(_) => Vec::new(),
        Ty::List(_) | Ty::Map(_) | Ty::Record(_) => Vec::new(),
    }
}

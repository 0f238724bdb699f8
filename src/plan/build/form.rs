//! Texts that are known when compiling have the form of their type.

use rustc_hash::FxHashMap;

use super::Builder;
use crate::check::pattern::{self, Pattern, malformed};
use crate::plan::Ty;
use crate::source::Span;

/// The patterns that were compiled so far, by their text; `None` for one that cannot be used, which was reported.
#[derive(Default, Debug)]
pub(super) struct Forms {
    compiled: FxHashMap<String, Option<Pattern>>,
}

impl Forms {
    fn matches(&mut self, regex: &str, text: &str) -> bool {
        let compiled = self.compiled.entry(regex.to_owned()).or_insert_with(|| pattern::compile(regex).ok());
        compiled.as_ref().is_none_or(|pattern| pattern.matches(text))
    }
}

impl Builder<'_> {
    /// Reports a text that does not have the form of its type.
    pub(super) fn check_form(&mut self, text: &str, ty: &Ty, span: Span) {
        let checked = match ty {
            Ty::Optional(of) => return self.check_form(text, of, span),
            Ty::Image => pattern::image(text),
            Ty::Path => pattern::path(text),
            Ty::Pattern(declared) => {
                if let Some(regex) = declared.regex.as_ref().filter(|regex| !self.forms.matches(regex, text)) {
                    self.report(pattern::does_not_match(span, text, &declared.name, regex));
                }
                return;
            }
            Ty::Bool
            | Ty::Int
            | Ty::String
            | Ty::Duration
            | Ty::Size
            | Ty::Cpu
            | Ty::Enum(_)
            | Ty::Secret
            | Ty::Workspace
            | Ty::Artifact(_)
            | Ty::List(_)
            | Ty::Map(_)
            | Ty::Record(_) => return,
        };
        if let Err(why) = checked {
            self.report(malformed(span, &why));
        }
    }

    /// Reports a known text that cannot stand behind a `/`.
    pub(super) fn check_joined(&mut self, text: &str, span: Span) {
        if let Err(why) = pattern::relative_path(text) {
            self.report(malformed(span, &why));
        }
    }
}

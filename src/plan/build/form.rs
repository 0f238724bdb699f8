//! Texts that are known when compiling have the form of their type.

use rustc_hash::FxHashMap;

use super::require::locals_of;
use super::scope::Frame;
use super::{Binding, Builder};
use crate::check::pattern::{self, Pattern, malformed};
use crate::check::program as p;
use crate::diag::Diagnostic;
use crate::diag::code::Code;
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

    /// Reports a known text that cannot stand behind a `/`, and the parameters that brought it there.
    pub(super) fn check_joined(&mut self, frame: &Frame, text: &str, end: &p::Expr) {
        let Err(why) = pattern::relative_path(text) else { return };
        let given = self.given_in(frame, text, end);
        let finding = match given.as_slice() {
            [] => malformed(end.span, &why).here("not below what it is joined to").help(STAY_BELOW),
            given => self.given_and_leaves(given, &why, end.span),
        };
        self.report(finding);
    }

    /// The parameters that were given a value that is part of a text: the likeliest culprits, or all.
    fn given_in(&self, frame: &Frame, text: &str, end: &p::Expr) -> Vec<Binding> {
        let mut locals = Vec::new();
        locals_of(end, &mut locals);
        // What is read of a record is not looked for.
        let read: Option<Vec<String>> = locals.iter().map(|local| frame.value(*local).value()?.text()).collect();
        let is_read = |part: &str| read.as_ref().is_none_or(|all| all.iter().any(|one| one.contains(part)));
        let is_part = |part: &str| !part.is_empty() && text.contains(part) && is_read(part);
        let own = |name: &str| self.pipeline.params.iter().any(|param| *param.name == *whole(name));
        let given = self.bindings.iter().enumerate().filter(|(at, one)| {
            let again = self.bindings[at + 1..].iter().any(|later| later.name == one.name);
            !again && own(&one.name) && one.value.text().is_some_and(|part| is_part(&part))
        });
        let given: Vec<Binding> = given.map(|(_, one)| one.clone()).collect();
        let leads = |one: &&Binding| one.value.text().is_some_and(|part| pattern::relative_path(&part).is_err());
        let culprits: Vec<Binding> = given.iter().filter(leads).cloned().collect();
        if culprits.is_empty() { given } else { culprits }
    }

    fn given_and_leaves(&self, given: &[Binding], why: &str, join: Span) -> Diagnostic {
        let said: Vec<String> =
            given.iter().map(|one| format!("`{}` is `{}`", one.name, one.value.text().unwrap_or_default())).collect();
        let words = format!("the value given for {}: {why}", said.join(" and "));
        let finding = Diagnostic::new(Code::P0313, join, words).here("joined here to what it would leave");
        let finding = given.iter().fold(finding, |finding, one| {
            let declared = self.pipeline.params.iter().find(|param| *param.name == *whole(&one.name));
            let finding = match declared {
                Some(param) => finding.label(param.span, format!("`{}` is declared here", param.name)),
                None => finding,
            };
            match one.span {
                Some(span) => finding.label(span, "given here"),
                None => finding,
            }
        });
        let name = &given[0].name;
        finding.help(format!(
            "give `{name}` a value that stays below it, as `x` or `builds/x`: what a run writes stays in its workspaces. \
             Where only a name is meant, let the type of `{name}` say so: \
             `type Name = string matching \"[a-z0-9][a-z0-9._-]*\"`"
        ))
    }
}

/// What to write behind a `/`.
const STAY_BELOW: &str = "write a path inside of it: `x / \"builds/latest\"`";

/// The parameter that a value is given for, or for a field of.
fn whole(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

//! Whether a text has the form of a type, and what that form is called.

use super::code::quoted;
use super::helpers::Helper;
use super::prelude::Prelude;
use super::source::{is_optional, opened};
use super::unit::Unit;
use crate::plan::Ty;

/// A test of one text.
#[derive(Debug)]
pub(super) struct Check {
    /// Code that is true when the text has the form.
    pub(super) test: String,
    /// The test leaves the one way to write the value in `pipe_r`.
    pub(super) rewrites: bool,
    /// The test is whether the text is one of these words, which stand there as they have to be written.
    pub(super) cases: Vec<String>,
    /// `an int`
    pub(super) form: String,
}

impl Prelude<'_> {
    /// How the text of a variable is checked; `None` where every text is good. `ty` has no `?`.
    pub(super) fn check(&mut self, ty: &Ty, name: &str) -> Option<Check> {
        let plain =
            |test: String, form: &str| Some(Check { test, rewrites: false, cases: Vec::new(), form: form.to_owned() });
        match ty {
            Ty::Bool => Some(one_of(&["true", "false"], "true or false".to_owned())),
            Ty::Int => plain(format!("{} \"${name}\"", self.call(Helper::Int, "pipe_int")), "an int of 64 bits"),
            Ty::Duration => Some(self.unit(Unit::Duration, name)),
            Ty::Size => Some(self.unit(Unit::Size, name)),
            Ty::Cpu => Some(self.unit(Unit::Cpu, name)),
            Ty::Pattern(pattern) => {
                let regex = pattern.regex.as_deref()?;
                let test = format!("{} \"${name}\" {}", self.call(Helper::Match, "pipe_match"), quoted(regex));
                plain(test, &format!("of the form of {} ({regex})", pattern.name))
            }
            Ty::Enum(of) => {
                let cases: Vec<&str> = of.cases.iter().map(String::as_str).collect();
                Some(one_of(&cases, format!("one of {}", cases.join(", "))))
            }
            Ty::Path => plain(format!("[ -n \"${name}\" ]"), "a path"),
            Ty::Image => plain(format!("[ -n \"${name}\" ]"), "an image"),
            Ty::Secret => plain(format!("[ -n \"${name}\" ]"), "the name of a secret"),
            Ty::Optional(inner) => self.check(inner, name),
            Ty::String | Ty::Workspace | Ty::Artifact(_) | Ty::List(_) | Ty::Map(_) | Ty::Record(_) => None,
        }
    }

    fn unit(&mut self, unit: Unit, name: &str) -> Check {
        let [(read, reads), (print, prints)] = [unit.read(), unit.print()];
        let test = format!("{} \"${name}\" && {} \"$pipe_r\"", self.call(read, reads), self.call(print, prints));
        Check { test, rewrites: true, cases: Vec::new(), form: unit.form().to_owned() }
    }

    /// Ends the body with exit 2 when the text of a variable is not of the type; the empty text of an optional is.
    pub(super) fn verify(&mut self, ty: &Ty, name: &str) {
        let word = format!("\"${name}\"");
        self.verify_or(ty, name, &|this, form| {
            this.fallible = true;
            format!("{} {} {word}", this.call(Helper::Wrong, "pipe_wrong"), quoted(form))
        });
    }

    /// As [`Self::verify`], with what is done instead of ending: code made of the name of the form.
    pub(super) fn verify_or(&mut self, ty: &Ty, name: &str, otherwise: &dyn Fn(&mut Self, &str) -> String) {
        let Some(check) = self.check(opened(ty), name) else { return };
        let otherwise = otherwise(self, &check.form);
        if !check.cases.is_empty() {
            let empty = if is_optional(ty) { "'' | " } else { "" };
            let cases = check.cases.join(" | ");
            return self.code.push_all(&["case $", name, " in ", empty, &cases, ") ;; *) ", &otherwise, " ;; esac"]);
        }
        self.touched = true;
        let test = match check.rewrites {
            true => format!("if {}; then {name}=$pipe_r; else {otherwise}; fi", check.test),
            false => format!("{} || {otherwise}", check.test),
        };
        let optional = if is_optional(ty) { format!("[ -z \"${name}\" ] || ") } else { String::new() };
        self.code.push(optional + &test);
    }
}

fn one_of(cases: &[&str], form: String) -> Check {
    let cases = cases.iter().map(|case| quoted(case)).collect();
    Check { test: String::new(), rewrites: false, cases, form }
}

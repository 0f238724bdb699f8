//! Strings: their form in a place of a string type, and what may stand in `~{…}`.

use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::ast;

use super::checker::{Checker, poison, typed};
use super::program::{Expr, Kind, NewtypeId, TextPart, Type};
use super::types::{has_text, holds_secret};
use super::{findings, pattern, script};

impl<'a> Checker<'a, '_> {
    /// A string literal: of the type of its place when that is written as a string.
    pub(super) fn text(&mut self, text: &'a ast::Text, want: Option<&Type>) -> Expr {
        match text.plain() {
            Some(plain) => self.literal(plain, text.span, want),
            None => self.interpolated(text, want),
        }
    }

    /// A string that holds no value, checked against the form of its type.
    pub(super) fn literal(&mut self, text: &str, span: Span, want: Option<&Type>) -> Expr {
        let malformed = |kind: &str, why: String| {
            let help = format!("write {kind}; it is checked now, so that no run fails because of it");
            pattern::malformed(span, &why).here(format!("not {kind}")).help(help)
        };
        let (ty, wrong) = match want {
            // The tasks of a pipeline have few images between them.
            Some(Type::Image) if text == self.good_image => (Type::Image, None),
            Some(Type::Image) => match pattern::image(text) {
                Ok(()) => {
                    text.clone_into(&mut self.good_image);
                    (Type::Image, None)
                }
                Err(why) => (Type::Image, Some(malformed("a reference to an image", why))),
            },
            Some(Type::Path) => (Type::Path, pattern::path(text).err().map(|why| malformed("a path", why))),
            Some(Type::Newtype(id)) => (Type::Newtype(*id), self.wrong_form(*id, text, span)),
            Some(_) | None => (Type::String, None),
        };
        if let Some(report) = wrong {
            self.report(report);
            return typed(Kind::Poison, ty, span);
        }
        typed(Kind::Str(text.into()), ty, span)
    }

    fn wrong_form(&self, id: NewtypeId, text: &str, span: Span) -> Option<Diagnostic> {
        if self.patterns[id.index()].as_ref()?.matches(text) {
            return None;
        }
        let def = &self.program.newtypes[id.index()];
        let report = pattern::does_not_match(span, text, &def.name, def.pattern.as_deref()?);
        Some(report.label(def.span, format!("`{}` is declared here", def.name)))
    }

    fn interpolated(&mut self, text: &'a ast::Text, want: Option<&Type>) -> Expr {
        // An image or a path may be put together; a declared string type has a form that only a conversion checks.
        let ty = match want {
            Some(Type::Image) => Type::Image,
            Some(Type::Path) => Type::Path,
            Some(_) | None => Type::String,
        };
        let mut parts = Vec::with_capacity(text.parts.len());
        let mut broken = false;
        for part in &text.parts {
            match part {
                ast::Part::Literal(one) => parts.push(TextPart::Text(one.text.clone())),
                ast::Part::Value(expr, span) => {
                    let made = self.infer(expr, None);
                    match self.text_value(made, *span) {
                        Some(made) => parts.push(TextPart::Value(made)),
                        None => broken = true,
                    }
                }
            }
        }
        if broken {
            return poison(text.span);
        }
        typed(Kind::Text(parts.into()), ty, text.span)
    }

    /// A value that text takes, or `None` after a report.
    pub(super) fn text_value(&mut self, made: Expr, span: Span) -> Option<Expr> {
        if has_text(&made.ty) {
            return Some(made);
        }
        let shown = self.show(&made.ty);
        let name = self.name_of(&made);
        let name = name.as_deref();
        let report = if made.ty == Type::Bool {
            let report = findings::texts::bool_in_text(made.span, span, name);
            match name {
                Some(name) => script::in_text::as_words(report, made.span, name),
                None => report,
            }
        } else if holds_secret(&self.program, &made.ty) {
            findings::texts::secret_in_text(self.secret, made.span, name)
        } else if matches!(made.ty, Type::Optional(_) | Type::None) {
            findings::texts::optional_in_text(made.span, name, &shown)
        } else {
            findings::texts::no_text_form(made.span, name, &made.ty, &shown)
        };
        let report = self.about(report, &made);
        self.report(report);
        None
    }

    /// `a.b` for a message, when the value has a name.
    pub(super) fn name_of(&self, made: &Expr) -> Option<String> {
        if let Kind::Local(local) = made.kind {
            return Some(self.scope.local(local).name.to_string());
        }
        if let Kind::Const(id) = made.kind {
            return Some(self.program.consts[id.index()].name.to_string());
        }
        if let Kind::Output(base, at) = &made.kind {
            return Some(format!("{}.{}", self.name_of(base)?, self.output_name(&base.ty, *at)?));
        }
        if let Kind::Field(base, at) = &made.kind
            && let Type::Record(id) = &base.ty
        {
            return Some(format!(
                "{}.{}",
                self.name_of(base)?,
                self.program.records[id.index()].fields[*at as usize].name
            ));
        }
        None
    }
}

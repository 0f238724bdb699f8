//! The functions that are words of the language.

use crate::source::Span;
use crate::syntax::ast;

use super::checker::{Checker, poison, typed};
use super::findings;
use super::program::{Builtin, Expr, Kind, Type};
use super::report::Place;
use super::types::{element, has_text, holds_secret, join, opened};

impl<'a> Checker<'a, '_> {
    pub(super) fn builtin(
        &mut self,
        word: &'static str,
        args: &'a [ast::Arg],
        callee: Span,
        span: Span,
        want: Option<&Type>,
    ) -> Expr {
        let names: &[&str] = match word {
            "flag" => &["name", "value"],
            "join" => &["list", "separator"],
            "concat" => &["first", "second"],
            "len" => &["list"],
            _ => &["value"],
        };
        if let Some((name, value)) = args.iter().find_map(|arg| Some((arg.name.as_ref()?, &arg.value))) {
            self.report(findings::calls::no_argument_names(name, value.span, word));
        }
        if args.len() != names.len() {
            self.report(findings::calls::word_takes(callee, word, names, args.len()));
            self.stray_args(args);
            return poison(span);
        }
        match args {
            [one] if word == "len" => self.len(&one.value, span),
            [one] if word == "secret" => self.secret_named(&one.value, span),
            [one] => self.text_form(&one.value, span),
            [one, two] if word == "flag" => self.flag(&one.value, &two.value, span),
            [one, two] if word == "join" => self.join_texts(&one.value, &two.value, span),
            [one, two] => self.concat(&one.value, &two.value, span, want),
            _ => poison(span),
        }
    }

    fn len(&mut self, list: &'a ast::Expr, span: Span) -> Expr {
        let made = self.infer(list, None);
        if made.ty == Type::Unknown {
            return poison(span);
        }
        if !matches!(made.ty, Type::List(_)) {
            let shown = self.show(&made.ty);
            self.report(findings::calls::needs_list(made.span, "len", &shown));
            return poison(span);
        }
        typed(Kind::Builtin(Builtin::Len, Box::new([made])), Type::Int, span)
    }

    fn secret_named(&mut self, name: &'a ast::Expr, span: Span) -> Expr {
        let made = self.expect(name, &Type::String, Place::Builtin("secret"));
        typed(Kind::Builtin(Builtin::Secret, Box::new([made])), Type::Secret, span)
    }

    /// `flag("--force", force)`
    fn flag(&mut self, name: &'a ast::Expr, value: &'a ast::Expr, span: Span) -> Expr {
        let name = self.expect(name, &Type::String, Place::Builtin("flag"));
        let made = self.infer(value, None);
        let words = Type::List(Box::new(Type::String));
        let takes = |ty: &Type| element(ty).is_some_and(has_text) || matches!(ty, Type::Optional(of) if has_text(of));
        let value = if made.ty == Type::Bool || takes(&made.ty) {
            made
        } else if made.ty == Type::Unknown {
            return typed(Kind::Poison, words, span);
        } else if has_text(&made.ty) {
            // A value that is always there gives two words, like a list of one.
            let (ty, at) = (Type::List(Box::new(made.ty.clone())), made.span);
            typed(Kind::List(Box::new([made])), ty, at)
        } else {
            self.no_flag(&made);
            return typed(Kind::Poison, words, span);
        };
        typed(Kind::Builtin(Builtin::Flag, Box::new([name, value])), words, span)
    }

    fn no_flag(&mut self, made: &Expr) {
        if holds_secret(&self.program, &made.ty) {
            let name = self.name_of(made);
            return self.report(findings::texts::secret_in_text(self.secret, made.span, name.as_deref()));
        }
        let shown = self.show(&made.ty);
        self.report(findings::calls::flag_takes(made.span, &shown, *opened(&made.ty) == Type::Bool));
    }

    fn join_texts(&mut self, list: &'a ast::Expr, separator: &'a ast::Expr, span: Span) -> Expr {
        let made = self.infer(list, None);
        let separator = self.expect(separator, &Type::String, Place::Builtin("join"));
        if made.ty == Type::Unknown {
            return typed(Kind::Poison, Type::String, span);
        }
        let Some(inner) = element(&made.ty) else {
            let shown = self.show(&made.ty);
            self.report(findings::calls::needs_list(made.span, "join", &shown));
            return typed(Kind::Poison, Type::String, span);
        };
        if !has_text(inner) {
            let element = typed(Kind::Poison, inner.clone(), made.span);
            self.text_value(element, made.span);
            return typed(Kind::Poison, Type::String, span);
        }
        typed(Kind::Builtin(Builtin::Join, Box::new([made, separator])), Type::String, span)
    }

    fn concat(&mut self, one: &'a ast::Expr, two: &'a ast::Expr, span: Span, want: Option<&Type>) -> Expr {
        let hint = want.map(opened).filter(|ty| matches!(ty, Type::List(_) | Type::Unknown));
        let (one, two) = match hint {
            Some(hint) => (self.infer(one, Some(hint)), self.infer(two, Some(hint))),
            None => self.operands(one, two),
        };
        for side in [&one, &two] {
            if !matches!(side.ty, Type::List(_) | Type::Unknown) {
                let shown = self.show(&side.ty);
                self.report(findings::calls::needs_list(side.span, "concat", &shown));
                return poison(span);
            }
        }
        let Some(ty) = join(&one.ty, &two.ty) else {
            let (a, b) = (self.show(&one.ty), self.show(&two.ty));
            self.report(findings::types::branches_differ(one.span, &a, two.span, &b));
            return poison(span);
        };
        typed(Kind::Builtin(Builtin::Concat, Box::new([one, two])), ty, span)
    }
}

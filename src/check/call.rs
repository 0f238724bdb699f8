//! Calls that have a value: functions, conversions, builtins. Tasks are called by statements.

use crate::source::Span;
use crate::syntax::ast;

use super::args::{Signature, Takes, assign};
use super::checker::{Checker, poison, typed, written};
use super::findings;
use super::modules::Def;
use super::program::{Expr, FnId, Kind, Type};
use super::report::Place;
use super::types::{is_string_like, opened};

/// What stands before `(`.
pub(super) enum Callee {
    Def(Def),
    /// A word of the language: `flag`, `image`.
    Word(&'static str),
    /// It was reported.
    Unknown,
}

/// The functions and conversions that are words of the language.
pub(super) const WORDS: &[&str] = &["concat", "flag", "image", "join", "len", "path", "secret", "text"];

impl<'a> Checker<'a, '_> {
    /// A call in a value's place.
    pub(super) fn value_call(
        &mut self,
        callee: &'a ast::Expr,
        args: &'a [ast::Arg],
        span: Span,
        want: Option<&Type>,
    ) -> Expr {
        if let Some(made) = self.quantifier(callee, args, span) {
            return made;
        }
        let called = self.callee(callee);
        self.call_of(called, callee, args, span, want)
    }

    /// The same for what was looked up already.
    pub(super) fn call_of(
        &mut self,
        called: Callee,
        callee: &'a ast::Expr,
        args: &'a [ast::Arg],
        span: Span,
        want: Option<&Type>,
    ) -> Expr {
        match called {
            Callee::Def(Def::Fn(id)) => self.fn_call(id, args, span),
            Callee::Def(Def::Newtype(id)) => self.convert(Type::Newtype(id), callee, args, span),
            Callee::Word("image") => self.convert(Type::Image, callee, args, span),
            Callee::Word("path") => self.convert(Type::Path, callee, args, span),
            Callee::Word(word) => self.builtin(word, args, callee.span, span, want),
            Callee::Def(def) => {
                if def != Def::Broken {
                    let name = written(callee).unwrap_or_default();
                    let declared = self.span_of(def);
                    self.report(findings::names::not_a_function(callee.span, &name, def, declared));
                }
                self.stray_args(args);
                poison(span)
            }
            Callee::Unknown => {
                self.stray_args(args);
                poison(span)
            }
        }
    }

    /// Arguments of a call that has no meaning: checked for their own mistakes.
    pub(super) fn stray_args(&mut self, args: &'a [ast::Arg]) {
        for arg in args {
            self.infer(&arg.value, Some(&Type::Unknown));
        }
    }

    /// What is called. Items win over words, and values cannot be called, so a binding may have the name of its task.
    pub(super) fn callee(&mut self, callee: &'a ast::Expr) -> Callee {
        if let ast::ExprKind::Name(name) = &callee.kind {
            return self.called_name(name);
        }
        if let ast::ExprKind::Field(base, name) = &callee.kind {
            return self.called_member(base, name, callee);
        }
        self.infer(callee, Some(&Type::Unknown));
        self.report(findings::names::not_called(callee.span, "this"));
        Callee::Unknown
    }

    fn called_name(&mut self, name: &'a ast::Name) -> Callee {
        if let Some(def) = self.find(&name.text) {
            return Callee::Def(def);
        }
        if let Some(word) = WORDS.iter().find(|word| **word == &*name.text) {
            return Callee::Word(word);
        }
        if self.scope.find(&name.text).is_some() {
            self.report(findings::names::not_called(name.span, &name.text));
            return Callee::Unknown;
        }
        if self.is_lost(&name.text) {
            return Callee::Unknown;
        }
        let near = self.near(&name.text, |this| {
            let mut names = this.names_in_reach(None, Def::is_called);
            names.extend(WORDS);
            names
        });
        let module = self.module_with(&name.text);
        self.report(findings::names::unknown_callee(name, near, module));
        Callee::Unknown
    }

    fn called_member(&mut self, base: &'a ast::Expr, name: &'a ast::Name, callee: &'a ast::Expr) -> Callee {
        let root = if let ast::ExprKind::Name(root) = &base.kind { Some(root) } else { None };
        let Some(root) = root.filter(|root| self.scope.find(&root.text).is_none() || self.is_module(&root.text)) else {
            self.infer(base, Some(&Type::Unknown));
            let name = written(callee).unwrap_or_else(|| "this".to_owned());
            self.report(findings::names::not_called(callee.span, &name));
            return Callee::Unknown;
        };
        let Some(module) = self.expect_module(root) else { return Callee::Unknown };
        match self.find_in(module, &name.text) {
            Some(def) => Callee::Def(def),
            None => {
                let names = self.names_in_reach(Some(module), Def::is_called);
                self.report(findings::names::unknown_in_module(name, written(base), &names));
                Callee::Unknown
            }
        }
    }

    fn is_module(&self, name: &str) -> bool {
        self.find(name).is_some_and(Def::is_module)
    }

    /// A module in scope that declares such a task or function, for a help.
    fn module_with(&self, name: &str) -> Option<&'a str> {
        let modules = self.names_in_reach(None, Def::is_module);
        modules.into_iter().find(|module| match self.find(module) {
            Some(Def::Module(index)) => self.find_in(index, name).is_some_and(Def::is_called),
            Some(_) | None => false,
        })
    }

    fn fn_call(&mut self, id: FnId, args: &'a [ast::Arg], span: Span) -> Expr {
        self.fn_defaults(id);
        let def = &self.program.fns[id.index()];
        let signature =
            Signature { name: &def.name, declared: def.span, params: &def.params, takes: Takes::Parameters };
        let result = def.result.clone();
        let (given, left_over) = assign(signature, args, span, self.out);
        left_over.into_iter().for_each(|arg| self.left_over(arg));
        let mut values = Vec::with_capacity(given.len());
        for (at, arg) in given.into_iter().enumerate() {
            values.push(match arg {
                Some(arg) => {
                    let ty = self.program.fns[id.index()].params[at].ty.clone();
                    self.expect(arg, &ty, Place::FnParam(id, at))
                }
                None => self.program.fns[id.index()].params[at].default.clone().unwrap_or_else(|| poison(span)),
            });
        }
        typed(Kind::Fn(id, values.into()), result, span)
    }

    /// `BuildId(x)`, `image(x)`: checked now when `x` is a literal, else when the value is known.
    fn convert(&mut self, to: Type, callee: &'a ast::Expr, args: &'a [ast::Arg], span: Span) -> Expr {
        let name = written(callee).unwrap_or_default();
        let [arg] = args else {
            self.report(findings::calls::conversion_takes_one(span, &name, args.len()));
            self.stray_args(args);
            return typed(Kind::Poison, to, span);
        };
        if let Some(named) = &arg.name {
            self.report(findings::calls::no_argument_names(named, arg.value.span, &name));
        }
        let made = self.infer(&arg.value, Some(&Type::String));
        if made.ty == Type::Unknown {
            return typed(Kind::Poison, to, span);
        }
        if let Kind::Str(text) = &made.kind {
            return self.literal(&text.clone(), made.span, Some(&to));
        }
        if is_string_like(&made.ty) {
            return typed(Kind::Convert(Box::new(made)), to, span);
        }
        let shown = self.show(&made.ty);
        let value = self.name_of(&made);
        let report = if matches!(made.ty, Type::Optional(_)) && is_string_like(opened(&made.ty)) {
            findings::types::optional_operand(made.span, value.as_deref(), &shown)
        } else {
            self.mismatch(&made, &Type::String, Place::Builtin("the conversion"))
        };
        let report = self.about(report, &made);
        self.report(report);
        typed(Kind::Poison, to, span)
    }
}

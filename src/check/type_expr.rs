//! From a written type to a [`Type`].

use crate::source::Span;
use crate::syntax::ast;

use super::checker::Checker;
use super::findings;
use super::modules::Def;
use super::program::Type;
use super::types::optional;

/// The types that are words of the language.
pub(super) const WORDS: &[(&str, Type)] = &[
    ("bool", Type::Bool),
    ("int", Type::Int),
    ("string", Type::String),
    ("duration", Type::Duration),
    ("size", Type::Size),
    ("cpu", Type::Cpu),
    ("path", Type::Path),
    ("image", Type::Image),
    ("secret", Type::Secret),
    ("workspace", Type::Workspace),
];

impl<'a> Checker<'a, '_> {
    /// The type that is written, [`Type::Unknown`] after a report.
    pub(super) fn type_of(&mut self, written: &'a ast::TypeExpr) -> Type {
        match &written.kind {
            ast::TypeKind::List(inner) => Type::List(Box::new(self.type_of(inner))),
            ast::TypeKind::Map(inner) => Type::Map(Box::new(self.type_of(inner))),
            ast::TypeKind::Optional(inner) => optional(self.type_of(inner)),
            ast::TypeKind::Named(path) => self.named_type(path, written.span),
            ast::TypeKind::Broken => Type::Unknown,
        }
    }

    pub(super) fn named_type(&mut self, path: &'a [ast::Name], written: Span) -> Type {
        match path {
            [] => Type::Unknown,
            [name] => match word(&name.text) {
                Some(ty) => ty,
                None => self.declared_type(name),
            },
            [module, name] => self.type_of_module(module, name),
            [_, _, deep, ..] => {
                self.report(findings::names::type_path_too_long(written, deep));
                Type::Unknown
            }
        }
    }

    fn declared_type(&mut self, name: &'a ast::Name) -> Type {
        match self.find(&name.text) {
            Some(def) => self.type_of_def(def, name),
            None if self.is_lost(&name.text) => Type::Unknown,
            None => {
                let near = self.near_type(&name.text, None);
                self.report(findings::names::unknown_type(name, near));
                Type::Unknown
            }
        }
    }

    pub(super) fn type_of_module(&mut self, module: &'a ast::Name, name: &'a ast::Name) -> Type {
        let Some(index) = self.expect_module(module) else { return Type::Unknown };
        match self.find_in(index, &name.text) {
            Some(def) => self.type_of_def(def, name),
            None => {
                let near = self.near_type(&name.text, Some(index));
                self.report(findings::names::unknown_type(name, near));
                Type::Unknown
            }
        }
    }

    fn type_of_def(&mut self, def: Def, name: &'a ast::Name) -> Type {
        match def {
            Def::Enum(id) => Type::Enum(id),
            Def::Record(id) => Type::Record(id),
            Def::Newtype(id) => Type::Newtype(id),
            Def::Artifact(id) => Type::Artifact(id),
            Def::Broken => Type::Unknown,
            Def::Module(_) | Def::Const(_) | Def::Fn(_) | Def::Task(_) | Def::Pipeline(_) => {
                let declared = self.span_of(def);
                self.report(findings::names::not_a_type(name, def.word(), declared));
                Type::Unknown
            }
        }
    }

    /// A type whose name is nearly this one, of one module or of all that is in scope.
    fn near_type(&self, name: &str, module: Option<usize>) -> Option<String> {
        let near = self.near(name, |this| {
            let mut names: Vec<&str> = this.names_in_reach(module, Def::is_type);
            if module.is_none() {
                names.extend(WORDS.iter().map(|(word, _)| *word));
            }
            names
        });
        near.map(str::to_owned)
    }
}

fn word(name: &str) -> Option<Type> {
    WORDS.iter().find(|(word, _)| *word == name).map(|(_, ty)| ty.clone())
}

//! `extern task`: the place where it is kept, and what its names are there.

use crate::source::Span;
use crate::syntax::ast;

use super::checker::{Checker, poison};
use super::fields::{Block, OF_EXTERN, is_field};
use super::program::outside::{SourceDef, Spelling, What};
use super::program::{Expr, Kind, ParamDef, Program, TaskDef, Type};
use super::report::Place;
use super::scope::{Later, Origin};
use super::spelling::Style;
use super::task::Owner;
use super::types::{element, not_carried, opened};
use super::{findings, sources, type_expr};

/// The fields with which our names are put against theirs.
pub(super) const SPELLINGS: [&str; 4] = ["params", "results", "workspaces", "names"];

/// The fields that only an `extern task` has.
pub(super) fn own_fields() -> impl Iterator<Item = &'static str> {
    sources::fields().chain(SPELLINGS)
}

/// Fields with their places, each once.
pub(super) type Written<'a> = Vec<(&'a ast::Name, &'a ast::Expr)>;

impl<'a> Checker<'a, '_> {
    /// Everything of an `extern task` behind its name.
    pub(super) fn extern_inside(&mut self, one: &'a ast::Task, def: &mut TaskDef) {
        let written = self.own_of_extern(&one.body);
        let source = self.source_of(one, def, &written);
        self.bind_params(&one.params, &mut def.params);
        self.scope.later = Later::Nowhere;
        self.around_extern(one, def, source);
    }

    /// Everything of one that is declared and called in place: its parameters are what it is `given`, each of the type of
    /// its value.
    pub(super) fn extern_in_place(
        &mut self,
        one: &'a ast::Task,
        given: &'a [ast::Arg],
        def: &mut TaskDef,
    ) -> Vec<Option<Expr>> {
        let args = self.given_in_place(one, given, def);
        def.outputs = self.outputs(&one.outputs, Owner::Task);
        let written = self.own_of_extern(&one.body);
        let source = self.source_of(one, def, &written);
        let known = self.scope.facts.mark();
        self.around_extern(one, def, source);
        self.scope.facts.undo(known);
        args
    }

    fn given_in_place(&mut self, one: &'a ast::Task, given: &'a [ast::Arg], def: &mut TaskDef) -> Vec<Option<Expr>> {
        let mut args = Vec::with_capacity(given.len());
        for arg in given {
            let value = match self.type_word(arg) {
                Some(word) => {
                    self.report(findings::foreign::type_in_place(word, &one.name));
                    poison(word.span)
                }
                None => self.infer(&arg.value, None),
            };
            let Some(name) = name_of(arg) else {
                if !matches!(arg.value.kind, ast::ExprKind::Broken) {
                    self.report(findings::foreign::unnamed_argument(arg.value.span, &one.name));
                }
                continue;
            };
            if let Some(first) = def.params.iter().find(|param| param.name == name.text) {
                let report = findings::names::duplicate("argument", &name.text, name.span, first.span);
                self.report(report);
                continue;
            }
            if value.ty == Type::None {
                self.report(findings::foreign::none_in_place(value.span, name));
            }
            let folder = is_folder(&value);
            let value = if folder { self.whole_for_pipelines(value, sources::what(one)) } else { value };
            let ty = match (folder, value.ty == Type::None) {
                (true, _) => Type::Workspace,
                (false, true) => Type::Unknown,
                (false, false) => value.ty.clone(),
            };
            let local = self.scope.hidden(&name.text, ty.clone(), Origin::Value { task: false }, name.span);
            let (name, span) = (name.text.clone(), name.span);
            def.params.push(ParamDef { local, name, doc: String::new(), ty, default: None, is_const: false, span });
            args.push(Some(value));
        }
        args
    }

    /// The name of a type where a value was expected, `url: string`.
    fn type_word(&self, arg: &'a ast::Arg) -> Option<&'a ast::Name> {
        let ast::ExprKind::Name(word) = &arg.value.kind else { return None };
        let is_value = self.scope.find(&word.text).is_some() || self.find(&word.text).is_some();
        (arg.name.is_some() && !is_value && type_expr::WORDS.iter().any(|(known, _)| *known == &*word.text))
            .then_some(word)
    }

    /// An argument of what is kept elsewhere: in the place of a workspace, a folder of one may stand.
    pub(super) fn handed(&mut self, arg: &'a ast::Expr, ty: &Type, what: What, place: Place) -> Expr {
        let joins = matches!(&arg.kind, ast::ExprKind::Binary { op: ast::Op::Divide, .. });
        if !joins || *opened(ty) != Type::Workspace {
            return self.expect(arg, ty, place);
        }
        let made = self.infer(arg, Some(&Type::Path));
        if matches!(made.kind, Kind::Poison) {
            return made;
        }
        if is_folder(&made) { self.whole_for_pipelines(made, what) } else { self.fit(made, ty, place) }
    }

    /// A run of its own has workspaces, and no folders of those of another.
    fn whole_for_pipelines(&mut self, made: Expr, what: What) -> Expr {
        if what == What::Pipeline {
            self.report(findings::foreign::folder_for_pipeline(made.span));
        }
        made
    }

    fn around_extern(&mut self, one: &'a ast::Task, def: &mut TaskDef, source: SourceDef) {
        self.demands(one, def);
        self.fields(&one.body, Block::Extern, None, None, &mut def.fields);
        self.places_of_outputs(one, def);
        self.handed_over(one, def);
        self.gained(one, def);
        if one.what == ast::What::Step {
            self.only_a_step(one, def);
        }
        def.source = Some(Box::new(source));
    }

    fn own_of_extern(&mut self, body: &'a [ast::Field]) -> Written<'a> {
        let mut written: Written<'a> = Vec::new();
        for field in body {
            let ast::Field::Value { name, value } = field else { continue };
            if !own_fields().any(|own| own == &*name.text) {
                continue;
            }
            match written.iter().find(|(other, _)| other.text == name.text) {
                Some((first, _)) => {
                    self.out.push(findings::names::duplicate("field", &name.text, name.span, first.span));
                }
                None => written.push((name, value)),
            }
        }
        written
    }

    fn source_of(&mut self, one: &'a ast::Task, def: &TaskDef, written: &Written<'a>) -> SourceDef {
        let torn = one.body.iter().any(is_unknown);
        let span = Self::kind_of_place(written).map_or(one.name.span, |kind| kind.span);
        let mut source = SourceDef::unknown(sources::what(one), span);
        if let Some((place, more)) = self.place_of_source(one, def, written, torn) {
            (source.location, source.more) = (Some(place), more);
        }
        let is_workspace = |ty: &Type| *opened(ty) == Type::Workspace;
        let params = |workspaces: bool| {
            let ours = def.params.iter().filter(|param| is_workspace(&param.ty) == workspaces);
            ours.map(|param| &*param.name).collect::<Vec<_>>()
        };
        let results: Vec<&str> = def.outputs.iter().filter(|one| !is_artifact(&one.ty)).map(|one| &*one.name).collect();
        let (style, names) = (self.style(written), source.span);
        // What could not be read may have been the name.
        let head = one.given.iter().flatten().any(|arg| matches!(arg.value.kind, ast::ExprKind::Broken));
        source.params = self.spellings(written, "params", "parameter", &params(false), (style, names), head);
        source.results = self.spellings(written, "results", "output", &results, (style, names), head);
        source.workspaces =
            self.spellings(written, "workspaces", "workspace", &params(true), (style.of_places(), names), head);
        source
    }

    /// `names: .kebab`
    fn style(&mut self, written: &Written<'a>) -> Style {
        let Some((_, value)) = written.iter().find(|(name, _)| &*name.text == "names") else { return Style::AsWritten };
        let ast::ExprKind::Case(case) = &value.kind else {
            self.infer(value, Some(&Type::Unknown));
            self.report(findings::foreign::no_style(value.span, &Style::words()));
            return Style::AsWritten;
        };
        Style::of(&case.text).unwrap_or_else(|| {
            self.report(findings::foreign::unknown_style(case, &Style::words()));
            Style::AsWritten
        })
    }

    /// `params: { url: "URL" }`; what is not there is spelt in the style of all.
    fn spellings(
        &mut self,
        written: &Written<'a>,
        field: &'static str,
        word: &str,
        ours: &[&str],
        (style, span): (Style, Span),
        torn: bool,
    ) -> Vec<Spelling> {
        let listed = written.iter().find(|(name, _)| *name.text == *field);
        let entries = listed.map(|(_, value)| self.entries(value, field)).unwrap_or_default();
        if listed.is_none() && style == Style::AsWritten {
            return Vec::new();
        }
        let mut made: Vec<Spelling> = Vec::new();
        for entry in entries {
            let Some((key, span)) = self.key(&entry.key) else { continue };
            let theirs = self.source_text(field, &entry.value, false);
            if !ours.contains(&&*key) {
                if !torn {
                    self.report(findings::foreign::no_such_name(span, &key, word, ours));
                }
                continue;
            }
            if let Some(first) = made.iter().find(|one| one.ours == key) {
                self.out.push(findings::names::duplicate(word, &key, span, first.span));
                continue;
            }
            made.extend(theirs.map(|theirs| Spelling { ours: key, theirs, span }));
        }
        let unlisted =
            ours.iter().filter(|name| style != Style::AsWritten && !made.iter().any(|one| *one.ours == ***name));
        let spelt = |name: &&str| Spelling { ours: (*name).into(), theirs: style.spell(name).into(), span };
        let more: Vec<Spelling> = unlisted.map(spelt).collect();
        made.extend(more);
        self.same_name_twice(&made, word, ours);
        made
    }

    fn same_name_twice(&mut self, made: &[Spelling], word: &str, ours: &[&str]) {
        for (at, one) in made.iter().enumerate() {
            let before = made[..at].iter().find(|other| other.theirs == one.theirs).map(|other| other.span);
            let unspelt = |name: &&&str| **name == &*one.theirs && !made.iter().any(|other| *other.ours == ***name);
            let unspelt = ours.iter().find(unspelt).map(|_| one.span);
            if let Some(first) = before.or(unspelt) {
                self.report(findings::foreign::meant_twice(word, one, first));
            }
        }
    }

    /// Where the artifacts lie that it leaves, which no script of ours can be told.
    fn places_of_outputs(&mut self, one: &'a ast::Task, def: &mut TaskDef) {
        self.places(one, def);
        for output in &def.outputs {
            if is_artifact(&output.ty) && output.path.is_none() {
                let shown = self.show(&output.ty);
                self.out.push(findings::foreign::no_place(output.span, &shown));
            }
        }
    }

    /// What is handed to it has to be a text, a list of texts or a workspace.
    fn handed_over(&mut self, one: &ast::Task, def: &TaskDef) {
        for (param, written) in def.params.iter().filter_map(|param| Some((param, written_as(one, param.span)?))) {
            if !is_handed(&self.program, &param.ty) {
                let (shown, artifact) = (self.show(&param.ty), is_artifact(opened(&param.ty)));
                self.report(findings::foreign::not_handed(written, &shown, artifact));
            }
        }
    }

    /// A result is found by its name.
    fn gained(&mut self, one: &ast::Task, def: &TaskDef) {
        for output in def.outputs.iter().filter(|output| output.name.is_empty() && !is_artifact(&output.ty)) {
            if output.ty != Type::Unknown {
                self.report(findings::foreign::unnamed_result(output.span, &one.name.text));
            }
        }
    }
}

/// What could not be read, or is misspelt: a field that is missing may be it.
fn is_unknown(field: &ast::Field) -> bool {
    match field {
        ast::Field::Value { name, .. } => {
            !own_fields().chain(OF_EXTERN).any(|known| known == &*name.text) && !is_field(&name.text)
        }
        ast::Field::Broken(_) => true,
        ast::Field::Step { .. } | ast::Field::Service { .. } | ast::Field::Require { .. } => false,
    }
}

/// Where the type of a parameter is said.
fn written_as(one: &ast::Task, span: Span) -> Option<Span> {
    let declared = one.params.iter().find(|param| param.name.span == span).map(|param| param.ty.span);
    let is_it = |arg: &&ast::Arg| name_of(arg).is_some_and(|name| name.span == span);
    declared.or_else(|| one.given.iter().flatten().find(is_it).map(|arg| arg.value.span))
}

/// The parameter that an argument in place is for: its own name, or that of the variable it is.
fn name_of(arg: &ast::Arg) -> Option<&ast::Name> {
    let bare = if let ast::ExprKind::Name(name) = &arg.value.kind { Some(name) } else { None };
    arg.name.as_ref().or(bare)
}

/// `src / "a"`: a place in a workspace, written out as one.
fn is_folder(made: &Expr) -> bool {
    if let Kind::Join(base, _) = &made.kind { matches!(base.ty, Type::Workspace) || is_folder(base) } else { false }
}

fn is_artifact(ty: &Type) -> bool {
    matches!(ty, Type::Artifact(_))
}

fn is_handed(program: &Program, ty: &Type) -> bool {
    if let Type::Record(id) = ty {
        return not_carried(program, *id).is_none();
    }
    let inner = opened(ty);
    match element(inner) {
        Some(element) => is_text(element),
        None => is_text(inner) || matches!(inner, Type::Workspace | Type::Secret),
    }
}

fn is_text(ty: &Type) -> bool {
    match ty {
        Type::Unknown | Type::Bool | Type::Int | Type::String | Type::Duration | Type::Size | Type::Cpu => true,
        Type::Path | Type::Image | Type::Enum(_) | Type::Newtype(_) => true,
        Type::None | Type::Secret | Type::Workspace | Type::List(_) | Type::Map(_) | Type::Optional(_) => false,
        Type::Record(_) | Type::Artifact(_) | Type::Outputs(_) => false,
    }
}

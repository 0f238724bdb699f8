//! `extern task`: the place where it is kept, and what its names are there.

use crate::source::Span;
use crate::syntax::ast;

use super::checker::Checker;
use super::fields::{Block, OF_EXTERN, is_field};
use super::findings;
use super::program::outside::{Location, SourceDef, Spelling};
use super::program::{Expr, Kind, Program, TaskDef, Type};
use super::report::Place;
use super::scope::Later;
use super::types::{element, not_carried, opened};

/// A kind of place: the field that names it, what it needs beside, what it may have.
struct KindOfPlace {
    name: &'static str,
    needs: &'static [&'static str],
    may: &'static [&'static str],
}

const KINDS: &[KindOfPlace] = &[
    KindOfPlace { name: "bundle", needs: &[], may: &["name"] },
    KindOfPlace { name: "git", needs: &["revision", "path"], may: &[] },
    KindOfPlace { name: "hub", needs: &["version"], may: &["catalog"] },
    KindOfPlace { name: "cluster", needs: &["namespace"], may: &[] },
];

/// The fields with which our names are put against theirs.
const SPELLINGS: [&str; 3] = ["params", "results", "workspaces"];

/// The fields that only an `extern task` has.
pub(super) fn own_fields() -> impl Iterator<Item = &'static str> {
    let of_kinds = KINDS.iter().flat_map(|kind| [kind.name].into_iter().chain(kind.needs.iter().copied()));
    of_kinds.chain(KINDS.iter().flat_map(|kind| kind.may.iter().copied())).chain(SPELLINGS)
}

/// Fields with their places, each once.
type Written<'a> = Vec<(&'a ast::Name, &'a ast::Expr)>;

impl<'a> Checker<'a, '_> {
    /// Everything of an `extern task` behind its name.
    pub(super) fn extern_inside(&mut self, one: &'a ast::Task, def: &mut TaskDef) {
        let written = self.own_of_extern(&one.body);
        let source = self.source_of(one, def, &written);
        self.bind_params(&one.params, &mut def.params);
        self.scope.later = Later::Nowhere;
        self.demands(one, def);
        self.fields(&one.body, Block::Extern, None, None, &mut def.fields);
        self.places_of_outputs(one, def);
        self.handed_over(one, def);
        self.gained(one, def);
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
        let kinds: Vec<_> =
            KINDS.iter().filter_map(|kind| written.iter().find(|(name, _)| *name.text == *kind.name)).collect();
        let mut source = SourceDef::unknown(kinds.first().map_or(one.name.span, |(name, _)| name.span));
        match kinds.as_slice() {
            [] if torn => {}
            [] => self.report(findings::foreign::nowhere(one.name.span, &one.name.text)),
            [(kind, _)] => source.location = self.location(one, kind, written, torn),
            [(first, _), (second, _), ..] => self.report(findings::foreign::two_places(first, second)),
        }
        let is_workspace = |ty: &Type| *opened(ty) == Type::Workspace;
        let params = |workspaces: bool| {
            let ours = def.params.iter().filter(|param| is_workspace(&param.ty) == workspaces);
            ours.map(|param| &*param.name).collect::<Vec<_>>()
        };
        let results: Vec<&str> = def.outputs.iter().filter(|one| !is_artifact(&one.ty)).map(|one| &*one.name).collect();
        source.params = self.spellings(written, "params", "parameter", &params(false));
        source.results = self.spellings(written, "results", "output", &results);
        source.workspaces = self.spellings(written, "workspaces", "workspace", &params(true));
        source
    }

    /// The place, when all that it needs is there and pinned.
    fn location(&mut self, one: &ast::Task, kind: &ast::Name, written: &Written<'a>, torn: bool) -> Option<Location> {
        let row = KINDS.iter().find(|row| *row.name == *kind.text)?;
        let mut whole = !torn;
        for (name, value) in written.iter().filter(|(name, _)| !SPELLINGS.contains(&&*name.text)) {
            let fits = *name.text == *row.name || row.needs.iter().chain(row.may).any(|field| **field == *name.text);
            if !fits {
                self.infer(value, Some(&Type::Unknown));
                self.report(findings::foreign::of_another_place(name, kind));
                whole = false;
            }
        }
        for field in row.needs.iter().filter(|field| !written.iter().any(|(name, _)| *name.text == ***field)) {
            if !torn {
                self.report(findings::foreign::lacks(kind, field));
            }
            whole = false;
        }
        let text = |this: &mut Self, field: &str| {
            let (_, value) = written.iter().find(|(name, _)| *name.text == *field)?;
            this.source_text(field, value)
        };
        let given = |field: &str| written.iter().any(|(name, _)| *name.text == *field);
        let location = match row.name {
            "bundle" => {
                let bundle = text(self, "bundle");
                let name =
                    if given("name") { text(self, "name") } else { Some(one.name.text.replace('_', "-").into()) };
                Location::Bundle { bundle: bundle?, name: name? }
            }
            "git" => {
                let [url, revision, path] = ["git", "revision", "path"].map(|field| text(self, field));
                Location::Git { url: url?, revision: revision?, path: path? }
            }
            "hub" => {
                let [name, version, catalog] = ["hub", "version", "catalog"].map(|field| text(self, field));
                if given("catalog") && catalog.is_none() {
                    return None;
                }
                Location::Hub { name: name?, version: version?, catalog }
            }
            _ => {
                let [name, namespace] = ["cluster", "namespace"].map(|field| text(self, field));
                Location::Cluster { name: name?, namespace: namespace? }
            }
        };
        whole.then_some(location)
    }

    /// A text that is written out, or a constant: an engine reads it before anything runs.
    fn source_text(&mut self, field: &str, value: &'a ast::Expr) -> Option<Box<str>> {
        let made = self.expect(value, &Type::String, Place::Field("the place of an `extern task`"));
        if matches!(made.kind, Kind::Poison) {
            return None;
        }
        let Some(text) = self.constant_text(&made).map(Box::<str>::from) else {
            self.report(findings::foreign::not_written_out(made.span, field));
            return None;
        };
        match findings::foreign::wrong_text(field, &text, made.span) {
            Some(report) => {
                self.report(report);
                None
            }
            None => Some(text),
        }
    }

    fn constant_text<'e>(&'e self, made: &'e Expr) -> Option<&'e str> {
        if let Kind::Const(id) = made.kind {
            return self.constant_text(&self.program.consts[id.index()].value);
        }
        if let Kind::Str(text) = &made.kind { Some(text) } else { None }
    }

    /// `params: { url: "URL" }`
    fn spellings(&mut self, written: &Written<'a>, field: &'static str, word: &str, ours: &[&str]) -> Vec<Spelling> {
        let Some((_, value)) = written.iter().find(|(name, _)| *name.text == *field) else { return Vec::new() };
        let mut made: Vec<Spelling> = Vec::new();
        for entry in self.entries(value, field) {
            let Some((key, span)) = self.key(&entry.key) else { continue };
            let theirs = self.source_text(field, &entry.value);
            if !ours.contains(&&*key) {
                self.report(findings::foreign::no_such_name(span, &key, word, ours));
                continue;
            }
            if let Some(first) = made.iter().find(|one| one.ours == key) {
                self.out.push(findings::names::duplicate(word, &key, span, first.span));
                continue;
            }
            made.extend(theirs.map(|theirs| Spelling { ours: key, theirs, span }));
        }
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

fn written_as(one: &ast::Task, span: Span) -> Option<Span> {
    one.params.iter().find(|param| param.name.span == span).map(|param| param.ty.span)
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

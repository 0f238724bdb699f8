//! Where something `extern` is kept: which fields say it, and whether they fit together.

use crate::syntax::ast;

use super::checker::Checker;
use super::findings;
use super::foreign::{SPELLINGS, Written};
use super::program::outside::{Location, What};
use super::program::{Expr, Kind, TaskDef, Type};
use super::report::Place;
use crate::diag::code::Code;

/// A kind of place: the field that names it, what it needs beside, what it may have, and what of that only says how it
/// is fetched.
struct KindOfPlace {
    name: &'static str,
    needs: &'static [&'static str],
    may: &'static [&'static str],
    fetch: &'static [&'static str],
}

const KINDS: &[KindOfPlace] = &[
    KindOfPlace { name: "bundle", needs: &[], may: &["name"], fetch: &["secret", "cache"] },
    KindOfPlace {
        name: "git",
        needs: &["revision", "path"],
        may: &[],
        fetch: &["token", "token_key", "server", "scm", "cache"],
    },
    KindOfPlace { name: "hub", needs: &["version"], may: &["catalog"], fetch: &["server"] },
    KindOfPlace { name: "cluster", needs: &[], may: &["namespace"], fetch: &["cache"] },
    KindOfPlace { name: "http", needs: &["digest"], may: &[], fetch: &["user", "password", "password_key", "cache"] },
];

/// Says that what is found there may be another text tomorrow.
const UNPINNED: &str = "unpinned";

/// What is said otherwise here, and how.
const SAID: &[(&str, &str)] = &[
    ("kind", "leave it out: the word behind `extern` says what is kept there"),
    ("type", "leave it out: a hub is an Artifact Hub, the only kind that still runs"),
    ("resolver", "leave it out: the field that names the place says it, as `git: \"https://…\"`"),
    (
        "url",
        "write the address behind the kind of place, `git: \"https://…\"`, `http: \"https://…\"`, and that of a hub as `server`",
    ),
    ("org", "write both in one, `git: \"org/repo\"`"),
    ("repo", "write both in one, `git: \"org/repo\"`"),
];

/// The fields that say where something is kept, each kind's behind its name; some stand there twice.
pub(super) fn fields() -> impl Iterator<Item = &'static str> {
    KINDS.iter().flat_map(KindOfPlace::fields).chain([UNPINNED])
}

/// Why there is no such field, where another says it.
pub(super) fn said_otherwise(name: &str) -> Option<&'static str> {
    SAID.iter().find(|(field, _)| *field == name).map(|(_, help)| *help)
}

/// What an item behind `extern` is.
pub(super) fn what(one: &ast::Task) -> What {
    match one.what {
        ast::What::Task => What::Task,
        ast::What::Pipeline => What::Pipeline,
        ast::What::Step => What::Step,
    }
}

impl KindOfPlace {
    fn fields(&self) -> impl Iterator<Item = &'static str> {
        [self.name].into_iter().chain([self.needs, self.may, self.fetch].into_iter().flatten().copied())
    }
}

/// A place, and how it is fetched from there.
pub(super) type Kept = (Location, Vec<(&'static str, Box<str>)>);

fn find<'a>(written: &Written<'a>, field: &str) -> Option<(&'a ast::Name, &'a ast::Expr)> {
    written.iter().find(|(name, _)| *name.text == *field).copied()
}

impl<'a> Checker<'a, '_> {
    /// The one place that the fields name. `torn`: a field could not be read, so one that is missing may be it.
    pub(super) fn place_of_source(
        &mut self,
        one: &'a ast::Task,
        def: &TaskDef,
        written: &Written<'a>,
        torn: bool,
    ) -> Option<Kept> {
        let mut kinds = KINDS.iter().filter_map(|kind| Some((kind, find(written, kind.name)?.0)));
        match (kinds.next(), kinds.next()) {
            (None, _) if torn => None,
            (None, _) => {
                self.report(findings::foreign::nowhere(one.name.span, &one.name.text));
                None
            }
            (Some((row, kind)), None) => self.location(def, row, kind, written, torn),
            (Some((_, first)), Some((_, second))) => {
                self.report(findings::foreign::two_places(first, second));
                None
            }
        }
    }

    /// The field that says which kind of place it is.
    pub(super) fn kind_of_place(written: &Written<'a>) -> Option<&'a ast::Name> {
        KINDS.iter().find_map(|kind| Some(find(written, kind.name)?.0))
    }

    /// The place, when all that it needs is there and pinned.
    fn location(
        &mut self,
        def: &TaskDef,
        row: &KindOfPlace,
        kind: &'a ast::Name,
        written: &Written<'a>,
        torn: bool,
    ) -> Option<Kept> {
        let mut whole = !torn;
        for (name, value) in written.iter().filter(|(name, _)| !SPELLINGS.contains(&&*name.text)) {
            if &*name.text != UNPINNED && !row.fields().any(|field| *field == *name.text) {
                self.infer(value, Some(&Type::Unknown));
                self.report(findings::foreign::of_another_place(name, kind));
                whole = false;
            }
        }
        for field in row.needs.iter().filter(|field| find(written, field).is_none()) {
            if !torn {
                self.report(findings::foreign::lacks(kind, field));
            }
            whole = false;
        }
        let unpinned = self.unpinned(written);
        let place = self.read_place(def, row, written, unpinned);
        let mut more = Vec::new();
        for field in row.fetch {
            let Some((_, value)) = find(written, field) else { continue };
            match self.source_text(field, value, false) {
                Some(text) => more.push((*field, text)),
                None => whole = false,
            }
        }
        let place = place?;
        whole &= !self.unfit(&place, written, torn);
        whole.then_some((place, more))
    }

    fn read_place(
        &mut self,
        def: &TaskDef,
        row: &KindOfPlace,
        written: &Written<'a>,
        unpinned: bool,
    ) -> Option<Location> {
        let mut text =
            |field: &str| find(written, field).and_then(|(_, value)| self.source_text(field, value, unpinned));
        let named = text(row.name);
        match row.name {
            "bundle" => {
                let name = match find(written, "name") {
                    Some(_) => text("name"),
                    None => Some(def.name.replace('_', "-").into()),
                };
                Some(Location::Bundle { bundle: named?, name: name? })
            }
            "git" => {
                let (revision, path) = (text("revision"), text("path"));
                let (url, revision, path) = (named?, revision?, path?);
                Some(match findings::foreign::owner_and_repository(&url) {
                    Some((owner, repository)) => {
                        Location::Forge { owner: owner.into(), repository: repository.into(), revision, path }
                    }
                    None => Location::Git { url, revision, path },
                })
            }
            "hub" => {
                let (version, catalog) = (text("version"), text("catalog"));
                let broken = find(written, "catalog").is_some() && catalog.is_none();
                (!broken).then_some(Location::Hub { name: named?, version: version?, catalog })
            }
            "http" => {
                let digest = text("digest");
                Some(Location::Http { url: named?, digest: digest? })
            }
            _ => {
                let namespace = text("namespace");
                let broken = find(written, "namespace").is_some() && namespace.is_none();
                (!broken).then_some(Location::Cluster { name: named?, namespace })
            }
        }
    }

    /// Whether a field says nothing beside the others, or asks for one that is missing.
    fn unfit(&mut self, place: &Location, written: &Written<'a>, torn: bool) -> bool {
        let before = self.out.len();
        let forge = matches!(place, Location::Forge { .. });
        let here = matches!(place, Location::Cluster { namespace: None, .. });
        let is_git = forge || matches!(place, Location::Git { .. });
        for field in ["server", "scm"].into_iter().filter(|_| is_git && !forge) {
            if let Some((name, _)) = find(written, field) {
                self.report(findings::foreign::only_of_a_forge(name));
            }
        }
        if let Some((name, _)) = find(written, "cache").filter(|_| here) {
            self.report(findings::foreign::nothing_to_cache(name));
        }
        for (field, other) in
            [("token_key", "token"), ("user", "password"), ("password", "user"), ("password_key", "password")]
        {
            if let (Some((name, _)), None, false) = (find(written, field), find(written, other), torn) {
                self.report(findings::foreign::needs_beside(name, other));
            }
        }
        self.out.len() > before
    }

    /// `unpinned: true`
    fn unpinned(&mut self, written: &Written<'a>) -> bool {
        let Some((name, value)) = find(written, UNPINNED) else { return false };
        let is_said = matches!(value.kind, ast::ExprKind::Bool(true));
        if !is_said {
            self.infer(value, Some(&Type::Unknown));
            self.report(findings::foreign::pinned_anyway(name.span, value.span));
        }
        is_said
    }

    /// A text that is written out, or a constant: an engine reads it before anything runs.
    /// `unpinned`: it may be another text tomorrow.
    pub(super) fn source_text(&mut self, field: &str, value: &'a ast::Expr, unpinned: bool) -> Option<Box<str>> {
        let made = self.expect(value, &Type::String, Place::Field("the place of an `extern task`"));
        if matches!(made.kind, Kind::Poison) {
            return None;
        }
        let Some(text) = self.constant_text(&made).map(Box::<str>::from) else {
            self.report(findings::foreign::not_written_out(made.span, field));
            return None;
        };
        match findings::foreign::wrong_text(field, &text, made.span) {
            Some(report) if unpinned && report.code == Code::P0517 => Some(text),
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
}

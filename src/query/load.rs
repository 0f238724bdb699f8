//! Reads a file and all that it uses, each once.

use std::io;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics, did_you_mean};
use crate::source::{FileId, Files, STDLIB, Sources, Span, stdlib};
use crate::syntax::{self, ast};

/// A file with all that it reaches.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) sources: Sources,
    pub(super) root: FileId,
    own: FxHashMap<FileId, ast::File>,
    /// Which file each `use` means; one that could not be read is missing, and was reported.
    uses: Vec<(Span, FileId)>,
}

impl Loaded {
    pub(super) fn file(&self, id: FileId) -> &ast::File {
        match self.own.get(&id) {
            Some(file) => file,
            None => &library(id).0,
        }
    }

    /// The files of the user, in the order in which they were read.
    pub(super) fn own(&self) -> impl Iterator<Item = (&ast::File, &str)> {
        let mut own: Vec<&ast::File> = self.own.values().collect();
        own.sort_by_key(|file| file.id);
        own.into_iter().map(|file| (file, &*self.sources.get(file.id).text))
    }

    /// Those, and all that they use; some more than once.
    pub(super) fn reached(&self) -> impl Iterator<Item = &ast::File> {
        self.own().map(|(file, _)| file).chain(self.uses.iter().map(|(_, id)| self.file(*id)))
    }

    pub(super) fn imports(&self) -> FxHashMap<Span, &ast::File> {
        self.uses.iter().map(|(span, id)| (*span, self.file(*id))).collect()
    }
}

/// Reads `path` and its modules; `None` when the file itself is no text.
pub(super) fn load(files: &dyn Files, path: &str, out: &mut Diagnostics) -> Option<Loaded> {
    let mut loader = Loader {
        files,
        sources: Sources::default(),
        own: FxHashMap::default(),
        by_path: FxHashMap::default(),
        uses: Vec::new(),
        seen: Vec::new(),
        open: Vec::new(),
    };
    let text = text(files, path).map_err(|found| out.push(found)).ok()?;
    let root = loader.enter(path, text, out);
    Some(Loaded { sources: loader.sources, root, own: loader.own, uses: loader.uses })
}

/// The text of a file.
///
/// # Errors
/// A finding that says why there is none.
pub(super) fn text(files: &dyn Files, path: &str) -> Result<String, Diagnostic> {
    read(files, path).map_err(|unreadable| unreadable.report(path))
}

fn read(files: &dyn Files, path: &str) -> Result<String, Unreadable> {
    let bytes = files.read(path).map_err(Unreadable::Machine)?;
    if bytes.len() > syntax::MAX_BYTES {
        return Err(Unreadable::TooLarge);
    }
    String::from_utf8(bytes).map_err(|error| Unreadable::NotText(error.utf8_error().valid_up_to()))
}

/// The embedded modules are parsed once a process.
pub(super) fn library(id: FileId) -> &'static (ast::File, Diagnostics) {
    static PARSED: [OnceLock<(ast::File, Diagnostics)>; STDLIB.len()] = [const { OnceLock::new() }; STDLIB.len()];
    let (_, text) = STDLIB[id.0 as usize];
    PARSED[id.0 as usize].get_or_init(|| {
        let mut out = Diagnostics::default();
        let file = syntax::parse(id, text, &mut out);
        (file, out)
    })
}

struct Loader<'a> {
    files: &'a dyn Files,
    sources: Sources,
    own: FxHashMap<FileId, ast::File>,
    by_path: FxHashMap<String, FileId>,
    uses: Vec<(Span, FileId)>,
    /// Library modules whose own `use`s are followed already.
    seen: Vec<FileId>,
    /// The files that are being entered.
    open: Vec<FileId>,
}

impl Loader<'_> {
    fn enter(&mut self, path: &str, text: String, out: &mut Diagnostics) -> FileId {
        let id = self.sources.add(path, text);
        self.by_path.insert(path.to_owned(), id);
        let file = syntax::parse(id, &self.sources.get(id).text, out);
        self.open.push(id);
        self.follow(&file, path, out);
        self.open.pop();
        self.own.insert(id, file);
        id
    }

    fn follow(&mut self, file: &ast::File, path: &str, out: &mut Diagnostics) {
        for item in &file.items {
            if let ast::Item::Use(import) = item
                && let Some(id) = self.module(import, path, out)
            {
                self.uses.push((import.span, id));
            }
        }
    }

    fn module(&mut self, import: &ast::Use, from: &str, out: &mut Diagnostics) -> Option<FileId> {
        let names: Vec<&str> = import.path.iter().map(|name| &*name.text).collect();
        match names.as_slice() {
            ["std", rest @ ..] => self.standard(import, rest, out),
            names => self.neighbour(import, &beside(from, names), out),
        }
    }

    fn standard(&mut self, import: &ast::Use, rest: &[&str], out: &mut Diagnostics) -> Option<FileId> {
        let Some(id) = stdlib(&rest.join(".")) else {
            out.push(unknown_library_module(import, &rest.join(".")));
            return None;
        };
        if !self.seen.contains(&id) {
            self.seen.push(id);
            let (file, found) = library(id);
            out.append(found.clone());
            self.follow(file, "", out);
        }
        Some(id)
    }

    fn neighbour(&mut self, import: &ast::Use, path: &str, out: &mut Diagnostics) -> Option<FileId> {
        if let Some(id) = self.by_path.get(path).copied() {
            let open = self.open.contains(&id);
            if open {
                out.push(import_cycle(import, path));
            }
            return (!open).then_some(id);
        }
        match read(self.files, path) {
            Ok(text) => Some(self.enter(path, text, out)),
            Err(unreadable) => {
                out.push(unknown_module(import, path, &unreadable));
                None
            }
        }
    }
}

/// `lib.images` used in `ci/build.pipe` is `ci/lib/images.pipe`.
fn beside(from: &str, names: &[&str]) -> String {
    let folder = from.rfind('/').map_or("", |at| &from[..=at]);
    format!("{folder}{}.pipe", names.join("/"))
}

enum Unreadable {
    Machine(io::Error),
    TooLarge,
    NotText(usize),
}

impl Unreadable {
    fn report(&self, path: &str) -> Diagnostic {
        match self {
            Self::Machine(error) => {
                Diagnostic::global(Code::P0701, format!("`{path}` cannot be read: {}", words(error)))
                    .help("check the path and its permissions")
            }
            Self::TooLarge => Diagnostic::global(Code::P0111, format!("`{path}` is larger than 64 MiB"))
                .help("a program of 100,000 tasks is 40 MB; is this a `.pipe` file? split it with `use`"),
            Self::NotText(at) => Diagnostic::global(
                Code::P0108,
                format!("`{path}` is not UTF-8 text: byte {at} belongs to no character"),
            )
            .help("a `.pipe` file is UTF-8 text; this looks like a binary file or another encoding"),
        }
    }
}

/// What the machine said, without its number.
fn words(error: &io::Error) -> String {
    let known = [
        (io::ErrorKind::NotFound, "there is no such file"),
        (io::ErrorKind::PermissionDenied, "permission denied"),
        (io::ErrorKind::IsADirectory, "it is a directory"),
    ];
    if let Some((_, words)) = known.iter().find(|(kind, _)| *kind == error.kind()) {
        return (*words).to_owned();
    }
    let text = error.to_string();
    text.split(" (os error ").next().unwrap_or(&text).to_lowercase()
}

fn unknown_library_module(import: &ast::Use, name: &str) -> Diagnostic {
    let names = STDLIB.iter().map(|(name, _)| *name).filter(|name| *name != "prelude");
    let known: Vec<String> = names.clone().map(|name| format!("`std.{name}`")).collect();
    let found = Diagnostic::new(Code::P0205, import.span, format!("the library has no module `std.{name}`"))
        .here("not part of this version of `pipec`");
    match (did_you_mean(name, names), import.path.get(1), import.path.last()) {
        (Some(near), Some(first), Some(last)) => found
            .help(format!("did you mean `std.{near}`? the library has {}", known.join(", ")))
            .fix(format!("use `std.{near}`"), first.span.to(last.span), near),
        _ => found.help(format!("the library has {}", known.join(", "))),
    }
}

fn unknown_module(import: &ast::Use, path: &str, why: &Unreadable) -> Diagnostic {
    let found = Diagnostic::new(Code::P0205, import.span, "the module cannot be read".to_owned())
        .here(why.report(path).message);
    if let [name] = import.path.as_slice()
        && stdlib(&name.text).is_some()
    {
        return found.help(format!("did you mean `std.{}`? modules of the library begin with `std.`", name.text)).fix(
            format!("use `std.{}`", name.text),
            name.span.before(),
            "std.",
        );
    }
    found.help("`use a.b` means the file `a/b.pipe` beside this one; modules of the library begin with `std.`")
}

fn import_cycle(import: &ast::Use, path: &str) -> Diagnostic {
    Diagnostic::new(Code::P0211, import.span, format!("`{path}` is used in a circle"))
        .here("it is being read already")
        .help("move what both files need into a third one")
}

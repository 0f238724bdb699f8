//! Whether the repository has the files that what is emitted waits for.

use std::io::ErrorKind;

use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::Watched;
use crate::source::Files;

/// Reports what is not there. `program` is the path of the program, in the same repository.
pub(super) fn look(files: &dyn Files, program: &str, watched: &[Watched], out: &mut Diagnostics) {
    if watched.is_empty() {
        return;
    }
    let root = root(files, program);
    for one in watched {
        match found(files, &join(&root, &one.path)) {
            Found::Nothing => out.push(nothing(one)),
            Found::Folder if !one.is_folder => out.push(folder(one)),
            Found::File if one.is_folder => out.push(nothing(one)),
            Found::Folder | Found::File => {}
        }
    }
}

enum Found {
    Nothing,
    Folder,
    File,
}

fn found(files: &dyn Files, path: &str) -> Found {
    match files.read(path).map_err(|error| error.kind()) {
        Err(ErrorKind::NotFound | ErrorKind::NotADirectory) => Found::Nothing,
        Err(ErrorKind::IsADirectory) => Found::Folder,
        // What cannot be read is there.
        Ok(_) | Err(_) => Found::File,
    }
}

/// The folder of the program, or one above it, that is a repository; else the current one.
fn root(files: &dyn Files, program: &str) -> String {
    let mut folder = program.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    loop {
        if !matches!(found(files, &join(&folder, ".git")), Found::Nothing) {
            return folder;
        }
        match files.above(&folder) {
            Some(above) => folder = above,
            None => return String::new(),
        }
    }
}

fn join(folder: &str, path: &str) -> String {
    match folder {
        "" => path.to_owned(),
        _ if folder.ends_with('/') => format!("{folder}{path}"),
        _ => format!("{folder}/{path}"),
    }
}

fn nothing(one: &Watched) -> Diagnostic {
    let kind = if one.is_folder { "folder" } else { "file" };
    let help = "write the path as the repository has it now: a trigger for a file that was renamed or removed never fires again, and nobody notices";
    finding(one, format!("the repository has no {kind} `{}`", one.path), "waits for its changes").help(help)
}

fn folder(one: &Watched) -> Diagnostic {
    let help = format!("write `{}/**` for what is in it: changed files are named one by one", one.path);
    finding(one, format!("`{}` is a folder, which never changes itself", one.path), "waits for a change of it")
        .help(help)
}

fn finding(one: &Watched, message: String, here: &str) -> Diagnostic {
    match one.span {
        Some(span) => Diagnostic::new(Code::P0615, span, message).here(here),
        None => Diagnostic::global(Code::P0615, message),
    }
}

//! `pipec doc`: pages about modules, to standard output, to a file or to a folder, or compared with what is there.

mod html;
mod markdown;
mod pages;
mod prose;

use std::path::Path;
use std::sync::Arc;

use super::args::manual::{Doc, Pages};
use super::machine::{self, Disk, Machine};
use super::project::{self, Excluded};
use super::{Exit, check, emit, files, show};
use crate::diag::{Diagnostic, render};
use crate::emit::OutFile;
use crate::query::Analysis;
use crate::query::doc::{self, Module};
use crate::source::Sources;

pub(super) fn run(args: &Doc, machine: &mut Machine) -> Exit {
    let (modules, exit) = read(args, machine);
    if exit != Exit::Clean {
        return exit;
    }
    let out = args.out.as_deref();
    let format = args.format.unwrap_or_else(|| out.map_or(Pages::Markdown, pages::format_of));
    match out {
        None => {
            machine.print(&render::printable(&pages::together(&modules, format)));
            Exit::Clean
        }
        Some(out) => {
            let (folder, files) = pages::lay_out(&modules, format, out);
            let done = match args.check {
                true => emit::stale::compare(&files, &folder, true, machine),
                false => write(&files, &folder, machine),
            };
            done.map_or_else(
                |found| {
                    machine.complain(&Sources::default(), &found);
                    check::exit_of(&found)
                },
                |()| Exit::Clean,
            )
        }
    }
}

/// Every module that is meant, in the order of the arguments, each once.
fn read(args: &Doc, machine: &mut Machine) -> (Vec<Module>, Exit) {
    let (mut modules, mut exit) = (Vec::<Module>::new(), Exit::Clean);
    for path in &args.paths {
        let found = if is_library(path) { library(path, machine) } else { below(path, args, machine) };
        exit = exit.max(found.1);
        for module in found.0 {
            if modules.iter().all(|other| other.name != module.name) {
                modules.push(module);
            }
        }
    }
    (modules, exit)
}

fn library(name: &str, machine: &Machine) -> (Vec<Module>, Exit) {
    match doc::library(name) {
        Ok(module) => (vec![module], Exit::Clean),
        Err(found) => {
            machine.complain(&Sources::default(), &found);
            (Vec::new(), Exit::Failed)
        }
    }
}

/// The file, or the files of a folder.
fn below(path: &str, args: &Doc, machine: &mut Machine) -> (Vec<Module>, Exit) {
    let configs = Arc::new(project::settings(&args.settings));
    let excluded = Arc::new(Excluded::new(Arc::clone(&configs)));
    let (files, failures) = files::find(&[path.to_owned()], &excluded);
    failures.iter().for_each(|found| machine.complain(&Sources::default(), found));
    let mut exit = if failures.is_empty() { Exit::Clean } else { Exit::Failed };
    let mut modules = Vec::new();
    for file in files {
        let config = configs.of(&Disk, &file);
        let analysis = Analysis::open_with(&Disk, &file, &config);
        match analysis.module() {
            Some(module) => modules.push(module),
            None => exit = exit.max(show::findings(&config, &analysis, args.report, machine)).max(Exit::Findings),
        }
    }
    (modules, exit)
}

/// `std.prelude`, unless a file is called so.
fn is_library(path: &str) -> bool {
    path.starts_with("std.") && !path.ends_with(".pipe") && !Path::new(path).exists()
}

fn write(files: &[OutFile], folder: &str, machine: &mut Machine) -> Result<(), Diagnostic> {
    for file in files {
        let path = Path::new(folder).join(&file.path);
        machine::write(&path, &file.text, false)?;
        machine.list(&format!("{}\n", path.display()));
    }
    Ok(())
}

//! `pipec doc`: pages about modules, to standard output, to a file or to a folder, or compared with what is there.

mod html;
mod markdown;
mod pages;
mod prose;

use std::path::Path;

use super::args::{Doc, Pages};
use super::machine::{self, Disk, Machine};
use super::{Exit, check, emit, show};
use crate::diag::render;
use crate::emit::OutFile;
use crate::query::Analysis;
use crate::query::doc::{self, Module};
use crate::source::Sources;

pub(super) fn run(args: &Doc, machine: &mut Machine) -> Exit {
    let (modules, exit) = read(&args.paths, machine);
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
            if args.check { emit::compare(&files, &folder, true, machine) } else { write(&files, &folder, machine) }
        }
    }
}

/// Every module that is meant, in the order of the arguments, each once.
fn read(paths: &[String], machine: &Machine) -> (Vec<Module>, Exit) {
    let (mut modules, mut exit) = (Vec::<Module>::new(), Exit::Clean);
    for path in paths {
        let found = if is_library(path) { library(path, machine) } else { below(path, machine) };
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
fn below(path: &str, machine: &Machine) -> (Vec<Module>, Exit) {
    let (files, mut failures) = check::find(&[path.to_owned()]);
    if files.is_empty() && failures.is_empty() {
        failures.push(check::nothing_to_check(&[path.to_owned()]));
    }
    failures.iter().for_each(|found| machine.complain(&Sources::default(), found));
    let mut exit = if failures.is_empty() { Exit::Clean } else { Exit::Failed };
    let mut modules = Vec::new();
    for file in files {
        let analysis = Analysis::open(&Disk, &file);
        match analysis.module() {
            Some(module) => modules.push(module),
            None => exit = exit.max(show::findings(&analysis, machine)).max(Exit::Findings),
        }
    }
    (modules, exit)
}

/// `std.prelude`, unless a file is called so.
fn is_library(path: &str) -> bool {
    path.starts_with("std.") && !path.ends_with(".pipe") && !Path::new(path).exists()
}

fn write(files: &[OutFile], folder: &str, machine: &mut Machine) -> Exit {
    for file in files {
        let path = Path::new(folder).join(&file.path);
        if let Err(found) = machine::write(&path, &file.text, false) {
            machine.complain(&Sources::default(), &found);
            return Exit::Failed;
        }
        machine.print(&format!("{}\n", path.display()));
    }
    Exit::Clean
}

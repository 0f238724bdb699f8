//! Which page has which modules, and where it lies.

use super::{html, markdown};
use crate::cli::args::manual::Pages;
use crate::diag::render;
use crate::emit::OutFile;
use crate::query::doc::Module;

/// The format that the name of a file asks for.
pub(super) fn format_of(path: &str) -> Pages {
    if path.ends_with(".html") { Pages::Html } else { Pages::Markdown }
}

/// All modules on one page.
pub(super) fn together(modules: &[Module], format: Pages) -> String {
    match format {
        Pages::Markdown => markdown::page(modules),
        Pages::Html => html::page(modules),
    }
}

/// The folder and the files in it, for what stands behind `-o`.
pub(super) fn lay_out(modules: &[Module], format: Pages, out: &str) -> (String, Vec<OutFile>) {
    if out.ends_with(".md") || out.ends_with(".html") {
        let (folder, name) = out.rsplit_once('/').map_or(("", out), |(folder, name)| (folder, name));
        let folder = if out.starts_with('/') && folder.is_empty() { "/" } else { folder };
        return (folder.to_owned(), vec![file(name.to_owned(), together(modules, format))]);
    }
    let names: Vec<String> = modules.iter().map(|module| page_name(&module.name, format)).collect();
    let mut files: Vec<OutFile> = modules
        .iter()
        .zip(&names)
        .map(|(module, name)| file(name.clone(), together(std::slice::from_ref(module), format)))
        .collect();
    if modules.len() > 1 {
        let index = match format {
            Pages::Markdown => markdown::index(modules, &names),
            Pages::Html => html::index(modules, &names),
        };
        files.push(file(format!("index.{}", ending(format)), index));
    }
    (out.to_owned(), files)
}

/// `ci/build.pipe` is `ci.build.md`: one folder, whatever the paths are.
fn page_name(module: &str, format: Pages) -> String {
    let stem = module.strip_suffix(".pipe").unwrap_or(module);
    let parts: Vec<&str> = stem.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
    let name = if stem == "-" { "stdin".to_owned() } else { parts.join(".") };
    format!("{name}.{}", ending(format))
}

fn ending(format: Pages) -> &'static str {
    match format {
        Pages::Markdown => "md",
        Pages::Html => "html",
    }
}

fn file(path: String, text: String) -> OutFile {
    OutFile { path, text: render::printable(&text), executable: false }
}

//! Levels of lints: from `pipec.toml`, from the command line, from comments of a program.

mod comments;
mod config;
mod nearest;
mod places;
mod properties;

use std::cell::RefCell;
use std::io;
use std::sync::Mutex;

use pipec::diag::{Diagnostics, report};
use pipec::query::Analysis;
use pipec::query::config::Config;
use pipec::query::levels::Wishes;
use pipec::source::{Files, Sources};

/// Files by their paths.
#[derive(Default, Debug)]
struct Project {
    files: Vec<(String, String)>,
    /// Every path that was asked for, in order.
    asked: Mutex<RefCell<Vec<String>>>,
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        Self { files, ..Self::default() }
    }
}

impl Files for Project {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.asked.lock().unwrap().borrow_mut().push(path.to_owned());
        let text = self.files.iter().find(|(known, _)| known == path).map(|(_, text)| text.clone().into_bytes());
        text.ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// A pipeline without findings that uses nothing.
const PIPELINE: &str = "pipeline ci() {\n    task t { image: \"a/b:1\", run: \"make\" }\n}\n";

/// The findings of `a.pipe` under a configuration.
fn checked(files: &[(&str, &str)], config: &str) -> Vec<String> {
    let config = Config::read("pipec.toml", config, &Wishes::default());
    let analysis = Analysis::open_with(&Project::new(files), "a.pipe", &config);
    lines(&analysis.sources, &analysis.diagnostics)
}

/// The findings of one program without a configuration.
fn alone(text: &str) -> Vec<String> {
    checked(&[("a.pipe", text)], "")
}

/// `a.pipe:1:1: warning[P0254]`
fn lines(sources: &Sources, found: &Diagnostics) -> Vec<String> {
    let line = |one| report::line(sources, one).split("]: ").next().unwrap_or_default().to_owned() + "]";
    found.iter().map(line).collect()
}

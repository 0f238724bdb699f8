//! `pipec.toml`: what a project wants of the compiler. The only owner of toml.

mod findings;
mod read;

use std::sync::Arc;

use super::environments::Environments;
use super::levels::{Levels, Wishes};
use super::lock::Locked;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{Sources, Span};

/// The name of the file.
pub const FILE: &str = "pipec.toml";

/// What one file says, put together with what the command line says.
#[derive(Default, Debug)]
pub struct Config {
    /// The path of the file; absent where there is none.
    pub path: Option<String>,
    pub levels: Levels,
    /// `check.exclude`: patterns as in a `.gitignore` beside the file, and where each is written.
    pub exclude: Vec<(String, Span)>,
    /// `check.shellcheck`
    pub shellcheck: ShellCheck,
    /// `[env]`
    pub environments: Environments,
    /// What is known of images.
    pub locked: Arc<Locked>,
    /// The text of the file, for its findings.
    pub sources: Sources,
    /// What is wrong with the file.
    pub diagnostics: Diagnostics,
}

/// Whether scripts are given to ShellCheck.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum ShellCheck {
    /// Where it is installed.
    #[default]
    Auto,
    Never,
}

impl Config {
    /// Without a file.
    pub fn none(line: &Wishes) -> Self {
        Self { levels: Levels::new(&Wishes::default(), line), ..Self::default() }
    }

    /// Of a file that cannot be read.
    pub fn unreadable(path: &str, why: Diagnostic, line: &Wishes) -> Self {
        let mut config = Self { path: Some(path.to_owned()), ..Self::none(line) };
        config.diagnostics.push(why);
        config
    }

    /// Of the text of a file; all that is wrong with it is found, and what is right counts.
    pub fn read(path: &str, text: &str, line: &Wishes) -> Self {
        let mut config = Self { path: Some(path.to_owned()), ..Self::default() };
        let id = config.sources.add(path, text);
        let said = read::read(id, text);
        config.levels = Levels::new(&said.lints, line);
        (config.exclude, config.shellcheck) = (said.exclude, said.shellcheck);
        config.locked = Arc::new(Locked { pin: said.pin, ..Locked::default() });
        config.environments = Environments { list: beside(path, said.environments), path: Some(path.to_owned()) };
        config.diagnostics = said.found.sorted();
        config
    }
}

/// The files as one names them from where the command runs: they lie beside the configuration.
fn beside(path: &str, list: Vec<(String, Vec<String>)>) -> Vec<(String, Vec<String>)> {
    let folder = path.rfind('/').map_or("", |at| &path[..=at]);
    let whole = |file: String| if file.starts_with('/') { file } else { format!("{folder}{file}") };
    list.into_iter().map(|(name, files)| (name, files.into_iter().map(whole).collect())).collect()
}

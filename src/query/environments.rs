//! The environments of a project: names for the parameter files that a run is given.

use super::Request;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, did_you_mean};

/// What a `pipec.toml` says about environments.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Environments {
    /// The names, each with its parameter files, in the order of the file.
    pub list: Vec<(String, Vec<String>)>,
    /// The `pipec.toml`; absent where there is none.
    pub path: Option<String>,
}

/// A parameter file of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct ParamsFile {
    pub(super) path: String,
    /// The environment that it is for, and the `pipec.toml` that says so; absent where the command named it.
    of: Option<(String, String)>,
}

impl ParamsFile {
    /// Why it cannot be read, with who asked for it.
    pub(super) fn unreadable(&self, found: Diagnostic) -> Diagnostic {
        let Some((name, config)) = &self.of else { return found };
        let more = found.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        found.help(format!("the environment `{name}` of `{config}` asks for it, by a path from beside that file{more}"))
    }
}

impl Environments {
    /// The parameter files of a request: those of its environment, then its own, which count more.
    ///
    /// # Errors
    /// A finding when there is no such environment.
    pub(super) fn files(&self, request: &Request) -> Result<Vec<ParamsFile>, Diagnostic> {
        let own = request.files.iter().map(|path| ParamsFile { path: path.clone(), of: None });
        let Some(wanted) = &request.environment else { return Ok(own.collect()) };
        let found = self.list.iter().find(|(name, _)| name == wanted);
        let (name, files) = found.ok_or_else(|| self.no_such(wanted))?;
        let of = self.path.as_ref().map(|config| (name.clone(), config.clone()));
        let theirs = files.iter().map(|path| ParamsFile { path: path.clone(), of: of.clone() });
        Ok(theirs.chain(own).collect())
    }

    fn no_such(&self, wanted: &str) -> Diagnostic {
        let found = Diagnostic::global(Code::P0725, format!("there is no environment `{wanted}`"));
        let Some(path) = &self.path else {
            return found.help(format!(
                "there is no `pipec.toml`: write one, with `{wanted} = \"FILE\"` under `[env]` for its parameter file"
            ));
        };
        let names = || self.list.iter().map(|(name, _)| name.as_str());
        let near = did_you_mean(wanted, names()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        let known: Vec<String> = names().map(|name| format!("`{name}`")).collect();
        let known = match known.as_slice() {
            [] => format!("`{path}` has none: write `{wanted} = \"FILE\"` under `[env]`"),
            known => format!("`{path}` has {}", known.join(", ")),
        };
        found.help(format!("{near}{known}"))
    }
}

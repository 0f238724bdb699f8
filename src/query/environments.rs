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

impl Environments {
    /// The parameter files of a request: those of its environment, then its own, which count more.
    ///
    /// # Errors
    /// A finding when there is no such environment.
    pub(super) fn files(&self, request: &Request) -> Result<Vec<String>, Diagnostic> {
        let Some(wanted) = &request.environment else { return Ok(request.files.clone()) };
        let found = self.list.iter().find(|(name, _)| name == wanted);
        let (_, files) = found.ok_or_else(|| self.no_such(wanted))?;
        Ok(files.iter().chain(&request.files).cloned().collect())
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

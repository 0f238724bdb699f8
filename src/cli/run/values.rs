//! What was given for a run that no program holds: secrets by reference, workspaces by folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf, absolute};

use crate::cli::args::runtime::Run;
use crate::query::Request;
use crate::query::run::Outside;
use crate::run::engine::values::{Given, Values};

/// The folder of secrets when nobody says otherwise.
const SECRETS: &str = "secrets";

/// Takes what is for the machine out of a request; what is wrong with it is a problem each.
pub(super) fn taken(
    request: &mut Request,
    outside: &[(String, Outside)],
    problems: &mut Vec<String>,
) -> BTreeMap<String, String> {
    let kind = |name: &str| outside.iter().find(|(one, _)| one == name).map(|(_, kind)| *kind);
    let mut given: Vec<(String, Outside, String)> = Vec::new();
    request.values.retain(|(name, text)| {
        let outside = kind(name);
        given.extend(outside.map(|kind| (name.clone(), kind, text.clone())));
        outside.is_none()
    });
    request.flags.retain(|flag| {
        let name = flag.name.replace('-', "_");
        let (Some(kind), Some(text)) = (kind(&name), &flag.value) else { return true };
        given.push((name, kind, text.clone()));
        false
    });
    let mut values = BTreeMap::new();
    for (name, kind, text) in given {
        let value = match kind {
            Outside::Secret => secret(&name, &text),
            Outside::Workspace => workspace(&name, &text),
        };
        match value {
            Ok(_) if values.contains_key(&name) => problems.push(format!("the parameter `{name}` is given twice")),
            Ok(value) => drop(values.insert(name, value)),
            Err(problem) => problems.push(problem),
        }
    }
    values
}

/// As the engine takes it: `env:VARIABLE`, `file:PATH`, or a name.
#[expect(clippy::disallowed_methods, reason = "a secret may be in the environment")]
fn secret(name: &str, text: &str) -> Result<String, String> {
    if let Some(variable) = text.strip_prefix("env:") {
        return match std::env::var_os(variable) {
            Some(_) => Ok(text.to_owned()),
            None => Err(format!("the secret `{name}`: the variable `{variable}` is not set")),
        };
    }
    let path = text.strip_prefix("file:").unwrap_or(text);
    let is_file = Path::new(path).exists() && !Path::new(path).is_dir();
    if text.is_empty() || !is_file && !text.starts_with("file:") && is_name(text) {
        return Ok(text.to_owned());
    }
    if !is_file {
        // It may be the secret itself, which nobody else should read.
        return Err(format!("the secret `{name}`: there is no such file; give FILE, env:VARIABLE or a NAME"));
    }
    let whole = absolute(path).map_err(|error| format!("the secret `{name}`: {error}"))?;
    Ok(format!("file:{}", whole.display()))
}

fn is_name(text: &str) -> bool {
    let sign = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.');
    text.len() <= 253 && text.chars().all(sign) && !text.starts_with('.')
}

fn workspace(name: &str, text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let folder = Path::new(text).canonicalize().ok().filter(|folder| folder.is_dir());
    let folder = folder.ok_or_else(|| format!("the workspace `{name}`: there is no folder `{text}`"))?;
    Ok(folder.display().to_string())
}

#[expect(clippy::disallowed_methods, reason = "the place of secrets may be in the environment, as of a script")]
pub(super) fn of(args: &Run, given: BTreeMap<String, String>) -> Values {
    let said = || std::env::var_os("PIPEC_SECRETS_DIR").filter(|folder| !folder.is_empty());
    let folder = args.secrets.as_ref().map(PathBuf::from).or_else(|| said().map(PathBuf::from));
    let secrets = folder.unwrap_or_else(|| PathBuf::from(SECRETS));
    let params = given.into_iter().map(|(name, text)| (name, Given::Text(text))).collect();
    Values { params, secrets: absolute(&secrets).unwrap_or(secrets) }
}

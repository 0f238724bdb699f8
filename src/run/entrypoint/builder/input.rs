//! What an archive says: the plan, and what the run has given.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::super::failure::Failure;
use super::archive;
use crate::contract::store::State;
use crate::contract::{
    DEVEL_FILE, ENV_FOLDER, FILES_FOLDER, OUTCOME_FILE, PARAMS_FOLDER, PLAN_FILE, ParamSpec, RUN_FILE, RunSpec,
    VERSION, WORKSPACE_FILE,
};
use crate::run::engine::values::{Given, Values};

/// An archive that was understood.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) spec: RunSpec,
    pub(super) values: Values,
    /// How the run stands.
    pub(super) outcome: State,
    /// The name of the first build; empty in the first.
    pub(super) run: String,
    /// Variables of every task.
    pub(super) env: Vec<(OsString, OsString)>,
    /// Where changed files go.
    workspace: Option<String>,
}

/// What every version says.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

impl Input {
    pub(super) fn read(folder: &Path) -> Result<Self, Failure> {
        let spec = plan(&folder.join(PLAN_FILE))?;
        let mut values = Values { secrets: PathBuf::from(&spec.secrets), ..Values::default() };
        for param in &spec.params {
            if let Some(given) = given(&folder.join(PARAMS_FOLDER).join(&param.name), param)? {
                values.params.insert(param.name.clone(), given);
            }
        }
        let outcome = match optional(&folder.join(OUTCOME_FILE))?.as_deref().unwrap_or("succeeded") {
            "succeeded" => State::Succeeded,
            "failed" => State::Failed,
            "cancelled" => State::Cancelled,
            other => {
                return Err(Failure::usage(format!(
                    "the archive says that the run stands at `{other}`; it is `succeeded`, `failed` or `cancelled`"
                )));
            }
        };
        let run = optional(&folder.join(RUN_FILE))?.unwrap_or_default();
        let workspace = optional(&folder.join(WORKSPACE_FILE))?;
        Ok(Self { spec, values, outcome, run, env: variables(&folder.join(ENV_FOLDER))?, workspace })
    }

    /// What a developer has changed, over what was brought.
    pub(super) fn place_files(&self, archive: &Path, work: &Path) -> Result<(), Failure> {
        let (devel, files) = (archive.join(DEVEL_FILE), archive.join(FILES_FOLDER));
        if !devel.exists() && !files.exists() {
            return Ok(());
        }
        let Some(name) = &self.workspace else {
            return Err(Failure::usage(format!(
                "the archive has files and does not say in `{WORKSPACE_FILE}` for which workspace"
            )));
        };
        if !self.spec.workspaces.iter().any(|one| one.name == *name) {
            return Err(Failure::usage(format!(
                "the archive has files for the workspace `{name}`, which no task here uses"
            )));
        }
        let place = work.join("workspaces").join(name);
        fs::create_dir_all(&place).map_err(|error| Failure::file(&place, &error))?;
        if devel.exists() {
            archive::unpack_file(&devel, &place)?;
        }
        if files.exists() {
            copy(&files, &place).map_err(|error| Failure::file(&files, &error))?;
        }
        Ok(())
    }
}

fn plan(file: &Path) -> Result<RunSpec, Failure> {
    let text = fs::read(file).map_err(|error| Failure::usage(format!("the archive has no `{PLAN_FILE}`: {error}")))?;
    let wrong = |error: serde_json::Error| Failure::usage(format!("`{PLAN_FILE}` of the archive is no plan: {error}"));
    let Versioned { version } = serde_json::from_slice(&text).map_err(wrong)?;
    if version != VERSION {
        let said = format!(
            "the plan is of version {version} and this builder of version {VERSION}: make the archive and the image of the builder with the same `pipec`"
        );
        return Err(Failure::usage(said));
    }
    serde_json::from_slice(&text).map_err(wrong)
}

/// `None` where the archive has nothing.
fn given(path: &Path, param: &ParamSpec) -> Result<Option<Given>, Failure> {
    let name = &param.name;
    match (path.exists(), param.list) {
        (false, _) => Ok(None),
        (true, true) => {
            let list = files(path)?;
            list.iter().map(|file| text(file)).collect::<Result<_, _>>().map(|list| Some(Given::List(list)))
        }
        (true, false) if path.is_dir() => {
            Err(Failure::usage(format!("the parameter `{name}` is a folder in the archive, and no list")))
        }
        (true, false) => text(path).map(|text| Some(Given::Text(text))),
    }
}

/// By name; each file is a variable.
fn variables(folder: &Path) -> Result<Vec<(OsString, OsString)>, Failure> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let variable = |file: &PathBuf| {
        let bytes = fs::read(file).map_err(|error| Failure::file(file, &error))?;
        Ok((file.file_name().unwrap_or_default().to_owned(), OsString::from_vec(bytes)))
    };
    files(folder)?.iter().map(variable).collect()
}

/// In the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let list =
        fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>());
    let mut files = list.map_err(|error| Failure::file(folder, &error))?;
    files.sort();
    Ok(files)
}

fn text(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|error| Failure::file(file, &error))
}

fn optional(file: &Path) -> Result<Option<String>, Failure> {
    if file.exists() { text(file).map(Some) } else { Ok(None) }
}

/// Copies what is in a folder into another, links as they are.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let (entry, kind) = entry.and_then(|entry| Ok((entry.path(), entry.file_type()?)))?;
        let target = to.join(entry.file_name().unwrap_or_default());
        if kind.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry, &target)?;
            continue;
        }
        // What is there may be a link to elsewhere, which is not to be written through.
        fs::remove_file(&target).ok();
        if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(&entry)?, &target)?;
        } else {
            fs::copy(&entry, &target)?;
        }
    }
    Ok(())
}

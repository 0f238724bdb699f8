//! One step of a plan, alone: its script with what is given to it by files.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::options::{Options, StepOptions};
use super::plain::{self, Work};
use super::script::{ScriptFile, interpreter, unique};
use crate::contract::{END_OF_LIST, ListSource, SecretRef, Source, StepSpec};

/// The variables that a script knows beside those of its spec; whoever calls may set them.
const ENGINE: &[&str] = &["PIPE_OBJECTS", "PIPE_TURN", "PIPE_SKIP", "PIPE_VERDICT_FILE", "PIPE_DECISION"];

/// `pipec-entrypoint step SPEC.json`
pub(super) fn run(options: &Options, file: &Path) -> Result<u8, Failure> {
    let text = fs::read(file).map_err(|error| Failure::file(file, &error))?;
    let spec: StepSpec = serde_json::from_slice(&text)
        .map_err(|error| Failure::usage(format!("`{}` is no step: {error}", file.display())))?;
    let given = Given(&options.step);
    let mut env = Vec::new();
    for (name, source) in &spec.env {
        env.push((name.clone(), given.text(source).map_err(|failure| of(name, failure))?));
    }
    let mut lists = Vec::new();
    for list in &spec.args {
        lists.extend(given.words(list).map_err(|failure| of("a list", failure))?);
        lists.push(END_OF_LIST.into());
    }
    let scratch = Scratch::new(options.step.work.as_deref())?;
    let script = ScriptFile::write(&spec.script, Some(&scratch.folder))?;
    let mut words = interpreter(&spec.script).unwrap_or_else(|| vec!["/bin/sh".into()]);
    words.push(script.path.clone().into());
    words.extend(lists);
    let mut options = options.clone();
    let foreign = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    options.unset.extend(foreign.filter(|name| name.starts_with("PIPE_") && !ENGINE.contains(&name.as_str())));
    let folder = scratch.start();
    if let Some(source) = &spec.workdir {
        given.prepare(&folder, source)?;
    }
    plain::run(&options, &Work { words, env, folder: Some(folder) })
}

fn of(name: &str, failure: Failure) -> Failure {
    Failure { message: format!("{name}: {}", failure.message), ..failure }
}

/// What the options say is where.
struct Given<'o>(&'o StepOptions);

impl Given<'_> {
    fn text(&self, source: &Source) -> Result<OsString, Failure> {
        match source {
            Source::Literal(text) => Ok(text.into()),
            Source::Param(name) => content(&self.file(&self.0.params, "params", name)?),
            Source::Result { task, output } => {
                let file = self.file(&self.0.results, "results", task)?.join(output_name(output));
                // Of a task that did not succeed nothing is there.
                if file.exists() { content(&file) } else { Ok(OsString::new()) }
            }
            Source::OutputFile(name) => Ok(self.file(&self.0.outputs, "outputs", output_name(name))?.into()),
            Source::Place { workspace, path } => self.place(workspace, path),
            Source::SecretValue(secret) => self.secret(secret)?.map_or(Ok(OsString::new()), |file| content(&file)),
            Source::SecretFile(secret) => Ok(self.secret(secret)?.map(PathBuf::into_os_string).unwrap_or_default()),
            Source::Status(task) => Err(refused(&format!("how `{task}` ended"))),
            Source::StepResult { step, .. } => Err(refused(&format!("what the step `{step}` left elsewhere"))),
            Source::Outcome => Err(refused("how the run ended")),
        }
    }

    fn words(&self, list: &ListSource) -> Result<Vec<OsString>, Failure> {
        match list {
            ListSource::Literal(words) => Ok(words.iter().map(OsString::from).collect()),
            ListSource::Param(name) => elements(&self.file(&self.0.params, "params", name)?),
            ListSource::Each(sources) => sources.iter().map(|source| self.text(source)).collect(),
            ListSource::Gathered { task, .. } => Err(refused(&format!("what the turns of `{task}` gave"))),
            ListSource::Result { task, .. } => Err(refused(&format!("a list that `{task}` gave"))),
        }
    }

    fn file(&self, folder: &Option<PathBuf>, option: &str, name: &str) -> Result<PathBuf, Failure> {
        if name.is_empty() || name == "." || name == ".." || name.contains('/') {
            return Err(Failure::usage(format!("`{name}` is no name of a file")));
        }
        let missing = || {
            Failure::usage(format!("`{name}` is not known; write `--{option} FOLDER`, which has a file of that name"))
        };
        folder.as_ref().map(|folder| folder.join(name)).ok_or_else(missing)
    }

    fn place(&self, workspace: &str, path: &str) -> Result<OsString, Failure> {
        let missing = || {
            Failure::usage(format!("the workspace `{workspace}` is nowhere; write `--workspace {workspace}=FOLDER`"))
        };
        let (_, root) = self.0.workspaces.iter().find(|(name, _)| name == workspace).ok_or_else(missing)?;
        Ok(if path.is_empty() { root.into() } else { root.join(path).into() })
    }

    /// A script goes itself where it starts; a folder in a workspace, or a relative one, is made for it.
    fn prepare(&self, scratch: &Path, source: &Source) -> Result<(), Failure> {
        let folder = scratch.join(self.text(source)?);
        let ours = self.0.workspaces.iter().map(|(_, root)| root.as_path()).chain([scratch]);
        if !ours.into_iter().any(|root| folder.starts_with(root)) {
            return Ok(());
        }
        fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))
    }

    /// An empty name is no secret.
    fn secret(&self, secret: &SecretRef) -> Result<Option<PathBuf>, Failure> {
        let name = match secret {
            SecretRef::Named(name) => name.clone(),
            SecretRef::Param(param) => {
                let text = self.text(&Source::Param(param.clone()))?;
                text.into_string().map_err(|_| Failure::usage(format!("the parameter `{param}` names no secret")))?
            }
        };
        if name.is_empty() {
            return Ok(None);
        }
        self.file(&self.0.secrets, "secret-store", &name).map(|folder| Some(folder.join("value")))
    }
}

fn refused(what: &str) -> Failure {
    Failure::usage(format!("a step alone does not know {what}; run it with `pipec run`, or give the text as a literal"))
}

/// The only output has no name.
fn output_name(name: &str) -> &str {
    if name.is_empty() { "output" } else { name }
}

fn content(file: &Path) -> Result<OsString, Failure> {
    let bytes = fs::read(file).map_err(|error| Failure::file(file, &error))?;
    if bytes.contains(&0) {
        return Err(Failure::usage(format!("`{}` holds a NUL byte, which no variable can", file.display())));
    }
    Ok(OsString::from_vec(bytes))
}

/// One file an element, in the order of their names.
fn elements(folder: &Path) -> Result<Vec<OsString>, Failure> {
    let list =
        fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>());
    let mut files = list.map_err(|error| Failure::file(folder, &error))?;
    files.sort();
    files.iter().map(|file| content(file)).collect()
}

/// A folder for the script, and an empty one to start in; gone with the step.
struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    fn new(work: Option<&Path>) -> Result<Self, Failure> {
        let name = format!("pipec-step-{}", unique().to_string_lossy());
        let folder = work.map_or_else(std::env::temp_dir, Path::to_owned).join(name);
        fs::create_dir_all(folder.join("work")).map_err(|error| Failure::file(&folder, &error))?;
        Ok(Self { folder })
    }

    fn start(&self) -> PathBuf {
        self.folder.join("work")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).ok();
    }
}

//! What crosses from one build to another, through the store: results, how tasks ended, workspaces.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use super::super::failure::Failure;
use super::build::Build;
use super::input::Input;
use crate::contract::store::{ResultFile, State};
use crate::contract::{ResultRef, RunSpec};
use crate::run::engine::{Earlier, EarlierTask};
use crate::run::object_store::ObjectStore;
use crate::run::object_store::pieces::{Reader, Writer};

/// The folder of one run in the store.
pub(super) struct Store {
    objects: ObjectStore,
}

impl Store {
    /// Where the plan names one.
    pub(super) fn open(input: &Input, build: &Build) -> Result<Option<Self>, Failure> {
        let Some(spec) = &input.spec.store else { return Ok(None) };
        let run = if input.run.is_empty() { build.name() } else { &input.run };
        if run.is_empty() {
            return Err(Failure::usage(
                "the run has no name, below which its files lie in the store: there is no name of a build in the variable BUILD",
            ));
        }
        let objects =
            ObjectStore::open(spec, &input.values.secrets).map_err(|error| Failure::machine("the store", &error))?;
        Ok(Some(Self { objects: objects.of_run(run) }))
    }
}

fn failed(error: io::Error) -> Failure {
    Failure::failed(error.to_string())
}

/// Fetches what earlier builds left. What is not there is of a task that never ran. `aside` is for what is on its way.
pub(super) fn bring(store: Option<&Store>, input: &Input, work: &Path, aside: &Path) -> Result<Earlier, Failure> {
    let mut earlier = Earlier { outcome: input.outcome, tasks: BTreeMap::new() };
    let Some(Store { objects }) = store else { return Ok(earlier) };
    let mut come =
        |task: &str, state: State| drop(earlier.tasks.insert(task.to_owned(), EarlierTask { state, key: None }));
    for result in &input.spec.brought.results {
        let file = output_file(work, result);
        let folder = file.parent().unwrap_or(work);
        fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
        if objects.get(&result_key(result), &file).map_err(failed)? {
            come(&result.task, State::Succeeded);
        } else {
            fs::remove_file(&file).ok();
        }
    }
    for task in &input.spec.brought.statuses {
        let file = aside.join("status");
        if objects.get(&status_key(task), &file).map_err(failed)? {
            let text = fs::read_to_string(&file).map_err(|error| Failure::file(&file, &error))?;
            come(
                task,
                state(&text)
                    .ok_or_else(|| Failure::failed(format!("the store says that `{task}` ended as `{text}`")))?,
            );
        }
    }
    for workspace in input.spec.workspaces.iter().filter(|one| one.brought) {
        let place = workspace_folder(work, &workspace.name);
        fs::create_dir_all(&place).map_err(|error| Failure::file(&place, &error))?;
        let reader = Reader::open(objects, &workspace_key(&workspace.name), aside).map_err(failed)?;
        if let Some(mut reader) = reader {
            unpack(&mut reader, &place).map_err(|error| {
                Failure::failed(format!("the workspace `{}` cannot be brought: {error}", workspace.name))
            })?;
        }
    }
    Ok(earlier)
}

/// Leaves for later builds what they want, whichever way this one went; all failures are told.
pub(super) fn keep(
    store: Option<&Store>,
    spec: &RunSpec,
    result: &ResultFile,
    work: &Path,
    aside: &Path,
) -> Result<(), Failure> {
    let Some(Store { objects }) = store else { return Ok(()) };
    let states: BTreeMap<&str, State> = result.tasks.iter().map(|task| (task.name.as_str(), task.status)).collect();
    let mut wrong = Vec::new();
    // Files first: who finds how a task ended finds what it left.
    for workspace in spec.workspaces.iter().filter(|one| one.kept) {
        let place = workspace_folder(work, &workspace.name);
        let packed = pack(objects, &workspace_key(&workspace.name), &place, aside);
        wrong.extend(packed.err().map(|error| format!("the workspace `{}` cannot be kept: {error}", workspace.name)));
    }
    for result in &spec.kept.results {
        let file = output_file(work, result);
        if states.get(result.task.as_str()) == Some(&State::Succeeded) && file.exists() {
            wrong.extend(objects.put(&result_key(result), &file).err().map(|error| error.to_string()));
        }
    }
    for task in &spec.kept.statuses {
        let Some(state) = states.get(task.as_str()).and_then(|state| word(*state)) else { continue };
        let file = aside.join("status");
        let put = fs::write(&file, state).and_then(|()| objects.put(&status_key(task), &file));
        wrong.extend(put.err().map(|error| error.to_string()));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::failed(wrong.join("\n"))) }
}

/// The word for a task that has ended; none of one that never began.
fn word(state: State) -> Option<&'static str> {
    match state {
        State::Succeeded => Some("succeeded"),
        State::Failed => Some("failed"),
        State::Skipped => Some("skipped"),
        State::Cancelled => Some("cancelled"),
        State::Pending | State::Running | State::Lost => None,
    }
}

fn state(word: &str) -> Option<State> {
    match word {
        "succeeded" => Some(State::Succeeded),
        "failed" => Some(State::Failed),
        "skipped" => Some(State::Skipped),
        "cancelled" => Some(State::Cancelled),
        _ => None,
    }
}

/// As the engine has it.
fn output_file(work: &Path, result: &ResultRef) -> PathBuf {
    work.join("outputs").join(&result.task).join(output_name(result))
}

fn output_name(result: &ResultRef) -> &str {
    if result.output.is_empty() { "value" } else { &result.output }
}

fn workspace_folder(work: &Path, name: &str) -> PathBuf {
    work.join("workspaces").join(name)
}

fn result_key(result: &ResultRef) -> String {
    format!("results/{}/{}", result.task, output_name(result))
}

fn status_key(task: &str) -> String {
    format!("statuses/{task}")
}

fn workspace_key(name: &str) -> String {
    format!("workspaces/{name}.tar.gz")
}

/// Packed and sent in one go, so that only one piece of it is ever on the disk.
fn pack(objects: &ObjectStore, key: &str, place: &Path, aside: &Path) -> io::Result<()> {
    let mut gz = GzEncoder::new(Writer::new(objects, key, aside)?, Compression::fast());
    let mut tar = tar::Builder::new(&mut gz);
    tar.follow_symlinks(false);
    if place.is_dir() {
        append(&mut tar, place, Path::new(""))?;
    }
    tar.finish()?;
    drop(tar);
    gz.finish()?.finish()
}

/// Files, folders and links; what else may lie there, as a socket, is nothing to another machine.
fn append<W: Write>(tar: &mut tar::Builder<W>, root: &Path, inside: &Path) -> io::Result<()> {
    let mut names: Vec<_> =
        fs::read_dir(root.join(inside))?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<_>>()?;
    names.sort();
    for name in names {
        let (path, name) = (root.join(inside).join(&name), inside.join(&name));
        let kind = fs::symlink_metadata(&path)?.file_type();
        if kind.is_dir() {
            tar.append_dir(&name, &path)?;
            append(tar, root, &name)?;
        } else if kind.is_file() || kind.is_symlink() {
            tar.append_path_with_name(&path, &name)?;
        }
    }
    Ok(())
}

/// Links are as they were; nothing is written through them.
fn unpack(from: &mut dyn Read, place: &Path) -> io::Result<()> {
    let mut gz = MultiGzDecoder::new(from);
    let from: &mut dyn Read = &mut gz;
    let mut tar = tar::Archive::new(from);
    tar.set_preserve_permissions(true);
    tar.set_preserve_mtime(true);
    tar.unpack(place)
}

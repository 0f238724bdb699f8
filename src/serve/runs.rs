//! What is known of runs: JSON, and the files that they made.

use std::io;
use std::path::{Component, Path as FilePath, PathBuf};

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_DISPOSITION, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tower_http::services::ServeFile;

use super::{Shared, answer};
use crate::contract::RunSpec;
use crate::contract::store::{self, ResultFile, RunFile, StatusFile, StepFile, TaskFile};
use crate::run::store::logs::Wanted;
use crate::run::store::read::Run;
use crate::run::store::{Entry, Store, clock};

/// One line of the list of runs.
#[derive(Debug, Serialize)]
struct Row {
    id: String,
    pipeline: String,
    state: store::State,
    /// RFC 3339; absent where nothing is known.
    started: Option<String>,
    at: Option<String>,
    /// Why it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// A run, with what is needed to draw it.
#[derive(Debug, Serialize)]
struct Whole {
    run: RunFile,
    status: StatusFile,
    result: Option<ResultFile>,
    graph: Vec<Node>,
}

/// A task of the graph.
#[derive(Debug, Serialize)]
struct Node {
    name: String,
    stage: Option<String>,
    finally: bool,
    after: Vec<String>,
    steps: Vec<String>,
}

/// A step that has begun.
#[derive(Debug, Serialize)]
struct StepRow {
    id: u32,
    #[serde(flatten)]
    file: StepFile,
}

/// A file that a task made.
#[derive(Debug, Serialize)]
struct ArtifactRow {
    /// The step whose folder lists it.
    step: u32,
    task: String,
    #[serde(flatten)]
    artifact: store::Artifact,
}

/// One that a task should have made, and that nobody can fetch.
#[derive(Debug, Serialize)]
struct LostRow {
    /// As of an [`ArtifactRow`].
    step: u32,
    task: String,
    #[serde(flatten)]
    lost: store::LostArtifact,
}

/// Which part of a log.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Part {
    pub(super) task: Option<String>,
    pub(super) step: Option<String>,
    pub(super) stream: Option<store::Stream>,
    /// Only the line of this number and later ones.
    pub(super) from: Option<u64>,
}

impl Part {
    pub(super) fn wanted(&self) -> Wanted {
        Wanted { task: self.task.clone(), step: self.step.clone(), stream: self.stream, from: self.from.unwrap_or(0) }
    }
}

pub(super) async fn all(State(state): State<Shared>) -> Response {
    reading(state, |store| Ok(store.entries()?.into_iter().rev().map(row).collect::<Vec<Row>>())).await
}

pub(super) async fn one(State(state): State<Shared>, Path(run): Path<String>) -> Response {
    reading(state, move |store| {
        let run = find(store, &run)?;
        let (status, result) = (status_of(&run), run.result());
        let graph = run.spec().map(|spec| graph(&spec)).unwrap_or_default();
        Ok(Whole { run: run.file, status, result, graph })
    })
    .await
}

pub(super) async fn status(State(state): State<Shared>, Path(run): Path<String>) -> Response {
    reading(state, move |store| Ok(status_of(&find(store, &run)?))).await
}

pub(super) async fn result(State(state): State<Shared>, Path(run): Path<String>) -> Response {
    reading(state, move |store| find(store, &run)?.result().ok_or_else(|| missing("the run has not ended"))).await
}

pub(super) async fn steps(State(state): State<Shared>, Path(run): Path<String>) -> Response {
    reading(state, move |store| {
        let steps = find(store, &run)?.steps().into_iter();
        Ok(steps.map(|step| StepRow { id: step.id, file: step.file }).collect::<Vec<StepRow>>())
    })
    .await
}

pub(super) async fn artifacts(State(state): State<Shared>, Path(run): Path<String>) -> Response {
    reading(state, move |store| Ok(artifacts_of(&find(store, &run)?))).await
}

pub(super) async fn lost(State(state): State<Shared>, Path(run): Path<String>) -> Response {
    reading(state, move |store| {
        let rows = find(store, &run)?.artifacts().into_iter().flat_map(|(step, file)| {
            let (id, task) = (step.id, step.file.task);
            file.lost.into_iter().map(move |lost| LostRow { step: id, task: task.clone(), lost })
        });
        Ok(rows.collect::<Vec<LostRow>>())
    })
    .await
}

/// A file, also in parts (`Range`); folders are listed only.
pub(super) async fn download(
    State(state): State<Shared>,
    Path((run, step, artifact)): Path<(String, u32, u64)>,
    request: Request,
) -> Response {
    let found = blocking(state, move |store| {
        let run = find(store, &run)?;
        let mut rows = artifacts_of(&run).into_iter();
        let row = rows.find(|row| row.step == step && row.artifact.artifact_id == artifact);
        let path = row.ok_or_else(|| missing("there is no such artifact"))?.artifact.path;
        place(&run, &path).map(|real| (real, path))
    })
    .await;
    let (real, path) = match found {
        Ok(found) => found,
        Err(error) => return answer::failed(&error),
    };
    match ServeFile::new(&real).try_call(request).await {
        Ok(file) => named(file.into_response(), FilePath::new(&path)),
        Err(error) => answer::failed(&error),
    }
}

fn row(entry: Entry) -> Row {
    let blank =
        |id: String, state, problem| Row { id, pipeline: String::new(), state, started: None, at: None, problem };
    match entry {
        Entry::Run(run) => {
            let (view, RunFile { id, pipeline, started, .. }) = (run.view(), run.file);
            Row {
                id,
                pipeline,
                state: view.state,
                started: Some(started),
                at: Some(clock::rfc3339(view.at)),
                problem: None,
            }
        }
        Entry::Unmade(id) => {
            blank(id, store::State::Pending, Some("it is being made, or who made it was killed".to_owned()))
        }
        Entry::Unreadable(id, why) => blank(id, store::State::Lost, Some(why)),
    }
}

/// As it stands now, with what is lost said; tasks that did not begin are there too.
pub(super) fn status_of(run: &Run) -> StatusFile {
    let view = run.view();
    StatusFile { state: view.state, at: clock::rfc3339(view.at), tasks: complete(run, view.tasks) }
}

fn complete(run: &Run, tasks: Vec<TaskFile>) -> Vec<TaskFile> {
    if !tasks.is_empty() {
        return tasks;
    }
    run.spec().into_iter().flat_map(|spec| spec.tasks).map(|task| TaskFile::pending(task.name, None)).collect()
}

fn graph(spec: &RunSpec) -> Vec<Node> {
    let node = |task: &crate::contract::TaskSpec| Node {
        name: task.name.clone(),
        stage: task.stage.clone(),
        finally: task.finally,
        after: task.after.clone(),
        steps: task.steps.iter().map(|step| step.name.clone()).collect(),
    };
    spec.tasks.iter().map(node).collect()
}

fn artifacts_of(run: &Run) -> Vec<ArtifactRow> {
    let rows = run.artifacts().into_iter().flat_map(|(step, file)| {
        let (id, task) = (step.id, step.file.task);
        file.artifacts.into_iter().map(move |artifact| ArtifactRow { step: id, task: task.clone(), artifact })
    });
    rows.collect()
}

/// The file of an artifact: below the folder of the run, or where a workspace was that the run was given.
fn place(run: &Run, path: &str) -> io::Result<PathBuf> {
    let path = FilePath::new(path);
    if path.components().any(|part| part == Component::ParentDir) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path leaves the folder of the run"));
    }
    let place = run.folder.join(path);
    let real = place.canonicalize()?;
    if !homes(run, path).iter().filter_map(|home| home.canonicalize().ok()).any(|home| real.starts_with(home)) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it leads out of the folders of the run"));
    }
    if real.is_dir() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a folder; only files can be fetched"));
    }
    // What was looked at, and not what a task puts there meanwhile.
    Ok(real)
}

/// What the path has to lead into: later tasks may have put a link in place of what was measured.
fn homes(run: &Run, path: &FilePath) -> Vec<PathBuf> {
    if !path.is_absolute() {
        return vec![run.folder.clone()];
    }
    let workspaces = run.spec().map(|spec| spec.workspaces).unwrap_or_default();
    let is_folder = |name: &str| workspaces.iter().any(|workspace| workspace.param.as_deref() == Some(name));
    let given = run.file.given.iter().filter(|(name, _)| is_folder(name)).flat_map(|(_, texts)| texts);
    given.filter(|folder| !folder.is_empty()).map(PathBuf::from).collect()
}

/// Kept as a file and not shown: what a pipeline made is not a page of this server.
fn named(mut response: Response, path: &FilePath) -> Response {
    let name: String = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let plain = name.replace(|letter: char| !letter.is_ascii_graphic() || "\"\\".contains(letter), "_");
    let text = format!("attachment; filename=\"{plain}\"");
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(CONTENT_DISPOSITION, value);
    }
    response
}

/// The run of that name.
pub(super) fn find(store: &Store, id: &str) -> io::Result<Run> {
    let entries = store.entries()?.into_iter();
    match entries.into_iter().find(|entry| entry.id() == id) {
        Some(Entry::Run(run)) => Ok(run),
        Some(Entry::Unmade(_)) => Err(missing("the run is being made, or who made it was killed")),
        Some(Entry::Unreadable(_, why)) => Err(io::Error::other(why)),
        None => Err(missing(&format!("there is no run `{id}`"))),
    }
}

pub(super) fn missing(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, what.to_owned())
}

async fn reading<T: Serialize + Send + 'static>(
    state: Shared,
    read: impl FnOnce(&Store) -> io::Result<T> + Send + 'static,
) -> Response {
    match blocking(state, read).await {
        Ok(found) => Json(found).into_response(),
        Err(error) => answer::failed(&error),
    }
}

/// Disks answer when they do: meanwhile others are served.
pub(super) async fn blocking<T: Send + 'static>(
    state: Shared,
    read: impl FnOnce(&Store) -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let store = Store::at(&state.settings.store);
    tokio::task::spawn_blocking(move || read(&store)).await.unwrap_or_else(|error| Err(io::Error::other(error)))
}

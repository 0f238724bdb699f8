//! The three engines: `pipec run`, the emitted script, and builds that an emitted driver starts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pipec::contract::RunSpec;
use pipec::contract::store::{ResultFile, TaskResult};
use serde_json::Value;

use super::case::{Case, Given};
use super::room::{Ended, Room, files};
use super::told::{Task, Told, output_name};

const PIPEC: &str = env!("CARGO_BIN_EXE_pipec");
pub(super) const ENTRYPOINT: &str = env!("CARGO_BIN_EXE_pipec-entrypoint");
const OC: &str = include_str!("oc.sh");

/// The name of every secret of these programs.
pub(super) const SECRET: &str = "token";
/// Between TERM and KILL.
const GRACE: &str = "5s";

/// `pipec run`, and what it took the program for.
pub(super) fn run(top: &Path, case: &Case) -> (Told, RunSpec) {
    let room = Room::new(top, "run");
    let ended = room.run(&mut run_command(&room, case), case);
    let folder = only_run(&room).unwrap_or_else(|| panic!("{}: no run\n{}\n{}", case.name, case.text, ended.said));
    let result: ResultFile = json(&folder.join("result.json"), case, &ended);
    let spec = json(&folder.join("spec.json"), case, &ended);
    let mut told = kept(&result, &folder.join("work/outputs"), ended);
    assert_eq!(told.exit, result.exit_code, "{}: {}", case.name, told.said);
    (told.log, told.inputs) = (room.log(), room.trace());
    (told, spec)
}

/// As it is typed: texts one by one, lists by a file.
pub(super) fn run_command(room: &Room, case: &Case) -> Command {
    let mut command = room.command(PIPEC);
    command.args(["run", "../ci.pipe", "--grace", GRACE, "--secrets", "../secrets", "-j", &case.jobs.to_string()]);
    command.args(["--allow", "all"]).args(case.keep_going.then_some("--keep-going"));
    let mut lists = serde_json::Map::new();
    for (name, given) in &case.given {
        match given {
            Given::Text(text) => drop(command.args(["-p", &format!("{name}={text}")])),
            Given::List(list) => drop(lists.insert(name.clone(), Value::from(list.clone()))),
        }
    }
    if !lists.is_empty() {
        room.write("lists.json", &Value::from(lists).to_string());
        command.args(["--params", "lists.json"]);
    }
    if let Some(secret) = secret(case) {
        command.args(["-p", &secret]);
    }
    command
}

/// What is given for the secret, if the program asks for one.
fn secret(case: &Case) -> Option<String> {
    let asks = case.text.contains(&format!("{SECRET}: secret"));
    asks.then(|| format!("{SECRET}={}", case.secret))
}

/// What the engine said, and left.
pub(super) fn kept(result: &ResultFile, folder: &Path, ended: Ended) -> Told {
    let tasks = result.tasks.iter().map(task).collect();
    Told {
        engine: "pipec run",
        exit: ended.code,
        outcome: word(&result.outcome),
        outputs: Some(outputs(folder, &tasks)),
        tasks,
        returned: result.outputs.iter().map(|(name, text)| (output_name(name), text.clone())).collect(),
        log: Vec::new(),
        inputs: BTreeMap::new(),
        said: ended.said,
    }
}

pub(super) fn only_run(room: &Room) -> Option<PathBuf> {
    let runs = fs::read_dir(room.path(".pipec/runs")).ok()?;
    runs.flatten().map(|entry| entry.path()).find(|path| path.join("run.json").exists())
}

fn json<T: serde::de::DeserializeOwned>(path: &Path, case: &Case, ended: &Ended) -> T {
    let text = fs::read(path)
        .unwrap_or_else(|error| panic!("{}: {}: {error}\n{}\n{}", case.name, path.display(), case.text, ended.said));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn word(state: &impl serde::Serialize) -> String {
    serde_json::to_value(state).unwrap().as_str().unwrap_or_default().to_owned()
}

fn task(result: &TaskResult) -> (String, Task) {
    let steps = result.steps.iter().map(|step| (step.name.clone(), step.exit_code)).collect();
    let task = Task {
        state: word(&result.status),
        code: result.exit_code,
        warning: result.warning,
        attempts: Some(result.attempts),
        steps: Some(steps),
        turns: result.turns.iter().flatten().map(task).collect(),
    };
    (result.name.clone(), task)
}

/// Of the tasks that succeeded; turns have folders of their own, which go with their loop.
fn outputs(folder: &Path, tasks: &BTreeMap<String, Task>) -> BTreeMap<String, Vec<u8>> {
    let succeeded = |name: &String| {
        let task = name.split(['/', '.']).next().unwrap_or_default();
        tasks.get(task).is_some_and(|task| task.state == "succeeded")
    };
    files(folder).into_iter().filter(|(name, _)| succeeded(name)).collect()
}

/// Emits for a target, into the folder `made`.
fn emit(room: &Room, case: &Case, target: &str, bound: &[String]) {
    let mut command = room.command(PIPEC);
    command.args(["emit", "-q", "--allow", "all", "../ci.pipe", "-t", target, "-o", "made"]);
    for pair in bound {
        command.args(["-p", pair]);
    }
    let done = command.output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{}: {target}\n{}\n{said}", case.name, case.text);
}

/// The emitted script.
pub(super) fn shell(top: &Path, case: &Case) -> Told {
    let room = Room::new(top, "shell");
    let ended = room.run(&mut shell_command(&room, case), case);
    let mut told = scripted(&room, case, ended);
    (told.log, told.inputs) = (room.log(), room.trace());
    told
}

/// Emits it, and starts it as it is typed.
pub(super) fn shell_command(room: &Room, case: &Case) -> Command {
    emit(room, case, "shell", &[]);
    let made = fs::read_dir(room.path("made")).unwrap().flatten().map(|entry| entry.path()).next().unwrap();
    let mut command = room.command("bash");
    command.arg(made).args(["--work", "work", "--grace", GRACE, "-j", &case.jobs.to_string()]);
    command.env("PIPEC_SECRETS_DIR", "../secrets").args(case.keep_going.then_some("--keep-going"));
    given(&mut command, case);
    if let Some(secret) = secret(case) {
        command.args(["-p", &secret]);
    }
    command
}

/// What a script left in the folder `work`.
pub(super) fn scripted(room: &Room, case: &Case, ended: Ended) -> Told {
    let result: Value = json(&room.path("work/result.json"), case, &ended);
    let tasks = result["tasks"].as_array().unwrap().iter();
    let tasks = tasks.map(|one| task(&serde_json::from_value(one.clone()).unwrap())).collect();
    let returned = files(&room.path("work/outputs")).into_iter();
    assert_eq!(result["exit_code"], ended.code, "{}: {}", case.name, ended.said);
    Told {
        engine: "the emitted script",
        exit: ended.code,
        outcome: result["outcome"].as_str().unwrap().to_owned(),
        outputs: Some(outputs(&room.path("work/results"), &tasks)),
        tasks,
        returned: returned.map(|(name, text)| (name, String::from_utf8_lossy(&text).into_owned())).collect(),
        log: Vec::new(),
        inputs: BTreeMap::new(),
        said: ended.said,
    }
}

fn given(command: &mut Command, case: &Case) {
    for pair in case.pairs() {
        command.args(["-p", &pair]);
    }
    for name in case.empty_lists() {
        command.arg(format!("--no-{name}"));
    }
}

/// Builds: the emitted driver, an `oc` that starts the builder, and what it writes to its log.
pub(super) fn builds(top: &Path, case: &Case, spec: &RunSpec) -> Told {
    let room = Room::new(top, "builds");
    let ended = room.run(&mut builds_command(&room, case), case);
    let begun = room.log().iter().map(|line| super::order::task_of(line).to_owned()).collect();
    let mut told = driven(&room, case, spec, ended, Some(&begun));
    (told.log, told.inputs) = (room.log(), room.trace());
    told
}

/// Emits them with the names of secrets, and starts the driver as it is typed.
pub(super) fn builds_command(room: &Room, case: &Case) -> Command {
    emit(room, case, "buildconfig", secret(case).as_slice());
    let mut command = driver(room);
    given(&mut command, case);
    command
}

/// The emitted driver in the folder `made`, with an `oc` that starts the builder.
pub(super) fn driver(room: &Room) -> Command {
    room.write("oc/oc", OC);
    let top = room.folder.parent().unwrap();
    // What tasks find is their own.
    let tools = format!("{}:{}", room.path("bin").display(), std::env::var("PATH").unwrap());
    let path = format!("{}:{tools}", room.path("oc").display());
    let id = top.file_name().unwrap().to_string_lossy().replace('.', "").to_lowercase();
    let mut command = room.command("bash");
    command.args(["made/start.sh", "--summary", "summary.json"]).env("PATH", path).env("OC_TOP", &room.folder);
    command
        .env("OC_PATH", tools)
        .env("OC_RUN", id)
        .env("OC_ENTRYPOINT", ENTRYPOINT)
        .env("OC_SECRETS", top.join("secrets"));
    command
}

/// What the builds of a driver said; `begun`: the tasks that left a trace.
pub(super) fn driven(room: &Room, case: &Case, spec: &RunSpec, ended: Ended, begun: Option<&BTreeSet<String>>) -> Told {
    let summary: Value = json(&room.path("summary.json"), case, &ended);
    let mut segments: Vec<PathBuf> =
        fs::read_dir(room.path("made/segments")).unwrap().flatten().map(|entry| entry.path()).collect();
    segments.sort();
    let logs = segments.iter().map(|segment| room.path(segment.file_stem().unwrap().to_str().unwrap()));
    let logs: Vec<(i32, String)> = logs.filter_map(|place| build(&place)).collect();
    let exit = logs.iter().map(|(code, _)| *code).find(|code| *code != 0).unwrap_or(0);
    driver_agrees(case, &ended, &summary, exit);
    let lines = logs.iter().flat_map(|(_, log)| log.lines());
    let lines: Vec<&str> = lines.filter_map(|line| line.strip_prefix("pipec: ")).collect();
    let one = |name: &String| (name.clone(), built(name, &lines, begun.map(|begun| begun.contains(name))));
    Told {
        engine: "the builds",
        exit,
        outcome: summary["outcome"].as_str().unwrap().to_owned(),
        tasks: spec.tasks.iter().map(|task| one(&task.name)).collect(),
        returned: lines.iter().filter_map(|line| line.strip_prefix("return ")).flat_map(returned).collect(),
        log: Vec::new(),
        inputs: BTreeMap::new(),
        outputs: None,
        said: ended.said,
    }
}

/// The exit code and the log of a build that ran.
fn build(place: &Path) -> Option<(i32, String)> {
    let code = fs::read_to_string(place.with_extension("code")).ok()?;
    let log = fs::read(place.with_extension("log")).ok()?;
    Some((code.trim().parse().ok()?, String::from_utf8_lossy(&log).into_owned()))
}

/// `oc start-build --wait` says that a build failed and not how, so the driver ends with 1 where others end with the code
/// of the first task that failed; a cancelled one ends as all do.
fn driver_agrees(case: &Case, ended: &Ended, summary: &Value, exit: i32) {
    let wanted = if ended.cancelled { exit } else { i32::from(exit != 0) };
    assert_eq!((ended.code, &summary["exit_code"]), (wanted, &Value::from(wanted)), "{}: {}", case.name, ended.said);
}

/// What the log of its build says of a task. One of a build that never started was cancelled.
fn built(name: &str, lines: &[&str], begun: Option<bool>) -> Task {
    let own = |line: &&&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(": try "));
    let tries = lines.iter().filter(own).count();
    let mut ends = lines.iter().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).filter_map(end);
    let (state, code, warning) = ends.next_back().unwrap_or(("cancelled", 0, false));
    assert_eq!(ends.next_back(), None, "`{name}` ended twice");
    let attempts = begun.map(|begun| if begun { 1 + u32::try_from(tries).unwrap() } else { 0 });
    Task { state: state.to_owned(), code, warning, attempts, steps: None, turns: BTreeMap::new() }
}

fn end(said: &str) -> Option<(&'static str, i32, bool)> {
    let (said, code) = match said.split_once(" (") {
        Some((said, code)) => (said, code.strip_suffix(')')?.parse().ok()?),
        None => (said, 0),
    };
    let warning = said == "succeeded, with a warning";
    let states = ["succeeded", "failed", "skipped", "cancelled", "lost"];
    let state = states.into_iter().find(|state| *state == said || warning && *state == "succeeded")?;
    Some((state, code, warning))
}

fn returned(object: &str) -> Vec<(String, String)> {
    let object: BTreeMap<String, String> = serde_json::from_str(object).unwrap();
    object.into_iter().map(|(name, text)| (output_name(&name), text)).collect()
}

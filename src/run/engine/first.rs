//! Tasks in their order, one after the other.

use std::fs;
use std::io;
use std::process::Command;
use std::time::Instant;

use super::Options;
use super::values::Values;
use crate::contract::store::{ResultFile, State, StepResult, TaskResult};
use crate::contract::{END_OF_LIST, ListSource, RunSpec, Source, TaskSpec};
use crate::run::observe::{Change, Observer, StepRef, TaskRef};
use crate::run::supervise::cancel::Cancel;
use crate::run::supervise::{self, Limits};

pub(super) fn preflight(spec: &RunSpec, values: &Values, _options: &Options<'_>) -> Vec<String> {
    let missing =
        spec.params.iter().filter(|param| param.default.is_none() && !values.params.contains_key(&param.name));
    missing.map(|param| format!("the parameter `{}` is not given", param.name)).collect()
}

pub(super) fn run(
    spec: &RunSpec,
    values: &Values,
    options: &Options<'_>,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> io::Result<ResultFile> {
    let began = Instant::now();
    observer.begins(spec);
    let mut code = 0;
    let mut tasks = Vec::new();
    for (at, task) in spec.tasks.iter().enumerate() {
        let about = TaskRef { task: at, turn: None };
        let change = |state, exit_code| Change { state, exit_code, warning: false, kept: false, key: None };
        if code != 0 && !task.finally {
            observer.task(about, &change(State::Cancelled, None));
            tasks.push(result(task, State::Cancelled, 0, Vec::new()));
            continue;
        }
        observer.task(about, &change(State::Running, None));
        let mut steps = Vec::new();
        let mut ended = 0;
        for step in 0..task.steps.len() {
            let about = StepRef { task: about, step, attempt: 1 };
            observer.step(about, &change(State::Running, None));
            ended = one(spec, values, options, observer, cancel, about)?;
            let state = if ended == 0 { State::Succeeded } else { State::Failed };
            observer.step(about, &change(state, Some(ended)));
            steps.push(StepResult {
                name: task.steps[step].name.clone(),
                kind: "step".to_owned(),
                success: ended == 0,
                exit_code: ended,
                duration_ms: 0,
            });
            if ended != 0 {
                break;
            }
        }
        let state = if ended == 0 { State::Succeeded } else { State::Failed };
        observer.task(about, &change(state, Some(ended)));
        tasks.push(result(task, state, ended, steps));
        if code == 0 && !task.go_on {
            code = ended;
        }
    }
    Ok(ResultFile {
        name: spec.pipeline.clone(),
        kind: "pipeline".to_owned(),
        success: code == 0,
        outcome: if code == 0 { State::Succeeded } else { State::Failed },
        exit_code: code,
        duration_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        outputs: Vec::new(),
        tasks,
        stages: Vec::new(),
    })
}

fn result(task: &TaskSpec, status: State, exit_code: i32, steps: Vec<StepResult>) -> TaskResult {
    TaskResult {
        name: task.name.clone(),
        stage: task.stage.clone(),
        kind: "task".to_owned(),
        success: status == State::Succeeded,
        status,
        warning: false,
        exit_code,
        duration_ms: 0,
        attempts: 1,
        steps,
        turns: None,
    }
}

fn one(
    spec: &RunSpec,
    values: &Values,
    options: &Options<'_>,
    observer: &dyn Observer,
    cancel: &Cancel,
    about: StepRef<'_>,
) -> io::Result<i32> {
    let task = &spec.tasks[about.task.task];
    let step = &task.steps[about.step];
    let work = options.work;
    let outputs = work.join("outputs").join(&task.name);
    let scratch = work.join("scratch").join(&task.name);
    let scripts = work.join("scripts");
    for folder in [&outputs, &scratch, &scripts] {
        fs::create_dir_all(folder)?;
    }
    let script = scripts.join(format!("{}.{}.sh", task.name, step.name));
    fs::write(&script, &step.script)?;
    let param = |name: &str| spec.params.iter().find(|param| param.name == name);
    let text = |source: &Source| -> String {
        let file = |name: &str| if name.is_empty() { "value".to_owned() } else { name.to_owned() };
        match source {
            Source::Literal(text) => text.clone(),
            Source::Param(name) => param(name).map(|param| values.text(param).to_owned()).unwrap_or_default(),
            Source::Result { task, output } => {
                fs::read_to_string(work.join("outputs").join(task).join(file(output))).unwrap_or_default()
            }
            Source::OutputFile(output) => outputs.join(file(output)).display().to_string(),
            Source::Place { workspace, path } => {
                work.join("workspaces").join(workspace).join(path).display().to_string()
            }
            Source::SecretValue(_)
            | Source::SecretFile(_)
            | Source::Status(_)
            | Source::StepResult { .. }
            | Source::Outcome => String::new(),
        }
    };
    let words = step.script.lines().next().and_then(|line| line.strip_prefix("#!")).unwrap_or("/bin/sh").to_owned();
    let mut words = words.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or("/bin/sh"));
    command.args(words).arg(&script).current_dir(&scratch);
    for list in &step.args {
        match list {
            ListSource::Literal(list) => drop(command.args(list)),
            ListSource::Param(name) => drop(param(name).map(|param| command.args(values.list(param)))),
            ListSource::Each(sources) => drop(command.args(sources.iter().map(text))),
            ListSource::Gathered { .. } | ListSource::Result { .. } => {}
        }
        command.arg(END_OF_LIST);
    }
    command.envs(step.env.iter().map(|(name, source)| (name, text(source))));
    let limits = Limits { deadline: None, grace: options.grace, cancel };
    let ended = supervise::run(&mut command, limits, &mut |_| {}, &mut |stream, bytes| {
        observer.output(about, stream, bytes);
    });
    Ok(ended.map_or_else(|error| supervise::start_code(&error), |ended| ended.code))
}

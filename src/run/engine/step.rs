//! One step of one try.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use super::attend::{Try, spoken};
use super::folders::open_to_all;
use super::give::{Given, Giver};
use super::process::interpreter;
use super::site::Site;
use super::who::Who;
use crate::contract::store::{State, StepResult, Stream};
use crate::run::container::Container;
use crate::run::observe::{Change, StepRef};
use crate::run::supervise::{self, Ended, Reason};

/// What a process has that its machine cannot start.
const NOT_READY: i32 = 2;
/// And one that did not end by itself in its grace.
const KILLED: i32 = 137;

impl Site<'_> {
    /// Runs it and says in `one` how the try stands; `network`: what the services of the task share with it.
    pub(super) fn step(&self, who: &Who, step: usize, network: Option<&str>, one: &mut Try<'_>) {
        let began = Instant::now();
        let about = StepRef { task: who.reference(), step, attempt: one.number };
        self.observer.step(about, &change(State::Running, None, false));
        let ended = self.launch(who, about, network, one);
        let warned = self.judge(who, ended, one);
        one.warned |= warned;
        self.observer.step(about, &change(one.state, Some(one.code), warned));
        one.steps.push(StepResult {
            name: self.task(who).steps[step].name.clone(),
            kind: "step".to_owned(),
            success: one.code == 0,
            exit_code: one.code,
            duration_ms: milliseconds(began.elapsed()),
        });
    }

    /// Sets state and code; whether the script had something to complain of.
    pub(super) fn judge(&self, who: &Who, ended: Ended, one: &mut Try<'_>) -> bool {
        one.code = ended.code;
        match ended.reason {
            Some(Reason::Cancelled) => {
                one.state = State::Cancelled;
                return false;
            }
            Some(Reason::Timeout) => {
                (one.state, one.code) = (State::Failed, 124);
                let limit = u64::try_from(self.task(who).timeout.unwrap_or(0)).unwrap_or(0);
                let limit = spoken(Duration::from_millis(limit));
                self.say(Some(who), &format!("ended after {limit}, the time limit of `{}`", who.shown(self.spec)));
                return false;
            }
            None => {}
        }
        let verdict = fs::read_to_string(self.verdict(who)).unwrap_or_default();
        let verdict = verdict.lines().next().unwrap_or_default();
        if one.code != 0 {
            one.state = State::Failed;
        } else if verdict == "skipped" {
            one.state = State::Skipped;
        }
        verdict == "warned"
    }

    fn launch(&self, who: &Who, about: StepRef<'_>, network: Option<&str>, one: &Try<'_>) -> Ended {
        let Some(command) =
            self.ready(who, about.step).and_then(|ready| self.step_command(who, &about, network, ready))
        else {
            return Ended { code: NOT_READY, reason: None };
        };
        let (mut command, container) = command;
        if one.ends.cancel.is_set() {
            return Ended { code: 143, reason: Some(Reason::Cancelled) };
        }
        let ended = self.process(Some(who), &mut command, one.ends, &mut |stream: Stream, bytes: &[u8]| {
            self.observer.output(about, stream, bytes);
        });
        let ended = ended.unwrap_or_else(|error| {
            self.say(Some(who), &format!("{:?} could not be started: {error}", command.get_program()));
            Ended { code: supervise::start_code(&error), reason: None }
        });
        if let Some(container) = container {
            // When its client was ended the container may go on. That of one that was killed had its grace.
            let cut_off = ended.reason.is_some() || ended.code > 128;
            if cut_off && !(ended.reason.is_some() && ended.code == KILLED) {
                self.stop_container(&container, self.grace(Some(who)));
            }
            self.remove_containers(&[container], cut_off);
        }
        ended
    }

    /// The script in its place and all that it reads; what is missing is said.
    fn ready(&self, who: &Who, step: usize) -> Option<(PathBuf, Given)> {
        let spec = &self.task(who).steps[step];
        let written = self.script_file(&spec.script).map_err(|error| format!("its script cannot be written: {error}"));
        let giver = Giver { site: self, who: Some(who) };
        let given = written.and_then(|file| Ok((file, giver.all(&spec.env, &spec.args, spec.workdir.as_ref())?)));
        let given = given.and_then(|(file, mut given)| {
            self.make_start(who, &given.start).map_err(|error| format!("{:?} cannot be made: {error}", given.start))?;
            given.env.push(("PIPE_VERDICT_FILE".to_owned(), self.verdict(who).into()));
            if let Some(turn) = &who.turn {
                given.env.push(("PIPE_TURN".to_owned(), OsString::from(&turn.text)));
            }
            Ok((file, given))
        });
        match given {
            Ok(ready) => Some(ready),
            Err(error) => {
                self.say(Some(who), &error);
                None
            }
        }
    }

    /// A script goes where it starts itself; a folder in a workspace, or a relative one, is made for it.
    fn make_start(&self, who: &Who, start: &OsString) -> io::Result<()> {
        if start.is_empty() {
            return Ok(());
        }
        let scratch = self.scratch(who);
        let start = scratch.join(start);
        let known = self.places().filter(|place| !place.as_os_str().is_empty()).chain([scratch.as_path()]);
        if known.into_iter().any(|place| start.starts_with(place)) { fs::create_dir_all(&start) } else { Ok(()) }
    }

    /// The command, and the name of its container.
    fn step_command(
        &self,
        who: &Who,
        about: &StepRef<'_>,
        network: Option<&str>,
        (script, mut given): (PathBuf, Given),
    ) -> Option<(Command, Option<String>)> {
        let spec = &self.task(who).steps[about.step];
        let mut words = interpreter(&spec.script);
        let scratch = self.scratch(who);
        let Some(engine) = self.engine() else {
            words.push(script.into());
            words.append(&mut given.words);
            let mut command = self.command(Some(who), &words, &given);
            command.current_dir(&scratch);
            return Some((command, None));
        };
        let opened = open_to_all(&script, 0o755);
        let opened = opened.map_err(|error| format!("{} cannot be opened to all: {error}", script.display()));
        if let Err(error) = opened.and_then(|()| self.hide_secrets(&mut given)) {
            self.say(Some(who), &error);
            return None;
        }
        let name = self.container_name(who, &format!("{}-{}", about.step, about.attempt));
        let task = self.task(who);
        let mut container = Container::run(engine, &name);
        container.needs(&task.needs, network);
        container.limits(&task.asks);
        container.mount(&script, true);
        let outputs = self.has_outputs(who).then(|| self.outputs(who));
        outputs.iter().chain([&scratch, &self.control(who)]).for_each(|folder| container.mount(folder, false));
        task.workspaces
            .iter()
            .map(|name| self.place(name))
            .filter(|place| !place.as_os_str().is_empty())
            .for_each(|place| container.mount(place, false));
        given.secrets.iter().for_each(|file| container.mount(file, true));
        container.start_in(&scratch);
        container.environment(&mut given.env, &given.secret_names);
        let words = container.words(&spec.image, words, &script, std::mem::take(&mut given.words));
        let mut command = self.command(Some(who), &words, &given);
        command.current_dir(&scratch);
        self.note_container(&name);
        Some((command, Some(name)))
    }
}

fn change(state: State, exit_code: Option<i32>, warning: bool) -> Change<'static> {
    Change { state, exit_code, warning, kept: false, key: None }
}

/// Of a duration, as results say it.
pub(super) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

//! A whole plan as a build: an archive on standard input says what runs, with what.
//!
//! The first process only hands signals on and waits for orphans; its child, the worker, does the work, so that it can wait
//! for its own children.

mod archive;
mod build;
mod carry;
mod console;
mod input;

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::Signal;

use super::arguments::{PREFIX, WORKER};
use super::child::{self, Limits};
use super::failure::Failure;
use super::options::Options;
use super::pump::Pump;
use super::script::unique;
use super::signals::Signals;
use crate::contract::store::State;
use crate::run::engine::{self, Runner, Services};
use crate::run::supervise::cancel::Cancel;
use build::Build;
use console::Console;
use input::Input;

/// `pipec-entrypoint builder`, as the first process.
pub(super) fn run(words: &[OsString]) -> Result<u8, Failure> {
    let signals = Signals::catch().map_err(|error| Failure::machine("signals", &error))?;
    child::adopt();
    let mut command = Command::new("/proc/self/exe");
    command.arg(WORKER).args(words).stdin(Stdio::inherit());
    // How long something may take to end is for the worker to say, who knows the tasks.
    let limits = Limits { deadline: None, grace: None, terminal: false };
    let mut pump = Pump::new(&Options::default())?;
    let ended = child::run(&mut command, limits, &signals, &mut pump);
    child::end_all();
    ended.map(|ended| ended.code).map_err(|error| Failure::machine("the builder cannot be started", &error))
}

/// Its worker: reads, brings, runs, keeps.
pub(super) fn work(options: &Options) -> Result<u8, Failure> {
    let stop = Stop::start()?;
    let build = Build::read(std::env::var_os(super::arguments::BUILD))?;
    let folder = Folder::new(options.step.work.as_deref())?;
    let archive = folder.path.join("archive");
    archive::unpack(&mut std::io::stdin().lock(), &archive)?;
    let mut input = Input::read(&archive)?;
    if let Some(secrets) = &options.step.secrets {
        input.values.secrets.clone_from(secrets);
    }
    let console = Console::new(&input.spec);
    build.lines().iter().for_each(|line| console.line(line));
    let tasks = input.spec.tasks.len();
    let tasks = if tasks == 1 { "1 task".to_owned() } else { format!("{tasks} tasks") };
    console.line(&format!("{} {}: {tasks}", input.spec.pipeline, input.spec.segment));
    let work = folder.path.join("work");
    let store = carry::Store::open(&input, &build)?;
    let earlier = carry::bring(store.as_ref(), &input, &work, &folder.path)?;
    input.place_files(&archive, &work)?;
    let environment = environment(&input.env);
    let engine = engine::Options {
        work: &work,
        at_once: input.spec.at_once.max(1),
        grace: options.grace,
        keep_going: false,
        selected: None,
        runner: Runner::None,
        services: Services::External,
        earlier: &earlier,
        environment: &environment,
        guard: None,
    };
    let ran = engine::run(&input.spec, &input.values, &engine, &console, &stop.cancel);
    let result = ran.map_err(|error| Failure::machine("the run", &error))?;
    let kept = carry::keep(store.as_ref(), &input.spec, &result, &work, &folder.path);
    if result.outcome == State::Succeeded && kept.is_ok() {
        result.outputs.iter().for_each(|(name, text)| console.returned(name, text));
    }
    kept?;
    Ok(stop.code().unwrap_or_else(|| u8::try_from(result.exit_code).unwrap_or(1)))
}

/// What every task has beside its own variables; our own configuration is not theirs.
fn environment(more: &[(OsString, OsString)]) -> Vec<(OsString, OsString)> {
    let own = |name: &OsString| name.as_bytes().starts_with(PREFIX.as_bytes());
    let ours = std::env::vars_os().filter(|(name, _)| !own(name) && !more.iter().any(|(one, _)| one == name));
    ours.chain(more.iter().cloned()).collect()
}

/// Signals that end a run: the first one cancels, the next one kills.
struct Stop {
    cancel: Arc<Cancel>,
    first: Arc<std::sync::atomic::AtomicU8>,
}

impl Stop {
    fn start() -> Result<Self, Failure> {
        let machine = |error: std::io::Error| Failure::machine("signals", &error);
        let signals = Signals::catch().map_err(machine)?;
        let stop = Self { cancel: Arc::new(Cancel::new().map_err(machine)?), first: Arc::default() };
        let (cancel, first) = (Arc::clone(&stop.cancel), Arc::clone(&stop.first));
        // It ends with the process.
        std::thread::spawn(move || {
            loop {
                let waker = signals.waker();
                poll(&mut [PollFd::from_borrowed_fd(waker, PollFlags::IN)], None).ok();
                for signal in signals.take() {
                    let ends = [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT].contains(&signal);
                    let code = u8::try_from(128 + signal.as_raw()).unwrap_or(1);
                    match ends.then(|| first.fetch_max(code, std::sync::atomic::Ordering::SeqCst)) {
                        None => {}
                        Some(0) => cancel.set(),
                        Some(_) => cancel.kill(),
                    }
                }
            }
        });
        Ok(stop)
    }

    /// 128 and the number of the signal that came.
    fn code(&self) -> Option<u8> {
        Some(self.first.load(std::sync::atomic::Ordering::SeqCst)).filter(|code| *code != 0)
    }
}

/// The folder of a build, which goes with it.
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn new(work: Option<&Path>) -> Result<Self, Failure> {
        let name = format!("pipec-build-{}", unique().to_string_lossy());
        let path = work.map_or_else(std::env::temp_dir, Path::to_owned).join(name);
        for part in ["archive", "work"] {
            let folder = path.join(part);
            fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;
        }
        let path = path.canonicalize().map_err(|error| Failure::file(&path, &error))?;
        Ok(Self { path })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A task that left the group of its script may still write.
        if fs::remove_dir_all(&self.path).is_err() {
            std::thread::sleep(Duration::from_millis(50));
            fs::remove_dir_all(&self.path).ok();
        }
    }
}

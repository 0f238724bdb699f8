//! `pipec run`: a pipeline on this machine.

mod dry;
pub(super) mod lines;
mod live;
mod plain;
mod screen;
mod values;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use super::args::runtime::{Run, Runner, Services};
use super::machine::{Disk, Machine};
use super::stores::{self, spoken};
use super::{Exit, show};
use crate::contract::store::{ResultFile, State, StatusFile};
use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::emit::local::Ready;
use crate::query::Analysis;
use crate::query::config::Config;
use crate::query::run::{KnownOut, Row, known_out, left_out, rows};
use crate::run::engine::values::Values;
use crate::run::engine::{self, Earlier, EarlierTask, Options};
use crate::run::guard::Guard;
use crate::run::signals;
use crate::run::store::recorder::Recorded;
use crate::run::store::{About, Store, Writing};
use crate::run::supervise::cancel::Cancel;
use crate::source::Sources;
use screen::{Both, Screen};

/// What this command is told to be the guardian of a run; nobody types it.
const GUARD: &str = "guard-of-a-run";

/// What a run is refused with, as everything that is wrong before it starts.
const REFUSED: u8 = 2;

/// Whether this process was started to end what a killed run leaves.
pub(super) fn is_guard() -> bool {
    std::env::args_os().nth(1).is_some_and(|word| word == GUARD)
}

/// The exit code is that of the run.
pub(super) fn run(args: &Run, machine: &mut Machine) -> u8 {
    let (config, mut analysis) = show::open(&args.wanted);
    let Some(asked) = prepare(args, &config, &mut analysis, machine) else { return REFUSED };
    if let Some((rows, out)) = &asked.dry {
        machine.print(&dry(args, &asked, rows, out));
        return machine.finish(Exit::Clean) as u8;
    }
    match start(args, &asked, machine) {
        Ok(code) => code,
        Err(found) => {
            found.iter().for_each(|one| machine.complain(&Sources::default(), one));
            REFUSED
        }
    }
}

/// What was asked for, as the engine takes it.
struct Asked {
    ready: Ready,
    values: Values,
    selected: Option<Vec<bool>>,
    /// To be shown in place of running: what is in the plan, and what is not, with the reason.
    dry: Option<(Vec<Row>, Vec<KnownOut>)>,
}

/// `None` when something was found, which has been said.
fn prepare(args: &Run, config: &Config, analysis: &mut Analysis, machine: &mut Machine) -> Option<Asked> {
    let mut request = show::request(&args.wanted, "run");
    let outside = analysis.outside(&request);
    let mut problems = Vec::new();
    let given = values::taken(&mut request, &outside, &mut problems);
    let plan = analysis.plan(&Disk, &request);
    let ready = plan.as_ref().and_then(|plan| analysis.ready(plan));
    let selected = ready.as_ref().map(|ready| engine::select::select(&ready.spec, &args.only, &args.from));
    let selected = selected.and_then(|selected| selected.map_err(|unknown| problems.extend(unknown)).ok());
    let problems: Vec<Diagnostic> = problems.into_iter().map(refused).collect();
    let exit = show::all_findings(config, analysis, &problems, args.report, machine);
    let (plan, mut ready, selected) = (plan?, ready?, selected?);
    if exit == Exit::Failed || !problems.is_empty() {
        return None;
    }
    show::tell_left_out(left_out(&plan), args.report, machine);
    ready.spec.at_once = at_once(args, &ready);
    ready.given.extend(given.iter().map(|(name, text)| (name.clone(), vec![text.clone()])));
    let dry = args.dry_run.then(|| (rows(&plan), known_out(&plan, &analysis.sources)));
    Some(Asked { ready, values: values::of(args, given), selected, dry })
}

fn dry(args: &Run, asked: &Asked, rows: &[Row], out: &[KnownOut]) -> String {
    let around = Around { earlier: Earlier::default(), environment: std::env::vars_os().collect(), guard: None };
    let work = absolute(stores::open(&args.place).folder()).join("work");
    let spec = &asked.ready.spec;
    let decided = engine::decided(spec, &asked.values, &options(args, asked, &around, &work));
    dry::table(spec, (rows, out), asked.selected.as_deref(), &decided)
}

/// What a run finds here.
struct Around {
    earlier: Earlier,
    environment: Vec<(OsString, OsString)>,
    guard: Option<Guard>,
}

fn options<'o>(args: &Run, asked: &'o Asked, around: &'o Around, work: &'o Path) -> Options<'o> {
    let Asked { ready, selected, .. } = asked;
    Options {
        work,
        at_once: ready.spec.at_once,
        grace: args.grace.unwrap_or(Duration::from_millis(u64::try_from(ready.grace).unwrap_or(0))),
        keep_going: args.keep_going,
        selected: selected.as_deref(),
        runner: runner(args.runner),
        services: services(args.services),
        earlier: &around.earlier,
        environment: &around.environment,
        guard: around.guard.as_ref(),
    }
}

fn at_once(args: &Run, ready: &Ready) -> usize {
    let said = ready.jobs.and_then(|jobs| usize::try_from(jobs).ok()).filter(|jobs| *jobs > 0);
    let processors = || std::thread::available_parallelism().map_or(1, usize::from);
    args.jobs.map(usize::from).or(said).unwrap_or_else(processors)
}

fn refused(problem: String) -> Diagnostic {
    Diagnostic::global(Code::P0770, problem).help("nothing was started; `pipec run --help` says how it is given")
}

/// Runs it, in a folder of the store.
fn start(args: &Run, asked: &Asked, machine: &mut Machine) -> Result<u8, Vec<Diagnostic>> {
    let spec = &asked.ready.spec;
    let store = stores::open(&args.place);
    let cancel = Arc::new(Cancel::new().map_err(|error| vec![no_machine(&error)])?);
    signals::listen(Arc::clone(&cancel)).map_err(|error| vec![no_machine(&error)])?;
    // Before the threads, so that it has nothing of them.
    let guard = Some(guard().map_err(|error| vec![no_machine(&error)])?);
    let resumed = args.resume.as_ref().map(|wanted| resumed(&store, wanted, args, asked)).transpose();
    let resumed = resumed.map_err(|found| vec![found])?;
    let earlier = resumed.as_ref().and_then(Writing::earlier).map(earlier).unwrap_or_default();
    let around = Around { earlier, environment: std::env::vars_os().collect(), guard };
    // Looked at before the folder is made: a run that cannot start leaves none.
    let looked_at = resumed.as_ref().map_or_else(|| absolute(store.folder()).join("work"), |run| absolute(&run.work()));
    let lacks = engine::preflight(spec, &asked.values, &options(args, asked, &around, &looked_at));
    if !lacks.is_empty() {
        return Err(lacks.into_iter().map(refused).collect());
    }
    let writing = match resumed {
        Some(writing) => writing,
        None => store.create(about(args, asked)).map_err(|error| vec![stores::unwritten(&store, &error)])?,
    };
    let work = absolute(&writing.work());
    let screen = Screen::new(spec, is_live(machine), machine.is_quiet());
    let recorded = writing.record(spec, |recorder| {
        let both = Both { recorder, screen: &screen };
        engine::run(spec, &asked.values, &options(args, asked, &around, &work), &both, &cancel)
    });
    screen.end();
    drop(around);
    Ok(farewell(args, &store, &writing, recorded, machine))
}

#[expect(clippy::disallowed_methods, reason = "the guardian of a run is this program again")]
fn guard() -> io::Result<Guard> {
    // Also when it was replaced on the disk in the meantime.
    let mut command = Command::new("/proc/self/exe");
    command.arg(GUARD);
    Guard::start(&mut command)
}

fn about(args: &Run, asked: &Asked) -> About {
    let (pipeline, source) = (asked.ready.spec.pipeline.clone(), args.wanted.file.clone());
    About { pipeline, source, given: asked.ready.given.clone() }
}

/// The run that goes on.
fn resumed(store: &Store, wanted: &str, args: &Run, asked: &Asked) -> Result<Writing, Diagnostic> {
    let run = stores::find(store, wanted)?;
    let (id, was, is) = (&run.file.id, &run.file.pipeline, &asked.ready.spec.pipeline);
    if was != is {
        let message = format!("the run `{id}` is of the pipeline `{was}`, not of `{is}`");
        return Err(Diagnostic::global(Code::P0772, message)
            .help(format!("name the run of `{is}` that is to go on: `pipec runs` shows them")));
    }
    let about = about(args, asked);
    match store.resume(&run, about.given) {
        Ok(Some(writing)) => Ok(writing),
        Ok(None) => Err(Diagnostic::global(Code::P0772, format!("the run `{id}` is still running")).help(format!(
            "wait for its end, with `pipec logs {id} --follow`, or end process {}",
            run.file.process.pid
        ))),
        Err(error) => Err(stores::unwritten(store, &error)),
    }
}

fn earlier(status: &StatusFile) -> Earlier {
    let task = |task: &crate::contract::store::TaskFile| {
        (task.name.clone(), EarlierTask { state: task.state, key: task.key.clone() })
    };
    let tasks: BTreeMap<String, EarlierTask> = status.tasks.iter().map(task).collect();
    Earlier { outcome: status.state, tasks }
}

fn runner(runner: Runner) -> engine::Runner {
    match runner {
        Runner::None => engine::Runner::None,
        Runner::Podman => engine::Runner::Podman,
        Runner::Docker => engine::Runner::Docker,
    }
}

fn services(services: Services) -> engine::Services {
    match services {
        Services::Start => engine::Services::Start,
        Services::External => engine::Services::External,
    }
}

/// Everything that is left to say.
fn farewell(args: &Run, store: &Store, writing: &Writing, recorded: Recorded, machine: &mut Machine) -> u8 {
    let Recorded { result, unread, unwritten } = recorded;
    unread.iter().for_each(|line| machine.remark(&format!("pipec: {line}\n")));
    if let Some(error) = unwritten {
        machine.complain(&Sources::default(), &stores::unwritten(store, &error));
    }
    let result = match result {
        Ok(result) => result,
        Err(error) => {
            machine.complain(&Sources::default(), &refused(error.to_string()));
            return REFUSED;
        }
    };
    for (name, value) in &result.outputs {
        machine.print(&format!("{} = {value}\n", output_name(name)));
    }
    machine.remark(&last_words(args, writing, &result));
    match machine.finish(Exit::Clean) {
        Exit::Clean => u8::try_from(result.exit_code).unwrap_or(1),
        Exit::Findings | Exit::Failed => REFUSED,
    }
}

fn last_words(args: &Run, writing: &Writing, result: &ResultFile) -> String {
    let (id, took) = (writing.id(), spoken(result.duration_ms));
    let mut text = String::new();
    let tasks = result.tasks.iter().flat_map(|task| std::iter::once(task).chain(task.turns.iter().flatten()));
    for task in tasks.filter(|task| task.status == State::Failed) {
        let step = task.steps.iter().find(|step| !step.success);
        let place = step.map_or_else(|| task.name.clone(), |step| format!("{}.{}", task.name, step.name));
        text +=
            &format!("pipec: `{place}` failed with exit code {}: pipec logs {id} '{}'\n", task.exit_code, task.name);
    }
    let how = super::runs::state(result.outcome);
    text += &format!("pipec: `{}` {how} after {took}; logs: pipec logs {id}\n", result.name);
    if !result.success && result.exit_code != i32::from(REFUSED) {
        text +=
            &format!("pipec: to go on with what succeeded: add `--resume {id}` to `pipec run {}`\n", args.wanted.file);
    }
    text
}

/// The only output of a pipeline has no name.
pub(super) fn output_name(name: &str) -> &str {
    if name.is_empty() { "value" } else { name }
}

fn is_live(machine: &Machine) -> bool {
    io::stdout().is_terminal() && io::stderr().is_terminal() && !machine.is_quiet()
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn no_machine(error: &io::Error) -> Diagnostic {
    refused(format!("the run cannot be watched over: {error}"))
}

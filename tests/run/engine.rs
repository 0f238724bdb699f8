//! Whole runs: programs from text, run in a folder of their own.

mod cancel;
mod containers;
mod failure;
mod fan;
mod guard;
mod kept;
mod locks;
mod made;
mod order;
mod parts;
mod services;
mod speed;
mod values;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use pipec::contract::RunSpec;
use pipec::contract::store::{ResultFile, State, Stream, TaskResult};
use pipec::emit::spec;
use pipec::query::{Analysis, Request};
use pipec::run::engine::values::{Given, Values};
use pipec::run::engine::{self, Earlier, EarlierTask, Options, Runner, Services};
use pipec::run::observe::{Change, Made, Observer, StepRef, TaskRef};
use pipec::run::supervise::cancel::Cancel;
use pipec::source::Files;
use tempfile::TempDir;

struct Only<'a>(&'a str);

impl Files for Only<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if path == "ci.pipe" { Ok(self.0.as_bytes().to_vec()) } else { Err(io::ErrorKind::NotFound.into()) }
    }
}

/// A program as it is run.
fn compiled(text: &str) -> RunSpec {
    let files = Only(text);
    let mut analysis = Analysis::open(&files, "ci.pipe");
    let plan = analysis.plan(&files, &Request::default());
    let said: Vec<String> =
        analysis.diagnostics.iter().map(|one| format!("{} {}", one.code.id(), one.message)).collect();
    spec::whole(&plan.unwrap_or_else(|| panic!("no plan: {said:#?}")), &analysis.sources, 4)
}

/// A program and a folder that its steps know as `$TOP`.
struct Line {
    dir: TempDir,
    spec: RunSpec,
    values: Values,
    environment: Vec<(OsString, OsString)>,
    at_once: usize,
    grace: Duration,
    keep_going: bool,
    runner: Runner,
    services: Services,
    earlier: Earlier,
    selected: Option<Vec<bool>>,
}

impl Line {
    fn of(text: &str) -> Self {
        Self::of_spec(compiled(text))
    }

    fn of_spec(spec: RunSpec) -> Self {
        let dir = TempDir::new().unwrap();
        let mut environment: Vec<(OsString, OsString)> = std::env::vars_os().collect();
        let top = dir.path().canonicalize().unwrap();
        for (name, value) in [("TOP", top.clone()), ("TMPDIR", top.clone()), ("PIPEC_LOCK_DIR", top.join("locks"))] {
            environment.retain(|(known, _)| known != name);
            environment.push((name.into(), value.into()));
        }
        environment.retain(|(name, _)| name != "XDG_RUNTIME_DIR");
        let values = Values { params: BTreeMap::new(), secrets: top.join("secrets") };
        Self {
            dir,
            spec,
            values,
            environment,
            at_once: 4,
            grace: Duration::from_millis(200),
            keep_going: false,
            runner: Runner::None,
            services: Services::Start,
            earlier: Earlier::default(),
            selected: None,
        }
    }

    /// One of a single task.
    fn of_task(run: &str, fields: &str) -> Self {
        Self::of(&format!("pipeline line() {{ {} }}", task("a", run, fields)))
    }

    fn give(&mut self, name: &str, text: &str) -> &mut Self {
        self.values.params.insert(name.to_owned(), Given::Text(text.to_owned()));
        self
    }

    fn give_list(&mut self, name: &str, list: &[&str]) -> &mut Self {
        let list = list.iter().map(|text| (*text).to_owned()).collect();
        self.values.params.insert(name.to_owned(), Given::List(list));
        self
    }

    fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.into(), value.into()));
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    fn work(&self) -> PathBuf {
        self.path("work")
    }

    fn run(&self) -> Told {
        self.run_until(&Cancel::new().unwrap())
    }

    fn run_until(&self, cancel: &Cancel) -> Told {
        let log = Log::default();
        let work = self.work();
        let result = engine::run(&self.spec, &self.values, &self.options(&work), &log, cancel).unwrap();
        log.told(result)
    }

    fn preflight(&self) -> Vec<String> {
        engine::preflight(&self.spec, &self.values, &self.options(&self.work()))
    }

    fn options<'a>(&'a self, work: &'a Path) -> Options<'a> {
        Options {
            work,
            at_once: self.at_once,
            grace: self.grace,
            keep_going: self.keep_going,
            selected: self.selected.as_deref(),
            runner: self.runner,
            services: self.services,
            earlier: &self.earlier,
            environment: &self.environment,
            guard: None,
        }
    }

    /// A run that goes well.
    fn succeed(&self) -> Told {
        let told = self.run();
        assert_eq!(told.result.exit_code, 0, "{told:#?}");
        told
    }

    /// Waits for a file that a step makes.
    fn wait_for(&self, name: &str) {
        let began = Instant::now();
        while !self.has(name) {
            assert!(began.elapsed() < Duration::from_secs(20), "{name} does not come");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Runs it, and `meanwhile` beside it.
    fn run_while(&self, meanwhile: impl FnOnce(&Cancel) + Send) -> Told {
        let cancel = Cancel::new().unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| meanwhile(&cancel));
            self.run_until(&cancel)
        })
    }
}

fn task(name: &str, run: &str, fields: &str) -> String {
    format!("task {name} {{ image: \"a/b:1\", {fields} run: \"\"\"\n{run}\n\"\"\" }}\n")
}

/// What was told of a run.
#[derive(Debug)]
struct Told {
    result: ResultFile,
    /// `task running`, `task.step 1 failed 3`, in their order.
    events: Vec<String>,
    said: Vec<String>,
    out: BTreeMap<String, Vec<u8>>,
    ends: BTreeMap<String, EarlierTask>,
    kept: Vec<String>,
    /// `task[turn].output workspace/path`, with ` kept` where it is what an earlier run made; sorted.
    made: Vec<String>,
}

impl Told {
    fn status(&self, task: &str) -> State {
        self.task(task).status
    }

    fn task(&self, name: &str) -> &TaskResult {
        self.result.tasks.iter().find(|task| task.name == name).unwrap_or_else(|| panic!("no task {name}: {self:#?}"))
    }

    fn turns(&self, task: &str) -> Vec<(&str, State)> {
        let turns = self.task(task).turns.as_deref().unwrap_or_default();
        turns.iter().map(|turn| (turn.name.as_str(), turn.status)).collect()
    }

    fn out(&self, task: &str) -> String {
        String::from_utf8_lossy(self.out.get(task).map(Vec::as_slice).unwrap_or_default()).into_owned()
    }

    fn has_said(&self, what: &str) -> bool {
        self.said.iter().any(|line| line.contains(what))
    }

    /// For the next run.
    fn earlier(&self) -> Earlier {
        Earlier { outcome: self.result.outcome, tasks: self.ends.clone() }
    }
}

#[derive(Default)]
struct Log {
    names: Mutex<Vec<String>>,
    events: Mutex<Vec<String>>,
    said: Mutex<Vec<String>>,
    out: Mutex<BTreeMap<String, Vec<u8>>>,
    ends: Mutex<BTreeMap<String, EarlierTask>>,
    kept: Mutex<Vec<String>>,
    made: Mutex<Vec<String>>,
}

impl Log {
    fn told(self, result: ResultFile) -> Told {
        let mut made = self.made.into_inner().unwrap();
        made.sort();
        Told {
            made,
            result,
            events: self.events.into_inner().unwrap(),
            said: self.said.into_inner().unwrap(),
            out: self.out.into_inner().unwrap(),
            ends: self.ends.into_inner().unwrap(),
            kept: self.kept.into_inner().unwrap(),
        }
    }

    fn name(&self, task: TaskRef<'_>) -> String {
        let turn = task.turn.map(|turn| format!("[{}]", turn.label)).unwrap_or_default();
        format!("{}{turn}", self.names.lock().unwrap()[task.task])
    }
}

fn word(state: State) -> String {
    serde_json::to_value(state).unwrap().as_str().unwrap().to_owned()
}

impl Observer for Log {
    fn begins(&self, spec: &RunSpec) {
        *self.names.lock().unwrap() = spec.tasks.iter().map(|task| task.name.clone()).collect();
    }

    fn task(&self, task: TaskRef<'_>, change: &Change<'_>) {
        let name = self.name(task);
        self.events.lock().unwrap().push(format!("{name} {}", word(change.state)));
        if change.kept {
            self.kept.lock().unwrap().push(name.clone());
        }
        let end = EarlierTask { state: change.state, key: change.key.map(str::to_owned) };
        self.ends.lock().unwrap().insert(name, end);
    }

    fn step(&self, step: StepRef<'_>, change: &Change<'_>) {
        let code = change.exit_code.map(|code| format!(" {code}")).unwrap_or_default();
        let event = format!("{}.{} {} {}{code}", self.name(step.task), step.step, step.attempt, word(change.state));
        self.events.lock().unwrap().push(event);
    }

    fn made(&self, task: TaskRef<'_>, made: &[Made], kept: bool) {
        let (name, kept) = (self.name(task), if kept { " kept" } else { "" });
        let one = |one: &Made| {
            let place = one.place.as_ref().ok()?;
            Some(format!("{name}.{} {}/{}{kept}", one.name, place.workspace, place.inside))
        };
        self.made.lock().unwrap().extend(made.iter().filter_map(one));
    }

    fn output(&self, step: StepRef<'_>, _: Stream, bytes: &[u8]) {
        let name = self.name(step.task);
        self.out.lock().unwrap().entry(name).or_default().extend_from_slice(bytes);
    }

    fn say(&self, _: Option<TaskRef<'_>>, line: &str) {
        self.said.lock().unwrap().push(line.to_owned());
    }
}

//! The programs of this repository, with tools that stand for the real ones: each runs to its end.

mod rows;
#[path = "../../it/examples/tools.rs"]
mod tools;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pipec::contract::RunSpec;
use pipec::contract::store::Stream;
use pipec::emit::{Bundle, spec};
use pipec::query::{self, Analysis, Request};
use pipec::run::engine::values::Values;
use pipec::run::engine::{self, Earlier, Options, Runner, Services};
use pipec::run::observe::{Change, Observer, StepRef, TaskRef};
use pipec::run::supervise::cancel::Cancel;
use pipec::source::{Files, STDLIB};
use serde_json::{Value, json};

use super::case::Case;
use super::engines::{driven, driver, kept, scripted};
use super::room::{Ended, Room};
use super::told::Told;
use crate::object_store::{Server, secrets};
use rows::{EXAMPLES, Example, OLD, SERVICES, example};

const HERE: &str = env!("CARGO_MANIFEST_DIR");

impl Example {
    fn path(&self) -> String {
        format!("examples/{}.pipe", self.file)
    }

    /// Compiled once for all three.
    fn made(&self) -> Made {
        let mut analysis = Analysis::open(&Repository, &self.path());
        let request = Request {
            pipeline: Some(self.pipeline.to_owned()),
            values: self.values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            files: self.params.into_iter().map(str::to_owned).collect(),
            ..Request::default()
        };
        let plan = analysis.plan(&Repository, &request);
        let plan = plan.unwrap_or_else(|| panic!("{}: {:#?}", self.pipeline, analysis.diagnostics));
        let mut emit = |target: &str| {
            let bundle = analysis.emit(&plan, query::target(target).unwrap());
            let said = || analysis.diagnostics.iter().map(|one| one.message.as_str()).collect::<Vec<_>>().join("\n");
            bundle.ok_or_else(said)
        };
        let (script, builds) = (emit("shell"), emit("buildconfig"));
        let script = script.unwrap_or_else(|said| panic!("{}: {said}", self.pipeline)).files.remove(0).text;
        Made { spec: everywhere(&spec::whole(&plan, &analysis.sources, 1)), script, builds }
    }
}

/// An example as each of the three takes it.
struct Made {
    spec: RunSpec,
    script: String,
    /// Or what is said against it.
    builds: Result<Bundle, String>,
}

/// Files of the repository, and modules of the library by their names.
struct Repository;

impl Files for Repository {
    fn read(&self, path: &str) -> std::io::Result<Vec<u8>> {
        match STDLIB.iter().find(|(name, _)| path == format!("std.{name}")) {
            Some((_, text)) => Ok(text.as_bytes().to_vec()),
            None => fs::read(Path::new(HERE).join(path)),
        }
    }
}

/// The folder of an engine with the tools in it.
fn room(top: &Path, engine: &str, example: &Example) -> Room {
    let room = Room::new(top, engine);
    tools::install(&room.folder, example.cosa);
    tools::machine(&room.folder, "x86_64", example.arch);
    example.files.iter().for_each(|(name, text)| room.write(name, text));
    if let Some(arches) = example.fetched {
        room.write("meta.json", &tools::fetched(arches));
    }
    room.write("calls", "");
    room
}

fn path(room: &Room) -> String {
    format!("{}:{}", room.path("bin").display(), std::env::var("PATH").unwrap())
}

/// What the tools were told, without what only this folder has.
fn calls(room: &Room) -> Vec<String> {
    let text = fs::read_to_string(room.path("calls")).unwrap_or_default();
    let own = room.folder.display().to_string();
    let line = |line: &str| {
        let line = line.replace(&own, ".").replace("/work/results/", "/work/outputs/");
        // A build works in a folder of its own.
        let mut parts = line.split("./work/pipec-build-");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |line, part| line + "." + part.find('/').map_or("", |slash| &part[slash..]))
    };
    text.lines().map(line).collect()
}

/// Any machine runs these scripts: nobody looks for a device or an architecture, or waits between two tries.
fn everywhere(spec: &RunSpec) -> RunSpec {
    let mut spec: RunSpec = serde_json::from_str(&tools::anywhere(&serde_json::to_string(spec).unwrap())).unwrap();
    for task in &mut spec.tasks {
        (task.needs.kvm, task.needs.arch) = (false, None);
        task.retry_delay = task.retry_delay.map(|_| 1);
    }
    spec
}

/// Likewise.
fn script_for_everywhere(text: &str) -> String {
    let text = tools::anywhere(text).replace("[[ ${need#arch=} == \"$MACHINE\" ]]", "true");
    let line = |line: &str| match line.trim_start().strip_prefix("again ").and_then(|rest| rest.split_once(' ')) {
        Some((times, delay)) if delay.parse::<u64>().is_ok() => format!("again {times} 1\n"),
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

struct Silent;

impl Observer for Silent {
    fn begins(&self, _: &RunSpec) {}
    fn task(&self, _: TaskRef<'_>, _: &Change<'_>) {}
    fn step(&self, _: StepRef<'_>, _: &Change<'_>) {}
    fn made(&self, _: TaskRef<'_>, _: &[pipec::run::observe::Made], _: bool) {}
    fn output(&self, _: StepRef<'_>, _: Stream, _: &[u8]) {}
    fn say(&self, _: Option<TaskRef<'_>>, _: &str) {}
}

/// The engine of `pipec run`.
fn run(top: &Path, example: &Example, spec: &RunSpec) -> Told {
    let room = room(top, "run", example);
    let mut environment: BTreeMap<OsString, OsString> = std::env::vars_os().collect();
    environment.remove(&OsString::from("XDG_RUNTIME_DIR"));
    let mut set = |name: &str, value: PathBuf| drop(environment.insert(name.into(), value.into()));
    set("PATH", path(&room).into());
    set("TOOLS", room.folder.clone());
    set("TMPDIR", room.path("tmp"));
    set("PIPEC_LOCK_DIR", room.path("locks"));
    let environment: Vec<(OsString, OsString)> = environment.into_iter().collect();
    let (work, earlier) = (room.path("work"), Earlier::default());
    let options = Options {
        work: &work,
        at_once: 1,
        grace: Duration::from_secs(5),
        keep_going: false,
        selected: None,
        runner: Runner::None,
        services: Services::External,
        earlier: &earlier,
        environment: &environment,
        guard: None,
    };
    let values = Values { params: BTreeMap::new(), secrets: top.join("secrets") };
    let result = engine::run(spec, &values, &options, &Silent, &Cancel::new().unwrap()).unwrap();
    let ended = Ended { code: result.exit_code, said: format!("{result:#?}"), cancelled: false };
    let mut told = kept(&result, &work.join("outputs"), ended);
    told.log = calls(&room);
    told
}

fn shell(top: &Path, example: &Example, made: &Made, case: &Case) -> Told {
    let room = room(top, "shell", example);
    room.write("script.sh", &script_for_everywhere(&made.script));
    let mut command = room.command("bash");
    command.arg("script.sh").args(["--work", "work", "--grace", "5s", "-j", "1", "--services", "external"]);
    command.env("PATH", path(&room)).env("TOOLS", &room.folder).env("PIPEC_SECRETS_DIR", top.join("secrets"));
    let ended = room.run(&mut command, case);
    let mut told = scripted(&room, case, ended);
    told.log = calls(&room);
    told
}

/// Builds hand on through our store, one task after the other.
fn builds(top: &Path, example: &Example, made: &Made, case: &Case, server: &Server) -> Option<Told> {
    let room = room(top, "builds", example);
    let bundle = match &made.builds {
        Ok(bundle) => bundle,
        Err(said) => {
            let why = example.no_builds.unwrap_or_else(|| panic!("{}: {said}", case.name));
            assert!(said.contains(why), "{}: {said}", case.name);
            return None;
        }
    };
    assert!(example.no_builds.is_none(), "{}: builds express it by now", case.name);
    for file in &bundle.files {
        let is_segment = file.path.starts_with("segments/");
        let text = if is_segment { segment_for_here(&file.text, server) } else { file.text.clone() };
        room.write(&format!("made/{}", file.path), &text);
    }
    let mut command = driver(&room);
    command.env("TOOLS", &room.folder);
    let ended = room.run(&mut command, case);
    let mut told = driven(&room, case, &made.spec, ended, None);
    told.log = calls(&room);
    Some(told)
}

fn segment_for_here(text: &str, server: &Server) -> String {
    let mut segment: Value = serde_json::from_str(text).unwrap();
    segment["at_once"] = json!(1);
    if segment.get("store").is_some() {
        segment["store"] = serde_json::to_value(server.spec()).unwrap();
    }
    let spec: RunSpec = serde_json::from_value(segment).unwrap();
    serde_json::to_string(&everywhere(&spec)).unwrap()
}

fn differences(example: &Example, server: &Server) -> Vec<String> {
    let top = tempfile::tempdir().unwrap();
    let top = top.path().canonicalize().unwrap();
    secrets(&top.join("secrets"));
    for name in ["one", "art-registry", "ci-registry"] {
        fs::create_dir_all(top.join("secrets").join(name)).unwrap();
        fs::write(top.join("secrets").join(name).join("value"), "hush").unwrap();
    }
    let made = example.made();
    let mut case = Case::new(example.pipeline, "");
    case.classes = true;
    let (run, shell) = (run(&top, example, &made.spec), shell(&top, example, &made, &case));
    let builds = builds(&top, example, &made, &case, server);
    let serial = Case { classes: false, ..case.clone() };
    let mut found = super::compare::differences(&serial, &run, &shell);
    found.extend(builds.iter().flat_map(|builds| super::compare::differences(&case, &run, builds)));
    if run.exit != 0 {
        found.push("it does not come to its end".to_owned());
    }
    if !found.is_empty() {
        let said = [Some(&run), Some(&shell), builds.as_ref()];
        found.extend(said.iter().flatten().map(|told| format!("---- {}\n{}", told.engine, told.said)));
    }
    found
}

/// 1.17: what the examples tell their tools, and how their tasks end.
#[test]
fn capability_1_17_examples_run_the_same_everywhere() {
    let Some(server) = Server::start() else { return };
    let listens = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let [database, queue] = listens.each_ref().map(|one| one.local_addr().unwrap().port().to_string().leak() as &str);
    let values = vec![("fetch", "false"), ("password", "one"), ("database_port", database), ("queue_port", queue)];
    let orders = Example { no_builds: Some(SERVICES), ..example("orders", "orders", OLD, values.leak()) };
    let all: Vec<Example> = EXAMPLES.into_iter().chain([orders]).collect();
    super::in_parallel(&all, |example| {
        let found = differences(example, &server);
        (!found.is_empty()).then(|| format!("==== {}\n{}", example.pipeline, found.join("\n")))
    });
}

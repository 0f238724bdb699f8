//! `pipec run` with an engine for containers: a script of this name that notes what it is told and runs it.

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use super::{Place, Ran, below};

const ENGINE: &str = include_str!("../../it/emitted_shell/engine.sh");

const PROGRAM: &str = r#"
pipeline build(word: string) -> string {
    workspace src { size: 1Gi }
    task make -> string {
        image: "quay.io/a/make:1"
        workdir: src
        run: "echo made > file; printf '<%s>' ~{word} > ~{out}"
    }
    task look { image: "quay.io/a/look:2", workdir: src, run: "cat file; echo \"got \"~{make}" } after make
    return make
}
"#;

fn with_engine(program: &str, engine: &str) -> Place {
    let place = Place::new(program);
    let path = format!("bin/{engine}");
    place.put(&path, ENGINE);
    fs::set_permissions(place.path(&path), fs::Permissions::from_mode(0o755)).unwrap();
    place
}

fn run(place: &Place, args: &[&str]) -> Ran {
    let mut command = place.command(&[&["run", "ci.pipe"], args].concat());
    let path = format!("{}:{}", place.path("bin").display(), std::env::var("PATH").unwrap());
    Ran::read(&command.env("PATH", path).env("TOP", place.path("")).output().unwrap())
}

/// What the run gave its steps to run.
fn scripts(place: &Place) -> BTreeSet<String> {
    below(&place.last().join("work/scripts")).iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

/// With either engine and without one: the same words, the same scripts; a container sees nothing but the run.
#[test]
fn capability_4_7_the_same_scripts_run_with_every_engine() {
    let mut all = Vec::new();
    for engine in ["none", "podman", "docker"] {
        let place = with_engine(PROGRAM, engine);
        let ran = run(&place, &["-p", "word=a 'b'; $(id)", "--runner", engine]).exits(0);
        let told = if engine == "none" { String::new() } else { place.read("told").replace('\\', "") };
        let work = place.last().join("work").canonicalize().unwrap();
        let sources: Vec<&str> = told.split("\"source=").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        assert!(sources.iter().all(|source| source.starts_with(work.to_str().unwrap())), "{sources:?}");
        let images = ["quay.io/a/make:1", "quay.io/a/look:2"].map(|image| told.contains(image));
        assert_eq!(images, [engine != "none"; 2], "{told}");
        assert_eq!(sources.is_empty(), engine == "none", "{told}");
        all.push((ran.out, scripts(&place)));
    }
    assert_eq!(all[0].0, "look | made\nlook | got <a 'b'; $(id)>\nvalue = <a 'b'; $(id)>\n");
    assert!(all[0].1.len() >= 2 && all.iter().all(|one| *one == all[0]), "{all:#?}");
}

#[test]
fn an_engine_that_is_not_there_is_said_before_anything_runs() {
    let place = Place::new(PROGRAM);
    place.put("bin/empty", "");
    // The command that starts it for tests has to be found.
    std::os::unix::fs::symlink("/usr/bin/env", place.path("bin/env")).unwrap();
    let mut command = place.command(&["run", "ci.pipe", "--word", "x", "--runner", "podman"]);
    let ran = Ran::read(&command.env("PATH", place.path("bin")).output().unwrap());
    ran.exits(2).says("there is no `podman` on this machine");
    assert!(place.run(&["logs", "last", "make"]).out.is_empty());
}

fn with_service(image: &str) -> String {
    format!(
        "pipeline build() {{\n    task t {{\n        image: \"quay.io/a/t:1\"\n        service db {{ image: \"{image}\", \
         env: {{ WORD: \"a b\" }}, ready: \"test -e \\\"$TOP/up\\\"\" }}\n        run: \"ls \\\"$TOP/up\\\" | wc -l\"\n    }}\n}}\n"
    )
}

/// A service is up while the steps run, and gone behind them; one that does not come up fails the task, and is said.
#[test]
fn services_are_started_waited_for_and_removed() {
    let place = with_engine(&with_service("quay.io/x/db:1"), "docker");
    let ran = run(&place, &["--runner", "docker"]).exits(0);
    assert_eq!(ran.out, "t | 1\n");
    assert!(place.read("env.db-1").contains("WORD=a b\n"), "{}", place.read("env.db-1"));
    assert_eq!(place.read("removed").lines().count(), 1);
    assert_eq!(fs::read_dir(place.path("up")).unwrap().count(), 0);

    let place = with_engine(&with_service("quay.io/x/dies:1"), "docker");
    let ran = run(&place, &["--runner", "docker"]).exits(1);
    assert!(ran.err.contains("the service `db` ended before it was ready"), "{}", ran.err);
    assert_eq!((ran.out.as_str(), place.read("removed").lines().count()), ("", 1));

    // Without an engine there is nobody to start it.
    run(&place, &[]).exits(2).says("which needs a container");
}

#[test]
fn a_service_may_be_there_already() {
    let listener = TcpListener::bind("localhost:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let program = with_service("quay.io/x/db:1")
        .replace("ready: \"test -e \\\"$TOP/up\\\"\"", &format!("port: {port}"))
        .replace("ls \\\"$TOP/up\\\" | wc -l", "echo ran");
    let place = with_engine(&program, "docker");
    assert_eq!(run(&place, &["--services", "external"]).exits(0).out, "t | ran\n");
    assert!(!place.path("told").exists(), "nothing is started");
}

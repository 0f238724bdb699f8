//! Services: started before the steps, waited for, in one network with them, and gone on every path. The engine is a
//! script that notes what it was told; what it starts as a service is a file that is there as long as the service.

use std::net::TcpListener;

use pipec::contract::AmountSpec;
use pipec::contract::{ScriptSpec, SecretRef, ServiceSpec, Source};
use pipec::run::engine::{Runner, Services};

use super::Line;

const ENGINE: &str = include_str!("../../it/emitted_shell/engine.sh");

fn service(name: &str, more: impl FnOnce(&mut ServiceSpec)) -> ServiceSpec {
    let mut service = ServiceSpec {
        name: name.to_owned(),
        image: format!("quay.io/x/{name}:1"),
        env: Vec::new(),
        made: Vec::new(),
        run: None,
        args: Vec::new(),
        port: None,
        ready: Some("true".to_owned()),
        timeout: 20_000,
        asks: AmountSpec::default(),
        privileged: false,
    };
    more(&mut service);
    service
}

fn line(run: &str, services: Vec<ServiceSpec>) -> Line {
    let mut line = Line::of_task(run, "");
    line.spec.tasks[0].services = services;
    line.write("bin/podman", ENGINE);
    let path = format!("{}:{}", line.path("bin").display(), std::env::var("PATH").unwrap());
    line.set("PATH", &path);
    line.runner = Runner::Podman;
    line
}

#[test]
fn services_are_up_while_the_steps_run_and_gone_after() {
    let db = service("db", |db| {
        db.env = vec![
            ("WORD".to_owned(), Source::Literal("a b".to_owned())),
            ("HOME".to_owned(), Source::Literal("/db".to_owned())),
        ];
        db.ready = Some("[ -e \"$TOP/up\" ]".to_owned());
        db.asks.memory = Some(1 << 20);
    });
    let web = service("web", |web| web.args = vec!["--x".to_owned(), "y z".to_owned()]);
    let line = line("ls \"$TOP/up\" | wc -l >\"$TOP/count\"", vec![db, web]);
    line.succeed();
    assert_eq!(line.read("count").trim(), "2");
    let env = line.read("env.db-1");
    assert!(env.contains("WORD=a b\n") && env.contains("HOME=/db\n"), "{env}");
    let told = line.read("told");
    let starts: Vec<&str> = told.lines().filter(|one| one.contains("--detach")).collect();
    assert!(
        starts[0].contains("--memory 1048576") && !starts[0].contains("--network") && !told.contains("a\\ b"),
        "{told}"
    );
    assert!(
        starts[1].contains("--network container:pipec-line-") && starts[1].ends_with("quay.io/x/web:1 --x y\\ z "),
        "{told}"
    );
    assert!(
        told.lines().any(|one| one.starts_with("run --rm --name") && one.contains("--network container:")),
        "{told}"
    );
    let removed = line.read("removed");
    let removed: Vec<&str> = removed.lines().collect();
    assert!(
        removed.len() == 2 && removed[0].contains("-service-web-1") && removed[1].contains("-service-db-1"),
        "{removed:?}"
    );
}

/// The engine keeps what it is given, and shows it: a secret is a file, and gets its name inside, before what the image
/// runs, before `run` and before `ready`.
#[test]
fn a_secret_of_a_service_is_nothing_that_the_engine_knows() {
    let password = |db: &mut ServiceSpec| {
        let secret = || Source::SecretValue(SecretRef::Named("password".to_owned()));
        let script = "#!/bin/sh\nprintf 'db://%s' \"$PIPE_GIVEN\" >\"$PIPE_VALUE\"\n".to_owned();
        let made = ScriptSpec { script, env: vec![("PIPE_GIVEN".to_owned(), secret())], args: Vec::new() };
        db.env = vec![("WORD".to_owned(), Source::Literal("a b".to_owned())), ("PASSWORD".to_owned(), secret())];
        db.made = vec![("URL".to_owned(), made)];
        db.ready = Some("[ \"$URL/$WORD\" = \"db://$PASSWORD/a b\" ] && [ ${#PASSWORD} = 8 ]".to_owned());
    };
    let plain = service("db", password);
    let absent = service("absent", |one| {
        password(one);
        one.args = vec!["--x".to_owned(), String::new()];
    });
    let run = service("run", |one| {
        password(one);
        one.run = Some("set -eu\necho \"$URL\"".to_owned());
    });
    let line = line("touch \"$TOP/ran\"", vec![plain, absent, run]);
    line.write("secrets/password", "s3 'cr3t");
    line.succeed();
    assert_eq!(line.read("served.db-1"), "s3 'cr3t\nof image\n");
    assert_eq!(line.read("served.absent-1"), "s3 'cr3t\n--x\n\n");
    assert_eq!(line.read("served.run-1"), "db://s3 'cr3t\n");
    assert!(line.has("pulled"));
    for file in ["told", "env.db-1", "env.absent-1", "env.run-1"] {
        assert!(!line.read(file).contains("cr3t"), "{file}: {}", line.read(file));
    }
    assert!(line.read("env.db-1").contains("WORD=a b\n"));
    // Whoever runs in there can read them, and nobody else: the folder around them is shut.
    assert!(line.read("modes").lines().all(|one| !one.contains("secret") || one.starts_with("644 ")));
}

#[test]
fn a_service_that_does_not_come_up_fails_the_task_with_what_it_said() {
    let cases = [
        (
            service("dies", |one| one.ready = Some("false".to_owned())),
            "the service `dies` ended before it was ready",
            true,
        ),
        (
            service("slow", |one| (one.ready, one.timeout) = (Some("false".to_owned()), 100)),
            "the service `slow` was not ready after 0.1s",
            true,
        ),
        (service("refused", |_| {}), "the service `refused` could not be started", false),
    ];
    for (service, said, logs) in cases {
        let line = line("touch \"$TOP/ran\"", vec![service]);
        let told = line.run();
        assert_eq!(told.result.exit_code, 1, "{told:#?}");
        assert!(told.has_said(said) && told.has_said("said by pipec-line-") == logs && !line.has("ran"), "{told:#?}");
        assert_eq!(line.read("removed").lines().count(), 1);
    }
}

#[test]
fn services_of_a_cancelled_task_are_removed() {
    let line = line("touch \"$TOP/runs\"\nsleep 60", vec![service("db", |_| {})]);
    let told = line.run_while(|cancel| {
        line.wait_for("runs");
        cancel.heed(15);
    });
    assert_eq!(told.result.exit_code, 143, "{told:#?}");
    assert_eq!(line.read("removed").lines().count(), 2);
}

#[test]
fn a_service_may_be_started_by_somebody_else() {
    let listener = TcpListener::bind("localhost:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let web = service("web", |web| (web.ready, web.port, web.timeout) = (None, Some(port), 300));
    let mut line = line("touch \"$TOP/ran\"", vec![web]);
    line.runner = Runner::None;
    let lacks = line.preflight();
    assert!(lacks.len() == 1 && lacks[0].contains("which needs a container"), "{lacks:?}");
    line.services = Services::External;
    line.succeed();
    assert!(line.has("ran") && !line.has("told"));
    drop(listener);
    let told = line.run();
    assert!(told.has_said(&format!("it has to listen at localhost:{port}")), "{told:#?}");
}

//! Services: started before the steps, waited for, in one network with them, and gone on every path. The engine is a
//! script that notes what it was told; what it starts as a service is a file that is there as long as the service.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use pipec::plan::outside::Service;
use pipec::plan::{Expr, ExprKind, Needs, Ty, Value};

use super::draft::Draft;
use super::machine::{Ended, Machine, finish, signal};

const ENGINE: &str = include_str!("engine.sh");

fn service(draft: &Draft, name: &str, more: impl FnOnce(&mut Service)) -> Service {
    let span = draft.span();
    let mut service = Service {
        name: name.to_owned(),
        doc: String::new(),
        span,
        image: format!("quay.io/x/{name}:1"),
        image_span: span,
        env: Vec::new(),
        port: None,
        ready: None,
        run: None,
        args: Vec::new(),
        needs: Needs::default(),
        timeout: 60_000,
    };
    more(&mut service);
    service
}

/// A script of one task with services.
fn line(run: &str, services: impl FnOnce(&mut Draft) -> Vec<Service>) -> Draft {
    let mut draft = Draft::new();
    let services = services(&mut draft);
    draft.with("test", run, |task| task.services = services);
    draft
}

fn machine(draft: &Draft) -> Machine {
    let machine = Machine::new(draft);
    machine.write("bin/podman", ENGINE);
    machine
}

fn start(machine: &Machine, args: &[&str]) -> std::process::Child {
    let path = format!("{}:{}", machine.path("bin").display(), std::env::var("PATH").unwrap());
    machine.command(args).env("PATH", path).args(["--runner", "podman"]).spawn().unwrap()
}

fn run(machine: &Machine, args: &[&str]) -> Ended {
    finish(start(machine, args))
}

/// Everything that was started is gone.
fn nothing_is_up(machine: &Machine) {
    let up = std::fs::read_dir(machine.path("up")).map(Iterator::count).unwrap_or(0);
    assert_eq!(up, 0, "{:?}", machine.trace("removed"));
    let mut started = machine.trace("started");
    let mut removed = machine.trace("removed");
    removed.retain(|name| name.contains("-service-"));
    started.sort();
    removed.sort();
    removed.dedup();
    assert_eq!(started, removed);
    machine.nothing_is_left();
}

#[test]
fn services_are_there_before_the_steps_and_gone_behind_them() {
    let draft = line("ls $TOP/up >$TOP/seen\n", |draft| {
        let secret = draft.param("password", Ty::Secret, None);
        let branch = draft.param("branch", Ty::String, Some(Value::Text("it's $(x)".to_owned())));
        let secret = Expr::param(&draft.plan, secret);
        let joined = vec![Expr::string("ci-"), Expr::param(&draft.plan, branch)];
        let joined = Expr::new(ExprKind::Concat(joined), Ty::String);
        let env = vec![
            draft.env("PASSWORD", secret),
            draft.env("DB", joined),
            draft.env("PATH", Expr::string("/of/the/service")),
        ];
        let db = service(draft, "db", |service| {
            service.ready =
                Some("[ ${#PASSWORD} = 6 ]\ntest -e \"$TOP/ready\" || { : >\"$TOP/ready\"; exit 1; }\n".to_owned());
            service.env = env;
            service.needs = Needs { memory: Some(1 << 20), privileged: true, ..Needs::default() };
        });
        let queue = service(draft, "queue", |service| {
            service.ready = Some("true".to_owned());
            service.args = vec!["--a b".to_owned(), String::new()];
        });
        let web = service(draft, "web", |service| {
            service.ready = Some("true".to_owned());
            service.run = Some("echo \"$0\"\nexec serve\n".to_owned());
        });
        vec![db, queue, web]
    });
    let machine = machine(&draft);
    machine.write("secret", "s3cr3t");
    let ended = run(&machine, &["--password", "secret"]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let started = machine.trace("started");
    assert_eq!(machine.trace("seen").len(), 3, "{ended:#?}");
    let told = machine.trace("told");
    let of = |words: &str| {
        told.iter()
            .find(|line| line.starts_with("run ") && line.contains(words))
            .unwrap_or_else(|| panic!("{words} in {told:#?}"))
    };
    assert!(of("/db:1").contains("--memory 1048576") && of("/db:1").contains("--privileged"), "{told:#?}");
    assert!(of("/db:1").contains(" --env PIPE_GIVEN_0 --env DB --env-file ") && !of("/db:1").contains("--network"));
    assert!(of("/queue:1").contains(&format!("--network container:{}", started[0])), "{told:#?}");
    assert!(of("/queue:1").ends_with("/queue:1 --a\\ b '' "), "{told:#?}");
    assert!(of("/web:1").contains("--entrypoint /bin/sh quay.io/x/web:1 -c $'set -eu\\necho \"$0\"\\nexec serve'"));
    // The step sees the services as its own machine.
    assert!(of("quay.io/x/y:1").contains(&format!("--network container:{}", started[0])), "{told:#?}");
    assert_eq!(told.iter().filter(|line| line.starts_with("exec ")).count(), 4, "{told:#?}");
    assert!(told.iter().all(|line| !line.contains("s3cr3t") && !line.contains("ci-")), "{told:#?}");
    let env = machine.read("env.0-1");
    // The engine keeps what it is given, and shows it: a secret gets its name inside.
    assert!(!env.contains("s3cr3t") && env.contains("DB=ci-it's $(x)\n"), "{env}");
    assert_eq!(machine.read("served.0-1"), "s3cr3t\nof image\n");
    assert!(env.contains("PATH=/of/the/service\n"), "{env}");
    // The one that owns the network goes last.
    assert_eq!(machine.trace("removed"), [&*started[2], &*started[1], &*started[0]]);
    nothing_is_up(&machine);
}

#[test]
fn a_port_is_looked_for_in_the_network_of_the_service() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let draft = line("touch $TOP/ran\n", |draft| vec![service(draft, "db", |service| service.port = Some(port))]);
    let machine = machine(&draft);
    let ended = run(&machine, &[]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert!(machine.path("ran").exists());
    nothing_is_up(&machine);
}

#[test]
fn a_service_that_is_never_ready_fails_the_task() {
    let draft = line("touch $TOP/ran\n", |draft| {
        vec![service(draft, "db", |service| {
            service.ready = Some("exit 1".to_owned());
            service.timeout = 500;
        })]
    });
    let machine = machine(&draft);
    let ended = run(&machine, &[]);
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    assert!(ended.out.contains("pipec: the service `db` was not ready after 0.5s"), "{ended:#?}");
    assert!(ended.out.contains("said by pipec-line-"), "{ended:#?}");
    assert!(!machine.path("ran").exists());
    assert_eq!(machine.status("test"), "failed");
    nothing_is_up(&machine);
}

#[test]
fn a_service_that_ends_is_not_waited_for() {
    let draft = line("touch $TOP/ran\n", |draft| {
        vec![service(draft, "dies", |service| service.ready = Some("true".to_owned()))]
    });
    let machine = machine(&draft);
    let begin = Instant::now();
    let ended = run(&machine, &[]);
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    assert!(ended.out.contains("the service `dies` ended before it was ready"), "{ended:#?}");
    assert!(begin.elapsed() < Duration::from_secs(30) && !machine.path("ran").exists());
    nothing_is_up(&machine);
}

#[test]
fn a_service_that_cannot_be_started_fails_the_task() {
    let draft = line("touch $TOP/ran\n", |draft| {
        vec![service(draft, "refused", |service| service.ready = Some("true".to_owned()))]
    });
    let machine = machine(&draft);
    let ended = run(&machine, &[]);
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    assert!(ended.out.contains("the service `refused` could not be started"), "{ended:#?}");
    assert!(!machine.path("ran").exists());
    nothing_is_up(&machine);
}

#[test]
fn each_try_has_services_of_its_own() {
    let mut draft = Draft::new();
    let db = service(&draft, "db", |service| service.ready = Some("true".to_owned()));
    draft.with("test", "[ -e $TOP/again ] || { touch $TOP/again; exit 3; }\n", |task| {
        task.services = vec![db];
        task.retries = 1;
    });
    let machine = machine(&draft);
    let ended = run(&machine, &[]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let started = machine.trace("started");
    assert!(started.len() == 2 && started[0] != started[1], "{started:?}");
    nothing_is_up(&machine);
}

#[test]
fn services_are_removed_when_the_run_is_cancelled_or_out_of_time() {
    let waits: fn(&mut Service) = |service| service.ready = Some("touch \"$TOP/busy\"; sleep 60".to_owned());
    let serves: fn(&mut Service) = |service| service.ready = Some("true".to_owned());
    for more in [waits, serves] {
        let draft = line("touch $TOP/busy\nsleep 60\n", |draft| vec![service(draft, "db", more)]);
        for (name, code) in [("-TERM", 143), ("-INT", 130)] {
            let machine = machine(&draft);
            let child = start(&machine, &["--grace", "200ms"]);
            machine.wait_for("busy");
            signal(&child, name);
            let ended = finish(child);
            assert_eq!(ended.code, Some(code), "{ended:#?}");
            assert_eq!(machine.status("test"), "cancelled");
            nothing_is_up(&machine);
        }
        let mut draft = Draft::new();
        let db = service(&draft, "db", more);
        draft.with("test", "sleep 60\n", |task| {
            task.services = vec![db];
            task.timeout = Some(1500);
        });
        let machine = machine(&draft);
        let ended = run(&machine, &["--grace", "200ms"]);
        assert_eq!(ended.code, Some(124), "{ended:#?}");
        nothing_is_up(&machine);
    }
}

#[test]
fn a_second_interrupt_leaves_nothing_either() {
    let draft = line("trap '' TERM INT\ntouch $TOP/busy\nwhile :; do sleep 1; done\n", |draft| {
        vec![service(draft, "db", |service| service.ready = Some("true".to_owned()))]
    });
    let machine = machine(&draft);
    let child = start(&machine, &["--grace", "60s"]);
    machine.wait_for("busy");
    signal(&child, "-INT");
    std::thread::sleep(Duration::from_millis(600));
    signal(&child, "-INT");
    let ended = finish(child);
    assert_eq!(ended.code, Some(130), "{ended:#?}");
    nothing_is_up(&machine);
}

#[test]
fn a_machine_without_engine_is_told_before_anything_runs() {
    let mut draft = line("touch $TOP/ran\n", |draft| vec![service(draft, "db", |service| service.port = Some(5432))]);
    draft.task("first", "touch $TOP/ran\n");
    let machine = Machine::new(&draft);
    let ended = machine.run(&[]);
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    for words in ["has the service `db` (quay.io/x/db:1)", "--runner podman", "--services external", "localhost:5432"] {
        assert!(ended.err.contains(words), "{words}: {}", ended.err);
    }
    assert!(!machine.path("ran").exists());
    let ended = machine.run(&["--services", "elsewhere"]);
    assert!(ended.err.contains("it is `start` or `external`"), "{ended:#?}");
    let ended = machine.run(&["--help"]);
    assert!(ended.out.contains("--services WHERE"), "{ended:#?}");
    let ended = machine.run(&["--dry-run"]);
    assert!(ended.code == Some(0) && ended.out.contains("with the service `db`"), "{ended:#?}");
    // A task that takes no part needs nothing.
    assert_eq!(machine.run(&["--only", "first"]).code, Some(0));
}

#[test]
fn what_is_started_by_hand_is_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let draft = line("touch $TOP/ran\n", |draft| {
        let env = vec![draft.env("NAME", Expr::string("orders"))];
        let db = service(draft, "db", |service| service.port = Some(port));
        let queue = service(draft, "queue", |service| {
            service.env = env;
            service.ready = Some("test \"$NAME\" = orders && test -e \"$TOP/queue\"".to_owned());
        });
        vec![db, queue]
    });
    let machine = Machine::new(&draft);
    let child = machine.start(&["--services", "external"]);
    std::thread::sleep(Duration::from_millis(700));
    assert!(!machine.path("ran").exists());
    machine.write("queue", "");
    let ended = finish(child);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert!(machine.path("ran").exists());
    machine.nothing_is_left();
}

#[test]
fn what_nobody_started_by_hand_fails_the_task() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let draft = line("touch $TOP/ran\n", |draft| {
        vec![service(draft, "db", |service| {
            service.port = Some(closed);
            service.timeout = 300;
        })]
    });
    let machine = Machine::new(&draft);
    let ended = machine.run(&["--services", "external"]);
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    assert!(ended.out.contains(&format!("has to listen at localhost:{closed}")), "{ended:#?}");
    assert!(!machine.path("ran").exists());
    machine.nothing_is_left();
}

#[test]
fn containers_see_what_was_started_by_hand() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut draft = line("touch $TOP/ran\n", |draft| vec![service(draft, "db", |service| service.port = Some(port))]);
    let place = machine(&draft);
    let ended = run(&place, &["--services", "external"]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let told = place.trace("told");
    assert!(told.iter().any(|line| line.contains("--network host")), "{told:#?}");
    assert!(place.trace("started").is_empty());
    let cut_off = service(&draft, "db", |service| service.port = Some(port));
    draft.with("alone", "true\n", |task| {
        task.needs.network = false;
        task.services = vec![cut_off];
    });
    let ended = run(&machine(&draft), &["--services", "external"]);
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(ended.err.contains("has no network"), "{ended:#?}");
}

#[test]
fn a_task_without_network_shares_that_of_its_services() {
    let mut draft = Draft::new();
    let db = service(&draft, "db", |service| service.ready = Some("true".to_owned()));
    draft.with("test", "true\n", |task| {
        task.needs.network = false;
        task.services = vec![db];
    });
    let machine = machine(&draft);
    let ended = run(&machine, &[]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let told = machine.trace("told");
    assert!(told[0].contains("--network none"), "{told:#?}");
    let step = told.iter().find(|line| line.contains("quay.io/x/y:1")).unwrap();
    assert!(step.contains("--network container:") && !step.contains("--network none"), "{step}");
}

//! `--runner`: how a step is handed to a container engine. The engine is a script that notes what it was told and runs it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::time::Duration;

use pipec::plan::{Expr, Ty, Value};

use super::draft::{Draft, place};
use super::machine::{Machine, finish, signal};

/// Takes the options apart like the engines do and starts the entry point with the named variables only.
const ENGINE: &str = include_str!("engine.sh");

fn machine(draft: &Draft) -> Machine {
    let machine = Machine::new(draft);
    machine.write("bin/podman", ENGINE);
    machine
}

fn start(machine: &Machine, args: &[&str]) -> std::process::Child {
    let path = format!("{}:{}", machine.path("bin").display(), std::env::var("PATH").unwrap());
    machine.command(args).env("PATH", path).args(["--runner", "podman"]).spawn().unwrap()
}

fn told(machine: &Machine) -> Vec<String> {
    machine.read("words").split('\0').map(str::to_owned).collect()
}

#[test]
fn a_step_runs_in_its_image_with_its_files_values_and_limits() {
    let mut draft = Draft::new();
    let srv = draft.workspace("srv", None);
    let aws = draft.param("aws", Ty::Secret, None);
    let text = draft.param("text", Ty::String, Some(Value::Text("two\nlines, \"q\"".to_owned())));
    let env = [
        draft.env("TEXT", Expr::param(&draft.plan, text)),
        draft.env("HOME", Expr::string("/not/the/clients")),
        draft.env("TOKEN", Expr::param(&draft.plan, aws)),
    ];
    let secret = Expr::param(&draft.plan, aws);
    let script = draft.script(
        &[
            "printf '%s|%s|%s|' \"$TEXT\" \"$HOME\" \"$TOKEN\" >\"$TOP/got\"; cat token >>\"$TOP/got\"; echo ",
            " >>\"$TOP/got\"\n",
        ],
        &[("srv", place(srv, "x"))],
    );
    let file = draft.file("token", secret);
    draft.with("a", "", |task| {
        task.needs.kvm = true;
        task.needs.privileged = true;
        task.needs.network = false;
        task.needs.memory = Some(1 << 20);
        task.needs.cpu = Some(1_000_000);
        task.workspaces = vec![srv];
        task.files = vec![file];
        task.steps[0].script = script;
        task.steps[0].env = env.into();
    });
    let machine = machine(&draft);
    let local = machine.read("line.sh").replace("/dev/kvm", "/dev/null");
    machine.write("line.sh", &local);
    machine.write("secret", "s3cr3t");
    let ended = finish(start(&machine, &["--aws", "secret", "--work", "a, \"work"]));
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let top = machine.path("").canonicalize().unwrap();
    let top = top.display().to_string().trim_end_matches('/').to_owned();
    let work = format!("{top}/a, \"work");
    assert_eq!(
        machine.read("got"),
        format!("two\nlines, \"q\"|/not/the/clients|s3cr3t|s3cr3t{work}/workspaces/srv/x\n")
    );
    assert_eq!(machine.read("images"), "quay.io/x/y:1\n");
    let told = told(&machine);
    let has = |pair: &[&str]| told.windows(pair.len()).any(|window| window == pair);
    let mount = |path: &str, end: &str| {
        let path = path.replace('"', "\"\"");
        format!("type=bind,\"source={path}\",\"target={path}\"{end}")
    };
    for pair in [
        &["--device", "/dev/null"][..],
        &["--privileged"],
        &["--network", "none"],
        &["--memory", "1048576"],
        &["--cpus"],
        &["--mount", &mount(&format!("{work}/steps/a.run.sh"), ",readonly")],
        &["--mount", &mount(&format!("{work}/results/a"), "")],
        &["--mount", &mount(&format!("{work}/workspaces/srv"), "")],
    ] {
        assert!(has(pair), "{pair:?} in {told:#?}");
    }
    // Whoever the container's user is can write results and read the secret, and nobody else on this machine.
    let modes: Vec<String> = machine.trace("modes").iter().map(|line| line.replace(&work, "WORK")).collect();
    let expected = ["755 WORK/steps/a.run.sh", "777 WORK/results/a", "777 WORK/scratch/a", "777 WORK/state/a"];
    assert_eq!(modes[..4], expected);
    assert_eq!(modes[4], "777 WORK/workspaces/srv");
    // The secret as a file, and that which is a variable only inside.
    assert!(modes[5..].iter().all(|mode| mode.starts_with("644 ")) && modes.len() == 7, "{modes:?}");
    let mode = fs::metadata(machine.path("a, \"work")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    assert!(told.iter().all(|word| !word.contains("s3cr3t") && !word.contains("lines,")), "{told:#?}");
    assert!(!has(&["--env", "HOME"]), "{told:#?}");
}

#[test]
fn a_container_whose_client_is_ended_is_removed() {
    let mut draft = Draft::new();
    draft.task("long", "touch $TOP/runs\nsleep 60\n");
    let machine = machine(&draft);
    let child = start(&machine, &["--grace", "200ms"]);
    machine.wait_for("runs");
    std::thread::sleep(Duration::from_millis(50));
    signal(&child, "-TERM");
    let ended = finish(child);
    assert_eq!(ended.code, Some(143), "{ended:#?}");
    let told = told(&machine);
    let name = told.iter().position(|word| word == "--name").map(|at| told[at + 1].clone()).unwrap();
    assert_eq!(machine.read("removed"), format!("{name}\n"));
    machine.nothing_is_left();
}

#[test]
fn an_engine_that_is_not_there_is_said_before_anything_runs() {
    let mut draft = Draft::new();
    draft.task("a", "true\n");
    let machine = Machine::new(&draft);
    let path = programs_but(&machine, "podman");
    let ended = finish(machine.command(&["--runner", "podman"]).env("PATH", path).spawn().unwrap());
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(ended.err.contains("there is no `podman` on this machine"), "{ended:#?}");
}

/// A folder that leads to every program of this machine but one.
fn programs_but(machine: &Machine, absent: &str) -> PathBuf {
    let folder = machine.path("programs");
    fs::create_dir(&folder).unwrap();
    for place in std::env::split_paths(&std::env::var_os("PATH").unwrap()) {
        for program in fs::read_dir(place).into_iter().flatten().flatten() {
            if program.file_name() != absent {
                // Of two with one name the first counts.
                symlink(program.path(), folder.join(program.file_name())).ok();
            }
        }
    }
    folder
}

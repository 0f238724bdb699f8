//! 1.9: the builder, as a cluster starts it: `BUILD` in the environment, an archive on standard input.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use pipec::contract::{
    ArtifactSpec, CarriedSpec, ParamSpec, PathSpec, ResultRef, ReturnSpec, RunSpec, ScriptSpec, Source, TaskSpec,
    WorkspaceSpec,
};
use rustix::process::{Pid, Signal, kill_process};

use super::object_store::Server;
use super::specs;

const ENTRYPOINT: &str = env!("CARGO_BIN_EXE_pipec-entrypoint");

const BUILD: &str = r#"{"kind":"Build","metadata":{"name":"fcos-kvm-7","namespace":"ci"},
    "spec":{"source":{"type":"Binary","binary":{}},"output":{"to":{"kind":"DockerImage","name":"quay.io/x:1"}}}}"#;

/// What an archive holds: names and bytes.
type Files = Vec<(String, Vec<u8>)>;

fn task(name: &str, after: &[&str], script: &str) -> TaskSpec {
    let step = specs::step("run", &format!("#!/usr/bin/env bash\nset -eu\n{script}\n"));
    TaskSpec { after: after.iter().map(|name| (*name).to_owned()).collect(), ..specs::task(name, vec![step]) }
}

fn spec(tasks: Vec<TaskSpec>) -> RunSpec {
    RunSpec {
        segment: "01-kvm".to_owned(),
        class: "kvm".to_owned(),
        at_once: 4,
        secrets: "/var/run/secrets/pipec".to_owned(),
        ..specs::run("fcos", tasks)
    }
}

fn files(spec: &RunSpec) -> Files {
    vec![
        ("run.json".to_owned(), serde_json::to_vec(spec).expect("JSON")),
        ("outcome".to_owned(), b"succeeded".to_vec()),
        ("run".to_owned(), Vec::new()),
    ]
}

fn tar(files: &Files) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_ustar();
        header.set_mode(0o644);
        header.set_size(bytes.len() as u64);
        tar.append_data(&mut header, name, bytes.as_slice()).expect("a tar");
    }
    tar.into_inner().expect("a tar")
}

/// Exit code and what was said; `root` has the secrets.
pub(crate) fn run(archive: &[u8], root: &Path, env: &[(&str, &str)]) -> (i32, String) {
    let mut command = Command::new(ENTRYPOINT);
    command
        .env("BUILD", BUILD)
        .env("PIPEC_ENTRYPOINT_SECRET_STORE", root)
        .env("PIPEC_ENTRYPOINT_WORK", root.join("work"));
    command.envs(env.iter().copied()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    child.stdin.take().expect("a pipe").write_all(archive).ok();
    let done = child.wait_with_output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if let Ok(mut left) = fs::read_dir(root.join("work")) {
        assert!(left.next().is_none(), "nothing is left");
    }
    (done.status.code().expect("a code"), text(&done.stdout) + &text(&done.stderr))
}

/// An archive whose build leaves a result, a status and a workspace in the store.
pub(crate) fn archive(server: &Server) -> Vec<u8> {
    tar(&files(&keeping(server)))
}

fn keeping(server: &Server) -> RunSpec {
    let mut make = task(
        "make",
        &[],
        "printf 'a b' >\"$OUT\"; mkdir -p \"$SRC/d\"; echo deep >\"$SRC/d/ü file\"; ln -s /etc/hosts \"$SRC/link\"; chmod 750 \"$SRC/d/ü file\"",
    );
    make.results = vec![String::new()];
    make.workspaces = vec!["src".to_owned()];
    make.steps[0].env = vec![
        ("OUT".to_owned(), Source::OutputFile(String::new())),
        ("SRC".to_owned(), Source::Place { workspace: "src".to_owned(), path: String::new() }),
    ];
    let mut spec = spec(vec![make]);
    spec.store = Some(server.spec());
    spec.kept = CarriedSpec { results: vec![result("make"), result("never")], statuses: vec!["make".to_owned()] };
    spec.workspaces = vec![WorkspaceSpec { name: "src".to_owned(), brought: false, kept: true, param: None }];
    spec
}

fn result(task: &str) -> ResultRef {
    ResultRef { task: task.to_owned(), output: String::new() }
}

#[test]
fn capability_1_9_an_archive_is_run() {
    let root = tempfile::tempdir().expect("a folder");
    let mut first =
        task("first", &[], "printf '%s\\n' \"$TAG\" \"$EXTRA\" \"${PIPEC_ENTRYPOINT_WORK-unset}\"; printf open");
    first.steps[0].env = vec![("TAG".to_owned(), Source::Param("tag".to_owned()))];
    let mut spec = spec(vec![first, task("second", &["first"], "echo second >&2")]);
    spec.params = vec![ParamSpec { name: "tag".to_owned(), list: false, secret: false, default: None }];
    spec.returns = vec![ReturnSpec {
        name: "image".to_owned(),
        value: ScriptSpec {
            script: "#!/bin/sh\nprintf 'x\"%s' \"$TAG\" >\"$PIPE_VALUE\"\n".to_owned(),
            env: vec![("TAG".to_owned(), Source::Param("tag".to_owned()))],
            args: Vec::new(),
        },
    }];
    let mut files = files(&spec);
    files.push(("params/tag".to_owned(), b"v1 'q'".to_vec()));
    files.push(("env/EXTRA".to_owned(), b"more".to_vec()));
    let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
    gz.write_all(&tar(&files)).expect("it is packed");
    for archive in [tar(&files), gz.finish().expect("it is packed")] {
        let (code, said) = run(&archive, root.path(), &[]);
        assert_eq!(code, 0, "{said}");
        for line in [
            "pipec: build fcos-kvm-7 in ci\n",
            "pipec: output DockerImage quay.io/x:1\n",
            "first | v1 'q'\nfirst | more\nfirst | unset\nfirst | open\n",
            "second | second\n",
            "pipec: return {\"image\":\"x\\\"v1 'q'\"}\n",
        ] {
            assert!(said.contains(line), "{line}: {said}");
        }
        assert!(said.find("first | open") < said.find("second |"));
    }
}

#[test]
fn the_log_says_where_files_were_made() {
    let root = tempfile::tempdir().expect("a folder");
    let mut make = task("make", &[], "printf x >\"$SRC/app-1.tar\"; printf x >\"$SRC/log\"");
    make.workspaces = vec!["src".to_owned()];
    make.steps[0].env = vec![("SRC".to_owned(), Source::Place { workspace: "src".to_owned(), path: String::new() })];
    let script = "#!/bin/sh\nprintf 'app-%s.tar' \"$V\" >\"$PIPE_VALUE\"\n".to_owned();
    let env = vec![("V".to_owned(), Source::Literal("1".to_owned()))];
    let paths = [PathSpec::Literal("log".to_owned()), PathSpec::Made(ScriptSpec { script, env, args: Vec::new() })];
    let artifact = |path| ArtifactSpec { name: String::new(), workspace: "src".to_owned(), path };
    make.artifacts = paths.into_iter().map(artifact).collect();
    let mut spec = spec(vec![make]);
    spec.workspaces = vec![WorkspaceSpec { name: "src".to_owned(), brought: false, kept: false, param: None }];
    let (code, said) = run(&tar(&files(&spec)), root.path(), &[]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("pipec: make made src/log\npipec: make made src/app-1.tar\npipec: make succeeded\n"),
        "{said}"
    );
}

#[test]
fn capability_1_9_a_failure_is_the_exit_code() {
    let root = tempfile::tempdir().expect("a folder");
    let spec = spec(vec![task("bad", &[], "exit 42"), task("after", &["bad"], "echo never-run")]);
    let (code, said) = run(&tar(&files(&spec)), root.path(), &[]);
    assert_eq!(code, 42, "{said}");
    assert!(!said.contains("never-run") && !said.contains("pipec: return"), "{said}");
}

/// 1.18: what a developer changed is in the archive.
#[test]
fn capability_1_18_changed_files_lie_in_the_workspace() {
    let root = tempfile::tempdir().expect("a folder");
    let mut look = task("look", &[], "cd \"$SRC\"; cat a b/c");
    look.workspaces = vec!["src".to_owned()];
    look.steps[0].env = vec![("SRC".to_owned(), Source::Place { workspace: "src".to_owned(), path: String::new() })];
    let mut spec = spec(vec![look]);
    spec.workspaces = vec![WorkspaceSpec { name: "src".to_owned(), brought: false, kept: false, param: None }];
    let mut all = files(&spec);
    all.push((
        "devel.tar".to_owned(),
        tar(&vec![("a".to_owned(), b"old\n".to_vec()), ("b/c".to_owned(), b"deep\n".to_vec())]),
    ));
    all.push(("files/a".to_owned(), b"new\n".to_vec()));
    let without = tar(&all);
    all.push(("workspace".to_owned(), b"src".to_vec()));
    let (code, said) = run(&tar(&all), root.path(), &[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("look | new\nlook | deep\n"), "{said}");
    let (code, said) = run(&without, root.path(), &[]);
    assert!(code == 2 && said.contains("does not say in `workspace` for which workspace"), "{said}");
}

#[test]
fn capability_1_9_what_is_no_archive_is_refused_with_a_reason() {
    let root = tempfile::tempdir().expect("a folder");
    let good = files(&spec(vec![task("one", &[], "echo ran")]));
    let with = |name: &str, bytes: &[u8]| {
        let mut files = good.clone();
        files.retain(|(one, _)| one != name);
        files.push((name.to_owned(), bytes.to_vec()));
        tar(&files)
    };
    let rows: [(Vec<u8>, &str); 9] = [
        (Vec::new(), "standard input is empty: this build gets what it runs as an archive"),
        (b"PK\x03\x04rest".to_vec(), "the archive is a zip; make it a tar"),
        (b"hello, this is no tar at all".repeat(40), "the archive cannot be read"),
        (tar(&good)[..700].to_vec(), "`run.json` in the archive: "),
        (tar(&Vec::new()), "the archive has no `run.json`"),
        (with("run.json", b"{\"version\":99}"), "the plan is of version 99 and this builder of version 1"),
        (with("run.json", b"{}"), "is no plan: missing field `version`"),
        (with("outcome", b"great"), "the run stands at `great`"),
        (with("devel.tar", b""), "does not say in `workspace`"),
    ];
    for (archive, reason) in rows {
        let (code, said) = run(&archive, root.path(), &[]);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(reason) && !said.contains("ran"), "{reason}: {said}");
    }
    let git = r#"{"metadata":{"name":"x"},"spec":{"source":{"type":"Git","git":{"uri":"https://x/y","ref":"main"}}}}"#;
    let (code, said) = run(&tar(&good), root.path(), &[("BUILD", git)]);
    assert!(code == 2 && said.contains("the source of the build is of the type Git"), "{said}");
}

#[test]
fn capability_1_9_nothing_leaves_the_folder() {
    let root = tempfile::tempdir().expect("a folder");
    let good = files(&spec(vec![task("one", &[], "echo ran")]));
    let link = |name: &str, target: &str, kind: tar::EntryType| {
        let mut tar = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(kind);
        header.set_size(0);
        header.set_mode(0o777);
        tar.append_link(&mut header, name, target).expect("a link");
        tar.into_inner().expect("a tar")
    };
    let named = |name: &str| {
        let mut header = tar::Header::new_old();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(1);
        header.set_mode(0o644);
        header.set_cksum();
        [header.as_bytes().as_slice(), b"x", &[0; 511]].concat()
    };
    let soft = tar::EntryType::Symlink;
    let parts: Vec<Vec<u8>> = vec![
        named("../evil"),
        named("/tmp/evil-pipec"),
        named("params/../../evil"),
        link("params/out", "/etc/passwd", soft),
        link("params/out", "../../etc/passwd", soft),
        link("params/out", "../run.json/../../..", soft),
        link("files/hard", "../../etc/passwd", tar::EntryType::Link),
        [without_end(&link("files/s", ".", soft)), without_end(&link("files/x", "s/../..", soft)), named("ok")]
            .concat(),
        [without_end(&link("a", ".", soft)), without_end(&link("d/b", "../a", soft)), link("d/c", "b/../..", soft)]
            .concat(),
    ];
    for (at, part) in parts.iter().enumerate() {
        let archive = [without_end(&tar(&good)), part.clone(), vec![0; 1024]].concat();
        let (code, said) = run(&archive, root.path(), &[]);
        assert_eq!(code, 2, "{at}: {said}");
        assert!(said.contains("leads out of its folder") || said.contains("which is not in it"), "{at}: {said}");
        assert!(!said.contains("| ran"), "{at}: {said}");
    }
    assert!(!Path::new("/tmp/evil-pipec").exists() && !root.path().join("evil").exists());
    let inside = [without_end(&tar(&good)), link("params/in", "../run", soft)].concat();
    assert_eq!(run(&inside, root.path(), &[]).0, 0, "a link that stays is no harm");
}

/// Without the two empty blocks that end a tar.
fn without_end(tar: &[u8]) -> Vec<u8> {
    let end = tar.chunks(512).rposition(|block| block.iter().any(|byte| *byte != 0)).map_or(0, |at| (at + 1) * 512);
    tar[..end.min(tar.len())].to_vec()
}

/// Artifacts, results and how tasks ended cross classes through the store; what is not there never ran.
#[test]
fn capability_1_12_builds_hand_on_through_the_store() {
    let Some(server) = Server::start() else { return };
    let root = tempfile::tempdir().expect("a folder");
    super::object_store::secrets(root.path());
    let (code, said) = run(&archive(&server), root.path(), &[]);
    assert_eq!(code, 0, "{said}");
    let mut keys = server.keys();
    keys.sort();
    let names = ["results/make/value", "statuses/make", "workspaces/src.tar.gz", "workspaces/src.tar.gz.0"];
    assert_eq!(keys, names.map(|name| format!("ci/pipes/fcos-kvm-7/{name}")));

    let script = "printf '%s|%s|%s|%s\\n' \"$MADE\" \"$STATUS\" \"$NEVER\" \"$(cat \"$SRC/d/ü file\")\"; stat -c %a \"$SRC/d/ü file\"; readlink \"$SRC/link\"";
    let mut read = task("read", &["make"], script);
    read.workspaces = vec!["src".to_owned()];
    let value = |task: &str| Source::Result { task: task.to_owned(), output: String::new() };
    read.steps[0].env = vec![
        ("MADE".to_owned(), value("make")),
        ("STATUS".to_owned(), Source::Status("make".to_owned())),
        ("NEVER".to_owned(), value("never")),
        ("SRC".to_owned(), Source::Place { workspace: "src".to_owned(), path: String::new() }),
    ];
    let mut spec = spec(vec![read]);
    spec.store = Some(server.spec());
    spec.brought = CarriedSpec {
        results: vec![result("make"), result("never")],
        statuses: vec!["make".to_owned(), "never".to_owned()],
    };
    spec.workspaces = vec![WorkspaceSpec { name: "src".to_owned(), brought: true, kept: false, param: None }];
    let mut files = files(&spec);
    files[2].1 = b"fcos-kvm-7".to_vec();
    let later = BUILD.replace("fcos-kvm-7", "fcos-unprivileged-3");
    let (code, said) = run(&tar(&files), root.path(), &[("BUILD", &later)]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("read | a b|succeeded||deep\nread | 750\nread | /etc/hosts\n"), "{said}");
}

/// 2.5: a build that is cancelled ends its tasks, and with the code of the signal.
#[test]
fn capability_2_5_a_cancelled_build_ends_its_tasks() {
    let root = tempfile::tempdir().expect("a folder");
    let mark = root.path().join("mark");
    let script =
        format!("trap 'echo cleaned; exit 9' TERM; echo $$ >'{}'; while :; do sleep 0.05; done", mark.display());
    let archive = tar(&files(&spec(vec![task("long", &[], &script), task("after", &["long"], "echo never-run")])));
    let mut command = Command::new(ENTRYPOINT);
    command
        .arg("builder")
        .env("PIPEC_ENTRYPOINT_WORK", root.path().join("work"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    child.stdin.take().expect("a pipe").write_all(&archive).expect("it reads");
    while fs::read(&mark).map_or(true, |text| text.is_empty()) {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    kill_process(Pid::from_child(&child), Signal::TERM).expect("it lives");
    let done = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&done.stdout);
    assert_eq!(done.status.code(), Some(143), "{said}");
    assert!(said.contains("long | cleaned\n") && !said.contains("never-run"), "{said}");
    let group = fs::read_to_string(&mark).expect("a number");
    assert_eq!(super::entrypoint::signals::group(group.trim()), "");
    assert_eq!(fs::read_dir(root.path().join("work")).expect("a folder").count(), 0);
}

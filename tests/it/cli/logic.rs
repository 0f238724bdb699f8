//! 1.8, 4.1: what only thinks about a program does nothing of what it says, asks nobody, and is soon done.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use pipec::diag::Severity;
use pipec::query::Analysis;
use pipec::source::Files;

use super::run::Place;
use crate::ran::Ran;
use crate::syntax::program;

/// A program on whose commands it would show.
const LOUD: &str = r#"
pipeline ci(word: string = "x") -> string {
    workspace src { size: 1Gi }
    task make -> string {
        image: "quay.io/a/b:1"
        workdir: src
        before: "touch ran-before"
        run: "touch ran-run; curl https://example.com; git clone https://example.com/x; printf %s ~{word} > ~{out}"
    }
    finally {
        task last { image: "quay.io/a/b:1", run: "touch ran-last ~{outcome}" }
    }
    return make
}
"#;

/// Every command that could be meant is there, and notes that it was called.
fn noted(place: &Place) -> Command {
    for name in ["bash", "sh", "dash", "curl", "wget", "git", "touch", "python3", "podman", "docker", "oc", "kubectl"] {
        let path = format!("bin/{name}");
        place.put(&path, "#!/bin/bash\necho \"$0\" >> \"$CALLED\"\n");
        fs::set_permissions(place.path(&path), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut command = place.command();
    command.env("PATH", place.path("bin")).env("CALLED", place.path("called"));
    command
}

#[test]
fn capability_1_8_nothing_is_run() {
    let place = Place::with(&[("ci.pipe", LOUD), ("bad.pipe", &LOUD.replace("~{word}", "~{wrod}"))]);
    for (words, code) in [
        (&["check", "ci.pipe"][..], 0),
        (&["check", "bad.pipe"], 1),
        (&["check", "none.pipe"], 2),
        (&["plan", "ci.pipe"], 0),
        (&["emit", "-t", "shell", "ci.pipe"], 0),
        (&["run", "ci.pipe", "--dry-run"], 0),
    ] {
        Ran::of(noted(&place).args(words).output().unwrap()).exits(code);
        assert!(!place.path("called").exists(), "{words:?} called {}", place.read("called"));
    }
    assert_eq!(place.names("."), ["bad.pipe", "bin", "ci.pipe"], "nothing was made");
}

/// `pipec check`, where no address can be reached.
#[test]
fn capability_1_8_nobody_is_asked() {
    let place = Place::with(&[("ci.pipe", LOUD)]);
    let words = ["--user", "--map-root-user", "--net", env!("CARGO_BIN_EXE_pipec"), "check", "ci.pipe"];
    let ran = Command::new("unshare").args(words).current_dir(place.path(".")).output().unwrap();
    if String::from_utf8_lossy(&ran.stderr).contains("unshare:") {
        return;
    }
    Ran::of(ran).exits(0).says("1 file checked, nothing found");
}

/// One program, from memory.
struct Text(String);

impl Files for Text {
    fn read(&self, _path: &str) -> std::io::Result<Vec<u8>> {
        Ok(self.0.clone().into_bytes())
    }
}

/// What a build for tests is slower by: counted, 327 against 51 million instructions; on one machine 58 against 11 ms.
const SLOWER: u32 = 5;

/// 500 steps within 50 ms, by the time that a processor spent on it: what else runs here does not count.
#[test]
fn capability_1_8_five_hundred_steps_are_checked_at_once() {
    let text = Text(program::generate(500));
    assert_eq!(text.0.matches("run:").count(), 500);
    let check = || {
        let before = spent();
        let analysis = Analysis::open(&text, "large.pipe");
        let took = spent() - before;
        assert!(analysis.diagnostics.iter().all(|one| one.severity == Severity::Warning), "it is right");
        took
    };
    let best = (0..10).map(|_| check()).min().unwrap();
    assert!(best < std::time::Duration::from_millis(50) * SLOWER, "{best:?}");
}

/// By this thread.
fn spent() -> std::time::Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    std::time::Duration::from_nanos(text.split(' ').next().unwrap().parse().unwrap())
}

/// What would have to be there for a script to talk to anybody.
const CALLERS: [&str; 9] = ["curl", "wget", "/dev/tcp", "/dev/udp", "ncat", "netcat", "socat", "http://", "https://"];

/// What is put around the scripts of a program has no way to call anybody: whoever wants to know comes to the store.
#[test]
fn capability_4_1_what_is_emitted_calls_nobody() {
    let program = r#"
pipeline ci(words: [string] = ["a"], name: string = "n", deep: bool = false) -> string {
    target buildconfig { builder: "quay.io/a/all:1" }
    target tekton { inject: .step, tools_image: "quay.io/a/tools:1" }
    workspace src { size: 1Gi }
    task make -> string {
        image: "quay.io/a/b:1"
        workdir: src
        timeout: 1h
        retries: 2
        files: { "note": name }
        run: "printf %s ~{name} > ~{out}"
        cleanup: "true"
        on_exit: { 3: .skip }
    }
    when deep { task more { image: "quay.io/a/b:1", run: "true" } after make }
    finally { task last { image: "quay.io/a/b:1", run: "echo ~{outcome}" } }
    return make ?? "nothing"
}
"#;
    let place = Place::with(&[("ci.pipe", program)]);
    for target in ["shell", "tekton", "buildconfig"] {
        place.run(&["emit", "-q", "-t", target, "-o", target, "ci.pipe"]).exits(0);
        let all = place.shell(&format!("find {target} -type f -exec cat {{}} +")).exits(0).out;
        assert!(all.len() > 2000, "{all}");
        // A service is looked for in its own network only.
        let calls = |line: &&str| {
            let line = line.replace("/dev/tcp/localhost/", "");
            CALLERS.iter().any(|caller| line.contains(caller))
        };
        let found: Vec<&str> = all.lines().filter(|line| !line.trim_start().starts_with('#')).filter(calls).collect();
        assert_eq!(found, Vec::<&str>::new(), "{target}");
        for port in ["hostPort", "containerPort", "hostNetwork: true"] {
            assert!(!all.contains(port), "{target}: {port}");
        }
    }
}

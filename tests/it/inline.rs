//! Pipelines that call pipelines: one run, each under its name.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "these tests run scripts on this machine")]

use std::process::Command;

use crate::check::{accept, refuse, run, run_with};

const TASKS: &str =
    "task say(word: string) -> (said: string) { image: \"a/b:1\", run: \"echo ~{word} | tee ~{out.said}\" }\n";

fn codes(pipelines: &str) -> Vec<String> {
    run(&format!("{TASKS}{pipelines}")).findings()
}

#[test]
fn a_pipeline_is_called_like_a_task() {
    let inner = "pipeline greet(word: string, n: int = 2, who: string?) -> string {\n    a = say(word)\n    b = say(\"~{a.said} ~{n} ~{who ?? \"you\"}\")\n    return b.said\n}\n";
    let outer = "pipeline all() -> (x: string) {\n    g = greet(\"hi\", n: 3)\n    h = greet(g)\n    for w in [\"x\", \"y\"] { l = greet(w) }\n    when len(l) > 1 { m = greet(\"m\") }\n    say(m ?? \"none\") after g, l, m\n    return (x: h)\n}\n";
    accept(&format!("{TASKS}{inner}{outer}"));
    // Also one that is declared further down.
    accept(&format!("{TASKS}{outer}{inner}"));
}

#[test]
fn a_call_is_typed_like_one_of_a_task() {
    let inner = "pipeline inner(ok: bool, name: string) -> (n: int, s: string) {\n    say(name)\n    return (n: 1, s: name)\n}\n";
    let with = |body: &str| codes(&format!("{inner}pipeline outer() {{ {body} }}\n"));
    assert_eq!(with("inner(1, \"x\")"), ["P0301 1"]);
    assert_eq!(with("inner(true)"), ["P0207 inner(true)"]);
    assert_eq!(with("inner(true, nam: \"x\")"), ["P0206 nam"]);
    assert_eq!(with("inner(true, \"x\", 3)"), ["P0208 3"]);
    assert_eq!(with("x = inner(true, \"x\")\nsay(x.t)"), ["P0216 t"]);
    assert_eq!(with("x = inner(true, \"x\")\nsay(x.n)"), ["P0301 x.n"]);
    assert_eq!(with("inner(true, name: \"b\") { retries: 2 }"), ["P0204 retries"]);
    assert_eq!(with("x = say(inner(true, \"x\"))"), ["P0214 inner"]);
    assert_eq!(with("x = inner(true, \"x\")\ny = x.say"), ["P0216 say"], "what it binds is its own");
}

#[test]
fn what_is_wrong_inside_is_said_once() {
    let text = "pipeline inner(a: string) { say(b) }\npipeline one() {\n    x = inner(\"x\")\n    y = inner(\"y\")\n}\npipeline two() { inner(\"z\") }\n";
    assert_eq!(codes(text), ["P0201 b"]);
    let files = [(
        "lib",
        "task say(w: string) { image: \"a/b:1\", run: \"echo ~{w}\" }\npipeline inner(a: string) { say(b) }\n",
    )];
    let found =
        run_with("use own.lib\npipeline one() {\n    x = lib.inner(\"x\")\n    y = lib.inner(\"y\")\n}\n", &files)
            .findings();
    assert_eq!(found, ["P0201 b"], "a module is not checked for itself");
}

#[test]
fn a_circle_is_refused_once() {
    assert_eq!(
        codes("pipeline a() { x = b() }\npipeline b() { y = c() }\npipeline c() { z = a() }\n"),
        ["P0213 x = b"]
    );
    assert_eq!(codes("pipeline a() { a() }\npipeline b() { x = a() }\n"), ["P0213 a"]);
    let level = |at: usize| {
        let calls: String = (0..4).map(|n| format!("x{n} = l{}()\n", at - 1)).collect();
        format!("pipeline l{at}() {{\n{calls}}}\n")
    };
    let many = "pipeline l0() { say(\"x\") }\n".to_owned() + &(1..8).map(level).collect::<String>();
    assert_eq!(codes(&many).iter().map(|one| &one[..5]).collect::<Vec<_>>(), ["P0217"]);
}

#[test]
fn what_is_decided_before_the_first_task_is_not_read_from_one() {
    let inner = "pipeline inner(name: string) {\n    require name != \"\", \"no\"\n    say(name)\n}\n";
    accept(&format!("{TASKS}{inner}pipeline outer(a: string) {{ inner(a) }}\n"));
    let checked = refuse(
        &format!("{TASKS}{inner}pipeline outer() {{ s = say(\"y\")\n inner(s.said) }}\n"),
        "P0405",
        "name != \"\"",
        "",
    );
    assert!(checked.found[0].labels.iter().any(|label| label.text.contains("waits for a task")));
}

fn pipec(args: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_pipec")).args(args).output().unwrap()
}

const PROGRAM: &str = r#"
use lib.rel.{ publish }

task say(word: string) -> (said: string) { image: "a/b:1", run: "echo ~{word} | tee ~{out.said}" }

pipeline greet(word: string, n: int = 2) -> string {
    workspace notes { size: 1Gi }
    a = say(word)
    b = say("~{a.said}:~{n}")
    task keep { image: "a/b:1", run: "echo ~{b.said} > ~{notes / "kept"}; cat ~{notes / "kept"}" }
    return b.said
}

pipeline all(real: bool = false) {
    g = greet("hi there; $(false)")
    for w in ["one", "two"] { gs = greet(w, n: 7) }
    p = publish("s3://~{join(gs, "+")}", dry: not real) after g
    when real { q = greet("q") }
    say("last ~{g}") after p
    finally { task end { image: "a/b:1", run: "echo end ~{p.status} ~{q.status} ~{g ?? "none"}" } }
}
"#;

const LIB: &str = r#"
/// Publishes.
pipeline publish(url: string, dry: bool = false) -> (where: string) {
    defaults { image: "a/tools:1" }
    stage sign { task gpg { run: "echo signed" } }
    stage push {
        when not dry { task up { run: "exit 3" } }
        task note { run: "echo to ~{url}" }
    }
    finally { task clean { run: "echo clean ~{outcome}" } }
    return (where: url)
}
"#;

#[test]
fn an_inlined_pipeline_runs_with_its_own_names_workspaces_and_finally() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("lib")).unwrap();
    std::fs::write(dir.path().join("lib/rel.pipe"), LIB).unwrap();
    let file = dir.path().join("main.pipe");
    std::fs::write(&file, PROGRAM).unwrap();
    let made = pipec(&["emit", "-t", "shell", file.to_str().unwrap(), "all"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let script = dir.path().join("all.sh");
    std::fs::write(&script, &made.stdout).unwrap();
    let run = |more: &[&str]| {
        let work = dir.path().join(format!("work{}", more.len()));
        let done = Command::new("bash").arg(&script).arg("--work").arg(work).args(more).output().unwrap();
        (
            done.status.code(),
            String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr),
        )
    };
    let (code, log) = run(&[]);
    assert_eq!(code, Some(0), "{log}");
    for line in [
        "hi there; $(false):2",
        "to s3://one:7+two:7",
        "last hi there; $(false):2",
        "clean succeeded",
        "end succeeded skipped hi there; $(false):2",
    ] {
        assert!(log.contains(line), "{line} is not in\n{log}");
    }
    assert!(!log.contains("p_up"), "{log}");
    let (code, log) = run(&["--real", "true"]);
    assert_eq!(code, Some(3), "{log}");
    assert!(log.contains("clean failed") && log.contains("end failed"), "{log}");
    assert!(!log.contains("last hi there"), "it waits for all of `p`\n{log}");
}

#[test]
fn every_target_takes_it() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("lib")).unwrap();
    std::fs::write(dir.path().join("lib/rel.pipe"), LIB).unwrap();
    let file = dir.path().join("main.pipe");
    // A task of `finally` whose input may be missing is a gap of this target.
    std::fs::write(&file, PROGRAM.replace(" ~{g ?? \"none\"}", "")).unwrap();
    let made = pipec(&["emit", "-t", "tekton", file.to_str().unwrap(), "all"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let text = String::from_utf8_lossy(&made.stdout);
    for name in ["p-gpg", "p-note", "gs-one-b", "g_notes"] {
        assert!(text.contains(name), "{name} is not in\n{text}");
    }
    let plan = pipec(&["plan", file.to_str().unwrap(), "all", "--format", "json"]);
    let plan: serde_json::Value = serde_json::from_slice(&plan.stdout).unwrap();
    assert!(plan.to_string().contains("\"p_sign\""), "a stage has the name of its call before it");
}

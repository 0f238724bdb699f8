//! The text of the script: what is in it, and that tools accept it.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use pipec::emit::Target;
use pipec::emit::script;
use pipec::emit::shell::Shell;
use pipec::plan::{Expr, OnFailure, Ty, Value, Verdict};

use super::draft::{Draft, equal, place};
use super::machine::{Machine, text};

/// Something of everything that has a text of its own in the script.
pub(super) fn varied() -> Draft {
    let mut draft = Draft::new();
    draft.plan.doc = "It's a \u{201c}line\u{201d} of `tasks` & $more.\nSecond line.".to_owned();
    draft.plan.bound = vec![("version".to_owned(), Value::Text("it's 1; rm -rf".to_owned()))];
    let force = draft.param("force", Ty::Bool, Some(Value::Bool(false)));
    draft.param("stream", Ty::String, Some(Value::Text("a 'b' $c \u{fc}\n".to_owned())));
    let clouds = Value::List(vec![Value::Text("aws".to_owned()), Value::Text("g c p".to_owned())]);
    draft.param("clouds", Ty::List(Box::new(Ty::String)), Some(clouds));
    let aws = draft.param("aws", Ty::Optional(Box::new(Ty::Secret)), Some(Value::None));
    let given = draft.param("srv", Ty::Workspace, None);
    let srv = draft.workspace("srv", Some(given));
    let own = draft.workspace("own", None);
    let condition = Expr::param(&draft.plan, force);
    let maker = draft.maker_with("make", "PIPEC_END\nit's\r\n\u{201c}x\u{201d}", |task| {
        task.doc = "Makes \u{2019}it\u{2019}: $x, `y` and 'z'.".to_owned();
        task.condition = Some(condition);
        task.needs.cpu = Some(500);
        task.needs.memory = Some(1 << 30);
        task.stage = Some("one".to_owned());
        task.workspaces = vec![srv, own];
    });
    let reader = draft.reader("read", maker);
    let from_result = equal(Expr::output(&draft.plan, maker, 0), "x");
    let secret = Expr::param(&draft.plan, aws);
    let script =
        draft.script(&["cat ", "\nPIPEC_END\ncat <<'PIPEC_END_2'\nPIPEC_END_2\n"], &[("dir", place(srv, "a b"))]);
    let env = [draft.env("TOKEN", secret), draft.env("TEXT", Expr::string("it's \u{fc} \\ \r\n"))];
    let last = draft.with("last_one", "", |task| {
        task.condition = Some(from_result);
        task.timeout = Some(90_500);
        task.retries = 2;
        task.retry_delay = Some(1500);
        task.on_failure = OnFailure::GoOn;
        task.on_exit = vec![(77, Verdict::Warn)];
        task.lock = Some("one lock; $x".to_owned());
        task.steps[0].script = script;
        task.steps[0].env = env.into();
    });
    draft.reads(maker, last);
    draft.after(reader, last);
    draft.finally("notify", "true\n");
    draft.plan.exclusive = Some((Expr::string("build-x"), draft.span()));
    draft
}

#[test]
fn shellcheck_has_nothing_to_say() {
    for draft in [Draft::new(), varied()] {
        let mut check = Command::new("shellcheck");
        check.args(["-S", "style", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut check = check.spawn().expect("shellcheck is installed");
        check.stdin.take().unwrap().write_all(text(&draft).as_bytes()).unwrap();
        let said = check.wait_with_output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
    }
}

#[test]
fn the_same_plan_gives_the_same_bytes_and_says_how_to_make_it_again() {
    let text = text(&varied());
    assert_eq!(text, super::machine::text(&varied()));
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("#!/usr/bin/env bash"));
    assert!(lines.next().unwrap().starts_with("# "));
    assert!(lines.next().unwrap().starts_with("# Made by pipec from line.pipe, pipeline line."));
    let again = "#     pipec emit --target shell line.pipe line -p $'version=it\\'s 1; rm -rf'";
    assert_eq!(lines.next(), Some(again));
    assert!(text.contains("    # line.pipe:2\n    task make main 1 line.pipe:2\n"));
}

#[test]
fn script_files_are_the_rendered_bodies_byte_for_byte() {
    let draft = varied();
    let machine = Machine::new(&draft);
    machine.write("dir/x", "");
    machine.run(&["--srv", "dir", "--force", "true", "-j1", "--grace=1s"]);
    for (name, step) in [("make", "run"), ("read", "run")] {
        let id = draft.plan.find(name).unwrap();
        let body = script::step(&draft.plan, id, 0).body;
        assert_eq!(machine.read(&format!("line.work/steps/{name}.{step}.sh")), body, "{name}");
    }
}

#[test]
fn a_body_without_a_last_line_break_keeps_its_bytes() {
    // Through the here-document of a parameter's help, which takes the same way as bodies.
    let mut draft = Draft::new();
    draft.task("end", "printf x");
    let machine = Machine::new(&draft);
    machine.succeed(&[]);
    let id = draft.plan.find("end").unwrap();
    assert_eq!(machine.read("line.work/steps/end.run.sh"), script::step(&draft.plan, id, 0).body);
}

fn large(tasks: usize) -> Draft {
    let mut draft = Draft::new();
    let ids: Vec<_> = (0..tasks).map(|at| draft.task(&format!("task{at}"), &format!("echo {at}\n"))).collect();
    for (at, id) in ids.iter().enumerate() {
        for back in [1, 7, 30] {
            if at >= back {
                draft.after(ids[at - back], *id);
            }
        }
    }
    draft
}

#[test]
fn a_thousand_tasks_load_quickly() {
    let machine = Machine::new(&large(1000));
    let start = Instant::now();
    let listed = machine.succeed(&["--list"]);
    let took = start.elapsed();
    assert_eq!(listed.out.lines().count(), 1001);
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn ten_thousand_tasks_are_not_too_many_for_bash() {
    let machine = Machine::new(&large(10_000));
    assert_eq!(machine.succeed(&["--list"]).out.lines().count(), 10_001);
}

#[test]
fn emitting_is_linear() {
    let time = |draft: &Draft| {
        let start = Instant::now();
        let bundle = Shell.emit(&draft.plan, &draft.sources);
        (start.elapsed(), bundle.files[0].text.len())
    };
    let ((small, few), (big, many)) = (time(&large(500)), time(&large(5000)));
    assert!(many < few * 11, "{few} {many} bytes");
    // Ten times the tasks; five times that for a busy machine.
    assert!(big < small.max(Duration::from_millis(20)) * 50, "{small:?} {big:?}");
}

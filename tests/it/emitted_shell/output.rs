//! What people and programs get to see of a run.

use std::fs;

use pipec::plan::{Expr, PipelineOutput, Verdict};

use super::draft::Draft;
use super::machine::Machine;

fn shown<'a>(out: &'a str, task: &str) -> Vec<&'a str> {
    let prefix = format!("{task} | ");
    out.lines().filter_map(|line| line.strip_prefix(prefix.as_str())).collect()
}

#[test]
fn every_line_has_its_task_before_it_and_the_log_has_the_bytes() {
    let mut draft = Draft::new();
    draft.task("plain", "echo out; echo err >&2; echo; printf 'no end'\n");
    draft.task("other", "printf 'a & b \\\\ %%s\\n'\n");
    let machine = Machine::new(&draft);
    let ended = machine.succeed(&["-j1"]);
    assert_eq!(ended.out, "plain | out\nplain | err\nplain | \nplain | no end\nother | a & b \\ %s\n");
    assert_eq!(machine.read("line.work/logs/plain.log"), "out\nerr\n\nno end");
}

#[test]
fn bytes_that_are_no_text_are_kept() {
    let mut draft = Draft::new();
    draft.task("binary", "printf 'a\\0b\\377\\n\\0\\0'\nprintf '\\303\\n'\n");
    let machine = Machine::new(&draft);
    let output = machine.command(&[]).output().unwrap();
    assert_eq!(output.stdout, b"binary | a\0b\xff\nbinary | \0\0\xc3\n");
    assert_eq!(fs::read(machine.path("line.work/logs/binary.log")).unwrap(), b"a\0b\xff\n\0\0\xc3\n");
}

#[test]
fn lines_of_tasks_that_write_at_once_stay_whole() {
    let mut draft = Draft::new();
    let line = "x".repeat(150);
    for name in ["a", "b", "c"] {
        draft.task(name, &format!("for i in {{1..400}}; do echo {name} $i {line}; done\n"));
    }
    let ended = Machine::new(&draft).succeed(&["-j3"]);
    for name in ["a", "b", "c"] {
        let expected: Vec<String> = (1..=400).map(|at| format!("{name} {at} {line}")).collect();
        assert_eq!(shown(&ended.out, name), expected);
    }
    assert_eq!(ended.out.lines().count(), 1200);
}

#[test]
fn a_line_longer_than_what_is_held_back_is_shown_whole() {
    let mut draft = Draft::new();
    draft.task("long", "printf '%0100000d\\n' 7\necho next\n");
    let ended = Machine::new(&draft).succeed(&[]);
    let lines = shown(&ended.out, "long");
    assert_eq!((lines.len(), lines[0].len(), lines[1]), (2, 100_000, "next"));
}

#[test]
fn a_reader_that_has_gone_does_not_end_the_run() {
    let mut draft = Draft::new();
    draft.task("talk", "for i in {1..3000}; do echo line $i; done\nsleep 0.2\necho more\nsleep 0.2\n");
    let last = draft.finally("last", "touch $TOP/last\n");
    let machine = Machine::new(&draft);
    let mut child = machine.start(&[]);
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(machine.path("last").exists());
    let _ = last;
}

#[test]
fn the_result_tells_of_every_task_and_step() {
    let mut draft = Draft::new();
    draft.with("good", "true\n", |task| task.stage = Some("build".to_owned()));
    draft.with("warns", "exit 3\n", |task| task.on_exit = vec![(3, Verdict::Warn)]);
    let machine = Machine::new(&draft);
    machine.succeed(&[]);
    let result = machine.result();
    assert_eq!(result["name"], "line");
    assert_eq!(result["type"], "pipeline");
    assert_eq!(result["success"], true);
    assert_eq!(result["outcome"], "succeeded");
    assert!(result["duration_ms"].is_u64());
    let good = machine.task("good");
    assert_eq!(good["stage"], "build");
    assert_eq!(good["type"], "task");
    assert_eq!(good["status"], "succeeded");
    assert_eq!(good["attempts"], 1);
    assert!(good["duration_ms"].is_u64());
    assert_eq!(good["steps"][0]["name"], "run");
    assert_eq!(good["steps"][0]["exit_code"], 0);
    assert_eq!(machine.task("warns")["stage"], serde_json::Value::Null);
    assert_eq!(machine.task("warns")["warning"], true);
}

#[test]
fn outputs_of_the_pipeline_are_printed_and_kept() {
    let mut draft = Draft::new();
    let maker = draft.maker("make", "it's $made");
    let value = Expr::output(&draft.plan, maker, 0);
    let span = draft.span();
    draft.plan.outputs.push(PipelineOutput { name: "build_id".to_owned(), doc: String::new(), value, span });
    let machine = Machine::new(&draft);
    let ended = machine.succeed(&[]);
    assert!(ended.out.ends_with("build_id = it's $made\n"), "{ended:#?}");
    assert_eq!(machine.read("line.work/outputs/build_id"), "it's $made");
}

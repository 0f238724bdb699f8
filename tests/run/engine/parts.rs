//! A part of the tasks, and machines that have a part.

use std::collections::BTreeMap;

use pipec::contract::store::State;
use pipec::run::engine::select::select;
use pipec::run::engine::{Earlier, EarlierTask};

use super::{Line, compiled};

const LINE: &str = r#"
    task make(text: string) -> (x: string) { image: "a/b:1", run: "echo m >>\"$TOP/log\"; printf %s ~{text} > ~{out.x}" }
    task read(x: string) { image: "a/b:1", run: "echo r ~{x} >>\"$TOP/log\"" }
    pipeline line(text: string = "t") -> (y: string) {
        m = make(text)
        r = read(m.x)
        task far { image: "a/b:1", run: "echo far >>\"$TOP/log\"" } after r
        task alone { image: "a/b:1", run: "echo alone >>\"$TOP/log\"" }
        finally { task last { image: "a/b:1", run: "echo last >>\"$TOP/log\"" } }
        return (y: m.x)
    }"#;

fn chosen(line: &Line, only: &[&str], from: &[&str]) -> Option<Vec<bool>> {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    select(&line.spec, &owned(only), &owned(from)).unwrap()
}

#[test]
fn only_what_is_named_runs_on_what_an_earlier_run_left() {
    let mut line = Line::of(LINE);
    line.selected = chosen(&line, &["r"], &[]);
    let said = line.preflight();
    assert!(said.len() == 1 && said[0].starts_with("`r` reads outputs of `m`, and "), "{said:#?}");
    line.selected = None;
    line.earlier = line.succeed().earlier();
    std::fs::remove_file(line.path("log")).unwrap();
    line.selected = chosen(&line, &["r"], &[]);
    let told = line.succeed();
    assert_eq!(line.read("log"), "r t\n");
    assert_eq!(told.result.tasks.len(), 1);
    // Something behind it was left out.
    assert_eq!(told.result.outputs, []);
}

#[test]
fn from_a_task_on_all_behind_it_and_finally_run() {
    let mut line = Line::of(LINE);
    line.at_once = 1;
    line.earlier = line.succeed().earlier();
    std::fs::remove_file(line.path("log")).unwrap();
    line.selected = chosen(&line, &[], &["r"]);
    let told = line.succeed();
    assert_eq!(line.read("log"), "r t\nfar\nlast\n");
    assert_eq!(told.result.outputs, [("y".to_owned(), "t".to_owned())]);
    // Order holds across what takes no part.
    line.selected = chosen(&line, &["far", "m"], &[]);
    std::fs::remove_file(line.path("log")).unwrap();
    line.succeed();
    assert_eq!(line.read("log"), "m\nfar\n");
}

#[test]
fn a_name_that_is_no_task_is_said_with_the_nearest() {
    let spec = compiled(LINE);
    let said = select(&spec, &["alnoe".to_owned(), "r".to_owned()], &["zzzzzz".to_owned()]).unwrap_err();
    assert_eq!(said, ["there is no task `alnoe`; did you mean `alone`?", "there is no task `zzzzzz`"]);
    assert_eq!(select(&spec, &[], &[]), Ok(None));
}

#[test]
fn a_machine_goes_on_with_what_was_brought() {
    let mut line = Line::of(LINE);
    // As the second of two machines: `m` ran on the first.
    line.spec.tasks.retain(|task| task.name == "r" || task.name == "far");
    line.spec.returns.clear();
    line.write("work/outputs/m/x", "brought");
    let ended = |state| Earlier {
        outcome: State::Succeeded,
        tasks: BTreeMap::from([("m".to_owned(), EarlierTask { state, key: None })]),
    };
    line.earlier = ended(State::Succeeded);
    line.succeed();
    assert_eq!(line.read("log"), "r brought\nfar\n");
    line.earlier = ended(State::Failed);
    let told = line.succeed();
    assert_eq!((told.status("r"), told.status("far")), (State::Skipped, State::Succeeded));
}

#[test]
fn a_machine_of_finally_knows_how_the_others_ended() {
    let text = r#"pipeline line() {
        task a { image: "a/b:1", run: "true" }
        finally { task last { image: "a/b:1", run: "echo ~{outcome} ~{a.status} >\"$TOP/log\"" } }
    }"#;
    let mut line = Line::of(text);
    line.spec.tasks.remove(0);
    line.spec.tasks[0].finally = false;
    line.spec.finally = true;
    line.earlier.outcome = State::Failed;
    let told = line.run();
    // `a` never ran, as far as this machine knows.
    assert_eq!(line.read("log"), "failed cancelled\n");
    assert_eq!((told.result.exit_code, told.result.outcome), (0, State::Failed));
}

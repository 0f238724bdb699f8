//! What tasks require of values that only a run knows.

use super::machine::Machine;

const LINE: &str = r#"
enum Cpu { x86_64, aarch64 }
task made(wide: bool, cpu: Cpu) {
    require not wide or cpu == .x86_64, "nothing wide on ~{cpu}"
    image: "a/b:1"
    run:   "printf '%s\n' ~{cpu} ~{flag("--wide", wide)} >>$TOP/trace"
}
task told(id: string, code: string?) {
    require id != "bad" or code != none, "~{id} needs a code"
    image: "a/b:1"
    shell: "sh"
    run:   "printf '%s\n' ~{id} ~{flag("--code", code)} >>$TOP/trace"
}
pipeline line(wide: bool = false, cpu: Cpu = .x86_64, deep: bool = true, id: string = "good", code: string? = none, ids: [string] = []) {
    task find -> string { image: "a/b:1", run: "printf %s ~{id} >~{out}" }
    when deep { made(wide, cpu) }
    told(find, code)
    for one in ids { each = told(one, code) }
}
"#;

fn machine() -> Machine {
    Machine::of_program(LINE)
}

#[test]
fn what_breaks_a_call_is_said_before_the_first_task() {
    let machine = machine();
    let ended = machine.run(&["--wide=true", "--cpu=aarch64"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.err.contains("task made: nothing wide on aarch64"), "{ended:?}");
    assert!(!machine.path("trace").exists());
}

#[test]
fn what_does_not_run_requires_nothing() {
    let machine = machine();
    machine.succeed(&["--wide=true", "--cpu=aarch64", "--deep=false"]);
    assert_eq!(machine.trace("trace"), ["good"]);
}

#[test]
fn what_holds_is_not_in_the_way() {
    let machine = machine();
    machine.succeed(&["--wide=true", "--cpu=x86_64", "--id=bad", "--code=7"]);
    let mut trace = machine.trace("trace");
    trace.sort();
    assert_eq!(trace, ["--code", "--wide", "7", "bad", "x86_64"]);
}

#[test]
fn what_depends_on_a_result_is_checked_before_the_script() {
    let machine = machine();
    let ended = machine.run(&["--id=bad"]);
    assert_ne!(ended.code, Some(0), "{ended:?}");
    let said = format!("{}{}", ended.out, ended.err);
    assert!(said.contains("task told: bad needs a code"), "{ended:?}");
    assert_eq!(machine.status("told"), "failed");
    assert!(!machine.trace("trace").contains(&"bad".to_owned()));
}

#[test]
fn each_turn_is_held_to_its_own_value() {
    let machine = machine();
    let ended = machine.run(&["--ids=a", "--ids=bad"]);
    let said = format!("{}{}", ended.out, ended.err);
    assert!(ended.code != Some(0) && said.contains("bad needs a code"), "{ended:?}");
    machine.succeed(&["--ids=a", "--ids=b"]);
}

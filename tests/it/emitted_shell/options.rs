//! The command line.

use std::sync::Arc;

use pipec::plan::{EnumTy, Expr, Ty, Value};

use super::draft::Draft;
use super::machine::Machine;

fn words() -> Draft {
    let mut draft = Draft::new();
    draft.plan.doc = "Build it.".to_owned();
    draft.param("force", Ty::Bool, Some(Value::Bool(false)));
    let kind = EnumTy { name: "Kind".to_owned(), cases: vec!["one".to_owned(), "two".to_owned()] };
    draft.param("the_kind", Ty::Enum(Arc::new(kind)), Some(Value::Case("one".to_owned())));
    draft.param("version", Ty::String, None);
    draft.param("count", Ty::Optional(Box::new(Ty::Int)), Some(Value::None));
    draft.param("work", Ty::String, Some(Value::Text("w".to_owned())));
    draft.param("clouds", Ty::List(Box::new(Ty::String)), Some(Value::List(vec![Value::Text("aws".to_owned())])));
    draft.param("aws", Ty::Optional(Box::new(Ty::Secret)), Some(Value::None));
    draft.task("a", "touch $TOP/ran\n");
    draft
}

fn chain() -> Draft {
    let mut draft = Draft::new();
    let first = draft.maker("first", "made");
    let second = draft.task("second", "echo second >>$TOP/trace\n");
    let third = draft.reader("third", first);
    let side = draft.task("side", "echo side >>$TOP/trace\n");
    draft.after(first, second);
    draft.after(second, third);
    draft.after(first, side);
    draft.finally("last", "echo last >>$TOP/trace\n");
    draft
}

#[test]
fn help_tells_every_parameter_with_its_type_doc_and_default() {
    let ended = Machine::new(&words()).succeed(&["--help"]);
    for part in [
        "line: Build it.\n",
        "  --force VALUE\n        What force is.\n        bool: true or false; default: false\n",
        "  --the-kind VALUE\n        What the_kind is.\n        Kind: one, two; default: one\n",
        "  --version VALUE\n        What version is.\n        string; has to be given\n",
        "        int, optional; none if not given\n",
        "  --clouds VALUE\n        What clouds is.\n        list of string, once for each element; default: aws\n",
        "  --aws FILE|env:VARIABLE\n",
        "--dry-run",
        "--jobs one for each processor; --work line.work; --grace 10s\n",
    ] {
        assert!(ended.out.contains(part), "{part}\n{}", ended.out);
    }
}

#[test]
fn wrong_options_are_all_named_and_nothing_runs() {
    let machine = Machine::new(&words());
    let args =
        ["--forse=true", "extra", "-j0", "--only", "aa", "--runner", "vm", "--grace", "x", "--list=1", "-p", "x"];
    let ended = machine.run(&args);
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    for part in [
        "no option `--forse`; did you mean `--force`?",
        "unexpected argument `extra`",
        "`-j 0`",
        "no task `aa`; did you mean `a`?",
        "`--runner vm`",
        "`--grace x`",
        "`--list` takes no value",
        "`-p x`: write `-p NAME=VALUE`",
    ] {
        assert!(ended.err.contains(part), "{part}\n{}", ended.err);
    }
    assert!(!machine.path("ran").exists() && !machine.path("line.work").exists());
}

#[test]
fn missing_and_ill_typed_parameters_stop_the_run() {
    let machine = Machine::new(&words());
    let missing = machine.run(&[]);
    assert_eq!(missing.code, Some(2), "{missing:#?}");
    assert!(missing.err.contains("the parameter `version` is not given: `--version VALUE`"), "{missing:#?}");
    let twice = machine.run(&["--version", "1", "--version=2"]);
    assert!(twice.code == Some(2) && twice.err.contains("`version` is given twice"), "{twice:#?}");
    let open = machine.run(&["--version"]);
    assert!(open.code == Some(2) && open.err.contains("`--version` needs a value"), "{open:#?}");
    let bad = machine.run(&["--version", "1", "--force", "yes"]);
    assert!(bad.code == Some(2) && bad.err.contains("force"), "{bad:#?}");
    let secret = machine.run(&["--version", "1", "--aws", "nowhere"]);
    assert!(secret.code == Some(2) && secret.err.contains("the file `nowhere` cannot be read"), "{secret:#?}");
    let variable = machine.run(&["--version", "1", "--aws", "env:PIPEC_NO_SUCH"]);
    assert!(variable.code == Some(2) && variable.err.contains("`PIPEC_NO_SUCH` is not set"), "{variable:#?}");
    assert!(!machine.path("ran").exists() && !machine.path("line.work").exists());
}

#[test]
fn a_parameter_with_the_name_of_an_option_is_given_with_p() {
    let mut draft = Draft::new();
    let work = draft.param("work", Ty::String, Some(Value::Text("w".to_owned())));
    let value = Expr::param(&draft.plan, work);
    let script = draft.script(&["echo ", " >$TOP/work\n"], &[("work", value)]);
    draft.with("a", "", |task| task.steps[0].script = script);
    let machine = Machine::new(&draft);
    machine.succeed(&["-p", "work=mine", "--work", "there"]);
    assert_eq!(machine.read("work"), "mine\n");
    assert!(machine.path("there/result.json").exists());
}

#[test]
fn list_shows_the_tasks_in_order_with_their_waves() {
    let mut draft = chain();
    draft.with("documented", "true\n", |task| task.doc = "What it's for.\nMore.".to_owned());
    let machine = Machine::new(&draft);
    let ended = machine.succeed(&["--list"]);
    let rows: Vec<Vec<&str>> = ended.out.lines().map(|line| line.splitn(3, ' ').map(str::trim).collect()).collect();
    assert_eq!(rows.len(), 7, "{}", ended.out);
    let names: Vec<&str> = ended.out.lines().skip(1).map(|line| line[6..].split(' ').next().unwrap()).collect();
    assert_eq!(names, ["first", "second", "third", "side", "documented", "last"]);
    let waves: Vec<&str> = ended.out.lines().skip(1).map(|line| line[..6].trim()).collect();
    assert_eq!(waves, ["1", "2", "3", "2", "1", "last"]);
    assert!(ended.out.contains("What it's for.\n"));
    assert!(!machine.path("line.work").exists());
}

#[test]
fn dry_run_tells_what_would_run_and_runs_nothing() {
    let mut draft = chain();
    let upload = draft.param("upload", Ty::Bool, Some(Value::Bool(false)));
    let condition = Expr::param(&draft.plan, upload);
    draft.with("up", "touch $TOP/ran\n", |task| {
        task.condition = Some(condition);
        task.timeout = Some(3_690_000);
        task.retries = 2;
        task.lock = Some("l".to_owned());
    });
    let machine = Machine::new(&draft);
    let ended = machine.succeed(&["--dry-run"]);
    assert!(ended.out.contains("third  runs; after second\n"), "{}", ended.out);
    assert!(ended.out.contains("up     skipped: its condition is false\n"), "{}", ended.out);
    let ended = machine.succeed(&["--dry-run", "--upload=true", "--only", "up"]);
    let up = "runs: its condition is true; at most 1h1min30s; tried up to 3 times; lock `l`\n";
    assert!(ended.out.contains(up), "{}", ended.out);
    assert!(!ended.out.contains("third"), "{}", ended.out);
    assert!(!machine.path("line.work").exists() && !machine.path("ran").exists() && !machine.path("trace").exists());
    machine.nothing_is_left();
}

#[test]
fn only_runs_a_task_with_the_results_of_an_earlier_run() {
    let machine = Machine::new(&chain());
    let early = machine.run(&["--only", "third"]);
    assert_eq!(early.code, Some(2), "{early:#?}");
    assert!(early.err.contains("`third` reads outputs of `first`"), "{early:#?}");
    assert!(machine.trace("got").is_empty());
    machine.succeed(&["-j1"]);
    assert_eq!(machine.trace("trace"), ["second", "side", "last"]);
    machine.succeed(&["--only", "third"]);
    assert_eq!(machine.trace("got"), ["<made>", "<made>"]);
    assert_eq!(machine.trace("trace"), ["second", "side", "last"]);
    assert_eq!(machine.result()["tasks"].as_array().unwrap().len(), 1);
}

#[test]
fn only_keeps_the_order_of_tasks_with_others_between_them() {
    let mut draft = Draft::new();
    let slow = draft.task("slow", "sleep 0.2\necho slow >>$TOP/trace\n");
    let between = draft.task("between", "touch $TOP/between\n");
    let end = draft.task("end", "echo end >>$TOP/trace\n");
    draft.after(slow, between);
    draft.after(between, end);
    let machine = Machine::new(&draft);
    machine.succeed(&["--only", "end", "--only", "slow", "-j4"]);
    assert_eq!(machine.trace("trace"), ["slow", "end"]);
    assert!(!machine.path("between").exists());
}

#[test]
fn from_runs_a_task_and_all_behind_it() {
    let machine = Machine::new(&chain());
    machine.succeed(&["-j1"]);
    machine.succeed(&["-j1", "--from", "second"]);
    assert_eq!(machine.trace("trace"), ["second", "side", "last", "second", "last"]);
    assert_eq!(machine.trace("got"), ["<made>", "<made>"]);
}

#[test]
fn a_directory_that_no_run_has_made_is_left_alone() {
    let machine = Machine::new(&chain());
    machine.write("mine/results/precious", "x");
    let ended = machine.run(&["--work", "mine"]);
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(ended.err.contains("mine is there already and no work directory"), "{ended:#?}");
    assert_eq!(machine.read("mine/results/precious"), "x");
    std::fs::create_dir(machine.path("empty")).unwrap();
    machine.succeed(&["--work", "empty"]);
}

#[test]
fn workspaces_are_kept_until_they_are_to_be_fresh() {
    let mut draft = Draft::new();
    let own = draft.workspace("own", None);
    let script = draft.script(
        &["ls ", " >$TOP/seen\ntouch ", "/file\n"],
        &[("own", super::draft::place(own, "")), ("own", super::draft::place(own, ""))],
    );
    draft.with("a", "", |task| task.steps[0].script = script);
    let machine = Machine::new(&draft);
    machine.succeed(&[]);
    assert_eq!(machine.read("seen"), "");
    let again = machine.succeed(&[]);
    assert_eq!(machine.read("seen"), "file\n");
    assert!(again.err.contains("`--fresh` empties it"), "{again:#?}");
    machine.succeed(&["--fresh"]);
    assert_eq!(machine.read("seen"), "");
}

#[test]
fn options_of_the_program_are_the_defaults() {
    let mut draft = Draft::new();
    let span = draft.span();
    let options = vec![
        ("jobs".to_owned(), Value::Int(1)),
        ("work".to_owned(), Value::Text("kept here".to_owned())),
        ("grace".to_owned(), Value::Duration(1500)),
    ];
    draft.plan.options.push(("shell".to_owned(), Value::Record(options), span));
    draft.task("a", "true\n");
    let machine = Machine::new(&draft);
    machine.succeed(&[]);
    assert!(machine.path("kept here/result.json").exists());
    let help = machine.succeed(&["--help"]);
    assert!(help.out.contains("Defaults: --jobs 1; --work kept here; --grace 1500ms\n"), "{}", help.out);
}

#[test]
fn what_a_task_needs_is_checked_before_the_first() {
    let mut draft = Draft::new();
    draft.task("first", "touch $TOP/ran\n");
    let never = Expr::bool(false);
    draft.with("kvm", "true\n", |task| task.needs.kvm = true);
    draft.with("arch", "true\n", |task| task.needs.arch = Some("s390x".to_owned()));
    draft.with("not_run", "true\n", |task| {
        task.needs.arch = Some("riscv64".to_owned());
        task.condition = Some(never);
    });
    let machine = Machine::new(&draft);
    let without = machine.read("line.sh").replace("/dev/kvm", "/dev/no-kvm-here");
    machine.write("line.sh", &without);
    let ended = machine.run(&[]);
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(ended.err.contains("task `kvm` (line.pipe:2) needs KVM, and /dev/no-kvm-here is not"), "{ended:#?}");
    assert!(ended.err.contains("task `arch` (line.pipe:2) needs a machine of architecture s390x"), "{ended:#?}");
    assert!(!ended.err.contains("riscv64"), "{ended:#?}");
    assert!(!machine.path("ran").exists());
    machine.succeed(&["--only", "first"]);
}

//! Values reach scripts exactly, and secrets only those whom they are given to.

use std::fs;

use pipec::plan::{Expr, ExprKind, Step, Ty, Value};

use super::draft::{Draft, place};
use super::machine::{Machine, finish};

const NASTY: [&str; 9] = [
    "a  b",
    "it's \"q\" `x` $(touch $TOP/hacked) ${HOME} $x",
    "; rm -rf *",
    "two\nlines\n",
    "-n",
    "\\ \\\\n ~ ! # & | < > ( ) { } [ ] ? %s",
    "\u{fc}\u{2019}\u{1f600}\u{a0}",
    "tab\tand \r and \u{1b}[31m",
    "--help",
];

/// A task that puts a value into the file `got`, without any byte more.
fn put(draft: &mut Draft, name: &str, value: Expr) -> pipec::plan::TaskId {
    let script = draft.script(&["printf %s ", " >\"$TOP/got\"\n"], &[("value", value)]);
    draft.with(name, "", |task| task.steps[0].script = script)
}

#[test]
fn texts_of_the_command_line_and_of_the_program_arrive_exactly() {
    let mut draft = Draft::new();
    let text = draft.param("text", Ty::String, Some(Value::Text("default $x".to_owned())));
    let value = Expr::param(&draft.plan, text);
    put(&mut draft, "put", value);
    let machine = Machine::new(&draft);
    let long = "x".repeat(100_000);
    for value in NASTY.into_iter().chain([long.as_str(), ""]) {
        machine.succeed(&["--text", value]);
        assert_eq!(machine.read("got"), value);
        machine.succeed(&[&format!("--text={value}")]);
        assert_eq!(machine.read("got"), value);
    }
    machine.succeed(&[]);
    assert_eq!(machine.read("got"), "default $x");
    assert!(!machine.path("hacked").exists());
}

#[test]
fn texts_of_the_program_and_of_other_tasks_arrive_exactly() {
    for value in NASTY {
        // A text output ends before its last line break.
        let value = value.trim_end_matches('\n');
        let mut draft = Draft::new();
        let maker = draft.maker("make", value);
        let made = Expr::output(&draft.plan, maker, 0);
        let reader = put(&mut draft, "put", made);
        draft.reads(maker, reader);
        let machine = Machine::new(&draft);
        machine.succeed(&[]);
        assert_eq!(machine.read("got"), value);
    }
}

#[test]
fn elements_of_lists_arrive_exactly() {
    let mut draft = Draft::new();
    let list =
        draft.param("words", Ty::List(Box::new(Ty::String)), Some(Value::List(vec![Value::Text("d".to_owned())])));
    let value = Expr::param(&draft.plan, list);
    let script = draft.script(&["printf '<%s>' ", " >\"$TOP/got\"\n"], &[("words", value)]);
    draft.with("put", "", |task| task.steps[0].script = script);
    let machine = Machine::new(&draft);
    machine.succeed(&[]);
    assert!(machine.read("got").starts_with("<d>"));
    let args: Vec<&str> = NASTY.iter().flat_map(|word| ["--words", word]).collect();
    machine.succeed(&args);
    let expected: String = NASTY.iter().map(|word| format!("<{word}>")).collect();
    assert!(machine.read("got").starts_with(&expected), "{}", machine.read("got"));
    let ended = machine.run(&["--words=--pipec-end-of-list--"]);
    assert!(ended.code == Some(2) && ended.err.contains("ends a list"), "{ended:#?}");
}

#[test]
fn the_environment_of_a_step_is_the_callers_with_its_own() {
    let mut draft = Draft::new();
    // Names that the runner itself has variables of.
    let own = [("TASK", "mine"), ("at", "it's"), ("PATH", "/usr/bin:/bin"), ("LC_ALL", "C.UTF-8"), ("name", "n")];
    let env: Vec<_> = own.iter().map(|(name, value)| draft.env(name, Expr::string(*value))).collect();
    draft.with("a", "env >\"$TOP/got\"\n", |task| task.steps[0].env = env);
    let machine = Machine::new(&draft);
    let callers = [("STATE", "callers"), ("code", "c"), ("WORK", "w"), ("ENV_NAMES", "e"), ("fd", "5")];
    let child = machine.command(&[]).envs(callers).env("PIPE_SKIP", "true").env("TASK", "other").spawn().unwrap();
    let ended = finish(child);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let got = machine.trace("got");
    for (name, value) in own.iter().chain(&callers) {
        assert!(got.contains(&format!("{name}={value}")), "{name} in {got:#?}");
    }
    assert!(!got.iter().any(|line| line.starts_with("PIPE_SKIP")), "{got:#?}");
}

#[test]
fn places_are_in_the_workspaces() {
    let mut draft = Draft::new();
    let given = draft.param("srv", Ty::Workspace, None);
    let srv = draft.workspace("srv", Some(given));
    let own = draft.workspace("own", None);
    let script = draft.script(
        &["echo ", " ", " >\"$TOP/got\"; pwd >>\"$TOP/got\"\n"],
        &[("srv", place(srv, "a b/c")), ("own", place(own, ""))],
    );
    let workdir = place(own, "made/for it");
    draft.with("a", "", |task| {
        task.steps[0].script = script;
        task.steps[0].workdir = Some(Box::new(workdir));
        task.workspaces = vec![srv, own];
    });
    let machine = Machine::new(&draft);
    machine.write("the dir/x", "");
    machine.succeed(&["--srv", "the dir"]);
    let top = machine.path("").canonicalize().unwrap().display().to_string();
    let own = format!("{top}/line.work/workspaces/own");
    assert_eq!(machine.read("got"), format!("{top}/the dir/a b/c {own}\n{own}/made/for it\n"));
    let ended = machine.run(&["--srv", "nowhere"]);
    assert!(ended.code == Some(2) && ended.err.contains("there is no directory `nowhere`"), "{ended:#?}");
}

#[test]
fn steps_of_one_task_share_a_directory_of_their_own() {
    let mut draft = Draft::new();
    let span = draft.span();
    draft.with("a", "echo one >file\n", |task| {
        let read = pipec::plan::Script::text("cp file \"$TOP/got\"\n", span);
        task.steps.push(Step::new("second", "x", read));
    });
    draft.task("b", "ls >\"$TOP/seen\"\n");
    let machine = Machine::new(&draft);
    machine.succeed(&["-j1"]);
    assert_eq!(machine.read("got"), "one\n");
    assert_eq!(machine.read("seen"), "");
}

fn secret_draft() -> Draft {
    let mut draft = Draft::new();
    let aws = draft.param("aws", Ty::Optional(Box::new(Ty::Secret)), Some(Value::None));
    let secret = Expr::param(&draft.plan, aws);
    let env = draft.env("TOKEN", secret.clone());
    let file = draft.file("dir/token", secret);
    let run = "printf %s \"$TOKEN\" >\"$TOP/value\"\ncp dir/token \"$TOP/content\"\nstat -c %a dir/token >\"$TOP/mode\"\n\
               touch $TOP/runs\nuntil [ -e $TOP/go ]; do sleep 0.02; done\n";
    draft.with("uses", run, |task| {
        task.files = vec![file];
        task.steps[0].env = vec![env];
    });
    draft.task("other", "env >\"$TOP/other\"\n");
    draft
}

#[test]
fn a_secret_of_a_file_or_variable_is_in_no_argument_log_or_file() {
    const SECRET: &str = "s3cr3t$x 'y'\nsecond line";
    for by in ["dir/file", "env:THE_SECRET"] {
        let machine = Machine::new(&secret_draft());
        machine.write("dir/file", SECRET);
        let mut command = machine.command(&["-j2", "--aws", by]);
        if by.starts_with("env:") {
            command.env("THE_SECRET", SECRET);
        }
        let child = command.spawn().unwrap();
        machine.wait_for("runs");
        let processes = machine.processes();
        assert!(processes.len() > 2, "{processes:?}");
        assert!(processes.iter().all(|line| !line.contains("s3cr3t")), "{processes:?}");
        machine.write("go", "");
        let ended = finish(child);
        assert_eq!(ended.code, Some(0), "{ended:#?}");
        assert_eq!(machine.read("value"), SECRET);
        assert_eq!(machine.read("content"), SECRET);
        assert_eq!(machine.read("mode"), "600\n");
        let other = machine.read("other");
        assert!(!other.contains("s3cr3t"), "{other}");
        let mut found = Vec::new();
        search(&machine.path("line.work"), &mut found);
        assert!(found.is_empty(), "{found:?}");
        assert!(!ended.out.contains("s3cr3t") && !ended.err.contains("s3cr3t"));
        machine.nothing_is_left();
    }
}

fn search(dir: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(dir).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            search(&entry.path(), found);
        } else if String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).contains("s3cr3t") {
            found.push(entry.path());
        }
    }
}

#[test]
fn a_secret_from_a_pipe_is_read_once_and_kept_for_the_run() {
    let machine = Machine::new(&secret_draft());
    machine.write("go", "");
    let script = "bash line.sh --aws <(printf from-a-pipe)";
    let mut command = machine.command(&[]);
    let mut bash = std::process::Command::new("bash");
    bash.args(["-c", script]).current_dir(machine.path(""));
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => bash.env(name, value),
            None => bash.env_remove(name),
        };
    }
    command = bash;
    assert!(command.output().unwrap().status.success());
    assert_eq!(machine.read("value"), "from-a-pipe");
    assert_eq!(machine.read("content"), "from-a-pipe");
}

#[test]
fn a_secret_that_the_program_names_is_a_file() {
    let mut draft = Draft::new();
    let named = Expr::new(ExprKind::Known(Value::Secret("the token".to_owned())), Ty::Secret);
    let env = draft.env("TOKEN", named);
    draft.with("uses", "printf %s \"$TOKEN\" >\"$TOP/value\"\n", |task| task.steps[0].env = vec![env]);
    let machine = Machine::new(&draft);
    let ended = machine.run(&[]);
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(ended.err.contains("task `uses` (line.pipe:2) needs the secret `the token`"), "{ended:#?}");
    machine.write("secrets/the token", "t");
    machine.succeed(&[]);
    assert_eq!(machine.read("value"), "t");
    machine.write("elsewhere/the token", "u");
    let child = machine.command(&[]).env("PIPEC_SECRETS_DIR", "elsewhere").spawn().unwrap();
    assert_eq!(finish(child).code, Some(0));
    assert_eq!(machine.read("value"), "u");
}

/// As a cluster mounts it: a folder with a file `value`. `pipec run` takes the same.
#[test]
fn a_secret_is_a_file_or_a_folder_with_a_value_under_a_name() {
    for (file, given) in [
        ("secrets/one", "one"),
        ("secrets/one/value", "one"),
        ("elsewhere/one/value", "one"),
        ("secrets/one/value", "secrets/one/value"),
        ("plain", "file:plain"),
        // A file that is here is meant before one of the folder.
        ("one", "one"),
    ] {
        let machine = Machine::new(&secret_draft());
        machine.write("go", "");
        machine.write(file, "s3cr3t");
        if file == "one" {
            machine.write("secrets/one", "another");
        }
        let mut command = machine.command(&["--aws", given]);
        if file.starts_with("elsewhere") {
            command.env("PIPEC_SECRETS_DIR", "elsewhere");
        }
        let ended = finish(command.spawn().unwrap());
        assert_eq!(ended.code, Some(0), "{file}: {ended:#?}");
        assert_eq!(
            (machine.read("value"), machine.read("content")),
            ("s3cr3t".to_owned(), "s3cr3t".to_owned()),
            "{file}"
        );
    }
    let machine = Machine::new(&secret_draft());
    machine.write("secrets/empty/other", "");
    let ended = machine.run(&["--aws", "empty"]);
    assert!(
        ended.code == Some(2) && ended.err.contains("secrets/empty/value of a secret cannot be read"),
        "{ended:#?}"
    );
}

/// Such a condition looks at the arguments of its script, which forgets them in the end.
#[test]
fn a_condition_looks_into_a_list_that_another_task_made() {
    let machine = Machine::of_program(
        r#"
        task names() -> (found: [Arch]) {
            image: "docker.io/library/bash:5.2"
            run: "printf 'x86_64\ns390x\n' > ~{out.found}"
        }
        pipeline line() {
            n = names()
            when .s390x in n.found { task yes { image: "docker.io/library/bash:5.2", run: "echo yes" } }
            when .aarch64 in n.found { task no { image: "docker.io/library/bash:5.2", run: "echo no" } }
            when .s390x in n.found and not (.ppc64le in n.found) {
                task both { image: "docker.io/library/bash:5.2", run: "echo both" }
            }
        }
        "#,
    );
    machine.succeed(&[]);
    assert_eq!(
        [machine.status("yes"), machine.status("no"), machine.status("both")],
        ["succeeded", "skipped", "succeeded"]
    );
}

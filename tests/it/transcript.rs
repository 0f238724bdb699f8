//! What a new user types and reads, from the first command on: each session of `tests/transcript` is typed into bash
//! in an empty folder, and has to say the same again. `INSTA_UPDATE=always` writes down what it says now.
//!
//! `$ ` begins a command, `#: ` a remark; what follows a command is its standard output, its standard error, and
//! `[exit N]` where that is not 0.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::cli::run::plain;

#[test]
fn a_new_user_gets_on() {
    replay("new_user");
}

#[test]
fn a_new_user_has_mistakes_mended() {
    replay("with_fix");
}

#[test]
fn a_session_is_read_and_written_the_same() {
    let text = "#: Why.\n$ a\nb\n\n[exit 1]\n$ c\n";
    let steps = steps(text);
    assert_eq!(steps.iter().map(|step| step.command.as_str()).collect::<Vec<_>>(), ["a", "c"]);
    assert_eq!(written(&steps), text);
    let said = type_in(&["cd /; echo b; false".to_owned(), "pwd; echo c >&2".to_owned()]);
    assert_eq!(said, ["b\n[exit 1]\n", "/\nc\n"]);
}

/// One command of a session.
struct Step {
    remarks: String,
    command: String,
    said: String,
}

fn replay(name: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/transcript/{name}.console"));
    let text = fs::read_to_string(&path).unwrap();
    let mut steps = steps(&text);
    let commands: Vec<String> = steps.iter().map(|step| step.command.clone()).collect();
    for (step, said) in steps.iter_mut().zip(type_in(&commands)) {
        let mark = said.lines().find(|line| line.starts_with("$ ") || line.starts_with("#: "));
        assert_eq!(mark, None, "`{}` says what looks like a part of the session", step.command);
        step.said = said;
    }
    let now = written(&steps);
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(&path, now).unwrap();
    } else if let Some((at, (is, was))) = now.lines().zip(text.lines()).enumerate().find(|(_, (is, was))| is != was) {
        panic!("{}:{}\n  was  {was}\n  is   {is}\n\n{now}", path.display(), at + 1);
    } else {
        assert_eq!(now.len(), text.len(), "{} ends in another way\n{now}", path.display());
    }
}

fn steps(text: &str) -> Vec<Step> {
    let (mut steps, mut remarks) = (Vec::<Step>::new(), String::new());
    for line in text.split_inclusive('\n') {
        if line.starts_with("#: ") {
            remarks.push_str(line);
        } else if let Some(command) = line.strip_prefix("$ ") {
            let remarks = std::mem::take(&mut remarks);
            steps.push(Step { remarks, command: command.trim_end().to_owned(), said: String::new() });
        } else {
            steps.last_mut().expect("a session begins with a command").said.push_str(line);
        }
    }
    steps
}

fn written(steps: &[Step]) -> String {
    steps.iter().map(|step| format!("{}$ {}\n{}", step.remarks, step.command, step.said)).collect()
}

/// Types commands into one shell; what each of them says.
fn type_in(commands: &[String]) -> Vec<String> {
    let (home, aside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut script = String::new();
    for (at, command) in commands.iter().enumerate() {
        fs::write(aside.path().join(format!("{at}")), command).unwrap();
        let file = aside.path().join(format!("{at}")).display().to_string();
        script += &format!("eval \"$(cat {file})\" > {file}.out 2> {file}.err < /dev/null\necho $? > {file}.code\n");
    }
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_pipec"));
    let path = format!("{}:{}", binary.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let mut bash = Command::new("bash");
    plain(&mut bash);
    bash.env("PATH", path).env("COLUMNS", "100").env("XDG_CACHE_HOME", aside.path().join("cache"));
    let status = bash.current_dir(home.path()).args(["-c", &script]).stdin(Stdio::null()).status().unwrap();
    assert!(status.success(), "a command ended the session");
    let read = |at: usize, what: &str| fs::read_to_string(aside.path().join(format!("{at}.{what}"))).unwrap();
    let said = |at: usize| {
        let code = read(at, "code");
        let exit = if code == "0\n" { String::new() } else { format!("[exit {}]\n", code.trim()) };
        let said = [read(at, "out"), read(at, "err")].map(|text| whole_lines(&text)).concat();
        same_everywhere(&said, &home.path().display().to_string()) + &exit
    };
    (0..commands.len()).map(said).collect()
}

fn whole_lines(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

/// Without the folder and the times of this run.
fn same_everywhere(text: &str, home: &str) -> String {
    let text = text.replace(home, "/home/you");
    let mut parts = text.split(" after ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let number = part.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(part.len());
        let timed = number > 0 && part[number..].starts_with('s');
        out += " after ";
        out += if timed { "0.1" } else { &part[..number] };
        out += &part[number..];
    }
    out
}

//! `pipec runs` and `pipec status`

use std::fs;
use std::process::Command;

use super::{Place, line};

#[test]
fn runs_are_listed_and_removed() {
    let (place, folder) = line();
    place.run(&["runs"]).exits(0).says("nothing has run here yet");
    place.run(&["run", "ci.pipe", "-p", &folder]).exits(3);
    place.put("ok", "");
    place.run(&["run", "ci.pipe", "-p", &folder]).exits(0);
    fs::create_dir(place.path(".pipec/runs/20200101-000000-000")).unwrap();
    let table = place.run(&["runs"]).exits(0).out;
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["RUN", "PIPELINE", "STATE", "STARTED", "(UTC)", "TOOK"]);
    assert_eq!(rows[1][..4], ["20200101-000000-000", "-", "never", "begun"]);
    assert_eq!((rows[2][1], rows[2][2]), ("build", "failed"));
    assert_eq!((rows[3][1], rows[3][2]), ("build", "succeeded"));
    let json = place.run(&["runs", "--format", "json"]).exits(0).json();
    assert_eq!((&json["runs"][1]["state"], &json["runs"][1]["exit_code"]), (&"failed".into(), &3.into()));
    assert_eq!(json["runs"][2]["source"], "ci.pipe");
    let gone = place.run(&["runs", "--prune", "1"]).exits(0).out;
    assert_eq!(gone, format!("removed {}\n", rows[2][0]), "what was made just now may be begun yet");
    assert_eq!(place.ids(), ["20200101-000000-000", rows[3][0]]);
}

#[test]
fn a_run_is_shown_with_what_failed_and_why() {
    let (place, folder) = line();
    place.run(&["run", "ci.pipe", "-p", &folder]).exits(3);
    let shown = place.run(&["status"]).exits(1).out;
    let id = &place.ids()[0];
    assert!(shown.starts_with(&format!("run {id}: `build` of ci.pipe, failed after ")), "{shown}");
    for text in [
        ", exit code 3\n",
        "\ncompile   succeeded  ",
        "\ntest_all  failed     ",
        &format!("pipec logs {id} 'test_all'\n"),
    ] {
        assert!(shown.contains(text), "`{text}` is not in\n{shown}");
    }
    let json = place.run(&["status", &id[..id.len() - 1], "--format", "json"]).exits(1).json();
    assert_eq!(json["tasks"][1]["steps"][0]["status"]["exitCode"], 3);
    assert_eq!((&json["run"]["given"][0][0], &json["state"]), (&"folder".into(), &"failed".into()));
    place.run(&["status", "1999"]).exits(2).says("P0771");
    place.put("ok", "");
    place.run(&["run", "ci.pipe", "-p", &folder]).exits(0);
    place.run(&["status"]).exits(0).says("value = hello world");
    place.run(&["status", "20"]).exits(2).says("begins the names of 2 runs");
}

#[test]
fn runs_and_tasks_complete() {
    let (place, folder) = line();
    place.run(&["run", "ci.pipe", "-p", &folder]).exits(3);
    let id = place.ids().pop().unwrap();
    let offer = |words: &str| -> Vec<String> {
        let script = format!(
            "source <(pipec completions bash)\nCOMP_WORDS=(pipec {words}) COMP_TYPE=9 COMPREPLY=()\n\
             COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n_clap_complete_pipec pipec \"${{COMP_WORDS[COMP_CWORD]}}\" x\n\
             printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let folder = std::path::Path::new(env!("CARGO_BIN_EXE_pipec")).parent().unwrap();
        let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
        let output = Command::new("bash").args(["-c", &script]).env("PATH", path).current_dir(place.path("")).output();
        let text = String::from_utf8(output.unwrap().stdout).unwrap();
        text.lines().filter(|word| !word.starts_with('-')).map(str::to_owned).collect()
    };
    assert_eq!(offer("status ''"), ["last", &id]);
    assert_eq!(offer("run ci.pipe --resume 2"), [id.as_str()]);
    assert_eq!(offer("run ci.pipe --only t"), ["test_all"]);
    assert_eq!(offer("logs last ''"), ["compile", "test_all"]);
    assert_eq!(offer("logs last test_all."), ["test_all.run"]);
}

/// A place of their own, by option or by the environment.
#[test]
fn runs_are_kept_where_one_says() {
    let (place, folder) = line();
    place.put("ok", "");
    place.run(&["run", "ci.pipe", "-p", &folder, "--store", "mine"]).exits(0);
    assert!(!place.path(".pipec").exists());
    place.run(&["status", "--store", "mine"]).exits(0);
    let output = place.command(&["logs", "last", "test_all"]).env("PIPEC_STORE", place.path("mine")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "testing hello world\n");
    place.run(&["logs"]).exits(2).says("nothing has run here");
}

/// What a run prints does nothing to the terminal of who lists it.
#[test]
fn names_are_shown_and_not_obeyed() {
    let place = Place::new(super::LINE);
    let folder = place.path(".pipec/runs/20240101-000000-000");
    fs::create_dir_all(&folder).unwrap();
    let run = r#"{"version":1,"id":"x","pipeline":"a\u001b[31mb","source":"c\u0007","given":[],"started":"2024-01-01T00:00:00.000Z","process":{"pid":1,"start":0,"boot":""},"resumed":0}"#;
    fs::write(folder.join("run.json"), run).unwrap();
    for command in ["runs", "status"] {
        let ran = place.run(&[command]);
        assert!(!ran.out.contains('\u{1b}') && !ran.out.contains('\u{7}'), "{}", ran.out);
    }
}

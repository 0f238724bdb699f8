//! `pipec logs`

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use super::{Place, line};

fn ran() -> Place {
    let (place, folder) = line();
    place.put("ok", "");
    place.run(&["run", "ci.pipe", "-j", "1", "-p", &folder]).exits(0);
    place
}

#[test]
fn logs_of_all_of_a_task_and_of_a_step() {
    let place = ran();
    let all = place.run(&["logs"]).exits(0).out;
    let mut lines: Vec<&str> = all.lines().collect();
    assert_eq!(lines.pop(), Some("test_all | testing hello world"));
    lines.sort_unstable();
    assert_eq!(lines, ["compile | compiling world", "compile | no end", "compile | to stderr"]);
    for name in ["compile", "compile.run"] {
        let out = place.run(&["logs", "last", name, "--stream", "stdout"]).exits(0).out;
        assert_eq!(out, "compiling world\nno end", "byte for byte");
    }
    assert_eq!(place.run(&["logs", "last", "compile", "--stream", "stderr"]).exits(0).out, "to stderr\n");
    let ran = place.run(&["logs", "last", "compil"]).exits(2);
    assert!(ran.err.contains("P0774") && ran.err.contains("did you mean `compile`?"), "{}", ran.err);
    place.run(&["logs", "last", "compile.rum"]).exits(2).says("did you mean `compile.run`?");
}

/// Capability 4.3: lines have numbers by which a reader goes on.
#[test]
fn who_has_read_a_part_goes_on() {
    let place = ran();
    let read = |args: &[&str]| -> Vec<serde_json::Value> {
        let out = place.run(&[&["logs", "last", "--format", "json"], args].concat()).exits(0).out;
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let all = read(&[]);
    let seqs: Vec<u64> = all.iter().map(|line| line["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, [1, 2, 3, 4]);
    assert_eq!(read(&["--from-id", "3"]), all[2..]);
    assert_eq!(read(&["--from-id", "5"]), Vec::<serde_json::Value>::new());
    assert_eq!(
        (&all[3]["task"], &all[3]["step"], &all[3]["stream"]),
        (&"test_all".into(), &"run".into(), &"stdout".into())
    );
    assert_eq!(read(&["--follow"]), all, "a run that has ended is all there");
}

/// A run that says one line, and another when there is a file `ok`.
fn started() -> (Place, Child) {
    let place = Place::new(
        r#"
pipeline build(folder: string) {
    task long {
        image: "quay.io/a/b:1.0"
        run: """
            echo began
            while ! test -e ~{folder}/ok; do sleep 0.05; done
            echo ended
        """
    }
}
"#,
    );
    let folder = format!("folder={}", place.path("").display());
    let run = place.command(&["run", "-q", "ci.pipe", "-p", &folder]).stdout(Stdio::null()).spawn().unwrap();
    super::until("it has begun", || place.path(".pipec/runs").exists() && !place.ids().is_empty());
    (place, run)
}

/// W14: who waited for a line of Wharf used a whole processor.
#[test]
fn who_waits_for_a_line_uses_no_processor() {
    let (place, mut run) = started();
    let mut follow = place.command(&["logs", "--follow"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(follow.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "long | began");
    let before = ticks(follow.id());
    std::thread::sleep(std::time::Duration::from_secs(1));
    let used = ticks(follow.id()) - before;
    assert!(used < 20, "{used} hundredths of a second");
    place.put("ok", "");
    assert_eq!(lines.next().unwrap().unwrap(), "long | ended");
    assert!(follow.wait().unwrap().success() && run.wait().unwrap().success());
}

/// The time that a process has used, in hundredths of a second.
fn ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

#[test]
fn who_follows_sees_it_come() {
    let (place, mut run) = started();
    let mut follow = place.command(&["logs", "--follow"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(follow.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "long | began");
    place.put("ok", "");
    assert_eq!(lines.next().unwrap().unwrap(), "long | ended");
    assert!(lines.next().is_none(), "it ends with the run");
    assert!(follow.wait().unwrap().success() && run.wait().unwrap().success());
}

/// A log may hold anything, and a reader may go away.
#[test]
fn any_bytes_come_through() {
    let place = Place::new(
        r#"
pipeline build() {
    task bytes { image: "quay.io/a/b:1.0", run: "head -c 400000 /dev/zero | tr '\\0' 'x'; printf '\\377\\n'" }
}
"#,
    );
    place.run(&["run", "-q", "ci.pipe"]).exits(0);
    let output = place.command(&["logs", "last", "bytes"]).output().unwrap();
    assert_eq!(output.stdout.len(), 400_002);
    assert_eq!(&output.stdout[399_999..], b"x\xff\n");
    let mut command = place.command(&["logs"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

//! `pipec check --watch` as a process: what is written to its files must be seen in what it writes.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::run::{BAD, GOOD, Place};

/// Generous, for a debug build on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// The command, watching; it ends with the test.
struct Watching {
    child: Child,
    out: PathBuf,
    err: PathBuf,
    /// How much of each was waited for already.
    seen: (usize, usize),
}

impl Watching {
    fn start(place: &Place, args: &[&str]) -> Self {
        let streams = tempfile::tempdir().unwrap().keep();
        let (out, err) = (streams.join("out"), streams.join("err"));
        let mut command = place.command_with_signals();
        command.args(["check", "--watch"]).args(args).stdin(Stdio::null());
        command.stdout(File::create(&out).unwrap()).stderr(File::create(&err).unwrap());
        Self { child: command.spawn().unwrap(), out, err, seen: (0, 0) }
    }

    /// Waits until the words are said on one of the streams, behind what was waited for before.
    #[track_caller]
    fn says(&mut self, words: &str) {
        let start = Instant::now();
        loop {
            let (out, err) = (self.read(&self.out), self.read(&self.err));
            if let Some(at) = out[self.seen.0..].find(words) {
                self.seen.0 += at + words.len();
                return;
            }
            if let Some(at) = err[self.seen.1..].find(words) {
                self.seen.1 += at + words.len();
                return;
            }
            let ended = self.child.try_wait().unwrap();
            assert!(
                start.elapsed() < LIMIT && ended.is_none(),
                "{words:?} is not said\n--- out\n{out}\n--- err\n{err}"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn read(&self, path: &PathBuf) -> String {
        fs::read_to_string(path).unwrap()
    }

    fn all(&self) -> String {
        self.read(&self.out) + &self.read(&self.err)
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(self.out.parent().unwrap());
    }
}

/// A file that is there whole or not at all.
fn arrive(place: &Place, name: &str, text: &str) {
    place.put(".aside", text);
    fs::create_dir_all(place.path(name).parent().unwrap()).unwrap();
    fs::rename(place.path(".aside"), place.path(name)).unwrap();
}

#[test]
fn a_change_is_checked() {
    let place = Place::with(&[("a.pipe", GOOD), ("b.pipe", GOOD)]);
    let mut watching = Watching::start(&place, &[]);
    watching.says("2 files checked, nothing found\n");
    place.put("a.pipe", BAD);
    watching.says("a.pipe changed: 2 files checked, 1 error; waiting for changes\n");
    watching.says("error[P0204]");
    place.put("a.pipe", GOOD);
    watching.says("a.pipe changed: 2 files checked, nothing found\n");
    assert!(!watching.all().contains('\u{1b}'), "no screen is cleared where there is none");
}

#[test]
fn an_editor_that_writes_beside_and_renames_is_seen_again_and_again() {
    let place = Place::with(&[("a.pipe", GOOD)]);
    let mut watching = Watching::start(&place, &["a.pipe", "--format", "concise"]);
    watching.says("1 file checked, nothing found");
    for _ in 0..3 {
        for (text, said) in
            [(BAD, "a.pipe:2:55: error[P0204]"), (GOOD, "a.pipe changed: 1 file checked, nothing found")]
        {
            arrive(&place, "a.pipe", text);
            watching.says(said);
        }
    }
}

#[test]
fn new_and_deleted_files_are_said() {
    let place = Place::with(&[("a.pipe", GOOD)]);
    let mut watching = Watching::start(&place, &["."]);
    watching.says("1 file checked");
    arrive(&place, "new/below/b.pipe", BAD);
    watching.says("new/below/b.pipe new: 2 files checked, 1 error");
    arrive(&place, "new/below/b.pipe", GOOD);
    watching.says("new/below/b.pipe changed: 2 files checked, nothing found");
    fs::remove_dir_all(place.path("new")).unwrap();
    watching.says("new/below/b.pipe deleted: 1 file checked");
    fs::remove_file(place.path("a.pipe")).unwrap();
    watching.says("a.pipe deleted: 0 files checked, 1 error");
    watching.says("P0702");
    arrive(&place, "a.pipe", GOOD);
    watching.says("a.pipe new: 1 file checked, nothing found");
}

#[test]
fn a_named_file_that_is_deleted_may_come_back() {
    let place = Place::with(&[("a.pipe", GOOD)]);
    let mut watching = Watching::start(&place, &["a.pipe"]);
    watching.says("1 file checked, nothing found");
    fs::remove_file(place.path("a.pipe")).unwrap();
    watching.says("a.pipe deleted: ");
    watching.says("`a.pipe` cannot be read: there is no such file");
    arrive(&place, "a.pipe", BAD);
    watching.says("a.pipe new: 1 file checked, 1 error");
}

#[test]
fn a_module_is_seen_wherever_it_is_and_even_before_it_is_there() {
    let user = format!("use lib.deep.shared\n{}", GOOD.replace("echo ~{count}", "echo ~{count} ~{shared.x}"));
    let place = Place::with(&[("ci/user.pipe", &user)]);
    let mut watching = Watching::start(&place, &["ci/user.pipe"]);
    watching.says("1 file checked, 1 error");
    arrive(&place, "ci/lib/deep/shared.pipe", "const x: int = 1\n");
    watching.says("ci/lib/deep/shared.pipe new: 1 file checked, nothing found");
    arrive(&place, "ci/lib/deep/shared.pipe", "const x: int = \"1\"\n");
    watching.says("ci/lib/deep/shared.pipe changed: 1 file checked, 1 error");
    watching.says("P0301");
}

#[test]
fn a_link_is_followed_to_its_file() {
    let place = Place::with(&[("real/a.pipe", GOOD), ("links/none", "")]);
    std::os::unix::fs::symlink(place.path("real/a.pipe"), place.path("links/a.pipe")).unwrap();
    let mut watching = Watching::start(&place, &["links"]);
    watching.says("1 file checked, nothing found");
    place.put("real/a.pipe", BAD);
    watching.says("links/a.pipe changed: 1 file checked, 1 error");
}

#[test]
fn other_files_and_reading_are_no_news() {
    let place = Place::with(&[("a.pipe", GOOD), ("other.txt", "")]);
    let mut watching = Watching::start(&place, &["."]);
    watching.says("1 file checked");
    for at in 0..5 {
        place.put("other.txt", at.to_string());
        place.put(".hidden.pipe", BAD);
        place.read("a.pipe");
    }
    arrive(&place, "a.pipe", BAD);
    watching.says("a.pipe changed: ");
    let headlines = watching.read(&watching.err).matches("checked").count();
    assert_eq!(headlines, 2, "{}", watching.all());
}

#[test]
fn quiet_has_no_headline() {
    let place = Place::with(&[("a.pipe", GOOD)]);
    // Loud first, to know that changes are seen by then.
    let mut watching = Watching::start(&place, &["-q", "--format", "junit"]);
    watching.says("failures=\"0\"");
    place.put("a.pipe", BAD);
    watching.says("failures=\"1\"");
    assert_eq!(watching.read(&watching.err), "");
}

#[test]
fn it_ends_on_an_interrupt_as_every_command_does() {
    use std::os::unix::process::ExitStatusExt;
    let place = Place::with(&[("a.pipe", GOOD)]);
    let mut watching = Watching::start(&place, &[]);
    watching.says("1 file checked");
    let sent = Command::new("kill").args(["-INT", &watching.child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    // A shell makes 130 of it.
    assert_eq!(watching.child.wait().unwrap().signal(), Some(2));
}

#[test]
fn it_ends_when_nobody_reads_it_any_more() {
    let place = Place::with(&[("a.pipe", BAD)]);
    let mut command = place.command();
    command.args(["check", "--watch", "--format", "concise"]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("a.pipe:2:55"), "{line}");
    // The reader is gone. A change is written to nobody, perhaps the one that happens while it is being read.
    let start = Instant::now();
    let status = loop {
        arrive(&place, "a.pipe", BAD);
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(200)),
        }
        if start.elapsed() > LIMIT {
            child.kill().unwrap();
        }
    };
    assert_eq!(status.code(), Some(0));
}

#[test]
fn standard_input_is_not_watched() {
    Place::new().run(&["check", "--watch", "-"]).exits(2).says("standard input cannot be watched");
}

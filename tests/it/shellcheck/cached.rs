//! What was said before is not asked again.

use std::fs;

use crate::cli::run::Place;
use crate::ran::Ran;

/// Says one remark about each script that holds `$1`, and writes to `log` what it was asked.
const COUNTING: &str = r#"#!/bin/bash
PATH=/usr/bin:/bin
if [ "$1" = --version ]; then echo version >> LOG; echo "version: VERSION"; exit 0; fi
out=
for file; do
    case $file in -*) continue ;; esac
    echo "script" >> LOG
    line=$(grep -n '[$]1' "$file" | head -1 | cut -d : -f 1)
    [ -n "$line" ] || continue
    [ -z "$out" ] || out+=,
    out+='{"file":"'$file'","line":'$line',"endLine":'$line',"column":6,"endColumn":8,"level":"info","code":2086,"message":"MESSAGE","fix":null}'
done
echo '{"comments":['"$out"']}'
"#;

struct Counted {
    place: Place,
}

impl Counted {
    fn new(program: &str) -> Self {
        let this = Self { place: Place::with(&[("a.pipe", program), ("log", "")]) };
        this.install("0.9.0", "said");
        this
    }

    fn install(&self, version: &str, message: &str) {
        let log = self.place.path("log").display().to_string();
        let text = COUNTING.replace("LOG", &log).replace("VERSION", version).replace("MESSAGE", message);
        self.place.put("bin/shellcheck", text);
        self.place.shell("chmod +x bin/shellcheck").exits(0);
    }

    fn check(&self, args: &[&str]) -> Ran {
        let mut command = self.place.command();
        command.env("PATH", self.place.path("bin")).env("XDG_CACHE_HOME", self.place.path("cache"));
        Ran::of(command.args(["check", "--format=concise", "a.pipe"]).args(args).output().unwrap()).exits(0)
    }

    /// How often it was asked for its version, and about how many scripts, since the last time.
    fn asked(&self) -> (usize, usize) {
        let log = self.place.read("log");
        self.place.put("log", "");
        (log.matches("version").count(), log.matches("script").count())
    }

    fn cache(&self) -> String {
        self.place.read("cache/pipec/shellcheck/findings")
    }
}

fn program(scripts: &[&str]) -> String {
    let tasks = scripts.iter().enumerate();
    let tasks: String =
        tasks.map(|(at, run)| format!("    task t{at} {{ image: \"a/b:1\", run: \"{run}\" }}\n")).collect();
    format!("pipeline p() {{\n{tasks}}}\n")
}

const TWO: &[&str] = &["echo $1", "echo b"];
const SAID: &str = "a.pipe:2:42: note[P0561]: SC2086: said\n";

#[test]
fn a_script_that_did_not_change_is_not_read_again() {
    let run = Counted::new(&program(TWO));
    for asked in [(1, 2), (0, 0), (0, 0)] {
        assert_eq!(run.check(&[]).out, SAID);
        assert_eq!(run.asked(), asked);
    }
    // At another place it says the same, there.
    run.place.put("a.pipe", program(&["echo b", "echo new", "echo $1"]));
    assert_eq!(run.check(&[]).out, "a.pipe:4:42: note[P0561]: SC2086: said\n");
    assert_eq!(run.asked(), (0, 1));
    // The shell is part of what is asked.
    run.place.put("a.pipe", program(TWO).replace("run:", "shell: \"sh\", run:"));
    run.check(&[]);
    assert_eq!(run.asked(), (0, 2));
    // The same text twice is asked about once.
    run.place.put("a.pipe", program(&["echo c", "echo c", "echo c"]));
    run.check(&[]);
    assert_eq!(run.asked(), (0, 1));
}

#[test]
fn another_version_is_asked_again() {
    let run = Counted::new(&program(TWO));
    assert_eq!((run.check(&[]).out.as_str(), run.asked()), (SAID, (1, 2)));
    run.install("0.10.0", "other");
    assert_eq!((run.check(&[]).out.as_str(), run.asked()), ("a.pipe:2:42: note[P0561]: SC2086: other\n", (1, 2)));
    // A new file of the same version has said it all before.
    run.install("0.9.0", "never asked");
    assert_eq!((run.check(&[]).out.as_str(), run.asked()), (SAID, (1, 0)));
}

#[test]
fn without_the_cache_nothing_is_read_or_written() {
    let run = Counted::new(&program(TWO));
    for _ in 0..2 {
        assert_eq!((run.check(&["--no-cache"]).out.as_str(), run.asked()), (SAID, (1, 2)));
    }
    assert_eq!(run.place.names("cache"), Vec::<String>::new());
}

#[test]
fn a_damaged_cache_is_written_anew() {
    let run = Counted::new(&program(TWO));
    run.check(&[]);
    let whole = run.cache();
    let half = whole[..whole.len() / 2].to_owned();
    let changed = whole.replace("said", "lies");
    let version = whole.replace("shellcheck 1", "shellcheck 0");
    for damaged in ["", "x", "\n", &half, &changed, &version, &whole.replace('\n', "\r\n")] {
        run.place.put("cache/pipec/shellcheck/findings", damaged);
        run.asked();
        assert_eq!((run.check(&[]).out.as_str(), run.asked()), (SAID, (1, 2)), "{damaged:?}");
        assert_eq!(run.cache(), whole);
    }
    run.place.put("cache/pipec/shellcheck/findings", b"\xff\xfe\x00");
    assert_eq!(run.check(&[]).out, SAID);
    assert_eq!(run.cache(), whole);
    assert_eq!(run.place.names("cache/pipec/shellcheck"), ["findings"]);
}

#[test]
fn a_cache_that_cannot_be_written_is_no_trouble() {
    let run = Counted::new(&program(TWO));
    run.place.put("cache", "a file where a folder should be");
    for _ in 0..2 {
        assert_eq!((run.check(&[]).out.as_str(), run.asked()), (SAID, (1, 2)));
    }
    // No folder for caches at all, and one that is not absolute.
    for (name, value) in [("HOME", ""), ("XDG_CACHE_HOME", "relative")] {
        let mut command = run.place.command();
        command.env("PATH", run.place.path("bin")).env_remove("HOME").env_remove("XDG_CACHE_HOME").env(name, value);
        Ran::of(command.args(["check", "a.pipe"]).output().unwrap()).exits(0).says("SC2086");
        assert!(!run.place.path("relative").exists());
    }
    let mut command = run.place.command();
    command.env("PATH", run.place.path("bin")).env_remove("XDG_CACHE_HOME").env("HOME", run.place.path("home"));
    Ran::of(command.args(["check", "a.pipe"]).output().unwrap()).exits(0);
    assert_eq!(run.place.names("home/.cache/pipec/shellcheck"), ["findings"]);
}

#[test]
fn runs_at_the_same_time_leave_a_whole_cache() {
    let run = Counted::new("");
    let programs: Vec<String> = (0..6).map(|at| program(&[&format!("echo {at} $1"), "echo same"])).collect();
    programs.iter().enumerate().for_each(|(at, text)| run.place.put(&format!("p{at}.pipe"), text));
    let (path, cache) = (run.place.path("bin"), run.place.path("cache"));
    let start = |at: usize| {
        let mut command = run.place.command();
        command.env("PATH", &path).env("XDG_CACHE_HOME", &cache);
        command
            .args(["check", &format!("p{at}.pipe")])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null());
        command.spawn().unwrap()
    };
    let children: Vec<_> = (0..6).map(start).collect();
    children.into_iter().for_each(|mut child| assert!(child.wait().unwrap().success()));
    let text = run.cache();
    assert!(text.lines().count() >= 3, "{text}");
    run.asked();
    // It counts as whole: what it holds is not asked about.
    run.place.put("a.pipe", program(&["echo same"]));
    run.check(&[]);
    assert_eq!(run.asked(), (0, 0));
    assert_eq!(run.place.names("cache/pipec/shellcheck"), ["findings"]);
}

#[test]
fn the_cache_does_not_grow_for_ever() {
    let run = Counted::new(&program(TWO));
    run.check(&[]);
    // As many entries as it holds, all of them older.
    let (_, rest) = run.cache().split_once('\n').map(|(head, rest)| (head.to_owned(), rest.to_owned())).unwrap();
    let many: String = (0..30_000).map(|at| format!("{at:032x} []\n")).collect();
    let text = rest + &many;
    run.place.put("body", &text);
    let sum = run.place.shell("sha256sum body").exits(0).out;
    run.place.put("cache/pipec/shellcheck/findings", format!("pipec shellcheck 1 {}\n{text}", &sum[..64]));
    run.asked();
    run.place.put("a.pipe", program(&["echo $1", "echo b", "echo new"]));
    run.check(&[]);
    assert_eq!(run.asked(), (0, 1));
    let size = fs::metadata(run.place.path("cache/pipec/shellcheck/findings")).unwrap().len();
    assert_eq!(run.cache().lines().count(), 20_001);
    assert!(size < 1 << 20, "{size}");
    run.check(&[]);
    assert_eq!(run.asked(), (0, 0), "what was of use stays");
}

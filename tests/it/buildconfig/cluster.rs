//! A directory with an emitted driver and an `oc` that notes what it is asked for.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use pipec::emit::Bundle;
use tempfile::TempDir;

/// Keeps its arguments and archives. `fails` names the segments whose build fails, `hangs` those that go on until they
/// are cancelled, `held` says that the lock is taken.
pub(crate) const OC: &str = r#"#!/usr/bin/env bash
trap '' HUP INT
top=$OC_TOP
printf '%s\x1f' "$@" >>"$top/calls"
printf '\n' >>"$top/calls"
segment=none
for word in "$@"; do
    case $word in
    --from-archive=*)
        archive=${word#*=}
        segment=$(basename "$archive" .tar)
        cp "$archive" "$top/kept-$segment.tar"
        ;;
    esac
done
case $1 in
start-build)
    echo "Uploading archive file as binary input for the build ..." >&2
    echo "build.build.openshift.io/build-of-$segment started"
    if grep -qsx "$segment" "$top/hangs"; then
        : >"$top/hanging"
        while [ ! -e "$top/cancelled" ]; do sleep 0.02; done
        echo "the log of $segment ends" && exit 1
    fi
    printf 'the log of %s' "$segment"
    ! grep -qsx "$segment" "$top/fails"
    ;;
cancel-build) : >"$top/cancelled" ;;
create)
    if [ -e "$top/held" ]; then
        echo 'error: failed to create configmap: configmaps "x" already exists' >&2
        exit 1
    elif [ -e "$top/forbidden" ]; then
        echo 'error: failed to create configmap: forbidden' >&2
        exit 1
    fi
    ;;
esac
"#;

/// A bundle where it can be run.
pub(super) struct Cluster {
    dir: TempDir,
}

/// How a run ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

impl Cluster {
    pub(super) fn new(bundle: &Bundle) -> Self {
        let cluster = Self { dir: TempDir::new().unwrap() };
        for file in &bundle.files {
            cluster.write(&format!("made/{}", file.path), &file.text);
        }
        cluster.write("bin/oc", OC);
        fs::create_dir(cluster.path("tmp")).unwrap();
        cluster
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub(super) fn command(&self, args: &[&str]) -> Command {
        let paths = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap());
        let bash = std::env::var("PIPEC_TEST_BASH").unwrap_or_else(|_| "bash".to_owned());
        // A shell cannot catch what was ignored when it started, as in a job of a script that runs these tests.
        let mut command = Command::new("env");
        command.args(["--default-signal=HUP,INT,TERM", &bash]);
        command.arg(self.path("made/start.sh")).args(args).current_dir(self.dir.path()).env("PATH", paths);
        command.env("OC_TOP", self.dir.path()).env("TMPDIR", self.path("tmp"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs it, and insists that nothing is left behind.
    pub(super) fn run(&self, args: &[&str]) -> Ended {
        self.finish(self.command(args).spawn().unwrap())
    }

    pub(super) fn finish(&self, child: Child) -> Ended {
        let output = child.wait_with_output().unwrap();
        let left: Vec<_> = fs::read_dir(self.path("tmp")).unwrap().flatten().map(|entry| entry.path()).collect();
        assert!(left.is_empty(), "{left:?}");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ended { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// What `oc` was called with: one line a call, with `TMP` for the place of archives.
    pub(super) fn calls(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("calls")).unwrap_or_default();
        let words = |line: &str| {
            let words: Vec<String> = line.split_terminator('\x1f').map(plain).collect();
            words.join(" ")
        };
        text.lines().map(words).collect()
    }

    /// The segments that were started.
    pub(super) fn started(&self) -> Vec<String> {
        let calls = self.calls();
        let segment = |call: &String| {
            let (_, rest) = call.split_once("--from-archive=TMP/")?;
            rest.split_once(".tar").map(|(segment, _)| segment.to_owned())
        };
        calls.iter().filter_map(segment).collect()
    }

    pub(super) fn archive(&self, segment: &str) -> Vec<u8> {
        fs::read(self.path(&format!("kept-{segment}.tar"))).unwrap()
    }

    /// The bytes of one file of an archive; nothing when it is not there.
    pub(super) fn packed(&self, segment: &str, name: &str) -> Option<Vec<u8>> {
        let archive = self.path(&format!("kept-{segment}.tar"));
        let out = Command::new("tar").arg("-xOf").arg(archive).arg(name).output().unwrap();
        out.status.success().then_some(out.stdout)
    }

    pub(super) fn names(&self, segment: &str) -> Vec<String> {
        let archive = self.path(&format!("kept-{segment}.tar"));
        let out = Command::new("tar").arg("-tf").arg(archive).output().unwrap();
        String::from_utf8(out.stdout).unwrap().lines().map(str::to_owned).collect()
    }

    pub(super) fn wait_for(&self, name: &str) {
        let start = Instant::now();
        while !self.path(name).exists() {
            assert!(start.elapsed() < Duration::from_secs(20), "waited in vain for {name}");
            sleep(Duration::from_millis(10));
        }
    }
}

fn plain(word: &str) -> String {
    match word.strip_prefix("--from-archive=").and_then(|path| path.rsplit_once('/')) {
        Some((_, file)) => format!("--from-archive=TMP/{file}"),
        None => word.to_owned(),
    }
}

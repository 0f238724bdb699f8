//! 1.18: local changes go along in the archive, with `DEVELOPER_MODE` inside, and the builds are started and waited for.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::buildconfig::cluster::OC;
use crate::cli::run::Place;
use crate::ran::Ran;

const PROGRAM: &str = r#"
pipeline fcos(stream: string, names: [string] = ["a"], none_of_them: [string] = ["x"], token: secret) {
    workspace srv { size: 10Gi }
    target buildconfig { builder: "quay.io/x/tools:1", store: "s3://ci/handover", store_secret: "handover" }
    task build {
        image: "quay.io/x/y:1"
        needs: { kvm: true, memory: 4Gi, cpu: 2 }
        timeout: 2h
        workdir: srv
        run: "make ~{stream} ~{names} ~{none_of_them}"
    }
    task publish { image: "quay.io/x/y:1", workdir: srv, env: { T: token }, run: "./push" } after build
    finally { task tell { image: "quay.io/x/y:1", run: "true" } }
}
"#;

const GIVEN: [&str; 4] = ["--stream", "a b;\n$(c)", "--token", "t"];
const SEGMENTS: [&str; 3] = ["01-kvm", "02-unprivileged", "03-unprivileged"];

/// A work tree with a change, a new file, an ignored one, and a link.
fn place() -> Place {
    let place = Place::with(&[
        ("ci.pipe", PROGRAM),
        ("work/.gitignore", "*.log\n/cache/\n"),
        ("work/src/config/manifest.yaml", "a: 1\n"),
        ("work/src/config/tool.sh", "#!/bin/sh\n"),
        ("work/src/build.log", "noise"),
        ("work/overrides/rpm/kernel.rpm", "rpm"),
        ("work/cache/big", "big"),
        ("work/builds/old", "old"),
        ("bin/oc", OC),
    ]);
    for program in ["bin/oc", "work/src/config/tool.sh"] {
        fs::set_permissions(place.path(program), fs::Permissions::from_mode(0o755)).unwrap();
    }
    symlink("config/manifest.yaml", place.path("work/src/current.yaml")).unwrap();
    fs::create_dir(place.path("tmp")).unwrap();
    place.shell("cd work && git init -q . && git add -A && git -c user.name=x -c user.email=x@x commit -qm x").exits(0);
    place.put("work/src/config/manifest.yaml", "a: 2\n");
    place.put("work/src/new.txt", "new");
    place
}

fn command(place: &Place, args: &[&str]) -> Command {
    let mut command = place.command_with_signals();
    let paths = format!("{}:{}", place.path("bin").display(), std::env::var("PATH").unwrap());
    command.args(["remote", "ci.pipe", "--dir", "work"]).args(GIVEN).args(args).env("PATH", paths);
    command.env("OC_TOP", place.path("")).env("TMPDIR", place.path("tmp"));
    command
}

fn remote(place: &Place, args: &[&str]) -> Ran {
    let ran = Ran::of(command(place, args).output().unwrap());
    assert_eq!(place.names("tmp"), Vec::<String>::new(), "nothing is left behind");
    ran
}

fn archive(place: &Place, segment: &str) -> PathBuf {
    place.path(&format!("kept-{segment}.tar"))
}

/// The names in an archive that was sent, without those that every archive has.
fn added(place: &Place, segment: &str) -> Vec<String> {
    let out = Command::new("tar").arg("-tf").arg(archive(place, segment)).output().unwrap();
    let names = String::from_utf8(out.stdout).unwrap();
    let plan = |name: &&str| !["run.json", "outcome", "run"].contains(name) && !name.starts_with("params/");
    names.lines().filter(plan).map(str::to_owned).collect()
}

fn packed(place: &Place, segment: &str, name: &str) -> Vec<u8> {
    Command::new("tar").arg("-xOf").arg(archive(place, segment)).arg(name).output().unwrap().stdout
}

/// The listing of the changes that were sent.
fn sent(place: &Place) -> String {
    fs::write(place.path("devel.tar"), packed(place, SEGMENTS[0], "devel.tar")).unwrap();
    place.shell("tar --numeric-owner -tvf devel.tar | sed 's/  */ /g'").exits(0).out
}

fn calls(place: &Place) -> Vec<String> {
    let text = fs::read_to_string(place.path("calls")).unwrap_or_default();
    text.lines().map(|line| line.split_terminator('\x1f').collect::<Vec<_>>().join(" ")).collect()
}

const SENT: [&str; 10] = [
    "overrides/",
    "overrides/rpm/",
    "overrides/rpm/kernel.rpm",
    "src/",
    "src/config/",
    "src/config/manifest.yaml",
    "src/config/tool.sh",
    "src/current.yaml",
    "src/new.txt",
    "",
];

#[test]
fn a_dry_run_prints_the_list_and_the_calls_and_touches_nothing() {
    let place = place();
    let before = place.names("");
    let ran = remote(&place, &["--dry-run", "--namespace", "ci"]).exits(0);
    let rows: Vec<Vec<&str>> = ran.out.lines().take(6).map(|line| line.split_whitespace().collect()).collect();
    let wanted = [
        vec!["3", "overrides/rpm/kernel.rpm"],
        vec!["changed", "5", "src/config/manifest.yaml"],
        vec!["10", "src/config/tool.sh"],
        vec!["link", "src/current.yaml", "->", "config/manifest.yaml"],
        vec!["new", "3", "src/new.txt"],
        vec!["5", "files,", "21", "bytes"],
    ];
    assert_eq!(rows, wanted, "{}", ran.out);
    assert!(ran.out.contains("\n\n01-kvm  bc/fcos-kvm  ") && ran.out.contains("  env/DEVELOPER_MODE\n"), "{}", ran.out);
    let call = |class: &str, segment: &str| {
        format!("oc start-build --namespace ci bc/fcos-{class} --from-archive={segment}.tar --wait --follow\n")
    };
    let all = [call("kvm", SEGMENTS[0]), call("unprivileged", SEGMENTS[1]), call("unprivileged", SEGMENTS[2])].concat();
    assert!(ran.out.ends_with(&format!("\n\n{all}")), "{}", ran.out);
    assert_eq!(place.names(""), before);
    // Nor is anything asked for that only a run needs.
    fs::remove_file(place.path("bin/oc")).unwrap();
    remote(&place, &["--dry-run"]).exits(0);
}

#[test]
fn what_is_called_is_what_was_printed() {
    let place = place();
    let printed = remote(&place, &["--dry-run", "--namespace=ci", "--keep=kept"]).exits(0).out;
    let printed: Vec<&str> = printed.lines().filter_map(|line| line.strip_prefix("oc ")).collect();
    remote(&place, &["--namespace=ci", "--keep=kept"]).exits(0);
    assert_eq!(calls(&place), printed);
    assert!(calls(&place).iter().all(|call| !call.contains("--env")));
    for segment in SEGMENTS {
        let kept = fs::read(place.path(&format!("kept/{segment}.tar"))).unwrap();
        assert!(kept == fs::read(archive(&place, segment)).unwrap(), "{segment}");
    }
}

/// Sizes and hashes of a dry run are those of what is sent then.
#[test]
fn what_is_sent_is_what_was_listed() {
    let place = place();
    let part = "d".repeat(120);
    place.put(&format!("work/src/{part}/{part}/x"), "x".repeat(3000));
    let printed = remote(&place, &["--dry-run"]).exits(0).out;
    remote(&place, &[]).exits(0);
    // Only a run knows the name of its first build, which is in the later archives.
    let kept = archive(&place, SEGMENTS[0]);
    let sum = place.shell(&format!("sha256sum < {0} | cut -c1-64; wc -c < {0}", kept.display())).out;
    let sum: Vec<&str> = sum.lines().collect();
    assert!(printed.contains(&format!("01-kvm  bc/fcos-kvm  {} bytes  {}\n", sum[1], sum[0])), "{sum:?} {printed}");
    fs::write(place.path("devel.tar"), packed(&place, SEGMENTS[0], "devel.tar")).unwrap();
    let sum = place.shell("sha256sum < devel.tar | cut -c1-64").out;
    let line = printed.lines().find(|line| line.ends_with("  devel.tar")).unwrap();
    assert!(line.contains(sum.trim()), "{line}");
}

#[test]
fn names_drive_no_terminal() {
    let place = place();
    place.put("work/src/\u{1b}[31m\nred", "x");
    let out = remote(&place, &["--dry-run"]).exits(0).out;
    assert!(out.contains("src/\\u{1b}[31m\\nred\n"), "{out}");
    remote(&place, &[]).exits(0);
}

#[test]
fn changes_and_the_mode_go_along_where_they_are_wanted() {
    let place = place();
    remote(&place, &[]).exits(0).says("the log of 03-unprivileged");
    let mode = ["env/", "env/DEVELOPER_MODE"];
    assert_eq!(added(&place, SEGMENTS[0]), ["env/", "env/DEVELOPER_MODE", "workspace", "devel.tar"]);
    // The second one is brought the workspace of the first.
    assert_eq!(added(&place, SEGMENTS[1]), mode);
    assert_eq!(added(&place, SEGMENTS[2]), mode);
    assert_eq!(packed(&place, SEGMENTS[2], "env/DEVELOPER_MODE"), b"1");
    assert_eq!(packed(&place, SEGMENTS[0], "workspace"), b"srv");
    assert_eq!(packed(&place, SEGMENTS[1], "run"), b"build-of-01-kvm");
    assert_eq!(packed(&place, SEGMENTS[0], "params/stream"), b"a b;\n$(c)");
    let listed = sent(&place);
    let names: Vec<&str> = listed.lines().map(|line| line.split(" 1970-01-01 ").nth(1).unwrap()).collect();
    let names: Vec<&str> = names.iter().map(|name| name.split_once(' ').unwrap().1).collect();
    let wanted = SENT.iter().filter(|name| !name.is_empty()).map(|name| match *name {
        "src/current.yaml" => "src/current.yaml -> config/manifest.yaml",
        other => other,
    });
    assert_eq!(names, wanted.collect::<Vec<_>>());
    assert!(listed.contains("-rwxr-xr-x 0/0 10 ") && listed.contains("-rw-r--r-- 0/0 5 "), "{listed}");
    assert_eq!(place.shell("tar -xOf devel.tar src/config/manifest.yaml").out, "a: 2\n", "as it is now");
}

/// Values that are given, empty lists among them, are those of `pipec bundle`.
#[test]
fn archives_are_those_of_bundle_with_more() {
    let place = place();
    remote(&place, &["--names=x,y", "-p", "none_of_them="]).exits(0);
    let mut args = vec!["bundle", "ci.pipe", "-o", "out", "--names=x,y", "-p", "none_of_them="];
    args.extend(GIVEN);
    place.run(&args).exits(0);
    let plain = fs::read(place.path("out/01-kvm.tar")).unwrap();
    let sent = fs::read(archive(&place, SEGMENTS[0])).unwrap();
    // Before the zeros that end an archive.
    let end = plain.iter().rposition(|byte| *byte != 0).unwrap();
    assert!(plain[..=end] == sent[..=end], "other bytes");
}

#[test]
fn the_same_changes_are_the_same_bytes() {
    let (one, other) = (place(), place());
    for place in [&one, &other] {
        remote(place, &[]).exits(0);
    }
    assert!(fs::read(archive(&one, SEGMENTS[0])).unwrap() == fs::read(archive(&other, SEGMENTS[0])).unwrap());
}

#[test]
fn include_exclude_and_follow_choose() {
    let place = place();
    place.put("outside/config.yaml", "x");
    symlink("../../outside", place.path("work/src/linked")).unwrap();
    let ran = remote(&place, &["--dry-run"]);
    ran.exits(1).says("P0764").says("the link `src/linked` leads out of the folder").says("--follow src/linked");
    let choose = [
        "--include=src/build.log",
        "--include",
        "cache",
        "--exclude=*.rpm",
        "--exclude=/src/config/",
        "--follow",
        "src/linked",
    ];
    remote(&place, &choose).exits(0);
    let listed = sent(&place);
    for name in ["cache/big", "src/build.log", "src/linked/config.yaml", "src/new.txt"] {
        assert!(listed.contains(&format!(" {name}\n")), "{name}: {listed}");
    }
    for name in [".rpm", "src/config", "builds/old", ".git"] {
        assert!(!listed.contains(&format!("{name}\n")) && !listed.contains(&format!(" {name}")), "{name}: {listed}");
    }
}

#[test]
fn without_the_usual_folders_the_whole_one_goes() {
    let place = place();
    place.put("plain/deep/x.txt", "x");
    place.put("plain/.hidden", "x");
    place.put("plain/.gitignore", "out/\n");
    place.put("plain/out/made", "x");
    let run = |args: &[&str]| {
        let mut command = command(&place, args);
        Ran::of(command.args(["--dir", "plain"]).output().unwrap())
    };
    // An option that is given twice is a mistake, so the folder is named by its own command.
    run(&[]).exits(2).says("given twice");
    let mut args = vec!["remote", "ci.pipe", "--dir", "plain", "--dry-run"];
    args.extend(GIVEN);
    let out = place.run(&args).exits(0).out;
    let names: Vec<&str> =
        out.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.split("  ").last()).collect();
    assert_eq!(names[..3], [".gitignore", ".hidden", "deep/x.txt"], "{out}");
    assert!(out.contains("3 files, "), "{out}");
}

#[test]
fn what_cannot_be_sent_is_all_said() {
    let place = place();
    symlink("/etc/passwd", place.path("work/src/absolute")).unwrap();
    symlink("../../../x", place.path("work/src/config/up")).unwrap();
    place.shell("mkfifo work/src/pipe").exits(0);
    let args = ["--include=../x", "--include=/etc/passwd", "--include=gone", "--exclude=a[z-b]", "--dry-run"];
    remote(&place, &args).exits(2).says("P0706").says("`a[z-b]`");
    let err = remote(&place, &[&args[..3], &["--dry-run"]].concat()).exits(2).err;
    for words in [
        "the link `src/absolute` leads out",
        "the link `src/config/up` leads out",
        "`src/pipe` is neither",
        "`../x` is not below `work`",
        "`/etc/passwd` is not below `work`",
        "there is no `gone` in `work`",
    ] {
        assert!(err.contains(words), "{words}: {err}");
    }
    assert_eq!(calls(&place), Vec::<String>::new());
}

/// A link may go up as long as it stays inside.
#[test]
fn links_inside_are_kept() {
    let place = place();
    symlink("../../overrides/rpm", place.path("work/src/config/rpm")).unwrap();
    symlink("nowhere/yet", place.path("work/src/dangling")).unwrap();
    remote(&place, &[]).exits(0);
    let listed = sent(&place);
    assert!(listed.contains("src/config/rpm -> ../../overrides/rpm\n"), "{listed}");
    assert!(listed.contains("src/dangling -> nowhere/yet\n"), "{listed}");
}

/// Names and links that are too long for the oldest format are kept all the same.
#[test]
fn long_names_are_kept() {
    let place = place();
    let part = "d".repeat(90);
    let long = format!("src/{part}/{part}/{part}/{}", "f".repeat(150));
    place.put(&format!("work/{long}"), "deep");
    symlink("t".repeat(180), place.path("work/src/long")).unwrap();
    remote(&place, &[]).exits(0);
    let listed = sent(&place);
    assert!(listed.contains(&format!(" {long}\n")), "{listed}");
    assert!(listed.contains(&format!("src/long -> {}\n", "t".repeat(180))), "{listed}");
    assert_eq!(place.shell(&format!("tar -xOf devel.tar {long}")).out, "deep");
}

#[test]
fn what_is_not_there_is_said() {
    let place = place();
    fs::remove_file(place.path("bin/oc")).unwrap();
    remote(&place, &[]).exits(2).says("P0767").says("`oc` is not on the PATH");
    place.put("empty/.gitkept", "");
    for (dir, code, words) in [("gone", 2, "`gone` is no folder"), ("empty", 1, "P0766")] {
        let mut args = vec!["remote", "ci.pipe", "--dir", dir, "--exclude=.gitkept", "--dry-run"];
        args.extend(GIVEN);
        place.run(&args).exits(code).says(words);
    }
    place.run(&["remote", "ci.pipe", "--dry-run"]).exits(1).says("`stream` has to be given");
}

#[test]
fn a_build_that_fails_is_the_exit_code_and_in_the_summary() {
    let place = place();
    place.put("fails", "02-unprivileged\n");
    let ran = remote(&place, &["--summary", "summary.json"]).exits(1);
    assert!(ran.err.contains("sending 5 files, 21 bytes\n"), "{}", ran.err);
    let summary: serde_json::Value = serde_json::from_str(&place.read("summary.json")).unwrap();
    assert_eq!(summary["outcome"], "failed");
    assert_eq!(summary["builds"][1]["status"], "failed");
    assert_eq!(summary["builds"][2]["status"], "succeeded");
}

/// The command has become the driver, so a signal is for it.
#[test]
fn a_signal_cancels_the_build_that_runs() {
    let place = place();
    place.put("hangs", "01-kvm\n");
    let mut command = command(&place, &[]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    for _ in 0..1000 {
        if place.path("hanging").exists() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!(ran.code, 143, "{ran:#?}");
    assert!(calls(&place).iter().any(|call| call == "cancel-build build-of-01-kvm"), "{:?}", calls(&place));
    assert_eq!(calls(&place).last().unwrap().split(' ').nth(1), Some("bc/fcos-unprivileged"), "finally");
    assert_eq!(place.names("tmp"), Vec::<String>::new());
}

//! What passes by files: the copy of itself, the hand-off between containers, a step of a plan, names in a stream.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use pipec::contract::{END_OF_LIST, ListSource, SecretRef, Source, StepSpec};

use super::{build, command, done, folder, name, run, started};

/// What other builds have to do as well.
pub(super) const FOR_EVERY_BUILD: &[fn()] = &[
    capability_2_3_it_copies_itself_once_and_runs_from_there,
    capability_2_13_what_somebody_may_be_running_is_not_replaced,
    capability_2_3_copies_at_the_same_time_do_not_meet,
    who_waits_for_what_failed_ends_too,
    a_step_runs_with_what_the_files_say,
];

/// 2.3, 2.13
#[test]
fn capability_2_3_it_copies_itself_once_and_runs_from_there() {
    let folder = folder();
    let tools = folder.path().join("new/tools");
    let first = run(&["init", name(&tools)]);
    let path = first.out.trim().to_owned();
    assert!(path.starts_with(&format!("{}/pipec-entrypoint-{}-", name(&tools), env!("CARGO_PKG_VERSION"))), "{path}");
    let mode = fs::metadata(&path).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o7777, 0o555);
    assert_eq!(fs::read(&path).expect("a file"), fs::read(build().file).expect("a file"));
    let made = fs::metadata(&path).expect("it is there").modified().expect("a time");
    assert_eq!(run(&["init", name(&tools)]).out.trim(), path);
    assert_eq!(fs::metadata(&path).expect("it is there").modified().expect("a time"), made, "it is not written again");
    assert_eq!(fs::read_dir(&tools).expect("a folder").count(), 1);
    let ran = started(std::path::Path::new(&path)).args(["--", "sh", "-c", "exit 42"]).status().expect("it starts");
    assert_eq!(ran.code(), Some(42));
}

/// 2.13
#[test]
fn capability_2_13_what_somebody_may_be_running_is_not_replaced() {
    let folder = folder();
    fs::write(folder.path().join("tool"), "another version").expect("a file");
    let ran = run(&["init", name(folder.path()), "--name", "tool"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("give this one another name"), "{}", ran.err);
    assert_eq!(fs::read(folder.path().join("tool")).expect("a file"), b"another version");
    assert_eq!(run(&["init", name(folder.path()), "--name", "tool-2"]).code, 0);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
    assert_eq!(run(&["init", name(folder.path()), "--name", "../out"]).code, 2);
}

/// Two copies at the same time leave one whole file.
#[test]
fn capability_2_3_copies_at_the_same_time_do_not_meet() {
    let folder = folder();
    let started: Vec<_> = (0..4).map(|_| command(&["init", name(folder.path())]).spawn().expect("it starts")).collect();
    for mut one in started {
        assert_eq!(one.wait().expect("it ends").code(), Some(0));
    }
    let files: Vec<_> =
        fs::read_dir(folder.path()).expect("a folder").map(|file| file.expect("a file").path()).collect();
    assert_eq!(files.len(), 1);
    assert_eq!(fs::read(&files[0]).expect("a file"), fs::read(build().file).expect("a file"));
}

/// 1.4: Tekton's looks once a second.
#[test]
fn a_file_is_handed_off_at_once() {
    let folder = folder();
    let file = folder.path().join("not/yet/there");
    let second = folder.path().join("second");
    let words = ["wait", "--timeout", "20s", name(&file), name(&second)];
    let mut fastest = Duration::MAX;
    // The best of some, since other processes run here too.
    for _ in 0..20 {
        if fastest < Duration::from_millis(10) {
            break;
        }
        let mut child = command(&words).spawn().expect("it starts");
        std::thread::sleep(Duration::from_millis(200));
        assert!(run(&["--post", name(&second), "--", "true"]).code == 0);
        assert!(child.try_wait().expect("it lives").is_none(), "the first is not there");
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::thread::sleep(Duration::from_millis(100));
        let began = Instant::now();
        fs::write(&file, "").expect("a file");
        assert_eq!(child.wait().expect("it ends").code(), Some(0));
        fastest = fastest.min(began.elapsed());
        fs::remove_dir_all(folder.path().join("not")).expect("it is there");
        fs::remove_file(&second).expect("it is there");
    }
    assert!(fastest < Duration::from_millis(10), "{fastest:?}");
}

#[test]
fn who_waits_for_what_failed_ends_too() {
    let folder = folder();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let waits = command(&["--wait", name(&first), "--post", name(&second), "--", "echo", "never"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    assert_eq!(run(&["--post", name(&first), "--", "sh", "-c", "exit 9"]).code, 9);
    let ended = done(&waits.wait_with_output().expect("it ends"));
    assert_eq!((ended.code, ended.out.as_str()), (1, ""));
    assert!(ended.err.contains("what was waited for failed"), "{}", ended.err);
    assert!(!first.exists() && !second.exists());
    assert_eq!(fs::read_to_string(folder.path().join("first.err")).expect("a file"), "9\n");
    assert_eq!(fs::read_to_string(folder.path().join("second.err")).expect("a file"), "1\n");
    let late = run(&["wait", "--timeout", "50ms", name(&folder.path().join("third"))]);
    assert_eq!(late.code, 124);
}

/// 2.8
#[test]
fn a_step_runs_with_what_the_files_say() {
    let folder = folder();
    let at = |path: &str| folder.path().join(path);
    for (path, text) in
        [("params/tag", "v 1\n"), ("params/which", "cred"), ("secrets/cred/value", "hush"), ("results/make/count", "3")]
    {
        fs::create_dir_all(at(path).parent().expect("a folder")).expect("a folder");
        fs::write(at(path), text).expect("a file");
    }
    fs::create_dir_all(at("params/list")).expect("a folder");
    for (element, text) in [("2", "zwei\n"), ("1", "eins"), ("3", "")] {
        fs::write(at("params/list").join(element), text).expect("a file");
    }
    let result = |output: &str| Source::Result { task: "make".to_owned(), output: output.to_owned() };
    let spec = StepSpec {
        name: "step".to_owned(),
        image: "img".to_owned(),
        script: "#!/usr/bin/env bash\nprintf '<%s>' \"$LIT\" \"$TAG\" \"$COUNT\" \"$NONE\" \"$(cat \"$SECRET\")\" \"$VALUE\" \"${OLD-}\" \"$@\" \"$(ls -A)\"\n\
                 printf 7 >\"$OUT\"; printf %s \"$PLACE\" >&2; exit \"${CODE:-0}\"\n"
            .to_owned(),
        env: vec![
            ("LIT".to_owned(), Source::Literal("a 'b'\n$c".to_owned())),
            ("TAG".to_owned(), Source::Param("tag".to_owned())),
            ("COUNT".to_owned(), result("count")),
            ("NONE".to_owned(), result("none")),
            ("SECRET".to_owned(), Source::SecretFile(SecretRef::Param("which".to_owned()))),
            ("VALUE".to_owned(), Source::SecretValue(SecretRef::Named("cred".to_owned()))),
            ("OUT".to_owned(), Source::OutputFile(String::new())),
            ("PLACE".to_owned(), Source::Place { workspace: "src".to_owned(), path: "a/b".to_owned() }),
        ],
        args: vec![ListSource::Param("list".to_owned()), ListSource::Literal(vec!["last".to_owned()])],
        workdir: None,
    };
    let mut file = at("spec.json");
    fs::write(&file, serde_json::to_vec(&spec).expect("JSON")).expect("a file");
    fs::create_dir_all(at("out")).expect("a folder");
    let option = |name: &str, path: &str| [format!("--{name}"), at(path).to_str().expect("UTF-8").to_owned()];
    let words = |file: &std::path::Path| {
        let mut words = vec!["step".to_owned()];
        words.extend([option("params", "params"), option("results", "results"), option("outputs", "out")].concat());
        words.extend([option("secret-store", "secrets"), option("work", "work")].concat());
        words.push(format!("--workspace=src={}", name(folder.path())));
        words.push(format!("--output=it:int={}", name(&at("out/output"))));
        words.push(name(file).to_owned());
        words
    };
    let ran = done(&command(&words(&file)).env("PIPE_OLD", "x").env("CODE", "0").output().expect("it starts"));
    let end = END_OF_LIST;
    assert_eq!(
        ran.out,
        format!("<a 'b'\n$c><v 1\n><3><><hush><hush><><eins><zwei\n><><{end}><last><{end}><>"),
        "{}",
        ran.err
    );
    assert_eq!((ran.code, ran.err), (0, at("a/b").to_str().expect("UTF-8").to_owned()));
    assert_eq!(fs::read_to_string(at("out/output")).expect("a file"), "7");
    assert_eq!(fs::read_dir(at("work")).expect("a folder").count(), 0, "the scratch folder is gone");
    assert_eq!(done(&command(&words(&file)).env("CODE", "5").output().expect("it starts")).code, 5);
    for (source, said) in [
        (Source::Status("make".to_owned()), "LIT: a step alone does not know how `make` ended"),
        (Source::Outcome, "LIT: a step alone does not know how the run ended"),
        (Source::Param("other".to_owned()), "params/other`: No such file"),
        (Source::Param("../x".to_owned()), "LIT: `../x` is no name of a file"),
    ] {
        let mut bad = spec.clone();
        bad.env[0].1 = source;
        file = at("bad.json");
        fs::write(&file, serde_json::to_vec(&bad).expect("JSON")).expect("a file");
        let ran = run(&words(&file));
        assert!(ran.code != 0 && ran.err.contains(said) && ran.out.is_empty(), "{}", ran.err);
    }
}

/// 3.5: a gigabyte would be the same, only slower.
#[test]
fn capability_3_5_names_are_filled_in_while_a_stream_goes_by() {
    let lines = 2_000_000;
    let script = "yes 'abc ~{who} ~ { } ~{' | head -n \"$1\" | \"$0\" \"$2\" subst who=world nobody= | md5sum; \
                  yes 'abc world ~ { } ~{' | head -n \"$1\" | md5sum";
    let build = build();
    let words = [name(&build.by), &lines.to_string(), name(&build.file)];
    let ran = run(&[&["--", "bash", "-c", script], &words[..]].concat());
    let (ours, good) = ran.out.split_at(ran.out.len() / 2);
    assert_eq!((ran.code, ours), (0, good), "{}", ran.err);
    let ran = run(&["subst", "1x=y"]);
    assert!(ran.code == 2 && ran.err.contains("`1x` is no name"), "{}", ran.err);
}

/// 3.5: one line of a gigabyte, with NUL bytes and 131,072 names, by the build for images; where that cannot be built, 64 MiB
/// by that of these tests.
#[test]
fn capability_3_5_its_memory_does_not_grow() {
    let built = super::r#static::built();
    let pieces = if built.is_some() { 1024 } else { 64 };
    let file = built.cloned().unwrap_or_else(|| build().file);
    let mut child = started(&file);
    child.args(["subst", "who=world"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = child.spawn().expect("it starts");
    let mut counter = std::process::Command::new("wc");
    counter.arg("-c").stdin(child.stdout.take().expect("a pipe")).stdout(Stdio::piped());
    let counter = counter.spawn().expect("it starts");
    let mut input = child.stdin.take().expect("a pipe");
    // As long before as after.
    let piece = "\u{0}~{who}x".repeat(128) + &"\u{0}abcdef\u{7f}".repeat((1 << 17) - 128);
    assert_eq!(piece.len(), 1 << 20);
    for _ in 0..pieces {
        input.write_all(piece.as_bytes()).expect("it reads");
    }
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).expect("it lives");
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a number").trim();
    let most: u64 = most.trim_end_matches(" kB").parse().expect("a number");
    assert!(most < 16_000, "{most} kB");
    drop(input);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    let counted = done(&counter.wait_with_output().expect("it ends"));
    assert_eq!(counted.out.trim(), (pieces * ((1 << 20) - 128)).to_string());
}

//! What goes in and comes out.

use std::fs;

use super::{engine, lines, pipeline};
use crate::commands::{Place, below, until};
use crate::ran::Ran;

/// What a shell would take apart, or run.
const WORD: &str = "a 'b' \"c\" $(id) `id` ${HOME} ; & * ? \\ \\n ü\nsecond line ";

fn values() -> String {
    pipeline(
        "values",
        "(word: string, words: [string]) -> string",
        r#"
    workspace src { size: 1Gi }
    task make -> string {
        env: { GIVEN: word, HOME: "/not/the/clients" }
        files: { "notes/word.txt": word }
        workdir: src
        run: """
            echo made > file
            printf '[%s]' ~{words} "$GIVEN" "$HOME"; echo
            cat notes/word.txt; echo .
            printf '<%s>' ~{word} > ~{out}
        """
    }
    task look {
        workdir: src
        run: """
            cat file; printf '%s.\n' ~{make}
        """
    }
    return make"#,
    )
}

/// 4.7: by any of the three, the same lines.
#[test]
fn capability_4_7_values_files_and_folders_arrive_whole_in_containers() {
    let Some(engine) = engine() else { return };
    let place = Place::new(&values());
    let given = format!("word={WORD}");
    let words = ["-p", &given, "-p", "words=one,$(two) three"];
    let ran = engine.run(&place, &words).exits(0);
    let text = format!("[one][$(two) three][{WORD}][/not/the/clients]\n{WORD}.");
    let mut good: Vec<String> = text.lines().map(|line| format!("make | {line}")).collect();
    good.splice(0..0, format!("made\n<{WORD}>.").lines().map(|line| format!("look | {line}")));
    assert_eq!(lines(&ran.out), good, "{}", ran.err);
    let scripted =
        engine.script(&place, "values", &["--word", WORD, "--words", "one", "--words", "$(two) three"]).exits(0);
    assert_eq!(lines(&scripted.out), good, "{}", scripted.err);
    let bare = place.run(&[&["run", "ci.pipe"], &words[..]].concat()).exits(0);
    assert_eq!(lines(&bare.out), good, "{}", bare.err);
    assert_eq!(engine.containers("values"), [""; 0]);
}

/// A MiB on either stream, to the last byte.
#[test]
fn what_a_container_says_is_kept_whole() {
    let Some(engine) = engine() else { return };
    let body = "    task big { run: \"(yes 0123456789abcde || true) | head -c 1048573; (yes lost || true) | head -c 300000 >&2\" }";
    let place = Place::new(&pipeline("big", "()", body));
    engine.run(&place, &[]).exits(0);
    let of = |stream: &str| place.run(&["logs", "last", "big", "--stream", stream]).exits(0).out;
    let (out, err) = (of("stdout"), of("stderr"));
    assert_eq!(out.len(), 1_048_573);
    assert!(out == "0123456789abcde\n".repeat(1 << 16)[..1_048_573], "other bytes");
    assert!(err == "lost\n".repeat(60_000), "{} bytes", err.len());
}

fn secrets() -> String {
    pipeline(
        "secretive",
        "(token: secret, top: workspace)",
        r#"
    task has {
        env: { TOKEN: token }
        files: { "token.txt": token }
        run: """
            printf %s "$TOKEN" | md5sum; md5sum < token.txt
            touch ~{top / "has"}; until [ -e ~{top / "seen"} ]; do sleep 0.05; done
        """
    }
    task other {
        run: """
            env; cat /proc/self/mountinfo
            touch ~{top / "other"}; until [ -e ~{top / "seen"} ]; do sleep 0.05; done
        """
    }"#,
    )
}

/// 1.13: who is given a secret has it, and nobody else: not the task beside it, and no list of processes or containers.
#[test]
fn capability_1_13_a_secret_is_with_its_container_only() {
    let Some(engine) = engine() else { return };
    let place = Place::new(&secrets());
    place.put("top/.keep", "");
    place.put("mine", "hunter2 'x' $y\n");
    for scripted in [false, true] {
        let more = ["-j", "2", "--top", "top", "--token"];
        let mut command = if scripted {
            engine.script_command(&place, "secretive", &[&more[..], &["mine"]].concat())
        } else {
            engine.run_command(&place, &[&more[..], &["file:mine"]].concat())
        };
        let child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
        until("both run", || ["top/has", "top/other"].iter().all(|name| place.path(name).exists()));
        let names = engine.containers("secretive");
        assert_eq!(names.len(), 2, "{names:?}");
        let known = engine.podman(&[&["inspect"], &names.iter().map(String::as_str).collect::<Vec<_>>()[..]].concat());
        let processes = std::process::Command::new("ps").args(["-e", "-o", "args="]).output().unwrap().stdout;
        place.put("top/seen", "");
        let ran = Ran::read(&child.wait_with_output().unwrap()).exits(0);
        let sum = "eb259199cd0d5de57f6dcd6cccf3ffe2  -";
        assert_eq!(lines(&ran.out)[..2], [format!("has | {sum}"), format!("has | {sum}")], "{}", ran.out);
        for (place, text) in [
            ("podman", known.as_str()),
            ("ps", &String::from_utf8_lossy(&processes)),
            ("out", &ran.out),
            ("err", &ran.err),
        ] {
            assert!(!text.contains("hunter2"), "{place}: {text}");
        }
        let kept = [below(&place.path(".pipec")), below(&place.path("work")), below(&engine.folder)].concat();
        // A fifo of an engine has no end.
        let holds = |file: &&std::path::PathBuf| {
            file.is_file() && fs::read(file).is_ok_and(|bytes| bytes.windows(7).any(|window| window == b"hunter2"))
        };
        assert_eq!(kept.iter().find(holds), None);
        ["has", "other", "seen"].iter().for_each(|name| fs::remove_file(place.path("top").join(name)).unwrap());
    }
}

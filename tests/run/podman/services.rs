//! Containers beside those of a task.

use std::process::Stdio;

use super::{engine, lines, pipeline};
use crate::commands::{Place, until};
use crate::ran::Ran;

/// Perl has sockets of its own, without a module that would have to be there.
const SERVICE: &str = r#"
    task asks {
        service db {
            image: "localhost/pipec-test:1"
            port: 5432
            env: { WORD: word, HOME: "/of/the/service" }
            run: """
                exec perl -e 'socket(S, 2, 1, 6) or die; setsockopt(S, 1, 2, 1); bind(S, pack("S n N x8", 2, 5432, 0)) or die $!;
                    listen(S, 5); while (accept(C, S)) { print C "$ENV{WORD}|$ENV{HOME}\n"; close C }'
            """
        }
        run: """
            read -r line < /dev/tcp/localhost/5432
            printf '%s\n' "$line"
        """
    }"#;

/// A service answers at its port on `localhost`, and is gone behind its task.
#[test]
fn a_service_is_beside_its_task_and_gone_behind_it() {
    let Some(engine) = engine() else { return };
    let place = Place::new(&pipeline("beside", "(word: string)", SERVICE));
    let given = ["--word", "a 'b' $(id)"];
    for scripted in [false, true] {
        let ran = if scripted { engine.script(&place, "beside", &given) } else { engine.run(&place, &given) }.exits(0);
        assert_eq!(lines(&ran.out), ["asks | a 'b' $(id)|/of/the/service"], "{}", ran.err);
        assert_eq!(engine.containers("beside"), [""; 0]);
    }
}

/// The first runs what its image runs; a script is ready when it has the word as well.
const SECRETIVE: &str = r#"
    task asks {
        service db {
            image: "localhost/pipec-serves:1"
            env: { TOKEN: token }
            ready: "[ $(printf %s \"$TOKEN\" | wc -c) = 15 ] && : </dev/tcp/localhost/5432"
            args: ["listen", "a b"]
        }
        service other {
            image: "localhost/pipec-test:1"
            env: { TOKEN: token }
            run: "[ $(printf %s \"$TOKEN\" | wc -c) = 15 ]; trap 'exit 0' TERM; while :; do sleep 0.1; done"
            ready: "[ \"$TOKEN\" ]"
        }
        workdir: top
        run: """
            read -r line < /dev/tcp/localhost/5432
            printf '%s\n' "$line"
            touch asked
            while [ ! -e seen ]; do sleep 0.1; done
        """
    }"#;

/// What an image runs, with a word that has all that could be lost on the way.
const CONTAINERFILE: &str = r#"FROM localhost/pipec-test:1
ENTRYPOINT ["perl", "-e", "$SIG{TERM} = sub { exit }; $sum = 0; $sum += ord for split //, $ENV{TOKEN}; socket(S, 2, 1, 6) or die; setsockopt(S, 1, 2, 1); bind(S, pack(\"S n N x8\", 2, 5432, 0)) or die; listen(S, 5); while (accept(C, S)) { print C \"$sum|@ARGV|100%+\\n\"; close C }"]
CMD ["not this"]
"#;

/// 1.13: what a service is given in secret stands in no list of the engine.
#[test]
fn a_secret_of_a_service_is_in_no_list_of_containers() {
    let Some(engine) = engine() else { return };
    let place = Place::new(&pipeline("asked", "(token: secret, top: workspace)", SECRETIVE));
    let word = "hunter2 'x' $y\n";
    for (name, text) in [("top/.keep", ""), ("mine", word), ("image/Containerfile", CONTAINERFILE)] {
        place.put(name, text);
    }
    let folder = place.path("image").display().to_string();
    engine.podman(&["build", "--quiet", "--tag", "localhost/pipec-serves:1", &folder]);
    let sum: u32 = word.bytes().map(u32::from).sum();
    for scripted in [false, true] {
        let mut command = if scripted {
            engine.script_command(&place, "asked", &["--top", "top", "--token", "mine"])
        } else {
            engine.run_command(&place, &["--top", "top", "--token", "file:mine"])
        };
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        until("it asked", || place.path("top/asked").exists());
        let names = engine.containers("asked");
        assert_eq!(names.len(), 3, "{names:?}");
        let known = engine.podman(&[&["inspect"], &names.iter().map(String::as_str).collect::<Vec<_>>()[..]].concat());
        place.put("top/seen", "");
        let ran = Ran::read(&child.wait_with_output().unwrap()).exits(0);
        assert_eq!(lines(&ran.out)[..1], [format!("asks | {sum}|listen a b|100%+")], "{}{}", ran.out, ran.err);
        for (place, text) in [("podman", &known), ("out", &ran.out), ("err", &ran.err)] {
            assert!(!text.contains("hunter2"), "{place}: {text}");
        }
        assert_eq!(engine.containers("asked"), [""; 0]);
        ["asked", "seen"].iter().for_each(|name| std::fs::remove_file(place.path("top").join(name)).unwrap());
    }
    // Of a runner that is killed nothing stays: its guardian removes both, and the files with the secret.
    place.put("tmp/.keep", "");
    let mut command = engine.run_command(&place, &["--top", "top", "--token", "file:mine"]);
    command.env("TMPDIR", place.path("tmp"));
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    until("it asked", || place.path("top/asked").exists());
    assert!(std::fs::read_dir(place.path("tmp")).unwrap().count() > 1);
    child.kill().unwrap();
    child.wait().unwrap();
    until("nothing is left", || {
        engine.containers("asked").is_empty() && std::fs::read_dir(place.path("tmp")).unwrap().count() == 1
    });
}

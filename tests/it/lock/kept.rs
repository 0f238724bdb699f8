//! Tasks without `run`.

use std::process::Command;

use crate::cli::run::Place;
use crate::ran::Ran;

fn lock(entrypoint: &str, cmd: &str, more: &str) -> String {
    format!(
        "{{\"version\":1,\"images\":[{{\"image\":\"quay.io/a/b:1\",\"platform\":\"linux/amd64\",\"entrypoint\":{entrypoint},\"cmd\":{cmd}{more}}}]}}"
    )
}

/// What a pipeline says that was emitted as a script and run here.
fn said(program: &str, lock: &str, args: &[&str]) -> Ran {
    let place = Place::with(&[("ci.pipe", program), ("pipec.lock", lock)]);
    let ran = place.run(&["emit", "-t", "shell", "-o", "out", "ci.pipe"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{program}");
    let script = place.names("out").into_iter().find(|name| name.ends_with(".sh")).expect("a script");
    let mut command = Command::new("bash");
    command.arg(place.path("out").join(script)).args(args).current_dir(place.path("."));
    Ran::of(command.output().unwrap())
}

/// Capability 2.1, 2.2: what an image runs by itself is what its task runs, word for word.
#[test]
fn capability_2_2_the_command_of_an_image_runs() {
    let task = "pipeline ci() {\n    task t { image: \"quay.io/a/b:1\" }\n}\n";
    let words = "[\"printf\",\"<%s>\\\\n\",\"a b\",\"$HOME\",\"it's\",\"\",\"*\",\"$(id)\"]";
    let ran = said(task, &lock("[]", words, ""), &[]);
    for word in ["<a b>", "<$HOME>", "<it's>", "<>", "<*>", "<$(id)>"] {
        assert!(ran.out.contains(word), "{word}: {}{}", ran.out, ran.err);
    }
    // Its exit code is that of the task.
    let ran = said(task, &lock("[\"sh\",\"-c\"]", "[\"exit 42\"]", ""), &[]);
    assert!(ran.code != 0 && (ran.out.clone() + &ran.err).contains("42"), "{}{}", ran.out, ran.err);
}

/// Capability 2.9: `args` replace what the image gives its entrypoint, also where they are known only when running.
#[test]
fn capability_2_9_args_replace_the_command() {
    let lock = lock("[\"printf\",\"<%s>\\\\n\"]", "[\"theirs\"]", "");
    let known = "pipeline ci() {\n    task t { image: \"quay.io/a/b:1\", args: [\"x y\", \"$z\"] }\n}\n";
    let ran = said(known, &lock, &[]);
    assert!(
        ran.out.contains("<x y>") && ran.out.contains("<$z>") && !ran.out.contains("theirs"),
        "{}{}",
        ran.out,
        ran.err
    );
    let open = "pipeline ci(words: [string] = [\"one\"], name: string = \"n\") {\n    task t { image: \"quay.io/a/b:1\", args: words }\n    task u { image: \"quay.io/a/b:1\", args: [\"--name=~{name}\"] }\n}\n";
    let ran = said(open, &lock, &["--name", "a; b"]);
    assert!(ran.out.contains("<one>") && ran.out.contains("<--name=a; b>"), "{}{}", ran.out, ran.err);
    let ran = said(open, &lock, &["--words", "2 3", "--words", "4"]);
    assert!(
        ran.out.contains("<2 3>") && ran.out.contains("<4>") && !ran.out.contains("<one>"),
        "{}{}",
        ran.out,
        ran.err
    );
}

/// Capability 2.16: nothing has to be in an image for that; env, files, outputs and hooks are as of other tasks.
#[test]
fn capability_2_16_all_else_is_as_of_other_tasks() {
    let program = r#"pipeline ci() {
    workspace w { size: 1Gi }
    task t -> (version: string) {
        image:   "quay.io/a/b:1"
        args:    ["printf %s \"$WHAT\" > \"$PLACE\"; cat note"]
        env:     { WHAT: "1.2.3", PLACE: out.version }
        files:   { "note": "from a file\n" }
        workdir: w
        before:  "echo first"
        cleanup: "echo last"
    }
    task u { image: "quay.io/a/c:1", run: "echo got ~{t.version}" }
}
"#;
    let ran = said(program, &lock("[\"sh\",\"-c\"]", "[]", ""), &[]);
    let at = |text: &str| ran.out.find(text).unwrap_or_else(|| panic!("{text}: {}{}", ran.out, ran.err));
    assert!(at("first") < at("from a file") && at("from a file") < at("last") && at("last") < at("got 1.2.3"));
}

#[test]
fn the_folder_of_the_image_is_where_it_starts() {
    let task = "pipeline ci() {\n    task t { image: \"quay.io/a/b:1\" }\n}\n";
    let ran = said(task, &lock("[\"pwd\"]", "[]", ",\"workdir\":\"/usr\""), &[]);
    assert!(ran.out.contains("/usr\n"), "{}{}", ran.out, ran.err);
}

#[test]
fn a_command_that_nobody_knows_is_an_error() {
    let task = "pipeline ci() {\n    task t { image: \"quay.io/a/b:1\" }\n}\n";
    let rows = [
        (None, "`pipec.lock` does not have `quay.io/a/b:1`"),
        (Some(lock("[]", "[]", "")), "has neither an ENTRYPOINT nor a CMD"),
    ];
    for (lock, wanted) in rows {
        let place = Place::with(&[("ci.pipe", task)]);
        lock.iter().for_each(|lock| place.put("pipec.lock", lock));
        let ran = place.run(&["check"]);
        assert!(ran.code == 1 && ran.out.contains("P0535") && ran.out.contains(wanted), "{}", ran.out);
    }
    // An image that is known only with values is found when there are values.
    let program = "pipeline ci(const tag: string = \"1\") {\n    task t { image: \"quay.io/a/b:~{tag}\" }\n}\n";
    let place = Place::with(&[("ci.pipe", program), ("pipec.lock", &lock("[\"true\"]", "[]", ""))]);
    assert_eq!(place.run(&["emit", "-t", "shell", "ci.pipe"]).code, 0);
    let ran = place.run(&["emit", "-t", "shell", "ci.pipe", "-p", "tag=2"]);
    assert!(ran.code == 1 && ran.err.contains("P0535"), "{}", ran.err);
}

//! Secrets and workspaces: given by reference, never kept.

use std::fs;

use super::{Place, below};

const SECRET: &str = "hunter2-and-more";

const PROGRAM: &str = r#"
pipeline build(token: secret, src: workspace, other: secret? = none) {
    task use {
        image: "quay.io/a/b:1.0"
        workdir: src
        env: { TOKEN: token }
        run: """
            test "$TOKEN" = "hunter2"-and-more
            echo found > found
        """
    }
}
"#;

fn place() -> Place {
    let place = Place::new(PROGRAM);
    fs::create_dir(place.path("source")).unwrap();
    place
}

#[test]
fn a_secret_is_a_file_a_variable_or_a_name() {
    for (given, how) in
        [("token=env:TOKEN_OF_MINE", 0), ("token=given", 1), ("token=file:given", 1), ("token=named", 2)]
    {
        let place = place();
        match how {
            0 => {}
            1 => place.put("given", SECRET),
            _ => place.put("kept/named", SECRET),
        }
        let args = ["run", "ci.pipe", "-p", given, "-p", "src=source", "--secrets", "kept"];
        let output = place.command(&args).env("TOKEN_OF_MINE", SECRET).output().unwrap();
        let ran = super::Ran::read(&output).exits(0);
        assert_eq!(place.read("source/found"), "found\n", "{given}: {}", ran.err);
        for file in below(&place.path(".pipec")) {
            let text = fs::read(&file).unwrap();
            let found = text.windows(SECRET.len()).any(|part| part == SECRET.as_bytes());
            assert!(!found, "{given}: the secret is in {}", file.display());
        }
    }
}

/// 2.4: what a caller, the image or the task sets, a step may be without; in every shell, by the runner and by the script.
#[test]
fn capability_2_4_a_variable_is_taken_away() {
    let place = Place::new(
        r#"
pipeline build() {
    defaults { image: "quay.io/a/b:1.0", env: { OURS: "a", GONE: none } }
    task bare { env: { OURS: none }, run: "echo \"${OURS-none} ${GONE-none} ${KEPT-none}\"" }
    task back { shell: "sh", env: { GONE: "here" }, run: "echo \"${OURS-none} ${GONE-none} ${KEPT-none}\"" }
    task steps {
        step one { shell: "python3", run: "import os; print(os.environ.get('OURS'), os.environ.get('GONE'))" }
        step two { env: { KEPT: none }, run: "echo \"${OURS-none} ${KEPT-none}\"" }
    }
}
"#,
    );
    place.run(&["emit", "-t", "shell", "-o", "made", "ci.pipe"]).exits(0);
    let script = place.path("made/build.sh").display().to_string();
    for words in [&["run", "-q", "ci.pipe"][..], &[&script]] {
        let mut command = place.command(if words.len() > 1 { words } else { &[] });
        if words.len() == 1 {
            let made = command;
            command = std::process::Command::new("bash");
            command.args(words).current_dir(place.path(""));
            command.envs(made.get_envs().filter_map(|(name, value)| Some((name, value?))));
        }
        let ran = super::Ran::read(&command.env("GONE", "theirs").env("KEPT", "k").output().unwrap()).exits(0);
        let mut lines: Vec<&str> = ran.out.lines().filter(|line| line.contains(" | ")).collect();
        lines.sort_unstable();
        assert_eq!(lines, ["back | a here k", "bare | none none k", "steps | a None", "steps | a none"], "{}", ran.err);
    }
}

#[test]
fn everything_that_is_missing_is_said_at_once() {
    let place = place();
    let ran = place.run(&["run", "ci.pipe", "-p", "token=env:NOT_SET", "-p", "src=nowhere"]).exits(2);
    assert!(ran.err.contains("the variable `NOT_SET` is not set"), "{}", ran.err);
    assert!(ran.err.contains("there is no folder `nowhere`"), "{}", ran.err);
    // What is given in place of a reference may be the secret itself.
    let ran = place.run(&["run", "ci.pipe", "-p", "token=pass word/1", "-p", "src=source"]).exits(2);
    assert!(ran.err.contains("P0770") && !ran.err.contains("pass word"), "{}", ran.err);
    place.run(&["run", "ci.pipe", "-p", "token=a", "-p", "token=b", "--src", "source"]).exits(2).says("given twice");
    assert!(!place.path(".pipec").exists());
}

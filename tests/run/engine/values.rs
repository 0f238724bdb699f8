//! Values reach scripts byte for byte, secrets only those who are given them.

use std::os::unix::fs::PermissionsExt as _;

use pipec::contract::Source;
use pipec::contract::store::State;

use super::Line;

const ECHO: &str = r#"
    task make(text: string) -> (x: string) { image: "a/b:1", run: "printf '%s' ~{text} > ~{out.x}" }
    task show(text: string, list: [string]) {
        image: "a/b:1", run: "printf '%s' ~{text} >\"$TOP/text\"; printf '%s\\0' ~{list} >\"$TOP/list\""
    }
    pipeline line(text: string, list: [string] = ["d e", "f"]) { m = make(text)
        show(m.x, list) }"#;

#[test]
fn nasty_texts_arrive_as_they_are() {
    let long = "x\u{1f600}'\"\n ".repeat(10_000);
    for text in ["a  b", "it's \"q\" `x` $(touch $TOP/hacked)", "two\n\nlines", "-n", "\u{fc}\u{1f600}\t\\", "*", &long]
    {
        let mut line = Line::of(ECHO);
        line.give("text", text).give_list("list", &[text, "", text]);
        line.succeed();
        assert!(line.read("text") == text, "{text:.40}");
        assert!(line.read("list") == format!("{text}\0\0{text}\0") && !line.has("hacked"));
    }
}

#[test]
fn what_is_not_given_has_its_default_or_is_missed() {
    let mut line = Line::of(ECHO);
    assert_eq!(line.preflight(), ["the parameter `text` is not given: `-p text=VALUE`"]);
    let told = line.run();
    assert_eq!((told.result.exit_code, told.result.outcome), (2, State::Failed));
    assert_eq!(told.said, ["the parameter `text` is not given: `-p text=VALUE`"]);
    assert!(told.events.is_empty());
    line.give("text", "x").succeed();
    assert_eq!(line.read("list"), "d e\0f\0");
    assert_eq!(line.preflight(), Vec::<String>::new());
}

#[test]
fn what_the_parameters_have_to_be_is_checked_before_the_first_task() {
    let mut line = Line::of(
        r#"pipeline line(n: int, m: int = 0) {
            require n > 3, "more than ~{n} is wanted"
            task a { image: "a/b:1", run: "touch \"$TOP/a\"; echo ~{n}" } }"#,
    );
    let said = line.give("n", "2").preflight();
    assert!(said.len() == 1 && said[0].contains("more than 2 is wanted"), "{said:#?}");
    let told = line.give("n", "x").run();
    assert!(told.result.exit_code == 2 && told.has_said("n") && !line.has("a"), "{told:#?}");
}

#[test]
fn a_text_that_no_process_can_be_given_fails_its_task_with_a_message() {
    let mut line = Line::of(ECHO);
    let told = line.give("text", &"x".repeat(131_073)).run();
    assert_eq!(told.result.exit_code, 2, "{:?}", told.said);
    assert!(
        told.has_said("has 131073 bytes, and no environment and no argument holds more than 131072"),
        "{:?}",
        told.said
    );
    let mut line = Line::of(ECHO);
    line.give("text", "x").spec.tasks[0].steps[0].script =
        "#!/bin/bash\nprintf 'a\\0b' >\"$TOP/work/outputs/m/x\"\n".to_owned();
    let told = line.run();
    assert!(told.result.exit_code == 2 && told.has_said("has a NUL byte"), "{:?}", told.said);
    let mut line = Line::of(ECHO);
    line.give("text", "x").spec.tasks[0].steps[0].script =
        "#!/bin/bash\nhead -c 200000 /dev/zero >\"$TOP/work/outputs/m/x\"\n".to_owned();
    let told = line.run();
    assert!(told.result.exit_code == 2 && told.has_said("it has 200000 bytes"), "{:?}", told.said);
}

const SECRET: &str = r#"
    task use(token: secret, name: secret) {
        image: "a/b:1", env: { TOKEN: token }, files: { "name": name }
        run: "printf '%s|' \"$TOKEN\" >\"$TOP/got\"; cat name >>\"$TOP/got\"; env >\"$TOP/env\""
    }
    pipeline line(token: secret, name: secret) {
        use(token, name)
        task other { image: "a/b:1", run: "env >\"$TOP/other\"" }
    }"#;

#[test]
fn secrets_come_by_file_by_variable_and_by_name() {
    let mut line = Line::of(SECRET);
    line.write("one", "s1\n");
    line.write("secrets/plain", "s3");
    line.write("secrets/deep/value", "s4");
    let file = format!("file:{}", line.path("one").display());
    line.set("HIDDEN", "s2");
    for (token, name, got) in
        [(&*file, "env:HIDDEN", "s1\n|s2"), ("plain", "deep", "s3|s4"), ("env:HIDDEN", &file, "s2|s1\n")]
    {
        line.give("token", token).give("name", name).succeed();
        assert_eq!(line.read("got"), got);
    }
    // The variable is for those who are given it.
    assert!(!line.read("env").contains("HIDDEN") && !line.read("other").contains("s2"));
    let left = std::fs::read_dir(line.path("")).unwrap().flatten();
    assert!(
        left.into_iter().all(|entry| !entry.file_name().to_string_lossy().starts_with("pipec.")),
        "private folders"
    );
    assert!(!line.has("work/scratch/use"));
}

#[test]
fn a_secret_that_is_not_there_is_said_before_the_first_task() {
    let mut line = Line::of(SECRET);
    let said = line.give("token", "env:NOT_SET_HERE").give("name", "nope").preflight();
    assert_eq!(said.len(), 2, "{said:#?}");
    assert!(
        said[0].contains("needs the secret `name`: the file ") && said[0].contains("secrets/nope of a secret"),
        "{said:#?}"
    );
    assert!(said[1].contains("`token`: the variable `NOT_SET_HERE` of a secret is not set"), "{said:#?}");
}

#[test]
fn a_secret_that_can_be_read_once_is_kept_for_the_run() {
    let mut line = Line::of(SECRET);
    let pipe = line.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    line.write("secrets/n", "n");
    line.give("token", &format!("file:{}", pipe.display())).give("name", "n");
    let told = line.run_while(|_| std::fs::write(&pipe, "once").unwrap());
    assert_eq!((told.result.exit_code, line.read("got").as_str()), (0, "once|n"), "{told:#?}");
}

#[test]
fn a_step_gets_the_callers_environment_and_not_the_runners() {
    let mut line = Line::of_task("env -0 >\"$TOP/env\"", "");
    line.set("PIPE_X", "1").set("MINE", "a\nb").set("PIPEC_RUN", "other/").set("SHLVL", "7").set("not a name", "x");
    line.succeed();
    let env = line.read("env");
    let env: Vec<&str> = env.split('\0').collect();
    assert!(env.contains(&"MINE=a\nb"), "{env:#?}");
    let has = |what: &str| env.iter().any(|one| one.starts_with(what));
    assert!(!has("PIPE_X") && !has("PIPEC_RUN=other") && has("PIPEC_RUN=") && !has("not a name"), "{env:#?}");
}

#[test]
fn a_step_starts_where_it_says_and_the_folder_is_made() {
    let line = Line::of(
        r#"pipeline line() {
            workspace srv { size: 1Gi }
            task a { image: "a/b:1", workdir: srv / "x/y", run: "pwd >\"$TOP/a\"" }
            task b { image: "a/b:1", run: "pwd >\"$TOP/b\"" } }"#,
    );
    line.succeed();
    let work = line.work().display().to_string();
    assert_eq!(line.read("a"), format!("{work}/workspaces/srv/x/y\n"));
    assert_eq!(line.read("b"), format!("{work}/scratch/b\n"));
}

#[test]
fn a_workspace_may_be_given() {
    let text = r#"
        task a(src: workspace) { image: "a/b:1", run: "echo hi > ~{src / "f"}" }
        pipeline line(src: workspace) { a(src) }"#;
    let mut line = Line::of(text);
    let given = line.path("given");
    assert!(line.give("src", &given.display().to_string()).preflight()[0].contains("there is no directory"));
    std::fs::create_dir(&given).unwrap();
    line.succeed();
    assert_eq!(line.read("given/f"), "hi\n");
}

#[test]
fn a_condition_decides_before_or_when_it_can() {
    let mut line = Line::of(
        r#"
        task make() -> (x: string) { image: "a/b:1", run: "printf no > ~{out.x}" }
        pipeline line(go: bool) {
            m = make()
            when go { task early { image: "a/b:1", run: "touch \"$TOP/early\"" } }
            when m.x == "yes" { task late { image: "a/b:1", run: "touch \"$TOP/late\"" } }
            task last { image: "a/b:1", run: "touch \"$TOP/last\"" } after late
        }"#,
    );
    let told = line.give("go", "false").succeed();
    assert_eq!(
        (told.status("early"), told.status("late"), told.status("last")),
        (State::Skipped, State::Skipped, State::Succeeded)
    );
    assert!(
        !told.events.iter().any(|event| event.starts_with("early run") || event.starts_with("late run")),
        "{told:#?}"
    );
    line.give("go", "true").succeed();
    assert!(line.has("early") && !line.has("late") && line.has("last"));
    // What cannot be decided is no answer.
    line.spec.tasks.iter_mut().filter(|task| task.name == "late").for_each(|task| {
        task.condition.as_mut().unwrap().script = "#!/bin/sh\nexit 5\n".to_owned();
    });
    let told = line.run();
    assert_eq!((told.result.exit_code, told.status("late")), (5, State::Failed));
    assert!(told.has_said("the condition of `late` could not be decided"), "{told:#?}");
}

#[test]
fn what_the_machine_lacks_is_said_before_the_first_task() {
    let mut line = Line::of_task("touch \"$TOP/a\"", "");
    line.spec.tasks[0].needs.arch = Some("pdp11".to_owned());
    let told = line.run();
    assert!(
        told.result.exit_code == 2 && told.has_said("needs a machine of architecture pdp11, and this is "),
        "{told:#?}"
    );
    assert!(!line.has("a"));
}

#[test]
fn what_no_machine_here_runs_fails_its_task() {
    let mut line = Line::of_task("true", "");
    let source = Source::StepResult { step: "x".to_owned(), result: "y".to_owned() };
    line.spec.tasks[0].steps[0].env.push(("X".to_owned(), source));
    let told = line.run();
    assert!(told.result.exit_code == 2 && told.has_said("the step `x`, which somebody else keeps"), "{told:#?}");
}

#[test]
fn a_long_log_arrives_whole() {
    let told = Line::of_task("head -c 3000000 /dev/zero | tr '\\0' x; printf 'no end'", "").succeed();
    let out = told.out("a");
    assert!(out.len() == 3_000_006 && out.ends_with("xno end"));
}

#[test]
fn secrets_lie_in_a_folder_that_is_private() {
    let mut line = Line::of(
        r#"
        task use(token: secret) { image: "a/b:1", files: { "t": token }, run: "stat -c %a \"$TOP\"/pipec.* >\"$TOP/modes\"" }
        pipeline line(token: secret) { use(token) }"#,
    );
    line.set("HIDDEN", "s2").give("token", "env:HIDDEN").succeed();
    assert_eq!(line.read("modes"), "700\n");
    assert_eq!(std::fs::metadata(line.path("modes")).unwrap().permissions().mode() & 0o111, 0);
}

//! A run from its command line to its last word.

use super::{LINE, Place, line};

/// Capability 3.9: every line says whose it is; what the runner says is for itself.
#[test]
fn a_run_is_told_in_lines() {
    let (place, folder) = line();
    place.put("ok", "");
    let ran = place.run(&["run", "ci.pipe", "-j", "1", "-p", &folder]).exits(0);
    let mut lines: Vec<&str> = ran.out.lines().collect();
    let value = lines.pop();
    assert_eq!(value, Some("value = hello world"));
    lines.sort_unstable();
    let expected =
        ["compile | compiling world", "compile | no end", "compile | to stderr", "test_all | testing hello world"];
    assert_eq!(lines, expected, "{}", ran.out);
    for text in ["pipec: `compile` starts\n", "pipec: `compile` succeeded after ", "pipec: `build` succeeded after "] {
        assert!(ran.err.contains(text), "{}", ran.err);
    }
    let id = place.ids().pop().unwrap();
    assert!(ran.err.ends_with(&format!("; logs: pipec logs {id}\n")), "{}", ran.err);
}

/// Capability 3.7: `result.json` has the shape of Wharf's result; 3.8: what failed is told, with its code.
#[test]
fn a_failure_is_the_exit_code_and_is_told() {
    let (place, folder) = line();
    let ran = place.run(&["run", "ci.pipe", "-p", &folder]).exits(3);
    assert!(ran.err.contains("`test_all.run` failed with exit code 3: pipec logs "), "{}", ran.err);
    assert!(ran.err.contains("add `--resume "), "{}", ran.err);
    assert!(!ran.out.contains("value ="), "{}", ran.out);
    let result: serde_json::Value =
        serde_json::from_slice(&std::fs::read(place.last().join("result.json")).unwrap()).unwrap();
    assert_eq!(
        (&result["name"], &result["type"], &result["success"]),
        (&"build".into(), &"pipeline".into(), &false.into())
    );
    assert_eq!((&result["outcome"], &result["exit_code"]), (&"failed".into(), &3.into()));
    let task = &result["tasks"][1];
    assert_eq!(
        (&task["name"], &task["status"], &task["success"]),
        (&"test_all".into(), &"failed".into(), &false.into())
    );
    assert_eq!((&task["steps"][0]["name"], &task["steps"][0]["exit_code"]), (&"run".into(), &3.into()));
}

#[test]
fn a_quiet_run_says_only_what_the_tasks_say() {
    let (place, folder) = line();
    place.put("ok", "");
    let ran = place.run(&["run", "-q", "ci.pipe", "-p", &folder]).exits(0);
    assert_eq!(ran.err, "");
    assert!(
        ran.out.contains("compile | compiling world\n") && ran.out.ends_with("value = hello world\n"),
        "{}",
        ran.out
    );
}

#[test]
fn a_program_with_mistakes_is_not_run() {
    let place = Place::new("pipeline build() { task a { run: \"true\" } }");
    place.run(&["run", "ci.pipe"]).exits(2).says("error[P0");
    place.run(&["run", "none.pipe"]).exits(2).says("P0701");
    let place = Place::new(LINE);
    place.run(&["run", "ci.pipe", "-p", "nam=x"]).exits(2).says("did you mean `name`?");
    place.run(&["run", "ci.pipe"]).exits(2).says("the parameter `folder` is not given");
    place.run(&["run", "ci.pipe", "biuld"]).exits(2).says("P0513");
    place.run(&["run", "ci.pipe", "-j", "0"]).exits(2).says("P0706");
    place.run(&["run", "ci.pipe", "--grace", "soon"]).exits(2).says("such as `500ms`, `10s` or `2min`");
    place.run(&["run", "ci.pipe", "--runner", "vm"]).exits(2).says("`none`, `podman`, `docker`");
    assert!(!place.path(".pipec").exists(), "nothing was begun");
}

#[test]
fn what_is_kept_elsewhere_is_refused() {
    let place = Place::new(
        r#"
extern task clone(url: string) from git { url: "https://example.com/x.git", revision: "0123456789012345678901234567890123456789", path: "t.yaml" }
pipeline build() { clone("https://example.com/y.git") }
"#,
    );
    let ran = place.run(&["run", "ci.pipe"]).exits(2);
    assert!(ran.err.contains("P0602") || ran.err.contains("error[P"), "{}", ran.err);
    assert!(!place.path(".pipec").exists());
}

/// Nothing is written, nothing is started.
#[test]
fn a_dry_run_shows_what_would_run() {
    let place = Place::new(
        r#"
pipeline build(deploy: bool = false) {
    defaults { image: "quay.io/a/b:1.0" }
    task compile { retries: 2, timeout: 90s, run: "touch made" }
    when deploy {
        task publish { run: "true" } after compile
    }
    finally {
        task tidy { run: "true" }
    }
}
"#,
    );
    let ran = place.run(&["run", "ci.pipe", "--dry-run"]).exits(0);
    let expected = "\
WAVE  TASK     WHAT
1     compile  runs; at most 1min30s; tried up to 3 times
2     publish  skipped, since this is not so: deploy
last  tidy     runs; after compile publish
";
    let tidy = ran.out.replace("last  tidy     runs\n", "last  tidy     runs; after compile publish\n");
    assert_eq!(tidy, expected);
    let ran = place.run(&["run", "ci.pipe", "--dry-run", "--only", "publish"]).exits(0);
    assert_eq!(ran.out.lines().count(), 2, "{}", ran.out);
    assert!(!place.path(".pipec").exists() && !place.path("made").exists());
}

/// What is given is known before there is a run, and decides then what is in it.
#[test]
fn a_dry_run_shows_what_given_values_have_left_out() {
    let place = Place::new(
        r#"
enum Stream { stable, testing }
pipeline build(deploy: bool, stream: Stream) {
    defaults { image: "quay.io/a/b:1.0" }
    task compile { run: "true" }
    when deploy and
        stream == .stable {
        task publish { run: "true" } after compile
    } else { task tell { run: "true" } after compile }
    for arch in ["x86_64", "s390x"] {
        when deploy { task sign { run: "echo ~{arch}" } }
    }
}
"#,
    );
    let given = ["run", "ci.pipe", "--dry-run", "-p", "deploy=false", "-p", "stream=stable"];
    let expected = "\
WAVE  TASK         WHAT
1     compile      runs
2     tell         runs; after compile
-     publish      skipped, since this is not so: deploy and stream == .stable (deploy = false, stream = stable)
-     sign_x86_64  skipped, since this is not so: deploy (deploy = false)
-     sign_s390x   skipped, since this is not so: deploy (deploy = false)
";
    assert_eq!(place.run(&given).exits(0).out, expected);
    let ran = place.run(&[&given[..], &["--only", "tell"]].concat()).exits(0);
    assert_eq!(ran.out, "WAVE  TASK  WHAT\n2     tell  runs; after compile\n");
}

#[test]
fn tasks_are_chosen_by_name() {
    let (place, folder) = line();
    place
        .run(&["run", "ci.pipe", "-p", &folder, "--only", "compil"])
        .exits(2)
        .says("P0770")
        .says("did you mean `compile`?");
    place.run(&["run", "ci.pipe", "-p", &folder, "--only", "compile"]).exits(0);
    assert_eq!(place.read("trace"), "compile\n");
}

/// A run that failed goes on in its folder; what succeeded with the same inputs is not run again.
#[test]
fn a_run_goes_on() {
    let (place, folder) = line();
    place.run(&["run", "ci.pipe", "-p", &folder]).exits(3);
    place.put("ok", "");
    let ran = place.run(&["run", "ci.pipe", "-p", &folder, "--resume", "last"]).exits(0);
    assert!(ran.err.contains("`compile` is kept"), "{}", ran.err);
    assert_eq!(place.read("trace"), "compile\ntest\ntest\n");
    assert_eq!(place.ids().len(), 1, "in the same folder");
    place.run(&["status"]).exits(0).says("succeeded, kept");
    // With another input it runs again.
    place.run(&["run", "ci.pipe", "-p", &folder, "--name", "you", "--resume", "last"]).exits(0);
    assert_eq!(place.read("trace"), "compile\ntest\ntest\ncompile\ntest\n");
}

#[test]
fn another_run_is_not_gone_on_with() {
    let (place, folder) = line();
    place.run(&["run", "ci.pipe", "-p", &folder, "--resume", "last"]).exits(2).says("P0771");
    place.run(&["run", "ci.pipe", "-p", &folder]).exits(3);
    place.put("other.pipe", "pipeline other() { task a { image: \"a/b:1\", run: \"true\" } }");
    let ran = place.run(&["run", "other.pipe", "--resume", "last"]).exits(2);
    assert!(ran.err.contains("P0772") && ran.err.contains("is of the pipeline `build`, not of `other`"), "{}", ran.err);
}

#[test]
fn a_store_that_cannot_be_written_is_said() {
    let (place, folder) = line();
    place.put("file", "");
    let ran = place.run(&["run", "ci.pipe", "-p", &folder, "--store", "file"]).exits(2);
    assert!(ran.err.contains("error[P0773]: the run cannot be kept in `file`"), "{}", ran.err);
    place.run(&["runs", "--store", "file"]).exits(2).says("P0773");
}

/// Capability 3.8: one failure ends what runs beside it; who keeps going leaves out what depends on it only. All of it is told.
#[test]
fn capability_3_8_a_failure_ends_the_rest_or_only_what_depends_on_it() {
    let place = Place::new(
        r#"
pipeline build(folder: string) {
    defaults { image: "quay.io/a/b:1.0" }
    task bad { run: "until [ -e ~{folder}/runs ]; do sleep 0.01; done; exit 5" }
    task next { run: "touch ~{folder}/next" } after bad
    task good { run: "touch ~{folder}/runs; sleep 0.3; touch ~{folder}/good" }
    task worse { run: "exit 6" } after good
    task late { run: "touch ~{folder}/late" } after good
    finally {
        task tidy { run: "touch ~{folder}/tidied" }
    }
}
"#,
    );
    let folder = format!("folder={}", place.path("").display());
    let states = || {
        let status = place.run(&["status", "--format", "json"]).json();
        let word = |task: &serde_json::Value| task["state"].as_str().unwrap().to_owned();
        status["tasks"].as_array().unwrap().iter().map(word).collect::<Vec<_>>()
    };
    let ran = place.run(&["run", "ci.pipe", "-j", "4", "-p", &folder]).exits(5);
    assert!(ran.err.contains("`bad.run` failed with exit code 5"), "{}", ran.err);
    assert_eq!(states(), ["failed", "cancelled", "cancelled", "cancelled", "cancelled", "succeeded"]);
    assert!(!place.path("good").exists() && place.path("tidied").exists());

    let ran = place.run(&["run", "ci.pipe", "-j", "4", "-p", &folder, "--keep-going"]).exits(5);
    for said in ["`bad.run` failed with exit code 5", "`worse.run` failed with exit code 6"] {
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    assert_eq!(states(), ["failed", "cancelled", "succeeded", "failed", "succeeded", "succeeded"]);
    assert!(place.path("late").exists() && !place.path("next").exists());
}

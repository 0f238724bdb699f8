//! `pipec new`: what it makes is right from the first moment, and it takes nothing that is there.

use std::fs;

use super::run::Place;

const FILES: [&str; 4] = [".gitignore", ".pre-commit-config.yaml", "my_app.pipe", "pipec.toml"];

fn made() -> Place {
    let place = Place::new();
    place.run(&["new", "my_app"]).exits(0);
    assert_eq!(place.names("my_app"), FILES);
    place
}

#[test]
fn it_says_what_it_made_and_what_comes_next() {
    let place = Place::new();
    insta::assert_snapshot!(place.run(&["new", "my_app"]).exits(0).out);
    assert_eq!(place.names(""), ["my_app"], "nothing is left aside");
    insta::assert_snapshot!("the_pipeline", place.read("my_app/my_app.pipe"));
    for file in FILES {
        assert!(!place.read(&format!("my_app/{file}")).contains("starter"), "{file}");
    }
}

/// The lines that it prints, typed one after the other.
#[test]
fn what_comes_next_works() {
    let place = Place::new();
    let said = place.run(&["new", "my_app"]).exits(0).out;
    let lines: Vec<&str> = said.lines().skip_while(|line| *line != "Next:").skip(1).collect();
    assert_eq!(lines.len(), 5);
    let ran = place.shell(&format!("set -e; pipec() {{ \"$pipec\" \"$@\"; }}\n{}", lines.join("\n"))).exits(0);
    assert!(ran.out.contains("checked | Hello, you!"), "{}", ran.out);
    assert!(ran.out.contains("report | my_app: succeeded"), "{}", ran.out);
    // What a run leaves is not for git.
    let left = place.shell("cd my_app; git init -q .; git add .; git ls-files").exits(0).out;
    assert_eq!(left.lines().collect::<Vec<_>>(), FILES);
}

#[test]
fn the_pipeline_is_clean_everywhere() {
    let place = made();
    place.run(&["check", "my_app"]).exits(0).says("1 file checked, nothing found");
    place.run(&["emit", "-t", "shell", "-o", "out", "my_app/my_app.pipe"]).exits(0);
    place.shell("shellcheck -S style out/my_app.sh").exits(0);
    let run = "bash out/my_app.sh --who 'a; b' --tone formal --publish true";
    assert!(place.shell(run).exits(0).out.contains("Good day, a; b!"));
    assert_eq!(place.read("my_app.work/workspaces/site/public/page"), "Good day, a; b!\n");
    assert_eq!(place.read("my_app.work/outputs/words").trim(), "4");
    place.shell("bash out/my_app.sh --tone rude").exits(2).says("friendly");
    for target in ["tekton", "buildconfig"] {
        let ran = place.run(&["emit", "-t", target, "-o", target, "my_app/my_app.pipe"]).exits(0);
        assert_eq!(ran.err, "");
    }
}

#[test]
fn its_manifests_obey_the_rules() {
    let place = made();
    place.run(&["emit", "-t", "tekton", "-o", "out", "my_app/my_app.pipe"]).exits(0);
    let texts: Vec<String> = place.names("out").iter().map(|name| place.read(&format!("out/{name}"))).collect();
    assert_eq!(crate::tekton::faults(&texts), Vec::<String>::new());
}

#[test]
fn its_settings_can_be_read() {
    let place = made();
    let toml = "import sys, tomllib; tomllib.load(open('my_app/pipec.toml', 'rb'))";
    let yaml = "import yaml; c = yaml.safe_load(open('my_app/.pre-commit-config.yaml')); \
                print(*[h['id'] for h in c['repos'][0]['hooks']])";
    place.shell(&format!("python3 -c \"{toml}\"")).exits(0);
    assert_eq!(place.shell(&format!("python3 -c \"{yaml}\"")).exits(0).out, "pipec-fmt pipec-check\n");
}

#[test]
fn common_names_can_be_used() {
    let place = Place::new();
    for name in ["build", "test", "deploy", "release", "ci", "app", "site", "hello", "check", "x", "main", "page", "a1"]
    {
        place.run(&["new", name]).exits(0);
        place.run(&["check", name]).exits(0).says("nothing found");
    }
}

#[test]
fn a_name_that_is_none_is_refused_with_one_that_is() {
    let place = Place::new();
    for (name, near) in [
        ("my app", "pipec new my_app"),
        ("My-App", "pipec new my_app"),
        ("../x", "pipec new x"),
        ("", "pipec new my_app"),
        ("9lives", "pipec new app_9lives"),
        ("task", "pipec new task_pipeline"),
        ("a__b_", "pipec new a_b"),
        ("write_page", "pipec new write_page_pipeline"),
        ("größe", "pipec new gr_e"),
    ] {
        let ran = place.run(&["new", name]).exits(2).says("P0706").says("cannot be the name of a pipeline");
        assert!(ran.err.contains(&format!("write `{near}`")), "{name}: {}", ran.err);
        assert_eq!(place.names(""), Vec::<String>::new());
        let words: Vec<&str> = near.split(' ').skip(1).collect();
        Place::new().run(&words).exits(0);
    }
    place.run(&["new", &"a".repeat(41)]).exits(2).says("more than 40 characters");
    place.run(&["new", &"a".repeat(40)]).exits(0);
}

#[test]
fn nothing_that_is_there_is_touched() {
    let place = Place::with(&[("my_app/README.md", "mine"), ("file", "mine"), ("many/a", ""), ("many/b", "")]);
    place.run(&["new", "my_app"]).exits(2).says("P0707").says("with `README.md` in it");
    place.run(&["new", "my_app", "many"]).exits(2).says("with `a` and 1 more in it");
    place.run(&["new", "my_app", "file"]).exits(2).says("is no folder");
    place.run(&["new", "my_app", "file/x"]).exits(2).says("P0703");
    std::os::unix::fs::symlink("nowhere", place.path("dangling")).unwrap();
    place.run(&["new", "my_app", "dangling"]).exits(2);
    assert_eq!(place.names("my_app"), ["README.md"]);
    assert_eq!(place.names("many"), ["a", "b"]);
    assert_eq!(place.names(""), ["dangling", "file", "many", "my_app"], "nothing is left aside");
    place.run(&["new", "my_app", "/proc/nowhere"]).exits(2).says("P0703");
}

#[test]
fn a_folder_that_is_empty_or_only_of_git_is_filled() {
    let place = Place::new();
    fs::create_dir_all(place.path("empty")).unwrap();
    place.run(&["new", "my_app", "empty"]).exits(0);
    assert_eq!(place.names("empty"), FILES);
    place.run(&["new", "my_app", "empty"]).exits(2).says("P0707");
    place.run(&["new", "my_app", "deep/er/er"]).exits(0).says("cd deep/er/er");
    assert_eq!(place.names("deep/er/er"), FILES);
    place.run(&["new", "my_app", "with blank"]).exits(0).says("cd 'with blank'");
    let place = Place::new();
    place.shell("git init -q .").exits(0);
    let ran = place.run(&["new", "my_app", "."]).exits(0);
    assert!(!ran.out.contains("cd "), "{}", ran.out);
    assert_eq!(place.names("").len(), FILES.len() + 1);
}

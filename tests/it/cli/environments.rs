//! `--env` and `--stage`: the values of an environment, and a part of the stages.

use super::run::Place;

const PROGRAM: &str = r#"pipeline shop(environment: string = "dev", replicas: int = 1, live: bool = false) {
    stage fetch {
        task clone -> (commit: string) { image: "a.example.com/git:1", shell: "sh", run: "echo abc > ~{out.commit}" }
        task idle { image: "a.example.com/git:1", shell: "sh", run: "echo idle" }
    }
    stage build {
        task compile -> (digest: string) {
            image: "a.example.com/go:1"
            shell: "sh"
            run:   "echo ~{clone.commit} > ~{out.digest}"
        }
    }
    stage deploy {
        task roll_out { image: "a.example.com/k8s:1", shell: "sh", run: "echo ~{environment} ~{replicas} ~{compile.digest}" }
        when live {
            task switch { image: "a.example.com/k8s:1", shell: "sh", run: "true" }
        }
    }
    stage announce {
        when live {
            task mail { image: "a.example.com/mail:1", shell: "sh", run: "true" }
        }
    }
}
"#;

const CONFIG: &str =
    "[env]\nstage = \"env/stage.yaml\"\nprod = [\"env/common.yaml\", \"env/prod.yaml\"]\nwrong = \"env/wrong.yaml\"\n";

fn place() -> Place {
    Place::with(&[
        ("ci/shop.pipe", PROGRAM),
        ("ci/pipec.toml", CONFIG),
        ("ci/env/stage.yaml", "environment: stage\n"),
        ("ci/env/common.yaml", "environment: common\nreplicas: 3\n"),
        ("ci/env/prod.yaml", "environment: prod\n"),
        ("ci/env/wrong.yaml", "environment: wrong\nreplica: 3\n"),
        ("own.yaml", "replicas: 5\n"),
        ("alone/shop.pipe", PROGRAM),
        ("none/pipec.toml", ""),
        ("none/shop.pipe", PROGRAM),
    ])
}

#[test]
fn capability_3_14_an_environment_binds_its_files_and_the_command_counts_more() {
    let place = place();
    let bound = |args: &[&str]| place.run(&[&["plan", "ci/shop.pipe"], args].concat()).exits(0).out;
    let stage = bound(&["--env", "stage"]);
    assert!(
        stage.contains("environment  = \"stage\"") && stage.contains("replicas  int  = 1")
            || stage.contains("\"stage\""),
        "{stage}"
    );
    let prod = bound(&["--env", "prod"]);
    assert!(prod.contains("\"prod\"") && prod.contains("= 3") && !prod.contains("\"common\""), "{prod}");
    let own = bound(&["--env", "prod", "--params", "own.yaml"]);
    assert!(own.contains("= 5") && own.contains("\"prod\""), "{own}");
    let most = bound(&["--env", "prod", "--params", "own.yaml", "-p", "replicas=7"]);
    assert!(most.contains("= 7"), "{most}");
    // Every command that makes a plan knows it.
    let emitted = place.run(&["emit", "-t", "shell", "ci/shop.pipe", "--env", "prod"]).exits(0);
    assert_eq!(
        emitted.out,
        place.run(&["emit", "-t", "shell", "ci/shop.pipe", "-p", "environment=prod", "-p", "replicas=3"]).exits(0).out
    );
    place.run(&["run", "--dry-run", "ci/shop.pipe", "--env", "prod"]).exits(0);
}

#[test]
fn capability_3_14_an_unknown_environment_is_an_error_with_a_suggestion() {
    let place = place();
    let ran = place.run(&["plan", "ci/shop.pipe", "--env", "stag"]).exits(1);
    assert!(ran.out.is_empty() && ran.err.contains("P0725") && ran.err.contains("did you mean `stage`?"), "{ran:?}");
    place.run(&["run", "ci/shop.pipe", "--env", "live"]).exits(2).says("P0725").says("`stage`, `prod`, `wrong`");
    place.run(&["emit", "-t", "shell", "none/shop.pipe", "--env", "prod"]).exits(1).says("has none");
    place.run(&["plan", "ci/shop.pipe", "--env", "prod", "--no-config"]).exits(1).says("there is no `pipec.toml`");
    place.run(&["plan", "alone/shop.pipe", "--env", "prod", "--config", "ci/pipec.toml"]).exits(0);
}

#[test]
fn capability_3_14_the_files_of_an_environment_are_held_to_the_types() {
    let place = place();
    place
        .run(&["plan", "ci/shop.pipe", "--env", "wrong", "--message-format", "concise"])
        .exits(1)
        .says("ci/env/wrong.yaml:2:1: error[P0503]");
    place.put("ci/env/wrong.yaml", "replicas: many\n");
    place
        .run(&["plan", "ci/shop.pipe", "--env", "wrong", "--message-format", "concise"])
        .exits(1)
        .says("ci/env/wrong.yaml:1:11: error[P0502]");
    place.put("ci/pipec.toml", "[env]\nprod = \"env/nowhere.yaml\"\n");
    let said = "`ci/env/nowhere.yaml` cannot be read: there is no such file\n  help: the environment `prod` of `ci/pipec.toml` asks for it";
    place.run(&["plan", "ci/shop.pipe", "--env", "prod"]).exits(2).says("P0701").says(said);
    let own = place.run(&["plan", "ci/shop.pipe", "--params", "nowhere.yaml"]).exits(2).says("P0701");
    assert!(!own.err.contains("environment"), "{own:?}");
    place.put("ci/pipec.toml", "[env]\nprod = 3\nstage = [4]\n");
    let said = place.run(&["plan", "ci/shop.pipe", "--message-format", "concise"]).exits(1).err;
    assert!(
        said.contains("2:8: error[P0721]: the environment `prod` takes a file or a list of files, not an integer"),
        "{said}"
    );
    assert!(said.contains("3:10: error[P0721]"), "{said}");
}

#[test]
fn capability_3_14_a_stage_is_planned_with_what_it_reads_and_the_rest_is_told() {
    let place = place();
    let ran = place.run(&["plan", "ci/shop.pipe", "--stage", "build"]).exits(0);
    assert!(
        ran.out.contains("goal stage build: 2 of 5 tasks") || ran.out.contains("goal stage build: 2 of"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("of the stage build") && ran.out.contains("not needed: idle"), "{}", ran.out);
    let json = place.run(&["plan", "ci/shop.pipe", "--stage", "build", "--format", "json"]).exits(0).json();
    let names: Vec<&str> =
        json["tasks"].as_array().unwrap().iter().map(|task| task["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["clone", "compile"]);
    let two = place
        .run(&["plan", "ci/shop.pipe", "--stage", "fetch", "--stage", "build", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(two["tasks"].as_array().unwrap().len(), 3);
    for args in [&["emit", "-t", "shell"][..], &["run", "--dry-run"]] {
        let ran = place.run(&[args, &["ci/shop.pipe", "--stage", "build"]].concat()).exits(0);
        assert!(ran.err.contains("note: not asked for, and left out: idle, roll_out"), "{ran:?}");
        let quiet = place.run(&[args, &["ci/shop.pipe", "--stage", "build", "-q"]].concat()).exits(0);
        assert_eq!(quiet.err, "", "{quiet:?}");
        let whole = place.run(&[args, &["ci/shop.pipe"]].concat()).exits(0);
        assert!(!whole.err.contains("left out"), "{whole:?}");
    }
    let dry = place.run(&["run", "--dry-run", "ci/shop.pipe", "--stage", "build"]).exits(0);
    assert!(dry.out.contains("compile") && dry.out.contains("clone") && !dry.out.contains("roll_out"), "{}", dry.out);
    // Together with a goal, both are made.
    place.run(&["plan", "ci/shop.pipe", "--stage", "build", "--goal", "idle"]).exits(0).says("goal idle, stage build");
}

#[test]
fn capability_3_14_no_stage_and_an_empty_one_are_errors() {
    let place = place();
    let ran = place.run(&["plan", "ci/shop.pipe", "--stage", "biuld"]).exits(1);
    assert!(ran.out.is_empty() && ran.err.contains("P0537") && ran.err.contains("did you mean `build`?"), "{ran:?}");
    let empty =
        place.run(&["emit", "-t", "tekton", "ci/shop.pipe", "--stage", "announce", "-p", "live=false"]).exits(1);
    assert!(empty.out.is_empty() && empty.err.contains("the stage `announce` has nothing to do"), "{empty:?}");
    assert!(empty.err.contains("this leaves out `mail`"), "{empty:?}");
    place.run(&["run", "ci/shop.pipe", "--stage", "announce", "-p", "live=false"]).exits(2).says("P0537");
    let none = "pipeline p() { task a { image: \"a.example.com/b:1\", run: \"true\" } }\n";
    place.put("flat.pipe", none);
    place.run(&["plan", "flat.pipe", "--stage", "build"]).exits(1).says("there are no stages");
}

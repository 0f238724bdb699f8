//! What a lock does to what is emitted.

use crate::cli::run::Place;

const DIGEST: &str = "sha256:4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f";

const PROGRAM: &str = r#"const tools: image = "quay.io/a/tools"

pipeline ci() {
    target tekton { helper_image: "quay.io/a/helper:latest" }
    task one { image: tools, run: "make" }
    task two {
        image: "quay.io/a/b:1"
        run:   "make"
        service db { image: "quay.io/a/db:latest", port: 5432 }
    } after one
}
"#;

fn lock(images: &[&str]) -> String {
    let entry = |image: &&str| {
        format!(
            "{{\"image\":\"{image}\",\"platform\":\"linux/amd64\",\"digest\":\"{DIGEST}\",\"entrypoint\":[],\"cmd\":[]}}"
        )
    };
    let entries: Vec<String> = images.iter().map(entry).collect();
    format!("{{\"version\":1,\"images\":[{}]}}", entries.join(","))
}

fn place(images: &[&str]) -> Place {
    Place::with(&[("ci.pipe", PROGRAM), ("pipec.lock", &lock(images))])
}

const ALL: [&str; 4] = ["quay.io/a/tools", "quay.io/a/b:1", "quay.io/a/db:latest", "quay.io/a/helper:latest"];

/// Capability 2.13: what runs is named by its digest, and two versions stand beside each other.
#[test]
fn capability_2_13_images_are_emitted_with_their_digests() {
    let place = place(&ALL);
    for target in ["tekton", "shell"] {
        let ran = place.run(&["emit", "-t", target, "ci.pipe", "--locked"]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{target}");
        for image in ["quay.io/a/tools", "quay.io/a/b:1"] {
            assert!(ran.out.contains(&format!("{image}@{DIGEST}")), "{target}: {image} in {}", ran.out);
        }
    }
    let ran = place.run(&["emit", "-t", "tekton", "ci.pipe"]);
    assert!(ran.out.contains(&format!("quay.io/a/db:latest@{DIGEST}")), "{}", ran.out);
}

#[test]
fn lints_are_quiet_about_what_is_locked() {
    let found = |images: &[&str]| {
        let ran = place(images).run(&["check", "ci.pipe", "--format", "concise"]);
        ["P0551", "P0552"].map(|code| ran.out.matches(code).count())
    };
    assert_eq!(found(&[]), [1, 0]);
    assert_eq!(found(&ALL), [0, 0]);
}

#[test]
fn a_project_may_keep_names_as_they_are() {
    let place = place(&ALL);
    place.put("pipec.toml", "[lock]\npin = false\n");
    let ran = place.run(&["emit", "-t", "tekton", "ci.pipe"]);
    assert!(ran.code == 0 && !ran.out.contains("@sha256"), "{}{}", ran.out, ran.err);
    let ran = place.run(&["check", "ci.pipe", "--format", "concise"]);
    assert!(ran.out.contains("P0551"), "{}", ran.out);
    // Who wants only what is locked gets that.
    let ran = place.run(&["emit", "-t", "tekton", "--locked", "ci.pipe"]);
    assert!(ran.code == 0 && ran.out.contains(&format!("quay.io/a/b:1@{DIGEST}")), "{}{}", ran.out, ran.err);
    place.put("pipec.toml", "[lock]\npin = \"no\"\n");
    let ran = place.run(&["check", "ci.pipe"]);
    assert!(ran.code == 1 && ran.out.contains("`pin` takes `true` or `false`, not a string"), "{}", ran.out);
}

#[test]
fn locked_refuses_what_nobody_looked_at() {
    let place = place(&ALL[..1]);
    let ran = place.run(&["emit", "-t", "tekton", "--locked", "ci.pipe"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert_eq!(ran.err.matches("P0755").count(), 3, "{}", ran.err);
    assert!(ran.err.contains("`quay.io/a/b:1` is not in `pipec.lock`"), "{}", ran.err);
    // Without it, what is known is pinned and the rest is as it was.
    let ran = place.run(&["emit", "-t", "tekton", "ci.pipe"]);
    assert!(
        ran.code == 0
            && ran.out.contains(&format!("quay.io/a/tools@{DIGEST}"))
            && ran.out.contains("image: \"quay.io/a/b:1\"\n"),
        "{}",
        ran.out
    );
}

#[test]
fn a_lock_that_cannot_be_read_stops_everything() {
    let rows = [
        ("<<<<<<< HEAD", "expected value"),
        ("{\"version\":2,\"images\":[]}", "has the form 2"),
        ("{\"version\":1,\"images\":[],\"more\":1}", "unknown field"),
        (&*lock(&["a:1", "a:1"]), "has an image twice"),
        (&*lock(&["a:1"]).replace("sha256:4f", "sha256:4F"), "which is none"),
    ];
    for (text, wanted) in rows {
        let place = Place::with(&[("ci.pipe", PROGRAM), ("pipec.lock", text)]);
        for args in [&["emit", "-t", "tekton", "ci.pipe"][..], &["check", "ci.pipe"], &["lock"]] {
            let ran = place.run(args);
            let said = ran.out + &ran.err;
            assert!(ran.code == 1 && said.contains("P0753") && said.contains(wanted), "{args:?}: {said}");
        }
        assert_eq!(place.read("pipec.lock"), text);
    }
}

/// A lock beside the configuration is that of the whole project, one beside a program that of its folder.
#[test]
fn the_nearest_lock_counts() {
    let place = Place::with(&[("a/b/ci.pipe", PROGRAM), ("a/pipec.lock", &lock(&ALL)), ("pipec.toml", "")]);
    let ran = place.run(&["emit", "-t", "tekton", "a/b/ci.pipe"]);
    assert!(ran.code == 0 && ran.out.contains(DIGEST), "{}{}", ran.out, ran.err);
    place.put("a/b/pipec.toml", "");
    let ran = place.run(&["emit", "-t", "tekton", "a/b/ci.pipe"]);
    assert!(ran.code == 0 && !ran.out.contains(DIGEST), "{}{}", ran.out, ran.err);
}

//! `pipec emit`: where the files go, and what is left when they cannot.

use std::fs;

use super::run::{BAD, GOOD, Place};

#[test]
fn a_script_goes_to_standard_output_or_to_a_folder() {
    let place = Place::with(&[("good.pipe", GOOD)]);
    let printed = place.run(&["emit", "-t", "shell", "good.pipe"]).exits(0);
    assert!(printed.out.starts_with("#!/usr/bin/env bash\n"));
    assert_eq!(printed.err, "");
    let written = place.run(&["emit", "-t", "shell", "-o", "deep/out", "good.pipe"]).exits(0);
    let names = place.names("deep/out");
    assert_eq!(names.len(), 1);
    assert_eq!(written.out, format!("deep/out/{}\n", names[0]));
    assert_eq!(place.read(&format!("deep/out/{}", names[0])), printed.out);
    place.shell("test -x deep/out/*").exits(0);
    // Again, over what is there.
    place.run(&["emit", "-t", "shell", "-o", "deep/out", "good.pipe"]).exits(0);
    assert_eq!(place.names("deep/out"), names);
}

#[test]
fn a_file_that_is_there_just_so_is_left_alone() {
    let place = Place::with(&[("good.pipe", GOOD)]);
    let emit = || place.run(&["emit", "-t", "tekton", "-o", "out", "good.pipe"]).exits(0);
    emit();
    let when = |name: &str| fs::metadata(place.path("out").join(name)).unwrap().modified().unwrap();
    let names = place.names("out");
    let before: Vec<_> = names.iter().map(|name| when(name)).collect();
    let (changed, same) = names.split_first().unwrap();
    fs::write(place.path("out").join(changed), "changed").unwrap();
    place.shell(&format!("chmod 600 'out/{}'", same[0])).exits(0);
    let again = emit();
    assert_eq!(again.out.lines().count(), names.len(), "each is listed");
    assert_ne!(place.read(&format!("out/{changed}")), "changed");
    assert_ne!(when(&same[0]), before[1], "its permissions are put right");
    for (name, before) in names.iter().zip(before).skip(2) {
        assert_eq!(when(name), before, "{name}");
    }
}

#[test]
fn manifests_go_out_as_one_stream() {
    let place = Place::with(&[("good.pipe", GOOD)]);
    let ran = place.run(&["emit", "--target", "tekton", "good.pipe"]).exits(0);
    assert!(ran.out.contains("\n---\n") && ran.out.contains("kind: Pipeline"));
}

#[test]
fn check_compares_and_diff_shows() {
    let place = Place::with(&[("good.pipe", GOOD)]);
    let emit = ["emit", "-t", "tekton", "-o", "out", "good.pipe"];
    let with = |option: &'static str| [&emit[..], &[option]].concat();
    place.run(&with("--check")).exits(1).says("--- /dev/null").says("P0704").says("out of date: out/");
    assert_eq!(place.names("out"), Vec::<String>::new(), "nothing is written");
    place.run(&emit).exits(0);
    let equal = place.run(&with("--check")).exits(0);
    assert_eq!((&*equal.out, &*equal.err), ("", ""));
    let name = format!("out/{}", place.names("out")[0]);
    let text = place.read(&name);
    place.put(&name, text.replace("Do not edit", "Edited"));
    let stale = place.run(&with("--check")).exits(1).says(&format!("--- {name}")).says("\n-").says("\n+");
    assert_eq!(place.run(&with("--diff")).exits(0).out, stale.out, "the same, but no failure");
    assert!(place.read(&name).contains("Edited"));
}

#[test]
fn a_program_with_findings_writes_nothing() {
    let place = Place::with(&[("bad.pipe", BAD)]);
    let ran = place.run(&["emit", "-t", "shell", "-o", "out", "bad.pipe"]).exits(1).says("P0204");
    assert_eq!(ran.out, "");
    assert_eq!(place.names("out"), Vec::<String>::new());
}

#[test]
fn what_cannot_be_written_leaves_nothing_behind() {
    let place = Place::with(&[("good.pipe", GOOD), ("file", "")]);
    let emit = |folder: &str| place.run(&["emit", "-t", "shell", "-o", folder, "good.pipe"]);
    emit("file").exits(2).says("P0703");
    emit("/proc/nowhere").exits(2).says("P0703");
    emit("out").exits(0);
    let name = place.names("out").remove(0);
    fs::create_dir_all(place.path("taken").join(&name).join("full")).unwrap();
    emit("taken").exits(2).says("P0703").says("cannot be written");
    assert_eq!(place.names("taken").join(" "), name, "no file aside");
    assert_eq!(place.names(&format!("taken/{name}")), ["full"]);
}

#[test]
fn only_known_targets_and_options_that_belong_together() {
    let place = Place::with(&[("good.pipe", GOOD)]);
    place.run(&["emit", "-t", "tektn", "good.pipe"]).exits(2).says("P0601").says("did you mean `tekton`?");
    place.run(&["emit", "good.pipe"]).exits(2).says("--target");
    place.run(&["emit", "-t", "shell", "--check", "good.pipe"]).exits(2).says("--out");
    place.run(&["emit", "-t", "shell", "--diff", "good.pipe"]).exits(2).says("--out");
}

#[test]
fn every_target_has_something_for_a_plain_program() {
    let place = Place::with(&[("good.pipe", GOOD)]);
    for target in ["shell", "tekton", "buildconfig"] {
        place.run(&["emit", "-t", target, "good.pipe", "-p", "force=true", "-p", "count=3"]).exits(0);
    }
    place.run(&["emit", "-t", "buildconfig", "good.pipe"]).exits(0).says("note: only with `-o DIR`");
}

#[test]
fn a_name_with_a_line_end_stays_in_its_comment() {
    let place = Place::new();
    place.put("a\ntouch hit #.pipe", GOOD);
    for target in ["shell", "tekton"] {
        place.run(&["emit", "-t", target, "-o", target, "a\ntouch hit #.pipe"]);
    }
    place.shell("for f in shell/*; do bash \"$f\" --help; bash \"$f\"; done; true");
    assert!(!place.path("hit").exists());
}

//! `pipec check --fix`: what is written, what is left alone, and what is said.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::run::{BAD, GOOD, Place};

fn mended() -> String {
    BAD.replace("timeot", "timeout")
}

#[test]
fn what_can_be_mended_is_and_the_rest_is_shown() {
    let two = BAD.replace("\"true\"", "\"true\", x: 1");
    let place = Place::with(&[("a.pipe", BAD), ("b.pipe", &two), ("c.pipe", GOOD)]);
    let ran = place.run(&["check", "--fix"]).exits(1);
    assert_eq!(place.read("a.pipe"), mended());
    assert_eq!(place.read("b.pipe"), two.replace("timeot", "timeout"));
    assert_eq!(place.read("c.pipe"), GOOD);
    assert!(ran.err.starts_with("a.pipe: 1 fixed\nb.pipe: 1 fixed\n3 files checked, 1 error"), "{}", ran.err);
    assert_eq!(ran.out.matches("error[").count(), 1);
    assert!(ran.out.contains("a task has no field `x`"));
    assert_eq!(place.names(""), ["a.pipe", "b.pipe", "c.pipe"]);
    let again = place.run(&["check", "--fix", "a.pipe", "c.pipe"]).exits(0);
    assert_eq!((&*again.out, &*again.err), ("", "2 files checked, nothing found\n"));
    assert_eq!(place.run(&["check", "-q", "--fix", "a.pipe"]).exits(0).err, "");
}

/// Behind a text that cannot be read may be names that are not there.
#[test]
fn it_goes_on_until_nothing_is_left() {
    let text = "pipelin greet(who: string = \"x\") {\n    task t { image: \"a/b:1\", run: \"echo ~{whoo}\", timeot: 5min }\n}\n";
    let place = Place::with(&[("a.pipe", text)]);
    let ran = place.run(&["check", "--fix"]).exits(0);
    let right = text.replace("pipelin ", "pipeline ").replace("whoo", "who").replace("timeot", "timeout");
    assert_eq!(place.read("a.pipe"), right);
    assert_eq!(ran.err, "a.pipe: 3 fixed\n1 file checked, nothing found\n");
}

#[test]
fn every_format_is_about_what_is_left() {
    let place = Place::with(&[("a.pipe", BAD)]);
    assert_eq!(place.run(&["check", "--fix", "--format=json"]).exits(0).json()["diagnostics"], serde_json::json!([]));
    place.put("a.pipe", BAD.replace("\"true\"", "1"));
    let left = place.run(&["check", "--fix", "--format=concise"]).exits(1);
    assert_eq!(left.out.lines().count(), 1, "{}", left.out);
    assert_eq!(left.err, "a.pipe: 1 fixed\n");
}

#[test]
fn a_difference_writes_nothing() {
    let place = Place::with(&[("a.pipe", BAD), ("c.pipe", GOOD)]);
    let ran = place.run(&["check", "--fix", "--diff"]).exits(0);
    assert_eq!(place.read("a.pipe"), BAD);
    assert_eq!(ran.err, "a.pipe: 1 would be fixed\n2 files checked, nothing found\n");
    place.put("patch", &ran.out);
    place.shell("patch -p0 < patch").exits(0);
    assert_eq!(place.read("a.pipe"), mended());
    assert_eq!(place.run(&["check", "--fix", "--diff"]).exits(0).out, "");
    place.put("a.pipe", BAD.replace("\"true\"", "1"));
    let left = place.run(&["check", "--fix", "--diff", "--format=concise"]).exits(1);
    assert!(left.out.starts_with("--- a.pipe\n+++ a.pipe\n@@") && left.err.contains("error[P0301]"));
}

#[test]
fn standard_input_goes_to_standard_output() {
    let place = Place::new();
    let ran = place.feed(&["check", "--fix", "-"], BAD).exits(0);
    assert_eq!((&*ran.out, &*ran.err), (&*mended(), "-: 1 fixed\n1 file checked, nothing found\n"));
    let ran = place.feed(&["check", "--fix", "-"], GOOD).exits(0);
    assert_eq!((&*ran.out, &*ran.err), (GOOD, "1 file checked, nothing found\n"));
    let ran = place.feed(&["check", "--fix", "-", "--format=concise"], "const x: int = y\n").exits(1);
    assert_eq!(ran.out, "const x: int = y\n");
    assert!(ran.err.contains("-:1:16: error[P0201]"), "{}", ran.err);
    let ran = place.feed(&["check", "--fix", "--diff", "-"], BAD).exits(0);
    assert!(ran.out.starts_with("--- -\n+++ -\n"), "{}", ran.out);
}

#[test]
fn only_what_is_named_is_changed() {
    let user = format!("use lib.shared\n{GOOD}");
    let shared = "const x: int = \"1\"\n";
    let place = Place::with(&[("a.pipe", &user), ("lib/shared.pipe", shared), ("lib/other.pipe", BAD)]);
    let ran = place.run(&["check", "--fix", "--allow=all", "a.pipe"]).exits(1);
    assert_eq!(place.read("lib/shared.pipe"), shared);
    assert!(ran.err.starts_with("lib/shared.pipe: 1 could be fixed: name it too"), "{}", ran.err);
    place.run(&["check", "--fix", "--allow=all", "a.pipe", "lib/shared.pipe"]).exits(0);
    assert_eq!(place.read("lib/shared.pipe"), "const x: int = 1\n");
    assert_eq!(place.read("lib/other.pipe"), BAD);
}

/// A module that is found in two ways is one file.
#[test]
fn a_file_that_is_read_twice_is_mended_once() {
    let place = Place::with(&[("lib/shared.pipe", "const x: int = \"1\"\n")]);
    place.put("a.pipe", format!("use lib.shared\n{GOOD}"));
    place.put("lib/b.pipe", format!("use shared\n{GOOD}"));
    let paths = ["a.pipe", "./lib/b.pipe", "lib/../lib/shared.pipe"];
    place.run(&[&["check", "--fix", "--allow=all"], &paths[..]].concat()).exits(0);
    assert_eq!(place.read("lib/shared.pipe"), "const x: int = 1\n");
}

#[test]
fn what_is_ignored_or_excluded_is_left_alone() {
    let user = format!("use vendor.shared\n{GOOD}");
    let shared = "const x: int = \"1\"\n";
    let place = Place::with(&[("a.pipe", &user), ("vendor/shared.pipe", shared)]);
    place.put("pipec.toml", "[check]\nexclude = [\"vendor/\"]\n");
    place.run(&["check", "--fix", "--allow=all"]).exits(1).says("vendor/shared.pipe: 1 could be fixed");
    assert_eq!(place.read("vendor/shared.pipe"), shared);
}

#[test]
fn settings_below_a_named_folder_are_mended_too() {
    let toml = "[lints]\nunusd-import = \"deny\"\n";
    let place = Place::with(&[("a.pipe", GOOD), ("pipec.toml", toml)]);
    place.run(&["check", "--fix", "a.pipe"]).exits(1).says("pipec.toml: 1 could be fixed");
    assert_eq!(place.read("pipec.toml"), toml);
    place.run(&["check", "--fix"]).exits(0).says("pipec.toml: 1 fixed");
    assert_eq!(place.read("pipec.toml"), "[lints]\nunused-import = \"deny\"\n");
    place.put("other.toml", toml);
    place.run(&["check", "--fix", "--config", "other.toml", "a.pipe"]).exits(0).says("other.toml: 1 fixed");
}

#[test]
fn line_ends_and_the_mark_of_the_byte_order_stay() {
    let text = format!("\u{feff}{}", BAD.replace('\n', "\r\n"));
    let place = Place::with(&[("a.pipe", &text)]);
    place.run(&["check", "--fix"]).exits(0);
    assert_eq!(place.read("a.pipe"), text.replace("timeot", "timeout"));
}

#[test]
fn modes_stay_and_links_are_followed() {
    let place = Place::with(&[("real/a.txt", BAD)]);
    let real = place.path("real/a.txt");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o754)).unwrap();
    symlink("real/a.txt", place.path("a.pipe")).unwrap();
    place.run(&["check", "--fix"]).exits(0).says("a.pipe: 1 fixed");
    assert_eq!(fs::read_to_string(&real).unwrap(), mended());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o754);
    assert!(fs::symlink_metadata(place.path("a.pipe")).unwrap().is_symlink());
    assert_eq!(place.names("real"), ["a.txt"]);
}

#[test]
fn what_cannot_be_written_is_trouble_and_stops_no_other() {
    let place = Place::with(&[("a.pipe", BAD), ("b.pipe", BAD)]);
    fs::set_permissions(place.path("a.pipe"), fs::Permissions::from_mode(0o444)).unwrap();
    let ran = place.run(&["check", "--fix"]).exits(2).says("P0703").says("a.pipe` cannot be written");
    assert!(ran.err.starts_with("b.pipe: 1 fixed\n"), "{}", ran.err);
    assert_eq!((place.read("a.pipe"), place.read("b.pipe")), (BAD.to_owned(), mended()));
    assert_eq!(place.names(""), ["a.pipe", "b.pipe"]);
}

/// ShellCheck is asked between reading and writing: here it stands for someone who writes the file meanwhile.
#[test]
fn a_file_that_changes_meanwhile_is_left_alone() {
    let text = format!("use std.cosa\n{GOOD}");
    let place = Place::with(&[("a.pipe", &text)]);
    let file = place.path("a.pipe");
    let version = "case \"$1\" in --version) echo 'version: 0.10.0'; exit;; esac";
    let meddle = format!("echo '// mine' >> '{}'\necho '{{\"comments\": []}}'", file.display());
    place.put("meddle", format!("#!/bin/sh\n{version}\n{meddle}\n"));
    fs::set_permissions(place.path("meddle"), fs::Permissions::from_mode(0o755)).unwrap();
    let ran = place.run(&["check", "--fix", "--no-cache", "--shellcheck", "./meddle"]).exits(2);
    ran.says("a.pipe` was changed while it was checked");
    let now = place.read("a.pipe");
    assert!(now.starts_with(&text) && now.ends_with("// mine\n"), "{now}");
}

#[test]
fn what_does_not_go_together_is_said() {
    let place = Place::with(&[("a.pipe", BAD)]);
    place.run(&["check", "--fix", "--watch"]).exits(2).says("does not go together");
    place.run(&["check", "--diff"]).exits(2).says("--fix");
    assert_eq!(place.read("a.pipe"), BAD);
}

#[test]
fn scripts_are_mended_as_shellcheck_proposes() {
    let text = "pipeline p() {\n    task t {\n        image: \"a/b:1\"\n        run: \"\"\"\n            d=$(mktemp -d)\n            ls $d\n            \"\"\"\n    }\n}\n";
    let place = Place::with(&[("a.pipe", text)]);
    place.run(&["check", "--fix"]).exits(0).says("a.pipe: 1 fixed");
    assert_eq!(place.read("a.pipe"), text.replace("ls $d", "ls \"$d\""));
}

//! `pipec.toml` and levels as users of the command meet them.

use super::run::{GOOD, Place};

fn unused() -> String {
    format!("use std.cosa\n{GOOD}")
}

const DENY: &str = "[lints]\nunused-import = \"deny\"\n";

#[test]
fn a_warning_is_0_and_what_is_denied_is_1() {
    let place = Place::with(&[("a.pipe", &unused())]);
    place.run(&["check"]).exits(0).says("warning[P0254]").says("1 file checked, 0 errors, 1 warning");
    place.run(&["check", "--deny", "P0254"]).exits(1).says("error[P0254]");
    place.run(&["check", "--deny", "all"]).exits(1).says("error[P0254]");
    let quiet = place.run(&["check", "--allow", "unused-import"]).exits(0);
    assert_eq!((&*quiet.out, &*quiet.err), ("", "1 file checked, nothing found\n"));
    place.run(&["check", "--allow=all", "--warn=P0254"]).exits(0).says("warning[P0254]");
    place.run(&["check", "--allow=P0254", "--deny=P0254"]).exits(1).says("error[P0254]");
}

#[test]
fn what_is_no_lint_is_said_with_the_near_one() {
    let place = Place::with(&[("a.pipe", GOOD)]);
    place.run(&["check", "--deny", "unused-imports"]).exits(2).says("did you mean `unused-import`?");
    place.run(&["plan", "--allow", "P0204", "a.pipe"]).exits(2).says("`P0204` is an error, not a lint");
    place.run(&["check", "--config", "x", "--no-config"]).exits(2).says("does not go together");
}

#[test]
fn the_file_is_found_from_below_and_the_repository_is_the_end() {
    let place = Place::with(&[("pipec.toml", DENY), ("r/ci/a.pipe", &unused()), ("r/ci/deep/b.pipe", &unused())]);
    place.run(&["check", "r/ci/a.pipe"]).exits(1).says("error[P0254]");
    let below = |line: &str| place.shell(&format!("cd r/ci && {line}"));
    below("$pipec check a.pipe").exits(1).says("error[P0254]");
    below("$pipec check --no-config a.pipe").exits(0).says("warning[P0254]");
    below("$pipec check - < a.pipe").exits(1).says("error[P0254]");
    below("cd deep && $pipec check ../a.pipe b.pipe").exits(1).says("2 files checked, 2 errors");
    below("$pipec plan a.pipe").exits(1).says("error[P0254]");
    below("$pipec emit -t shell a.pipe").exits(1).says("error[P0254]");
    below("$pipec check --config ../../pipec.toml a.pipe").exits(1).says("error[P0254]");
    place.shell("git init -q r").exits(0);
    below("$pipec check a.pipe").exits(0).says("warning[P0254]");
    below("cd deep && $pipec check ../a.pipe b.pipe").exits(0).says("2 warnings");
    place.put("r/pipec.toml", DENY);
    below("$pipec check").exits(1).says("2 files checked, 2 errors");
    place.put("r/ci/deep/pipec.toml", "");
    below("$pipec check").exits(1).says("2 files checked, 1 error, 1 warning");
}

#[test]
fn mistakes_of_the_file_are_findings_once() {
    let place = Place::with(&[("pipec.toml", "[lints]\nunusd-import = \"deny\"\nall = 1\n")]);
    (0..20).for_each(|at| place.put(&format!("d{at}/a.pipe"), GOOD));
    let found = place.run(&["check", "--format", "concise"]).exits(1);
    assert_eq!(
        found.out,
        "pipec.toml:2:1: error[P0722]: there is no lint `unusd-import`\n\
         pipec.toml:3:7: error[P0721]: `all` takes a string, not an integer\n"
    );
    place.run(&["check"]).exits(1).says("unusd-import = \"deny\"").says("did you mean `unused-import`?");
    for line in [&["plan", "d1/a.pipe"][..], &["emit", "-t", "shell", "d1/a.pipe"]] {
        let ran = place.run(line).exits(1).says("P0722");
        assert_eq!(ran.out, "");
    }
    let json = place.run(&["check", "--format=json"]).exits(1).json();
    assert_eq!(json["diagnostics"][0]["file"], "pipec.toml");
    place.run(&["check", "--config", "none.toml", "d1"]).exits(2).says("`none.toml` cannot be read");
}

#[test]
fn what_is_excluded_is_not_checked_unless_it_is_named() {
    let config = "[check]\nexclude = [\"vendor/\", \"*.old.pipe\", \"!kept.old.pipe\", \"/top.pipe\"]\n";
    let place = Place::with(&[("p/pipec.toml", config)]);
    for name in
        ["a.pipe", "b.old.pipe", "kept.old.pipe", "top.pipe", "vendor/c.pipe", "in/vendor/d.pipe", "in/top.pipe"]
    {
        place.put(&format!("p/{name}"), "const x: int = y\n");
    }
    place.put("vendor/z.pipe", "const x: int = y\n");
    let files = |args: &[&str]| {
        let found = place.run(&[&["check", "--format=concise"], args].concat()).exits(1);
        found.out.lines().map(|line| line.split(':').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(files(&[]), ["p/a.pipe", "p/in/top.pipe", "p/kept.old.pipe", "vendor/z.pipe"]);
    assert_eq!(files(&["p"]), ["p/a.pipe", "p/in/top.pipe", "p/kept.old.pipe"]);
    assert_eq!(files(&["p/top.pipe", "p/vendor"]), ["p/top.pipe", "p/vendor/c.pipe"]);
    assert_eq!(files(&["--no-config", "p"]).len(), 7);
    let inside = place.shell("cd p/in && $pipec check --format=concise").exits(1);
    assert_eq!(inside.out.lines().count(), 1, "{}", inside.out);
    place.put("p/pipec.toml", "[check]\nexclude = [\"{a\"]\n");
    place.run(&["check", "p"]).exits(1).says("the pattern `{a` cannot be read").says("[p/pipec.toml:2:12]");
}

#[test]
fn a_file_that_cannot_be_read_is_trouble() {
    let place = Place::with(&[("a/a.pipe", GOOD), ("a/pipec.toml/x", "")]);
    place.run(&["check", "a"]).exits(2).says("`a/pipec.toml` cannot be read: it is a directory");
    let place = Place::with(&[("a.pipe", GOOD)]);
    place.put("pipec.toml", b"\xff");
    place.run(&["check"]).exits(1).says("P0108").says("`pipec.toml` is not UTF-8 text");
    place.run(&["plan", "a.pipe"]).exits(1).says("P0108");
}

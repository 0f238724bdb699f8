//! 1.10 and 1.11: archives with a plan and the values of one run.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::process::Command;

use crate::buildconfig::program::RELEASE;
use crate::cli::run::Place;
use crate::ran::Ran;

const ONE: &str = r#"
enum Kind { nightly, full }
pipeline p(
    text: string,
    names: [string],
    kind: Kind = .nightly,
    const count: int = 2,
) {
    require len(names) < 3 or kind == .full, "too many names"
    workspace w { size: 1Gi }
    task a { image: "quay.io/x/y:1", workdir: w, run: "echo ~{text} ~{names} ~{count} ~{kind}" }
}
"#;

const GIVEN: [&str; 4] = ["--text=x", "--names=a", "--names", "b"];

fn place() -> Place {
    Place::with(&[("ci.pipe", ONE)])
}

fn bundle(place: &Place, args: &[&str]) -> Ran {
    place.run(&[&["bundle", "ci.pipe"], args].concat())
}

fn tar(place: &Place, args: &[&str]) -> String {
    let out = Command::new("tar").args(args).current_dir(place.path("")).env("TZ", "UTC").output().unwrap();
    assert!(out.status.success(), "{out:?}");
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (one, other) = (place(), place());
    let all = |place: &Place, out: &str| {
        bundle(place, &[&GIVEN[..], &["-o", out]].concat()).exits(0);
        fs::read(place.path(out)).unwrap()
    };
    for out in ["build.tar", "build.tar.gz", "build.tgz"] {
        let first = all(&one, out);
        assert!(first == all(&one, out), "twice");
        assert!(first == all(&other, out), "from another folder");
        // As whoever lets nobody else read.
        let line = format!("umask 077; \"$pipec\" bundle ci.pipe --names=a --names b --text x -o private-{out}");
        other.shell(&line).exits(0);
        assert!(first == fs::read(other.path(&format!("private-{out}"))).unwrap(), "another user");
        assert_eq!(first.starts_with(&[0x1f, 0x8b]), out != "build.tar");
    }
    one.shell("gzip -dc build.tar.gz | cmp - build.tar").exits(0);
    assert_eq!(one.names("").len(), 4, "nothing is left aside");
}

#[test]
fn entries_have_no_owner_no_time_and_plain_modes() {
    let place = place();
    bundle(&place, &[&GIVEN[..], &["-o", "b.tar"]].concat()).exits(0);
    let listed = tar(&place, &["-tvf", "b.tar", "--numeric-owner"]);
    let lines: Vec<&str> = listed.lines().collect();
    let file = "-rw-r--r-- 0/0";
    assert!(lines.iter().all(|line| line.starts_with(file) || line.starts_with("drwxr-xr-x 0/0")), "{listed}");
    assert!(lines.iter().all(|line| line.contains(" 1970-01-01 00:00 ")), "{listed}");
    let names = tar(&place, &["-tf", "b.tar"]);
    let wanted = [
        "run.json",
        "outcome",
        "run",
        "params/",
        "params/kind",
        "params/names/",
        "params/names/000000",
        "params/names/000001",
        "params/text",
    ];
    assert_eq!(names.lines().collect::<Vec<_>>(), wanted);
    assert_eq!(fs::metadata(place.path("b.tar")).unwrap().size() % 10240, 0);
}

/// What differs between environments is in `params`; the plan is one.
#[test]
fn only_the_values_differ_between_environments() {
    let place = place();
    place.put("dev.yaml", "text: dev\nnames: [a]\n");
    place.put("prod.yaml", "text: prod\nnames: [b, c, d]\nkind: full\n");
    let plan = |name: &str| {
        bundle(&place, &["--params", &format!("{name}.yaml"), "-o", &format!("{name}.tar")]).exits(0);
        tar(&place, &["-xOf", &format!("{name}.tar"), "run.json"])
    };
    assert_eq!(plan("dev"), plan("prod"));
    assert_eq!(tar(&place, &["-xOf", "prod.tar", "params/text"]), "prod");
    assert_eq!(tar(&place, &["-xOf", "prod.tar", "params/kind"]), "full");
}

/// A `const` is part of the plan, so it is no value of the run.
#[test]
fn what_the_plan_has_to_know_it_knows() {
    let place = place();
    bundle(&place, &[&GIVEN[..], &["--count=7", "-o", "b.tar"]].concat()).exits(0);
    assert!(!tar(&place, &["-tf", "b.tar"]).contains("params/count"));
    assert!(tar(&place, &["-xOf", "b.tar", "run.json"]).contains("\"7\""));
}

#[test]
fn a_loop_over_a_list_that_is_given_is_unrolled() {
    let program = r#"
        pipeline p(arches: [string], other: string = "x") {
            for arch in arches { task build { image: "quay.io/x/y:1", run: "echo ~{arch} ~{other}" } }
        }
    "#;
    let place = Place::with(&[("ci.pipe", program)]);
    bundle(&place, &["--arches=a,b", "--other=y", "-o", "b.tar"]).exits(0);
    let spec: pipec::contract::RunSpec = serde_json::from_str(&tar(&place, &["-xOf", "b.tar", "run.json"])).unwrap();
    assert_eq!(spec.tasks.len(), 2);
    assert_eq!(tar(&place, &["-xOf", "b.tar", "params/other"]), "y", "what can stay open does");
}

/// An image or an amount cannot stay open, so what it is made of is bound.
#[test]
fn a_value_that_manifests_need_is_bound() {
    let program = r#"
        pipeline p(tag: string, other: string) {
            task a { image: "quay.io/x/y:~{tag}", run: "echo ~{other}" }
        }
    "#;
    let place = Place::with(&[("ci.pipe", program)]);
    bundle(&place, &["--tag=1", "--other=y", "-o", "b.tar"]).exits(0);
    assert!(tar(&place, &["-xOf", "b.tar", "run.json"]).contains("quay.io/x/y:1"));
}

#[test]
fn everything_that_is_missing_or_ill_typed_is_said_at_once() {
    let place = place();
    let err = bundle(&place, &["-o", "b.tar", "--kind=daily"]).exits(1).err;
    for words in ["P0760", "`text` has to be given", "`names` has to be given", "P0502", "`-p kind=daily`"] {
        assert!(err.contains(words), "{words}: {err}");
    }
    let err = bundle(&place, &["-o", "b.tar", "--names=a", "--text=x", "--count=many"]).exits(1).err;
    assert!(err.contains("P0502") && !err.contains("P0760"), "{err}");
    // What is given, but wrong, is not missing as well.
    place.put("bad.yaml", "text: 3\n");
    let err = bundle(&place, &["-o", "b.tar", "--params", "bad.yaml"]).exits(1).err;
    assert!(err.contains("`names` has to be given") && !err.contains("`text` has to be given"), "{err}");
    assert!(!place.path("b.tar").exists());
}

#[test]
fn a_requirement_that_does_not_hold_is_said_before_anything_is_written() {
    let place = place();
    let many = ["--text=x", "--names=a,b,c", "-o", "b.tar"];
    bundle(&place, &many).exits(1).says("P0505").says("too many names");
    assert!(!place.path("b.tar").exists());
    bundle(&place, &[&many[..], &["--kind=full"]].concat()).exits(0);
}

#[test]
fn values_that_no_step_can_take_are_refused() {
    let place = place();
    let end = ["--text=x", "--names=--pipec-end-of-list--", "-o", "b.tar"];
    bundle(&place, &end).exits(1).says("P0763").says("`names`");
    place.put("long.yaml", format!("names: []\ntext: {}\n", "x".repeat(140_000)));
    bundle(&place, &["--params=long.yaml", "-o", "b.tar"]).exits(1).says("P0603");
    place.put("nul.yaml", "names: []\ntext: \"a\\0b\"\n");
    bundle(&place, &["--params=nul.yaml", "-o", "b.tar"]).exits(1).says("P0502").says("NUL");
}

#[test]
fn several_builds_are_several_archives() {
    let place = Place::with(&[("ci.pipe", RELEASE)]);
    let err = bundle(&place, &["--token=t", "-o", "b.tar"]).exits(1).err;
    for name in ["P0761", "01-kvm", "02-privileged", "03-unprivileged", "04-unprivileged", "--segment", "-o DIR"] {
        assert!(err.contains(name), "{name}: {err}");
    }
    let ran = bundle(&place, &["--token=t", "-o", "out"]).exits(0);
    let all = ["01-kvm.tar", "02-privileged.tar", "03-unprivileged.tar", "04-unprivileged.tar"];
    assert_eq!(place.names("out"), all);
    assert_eq!(ran.out.lines().map(|line| line.trim_start_matches("out/")).collect::<Vec<_>>(), all);
    bundle(&place, &["--token=t", "-o", "k.tar", "--segment=01-kvm"]).exits(0);
    assert!(fs::read(place.path("k.tar")).unwrap() == fs::read(place.path("out/01-kvm.tar")).unwrap());
    bundle(&place, &["--token=t", "-o", "k.tar", "--segment=01-kwm"]).exits(1).says("did you mean `01-kvm`?");
    bundle(&place, &["-o", "k.tar"]).exits(1).says("`token` has to be given");
}

#[test]
fn a_listing_has_sizes_and_hashes() {
    let place = place();
    let listed = bundle(&place, &[&GIVEN[..], &["--list"]].concat()).exits(0).out;
    bundle(&place, &[&GIVEN[..], &["-o", "b.tar"]].concat()).exits(0);
    let sum = place.shell("sha256sum < b.tar").out;
    assert!(
        listed.starts_with(&format!("01-unprivileged  bc/p-unprivileged  20480 bytes  {}\n", &sum[..64])),
        "{listed}"
    );
    for line in listed.lines().skip(1) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words[2].ends_with('/') {
            assert_eq!((words[0], words[1]), ("-", "-"));
            continue;
        }
        let command = format!("tar -xOf b.tar {0} | sha256sum; tar -xOf b.tar {0} | wc -c", words[2]);
        assert_eq!(place.shell(&command).out, format!("{}  -\n{}\n", words[0], words[1]), "{line}");
    }
    assert!(listed.contains("  params/names/000001\n"), "{listed}");
    let both = bundle(&place, &[&GIVEN[..], &["--list", "-o", "c.tar"]].concat()).exits(0).out;
    assert_eq!(both, listed);
    place.shell("cmp b.tar c.tar").exits(0);
}

#[test]
fn files_go_along_into_the_workspace() {
    let place = place();
    place.put("lock.json", "{}");
    place.put("tools/fix.sh", "#!/bin/sh\n");
    fs::set_permissions(place.path("tools/fix.sh"), fs::Permissions::from_mode(0o700)).unwrap();
    let files = ["--file", "tools/fix.sh:bin/deep/fix.sh", "--file=lock.json", "-o", "b.tar"];
    bundle(&place, &[&GIVEN[..], &files].concat()).exits(0);
    let names = tar(&place, &["-tf", "b.tar"]);
    let added: Vec<&str> = names.lines().skip_while(|name| *name != "workspace").collect();
    let wanted = ["workspace", "files/", "files/bin/", "files/bin/deep/", "files/bin/deep/fix.sh", "files/lock.json"];
    assert_eq!(added, wanted);
    assert_eq!(tar(&place, &["-xOf", "b.tar", "workspace"]), "w");
    let listed = tar(&place, &["-tvf", "b.tar", "files/bin/deep/fix.sh", "files/lock.json"]);
    assert!(listed.starts_with("-rwxr-xr-x") && listed.contains("\n-rw-r--r--"), "{listed}");
}

#[test]
fn files_that_cannot_go_along_are_all_said() {
    let place = place();
    place.put("a", "");
    place.put("folder/x", "");
    let files = ["a:../a", "a:/a", "a:b", "a:./b", "a:b/c", "folder", "gone:x", "a:"];
    let mut args: Vec<&str> = GIVEN.to_vec();
    args.extend(files.iter().flat_map(|file| ["--file", file]));
    args.extend(["-o", "b.tar"]);
    let err = bundle(&place, &args).exits(2).err;
    for words in [
        "`../a` cannot be the name",
        "`/a` cannot be the name",
        "two files would be called `b`",
        "`b/c` would lie below `b`",
        "`folder` cannot be packed: it is no file",
        "`gone` cannot be packed",
        "`` cannot be the name",
    ] {
        assert!(err.contains(words), "{words}: {err}");
    }
    assert!(!place.path("b.tar").exists());
}

#[test]
fn the_workspace_of_files_is_known_or_named() {
    let program = r#"
        pipeline p() {
            workspace one { size: 1Gi }
            workspace two { size: 1Gi }
            workspace idle { size: 1Gi }
            target buildconfig { builder: "quay.io/x/y:1", store: "s3://ci/x" }
            task a { image: "quay.io/x/y:1", workdir: one, run: "true" }
            task b { image: "quay.io/x/y:1", needs: { kvm: true }, workdir: one, run: "true" } after a
            task c { image: "quay.io/x/y:1", needs: { kvm: true }, workdir: two, run: "true" }
        }
    "#;
    let place = Place::with(&[("ci.pipe", program), ("f", "")]);
    let with = |more: &[&str]| bundle(&place, &[&["--file=f", "-o", "out"], more].concat());
    with(&[]).exits(1).says("P0765").says("`one`, `two`, `idle`");
    with(&["--workspace=on"]).exits(1).says("did you mean `one`?");
    with(&["--workspace=idle"]).exits(1).says("no task works in the workspace `idle`");
    with(&["--workspace=one"]).exits(0);
    let has = |segment: &str| tar(&place, &["-tf", &format!("out/{segment}.tar")]).contains("files/f");
    let all = place.names("out");
    let having: Vec<&String> = all.iter().filter(|name| has(name.trim_end_matches(".tar"))).collect();
    assert_eq!(having, ["01-unprivileged.tar"], "where it starts, not where it is brought: {all:?}");
    with(&["--workspace=two", "--segment=01-unprivileged"]).exits(1).says("no task of the build `01-unprivileged`");
    let none = "pipeline p() { task a { image: \"quay.io/x/y:1\", run: \"true\" } }";
    let place = Place::with(&[("ci.pipe", none), ("f", "")]);
    bundle(&place, &["--file=f", "-o", "out"]).exits(1).says("no workspace");
}

#[test]
fn what_builds_cannot_express_is_said() {
    let program = "pipeline p(w: workspace) { task a { image: \"quay.io/x/y:1\", workdir: w, run: \"true\" } }";
    let place = Place::with(&[("ci.pipe", program)]);
    bundle(&place, &["-o", "b.tar"]).exits(1).says("P0602");
}

/// An archive that is there stays whole until the new one is.
#[test]
fn what_cannot_be_written_leaves_what_was_there() {
    let place = place();
    place.put("b.tar", "old");
    place.put("f", "");
    fs::set_permissions(place.path("f"), fs::Permissions::from_mode(0o000)).unwrap();
    let ran = bundle(&place, &[&GIVEN[..], &["--file=f", "-o", "b.tar"]].concat());
    // Root reads everything.
    if ran.code != 0 {
        assert_eq!(ran.code, 2, "{ran:?}");
        assert_eq!(place.read("b.tar"), "old");
    }
    place.put("folder", "a file");
    bundle(&place, &[&GIVEN[..], &["-o", "folder/b.tar"]].concat()).exits(2).says("P0703");
    let names = place.names("");
    assert!(names.iter().all(|name| !name.ends_with(".tmp")), "{names:?}");
}

//! Scripts are held to what is said about the commands that they run.

mod random;

use pipec::check::{Input, check};
use pipec::diag::Diagnostics;
use pipec::diag::fix::apply_one;
use pipec::source::{Sources, stdlib};
use pipec::syntax::parse;

pub(crate) const WORLD: &str = r#"
artifact Disk
artifact Signed requires Disk
type Key = string matching "s3://[a-z]+"
command "mk" { flags: { "-v --verbose": bool, "--root": path }, operands: { max: 0 }, removed: { "--old": "write `--new`" } }
command "mk disk" makes Disk {
    flags:       { "-f --force": bool, "-i": bool, "-j --jobs": int, "-a --arch": Arch, "--tag": [string], "--key": Key, "--images": bool,
                   "--oci": bool, "--size": size, "--wait": duration, "--m1": bool, "--m2": bool, "-1": bool }
    operands:    { max: 1 }
    exactly_one: [["--images", "--oci"]]
    together:    [["--m1", "--m2"]]
    implies:     { "--oci": ["--key"] }
    excludes:    { "--size": ["--wait"] }
}
command "mk sign" makes Signed { flags: { "--name": string, "-k": int }, required: ["--name"], attached: true, operands: { min: 1 } }
command "mk gone" { removed_command: "use `mk disk`" }
command "mk in" { flags: { "--dir": path }, wraps: true }
command "mk loose"
"#;

/// The findings of one script, each as its code and the text that it stands at.
fn found(run: &str) -> String {
    let (sources, out) = checked(&program("", run));
    let one = |one: &pipec::diag::Diagnostic| {
        format!("{} {}", one.code.id(), one.span().map_or("", |span| sources.text(span)))
    };
    out.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn program(params: &str, run: &str) -> String {
    let lines: String = run.lines().map(|line| format!("            {line}\n")).collect();
    format!(
        "{WORLD}pipeline p({params}) {{\n    task t {{\n        image: \"example.com/a:1\"\n        run: \"\"\"\n{lines}        \"\"\"\n    }}\n}}\n"
    )
}

pub(crate) fn checked(text: &str) -> (Sources, Diagnostics) {
    let mut sources = Sources::default();
    let mut out = Diagnostics::default();
    let prelude = stdlib("prelude").expect("the prelude is embedded");
    let prelude = parse(prelude, &sources.get(prelude).text, &mut out);
    let id = sources.add("a.pipe", text);
    let root = parse(id, text, &mut out);
    check(&Input { root: &root, prelude: &prelude, imports: Default::default(), targets: Vec::new() }, &mut out);
    // What is made in which order is not asked here.
    let of_facts = |id: &str| id == "P0564" || !["P04", "P055", "P025"].iter().any(|other| id.starts_with(other));
    out.retain_mut(|one| of_facts(one.code.id()));
    (sources, out.sorted())
}

/// With values of these parameters.
fn found_with(params: &str, run: &str) -> String {
    let (sources, out) = checked(&program(params, run));
    let one = |one: &pipec::diag::Diagnostic| {
        format!("{} {}", one.code.id(), one.span().map_or("", |span| sources.text(span)))
    };
    out.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn silent(run: &str) {
    assert_eq!(found(run), "", "{run}");
}

/// The script after the first fix of its only finding.
fn fixed(run: &str) -> String {
    let text = program("", run);
    let (sources, out) = checked(&text);
    let fix = out.iter().find_map(|one| one.fixes.first()).expect("there is a fix");
    let mended = apply_one(&sources, fix, "a.pipe").expect("it is of the file");
    assert_eq!(checked(&mended).1.len(), out.len() - 1, "{mended}");
    let (_, rest) = mended.split_once("run: \"\"\"\n").expect("a script");
    rest.split("        \"\"\"").next().unwrap_or_default().trim().to_owned()
}

#[test]
fn flags_that_are_known_are_silent() {
    silent("mk disk --oci --key s3://a --tag=a --tag b -f");
    silent("mk disk --images -fi -j4 x");
    silent("mk disk --images -fij 4 -- -x");
    silent("mk -v disk --images --jobs -4 -1");
    silent("mk disk --images --arch x86_64 --size 10G > log 2>&1 < in");
    silent("mk disk --images --jobs=\"$n\" --tag=a$b");
    silent("mk disk $opts; mk disk \"$@\"; mk disk --help; mk -h");
    silent("mk loose --anything goes here");
    silent("mk $sub --anything; mk \"$sub\" a b c");
    silent("mk $opts disk --froce; mk -v \"$a\" --jobs x; mk ~{\"disk\"} --images; mk --root \"$x\" disk --images");
    silent("mk disk --images --force=true --oci=false");
    silent("mk sign --name=a -k4 b");
}

#[test]
fn unknown_flags_are_told_and_mended() {
    assert_eq!(found("mk disk --images --froce"), "P0521 --froce");
    assert_eq!(found("mk disk --images --jbos=3"), "P0521 --jbos");
    assert_eq!(found("mk disk --images -fx"), "P0521 -fx");
    assert_eq!(found("mk disk --images '--froce'"), "P0521 '--froce'");
    assert_eq!(found("mk disk --images --froce=\"$x\""), "P0521 --froce");
    assert_eq!(fixed("mk disk --images --froce"), "mk disk --images --force");
    assert_eq!(fixed("mk disk --images --jbos=3"), "mk disk --images --jobs=3");
    assert_eq!(found_with("f: bool", "mk disk --images ~{flag(\"--froce\", f)}"), "P0521 \"--froce\"");
    assert_eq!(fixed("mk disk --images ~{flag(\"--froce\", true)}"), "mk disk --images ~{flag(\"--force\", true)}");
    assert_eq!(fixed("mk disk --images ~{flag(\"--jbos=\", 3)}"), "mk disk --images ~{flag(\"--jobs=\", 3)}");
}

#[test]
fn what_is_gone_is_told() {
    assert_eq!(found("mk --old disk --images"), "P0522 --old");
    assert_eq!(found("mk gone --images x"), "P0522 mk gone");
}

#[test]
fn misplaced_flags_are_told_where_they_belong() {
    assert_eq!(found("mk disk --images --verbose"), "P0523 --verbose");
    assert_eq!(found("mk --images disk"), "P0523 --images");
    assert_eq!(fixed("mk disk --images --verbose"), "mk --verbose disk --images");
    assert_eq!(fixed("mk disk --root /x --images"), "mk --root /x disk --images");
    assert_eq!(fixed("mk --images disk -f"), "mk disk --images -f");
}

#[test]
fn values_are_held_to_their_types() {
    assert_eq!(found("mk disk --images --jobs"), "P0524 --jobs");
    assert_eq!(found("mk disk --jobs --images"), "P0524 --jobs");
    assert_eq!(found("mk disk --images --force=maybe"), "P0524 --force");
    assert_eq!(found("mk disk --images --jobs=x"), "P0524 x");
    assert_eq!(found("mk disk --images -jx"), "P0524 x");
    assert_eq!(found("mk disk --images --arch x86-64"), "P0524 x86-64");
    assert_eq!(fixed("mk disk --images --arch=x86-64"), "mk disk --images --arch=x86_64");
    assert_eq!(found("mk disk --images --key s3:/a"), "P0524 s3:/a");
    assert_eq!(found("mk disk --images --size ten"), "P0524 ten");
    assert_eq!(found("mk disk --images --wait ten"), "P0524 ten");
    assert_eq!(found_with("s: string?", "mk disk --images ~{flag(\"--force\", s)}"), "P0524 \"--force\"");
    assert_eq!(found_with("n: int", "mk disk --images ~{flag(\"--arch\", n)}"), "P0524 n");
    assert_eq!(found_with("n: int", "mk disk --images --arch ~{n} --jobs ~{n}"), "P0524 n");
    assert_eq!(found_with("a: Arch?", "mk disk --images ~{flag(\"--arch\", a)} ~{flag(\"-j\", 3)}"), "");
    assert_eq!(found_with("a: Arch", "mk disk --images --jobs=~{a}"), "");
}

#[test]
fn values_that_have_to_be_attached() {
    assert_eq!(found("mk sign --name a b"), "P0524 --name");
    assert_eq!(fixed("mk sign --name a b"), "mk sign --name=a b");
    assert_eq!(fixed("mk sign --name=a -k 4 b"), "mk sign --name=a -k4 b");
    assert_eq!(fixed("mk sign ~{flag(\"--name\", \"a\")} b"), "mk sign ~{flag(\"--name=\", \"a\")} b");
}

#[test]
fn words_are_counted() {
    assert_eq!(found("mk dsik --images"), "P0525 dsik");
    assert_eq!(fixed("mk lose"), "mk loose");
    assert_eq!(found("mk disk --images a b c"), "P0526 b");
    assert_eq!(found("mk sign --name=a"), "P0526 mk sign");
    silent("mk sign --name=a $x");
    silent("mk disk --images --tag a b c");
    assert_eq!(found_with("l: [string]", "mk sign --name=a ~{l}"), "");
    assert_eq!(found_with("s: int", "mk disk --images ~{s} ~{s}"), "P0526 ~{s}");
}

#[test]
fn flags_are_held_to_their_company() {
    assert_eq!(found("mk disk"), "P0527 mk disk");
    assert_eq!(found("mk disk --images --oci --key s3://a"), "P0528 --oci");
    assert_eq!(found("mk disk --images --m1"), "P0527 --m1");
    assert_eq!(found("mk disk --oci"), "P0527 --oci");
    assert_eq!(found("mk disk --images --wait 3s --size 1G"), "P0528 --size");
    assert_eq!(found("mk sign a"), "P0527 mk sign");
    let perhaps = "mk disk ~{flag(\"--images\", b)} ~{flag(\"--oci\", not b)} ~{flag(\"--m1\", b)} --m2";
    assert_eq!(found_with("b: bool", perhaps), "");
    silent("mk disk \"$x\"; mk disk --images=$x --oci --key s3://a");
}

#[test]
fn commands_are_seen_wherever_they_stand() {
    let places = [
        "sudo -E @",
        "env A=b \"B=$c\" @",
        "timeout 5m nice -n 3 @",
        "if ! @; then x; fi",
        "for a in b c; do @; done",
        "while true; do { @; }; done",
        "case x in a) @;; esac",
        "f() { @; }; f",
        "function f { @\n}\nf",
        "a && b || @ | tee x",
        "( cd x && @ )",
        "x=$(@)",
        "x=\"a $(@)\"",
        "x=`@`",
        "cat <(@)",
        "bash -c '@'",
        "sudo bash -euxc \"@\" name",
        "sh -c 'cd x; sh -c \"@\"'",
        "bash <<'EOF'\n@\nEOF",
        "sudo sh -s <<EOF\ncd x\n@\nEOF",
        "xargs -n 1 @ < list",
        "find . -name x -exec @ {} \\;",
        "eval @",
        "eval '@'",
        "mk in -- @",
        "mk in --dir x @",
        "mk in bash -c '@'",
        "mk in <<EOF\n@\nEOF",
        "mk in mk in -- mk in @",
        "podman run --rm x bash -c '@'",
        "su -c '@' user",
        "@ &",
        "{ @; } 2>&1 | cat",
        "/usr/bin/@",
    ];
    for place in places {
        assert_eq!(found(&place.replace('@', "mk disk --images --froce")), "P0521 --froce", "{place}");
        assert_eq!(found(&place.replace('@', "mk disk --images --force")), "", "{place}");
    }
}

#[test]
fn commands_of_many_words_are_read_in_time() {
    let start = std::time::Instant::now();
    for word in ["mk in ", "bash -x ", "docker run ", "eval ", "xargs ", "find -exec ", "mk disk --tag "] {
        checked(&program("", &format!("mk disk --images; {} bash -c 'mk disk'", word.repeat(4000))));
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn what_is_no_command_is_not_read() {
    silent("# mk disk --froce");
    silent("echo mk disk --froce; x='mk disk --froce'");
    silent("cat <<EOF\nmk disk --froce\nEOF");
    silent("command -v mk disk --froce");
    silent("python3 -c 'mk disk --froce'");
    silent("amk disk --froce; mk-disk --froce");
    silent("ssh host 'mk disk --froce'");
    silent("echo 'mk disk --froce' | xargs -n 1 mk disk");
}

#[test]
fn what_cannot_be_read_is_told_once() {
    assert_eq!(found("mk disk --images\ntool=mk\n\"$tool\" disk; eval \"$x\""), "P0564 \"$tool\" disk");
    assert_eq!(found("mk disk --images; eval \"$x\""), "P0564 eval \"$x\"");
    assert_eq!(found("mk disk --images; . ./x.sh"), "P0564 . ./x.sh");
    assert_eq!(found("mk disk --images; sudo bash -c \"$x\""), "P0564 sudo bash -c \"$x\"");
    silent("eval mk disk --images; bash -c 'mk disk --images'");
    silent("eval \"$x\"");
}

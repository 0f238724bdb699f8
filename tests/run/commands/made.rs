//! Artifacts of a run whose paths only the run knows, as they are kept and shown.

use super::Place;

/// Of a result and turns; `broken` fails once it has all.
const LINE: &str = r#"
artifact Package
task version -> string { image: "a/b:1", run: "printf 1.2 > ~{out}" }
task pack(arch: string, version: string, src: workspace) -> (package: Package = src / "~{arch}/app-~{version}.tar") {
    image: "a/b:1", run: "echo ~{arch} > ~{out.package}"
}
task check(broken: bool) { image: "a/b:1", run: "exit ~{if broken then 4 else 0}" }
task find -> [string] { image: "a/b:1", run: "printf 'x86_64\\ns390x\\n' > ~{out}" }
pipeline build(broken: bool = false) {
    workspace src { size: 1Gi }
    v = version()
    archs = find()
    for arch in archs { p = pack(arch, version: v, src) }
    check(broken) after p
}
"#;

/// The rows of the table of artifacts.
fn rows(shown: &str) -> Vec<Vec<&str>> {
    let table = shown.split("\n\n").find(|part| part.starts_with("ARTIFACT OF")).unwrap_or_else(|| panic!("{shown}"));
    table.lines().skip(1).map(|line| line.split_whitespace().collect()).collect()
}

#[test]
fn they_are_shown_and_a_run_that_goes_on_shows_the_same() {
    let place = Place::new(LINE);
    let run = |more: &[&str]| place.run(&[&["run", "ci.pipe"], more].concat());
    run(&["-p", "broken=true"]).exits(4);
    let shown = place.run(&["status"]).exits(1).out;
    let src = format!(".pipec/runs/{}/work/workspaces/src", place.ids()[0]);
    let (first, second) = (format!("{src}/x86_64/app-1.2.tar"), format!("{src}/s390x/app-1.2.tar"));
    let expected = [["p[x86_64]", "package", "7", &first], ["p[s390x]", "package", "6", &second]];
    assert_eq!(rows(&shown), expected, "{shown}");
    assert_eq!(place.read(&second), "s390x\n");
    let artifacts = |text: &str| place.run(&["status", "--format", "json"]).says(text).json()["artifacts"].clone();
    let before = artifacts("\"sha256\"");
    assert_eq!(before.as_array().map(Vec::len), Some(2));
    run(&["--resume", "last"]).exits(0).says("`p[s390x]` is kept");
    assert_eq!(artifacts("\"succeeded\""), before);
}

#[test]
fn one_that_is_lost_is_shown_with_the_reason() {
    let place = Place::new(
        r#"
artifact File
task make(ws: workspace, at: path) -> (file: File = ws / at) { image: "a/b:1", run: "ln -s / ~{out.file}" }
task choose -> path { image: "a/b:1", run: "printf out > ~{out}" }
pipeline build() { workspace src { size: 1Gi }
    chosen = choose()
    make(ws: src, at: chosen) }
"#,
    );
    let why = "`out` lies outside of the workspace `src`";
    place.run(&["run", "ci.pipe"]).exits(0).says(&format!("is not kept as an artifact: {why}"));
    place.run(&["status"]).exits(0).says(&format!("file    -      lost: {why}"));
    let json = place.run(&["status", "--format", "json"]).exits(0).json();
    assert_eq!(json["lost_artifacts"], serde_json::json!([{ "task": "make", "name": "file", "why": why }]));
}

//! `pipec plan` in its four formats.

use super::run::{BAD, GOOD, Place};

fn place() -> Place {
    Place::with(&[
        ("good.pipe", GOOD),
        ("bad.pipe", BAD),
        ("two.pipe", &format!("{GOOD}{}", GOOD.replace("greet", "other"))),
    ])
}

#[test]
fn as_text_for_people() {
    let ran = place().run(&["plan", "good.pipe"]).exits(0);
    insta::assert_snapshot!(ran.out);
    assert_eq!(ran.err, "");
}

#[test]
fn as_json() {
    let ran = place().run(&["plan", "good.pipe", "--format", "json"]).exits(0);
    assert!(ran.json().as_object().unwrap().contains_key("tasks"), "{}", ran.out);
}

#[test]
fn as_dot_that_graphviz_reads() {
    let text = place().run(&["plan", "good.pipe", "--format", "dot"]).exits(0).out;
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    assert!(lines.next().unwrap().starts_with("digraph "), "{text}");
    assert_eq!(text.trim_end().chars().last(), Some('}'));
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    for character in text.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => depth -= 1,
            _ => {}
        }
        assert!(depth >= 0, "{text}");
    }
    assert!(depth == 0 && !quoted, "{text}");
    assert!(text.contains("->"));
}

#[test]
fn as_mermaid() {
    let text = place().run(&["plan", "good.pipe", "--format", "mermaid"]).exits(0).out;
    assert!(text.starts_with("flowchart ") || text.starts_with("graph "), "{text}");
    assert!(text.contains("-->") || text.contains("-.->"), "{text}");
}

#[test]
fn a_bound_parameter_decides() {
    let place = place();
    let text = |args: &[&str]| place.run(&[&["plan", "good.pipe"], args].concat()).exits(0).out;
    assert_ne!(text(&["-p", "force=false"]), text(&["-p", "force=true"]));
    assert_eq!(text(&["--param", "force=true"]), text(&["-pforce=true"]));
    assert!(text(&["-p", "count=77", "--format=json"]).contains("77"));
}

#[test]
fn the_pipeline_is_named_where_there_are_several() {
    let place = place();
    place.run(&["plan", "two.pipe"]).exits(1).says("P0513").says("`greet`, `other`");
    place.run(&["plan", "two.pipe", "other"]).exits(0);
    place.run(&["plan", "two.pipe", "gret"]).exits(1).says("did you mean `greet`?");
}

#[test]
fn findings_go_to_standard_error() {
    let ran = place().run(&["plan", "bad.pipe"]).exits(1);
    assert_eq!(ran.out, "");
    assert!(ran.err.contains("P0204"));
    place().run(&["plan", "none.pipe"]).exits(2).says("P0701");
}

const BUILT: &str = r#"
enum Stream { stable, next }
artifact Disk
artifact Aws requires Disk
command "mk disk" makes Disk
command "mk aws"  makes Aws

pipeline p(stream: Stream, const arch: Arch = .x86_64, no_upload: bool = false, count: int = 1, format: string = "raw", const clouds: [string] = ["aws"]) {
    task disk { image: "a/b:1", run: "mk disk ~{stream} ~{count} ~{format}" }
    when arch == .x86_64 { task cloud { image: "a/b:1", run: "mk aws ~{clouds}" } after disk }
    when not no_upload { task upload { image: "a/b:1", run: "upload" } after disk }
}
"#;

fn built() -> Place {
    Place::with(&[("b.pipe", BUILT)])
}

#[test]
fn parameters_are_options() {
    let place = built();
    let json = |args: &[&str]| place.run(&[&["plan", "--format", "json"], args].concat()).exits(0).json();
    let by_p = json(&["b.pipe", "p", "-p", "stream=next", "-p", "no_upload=true", "-p", "count=-3"]);
    for args in [
        &["b.pipe", "p", "--stream", "next", "--no-upload", "true", "--count", "-3"][..],
        &["b.pipe", "--stream=next", "p", "--no_upload=true", "--count=-3"],
        &["--stream", "next", "b.pipe", "p", "--count", "-3", "--no-upload"],
        &["--stream", "next", "--no_upload", "-pcount=-3", "--", "b.pipe", "p"],
    ] {
        assert_eq!(json(args), by_p, "{args:?}");
    }
    // The command's own option wins; the parameter has `-p`.
    assert_eq!(json(&["b.pipe", "-p", "format=qcow2"])["bound"]["format"], "qcow2");
    let lists = json(&["b.pipe", "--clouds", "aws", "--clouds=gcp,ibm"]);
    assert_eq!(lists["bound"]["clouds"], serde_json::json!(["aws", "gcp", "ibm"]));
}

#[test]
fn parameters_as_options_are_read_as_strictly() {
    let place = built();
    let said = |args: &[&str], code: i32| place.run(&[&["plan", "b.pipe"], args].concat()).exits(code).err;
    assert!(said(&["--stream", "nxt"], 1).contains("did you mean `next`?"));
    assert!(said(&["--stream", "next", "--stream", "next"], 1).contains("is given twice"));
    assert!(said(&["--count"], 2).contains("`--count` needs a value"));
    assert!(said(&["--stream", "--count", "1"], 2).contains("`--stream` needs a value"));
    assert!(said(&["--no-upload=yes"], 1).contains("`yes` is no `bool`"));
    let near = [
        ("--strem", "--stream"),
        ("--no-uplaod", "--no-upload"),
        ("--no_uplaod", "--no-upload"),
        ("--fromat", "--format"),
        ("--gaol", "--goal"),
    ];
    for (typed, meant) in near {
        let said = said(&[typed, "x"], 2);
        assert!(said.contains(&format!("there is no option or parameter `{typed}` here")), "{said}");
        assert!(said.contains(&format!("did you mean `{meant}`?")), "{said}");
    }
}

#[test]
fn what_will_be_built_is_a_table() {
    let place = built();
    let text = place.run(&["plan", "b.pipe", "--arch", "s390x"]).exits(0).out;
    let table: Vec<&str> =
        text.lines().skip_while(|line| *line != "made").take_while(|line| *line != "totals").collect();
    assert_eq!(table[1..3], ["  ARTIFACT  TASK  WHY", "  Disk      disk  always"]);
    assert_eq!(
        table[4..],
        ["not made", "  ARTIFACT  TASK   WHY", "  Aws       cloud  `arch == .x86_64` does not hold (arch = s390x)", ""]
    );
}

#[test]
fn a_goal_holds_in_every_format_and_for_emit() {
    let place = built();
    let run = |args: &[&str]| place.run(&[args, &["b.pipe", "--goal", "Aws"]].concat()).exits(0).out;
    for format in ["text", "json", "dot", "mermaid"] {
        let shown = run(&["plan", "--format", format]);
        let about_goal = |line: &&str| line.contains("not needed: ") || line.trim() == "\"upload\"";
        let tasks: Vec<&str> = shown.lines().filter(|line| !about_goal(line)).collect();
        let has = |name: &str| {
            tasks
                .iter()
                .any(|line| line.split(|sign: char| !sign.is_alphanumeric() && sign != '_').any(|word| word == name))
        };
        assert!(has("cloud") && has("disk") && !has("upload"), "{shown}");
    }
    let json: serde_json::Value = serde_json::from_str(&run(&["plan", "--format", "json"])).unwrap();
    assert_eq!(json["goal"]["not_needed"], serde_json::json!(["upload"]));
    assert_eq!(json["goal"]["tasks"][0]["why"], "makes Disk, which `cloud` requires");
    for target in ["shell", "tekton"] {
        let emitted = run(&["emit", "-t", target]);
        assert!(emitted.contains("mk aws") && emitted.contains("mk disk"), "{emitted}");
        assert!(!emitted.lines().any(|line| line.trim() == "upload"), "{emitted}");
    }
    place.run(&["plan", "b.pipe", "--goal", "Aws", "--arch=s390x"]).exits(1).says("P0519").says("`arch` is `s390x`");
    place.run(&["plan", "b.pipe", "--goal", "Asw,disk"]).exits(1).says("did you mean `Aws`?");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the example as it stands")]
fn the_images_of_the_example_by_platform_and_architecture() {
    let example = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/fcos.pipe")).unwrap();
    let place = Place::with(&[("fcos.pipe", &example)]);
    let plan = |args: &[&str]| {
        place.run(&[&["plan", "fcos.pipe", "--format=json", "--stream", "stable"], args].concat()).exits(0).json()
    };
    let on = |arch: &str, list: &str| -> Vec<String> {
        let json = plan(&["--arch", arch]);
        let rows = json[list].as_array().unwrap().iter().filter(|row| row["artifact"] == "CloudImage");
        rows.map(|row| row["for"]["platform"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(on("s390x", "made"), ["ibmcloud", "kubevirt", "openstack"]);
    assert_eq!(on("ppc64le", "made"), ["openstack", "powervs"]);
    assert_eq!(on("x86_64", "made").len(), 16);
    assert!(on("s390x", "not_made").contains(&"vmware".to_owned()));
    let names = |goal: &str| -> Vec<String> {
        let json = plan(&["--goal", goal]);
        json["goal"]["tasks"].as_array().unwrap().iter().map(|one| one["task"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("Live,Aws"), ["src", "base", "metal", "metal4k", "iso", "ami", "notify", "notify_2"]);
    assert_eq!(names("Qemu"), ["src", "base", "notify", "notify_2"]);
}

//! What will be built and what not, with the reasons; and what it costs.

use pipec::plan::Plan;
use pipec::plan::view::{Format, render};

use super::common::{built, plan, task};

const PROGRAM: &str = r#"
enum Cloud { aws, gcp, vmware }
artifact Tree
artifact Aws requires Tree
artifact Gcp requires Tree
artifact VmWare requires Tree
artifact Image requires Tree
command "mk tree"        makes Tree
command "mk aws"         makes Aws
command "mk gcp"         makes Gcp
command "mk vmware"      makes VmWare
command "mk cloud --aws" makes Aws
command "push"

fn has(cloud: Cloud, arch: Arch) -> bool = arch == .x86_64 or cloud == .aws

task image(cloud: Cloud, ws: workspace) -> Image {
    image: "a/b:1"
    timeout: 1h
    retries: 1
    needs: { memory: 2Gi, kvm: true }
    run:   "sudo -E mk ~{cloud} > ~{out}"
}

pipeline p(const arch: Arch = .x86_64, const clouds: [Cloud] = [.aws, .gcp, .vmware], fast: bool = false) {
    workspace ws
    defaults { needs: { arch: arch } }
    task tree { image: "a/b:1", timeout: 2h, needs: { memory: 4Gi }, run: "mk tree" }
    for cloud in clouds if has(cloud, arch) {
        when cloud != .gcp or not fast {
            made = image(cloud, ws) after tree
        }
    }
    when fast { task raw { image: "a/b:1", run: "mk ~{flag("cloud", fast)} --aws" } after tree }
}
"#;

fn json(pairs: &[(&str, &str)]) -> serde_json::Value {
    let built = built(PROGRAM, pairs);
    let plan = built.plan.expect("there is a plan");
    serde_json::from_str(&render(&plan, &built.sources, Format::Json, None)).expect("it is JSON")
}

fn text(program: &str, pairs: &[(&str, &str)]) -> String {
    let built = built(program, pairs);
    let said = built.said();
    render(&built.plan.unwrap_or_else(|| panic!("{said:?}")), &built.sources, Format::Text, None)
}

/// `task: Artifact Artifact`
fn makes(plan: &Plan) -> Vec<String> {
    let line = |task: &pipec::plan::Task| {
        let made: Vec<&str> = task.provenance.makes.iter().map(|one| &*one.artifact).collect();
        format!("{}: {}", task.name, made.join(" "))
    };
    plan.tasks().map(|(_, task)| line(task)).collect()
}

#[test]
fn commands_make_things_once_their_values_are_known() {
    let plan = plan(PROGRAM, &[("fast", "false")]);
    assert_eq!(makes(&plan), ["tree: Tree", "made_aws: Image Aws", "made_gcp: Image Gcp", "made_vmware: Image VmWare"]);
    let made = &task(&plan, "made_gcp").provenance.makes;
    assert_eq!((made[0].output, made[0].command.as_deref()), (Some(0), None));
    assert_eq!((made[1].output, made[1].command.as_deref()), (None, Some("mk gcp")));
}

#[test]
fn a_value_that_is_not_known_or_needs_quotes_makes_nothing_up() {
    let program = r#"
        artifact Aws
        artifact Other
        command "mk aws" makes Aws
        command "mk other" makes Other
        pipeline p(cloud: string = "aws", const text: string = "x; mk other") {
            task open { image: "a/b:1", run: "mk ~{cloud}" }
            task quoted { image: "a/b:1", run: "mk ~{text}; echo ~{text}" }
            task inside { image: "a/b:1", run: "echo 'mk aws'; mk \"~{"a"}ws\"" }
            task python { image: "a/b:1", shell: "python3", run: "mk aws" }
            task empty { image: "a/b:1", run: "mk ~{""} aws" }
            task words { image: "a/b:1", run: "mk ~{["other"]} aws" }
            task comment { image: "a/b:1", run: "true # mk aws" }
        }
    "#;
    let expected = ["open: ", "quoted: ", "inside: Aws", "python: ", "empty: ", "words: Other", "comment: "];
    assert_eq!(makes(&plan(program, &[])), expected);
    assert_eq!(makes(&plan(program, &[("cloud", "aws")]))[0], "open: Aws");
}

#[test]
fn what_is_made_has_its_platform_architecture_and_reasons() {
    let json = json(&[("fast", "false"), ("arch", "s390x")]);
    let made = json["made"].as_array().expect("a list");
    let aws = made.iter().find(|row| row["artifact"] == "Aws").expect("it is made");
    assert_eq!(
        (&aws["task"], &aws["arch"], &aws["for"]["cloud"]),
        (&"made_aws".into(), &"s390x".into(), &"aws".into())
    );
    assert_eq!((&aws["command"], &aws["output"]), (&"mk aws".into(), &false.into()));
    let why: Vec<String> =
        aws["why"].as_array().expect("a list").iter().map(|one| format!("{} {}", one["kind"], one["words"])).collect();
    assert_eq!(
        why,
        [r#""turn" "cloud = aws""#, r#""holds" "has(cloud, arch)""#, r#""holds" "cloud != .gcp or not fast""#]
    );
    assert_eq!(aws["why"][1]["values"], serde_json::json!({ "cloud": "aws", "arch": "s390x" }));
    assert_eq!(aws["why"][1]["origin"]["line"], 29);
}

#[test]
fn what_is_not_made_has_the_condition_that_leaves_it_out() {
    let rows = |pairs: &[(&str, &str)]| -> Vec<String> {
        let json = json(pairs);
        let rows = json["not_made"].as_array().expect("a list").iter();
        let row = |row: &serde_json::Value| {
            let why = row["why"].as_array().expect("a list");
            assert_eq!(why.len(), 1, "{row}");
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            format!(
                "{} {} {}: {} {}",
                text(&row["task"]),
                text(&row["artifact"]),
                text(&row["arch"]),
                text(&why[0]["kind"]),
                text(&why[0]["words"])
            )
        };
        rows.map(row).collect()
    };
    let expected = [
        "made_gcp Image s390x: fails has(cloud, arch)",
        "made_gcp Gcp s390x: fails has(cloud, arch)",
        "made_vmware Image s390x: fails has(cloud, arch)",
        "made_vmware VmWare s390x: fails has(cloud, arch)",
        "raw Aws s390x: fails fast",
    ];
    let said = rows(&[("fast", "false"), ("arch", "s390x")]);
    assert_eq!(said[..4], expected[..4]);
    let expected = [
        "made_gcp Image x86_64: fails cloud != .gcp or not fast",
        "made_gcp Gcp x86_64: fails cloud != .gcp or not fast",
    ];
    assert_eq!(rows(&[("fast", "true")]), expected);
}

#[test]
fn a_turn_that_is_refused_leaves_no_trace_in_the_plan() {
    let program = |filter: &str| {
        format!(
            r#"
        artifact Tree
        command "mk tree" makes Tree
        pipeline p() {{
            task a {{ image: "a/b:1", run: "true" }}
            stage one {{
                for x in ["p", "q", "r"] {filter} {{
                    y = "~{{x}}!"
                    task t {{ image: "a/b:1", run: "mk tree ~{{y}}" }} after a
                }}
            }}
            stage two {{ task b {{ image: "a/b:1", run: "true" }} after t }}
            finally {{ task c {{ image: "a/b:1", run: "true" }} }}
        }}
        "#
        )
    };
    let filtered = plan(&program("if x == \"q\""), &[]);
    let refused: Vec<&str> = filtered.turned_away.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(refused, ["t_p", "t_r"]);
    assert!(filtered.left_out.is_empty());
    assert_eq!(super::common::names(&filtered), ["a", "t_q", "b", "c"]);
    assert_eq!(super::common::waits(&filtered, "b"), ["t_q: after, one before two"]);
    assert!(plan(&program(""), &[]).turned_away.is_empty());
}

#[test]
fn the_tables_are_for_people() {
    let text = text(PROGRAM, &[("arch", "s390x")]);
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let from = text.find("\nmade\n").expect("there is a table");
    insta::assert_snapshot!("tables", &text[from..]);
}

#[test]
fn machines_of_their_own_are_weighed_against_one_for_all() {
    let json = json(&[("fast", "false")]);
    let held = &json["resources"];
    // 4Gi for 2h, and three times 2Gi for two tries of 1h.
    assert_eq!(held["split"], serde_json::json!({ "gib_hours": 20.0, "kvm_hours": 6.0 }));
    // Three images at once need 6Gi, and the longest chain is 4h.
    assert_eq!(held["single"], serde_json::json!({ "gib_hours": 24.0, "kvm_hours": 4.0 }));
    assert_eq!(held["single_memory"], 6_i64 << 30);
    assert_eq!(held["largest_task"], 4_i64 << 30);
    assert_eq!(held["without_timeout"], serde_json::json!([]));
    assert_eq!(super::artifacts::json(&[("fast", "true")])["resources"]["without_timeout"], serde_json::json!(["raw"]));
}

#[test]
fn a_chain_without_a_bound_says_who_has_none() {
    let program = |first: &str, second: &str| {
        format!(
            "pipeline p() {{\n task a {{ image: \"a/b:1\", {first} run: \"true\" }}\n task b {{ image: \"a/b:1\", {second} run: \"true\" }} after a\n}}"
        )
    };
    let totals = |first, second| {
        let text = text(&program(first, second), &[]);
        let lines = text.lines().skip_while(|line| !line.starts_with("  longest"));
        lines.map(str::trim).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(totals("timeout: 1h,", "timeout: 2h,"), "longest    at most 3h: a 1h, b 2h");
    let expected = "longest    nobody knows: b has no timeout; the rest of the chain takes at most 1h\nchain      a 1h, b (no timeout)";
    assert_eq!(totals("timeout: 1h,", ""), expected);
    assert_eq!(totals("", ""), "longest    nobody knows: a, b have no timeout");
}

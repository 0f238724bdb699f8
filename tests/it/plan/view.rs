//! What `pipec plan` prints.

use std::io::Write;
use std::process::{Command, Stdio};

use pipec::plan::view::{Format, render};
use pipec::plan::{Plan, TaskId};
use pipec::source::Sources;

use super::common::built;

const PROGRAM: &str = r#"
artifact Ostree
artifact Qemu

/// Make it.
task build(ws: workspace, version: string?) -> (ostree: Ostree, qemu: Qemu = ws / "qemu", id: string) {
    image: "quay.io/coreos-assembler/coreos-assembler:main"
    needs: { kvm: true, cpu: 4, memory: 10752Mi, disk: 50Gi }
    timeout: 5h
    run: "build ~{flag("--version", version)} > ~{out.id}"
}

task test(qemu: Qemu, name: string) {
    image: "quay.io/coreos-assembler/coreos-assembler:main"
    needs: { kvm: true, memory: 4Gi }
    timeout: 90min
    retries: 1
    retry_delay: 1min
    on_exit: { 77: .warn }
    run: "kola ~{qemu} ~{name}"
}

/// Build, test and, if asked, upload one stream.
/// The second line of the description is so long that it does not fit into the hundred columns of a page.
pipeline fcos(
    version: string? = none,
    upload: bool = false,
    label: string = "say \"hi\" <b>",
    sign: bool = false,
) -> (id: string) {
    require upload or label != "x", "no"
    exclusive "fcos-~{label}"
    workspace srv { size: 60Gi }
    base = build(srv, version)
    for name in ["basic", "upgrade"] {
        kola = test(base.qemu, name)
    }
    stage ship {
        when upload and label != "say \"no\"" {
            task up {
                image: "quay.io/x/y:1"
                lock: "s3"
                run: "upload ~{base.ostree} ~{base.id}"
            } after kola
        }
        when sign {
            task sig {
                image: "quay.io/x/y:1"
                run: "sign"
            }
        }
    }
    finally {
        task note {
            image: "quay.io/x/y:1"
            env: { OUTCOME: outcome }
            run: "note"
        }
    }
    return (id: base.id)
}
"#;

fn example() -> (Plan, Sources) {
    let built = built(PROGRAM, &[("sign", "false")]);
    let said = built.said();
    (built.plan.unwrap_or_else(|| panic!("{said:#?}")), built.sources)
}

fn shown(format: Format) -> String {
    let (plan, sources) = example();
    render(&plan, &sources, format, None)
}

#[test]
fn the_text_says_everything_in_a_hundred_columns() {
    let text = shown(Format::Text);
    assert!(text.lines().all(|line| line.chars().count() <= 100 && line == line.trim_end()), "{text}");
    insta::assert_snapshot!("plan_text", text);
}

#[test]
fn dot_and_mermaid_are_escaped() {
    insta::assert_snapshot!("plan_dot", shown(Format::Dot));
    insta::assert_snapshot!("plan_mermaid", shown(Format::Mermaid));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the reader of the format is the judge of it")]
fn graphviz_reads_the_picture_where_it_is_installed() {
    let run = Command::new("dot").arg("-Tplain").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut dot) = run else { return };
    dot.stdin.take().expect("piped").write_all(shown(Format::Dot).as_bytes()).expect("dot reads");
    assert!(dot.wait_with_output().expect("dot ends").status.success());
}

#[test]
fn json_is_complete_and_has_the_hash_of_each_step() {
    let (plan, sources) = example();
    let hash = |task: TaskId, step: usize| format!("{}-{step}", task.0);
    let text = render(&plan, &sources, Format::Json, Some(&hash));
    let json: serde_json::Value = serde_json::from_str(&text).expect("valid JSON");
    let base = &json["tasks"][0];
    assert_eq!(base["name"], "base");
    assert_eq!(base["needs"]["memory"], 10_752_i64 << 20);
    assert_eq!(base["timeout"], 18_000_000);
    assert_eq!(base["steps"][0]["sha256"], "0-0");
    assert_eq!(base["outputs"][1]["place"]["path"]["value"], "qemu");
    assert_eq!(base["steps"][0]["script"]["text"], "build ~{flag(\"--version\", version)} > ~{out[2]}");
    let up = json["tasks"].as_array().expect("a list").iter().find(|one| one["name"] == "up").expect("`up`");
    assert_eq!(up["condition"]["text"], r#"upload and label != "say \"no\"""#);
    assert_eq!(up["after"][0]["why"][0]["kind"], "output");
    assert_eq!(up["after"][0]["why"][0]["at"], "test.pipe:43");
    assert_eq!(json["left_out"][0]["condition"], "sign");
    assert_eq!(json["bound"]["sign"], false);
    assert_eq!(json["totals"]["peak"]["kvm"], 2);
    assert_eq!(json["totals"]["critical_path"]["time"], (300 + 90 * 2 + 1) * 60_000);
    assert_eq!(json["waves"], serde_json::json!([["base"], ["kola_basic", "kola_upgrade"], ["up"], ["note"]]));
    insta::assert_snapshot!("plan_json", text);
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    for format in [Format::Text, Format::Json, Format::Dot, Format::Mermaid] {
        assert_eq!(shown(format), shown(format));
    }
}

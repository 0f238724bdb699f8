//! `for`: what is known is unrolled, what is not is one task with a fan.

use super::common::{built, names, plan, task, values, waits};
use pipec::plan::view::words::expression;
use pipec::plan::{ExprKind, Plan};

const TASKS: &str = r#"
    enum Arch { x86_64, aarch64, s390x }
    enum Cloud { aws, gcp, kvm }
    artifact Disk
    task find() -> (archs: [Arch], names: [string]) { image: "a/b:1", run: "echo > ~{out.archs} > ~{out.names}" }
    task build(arch: Arch) -> (digest: string, disk: Disk, parts: [string]) {
        image: "a/b:1"
        run: "echo ~{arch} > ~{out.digest} > ~{out.disk} > ~{out.parts}"
    }
    task push(digest: string) -> string { image: "a/b:1", run: "echo ~{digest} > ~{out}" }
    task show(list: [string]) { image: "a/b:1", run: "echo ~{list}" }
    task look(disk: Disk) { image: "a/b:1", run: "cat ~{disk}" }
"#;

fn program(head: &str, body: &str) -> String {
    format!("{TASKS}\npipeline p({head}) {{\nworkspace ws {{ size: 1Gi }}\n{body}\n}}")
}

/// `arch in archs if …` of a task that runs once a turn.
fn fan(plan: &Plan, name: &str) -> Option<String> {
    task(plan, name).fan.as_ref().map(|fan| {
        let vars = fan.vars.iter().map(|var| format!("{} in {}", var.name, expression(plan, &var.list)));
        let filter = fan.filter.as_ref().map(|filter| format!(" if {}", expression(plan, filter)));
        vars.collect::<Vec<_>>().join(", ") + &filter.unwrap_or_default()
    })
}

fn refused(head: &str, body: &str) -> Vec<String> {
    built(&program(head, body), &[]).said()
}

#[test]
fn a_list_that_stays_open_makes_one_task_of_a_call() {
    let text = program(
        "archs: [Arch] = []",
        "for arch in archs { b = build(arch)\nd = push(b.digest) }\nshow(b.digest) after d",
    );
    let open = plan(&text, &[]);
    assert_eq!(names(&open), ["b", "d", "show"]);
    assert_eq!(fan(&open, "b").as_deref(), Some("arch in archs"));
    assert_eq!(values(&open, "b")[0], "arch");
    assert_eq!(values(&open, "d")[0], "b.digest[turn]");
    assert_eq!(values(&open, "show"), ["b.digest"]);
    let read = &task(&open, "show").steps[0].script.slots[0].value;
    assert!(matches!(read.kind, ExprKind::Result(..)));
    assert_eq!(read.ty.to_string(), "[string]");
    assert_eq!(waits(&open, "show"), ["b: output 0", "d: after"]);
    let bound = plan(&text, &[("archs", "x86_64,s390x")]);
    assert_eq!(names(&bound), ["b_x86_64", "d_x86_64", "b_s390x", "d_s390x", "show"]);
    assert_eq!(values(&bound, "show"), ["[b_x86_64.digest, b_s390x.digest]"]);
}

#[test]
fn a_list_of_a_task_is_waited_for() {
    let plan =
        plan(&program("", "f = find()\nfor arch in f.archs { task t { image: \"a/b:1\", run: \"true\" } }"), &[]);
    assert_eq!(waits(&plan, "t"), ["f: output 0"]);
    assert_eq!(fan(&plan, "t").as_deref(), Some("arch in f.archs"));
}

#[test]
fn lists_that_are_known_come_first_and_are_unrolled() {
    let plan = plan(
        &program(
            "archs: [Arch] = []",
            "for cloud in [Cloud.aws, Cloud.gcp], arch in archs { b = build(arch) }\nshow(b.digest)",
        ),
        &[],
    );
    assert_eq!(names(&plan), ["b_aws", "b_gcp", "show"]);
    assert_eq!(fan(&plan, "b_aws").as_deref(), Some("arch in archs"));
    assert_eq!(values(&plan, "show"), ["concat(b_aws.digest, b_gcp.digest)"]);
}

#[test]
fn lists_behind_one_that_is_open_are_fanned_out_too() {
    let plan = plan(
        &program(
            "archs: [Arch] = []",
            "for arch in archs, cloud in [Cloud.aws, Cloud.gcp] if not (arch == .s390x and cloud == .gcp) { b = build(arch) }",
        ),
        &[],
    );
    assert_eq!(names(&plan), ["b"]);
    assert_eq!(
        fan(&plan, "b").as_deref(),
        Some("arch in archs, cloud in [.aws, .gcp] if not (arch == .s390x and cloud == .gcp)")
    );
}

#[test]
fn a_filter_that_stays_open_makes_a_fan_of_known_lists() {
    let text =
        program("most: int = 2", "for n in [1, 2, 3] if n <= most { task t { image: \"a/b:1\", run: \"true ~{n}\" } }");
    let open = plan(&text, &[]);
    assert_eq!(fan(&open, "t").as_deref(), Some("n in [1, 2, 3] if n <= most"));
    let bound = plan(&text, &[("most", "2")]);
    assert_eq!(names(&bound), ["t_1", "t_2"]);
}

#[test]
fn products_of_known_lists_leave_out_what_the_filter_refuses() {
    let body = "for arch in [Arch.x86_64, Arch.aarch64, Arch.s390x], cloud in [Cloud.aws, Cloud.gcp, Cloud.kvm] if arch == .x86_64 or cloud == .kvm {
        task t { image: \"a/b:1\", run: \"true ~{arch} ~{cloud}\" } }";
    let made = plan(&program("", body), &[]);
    assert_eq!(names(&made), ["t_x86_64_aws", "t_x86_64_gcp", "t_x86_64_kvm", "t_aarch64_kvm", "t_s390x_kvm"]);
    let none = body.replace("arch == .x86_64 or cloud == .kvm", "arch == .x86_64 and arch == .s390x");
    let said = built(&program("", &none), &[]).said();
    assert_eq!(said, ["P0514 the pipeline `p` has nothing to do for the given values"]);
    let many: Vec<String> = (0..20).map(|at| at.to_string()).collect();
    let many = format!(
        "for a in [{0}], b in [{0}] if a != b {{ task t {{ image: \"a/b:1\", run: \"true ~{{a}} ~{{b}}\" }} }}",
        many.join(", ")
    );
    let made = plan(&program("", &many), &[]);
    assert_eq!(made.len(), 380);
    assert!(names(&made).contains(&"t_19_18") && !names(&made).contains(&"t_7_7"));
}

#[test]
fn loops_in_loops_are_their_product() {
    let plan = plan(
        &program(
            "archs: [Arch] = [], tags: [string] = []",
            "for arch in archs { b = build(arch)\nfor tag in tags { task t { image: \"a/b:1\", run: \"true ~{arch} ~{tag}\" } } }",
        ),
        &[],
    );
    assert_eq!(fan(&plan, "b").as_deref(), Some("arch in archs"));
    assert_eq!(fan(&plan, "t").as_deref(), Some("arch in archs, tag in tags"));
}

#[test]
fn conditions_on_an_element_are_of_the_turn() {
    let plan = plan(
        &program(
            "archs: [Arch] = [], on: bool = true",
            "when on { for arch in archs { when arch != .s390x { b = build(arch) } } }",
        ),
        &[],
    );
    let b = task(&plan, "b");
    assert_eq!(b.condition.as_ref().map(|one| expression(&plan, one)).as_deref(), Some("on"));
    assert_eq!(b.turn_condition.as_ref().map(|one| expression(&plan, one)).as_deref(), Some("arch != .s390x"));
}

#[test]
fn artifacts_of_a_turn_stay_in_the_turn() {
    let plan = plan(&program("archs: [Arch] = []", "for arch in archs { b = build(arch)\nlook(b.disk) }"), &[]);
    assert_eq!(values(&plan, "look"), ["b.disk"]);
    let (_, path) = task(&plan, "b").outputs[1].place.as_ref().expect("a place");
    assert_eq!(expression(&plan, path), r#""pipec/b/~{turn}/disk""#);
}

#[test]
fn what_belongs_to_a_turn_is_refused_elsewhere() {
    let archs = "archs: [Arch] = [], tags: [string] = []";
    let lost = "P0516 this has no value outside of its loop";
    let other = "P0516 `b` gives this once a turn of another loop";
    let each = "P0516 the list of this loop differs from turn to turn of the loop around it";
    let disks = "task disks(list: [Disk]) { image: \"a/b:1\", run: \"true ~{len(list)}\" }\n";
    let said =
        built(&format!("{disks}{}", program(archs, "for arch in archs { b = build(arch) }\ndisks(b.disk)")), &[]);
    assert_eq!(said.said(), [lost]);
    let labels = said.labels();
    assert_eq!((labels[0].0.as_str(), labels[1].0.as_str()), ("b.disk", "archs"));
    assert_eq!(refused(archs, "for arch in archs { b = build(arch)\nfor tag in tags { push(b.digest) } }"), [other]);
    assert_eq!(refused(archs, "for arch in archs { b = build(arch)\nfor part in b.parts { push(part) } }"), [each]);
    let image = refused(archs, "for arch in archs { task t { image: \"a/b:~{arch}\", run: \"true\" } }");
    assert_eq!(image, ["P0501 `image` needs a value that is known when compiling"]);
}

//! Loops over lists that only a run knows, run by an engine of the tests with the real scripts.

use super::engine::{self, End};
use super::{read, structure};
use crate::program::Made;
use pipec::emit::tekton::Tekton;
use proptest::prelude::*;
use serde_json::Value as Json;

/// Finds a list, builds each element, signs what was built, and shows all that was built.
const LOOP: &str = r#"
    task find(names: [string]) -> (list: [string]) { image: "a/b:1", run: "printf '%s\n' ~{names} > ~{out.list}" }
    task build(name: string) -> (made: string) {
        image: "a/b:1"
        shell: "sh"
        run: "printf '<%s>' ~{name} > ~{out.made}"
    }
    task show(list: [string]) { image: "a/b:1", run: "printf '%s\n' ~{list}" }
    pipeline p(names: [string] = ["x"]) {
        for name in names {
            b = build(name)
            task sign { image: "a/b:1", run: "printf '%s\n' ~{name}~{b.made}" }
        }
        show(b.made)
        task last { image: "a/b:1", run: "echo last" } after b
    }"#;

fn objects(text: &str) -> Vec<Json> {
    let bundle = Made::new(text).bundle(&Tekton);
    let objects = read(&bundle.files.iter().map(|file| file.text.clone()).collect::<Vec<_>>(), "both");
    let faults = structure::faults(&objects);
    assert!(faults.is_empty(), "{faults:#?}");
    objects
}

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|one| (*one).to_owned()).collect()
}

#[test]
fn a_loop_is_a_matrix_over_its_turns() {
    let bundle = Made::new(LOOP).bundle(&Tekton);
    let pipeline = &bundle.files.iter().find(|file| file.path == "pipeline.yaml").expect("a pipeline").text;
    insta::assert_snapshot!(pipeline);
}

#[test]
fn every_turn_runs_and_what_they_give_keeps_its_order() {
    let objects = objects(LOOP);
    for count in [1, 3, 11, 50] {
        let names: Vec<String> = (0..count).map(|at| format!("n {at}")).collect();
        let ran = engine::run(&objects, &[], &[("names", &names)]);
        assert!(ran.ends.values().all(|end| *end == End::Succeeded), "{:?} {:?}", ran.ends, ran.out);
        let shown: Vec<String> = names.iter().map(|name| format!("<{name}>")).collect();
        assert_eq!(ran.lines("show"), shown);
        let signed: Vec<String> = names.iter().map(|name| format!("{name}<{name}>")).collect();
        assert_eq!(ran.lines("sign"), signed);
    }
}

#[test]
fn a_list_without_elements_takes_nobody_along() {
    let ran = engine::run(&objects(LOOP), &[], &[("names", &[])]);
    assert!(ran.ends.values().all(|end| *end == End::Succeeded), "{:?}", ran.ends);
    assert_eq!(ran.lines("last"), ["last"]);
    assert_eq!(ran.lines("show"), [""], "printf writes its line break once without a word");
    assert!(ran.lines("sign").is_empty());
}

#[test]
fn more_turns_than_the_engine_starts_fail_with_a_reason() {
    let names: Vec<String> = (0..257).map(|at| at.to_string()).collect();
    let ran = engine::run(&objects(LOOP), &[], &[("names", &names)]);
    assert_eq!(ran.ends["turns-b"], End::Failed);
    assert!(ran.out["turns-b"].contains("the loop over name has 257 turns, and this engine starts at most 256"));
}

#[test]
fn all_turns_that_the_engine_starts_fit_into_a_result() {
    let names: Vec<String> = (0..256).map(|at| format!("{at}-{}", "x".repeat(30))).collect();
    let text =
        "pipeline p(names: [string] = []) { for name in names { task a { image: \"a/b:1\", run: \"echo ~{name}\" } } }";
    let ran = engine::run(&objects(text), &[], &[("names", &names)]);
    assert_eq!(ran.lines("a"), names);
}

#[test]
fn lists_that_tasks_give_are_looped_over() {
    let text = LOOP.replace("for name in names", "f = find(names)\nfor name in f.list");
    let names = strings(&["a b", "*", "'", "\"", "", "end"]);
    let ran = engine::run(&objects(&text), &[], &[("names", &names)]);
    let shown: Vec<String> = names.iter().map(|name| format!("<{name}>")).collect();
    assert_eq!(ran.lines("show"), shown, "{:?}", ran.out);
}

#[test]
fn a_product_leaves_out_what_its_filter_refuses() {
    let text = r#"
        enum Arch { x86_64, aarch64, s390x }
        pipeline p(archs: [Arch] = [.x86_64], clouds: [string] = ["aws"], big: bool = false) {
            for arch in archs, cloud in clouds if arch != .s390x or (cloud == "kvm" and big) {
                task a { image: "a/b:1", run: "echo ~{arch} ~{cloud}" }
            }
            for kind in [1, 2], arch in archs { task b { image: "a/b:1", run: "echo ~{kind} ~{arch}" } }
        }"#;
    let objects = objects(text);
    let archs = strings(&["aarch64", "s390x"]);
    let clouds = strings(&["aws", "kvm"]);
    let lists: &[(&str, &[String])] = &[("archs", &archs), ("clouds", &clouds)];
    let ran = engine::run(&objects, &[("big", "true")], lists);
    assert_eq!(ran.lines("a"), ["aarch64 aws", "aarch64 kvm", "s390x kvm"]);
    assert_eq!(ran.lines("b-1"), ["1 aarch64", "1 s390x"]);
    let ran = engine::run(&objects, &[("big", "false")], lists);
    assert_eq!(ran.lines("a"), ["aarch64 aws", "aarch64 kvm"]);
    let none = strings(&["s390x"]);
    let ran = engine::run(&objects, &[], &[("archs", &none), ("clouds", &clouds)]);
    assert!(ran.lines("a").is_empty() && ran.ends["a"] == End::Succeeded);
}

#[test]
fn conditions_hold_for_all_turns_or_for_each() {
    let text = r#"
        task build(name: string) -> (made: string) { image: "a/b:1", run: "echo ~{name} > ~{out.made}" }
        task show(list: [string?]?) { image: "a/b:1", run: "echo ~{if list == none then "none" else "some"}" }
        task each(list: [string?]) { image: "a/b:1", run: "echo ~{len(list)}" }
        pipeline p(names: [string] = ["x"], on: bool = true) {
            when on {
                for name in names { b = build(name) }
            }
            for name in names {
                when name != "y" { c = build(name) }
            }
            each(c.made)
            task behind { image: "a/b:1", run: "echo behind" } after b
        }"#;
    let objects = objects(text);
    let names = strings(&["x", "y", "z"]);
    let ran = engine::run(&objects, &[("on", "false")], &[("names", &names)]);
    assert_eq!(ran.ends["b"], End::SkippedByWhen);
    assert_eq!(ran.lines("behind"), ["behind"]);
    assert_eq!(ran.lines("each"), ["3"], "a turn that is left out is `none`: {:?}", ran.out);
    let ran = engine::run(&objects, &[("on", "true")], &[("names", &names)]);
    assert_eq!(ran.ends["b"], End::Succeeded);
}

#[test]
fn a_turn_that_fails_fails_its_task() {
    let text =
        LOOP.replace("run: \"printf '<%s>' ~{name} > ~{out.made}\"", "run: \"[ ~{name} != bad ]; echo > ~{out.made}\"");
    let names = strings(&["good", "bad"]);
    let ran = engine::run(&objects(&text), &[], &[("names", &names)]);
    assert_eq!(ran.ends["b"], End::Failed);
    assert_eq!(ran.ends["show"], End::Skipped);
}

#[test]
fn what_a_matrix_cannot_do_is_said() {
    let gaps = |body: &str| {
        let text = format!(
            "task t(n: string) -> (o: string) {{ image: \"a/b:1\", run: \"echo > ~{{out.o}}\" }}\n\
             pipeline p(names: [string] = []) -> (all: [string]) {{ task first {{ image: \"a/b:1\", run: \"true\" }}\n{body} }}"
        );
        Made::new(&text).gaps(&Tekton)
    };
    assert_eq!(
        gaps("finally { for n in names { t(n) } }\nreturn (all: names)"),
        [
            "P0602 tekton cannot run `t` in `finally` for a list that only the run knows",
            "P0602 tekton cannot return this"
        ]
    );
    assert_eq!(
        gaps("for n in names { x = t(n) { lock: \"one\" } }\nreturn (all: x.o)"),
        ["P0602 tekton cannot keep the turns of `x` apart", "P0602 tekton cannot return this"]
    );
    assert_eq!(
        gaps("target tekton { most_turns: 0 }\nfor n in names { x = t(n) }\nreturn (all: [])"),
        ["P0608 `most_turns` is less than 1", "P0602 tekton cannot return this"]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever the elements hold, they arrive whole and in order: as a list that a task gives, in turns, and gathered.
    #[test]
    fn any_list_arrives(names in proptest::collection::vec("[ -~\u{e4}\u{1f600}\t]{0,12}", 0..14)) {
        // Tekton itself reads `$(` and `$$` in what a run is given.
        let names: Vec<String> = names.iter().map(|name| name.replace('$', "S")).collect();
        let ran = engine::run(&objects(&LOOP.replace("for name in names", "f = find(names)\nfor name in f.list")), &[], &[("names", &names)]);
        // One empty line is no element.
        let names = if names.iter().all(String::is_empty) && names.len() < 2 { Vec::new() } else { names };
        let shown: Vec<String> = names.iter().map(|name| format!("<{name}>")).collect();
        prop_assert_eq!(ran.out["show"].trim_end_matches('\n'), shown.join("\n"));
    }
}

//! Tasks that read what a task kept elsewhere may have left out: they stand in the pipeline twice.

use serde_json::{Value as Json, json};

use super::engine::{self, End};
use super::objects;
use super::programs::{emitted, entry, gaps, right_beside};

/// A pipeline beside a task of the cluster, that is called under `on`.
fn program(options: &str, condition: &str, body: &str) -> String {
    format!(
        "extern task find(name: string) -> (url: string, tags: [string], ok: bool) {{ cluster: \"find\" }}\n\
         const base: image = \"x/y:1\"\n\
         pipeline p(on: bool, count: int = 0) {{\ntarget tekton {{ helper_image: base, {options} }}\n\
         f = when {condition} {{ find(\"n\") }}\n{body}\n}}\n"
    )
}

const SHOW: &str = "task show { image: base, run: \"echo got ~{f.url ?? \"nothing\"}\" }\n\
                    task last { image: base, run: \"echo last\" } after show";

/// As the cluster has it.
fn find() -> Json {
    json!({
        "apiVersion": "tekton.dev/v1", "kind": "Task", "metadata": { "name": "find" },
        "spec": {
            "params": [{ "name": "name", "type": "string" }],
            "results": [{ "name": "url" }, { "name": "tags" }, { "name": "ok" }],
            "steps": [{
                "name": "s", "image": "x/y:1", "script": "#!/bin/sh\nprintf there >\"$OUT\"\n",
                "env": [{ "name": "OUT", "value": "$(results.url.path)" }],
            }],
        }
    })
}

#[test]
fn a_reader_stands_there_twice() {
    for fuse in [false, true] {
        let all = right_beside(&program(&format!("fuse: {fuse}"), "on", SHOW), &["find"]);
        let when = |operator: &str| json!([{ "input": "$(params.on)", "operator": operator, "values": ["true"] }]);
        assert_eq!(entry(&all, "f")["when"], when("in"));
        let (with, without) = (entry(&all, "show"), entry(&all, "show-without-f"));
        assert_eq!((&with["when"], &without["when"]), (&when("in"), &when("notin")));
        assert_eq!(with["taskRef"], without["taskRef"]);
        let given = |task: &Json| task["params"].as_array().unwrap()[0].clone();
        assert_eq!(given(with), json!({ "name": "f-url", "value": "$(tasks.f.results.url)" }));
        assert_eq!(given(without), json!({ "name": "f-url", "value": "" }));
        assert_eq!(without["runAfter"], json!(["f"]));
        assert_eq!(entry(&all, "last")["runAfter"], json!(["show", "show-without-f"]));
        let shown = all.iter().filter(|one| one["kind"] == "Task" && one["metadata"]["name"] == "p-show");
        assert_eq!(shown.count(), 1, "one object");
    }
    let bundle = emitted(&program("style: .inline, tasks: { show: { service_account: \"x\" } }", "on", SHOW));
    let bundle = bundle.unwrap_or_else(|gaps| panic!("{gaps:#?}"));
    crate::verify::assert_clean(&[&bundle.files[0].text]);
    let spec = &objects(&bundle)[0]["spec"];
    let tasks = spec["pipelineSpec"]["tasks"].as_array().unwrap();
    assert_eq!(tasks.iter().filter(|task| task["taskSpec"]["steps"][0]["name"] == "run").count(), 3);
    let accounts = spec["taskRunSpecs"].as_array().unwrap();
    let named: Vec<&Json> = accounts.iter().map(|one| &one["pipelineTaskName"]).collect();
    assert_eq!(named, [&json!("show"), &json!("show-without-f")]);
}

/// One of the two runs, what comes behind runs in any case, and the script knows what there is.
#[test]
fn one_of_the_two_runs() {
    for condition in ["on", "on and count > 2", "not (on and count > 2)"] {
        let mut all = right_beside(&program("", condition, SHOW), &["find"]);
        all.push(find());
        for (on, count) in [("true", "3"), ("true", "0"), ("false", "3"), ("false", "0")] {
            let holds = match condition {
                "on" => on == "true",
                "on and count > 2" => on == "true" && count == "3",
                _ => !(on == "true" && count == "3"),
            };
            let ran = engine::run(&all, &[("on", on), ("count", count)], &[]);
            let (yes, no) = if holds { ("show", "show-without-f") } else { ("show-without-f", "show") };
            let ends = (ran.ends[yes], ran.ends[no], ran.ends["last"]);
            assert_eq!(ends, (End::Succeeded, End::SkippedByWhen, End::Succeeded), "{condition} {on} {count}");
            let said = if holds { "got there" } else { "got nothing" };
            assert_eq!(ran.lines(yes), [said], "{condition} {on} {count}");
        }
    }
}

/// What decides may be a step of the task that it asks.
#[test]
fn what_decides_is_found_where_it_is() {
    let body = SHOW.replace("image: base, run: \"echo got", "image: base, run: \"echo ~{a} got");
    let text = program("fuse: true", "a > 2 and on", &body)
        .replace("f = when", "task a -> int { image: base, run: \"echo 3 > ~{out}\" }\nf = when");
    let mut all = right_beside(&text, &["find"]);
    let asked = |name: &str| entry(&all, name)["when"][0]["input"].as_str().unwrap().to_owned();
    assert_eq!(asked("show"), asked("show-without-f"));
    assert_ne!(asked("show"), "$(tasks.decide-f.results.value)", "it is a step of another");
    all.push(find());
    for (on, runs) in [("true", "show"), ("false", "show-without-f")] {
        let ran = engine::run(&all, &[("on", on)], &[]);
        assert_eq!((ran.ends[runs], ran.ends["last"]), (End::Succeeded, End::Succeeded), "{on}");
    }
}

/// What is read of the reader, what runs under a condition of its own, a list: there, two are not enough.
#[test]
fn where_two_are_not_enough_it_is_said() {
    let refused = ["P0602 tekton cannot leave `f` out and have its outputs read"];
    let made = "s = show(f.url)\ntask more { image: base, run: \"echo ~{s}\" }";
    let item = "task show(url: string?) -> string { image: base, run: \"echo ~{url ?? \"no\"} > ~{out}\" }\n";
    assert_eq!(gaps(&(program("", "on", made) + item)), refused);
    for body in [
        "task show { image: base, run: \"echo ~{f.tags ?? []}\" }",
        "task show { image: base, lock: \"l\", run: \"echo ~{f.url ?? \"no\"}\" }",
        "task show { image: base, on_failure: .go_on, run: \"echo ~{f.url ?? \"no\"}\" }",
        "when count > 1 { task show { image: base, run: \"echo ~{f.url ?? \"no\"}\" } }",
        "task show { image: base, run: \"echo ~{f.url ?? \"no\"}\" }\n\
         finally { task z { image: base, run: \"echo ~{show.status}\" } }",
        "find(f.url ?? \"x\")",
    ] {
        assert_eq!(gaps(&program("", "on", body))[..1], refused, "{body}");
    }
}

//! Records as objects, in the manifests and in an engine of the tests that runs the real scripts.

use std::collections::BTreeMap;

use pipec::emit::tekton::Tekton;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::engine::{self, End};
use super::{read, structure};
use crate::program::Made;

const BUILD: &str = r#"
    type Digest = string matching "sha256:[0-9a-f]{4}"
    record Bucket { name: string, prefix: string = "p/", public: bool = false }
    record Built { url: image, digest: Digest, note: string, more: string? = none }
    task build(bucket: Bucket, digest: string) -> (image: Built, count: int) {
        image: "a/b:1"
        run: """
            printf %s a/c:2 > ~{out.image.url}
            printf %s ~{digest} > ~{out.image.digest}
            printf %s ~{bucket.name} > ~{out.image.note}
            echo 3 > ~{out.count}
        """
    }
    task pass_on(image: Built) -> Built {
        image: "a/b:1"
        shell: "sh"
        run: """
            printf %s ~{image.url} > ~{out.url}
            printf %s ~{image.digest} > ~{out.digest}
            printf %s ~{image.note} > ~{out.note}
            printf %s ~{image.more ?? "nothing"} > ~{out.more}
        """
    }
    /// Builds and shows.
    pipeline p(
        /// Where it goes.
        bucket: Bucket,
        digest: string = "sha256:00ff",
        other: Bucket = { name: "other", public: true },
    ) -> (image: Built, count: int) {
        x = build(bucket, digest)
        y = pass_on(x.image)
        task show {
            image: "a/b:1"
            run: "printf '%s|' ~{y.url} ~{y.digest} ~{y.note} ~{y.more ?? "-"} ~{other.name} ~{x.count}"
        }
        when other.public { task open { image: "a/b:1", run: "echo ~{bucket.prefix}" } }
        return (image: y, count: x.count)
    }"#;

fn objects(text: &str) -> Vec<Json> {
    let bundle = Made::new(text).bundle(&Tekton);
    crate::verify::assert_clean(&bundle.files.iter().map(|file| file.text.as_str()).collect::<Vec<_>>());
    let objects = read(&bundle.files.iter().map(|file| file.text.clone()).collect::<Vec<_>>(), "both");
    let faults = structure::faults(&objects);
    assert!(faults.is_empty(), "{faults:#?}");
    objects
}

fn named<'a>(objects: &'a [Json], kind: &str, name: &str) -> &'a Json {
    let found = objects.iter().find(|object| object["kind"] == kind && object["metadata"]["name"] == name);
    &found.unwrap_or_else(|| panic!("no {name}"))["spec"]
}

fn entry<'a>(objects: &'a [Json], name: &str) -> &'a Json {
    let tasks = named(objects, "Pipeline", "p")["tasks"].as_array().expect("tasks");
    tasks.iter().find(|task| task["name"] == name).unwrap_or_else(|| panic!("no {name}"))
}

/// The value of a parameter in a list of them.
fn given<'a>(list: &'a Json, name: &str) -> &'a Json {
    let found = list.as_array().expect("a list").iter().find(|one| one["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {list}"))
}

#[test]
fn a_record_parameter_is_an_object() {
    let objects = objects(BUILD);
    let params = &named(&objects, "Pipeline", "p")["params"];
    let text = json!({ "type": "string" });
    assert_eq!(
        given(params, "bucket"),
        &json!({
            "name": "bucket",
            "type": "object",
            "description": "Where it goes. (name: string; prefix: string; public: bool)",
            "properties": { "name": text, "prefix": text, "public": text },
        }),
        "where a run gives a part of an object, a default counts for nothing"
    );
    assert_eq!(given(params, "other")["default"], json!({ "name": "other", "prefix": "p/", "public": "true" }));
    assert_eq!(given(&entry(&objects, "x")["params"], "bucket")["value"], json!({ "name": "$(params.bucket.name)" }));
    let taken = &named(&objects, "Task", "p-x")["params"];
    assert_eq!(given(taken, "bucket"), &json!({ "name": "bucket", "type": "object", "properties": { "name": text } }));
    assert_eq!(entry(&objects, "open")["when"][0]["input"], "$(params.other.public)");
    let checked = given(&entry(&objects, "check-params")["params"], "bucket");
    assert_eq!(checked["value"], json!({ "public": "$(params.bucket.public)" }), "texts need no check");
}

/// Since 1.9 a key that is neither given nor of the default taken is its own variable: the task that checks parameters
/// says which, of texts too, and of what is called otherwise outside.
#[test]
fn a_part_of_a_record_is_no_record() {
    let program = |options: &str| {
        format!(
            "record Bucket {{ bucket_name: string = \"b\", public: bool = false, note: string? = none }}\n\
             pipeline p(the_bucket: Bucket = {{}}) {{\ntarget tekton {{ {options} }}\n\
             task show {{ image: \"a/b:1\", run: \"printf '%s|' ~{{the_bucket.bucket_name}} \" }}\n\
             when the_bucket.public {{ task open {{ image: \"a/b:1\", run: \"echo open\" }} }}\n}}\n"
        )
    };
    for (options, keys) in [
        ("", ["the_bucket.bucket_name", "the_bucket.public", "the_bucket.note"]),
        ("names: .camel", ["theBucket.bucketName", "theBucket.public", "theBucket.note"]),
    ] {
        let objects = objects(&program(options));
        let ran = engine::run(&objects, &[], &[]);
        assert!(!ran.failed() && ran.out["show"] == "b|", "{options} {:?} {:?}", ran.ends, ran.out);
        let all = [(keys[0], "x"), (keys[1], "true"), (keys[2], "")];
        let ran = engine::run(&objects, &all, &[]);
        assert!(!ran.failed() && ran.out["show"] == "x|", "{options} {:?} {:?}", ran.ends, ran.out);
        for left in 0..3 {
            let given: Vec<(&str, &str)> = (0..3).filter(|at| *at != left).map(|at| all[at]).collect();
            let ran = engine::run(&objects, &given, &[]);
            let name = ["the_bucket.bucket_name", "the_bucket.public", "the_bucket.note"][left];
            let said = format!(
                "pipec: parameter {name} was not given: a run that gives a part of the_bucket has to give all of it\n"
            );
            assert_eq!(ran.out["check-params"], said, "{options}");
            assert_eq!((ran.ends["check-params"], ran.out.len()), (End::Failed, 1), "{:?}", ran.ends);
        }
    }
}

/// What the run gives of a record is all of it, with what is left out by its default.
#[test]
fn the_run_gives_whole_records() {
    let program = |default: &str, options: &str| {
        format!(
            "record Bucket {{ name: string{default}, prefix: string = \"p/\", public: bool = false }}\n\
             pipeline p(bucket: Bucket{}) {{\ntarget tekton {{ {options} }}\n\
             task show {{ image: \"a/b:1\", run: \"printf '%s|' ~{{bucket.name}} ~{{bucket.prefix}}\" }}\n}}\n",
            if default.is_empty() { "" } else { " = {}" }
        )
    };
    let text = |program: &str| {
        let bundle = Made::new(program).bundle(&Tekton);
        bundle.files.iter().find(|file| file.text.contains("kind: PipelineRun")).expect("a run").text.clone()
    };
    let params = |program: &str| {
        let texts: Vec<String> = Made::new(program).bundle(&Tekton).files.into_iter().map(|file| file.text).collect();
        crate::verify::assert_clean(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        let all = read(&texts, "both");
        all.iter().find(|one| one["kind"] == "PipelineRun").expect("a run")["spec"]["params"].clone()
    };
    let given = program(" = \"b\"", "given: { \"bucket.public\": \"true\" }");
    let whole = json!([{ "name": "bucket", "value": { "name": "b", "prefix": "p/", "public": "true" } }]);
    assert_eq!(params(&given), whole);
    let pac = program(
        " = \"b\"",
        "style: .pac, given: { \"bucket.name\": \"{{ revision }}\" }, pac: { events: [.push], branches: [\"main\"] }",
    );
    assert_eq!(params(&pac)[0]["value"], json!({ "name": "{{ revision }}", "prefix": "p/", "public": "false" }));
    let none = text(&program("", ""));
    assert!(none.contains("give under spec.params: bucket.name, bucket.prefix, bucket.public.\n"), "{none}");
    let part = text(&program("", "given: { \"bucket.public\": \"true\" }"));
    assert!(part.contains("give under spec.params: bucket.name.\n"), "{part}");
}

#[test]
fn a_record_output_is_an_object_result() {
    let objects = objects(BUILD);
    let text = json!({ "type": "string" });
    let result = given(&named(&objects, "Task", "p-x")["results"], "image");
    assert_eq!((&result["type"], &result["properties"]["digest"]), (&json!("object"), &text));
    let read = given(&entry(&objects, "y")["params"], "x-image");
    assert_eq!(read["value"]["url"], "$(tasks.x.results.image.url)");
    let returned = &named(&objects, "Pipeline", "p")["results"];
    assert_eq!(given(returned, "image")["type"], "object");
    assert_eq!(given(returned, "image")["value"]["digest"], "$(tasks.y.results.out.digest)");
    assert_eq!(given(returned, "count")["type"], "string");
}

/// In both dialects.
#[test]
fn the_scripts_that_write_objects_are_clean() {
    let objects = objects(BUILD);
    for task in ["p-x", "p-y"] {
        let dir = tempfile::TempDir::new().expect("a directory");
        let file = dir.path().join("script");
        let script = named(&objects, "Task", task)["steps"][0]["script"].as_str().expect("a script");
        assert!(script.contains("pipe_object"), "{script}");
        std::fs::write(&file, script).expect("it is written");
        let done = std::process::Command::new("shellcheck").args(["-S", "style"]).arg(&file).output();
        let done = done.expect("this test needs `shellcheck` in the PATH");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    }
}

/// All keys of it: what is left out has no default.
fn given_bucket(name: &str) -> [(&str, &str); 3] {
    [("bucket.name", name), ("bucket.prefix", "p/"), ("bucket.public", "false")]
}

fn shown(objects: &[Json], name: &str) -> String {
    let ran = engine::run(objects, &given_bucket(name), &[]);
    assert!(ran.ends.values().all(|end| *end == End::Succeeded), "{:?} {:?}", ran.ends, ran.out);
    ran.out["show"].clone()
}

#[test]
fn nasty_values_arrive() {
    let objects = objects(BUILD);
    for value in
        ["", "\"", "\\", "a\"b\\c\nd\n", "\t\r\u{1}\u{7f}", "ü \u{2028} 😀", "'$x' `y` {\"a\": 1} *", "\\u0041\\n"]
    {
        // The kubelet would take `$$` and `$(` for its own, and the script drops one line break at the end.
        let note = value.strip_suffix('\n').unwrap_or(value);
        assert_eq!(shown(&objects, value), format!("a/c:2|sha256:00ff|{note}|nothing|other|3|"), "{value:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn every_text_arrives(value in "[^\0$]{0,60}") {
        static OBJECTS: std::sync::LazyLock<Vec<Json>> = std::sync::LazyLock::new(|| objects(BUILD));
        let note = value.strip_suffix('\n').unwrap_or(&value);
        prop_assert_eq!(shown(&OBJECTS, &value), format!("a/c:2|sha256:00ff|{note}|nothing|other|3|"));
    }
}

#[test]
fn a_field_is_checked_when_its_task_ends_and_before_the_first() {
    let objects = objects(BUILD);
    let with = |more: &[(&'static str, &'static str)]| [&given_bucket("x")[..], more].concat();
    let ran = engine::run(&objects, &with(&[("digest", "md5:1")]), &[]);
    assert_eq!(ran.ends["x"], End::Failed);
    let said = &ran.out["x"];
    assert!(said.contains("task x: output image.digest is not of the form of Digest"), "{said}");
    let other = with(&[("other.name", "o"), ("other.prefix", "p/"), ("other.public", "yes")]);
    let ran = engine::run(&objects, &other, &[]);
    assert_eq!((ran.ends["check-params"], ran.ends["x"]), (End::Failed, End::Skipped));
    let said = &ran.out["check-params"];
    assert!(said.contains("parameter other.public is not true or false: 'yes'"), "{said}");
}

/// Its readers run when it was left out, and see `none`.
#[test]
fn a_task_that_is_left_out_leaves_an_empty_object() {
    let text = r#"
        record Built { url: string, note: string }
        pipeline p(on: bool = false, seven: int = 0) {
            when on {
                task x -> Built {
                    image: "a/b:1"
                    on_exit: { 7: .skip }
                    run: "printf u > ~{out.url}; printf n > ~{out.note}; exit ~{seven}"
                }
            }
            task show { image: "a/b:1", run: "echo ~{(x ?? { url: "-", note: "none" }).url} ~{flag("--no", x == none)}" }
        }"#;
    let objects = objects(text);
    let show = |on: &str, seven: &str| {
        let ran = engine::run(&objects, &[("on", on), ("seven", seven)], &[]);
        assert!(ran.ends.values().all(|end| *end == End::Succeeded), "{:?} {:?}", ran.ends, ran.out);
        ran.out["show"].clone()
    };
    assert_eq!(show("true", "0"), "u\n");
    assert_eq!(show("false", "0"), "- --no\n");
    assert_eq!(show("true", "7"), "- --no\n");
}

/// The engine gathers texts of all turns, not objects.
#[test]
fn in_a_loop_each_field_is_a_result_of_its_own() {
    let text = r#"
        record Built { url: string, note: string }
        task build(name: string) -> (image: Built) {
            image: "a/b:1"
            run: "printf 'u %s' ~{name} > ~{out.image.url}; printf 'n %s' ~{name} > ~{out.image.note}"
        }
        task show(urls: [string]) { image: "a/b:1", run: "printf '%s\n' ~{urls}" }
        pipeline p(names: [string] = ["a", "b"]) {
            for name in names {
                x = build(name)
                url = x.image.url
                task sign { image: "a/b:1", run: "echo ~{x.image.note}" }
            }
            show(url)
        }"#;
    let objects = objects(text);
    let results = named(&objects, "Task", "p-x")["results"].as_array().expect("results");
    let names: Vec<&str> = results.iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["image-url", "image-note"]);
    let ran = engine::run(&objects, &[], &[("names", &["1".to_owned(), "2".to_owned()])]);
    assert!(ran.ends.values().all(|end| *end == End::Succeeded), "{:?} {:?}", ran.ends, ran.out);
    assert_eq!(ran.lines("show"), ["u 1", "u 2"]);
    assert_eq!(ran.lines("sign"), ["n 1", "n 2"]);
}

const STRANGERS: &str = r#"
    record Built { url: string, digest: string }
    record Place { name: string, prefix: string = "p/", size: size? = none }
    extern task make(place: Place) -> (image: Built, tags: [string]) {
        cluster: "make"
        namespace: "ci"
        params: { place: "PLACE" }
        results: { image: "IMAGE", tags: "TAGS" }
    }
    extern task scan(image: Built, tags: [string]) { cluster: "scan", namespace: "ci" }
"#;

fn strangers(body: &str) -> Vec<Json> {
    objects(&format!("{STRANGERS}pipeline p(name: string = \"n\") {body}"))
}

#[test]
fn strangers_are_handed_whole_objects_and_arrays() {
    let objects = strangers("{\nx = make({ name: name })\nscan(x.image, x.tags)\n}");
    assert_eq!(
        given(&entry(&objects, "x")["params"], "PLACE")["value"],
        json!({ "name": "$(params.name)", "prefix": "p/", "size": "" }),
        "all of its keys"
    );
    let scan = &entry(&objects, "scan")["params"];
    assert_eq!(given(scan, "image")["value"], "$(tasks.x.results.IMAGE[*])");
    assert_eq!(given(scan, "tags")["value"], json!(["$(tasks.x.results.TAGS[*])"]));
    assert!(entry(&objects, "scan")["runAfter"].is_null(), "the results are edges");
}

#[test]
fn an_object_made_anew_is_handed_key_by_key() {
    let objects = strangers("{\nx = make({ name: name })\nscan({ url: x.image.digest, digest: name }, [])\n}");
    let value = &given(&entry(&objects, "scan")["params"], "image")["value"];
    assert_eq!(value, &json!({ "url": "$(tasks.x.results.IMAGE.digest)", "digest": "$(params.name)" }));
}

#[test]
fn what_strangers_give_is_read_by_our_scripts_and_returned() {
    let body = "-> (image: Built, tags: [string]) {
        x = make({ name: name })
        task show { image: \"a/b:1\", run: \"printf '%s|' ~{x.image.url} ~{x.tags}\" }
        return (image: x.image, tags: x.tags)
    }";
    let objects = strangers(body);
    let read = &entry(&objects, "show")["params"];
    assert_eq!(given(read, "x-image")["value"], json!({ "url": "$(tasks.x.results.IMAGE.url)" }));
    assert_eq!(given(read, "x-tags")["value"], json!(["$(tasks.x.results.TAGS[*])"]));
    assert_eq!(given(&named(&objects, "Task", "p-show")["params"], "x-tags")["type"], "array");
    let returned = &named(&objects, "Pipeline", "p")["results"];
    let whole: BTreeMap<&str, &str> =
        [("url", "$(tasks.x.results.IMAGE.url)"), ("digest", "$(tasks.x.results.IMAGE.digest)")].into();
    assert_eq!(given(returned, "image")["value"], json!(whole));
    assert_eq!(given(returned, "tags")["type"], "array");
    assert_eq!(given(returned, "tags")["value"], "$(tasks.x.results.TAGS[*])");
}

#[test]
fn what_an_object_cannot_hold_is_a_gap() {
    let text = r#"
        record Inner { a: string }
        record Outer { inner: Inner, list: [string] }
        pipeline p() -> (all: Outer) {
            task x -> (a: string, l: [string]) { image: "a/b:1", run: "echo > ~{out.a}; echo > ~{out.l}" }
            return (all: { inner: { a: x.a }, list: x.l })
        }"#;
    assert_eq!(Made::new(text).gaps(&Tekton), ["P0602 tekton cannot return this"]);
    let dotted = format!("{}pipeline p() {{ make({{ name: \"n\" }}) }}", STRANGERS.replace("\"PLACE\"", "\"a.b\""));
    assert_eq!(Made::new(&dotted).gaps(&Tekton), ["P0212 tekton has no parameter called `a.b`"]);
}

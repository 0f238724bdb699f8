//! `artifacts: true`: what the last step of a task tells the engine, by running it; and who may ask for it.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pipec::emit::script::{self, Told};
use pipec::emit::tekton::Tekton;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::engine::{self, End};
use super::surface::{found, objects};
use crate::program::Made;

/// A file, a folder, an image with its digest, a source with its commit; what is skipped, and what is not there.
fn program(options: &str) -> String {
    r#"artifact Disk
    artifact Tree
    type Digest = string matching "sha256:[0-9a-f]{64}"
    pipeline p(version: string = "1", parts: [string] = []) {
        target tekton { @ }
        workspace work { size: 1Gi }
        task fetch -> (tree: Tree = work / "src", url: string, commit: string) {
            image: "a/b:1"
            workdir: work
            run: """
                mkdir -p ~{out.tree}/b
                echo x > ~{out.tree}/x
                echo y > ~{out.tree}/b/y
                printf %s 'https://e.com/"x"\' > ~{out.url}
                printf %s 0123456789012345678901234567890123456789 > ~{out.commit}
            """
        }
        task build -> (disk: Disk = work / "out/ä b.img") {
            image: "a/b:1"
            workdir: work
            run: "cat ~{fetch.tree}/x > ~{out.disk}"
        }
        when version == "2" or version == "3" {
            task push -> (image: string, digest: Digest) {
                image: "a/b:1"
                on_exit: { 3: .skip }
                run: """
                    cat ~{build.disk}
                    printf %s quay.io/a/b:1 > ~{out.image}
                    printf sha256:%064d 7 > ~{out.digest}
                    [ ~{version} != 3 ] || exit 3
                """
            }
        }
        task read { image: "a/b:1", run: "echo ~{push.image ?? "none"} ~{fetch.url} ~{fetch.commit}" }
        for part in parts { one(part, work) }
    }
    task one(part: string, src: workspace) -> (made: Disk = src / "parts/~{part}") {
        image: "a/b:1"
        on_exit: { 77: .skip }
        run: "printf %s ~{part} > ~{out.made}; [ ~{part} != no ] || exit 77"
    }"#
    .replace("\n    ", "\n")
    .replace('@', options)
}

const ASKED: &str = "level: .alpha, artifacts: true, chains: { images: [{ url: \"push.image\", digest: \"push.digest\" }], sources: [{ url: \"fetch.url\", commit: \"fetch.commit\" }] }";

fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the address says, as the bytes of a path.
fn path(address: &str) -> PathBuf {
    let text = address.strip_prefix("file://").expect("an address of a file");
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().expect("a digit"), rest.next().expect("a digit")];
            let digits = std::str::from_utf8(&digits).expect("digits");
            assert_eq!(digits, digits.to_ascii_uppercase());
            bytes.push(u8::from_str_radix(digits, 16).expect("digits"));
        } else {
            assert!(byte.is_ascii_alphanumeric() || b"/._~-".contains(&byte), "{address}");
            bytes.push(byte);
        }
    }
    PathBuf::from(OsString::from_vec(bytes))
}

#[test]
fn what_is_there_is_told_with_its_digest() {
    let objects = objects(&program(ASKED));
    for version in ["1", "2", "3"] {
        let parts = ["a".to_owned(), "b".to_owned(), "no".to_owned()];
        let ran = engine::run(&objects, &[("version", version)], &[("parts", &parts)]);
        assert!(!ran.failed(), "{:?}\n{}", ran.ends, ran.log);
        let work = ran.volume.as_ref().expect("a volume").path().join("work");
        let [fetch] = &ran.told["fetch"][..] else { panic!("{:?}", ran.told) };
        let lines = format!("{}  b/y\n{}  x\n", sum(b"y\n"), sum(b"x\n"));
        let source = json!([{ "digest": { "sha1": "0123456789012345678901234567890123456789" }, "uri": "https://e.com/\"x\"\\" }]);
        assert_eq!(fetch["inputs"], json!([{ "name": "url", "values": source }]));
        let tree = &fetch["outputs"][0];
        assert_eq!((&tree["name"], &tree["buildOutput"]), (&json!("tree"), &Json::Null));
        assert_eq!(tree["values"][0]["digest"], json!({ "dirHash": sum(lines.as_bytes()) }));
        assert_eq!(path(tree["values"][0]["uri"].as_str().expect("a text")), work.join("src"));
        let [build] = &ran.told["build"][..] else { panic!("{:?}", ran.told) };
        let disk = &build["outputs"][0]["values"][0];
        assert_eq!((&build["inputs"], build["outputs"].as_array().map(Vec::len)), (&Json::Null, Some(1)));
        assert_eq!(disk["digest"], json!({ "sha256": sum(b"x\n") }));
        assert_eq!(path(disk["uri"].as_str().expect("a text")), work.join("out/ä b.img"));
        let image = json!([{ "outputs": [{
            "name": "image", "buildOutput": true,
            "values": [{ "digest": { "sha256": format!("{:064}", 7) }, "uri": "quay.io/a/b:1" }]
        }] }]);
        // What is left out by its condition, or skips itself, tells nothing.
        let push = ran.told.get("push").cloned().unwrap_or_default();
        assert_eq!(Json::from(push), if version == "2" { image } else { json!([]) }, "{version}");
        assert!(ran.told["one-2"].is_empty(), "it skipped itself");
        for (at, part) in parts[..2].iter().enumerate() {
            let [told] = &ran.told[&format!("one-{at}")][..] else { panic!("{:?}", ran.told) };
            let value = &told["outputs"][0]["values"][0];
            assert_eq!(value["digest"], json!({ "sha256": sum(part.as_bytes()) }));
            assert_eq!(path(value["uri"].as_str().expect("a text")), work.join("parts").join(part));
        }
    }
}

/// The other steps of tasks, and the tasks without an artifact, stay as they are.
#[test]
fn nothing_else_changes() {
    let with = objects(&program(ASKED));
    let without = objects(&program(&ASKED.replace("artifacts: true, ", "")));
    let steps = |object: &Json| object["spec"]["steps"].as_array().cloned().unwrap_or_default();
    for (with, without) in with.iter().zip(&without) {
        let mut all: Vec<Json> = super::model::steps(with);
        let told = steps(with).iter().any(|step| step["name"] == "pipec-artifacts");
        assert_eq!(
            told,
            ["p-fetch", "p-build", "p-push", "p-one"]
                .iter()
                .any(|name| with["metadata"]["name"] == *name && with["kind"] == "Task")
        );
        if told {
            all.pop();
        }
        let by_name = |steps: Vec<Json>| {
            let env = |step: &Json| {
                let mut env = step["env"].as_array().cloned().unwrap_or_default();
                env.sort_by_key(|one| one["name"].to_string());
                env
            };
            steps.iter().map(|step| (step["name"].clone(), step["script"].clone(), env(step))).collect::<Vec<_>>()
        };
        assert_eq!(by_name(all), by_name(super::model::steps(without)));
    }
    assert!(without.iter().all(|object| !object.to_string().contains("artifacts.path")));
}

/// Several tasks in one pod tell each for itself: those of a chain, and those of `finally` that wait for each other.
#[test]
fn tasks_of_one_pod_tell_each_for_itself() {
    let chain = objects(
        "artifact Disk\npipeline p() {\ntarget tekton { level: .alpha, artifacts: true, fuse: true }\nworkspace work { size: 1Gi }\n\
         task one -> (disk: Disk = work / \"d\") { image: \"a/b:1\", run: \"touch ~{out.disk}\" }\n\
         task two -> (copy: Disk = work / \"e\") { image: \"a/b:1\", run: \"cat ~{one.disk} > ~{out.copy}\" }\n}\n",
    );
    let whole = chain.iter().find(|object| object["metadata"]["name"] == "p-one-to-two").expect("one task of two");
    assert_eq!(whole["spec"]["steps"].as_array().map(Vec::len), Some(4));
    let ran = engine::run(&chain, &[], &[]);
    assert!(!ran.failed(), "{:?}\n{}", ran.ends, ran.log);
    let told: Vec<Json> = ran.told["one-to-two"].iter().map(|told| told["outputs"][0]["name"].clone()).collect();
    assert_eq!(Json::from(told), json!(["disk", "copy"]));
    let last = objects(
        "artifact Disk\npipeline p(on: bool) {\ntarget tekton { level: .alpha, artifacts: true }\nworkspace work { size: 1Gi }\n\
         task t { image: \"a/b:1\", run: \"true\" }\nfinally {\n\
         when on { task a -> (disk: Disk = work / \"d\") { image: \"a/b:1\", run: \"touch ~{out.disk}\" } }\n\
         task b -> (copy: Disk = work / \"e\") { image: \"a/b:1\", run: \"touch ~{out.copy}\" } after a\n}\n}\n",
    );
    for (on, names) in [("true", json!(["disk", "copy"])), ("false", json!(["copy"]))] {
        let ran = engine::run(&last, &[("on", on)], &[]);
        assert!(!ran.failed(), "{:?}\n{}", ran.ends, ran.log);
        let told: Vec<Json> = ran.told.values().flatten().map(|one| one["outputs"][0]["name"].clone()).collect();
        assert_eq!(Json::from(told), names, "{:?}", ran.told);
    }
}

/// A task fails whose last step cannot read what it made, and not because of a thing that is no file.
#[test]
fn a_failure_is_one_of_the_task() {
    let program = |run: &str| {
        format!(
            "artifact Disk\npipeline p() {{ target tekton {{ level: .alpha, artifacts: true }}\nworkspace work {{ size: 1Gi }}\n\
             task t -> (disk: Disk = work / \"d\") {{ image: \"a/b:1\", run: {run:?} }} }}\n"
        )
    };
    let ran = engine::run(&objects(&program("mkfifo ~{out.disk}")), &[], &[]);
    assert_eq!((ran.ends["t"], ran.told["t"].len()), (End::Succeeded, 0), "{}", ran.log);
    let ran = engine::run(&objects(&program("mkdir ~{out.disk} && ln -s nowhere ~{out.disk}/link")), &[], &[]);
    assert_eq!((ran.ends["t"], ran.told["t"].len()), (End::Succeeded, 0), "{}", ran.log);
    assert!(ran.log.contains("disk is not told of: it holds more than files"), "{}", ran.log);
    let ran = engine::run(&objects(&program("mkdir ~{out.disk} && mkdir ~{out.disk}/empty")), &[], &[]);
    assert_eq!(ran.told["t"][0]["outputs"][0]["values"][0]["digest"], json!({ "dirHash": sum(b"") }));
    let ran = engine::run(&objects(&program("touch ~{out.disk} && exit 3")), &[], &[]);
    assert!(ran.ends["t"] == End::Failed && !ran.told.contains_key("t"), "{:?}", ran.ends);
}

#[test]
fn it_is_alpha_and_new() {
    let said = |options: &str| -> Vec<String> {
        let all = found(&program(options));
        all.iter().map(|(one, at)| format!("{} {} | {at}", one.code.id(), one.message)).collect()
    };
    assert_eq!(
        said("artifacts: true"),
        ["P0612 `artifacts` is alpha in Tekton, and the program does not ask for that | true"]
    );
    let flag = "P0613 the cluster needs `enable-artifacts: \"true\"` in its feature flags | .alpha";
    assert_eq!(said("level: .alpha, artifacts: true"), [flag]);
    assert_eq!(said("level: .alpha, artifacts: true, min_version: \"0.58\""), [flag]);
    assert_eq!(
        said("level: .alpha, artifacts: true, min_version: \"0.57\""),
        [
            flag,
            "P0611 what tells of artifacts needs Tekton 0.58 or newer, and the program says that it runs on 0.57 | true"
        ]
    );
    let none =
        "pipeline p() { target tekton { level: .alpha, artifacts: true }\ntask t { image: \"a/b:1\", run: \"x\" }\n}\n";
    assert!(found(none).is_empty(), "what tells of nothing needs nothing");
    let run = Made::new(&program(ASKED)).bundle(&Tekton);
    let run = run.files.iter().find(|file| file.path == "pipelinerun.yaml").expect("the run");
    assert!(run.text.contains("enable-artifacts: \"true\""), "{}", run.text);
    // Whoever verifies it for a cluster that was not told finds each place.
    let all = Made::new(&program(ASKED)).bundle(&Tekton);
    let texts: Vec<&str> = all.files.iter().map(|file| file.text.as_str()).collect();
    let refused = |bounds: &str| -> usize {
        let all = crate::verify::found_at(&texts, crate::verify::bounds(bounds));
        all.iter().filter(|one| one.message.contains("`$(step.artifacts.path)`")).count()
    };
    assert_eq!(["", "--level alpha", "--level alpha --min-version 0.57"].map(refused), [4, 0, 4]);
}

/// The engine has the JSON as a text of its own JSON in the message of the step, beside all results.
#[test]
fn what_is_told_counts_in_the_message() {
    let program = |outputs: usize, folder: usize| {
        let outputs: Vec<String> =
            (0..outputs).map(|at| format!("d{at}: Disk = work / \"{}/{at}\"", "x".repeat(folder))).collect();
        format!(
            "artifact Disk\npipeline p() {{ target tekton {{ level: .alpha, artifacts: true }}\nworkspace work {{ size: 1Gi }}\n\
             task t -> ({}) {{ image: \"a/b:1\", run: \"make\" }} }}\n",
            outputs.join(", ")
        )
    };
    let said = |outputs, folder| -> Vec<String> {
        let all = found(&program(outputs, folder));
        all.iter().filter(|(one, _)| one.code.id() == "P0603").map(|(one, _)| one.labels[0].text.clone()).collect()
    };
    assert!(said(10, 20).is_empty());
    let too_many = said(20, 20);
    assert!(too_many.len() == 1 && too_many[0].contains("(artifact `d1"), "{too_many:?}");
    assert!(!said(10, 300).is_empty(), "long paths count");
    // What was counted is what a run writes.
    let objects = objects(
        &program(10, 20)
            .replace("\"make\"", "\"for x in 0 1 2 3 4 5 6 7 8 9; do touch \\\"$(dirname ~{out.d0})/$x\\\"; done\""),
    );
    let ran = engine::run(&objects, &[], &[]);
    let [told] = &ran.told["t"][..] else { panic!("{}", ran.log) };
    let volume = ran.volume.as_ref().expect("a volume").path().display().to_string();
    let text = told.to_string().replace(&volume, "/workspace");
    let message = json!([
        { "key": "StartedAt", "value": "2026-01-01T00:00:00.000Z", "type": 3 },
        { "key": "/tekton/run/10/status/artifacts/provenance.json", "value": text, "type": 5 }
    ]);
    let (real, sum) = (message.to_string().len(), 66 + counted(10, 20));
    assert!(real <= sum && sum < real + 20, "{real} {sum}");
}

/// As the sum is made: each artifact, and what stands around all.
fn counted(outputs: usize, folder: usize) -> usize {
    let one = |at: usize| {
        let address = format!("file:///workspace/work/{}/{at}", "x".repeat(folder));
        let json = format!(
            r#",{{"name":"d{at}","values":[{{"digest":{{"sha256":"{}"}},"uri":"{address}"}}]}}"#,
            "0".repeat(64)
        );
        json.len() + json.matches('"').count()
    };
    (0..outputs).map(one).sum::<usize>() + 26 + 4 + 47 + 31
}

/// One task with all kinds, as the emitter has its script.
fn body() -> String {
    let made = Made::new(&program(ASKED));
    let id = |name: &str| made.plan.find(name).expect("the task");
    let at = |name: &str, output: &str| {
        made.plan.task(id(name)).outputs.iter().position(|one| one.name == output).expect("the output")
    };
    let fetch = [
        ("tree".to_owned(), Told::Placed(at("fetch", "tree"))),
        ("made".to_owned(), Told::Made { uri: at("fetch", "url"), digest: at("fetch", "commit") }),
        ("used".to_owned(), Told::Used { uri: at("fetch", "url"), digest: at("fetch", "commit") }),
    ];
    script::artifacts(&made.plan, id("fetch"), &fetch).body
}

fn run(body: &Path, dir: &Path, tree: &Path, shell: &[&str]) -> Output {
    let mut command = Command::new(shell[0]);
    command.args(&shell[1..]).arg(body).env("PIPE_OUT_TREE", tree).env("PIPE_OUT_URL", dir.join("url"));
    command.env("PIPE_OUT_COMMIT", dir.join("commit")).env("PIPE_ARTIFACTS", dir.join("told")).current_dir(dir);
    command.output().expect("it runs")
}

#[test]
fn the_script_is_clean() {
    let dir = TempDir::new().expect("a directory");
    let file = dir.path().join("script");
    fs::write(&file, body()).expect("it is written");
    let done = Command::new("shellcheck").args(["-S", "style"]).arg(&file).output();
    let done = done.expect("this test needs `shellcheck` in the PATH");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
}

fn name() -> impl Strategy<Value = Vec<u8>> {
    let bytes = prop::collection::vec(any::<u8>().prop_filter("a name", |byte| !b"/\0".contains(byte)), 1..12);
    let text = "[a-z'\"\\\\$`*%\\n\\t ü😀{}~:-]{1,12}".prop_map(String::into_bytes);
    prop_oneof![bytes, text].prop_filter("a name", |name| *name != b"." && *name != b"..")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any path and any text, in both shells that are about: JSON that says the same.
    #[test]
    fn any_path_and_any_address_arrive(name in name(), url in "[a-z'\"\\\\$`*%\\n\\t\u{1}\u{7f} ü😀{}]{1,20}[a-z]", inner in name(), folder: bool, bash: bool) {
        let dir = TempDir::new().expect("a directory");
        let body_file = dir.path().join("script");
        fs::write(&body_file, body()).expect("it is written");
        fs::create_dir(dir.path().join("at")).expect("a directory");
        let tree = dir.path().join("at").join(OsString::from_vec(name));
        let lines = if folder {
            fs::create_dir(&tree).expect("a directory");
            fs::write(tree.join(OsString::from_vec(inner.clone())), b"content").expect("a file");
            let mut line = format!("{}  ", sum(b"content")).into_bytes();
            line.extend(&inner);
            line.push(b'\n');
            line
        } else {
            fs::write(&tree, b"content").expect("a file");
            Vec::new()
        };
        fs::write(dir.path().join("url"), &url).expect("a file");
        fs::write(dir.path().join("commit"), format!("sha512:{}", "a".repeat(128))).expect("a file");
        let done = run(&body_file, dir.path(), &tree, if bash { &["bash", "--posix"] } else { &["sh"] });
        prop_assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let told: Json = serde_json::from_slice(&fs::read(dir.path().join("told")).expect("a file")).expect("JSON");
        let pair = json!([{ "digest": { "sha512": "a".repeat(128) }, "uri": url }]);
        prop_assert_eq!(&told["inputs"], &json!([{ "name": "used", "values": pair }]));
        let outputs = told["outputs"].as_array().expect("a list");
        prop_assert_eq!(&outputs[outputs.len() - 1], &json!({ "name": "made", "buildOutput": true, "values": pair }));
        if folder && inner.contains(&b'\n') {
            prop_assert_eq!(outputs.len(), 1);
            return Ok(());
        }
        let digest = if folder { json!({ "dirHash": sum(&lines) }) } else { json!({ "sha256": sum(b"content") }) };
        prop_assert_eq!(&outputs[0]["values"][0]["digest"], &digest);
        prop_assert_eq!(path(outputs[0]["values"][0]["uri"].as_str().expect("a text")), tree);
    }
}

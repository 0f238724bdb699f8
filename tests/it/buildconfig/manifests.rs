//! The manifests, as every reader of YAML sees them.

use std::io::Write as _;
use std::process::{Command, Stdio};

use pipec::emit::Bundle;
use serde_json::{Value, json};

use super::program::{self, RELEASE, bundle, text};
use super::rules;

/// Prints the documents as JSON, one a line, after readers of YAML 1.1 and 1.2 agreed.
const READER: &str = r#"
import json, sys
import yaml
from ruamel.yaml import YAML
text = sys.stdin.buffer.read().decode("utf-8")
old = list(yaml.safe_load_all(text))
if repr(old) != repr(list(YAML(typ="safe", pure=True).load_all(text))):
    sys.exit("YAML 1.1 and 1.2 differ")
for document in old:
    print(json.dumps(document))
"#;

pub(super) fn objects(bundle: &Bundle) -> Vec<Value> {
    let manifests = bundle.files.iter().filter(|file| file.path.ends_with(".yaml"));
    let all = manifests.map(|file| file.text.as_str()).collect::<Vec<_>>().join("---\n");
    let mut python = Command::new("python3")
        .args(["-c", READER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test needs `python3` with PyYAML and ruamel.yaml");
    python.stdin.take().expect("piped").write_all(all.as_bytes()).expect("python reads");
    let out = python.wait_with_output().expect("python ends");
    assert!(out.status.success(), "python could not read what was emitted");
    String::from_utf8(out.stdout).expect("JSON").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The BuildConfigs by the end of their name.
pub(super) fn build_config<'a>(objects: &'a [Value], class: &str) -> &'a Value {
    let of_class = |one: &&Value| {
        let custom = &one["spec"]["strategy"]["customStrategy"];
        one["kind"] == "BuildConfig" && custom["env"][0]["value"] == class
    };
    let mut found = objects.iter().filter(of_class);
    let one = found.next().unwrap_or_else(|| panic!("no BuildConfig {class} in {objects:#?}"));
    assert_eq!(found.next(), None, "two of a class");
    &one["spec"]
}

pub(super) fn mounted(spec: &Value) -> Vec<&str> {
    let secrets = spec["strategy"]["customStrategy"]["secrets"].as_array();
    secrets.into_iter().flatten().filter_map(|one| one["secretSource"]["name"].as_str()).collect()
}

/// A task of each of some classes.
fn tasks(needs: &[&str]) -> String {
    let task = |(at, needs): (usize, &&str)| {
        format!("    task t{at} {{ image: \"quay.io/x/y:1\", needs: {{ {needs} }}, run: \"true\" }}\n")
    };
    format!("pipeline p() {{\n{}}}\n", needs.iter().enumerate().map(task).collect::<String>())
}

#[test]
fn a_release_keeps_every_rule() {
    let found = rules::faults(&objects(&bundle(RELEASE, &[("token", "registry-token")])));
    assert!(found.is_empty(), "{found:#?}");
}

/// The check above finds what it is there for.
#[test]
fn a_wrong_manifest_is_found() {
    let right = objects(&bundle(RELEASE, &[("token", "registry-token")]));
    let at = right.iter().position(|one| one["kind"] == "BuildConfig").expect("one");
    let wrongs = [
        ("/metadata/name", json!("Big")),
        ("/metadata/annotations/pipec.dev~1origin", json!("")),
        ("/spec/runPolicy", json!("Serial")),
        ("/spec/triggers", json!([{"type": "ConfigChange"}])),
        ("/spec/completionDeadlineSeconds", json!(0)),
        ("/spec/completionDeadlineSeconds", json!(1_i64 << 31)),
        ("/spec/failedBuildsHistoryLimit", json!(-1)),
        ("/spec/source/type", json!("Git")),
        ("/spec/strategy/type", json!("Docker")),
        ("/spec/strategy/customStrategy/from/kind", json!("ImageStreamTag ")),
        ("/spec/strategy/customStrategy/env/0/name", json!("a b")),
        ("/spec/strategy/customStrategy/secrets/0/mountPath", json!("/var/run/secrets/openshift.io")),
        ("/spec/resources/limits/memory", json!("5Gi")),
        ("/spec/serviceAccount", json!("nobody")),
    ];
    for (place, wrong) in wrongs {
        let mut objects = right.clone();
        *objects[at].pointer_mut(place).unwrap_or_else(|| panic!("no {place}")) = wrong;
        assert!(!rules::faults(&objects).is_empty(), "{place}");
    }
}

#[test]
fn the_build_with_kvm() {
    insta::assert_snapshot!(text(&bundle(RELEASE, &[("token", "registry-token")]), "buildconfig-kvm.yaml"));
}

#[test]
fn a_class_in_use_is_one_build_config() {
    let all = ["kvm: true", "privileged: true", "cpu: 1", "kvm: true, privileged: true", "memory: 1Gi"];
    let cases: [(&[&str], &[&str]); 4] = [
        (&all, &["kvm", "privileged", "unprivileged"]),
        (&["kvm: true", "kvm: true"], &["kvm"]),
        (&["cpu: 1"], &["unprivileged"]),
        (&["privileged: true", "cpu: 1"], &["privileged", "unprivileged"]),
    ];
    for (needs, classes) in cases {
        let bundle = bundle(&tasks(needs), &[]);
        let names: Vec<&str> = bundle.files.iter().filter_map(|file| file.path.strip_prefix("buildconfig-")).collect();
        let wanted: Vec<String> = classes.iter().map(|class| format!("{class}.yaml")).collect();
        assert_eq!(names, wanted);
        let objects = objects(&bundle);
        assert_eq!(rules::faults(&objects), Vec::<String>::new());
        for class in classes {
            let spec = build_config(&objects, class);
            let env = spec["strategy"]["customStrategy"]["env"].as_array().expect("env");
            let privileged: Vec<&Value> = env.iter().filter(|one| one["name"] == "BUILD_PRIVILEGED").collect();
            let wanted = if *class == "unprivileged" {
                vec![json!({"name": "BUILD_PRIVILEGED", "value": "false"})]
            } else {
                vec![]
            };
            assert_eq!(privileged, wanted.iter().collect::<Vec<_>>(), "{class}");
            assert_eq!(spec["resources"]["limits"]["devices.kubevirt.io/kvm"] == "1", *class == "kvm", "{class}");
        }
    }
}

#[test]
fn a_secret_is_mounted_where_it_is_used_only() {
    let objects = objects(&bundle(RELEASE, &[("token", "registry-token")]));
    assert_eq!(mounted(build_config(&objects, "unprivileged")), ["handover", "registry-token"]);
    assert_eq!(mounted(build_config(&objects, "privileged")), ["handover"]);
    assert_eq!(mounted(build_config(&objects, "kvm")), ["handover"]);
}

#[test]
fn a_secret_comes_by_name_binding_default_or_file() {
    let program = r#"
        pipeline p(bound: secret, kept: secret? = secret("kept"), absent: secret? = none) {
            task a {
                image: "quay.io/x/y:1"
                env: { A: bound, B: secret("named"), C: kept, D: absent }
                files: { "/tmp/key": secret("filed") }
                run: "true"
            }
            task b { image: "quay.io/x/y:1", env: { A: secret("named") }, run: "true" }
        }
    "#;
    let bundle = bundle(program, &[("bound", "given")]);
    let objects = objects(&bundle);
    assert_eq!(mounted(build_config(&objects, "unprivileged")), ["filed", "given", "kept", "named"]);
    assert_eq!(rules::faults(&objects), Vec::<String>::new());
}

#[test]
fn the_secret_of_a_store_that_is_not_used_is_not_mounted() {
    let program = r#"
        pipeline p() {
            target buildconfig { store: "s3://ci/x", store_secret: "handover" }
            task a { image: "quay.io/x/y:1", run: "true" }
            task b { image: "quay.io/x/y:1", run: "true" } after a
        }
    "#;
    let bundle = bundle(program, &[]);
    assert_eq!(mounted(build_config(&objects(&bundle), "unprivileged")), Vec::<&str>::new());
    assert_eq!(program::specs(&bundle)[0].store, None);
}

#[test]
fn a_machine_holds_the_largest_wave_with_its_workspaces() {
    let program = r#"
        pipeline p() {
            workspace w { size: 10Gi }
            target buildconfig { at_once: 2, deadline: 1h }
            task a { image: "quay.io/x/y:1", needs: { memory: 1Gi, cpu: 500m, disk: 1Gi }, workdir: w, run: "true" }
            task b { image: "quay.io/x/y:1", needs: { memory: 2Gi, cpu: 1 }, workdir: w, run: "true" }
            task c { image: "quay.io/x/y:1", needs: { memory: 3Gi, cpu: 1 }, timeout: 10min, retries: 2, retry_delay: 1min, run: "true" }
            task d { image: "quay.io/x/y:1", needs: { memory: 4Gi }, run: "true" } after a, b, c
        }
    "#;
    let bundle = bundle(program, &[]);
    let objects = objects(&bundle);
    let spec = build_config(&objects, "unprivileged");
    let wanted = json!({"cpu": "2", "memory": "5Gi", "ephemeral-storage": "11Gi"});
    assert_eq!(spec["resources"]["limits"], wanted);
    // a, b and d an hour each, c three tries and two pauses, one second for rounding, and an hour around it.
    assert_eq!(spec["completionDeadlineSeconds"], 3 * 3600 + 3 * 600 + 2 * 60 + 1 + 3600);
    let room = program::specs(&bundle)[0].room;
    assert_eq!((room.cpu, room.memory, room.disk), (Some(2000), Some(5 << 30), Some(1 << 30)));
}

#[test]
fn an_architecture_selects_the_node() {
    let objects = objects(&bundle(&tasks(&["arch: .aarch64, kvm: true", "cpu: 1"]), &[]));
    assert_eq!(build_config(&objects, "kvm")["nodeSelector"], json!({"kubernetes.io/arch": "arm64"}));
    assert_eq!(build_config(&objects, "unprivileged")["nodeSelector"], Value::Null);
}

#[test]
fn a_long_name_stays_legal_and_different() {
    let name = |tail: &str| {
        format!(
            "pipeline {}{tail}() {{ task a {{ image: \"quay.io/x/y:1\", run: \"true\" }} }}",
            "a_long_name_".repeat(4)
        )
    };
    let name_of = |tail: &str| {
        let objects = objects(&bundle(&name(tail), &[]));
        assert_eq!(rules::faults(&objects), Vec::<String>::new());
        objects[0]["metadata"]["name"].as_str().expect("a name").to_owned()
    };
    let (one, other) = (name_of("one"), name_of("two"));
    assert_ne!(one, other);
    assert!(one.ends_with("-unprivileged"), "{one}");
}

#[test]
fn the_origins_of_tasks_stand_on_their_build() {
    let objects = objects(&bundle(RELEASE, &[("token", "t")]));
    let found = objects.iter().find(|one| one["metadata"]["name"] == "release-unprivileged").expect("it");
    let annotations = &found["metadata"]["annotations"];
    assert_eq!(annotations["pipec.dev/origin"], "ci.pipe:4");
    assert_eq!(annotations["pipec.dev/tasks"], "push ci.pipe:29\ntell ci.pipe:36\n");
}

/// What would be a number or a bool to some reader stays a text.
#[test]
fn odd_names_are_texts() {
    let program = r#"
        pipeline on() {
            target buildconfig { namespace: "123", builder: "quay.io/x/y:1.10" }
            task yes { image: "quay.io/x/y:1", env: { A: secret("1e3") }, run: "true" }
        }
    "#;
    let objects = objects(&bundle(program, &[]));
    assert_eq!(rules::faults(&objects), Vec::<String>::new());
    assert!(objects.iter().all(|one| one["metadata"]["namespace"] == "123"));
    assert_eq!(mounted(build_config(&objects, "unprivileged")), ["1e3"]);
}

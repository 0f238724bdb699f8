//! Volumes of the pod of a task, beside workspaces.

use serde_json::json;

use super::programs::{gaps, right, task};

fn program(options: &str, more: &str) -> String {
    format!(
        "pipeline p(key: secret) {{\ntarget tekton {{ tasks: {{ a: {{ volumes: {{ {options} }} }} }} }}\n\
         task a {{\nimage: \"x/y:1\"\nenv: {{ KEY: key }}\nstep first {{ run: \"true\" }}\nstep last_one {{ run: \"ls /cache\" }}\n}}\n{more}\n}}\n"
    )
}

#[test]
fn a_volume_is_of_the_pod_and_is_seen_by_the_steps_that_ask_for_it() {
    let options = "cache: { mount: \"/cache\", empty_dir: { size_limit: 1Gi } }\n\
                   trusted_ca: { mount: \"/etc/ca\", steps: [\"last_one\"], read_only: true, config_map: \"trusted-ca\", sub_path: \"a/b\" }\n\
                   login: { mount: \"/login\", secret: \"login\" }, kept: { mount: \"/kept\", claim: \"kept\" }\n\
                   both: { mount: \"/both\", projected: [{ secret: \"x\", items: { k: \"f\" } }] }";
    let all = right(&program(options, ""));
    let spec = task(&all, "p-a");
    assert_eq!(
        spec["volumes"],
        json!([
            { "name": "cache", "emptyDir": { "sizeLimit": "1Gi" } },
            { "name": "trusted-ca", "configMap": { "name": "trusted-ca" } },
            { "name": "login", "secret": { "secretName": "login" } },
            { "name": "kept", "persistentVolumeClaim": { "claimName": "kept" } },
            { "name": "both", "projected": { "sources": [{ "secret": { "name": "x", "items": [{ "key": "k", "path": "f" }] } }] } },
        ])
    );
    let names = |at: usize| {
        let mounts = spec["steps"][at]["volumeMounts"].as_array().unwrap();
        mounts.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(0), ["cache", "login", "kept", "both"]);
    assert_eq!(names(1), ["cache", "trusted-ca", "login", "kept", "both"]);
    let seen = &spec["steps"][1]["volumeMounts"][1];
    assert_eq!(*seen, json!({ "name": "trusted-ca", "mountPath": "/etc/ca", "subPath": "a/b", "readOnly": true }));
}

#[test]
fn what_is_said_of_files_and_of_more_places() {
    let options = "key: { mount: \"/key\", steps: [\"first\"], secret: \"k\", items: { \"id_rsa\": \"ssh/key\" }, optional: true, default_mode: \"0400\"\n\
                   more: [{ mount: \"/keys\", services: [\"db\"], read_only: true }, { mount: \"/all\", sub_path: \"ssh\" }] }\n\
                   both: { mount: \"/both\", services: [\"db\"], default_mode: \"0750\", projected: [{ config_map: \"x\", optional: false }] }";
    let more = "service db { image: \"x/db:1\", port: 5432 }";
    let text = program(options, "").replace("step first", &format!("{more}\nstep first"));
    let all = right(&text);
    let spec = task(&all, "p-a");
    assert_eq!(
        spec["volumes"],
        json!([
            { "name": "key", "secret": { "secretName": "k", "items": [{ "key": "id_rsa", "path": "ssh/key" }], "defaultMode": 256, "optional": true } },
            { "name": "both", "projected": { "sources": [{ "configMap": { "name": "x", "optional": false } }], "defaultMode": 488 } },
        ])
    );
    let all = json!({ "name": "key", "mountPath": "/all", "subPath": "ssh" });
    assert_eq!(spec["steps"][0]["volumeMounts"], json!([{ "name": "key", "mountPath": "/key" }, all]));
    assert_eq!(spec["steps"][1]["volumeMounts"], json!([all]));
    assert_eq!(
        spec["sidecars"][0]["volumeMounts"],
        json!([{ "name": "key", "mountPath": "/keys", "readOnly": true }, { "name": "both", "mountPath": "/both" }])
    );
}

#[test]
fn a_volume_that_no_pod_can_have_is_refused() {
    let said = |options: &str| gaps(&program(options, "")).concat();
    for (options, words) in [
        ("c: { mount: \"/c\" }", "P0608 the volume `c` has no source"),
        ("c: { mount: \"/c\", empty_dir: {}, secret: \"s\" }", "P0608 the volume `c` has several sources"),
        ("c: { mount: \"c\", empty_dir: {} }", "P0608 nothing can be mounted at `c`"),
        ("c: { mount: \"/\", empty_dir: {} }", "P0608 nothing can be mounted at `/`"),
        ("c: { mount: \"/a/../b\", empty_dir: {} }", "P0608 nothing can be mounted at `/a/../b`"),
        ("c: { mount: \"/a$(b)\", empty_dir: {} }", "P0608 nothing can be mounted at `/a$(b)`"),
        ("c: { mount: \"/tekton/steps\", empty_dir: {} }", "P0608 nothing can be mounted at `/tekton/steps`"),
        ("c: { mount: \"/workspace\", empty_dir: {} }", "P0608 nothing can be mounted at `/workspace`"),
        ("secret_1: { mount: \"/c\", empty_dir: {} }", "P0212 `secret-1` cannot be the name of a volume"),
        ("c: { mount: \"/c\", secret: \"A B\" }", "P0212"),
        (
            "c: { mount: \"/c\", secret: \"s\", default_mode: \"400\" }",
            "P0608 `400` is no `default_mode` of the volume `c`",
        ),
        ("c: { mount: \"/c\", secret: \"s\", default_mode: \"0800\" }", "P0608 `0800` is no `default_mode`"),
        (
            "c: { mount: \"/c\", empty_dir: {}, default_mode: \"0400\" }",
            "P0608 the volume `c` can have no `default_mode`",
        ),
        ("c: { mount: \"/c\", claim: \"x\", optional: true }", "P0608 the volume `c` can have no `optional`"),
        (
            "c: { mount: \"/c\", projected: [{ secret: \"s\" }], items: { a: \"b\" } }",
            "P0608 the volume `c` can have no `items`",
        ),
        ("c: { mount: \"/c\", secret: \"s\", items: { a: \"../b\" } }", "P0608 `../b` is no path below a directory"),
        ("c: { mount: \"/c\", empty_dir: {}, services: [\"db\"] }", "P0201 `a` has no service `db`"),
        ("c: { mount: \"/c\", empty_dir: {}, more: [{ mount: \"/c\" }] }", "P0608 `c` is mounted twice in one place"),
        ("c: { mount: \"/c\", empty_dir: {}, more: [{ mount: \"/dev\" }] }", "P0608 nothing can be mounted at `/dev`"),
        (
            "c: { mount: \"/c\", empty_dir: {}, more: [{ mount: \"/d\", sub_path: \"../x\" }] }",
            "P0608 `../x` is no path below",
        ),
        (
            "c: { mount: \"/c\", empty_dir: {} }, d: { mount: \"/d\", empty_dir: {}, more: [{ mount: \"/c\", steps: [\"first\"] }] }",
            "P0608 `c` and `d` are mounted in one place",
        ),
        ("c: { mount: \"/c\", empty_dir: {}, sub_path: \"../x\" }", "P0608 `../x` is no path below a directory"),
        ("c: { mount: \"/c\", empty_dir: {}, steps: [\"lst_one\"] }", "P0201 `a` has no step `lst_one`"),
        (
            "c: { mount: \"/c\", empty_dir: {} }, d: { mount: \"/c\", empty_dir: {} }",
            "P0608 `c` and `d` are mounted in one place",
        ),
    ] {
        assert!(said(options).contains(words), "{options}\n{}", said(options));
    }
    let apart = "c: { mount: \"/c\", empty_dir: {}, steps: [\"first\"] }, d: { mount: \"/c\", empty_dir: {}, steps: [\"last_one\"] }";
    assert_eq!(said(apart), "");
    assert_eq!(said("c: { mount: \"/tekton/home\", empty_dir: {} }"), "");
    let extern_task = "pipeline p() {\ntarget tekton { tasks: { t: { volumes: { c: { mount: \"/c\", empty_dir: {} } } } } }\nextern task t { cluster: \"t\" }\n}\n";
    assert!(gaps(extern_task).concat().contains("P0602 tekton cannot give a volume to the steps"));
}

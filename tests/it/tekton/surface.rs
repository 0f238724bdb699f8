//! The options of `target tekton { … }`: each reaches its field, and each mistake in them is said where it stands.

use pipec::diag::{Diagnostic, Diagnostics};
use pipec::emit::Target as _;
use pipec::emit::tekton::Tekton;
use serde_json::{Value as Json, json};

use super::{model, read};
use crate::program::Made;

/// Manifests that are right by all rules that `pipec verify` knows.
pub(super) fn objects(text: &str) -> Vec<Json> {
    let bundle = Made::new(text).bundle(&Tekton);
    let texts: Vec<String> = bundle.files.iter().map(|file| file.text.clone()).collect();
    crate::verify::assert_clean(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    read(&texts, "both")
}

/// What is found in a program when it is emitted, each with the text of its place.
pub(super) fn found(text: &str) -> Vec<(Diagnostic, String)> {
    let made = Made::new(text);
    let mut out = Diagnostics::default();
    Tekton.gaps(&made.plan, &mut out);
    let at = |one: &Diagnostic| {
        let span = one.span().expect("a place");
        text[span.start as usize..span.end as usize].to_owned()
    };
    for one in out.iter() {
        assert!(one.help.is_some() && one.labels.iter().all(|label| !label.text.is_empty()), "{one:?}");
    }
    out.sorted().iter().map(|one| (one.clone(), at(one))).collect()
}

fn said(text: &str) -> Vec<String> {
    found(text).iter().map(|(one, at)| format!("{} {} | {at}", one.code.id(), one.message)).collect()
}

/// Three tasks, one of them in a loop, one kept elsewhere, with a service and a workspace.
fn program(options: &str) -> String {
    format!(
        r#"artifact Disk
extern task note(text: string) {{ cluster: "note", namespace: "ci" }}
task make(srv: workspace) -> (disk: Disk = srv / "d") {{ image: "a/b:1", run: "touch ~{{out.disk}}" }}
task look(disk: Disk) {{ image: "a/b:1", run: "ls ~{{disk}}" }}
task each(n: string) {{ image: "a/b:1", run: "echo ~{{n}}" }}
pipeline p(data: workspace) {{
    target tekton {{ {options} }}
    workspace srv {{ size: 60Gi }}
    make_it = make(srv) {{ needs: {{ memory: 2Gi, arch: .aarch64 }} }}
    check = look(make_it.disk)
    for n in ["a", "b"] {{ x = each(n) }}
    task two {{
        image: "a/b:1"
        workdir: data
        service db {{ image: "a/db:1", port: 5432, needs: {{ memory: 1Gi }} }}
        step one {{ run: "true" }}
        step two {{ run: "false" }}
    }}
    note("x")
}}
"#
    )
}

fn spec<'a>(objects: &'a [Json], kind: &str, name: &str) -> &'a Json {
    let named = |object: &&Json| object["kind"] == kind && (name.is_empty() || object["metadata"]["name"] == name);
    &objects.iter().find(named).unwrap_or_else(|| panic!("no {kind} {name}"))["spec"]
}

/// Who starts the run would have to bind this.
const BOUND: &str = "bindings: { data: { claim: \"c\" } }";

/// The manifests of the program with these options; nothing is left to be given.
fn emitted(options: &str) -> Vec<Json> {
    if options.contains("bindings") {
        objects(&program(options))
    } else {
        objects(&program(&format!("{BOUND}, {options}")))
    }
}

fn run(options: &str) -> Json {
    spec(&emitted(options), "PipelineRun", "").clone()
}

fn named<'a>(list: &'a Json, key: &str, name: &str) -> &'a Json {
    let mut all = list.as_array().into_iter().flatten();
    all.find(|one| one[key] == name).unwrap_or(&Json::Null)
}

fn of_task(options: &str, task: &str) -> Json {
    named(&run(options)["taskRunSpecs"], "pipelineTaskName", task).clone()
}

#[test]
fn each_way_to_bind_a_workspace() {
    let bound = |binding: &str| {
        let options = format!("bindings: {{ data: {{ {binding} }} }}");
        let mut entry = named(&run(&options)["workspaces"], "name", "data").clone();
        entry.as_object_mut().unwrap().remove("name");
        entry
    };
    assert_eq!(bound("claim: \"c\""), json!({ "persistentVolumeClaim": { "claimName": "c" } }));
    assert_eq!(
        bound("claim: \"c\", sub_path: \"a/b\""),
        json!({ "persistentVolumeClaim": { "claimName": "c" }, "subPath": "a/b" })
    );
    let template = |mode: &str, class: Option<&str>, size: &str| {
        let mut spec = json!({ "accessModes": [mode], "resources": { "requests": { "storage": size } } });
        if let Some(class) = class {
            spec["storageClassName"] = json!(class);
        }
        json!({ "volumeClaimTemplate": { "spec": spec } })
    };
    assert_eq!(bound("template: {}"), template("ReadWriteOnce", None, "10Gi"));
    assert_eq!(
        bound("template: { size: 3Gi, access_mode: .read_write_many, storage_class: \"fast\" }"),
        template("ReadWriteMany", Some("fast"), "3Gi")
    );
    assert_eq!(bound("empty_dir: {}"), json!({ "emptyDir": {} }));
    assert_eq!(
        bound("empty_dir: { medium: .memory, size_limit: 64Mi }"),
        json!({ "emptyDir": { "medium": "Memory", "sizeLimit": "64Mi" } })
    );
    assert_eq!(bound("secret: \"s\""), json!({ "secret": { "secretName": "s" } }));
    assert_eq!(bound("config_map: \"m\""), json!({ "configMap": { "name": "m" } }));
    assert_eq!(
        bound(
            "projected: [{ secret: \"s\", items: { a: \"b/c\" } }, { config_map: \"m\" }, { service_account_token: { path: \"t\", audience: \"x\", expires: 2h } }]"
        ),
        json!({ "projected": { "sources": [
            { "secret": { "name": "s", "items": [{ "key": "a", "path": "b/c" }] } },
            { "configMap": { "name": "m" } },
            { "serviceAccountToken": { "path": "t", "audience": "x", "expirationSeconds": 7200 } },
        ] } })
    );
    assert_eq!(
        bound(
            "csi: { driver: \"d.example.com\", read_only: true, fs_type: \"ext4\", attributes: { a: \"1\" }, secret: \"s\" }"
        ),
        json!({ "csi": { "driver": "d.example.com", "readOnly": true, "fsType": "ext4", "volumeAttributes": { "a": "1" },
            "nodePublishSecretRef": { "name": "s" } } })
    );
}

#[test]
fn what_is_not_bound_is_a_claim_or_to_be_given() {
    let files = |options: &str| {
        let bundle = Made::new(&program(options)).bundle(&Tekton);
        bundle.files.iter().find(|file| file.path == "pipelinerun.yaml").unwrap().text.clone()
    };
    assert!(files("").contains("Before that, give under spec.workspaces: data.\n"));
    assert!(!files("bindings: { data: { claim: \"c\" } }").contains("Before that"));
    let bound = run("")["workspaces"].clone();
    assert_eq!(bound.as_array().unwrap().len(), 2);
    let own = named(&bound, "name", "srv");
    assert_eq!(own["volumeClaimTemplate"]["spec"]["resources"]["requests"]["storage"], "60Gi");
    // The size of the workspace, where a template names none.
    let bound =
        run("bindings: { srv: { template: { storage_class: \"fast\" } }, data: { claim: \"c\" } }")["workspaces"]
            .clone();
    let own = named(&bound, "name", "srv");
    assert_eq!(own["volumeClaimTemplate"]["spec"]["resources"]["requests"]["storage"], "60Gi");
    assert_eq!(own["volumeClaimTemplate"]["spec"]["storageClassName"], "fast");
}

/// Only claims are placed by their node.
#[test]
fn one_claim_and_what_is_no_claim_go_together() {
    let two = |options: &str| {
        format!(
            "pipeline p(a: workspace, b: workspace) {{\ntarget tekton {{ {options} }}\ntask t {{ image: \"x/y:1\", workdir: a, run: \"ls ~{{b / \"x\"}}\" }}\n}}\n"
        )
    };
    assert_eq!(said(&two("")), ["P0604 `t` uses the workspaces `a` and `b` | t"]);
    for binding in [
        "secret: \"s\"",
        "config_map: \"s\"",
        "empty_dir: {}",
        "projected: [{ secret: \"s\" }]",
        "csi: { driver: \"d\" }",
    ] {
        let options = format!("bindings: {{ b: {{ {binding} }} }}");
        assert_eq!(said(&two(&options)), Vec::<String>::new(), "{binding}");
    }
    assert_eq!(said(&two("bindings: { b: { claim: \"c\" } }")).len(), 1);
}

#[test]
fn a_task_may_see_a_directory_only() {
    let all = emitted("tasks: { two: { sub_path: { data: \"in/there\" } } }");
    let two = named(&spec(&all, "Pipeline", "p")["tasks"], "name", "two");
    assert_eq!(two["workspaces"], json!([{ "name": "data", "workspace": "data", "subPath": "in/there" }]));
}

#[test]
fn each_field_of_a_pod() {
    let pod = |fields: &str| run(&format!("pod: {{ {fields} }}"))["taskRunTemplate"]["podTemplate"].clone();
    let cases = [
        ("node_selector: { \"a.b/c\": \"d\" }", json!({ "nodeSelector": { "a.b/c": "d" } })),
        ("tolerations: [{ operator: .exists }]", json!({ "tolerations": [{ "operator": "Exists" }] })),
        (
            "tolerations: [{ key: \"k\", value: \"v\", effect: .no_execute, stay: 90s }]",
            json!({ "tolerations": [{ "key": "k", "operator": "Equal", "value": "v", "effect": "NoExecute", "tolerationSeconds": 90 }] }),
        ),
        (
            "affinity: [{ key: \"k\", values: [\"1\", \"2\"] }, { key: \"l\", operator: .none_of, values: [\"3\"] }, { key: \"m\", operator: .exists }, { key: \"n\", operator: .absent }]",
            json!({ "affinity": { "nodeAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": { "nodeSelectorTerms": [{ "matchExpressions": [
                { "key": "k", "operator": "In", "values": ["1", "2"] },
                { "key": "l", "operator": "NotIn", "values": ["3"] },
                { "key": "m", "operator": "Exists" },
                { "key": "n", "operator": "DoesNotExist" },
            ] }] } } } }),
        ),
        (
            "security_context: { run_as_user: 1000, run_as_group: 0, fs_group: 7, supplemental_groups: [1, 2], run_as_non_root: true, seccomp: .unconfined }",
            json!({ "securityContext": { "runAsUser": 1000, "runAsGroup": 0, "fsGroup": 7, "supplementalGroups": [1, 2], "runAsNonRoot": true,
                "seccompProfile": { "type": "Unconfined" } } }),
        ),
        ("image_pull_secrets: [\"a\", \"b\"]", json!({ "imagePullSecrets": [{ "name": "a" }, { "name": "b" }] })),
        ("priority_class: \"high\"", json!({ "priorityClassName": "high" })),
        ("runtime_class: \"kata\"", json!({ "runtimeClassName": "kata" })),
        ("scheduler: \"mine\"", json!({ "schedulerName": "mine" })),
        ("dns_policy: .cluster_first_with_host_net", json!({ "dnsPolicy": "ClusterFirstWithHostNet" })),
        (
            "dns_policy: .own, dns_servers: [\"1.1.1.1\"], dns_searches: [\"x.y\"]",
            json!({ "dnsPolicy": "None", "dnsConfig": { "nameservers": ["1.1.1.1"], "searches": ["x.y"] } }),
        ),
        (
            "host_aliases: [{ ip: \"::1\", hostnames: [\"h\"] }]",
            json!({ "hostAliases": [{ "ip": "::1", "hostnames": ["h"] }] }),
        ),
        ("host_network: true", json!({ "hostNetwork": true })),
        ("automount_token: false", json!({ "automountServiceAccountToken": false })),
        ("enable_service_links: false", json!({ "enableServiceLinks": false })),
        (
            "topology_spread: [{ key: \"zone\", labels: { app: \"x\" } }, { key: \"host\", max_skew: 2, unsatisfiable: .schedule_anyway }]",
            json!({ "topologySpreadConstraints": [
                { "maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": { "matchLabels": { "app": "x" } } },
                { "maxSkew": 2, "topologyKey": "host", "whenUnsatisfiable": "ScheduleAnyway" },
            ] }),
        ),
        ("env: { HTTP_PROXY: \"http://p:1\" }", json!({ "env": [{ "name": "HTTP_PROXY", "value": "http://p:1" }] })),
    ];
    for (fields, expected) in cases {
        assert_eq!(pod(fields), expected, "{fields}");
        let own = of_task(&format!("tasks: {{ two: {{ pod: {{ {fields} }} }} }}"), "two");
        assert_eq!(own["podTemplate"], expected, "{fields}");
    }
    assert_eq!(
        run("service_account: \"ci\", pod: { host_network: true }")["taskRunTemplate"]["serviceAccountName"],
        "ci"
    );
}

/// The engine takes one selector or the other, so both stand in that of the task.
#[test]
fn selectors_and_variables_add_to_those_of_the_run() {
    let options = "pod: { node_selector: { a: \"1\", b: \"2\" }, env: { X: \"1\", Y: \"2\" }, scheduler: \"s\", runtime_class: \"r\" }, \
        tasks: { make_it: { pod: { node_selector: { b: \"3\" }, env: { Y: \"4\", Z: \"5\" }, scheduler: \"t\" } } }";
    assert_eq!(
        of_task(options, "make-it")["podTemplate"],
        json!({
            "nodeSelector": { "a": "1", "b": "3", "kubernetes.io/arch": "arm64" },
            "env": [{ "name": "X", "value": "1" }, { "name": "Y", "value": "4" }, { "name": "Z", "value": "5" }],
            "schedulerName": "t",
        })
    );
    // What only has an architecture keeps the selector of the run.
    let arch = of_task("pod: { node_selector: { a: \"1\" } }", "make-it");
    assert_eq!(arch["podTemplate"], json!({ "nodeSelector": { "a": "1", "kubernetes.io/arch": "arm64" } }));
}

#[test]
fn each_field_of_a_task() {
    let of = |fields: &str| of_task(&format!("tasks: {{ two: {{ {fields} }} }}"), "two");
    assert_eq!(of("service_account: \"robot\"")["serviceAccountName"], "robot");
    assert_eq!(
        of("metadata: { labels: { l: \"v\" }, annotations: { \"a/b\": \"any text\" } }")["metadata"],
        json!({ "labels": { "l": "v" }, "annotations": { "a/b": "any text" } })
    );
    assert_eq!(of("timeout: 5min")["timeout"], "5m0s");
    assert_eq!(
        of(
            "resources: { requests: { cpu: 500m, memory: 1Gi }, limits: { memory: 2Gi, disk: 5Gi, more: { \"nvidia.com/gpu\": 1 } } }"
        )["computeResources"],
        json!({ "requests": { "cpu": "500m", "memory": "1Gi" },
            "limits": { "memory": "2Gi", "ephemeral-storage": "5Gi", "nvidia.com/gpu": "1" } })
    );
    let all = emitted("tasks: { two: { display_name: \"The second\" } }");
    assert_eq!(named(&spec(&all, "Pipeline", "p")["tasks"], "name", "two")["displayName"], "The second");
    let all = emitted(
        "tasks: { two: { image_pull_policy: .if_not_present, security_context: { run_as_user: 1, run_as_group: 2, run_as_non_root: true, \
         read_only_root: true, allow_privilege_escalation: false, add_capabilities: [\"CHOWN\"], drop_capabilities: [\"ALL\"], seccomp: .runtime_default } } }",
    );
    let steps = model::steps(&json!({ "spec": spec(&all, "Task", "p-two") }));
    assert_eq!(steps.len(), 2);
    for step in steps {
        assert_eq!(step["imagePullPolicy"], "IfNotPresent");
        assert_eq!(
            step["securityContext"],
            json!({ "runAsUser": 1, "runAsGroup": 2, "runAsNonRoot": true, "readOnlyRootFilesystem": true, "allowPrivilegeEscalation": false,
                "capabilities": { "add": ["CHOWN"], "drop": ["ALL"] }, "seccompProfile": { "type": "RuntimeDefault" } })
        );
    }
}

/// Steps of ours have their amounts in the Task; those of others in the run.
#[test]
fn requests_and_limits_are_said_apart() {
    let options = "tasks: { \
        two: { steps: { two: { requests: { cpu: 1 }, limits: { cpu: 4 } } }, sidecars: { db: { limits: { memory: 2Gi } } } }, \
        make_it: { steps: { run: { requests: { memory: 1Gi } } } }, \
        note: { steps: { \"run-it\": { requests: { cpu: 100m } } }, sidecars: { \"s-1\": { limits: { cpu: 1 } } } } }";
    let all = emitted(options);
    let two = spec(&all, "Task", "p-two");
    let amounts = json!({ "requests": { "cpu": "1" }, "limits": { "cpu": "4" } });
    assert_eq!((&two["steps"][0]["computeResources"], &two["steps"][1]["computeResources"]), (&Json::Null, &amounts));
    let db = json!({ "requests": { "memory": "1Gi" }, "limits": { "memory": "2Gi" } });
    assert_eq!(two["sidecars"][0]["computeResources"], db);
    let made = &spec(&all, "Task", "p-make-it")["steps"][0]["computeResources"];
    assert_eq!(*made, json!({ "requests": { "memory": "1Gi" }, "limits": { "memory": "2Gi" } }));
    let note = named(&spec(&all, "PipelineRun", "")["taskRunSpecs"], "pipelineTaskName", "note");
    assert_eq!(note["stepSpecs"], json!([{ "name": "run-it", "computeResources": { "requests": { "cpu": "100m" } } }]));
    assert_eq!(note["sidecarSpecs"], json!([{ "name": "s-1", "computeResources": { "limits": { "cpu": "1" } } }]));
    // At once, but for what one side says itself.
    let all =
        emitted("tasks: { make_it: { steps: { run: { both: { cpu: 2, memory: 3Gi }, requests: { cpu: 1 } } } } }");
    let made = &spec(&all, "Task", "p-make-it")["steps"][0]["computeResources"];
    let wanted = json!({ "requests": { "memory": "3Gi", "cpu": "1" }, "limits": { "memory": "3Gi", "cpu": "2" } });
    assert_eq!(*made, wanted);
}

#[test]
fn what_is_said_of_a_whole_task_is_not_said_of_its_steps() {
    let all = emitted("tasks: { make_it: { resources: { limits: { memory: 4Gi } } } }");
    assert_eq!(spec(&all, "Task", "p-make-it")["steps"][0]["computeResources"], Json::Null);
    let spec = named(&spec(&all, "PipelineRun", "")["taskRunSpecs"], "pipelineTaskName", "make-it");
    assert_eq!(spec["computeResources"], json!({ "requests": { "memory": "2Gi" }, "limits": { "memory": "4Gi" } }));
}

#[test]
fn a_loop_is_named_as_a_whole_or_by_its_turn() {
    let options = "tasks: { x: { service_account: \"all\", metadata: { labels: { a: \"1\", b: \"1\" } } }, \
                   x_b: { service_account: \"b\", metadata: { labels: { b: \"2\" } } } }";
    let run = run(options);
    let of = |name: &str| named(&run["taskRunSpecs"], "pipelineTaskName", name).clone();
    assert_eq!((&of("x-a")["serviceAccountName"], &of("x-b")["serviceAccountName"]), (&json!("all"), &json!("b")));
    assert_eq!(of("x-a")["metadata"]["labels"], json!({ "a": "1", "b": "1" }));
    assert_eq!(of("x-b")["metadata"]["labels"], json!({ "a": "1", "b": "2" }));
}

/// A longer timeout of the run makes room in that of all tasks.
#[test]
fn a_timeout_of_the_run_counts() {
    let text = |options: &str| {
        format!(
            "pipeline p() {{\ntarget tekton {{ {options} }}\ntask t {{ image: \"a/b:1\", timeout: 1h, run: \"true\" }}\n}}\n"
        )
    };
    let timeouts = |options: &str| spec(&objects(&text(options)), "PipelineRun", "")["timeouts"]["tasks"].clone();
    assert_eq!(timeouts(""), "1h1m0s");
    assert_eq!(timeouts("tasks: { t: { timeout: 3h } }"), "3h1m0s");
    assert_eq!(timeouts("tasks: { t: { timeout: 1min } }"), "1h1m0s");
    assert_eq!(
        said(&text("timeout: 2h, tasks: { t: { timeout: 3h } }")),
        ["P0605 `t` may take longer than the whole run | 3h"]
    );
}

#[test]
fn ten_mistakes_are_ten_findings_in_their_places() {
    let options = r#"
        bindings: {
            dta: { claim: "c" },
            srv: { claim: "c", secret: "s" },
            data: { claim: "Not A Name", sub_path: "../up" },
        }
        pod: { tolerations: [{ value: "v" }], host_aliases: [{ ip: "1.2.3", hostnames: [] }], security_context: { fs_group: 0 - 1 } }
        forbidden_env: ["SECRET"]
        tasks: {
            chekc: {},
            two: { steps: { thre: { limits: { cpu: 1 } }, one: { requests: { cpu: 2 }, limits: { cpu: 1 } } }, sub_path: { srv: "x" } },
            note: { pod: { env: { SECRET: "x", PIPE_X: "y" } } },
        }
    "#;
    let found = found(&program(options));
    let said: Vec<String> = found
        .iter()
        .map(|(one, at)| {
            let help = one.help.as_deref().unwrap_or_default();
            let near = help.split_once("? ").map(|(near, _)| format!(" ({near}?)")).unwrap_or_default();
            format!("{} {}{near} | {at}", one.code.id(), one.message)
        })
        .collect();
    insta::assert_debug_snapshot!(said);
}

#[test]
fn what_a_cluster_refuses_of_a_pod_is_said() {
    let said = |pod: &str| said(&program(&format!("pod: {{ {pod} }}")));
    for (pod, expected) in [
        ("tolerations: [{ operator: .exists, value: \"v\" }]", "P0608 a toleration of every value names one"),
        ("tolerations: [{ key: \"k\", value: \"v\", stay: 1min }]", "P0608 only `.no_execute` drives a pod away"),
        ("affinity: [{ key: \"k\" }]", "P0608 a rule for nodes does not fit its `operator`"),
        (
            "affinity: [{ key: \"k\", operator: .exists, values: [\"v\"] }]",
            "P0608 a rule for nodes does not fit its `operator`",
        ),
        ("affinity: [{ key: \"a b\", operator: .exists }]", "P0212 `a b` cannot be the key of a label or annotation"),
        ("node_selector: { a: \"b c\" }", "P0608 `b c` cannot be the value of a label"),
        ("node_selector: { \"a/b/c\": \"b\" }", "P0212 `a/b/c` cannot be the key of a label or annotation"),
        ("dns_policy: .own", "P0608 a pod has no servers that know names"),
        ("dns_servers: [\"dns.example.com\"]", "P0608 `dns.example.com` is no address"),
        ("topology_spread: [{ key: \"k\", max_skew: 0 }]", "P0608 `max_skew` is less than 1"),
        ("priority_class: \"A\"", "P0212 `A` cannot be the name of a `priority_class`"),
        ("image_pull_secrets: [\"A\"]", "P0212 `A` cannot be the name of a `image_pull_secrets`"),
        ("env: { \"1A\": \"x\" }", "P0608 `1A` cannot be the name of a variable"),
        ("env: { A: \"$(date)\" }", "P0608 tekton would change `A`"),
        ("env: { PIPE_A: \"x\" }", "P0212 `PIPE_A` cannot be the name of a variable of a pod"),
        (
            "security_context: { run_as_non_root: true, run_as_user: 0 }",
            "P0608 a pod is to run as root and not as root",
        ),
    ] {
        let found = said(pod);
        let message = expected.split_once(' ').unwrap().1.replace("of a `image", "of an `image");
        assert!(found.len() == 1 && found[0].contains(&message), "{pod}: {found:?}");
    }
}

#[test]
fn what_is_said_twice_or_of_nothing_is_said() {
    let of = |tasks: &str| said(&program(&format!("tasks: {{ {tasks} }}")));
    let only =
        |found: Vec<String>, expected: &str| assert!(found.len() == 1 && found[0].starts_with(expected), "{found:?}");
    only(
        of("make_it: { resources: { limits: { cpu: 1 } }, steps: { run: { limits: { cpu: 1 } } } }"),
        "P0608 the resources of `make_it` are said of the task and of its steps",
    );
    only(
        of("note: { image_pull_policy: .always }"),
        "P0602 tekton cannot set `image_pull_policy` of `note`, which is kept elsewhere",
    );
    only(of("two: { sidecars: { bd: { limits: { cpu: 1 } } } }"), "P0201 `two` has no service `bd`");
    only(
        of("make_it: { steps: { run: { limits: { memory: 1Gi } } } }"),
        "P0608 more `memory` is requested than may be used",
    );
    only(of("two: { timeout: 0s }"), "P0605 a task may take no time at all");
    only(of("two: { metadata: { labels: { a: \"b c\" } } }"), "P0608 `b c` cannot be the value of a label");
    only(of("two: { steps: { one: { limits: { more: { \"a b\": 1 } } } } }"), "P0608 `1` of `a b` cannot be asked for");
    let privileged = "pipeline p() {\ntarget tekton { tasks: { t: { security_context: { allow_privilege_escalation: false }, pod: { env: { A: \"b\" } } } } }\n\
        task t { image: \"a/b:1\", needs: { privileged: true }, env: { A: \"a\" }, run: \"true\" }\n}\n";
    assert_eq!(
        said(privileged),
        [
            "P0608 `t` is privileged, and may not gain privileges | false",
            "P0608 the pod of `t` would replace its `A` | \"b\""
        ]
    );
    let device = "pipeline p() {\ntarget tekton { tasks: { t: { resources: { limits: { memory: 1Gi } } } } }\n\
        task t { image: \"a/b:1\", needs: { kvm: true }, timeout: 1h\nstep a { run: \"true\" }\nstep b { run: \"true\" }\n}\n}\n";
    only(said(device), "P0602 tekton cannot share the KVM device between the steps of `t`");
}

/// An artifact has to be where the next task looks for it.
#[test]
fn no_artifact_is_lost_by_a_binding() {
    let only = |options: &str, expected: &str| {
        let found = said(&program(options));
        assert!(found.len() == 1 && found[0].starts_with(expected), "{options}: {found:?}");
    };
    for binding in [
        "empty_dir: {}",
        "secret: \"s\"",
        "config_map: \"m\"",
        "projected: [{ secret: \"s\" }]",
        "csi: { driver: \"d\", read_only: true }",
    ] {
        only(&format!("bindings: {{ srv: {{ {binding} }} }}"), "P0602 what `make_it` makes in `srv` would be lost");
    }
    only(
        "tasks: { check: { sub_path: { srv: \"d\" } } }",
        "P0602 `check` would not find in `srv` what `make_it` makes",
    );
    let both = "tasks: { check: { sub_path: { srv: \"d\" } }, make_it: { sub_path: { srv: \"d\" } } }";
    assert_eq!(said(&program(both)), Vec::<String>::new());
    assert_eq!(said(&program("bindings: { srv: { csi: { driver: \"d\" } } }")), Vec::<String>::new());
}

/// What other values would bring in may be spoken of.
#[test]
fn a_task_that_is_left_out_has_a_name() {
    let text = "pipeline p(const on: bool = false) {\ntarget tekton { tasks: { more: { service_account: \"a\" } } }\n\
        task t { image: \"a/b:1\", run: \"true\" }\nwhen on { task more { image: \"a/b:1\", run: \"true\" } }\n}\n";
    assert_eq!(said(text), Vec::<String>::new());
    assert!(of_run(text).get("taskRunSpecs").is_none());
    let unknown = text.replace("tasks: { more:", "tasks: { moer:");
    assert!(said(&unknown)[0].starts_with("P0201 the pipeline has no task `moer`"), "{:?}", said(&unknown));
}

fn of_run(text: &str) -> Json {
    spec(&objects(text), "PipelineRun", "").clone()
}

const STEPS: &str = r#"pipeline p(name: string = "x", odd: bool = false) {
    task t {
        image: "a/b:1"
        env: { SAME: "1", NAME: name, ODD: "$(date)" }
        step a { run: "echo ~{name}" }
        step b { env: { OWN: "b" }, run: "echo ~{name}" }
        step c { run: "echo ~{name}" }
    }
}
"#;

#[test]
fn what_all_steps_share_is_said_once() {
    let all = objects(STEPS);
    let task = spec(&all, "Task", "p-t");
    let names = |list: &Json| -> Vec<String> {
        list.as_array().into_iter().flatten().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    let template = &task["stepTemplate"];
    assert_eq!(template["image"], "a/b:1");
    assert!(names(&template["env"]).contains(&"SAME".to_owned()), "{template:#}");
    // What is read by others, or reads others, has its place in each step.
    assert!(!names(&template["env"]).iter().any(|name| name == "ODD" || name == "PIPEC_DOLLAR"), "{template:#}");
    for (step, merged) in task["steps"].as_array().unwrap().iter().zip(model::steps(&json!({ "spec": task }))) {
        assert_eq!((&step["image"], &merged["image"]), (&Json::Null, &json!("a/b:1")));
        assert_eq!(names(&step["env"])[0], "PIPEC_DOLLAR");
        let mut all = names(&merged["env"]);
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count, "a variable twice");
        assert!(["SAME", "ODD", "PIPEC_DOLLAR"].iter().all(|name| all.iter().any(|one| one == name)), "{all:?}");
        assert_eq!(all.contains(&"OWN".to_owned()), step["name"] == "b");
    }
}

/// One step shares with nobody, and two that share one line save none.
#[test]
fn a_template_is_there_only_where_it_is_shorter() {
    let with = |steps: &str| {
        let text = format!("pipeline p() {{\ntask t {{ image: \"a/b:1\"\n{steps}\n}}\n}}\n");
        let all = objects(&text);
        spec(&all, "Task", "p-t").get("stepTemplate").is_some()
    };
    assert!(!with("env: { A: \"1\", B: \"2\" }\nrun: \"true\""));
    assert!(!with("step a { run: \"true\" }\nstep b { run: \"true\" }"));
    assert!(with(
        "step a { run: \"true\" }\nstep b { run: \"true\" }\nstep c { run: \"true\" }\nstep d { run: \"true\" }"
    ));
    assert!(with("env: { A: \"1\", B: \"2\" }\nstep a { run: \"true\" }\nstep b { run: \"true\" }"));
    assert!(!with("step a { env: { A: \"1\" }, run: \"true\" }\nstep b { env: { A: \"2\" }, run: \"true\" }"));
}

//! What the options of the target ask for: streams, an image that is made, labels, closed ways out, and what is refused.

use serde_json::{Value, json};

use super::manifests::{build_config, objects};
use super::program::{bundle, gaps, text};
use super::rules;

/// A privileged task and one that publishes, with options.
fn program(options: &str) -> String {
    format!(
        "pipeline p() {{\n\
         target buildconfig {{ {options} }}\n\
         task build {{ image: \"quay.io/x/cosa:1\", needs: {{ kvm: true }}, run: \"true\" }}\n\
         task publish {{ image: \"quay.io/x/push:2\", env: {{ T: secret(\"cloud\") }}, run: \"true\" }} after build\n}}\n"
    )
}

fn made(options: &str) -> Vec<Value> {
    let objects = objects(&bundle(&program(options), &[]));
    assert_eq!(rules::faults(&objects), Vec::<String>::new());
    objects
}

fn one<'a>(objects: &'a [Value], kind: &str) -> &'a Value {
    let mut found = objects.iter().filter(|one| one["kind"] == kind);
    let first = found.next().unwrap_or_else(|| panic!("no {kind} in {objects:#?}"));
    assert_eq!(found.next(), None, "two of {kind}");
    first
}

fn refused(options: &str) -> Vec<String> {
    gaps(&program(options))
}

#[test]
fn without_options_there_is_nothing_more() {
    let bundle = bundle(&program("at_once: 4"), &[]);
    let names: Vec<&str> = bundle.files.iter().map(|file| file.path.as_str()).collect();
    let wanted = ["buildconfig-kvm.yaml", "buildconfig-unprivileged.yaml", "rbac.yaml"];
    assert_eq!(names[..3], wanted);
    assert!(names[3..].iter().all(|name| name.starts_with("segments/") || *name == "start.sh"), "{names:?}");
    let objects = objects(&bundle);
    let custom = &build_config(&objects, "kvm")["strategy"]["customStrategy"];
    assert_eq!(custom["from"], json!({"kind": "DockerImage", "name": "quay.io/x/cosa:1"}));
    assert_eq!((&custom["forcePull"], &custom["pullSecret"]), (&Value::Null, &Value::Null));
}

#[test]
fn a_stream_has_the_image_of_each_class() {
    let objects = made("image_streams: true");
    let stream = one(&objects, "ImageStream");
    assert_eq!(stream["metadata"]["name"], "p-builder");
    let tag = |name: &str, image: &str| json!({"name": name, "from": {"kind": "DockerImage", "name": image}});
    let tags = json!([tag("kvm", "quay.io/x/cosa:1"), tag("unprivileged", "quay.io/x/push:2")]);
    assert_eq!(stream["spec"], json!({"lookupPolicy": {"local": false}, "tags": tags}));
    for class in ["kvm", "unprivileged"] {
        let from = &build_config(&objects, class)["strategy"]["customStrategy"]["from"];
        assert_eq!(*from, json!({"kind": "ImageStreamTag", "name": format!("p-builder:{class}")}));
    }
}

#[test]
fn an_image_is_pulled_as_it_is_asked() {
    let objects = made("pull_secret: \"pull\", force_pull: true, mount_trusted_ca: true");
    for class in ["kvm", "unprivileged"] {
        let spec = build_config(&objects, class);
        let custom = &spec["strategy"]["customStrategy"];
        assert_eq!((&custom["pullSecret"], &custom["forcePull"]), (&json!({"name": "pull"}), &json!(true)), "{class}");
        assert_eq!(spec["mountTrustedCA"], true, "{class}");
    }
}

#[test]
fn labels_stand_on_every_object() {
    for object in made("labels: { \"example.com/team\": \"os\", empty: \"\" }, image_streams: true, deny_egress: true")
    {
        let labels = &object["metadata"]["labels"];
        let wanted = json!({
            "app.kubernetes.io/managed-by": "pipec", "app.kubernetes.io/part-of": "p", "example.com/team": "os", "empty": "",
        });
        assert_eq!(*labels, wanted, "{object}");
    }
    for (key, value) in [("a b", "x"), ("app.kubernetes.io/part-of", "x"), ("A.b/c", "x"), ("a", "b c"), ("a", "-")] {
        let found = refused(&format!("labels: {{ \"{key}\": \"{value}\" }}"));
        assert!(found.len() == 1 && found[0].starts_with("P0608 "), "{key} {value} {found:?}");
    }
}

/// The Secret to push with is for the build without privileges only.
#[test]
fn the_unprivileged_build_makes_the_image() {
    let objects = made("output: { name: \"quay.io/x/app:3\", push_secret: \"push\" }");
    let output = json!({"to": {"kind": "DockerImage", "name": "quay.io/x/app:3"}, "pushSecret": {"name": "push"}});
    assert_eq!(build_config(&objects, "unprivileged")["output"], output);
    assert_eq!(build_config(&objects, "kvm")["output"], Value::Null);
    let only = |options: &str, needs: &str| {
        gaps(&format!(
            "pipeline p() {{ target buildconfig {{ {options} }}\ntask a {{ image: \"quay.io/x/y:1\", needs: {{ {needs} }}, run: \"true\" }} }}"
        ))
    };
    let found = only("output: { name: \"quay.io/x/app:3\" }", "kvm: true");
    assert_eq!(found, ["P0608 `quay.io/x/app:3` cannot be the `output` of a build"]);
    for name in ["https://q.io/a", "q.io/A", "q.io/a b", "", "q.io/a:", "q.io//a", "q.io:x/a", "a/-b"] {
        assert!(!refused(&format!("output: {{ name: \"{name}\" }}")).is_empty(), "{name}");
    }
}

/// An account may push to the stream, and to no other.
#[test]
fn a_stream_takes_the_image() {
    let objects = made("output: { name: \"app:3\", kind: .image_stream_tag }, image_streams: true");
    let output = json!({"to": {"kind": "ImageStreamTag", "name": "app:3"}});
    assert_eq!(build_config(&objects, "unprivileged")["output"], output);
    let streams: Vec<&Value> = objects.iter().filter(|one| one["kind"] == "ImageStream").collect();
    assert_eq!(streams.len(), 2);
    assert_eq!(streams[1]["metadata"]["name"], "app");
    let role = objects.iter().find(|one| one["kind"] == "Role" && one["metadata"]["name"] == "p-unprivileged");
    let wanted = json!([{
        "apiGroups": ["image.openshift.io"], "resources": ["imagestreams/layers"], "verbs": ["get", "update"], "resourceNames": ["app"],
    }]);
    assert_eq!(role.expect("a role")["rules"], wanted);
    for name in ["app", "App:1", "a/b:1", "a:b:c", "a--b:1"] {
        assert!(!refused(&format!("output: {{ name: \"{name}\", kind: .image_stream_tag }}")).is_empty(), "{name}");
    }
}

/// 4.1: a build reaches names, its namespace, and what is said.
#[test]
fn ways_out_are_closed() {
    let objects = made("deny_egress: true, egress: [\"192.0.2.0/24\", \"fd00::/8\"]");
    let policy = one(&objects, "NetworkPolicy");
    let pods = json!({"matchExpressions": [{"key": "openshift.io/build.name", "operator": "Exists"}]});
    assert_eq!(policy["spec"]["podSelector"], pods);
    assert_eq!(policy["spec"]["policyTypes"], json!(["Egress"]));
    let ways = policy["spec"]["egress"].as_array().expect("ways");
    assert_eq!(ways.len(), 4);
    assert_eq!(ways[0]["to"][0]["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"], "openshift-dns");
    assert_eq!(ways[1], json!({"to": [{"podSelector": {}}]}));
    assert_eq!(ways[2], json!({"to": [{"ipBlock": {"cidr": "192.0.2.0/24"}}]}));
    for range in ["10.0.0.0", "10.0.0.0/33", "x/8", "10.0.0.0/+8"] {
        assert!(!refused(&format!("deny_egress: true, egress: [\"{range}\"]")).is_empty(), "{range}");
    }
    assert_eq!(refused("egress: [\"10.0.0.0/8\"]"), ["P0608 `10.0.0.0/8` cannot be the `egress` of a build"]);
}

/// A build that cannot reach the store leaves nothing for the next one.
#[test]
fn a_store_stays_in_reach() {
    let store = "store: \"s3://ci/x\", deny_egress: true";
    assert_eq!(refused(store), ["P0608 `true` cannot be the `deny_egress` of a build"]);
    assert_eq!(refused(&format!("{store}, store_endpoint: \"https://s3.example.com\"")).len(), 1);
    assert_eq!(refused(&format!("{store}, store_endpoint: \"http://minio.ci.svc:9000\"")), Vec::<String>::new());
    assert_eq!(refused(&format!("{store}, egress: [\"192.0.2.0/24\"]")), Vec::<String>::new());
}

/// Nothing that starts a build by itself has its archive.
#[test]
fn a_trigger_is_refused_with_a_reason() {
    for (case, kind) in [
        ("config_change", "ConfigChange"),
        ("image_change", "ImageChange"),
        ("generic", "Generic"),
        ("github", "GitHub"),
    ] {
        let found = refused(&format!("triggers: [.{case}]"));
        assert_eq!(found, [format!("P0608 `{kind}` cannot be the `triggers` of a build")]);
    }
    let objects = made("triggers: []");
    assert_eq!(build_config(&objects, "kvm")["triggers"], json!([]));
}

/// 1.14: several architectures of a class are a build each, on nodes of theirs.
#[test]
fn number_1_14_architectures_are_builds_of_their_own() {
    let program = "pipeline p() {\n\
         for arch in [Arch.x86_64, Arch.aarch64] {\n\
         task image { image: \"quay.io/x/cosa:1\", needs: { kvm: true, arch: arch, memory: 2Gi }, run: \"true\" }\n}\n\
         task any { image: \"quay.io/x/cosa:1\", needs: { kvm: true }, run: \"true\" }\n\
         task publish { image: \"quay.io/x/cosa:1\", run: \"true\" }\n}\n";
    let bundle = bundle(program, &[]);
    let objects = objects(&bundle);
    assert_eq!(rules::faults(&objects), Vec::<String>::new());
    for (class, node) in [("kvm-x86-64", "amd64"), ("kvm-aarch64", "arm64")] {
        let spec = build_config(&objects, class);
        assert_eq!(spec["nodeSelector"], json!({"kubernetes.io/arch": node}));
        assert_eq!(spec["serviceAccount"], format!("p-{class}"));
    }
    assert_eq!(build_config(&objects, "unprivileged")["nodeSelector"], Value::Null);
    assert_eq!(objects.iter().filter(|one| one["kind"] == "BuildConfig").count(), 3);
    // What asks for none runs with the first.
    let tasks = text(&bundle, "buildconfig-kvm-x86-64.yaml");
    assert!(tasks.contains("any ci.pipe:5"), "{tasks}");
    let start = text(&bundle, "start.sh");
    assert!(start.contains("segment_classes=(kvm-x86-64 kvm-aarch64 unprivileged)"), "{start}");
}

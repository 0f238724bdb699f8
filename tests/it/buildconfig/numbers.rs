//! What the document on the COSA entrypoint asks for, by the numbers of the list of capabilities (1.14 and 4.1 are in `wishes`).

use pipec::query::View;
use serde_json::{Value, json};

use super::manifests::{build_config, mounted, objects};
use super::program::{Made, RELEASE, bundle};
use crate::cli::run::Place;

/// 1.2: the largest machine is not held for the whole run; the plan says what that saves.
#[test]
fn number_1_2_a_plan_says_what_split_machines_save() {
    let program = r#"
        pipeline p() {
            task build { image: "quay.io/x/y:1", needs: { kvm: true, memory: 8Gi }, timeout: 30min, run: "true" }
            task publish { image: "quay.io/x/y:1", needs: { memory: 1Gi }, timeout: 1h, run: "true" } after build
        }
    "#;
    let text = Made::new(program, &[]).view(View::Text);
    // 8 GiB for 30 minutes and 1 GiB for 60: 300 GiB-minutes; 8 GiB for 90: 720 GiB-minutes.
    assert!(text.contains("split      5 GiB-hours, 0.5 KVM-hours"), "{text}");
    assert!(text.contains("single     12 GiB-hours, 1.5 KVM-hours"), "{text}");
    assert!(text.contains("up to 2.4 times the memory"), "{text}");
    // And each build asks for what it needs itself.
    let objects = objects(&bundle(program, &[]));
    assert_eq!(build_config(&objects, "kvm")["resources"]["requests"]["memory"], "8Gi");
    assert_eq!(build_config(&objects, "unprivileged")["resources"]["requests"]["memory"], "1Gi");
}

/// 1.11 and 1.12: three classes are three BuildConfigs, whatever is built; what publishes has no privileges.
#[test]
fn number_1_12_three_classes_are_three_build_configs() {
    for kind in ["nightly", "full"] {
        let objects = objects(&bundle(RELEASE, &[("token", "t"), ("kind", kind)]));
        let builds: Vec<&Value> = objects.iter().filter(|one| one["kind"] == "BuildConfig").collect();
        let names: Vec<&str> = builds.iter().filter_map(|one| one["metadata"]["name"].as_str()).collect();
        assert_eq!(names, ["release-kvm", "release-privileged", "release-unprivileged"]);
        let env = |class: &str| build_config(&objects, class)["strategy"]["customStrategy"]["env"].clone();
        let of = |class: &str| json!({"name": "PIPEC_CLASS", "value": class});
        let closed = json!({"name": "BUILD_PRIVILEGED", "value": "false"});
        assert_eq!(env("unprivileged"), json!([of("unprivileged"), closed]));
        assert_eq!(env("privileged"), json!([of("privileged")]));
        assert_eq!(env("kvm"), json!([of("kvm")]));
    }
}

/// 1.11: what is applied to the cluster once serves development and production; the values of a run are in its archive only.
#[test]
fn capability_1_11_one_build_config_serves_development_and_production() {
    let place = Place::with(&[("ci.pipe", RELEASE), ("dev.yaml", "kind: nightly\n"), ("prod.yaml", "kind: full\n")]);
    place.run(&["emit", "-t", "buildconfig", "-o", "made", "ci.pipe", "-p", "token=registry-token"]).exits(0);
    let archives = |name: &str| {
        let params = format!("{name}.yaml");
        let words = ["bundle", "ci.pipe", "-p", "token=registry-token", "--params", &params, "-o", name];
        place.run(&words).exits(0);
        place
            .shell(&format!("cd {name} && for one in *.tar; do mkdir \"$one.d\" && tar -xf $one -C $one.d; done"))
            .exits(0);
    };
    archives("dev");
    archives("prod");
    let differs = place.shell("diff -rq dev prod | grep -v '[.]tar differ$' | sed 's/.* and //; s/ differ$//'").out;
    let found: Vec<&str> = differs.lines().collect();
    assert!(found.len() == 4 && found.iter().all(|one| one.ends_with(".tar.d/params/kind")), "{differs}");
    for name in ["dev", "prod"] {
        let plans =
            format!("for one in {name}/*.tar.d; do cat $one/run.json; done | cmp - <(cat made/segments/*.json)");
        place.shell(&plans).exits(0);
    }
    // The one and the other value are nowhere in what is applied.
    let told = place.shell("grep -l 'nightly\\|\\bfull\\b' made/*.yaml").out;
    assert_eq!(told, "");
}

/// 1.13: a secret is a mount of the class that uses it; neither its value nor its name is anywhere else.
#[test]
fn number_1_13_a_secret_is_a_mount_and_nothing_else() {
    let bundle = bundle(RELEASE, &[("token", "registry-token")]);
    assert_eq!(mounted(build_config(&objects(&bundle), "unprivileged")), ["handover", "registry-token"]);
    for file in bundle.files.iter().filter(|file| !file.path.contains("unprivileged")) {
        let told = file.text.lines().filter(|line| !line.starts_with('#') && line.contains("registry-token"));
        assert_eq!(told.collect::<Vec<_>>(), Vec::<&str>::new(), "{}", file.path);
    }
}

/// 1.15: the same program gives the same bytes, and an image that may be another tomorrow is told.
#[test]
fn number_1_15_builds_are_repeatable() {
    let emit = || bundle(RELEASE, &[("token", "registry-token")]);
    let (one, other) = (emit(), emit());
    assert_eq!(one, other);
    assert!(one.files.len() > 6);
    let program = "pipeline p() { task a { image: \"quay.io/x/y:latest\", run: \"true\" } }";
    let texts = bundle_texts(program);
    let found = crate::verify::found_in(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(found.iter().any(|one| one.code.id() == "P0663"), "{found:?}");
}

fn bundle_texts(program: &str) -> Vec<String> {
    let bundle = bundle(program, &[]);
    let manifests = bundle.files.into_iter().filter(|file| file.path.ends_with(".yaml"));
    manifests.map(|file| file.text).collect()
}

//! `pipec bundle` and `start.sh` pack the same bytes for the same values.

use std::fs;

use super::cluster::Cluster;
use super::program::{RELEASE, bundle};
use crate::cli::run::Place;

/// Every kind of parameter that an archive carries.
const VALUES: &str = r#"
    enum Kind { nightly, full }
    record Bucket { name: string, public: bool = false }
    task use(bucket: Bucket) { image: "quay.io/x/y:1", run: "echo ~{bucket.name} ~{flag("--public", bucket.public)}" }

    pipeline p(
        some_text: string,
        kind: Kind = .nightly,
        tag: string? = none,
        count: int = 3,
        wait: duration = 90s,
        room: size = 2Gi,
        names: [string] = ["a", "b c"],
        none_of_them: [string] = ["x"],
        bucket: Bucket,
        token: secret? = secret("kept"),
    ) {
        use(bucket)
        task a {
            image: "quay.io/x/y:1"
            env: { A: some_text, B: text(kind), T: token, W: text(wait), R: text(room) }
            run: "printf '%s\n' ~{names} ~{none_of_them} ~{flag("--tag", tag)} ~{count}"
        }
    }
"#;

fn packed_by_command(program: &str, args: &[&str]) -> Place {
    let place = Place::with(&[("ci.pipe", program)]);
    place.run(&[&["bundle", "ci.pipe", "-o", "out"], args].concat()).exits(0);
    place
}

fn bytes(place: &Place, path: &str) -> Vec<u8> {
    fs::read(place.path(path)).unwrap()
}

#[test]
fn the_command_and_the_driver_pack_the_same_values() {
    let nasty = "line\n 'it' \"q\" $(d) \u{1f600}\n\n";
    let long = "x".repeat(1000);
    let named = [
        "--some-text",
        nasty,
        "--kind",
        "full",
        "--tag=v1",
        "--count",
        "-4",
        "--wait",
        "90s",
        "--room=3Gi",
        "--bucket.name",
        &long,
        "--bucket.public",
        "true",
    ];
    let several = ["--names", nasty, "--names", "z", "--names="];
    let cluster = Cluster::new(&bundle(VALUES, &[]));
    let ended = cluster.run(&[&named[..], &several, &["--no-none-of-them"]].concat());
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let place = packed_by_command(
        VALUES,
        &[&named[..], &["-p", r#"names=["line\n 'it' \"q\" $(d) 😀\n\n", "z", ""]"#, "-p", "none_of_them="]].concat(),
    );
    assert!(cluster.archive("01-unprivileged") == bytes(&place, "out/01-unprivileged.tar"), "other bytes");
}

#[test]
fn they_pack_the_same_defaults() {
    let given = ["--some-text", "x", "--bucket.name", "y"];
    let cluster = Cluster::new(&bundle(VALUES, &[]));
    assert_eq!(cluster.run(&given).code, Some(0));
    let place = packed_by_command(VALUES, &given);
    assert!(cluster.archive("01-unprivileged") == bytes(&place, "out/01-unprivileged.tar"), "other bytes");
}

/// A parameter whose name is as long as the format allows, and lists with many elements.
#[test]
fn they_pack_long_names_and_lists_the_same() {
    let name = "n".repeat(60);
    let program = format!(
        "pipeline p({name}: string, {}: [string] = []) {{ task a {{ image: \"quay.io/x/y:1\", run: \"echo ~{{{name}}} ~{{{}}}\" }} }}",
        "l".repeat(60),
        "l".repeat(60)
    );
    let text = format!("--{name}=x");
    let many: Vec<String> = (0..40).map(|at| format!("--{}={at}", "l".repeat(60))).collect();
    let mut args: Vec<&str> = vec![&text];
    args.extend(many.iter().map(String::as_str));
    let cluster = Cluster::new(&bundle(&program, &[]));
    let ended = cluster.run(&args);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let place = packed_by_command(&program, &args);
    assert!(cluster.archive("01-unprivileged") == bytes(&place, "out/01-unprivileged.tar"), "other bytes");
}

/// Later builds know the name of the first one, and `finally` how the run stands.
#[test]
fn they_pack_every_build_of_a_run_the_same() {
    let cluster = Cluster::new(&bundle(RELEASE, &[("token", "registry-token")]));
    cluster.write("fails", "03-unprivileged\n");
    assert_eq!(cluster.run(&["--kind=full"]).code, Some(1));
    let place = Place::with(&[("ci.pipe", RELEASE)]);
    let later = ["--run", "build-of-01-kvm"];
    for (segment, standing) in [
        ("01-kvm", &[][..]),
        ("02-privileged", &later),
        ("03-unprivileged", &later),
        ("04-unprivileged", &[later[0], later[1], "--outcome", "failed"]),
    ] {
        let args = ["bundle", "ci.pipe", "--kind=full", "--token=registry-token", "-o", "b.tar", "--segment", segment];
        place.run(&[&args[..], standing].concat()).exits(0);
        assert!(cluster.archive(segment) == bytes(&place, "b.tar"), "{segment}");
    }
}

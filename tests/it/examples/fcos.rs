//! The script of `fcos`, run with a COSA that refuses what the real one refuses.

use std::fs;

use serde_json::Value;

use super::bench::Bench;
use super::programs::{emitted, script_of};

/// The machine that the test runs on, so that the script takes it.
fn arch() -> &'static str {
    std::env::consts::ARCH
}

fn fcos() -> Bench {
    let values = [("arch", arch()), ("clouds", "aws,gcp,openstack,applehv"), ("additional_arches", "s390x")];
    Bench::new(&emitted("examples/fcos.pipe", "shell", &values).files[0].text)
}

const UPLOAD: [&str; 10] = [
    "-j",
    "4",
    "--bucket",
    "fcos-builds/prod/streams",
    "--aws-build-upload",
    "secret",
    "--aws-image-upload",
    "secret",
    "--gcp-image-upload",
    "secret",
];

/// What was asked of the cluster: the pipeline of each run, and its values.
fn started(bench: &Bench) -> Vec<(String, Value)> {
    let files = fs::read_dir(bench.path("")).unwrap().flatten().map(|entry| entry.path());
    let made = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
    let read = |path| serde_json::from_str::<Value>(&fs::read_to_string(path).unwrap()).unwrap();
    let mut runs: Vec<(String, Value)> = made
        .map(read)
        .map(|run| (run["spec"]["pipelineRef"]["name"].as_str().unwrap().to_owned(), run["spec"]["params"].clone()))
        .collect();
    runs.sort_by(|one, other| one.0.cmp(&other.0));
    runs
}

fn names(runs: &[(String, Value)]) -> Vec<&str> {
    runs.iter().map(|(name, _)| name.as_str()).collect()
}

const PLACE: &str = "fcos-builds/prod/streams/";

#[test]
fn production_is_uploaded_signed_and_put_into_the_clouds() {
    let bench = fcos();
    let ended = bench.succeed(&[&UPLOAD[..], &["--stream", "stable", "--slack", "secret"]].concat());
    let message = format!("fcos stable {}: succeeded, 41.20241101.dev.0, tests succeeded", arch());
    assert!(ended.out.contains(&message), "{}", ended.out);
    assert!(bench.calls_of("curl")[0].contains("--config\t-"));
    assert!(!bench.calls().iter().any(|call| call.contains("hush")));
    for (first, second) in [
        ("cosa buildfetch", "cosa build\t"),
        ("cosa buildextend-live", "cosa kola"),
        ("cosa kola\trun", "cosa kola\ttestiso"),
        ("cosa kola\ttestiso", "cosa buildupload\t--artifact=ostree"),
        ("cosa kola\ttestiso", "cosa buildextend-aws\t--upload"),
        ("cosa buildextend-gcp\t--upload", "cosa compress"),
        ("cosa buildupload\t--artifact=ostree", "oc"),
        ("cosa compress", "cosa buildupload\ts3"),
        ("cosa buildupload\ts3", "cosa sign"),
    ] {
        assert!(bench.first(first) < bench.first(second), "{first} before {second}");
    }
    let sign = &bench.calls_of("cosa sign")[0];
    assert!(sign.contains(&format!("--build\t41.20241101.dev.0\trobosignatory\t--images\t--s3\t{PLACE}stable/builds")));
    assert_eq!(
        names(&started(&bench)),
        ["build-arch", "kola-aws", "kola-azure", "kola-gcp", "kola-openstack", "kola-upgrade"]
    );
    assert_eq!(bench.calls_of("cosa build"), ["cosa\tbuild\t--strict"]);
    bench.nothing_is_left();
}

#[test]
fn development_is_released_and_other_architectures_begin_early() {
    let bench = fcos();
    let more = ["--early-arch-jobs", "true", "--wait-for-release", "true", "--cloud-replication", "true"];
    bench.succeed(&[&UPLOAD[..], &["--stream", "testing-devel"], &more].concat());
    let runs = started(&bench);
    assert_eq!(names(&runs)[..2], ["build-arch", "kola-aws"]);
    let release = runs.iter().find(|(name, _)| name == "release").unwrap();
    let value = |name: &str| {
        let found = release.1.as_array().unwrap().iter().find(|one| one["name"] == name).unwrap();
        found["value"].as_str().unwrap().to_owned()
    };
    assert_eq!(value("stream"), "testing-devel");
    assert_eq!(value("version"), "41.20241101.dev.0");
    assert_eq!(value("cloud_replication"), "true");
    assert_eq!(bench.calls_of("oc wait").len(), 1);
    assert_eq!(bench.calls_of("cosa buildupload --artifact=ostree").len(), 1);
    assert!(bench.calls_of("cosa buildextend-aws --upload").is_empty());
    assert!(bench.first("oc create") < bench.first("cosa compress"));
    assert!(bench.first("cosa buildupload\t--artifact=ostree") < bench.first("oc create"));
}

#[test]
fn without_an_upload_nothing_leaves_the_machine() {
    let bench = fcos();
    bench.succeed(&[&UPLOAD[..], &["--stream", "next", "--no-upload", "true", "--force", "true"]].concat());
    for tool in ["cosa buildupload", "cosa sign", "oc", "curl"] {
        assert_eq!(bench.calls_of(tool), Vec::<String>::new());
    }
    assert_eq!(bench.calls_of("cosa buildfetch").len(), 1);
    assert_eq!(bench.calls_of("cosa build"), ["cosa\tbuild\t--strict\t--force"]);
    assert_eq!(bench.status("signed"), "skipped");
}

#[test]
fn a_mechanical_stream_without_a_bucket_is_built_from_what_is_there() {
    let bench = fcos();
    bench.succeed(&["-j", "4", "--stream", "rawhide", "--version", "42.20250101.91.0"]);
    assert_eq!(bench.calls_of("cosa buildfetch"), Vec::<String>::new());
    assert_eq!(bench.calls_of("cosa fetch"), ["cosa\tfetch"]);
    assert_eq!(bench.calls_of("cosa build"), ["cosa\tbuild\t--version\t42.20250101.91.0"]);
    // Nobody tests it, and the stream is not for production.
    assert_eq!(bench.calls_of("cosa buildextend-applehv"), Vec::<String>::new());
    assert_eq!(bench.calls_of("cosa buildextend-openstack").len(), 1);
}

#[test]
fn a_text_reaches_cosa_as_one_word() {
    let odd = r#"use std.cosa

pipeline odd(branch: string, tags: [cosa.TestTag], keys: [cosa.KeyValue], aws: secret) {
            workspace srv { size: 1Gi }
            src  = cosa.init(srv, url: "https://example.com/config", branch)
            base = cosa.build(src)
            test = cosa.kola(base.qemu, tags: tags, denylist: ["*.uefi"])
            packed = cosa.compress(base.ostree) after test
            up     = cosa.upload(packed, path: "bucket/p", aws)
            cosa.sign(up, base.build_id, s3: "bucket/p", aws, fedmsg_keys: keys)
        }
"#;
    let bench = Bench::new(&script_of(odd, &[]));
    let branch = "a b; 'c' \"$(touch $TOOLS/oops)\"";
    let words =
        ["--branch", branch, "--tags", "!x", "--tags", "y", "--keys", "k=a b;", "--keys", "l='", "--aws", "secret"];
    bench.succeed(&words);
    let quoted = r#"a\ b\;\ \'c\'\ \"\$\(touch\ \$TOOLS/oops\)\""#;
    assert_eq!(bench.calls_of("cosa init"), [format!("cosa\tinit\t--branch\t{quoted}\thttps://example.com/config")]);
    let kola = &bench.calls_of("cosa kola")[0];
    assert!(kola.ends_with("\t--tag=\\!x\t--tag=y\t--denylist-test=\\*.uefi"), "{kola}");
    let sign = &bench.calls_of("cosa sign")[0];
    assert!(sign.ends_with("\t--extra-fedmsg-keys=k=a\\ b\\;\t--extra-fedmsg-keys=l=\\'"), "{sign}");
    assert!(!bench.path("oops").exists());
}

/// A stand-in that takes everything proves nothing.
#[test]
fn the_stand_in_refuses_what_the_real_one_refuses() {
    let bench = fcos();
    let steps: [(&str, bool); 29] = [
        ("cosa build", false),
        ("cosa init --brnch x https://example.com", false),
        ("cosa init", false),
        ("cosa init --branch x https://example.com", true),
        ("cosa init https://example.com", false),
        ("cosa buildextend-metal", false),
        ("cosa buildextend-live", false),
        ("cosa kola run", false),
        ("cosa fetch --strict", true),
        ("cosa build --tag x", false),
        ("cosa build --strict", true),
        ("cosa buildfetch --url https://example.com", false),
        ("cosa buildextend-live", false),
        ("cosa buildextend-metal", true),
        ("cosa buildextend-live", false),
        ("cosa buildextend-metal4k", true),
        ("cosa kola testiso", false),
        ("cosa buildextend-live", true),
        ("cosa kola testiso", true),
        ("cosa buildextend-amiga", false),
        ("cosa buildextend-aws --upload --bucket=s3://x", false),
        ("cosa kola run --tag x", false),
        ("cosa kola run --tag=x", true),
        ("cosa buildupload s3 b/p", false),
        ("cosa compress", true),
        ("cosa sign --build 1.2 robosignatory --images --s3 b/p", false),
        ("cosa buildupload --acl=x s3 b/p", false),
        ("cosa buildupload s3 --acl=x b/p", true),
        ("cosa sign --build 1.2 robosignatory --images --s3 b/p", true),
    ];
    for (step, good) in steps {
        let words: Vec<&str> = step.split(' ').collect();
        assert_eq!(bench.tool(&words) == Some(0), good, "{step}");
    }
    assert_ne!(bench.tool(&["cosa", "publish"]), Some(0));
}

//! A folder where the scripts of Fedora CoreOS run: with a COSA of today, and on a machine of any architecture.

use std::fs;

use serde_json::Value;

use super::plans::{path, values};
use crate::examples::bench::Bench;
use crate::examples::programs::emitted;
use crate::examples::tools;

/// The script of a pipeline for a stream and an architecture, on a machine of that architecture.
pub(super) fn bench(
    name: &str,
    stream: &'static str,
    arch: &'static str,
    more: &[(&'static str, &'static str)],
) -> Bench {
    let secret = |(name, value): (&'static str, &'static str)| {
        let is_one =
            ["aws", "gov", "gcp", "azure", "aliyun", "power", "push", "bus", "cert", "slack", "key"].contains(&value);
        (name, if is_one { "secret" } else { value })
    };
    let values: Vec<_> = values(name, stream, arch, more).into_iter().map(secret).collect();
    let script = emitted(&path(name), "shell", &values).files.remove(0).text;
    let bench = Bench::with(&script, "coreos/cosa");
    fs::create_dir(bench.path("secrets")).unwrap();
    bench.write("secrets/secret", "hush");
    tools::machine(&bench.path(""), if name == "build" { arch } else { "x86_64" }, arch);
    bench
}

/// What COSA was told, a line a call.
pub(super) fn told(bench: &Bench) -> String {
    let here = bench.path("").display().to_string();
    bench.calls_of("cosa").iter().map(|call| call.replace('\t', " ").replace(&here, "./") + "\n").collect()
}

/// What was asked of the cluster: the pipeline of each run, and its values.
pub(super) fn started(bench: &Bench) -> Vec<(String, Vec<(String, String)>)> {
    let files = fs::read_dir(bench.path("")).unwrap().flatten().map(|entry| entry.path());
    let made = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut runs: Vec<_> = made
        .map(|path| {
            let run: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
            let params = run["spec"]["params"].as_array().unwrap().iter();
            let params = params.map(|one| (text(&one["name"]), text(&one["value"]))).collect();
            (text(&run["spec"]["pipelineRef"]["name"]), params)
        })
        .collect();
    runs.sort();
    runs
}

/// A stand-in that takes everything proves nothing.
#[test]
fn it_refuses_what_the_real_one_refuses() {
    let bench = Bench::with("", "coreos/cosa");
    bench.write("arch", "x86_64");
    let steps: [(&str, bool); 45] = [
        ("build", false),
        ("init --brnch x https://example.com", false),
        ("init", false),
        ("init --branch x https://example.com", true),
        ("init https://example.com", false),
        ("osbuild qemu", false),
        ("kola run", false),
        ("fetch", false),
        ("buildfetch --url s3://b/p", true),
        ("build --tag x", false),
        ("build --delay-meta-merge", false),
        ("build --parent-build 1.2.3", false),
        ("build --strict --versionary --version 1.2", false),
        ("build --strict", true),
        ("buildfetch --url s3://b/p", false),
        ("osbuild", false),
        ("osbuild amiga", false),
        ("osbuild qemu-secex", false),
        ("osbuild --hostkey x qemu", false),
        ("buildextend-vmware", false),
        ("kola run", false),
        ("osbuild qemu live aws", true),
        ("buildextend-vmware", true),
        ("buildextend-powervs", false),
        ("kola run --parallel 2", false),
        ("kola run --parallel=0", false),
        ("kola run --qemu-firmware=efi", false),
        ("kola testiso", false),
        ("kola run --parallel=2 iso.*", true),
        ("meta --get-value buildid --dump", false),
        ("meta --image-path gcp", false),
        ("meta --get-value images.gcp", true),
        ("imageupload-gcp --project=p --bucket=gs://b --json-key=secret", false),
        ("imageupload-aws --bucket=s3://b --region=r", false),
        ("imageupload-aws --bucket=s3://b --region=r --credentials-file=secret", true),
        ("buildupload s3 b/p", false),
        ("buildupload --artifact=ostree s3 b/p", true),
        ("compress", true),
        ("sign --build 43.20251101.20.1 robosignatory --images --s3 b/p --fedmsg-conf=secret", false),
        ("buildupload s3 --arch x86_64 b/p", false),
        ("buildupload --arch x86_64 s3 b/p", true),
        ("compress", false),
        ("sign --build 43.20251101.20.1 robosignatory --images --oci --s3 b/p --fedmsg-conf=secret", false),
        ("sign --build 43.20251101.20.1 robosignatory --images --s3 b/q --fedmsg-conf=secret", false),
        ("sign --build 43.20251101.20.1 robosignatory --images --s3 b/p --fedmsg-conf=secret", true),
    ];
    for (step, good) in steps {
        let words: Vec<&str> = ["cosa"].into_iter().chain(step.split(' ')).collect();
        assert_eq!(bench.tool(&words) == Some(0), good, "{step}");
    }
    assert_ne!(bench.tool(&["cosa", "remote-session", "create"]), Some(0));
}

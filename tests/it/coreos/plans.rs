//! Which tasks there are, for each stream and architecture and what else may be asked for.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::examples::programs::{open, plan_of, programs};

pub(super) const STREAMS: [&str; 7] =
    ["stable", "testing", "next", "testing-devel", "next-devel", "rawhide", "branched"];

pub(super) type Values = Vec<(&'static str, &'static str)>;

const IMPORT: (&str, &str) = ("import_oci_image", "quay.io/fedora/fedora-coreos:rawhide");
const SOURCE: (&str, &str) = ("source_oci_image", "quay.io/fedora/fedora-coreos:rawhide");
const VERSION: (&str, &str) = ("version", "43.20251101.3.0");

/// Every secret that there is for a pipeline, and what else it cannot do without.
fn all_secrets(name: &str) -> Values {
    let bus = [("fedora_messaging", "bus"), ("fedora_messaging_cert", "cert"), ("slack", "slack")];
    let clouds = [("aws_build_upload", "aws"), ("aws_govcloud_image_upload", "gov"), ("gcp_image_upload", "gcp")];
    let builder = [("builder_host", "ssh://core@builder/run/podman.sock"), ("builder_key", "key")];
    match name {
        "build" => [&bus[..], &clouds, &[("azure_image_upload", "azure"), ("aliyun_image_upload", "aliyun")]].concat(),
        "build_arch" => {
            let more = [("azure_image_upload", "azure"), ("powervs_image_upload", "power"), VERSION];
            [&bus[..], &clouds, &more, &builder].concat()
        }
        "release" => {
            let more = [("powervs_image_upload", "power"), ("oscontainer_push_registry", "push"), VERSION];
            [&bus[..], &clouds, &more, &[("aliyun_image_upload", "aliyun")]].concat()
        }
        _ => [&builder[..], &[("slack", "slack")]].concat(),
    }
}

/// The values to plan a pipeline with: all that may be known is.
pub(super) fn values(
    name: &str,
    stream: &'static str,
    arch: &'static str,
    more: &[(&'static str, &'static str)],
) -> Values {
    let mut values = all_secrets(name);
    values.push(("stream", stream));
    if name != "release" {
        values.push(("arch", arch));
    }
    let plain: &[(&str, &str)] = match name {
        "build" => &[
            ("kola_run_sleep", "false"),
            ("early_arch_jobs", "false"),
            ("allow_kola_upgrade_failure", "false"),
            ("upload", "by_stream"),
            ("skip_untested_artifacts", "dynamic"),
            ("import_oci_image", ""),
            ("hotfix", ""),
        ],
        "build_arch" => &[
            ("kola_run_sleep", "false"),
            ("allow_kola_upgrade_failure", "false"),
            ("upload", "by_stream"),
            ("skip_untested_artifacts", "dynamic"),
            ("source_oci_image", ""),
            ("src_config_commit", "0123456"),
            ("hotfix", ""),
        ],
        "release" => &[("cloud_replication", "true")],
        _ => &[("src_config_commit", ""), ("target_version", "")],
    };
    values.extend_from_slice(plain);
    if stream == "rawhide" && name == "build" {
        values.push(IMPORT);
    } else if stream == "rawhide" && name == "build_arch" {
        values.push(SOURCE);
    }
    if name == "build" && arch != "x86_64" {
        values.push(("additional_arches", ""));
    }
    values.extend_from_slice(more);
    let last: BTreeMap<_, _> = values.into_iter().collect();
    last.into_iter().collect()
}

pub(super) fn path(name: &str) -> String {
    format!("examples/coreos/{name}.pipe")
}

#[test]
fn they_check_clean() {
    let paths = programs("examples/coreos");
    assert!(paths.len() >= 7, "{paths:?}");
    paths.iter().for_each(|path| drop(open(path)));
}

/// Layout, lints and the tests in the programs, by the tool itself.
#[test]
fn they_are_in_layout_and_keep_their_promises() {
    for words in [["fmt", "--check"], ["check", "--quiet"], ["test", "--quiet"]] {
        let mut pipec = std::process::Command::new(env!("CARGO_BIN_EXE_pipec"));
        let done = pipec.args(words).arg("examples/coreos").current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
        assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stdout));
    }
}

/// One row of a table: parameters, how many tasks, and their names.
fn row(table: &mut String, name: &str, label: &str, values: &[(&str, &str)]) {
    let plan = plan_of(&path(name), values);
    let names: Vec<&str> = plan.tasks().map(|(_, task)| task.name.as_str()).collect();
    writeln!(table, "{label}: {}\n    {}", names.len(), names.join(" ")).unwrap();
}

fn with_options(
    table: &mut String,
    name: &str,
    stream: &'static str,
    arch: &'static str,
    options: &[(&'static str, &'static str)],
) {
    row(table, name, &format!("{stream} {arch}"), &values(name, stream, arch, &[]));
    for option in options {
        let label = format!("{stream} {arch} {}={}", option.0, option.1);
        row(table, name, &label, &values(name, stream, arch, &[*option]));
    }
}

#[test]
fn build() {
    let mut table = String::new();
    for stream in STREAMS {
        for arch in ["x86_64", "aarch64", "ppc64le", "s390x"] {
            row(&mut table, "build", &format!("{stream} {arch}"), &values("build", stream, arch, &[]));
        }
    }
    let options = [
        ("kola_run_sleep", "true"),
        ("early_arch_jobs", "true"),
        ("allow_kola_upgrade_failure", "true"),
        ("upload", "no"),
        ("skip_untested_artifacts", "no"),
        ("additional_arches", "s390x"),
        ("hotfix", "cve-1"),
        ("aws_build_upload", ""),
        ("gcp_image_upload", ""),
    ];
    with_options(&mut table, "build", "testing-devel", "x86_64", &options);
    with_options(&mut table, "build", "branched", "x86_64", &[("upload", "yes")]);
    insta::assert_snapshot!("build", table);
}

#[test]
fn build_arch() {
    let mut table = String::new();
    for stream in STREAMS {
        for arch in ["aarch64", "ppc64le", "s390x"] {
            row(&mut table, "build_arch", &format!("{stream} {arch}"), &values("build_arch", stream, arch, &[]));
        }
    }
    let options =
        [("kola_run_sleep", "true"), ("upload", "no"), ("skip_untested_artifacts", "no"), ("src_config_commit", "")];
    with_options(&mut table, "build_arch", "next-devel", "s390x", &options);
    insta::assert_snapshot!("build_arch", table);
}

#[test]
fn release() {
    let mut table = String::new();
    for stream in STREAMS {
        row(&mut table, "release", stream, &values("release", stream, "", &[]));
    }
    for option in [
        ("cloud_replication", "false"),
        ("additional_arches", "aarch64"),
        ("additional_arches", ""),
        ("gcp_image_upload", ""),
        ("allow_missing_arches", "true"),
    ] {
        row(
            &mut table,
            "release",
            &format!("stable {}={}", option.0, option.1),
            &values("release", "stable", "", &[option]),
        );
    }
    insta::assert_snapshot!("release", table);
}

#[test]
fn kola_upgrade() {
    let mut table = String::new();
    for stream in STREAMS {
        for arch in ["x86_64", "aarch64", "ppc64le", "s390x"] {
            row(&mut table, "kola_upgrade", &format!("{stream} {arch}"), &values("kola_upgrade", stream, arch, &[]));
        }
    }
    let options = [("target_version", "43.20251101.20.1"), ("start_version", "41"), ("src_config_commit", "0123456")];
    with_options(&mut table, "kola_upgrade", "stable", "x86_64", &options);
    insta::assert_snapshot!("kola_upgrade", table);
}

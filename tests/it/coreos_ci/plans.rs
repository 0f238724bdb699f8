//! Which tasks there are, for each stream, component, architecture and whatever else may be asked for.

use std::fmt::Write;

use super::rows::Row;

const COMMIT: (&str, &str) = ("revision", "0123456789012345678901234567890123456789");
const STREAMS: [&str; 7] = ["stable", "testing", "next", "testing-devel", "next-devel", "rawhide", "branched"];

/// One row of the table: what is bound besides, how many tasks, and their names.
fn row(table: &mut String, least: &Row, more: &[(&'static str, &'static str)]) {
    let plan = least.with(more).plan();
    let names: Vec<&str> = plan.tasks().map(|(_, task)| task.name.as_str()).collect();
    let said: Vec<String> = more.iter().map(|(name, value)| format!("{name}={value}")).collect();
    writeln!(table, "{} {}: {}\n    {}", least.pipeline, said.join(" "), names.len(), names.join(" ")).unwrap();
}

#[test]
fn rhcos() {
    let (mut table, least) = (String::new(), Row::least("rhcos"));
    for release in ["4.6", "4.9", "4.12"] {
        for arch in ["x86_64", "ppc64le", "s390x"] {
            row(&mut table, &least, &[("release", release), ("arch", arch)]);
        }
    }
    for release in ["4.9", "4.10", "4.11", "4.12"] {
        row(&mut table, &least, &[("release", release), ("arch", "aarch64")]);
    }
    row(&mut table, &least, &[("clouds", "")]);
    row(&mut table, &least, &[("clouds", "aws,powervs"), ("arch", "ppc64le")]);
    insta::assert_snapshot!("rhcos", table);
}

#[test]
fn cosa_ci() {
    let (mut table, least) = (String::new(), Row::least("cosa_ci"));
    row(&mut table, &least, &[]);
    row(&mut table, &least, &[("change", "pr-4447"), ("config_branch", "rawhide")]);
    insta::assert_snapshot!("cosa_ci", table);
}

#[test]
fn prow() {
    let (mut table, least) = (String::new(), Row::least("prow"));
    for build in ["rhcos-9", "rhcos-10", "scos-9", "scos-10"] {
        for suite in ["qemu", "metal"] {
            row(&mut table, &least, &[("build", build), ("suite", suite)]);
        }
    }
    insta::assert_snapshot!("prow", table);
}

#[test]
fn images() {
    let (mut table, cosa) = (String::new(), Row::least("cosa_image").with(&[COMMIT]));
    for component in ["coreos-assembler", "kola-nfs", "kola-tang", "kola-targetcli"] {
        for event in ["push", "pull-request", "renovate-push"] {
            row(&mut table, &cosa, &[("component", component), ("event", event)]);
        }
    }
    row(&mut table, &cosa, &[("skip_checks", "false")]);
    let fcos = Row::least("fcos_image").with(&[COMMIT]);
    let mut runs = 0;
    for stream in STREAMS {
        let pinned = ["testing-devel", "next-devel", "rawhide", "branched"].contains(&stream);
        for event in ["push", "pull-request"].into_iter().chain(pinned.then_some("pull-request-overrides")) {
            row(&mut table, &fcos, &[("stream", stream), ("event", event)]);
            runs += 1;
        }
    }
    assert_eq!(runs, 18);
    row(&mut table, &fcos, &[("skip_checks", "false")]);
    insta::assert_snapshot!("images", table);
}

#[test]
fn docker_build() {
    let (mut table, least) = (String::new(), Row::least("docker_build"));
    let known = least.with(&[
        ("git_url", "https://example.com/app.git"),
        ("output_image", "quay.io/example/app:1"),
        ("prefetch_input", ""),
        ("build_source_image", "false"),
        ("snyk_token", ""),
        ("skip_checks", "false"),
    ]);
    row(&mut table, &known, &[]);
    row(&mut table, &known, &[("build_platforms", "linux/amd64,linux/arm64")]);
    row(&mut table, &known, &[("skip_checks", "true")]);
    row(&mut table, &known, &[("prefetch_input", "gomod"), ("build_source_image", "true"), ("snyk_token", "snyk")]);
    insta::assert_snapshot!("docker_build", table);
}

#[test]
fn rhcos_v1() {
    let mut table = String::new();
    for pipeline in ["treecompose", "cloud", "aws_test"] {
        let least = Row::least(pipeline);
        for product in ["maipo", "ootpa"] {
            row(&mut table, &least, &[("product", product)]);
        }
        row(&mut table, &least, &[("slack", "slack")]);
        if pipeline != "aws_test" {
            row(&mut table, &least, &[("dry_run", "true")]);
            row(&mut table, &least, &[("dry_run", "false"), ("slack", "slack")]);
        }
    }
    insta::assert_snapshot!("rhcos_v1", table);
}

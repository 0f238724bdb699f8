//! Values: the parameter file of an import, and JobSpecs as parameter files by the records of the library.

use pipec::diag::report;
use pipec::query::{Analysis, Request};

use super::{Texts, example, imported, planned};

#[test]
fn the_parameter_file_has_the_values_and_says_what_is_missing() {
    let (_, params) = imported(&example("by_hand"));
    for line in [
        "# git_url: https://git.example.com/${params.CONFIG}",
        "# version: ${params.VERSION}",
        "# push_auth: the name of a secret",
    ] {
        assert!(params.lines().any(|one| one == line), "{line}\n{params}");
    }
    let (program, params) = imported(&example("everything"));
    assert!(params.contains("git_ref: \"kelp-stable\"\n") && params.contains("is_production: true\n"));
    let (_, plan) = planned(&program, &params);
    let open: Vec<&str> = plan.params.iter().map(|param| param.name.as_str()).collect();
    assert_eq!(
        open,
        ["git_commit", "aws_config", "aws_cn_config", "azure_auth", "azure_profile", "gcp_key", "aliyun_config"]
    );
}

/// A pipeline that is driven by a file.
const PROGRAM: &str = r#"use std.cosa
use std.cosa.jobspec

/// Build what a file asks for.
pipeline ci(
    /// What the repository says.
    const job: jobspec.JobSpec,
    aws:       secret,
) {
    workspace srv { size: 60Gi }

    src  = cosa.init(srv, url: job.recipe.git_url, branch: job.recipe.git_ref)
    base = cosa.build(src, strict: job.job.is_production)
    for registry in job.publish_oscontainer.registries if registry.secret != none {
        cosa.push_container(base.ostree, name: registry.url, auth: registry.secret!)
    }
    for stage in job.stages if jobspec.builds(stage, .metal) {
        metal = cosa.metal(base.ostree)
    }
    when job.clouds_cfgs.aws != none {
        ami = cosa.cloud(base.qemu, .aws)
        cosa.upload_aws(ami, bucket: job.clouds_cfgs.aws!.ami_path, region: "eu-central-1", aws)
    }
}
"#;

const JOB: &str = "job:
  job: {is_production: true}
  recipe:
    git_url: https://git.example.com/kelp/config
    repos:
      - {name: kelp, url: https://rpm.example.com/kelp.repo}
  clouds_cfgs:
    aws: {enabled: true, ami_path: kelp-import/amis}
  publish_oscontainer:
    registries:
      - {url: 'quay.io/kelp/os:42', secret_type: cluster, secret: kelp-push}
  stages:
    - {id: base, build_artifacts: [base]}
    - {id: disks, build_artifacts: [metal, metal4k]}
";

fn run(job: &str) -> (Vec<String>, Vec<String>) {
    let files = Texts::of(&[("ci.pipe", PROGRAM), ("job.yaml", job)]);
    let mut analysis = Analysis::open(&files, "ci.pipe");
    let request = Request { files: vec!["job.yaml".to_owned()], ..Request::default() };
    let plan = analysis.plan(&files, &request);
    let tasks = plan.iter().flat_map(|plan| plan.tasks().map(|(_, task)| task.name.clone())).collect();
    (tasks, analysis.diagnostics.iter().map(|found| report::line(&analysis.sources, found)).collect())
}

#[test]
fn a_jobspec_drives_a_pipeline() {
    let (tasks, found) = run(JOB);
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(tasks, ["src", "base", "push_container_1", "metal_2", "ami", "upload_aws"]);
}

#[test]
fn each_mistake_of_such_a_file_is_said_at_its_line() {
    for (was, is, said) in [
        ("git_url:", "git_uri:", "job.yaml:4:5: error[P0503]: `Recipe` has no field `git_uri`"),
        (
            "is_production: true",
            "is_production: yes",
            "job.yaml:2:24: error[P0502]: `job.job.is_production` takes `true` or `false`",
        ),
        ("cluster", "clutser", "job.yaml:11:50: error[P0502]: `job.publish_oscontainer.registries[0].secret_type`"),
        ("enabled: true, ", "", "job.yaml:8:10: error[P0502]: `job.clouds_cfgs.aws` needs the field `enabled`"),
        ("metal4k", "metal5k", "job.yaml:14:44: error[P0502]"),
        ("[base]", "base", "job.yaml:13:35: error[P0502]"),
        ("kelp-import/amis", "Kelp Import", "job.yaml:8:36: error[P0502]"),
        (
            "id: disks",
            "id: disks, execution_order: 3",
            "job.yaml:14:19: error[P0503]: `Stage` has no field `execution_order`",
        ),
    ] {
        assert!(JOB.contains(was));
        let (tasks, found) = run(&JOB.replacen(was, is, 1));
        assert!(tasks.is_empty() && found.iter().any(|one| one.starts_with(said)), "{said}\n{found:#?}");
    }
}

//! Which tasks there are, for which parameters.

use pipec::source::STDLIB;

use super::programs::{open, plan_of, programs};

#[test]
fn examples_and_library_check_clean() {
    let modules = STDLIB.iter().map(|(name, _)| format!("std.{name}"));
    let paths: Vec<String> = programs("examples").into_iter().chain(modules).collect();
    assert!(paths.len() >= 8, "{paths:?}");
    paths.iter().for_each(|path| drop(open(path)));
}

/// The names of the tasks, and how many there are.
fn holds(path: &str, values: &[(&str, &str)], count: usize, names: &str) {
    let plan = plan_of(path, values);
    let found: Vec<&str> = plan.tasks().map(|(_, task)| task.name.as_str()).collect();
    let wanted: Vec<&str> = names.split_whitespace().collect();
    assert_eq!(found, wanted, "{path} {values:?}");
    assert_eq!(found.len(), count, "{path} {values:?}");
}

const UPLOAD: [(&str, &str); 4] = [
    ("bucket", "fcos-builds/prod/streams"),
    ("aws_build_upload", "aws-builds"),
    ("aws_image_upload", "aws-images"),
    ("gcp_image_upload", "gcp-images"),
];

fn with<'a>(values: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [values, &UPLOAD].concat()
}

const X86_IMAGES: &str = "image_aliyun image_applehv image_azure image_azurestack image_digitalocean image_exoscale \
    image_hyperv image_ibmcloud image_kubevirt image_nutanix image_openstack image_virtualbox image_vmware image_vultr";
const FORKS: &str = "taken fork_aarch64 fork_ppc64le fork_s390x";
const CHECKS: &str = "check_kola_aws check_kola_azure check_kola_gcp check_kola_openstack check_kola_upgrade";
const NOTICES: &str = "notify notify_2";

#[test]
fn open_parameters_leave_every_way_open() {
    let early = "early early_fork_aarch64 early_fork_ppc64le early_fork_s390x";
    let names = format!(
        "src parent base metal metal4k iso ami gce {X86_IMAGES} hold kola upgrade upgrade_2 {early} testiso upload_aws \
         upload_gcp {FORKS} packed uploaded signed release {CHECKS} {NOTICES}"
    );
    holds("examples/fcos.pipe", &[], 48, &names);
}

const PLAIN: [(&str, &str); 3] =
    [("kola_run_sleep", "false"), ("allow_kola_upgrade_failure", "false"), ("early_arch_jobs", "false")];

#[test]
fn production_goes_to_the_clouds_and_development_is_released() {
    let head = format!("src parent base metal metal4k iso ami gce {X86_IMAGES} kola upgrade testiso");
    let production = format!("{head} upload_aws upload_gcp {FORKS} packed uploaded signed {CHECKS} {NOTICES}");
    let values = with(&[&PLAIN[..], &[("stream", "stable"), ("no_upload", "false")]].concat());
    holds("examples/fcos.pipe", &values, 41, &production);
    let development = format!("{head} {FORKS} packed uploaded signed release {CHECKS} {NOTICES}");
    let values = with(&[&PLAIN[..], &[("stream", "testing-devel"), ("no_upload", "false")]].concat());
    holds("examples/fcos.pipe", &values, 40, &development);
}

#[test]
fn without_an_upload_nothing_leaves_the_machine() {
    let names = format!("src parent base metal metal4k iso ami gce {X86_IMAGES} kola upgrade testiso packed {NOTICES}");
    for stream in ["stable", "rawhide"] {
        let values =
            with(&[&PLAIN[..], &[("stream", stream), ("skip_untested", "no"), ("no_upload", "true")]].concat());
        holds("examples/fcos.pipe", &values, 28, &names);
    }
    // To hold the machine is not to upload; it did upload in the pipeline that this one is made after.
    let held = names.replace(" kola ", " hold kola ");
    let values = with(&[("kola_run_sleep", "true"), PLAIN[1], PLAIN[2], ("stream", "next"), ("skip_untested", "no")]);
    holds("examples/fcos.pipe", &values, 29, &held);
    // Without a bucket there is nothing to fetch either.
    let values = [&PLAIN[..], &[("stream", "next"), ("skip_untested", "no"), ("bucket", "")]].concat();
    holds("examples/fcos.pipe", &values, 27, &names.replace("parent ", ""));
}

#[test]
fn an_architecture_has_its_own_images() {
    let rows = [
        ("aarch64", 17, "ami gce image_applehv image_azure image_hyperv image_openstack"),
        ("ppc64le", 13, "image_openstack image_powervs"),
        ("s390x", 14, "image_ibmcloud image_kubevirt image_openstack"),
        ("riscv64", 11, ""),
    ];
    for (arch, count, images) in rows {
        let values = [&PLAIN[..], &[("arch", arch), ("skip_untested", "no"), ("bucket", "")]].concat();
        let names = format!("src base metal metal4k iso {images} kola upgrade testiso packed {NOTICES}");
        holds("examples/fcos.pipe", &values, count, &names);
    }
}

#[test]
fn untested_images_are_left_out_where_asked() {
    let all = format!("src base metal metal4k iso ami gce {X86_IMAGES} kola upgrade testiso packed {NOTICES}");
    let few = all.replace(X86_IMAGES, "image_azure image_openstack");
    let rows = [
        ("yes", "stable", 15, &few),
        ("no", "rawhide", 27, &all),
        ("dynamic", "stable", 27, &all),
        ("dynamic", "next-devel", 15, &few),
    ];
    for (skip, stream, count, names) in rows {
        let values = [&PLAIN[..], &[("skip_untested", skip), ("stream", stream), ("bucket", "")]].concat();
        holds("examples/fcos.pipe", &values, count, names);
    }
}

#[test]
fn other_architectures_begin_early_or_late() {
    let head = "src parent base metal metal4k iso kola upgrade";
    let tail = format!("packed uploaded signed release {CHECKS} {NOTICES}");
    let values = |early| {
        let fixed = [("clouds", ""), ("additional_arches", "s390x"), ("no_upload", "false"), ("stream", "rawhide")];
        with(&[&fixed[..], &[("early_arch_jobs", early)], &PLAIN[..2]].concat())
    };
    let early = format!("{head} early early_fork_s390x testiso {tail}");
    holds("examples/fcos.pipe", &values("true"), 22, &early);
    holds("examples/fcos.pipe", &values("false"), 22, &format!("{head} testiso taken fork_s390x {tail}"));
}

#[test]
fn an_upgrade_that_may_fail_goes_on() {
    for (allowed, policy) in [("true", pipec::plan::OnFailure::GoOn), ("false", pipec::plan::OnFailure::Stop)] {
        let plan = plan_of("examples/fcos.pipe", &[("allow_kola_upgrade_failure", allowed)]);
        let upgrades: Vec<_> =
            plan.tasks().map(|(_, task)| task).filter(|task| task.name.starts_with("upgrade")).collect();
        assert_eq!(upgrades.len(), 1);
        assert_eq!(upgrades[0].on_failure, policy);
    }
}

#[test]
fn a_shop_is_deployed_or_only_built() {
    let built = "clone api site check_unit check_contract check_browser scan";
    holds("examples/wharf.pipe", &[], 10, &format!("{built} release smoke report"));
    holds("examples/wharf.pipe", &[("build_only", "true")], 8, &format!("{built} report"));
    let production = [("environment", "prod"), ("cluster", "kubeconfig"), ("build_only", "false")];
    holds("examples/wharf.pipe", &production, 10, &format!("{built} release smoke report"));
}

#[test]
fn an_image_is_built_with_as_much_care_as_asked_for() {
    let checks = "deprecated_base clair preflight snyk clamav sast_shell sast_unicode rpm_signatures";
    let ends = "apply_tags push_dockerfile";
    let path = "examples/image.pipe";
    holds(path, &[], 16, &format!("init clone prefetch build index source_image {checks} {ends}"));
    let bare = [("skip_checks", "true"), ("prefetch_input", ""), ("build_source_image", "false")];
    holds(path, &bare, 6, &format!("init clone build index {ends}"));
    let hermetic = [("skip_checks", "true"), ("prefetch_input", "gomod"), ("build_source_image", "true")];
    holds(path, &hermetic, 8, &format!("init clone prefetch build index source_image {ends}"));
}

//! What stands for the real tools and for the machine, in every test that really runs an example: in the test binary `it`
//! and in `run`.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

/// Every command that the examples call and that is not on each machine; COSA is another script.
const TOOLS: [&str; 42] = [
    "ami-copy-regions",
    "apply-tags",
    "aws",
    "buildah",
    "clair-action",
    "clamscan",
    "clamscan-image",
    "coreos-oemid",
    "coreos-virt-install",
    "curl",
    "deprecated-image-check",
    "executor",
    "fedmsg-broadcast",
    "git",
    "go",
    "helm",
    "hermeto",
    "kola",
    "make",
    "oc",
    "oras",
    "ore",
    "ostree",
    "plume",
    "podman",
    "preflight",
    "push-dockerfile",
    "qemu-img",
    "rpm",
    "rpm-ostree",
    "rpms-signature-scan",
    "rsync",
    "rsync-repos",
    "sast-shell-check",
    "sast-snyk",
    "sast-unicode-check",
    "skopeo",
    "snyk",
    "source-build",
    "ssh",
    "trivy",
    "virt-cat",
];

/// Puts them into the folder `bin` of `top`, which is what `$TOOLS` has to name; with a COSA of this generation.
pub(crate) fn install(top: &Path, cosa: &str) {
    let here = |name: &str| format!("{}/tests/it/{name}", env!("CARGO_MANIFEST_DIR"));
    fs::create_dir_all(top.join("bin")).unwrap();
    TOOLS.iter().for_each(|tool| symlink(here("examples/tool"), top.join("bin").join(tool)).unwrap());
    symlink(here(cosa), top.join("bin/cosa")).unwrap();
}

/// A machine of the architecture `here`, with a COSA that builds for `arch`.
pub(crate) fn machine(top: &Path, here: &str, arch: &str) {
    fs::write(top.join("arch"), arch).unwrap();
    let uname = top.join("bin/uname");
    fs::write(&uname, format!("#!/bin/bash\n[[ $1 == -m ]] || exec /usr/bin/uname \"$@\"\necho {here}\n")).unwrap();
    fs::set_permissions(uname, fs::Permissions::from_mode(0o755)).unwrap();
}

/// What was emitted, so that it runs on a machine without KVM and without what images have beside the PATH.
pub(crate) fn anywhere(text: &str) -> String {
    let text = text.replace("/dev/kvm", "/dev/null").replace("/usr/lib/coreos-assembler/", "");
    text.replace("/usr/app/ostree-releng-scripts/", "")
}

/// What COSA fetches of a build of these architectures, each in quotes with a comma between.
pub(crate) fn fetched(arches: &str) -> String {
    let clouds = r#""amis": [], "powervs": [], "gcp": { "image": "i", "family": "f", "project": "p" }"#;
    format!(r#"{{ "built": ["ostree", "kubevirt", "qemu"], "arches": [{arches}], {clouds} }}"#)
}

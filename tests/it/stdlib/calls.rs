//! What the tool is really told: each task as little as it can be given, then with everything.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use tempfile::TempDir;

use super::generation::{Generation, LEGACY, ODD, OSBUILD, emitted};

/// Runs a program on a machine of an architecture; what the tool is told, a line a call.
fn told(text: &str, arch: &str, values: &[(&str, &str)]) -> Vec<String> {
    let dir = TempDir::new().unwrap();
    let place = |name: &str| dir.path().join(name);
    fs::create_dir(place("bin")).unwrap();
    symlink(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/stdlib/cosa"), place("bin/cosa")).unwrap();
    fs::write(place("bin/uname"), format!("#!/bin/sh\necho {arch}\n")).unwrap();
    fs::set_permissions(place("bin/uname"), fs::Permissions::from_mode(0o755)).unwrap();
    // Machines without KVM run these scripts too: what looks for the device finds another.
    let script =
        emitted(text, "shell", &[&[("arch", arch)], values].concat()).files[0].text.replace("/dev/kvm", "/dev/null");
    fs::write(place("line.sh"), script).unwrap();
    fs::write(place("secret"), "hush").unwrap();
    let path = format!("{}:{}", place("bin").display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command.args(["line.sh", "--work", "work", "-j", "1", "--odd", ODD, "--key", "secret"]).current_dir(dir.path());
    command.env("PATH", path).env("TOOLS", dir.path()).env("PIPEC_LOCK_DIR", place("locks"));
    let done = command.output().unwrap();
    assert!(
        done.status.success(),
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    assert!(!place("oops").exists(), "a value was run");
    let odd = r#"a\ b\;\ \'c\'\ \"\$\(touch\ \$TOOLS/oops\)\""#;
    let here = format!("{}/", dir.path().display());
    let calls = fs::read_to_string(place("calls")).unwrap();
    assert!(!calls.contains("hush"), "a secret is in an argument");
    let lines = calls.lines().map(|line| line.replace(odd, "ODD").replace('\t', " ").replace(&here, "./"));
    lines.filter(|line| !is_question(line)).collect()
}

/// What tasks ask behind the command that they are there for, to tell their results.
fn is_question(line: &str) -> bool {
    line == "cosa meta --get-value buildid"
        || line.strip_prefix("cosa meta --image-path ").is_some_and(|image| !image.contains(' '))
}

fn holds(generation: Generation) {
    let told = told(&generation.every(), "x86_64", &[]);
    for (at, (told, wanted)) in told.iter().zip(generation.told()).enumerate() {
        assert_eq!(told, wanted, "line {}", at + 1);
    }
    assert_eq!(told.len(), generation.told().len(), "{:#?}", told.last());
}

#[test]
fn the_legacy_generation_says_what_the_list_says() {
    holds(LEGACY);
}

#[test]
fn the_present_generation_says_what_the_list_says() {
    holds(OSBUILD);
}

#[test]
fn what_only_some_architectures_have_is_said_there() {
    let cases: [(Generation, &str, &[&str]); 4] = [
        (
            OSBUILD,
            "s390x",
            &[
                "cosa osbuild ibmcloud",
                "cosa osbuild kubevirt",
                "cosa osbuild qemu-secex",
                "cosa osbuild --force --build 41.20241101.dev.0 --genprotimgvm ODD qemu-secex",
                "cosa osbuild openstack",
            ],
        ),
        (OSBUILD, "aarch64", &["cosa osbuild nvidiabluefield", "cosa osbuild applehv", "cosa osbuild aws"]),
        (
            OSBUILD,
            "ppc64le",
            &[
                "cosa buildextend-powervs",
                "cosa buildextend-powervs --force --compress --build 41.20241101.dev.0",
                "cosa imageupload-powervs --bucket=b --region=us-south --cloud-object-storage=ODD \
                 --credentials-file=tmp/powervs-key.json",
                "cosa imageupload-powervs --build=41.20241101.dev.0 --force --bucket=b --region=us-south \
                 --cloud-object-storage=ODD --credentials-file=tmp/powervs-key.json",
            ],
        ),
        (
            LEGACY,
            "s390x",
            &[
                "cosa buildextend-secex",
                "cosa buildextend-secex --hostkey tmp/secex-hostkey --genprotimgvm ODD",
                "cosa buildextend-dasd",
            ],
        ),
    ];
    for (generation, arch, wanted) in cases {
        let values: &[(&str, &str)] = if generation.module == "cosa" { &[("platform", "ibmcloud")] } else { &[] };
        let told = told(&generation.own(), arch, values);
        for line in wanted {
            assert!(told.iter().any(|one| one == line), "{line} is not in {told:#?}");
        }
    }
}

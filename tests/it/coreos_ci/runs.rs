//! The scripts run to the end, and tell COSA what a person would have told it.

use std::fs;

use super::rows::Row;
use crate::examples::bench::Bench;

/// A folder where the script of a row runs on a machine of an architecture, with a COSA of that generation.
fn bench(row: &Row, cosa: &str, arch: &str) -> Bench {
    let script = row.emitted("shell").files.remove(0).text;
    let bench = Bench::with(&script, cosa);
    for tool in ["make", "rpm", "buildah"] {
        std::os::unix::fs::symlink(bench.path("bin/git").read_link().unwrap(), bench.path("bin").join(tool)).unwrap();
    }
    bench.write("do.curl", "while (($#)); do [[ $1 != --output ]] || echo '[packages]' >\"$2\"; shift; done; exit 0");
    bench.write("do.git", "[[ $1 != init ]] || mkdir -p \"${@: -1}\"\n");
    bench.write(
        "do.buildah",
        "for word in \"$@\"; do [[ $word != --digestfile=* ]] || printf 'sha256:%064d' 7 >\"${word#*=}\"; done",
    );
    fs::create_dir(bench.path("secrets")).unwrap();
    for secret in ["keytab", "aws", "quay", "art-registry", "ci-registry"] {
        bench.write(&format!("secrets/{secret}"), "hush");
    }
    bench.write("arch", arch);
    bench.write("bin/uname", &format!("#!/bin/bash\n[[ $1 == -m ]] || exec /usr/bin/uname \"$@\"\necho {arch}\n"));
    bench
}

fn in_order(bench: &Bench, starts: &[&str]) {
    for pair in starts.windows(2) {
        assert!(bench.first(pair[0]) < bench.first(pair[1]), "{pair:?} in {:#?}", bench.calls());
    }
}

#[test]
fn rhcos() {
    for (arch, own) in [("x86_64", "cosa buildextend-vmware"), ("s390x", "cosa buildextend-dasd")] {
        let bench = bench(&Row::least("rhcos").with(&[("arch", arch)]), "examples/cosa", arch);
        bench.succeed(&["-j", "1"]);
        in_order(
            &bench,
            &[
                "cosa init",
                "curl",
                "cosa buildfetch",
                "cosa build ",
                own,
                "cosa kola",
                "cosa compress",
                "cosa koji-upload",
                "cosa buildupload",
            ],
        );
        assert_eq!(bench.calls_of("skopeo copy").len(), 2);
        assert!(!bench.calls().iter().any(|call| call.contains("hush")));
        bench.nothing_is_left();
    }
}

/// Puts a COSA in the place of the other one whose tests leave a log of what they did.
fn with_log(bench: &Bench, log: &str) {
    let cosa = bench.path("bin/cosa").read_link().unwrap();
    fs::remove_file(bench.path("bin/cosa")).unwrap();
    let leave = format!(
        "case $* in *--output-dir=tmp/kola/kola-self*)\n    mkdir -p tmp/kola/kola-self\n    \
         echo '{log}' >tmp/kola/kola-self/kola-runext-autopkgtest-reboot.txt ;;\nesac\n"
    );
    bench.write("bin/cosa", &format!("#!/bin/bash\n{leave}exec '{}' \"$@\"\n", cosa.display()));
}

#[test]
fn cosa_ci() {
    for rebooted in [true, false] {
        let bench = bench(&Row::least("cosa_ci"), "coreos/cosa", "x86_64");
        with_log(&bench, if rebooted { "ok autopkgtest rebooting" } else { "1..0" });
        if !rebooted {
            assert_eq!(bench.run(&["-j", "1"]).code, Some(123));
            assert_eq!(bench.status("rebooted"), "failed");
            assert!(bench.calls_of("cosa compress").is_empty());
            continue;
        }
        bench.succeed(&["-j", "1"]);
        in_order(
            &bench,
            &[
                "buildah build",
                "make check",
                "make unittest",
                "cosa init",
                "cosa build ",
                "cosa osbuild qemu",
                "cosa osbuild aliyun",
                "cosa buildextend-vmware",
                "cosa kola",
                "cosa compress --fast",
                "cosa buildupload --dry-run",
            ],
        );
    }
}

#[test]
fn prow() {
    for (suite, made) in [("qemu", "cosa osbuild qemu"), ("metal", "cosa osbuild qemu metal metal4k live")] {
        let bench = bench(&Row::least("prow").with(&[("suite", suite)]), "coreos/cosa", "x86_64");
        bench.succeed(&["-j", "1"]);
        in_order(&bench, &["cosa init", "curl", "cosa build", made, "cosa kola run"]);
        assert_eq!(bench.calls_of("cosa compress").len(), usize::from(suite == "metal"));
    }
}

//! The scripts run to the end, and tell COSA what a person would have told it.

use std::fs;

use super::rows::Row;
use crate::examples::bench::Bench;
use crate::examples::tools;

/// A folder where the script of a row runs on a machine of an architecture, with a COSA of that generation.
fn bench(row: &Row, cosa: &str, arch: &str) -> Bench {
    let script = row.emitted("shell").files.remove(0).text;
    let bench = Bench::with(&script, cosa);
    fs::create_dir(bench.path("secrets")).unwrap();
    for secret in ["keytab", "aws", "quay", "art-registry", "ci-registry"] {
        bench.write(&format!("secrets/{secret}"), "hush");
    }
    tools::machine(&bench.path(""), arch, arch);
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

#[test]
fn cosa_ci() {
    for rebooted in [true, false] {
        let bench = bench(&Row::least("cosa_ci"), "coreos/cosa", "x86_64");
        if !rebooted {
            bench.write("kola-self.txt", "1..0");
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

//! The scripts run to the end, and what they told COSA is what a person would have told it.

use super::stand_in::{bench, started, told};
use crate::examples::tools::fetched;

/// Where the first call that begins so stands among others.
fn place(calls: &str, start: &str) -> usize {
    calls.lines().position(|call| call.starts_with(start)).unwrap_or_else(|| panic!("no `{start}` in\n{calls}"))
}

fn in_order(calls: &str, starts: &[&str]) {
    for pair in starts.windows(2) {
        assert!(place(calls, pair[0]) < place(calls, pair[1]), "{pair:?} in\n{calls}");
    }
}

const UPLOADED: [&str; 9] = [
    "cosa init",
    "cosa buildfetch",
    "cosa build ",
    "cosa osbuild",
    "cosa kola run",
    "cosa buildupload --force --skip-builds-json --artifact=ostree",
    "cosa compress",
    "cosa buildupload --skip-builds-json",
    "cosa sign",
];

#[test]
fn build_of_a_production_stream() {
    for arch in ["x86_64", "s390x"] {
        let bench = bench("build", "stable", arch, &[]);
        let ended = bench.succeed(&["-j", "1"]);
        assert!(ended.out.contains(&format!("[stable][{arch}] build: succeeded (43.20251101.20.1)")), "{}", ended.out);
        let calls = told(&bench);
        in_order(&calls, &UPLOADED);
        insta::assert_snapshot!(format!("stable_{arch}"), calls);
        bench.nothing_is_left();
    }
}

#[test]
fn build_of_a_development_stream() {
    for arch in ["x86_64", "s390x"] {
        let bench = bench("build", "testing-devel", arch, &[]);
        bench.succeed(&["-j", "1"]);
        let calls = told(&bench);
        in_order(&calls, &UPLOADED);
        insta::assert_snapshot!(format!("testing_devel_{arch}"), calls);
    }
}

#[test]
fn build_side_by_side() {
    let bench = bench("build", "next", "x86_64", &[]);
    bench.succeed(&["-j", "8"]);
    in_order(&told(&bench), &UPLOADED);
    assert_eq!(started(&bench).iter().filter(|(name, _)| name == "build-arch").count(), 3);
    assert!(!bench.calls().iter().any(|call| call.contains("hush")));
}

#[test]
fn what_was_held_is_not_uploaded() {
    let bench = bench("build", "stable", "x86_64", &[("kola_run_sleep", "true")]);
    bench.write("bin/sleep", "#!/bin/bash\n[[ $1 == infinity ]] || exec /usr/bin/sleep \"$@\"\n");
    bench.succeed(&["-j", "2"]);
    let calls = told(&bench);
    assert!(
        !calls.contains("cosa buildupload") && !calls.contains("cosa imageupload") && !calls.contains("cosa sign"),
        "{calls}"
    );
    assert_eq!(started(&bench), []);
}

#[test]
fn what_did_not_change_is_not_built_again() {
    let bench = bench("build", "testing-devel", "x86_64", &[]);
    let same = "#!/bin/bash\nCOSA_LATEST=43.20251101.20.1 exec \"$TOOLS/bin/real-cosa\" \"$@\"\n";
    std::fs::rename(bench.path("bin/cosa"), bench.path("bin/real-cosa")).unwrap();
    bench.write("bin/cosa", same);
    bench.succeed(&["-j", "1"]);
    let calls = told(&bench);
    assert!(!calls.contains("cosa osbuild") && !calls.contains("cosa buildupload"), "{calls}");
    let runs: Vec<_> = started(&bench).into_iter().map(|(name, _)| name).collect();
    assert_eq!(runs, ["build-arch", "build-arch", "build-arch", "release"]);
}

#[test]
fn build_arch_on_its_builder() {
    for (stream, arch) in [("stable", "s390x"), ("branched", "aarch64"), ("next", "ppc64le")] {
        let bench = bench("build_arch", stream, arch, &[]);
        bench.succeed(&["-j", "1"]);
        insta::assert_snapshot!(format!("build_arch_{stream}_{arch}"), told(&bench));
        assert!(!bench.path("remote").exists());
        bench.nothing_is_left();
    }
}

#[test]
fn the_session_ends_also_when_a_test_fails() {
    let bench = bench("build_arch", "stable", "aarch64", &[]);
    std::fs::rename(bench.path("bin/cosa"), bench.path("bin/real-cosa")).unwrap();
    bench.write(
        "bin/cosa",
        "#!/bin/bash\n[[ \"$*\" != *\"kola run\"* ]] || exit 1\nexec \"$TOOLS/bin/real-cosa\" \"$@\"\n",
    );
    let ended = bench.run(&["-j", "1"]);
    assert_eq!(ended.code, Some(1), "{}\n{}", ended.out, ended.err);
    let calls = told(&bench);
    assert!(!calls.contains("buildupload"), "{calls}");
    assert!(calls.ends_with("cosa remote-session destroy\n"), "{calls}");
    assert!(!bench.path("remote").exists());
}

#[test]
fn release_of_all_architectures() {
    let bench = bench("release", "stable", "", &[]);
    bench.write("meta.json", &fetched(r#""x86_64", "aarch64", "ppc64le", "s390x""#));
    bench.succeed(&["-j", "1"]);
    let calls = told(&bench);
    in_order(
        &calls,
        &[
            "cosa init",
            "cosa buildfetch",
            "cosa aws-replicate",
            "cosa push-container-manifest",
            "cosa generate-release-meta",
        ],
    );
    insta::assert_snapshot!("release_stable", calls);
    assert_eq!(bench.calls_of("ore gcloud promote-image").len(), 4);
    assert_eq!(bench.calls_of("fedmsg-broadcast").len(), 1);
    assert_eq!(bench.calls_of("plume").len(), 2);
    bench.nothing_is_left();
}

#[test]
fn release_without_an_architecture() {
    let refused = bench("release", "next", "", &[]);
    refused.write("meta.json", &fetched(r#""x86_64", "aarch64""#));
    let ended = refused.run(&["-j", "1"]);
    assert_eq!(ended.code, Some(1), "{}\n{}", ended.out, ended.err);
    assert!(!told(&refused).contains("replicate"), "{}", told(&refused));
    let allowed = bench("release", "next", "", &[("allow_missing_arches", "true")]);
    allowed.write("meta.json", &fetched(r#""x86_64", "aarch64""#));
    allowed.succeed(&["-j", "4"]);
    let calls = told(&allowed);
    assert_eq!(calls.matches("cosa aws-replicate").count(), 4, "{calls}");
    assert!(calls.contains("--skip-builds-json --arch aarch64 --arch x86_64 s3"), "{calls}");
    assert!(allowed.status("fetched_s390x") == "skipped" && allowed.status("fetched_aarch64") == "succeeded");
}

#[test]
fn upgrades_from_releases_of_all_ages() {
    for (start, firmwares) in
        [("", "uefi"), ("37", "uefi-secure"), ("41.20241109.3.0", "uefi-secure"), ("45", "uefi-secure")]
    {
        let bench = bench("kola_upgrade", "stable", "x86_64", &[("start_version", start)]);
        bench.succeed(&["-j", "1"]);
        let calls = told(&bench);
        let tests: Vec<&str> = calls.lines().filter(|call| call.starts_with("cosa kola run")).collect();
        assert_eq!(tests.len(), 2, "{start}: {calls}");
        assert!(tests[0].contains(&format!("--qemu-firmware={firmwares} ")), "{start}: {calls}");
        assert!(tests[1].contains("--qemu-firmware=bios ") && tests[1].contains("--tag=extended-upgrade"), "{calls}");
        assert_eq!(tests[0].contains("--qemu-memory=1536"), start == "37", "{calls}");
        let repository = bench.calls_of("curl").iter().any(|call| call.contains("ostree-repo-stable"));
        assert_eq!(repository, start != "45", "{start}");
    }
}

#[test]
fn upgrades_from_nothing() {
    let skipped = bench("kola_upgrade", "stable", "x86_64", &[("start_version", "40")]);
    skipped.succeed(&["-j", "1"]);
    assert_eq!(told(&skipped), "");
    let deadend = bench("kola_upgrade", "stable", "x86_64", &[("start_version", "38.20230310.1.0")]);
    assert_eq!(deadend.run(&["-j", "1"]).code, Some(1));
}

#[test]
fn upgrades_on_a_builder() {
    let bench = bench("kola_upgrade", "rawhide", "aarch64", &[]);
    bench.succeed(&["-j", "1"]);
    insta::assert_snapshot!("kola_upgrade_aarch64", told(&bench));
    assert!(!bench.path("remote").exists());
}

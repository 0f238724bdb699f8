//! What one pipeline starts another with, the other takes: every name is a parameter there, every value one of its type.

use super::plans::{path, values};
use super::stand_in::{bench, started};
use crate::examples::programs::plan_of;

/// The pipelines that are written here, by the name under which they are started.
fn file(name: &str) -> Option<&'static str> {
    match name {
        "build-arch" => Some("build_arch"),
        "release" => Some("release"),
        "kola-upgrade" => Some("kola_upgrade"),
        _ => None,
    }
}

/// Plans what was started, with the values that it was started with; how many there were.
fn taken(runs: &[(String, Vec<(String, String)>)]) -> usize {
    let mut count = 0;
    for (name, params) in runs {
        let Some(name) = file(name) else { continue };
        let given = |one: &str| params.iter().find(|(name, _)| name == one).map(|(_, value)| value.as_str());
        // What the cluster knows, and nobody passes on.
        let mut all: Vec<(&str, &str)> = values(name, "stable", "s390x", &[])
            .into_iter()
            .filter(|(one, value)| given(one).is_none() && !value.is_empty() && *one != "target_version")
            .collect();
        all.extend(params.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        assert!(plan_of(&path(name), &all).tasks().count() > 5, "{name}");
        count += 1;
    }
    count
}

#[test]
fn by_build() {
    let bench = bench("build", "testing-devel", "x86_64", &[("cloud_replication", "true")]);
    bench.succeed(&["-j", "4"]);
    let runs = started(&bench);
    let names: Vec<&str> = runs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "build-arch",
            "build-arch",
            "build-arch",
            "kola-aws",
            "kola-azure",
            "kola-gcp",
            "kola-openstack",
            "kola-upgrade",
            "release"
        ]
    );
    assert_eq!(taken(&runs), 5);
}

#[test]
fn by_build_arch() {
    let bench = bench("build_arch", "stable", "s390x", &[]);
    bench.succeed(&["-j", "4"]);
    let runs = started(&bench);
    // From the first Fedora of the architecture that is no more than ten behind, up to that of the build.
    let starts: Vec<&str> = runs
        .iter()
        .filter(|(name, _)| name == "kola-upgrade")
        .flat_map(|(_, params)| params.iter().filter(|(name, _)| name == "start_version"))
        .map(|(_, value)| value.as_str())
        .collect();
    assert_eq!(starts, ["36", "37", "38", "39", "40", "41", "42", "43"]);
    assert_eq!(taken(&runs), 8);
}

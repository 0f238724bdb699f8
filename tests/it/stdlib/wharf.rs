//! `std.wharf`: what the tools are told by each type of step, with every field and with its defaults.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use tempfile::TempDir;

use super::generation::{ODD, emitted};

/// Notes every word that it is told, and keeps the files that it is given.
const TOOL: &str = r#"#!/bin/bash
set -euo pipefail
line="${0##*/}"
(($#)) && printf -v words ' %q' "$@" && line+=$words
printf '%s\n' "$line" >> "$TOOLS/calls"
for file in "${KUBECONFIG:-}" "${HELM_REGISTRY_CONFIG:-}" "${DOCKER_CONFIG:+$DOCKER_CONFIG/config.json}"; do
    [[ -z $file ]] || [[ $(cat "$file") == hush ]] || exit 65
done
# They are in files by then.
[[ -z ${CLUSTER:-}${REGISTRY_AUTH:-} ]] || exit 66
before=
for word; do
    case "$before" in
    --filename | --values) cat "$word" >> "$TOOLS/filled" ;;
    --output) touch "$word/a.nupkg" "$word/b.nupkg" ;;
    --destination) [[ $1 != package ]] || touch "$word/chart.tgz" ;;
    esac
    before=$word
done
"#;

const FILE: &str = "a: ${name} ${ name }b ${other}\nc: ${%name%} ${%} ${%%} ${} $name\n";

/// What a program tells the tools, a line a call, and what they were given in files.
fn told(body: &str) -> (Vec<String>, String) {
    let program = format!(
        "use std.wharf\n\npipeline p(source: workspace, odd: string, key: secret) {{\n    stage s {{\n{body}\n    }}\n}}\n"
    );
    let dir = TempDir::new().unwrap();
    let place = |name: &str| dir.path().join(name);
    fs::create_dir(place("bin")).unwrap();
    for tool in ["executor", "helm", "kubectl", "dotnet"] {
        fs::write(place("bin").join(tool), TOOL).unwrap();
        fs::set_permissions(place("bin").join(tool), fs::Permissions::from_mode(0o755)).unwrap();
    }
    fs::create_dir(place("source")).unwrap();
    fs::write(place("source/a.yaml"), FILE).unwrap();
    fs::write(place("source/b c.yaml"), "second\n").unwrap();
    fs::write(place("ci.sh"), &emitted(&program, "shell", &[]).files[0].text).unwrap();
    fs::write(place("secret"), "hush").unwrap();
    let path = format!("{}:{}", place("bin").display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command.args(["ci.sh", "--work", "work", "-j", "1", "--odd", ODD, "--key", "secret", "--source", "source"]);
    command.current_dir(dir.path()).env("PATH", path).env("TOOLS", dir.path()).env("PIPEC_LOCK_DIR", place("locks"));
    let done = command.env("TMPDIR", dir.path()).output().unwrap();
    assert!(
        done.status.success(),
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    assert!(!place("oops").exists(), "a value was run");
    let left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with("tmp.")), "{left:?}");
    let calls = fs::read_to_string(place("calls")).unwrap();
    let odd = r#"a\ b\;\ \'c\'\ \"\$\(touch\ \$TOOLS/oops\)\""#;
    let source = place("source").canonicalize().unwrap();
    let here = format!("{}/", dir.path().display());
    let lines = calls.lines().map(|line| {
        let line =
            line.replace(odd, "ODD").replace("b\\ c.yaml", "b_c.yaml").replace(&source.display().to_string(), "SOURCE");
        let words: Vec<&str> = line.split(' ').map(|word| if word.starts_with(&here) { "TMP" } else { word }).collect();
        words.join(" ")
    });
    (lines.collect(), fs::read_to_string(place("filled")).unwrap_or_default())
}

/// All tags may be empty when it runs, which Wharf said too.
#[test]
fn capability_3_3_an_image_without_a_tag_is_not_built() {
    let program = "use std.wharf\n\npipeline p(source: workspace, tag: string) {\n    wharf.docker(source, file: \"a\", \
                   tags: [tag], destination: \"a.example.com/b\")\n}\n";
    let script = emitted(program, "shell", &[]).files[0].text.clone();
    let dir = TempDir::new().unwrap();
    fs::create_dir(dir.path().join("source")).unwrap();
    fs::write(dir.path().join("ci.sh"), script).unwrap();
    let mut command = Command::new("bash");
    command.args(["ci.sh", "--work", "work", "--source", "source", "--tag", ","]).current_dir(dir.path());
    let done = command.env("PIPEC_LOCK_DIR", dir.path().join("locks")).output().unwrap();
    let told = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(!done.status.success() && told.contains("all tags are empty"), "{told}");
}

#[test]
fn capability_3_3_docker_builds_and_pushes_with_kaniko() {
    let (told, _) = told(
        r#"
        least = wharf.docker(source, file: "Dockerfile", tags: ["v1"], destination: "a.example.com/b")
        most = wharf.docker(
            source, file: odd, tags: ["v1,,v2", "", "v3"], destination: wharf.destination("r", "g", "b", "b"),
            context: "sub", push: false, args: ["A=~{odd}", "B=2"], secret_args: ["KEY"], auth: key,
        ) { env: { KEY: key } } after least"#,
    );
    assert_eq!(
        told,
        [
            "executor --dockerfile SOURCE/Dockerfile --context dir://SOURCE/ --destination a.example.com/b:v1",
            "executor --dockerfile SOURCE/ODD --context dir://SOURCE/sub --build-arg A=ODD --build-arg B=2 \
             --build-arg KEY --no-push --destination r/g/b:v1 --destination r/g/b:v2 \
             --destination r/g/b:v3",
        ]
    );
}

#[test]
fn capability_3_3_helm_is_told_every_value() {
    let (told, filled) = told(
        r#"
        least = wharf.helm(source, chart: "web", name: "shop", namespace: "prod", repo: "r", cluster: key)
        most = wharf.helm(
            source, chart: odd, name: odd, namespace: odd, repo: odd, set: ["a=~{odd}", "b=2"],
            files: ["a.yaml", "b c.yaml"], values: ["name=~{odd}"], chart_version: "0.1", version: "v3.8.1", cluster: key, auth: key,
        ) after least"#,
    );
    assert_eq!(
        told,
        [
            "helm upgrade --install shop web --repo r --namespace prod",
            "helm upgrade --install ODD ODD --repo ODD --namespace ODD --version 0.1 --values TMP --values TMP \
             --set a=ODD --set b=2",
        ]
        .map(|line| line.to_owned())
    );
    assert_eq!(filled, format!("a: {ODD} {ODD}b ${{other}}\nc: ${{name}} ${{}} ${{}} ${{}} $name\nsecond\n"));
}

#[test]
fn capability_3_3_helm_package_leaves_an_empty_version_out() {
    let (told, _) = told(
        r#"
        least = wharf.helm_package(source, destination: "d")
        most = wharf.helm_package(source, destination: odd, chart_path: odd, version: odd, auth: key) after least"#,
    );
    assert_eq!(
        told,
        [
            "helm package . --destination TMP",
            "helm push TMP d",
            "helm package ODD --destination TMP --version ODD",
            "helm push TMP ODD",
        ]
    );
}

#[test]
fn capability_3_3_kubectl_fills_its_files_in() {
    let (told, filled) = told(
        r#"
        least = wharf.kubectl(source, files: ["a.yaml"], cluster: key)
        most = wharf.kubectl(
            source, files: ["a.yaml", "b c.yaml"], values: ["name=x=1 & y", "other="], namespace: odd, action: .replace,
            force: true, cluster: key,
        ) after least"#,
    );
    assert_eq!(
        told,
        ["kubectl apply --filename a.yaml", "kubectl replace --namespace ODD --filename TMP --filename TMP --force",]
    );
    assert_eq!(filled, format!("{FILE}a: x=1 & y x=1 & yb \nc: ${{name}} ${{}} ${{}} ${{}} $name\nsecond\n"));
}

#[test]
fn capability_3_3_nuget_package_packs_the_version_and_pushes_all() {
    let (told, _) = told(
        r#"
        least = wharf.nuget_package(source, version: "1.2", project_path: "src", repo: "r", token: key)
        most = wharf.nuget_package(source, version: odd, project_path: odd, repo: odd, skip_duplicate: true, token: key) after least"#,
    );
    assert_eq!(
        told,
        [
            "dotnet pack src --output TMP /property:Version=1.2",
            "dotnet nuget push TMP --api-key hush --source r",
            "dotnet nuget push TMP --api-key hush --source r",
            "dotnet pack ODD --output TMP /property:Version=ODD",
            "dotnet nuget push TMP --api-key hush --source ODD --skip-duplicate",
            "dotnet nuget push TMP --api-key hush --source ODD --skip-duplicate",
        ]
    );
}

//! `pipec-entrypoint` in front of commands, in manifests.

use std::process::Command;

use crate::cli::run::Place;
use crate::ran::Ran;
use crate::verify::assert_clean;

const FIRST: &str = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
const OTHER: &str = "sha256:2222222222222222222222222222222222222222222222222222222222222222";

/// What a kubelet and an engine do with one step, and what a tool that only starts things would: good enough to see that
/// what runs is what was written.
const STEP: &str = r#"
import os, subprocess, sys, yaml
task, name, tool, params = sys.argv[1:5]
params = dict(one.split("=", 1) for one in params.split(";") if one)
step = next(s for s in yaml.safe_load(open(task))["spec"]["steps"] if s["name"] == name)
env, words = {"PATH": os.environ["PATH"]}, []
def engine(text):
    for key, value in params.items():
        text = text.replace("$(params.%s)" % key, value)
    return text
def kubelet(text):
    out, at = "", 0
    while at < len(text):
        if text.startswith("$$", at): out, at = out + "$", at + 2
        elif text.startswith("$(", at) and ")" in text[at:] and text[at + 2:text.index(")", at)] in env:
            end = text.index(")", at); out, at = out + env[text[at + 2:end]], end + 1
        else: out, at = out + text[at], at + 1
    return out
for one in step.get("env", []): env[one["name"]] = kubelet(engine(one["value"]))
assert "script" not in step, step
for word in step["command"] + step.get("args", []):
    if word.startswith("$(params.") and word.endswith("[*])"):
        words += params[word[9:-4]].split(",")
    else: words.append(kubelet(engine(word)))
assert words[0].startswith("/pipec/tools/pipec-entrypoint-"), words
words = words[words.index("--") + 1:]
sys.exit(subprocess.run(words, env={"HOME": "/root", **env}).returncode)
"#;

fn step(place: &Place, task: &str, name: &str, params: &str) -> Ran {
    let mut command = Command::new("python3");
    command.args(["-c", STEP]).arg(place.path(task)).args([name, "tool", params]).current_dir(place.path("."));
    Ran::of(command.output().unwrap())
}

fn program(options: &str, body: &str) -> String {
    format!(
        "pipeline ci(words: [string] = [\"one\"], name: string = \"n\") {{\n    target tekton {{ {options} }}\n{body}\n}}\n"
    )
}

const SCRIPT: &str = r#"    task t {
        image: "quay.io/a/b:1"
        timeout: 90s
        run: """
            echo "$(echo inner) $HOME. ${#} ~{name} $$(true)" '$(params.name)'
            for word in ~{words}; do echo "<$word>"; done
            exit 7
            """
    }"#;

fn emitted(options: &str, body: &str) -> Place {
    let place = Place::with(&[("ci.pipe", &program(options, body))]);
    let ran = place.run(&["emit", "-t", "tekton", "-o", "out", "ci.pipe"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{options}");
    let texts: Vec<String> = place.names("out").iter().map(|name| place.read(&format!("out/{name}"))).collect();
    assert_clean(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    place
}

fn tools(digest: &str) -> String {
    format!("tools_image: \"quay.io/p/tools:0.1.0@{digest}\"")
}

/// Capabilities 2.1, 2.11: the command of the container is the tool, what it was stands behind `--`; a first step brings the
/// tool into an empty folder.
#[test]
fn capability_2_1_and_2_11_the_tool_is_in_front_of_each_command() {
    let place = emitted(&format!("inject: .step, {}", tools(FIRST)), SCRIPT);
    insta::assert_snapshot!("step", place.read("out/task-t.yaml"));
    let ran = step(&place, "out/task-t.yaml", "run", "name=a b;words=x y,z");
    assert_eq!(ran.code, 7, "{}{}", ran.out, ran.err);
    assert!(
        ran.out.starts_with("inner ") && ran.out.contains(" a b ") && ran.out.contains("$(params.name)"),
        "{}",
        ran.out
    );
    assert!(ran.out.ends_with("<x y>\n<z>\n"), "{}", ran.out);
}

/// Capability 2.3: no shell is started for the command of an image, so that none has to be in it.
#[test]
fn capability_2_3_an_image_of_nothing_but_its_program_runs() {
    let digest = FIRST;
    let lock = format!(
        "{{\"version\":1,\"images\":[{{\"image\":\"quay.io/a/b:1\",\"platform\":\"linux/amd64\",\"digest\":\"{digest}\",\"entrypoint\":[\"printf\",\"<%s>\\\\n\"],\"cmd\":[\"theirs\"]}}]}}"
    );
    let body = r#"    workspace w { size: 1Gi }
    task t { image: "quay.io/a/b:1", args: words, env: { NAME: name, AT: "$(params.name)" }, workdir: w }
    task u { image: "quay.io/a/b:1", args: ["--name", name, "$HOME $$(x)"] }
    task v { image: "quay.io/a/b:1" }
    task s { image: "quay.io/a/b:1", before: "true" }
    task e { image: "quay.io/a/b:1", env: { HOME: none } }"#;
    let place =
        Place::with(&[("ci.pipe", &program(&format!("inject: .step, {}", tools(FIRST)), body)), ("pipec.lock", &lock)]);
    let ran = place.run(&["emit", "-t", "tekton", "-o", "out", "ci.pipe"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let texts: Vec<String> = place.names("out").iter().map(|name| place.read(&format!("out/{name}"))).collect();
    assert_clean(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    for (task, params, wanted) in [
        ("t", "words=a b,c", "<a b>\n<c>\n"),
        ("u", "name=it's", "<--name>\n<it's>\n<$HOME $$(x)>\n"),
        ("v", "", "<theirs>\n"),
    ] {
        let file = format!("out/task-{task}.yaml");
        let text = place.read(&file);
        assert!(!text.contains("sh\"") && !text.contains("script:") && !text.contains("-c\n"), "{text}");
        let ran = step(&place, &file, "run", params);
        assert_eq!((ran.code, ran.out.as_str()), (0, wanted), "{}", ran.err);
    }
    let text = place.read("out/task-t.yaml");
    assert!(text.contains("workingDir: \"$(workspaces.w.path)\"") && !text.contains("PIPE_WORKDIR"), "{text}");
    // What has to be done around it needs a shell.
    for name in ["out/task-s.yaml", "out/task-e.yaml"] {
        assert!(place.read(name).contains("- \"-c\"\n"), "{}", place.read(name));
    }
    assert!(place.read("out/task-e.yaml").contains("unset -v HOME\n"), "{}", place.read("out/task-e.yaml"));
}

/// Capability 2.10: the tool lies in a volume that any number of pods read, and no other kind of volume is taken.
#[test]
fn capability_2_10_tools_lie_in_a_volume_that_many_read() {
    let place = emitted(&format!("inject: .pvc, storage_class: \"nfs\", {}", tools(FIRST)), SCRIPT);
    let tools = place.read("out/tools.yaml");
    insta::assert_snapshot!("tools", tools);
    assert_eq!(
        tools.matches("accessModes:\n  - ReadOnlyMany\n  resources").count()
            + tools.matches("accessModes:\n  - ReadOnlyMany\n  storageClassName").count(),
        1,
        "{tools}"
    );
    let task = place.read("out/task-t.yaml");
    assert!(task.contains("claimName: pipec-tools-0-1-0-111111111111\n      readOnly: true"), "{task}");
    assert!(!task.contains("emptyDir") && !task.contains("pipec-tools\n"), "{task}");
    for modes in ["[\"ReadWriteOnce\"]", "[\"ReadOnlyMany\", \"ReadWriteOnce\"]", "[]"] {
        let text = program(&format!("inject: .pvc, tools_access_modes: {modes}, {}", self::tools(FIRST)), SCRIPT);
        let ran = Place::with(&[("ci.pipe", &text)]).run(&["emit", "-t", "tekton", "ci.pipe"]);
        assert!(ran.code == 1 && ran.err.contains("P0616") && ran.err.contains("ReadOnlyMany"), "{modes}: {}", ran.err);
    }
}

/// Capability 2.13: another tool is another volume and another file; one that is in use is never written again.
#[test]
fn capability_2_13_two_versions_stand_beside_each_other() {
    let names = |digest: &str| {
        let place = emitted(&format!("inject: .pvc, tools_claim: \"team\", {}", tools(digest)), SCRIPT);
        let all = place.read("out/tools.yaml") + &place.read("out/task-t.yaml");
        let words =
            all.split_whitespace().filter(|word| word.contains("team-0") || word.contains("/pipec-entrypoint-"));
        words.map(|word| word.trim_matches(['"', ':']).to_owned()).collect::<std::collections::BTreeSet<_>>()
    };
    let (first, other) = (names(FIRST), names(OTHER));
    assert_eq!(
        first.iter().collect::<Vec<_>>(),
        ["/pipec/tools/pipec-entrypoint-0.1.0-111111111111", "team-0-1-0-111111111111"]
    );
    assert!(first.is_disjoint(&other), "{first:?} {other:?}");
    let unpinned = program("inject: .pvc, tools_image: \"quay.io/p/tools:0.1.0\"", SCRIPT);
    let place = Place::with(&[("ci.pipe", &unpinned)]);
    let ran = place.run(&["emit", "-t", "tekton", "ci.pipe"]);
    assert!(ran.code == 1 && ran.err.contains("P0616") && ran.err.contains("pipec lock"), "{}", ran.err);
    // The lock says it as well as the program.
    place.put(
        "pipec.lock",
        format!("{{\"version\":1,\"images\":[{{\"image\":\"quay.io/p/tools:0.1.0\",\"platform\":\"linux/amd64\",\"digest\":\"{FIRST}\"}}]}}"),
    );
    let ran = place.run(&["emit", "-t", "tekton", "ci.pipe"]);
    assert!(ran.code == 0 && ran.out.contains("pipec-tools-0-1-0-111111111111"), "{}", ran.err);
}

/// 2.13: applied together, as by two branches of one repository, both run what they were emitted with: no object of the one
/// is an object of the other, but for those that are the same.
#[test]
fn capability_2_13_two_versions_are_applied_together() {
    let named = |name: &str, digest: &str| {
        let text = program(&format!("inject: .pvc, {}", tools(digest)), SCRIPT)
            .replace("pipeline ci(", &format!("pipeline {name}("));
        (format!("{name}.pipe"), text)
    };
    let (old, new) = (named("old", FIRST), named("new", OTHER));
    let place = Place::with(&[(&old.0, &old.1), (&new.0, &new.1)]);
    for name in ["old", "new"] {
        place.run(&["emit", "-q", "-t", "tekton", "-o", &format!("out/{name}"), &format!("{name}.pipe")]).exits(0);
    }
    place.run(&["verify", "out"]).exits(0);
    let all = place.shell("cat out/*/*.yaml").out;
    for (name, digits) in [("old", "111111111111"), ("new", "222222222222")] {
        let own = place.shell(&format!("cat out/{name}/*.yaml")).out;
        let claim = format!("pipec-tools-0-1-0-{digits}");
        assert_eq!(
            all.matches(&format!("  name: \"{claim}\"\n")).count() + all.matches(&format!("  name: {claim}\n")).count(),
            2,
            "a claim and a Job: {all}"
        );
        assert!(own.contains(&format!("pipec-entrypoint-0.1.0-{digits}")), "{own}");
        let other = if name == "old" { "222222222222" } else { "111111111111" };
        assert!(!own.contains(other), "{name} names the tool of the other");
    }
}

#[test]
fn a_tool_comes_from_somewhere() {
    for (options, wanted) in [
        ("inject: .step", "nothing says where the tool comes from"),
        (&*format!("inject: .pvc, style: .bundle, {}", tools(FIRST)), "cannot count on a volume"),
        (&*format!("inject: .pvc, tools_claim: \"A b\", {}", tools(FIRST)), "cannot be the name of a claim"),
    ] {
        let place = Place::with(&[("ci.pipe", &program(options, SCRIPT))]);
        let ran = place.run(&["emit", "-t", "tekton", "ci.pipe"]);
        assert!(ran.code == 1 && ran.err.contains("P0616") && ran.err.contains(wanted), "{options}: {}", ran.err);
    }
    let place = Place::with(&[("ci.pipe", &program("tools_claim: \"x\"", SCRIPT))]);
    let ran = place.run(&["emit", "-t", "tekton", "ci.pipe"]);
    assert!(ran.code == 0 && !ran.out.contains("pipec-entrypoint"), "{}{}", ran.out, ran.err);
}

/// In every layout, with every place for scripts, steps of several tasks in one pod, and services.
#[test]
fn every_layout_takes_it() {
    let body = r#"    task a {
        image: "quay.io/a/b:1"
        step first { run: "echo $(params.x) 1" }
        step pipec_tools { run: "echo 2" }
        service db { image: "quay.io/a/db:1", port: 5432 }
        needs: { memory: 1Gi, cpu: 1 }
    }
    task b -> (out: string) { image: "quay.io/a/b:1", run: "echo 1 > ~{out.out}", on_exit: { 3: .skip } } after a
    when name == "n" {
        task c { image: "quay.io/a/b:1", run: "echo ~{b.out ?? "none"}" }
    }
    for word in words { task d { image: "quay.io/a/b:1", run: "echo ~{word}" } }
    finally { task e { image: "quay.io/a/b:1", run: "echo ~{outcome}" } }"#;
    for style in ["files", "inline", "bundle", "catalog"] {
        for scripts in ["inline", "split", "config_map"] {
            if scripts == "config_map" && style == "catalog" {
                continue;
            }
            for fuse in [false, true] {
                let options =
                    format!("inject: .step, style: .{style}, scripts: .{scripts}, fuse: {fuse}, {}", tools(FIRST));
                let place = Place::with(&[("ci.pipe", &program(&options, body))]);
                let ran = place.run(&["emit", "-q", "-t", "tekton", "ci.pipe"]);
                assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{options}");
                assert_clean(&[&ran.out]);
                assert!(ran.out.contains("- \"/pipec/tools/pipec-entrypoint-0.1.0-111111111111\"\n"), "{}", ran.out);
            }
        }
    }
}

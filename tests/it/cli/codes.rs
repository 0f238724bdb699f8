//! The codes that no program alone gives: a line that gives each, and one that nearly does.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use pipec::diag::code::{CODES, Code};

use super::run::{GOOD, Place};

/// What is typed to be told so, and what is nearly that.
struct Row {
    code: Code,
    gives: &'static str,
    nearly: &'static str,
}

const ROWS: &[Row] = &[
    Row { code: Code::P0108, gives: "$pipec check latin1.pipe", nearly: "$pipec check utf8.pipe" },
    Row {
        code: Code::P0111,
        gives: "head -c 67108865 /dev/zero > big.pipe; $pipec check big.pipe",
        nearly: "head -c 1000000 /dev/zero | tr '\\0' '\\n' > big.pipe; $pipec check big.pipe",
    },
    Row { code: Code::P0513, gives: "$pipec plan good.pipe gret", nearly: "$pipec plan good.pipe greet" },
    Row { code: Code::P0519, gives: "$pipec plan good.pipe --goal helo", nearly: "$pipec plan good.pipe --goal hello" },
    Row {
        code: Code::P0537,
        gives: "echo 'pipeline p() { stage s { task t { image: \"a/b:1\", run: \"true\" } } }' | $pipec plan - --stage t",
        nearly: "echo 'pipeline p() { stage s { task t { image: \"a/b:1\", run: \"true\" } } }' | $pipec plan - --stage s",
    },
    Row {
        code: Code::P0562,
        gives: "PATH=/none \"$pipec\" check good.pipe",
        nearly: "PATH=/none \"$pipec\" check --shellcheck never good.pipe",
    },
    Row {
        code: Code::P0563,
        gives: "$pipec check --no-cache --shellcheck ./broken good.pipe",
        nearly: "$pipec check --no-cache --shellcheck ./content good.pipe",
    },
    Row { code: Code::P0701, gives: "$pipec check god.pipe", nearly: "$pipec check good.pipe" },
    Row { code: Code::P0702, gives: "$pipec check empty", nearly: "$pipec check full" },
    Row {
        code: Code::P0703,
        gives: "$pipec emit -t shell -o good.pipe good.pipe",
        nearly: "$pipec emit -t shell -o new good.pipe",
    },
    Row {
        code: Code::P0704,
        gives: "$pipec emit -t shell -o out good.pipe; echo >> out/*.sh; $pipec emit -t shell -o out --check good.pipe",
        nearly: "$pipec emit -t shell -o out good.pipe; $pipec emit -t shell -o out --check good.pipe",
    },
    Row { code: Code::P0705, gives: "$pipec explain P9999", nearly: "$pipec explain p0401" },
    Row { code: Code::P0706, gives: "$pipec check --formt json full", nearly: "$pipec check --format json full" },
    Row { code: Code::P0707, gives: "$pipec new app full", nearly: "$pipec new app empty" },
    Row {
        code: Code::P0708,
        gives: "$pipec emit -t shell -o out good.pipe; $pipec why $(ls out/*.sh):1",
        nearly: "$pipec emit -t shell -o out good.pipe; $pipec why $(ls out/*.sh):$(grep -n '^    task ' out/*.sh | cut -d: -f1)",
    },
    Row { code: Code::P0711, gives: "$pipec test wrong.pipe", nearly: "$pipec test right.pipe" },
    Row { code: Code::P0712, gives: "$pipec test tame.pipe", nearly: "$pipec test right.pipe" },
    Row {
        code: Code::P0713,
        gives: "$pipec test --filter hollow right.pipe",
        nearly: "$pipec test --filter hello right.pipe",
    },
    Row {
        code: Code::P0725,
        gives: "printf '[env]\\nlive = \"live.yaml\"\\n' > pipec.toml; echo 'force: true' > live.yaml; $pipec plan good.pipe --env prod",
        nearly: "printf '[env]\\nlive = \"live.yaml\"\\n' > pipec.toml; echo 'force: true' > live.yaml; $pipec plan good.pipe --env live",
    },
    Row {
        code: Code::P0731,
        gives: "echo 'recipe: {}' | $pipec import jobspec -",
        nearly: "echo '{job: {strict: true}, stages: [{commands: [ls]}]}' | $pipec import jobspec -",
    },
    Row {
        code: Code::P0732,
        gives: "echo '{job: {strict: true}, stages: [{comands: [ls]}]}' | $pipec import jobspec -",
        nearly: "echo '{job: {strict: true}, stages: [{commands: [ls]}]}' | $pipec import jobspec -",
    },
    Row {
        code: Code::P0733,
        gives: "echo '{job: {strict: true}, stages: [{commands: ls}]}' | $pipec import jobspec -",
        nearly: "echo '{job: {strict: true}, stages: [{commands: [ls]}]}' | $pipec import jobspec -",
    },
    Row {
        code: Code::P0734,
        gives: "echo '{job: {strict: true}, stages: [{id: a, commands: [ls]}, {id: a, commands: [ls]}]}' | $pipec import jobspec -",
        nearly: "echo '{job: {strict: true}, stages: [{id: a, commands: [ls]}, {id: b, commands: [ls]}]}' | $pipec import jobspec -",
    },
    Row {
        code: Code::P0735,
        gives: "echo '{job: {strict: true}, stages: [{commands: [\"ls {{ .JobSpec.Recipe.GitUrl }}\"]}]}' | $pipec import jobspec -",
        nearly: "echo '{job: {strict: true}, stages: [{commands: [\"ls {{ .JobSpec.Recipe.GitURL }}\"]}]}' | $pipec import jobspec -",
    },
    Row {
        code: Code::P0736,
        gives: "echo '{job: {strict: true}, stages: [{commands: [cosa buildextend-live]}]}' | $pipec import jobspec -",
        nearly: "echo '{job: {strict: true}, stages: [{build_artifacts: [base]}]}' | $pipec import jobspec -",
    },
    Row {
        code: Code::P0737,
        gives: "echo '{job: {strict: true}, stages: [{execution_order: 2, build_artifacts: [metal]}, {execution_order: 3, build_artifacts: [base]}]}' | $pipec import jobspec -",
        nearly: "echo '{job: {strict: true}, stages: [{execution_order: 2, build_artifacts: [base]}, {execution_order: 3, build_artifacts: [metal]}]}' | $pipec import jobspec -",
    },
    Row {
        code: Code::P0738,
        gives: "echo '{job: {strict: true}, stages: [{not_blocking: true, commands: [ls]}]}' | $pipec import jobspec -",
        nearly: "echo '{job: {strict: true}, stages: [{not_blocking: false, commands: [ls]}]}' | $pipec import jobspec -",
    },
    Row {
        code: Code::P0739,
        gives: "echo '{job: {strict: true}, stages: [{commands: [\"ls ${what}\"]}]}' | $pipec import jobspec -",
        nearly: "echo '{job: {strict: true}, stages: [{commands: [\"ls ${WHAT}\"]}]}' | $pipec import jobspec -",
    },
    Row {
        code: Code::P0740,
        gives: "echo '{stages: [{commands: [ls]}]}' | $pipec import jobspec -",
        nearly: "echo '{job: {strict: true}, stages: [{commands: [ls]}]}' | $pipec import jobspec -",
    },
    Row {
        code: Code::P0741,
        gives: "echo '{apiVersion: v1, kind: ConfigMap}' | $pipec import tekton -",
        nearly: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [{name: a, taskRef: {name: t}}]}}' | $pipec import tekton -",
    },
    Row {
        code: Code::P0742,
        gives: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [{name: a, taskRef: {name: t}, params: [{name: r, value: $(context.pipelineTask.retries)}]}]}}' | $pipec import tekton -",
        nearly: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [{name: a, taskRef: {name: t}, params: [{name: r, value: run}]}]}}' | $pipec import tekton -",
    },
    Row {
        code: Code::P0743,
        gives: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [{name: a, taskRef: {name: t}, runAfter: [b]}]}}' | $pipec import tekton -",
        nearly: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [{name: a, taskRef: {name: t}}, {name: b, taskRef: {name: t}}]}}' | $pipec import tekton -",
    },
    Row {
        code: Code::P0744,
        gives: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [{name: a, taskRef: {resolver: bundles, params: [{name: bundle, value: \"quay.io/a/b:1\"}, {name: name, value: t}]}}]}}' | $pipec import tekton -",
        nearly: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [{name: a, taskRef: {resolver: hub, params: [{name: name, value: t}, {name: version, value: \"0.1\"}]}}]}}' | $pipec import tekton -",
    },
    Row {
        code: Code::P0745,
        gives: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {params: [{name: x, default: a}], tasks: [{name: a, taskSpec: {steps: [{name: s, image: \"quay.io/a/b:1\", script: \"echo \\\\$(params.x)\"}]}}]}}' | $pipec import tekton -",
        nearly: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {params: [{name: x, default: a}], tasks: [{name: a, taskSpec: {steps: [{name: s, image: \"quay.io/a/b:1\", script: \"echo $(params.x)\"}]}}]}}' | $pipec import tekton -",
    },
    Row {
        code: Code::P0746,
        gives: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {params: [{name: x, default: a}], tasks: [{name: a, taskSpec: {steps: [{name: s, image: \"quay.io/a/b:1\", script: \"echo $(params.x)\"}]}}]}}' | $pipec import tekton -",
        nearly: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {params: [{name: x, default: a}], tasks: [{name: a, taskSpec: {steps: [{name: s, image: \"quay.io/a/b:1\", script: \"echo x\"}]}}]}}' | $pipec import tekton -",
    },
    Row {
        code: Code::P0747,
        gives: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [{name: a, taskRef: {name: t}, params: [{name: deep, value: true}]}]}}' | $pipec import tekton -",
        nearly: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [{name: a, taskRef: {name: t}, params: [{name: deep, value: \"true\"}]}]}}' | $pipec import tekton -",
    },
    Row {
        code: Code::P0748,
        gives: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [{name: a, taskSpec: {steps: [{name: s, image: \"quay.io/a/b:1\", script: ls, computeResources: {requests: {memory: 1Gi}, limits: {memory: 2Gi}}}]}}]}}' | $pipec import tekton -",
        nearly: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [{name: a, taskSpec: {steps: [{name: s, image: \"quay.io/a/b:1\", script: ls, computeResources: {requests: {memory: 2Gi}, limits: {memory: 2Gi}}}]}}]}}' | $pipec import tekton -",
    },
    Row {
        code: Code::P0749,
        gives: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [{name: 2nd, taskRef: {name: t}}]}}' | $pipec import tekton -",
        nearly: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [{name: second, taskRef: {name: t}}]}}' | $pipec import tekton -",
    },
    Row {
        code: Code::P0750,
        gives: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {params: [{name: x, default: a}], tasks: [{name: a, taskSpec: {steps: [{name: s, image: \"quay.io/a/b:1\", script: \"eval $(params.x)\"}]}}]}}' | $pipec import tekton -",
        nearly: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {params: [{name: x, default: a}], tasks: [{name: a, taskSpec: {steps: [{name: s, image: \"quay.io/a/b:1\", script: \"echo $(params.x)\"}]}}]}}' | $pipec import tekton -",
    },
    Row {
        code: Code::P0751,
        gives: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {params: [{name: x, default: a}], tasks: [{name: a, taskRef: {name: t}, when: [{input: $(params.x), operator: in, values: [a]}]}, {name: b, taskRef: {name: u}, params: [{name: r, value: $(tasks.a.results.r)}]}]}}' | $pipec import tekton -",
        nearly: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {params: [{name: x, default: a}], tasks: [{name: a, taskRef: {name: t}}, {name: b, taskRef: {name: u}, params: [{name: r, value: $(tasks.a.results.r)}]}]}}' | $pipec import tekton -",
    },
    Row {
        code: Code::P0752,
        gives: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [{name: a, taskRef: {name: t}}, {name: b, taskRef: {name: u}, runAfter: [a], params: [{name: r, value: $(tasks.a.results.r)}]}]}}' | $pipec import tekton -",
        nearly: "printf %s '{apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [{name: a, taskRef: {name: t}}, {name: b, taskRef: {name: u}, params: [{name: r, value: $(tasks.a.results.r)}]}]}}' | $pipec import tekton -",
    },
    Row {
        code: Code::P0753,
        gives: "echo '<<<<<<< HEAD' > pipec.lock; $pipec check good.pipe",
        nearly: "echo '{\"version\":1,\"images\":[]}' > pipec.lock; $pipec check good.pipe",
    },
    Row {
        code: Code::P0754,
        gives: "$pipec lock --check good.pipe",
        nearly: "echo '[{\"Config\":\"x\"}]' > manifest.json; echo {} > x; $pipec lock --from quay.io/fedora/fedora:41=oci:. good.pipe; $pipec lock --check good.pipe",
    },
    Row { code: Code::P0755, gives: "$pipec plan --locked good.pipe", nearly: "$pipec plan good.pipe" },
    Row {
        code: Code::P0756,
        gives: "echo '[{\"Config\":\"x\"}]' > manifest.json; echo '{\"os\":\"linux\",\"architecture\":\"s390x\"}' > x; $pipec lock --from quay.io/fedora/fedora:41=oci:. good.pipe",
        nearly: "echo '[{\"Config\":\"x\"}]' > manifest.json; echo '{\"os\":\"linux\",\"architecture\":\"amd64\"}' > x; $pipec lock --from quay.io/fedora/fedora:41=oci:. good.pipe",
    },
    Row {
        code: Code::P0757,
        gives: "d=$(printf '%064d' 0); echo \"{\\\"manifests\\\":[{\\\"digest\\\":\\\"sha256:$d\\\"}]}\" > index.json; mkdir -p blobs/sha256; echo {} > blobs/sha256/$d; $pipec lock --from quay.io/fedora/fedora:41=oci:. good.pipe",
        nearly: "echo '[{\"Config\":\"x\"}]' > manifest.json; echo {} > x; $pipec lock --from quay.io/fedora/fedora:41=oci:. good.pipe",
    },
    Row {
        code: Code::P0758,
        gives: "$pipec lock --from quay.io/fedora/fedora:41=oci:empty good.pipe",
        nearly: "echo '[{\"Config\":\"x\"}]' > manifest.json; echo {} > x; $pipec lock --from quay.io/fedora/fedora:41=oci:. good.pipe",
    },
    Row {
        code: Code::P0759,
        gives: "echo 'pipeline p(const v: string) { task t { image: \"a/b:~{v}\", run: \"x\" } }' > open.pipe; $pipec lock --check open.pipe",
        nearly: "echo 'pipeline p(const v: string) { task t { image: \"a/b:~{v}\", run: \"x\" } }' > open.pipe; $pipec lock --check open.pipe -p v=1",
    },
    Row {
        code: Code::P0760,
        gives: "$pipec bundle need.pipe -o b.tar",
        nearly: "$pipec bundle need.pipe --text x -o b.tar",
    },
    Row { code: Code::P0761, gives: "$pipec bundle two.pipe -o b.tar", nearly: "$pipec bundle two.pipe -o archives" },
    Row {
        code: Code::P0762,
        gives: "$pipec bundle sent.pipe -o b.tar --file good.pipe:../x",
        nearly: "$pipec bundle sent.pipe -o b.tar --file good.pipe:x",
    },
    Row {
        code: Code::P0763,
        gives: "$pipec bundle sent.pipe -o b.tar --names=--pipec-end-of-list--",
        nearly: "$pipec bundle sent.pipe -o b.tar --names=--pipec-end-of--",
    },
    Row {
        code: Code::P0764,
        gives: "ln -s ../good.pipe full/l; $pipec remote sent.pipe --dir full --dry-run",
        nearly: "ln -s good.pipe full/l; $pipec remote sent.pipe --dir full --dry-run",
    },
    Row {
        code: Code::P0765,
        gives: "$pipec bundle need.pipe --text x -o b.tar --file good.pipe",
        nearly: "$pipec bundle sent.pipe -o b.tar --file good.pipe",
    },
    Row {
        code: Code::P0766,
        gives: "$pipec remote sent.pipe --dir empty --dry-run",
        nearly: "$pipec remote sent.pipe --dir full --dry-run",
    },
    Row {
        code: Code::P0767,
        gives: "PATH=/none \"$pipec\" remote sent.pipe --dir full",
        nearly: "PATH=/none \"$pipec\" remote sent.pipe --dir full --dry-run",
    },
    Row { code: Code::P0770, gives: "$pipec run good.pipe --only helo", nearly: "$pipec run good.pipe --only hello" },
    Row { code: Code::P0771, gives: "$pipec status lats", nearly: "$pipec run good.pipe; $pipec status last" },
    Row {
        code: Code::P0772,
        gives: "$pipec run good.pipe; $pipec run two.pipe --resume last",
        nearly: "$pipec run good.pipe; $pipec run good.pipe --resume last",
    },
    Row {
        code: Code::P0773,
        gives: "$pipec run good.pipe --store good.pipe",
        nearly: "$pipec run good.pipe --store new",
    },
    Row {
        code: Code::P0774,
        gives: "$pipec run good.pipe; $pipec logs last helo",
        nearly: "$pipec run good.pipe; $pipec logs last hello",
    },
    Row {
        code: Code::P0780,
        gives: "$pipec serve --listen 127.0.0.1:0 --token-file good.pipe",
        nearly: "echo 0123456789abcdef > token; timeout 2 $pipec serve --listen 127.0.0.1:0 --token-file token",
    },
    Row {
        code: Code::P0781,
        gives: "echo 'inputs: []' | $pipec import wharf -",
        nearly: "echo 'a: {b: {container: {image: \"x.example.com/y:1\", cmds: [c]}}}' | $pipec import wharf -",
    },
    Row {
        code: Code::P0782,
        gives: "echo 'a: {b: {contaner: {image: \"x.example.com/y:1\", cmds: [c]}}}' | $pipec import wharf -",
        nearly: "echo 'a: {b: {container: {image: \"x.example.com/y:1\", cmds: [c]}}}' | $pipec import wharf -",
    },
    Row {
        code: Code::P0783,
        gives: "echo 'a: {b: {container: {image: \"x.example.com/y:1\", cmds: c}}}' | $pipec import wharf -",
        nearly: "echo 'a: {b: {container: {image: \"x.example.com/y:1\", cmds: [c]}}}' | $pipec import wharf -",
    },
    Row {
        code: Code::P0784,
        gives: "echo 'a: {b: {}}' | $pipec import wharf -",
        nearly: "echo 'a: {b: {container: {image: \"x.example.com/y:1\", cmds: [c]}}}' | $pipec import wharf -",
    },
    Row {
        code: Code::P0785,
        gives: "echo 'a: {b: {container: {image: \"x.example.com/y:1\", cmds: [\"ls ${d}\"]}}}' | $pipec import wharf -",
        nearly: "echo 'a: {b: {container: {image: \"x.example.com/y:1\", cmds: [\"ls ${%d%}\"]}}}' | $pipec import wharf -",
    },
    Row {
        code: Code::P0786,
        gives: "echo 'a: {b: {container: {image: \"x.example.com/y:1\", os: windows, cmds: [c]}}}' | $pipec import wharf -",
        nearly: "echo 'a: {b: {container: {image: \"x.example.com/y:1\", os: linux, cmds: [c]}}}' | $pipec import wharf -",
    },
    Row {
        code: Code::P0787,
        gives: "echo 'a: {b: {container: {image: \"X.example.com/Y:1\", cmds: [c]}}}' | $pipec import wharf -",
        nearly: "echo 'a: {b: {container: {image: \"x.example.com/y:1\", cmds: [c]}}}' | $pipec import wharf -",
    },
    Row {
        code: Code::P0788,
        gives: "echo '{inputs: [{name: d, type: string}], a: {b: {container: {image: \"x.example.com/y:1\", cmds: [c]}}}}' | $pipec import wharf -",
        nearly: "echo 'a: {b: {container: {image: \"x.example.com/y:1\", cmds: [c]}}}' | $pipec import wharf -",
    },
    Row {
        code: Code::P0789,
        gives: "echo 'a: {b: {container: {image: \"x.example.com/y:1\", cmds: [c]}}}' | $pipec import wharf -",
        nearly: "echo 'a: {b: {kubectl: {file: \"${GIT_TAG}\"}}}' | $pipec import wharf -",
    },
];

/// A ShellCheck that finds nothing.
const CONTENT: &str = "case $1 in --version) echo version: 1;; *) echo '{\"comments\": []}';; esac";

fn place() -> Place {
    let claim = |text: &str| format!("{GOOD}\ntest \"hello comes first\" {{\n    {text}\n}}\n");
    let expect = |body: &str| claim(&format!("expect error \"P0201\" in {{\n        {body}\n    }}"));
    let right = claim("plan = greet(force: true)\n    assert plan.again after plan.hello");
    let place = Place::with(&[("good.pipe", GOOD), ("full/good.pipe", GOOD), ("empty/x", ""), ("right.pipe", &right)]);
    fs::remove_file(place.path("empty/x")).unwrap();
    place.put("wrong.pipe", right.replace("plan.again after plan.hello", "plan.hello after plan.again"));
    let task = |name: &str, more: &str| format!("task {name} {{ image: \"quay.io/f/f:1\"{more}, run: \"true\" }}");
    place.put("need.pipe", format!("pipeline p(text: string) {{ {} }}", task("a", ", env: { T: text }")));
    place.put(
        "two.pipe",
        format!("pipeline p() {{\n{}\n{}\n}}\n", task("a", ", needs: { privileged: true }"), task("b", "")),
    );
    place.put(
        "sent.pipe",
        "pipeline p(names: [string] = []) {\n    workspace w { size: 1Gi }\n    task a { image: \"quay.io/f/f:1\", workdir: w, run: \"echo ~{names}\" }\n}\n",
    );
    place.put("tame.pipe", expect("task t { image: \"a/b:1\", run: \"true\" }"));
    place.put("latin1.pipe", b"// \xe9\n");
    place.put("utf8.pipe", "// é\nconst x: int = 1\n");
    for (name, said) in [("broken", "exit 3"), ("content", CONTENT)] {
        place.put(name, format!("#!/bin/sh\n{said}\n"));
        fs::set_permissions(place.path(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    place
}

#[test]
fn each_is_given_by_one_line_and_not_by_the_next() {
    for Row { code, gives, nearly } in ROWS {
        let given = place().shell(gives);
        let said = |all: &str| all.contains(&format!("[{}]", code.id()));
        assert!(said(&(given.out.clone() + &given.err)), "{}: {given:?}", code.id());
        let not = place().shell(nearly);
        assert!(!said(&(not.out.clone() + &not.err)), "{}: {not:?}", code.id());
    }
}

#[test]
fn every_code_that_has_no_program_has_a_line() {
    let wanted: Vec<Code> = CODES
        .iter()
        .copied()
        .filter(|code| super::super::pages::only_console(*code) && !code.page().contains("```yaml"))
        .collect();
    assert_eq!(ROWS.iter().map(|row| row.code).collect::<Vec<_>>(), wanted);
}

#[test]
fn all_are_listed_with_what_they_are_and_explained_by_number_and_name() {
    let place = Place::new();
    let list = place.run(&["explain", "--list"]).exits(0).out;
    let rows: Vec<&str> = list.lines().collect();
    assert_eq!(rows.len(), CODES.len());
    for (code, row) in CODES.iter().zip(rows) {
        let words: Vec<&str> = row.split_whitespace().collect();
        let level = if code.is_lint() { format!("{:?}", code.severity()).to_lowercase() } else { "error".to_owned() };
        assert_eq!(words[..3], [code.id(), &*level, code.name()], "{row}");
        assert!(row.ends_with(code.summary()));
        let page = place.run(&["explain", code.id()]).exits(0).out;
        assert_eq!(page, code.page());
        assert_eq!(place.run(&["explain", code.name()]).exits(0).out, page);
    }
}

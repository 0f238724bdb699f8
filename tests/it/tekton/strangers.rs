//! Tasks that are kept elsewhere: where they are found, what is handed to them, and when they run.

use serde_json::{Value as Json, json};

use super::programs::{entry, gaps, kind, right, right_beside, task};

/// Two tasks that are kept elsewhere.
pub(super) const ITEMS: &str = r#"
type Commit = string matching "[0-9a-f]{40}"
const base: image = "quay.io/x/y:1"
extern task clone(url: string, depth: int = 1, quiet: bool = false, tags: [string] = [], deep: bool? = none, token: secret? = none, src: workspace)
    -> (commit: Commit, url: string)
{
    hub: "git-clone"
    version: "0.9.0"
    params: { quiet: "QUIET" }
    results: { commit: "CHAINS-GIT_COMMIT" }
    workspaces: { src: "output" }
}
extern task note(text: string) { cluster: "note", namespace: "ci" }
"#;

/// A pipeline beside them.
pub(super) fn program(params: &str, body: &str) -> String {
    format!("{ITEMS}pipeline p({params}) {{\nworkspace ws {{ size: 1Gi }}\n{body}\n}}\n")
}

#[test]
fn each_place_has_its_resolver() {
    let digest = format!("quay.io/x/tasks@sha256:{}", "0a".repeat(32));
    let commit = "0a".repeat(20);
    let resolved = |fields: &str| {
        let text = format!("extern task t_a() {{ {fields} }}\npipeline p() {{ t_a() }}\n");
        entry(&right_beside(&text, &["x"]), "t-a")["taskRef"].clone()
    };
    let reference = |resolver: &str, params: &[(&str, &str)]| {
        let params: Vec<Json> = params.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        json!({ "resolver": resolver, "params": params })
    };
    assert_eq!(
        resolved(&format!("bundle: \"{digest}\"")),
        reference("bundles", &[("bundle", &digest), ("name", "t-a"), ("kind", "task")])
    );
    assert_eq!(
        resolved(&format!("git: \"https://x.example.com/t.git\", revision: \"{commit}\", path: \"a/b.yaml\"")),
        reference("git", &[("url", "https://x.example.com/t.git"), ("revision", &commit), ("pathInRepo", "a/b.yaml")])
    );
    assert_eq!(
        resolved("hub: \"git-clone\", version: \"0.9\", catalog: \"c\""),
        reference(
            "hub",
            &[("kind", "task"), ("name", "git-clone"), ("version", "0.9"), ("catalog", "c"), ("type", "artifact")]
        )
    );
    assert_eq!(
        resolved("cluster: \"x\", namespace: \"y\""),
        reference("cluster", &[("kind", "task"), ("name", "x"), ("namespace", "y")])
    );
    assert_eq!(resolved("cluster: \"x\""), json!({ "name": "x" }));
    let sum = format!("sha256:{}", "0a".repeat(32));
    assert_eq!(
        resolved(&format!(
            "http: \"https://x.example.com/t.yaml\", digest: \"{sum}\", user: \"ci\", password: \"p\", password_key: \"k\""
        )),
        reference(
            "http",
            &[
                ("url", "https://x.example.com/t.yaml"),
                ("digest", &sum),
                ("http-username", "ci"),
                ("http-password-secret", "p"),
                ("http-password-secret-key", "k")
            ]
        )
    );
    let file = |place: &str, more: &str| {
        resolved(&format!("git: \"{place}\", revision: \"{commit}\", path: \"a.yaml\", {more}"))
    };
    assert_eq!(
        file(
            "ours/tasks",
            "token: \"s\", token_key: \"k\", server: \"https://git.example.com\", scm: \"gitea\", cache: \"auto\""
        ),
        reference(
            "git",
            &[
                ("org", "ours"),
                ("repo", "tasks"),
                ("revision", &commit),
                ("pathInRepo", "a.yaml"),
                ("token", "s"),
                ("tokenKey", "k"),
                ("serverURL", "https://git.example.com"),
                ("scmType", "gitea"),
                ("cache", "auto")
            ]
        )
    );
    let cloned = file("https://x.example.com/t.git", "token: \"s\", token_key: \"k\"");
    assert_eq!(cloned["params"][3], json!({ "name": "gitToken", "value": "s" }));
    assert_eq!(cloned["params"][4], json!({ "name": "gitTokenKey", "value": "k" }));
    assert_eq!(
        resolved(&format!("bundle: \"{digest}\", secret: \"login\""))["params"][3],
        json!({ "name": "secret", "value": "login" })
    );
    assert_eq!(
        resolved("hub: \"scan\", version: \"1.0\", server: \"https://hub.example.com\"")["params"][4],
        json!({ "name": "url", "value": "https://hub.example.com" })
    );
}

#[test]
fn what_the_cluster_has_is_not_overwritten() {
    let text =
        "extern task t() { cluster: \"p-a\" }\npipeline p() { t()\ntask a { image: \"x/y:1\", run: \"true\" } }\n";
    assert_eq!(gaps(text), ["P0212 `p-a` of the cluster has the name of a task that is emitted"]);
    right_beside(&text.replace("p-a", "other"), &["other"]);
}

#[test]
fn what_is_handed_over_has_their_names_and_our_values() {
    let body = "c = clone(\"https://~{host}/a.git\", quiet: not loud, tags, token, src: ws) { retries: 2, timeout: 5min, needs: { memory: 1Gi, arch: .aarch64 } }\n\
                task show { image: base, workdir: ws, run: \"echo ~{c.commit} ~{c.url}\" }";
    let all = right(&program("host: string, loud: bool, tags: [string], token: secret", body));
    let clone = entry(&all, "c");
    assert_eq!(
        clone["params"],
        json!([
            { "name": "url", "value": "https://$(params.host)/a.git" },
            { "name": "depth", "value": "1" },
            { "name": "QUIET", "value": "$(tasks.value-c.results.value)" },
            { "name": "token", "value": "$(params.token)" },
            { "name": "tags", "value": ["$(params.tags[*])"] },
        ])
    );
    assert_eq!(clone["workspaces"], json!([{ "name": "output", "workspace": "ws" }]));
    assert_eq!((&clone["retries"], &clone["timeout"]), (&json!(2), &json!("5m0s")));
    let specs = &kind(&all, "PipelineRun")["spec"]["taskRunSpecs"];
    let spec = specs.as_array().unwrap().iter().find(|one| one["pipelineTaskName"] == "c").unwrap();
    assert_eq!(spec["computeResources"]["limits"], json!({ "memory": "1Gi" }));
    assert_eq!(spec["podTemplate"]["nodeSelector"]["kubernetes.io/arch"], "arm64");
    // A result is read by its name there, and looked at where it is read.
    let given = &entry(&all, "show")["params"];
    assert_eq!(given[0], json!({ "name": "c-commit", "value": "$(tasks.c.results.CHAINS-GIT_COMMIT)" }));
    let script = task(&all, "p-show")["steps"][0]["script"].as_str().unwrap();
    assert!(script.contains("is not") || script.contains("of the form of Commit"), "{script}");
    assert!(!all.iter().any(|object| object["kind"] == "Task" && object["metadata"]["name"] == "p-c"));
}

#[test]
fn a_condition_is_kept_where_nobody_misses_the_results() {
    let all = right(&program(
        "on: bool",
        "when on { c = clone(\"u\", src: ws)\nnote(\"~{c.commit}\") }\ntask a { image: base, run: \"x\" }",
    ));
    let when = json!([{ "input": "$(params.on)", "operator": "in", "values": ["true"] }]);
    for name in ["c", "note", "value-note"] {
        assert_eq!(entry(&all, name)["when"], when, "{name}");
    }
}

/// The run has no such result then, and says nothing.
#[test]
fn what_is_returned_may_be_missing() {
    let text = |output: &str, value: &str| {
        format!(
            "{ITEMS}pipeline p(on: bool) -> (url: {output}) {{\nworkspace ws {{ size: 1Gi }}\n\
             c = when on {{ clone(\"u\", src: ws) }}\ntask a {{ image: base, run: \"true\" }} after c\nreturn (url: {value})\n}}\n"
        )
    };
    let all = right(&text("string?", "c.url"));
    let when = json!([{ "input": "$(params.on)", "operator": "in", "values": ["true"] }]);
    assert_eq!(entry(&all, "c")["when"], when);
    assert!(entry(&all, "a")["when"].is_null(), "it only comes behind");
    let results = &kind(&all, "Pipeline")["spec"]["results"];
    assert_eq!((&results[0]["name"], &results[0]["value"]), (&json!("url"), &json!("$(tasks.c.results.url)")));
    // What has to be put together would vanish with it.
    let refused = ["P0602 tekton cannot leave `c` out and have its outputs read"];
    assert_eq!(gaps(&text("string", "c.url ?? \"none\"")), refused);
}

/// Each is said once, whoever asks for it; nothing of it is dropped.
#[test]
fn what_the_engine_has_no_word_for_is_said() {
    let network = "P0602 tekton cannot take the network from";
    for (params, body, wanted) in [
        ("", "task a { image: base, needs: { network: false }, run: \"x\" }", format!("{network} `a`")),
        ("", "n = note(\"x\") { needs: { network: false } }", format!("{network} `n`")),
        (
            "",
            "task a { image: base, retries: 2, retry_delay: 10s, run: \"x\" }",
            "P0602 tekton tries `a` again at once".to_owned(),
        ),
        (
            "name: string",
            "exclusive \"build-~{name}\"\ntask a { image: base, run: \"x\" }",
            "P0602 tekton cannot keep two runs apart".to_owned(),
        ),
    ] {
        assert_eq!(gaps(&program(params, body)), [wanted], "{body}");
        let fused = format!("target tekton {{ fuse: true, style: .inline }}\n{body}\nlast = note(\"y\")");
        assert_eq!(gaps(&program(params, &fused)).len(), 1, "{fused}");
    }
    let run = "extern pipeline build(url: string) { hub: \"build\", version: \"0.9.0\" }\npipeline p() { BODY }\n";
    for body in ["exclusive \"x\"\nbuild(\"u\")", "build(\"u\") { needs: { network: false } }"] {
        assert_eq!(gaps(&run.replace("BODY", body)).len(), 1, "{body}");
    }
}

#[test]
fn a_result_with_a_form_decides_by_a_small_task() {
    let body = "l = look()\nwhen l.ready { task go { image: base, run: \"true\" } }";
    let text = program("", body) + "extern task look() -> (ready: bool) { cluster: \"look\", namespace: \"ci\" }\n";
    let all = right(&text);
    assert_eq!(entry(&all, "go")["when"][0]["input"], "$(tasks.decide-go.results.value)");
    let script = task(&all, "p-decide-go")["steps"][0]["script"].as_str().unwrap();
    assert!(script.contains("true or false"), "{script}");
}

#[test]
fn what_cannot_be_handed_over_is_said() {
    let said = |params: &str, body: &str| gaps(&program(params, body));
    let path = ITEMS.replace("note(text: string)", "note(text: path)");
    let text = path + "pipeline p() {\nworkspace ws { size: 1Gi }\nnote(ws / \"a\")\n}\n";
    assert_eq!(gaps(&text), ["P0602 tekton cannot tell `note` a path in a workspace"]);
    assert_eq!(said("", "note(\"$(date)\")"), ["P0602 tekton would change `text` of `note`"]);
    assert_eq!(
        said("", "clone(\"u\", src: ws, tags: [\"a\", \"b$$\"])"),
        ["P0602 tekton would change `tags` of `clone`"]
    );
    let chosen = "task z { image: base, run: \"x\" }\nclone(\"u\", src: ws, tags: if on then a else [\"x\"])";
    assert_eq!(said("a: [string], on: bool", chosen), ["P0602 tekton cannot compute the list `tags` of `clone`"]);
    let last = "task a { image: base, run: \"x\" }\nfinally { note(\"~{n + 1}\") }";
    assert_eq!(said("n: int", last), ["P0602 tekton cannot compute what `note` is given"]);
    assert_eq!(
        said("n: int", "note(\"~{n + 1}\")"),
        ["P0602 tekton has no image for `check-params`, a small task that is added"]
    );
    assert_eq!(
        said("", "note(\"x\") { needs: { kvm: true, privileged: true } }"),
        [
            "P0602 tekton cannot give `kvm` to `note`, which is kept elsewhere",
            "P0602 tekton cannot give `privileged` to `note`, which is kept elsewhere"
        ]
    );
    for (names, said) in
        [("params: { text: \"a/b\" }", "parameter called `a/b`"), ("params: { text: \"1a\" }", "parameter called `1a`")]
    {
        let text = ITEMS.replace("namespace: \"ci\"", &format!("namespace: \"ci\", {names}"))
            + "pipeline p() { note(\"x\") }\n";
        assert_eq!(gaps(&text), [format!("P0212 tekton has no {said}")]);
    }
    let dotted = program("", "clone(\"u\", src: ws)").replace("CHAINS-GIT_COMMIT", "a.b");
    assert_eq!(gaps(&dotted), ["P0212 tekton has no result called `a.b`"]);
    let upper = program("", "note(\"x\")").replace("\"ci\"", "\"CI\"");
    assert_eq!(gaps(&upper), ["P0212 tekton has no namespace called `CI`"]);
}

#[test]
fn a_helper_image_serves_where_no_task_has_one() {
    let all = right(&program("n: int", "target tekton { helper_image: base }\nnote(\"~{n + 1}\")"));
    assert_eq!(task(&all, "p-value-note")["steps"][0]["image"], "quay.io/x/y:1");
    assert_eq!(entry(&all, "note")["params"][0]["value"], "$(tasks.value-note.results.value)");
}

#[test]
fn lists_are_put_together_where_the_engine_can() {
    let body = "c = clone(\"u\", src: ws)\n\
                clone(\"v\", src: ws, tags: concat(a, concat([\"x\", \"~{c.url}@~{host}\", \"~{n + 1}\"], a))) after c\n\
                task z { image: base, run: \"true\" }";
    let all = right(&program("a: [string], host: string, n: int", body));
    let given = entry(&all, "clone")["params"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        given,
        json!({ "name": "tags", "value": [
            "$(params.a[*])",
            "x",
            "$(tasks.c.results.url)@$(params.host)",
            "$(tasks.value-clone.results.value)",
            "$(params.a[*])",
        ] })
    );
    // It waits for what it reads, and needs nothing else to wait.
    assert!(entry(&all, "clone")["runAfter"].is_null());
    let place = ITEMS.replace("tags: [string]", "tags: [path]")
        + "pipeline p() {\nworkspace ws { size: 1Gi }\nclone(\"u\", src: ws, tags: [ws / \"a\"])\n}\n";
    assert_eq!(gaps(&place), ["P0602 tekton cannot tell `clone` a path in a workspace"]);
}

#[test]
fn names_there_are_spelt_in_one_way_but_for_those_that_are_listed() {
    let text = "extern task t(image_url: string, more_args: [string], src: workspace) -> (image_digest: string) { cluster: \"t\", NAMES }\n\
                pipeline p(src: workspace) {\n\
                  target tekton { helper_image: \"quay.io/x/y:1\" }\n\
                  a = t(\"x\", [], src)\n\
                  t(a.image_digest, [], src) }\n";
    for (names, url, args, workspace, digest) in [
        ("names: .as_written", "image_url", "more_args", "src", "image_digest"),
        ("names: .kebab", "image-url", "more-args", "src", "image-digest"),
        ("names: .camel", "imageUrl", "moreArgs", "src", "imageDigest"),
        ("names: .upper", "IMAGE_URL", "MORE_ARGS", "src", "IMAGE_DIGEST"),
        (
            "names: .upper, params: { more_args: \"args\" }, workspaces: { src: \"SRC\" }",
            "IMAGE_URL",
            "args",
            "SRC",
            "IMAGE_DIGEST",
        ),
    ] {
        let all = right_beside(&text.replace("NAMES", names), &["t"]);
        let call = entry(&all, "t");
        let value = format!("$(tasks.a.results.{digest})");
        assert_eq!(call["params"], json!([{ "name": url, "value": value }, { "name": args, "value": [] }]), "{names}");
        assert_eq!(call["workspaces"], json!([{ "name": workspace, "workspace": "src" }]), "{names}");
    }
}

#[test]
fn what_is_said_not_to_be_pinned_is_taken_as_it_is() {
    let text = "extern task t() { bundle: \"quay.io/x/tasks:1\", unpinned: true }\npipeline p() { t() }\n";
    let all = right(text);
    assert_eq!(entry(&all, "t")["taskRef"]["params"][0], json!({ "name": "bundle", "value": "quay.io/x/tasks:1" }));
}

//! Tasks that are kept elsewhere, and services, from programs to manifests.

use std::io;

use pipec::emit::Bundle;
use pipec::emit::tekton::Tekton;
use pipec::query::{Analysis, Request};
use pipec::source::Files;
use serde_json::{Value as Json, json};

use super::{objects, structure, text_of};

struct Only<'a>(&'a str);

impl Files for Only<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if path == "ci.pipe" { Ok(self.0.as_bytes().to_vec()) } else { Err(io::ErrorKind::NotFound.into()) }
    }
}

/// What is emitted, or what cannot be.
pub(super) fn emitted(program: &str) -> Result<Bundle, Vec<String>> {
    let files = Only(program);
    let mut analysis = Analysis::open(&files, "ci.pipe");
    let plan = analysis.plan(&files, &Request::default());
    let bundle = plan.and_then(|plan| analysis.emit(&plan, &Tekton));
    bundle.ok_or_else(|| {
        let said = |one: &pipec::diag::Diagnostic| {
            assert!(one.help.is_some() && !one.labels[0].text.is_empty(), "{one:?}");
            format!("{} {}", one.code.id(), one.message)
        };
        analysis.diagnostics.iter().filter(|one| !one.code.is_lint()).map(said).collect()
    })
}

/// The manifests, which keep all the rules.
pub(super) fn right(program: &str) -> Vec<Json> {
    right_beside(program, &[])
}

/// As [`right`], where the cluster has tasks of these names.
pub(super) fn right_beside(program: &str, there: &[&str]) -> Vec<Json> {
    let bundle = emitted(program).unwrap_or_else(|gaps| panic!("{gaps:#?}"));
    let objects = objects(&bundle);
    let faults = structure::faults_beside(&objects, there);
    assert!(faults.is_empty(), "{faults:#?}\n{}", text_of(&bundle, "pipeline.yaml"));
    objects
}

pub(super) fn gaps(program: &str) -> Vec<String> {
    emitted(program).err().unwrap_or_default()
}

pub(super) fn kind<'a>(objects: &'a [Json], kind: &str) -> &'a Json {
    objects.iter().find(|object| object["kind"] == kind).unwrap()
}

fn entry<'a>(objects: &'a [Json], name: &str) -> &'a Json {
    let tasks = kind(objects, "Pipeline")["spec"]["tasks"].as_array().unwrap();
    tasks.iter().find(|task| task["name"] == name).unwrap_or_else(|| panic!("no {name} in {tasks:#?}"))
}

pub(super) fn task<'a>(objects: &'a [Json], name: &str) -> &'a Json {
    let named = |object: &&Json| object["kind"] == "Task" && object["metadata"]["name"] == name;
    &objects.iter().find(named).unwrap_or_else(|| panic!("no task {name}"))["spec"]
}

const ITEMS: &str = r#"
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

fn program(params: &str, body: &str) -> String {
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
    let read = "when on { c = clone(\"u\", src: ws) }\ntask show { image: base, run: \"echo ~{c.url ?? \"no\"}\" }";
    assert_eq!(gaps(&program("on: bool", read)), ["P0602 tekton cannot leave `c` out and have its outputs read"]);
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

const SERVED: &str = r#"task test {
    image: base
    service data_base {
        image: "quay.io/x/db:1"
        env: { KEY: key, NAME: "ci-~{name}", N: "~{n + 1}", ODD: "$(date) $$" }
        port: 5432
        ready: "pg_isready -U \"$(id -un)\" $$"
        needs: { memory: 1Gi, privileged: true }
        args: ["a $(b)"]
    }
    service cache { image: "quay.io/x/cache:1", port: 6379, timeout: 90s, run: "echo $(params.x)\nexec serve\n" }
    run: "true"
}"#;

#[test]
fn a_service_is_a_sidecar_that_gets_ready_or_ends() {
    let all = right(&program("key: secret, name: string, n: int", SERVED));
    let spec = task(&all, "p-test");
    let [db, cache] = &spec["sidecars"].as_array().unwrap()[..] else { panic!("{spec:#}") };
    assert_eq!((&db["name"], &cache["name"]), (&json!("data-base"), &json!("cache")));
    let env = |name: &str| db["env"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap();
    assert_eq!(env("KEY")["valueFrom"]["secretKeyRef"], json!({ "name": "$(params.key)", "key": "value" }));
    assert_eq!(env("NAME")["value"], "ci-$(params.name)");
    assert_eq!(env("N")["value"], "$(params.run--value-test)");
    assert_eq!(env("ODD")["value"], "$(PIPEC_DOLLAR)(date) $$$$");
    assert_eq!(db["env"][0], json!({ "name": "PIPEC_DOLLAR", "value": "$$" }));
    assert_eq!(db["args"], json!(["a $(PIPEC_DOLLAR)(b)"]));
    assert_eq!(db["computeResources"]["limits"], json!({ "memory": "1Gi" }));
    assert_eq!(db["securityContext"]["privileged"], true);
    let ready = json!(["/bin/sh", "-c", "pg_isready -U \"$$(id -un)\" $$$$"]);
    for probe in ["startupProbe", "readinessProbe"] {
        assert_eq!(db[probe]["exec"]["command"], ready);
        assert_eq!(cache[probe]["tcpSocket"], json!({ "port": 6379 }));
    }
    assert_eq!(
        (&db["startupProbe"]["failureThreshold"], &cache["startupProbe"]["failureThreshold"]),
        (&json!(60), &json!(90))
    );
    // Text that Tekton would take for a variable arrives as it is.
    let script = cache["script"].as_str().unwrap();
    assert_eq!(script, "#!/bin/sh\nset -eu\necho $$(workspaces.pipec-nil.path)(params.x)\nexec serve\n");
    assert!(spec["workspaces"].as_array().unwrap().iter().any(|one| one["name"] == "pipec-nil"));
    let given = entry(&all, "test")["params"].as_array().unwrap();
    assert!(given.contains(&json!({ "name": "run--value-test", "value": "$(tasks.value-test.results.value)" })));
}

#[test]
fn what_a_service_cannot_have_is_said() {
    let service = |env: &str, more: &str| {
        format!(
            "{more}\ntask test {{ image: base, service db {{ image: base, port: 1, env: {{ {env} }} }}\nrun: \"x\" }}"
        )
    };
    let params = "a: secret, b: secret, on: bool";
    assert_eq!(
        gaps(&program(params, &service("K: if on then a else b", ""))),
        ["P0602 the secret in `K` of the service `db` is chosen when running"]
    );
    let reserved = service("", "").replace("service db", "service tekton_log_results");
    assert_eq!(gaps(&program("", &reserved)), ["P0212 tekton has a sidecar of its own called `tekton-log-results`"]);
    let place =
        ITEMS.to_owned() + "pipeline p() {\nworkspace ws { size: 1Gi }\n" + &service("P: ws / \"a\"", "") + "\n}\n";
    assert_eq!(gaps(&place), ["P0214 the service `db` cannot be given a place in a workspace"]);
    let ports = "const port: int";
    let bad = program(ports, &service("", "").replace("port: 1", "port"));
    assert_eq!(
        gaps(&bad.replace("port, env", "port: port, env").replace(ports, "const port: int = 70000")),
        ["P0316 `70000` is no port"]
    );
    let long = service("", "").replace("port: 1", &format!("port: 1, run: \"{}\"", "x".repeat(100_000)));
    assert_eq!(gaps(&program("", &long)), ["P0603 the scripts of `test` are too long for tekton"]);
}

#[test]
fn a_guarded_task_keeps_its_services() {
    let body = "when on { t = task_of() }\ntask show { image: base, run: \"echo ~{t.v ?? \"no\"}\" }";
    let item = "task task_of() -> (v: string) { image: base\nservice db { image: base, port: 1, env: { N: \"x\" } }\nrun: \"echo > ~{out.v}\" }\n";
    let all = right(&(program("on: bool", body) + item));
    assert_eq!(task(&all, "p-t")["sidecars"][0]["name"], "db");
    let computed = item.replace("task_of()", "task_of(n: int)").replace("\"x\"", "\"~{n + 1}\"");
    let body = body.replace("task_of()", "task_of(n)");
    let said = gaps(&(program("on: bool, n: int", &body) + &computed));
    assert_eq!(said, ["P0602 tekton cannot compute what `t` is given"]);
}

const PIPELINES: &str = r#"
extern pipeline build_image(git_url: string, revision: string = "main", depth: int = 1, args: [string] = [], kind: string? = none, token: secret? = none, src: workspace, auth: workspace? = none)
    -> (image_url: string, digest: string)
{
    hub: "docker-build"
    version: "0.9.0"
    params: { git_url: "git-url" }
    results: { image_url: "IMAGE_URL" }
    workspaces: { src: "source" }
}
"#;

#[test]
fn a_pipeline_that_is_kept_elsewhere_is_run_as_it_is() {
    let text = format!(
        "{PIPELINES}pipeline p(host: string, branch: string = \"next\", parts: [string] = [\"a\"], creds: workspace?) -> (digest: string) {{\n\
         workspace ws {{ size: 2Gi }}\n\
         b = build_image(host, branch, args: concat(parts, [\"--branch=~{{branch}}\"]), token: secret(\"t\"), src: ws, auth: creds) {{ timeout: 2h, needs: {{ arch: .aarch64 }} }}\n\
         return (digest: b.digest)\n}}\n"
    );
    let bundle = emitted(&text).unwrap_or_else(|gaps| panic!("{gaps:#?}"));
    let paths: Vec<&str> = bundle.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["pipelinerun.yaml"]);
    let spec = objects(&bundle)[0]["spec"].clone();
    assert_eq!(
        spec["pipelineRef"],
        json!({ "resolver": "hub", "params": [
            { "name": "kind", "value": "pipeline" },
            { "name": "name", "value": "docker-build" },
            { "name": "version", "value": "0.9.0" },
            { "name": "type", "value": "artifact" },
        ] })
    );
    assert_eq!(
        spec["params"],
        json!([
            { "name": "revision", "value": "next" },
            { "name": "depth", "value": "1" },
            { "name": "args", "value": ["a", "--branch=next"] },
            { "name": "token", "value": "t" },
        ])
    );
    assert_eq!(spec["timeouts"], json!({ "pipeline": "2h0m0s" }));
    assert_eq!(spec["workspaces"][0]["name"], "source");
    assert_eq!(spec["workspaces"].as_array().unwrap().len(), 1);
    assert_eq!(spec["taskRunTemplate"]["podTemplate"]["nodeSelector"]["kubernetes.io/arch"], "arm64");
    let about = text_of(&bundle, "pipelinerun.yaml");
    assert!(about.contains("give under spec.params: git-url.\n"), "{about}");
    crate::verify::assert_clean(&[about]);
}

#[test]
fn what_a_run_cannot_be_is_said() {
    let said = |params: &str, outputs: &str, body: &str| {
        gaps(&format!("{PIPELINES}pipeline p({params}){outputs} {{\nworkspace ws {{ size: 2Gi }}\n{body}\n}}\n"))
    };
    let cannot = ["P0602 tekton cannot start `b` as it is called"];
    for more in ["retries: 1", "on_failure: .go_on", "needs: { cpu: 2 }"] {
        assert_eq!(said("", "", &format!("b = build_image(\"u\", src: ws) {{ {more} }}")), cannot, "{more}");
    }
    assert_eq!(said("on: bool", "", "when on { b = build_image(\"u\", src: ws) }"), cannot);
    assert_eq!(said("all: [string]", "", "for one in all { b = build_image(one, src: ws) }"), cannot);
    assert_eq!(
        said("a: string, b: string", "", "require a != b, \"the same\"\nb2 = build_image(a, src: ws)"),
        ["P0602 tekton cannot start `b2` as it is called"]
    );
    assert_eq!(
        said("host: string", "", "b = build_image(\"https://~{host}/a\", src: ws)"),
        ["P0602 tekton cannot put `git-url` of `b` together"]
    );
    assert_eq!(said("", "", "b = build_image(\"$(date)\", src: ws)"), ["P0602 tekton would change `git-url` of `b`"]);
    assert_eq!(
        said("", " -> (url: string)", "b = build_image(\"u\", src: ws)\nreturn (url: b.image_url)"),
        ["P0602 tekton has no result `url` of this run"]
    );
}

/// As [`emitted`], where the options ask for the alpha level.
fn at_alpha(program: &str) -> Result<Bundle, Vec<String>> {
    use pipec::emit::Target as _;
    let files = Only(program);
    let mut analysis = Analysis::open(&files, "ci.pipe");
    let mut plan = analysis.plan(&files, &Request::default()).unwrap_or_else(|| panic!("{:#?}", analysis.diagnostics));
    let level = pipec::plan::Value::Record(vec![("level".to_owned(), pipec::plan::Value::Case("alpha".to_owned()))]);
    plan.options.push(("tekton".to_owned(), level, plan.span));
    let mut out = pipec::diag::Diagnostics::default();
    Tekton.gaps(&plan, &mut out);
    let said: Vec<String> = out.sorted().iter().map(|one| format!("{} {}", one.code.id(), one.message)).collect();
    if said.is_empty() { Ok(Tekton.emit(&plan, &analysis.sources)) } else { Err(said) }
}

#[test]
fn a_pipeline_among_other_tasks_is_alpha() {
    let text = |body: &str, more: &str| {
        format!(
            "{ITEMS}{PIPELINES}pipeline p(url: string, on: bool){more} {{\ntarget tekton {{ helper_image: base }}\nworkspace ws {{ size: 1Gi }}\n{body}\n}}\n"
        )
    };
    let two = "b = build_image(url, src: ws)\nnote(\"built\") after b";
    assert_eq!(gaps(&text(two, "")), ["P0619 tekton runs `b` among other tasks at its alpha level only"]);
    let body = "when on { b = build_image(url, src: ws) }\ntask a { image: base, run: \"true\" } after b";
    let bundle = at_alpha(&text(body, "")).unwrap_or_else(|gaps| panic!("{gaps:#?}"));
    let all = objects(&bundle);
    let b = entry(&all, "b");
    assert_eq!(b["pipelineRef"]["resolver"], "hub");
    assert!(b["taskRef"].is_null());
    assert_eq!(b["params"][0], json!({ "name": "git-url", "value": "$(params.url)" }));
    assert_eq!(b["workspaces"], json!([{ "name": "source", "workspace": "ws" }]));
    assert_eq!(b["when"][0]["input"], "$(params.on)");
    assert_eq!(entry(&all, "a")["runAfter"], json!(["b"]));
    crate::verify::assert_clean(&bundle.files.iter().map(|file| file.text.as_str()).collect::<Vec<_>>());
    let said = |body: &str, more: &str| at_alpha(&text(body, more)).err().unwrap_or_default();
    let nothing = ["P0602 tekton has no outputs of `b`, a pipeline among other tasks"];
    assert_eq!(said("b = build_image(url, src: ws)\nnote(b.digest)", ""), nothing);
    let returned = "b = build_image(url, src: ws)\nnote(\"x\")\nreturn (d: b.digest)";
    assert_eq!(said(returned, " -> (d: string)"), nothing);
    let ended = "b = build_image(url, src: ws)\nfinally { task z { image: base, run: \"echo ~{b.status}\" } }";
    assert_eq!(said(ended, ""), nothing);
    let cannot = ["P0602 tekton cannot run `b`, a pipeline among other tasks, as it is called"];
    for more in ["timeout: 1h", "retries: 1", "needs: { memory: 1Gi }", "on_failure: .go_on"] {
        assert_eq!(said(&two.replace("src: ws)", &format!("src: ws) {{ {more} }}")), ""), cannot, "{more}");
    }
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
fn an_optional_workspace_of_the_run_is_asked_for_when_it_runs() {
    let body = "task show { image: base, run: \"echo ~{if cache == none then \"no\" else \"yes\"}\" }\n\
                when cache != none { task list { image: base, workdir: cache!, run: \"ls\" } }";
    let all = right(&(ITEMS.to_owned() + &format!("pipeline p(cache: workspace?) {{\n{body}\n}}\n")));
    for (name, variable) in [("p-show", "PIPE_CACHE"), ("p-list", "PIPE_WORKDIR")] {
        let spec = task(&all, name);
        assert_eq!(spec["workspaces"], json!([{ "name": "cache", "optional": true }]), "{name}");
        let env = spec["steps"][0]["env"].as_array().unwrap();
        assert!(env.contains(&json!({ "name": variable, "value": "$(workspaces.cache.path)" })), "{env:#?}");
    }
    // The engine knows itself whether a run binds it: no small task has to look.
    let asked = json!([{ "input": "$(workspaces.cache.bound)", "operator": "in", "values": ["true"] }]);
    assert_eq!(entry(&all, "list")["when"], asked);
    let tasks = kind(&all, "Pipeline")["spec"]["tasks"].as_array().unwrap();
    assert_eq!(tasks.len(), 2, "{tasks:#?}");
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
fn a_workspace_that_has_two_names_there_may_be_two_folders() {
    let text = "extern task t(src: workspace, out_dir: workspace) { cluster: \"t\", names: .kebab }\n\
                pipeline p(work: workspace) {\n\
                  target tekton { names: .camel, tasks: { t: { sub_path: { src: \"git\", \"out-dir\": \"bucket\" } }, u: { sub_path: { work: \"all\" } } } }\n\
                  t(work, work)\n  u = t(work, work) }\n";
    let all = right_beside(text, &["t"]);
    assert_eq!(
        entry(&all, "t")["workspaces"],
        json!([{ "name": "src", "workspace": "work", "subPath": "git" }, { "name": "out-dir", "workspace": "work", "subPath": "bucket" }])
    );
    let both = entry(&all, "u")["workspaces"].as_array().unwrap().clone();
    assert!(both.iter().all(|one| one["subPath"] == "all"), "{both:#?}");
}

#[test]
fn what_is_said_not_to_be_pinned_is_taken_as_it_is() {
    let text = "extern task t() { bundle: \"quay.io/x/tasks:1\", unpinned: true }\npipeline p() { t() }\n";
    let all = right(text);
    assert_eq!(entry(&all, "t")["taskRef"]["params"][0], json!({ "name": "bundle", "value": "quay.io/x/tasks:1" }));
}

#[test]
fn an_optional_workspace_is_bound_when_the_run_has_one() {
    let text = "extern task t(src: workspace, auth: workspace? = none, more: workspace?) { cluster: \"t\", namespace: \"ci\", workspaces: { auth: \"git-auth\" } }\n\
                pipeline p(src: workspace, creds: workspace?) { t(src, auth: creds) }\n";
    let all = right(text);
    assert_eq!(
        entry(&all, "t")["workspaces"],
        json!([{ "name": "src", "workspace": "src" }, { "name": "git-auth", "workspace": "creds" }])
    );
    let declared = kind(&all, "Pipeline")["spec"]["workspaces"].clone();
    assert_eq!(declared, json!([{ "name": "src" }, { "name": "creds", "optional": true }]));
}

const SCANS: &str = r#"
extern task scan(image: string, level: string = "all", args: [string] = []) -> (report: string, digest: Digest) { cluster: "scan", namespace: "ci", params: { image: "IMAGE" }, results: { report: "REPORT" } }
extern task collect(reports: [string], more: [string] = []) { cluster: "collect", namespace: "ci" }
type Digest = string matching "sha256:[0-9a-f]+"
"#;

fn scans(params: &str, body: &str) -> String {
    format!(
        "{SCANS}pipeline p({params}) {{\ndefaults {{ image: \"quay.io/x/y:1\" }}\ntask own {{ run: \"true\" }}\n{body}\n}}\n"
    )
}

#[test]
fn a_loop_around_it_is_a_matrix_of_the_lists_themselves() {
    let body = "for image in images, level in levels { scan(image, level, args: levels) }";
    let all = right(&scans("images: [string], levels: [string]", body));
    let scan = entry(&all, "scan");
    // The first variable is the slowest, in the engine the last.
    assert_eq!(
        scan["matrix"],
        json!({ "params": [
            { "name": "level", "value": ["$(params.levels[*])"] },
            { "name": "IMAGE", "value": ["$(params.images[*])"] },
        ] })
    );
    assert_eq!(scan["params"], json!([{ "name": "args", "value": ["$(params.levels[*])"] }]));
    let tasks = kind(&all, "Pipeline")["spec"]["tasks"].as_array().unwrap();
    assert!(!tasks.iter().any(|task| task["name"].as_str().unwrap().starts_with("turns-")), "{tasks:#?}");
    // Nobody reads what it gives, so an empty list is no harm.
    let check = task(&all, "p-check-params")["steps"][0].to_string();
    assert!(!check.contains("turns"), "{check}");
    let when = right(&scans("images: [string], on: bool", "when on { for image in images { scan(image) } }"));
    assert_eq!(entry(&when, "scan")["when"][0]["input"], "$(params.on)");
    let last = right(&scans("images: [string]", "finally { for image in images { scan(image) } }"));
    let scan = &kind(&last, "Pipeline")["spec"]["finally"][0];
    assert_eq!(scan["matrix"]["params"][0]["value"], json!(["$(params.images[*])"]));
}

#[test]
fn what_its_turns_give_is_a_list_in_order() {
    let body = "for image in images { s = scan(image) }\n\
                collect(s.report, more: concat([\"a\"], s.report))\n\
                task show { run: \"echo ~{s.report} ~{s.digest}\" }";
    let all = right(&scans("images: [string]", body));
    assert_eq!(
        entry(&all, "collect")["params"],
        json!([
            { "name": "reports", "value": ["$(tasks.s.results.REPORT[*])"] },
            { "name": "more", "value": ["a", "$(tasks.s.results.REPORT[*])"] },
        ])
    );
    assert_eq!(
        entry(&all, "show")["params"],
        json!([
            { "name": "s-report", "value": ["$(tasks.s.results.REPORT[*])"] },
            { "name": "s-digest", "value": ["$(tasks.s.results.digest[*])"] },
        ])
    );
    // The elements stand as they are, and each is looked at by its type.
    let script = task(&all, "p-show")["steps"][0]["script"].as_str().unwrap();
    assert!(!script.contains("%%:*"), "{script}");
    assert!(script.contains("of the form of Digest"), "{script}");
    let check = task(&all, "p-check-params")["steps"][0]["env"].to_string();
    assert!(check.contains("the loop over image has to have 1 to 10 turns: what `s` gives"), "{check}");
    // A turn of ours in the same loop reads what it gave in that turn.
    let beside = "for image in images { s = scan(image)\ntask show { run: \"echo ~{s.report}\" } }";
    let all = right(&scans("images: [string]", beside));
    let given = entry(&all, "show")["params"].as_array().unwrap();
    assert!(given.contains(&json!({ "name": "s-report", "value": ["$(tasks.s.results.REPORT[*])"] })), "{given:#?}");
    // What turns gave is the list of another matrix.
    let twice = "for image in images { s = scan(image) }\nfor report in s.report { t = scan(report) }";
    let all = right(&scans("images: [string]", twice));
    assert_eq!(entry(&all, "t")["matrix"]["params"][0]["value"], json!(["$(tasks.s.results.REPORT[*])"]));
}

#[test]
fn a_matrix_that_the_engine_has_not_is_said() {
    let gap = ["P0602 tekton cannot run `scan` once for each element of a list that only the run knows"];
    let params = "images: [string], levels: [string]";
    for body in [
        "for image in images if image != \"x\" { scan(image) }",
        "for image in images { scan(\"~{image}:1\") }",
        "for image in images { scan(\"x\") }",
        "for image in images { scan(image, level: image) }",
        "for image in images { scan(\"x\", args: [image]) }",
        "for image in images { when image == \"x\" { scan(image) } }",
        "for image in if len(levels) > 1 then images else levels { scan(image) }",
    ] {
        assert_eq!(gaps(&scans(params, body)), gap, "{body}");
    }
    let chain = "for image in images { s = scan(image)\nscan(s.report) }";
    assert_eq!(gaps(&scans(params, chain)), gap);
    let long = format!("for image in images {{ {0} = scan(image) }}\ncollect({0}.report)", "s".repeat(56));
    let said = format!("P0212 tekton would give the outputs of `{}` in no order", "s".repeat(56));
    assert_eq!(gaps(&scans(params, &long)), [said]);
}

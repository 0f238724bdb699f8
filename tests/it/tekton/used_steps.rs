//! Steps of a task that are kept elsewhere.

use serde_json::json;

use super::programs::{emitted, gaps, right, task};

const STEPS: &str = r#"
type Commit = string matching "[0-9a-f]{40}"
extern step fetch_it(url: string, dir: path, args: [string] = [], token: secret? = none) -> (commit: Commit)
{
    git: "https://x.example.com/s.git"
    revision: "0123456789abcdef0123456789abcdef01234567"
    path: "step/fetch.yaml"
    params: { dir: "output-path" }
    results: { commit: "COMMIT" }
}
task in_library(url: string, src: workspace) -> (commit: Commit) {
    image: "x/y:1"
    step fetch { uses: fetch_it(url: "https://~{url}", dir: src / "code") }
    step say { run: "echo ~{fetch.commit} > ~{out.commit}" }
}
"#;

fn with_steps(params: &str, body: &str) -> String {
    format!(
        "{STEPS}pipeline p({params}) {{\nworkspace ws {{ size: 1Gi }}\n{body}\ntarget tekton {{ min_version: \"1.0\" }}\n}}\n"
    )
}

#[test]
fn a_step_kept_elsewhere_is_referred_to() {
    let body = "a = in_library(host, ws)\n\
                task b {\nimage: \"x/y:2\"\nenv: { ALL: \"1\" }\nneeds: { memory: 1Gi }\n\
                step first { run: \"true\" }\n\
                step get_it { uses: fetch_it(url: \"~{a.commit}\", dir: ws / \"b\", args: more, token) }\n\
                step say { run: \"echo ~{get_it.commit} ~{more}\" }\n}";
    let all = right(&with_steps("host: string, more: [string], token: secret", body));
    let at = |name: &str, at: usize| task(&all, name)["steps"][at].clone();
    let reference = json!({ "resolver": "git", "params": [
        { "name": "url", "value": "https://x.example.com/s.git" },
        { "name": "revision", "value": "0123456789abcdef0123456789abcdef01234567" },
        { "name": "pathInRepo", "value": "step/fetch.yaml" },
    ] });
    assert_eq!(
        at("p-a", 0),
        json!({ "name": "fetch", "ref": reference, "params": [
            { "name": "url", "value": "https://$(params.host)" },
            { "name": "output-path", "value": "$(workspaces.ws.path)/code" },
            { "name": "args", "value": [] },
        ] })
    );
    let amount = |memory: &str| json!({ "requests": { "memory": memory }, "limits": { "memory": "1Gi" } });
    assert_eq!(
        at("p-b", 1),
        json!({ "name": "get-it", "ref": reference, "computeResources": amount("0"), "params": [
            { "name": "url", "value": "$(params.a-commit)" },
            { "name": "output-path", "value": "$(workspaces.ws.path)/b" },
            { "name": "args", "value": ["$(params.more[*])"] },
            { "name": "token", "value": "$(params.token)" },
        ] })
    );
    let env = at("p-b", 2)["env"].clone();
    let result = env.as_array().unwrap().iter().find(|one| one["name"] == "PIPE_GET_IT_COMMIT").unwrap();
    assert_eq!(result["value"], "$(steps.get-it.results.COMMIT)");
    assert!(at("p-b", 2)["script"].as_str().unwrap().contains("[0-9a-f]{40}"), "a result of others is looked at");
    assert!(task(&all, "p-b").get("stepTemplate").is_none());
}

#[test]
fn its_parameters_are_those_of_its_task_in_every_style() {
    for style in ["files", "inline", "bundle"] {
        let text = with_steps("host: string", "a = in_library(host, ws)");
        let text =
            text.replace("min_version", &format!("style: .{style}, fuse: true, scripts: .config_map, min_version"));
        let bundle = emitted(&text).unwrap_or_else(|gaps| panic!("{style}: {gaps:#?}"));
        let declares = bundle
            .files
            .iter()
            .any(|file| file.text.contains("$(workspaces.ws.path)/code") && file.text.contains("name: host"));
        assert!(declares, "{style}");
    }
}

#[test]
fn what_only_scripts_keep_to_is_no_task_for_a_step_of_others() {
    let given = |body: &str| gaps(&with_steps("host: string, other: string, on: bool, more: [string]", body));
    let step = |fields: &str, url: &str| {
        format!(
            "task b {{\nimage: \"x/y:2\"\n{fields}\nstep fetch {{ uses: fetch_it(url: {url}, dir: ws / \"b\") }}\nstep say {{ run: \"true\" }}\n}}"
        )
    };
    assert_eq!(given(&step("", "host")), [""; 0]);
    let refused = "P0602 tekton cannot run the step `fetch` of another in `b`";
    for fields in ["on_exit: { 77: .warn }", "cleanup: \"true\"", "before: \"true\""] {
        assert_eq!(given(&step(fields, "host")), [refused], "{fields}");
    }
    let first = |text: String| text.replace("step fetch", "step zero { run: \"true\" }\nstep fetch");
    assert_eq!(given(&first(step("before: \"true\"", "host"))), [""; 0]);
    assert_eq!(given(&format!("when on {{ {} }}", step("", "host"))), [""; 0]);
    let read = "when on { x = in_library(host, ws) }\ntask r { image: \"x/y:2\", run: \"echo ~{if x.commit == none then host else other}\" }";
    assert_eq!(given(read), ["P0602 tekton cannot run the step `fetch` of another in `x`"]);
    assert_eq!(
        given("for one in more { in_library(one, ws) }").first().map(String::as_str),
        Some("P0602 tekton cannot run the step `fetch` of another in `in_library`")
    );
    for url in ["\"$(a)\"", "if on then host else \"\""] {
        assert_eq!(given(&step("", url)), ["P0602 tekton cannot give `url` to the step `fetch`"], "{url}");
    }
    let twice = step("", "host")
        .replace("step say", "step again { uses: fetch_it(url: \"~{fetch.commit}\", dir: ws / \"c\") }\nstep say");
    assert_eq!(given(&twice), ["P0602 tekton cannot give `url` to the step `again`"]);
    let old = with_steps("host: string", &step("", "host")).replace("\"1.0\"", "\"0.60\"");
    let said = gaps(&old);
    assert!(matches!(said.as_slice(), [one] if one.contains("a StepAction")), "{said:?}");
}

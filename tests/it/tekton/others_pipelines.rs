//! Pipelines that are kept elsewhere: a run of one, or one among other tasks.

use pipec::emit::Bundle;
use pipec::emit::tekton::Tekton;
use pipec::query::{Analysis, Request};
use serde_json::json;

use super::programs::{Only, emitted, entry, gaps};
use super::strangers::ITEMS;
use super::{objects, text_of};

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

/// Nobody knows the steps of its tasks here, but none is called so.
#[test]
fn its_steps_have_the_names_that_they_have_there() {
    let text = |name: &str| {
        format!(
            "{PIPELINES}pipeline p() {{\nworkspace ws {{ size: 2Gi }}\n\
             target tekton {{ tasks: {{ build_it: {{ steps: {{ {name}: {{ both: {{ memory: 1Gi }} }} }}, sidecars: {{ {name}: {{ both: {{ cpu: 1 }} }} }} }} }} }}\n\
             build_image(\"u\", src: ws)\n}}\n"
        )
    };
    let bundle = emitted(&text("\"make-it\"")).expect("no gap");
    let spec = &objects(&bundle)[0]["spec"]["taskRunSpecs"][0];
    assert_eq!((&spec["pipelineTaskName"], &spec["stepSpecs"][0]["name"]), (&json!("build-it"), &json!("make-it")));
    let refused = ["step", "sidecar"].map(|kind| format!("P0212 `make_it` cannot be the name of a `{kind}`"));
    assert_eq!(gaps(&text("make_it")), refused);
}

/// A text of a program means what it says: what Pipelines-as-Code puts in is given.
#[test]
fn braces_in_a_call_are_no_variable() {
    let text = |param: &str, call: &str| {
        format!(
            "{PIPELINES}pipeline p({param}) {{\nworkspace ws {{ size: 2Gi }}\n\
             target tekton {{ style: .pac, pac: {{ events: [.push], branches: [\"main\"] }}, given: {{ rev: \"{{{{ revision }}}}\" }} }}\n\
             b = build_image({call}, src: ws)\n}}\n"
        )
    };
    let bundle = emitted(&text("rev: string", "\"u\", \"on-~{rev}\", args: [\"--at=~{rev}\"]")).expect("no gap");
    let run = &objects(&bundle)[0]["spec"]["params"];
    assert_eq!(run[1], json!({ "name": "revision", "value": "on-{{ revision }}" }));
    assert_eq!(run[3], json!({ "name": "args", "value": ["--at={{ revision }}"] }));
    crate::verify::assert_clean(&[&bundle.files[0].text]);
    let refused = |what: &str| [format!("P0602 `{{{{ … }}}}` would be replaced in {what}")];
    let given = refused("what this task is given");
    assert_eq!(gaps(&text("rev: string", "\"u-{{ revision }}\", rev")), given);
    assert_eq!(gaps(&text("rev: string", "\"u\", rev, args: [\"{{ x }}\"]")), given);
    let default = gaps(&text("rev: string, kind: string = \"{{ x }}\"", "\"u\", rev, kind: kind"));
    assert_eq!(default, refused("the default of this parameter"));
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

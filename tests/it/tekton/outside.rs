//! What the engine knows, and what is called otherwise outside.

use serde_json::json;

use super::programs::{emitted, gaps, kind, right_beside, task};

#[test]
fn what_the_engine_knows_of_a_run_is_no_parameter() {
    let text = |style: &str, given: &str| {
        format!(
            "extern task tell(who: string, as_it_is: string) {{ cluster: \"tell\" }}\n\
             pipeline p(run: string, space: string, other: string) {{\ntarget tekton {{ style: .{style}, given: {{ {given} }} }}\n\
             task a {{ image: \"x/y:1\", run: \"echo ~{{run}} ~{{other}}\" }}\n\
             when run != \"x\" {{ tell(who: \"~{{space}}/~{{other}}\", as_it_is: run) }}\n}}\n"
        )
    };
    let known = "run: \"$(context.pipelineRun.name)\", space: \"$(context.pipelineRun.namespace)\"";
    for style in ["files", "inline", "catalog"] {
        let bundle = emitted(&text(style, known)).unwrap_or_else(|gaps| panic!("{style}: {gaps:#?}"));
        let whole: String = bundle.files.iter().map(|file| file.text.as_str()).collect();
        assert!(whole.contains("$(context.pipelineRun.namespace)/$(params.other)"), "{style}\n{whole}");
        assert!(!whole.contains("$(params.space)"), "{style}");
    }
    let all = right_beside(&text("files", known), &["tell"]);
    let pipeline = kind(&all, "Pipeline")["spec"].clone();
    assert_eq!(pipeline["params"].as_array().unwrap().len(), 1);
    let entry = |name: &str| {
        let tasks = pipeline["tasks"].as_array().unwrap();
        tasks.iter().find(|task| task["name"] == name).unwrap().clone()
    };
    assert_eq!(entry("a")["params"][0]["value"], "$(context.pipelineRun.name)");
    assert_eq!(entry("tell")["when"][0]["input"], "$(context.pipelineRun.name)");
    assert_eq!(entry("tell")["params"][1]["value"], "$(context.pipelineRun.name)");
    assert!(kind(&all, "PipelineRun")["spec"].get("params").is_none());
    // Nothing else is replaced, and only a text as it is may be.
    for wrong in
        ["run: \"$(context.taskRun.name)\"", "run: \"a-$(context.pipelineRun.name)\"", "run: \"$(params.other)\""]
    {
        assert_eq!(gaps(&text("files", wrong)), ["P0616 tekton would change what `run` is given"], "{wrong}");
    }
}

/// The same, said by names that are checked.
#[test]
fn what_the_engine_knows_has_names() {
    let text = |options: &str| {
        format!(
            "pipeline p(run: string, space: string, count: int = 1) {{\ntarget tekton {{ {options} }}\n\
             task a {{ image: \"x/y:1\", run: \"echo ~{{run}} ~{{space}} ~{{count}}\" }}\n}}\n"
        )
    };
    let all = |options: &str| emitted(&text(options)).unwrap_or_else(|gaps| panic!("{gaps:#?}")).files;
    let named = all("context: { run: .run_name, space: .run_namespace }");
    let spelt = all("given: { run: \"$(context.pipelineRun.name)\", space: \"$(context.pipelineRun.namespace)\" }");
    assert_eq!(named, spelt);
    assert!(named.iter().any(|file| file.text.contains("$(context.pipelineRun.name)")));
    let known = ("$(context.pipelineRun.uid)", "$(context.pipeline.name)");
    let others: String =
        all("context: { run: .run_uid, space: .pipeline_name }").into_iter().map(|file| file.text).collect();
    assert!(others.contains(known.0) && others.contains(known.1), "{others}");
    let twice = "context: { run: .run_name }, given: { run: \"x\" }";
    assert_eq!(gaps(&text(twice)), ["P0616 `run` is given twice"]);
    let of_no_text = gaps(&text("context: { count: .run_name }"));
    assert!(of_no_text[0].starts_with("P0616 `count` cannot be given this: "), "{of_no_text:#?}");
    assert_eq!(gaps(&text("context: { runs: .run_name }")), ["P0616 the pipeline has no parameter `runs`"]);
}

/// The engine's own texts are looked at by nobody, so they are for what any text may be.
#[test]
fn what_the_engine_knows_is_for_plain_texts() {
    let variable = "$(context.pipelineRun.name)";
    let changed = |name: &str| format!("P0616 tekton would change what `{name}` is given");
    let text = |ty: &str, name: &str, read: &str| {
        format!(
            "enum Kind {{ fast, full }}\nrecord Pair {{ a: string, b: string = \"x\" }}\n\
             type Name = string matching \"[a-z]+\"\npipeline p(run: {ty}) {{\n\
             target tekton {{ given: {{ {name}: \"{variable}\" }} }}\n\
             task a {{ image: \"x/y:1\", {read} }}\n}}\n"
        )
    };
    let echo = "run: \"echo ~{run}\"";
    assert_eq!(gaps(&text("string", "run", echo)), [""; 0]);
    for ty in ["path", "string?", "[string]"] {
        let read = if ty == "string?" { "run: \"echo ~{run ?? \"\"}\"" } else { echo };
        assert_eq!(gaps(&text(ty, "run", read)), [changed("run")], "{ty}");
    }
    assert_eq!(gaps(&text("Pair", "\"run.a\"", "run: \"echo ~{run.a}\"")), [changed("run.a")]);
    for ty in ["image", "int", "bool", "Kind", "Name", "duration", "size", "cpu", "int?", "[int]", "secret"] {
        let read = match ty {
            "bool" => "run: \"echo ~{flag(\"--x\", run)}\"",
            "int?" => "run: \"echo ~{run ?? 1}\"",
            "secret" => "env: { A: run }, run: \"true\"",
            _ => echo,
        };
        let all = gaps(&text(ty, "run", read));
        let [first, second] = &all[..] else { panic!("{ty}: {all:#?}") };
        assert!(first.starts_with("P0616 `run` cannot be given this: "), "{ty}: {first}");
        assert_eq!(*second, changed("run"), "{ty}");
    }
    // What is kept elsewhere has variables of its own.
    let alone = format!(
        "extern pipeline build(name: string) {{ hub: \"build\", version: \"0.9.0\" }}\n\
         pipeline p(run: string) {{\ntarget tekton {{ given: {{ run: \"{variable}\" }} }}\nbuild(run)\n}}\n"
    );
    assert_eq!(gaps(&alone), [changed("run"), "P0602 tekton would change `name` of `build`".to_owned()]);
}

#[test]
fn results_of_what_was_left_out_are_read_behind_its_success() {
    let text = |asked: &str| {
        format!(
            "extern task sign() -> (name: string) {{ cluster: \"sign\" }}\nextern task publish(name: string) {{ cluster: \"publish\" }}\n\
             pipeline p(on: bool) {{\ntarget tekton {{ helper_image: \"x/y:1\" }}\nwhen on {{ signed = sign() }}\n\
             finally {{ when {asked} {{ publish(signed!.name) }} }}\n}}\n"
        )
    };
    let all = right_beside(&text("signed.status == .succeeded"), &["sign", "publish"]);
    let last = kind(&all, "Pipeline")["spec"]["finally"][0].clone();
    assert_eq!(last["when"], json!([{ "input": "$(tasks.signed.status)", "operator": "in", "values": ["Succeeded"] }]));
    assert_eq!(last["params"][0]["value"], "$(tasks.signed.results.name)");
    assert!(!gaps(&text("signed != none")).is_empty());
}

#[test]
fn workspaces_and_results_may_be_spelt_otherwise() {
    let text = "extern task make(in_dir: workspace) -> (file_name: string) { cluster: \"make\" }\n\
                pipeline p(git_url: string, work_area: workspace) -> (file_name: string) {\n\
                target tekton { names: .camel, workspace_names: .kebab, result_names: .kebab }\n\
                task a -> (a_size: string) { image: \"x/y:1\", run: \"echo ~{git_url} > ~{out.a_size}\" }\n\
                m = make(in_dir: work_area) after a\nreturn (file_name: m.file_name)\n}\n";
    let all = right_beside(text, &["make"]);
    let spec = kind(&all, "Pipeline")["spec"].clone();
    assert_eq!(spec["params"][0]["name"], "gitUrl");
    assert_eq!(spec["workspaces"][0]["name"], "work-area");
    assert_eq!(spec["results"][0]["name"], "file-name");
    assert_eq!(task(&all, "p-a")["results"][0]["name"], "a-size");
}

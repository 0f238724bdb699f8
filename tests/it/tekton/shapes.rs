//! The styles of the output, its names, labels and annotations, the values that a run gives, and what Chains is told.

use std::io;

use pipec::diag::Diagnostic;
use pipec::emit::Bundle;
use pipec::emit::tekton::Tekton;
use pipec::emit::{Target, script};
use pipec::plan::Value;
use pipec::query::{Analysis, Request};
use pipec::source::Files;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value as Json, json};

use super::plans::{self, Made};
use super::{model, read, run_passes, runs, structure, text_of};

/// A repository: its files, and its folders, whose names end in `/`.
struct Repository<'a>(&'a [(&'a str, &'a str)]);

impl Files for Repository<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let found = self.0.iter().find(|(name, _)| name.trim_end_matches('/') == path);
        let (name, text) = found.ok_or(io::ErrorKind::NotFound)?;
        if name.ends_with('/') { Err(io::ErrorKind::IsADirectory.into()) } else { Ok(text.as_bytes().to_vec()) }
    }
}

/// What is emitted of a program that lies at `ci/build.pipe`, or all that is wrong.
fn emitted_in(program: &str, others: &[(&str, &str)]) -> Result<Bundle, Vec<Diagnostic>> {
    let files = [&[("ci/build.pipe", program), (".git/", "")], others].concat();
    let files = Repository(&files);
    let mut analysis = Analysis::open(&files, "ci/build.pipe");
    let plan = analysis.plan(&files, &Request::default());
    let bundle = plan.and_then(|plan| analysis.emit_in(&files, &plan, &Tekton));
    bundle.ok_or_else(|| analysis.diagnostics.iter().filter(|one| !one.code.is_lint()).cloned().collect())
}

fn emitted(program: &str) -> Bundle {
    let bundle = emitted_in(program, &[]).unwrap_or_else(|found| panic!("{found:#?}"));
    let manifests = bundle.files.iter().filter(|file| file.path.ends_with(".yaml"));
    crate::verify::assert_clean(&manifests.map(|file| file.text.as_str()).collect::<Vec<_>>());
    for file in &bundle.files {
        assert!(file.text.starts_with("# ") || file.text.starts_with("<!-- "), "{}", file.path);
        assert!(file.text.contains("Made by pipec from ci/build.pipe"), "{}", file.path);
    }
    bundle
}

fn mistakes(program: &str) -> Vec<String> {
    let found = emitted_in(program, &[]).expect_err("mistakes");
    let said = |one: &Diagnostic| {
        assert!(one.help.is_some() && !one.labels.is_empty() && !one.labels[0].text.is_empty(), "{one:?}");
        format!("{} {}", one.code.id(), one.message)
    };
    found.iter().map(said).collect()
}

/// A program with these options, a parameter of each kind, a task that makes an image, and one that reads what it made.
fn program(options: &str) -> String {
    format!(
        r#"
type Digest = string matching "sha256:[0-9a-f]{{64}}"
/// Builds the image.
///
/// And pushes it.
pipeline build(
    /// What is built.
    git_url: string, revision: string = "main", platforms: [string] = ["linux/amd64"], dry_run: bool = false, timeout_of: duration = 1h,
) -> (image_url: string) {{
    workspace src_dir {{ size: 1Gi }}
    task clone -> (url: string, commit: string) {{
        image: "quay.io/fedora/fedora-minimal:41"
        workdir: src_dir
        run: "git clone ~{{git_url}} ~{{revision}}; echo 1 > ~{{out.url}}; echo 2 > ~{{out.commit}}"
    }}
    /// Makes the image.
    task index -> (image_url: string, digest: Digest) {{
        image: "quay.io/fedora/fedora-minimal:41"
        workdir: src_dir
        run: "build ~{{platforms}} ~{{clone.commit}} $DRY > ~{{out.image_url}}; echo > ~{{out.digest}}"
        env: {{ DRY: "~{{dry_run.name}}" }}
    }}
    when not dry_run {{
        task push {{
            image: "quay.io/fedora/fedora-minimal:41"
            run: "push ~{{index.image_url}} ~{{index.digest}}"
        }}
    }}
    return (image_url: index.image_url)
    target tekton {{ {options} }}
}}
"#
    )
    .replace("        env: { DRY: \"~{dry_run.name}\" }\n", "")
    .replace(" $DRY", "")
}

fn one(bundle: &Bundle) -> Json {
    let [run] =
        read(&bundle.files.iter().map(|file| file.text.clone()).collect::<Vec<_>>(), "both").try_into().expect("one");
    run
}

const PAC: &str = r#"style: .pac, pac: { events: [.pull_request, .push], branches: ["main", "release-*"], comment: "^/build", max_keep_runs: 3,
    cancel_in_progress: true, labels: ["a,b"] }, given: { git_url: "{{ repo_url }}" }"#;

#[test]
fn an_inline_run_is_one_file_that_holds_all() {
    let bundle = emitted(&program("style: .inline"));
    assert_eq!(bundle.files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["pipelinerun.yaml"]);
    insta::assert_snapshot!(super::without_scripts(&bundle.files[0].text));
    let objects = run_passes::apart(&one(&bundle));
    assert_eq!(structure::faults(&objects), [] as [&str; 0]);
}

#[test]
fn a_run_for_pipelines_as_code_has_its_annotations() {
    let bundle = emitted(&program(PAC));
    assert_eq!(bundle.files[0].path, ".tekton/build.yaml");
    let run = one(&bundle);
    assert_eq!(run["metadata"]["name"], "build");
    let expected = json!({
        "pipec.dev/origin": "ci/build.pipe:6",
        "pipelinesascode.tekton.dev/on-event": "[pull_request, push]",
        "pipelinesascode.tekton.dev/on-target-branch": "[main, release-*]",
        "pipelinesascode.tekton.dev/on-label": "[a&#44;b]",
        "pipelinesascode.tekton.dev/on-comment": "^/build",
        "pipelinesascode.tekton.dev/max-keep-runs": "3",
        "pipelinesascode.tekton.dev/cancel-in-progress": "true",
    });
    assert_eq!(run["metadata"]["annotations"], expected);
    assert_eq!(run["spec"]["params"], json!([{"name": "git_url", "value": "{{ repo_url }}"}]));
    // Who opens a pull request chooses such a value: in quotes, it could end them.
    assert!(bundle.files[0].text.contains("    value: |-\n      {{ repo_url }}\n"));
}

#[test]
fn tasks_of_a_bundle_and_its_pipeline_are_one_file() {
    let bundle = emitted(&program("style: .bundle"));
    assert_eq!(bundle.files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["bundle.yaml"]);
    let text = &bundle.files[0].text;
    assert!(text.contains("tkn bundle push") && text.matches("\n---\n").count() == 4);
    let objects = read(std::slice::from_ref(text), "both");
    let kinds: Vec<&Json> = objects.iter().map(|object| &object["kind"]).collect();
    assert_eq!(kinds, ["Task", "Task", "Task", "Task", "Pipeline"]);
    assert_eq!(structure::faults(&objects), [] as [&str; 0]);
}

#[test]
fn a_catalog_has_a_folder_for_each_version() {
    let options =
        r#"style: .catalog, version: "0.3", tags: ["image"], categories: ["Image Build"], display_name: "Build it""#;
    let bundle = emitted(&program(options));
    let paths: Vec<&str> = bundle.files.iter().map(|file| file.path.as_str()).collect();
    insta::assert_debug_snapshot!(paths);
    insta::assert_snapshot!(text_of(&bundle, "task/build-index/0.3/README.md"));
    let [task] =
        read(&[text_of(&bundle, "task/build-index/0.3/build-index.yaml").to_owned()], "both").try_into().expect("one");
    assert_eq!(task["metadata"]["labels"]["app.kubernetes.io/version"], "0.3");
    let expected = json!({
        "pipec.dev/origin": "ci/build.pipe:17",
        "tekton.dev/pipelines.minVersion": "0.56.0",
        "tekton.dev/categories": "Image Build",
        "tekton.dev/tags": "image",
        "tekton.dev/displayName": "index",
        "tekton.dev/platforms": "linux/amd64",
    });
    assert_eq!(task["metadata"]["annotations"], expected);
    let [pipeline] =
        read(&[text_of(&bundle, "pipeline/build/0.3/build.yaml").to_owned()], "both").try_into().expect("one");
    assert_eq!(pipeline["spec"]["displayName"], "Build it");
    assert_eq!(pipeline["metadata"]["annotations"]["tekton.dev/displayName"], "Build it");
}

#[test]
fn labels_and_annotations_reach_their_objects() {
    let options = r#"labels: { team: "os" }, annotations: { "example.com/a": "x y", "example.com/b": "1" },
        run_labels: { kind: "on-pr", team: "ci" }, run_annotations: { "example.com/b": "2" }"#;
    let bundle = emitted(&program(options));
    for object in read(&bundle.files.iter().map(|file| file.text.clone()).collect::<Vec<_>>(), "both") {
        let (labels, annotations) = (&object["metadata"]["labels"], &object["metadata"]["annotations"]);
        let is_run = object["kind"] == "PipelineRun";
        assert_eq!(labels["team"], if is_run { "ci" } else { "os" });
        assert_eq!(labels["kind"].is_string(), is_run);
        assert_eq!(annotations["example.com/a"], "x y");
        assert_eq!(annotations["example.com/b"], if is_run { "2" } else { "1" });
    }
}

#[test]
fn a_run_gives_values_by_their_types() {
    let options = r#"given: { git_url: "https://x", platforms: "linux/amd64,linux/arm64", timeout_of: "1h30min", dry_run: "true" }"#;
    let bundle = emitted(&program(options));
    let [run] = read(&[text_of(&bundle, "pipelinerun.yaml").to_owned()], "both").try_into().expect("one");
    let expected = json!([
        {"name": "git_url", "value": "https://x"},
        {"name": "platforms", "value": ["linux/amd64", "linux/arm64"]},
        {"name": "dry_run", "value": "true"},
        {"name": "timeout_of", "value": "5400s"},
    ]);
    assert_eq!(run["spec"]["params"], expected);
    assert!(!text_of(&bundle, "pipelinerun.yaml").contains("give under spec.params"));
}

fn names_of(list: &Json) -> Vec<String> {
    list.as_array().into_iter().flatten().map(|one| one["name"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn names_are_spelt_as_asked_everywhere() {
    for (style, params, result) in [
        (".kebab", ["git-url", "revision", "platforms", "dry-run", "timeout-of"], "image-url"),
        (".camel", ["gitUrl", "revision", "platforms", "dryRun", "timeoutOf"], "imageUrl"),
    ] {
        for shape in ["files", "inline"] {
            let bundle = emitted(&program(&format!("style: .{shape}, names: {style}")));
            let objects = read(&bundle.files.iter().map(|file| file.text.clone()).collect::<Vec<_>>(), "both");
            let objects = if shape == "inline" { run_passes::apart(&objects[0]) } else { objects };
            assert_eq!(structure::faults(&objects), [] as [&str; 0], "{style} {shape}");
            let pipeline = &objects.iter().find(|object| object["kind"] == "Pipeline").expect("a pipeline")["spec"];
            assert_eq!(names_of(&pipeline["params"]), params);
            assert_eq!(names_of(&pipeline["results"]), [result]);
            let workspace = if style == ".kebab" { "src-dir" } else { "srcDir" };
            assert_eq!(names_of(&pipeline["workspaces"]), [workspace]);
            assert_eq!(pipeline["results"][0]["value"], format!("$(tasks.index.results.{result})"));
        }
    }
}

#[test]
fn exact_names_are_given_to_some() {
    let options = r#"renames: { git_url: "GIT-URL", src_dir: "source", "result.image_url": "IMAGE_URL", "index.image_url": "imageUrl" }"#;
    let bundle = emitted(&program(options));
    let objects = super::objects(&bundle);
    assert_eq!(structure::faults(&objects), [] as [&str; 0]);
    let pipeline = &objects.iter().find(|object| object["kind"] == "Pipeline").expect("a pipeline")["spec"];
    assert_eq!(names_of(&pipeline["params"])[0], "GIT-URL");
    assert_eq!(names_of(&pipeline["workspaces"]), ["source"]);
    assert_eq!(pipeline["results"][0]["name"], "IMAGE_URL");
    assert_eq!(pipeline["results"][0]["value"], "$(tasks.index.results.imageUrl)");
    let index = text_of(&bundle, "task-index.yaml");
    assert!(index.contains("value: \"$(results.imageUrl.path)\"") && index.contains("\"$(workspaces.source.path)\""));
}

/// A parameter that takes a result must not have the name of one of the pipeline: Tekton would put that one in.
#[test]
fn what_carries_a_result_is_no_parameter_of_the_pipeline() {
    let text = r#"
pipeline p(clone_commit: string = "wrong") {
    task clone -> (commit: string) { image: "quay.io/x/y:1", run: "echo 1 > ~{out.commit}" }
    task use { image: "quay.io/x/y:1", run: "echo ~{clone.commit} ~{clone_commit}" }
    target tekton { style: .inline, names: .kebab }
}
"#;
    let run = one(&emitted(text));
    let tasks = run["spec"]["pipelineSpec"]["tasks"].as_array().expect("tasks");
    let using = tasks.iter().find(|task| task["name"] == "use").expect("the task");
    assert_eq!(using["params"], json!([{"name": "clone-commit-2", "value": "$(tasks.clone.results.commit)"}]));
    let env = using["taskSpec"]["steps"][0]["env"].as_array().expect("variables");
    let values: Vec<&str> = env.iter().map(|one| one["value"].as_str().expect("a text")).collect();
    assert_eq!(values, ["$(params.clone-commit-2)", "$(params.clone-commit)"]);
}

#[test]
fn names_that_clash_are_told_where_they_are_declared() {
    let text = r#"
pipeline p(a_b: string = "", ab: string = "") {
    task one { image: "quay.io/x/y:1", run: "echo ~{a_b} ~{ab}" }
    target tekton { names: .camel }
}
"#;
    assert_eq!(mistakes(text), ["P0212 `ab` and `a_b` have one name in tekton"]);
    let found = mistakes(&program(
        r#"renames: { git_url: "a.b", revision: "git-url", platforms: "GIT-URL", "index.digest": "-", nobody: "x" }"#,
    ));
    assert_eq!(
        found,
        [
            "P0212 tekton has no parameter called `a.b`",
            "P0212 `platforms` and `revision` have one name in tekton",
            "P0212 tekton has no result called `-`",
            "P0616 `renames` speaks of `nobody`, which the pipeline does not have",
        ]
    );
}

#[test]
fn chains_finds_what_it_is_told_of_in_the_task_and_in_the_pipeline() {
    let options = r#"chains: { images: [{ url: "index.image_url", digest: "index.digest" }], sources: [{ url: "clone.url", commit: "clone.commit" }] }"#;
    let objects = super::objects(&emitted(&program(options)));
    assert_eq!(structure::faults(&objects), [] as [&str; 0]);
    let spec =
        |name: &str| &objects.iter().find(|object| object["metadata"]["name"] == name).expect("an object")["spec"];
    assert_eq!(names_of(&spec("build-index")["results"]), ["IMAGE_URL", "IMAGE_DIGEST"]);
    assert_eq!(names_of(&spec("build-clone")["results"]), ["CHAINS-GIT_URL", "CHAINS-GIT_COMMIT"]);
    let results = &spec("build")["results"];
    assert_eq!(names_of(results), ["IMAGE_URL", "IMAGE_DIGEST", "CHAINS-GIT_URL", "CHAINS-GIT_COMMIT"]);
    assert_eq!(results[1]["value"], "$(tasks.index.results.IMAGE_DIGEST)");
    // A source may be what the run is started with.
    let options = r#"chains: { sources: [{ url: "git_url", commit: "revision" }] }"#;
    let objects = super::objects(&emitted(&program(options)));
    let pipeline = &objects.iter().find(|object| object["kind"] == "Pipeline").expect("a pipeline")["spec"];
    assert_eq!(names_of(&pipeline["params"])[..2], ["CHAINS-GIT_URL", "CHAINS-GIT_COMMIT"]);
}

#[test]
fn several_images_are_told_apart() {
    let text = r#"
type Digest = string matching "sha256:[0-9a-f]{64}"
task one() -> (url: string, digest: Digest) { image: "quay.io/x/y:1", run: "echo > ~{out.url} > ~{out.digest}" }
pipeline p() {
    a = one()
    b = one()
    target tekton { chains: { images: [{ url: "a.url", digest: "a.digest" }, { url: "b.url", digest: "b.digest" }] } }
}
"#;
    let objects = super::objects(&emitted(text));
    let pipeline = &objects.iter().find(|object| object["kind"] == "Pipeline").expect("a pipeline")["spec"];
    assert_eq!(names_of(&pipeline["results"]), ["A_IMAGE_URL", "A_IMAGE_DIGEST", "B_IMAGE_URL", "B_IMAGE_DIGEST"]);
}

#[test]
fn what_chains_would_leave_out_is_said() {
    let options = r#"chains: { images: [{ url: "index.url", digest: "clone.commit" }, { url: "index.image_url", digest: "index.image_url" },
        { url: "clone.url", digest: "index.digest" }], sources: [{ url: "git_ulr", commit: "revision" }, { url: "git_url", commit: "revision" }] }"#;
    assert_eq!(
        mistakes(&program(options)),
        [
            "P0616 `index.url` is no output of a task of the pipeline",
            "P0616 `index.image_url` is of type `string`, whose values need not be digests",
            "P0616 `index.image_url` is told to Chains twice",
            "P0616 `clone.url` and `index.digest` do not come from one task",
            "P0616 `git_ulr` is no output of a task, and no parameter, of the pipeline",
            "P0616 a run has one source for Chains",
            "P0616 `revision` is told to Chains twice",
        ]
    );
}

/// Ten mistakes, ten reports, each at its place.
#[test]
fn wrong_options_are_all_told_at_once() {
    let options = r#"
        style: .pac
        pac: { events: [.push], branches: ["main["], paths: ["./src/**"], max_keep_runs: 0, target_namespace: "My Team", comment: "(a" }
        given: { revison: "x", dry_run: "yes", revision: "{{ body }} $(x)", platforms: "{{ platform }}" }
        labels: { "a b": "c" }
        chains: { images: [{ url: "index.image_url", digest: "index.digst" }] }"#;
    let mut found = mistakes(&program(options));
    found.sort();
    insta::assert_debug_snapshot!(found);
}

#[test]
fn a_start_that_never_comes_is_said() {
    let said = |pac: &str| mistakes(&program(&format!("style: .pac, given: {{ git_url: \"x\" }}, pac: {{ {pac} }}")));
    assert_eq!(said(""), ["P0616 nothing would ever start this run"]);
    assert_eq!(said("events: [.push]"), ["P0616 nothing is started without `branches`"]);
    assert_eq!(said(r#"branches: ["main"]"#), ["P0616 nothing is started without `events`"]);
    assert_eq!(
        said(r#"cel: "event == \"push\"", branches: ["main"], paths: ["a*"]"#),
        ["P0616 `branches` is not looked at beside `cel`", "P0616 `paths` is not looked at beside `cel`"]
    );
    assert_eq!(
        said(r#"cel: "(evnt == \"push\" && \"a*\".pathChange()""#),
        [
            "P0616 a condition has no function `pathChange`",
            "P0616 a condition has no variable `evnt`",
            "P0616 the expression has no closing `)`"
        ]
    );
    assert_eq!(
        mistakes(&program("style: .pac, given: { git_url: \"x\" }")),
        ["P0616 nothing says when Pipelines-as-Code starts the run"]
    );
    assert_eq!(
        mistakes(&program("pac: { comment: \"x\" }")),
        ["P0616 `pac` says when a run starts that is not emitted"]
    );
    assert_eq!(
        mistakes(&program("given: { git_url: \"{{ revision }}\" }")),
        ["P0616 nothing replaces `{{ … }}` in this run"]
    );
    assert_eq!(
        mistakes(&program("style: .pac, pac: { comment: \"x\" }")),
        ["P0617 nobody gives `git_url` to a run that Pipelines-as-Code starts"]
    );
}

/// The defect of coreos-assembler's pipelines, and what comes near to it.
#[test]
fn a_trigger_speaks_of_files_that_are_there() {
    let with = |pac: &str, others: &[(&str, &str)]| {
        let text = program(&format!("style: .pac, given: {{ git_url: \"x\" }}, pac: {{ {pac} }}"));
        let found = emitted_in(&text, others).err().unwrap_or_default();
        found.iter().map(|one| format!("{} {}", one.code.id(), one.message)).collect::<Vec<_>>()
    };
    let cel = r#"cel: "event == \"pull_request\" && (!\"tests/containers/***\".pathChanged() || \".tekton/old.yaml\".pathChanged())""#;
    assert_eq!(with(cel, &[("tests/containers/", "")]), ["P0615 the repository has no file `.tekton/old.yaml`"]);
    assert_eq!(with(cel, &[("tests/containers/", ""), (".tekton/old.yaml", "")]), [] as [&str; 0]);
    let paths = r#"events: [.push], branches: ["main"], paths: ["src", "docs/*.md", "**.pipe", ".tekton/build.yaml"], ignore_paths: ["README"]"#;
    assert_eq!(
        with(paths, &[("src/", "")]),
        [
            "P0615 `src` is a folder, which never changes itself",
            "P0615 the repository has no folder `docs`",
            "P0615 the repository has no file `README`",
        ]
    );
    assert_eq!(
        with(&paths.replace("\"src\"", "\"src/**\""), &[("src/", ""), ("docs/", ""), ("README", "")]),
        [] as [&str; 0]
    );
}

#[test]
fn every_style_keeps_the_rules() {
    for style in ["files", "inline", "bundle", "catalog"] {
        for names in ["as_written", "kebab", "camel"] {
            emitted(&program(&format!("style: .{style}, names: .{names}")));
        }
    }
    emitted(&program(PAC));
    for made in [plans::fcos, plans::conditions] {
        let bundle = super::emit(&styled(made(), "inline"));
        assert_eq!(structure::faults(&run_passes::apart(&one(&bundle))), [] as [&str; 0]);
    }
}

fn styled(mut made: Made, style: &str) -> Made {
    let mut options = vec![("style", Value::Case(style.to_owned()))];
    if style == "pac" {
        let pac = vec![("comment".to_owned(), Value::Text("x".to_owned()))];
        options.push(("pac", Value::Record(pac)));
    }
    made.options(&options);
    made
}

/// For every value of the parameters, what runs of an inline run is what runs of the same in files.
#[test]
fn an_inline_run_runs_what_the_plan_says() {
    let mut runner = TestRunner::deterministic();
    let seeds = prop::collection::vec(any::<u32>(), 40);
    let random = (0..60).map(|_| runs::plan(&seeds.new_tree(&mut runner).expect("no filter refuses").current()));
    let plans: Vec<Made> = random.map(|made| styled(made, "inline")).collect();
    let files: Vec<String> = plans.iter().map(|made| super::emit(made).files[0].text.clone()).collect();
    for ((made, file), run) in plans.iter().zip(&files).zip(read(&files, "one")) {
        let objects = run_passes::apart(&run);
        let found = structure::faults(&objects);
        assert!(found.is_empty(), "{found:#?}\n{file}");
        runs::assert_order(&made.plan, &objects);
        for values in 0..8 {
            let values = [values & 1 == 1, values & 2 == 2, values & 4 == 4];
            assert_eq!(runs::of_engine(&made.plan, &objects, values), runs::of_plan(&made.plan, values), "{file}");
        }
    }
}

/// Script, variables and arguments arrive as they were rendered, though all of a run alone is replaced twice as often.
#[test]
fn every_text_arrives_in_a_run_that_stands_alone() {
    for style in ["inline", "pac"] {
        let (mut files, mut cases) = (Vec::new(), Vec::new());
        for text in super::nasty_texts(400) {
            let mut made = styled(super::with_text(&text), style);
            made.plan.doc.clone_from(&text);
            let bundle = Tekton.emit(&made.plan, &made.sources);
            let file = bundle.files[0].text.clone();
            files.push(if style == "pac" { run_passes::templated(&file) } else { file });
            let id = made.plan.find("first").expect("the task");
            cases.push((text, script::step(&made.plan, id, 0)));
        }
        for ((text, rendered), run) in cases.iter().zip(read(&files, "one")) {
            let run = if style == "pac" { run_passes::templated_again(&run) } else { run };
            let tasks = run_passes::tasks(&run);
            let (_, task) = tasks.iter().find(|(name, _)| name == "first").expect("the task");
            arrives(text, rendered, task);
        }
    }
}

fn arrives(text: &str, rendered: &script::Rendered, task: &Json) {
    let steps = model::steps(task);
    let step = &steps[0];
    let run = model::Run::of_task(task);
    let script = step["script"].as_str().expect("a script");
    assert_eq!(run.text(script), rendered.body, "{text:?}");
    assert_eq!(model::refused(task, script, true), None, "{text:?}");
    let list = |value: &Json| value.as_array().cloned().unwrap_or_default();
    let env = list(&step["env"]).into_iter().map(|one| {
        let value = run.text(one["value"].as_str().expect("a value"));
        (one["name"].as_str().expect("a name").to_owned(), value)
    });
    let known = model::environment(&env.collect::<Vec<_>>());
    for (name, source) in &rendered.env {
        assert_eq!(known[name], super::expected(source), "{text:?}: {name} by {source:?}");
    }
    let args: Vec<String> = list(&step["args"]).iter().map(|arg| arg.as_str().expect("a text").to_owned()).collect();
    let args: Vec<String> = run.args(&args).iter().map(|arg| model::expand(arg, &known)).collect();
    let end = pipec::contract::END_OF_LIST;
    let (of_param, of_words) = (["<first>", "<second>", end], [text, "second", end]);
    let of_param = of_param.map(str::to_owned);
    assert!(args.chunks(3).all(|three| three == of_param || three == of_words), "{text:?}: {args:?}");
    assert!(args.chunks(3).any(|three| three == of_param), "{text:?}: {args:?}");
    assert_eq!(args.len(), rendered.args.len() * 3, "{text:?}: {args:?}");
}

/// Without the escapes, the models show what would have happened.
#[test]
fn the_models_of_the_passes_replace() {
    assert_eq!(
        run_passes::templated("a {{ revision }} {{{x_y}}} {{.Id}} {{ body.a b }} {{x}} {{ }}"),
        "a <replaced> {{{x_y}}} {{.Id}} <replaced> {{x}} {{ }}"
    );
    assert_eq!(run_passes::templated("{{ cel: 'a'\n\"b\" }}"), "<replaced>");
    let run = json!({"spec": {"workspaces": [{"name": "srv"}], "pipelineSpec": {
        "params": [{"name": "x", "type": "string"}, {"name": "l", "type": "array"}],
        "tasks": [{"name": "first", "taskSpec": {"results": [{"name": "r"}], "steps": [{
            "script": "$(params.x) $(context.pipelineRun.name) $(workspaces.srv.bound) $(tasks.first.results.r) $(params['x']) $(params.l[1])",
            "args": ["$(params.l[*])", "a"]}]}}]}}});
    let tasks = run_passes::tasks(&run);
    let step = &tasks[0].1["spec"]["steps"][0];
    assert_eq!(step["script"], "<x> <context> true <result> <x> <second>");
    assert_eq!(step["args"], json!(["<first>", "<second>", "a"]));
}

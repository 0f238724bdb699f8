//! What is kept elsewhere, declared and called in place; and folders of workspaces that a call hands over.

use serde_json::json;

use super::programs::{emitted, entry, gaps, kind, right_beside};

/// The lines of all manifests, but for those that say where something stands in the program.
fn manifests(program: &str) -> String {
    let bundle = emitted(program).unwrap_or_else(|gaps| panic!("{gaps:#?}\n{program}"));
    let lines = bundle.files.iter().flat_map(|file| file.text.lines());
    lines.filter(|line| !line.contains("ci.pipe:")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn in_place_and_declared_are_the_same_manifests() {
    let head = "pipeline p(revision: string, level: int = 3, deep: bool = true, work: workspace, auth: workspace?) -> (found: string) {\n\
                target tekton { several_volumes: true, helper_image: \"x/y:1\" }\n";
    let declared = "extern task fetch(revision: string, url: string, output: workspace, auth: workspace?) -> (commit: string) { cluster: \"fetch\" }\n\
                    extern task scan(commit: string, level: int, deep: bool, kinds: [string], source: workspace) -> (report: string) {\n\
                    hub: \"scan\", version: \"0.9\", names: .kebab, params: { deep: \"DEEP\" }\n}\n"
        .to_owned()
        + head
        + "fetch = fetch(revision, url: \"https://x.example.com/~{revision}\", output: work / \"git\", auth) { retries: 2 }\n\
           when level > 1 { scan = scan(fetch.commit, level, deep, kinds: [\"a\", \"b\"], source: work) { timeout: 1h } after fetch }\n\
           return (found: fetch.commit)\n}\n";
    let in_place = head.to_owned()
        + "extern task fetch(revision, url: \"https://x.example.com/~{revision}\", output: work / \"git\", auth) -> (commit: string) {\n\
           cluster: \"fetch\", retries: 2\n}\n\
           when level > 1 {\nextern task scan(commit: fetch.commit, level, deep, kinds: [\"a\", \"b\"], source: work) -> (report: string) {\n\
           hub: \"scan\", version: \"0.9\", names: .kebab, params: { deep: \"DEEP\" }, timeout: 1h\n} after fetch\n}\n\
           return (found: fetch.commit)\n}\n";
    let (one, other) = (manifests(&declared), manifests(&in_place));
    assert_eq!(one, other);
    assert!(one.contains("subPath: git") && one.contains("name: DEEP") && one.contains("retries: 2"), "{one}");
}

#[test]
fn a_folder_of_a_workspace_is_all_that_a_task_elsewhere_sees() {
    let text = "artifact Disk\n\
                extern task make(src: workspace, out: workspace) -> (disk: Disk = out / \"a.img\") { cluster: \"make\" }\n\
                pipeline p(work: workspace, const dir: path = \"deep\") {\n\
                  target tekton { tasks: { made: { sub_path: { work: \"all\" } } } }\n\
                  made = make(work / \"git\" / dir, work / \"out\")\n\
                  again = make(work / \".\", made.disk.workspace / \"x\")\n}\n";
    let all = right_beside(text, &["make"]);
    assert_eq!(
        entry(&all, "made")["workspaces"],
        json!([{ "name": "src", "workspace": "work", "subPath": "all/git/deep" },
               { "name": "out", "workspace": "work", "subPath": "all/out" }])
    );
    assert_eq!(
        entry(&all, "again")["workspaces"],
        json!([{ "name": "src", "workspace": "work" }, { "name": "out", "workspace": "work", "subPath": "x" }])
    );
    assert_eq!(entry(&all, "again")["runAfter"], json!(["made"]));
}

#[test]
fn a_folder_is_known_when_compiling_and_stays_as_it_is() {
    let of = |params: &str, folder: &str| {
        format!(
            "pipeline p(work: workspace{params}) {{\nextern task t(src: work / {folder}) {{ cluster: \"t\" }}\n}}\n"
        )
    };
    assert_eq!(gaps(&of("", "\"a$(b)\"")), ["P0608 tekton would change the folder `a$(b)` that `t` is given"]);
    assert!(gaps(&of(", dir: path", "dir")).concat().contains("P0501"));
}

#[test]
fn a_pipeline_kept_elsewhere_may_be_called_in_place() {
    let text = "pipeline p(revision: string) {\nworkspace git_auth { size: 1Gi }\n\
                extern pipeline build(revision, skip_checks: true, git_auth) { bundle: \"quay.io/x/y@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\", names: .kebab }\n}\n";
    let all = right_beside(text, &[]);
    let run = kind(&all, "PipelineRun")["spec"].clone();
    assert_eq!(run["params"][0], json!({ "name": "skip-checks", "value": "true" }));
    assert_eq!(run["workspaces"][0]["name"], "git-auth");
}

#[test]
fn each_turn_of_a_loop_is_handed_its_own() {
    let text = "pipeline p() {\nfor arch in [\"a\", \"b\"] { extern task build(arch, more: [arch, \"x\"]) -> (image: string) { cluster: \"build\" } }\n\
                task show { image: \"x/y:1\", run: \"echo ~{build[0].image}\" }\n}\n"
        .replace("~{build[0].image}", "~{len(build)}");
    let all = right_beside(&text, &["build"]);
    let tasks = kind(&all, "Pipeline")["spec"]["tasks"].as_array().unwrap();
    let given: Vec<_> = tasks.iter().filter(|task| task["name"] != "show").map(|task| task["params"].clone()).collect();
    assert_eq!(
        given,
        ["a", "b"].map(|arch| json!([{ "name": "arch", "value": arch }, { "name": "more", "value": [arch, "x"] }]))
    );
}

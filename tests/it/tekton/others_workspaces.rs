//! Workspaces that are handed to tasks that are kept elsewhere, and those that a run may leave out.

use serde_json::json;

use super::programs::{entry, kind, right, right_beside, task};
use super::strangers::ITEMS;

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

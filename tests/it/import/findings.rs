//! Mistakes in a JobSpec, each at its line.

use super::{import, said};

#[track_caller]
fn says(text: &str, wanted: &[&str]) {
    let import = import(text);
    let said = said(&import);
    for one in wanted {
        assert!(said.contains(one), "{one}\n{said}");
    }
    let errors = said.contains("error[");
    assert_eq!(import.imported.is_none(), errors, "errors alone stop the output\n{said}");
}

fn stage(fields: &str) -> String {
    format!("job: {{strict: true}}\nstages:\n- id: a\n  {}\n", fields.replace('\n', "\n  "))
}

#[test]
fn what_is_no_jobspec_is_refused() {
    says("- a", &["1:1: error[P0731]: a JobSpec is a map"]);
    says("", &["error[P0731]: the JobSpec has no stages"]);
    says("stages:\n  - url: \"x\",", &["2:13: error[P0731]: this is not YAML"]);
    says("a: &x 1\nb: *x", &["error[P0731]"]);
    says("stages: []", &["1:1: error[P0731]: the JobSpec has no stages"]);
}

#[test]
fn unknown_keys_are_errors_or_with_lenient_warnings() {
    let text = stage("comands: [ls]\ncommands: [ls]");
    says(&text, &["4:3: error[P0732]: an entry of `stages` has no key `comands`"]);
    let files = super::Texts::of(&[("job.yaml", &text)]);
    let options = pipec::query::import::Options { name: "job", lenient: true };
    let import = pipec::query::import::Import::jobspec(&files, "job.yaml", options);
    assert!(import.imported.is_some());
    assert!(said(&import).contains("warning[P0732]"));
}

#[test]
fn values_of_another_type_are_errors() {
    says(&stage("commands: ls"), &["4:13: error[P0733]: `commands` is a list of texts"]);
    says(&stage("commands: [true]"), &["4:14: error[P0733]: an entry of `commands` is a text, and this is `true`"]);
    says(&stage("concurrent: yes\ncommands: [ls]"), &["4:15: error[P0733]"]);
    says(
        &stage("execution_order: first\ncommands: [ls]"),
        &["4:20: error[P0733]: `execution_order` is a whole number"],
    );
    says("stages: {a: b}", &["1:9: error[P0733]: `stages` is a list of maps"]);
    says(&stage("build_artifacts: [bas]"), &["error[P0733]: there is no image `bas`"]);
    says(&stage("build_artifacts: [base+garbage]"), &["error[P0733]: there is no image `garbage`"]);
    says(&stage("kola_tests: [basicbios]"), &["error[P0733]: there is no test `basicbios`"]);
    says(&stage("require_artifacts: [iso]"), &["error[P0733]: there is no artifact `iso`"]);
}

#[test]
fn parts_that_do_not_go_together_are_errors() {
    let two = "stages:\n- {id: a, commands: [ls]}\n- {id: a, commands: [ls]}\n";
    says(two, &["3:8: error[P0734]: two stages have the id `a`"]);
    let later = format!("delay_meta_merge: true\n{}", stage("build_artifacts: [base]"));
    says(&later, &["1:1: error[P0734]: the build is merged later, and no stage merges it"]);
    says(
        &stage("build_artifacts: [base]\npublish_artifacts: [aws]"),
        &["5:23: error[P0734]: `aws` is published to and not described"],
    );
    for (repo, said) in [("{name: x}", "neither `url` nor `inline`"), ("{url: 'https://x.y/z', inline: a}", "both")] {
        says(&format!("recipe: {{repos: [{repo}]}}\n{}", stage("commands: [ls]")), &["1:18: error[P0734]", said]);
    }
    says(
        &stage("overrides: [{uri: 'https://x.y/z'}]\ncommands: [ls]"),
        &["4:15: error[P0734]: an override is neither"],
    );
}

#[test]
fn templates_that_are_no_values_are_errors_where_they_stand() {
    says(
        &stage("commands: ['ls {{ if .Job.IsProduction }}x{{ end }}']"),
        &["4:18: error[P0735]", "4:45: error[P0735]"],
    );
    says(
        &stage("commands:\n- |\n  ls\n  ls {{ .JobSpec.Recipe.GitUrl }}"),
        &["7:8: error[P0735]: templates know no `GitUrl`"],
    );
    says(&stage("commands: ['{{ .JobSpec.Stages }}']"), &["4:15: error[P0735]: `stages` is no single value"]);
    says(&stage("commands: ['{{ .Meta.Name }}']"), &["4:15: error[P0735]: `.Meta.Name` is known only"]);
}

#[test]
fn what_would_be_refused_later_is_said_of_its_stage() {
    says(&stage("commands: [cosa buildextend-live]"), &["3:3: error[P0736]: what this becomes is refused (P0401)"]);
    let registry = "publish_oscontainer:\n  registries:\n  - {url: 'no image', secret_type: cluster, secret: x}\n";
    says(
        &format!("{registry}{}", stage("build_artifacts: [base]")),
        &["error[P0736]: what this becomes is refused (P0502)"],
    );
}

#[test]
fn what_has_no_effect_or_is_not_needed_is_told() {
    says(
        &stage("direct_exec: true\ncommands: [ls]"),
        &["4:3: warning[P0738]: `stages.direct_exec` never had an effect"],
    );
    says(
        &format!("clouds_cfgs: {{aws: {{ami_path: a/b}}}}\n{}", stage("commands: [ls]")),
        &["1:15: warning[P0738]: `aws` is described and not enabled"],
    );
    let off = format!(
        "clouds_cfgs: {{aws: {{ami_path: a/b, enabled: false}}}}\n{}",
        stage("build_artifacts: [base]\npublish_artifacts: [aws]")
    );
    says(&off, &["6:23: warning[P0738]: `aws` is published to and not enabled"]);
    let idle = "clouds_cfgs: {gcp: {enabled: true}}\npublish_oscontainer: {registries: [{url: a/b}]}\n";
    says(
        &format!("{idle}{}", stage("commands: [ls]")),
        &[
            "1:15: warning[P0738]: `gcp` is enabled, and no stage",
            "2:23: warning[P0738]: no stage builds what the registries",
        ],
    );
    let is_production = "job: {strict: true, is_production: true}\nstages:\n- commands: [ls]\n";
    says(is_production, &["1:21: warning[P0738]: `job.is_production` is read by no command"]);
    says(
        &stage("return_cache: true\nreturn_files: [x]\ncommands: [ls]"),
        &["4:3: note[P0740]: `stages.return_cache` is left out"],
    );
    says("job: {miniocfgfile: '', strict: true}\nstages:\n- commands: [ls]\n", &[]);
    assert_eq!(said(&import("job: {miniocfgfile: '', strict: true}\nstages:\n- commands: [ls]\n")), "");
}

#[test]
fn secrets_in_the_file_go_nowhere() {
    let registry =
        "publish_oscontainer:\n  registries:\n  - {url: 'quay.io/a/b', secret_type: inline, secret: hunter2}\n";
    let import = import(&format!("{registry}{}", stage("build_artifacts: [base]")));
    let imported = import.imported.as_ref().expect("a warning only");
    assert!(said(&import).contains("3:55: warning[P0739]: a secret stands in the JobSpec"), "{}", said(&import));
    assert!(!imported.program.contains("hunter2") && !imported.params.contains("hunter2"));
}

#[test]
fn a_container_is_pushed_by_whoever_builds_it() {
    let registry = "publish_oscontainer:\n  registries:\n  - {url: 'quay.io/a/b', secret_type: token}\n";
    for build in ["build_artifacts: [base]", "commands: [cosa build]"] {
        let text = format!("{registry}{}", stage(build));
        let import = import(&text);
        let program = &import.imported.as_ref().expect("a warning only").program;
        assert!(program.contains("push-container") || program.contains("push_container"), "{program}");
        assert!(program.contains("registry_auth_1: secret"), "{program}");
    }
}

#[test]
fn escapes_of_html_and_values_of_groovy_are_told() {
    let text = "recipe: {git_url: 'https://x.y/?a&b'}\njob: {strict: true}\nstages:\n- commands: ['ls \"{{ .JobSpec.Recipe.GitURL }}\"', 'ls ${x.y} ${HOME}']\n";
    says(
        text,
        &["1:19: warning[P0739]: `recipe.git_url` was written into a script as HTML", "warning[P0739]: `${x.y}` seems"],
    );
    assert!(!said(&import(text)).contains("HOME"));
}

//! Single constructs: what each becomes.

use super::{LENIENT, emitted, import, imported, said};

/// A pipeline with these fields of its `spec`, in flow style.
fn pipeline(params: &str, tasks: &str) -> String {
    format!(
        "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {{name: p}}\nspec:\n  params: [{params}]\n  \
         workspaces: [{{name: work}}, {{name: login, optional: true}}]\n  tasks:\n{tasks}\n"
    )
}

/// A Task with one step; the script is indented by six blanks.
fn task(params: &str, script: &str) -> String {
    let script: String = script.lines().map(|line| format!("      {line}\n")).collect();
    format!(
        "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {{name: t}}\nspec:\n  params: [{params}]\n  \
         results: [{{name: out-file}}]\n  workspaces: [{{name: work}}]\n  steps:\n  - name: only\n    \
         image: quay.io/example/tools:1.2\n    script: |\n{script}"
    )
}

#[track_caller]
fn becomes(text: &str, wanted: &[&str]) {
    let program = imported(text);
    for one in wanted {
        assert!(program.contains(one), "{one}\n{program}");
    }
}

#[track_caller]
fn body(params: &str, script: &str, wanted: &str) {
    let program = imported(&task(params, script));
    let block: String = wanted.lines().map(|line| format!("        {line}\n")).collect();
    let is_line = !wanted.contains('\n') && program.contains(&format!("\"{wanted}\"\n"));
    assert!(is_line || program.contains(&block), "{wanted}\n{program}");
}

#[test]
fn words_become_bools_where_nobody_says_anything_else() {
    let one = |more: &str| {
        pipeline(
            "{name: a, default: \"true\"}, {name: b, default: \"false\"}",
            &format!("  - {{name: x, taskRef: {{name: x}}, params: [{{name: a, value: $(params.a)}}{more}]}}"),
        )
    };
    becomes(&one(""), &["a: bool = true", "b: bool = false", "extern task x(a) { cluster: \"x\" }"]);
    // Another word, a text around it.
    let two = one("") + "  - {name: yy, taskRef: {name: x}, params: [{name: a, value: \"no\"}]}\n";
    becomes(&two, &["a: string = \"true\"", "extern task x_task(a: string) {"]);
    becomes(&one(", {name: c, value: x-$(params.b)}"), &["b: string = \"false\"", "c: \"x-~{b}\""]);
    let asked = one("")
        + "  - name: yy\n    taskRef: {name: yy}\n    when: [{input: $(params.b), operator: in, values: [maybe]}]\n";
    becomes(&asked, &["b: string = \"false\"", "when b == \"maybe\""]);
}

#[test]
fn conditions_are_said_with_types() {
    let when = |cond: &str| {
        pipeline(
            "{name: a, default: \"true\"}, {name: s, default: x}, {name: l, type: array, default: []}",
            &format!("  - name: c\n    taskRef: {{name: c}}\n    when: [{cond}]"),
        )
    };
    for (cond, wanted) in [
        ("{input: $(params.a), operator: in, values: [\"true\"]}", "when a {"),
        ("{input: $(params.a), operator: notin, values: [\"true\"]}", "when not a {"),
        ("{input: $(params.a), operator: in, values: [\"false\"]}", "when not a {"),
        ("{input: $(params.s), operator: in, values: [x]}", "when s == \"x\" {"),
        ("{input: $(params.s), operator: notin, values: [x]}", "when s != \"x\" {"),
        ("{input: $(params.s), operator: in, values: [why, x]}", "when s in [\"why\", \"x\"] {"),
        ("{input: $(params.s), operator: notin, values: [why, x]}", "when not (s in [\"why\", \"x\"]) {"),
        ("{input: $(params.s), operator: in, values: [\"$(params.l[*])\"]}", "when s in l {"),
        ("{input: $(workspaces.login.bound), operator: in, values: [\"true\"]}", "when login != none {"),
        ("{input: $(workspaces.login.bound), operator: notin, values: [\"true\"]}", "when login == none {"),
        ("{cel: \"'$(params.s)' == 'x' && !('$(params.a)' == 'true')\"}", "when s == \"x\" and not a {"),
        ("{cel: \"'$(params.s)' == 'x' || '$(params.a)' == 'true'\"}", "when s == \"x\" or a {"),
        ("{cel: \"'$(params.s)' in ['x', 'why']\"}", "when s in [\"why\", \"x\"] {"),
    ] {
        becomes(&when(cond), &[wanted]);
    }
}

#[test]
fn neighbours_under_one_condition_share_a_block() {
    let when = "when: [{input: $(params.a), operator: in, values: [\"true\"]}]";
    let text = pipeline(
        "{name: a, default: \"true\"}",
        &format!(
            "  - {{name: x, taskRef: {{name: x}}, {when}}}\n  - {{name: yy, taskRef: {{name: yy}}}}\n  \
             - {{name: z, taskRef: {{name: z}}, {when}}}"
        ),
    );
    becomes(
        &text,
        &[
            "    when a {\n        extern task x { cluster: \"x\" }\n        extern task z { cluster: \"z\" }\n    }\n    extern task yy {",
        ],
    );
}

#[test]
fn who_reads_what_may_be_left_out_is_left_out_with_it() {
    let text = pipeline(
        "{name: a, default: \"true\"}",
        "  - {name: x, taskRef: {name: x}, when: [{input: $(params.a), operator: in, values: [\"true\"]}]}\n  \
         - {name: yy, taskRef: {name: yy}, params: [{name: d, value: $(tasks.x.results.d)}]}\n  \
         - {name: z, taskRef: {name: z}, runAfter: [yy]}\n  \
         - {name: free, taskRef: {name: free}, runAfter: [x]}",
    );
    let import = import(&text, super::STRICT);
    let said = said(&import);
    assert!(said.contains("note[P0751]: `yy` is left out when `x` is"), "{said}");
    assert!(said.contains("note[P0751]: `z` is left out when `yy` is"), "{said}");
    let program = import.imported.unwrap().program;
    assert!(
        program.contains(
            "    when a {\n        extern task x -> (d: string) { cluster: \"x\" }\n        \
             extern task yy(d: x.d) { cluster: \"yy\" }\n        extern task z { cluster: \"z\" } after yy\n    }\n    \
             extern task free { cluster: \"free\" } after x\n"
        ),
        "{program}"
    );
    // Another condition between them asks for the result.
    let apart = text.replace(
        "params: [{name: d,",
        "when: [{input: $(params.b), operator: in, values: [\"true\"]}], params: [{name: d,",
    );
    let apart =
        apart.replace("{name: a, default: \"true\"}", "{name: a, default: \"true\"}, {name: b, default: \"true\"}");
    becomes(
        &apart,
        &["when b and a { extern task yy(d: x!.d) {", "when a { extern task z { cluster: \"z\" } after yy }"],
    );
}

#[test]
fn order_that_data_implies_disappears() {
    let text = pipeline(
        "",
        "  - {name: a, taskRef: {name: a}}\n  - {name: b, taskRef: {name: b}, runAfter: [a]}\n  \
         - {name: c, taskRef: {name: c}, runAfter: [a, b], params: [{name: x, value: $(tasks.b.results.x)}]}\n  \
         - {name: d, taskRef: {name: d}, runAfter: [a, b]}",
    );
    becomes(
        &text,
        &[
            "extern task b -> (x: string) { cluster: \"b\" } after a",
            "extern task c(x: b.x) {",
            "cluster: \"d\" } after b\n",
        ],
    );
    assert!(said(&import(&text, super::STRICT)).contains("note[P0752]: 3 entries of `runAfter`"));
}

#[test]
fn places_of_tasks_are_found() {
    let at = |reference: &str| pipeline("", &format!("  - {{name: x, taskRef: {reference}}}"));
    let params = |resolver: &str, list: &[(&str, &str)]| {
        let list: Vec<String> =
            list.iter().map(|(name, value)| format!("{{name: {name}, value: \"{value}\"}}")).collect();
        at(&format!("{{resolver: {resolver}, params: [{}]}}", list.join(", ")))
    };
    let commit = "0123456789abcdef0123456789abcdef01234567";
    becomes(&at("{name: scan-image}"), &["extern task x { cluster: \"scan-image\" }"]);
    becomes(
        &params("cluster", &[("kind", "task"), ("name", "scan"), ("namespace", "tools")]),
        &["cluster: \"scan\"", "namespace: \"tools\""],
    );
    becomes(
        &params("hub", &[("name", "scan"), ("version", "0.9.1"), ("catalog", "tools")]),
        &["hub: \"scan\"", "version: \"0.9.1\"", "catalog: \"tools\""],
    );
    becomes(
        &params(
            "git",
            &[
                ("org", "kelp"),
                ("repo", "tasks"),
                ("revision", commit),
                ("pathInRepo", "a/scan.yaml"),
                ("token", "key"),
            ],
        ),
        &["extern task x {", "git: \"kelp/tasks\"", "path: \"a/scan.yaml\"", "token: \"key\""],
    );
    let digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    becomes(
        &params("http", &[("url", "https://tasks.example.com/scan.yaml"), ("digest", digest)]),
        &["http:   \"https://", digest],
    );
    becomes(
        &params("bundles", &[("bundle", &format!("quay.io/a/b@{digest}")), ("name", "other-name"), ("kind", "task")]),
        &["bundle: \"quay.io/a/b@sha256", "name:   \"other-name\""],
    );
    let loose = import(&params("bundles", &[("bundle", "quay.io/a/b:1"), ("name", "scan")]), LENIENT);
    assert!(loose.imported.unwrap().program.contains("bundle: \"quay.io/a/b:1\", name: \"scan\", unpinned: true"));
}

#[test]
fn one_place_is_declared_once_with_what_all_calls_give() {
    let text = pipeline(
        "",
        "  - {name: a, taskRef: {name: put}, params: [{name: TO, value: x}, {name: DEEP, value: \"true\"}], workspaces: [{name: work}]}\n  \
         - {name: b, taskRef: {name: put}, params: [{name: TO, value: why}]}\n  \
         - {name: c, taskRef: {name: get}, params: [{name: of, value: [\"$(tasks.a.results.list[*])\", z]}]}",
    );
    becomes(
        &text,
        &[
            "extern task put(to: string, deep: bool? = none, work: workspace? = none) -> (list: [string]) {",
            "cluster: \"put\", names: .upper, results: { list: \"list\" }",
            "extern task c(of: concat(a.list, [\"z\"])) { cluster: \"get\" }",
        ],
    );
}

#[test]
fn values_are_put_where_the_shell_reads_them() {
    let params = "{name: a}, {name: yep, default: \"true\"}";
    body(params, "echo $(params.a) \"$(params.a)\" '$(params.a)'", "echo ~{a} \"~{a}\" ''\"~{a}\"''");
    body(params, "cat <<E\n$(params.a)\nE", "set +u\ncat <<E\n~{a}\nE");
    body(params, "echo $(date) # $(params.a)", "echo $(date) # (params.a)");
    body(params, "[ $(params.yep) = true ]", "[ ~{if yep then \"true\" else \"false\"} = true ]");
    body(params, "cp $(workspaces.work.path)/a/b $(results.out-file.path)", "cp ~{work / \"a/b\"} ~{out.out_file}");
    body(params, "ls $(workspaces.work.path) $(workspaces.work.path)/../x", "ls ~{work / \".\"} ~{work / \".\"}/../x");
    body("{name: num}", "echo $(( $(params.num) + 1 ))", "set +u\necho $(( NUM + 1 ))");
    body("", "echo ~{x} '\"\"\"'", "echo \\~{x} '\\\"\"\"'");
    becomes(&task("{name: num}", "echo $(( $(params.num) + 1 ))"), &["env:   { NUM: num }"]);
}

#[test]
fn the_first_line_says_who_reads_a_script() {
    body("", "#!/bin/sh\nls", "set +e\nls");
    body("", "#!/usr/bin/env bash\nset -euo pipefail\nls", "ls");
    body("", "#!/usr/bin/env bash\nset -e\nls $X", "set +u +o pipefail\nls $X");
    body("", "#!/bin/bash\nls", "set +e +o pipefail\nls");
    becomes(&task("", "#!/usr/bin/env python3\nprint()"), &["shell: \"python3\""]);
    becomes(
        &task("{name: a}", "#!/usr/bin/env python3\nx = '$(params.a)'"),
        &["env:   { A: a }", "x = __import__(\"os\").environ[\"A\"]"],
    );
}

#[test]
fn what_is_asked_of_the_machine_is_typed() {
    let text = task("", "ls").replace(
        "    script: |",
        "    computeResources: {requests: {cpu: 250m, ephemeral-storage: 1.5Gi}, limits: {memory: 512Mi, devices.kubevirt.io/kvm: \"1\"}}\n    \
         securityContext: {privileged: true}\n    timeout: 90m\n    script: |",
    );
    becomes(
        &text,
        &["needs:   { cpu: 250m, disk: 1536Mi, memory: 512Mi, kvm: true, privileged: true }", "timeout: 1h30min"],
    );
}

#[test]
fn names_that_meet_are_told_apart_and_stay_outside() {
    let text = pipeline(
        "{name: scan, default: \"true\"}, {name: yep, default: x}",
        "  - {name: scan, taskRef: {name: scan}, when: [{input: $(params.scan), operator: in, values: [\"true\"]}], \
         params: [{name: in, value: $(params.yep)}]}",
    );
    becomes(&text, &["the_scan: bool = true", "renames: { the_scan: \"scan\" }", "extern task scan(the_in: yep)"]);
    let manifests = emitted(&imported(&text)).concat();
    assert!(manifests.contains("- name: in\n      value: \"$(params.yep)\""), "{manifests}");
    assert!(manifests.contains("input: \"$(params.scan)\""), "{manifests}");
}

#[test]
fn several_files_are_one_program() {
    let files = super::Texts::of(&[
        (
            "pipeline.yaml",
            &pipeline(
                "",
                "  - {name: x, taskRef: {name: t}, params: [{name: a, value: b}], workspaces: [{name: work}]}",
            ),
        ),
        ("task.yaml", &task("{name: a}", "echo $(params.a)")),
    ]);
    let paths = ["pipeline.yaml".to_owned(), "task.yaml".to_owned()];
    let import = pipec::query::import::Import::manifests(&files, &paths, super::STRICT);
    let program = import.imported.expect("nothing is wrong").program;
    assert!(
        program.contains("task t(a: string, work: workspace)") && program.contains("x = t(a: \"b\", work)"),
        "{program}"
    );
    assert!(!program.contains("extern"));
}

#[test]
fn objects_are_records() {
    let text = pipeline(
        "{name: git, type: object, properties: {url: {}, commit: {}}, default: {url: u, commit: c}}",
        "  - {name: x, taskRef: {name: x}, params: [{name: git, value: \"$(params.git[*])\"}, {name: u, value: $(params.git.url)}]}",
    );
    becomes(
        &text,
        &[
            "record Git { url: string, commit: string }",
            "git: Git = { url: \"u\", commit: \"c\" }",
            "extern task x(git, u: git.url) { cluster: \"x\" }",
        ],
    );
}

#[test]
fn a_result_that_may_be_missing_is_returned_as_it_is() {
    let text = pipeline(
        "{name: a, default: \"true\"}",
        "  - {name: x, taskRef: {name: x}, when: [{input: $(params.a), operator: in, values: [\"true\"]}]}\n  \
         results: [{name: r, value: $(tasks.x.results.r)}]",
    );
    let program = imported(&text);
    assert!(
        program.contains("-> (r: string?)")
            && program.contains("when a { extern task x -> (r: string) { cluster: \"x\" } }"),
        "{program}"
    );
    let texts = emitted(&program);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let (before, after) = (super::compare::graphs(&[&text]), super::compare::graphs(&texts));
    super::compare::same(&before["p"], &after["p"], &program);
}

/// The next step runs all the same, and so it is when the script that is emitted runs.
#[test]
fn a_step_that_may_fail_ends_well() {
    let with = |script: &str| {
        task("", script).replace("    script: |", "    onError: continue\n    script: |")
            + "  - name: next\n    image: quay.io/example/tools:1.2\n    script: \"echo done > $(results.out-file.path)\"\n"
    };
    let import = import(&with("#!/bin/bash\nset -e\necho before\nfalse\necho behind"), super::STRICT);
    assert!(
        said(&import).contains("warning[P0748]: a step may fail, and the next runs all the same"),
        "{}",
        said(&import)
    );
    let program = import.imported.expect("it has a form").program;
    let wanted = "            trap 'exit 0' EXIT\n            set +o pipefail\n            echo before\n";
    assert!(program.contains(wanted), "{program}");
    let program = program + "pipeline p(work: workspace) { t(work) }\n";
    let texts = emitted(&program);
    let only =
        texts.iter().flat_map(|text| super::compare::scripts(text)).find(|script| script.contains("echo before"));
    let ran = std::process::Command::new("bash").args(["-c", &only.expect("the step")]).output().unwrap();
    assert_eq!((ran.status.code(), &*ran.stdout), (Some(0), &b"before\n"[..]), "{ran:?}");
    // What is done at its end, what is not read to its end, what would have to be there: nothing is known of these.
    for script in [
        "trap 'rm -f x' EXIT\nfalse",
        "exec false",
        "#!/usr/bin/env python3\nprint()",
        "stat -c %s x > $(results.out-file.path)",
    ] {
        let import = super::import(&with(script), super::STRICT);
        assert!(
            said(&import).contains("error[P0742]: a step may fail, and the next runs"),
            "{script}\n{}",
            said(&import)
        );
    }
}

/// A pipeline with one embedded task, its volumes and the mounts of its two steps.
fn with_volumes(volumes: &str, first: &str, second: &str) -> String {
    let step = |name: &str, mounts: &str| {
        format!(
            "      - name: {name}\n        image: quay.io/example/tools:1.2\n        volumeMounts: [{mounts}]\n        \
             script: |\n          #!/bin/bash\n          set -euo pipefail\n          ls\n"
        )
    };
    pipeline(
        "",
        &format!(
            "  - name: x\n    taskSpec:\n      volumes: [{volumes}]\n      steps:\n{}{}",
            step("one", first),
            step("two-b", second)
        ),
    )
}

#[test]
fn volumes_are_said_of_the_call() {
    let text = with_volumes(
        "{name: cache, emptyDir: {}}, {name: trusted-ca, configMap: {name: ca}}, {name: key, secret: {secretName: k}}",
        "{name: cache, mountPath: /cache}, {name: key, mountPath: /key, readOnly: true}",
        "{name: cache, mountPath: /cache}, {name: trusted-ca, mountPath: /etc/ca, subPath: a}",
    );
    let program = imported(&text);
    for wanted in [
        "cache:        { mount: \"/cache\", empty_dir: {} }",
        "\"trusted-ca\": { mount: \"/etc/ca\", steps: [\"two_b\"], sub_path: \"a\", config_map: \"ca\" }",
        "key:          { mount: \"/key\", steps: [\"one\"], read_only: true, secret: \"k\" }",
    ] {
        assert!(program.contains(wanted), "{wanted}\n{program}");
    }
    let manifests = emitted(&program).concat();
    for wanted in ["name: trusted-ca\n    configMap:\n      name: ca", "mountPath: \"/etc/ca\"\n      subPath: a"] {
        assert!(manifests.contains(wanted), "{wanted}\n{manifests}");
    }
}

/// Keys as files, what may be missing, rights, several places, and sidecars: emitted again it is the same.
#[test]
fn volumes_are_carried_over_with_all_that_is_said_of_them() {
    let text = with_volumes(
        "{name: key, secret: {secretName: k, items: [{key: id, path: ssh/id}], optional: true, defaultMode: 0400}}, \
         {name: ca, projected: {sources: [{configMap: {name: c, optional: true}}], defaultMode: 292}}",
        "{name: key, mountPath: /a}, {name: key, mountPath: /b, subPath: ssh}, {name: ca, mountPath: /ca}",
        "{name: key, mountPath: /a}, {name: ca, mountPath: /ca}",
    )
    .replace(
        "      steps:\n",
        "      sidecars:\n      - {name: my-db, image: quay.io/example/db:1, ports: [{containerPort: 5432}], volumeMounts: [{name: ca, mountPath: /ca}]}\n      steps:\n",
    );
    let program = imported(&text);
    for wanted in
        ["default_mode: \"0400\"", "optional:     true", "services:     [\"my_db\"]", "default_mode: \"0444\""]
    {
        assert!(program.contains(wanted), "{wanted}\n{program}");
    }
    let manifests = emitted(&program).concat();
    for wanted in [
        "secretName: k\n      items:\n      - key: id\n        path: ssh/id\n      defaultMode: 256\n      optional: true",
        "defaultMode: 292",
        "mountPath: \"/b\"\n      subPath: ssh",
        "    - name: ca\n      mountPath: \"/ca\"\n    startupProbe",
    ] {
        assert!(manifests.contains(wanted), "{wanted}\n{manifests}");
    }
    assert_eq!(manifests.matches("mountPath: \"/ca\"").count(), 3);
    assert_eq!(manifests.matches("mountPath: \"/b\"").count(), 1);
}

#[test]
fn volumes_without_a_form_are_refused_at_their_line() {
    let seen = "{name: v, mountPath: /v}";
    for (volume, first, second, words) in [
        ("{name: v, hostPath: {path: /x}}", seen, seen, "the volume `v` has no form in the program: `hostPath`"),
        (
            "{name: v, secret: {secretName: s, items: [{key: a, path: b, mode: 256}]}}",
            seen,
            seen,
            "the volume `v` has no form in the program: `mode`",
        ),
        ("{name: v, configMap: {name: s, defaultMode: 1000}}", seen, seen, "in the program: `defaultMode`"),
        ("{name: v, emptyDir: {}}", seen, "{name: v, mountPath: /v, subPathExpr: x}", "`subPathExpr`"),
        ("{name: v, configMap: {name: $(params.a)}}", seen, seen, "is chosen when the pipeline runs"),
    ] {
        let import = import(&with_volumes(volume, first, second), super::STRICT);
        let said = said(&import);
        assert!(import.imported.is_none() && said.contains("error[P0742]") && said.contains(words), "{words}\n{said}");
    }
    let unseen = import(&with_volumes("{name: v, emptyDir: {}}", "", ""), super::STRICT);
    assert!(said(&unseen).contains("a volume that no step sees"), "{}", said(&unseen));
    assert!(!unseen.imported.unwrap().program.contains("volumes"));
    let lone = task("", "ls").replace("  steps:\n", "  volumes: [{name: v, emptyDir: {}}]\n  steps:\n");
    let lone = lone.replace("    script: |", "    volumeMounts: [{name: v, mountPath: /v}]\n    script: |");
    let lone = import(&lone, super::STRICT);
    assert!(said(&lone).contains("the volume `v` has no form in a task alone"), "{}", said(&lone));
}

#[test]
fn what_is_said_of_results_and_calls_is_kept() {
    let text = "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: p}\nspec:\n  results:\n  \
                - {name: commit, description: What was built., value: $(tasks.a.results.commit)}\n  \
                - {name: notes, description: \"What is new,\\nand what is gone.\", value: $(tasks.b.results.notes)}\n  tasks:\n  \
                - {name: a, description: Fetches all., taskRef: {name: fetch}}\n  \
                - {name: b, description: Writes., taskSpec: {description: From the log., params: [{name: x, description: An x., default: y}], \
                results: [{name: notes}], steps: [{name: s, image: \"x/y:1\", script: echo $(params.x) > $(results.notes.path)}]}}\n  \
                - {name: c, description: One., taskRef: {name: tell}}\n  - {name: d, taskRef: {name: tell}}\n";
    becomes(
        text,
        &[
            ") -> (\n    commit: string, /// What was built.\n    /// What is new,\n    /// and what is gone.\n    notes: string,\n) {",
            "    /// Fetches all.\n    extern task a ",
            "    /// Writes.\n    ///\n    /// From the log.\n    task b ",
            "    // One.\n    c = tell()\n",
        ],
    );
    assert!(said(&import(text, super::STRICT)).contains("note[P0752]: what is said of `x` is not carried over"));
    let emitted = emitted(&imported(text)).concat();
    for one in ["What was built.", "and what is gone.", "Writes.", "From the log."] {
        assert!(emitted.contains(one), "{one}\n{emitted}");
    }
}

#[test]
fn fields_that_nobody_knows_are_reported_wherever_they_stand() {
    let text = |result: &str, value: &str, place: &str| {
        pipeline(
            "",
            &format!(
                "  - {{name: a, taskRef: {{name: x}}, params: [{{name: b, value: c{value}}}], workspaces: [{{name: work{place}}}]}}"
            ),
        ) + &format!("  results: [{{name: r, value: $(tasks.a.results.r){result}}}]\n")
    };
    assert_eq!(said(&import(&text("", "", ""), super::STRICT)), "");
    let more = |more: &str| pipeline("", &format!("  - {{name: a, taskRef: {{name: x}}, {more}}}"));
    for (what, text) in [
        ("a condition", more("when: [{input: a, operator: in, values: [a], only: 1}]")),
        ("a matrix", more("matrix: {params: [{name: b, value: [c]}], only: 1}")),
        ("a result", text(", only: 1", "", "")),
        ("a value", text("", ", only: 1", "")),
        ("a workspace of a task", text("", "", ", only: 1")),
    ] {
        let found = said(&import(&text, super::STRICT));
        assert!(found.contains(&format!("error[P0742]: `only` of {what} has no form in the program")), "{found}");
    }
}

#[test]
fn tasks_that_are_all_read_by_sh_say_so_once() {
    let step = |task: &str, script: &str| {
        format!(
            "  - {{name: {task}, taskSpec: {{steps: [{{name: s, image: \"x/y:1\", script: \"{script}\"}}, \
             {{name: t, image: \"x/y:1\", script: \"#!/usr/bin/env python3\\nprint()\"}}]}}}}\n"
        )
    };
    let lone = |task: &str, script: &str| {
        format!("  - {{name: {task}, taskSpec: {{steps: [{{name: s, image: \"x/y:1\", script: \"{script}\"}}]}}}}\n")
    };
    let two = lone("a", "ls") + &lone("b", "#!/bin/sh\\nset -e\\nls");
    let program = imported(&pipeline("", &(two.clone() + &step("c", "ls"))));
    assert!(program.contains("    defaults { shell: \"sh\" }\n"), "{program}");
    assert_eq!(program.matches("shell:").count(), 2, "{program}");
    let scripts: Vec<String> = emitted(&program).iter().flat_map(|text| super::compare::scripts(text)).collect();
    assert_eq!(scripts.iter().filter(|script| **script == *"#!/bin/sh\nset -eu\nls\n").count(), 3, "{scripts:#?}");
    for other in [lone("a", "ls") + &step("c", "ls"), two + &lone("d", "#!/bin/bash\\nls")] {
        let program = imported(&pipeline("", &other));
        assert!(!program.contains("defaults"), "{program}");
    }
}

#[test]
fn what_a_sidecar_would_lose_is_said() {
    let with = |more: &str| {
        task("{name: a}", "ls")
            + &format!("  sidecars:\n  - {{name: db, image: \"x/y:1\", ports: [{{containerPort: 5432}}]{more}}}\n")
    };
    assert_eq!(said(&import(&with(""), super::STRICT)), "");
    assert_eq!(said(&import(&with(", readinessProbe: {tcpSocket: {port: 5432}}"), super::STRICT)), "");
    for variable in [", script: serve $(params.a)", ", args: [\"$(params.a)\"]"] {
        let found = said(&import(&with(variable), super::STRICT));
        assert!(found.contains("error[P0742]: `$(params.a)` stands in the sidecar `db`"), "{found}");
    }
    let found = said(&import(&with(", readinessProbe: {httpGet: {path: /}, periodSeconds: 5}"), super::STRICT));
    for key in ["httpGet", "periodSeconds"] {
        assert!(found.contains(&format!("note[P0752]: `{key}` of the probe of `db` is not carried over")), "{found}");
    }
}

//! From programs to plans: what is known, what is left out, how tasks are named and joined.

use super::common::{built, names, plan, task, values, waits, when};
use pipec::plan::{ExprKind, OnFailure, Phase, Shell, Ty, Value, Verdict};

const IMAGE: &str = "defaults { image: \"quay.io/x/y:1\" }";

#[test]
fn constants_functions_and_matches_are_evaluated() {
    let plan = plan(
        r#"
        enum Kind { small, large }
        const base: size = 512Mi
        fn memory(kind: Kind, threads: int) -> size = base + threads * match kind {
            .small => 256Mi
            .large => 1Gi
        }
        pipeline p(const kind: Kind = .large) {
            task a {
                image: "quay.io/x/y:1"
                needs: { memory: memory(kind, 2 + 1), cpu: 2 }
                env: { KIND: kind, LINE: "~{kind}-~{if kind == .large then 10 else 1}" }
                run: "true"
            }
        }"#,
        &[],
    );
    let a = task(&plan, "a");
    assert_eq!(a.needs.memory, Some((512 + 3 * 1024) << 20));
    assert_eq!(a.needs.cpu, Some(2000));
    assert_eq!(a.steps[0].env[0].value.value(), Some(&Value::Case("large".to_owned())));
    assert_eq!(a.steps[0].env[1].value.value(), Some(&Value::Text("large-10".to_owned())));
    assert!(plan.params.is_empty());
}

#[test]
fn the_shell_of_all_is_that_of_the_tasks_that_are_written_there() {
    let plan = plan(
        r#"
        task declared { run: "a" }
        pipeline p() {
            a = declared()
            task b { run: "b" }
            when true {
                task c { shell: "bash", run: "c" }
                task d {
                    step e { run: "e" }
                    step f { shell: "python3", run: "f" }
                }
            }
            i = inner()
            defaults { image: "quay.io/x/y:1", shell: "sh" }
        }
        pipeline inner() {
            defaults { image: "quay.io/x/y:1" }
            task within { run: "a" }
        }"#,
        &[],
    );
    let shells = |name: &str| task(&plan, name).steps.iter().map(|step| step.shell.clone()).collect::<Vec<_>>();
    assert_eq!(shells("a"), [Shell::Bash]);
    assert_eq!(shells("b"), [Shell::Sh]);
    assert_eq!(shells("c"), [Shell::Bash]);
    assert_eq!(shells("d"), [Shell::Sh, Shell::Other(vec!["python3".to_owned()])]);
    assert_eq!(shells("i_within"), [Shell::Bash]);
}

#[test]
fn open_parameters_become_expressions() {
    let text = r#"
        enum Kind { a, b, c }
        fn word(kind: Kind) -> string = match kind {
            .a, .b => "ab"
            .c => "c"
        }
        pipeline p(kind: Kind = .a, force: bool = false, version: string? = none, tags: [string] = ["x"]) {
            task t {
                image: "quay.io/x/y:1"
                run: "cmd ~{word(kind)} ~{flag("--force", force)} ~{version ?? "none"} ~{flag("--tag", tags)} ~{flag("--tag=", tags)} ~{flag("--version=", version)} ~{"v-~{kind}-~{len(tags)}"}"
            }
        }"#;
    let open = plan(text, &[]);
    let names: Vec<(&str, String)> =
        open.params.iter().map(|param| (param.name.as_str(), param.ty.to_string())).collect();
    assert_eq!(names[0].0, "kind");
    assert_eq!(names[2].1, "string?");
    assert_eq!(open.params[2].default, Some(Value::None));
    assert_eq!(
        values(&open, "t"),
        [
            r#"if kind in [.a, .b] then "ab" else "c""#,
            r#"flag("--force", force)"#,
            r#"version ?? "none""#,
            r#"flag("--tag", tags)"#,
            r#"flag("--tag=", tags)"#,
            r#"flag("--version=", version)"#,
            r#""v-~{kind}-~{len(tags)}""#,
        ]
    );
    let bound = plan_with(text, &[("kind", "b"), ("force", "true"), ("version", "1 2"), ("tags", "x,y")]);
    assert_eq!(
        values(&bound, "t"),
        [
            r#""ab""#,
            r#"["--force"]"#,
            r#""1 2""#,
            r#"["--tag", "x", "--tag", "y"]"#,
            r#"["--tag=x", "--tag=y"]"#,
            r#"["--version=1 2"]"#,
            r#""v-b-2""#
        ]
    );
    assert!(bound.params.is_empty());
    assert_eq!(bound.bound.len(), 4);
}

fn plan_with(text: &str, pairs: &[(&str, &str)]) -> pipec::plan::Plan {
    plan(text, pairs)
}

#[test]
fn known_conditions_take_the_branch_away_and_open_ones_stay() {
    let text = format!(
        r#"pipeline p(upload: bool = false, kind: int = 1) {{
            {IMAGE}
            task a {{ run: "a" }}
            when upload {{
                task b {{ run: "b" }}
                when kind > 2 {{ task c {{ run: "c" }} }} else {{ task d {{ run: "d" }} }}
            }} else {{
                task e {{ run: "e" }}
            }}
        }}"#
    );
    let open = plan(&text, &[]);
    assert_eq!(names(&open), ["a", "b", "c", "d", "e"]);
    assert_eq!(when(&open, "a"), None);
    assert_eq!(when(&open, "b").as_deref(), Some("upload"));
    assert_eq!(when(&open, "c").as_deref(), Some("upload and kind > 2"));
    assert_eq!(when(&open, "d").as_deref(), Some("upload and kind <= 2"));
    assert_eq!(when(&open, "e").as_deref(), Some("not upload"));
    assert!(open.left_out.is_empty());

    let off = plan(&text, &[("upload", "false")]);
    assert_eq!(names(&off), ["a", "e"]);
    let left_out: Vec<&str> = off.left_out.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(left_out, ["b", "c", "d"]);
    let on = plan(&text, &[("upload", "true"), ("kind", "3")]);
    assert_eq!((names(&on), when(&on, "c")), (vec!["a", "b", "c"], None));
}

#[test]
fn a_for_is_unrolled_as_a_product_with_exclusions() {
    let plan = plan(
        &format!(
            r#"enum Cloud {{ aws, gcp }}
            pipeline p(const clouds: [Cloud] = [.aws, .gcp]) {{
                {IMAGE}
                for cloud in clouds, arch in ["x86_64", "aarch64"] if cloud != .gcp or arch == "x86_64" {{
                    task image {{ run: "echo ~{{cloud}} ~{{arch}}" }}
                    task test {{ run: "true" }} after image
                }}
                task all {{ run: "true" }} after image
            }}"#
        ),
        &[],
    );
    let images: Vec<&str> = names(&plan).into_iter().filter(|name| name.starts_with("image")).collect();
    assert_eq!(images, ["image_aws_x86_64", "image_aws_aarch64", "image_gcp_x86_64"]);
    assert_eq!(values(&plan, "image_gcp_x86_64"), [".gcp", "\"x86_64\""]);
    assert_eq!(waits(&plan, "test_aws_aarch64"), ["image_aws_aarch64: after"]);
    assert_eq!(waits(&plan, "all").len(), 3);
}

#[test]
fn what_a_loop_makes_is_a_list_outside() {
    let plan = plan(
        &format!(
            r#"task build(name: string) -> (id: string) {{ run: "echo ~{{name}} > ~{{out.id}}" }}
            pipeline p() {{
                {IMAGE}
                for name in ["a", "b"] {{ one = build(name)
                id = one.id }}
                task all {{ run: "echo ~{{id}} ~{{join(id, ":")}}" }}
                for i in id {{ task each {{ run: "echo ~{{i}}" }} }}
            }}"#
        ),
        &[],
    );
    assert_eq!(names(&plan), ["one_a", "one_b", "all", "each_1", "each_2"]);
    assert_eq!(values(&plan, "all"), ["[one_a.id, one_b.id]", r#""~{one_a.id}:~{one_b.id}""#]);
    assert_eq!(waits(&plan, "all"), ["one_a: output 0, output 0", "one_b: output 0, output 0"]);
    assert_eq!(waits(&plan, "each_2"), ["one_b: output 0"]);
}

#[test]
fn a_named_output_of_what_a_loop_calls_is_a_list_too() {
    let plan = plan(
        r#"
        task dump(name: string) -> (file: string, rows: int) {
            image: "quay.io/x/y:1"
            run: "dump ~{name} > ~{out.file}; echo 1 > ~{out.rows}"
        }
        pipeline p() {
            for name in ["a", "b"] { made = dump(name) }
            task push { image: "quay.io/x/y:1", run: "push ~{made.file} ~{flag("--rows", made.rows)}" }
        }"#,
        &[],
    );
    let rows = r#"["--rows", "~{made_a.rows}", "--rows", "~{made_b.rows}"]"#;
    assert_eq!(values(&plan, "push"), ["[made_a.file, made_b.file]", rows]);
    assert_eq!(waits(&plan, "push"), ["made_a: output 0, output 1", "made_b: output 0, output 1"]);
}

#[test]
fn names_are_unique_and_numbered_where_nobody_named_them() {
    let text = r#"
        task work(x: string) { image: "quay.io/x/y:1", run: "echo ~{x}" }
        pipeline p(c: bool = true) {
            when c {
                work("1")
                work_2 = work("2")
            } else {
                work("3")
            }
            x = when c { work("5") } else { work("6") }
        }"#;
    assert_eq!(names(&plan(text, &[])), ["work", "work_2", "work_3", "x", "x_2"]);
    let clash = built(
        &format!("pipeline p() {{ {IMAGE}\n for v in [\"a-b\", \"a_b\"] {{ task t {{ run: \"echo ~{{v}}\" }} }} }}"),
        &[],
    );
    assert_eq!(clash.said(), ["P0212 two tasks of the run would be called `t_a_b`"]);
}

#[test]
fn a_name_that_a_cluster_would_not_take_is_refused() {
    let long = "x".repeat(60);
    let text =
        format!("pipeline p() {{ {IMAGE}\n for v in [\"{long}\"] {{ task task_name {{ run: \"echo ~{{v}}\" }} }} }}");
    let said = built(&text, &[]).said();
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with("P0212") && said[0].contains("has 70 characters"), "{said:?}");
}

#[test]
fn defaults_and_modifiers_override_field_by_field() {
    let plan = plan(
        r#"
        task work() {
            needs: { kvm: true, cpu: 4, memory: 1Gi }
            timeout: 1h
            env: { A: "task", B: "task" }
            on_exit: { 77: .warn, 78: .skip, 1: .fail }
            run: "true"
        }
        pipeline p() {
            defaults { image: "quay.io/x/default:1", timeout: 2h, retries: 2, env: { A: "default", C: "default" } }
            plain = work()
            other = work() { needs: { memory: 2Gi }, timeout: 10min, env: { B: "call" }, on_failure: .go_on, lock: "l" }
            task mine { run: "true" }
        }"#,
        &[],
    );
    let (plain, other, mine) = (task(&plan, "plain"), task(&plan, "other"), task(&plan, "mine"));
    assert_eq!((plain.timeout, plain.retries), (Some(3_600_000), 2));
    assert_eq!(plain.on_exit, [(77, Verdict::Warn), (78, Verdict::Skip)]);
    assert_eq!(plain.steps[0].image, "quay.io/x/default:1");
    assert_eq!((other.timeout, other.needs.memory, other.needs.cpu), (Some(600_000), Some(2 << 30), Some(4000)));
    assert!(other.needs.kvm && other.on_failure == OnFailure::GoOn && other.lock.as_deref() == Some("l"));
    assert_eq!((mine.timeout, mine.needs.kvm, mine.needs.network), (Some(7_200_000), false, true));
    let env: Vec<(&str, Option<String>)> =
        other.steps[0].env.iter().map(|one| (one.name.as_str(), one.value.value().and_then(Value::text))).collect();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(env, [("A", text("task")), ("C", text("default")), ("B", text("call"))]);
}

#[test]
fn artifacts_get_their_places_and_tasks_their_workspaces() {
    let plan = plan(
        r#"
        artifact Tree
        artifact Disk
        task fetch(ws: workspace) -> (tree: Tree = ws / "src" / "tree") { image: "quay.io/x/y:1", run: "git > ~{out.tree}" }
        task disk(tree: Tree) -> Disk { image: "quay.io/x/y:1", workdir: tree.workspace, run: "mk ~{tree} ~{tree.workspace / "x"} > ~{out}" }
        pipeline p() {
            workspace one { size: 10Gi }
            workspace two { size: 20Gi }
            src = fetch(two)
            image = disk(src.tree)
        }"#,
        &[],
    );
    let src = task(&plan, "src");
    let (workspace, path) = src.outputs[0].place.as_ref().expect("an artifact has a place");
    assert_eq!((workspace.0, path.value()), (1, Some(&Value::Text("src/tree".to_owned()))));
    assert_eq!(src.workspaces, [*workspace]);
    let image = task(&plan, "image");
    let (workspace, path) = image.outputs[0].place.as_ref().expect("an artifact has a place");
    assert_eq!((workspace.0, path.value()), (1, Some(&Value::Text("pipec/image/out".to_owned()))));
    assert_eq!(values(&plan, "image"), ["src.tree", "two / \"x\"", "out[0]"]);
    assert!(matches!(image.steps[0].workdir.as_ref().expect("given").kind, ExprKind::Place { .. }));
    assert_eq!(waits(&plan, "image"), ["src: output 0"]);
    assert_eq!(image.steps[0].script.slots[2].hint, "out");
}

#[test]
fn an_artifact_without_a_workspace_is_refused() {
    let text = r#"
        artifact Disk
        task disk() -> (disk: Disk = "out/disk") { image: "quay.io/x/y:1", run: "touch ~{out.disk}" }
        pipeline p() { workspace a { size: 1Gi }
        workspace b { size: 1Gi }
        x = disk() }"#;
    assert_eq!(built(text, &[]).said(), ["P0403 the artifact `disk` of `x` has no workspace to be put in"]);
}

#[test]
fn optional_results_are_none_where_nothing_ran() {
    let text = format!(
        r#"task build() -> (id: string) {{ run: "x > ~{{out.id}}" }}
        pipeline p(go: bool = false) -> (id: string?) {{
            {IMAGE}
            x = when go {{ build() }}
            task use {{ run: "echo ~{{x.id ?? "none"}} ~{{if x != none then "ran" else "not"}}" }}
            when x != none {{ task only {{ run: "echo ~{{x!.id}}" }} }}
            return (id: x.id)
        }}"#
    );
    let open = plan(&text, &[]);
    assert_eq!(values(&open, "use"), [r#"x.id ?? "none""#, r#"if go then "ran" else "not""#]);
    assert_eq!(when(&open, "only").as_deref(), Some("go"));
    assert_eq!(waits(&open, "use"), ["x: output 0"]);
    let slots = &task(&open, "use").steps[0].script.slots;
    let mut types = Vec::new();
    slots[0].value.walk(&mut |part| {
        if matches!(part.kind, ExprKind::Result(..)) {
            types.push(part.ty.clone());
        }
    });
    assert_eq!(types, [Ty::Optional(Box::new(Ty::String))]);
    assert_eq!(task(&open, "only").steps[0].script.slots[0].value.ty, Ty::String);
    let off = plan(&text, &[("go", "false")]);
    assert_eq!(values(&off, "use"), ["\"none\"", "\"not\""]);
    assert_eq!(off.outputs[0].value.value(), Some(&Value::None));
}

#[test]
fn both_branches_of_a_binding_are_one_value() {
    let plan = plan(
        &format!(
            r#"task build(n: string) -> string {{ run: "x ~{{n}} > ~{{out}}" }}
            pipeline p(go: bool = false) {{
                {IMAGE}
                x = when go {{ build("a") }} else {{ build("b") }}
                task use {{ run: "echo ~{{x}}" }}
            }}"#
        ),
        &[],
    );
    assert_eq!(values(&plan, "use"), ["if go then x else x_2"]);
    assert_eq!(waits(&plan, "use"), ["x: output 0", "x_2: output 0"]);
}

#[test]
fn stages_run_one_behind_the_other() {
    let text = format!(
        r#"pipeline p(go: bool = true) {{
            {IMAGE}
            stage build {{ task a {{ run: "a" }}
            task b {{ run: "b" }} after a
            task c {{ run: "c" }} }}
            stage test {{ when go {{ task t {{ run: "t" }} }} }}
            stage ship {{ task s {{ run: "s" }}
            task u {{ run: "u" }} after s }}
            task free {{ run: "f" }}
        }}"#
    );
    let open = plan(&text, &[]);
    assert_eq!(waits(&open, "t"), ["b: build before test", "c: build before test"]);
    assert_eq!(waits(&open, "s"), ["t: test before ship"]);
    assert_eq!(waits(&open, "u"), ["s: after"]);
    assert_eq!(task(&open, "u").stage.as_deref(), Some("ship"));
    assert_eq!(waits(&open, "free"), Vec::<String>::new());
    let off = plan(&text, &[("go", "false")]);
    assert_eq!(waits(&off, "s"), ["b: build before ship", "c: build before ship"]);
}

#[test]
fn after_a_task_that_is_left_out_waits_for_what_that_waited_for() {
    let text = format!(
        r#"task make() -> (id: string) {{ run: "x > ~{{out.id}}" }}
        task use(id: string) {{ run: "x ~{{id}}" }}
        pipeline p(go: bool = false) {{
            {IMAGE}
            task first {{ run: "f" }}
            made = make() after later
            when go {{ middle = use(made.id) after first }}
            task last {{ run: "l" }} after middle
            task later {{ run: "later" }}
        }}"#
    );
    let off = plan(&text, &[("go", "false")]);
    assert_eq!(waits(&off, "last"), ["first: after", "made: after"]);
    assert_eq!(waits(&off, "made"), ["later: after"]);
    let open = plan(&text, &[]);
    assert_eq!(waits(&open, "last"), ["middle: after"]);
    assert_eq!(waits(&open, "middle"), ["first: after", "made: output 0"]);
}

#[test]
fn a_condition_on_a_result_is_an_edge() {
    let plan = plan(
        &format!(
            r#"task ask() -> (ok: bool) {{ run: "echo true > ~{{out.ok}}" }}
            pipeline p() {{
                {IMAGE}
                x = ask()
                when x.ok {{ task go {{ run: "go" }} }}
                task both {{ run: "echo ~{{flag("--ok", x.ok)}}" }} after x
            }}"#
        ),
        &[],
    );
    assert_eq!(when(&plan, "go").as_deref(), Some("x.ok"));
    assert_eq!(waits(&plan, "go"), ["x: condition"]);
    assert_eq!(waits(&plan, "both"), ["x: output 0, after"]);
}

#[test]
fn finally_comes_last_without_edges_from_the_body() {
    let plan = plan(
        &format!(
            r#"task make() -> (id: string) {{ run: "x > ~{{out.id}}" }}
            pipeline p(go: bool = false) {{
                {IMAGE}
                x = make()
                finally {{
                    when outcome == .failed {{ task mail {{ run: "mail" }} }}
                    task note {{ env: {{ O: outcome, S: x.status }}, run: "note" }} after mail
                }}
                y = make() after x
            }}"#
        ),
        &[],
    );
    assert_eq!(names(&plan), ["x", "mail", "note", "y"]);
    assert_eq!(task(&plan, "note").phase, Phase::Finally);
    assert_eq!(when(&plan, "mail").as_deref(), Some("outcome == .failed"));
    assert_eq!(waits(&plan, "note"), ["mail: after"]);
    let env = &task(&plan, "note").steps[0].env;
    assert!(matches!((&env[0].value.kind, &env[1].value.kind), (ExprKind::Outcome, ExprKind::Status(_))));
    let order: Vec<&str> = plan.order().into_iter().map(|id| plan.task(id).name.as_str()).collect();
    assert_eq!(order, ["x", "y", "mail", "note"]);
}

#[test]
fn places_that_engines_read_first_need_known_values() {
    let image = built(
        "pipeline p(release: string = \"41\") {\n task t { image: \"quay.io/x/y:~{release}\", run: \"t\" } }",
        &[],
    );
    assert_eq!(image.said(), ["P0501 `image` needs a value that is known when compiling"]);
    let labels = image.labels();
    assert_eq!(labels[0].0, "\"quay.io/x/y:~{release}\"");
    assert!(labels[1].0.contains("release") && labels[1].1.contains("stays open"), "{labels:?}");
    let help = image.found.iter().next().and_then(|one| one.help.clone()).expect("a help");
    assert_eq!(help, "bind it: `-p release=VALUE`, or declare it `const release: string`");

    let places = format!(
        r#"task make() -> (n: int) {{ run: "x > ~{{out.n}}" }}
        pipeline p(n: int = 1, names: [string] = [], t: duration = 1s, s: size = 1Gi, w: string = "w") {{
            {IMAGE}
            x = make()
            workspace ws {{ size: s }}
            task a {{ needs: {{ memory: n * 1Gi }}, timeout: t, retries: n, lock: w, run: "a" }}
            task b {{ retries: x.n, files: {{ "~{{w}}/f": "text" }}, on_failure: if n == 1 then .stop else .go_on, run: "b" }}
            for name in names {{ task c {{ image: "quay.io/x/y:~{{name}}", run: "c" }} }}
        }}"#
    );
    let said = built(&places, &[]).said();
    assert_eq!(said.len(), 9, "{said:#?}");
    assert!(
        said.iter().all(|one| one.starts_with("P0501") && one.ends_with("needs a value that is known when compiling"))
    );
}

#[test]
fn parameters_without_a_text_form_have_to_be_bound() {
    let text = r#"
        record Bucket { name: string, prefixes: [string] = [] }
        pipeline p(bucket: Bucket, const n: int) { task t { image: "quay.io/x/y:1", run: "t ~{bucket.name} ~{n}" } }"#;
    let said = built(text, &[]).said();
    assert_eq!(
        said,
        ["P0501 the parameter `bucket` has to be known when compiling", "P0501 the `const` parameter `n` has no value"]
    );
}

#[test]
fn requirements_are_dropped_kept_or_broken() {
    let text = format!(
        r#"pipeline p(upload: bool = false, aws: secret? = none, n: int = 1) {{
            {IMAGE}
            require not upload or aws != none, "an upload needs the `aws` secret"
            require n > 0
            task t {{ run: "t" }}
        }}"#
    );
    let open = plan(&text, &[("n", "3")]);
    assert_eq!(open.requires.len(), 1);
    assert_eq!(pipec::plan::view::words::expression(&open, &open.requires[0].cond), "not upload or aws != none");
    assert!(plan(&text, &[("upload", "false"), ("n", "1")]).requires.is_empty());
    let broken = built(&text, &[("n", "-1")]);
    assert_eq!(broken.said(), ["P0505 a requirement does not hold"]);
    assert_eq!(broken.labels()[0].1, "false: `n` is `-1`");
}

#[test]
fn arithmetic_that_leaves_its_range_is_refused() {
    let size = "pipeline p(const n: int = 12) {\n task t { image: \"quay.io/x/y:1\", needs: { memory: 1Gi - n * 1Gi }, run: \"t\" } }";
    assert_eq!(built(size, &[]).said(), ["P0316 `1Gi - 12Gi` is out of the range of `size`"]);
    let zero = "pipeline p(const n: int = 0) {\n task t { image: \"quay.io/x/y:1\", retries: 3 / n, run: \"t\" } }";
    assert_eq!(built(zero, &[]).said(), ["P0316 `3 / 0` is out of the range of `int`"]);
    assert!(built(zero, &[("n", "2")]).plan.is_some());
}

#[test]
fn nothing_left_to_do_is_an_error() {
    let text = format!("pipeline p(go: bool = false) {{ {IMAGE}\n when go {{ task t {{ run: \"t\" }} }} }}");
    assert!(built(&text, &[]).plan.is_some());
    assert_eq!(
        built(&text, &[("go", "false")]).said(),
        ["P0514 the pipeline `p` has nothing to do for the given values"]
    );
}

#[test]
fn secrets_stay_references() {
    let text = format!(
        r#"pipeline p(aws: secret? = none, go: bool = false) {{
            {IMAGE}
            require not go or aws != none, "aws"
            when go {{ task t {{ env: {{ KEY: aws!, FIXED: secret("fixed") }}, run: "t" }} }}
        }}"#
    );
    let open = plan(&text, &[]);
    let env = &task(&open, "t").steps[0].env;
    assert!(matches!(env[0].value.kind, ExprKind::Param(_)) && env[0].value.ty == Ty::Secret);
    assert_eq!(env[1].value.value(), Some(&Value::Secret("fixed".to_owned())));
    let bound = plan(&text, &[("aws", "my-key"), ("go", "true")]);
    assert_eq!(task(&bound, "t").steps[0].env[0].value.value(), Some(&Value::Secret("my-key".to_owned())));
}

#[test]
fn texts_known_by_binding_are_checked_by_their_form() {
    let text = r#"
        type Version = string matching "[0-9]+\\.[0-9]+"
        pipeline p(const v: string = "1.2") {
            task t { image: image("quay.io/x/y:~{v}"), env: { V: Version(v) }, run: "t" }
        }"#;
    assert!(built(text, &[]).plan.is_some());
    let said = built(text, &[("v", "1 2")]).said();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.iter().all(|one| one.starts_with("P0313")), "{said:?}");
}

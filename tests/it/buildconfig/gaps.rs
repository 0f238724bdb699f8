//! What OpenShift builds cannot express, or the API would refuse.

use pipec::emit::buildconfig::BuildConfig;
use pipec::emit::{FEATURES, Feature, Support, Target as _};

use pipec::plan::{Expr, Param, ParamId, Quoting, Script, ScriptPart, Shell, Slot, Step, Task, Ty, Value as PlanValue};

use super::program::{Made, gaps};

/// A pipeline of one task with some fields, and more before it.
fn one(before: &str, fields: &str) -> String {
    format!("pipeline p() {{\n{before}\ntask a {{ image: \"quay.io/x/y:1\", {fields} run: \"true\" }}\n}}\n")
}

fn two(block: &str, first: &str, second: &str) -> String {
    format!(
        "pipeline p() {{\n{block}\n\
         task a -> (v: string) {{ {first} run: \"echo x > ~{{out.v}}\" }}\n\
         task b {{ {second} run: \"echo ~{{a.v}}\" }}\n}}\n"
    )
}

#[test]
fn what_is_all_right_has_none() {
    assert_eq!(gaps(&one("", "")), Vec::<String>::new());
}

/// Each feature that is said not to be there is an error.
#[test]
fn the_table_of_features_is_true() {
    assert_eq!(gaps(&one("", "needs: { network: false },")), ["P0602 `a` cannot be cut off from the network"]);
    assert!(matches!(BuildConfig.support(Feature::NoNetwork), Support::No(_)));
    let looped = |list: &str| {
        gaps(&format!(
            "task find() -> [string] {{ image: \"a/b:1\", run: \"ls > ~{{out}}\" }}\n\
             pipeline p(names: [string] = []) {{ f = find()\nfor name in {list} {{ task a {{ image: \"a/b:1\", run: \"a ~{{name}}\" }} }} }}"
        ))
    };
    let message = "P0602 OpenShift builds cannot run `a` once for each element of a list that only the run knows";
    assert_eq!(looped("names"), [message]);
    assert_eq!(looped("f"), [message]);
    assert!(matches!(BuildConfig.support(Feature::RuntimeLoops), Support::No(_)));
    let service = "service db { image: \"quay.io/x/db:1\", port: 5432 },";
    assert_eq!(gaps(&one("", service)), ["P0602 buildconfig has nothing beside `a` where `db` could run"]);
    assert!(matches!(BuildConfig.support(Feature::Services), Support::No(_)));
    let scan = "extern task scan() { hub: \"scan\", version: \"1.0\" }\n".to_owned() + &one("scan()", "");
    assert_eq!(gaps(&scan), ["P0602 buildconfig cannot run `scan`, an `extern task`"]);
    assert!(matches!(BuildConfig.support(Feature::ExternTasks), Support::No(_)));
    let checks = scan.replace("extern task", "extern pipeline");
    assert_eq!(gaps(&checks), ["P0602 buildconfig cannot run `scan`, an `extern pipeline`"]);
    assert!(matches!(BuildConfig.support(Feature::ExternPipelines), Support::No(_)));
    let step = "extern step scan() { hub: \"scan\", version: \"1.0\" }\n".to_owned()
        + &one("task b { image: \"quay.io/x/y:1\", step s { uses: scan() } }", "");
    assert_eq!(gaps(&step), ["P0602 buildconfig cannot run the step `s` of `b`, an `extern step`"]);
    assert!(matches!(BuildConfig.support(Feature::ExternSteps), Support::No(_)));
    let no = FEATURES.iter().filter(|(feature, _)| matches!(BuildConfig.support(*feature), Support::No(_)));
    assert_eq!(no.count(), 6, "another feature that is not there needs a line above");
}

#[test]
fn a_secret_has_to_be_named() {
    let secret = "pipeline p(token: secret) { task a { image: \"quay.io/x/y:1\", env: { T: token }, run: \"true\" } }";
    assert_eq!(gaps(secret), ["P0607 the secret of `token` has to be named when compiling"]);
    for name in ["a/b", "A", "a_b", "-a"] {
        let found = Made::new(secret, &[("token", name)]).gaps();
        assert_eq!(found, [format!("P0607 `{name}` cannot be the name of a secret in a cluster")]);
        let found = gaps(&one("", &format!("env: {{ T: secret(\"{name}\") }},")));
        assert_eq!(found, [format!("P0607 `{name}` cannot be the name of a secret in a cluster")]);
    }
    assert_eq!(Made::new(secret, &[("token", "a.b-c")]).gaps(), Vec::<String>::new());
}

#[test]
fn a_workspace_of_somebody_else_is_refused() {
    let program = "pipeline p(w: workspace) { task a { image: \"quay.io/x/y:1\", workdir: w, run: \"true\" } }";
    assert_eq!(gaps(program), ["P0602 the workspace `w` cannot be given from outside"]);
}

#[test]
fn a_class_has_one_image() {
    let images = two("", "image: \"quay.io/x/a:1\",", "image: \"quay.io/x/b:1\",");
    assert_eq!(gaps(&images), ["P0602 the unprivileged tasks are one build, and need two images"]);
    let builder = "target buildconfig { builder: \"quay.io/x/all:1\" }";
    assert_eq!(gaps(&two(builder, "image: \"quay.io/x/a:1\",", "image: \"quay.io/x/b:1\",")), Vec::<String>::new());
    let arch = |one: &str| format!("image: \"quay.io/x/a:1\", needs: {{ arch: .{one} }},");
    // Two architectures are two builds.
    let two_arches = two("", &arch("x86_64"), &arch("aarch64"));
    assert_eq!(gaps(&two_arches), ["P0606 a result goes from `a` to `b`, which are two builds"]);
}

/// Whatever has to be in another build, by an edge or not, needs a place to wait.
#[test]
fn what_crosses_needs_a_store() {
    let result = two("", "image: \"quay.io/x/y:1\", needs: { kvm: true },", "image: \"quay.io/x/y:1\",");
    assert_eq!(gaps(&result), ["P0606 a result goes from `a` to `b`, which are two builds"]);
    let own = "image: \"quay.io/x/y:1\",";
    let end = |fields: &str| {
        format!(
            "pipeline p() {{\nworkspace w {{ size: 1Gi }}\n\
             task a -> (v: string) {{ {own} workdir: w, run: \"echo x > ~{{out.v}}\" }}\n\
             finally {{ task b {{ {own} {fields} }} }}\n}}\n"
        )
    };
    let status = end("env: { S: text(a.status) }, run: \"true\"");
    assert_eq!(gaps(&status), ["P0606 how a task ended goes from `a` to `b`, which are two builds"]);
    let workspace = end("workdir: w, run: \"true\"");
    assert_eq!(gaps(&workspace), ["P0606 workspace `w` goes from `a` to `b`, which are two builds"]);
    assert_eq!(gaps(&end("env: { O: text(outcome) }, run: \"true\"")), Vec::<String>::new());
    let condition = format!(
        "pipeline p() {{\ntask a -> (v: string) {{ {own} run: \"echo x > ~{{out.v}}\" }}\n\
         when a.v == \"x\" {{ task b {{ {own} needs: {{ privileged: true }}, run: \"true\" }} }}\n}}\n"
    );
    assert_eq!(gaps(&condition), ["P0606 a result goes from `a` to `b`, which are two builds"]);
    let returned = format!(
        "pipeline p() -> (v: string) {{\ntask a -> (v: string) {{ {own} run: \"echo x > ~{{out.v}}\" }}\n\
         task b {{ {own} needs: {{ privileged: true }}, run: \"true\" }} after a\nreturn (v: a.v)\n}}\n"
    );
    assert_eq!(gaps(&returned), ["P0606 a result goes from `a` to `return`, which are two builds"]);
    for program in [result, status, workspace, condition, returned] {
        let stored = program.replacen("{\n", "{\ntarget buildconfig { store: \"s3://ci/x\" }\n", 1);
        assert_eq!(gaps(&stored), Vec::<String>::new(), "{stored}");
    }
}

#[test]
fn a_place_is_no_return() {
    let program = "artifact Disk\npipeline p() -> (disk: Disk) {\nworkspace w { size: 1Gi }\n\
        task a -> (disk: Disk = w / \"disk.img\") { image: \"quay.io/x/y:1\", workdir: w, run: \"touch ~{out.disk}\" }\n\
        return (disk: a.disk)\n}\n";
    assert_eq!(gaps(program), ["P0602 the pipeline returns a place in a build that is gone by then"]);
}

#[test]
fn options_that_the_api_refuses_are_refused() {
    let cases = [
        ("history: -1", "`-1` cannot be the `history` of a build"),
        ("history: 3000000000", "`3000000000` cannot be the `history` of a build"),
        ("at_once: 0", "`0` cannot be the `at_once` of a build"),
        ("deadline: 0s", "`0s` cannot be the `deadline` of a build"),
        ("namespace: \"My_Space\"", "`My_Space` cannot be the `namespace` of a build"),
        ("namespace: \"\"", "`` cannot be the `namespace` of a build"),
        ("namespace: \"a.b\"", "`a.b` cannot be the `namespace` of a build"),
        ("store: \"/mnt/x\"", "`/mnt/x` cannot be the `store` of a build"),
        ("store: \"s3://\"", "`s3://` cannot be the `store` of a build"),
        ("store: \"s3://ci\", store_endpoint: \"minio\"", "`minio` cannot be the `store_endpoint` of a build"),
        ("store: \"s3://ci\", store_secret: \"A\"", "`A` cannot be the `store_secret` of a build"),
        ("store_secret: \"a\"", "`a` cannot be the `store_secret` of a build"),
        ("store_endpoint: \"https://a\"", "`https://a` cannot be the `store_endpoint` of a build"),
    ];
    for (option, message) in cases {
        let found = gaps(&one(&format!("target buildconfig {{ {option} }}"), ""));
        assert_eq!(found, [format!("P0608 {message}")], "{option}");
    }
}

#[test]
fn requests_that_no_machine_can_keep_are_refused() {
    for (needs, message) in [
        ("memory: 1Mi", "P0608 `a` asks for `1Mi` of memory"),
        ("cpu: 0", "P0608 `a` asks for `0` of cpu"),
        ("disk: 0Gi", "P0608 `a` asks for `0` of disk"),
    ] {
        assert_eq!(gaps(&one("", &format!("needs: {{ {needs} }},"))), [message]);
    }
}

/// A program is refused for it earlier; a plan need not come from one.
#[test]
fn the_gaps_of_scripts_are_its_gaps() {
    let mut made = Made::new(&one("", ""), &[]);
    let span = made.plan.span;
    let ty = Ty::List(Box::new(Ty::String));
    let mut script = Script { parts: Vec::new(), slots: Vec::new(), span };
    for (at, name) in ["x", "y"].into_iter().enumerate() {
        let default = Some(PlanValue::List(Vec::new()));
        made.plan.params.push(Param { name: name.to_owned(), doc: String::new(), ty: ty.clone(), default, span });
        let at = u32::try_from(at).unwrap();
        let value = Expr::param(&made.plan, ParamId(at));
        script.slots.push(Slot { hint: name.to_owned(), value, span });
        script.parts.extend([ScriptPart::Text(" ".to_owned()), ScriptPart::Slot(at, Quoting::Word)]);
    }
    let mut task = Task::new("b", span);
    task.steps.push(Step { shell: Shell::Sh, ..Step::new("run", "quay.io/x/y:1", script) });
    made.plan.add_task(task);
    let wanted = "P0602 an `sh` script uses two lists whose length is known only when it runs";
    assert_eq!(made.gaps(), [wanted]);
}

#[test]
fn what_no_process_can_be_given_is_refused() {
    let nul = one("", "env: { A: \"a\\0b\" },");
    assert_eq!(gaps(&nul), ["P0602 the value of `A` has a NUL byte"]);
    let long = one("", &format!("env: {{ A: \"{}\" }},", "x".repeat(131_072)));
    assert_eq!(gaps(&long), ["P0603 the value of `A` is 131072 bytes long"]);
}

//! What runs beside the steps of a task.

use serde_json::json;

use super::programs::{entry, gaps, right, task};
use super::strangers::{ITEMS, program};

const SERVED: &str = r#"task test {
    image: base
    service data_base {
        image: "quay.io/x/db:1"
        env: { KEY: key, NAME: "ci-~{name}", N: "~{n + 1}", ODD: "$(date) $$" }
        port: 5432
        ready: "pg_isready -U \"$(id -un)\" $$"
        needs: { memory: 1Gi, privileged: true }
        args: ["a $(b)"]
    }
    service cache { image: "quay.io/x/cache:1", port: 6379, timeout: 90s, run: "echo $(params.x)\nexec serve\n" }
    run: "true"
}"#;

#[test]
fn a_service_is_a_sidecar_that_gets_ready_or_ends() {
    let all = right(&program("key: secret, name: string, n: int", SERVED));
    let spec = task(&all, "p-test");
    let [db, cache] = &spec["sidecars"].as_array().unwrap()[..] else { panic!("{spec:#}") };
    assert_eq!((&db["name"], &cache["name"]), (&json!("data-base"), &json!("cache")));
    let env = |name: &str| db["env"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap();
    assert_eq!(env("KEY")["valueFrom"]["secretKeyRef"], json!({ "name": "$(params.key)", "key": "value" }));
    assert_eq!(env("NAME")["value"], "ci-$(params.name)");
    assert_eq!(env("N")["value"], "$(params.run--value-test)");
    assert_eq!(env("ODD")["value"], "$(PIPEC_DOLLAR)(date) $$$$");
    assert_eq!(db["env"][0], json!({ "name": "PIPEC_DOLLAR", "value": "$$" }));
    assert_eq!(db["args"], json!(["a $(PIPEC_DOLLAR)(b)"]));
    assert_eq!(db["computeResources"]["limits"], json!({ "memory": "1Gi" }));
    assert_eq!(db["securityContext"]["privileged"], true);
    let ready = json!(["/bin/sh", "-c", "pg_isready -U \"$$(id -un)\" $$$$"]);
    for probe in ["startupProbe", "readinessProbe"] {
        assert_eq!(db[probe]["exec"]["command"], ready);
        assert_eq!(cache[probe]["tcpSocket"], json!({ "port": 6379 }));
    }
    assert_eq!(
        (&db["startupProbe"]["failureThreshold"], &cache["startupProbe"]["failureThreshold"]),
        (&json!(60), &json!(90))
    );
    // Text that Tekton would take for a variable arrives as it is.
    let script = cache["script"].as_str().unwrap();
    assert_eq!(script, "#!/bin/sh\nset -eu\necho $$(workspaces.pipec-nil.path)(params.x)\nexec serve\n");
    assert!(spec["workspaces"].as_array().unwrap().iter().any(|one| one["name"] == "pipec-nil"));
    let given = entry(&all, "test")["params"].as_array().unwrap();
    assert!(given.contains(&json!({ "name": "run--value-test", "value": "$(tasks.value-test.results.value)" })));
}

#[test]
fn what_a_service_cannot_have_is_said() {
    let service = |env: &str, more: &str| {
        format!(
            "{more}\ntask test {{ image: base, service db {{ image: base, port: 1, env: {{ {env} }} }}\nrun: \"x\" }}"
        )
    };
    let params = "a: secret, b: secret, on: bool";
    assert_eq!(
        gaps(&program(params, &service("K: if on then a else b", ""))),
        ["P0602 the secret in `K` of the service `db` is chosen when running"]
    );
    let reserved = service("", "").replace("service db", "service tekton_log_results");
    assert_eq!(gaps(&program("", &reserved)), ["P0212 tekton has a sidecar of its own called `tekton-log-results`"]);
    let place =
        ITEMS.to_owned() + "pipeline p() {\nworkspace ws { size: 1Gi }\n" + &service("P: ws / \"a\"", "") + "\n}\n";
    assert_eq!(gaps(&place), ["P0214 the service `db` cannot be given a place in a workspace"]);
    let ports = "const port: int";
    let bad = program(ports, &service("", "").replace("port: 1", "port"));
    assert_eq!(
        gaps(&bad.replace("port, env", "port: port, env").replace(ports, "const port: int = 70000")),
        ["P0316 `70000` is no port"]
    );
    let long = service("", "").replace("port: 1", &format!("port: 1, run: \"{}\"", "x".repeat(100_000)));
    assert_eq!(gaps(&program("", &long)), ["P0603 the scripts of `test` are too long for tekton"]);
}

#[test]
fn a_guarded_task_keeps_its_services() {
    let body = "when on { t = task_of() }\ntask show { image: base, run: \"echo ~{t.v ?? \"no\"}\" }";
    let item = "task task_of() -> (v: string) { image: base\nservice db { image: base, port: 1, env: { N: \"x\" } }\nrun: \"echo > ~{out.v}\" }\n";
    let all = right(&(program("on: bool", body) + item));
    assert_eq!(task(&all, "p-t")["sidecars"][0]["name"], "db");
    let computed = item.replace("task_of()", "task_of(n: int)").replace("\"x\"", "\"~{n + 1}\"");
    let body = body.replace("task_of()", "task_of(n)");
    let said = gaps(&(program("on: bool, n: int", &body) + &computed));
    assert_eq!(said, ["P0602 tekton cannot compute what `t` is given"]);
}

//! The script of `orders`, with a database and a queue that somebody else has started, and what each engine makes of it.

use std::net::TcpListener;

use pipec::plan::view::{self, Format};
use pipec::query::{self, Analysis, Request};

use super::bench::Bench;
use super::programs::{Repository, emitted, plan_of};

const PATH: &str = "examples/orders.pipe";

/// A port at which something listens as long as the listener is there.
fn port() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    (listener, port)
}

fn bench(database: &str, queue: &str) -> Bench {
    let values = [("fetch", "false"), ("database_port", database), ("queue_port", queue)];
    Bench::new(&emitted(PATH, "shell", &values).files[0].text)
}

#[test]
fn the_source_comes_from_the_catalog_or_is_there() {
    let names = |values: &[(&str, &str)]| -> Vec<String> {
        plan_of(PATH, values).tasks().map(|(_, task)| task.name.clone()).collect()
    };
    assert_eq!(names(&[]), ["code", "unit", "integration", "report"]);
    assert_eq!(names(&[("fetch", "false")]), ["unit", "integration", "report"]);
}

#[test]
fn every_view_shows_services_and_where_tasks_are_kept() {
    let analysis = super::programs::open(PATH);
    let plan = plan_of(PATH, &[]);
    let view = |format| view::render(&plan, &analysis.sources, format, None);
    let text = view(Format::Text);
    assert!(text.contains("from       `git-clone` 0.9.0 of the hub\n"), "{text}");
    assert!(
        text.contains("service    queue in docker.io/library/nats:2.10.20, ready when port 4222 listens\n"),
        "{text}"
    );
    // What services ask for is asked of the same machine.
    assert!(text.contains("at most 2 tasks, 2 cpu, 5Gi memory"), "{text}");
    let dot = view(Format::Dot);
    assert!(dot.contains("code\\nfrom hub: git-clone 0.9.0") && dot.contains("\\nwith database\\nwith queue"), "{dot}");
    assert!(view(Format::Mermaid).contains("<br/>with database<br/>with queue"));
    let json: serde_json::Value = serde_json::from_str(&view(Format::Json)).unwrap();
    let task = |name: &str| json["tasks"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap().clone();
    let source = &task("code")["source"];
    assert_eq!((&source["kind"], &source["fields"]["version"]), (&"hub".into(), &"0.9.0".into()));
    assert_eq!(source["workspaces"], serde_json::json!({ "output": "source" }));
    assert_eq!(source["results"], serde_json::json!(["commit", "url"]));
    let services = &task("integration")["services"];
    assert_eq!(services[0]["env"][1]["name"], "POSTGRES_DB");
    assert_eq!((&services[0]["timeout"], &services[1]["port"]), (&120_000.into(), &4222.into()));
    assert_eq!(services[1]["args"], serde_json::json!(["--jetstream", "--port", "4222"]));
}

#[test]
fn tests_run_against_what_listens() {
    let ((_one, database), (_two, queue)) = (port(), port());
    let bench = bench(&database, &queue);
    let ended = bench.succeed(&["--services", "external", "--password", "secret", "--first-migration", "7"]);
    let calls = bench.calls_of("go");
    assert!(calls.contains(&"go\trun\t./migrate\t--from\t7".to_owned()), "{calls:#?}");
    assert_eq!(calls.len(), 3, "{calls:#?}");
    assert!(ended.out.contains("orders main: succeeded"), "{}", ended.out);
    bench.nothing_is_left();
}

#[test]
fn without_an_engine_nothing_runs() {
    let bench = bench("5432", "4222");
    let ended = bench.run(&["--password", "secret"]);
    assert_eq!(ended.code, Some(2), "{}", ended.err);
    assert!(ended.err.contains("the service `database` (docker.io/library/postgres:16.4)"), "{}", ended.err);
    assert!(ended.err.contains("localhost:4222"), "{}", ended.err);
    assert_eq!(bench.calls(), Vec::<String>::new());
}

#[test]
fn only_a_cluster_with_resolvers_can_fetch_it() {
    let gaps = |target: &str| -> Vec<String> {
        let files = Repository { written: None };
        let mut analysis = Analysis::open(&files, PATH);
        let values = vec![("password".to_owned(), "orders".to_owned())];
        let plan = analysis.plan(&files, &Request { values, ..Request::default() }).unwrap();
        analysis.emit(&plan, query::target(target).unwrap());
        analysis.diagnostics.iter().map(|one| one.message.clone()).collect()
    };
    assert_eq!(gaps("tekton"), Vec::<String>::new());
    assert_eq!(gaps("shell"), ["shell cannot run `code`, an `extern task`"]);
    assert_eq!(gaps("buildconfig").len(), 3);
    let bundle = emitted(PATH, "tekton", &[]);
    let text = |path: &str| &bundle.files.iter().find(|file| file.path == path).unwrap().text;
    assert!(text("pipeline.yaml").contains("resolver: hub"), "{}", text("pipeline.yaml"));
    assert!(text("task-integration.yaml").contains("  sidecars:\n  - name: database"));
}

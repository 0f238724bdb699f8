//! What `start.sh` takes, and what arrives in the archive.

use super::cluster::{Cluster, Ended};
use super::program::bundle;

const ALL: &str = r#"
    enum Kind { nightly, full }
    type Tag = string matching "v[0-9]+"

    pipeline p(
        /// The text.
        some_text: string,
        kind: Kind = .nightly,
        tag: Tag? = none,
        count: int = 3,
        force: bool = false,
        after_time: duration = 90s,
        names: [string] = ["a", "b c"],
        kinds: [Kind],
        list: string = "",
        token: secret? = none,
        kept: secret? = secret("kept-token"),
    ) {
        require count < 10, "too many: ~{count}"
        task a {
            image: "quay.io/x/y:1"
            env: { A: some_text, B: text(kind), T: token, K: kept, L: list }
            run: "printf '%s\n' ~{names} ~{kinds} ~{flag("--tag", tag)} ~{count} ~{flag("--force", force)} ~{after_time}"
        }
    }
"#;

const SEGMENT: &str = "01-unprivileged";

fn cluster() -> Cluster {
    Cluster::new(&bundle(ALL, &[]))
}

fn run(args: &[&str]) -> (Cluster, Ended) {
    let cluster = cluster();
    let ended = cluster.run(args);
    (cluster, ended)
}

/// Runs it with what has to be given, and insists that it is taken.
fn taken(args: &[&str]) -> Cluster {
    let (cluster, ended) = run(&[&["--some-text", "x", "--kinds", "full"], args].concat());
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    cluster
}

/// Runs it with what has to be given, and insists that it is refused.
fn refused(args: &[&str]) -> String {
    let (cluster, ended) = run(&[&["--some-text", "x", "--kinds", "full"], args].concat());
    assert_eq!(ended.code, Some(2), "{args:?} {ended:#?}");
    assert_eq!(cluster.calls(), Vec::<String>::new());
    ended.err
}

fn value(cluster: &Cluster, name: &str) -> String {
    let bytes = cluster.packed(SEGMENT, &format!("params/{name}"));
    String::from_utf8(bytes.unwrap_or_else(|| panic!("no {name}: {:?}", cluster.names(SEGMENT)))).unwrap()
}

fn elements(cluster: &Cluster, name: &str) -> Vec<String> {
    let folder = format!("params/{name}/");
    let files =
        cluster.names(SEGMENT).into_iter().filter(|file| file.len() > folder.len() && file.starts_with(&folder));
    files.map(|file| String::from_utf8(cluster.packed(SEGMENT, &file).unwrap()).unwrap()).collect()
}

#[test]
fn values_arrive_byte_for_byte() {
    let long = "x".repeat(100_000);
    let nasty = [
        "",
        " ",
        "it's \"quoted\"",
        "line\nline\n",
        "\n",
        "$(touch hacked) `id` $HOME ; * ~ \\",
        "gr\u{fc}\u{df}e \u{1f600}",
        "-n",
        "--dry-run",
        "a=b",
        &long,
    ];
    for text in nasty {
        for args in [vec!["--some-text".to_owned(), text.to_owned()], vec![format!("--some_text={text}")]] {
            let mut args: Vec<&str> = args.iter().map(String::as_str).collect();
            args.extend(["--kinds=full", "--names", text, "--names", "z"]);
            let (cluster, ended) = run(&args);
            assert_eq!(ended.code, Some(0), "{ended:#?}");
            assert_eq!(value(&cluster, "some_text"), text);
            assert_eq!(elements(&cluster, "names"), [text, "z"]);
        }
    }
}

#[test]
fn defaults_are_written_out() {
    let cluster = taken(&[]);
    let texts =
        [("kind", "nightly"), ("tag", ""), ("count", "3"), ("force", "false"), ("after_time", "90s"), ("token", "")];
    for (name, text) in texts {
        assert_eq!(value(&cluster, name), text, "{name}");
    }
    // Named when compiling: a start cannot change it, but conditions may ask whether there is one.
    assert_eq!(value(&cluster, "kept"), "kept-token");
    assert_eq!(elements(&cluster, "names"), ["a", "b c"]);
    assert_eq!(elements(&cluster, "kinds"), ["full"]);
}

#[test]
fn a_list_that_is_given_replaces_its_default() {
    assert_eq!(elements(&taken(&["--names", "x"]), "names"), ["x"]);
    let many: Vec<String> = (0..12).map(|at| format!("--names={at}")).collect();
    let cluster = taken(&many.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(elements(&cluster, "names"), (0..12).map(|at| at.to_string()).collect::<Vec<_>>());
    let cluster = taken(&["--no-names"]);
    assert_eq!(elements(&cluster, "names"), Vec::<String>::new());
    assert!(cluster.names(SEGMENT).contains(&"params/names/".to_owned()));
}

#[test]
fn no_value_is_the_empty_text() {
    assert_eq!(value(&taken(&["--tag", "v1"]), "tag"), "v1");
    assert_eq!(value(&taken(&["--no-tag"]), "tag"), "");
    assert!(refused(&["--no-kind"]).contains("parameter kind is not one of nightly, full"));
}

/// A parameter may have the name of an option.
#[test]
fn p_gives_what_an_option_hides() {
    let cluster = taken(&["-p", "list=x=y", "--param", "kind=full"]);
    assert_eq!((value(&cluster, "list"), value(&cluster, "kind")), ("x=y".to_owned(), "full".to_owned()));
    assert!(refused(&["-p", "list"]).contains("-p NAME=VALUE"));
}

#[test]
fn what_is_missing_is_named() {
    let (cluster, ended) = run(&[]);
    assert_eq!(ended.code, Some(2));
    assert_eq!(ended.err, "p: --some-text has to be given\np: --kinds has to be given\n");
    assert_eq!(cluster.calls(), Vec::<String>::new());
}

#[test]
fn what_is_ill_typed_is_named() {
    let cases = [
        ("--kind=daily", "parameter kind is not one of nightly, full: 'daily'"),
        ("--count=many", "parameter count is not an int"),
        ("--force=yes", "parameter force is not true or false"),
        ("--tag=1", "parameter tag is not of the form of Tag"),
        ("--after-time=soon", "parameter after_time is not a duration"),
        ("--kinds=daily", "parameter kinds is not one of"),
        ("--names=--pipec-end-of-list--", "reserved for pipec"),
    ];
    for (argument, message) in cases {
        let said = refused(&[argument]);
        assert!(said.contains(message), "{argument}: {said}");
    }
}

#[test]
fn a_requirement_that_is_broken_is_said() {
    assert!(refused(&["--count", "10"]).contains("too many: 10"));
}

#[test]
fn an_option_that_does_not_exist_is_refused_with_those_that_do() {
    for argument in ["--cuont=3", "--cuont", "--no-cuont"] {
        let said = refused(&[argument]);
        assert!(said.contains("there is no option --") && said.contains(" --count "), "{argument}: {said}");
    }
    assert!(refused(&["count"]).contains("unexpected argument `count`"));
    assert!(refused(&["--count"]).contains("--count needs a value"));
    assert!(refused(&["--count=1", "--count=2"]).contains("--count is given twice"));
    assert!(refused(&["--token=x"]).contains("make them again with `-p token=SECRET`"));
}

#[test]
fn help_shows_types_docs_and_defaults() {
    let (cluster, ended) = run(&["--help"]);
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    for line in [
        "  --some-text string         The text. (has to be given)\n",
        "  --kind Kind                 (default: nightly)\n",
        "  --names [string]            (default: a b c)\n",
        "  --dry-run ",
    ] {
        assert!(ended.out.contains(line), "{line}{}", ended.out);
    }
    assert!(!ended.out.contains("--token"), "{}", ended.out);
    assert_eq!(cluster.calls(), Vec::<String>::new());
}

#[test]
fn list_shows_builds_and_their_tasks() {
    let (_, ended) = run(&["--list"]);
    assert_eq!((ended.code, ended.out.as_str()), (Some(0), "01-unprivileged  a\n"));
}

#[test]
fn a_dry_run_needs_no_cluster() {
    let cluster = cluster();
    std::fs::remove_file(cluster.path("bin/oc")).unwrap();
    let given = ["--some-text=x", "--kinds=full", "--namespace=ci"];
    let ended = cluster.run(&[&given[..], &["--dry-run"]].concat());
    let line = "oc start-build --namespace ci bc/p-unprivileged --from-archive=01-unprivileged.tar --wait --follow\n";
    assert_eq!((ended.code, ended.out.as_str()), (Some(0), line), "{}", ended.err);
    assert_eq!(cluster.run(&["--dry-run", "--kinds=daily", "--some-text=x"]).code, Some(2));
    let ended = cluster.run(&given);
    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains("oc is not on the PATH"), "{}", ended.err);
}

/// A parameter of a record type is one option and one file for each field.
#[test]
fn the_fields_of_a_record_arrive_one_by_one() {
    let text = r#"
        record Bucket { name: string, public: bool = false }
        record Built { url: string, count: int }
        task build(bucket: Bucket) -> (image: Built) {
            image: "quay.io/x/y:1"
            run: "echo ~{bucket.name} ~{flag("--public", bucket.public)} > ~{out.image.url}; echo 1 > ~{out.image.count}"
        }
        pipeline p(bucket: Bucket) -> (image: Built) {
            x = build(bucket)
            return (image: x.image)
        }"#;
    let cluster = Cluster::new(&bundle(text, &[]));
    let ended = cluster.run(&["--bucket.public", "maybe"]);
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(ended.err.contains("--bucket.name has to be given"), "{}", ended.err);
    let nasty = "a \"b\"\n'c' $(d)\n";
    let ended = cluster.run(&["--bucket.name", nasty, "--bucket.public", "maybe"]);
    assert!(ended.err.contains("parameter bucket.public is not true or false: 'maybe'"), "{}", ended.err);
    let ended = cluster.run(&["--bucket.name", nasty, "--bucket.public=true"]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert_eq!(value(&cluster, "bucket.name"), nasty);
    assert_eq!(value(&cluster, "bucket.public"), "true");
    let run = String::from_utf8(cluster.packed(SEGMENT, "run.json").unwrap()).unwrap();
    let spec: pipec::contract::RunSpec = serde_json::from_str(&run).unwrap();
    assert_eq!(spec.tasks[0].results, ["image.url", "image.count"]);
    let returned: Vec<&str> = spec.returns.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(returned, ["image.url", "image.count"]);
}

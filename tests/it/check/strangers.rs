//! `extern task` and `service`.

use super::{accept, accept_body, findings, mended, refuse, refuse_body, run};
use pipec::check::program::outside::Location;

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// An extern task with these fields, after some items.
fn external(fields: &str) -> String {
    format!(
        "const rev: string = \"{COMMIT}\"\n\
         artifact Disk\n\
         extern task scan_it(url: string, level: int? = none, src: workspace) -> (report: string, count: int) {{\n{fields}\n}}\n"
    )
}

fn bundle(more: &str) -> String {
    external(&format!("bundle: \"quay.io/x/tasks@{DIGEST}\"\n{more}"))
}

#[test]
fn a_task_is_found_in_one_way() {
    let found = |text: &str| {
        let checked = accept(text);
        let task = checked.program.tasks.iter().find(|task| &*task.name == "scan_it").unwrap();
        task.source.as_ref().unwrap().location.clone().unwrap()
    };
    let text = |text: &str| Box::<str>::from(text);
    let image = format!("quay.io/x/tasks@{DIGEST}");
    assert_eq!(found(&bundle("")), Location::Bundle { bundle: text(&image), name: text("scan-it") });
    assert_eq!(found(&bundle("name: \"other\"")), Location::Bundle { bundle: text(&image), name: text("other") });
    assert_eq!(
        found(&external("git: \"https://x.example.com/t.git\"\nrevision: rev\npath: \"task/scan.yaml\"")),
        Location::Git {
            url: text("https://x.example.com/t.git"),
            revision: text(COMMIT),
            path: text("task/scan.yaml")
        }
    );
    assert_eq!(
        found(&external("hub: \"scan\"\nversion: \"0.9.0\"\ncatalog: \"ours\"")),
        Location::Hub { name: text("scan"), version: text("0.9.0"), catalog: Some(text("ours")) }
    );
    assert_eq!(
        found(&external("cluster: \"scan\"\nnamespace: \"ci\"")),
        Location::Cluster { name: text("scan"), namespace: Some(text("ci")) }
    );
    assert_eq!(found(&external("cluster: \"scan\"")), Location::Cluster { name: text("scan"), namespace: None });
    assert_eq!(
        found(&external(&format!("git: \"group/team/tasks\"\nrevision: \"{COMMIT}\"\npath: \"a.yaml\""))),
        Location::Forge {
            owner: text("group/team"),
            repository: text("tasks"),
            revision: text(COMMIT),
            path: text("a.yaml")
        }
    );
    assert_eq!(
        found(&external(&format!("http: \"https://x.example.com/t.yaml\"\ndigest: \"{DIGEST}\""))),
        Location::Http { url: text("https://x.example.com/t.yaml"), digest: text(DIGEST) }
    );
}

#[test]
fn how_it_is_fetched_fits_to_its_place() {
    let git = |place: &str, more: &str| {
        external(&format!("git: \"{place}\"\nrevision: \"{COMMIT}\"\npath: \"a.yaml\"\n{more}"))
    };
    let http = |more: &str| external(&format!("http: \"https://x.example.com/t\"\ndigest: \"{DIGEST}\"\n{more}"));
    accept(&git("https://x.example.com/t.git", "token: \"login\"\ntoken_key: \"key\"\ncache: \"always\""));
    accept(&git("ours/tasks", "token: \"login\"\nserver: \"https://git.example.com\"\nscm: \"gitea\""));
    accept(&http("user: \"ci\"\npassword: \"login\"\npassword_key: \"key\"\ncache: \"never\""));
    accept(&bundle("secret: \"login\"\ncache: \"auto\""));
    accept(&external("hub: \"scan\"\nversion: \"1.0\"\nserver: \"https://hub.example.com\""));
    refuse(&git("https://x.example.com/t.git", "scm: \"gitea\""), "P0533", "scm", "owner/repository");
    refuse(&git("ours/tasks", "token_key: \"key\""), "P0533", "token_key", "name of the secret");
    refuse(&git("github.com/ours/tasks", ""), "P0313", "\"github.com/ours/tasks\"", "https://");
    refuse(&http("user: \"ci\""), "P0533", "user", "name of the secret");
    refuse(&http("password: \"ci\""), "P0533", "password", "who the password is of");
    refuse(&http("cache: \"daily\""), "P0533", "\"daily\"", "`always`");
    refuse(&http("token: \"x\""), "P0218", "token", "leave it out");
    refuse(&external("cluster: \"scan\"\ncache: \"never\""), "P0533", "cache", "leave it out");
    for (field, said) in
        [("kind", "behind `extern`"), ("type", "Artifact Hub"), ("resolver", "names the place"), ("org", "org/repo")]
    {
        refuse(&bundle(&format!("{field}: \"task\"")), "P0533", field, said);
    }
    refuse(&external("http: \"https://x.example.com/t\""), "P0215", "http", "sha256sum");
    refuse(&external(&format!("http: \"x\"\ndigest: \"{DIGEST}\"")), "P0313", "\"x\"", "https://");
}

#[test]
fn where_it_is_found_is_said_once_and_whole() {
    refuse(&external(""), "P0218", "scan_it", "`bundle:");
    refuse(&bundle("hub: \"x\"\n"), "P0218", "hub", "one place");
    refuse(&bundle("revision: rev\n"), "P0218", "revision", "leave it out");
    refuse(&external("git: \"https://x.example.com/t.git\"\nrevision: rev"), "P0215", "git", "`path`");
    refuse(&external("git: \"https://x.example.com/t.git\"\npath: \"a\""), "P0215", "git", "40 hexadecimal digits");
    refuse(&external("hub: \"scan\""), "P0215", "hub", "version");
    refuse(&external("hubb: \"scan\"\nversion: \"1.0\""), "P0204", "hubb", "did you mean `hub`?");
    refuse(&bundle("name: \"a\"\nname: \"b\""), "P0202", "name", "");
    refuse(&bundle("bundel: \"a\""), "P0204", "bundel", "did you mean `bundle`?");
    refuse(&bundle("name: \"a b\""), "P0313", "\"a b\"", "without blanks");
    refuse(&bundle("name: 3"), "P0301", "3", "");
    refuse(&bundle("name: \"a~{rev}\""), "P0501", "\"a~{rev}\"", "const");
    refuse(&bundle("name: url"), "P0201", "url", "");
    refuse(&external("git: \"t\"\nrevision: rev\npath: \"a\""), "P0313", "\"t\"", "https://");
}

#[test]
fn what_runs_is_pinned() {
    refuse(&external("bundle: \"quay.io/x/tasks:2\""), "P0517", "\"quay.io/x/tasks:2\"", "@sha256:");
    refuse(&external("bundle: \"quay.io/x/tasks@sha256:12\""), "P0517", "\"quay.io/x/tasks@sha256:12\"", "@sha256:");
    for revision in ["main", "v1.2", "0123456", &COMMIT.to_uppercase()] {
        let fields = format!("git: \"https://x.example.com/t.git\"\nrevision: \"{revision}\"\npath: \"a\"");
        refuse(&external(&fields), "P0517", &format!("\"{revision}\""), "whole commit");
    }
    for version in [">=0.5.0", "latest", "0.9.*", "9"] {
        refuse(
            &external(&format!("hub: \"scan\"\nversion: \"{version}\"")),
            "P0517",
            &format!("\"{version}\""),
            "one version",
        );
    }
    for digest in ["sha256:12", "md5:0123", "latest"] {
        let fields = format!("http: \"https://x.example.com/t\"\ndigest: \"{digest}\"");
        refuse(&external(&fields), "P0517", &format!("\"{digest}\""), "sha256sum");
    }
    accept(&external("hub: \"scan\"\nversion: \"0.9\""));
    accept(&external("hub: \"scan\"\nversion: \"1.0.0-rc.1\""));
}

#[test]
fn names_of_the_other_side_are_put_against_ours() {
    accept(&bundle("params: { url: \"URL\" }\nresults: { report: \"SCAN-REPORT\" }\nworkspaces: { src: \"source\" }"));
    let text = bundle("params: { ulr: \"URL\" }");
    let checked = refuse(&text, "P0206", "ulr", "did you mean `url`?");
    accept(&mended(&checked, &text));
    refuse(&bundle("params: { src: \"source\" }"), "P0206", "src", "the parameters are `url` and `level`");
    refuse(&bundle("results: { reprot: \"R\" }"), "P0216", "reprot", "did you mean `report`?");
    refuse(&bundle("workspaces: { url: \"source\" }"), "P0206", "url", "`src`");
    refuse(&bundle("params: { url: \"X\", level: \"X\" }"), "P0202", "level", "its own name");
    refuse(&bundle("params: { url: \"level\" }"), "P0202", "url", "`level`");
    refuse(&bundle("params: { url: \"a\", url: \"b\" }"), "P0202", "url", "");
    refuse(&bundle("params: \"URL\""), "P0301", "\"URL\"", "braces");
    refuse(&bundle("params: { url: 1 }"), "P0301", "1", "");
}

#[test]
fn it_has_its_own_image_and_scripts() {
    accept(&bundle("timeout: 1h\nretries: 2\non_failure: .go_on\nlock: \"l\"\nneeds: { cpu: 2 }"));
    for field in ["image: \"a/b:1\"", "run: \"x\"", "env: { A: url }", "on_exit: { 77: .skip }", "workdir: src"] {
        let name = field.split(':').next().unwrap();
        refuse(&bundle(field), "P0204", name, "its own image and scripts");
    }
    refuse(&bundle("step a { run: \"x\" }"), "P0204", "a", "body of the task");
    refuse(&bundle("service a { image: \"a/b:1\", port: 1 }"), "P0204", "a", "body of the task");
    refuse(&bundle("timout: 1h"), "P0204", "timout", "did you mean `timeout`?");
}

/// A whole program that calls the task.
fn called(call: &str) -> String {
    bundle("") + &format!("pipeline p() {{\nworkspace ws {{ size: 1Gi }}\n{call}\n}}\n")
}

#[test]
fn a_call_is_checked_like_any_other() {
    accept(&called("x = scan_it(\"u\", src: ws) { retries: 1, timeout: 1h }\ny = x.count + 1"));
    refuse(&called("scan_it(src: ws)"), "P0207", "scan_it(src: ws)", "url");
    refuse(&called("scan_it(1, src: ws)"), "P0301", "1", "");
    refuse(&called("x = scan_it(\"u\", src: ws)\ny = x.reprot"), "P0216", "reprot", "did you mean `report`?");
    refuse(&called("scan_it(\"u\", src: ws) { image: \"a/b:1\" }"), "P0204", "image", "its own image");
    refuse(&called("scan_it(\"u\", src: ws) { retires: 1 }"), "P0204", "retires", "did you mean `retries`?");
    refuse(&called("scan_it(\"u\", src: ws) { bundle: \"x\" }"), "P0204", "bundle", "");
    // What `defaults` says of exit codes is for scripts of ours.
    accept(&called("defaults { on_exit: { 77: .skip } }\nx = scan_it(\"u\", src: ws)\ny = x.count + 1"));
}

#[test]
fn what_has_no_form_there_is_not_handed_over() {
    let task = |param: &str, out: &str| {
        format!(
            "artifact Disk\nrecord R {{ a: int }}\nextern task t({param}) -> {out} {{ hub: \"t\", version: \"1.0\" }}\n"
        )
    };
    accept(
        &task("a: [string], b: image, c: secret?, w: workspace?, d: duration", "(x: bool?, d: Disk = w! / \"d\")")
            .replace("w!", "w2")
            .replace("w: workspace?", "w2: workspace"),
    );
    refuse(&task("a: Disk", "(x: int)"), "P0214", "Disk", "take the workspace and the path");
    refuse(&task("a: R?", "(x: int)"), "P0214", "R?", "one by one");
    refuse(&task("a: [workspace]", "(x: int)"), "P0214", "[workspace]", "");
    refuse(&task("a: int", "int"), "P0215", "int", "name it");
    refuse(&task("a: int", "(d: Disk)"), "P0215", "d", "write its place");
}

/// A task in place with a service of these fields.
fn served(fields: &str) -> String {
    format!("task t {{ image: base, run: \"x\"\nservice db {{ {fields} }}\n}}")
}

#[test]
fn the_fields_of_a_service_have_types() {
    accept_body(
        "name: string, key: secret",
        &served(
            "image: base, port: 5432, ready: \"pg_isready\", args: [\"-c\", name], timeout: 2min\n\
             env: { A: name, B: key, C: 1 }, needs: { cpu: 1, memory: 1Gi, disk: 1Gi, privileged: true }",
        ),
    );
    accept_body("", &served("image: base, ready: \"true\", run: \"exec serve\""));
    let refused = |fields: &str, code: &str, place: &str, words: &str| {
        refuse_body("flag: bool, name: string", &served(fields), code, place, words);
    };
    refused("port: 1", "P0215", "db", "image");
    refused("image: base", "P0215", "db", "`port: 5432`");
    refused("imgae: base, port: 1", "P0204", "imgae", "did you mean `image`?");
    refused("image: base, prot: 1, port: 2", "P0204", "prot", "did you mean `port`?");
    refused("image: base, port: 1, workdir: \"x\"", "P0204", "workdir", "`image`");
    refused("image: base, port: 70000", "P0316", "70000", "65535");
    refused("image: base, port: \"5432\"", "P0301", "\"5432\"", "");
    refused("image: base, port: 1, port: 2", "P0202", "port", "");
    refused("image: base, port: 1, env: { A: flag }", "P0308", "flag", "");
    refused("image: base, port: 1, env: { PIPE_A: name }", "P0212", "PIPE_A", "");
    refused("image: base, port: 1, args: \"x\"", "P0301", "\"x\"", "");
    refused("image: base, port: 1, run: \"x\", args: []", "P0405", "args", "`run`");
    refused("image: base, ready: \"check ~{name}\"", "P0518", "~{name}", "env:");
    refused("image: base, port: 1, run: \"serve ~{name}\"", "P0518", "~{name}", "\"$NAME\"");
    refused("image: base, ready: \"echo 'x\"", "P0511", "'", "");
    refused("image: base, ready: \"\"", "P0215", "\"\"", "");
    refused("image: base, port: 1, needs: { kvm: true }", "P0204", "true", "`needs` of the task");
    refused("image: base, port: 1, needs: { cpus: 1 }", "P0204", "cpus", "did you mean `cpu`?");
    refused("image: base, port: 1, timeout: 0s", "P0316", "0s", "");
    refused("image: base, port: 1\nstep a { run: \"x\" }", "P0204", "a", "");
}

#[test]
fn a_service_belongs_to_a_task() {
    let two =
        "task t { image: base, run: \"x\"\nservice a { image: base, port: 1 }\nservice b { image: base, port: 1 }\n}";
    refuse_body("", two, "P0202", "1", "another port");
    let twice =
        "task t { image: base, run: \"x\"\nservice a { image: base, port: 1 }\nservice a { image: base, port: 2 }\n}";
    refuse_body("", twice, "P0202", "a", "");
    let in_step = "task t { image: base\nstep s { run: \"x\"\nservice a { image: base, port: 1 } }\n}";
    refuse_body("", in_step, "P0204", "a", "body of the task");
    refuse_body("", "defaults { service a { image: base, port: 1 } }\nsay(\"x\")", "P0204", "a", "body of the task");
    refuse_body(
        "ws: workspace",
        "b = build(ws)\ntask t { image: base, run: \"x\"\nservice a { image: base, port: 1, env: { D: b.disk } }\n}",
        "P0214",
        "b.disk",
        "a step send the file",
    );
    assert!(findings("", "task t { image: base, run: \"x\"\nservise a { image: base, port: 1 }\n}").len() == 1);
}

#[test]
fn what_a_service_reads_is_an_order() {
    let body =
        "p = probe()\ntask t { image: base, run: \"x\"\nservice a { image: base, port: 1, env: { X: p.nothing } }\n}";
    assert_eq!(findings("", body), ["P0216 nothing"]);
    let checked =
        run("extern task a() { hub: \"a\", version: \"1.0\" }\nextern task a() { hub: \"a\", version: \"1.0\" }\n");
    assert_eq!(checked.findings(), ["P0202 a"]);
}

#[test]
fn a_pipeline_that_is_kept_elsewhere_is_called_like_a_task() {
    let text = |call: &str| {
        format!(
            "extern pipeline checks(url: string, src: workspace) -> (report: string) {{\ncluster: \"checks\"\nresults: {{ report: \"REPORT\" }}\n}}\n\
             pipeline p() {{\nworkspace ws {{ size: 1Gi }}\n{call}\n}}\n"
        )
    };
    accept(&text("x = checks(\"u\", src: ws)\ny = x.report"));
    refuse(&text("checks(src: ws)"), "P0207", "checks(src: ws)", "url");
    refuse(&text("x = checks(\"u\", src: ws)\ny = x.reprot"), "P0216", "reprot", "did you mean `report`?");
    let what = accept(&text("checks(\"u\", src: ws)"))
        .program
        .tasks
        .iter()
        .filter_map(|task| task.source.as_ref())
        .map(|source| source.what)
        .collect::<Vec<_>>();
    assert_eq!(what, [pipec::check::program::outside::What::Pipeline]);
}

#[test]
fn names_are_spelt_in_one_of_four_ways() {
    let at = |fields: &str| {
        format!(
            "extern task t(a_b: string, c: string) {{ cluster: \"t\", {fields} }}\npipeline p() {{ t(\"x\", \"y\") }}\n"
        )
    };
    accept(&at("names: .kebab"));
    refuse(&at("names: .kebap"), "P0209", "kebap", "did you mean `.kebab`");
    refuse(&at("names: \"kebab\""), "P0209", "\"kebab\"", "write `.as_written`");
    // Spelt so, two are one.
    let twice = at("names: .upper").replace("c: string", "c: string, d: string").replace("\"y\"", "\"y\", \"z\"");
    refuse(
        &twice.replace("names: .upper", "names: .upper, params: { c: \"A_B\" }"),
        "P0202",
        "cluster",
        "its own name",
    );
}

#[test]
fn who_pins_nothing_says_so() {
    let at = |fields: &str| format!("extern task t() {{ {fields} }}\npipeline p() {{ t() }}\n");
    refuse(&at("bundle: \"quay.io/x/tasks:1\""), "P0517", "\"quay.io/x/tasks:1\"", "unpinned: true");
    accept(&at("bundle: \"quay.io/x/tasks:1\", unpinned: true"));
    accept(&at("git: \"x/tasks\", revision: \"main\", path: \"t.yaml\", unpinned: true"));
    refuse(&at("cluster: \"t\", unpinned: false"), "P0533", "false", "leave it out");
    refuse(&at("cluster: \"t\", unpinned: \"x\""), "P0533", "\"x\"", "leave it out");
    // What is no text of that kind at all is none for that reason either.
    refuse(&at("bundle: \"a b\", unpinned: true"), "P0313", "\"a b\"", "one word");
}

/// An extern step, and a task in place with these steps.
fn used(more: &str, outputs: &str, steps: &str) -> String {
    format!(
        "artifact Disk\nrecord Two {{ a: string, b: string }}\n\
         extern step fetch_it(url: string, dir: path, args: [string] = []{more}) -> (commit: string, count: int) {{ cluster: \"fetch\" }}\n\
         task ours() {{ image: \"x/y:1\", run: \"true\" }}\n\
         pipeline p(version: string) {{\nworkspace ws {{ size: 1Gi }}\nours()\n\
         task t{outputs} {{\nimage: \"x/y:1\"\n{steps}\n}}\n}}\n"
    )
}

const FETCH: &str = "step got { uses: fetch_it(url: version, dir: ws / \"a\") }\n";

#[test]
fn a_step_uses_what_is_kept_elsewhere() {
    accept(&used("", "", FETCH));
    accept(&used(
        "",
        " -> (v: string)",
        &format!("{FETCH}step show {{ run: \"echo ~{{got.commit}} ~{{got.count + 1}} > ~{{out.v}}\" }}"),
    ));
    // Without an image no other step of the task needs one either.
    accept(&used("", "", FETCH).replace("task t {\nimage: \"x/y:1\"\n", "task t {\n"));
    let after = |text: &str| format!("{FETCH}step show {{ run: \"echo {text}\" }}");
    refuse(&used("", "", &after("~{got.comit}")), "P0216", "comit", "commit");
    refuse(&used("", "", &format!("step show {{ run: \"echo ~{{got.commit}}\" }}\n{FETCH}")), "P0201", "got", "");
    refuse(&used("", "", "step got { uses: fetch_it(url: version) }"), "P0207", "fetch_it(url: version)", "dir");
    refuse(&used("", "", "step got { uses: fetch_it(url: 3, dir: ws / \"a\") }"), "P0301", "3", "");
    refuse(&used("", "", "step version { uses: fetch_it(url: \"\", dir: ws / \"a\") }"), "P0202", "version", "");
    refuse(&used("", "", &format!("{FETCH}{FETCH}")), "P0202", "got", "");
}

#[test]
fn what_no_step_can_be_is_refused() {
    let fields = |fields: &str| {
        used("", "", &format!("step got {{\nuses: fetch_it(url: version, dir: ws / \"a\")\n{fields}\n}}"))
    };
    for field in ["image: \"x/y:1\"", "run: \"true\"", "env: { A: \"a\" }", "workdir: ws"] {
        refuse(&fields(field), "P0534", field.split(':').next().unwrap(), "leave it out");
    }
    refuse(&used("", "", "step got { uses: ours() }"), "P0534", "ours", "uses: name(");
    refuse(&used("", "", "step got { uses: fetch_it }"), "P0534", "fetch_it", "uses: name(");
    refuse(&used("", "", "step got { use: \"a\" }"), "P0204", "use", "did you mean `uses`?");
    refuse(&used("", " -> (v: string)", FETCH), "P0534", "got", "`run`");
    let called = used("", "", FETCH).replace("ours()\ntask t", "fetch_it(url: \"a\", dir: \"b\")\ntask t");
    refuse(&called, "P0534", "fetch_it", "step first {");
    refuse(&used(", src: workspace? = none", "", FETCH), "P0534", "src", "`path`");
    refuse(&used(", two: Two = { a: \"\", b: \"\" }", "", FETCH), "P0534", "two", "each of its fields");
    let outputs = |outputs: &str| used("", "", FETCH).replace("commit: string, count: int", outputs);
    for output in ["string?", "[string]", "Two"] {
        refuse(&outputs(&format!("commit: {output}")), "P0534", "commit", "later step");
    }
    for field in ["timeout: 5min", "needs: { memory: 1Gi }", "require url != \"\""] {
        let text = used("", "", FETCH).replace("cluster: \"fetch\"", &format!("cluster: \"fetch\"\n{field}\n"));
        let place = if field.starts_with("require") { field } else { field.split(':').next().unwrap() };
        refuse(&text, "P0534", place, "in the task whose step uses it");
    }
}

/// A pipeline with an `extern task` in place.
fn in_place(args: &str, fields: &str) -> String {
    format!(
        "enum Kind {{ fast, full }}\npipeline p(name: string, deep: bool?, work: workspace) {{\n\
         extern task t({args}) -> (report: string) {{ {fields} }}\n\
         task show {{ image: \"x/y:1\", run: \"echo ~{{t.report}}\" }}\n}}\n"
    )
}

#[test]
fn a_task_in_place_takes_what_it_is_given() {
    let accepted = |args: &str| drop(accept(&in_place(args, "cluster: \"t\", names: .kebab, params: { name: \"N\" }")));
    accepted("name, deep, source: work, level: 3, list: [name, \"x\"], kind: Kind.fast");
    accepted("name, source: work / \"git\", time: 2h");
    refuse(&in_place("name, name: \"x\"", "cluster: \"t\""), "P0202", "name", "one of the two");
    refuse(&in_place("\"x\"", "cluster: \"t\""), "P0208", "\"x\"", "name it");
    refuse(&in_place("a: string", "cluster: \"t\""), "P0208", "string", "declare it at the top level");
    refuse(&in_place("a: none", "cluster: \"t\""), "P0317", "none", "leave `a` out");
    refuse(&in_place("a: []", "cluster: \"t\""), "P0317", "[]", "");
    refuse(&in_place("nme: nme", "cluster: \"t\""), "P0201", "nme", "did you mean `name`?");
    refuse(&in_place("a: { b: 1 }", "cluster: \"t\""), "P0317", "{ b: 1 }", "");
    refuse(&in_place("a: [work]", "cluster: \"t\""), "P0214", "[work]", "one by one");
    refuse(&in_place("name", ""), "P0218", "t", "`bundle:");
    refuse(&in_place("name", "cluster: \"t\", run: \"true\""), "P0204", "run", "its own image");
    refuse(&in_place("name", "cluster: \"t\", params: { nme: \"x\" }"), "P0206", "nme", "did you mean `name`?");
    refuse(&in_place("name", "cluster: name"), "P0501", "name", "const");
    refuse(&in_place("name", "cluster: \"t\"").replace("t.report", "t.reprot"), "P0216", "reprot", "`report`");
    let step = in_place("name", "cluster: \"t\"").replace("extern task", "extern step");
    refuse(&step, "P0534", "t", "a cluster runs a step only in a task");
    let pipeline = in_place("name, src: work / \"a\"", "cluster: \"t\"").replace("extern task", "extern pipeline");
    refuse(&pipeline, "P0214", "work / \"a\"", "the whole workspace");
}

#[test]
fn a_folder_stands_in_the_place_of_a_workspace_where_nothing_of_ours_runs() {
    let of = |word: &str, body: &str, arg: &str| {
        format!("{word} t(src: workspace) {{ {body} }}\npipeline p(work: workspace, dir: path) {{ t({arg}) }}\n")
    };
    accept(&of("extern task", "cluster: \"t\"", "work / \"a\""));
    refuse(&of("extern task", "cluster: \"t\"", "dir / \"a\""), "P0301", "dir / \"a\"", "");
    refuse(&of("extern task", "cluster: \"t\"", "work / \"../a\""), "P0313", "\"../a\"", "");
    refuse(&of("task", "image: \"x/y:1\", workdir: src, run: \"ls\"", "work / \"a\""), "P0301", "work / \"a\"", "");
}

#[test]
fn what_is_declared_in_place_has_one_name() {
    for (word, fields) in [("task", "image: \"a/b:1\", run: \"true\""), ("extern task", "cluster: \"y\"")] {
        let text = format!(
            "pipeline p() {{\n    x = {word} y {{ {fields} }}\n    task z {{ image: \"a/b:1\", run: \"true\" }} after x\n}}\n"
        );
        let checked = refuse(&text, "P0101", "x = ", "leave one out");
        assert!(mended(&checked, &text).contains(&format!("    {word} x {{")), "{text}");
    }
}

#[test]
fn a_head_in_place_that_cannot_be_read_is_said_once() {
    for wrong in ["name: : 1", "url: string?, b: 2", "name, ,"] {
        let text = in_place(wrong, "cluster: \"t\", params: { name: \"x\" }");
        let checked = run(&text);
        assert_eq!(checked.found.len(), 1, "{wrong}\n{}", checked.details());
        assert!(checked.findings()[0].starts_with("P01"), "{wrong}\n{}", checked.details());
    }
    refuse(&in_place("name", "").replace("extern task t", "extern record t"), "P0101", "record", "extern task name");
}

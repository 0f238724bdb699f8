//! `require` of tasks: read, checked at each call, planned, emitted, laid out.

use pipec::emit::buildconfig::BuildConfig;
use pipec::emit::shell::Shell;
use pipec::emit::tekton::Tekton;
use pipec::query::{Analysis, Request, View};
use pipec::source::Files;
use sha2::{Digest as _, Sha256};

use crate::check_rules::{found, messages};
use crate::program::Made;

const WORLD: &str = r#"
enum Cpu { x86_64, aarch64 }
enum Platform { qemu, kubevirt }
const wide: [Cpu] = [.x86_64]
const odd: Platform = .kubevirt
fn made(platform: Platform, cpu: Cpu) -> bool = match platform { .qemu => true, .kubevirt => cpu in wide }
task image_for(platform: Platform, cpu: Cpu, winli: bool = false, code: string?) -> (id: string) {
    require made(platform, cpu), "there is no image for ~{platform} on ~{cpu}"
    image: "a/b:1"
    require not winli or code != none,
        "winli and code belong together"
    run: "./make ~{platform} ~{cpu} ~{flag("--winli", winli)} ~{flag("--code", code)} >~{out.id}"
}
"#;

fn program(body: &str) -> String {
    format!(
        "{WORLD}pipeline line(cpu: Cpu = .x86_64, p: Platform = .qemu, deep: bool = false, code: string?) {{\n{body}\n}}\n"
    )
}

fn said(body: &str) -> String {
    messages(&program(body))
}

#[track_caller]
fn clean(body: &str) {
    assert_eq!(found(&program(body)), "", "{body}");
}

/// The codes and messages of a plan.
fn planned(text: &str, pairs: &[(&str, &str)]) -> Vec<String> {
    struct One<'a>(&'a str);
    impl Files for One<'_> {
        fn read(&self, _: &str) -> std::io::Result<Vec<u8>> {
            Ok(self.0.as_bytes().to_vec())
        }
    }
    let mut analysis = Analysis::open(&One(text), "ci.pipe");
    let values = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    analysis.plan(&One(text), &Request { values, ..Request::default() });
    let errors = analysis.diagnostics.iter().filter(|one| !one.code.is_lint());
    errors.map(|one| format!("{} {}", one.code.id(), one.message)).collect()
}

#[test]
fn a_call_with_known_arguments_is_refused() {
    insta::assert_snapshot!(found(&program("    image_for(.kubevirt, .aarch64, winli: true)")), @r#"
    P0520 `image_for` cannot be called like this: there is no image for kubevirt on aarch64
      15: `image_for` 
      15: `.kubevirt` `platform` is `.kubevirt` here
      15: `.aarch64` `cpu` is `.aarch64` here
      8: `require made(platform, cpu), "there is no image for ~{platform} on ~{cpu}"` `image_for` requires this
      help: give another value for `platform` or `cpu`
    P0520 `image_for` cannot be called like this: winli and code belong together
      15: `image_for` `code` is left out
      15: `true` `winli` is `true` here
      10: `require not winli or code != none,` `image_for` requires this
      help: give another value for `winli`, or give `code`
    "#);
    insta::assert_snapshot!(said("    image_for(odd, .aarch64)\n    x = image_for(.qemu, cpu, winli: true)"), @r#"
    P0520 `image_for` cannot be called like this: there is no image for kubevirt on aarch64
    P0520 `image_for` cannot be called like this: winli and code belong together
    "#);
}

#[test]
fn what_is_known_at_the_call_counts() {
    clean("    image_for(p, cpu)");
    clean("    when p == .qemu { image_for(p, .aarch64) }");
    clean("    when code != none { image_for(.qemu, cpu, winli: true, code) }");
    clean("    require not deep or code != none\n    image_for(.qemu, cpu, winli: deep, code)");
    clean("    when false { image_for(.kubevirt, .aarch64) }");
    insta::assert_snapshot!(said("    when p == .kubevirt { image_for(p, .aarch64) }"), @"P0520 `image_for` cannot be called like this: there is no image for … on aarch64");
    insta::assert_snapshot!(said("    q = Platform.kubevirt\n    image_for(q, .aarch64)"), @"P0520 `image_for` cannot be called like this: there is no image for … on aarch64");
    insta::assert_snapshot!(said("    when code == none { image_for(.qemu, cpu, winli: true, code) }"), @"P0520 `image_for` cannot be called like this: winli and code belong together");
    insta::assert_snapshot!(said("    when deep { image_for(.kubevirt, .aarch64) }"), @"P0520 `image_for` cannot be called like this: there is no image for kubevirt on aarch64");
}

#[test]
fn it_proves_what_is_opened_below() {
    let task = |body: &str| format!("task t(a: string?, b: string?) {{\n    image: \"a/b:1\"\n{body}\n}}\n");
    assert_eq!(
        found(&task("    require (a == none) == (b == none)\n    require a != none\n    run: \"echo ~{a!}\"")),
        ""
    );
    assert_eq!(found(&task("    run: \"echo ~{a!} ~{b ?? \"\"}\"\n    require a != none, \"a\"")), "");
    insta::assert_snapshot!(messages(&task("    require b != none\n    run: \"echo ~{a!} ~{b!}\"")), @"P0307 `a` may be `none` here");
}

#[test]
fn it_is_a_bool_of_a_task() {
    let task = |body: &str| {
        format!("task t(a: string?, n: int = 1) {{ image: \"a/b:1\", {body}, run: \"echo ~{{n}} ~{{a ?? \"\"}}\" }}\n")
    };
    insta::assert_snapshot!(messages(&task("require n")), @"P0303 `require` takes a `bool`, and this is an `int`");
    insta::assert_snapshot!(messages(&task("require a")), @"P0304 `require` takes a `bool`, and this is a `string?`");
    insta::assert_snapshot!(messages(&task("require zq == 1, \"x\"")), @"P0201 there is no `zq` here");
    insta::assert_snapshot!(messages(&task("requre n == 1, \"x\"")), @"P0101 `requre` is no word of the language");
    insta::assert_snapshot!(messages(&task("require n == , \"x\", timeout: 3")), @r#"
    P0101 unexpected `,`
    P0301 `timeout` takes a `duration`, and this is an `int`
    "#);
    insta::assert_snapshot!(messages(&task("require n == 1, \"x\", timeout: 3")), @"P0301 `timeout` takes a `duration`, and this is an `int`");
    insta::assert_snapshot!(messages(&task("step a { require n == 1, \"x\", run: \"true\" }, require n == 2")), @r#"
    P0204 a step requires nothing
    P0405 a task has either a `run` or steps
    "#);
    insta::assert_snapshot!(said("    image_for(.qemu, cpu) { require deep, retries: 1 }"), @"P0204 a block of modifiers requires nothing");
    insta::assert_snapshot!(said("    defaults { require deep, retries: 1 }\n    image_for(.qemu, cpu)"), @"P0204 `defaults` requires nothing");
    insta::assert_snapshot!(said("    workspace srv { require deep, size: 1Gi }\n    image_for(.qemu, cpu)"), @"P0204 a workspace requires nothing");
}

#[test]
fn what_a_plan_knows_is_refused_there() {
    let text = program("    image_for(p, cpu)\n    when deep { far = image_for(p, .aarch64) }");
    assert_eq!(planned(&text, &[]), Vec::<String>::new());
    assert_eq!(planned(&text, &[("p", "kubevirt")]), Vec::<String>::new());
    let why = "`image_for` cannot be called like this: there is no image for kubevirt on aarch64";
    assert_eq!(planned(&text, &[("p", "kubevirt"), ("cpu", "aarch64")]), [format!("P0520 {why}")]);
    assert_eq!(planned(&text, &[("p", "kubevirt"), ("deep", "true")]), [format!("P0520 {why}")]);
    assert_eq!(planned(&text, &[("p", "kubevirt"), ("deep", "false")]), Vec::<String>::new());
    let turns = program("    for q in [Platform.qemu, .kubevirt] if deep or q == .qemu { one = image_for(q, cpu) }");
    assert_eq!(planned(&turns, &[("cpu", "aarch64"), ("deep", "false")]), Vec::<String>::new());
    assert_eq!(planned(&turns, &[("cpu", "aarch64"), ("deep", "true")]), [format!("P0520 {why}")]);
}

#[test]
fn what_is_open_is_required_of_the_run() {
    let made =
        Made::new(&program("    image_for(p, cpu)\n    when deep { far = image_for(p, .aarch64, winli: true, code) }"));
    let early = made.plan.early();
    assert_eq!((early.len(), made.plan.requires.len()), (3, 0));
    let of_result = Made::new(&program(
        "    one = image_for(p, cpu)\n    task last { require one.id != \"\", \"no id\", image: \"a/b:1\", run: \"true\" }",
    ));
    let last = of_result.plan.find("last").unwrap();
    let own = &of_result.plan.task(last).requires;
    assert!(own.len() == 1 && !own[0].early && own[0].message.value().unwrap().text().unwrap() == "no id");
    assert_eq!(of_result.plan.dependencies(last).count(), 1);
}

#[test]
fn an_extern_task_requires_what_is_known_before_the_run() {
    let text = |call: &str| {
        format!(
            "extern task scan(url: string, deep: bool = false) -> (id: string) {{\n    require url != \"\" or not deep, \"nothing to scan\"\n    \
             bundle: \"quay.io/a/b@sha256:{}\"\n    name: \"scan\"\n}}\n\
             pipeline line(url: string = \"x\", deep: bool = false) {{\n    {call}\n}}\n",
            "0".repeat(64)
        )
    };
    assert_eq!(planned(&text("scan(url, deep)"), &[]), Vec::<String>::new());
    assert_eq!(planned(&text("scan(\"\", true)"), &[]), ["P0520 `scan` cannot be called like this: nothing to scan"]);
    assert_eq!(
        planned(&text("one = scan(url)\n    two = scan(one.id, deep)"), &[]),
        ["P0501 a `require` needs values that are known before the first task"]
    );
}

#[test]
fn every_target_checks_it() {
    let text = program(
        "    one = image_for(p, cpu)\n    task last { require one.id != \"\", \"no id there\", image: \"a/b:1\", run: \"true\" }",
    );
    for target in [&Shell as &dyn pipec::emit::Target, &Tekton, &BuildConfig] {
        let bundle = Made::new(&text).bundle(target);
        let all: String = bundle.files.iter().map(|file| file.text.as_str()).collect();
        assert!(
            all.contains("task image_for: there is no image for ") || all.contains("task one: there is no image for "),
            "{}",
            target.name()
        );
        assert!(all.contains("no id there"), "{}", target.name());
    }
}

#[test]
fn the_json_of_a_plan_has_it_and_the_hashes_of_scripts() {
    let text = program("    one = image_for(p, cpu)");
    let made = Made::new(&text);
    let plan = &made.plan;
    let json: serde_json::Value = serde_json::from_str(&made.view(View::Json)).unwrap();
    assert_eq!(json["requires"].as_array().unwrap().len(), 1);
    let body = pipec::emit::script::step(plan, plan.find("one").unwrap(), 0).body;
    let hash: String = Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(json["tasks"][0]["steps"][0]["sha256"], hash);
}

#[test]
fn the_default_of_a_result_is_kept_in_finally() {
    let text = "pipeline line() {\n    task size -> (bytes: string) { image: \"a/b:1\", run: \"echo 1 >~{out.bytes}\" }\n    \
        finally { task note { image: \"a/b:1\", run: \"echo ~{size.bytes ?? \"no size\"}\" } }\n}\n";
    let plan = Made::new(text).plan;
    let note = plan.task(plan.find("note").unwrap());
    let value = &note.steps[0].script.slots[0].value;
    assert!(matches!(&value.kind, pipec::plan::ExprKind::Coalesce(_, other) if other.value().is_some()), "{value:?}");
}

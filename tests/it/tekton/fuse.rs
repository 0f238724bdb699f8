//! Tasks that share a pod mean what they meant apart: the same scripts run, in the same order, with the same values.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};

use super::engine::{self, End, Ran};
use super::{plans, read, structure};
use crate::program::Made;
use pipec::emit::shell::Shell;
use pipec::emit::tekton::Tekton;
use pipec::emit::{Bundle, Target as _};
use pipec::plan::Value;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value as Json;

/// Says what it was given, leaves an output, and ends as it is told.
const TASKS: &str = r#"
    task make(name: string, code: int, a: string?, b: string?, said: string) -> (o: string) {
        image: "a/b:1"
        run: """
            echo "~{name}: ~{a ?? "-"} ~{b ?? "-"} ~{said}"
            printf ' <%s>\n\n' ~{name} > ~{out.o}
            exit ~{code}
        """
    }
    task odd(name: string, code: int, a: string?, b: string?, said: string) -> (o: string?) {
        image: "a/b:2"
        shell: "sh"
        on_exit: { 77: .skip, 78: .warn }
        step first {
            run: """
                echo "~{name}: ~{a ?? "-"} ~{said}"
                echo ~{name} > ~{out.o}
                exit ~{code}
            """
        }
        step second {
            run: """
                echo "~{name} again: ~{b ?? "-"}"
            """
        }
    }
"#;

fn bundle(text: &str) -> Bundle {
    let bundle = Made::new(text).bundle(&Tekton);
    crate::verify::assert_clean(&bundle.files.iter().map(|file| file.text.as_str()).collect::<Vec<_>>());
    bundle
}

fn objects(bundles: &[Bundle]) -> Vec<Vec<Json>> {
    let files: Vec<String> = bundles.iter().flat_map(|bundle| &bundle.files).map(|file| file.text.clone()).collect();
    let mut all = read(&files, "one").into_iter();
    let all = bundles.iter().map(|bundle| all.by_ref().take(bundle.files.len()).collect::<Vec<Json>>());
    let all: Vec<Vec<Json>> = all.collect();
    for objects in &all {
        let faults = structure::faults(objects);
        assert!(faults.is_empty(), "{faults:#?}");
    }
    all
}

fn random(count: usize, length: usize) -> Vec<Vec<u32>> {
    let mut runner = TestRunner::deterministic();
    let numbers = prop::collection::vec(any::<u32>(), length);
    (0..count).map(|_| numbers.new_tree(&mut runner).expect("no filter refuses").current()).collect()
}

/// Numbers until there are none, then zeros.
struct Numbers(Vec<u32>);

impl Numbers {
    fn below(&mut self, most: u32) -> u32 {
        self.0.pop().unwrap_or(0) % most
    }

    /// One of so many.
    fn one_of(&mut self, count: usize) -> usize {
        self.below(u32::try_from(count).expect("few")) as usize
    }
}

/// The tasks with their names in a program, what each waits for and reads, and its exit code.
struct Generated {
    text: String,
    /// Each is behind these.
    behind: Vec<BTreeSet<usize>>,
    codes: Vec<u32>,
}

/// A body of which most tasks have one before them, with `fuse` as it is given.
fn body(numbers: &[u32], fuse: bool) -> Generated {
    let mut numbers = Numbers(numbers.to_vec());
    let count = 3 + numbers.below(6) as usize;
    let fails = numbers.below(3) == 0;
    let mut text =
        format!("{TASKS}\npipeline line(p: bool = false, q: bool = false, n: int = 3) -> (last: string?) {{\n");
    let (mut behind, mut codes): (Vec<BTreeSet<usize>>, Vec<u32>) = (Vec::new(), Vec::new());
    for at in 0..count {
        let mut before = BTreeSet::new();
        let mut read = |numbers: &mut Numbers| match numbers.below(4) {
            0 | 1 if at > 0 => {
                before.insert(at - 1);
                format!("t{}.o", at - 1)
            }
            2 if at > 1 && numbers.below(2) == 0 => {
                let from = numbers.one_of(at);
                before.insert(from);
                format!("t{from}.o")
            }
            _ => "none".to_owned(),
        };
        let (a, b) = (read(&mut numbers), read(&mut numbers));
        let said = ["\"-\"", "\"~{n} 'x' $y\"", "\"~{n + 1}\""][numbers.below(3) as usize];
        let odd = numbers.below(3) == 0;
        let code = match numbers.below(8) {
            0 if fails => 3,
            1 | 2 if odd => 77,
            3 if odd => 78,
            _ => 0,
        };
        let condition = ["", "", "", "p", "not p", "p or q", "p and n > 2"][numbers.below(7) as usize];
        let asked = (at > 0 && numbers.below(6) == 0).then(|| {
            before.insert(at - 1);
            format!("t{}.o != none", at - 1)
        });
        let asked = asked
            .filter(|_| text.contains(&format!("t{} = when", at - 1)) || text.contains(&format!("t{} = odd", at - 1)));
        let condition = asked.as_deref().unwrap_or(condition);
        let lock = if numbers.below(6) == 0 { " { lock: \"one\" }" } else { "" };
        let after = (at > 0 && before.is_empty() && numbers.below(4) > 0).then(|| {
            before.insert(at - 1);
            format!(" after t{}", at - 1)
        });
        let task = if odd { "odd" } else { "make" };
        let call = format!("{task}(\"t{at}\", {code}, {a}, {b}, {said}){lock}{}", after.unwrap_or_default());
        match condition {
            "" => text.push_str(&format!("    t{at} = {call}\n")),
            _ => text.push_str(&format!("    t{at} = when {condition} {{ {call} }}\n")),
        }
        behind.push(before);
        codes.push(code);
    }
    text.push_str("    finally { task end { image: \"a/b:1\", run: \"echo end: ~{outcome}\" } }\n");
    text.push_str(&format!("    return (last: t{}.o)\n    target tekton {{ fuse: {fuse} }}\n}}\n", count - 1));
    Generated { text, behind, codes }
}

/// What the scripts of the program wrote.
fn said(ran: &Ran) -> Vec<&str> {
    ran.log.lines().filter(|line| line.contains(": ")).collect()
}

fn sorted(lines: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    lines.sort_unstable();
    lines
}

/// Whoever waits for another writes behind it.
fn assert_order(generated: &Generated, lines: &[&str]) {
    let at = |task: usize| lines.iter().position(|line| line.starts_with(&format!("t{task}: ")));
    for (task, before) in generated.behind.iter().enumerate() {
        for earlier in before {
            if let (Some(mine), Some(other)) = (at(task), at(*earlier)) {
                assert!(other < mine, "t{task} behind t{earlier}: {lines:#?}\n{}", generated.text);
            }
        }
    }
}

#[test]
fn a_body_means_the_same_fused_and_apart() {
    let made: Vec<(Generated, Generated)> =
        random(14, 90).iter().map(|numbers| (body(numbers, false), body(numbers, true))).collect();
    let bundles: Vec<Bundle> =
        made.iter().flat_map(|(apart, fused)| [bundle(&apart.text), bundle(&fused.text)]).collect();
    let (mut saved, mut failures) = (0, 0);
    for ((generated, _), objects) in made.iter().zip(objects(&bundles).chunks(2)) {
        saved += objects[0].len() - objects[1].len();
        for values in [["false", "true", "7"], ["true", "false", "2"]] {
            let params: Vec<(&str, &str)> = ["p", "q", "n"].into_iter().zip(values).collect();
            let [apart, fused] = [0, 1].map(|at| engine::run(&objects[at], &params, &[]));
            let context = || format!("{params:?}\n{}\n{:#?}\n{:#?}", generated.text, apart.log, fused.log);
            assert_eq!(apart.failed(), fused.failed(), "{}", context());
            let (a, b) = (said(&apart), said(&fused));
            assert_order(generated, &b);
            if apart.failed() {
                failures += 1;
                behind_a_failure(generated, &b);
                assert!(b.contains(&"end: failed"), "{}", context());
            } else {
                assert_eq!(sorted(&a), sorted(&b), "{}", context());
                assert_eq!(apart.returned, fused.returned, "{}", context());
            }
        }
    }
    assert!(saved > 10 && failures > 1, "{saved} pods saved, {failures} failures");
}

/// What waits for a task that has failed does not run.
fn behind_a_failure(generated: &Generated, lines: &[&str]) {
    let ran = |task: usize| lines.iter().any(|line| line.starts_with(&format!("t{task}: ")));
    let mut lost: BTreeSet<usize> = BTreeSet::new();
    for (task, before) in generated.behind.iter().enumerate() {
        let is_lost = before.iter().any(|earlier| lost.contains(earlier));
        assert!(!is_lost || !ran(task), "t{task} ran: {lines:#?}\n{}", generated.text);
        if is_lost || (ran(task) && generated.codes[task] == 3) {
            lost.insert(task);
        }
    }
}

/// Tasks of `finally` that wait for each other, read each other, know how the others ended, and share locks.
fn last(numbers: &[u32]) -> String {
    let mut numbers = Numbers(numbers.to_vec());
    let count = 2 + numbers.below(5) as usize;
    let mut text = format!("{TASKS}\npipeline line(p: bool = false, q: bool = false, n: int = 3) {{\n");
    let body_fails = numbers.below(3) == 0;
    text.push_str(&format!("    body = make(\"body\", {}, none, none, \"-\")\n    finally {{\n", u8::from(body_fails)));
    for at in 0..count {
        let other = |numbers: &mut Numbers| format!("t{}", numbers.one_of(at));
        let read = |numbers: &mut Numbers| match numbers.below(3) {
            0 if at > 0 => format!("{}.o", other(numbers)),
            _ => "none".to_owned(),
        };
        let (a, b) = (read(&mut numbers), read(&mut numbers));
        let said = match numbers.below(5) {
            0 | 1 if at > 0 => format!("\"~{{{}.status}}\"", other(&mut numbers)),
            2 => "\"~{body.status} ~{outcome}\"".to_owned(),
            _ => "\"~{n}\"".to_owned(),
        };
        let odd = numbers.below(3) == 0;
        let code = match numbers.below(7) {
            0 => 3,
            1 | 2 if odd => 77,
            3 if odd => 78,
            _ => 0,
        };
        let condition = match numbers.below(9) {
            0 => "p".to_owned(),
            1 => "p or n > 5".to_owned(),
            2 => "outcome != .failed or q".to_owned(),
            3 | 4 if at > 0 => format!("{}.status == .failed", other(&mut numbers)),
            5 if at > 0 => format!("{}.status != .succeeded or p", other(&mut numbers)),
            _ => String::new(),
        };
        let fields = ["", "", "", " { lock: \"one\" }", " { on_failure: .go_on }", " { timeout: 1h }"];
        let fields = fields[numbers.below(6) as usize];
        let after =
            if at > 0 && numbers.below(3) == 0 { format!(" after {}", other(&mut numbers)) } else { String::new() };
        let task = if odd { "odd" } else { "make" };
        let call = format!("{task}(\"t{at}\", {code}, {a}, {b}, {said}){fields}{after}");
        match condition.as_str() {
            "" => text.push_str(&format!("        t{at} = {call}\n")),
            _ => text.push_str(&format!("        t{at} = when {condition} {{ {call} }}\n")),
        }
    }
    text.push_str("    }\n}\n");
    text
}

/// What each task of `finally` writes, and whether the run fails, by the script that runs on this machine.
fn by_the_shell(made: &mut Made, params: &[(&str, &str)]) -> (bool, Vec<String>) {
    let dir = tempfile::TempDir::new().expect("a directory");
    let script = dir.path().join("line.sh");
    fs::write(&script, &made.bundle(&Shell).files[0].text).expect("a script");
    let mut command = Command::new("bash");
    command.arg(&script).current_dir(dir.path()).args(["--work", "work", "-j", "1"]).stdin(Stdio::null());
    command.args(params.iter().map(|(name, value)| format!("--{name}={value}")));
    let done = command.output().expect("bash");
    let logs = fs::read_dir(dir.path().join("work/logs")).expect("logs");
    let logs = logs.map(|log| fs::read_to_string(log.expect("a log").path()).expect("a text"));
    let logs = logs.collect::<String>();
    (!done.status.success(), sorted(&logs.lines().filter(|line| line.contains(": ")).collect::<Vec<_>>()))
}

#[test]
fn finally_has_the_order_of_the_shell() {
    let texts: Vec<String> = random(16, 80).iter().map(|numbers| last(numbers)).collect();
    let bundles: Vec<Bundle> = texts.iter().map(|text| bundle(text)).collect();
    let (mut ordered, mut failed) = (0, 0);
    for (text, objects) in texts.iter().zip(objects(&bundles)) {
        ordered += usize::from(
            objects.iter().any(|object| object["metadata"]["name"].as_str().is_some_and(|name| name.contains("-to-"))),
        );
        let mut made = Made::new(text);
        for values in [["false", "false", "3"], ["true", "false", "9"]] {
            let params: Vec<(&str, &str)> = ["p", "q", "n"].into_iter().zip(values).collect();
            let ran = engine::run(&objects, &params, &[]);
            let (fails, lines) = by_the_shell(&mut made, &params);
            failed += usize::from(fails);
            assert_eq!(sorted(&said(&ran)), lines, "{params:?}\n{text}\n{}", ran.log);
            assert_eq!(ran.failed(), fails, "{params:?}\n{text}\n{}", ran.log);
        }
    }
    assert!(ordered > 9 && failed > 6, "{ordered} with an order, {failed} failed");
}

fn pipeline_of(text: &str) -> String {
    let bundle = bundle(text);
    bundle.files.iter().find(|file| file.path == "pipeline.yaml").expect("a pipeline").text.clone()
}

fn task_of(text: &str, name: &str) -> String {
    let bundle = bundle(text);
    bundle.files.iter().find(|file| file.path == format!("task-{name}.yaml")).expect("the task").text.clone()
}

const CHAIN: &str = r#"
    task fetch(url: string) -> (commit: string, count: int) {
        image: "a/git:1"
        timeout: 10min
        needs: { memory: 1Gi, cpu: 2 }
        run: "echo ~{url} > ~{out.commit}; echo 3 > ~{out.count}"
    }
    task build(src: workspace, commit: string, key: secret) -> (id: string) {
        image: "a/build:1"
        timeout: 1h
        needs: { memory: 4Gi, cpu: 1 }
        workdir: src
        env: { KEY: key }
        run: "echo ~{commit} > ~{out.id}"
    }
    task test(id: string, count: int) { image: "a/test:1", timeout: 5min, run: "echo ~{id} ~{count}" }
    pipeline p(url: string, key: secret, tests: bool = true) -> (id: string) {
        workspace src { size: 1Gi }
        a = fetch(url)
        b = build(src, a.commit, key)
        when tests { test(b.id, a.count) }
        return (id: b.id)
        target tekton { fuse: true }
    }"#;

#[test]
fn a_chain_is_one_task() {
    insta::assert_snapshot!(task_of(CHAIN, "check-params-to-test"));
    insta::assert_snapshot!(pipeline_of(CHAIN));
}

#[test]
fn without_the_option_nothing_is_fused() {
    let apart = bundle(&CHAIN.replace("fuse: true", "fuse: false"));
    let plain = bundle(&CHAIN.replace("target tekton { fuse: true }", ""));
    assert_eq!(apart.files.len(), 6);
    assert_eq!(apart.files, plain.files);
}

/// The number of tasks of the body, with `fuse`.
fn tasks_of(body: &str) -> usize {
    let text = format!(
        "{TASKS}\npipeline line(p: bool = false, key: secret = secret(\"k\")) {{\n{body}\n target tekton {{ fuse: true }}\n}}"
    );
    let objects = objects(&[bundle(&text)]);
    let pipeline = objects[0].iter().find(|object| object["kind"] == "Pipeline").expect("a pipeline");
    let names = pipeline["spec"]["tasks"].as_array().expect("tasks").iter().map(|task| task["name"].as_str());
    names.flatten().filter(|name| *name != "check-params").count()
}

#[test]
fn what_keeps_tasks_apart() {
    let two = |first: &str, second: &str| {
        tasks_of(&format!(
            "a = make(\"a\", 0, none, none, \"-\") {{ {first} }}\n b = make(\"b\", 0, a.o, none, \"-\") {{ {second} }}"
        ))
    };
    let rows = [
        ("", "", 1),
        ("timeout: 1h", "timeout: 2h", 1),
        ("timeout: 1h", "", 1),
        ("needs: { memory: 1Gi }", "needs: { memory: 2Gi, kvm: true }", 1),
        ("lock: \"x\"", "lock: \"x\"", 1),
        ("cleanup: \"true\"", "", 1),
        ("retries: 1", "", 2),
        ("", "retries: 1", 2),
        ("needs: { arch: .aarch64 }", "", 2),
        ("needs: { privileged: true }", "", 2),
        ("lock: \"x\"", "", 2),
        ("lock: \"x\"", "lock: \"y\"", 2),
        ("", "on_failure: .go_on", 2),
        ("timeout: 1h, cleanup: \"true\"", "", 2),
    ];
    for (first, second, count) in rows {
        assert_eq!(two(first, second), count, "{first} / {second}");
    }
}

#[test]
fn who_waits_for_whom_decides() {
    let call = |name: &str, a: &str, b: &str| format!("{name} = make(\"{name}\", 0, {a}, {b}, \"-\")\n");
    let diamond =
        call("a", "none", "none") + &call("b", "a.o", "none") + &call("c", "a.o", "none") + &call("d", "b.o", "c.o");
    assert_eq!(tasks_of(&diamond), 4);
    // Whoever waits for the first waits for the second too.
    let ladder = call("a", "none", "none") + &call("b", "a.o", "none") + &call("c", "a.o", "b.o");
    assert_eq!(tasks_of(&ladder), 1);
    let status = call("a", "none", "none")
        + &call("b", "a.o", "none")
        + "finally { task end { image: \"a/b:1\", run: \"echo ~{b.status}\" } }";
    assert_eq!(tasks_of(&status), 2);
    let elsewhere = call("a", "none", "none")
        + "task x { image: \"a/b:1\", run: \"x\", service s { image: \"a/b:1\", port: 80 } } after a";
    assert_eq!(tasks_of(&elsewhere), 2);
    // A secret that is not needed may not be there.
    let secret = "a = make(\"a\", 0, none, none, \"-\")\n when p { task b { image: \"a/b:1\", env: { K: key }, run: \"true\" } after a }";
    assert_eq!(tasks_of(secret), 2);
    let plain = "a = make(\"a\", 0, none, none, \"-\")\n when p { task b { image: \"a/b:1\", run: \"true\" } after a }";
    assert_eq!(tasks_of(plain), 1);
    // Nor a machine.
    let machine = plain.replace("run: \"true\"", "run: \"true\", needs: { memory: 64Gi }");
    assert_eq!(tasks_of(&machine), 2);
}

#[test]
fn a_failure_in_the_middle_ends_the_chain() {
    let text = format!(
        "{TASKS}\npipeline line() {{\n a = make(\"a\", 0, none, none, \"-\")\n b = make(\"b\", 3, a.o, none, \"-\")\n \
         c = make(\"c\", 0, b.o, none, \"-\")\n finally {{ task end {{ image: \"a/b:1\", run: \"echo end: ~{{outcome}}\" }} }}\n \
         target tekton {{ fuse: true }}\n}}"
    );
    let ran = engine::run(&objects(&[bundle(&text)])[0], &[], &[]);
    assert_eq!(said(&ran), ["a: - - -", "b:  <a>", "end: failed"]);
    assert_eq!(ran.ends["a-to-c"], End::Failed);
}

const ORDERED: &str = r#"
    pipeline p(p: bool = false, n: int = 1) {
        task build { image: "a/b:1", run: "true" }
        finally {
            task first { image: "a/b:1", run: "exit 4" }
            task second { image: "a/c:1", timeout: 1min, run: "echo second: ~{first.status}" }
            when p or n > 3 {
                task third { image: "a/b:1", run: "echo 'third:'" } after second
            }
            task apart { image: "a/b:1", run: "true" }
        }
    }"#;

#[test]
fn an_order_in_finally_is_one_task() {
    insta::assert_snapshot!(task_of(ORDERED, "first-to-third"));
    insta::assert_snapshot!(pipeline_of(ORDERED));
    let objects = &objects(&[bundle(ORDERED)])[0];
    let ran = engine::run(objects, &[], &[]);
    assert_eq!(said(&ran), ["second: failed"]);
    assert_eq!(ran.ends["first-to-third"], End::Failed);
    assert_eq!(ran.ends["apart"], End::Succeeded);
}

/// The time is over: the script is ended, and so the task has failed; those behind it run.
#[test]
fn a_time_limit_in_an_order_is_kept() {
    let text = r#"
        pipeline p() {
            task build { image: "a/b:1", run: "true" }
            finally {
                task slow { image: "a/b:1", timeout: 1s, run: "sleep 60 & wait" }
                task tidy { image: "a/b:1", timeout: 1s, cleanup: "echo cleaned: up", run: "sleep 60" } after slow
                task last { image: "a/b:1", run: "echo last: ~{slow.status} ~{tidy.status}" }
            }
        }"#;
    let began = std::time::Instant::now();
    let ran = engine::run(&objects(&[bundle(text)])[0], &[], &[]);
    assert_eq!(said(&ran), ["cleaned: up", "last: failed failed"]);
    assert!(ran.failed() && began.elapsed().as_secs() < 30);
}

/// What a loop for 10,000 tasks makes: as many pods as the budgets ask for.
#[test]
fn a_long_chain_splits() {
    let mut made = plans::Made::new("long");
    made.options(&[("fuse", Value::Bool(true))]);
    let mut before = None;
    for at in 0..10_000 {
        let task = made.task(&format!("t{at}"), "true", vec![]);
        let id = made.add(task);
        if let Some(before) = before {
            made.plan.add_edge(before, id, pipec::plan::Why::Stage(Box::new(("a".to_owned(), "b".to_owned()))));
        }
        before = Some(id);
    }
    let bundle = Tekton.emit(&made.plan, &made.sources);
    assert_eq!(bundle.files.len(), 10_000 / 20 + 2);
}

/// Options that are given to one task are given to its pod.
#[test]
fn a_task_with_options_of_its_own_stays_apart() {
    let mut made = plans::Made::new("named");
    let own = Value::Record(vec![("second".to_owned(), Value::Record(Vec::new()))]);
    made.options(&[("fuse", Value::Bool(true)), ("tasks", own)]);
    let tasks = ["first", "second", "third", "fourth"].map(|name| {
        let task = made.task(name, "true", vec![]);
        made.add(task)
    });
    tasks.windows(2).for_each(|two| made.after(two[0], two[1]));
    let names: Vec<String> = super::emit(&made).files.into_iter().map(|file| file.path).collect();
    assert_eq!(
        names,
        ["task-first.yaml", "task-second.yaml", "task-third-to-fourth.yaml", "pipeline.yaml", "pipelinerun.yaml"]
    );
}

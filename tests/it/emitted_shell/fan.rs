//! Loops over lists that only a run knows: a job for each turn.

use std::fs;
use std::time::Duration;

use serde_json::Value as Json;

use super::machine::{Machine, finish, signal};

/// Builds each name, signs what was built, and shows all that was built.
const LOOP: &str = r#"
    task build(name: string) -> (made: string) {
        image: "a/b:1"
        run: "printf '<%s>' ~{name} > ~{out.made}"
    }
    task show(list: [string]) {
        image: "a/b:1"
        run: "printf '%s\\0' ~{list} > \"$TOP/got\"; echo ~{len(list)} > \"$TOP/count\""
    }
    pipeline line(names: [string] = ["x"]) {
        for name in names {
            b = build(name)
            task sign { image: "a/b:1", run: "printf '%s\\0' ~{name}=~{b.made} >> \"$TOP/signed\"" }
        }
        show(b.made)
        task last { image: "a/b:1", run: "echo last > \"$TOP/last\"" } after sign
    }"#;

/// The texts of a file, each up to a NUL.
fn records(machine: &Machine, name: &str) -> Vec<String> {
    machine.read(name).split_terminator('\0').map(str::to_owned).collect()
}

fn with_names<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let given = names.iter().flat_map(|name| ["--names", name]);
    if names.is_empty() { vec!["--no-names"] } else { given.collect() }
}

fn turns(task: &Json) -> Vec<(String, String)> {
    let list = task["turns"].as_array().unwrap();
    list.iter()
        .map(|turn| (turn["name"].as_str().unwrap().to_owned(), turn["status"].as_str().unwrap().to_owned()))
        .collect()
}

#[test]
fn each_element_is_a_turn_and_all_arrives_in_order() {
    let machine = Machine::of_program(LOOP);
    let long: Vec<String> = (0..50).map(|at| format!("n{at}")).collect();
    let nasty = [
        "a b",
        "it's \"q\" `x` $(touch $TOP/hacked)",
        "; rm *",
        "\u{fc}\u{1f600}",
        "two\nlines",
        "-n",
        "*",
        "",
        "~",
        "--x",
    ];
    let lists: [&[&str]; 3] = [&["one"], &nasty, &long.iter().map(String::as_str).collect::<Vec<_>>()];
    for names in lists {
        let _ = fs::remove_file(machine.path("signed"));
        machine.succeed(&[&with_names(names)[..], &["-j", "4"]].concat());
        let made: Vec<String> = names.iter().map(|name| format!("<{name}>")).collect();
        assert_eq!(records(&machine, "got"), made);
        let mut signed: Vec<String> = names.iter().map(|name| format!("{name}=<{name}>")).collect();
        let mut found = records(&machine, "signed");
        signed.sort();
        found.sort();
        assert_eq!(found, signed);
        assert_eq!(turns(&machine.task("b")).len(), names.len());
    }
    assert!(!machine.path("hacked").exists());
    machine.nothing_is_left();
}

#[test]
fn a_loop_without_turns_succeeds() {
    let machine = Machine::of_program(LOOP);
    let ended = machine.succeed(&["--no-names"]);
    assert_eq!(machine.read("count"), "0\n");
    assert_eq!(machine.read("last"), "last\n");
    assert_eq!(machine.status("b"), "succeeded");
    assert!(ended.err.contains("`b` succeeded after") && ended.err.contains("turns: 0"), "{}", ended.err);
}

#[test]
fn turns_are_named_by_their_values() {
    let machine = Machine::of_program(LOOP);
    machine.succeed(&with_names(&["x86_64", "with blank", "x86_64", "aarch64"]));
    let names: Vec<String> = turns(&machine.task("b")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["b[x86_64]", "b[#2]", "b[2:x86_64]", "b[aarch64]"]);
}

#[test]
fn a_variable_may_be_called_turn() {
    let machine = Machine::of_program(
        r#"pipeline line(turns: [string] = ["a", "b"], most_turns: [string] = ["c"]) {
            for turn in turns, skip in most_turns { task t { image: "a/b:1", run: "echo ~{turn}~{skip} ~{turns} >> \"$TOP/\"~{turn}" } }
        }"#,
    );
    machine.succeed(&[]);
    assert_eq!((machine.read("a").as_str(), machine.read("b").as_str()), ("ac a b\n", "bc a b\n"));
}

#[test]
fn turns_run_together_as_the_jobs_allow() {
    let machine = Machine::of_program(
        r#"pipeline line(names: [string] = ["a", "b", "c"]) {
            for name in names {
                task t { image: "a/b:1", run: """
                    touch "$TOP/"~{name}
                    for at in {1..100}; do [ -e "$TOP/a" ] && [ -e "$TOP/b" ] && [ -e "$TOP/c" ] && exit 0; sleep 0.1; done
                    exit 9
                """ }
            }
        }"#,
    );
    machine.succeed(&["-j", "3"]);
    let ordered = Machine::of_program(
        r#"pipeline line(names: [string] = ["a", "b", "c"]) {
            for name in names { task t { image: "a/b:1", run: "echo start ~{name} >> \"$TOP/trace\"; echo end ~{name} >> \"$TOP/trace\"" } }
        }"#,
    );
    ordered.succeed(&["-j", "1"]);
    assert_eq!(ordered.trace("trace"), ["start a", "end a", "start b", "end b", "start c", "end c"]);
}

#[test]
fn a_failing_turn_stops_the_rest_and_fails_its_task() {
    let machine = Machine::of_program(
        r#"
        task build(name: string) -> (made: string) {
            image: "a/b:1"
            run: "echo ~{name} >> \"$TOP/trace\"; [ ~{name} != bad ] || exit 7; echo x > ~{out.made}"
        }
        task show(list: [string]) { image: "a/b:1", run: "touch \"$TOP/shown\"" }
        pipeline line(names: [string] = ["a", "bad", "c", "d"]) {
            for name in names { b = build(name) }
            show(b.made)
            finally { task end { image: "a/b:1", run: "touch \"$TOP/end\"" } }
        }"#,
    );
    let ended = machine.run(&["-j", "1"]);
    assert_eq!(ended.code, Some(7), "{ended:#?}");
    assert_eq!(machine.trace("trace"), ["a", "bad"]);
    assert!(!machine.path("shown").exists() && machine.path("end").exists());
    let task = machine.task("b");
    assert_eq!((task["status"].as_str(), task["exit_code"].as_i64()), (Some("failed"), Some(7)));
    let statuses: Vec<String> = turns(&task).into_iter().map(|(_, status)| status).collect();
    assert_eq!(statuses, ["succeeded", "failed", "cancelled", "cancelled"]);
    assert_eq!(machine.status("show"), "cancelled");
}

#[test]
fn each_turn_has_its_own_tries_and_time() {
    let machine = Machine::of_program(
        r#"pipeline line(names: [string] = ["a", "b"]) {
            for name in names {
                task t {
                    image: "a/b:1"
                    retries: 2
                    run: "echo x >> \"$TOP/\"~{name}; [ \"$(wc -l < \"$TOP/\"~{name})\" -ge 2 ]"
                }
            }
        }"#,
    );
    machine.succeed(&[]);
    let task = machine.task("t");
    for turn in task["turns"].as_array().unwrap() {
        assert_eq!(turn["attempts"], 2, "{turn}");
    }
    let slow = Machine::of_program(
        r#"pipeline line(names: [string] = ["a", "b"]) {
            for name in names {
                task t { image: "a/b:1", timeout: 1s, run: "[ ~{name} = a ] || sleep 60" }
            }
        }"#,
    );
    let ended = slow.run(&["-j", "2"]);
    assert_eq!(ended.code, Some(124), "{ended:#?}");
    assert_eq!(turns(&slow.task("t"))[1].1, "failed");
    slow.nothing_is_left();
}

#[test]
fn a_signal_ends_all_turns() {
    let machine = Machine::of_program(
        r#"pipeline line(names: [string] = ["a", "b", "c"]) {
            for name in names { task t { image: "a/b:1", run: "touch \"$TOP/\"~{name}; sleep 60" } }
        }"#,
    );
    let child = machine.start(&["-j", "2"]);
    machine.wait_for("a");
    machine.wait_for("b");
    signal(&child, "-TERM");
    let ended = finish(child);
    assert_eq!(ended.code, Some(143), "{ended:#?}");
    let statuses: Vec<String> = turns(&machine.task("t")).into_iter().map(|(_, status)| status).collect();
    assert_eq!(statuses, ["cancelled"; 3]);
    assert_eq!(machine.status("t"), "cancelled");
    assert!(!machine.path("c").exists());
    machine.nothing_is_left();
}

#[test]
fn turns_with_one_lock_never_overlap() {
    let machine = Machine::of_program(
        r#"pipeline line(names: [string] = ["a", "b", "c"]) {
            for name in names {
                task t { image: "a/b:1", lock: "one", run: "mkdir \"$TOP/held\"; sleep 0.2; rmdir \"$TOP/held\"" }
            }
        }"#,
    );
    machine.succeed(&["-j", "3"]);
}

#[test]
fn a_turn_is_left_out_or_skips_itself() {
    let machine = Machine::of_program(
        r#"
        task build(n: int) -> (made: int) {
            image: "a/b:1"
            on_exit: { 77: .skip }
            run: "[ ~{n} != 3 ] || exit 77; echo ~{n + 10} > ~{out.made}"
        }
        task show(list: [int?]) { image: "a/b:1", run: "echo ~{len(list)} > \"$TOP/count\"" }
        pipeline line(numbers: [int] = [1, 2, 3, 4, 5], most: int = 4) {
            for n in numbers if n <= most {
                when n != 2 { b = build(n) }
            }
            show(b.made)
        }"#,
    );
    machine.succeed(&[]);
    assert_eq!(machine.read("line.work/results/b.0/made"), "0:11");
    assert_eq!(machine.read("count"), "4\n");
    let statuses: Vec<String> = turns(&machine.task("b")).into_iter().map(|(_, status)| status).collect();
    assert_eq!(statuses, ["succeeded", "skipped", "skipped", "succeeded"]);
}

#[test]
fn lists_that_tasks_give_are_typed_element_by_element() {
    let text = |lines: &str, ty: &str| {
        format!(
            r#"task find() -> (list: [{ty}]) {{ image: "a/b:1", run: "printf '{lines}' > ~{{out.list}}" }}
            task show(list: [{ty}]) {{ image: "a/b:1", run: "printf '%s|' ~{{list}} > \"$TOP/got\"; echo ~{{len(list)}} > \"$TOP/count\"" }}
            pipeline line() {{
                f = find()
                show(f.list)
                for one in f.list {{ task t {{ image: "a/b:1", run: "echo ~{{one}} >> \"$TOP/each\"" }} }}
            }}"#
        )
    };
    for (lines, ty, got, count) in [
        ("1024Mi\\\\n2Gi\\\\n", "size", "1Gi|2Gi|", "2\n"),
        ("a/b\\\\nc", "path", "a/b|c|", "2\n"),
        ("a b\\\\n\\\\n c ", "string", "a b|| c |", "3\n"),
        ("", "int", "|", "0\n"),
        ("\\\\n", "string", "|", "0\n"),
    ] {
        let machine = Machine::of_program(&text(lines, ty));
        machine.succeed(&[]);
        assert_eq!((machine.read("got").as_str(), machine.read("count").as_str()), (got, count), "{lines} {ty}");
    }
    let machine = Machine::of_program(&text("1\\\\n2x\\\\n", "int"));
    let ended = machine.run(&[]);
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    assert!(ended.out.contains("output list is not an int of 64 bits: '2x'"), "{}", ended.out);
}

#[test]
fn what_would_run_is_said_before() {
    let machine = Machine::of_program(
        r#"
        task find() -> [string] { image: "a/b:1", run: "echo > ~{out}" }
        pipeline line(names: [string] = ["a", "b"]) {
            f = find()
            for name in names { task t { image: "a/b:1", run: "true ~{name}" } }
            for name in f { task u { image: "a/b:1", run: "true ~{name}" } }
        }"#,
    );
    let dry = machine.succeed(&["--dry-run"]).out;
    assert!(dry.contains("t    runs; 2 times, once a turn of its loop"), "{dry}");
    assert!(dry.contains("u    runs; after f; once a turn of its loop"), "{dry}");
    let dry = machine.succeed(&["--dry-run", "--no-names"]).out;
    assert!(dry.contains("not at all: its loop has no turn"), "{dry}");
    let list = machine.succeed(&["--list"]).out;
    assert!(list.contains("t ") && !list.contains("t["), "{list}");
}

#[test]
fn later_runs_read_what_the_turns_gave() {
    let machine = Machine::of_program(LOOP);
    machine.succeed(&with_names(&["a", "b", "c"]));
    fs::remove_file(machine.path("got")).unwrap();
    machine.succeed(&["--only", "show"]);
    assert_eq!(records(&machine, "got"), ["<a>", "<b>", "<c>"]);
    machine.succeed(&[&with_names(&["z"])[..], &["--from", "b"]].concat());
    assert_eq!(records(&machine, "got"), ["<z>"]);
}

#[test]
fn many_turns_are_soon_over() {
    let machine = Machine::of_program(
        "pipeline line(names: [string] = []) { for name in names { task t { image: \"a/b:1\", shell: \"sh\", run: \"true ~{name}\" } } }",
    );
    let names: Vec<String> = (0..200).map(|at| at.to_string()).collect();
    let start = std::time::Instant::now();
    machine.succeed(&with_names(&names.iter().map(String::as_str).collect::<Vec<_>>()));
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    assert_eq!(turns(&machine.task("t")).len(), 200);
}

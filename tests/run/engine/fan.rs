//! Loops over lists that only a run knows: a job for each turn.

use std::fs;

use pipec::contract::store::State;

use super::Line;

const LOOP: &str = r#"
    task build(name: string) -> (made: string) { image: "a/b:1", run: "printf '<%s>' ~{name} > ~{out.made}" }
    task show(list: [string]) { image: "a/b:1", run: "printf '%s\\0' ~{list} > \"$TOP/got\"; echo ~{len(list)} > \"$TOP/count\"" }
    pipeline line(names: [string] = ["x"]) {
        for name in names {
            b = build(name)
            task sign { image: "a/b:1", run: "mkdir -p \"$TOP/signed\"; printf %s ~{name}=~{b.made} > \"$TOP/signed/$$\"" }
        }
        show(b.made)
        task last { image: "a/b:1", run: "echo last > \"$TOP/last\"" } after sign
    }"#;

#[test]
fn each_element_is_a_turn_and_all_arrives_in_order() {
    let mut line = Line::of(LOOP);
    let names = ["a b", "it's \"q\" `x` $(touch $TOP/hacked)", "\u{fc}\u{1f600}", "two\nlines", "-n", "*", "", "--x"];
    line.give_list("names", &names);
    let told = line.succeed();
    let made: String = names.iter().map(|name| format!("<{name}>\0")).collect();
    assert_eq!(line.read("got"), made);
    // A file for each turn: bash writes a text with a line break in several pieces, between which another turn may write.
    let signed = fs::read_dir(line.path("signed")).unwrap();
    let mut signed: Vec<String> = signed.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    let mut expected: Vec<String> = names.iter().map(|name| format!("{name}=<{name}>")).collect();
    signed.sort_unstable();
    expected.sort();
    assert_eq!(signed, expected);
    assert!(told.turns("b").len() == names.len() && !line.has("hacked"));
    assert_eq!(line.read("work/outputs/b.1/made"), format!("1:<{}>", names[1]));
}

#[test]
fn a_loop_without_turns_succeeds() {
    let mut line = Line::of(LOOP);
    let told = line.give_list("names", &[]).succeed();
    assert_eq!((line.read("count"), line.read("last")), ("0\n".to_owned(), "last\n".to_owned()));
    assert_eq!((told.status("b"), told.task("b").turns.as_deref()), (State::Succeeded, Some([].as_slice())));
}

#[test]
fn turns_are_named_by_their_values() {
    let mut line = Line::of(LOOP);
    let told = line.give_list("names", &["x86_64", "with blank", "x86_64", "aarch64"]).succeed();
    let names: Vec<&str> = told.turns("b").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["b[x86_64]", "b[#2]", "b[2:x86_64]", "b[aarch64]"]);
    let first = told.events.iter().position(|event| event == "b[x86_64] pending");
    assert!(first < told.events.iter().position(|event| event == "b[x86_64] running") && first.is_some(), "{told:#?}");
}

#[test]
fn a_turn_that_fails_ends_the_others() {
    let mut line = Line::of(
        r#"pipeline line(names: [string]) {
            for name in names { task t { image: "a/b:1", run: "[ ~{name} != bad ] || exit 7; sleep 30" } }
            task after_it { image: "a/b:1", run: "touch \"$TOP/after\"" } after t
        }"#,
    );
    line.at_once = 2;
    let told = line.give_list("names", &["good", "bad", "late"]).run();
    assert_eq!((told.result.exit_code, told.status("t"), told.task("t").exit_code), (7, State::Failed, 7), "{told:#?}");
    let states: Vec<State> = told.turns("t").into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, [State::Cancelled, State::Failed, State::Cancelled]);
    assert!(!line.has("after"));
    assert_eq!(told.events.iter().filter(|event| *event == "t failed").count(), 1);
}

#[test]
fn a_turn_whose_condition_does_not_hold_is_skipped_and_the_loop_is_not() {
    let mut line = Line::of(
        r#"
        task make(name: string) -> (x: string) { image: "a/b:1", run: "printf %s ~{name} > ~{out.x}" }
        pipeline line(names: [string]) {
            for name in names { when name != "b" { m = make(name) } }
            task show { image: "a/b:1", run: "true" } after m
        }"#,
    );
    let told = line.give_list("names", &["a", "b"]).succeed();
    let turns = told.turns("m");
    assert_eq!(turns, [("m[a]", State::Succeeded), ("m[b]", State::Skipped)]);
}

//! What did the same in an earlier run is not run again.

use pipec::contract::store::State;

use super::Line;

const LINE: &str = r#"
    task make(text: string) -> (x: string) { image: "a/b:1", run: "echo m >>\"$TOP/log\"; printf %s ~{text} > ~{out.x}" }
    task read(x: string, fail: bool) { image: "a/b:1", run: "echo r >>\"$TOP/log\"; exit ~{if fail then 3 else 0}" }
    pipeline line(text: string, fail: bool = false) { m = make(text)
        r = read(m.x, fail) }"#;

fn log(line: &Line) -> String {
    let text = line.read("log");
    std::fs::remove_file(line.path("log")).unwrap();
    text
}

#[test]
fn a_task_with_the_same_key_is_kept_and_its_readers_read_what_it_left() {
    let mut line = Line::of(LINE);
    let told = line.give("text", "a").give("fail", "true").run();
    assert_eq!((told.status("r"), log(&line).as_str()), (State::Failed, "m\nr\n"));
    line.earlier = told.earlier();
    let told = line.give("fail", "false").succeed();
    assert_eq!((told.kept.as_slice(), log(&line).as_str()), (["m".to_owned()].as_slice(), "r\n"), "{told:#?}");
    assert_eq!(told.status("m"), State::Succeeded);
    line.earlier = told.earlier();
    let told = line.succeed();
    assert_eq!(told.kept, ["m", "r"]);
    assert!(!line.has("log") && !told.events.iter().any(|event| event.ends_with("running")), "{told:#?}");
}

#[test]
fn another_value_another_script_or_a_lost_output_is_run_again() {
    let mut line = Line::of(LINE);
    line.earlier = line.give("text", "a").succeed().earlier();
    log(&line);
    line.give("text", "b").succeed();
    assert_eq!(log(&line), "m\nr\n");
    // What lies there was made for another.
    line.give("text", "a").succeed();
    assert_eq!(log(&line), "m\nr\n");
    std::fs::remove_file(line.path("work/outputs/m/x")).unwrap();
    let told = line.succeed();
    // What it makes anew is the same, so who reads it is kept.
    assert_eq!((log(&line).as_str(), told.kept.as_slice()), ("m\n", ["r".to_owned()].as_slice()));
    line.spec.tasks[1].steps[0].script += "\n# other\n";
    line.succeed();
    assert_eq!(log(&line), "r\n");
    line.spec.tasks[1].steps[0].image = "c/d:2".to_owned();
    let told = line.succeed();
    assert!(told.kept == ["m"], "{told:#?}");
}

#[test]
fn what_comes_after_another_in_a_workspace_builds_on_it() {
    let text = r#"pipeline line(v: string, w: string = "w") {
        workspace srv { size: 1Gi }
        task a { image: "a/b:1", run: "echo ~{v} > ~{srv / "f"}; echo a >>\"$TOP/log\"" }
        task b { image: "a/b:1", run: "cat ~{srv / "f"}; echo b >>\"$TOP/log\"" } after a
        task c { image: "a/b:1", run: "echo c >>\"$TOP/log\"" } after b
    }"#;
    let mut line = Line::of(text);
    line.earlier = line.give("v", "1").succeed().earlier();
    log(&line);
    let told = line.give("v", "2").succeed();
    assert_eq!((log(&line).as_str(), told.kept.as_slice()), ("a\nb\n", ["c".to_owned()].as_slice()), "{told:#?}");
}

#[test]
fn a_secret_is_in_a_key_by_its_name_only() {
    let text = r#"
        task use(token: secret) { image: "a/b:1", env: { TOKEN: token }, run: "echo u >>\"$TOP/log\"" }
        pipeline line(token: secret) { use(token) }"#;
    let mut line = Line::of(text);
    let key = |line: &Line| line.succeed().ends["use"].key.clone().unwrap();
    line.set("A", "one").give("token", "env:A");
    let one = key(&line);
    line.set("A", "two");
    assert_eq!(key(&line), one);
    line.set("B", "two").give("token", "env:B");
    assert_ne!(key(&line), one);
    assert!(one.len() == 64 && one.bytes().all(|byte| byte.is_ascii_hexdigit()));
}

#[test]
fn turns_are_kept_one_by_one() {
    let text = r#"
        task build(name: string) -> (made: string) {
            image: "a/b:1", run: "echo ~{name} >>\"$TOP/log\"; printf '<%s>' ~{name} > ~{out.made}; [ ! -e \"$TOP/\"~{name} ]"
        }
        task show(list: [string]) { image: "a/b:1", run: "echo ~{list} >\"$TOP/got\"" }
        pipeline line(names: [string]) {
            for name in names { b = build(name) }
            show(b.made)
        }"#;
    let mut line = Line::of(text);
    line.at_once = 1;
    line.write("b", "");
    let told = line.give_list("names", &["a", "b"]).run();
    assert_eq!(told.turns("b"), [("b[a]", State::Succeeded), ("b[b]", State::Failed)]);
    log(&line);
    std::fs::remove_file(line.path("b")).unwrap();
    line.earlier = told.earlier();
    let told = line.succeed();
    assert_eq!((log(&line).as_str(), told.kept.as_slice()), ("b\n", ["b[a]".to_owned()].as_slice()), "{told:#?}");
    assert_eq!(line.read("got"), "<a> <b>\n");
    line.earlier = told.earlier();
    assert_eq!(line.succeed().kept, ["b[a]", "b[b]", "b", "show"]);
}

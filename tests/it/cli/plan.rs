//! `pipec plan` in its four formats.

use super::run::{BAD, GOOD, Place};

fn place() -> Place {
    Place::with(&[
        ("good.pipe", GOOD),
        ("bad.pipe", BAD),
        ("two.pipe", &format!("{GOOD}{}", GOOD.replace("greet", "other"))),
    ])
}

#[test]
fn as_text_for_people() {
    let ran = place().run(&["plan", "good.pipe"]).exits(0);
    insta::assert_snapshot!(ran.out);
    assert_eq!(ran.err, "");
}

#[test]
fn as_json() {
    let ran = place().run(&["plan", "good.pipe", "--format", "json"]).exits(0);
    assert!(ran.json().as_object().unwrap().contains_key("tasks"), "{}", ran.out);
}

#[test]
fn as_dot_that_graphviz_reads() {
    let text = place().run(&["plan", "good.pipe", "--format", "dot"]).exits(0).out;
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    assert!(lines.next().unwrap().starts_with("digraph "), "{text}");
    assert_eq!(text.trim_end().chars().last(), Some('}'));
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    for character in text.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => depth -= 1,
            _ => {}
        }
        assert!(depth >= 0, "{text}");
    }
    assert!(depth == 0 && !quoted, "{text}");
    assert!(text.contains("->"));
}

#[test]
fn as_mermaid() {
    let text = place().run(&["plan", "good.pipe", "--format", "mermaid"]).exits(0).out;
    assert!(text.starts_with("flowchart ") || text.starts_with("graph "), "{text}");
    assert!(text.contains("-->") || text.contains("-.->"), "{text}");
}

#[test]
fn a_bound_parameter_decides() {
    let place = place();
    let text = |args: &[&str]| place.run(&[&["plan", "good.pipe"], args].concat()).exits(0).out;
    assert_ne!(text(&["-p", "force=false"]), text(&["-p", "force=true"]));
    assert_eq!(text(&["--param", "force=true"]), text(&["-pforce=true"]));
    assert!(text(&["-p", "count=77", "--format=json"]).contains("77"));
}

#[test]
fn the_pipeline_is_named_where_there_are_several() {
    let place = place();
    place.run(&["plan", "two.pipe"]).exits(1).says("P0513").says("`greet`, `other`");
    place.run(&["plan", "two.pipe", "other"]).exits(0);
    place.run(&["plan", "two.pipe", "gret"]).exits(1).says("did you mean `greet`?");
}

#[test]
fn findings_go_to_standard_error() {
    let ran = place().run(&["plan", "bad.pipe"]).exits(1);
    assert_eq!(ran.out, "");
    assert!(ran.err.contains("P0204"));
    place().run(&["plan", "none.pipe"]).exits(2).says("P0701");
}

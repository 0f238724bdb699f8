//! What the command says about itself.

use super::run::Place;

#[test]
fn help_of_every_command() {
    let place = Place::new();
    for command in ["", "check", "fmt", "plan", "emit", "targets", "explain"] {
        let args: Vec<&str> = [command, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let ran = place.run(&args).exits(0);
        assert_eq!(ran.err, "");
        let name = if command.is_empty() { "help".to_owned() } else { format!("help_{command}") };
        insta::assert_snapshot!(name, ran.out);
    }
    assert!(place.run(&["--version"]).exits(0).out.starts_with("pipec 0."));
}

#[test]
fn what_it_does_not_understand_is_2() {
    let place = Place::new();
    place.run(&[]).exits(2).says("Usage: pipec <COMMAND>");
    place.run(&["chekc"]).exits(2).says("check");
    place.run(&["check", "--formt", "json"]).exits(2).says("--format");
    place.run(&["check", "--format", "xml"]).exits(2).says("full, concise, json");
    place.run(&["plan"]).exits(2).says("<FILE>");
    place.run(&["plan", "a.pipe", "--format", "svg"]).exits(2).says("text, json, dot, mermaid");
    place.run(&["explain"]).exits(2).says("<CODE>");
}

#[test]
fn targets_are_compared() {
    insta::assert_snapshot!(Place::new().run(&["targets"]).exits(0).out);
}

#[test]
fn a_code_is_explained_by_its_number_or_name() {
    let place = Place::new();
    let page = place.run(&["explain", "P0401"]).exits(0).out;
    assert!(page.starts_with("# P0401: "));
    assert_eq!(place.run(&["explain", "p0401"]).exits(0).out, page);
    assert_eq!(place.run(&["explain", "requirement-not-made"]).exits(0).out, page);
    place.run(&["explain", "P9999"]).exits(2).says("P0705").says("`pipec explain --list` shows all");
    place.run(&["explain", "requirement-not-mad"]).exits(2).says("did you mean `requirement-not-made`?");
    let list = place.run(&["explain", "--list"]).exits(0).out;
    assert_eq!(list.lines().count(), pipec::diag::code::CODES.len());
    for code in pipec::diag::code::CODES {
        assert!(list.contains(code.id()) && list.contains(code.name()));
        assert!(place.run(&["explain", code.id()]).exits(0).out.starts_with(&format!("# {}", code.id())));
    }
}

//! What the command says about itself.

use super::run::{GOOD, Place};

/// Every command, as `--help` lists them.
fn commands() -> Vec<String> {
    let help = Place::new().run(&["--help"]).exits(0).out;
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    list.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn help_of_every_command() {
    let place = Place::new();
    let commands = commands();
    assert!(commands.len() >= 9, "{commands:?}");
    for command in commands.iter().map(String::as_str).chain([""]) {
        let args: Vec<&str> = [command, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let ran = place.run(&args).exits(0);
        assert_eq!(ran.err, "");
        let name = if command.is_empty() { "help".to_owned() } else { format!("help_{command}") };
        insta::assert_snapshot!(name, ran.out);
    }
    assert!(place.run(&["--version"]).exits(0).out.starts_with("pipec 0."));
}

#[test]
fn help_has_examples_and_fits_a_screen() {
    let place = Place::new();
    for command in commands() {
        let help = place.run(&["help", &command]).exits(0).out;
        assert_eq!(help, place.run(&[&command, "--help"]).exits(0).out);
        assert!(help.contains("Example:\n  pipec") || help.contains("Examples:\n  "), "{help}");
        for args in [[&command, "-h"], [&command, "--help"]] {
            for line in place.run(&args).exits(0).out.lines() {
                assert!(line.chars().count() <= 100, "{command}: {line}");
            }
        }
    }
}

/// What an example says can be typed: it may not find its files here, but it is understood.
#[test]
fn every_example_is_understood() {
    let place = Place::new();
    let mut seen = 0;
    for command in commands() {
        let help = place.run(&[&command, "--help"]).exits(0).out;
        let examples = help.lines().skip_while(|line| !line.starts_with("Example")).skip(1);
        let examples: Vec<&str> = examples.take_while(|line| line.starts_with("  ")).collect();
        let whole = |line: &&str| ["  pipec ", "  git ", "  cd ", "  echo "].iter().any(|word| line.starts_with(word));
        assert!(examples.iter().all(whole), "a line is broken: {examples:#?}");
        for line in examples.iter().filter_map(|line| line.strip_prefix("  pipec ")) {
            let typed = line.split("  ").next().unwrap().split(['>', '|']).next().unwrap();
            let mut words: Vec<&str> = typed.split_whitespace().collect();
            if command == "serve" {
                // It would serve until it is ended.
                words.extend(["--token-file", "nowhere"]);
            }
            let ran = Place::with(&[("ci.pipe", GOOD), ("lib/a.pipe", GOOD)]).run(&words);
            assert!(!ran.err.contains("P0706"), "{line}: {}", ran.err);
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn mistakes_on_the_command_line_are_findings() {
    let place = Place::new();
    let err = |args: &[&str]| place.run(args).exits(2).err;
    let all: Vec<String> = [
        &["chekc"][..],
        &["ci.pipe"],
        &["check", "--formt", "json"],
        &["check", "--format", "xml"],
        &["plan"],
        &["plan", "a.pipe", "-p", "stable"],
        &["plan", "a.pipe", "b", "c"],
        &["emit", "--target"],
        &["emit", "-t", "shell", "--check", "a.pipe"],
        &["man", "emti"],
        &["man", "emit", "-o", "x"],
        &["completions", "bsh"],
        &["explain", "--list", "--list"],
    ]
    .iter()
    .map(|args| format!("$ pipec {}\n{}\n", args.join(" "), err(args)))
    .collect();
    insta::assert_snapshot!(all.concat());
}

#[test]
fn no_argument_drives_a_terminal() {
    let place = Place::new();
    for args in [&["\u{1b}[31m"][..], &["check", "--\u{1b}[31m"], &["check", "--format", "\u{1b}[31m\u{202e}"]] {
        assert!(!place.run(args).exits(2).err.contains('\u{202e}'));
    }
    place.run(&["plan", "x", "-p", "\u{1b}[31m"]).exits(2);
    place.run(&["man", "\u{1b}[31m"]).exits(2);
    place.run(&["new", "\u{1b}[31m"]).exits(2);
    place.run(&["doc", "std.\u{1b}[31m"]).exits(2);
}

#[test]
fn what_it_does_not_understand_is_2() {
    let place = Place::new();
    place.run(&[]).exits(2).says("Usage: pipec [OPTIONS] <COMMAND>");
    place.run(&["chekc"]).exits(2).says("check");
    place.run(&["check", "--formt", "json"]).exits(2).says("--format");
    place.run(&["check", "--format", "xml"]).exits(2).says("`full`, `concise`, `json`");
    place.run(&["plan"]).exits(2).says("<FILE>");
    place.run(&["plan", "a.pipe", "--format", "svg"]).exits(2).says("`text`, `json`, `dot`, `mermaid`");
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

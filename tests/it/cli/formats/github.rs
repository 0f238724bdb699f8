//! Workflow commands, read as the runner of GitHub reads them.

use super::many;
use crate::cli::run::{BAD, GOOD, Place};

/// A command with its properties and its message, unescaped.
pub(super) struct Command {
    pub(super) name: String,
    pub(super) properties: Vec<(String, String)>,
    pub(super) message: String,
}

/// A line as the runner takes it apart: `::name key=value,key=value::message`.
pub(super) fn read(line: &str) -> Option<Command> {
    let (head, message) = line.strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ')?;
    let pair = |pair: &str| {
        let (key, value) = pair.split_once('=')?;
        Some((key.to_owned(), data(&value.replace("%3A", ":").replace("%2C", ","))))
    };
    let properties = properties.split(',').map(pair).collect::<Option<_>>()?;
    Some(Command { name: name.to_owned(), properties, message: data(message) })
}

fn data(text: &str) -> String {
    text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
}

impl Command {
    pub(super) fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[test]
fn annotations() {
    let ran = many().run(&["check", "--format", "github"]).exits(1);
    assert_eq!(ran.err, "");
    insta::assert_snapshot!(ran.out);
    for line in ran.out.lines() {
        let command = read(line).unwrap_or_else(|| panic!("{line}"));
        assert_eq!(command.name, "error");
        assert!(many().path(command.property("file").unwrap()).is_file(), "{line}");
        assert!(command.property("line").is_some() && command.property("col").is_some());
    }
}

#[test]
fn a_place_of_many_lines_has_no_columns() {
    let text = "pipeline p() {\n    task t { image: \"a/b:1\", run: 1 +\n        2 }\n}\n";
    let place = Place::with(&[("a.pipe", text)]);
    let ran = place.run(&["check", "a.pipe", "--format", "github"]).exits(1);
    let command = read(ran.out.lines().next().unwrap()).unwrap();
    let lines: Vec<&str> = command.properties.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(lines, ["file", "line", "endLine", "title"], "{}", ran.out);
    assert_eq!((command.property("line"), command.property("endLine")), (Some("2"), Some("3")));
}

#[test]
fn what_is_in_no_file_of_the_repository_is_said_without_one() {
    let place = Place::with(&[("good.pipe", GOOD)]);
    for ran in [
        place.run(&["check", "none.pipe", "--format", "github"]),
        place.feed(&["check", "-", "--format", "github"], BAD),
    ] {
        let command = read(ran.out.trim_end()).unwrap();
        assert_eq!(command.property("file"), None, "{}", ran.out);
        assert!(command.property("title").is_some() && !command.message.is_empty());
    }
    let ran = place.feed(&["check", "-", "--format", "github"], BAD);
    assert!(read(ran.out.trim_end()).unwrap().message.starts_with("-:2:55: a task"), "{}", ran.out);
}

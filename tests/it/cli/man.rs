//! Manual pages, as the tools that show them see them.

use super::run::Place;
use crate::installed::installed;

fn pages() -> (Place, Vec<String>) {
    let place = Place::new();
    let ran = place.run(&["man", "-o", "man1"]).exits(0);
    let names = place.names("man1");
    assert_eq!(ran.out.lines().count(), names.len());
    (place, names)
}

#[test]
fn a_page_for_every_command() {
    let (place, names) = pages();
    let help = place.run(&["--help"]).exits(0).out;
    for name in &names {
        let text = place.read(&format!("man1/{name}"));
        let command = name.trim_end_matches(".1").trim_start_matches("pipec").trim_start_matches('-');
        let printed = if command.is_empty() { place.run(&["man"]) } else { place.run(&["man", command]) };
        assert_eq!(printed.exits(0).out, text, "{name}");
        assert!(help.contains(command), "{command}");
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "\"SEE ALSO\""] {
            assert!(text.contains(&format!("\n.SH {section}\n")), "{name} has no {section}");
        }
    }
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // Without `help`, and with the page of pipec itself.
    assert_eq!(names.len(), commands.count());
    insta::assert_snapshot!(place.read("man1/pipec-emit.1"));
}

#[test]
fn an_unknown_command_has_none() {
    let place = Place::new();
    place.run(&["man", "emitt"]).exits(2).says("P0706").says("did you mean `emit`?");
    place.put("file", "");
    place.run(&["man", "-o", "file"]).exits(2).says("P0703");
}

#[test]
fn groff_has_nothing_to_say_about_them() {
    if !installed(&["groff", "--version"]) {
        return;
    }
    let (place, names) = pages();
    for name in names {
        let ran = place.shell(&format!("groff -man -Tutf8 -ww -P-cbou man1/{name}")).exits(0);
        assert_eq!(ran.err, "", "{name}");
        // Section titles stand in the text as they are: no macro was taken for text.
        assert!(ran.out.contains("EXAMPLES") && !ran.out.contains(".SH") && !ran.out.contains("\\f"), "{}", ran.out);
    }
}

/// A page has no date, since the same input gives the same bytes.
#[test]
fn mandoc_misses_only_a_date() {
    if !installed(&["mandoc", "-T", "ascii", "/dev/null"]) {
        return;
    }
    let (place, names) = pages();
    for name in names {
        let ran = place.shell(&format!("mandoc -T lint -W warning man1/{name}"));
        let said: Vec<&str> = ran.out.lines().filter(|line| !line.contains("missing date")).collect();
        assert_eq!(said, Vec::<&str>::new());
        assert!(ran.out.lines().count() == 1, "{}", ran.out);
    }
}

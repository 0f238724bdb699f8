use std::path::Path;

use super::{Facts, Look};
use crate::cli::args::{Terminal, When};

const WINDOW: Facts = Facts { is_terminal: true, width: Some(80), opens_links: true };
const FILE: Facts = Facts { is_terminal: false, width: None, opens_links: false };

fn look(options: Terminal, facts: Facts, variables: &[(&str, &str)]) -> Look {
    let env = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    Look::new(options, facts, &env, Path::new("/work"))
}

fn is_colored(color: When, facts: Facts, variables: &[(&str, &str)]) -> bool {
    look(Terminal { color, ..Terminal::default() }, facts, variables).style().color
}

#[test]
fn a_terminal_has_colors_unless_somebody_does_not_want_them() {
    assert!(is_colored(When::Auto, WINDOW, &[]));
    assert!(!is_colored(When::Auto, FILE, &[]));
    for refused in [("NO_COLOR", "1"), ("CLICOLOR", "0"), ("TERM", "dumb"), ("FORCE_COLOR", "0")] {
        assert!(!is_colored(When::Auto, WINDOW, &[refused]), "{refused:?}");
    }
    for nothing in
        [("NO_COLOR", ""), ("CLICOLOR", "1"), ("TERM", "xterm"), ("CLICOLOR_FORCE", "0"), ("FORCE_COLOR", "")]
    {
        assert!(is_colored(When::Auto, WINDOW, &[nothing]), "{nothing:?}");
        assert!(!is_colored(When::Auto, FILE, &[nothing]), "{nothing:?}");
    }
}

#[test]
fn colors_can_be_forced() {
    for forced in [("FORCE_COLOR", "1"), ("FORCE_COLOR", "true"), ("CLICOLOR_FORCE", "1")] {
        assert!(is_colored(When::Auto, FILE, &[forced]), "{forced:?}");
        assert!(!is_colored(When::Auto, FILE, &[forced, ("NO_COLOR", "1")]), "{forced:?}");
        assert!(!is_colored(When::Never, WINDOW, &[forced]), "{forced:?}");
    }
    assert!(is_colored(When::Always, FILE, &[("NO_COLOR", "1"), ("TERM", "dumb")]));
}

#[test]
fn links_are_for_terminals_that_open_them() {
    let links = |hyperlinks, facts| {
        let options = Terminal { hyperlinks, ..Terminal::default() };
        look(options, facts, &[]).style().links.map(str::to_owned)
    };
    assert_eq!(links(When::Auto, WINDOW), Some("/work".to_owned()));
    assert_eq!(links(When::Auto, FILE), None);
    assert_eq!(links(When::Always, FILE), Some("/work".to_owned()));
    assert_eq!(links(When::Never, WINDOW), None);
}

#[test]
fn only_a_locale_without_other_characters_gets_ascii() {
    let unicode = |variables: &[(&str, &str)]| look(Terminal::default(), FILE, variables).style().unicode;
    assert!(unicode(&[]));
    assert!(unicode(&[("LANG", "C.UTF-8")]));
    assert!(unicode(&[("LANG", "C"), ("LC_ALL", "de_DE.UTF-8")]));
    assert!(unicode(&[("LANG", "POSIX"), ("LC_CTYPE", "en_US.UTF-8")]));
    assert!(unicode(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "")]));
    assert!(!unicode(&[("LANG", "C")]));
    assert!(!unicode(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "POSIX")]));
}

#[test]
fn the_width_is_asked_for_then_measured_then_supposed() {
    let width = |facts, variables: &[(&str, &str)]| look(Terminal::default(), facts, variables).style().width;
    assert_eq!(width(WINDOW, &[]), 80);
    assert_eq!(width(FILE, &[]), 100);
    assert_eq!(width(WINDOW, &[("COLUMNS", "40")]), 40);
    assert_eq!(width(Facts { width: Some(400), ..WINDOW }, &[]), 140);
    for nonsense in ["0", "x", "", "19", "1001", "-1"] {
        assert_eq!(width(FILE, &[("COLUMNS", nonsense)]), 100, "{nonsense}");
    }
}

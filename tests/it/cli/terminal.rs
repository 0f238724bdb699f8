//! What people see: colors, links, narrow windows, old terminals.

use pipec::diag::Diagnostic;
use pipec::diag::code::Code;
use pipec::diag::render::{self, Style};
use pipec::source::{Sources, Span};

use super::formats::TWICE;
use super::run::{BAD, Place};

/// The report on standard output, with these variables and options.
fn report(variables: &[(&str, &str)], options: &[&str]) -> String {
    let place = Place::with(&[("bad.pipe", BAD), ("twice.pipe", TWICE)]);
    let mut command = place.command();
    command.envs(variables.iter().copied()).args(["check", "-q"]).args(options);
    let out = command.output().unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert_eq!(String::from_utf8(out.stderr).unwrap(), "");
    let folder = place.path("").canonicalize().unwrap();
    String::from_utf8(out.stdout).unwrap().replace(folder.to_str().unwrap().trim_end_matches('/'), "/folder")
}

#[test]
fn a_narrow_window() {
    insta::assert_snapshot!(report(&[("COLUMNS", "40")], &[]));
}

#[test]
fn nothing_but_the_source_is_wider_than_the_window() {
    let mut sources = Sources::default();
    let file = sources.add("a.pipe", "const a: int = 1\nconst b: int = 2\n");
    let words = "a word and another one, and then some more of them, until no window is wide enough for all of them";
    let one = Diagnostic::new(Code::P0202, Span::new(file, 6, 7), words).here(words);
    let one = one.label(Span::new(file, 23, 24), words).help(words);
    for width in [40, 60, 80, 100] {
        let style = Style { width, color: false, unicode: true, links: None };
        let text = render::full(&sources, &one, style);
        let longest = text.lines().map(|line| line.chars().count()).max();
        assert!(longest <= Some(width), "{width}:\n{text}");
        let spoken: String = text.chars().map(|c| if c.is_alphanumeric() || c == ',' { c } else { ' ' }).collect();
        let spoken: Vec<&str> = spoken.split_whitespace().collect();
        assert!(spoken.join(" ").matches("no window is wide enough").count() >= 2, "{text}");
    }
    // Far to the right there is no room, and text of one letter a line helps nobody.
    let far = sources.add("far.pipe", format!("{}x\n", " ".repeat(200)));
    let one = Diagnostic::new(Code::P0202, Span::new(far, 200, 201), "far").here(words);
    let text = render::full(&sources, &one, Style { width: 40, color: false, unicode: true, links: None });
    assert!(text.contains("a word and another one,\n"), "{text}");
}

#[test]
fn a_terminal_without_other_characters() {
    let plain = report(&[("LC_ALL", "C")], &[]);
    assert!(plain.is_ascii(), "{plain}");
    insta::assert_snapshot!(plain);
    assert_eq!(report(&[("LC_ALL", ""), ("LANG", "POSIX")], &[]), plain);
    assert!(report(&[("LC_ALL", "C.UTF-8")], &[]).contains("╭─["));
}

#[test]
fn colors_where_they_are_wanted() {
    let plain = report(&[], &[]);
    assert!(!plain.contains('\u{1b}'), "no terminal: {plain:?}");
    for colored in [
        report(&[], &["--color", "always"]),
        report(&[("FORCE_COLOR", "1")], &[]),
        report(&[("CLICOLOR_FORCE", "1")], &[]),
        report(&[("NO_COLOR", "1")], &["--color=always"]),
    ] {
        assert!(colored.contains("\u{1b}[31m"), "{colored:?}");
        assert_eq!(without_escapes(&colored), plain);
    }
    for variables in [&[("FORCE_COLOR", "1"), ("NO_COLOR", "1")][..], &[("FORCE_COLOR", "0")]] {
        assert_eq!(report(variables, &[]), plain);
    }
    assert_eq!(report(&[("FORCE_COLOR", "1")], &["--color", "never"]), plain);
}

#[test]
fn machines_get_no_colors_whatever_is_forced() {
    for format in ["concise", "json", "sarif", "github", "junit"] {
        let text = report(&[("FORCE_COLOR", "1")], &["--format", format, "--color=always", "--hyperlinks=always"]);
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }
}

#[test]
fn a_link_leads_to_the_file() {
    let plain = report(&[], &[]);
    let linked = report(&[], &["--hyperlinks", "always"]);
    let link = "\u{1b}]8;;file:///folder/bad.pipe\u{1b}\\bad.pipe\u{1b}]8;;\u{1b}\\:2:55]";
    assert!(linked.contains(link), "{linked:?}");
    assert_eq!(without_escapes(&linked), plain);
    assert_eq!(report(&[("FORCE_HYPERLINK", "1")], &[]), plain, "only in a terminal");
    assert_eq!(report(&[], &["--hyperlinks", "never"]), plain);
    let place = Place::new();
    let mut command = place.command();
    let read = command.args(["check", "--hyperlinks=always", "/dev/null/none.pipe"]).output().unwrap();
    assert!(!String::from_utf8(read.stdout).unwrap().contains('\u{1b}'), "what has no place has no link");
}

/// Without colors and links.
fn without_escapes(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, escape)) = rest.split_once('\u{1b}') {
        plain += before;
        rest = match escape.strip_prefix(']') {
            Some(link) => link.split_once("\u{1b}\\").expect("a link has an end").1,
            None => escape.split_once('m').expect("a color has an end").1,
        };
    }
    plain + rest
}

/// In a real terminal, which `script` makes.
#[test]
fn a_terminal_has_colors_and_its_own_width() {
    let place = Place::with(&[("bad.pipe", BAD)]);
    let inside = "stty cols 50; env -u COLUMNS -u CI TERM=xterm-256color \"$pipec\" check bad.pipe";
    let mut command = std::process::Command::new("script");
    command.args(["-qec", inside, "/dev/null"]).current_dir(place.path("")).stdin(std::process::Stdio::null());
    command.env("pipec", env!("CARGO_BIN_EXE_pipec")).env("LC_ALL", "C.UTF-8").env("VTE_VERSION", "6000");
    for name in ["NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    let out = command.output().expect("this test needs `script` of util-linux");
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(text.contains("\u{1b}[31m") && text.contains("\u{1b}]8;;file:///"), "{text:?}");
    assert!(without_escapes(&text).contains("1 file checked, 1 error;"), "{text:?}");
}

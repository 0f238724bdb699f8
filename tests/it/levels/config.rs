//! What a `pipec.toml` says, and what is wrong with one.

use pipec::diag::code::{CODES, Code};
use pipec::query::Analysis;
use pipec::query::config::{Config, ShellCheck};
use pipec::query::levels::{Level, Lint, Wishes, lint};

use super::{PIPELINE, Project, checked, lines};

fn read(text: &str) -> Config {
    Config::read("pipec.toml", text, &Wishes::default())
}

/// Line, column, code and message of each finding.
fn wrong(text: &str) -> Vec<String> {
    let config = read(text);
    config.diagnostics.iter().map(|one| pipec::diag::report::line(&config.sources, one)).collect()
}

#[test]
fn all_that_it_can_say() {
    let config = read(
        "# ours\n[lints]\nP0254 = \"deny\"\nall = \"allow\"\nunused-allow = 'warn'\n\n[check]\nexclude = [\"vendor/**\", \"!a.pipe\"]\nshellcheck = \"never\"\n",
    );
    assert!(config.diagnostics.is_empty());
    assert_eq!(config.levels.of(Code::P0254), Level::Deny);
    assert_eq!(config.levels.of(Code::P0723), Level::Warn);
    let patterns: Vec<&str> = config.exclude.iter().map(|(pattern, _)| &**pattern).collect();
    assert_eq!(patterns, ["vendor/**", "!a.pipe"]);
    assert_eq!(config.shellcheck, ShellCheck::Never);
    let empty = read("");
    assert_eq!((empty.levels.of(Code::P0254), empty.shellcheck), (Level::Warn, ShellCheck::Auto));
    assert!(empty.exclude.is_empty() && empty.diagnostics.is_empty());
}

#[test]
fn capability_3_14_environments_name_files_beside_the_configuration() {
    let text = "[env]\nstage = \"env/stage.yaml\"\nprod = [\"a.yaml\", \"/etc/b.yaml\"]\n";
    let of = |path: &str| Config::read(path, text, &Wishes::default()).environments.list;
    let files = |list: &[&str]| list.iter().map(|file| (*file).to_owned()).collect::<Vec<_>>();
    let list = of("ci/pipec.toml");
    assert_eq!(list[0], ("stage".to_owned(), files(&["ci/env/stage.yaml"])));
    assert_eq!(list[1], ("prod".to_owned(), files(&["ci/a.yaml", "/etc/b.yaml"])));
    assert_eq!(of("pipec.toml")[0].1, files(&["env/stage.yaml"]));
    assert_eq!(wrong("[env]\nprod = {}\n")[0].split(": ").nth(1), Some("error[P0721]"));
}

#[test]
fn a_level_is_what_becomes_of_a_finding() {
    let files = [("a.pipe", &*format!("use std.cosa\n{PIPELINE}"))];
    assert_eq!(checked(&files, "[lints]\nP0254 = \"deny\"\n"), ["a.pipe:1:1: error[P0254]"]);
    assert_eq!(checked(&files, "[lints]\nP0254 = \"warn\"\n"), ["a.pipe:1:1: warning[P0254]"]);
    assert_eq!(checked(&files, "lints.unused-import = \"allow\"\n"), [""; 0]);
    assert_eq!(checked(&files, "[lints]\nall = \"deny\"\n"), ["a.pipe:1:1: error[P0254]"]);
    assert_eq!(checked(&files, "[lints]\nall = \"deny\"\nP0254 = \"allow\"\n"), [""; 0]);
}

#[test]
fn what_is_denied_has_no_plan() {
    let project = Project::new(&[("a.pipe", &format!("use std.cosa\n{PIPELINE}"))]);
    let planned = |config: &Config| {
        let mut analysis = Analysis::open_with(&project, "a.pipe", config);
        analysis.plan(&project, &pipec::query::Request::default()).is_some()
    };
    assert!(planned(&read("")));
    assert!(!planned(&read("[lints]\nall = \"deny\"\n")));
    assert!(!planned(&read("[lint]\n")), "a configuration with mistakes says nothing for sure");
}

#[test]
fn every_mistake_is_found_at_once() {
    let text = "[lints]\nP0401 = \"allow\"\nunusedimport = \"deny\"\nP0254 = \"eror\"\nunused-import = 1\n\n[check]\nexclud = []\nexclude = \"vendor\"\nshellcheck = \"aut\"\n\n[chek]\n";
    assert_eq!(
        wrong(text),
        [
            "pipec.toml:2:1: error[P0722]: `P0401` is an error, not a lint: it has no level",
            "pipec.toml:3:1: error[P0722]: there is no lint `unusedimport`",
            "pipec.toml:4:9: error[P0721]: there is no level `eror`",
            "pipec.toml:5:1: error[P0721]: `unused-import` has two levels",
            "pipec.toml:5:17: error[P0721]: `unused-import` takes a string, not an integer",
            "pipec.toml:8:1: error[P0721]: `[check]` has no key `exclud`",
            "pipec.toml:9:11: error[P0721]: `exclude` takes a list of patterns, not a string",
            "pipec.toml:10:14: error[P0721]: `shellcheck` cannot be `aut`",
            "pipec.toml:12:2: error[P0721]: the file has no key `chek`",
        ]
    );
}

#[test]
fn hints_say_what_was_meant() {
    let hint = |text: &str| {
        let config = read(text);
        let found: Vec<_> = config.diagnostics.iter().collect();
        assert_eq!(found.len(), 1, "{text}: {found:#?}");
        let fix = found[0].fixes.first().map(|fix| fix.edits[0].text.clone()).unwrap_or_default();
        (found[0].help.clone().unwrap(), fix)
    };
    let (help, fix) = hint("[lints]\nunusd-import = \"deny\"\n");
    assert!(help.starts_with("did you mean `unused-import`?"), "{help}");
    assert_eq!(fix, "unused-import");
    assert_eq!(hint("[lints]\nall = \"error\"\n").1, "\"deny\"");
    assert_eq!(hint("[lints]\nall = \"alow\"\n").1, "\"allow\"");
    assert_eq!(hint("[lint]\n").1, "lints");
    assert_eq!(hint("unused-import = \"deny\"\n").0, "the levels of lints stand under `[lints]`");
    assert_eq!(hint("[check]\nexclude = \"a\"\n").1, "[");
    assert!(hint("lints = 1\n").0.contains("`[lints]` on a line of its own"));
}

#[test]
fn what_is_no_toml_is_said_line_by_line_and_the_rest_counts() {
    let text = "[lints\nP0254 = \"deny\"\n[check]\nshellcheck = = \"never\"\nexclude = [\"a\"]\n";
    let config = read(text);
    let found = lines(&config.sources, &config.diagnostics);
    assert!(found.iter().all(|line| line.ends_with("error[P0721]")), "{found:?}");
    let at: Vec<&str> = found.iter().map(|line| line.split(':').nth(1).unwrap()).collect();
    assert!(at.contains(&"1") && at.contains(&"4"), "{found:?}");
    assert_eq!(config.exclude.len(), 1);
    for text in [
        "=",
        "\u{0}",
        "[[[[",
        "a = \"",
        "[lints]\nall = 2020-01-01\n",
        "lints = { all = { } }",
        "\"\\q\" = 1",
        "a.b.c.d = []",
    ] {
        assert!(!read(text).diagnostics.is_empty(), "{text:?}");
    }
    read(&"[".repeat(100_000));
    read(&format!("a = {}", "[".repeat(100_000)));
}

#[test]
fn the_command_line_wins_over_the_file() {
    let level = |file: &str, line: &[(&str, Level)]| {
        let mut wishes = Wishes::default();
        line.iter().for_each(|(name, level)| wishes.set(lint(name).unwrap(), *level));
        Config::read("pipec.toml", &format!("[lints]\n{file}\n"), &wishes).levels.of(Code::P0254)
    };
    let (allow, warn, deny) = (Level::Allow, Level::Warn, Level::Deny);
    assert_eq!(level("P0254 = \"deny\"", &[("unused-import", warn)]), warn);
    assert_eq!(level("P0254 = \"deny\"", &[("all", allow)]), allow);
    assert_eq!(level("P0254 = \"warn\"", &[("all", deny)]), deny);
    assert_eq!(level("P0254 = \"allow\"", &[("all", deny)]), allow, "what the project allows stays allowed");
    assert_eq!(level("P0254 = \"allow\"", &[("all", warn)]), warn);
    assert_eq!(level("P0254 = \"allow\"", &[("P0254", deny)]), deny);
    assert_eq!(level("", &[("all", allow), ("P0254", deny)]), deny);
    assert_eq!(level("", &[("P0254", deny), ("all", allow)]), deny);
    assert_eq!(level("P0723 = \"deny\"", &[("unused-allow", allow)]), warn);
}

#[test]
fn a_lint_has_two_names_and_an_error_has_no_level() {
    assert_eq!(lint("all"), Ok(Lint::All));
    for code in CODES {
        let found = [lint(code.id()), lint(code.name())];
        assert!(found.iter().all(|one| (*one == Ok(Lint::One(*code))) == code.is_lint()), "{found:?}");
    }
    assert_eq!(lint("unused-imprt").unwrap_err().near, Some("unused-import"));
    assert_eq!(lint("zzz").unwrap_err().near, None);
}

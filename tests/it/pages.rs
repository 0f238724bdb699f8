//! A code's page is its test: the refused program gives the code and nothing else, the accepted one gives nothing.

use std::io;
use std::sync::Arc;

use pipec::diag::code::{CODES, Code};
use pipec::diag::{Severity, report};
use pipec::query::config::Config;
use pipec::query::configs::{Choice, Configs};
use pipec::query::levels::Wishes;
use pipec::query::{self, Analysis, Request};
use pipec::source::{Files, Sources};
use pipec::verify::bounds::Bounds;

/// One program of a page with all that it is run with.
#[derive(Default, Debug)]
struct Case {
    program: String,
    target: Option<String>,
    /// ShellCheck reads its scripts.
    shellcheck: bool,
    params: Option<String>,
    args: Vec<(String, String)>,
    /// The `pipec.toml`.
    config: Option<String>,
    /// Files beside the program, by name.
    modules: Vec<(String, String)>,
}

#[test]
fn every_refused_program_gives_its_code_alone() {
    let mut wrong = Vec::new();
    for code in CODES.iter().filter(|code| !only_console(**code)) {
        let case = case(*code, "## Refused");
        let found = findings(&case);
        if found.is_empty() || found.iter().any(|(other, _)| other != code) {
            wrong.push(format!("{}: {found:#?}", code.id()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_accepted_program_gives_nothing() {
    let mut wrong = Vec::new();
    for code in CODES.iter().filter(|code| !only_console(**code)) {
        let found = findings(&case(*code, "## Accepted"));
        if !found.is_empty() {
            wrong.push(format!("{}: {found:#?}", code.id()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_finding_of_a_page_has_a_label_and_a_help() {
    let mut wrong = Vec::new();
    for code in CODES.iter().filter(|code| !only_console(**code)) {
        let (config, analysis) = analyse(&case(*code, "## Refused"));
        for found in config
            .diagnostics
            .iter()
            .chain(analysis.diagnostics.iter())
            .filter(|found| found.severity == Severity::Error)
        {
            let starts_lower = found.message.chars().next().is_some_and(|c| c.is_lowercase() || c == '`');
            if found.help.is_none() || !starts_lower {
                wrong.push(format!("{}: {}", code.id(), found.message));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A fix removes the finding and brings no other error.
#[test]
fn every_fix_of_a_page_mends_its_program() {
    let mut wrong = Vec::new();
    for code in CODES.iter().filter(|code| !only_console(**code)) {
        let case = case(*code, "## Refused");
        let (config, analysis) = analyse(&case);
        let before = findings(&case);
        let count = |all: &[(Code, String)], code: Code| all.iter().filter(|(other, _)| *other == code).count();
        let mut check = |found: &pipec::diag::Diagnostic, fix: &pipec::diag::Fix, mended: &Case| {
            let left = findings(mended);
            // A plan, which nobody made of the program that was refused, may show more.
            let checked = Analysis::open(mended, "page.pipe").diagnostics;
            let of = |code: Code| checked.iter().filter(|one| one.code == code).count();
            let fresh = checked.iter().any(|one| !one.code.is_lint() && of(one.code) > count(&before, one.code));
            if count(&left, found.code) >= count(&before, found.code) || fresh {
                wrong.push(format!("{}: {}\n{mended:#?}\n{left:#?}", code.id(), fix.title));
            }
        };
        for found in analysis.diagnostics.iter() {
            for fix in found.fixes.iter().filter(|fix| in_program(&analysis, fix)) {
                check(found, fix, &Case { program: applied(&case.program, fix), ..again(*code) });
            }
        }
        for found in config.diagnostics.iter() {
            for fix in &found.fixes {
                let text = applied(case.config.as_deref().unwrap_or_default(), fix);
                check(found, fix, &Case { config: Some(text), ..again(*code) });
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_page_has_its_title_and_says_something() {
    for code in CODES {
        assert!(code.page().lines().count() > 4 && !code.page().contains("to be written"), "{}", code.id());
        let title = format!("# {}: {}", code.id(), code.name().replace('-', " "));
        let first = code.page().lines().next().unwrap_or_default();
        assert_eq!(first, title);
    }
}

/// Codes that no program gives show how the command line gives them.
#[test]
fn every_page_is_written() {
    for code in CODES {
        let page = code.page();
        let has_case = page.contains("```pipe") || page.contains("```yaml");
        let shows = has_case && page.contains("## Accepted") || page.contains("```console");
        assert!(shows && page.len() > 150, "{}: {page}", code.id());
    }
}

/// A page about manifests has one under each heading, or several as documents of it.
#[test]
fn every_refused_manifest_gives_its_code_alone_and_every_accepted_one_nothing() {
    let mut wrong = Vec::new();
    for code in CODES.iter().filter(|code| code.page().contains("```yaml")) {
        let (refused, accepted) = (manifest(*code, "## Refused"), manifest(*code, "## Accepted"));
        let found_at = |(text, bounds): &(String, _)| super::verify::found_at(&[text], *bounds);
        let found = found_at(&refused);
        if found.is_empty() || found.iter().any(|one| one.code != *code || one.help.is_none() || one.labels.is_empty())
        {
            wrong.push(format!("{}: refused gives {found:#?}", code.id()));
        }
        let left = found_at(&accepted);
        if !left.is_empty() {
            wrong.push(format!("{}: accepted gives {left:#?}", code.id()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The manifest under a heading, and the bounds that stand behind the name of its language.
fn manifest(code: Code, heading: &str) -> (String, Bounds) {
    let section = code.page().split_once(heading).map(|(_, rest)| rest).unwrap_or_default();
    let block = section.split_once("```yaml").and_then(|(_, rest)| rest.split_once("```"));
    let (info, text) = block.and_then(|(block, _)| block.split_once('\n')).unwrap_or_else(|| {
        panic!("{} has a manifest under `{heading}`", code.id());
    });
    (text.to_owned(), super::verify::bounds(info))
}

/// The codes whose refused programs have a fix of their own text.
pub(crate) fn codes_with_fixes() -> Vec<Code> {
    let fixed = |code: &Code| {
        let (_, analysis) = analyse(&case(*code, "## Refused"));
        analysis.diagnostics.iter().any(|found| found.fixes.iter().any(|fix| in_program(&analysis, fix)))
    };
    CODES.iter().copied().filter(|code| !only_console(*code)).filter(fixed).collect()
}

fn again(code: Code) -> Case {
    case(code, "## Refused")
}

/// Codes of the command line, which no program gives.
pub(crate) fn only_console(code: Code) -> bool {
    !code.page().contains("```pipe")
}

fn in_program(analysis: &Analysis, fix: &pipec::diag::Fix) -> bool {
    fix.edits.iter().all(|edit| analysis.sources.get(edit.span.file).name == "page.pipe")
}

fn applied(program: &str, fix: &pipec::diag::Fix) -> String {
    let mut edits = fix.edits.clone();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut text = program.to_owned();
    for edit in edits {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    text
}

fn findings(case: &Case) -> Vec<(Code, String)> {
    let (config, analysis) = analyse(case);
    let line = |sources: &Sources, found: &pipec::diag::Diagnostic| {
        let help = found.help.clone().unwrap_or_default();
        (found.code, format!("{} ({help})", report::line(sources, found)))
    };
    let settings = config.diagnostics.iter().map(|found| line(&config.sources, found));
    settings.chain(analysis.diagnostics.iter().map(|found| line(&analysis.sources, found))).collect()
}

fn analyse(case: &Case) -> (Arc<Config>, Analysis) {
    let config = Configs::new(Choice::Nearest, Wishes::default()).of(case, "page.pipe");
    let analysis = planned(case, Analysis::open_with(case, "page.pipe", &config));
    (config, analysis)
}

fn planned(case: &Case, mut analysis: Analysis) -> Analysis {
    if case.shellcheck {
        super::shellcheck::hear(&mut analysis);
    }
    if analysis.diagnostics.has_errors() || !case.program.contains("pipeline ") {
        return analysis;
    }
    let files = case.params.iter().map(|_| "params.yaml".to_owned()).collect();
    let request = Request { pipeline: None, values: case.args.clone(), files, ..Request::default() };
    let plan = analysis.plan(case, &request);
    if let (Some(plan), Some(target)) = (plan, &case.target) {
        let target = query::target(target).expect("a page names a target that exists");
        analysis.emit_in(case, &plan, target);
    }
    analysis
}

impl Files for Case {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let text = match path {
            "page.pipe" => Some(&self.program),
            "params.yaml" => self.params.as_ref(),
            "pipec.toml" => self.config.as_ref(),
            other => self.modules.iter().find(|(name, _)| name == other).map(|(_, text)| text),
        };
        text.map(|text| text.clone().into_bytes()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// The blocks under a heading, until the next one.
fn case(code: Code, heading: &str) -> Case {
    let page = code.page();
    let (_, rest) = page.split_once(heading).unwrap_or_else(|| panic!("{} has no `{heading}`", code.id()));
    let section = rest.split("\n## ").next().unwrap_or_default();
    let mut case = Case::default();
    let mut lines = section.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        enter(&mut case, info, body.join("\n") + "\n");
    }
    assert!(!case.program.is_empty(), "{} has a program under `{heading}`", code.id());
    case
}

fn enter(case: &mut Case, info: &str, body: String) {
    let mut words = info.split_whitespace();
    match (words.next(), words.next()) {
        (Some("pipe"), Some(name)) if name.ends_with(".pipe") => case.modules.push((name.to_owned(), body)),
        (Some("pipe"), Some("shellcheck")) => {
            case.program = body;
            case.shellcheck = true;
        }
        (Some("pipe"), target) => {
            case.program = body;
            case.target = target.map(str::to_owned);
        }
        (Some("toml"), _) => case.config = Some(body),
        (Some("json"), _) => case.modules.push(("pipec.lock".to_owned(), body)),
        (Some("params"), _) => case.params = Some(body),
        (Some("args"), _) => {
            let pair = |line: &str| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
            case.args = body.lines().filter_map(pair).collect();
        }
        (other, _) => panic!("a page has a block of an unknown kind: {other:?}"),
    }
}

//! How settled each part of the engine is that is emitted, and since when it is there.
//!
//! From the commits of tektoncd/pipeline that brought or promoted it. What is not in the table is stable since v0.56.

use std::fmt;

use super::condition;
use super::inputs::Way;
use super::lower::{Lowered, Unit};
use super::options::Options;
use super::options::binding::Source;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::outside::Location;
use crate::source::Span;

/// How settled a part is; each takes those before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Level {
    Stable,
    Beta,
    Alpha,
}

impl Level {
    /// A case of the enum in `options.pipe`.
    pub(super) fn named(case: &str) -> Self {
        match case {
            "stable" => Self::Stable,
            "alpha" => Self::Alpha,
            _ => Self::Beta,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Beta => "beta",
            Self::Alpha => "alpha",
        }
    }
}

/// `0.62`
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Version {
    major: u32,
    minor: u32,
}

impl Version {
    /// All that is emitted without being asked for is there since then.
    pub(super) const OLDEST: Self = Self::new(0, 56);

    const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }

    /// `0.62`, `1.4`: no `v`, no third number, none before the oldest.
    fn read(text: &str) -> Option<Self> {
        let (major, minor) = text.split_once('.')?;
        let number = |text: &str| {
            let plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
            text.parse().ok().filter(|_| plain)
        };
        Some(Self::new(number(major)?, number(minor)?)).filter(|version| *version >= Self::OLDEST && version.major < 2)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// A part of the engine that not every installation has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Construct {
    Resolver,
    HttpResolver,
    Matrix,
    TaskResources,
    ProjectedWorkspace,
    CsiWorkspace,
    StepSpecs,
    SidecarSpecs,
    TaskOnError,
    RunTimeout,
    Cel,
    ParamEnum,
    StepAction,
    Artifacts,
}

/// What is known of a construct.
#[derive(Debug)]
struct Row {
    construct: Construct,
    /// In words, behind "needs".
    what: &'static str,
    level: Level,
    /// From here on it is stable.
    settled: Option<Version>,
    since: Version,
    /// The key and the value in the ConfigMap `feature-flags` without which it is refused.
    flag: Option<(&'static str, &'static str)>,
}

const fn row(construct: Construct, what: &'static str, level: Level, since: (u32, u32)) -> Row {
    Row { construct, what, level, settled: None, since: Version::new(since.0, since.1), flag: None }
}

const fn alpha(construct: Construct, what: &'static str, since: (u32, u32), flag: &'static str) -> Row {
    Row { flag: Some((flag, "true")), ..row(construct, what, Level::Alpha, since) }
}

const fn settled(row: Row, at: (u32, u32)) -> Row {
    Row { settled: Some(Version::new(at.0, at.1)), ..row }
}

const TABLE: &[Row] = &[
    row(Construct::Resolver, "a remote resolver", Level::Beta, (0, 41)),
    row(Construct::HttpResolver, "the `http` resolver", Level::Beta, (0, 54)),
    row(Construct::Matrix, "a `matrix`", Level::Beta, (0, 53)),
    row(Construct::TaskResources, "resources of a whole task", Level::Beta, (0, 53)),
    settled(row(Construct::ProjectedWorkspace, "a `projected` workspace", Level::Beta, (0, 41)), (1, 9)),
    settled(row(Construct::CsiWorkspace, "a `csi` workspace", Level::Beta, (0, 41)), (1, 9)),
    row(Construct::StepSpecs, "resources of a step of another's task", Level::Beta, (0, 62)),
    row(Construct::SidecarSpecs, "resources of a sidecar of another's task", Level::Beta, (0, 62)),
    row(Construct::TaskOnError, "`onError` of a pipeline task", Level::Beta, (0, 62)),
    row(Construct::RunTimeout, "a timeout in `taskRunSpecs`", Level::Stable, (1, 4)),
    row(Construct::StepAction, "a StepAction", Level::Stable, (1, 0)),
    alpha(Construct::Cel, "a condition in CEL", (0, 53), "enable-cel-in-whenexpression"),
    alpha(Construct::ParamEnum, "an `enum` of a parameter", (0, 54), "enable-param-enum"),
    alpha(Construct::Artifacts, "what tells of artifacts", (0, 58), "enable-artifacts"),
];

impl Construct {
    fn row(self) -> &'static Row {
        TABLE.iter().find(|row| row.construct == self).expect("the table has a row for each, by a test")
    }
}

/// A construct, and the place in the program that asks for it.
#[derive(Clone, Copy, Debug)]
struct Use {
    construct: Construct,
    span: Span,
}

/// The oldest version that has all that the program needs.
pub(super) fn least_version(lowered: &Lowered<'_>) -> Version {
    let stable = lowered.options.level == Level::Stable;
    let since = |one: Use| {
        let row = one.construct.row();
        if stable { row.settled.unwrap_or(row.since) } else { row.since }
    };
    uses(lowered).into_iter().map(since).max().unwrap_or(Version::OLDEST).max(Version::OLDEST)
}

/// What has to be set in the ConfigMap `feature-flags`, sorted.
pub(super) fn flags(lowered: &Lowered<'_>) -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<_> = uses(lowered).into_iter().filter_map(|one| one.construct.row().flag).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What was asked for is too new or not settled enough, and what has to be set for it.
pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let options = &lowered.options;
    let wanted = options.min_version.as_deref().map(|text| (text, Version::read(text)));
    if let Some((text, None)) = wanted {
        return out.push(no_version(options.place("min_version"), text));
    }
    let wanted = wanted.and_then(|(_, version)| version);
    for one in uses(lowered) {
        let row = one.construct.row();
        let is_settled = row.settled.is_some_and(|at| wanted.is_none_or(|wanted| wanted >= at));
        if let Some(wanted) = wanted.filter(|wanted| *wanted < row.since) {
            out.push(too_new(row, one.span, wanted, options));
        } else if !is_settled && row.level > options.level {
            out.push(not_settled(row, one.span, options));
        }
    }
    for (name, asked) in [("cel", options.cel), ("enums", options.enums), ("artifacts", options.artifacts)] {
        if let Some(span) = options.place(name).filter(|_| asked && options.level != Level::Alpha) {
            out.push(not_asked(span, name, options));
        }
    }
    let flags = flags(lowered);
    if !flags.is_empty() {
        out.push(to_be_set(options.place("level"), &flags));
    }
}

fn uses(lowered: &Lowered<'_>) -> Vec<Use> {
    let mut all = Vec::new();
    lowered.tasks.iter().chain(&lowered.finally).for_each(|unit| of_unit(lowered, unit, &mut all));
    for binding in &lowered.options.bindings {
        let construct = match binding.sources.first() {
            Some(Source::Projected(_)) => Construct::ProjectedWorkspace,
            Some(Source::Csi(..)) => Construct::CsiWorkspace,
            Some(
                Source::Claim(_)
                | Source::Template(..)
                | Source::EmptyDir(..)
                | Source::Secret(_)
                | Source::ConfigMap(_),
            )
            | None => continue,
        };
        let span = lowered.options.place(&format!("bindings/{}", binding.name)).unwrap_or(lowered.plan.span);
        all.push(Use { construct, span });
    }
    if lowered.has_enums() {
        let span = lowered.options.place("enums").unwrap_or(lowered.plan.span);
        all.push(Use { construct: Construct::ParamEnum, span });
    }
    if !lowered.told.is_empty() {
        let span = lowered.options.place("artifacts").unwrap_or(lowered.plan.span);
        all.push(Use { construct: Construct::Artifacts, span });
    }
    all
}

fn of_unit(lowered: &Lowered<'_>, unit: &Unit<'_>, all: &mut Vec<Use>) {
    let mut needs = |construct, span| all.push(Use { construct, span });
    for used in unit.steps.iter().filter_map(|step| step.used.as_ref()) {
        needs(Construct::StepAction, used.source.span);
        match used.source.location {
            Location::Http { .. } => needs(Construct::HttpResolver, used.source.span),
            Location::Cluster { namespace: None, .. } => {}
            Location::Bundle { .. }
            | Location::Git { .. }
            | Location::Forge { .. }
            | Location::Hub { .. }
            | Location::Cluster { .. } => needs(Construct::Resolver, used.source.span),
        }
    }
    if let Some(found) = &unit.found {
        match found.source.location {
            Location::Http { .. } => needs(Construct::HttpResolver, found.source.span),
            // A name alone is found without one.
            Location::Cluster { namespace: None, .. } => {}
            Location::Bundle { .. }
            | Location::Git { .. }
            | Location::Forge { .. }
            | Location::Hub { .. }
            | Location::Cluster { .. } => needs(Construct::Resolver, found.source.span),
        }
    }
    if unit.inputs.given.iter().any(|given| given.way == Way::Each) {
        needs(Construct::Matrix, unit.span);
    }
    if unit.found.as_ref().is_some_and(|found| !found.turns.is_empty()) {
        needs(Construct::Matrix, lowered.options.place("matrix").unwrap_or(unit.span));
    }
    if unit.goes_on {
        needs(Construct::TaskOnError, unit.span);
    }
    if unit.when.iter().any(condition::is_cel) {
        needs(Construct::Cel, unit.span);
    }
    let said = lowered.options.task(unit.id);
    if unit.found.is_some() && !unit.resources.is_empty() && said.is_none_or(|said| said.resources.is_none()) {
        needs(Construct::TaskResources, unit.span);
    }
    let Some(said) = said else { return };
    let place = |field| lowered.options.task_place(lowered.plan, unit.id, field).unwrap_or(unit.span);
    if said.resources.is_some() {
        needs(Construct::TaskResources, place("resources"));
    }
    if said.timeout.is_some() {
        needs(Construct::RunTimeout, place("timeout"));
    }
    if unit.found.is_some() && !said.steps.is_empty() {
        needs(Construct::StepSpecs, place("steps"));
    }
    if unit.found.is_some() && !said.sidecars.is_empty() {
        needs(Construct::SidecarSpecs, place("sidecars"));
    }
}

/// At its place in the program, where it has one.
fn found(code: Code, span: Option<Span>, message: String, here: &str) -> Diagnostic {
    match span {
        Some(span) => Diagnostic::new(code, span, message).here(here),
        None => Diagnostic::global(code, message),
    }
}

/// How an option gets another value: where it was said.
fn write(options: &Options, option: &str, value: &str, quoted: &str) -> String {
    if options.is_given(option) {
        format!("give `--{} {value}`", option.replace('_', "-"))
    } else {
        format!("write `{option}: {quoted}`")
    }
}

fn no_version(span: Option<Span>, text: &str) -> Diagnostic {
    let option = if span.is_some() { "min_version" } else { "--min-version" };
    found(Code::P0608, span, format!("`{text}` is no version that `{option}` can be"), "not a version").help(format!(
        "write two numbers, as `0.62` or `1.4`, and {} at the least: what is emitted needs that",
        Version::OLDEST
    ))
}

fn too_new(row: &Row, span: Span, wanted: Version, options: &Options) -> Diagnostic {
    let who = if options.is_given("min_version") { "`--min-version`" } else { "the program" };
    let message = format!("{} needs Tekton {} or newer, and {who} says that it runs on {wanted}", row.what, row.since);
    let said = options.place("min_version");
    let finding = Diagnostic::new(Code::P0611, span, message).here("asks for it");
    let finding = said.iter().fold(finding, |finding, said| finding.label(*said, "the oldest that has to do"));
    let (since, quoted) = (row.since.to_string(), format!("\"{}\"", row.since));
    let raise = write(options, "min_version", &since, &quoted);
    let help = format!("{raise} when every cluster has that, or leave this out");
    match said {
        Some(said) => finding.help(help).fix(format!("raise it to {since}"), said, quoted),
        None => finding.help(help),
    }
}

fn not_settled(row: &Row, span: Span, options: &Options) -> Diagnostic {
    let allowed = options.level.word();
    let who = if options.is_given("level") { "`--level` allows" } else { "the program may use" };
    let message = format!("{} is {} in Tekton, and {who} what is {allowed}", row.what, row.level.word());
    let finding = Diagnostic::new(Code::P0612, span, message).here("asks for it");
    let said = options.place("level");
    let finding = said.iter().fold(finding, |finding, said| finding.label(*said, "says what may be used"));
    let settled = row.settled.map(|at| (at.to_string(), format!("\"{at}\"")));
    let settled = settled.map(|(at, quoted)| write(options, "min_version", &at, &quoted));
    let settled = settled.map(|write| format!(", or {write}, since when it is stable")).unwrap_or_default();
    let why = match row.level {
        Level::Alpha => "it may change or vanish, and a cluster takes it only when told to",
        Level::Beta | Level::Stable => "a default installation takes it, one that allows only stable fields does not",
    };
    let allow = write(options, "level", row.level.word(), &format!(".{}", row.level.word()));
    finding.help(format!("{allow}{settled}; {why}"))
}

fn not_asked(span: Span, option: &str, options: &Options) -> Diagnostic {
    let (who, allow) = if options.is_given("level") {
        ("`--level` does not allow", "give `--level alpha`")
    } else {
        ("the program does not ask for", "write `level: .alpha` beside it")
    };
    let without = match option {
        "artifacts" => "nothing else tells the cluster what tasks made",
        _ => "the same is done without it",
    };
    Diagnostic::new(Code::P0612, span, format!("`{option}` is alpha in Tekton, and {who} that"))
        .here("alpha")
        .help(format!("{allow}, and set in the cluster what `pipec emit` then says; or leave it out: {without}"))
}

fn to_be_set(span: Option<Span>, flags: &[(&str, &str)]) -> Diagnostic {
    let texts: Vec<String> = flags.iter().map(|(key, value)| format!("`{key}: \"{value}\"`")).collect();
    let patch: Vec<String> = flags.iter().map(|(key, value)| format!("\"{key}\":\"{value}\"")).collect();
    let message = format!("the cluster needs {} in its feature flags", texts.join(" and "));
    found(Code::P0613, span, message, "alpha, as asked for").help(format!(
        "run once: kubectl patch configmap feature-flags -n tekton-pipelines -p '{{\"data\":{{{}}}}}'; else the cluster refuses the pipeline",
        patch.join(",")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_construct_has_one_row() {
        let all = [
            Construct::Resolver,
            Construct::HttpResolver,
            Construct::Matrix,
            Construct::TaskResources,
            Construct::ProjectedWorkspace,
            Construct::CsiWorkspace,
            Construct::StepSpecs,
            Construct::SidecarSpecs,
            Construct::TaskOnError,
            Construct::RunTimeout,
            Construct::Cel,
            Construct::ParamEnum,
            Construct::StepAction,
            Construct::Artifacts,
        ];
        assert_eq!(TABLE.len(), all.len());
        for construct in all {
            let row = construct.row();
            assert_eq!(row.level == Level::Alpha, row.flag.is_some(), "{row:?}");
            assert!(row.settled.is_none_or(|settled| settled > row.since), "{row:?}");
        }
    }

    #[test]
    fn a_version_has_two_numbers() {
        for (text, version) in [("0.56", (0, 56)), ("0.100", (0, 100)), ("1.0", (1, 0)), ("1.15", (1, 15))] {
            assert_eq!(Version::read(text), Some(Version::new(version.0, version.1)), "{text}");
            assert_eq!(Version::new(version.0, version.1).to_string(), text);
        }
        for text in
            ["", "1", "0.55", "v0.56", "0.56.1", "0.056", "1.", "1.x", "2.0", "-1.5", "1.+2", " 1.2", "99999999999.1"]
        {
            assert_eq!(Version::read(text), None, "{text}");
        }
        assert!(Version::new(0, 100) < Version::new(1, 0));
    }
}

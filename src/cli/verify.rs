//! `pipec verify`: manifests that other tools or people wrote.

use std::path::Path;

use ignore::WalkBuilder;

use super::args::{Format, Verify};
use super::machine::{Disk, Machine};
use super::report::{self, To};
use super::{Exit, check, project};
use crate::diag::code::Code;
use crate::diag::report::Run;
use crate::diag::{Diagnostic, Severity};
use crate::query::verify::{Cluster, Verified};
use crate::source::Sources;

pub(super) fn run(args: &Verify, machine: &mut Machine) -> Exit {
    let (paths, mut failures) = find(&args.paths);
    let configs = project::configs(&args.project);
    let cluster = Cluster::default().level(&args.level);
    let cluster = args.min_version.as_deref().and_then(|text| cluster.min_version(text)).unwrap_or(cluster);
    let verified = Verified::open(&Disk, &paths, cluster, &configs);
    let configs = configs.all();
    if failures.is_empty() && verified.seen.manifests == 0 && verified.diagnostics.is_empty() {
        failures.push(nothing(&args.paths));
    }
    let nowhere = Sources::default();
    let settings = configs.iter().flat_map(|config| config.diagnostics.iter().map(|found| (&config.sources, found)));
    let found = verified.diagnostics.iter().map(|found| (&verified.sources, found));
    let findings = failures.iter().map(|found| (&nowhere, found)).chain(settings).chain(found).collect();
    let run = Run { files: verified.files.iter().map(String::as_str).collect(), findings };
    report::write(args.format, &run, To::Out, machine);
    if args.format == Format::Full {
        machine.remark(&summary(&verified, &run));
    }
    run.findings.iter().map(|(_, found)| check::exit_of(found)).max().unwrap_or(Exit::Clean)
}

fn summary(verified: &Verified, run: &Run<'_>) -> String {
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let errors = run.findings.iter().filter(|(_, found)| found.severity == Severity::Error).count();
    let warnings = run.findings.len() - errors;
    let verdict = match (errors, warnings) {
        (0, 0) => "nothing found".to_owned(),
        (_, 0) => count(errors, "error"),
        (_, _) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    };
    let hint = if errors > 0 { "; `pipec explain CODE` says more" } else { "" };
    let passed = match verified.seen.others {
        0 => String::new(),
        others => format!("; {} of other kinds passed over", count(others, "document")),
    };
    format!(
        "{} in {} verified, {verdict}{passed}{hint}\n",
        count(verified.seen.manifests, "manifest"),
        count(verified.files.len(), "file")
    )
}

/// The YAML files below the paths, sorted, and what cannot be read among them. Folders such as `.tekton` count.
fn find(paths: &[String]) -> (Vec<String>, Vec<Diagnostic>) {
    let (mut files, mut failures) = (Vec::new(), Vec::new());
    for path in paths {
        if !Path::new(path).is_dir() {
            files.push(path.clone());
            continue;
        }
        let walk = WalkBuilder::new(path).hidden(false).filter_entry(|entry| entry.file_name() != ".git").build();
        for entry in walk {
            match entry {
                Ok(entry) => files.extend(manifest(entry.path())),
                Err(error) => failures.push(unreadable(&error)),
            }
        }
    }
    files.sort();
    files.dedup();
    if files.is_empty() && failures.is_empty() {
        failures.push(nothing(paths));
    }
    (files, failures)
}

fn manifest(path: &Path) -> Option<String> {
    let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    let shown = path.strip_prefix("./").unwrap_or(path);
    (is_yaml && !path.is_dir()).then(|| shown.to_string_lossy().into_owned())
}

fn unreadable(error: &ignore::Error) -> Diagnostic {
    Diagnostic::global(Code::P0701, format!("a folder cannot be read: {error}"))
        .help("check its permissions, or name the files to verify")
}

fn nothing(paths: &[String]) -> Diagnostic {
    let shown: Vec<&str> = paths.iter().map(|path| if path == "-" { "standard input" } else { path }).collect();
    Diagnostic::global(Code::P0702, format!("no manifest of Tekton or of OpenShift builds in {}", shown.join(", ")))
        .help("name files or folders with YAML whose `apiVersion` is `tekton.dev/v1` or `build.openshift.io/v1`")
}

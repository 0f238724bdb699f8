//! `pipec emit`: the files of a target, to standard output, to a folder, or compared with one.

use std::mem::ManuallyDrop;
use std::path::Path;

use similar::TextDiff;

use super::args::{Emit, Format, Over, Report};
use super::machine::{self, Disk, Machine};
use super::{Exit, check, show};
use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::emit::{Bundle, OutFile, Target};
use crate::query::{self, given::Given};
use crate::source::Files;

pub(super) fn run(args: &Emit, machine: &mut Machine) -> Exit {
    // The process ends soon: to take a large program and its plan apart costs a fifth of making them.
    let (config, analysis) = show::open(&args.wanted);
    let mut analysis = ManuallyDrop::new(analysis);
    let bundle = match wanted(args) {
        Ok((target, given)) => {
            let plan = analysis.plan(&Disk, &show::request(&args.wanted, "emit"));
            let plan = plan.map(|plan| ManuallyDrop::new(given.over(plan)));
            plan.and_then(|plan| analysis.emit_in(&Disk, &plan, target))
        }
        Err(found) => {
            show::all_findings(&config, &analysis, &[found], args.report, machine);
            return Exit::Failed;
        }
    };
    let Some(bundle) = bundle.map(ManuallyDrop::new) else {
        return show::findings(&config, &analysis, args.report, machine).max(Exit::Findings);
    };
    let found = deliver(args, &bundle, machine).err();
    show::all_findings(&config, &analysis, found.as_slice(), args.report, machine);
    found.as_ref().map_or(Exit::Clean, check::exit_of)
}

/// The target, and what the command says of its options.
fn wanted(args: &Emit) -> Result<(&'static dyn Target, Given), Diagnostic> {
    let target = query::target(&args.target)?;
    let Over { level, min_version } = &args.over;
    let flags = [("level", level), ("min_version", min_version)];
    let flags: Vec<_> = flags.iter().filter_map(|(name, text)| Some((*name, text.as_deref()?))).collect();
    Ok((target, Given::read(target, &flags)?))
}

fn deliver(args: &Emit, bundle: &Bundle, machine: &mut Machine) -> Result<(), Diagnostic> {
    match &args.out {
        None => print(bundle, args.report, machine),
        Some(folder) if args.check || args.diff => compare(&bundle.files, folder, args.check, machine)?,
        Some(folder) => write(bundle, folder, machine)?,
    }
    Ok(())
}

/// Manifests as one stream of documents; what is no manifest only where it stands alone.
fn print(bundle: &Bundle, report: Report, machine: &mut Machine) {
    if let [only] = bundle.files.as_slice() {
        return machine.print(&only.text);
    }
    let (manifests, others): (Vec<&OutFile>, Vec<&OutFile>) =
        bundle.files.iter().partition(|file| file.path.ends_with(".yaml"));
    let between = std::iter::once("").chain(std::iter::repeat("---\n"));
    machine.print_all(between.zip(&manifests).flat_map(|(before, file)| [before, &file.text]));
    // A machine that reads findings reads nothing else there.
    if !others.is_empty() && report.message_format == Format::Full {
        let names: Vec<&str> = others.iter().map(|file| file.path.as_str()).collect();
        machine.remark(&format!("note: only with `-o DIR`: {}\n", names.join(", ")));
    }
}

fn write(bundle: &Bundle, folder: &str, machine: &mut Machine) -> Result<(), Diagnostic> {
    for file in &bundle.files {
        let path = Path::new(folder).join(&file.path);
        machine::write(&path, &file.text, file.executable)?;
        machine.list(&format!("{}\n", path.display()));
    }
    Ok(())
}

/// With `check`, what is out of date is a finding.
pub(super) fn compare(files: &[OutFile], folder: &str, check: bool, machine: &mut Machine) -> Result<(), Diagnostic> {
    let stale: Vec<(String, String)> = files.iter().filter_map(|file| stale(file, folder)).collect();
    for (_, diff) in &stale {
        machine.print(diff);
    }
    if !check || stale.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = stale.iter().map(|(path, _)| path.as_str()).collect();
    Err(Diagnostic::global(Code::P0704, format!("out of date: {}", names.join(", ")))
        .help("run it again without `--check`, and commit what was written"))
}

/// The path and the difference, when the file on disk is not the one that would be written.
fn stale(file: &OutFile, folder: &str) -> Option<(String, String)> {
    let path = Path::new(folder).join(&file.path).to_string_lossy().into_owned();
    let found = Disk.read(&path);
    let old = found.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    if found.is_ok() && old == file.text {
        return None;
    }
    let before = if found.is_ok() { path.as_str() } else { "/dev/null" };
    let diff = TextDiff::from_lines(old.as_ref(), &file.text).unified_diff().header(before, &path).to_string();
    Some((path, diff))
}

//! `pipec emit`: the files of a target, to standard output, to a folder, or compared with one.

use std::mem::ManuallyDrop;
use std::path::Path;

use similar::TextDiff;

use super::args::{Emit, Format, Over};
use super::machine::{self, Disk, Machine};
use super::{Exit, check, show};
use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::emit::{OutFile, Target};
use crate::query::{self, given::Given};
use crate::source::Files;

pub(super) fn run(args: &Emit, machine: &mut Machine) -> Exit {
    // The process ends soon: to take a large program and its plan apart costs a fifth of making them.
    let (config, analysis) = show::open(&args.wanted);
    let mut analysis = ManuallyDrop::new(analysis);
    let (target, given) = match wanted(args) {
        Ok(wanted) => wanted,
        Err(found) => {
            show::all_findings(&config, &analysis, &[found], args.report, machine);
            return Exit::Failed;
        }
    };
    let plan = analysis.plan(&Disk, &show::request(&args.wanted, "emit"));
    let plan = plan.map(|plan| ManuallyDrop::new(given.over(plan)));
    analysis.forget_program();
    if let Some(plan) = &plan {
        show::tell_left_out(query::run::left_out(plan), args.report, machine);
    }
    let mut delivery = Delivery::new(args, machine);
    if !plan.is_some_and(|plan| analysis.emit_to(&Disk, &plan, target, &mut |file| delivery.take(file))) {
        return show::findings(&config, &analysis, args.report, machine).max(Exit::Findings);
    }
    let found = delivery.end().err();
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

/// Where the files go, each as soon as it is made.
struct Delivery<'a> {
    args: &'a Emit,
    machine: &'a mut Machine,
    /// Of standard output: the file that may be the only one.
    first: Option<OutFile>,
    several: bool,
    has_document: bool,
    /// What is no manifest stands alone on standard output, or not at all.
    others: Vec<String>,
    /// What is still to be written to standard output.
    text: String,
    stale: Vec<String>,
    /// What went wrong: nothing more is written then.
    failed: Option<Diagnostic>,
}

/// Standard output is written in pieces of this length.
const PIECE: usize = 1 << 16;

impl<'a> Delivery<'a> {
    fn new(args: &'a Emit, machine: &'a mut Machine) -> Self {
        Self {
            args,
            machine,
            first: None,
            several: false,
            has_document: false,
            others: Vec::new(),
            text: String::new(),
            stale: Vec::new(),
            failed: None,
        }
    }

    fn take(&mut self, file: OutFile) {
        match &self.args.out {
            None => self.show(file),
            Some(folder) if self.args.check || self.args.diff => {
                if let Some((path, diff)) = stale(&file, folder) {
                    self.stale.push(path);
                    self.print(&diff);
                }
            }
            Some(_) if self.failed.is_some() => {}
            Some(folder) => {
                let path = Path::new(folder).join(&file.path);
                match machine::write(&path, &file.text, file.executable) {
                    Ok(()) => self.list(&path),
                    Err(found) => self.failed = Some(found),
                }
            }
        }
    }

    /// Manifests as one stream of documents; what is no manifest only where it stands alone.
    fn show(&mut self, file: OutFile) {
        if self.first.is_none() && !self.several {
            self.first = Some(file);
            return;
        }
        self.several = true;
        let first = self.first.take();
        first.into_iter().chain([file]).for_each(|file| self.document(file));
    }

    fn document(&mut self, file: OutFile) {
        if !file.path.ends_with(".yaml") {
            return self.others.push(file.path);
        }
        if std::mem::replace(&mut self.has_document, true) {
            self.print("---\n");
        }
        self.print(&file.text);
    }

    fn list(&mut self, path: &Path) {
        if !self.machine.is_quiet() {
            self.print(&format!("{}\n", path.display()));
        }
    }

    fn print(&mut self, text: &str) {
        self.text.push_str(text);
        if self.text.len() >= PIECE {
            self.flush();
        }
    }

    fn flush(&mut self) {
        // Who went away does not come back, and a full disk is complained of once.
        if self.machine.is_read() {
            self.machine.print(&self.text);
        }
        self.text.clear();
    }

    fn end(mut self) -> Result<(), Diagnostic> {
        if let Some(only) = self.first.take() {
            self.print(&only.text);
        }
        self.flush();
        // A machine that reads findings reads nothing else there.
        if !self.others.is_empty() && self.args.report.message_format == Format::Full {
            self.machine.remark(&format!("note: only with `-o DIR`: {}\n", self.others.join(", ")));
        }
        match self.failed {
            Some(found) => Err(found),
            None if self.args.check => up_to_date(&self.stale),
            None => Ok(()),
        }
    }
}

/// With `check`, what is out of date is a finding.
pub(super) fn compare(files: &[OutFile], folder: &str, check: bool, machine: &mut Machine) -> Result<(), Diagnostic> {
    let stale: Vec<(String, String)> = files.iter().filter_map(|file| stale(file, folder)).collect();
    for (_, diff) in &stale {
        machine.print(diff);
    }
    let paths: Vec<String> = stale.into_iter().map(|(path, _)| path).collect();
    if check { up_to_date(&paths) } else { Ok(()) }
}

fn up_to_date(stale: &[String]) -> Result<(), Diagnostic> {
    if stale.is_empty() {
        return Ok(());
    }
    Err(Diagnostic::global(Code::P0704, format!("out of date: {}", stale.join(", ")))
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

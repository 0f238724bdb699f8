//! `pipec fmt`: programs in the one layout.

use std::path::Path;
use std::sync::Arc;

use similar::TextDiff;

use super::args::Fmt;
use super::machine::{self, Disk, Machine};
use super::project::{self, Excluded};
use super::report::{self as findings, To};
use super::{Exit, check, files};
use crate::diag::Diagnostic;
use crate::query::layout::Layout;
use crate::source::Sources;

pub(super) fn run(args: &Fmt, machine: &mut Machine) -> Exit {
    let configs = Arc::new(project::settings(&args.settings));
    let (files, failures) = files::find(&args.paths, &Arc::new(Excluded::new(Arc::clone(&configs))));
    let layouts = files::in_parallel(&files, |path| Layout::open(&Disk, path));
    let mut report = Report { machine, exit: Exit::Clean, shown: 0 };
    let nowhere = Sources::default();
    failures.iter().for_each(|found| report.finding(&nowhere, found));
    for config in configs.all() {
        config.diagnostics.iter().for_each(|found| report.finding(&config.sources, found));
    }
    for (path, layout) in files.iter().zip(&layouts) {
        layout.diagnostics.iter().for_each(|found| report.finding(&layout.sources, found));
        report.layout(args, path, layout);
    }
    let Report { exit, shown, .. } = report;
    machine.remark(&findings::rest(shown));
    // The process ends behind this, and gives back all of it at once.
    std::mem::forget(layouts);
    exit
}

/// What has been said so far.
struct Report<'m> {
    machine: &'m mut Machine,
    exit: Exit,
    shown: usize,
}

impl Report<'_> {
    fn finding(&mut self, sources: &Sources, found: &Diagnostic) {
        self.shown += 1;
        if self.shown <= findings::MOST_SHOWN {
            self.machine.tell(&(self.machine.render(To::Err, sources, found) + "\n"));
        }
        self.exit = self.exit.max(check::exit_of(found));
    }

    /// Writes a file, or says that it would change. What comes from standard input goes to standard output in any case.
    fn layout(&mut self, args: &Fmt, path: &str, layout: &Layout) {
        if args.check || args.diff {
            let Some(after) = layout.change() else { return };
            let said = if args.diff { difference(path, &layout.before, after) } else { format!("{path}\n") };
            self.machine.print(&said);
            self.exit = self.exit.max(Exit::Findings);
        } else if path == "-" {
            self.machine.print(layout.after.as_deref().unwrap_or_default());
        } else if let Some(after) = layout.change() {
            match machine::rewrite(Path::new(path), after) {
                Ok(()) => self.machine.list(&format!("{path}\n")),
                Err(found) => self.finding(&Sources::default(), &found),
            }
        }
    }
}

fn difference(path: &str, before: &str, after: &str) -> String {
    TextDiff::from_lines(before, after).unified_diff().header(path, path).to_string()
}

//! Findings in the format that was asked for, the same in every command.

use super::args::Format;
use super::machine::Machine;
use crate::diag::report::{self, Run};

/// With its lines of source, nobody reads more findings than this.
pub(super) const MOST_SHOWN: usize = 100;

/// Where findings go: to standard output where they are the answer, else to standard error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum To {
    Out,
    Err,
}

/// Writes the findings, and for people how many are not shown.
pub(super) fn write(format: Format, run: &Run<'_>, to: To, machine: &mut Machine) {
    let text = text(format, run, to, machine);
    match to {
        To::Out => machine.print(&text),
        To::Err => machine.tell(&text),
    }
    if format == Format::Full {
        machine.remark(&rest(run.findings.len()));
    }
}

fn text(format: Format, run: &Run<'_>, to: To, machine: &Machine) -> String {
    let format = match format {
        Format::Full => {
            let shown = run.findings.iter().take(MOST_SHOWN);
            return shown.map(|(sources, found)| machine.render(to, sources, found) + "\n").collect();
        }
        Format::Concise => report::Format::Concise,
        Format::Json => report::Format::Json,
        Format::Sarif => report::Format::Sarif,
        Format::Github => report::Format::Github,
        Format::Junit => report::Format::Junit,
    };
    report::render(format, run)
}

/// What is said in the place of findings that are not shown.
pub(super) fn rest(findings: usize) -> String {
    match findings.saturating_sub(MOST_SHOWN) {
        0 => String::new(),
        more => format!("… and {more} more; `pipec check --format concise` shows all\n"),
    }
}

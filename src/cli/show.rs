//! `pipec plan`, `pipec targets`, `pipec explain`: what only prints.

use std::sync::Arc;

use super::args::{Explain, Format, Plan, Report, View, Wanted};
use super::machine::{Disk, Machine};
use super::report::{self, To};
use super::{Exit, check, flags, project};
use crate::diag::code::{CODES, Code};
use crate::diag::report::{Run, severity};
use crate::diag::{Diagnostic, did_you_mean, render};
use crate::emit::{FEATURES, Support, TARGETS};
use crate::query::config::Config;
use crate::query::{self, Analysis, Request};
use crate::source::Sources;

pub(super) fn plan(args: &Plan, machine: &mut Machine) -> Exit {
    let (config, mut analysis) = open(&args.wanted);
    let plan = analysis.plan(&Disk, &request(&args.wanted, "plan"));
    let exit = findings(&config, &analysis, args.report, machine);
    let Some(plan) = plan else { return exit.max(Exit::Findings) };
    let format = match args.format {
        View::Text => query::View::Text,
        View::Json => query::View::Json,
        View::Dot => query::View::Dot,
        View::Mermaid => query::View::Mermaid,
    };
    let text = analysis.view(&plan, format);
    machine.print(&if args.format == View::Json { text } else { render::printable(&text) });
    exit
}

/// The program that is asked for, with its configuration.
pub(super) fn open(wanted: &Wanted) -> (Arc<Config>, Analysis) {
    let config = project::configs(&wanted.project).of(&Disk, &wanted.file);
    let analysis = Analysis::open_with(&Disk, &wanted.file, &config);
    (config, analysis)
}

pub(super) fn request(wanted: &Wanted, command: &str) -> Request {
    Request {
        pipeline: wanted.pipeline.clone(),
        values: wanted.values.clone(),
        environment: wanted.environment.clone(),
        files: wanted.files.clone(),
        flags: wanted.flags.clone(),
        options: if wanted.flags.is_empty() { Vec::new() } else { flags::options(command) },
        goals: wanted.goals.clone(),
        stages: wanted.stages.clone(),
        locked: wanted.locked,
    }
}

/// Says what is left out because only a part was asked for: a machine that reads findings reads nothing else there.
pub(super) fn tell_left_out(names: &[String], wanted: Report, machine: &Machine) {
    if !names.is_empty() && wanted.message_format == Format::Full {
        machine.remark(&format!("note: not asked for, and left out: {}\n", names.join(", ")));
    }
}

/// Writes the findings to standard error, since standard output is for what was asked.
pub(super) fn findings(config: &Config, analysis: &Analysis, wanted: Report, machine: &mut Machine) -> Exit {
    all_findings(config, analysis, &[], wanted, machine)
}

/// As [`findings`], with those about what was done with the program.
pub(super) fn all_findings(
    config: &Config,
    analysis: &Analysis,
    more: &[Diagnostic],
    wanted: Report,
    machine: &mut Machine,
) -> Exit {
    let settings = config.diagnostics.iter().map(|found| (&config.sources, found));
    let own = analysis.diagnostics.iter().chain(more).map(|found| (&analysis.sources, found));
    let findings: Vec<_> = settings.chain(own).collect();
    let run = Run { files: analysis.was_read().then_some(analysis.path.as_str()).into_iter().collect(), findings };
    report::write(wanted.message_format, &run, To::Err, machine);
    run.findings.iter().map(|(_, found)| check::exit_of(found)).max().unwrap_or(Exit::Clean)
}

/// Features against targets, from the same data that `gaps` uses.
pub(super) fn targets(machine: &mut Machine) -> Exit {
    let mut text = String::new();
    for target in TARGETS {
        text += &format!("{:<12} {}\n", target.name(), target.about());
    }
    text += &format!("\n{:<22}", "");
    text.extend(TARGETS.iter().map(|target| format!("{:<12}", target.name())));
    let mut notes = Vec::new();
    for (feature, words) in FEATURES {
        text += &format!("\n{words:<22}");
        for target in TARGETS {
            text += &format!("{:<12}", cell(target.support(*feature), target.name(), words, &mut notes));
        }
    }
    text += "\n\n";
    text.extend(notes.iter().enumerate().map(|(at, note)| format!("{:>3}  {note}\n", at + 1)));
    machine.print(&text.lines().map(|line| line.trim_end().to_owned() + "\n").collect::<String>());
    Exit::Clean
}

fn cell(support: Support, target: &str, feature: &str, notes: &mut Vec<String>) -> String {
    let (word, note) = match support {
        Support::Native => return "yes".to_owned(),
        Support::Generated(note) => ("yes", note),
        Support::Partly(note) => ("partly", note),
        Support::No(note) => ("no", note),
    };
    notes.push(format!("{feature} in {target}: {note}"));
    format!("{word} ({})", notes.len())
}

pub(super) fn explain(args: &Explain, machine: &mut Machine) -> Exit {
    if args.list {
        machine.print(&CODES.iter().map(|code| row(*code)).collect::<String>());
        return Exit::Clean;
    }
    let wanted = args.code.as_deref().unwrap_or_default();
    match Code::find(wanted) {
        Some(code) => {
            machine.print(code.page());
            Exit::Clean
        }
        None => {
            machine.complain(&Sources::default(), &no_such_code(wanted));
            Exit::Failed
        }
    }
}

fn row(code: Code) -> String {
    format!("{}  {:<7}  {:<26} {}\n", code.id(), severity(code.severity()), code.name(), code.summary())
}

fn no_such_code(wanted: &str) -> Diagnostic {
    let words = CODES.iter().flat_map(|code| [code.id(), code.name()]);
    let near = did_you_mean(wanted, words).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    Diagnostic::global(Code::P0705, format!("there is no code `{wanted}`"))
        .help(format!("{near}`pipec explain --list` shows all"))
}

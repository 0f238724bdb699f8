//! `pipec man`: manual pages, made of what `--help` says.

use std::io;
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man as Page;
use clap_mangen::roff::{Inline, Roff, bold, roman};

use super::Exit;
use super::args::Cli;
use super::args::manual::Man;
use super::machine::{self, Machine};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, did_you_mean};
use crate::source::Sources;

pub(super) fn run(args: &Man, machine: &mut Machine) -> Exit {
    let root = built();
    match (&args.out, &args.command) {
        (Some(folder), _) => write_all(&root, folder, machine),
        (None, None) => print(&root, &root, machine),
        (None, Some(name)) => match root.find_subcommand(name) {
            Some(command) => print(command, &root, machine),
            None => {
                machine.complain(&Sources::default(), &unknown_command(name, &root));
                Exit::Failed
            }
        },
    }
}

fn built() -> Command {
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    root
}

fn print(command: &Command, root: &Command, machine: &mut Machine) -> Exit {
    machine.print(&page(command, root).1);
    Exit::Clean
}

fn write_all(root: &Command, folder: &str, machine: &mut Machine) -> Exit {
    for command in std::iter::once(root).chain(root.get_subcommands()) {
        let (name, text) = page(command, root);
        let path = Path::new(folder).join(name);
        if let Err(found) = machine::write(&path, &text, false) {
            machine.complain(&Sources::default(), &found);
            return Exit::Failed;
        }
        machine.print(&format!("{}\n", path.display()));
    }
    Exit::Clean
}

/// The name of the file, and its text.
fn page(command: &Command, root: &Command) -> (String, String) {
    let page = Page::new(command.clone());
    let (file, version) = (page.get_filename(), root.get_version().unwrap_or_default());
    let mut text = Vec::new();
    // Writing to memory does not fail.
    let _ = render(&page, command, root, &mut text);
    let name = file.trim_end_matches(".1").to_uppercase();
    // Written by hand: the crate leaves out the empty date, and so calls the version a date.
    let title = format!(".TH {name} 1 \"\" \"pipec {version}\" \"pipec\"\n");
    (file, format!("{PREAMBLE}{title}{}", tidy(&String::from_utf8_lossy(&text))))
}

/// An apostrophe that stays one, in every roff.
const PREAMBLE: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";

/// Each section brings the preamble again, and each list of values brings breaks around a blank line.
fn tidy(text: &str) -> String {
    let text = text.replace(PREAMBLE, "").replace(".br\n\n.br\n", ".br\n");
    text.lines().map(str::trim_end).filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect()
}

fn render(page: &Page, command: &Command, root: &Command, out: &mut Vec<u8>) -> io::Result<()> {
    page.render_name_section(out)?;
    page.render_synopsis_section(out)?;
    page.render_description_section(out)?;
    page.render_options_section(out)?;
    if command.has_subcommands() {
        page.render_subcommands_section(out)?;
    }
    let mut rest = Roff::default();
    after_help(command, &mut rest);
    see_also(command, root, &mut rest);
    rest.to_writer(out)
}

/// Its paragraphs are sections, by how they begin.
fn after_help(command: &Command, roff: &mut Roff) {
    let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.is_empty()) {
        let (heading, rest) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
        if heading == "Examples:" || heading == "Example:" {
            roff.control("SH", ["EXAMPLES"]);
            roff.control("nf", []);
            rest.lines().for_each(|line| {
                roff.text([roman(line.trim_start())]);
            });
            roff.control("fi", []);
        } else {
            let codes = paragraph.strip_prefix("Exit codes: ");
            roff.control("SH", [if codes.is_some() { "EXIT STATUS" } else { "NOTES" }]);
            codes.unwrap_or(paragraph).lines().for_each(|line| {
                roff.text([roman(line)]);
            });
        }
    }
}

fn see_also(command: &Command, root: &Command, roff: &mut Roff) {
    let own = command.get_name();
    let names = std::iter::once("pipec".to_owned())
        .chain(root.get_subcommands().map(|one| format!("pipec-{}", one.get_name())))
        .filter(|name| name != own && *name != format!("pipec-{own}"));
    let mut line: Vec<Inline> = Vec::new();
    for name in names {
        if !line.is_empty() {
            line.push(roman(", "));
        }
        line.extend([bold(name), roman("(1)")]);
    }
    roff.control("SH", ["SEE ALSO"]);
    roff.text(line);
}

fn unknown_command(name: &str, root: &Command) -> Diagnostic {
    let names: Vec<&str> = root.get_subcommands().map(Command::get_name).collect();
    let near = did_you_mean(name, names.iter().copied()).map(|near| format!("did you mean `{near}`? "));
    Diagnostic::global(Code::P0706, format!("there is no command `{name}`")).help(format!(
        "{}the commands are {}",
        near.unwrap_or_default(),
        names.join(", ")
    ))
}

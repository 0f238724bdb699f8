//! What is wrong with a command line, said as every other finding.

use std::error::Error as _;
use std::process::ExitCode;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use super::Exit;
use super::args::{Cli, Terminal};
use super::machine::Machine;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, did_you_mean};
use crate::source::Sources;

/// `--help` and `--version` are no errors; a closed pipe is none either.
pub(super) fn end(error: &Error) -> ExitCode {
    let exit = if error.use_stderr() { Exit::Failed } else { Exit::Clean };
    match finding(error) {
        Some(found) => Machine::new(Terminal::default()).complain(&Sources::default(), &found),
        None => match error.print() {
            Ok(()) | Err(_) => {}
        },
    }
    ExitCode::from(exit as u8)
}

/// `None` where help was asked for, or is the answer.
#[expect(clippy::wildcard_enum_match_arm, reason = "clap may add kinds; what it says of them is shown")]
fn finding(error: &Error) -> Option<Diagnostic> {
    let said = |kind| first(error, kind);
    let message = match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        | ErrorKind::Io
        | ErrorKind::Format => return None,
        ErrorKind::InvalidSubcommand => format!("there is no command `{}`", said(ContextKind::InvalidSubcommand)?),
        ErrorKind::UnknownArgument => {
            let argument = said(ContextKind::InvalidArg)?;
            let what = if argument.starts_with('-') { "option" } else { "further argument" };
            format!("there is no {what} `{argument}` here")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let (place, value) = (said(ContextKind::InvalidArg)?, said(ContextKind::InvalidValue)?);
            if value.is_empty() { format!("`{place}` needs a value") } else { format!("`{place}` cannot be `{value}`") }
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = all(error, ContextKind::InvalidArg);
            format!("something is missing: {}", quoted(&missing))
        }
        ErrorKind::ArgumentConflict => {
            let (one, others) = (said(ContextKind::InvalidArg)?, all(error, ContextKind::PriorArg));
            if others.contains(&one) {
                format!("`{one}` is given twice")
            } else {
                format!("`{one}` does not go together with {}", quoted(&others))
            }
        }
        // Kinds that no command here can give, and those to come.
        _ => plain(error),
    };
    Some(Diagnostic::global(Code::P0706, message).help(help(error)))
}

fn help(error: &Error) -> String {
    let mut parts = Vec::new();
    let suggested = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    if let Some(near) = suggested.into_iter().find_map(|kind| first(error, kind)).or_else(|| near_option(error)) {
        parts.push(format!("did you mean `{near}`?"));
    }
    if let Some(file) = first(error, ContextKind::InvalidSubcommand).filter(|word| word.ends_with(".pipe")) {
        parts.push(format!("to check a file, write `pipec check {file}`;"));
    }
    if let Some((_, here)) = first(error, ContextKind::InvalidSubcommand).and_then(|word| elsewhere(&word)) {
        parts.push(format!("{here};"));
    }
    if let Some(why) = error.source() {
        parts.push(format!("{why};"));
    }
    let values = all(error, ContextKind::ValidValue);
    if !values.is_empty() {
        parts.push(format!("it is one of {};", quoted(&values)));
    }
    parts.push(match error.get(ContextKind::Usage) {
        Some(usage) => format!("{}; `--help` says more", usage.to_string().replacen("Usage:", "usage:", 1)),
        None => "`--help` says more".to_owned(),
    });
    parts.join(" ")
}

/// What commands of other tools are called here.
const ELSEWHERE: &[(&[&str], &str)] = &[
    (&["start", "exec", "execute", "up"], "a pipeline is run here by `pipec run FILE`"),
    (&["log", "tail"], "what tasks wrote is shown by `pipec logs`"),
    (&["ps", "history"], "what ran here is shown by `pipec runs`"),
    (&["resume", "retry"], "an earlier run goes on with `pipec run FILE --resume last`"),
    (&["lint", "validate", "verify"], "mistakes are found by `pipec check`"),
    (&["init", "create", "generate"], "a project is begun by `pipec new NAME`"),
    (&["build", "compile", "deploy", "render"], "for an engine, write `pipec emit --target ENGINE FILE`"),
    (&["pack", "archive", "tar"], "archives of builds are packed by `pipec bundle FILE -o DIR`"),
    (&["start-build", "send"], "builds with local changes are started by `pipec remote FILE`"),
    (&["graph", "show", "list", "dry-run"], "what would run is shown by `pipec plan FILE`"),
];

fn elsewhere(word: &str) -> Option<&'static (&'static [&'static str], &'static str)> {
    ELSEWHERE.iter().find(|(words, _)| words.contains(&word))
}

/// The option of the command that was most likely meant: clap looks at how names begin only.
fn near_option(error: &Error) -> Option<String> {
    let wanted = first(error, ContextKind::InvalidArg)?;
    let name = wanted.strip_prefix("--").filter(|_| error.kind() == ErrorKind::UnknownArgument)?;
    let mut whole = Cli::command();
    whole.build();
    let command = std::env::args().skip(1).find_map(|word| whole.find_subcommand(word))?;
    let options: Vec<&str> = command.get_arguments().filter_map(clap::Arg::get_long).collect();
    did_you_mean(name, options).map(|near| format!("--{near}"))
}

fn first(error: &Error, kind: ContextKind) -> Option<String> {
    all(error, kind).into_iter().next()
}

fn all(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(one)) => vec![one.clone()],
        Some(ContextValue::Strings(several)) => several.clone(),
        _ => Vec::new(),
    }
}

fn quoted(words: &[String]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// The first paragraph of what clap says.
fn plain(error: &Error) -> String {
    let text = error.to_string();
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let words: Vec<&str> = paragraph.strip_prefix("error: ").unwrap_or(paragraph).split_whitespace().collect();
    words.join(" ").replace('\'', "`")
}

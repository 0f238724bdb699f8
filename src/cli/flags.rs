//! Parameters of the pipeline as options of the command: what clap does not know becomes one option that it does.

use std::ffi::OsString;

use clap::{Arg, Command, CommandFactory};

use super::args::Cli;
use crate::query::flags::Flag;

/// The option that carries them; nobody types it.
pub(super) const CARRIER: &str = "parameter-flag";

/// The commands whose unknown options are parameters.
const COMMANDS: &[&str] = &["plan", "emit", "run", "bundle", "remote"];

/// The command line as clap reads it.
pub(super) fn carried(words: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let words: Vec<OsString> = words.collect();
    let unread = words.iter().skip(1).any(|word| word.to_str().is_some_and(|word| word.starts_with("--")));
    let Some(at) = words.iter().position(|word| COMMANDS.iter().any(|name| word == name)).filter(|_| unread) else {
        return words;
    };
    let command = command(&words[at].to_string_lossy());
    let (before, behind) = words.split_at(at + 1);
    let mut carried = before.to_vec();
    let mut rest = behind.iter();
    while let Some(word) = rest.next() {
        let Some(text) = word.to_str().filter(|text| text.starts_with('-') && *text != "-") else {
            carried.push(word.clone());
            continue;
        };
        if text == "--" {
            carried.push(word.clone());
            carried.extend(rest.by_ref().cloned());
            continue;
        }
        match Known::of(&command, text) {
            Known::Alone => carried.push(word.clone()),
            Known::WithValue => {
                carried.push(word.clone());
                carried.extend(rest.next().cloned());
            }
            Known::No(name) => {
                let next = rest.clone().next().and_then(|next| next.to_str()).filter(|next| is_value(next));
                let given = match next.filter(|_| !name.contains('=')) {
                    Some(value) => {
                        rest.next();
                        format!("{name}={value}")
                    }
                    None => name.to_owned(),
                };
                carried.push(format!("--{CARRIER}={given}").into());
            }
        }
    }
    carried
}

/// The names of the options of a command.
pub(super) fn options(name: &str) -> Vec<String> {
    let command = command(name);
    let all = command.get_arguments().filter(|arg| !arg.is_hide_set()).filter_map(Arg::get_long);
    all.map(str::to_owned).collect()
}

/// As the carrier hands it over.
pub(super) fn flag(text: &str) -> Result<Flag, String> {
    Ok(match text.split_once('=') {
        Some((name, value)) => Flag { name: name.to_owned(), value: Some(value.to_owned()) },
        None => Flag { name: text.to_owned(), value: None },
    })
}

fn command(name: &str) -> Command {
    let mut whole = Cli::command();
    whole.build();
    whole.find_subcommand(name).cloned().unwrap_or(whole)
}

/// What clap knows of an option.
enum Known<'w> {
    Alone,
    /// The next word is its value.
    WithValue,
    /// Nothing: its name, perhaps with `=` and a value.
    No(&'w str),
}

impl<'w> Known<'w> {
    fn of(command: &Command, word: &'w str) -> Self {
        let Some(long) = word.strip_prefix("--") else { return Self::short(command, word) };
        let (name, value) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
        let named = |arg: &&Arg| arg.get_long_and_visible_aliases().is_some_and(|names| names.contains(&name));
        match command.get_arguments().find(named) {
            Some(arg) if value.is_none() && arg.get_action().takes_values() => Self::WithValue,
            Some(_) => Self::Alone,
            None => Self::No(long),
        }
    }

    /// Of `-qp` the last counts; `-pname=value` has its value with it.
    fn short(command: &Command, word: &str) -> Self {
        let mut letters = word.chars().skip(1).peekable();
        while let Some(letter) = letters.next() {
            let arg = command.get_arguments().find(|arg| arg.get_short() == Some(letter));
            if arg.is_some_and(|arg| arg.get_action().takes_values()) {
                return if letters.peek().is_none() { Self::WithValue } else { Self::Alone };
            }
        }
        Self::Alone
    }
}

/// No option: also a negative number, and `-`.
fn is_value(word: &str) -> bool {
    word.strip_prefix('-').is_none_or(|rest| rest.is_empty() || rest.starts_with(|sign: char| sign.is_ascii_digit()))
}

//! The commands of a `container` as a script of the program, each value where the shell reads it.

use std::collections::BTreeSet;

use super::findings;
use super::model::At;
use super::parts::{Part, parts};
use super::value::{Ty, Value};
use super::vars::{Found, Place, Vars, repeated};
use crate::import::script::Script;
use crate::shell::{self, Context, Piece};
use crate::source::Span;

/// Who reads a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Shell {
    Sh,
    Bash,
    /// Something else, by the words that start it.
    Other(String),
}

/// A script, and the variables that it reads because a value cannot be put into it.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) script: Script,
    pub(super) env: Vec<(String, String)>,
    /// A value in single quotes was put in double quotes, which are not closed yet.
    opened: bool,
}

/// A piece of a script before it is known where the shell meets it.
enum Seen<'t> {
    Text(String),
    Value { value: Value, whole: &'t str, name: &'t str, span: Span },
}

/// Variables that a shell, or whoever starts it, sets.
const OF_SHELLS: [&str; 26] = [
    "HOME",
    "PATH",
    "PWD",
    "OLDPWD",
    "USER",
    "LOGNAME",
    "SHELL",
    "HOSTNAME",
    "TERM",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TZ",
    "UID",
    "EUID",
    "PPID",
    "RANDOM",
    "LINENO",
    "SECONDS",
    "IFS",
    "OPTARG",
    "OPTIND",
    "REPLY",
    "BASH_SOURCE",
    "CI",
    "DEBIAN_FRONTEND",
];

impl Made {
    /// Goes from single quotes to double ones; quotes with nothing in them are not left behind.
    fn open(&mut self) {
        if std::mem::replace(&mut self.opened, true) {
            return;
        }
        let quote = if self.script.cut('\'') { "\"" } else { "'\"" };
        self.script.raw(quote);
    }

    /// Adds text, behind what is still open.
    fn raw(&mut self, text: &str) {
        if !std::mem::take(&mut self.opened) {
            return self.script.raw(text);
        }
        self.script.raw("\"");
        match text.strip_prefix('\'') {
            Some(rest) => self.script.raw(rest),
            None => self.script.raw(&format!("'{text}")),
        }
    }
}

/// What a script is made from.
pub(super) struct Commands<'p> {
    /// The name of its step.
    pub(super) step: &'p str,
    pub(super) list: &'p [At],
    pub(super) shell: &'p Shell,
    /// A secret gives it variables whose names the file does not say.
    pub(super) has_secret: bool,
}

/// The script that runs the commands one after the other.
pub(super) fn script(commands: &Commands<'_>, place: &Place<'_>, vars: &mut Vars<'_>) -> Made {
    let assigned = assigned(commands.list);
    let mut seen: Vec<Seen<'_>> = Vec::new();
    for (number, command) in commands.list.iter().enumerate() {
        if number > 0 {
            seen.push(Seen::Text("\n".to_owned()));
        }
        let own = Own { assigned: &assigned, has_secret: commands.has_secret };
        seen.extend(pieces(command, &own, place, vars));
    }
    let contexts = match commands.shell {
        Shell::Sh | Shell::Bash => contexts(&seen),
        Shell::Other(_) => Vec::new(),
    };
    let mut made = Made { script: Script::default(), env: Vec::new(), opened: false };
    let mut contexts = contexts.into_iter();
    let mut spliced: Vec<(&str, Span)> = Vec::new();
    let mut before = None;
    for one in &seen {
        match one {
            Seen::Text(text) => {
                made.raw(text);
                before = text.chars().next_back();
            }
            Seen::Value { value, whole, name, span } => {
                let context = contexts.next().unwrap_or(Context::Foreign);
                let is_code = !matches!(context, Context::Foreign | Context::Arithmetic | Context::Comment);
                if is_code && value.ty != Ty::Secret && !spliced.iter().any(|(known, _)| known == whole) {
                    spliced.push((whole, *span));
                }
                put(&mut made, &Written { value, whole, name, span: *span, before }, context, vars);
                before = None;
            }
        }
    }
    if let Some((_, span)) = spliced.first() {
        let names: Vec<&str> = spliced.iter().map(|(whole, _)| *whole).collect();
        vars.out.push(findings::spliced(*span, commands.step, &names));
    }
    made.raw("");
    made.script = made.script.trimmed();
    made
}

/// What the shell of a script knows itself.
struct Own<'p> {
    assigned: &'p BTreeSet<String>,
    has_secret: bool,
}

fn pieces<'t>(command: &'t At, own: &Own<'_>, place: &Place<'_>, vars: &mut Vars<'_>) -> Vec<Seen<'t>> {
    let mut seen = Vec::new();
    let parts = parts(&command.text);
    for (number, part) in parts.iter().enumerate() {
        match part {
            Part::Text(text) => seen.push(Seen::Text((*text).to_owned())),
            Part::Escaped(name) => seen.push(Seen::Text(format!("${{{name}}}"))),
            Part::Var { name, whole } => {
                let span = vars.within(command.span, whole, repeated(&parts[..number], whole));
                match vars.look_up(name, span, place) {
                    Found::Value(value) => seen.push(Seen::Value { value, whole, name, span }),
                    Found::Broken => {}
                    Found::Unknown => {
                        if !is_of_the_shell(name, own) {
                            let found = findings::undefined(span, name, whole, &vars.all_names(), true);
                            vars.soft(found);
                        }
                        seen.push(Seen::Text((*whole).to_owned()));
                    }
                }
            }
        }
    }
    seen
}

/// Whether the shell knows what it is: it sets it itself, or it is more than a name.
fn is_of_the_shell(name: &str, own: &Own<'_>) -> bool {
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-' || c == '.')
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    !is_name || own.has_secret || own.assigned.contains(name) || OF_SHELLS.contains(&name)
}

/// The variables that commands set, near enough: a word before `=`, and behind `for` and the like.
fn assigned(commands: &[At]) -> BTreeSet<String> {
    let mut set = BTreeSet::new();
    for line in commands.iter().flat_map(|command| command.text.lines()) {
        let words: Vec<&str> = line.split(|c: char| c.is_whitespace() || ";&|()".contains(c)).collect();
        let setters = ["for", "read", "local", "declare", "export", "readonly"];
        let behind = words.iter().position(|word| setters.contains(word)).map_or(words.len(), |at| at + 1);
        set.extend(words.iter().filter_map(|word| word.split_once('=')).map(|(name, _)| name.trim_end_matches('+')));
        set.extend(words[behind..].iter().copied());
    }
    set.into_iter().map(str::to_owned).collect()
}

fn contexts(seen: &[Seen<'_>]) -> Vec<Context> {
    let pieces: Vec<Piece<'_>> = seen
        .iter()
        .map(|one| match one {
            Seen::Text(text) => Piece::Text(text),
            Seen::Value { .. } => Piece::Hole,
        })
        .collect();
    shell::values(&pieces).holes.into_iter().map(|hole| hole.context).collect()
}

/// A value, and how it was written.
struct Written<'p> {
    value: &'p Value,
    whole: &'p str,
    name: &'p str,
    span: Span,
    /// The character before it.
    before: Option<char>,
}

fn put(made: &mut Made, written: &Written<'_>, context: Context, vars: &mut Vars<'_>) {
    let Written { value, whole, name, span, before } = written;
    let is_secret = value.ty == Ty::Secret;
    match context {
        Context::Word if is_secret => {
            let variable = variable(made, name, value);
            made.script.raw(&format!("\"${variable}\""));
        }
        Context::DoubleQuoted | Context::HereDocument if is_secret => {
            let variable = variable(made, name, value);
            made.script.raw(&format!("${{{variable}}}"));
        }
        Context::Word | Context::DoubleQuoted | Context::HereDocument => made.script.hole(value.hole()),
        Context::SingleQuoted if *before != Some('\\') => {
            made.open();
            if is_secret {
                let variable = variable(made, name, value);
                made.script.raw(&format!("${{{variable}}}"));
            } else {
                made.script.hole(value.hole());
            }
        }
        Context::Comment => made.script.raw(&format!("({name})")),
        Context::Arithmetic if value.ty == Ty::Int => made.script.hole(value.hole()),
        Context::Arithmetic => {
            let variable = variable(made, name, value);
            made.script.raw(&variable);
        }
        Context::SingleQuoted => not_here(vars, *span, whole, "behind a backslash", "take the backslash away"),
        Context::QuotedHereDocument => not_here(
            vars,
            *span,
            whole,
            "in a here-document whose delimiter is quoted",
            "take the quotes off the delimiter, and put a backslash before each `$` that is meant",
        ),
        Context::Foreign => not_here(
            vars,
            *span,
            whole,
            "in a script that no shell reads",
            "let `sh` or `bash` read the script, and hand the value over as an argument",
        ),
    }
}

fn not_here(vars: &mut Vars<'_>, span: Span, whole: &str, place: &str, help: &str) {
    vars.out.push(findings::not_said(span, format!("`{whole}` stands {place}"), help));
}

/// The variable of the script that holds a value.
fn variable(made: &mut Made, name: &str, value: &Value) -> String {
    let expr = if value.ty == Ty::Secret { value.expr.clone() } else { value.text() };
    if let Some((name, _)) = made.env.iter().find(|(_, known)| *known == expr) {
        return name.clone();
    }
    let base = crate::import::tekton::names::snake(name).to_ascii_uppercase();
    let numbered = |n: u32| if n == 1 { base.clone() } else { format!("{base}_{n}") };
    let taken = |name: &String| made.env.iter().any(|(known, _)| known == name);
    let variable = (1..).map(numbered).find(|name| !taken(name)).expect("there are more numbers than names");
    made.env.push((variable.clone(), expr));
    variable
}

/// The variables that commands read and nobody sets, in the order of the text: those that a secret may give.
pub(super) fn unset(commands: &[At], known: &dyn Fn(&str) -> bool) -> Vec<String> {
    let assigned = assigned(commands);
    let mut found: Vec<String> = Vec::new();
    for command in commands {
        for (at, _) in command.text.match_indices('$') {
            let rest = command.text[at + 1..].trim_start_matches(['{', '%']);
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            let name = &rest[..end];
            let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
            let is_own = assigned.contains(name) || OF_SHELLS.contains(&name) || known(name);
            if is_name && !is_own && !found.iter().any(|other| other == name) {
                found.push(name.to_owned());
            }
        }
    }
    found
}

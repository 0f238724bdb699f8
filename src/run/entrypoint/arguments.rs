//! The words of the command line, and the variables that say the same.

use std::ffi::OsString;
use std::path::PathBuf;

use super::failure::Failure;
use super::options::{OPTIONS, Options, REPEATED};

/// What the command is to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    Help,
    Version,
    /// `[OPTIONS] -- COMMAND…`
    Plain(Options, Vec<OsString>),
    /// `step [OPTIONS] SPEC.json`
    Step(Options, PathBuf),
    /// `env [-0] [OPTIONS]`
    Environment {
        options: Options,
        null: bool,
    },
    /// `init FOLDER [--name NAME]`
    Init {
        folder: PathBuf,
        name: Option<String>,
    },
    /// `wait [OPTIONS] FILE…`
    Wait {
        options: Options,
        files: Vec<PathBuf>,
    },
    /// `builder [OPTIONS]`: the words behind it.
    Builder(Vec<OsString>),
    /// What a builder starts as its child.
    Worker(Options),
    /// `subst NAME=VALUE…`
    Subst(Vec<(String, OsString)>),
}

/// The variables that are this command's own, and never those of another.
pub(super) const PREFIX: &str = "PIPEC_ENTRYPOINT_";

const MODES: &[&str] = &["builder", "step", "env", "init", "wait", "subst", "help"];

/// The variable that says that this is a build.
pub(super) const BUILD: &str = "BUILD";

/// What the worker of a builder is started with.
pub(super) const WORKER: &str = "builder-worker";

const WRITE: &str = "write it behind `--`: `pipec-entrypoint [OPTIONS] -- COMMAND [ARGUMENT]…`";

const STEP_ONLY: &[&str] = &["params", "results", "outputs", "secret-store", "workspace", "work"];

/// Reads what was said; options on the command line outrank variables.
pub(super) fn read(
    words: Vec<OsString>,
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Mode, Failure> {
    let variables: Vec<(OsString, OsString)> = variables.collect();
    let (first, rest) = match words.split_first() {
        None if variables.iter().any(|(name, _)| name == BUILD) => return Ok(Mode::Builder(Vec::new())),
        None => return Err(Failure::usage(format!("there is no command; {WRITE}"))),
        Some((first, rest)) => (first.to_string_lossy().into_owned(), rest),
    };
    let variables = variables.into_iter();
    let own = || Words::new(rest);
    match first.as_str() {
        "-h" | "--help" | "help" => Ok(Mode::Help),
        "-V" | "--version" => Ok(Mode::Version),
        "subst" => own().values().map(Mode::Subst),
        "init" => own().init(),
        "wait" => {
            let Said { options, rest, .. } = own().said(variables, &["timeout", "post"])?;
            if rest.is_empty() {
                return Err(Failure::usage("there is nothing to wait for; write `pipec-entrypoint wait FILE…`"));
            }
            Ok(Mode::Wait { options, files: rest.into_iter().map(PathBuf::from).collect() })
        }
        "env" => {
            let Said { options, rest, null, .. } = own().said(variables, &["env", "unset"])?;
            nothing_more(&rest)?;
            Ok(Mode::Environment { options, null })
        }
        "builder" => {
            builder(rest, variables)?;
            Ok(Mode::Builder(rest.to_vec()))
        }
        WORKER => builder(rest, variables).map(Mode::Worker),
        "step" => {
            let all: Vec<&str> = OPTIONS.iter().map(|(name, _)| *name).collect();
            let Said { options, mut rest, .. } = own().said(variables, &all)?;
            let file = rest
                .pop()
                .ok_or_else(|| Failure::usage("there is no step; write `pipec-entrypoint step SPEC.json`"))?;
            nothing_more(&rest)?;
            Ok(Mode::Step(options, file.into()))
        }
        _ => plain(&words, variables),
    }
}

/// Checked before the worker is started, so that it is said once.
fn builder(rest: &[OsString], variables: impl Iterator<Item = (OsString, OsString)>) -> Result<Options, Failure> {
    let Said { options, rest, .. } = Words::new(rest).said(variables, &["grace", "work", "secret-store"])?;
    nothing_more(&rest).map(|()| options)
}

fn plain(words: &[OsString], variables: impl Iterator<Item = (OsString, OsString)>) -> Result<Mode, Failure> {
    let plain: Vec<&str> = OPTIONS.iter().map(|(name, _)| *name).filter(|name| !STEP_ONLY.contains(name)).collect();
    let Said { options, rest, command, .. } = Words::new(words).said(variables, &plain)?;
    if let Some(word) = rest.first() {
        let word = word.to_string_lossy();
        let near = nearest(&word, MODES.iter().copied());
        let help = near.map_or_else(
            || format!("to run it as a command, write `pipec-entrypoint -- {word}`"),
            |near| format!("did you mean `{near}`? To run it as a command, write `pipec-entrypoint -- {word}`"),
        );
        return Err(Failure::usage(format!("there is no mode `{word}`; {help}")));
    }
    match command.filter(|command| !command.is_empty()) {
        Some(command) => Ok(Mode::Plain(options, command)),
        None => Err(Failure::usage(format!("there is no command behind the options; {WRITE}"))),
    }
}

fn nothing_more(rest: &[OsString]) -> Result<(), Failure> {
    let refused = |word: &OsString| Failure::usage(format!("there is one word too many: `{}`", word.to_string_lossy()));
    rest.first().map_or(Ok(()), |word| Err(refused(word)))
}

/// What the words say.
struct Said {
    options: Options,
    /// Those that are no options.
    rest: Vec<OsString>,
    /// What stands behind `--`.
    command: Option<Vec<OsString>>,
    /// `-0`
    null: bool,
}

struct Words<'w> {
    words: &'w [OsString],
}

impl<'w> Words<'w> {
    fn new(words: &'w [OsString]) -> Self {
        Self { words }
    }

    fn next(&mut self) -> Option<&'w OsString> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn said(mut self, variables: impl Iterator<Item = (OsString, OsString)>, known: &[&str]) -> Result<Said, Failure> {
        let mut said = Said { options: Options::default(), rest: Vec::new(), command: None, null: false };
        configure(&mut said.options, variables, known)?;
        let mut given = Vec::new();
        while let Some(word) = self.next() {
            match word.to_str() {
                Some("--") => {
                    said.command = Some(self.words.to_vec());
                    break;
                }
                Some("-0") if known.contains(&"env") && !known.contains(&"grace") => said.null = true,
                Some(option) if option.len() > 1 && option.starts_with('-') => {
                    self.option(option, word, &mut said.options, known, &mut given)?;
                }
                _ if word.as_encoded_bytes().starts_with(b"--") => self.raw_option(word, &mut said.options, known)?,
                _ => said.rest.push(word.clone()),
            }
        }
        Ok(said)
    }

    fn option(
        &mut self,
        option: &str,
        word: &OsString,
        options: &mut Options,
        known: &[&str],
        given: &mut Vec<String>,
    ) -> Result<(), Failure> {
        let (name, value) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
        let (name, takes) = find(name, known)?;
        let shown = format!("--{name}");
        if !REPEATED.contains(&name) && given.iter().any(|one| one == name) {
            return Err(Failure::usage(format!("{shown} is given twice; write it once")));
        }
        given.push(name.to_owned());
        let value = match (takes, value) {
            (None, value) => value.unwrap_or_default().into(),
            (Some(_), Some(value)) => value.into(),
            (Some(called), None) => {
                let missing =
                    || Failure::usage(format!("{} has no value; write `{shown} {called}`", word.to_string_lossy()));
                self.next().cloned().ok_or_else(missing)?
            }
        };
        options.set(name, value, &shown)
    }

    /// `--NAME=VALUE` whose value is not UTF-8.
    fn raw_option(&mut self, word: &OsString, options: &mut Options, known: &[&str]) -> Result<(), Failure> {
        use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
        let bytes = word.as_bytes();
        let at = bytes.iter().position(|byte| *byte == b'=').unwrap_or(bytes.len());
        let name = String::from_utf8_lossy(&bytes[..at]);
        let (name, _) = find(&name, known)?;
        let value = bytes.get(at + 1..).unwrap_or_default().to_vec();
        options.set(name, OsString::from_vec(value), &format!("--{name}"))
    }

    fn init(mut self) -> Result<Mode, Failure> {
        let (mut folder, mut name) = (None, None);
        while let Some(word) = self.next() {
            let text = word.to_string_lossy();
            match text.as_ref() {
                "--name" => {
                    let missing = || Failure::usage("--name has no value; write `--name NAME`");
                    name = Some(self.next().ok_or_else(missing)?.to_string_lossy().into_owned());
                }
                _ if text.starts_with("--name=") => name = Some(text["--name=".len()..].to_owned()),
                _ if text.starts_with('-') => {
                    return Err(Failure::usage(format!("init has no option `{text}`; it has `--name NAME`")));
                }
                _ if folder.is_some() => nothing_more(std::slice::from_ref(word))?,
                _ => folder = Some(PathBuf::from(word)),
            }
        }
        let folder =
            folder.ok_or_else(|| Failure::usage("there is no folder; write `pipec-entrypoint init FOLDER`"))?;
        Ok(Mode::Init { folder, name })
    }

    fn values(self) -> Result<Vec<(String, OsString)>, Failure> {
        self.words.iter().map(|word| super::options::variable(word.clone(), "subst")).collect()
    }
}

/// An option of those that a mode knows, with what its value is called.
fn find(written: &str, known: &[&str]) -> Result<(&'static str, Option<&'static str>), Failure> {
    let name = written.strip_prefix("--").unwrap_or(written);
    let found = OPTIONS.iter().find(|(one, _)| *one == name);
    match found {
        Some((name, value)) if known.contains(name) => Ok((name, *value)),
        Some(_) => Err(Failure::usage(format!("{written} says nothing here; see `pipec-entrypoint --help`"))),
        None => {
            let near = nearest(name, known.iter().copied()).map(|near| format!("did you mean --{near}?"));
            let help = near.unwrap_or_else(|| "see `pipec-entrypoint --help`".to_owned());
            Err(Failure::usage(format!("there is no option {written}; {help}")))
        }
    }
}

/// What the variables of this command say: `PIPEC_ENTRYPOINT_SECRETS_DIR` is `--secrets-dir`; what may be given more than
/// once, one a line.
fn configure(
    options: &mut Options,
    variables: impl Iterator<Item = (OsString, OsString)>,
    known: &[&str],
) -> Result<(), Failure> {
    for (variable, value) in variables {
        let Some(said) = variable.to_str().and_then(|name| name.strip_prefix(PREFIX)) else { continue };
        let shown = format!("{PREFIX}{said}");
        let name = said.to_lowercase().replace('_', "-");
        if !OPTIONS.iter().any(|(one, _)| *one == name) {
            let near = nearest(&name, OPTIONS.iter().map(|(name, _)| *name));
            let near = near.map(|near| format!("; did you mean {PREFIX}{}?", near.to_uppercase().replace('-', "_")));
            return Err(Failure::usage(format!(
                "there is no option of the variable {shown}{}",
                near.unwrap_or_default()
            )));
        }
        if !known.contains(&name.as_str()) {
            continue;
        }
        match (REPEATED.contains(&name.as_str()), value.to_str()) {
            (true, Some(lines)) => {
                lines
                    .lines()
                    .filter(|line| !line.is_empty())
                    .try_for_each(|line| options.set(&name, line.into(), &shown))?;
            }
            (true, None) | (false, _) => options.set(&name, value, &shown)?,
        }
    }
    Ok(())
}

/// The one of these that was probably meant.
pub(super) fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let near = names.map(|name| (strsim::osa_distance(word, name), name));
    near.filter(|(far, name)| *far <= (name.len() / 3).max(1)).min().map(|(_, name)| name)
}

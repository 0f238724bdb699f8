//! Where values come from. They reach a script by its environment and arguments only.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use super::site::{Site, output_file};
use super::who::Who;
use crate::contract::store::State;
use crate::contract::{END_OF_LIST, ListSource, Source};

/// What the machine takes of one variable, with its name, or of one argument.
const LONGEST: usize = 131_072;

/// What a script reads.
#[derive(Default, Debug)]
pub(super) struct Given {
    pub(super) env: Vec<(String, OsString)>,
    pub(super) words: Vec<OsString>,
    /// Where it starts; empty: in its scratch folder.
    pub(super) start: OsString,
    /// Files that hold secrets.
    pub(super) secrets: Vec<PathBuf>,
    /// The variables that hold secrets.
    pub(super) secret_names: Vec<String>,
}

/// Resolves sources for a task, or, without one, for what is evaluated before or behind all of them.
#[derive(Clone, Copy)]
pub(super) struct Giver<'s, 'a> {
    pub(super) site: &'s Site<'a>,
    pub(super) who: Option<&'s Who>,
}

impl Giver<'_, '_> {
    pub(super) fn all(
        self,
        env: &[(String, Source)],
        args: &[ListSource],
        workdir: Option<&Source>,
    ) -> Result<Given, String> {
        let mut given = Given::default();
        for (name, source) in env {
            let text = self.noted(source, &mut given.secrets)?;
            if matches!(source, Source::SecretValue(_)) && !text.is_empty() {
                given.secret_names.push(name.clone());
            }
            given.env.push((name.clone(), text));
        }
        for list in args {
            self.list(list, &mut given)?;
        }
        if let Some(workdir) = workdir {
            given.start = self.noted(workdir, &mut given.secrets)?;
        }
        given.check()?;
        Ok(given)
    }

    fn noted(self, source: &Source, secrets: &mut Vec<PathBuf>) -> Result<OsString, String> {
        let text = self.text(source)?;
        if matches!(source, Source::SecretFile(_)) && !text.is_empty() {
            secrets.push(PathBuf::from(&text));
        }
        Ok(text)
    }

    /// One text.
    fn text(self, source: &Source) -> Result<OsString, String> {
        let site = self.site;
        Ok(match source {
            Source::Literal(text) => text.into(),
            Source::Param(name) => site.param(name).into(),
            Source::Result { task, output } => return self.result(task, output),
            Source::OutputFile(output) => {
                let folder = self.who.map(|who| site.outputs(who)).unwrap_or_default();
                folder.join(output_file(output)).into()
            }
            Source::Place { workspace, path } if path.is_empty() => site.place(workspace).into(),
            Source::Place { workspace, path } => {
                let mut place = site.place(workspace).as_os_str().to_owned();
                place.push("/");
                place.push(path);
                place
            }
            Source::SecretValue(secret) => return site.secret_value(secret),
            Source::SecretFile(secret) => return site.secret_file(secret).map(PathBuf::into_os_string),
            Source::Status(task) => status(site.state(task)).into(),
            Source::StepResult { step, .. } => {
                return Err(format!("nothing here runs the step `{step}`, which somebody else keeps"));
            }
            Source::Outcome => status(site.outcome()).into(),
        })
    }

    /// The output of a task that did not succeed is empty.
    pub(super) fn result(self, task: &str, output: &str) -> Result<OsString, String> {
        if self.site.state(task) != State::Succeeded {
            return Ok(OsString::new());
        }
        read_output(&self.site.output(task, None, output))
            .map_err(|error| format!("the output `{output}` of the task `{task}`: {error}"))
    }

    /// What the turns of a loop gave; a turn that was skipped, or failed, has nothing.
    pub(super) fn gathered(self, task: &str, output: &str) -> Result<Vec<OsString>, String> {
        let turns = match self.site.graph.find(task) {
            Some(at) if self.site.state(task) == State::Succeeded => self.turns_of(at),
            Some(_) | None => Vec::new(),
        };
        let one = |turn: u32| {
            let file = self.site.output(task, Some(turn), output);
            let text = if file.exists() { read_output(&file)? } else { OsString::new() };
            Ok(if text.is_empty() { OsString::from(format!("{turn}:")) } else { text })
        };
        turns.into_iter().map(one).collect::<Result<_, String>>().map_err(|error| {
            let output = output_file(output);
            format!("the output `{output}` of the turns of `{task}`: {error}")
        })
    }

    /// Those of a loop that takes no part are in the work folder.
    fn turns_of(self, task: usize) -> Vec<u32> {
        if let Some(turns) = self.site.ends[task].turns.get() {
            return turns.clone();
        }
        let text = fs::read_to_string(self.site.turns_file(task)).unwrap_or_default();
        text.lines().filter_map(|line| line.parse().ok()).collect()
    }

    fn list(self, list: &ListSource, given: &mut Given) -> Result<(), String> {
        match list {
            ListSource::Literal(words) => given.words.extend(words.iter().map(OsString::from)),
            ListSource::Param(name) => given.words.extend(self.site.list(name).iter().map(OsString::from)),
            ListSource::Gathered { task, output } => given.words.extend(self.gathered(task, output)?),
            ListSource::Result { task, .. } => {
                return Err(format!("nothing here runs the task `{task}`, which somebody else keeps"));
            }
            ListSource::Each(sources) => {
                for source in sources {
                    let text = self.noted(source, &mut given.secrets)?;
                    given.words.push(text);
                }
            }
        }
        given.words.push(END_OF_LIST.into());
        Ok(())
    }
}

impl Given {
    /// What no process can be given is said with the name of the value.
    fn check(&self) -> Result<(), String> {
        for (name, value) in &self.env {
            fits(value, name.len() + 2).map_err(|error| format!("the value of `{name}` {error}"))?;
        }
        self.words.iter().try_for_each(|word| fits(word, 1).map_err(|error| format!("an element of a list {error}")))
    }
}

/// `more`: what comes with it.
fn fits(text: &OsStr, more: usize) -> Result<(), String> {
    if text.as_bytes().contains(&0) {
        return Err("has a NUL byte, which no environment and no argument can hold".to_owned());
    }
    if text.len() + more > LONGEST {
        return Err(format!("has {} bytes, and no environment and no argument holds more than {LONGEST}", text.len()));
    }
    Ok(())
}

fn read_output(file: &Path) -> Result<OsString, String> {
    let found = fs::metadata(file).map_err(|_| format!("{} is not there; run that task first", file.display()))?;
    if found.len() > LONGEST as u64 {
        return Err(format!(
            "it has {} bytes, and no environment and no argument holds more than {LONGEST}",
            found.len()
        ));
    }
    fs::read(file).map(OsString::from_vec).map_err(|error| format!("{} cannot be read: {error}", file.display()))
}

/// How a task ended, as scripts are told.
pub(super) fn status(state: State) -> &'static str {
    match state {
        State::Succeeded => "succeeded",
        State::Failed => "failed",
        State::Skipped => "skipped",
        State::Pending | State::Running | State::Cancelled | State::Lost => "cancelled",
    }
}

//! Runs a body as an engine does: the sources become environment and arguments.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use pipec::contract::{END_OF_LIST, ListSource, SecretRef, Source};
use pipec::emit::script::Rendered;
use tempfile::TempDir;

/// The shells that a body is for.
pub(super) const BASH: &[&str] = &["bash"];
pub(super) const SH: &[&str] = &["dash", "bash"];

/// What an engine knows, and a directory for what a body leaves.
pub(super) struct Engine {
    pub(super) dir: TempDir,
    pub(super) params: BTreeMap<String, String>,
    pub(super) lists: BTreeMap<String, Vec<String>>,
    pub(super) results: BTreeMap<String, String>,
    pub(super) secrets: BTreeMap<String, String>,
    pub(super) status: String,
    pub(super) extra: Vec<(String, String)>,
}

/// What a body did.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) code: i32,
    pub(super) out: Vec<u8>,
    pub(super) err: String,
}

impl Ran {
    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.out).unwrap()
    }

    /// Each output up to a NUL.
    pub(super) fn records(&self) -> Vec<Vec<u8>> {
        let mut records: Vec<Vec<u8>> = self.out.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect();
        records.pop();
        records
    }

    #[track_caller]
    pub(super) fn good(self) -> Self {
        assert_eq!(self.code, 0, "{}\n{}", self.err, String::from_utf8_lossy(&self.out));
        self
    }
}

impl Engine {
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        ["out", "ws", "secrets"].iter().for_each(|name| fs::create_dir(dir.path().join(name)).unwrap());
        Self {
            dir,
            params: BTreeMap::new(),
            lists: BTreeMap::new(),
            results: BTreeMap::new(),
            secrets: BTreeMap::new(),
            status: "Succeeded".to_owned(),
            extra: Vec::new(),
        }
    }

    pub(super) fn param(mut self, name: &str, value: &str) -> Self {
        self.params.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(super) fn list(mut self, name: &str, values: &[&str]) -> Self {
        self.lists.insert(name.to_owned(), values.iter().map(|value| (*value).to_owned()).collect());
        self
    }

    pub(super) fn env(mut self, name: &str, value: &str) -> Self {
        self.extra.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The text of an output file.
    #[track_caller]
    pub(super) fn output(&self, name: &str) -> String {
        fs::read_to_string(self.path("out").join(name)).unwrap()
    }

    pub(super) fn source(&self, source: &Source) -> String {
        let at = |folder: &str, name: &str| self.path(folder).join(name).display().to_string();
        let named = |secret: &SecretRef| match secret {
            SecretRef::Named(name) => name.clone(),
            SecretRef::Param(name) => self.params[name].clone(),
        };
        match source {
            Source::Literal(text) => text.clone(),
            Source::Param(name) => self.params[name].clone(),
            Source::Result { task, output } => self.results[&format!("{task}.{output}")].clone(),
            Source::OutputFile(name) => at("out", if name.is_empty() { "_" } else { name }),
            Source::Place { workspace, path } => at("ws", workspace) + if path.is_empty() { "" } else { "/" } + path,
            Source::SecretValue(secret) => self.secrets.get(&named(secret)).cloned().unwrap_or_default(),
            Source::SecretFile(secret) => match self.secrets.get(&named(secret)) {
                Some(text) => {
                    fs::write(self.path("secrets").join(named(secret)), text).unwrap();
                    at("secrets", &named(secret))
                }
                None => String::new(),
            },
            Source::StepResult { .. } => unreachable!(),
            Source::Status(_) | Source::Outcome => self.status.clone(),
        }
    }

    fn arguments(&self, list: &ListSource) -> Vec<String> {
        let mut words = match list {
            ListSource::Literal(texts) => texts.clone(),
            ListSource::Param(name) => self.lists[name].clone(),
            ListSource::Gathered { task, output } | ListSource::Result { task, output } => {
                self.lists[&format!("{task}.{output}")].clone()
            }
            ListSource::Each(sources) => sources.iter().map(|source| self.source(source)).collect(),
        };
        words.push(END_OF_LIST.to_owned());
        words
    }

    /// The command that runs a body.
    pub(super) fn command(&self, shell: &str, rendered: &Rendered) -> Command {
        let body = self.path("body");
        fs::write(&body, &rendered.body).unwrap();
        // A shell cannot catch what was ignored when it started, as in a job of a script that runs these tests.
        let mut command = Command::new("env");
        command
            .args(["--default-signal=HUP,INT,TERM", shell])
            .arg(&body)
            .args(rendered.args.iter().flat_map(|list| self.arguments(list)));
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("TMPDIR", self.dir.path());
        command.env("PIPE_DECISION", self.path("decision")).env("PIPE_VERDICT_FILE", self.path("verdict"));
        command.envs(rendered.env.iter().map(|(name, source)| (name, self.source(source))));
        command.envs(self.extra.iter().map(|(name, value)| (name, value)));
        command.current_dir(self.dir.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(super) fn start(&self, shell: &str, rendered: &Rendered) -> Child {
        self.command(shell, rendered).spawn().unwrap()
    }

    pub(super) fn run(&self, shell: &str, rendered: &Rendered) -> Ran {
        finish(self.start(shell, rendered))
    }
}

pub(super) fn finish(child: Child) -> Ran {
    let ended = child.wait_with_output().unwrap();
    let code = ended.status.code().or_else(|| ended.status.signal().map(|signal| 256 + signal)).unwrap();
    Ran { code, out: ended.stdout, err: String::from_utf8_lossy(&ended.stderr).into_owned() }
}

/// The shells for a body, by its first line.
pub(super) fn shells(rendered: &Rendered) -> &'static [&'static str] {
    if rendered.body.starts_with("#!/bin/sh\n") { SH } else { BASH }
}

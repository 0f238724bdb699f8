//! What a task makes it makes again with the same key.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::io;
use std::os::unix::ffi::OsStrExt as _;

use rustc_hash::FxHashSet;
use sha2::{Digest as _, Sha256};

use super::give::{Giver, status};
use super::site::Site;
use super::who::Who;
use crate::contract::store::State;
use crate::contract::{ListSource, PathSpec, ScriptSpec, ServiceSpec, Source, TaskSpec};
use crate::run::observe::Made;

/// Changes whenever what a key is made of does.
const FORM: &str = "pipec key 2";

impl Site<'_> {
    /// The hexadecimal sha256 of scripts, inputs and images, and of what it builds on; `None` when an input cannot be had,
    /// or what it builds on has no key.
    pub(super) fn key(&self, who: &Who) -> Option<String> {
        if let Some(turn) = &who.turn {
            let mut key = Key::new();
            key.text(self.ends[who.task].key.get()?);
            key.text(&turn.text);
            return Some(key.end());
        }
        let task = self.task(who);
        let giver = Giver { site: self, who: Some(who) };
        let mut key = Key::new();
        key.built_on(self, task)?;
        key.scripts(giver, task.condition.iter().chain(&task.turns))?;
        for service in &task.services {
            key.service(giver, service)?;
        }
        for step in &task.steps {
            key.text(&step.image);
            key.script(giver, &step.script, &step.env, &step.args)?;
            if let Some(workdir) = &step.workdir {
                key.source(giver, workdir)?;
            }
        }
        key.places(giver, task)?;
        Some(key.end())
    }

    /// Whether an earlier run did the same, and what it made is still there; then how it ended, and its artifacts.
    pub(super) fn kept(&self, who: &Who, key: Option<&str>) -> Option<(State, Vec<Made>)> {
        // Who names tasks wants them to run.
        if self.options.selected.is_some() {
            return None;
        }
        let earlier = self.options.earlier.tasks.get(&who.shown(self.spec))?;
        let ended_well = matches!(earlier.state, State::Succeeded | State::Skipped);
        let same = key.is_some() && earlier.key.as_deref() == key;
        if !(ended_well && same && self.made_with(who, key) && self.values_are_there(who)) {
            return None;
        }
        let made = if earlier.state == State::Succeeded { self.made_before(who)? } else { Vec::new() };
        Some((earlier.state, made))
    }

    /// What lies in the folders of the task was made with this key: who told of the earlier run may have been killed before
    /// a later one was told of.
    fn made_with(&self, who: &Who, key: Option<&str>) -> bool {
        key.is_some_and(|key| self.book.has(&who.folder(self.spec), key))
    }

    /// Before anything of what the task had made is gone.
    pub(super) fn forget_key(&self, who: &Who) -> io::Result<()> {
        self.book.forget(&who.folder(self.spec))
    }

    /// Behind all that the task has made.
    pub(super) fn leave_key(&self, who: &Who, state: State, key: &str) {
        if !matches!(state, State::Succeeded | State::Skipped) {
            return;
        }
        if let Err(error) = self.book.note(&who.folder(self.spec), key) {
            // Then it is run again, which costs time and nothing else.
            self.say(Some(who), &format!("its key cannot be written: {error}"));
        }
    }

    fn values_are_there(&self, who: &Who) -> bool {
        let (task, turn) = (self.task(who), who.turn.as_ref().map(|turn| turn.number));
        task.results.iter().all(|output| self.output(&task.name, turn, output).is_file())
    }

    /// How a task ended and its key, here or before.
    fn end_of(&self, task: &str) -> (State, Option<&str>) {
        let earlier = self.options.earlier.tasks.get(task);
        match self.graph.find(task) {
            Some(at) if self.graph.selected[at] => (self.state(task), self.ends[at].key.get().map(String::as_str)),
            Some(_) | None => (self.state(task), earlier.and_then(|earlier| earlier.key.as_deref())),
        }
    }
}

/// A hash that is being made. Every text has its length before it, so that no two lists of texts are one.
struct Key(Sha256);

impl Key {
    fn new() -> Self {
        let mut key = Self(Sha256::new());
        key.text(FORM);
        key
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn end(self) -> String {
        hex(&self.0.finalize())
    }

    /// The tasks that it reads, and those that it comes after and shares a workspace with.
    fn built_on(&mut self, site: &Site<'_>, task: &TaskSpec) -> Option<()> {
        let reads: FxHashSet<&str> = task.reads.iter().map(String::as_str).collect();
        let shares = |name: &str| {
            let before = site.graph.find(name).map(|at| &site.spec.tasks[at].workspaces);
            before.is_some_and(|before| before.iter().any(|workspace| task.workspaces.contains(workspace)))
        };
        for name in task.after.iter().filter(|name| reads.contains(name.as_str()) || shares(name)) {
            let (state, key) = site.end_of(name);
            self.text(name);
            self.text(status(state));
            match (key, state) {
                (Some(key), _) => self.text(key),
                // It made nothing.
                (None, State::Skipped) => self.text(""),
                (None, _) => return None,
            }
        }
        Some(())
    }

    fn scripts<'s>(&mut self, giver: Giver<'_, '_>, scripts: impl Iterator<Item = &'s ScriptSpec>) -> Option<()> {
        for script in scripts {
            self.script(giver, &script.script, &script.env, &script.args)?;
        }
        Some(())
    }

    fn script(
        &mut self,
        giver: Giver<'_, '_>,
        script: &str,
        env: &[(String, Source)],
        args: &[ListSource],
    ) -> Option<()> {
        self.text(script);
        self.variables(giver, env)?;
        self.text("args");
        args.iter().try_for_each(|list| self.list(giver, list))
    }

    fn variables(&mut self, giver: Giver<'_, '_>, env: &[(String, Source)]) -> Option<()> {
        env.iter().try_for_each(|(name, source)| {
            self.text(name);
            self.source(giver, source)
        })
    }

    fn service(&mut self, giver: Giver<'_, '_>, service: &ServiceSpec) -> Option<()> {
        self.text(&service.image);
        self.variables(giver, &service.env)?;
        for (name, script) in &service.made {
            self.text(name);
            self.scripts(giver, std::iter::once(script))?;
        }
        self.text(service.run.as_deref().unwrap_or_default());
        service.args.iter().for_each(|word| self.text(word));
        Some(())
    }

    /// What it is to leave, and the folders that are not the run's own.
    fn places(&mut self, giver: Giver<'_, '_>, task: &TaskSpec) -> Option<()> {
        let site = giver.site;
        self.text("outputs");
        task.results.iter().for_each(|output| self.text(output));
        for artifact in &task.artifacts {
            self.text(&artifact.name);
            self.text(&artifact.workspace);
            match &artifact.path {
                PathSpec::Literal(path) => self.text(path),
                PathSpec::Made(script) => self.scripts(giver, std::iter::once(script))?,
            }
        }
        self.text("workspaces");
        for name in &task.workspaces {
            self.text(name);
            let own = site.place(name).starts_with(site.options.work);
            self.bytes(if own { &[] } else { site.place(name).as_os_str().as_bytes() });
        }
        Some(())
    }

    /// By what it means: where the run keeps things does not matter, and a secret is only its name, for a hash that lies
    /// about must not give it away.
    fn source(&mut self, giver: Giver<'_, '_>, source: &Source) -> Option<()> {
        match source {
            Source::Literal(text) => self.text(text),
            Source::Param(name) => self.text(giver.site.param(name)),
            Source::Result { task, output } => self.os(&giver.result(task, output).ok()?),
            Source::OutputFile(output) => self.text(output),
            Source::Place { workspace, path } => {
                self.text(workspace);
                self.text(path);
            }
            Source::SecretValue(secret) | Source::SecretFile(secret) => self.text(giver.site.reference(secret)),
            Source::Status(task) => self.text(status(giver.site.state(task))),
            Source::StepResult { .. } => return None,
            Source::Outcome => self.text(status(giver.site.outcome())),
        }
        Some(())
    }

    fn list(&mut self, giver: Giver<'_, '_>, list: &ListSource) -> Option<()> {
        let words: Vec<OsString> = match list {
            ListSource::Literal(words) => words.iter().map(OsString::from).collect(),
            ListSource::Param(name) => giver.site.list(name).iter().map(OsString::from).collect(),
            ListSource::Gathered { task, output } => giver.gathered(task, output).ok()?,
            ListSource::Result { .. } => return None,
            ListSource::Each(sources) => return sources.iter().try_for_each(|source| self.source(giver, source)),
        };
        self.bytes(&(words.len() as u64).to_le_bytes());
        words.iter().for_each(|word| self.os(word));
        Some(())
    }

    fn os(&mut self, text: &OsStr) {
        self.bytes(text.as_bytes());
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes every text");
        text
    })
}

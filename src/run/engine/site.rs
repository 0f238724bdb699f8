//! What all threads of a run share.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::book::Book;
use super::graph::Graph;
use super::private::Private;
use super::values::Values;
use super::who::{Who, folder};
use super::{Options, Runner, secrets};
use crate::contract::store::State;
use crate::contract::{ParamSpec, RunSpec, TaskSpec};
use crate::run::guard;
use crate::run::observe::Observer;
use crate::run::supervise::adopted::MARK;
use crate::run::supervise::cancel::Cancel;

/// What all threads of a run share.
pub(super) struct Site<'a> {
    pub(super) spec: &'a RunSpec,
    pub(super) values: &'a Values,
    pub(super) options: &'a Options<'a>,
    pub(super) observer: &'a dyn Observer,
    pub(super) graph: Graph<'a>,
    pub(super) private: Private,
    pub(super) book: Book,
    /// What steps get of the caller's environment.
    pub(super) environment: Vec<(OsString, OsString)>,
    /// What no two runs share.
    pub(super) mark: String,
    /// Ends the tasks of the body, and those of `finally`.
    pub(super) body: Cancel,
    pub(super) last: Cancel,
    params: FxHashMap<&'a str, &'a ParamSpec>,
    places: FxHashMap<&'a str, PathBuf>,
    pub(super) ends: Vec<Known>,
    /// How the tasks before `finally` ended together.
    pub(super) outcome: OnceLock<State>,
}

/// What others may know of a task, once it is.
#[derive(Default, Debug)]
pub(super) struct Known {
    pub(super) state: OnceLock<State>,
    pub(super) key: OnceLock<String>,
    /// The numbers of its turns.
    pub(super) turns: OnceLock<Vec<u32>>,
}

impl<'a> Site<'a> {
    pub(super) fn new(
        spec: &'a RunSpec,
        values: &'a Values,
        options: &'a Options<'a>,
        observer: &'a dyn Observer,
    ) -> io::Result<Self> {
        let graph = Graph::new(spec, options.selected);
        let params: FxHashMap<&str, &ParamSpec> = spec.params.iter().map(|param| (&*param.name, param)).collect();
        let private = Private::new(private_places(options).into_iter())?;
        if let Some(guard) = options.guard {
            guard.folder(private.folder());
        }
        let mut site = Self {
            spec,
            values,
            options,
            observer,
            graph,
            private,
            book: Book::default(),
            environment: environment(spec, values, options),
            mark: options.guard.map_or_else(guard::mark, |guard| guard.mark().to_owned()),
            body: Cancel::new()?,
            last: Cancel::new()?,
            params,
            places: FxHashMap::default(),
            ends: spec.tasks.iter().map(|_| Known::default()).collect(),
            outcome: OnceLock::new(),
        };
        site.places = site.spec.workspaces.iter().map(|one| (&*one.name, site.place_of(one))).collect();
        Ok(site)
    }

    fn place_of(&self, workspace: &crate::contract::WorkspaceSpec) -> PathBuf {
        match &workspace.param {
            // An empty text is nowhere, and no path.
            Some(param) => std::path::absolute(self.param(param)).unwrap_or_default(),
            None => self.options.work.join("workspaces").join(&workspace.name),
        }
    }

    pub(super) fn task(&self, who: &Who) -> &'a TaskSpec {
        &self.spec.tasks[who.task]
    }

    pub(super) fn is_finally(&self, task: usize) -> bool {
        self.spec.finally || self.spec.tasks[task].finally
    }

    /// What ends it.
    pub(super) fn cancel(&self, who: &Who) -> &Cancel {
        if self.is_finally(who.task) { &self.last } else { &self.body }
    }

    /// The text of a parameter, the empty one when there is no such.
    pub(super) fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", |param| self.values.text(param))
    }

    pub(super) fn list(&self, name: &str) -> &[String] {
        self.params.get(name).map_or(&[], |param| self.values.list(param))
    }

    /// The folder of a workspace; empty: it is nowhere.
    pub(super) fn place(&self, workspace: &str) -> &Path {
        self.places.get(workspace).map_or(Path::new(""), PathBuf::as_path)
    }

    pub(super) fn places(&self) -> impl Iterator<Item = &Path> {
        self.spec.workspaces.iter().map(|workspace| self.place(&workspace.name))
    }

    /// How a task ended, here or before.
    pub(super) fn state(&self, task: &str) -> State {
        match self.graph.find(task) {
            Some(at) => self.ends[at].state.get().copied().unwrap_or(State::Pending),
            None => self.options.earlier.tasks.get(task).map_or(State::Cancelled, |earlier| earlier.state),
        }
    }

    pub(super) fn outcome(&self) -> State {
        self.outcome.get().copied().unwrap_or(State::Succeeded)
    }

    pub(super) fn outputs(&self, who: &Who) -> PathBuf {
        self.options.work.join("outputs").join(who.folder(self.spec))
    }

    pub(super) fn output(&self, task: &str, turn: Option<u32>, output: &str) -> PathBuf {
        self.options.work.join("outputs").join(folder(task, turn)).join(output_file(output))
    }

    pub(super) fn scratch(&self, who: &Who) -> PathBuf {
        self.options.work.join("scratch").join(who.folder(self.spec))
    }

    /// What its processes are known by.
    pub(super) fn mark_of(&self, who: &Who) -> String {
        let turn = who.turn.as_ref().map(|turn| format!(".{}", turn.number)).unwrap_or_default();
        format!("{}/{}{turn}/", self.mark, who.task)
    }

    pub(super) fn say(&self, about: Option<&Who>, line: &str) {
        self.observer.say(about.map(Who::reference), line);
    }

    /// The engine of containers; `None`: steps are processes of this machine.
    pub(super) fn engine(&self) -> Option<&'static str> {
        match self.options.runner {
            Runner::None => None,
            Runner::Podman => Some("podman"),
            Runner::Docker => Some("docker"),
        }
    }

    pub(super) fn variable(&self, name: &str) -> Option<&OsStr> {
        variable(self.options, name)
    }
}

/// The file of an output; one without a name has the folder to itself.
pub(super) fn output_file(name: &str) -> &str {
    if name.is_empty() { "value" } else { name }
}

/// A variable of the caller.
pub(super) fn variable<'a>(options: &Options<'a>, name: &str) -> Option<&'a OsStr> {
    options.environment.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_os_str())
}

fn private_places<'a>(options: &Options<'a>) -> Vec<&'a OsStr> {
    let own = ["XDG_RUNTIME_DIR", "TMPDIR"].into_iter().filter_map(|name| variable(options, name));
    own.chain([OsStr::new("/tmp")]).collect()
}

/// Secrets that came by the environment are only for those who are given them, `PIPE_` variables only for their own run, and
/// what a shell keeps itself for nobody.
fn environment(spec: &RunSpec, values: &Values, options: &Options<'_>) -> Vec<(OsString, OsString)> {
    let secret: FxHashSet<&str> = secrets::variables(spec, values).collect();
    let passes = |name: &OsStr| {
        let Some(name) = name.to_str() else { return false };
        let mut letters = name.bytes();
        letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
            && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'_')
            && !name.starts_with("PIPE_")
            && !matches!(name, "_" | "PWD" | "OLDPWD" | "SHLVL" | MARK)
            && !secret.contains(name)
    };
    options.environment.iter().filter(|(name, _)| passes(name)).cloned().collect()
}

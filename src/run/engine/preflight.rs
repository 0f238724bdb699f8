//! What has to be there before the first task, and what is known before it.

use std::collections::BTreeSet;
use std::env::consts;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::fs::{Access, access};

use super::process::Ends;
use super::site::Site;
use super::values::Given;
use super::who::Who;
use crate::contract::store::State;
use crate::contract::{END_OF_LIST, ListSource, ParamSpec, ScriptSpec, SecretRef, Source, TaskSpec};
use crate::run::supervise::cancel::Cancel;

const KVM: &str = "/dev/kvm";

impl Site<'_> {
    /// Of each task what its condition is, where it reads parameters only; else everything that is missing.
    pub(super) fn look(&self, cancel: &Cancel) -> Result<Vec<Option<bool>>, Vec<String>> {
        let mut lacks = self.params_lack();
        if lacks.is_empty() {
            lacks = self.check(cancel);
        }
        if !lacks.is_empty() {
            return Err(lacks);
        }
        let decided = self.decide_known(cancel)?;
        for at in (0..self.spec.tasks.len()).filter(|at| self.will_run(*at, &decided)) {
            lacks.extend(self.task_lacks(at));
        }
        lacks.extend(self.earlier_lack(&decided));
        lacks.extend(
            self.engine()
                .filter(|engine| !self.is_there(engine))
                .map(|engine| format!("there is no `{engine}` on this machine")),
        );
        if lacks.is_empty() { Ok(decided) } else { Err(lacks) }
    }

    fn params_lack(&self) -> Vec<String> {
        let missing = self
            .spec
            .params
            .iter()
            .filter(|param| param.default.is_none() && !self.values.params.contains_key(&param.name));
        let missing = missing.map(|param| format!("the parameter `{0}` is not given: `-p {0}=VALUE`", param.name));
        let wrong = self.spec.params.iter().filter_map(|param| self.value_lacks(param));
        missing.chain(wrong).chain(self.places_lack()).collect()
    }

    fn value_lacks(&self, param: &ParamSpec) -> Option<String> {
        let name = &param.name;
        match self.values.params.get(name)? {
            Given::List(_) if !param.list => Some(format!("the parameter `{name}` is one text, not a list")),
            Given::List(_) | Given::Text(_)
                if self.values.list(param).iter().any(|word| param.list && word == END_OF_LIST) =>
            {
                Some(format!("the parameter `{name}`: an element cannot be `{END_OF_LIST}`, which ends a list"))
            }
            Given::List(_) | Given::Text(_) => None,
        }
    }

    /// Of the workspaces that were given.
    fn places_lack(&self) -> impl Iterator<Item = String> {
        let given = self.spec.workspaces.iter().filter(|workspace| workspace.param.is_some());
        given.filter_map(|workspace| {
            let place = self.place(&workspace.name);
            let lacks = !place.as_os_str().is_empty() && !place.is_dir();
            lacks.then(|| format!("the workspace `{}`: there is no directory `{}`", workspace.name, place.display()))
        })
    }

    /// What the script says that checks types and requirements.
    fn check(&self, cancel: &Cancel) -> Vec<String> {
        let Some(script) = &self.spec.check else { return Vec::new() };
        let found = self.evaluate(None, script, "PIPE_VALUE", Ends { deadline: None, cancel });
        if found.code == 0 {
            return Vec::new();
        }
        let silent = found.said.is_empty();
        let code = found.code;
        let said = found.said.into_iter().map(|line| line.strip_prefix("pipec: ").map_or(line.clone(), str::to_owned));
        said.chain(silent.then(|| format!("the parameters could not be checked: exit code {code}"))).collect()
    }

    /// Conditions that read parameters only, several at once.
    fn decide_known(&self, cancel: &Cancel) -> Result<Vec<Option<bool>>, Vec<String>> {
        let tasks = self.spec.tasks.iter().enumerate();
        let known: Vec<(usize, &ScriptSpec)> = tasks
            .filter(|(at, _)| self.graph.selected[*at])
            .filter_map(|(at, task)| Some((at, task.condition.as_ref().filter(|script| known_at_start(script))?)))
            .collect();
        let answers: Vec<OnceLock<Result<bool, String>>> = known.iter().map(|_| OnceLock::new()).collect();
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..self.options.at_once.min(known.len()) {
                scope.spawn(|| {
                    while let Some((at, script)) = known.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let place = known.partition_point(|(known, _)| known < at);
                        answers[place].set(self.decide(*at, script, cancel)).ok();
                    }
                });
            }
        });
        let mut decided = vec![None; self.spec.tasks.len()];
        let mut lacks = Vec::new();
        for ((at, _), answer) in known.iter().zip(answers) {
            match answer.into_inner() {
                Some(Ok(answer)) => decided[*at] = Some(answer),
                Some(Err(lack)) => lacks.push(lack),
                None => {}
            }
        }
        if lacks.is_empty() { Ok(decided) } else { Err(lacks) }
    }

    fn decide(&self, at: usize, script: &ScriptSpec, cancel: &Cancel) -> Result<bool, String> {
        let found = self.evaluate(None, script, "PIPE_DECISION", Ends { deadline: None, cancel });
        if found.code == 0 {
            return Ok(found.answer == b"true");
        }
        let said = found.said.join("; ");
        let said = if said.is_empty() { said } else { format!(": {said}") };
        Err(format!("the condition of `{}` could not be decided{said}", self.spec.tasks[at].name))
    }

    /// Whether the task takes part and its condition, if any, is known to be true.
    fn will_run(&self, at: usize, decided: &[Option<bool>]) -> bool {
        self.graph.selected[at] && (self.spec.tasks[at].condition.is_none() || decided[at] == Some(true))
    }

    /// Whether the condition of the task looks at an output of one of these.
    pub(super) fn condition_reads(&self, who: &Who, tasks: &[&String]) -> bool {
        let Some(condition) = &self.task(who).condition else { return true };
        let of = |task: &String| tasks.contains(&task);
        let one = |source: &Source| matches!(source, Source::Result { task, .. } if of(task));
        sources(&condition.env, &condition.args).any(one)
            || condition.args.iter().any(|list| match list {
                ListSource::Gathered { task, .. } | ListSource::Result { task, .. } => of(task),
                ListSource::Each(_) | ListSource::Literal(_) | ListSource::Param(_) => false,
            })
    }

    /// What this machine lacks for the task.
    pub(super) fn task_lacks(&self, at: usize) -> Vec<String> {
        let task = &self.spec.tasks[at];
        let mut lacks = Vec::new();
        let needs = &task.needs;
        if *needs == crate::contract::NeedsSpec::default() && task.services.is_empty() && !reads_secrets(task) {
            return lacks;
        }
        let who = format!("task `{}` ({})", task.name, task.origin);
        if needs.kvm && access(KVM, Access::READ_OK | Access::WRITE_OK).is_err() {
            lacks.push(format!(
                "{who} needs KVM, and {KVM} is not there or not readable and writable for this user; load the kvm module, \
                 or add the user to the group `kvm`"
            ));
        }
        if let Some(arch) = needs.arch.as_ref().filter(|arch| *arch != machine()) {
            lacks.push(format!("{who} needs a machine of architecture {arch}, and this is {}", machine()));
        }
        self.services_lack(at, &who, &mut lacks);
        let secrets: BTreeSet<(&str, bool)> = secrets(task).map(named).collect();
        for (name, is_param) in secrets {
            let name = name.to_owned();
            let secret = if is_param { SecretRef::Param(name.clone()) } else { SecretRef::Named(name.clone()) };
            lacks.extend(self.secret_lacks(&secret).map(|lack| format!("{who} needs the secret `{name}`: {lack}")));
        }
        lacks
    }

    /// Tasks of an earlier run whose outputs are read have to have ended well.
    fn earlier_lack(&self, decided: &[Option<bool>]) -> Vec<String> {
        if self.options.selected.is_none() {
            return Vec::new();
        }
        let lost = |name: &&String| {
            let taken = self.graph.find(name).is_none_or(|before| self.graph.selected[before]);
            let earlier = self.options.earlier.tasks.get(*name).map(|earlier| earlier.state);
            !taken && !matches!(earlier, Some(State::Succeeded | State::Skipped))
        };
        let mut lacks = Vec::new();
        let takes_part = |at: &usize| self.graph.selected[*at] && decided[*at] != Some(false);
        for task in (0..self.spec.tasks.len()).filter(takes_part).map(|at| &self.spec.tasks[at]) {
            let lost = task.reads.iter().filter(lost);
            lacks.extend(lost.map(|before| {
                let work = self.options.work.display();
                format!("`{}` reads outputs of `{before}`, and {work} has none of an earlier run", task.name)
            }));
        }
        lacks
    }

    fn is_there(&self, program: &str) -> bool {
        let path = self.variable("PATH").map(OsStrExt::as_bytes).unwrap_or_default();
        path.split(|byte| *byte == b':').any(|folder| {
            let file = Path::new(std::ffi::OsStr::from_bytes(folder)).join(program);
            fs::metadata(file).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
        })
    }
}

/// As `uname -m` says it.
fn machine() -> &'static str {
    if consts::ARCH == "powerpc64" && cfg!(target_endian = "little") { "ppc64le" } else { consts::ARCH }
}

fn named(secret: &SecretRef) -> (&str, bool) {
    match secret {
        SecretRef::Named(name) => (name, false),
        SecretRef::Param(name) => (name, true),
    }
}

fn reads_secrets(task: &TaskSpec) -> bool {
    secrets(task).next().is_some()
}

/// Every secret that a task reads.
fn secrets(task: &TaskSpec) -> impl Iterator<Item = &SecretRef> {
    let scripts = task.condition.iter().chain(&task.turns).map(|script| (&script.env, script.args.as_slice()));
    let steps = task.steps.iter().map(|step| (&step.env, step.args.as_slice()));
    let services = task.services.iter().map(|service| (&service.env, [].as_slice()));
    scripts.chain(steps).chain(services).flat_map(|(env, args)| sources(env, args)).filter_map(|source| match source {
        Source::SecretValue(secret) | Source::SecretFile(secret) => Some(secret),
        Source::Literal(_)
        | Source::Param(_)
        | Source::Result { .. }
        | Source::OutputFile(_)
        | Source::Place { .. }
        | Source::Status(_)
        | Source::StepResult { .. }
        | Source::Outcome => None,
    })
}

fn sources<'s>(env: &'s [(String, Source)], args: &'s [ListSource]) -> impl Iterator<Item = &'s Source> {
    let lists = args.iter().flat_map(|list| match list {
        ListSource::Each(sources) => sources.as_slice(),
        ListSource::Literal(_) | ListSource::Param(_) | ListSource::Gathered { .. } | ListSource::Result { .. } => &[],
    });
    env.iter().map(|(_, source)| source).chain(lists)
}

/// Whether a script reads nothing that is made while the run goes on.
fn known_at_start(script: &ScriptSpec) -> bool {
    let gathers = script.args.iter().any(|list| matches!(list, ListSource::Gathered { .. }));
    !gathers
        && sources(&script.env, &script.args).all(|source| match source {
            Source::Literal(_)
            | Source::Param(_)
            | Source::Place { .. }
            | Source::SecretValue(_)
            | Source::SecretFile(_) => true,
            Source::Result { .. }
            | Source::OutputFile(_)
            | Source::Status(_)
            | Source::StepResult { .. }
            | Source::Outcome => false,
        })
}

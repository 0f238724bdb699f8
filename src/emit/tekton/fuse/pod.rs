//! A pod in the making: what its steps read, and where they leave what they make.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::links::whole;
use super::own::{self, Own};
use super::preamble::{Inside, Preamble};
use crate::emit::kube;
use crate::emit::tekton::inputs::{Given, Inputs, Variable, Way, mount_path};
use crate::emit::tekton::lower::{Container, Unit, VERDICT};
use crate::emit::tekton::names;
use crate::emit::yaml::Node;

/// How the tasks of one pod follow each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// Each when those before it ended well.
    Chain,
    /// Each when those before it ended, however.
    Ordered,
}

/// The pod so far.
#[derive(Debug)]
pub(super) struct Pod<'p> {
    mode: Mode,
    pub(super) inputs: Inputs,
    pub(super) volumes: Vec<Node>,
    pub(super) steps: Vec<Container<'p>>,
    pub(super) results: Vec<(Cow<'p, str>, Cow<'p, str>)>,
    /// Of the results that stay: task, name, new name.
    pub(super) kept: Vec<(String, String, String)>,
    /// The exit codes of all steps whose failure is one of the whole.
    pub(super) judged: Vec<String>,
    step_names: FxHashSet<String>,
    /// The files of results, by `TASK.results.RESULT`.
    files: FxHashMap<String, String>,
    /// How each task before ended, as [`Preamble`] reads it.
    ends: FxHashMap<String, String>,
}

/// What is decided of a task before it comes into the pod.
pub(super) struct Entry<'a> {
    /// The pod has other tasks.
    pub(super) shared: bool,
    /// Which of its results stay results of the whole.
    pub(super) keeps: &'a dyn Fn(&str) -> bool,
    /// The resources that its first step asks for.
    pub(super) asks: &'a dyn Fn(&str) -> bool,
}

/// What a parameter of a task is in the pod.
enum Param {
    /// One of the whole, by this name.
    Outer(String),
    Inner(Inside),
}

/// One test of a condition: what is tested, whether it has to be among the texts, the texts.
type Test = (Param, bool, Vec<String>);

/// The rest of a task while its steps are brought into the pod.
struct Member<'a> {
    name: &'a str,
    params: Vec<(String, Param)>,
    /// Its variables for the paths of results, and the paths here.
    paths: Vec<(String, String)>,
    volumes: FxHashMap<String, String>,
    tests: Vec<Test>,
    verdict: String,
    limit: Option<i64>,
    decides: bool,
}

impl<'p> Pod<'p> {
    pub(super) fn new(mode: Mode) -> Self {
        Self {
            mode,
            inputs: Inputs::default(),
            volumes: Vec::new(),
            steps: Vec::new(),
            results: Vec::new(),
            kept: Vec::new(),
            judged: Vec::new(),
            step_names: FxHashSet::default(),
            files: FxHashMap::default(),
            ends: FxHashMap::default(),
        }
    }

    /// Brings the steps of a task in, behind all others.
    pub(super) fn add(&mut self, unit: Unit<'p>, entry: &Entry<'_>) {
        let alone = unit.steps.len() == 1;
        let names: Vec<String> = unit.steps.iter().map(|step| self.step_name(&unit.name, &step.name, alone)).collect();
        let timed = unit.id.is_some() && entry.shared;
        let paths = self.place_results(&unit, entry.keeps);
        let mut member = Member {
            name: &unit.name,
            paths,
            params: unit.inputs.given.into_iter().map(|given| self.param(&unit.name, given)).collect(),
            volumes: self.secrets(unit.inputs.secrets, unit.volumes),
            tests: Vec::new(),
            verdict: own::file(&unit.name, VERDICT),
            limit: unit.timeout.filter(|_| timed),
            decides: unit.decides,
        };
        for (input, is_in, values) in unit.when {
            member.tests.push((self.tested(&unit.name, input), is_in, values));
        }
        unit.inputs.workspaces.iter().for_each(|name| self.inputs.need_workspace(name));
        let mut exits = String::new();
        for (at, (mut step, name)) in unit.steps.into_iter().zip(names).enumerate() {
            let preamble = self.preamble(&member, at, &exits, &mut step);
            let exit = exit_file(&name);
            exits.push_str(&exit);
            exits.push(':');
            if !unit.goes_on {
                self.judged.push(exit);
            }
            step.name = name;
            step.script = preamble.put(step.script);
            let resources =
                unit.resources.iter().map(|(name, limit)| ((*name, limit.clone()), at == 0 && (entry.asks)(name)));
            step.own = Some(Box::new(Own {
                privileged: unit.needs.privileged,
                resources: resources.collect(),
                goes_on: self.mode == Mode::Ordered,
                timeout: member.limit.filter(|_| self.mode == Mode::Chain),
                shares: step.wiring.env.iter().filter_map(Variable::text).any(own::is_file),
            }));
            self.steps.push(step);
        }
        if self.mode == Mode::Ordered {
            self.ends.insert(unit.name.clone(), [&member.verdict, ":", &exits].concat());
        }
    }

    /// `TASK-STEP`, or the task alone when it has one step only.
    pub(super) fn step_name(&mut self, task: &str, step: &str, alone: bool) -> String {
        let wish = if alone { task.to_owned() } else { [task, "-", step].concat() };
        let mut name = names::step(&wish);
        let mut turn = 2;
        while !self.step_names.insert(name.clone()) {
            name = names::step(&format!("{wish}-{turn}"));
            turn += 1;
        }
        name
    }

    /// The files of all results of a task.
    fn place_results(&mut self, unit: &Unit<'p>, keeps: &dyn Fn(&str) -> bool) -> Vec<(String, String)> {
        let mut paths = Vec::with_capacity(unit.results.len());
        for (name, about) in &unit.results {
            let path = if keeps(name) {
                let new = self.result_name(&unit.name, name);
                self.kept.push((unit.name.clone(), name.clone().into_owned(), new.clone()));
                let path = result_path(&new);
                self.results.push((new.into(), about.clone()));
                path
            } else {
                own::file(&unit.name, name)
            };
            self.files.insert([&unit.name, ".results.", name].concat(), path.clone());
            paths.push((result_path(name), path));
        }
        paths
    }

    /// Its own name, unless another task has a result of that name.
    fn result_name(&self, task: &str, result: &str) -> String {
        let taken = |name: &str| self.results.iter().any(|(known, _)| known == name);
        let mut name = result.to_owned();
        let mut turn = 1;
        while taken(&name) {
            name = if turn == 1 { [task, "-", result].concat() } else { format!("{task}-{result}-{turn}") };
            turn += 1;
        }
        name
    }

    fn param(&mut self, task: &str, given: Given) -> (String, Param) {
        let name = given.name.clone();
        let param = match self.inside(task, &given.value) {
            Some(inside) => Param::Inner(inside),
            None => Param::Outer(self.outer(task, given)),
        };
        (name, param)
    }

    /// A value that is made in the pod.
    fn inside(&self, task: &str, value: &str) -> Option<Inside> {
        let (of, what) = whole(value)?;
        if let Some(path) = self.files.get(&[of, ".", what].concat()) {
            // What a task has decided itself is there before it has ended.
            let end = self.ends.get(of).filter(|_| of != task).cloned();
            return Some(Inside::File { path: path.clone(), end });
        }
        self.ends.get(of).filter(|_| what == "status").map(|end| Inside::Status(end.clone()))
    }

    /// A parameter of the whole; one of another task that has the same name gets a longer one.
    fn outer(&mut self, task: &str, mut given: Given) -> String {
        let known = |pod: &Self, name: &str| pod.inputs.given.iter().find(|known| known.name == name).cloned();
        match known(self, &given.name) {
            Some(known) if known == given => return given.name,
            Some(_) => given.name = [task, "--", &given.name].concat(),
            None => {}
        }
        let name = given.name.clone();
        self.inputs.given.push(given);
        name
    }

    /// What a condition looks at.
    fn tested(&mut self, task: &str, input: String) -> Param {
        if let Some(inside) = self.inside(task, &input) {
            return Param::Inner(inside);
        }
        let same = |given: &&Given| given.value == input && given.way == Way::Text;
        if let Some(given) = self.inputs.given.iter().find(same) {
            return Param::Outer(given.name.clone());
        }
        let name = format!("when--{}", self.inputs.given.len() + 1);
        self.inputs.given.push(Given { name: name.clone(), way: Way::Text, value: input });
        Param::Outer(name)
    }

    /// The volumes of secrets, each by a new name where another has its name.
    fn secrets(
        &mut self,
        secrets: Vec<(crate::contract::SecretRef, String)>,
        volumes: Node,
    ) -> FxHashMap<String, String> {
        let Node::List(volumes) = volumes else { return FxHashMap::default() };
        let mut names = FxHashMap::default();
        for ((secret, old), mut volume) in secrets.into_iter().zip(volumes) {
            let known = self.inputs.secrets.iter().find(|(known, _)| *known == secret);
            let new = match known {
                Some((_, name)) => name.clone(),
                None => {
                    let name = format!("secret-{}", self.inputs.secrets.len() + 1);
                    if let Node::Map(map) = &mut volume {
                        map.entries
                            .iter_mut()
                            .filter(|(key, _)| key == "name")
                            .for_each(|(_, value)| *value = name.clone().into());
                    }
                    self.volumes.push(volume);
                    self.inputs.secrets.push((secret, name.clone()));
                    name
                }
            };
            names.insert(old, new);
        }
        names
    }

    /// The code in front of a step, whose variables are brought to what they are here.
    fn preamble(&self, member: &Member<'_>, at: usize, exits: &str, step: &mut Container<'p>) -> Preamble {
        let mut preamble = Preamble::default();
        if self.mode == Mode::Ordered && at > 0 {
            preamble.only_when_well(exits);
        }
        let secrets = std::mem::take(&mut step.wiring.secret_paths);
        for variable in &mut step.wiring.env {
            match variable {
                Variable::Text(name, value) => {
                    let is_secret = secrets.iter().any(|known| known == name);
                    let new = member.text(&mut preamble, name, value, is_secret);
                    new.into_iter().for_each(|new| *value = new.into());
                }
                // The pod has to start also when the task is skipped.
                Variable::Secret { optional, .. } => *optional |= !member.tests.is_empty(),
            }
        }
        for arg in &mut step.wiring.args {
            let new = member.renamed(arg);
            new.into_iter().for_each(|new| *arg = new.into());
        }
        for mount in &mut step.wiring.mounts {
            mount.clone_from(&member.volumes[mount]);
        }
        let guarded = !(member.decides && at == 0);
        if guarded {
            member.guard(&mut preamble, self.mode);
        }
        step.wiring.env.extend(
            preamble
                .env
                .iter()
                .map(|(name, value)| Variable::Text(Cow::Owned(name.clone()), Cow::Owned(value.clone()))),
        );
        preamble
    }
}

impl Member<'_> {
    /// What a variable holds here, when that is something else.
    fn text(&self, preamble: &mut Preamble, name: &str, value: &str, is_secret: bool) -> Option<String> {
        if is_secret {
            let moved = self.volumes.iter().find(|(old, _)| secret_path(value, old));
            return moved.map(|(old, new)| value.replacen(&mount_path(old), &mount_path(new), 1));
        }
        let read = |text: &str| {
            let name = text.strip_prefix("$(params.")?.strip_suffix(')')?;
            match self.params.iter().find(|(known, _)| known == name) {
                Some((_, Param::Inner(inside))) => Some(inside.clone()),
                Some((_, Param::Outer(_))) | None => None,
            }
        };
        if let Some(inside) = read(value) {
            return Some(preamble.value(name, &inside));
        }
        if let Some(inside) = value.strip_prefix("$(PIPEC_NOT_").and_then(|rest| read(rest.strip_suffix(')')?)) {
            let path = preamble.value(name, &inside);
            preamble.opposite(name);
            return Some(path);
        }
        self.renamed(value)
    }

    /// With the variables of the whole.
    fn renamed(&self, value: &str) -> Option<String> {
        if !value.contains("$(params.") && !value.contains("$(results.") {
            return None;
        }
        let mut text = value.to_owned();
        for (old, new) in &self.paths {
            text = text.replace(old, new);
        }
        for (old, param) in &self.params {
            if let Param::Outer(new) = param
                && old != new
            {
                text = text.replace(&format!("$(params.{old})"), &format!("$(params.{new})"));
                text = text.replace(&format!("$(params.{old}[*])"), &format!("$(params.{new}[*])"));
            }
        }
        (text != value).then_some(text)
    }

    /// Skips the script when its condition does not hold, and ends it in time.
    fn guard(&self, preamble: &mut Preamble, mode: Mode) {
        for (input, is_in, values) in &self.tests {
            let variable = preamble.tested();
            let value = match input {
                Param::Inner(inside) => preamble.value(&variable, inside),
                Param::Outer(name) => format!("$(params.{name})"),
            };
            preamble.test(&variable, *is_in, values);
            preamble.env.push((variable, value));
        }
        if mode == Mode::Chain {
            return;
        }
        if !self.tests.is_empty() {
            preamble.say_skipped(&self.verdict);
        }
        if let Some(limit) = self.limit {
            preamble.limit(limit, own::file(self.name, "pipec-began"));
        }
    }
}

fn secret_path(path: &str, volume: &str) -> bool {
    path.strip_prefix(&mount_path(volume)).is_some_and(|rest| rest.starts_with('/'))
}

fn result_path(result: &str) -> String {
    ["$(results.", result, ".path)"].concat()
}

/// The file that the engine writes when a step has ended.
fn exit_file(step: &str) -> String {
    ["$(steps.step-", step, ".exitCode.path)"].concat()
}

/// How much a task asks for of a resource.
pub(super) fn amount(unit: &Unit<'_>, resource: &str) -> i64 {
    let needs = &unit.needs;
    match resource {
        "cpu" => needs.cpu.unwrap_or(0),
        "memory" => needs.memory.unwrap_or(0),
        "ephemeral-storage" => needs.disk.unwrap_or(0),
        kube::KVM => i64::from(needs.kvm),
        _ => i64::MAX,
    }
}

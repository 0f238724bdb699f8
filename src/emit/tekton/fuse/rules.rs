//! Which tasks of the body may be steps of one pod. Where the meaning might change, they may not.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::budget::Size;
use super::links::{Links, whole};
use super::pod::amount;
use crate::emit::tekton::artifacts;
use crate::emit::tekton::inputs::{Given, Variable, Way};
use crate::emit::tekton::lower::{Lowered, Unit};
use crate::emit::tekton::object;
use crate::plan::{Plan, Value};

/// A chain while it grows.
#[derive(Debug)]
pub(super) struct Chain {
    /// Indices of tasks of the body, in their order.
    pub(super) members: Vec<usize>,
    pub(super) set: FxHashSet<usize>,
    /// Without results.
    size: Size,
}

/// What is looked at for all tasks.
#[derive(Debug)]
pub(super) struct Rules<'a, 'p> {
    pub(super) lowered: &'a Lowered<'p>,
    pub(super) links: &'a Links,
    /// The tasks that options of their own are given to.
    named: FxHashSet<&'p str>,
}

impl<'a, 'p> Rules<'a, 'p> {
    pub(super) fn new(lowered: &'a Lowered<'p>, links: &'a Links) -> Self {
        Self { lowered, links, named: named(lowered.plan) }
    }

    fn unit(&self, at: usize) -> &'a Unit<'p> {
        &self.lowered.tasks[at]
    }

    fn size(&self, at: usize) -> Size {
        let told = artifacts::sizes(self.lowered, self.unit(at)).iter().map(|(_, size)| size).sum();
        Size::of(self.unit(at)).and(Size::of_artifacts(told))
    }

    pub(super) fn start(&self, at: usize) -> Chain {
        let size = self.size(at);
        Chain { members: vec![at], set: [at].into_iter().collect(), size }
    }

    /// Whether the task may share a pod at all.
    pub(super) fn may_share(&self, at: usize) -> bool {
        let unit = self.unit(at);
        let task = unit.id.map(|id| self.lowered.plan.task(id));
        let is_ours =
            unit.found.is_none() && unit.sidecars.is_empty() && unit.steps.iter().all(|step| step.used.is_none());
        let runs_once = unit.retries == 0 && !unit.inputs.given.iter().any(|given| given.way == Way::Each);
        // A step is ended by a signal that nobody can answer, and several together have no limit.
        let limited =
            task.is_some_and(|task| task.timeout.is_some() && (task.cleanup.is_some() || unit.steps.len() > 1));
        let has_options = task.is_some_and(|task| self.named.contains(task.name.as_str()));
        is_ours
            && !secrets_in_arguments(unit)
            && runs_once
            && !unit.goes_on
            && !unit.result_is_list
            && !limited
            && !has_options
            && !task.is_some_and(object::writes)
            && !self.links.status_read.contains(&unit.name)
            && !self.lowered.otherwise.contains_key(&unit.name)
    }

    /// Whether the task may follow the last one of the chain in its pod; that it waits for nothing else, and nothing
    /// for the last one alone, is known.
    pub(super) fn may_join(&self, chain: &Chain, at: usize) -> bool {
        let unit = self.unit(at);
        self.same_place(chain, unit)
            && self.same_lock(chain, unit)
            && self.same_condition(chain, unit)
            && self.reads_in_scripts(chain, unit)
            && self.one_volume(chain, unit)
            && self.fits(chain, at)
    }

    pub(super) fn join(&self, chain: &mut Chain, at: usize) {
        chain.members.push(at);
        chain.set.insert(at);
        chain.size = chain.size.and(self.size(at));
    }

    fn first(&self, chain: &Chain) -> &'a Unit<'p> {
        self.unit(chain.members[0])
    }

    /// The same machines, and the same right to them.
    fn same_place(&self, chain: &Chain, unit: &Unit<'_>) -> bool {
        let first = &self.first(chain).needs;
        first.arch == unit.needs.arch && first.privileged == unit.needs.privileged
    }

    fn same_lock(&self, chain: &Chain, unit: &Unit<'_>) -> bool {
        let lock = |unit: &Unit<'_>| unit.id.map(|id| self.lowered.plan.task(id).lock.as_deref());
        let known = chain.members.iter().find_map(|member| lock(self.unit(*member)));
        match (known, lock(unit)) {
            (Some(known), Some(mine)) => known == mine,
            (Some(_) | None, None) | (None, Some(_)) => true,
        }
    }

    /// It has the condition of the first task. What it has beside that can be tested in its script, and it is no reason
    /// to ask for a greater machine, or for a secret, that may not be there when it is not needed.
    fn same_condition(&self, chain: &Chain, unit: &Unit<'_>) -> bool {
        let first = &self.first(chain).when;
        let has_all = first.iter().all(|one| unit.when.contains(one));
        let (more, values): (Vec<_>, Vec<_>) =
            unit.when.iter().filter(|one| !first.contains(one)).map(|(input, _, values)| (input, values)).unzip();
        let testable = values.iter().all(|values| values.iter().all(|value| !value.contains('$')));
        has_all && testable && (more.is_empty() || (self.asks_for_nothing_more(chain, unit) && needs_no_secret(unit)))
    }

    fn asks_for_nothing_more(&self, chain: &Chain, unit: &Unit<'_>) -> bool {
        let when = &self.first(chain).when;
        let sure = || chain.members.iter().map(|at| self.unit(*at)).filter(|member| member.when.len() == when.len());
        unit.resources
            .iter()
            .all(|(resource, _)| sure().any(|member| amount(member, resource) >= amount(unit, resource)))
    }

    /// What it reads of the chain reaches its scripts as texts of their own, and nothing else.
    fn reads_in_scripts(&self, chain: &Chain, unit: &Unit<'_>) -> bool {
        let names: FxHashSet<&str> = chain.members.iter().map(|at| self.unit(*at).name.as_str()).collect();
        let is_inside = |text: &str| whole(text).is_some_and(|(task, _)| names.contains(task));
        let mentions = |text: &str| {
            let mut tasks = text.split("$(tasks.").skip(1).filter_map(|rest| rest.split('.').next());
            tasks.any(|task| names.contains(task))
        };
        let given = |given: &Given| {
            !mentions(&given.value)
                || (is_inside(&given.value) && given.way == Way::Text && only_as_text(unit, &given.name))
        };
        unit.inputs.given.iter().all(given)
            && unit.when.iter().all(|(input, _, _)| !mentions(input) || is_inside(input))
    }

    fn one_volume(&self, chain: &Chain, unit: &Unit<'_>) -> bool {
        let known = chain.members.iter().flat_map(|at| &self.unit(*at).inputs.workspaces);
        let all: FxHashSet<&String> = known.chain(&unit.inputs.workspaces).collect();
        all.len() <= 1 || self.lowered.options.several_volumes
    }

    fn fits(&self, chain: &Chain, at: usize) -> bool {
        chain.size.and(self.size(at)).fits()
    }

    /// Takes tasks from the end until the results fit into a pod; a result that only the next one reads is none.
    pub(super) fn shorten(&self, chain: &mut Chain) -> Vec<usize> {
        let mut taken = Vec::new();
        while chain.members.len() > 1 && !self.results_fit(chain) {
            let Some(last) = chain.members.pop() else { break };
            chain.set.remove(&last);
            taken.push(last);
        }
        taken
    }

    fn results_fit(&self, chain: &Chain) -> bool {
        let size = chain.members.iter().fold(Size::default(), |sum, at| {
            let unit = self.unit(*at);
            let keeps = |name: &str| self.links.stays(&unit.name, name, &chain.set);
            sum.and(self.size(*at)).and(Size::of_results(self.lowered.plan, unit, &keeps))
        });
        size.fits()
    }
}

fn needs_no_secret(unit: &Unit<'_>) -> bool {
    let mut env = unit.steps.iter().flat_map(|step| &step.wiring.env);
    !env.any(|variable| matches!(variable, Variable::Secret { optional: false, .. }))
}

/// Whether every step that uses the parameter has it as the whole of a variable, or as the opposite of a `bool`.
fn only_as_text(unit: &Unit<'_>, param: &str) -> bool {
    let variable = ["$(params.", param, ")"].concat();
    let opposite = ["$(PIPEC_NOT_", &variable, ")"].concat();
    let env = |one: &Variable<'_>| match one {
        Variable::Text(_, text) => !text.contains(&variable) || *text == variable || *text == opposite,
        Variable::Secret { secret, .. } => !secret.contains(&variable),
    };
    let args = |arg: &Cow<'_, str>| !arg.contains(&variable);
    // Secrets that are mounted are named in volumes, by parameters of this form.
    !param.ends_with("--secret")
        && unit.steps.iter().all(|step| step.wiring.env.iter().all(env) && step.wiring.args.iter().all(args))
}

/// Whether arguments hold paths of secrets, which would have to be told from texts that look like them.
fn secrets_in_arguments(unit: &Unit<'_>) -> bool {
    let args = |step: &crate::emit::tekton::lower::Container<'_>| {
        !step.wiring.mounts.is_empty() && step.wiring.args.iter().any(|arg| arg.starts_with("/pipec/"))
    };
    unit.steps.iter().any(args)
}

/// The tasks in the option `tasks`, a map by name: their pods are not those of others.
fn named(plan: &Plan) -> FxHashSet<&str> {
    let options = plan.options.iter().filter(|(target, _, _)| target == crate::emit::tekton::NAME);
    let all = options.flat_map(|(_, value, _)| fields(value));
    let tasks = all.filter(|(name, _)| name == "tasks").flat_map(|(_, value)| fields(value));
    tasks.map(|(name, _)| name.as_str()).collect()
}

fn fields(value: &Value) -> &[(String, Value)] {
    if let Value::Record(fields) = value { fields } else { &[] }
}

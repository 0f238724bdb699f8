//! The tasks of a plan in the words of `runner/declare.sh`.

use std::fmt::{self, Write};

use super::scripts::{self, Scripts};
use super::services;
use crate::emit::quote::{word, words};
use crate::emit::script::{self, Rendered};
use crate::emit::spec;
use crate::plan::{Edge, OnFailure, Phase, Plan, Task, TaskId, Why};
use crate::source::Sources;

/// bash follows the commands of a function by recursion, and ends with a crash when there are tens of thousands.
const TASKS_OF_A_FUNCTION: usize = 100;

/// Writes `declare_tasks`, in topological order; the scripts that they use go to `scripts`.
pub(super) fn write(plan: &Plan, steps: &[Vec<Rendered>], sources: &Sources, scripts: &mut Scripts, out: &mut String) {
    let mut wave = vec![0; plan.len()];
    for (number, tasks) in plan.waves().iter().enumerate() {
        tasks.iter().for_each(|task| wave[task.index()] = number + 1);
    }
    let mut waits = plan.needed_after();
    let order = plan.order();
    let mut parts = String::new();
    for (number, tasks) in order.chunks(TASKS_OF_A_FUNCTION).enumerate() {
        out.push_str(&format!("tasks_{number}() {{\n"));
        for id in tasks {
            let waits = std::mem::take(&mut waits[id.index()]);
            Writer { plan, steps, sources, scripts, out }.task(*id, wave[id.index()], &waits);
        }
        out.push_str("}\n\n");
        parts.push_str(&format!("    tasks_{number}\n"));
    }
    out.push_str(&format!("declare_tasks() {{\n    :\n{parts}}}\n"));
}

/// Writes the words of one task.
struct Writer<'a> {
    plan: &'a Plan,
    steps: &'a [Vec<Rendered>],
    sources: &'a Sources,
    scripts: &'a mut Scripts,
    out: &'a mut String,
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        ["    ", text, "\n"].iter().for_each(|part| self.out.push_str(part));
    }

    fn line_of(&mut self, parts: fmt::Arguments<'_>) {
        writeln!(self.out, "    {parts}").expect("a string takes every text");
    }

    /// A line with a word before its arguments, when there are any.
    fn list(&mut self, name: &str, arguments: &str) {
        if !arguments.is_empty() {
            ["    ", name, arguments, "\n"].iter().for_each(|part| self.out.push_str(part));
        }
    }

    fn task(&mut self, id: TaskId, wave: usize, waits: &[TaskId]) {
        let plan = self.plan;
        let task = plan.task(id);
        let phase = match task.phase {
            Phase::Main => "main",
            Phase::Finally => "finally",
        };
        let origin = self.sources.origin(task.span);
        self.out.push_str(&comment(&origin));
        self.line_of(format_args!("task {} {phase} {wave} {}", task.name, word(&origin)));
        self.list("about", &task.doc.lines().next().map(|line| words([line])).unwrap_or_default());
        self.list("stage", &words(task.stage.as_deref()));
        self.order(id, waits);
        self.resources(task);
        self.policy(task);
        self.values(task);
        self.scripts(id, task);
    }

    fn order(&mut self, id: TaskId, waits: &[TaskId]) {
        let plan = self.plan;
        let name = |task: TaskId| [" ", plan.task(task).name.as_str()];
        let after: String = waits.iter().flat_map(|task| name(*task)).collect();
        let read = |(task, edge): &(TaskId, &Edge)| spec::needed(plan.task(*task), edge);
        let reads: String = plan.dependencies(id).filter(read).flat_map(|(task, _)| name(task)).collect();
        let main = plan.task(id).phase == Phase::Main;
        let asked = |(_, edge): &(TaskId, &Edge)| main && edge.why.iter().any(|why| matches!(why, Why::Condition(_)));
        let decided_by: String = plan.dependencies(id).filter(asked).flat_map(|(task, _)| name(task)).collect();
        self.list("after", &after);
        self.list("reads", &reads);
        self.list("decided_by", &decided_by);
    }

    fn resources(&mut self, task: &Task) {
        let needs = &task.needs;
        let mut list = String::new();
        let mut add = |wanted: bool, text: &str| {
            if wanted {
                list.push_str(text)
            }
        };
        add(needs.kvm, " kvm");
        add(needs.privileged, " privileged");
        add(!needs.network, " offline");
        needs.arch.iter().for_each(|arch| add(true, &format!(" arch={arch}")));
        needs.cpu.iter().for_each(|cpu| add(true, &format!(" cpu={cpu}")));
        needs.memory.iter().for_each(|memory| add(true, &format!(" memory={memory}")));
        self.list("needs", &list);
    }

    fn policy(&mut self, task: &Task) {
        if let Some(timeout) = task.timeout {
            self.line_of(format_args!("limit {timeout}"));
        }
        if task.retries > 0 {
            self.line_of(format_args!("again {} {}", task.retries, task.retry_delay.unwrap_or(0)));
        }
        match task.on_failure {
            OnFailure::GoOn => self.line("go_on"),
            OnFailure::Stop => {}
        }
        if task.cleanup.is_some() {
            self.line("cleans_up");
        }
        self.list("lock", &words(task.lock.as_deref()));
    }

    fn values(&mut self, task: &Task) {
        let values = task.outputs.iter().filter(|output| output.place.is_none());
        let outputs: String = values.flat_map(|output| [" ", scripts::output_file(&output.name)]).collect();
        let place = |id: &crate::plan::WorkspaceId| format!(" {}", self.plan.workspaces[id.index()].name);
        let mounts: String = task.workspaces.iter().map(place).collect();
        self.list("outputs", &outputs);
        self.list("mounts", &mounts);
    }

    fn scripts(&mut self, id: TaskId, task: &Task) {
        let condition = task.condition.as_ref().map(|condition| script::decision(self.plan, condition));
        let steps = &self.steps[id.index()];
        let services: Vec<_> = task.services.iter().map(|service| services::given(self.plan, service)).collect();
        self.secrets(condition.iter().chain(steps).chain(services.iter().map(|given| &given.direct)));
        for (service, given) in task.services.iter().zip(&services) {
            services::write(service, given, self.scripts, self.out);
        }
        if let Some(condition) = &condition {
            let known = if scripts::known_at_start(condition) { "known" } else { "later" };
            let numbers = self.scripts.add(condition);
            self.line_of(format_args!("when {known} {} {}", numbers.give, numbers.body));
        }
        if let Some(fan) = &task.fan {
            let turns = script::turns(self.plan, fan);
            let known = if scripts::known_at_start(&turns) { "known" } else { "later" };
            let numbers = self.scripts.add(&turns);
            self.line_of(format_args!("fan {known} {} {}", numbers.give, numbers.body));
        }
        for (step, rendered) in task.steps.iter().zip(steps) {
            let numbers = self.scripts.add(rendered);
            self.line_of(format_args!("step {} {} {} {}", step.name, numbers.give, numbers.body, word(&step.image)));
        }
    }

    fn secrets<'s>(&mut self, scripts: impl Iterator<Item = &'s Rendered>) {
        let mut secrets: Vec<String> = scripts.flat_map(scripts::sources).filter_map(scripts::secret).collect();
        secrets.sort_unstable();
        secrets.dedup();
        self.list("secrets", &words(secrets.iter().map(String::as_str)));
    }
}

fn comment(text: &str) -> String {
    format!("    # {}\n", text.replace(['\n', '\r'], "?"))
}

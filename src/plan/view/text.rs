//! The plan for people: 100 columns, no colours.

mod built;
mod sums;

use std::fmt::Write;

use super::words::{
    duration_words, expression, fan_words, needs_words, on_failure_word, value_words, verdict_word, why_origin,
    why_words,
};
use crate::plan::value::size_text;
use crate::plan::{OnFailure, Phase, Plan, Task, TaskId, Value};
use crate::source::Sources;

const WIDTH: usize = 100;
/// How far from its label a text starts.
const COLUMN: usize = 11;

pub(super) fn render(plan: &Plan, sources: &Sources) -> String {
    let mut page = Page { plan, sources, text: String::new() };
    page.head();
    page.goal();
    page.parameters();
    page.workspaces();
    page.tasks();
    page.left_out();
    page.outputs();
    page.artifacts();
    page.totals();
    page.resources();
    page.text
}

struct Page<'a> {
    plan: &'a Plan,
    sources: &'a Sources,
    text: String,
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.text, "{}", text.trim_end());
    }

    fn heading(&mut self, text: &str) {
        self.text.push('\n');
        self.line(text);
    }

    /// A label and what belongs to it, wrapped below itself.
    fn entry(&mut self, indent: usize, label: &str, text: &str) {
        let start = match label {
            "" => indent,
            _ => (indent + label.chars().count() + 2).max(indent + COLUMN),
        };
        let mut line = format!("{:indent$}{label:<rest$}", "", rest = start - indent);
        let mut room = WIDTH.saturating_sub(start);
        for word in text.split(' ') {
            let length = word.chars().count();
            if length > room && !line.trim().is_empty() && room < WIDTH - start {
                self.line(&line);
                line = " ".repeat(start);
                room = WIDTH - start;
            }
            line.push_str(word);
            line.push(' ');
            room = room.saturating_sub(length + 1);
        }
        self.line(&line);
    }

    fn head(&mut self) {
        let plan = self.plan;
        self.line(&format!("pipeline {} ({})", plan.name, self.sources.origin(plan.span)));
        for line in plan.doc.lines() {
            self.entry(2, "", line.trim());
        }
    }

    fn parameters(&mut self) {
        let plan = self.plan;
        if !plan.params.is_empty() {
            self.heading("parameters, given when the run starts");
        }
        let names = plan.params.iter().map(|param| param.name.len()).max().unwrap_or(0);
        let types = plan.params.iter().map(|param| param.ty.to_string().len()).max().unwrap_or(0);
        for param in &plan.params {
            let default = match &param.default {
                Some(value) => format!("= {}", value_words(plan, value)),
                None => "required".to_owned(),
            };
            let label = format!("{:<names$}  {:<types$}", param.name, param.ty.to_string());
            self.entry(2, &label, &default);
        }
        if !plan.bound.is_empty() {
            self.heading("bound when compiling");
        }
        for (name, value) in &plan.bound {
            self.entry(2, name, &format!("= {}", value_words(plan, value)));
        }
        let requires = plan.early();
        if !requires.is_empty() {
            self.heading("required of the parameters");
        }
        for require in requires {
            let origin = self.sources.origin(require.span);
            self.entry(2, "", &format!("{} ({origin})", expression(plan, &require.cond)));
        }
        if let Some((name, span)) = &plan.exclusive {
            self.heading("never twice at a time");
            self.entry(2, "", &format!("{} ({})", expression(plan, name), self.sources.origin(*span)));
        }
    }

    fn workspaces(&mut self) {
        if !self.plan.workspaces.is_empty() {
            self.heading("workspaces");
        }
        for workspace in &self.plan.workspaces {
            let size = match (workspace.param, workspace.size) {
                (Some(_), _) => "given from outside".to_owned(),
                (None, Some(bytes)) => size_text(bytes),
                (None, None) => "of no stated size".to_owned(),
            };
            self.entry(2, &workspace.name, &size);
        }
    }

    fn tasks(&mut self) {
        let waves = self.plan.waves();
        let main = waves.iter().filter(|wave| self.is_main(wave)).count();
        for (at, wave) in waves.iter().enumerate() {
            match self.is_main(wave) {
                true => self.heading(&format!("wave {} of {main}", at + 1)),
                false if at == main => self.heading("finally"),
                false => self.heading("finally, then"),
            }
            for id in wave {
                self.task(*id);
            }
        }
    }

    fn is_main(&self, wave: &[TaskId]) -> bool {
        wave.iter().any(|id| self.plan.task(*id).phase == Phase::Main)
    }

    fn task(&mut self, id: TaskId) {
        let plan = self.plan;
        let task = plan.task(id);
        let origin = self.sources.origin(task.span);
        let room = WIDTH.saturating_sub(2 + origin.chars().count());
        self.line(&format!("  {:<room$}{origin}", format!("{} ", task.name)));
        if let Some(stage) = &task.stage {
            self.entry(4, "stage", stage);
        }
        for condition in task.condition.iter().chain(task.turn_condition.as_deref()) {
            self.entry(4, "when", &expression(plan, condition));
        }
        if let Some(fan) = &task.fan {
            self.entry(4, "for", &fan_words(plan, fan));
        }
        for (from, edge) in plan.dependencies(id) {
            let mut reasons: Vec<String> = edge.why.iter().map(|why| self.reason(from, why)).collect();
            // One line may read an output several times.
            reasons.dedup();
            self.entry(4, "after", &format!("{}: {}", plan.task(from).name, reasons.join("; ")));
        }
        for require in task.requires.iter().filter(|one| !one.early) {
            self.entry(4, "requires", &expression(plan, &require.cond));
        }
        self.steps(task);
        self.limits(task);
        for output in task.outputs.iter() {
            let name = if output.name.is_empty() { "out" } else { &output.name };
            let place = output.place.as_ref().map(|(workspace, path)| {
                let path = path.value().and_then(Value::text).unwrap_or_else(|| expression(plan, path));
                format!(" at {}/{path}", plan.workspaces[workspace.index()].name)
            });
            self.entry(4, "makes", &format!("{name}: {}{}", output.ty, place.unwrap_or_default()));
        }
    }

    fn reason(&self, from: TaskId, why: &crate::plan::Why) -> String {
        let words = why_words(self.plan, from, why);
        match why_origin(self.sources, why) {
            Some(origin) => format!("{words} ({origin})"),
            None => words,
        }
    }

    fn steps(&mut self, task: &Task) {
        if let Some(source) = &task.source {
            return self.entry(4, "from", &source.words());
        }
        match task.steps.as_slice() {
            [only] if only.uses.is_none() => {
                self.entry(4, "image", &only.image);
                if let Some(kept) = &only.kept {
                    let more = if only.script.slots.is_empty() { "" } else { " …" };
                    self.entry(4, "runs", &(kept.words.join(" ").replace('\n', "\\n") + more));
                }
            }
            steps => steps.iter().for_each(|step| match &step.uses {
                Some(source) => self.entry(4, "step", &format!("{} from {}", step.name, source.words())),
                None => self.entry(4, "step", &format!("{} in {}", step.name, step.image)),
            }),
        }
        for service in &task.services {
            let text = format!("{} in {}, ready when {}", service.name, service.image, service.ready_words());
            self.entry(4, "service", &text);
        }
    }

    fn limits(&mut self, task: &Task) {
        let needs = needs_words(&task.needs);
        let mut rows: Vec<(&str, String)> = Vec::new();
        if !needs.is_empty() {
            rows.push(("needs", needs));
        }
        if let Some(timeout) = task.timeout {
            rows.push(("timeout", duration_words(timeout)));
        }
        if task.retries > 0 {
            let delay = task.retry_delay.map(|delay| format!(", {} apart", duration_words(delay)));
            rows.push(("retries", format!("{}{}", task.retries, delay.unwrap_or_default())));
        }
        if !task.on_exit.is_empty() {
            let exits: Vec<String> =
                task.on_exit.iter().map(|(code, verdict)| format!("{code} is {}", verdict_word(*verdict))).collect();
            rows.push(("exit", exits.join(", ")));
        }
        if task.on_failure == OnFailure::GoOn {
            rows.push(("failure", on_failure_word(task.on_failure).to_owned()));
        }
        if let Some(lock) = &task.lock {
            rows.push(("lock", lock.clone()));
        }
        for (label, text) in rows {
            self.entry(4, label, &text);
        }
    }

    fn left_out(&mut self) {
        if !self.plan.left_out.is_empty() {
            self.heading("left out");
        }
        for one in &self.plan.left_out {
            let cond = self.sources.text(one.because).split_whitespace().collect::<Vec<_>>().join(" ");
            self.entry(2, &one.name, &format!("decided by `{cond}` ({})", self.sources.origin(one.because)));
        }
    }

    fn outputs(&mut self) {
        if !self.plan.outputs.is_empty() {
            self.heading("returns");
        }
        for output in &self.plan.outputs {
            let name = if output.name.is_empty() { "out" } else { &output.name };
            self.entry(2, name, &format!("{}: {}", expression(self.plan, &output.value), output.value.ty));
        }
    }
}

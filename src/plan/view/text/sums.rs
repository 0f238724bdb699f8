//! What a run asks for altogether, in plain words.

use super::Page;
use crate::plan::value::{cpu_text, size_text};
use crate::plan::view::resources::{Held, Resources, is_one_task, resources};
use crate::plan::view::totals::{Critical, Total, critical, longest, peak, sum};
use crate::plan::view::words::duration_words;
use crate::plan::{Task, TaskId};

/// More tasks are shown by their number.
const NAMED: usize = 12;

impl Page<'_> {
    pub(super) fn totals(&mut self) {
        let (peak, sum) = (peak(self.plan), sum(self.plan));
        self.heading("totals");
        self.entry(2, "at once", &format!("at most {}", total_words(peak)));
        self.entry(2, "together", &total_words(sum));
        self.longest(&critical(self.plan));
    }

    fn longest(&mut self, critical: &Critical) {
        let bounded = critical.chain.len() - critical.unbounded.len();
        let chain: Vec<String> = critical.chain.iter().map(|id| in_chain(self.plan.task(*id))).collect();
        let at_most = format!("at most {}", duration_words(critical.length));
        if critical.unbounded.is_empty() {
            return self.entry(2, "longest", &format!("{at_most}: {}", chain.join(", ")));
        }
        let who = self.names(&critical.unbounded);
        let have = if critical.unbounded.len() == 1 { "has" } else { "have" };
        let text = match bounded {
            0 => format!("nobody knows: {who} {have} no timeout"),
            _ => format!("nobody knows: {who} {have} no timeout; the rest of the chain takes {at_most}"),
        };
        self.entry(2, "longest", &text);
        if bounded > 0 {
            self.entry(2, "chain", &chain.join(", "));
        }
    }

    pub(super) fn resources(&mut self) {
        let held = resources(self.plan);
        // Of a program that says nothing about machines there is nothing to say.
        if held.size == 0 && !self.plan.tasks().any(|(_, task)| task.needs.kvm) {
            return;
        }
        self.heading("resources, as if every task ran for the whole of its timeout, in every try");
        self.entry(2, "split", &format!("{}: each task has its own machine, while it runs", held_words(held.split)));
        let more = if held.unbounded.is_empty() { "" } else { " and as long as what has no timeout" };
        let time = format!("{}{more}", duration_words(held.time));
        let size = size_text(held.size);
        self.entry(
            2,
            "single",
            &format!(
                "{}: one machine for the whole run, {size} for the longest chain, {time}",
                held_words(held.single)
            ),
        );
        if !is_one_task(self.plan) && held.split != Held::default() {
            self.entry(2, "so", &difference(&held));
        }
        self.not_counted(&held);
    }

    fn not_counted(&mut self, held: &Resources) {
        let lists = [
            (&held.unbounded, "not counted, since without a timeout there is no bound"),
            (&held.unstated, "counted without memory, since they do not say what they need"),
            (&held.per_turn, "counted for one turn, since only a run knows how many there are"),
        ];
        for (tasks, why) in lists {
            if !tasks.is_empty() {
                self.entry(2, "but", &format!("{why}: {}", self.names(tasks)));
            }
        }
    }

    fn names(&self, tasks: &[TaskId]) -> String {
        let named = tasks.iter().take(NAMED).map(|id| self.plan.task(*id).name.as_str()).collect::<Vec<_>>();
        let more = tasks.len().saturating_sub(NAMED);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("{}{more}", named.join(", "))
    }
}

fn in_chain(task: &Task) -> String {
    match task.timeout {
        Some(_) => format!("{} {}", task.name, duration_words(longest(task))),
        None => format!("{} (no timeout)", task.name),
    }
}

fn held_words(held: Held) -> String {
    let memory = format!("{} GiB-hours", number(held.gib_hours()));
    if held.kvm > 0 { format!("{memory}, {} KVM-hours", number(held.kvm_hours())) } else { memory }
}

/// `0.25`, `12.5`, `512`
fn number(value: f64) -> String {
    let text = if value < 10.0 { format!("{value:.2}") } else { format!("{value:.1}") };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn difference(held: &Resources) -> String {
    let (split, single) = (held.split.gib_hours(), held.single.gib_hours());
    let largest = size_text(held.largest);
    if single > split && split > 0.0 {
        let times = number(single / split);
        return format!(
            "one machine costs up to {times} times the memory: it holds {} from the first task to the last, also while \
             smaller ones run alone; no single task needs more than {largest}",
            size_text(held.size)
        );
    }
    format!(
        "machines of their own cost no less memory here: at every time about as much is needed as at any other, \
         and no single task needs more than {largest}"
    )
}

fn total_words(total: Total) -> String {
    let tasks = if total.tasks == 1 { "1 task".to_owned() } else { format!("{} tasks", total.tasks) };
    let mut words = vec![tasks];
    if total.cpu > 0 {
        words.push(format!("{} cpu", cpu_text(total.cpu)));
    }
    if total.memory > 0 {
        words.push(format!("{} memory", size_text(total.memory)));
    }
    if total.disk > 0 {
        words.push(format!("{} disk", size_text(total.disk)));
    }
    if total.kvm > 0 {
        words.push(format!("{} with kvm", total.kvm));
    }
    words.join(", ")
}

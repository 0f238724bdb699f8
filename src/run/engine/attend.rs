//! One task, in a thread of its own: its condition, its turns, its tries.

use std::time::{Duration, Instant};

use super::folders::remove;
use super::process::Ends;
use super::services::Beside;
use super::site::Site;
use super::who::{OneTurn, Who, turns};
use crate::contract::TaskSpec;
use crate::contract::store::{State, StepResult};
use crate::run::observe::Change;
use crate::run::supervise::adopted;

/// How a task ended, or that it is a loop whose turns are known now.
#[derive(Debug)]
pub(super) struct End {
    pub(super) state: State,
    pub(super) code: i32,
    pub(super) tries: u32,
    pub(super) warned: bool,
    pub(super) kept: bool,
    pub(super) key: Option<String>,
    pub(super) steps: Vec<StepResult>,
    pub(super) turns: Option<Vec<OneTurn>>,
    /// It was skipped for want of what it reads, and so will be what reads it.
    pub(super) tainted: bool,
}

impl End {
    pub(super) fn new(state: State, code: i32) -> Self {
        let (steps, turns) = (Vec::new(), None);
        Self { state, code, tries: 0, warned: false, kept: false, key: None, steps, turns, tainted: false }
    }
}

/// One try of all steps.
#[derive(Debug)]
pub(super) struct Try<'s> {
    pub(super) number: u32,
    pub(super) ends: Ends<'s>,
    pub(super) state: State,
    pub(super) code: i32,
    pub(super) warned: bool,
    pub(super) steps: Vec<StepResult>,
}

impl Site<'_> {
    /// From its start to its end; `decided`: its condition is known; `lacking`: a task whose outputs it reads, and that has
    /// none, so that it is skipped in any case.
    pub(super) fn attend(&self, who: &Who, decided: bool, lacking: Option<&str>) -> End {
        if let Some(before) = lacking {
            return self.skip_lacking(who, before);
        }
        let key = self.key(who);
        let end = match self.kept(who, key.as_deref()) {
            Some((state, made)) => {
                if !made.is_empty() {
                    self.observer.made(who.reference(), &made, true);
                }
                End { kept: true, ..End::new(state, 0) }
            }
            None => self.attend_to(who, decided, key.as_deref()),
        };
        if let Some(key) = key.as_ref().filter(|_| !end.kept) {
            self.leave_key(who, end.state, key);
        }
        End { key, ..end }
    }

    fn attend_to(&self, who: &Who, decided: bool, key: Option<&str>) -> End {
        let task = self.task(who);
        let late = || self.decide_late(who).or_else(|| self.lacks_late(who));
        if let Some(end) = (!decided && who.turn.is_none()).then(late).flatten() {
            return end;
        }
        self.observer.task(
            who.reference(),
            &Change { state: State::Running, exit_code: None, warning: false, kept: false, key },
        );
        match &task.turns {
            Some(script) if who.turn.is_none() => self.find_turns(who, script),
            Some(_) | None => {
                let end = self.try_again_while_failing(who);
                // It may hold secrets that the program put there as files.
                remove(&self.scratch(who)).ok();
                adopted::end(&self.mark_of(who));
                if end.state == State::Succeeded {
                    self.tell_made(who);
                }
                end
            }
        }
    }

    /// Only if its condition holds are those skipped that read it.
    fn skip_lacking(&self, who: &Who, before: &str) -> End {
        self.decide_late(who).unwrap_or_else(|| {
            let shown = who.shown(self.spec);
            self.say(Some(who), &format!("`{shown}` is skipped: it reads outputs of `{before}`, which has none"));
            self.empty_outputs(who);
            End { tainted: true, ..End::new(State::Skipped, 0) }
        })
    }

    /// How the task ended, when its condition does not hold.
    fn decide_late(&self, who: &Who) -> Option<End> {
        let condition = self.task(who).condition.as_ref()?;
        let ends = Ends { deadline: None, cancel: self.cancel(who) };
        let found = self.evaluate(Some(who), condition, "PIPE_DECISION", ends);
        found.said.iter().for_each(|line| self.say(Some(who), line));
        if found.cancelled {
            return Some(End::new(State::Cancelled, found.code));
        }
        if found.code != 0 {
            self.say(Some(who), &format!("the condition of `{}` could not be decided", who.shown(self.spec)));
            return Some(End::new(State::Failed, found.code));
        }
        if found.answer != b"true" {
            self.empty_outputs(who);
            return Some(End::new(State::Skipped, 0));
        }
        None
    }

    /// How the task ended, when its condition was decided late and the machine has not what it needs.
    fn lacks_late(&self, who: &Who) -> Option<End> {
        self.task(who).condition.as_ref()?;
        let lacks = self.task_lacks(who.task);
        lacks.iter().for_each(|lack| self.say(Some(who), lack));
        (!lacks.is_empty()).then(|| End::new(State::Failed, 2))
    }

    /// For which turns the task runs is known only now.
    fn find_turns(&self, who: &Who, script: &crate::contract::ScriptSpec) -> End {
        let ends = Ends { deadline: None, cancel: self.cancel(who) };
        let found = self.evaluate(Some(who), script, "PIPE_TURNS", ends);
        found.said.iter().for_each(|line| self.say(Some(who), line));
        if found.cancelled {
            return End::new(State::Cancelled, found.code);
        }
        match turns(&found.answer).filter(|_| found.code == 0) {
            Some(turns) => End { turns: Some(turns), ..End::new(State::Running, 0) },
            None => {
                self.say(Some(who), &format!("the turns of `{}` could not be found", who.shown(self.spec)));
                End::new(State::Failed, if found.code == 0 { 1 } else { found.code })
            }
        }
    }

    fn try_again_while_failing(&self, who: &Who) -> End {
        let task = self.task(who);
        let delay = Duration::from_millis(task.retry_delay.and_then(|delay| u64::try_from(delay).ok()).unwrap_or(0));
        for number in 1.. {
            let one = self.try_once(who, number);
            let mut end = End { tries: number, warned: one.warned, steps: one.steps, ..End::new(one.state, one.code) };
            if end.state != State::Failed || number > task.retries {
                return end;
            }
            self.say(
                Some(who),
                &format!(
                    "try {number} of {} failed with exit code {}; again in {}",
                    task.retries + 1,
                    end.code,
                    spoken(delay)
                ),
            );
            if self.cancel(who).sleep(delay) {
                end.state = State::Cancelled;
                return end;
            }
        }
        End::new(State::Failed, 1)
    }

    fn try_once<'s>(&'s self, who: &'s Who, number: u32) -> Try<'s> {
        let task = self.task(who);
        let timeout = task.timeout.and_then(|timeout| u64::try_from(timeout).ok()).map(Duration::from_millis);
        let ends = Ends {
            deadline: timeout.and_then(|timeout| Instant::now().checked_add(timeout)),
            cancel: self.cancel(who),
        };
        let mut one = Try { number, ends, state: State::Succeeded, code: 0, warned: false, steps: Vec::new() };
        if let Err(error) = self.prepare(who) {
            self.say(Some(who), &format!("the folders of `{}` cannot be made: {error}", who.shown(self.spec)));
            (one.state, one.code) = (State::Failed, 2);
            return one;
        }
        self.try_in(who, task, &mut one);
        if one.state != State::Succeeded {
            one.warned = false;
            self.empty_outputs(who);
        }
        one
    }

    fn try_in(&self, who: &Who, task: &TaskSpec, one: &mut Try<'_>) {
        let mut beside = Beside::new(self, who, one.number);
        if let Some(failed) = beside.start(one.ends) {
            (one.state, one.code) = failed;
        }
        for step in 0..task.steps.len() {
            if one.state != State::Succeeded {
                break;
            }
            self.step(who, step, beside.network(), one);
        }
    }
}

/// A duration for people: `1.5s`, `2min5s`.
pub(super) fn spoken(time: Duration) -> String {
    let (milliseconds, seconds) = (time.as_millis(), time.as_secs());
    if milliseconds < 10_000 {
        let tenths = milliseconds % 1000 / 100;
        return if tenths == 0 { format!("{seconds}s") } else { format!("{seconds}.{tenths}s") };
    }
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    parts.into_iter().filter(|(amount, _)| *amount > 0).map(|(amount, unit)| format!("{amount}{unit}")).collect()
}

//! Which task starts when, and what its end means for the others. One thread decides; each task runs in its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, Scope};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use super::attend::{End, spoken};
use super::ready::{Ready, Takes};
use super::site::Site;
use super::who::Who;
use crate::contract::store::{State, StepResult};
use crate::run::observe::Change;
use crate::run::supervise::cancel::Cancel;

/// Enough for what a task's thread does, and little enough for hundreds of them.
const STACK: usize = 1 << 20;

/// What wakes the scheduler.
pub(super) enum News {
    /// A job has ended.
    Ended(usize, Box<End>),
    /// The caller cancels; or, said once more, kills.
    Cancelled,
}

/// A task, or a turn of a loop that is known by now.
pub(super) struct Job {
    pub(super) who: Who,
    /// The loop that it is a turn of.
    parent: Option<usize>,
    pub(super) state: Option<State>,
    pub(super) code: i32,
    pub(super) tries: u32,
    pub(super) warned: bool,
    pub(super) kept: bool,
    pub(super) steps: Vec<StepResult>,
    /// Of a loop: its turns, once they are known.
    pub(super) turns: Option<Vec<usize>>,
    turns_left: usize,
    pub(super) began: Option<Instant>,
    pub(super) took: Duration,
    /// What reads its outputs cannot start.
    tainted: bool,
    /// One whose outputs it reads and that has none; it starts to find out whether its condition holds at all.
    lacking: Option<String>,
    takes: Takes,
}

impl Job {
    fn new(who: Who, parent: Option<usize>, takes: Takes) -> Self {
        Self {
            who,
            parent,
            takes,
            state: None,
            code: 0,
            tries: 0,
            warned: false,
            kept: false,
            steps: Vec::new(),
            turns: None,
            turns_left: 0,
            began: None,
            took: Duration::ZERO,
            tainted: false,
            lacking: None,
        }
    }
}

/// The one who decides.
pub(super) struct Scheduler<'s, 'a> {
    site: &'s Site<'a>,
    cancel: &'s Cancel,
    pub(super) jobs: Vec<Job>,
    /// Of each task: how many it waits for.
    pending: Vec<usize>,
    /// Of each task: what its condition is, where that was known before the first task.
    decided: Vec<Option<bool>>,
    ready: Ready,
    /// What has become ready and was not looked at: whether it runs at all is no matter of room.
    fresh: Vec<usize>,
    finally: bool,
    /// Nothing of the body starts any more.
    stopped: bool,
    killed: bool,
    /// 128 and the number of the first signal.
    pub(super) signal: Option<i32>,
    pub(super) failed: Option<i32>,
    tell: Sender<News>,
    news: Receiver<News>,
}

impl<'s, 'a> Scheduler<'s, 'a> {
    pub(super) fn new(site: &'s Site<'a>, cancel: &'s Cancel, decided: Vec<Option<bool>>) -> Self {
        let (tell, news) = channel();
        let mut locks = FxHashMap::default();
        let jobs = site.spec.tasks.iter().enumerate().map(|(at, task)| {
            let next = locks.len();
            let lock = task.lock.as_deref().map(|lock| *locks.entry(lock).or_insert(next));
            Job::new(Who::task(at), None, Takes { lock, asks: task.asks })
        });
        let jobs = jobs.collect();
        let selected = &site.graph.selected;
        let pending = site.graph.before.iter().enumerate();
        let pending = pending.map(|(at, before)| if selected[at] { before.len() } else { 0 }).collect();
        let ready = Ready::new(site.options.at_once, site.spec.room);
        Self {
            site,
            cancel,
            jobs,
            pending,
            decided,
            ready,
            fresh: Vec::new(),
            finally: false,
            stopped: false,
            killed: false,
            signal: None,
            failed: None,
            tell,
            news,
        }
    }

    /// Whoever sends here is heard.
    pub(super) fn door(&self) -> Sender<News> {
        self.tell.clone()
    }

    /// What earlier runs left of tasks that take no part; an absent one is skipped.
    pub(super) fn settle_others(&mut self) {
        for (at, task) in self.site.spec.tasks.iter().enumerate().filter(|(at, _)| !self.site.graph.selected[*at]) {
            let earlier = self.site.options.earlier.tasks.get(&task.name);
            let state = earlier.map_or(State::Skipped, |earlier| earlier.state);
            self.jobs[at].state = Some(state);
            self.site.ends[at].state.set(state).ok();
        }
    }

    /// All tasks of the body, or all of `finally`.
    pub(super) fn phase<'scope>(&mut self, scope: &'scope Scope<'scope, '_>, finally: bool)
    where
        's: 'scope,
    {
        self.finally = finally;
        for at in 0..self.pending.len() {
            if self.is_of_phase(at) && self.jobs[at].state.is_none() && self.pending[at] == 0 {
                self.fresh.push(at);
            }
        }
        if self.cancel.is_set() {
            self.hear_cancel();
        }
        while !self.killed {
            self.start_what_can(scope);
            if self.ready.running() == 0 {
                break;
            }
            self.hear();
        }
        while self.ready.running() > 0 {
            self.hear();
        }
        self.clear();
        self.settle_the_rest();
        self.clear();
    }

    /// None of those that have not begun will.
    fn clear(&mut self) {
        self.ready.clear();
        self.fresh.clear();
    }

    /// A loop whose turns are known ends with the last of them.
    fn settle_the_rest(&mut self) {
        let tasks = self.pending.len();
        for at in (tasks..self.jobs.len()).chain(0..tasks) {
            if self.is_of_phase(self.jobs[at].who.task) && self.jobs[at].state.is_none() {
                self.settle(at, State::Cancelled, 0, None);
            }
        }
    }

    fn is_of_phase(&self, task: usize) -> bool {
        self.site.is_finally(task) == self.finally
    }

    fn start_what_can<'scope>(&mut self, scope: &'scope Scope<'scope, '_>)
    where
        's: 'scope,
    {
        loop {
            if self.stopped && !self.finally {
                self.clear();
            }
            self.look_at_fresh();
            let Some(job) = self.ready.pop() else { return };
            if self.ready.start(job, &self.jobs[job].takes) {
                self.start(scope, job);
            }
        }
    }

    /// Settles what will not run, and what becomes ready by that.
    fn look_at_fresh(&mut self) {
        while !self.fresh.is_empty() {
            for job in std::mem::take(&mut self.fresh) {
                if self.may_start(job) {
                    self.ready.add(job);
                }
            }
        }
    }

    /// Settles the task and says no if it will not run.
    fn may_start(&mut self, at: usize) -> bool {
        let site = self.site;
        let tainted = |name: &&String| match site.graph.find(name) {
            Some(before) => self.jobs[before].tainted,
            None => site.state(name) == State::Failed,
        };
        let who = self.jobs[at].who.clone();
        if self.decided[at] == Some(false) {
            site.empty_outputs(&who);
            let key = site.key(&who);
            self.settle(at, State::Skipped, 0, key);
            return false;
        }
        let lacking: Vec<&String> =
            site.task(&who).reads.iter().filter(|name| !self.finally && tainted(name)).collect();
        if let Some(before) = lacking.first() {
            if self.decided[at].is_none() && !site.condition_reads(&who, &lacking) {
                self.jobs[at].lacking = Some((*before).clone());
                return true;
            }
            let shown = who.shown(site.spec);
            site.say(Some(&who), &format!("`{shown}` is skipped: it reads outputs of `{before}`, which has none"));
            self.jobs[at].tainted = true;
            site.empty_outputs(&who);
            self.settle(at, State::Skipped, 0, None);
            return false;
        }
        true
    }

    fn start<'scope>(&mut self, scope: &'scope Scope<'scope, '_>, at: usize)
    where
        's: 'scope,
    {
        let job = &mut self.jobs[at];
        job.began = Some(Instant::now());
        let (site, who, tell) = (self.site, job.who.clone(), self.tell.clone());
        let lacking = job.lacking.take();
        let decided = self.decided.get(at).is_some_and(Option::is_some);
        let attend = move || {
            // A defect of ours ends a task, not the run.
            let end = catch_unwind(AssertUnwindSafe(|| site.attend(&who, decided, lacking.as_deref())));
            let end = end.unwrap_or_else(|_| End::new(State::Failed, 1));
            // The scheduler waits for every job that it has started.
            tell.send(News::Ended(at, Box::new(end))).ok();
        };
        if let Err(error) = Builder::new().stack_size(STACK).spawn_scoped(scope, attend) {
            self.site.say(Some(&self.jobs[at].who), &format!("no thread can be started: {error}"));
            self.tell.send(News::Ended(at, Box::new(End::new(State::Failed, 1)))).ok();
        }
    }

    /// Hears what has come meanwhile.
    pub(super) fn listen(&mut self) {
        if self.cancel.is_set() && self.signal.is_none() {
            self.hear_cancel();
        }
    }

    fn hear(&mut self) {
        // It has a sender itself, so there is always one.
        match self.news.recv() {
            Ok(News::Ended(job, end)) => self.ended(job, *end),
            Ok(News::Cancelled) | Err(_) => self.hear_cancel(),
        }
    }

    /// A signal stops the tasks of the body; those of `finally` are let run, until it comes again.
    fn hear_cancel(&mut self) {
        let first = self.signal.is_none();
        self.signal.get_or_insert_with(|| 128 + self.cancel.signal().unwrap_or(15));
        if self.cancel.is_kill() {
            if !self.killed && self.ready.running() > 0 {
                self.site.say(None, "interrupted again: what runs is killed");
            }
            self.killed = true;
            self.site.body.kill();
            self.site.last.kill();
        } else if first && !self.finally && !self.stopped {
            self.site.say(None, "cancelled by a signal; ending what runs (interrupt again to kill it)");
            self.stop();
        }
    }

    fn stop(&mut self) {
        self.stopped = true;
        self.site.body.set();
    }

    fn ended(&mut self, at: usize, end: End) {
        let takes = self.jobs[at].takes.clone();
        self.ready.ended(&takes);
        if let Some(turns) = end.turns {
            self.fan_out(at, turns, end.key);
            return;
        }
        let job = &mut self.jobs[at];
        job.took = job.began.map(|began| began.elapsed()).unwrap_or_default();
        (job.tries, job.warned, job.kept, job.steps) = (end.tries, end.warned, end.kept, end.steps);
        job.tainted |= end.tainted;
        if end.state == State::Failed {
            self.failed(at, end.code);
        }
        self.settle(at, end.state, end.code, end.key);
    }

    fn failed(&mut self, at: usize, code: i32) {
        self.jobs[at].tainted = true;
        if self.site.task(&self.jobs[at].who).go_on {
            return;
        }
        self.failed.get_or_insert(if code == 0 { 1 } else { code });
        if !self.finally && !self.stopped && !self.site.options.keep_going {
            self.stop();
        }
    }

    /// Makes the jobs of its turns.
    fn fan_out(&mut self, parent: usize, turns: Vec<super::who::OneTurn>, key: Option<String>) {
        let task = self.jobs[parent].who.task;
        let known = &self.site.ends[task];
        if let Some(key) = key {
            known.key.set(key).ok();
        }
        known.turns.set(turns.iter().map(|turn| turn.number).collect()).ok();
        self.keep_turns(parent);
        let mut made = Vec::new();
        for turn in turns {
            let job = self.jobs.len();
            let who = Who { task, turn: Some(Arc::new(turn)) };
            self.site.observer.task(who.reference(), &change(State::Pending));
            self.jobs.push(Job::new(who, Some(parent), self.jobs[parent].takes.clone()));
            self.ready.add(job);
            made.push(job);
        }
        let none = made.is_empty();
        self.jobs[parent].turns_left = made.len();
        self.jobs[parent].turns = Some(made);
        if none {
            self.end_loop(parent);
        }
    }

    /// For a later run that takes only a part of the tasks.
    fn keep_turns(&self, parent: usize) {
        let who = &self.jobs[parent].who;
        let numbers = self.site.ends[who.task].turns.get().into_iter().flatten();
        let text: String = numbers.map(|number| format!("{number}\n")).collect();
        if let Err(error) = std::fs::write(self.site.turns_file(who.task), text) {
            self.site.say(Some(who), &format!("the turns cannot be kept for a later run: {error}"));
        }
    }

    /// One of the turns has been settled.
    fn end_turn(&mut self, parent: usize, turn: usize) {
        let (state, code, warned) = (self.jobs[turn].state, self.jobs[turn].code, self.jobs[turn].warned);
        let job = &mut self.jobs[parent];
        if state == Some(State::Failed) && job.code == 0 {
            job.code = code;
        }
        job.warned |= warned;
        job.turns_left -= 1;
        if job.turns_left == 0 {
            self.end_loop(parent);
        }
    }

    /// The last of its turns has been settled.
    fn end_loop(&mut self, parent: usize) {
        let turns = self.jobs[parent].turns.clone().unwrap_or_default();
        let any = |state| turns.iter().any(|turn| self.jobs[*turn].state == Some(state));
        let state = if any(State::Failed) {
            State::Failed
        } else if any(State::Cancelled) {
            State::Cancelled
        } else {
            State::Succeeded
        };
        let kept = !turns.is_empty() && turns.iter().all(|turn| self.jobs[*turn].kept);
        let job = &mut self.jobs[parent];
        job.tainted |= state == State::Failed;
        job.took = job.began.map(|began| began.elapsed()).unwrap_or_default();
        (job.tries, job.kept) = (1, kept);
        let (code, took) = (job.code, job.took);
        let who = job.who.clone();
        let spec = self.site.spec;
        let said = format!("`{}` ended after {}; turns: {}", who.shown(spec), spoken(took), turns.len());
        self.site.say(Some(&who), &said);
        let key = self.site.ends[who.task].key.get().cloned();
        self.settle(parent, state, code, key);
    }

    /// The end of a job, for all that wait for it and all that want to know.
    fn settle(&mut self, at: usize, state: State, code: i32, key: Option<String>) {
        let job = &mut self.jobs[at];
        job.state = Some(state);
        job.code = code;
        let begun = job.began.is_some();
        let told = Change {
            exit_code: begun.then_some(code),
            warning: job.warned,
            kept: job.kept,
            key: key.as_deref(),
            ..change(state)
        };
        self.site.observer.task(job.who.reference(), &told);
        if let Some(parent) = job.parent {
            return self.end_turn(parent, at);
        }
        let known = &self.site.ends[at];
        known.state.set(state).ok();
        if let Some(key) = key {
            known.key.set(key).ok();
        }
        let held_back = self.holds_back(at, state);
        for &next in &self.site.graph.next[at] {
            if held_back && self.is_of_phase(next) {
                continue;
            }
            self.pending[next] -= 1;
            if self.pending[next] == 0 && self.is_of_phase(next) && self.jobs[next].state.is_none() {
                self.fresh.push(next);
            }
        }
    }

    /// With `keep_going` what comes after a failure is not run, and what comes after that neither.
    fn holds_back(&self, at: usize, state: State) -> bool {
        match state {
            State::Failed => self.site.options.keep_going && !self.site.spec.tasks[at].go_on && !self.finally,
            State::Cancelled => !self.finally,
            State::Pending | State::Running | State::Succeeded | State::Skipped | State::Lost => false,
        }
    }
}

fn change(state: State) -> Change<'static> {
    Change { state, exit_code: None, warning: false, kept: false, key: None }
}

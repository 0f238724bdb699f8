//! A run from its first to its last word.

use std::io;
use std::thread;
use std::time::Instant;

use super::Runner;
use super::process::Ends;
use super::report::Ended;
use super::schedule::{News, Scheduler};
use super::site::Site;
use super::work::Held;
use crate::contract::store::{ResultFile, State};
use crate::run::supervise::adopted;
use crate::run::supervise::cancel::Cancel;

/// Something is missing.
const REFUSED: i32 = 2;

impl Site<'_> {
    pub(super) fn run(&self, cancel: &Cancel) -> io::Result<ResultFile> {
        let began = Instant::now();
        let work = self.claim_work()?;
        self.observer.begins(self.spec);
        self.keep_secrets()?;
        if self.options.runner == Runner::None {
            adopted::adopt();
        }
        let decided = match self.look(cancel) {
            Ok(decided) => decided,
            Err(lacks) if !cancel.is_set() => return Ok(self.refused(began, cancel, &lacks)),
            Err(_) => return Ok(self.not_begun(began, cancel, code_of(cancel), State::Cancelled)),
        };
        self.prepare_work()?;
        let exclusive = match self.take_exclusive(cancel) {
            Ok(exclusive) => exclusive,
            Err(Held::Refused(lack)) => return Ok(self.refused(began, cancel, &[lack])),
            Err(Held::Cancelled) => return Ok(self.not_begun(began, cancel, code_of(cancel), State::Cancelled)),
        };
        let result = self.run_all(began, cancel, decided);
        // Held until here.
        drop((exclusive, work));
        result
    }

    fn refused(&self, began: Instant, cancel: &Cancel, lacks: &[String]) -> ResultFile {
        lacks.iter().for_each(|lack| self.say(None, lack));
        self.not_begun(began, cancel, REFUSED, State::Failed)
    }

    fn not_begun(&self, began: Instant, cancel: &Cancel, code: i32, outcome: State) -> ResultFile {
        let scheduler = Scheduler::new(self, cancel, Vec::new());
        self.result(began, Ended { code, outcome, outputs: Vec::new() }, &scheduler.jobs)
    }

    fn run_all(&self, began: Instant, cancel: &Cancel, decided: Vec<Option<bool>>) -> io::Result<ResultFile> {
        let over = Cancel::new()?;
        let mut scheduler = Scheduler::new(self, cancel, decided);
        scheduler.settle_others();
        let ended = thread::scope(|scope| {
            let door = scheduler.door();
            scope.spawn(|| cancel.watch(&over, move || drop(door.send(News::Cancelled))));
            scheduler.phase(scope, false);
            let outcome = self.main_outcome(&scheduler);
            self.outcome.set(outcome).ok();
            scheduler.phase(scope, true);
            let ended = self.end(&mut scheduler, outcome);
            over.set();
            ended
        });
        adopted::end(&format!("{}/", self.mark));
        Ok(self.result(began, ended, &scheduler.jobs))
    }

    /// How the tasks of the body ended together, for those of `finally`.
    fn main_outcome(&self, scheduler: &Scheduler<'_, '_>) -> State {
        if self.spec.finally {
            self.options.earlier.outcome
        } else if scheduler.failed.is_some() {
            State::Failed
        } else if scheduler.signal.is_some() {
            State::Cancelled
        } else {
            State::Succeeded
        }
    }

    fn end(&self, scheduler: &mut Scheduler<'_, '_>, outcome: State) -> Ended {
        scheduler.listen();
        let mut ended =
            Ended { code: scheduler.signal.or(scheduler.failed).unwrap_or(0), outcome, outputs: Vec::new() };
        if ended.code == 0 && self.is_whole() {
            match self.returns() {
                Some(outputs) => ended.outputs = outputs,
                None => ended.code = 1,
            }
        }
        if ended.code != 0 && outcome == State::Succeeded {
            ended.outcome = if scheduler.signal.is_some() { State::Cancelled } else { State::Failed };
        }
        ended
    }

    /// Whether nothing behind what ran was left out.
    fn is_whole(&self) -> bool {
        let selected = &self.graph.selected;
        let left_out = |at: usize| !selected[at] && self.graph.before[at].iter().any(|before| selected[*before]);
        !(0..selected.len()).any(left_out)
    }

    /// What the pipeline returns; `None` when some of it could not be made, which is said.
    fn returns(&self) -> Option<Vec<(String, String)>> {
        let made = self.spec.returns.iter().map(|output| {
            let ends = Ends { deadline: None, cancel: &self.last };
            let found = self.evaluate(None, &output.value, "PIPE_VALUE", ends);
            if found.code != 0 {
                found.said.iter().for_each(|line| self.say(None, line));
                let name = super::site::output_file(&output.name);
                self.say(None, &format!("the output `{name}` of the pipeline cannot be made"));
                return None;
            }
            Some((output.name.clone(), found.text()))
        });
        made.collect::<Vec<_>>().into_iter().collect()
    }
}

fn code_of(cancel: &Cancel) -> i32 {
    128 + cancel.signal().unwrap_or(15)
}

//! The body of one step: the parts in order, each only where the task asks for it.

use super::Rendered;
use super::ends::{self, End, Ends};
use super::helpers::Helper;
use super::outputs::Outputs;
use super::prelude::{Dialect, Prelude};
use super::turn;
use crate::contract::{NO_TURN, Source};
use crate::plan::{Plan, Shell, Step, Task, TaskId, Verdict};

/// The script of one step of a task; nothing for one that is kept elsewhere.
pub(super) fn render(plan: &Plan, id: TaskId, at: usize) -> Rendered {
    let task = plan.task(id);
    if task.steps[at].uses.is_some() {
        return Rendered { body: String::new(), env: Vec::new(), args: Vec::new(), workdir: None };
    }
    // What is done once is done in the first script; a step that is kept elsewhere has none.
    let first = task.steps[..at].iter().all(|step| step.uses.is_some());
    let place = Place { task, step: &task.steps[at], first, last: at + 1 == task.steps.len() };
    let mut prelude = Prelude::new(plan, Some(id), place.dialect());
    prelude.env.reserve_exact(place.step.script.slots.len() + place.step.env.len() + task.outputs.len());
    place.step.env.iter().for_each(|env| prelude.names.reserve(&env.name));
    let parts = Parts::new(&mut prelude, place);
    // As long as it came to be: there may be ten thousand of them.
    let body = parts.body(&mut prelude, place).as_str().to_owned();
    Rendered { body, env: prelude.env, args: prelude.args, workdir: parts.workdir }
}

/// A step and where in its task it stands.
#[derive(Clone, Copy, Debug)]
struct Place<'p> {
    task: &'p Task,
    step: &'p Step,
    first: bool,
    last: bool,
}

impl Place<'_> {
    fn dialect(self) -> Dialect {
        match self.step.shell {
            Shell::Bash => Dialect::Bash,
            Shell::Sh | Shell::Other(_) => Dialect::Sh,
        }
    }

    fn shebang(self) -> &'static str {
        match self.dialect() {
            Dialect::Bash => "#!/usr/bin/env bash\n",
            Dialect::Sh => "#!/bin/sh\n",
        }
    }

    /// Whether an exit code of the script may mean something else.
    fn maps_exit(self) -> bool {
        self.task.on_exit.iter().any(|(code, verdict)| *code != 0 && *verdict != Verdict::Fail)
    }

    /// Whether the body does anything with the files of values: checks them, forgets them or leaves them empty.
    fn leaves_values(self) -> bool {
        let may_be_left_out = self.task.condition.is_some() || self.task.fan.is_some() || self.may_skip();
        self.last || may_be_left_out || (self.first && self.task.retries > 0)
    }

    fn may_skip(self) -> bool {
        self.task.on_exit.iter().any(|(code, verdict)| *code != 0 && *verdict == Verdict::Skip)
    }
}

/// The user's scripts with their values, and what the prelude does for them.
#[derive(Debug)]
struct Parts<'p> {
    before: Option<String>,
    run: String,
    cleanup: Option<String>,
    outputs: Outputs<'p>,
    workdir: Option<Source>,
    /// Code that puts files in place.
    files: String,
}

impl<'p> Parts<'p> {
    fn new(prelude: &mut Prelude<'p>, place: Place<'p>) -> Self {
        // First, so that nothing is evaluated for a turn that it leaves out.
        let outputs = |prelude: &mut Prelude<'p>| {
            Outputs::new(prelude, place.task, place.leaves_values(), place.first || place.last)
        };
        let known = place.task.turn_condition.as_ref().map(|condition| {
            let outputs = outputs(prelude);
            prelude.only_in_turn(condition, &outputs.empty());
            outputs
        });
        for require in place.task.requires.iter().filter(|one| place.first && !one.early) {
            let fail = prelude.call(Helper::Fail, "pipe_fail");
            prelude.require(require, fail);
        }
        let before = place.task.before.as_ref().filter(|_| place.first).map(|script| prelude.script(script));
        let run = prelude.script(&place.step.script);
        let cleanup = place.task.cleanup.as_ref().map(|script| prelude.script(script));
        let outputs = known.unwrap_or_else(|| outputs(prelude));
        place.step.env.iter().for_each(|env| prelude.export(env));
        let workdir = place.step.workdir.as_deref().and_then(|workdir| prelude.workdir(workdir));
        let files = place.task.files.iter().map(|file| prelude.file(file)).collect();
        Self { before, run, cleanup, outputs, workdir, files }
    }

    fn body(&self, prelude: &mut Prelude<'_>, place: Place<'_>) -> String {
        let checks = if place.last { self.outputs.check(prelude) } else { String::new() };
        let foreign = matches!(place.step.shell, Shell::Other(_));
        let end = match (&self.cleanup, foreign) {
            (Some(_), _) => End::Cleanup,
            (None, true) => End::File,
            (None, false) => End::Nothing,
        };
        if end == End::Cleanup {
            prelude.helpers.insert(Helper::Stop);
        }
        let ends = Ends {
            dialect: prelude.dialect,
            end,
            cleanup: self.cleanup.as_deref(),
            more: !place.last,
            foreign,
            arguments: prelude.positional.is_some(),
        };
        let mut body = String::with_capacity(1024 + self.run.len());
        body.push_str(place.shebang());
        body.push_str(prelude.directive());
        body.push_str(ends::strict(prelude.dialect));
        self.guards(place, &mut body);
        let start = body.len();
        prelude.render(&["task ", &place.task.name, ": "].concat(), &mut body);
        self.stage(place, &mut body);
        body.push_str(&ends.traps());
        if let Some(before) = &self.before {
            ends.run(before, false, &mut body);
        }
        self.main(ends, place, &checks, &mut body);
        turn::number(place.task.fan.is_some(), start, &mut body);
        body
    }

    /// Ends at once when the task, or the rest of it, is skipped.
    fn guards(&self, place: Place<'_>, text: &mut String) {
        if place.task.fan.is_some() {
            let parts = ["case ${PIPE_SKIP:-}/$PIPE_TURN in true/* | */", NO_TURN, ") "];
            parts.iter().for_each(|part| text.push_str(part));
            text.push_str(&self.outputs.no_turn());
            text.push_str("exit 0 ;; esac\n");
        } else {
            self.skipped(place, text);
        }
        if place.may_skip() && !place.first {
            text.push_str("[ \"$(cat -- \"${PIPE_VERDICT_FILE:-/dev/null}\" 2>/dev/null)\" != skipped ] || exit 0\n");
        }
    }

    /// Only a task with a condition is told to skip.
    fn skipped(&self, place: Place<'_>, text: &mut String) {
        if place.task.condition.is_none() {
            return;
        }
        text.push_str("[ \"${PIPE_SKIP:-}\" != true ] || ");
        match self.outputs.empty().as_str() {
            "" => text.push_str("exit 0\n"),
            empty => ["{ ", empty, "exit 0; }\n"].iter().for_each(|part| text.push_str(part)),
        }
    }

    /// Goes where the step works and puts there what it needs.
    fn stage(&self, place: Place<'_>, text: &mut String) {
        if place.step.workdir.is_some() {
            text.push_str("cd -- \"$PIPE_WORKDIR\"\n");
        }
        text.push_str(&self.files);
        if place.first {
            text.push_str(&self.outputs.directories());
            if place.task.retries > 0 {
                text.push_str(&self.outputs.forget());
            }
        }
    }

    /// The step's own script, and all that comes behind it.
    fn main(&self, ends: Ends<'_>, place: Place<'_>, checks: &str, text: &mut String) {
        let alone = ends.end == End::Nothing && checks.is_empty() && !place.maps_exit();
        match &place.step.shell {
            Shell::Bash | Shell::Sh if alone => return text.push_str(&self.run),
            Shell::Bash | Shell::Sh => ends.run(&self.run, place.maps_exit(), text),
            Shell::Other(argv) => {
                let (write, command) = ends::foreign(argv, &self.run);
                // It has a file to remove, so it never stands alone.
                text.push_str(&write);
                ends.run(&command, place.maps_exit(), text);
            }
        }
        if place.maps_exit() {
            let clean = if ends.end == End::Cleanup && ends.more { "pipe_clean=true; " } else { "" };
            let skip = format!("{clean}{}", self.outputs.empty());
            text.push_str(&ends::verdicts(&place.task.name, &place.task.on_exit, &skip));
        }
        text.push_str(checks);
        if place.maps_exit() {
            text.push_str(&ends::say_verdict(&place.task.on_exit));
        }
    }
}

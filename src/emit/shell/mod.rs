//! The shell target: one bash script that runs the pipeline on the machine where it is started.

mod gaps;
mod parameters;
mod scripts;
mod services;
mod settings;
mod tasks;

use super::header::header;
use super::quote::word;
use super::script::{self, Rendered};
use super::{Bundle, Done, Feature, Judge, OutFile, Support, Target};
use crate::contract::END_OF_LIST;
use crate::diag::Diagnostics;
use crate::plan::Plan;
use crate::source::Sources;
use scripts::Scripts;
use settings::Settings;

/// `--target shell`
#[derive(Clone, Copy, Debug)]
pub struct Shell;

/// How many tasks run at once, and what lies between TERM and KILL in milliseconds, when the command line says nothing.
pub fn defaults(plan: &Plan) -> (Option<i64>, i64) {
    let settings = Settings::of(plan);
    (settings.jobs(), settings.grace())
}

/// What cannot run as scripts of this machine, whoever starts them.
pub fn gaps(plan: &Plan, out: &mut Diagnostics) {
    gaps::report(plan, &steps(plan), out);
}

/// Makes JSON of a text, in every script of bash that writes some.
pub(in crate::emit) const JSON: &str = include_str!("json.sh");

/// What does the work: the same text in every script, in the order in which it is written.
const RUNNER: [&str; 15] = [
    include_str!("runner/declare.sh"),
    include_str!("runner/options.sh"),
    include_str!("runner/select.sh"),
    include_str!("runner/values.sh"),
    include_str!("runner/machine.sh"),
    include_str!("runner/work.sh"),
    include_str!("runner/output.sh"),
    include_str!("runner/schedule.sh"),
    include_str!("runner/fan.sh"),
    include_str!("runner/supervise.sh"),
    include_str!("runner/container.sh"),
    include_str!("runner/services.sh"),
    JSON,
    include_str!("runner/report.sh"),
    concat!(include_str!("runner/show.sh"), "\n", include_str!("runner/main.sh")),
];

impl Target for Shell {
    fn name(&self) -> &'static str {
        "shell"
    }

    fn about(&self) -> &'static str {
        "one bash script that runs the tasks on this machine, as it is or in containers"
    }

    fn options(&self) -> &'static str {
        include_str!("options.pipe")
    }

    fn support(&self, feature: Feature) -> Support {
        match feature {
            Feature::RuntimeParameters
            | Feature::ListParameters
            | Feature::ObjectParameters
            | Feature::SecretParameters
            | Feature::Conditions
            | Feature::OptionalResults
            | Feature::Finally
            | Feature::Stages
            | Feature::Parallel
            | Feature::Steps
            | Feature::Retries
            | Feature::RetryDelay
            | Feature::Timeouts
            | Feature::OnExit
            | Feature::GoOn
            | Feature::BeforeAndCleanup
            | Feature::Files
            | Feature::Locks
            | Feature::Workspaces
            | Feature::Results
            | Feature::ListResults
            | Feature::ObjectResults
            | Feature::RuntimeLoops => Support::Native,
            Feature::Exclusive => Support::Partly("between runs of one user on one machine"),
            Feature::Kvm => Support::Generated("checked before the first task; given to containers"),
            Feature::Resources => Support::Partly("processors and memory with `--runner podman` or `docker`"),
            Feature::Architectures => Support::Generated("checked before the first task"),
            Feature::Services => Support::Partly("with `--runner podman` or `docker`, or started by hand"),
            Feature::ExternTasks | Feature::ExternPipelines | Feature::ExternSteps => {
                Support::No("write a task with an image and a script, or emit for tekton")
            }
            Feature::NoNetwork => Support::Partly("with `--runner podman` or `docker`"),
        }
    }

    fn gaps(&self, plan: &Plan, out: &mut Diagnostics) {
        gaps::report(plan, &steps(plan), out);
    }

    fn emit(&self, plan: &Plan, sources: &Sources) -> Bundle {
        bundle(plan, &steps(plan), sources)
    }

    fn compile(&self, plan: &Plan, sources: &Sources, judge: Judge<'_>, done: Done<'_>) {
        let steps = steps(plan);
        let mut found = Diagnostics::default();
        gaps::report(plan, &steps, &mut found);
        if judge(found) {
            bundle(plan, &steps, sources).files.into_iter().for_each(done);
        }
    }
}

/// The scripts of each task.
fn steps(plan: &Plan) -> Vec<Vec<Rendered>> {
    plan.tasks().map(|(id, task)| (0..task.steps.len()).map(|step| script::step(plan, id, step)).collect()).collect()
}

fn bundle(plan: &Plan, steps: &[Vec<Rendered>], sources: &Sources) -> Bundle {
    let text = text(plan, steps, sources);
    Bundle { files: vec![OutFile { path: format!("{}.sh", plan.name), text, executable: true }] }
}

fn text(plan: &Plan, steps: &[Vec<Rendered>], sources: &Sources) -> String {
    let settings = Settings::of(plan);
    let mut scripts = Scripts::default();
    let mut out = String::from("#!/usr/bin/env bash\n");
    out.extend(
        header(plan, "shell", "One bash script: --help says what it takes.").lines().map(|line| format!("# {line}\n")),
    );
    // Functions are called by names in variables, and texts in single quotes are meant to be taken as they are.
    out.push_str("# shellcheck disable=SC2016,SC2317,SC2329\n\n");
    out.push_str(include_str!("runner/start.sh"));
    out.push('\n');
    constants(plan, &settings, &mut scripts, &mut out);
    parameters::write(plan, &settings.words(plan), &mut out);
    out.push('\n');
    tasks::write(plan, steps, sources, &mut scripts, &mut out);
    out.push('\n');
    returns(plan, &mut scripts, &mut out);
    scripts.write(&mut out);
    for part in RUNNER {
        out.push('\n');
        out.push_str(part);
    }
    // On one line, so that bash has read all of the file when it starts to run.
    out.push_str("\nmain \"$@\"; exit\n");
    out
}

fn constants(plan: &Plan, settings: &Settings, scripts: &mut Scripts, out: &mut String) {
    let mut add = |script: &Rendered| {
        let numbers = scripts.add(script);
        format!("'{} {}'", numbers.give, numbers.body)
    };
    let parameters = script::parameters(plan).map_or_else(|| "''".to_owned(), |script| add(&script));
    let exclusive = plan.exclusive.as_ref().map(|(name, _)| script::value(plan, name));
    let exclusive = exclusive.map_or_else(|| "''".to_owned(), |script| add(&script));
    out.push_str(&format!(
        "PIPELINE={}\nEND_OF_LIST={}\nPARAMETERS_BY={parameters}\nEXCLUSIVE_BY={exclusive}\n{}\n",
        plan.name,
        word(END_OF_LIST),
        settings.assignments(plan)
    ));
}

/// Writes `declare_returns`: what the pipeline gives back when it has succeeded.
fn returns(plan: &Plan, scripts: &mut Scripts, out: &mut String) {
    out.push_str("declare_returns() {\n    :\n");
    for output in &plan.outputs {
        let numbers = scripts.add(&script::value(plan, &output.value));
        let name = scripts::output_file(&output.name);
        out.push_str(&format!("    returns {name} {} {}\n", numbers.give, numbers.body));
    }
    out.push_str("}\n\n");
}

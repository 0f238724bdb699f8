//! Tekton v1, on a default install from v0.56 on: a Task for each task, a Pipeline, a PipelineRun.

mod alone;
mod alone_gaps;
mod artifacts;
mod budget;
mod catalog;
mod cel;
mod chains;
mod chains_objects;
mod check_params;
mod computed;
mod condition;
mod defaults;
mod egress;
mod escape;
mod fan;
mod fan_gaps;
mod files;
mod finally_gaps;
mod foreign;
mod fuse;
mod gaps;
mod gate;
mod given;
mod graph;
mod inject;
mod inject_files;
mod inject_gaps;
mod inputs;
mod levels;
mod limits;
mod locks;
mod lower;
mod meta;
mod name_gaps;
mod names;
mod native;
mod object;
mod object_size;
mod of_run;
mod options;
mod outputs;
mod pac;
mod pac_cel;
mod pac_gaps;
mod pipeline;
mod reads;
mod regroup;
mod run;
mod scripts;
mod shape;
mod shape_gaps;
mod sidecar;
mod sources;
mod spelling;
mod split;
mod step_template;
mod stranger_gaps;
mod task;
mod template;
mod text_length;
mod timeouts;
mod types;
mod used;
mod used_gaps;
mod whole;

use super::{Bundle, Done, Feature, Judge, Support, Target, Watched, kube};
use crate::abreast;
use crate::diag::Diagnostics;
use crate::plan::{Plan, Value};
use crate::source::Sources;
use alone::Alone;
use lower::Lowered;
use shape::Style;
use timeouts::Timeouts;

pub(super) const NAME: &str = "tekton";

/// The engine of `--target tekton`.
#[derive(Debug)]
pub struct Tekton;

impl Target for Tekton {
    fn name(&self) -> &'static str {
        NAME
    }

    fn about(&self) -> &'static str {
        "Tekton v1 (v0.56 or newer); `style` is .files, .inline (one run), .pac (Pipelines-as-Code), .bundle or .catalog"
    }

    fn options(&self) -> &'static str {
        include_str!("options.pipe")
    }

    fn flag(&self, option: &str, text: &str) -> Option<Value> {
        match option {
            "level" => Some(Value::Case(text.to_owned())),
            "min_version" => Some(Value::Text(text.to_owned())),
            _ => None,
        }
    }

    fn support(&self, feature: Feature) -> Support {
        match feature {
            Feature::RuntimeParameters => Support::Partly(
                "Tekton and Kubernetes rewrite `$$` and `$(NAME)` in a text that a run is started with, or that a task hands on; a type without `$` (an enum, a pattern) is safe, and so is what is bound with -p or the default",
            ),
            Feature::ListParameters | Feature::ObjectParameters => Support::Native,
            Feature::SecretParameters => Support::Partly("the parameter names a Secret, whose key is `value`"),
            Feature::Conditions => Support::Generated("`when` where it can say it, else a small task that decides"),
            Feature::OptionalResults => {
                Support::Generated("a task whose results are missed runs, and skips its script")
            }
            Feature::Finally => Support::Partly(
                "tasks that wait for each other are steps of one pod, without `retries`; results of the body only of tasks that succeeded",
            ),
            Feature::Stages | Feature::Parallel | Feature::Steps | Feature::Retries | Feature::Timeouts => {
                Support::Native
            }
            Feature::RetryDelay => Support::No("sleep in `before` instead"),
            Feature::OnExit => Support::Generated("by the script"),
            Feature::GoOn => Support::Partly("v0.62 or newer; not together with `retries`"),
            Feature::BeforeAndCleanup => {
                Support::Generated("by the script; a cancelled pod has 30 seconds for its cleanup")
            }
            Feature::Files => Support::Generated("by the script"),
            Feature::Locks => Support::Generated(
                "tasks with the same lock run in the order of the plan, in `finally` as steps of one pod",
            ),
            Feature::Exclusive => Support::No("a PipelineRun knows nothing of another; start the runs one by one"),
            Feature::Workspaces => {
                Support::Partly("one volume a task, unless the cluster allows more (`several_volumes`)")
            }
            Feature::Kvm => Support::Native,
            Feature::Resources | Feature::Architectures => Support::Native,
            Feature::NoNetwork => Support::No("`deny_egress` closes the ways out of all tasks"),
            Feature::Services => Support::Partly(
                "a sidecar; one that never gets ready is stopped, and the steps start and fail on their own",
            ),
            Feature::ExternTasks => Support::Partly(
                "by a resolver; one that a condition leaves out has outputs for tasks under the same one, for tasks whose own outputs nobody reads, and for the run; 1 to 10 turns in a run-time loop",
            ),
            Feature::ExternPipelines => Support::Partly(
                "alone in its pipeline, as the run of it; among other tasks with `level: .alpha`, and without its results",
            ),
            Feature::ExternSteps => Support::Partly(
                "a StepAction, in a task whose own scripts do not have to look at a condition or an exit code for it",
            ),
            Feature::Results => Support::Partly("texts, together at most 4096 bytes a task"),
            Feature::ListResults => {
                Support::Generated("one text of lines, with the results of a task at most 4096 bytes")
            }
            Feature::ObjectResults => {
                Support::Generated("the script writes the JSON; in a loop each field is a result of its own")
            }
            Feature::RuntimeLoops => Support::Partly(
                "a matrix, whose turns a small task finds, at most 256 (`most_turns`); not in `finally`, and without `lock`",
            ),
        }
    }

    fn gaps(&self, plan: &Plan, out: &mut Diagnostics) {
        gaps::report(&lower::lower(plan), out);
    }

    fn watched(&self, plan: &Plan) -> Vec<Watched> {
        let shape = options::Options::of(plan).shape;
        let pac = shape.pac.iter().filter(|_| shape.style == Style::Pac);
        // The run may wait for a change of itself, before it is there.
        let own = whole::path(Style::Pac, &kube::label(&plan.name, kube::LONGEST_NAME));
        let looked = pac.flat_map(pac::looked).filter(|one| !pac_gaps::is_unreachable(&one.path) && one.path != own);
        looked.map(|one| Watched { span: shape.place(&one.place), path: one.path, is_folder: one.is_folder }).collect()
    }

    fn emit(&self, plan: &Plan, sources: &Sources) -> Bundle {
        let mut bundle = Bundle::default();
        let mut lowered = lower::lower(plan);
        let timeouts = timeouts::of(&lowered);
        write(&mut lowered, timeouts, sources, &mut |file| bundle.files.push(file));
        bundle
    }

    fn compile(&self, plan: &Plan, sources: &Sources, judge: Judge<'_>, done: Done<'_>) {
        let mut lowered = lower::lower(plan);
        let report = || {
            let mut found = Diagnostics::default();
            gaps::report(&lowered, &mut found);
            found
        };
        let beside = || {
            // Every file says which lines it comes from: they are found while nobody waits for that.
            sources.get(plan.span.file).lines();
            timeouts::of(&lowered)
        };
        let (found, timeouts) = abreast::both_of(plan.len(), report, beside);
        if judge(found) {
            write(&mut lowered, timeouts, sources, done);
        }
        // To take a large plan apart is work for both, too.
        abreast::in_order(lowered.tasks.into_iter(), drop, |()| ());
    }
}

fn write(lowered: &mut Lowered<'_>, timeouts: Timeouts, sources: &Sources, done: Done<'_>) {
    match lowered.options.shape.style {
        Style::Files | Style::Inline | Style::Bundle | Style::Catalog if Alone::of(lowered.plan).is_some() => {
            done(files::run(lowered, timeouts, sources));
        }
        Style::Files => files::files(lowered, timeouts, sources, done),
        Style::Inline | Style::Pac => whole::files(lowered, timeouts, sources, done),
        Style::Bundle => files::bundle(lowered, timeouts, sources, done),
        Style::Catalog => catalog::files(lowered, sources, done),
    }
    egress::file(lowered, sources).into_iter().for_each(done);
}

//! Tekton v1, on a default install from v0.56 on: a Task for each task, a Pipeline, a PipelineRun.

mod computed;
mod condition;
mod escape;
mod fan;
mod fan_gaps;
mod finally_gaps;
mod foreign;
mod fuse;
mod gaps;
mod gate;
mod graph;
mod inputs;
mod limits;
mod locks;
mod lower;
mod names;
mod options;
mod pipeline;
mod reads;
mod run;
mod sidecar;
mod stranger_gaps;
mod task;
mod timeouts;
mod types;

use super::yaml::{self, Page};
use super::{Bundle, Feature, OutFile, Support, Target, header};
use crate::diag::Diagnostics;
use crate::plan::Plan;
use crate::source::Sources;
use lower::Lowered;

pub(super) const NAME: &str = "tekton";

/// The engine of `--target tekton`.
#[derive(Debug)]
pub struct Tekton;

impl Target for Tekton {
    fn name(&self) -> &'static str {
        NAME
    }

    fn about(&self) -> &'static str {
        "Tekton v1 (v0.56 or newer): a Task a task, a Pipeline and a PipelineRun"
    }

    fn options(&self) -> &'static str {
        include_str!("options.pipe")
    }

    fn support(&self, feature: Feature) -> Support {
        match feature {
            Feature::RuntimeParameters => Support::Partly(
                "Tekton and Kubernetes rewrite `$$` and `$(NAME)` in values that a run is started with; bind such a value with -p",
            ),
            Feature::ListParameters => Support::Native,
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
            Feature::NoNetwork => Support::No("forbid it by a NetworkPolicy of the namespace"),
            Feature::Services => Support::Partly(
                "a sidecar; one that never gets ready is stopped, and the steps start and fail on their own",
            ),
            Feature::ExternTasks => {
                Support::Partly("by a resolver; one whose outputs are read cannot be left out by a condition")
            }
            Feature::Results => Support::Partly("texts, together at most 4096 bytes a task"),
            Feature::ListResults => {
                Support::Generated("one text of lines, with the results of a task at most 4096 bytes")
            }
            Feature::RuntimeLoops => Support::Partly(
                "a matrix, whose turns a small task finds, at most 256 (`most_turns`); not in `finally`, and without `lock`",
            ),
        }
    }

    fn gaps(&self, plan: &Plan, out: &mut Diagnostics) {
        gaps::report(&lower::lower(plan), out);
    }

    fn emit(&self, plan: &Plan, sources: &Sources) -> Bundle {
        bundle(&lower::lower(plan), sources)
    }

    fn compile(&self, plan: &Plan, sources: &Sources, out: &mut Diagnostics) -> Option<Bundle> {
        let lowered = lower::lower(plan);
        let mut found = Diagnostics::default();
        gaps::report(&lowered, &mut found);
        let failed = found.has_errors();
        out.append(found);
        (!failed).then(|| bundle(&lowered, sources))
    }
}

fn bundle(lowered: &Lowered<'_>, sources: &Sources) -> Bundle {
    let mut files = Vec::with_capacity(lowered.tasks.len() + lowered.finally.len() + 2);
    let timeouts = timeouts::of(lowered);
    let mut made = Page::default();
    made.comment(&header::made(lowered.plan, NAME));
    // One page for all, so that each file takes as much memory as it has text.
    let mut page = Page::default();
    for unit in lowered.tasks.iter().chain(&lowered.finally).filter(|unit| unit.found.is_none()) {
        page.text.clear();
        page.comment(&["Tekton Task ", &unit.object, ".", &fuse::said(&unit.fused)].concat());
        page.raw(&made.text);
        task::write(&mut page, lowered, unit, sources);
        files.push(out_file(["task-", &unit.name, ".yaml"].concat(), page.text.as_str().to_owned()));
    }
    page.text.clear();
    page.comment(&format!("Tekton Pipeline {}.", lowered.names.pipeline()));
    page.raw(&made.text);
    pipeline::write(&mut page, lowered, timeouts.tasks, sources);
    files.push(out_file("pipeline.yaml".to_owned(), page.text));
    let about = header::header(lowered.plan, NAME, "Tekton PipelineRun.") + &run::to_be_given(lowered);
    let run = yaml::file(&about, &[run::manifest(lowered, timeouts, sources)]);
    files.push(out_file("pipelinerun.yaml".to_owned(), run));
    Bundle { files }
}

fn out_file(path: String, text: String) -> OutFile {
    OutFile { path, text, executable: false }
}

//! Tekton v1, on a default install from v0.56 on: a Task for each task, a Pipeline, a PipelineRun.

mod condition;
mod escape;
mod finally_gaps;
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
mod task;
mod timeouts;
mod types;

use super::header::header;
use super::{Bundle, Feature, OutFile, Support, Target, yaml};
use crate::diag::Diagnostics;
use crate::plan::Plan;
use crate::source::Sources;
use yaml::Node;

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
            Feature::Finally => Support::Partly("all at once, so without order; results only of tasks that succeeded"),
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
            Feature::Locks => Support::Generated("tasks with the same lock run in the order of the plan"),
            Feature::Exclusive => Support::No("a PipelineRun knows nothing of another; start the runs one by one"),
            Feature::Workspaces => {
                Support::Partly("one volume a task, unless the cluster allows more (`several_volumes`)")
            }
            Feature::Kvm => Support::Native,
            Feature::Resources | Feature::Architectures => Support::Native,
            Feature::NoNetwork => Support::No("forbid it by a NetworkPolicy of the namespace"),
            Feature::Results => Support::Partly("texts, together at most 4096 bytes a task"),
        }
    }

    fn gaps(&self, plan: &Plan, out: &mut Diagnostics) {
        gaps::report(plan, out);
    }

    fn emit(&self, plan: &Plan, sources: &Sources) -> Bundle {
        let mut lowered = lower::lower(plan);
        let mut files = Vec::with_capacity(lowered.tasks.len() + lowered.finally.len() + 2);
        let mut tasks = std::mem::take(&mut lowered.tasks);
        let mut finally = std::mem::take(&mut lowered.finally);
        for unit in tasks.iter_mut().chain(&mut finally) {
            let about = header(plan, NAME, &format!("Tekton Task {}.", lowered.names.object(&unit.name)));
            let path = format!("task-{}.yaml", unit.name);
            files.push(out_file(path, &about, task::manifest(&lowered, unit, sources)));
        }
        (lowered.tasks, lowered.finally) = (tasks, finally);
        let about = header(plan, NAME, &format!("Tekton Pipeline {}.", lowered.names.pipeline()));
        files.push(out_file("pipeline.yaml".to_owned(), &about, pipeline::manifest(&lowered, sources)));
        let about = header(plan, NAME, "Tekton PipelineRun.") + &run::to_be_given(&lowered);
        files.push(out_file("pipelinerun.yaml".to_owned(), &about, run::manifest(&lowered, sources)));
        Bundle { files }
    }
}

fn out_file(path: String, about: &str, document: Node) -> OutFile {
    OutFile { path, text: yaml::file(about, &[document]), executable: false }
}

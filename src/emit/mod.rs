//! From a plan to the files of an engine. `gaps` says what the engine cannot express, at the source; `emit` is total.

use crate::diag::Diagnostics;
use crate::plan::{Plan, Value};
use crate::source::{Sources, Span};

pub mod buildconfig;
mod egress;
mod header;
pub mod kube;
pub mod local;
mod outside;
mod quote;
pub mod script;
pub mod shell;
pub mod spec;
pub mod tekton;
pub mod why;
pub mod yaml;

/// Every target, in the order in which they are listed.
pub static TARGETS: &[&dyn Target] = &[&shell::Shell, &buildconfig::BuildConfig, &tekton::Tekton];

/// An engine that plans are emitted for.
pub trait Target: Sync {
    /// As it is written behind `--target`.
    fn name(&self) -> &'static str;

    /// One line for `pipec targets`.
    fn about(&self) -> &'static str;

    /// The `.pipe` text that declares `record Options { … }`, the fields of a `target NAME { … }` block.
    fn options(&self) -> &'static str;

    /// The value of an option that `pipec emit` gives as a flag; `None` where this target has no such flag. What a value
    /// may be is for `gaps` to say.
    fn flag(&self, _option: &str, _text: &str) -> Option<Value> {
        None
    }

    /// What it does with each feature, one row each in the order of [`FEATURES`].
    fn support(&self, feature: Feature) -> Support;

    /// Reports what this engine cannot express of the plan, at the source line, and what to do instead.
    fn gaps(&self, plan: &Plan, out: &mut Diagnostics);

    /// The paths of the repository that what is emitted speaks of, so that one that is not there is found before it runs.
    fn watched(&self, _plan: &Plan) -> Vec<Watched> {
        Vec::new()
    }

    /// The files; called only when `gaps` reported no error.
    fn emit(&self, plan: &Plan, sources: &Sources) -> Bundle;

    /// Both at once, for a target that brings the plan into its own form for each: `judge` is given what `gaps` reports,
    /// and says whether to go on; then each file goes to `done` as soon as it is made, so that a large plan never has all
    /// of its files in memory.
    fn compile(&self, plan: &Plan, sources: &Sources, judge: Judge<'_>, done: Done<'_>) {
        let mut found = Diagnostics::default();
        self.gaps(plan, &mut found);
        if judge(found) {
            self.emit(plan, sources).files.into_iter().for_each(done);
        }
    }
}

/// Whether there is to be anything, for what was found.
pub type Judge<'j> = &'j mut dyn FnMut(Diagnostics) -> bool;

/// Takes the files of one emit one by one, in the order in which they are printed.
pub type Done<'d> = &'d mut dyn FnMut(OutFile);

/// A path of the repository, from its root, that what is emitted speaks of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Watched {
    pub path: String,
    /// A folder; else a file.
    pub is_folder: bool,
    pub span: Option<Span>,
}

/// The files of one emit, in the order in which they are printed.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Bundle {
    pub files: Vec<OutFile>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutFile {
    /// Relative, with `/`.
    pub path: String,
    pub text: String,
    pub executable: bool,
}

/// A part of the language that engines differ in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Feature {
    RuntimeParameters,
    ListParameters,
    ObjectParameters,
    SecretParameters,
    Conditions,
    OptionalResults,
    Finally,
    Stages,
    Parallel,
    Steps,
    Retries,
    RetryDelay,
    Timeouts,
    OnExit,
    GoOn,
    BeforeAndCleanup,
    Files,
    Locks,
    Exclusive,
    Workspaces,
    Kvm,
    Resources,
    Architectures,
    NoNetwork,
    Results,
    ListResults,
    ObjectResults,
    RuntimeLoops,
    Services,
    ExternTasks,
    ExternPipelines,
    ExternSteps,
}

/// Every feature with its words.
pub const FEATURES: &[(Feature, &str)] = &[
    (Feature::RuntimeParameters, "run-time parameters"),
    (Feature::ListParameters, "list parameters"),
    (Feature::ObjectParameters, "object parameters"),
    (Feature::SecretParameters, "secret parameters"),
    (Feature::Conditions, "conditions"),
    (Feature::OptionalResults, "optional results"),
    (Feature::Finally, "finally"),
    (Feature::Stages, "stages"),
    (Feature::Parallel, "parallel tasks"),
    (Feature::Steps, "several steps"),
    (Feature::Retries, "retries"),
    (Feature::RetryDelay, "retry_delay"),
    (Feature::Timeouts, "timeouts"),
    (Feature::OnExit, "on_exit"),
    (Feature::GoOn, "on_failure: .go_on"),
    (Feature::BeforeAndCleanup, "before and cleanup"),
    (Feature::Files, "files"),
    (Feature::Locks, "lock"),
    (Feature::Exclusive, "exclusive"),
    (Feature::Workspaces, "workspaces"),
    (Feature::Kvm, "kvm"),
    (Feature::Resources, "cpu, memory, disk"),
    (Feature::Architectures, "arch"),
    (Feature::NoNetwork, "network: false"),
    (Feature::Results, "results"),
    (Feature::ListResults, "list results"),
    (Feature::ObjectResults, "object results"),
    (Feature::RuntimeLoops, "run-time loops"),
    (Feature::Services, "services"),
    (Feature::ExternTasks, "extern tasks"),
    (Feature::ExternPipelines, "extern pipelines"),
    (Feature::ExternSteps, "extern steps"),
];

/// How an engine does it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Support {
    /// With the engine's own means.
    Native,
    /// With what is generated; the words say how.
    Generated(&'static str),
    /// Partly, or under a condition; the words say which.
    Partly(&'static str),
    /// It is an error (a gap); the words say what to do instead.
    No(&'static str),
}

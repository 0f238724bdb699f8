//! OpenShift builds: one BuildConfig for each privilege class, the archives of its builds, and the driver.

mod archive;
pub mod bundle;
mod carry;
mod class;
mod driver;
mod faults;
mod gaps;
mod limits;
mod model;
mod network;
mod options;
mod secrets;
mod segment;
mod streams;
mod texts;

use super::header::header;
use super::{Bundle, Feature, OutFile, Support, Target, script, spec, yaml};
use crate::contract::{RunSpec, ScriptSpec};
use crate::diag::Diagnostics;
use crate::plan::Plan;
use crate::source::Sources;
use carry::Carry;
use class::{Class, Classes};
use limits::Limits;
use options::Options;
use segment::Segment;

const NAME: &str = "buildconfig";

/// The target itself.
#[derive(Debug)]
pub struct BuildConfig;

impl Target for BuildConfig {
    fn name(&self) -> &'static str {
        NAME
    }

    fn about(&self) -> &'static str {
        "OpenShift BuildConfigs, one a privilege class, and the script that starts them in order"
    }

    fn options(&self) -> &'static str {
        include_str!("options.pipe")
    }

    fn support(&self, feature: Feature) -> Support {
        match feature {
            Feature::RuntimeParameters | Feature::ListParameters | Feature::ObjectParameters => {
                Support::Generated("values travel in the archive")
            }
            Feature::SecretParameters => Support::Partly("named when compiling: `-p NAME=SECRET`"),
            Feature::Conditions | Feature::OptionalResults => {
                Support::Generated("decided in the build, from the archive's plan")
            }
            Feature::Finally => Support::Generated("builds of their own, started on every path"),
            Feature::Stages => Support::Generated("edges"),
            Feature::Parallel => Support::Partly("inside a build; builds follow each other"),
            Feature::Steps => Support::Generated("one after the other in the build"),
            Feature::Retries | Feature::RetryDelay | Feature::Timeouts | Feature::GoOn => {
                Support::Generated("carried in the archive's plan")
            }
            Feature::OnExit | Feature::BeforeAndCleanup | Feature::Files => {
                Support::Generated("in the step's own script")
            }
            Feature::Locks => Support::Generated("inside a build; builds follow each other"),
            Feature::Exclusive => Support::Generated("a ConfigMap that `start.sh` makes and removes"),
            Feature::Workspaces | Feature::Results | Feature::ListResults | Feature::ObjectResults => {
                Support::Partly("between builds through a `store`")
            }
            Feature::RuntimeLoops => Support::No("bind the list with -p, or declare it `const`"),
            Feature::Kvm | Feature::Resources => Support::Native,
            Feature::Architectures => Support::Generated("a BuildConfig for each of a privilege class"),
            Feature::Services => Support::No("start it in the script, or give the address of one that is there"),
            Feature::ExternTasks | Feature::ExternPipelines | Feature::ExternSteps => {
                Support::No("write a task with an image and a script, or emit for tekton")
            }
            Feature::NoNetwork => Support::No("`deny_egress` closes the ways out of all builds"),
        }
    }

    fn gaps(&self, plan: &Plan, out: &mut Diagnostics) {
        gaps::report(plan, out);
    }

    fn emit(&self, plan: &Plan, sources: &Sources) -> Bundle {
        let job = Job::new(plan);
        let header = header(plan, NAME, "OpenShift builds, one BuildConfig a privilege class.");
        let mut files: Vec<OutFile> = Vec::new();
        for class in job.classes() {
            let node = model::build_config(&job, class, sources);
            files.push(file(format!("buildconfig-{}.yaml", class.name()), yaml::file(&header, &[node])));
        }
        files.push(file("rbac.yaml".to_owned(), yaml::file(&header, &model::accounts(&job, sources))));
        let policies = network::policy(&job, sources).into_iter().collect();
        let asked = [("imagestreams", streams::all(&job, sources)), ("network", policies)];
        for (name, nodes) in asked.into_iter().filter(|(_, nodes)| !nodes.is_empty()) {
            files.push(file(format!("{name}.yaml"), yaml::file(&header, &nodes)));
        }
        files.extend((0..job.segments.len()).map(|at| run_file(&job, at, sources)));
        let start = driver::script(plan, &job.segments, &header);
        files.push(OutFile { path: "start.sh".to_owned(), text: start, executable: true });
        Bundle { files }
    }
}

/// A plan, cut into builds.
#[derive(Debug)]
struct Job<'p> {
    plan: &'p Plan,
    options: Options,
    classes: Classes,
    segments: Vec<Segment>,
    carry: Carry,
    /// Of each class that is in use.
    limits: Vec<(Class, Limits)>,
    /// What checks the parameters: who makes an archive by hand is told the same as who starts the driver.
    check: Option<ScriptSpec>,
}

impl<'p> Job<'p> {
    fn new(plan: &'p Plan) -> Self {
        let options = Options::of(plan);
        let segments = segment::segments(plan);
        let carry = Carry::new(plan, &segments);
        let classes = Classes::new(plan);
        let limits =
            classes.used().into_iter().map(|class| (class, limits::of(plan, class, &segments, &options))).collect();
        let check = script::parameters(plan).map(spec::script_spec);
        Self { plan, options, classes, segments, carry, limits, check }
    }

    /// Those in use.
    fn classes(&self) -> impl Iterator<Item = Class> {
        self.limits.iter().map(|(class, _)| *class)
    }

    fn limits(&self, class: Class) -> Limits {
        self.limits.iter().find(|(one, _)| *one == class).map(|(_, limits)| *limits).unwrap_or_default()
    }

    /// Whether a build of the class brings or keeps something.
    fn stores(&self, class: Class) -> bool {
        self.segments.iter().zip(&self.carry.loads).any(|(segment, load)| segment.class == class && !load.is_empty())
    }
}

fn file(path: String, text: String) -> OutFile {
    OutFile { path, text, executable: false }
}

fn run_file(job: &Job<'_>, at: usize, sources: &Sources) -> OutFile {
    let spec = archive::spec(job, at, sources);
    file(format!("segments/{}.json", spec.segment), json(&spec))
}

fn json(spec: &RunSpec) -> String {
    serde_json::to_string_pretty(spec).expect("the contract has string keys only, so JSON can hold it") + "\n"
}

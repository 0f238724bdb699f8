//! OpenShift builds: one BuildConfig for each privilege class, the archives of its builds, and the driver.

mod archive;
mod class;
mod driver;
mod gaps;
mod limits;
mod model;
mod options;
mod secrets;
mod segment;

use super::header::header;
use super::{Bundle, Feature, OutFile, Support, Target, yaml};
use crate::diag::Diagnostics;
use crate::plan::Plan;
use crate::source::Sources;
use class::Class;
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
            Feature::RuntimeParameters | Feature::ListParameters => Support::Generated("values travel in the archive"),
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
            Feature::Workspaces | Feature::Results => Support::Partly("between builds through a `store`"),
            Feature::Kvm | Feature::Resources => Support::Native,
            Feature::Architectures => Support::Partly("one a privilege class"),
            Feature::NoNetwork => Support::No("use a NetworkPolicy"),
        }
    }

    fn gaps(&self, plan: &Plan, out: &mut Diagnostics) {
        gaps::report(plan, out);
    }

    fn emit(&self, plan: &Plan, sources: &Sources) -> Bundle {
        let options = Options::of(plan);
        let segments = segment::segments(plan);
        let classes: Vec<Class> = Class::ALL.into_iter().filter(|class| uses(&segments, *class)).collect();
        let header = header(plan, NAME, "OpenShift builds, one BuildConfig a privilege class.");
        let mut files: Vec<OutFile> = classes
            .iter()
            .map(|class| {
                let node = model::build_config(plan, *class, &segments, &options);
                file(format!("buildconfig-{}.yaml", class.name()), yaml::file(&header, &[node]))
            })
            .collect();
        files.push(file("rbac.yaml".to_owned(), yaml::file(&header, &model::accounts(plan, &classes, &options))));
        files.extend((0..segments.len()).map(|at| run_file(plan, &segments, at, &options, sources)));
        let start = driver::script(plan, &segments, &header);
        files.push(OutFile { path: "start.sh".to_owned(), text: start, executable: true });
        Bundle { files }
    }
}

fn uses(segments: &[Segment], class: Class) -> bool {
    segments.iter().any(|segment| segment.class == class)
}

fn file(path: String, text: String) -> OutFile {
    OutFile { path, text, executable: false }
}

fn run_file(plan: &Plan, segments: &[Segment], at: usize, options: &Options, sources: &Sources) -> OutFile {
    let spec = archive::spec(plan, segments, at, options, sources);
    let text = serde_json::to_string_pretty(&spec).unwrap_or_default() + "\n";
    file(format!("segments/{}.json", spec.segment), text)
}

//! The archive of a build, with the values of one run: what `start.sh` packs, as data.

use super::archive;
use super::model;
use super::segment::Segment;
use super::{Job, json, texts};
use crate::contract::{END_OF_LIST, ENV_FOLDER, OUTCOME_FILE, PARAMS_FOLDER, PLAN_FILE, RUN_FILE};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::spec;
use crate::plan::{Param, Phase, Plan, Ty, Value};
use crate::source::Sources;

/// One build: how it is started, and what its archive holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Build {
    /// `01-kvm`
    pub segment: String,
    /// The BuildConfig that it is started from.
    pub config: String,
    /// Runs on every path, after all others.
    pub finally: bool,
    pub tasks: Vec<String>,
    /// The workspaces that its tasks work in, by name.
    pub workspaces: Vec<String>,
    /// Those of them that nobody brings: they start empty.
    pub fresh: Vec<String>,
    /// Files, and folders whose names end in `/`, in the order of the archive.
    pub entries: Vec<(String, Vec<u8>)>,
}

/// How the run stands in which the archive is used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// `succeeded`, `failed` or `cancelled`
    pub outcome: String,
    /// The name of the first build; empty for the first itself.
    pub run: String,
    /// Variables of every step, by name.
    pub env: Vec<(String, String)>,
}

impl Default for Standing {
    fn default() -> Self {
        Self { outcome: "succeeded".to_owned(), run: String::new(), env: Vec::new() }
    }
}

/// The value of a parameter that stayed open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    pub name: String,
    pub value: Given,
}

/// As an archive carries it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Given {
    Text(String),
    List(Vec<String>),
}

/// What each open parameter of a plan is set to: what `given` says, else its default.
pub fn settings<'v>(plan: &'v Plan, given: &dyn Fn(&str) -> Option<&'v Value>) -> Vec<Setting> {
    let setting = |param: &'v Param| {
        let value = given(&param.name).or(param.default.as_ref());
        Setting { name: param.name.clone(), value: set_to(param, value) }
    };
    plan.params.iter().map(setting).collect()
}

fn set_to(param: &Param, value: Option<&Value>) -> Given {
    let text = |value: &Value| value.text().unwrap_or_default();
    match value {
        Some(Value::List(elements)) => Given::List(elements.iter().map(text).collect()),
        _ if spec::is_list(&param.ty) => Given::List(Vec::new()),
        other => Given::Text(other.map(text).unwrap_or_default()),
    }
}

/// The builds of a plan, in the order in which they are started. The plan has no gaps.
pub fn builds(plan: &Plan, sources: &Sources, settings: &[Setting], standing: &Standing) -> Vec<Build> {
    let job = Job::new(plan);
    let values = values(settings);
    let build = |(at, segment): (usize, &Segment)| {
        let spec = archive::spec(&job, at, sources);
        let names = |fresh: bool| {
            let named = spec.workspaces.iter().filter(|one| !(fresh && one.brought));
            named.map(|one| one.name.clone()).collect()
        };
        let mut entries = vec![(PLAN_FILE.to_owned(), json(&spec).into_bytes())];
        entries.push((OUTCOME_FILE.to_owned(), standing.outcome.clone().into_bytes()));
        entries.push((RUN_FILE.to_owned(), standing.run.clone().into_bytes()));
        entries.extend(values.iter().cloned());
        entries.extend(environment(&standing.env));
        Build {
            segment: archive::name(at, segment),
            config: model::name(plan, segment.class),
            finally: segment.phase == Phase::Finally,
            tasks: segment.tasks.iter().map(|task| plan.task(*task).name.clone()).collect(),
            workspaces: names(false),
            fresh: names(true),
            entries,
        }
    };
    job.segments.iter().enumerate().map(build).collect()
}

/// What `start.sh` is given for these settings, so that it packs the same.
pub fn driver_arguments(settings: &[Setting]) -> Vec<String> {
    let mut words = Vec::new();
    for Setting { name, value } in settings {
        match value {
            Given::Text(text) => words.extend(["-p".to_owned(), format!("{name}={text}")]),
            Given::List(list) if list.is_empty() => words.push(format!("--no-{name}")),
            Given::List(list) => list.iter().for_each(|text| words.extend(["-p".to_owned(), format!("{name}={text}")])),
        }
    }
    words
}

fn environment(env: &[(String, String)]) -> Vec<(String, Vec<u8>)> {
    let folder = (!env.is_empty()).then(|| (format!("{ENV_FOLDER}/"), Vec::new()));
    let file = |(name, value): &(String, String)| (format!("{ENV_FOLDER}/{name}"), value.clone().into_bytes());
    let mut files: Vec<(String, Vec<u8>)> = env.iter().map(file).collect();
    files.sort();
    folder.into_iter().chain(files).collect()
}

/// `params/`, sorted as `tar --sort name` goes through a folder.
fn values(settings: &[Setting]) -> Vec<(String, Vec<u8>)> {
    let mut sorted: Vec<&Setting> = settings.iter().collect();
    sorted.sort_by(|one, other| one.name.cmp(&other.name));
    let mut entries = vec![(format!("{PARAMS_FOLDER}/"), Vec::new())];
    for Setting { name, value } in sorted {
        let path = format!("{PARAMS_FOLDER}/{name}");
        match value {
            Given::Text(text) => entries.push((path, text.clone().into_bytes())),
            Given::List(list) => {
                entries.push((format!("{path}/"), Vec::new()));
                let element = |(at, text): (usize, &String)| (format!("{path}/{at:06}"), text.clone().into_bytes());
                entries.extend(list.iter().enumerate().map(element));
            }
        }
    }
    entries
}

/// Whether a value of the type names secrets: they are part of the manifests, so a run cannot choose them.
pub fn names_secrets(ty: &Ty) -> bool {
    match spec::opened(ty) {
        Ty::Secret => true,
        Ty::List(of) => *spec::opened(of) == Ty::Secret,
        Ty::Bool
        | Ty::Int
        | Ty::String
        | Ty::Duration
        | Ty::Size
        | Ty::Cpu
        | Ty::Path
        | Ty::Image
        | Ty::Pattern(_)
        | Ty::Enum(_)
        | Ty::Workspace
        | Ty::Artifact(_)
        | Ty::Map(_)
        | Ty::Record(_)
        | Ty::Optional(_) => false,
    }
}

/// The values that no step can be handed.
pub fn faults(plan: &Plan, settings: &[Setting], out: &mut Diagnostics) {
    for (param, Setting { value, .. }) in plan.params.iter().zip(settings) {
        match value {
            Given::Text(text) => texts::check_value(param, text, out),
            Given::List(list) => {
                list.iter().for_each(|text| texts::check_value(param, text, out));
                if list.iter().any(|text| text == END_OF_LIST) {
                    out.push(reserved(param));
                }
            }
        }
    }
}

fn reserved(param: &Param) -> Diagnostic {
    Diagnostic::new(Code::P0763, param.span, format!("an element of `{}` is `{END_OF_LIST}`", param.name))
        .here("the list is declared here")
        .help("that text ends a list where a script takes it; give another one")
}

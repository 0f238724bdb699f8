//! Everything one may ask of a set of files. The command line and the editor use only this.

mod allows;
pub mod bundle;
pub mod config;
pub mod configs;
pub mod doc;
pub mod environments;
pub mod flags;
pub mod given;
pub mod import;
mod judge;
pub mod layout;
pub mod levels;
mod load;
pub mod lock;
mod places;
pub mod run;
pub mod scripts;
mod targets;
pub mod test;
pub mod verify;

use std::sync::Arc;

use crate::check::{self, program::Program};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics, did_you_mean};
use crate::emit::{Bundle, Done, TARGETS, Target, script};
use crate::plan::build::Binding;
use crate::plan::{Plan, build, goal, params, view};
use crate::source::{FileId, Files, Sources};
use crate::yaml_read;

use allows::Allows;
use config::{Config, ShellCheck};
use environments::{Environments, ParamsFile};
use flags::Flag;
use judge::{Judge, Looked};
use lock::Locked;

/// One file with all it uses, parsed and checked.
#[derive(Debug)]
pub struct Analysis {
    pub sources: Sources,
    pub diagnostics: Diagnostics,
    /// The path as the user wrote it.
    pub path: String,
    /// Absent when something is wrong with the text.
    program: Option<Program>,
    judge: Judge,
    /// Whether a project lets ShellCheck read its scripts.
    shellcheck: ShellCheck,
    /// What is known of its images.
    locked: Arc<Locked>,
    /// The environments of its project.
    environments: Environments,
}

/// Which plan of a program is wanted.
#[derive(Clone, Default, Debug)]
pub struct Request {
    /// The name of the pipeline; may be absent where a file has one.
    pub pipeline: Option<String>,
    /// `-p name=value`, in order; a later one wins.
    pub values: Vec<(String, String)>,
    /// `--env`: the environment whose parameter files come before the others.
    pub environment: Option<String>,
    /// `--params FILE`: the paths.
    pub files: Vec<String>,
    /// Parameters given as options of the command, such as `--stream stable`.
    pub flags: Vec<Flag>,
    /// The names of the options that the command has itself, for whoever mistypes one.
    pub options: Vec<String>,
    /// `--goal`: what is to be made; nothing is everything.
    pub goals: Vec<String>,
    /// `--stage`: the stages that are wanted, with what they need; nothing is all of them.
    pub stages: Vec<String>,
    /// `--locked`: only images that the lock knows.
    pub locked: bool,
}

/// How a plan is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum View {
    Text,
    Json,
    Dot,
    Mermaid,
}

impl Analysis {
    /// Reads and checks `path` and what it uses, without a configuration.
    pub fn open(files: &dyn Files, path: &str) -> Self {
        Self::open_with(files, path, &Config::default())
    }

    /// Reads and checks `path` and what it uses. A configuration with mistakes has no program, so that nothing is
    /// planned or emitted that it may not want.
    pub fn open_with(files: &dyn Files, path: &str, config: &Config) -> Self {
        Self::open_as(files, path, config, true)
    }

    /// As [`Self::open_with`], for who looks its images up: what a lock does not say is no error.
    pub fn open_to_lock(files: &dyn Files, path: &str, config: &Config) -> Self {
        Self::open_as(files, path, config, false)
    }

    fn open_as(files: &dyn Files, path: &str, config: &Config, is_locked: bool) -> Self {
        let mut diagnostics = Diagnostics::default();
        let mut judge = Judge { levels: config.levels.clone(), ..Judge::default() };
        let Some(mut loaded) = load::load(files, path, &mut diagnostics) else {
            let (sources, path) = (Sources::default(), path.to_owned());
            let (shellcheck, locked) = (config.shellcheck, Arc::clone(&config.locked));
            let environments = config.environments.clone();
            return Self { sources, diagnostics, path, program: None, judge, shellcheck, locked, environments };
        };
        let targets = targets::options(&mut loaded, &mut diagnostics);
        let input = check::Input {
            root: loaded.file(loaded.root),
            prelude: &load::library(PRELUDE).0,
            imports: loaded.imports(),
            targets: targets.iter().map(|(name, file)| (*name, file)).collect(),
        };
        let program = check::check(&input, &mut diagnostics);
        if is_locked {
            config.locked.check(&program, &loaded.sources, &mut diagnostics);
        }
        config.locked.quiet(&loaded.sources, &mut diagnostics);
        // The lints of the checker run when there are no errors; what else looks for lints adds its codes here.
        let ran = if diagnostics.has_errors() { Vec::new() } else { check::lints() };
        judge.root = Some(loaded.root);
        judge.allows = Allows::new(loaded.own(), &mut diagnostics);
        judge.settle(&mut diagnostics, &Looked { root: loaded.root, ran: &ran, sources: &loaded.sources });
        let usable = !diagnostics.has_errors() && !config.diagnostics.has_errors();
        let program = usable.then_some(program);
        let (sources, diagnostics, path) = (loaded.sources, diagnostics.sorted(), path.to_owned());
        let (shellcheck, locked) = (config.shellcheck, Arc::clone(&config.locked));
        let environments = config.environments.clone();
        Self { sources, diagnostics, path, program, judge, shellcheck, locked, environments }
    }

    /// The names of the pipelines.
    pub fn pipelines(&self) -> Vec<String> {
        let pipelines = self.program.iter().flat_map(|program| &program.pipelines);
        pipelines.map(|pipeline| pipeline.name.to_string()).collect()
    }

    /// Whether the file itself could be read, as text.
    pub fn was_read(&self) -> bool {
        self.sources.own().next().is_some()
    }

    /// The plan for a request; what is wrong with it is added to the findings.
    pub fn plan(&mut self, files: &dyn Files, request: &Request) -> Option<Plan> {
        let mut out = Diagnostics::default();
        let plan = self.try_plan(files, request, &mut out);
        self.judge.judge(&mut out);
        let plan = plan.filter(|_| !out.has_errors());
        self.diagnostics.append(out.sorted());
        plan
    }

    /// Takes the program apart, of which nothing more is asked: what is made of a large plan needs the memory.
    pub fn forget_program(&mut self) {
        self.program = None;
    }

    fn try_plan(&mut self, files: &dyn Files, request: &Request, out: &mut Diagnostics) -> Option<Plan> {
        let program = self.program.as_ref()?;
        let pipeline =
            choose(program, &self.path, request.pipeline.as_deref()).map_err(|found| out.push(found)).ok()?;
        let paths = self.environments.files(request).map_err(|found| out.push(found)).ok()?;
        let (bindings, _) = bindings(program, pipeline, (files, &mut self.sources), (request, &paths), out)?;
        if out.has_errors() {
            return None;
        }
        let plan = build::build(program, pipeline, &bindings, &self.path, out)?;
        let mut plan = request.reduced(plan, out)?;
        self.locked.apply(&mut plan, request.locked, out);
        Some(plan)
    }

    /// Runs the tests of the file whose names contain the filter, in order; `false` when the file has errors, so
    /// that none is run.
    pub fn test(&mut self, filter: &str, done: &mut dyn FnMut(test::Ran)) -> bool {
        let Some(program) = &mut self.program else { return false };
        check::apply_rules(program);
        test::run(program, &self.path, filter, done);
        true
    }

    /// The plan as `pipec plan` shows it.
    pub fn view(&self, plan: &Plan, format: View) -> String {
        let format = match format {
            View::Text => view::Format::Text,
            View::Json => view::Format::Json,
            View::Dot => view::Format::Dot,
            View::Mermaid => view::Format::Mermaid,
        };
        view::render(plan, &self.sources, format, Some(&|task, step| script::step_hash(plan, task, step)))
    }

    /// As [`Analysis::emit`], and the files that it waits for have to be in the repository of the program.
    pub fn emit_in(&mut self, files: &dyn Files, plan: &Plan, target: &dyn Target) -> Option<Bundle> {
        let mut bundle = Bundle::default();
        self.emit_to(files, plan, target, &mut |file| bundle.files.push(file)).then_some(bundle)
    }

    /// As [`Analysis::emit_in`], of which `done` is given each file as soon as it is made; `false` where there is none.
    pub fn emit_to(&mut self, files: &dyn Files, plan: &Plan, target: &dyn Target, done: Done<'_>) -> bool {
        let mut out = Diagnostics::default();
        places::look(files, &self.path, &target.watched(plan), &mut out);
        self.emit_with(plan, target, out, done)
    }

    /// What a target makes of a plan; what it cannot express is added to the findings.
    pub fn emit(&mut self, plan: &Plan, target: &dyn Target) -> Option<Bundle> {
        let mut bundle = Bundle::default();
        let done: Done<'_> = &mut |file| bundle.files.push(file);
        self.emit_with(plan, target, Diagnostics::default(), done).then_some(bundle)
    }

    fn emit_with(&mut self, plan: &Plan, target: &dyn Target, mut out: Diagnostics, done: Done<'_>) -> bool {
        let Self { sources, judge, diagnostics, .. } = self;
        let mut goes_on = false;
        let mut settle = |found: Diagnostics| {
            let failed = found.has_errors();
            out.append(found);
            judge.judge(&mut out);
            goes_on = !failed && !out.has_errors();
            diagnostics.append(std::mem::take(&mut out).sorted());
            goes_on
        };
        target.compile(plan, sources, &mut settle, done);
        goes_on
    }
}

impl Request {
    /// The part of a plan that is wanted.
    fn reduced(&self, plan: Plan, out: &mut Diagnostics) -> Option<Plan> {
        let asked = goal::Asked { goals: &self.goals, stages: &self.stages };
        if asked.is_empty() { Some(plan) } else { goal::reduce(plan, asked, out) }
    }
}

const PRELUDE: FileId = FileId(0);

/// The target of that name.
///
/// # Errors
/// A finding with the nearest name.
pub fn target(name: &str) -> Result<&'static dyn Target, Diagnostic> {
    let names = || TARGETS.iter().map(|target| target.name());
    TARGETS.iter().copied().find(|target| target.name() == name).ok_or_else(|| {
        let known: Vec<String> = names().map(|name| format!("`{name}`")).collect();
        let near = did_you_mean(name, names()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        Diagnostic::global(Code::P0601, format!("there is no target `{name}`"))
            .help(format!("{near}the targets are {}; `pipec targets` compares them", known.join(", ")))
    })
}

fn choose(program: &Program, path: &str, wanted: Option<&str>) -> Result<check::program::PipelineId, Diagnostic> {
    let names: Vec<&str> = program.pipelines.iter().map(|pipeline| &*pipeline.name).collect();
    let known: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let at = match wanted {
        Some(name) => names.iter().position(|known| *known == name).ok_or_else(|| {
            let near = did_you_mean(name, names.iter().copied()).map(|near| format!("did you mean `{near}`? "));
            Diagnostic::global(Code::P0513, format!("`{path}` has no pipeline `{name}`")).help(format!(
                "{}it has {}",
                near.unwrap_or_default(),
                list(&known)
            ))
        }),
        None if names.len() == 1 => Ok(0),
        None if names.is_empty() => Err(Diagnostic::global(Code::P0513, format!("`{path}` has no pipeline"))
            .help("a plan is made of a `pipeline name() { … }`; this file only declares other things")),
        None => Err(Diagnostic::global(Code::P0513, format!("`{path}` has several pipelines: say which"))
            .help(format!("write its name behind the file: {}", list(&known)))),
    }?;
    Ok(check::program::PipelineId(crate::source::offset(at)))
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// The values of a request that are of their types, and the names of all that it gives; `None` when a file cannot be read.
fn bindings(
    program: &Program,
    pipeline: check::program::PipelineId,
    (files, sources): (&dyn Files, &mut Sources),
    (request, params_files): (&Request, &[ParamsFile]),
    out: &mut Diagnostics,
) -> Option<(Vec<Binding>, Vec<String>)> {
    let (mut bindings, mut named): (Vec<Binding>, Vec<String>) = Default::default();
    for file in params_files {
        let node = read_params(files, sources, file, out)?;
        if let yaml_read::Yaml::Map(entries) = &node.value {
            named.extend(entries.iter().map(|(key, _)| key.text.clone()));
        }
        bindings.extend(params::file::from_file(program, pipeline, &node, out));
    }
    let flags = flags::values(program, pipeline, (&request.flags, &request.options), out);
    let values: Vec<_> = request.values.iter().cloned().chain(flags).collect();
    named.extend(values.iter().map(|(name, _)| name.clone()));
    bindings.extend(params::from_text(program, pipeline, &values, out));
    Some((bindings, named))
}

fn read_params(
    files: &dyn Files,
    sources: &mut Sources,
    file: &ParamsFile,
    out: &mut Diagnostics,
) -> Option<yaml_read::Node> {
    let text = match load::text(files, &file.path) {
        Ok(text) => text,
        Err(found) => {
            out.push(file.unreadable(found));
            return None;
        }
    };
    let id = sources.add(&file.path, text);
    yaml_read::read(id, &sources.get(id).text, out)
}

//! The archives of the builds of a pipeline, with the values of one run.

use super::{Analysis, Request, bindings, choose};
use crate::check::program::{PipelineId, Program};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::buildconfig::BuildConfig;
use crate::emit::buildconfig::bundle::{self, Build, Setting, Standing};
use crate::emit::{Bundle, Target as _};
use crate::plan::build::Binding;
use crate::plan::params;
use crate::plan::{ExprKind, Param, Plan, Ty, Value, build, record};
use crate::source::Files;

/// The builds of one run.
#[derive(Debug)]
pub struct Run {
    pub pipeline: String,
    /// In the order in which they are started.
    pub builds: Vec<Build>,
    /// The names of the workspaces, in the order of the source.
    pub workspaces: Vec<String>,
    settings: Vec<Setting>,
    plan: Plan,
}

impl Run {
    /// What starts the builds, and the manifests of where they run.
    pub fn driver(&self, analysis: &Analysis) -> Bundle {
        BuildConfig.emit(&self.plan, &analysis.sources)
    }

    /// The tasks that nobody asked for.
    pub fn left_out(&self) -> &[String] {
        super::run::left_out(&self.plan)
    }

    /// What the driver is given so that it packs the same archives.
    pub fn arguments(&self) -> Vec<String> {
        bundle::driver_arguments(&self.settings)
    }
}

/// What a request says, read by type.
struct Asked<'a> {
    program: &'a Program,
    pipeline: PipelineId,
    bindings: Vec<Binding>,
    request: &'a Request,
    path: &'a str,
}

impl Analysis {
    /// The builds of a run with the values of a request. Values stay out of the plan where an engine can be given them
    /// when it starts, so that one plan serves every environment.
    pub fn run_of_builds(&mut self, files: &dyn Files, request: &Request, standing: &Standing) -> Option<Run> {
        let mut out = Diagnostics::default();
        let run = self.try_run(files, request, standing, &mut out);
        self.judge.judge(&mut out);
        let run = run.filter(|_| !out.has_errors());
        self.diagnostics.append(out.sorted());
        run
    }

    fn try_run(
        &mut self,
        files: &dyn Files,
        request: &Request,
        standing: &Standing,
        out: &mut Diagnostics,
    ) -> Option<Run> {
        let program = self.program.as_ref()?;
        let pipeline =
            choose(program, &self.path, request.pipeline.as_deref()).map_err(|found| out.push(found)).ok()?;
        let paths = self.environments.files(request).map_err(|found| out.push(found)).ok()?;
        let (bindings, named) = bindings(program, pipeline, (files, &mut self.sources), (request, &paths), out)?;
        let named: Vec<&str> = named.iter().map(String::as_str).collect();
        params::given::missing(program, pipeline, &named).iter().for_each(|param| out.push(not_given(param)));
        if out.has_errors() {
            return None;
        }
        let asked = Asked { program, pipeline, bindings, request, path: &self.path };
        let plan = asked.plan(out)?;
        let settings = bundle::settings(&plan, &|name| asked.value(name));
        bundle::faults(&plan, &settings, out);
        asked.requirements(&plan, out);
        let builds = bundle::builds(&plan, &self.sources, &settings, standing);
        let workspaces = plan.workspaces.iter().map(|workspace| workspace.name.clone()).collect();
        Some(Run { pipeline: plan.name.clone(), builds, workspaces, settings, plan })
    }
}

impl Asked<'_> {
    /// The plan that knows as little as it can: where it cannot do without the values, it knows all of them.
    fn plan(&self, out: &mut Diagnostics) -> Option<Plan> {
        let mut known = self.closed();
        loop {
            let mut found = Diagnostics::default();
            let plan = self.build(&known, &mut found);
            let turns = plan.as_ref().map(|plan| self.turned(plan, &known)).unwrap_or_default();
            if turns.is_empty() {
                plan.iter().for_each(|plan| BuildConfig.gaps(plan, &mut found));
                // Where all is known already there is nothing better.
                if !found.has_errors() || known.len() == self.bindings.len() {
                    out.append(found);
                    return plan.filter(|_| !out.has_errors());
                }
                known.clone_from(&self.bindings);
            }
            known.extend(turns);
        }
    }

    fn build(&self, known: &[Binding], out: &mut Diagnostics) -> Option<Plan> {
        let plan = build::build(self.program, self.pipeline, known, self.path, out)?;
        self.request.reduced(plan, out)
    }

    /// What no run can be given any more.
    fn closed(&self) -> Vec<Binding> {
        let params = params::parameters(self.program, self.pipeline);
        let secret = |name: &str| params.iter().any(|one| one.name == name && bundle::names_secrets(&one.ty));
        let closed = |name: &str| params::given::is_closed(self.program, self.pipeline, name) || secret(name);
        self.bindings.iter().filter(|one| closed(&one.name)).cloned().collect()
    }

    /// What was given for a list over which a loop goes: there is a task for each turn.
    fn turned(&self, plan: &Plan, known: &[Binding]) -> Vec<Binding> {
        let mut names: Vec<&str> = Vec::new();
        for fan in plan.tasks().filter_map(|(_, task)| task.fan.as_ref()) {
            for part in fan.vars.iter().map(|var| &var.list).chain(&fan.filter) {
                part.walk(&mut |part| {
                    if let ExprKind::Param(id) = part.kind {
                        names.push(&plan.params[id.index()].name);
                    }
                });
            }
        }
        let wanted = self.bindings.iter().filter(|one| names.contains(&&*one.name));
        wanted.filter(|one| !known.contains(one)).cloned().collect()
    }

    /// The value that was given last, of a field also with its record.
    fn value(&self, name: &str) -> Option<&Value> {
        let (of, field) = record::parts(name).map_or((name, None), |(of, field)| (of, Some(field)));
        let last = self.bindings.iter().rev().find(|one| one.name == name || one.name == of)?;
        match (&last.value, field) {
            (Value::Record(fields), Some(field)) => fields.iter().find(|(one, _)| one == field).map(|(_, value)| value),
            (value, _) => Some(value),
        }
    }

    /// What the run would refuse before its first task: conditions between parameters that do not hold.
    fn requirements(&self, plan: &Plan, out: &mut Diagnostics) {
        if plan.params.is_empty() {
            return;
        }
        let default = |param: &Param| param.default.clone().filter(|_| self.value(&param.name).is_none());
        let defaults = plan
            .params
            .iter()
            .filter_map(|param| Some(Binding { name: param.name.clone(), value: default(param)?, span: None }));
        let all: Vec<Binding> = self.bindings.iter().cloned().chain(defaults).collect();
        let mut found = Diagnostics::default();
        self.build(&all, &mut found);
        // Tasks that are left out for these values are left out by the run too.
        found.iter().filter(|one| matches!(one.code, Code::P0505 | Code::P0520)).for_each(|one| out.push(one.clone()));
    }
}

fn not_given(param: &Param) -> Diagnostic {
    let name = &param.name;
    let option = name.replace('_', "-");
    let help = match &param.ty {
        Ty::Record(_) | Ty::Map(_) => format!("write a file with the key `{name}` and give it with `--params FILE`"),
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
        | Ty::Secret
        | Ty::Workspace
        | Ty::Artifact(_)
        | Ty::List(_)
        | Ty::Optional(_) => {
            format!("give it, `--{option} VALUE`, or in a file with `--params FILE`: {}", params::example(&param.ty))
        }
    };
    Diagnostic::new(Code::P0760, param.span, format!("`{name}` has to be given"))
        .here(format!("a `{}` without a default", param.ty))
        .help(format!("{help}; an archive carries every value, since a build is asked for none"))
}

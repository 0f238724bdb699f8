//! A plan that this machine runs: what is asked of it before, and what the machine is told.

use super::{Analysis, Request, choose};
use crate::diag::Diagnostics;
use crate::emit::local::{self, Ready};
use crate::plan::{LeftOut, Phase, Plan, Ty, params, view};
use crate::source::Sources;

/// A parameter whose value is the machine's, not the program's: it stays open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outside {
    /// Given by a reference.
    Secret,
    /// Given by a folder.
    Workspace,
}

/// One task of a plan, for people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// When it can run at the earliest, from 1; `None` of `finally`.
    pub wave: Option<usize>,
    pub name: String,
    /// Its condition as the program has it; empty: none.
    pub condition: String,
}

impl Analysis {
    /// The parameters of a pipeline that only the machine can give. A request that means no pipeline has none.
    pub fn outside(&self, request: &Request) -> Vec<(String, Outside)> {
        let pipeline = self.program.as_ref().and_then(|program| {
            let found = choose(program, &self.path, request.pipeline.as_deref()).ok()?;
            Some((program, found))
        });
        let params = pipeline.map(|(program, pipeline)| params::parameters(program, pipeline)).unwrap_or_default();
        params.into_iter().filter_map(|param| Some((param.name, outside(&param.ty)?))).collect()
    }

    /// What this machine is told to run; what it cannot run is added to the findings.
    pub fn ready(&mut self, plan: &Plan) -> Option<Ready> {
        let mut out = Diagnostics::default();
        let ready = local::ready(plan, &self.sources, &mut out);
        self.judge.judge(&mut out);
        let ready = ready.filter(|_| !out.has_errors());
        self.diagnostics.append(out.sorted());
        ready
    }
}

/// The tasks that `--goal` and `--stage` have left out.
pub fn left_out(plan: &Plan) -> &[String] {
    plan.goal.as_ref().map_or(&[], |goal| &goal.dropped)
}

/// A task that what is known now keeps out of the plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownOut {
    pub name: String,
    /// The condition that does not hold, and in brackets the values that it reads.
    pub why: String,
}

/// The tasks that what is known now keeps out, in the order of the program.
pub fn known_out(plan: &Plan, sources: &Sources) -> Vec<KnownOut> {
    let mut all: Vec<&LeftOut> = plan.left_out.iter().collect();
    all.sort_by_key(|one| (one.span.file, one.span.start));
    let out = |one: &LeftOut| KnownOut { name: one.name.clone(), why: view::artifacts::left_out_since(one, sources) };
    all.into_iter().map(out).collect()
}

/// The tasks in their order, with those of a wave together.
pub fn rows(plan: &Plan) -> Vec<Row> {
    let waves = plan.waves();
    let tasks = waves.iter().enumerate().flat_map(|(wave, tasks)| tasks.iter().map(move |task| (wave + 1, *task)));
    let row = |(wave, id)| {
        let task = plan.task(id);
        let main = task.phase == Phase::Main;
        Row { wave: main.then_some(wave), name: task.name.clone(), condition: view::words::condition(plan, id) }
    };
    let (main, finally): (Vec<Row>, Vec<Row>) = tasks.map(row).partition(|row| row.wave.is_some());
    main.into_iter().chain(finally).collect()
}

fn outside(ty: &Ty) -> Option<Outside> {
    match ty {
        Ty::Secret => Some(Outside::Secret),
        Ty::Workspace => Some(Outside::Workspace),
        Ty::Optional(of) => outside(of),
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
        | Ty::Artifact(_)
        | Ty::List(_)
        | Ty::Map(_)
        | Ty::Record(_) => None,
    }
}

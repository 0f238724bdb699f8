//! A plan that this machine runs: what is asked of it before, and what the machine is told.

use super::{Analysis, Request, choose};
use crate::contract::RunSpec;
use crate::diag::Diagnostics;
use crate::emit::{shell, spec};
pub use crate::plan::Plan;
use crate::plan::{Phase, Ty, Value, params, view};

/// A parameter whose value is the machine's, not the program's: it stays open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outside {
    /// Given by a reference.
    Secret,
    /// Given by a folder.
    Workspace,
}

/// What runs, with what holds when nobody says otherwise.
#[derive(Debug)]
pub struct Ready {
    pub spec: RunSpec,
    /// How many tasks run at once, where the program says it.
    pub jobs: Option<i64>,
    /// Milliseconds between TERM and KILL.
    pub grace: i64,
    /// What was bound, in text form.
    pub given: Vec<(String, Vec<String>)>,
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
        shell::gaps(plan, &mut out);
        self.judge.judge(&mut out);
        let failed = out.has_errors();
        self.diagnostics.append(out.sorted());
        if failed {
            return None;
        }
        let (jobs, grace) = shell::defaults(plan);
        let mut given = Vec::new();
        plan.bound.iter().for_each(|(name, value)| texts(name, value, &mut given));
        Some(Ready { spec: spec::whole(plan, &self.sources, 1), jobs, grace, given })
    }
}

/// The tasks in their order, with those of a wave together.
pub fn rows(plan: &Plan) -> Vec<Row> {
    let waves = plan.waves();
    let tasks = waves.iter().enumerate().flat_map(|(wave, tasks)| tasks.iter().map(move |task| (wave + 1, *task)));
    let row = |(wave, id)| {
        let task = plan.task(id);
        let main = task.phase == Phase::Main;
        Row { wave: main.then_some(wave), name: task.name.clone(), condition: view::condition(plan, id) }
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

fn texts(name: &str, value: &Value, out: &mut Vec<(String, Vec<String>)>) {
    match value {
        Value::Record(fields) => {
            fields.iter().for_each(|(field, value)| texts(&format!("{name}.{field}"), value, out));
        }
        Value::List(list) if list.iter().all(|one| one.text().is_some()) => {
            out.push((name.to_owned(), list.iter().filter_map(Value::text).collect()));
        }
        Value::List(list) => {
            list.iter().enumerate().for_each(|(at, value)| texts(&format!("{name}[{at}]"), value, out));
        }
        Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Text(_)
        | Value::Case(_)
        | Value::Duration(_)
        | Value::Size(_)
        | Value::Cpu(_)
        | Value::Secret(_)
        | Value::Workspace(_) => out.push((name.to_owned(), value.text().into_iter().collect())),
    }
}

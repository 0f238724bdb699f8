//! A program that is nothing but a pipeline kept elsewhere: a run of that pipeline, with values and no graph of ours.

use super::{escape, given};
use crate::plan::outside::{Handed, Mounted, Source, What};
use crate::plan::{Expr, ExprKind, OnFailure, ParamId, Phase, Plan, Task, Value};

/// The only task of a plan, where it is a pipeline.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alone<'p> {
    pub(super) plan: &'p Plan,
    pub(super) task: &'p Task,
    pub(super) source: &'p Source,
}

/// What a run can say of a value.
#[derive(Debug)]
pub(super) enum Given {
    Value(given::Text),
    /// It is known to be `none`: the pipeline's own default holds.
    Left,
    /// Whoever starts the run has to say it.
    Open,
    /// It is put together of what only a run knows.
    Computed,
    /// The engine would read a variable in it.
    Changed,
}

impl<'p> Alone<'p> {
    /// `None` where there are other tasks.
    pub(super) fn of(plan: &'p Plan) -> Option<Self> {
        let mut tasks = plan.tasks();
        let (Some((_, task)), None) = (tasks.next(), tasks.next()) else { return None };
        let source = task.source.as_ref().filter(|source| source.what == What::Pipeline)?;
        (task.phase == Phase::Main).then_some(Self { plan, task, source })
    }

    /// The parameters with their values, where `texts` are what the run gives to parameters of the program.
    pub(super) fn params(&self, texts: &[(String, String)]) -> Vec<(&'p str, given::Text)> {
        let entry = |handed: &'p Handed| match self.given(handed, texts) {
            Given::Value(value) => Some((handed.name.as_str(), value)),
            Given::Left | Given::Open | Given::Computed | Given::Changed => None,
        };
        self.source.params.iter().filter_map(entry).collect()
    }

    /// The parameters that whoever starts the run has to give, by their names there.
    pub(super) fn open(&self, texts: &[(String, String)]) -> Vec<&'p str> {
        let open = self.source.params.iter().filter(|handed| matches!(self.given(handed, texts), Given::Open));
        open.map(|handed| handed.name.as_str()).collect()
    }

    pub(super) fn given(&self, handed: &Handed, texts: &[(String, String)]) -> Given {
        if let ExprKind::Param(id) = handed.value.kind
            && self.param(id, texts).is_none()
        {
            return Given::Open;
        }
        match self.value(&handed.value, texts) {
            None => Given::Computed,
            Some(Value::None) => Given::Left,
            Some(value) => as_given(&value),
        }
    }

    /// What the run gives, else the default.
    fn param(&self, id: ParamId, texts: &[(String, String)]) -> Option<Value> {
        let param = &self.plan.params[id.index()];
        given::value_of(param, texts).or_else(|| param.default.clone())
    }

    /// The value, where every parameter that it is made of has a default.
    fn value(&self, expr: &Expr, texts: &[(String, String)]) -> Option<Value> {
        match &expr.kind {
            ExprKind::Known(value) => Some(value.clone()),
            ExprKind::Param(id) => self.param(*id, texts),
            ExprKind::Concat(parts) => {
                let text = |part: &Expr| self.value(part, texts)?.text();
                Some(Value::Text(parts.iter().map(text).collect::<Option<String>>()?))
            }
            ExprKind::List(parts) => {
                Some(Value::List(parts.iter().map(|part| self.value(part, texts)).collect::<Option<_>>()?))
            }
            ExprKind::Append(a, b) => {
                let (Value::List(a), Value::List(b)) = (self.value(a, texts)?, self.value(b, texts)?) else {
                    return None;
                };
                Some(Value::List([a, b].concat()))
            }
            ExprKind::Result(..)
            | ExprKind::Artifact { .. }
            | ExprKind::Place { .. }
            | ExprKind::Out(_)
            | ExprKind::Status(_)
            | ExprKind::StepResult(..)
            | ExprKind::Outcome
            | ExprKind::Turn(_)
            | ExprKind::Not(_)
            | ExprKind::Negate(_)
            | ExprKind::Binary(..)
            | ExprKind::IsNone(_)
            | ExprKind::Coalesce(..)
            | ExprKind::If(..)
            | ExprKind::Flag(..)
            | ExprKind::Len(_)
            | ExprKind::Join(..)
            | ExprKind::Convert(_) => None,
        }
    }

    /// The name of a workspace there; absent for one that is not handed over.
    pub(super) fn workspace(&self, name: &str) -> Option<&'p str> {
        let own = |one: &&Mounted| self.plan.workspaces[one.workspace.index()].name == name;
        self.source.workspaces.iter().find(own).map(|one| one.name.as_str())
    }

    /// Why a run cannot be what the call asks for: what it has, and what to do.
    pub(super) fn asks_for(&self) -> Option<(&'static str, &'static str)> {
        let task = self.task;
        let needs = &task.needs;
        let counted = needs.cpu.is_some() || needs.memory.is_some() || needs.disk.is_some();
        let asked = [
            (
                task.condition.is_some(),
                "stands under a condition that only the run knows",
                "bind what decides with `-p`: a run that is there is started",
            ),
            (
                task.fan.is_some(),
                "runs once for each element of a list that only the run knows",
                "declare the list `const`, or start the runs one by one",
            ),
            (
                task.retries > 0,
                "has `retries`",
                "let the tasks of that pipeline try again, or start another run: a run is tried once",
            ),
            (
                task.on_failure == OnFailure::GoOn,
                "has `on_failure: .go_on`",
                "leave it out: nothing stands behind it that could go on",
            ),
            (
                counted || needs.kvm || needs.privileged || !needs.network,
                "has `needs`",
                "leave them out: the tasks of that pipeline say themselves what they run with",
            ),
            (
                !self.plan.requires.is_empty() || !task.requires.is_empty(),
                "has a `require` about values that only the run knows",
                "bind the parameters with `-p`: no task of ours runs that could look at them",
            ),
        ];
        asked.into_iter().find(|(asked, _, _)| *asked).map(|(_, what, help)| (what, help))
    }
}

fn as_given(value: &Value) -> Given {
    let texts: Option<Vec<String>> = if let Value::List(items) = value {
        items.iter().map(Value::text).collect()
    } else {
        value.text().map(|text| vec![text])
    };
    match texts {
        None => Given::Computed,
        Some(texts) if texts.iter().any(|text| escape::is_changed_on_the_way(text)) => Given::Changed,
        Some(texts) if matches!(value, Value::List(_)) => Given::Value(given::Text::List(texts)),
        Some(texts) => Given::Value(given::Text::One(texts.concat())),
    }
}

//! A program that is nothing but a pipeline kept elsewhere: a run of that pipeline, with values and no graph of ours.

use super::escape;
use crate::emit::yaml::{Map, Node};
use crate::plan::outside::{Handed, Source, What};
use crate::plan::{Expr, ExprKind, OnFailure, Phase, Plan, Task, Value};

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
    Value(Node),
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

    /// The parameters with their values.
    pub(super) fn params(&self) -> Vec<Map> {
        let entry = |handed: &Handed| match self.given(handed) {
            Given::Value(value) => Some(Map::new().with("name", handed.name.clone()).with("value", value)),
            Given::Left | Given::Open | Given::Computed | Given::Changed => None,
        };
        self.source.params.iter().filter_map(entry).collect()
    }

    /// The parameters that whoever starts the run has to give, by their names there.
    pub(super) fn open(&self) -> Vec<&'p str> {
        let open = self.source.params.iter().filter(|handed| matches!(self.given(handed), Given::Open));
        open.map(|handed| handed.name.as_str()).collect()
    }

    pub(super) fn given(&self, handed: &Handed) -> Given {
        if let ExprKind::Param(id) = handed.value.kind
            && self.plan.params[id.index()].default.is_none()
        {
            return Given::Open;
        }
        match self.value(&handed.value) {
            None => Given::Computed,
            Some(Value::None) => Given::Left,
            Some(value) => as_given(&value),
        }
    }

    /// The value, where every parameter that it is made of has a default.
    fn value(&self, expr: &Expr) -> Option<Value> {
        match &expr.kind {
            ExprKind::Known(value) => Some(value.clone()),
            ExprKind::Param(id) => self.plan.params[id.index()].default.clone(),
            ExprKind::Concat(parts) => {
                let text = |part: &Expr| self.value(part)?.text();
                Some(Value::Text(parts.iter().map(text).collect::<Option<String>>()?))
            }
            ExprKind::List(parts) => {
                Some(Value::List(parts.iter().map(|part| self.value(part)).collect::<Option<_>>()?))
            }
            ExprKind::Append(a, b) => {
                let (Value::List(a), Value::List(b)) = (self.value(a)?, self.value(b)?) else { return None };
                Some(Value::List([a, b].concat()))
            }
            ExprKind::Result(..)
            | ExprKind::Artifact { .. }
            | ExprKind::Place { .. }
            | ExprKind::Out(_)
            | ExprKind::Status(_)
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
        let own = |id: &crate::plan::WorkspaceId| self.plan.workspaces[id.index()].name == name;
        self.source.workspaces.iter().find(|(_, id)| own(id)).map(|(name, _)| name.as_str())
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
        Some(texts) if matches!(value, Value::List(_)) => Given::Value(texts.into()),
        Some(texts) => Given::Value(texts.concat().into()),
    }
}

/// Whether the options ask for what the engine calls alpha.
pub(super) fn alpha_is_asked_for(plan: &Plan) -> bool {
    let options = plan.options.iter().filter(|(target, _, _)| target == super::NAME);
    options.filter_map(|(_, value, _)| if let Value::Record(fields) = value { Some(fields) } else { None }).any(
        |fields| {
            let level = fields.iter().find(|(name, _)| name == "level");
            matches!(level, Some((_, Value::Case(case))) if case == "alpha")
        },
    )
}

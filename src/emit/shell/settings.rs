//! What a `target shell { … }` block sets: defaults of the command line.

use crate::emit::quote::word;
use crate::plan::value::duration_text;
use crate::plan::{Plan, Value};

/// The options of `options.pipe`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Settings {
    jobs: Option<i64>,
    work: Option<String>,
    /// Milliseconds.
    grace: i64,
}

impl Settings {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut settings = Self { jobs: None, work: None, grace: 10_000 };
        let fields =
            plan.options.iter().filter(|(target, _, _)| target == "shell").flat_map(|(_, value, _)| fields(value));
        for (name, value) in fields {
            match (name.as_str(), value) {
                ("jobs", Value::Int(jobs)) => settings.jobs = Some(*jobs),
                ("work", Value::Text(work)) => settings.work = Some(work.clone()),
                ("grace", Value::Duration(grace)) => settings.grace = *grace,
                // The rest was refused against `options.pipe`, or is `none`.
                _ => {}
            }
        }
        settings
    }

    pub(super) fn jobs(&self) -> Option<i64> {
        self.jobs
    }

    /// In milliseconds.
    pub(super) fn grace(&self) -> i64 {
        self.grace
    }

    /// What holds when the command line does not say otherwise.
    pub(super) fn words(&self, plan: &Plan) -> String {
        let jobs = self.jobs.map_or_else(|| "one for each processor".to_owned(), |jobs| jobs.to_string());
        format!("\nDefaults: --jobs {jobs}; --work {}; --grace {}\n", self.work(plan), duration_text(self.grace))
    }

    fn work(&self, plan: &Plan) -> String {
        self.work.clone().unwrap_or_else(|| format!("{}.work", plan.name))
    }

    /// The variables in which the runner finds them.
    pub(super) fn assignments(&self, plan: &Plan) -> String {
        let jobs = self.jobs.map(|jobs| jobs.to_string()).unwrap_or_default();
        format!("DEFAULT_JOBS={jobs}\nDEFAULT_WORK={}\nDEFAULT_GRACE={}\n", word(&self.work(plan)), self.grace)
    }
}

fn fields(value: &Value) -> &[(String, Value)] {
    match value {
        Value::Record(fields) => fields,
        Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Text(_)
        | Value::Case(_)
        | Value::Duration(_)
        | Value::Size(_)
        | Value::Cpu(_)
        | Value::Secret(_)
        | Value::Workspace(_)
        | Value::List(_) => &[],
    }
}

//! The images that a program names: in its own text, and in the plans of its pipelines.

use std::collections::BTreeSet;

use super::findings;
use crate::check::{self, program::PipelineId};
use crate::diag::Diagnostics;
use crate::plan::{Plan, Value, build, params};
use crate::query::Analysis;
use crate::source::offset;

/// What is found, sorted.
#[derive(Default, Debug)]
pub struct Named {
    pub images: BTreeSet<String>,
    /// What keeps more from being found.
    pub diagnostics: Diagnostics,
}

impl Analysis {
    /// The images of the program; values as of `-p`, for those that depend on them.
    pub fn images(&self, values: &[(String, String)]) -> Named {
        let mut named = Named::default();
        let Some(program) = &self.program else { return named };
        let own = |(_, span): &(&str, crate::source::Span)| !self.sources.get(span.file).built_in;
        named.images.extend(check::images(program).into_iter().filter(own).map(|(text, _)| text.to_owned()));
        for at in 0..program.pipelines.len() {
            let id = PipelineId(offset(at));
            let mut out = Diagnostics::default();
            let known = |name: &str| program.pipelines[at].params.iter().any(|param| *param.name == *name);
            let given: Vec<_> = values.iter().filter(|(name, _)| known(name)).cloned().collect();
            let bindings = params::from_text(program, id, &given, &mut out);
            match build::build(program, id, &bindings, &self.path, &mut out) {
                Some(plan) if !out.has_errors() => named.images.extend(of_plan(&plan)),
                Some(_) | None => {
                    named.diagnostics.push(findings::not_planned(&self.path, &program.pipelines[at].name));
                }
            }
        }
        named
    }
}

fn of_plan(plan: &Plan) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, task) in plan.tasks() {
        found.extend(task.steps.iter().filter(|step| step.uses.is_none()).map(|step| step.image.clone()));
        found.extend(task.services.iter().map(|service| service.image.clone()));
    }
    for (_, value, _) in &plan.options {
        if let Value::Record(fields) = value {
            found.extend(fields.iter().filter_map(|(name, value)| image_option(name, value)).cloned());
        }
    }
    found
}

/// The image that an option of a target is.
pub(super) fn image_option<'v>(name: &str, value: &'v Value) -> Option<&'v String> {
    match value {
        Value::Text(text) if name.ends_with("_image") => Some(text),
        Value::Text(_)
        | Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Case(_)
        | Value::Duration(_)
        | Value::Size(_)
        | Value::Cpu(_)
        | Value::Secret(_)
        | Value::Workspace(_)
        | Value::List(_)
        | Value::Record(_) => None,
    }
}

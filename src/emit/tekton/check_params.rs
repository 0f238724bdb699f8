//! The task that looks at the parameters before anything else runs, and at the names of secrets that may be absent.

use super::inputs::{self, Inputs};
use super::lower::{Lowering, Unit};
use super::object::{self, Item};
use super::types;
use crate::contract::Source;
use crate::emit::script::{self, Rendered};
use crate::plan::{Param, Require, record};

impl<'p> Lowering<'_, 'p> {
    /// The fields of records that a run may leave out by giving others of the same record: it is all defaults or none, and
    /// what is left out arrives as its own variable.
    fn unset(&self) -> Vec<(String, String)> {
        let own = |param: &&Param| self.names.has_param(&param.name) && !types::is_workspace(&param.ty);
        let params = self.plan.params.iter().filter(own);
        let grouped = object::grouped(params, |param| record::parts(self.names.param(&param.name)));
        let whole = grouped.into_iter().filter_map(|item| match item {
            Item::Single(_) => None,
            Item::Record(_, fields) => object::is_whole(&fields).then_some(fields),
        });
        let texts = whole.flatten().filter(|(_, param)| !types::is_list(&param.ty));
        texts.map(|(_, param)| (param.name.clone(), self.names.variable(&param.name))).collect()
    }

    /// The task that checks the parameters; absent where there is nothing to check.
    pub(super) fn check_unit(&self, bounds: &[Require]) -> Option<Unit<'p>> {
        let checks = script::parameters_and(self.plan, bounds, &self.unset());
        let secrets: Vec<&'p str> = inputs::optional_secrets(self.plan).collect();
        let (first, _) = self.plan.tasks().next()?;
        let rendered = checks.into_iter().map(|rendered| ("check", rendered));
        let rendered = rendered.chain((!secrets.is_empty()).then(|| ("secrets", names_of_secrets(&secrets))));
        let mut inputs = Inputs::default();
        let mut steps = Vec::new();
        for (name, rendered) in rendered {
            let image = self.helper_image(first);
            steps.push(self.container(&mut inputs, name, image, self.plan.span, rendered, Vec::new()));
        }
        let results = secrets.iter().map(|name| ((*name).into(), format!("The secret that `{name}` names.").into()));
        let unit = Unit {
            steps,
            inputs,
            results: results.collect(),
            span: self.plan.span,
            ..self.small(self.check, "Checks the parameters by their types before anything runs.".to_owned(), first)
        };
        (!unit.steps.is_empty()).then_some(unit)
    }
}

/// Writes the name of each secret to a result: one that was not given is named by one that does not exist.
fn names_of_secrets(secrets: &[&str]) -> Rendered {
    let mut body = "#!/bin/sh\nset -eu\n".to_owned();
    let mut env = Vec::new();
    for (at, name) in secrets.iter().enumerate() {
        body.push_str(&format!("printf %s \"${{PIPE_SECRET_{at}:-{}}}\" >\"$PIPE_FILE_{at}\"\n", inputs::NO_SECRET));
        env.push((format!("PIPE_SECRET_{at}"), Source::Param((*name).to_owned())));
        env.push((format!("PIPE_FILE_{at}"), Source::OutputFile((*name).to_owned())));
    }
    Rendered { body, env, args: Vec::new(), workdir: None }
}

//! Steps that are kept elsewhere: a `ref` and what it is given, in a task of ours.

use super::foreign::{self, Part};
use super::inputs::{Inputs, Wiring};
use super::lower::{Container, Lowering};
use super::{names, sources};
use crate::emit::script;
use crate::emit::yaml::{Map, Node, Page};
use crate::plan::outside::Source;
use crate::plan::{Expr, Step};

/// Where the engine finds a step, and what it is given.
#[derive(Debug)]
pub(super) struct Used<'p> {
    pub(super) source: &'p Source,
    /// Name, and a text or a list of texts.
    params: Vec<(&'p str, Node)>,
}

impl<'p> Lowering<'_, 'p> {
    /// A step without an image, a script and an environment of ours.
    pub(super) fn used(&self, inputs: &mut Inputs, step: &'p Step, source: &'p Source) -> Container<'p> {
        let given = source.params.iter().map(|handed| {
            let value = if script::is_list(&handed.value) {
                Node::List(self.used_list(inputs, &handed.value).into_iter().map(Node::from).collect())
            } else {
                Node::from(self.used_text(inputs, &handed.value))
            };
            (handed.name.as_str(), value)
        });
        let params = given.collect();
        Container {
            name: names::step(&step.name),
            image: "".into(),
            span: step.span,
            script: String::new(),
            wiring: Wiring::default(),
            own: None,
            used: Some(Box::new(Used { source, params })),
        }
    }

    fn used_list(&self, inputs: &mut Inputs, value: &Expr) -> Vec<String> {
        // What has no such parts is a gap.
        let parts = foreign::parts(self.plan, value).unwrap_or_default();
        let text = |part| match part {
            Part::Known(text) => text,
            Part::Text(element) => self.used_text(inputs, element),
            Part::Param(name) => inputs.give_param(self.names, name, true),
            Part::Turns(..) => String::new(),
        };
        parts.into_iter().map(text).collect()
    }

    /// A text with the variables of the task; what is none is a gap.
    fn used_text(&self, inputs: &mut Inputs, value: &Expr) -> String {
        let sources = script::direct_parts(self.plan, value).unwrap_or_default();
        sources.into_iter().map(|source| inputs.plain_text(self.scope(), source)).collect()
    }
}

/// Writes all of the step behind its name but what it asks for.
pub(super) fn write(page: &mut Page, used: &Used<'_>) {
    page.entry_node("    ref:", &sources::reference(used.source).into());
    let params = used
        .params
        .iter()
        .map(|(name, value)| Map::new().with("name", (*name).to_owned()).with("value", value.clone()));
    page.entry_node("    params:", &params.collect::<Vec<_>>().into());
}

//! What a lock does to a plan: kept commands become known, and images get their digests.

use rustc_hash::FxHashSet;

use super::{Locked, command, findings, named};
use crate::diag::Diagnostics;
use crate::diag::code::Code;
use crate::plan::{Plan, Value};
use crate::source::{Sources, Span};

impl Locked {
    /// Puts into the plan what is known of its images. With `must`, one that is not known is a finding.
    pub(in crate::query) fn apply(&self, plan: &mut Plan, must: bool, out: &mut Diagnostics) {
        let mut said = FxHashSet::default();
        for task in plan.tasks_mut() {
            let name = task.name.clone();
            for step in task.steps.iter_mut().filter(|step| step.uses.is_none()) {
                if step.kept.is_some() {
                    command::keep(step, &name, self, out);
                }
                self.pin(&mut step.image, step.image_span, must, &mut said, out);
            }
            for service in &mut task.services {
                self.pin(&mut service.image, service.image_span, must, &mut said, out);
            }
        }
        for (_, value, span) in &mut plan.options {
            let Value::Record(fields) = value else { continue };
            for (name, value) in fields {
                if named::image_option(name, value).is_some()
                    && let Value::Text(image) = value
                {
                    self.pin(image, *span, must, &mut said, out);
                }
            }
        }
    }

    /// Drops what lints say of images that get a digest by the lock.
    pub(in crate::query) fn quiet(&self, sources: &Sources, out: &mut Diagnostics) {
        let is_pinned = |span: Span| {
            let text = sources.text(span);
            self.pins(text.trim_matches('"'))
        };
        out.retain_mut(|one| {
            let loose = matches!(one.code, Code::P0551 | Code::P0552);
            !(loose && one.span().is_some_and(is_pinned))
        });
    }

    fn pin(&self, image: &mut String, span: Span, must: bool, said: &mut FxHashSet<String>, out: &mut Diagnostics) {
        if image.contains('@') {
            return;
        }
        match self.find(image) {
            Some(entry) if self.pin || must => *image = entry.pinned(),
            Some(_) => {}
            None if must && said.insert(image.clone()) => out.push(findings::not_locked(span, image)),
            None => {}
        }
    }
}

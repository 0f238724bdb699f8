//! What all steps of a task share, written once: the engine's `stepTemplate`, where that takes fewer lines.
//!
//! It is merged into steps, not into sidecars. In which order variables of both stand afterwards is the engine's own
//! business, so what is read by others, and what reads others, stays with its step.

use super::inputs::Variable;
use super::lower::Unit;
use super::options::tasks::TaskOptions;
use super::task;
use crate::emit::yaml::Page;

/// What the steps of one task share; nothing when it is not worth saying apart.
#[derive(Default, Debug)]
pub(super) struct Shared<'u> {
    pub(super) image: Option<&'u str>,
    env: Vec<&'u Variable<'u>>,
    pub(super) mounts: Vec<&'u String>,
    /// It runs with the privileges and by the policy that all steps have.
    privileged: bool,
    used: bool,
}

impl<'u> Shared<'u> {
    pub(super) fn of(unit: &'u Unit<'_>, said: Option<&TaskOptions>) -> Self {
        let [first, others @ ..] = unit.steps.as_slice() else { return Self::default() };
        // Steps that were tasks of their own are not alike, and one that is kept elsewhere has its own.
        if others.is_empty() || unit.steps.iter().any(|step| step.own.is_some() || step.used.is_some()) {
            return Self::default();
        }
        let same_image = others.iter().all(|other| other.image == first.image);
        let in_all = |variable: &&Variable<'_>| others.iter().all(|other| other.wiring.env.contains(variable));
        let shared = Self {
            image: same_image.then_some(&*first.image),
            env: first.wiring.env.iter().filter(|one| stands_alone(one)).filter(in_all).collect(),
            mounts: first
                .wiring
                .mounts
                .iter()
                .filter(|one| others.iter().all(|other| other.wiring.mounts.contains(one)))
                .collect(),
            privileged: unit.needs.privileged,
            used: true,
        };
        if shared.lines(said) < shared.lines_without(unit, said) { shared } else { Self::default() }
    }

    pub(super) fn is_used(&self) -> bool {
        self.used
    }

    pub(super) fn has(&self, variable: &Variable<'_>) -> bool {
        self.env.contains(&variable)
    }

    fn lines(&self, said: Option<&TaskOptions>) -> usize {
        let mut page = Page::default();
        write(&mut page, self, said);
        page.text.lines().count()
    }

    /// The lines that the steps have more when each says all.
    fn lines_without(&self, unit: &Unit<'_>, said: Option<&TaskOptions>) -> usize {
        let mut page = Page::default();
        body(&mut page, self, said);
        let each = page.text.lines().count();
        let headers = |own: usize, all: usize| usize::from(all > 0 && own > 0);
        // A step that has more than what is shared keeps its own `env:` and `volumeMounts:`.
        let kept = unit.steps.iter().map(|step| {
            let (env, mounts) = (&step.wiring.env, &step.wiring.mounts);
            headers(env.len() - self.env.len(), self.env.len())
                + headers(mounts.len() - self.mounts.len(), self.mounts.len())
        });
        (each * unit.steps.len()).saturating_sub(kept.sum())
    }
}

fn stands_alone(variable: &Variable<'_>) -> bool {
    match variable {
        Variable::Text(name, value) => !name.starts_with("PIPEC_") && !value.contains("$(PIPEC_"),
        Variable::Secret { .. } => true,
    }
}

/// Writes the template, when there is one.
pub(super) fn write(page: &mut Page, shared: &Shared<'_>, said: Option<&TaskOptions>) {
    if shared.is_used() {
        page.raw("  stepTemplate:\n");
        body(page, shared, said);
    }
}

fn body(page: &mut Page, shared: &Shared<'_>, said: Option<&TaskOptions>) {
    shared.image.iter().for_each(|image| page.entry_text("    image: ", image));
    task::security(page, shared.privileged, said);
    if !shared.env.is_empty() {
        page.raw("    env:\n");
    }
    shared.env.iter().for_each(|variable| task::env(page, variable));
    task::mounts(page, &shared.mounts, false);
}

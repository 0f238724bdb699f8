//! What fits into one pod. A chain that is longer becomes several.

use crate::contract::END_OF_LIST;
use crate::emit::tekton::budget::{RESULT_FRAME, SCRIPT_FRAME, SCRIPTS};
use crate::emit::tekton::inputs::Variable;
use crate::emit::tekton::lower::{Unit, VERDICT};
use crate::emit::tekton::spelling;
use crate::plan::{Plan, Ty};

/// More containers than that start slowly, and leave each too little for results.
const STEPS: usize = 20;

/// What all containers of a pod may say together when they end.
const POD_MESSAGES: usize = 12 * 1024;

/// Containers that the engine adds.
const MORE_CONTAINERS: usize = 3;

/// What a container says beside results.
const MESSAGE_FRAME: usize = 200;

/// Room for a text of an open type: more may be written, but that is rare.
const OPEN_TEXT: usize = 1024;

/// Room for the name of an object.
const NAME: usize = 253;

/// Room in the scripts for the code that reads what others have left.
const PREAMBLE: usize = 1024;

/// All variables and arguments of a pod: with the scripts, it has to fit into one request of 1.5 MB.
const TEXTS: usize = 512 * 1024;

/// What one task, or several, take of a pod.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Size {
    steps: usize,
    /// Bytes, as they travel.
    scripts: usize,
    texts: usize,
    results: usize,
}

impl Size {
    /// Of one task, without its results.
    pub(super) fn of(unit: &Unit<'_>) -> Self {
        let scripts = unit.steps.iter().map(|step| (step.script.len() + PREAMBLE).div_ceil(3) * 4 + SCRIPT_FRAME).sum();
        let env = unit.steps.iter().flat_map(|step| step.wiring.env.iter().filter_map(Variable::text));
        let args = unit.steps.iter().flat_map(|step| &step.wiring.args).map(AsRef::as_ref);
        let texts = env.chain(args).map(|text| text.len() + END_OF_LIST.len()).sum();
        Self { steps: unit.steps.len(), scripts, texts, results: 0 }
    }

    /// Of what a task tells of artifacts, as if one step of the pod said all of that.
    pub(super) fn of_artifacts(bytes: usize) -> Self {
        Self { results: bytes, ..Self::default() }
    }

    /// Of the results of a task that stay results.
    pub(super) fn of_results(plan: &Plan, unit: &Unit<'_>, keeps: &dyn Fn(&str) -> bool) -> Self {
        let kept = unit.results.iter().filter(|(name, _)| keeps(name));
        let longer = unit.name.len() + RESULT_FRAME;
        let results = kept.map(|(name, _)| name.len() + longer + room(plan, unit, name)).sum();
        Self { results, ..Self::default() }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self {
            steps: self.steps + other.steps,
            scripts: self.scripts + other.scripts,
            texts: self.texts + other.texts,
            results: self.results + other.results,
        }
    }

    pub(super) fn fits(self) -> bool {
        let message = POD_MESSAGES / (self.steps + MORE_CONTAINERS);
        let results = self.results == 0 || self.results + MESSAGE_FRAME <= message;
        self.steps <= STEPS && self.fits_as_scripts() && results
    }

    /// What no pod can do without.
    pub(super) fn fits_as_scripts(self) -> bool {
        self.scripts < SCRIPTS && self.texts < TEXTS
    }
}

fn room(plan: &Plan, unit: &Unit<'_>, result: &str) -> usize {
    let outputs = unit.id.map_or(&[][..], |id| plan.task(id).outputs.as_slice());
    let output = outputs.iter().find(|output| spelling::result(&output.name) == result);
    match output {
        Some(output) => longest(&output.ty),
        None if result == VERDICT => "skipped".len(),
        None => NAME,
    }
}

fn longest(ty: &Ty) -> usize {
    match ty {
        Ty::Bool => "false".len(),
        Ty::Enum(of) => of.cases.iter().map(String::len).max().unwrap_or(0),
        Ty::Optional(of) => longest(of),
        Ty::Int | Ty::Duration | Ty::Size | Ty::Cpu => 24,
        Ty::String | Ty::Path | Ty::Image | Ty::Pattern(_) | Ty::Secret => OPEN_TEXT,
        Ty::Workspace | Ty::Artifact(_) | Ty::List(_) | Ty::Map(_) | Ty::Record(_) => 2 * OPEN_TEXT,
    }
}

//! What came later, or is not settled yet: fields, words and variables with their levels and versions, in one table.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::bounds::{Bounds, Level, Version};
use super::cx::{Cx, finding};
use super::refs::Ref;
use crate::diag::code::Code;
use crate::source::Span;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// From which version something is at which level, and what switches it on there.
type Stage = (Level, Version, &'static str);

/// A field, with what must stand in it where the field alone says nothing.
struct Field {
    shape: &'static str,
    name: &'static str,
    holds: Holds,
    stages: &'static [Stage],
}

/// When a field counts.
#[derive(Clone, Copy)]
enum Holds {
    Anything,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A text that begins so.
    Start(&'static [&'static str]),
    /// An address where a name is.
    Address,
    /// A variable somewhere in it.
    Variable,
}

/// A text that a cluster takes for an address.
pub(super) fn is_address(text: &str) -> bool {
    text.match_indices(":/")
        .any(|(at, _)| text[..at].ends_with(|one: char| one.is_ascii_alphanumeric() || matches!(one, '_' | '-')))
}

const BETA: &str = "enable-api-fields: beta";
const ALPHA: &str = "enable-api-fields: alpha";

const fn beta(minor: u32) -> Stage {
    (Level::Beta, Version(0, minor), BETA)
}

const fn alpha(minor: u32, flag: &'static str) -> Stage {
    (Level::Alpha, Version(0, minor), flag)
}

const fn stable(major: u32, minor: u32) -> Stage {
    (Level::Stable, Version(major, minor), "")
}

const fn field(shape: &'static str, name: &'static str, stages: &'static [Stage]) -> Field {
    Field { shape, name, holds: Holds::Anything, stages }
}

const ACTIONS: &[Stage] = &[(Level::Beta, Version(0, 60), "enable-step-actions: true"), stable(1, 0)];
const OBJECTS: &[Stage] = &[beta(46), stable(0, 56)];
const ARRAYS: &[Stage] = &[beta(45), stable(0, 56)];
const VOLUMES: &[Stage] = &[beta(41), stable(1, 9)];
const PIPELINES: &[Stage] = &[(Level::Alpha, Version(1, 14), ALPHA)];
const ARTIFACTS: &[Stage] = &[alpha(58, "enable-artifacts: true")];
const CONCISE: &[Stage] = &[alpha(60, "enable-concise-resolver-syntax: true")];

const FIELDS: &[Field] = &[
    field("TaskRef", "resolver", &[beta(41)]),
    field("PipelineRef", "resolver", &[beta(41)]),
    field("StepRef", "resolver", &[beta(60)]),
    Field { shape: "TaskRef", name: "resolver", holds: Holds::Word(&["http"]), stages: &[beta(54)] },
    Field { shape: "PipelineRef", name: "resolver", holds: Holds::Word(&["http"]), stages: &[beta(54)] },
    Field { shape: "TaskRef", name: "name", holds: Holds::Address, stages: CONCISE },
    Field { shape: "PipelineRef", name: "name", holds: Holds::Address, stages: CONCISE },
    field("PipelineTask", "matrix", &[beta(53)]),
    Field {
        shape: "PipelineTask",
        name: "onError",
        holds: Holds::Word(&["continue", "stopAndFail"]),
        stages: &[beta(62)],
    },
    field("PipelineTask", "pipelineRef", PIPELINES),
    field("PipelineTask", "pipelineSpec", PIPELINES),
    field("Step", "ref", ACTIONS),
    field("Step", "results", ACTIONS),
    field("Step", "workspaces", &[beta(50)]),
    field("Sidecar", "workspaces", &[beta(50)]),
    field("Step", "when", &[stable(0, 62)]),
    field("Step", "displayName", &[stable(1, 6)]),
    field("Step", "stdoutConfig", &[alpha(38, ALPHA)]),
    field("Step", "stderrConfig", &[alpha(38, ALPHA)]),
    Field { shape: "Step", name: "script", holds: Holds::Start(&["#!win"]), stages: &[alpha(28, ALPHA)] },
    Field { shape: "StepActionSpec", name: "script", holds: Holds::Start(&["#!win"]), stages: &[alpha(28, ALPHA)] },
    field("When", "cel", &[alpha(53, "enable-cel-in-whenexpression: true")]),
    field("ParamSpec", "enum", &[alpha(54, "enable-param-enum: true")]),
    Field { shape: "ParamSpec", name: "type", holds: Holds::Word(&["object"]), stages: OBJECTS },
    Field { shape: "ParamSpec", name: "default", holds: Holds::Variable, stages: &[stable(1, 9)] },
    Field { shape: "TaskResult", name: "type", holds: Holds::Word(&["array"]), stages: ARRAYS },
    Field { shape: "TaskResult", name: "type", holds: Holds::Word(&["object"]), stages: OBJECTS },
    Field { shape: "PipelineResult", name: "type", holds: Holds::Word(&["array"]), stages: ARRAYS },
    Field { shape: "PipelineResult", name: "type", holds: Holds::Word(&["object"]), stages: OBJECTS },
    field("TaskRunSpecs", "computeResources", &[beta(53)]),
    field("TaskRunSpec", "computeResources", &[beta(53)]),
    field("TaskRunSpecs", "stepSpecs", &[beta(62)]),
    field("TaskRunSpecs", "sidecarSpecs", &[beta(62)]),
    field("TaskRunSpec", "stepSpecs", &[beta(62)]),
    field("TaskRunSpec", "sidecarSpecs", &[beta(62)]),
    field("TaskRunSpecs", "timeout", &[stable(1, 4)]),
    field("TaskRunSpec", "debug", &[alpha(26, ALPHA)]),
    field("TaskRunSpec", "managedBy", &[stable(1, 5)]),
    field("PipelineRunSpec", "managedBy", &[stable(1, 5)]),
    field("RunWorkspace", "projected", VOLUMES),
    field("RunWorkspace", "csi", VOLUMES),
    Field { shape: "PodTemplate", name: "nodeSelector", holds: Holds::Variable, stages: &[stable(1, 3)] },
    Field { shape: "PodTemplate", name: "env", holds: Holds::Variable, stages: &[stable(1, 3)] },
    Field { shape: "PodTemplate", name: "tolerations", holds: Holds::Variable, stages: &[stable(1, 3)] },
    Field { shape: "PodTemplate", name: "imagePullSecrets", holds: Holds::Variable, stages: &[stable(1, 3)] },
];

/// Checks a field of an object.
pub(super) fn key(shape: &'static str, name: &str, at: Span, value: &Node, cx: &mut Cx<'_>) {
    static BY_NAME: OnceLock<FxHashMap<(&'static str, &'static str), Vec<&'static Field>>> = OnceLock::new();
    let table = BY_NAME.get_or_init(|| {
        let mut all: FxHashMap<_, Vec<_>> = FxHashMap::default();
        FIELDS.iter().for_each(|one| all.entry((one.shape, one.name)).or_default().push(one));
        all
    });
    // What is narrower is said before what is wider.
    let found = table.get(&(shape, name)).into_iter().flatten().rev().find(|one| one.holds.has(value));
    if let Some(one) = found {
        let (shown, at) = match one.holds {
            Holds::Anything => (format!("`{name}`"), at),
            Holds::Word(_) => (format!("`{name}: {}`", value.text().unwrap_or_default()), value.span),
            Holds::Start(_) => ("a script for Windows".to_owned(), value.span),
            Holds::Address => ("an address as a name".to_owned(), value.span),
            Holds::Variable => (format!("a variable in `{name}`"), value.span),
        };
        check(&shown, one.stages, at, cx);
    }
}

impl Holds {
    fn has(self, value: &Node) -> bool {
        match self {
            Self::Anything => true,
            Self::Word(words) => value.text().is_some_and(|text| words.contains(&text)),
            Self::Start(starts) => {
                value.text().is_some_and(|text| starts.iter().any(|start| text.trim_start().starts_with(start)))
            }
            Self::Address => value.text().is_some_and(is_address),
            Self::Variable => has_variable(value),
        }
    }
}

fn has_variable(value: &Node) -> bool {
    let own = value.text().is_some_and(|text| text.contains("$("));
    own || value.items().iter().any(has_variable) || value.entries().iter().any(|(_, one)| has_variable(one))
}

/// A document of a kind that came later than others.
pub(super) fn kind(name: &str, version: &str, at: Span, cx: &mut Cx<'_>) {
    match (name, version) {
        ("StepAction", _) => check("the kind `StepAction`", ACTIONS, at, cx),
        (_, "v1") => check("`tekton.dev/v1`", &[stable(0, 43)], at, cx),
        (_, _) => {}
    }
}

/// A variable that came later than others.
pub(super) fn variable(one: &Ref<'_>, at: Span, cx: &mut Cx<'_>) {
    let second = one.name(1);
    let shown = format!("`{}`", one.whole);
    match (one.head(), second, one.name(2)) {
        ("artifacts", Some("path"), None) | ("step", Some("artifacts"), Some("path")) => {
            check(&shown, ARTIFACTS, at, cx);
        }
        ("steps" | "tasks", Some(_), Some("outputs" | "inputs")) => check(&shown, ARTIFACTS, at, cx),
        ("tasks", Some(_), Some("reason")) => check(&shown, &[stable(0, 62)], at, cx),
        (_, _, _) => {}
    }
}

fn check(shown: &str, stages: &[Stage], at: Span, cx: &mut Cx<'_>) {
    let Bounds { level, min_version } = cx.bounds;
    let reached = stages.iter().rev().find(|(_, since, _)| min_version.is_none_or(|least| *since <= least));
    let Some((needed, _, flag)) = reached else {
        // There is a bound, since without one the last stage is reached.
        let (Some((_, first, _)), Some(least)) = (stages.first(), min_version) else { return };
        let help = format!(
            "{least} must take it too, and refuses what it does not know: write it otherwise, or raise `--min-version`"
        );
        return cx.push(finding(Code::P0657, at, format!("{shown} can be used from {first} on"), "too new", help));
    };
    if *needed > level {
        let settled = stages.iter().find(|(stage, ..)| *stage <= level);
        let later = settled.map(|(_, since, _)| format!(", from {since} on it is not needed")).unwrap_or_default();
        let help = format!(
            "set `{flag}` in the ConfigMap `feature-flags`{later}, and verify with `--level {}`; else write it otherwise: the cluster refuses it",
            needed.word()
        );
        let message = format!("{shown} is of level {}", needed.word());
        cx.push(finding(Code::P0656, at, message, &format!("not at level {}", level.word()), help));
    }
}

#[cfg(test)]
mod tests {
    use super::super::shapes;
    use super::FIELDS;

    #[test]
    fn every_row_names_a_field_that_there_is_and_its_stages_go_on() {
        for one in FIELDS {
            let known = shapes::fields(one.shape).iter().any(|field| field.name == one.name);
            assert!(known, "{}.{}", one.shape, one.name);
            let rising = one.stages.windows(2).all(|two| two[0].1 < two[1].1 && two[0].0 > two[1].0);
            assert!(rising && !one.stages.is_empty(), "{}.{}", one.shape, one.name);
        }
    }
}

//! `pipec-entrypoint` in front of every command of a task: PID 1 of the container, which hands signals on to all that the
//! command started, waits for orphans and keeps the exit code; and what starts commands in images without a shell.
//!
//! The tool comes into the pod by a first step that copies itself into an empty folder, or lies in a volume that any number
//! of pods may read. Its name says its version and digest, so that two versions lie beside each other, and none is ever
//! replaced that somebody runs. The small tasks that decide and compute are ours, and end by themselves: they have none.

use std::borrow::Cow;

use super::inputs::{Variable, Wiring, mount_path};
use super::lower::{Container, Lowered, Unit};
use super::options::Options;
use super::scripts::interpreter;
use super::shape::Style;
use super::{escape, inject_files};
use crate::contract::END_OF_LIST;
use crate::emit::script::{self, Rendered};
use crate::emit::yaml::{Map, Node};
use crate::plan::{Phase, Plan, TaskId, Value};

/// What the options say of it.
#[derive(Debug)]
pub(super) struct Inject {
    pub(super) way: Way,
    /// The image of the tool, which lies in it at [`SOURCE`].
    pub(super) image: Option<String>,
    /// What the claim is called, before its version.
    pub(super) claim: String,
    pub(super) access_modes: Vec<String>,
}

/// How the tool comes into the pod.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    Off,
    Step,
    Pvc,
}

/// Where the image of the tool has it.
pub(super) const SOURCE: &str = "/pipec-entrypoint";

/// The volume; it is mounted where volumes of ours are.
pub(super) const VOLUME: &str = "tools";

/// The first step.
const STEP: &str = "pipec-tools";

/// How many digits of the digest are in a name.
const DIGITS: usize = 12;

impl Default for Inject {
    /// As in `options.pipe`.
    fn default() -> Self {
        let (claim, access_modes) = ("pipec-tools".to_owned(), vec![inject_files::ACCESS_MODE.to_owned()]);
        Self { way: Way::Off, image: None, claim, access_modes }
    }
}

impl Inject {
    pub(super) fn set(&mut self, name: &str, value: &Value) {
        match (name, value) {
            ("inject", Value::Case(way)) => {
                self.way = match way.as_str() {
                    "step" => Way::Step,
                    "pvc" => Way::Pvc,
                    _ => Way::Off,
                }
            }
            ("tools_image", _) => self.image = value.text().filter(|text| !text.is_empty()),
            ("tools_claim", Value::Text(name)) => self.claim.clone_from(name),
            ("tools_access_modes", Value::List(modes)) => {
                self.access_modes = modes.iter().filter_map(Value::text).collect();
            }
            _ => {}
        }
    }

    /// The digits of the image's digest, when it has one.
    pub(super) fn digest(&self) -> Option<&str> {
        let (_, digest) = self.image.as_deref()?.split_once("@sha256:")?;
        digest.get(..DIGITS)
    }

    /// The tag of the image and its digest, as part of a name.
    pub(super) fn version(&self) -> String {
        let name = self.image.as_deref().unwrap_or_default();
        let name = name.split('@').next().unwrap_or_default();
        let last = name.rsplit('/').next().unwrap_or_default();
        let tag = last.split_once(':').map_or("latest", |(_, tag)| tag);
        let tame = |one: char| if one.is_ascii_alphanumeric() || one == '.' { one.to_ascii_lowercase() } else { '-' };
        let tag: String = tag.chars().map(tame).collect();
        let parts = [Some(tag.trim_matches(['-', '.'])), self.digest()];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
    }

    /// The name of the file.
    pub(super) fn file(&self) -> String {
        format!("pipec-entrypoint-{}", self.version())
    }

    fn path(&self) -> String {
        format!("{}/{}", mount_path(VOLUME), self.file())
    }

    /// What copies the tool into the volume.
    pub(super) fn copying(&self) -> Vec<String> {
        let words = [SOURCE, "init", &mount_path(VOLUME), "--name", &self.file()];
        words.into_iter().map(str::to_owned).collect()
    }

    fn volume(&self) -> Map {
        let volume = Map::new().with("name", VOLUME);
        match self.way {
            Way::Off | Way::Step => volume.with("emptyDir", Node::Map(Map::new())),
            Way::Pvc => {
                let claim = Map::new().with("claimName", inject_files::claim(self)).with("readOnly", true);
                volume.with("persistentVolumeClaim", claim)
            }
        }
    }
}

/// Puts the tool in front of the commands of the program's tasks, when that is wanted.
pub(super) fn place(lowered: &mut Lowered<'_>) {
    let Lowered { plan, options, tasks, finally, .. } = lowered;
    if options.inject.way == Way::Off {
        return;
    }
    let in_template = options.shape.style == Style::Pac;
    for unit in tasks.iter_mut().chain(finally).filter(|unit| unit.id.is_some() || !unit.fused.is_empty()) {
        into(unit, plan, &options.inject, in_template);
    }
}

/// What the command of an image is given, where nothing needs a shell: then none has to be in the image. In `finally` and
/// with `fuse`, steps may come to stand in one pod with others, which scripts of ours tell apart.
pub(super) fn without_script(plan: &Plan, id: TaskId, options: &Options) -> Option<Rendered> {
    let alone = options.inject.way != Way::Off && !options.fuse && plan.task(id).phase == Phase::Main;
    alone.then(|| script::kept(plan, id)).flatten()
}

fn into(unit: &mut Unit<'_>, plan: &Plan, inject: &Inject, in_template: bool) {
    if unit.steps.iter().all(|step| step.used.is_some()) {
        return;
    }
    let kept = unit.id.and_then(|id| plan.task(id).steps.first()).and_then(|step| step.kept.as_deref());
    // The time of a task is that of its only step.
    let timeout = unit.timeout.filter(|_| unit.steps.len() == 1 && unit.fused.is_empty());
    for step in unit.steps.iter_mut().filter(|step| step.used.is_none()) {
        let mut words: Vec<String> = Vec::new();
        words.extend(timeout.into_iter().flat_map(|time| ["--timeout".to_owned(), duration(time)]));
        words.push("--".to_owned());
        if !step.wiring.command.is_empty() {
            words.append(&mut step.wiring.command);
        } else if let (true, Some(kept)) = (step.script.is_empty(), kept) {
            words.extend(kept.words.iter().cloned());
            without_shell(&mut step.wiring);
        } else {
            let body = escape::undone(&std::mem::take(&mut step.script));
            let shell = interpreter(&body).to_owned();
            words.extend([shell.clone(), "-c".to_owned(), body, shell]);
        }
        step.wiring.command = vec![inject.path()];
        step.wiring.put_args_before(words, in_template);
        step.wiring.mounts.push(VOLUME.to_owned());
    }
    if inject.way == Way::Step {
        unit.steps.insert(0, bringing(unit, inject));
    }
    let volume = Node::from(inject.volume());
    match &mut unit.volumes {
        Node::List(volumes) => volumes.push(volume),
        Node::Bool(_) | Node::Int(_) | Node::Text(_) | Node::Noted(_) | Node::Map(_) => {
            unit.volumes = Node::List(vec![volume]);
        }
    }
}

/// A list is not closed for a command that is no script of ours, and the folder is said to the engine.
fn without_shell(wiring: &mut Wiring<'_>) {
    wiring.args.retain(|arg| arg != END_OF_LIST);
    let at = wiring.env.iter().position(|one| matches!(one, Variable::Text(name, _) if name == "PIPE_WORKDIR"));
    if let Some(Variable::Text(_, folder)) = at.map(|at| wiring.env.remove(at)) {
        wiring.workdir = Some(folder.into_owned());
    }
}

/// The step that brings the tool.
fn bringing<'p>(unit: &Unit<'_>, inject: &Inject) -> Container<'p> {
    let wiring = Wiring { command: inject.copying(), writes: Some(VOLUME), ..Wiring::default() };
    let image = Cow::Owned(inject.image.clone().unwrap_or_default());
    let mut name = STEP.to_owned();
    while unit.steps.iter().any(|step| step.name == name) {
        name.push_str("-0");
    }
    Container { name, image, span: unit.span, script: String::new(), wiring, own: None, used: None }
}

fn duration(milliseconds: i64) -> String {
    if milliseconds % 1000 == 0 { format!("{}s", milliseconds / 1000) } else { format!("{milliseconds}ms") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_part_of_a_name() {
        let of = |image: &str| Inject { image: Some(image.to_owned()), ..Inject::default() }.version();
        let digest = "sha256:0123456789abcdef";
        assert_eq!(of(&format!("quay.io:443/a/b:v1.2_RC@{digest}")), "v1.2-rc-0123456789ab");
        assert_eq!(of(&format!("a/b@{digest}")), "latest-0123456789ab");
        assert_eq!(of("localhost:5000/b"), "latest");
        assert_eq!(of("b:_1"), "1");
    }
}

//! The layouts in which every object stands for itself: a file for each, or one file of all that a bundle holds.

use super::lower::{Lowered, Unit};
use super::meta::More;
use super::timeouts::Timeouts;
use super::{NAME, fuse, inject_files, pipeline, run, scripts, task};
use crate::abreast;
use crate::emit::yaml::{self, Page};
use crate::emit::{Done, OutFile, header};
use crate::source::Sources;

/// `task-NAME.yaml`, `pipeline.yaml`, `pipelinerun.yaml`
pub(super) fn files(lowered: &mut Lowered<'_>, timeouts: Timeouts, sources: &Sources, done: Done<'_>) {
    let mut made = Page::default();
    made.comment(&header::made(lowered.plan, NAME));
    // Apart from what all of them are written with, so that each can be changed.
    let (mut tasks, mut finally) = (std::mem::take(&mut lowered.tasks), std::mem::take(&mut lowered.finally));
    let own = tasks.iter_mut().chain(&mut finally).filter(|unit| unit.found.is_none());
    let file = |unit: &mut Box<Unit<'_>>| {
        let file = task_file(lowered, unit, &made.text, sources);
        // What is written takes no memory twice.
        unit.steps = Vec::new();
        file
    };
    abreast::in_order(own, file, &mut *done);
    (lowered.tasks, lowered.finally) = (tasks, finally);
    script_maps(lowered, sources).for_each(&mut *done);
    let mut page = Page::default();
    page.comment(&format!("Tekton Pipeline {}.", lowered.names.pipeline()));
    page.raw(&made.text);
    pipeline::write(&mut page, lowered, timeouts.tasks, sources, &More::default());
    done(out_file("pipeline.yaml".to_owned(), page.text));
    done(run(lowered, timeouts, sources));
}

fn task_file(lowered: &Lowered<'_>, unit: &Unit<'_>, made: &str, sources: &Sources) -> OutFile {
    let scripts: usize = unit.steps.iter().map(|step| step.script.len()).sum();
    let expected = made.len() + BESIDE_SCRIPTS + scripts + scripts / 4;
    let mut page = Page { text: String::with_capacity(expected), guarded: false };
    page.comment(&["Tekton Task ", &unit.object, ".", &fuse::said(&unit.fused)].concat());
    page.raw(made);
    task::write(&mut page, lowered, unit, sources, &More::default());
    out_file(["task-", &unit.name, ".yaml"].concat(), page.text)
}

/// What a task takes without its scripts, by far the most of them.
const BESIDE_SCRIPTS: usize = 1024;

/// `pipelinerun.yaml`, which names its pipeline.
pub(super) fn run(lowered: &Lowered<'_>, timeouts: Timeouts, sources: &Sources) -> OutFile {
    let about = header::header(lowered.plan, NAME, "Tekton PipelineRun.") + &run::to_be_given(lowered);
    out_file("pipelinerun.yaml".to_owned(), yaml::file(&about, &[run::manifest(lowered, timeouts, sources)]))
}

/// `configmap-NAME.yaml`: scripts that do not stand in their tasks; and the volume of the tool in front of commands.
pub(super) fn script_maps<'l>(lowered: &'l Lowered<'_>, sources: &'l Sources) -> impl Iterator<Item = OutFile> + 'l {
    let maps = lowered.script_maps.iter().map(|map| {
        let mut page = Page::default();
        let about = ["ConfigMap ", &map.name, ": the scripts of the tasks."].concat();
        page.comment(&header::header(lowered.plan, NAME, &about));
        scripts::write(&mut page, lowered, map, sources);
        out_file(["configmap-", &map.name, ".yaml"].concat(), page.text)
    });
    maps.chain(inject_files::file(lowered, sources))
}

/// `bundle.yaml`: the Tasks and the Pipeline, as documents; beside it what no bundle holds.
pub(super) fn bundle(lowered: &Lowered<'_>, timeouts: Timeouts, sources: &Sources, done: Done<'_>) {
    script_maps(lowered, sources).for_each(&mut *done);
    done(one(lowered, timeouts, sources));
}

fn one(lowered: &Lowered<'_>, timeouts: Timeouts, sources: &Sources) -> OutFile {
    let name = lowered.names.pipeline();
    let mut page = Page::default();
    page.comment(&header::header(lowered.plan, NAME, &format!("Tekton bundle of the Pipeline {name} and its Tasks.")));
    page.comment(&format!("Push it: tkn bundle push REGISTRY/{name}:TAG -f bundle.yaml"));
    for map in &lowered.script_maps {
        page.comment(&format!("Its runs need, in their namespace: kubectl apply -f configmap-{}.yaml", map.name));
    }
    for unit in own(lowered) {
        task::write(&mut page, lowered, unit, sources, &More::default());
        page.raw("---\n");
    }
    pipeline::write(&mut page, lowered, timeouts.tasks, sources, &More::default());
    out_file("bundle.yaml".to_owned(), page.text)
}

/// The tasks that are no others' than ours.
pub(super) fn own<'l, 'p>(lowered: &'l Lowered<'p>) -> impl Iterator<Item = &'l Unit<'p>> {
    lowered.tasks.iter().chain(&lowered.finally).map(|unit| &**unit).filter(|unit| unit.found.is_none())
}

pub(super) fn out_file(path: String, text: String) -> OutFile {
    OutFile { path, text, executable: false }
}

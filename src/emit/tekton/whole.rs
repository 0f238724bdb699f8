//! One PipelineRun that holds all it needs: the pipeline stands in it, and each task in the pipeline.

use super::alone::Alone;
use super::lower::Lowered;
use super::shape::Style;
use super::timeouts::Timeouts;
use super::{NAME, files, given, meta, pipeline, run};
use crate::emit::yaml::Page;
use crate::emit::{Done, OutFile, header};
use crate::source::Sources;

/// The run, and scripts that do not stand in it.
pub(super) fn files(lowered: &Lowered<'_>, timeouts: Timeouts, sources: &Sources, done: Done<'_>) {
    files::script_maps(lowered, sources).for_each(&mut *done);
    done(file(lowered, timeouts, sources));
}

/// What starts it decides where it lies.
fn file(lowered: &Lowered<'_>, timeouts: Timeouts, sources: &Sources) -> OutFile {
    let is_started = lowered.options.shape.style == Style::Pac;
    let name = lowered.names.pipeline();
    let mut page = Page { guarded: is_started, ..Page::default() };
    page.comment(&(header::header(lowered.plan, NAME, "Tekton PipelineRun.") + &run::to_be_given(lowered)));
    page.raw("apiVersion: tekton.dev/v1\nkind: PipelineRun\nmetadata:\n");
    match is_started {
        true => page.entry_text("  name: ", name),
        false => page.entry_text("  generateName: ", &[name, "-"].concat()),
    }
    if let Some(namespace) = &lowered.options.namespace {
        page.entry_text("  namespace: ", namespace);
    }
    meta::write_run(&mut page, lowered, &sources.origin(lowered.plan.span));
    page.raw("spec:\n");
    given::write(&mut page, lowered);
    for (key, value) in &run::how(lowered, timeouts).entries {
        // What is bound may be named by the event: `{{ git_auth_secret }}`.
        page.guarded = is_started && key != "workspaces";
        page.entry_node(&["  ", key, ":"].concat(), value);
    }
    page.guarded = is_started;
    if Alone::of(lowered.plan).is_some() {
        page.entry_node("  pipelineRef:", &run::reference(lowered).into());
    } else {
        specification(&mut page, lowered, timeouts, sources);
    }
    OutFile { path: path(lowered.options.shape.style, name), text: page.text, executable: false }
}

fn specification(page: &mut Page, lowered: &Lowered<'_>, timeouts: Timeouts, sources: &Sources) {
    page.raw("  pipelineSpec:\n");
    let mut inner = Page { guarded: page.guarded, ..Page::default() };
    pipeline::spec(&mut inner, lowered, timeouts.tasks, sources);
    page.shifted(&inner, 2);
}

/// Of the file.
pub(super) fn path(style: Style, pipeline: &str) -> String {
    if style == Style::Pac { [".tekton/", pipeline, ".yaml"].concat() } else { "pipelinerun.yaml".to_owned() }
}

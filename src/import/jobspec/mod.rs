//! A JobSpec, as gangplank read it, into a program that says the same with types and without order numbers.
//!
//! In reading order: `schema` says what keys there are, `walk` holds a file to it; `shorthand` is the table of images and
//! tests; `stage` finds out who waits for whom; `builder` makes tasks of stages, with `setup` before and `publish` behind
//! them, `template` turns commands into scripts, and `task` writes one; `graph` says their order; `write` is the text.

mod builder;
mod findings;
mod graph;
mod params;
mod publish;
mod schema;
mod setup;
mod shorthand;
mod stage;
mod task;
mod template;
mod walk;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use super::Imported;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{FileId, Span};
use crate::yaml_read;
use builder::{Builder, Chain, SHELL_BUILD_ID};
use params::Params;
use schema::Effect;
use stage::Stage;
use template::Values;
use walk::{Group, Idle};

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The name of the pipeline.
    pub name: &'a str,
    /// Unknown keys are warnings: what nothing ever read is left out.
    pub lenient: bool,
}

/// The program and the parameter file of the JobSpec in `text`. What is wrong, guessed or left out goes to `out`; there
/// is nothing when something is wrong.
pub fn import(id: FileId, text: &str, options: Options<'_>, out: &mut Diagnostics) -> Option<Imported> {
    let mut found = Diagnostics::default();
    let imported = read(id, text, options, &mut found);
    let sound = !found.has_errors();
    out.append(found);
    imported.filter(|_| sound)
}

/// The name of a pipeline that a text stands for.
pub fn pipeline_name(text: &str) -> String {
    params::snake(text).trim_end_matches('_').to_owned()
}

/// What a place of the program that was refused says of the stage that it was made of.
pub fn refused(found: &Diagnostic, origin: Span) -> Diagnostic {
    findings::refused(found, origin)
}

fn read(id: FileId, text: &str, options: Options<'_>, out: &mut Diagnostics) -> Option<Imported> {
    let mut unreadable = Diagnostics::default();
    let root = yaml_read::read(id, text, &mut unreadable);
    unreadable.retain_mut(|found| {
        *found = findings::unreadable(found);
        true
    });
    out.append(unreadable);
    let (root, idle) = walk::walk(&root?, options.lenient, out)?;
    if root.maps("stages").is_empty() {
        out.push(findings::no_stages(root.key("stages").unwrap_or(root.span)));
        return None;
    }
    let stages = stage::stages(&root, out)?;
    let mut params = Params::new();
    let pipeline = params.name(options.name);
    let values = Values {
        root: &root,
        text,
        params,
        read: BTreeSet::new(),
        build_id: SHELL_BUILD_ID.to_owned(),
        out: Diagnostics::default(),
    };
    let mut builder = Builder {
        values,
        nodes: Vec::new(),
        last: Vec::new(),
        made: BTreeMap::new(),
        delayed: root.is("delay_meta_merge"),
        pushed: false,
        published: BTreeSet::new(),
        names: BTreeMap::new(),
        source: 0,
        ready: 0,
    };
    build(&mut builder, &stages);
    // What a stage does may stand behind a key that was refused.
    if !out.has_errors() {
        stages.iter().filter(|stage| stage.is_empty()).for_each(|stage| out.push(findings::runs_nothing(stage)));
    }
    left_out(&builder, &root, &idle, out);
    out.append(std::mem::take(&mut builder.values.out));
    let Some(order) = graph::settle(&mut builder.nodes) else {
        out.push(findings::stages_in_a_circle(&stages));
        return None;
    };
    write::write(&pipeline, &builder, &order, out)
}

/// All nodes, each stage behind the group before it.
fn build(builder: &mut Builder<'_>, stages: &[Stage]) {
    let overrides: Vec<&Group> =
        stages.iter().filter_map(|stage| stage.group.as_ref()).flat_map(|group| group.maps("overrides")).collect();
    builder.keep_names(stages);
    builder.setup(&overrides);
    let mut chains: Vec<Chain> = Vec::new();
    let (mut before, mut now) = (Vec::new(), Vec::new());
    let mut place = None;
    for stage in stages {
        if place.is_some_and(|place| place != stage.place) && !now.is_empty() {
            before = std::mem::take(&mut now);
        }
        place = Some(stage.place);
        let chain = builder.stage(stage);
        for &first in &chain.first {
            builder.nodes[first].after.extend(before.iter().copied());
            builder.nodes[first].after.extend(stage.waits.iter().flat_map(|other| &chains[*other].last));
            builder.nodes[first].after.insert(builder.ready);
        }
        now.extend(chain.last.iter().copied());
        chains.push(chain);
    }
    builder.never_published();
}

/// What the program does not say: keys that nothing reads, and what a workspace makes needless.
fn left_out(builder: &Builder<'_>, root: &Group, idle: &[Idle], out: &mut Diagnostics) {
    for one in idle.iter().filter(|one| !one.empty) {
        match one.effect {
            Effect::Dead(why) => out.push(findings::dead(&one.path, why, one.key)),
            Effect::Template if !builder.values.read.contains(&one.path) => {
                out.push(findings::unread(&one.path, one.key))
            }
            Effect::Template | Effect::Used | Effect::Workspace => {}
        }
    }
    let needless: Vec<&Idle> = idle.iter().filter(|one| one.effect == Effect::Workspace && !one.empty).collect();
    let outer = |one: &&&Idle| !needless.iter().any(|other| one.path.starts_with(&format!("{}.", other.path)));
    let needless: Vec<(&str, Span)> = needless.iter().filter(outer).map(|one| (&*one.path, one.key)).collect();
    if let [(path, first), rest @ ..] = needless.as_slice() {
        out.push(findings::workspace_holds_it(path, *first, rest));
    }
    if root.map("job").is_none_or(|job| !job.is("strict")) {
        let span = root.map("job").and_then(|job| job.key("strict")).or_else(|| root.key("job")).unwrap_or(root.span);
        out.push(findings::not_strict(span));
    }
}

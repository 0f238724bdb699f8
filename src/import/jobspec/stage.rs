//! The stages of a JobSpec: what they build, what they wait for, and in which order they can run.

use std::collections::{BTreeMap, BTreeSet};

use super::findings;
use super::shorthand::{self, Image};
use super::walk::{At, Group, Scalar};
use crate::diag::Diagnostics;
use crate::source::Span;

/// One stage.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    /// How it is called in findings.
    pub(super) label: String,
    pub(super) span: Span,
    /// As written; absent of a stage that was added.
    pub(super) group: Option<Group>,
    /// The short-hands of what it builds, each behind what it needs.
    pub(super) builds: Vec<At>,
    pub(super) order: i64,
    pub(super) order_span: Span,
    /// The stages that it waits for since it needs what they make.
    pub(super) waits: BTreeSet<usize>,
    /// The number of its group, put right where it contradicts what it waits for.
    pub(super) place: i64,
}

impl Stage {
    /// Whether there is nothing to run.
    pub(super) fn is_empty(&self) -> bool {
        let keys = ["commands", "prep_commands", "post_commands", "kola_tests", "publish_artifacts"];
        let says = |group: &Group| keys.iter().any(|key| !group.texts(key).is_empty());
        self.builds.is_empty() && !self.group.as_ref().is_some_and(says)
    }
}

/// The number of a stage that says none.
const USUAL: i64 = 2;

/// Nobody writes more stages, and the graph takes space with the square of it.
const MOST: usize = 2000;

/// The stages, in an order in which each stands behind those it waits for.
pub(super) fn stages(root: &Group, out: &mut Diagnostics) -> Option<Vec<Stage>> {
    let groups = root.maps("stages");
    if groups.len() > MOST {
        out.push(findings::too_many_stages(groups[MOST].span, MOST));
        return None;
    }
    let mut stages: Vec<Stage> = groups.iter().enumerate().map(|(at, group)| stage(at, group, out)).collect();
    duplicates(&stages, out);
    let mut makers = makers(&stages);
    add_missing(&mut stages, &mut makers, out);
    link(&mut stages, &makers, out);
    finalize(root, &mut stages, out);
    let sorted = place(&mut stages);
    if sorted.is_none() {
        out.push(findings::stages_in_a_circle(&stages));
    }
    sorted.map(|order| reordered(&stages, &order))
}

fn stage(at: usize, group: &Group, out: &mut Diagnostics) -> Stage {
    let id = group.text("id");
    let label = id.map_or_else(|| format!("stage {}", at + 1), |id| id.text);
    let (order, order_span) = match group.scalar("execution_order") {
        Some((Scalar::Int(order), span)) => (if *order == 0 { USUAL } else { *order }, span),
        Some((Scalar::Text(_) | Scalar::Bool(_), span)) => (USUAL, span),
        None => (USUAL, group.span),
    };
    let builds = sorted_builds(group, &names(group, "build_artifacts", out), out);
    let stage = Stage {
        label,
        span: head(group),
        group: Some(group.clone()),
        builds,
        order,
        order_span,
        waits: BTreeSet::new(),
        place: order,
    };
    check_names(group, out);
    stage
}

/// The first key of a stage stands for the whole of it.
fn head(group: &Group) -> Span {
    group.key("id").or_else(|| group.entries.values().map(|(key, _)| *key).min()).unwrap_or(group.span)
}

/// The names of a list, where `a+b` and `a,b` are two, that stand for something.
fn names(group: &Group, key: &str, out: &mut Diagnostics) -> Vec<At> {
    let mut found: Vec<At> = Vec::new();
    for entry in group.texts(key) {
        for part in entry.text.split(['+', ',']).map(str::trim).filter(|part| !part.is_empty()) {
            let name = part.to_lowercase();
            if shorthand::image(&name).is_none() {
                out.push(findings::unknown_word("image", part, &shorthand::names(), entry.span));
            } else if !found.iter().any(|one| one.text == name) {
                found.push(At { text: name, span: entry.span });
            }
        }
    }
    found
}

/// Each behind what it needs; said where that is not the written order.
fn sorted_builds(group: &Group, names: &[At], out: &mut Diagnostics) -> Vec<At> {
    let mut sorted: Vec<At> = Vec::new();
    let rank = |name: &str| match shorthand::image(name) {
        Some(Image::Base) => 0,
        Some(Image::Task | Image::Platform | Image::Command) | None => 1,
        Some(Image::Live) => 2,
        Some(Image::Finalize) => 3,
    };
    sorted.extend(names.iter().cloned());
    sorted.sort_by_key(|one| rank(&one.text));
    let moved = names.iter().zip(&sorted).find(|(was, is)| was.text != is.text);
    if let (Some((was, is)), Some(key)) = (moved, group.key("build_artifacts")) {
        out.push(findings::built_in_wrong_order(&was.text, &is.text, was.span, key));
    }
    // One command makes the OSTree commit and the QEMU image.
    let mut base = false;
    sorted.retain(|one| shorthand::image(&one.text) != Some(Image::Base) || !std::mem::replace(&mut base, true));
    sorted
}

fn check_names(group: &Group, out: &mut Diagnostics) {
    for key in ["require_artifacts", "request_artifacts"] {
        for entry in group.texts(key) {
            let cache = key == "request_artifacts" && entry.text == "caches";
            if !cache && shorthand::maker_of(&entry.text).is_none() {
                out.push(findings::unknown_word("artifact", &entry.text, &shorthand::artifacts(), entry.span));
            }
        }
    }
    let tests: Vec<&str> = shorthand::KOLA.iter().map(|test| test.name).collect();
    for entry in group.texts("kola_tests").iter().filter(|entry| !tests.contains(&&*entry.text)) {
        out.push(findings::unknown_word("test", &entry.text, &tests, entry.span));
    }
}

fn duplicates(stages: &[Stage], out: &mut Diagnostics) {
    let mut first: BTreeMap<String, Span> = BTreeMap::new();
    for stage in stages {
        let Some(id) = stage.group.as_ref().and_then(|group| group.text("id")) else { continue };
        if let Some(first) = first.get(&id.text) {
            out.push(findings::duplicate_id(&id, *first));
        } else {
            first.insert(id.text, id.span);
        }
    }
}

/// The stage that makes each thing: by a short-hand, else by a command that is written out.
fn makers(stages: &[Stage]) -> BTreeMap<String, usize> {
    let mut makers = BTreeMap::new();
    for (at, stage) in stages.iter().enumerate() {
        for build in &stage.builds {
            let name = shorthand::maker_of(&build.text).unwrap_or(&build.text);
            makers.entry(name.to_owned()).or_insert(at);
        }
    }
    for (at, stage) in stages.iter().enumerate() {
        for made in raw_scripts(stage).iter().flat_map(|script| shorthand::made_by(&script.text)) {
            makers.entry(made).or_insert(at);
        }
    }
    makers
}

/// The commands of a stage that are written out.
pub(super) fn raw_scripts(stage: &Stage) -> Vec<At> {
    let keys = ["prep_commands", "commands", "post_commands"];
    stage.group.iter().flat_map(|group| keys.iter().flat_map(|key| group.texts(key))).cloned().collect()
}

/// What a stage needs before it begins, by short-hand, and where that is said.
fn needs(stage: &Stage) -> Vec<At> {
    let mut needs: Vec<At> = Vec::new();
    for build in &stage.builds {
        let inner = shorthand::needs(&build.text).iter();
        needs.extend(inner.map(|name| At { text: (*name).to_owned(), span: build.span }));
    }
    if let Some(group) = &stage.group {
        for entry in group.texts("require_artifacts") {
            let maker = shorthand::maker_of(&entry.text);
            needs.extend(maker.map(|name| At { text: name.to_owned(), span: entry.span }));
        }
        for entry in group.texts("kola_tests") {
            let test = shorthand::KOLA.iter().find(|test| test.name == entry.text);
            needs.extend(test.map(|test| At { text: test.needs.to_owned(), span: entry.span }));
        }
        let published = group.texts("publish_artifacts").iter();
        needs.extend(published.map(|entry| At { text: "base".to_owned(), span: entry.span }));
    }
    needs.retain(|need| need.text != "finalize");
    needs
}

/// What is needed and made nowhere gets a stage of its own.
fn add_missing(stages: &mut Vec<Stage>, makers: &mut BTreeMap<String, usize>, out: &mut Diagnostics) {
    let mut at = 0;
    while at < stages.len() {
        for need in needs(&stages[at]) {
            if makers.contains_key(&need.text) {
                continue;
            }
            out.push(findings::added(&need.text, &stages[at].label, need.span));
            makers.insert(need.text.clone(), stages.len());
            let (order, order_span) = (stages[at].order, stages[at].order_span);
            stages.push(Stage {
                label: need.text.clone(),
                span: need.span,
                group: None,
                builds: vec![need],
                order,
                order_span,
                waits: BTreeSet::new(),
                place: order,
            });
        }
        at += 1;
    }
}

/// Who waits for whom, and where the numbers say otherwise.
fn link(stages: &mut [Stage], makers: &BTreeMap<String, usize>, out: &mut Diagnostics) {
    for at in 0..stages.len() {
        let mut said = BTreeSet::new();
        for need in needs(&stages[at]) {
            let Some(&maker) = makers.get(&need.text).filter(|maker| **maker != at) else { continue };
            stages[at].waits.insert(maker);
            if stages[maker].order > stages[at].order && said.insert(maker) {
                out.push(findings::number_contradicts(&stages[at], &stages[maker], &need));
            }
        }
        let requests: Vec<At> =
            stages[at].group.iter().flat_map(|group| group.texts("request_artifacts")).cloned().collect();
        for request in requests {
            let maker = shorthand::maker_of(&request.text).and_then(|name| makers.get(name)).copied();
            if let Some(maker) = maker.filter(|maker| *maker != at && stages[*maker].order < stages[at].order) {
                stages[at].waits.insert(maker);
            }
        }
    }
}

/// To put the parts of a build together is for when all are there.
fn finalize(root: &Group, stages: &mut [Stage], out: &mut Diagnostics) {
    let is_last = |stage: &Stage| stage.builds.iter().any(|one| one.text == "finalize");
    let last: Vec<usize> = (0..stages.len()).filter(|at| is_last(&stages[*at])).collect();
    if let (true, [], Some(key)) = (root.is("delay_meta_merge"), last.as_slice(), root.key("delay_meta_merge")) {
        out.push(findings::never_finalized(key));
    }
    for &at in &last {
        for other in (0..stages.len()).filter(|other| !last.contains(other)) {
            stages[at].waits.insert(other);
        }
        let late = (0..stages.len())
            .filter(|one| !last.contains(one) && stages[*one].order >= stages[at].order)
            .max_by_key(|one| stages[*one].order);
        if let Some(late) = late {
            out.push(findings::finalized_too_early(&stages[at], &stages[late]));
        }
    }
}

/// Gives each stage its group, and says an order in which each stands behind those it waits for.
fn place(stages: &mut [Stage]) -> Option<Vec<usize>> {
    let mut waiting: Vec<usize> = stages.iter().map(|stage| stage.waits.len()).collect();
    let mut ready: BTreeSet<usize> = (0..stages.len()).filter(|at| waiting[*at] == 0).collect();
    let mut order = Vec::new();
    while let Some(at) = ready.pop_first() {
        order.push(at);
        let place = stages[at].place;
        for other in 0..stages.len() {
            if stages[other].waits.contains(&at) {
                stages[other].place = stages[other].place.max(place);
                waiting[other] -= 1;
                if waiting[other] == 0 {
                    ready.insert(other);
                }
            }
        }
    }
    // Stable, so that those of one group stay behind those they wait for.
    order.sort_by_key(|at| stages[*at].place);
    (order.len() == stages.len()).then_some(order)
}

fn reordered(stages: &[Stage], order: &[usize]) -> Vec<Stage> {
    let mut new = vec![0; stages.len()];
    order.iter().enumerate().for_each(|(at, old)| new[*old] = at);
    let moved = |stage: &Stage| Stage { waits: stage.waits.iter().map(|at| new[*at]).collect(), ..stage.clone() };
    order.iter().map(|old| moved(&stages[*old])).collect()
}

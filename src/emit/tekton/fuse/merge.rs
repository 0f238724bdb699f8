//! One task of several.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::listed;
use super::moved::{Moved, tidy};
use super::own::{self, Own};
use super::pod::{Entry, Mode, Pod, amount};
use crate::emit::tekton::inputs::Wiring;
use crate::emit::tekton::lower::{Container, Lowered, Unit};
use crate::emit::yaml::Node;
use crate::plan::{Needs, TaskId};
use crate::source::Span;

/// What the engine takes around a task; see `timeouts`.
const AROUND: i64 = 60_000;

/// The tasks that share a pod, in their order, and how.
pub(super) struct Group<'p, 'g> {
    pub(super) mode: Mode,
    /// Whether the result of a task is one of the whole.
    pub(super) keeps: &'g dyn Fn(&str, &str) -> bool,
    pub(super) members: Vec<Box<Unit<'p>>>,
}

/// Makes one task, and notes the new names. What the first task waits for, and what all of their conditions have in
/// common, the whole waits for; of the rest of a condition each keeps its own.
pub(super) fn merge<'p>(lowered: &mut Lowered<'p>, group: Group<'p, '_>, moved: &mut Moved) -> Unit<'p> {
    let Group { mode, keeps, mut members } = group;
    let name = name(lowered, &members);
    let fused: Vec<String> = members.iter().map(|member| member.name.clone()).collect();
    let when = common(&mut members, mode);
    let run_after = waits(&mut members, &fused);
    let whole = Whole::of(&members);
    let image = lowered.options.helper_image.clone().map(Cow::Owned).or_else(|| whole.image.clone());
    let asking = asking(&members);
    let mut pod = Pod::new(mode);
    let mut sidecars = Vec::new();
    for (at, mut member) in members.into_iter().enumerate() {
        moved.task(&member.name, &name);
        sidecars.append(&mut member.sidecars);
        let of = member.name.clone();
        let keeps = |result: &str| keeps(&of, result);
        let asks = |resource: &str| asking.get(resource) == Some(&at);
        pod.add(*member, &Entry { shared: fused.len() > 1, keeps: &keeps, asks: &asks });
    }
    pod.kept.iter().for_each(|(task, old, new)| moved.result(task, old, new));
    if mode == Mode::Ordered && !pod.judged.is_empty() {
        let step = judge(&mut pod, image.unwrap_or_default(), whole.span);
        pod.steps.push(step);
    }
    let shares = |step: &Container<'_>| step.own.as_ref().is_some_and(|own| own.shares);
    if pod.steps.iter().any(shares) {
        pod.volumes.insert(0, own::volume());
    }
    let mut unit = Unit {
        object: lowered.names.object(&name),
        name,
        id: whole.id,
        about: whole.about.into(),
        span: whole.span,
        steps: pod.steps,
        sidecars,
        found: None,
        inputs: pod.inputs,
        volumes: Node::List(pod.volumes),
        results: pod.results,
        result_is_list: false,
        when,
        run_after,
        needs: Needs { arch: whole.arch, ..Needs::default() },
        resources: Vec::new(),
        retries: whole.retries,
        timeout: whole.timeout,
        goes_on: whole.goes_on,
        decides: false,
        fused,
    };
    tidy(&mut unit);
    unit
}

/// What the task as a whole is.
struct Whole<'p> {
    id: Option<TaskId>,
    about: String,
    span: Span,
    arch: Option<String>,
    image: Option<Cow<'p, str>>,
    retries: u32,
    goes_on: bool,
    timeout: Option<i64>,
}

impl<'p> Whole<'p> {
    fn of(members: &[Box<Unit<'p>>]) -> Self {
        let [first, others @ ..] = members else { unreachable!("a group has members") };
        let alone = others.is_empty();
        let image = members.iter().rev().find_map(|member| member.steps.first());
        Self {
            id: first.id.filter(|_| alone),
            about: about(members),
            span: first.span,
            arch: first.needs.arch.clone(),
            image: image.map(|step| step.image.clone()),
            retries: if alone { first.retries } else { 0 },
            goes_on: alone && first.goes_on,
            timeout: timeout(members),
        }
    }
}

/// What people read of it: the tasks, and what is said of each.
fn about(members: &[Box<Unit<'_>>]) -> String {
    let [first, _, ..] = members else { return members.iter().map(|member| member.about.as_ref()).collect() };
    let names: Vec<String> = members.iter().map(|member| member.name.clone()).collect();
    debug_assert!(names[0] == first.name);
    let mut text = format!("{}, one after the other.", listed(&names));
    for member in members.iter().filter(|member| !member.about.is_empty()) {
        text.push_str(&format!("\n`{}`: {}", member.name, member.about.trim_end()));
    }
    text
}

/// That of all together, when each has one.
fn timeout(members: &[Box<Unit<'_>>]) -> Option<i64> {
    let mut all = members.iter().map(|member| member.timeout);
    let first = all.next().flatten()?;
    all.try_fold(first, |sum, one| Some(sum.saturating_add(one?).saturating_add(AROUND)))
}

/// The only task, or from where to where.
fn name(lowered: &mut Lowered<'_>, members: &[Box<Unit<'_>>]) -> String {
    match members {
        [first, .., last] => lowered.names.fresh(&format!("{}-to-{}", first.name, last.name)),
        _ => members.iter().map(|member| member.name.as_str()).collect(),
    }
}

/// Takes the conditions that the whole has from each. Where all run, each keeps its own.
fn common(members: &mut [Box<Unit<'_>>], mode: Mode) -> Vec<(String, bool, Vec<String>)> {
    match mode {
        Mode::Chain if members.iter().all(|member| !member.decides) => {
            let when = members.first().map(|first| first.when.clone()).unwrap_or_default();
            members.iter_mut().for_each(|member| member.when.retain(|one| !when.contains(one)));
            when
        }
        Mode::Chain | Mode::Ordered => Vec::new(),
    }
}

/// What the members wait for, without each other.
fn waits(members: &mut [Box<Unit<'_>>], fused: &[String]) -> Vec<String> {
    let inside: FxHashSet<&str> = fused.iter().map(String::as_str).collect();
    let all = members.iter_mut().flat_map(|member| std::mem::take(&mut member.run_after));
    all.filter(|before| !inside.contains(before.as_str())).collect()
}

/// The first member that asks for the most, by resource.
fn asking(members: &[Box<Unit<'_>>]) -> FxHashMap<&'static str, usize> {
    let mut asking: FxHashMap<&'static str, (usize, i64)> = FxHashMap::default();
    for (at, member) in members.iter().enumerate() {
        for (resource, _) in &member.resources {
            let mine = amount(member, resource);
            let most = asking.entry(resource).or_insert((at, mine));
            if mine > most.1 {
                *most = (at, mine);
            }
        }
    }
    asking.into_iter().map(|(resource, (at, _))| (resource, at)).collect()
}

/// The last step, which fails when one of the tasks has failed: for the engine, all steps before it ended well.
fn judge<'p>(pod: &mut Pod<'p>, image: Cow<'p, str>, span: Span) -> Container<'p> {
    let args = std::mem::take(&mut pod.judged).into_iter().map(Cow::Owned).collect();
    let own = Own { privileged: false, resources: Vec::new(), goes_on: false, timeout: None, shares: false };
    Container {
        name: pod.step_name("ended", "", true),
        image,
        span,
        script: JUDGE.to_owned(),
        wiring: Wiring { args, ..Wiring::default() },
        own: Some(Box::new(own)),
        used: None,
    }
}

/// The engine says `-1` of a step that a signal has ended.
const JUDGE: &str = r#"#!/bin/sh
# Ends as the first of the tasks has ended that failed.
set -eu
for file; do
  code=$(cat -- "$file")
  case $code in
    0) ;;
    '' | *[!0-9]*) exit 1 ;;
    *) exit "$code" ;;
  esac
done
"#;

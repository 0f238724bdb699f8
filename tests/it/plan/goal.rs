//! `--goal`: the least part of a plan that makes what is asked for, in the order of the whole.

use std::sync::Arc;

use pipec::diag::Diagnostics;
use pipec::plan::goal::{Asked, reduce};
use pipec::plan::provenance::{Kind, Making};
use pipec::plan::view::words::expression;
use pipec::plan::{Expr, ExprKind, ParamId, Plan, Task, TaskId, Ty, Why};
use pipec::source::{FileId, Span};
use proptest::prelude::*;

use super::common::{names, plan, task, waits, when};

const PROGRAM: &str = r#"
enum Cloud { aws, gcp }
artifact Tree
artifact Disk requires Tree
artifact Aws requires Disk
artifact Gcp requires Disk
artifact Iso requires Tree, Disk
artifact Signed requires Iso
command "mk tree" makes Tree
command "mk disk" makes Disk
command "mk aws"  makes Aws
command "mk gcp"  makes Gcp
command "mk iso"  makes Iso
command "mk sign" makes Signed

task cloud(cloud: Cloud) { image: "a/b:1", run: "mk ~{cloud}" }

pipeline p(const clouds: [Cloud] = [.aws, .gcp], quick: bool = false) -> (id: string) {
    task source -> (id: string) { image: "a/b:1", run: "git > ~{out.id}" }
    task tree { image: "a/b:1", run: "mk tree ~{source.id}" }
    task disk { image: "a/b:1", run: "sudo mk disk" } after tree
    task check { image: "a/b:1", run: "check" } after disk
    for one in clouds if one != .gcp or not quick {
        made = cloud(one) after check
    }
    task iso { image: "a/b:1", run: "mk iso" } after check
    task sign { image: "a/b:1", run: "mk sign" } after iso, made
    task size -> (bytes: string) { image: "a/b:1", run: "stat > ~{out.bytes}" } after iso
    finally {
        when sign.status == .failed { task alarm { image: "a/b:1", run: "alarm" } }
        when size.status == .succeeded { task sized { image: "a/b:1", run: "note ~{flag("--bytes", size.bytes)}" } }
        task note { image: "a/b:1", run: "note ~{sign.status}" }
    }
    return (id: size.bytes)
}
"#;

fn asked(goals: &[String]) -> Asked<'_> {
    Asked { goals, ..Asked::default() }
}

fn reduced(whole: Plan, goals: &[&str]) -> Plan {
    let goals: Vec<String> = goals.iter().map(|goal| (*goal).to_owned()).collect();
    let mut out = Diagnostics::default();
    let plan = reduce(whole, asked(&goals), &mut out);
    let said: Vec<&str> = out.iter().map(|one| one.message.as_str()).collect();
    plan.unwrap_or_else(|| panic!("{said:?}"))
}

fn goal(goals: &[&str]) -> Plan {
    reduced(plan(PROGRAM, &[("quick", "false")]), goals)
}

#[test]
fn what_is_read_and_what_is_required_stays_and_nothing_else() {
    assert_eq!(names(&goal(&["Aws"])), ["source", "tree", "disk", "made_aws", "note"]);
    assert_eq!(names(&goal(&["Iso"])), ["source", "tree", "disk", "iso", "note"]);
    assert_eq!(names(&goal(&["Tree"])), ["source", "tree", "note"]);
    assert_eq!(names(&goal(&["check"])), ["check", "note"]);
    assert_eq!(names(&goal(&["Aws", "Iso"])), ["source", "tree", "disk", "made_aws", "iso", "note"]);
}

#[test]
fn the_order_of_tasks_that_go_is_handed_on() {
    let plan = goal(&["Aws"]);
    assert_eq!(waits(&plan, "made_aws"), ["disk: after"]);
    assert_eq!(waits(&goal(&["Signed", "Aws"]), "sign"), ["disk: after", "made_aws: after", "iso: after"]);
    assert_eq!(waits(&goal(&["sign"]), "sign"), ["disk: after", "iso: after"]);
}

#[test]
fn a_call_stands_for_its_turns_and_case_does_not_matter() {
    assert_eq!(names(&goal(&["made"])), ["source", "tree", "disk", "made_aws", "made_gcp", "note"]);
    assert_eq!(names(&goal(&["gcp"])), names(&goal(&["Gcp"])));
    assert_eq!(names(&goal(&["made_gcp"])), names(&goal(&["Gcp"])));
}

#[test]
fn for_finally_what_goes_was_skipped() {
    let plan = goal(&["Aws"]);
    let note = task(&plan, "note");
    assert_eq!(expression(&plan, &note.steps[0].script.slots[0].value), ".skipped");
    assert_eq!(names(&goal(&["size"])), ["size", "sized", "note"]);
    let kept = goal(&["Signed"]);
    assert_eq!(when(&kept, "alarm").as_deref(), Some("sign.status == .failed"));
    assert_eq!(expression(&kept, &task(&kept, "note").steps[0].script.slots[0].value), "sign.status");
}

#[test]
fn it_says_what_stays_and_why_and_what_goes() {
    let plan = goal(&["Aws"]);
    let goal = plan.goal.as_ref().expect("there is a goal");
    let kept: Vec<String> = goal.kept.iter().map(|(name, why)| format!("{name}: {why}")).collect();
    let expected = [
        "source: `tree` reads what it gives",
        "tree: makes Tree, which `disk` requires",
        "disk: makes Disk, which `made_aws` requires",
        "made_aws: makes Aws",
        "note: ends every run",
    ];
    assert_eq!(kept, expected);
    assert_eq!(goal.dropped, ["check", "made_gcp", "iso", "sign", "size", "alarm", "sized"]);
    assert_eq!(goal.not_returned, ["id"]);
    assert!(plan.outputs.is_empty());
}

#[test]
fn what_is_not_there_is_said_with_what_keeps_it_out() {
    let said = |pairs: &[(&str, &str)], goal: &str| {
        let mut out = Diagnostics::default();
        assert!(reduce(plan(PROGRAM, pairs), asked(&[goal.to_owned()]), &mut out).is_none());
        let found: Vec<_> = out.iter().cloned().collect();
        assert_eq!((found.len(), found[0].code.id()), (1, "P0519"));
        let label = found[0].labels.first().map(|label| label.text.clone()).unwrap_or_default();
        (found[0].message.clone(), label, found[0].help.clone().unwrap_or_default())
    };
    let (message, label, _) = said(&[("quick", "true")], "Gcp");
    assert_eq!(message, "nothing makes `Gcp` for these values");
    assert_eq!(label, "this leaves out `made_gcp`: `one` is `gcp`, `quick` is `true`");
    let (message, _, help) = said(&[("clouds", "aws"), ("quick", "false")], "Gcp");
    assert_eq!(message, "nothing makes `Gcp` for these values");
    assert!(help.contains("this plan makes `Tree`, `Disk`, `Aws`, `Iso`, `Signed`"), "{help}");
    let (message, _, help) = said(&[("quick", "false")], "Iso2");
    assert_eq!(message, "there is no artifact or task `Iso2` in this plan");
    assert!(help.starts_with("did you mean `Iso`?"), "{help}");
}

#[test]
fn a_maker_that_may_be_skipped_does_not_do_where_another_surely_makes_it() {
    let program = r#"
        artifact Tree
        artifact Disk requires Tree
        command "fetch"   makes Tree
        command "mk tree" makes Tree
        command "mk disk" makes Disk
        pipeline p(old: bool = false) {
            task first { image: "a/b:1", run: "mk tree" }
            when old { task fetched { image: "a/b:1", run: "fetch" } after first }
            task disk { image: "a/b:1", run: "mk disk" } after first, fetched
        }
    "#;
    assert_eq!(names(&reduced(plan(program, &[]), &["Disk"])), ["first", "disk"]);
    assert_eq!(names(&reduced(plan(program, &[]), &["Tree"])), ["first"]);
}

#[test]
fn where_one_of_two_makes_it_both_stay() {
    let program = r#"
        artifact Tree
        command "fetch"   makes Tree
        command "mk tree" makes Tree
        pipeline p(old: bool = false) {
            when old { task fetched { image: "a/b:1", run: "fetch" } } else { task first { image: "a/b:1", run: "mk tree" } }
            task other { image: "a/b:1", run: "true" }
        }
    "#;
    assert_eq!(names(&reduced(plan(program, &[]), &["Tree"])), ["fetched", "first"]);
    assert_eq!(names(&reduced(plan(program, &[("old", "true")]), &["Tree"])), ["fetched"]);
}

/// A task of a random plan.
#[derive(Clone, Debug)]
struct Spec {
    makes: Vec<usize>,
    /// Earlier tasks, counted backwards from this one.
    reads: Vec<usize>,
    after: Vec<usize>,
    /// The parameter that it depends on.
    when: Option<u32>,
}

const KINDS: usize = 4;

fn spec() -> impl Strategy<Value = Spec> {
    let makes = prop::collection::vec(0..KINDS, 0..3);
    let back = || prop::collection::vec(1..6_usize, 0..3);
    let when = prop_oneof![3 => Just(None), 1 => (0..2_u32).prop_map(Some)];
    (makes, back(), back(), when).prop_map(|(makes, reads, after, when)| Spec { makes, reads, after, when })
}

fn kind(at: usize) -> Arc<str> {
    Arc::from(format!("K{at}"))
}

/// Kind `n` requires `n - 1`, the last one also the first.
fn required(at: usize) -> Vec<usize> {
    match at {
        0 => Vec::new(),
        last if last == KINDS - 1 => vec![last - 1, 0],
        other => vec![other - 1],
    }
}

fn of_specs(specs: &[Spec]) -> Plan {
    let span = Span::new(FileId(0), 0, 0);
    let mut plan = Plan::empty("p", span);
    let requires = |at| required(at).into_iter().map(kind).collect();
    plan.artifacts = (0..KINDS).map(|at| Kind { name: kind(at), requires: requires(at) }).collect();
    for (at, spec) in specs.iter().enumerate() {
        let mut task = Task::new(&format!("t{at}"), span);
        let mut makes = spec.makes.clone();
        makes.sort_unstable();
        makes.dedup();
        let making = |one| Making { artifact: kind(one), output: None, command: None };
        task.provenance.makes = makes.into_iter().map(making).collect();
        task.condition = spec.when.map(|param| Expr::new(ExprKind::Param(ParamId(param)), Ty::Bool));
        let id = plan.add_task(task);
        let before = |back: usize| at.checked_sub(back).map(|at| TaskId(u32::try_from(at).unwrap()));
        spec.reads
            .iter()
            .filter_map(|back| before(*back))
            .for_each(|from| plan.add_edge(from, id, Why::Output(0, span)));
        spec.after.iter().filter_map(|back| before(*back)).for_each(|from| plan.add_edge(from, id, Why::After(span)));
    }
    plan
}

/// Written a second time, without any cleverness.
struct Oracle<'a> {
    specs: &'a [Spec],
}

impl Oracle<'_> {
    fn earlier(at: usize, back: &[usize]) -> Vec<usize> {
        back.iter().filter_map(|back| at.checked_sub(*back)).collect()
    }

    fn ancestors(&self, at: usize) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        let mut open = vec![at];
        while let Some(at) = open.pop() {
            let spec = &self.specs[at];
            for before in [&spec.reads, &spec.after].into_iter().flat_map(|back| Self::earlier(at, back)) {
                if !found.contains(&before) {
                    found.push(before);
                    open.push(before);
                }
            }
        }
        found
    }

    /// Whether each of these has what it reads and what it requires.
    fn is_closed(&self, kept: &[usize]) -> bool {
        kept.iter().all(|at| {
            let spec = &self.specs[*at];
            let reads = Self::earlier(*at, &spec.reads).iter().all(|before| kept.contains(before));
            let mut wanted = spec.makes.iter().flat_map(|made| required(*made)).filter(|one| !spec.makes.contains(one));
            reads && wanted.all(|one| self.is_made(one, *at, kept))
        })
    }

    fn is_made(&self, wanted: usize, at: usize, kept: &[usize]) -> bool {
        let makers = self.ancestors(at).into_iter().filter(|one| self.specs[*one].makes.contains(&wanted));
        let as_sure = |one: &usize| self.specs[*one].when.is_none() || self.specs[*one].when == self.specs[at].when;
        let (sure, maybe): (Vec<usize>, Vec<usize>) = makers.partition(as_sure);
        if sure.is_empty() {
            maybe.iter().all(|one| kept.contains(one))
        } else {
            sure.iter().any(|one| kept.contains(one))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]
    #[test]
    fn the_part_is_closed_and_the_least(specs in prop::collection::vec(spec(), 1..14), wanted in 0..KINDS) {
        let name = kind(wanted).to_string();
        let Some(part) = reduce(of_specs(&specs), asked(std::slice::from_ref(&name)), &mut Diagnostics::default()) else {
            prop_assert!(specs.iter().all(|spec| !spec.makes.contains(&wanted)));
            return Ok(());
        };
        let number = |name: &str| name[1..].parse::<usize>().unwrap();
        let kept: Vec<usize> = names(&part).into_iter().map(number).collect();
        let oracle = Oracle { specs: &specs };
        prop_assert!(oracle.is_closed(&kept), "{kept:?}");
        let goal = part.goal.as_ref().unwrap();
        let roots: Vec<usize> = goal.kept.iter().filter(|(_, why)| *why == format!("makes {name}")).map(|(name, _)| number(name)).collect();
        prop_assert!(!roots.is_empty() && roots.iter().all(|root| specs[*root].makes.contains(&wanted)));
        if specs.iter().any(|spec| spec.when.is_none() && spec.makes.contains(&wanted)) {
            prop_assert!(roots.len() == 1 && specs[roots[0]].when.is_none(), "{roots:?}");
        }
        for at in kept.iter().filter(|at| !roots.contains(at)) {
            let without: Vec<usize> = kept.iter().copied().filter(|other| other != at).collect();
            prop_assert!(!oracle.is_closed(&without), "t{at} of {kept:?} is not needed");
        }
        // Who came before whom, still does.
        let after = Oracle { specs: &specs };
        for (later, at) in kept.iter().enumerate() {
            let mut seen = Vec::new();
            let mut open = vec![TaskId(u32::try_from(later).unwrap())];
            while let Some(id) = open.pop() {
                for (before, _) in part.dependencies(id) {
                    if !seen.contains(&before) {
                        seen.push(before);
                        open.push(before);
                    }
                }
            }
            let mut seen: Vec<usize> = seen.into_iter().map(|id| kept[id.index()]).collect();
            let mut expected: Vec<usize> = after.ancestors(*at).into_iter().filter(|one| kept.contains(one)).collect();
            seen.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(seen, expected);
        }
    }
}

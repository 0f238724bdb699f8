//! How a plan is cut into builds, on random plans.

use std::collections::BTreeMap;
use std::time::Instant;

use pipec::contract::RunSpec;
use pipec::diag::Diagnostics;
use pipec::emit::Target as _;
use pipec::emit::buildconfig::BuildConfig;
use pipec::plan::{Needs, Phase, Plan, Script, Step, Task, TaskId, Value, Why};
use pipec::source::{Sources, Span};
use proptest::prelude::*;

/// For each task its class, whether it is of `finally`, and the earlier tasks that it waits for.
type Shape = Vec<(u8, bool, Vec<prop::sample::Index>)>;

fn shape() -> impl Strategy<Value = Shape> {
    let waits = prop::collection::vec(any::<prop::sample::Index>(), 0..4);
    prop::collection::vec((0_u8..3, prop::bool::weighted(0.15), waits), 1..40)
}

fn plan(shape: &Shape) -> (Plan, Sources) {
    let mut sources = Sources::default();
    let span = Span::new(sources.add("ci.pipe", "pipeline p() {}\n"), 0, 8);
    let mut plan = Plan::empty("p", span);
    let options = Value::Record(vec![("store".to_owned(), Value::Text("s3://ci/x".to_owned()))]);
    plan.options.push(("buildconfig".to_owned(), options, span));
    for (at, (class, last, waits)) in shape.iter().enumerate() {
        let mut task = Task::new(&format!("t{at}"), span);
        task.needs = Needs { kvm: *class == 0, privileged: *class == 1, ..Needs::default() };
        task.phase = if *last { Phase::Finally } else { Phase::Main };
        task.steps.push(Step::new("run", "quay.io/x/y:1", Script::text("true\n", span)));
        let id = plan.add_task(task);
        for wait in waits.iter().filter(|_| at > 0) {
            let from = TaskId(u32::try_from(wait.index(at)).unwrap());
            if plan.task(from).phase == plan.task(id).phase {
                plan.add_edge(from, id, Why::After(span));
            }
        }
    }
    (plan, sources)
}

fn specs(plan: &Plan, sources: &Sources) -> Vec<RunSpec> {
    let bundle = BuildConfig.emit(plan, sources);
    let segments = bundle.files.iter().filter(|file| file.path.starts_with("segments/"));
    segments.map(|file| serde_json::from_str(&file.text).unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_edge_leads_forward(shape in shape()) {
        let (plan, sources) = plan(&shape);
        let mut out = Diagnostics::default();
        BuildConfig.gaps(&plan, &mut out);
        prop_assert!(!out.has_errors());
        let specs = specs(&plan, &sources);
        let mut places: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for (at, spec) in specs.iter().enumerate() {
            prop_assert!(!spec.tasks.is_empty());
            for (inside, task) in spec.tasks.iter().enumerate() {
                prop_assert_eq!(places.insert(task.name.clone(), (at, inside)), None);
                let id = plan.find(&task.name).unwrap();
                let needs = &plan.task(id).needs;
                let class = if needs.kvm { "kvm" } else if needs.privileged { "privileged" } else { "unprivileged" };
                prop_assert_eq!(&spec.class, class);
                prop_assert_eq!(spec.finally, plan.task(id).phase == Phase::Finally);
            }
        }
        prop_assert_eq!(places.len(), plan.len());
        for spec in &specs {
            for task in &spec.tasks {
                for before in &task.after {
                    prop_assert!(places[before] < places[&task.name]);
                }
            }
        }
        let ends = specs.iter().position(|spec| spec.finally).unwrap_or(specs.len());
        prop_assert!(specs[ends..].iter().all(|spec| spec.finally));
        // Two builds of one class follow each other only where the phase changes.
        for (at, pair) in specs.windows(2).enumerate() {
            prop_assert!(pair[0].class != pair[1].class || at + 1 == ends);
        }
        prop_assert_eq!(BuildConfig.emit(&plan, &sources), BuildConfig.emit(&plan, &sources));
    }
}

/// Sixteen times the tasks take far less than the 256 times that a square would.
#[test]
fn many_tasks_take_little_time() {
    let time = |count: usize| {
        let shape: Shape = (0..count).map(|at| (u8::try_from(at % 3).unwrap(), false, Vec::new())).collect();
        let (mut plan, sources) = plan(&shape);
        let span = plan.span;
        for at in 1..u32::try_from(count).unwrap() {
            plan.add_edge(TaskId(at - 1), TaskId(at), Why::After(span));
        }
        let once = |_| {
            let start = Instant::now();
            assert!(BuildConfig.emit(&plan, &sources).files.len() > count);
            start.elapsed()
        };
        // The least of some, since other tests run beside this one.
        (0..3).map(once).min().unwrap()
    };
    let (small, large) = (time(500), time(8000));
    assert!(large < small * 100, "{small:?} {large:?}");
}

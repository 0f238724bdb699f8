//! Plans of small programs.

use pipec::check::program::{PipelineId, Program};
use pipec::check::{Input, check};
use pipec::diag::Diagnostics;
use pipec::plan::build::build;
use pipec::plan::params::from_text;
use pipec::plan::view::words::expression;
use pipec::plan::{Plan, Task};
use pipec::source::{FileId, Sources, stdlib};
use pipec::syntax::parse;

/// A plan, or why there is none.
pub(super) struct Built {
    pub(super) plan: Option<Plan>,
    pub(super) found: Diagnostics,
    pub(super) sources: Sources,
}

/// Reads and checks a program; it has to be right.
pub(super) fn program(text: &str) -> (Program, Sources, FileId) {
    let mut sources = Sources::default();
    let id = sources.add("test.pipe", text);
    let mut out = Diagnostics::default();
    let prelude_id = stdlib("prelude").expect("the prelude is there");
    let prelude = parse(prelude_id, &sources.get(prelude_id).text, &mut out);
    let root = parse(id, text, &mut out);
    let input = Input { root: &root, prelude: &prelude, imports: Default::default(), targets: Vec::new() };
    let program = check(&input, &mut out);
    // What is only a lint is nothing to a plan.
    let errors: Vec<String> =
        out.iter().filter(|one| !one.code.is_lint()).map(|one| format!("{}: {}", one.code.id(), one.message)).collect();
    assert!(errors.is_empty(), "the program has errors: {errors:#?}");
    (program, sources, id)
}

/// The plan of the first pipeline for values of the command line.
pub(super) fn built(text: &str, pairs: &[(&str, &str)]) -> Built {
    let (program, sources, _) = program(text);
    let mut found = Diagnostics::default();
    let pairs: Vec<(String, String)> = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let bindings = from_text(&program, PipelineId(0), &pairs, &mut found);
    let plan = build(&program, PipelineId(0), &bindings, "test.pipe", &mut found);
    Built { plan, found, sources }
}

/// The plan of a program that has one.
pub(super) fn plan(text: &str, pairs: &[(&str, &str)]) -> Plan {
    let built = built(text, pairs);
    let found = built.said();
    built.plan.unwrap_or_else(|| panic!("no plan: {found:#?}"))
}

impl Built {
    /// `P0501 message`, one a finding.
    pub(super) fn said(&self) -> Vec<String> {
        self.found.iter().map(|one| format!("{} {}", one.code.id(), one.message)).collect()
    }

    /// The places of the labels of the only finding, as they are written, with their texts.
    pub(super) fn labels(&self) -> Vec<(String, String)> {
        assert_eq!(self.found.len(), 1, "{:#?}", self.said());
        let labels = self.found.iter().flat_map(|one| &one.labels);
        labels.map(|label| (self.sources.text(label.span).to_owned(), label.text.clone())).collect()
    }
}

/// The task of this name.
pub(super) fn task<'a>(plan: &'a Plan, name: &str) -> &'a Task {
    plan.task(plan.find(name).unwrap_or_else(|| panic!("no task {name} in {:?}", names(plan))))
}

pub(super) fn names(plan: &Plan) -> Vec<&str> {
    plan.tasks().map(|(_, task)| task.name.as_str()).collect()
}

/// When a task runs, in words.
pub(super) fn when(plan: &Plan, name: &str) -> Option<String> {
    task(plan, name).condition.as_ref().map(|cond| expression(plan, cond))
}

/// The values of a script, in words.
pub(super) fn values(plan: &Plan, name: &str) -> Vec<String> {
    task(plan, name).steps[0].script.slots.iter().map(|slot| expression(plan, &slot.value)).collect()
}

/// What a task waits for: `earlier` or `earlier: kind kind`.
pub(super) fn waits(plan: &Plan, name: &str) -> Vec<String> {
    use pipec::plan::Why;
    let id = plan.find(name).unwrap_or_else(|| panic!("no task {name} in {:?}", names(plan)));
    let edges = plan.dependencies(id).map(|(from, edge)| {
        let kinds = edge.why.iter().map(|why| match why {
            Why::Output(output, _) => format!("output {output}"),
            Why::Condition(_) => "condition".to_owned(),
            Why::After(_) => "after".to_owned(),
            Why::Stage(stages) => format!("{} before {}", stages.0, stages.1),
        });
        format!("{}: {}", plan.task(from).name, kinds.collect::<Vec<_>>().join(", "))
    });
    edges.collect()
}

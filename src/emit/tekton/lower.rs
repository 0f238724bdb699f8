//! The plan as the engine's tasks: those of the program, and the small ones that check and decide for them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::artifacts::{self, AllTold};
use super::computed::{self, Computed};
use super::condition::Input;
use super::fan::{self, Fans, TURN};
use super::foreign::Reference;
use super::gate::{self, Gate, Gates, Readers};
use super::inputs::{self, Amount, Inputs, Reads, Scope, Wiring};
use super::levels::Level;
use super::names::{self, Names};
use super::options::Options;
use super::scripts::{self, ScriptMap};
use super::shape::Style;
use super::sidecar::Sidecar;
use super::spelling::Outside;
use super::split::{self, Otherwise};
use super::used::Used;
use super::{escape, finally_gaps, fuse, graph, inject, locks, native, object, outputs, reads, regroup, types};
use crate::abreast;
use crate::emit::kube;
use crate::emit::script::{self, Rendered};
use crate::emit::yaml::Node;
use crate::plan::{Expr, Needs, OnFailure, Phase, Plan, Require, Task, TaskId, Verdict, WorkspaceId};
use crate::source::Span;

/// The plan in the engine's terms.
#[derive(Debug)]
pub(super) struct Lowered<'p> {
    pub(super) plan: &'p Plan,
    pub(super) options: Options,
    pub(super) names: Names,
    /// What keeps the condition of each task of the plan.
    pub(super) gates: Vec<Gate>,
    /// What tasks tell the engine that they made.
    pub(super) told: AllTold,
    pub(super) computed: Vec<Computed<'p>>,
    /// Before `finally`, in the order of the source; what a task needs stands before it.
    pub(super) tasks: Vec<Box<Unit<'p>>>,
    pub(super) finally: Vec<Box<Unit<'p>>>,
    /// What became of the names of tasks that are steps of another one now.
    pub(super) moved: fuse::moved::Moved,
    /// The tasks of `finally` that would have to be steps of one pod, and cannot be.
    pub(super) apart: Vec<fuse::ordered::Apart>,
    /// The scripts, where they do not stand in their tasks.
    pub(super) script_maps: Vec<ScriptMap>,
    /// The name of the task that computes what is returned.
    pub(super) outputs: String,
    /// By its name, how a task stands in the pipeline a second time.
    pub(super) otherwise: BTreeMap<String, Otherwise>,
}

impl<'p> Lowered<'p> {
    /// Parameters say their cases to the engine.
    pub(super) fn has_enums(&self) -> bool {
        let asked = self.options.enums && self.options.level == Level::Alpha;
        asked && self.plan.params.iter().any(|param| !types::cases(&param.ty).is_empty())
    }
}

/// One task of the engine.
#[derive(Debug)]
pub(super) struct Unit<'p> {
    /// Within the pipeline.
    pub(super) name: String,
    /// Of the object.
    pub(super) object: String,
    /// Of the program; absent for one that was added.
    pub(super) id: Option<TaskId>,
    pub(super) about: Cow<'p, str>,
    pub(super) span: Span,
    pub(super) steps: Vec<Container<'p>>,
    pub(super) sidecars: Vec<Sidecar<'p>>,
    /// Of a task that is kept elsewhere: it has no object of ours.
    pub(super) found: Option<Box<Reference<'p>>>,
    pub(super) inputs: Inputs,
    /// A list.
    pub(super) volumes: Node,
    /// Name and description.
    pub(super) results: Vec<(Cow<'p, str>, Cow<'p, str>)>,
    /// The results are lists, not texts.
    pub(super) result_is_list: bool,
    /// Input, whether it has to be among the texts, the texts.
    pub(super) when: Vec<(String, bool, Vec<String>)>,
    pub(super) run_after: Vec<String>,
    pub(super) needs: Needs,
    /// What of the needs is counted.
    pub(super) resources: Vec<Amount>,
    pub(super) retries: u32,
    /// Milliseconds.
    pub(super) timeout: Option<i64>,
    pub(super) goes_on: bool,
    /// The first step only decides whether the others are skipped.
    pub(super) decides: bool,
    /// The tasks that its steps were, by name; empty for one that is as the plan has it.
    pub(super) fused: Vec<String>,
}

/// One step of a task.
#[derive(Debug)]
pub(super) struct Container<'p> {
    pub(super) name: String,
    pub(super) image: Cow<'p, str>,
    pub(super) span: Span,
    /// Escaped.
    pub(super) script: String,
    pub(super) wiring: Wiring<'p>,
    /// In a task whose steps are not alike.
    pub(super) own: Option<Box<fuse::own::Own>>,
    /// Of a step that is kept elsewhere: it has no image, script and wiring of ours.
    pub(super) used: Option<Box<Used<'p>>>,
}

/// The result of a decision task.
const DECISION: &str = "value";

/// The result that says that a task ended with a warning, or skipped itself.
pub(super) const VERDICT: &str = "pipec-verdict";

/// The result of a step that decides for its own task.
const OWN_DECISION: &str = "pipec-decision";

/// The most that a task may take which only looks at texts, pulling its image included.
pub(super) const SMALL_TASK: i64 = 15 * 60 * 1000;

pub(super) fn lower(plan: &Plan) -> Lowered<'_> {
    let options = Options::of(plan);
    let beside = || (Names::of_plan(plan, Outside::of(plan, &options.shape)), locks::edges(plan), plan.needed_after());
    let (scripts, (mut names, locks, needed)) = abreast::both_of(plan.len(), || rendered(plan, &options), beside);
    let readers = readers(plan, &names, &scripts);
    let splits = split::find(plan, &readers, &scripts, &mut names);
    let cel = options.may_use_cel().then_some(&names);
    let gates = gate::gates(plan, &readers, &behind(plan, &locks), &splits, cel);
    let bounds = native::bounds(plan, &readers);
    let check = names.fresh("check_params");
    let decisions: Vec<String> =
        gates.decisions.iter().map(|(_, task)| names.fresh(&format!("decide_{}", plan.task(*task).name))).collect();
    let fans = Fans::new(plan, &mut names);
    let computed = computed::all(plan, &mut names);
    let outputs = names.fresh("outputs");
    let told = artifacts::told(plan, &options);
    let lowering = Lowering {
        plan,
        options: &options,
        names: &names,
        told: &told,
        check: &check,
        decisions: &decisions,
        fans: &fans,
        computed: &computed,
    };
    let (mut tasks, finally) = lowering.units(&gates, scripts, (&needed, &locks), &bounds, &outputs);
    let otherwise = splits.apply(&mut tasks);
    let (moved, apart) = Default::default();
    let mut lowered = Lowered {
        plan,
        options,
        names,
        gates: gates.of,
        told,
        computed,
        tasks,
        finally,
        moved,
        apart,
        outputs,
        otherwise,
        script_maps: Vec::new(),
    };
    fuse::apply(&mut lowered);
    split::tell(&mut lowered.otherwise, &lowered.moved);
    regroup::apply(&mut lowered);
    scripts::place(&mut lowered);
    inject::place(&mut lowered);
    lowered
}

fn rendered(plan: &Plan, options: &Options) -> Vec<Vec<Rendered>> {
    let steps = |(id, task): (TaskId, &Task)| match inject::without_script(plan, id, options) {
        Some(kept) => vec![kept],
        None => (0..task.steps.len()).map(|step| script::step(plan, id, step)).collect(),
    };
    let mut all = Vec::with_capacity(plan.len());
    abreast::in_order(plan.tasks(), steps, |scripts| all.push(scripts));
    all
}

/// For each task what waits for it directly.
fn behind(plan: &Plan, locks: &[Vec<TaskId>]) -> Vec<Vec<TaskId>> {
    let mut behind: Vec<Vec<TaskId>> =
        plan.tasks().map(|(id, _)| plan.dependents(id).map(|(next, _)| next).collect()).collect();
    for ((id, _), before) in plan.tasks().zip(locks) {
        before.iter().for_each(|before| behind[before.index()].push(id));
    }
    behind
}

fn readers(plan: &Plan, names: &Names, scripts: &[Vec<Rendered>]) -> Readers {
    let mut readers = Readers { tasks: vec![Vec::new(); plan.len()], outside: vec![false; plan.len()] };
    for ((id, task), scripts) in plan.tasks().zip(scripts) {
        let by_scripts = scripts.iter().flat_map(reads::tasks).map(|task| names.find(task));
        let by_condition = reads::conditions(task).flat_map(reads::results);
        let by_others = reads::beside(task).flat_map(reads::results);
        for read in by_scripts.chain(by_condition).chain(by_others) {
            if task.phase == Phase::Finally {
                // Whoever asks for its success first reads nothing of it when it was left out.
                if task.condition.as_ref().is_some_and(|asked| finally_gaps::proves_own_success(asked, read)) {
                    continue;
                }
                readers.outside[read.index()] = true;
            } else if readers.tasks[read.index()].last() != Some(&id) {
                readers.tasks[read.index()].push(id);
            }
        }
    }
    let returned = plan.outputs.iter().filter(|output| !outputs::may_be_missing(plan, output));
    for read in returned.flat_map(|output| reads::results(&output.value)) {
        readers.outside[read.index()] = true;
    }
    readers
}

/// What waits for nothing waits for the check of the parameters, when there is one.
fn start_behind_the_check(tasks: &mut [Box<Unit<'_>>], check: &str) {
    let Some((first, others)) = tasks.split_first_mut().filter(|(first, _)| first.name == check) else { return };
    for unit in others {
        if unit.run_after.is_empty() && graph::results_read(unit).next().is_none() {
            unit.run_after.push(first.name.clone());
        }
    }
}

/// What the making of every task needs.
pub(super) struct Lowering<'a, 'p> {
    pub(super) plan: &'p Plan,
    options: &'a Options,
    pub(super) names: &'a Names,
    pub(super) told: &'a AllTold,
    pub(super) check: &'a str,
    /// The names of the decision tasks.
    decisions: &'a [String],
    fans: &'a Fans,
    computed: &'a [Computed<'p>],
}

impl<'p> Lowering<'_, 'p> {
    pub(super) fn scope(&self) -> Scope<'_> {
        let in_template = self.options.shape.style == Style::Pac;
        Scope { plan: self.plan, names: self.names, check: self.check, in_template }
    }

    /// All units: those before `finally`, and those of it.
    fn units(
        &self,
        gates: &Gates<'p>,
        scripts: Vec<Vec<Rendered>>,
        (needed, locks): (&[Vec<TaskId>], &[Vec<TaskId>]),
        bounds: &[Require],
        outputs: &str,
    ) -> (Vec<Box<Unit<'p>>>, Vec<Box<Unit<'p>>>) {
        let checking = self.check_unit(bounds);
        // Units are large: each has a place of its own, which the program has left, and not a new one in a long list.
        let more = 2 + self.decisions.len() + self.fans.len() + self.computed.len();
        let main = self.plan.tasks().filter(|(_, task)| task.phase == Phase::Main).count();
        let mut tasks: Vec<Box<Unit<'_>>> = Vec::with_capacity(main + more);
        tasks.extend(checking.map(Box::new));
        let mut finally = Vec::with_capacity(self.plan.len() - main);
        let mut decided = vec![false; self.decisions.len()];
        let mut found = vec![false; self.fans.len()];
        let decision_reads: Vec<Vec<TaskId>> =
            gates.decisions.iter().map(|(condition, _)| reads::results(condition)).collect();
        let tasks_with_scripts = self.plan.tasks().zip(scripts);
        let unit = |((id, task), scripts): ((TaskId, &'p Task), Vec<Rendered>)| {
            (id, task, self.unit(id, scripts, &gates.of[id.index()]))
        };
        abreast::in_order(tasks_with_scripts, unit, |(id, task, mut unit)| {
            let gate = &gates.of[id.index()];
            if let Gate::Decided(at) | Gate::Guarded(at) = gate
                && !std::mem::replace(&mut decided[*at], true)
            {
                tasks.push(Box::new(self.decision_unit(gates, *at)));
            }
            if let Some(at) = self.fans.of(id).filter(|at| !std::mem::replace(&mut found[*at], true)) {
                tasks.push(Box::new(self.turns_unit(at)));
            }
            tasks.extend(self.computing_units(id, gate));
            match task.phase {
                Phase::Main => {
                    let waits = needed[id.index()].iter().chain(&locks[id.index()]);
                    let behind_decision = match gate {
                        Gate::Decided(at) | Gate::Guarded(at) => decision_reads[*at].as_slice(),
                        Gate::Always | Gate::When(_) | Gate::GuardedByParam(..) | Gate::Inside => &[],
                    };
                    let explicit =
                        waits.filter(|before| !unit.inputs.reads.contains(before) && !behind_decision.contains(before));
                    unit.run_after = explicit.map(|before| self.names.of(*before).to_owned()).collect();
                    tasks.push(Box::new(unit));
                }
                Phase::Finally => finally.push(Box::new(unit)),
            }
        });
        let computing = self.outputs_unit(outputs);
        let small =
            computing.is_some() || !self.decisions.is_empty() || self.fans.len() > 0 || !self.computed.is_empty();
        tasks.extend(computing.map(Box::new));
        if small || locks.iter().any(|before| !before.is_empty()) {
            graph::drop_implied(&mut tasks);
        }
        start_behind_the_check(&mut tasks, self.check);
        (tasks, finally)
    }

    fn decision_value(&self, at: usize) -> String {
        format!("$(tasks.{}.results.{DECISION})", self.decisions[at])
    }

    fn unit(&self, id: TaskId, scripts: Vec<Rendered>, gate: &Gate) -> Unit<'p> {
        let task = self.plan.task(id);
        let mut inputs = Inputs::of_task(id);
        inputs.apart = task.fan.is_some();
        let has_verdict = task.on_exit.iter().any(|(_, verdict)| matches!(verdict, Verdict::Warn | Verdict::Skip));
        let skip = self.skip(&mut inputs, gate);
        let turn = self.fans.of(id).map(|at| inputs.give_each(TURN, self.fans.turns(at)));
        let mut steps = Vec::with_capacity(scripts.len());
        let condition = task.condition.as_ref().filter(|_| *gate == Gate::Inside);
        steps.extend(condition.map(|condition| self.deciding(&mut inputs, id, condition)));
        let mut more: Vec<(&'static str, String)> = skip.iter().map(|value| ("PIPE_SKIP", value.clone())).collect();
        more.extend(turn.iter().map(|turn| ("PIPE_TURN", turn.clone())));
        if object::writes(task) {
            more.push(("PIPE_OBJECTS", "true".to_owned()));
        }
        if has_verdict {
            more.push(("PIPE_VERDICT_FILE", format!("$(results.{VERDICT}.path)")));
        }
        for (step, rendered) in task.steps.iter().zip(scripts) {
            let step = match &step.uses {
                Some(source) => self.used(&mut inputs, step, source),
                None => {
                    let (image, more) = (Cow::Borrowed(step.image.as_str()), more.clone());
                    self.container(&mut inputs, &step.name, image, step.span, rendered, more)
                }
            };
            steps.push(step);
        }
        steps.extend(self.telling(&mut inputs, id, &steps, more));
        let sidecars = self.sidecars(&mut inputs, id, task);
        let found = task.source.as_ref().map(|source| Box::new(self.reference(&mut inputs, id, source)));
        self.add_workspaces(&mut inputs, &task.workspaces);
        let volumes = inputs.volumes(self.scope());
        let mut when = self.when(&mut inputs, gate);
        let mut results = object::results(task, |at| self.names.outside_result(self.plan, id, at));
        if has_verdict {
            results.push((VERDICT.into(), "`warned` or `skipped`; empty otherwise.".into()));
        }
        if condition.is_some() {
            results.push((OWN_DECISION.into(), "`true` or `false`".into()));
            when.push((
                format!("$(tasks.{}.results.{OWN_DECISION})", self.names.of(id)),
                true,
                vec!["true".to_owned()],
            ));
        }
        Unit {
            name: self.names.of(id).to_owned(),
            object: self.names.object(self.names.of(id)),
            id: Some(id),
            about: Cow::Borrowed(&task.doc),
            span: task.span,
            steps,
            sidecars,
            found,
            inputs,
            volumes,
            results,
            result_is_list: false,
            when,
            run_after: Vec::new(),
            needs: task.needs.clone(),
            resources: kube::quantities(&task.needs),
            retries: task.retries,
            timeout: task.timeout,
            goes_on: task.on_failure == OnFailure::GoOn,
            decides: condition.is_some(),
            fused: Vec::new(),
        }
    }

    /// The value of `PIPE_SKIP` of a guarded task.
    fn skip(&self, inputs: &mut Inputs, gate: &Gate) -> Option<String> {
        match gate {
            Gate::Always | Gate::When(_) | Gate::Decided(_) | Gate::Inside => None,
            Gate::GuardedByParam(name, true) => Some(inputs::negated(&inputs.give_param(self.names, name, false))),
            Gate::GuardedByParam(name, false) => Some(inputs.give_param(self.names, name, false)),
            Gate::Guarded(at) => Some(inputs::negated(&inputs.give("run--if", false, self.decision_value(*at)))),
        }
    }

    fn when(&self, inputs: &mut Inputs, gate: &Gate) -> Vec<(String, bool, Vec<String>)> {
        match gate {
            Gate::Always | Gate::GuardedByParam(..) | Gate::Guarded(_) | Gate::Inside => Vec::new(),
            Gate::Decided(at) => vec![(self.decision_value(*at), true, vec!["true".to_owned()])],
            Gate::When(list) => {
                let text = |input: &Input| input.text(self.plan, self.names);
                let mut all = Vec::with_capacity(list.len());
                for when in list {
                    if let Input::Result(task, _) = when.input
                        && !inputs.reads.contains(&task)
                    {
                        inputs.reads.push(task);
                    }
                    all.push((text(&when.input), when.is_in, when.values.clone()));
                }
                all
            }
        }
    }

    fn add_workspaces(&self, inputs: &mut Inputs, workspaces: &[WorkspaceId]) {
        for id in workspaces {
            inputs.need_workspace(&self.plan.workspaces[id.index()].name);
        }
    }

    fn turns_unit(&self, at: usize) -> Unit<'p> {
        let (fan, serves) = self.fans.get(at);
        let rendered = script::turns(self.plan, fan);
        let mut inputs = Inputs::default();
        let more = vec![("PIPE_TURNS", fan::path()), ("PIPE_MOST_TURNS", self.options.most_turns.to_string())];
        let image = self.helper_image(serves);
        Unit {
            steps: vec![self.container(&mut inputs, "turns", image, fan.span, rendered, more)],
            inputs,
            results: vec![(fan::RESULT.into(), "One text for each turn: its number, its indices, its values.".into())],
            result_is_list: true,
            ..self.small(self.fans.name(at), fan::about(fan), serves)
        }
    }

    fn decision_unit(&self, gates: &Gates<'_>, at: usize) -> Unit<'p> {
        let (condition, serves) = gates.decisions[at];
        let task = self.plan.task(serves);
        let rendered = script::decision(self.plan, condition);
        let mut inputs = Inputs::default();
        let file = ("PIPE_DECISION", format!("$(results.{DECISION}.path)"));
        let image = self.helper_image(serves);
        Unit {
            steps: vec![self.container(&mut inputs, "decide", image, task.span, rendered, vec![file])],
            inputs,
            results: vec![(DECISION.into(), "`true` or `false`".into())],
            ..self.small(&self.decisions[at], format!("Whether the condition of `{}` holds.", task.name), serves)
        }
    }

    /// The step of a task that decides whether its others are skipped.
    fn deciding(&self, inputs: &mut Inputs, id: TaskId, condition: &Expr) -> Container<'p> {
        let file = ("PIPE_DECISION", format!("$(results.{OWN_DECISION}.path)"));
        let rendered = script::decision(self.plan, condition);
        self.container(inputs, "decide", self.helper_image(id), self.plan.task(id).span, rendered, vec![file])
    }

    /// The tasks that compute what a task is given; they run when it does.
    fn computing_units(&self, serves: TaskId, gate: &Gate) -> Vec<Box<Unit<'p>>> {
        let mine = self.computed.iter().filter(|one| one.serves == serves);
        mine.map(|one| Box::new(self.computing_unit(one, gate))).collect()
    }

    fn computing_unit(&self, one: &Computed<'p>, gate: &Gate) -> Unit<'p> {
        let task = self.plan.task(one.serves);
        let mut inputs = Inputs::default();
        let file = ("PIPE_VALUE", format!("$(results.{}.path)", computed::VALUE));
        let image = self.helper_image(one.serves);
        let rendered = script::value(self.plan, one.value);
        let steps = vec![self.container(&mut inputs, "compute", image, task.span, rendered, vec![file])];
        let when = self.when(&mut inputs, gate);
        Unit {
            steps,
            when,
            inputs,
            results: vec![(computed::VALUE.into(), "The value as a text.".into())],
            ..self.small(&one.name, format!("A value that `{}` is given.", task.name), one.serves)
        }
    }

    /// What a small task computed for another one.
    pub(super) fn computed_value(&self, serves: TaskId, value: &Expr) -> String {
        let one = self.computed.iter().find(|one| one.serves == serves && one.value == value);
        one.map_or_else(String::new, |one| format!("$(tasks.{}.results.{})", one.name, computed::VALUE))
    }

    /// A task that only looks at texts; it runs where the task that it serves does, whose image it has.
    pub(super) fn small(&self, name: &str, about: String, serves: TaskId) -> Unit<'p> {
        let task = self.plan.task(serves);
        Unit {
            name: name.to_owned(),
            object: self.names.object(name),
            id: None,
            about: about.into(),
            span: task.span,
            steps: Vec::new(),
            sidecars: Vec::new(),
            found: None,
            inputs: Inputs::default(),
            volumes: Node::List(Vec::new()),
            results: Vec::new(),
            result_is_list: false,
            when: Vec::new(),
            run_after: Vec::new(),
            needs: Needs { arch: task.needs.arch.clone(), ..Needs::default() },
            resources: Vec::new(),
            retries: 0,
            timeout: Some(SMALL_TASK),
            goes_on: false,
            decides: false,
            fused: Vec::new(),
        }
    }

    pub(super) fn helper_image(&self, serves: TaskId) -> Cow<'p, str> {
        if let Some(image) = &self.options.helper_image {
            return image.clone().into();
        }
        // A task that is kept elsewhere has no image that is known here; an empty one is a gap.
        let others = self.plan.tasks().flat_map(|(_, task)| &task.steps);
        let mut all = self.plan.task(serves).steps.iter().chain(others);
        let step = all.find(|step| step.uses.is_none());
        step.map(|step| step.image.as_str()).unwrap_or_default().into()
    }

    /// A script such that what the engine makes of it is the script.
    pub(super) fn escaped(&self, body: String) -> String {
        if self.scope().in_template { escape::script_in_template(body) } else { escape::script(body) }
    }

    pub(super) fn container(
        &self,
        inputs: &mut Inputs,
        name: &str,
        image: Cow<'p, str>,
        span: Span,
        rendered: Rendered,
        more: Vec<(&'static str, String)>,
    ) -> Container<'p> {
        let Rendered { body, env, args, workdir } = rendered;
        let wiring = inputs.wire(self.scope(), Reads { env, args, workdir }, more);
        Container { name: names::step(name), image, span, script: self.escaped(body), wiring, own: None, used: None }
    }
}

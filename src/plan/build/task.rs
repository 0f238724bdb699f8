//! One call becomes one task of the plan.

use std::rc::Rc;
use std::sync::Arc;

use super::Builder;
use super::edges::{Node, read_of};
use super::fan::OfTurn;
use super::partial::{Partial, opened_ty};
use super::report::{no_image, no_workspace};
use super::scope::{Frame, Inside};
use super::script::place;
use super::stmt::Context;
use crate::check::program::{self as p, Call, Callee, Fields, TaskDef};
use crate::plan::outside::Kept;
use crate::plan::{
    Env, Expr, ExprKind, OnFailure, Output, ParamId, Script, Shell, Step, Task, TaskId, Turn, Ty, Value, Verdict, Why,
    WorkspaceId,
};
use crate::source::Span;

/// What is noted while a task is made.
#[derive(Default, Debug)]
pub(super) struct Making {
    reads: Vec<(TaskId, Why)>,
    /// In the order in which they were met.
    workspaces: Vec<WorkspaceId>,
    /// Workspaces that a run may leave out, by the parameters that give them.
    optional: Vec<ParamId>,
    /// What belongs to turns of a loop: checked when the task is there.
    turns: Vec<(OfTurn, Span)>,
}

/// The fields that speak of a task, weakest first: defaults, its own, the modifiers of the call.
pub(super) type Layers<'f, 'a> = Vec<(&'a Fields, &'f Frame)>;

impl<'a> Builder<'a> {
    pub(super) fn call(&mut self, frame: &mut Frame, context: &Context<'a>, call: &'a Call) {
        let program = self.program;
        let mut making = Making::default();
        let reads = context.condition_reads.iter();
        making.reads.extend(reads.map(|(task, span)| (*task, Why::Condition(*span))));
        let mut given = Vec::new();
        if let Some(fan) = &context.fan {
            let reads = |list: &Expr| edges_of(list, fan.span);
            making.reads.extend(fan.vars.iter().map(|var| &var.list).chain(&fan.filter).flat_map(reads));
        }
        let (made, outputs) = match &call.callee {
            Callee::Task(id) => {
                let def = &program.tasks[id.index()];
                let mut inner = self.arguments(&mut making, frame, &call.args, def);
                self.results_of_steps(&mut inner, def);
                if self.arguments.is_some() {
                    given = def.params.iter().map(|param| inner.value(param.local)).collect();
                }
                (self.make(&mut making, frame, &inner, context, call, def), def.outputs.as_slice())
            }
            Callee::InPlace(def) => {
                self.given_in_place(&mut making, frame, &call.args, def);
                self.results_of_steps(frame, def);
                (self.make(&mut making, frame, frame, context, call, def), def.outputs.as_slice())
            }
        };
        let entered = !self.left_out;
        self.enter(frame, context, call, making, (made, outputs));
        if let (true, Some(arguments)) = (entered, &mut self.arguments) {
            arguments.push(given);
        }
    }

    /// The scope of a library task: its parameters, bound.
    pub(super) fn arguments(
        &mut self,
        making: &mut Making,
        frame: &Frame,
        args: &[Option<p::Expr>],
        def: &TaskDef,
    ) -> Frame {
        let mut inner = Frame::new(def.locals.len(), Inside::Task);
        for (param, arg) in def.params.iter().zip(args) {
            let value = match (arg, &param.default) {
                (Some(arg), _) => {
                    let value = self.eval(frame, arg);
                    note(making, &value, (frame.inside == Inside::Pipeline).then_some(arg.span));
                    value.map(&mut workspace_itself)
                }
                (None, Some(default)) => self.eval(&inner, default),
                (None, None) => Partial::none(),
            };
            inner.bind(param.local, value);
        }
        inner
    }

    /// What a task in place that is kept elsewhere is handed: its parameters are names of the pipeline that nobody reads.
    fn given_in_place(&mut self, making: &mut Making, frame: &mut Frame, args: &[Option<p::Expr>], def: &TaskDef) {
        for (param, arg) in def.params.iter().zip(args) {
            let Some(arg) = arg else { continue };
            let value = self.eval(frame, arg);
            note(making, &value, Some(arg.span));
            frame.bind(param.local, value.map(&mut workspace_itself));
        }
    }

    fn make(
        &mut self,
        making: &mut Making,
        frame: &Frame,
        inner: &Frame,
        context: &Context<'a>,
        call: &'a Call,
        def: &'a TaskDef,
    ) -> Task {
        self.count_outs(&def.outputs);
        let mut layers: Layers<'_, 'a> = context.defaults.iter().map(|fields| (*fields, frame)).collect();
        layers.push((&def.fields, inner));
        layers.push((call.modifiers(), frame));
        let mut task = Task::new(&self.name(call, context), call.span);
        task.doc = def.doc.to_string();
        task.declared = def.span;
        task.within = Arc::clone(&context.within);
        task.stage = context.stage.as_deref().map(str::to_owned);
        task.phase = context.phase;
        task.condition.clone_from(&context.condition);
        task.fan.clone_from(&context.fan);
        task.turn_condition = context.turn_condition.clone().map(Box::new);
        task.source =
            def.source.as_deref().and_then(|source| self.hand_over(inner, def, source, call.span)).map(Box::new);
        self.limits(&layers, &mut task);
        self.machine(&layers, inner, call, &task.needs);
        self.exits(&layers, &mut task);
        self.demands(inner, context, call, def, &mut task);
        for require in task.requires.iter().filter(|_| inner.inside == Inside::Pipeline) {
            note_expr(making, &require.cond, Some(require.span));
            note_expr(making, &require.message, Some(require.span));
        }
        if def.source.is_none() {
            task.steps = self.steps(making, &layers, inner, def, call.span);
            task.services = self.services(making, inner, def);
            task.before = self.hook(making, &layers, def, |fields| fields.before.as_deref());
            task.cleanup = self.hook(making, &layers, def, |fields| fields.cleanup.as_deref());
            task.files = self.files(making, &layers);
        }
        task.outputs = self.outputs(making, inner, def, &task, call.span);
        task.workspaces.clone_from(&making.workspaces);
        task.workspaces.extend(making.optional.iter().filter_map(|param| self.workspace_given_by(*param)));
        task.workspaces.sort_unstable();
        task.workspaces.dedup();
        task.provenance = self.provenance(inner, context, call, def, &task);
        task
    }

    /// Puts the task into the plan and binds its name; what is left out only hands its order on.
    fn enter(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        call: &'a Call,
        making: Making,
        (task, outputs): (Task, &[p::OutputDef]),
    ) {
        let mut node = Node { task: None, reads: making.reads, after: &call.after, turns: Rc::clone(&context.turns) };
        if self.left_out {
            self.keep_out(context, call, task);
            if !self.turned_away {
                self.graph.add(call.local, node);
            }
            call.local.into_iter().for_each(|local| frame.forget(local));
            return;
        }
        self.turns_fit(&task, &making.turns);
        let skips = task.on_exit.iter().any(|(_, verdict)| *verdict == Verdict::Skip);
        let id = self.plan.add_task(task);
        node.task = Some(id);
        self.graph.add(call.local, node);
        let Some(local) = call.local else { return };
        let lone = outputs.len() == 1 && outputs[0].name.is_empty();
        let fanned = self.plan.task(id).fan.is_some();
        let mut values = self.gathered_outputs(outputs, skips, |output| {
            let one = super::outside::output(&self.plan, id, output);
            if fanned { super::fan::of_turn(one, id, output) } else { one }
        });
        let value = match lone {
            true => values.pop().unwrap_or_else(Partial::none),
            false => Partial::Call(Rc::from(values)),
        };
        frame.bind(local, value);
        frame.bind_status(local, Expr::new(ExprKind::Status(id), Ty::String).into());
    }

    /// The value of a field, with what it reads noted.
    pub(super) fn noted(&mut self, making: &mut Making, frame: &Frame, expr: &p::Expr, span: Span) -> Expr {
        let value = self.plain(frame, expr);
        // What a library task reads came by its arguments, which are noted.
        note_expr(making, &value, (frame.inside == Inside::Pipeline).then_some(span));
        value
    }

    fn hook(
        &mut self,
        making: &mut Making,
        layers: &Layers<'_, 'a>,
        def: &TaskDef,
        pick: impl Fn(&'a Fields) -> Option<&'a p::Script>,
    ) -> Option<Box<Script>> {
        let (script, frame) = strongest(layers, pick)?;
        Some(Box::new(self.script(making, frame, def, script)))
    }

    fn steps(
        &mut self,
        making: &mut Making,
        layers: &Layers<'_, 'a>,
        inner: &Frame,
        def: &'a TaskDef,
        call: Span,
    ) -> Vec<Step> {
        let mut steps = Vec::with_capacity(def.steps.len());
        for step in &def.steps {
            if let Some(uses) = &step.uses {
                steps.extend(self.used_step(making, inner, step, uses));
                continue;
            }
            let own = step.image.as_deref().map(|image| (image, inner));
            let Some((image, frame)) = own.or_else(|| strongest(layers, |fields| fields.image.as_ref())) else {
                self.report(no_image(&def.name, call));
                continue;
            };
            let text = self.known_text(frame, image, "`image`").unwrap_or_default();
            let shell = step
                .shell
                .as_deref()
                .or_else(|| strongest(layers, |fields| fields.shell.as_deref()).map(|(shell, _)| shell));
            let workdir = step.workdir.as_deref().map(|path| (path, inner));
            let workdir = workdir.or_else(|| strongest(layers, |fields| fields.workdir.as_deref()));
            steps.push(Step {
                name: step.name.to_string(),
                doc: step.doc.to_string(),
                span: step.span,
                image: text,
                image_span: image.span,
                shell: shell.map_or(Shell::Bash, |(shell, _)| as_shell(shell)),
                script: self.script(making, inner, def, &step.run),
                env: self.environment(making, layers, inner, &step.env),
                workdir: workdir.map(|(path, frame)| Box::new(place(self.noted(making, frame, path, path.span)))),
                kept: step.keeps.then(|| Box::new(Kept { words: Vec::new() })),
                uses: None,
            });
        }
        steps
    }

    /// The environment of a step: the modifiers of the call win, then the step, the task, the defaults.
    fn environment(
        &mut self,
        making: &mut Making,
        layers: &Layers<'_, 'a>,
        inner: &Frame,
        own: &'a [p::EnvDef],
    ) -> Vec<Env> {
        let (modifiers, weaker) = layers.split_last().expect("the modifiers are always there, even if empty");
        let task = weaker.iter().map(|(fields, frame)| (fields.env.as_slice(), *frame));
        let all = task.chain([(own, inner), (modifiers.0.env.as_slice(), modifiers.1)]);
        let mut env: Vec<Env> = Vec::with_capacity(all.clone().map(|(defs, _)| defs.len()).sum());
        for (defs, frame) in all {
            for def in defs {
                let value = self.noted(making, frame, &def.value, def.span);
                let is_unset = matches!(def.value.kind, p::Kind::None);
                let made = Env { name: def.name.to_string(), value: place(value), is_unset, span: def.span };
                match env.iter_mut().find(|other| other.name == made.name) {
                    Some(other) => *other = made,
                    None => env.push(made),
                }
            }
        }
        env
    }

    fn outputs(&mut self, making: &mut Making, inner: &Frame, def: &TaskDef, task: &Task, call: Span) -> Vec<Output> {
        let mut outputs = Vec::with_capacity(def.outputs.len());
        for output in &def.outputs {
            if let p::Type::Record(id) = output.ty {
                outputs.extend(self.fields_of_output(output, id));
                continue;
            }
            let ty = self.types.ty(&output.ty);
            let artifact = matches!(ty, Ty::Artifact(_));
            let place = artifact.then(|| self.output_place(making, inner, output, task, call)).flatten();
            let (name, doc) = (output.name.to_string(), output.doc.clone());
            outputs.push(Output { name, doc, ty, place, span: output.span });
        }
        outputs
    }

    fn output_place(
        &mut self,
        making: &mut Making,
        inner: &Frame,
        output: &p::OutputDef,
        task: &Task,
        call: Span,
    ) -> Option<(WorkspaceId, Expr)> {
        let (task, fanned) = (task.name.as_str(), task.fan.is_some());
        let given = output.path.as_deref().map(|path| place(self.noted(making, inner, path, path.span)));
        if let Some(found) = given.as_ref().and_then(split_place) {
            return Some(found);
        }
        let only = || if let [one] = self.body.workspaces.as_slice() { Some(*one) } else { None };
        let Some(workspace) = making.workspaces.first().copied().or_else(only) else {
            let name = if output.name.is_empty() { "out" } else { &output.name };
            self.report(no_workspace(task, name, call, self.body.workspaces.len()));
            return None;
        };
        making.workspaces.push(workspace);
        let name = if output.name.is_empty() { "out" } else { &output.name };
        Some((workspace, given.unwrap_or_else(|| allotted(task, name, fanned))))
    }
}

/// The path of an artifact for which the task names none; in a loop, of one turn.
fn allotted(task: &str, name: &str, fanned: bool) -> Expr {
    if !fanned {
        return Expr::known(Value::Text(format!("pipec/{task}/{name}")), Ty::Path);
    }
    let number = Expr::new(ExprKind::Turn(Turn::Number), Ty::Int);
    let parts = vec![Expr::string(format!("pipec/{task}/")), number, Expr::string(format!("/{name}"))];
    Expr::new(ExprKind::Concat(parts), Ty::Path)
}

/// The tasks that a value reads, as reasons to wait.
fn edges_of(value: &Expr, span: Span) -> Vec<(TaskId, Why)> {
    let mut found = Vec::new();
    value.walk(&mut |part| {
        if let Some((task, output)) = read_of(part) {
            found.push((task, output.map_or(Why::Condition(span), |output| Why::Output(output, span))));
        }
    });
    found
}

/// The workspace of a place, and the path in it.
fn split_place(path: &Expr) -> Option<(WorkspaceId, Expr)> {
    if let ExprKind::Place { workspace, path } | ExprKind::Artifact { workspace, path, .. } = &path.kind {
        return Some((*workspace, (**path).clone()));
    }
    let ExprKind::If(cond, then, otherwise) = &path.kind else { return None };
    let ((first, then), (second, otherwise)) = (split_place(then)?, split_place(otherwise)?);
    let path = super::fold::either((**cond).clone(), then, otherwise, Ty::Path);
    (first == second).then_some((first, path))
}

/// The value of a field that counts: of the last layer that has it.
pub(super) fn strongest<'f, 'a, T: ?Sized>(
    layers: &Layers<'f, 'a>,
    pick: impl Fn(&'a Fields) -> Option<&'a T>,
) -> Option<(&'a T, &'f Frame)> {
    layers.iter().rev().find_map(|(fields, frame)| pick(fields).map(|found| (found, *frame)))
}

fn note(making: &mut Making, value: &Partial, span: Option<Span>) {
    value.walk(&mut |part| note_part(making, part, span));
}

fn note_expr(making: &mut Making, value: &Expr, span: Option<Span>) {
    value.walk(&mut |part| note_part(making, part, span));
}

fn note_part(making: &mut Making, part: &Expr, span: Option<Span>) {
    if let (Some(of), Some(span)) = (OfTurn::of(part), span) {
        making.turns.push((of, span));
    }
    if let ExprKind::Artifact { workspace, .. } | ExprKind::Place { workspace, .. } = &part.kind {
        making.workspaces.push(*workspace);
    }
    if let Some(value) = part.value() {
        workspaces_in(value, &mut making.workspaces);
    }
    if let ExprKind::Param(param) = part.kind
        && opened_ty(part.ty.clone()) == Ty::Workspace
    {
        making.optional.push(param);
    }
    let Some(span) = span else { return };
    if let Some((task, output)) = read_of(part) {
        making.reads.push((task, output.map_or(Why::Condition(span), |output| Why::Output(output, span))));
    }
}

fn workspaces_in(value: &Value, found: &mut Vec<WorkspaceId>) {
    match value {
        Value::Workspace(id) => found.push(*id),
        Value::List(list) => list.iter().for_each(|one| workspaces_in(one, found)),
        Value::Record(fields) => fields.iter().for_each(|(_, one)| workspaces_in(one, found)),
        Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Text(_)
        | Value::Case(_)
        | Value::Duration(_)
        | Value::Size(_)
        | Value::Cpu(_)
        | Value::Secret(_) => {}
    }
}

/// `src.workspace` as an argument: the task is noted, so inside it is the workspace alone.
fn workspace_itself(value: Partial) -> Partial {
    if let Partial::Expr(Expr { kind: ExprKind::Artifact { workspace, .. }, ty: Ty::Workspace }) = value {
        return Partial::known(Value::Workspace(workspace), Ty::Workspace);
    }
    value
}

fn as_shell(shell: &p::Shell) -> Shell {
    match shell {
        p::Shell::Bash => Shell::Bash,
        p::Shell::Sh => Shell::Sh,
        p::Shell::Other(words) => Shell::Other(words.iter().map(ToString::to_string).collect()),
    }
}

pub(super) fn as_on_failure(value: &Value) -> OnFailure {
    let goes_on = matches!(value, Value::Case(case) if case == "go_on");
    if goes_on { OnFailure::GoOn } else { OnFailure::Stop }
}

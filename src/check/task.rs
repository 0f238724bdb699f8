//! Tasks: their outside, their outputs, their scripts.

use crate::shell::{Context, Scan};
use crate::source::Span;
use crate::syntax::ast;

use super::checker::Checker;
use super::fields::Block;
use super::modules::{empty_task, id};
use super::program::{
    Expr, Fields, Kind, OutputDef, RecordId, Script, ScriptPart, Shell, StepDef, TaskDef, TaskId, Type,
};
use super::report::Place;
use super::scope::{Later, Origin};
use super::types::{holds_secret, not_carried, opened, optional};
use super::{findings, script, uses};

/// Whose outputs they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Task,
    Pipeline,
}

impl<'a> Checker<'a, '_> {
    /// Parameters and outputs of a task of the top level.
    pub(super) fn task_signature(&mut self, at: usize) {
        let (module, one) = self.decls.tasks[at];
        self.module = module;
        self.program.tasks[at].params = self.params(&one.params);
        self.program.tasks[at].outputs = self.outputs(&one.outputs, Owner::Task);
    }

    /// The rest of a task of the top level.
    pub(super) fn task_body(&mut self, at: usize) {
        let (module, one) = self.decls.tasks[at];
        let mut def = empty_task(one);
        let source = self.program.tasks[at].source.take();
        def.params = std::mem::take(&mut self.program.tasks[at].params);
        def.outputs = std::mem::take(&mut self.program.tasks[at].outputs);
        self.elsewhere(module, |this| {
            match source {
                Some(_) => this.extern_inside(one, &mut def),
                None => {
                    this.bind_params(&one.params, &mut def.params);
                    this.scope.later = Later::Nowhere;
                    this.task_inside(one, None, &mut def);
                }
            }
            def.locals = std::mem::take(&mut this.scope.locals).into();
        });
        self.program.tasks[at] = def;
    }

    /// A task written in a pipeline; gives the type that its binding has.
    pub(super) fn task_in_place(&mut self, one: &'a ast::Task, def: &mut TaskDef) -> Type {
        def.outputs = self.outputs(&one.outputs, Owner::Task);
        let opened = self.scope.enter();
        // Parameters have no place here, which the parser says; its users are not reported too.
        for param in &one.params {
            let ty = self.type_of(&param.ty);
            self.declare(&param.name, ty, Origin::Param);
        }
        // A command that stays as the image has it is read by nobody.
        let shell = self.pipe.default_shell.clone().filter(|_| !keeps_command(&one.body));
        self.task_inside(one, shell, def);
        self.scope.leave(opened);
        self.type_in_place(one, def)
    }

    /// What the binding of a task in place is.
    pub(super) fn type_in_place(&mut self, one: &'a ast::Task, def: &TaskDef) -> Type {
        match (&one.outputs, def.outputs.as_slice()) {
            (ast::Outputs::Single(_), [single]) => single.ty.clone(),
            (ast::Outputs::Single(_) | ast::Outputs::Named(_) | ast::Outputs::None, outputs) => {
                Type::Outputs(self.add_in_place(&one.name.text, &one.outputs, outputs))
            }
        }
    }

    /// The id of what has these outputs and is no task of the program.
    pub(super) fn add_in_place(&mut self, name: &'a str, written: &'a ast::Outputs, outputs: &[OutputDef]) -> TaskId {
        let names = match written {
            ast::Outputs::Named(written) => written.as_slice(),
            ast::Outputs::Single(_) | ast::Outputs::None => &[],
        };
        let named = names.iter().filter_map(|output| output.name.as_ref());
        // Doubles were dropped from the outputs, so each is found by its name.
        let typed = outputs.iter().filter_map(|def| {
            let name = named.clone().find(|name| name.text == def.name)?;
            Some((&*name.text, def.ty.clone()))
        });
        let mut outputs = Vec::with_capacity(outputs.len());
        outputs.extend(typed);
        self.in_place.push(super::checker::InPlace { name, outputs });
        TaskId(id(self.program.tasks.len() + self.in_place.len() - 1))
    }

    /// What a call to a task is, before it may be skipped.
    pub(super) fn result_of(&self, task: TaskId) -> Type {
        match self.program.tasks[task.index()].outputs.as_slice() {
            [single] if single.name.is_empty() => single.ty.clone(),
            _ => Type::Outputs(task),
        }
    }

    /// The outputs behind `->`, without the places of artifacts.
    pub(super) fn outputs(&mut self, outputs: &'a ast::Outputs, owner: Owner) -> Vec<OutputDef> {
        let list = written_outputs(outputs);
        let mut made: Vec<OutputDef> = Vec::with_capacity(list.len());
        for output in list {
            let (name, span): (Box<str>, Span) = match &output.name {
                Some(name) => (name.text.clone(), name.span),
                None => ("".into(), output.ty.span),
            };
            let mut ty = self.type_of(&output.ty);
            if let Some(report) = self.not_an_output(&ty, &output.ty, owner) {
                self.report(report);
                ty = Type::Unknown;
            }
            if let Some(first) = made.iter().find(|other| other.name == name) {
                self.out.push(findings::names::duplicate("output", &name, span, first.span));
                continue;
            }
            made.push(OutputDef { name, doc: output.doc.clone(), ty, path: None, span });
        }
        made
    }

    fn not_an_output(&self, ty: &Type, at: &ast::TypeExpr, owner: Owner) -> Option<crate::diag::Diagnostic> {
        if holds_secret(&self.program, ty) {
            return Some(findings::texts::secret_in_result(at.span, None, owner == Owner::Task));
        }
        if owner == Owner::Pipeline {
            return None;
        }
        let inner = opened(ty);
        if let Type::List(element) = inner {
            let written = matches!(**element, Type::Unknown) || Self::is_line(element);
            return (!written).then(|| findings::tasks::not_a_list_result(at.span, &self.show(ty)));
        }
        if ty != inner && matches!(inner, Type::Artifact(_)) {
            return Some(findings::tasks::optional_artifact(at.span, &self.show(inner)));
        }
        if let Type::Record(id) = ty {
            return self.not_a_record_result(*id, at);
        }
        let refused = matches!(inner, Type::Map(_) | Type::Record(_) | Type::Workspace);
        refused.then(|| findings::tasks::not_a_result(at.span, &self.show(ty), matches!(inner, Type::Record(_))))
    }

    /// Each field of a record is a text that the script writes to a file of its own.
    fn not_a_record_result(&self, id: RecordId, at: &ast::TypeExpr) -> Option<crate::diag::Diagnostic> {
        let def = &self.program.records[id.index()];
        if def.fields.is_empty() {
            return Some(findings::tasks::not_a_result(at.span, &def.name, false));
        }
        let field = &def.fields[not_carried(&self.program, id)?];
        Some(findings::tasks::field_of_result(at.span, &def.name, field, &self.show(&field.ty)))
    }

    /// What `out` means here besides a path: the record of each output that is one.
    fn outs_of(&mut self, def: &TaskDef) {
        self.scope.outs_made.clear();
        let records = def.outputs.iter().filter(|output| matches!(output.ty, Type::Record(_) | Type::Unknown));
        self.scope.outs_made.extend(records.map(|output| (output.span, output.ty.clone())));
    }

    /// Whether a value of the type is one line of a file: what an element of a list that a script writes has to be.
    fn is_line(ty: &Type) -> bool {
        match ty {
            Type::Bool | Type::Int | Type::String | Type::Duration | Type::Size | Type::Cpu => true,
            Type::Path | Type::Image | Type::Enum(_) | Type::Newtype(_) => true,
            Type::Unknown
            | Type::None
            | Type::Secret
            | Type::Workspace
            | Type::List(_)
            | Type::Map(_)
            | Type::Optional(_)
            | Type::Record(_)
            | Type::Artifact(_)
            | Type::Outputs(_) => false,
        }
    }

    /// Places of artifacts, fields and steps; `default` reads the scripts where the task does not say what does.
    fn task_inside(&mut self, one: &'a ast::Task, default: Option<(Shell, Span)>, def: &mut TaskDef) {
        let known = self.demands(one, def);
        self.outs_of(def);
        self.places(one, def);
        let shell = self.shell_of(&one.body).or(default);
        // What surrounds the command of an image is read by what runs that.
        let around = keeps_command(&one.body).then_some(&Shell::Sh);
        let reads = around.or(shell.as_ref().map(|(shell, _)| shell));
        let outs = (!matches!(one.outputs, ast::Outputs::None)).then_some(&one.outputs);
        let read = self.fields(&one.body, Block::Task, reads, outs, &mut def.fields);
        if let Some(run) = read.run {
            def.steps = vec![self.lone_step(one, run)];
        } else if around.is_some() && !read.torn {
            def.steps.extend(self.kept_step(one, read.args.as_ref(), shell.as_ref()));
        }
        if self.steps(&one.body, &mut def.steps, reads, outs) || read.torn {
            self.program.doubts.push(one.name.span);
        }
        self.last_is_ours(def);
        self.services(&one.body, def);
        def.fields.shell = shell.map(Box::new);
        if let (None, Some(args)) = (around, &read.args) {
            self.report(findings::kept::args_beside_script(args.span, &one.name));
        }
        if def.steps.is_empty() && !read.torn {
            self.report(findings::tasks::nothing_to_run(one.name.span, &one.name.text));
        }
        self.scope.facts.undo(known);
    }

    /// The places of artifacts that are written behind their types.
    pub(super) fn places(&mut self, one: &'a ast::Task, def: &mut TaskDef) {
        for output in written_outputs(&one.outputs) {
            let Some(default) = &output.default else { continue };
            let span = output.name.as_ref().map_or(output.ty.span, |name| name.span);
            let Some(output) = def.outputs.iter_mut().find(|output| output.span == span) else { continue };
            output.path = self.place_of_artifact(default, &output.ty).map(Box::new);
        }
    }

    fn place_of_artifact(&mut self, default: &'a ast::Expr, ty: &Type) -> Option<Expr> {
        if !matches!(ty, Type::Artifact(_) | Type::Unknown) {
            let shown = self.show(ty);
            self.report(findings::tasks::place_of_value(default.span, &shown));
            return None;
        }
        self.secret = crate::diag::code::Code::P0804;
        let place = self.expect(default, &Type::Path, Place::Name("place"));
        self.secret = crate::diag::code::Code::P0802;
        Some(place)
    }

    fn lone_step(&mut self, one: &'a ast::Task, run: Script) -> StepDef {
        if let Some(step) = one.body.iter().find_map(step_span) {
            self.report(findings::tasks::run_and_steps(run.span, step));
        }
        StepDef {
            name: "run".into(),
            doc: Box::default(),
            span: run.span,
            image: None,
            shell: None,
            run,
            env: Vec::new(),
            workdir: None,
            keeps: false,
            uses: None,
        }
    }

    /// The step of a task without a script: what its image runs.
    fn kept_step(&mut self, one: &'a ast::Task, args: Option<&Expr>, shell: Option<&(Shell, Span)>) -> Option<StepDef> {
        if let Some((_, span)) = shell {
            self.report(findings::kept::shell_without_script(*span, &one.name));
        }
        let span = args.map_or(one.name.span, |args| args.span);
        let word = |args: &Expr| ScriptPart::Value { value: args.clone(), context: Context::Word, span };
        let run = Script { parts: args.map(word).into_iter().collect(), commands: None, span };
        Some(StepDef { shell: Some(Box::new((Shell::Sh, span))), keeps: true, ..self.lone_step(one, run) })
    }

    /// Whether one of them could not be read whole.
    fn steps(
        &mut self,
        body: &'a [ast::Field],
        steps: &mut Vec<StepDef>,
        task_shell: Option<&Shell>,
        outs: Option<&'a ast::Outputs>,
    ) -> bool {
        let before = steps.len();
        let mut torn = false;
        for field in body {
            let ast::Field::Step { doc, name, fields, span } = field else { continue };
            let uses = uses::field_of(fields);
            let first = steps[before..].iter().find(|step| step.name == name.text);
            // Of two that bind their name the binding says it.
            if let Some(first) = first.filter(|first| first.uses.is_none() || uses.is_none()) {
                let report = findings::names::duplicate("step", &name.text, name.span, first.span);
                self.report(report);
            }
            if let Some(uses) = uses {
                let made = self.used_step(name, fields, uses);
                torn |= made.uses.is_none();
                steps.push(StepDef { doc: doc.as_str().into(), ..made });
                continue;
            }
            // What could not be read of it may be that it binds its name.
            let is_broken = fields.iter().any(|field| matches!(field, ast::Field::Broken(_)));
            if is_broken && self.scope.find(&name.text).is_none() {
                self.scope.bind(name, Type::Unknown, Origin::Value { task: false });
            }
            let shell = self.shell_of(fields);
            let reads = shell.as_ref().map(|(shell, _)| shell).or(task_shell);
            let mut made = Fields::default();
            let read = self.fields(fields, Block::Step, reads, outs, &mut made);
            torn |= read.torn;
            if read.run.is_none() && !read.torn {
                self.report(findings::tasks::nothing_to_run(name.span, &name.text));
            }
            steps.push(StepDef {
                name: name.text.clone(),
                doc: doc.as_str().into(),
                span: name.span,
                image: made.image.map(Box::new),
                shell: shell.map(Box::new),
                run: read.run.unwrap_or(Script { parts: Vec::new(), commands: None, span: *span }),
                env: made.env,
                workdir: made.workdir,
                keeps: false,
                uses: None,
            });
        }
        torn
    }

    /// The interpreter that a task or step names, known before its scripts are read.
    pub(super) fn shell_of(&mut self, body: &'a [ast::Field]) -> Option<(Shell, Span)> {
        let value = body.iter().find_map(|field| match field {
            ast::Field::Value { name, value } if &*name.text == "shell" => Some(value),
            ast::Field::Value { .. }
            | ast::Field::Step { .. }
            | ast::Field::Service { .. }
            | ast::Field::Require { .. }
            | ast::Field::Broken(_) => None,
        })?;
        let words: Option<Vec<Box<str>>> = if let ast::ExprKind::Text(text) = &value.kind {
            text.plain().map(|plain| plain.split_whitespace().map(Box::from).collect())
        } else if let ast::ExprKind::List(items) = &value.kind {
            items.iter().map(plain_text).collect()
        } else {
            None
        };
        if matches!(value.kind, ast::ExprKind::Broken) {
            // What reads the script is not known, so nothing is said about its values.
            return Some((Shell::Bash, value.span));
        }
        let Some(words) = words.filter(|words| !words.is_empty()) else {
            self.report(findings::tasks::bad_shell(value.span));
            return None;
        };
        let shell = match words.as_slice() {
            [one] if &**one == "bash" => Shell::Bash,
            [one] if &**one == "sh" => Shell::Sh,
            _ => Shell::Other(words),
        };
        Some((shell, value.span))
    }

    /// A script: text whose values are typed here and placed by the scanner.
    pub(super) fn script(&mut self, value: &'a ast::Expr, shell: &Shell) -> Option<Script> {
        let ast::ExprKind::Text(text) = &value.kind else {
            let made = self.infer(value, Some(&Type::Unknown));
            if !matches!(value.kind, ast::ExprKind::Broken) {
                self.report(findings::tasks::script_not_written_out(made.span));
            }
            return None;
        };
        let mut values = Vec::with_capacity(text.parts.len() / 2 + 1);
        for part in &text.parts {
            if let ast::Part::Value(expr, _) = part {
                values.push(self.infer(expr, None));
            }
        }
        let seen = self.seen_ahead(text);
        let mut found = crate::diag::Diagnostics::default();
        let (tree, commands) = (std::mem::take(&mut self.program.tree), std::mem::take(&mut self.program.commands));
        let about = &mut |report, value: &_| self.about(report, value);
        let script = script::check((text, seen), shell, values, (&tree, &commands), about, &mut found);
        (self.program.tree, self.program.commands) = (tree, commands);
        self.out.append(found);
        self.argv(&script);
        Some(script)
    }

    fn seen_ahead(&mut self, text: &ast::Text) -> Option<Scan> {
        let ahead = self.ahead.as_mut().filter(|_| text.span.file == self.input.root.id)?;
        ahead.take(text.span.start)
    }

    /// Whether a task may end as if it had not run: then its readers see optionals.
    pub(super) fn may_skip(&self, fields: &Fields) -> bool {
        fields.on_exit.iter().any(|(_, verdict, _)| self.is_skip(verdict))
    }

    fn is_skip(&self, verdict: &Expr) -> bool {
        if let Kind::Case(id, case) = &verdict.kind {
            return &*self.program.enums[id.index()].cases[*case as usize].name == "skip";
        }
        if let Kind::If(parts) = &verdict.kind {
            return parts[1..].iter().any(|one| self.is_skip(one));
        }
        // What is known later only may be anything.
        true
    }

    /// The type of a call, given what says whether it may be skipped: its layers of fields.
    pub(super) fn skippable(&self, ty: Type, layers: &[&Fields]) -> Type {
        let vague =
            |fields: &&Fields| fields.on_exit.iter().any(|(_, verdict, _)| matches!(verdict.kind, Kind::Poison));
        if self.pipe.default_skip.is_none() || layers.iter().any(vague) {
            return Type::Unknown;
        }
        let skip = self.pipe.default_skip == Some(true) || layers.iter().any(|fields| self.may_skip(fields));
        if skip { optional(ty) } else { ty }
    }
}

fn written_outputs(outputs: &ast::Outputs) -> &[ast::Output] {
    match outputs {
        ast::Outputs::None => &[],
        ast::Outputs::Single(one) => std::slice::from_ref(&**one),
        ast::Outputs::Named(list) => list,
    }
}

/// A task without a script that names its image runs what that runs.
fn keeps_command(body: &[ast::Field]) -> bool {
    let named = |wanted: &str| {
        body.iter().any(|field| matches!(field, ast::Field::Value { name, .. } if *name.text == *wanted))
    };
    named("image") && !named("run") && !body.iter().any(|field| step_span(field).is_some())
}

fn step_span(field: &ast::Field) -> Option<Span> {
    if let ast::Field::Step { name, .. } = field { Some(name.span) } else { None }
}

fn plain_text(expr: &ast::Expr) -> Option<Box<str>> {
    if let ast::ExprKind::Text(text) = &expr.kind { text.plain().map(Box::from) } else { None }
}

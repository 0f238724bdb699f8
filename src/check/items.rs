//! Declarations: what each enum, record, string type, artifact, constant and function is.

use rustc_hash::FxHashMap;

use crate::source::Span;
use crate::syntax::ast;

use super::checker::{Checker, Progress, poison, typed};
use super::commands::tree::Tree;
use super::modules::PipelineAt;
use super::program::{
    ArtifactId, CaseDef, CommandDef, Expr, FnId, Kind, LocalId, ParamDef, RecordField, RecordId, Type,
};
use super::report::Place;
use super::scope::{Later, Origin};
use super::{findings, pattern};

impl<'a> Checker<'a, '_> {
    /// Everything that bodies speak of: types, and what is on the outside of functions and tasks.
    pub(super) fn declarations(&mut self) {
        let root = self.module;
        for at in 0..self.decls.enums.len() {
            self.enum_cases(at);
        }
        for at in 0..self.decls.newtypes.len() {
            self.newtype(at);
        }
        for at in 0..self.decls.artifacts.len() {
            let (module, one) = self.decls.artifacts[at];
            self.module = module;
            self.program.artifacts[at].requires = self.artifacts(&one.requires);
            self.program.artifacts[at].on = self.architectures(&one.on);
        }
        // What inherits comes behind what it inherits from.
        let mut order: Vec<usize> = (0..self.decls.commands.len()).collect();
        order.sort_by_cached_key(|at| depth(&self.decls.commands, self.decls.commands[*at].1));
        for at in order {
            self.command(at);
        }
        self.program.tree = Tree::new(&self.program.commands);
        for at in 0..self.decls.records.len() {
            self.record_fields(at);
        }
        for at in 0..self.decls.consts.len() {
            let (module, one) = self.decls.consts[at];
            self.module = module;
            self.program.consts[at].ty = self.type_of(&one.ty);
        }
        for at in 0..self.decls.fns.len() {
            self.fn_signature(at);
        }
        for at in 0..self.decls.tasks.len() {
            self.task_signature(at);
        }
        self.module = root;
        self.circles();
    }

    /// Everything inside.
    pub(super) fn bodies(&mut self) {
        let root = self.module;
        for at in 0..self.decls.records.len() {
            self.record_defaults(RecordId(super::modules::id(at)));
        }
        for at in 0..self.decls.consts.len() {
            let (module, one) = self.decls.consts[at];
            let ty = self.program.consts[at].ty.clone();
            let value = self.elsewhere(module, |this| this.expect(&one.value, &ty, Place::Const(one.ty.span)));
            self.program.consts[at].value = value;
        }
        for at in 0..self.decls.fns.len() {
            self.fn_body(at);
        }
        self.recursion();
        for at in 0..self.decls.tasks.len() {
            self.task_body(at);
        }
        self.module = root;
        for at in 0..self.decls.pipelines.len() {
            if self.decls.pipelines[at].0 == root {
                self.pipeline(PipelineAt(at));
            }
        }
        self.tests();
        self.circles.drain(..).for_each(|circle| self.out.push(circle));
    }

    fn enum_cases(&mut self, at: usize) {
        let (_, one) = self.decls.enums[at];
        let mut names: FxHashMap<&str, Span> = FxHashMap::default();
        let mut spellings: FxHashMap<&str, Span> = FxHashMap::default();
        for case in &one.cases {
            let spelling = match &case.spelling {
                None => &*case.name.text,
                Some(text) => match text.plain() {
                    Some(plain) => plain,
                    None => {
                        self.report(findings::literals::not_written_out(text.span, "the spelling of a case"));
                        &*case.name.text
                    }
                },
            };
            if let Some(first) = names.insert(&case.name.text, case.name.span) {
                self.report(findings::names::duplicate("case", &case.name.text, case.name.span, first));
                continue;
            }
            let span = case.spelling.as_ref().map_or(case.name.span, |text| text.span);
            if let Some(first) = spellings.insert(spelling, span) {
                self.report(findings::names::duplicate("spelling", spelling, span, first));
            }
            let case = CaseDef { name: case.name.text.clone(), spelling: spelling.into(), doc: case.doc.clone() };
            self.program.enums[at].cases.push(case);
        }
    }

    fn newtype(&mut self, at: usize) {
        let (module, one) = self.decls.newtypes[at];
        self.module = module;
        let base = self.type_of(&one.base);
        if !matches!(base, Type::String | Type::Unknown) {
            let shown = self.show(&base);
            self.report(findings::types::not_of_string(one.base.span, &one.name.text, &shown));
        }
        let Some(text) = &one.pattern else { return };
        let Some(plain) = text.plain() else {
            return self.report(findings::literals::not_written_out(text.span, "the pattern of a type"));
        };
        match pattern::compile(plain) {
            Ok(compiled) => self.patterns[at] = Some(compiled),
            Err(words) => self.report(pattern::foreign_pattern(text.span, plain, text.block, &words)),
        }
        self.program.newtypes[at].pattern = Some(plain.into());
    }

    /// The artifact types that are named.
    fn artifacts(&mut self, types: &'a [ast::TypeExpr]) -> Vec<ArtifactId> {
        let mut found = Vec::with_capacity(types.len());
        for one in types {
            let ty = self.type_of(one);
            if let Type::Artifact(id) = ty {
                if found.contains(&id) {
                    let name = &self.program.artifacts[id.index()].name;
                    self.out.push(findings::types::artifact_named_twice(one.span, name));
                } else {
                    found.push(id);
                }
            } else if ty != Type::Unknown {
                let shown = self.show(&ty);
                self.report(findings::types::not_an_artifact(one.span, &shown));
            }
        }
        found
    }

    fn command(&mut self, at: usize) {
        let (module, one) = self.decls.commands[at];
        self.module = module;
        let [makes, requires, invalidates, unless] =
            [&one.makes, &one.requires, &one.invalidates, &one.unless].map(|types| self.artifacts(types));
        if makes.len() < one.makes.len() {
            self.add_unknown_command(one.span);
        }
        let Some(plain) = one.words.plain() else {
            return self.report(findings::literals::not_written_out(one.words.span, "a command"));
        };
        let words: Vec<Box<str>> = plain.split_whitespace().map(Box::from).collect();
        if words.is_empty() {
            return self.report(findings::literals::empty_command(one.words.span));
        }
        let mut facts = Box::new(self.command_facts(&one.facts));
        facts.needs.kvm |= self.command_needs(&one.needs);
        let command = CommandDef { words, makes, requires, invalidates, unless, facts, span: one.span };
        self.program.commands.push(command);
    }

    /// Whether a command needs KVM: of all that a task may ask for, what a command cannot do without.
    fn command_needs(&mut self, needs: &'a [ast::Name]) -> bool {
        for name in needs.iter().filter(|name| &*name.text != "kvm") {
            self.report(findings::parts::unknown_field(name, "`needs` of a command", &["kvm"]));
        }
        needs.iter().any(|name| &*name.text == "kvm")
    }

    /// The spellings of cases of `Arch`.
    fn architectures(&mut self, names: &'a [ast::Name]) -> Vec<Box<str>> {
        let Type::Enum(id) = self.prelude_enum("Arch") else { return Vec::new() };
        let mut found: Vec<Box<str>> = Vec::with_capacity(names.len());
        for name in names {
            let arch = &self.program.enums[id.index()];
            match arch.cases.iter().find(|case| case.name == name.text) {
                Some(case) => found.push(case.spelling.clone()),
                None => {
                    let cases: Vec<&str> = arch.cases.iter().map(|case| &*case.name).collect();
                    let report = findings::parts::unknown_case(name, "Arch", arch.span, &cases);
                    self.report(report);
                }
            }
        }
        found
    }

    fn record_fields(&mut self, at: usize) {
        let (module, one) = self.decls.records[at];
        self.module = module;
        for field in &one.fields {
            let ty = self.type_of(&field.ty);
            let fields = &mut self.program.records[at].fields;
            if let Some(first) = fields.iter().find(|other| other.name == field.name.text) {
                self.out.push(findings::names::duplicate("field", &field.name.text, field.name.span, first.span));
                continue;
            }
            // Lowered when the record is first written; an optional without a default is `none`.
            let default = implied(&ty, field.ty.span);
            fields.push(RecordField { name: field.name.text.clone(), ty, default, span: field.name.span });
        }
    }

    /// Sees to it that the defaults of a record are there.
    pub(super) fn record_defaults(&mut self, id: RecordId) {
        match self.records_done[id.index()] {
            Progress::Done => {}
            Progress::Busy => {
                let def = &self.program.records[id.index()];
                let report =
                    findings::names::recursive("the default of", &def.name, &[(def.span, def.name.to_string())]);
                self.report(report);
            }
            Progress::Todo => {
                self.records_done[id.index()] = Progress::Busy;
                let (module, one) = self.decls.records[id.index()];
                self.elsewhere(module, |this| this.lower_record_defaults(id, one));
                self.records_done[id.index()] = Progress::Done;
            }
        }
    }

    fn lower_record_defaults(&mut self, id: RecordId, one: &'a ast::Record) {
        for field in &one.fields {
            let Some(default) = &field.default else { continue };
            let fields = &self.program.records[id.index()].fields;
            let Some(at) = fields.iter().position(|other| other.span == field.name.span) else { continue };
            let ty = fields[at].ty.clone();
            let value = self.expect(default, &ty, Place::Default(field.ty.span));
            self.program.records[id.index()].fields[at].default = Some(value);
        }
    }

    fn fn_signature(&mut self, at: usize) {
        let (module, one) = self.decls.fns[at];
        self.module = module;
        self.program.fns[at].params = self.params(&one.params);
        self.program.fns[at].result = self.type_of(&one.result);
    }

    /// The outside of parameters; their defaults come later, an optional without one is `none`.
    pub(super) fn params(&mut self, params: &'a [ast::Param]) -> Vec<ParamDef> {
        let mut made: Vec<ParamDef> = Vec::with_capacity(params.len());
        for param in params {
            let ty = self.type_of(&param.ty);
            if let Some(first) = made.iter().find(|other| other.name == param.name.text) {
                self.out.push(findings::names::duplicate("parameter", &param.name.text, param.name.span, first.span));
                continue;
            }
            let written = param.default.as_ref().map(|default| poison(default.span));
            made.push(ParamDef {
                local: LocalId(super::modules::id(made.len())),
                name: param.name.text.clone(),
                doc: param.doc.clone(),
                default: written.or_else(|| implied(&ty, param.ty.span)),
                ty,
                is_const: param.is_const,
                span: param.name.span,
            });
        }
        made
    }

    /// Sees to it that the defaults of a function are there; they speak of constants only.
    pub(super) fn fn_defaults(&mut self, id: FnId) {
        match self.fns_done[id.index()] {
            Progress::Done => return,
            Progress::Busy => {
                let def = &self.program.fns[id.index()];
                let report = findings::names::recursive("a default of", &def.name, &[(def.span, def.name.to_string())]);
                return self.report(report);
            }
            Progress::Todo => {}
        }
        self.fns_done[id.index()] = Progress::Busy;
        let (module, one) = self.decls.fns[id.index()];
        for param in &one.params {
            let Some(default) = &param.default else { continue };
            let params = &self.program.fns[id.index()].params;
            let Some(at) = params.iter().position(|other| other.span == param.name.span) else { continue };
            let ty = params[at].ty.clone();
            let place = Place::Default(param.ty.span);
            let value = self.elsewhere(module, |this| this.expect(default, &ty, place));
            self.program.fns[id.index()].params[at].default = Some(value);
        }
        self.fns_done[id.index()] = Progress::Done;
    }

    fn fn_body(&mut self, at: usize) {
        self.fn_defaults(FnId(super::modules::id(at)));
        let (module, one) = self.decls.fns[at];
        let result = self.program.fns[at].result.clone();
        let body = self.elsewhere(module, |this| {
            for param in &one.params {
                let params = &this.program.fns[at].params;
                let Some(def) = params.iter().find(|other| other.span == param.name.span) else { continue };
                let ty = def.ty.clone();
                this.scope.bind(&param.name, ty, Origin::Param);
            }
            this.expect(&one.body, &result, Place::Result(one.result.span))
        });
        self.program.fns[at].body = body;
    }

    /// Binds parameters and checks their defaults, which see the parameters before them.
    pub(super) fn bind_params(&mut self, params: &'a [ast::Param], defs: &mut [ParamDef]) {
        self.scope.later = Later::Params(params);
        for param in params {
            let Some(def) = defs.iter_mut().find(|def| def.span == param.name.span) else { continue };
            if let Some(default) = &param.default {
                def.default = Some(self.expect(default, &def.ty, Place::Default(param.ty.span)));
            }
            def.local = self.scope.bind(&param.name, def.ty.clone(), Origin::Param);
        }
    }
}

/// An optional that nothing is said about is `none`.
fn implied(ty: &Type, span: Span) -> Option<Expr> {
    matches!(ty, Type::Optional(_)).then(|| typed(Kind::None, Type::None, span))
}

/// The name of the command whose flags are those of this one too.
fn inherits(command: &ast::Command) -> Option<&str> {
    command.facts.iter().find_map(|field| {
        let ast::Field::Value { name, value } = field else { return None };
        let ast::ExprKind::Text(text) = &value.kind else { return None };
        text.plain().filter(|_| &*name.text == "inherits")
    })
}

/// How many commands stand between it and the first that inherits from nothing.
fn depth(commands: &[(usize, &ast::Command)], command: &ast::Command) -> usize {
    let find = |name: &str| commands.iter().map(|(_, one)| *one).find(|one| one.words.plain() == Some(name));
    let above = std::iter::successors(Some(command), |one| find(inherits(one)?));
    above.take(LONGEST_LINE).count()
}

/// Who inherits from itself inherits from nothing that is declared before it.
const LONGEST_LINE: usize = 8;

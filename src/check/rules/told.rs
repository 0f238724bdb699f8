//! What a value stands for, as far as the program says it: two that are told alike are alike in every run.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::check::program::{
    Builtin, Call, Callee, Expr, FnId, Kind, LocalId, PipelineDef, Program, Stmt, TextPart, Type,
};

use super::made::task_of;

/// What the names of one pipeline stand for.
#[derive(Debug)]
pub(in crate::check) struct Names<'p> {
    program: &'p Program,
    given: FxHashMap<LocalId, Given<'p>>,
}

#[derive(Debug)]
enum Given<'p> {
    Value(&'p Expr),
    Call(&'p Call),
    /// A called pipeline, by what it returns; whether that is one value without a name.
    Pipeline(&'p [Expr], bool),
    /// The same inside of a `when`.
    Inner(LocalId),
    /// An element of this list.
    Turn(&'p Expr),
}

/// Whose names an expression speaks of.
#[derive(Clone, Debug)]
pub(in crate::check) enum Scope<'p> {
    Pipeline,
    /// The parameters of a task, by the call.
    Task(&'p Call),
    /// The parameters of a function, by the arguments and whose names those speak of.
    Fn(FnId, &'p [Expr], Rc<Self>),
}

impl<'p> Scope<'p> {
    /// That of what is written in the task of a call.
    pub(in crate::check) fn of(call: &'p Call) -> Self {
        match call.callee {
            Callee::Task(_) => Self::Task(call),
            Callee::InPlace(_) => Self::Pipeline,
        }
    }
}

/// How many names are followed to what they stand for. No program that was written by hand has as many.
const LONGEST_WAY: usize = 256;
/// How much of a value is looked at: names that are used twice in each other grow without end.
const MOST_PARTS: usize = 10_000;
const MOST_BYTES: usize = 1 << 22;

impl<'p> Names<'p> {
    pub(in crate::check) fn new(program: &'p Program, pipeline: &'p PipelineDef) -> Self {
        let mut names = Self { program, given: FxHashMap::default() };
        names.look(&pipeline.body);
        names
    }

    fn look(&mut self, body: &'p [Stmt]) {
        for stmt in body {
            match stmt {
                Stmt::Bind { local, value } => {
                    self.given.insert(*local, Given::Value(value));
                }
                Stmt::Call(call) => {
                    call.local.map(|local| self.given.insert(local, Given::Call(call)));
                }
                Stmt::When(when) => {
                    self.look(&when.then);
                    self.look(&when.otherwise);
                    for export in &when.exports {
                        if let (Some(one), None) | (None, Some(one)) = (export.then, export.otherwise) {
                            self.given.insert(export.outer, Given::Inner(one));
                        }
                    }
                }
                Stmt::For(each) => {
                    self.given.extend(each.vars.iter().map(|(local, list)| (*local, Given::Turn(list))));
                    self.look(&each.body);
                }
                Stmt::Inline { local, lone, body, .. } => {
                    self.look(body);
                    if let Some(values) = body.iter().find_map(returned) {
                        self.given.insert(*local, Given::Pipeline(values, *lone));
                    }
                }
                Stmt::Stage { body, .. } | Stmt::Finally { body, .. } => self.look(body),
                Stmt::Require { .. }
                | Stmt::Exclusive { .. }
                | Stmt::Workspace { .. }
                | Stmt::Defaults(_)
                | Stmt::Return(_)
                | Stmt::Target { .. } => {}
            }
        }
    }

    fn given(&self, mut local: LocalId) -> Option<&Given<'p>> {
        loop {
            let known = self.given.get(&local)?;
            let Given::Inner(inner) = known else { return Some(known) };
            local = *inner;
        }
    }

    /// The expression that a name was bound to.
    pub(in crate::check) fn value(&self, local: LocalId) -> Option<&'p Expr> {
        if let Given::Value(value) = self.given.get(&local)? { Some(*value) } else { None }
    }

    /// The list that a name goes through, one element a turn.
    pub(in crate::check) fn list(&self, local: LocalId) -> Option<&'p Expr> {
        if let Given::Turn(list) = self.given(local)? { Some(*list) } else { None }
    }

    /// The call that a name stands for.
    pub(in crate::check) fn call(&self, local: LocalId) -> Option<&'p Call> {
        if let Given::Call(call) = self.given(local)? { Some(*call) } else { None }
    }

    /// What stands behind the names that an expression begins with, and whose names that speaks of.
    pub(in crate::check) fn behind(&self, expr: &'p Expr, scope: &Scope<'p>) -> (&'p Expr, Scope<'p>) {
        let mut known = (expr, scope.clone());
        for _ in 0..LONGEST_WAY {
            match self.step(known.0, &known.1) {
                Some(next) => known = next,
                None => break,
            }
        }
        known
    }

    fn step(&self, expr: &'p Expr, scope: &Scope<'p>) -> Option<(&'p Expr, Scope<'p>)> {
        match &expr.kind {
            Kind::Force(of) | Kind::Convert(of) => Some((of, scope.clone())),
            Kind::Const(id) => Some((&self.program.consts[id.index()].value, Scope::Pipeline)),
            Kind::Local(local) => self.named(*local, scope),
            Kind::Fn(id, args) => {
                Some((&self.program.fns[id.index()].body, Scope::Fn(*id, args, Rc::new(scope.clone()))))
            }
            Kind::Field(of, at) => {
                let (of, scope) = self.behind(of, scope);
                let Kind::Record(_, parts) = &of.kind else { return None };
                parts.get(*at as usize).map(|part| (part, scope))
            }
            Kind::Output(of, at) => {
                let (of, _) = self.behind(of, scope);
                let Kind::Local(local) = of.kind else { return None };
                let Given::Pipeline(values, false) = self.given(local)? else { return None };
                values.get(*at as usize).map(|value| (value, Scope::Pipeline))
            }
            Kind::If(parts) => {
                let [cond, then, otherwise] = &**parts;
                let Kind::Bool(truth) = self.behind(cond, scope).0.kind else { return None };
                Some((if truth { then } else { otherwise }, scope.clone()))
            }
            Kind::Coalesce(value, other) => {
                let (value, inner) = self.behind(value, scope);
                if matches!(value.kind, Kind::None) {
                    return Some((other, scope.clone()));
                }
                (!matches!(value.ty, Type::Optional(_))).then_some((value, inner))
            }
            Kind::Poison
            | Kind::None
            | Kind::Bool(_)
            | Kind::Int(_)
            | Kind::Str(_)
            | Kind::Duration(_)
            | Kind::Size(_)
            | Kind::Cpu(_)
            | Kind::Case(..)
            | Kind::Text(_)
            | Kind::List(_)
            | Kind::Record(..)
            | Kind::Map(_)
            | Kind::Key(..)
            | Kind::Attr(..)
            | Kind::Out(_)
            | Kind::Outcome
            | Kind::Not(_)
            | Kind::Negate(_)
            | Kind::Binary(..)
            | Kind::Join(..)
            | Kind::Match(_)
            | Kind::Builtin(..) => None,
        }
    }

    fn named(&self, local: LocalId, scope: &Scope<'p>) -> Option<(&'p Expr, Scope<'p>)> {
        match scope {
            Scope::Pipeline => match self.given(local)? {
                Given::Value(value) => Some((value, Scope::Pipeline)),
                Given::Pipeline(values, true) => values.first().map(|value| (value, Scope::Pipeline)),
                Given::Pipeline(_, false) | Given::Call(_) | Given::Inner(_) | Given::Turn(_) => None,
            },
            Scope::Task(call) => {
                let params = &task_of(self.program, call).params;
                let at = params.iter().position(|param| param.local == local)?;
                match call.args.get(at)? {
                    Some(given) => Some((given, Scope::Pipeline)),
                    None => params[at].default.as_ref().map(|default| (default, scope.clone())),
                }
            }
            Scope::Fn(id, args, outer) => {
                let params = &self.program.fns[id.index()].params;
                let at = params.iter().position(|param| param.local == local)?;
                args.get(at).map(|given| (given, (**outer).clone()))
            }
        }
    }

    /// The value in words that no other has; `None` when it is too long to be told.
    pub(in crate::check) fn tell(&self, expr: &'p Expr, scope: &Scope<'p>) -> Option<Told> {
        let mut teller = Teller { names: self, told: Told::default(), left: MOST_PARTS };
        teller.tell(expr, scope);
        (teller.left > 0).then_some(teller.told)
    }
}

fn returned(stmt: &Stmt) -> Option<&[Expr]> {
    if let Stmt::Return(values) = stmt { Some(values) } else { None }
}

/// A value in words.
#[derive(Clone, Default, Debug)]
pub(in crate::check) struct Told {
    /// What is known of it is there as it is; what is not stands between [`OPEN`] and [`CLOSE`].
    pub(in crate::check) words: String,
    /// The names of the pipeline that it depends on.
    pub(in crate::check) names: Vec<LocalId>,
}

/// Before what is not known.
pub(in crate::check) const OPEN: &str = "\0(";
/// Behind it.
pub(in crate::check) const CLOSE: &str = "\0)";
/// Before the number of a name, within them.
pub(in crate::check) const NAME: &str = "name ";

struct Teller<'n, 'p> {
    names: &'n Names<'p>,
    told: Told,
    /// How much may still be looked at; nothing is left of what is too long.
    left: usize,
}

impl<'p> Teller<'_, 'p> {
    fn tell(&mut self, expr: &'p Expr, scope: &Scope<'p>) {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 || self.told.words.len() > MOST_BYTES {
            self.left = 0;
            return;
        }
        let (expr, scope) = self.names.behind(expr, scope);
        if let Kind::Text(parts) = &expr.kind {
            parts.iter().for_each(|part| match part {
                TextPart::Text(text) => self.text(text),
                TextPart::Value(value) => self.tell(value, &scope),
            });
        } else if let Kind::Str(text) = &expr.kind {
            self.text(text);
        } else if let Kind::Int(number) = expr.kind {
            self.text(&number.to_string());
        } else if let Kind::Case(id, at) = expr.kind {
            self.text(&self.names.program.enums[id.index()].cases[at as usize].spelling);
        } else if let Kind::Local(local) = expr.kind {
            self.told.names.push(local);
            self.told.words += &format!("{OPEN}{NAME}{}{CLOSE}", local.index());
        } else if let Kind::Builtin(Builtin::Text, parts) = &expr.kind {
            parts.iter().for_each(|part| self.tell(part, &scope));
        } else {
            self.parts(expr, &scope);
        }
    }

    fn parts(&mut self, expr: &'p Expr, scope: &Scope<'p>) {
        self.told.words += &format!("{OPEN}{}", tag(&expr.kind));
        expr.parts(&mut |part| {
            self.told.words += "\0,";
            self.tell(part, scope);
        });
        self.told.words += CLOSE;
    }

    /// What is written may have the byte that tells the two apart.
    fn text(&mut self, text: &str) {
        if text.contains('\0') {
            self.told.words += &text.replace('\0', "\0\0");
        } else {
            self.told.words += text;
        }
    }
}

/// What is done with the parts.
fn tag(kind: &Kind) -> String {
    match kind {
        Kind::Poison
        | Kind::None
        | Kind::Bool(_)
        | Kind::Int(_)
        | Kind::Str(_)
        | Kind::Duration(_)
        | Kind::Size(_)
        | Kind::Cpu(_)
        | Kind::Case(..)
        | Kind::Local(_)
        | Kind::Const(_)
        | Kind::Out(_)
        | Kind::Outcome => format!("{kind:?}"),
        Kind::Text(_) => "text".to_owned(),
        Kind::List(_) => "list".to_owned(),
        Kind::Record(id, _) => format!("record {}", id.index()),
        Kind::Map(entries) => format!("map {:?}", entries.iter().map(|(key, _)| key).collect::<Vec<_>>()),
        Kind::Output(_, at) => format!("output {at}"),
        Kind::Field(_, at) => format!("field {at}"),
        Kind::Key(key) => format!("key {:?}", key.1),
        Kind::Attr(_, attr) => format!("{attr:?}"),
        Kind::Not(_) => "not".to_owned(),
        Kind::Negate(_) => "minus".to_owned(),
        Kind::Binary(op, ..) => format!("{op:?}"),
        Kind::Coalesce(..) => "??".to_owned(),
        Kind::Force(_) => "!".to_owned(),
        Kind::Join(..) => "/".to_owned(),
        Kind::If(..) => "if".to_owned(),
        Kind::Match(one) => format!("match {:?}", one.arm_of_case),
        Kind::Fn(id, _) => format!("fn {}", id.index()),
        Kind::Builtin(builtin, _) => format!("{builtin:?}"),
        Kind::Convert(_) => "convert".to_owned(),
    }
}

//! Runs the tests of a file on plans, without an engine.

mod claim;
mod order;
mod part;
mod planned;
mod report;

use rustc_hash::FxHashMap;

use crate::check::program::{Kind, LocalId, Program};
use crate::check::suite::{Assertion, Claim, Expectation, ExpectedBody, PlanCall, TestDef, TestStmt};
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::plan::build::inspect::Evaluator;
use crate::plan::{Value, build};
use crate::source::Span;
use part::{Turn, Why};
use planned::{Planned, Planner};

/// What became of one test.
#[derive(Debug)]
pub struct Ran {
    pub name: String,
    /// Of the name, in the file.
    pub span: Span,
    /// What is wrong, in the order of the test; nothing when it passed.
    pub found: Vec<Diagnostic>,
}

/// Runs the tests whose name contains the filter, in their order.
pub(super) fn run(program: &Program, path: &str, filter: &str, done: &mut dyn FnMut(Ran)) {
    let mut planner = Planner::new(program, path);
    let mut evaluator = Evaluator::new(program);
    for test in program.tests.iter().filter(|test| test.name.contains(filter)) {
        let mut run = Run::new(test, &mut planner, &mut evaluator);
        run.body(&test.body);
        done(Ran { name: test.name.to_string(), span: test.span, found: run.found });
    }
}

/// One test while it runs.
struct Run<'r, 'a> {
    test: &'a TestDef,
    planner: &'r mut Planner<'a>,
    evaluator: &'r mut Evaluator<'a>,
    /// `None`: it could not be made, which was reported.
    plans: FxHashMap<LocalId, Option<std::rc::Rc<Planned>>>,
    /// The task that the variable of a `for` stands for now, and the plan it is of.
    turns: FxHashMap<LocalId, (LocalId, Turn)>,
    /// Why a local has no value.
    unknown: FxHashMap<LocalId, Why>,
    found: Vec<Diagnostic>,
}

impl<'r, 'a> Run<'r, 'a> {
    fn new(test: &'a TestDef, planner: &'r mut Planner<'a>, evaluator: &'r mut Evaluator<'a>) -> Self {
        Self {
            test,
            planner,
            evaluator,
            plans: FxHashMap::default(),
            turns: FxHashMap::default(),
            unknown: FxHashMap::default(),
            found: Vec::new(),
        }
    }

    fn body(&mut self, body: &'a [TestStmt]) {
        for stmt in body {
            match stmt {
                TestStmt::Plan(call) => {
                    let mut out = Diagnostics::default();
                    let plan = self.plan(call, &mut out);
                    self.found.extend(out.sorted().iter().cloned());
                    self.plans.insert(call.local, plan);
                }
                TestStmt::Value { local, value } => {
                    let known = self.value_of(value);
                    self.evaluator.bind(*local, &value.ty, known.as_ref().ok().cloned());
                    self.unknown.extend(known.err().map(|why| (*local, why)));
                }
                TestStmt::Assert(one) => self.assert(one),
                TestStmt::Each { var, of, body } => {
                    let Some((plan, turns)) = self.turns_of(of) else { continue };
                    for turn in turns.into_iter().filter(|turn| matches!(turn, Turn::Task(_))) {
                        self.turns.insert(*var, (plan, turn));
                        self.body(body);
                    }
                }
                TestStmt::Expect(one) => self.expect(one),
            }
        }
    }

    /// Plans a pipeline with its arguments; what is wrong is said with the place of the call.
    fn plan(&mut self, call: &'a PlanCall, out: &mut Diagnostics) -> Option<std::rc::Rc<Planned>> {
        let mut bindings = Vec::with_capacity(call.args.len());
        for (name, arg) in &call.args {
            match self.value_of(arg) {
                Ok(value) => bindings.push(build::Binding { name: name.to_string(), value, span: Some(arg.span) }),
                Err(Why::NoPlan) => return None,
                Err(why) => out.push(report::argument_not_known(arg.span, name, &why)),
            }
        }
        if bindings.len() < call.args.len() {
            return None;
        }
        let mut found = Diagnostics::default();
        let plan = self.planner.plan(call.pipeline, &bindings, &mut found);
        found.iter().for_each(|one| out.push(one.clone().label(call.span, "the plan that the test makes")));
        plan
    }

    fn assert(&mut self, one: &'a Assertion) {
        let found = match &one.claim {
            Claim::Holds(claim) => self.holds(claim, one.span),
            Claim::After { negated, later, earlier, span } => self.ordered(*negated, (later, earlier), *span),
            Claim::Broken => None,
        };
        let Some(mut found) = found else { return };
        if let Some(message) = &one.message
            && let Ok(Value::Text(text)) = self.value_of(message)
        {
            found.message = format!("{text}: {}", found.message);
        }
        // A loop of the test may say the same thing of several tasks.
        if !self.found.contains(&found) {
            self.found.push(found);
        }
    }

    fn expect(&mut self, one: &'a Expectation) {
        let mut found = one.found.clone();
        if !found.has_errors() {
            match &one.body {
                ExpectedBody::Pipeline(body) => drop(self.planner.plan_body(body, &mut found)),
                ExpectedBody::Plans(calls) => calls.iter().for_each(|call| drop(self.plan(call, &mut found))),
            }
        }
        let found = found.sorted();
        let given = found.iter().any(|other| other.code == one.code);
        let others: Vec<&Diagnostic> =
            found.iter().filter(|other| other.code != one.code && other.severity == Severity::Error).collect();
        if !given || !others.is_empty() {
            self.found.push(report::not_expected(one.span, one.code, given, &others));
        }
    }

    /// The whole value of an expression.
    fn value_of(&mut self, expr: &'a crate::check::program::Expr) -> Result<Value, Why> {
        self.bind_parts(expr)?;
        let (value, wrong) = self.evaluator.eval(expr);
        if let Some(first) = wrong.iter().next() {
            return Err(Why::Fault(Box::new(first.clone())));
        }
        value.value().cloned().ok_or_else(|| self.why(&value))
    }

    /// Gives every part of a plan that an expression reads its value; an error when one is of a plan that is not there.
    fn bind_parts(&mut self, expr: &'a crate::check::program::Expr) -> Result<(), Why> {
        let mut locals = Vec::new();
        expr.walk(&mut |one| {
            if let Kind::Local(local) = one.kind {
                locals.push((local, &one.ty));
            }
        });
        for (local, ty) in locals {
            let Some(part) = self.test.part(local) else {
                match self.unknown.get(&local) {
                    Some(Why::NoPlan) => return Err(Why::NoPlan),
                    Some(_) | None => continue,
                }
            };
            match self.part(part) {
                Ok(value) => {
                    self.evaluator.bind(local, ty, Some(value));
                    self.unknown.remove(&local);
                }
                Err(Why::NoPlan) => return Err(Why::NoPlan),
                Err(why) => {
                    // What is there, though nobody knows its value, is not `none`.
                    let opened = if let crate::check::program::Type::Optional(inner) = ty { inner } else { ty };
                    self.evaluator.bind(local, if why.is_there() { opened } else { ty }, None);
                    self.unknown.insert(local, why);
                }
            }
        }
        Ok(())
    }
}

//! Conditions whose truth is known: by what stands around them, by `require`, or because they are written out.
//!
//! A named constant is no known value here: it is a switch, and whoever turns it wants the other branch.

use crate::check::program::{Expr, Kind, LocalId, Op, PipelineDef, Stmt, Type, When, WhenExport};
use crate::check::proof::Facts;
use crate::check::rules::walk;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Edit};
use crate::source::Span;

use super::{LintInput, own};

/// Every finding of both lints.
pub(super) fn findings(input: &LintInput<'_>) -> Vec<Diagnostic> {
    let mut look = Look { facts: Facts::default(), found: Vec::new() };
    for task in own::tasks(input) {
        look.alone(|look| walk::task_parts(task, &mut |part| look.expr(part)));
    }
    for function in input.program.fns.iter().filter(|one| one.span.file == input.root.id) {
        look.alone(|look| look.expr(&function.body));
    }
    for constant in input.program.consts.iter().filter(|one| one.span.file == input.root.id) {
        look.alone(|look| look.expr(&constant.value));
    }
    for pipeline in &input.program.pipelines {
        look.alone(|look| look.pipeline(pipeline));
    }
    look.found
}

struct Look {
    facts: Facts,
    found: Vec<Diagnostic>,
}

/// What is known of a condition.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Truth {
    Open,
    Always,
    Never,
}

impl Look {
    /// What is said of one declaration is nothing to the next.
    fn alone(&mut self, work: impl FnOnce(&mut Self)) {
        let mark = self.facts.mark();
        work(self);
        self.facts.undo(mark);
    }

    /// Work in a branch; one that is never reached was reported whole.
    fn given(&mut self, cond: &Expr, truth: bool, known: Truth, work: impl FnOnce(&mut Self)) {
        let never = if truth { Truth::Never } else { Truth::Always };
        if known != never {
            let mark = self.facts.mark();
            self.facts.assume(cond, truth);
            work(self);
            self.facts.undo(mark);
        }
    }

    fn truth(&mut self, cond: &Expr) -> Truth {
        if self.facts.holds(cond, true) {
            Truth::Always
        } else if self.facts.holds(cond, false) {
            Truth::Never
        } else {
            Truth::Open
        }
    }

    fn pipeline(&mut self, pipeline: &PipelineDef) {
        // They hold before anything runs, wherever they stand.
        for stmt in &pipeline.body {
            if let Stmt::Require { cond, span, .. } = stmt {
                match self.truth(cond) {
                    Truth::Open => self.facts.assume(cond, true),
                    Truth::Always => self.found.push(require_says_nothing(cond, *span)),
                    Truth::Never => {
                        self.found.push(require_refuses_all(cond, *span));
                        return;
                    }
                }
            }
        }
        self.body(&pipeline.body, pipeline);
    }

    fn body(&mut self, body: &[Stmt], pipeline: &PipelineDef) {
        for stmt in body {
            match stmt {
                Stmt::When(when) => self.when(when, pipeline),
                Stmt::For(each) => {
                    each.vars.iter().for_each(|(_, list)| self.expr(list));
                    for (_, list) in each.vars.iter().filter(|(_, list)| is_empty_list(list)) {
                        self.found.push(never_runs(
                            list.span,
                            "an empty list has no turn, so what stands in the `for` never runs",
                        ));
                    }
                    match &each.filter {
                        Some(filter) => {
                            let known = self.condition(filter, "`for`", true);
                            self.given(filter, true, known, |look| look.body(&each.body, pipeline));
                        }
                        None => self.body(&each.body, pipeline),
                    }
                }
                Stmt::Stage { body, .. } => self.body(body, pipeline),
                Stmt::Finally { body, .. } => self.finally(body, pipeline),
                Stmt::Bind { local, value } => {
                    self.expr(value);
                    self.facts.define(*local, value);
                }
                Stmt::Call(_)
                | Stmt::Inline { .. }
                | Stmt::Require { .. }
                | Stmt::Exclusive { .. }
                | Stmt::Workspace { .. }
                | Stmt::Defaults(_)
                | Stmt::Return(_)
                | Stmt::Target { .. } => own::parts(stmt, &mut |part| self.expr(part)),
            }
        }
    }

    /// What ran there may have failed, so only what holds of the parameters is known.
    fn finally(&mut self, body: &[Stmt], pipeline: &PipelineDef) {
        let outer = std::mem::take(&mut self.facts);
        for stmt in &pipeline.body {
            if let Stmt::Require { cond, .. } = stmt {
                self.facts.assume(cond, true);
            }
        }
        self.body(body, pipeline);
        self.facts = outer;
    }

    fn when(&mut self, when: &When, pipeline: &PipelineDef) {
        let known = self.condition(&when.cond, "`when`", !when.otherwise.is_empty());
        self.given(&when.cond, true, known, |look| look.body(&when.then, pipeline));
        self.given(&when.cond, false, known, |look| look.body(&when.otherwise, pipeline));
        for export in &when.exports {
            self.export(export, &when.cond, pipeline);
        }
    }

    /// A name of one branch is there exactly when the condition says so, unless it may be absent inside as well.
    fn export(&mut self, export: &WhenExport, cond: &Expr, pipeline: &PipelineDef) {
        let (inner, truth): (LocalId, bool) = match (export.then, export.otherwise) {
            (Some(then), None) => (then, true),
            (None, Some(otherwise)) => (otherwise, false),
            (Some(_), Some(_)) | (None, None) => return,
        };
        let optional = |ty: &Type| matches!(ty, Type::Optional(_) | Type::Unknown);
        if pipeline.locals.get(inner.index()).is_some_and(|local| !optional(&local.ty)) {
            self.facts.bind_where(export.outer, &[(cond, truth)]);
        }
    }

    /// Reports a condition that decides nothing.
    fn condition(&mut self, cond: &Expr, word: &str, has_else: bool) -> Truth {
        self.expr(cond);
        let known = self.truth(cond);
        match known {
            Truth::Open => {}
            Truth::Always => self.found.push(always(cond, word, has_else)),
            Truth::Never => self.found.push(never(cond, word)),
        }
        known
    }

    fn expr(&mut self, one: &Expr) {
        if let Kind::If(parts) = &one.kind {
            let [cond, then, otherwise] = &**parts;
            self.expr(cond);
            let known = self.truth(cond);
            match known {
                Truth::Open => {}
                Truth::Always => self.found.push(keep(always(cond, "`if`", true), one.span, then)),
                Truth::Never => self.found.push(keep(never(cond, "`if`"), one.span, otherwise)),
            }
            self.given(cond, true, known, |look| look.expr(then));
            self.given(cond, false, known, |look| look.expr(otherwise));
        } else if let Kind::Binary(op @ (Op::And | Op::Or), left, right) = &one.kind {
            self.expr(left);
            self.given(left, *op == Op::And, Truth::Open, |look| look.expr(right));
        } else if let Kind::Match(found) = &one.kind {
            self.expr(&found.on);
            self.arms(one, found);
        } else {
            one.parts(&mut |part| self.expr(part));
            if let Kind::Coalesce(first, default) = &one.kind
                && self.facts.is_some(first)
            {
                self.found.push(default_never(first, default));
            }
        }
    }

    fn arms(&mut self, whole: &Expr, found: &crate::check::program::Match) {
        let Type::Enum(id) = found.on.ty else { return };
        let mut of_arm: Vec<Vec<u32>> = vec![Vec::new(); found.arms.len()];
        for (case, arm) in found.arm_of_case.iter().enumerate() {
            if let Some(cases) = of_arm.get_mut(*arm as usize) {
                cases.push(crate::check::modules::id(case));
            }
        }
        let is_case = |case: u32| {
            let span = found.on.span;
            let case = Expr { kind: Kind::Case(id, case), ty: found.on.ty.clone(), span };
            Expr { kind: Kind::Binary(Op::Equal, Box::new(found.on.clone()), Box::new(case)), ty: Type::Bool, span }
        };
        let mut possible = Vec::new();
        for (arm, cases) in of_arm.iter().enumerate() {
            if cases.iter().any(|case| !self.facts.holds(&is_case(*case), false)) {
                possible.push(arm);
            }
        }
        if let [arm] = possible.as_slice()
            && found.arms.len() > 1
        {
            self.found.push(keep(one_arm(&found.on, &found.arms[*arm]), whole.span, &found.arms[*arm]));
        }
        for arm in possible {
            let mark = self.facts.mark();
            if let [case] = of_arm[arm].as_slice() {
                self.facts.assume(&is_case(*case), true);
            }
            self.expr(&found.arms[arm]);
            self.facts.undo(mark);
        }
    }
}

fn is_empty_list(list: &Expr) -> bool {
    matches!(&list.kind, Kind::List(items) if items.is_empty())
}

/// The edit that leaves one part of an expression in its place.
fn keep(report: Diagnostic, whole: Span, part: &Expr) -> Diagnostic {
    let simple = match part.kind {
        Kind::Bool(_)
        | Kind::Int(_)
        | Kind::Str(_)
        | Kind::Duration(_)
        | Kind::Size(_)
        | Kind::Cpu(_)
        | Kind::Case(..)
        | Kind::Text(_)
        | Kind::Local(_)
        | Kind::Const(_)
        | Kind::Output(..)
        | Kind::Field(..)
        | Kind::Key(..)
        | Kind::Attr(..) => true,
        Kind::Poison
        | Kind::None
        | Kind::List(_)
        | Kind::Record(..)
        | Kind::Map(_)
        | Kind::Out(_)
        | Kind::Outcome
        | Kind::Not(_)
        | Kind::Negate(_)
        | Kind::Binary(..)
        | Kind::Coalesce(..)
        | Kind::Force(_)
        | Kind::Join(..)
        | Kind::If(..)
        | Kind::Match(_)
        | Kind::Fn(..)
        | Kind::Builtin(..)
        | Kind::Convert(_) => false,
    };
    let inside = whole.start <= part.span.start && part.span.end <= whole.end;
    if !simple || !inside {
        return report;
    }
    let before = whole.before().to(part.span.before());
    let behind = part.span.after().to(whole.after());
    let edits = [before, behind].into_iter().filter(|span| !span.is_empty());
    let edits = edits.map(|span| Edit { span, text: String::new() }).collect();
    report.fix_all("write the value alone", edits)
}

fn always(cond: &Expr, word: &str, has_else: bool) -> Diagnostic {
    let rest = if has_else { "the other branch is never taken" } else { "the block runs in every run that comes here" };
    Diagnostic::new(Code::P0413, cond.span, format!("the condition of this {word} always holds"))
        .here(match word {
            "`for`" => "nothing is left out",
            _ => rest,
        })
        .help(
            "leave the condition out, or write the one that is meant: what stands around it, or the `require`s, say it \
             already, so it decides nothing",
        )
}

fn never(cond: &Expr, word: &str) -> Diagnostic {
    Diagnostic::new(Code::P0412, cond.span, format!("the condition of this {word} never holds"))
        .here("so what stands behind it never runs")
        .help(
            "leave the branch out, or write the condition that is meant: what stands around it, or the `require`s, rule it \
             out, so a task that one counts on is silently not there",
        )
}

fn never_runs(span: Span, why: &str) -> Diagnostic {
    Diagnostic::new(Code::P0412, span, why).here("empty").help("leave the `for` out, or write the list that is meant")
}

fn one_arm(on: &Expr, arm: &Expr) -> Diagnostic {
    Diagnostic::new(Code::P0412, on.span, "this `match` always takes the same arm")
        .here("what is matched is known here")
        .label(arm.span, "the arm that is taken")
        .help("write the value alone: the other arms are never reached, and who changes one waits for it in vain")
}

fn default_never(first: &Expr, default: &Expr) -> Diagnostic {
    let report = Diagnostic::new(Code::P0412, default.span, "this default is never used")
        .here("the value before `??` is always there")
        .label(first.span, "what stands around it says that this is not `none`")
        .help("open it with `!`, which is proved: the default only looks as if a run could fall back to it");
    let simple = matches!(first.kind, Kind::Local(_) | Kind::Output(..) | Kind::Field(..));
    if simple { report.fix("open it with `!`", first.span.after().to(default.span), "!") } else { report }
}

fn require_says_nothing(cond: &Expr, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0413, cond.span, "this `require` always holds")
        .here("no value of a parameter breaks it")
        .help("leave it out, or write what is meant: it refuses no run")
        .fix("leave out the `require`", span, "")
}

fn require_refuses_all(cond: &Expr, _: Span) -> Diagnostic {
    Diagnostic::new(Code::P0412, cond.span, "no run can make this `require` hold")
        .here("the `require`s above it, or its own words, rule it out")
        .help("write the condition that is meant: as it stands, every run is refused and nothing below is ever reached")
}

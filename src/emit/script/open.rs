//! The two scripts that are of no task: a decision, and the check of the parameters.

use super::Rendered;
use super::code::quoted;
use super::helpers::Helper;
use super::lists::element_type;
use super::prelude::{Dialect, Prelude};
use super::source::{SecretAs, is_list, opened};
use super::turn;
use crate::contract::{END_OF_LIST, Source};
use crate::plan::{Expr, ExprKind, Param, ParamId, Plan, Require, TaskId, Ty, record};
use crate::source::offset;

pub(super) fn start(prelude: &Prelude<'_>) -> String {
    ["#!/bin/sh\n", prelude.directive(), "set -eu\n"].concat()
}

/// A script that writes `true` or `false` to the file named by `PIPE_DECISION`.
pub(super) fn decision(plan: &Plan, condition: &Expr) -> Rendered {
    let mut prelude = Prelude::new(plan, None, Dialect::Sh);
    let test = prelude.named("the condition", |this| this.cond(condition, true).text);
    // Not behind what is rendered: that ends by forgetting the arguments, and the test may look at them.
    prelude.code.push(format!("if {test}; then printf true; else printf false; fi >\"$PIPE_DECISION\""));
    let mut body = start(&prelude);
    prelude.render("", &mut body);
    Rendered { body, env: prelude.env, args: prelude.args, workdir: None }
}

/// A script that writes the text of a value to the file named by `PIPE_VALUE`.
pub(super) fn value(plan: &Plan, task: Option<TaskId>, value: &Expr) -> Rendered {
    let mut prelude = Prelude::new(plan, task, Dialect::Sh);
    prelude.names.reserve("PIPE_VALUE");
    prelude.named("the value", |this| this.assign("pipe_value", value));
    let mut body = start(&prelude);
    let top = body.len();
    prelude.render("", &mut body);
    turn::number(task.is_some_and(|task| plan.task(task).fan.is_some()), top, &mut body);
    body.push_str("printf %s \"$pipe_value\" >\"$PIPE_VALUE\"\n");
    Rendered { body, env: prelude.env, args: prelude.args, workdir: None }
}

/// A script that checks the open parameters and what they require of each other.
pub(super) fn parameters(plan: &Plan, more: &[Require], unset: &[(String, String)]) -> Option<Rendered> {
    let mut prelude = Prelude::new(plan, None, Dialect::Sh);
    for (at, param) in plan.params.iter().enumerate() {
        match unset.iter().find(|(name, _)| *name == param.name) {
            Some((_, text)) => prelude.check_set(param, text),
            None => prelude.check_param(ParamId(offset(at)), param),
        }
    }
    let lists = !prelude.args.is_empty();
    if lists {
        prelude.code_for_rest();
    }
    let checks = lists || !prelude.code.is_empty();
    let mut requires = plan.early();
    requires.extend(more);
    if !checks && requires.is_empty() {
        return None;
    }
    if checks && !requires.is_empty() {
        // What is ill-typed cannot be compared.
        prelude.code.push("[ \"$pipe_rc\" -eq 0 ] || exit \"$pipe_rc\"");
    }
    requires.iter().for_each(|require| prelude.require(require, "pipe_bad"));
    let mut body = start(&prelude) + BAD + "pipe_rc=0\n";
    prelude.render("parameters: ", &mut body);
    body.push_str("exit \"$pipe_rc\"\n");
    for (_, list) in &prelude.lists {
        if !body.contains(&format!("${list}")) {
            body = body.replace(&format!("{list}=$pipe_r\n"), "");
        }
    }
    Some(Rendered { body, env: prelude.env, args: prelude.args, workdir: None })
}

/// Says what is wrong and goes on, so that all of it is said.
const BAD: &str = "pipe_bad() { printf '%s\\n' \"pipec: $1\" >&2; pipe_rc=2; }\n";

impl Prelude<'_> {
    fn check_param(&mut self, id: ParamId, param: &Param) {
        let expr = Expr::new(ExprKind::Param(id), param.ty.clone());
        let label = format!("parameter {}", param.name);
        match opened(&param.ty) {
            Ty::Workspace | Ty::Artifact(_) | Ty::Map(_) | Ty::Record(_) => {}
            Ty::String => {}
            Ty::Pattern(pattern) if pattern.regex.is_none() => {}
            Ty::List(_) => self.check_list(&expr, &label),
            Ty::Secret if matches!(param.ty, Ty::Optional(_)) => {}
            Ty::Bool
            | Ty::Int
            | Ty::Duration
            | Ty::Size
            | Ty::Cpu
            | Ty::Path
            | Ty::Image
            | Ty::Pattern(_)
            | Ty::Enum(_)
            | Ty::Secret
            | Ty::Optional(_) => {
                let name = self.raw_input(param);
                self.check_one(&param.ty, &name, &label);
            }
        }
    }

    /// A text that the engine left as it stands in the manifest is none that somebody gave.
    fn check_set(&mut self, param: &Param, unset: &str) {
        let name = self.raw_input(param);
        let (of, _) = record::parts(&param.name).unwrap_or((&param.name, ""));
        let what =
            format!("parameter {} was not given: a run that gives a part of {of} has to give all of it", param.name);
        let then = self.block(|this| this.code.push_all(&["pipe_bad ", &quoted(&what)]));
        let otherwise = self.block(|this| this.check_one(&param.ty, &name, &format!("parameter {}", param.name)));
        // In the script the engine must not find what it looks for.
        let unset = quoted(unset).replace("$(", "$''(");
        self.choose(&format!("[ \"${name}\" = {unset} ]"), then, otherwise);
    }

    /// The text of a parameter as it was given, before anything is made of it.
    fn raw_input(&mut self, param: &Param) -> String {
        let source = Source::Param(param.name.clone());
        let name = self.names.fresh(&param.name);
        self.env.push((name.clone(), source));
        name
    }

    fn check_one(&mut self, ty: &Ty, name: &str, label: &str) {
        self.verify_or(ty, name, &|this, form| {
            let show = this.call(Helper::Show, "pipe_show");
            let what = format!("{label} is not {form}: ");
            format!("pipe_bad {}\"'$({show} \"${name}\")'\"", quoted(&what))
        });
    }

    fn check_list(&mut self, expr: &Expr, label: &str) {
        let element = element_type(&expr.ty);
        let Some(list) = self.list_input(expr, "") else { return };
        if self.check(&element, "").is_some() {
            self.each(&list, |this, name| this.check_one(&element, name, label));
        }
    }

    /// An element that is the end mark closes its list too early, so that something is left over.
    fn code_for_rest(&mut self) {
        let lists = self.origin.plan.params.iter().filter(|param| is_list(&param.ty));
        let names: Vec<&str> = lists.map(|param| param.name.as_str()).collect();
        let what = format!("an element of {} is reserved for pipec: {END_OF_LIST}", names.join(" or "));
        self.arguments.push(format!("[ \"$#\" -eq 0 ] || pipe_bad {}", quoted(&what)));
    }

    /// Calls `bad` with the message where the requirement does not hold.
    pub(super) fn require(&mut self, require: &Require, bad: &'static str) {
        self.named("a requirement", |this| {
            let test = this.with_secrets(SecretAs::Reference, |this| this.cond(&require.cond, false).text);
            let then = this.block(|this| {
                let message = this.scalar(&require.message).word();
                this.code.push(format!("{bad} {message}"));
            });
            this.choose(&test, then, super::code::Lines::default());
        });
    }
}

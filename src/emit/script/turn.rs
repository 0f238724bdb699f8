//! Loops whose turns only a run knows: the script that finds the turns, and what a body knows of its own.
//!
//! Every turn gets the whole lists, as every other script that reads them, and picks its elements by their indices, which
//! are the only thing that an engine has to hand from one script to another.

use super::Rendered;
use super::helpers::Helper;
use super::open::start;
use super::prelude::{Dialect, Prelude};
use crate::contract::NO_TURN;
use crate::plan::{Expr, ExprKind, Fan, Plan, Turn, Ty};
use crate::source::offset;

/// What all turns together may say for people; numbers alone are shorter.
const LONGEST_WORDS: usize = 3000;

/// A script that writes the turns of a loop.
pub(super) fn turns(plan: &Plan, fan: &Fan) -> Rendered {
    let mut prelude = Prelude::new(plan, None, Dialect::Sh);
    let label = prelude.call(Helper::Label, "pipe_label");
    let names: Vec<&str> = fan.vars.iter().map(|var| var.name.as_str()).collect();
    prelude.named("the list of a loop", |this| {
        let lists: Vec<String> = fan.vars.iter().map(|var| this.list(&var.list)).collect();
        this.code.push("pipe_turns=0 pipe_long='' pipe_short=''");
        this.turns_of(fan, &lists, 0, label);
    });
    let fail = prelude.call(Helper::Fail, "pipe_fail");
    let names = names.join(", ");
    let mut body = start(&prelude);
    prelude.render("", &mut body);
    body.push_str(&format!(
        "[ \"$pipe_turns\" -le \"${{PIPE_MOST_TURNS:-$pipe_turns}}\" ] ||\n  \
         {fail} \"the loop over {names} has $pipe_turns turns, and this engine starts at most $PIPE_MOST_TURNS\" 1\n\
         [ \"${{#pipe_long}}\" -le {LONGEST_WORDS} ] || pipe_long=$pipe_short\n\
         [ \"$pipe_turns\" -gt 0 ] || pipe_long='\"{NO_TURN}\"'\n\
         printf '[%s]' \"$pipe_long\" >\"$PIPE_TURNS\"\n",
    ));
    Rendered { body, env: prelude.env, args: prelude.args, workdir: None }
}

/// Sets the number of the turn, where a body of a loop uses it behind `at`.
pub(super) fn number(in_loop: bool, at: usize, body: &mut String) {
    if in_loop && body[at..].contains("pipe_turn") {
        body.insert_str(at, "pipe_turn=${PIPE_TURN%%:*}\n");
    }
}

impl Prelude<'_> {
    /// The loops over the variables from `depth` on.
    fn turns_of(&mut self, fan: &Fan, lists: &[String], depth: usize, label: &str) {
        let Some(list) = lists.get(depth) else { return self.add_turn(fan, label) };
        let element = element(fan, depth);
        self.code.push(format!("pipe_at{depth}=0"));
        self.each(list, |this, name| {
            this.hold(&element, name);
            this.code.push(format!("{label} \"${name}\" \"$pipe_at{depth}\""));
            this.code.push(format!("pipe_label{depth}=$pipe_r"));
            this.turns_of(fan, lists, depth + 1, label);
            this.code.push(format!("pipe_at{depth}=$((pipe_at{depth} + 1))"));
        });
    }

    fn add_turn(&mut self, fan: &Fan, _label: &str) {
        let Some(filter) = &fan.filter else { return self.write_turn(fan) };
        let test = self.cond(filter, true).text;
        let then = self.block(|this| this.write_turn(fan));
        self.choose(&test, then, super::code::Lines::default());
    }

    fn write_turn(&mut self, fan: &Fan) {
        let all = |what: &str, sign: &str| {
            let each = (0..fan.vars.len()).map(|at| format!("${{pipe_{what}{at}}}"));
            each.collect::<Vec<_>>().join(sign)
        };
        let (at, words) = (all("at", "."), all("label", ","));
        self.code.push("[ \"$pipe_turns\" -eq 0 ] || pipe_long=\"$pipe_long,\"'\n' pipe_short=\"$pipe_short,\"'\n'");
        self.code.push(format!("pipe_long=\"$pipe_long\\\"$pipe_turns:{at}:{words}\\\"\""));
        self.code.push(format!("pipe_short=\"$pipe_short\\\"$pipe_turns:{at}:\\\"\""));
        self.code.push("pipe_turns=$((pipe_turns + 1))");
    }

    /// Code that leaves something of the turn in the variable.
    pub(super) fn turn(&mut self, target: &str, turn: &Turn, expr: &Expr) {
        match turn {
            Turn::Element(at, _) => {
                let Some(fan) = self.own_fan() else { return };
                let list = self.list(&fan.vars[*at as usize].list);
                let index = self.index_of(*at);
                self.pick(target, &list, &index);
            }
            Turn::Number => self.code.push(format!("{target}=$pipe_turn")),
            Turn::Output(task, output) => {
                let ty = Ty::List(Box::new(expr.ty.clone()));
                let list = self.list(&Expr::new(ExprKind::Result(*task, *output), ty));
                self.pick(target, &list, "pipe_turn");
            }
            // Refused when the plan was made.
            Turn::Lost(_) => self.code.push(format!("{target}=''")),
        }
    }

    /// Ends the body, as skipped, in a turn for which the condition does not hold; `empty` leaves its outputs empty.
    pub(super) fn only_in_turn(&mut self, condition: &Expr, empty: &str) {
        self.named("the condition", |this| {
            let test = this.cond(condition, false).text;
            let then = this.block(|this| {
                this.code.push(format!(
                    "{empty}[ -z \"${{PIPE_VERDICT_FILE:-}}\" ] || printf skipped >\"$PIPE_VERDICT_FILE\""
                ));
                this.code.push("exit 0");
            });
            this.choose(&test, then, super::code::Lines::default());
        });
    }

    fn own_fan(&self) -> Option<std::sync::Arc<Fan>> {
        self.origin.task.and_then(|task| self.origin.plan.task(task).fan.clone())
    }

    /// The variable that holds the index of a variable of the loop in its list.
    fn index_of(&mut self, at: u32) -> String {
        let name = format!("pipe_at{at}");
        if self.indices.insert(at) {
            let mut behind = String::from("pipe_r=${PIPE_TURN#*:} pipe_r=${pipe_r%%:*}.");
            (0..at).for_each(|_| behind.push_str(" pipe_r=${pipe_r#*.}"));
            self.arguments.push(format!("{behind} {name}=${{pipe_r%%.*}}"));
        }
        name
    }

    fn pick(&mut self, target: &str, list: &str, index: &str) {
        if self.dialect == Dialect::Bash {
            return self.code.push(format!("{target}=${{{list}[{index}]-}}"));
        }
        self.spread(list);
        self.code.push(format!("shift \"${index}\""));
        self.code.push(format!("{target}=${{1-}}"));
    }
}

fn element(fan: &Fan, at: usize) -> Expr {
    let var = &fan.vars[at];
    let turn = Turn::Element(offset(at), std::sync::Arc::from(var.name.as_str()));
    Expr::new(ExprKind::Turn(turn), super::lists::element_type(&var.list.ty))
}

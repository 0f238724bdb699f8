//! The part of a body before the user's script: what comes from outside, and what is evaluated from it.

use std::collections::BTreeSet;

use super::code::{Atom, Lines};
use super::helpers::{self, Helper, Helpers};
use super::names::Names;
use super::source::{Origin, SecretAs, hint, is_reworked, literal, opened};
use crate::contract::{ListSource, Source};
use crate::plan::{Expr, ExprKind, Plan, TaskId, Ty};

/// The language of a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Dialect {
    Bash,
    Sh,
}

/// The values of one body while it is made.
#[derive(Debug)]
pub(super) struct Prelude<'p> {
    pub(super) origin: Origin<'p>,
    pub(super) dialect: Dialect,
    pub(super) names: Names,
    pub(super) env: Vec<(String, Source)>,
    pub(super) args: Vec<ListSource>,
    pub(super) helpers: Helpers,
    /// What is evaluated, in order.
    pub(super) code: Lines,
    /// What is done first: the arguments become lists, before anything else uses the place of the arguments.
    pub(super) arguments: Lines,
    /// What is done then with values from outside.
    inputs: Lines,
    /// Which variable holds a value that was evaluated.
    held: Vec<(Expr, SecretAs, String)>,
    /// Which variable holds a list that came from outside.
    pub(super) lists: Vec<(Expr, String)>,
    /// In sh: the variables of the elements of a list.
    pub(super) elements_of: Vec<(String, Vec<String>)>,
    /// The variables of a loop whose indices are known.
    pub(super) indices: BTreeSet<u32>,
    /// Variables that were found to be ints.
    pub(super) ints: BTreeSet<String>,
    /// What the value being evaluated is called in messages.
    pub(super) at: String,
    /// Something that was evaluated can fail, so messages need `pipe_at`.
    pub(super) fallible: bool,
    /// A variable from outside gets another text, or is asked whether it has any: to shellcheck both set it.
    pub(super) touched: bool,
    /// In sh: the code uses the arguments of the script for lists.
    pub(super) clobbers: bool,
    /// In sh: the list that the arguments of the script are in the end.
    pub(super) positional: Option<String>,
}

impl<'p> Prelude<'p> {
    pub(super) fn new(plan: &'p Plan, task: Option<TaskId>, dialect: Dialect) -> Self {
        Self {
            origin: Origin { plan, task, secrets: SecretAs::Reference },
            dialect,
            names: Names::new(),
            env: Vec::new(),
            args: Vec::new(),
            helpers: Helpers::default(),
            code: Lines::default(),
            arguments: Lines::default(),
            inputs: Lines::default(),
            held: Vec::new(),
            lists: Vec::new(),
            elements_of: Vec::new(),
            indices: BTreeSet::new(),
            ints: BTreeSet::new(),
            at: String::new(),
            fallible: false,
            touched: false,
            clobbers: false,
            positional: None,
        }
    }

    /// The helpers, then what happens to inputs, then what is evaluated; `who` stands before each message.
    pub(super) fn render(&self, who: &str, text: &mut String) {
        helpers::write(&self.helpers, self.dialect, who, text);
        [&self.arguments, &self.inputs, &self.code].into_iter().for_each(|lines| text.push_str(lines.text()));
        match &self.positional {
            Some(list) => text.push_str(&format!("eval \"set -- ${list}\"\n")),
            None if self.clobbers => text.push_str("set --\n"),
            None => {}
        }
    }

    /// For shellcheck, which takes a variable that comes from outside for a misspelling of a similar one that is set.
    pub(super) fn directive(&self) -> &'static str {
        let ours =
            || self.env.iter().filter_map(|(name, _)| name.strip_prefix("PIPE_")).filter(|name| *name != "WORKDIR");
        let set = || self.names.made() > ours().count() || !self.inputs.is_empty() || self.touched;
        let theirs = || self.env.iter().any(|(name, _)| !name.starts_with("PIPE_"));
        match ours().next().is_some() && (theirs() || set() || ours().any(|name| SHORT.contains(&name))) {
            true => "# shellcheck disable=SC2153 # PIPE_ variables come from the environment\n",
            false => "",
        }
    }

    /// Names the helper `pipe_…` and brings it into the body.
    pub(super) fn call(&mut self, helper: Helper, name: &'static str) -> &'static str {
        self.helpers.insert(helper);
        name
    }

    /// Evaluates under a name for messages.
    pub(super) fn named<T>(&mut self, at: &str, evaluate: impl FnOnce(&mut Self) -> T) -> T {
        let beside = self.code.beside();
        let before = std::mem::replace(&mut self.code, beside);
        let outer = (std::mem::replace(&mut self.at, at.to_owned()), std::mem::take(&mut self.fallible));
        let made = evaluate(self);
        let lines = std::mem::replace(&mut self.code, before);
        if self.fallible {
            self.code.push(self.say_at());
        }
        self.code.append(lines);
        (self.at, self.fallible) = outer;
        made
    }

    fn say_at(&self) -> String {
        let at = if self.at.is_empty() { "a value" } else { &self.at };
        format!("pipe_at={}", Atom::Literal(at.to_owned()).assigned())
    }

    /// Evaluates into lines of their own, one block deeper.
    pub(super) fn block(&mut self, evaluate: impl FnOnce(&mut Self)) -> Lines {
        self.block_of(evaluate).0
    }

    /// As [`Self::block`], with what was made of it.
    pub(super) fn block_of<T>(&mut self, evaluate: impl FnOnce(&mut Self) -> T) -> (Lines, T) {
        let deeper = self.code.deeper();
        let before = std::mem::replace(&mut self.code, deeper);
        let (held, ints) = (self.held.len(), self.ints.clone());
        let made = evaluate(self);
        // What is evaluated in a block that may not be run is not known outside.
        self.held.truncate(held);
        self.ints = ints;
        (std::mem::replace(&mut self.code, before), made)
    }

    /// The variable of an input; `wanted` is the hint of the place that uses it alone.
    pub(super) fn input(&mut self, expr: &Expr, source: Source, wanted: &str) -> String {
        if let Some(name) = self.env_of(&source) {
            return name;
        }
        let name = match wanted {
            "" => self.names.fresh(&hint(self.origin.plan, self.origin.task, expr)),
            _ => self.names.fresh(wanted),
        };
        self.env.push((name.clone(), source));
        self.rework(expr, &name);
        name
    }

    fn env_of(&self, source: &Source) -> Option<String> {
        let ours = |name: &str| name.starts_with("PIPE_") && name != "PIPE_WORKDIR";
        self.env.iter().find(|(name, known)| known == source && ours(name)).map(|(name, _)| name.clone())
    }

    /// Brings a value from outside into the form that scripts know.
    pub(super) fn rework(&mut self, expr: &Expr, name: &str) {
        if !is_reworked(expr) {
            return;
        }
        let base = hint(self.origin.plan, self.origin.task, expr);
        self.among_inputs(|this| this.named(&base, |this| this.rework_here(expr, name)));
    }

    fn rework_here(&mut self, expr: &Expr, name: &str) {
        if matches!(expr.kind, ExprKind::Status(_)) {
            self.engine_word(Helper::Status, "pipe_status", name);
        } else if expr.kind == ExprKind::Outcome {
            self.engine_word(Helper::Outcome, "pipe_outcome", name);
        } else {
            self.verify(&expr.ty, name);
        }
    }

    /// Writes code that stands before all that is evaluated.
    pub(super) fn among_inputs(&mut self, write: impl FnOnce(&mut Self)) {
        let inputs = std::mem::take(&mut self.inputs);
        let code = std::mem::replace(&mut self.code, inputs);
        write(self);
        self.inputs = std::mem::replace(&mut self.code, code);
    }

    fn engine_word(&mut self, helper: Helper, call: &'static str, name: &str) {
        self.fallible = true;
        let call = self.call(helper, call);
        self.code.push(format!("{call} \"${name}\""));
        self.code.push(format!("{name}=$pipe_r"));
    }

    /// The variable that holds what this expression comes to, if it was evaluated before.
    pub(super) fn find(&self, expr: &Expr) -> Option<String> {
        let secret = self.origin.secrets;
        let evaluated = self.held.iter().find(|(held, how, _)| held == expr && *how == secret);
        let given = || self.lists.iter().find(|(held, _)| held == expr).map(|(_, name)| name.clone());
        evaluated.map(|(_, _, name)| name.clone()).or_else(given)
    }

    pub(super) fn hold(&mut self, expr: &Expr, name: &str) {
        self.held.push((expr.clone(), self.origin.secrets, name.to_owned()));
    }

    pub(super) fn hold_list(&mut self, expr: &Expr, name: &str) {
        self.lists.push((expr.clone(), name.to_owned()));
    }

    /// A text as a word of code; evaluates it first where that is needed.
    pub(super) fn scalar(&mut self, expr: &Expr) -> Atom {
        if let Some(atom) = literal(expr) {
            return atom;
        }
        if let Some(name) = self.find(expr) {
            return Atom::Var(name);
        }
        if let Some(source) = self.origin.text(expr) {
            return Atom::Var(self.input(expr, source, ""));
        }
        let name = self.names.temporary();
        self.assign(&name, expr);
        Atom::Var(name)
    }

    /// With secrets arriving in another way.
    pub(super) fn with_secrets<T>(&mut self, how: SecretAs, evaluate: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.origin.secrets, how);
        let made = evaluate(self);
        self.origin.secrets = before;
        made
    }

    pub(super) fn is_secret(expr: &Expr) -> bool {
        matches!(opened(&expr.ty), Ty::Secret)
    }
}

/// What bodies call variables of their own, behind `pipe_`.
const SHORT: &[&str] = &[
    "A", "ALL", "AT", "B", "CLEAN", "D", "DONE", "E", "I", "L", "M", "N", "P", "Q", "R", "RC", "T", "U", "V", "VALUE",
    "VERDICT", "W", "X", "LONG", "SHORT", "TURN", "TURNS",
];

//! Names, parameters and outputs of tasks, pipelines and functions.

use super::bracket::ROUND;
use super::printer::{Glue, Printer};
use crate::syntax::ast::{Arg, Output, Outputs, Param};

impl Printer<'_> {
    /// What stands between the name and the body: on one line; or the outputs below the parameters; or a parameter a line.
    pub(super) fn signature(&mut self, params: &[Param], outputs: &Outputs) {
        self.signature_of(params, Self::param, outputs);
    }

    /// The same of what is handed to a task in place.
    pub(super) fn placed(&mut self, given: &[Arg], outputs: &Outputs) {
        self.signature_of(given, Self::arg, outputs);
    }

    fn signature_of<T>(&mut self, params: &[T], print: fn(&mut Self, &T), outputs: &Outputs) {
        let parenthesized = |printer: &mut Self| {
            if printer.peek() == "(" {
                printer.bracket(ROUND, params, print);
            }
        };
        let whole = |printer: &mut Self| {
            parenthesized(printer);
            printer.outputs(outputs, Glue::Space);
        };
        if self.reserving(2, |printer| printer.try_flat(whole)) {
            return;
        }
        let saved = self.save();
        if !params.is_empty() && self.reserving(0, |printer| printer.try_flat(parenthesized)) {
            self.hang();
            if self.reserving(0, |printer| printer.try_flat_below(outputs)) {
                return;
            }
            self.restore(saved);
        }
        match outputs {
            Outputs::Single(_) if self.peek() == "(" => self.one_a_line(ROUND, params, print),
            Outputs::None => self.reserving(2, parenthesized),
            Outputs::Single(_) | Outputs::Named(_) => {
                self.reserving(" -> (".len(), parenthesized);
            }
        }
        self.reserving(2, |printer| printer.outputs(outputs, Glue::Space));
    }

    /// The outputs on a line of their own, when they fit.
    fn try_flat_below(&mut self, outputs: &Outputs) -> bool {
        if self.at_comment() || matches!(outputs, Outputs::None) {
            return false;
        }
        self.glue = Glue::Break;
        self.settle();
        self.try_flat(|printer| printer.outputs(outputs, Glue::None))
    }

    /// Parameters, when there are parentheses.
    pub(super) fn params(&mut self, params: &[Param]) {
        if self.peek() == "(" {
            self.bracket(ROUND, params, Self::param);
        }
    }

    pub(super) fn param(&mut self, param: &Param) {
        self.token();
        if param.is_const {
            self.put(Glue::Space);
        }
        self.put(Glue::None);
        let mark = self.here();
        self.glue = Glue::Space;
        self.ty(&param.ty);
        self.default(param.default.as_ref());
        self.mark = Some(mark);
    }

    fn outputs(&mut self, outputs: &Outputs, glue: Glue) {
        match outputs {
            Outputs::None => {}
            Outputs::Single(output) => {
                self.put(glue);
                self.glue = Glue::Space;
                self.output(output);
            }
            Outputs::Named(outputs) => {
                self.put(glue);
                self.glue = Glue::Space;
                self.bracket(ROUND, outputs, Self::output);
            }
        }
    }

    fn output(&mut self, output: &Output) {
        let mut mark = self.mark;
        if output.name.is_some() {
            self.token();
            self.put(Glue::None);
            mark = Some(self.here());
            self.glue = Glue::Space;
        }
        self.ty(&output.ty);
        self.default(output.default.as_deref());
        self.mark = mark;
    }

    fn default(&mut self, value: Option<&crate::syntax::ast::Expr>) {
        if let Some(value) = value {
            self.put(Glue::Space);
            self.glue = Glue::Space;
            self.expr(value);
        }
    }
}

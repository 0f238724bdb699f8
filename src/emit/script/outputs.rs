//! What a task leaves: values are read, checked and written in their one form; artifacts have to be there.

use super::code::quoted;
use super::helpers::Helper;
use super::object::{self, Fields};
use super::prelude::Prelude;
use super::source::{is_list, is_optional, opened};
use crate::contract::NO_TURN;
use crate::plan::{Expr, ExprKind, Output, Task, Ty};
use crate::source::offset;

/// The outputs of a task, with the variables that hold their paths.
#[derive(Debug)]
pub(super) struct Outputs<'p> {
    values: Vec<(&'p Output, String)>,
    artifacts: Vec<(&'p Output, String)>,
    /// Each value has the number of its turn before it.
    numbered: bool,
}

impl<'p> Outputs<'p> {
    /// `values`, `placed`: the body does something with outputs that are values, or artifacts.
    pub(super) fn new(prelude: &mut Prelude<'p>, task: &'p Task, values: bool, placed: bool) -> Self {
        let mut outputs = Self { values: Vec::new(), artifacts: Vec::new(), numbered: task.fan.is_some() };
        for (at, output) in task.outputs.iter().enumerate() {
            if !(if output.place.is_some() { placed } else { values }) {
                continue;
            }
            let path = Expr::new(ExprKind::Out(offset(at)), output.ty.clone());
            let hint = if output.name.is_empty() { "out" } else { &["out_", &output.name].concat() };
            let name = prelude.text(&path, hint);
            let list = if output.place.is_some() { &mut outputs.artifacts } else { &mut outputs.values };
            list.push((output, name));
        }
        outputs
    }

    /// Commands that leave every value empty, each with a blank and `;` behind it.
    pub(super) fn empty(&self) -> String {
        let write = if self.numbered { "printf %s \"$pipe_turn:\" >\"$" } else { ": >\"$" };
        let empty: String = self.values.iter().flat_map(|(_, name)| [write, name, "\"; "]).collect();
        empty + &object::empty(&self.records())
    }

    /// The variables of the fields of each output that is a record; a turn of a loop gives every field by itself.
    fn records(&self) -> Vec<Fields<'_>> {
        if self.numbered { Vec::new() } else { object::fields(&self.values) }
    }

    /// Commands that say in every value that there is no turn, each with a blank and `;` behind it.
    pub(super) fn no_turn(&self) -> String {
        self.values.iter().flat_map(|(_, name)| ["printf %s ", NO_TURN, " >\"$", name, "\"; "]).collect()
    }

    /// Forgets what an earlier try wrote.
    pub(super) fn forget(&self) -> String {
        let names: Vec<String> = self.values.iter().map(|(_, name)| format!("\"${name}\"")).collect();
        if names.is_empty() { String::new() } else { format!("rm -f -- {}\n", names.join(" ")) }
    }

    /// Makes the directories that artifacts are written to.
    pub(super) fn directories(&self) -> String {
        let make = |name: &String| format!("mkdir -p -- \"$(dirname -- \"${name}\")\"\n");
        self.artifacts.iter().map(|(_, name)| make(name)).collect()
    }

    /// Code that ends the body with exit 1 when an output is missing or ill-typed.
    pub(super) fn check(&self, prelude: &mut Prelude<'_>) -> String {
        let beside = prelude.code.beside();
        let before = std::mem::replace(&mut prelude.code, beside);
        self.values.iter().for_each(|(output, file)| prelude.check_value(output, file, self.numbered));
        self.artifacts.iter().for_each(|(output, path)| prelude.check_artifact(output, path));
        self.records().iter().for_each(|fields| prelude.write_object(fields));
        std::mem::replace(&mut prelude.code, before).into_text()
    }
}

impl Prelude<'_> {
    fn check_value(&mut self, output: &Output, file: &str, numbered: bool) {
        let optional = is_optional(&output.ty);
        if optional {
            self.code.push(format!("[ -e \"${file}\" ] || : >\"${file}\""));
        }
        let take = self.call(Helper::Take, "pipe_take");
        self.code.push_all(&[take, " ", &quoted(&called(output)), " \"$", file, "\""]);
        match is_list(&output.ty) {
            true => self.check_lines(output, opened(&output.ty)),
            false => self.check_text(output, &output.ty, "pipe_v"),
        }
        let value = if numbered { "$pipe_turn:$pipe_v" } else { "$pipe_v" };
        self.code.push_all(&["printf %s \"", value, "\" >\"$", file, "\""]);
    }

    fn check_text(&mut self, output: &Output, ty: &Ty, name: &str) {
        self.verify_or(ty, name, &|this, form| {
            let (fail, show) = (this.call(Helper::Fail, "pipe_fail"), this.call(Helper::Show, "pipe_show"));
            let what = format!("{} is not {form}: ", called(output));
            format!("{fail} {}\"'$({show} \"${name}\")'\" 1", quoted(&what))
        });
    }

    /// A list is written as lines, one an element; an empty text is an empty list.
    fn check_lines(&mut self, output: &Output, ty: &Ty) {
        let Ty::List(element) = ty else { return };
        if self.check(opened(element), "").is_none() {
            return;
        }
        self.code.push("pipe_all=''");
        self.code.push("[ -z \"$pipe_v\" ] || while IFS= read -r pipe_v; do");
        let inner = self.block(|this| {
            this.check_text(output, element, "pipe_v");
            // The line break belongs to the quotes.
            this.code.push("pipe_all=\"$pipe_all$pipe_v\"'\n'");
        });
        self.code.append(inner);
        self.code.push("done <<PIPEC_LINES\n$pipe_v\nPIPEC_LINES");
        self.code.push("pipe_v=${pipe_all%'\n'}");
    }

    fn check_artifact(&mut self, output: &Output, path: &str) {
        if is_optional(&output.ty) {
            return;
        }
        let fail = self.call(Helper::Fail, "pipe_fail");
        let what = format!("{} was not made: ", called(output));
        self.code.push(format!("[ -e \"${path}\" ] || {fail} {}\"${path}\" 1", quoted(&what)));
    }
}

fn called(output: &Output) -> String {
    if output.name.is_empty() { "its output".to_owned() } else { ["output ", &output.name].concat() }
}

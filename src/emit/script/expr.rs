//! Expressions that come to one text: code that leaves it in a variable.

use super::code::{Atom, Lines, quoted};
use super::helpers::Helper;
use super::prelude::Prelude;
use super::source::{SecretAs, is_list, known_text};
use crate::contract::Source;
use crate::plan::{Expr, ExprKind, Op, Ty, Value, WorkspaceId};

impl Prelude<'_> {
    /// Code that leaves the text of an expression in the variable.
    pub(super) fn assign(&mut self, target: &str, expr: &Expr) {
        match &expr.kind {
            ExprKind::Known(_)
            | ExprKind::Param(_)
            | ExprKind::Result(..)
            | ExprKind::Status(_)
            | ExprKind::StepResult(..)
            | ExprKind::Outcome => self.copy(target, expr),
            ExprKind::Turn(turn) => self.turn(target, turn, expr),
            ExprKind::Artifact { workspace, path, .. } | ExprKind::Place { workspace, path } => {
                self.place(target, *workspace, path);
            }
            ExprKind::Out(output) => self.out(target, expr, *output),
            ExprKind::Concat(parts) => {
                let atoms: Vec<_> = parts.iter().map(|part| self.scalar(part)).collect();
                let text: String = atoms.iter().map(Atom::inside).collect();
                self.code.push(format!("{target}=\"{text}\""));
            }
            ExprKind::Not(_) | ExprKind::IsNone(_) => self.truth(target, expr),
            ExprKind::Binary(op, ..) => match op {
                Op::Or
                | Op::And
                | Op::Equal
                | Op::Unequal
                | Op::Less
                | Op::LessEqual
                | Op::Greater
                | Op::GreaterEqual
                | Op::In => self.truth(target, expr),
                Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder => self.measure(target, expr),
            },
            ExprKind::Negate(_) | ExprKind::Len(_) => self.measure(target, expr),
            ExprKind::Coalesce(first, second) => self.coalesce(target, first, second),
            ExprKind::If(cond, then, otherwise) => self.either(target, cond, then, otherwise),
            ExprKind::Join(list, separator) => self.join(target, list, separator),
            ExprKind::Convert(inner) => {
                self.assign(target, inner);
                self.verify(&expr.ty, target);
            }
            // A list where a text is wanted: its lines, as at every border.
            ExprKind::List(_) | ExprKind::Flag(..) | ExprKind::Append(..) => {
                let list = self.list(expr);
                self.joined(target, "'\n'", &list);
            }
        }
    }

    fn copy(&mut self, target: &str, expr: &Expr) {
        if is_list(&expr.ty) {
            let list = self.list(expr);
            return self.joined(target, "'\n'", &list);
        }
        if matches!(expr.kind, ExprKind::Known(Value::Record(_))) {
            // A record has no text form; the types keep it out of every place of a text.
            return self.code.push(format!("{target}=''"));
        }
        let atom = self.scalar(expr);
        self.code.push(format!("{target}={}", atom.assigned()));
    }

    fn truth(&mut self, target: &str, expr: &Expr) {
        let test = self.cond(expr, true).text;
        self.code.push(format!("if {test}; then {target}=true; else {target}=false; fi"));
    }

    /// The root of a workspace, and a path below it that is evaluated.
    fn place(&mut self, target: &str, workspace: WorkspaceId, path: &Expr) {
        let root = Expr { kind: ExprKind::Known(Value::Workspace(workspace)), ty: Ty::Path };
        let path_known = known_text(path).unwrap_or_default();
        let source = self.origin.place(workspace, path_known.clone());
        let name = self.origin.plan.workspaces[workspace.index()].name.clone();
        let root = self.input(&root, source.unwrap_or(Source::Literal(path_known.clone())), &name);
        if path.value().is_some() {
            self.code.push(format!("{target}=\"${root}\""));
            return;
        }
        let path = self.scalar(path);
        let (inside, wrong) = (self.call(Helper::Inside, "pipe_inside"), self.call(Helper::Wrong, "pipe_wrong"));
        (self.touched, self.fallible) = (true, true);
        let (word, form) = (format!("\"{}\"", path.inside()), quoted(&format!("a path inside the workspace {name}")));
        self.code.push(format!("{inside} {word} || {wrong} {form} {word}"));
        self.code.push(format!("{target}=\"${root}/{}\"", path.inside()));
    }

    fn out(&mut self, target: &str, expr: &Expr, output: u32) {
        let task = self.origin.task.map(|task| self.origin.plan.task(task));
        let place = task.and_then(|task| task.outputs[output as usize].place.clone());
        match place {
            Some((workspace, path)) if path.value().is_none() => self.place(target, workspace, &path),
            Some(_) | None => self.copy(target, expr),
        }
    }

    fn coalesce(&mut self, target: &str, first: &Expr, second: &Expr) {
        self.assign(target, first);
        self.code.push(format!("if [ -z \"${target}\" ]; then"));
        let second = self.block(|this| this.assign(target, second));
        self.code.append(second);
        self.code.push("fi");
    }

    fn either(&mut self, target: &str, cond: &Expr, then: &Expr, otherwise: &Expr) {
        let test = self.cond(cond, true).text;
        let then = self.block(|this| this.assign(target, then));
        let otherwise = self.block(|this| this.assign(target, otherwise));
        self.choose(&test, then, otherwise);
    }

    /// `if … then … else …` of two blocks.
    pub(super) fn choose(&mut self, test: &str, then: Lines, otherwise: Lines) {
        self.code.push(format!("if {test}; then"));
        match then.is_empty() {
            true => self.code.push("  :"),
            false => self.code.append(then),
        }
        if !otherwise.is_empty() {
            self.code.push("else");
            self.code.append(otherwise);
        }
        self.code.push("fi");
    }

    fn join(&mut self, target: &str, list: &Expr, separator: &Expr) {
        let separator = self.scalar(separator).word();
        let list = self.list(list);
        self.joined(target, &separator, &list);
    }

    fn joined(&mut self, target: &str, separator: &str, list: &str) {
        let join = self.call(Helper::Join, "pipe_join");
        let call = self.with_words(&format!("{join} {separator}"), list);
        self.code.push(call);
        self.code.push(format!("{target}=$pipe_r"));
    }

    /// Whether a value is there, as code; `want` is the answer that makes it true.
    pub(super) fn is_none(&mut self, expr: &Expr, want: bool) -> String {
        if is_list(&expr.ty) {
            let list = self.list(expr);
            let count = self.count(&list);
            return format!("[ {} {} 0 ]", count.word(), if want { "-eq" } else { "-ne" });
        }
        let atom = self.with_secrets(SecretAs::Reference, |this| this.scalar(expr));
        self.touched = true;
        format!("[ {} {} ]", if want { "-z" } else { "-n" }, atom.word())
    }
}

//! The statements of pipelines and tests, and the fields of blocks.

use super::bracket::{BODY, FIELDS, ROUND, SHORT, Style};
use super::printer::{Glue, Printer};
use crate::syntax::ast::{Arg, Expr, Field, For, Modifiers, Name, Stmt, Task, When};

impl Printer<'_> {
    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Bind { value, modifiers, .. } => {
                self.token();
                let mark = self.here();
                self.put(Glue::Space);
                self.glue = Glue::Space;
                self.called(value, modifiers);
                self.mark = Some(mark);
            }
            Stmt::BindWhen { when, .. } => {
                self.token();
                let mark = self.here();
                self.put(Glue::Space);
                self.glue = Glue::Space;
                self.when(when);
                self.mark = Some(mark);
            }
            Stmt::Call { value, modifiers, .. } => self.called(value, modifiers),
            Stmt::Task { task, after } if task.given.is_some() => {
                self.token();
                self.glue = Glue::Space;
                self.task(task, after, SHORT);
            }
            Stmt::Task { task, after } => self.task(task, after, FIELDS),
            Stmt::When(when) => self.when(when),
            Stmt::For(statement) => self.for_statement(statement),
            Stmt::Stage { body, .. } => self.headed(body, |printer| printer.words(2)),
            Stmt::Finally { body, .. } => self.headed(body, |printer| printer.words(1)),
            Stmt::Expect { body, .. } => self.headed(body, |printer| printer.words(4)),
            Stmt::Require { cond, message, .. } => self.claim(cond, None, message.as_ref()),
            Stmt::Assert { claim, after, message, .. } => self.claim(claim, after.as_deref(), message.as_deref()),
            Stmt::Exclusive { name, .. } => {
                self.token();
                self.glue = Glue::Space;
                self.expr(name);
            }
            Stmt::Workspace { fields, .. } => self.fields_of(2, fields, FIELDS),
            Stmt::Target { fields, .. } => self.fields_of(2, fields, SHORT),
            Stmt::Defaults { fields, .. } => self.fields_of(1, fields, FIELDS),
            Stmt::Return { values, .. } => self.return_statement(values),
            Stmt::Broken(_) => {}
        }
    }

    /// The words of a head.
    fn words(&mut self, count: usize) {
        self.token();
        for _ in 1..count {
            self.put(Glue::Space);
        }
    }

    /// `word { fields }`, `word name { fields }`; the block may be absent.
    fn fields_of(&mut self, words: usize, fields: &[Field], style: Style) {
        self.words(words);
        if self.peek() == "{" {
            self.glue = Glue::Space;
            self.bracket(style, fields, Self::field);
        }
    }

    /// A head and a body of statements: all on one line, or a statement a line.
    pub(super) fn headed(&mut self, body: &[Stmt], head: impl Fn(&mut Self)) {
        let whole = |printer: &mut Self| {
            head(printer);
            printer.glue = Glue::Space;
            printer.bracket(BODY, body, Self::statement);
        };
        if self.try_flat(whole) {
            return;
        }
        self.head(head);
        self.one_a_line(BODY, body, Self::statement);
    }

    /// A head, and what stands between it and its block: the block of a head that ends in the middle of nothing begins a line.
    fn head(&mut self, head: impl FnOnce(&mut Self)) {
        let line = self.lines;
        self.scoped(|printer| {
            printer.reserve = 2;
            head(printer);
        });
        self.glue = if self.lines == line || self.at_closer_line() { Glue::Space } else { Glue::Break };
        if self.at_comment() {
            self.glue = Glue::Break;
            self.comments();
        }
    }

    /// Whether the last line begins with a closing bracket, so that what was opened above ends there.
    fn at_closer_line(&self) -> bool {
        let line = self.out.rsplit('\n').next().unwrap_or_default();
        line.trim_start().starts_with([')', ']', '}'])
    }

    /// `style` is that of its fields.
    pub(super) fn task(&mut self, task: &Task, after: &[Name], style: Style) {
        let head = |printer: &mut Self| {
            printer.named_only();
            match &task.given {
                Some(given) => printer.placed(given, &task.outputs),
                None => printer.signature(&task.params, &task.outputs),
            }
        };
        let whole = |printer: &mut Self| {
            head(printer);
            printer.glue = Glue::Space;
            printer.bracket(style, &task.body, Self::field);
            printer.after(after);
        };
        if self.try_flat(whole) {
            return;
        }
        self.head(head);
        // Behind a head of several lines.
        if style.kept {
            let names: usize = after.iter().map(|name| name.text.chars().count() + ", ".len()).sum();
            let behind = if after.is_empty() { 0 } else { " after".len() + names };
            self.reserving(behind, |printer| printer.bracket(style, &task.body, Self::field));
        } else {
            self.several(style, &task.body, Self::field);
        }
        self.after(after);
    }

    /// ` after a, b`
    fn after(&mut self, after: &[Name]) {
        if !after.is_empty() {
            self.put(Glue::Space);
            self.glue = Glue::Space;
            self.listed(after, Self::name);
        }
    }

    pub(super) fn field(&mut self, field: &Field) {
        match field {
            Field::Value { value, .. } => {
                self.token();
                self.behind_colon(value);
            }
            Field::Step { fields, .. } | Field::Service { fields, .. } => {
                self.named();
                self.bracket(FIELDS, fields, Self::field);
            }
            Field::Require { cond, message, .. } => self.claim(cond, None, message.as_deref()),
            Field::Broken(_) => {}
        }
    }

    /// A value, the fields that it overrides, and what it waits for: that stands below when it does not fit behind.
    fn called(&mut self, value: &Expr, modifiers: &Modifiers) {
        let call = |printer: &mut Self| {
            printer.expr(value);
            if printer.peek() == "{" {
                printer.glue = Glue::Space;
                printer.bracket(FIELDS, &modifiers.fields, Self::field);
            }
        };
        let whole = |printer: &mut Self| {
            call(printer);
            printer.after(&modifiers.after);
        };
        if self.try_flat(whole) {
            return;
        }
        let line = self.lines;
        if !self.try_flat(call) {
            call(self);
        }
        let beside = self.lines > line && !self.hung && self.try_flat(|printer| printer.after(&modifiers.after));
        if !beside && !modifiers.after.is_empty() {
            self.hang();
            self.put(Glue::Break);
            self.glue = Glue::Space;
            self.listed(&modifiers.after, Self::name);
        }
    }

    fn when(&mut self, when: &When) {
        if !self.try_flat(|printer| printer.when_flat(when)) {
            self.when_broken(when);
        }
    }

    fn when_flat(&mut self, when: &When) {
        self.condition(when);
        self.glue = Glue::Space;
        self.bracket(BODY, &when.then, Self::statement);
        if self.failed || self.peek() != "else" {
            return;
        }
        self.put(Glue::Space);
        self.glue = Glue::Space;
        match when.otherwise.as_slice() {
            [Stmt::When(other)] if self.peek() == "when" => self.when_flat(other),
            body => self.bracket(BODY, body, Self::statement),
        }
    }

    fn when_broken(&mut self, when: &When) {
        self.head(|printer| printer.condition(when));
        self.one_a_line(BODY, &when.then, Self::statement);
        if self.peek() != "else" {
            return;
        }
        if self.at_comment() {
            self.glue = Glue::Line;
            self.comments();
            self.glue = Glue::Break;
        } else {
            self.glue = Glue::Space;
        }
        self.token();
        self.glue = Glue::Space;
        match when.otherwise.as_slice() {
            [Stmt::When(other)] if self.peek() == "when" => self.when_broken(other),
            body => {
                self.head(|_| {});
                self.one_a_line(BODY, body, Self::statement);
            }
        }
    }

    /// `when cond`
    fn condition(&mut self, when: &When) {
        self.token();
        self.glue = Glue::Space;
        self.expr(&when.cond);
    }

    fn for_statement(&mut self, statement: &For) {
        self.headed(&statement.body, |printer| {
            printer.token();
            printer.glue = Glue::Space;
            printer.listed(&statement.vars, |printer, (_, list)| {
                printer.token();
                printer.put(Glue::Space);
                printer.glue = Glue::Space;
                printer.expr(list);
            });
            if let Some(filter) = &statement.filter {
                printer.put(Glue::Space);
                printer.glue = Glue::Space;
                printer.expr(filter);
            }
        });
    }

    /// `require a, "message"`, `assert a after b, "message"`: each part stands below when it does not fit behind.
    fn claim(&mut self, claim: &Expr, after: Option<&Expr>, message: Option<&Expr>) {
        let comma = usize::from(message.is_some());
        self.token();
        self.glue = Glue::Space;
        self.reserving(comma, |printer| printer.expr(claim));
        if let Some(after) = after {
            self.reserving(comma, |printer| {
                printer.part(|printer, glue| {
                    printer.put(glue);
                    printer.glue = Glue::Space;
                    printer.expr(after);
                });
            });
        }
        if let Some(message) = message {
            self.put(Glue::None);
            self.part(|printer, glue| {
                printer.glue = glue;
                printer.expr(message);
            });
        }
    }

    /// What stands behind a blank, or below.
    fn part(&mut self, write: impl Fn(&mut Self, Glue)) {
        if !self.try_flat(|printer| write(printer, Glue::Space)) {
            self.hang();
            write(self, Glue::Break);
        }
    }

    /// `return (a: x)`, or `return x`, which may begin with a parenthesis too.
    fn return_statement(&mut self, values: &[Arg]) {
        self.token();
        self.glue = Glue::Space;
        let start = self.tokens[self.next()].start;
        match values {
            [only] if only.name.is_none() && only.value.span.start == start => self.expr(&only.value),
            _ => self.bracket(ROUND, values, Self::arg),
        }
    }
}

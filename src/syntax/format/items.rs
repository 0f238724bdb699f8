//! The items of a file.

use super::align::Run;
use super::bracket::{CASES, DECLARED, FIELDS, SHORT};
use super::printer::{Glue, Printer};
use crate::syntax::ast::{Command, Const, EnumCase, Expr, ExprKind, File, Fn, Item, Name, Selected, Use};

impl Printer<'_> {
    /// The whole file.
    pub(super) fn file(mut self, file: &File) -> String {
        let mut run = Run::default();
        let mut long = false;
        for (at, item) in file.items.iter().enumerate() {
            if self.at_gap() {
                self.align(&mut run);
            }
            if at > 0 {
                self.glue = if long { Glue::Apart } else { Glue::Line };
            }
            let gap = self.out.len();
            self.settle();
            let line = self.lines;
            self.mark = None;
            self.scoped(|printer| printer.item(item));
            long = self.lines > line;
            if long && at > 0 && !self.out[gap..].starts_with("\n\n") {
                self.out.insert(gap, '\n');
            }
            let place = self.mark.filter(|_| !long && matches!(item, Item::Command(_)));
            let end = self.column;
            if place.is_none() {
                self.align(&mut run);
            }
            self.trailing();
            if let Some(place) = place {
                run.push(place, end, self.column);
            }
        }
        self.align(&mut run);
        self.glue = if file.items.is_empty() { Glue::Start } else { Glue::Line };
        self.comments();
        if self.at + 1 != self.tokens.len() {
            // The tree and the tokens do not say the same: better no layout than a loss.
            debug_assert!(false, "every token has been written");
            return self.text.to_owned();
        }
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Use(item) => self.use_item(item),
            Item::Enum(item) => {
                self.named();
                self.bracket(CASES, &item.cases, Self::enum_case);
            }
            Item::Record(item) => {
                self.named();
                self.bracket(DECLARED, &item.fields, Self::param);
            }
            Item::Type(item) => {
                self.named();
                self.token();
                self.glue = Glue::Space;
                self.ty(&item.base);
                if item.pattern.is_some() {
                    self.clause(Self::token);
                }
            }
            Item::Artifact(item) => {
                self.named();
                self.glue = Glue::None;
                if !item.requires.is_empty() {
                    self.clause(|printer| printer.listed(&item.requires, Self::ty));
                }
                self.words_clause(&item.on);
            }
            Item::Command(item) => self.command(item),
            Item::Const(item) => self.const_item(item),
            Item::Fn(item) => self.fn_item(item),
            Item::Task(task) => self.task(task, &[], FIELDS),
            Item::Extern(task) => {
                self.token();
                self.glue = Glue::Space;
                self.task(task, &[], SHORT);
            }
            Item::Pipeline(item) => {
                self.headed(&item.body, |printer| {
                    printer.token();
                    printer.put(Glue::Space);
                    printer.signature(&item.params, &item.outputs);
                });
            }
            Item::Test(item) => {
                self.headed(&item.body, Self::named_only);
            }
            Item::Broken(..) => {}
        }
    }

    fn command(&mut self, item: &Command) {
        self.named();
        let mark = self.here();
        self.glue = Glue::None;
        for types in [&item.makes, &item.requires, &item.invalidates, &item.unless] {
            if !types.is_empty() {
                self.clause(|printer| printer.listed(types, Self::ty));
            }
        }
        self.words_clause(&item.needs);
        let says = [&item.makes, &item.requires, &item.invalidates].iter().any(|types| !types.is_empty());
        self.mark = (says || !item.needs.is_empty()).then_some(mark);
        if item.block.is_some() {
            self.glue = Glue::Space;
            self.bracket(FIELDS, &item.facts, Self::field);
        }
    }

    /// `needs kvm`, where there is such a thing.
    fn words_clause(&mut self, names: &[Name]) {
        if !names.is_empty() {
            self.clause(|printer| printer.listed(names, |printer, _| printer.token()));
        }
    }

    /// `word name `
    pub(super) fn named(&mut self) {
        self.named_only();
        self.glue = Glue::Space;
    }

    /// `word name`
    pub(super) fn named_only(&mut self) {
        self.token();
        self.put(Glue::Space);
    }

    /// ` word …`, below when it does not fit.
    fn clause(&mut self, rest: impl std::ops::Fn(&mut Self)) {
        let write = |printer: &mut Self, glue| {
            printer.put(glue);
            printer.glue = Glue::Space;
            rest(printer);
        };
        if !self.try_flat(|printer| write(printer, Glue::Space)) {
            self.hang();
            write(self, Glue::Break);
        }
    }

    fn use_item(&mut self, item: &Use) {
        self.token();
        self.glue = Glue::Space;
        self.path(&item.path);
        if item.alias.is_some() {
            self.alias();
        }
        if let Some(only) = &item.only {
            self.put(Glue::None);
            self.bracket(CASES, only, Self::selected);
        }
    }

    fn selected(&mut self, selected: &Selected) {
        self.token();
        if selected.alias.is_some() {
            self.alias();
        }
    }

    fn alias(&mut self) {
        self.put(Glue::Space);
        self.put(Glue::Space);
    }

    fn enum_case(&mut self, case: &EnumCase) {
        self.token();
        if case.spelling.is_some() {
            self.put(Glue::Space);
            self.put(Glue::Space);
        }
    }

    fn const_item(&mut self, item: &Const) {
        let head = |printer: &mut Self| {
            printer.named_only();
            printer.put(Glue::None);
            printer.glue = Glue::Space;
            printer.ty(&item.ty);
            printer.put(Glue::Space);
        };
        head(self);
        self.value(&item.value);
    }

    fn fn_item(&mut self, item: &Fn) {
        self.named_only();
        let head = |printer: &mut Self| {
            printer.params(&item.params);
            printer.put(Glue::Space);
            printer.glue = Glue::Space;
            printer.ty(&item.result);
            printer.put(Glue::Space);
        };
        if !self.try_flat(head) {
            self.reserving(WITHOUT_RESULT, head);
        }
        self.value(&item.body);
    }

    /// The value behind `=`: beside it, also when it goes over several lines between its brackets; else below.
    fn value(&mut self, value: &Expr) {
        self.glue = Glue::Space;
        if self.try_flat(|printer| printer.expr(value)) {
            return;
        }
        let bracketed = match &value.kind {
            ExprKind::Text(text) => text.block,
            ExprKind::List(_) | ExprKind::Record(_) | ExprKind::Call { .. } | ExprKind::Match { .. } => true,
            ExprKind::None
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Duration(_)
            | ExprKind::Size(_)
            | ExprKind::Cpu(_)
            | ExprKind::Case(_)
            | ExprKind::Name(_)
            | ExprKind::Field(..)
            | ExprKind::Force(_)
            | ExprKind::Not(_)
            | ExprKind::Negate(_)
            | ExprKind::Binary { .. }
            | ExprKind::If { .. }
            | ExprKind::Broken => false,
        };
        if !bracketed && !self.at_comment() {
            self.hang();
            self.glue = Glue::Break;
        }
        self.expr(value);
    }
}

/// Enough for parameters that fit beside nothing else to be broken.
const WITHOUT_RESULT: usize = super::WIDTH;

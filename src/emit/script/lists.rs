//! Lists: arrays in bash. In sh a variable holds the words in quotes, and `eval "set -- $LIST"` makes them words again.

use super::code::{Atom, Lines, is_plain};
use super::helpers::Helper;
use super::prelude::{Dialect, Prelude};
use super::source::{is_list, literal, opened};
use super::unit::Unit;
use crate::contract::{END_OF_LIST, ListSource};
use crate::plan::outside::has_form;
use crate::plan::{Expr, ExprKind, TaskId, Ty, Value};

impl Prelude<'_> {
    /// The variable of a list.
    pub(super) fn list(&mut self, expr: &Expr) -> String {
        if let Some(name) = self.find(expr) {
            return name;
        }
        if let Some(name) = self.list_input(expr, "") {
            return name;
        }
        let name = self.names.temporary();
        self.fill(&name, expr);
        name
    }

    /// Code that leaves the elements of an expression in the variable.
    pub(super) fn fill(&mut self, target: &str, expr: &Expr) {
        self.start(target);
        self.append(target, expr);
    }

    fn start(&mut self, target: &str) {
        self.code.push(match self.dialect {
            Dialect::Bash => format!("{target}=()"),
            Dialect::Sh => format!("{target}=''"),
        });
    }

    /// A list that comes from outside, as arguments or as the lines of a result.
    pub(super) fn list_input(&mut self, expr: &Expr, wanted: &str) -> Option<String> {
        if !is_list(&expr.ty) {
            return None;
        }
        if let ExprKind::Turn(_) = expr.kind {
            return Some(self.turn_lines(expr, wanted));
        }
        let maker = if let ExprKind::Result(task, _) = expr.kind { Some(self.origin.plan.task(task)) } else { None };
        if maker.is_some_and(|task| task.fan.is_none() && task.source.is_none()) {
            return Some(self.result_lines(expr, wanted));
        }
        let source = self.origin.list(expr)?;
        let ours = |task: TaskId| self.origin.plan.task(task).source.is_none();
        let numbered = matches!(expr.kind, ExprKind::Result(task, _) if ours(task));
        let hint = super::source::hint(self.origin.plan, self.origin.task, expr);
        let hint = if wanted.is_empty() { &hint } else { wanted };
        let name = self.names.fresh(hint);
        self.hold_list(expr, &name);
        let element = element_type(&expr.ty);
        let measured = matches!(expr.kind, ExprKind::Param(_)) && Unit::of(&element).is_some();
        let foreign = matches!(source, ListSource::Result { .. }) && has_form(&element);
        if !measured && !foreign {
            self.decode(&name, source, numbered);
            return Some(name);
        }
        let given = self.names.temporary();
        self.decode(&given, source, numbered);
        self.among_inputs(|this| {
            this.named(hint, |this| {
                this.start(&name);
                this.append_checked(&name, &given, &element);
            })
        });
        Some(name)
    }

    /// `gathered`: each element says before a colon at which place it stands.
    fn decode(&mut self, name: &str, source: ListSource, gathered: bool) {
        self.args.push(source);
        let code = match self.dialect {
            Dialect::Bash if gathered => vec![
                format!("{name}=()"),
                format!("while [ \"$1\" != {END_OF_LIST} ]; do"),
                "  case ${1%%:*} in".to_owned(),
                "    '' | *[!0123456789]*) ;;".to_owned(),
                format!("    *) {name}[${{1%%:*}}]=${{1#*:}} ;;"),
                "  esac".to_owned(),
                "  shift".to_owned(),
                "done".to_owned(),
                "shift".to_owned(),
            ],
            Dialect::Sh if gathered => {
                let gathered = self.call(Helper::Gathered, "pipe_gathered");
                vec![format!("{gathered} \"$@\""), format!("{name}=$pipe_r"), "shift \"$((pipe_n + 1))\"".to_owned()]
            }
            Dialect::Bash => vec![
                format!("{name}=()"),
                format!("while [ \"$1\" != {END_OF_LIST} ]; do {name}+=(\"$1\"); shift; done"),
                "shift".to_owned(),
            ],
            Dialect::Sh => {
                let arguments = self.call(Helper::Arguments, "pipe_arguments");
                vec![format!("{arguments} \"$@\""), format!("{name}=$pipe_r"), "shift \"$((pipe_n + 1))\"".to_owned()]
            }
        };
        code.iter().for_each(|line| self.arguments.push(line));
    }

    fn result_lines(&mut self, expr: &Expr, wanted: &str) -> String {
        let source = self.origin.text(expr).expect("a result is a text from outside");
        let base = super::source::hint(self.origin.plan, self.origin.task, expr);
        let name = self.names.fresh(if wanted.is_empty() { &base } else { wanted });
        let text = self.input(expr, source, &format!("{base}_lines"));
        self.hold_list(expr, &name);
        let code = self.split_lines(&name, &text);
        self.among_inputs(|this| code.iter().for_each(|line| this.code.push(line)));
        name
    }

    /// The list that another task wrote in this turn.
    fn turn_lines(&mut self, expr: &Expr, wanted: &str) -> String {
        let base = super::source::hint(self.origin.plan, self.origin.task, expr);
        let name = self.names.fresh(if wanted.is_empty() { &base } else { wanted });
        let text = self.names.temporary();
        self.assign(&text, expr);
        self.split_lines(&name, &text).iter().for_each(|line| self.code.push(line));
        self.hold(expr, &name);
        name
    }

    /// Code that makes a list of the lines of a text.
    fn split_lines(&mut self, name: &str, text: &str) -> Vec<String> {
        match self.dialect {
            Dialect::Bash => {
                self.touched = true;
                vec![format!("{name}=()"), format!("[ -z \"${text}\" ] || mapfile -t {name} <<<\"${text}\"")]
            }
            Dialect::Sh => {
                let lines = self.call(Helper::Lines, "pipe_lines");
                vec![format!("{lines} \"${text}\""), format!("{name}=$pipe_r")]
            }
        }
    }

    /// Code that puts the elements of an expression behind those of the variable.
    fn append(&mut self, target: &str, expr: &Expr) {
        if let Some(list) = self.find(expr).or_else(|| self.list_input(expr, "")) {
            self.extend(target, &list);
            return;
        }
        match &expr.kind {
            ExprKind::Known(Value::List(values)) => {
                let element = element_type(&expr.ty);
                values.iter().for_each(|value| self.append_one(target, &Expr::known(value.clone(), element.clone())));
            }
            ExprKind::Known(Value::None) => {}
            ExprKind::List(parts) => parts.iter().for_each(|part| self.append_one(target, part)),
            ExprKind::Flag(flag, value) => self.flag(target, flag, value),
            ExprKind::If(cond, then, otherwise) => {
                let test = self.cond(cond, true).text;
                let then = self.block(|this| this.append(target, then));
                let otherwise = self.block(|this| this.append(target, otherwise));
                self.choose(&test, then, otherwise);
            }
            ExprKind::Coalesce(first, second) => {
                let first = self.list(first);
                let count = self.count(&first).word();
                let then = self.block(|this| this.extend(target, &first));
                let otherwise = self.block(|this| this.append(target, second));
                self.choose(&format!("[ {count} -ne 0 ]"), then, otherwise);
            }
            ExprKind::Append(first, second) => {
                self.append(target, first);
                self.append(target, second);
            }
            ExprKind::Convert(inner) => {
                let list = self.list(inner);
                self.append_checked(target, &list, &element_type(&expr.ty));
            }
            ExprKind::Known(_)
            | ExprKind::Param(_)
            | ExprKind::Result(..)
            | ExprKind::Artifact { .. }
            | ExprKind::Place { .. }
            | ExprKind::Out(_)
            | ExprKind::Status(_)
            | ExprKind::StepResult(..)
            | ExprKind::Outcome
            | ExprKind::Turn(_)
            | ExprKind::Concat(_)
            | ExprKind::Not(_)
            | ExprKind::Negate(_)
            | ExprKind::Binary(..)
            | ExprKind::IsNone(_)
            | ExprKind::Len(_)
            | ExprKind::Join(..) => self.append_one(target, expr),
        }
    }

    fn append_checked(&mut self, target: &str, list: &str, element: &Ty) {
        self.each(list, |this, name| {
            this.verify(element, name);
            this.push(target, &[Atom::Var(name.to_owned())]);
        });
    }

    fn append_one(&mut self, target: &str, expr: &Expr) {
        let atom = self.scalar(expr);
        self.push(target, &[atom]);
    }

    fn flag(&mut self, target: &str, flag: &str, value: &Expr) {
        if is_list(&value.ty) {
            let list = self.list(value);
            return self.each(&list, |this, name| this.push_flag(target, flag, Atom::Var(name.to_owned())));
        }
        let (test, value) = if value.ty == Ty::Bool {
            (self.cond(value, true).text, None)
        } else if matches!(value.ty, Ty::Optional(_)) {
            let value = self.scalar(value);
            (format!("[ -n {} ]", value.word()), Some(value))
        } else {
            let value = self.scalar(value);
            return self.push_flag(target, flag, value);
        };
        let then = self.block(|this| match value {
            Some(value) => this.push_flag(target, flag, value),
            None => this.push(target, &[Atom::Literal(flag.to_owned())]),
        });
        self.choose(&test, then, Lines::default());
    }

    /// A flag and its value: two words, or one where the flag ends in `=`.
    fn push_flag(&mut self, target: &str, flag: &str, value: Atom) {
        let name = Atom::Literal(flag.to_owned());
        if !flag.ends_with('=') {
            return self.push(target, &[name, value]);
        }
        let word = format!("{}{}", name.word(), value.word());
        match self.dialect {
            Dialect::Bash => self.code.push(format!("{target}+=({word})")),
            Dialect::Sh => self.push_quoted(target, &word),
        }
    }

    fn push(&mut self, target: &str, words: &[Atom]) {
        if self.dialect == Dialect::Bash {
            let words: Vec<String> = words.iter().map(Atom::word).collect();
            self.code.push(format!("{target}+=({})", words.join(" ")));
            return;
        }
        for word in words {
            match word {
                Atom::Literal(text) if is_plain(text) => {
                    self.code.push(format!("{target}=\"${target} {text}\""));
                }
                Atom::Literal(_) | Atom::Var(_) => {
                    self.push_quoted(target, &word.word());
                }
            }
        }
    }

    /// For sh: one more word, which is given as shell code.
    fn push_quoted(&mut self, target: &str, word: &str) {
        let quote = self.call(Helper::Quote, "pipe_quote");
        self.code.push(format!("{quote} {word}"));
        self.code.push(format!("{target}=\"${target} $pipe_q\""));
    }

    fn extend(&mut self, target: &str, list: &str) {
        self.code.push(match self.dialect {
            Dialect::Bash => format!("{target}+=({})", array(list)),
            Dialect::Sh => format!("{target}=\"${target} ${list}\""),
        });
    }

    /// A loop over the elements; `write` gets the variable of one.
    pub(super) fn each(&mut self, list: &str, write: impl FnOnce(&mut Self, &str)) {
        let name = self.names.temporary();
        match self.dialect {
            Dialect::Bash => self.code.push(format!("for {name} in {}; do", array(list))),
            Dialect::Sh => {
                self.spread(list);
                self.code.push(format!("for {name} do"));
            }
        }
        let inner = self.block(|this| write(this, &name));
        self.code.append(inner);
        self.code.push("done");
    }

    /// The number of elements.
    pub(super) fn count(&mut self, list: &str) -> Atom {
        if self.dialect == Dialect::Bash {
            return Atom::Var(format!("{{#{list}[@]}}"));
        }
        self.spread(list);
        let name = self.names.temporary();
        self.code.push(format!("{name}=$#"));
        Atom::Var(name)
    }

    /// In sh: makes the elements the arguments of the script.
    pub(super) fn spread(&mut self, list: &str) {
        self.clobbers = true;
        self.code.push(format!("eval \"set -- ${list}\""));
    }

    /// A command with the elements behind its arguments; it has to run before anything else is evaluated.
    pub(super) fn with_words(&mut self, command: &str, list: &str) -> String {
        match self.dialect {
            Dialect::Bash => format!("{command} {}", array(list)),
            Dialect::Sh => {
                self.spread(list);
                format!("{command} \"$@\"")
            }
        }
    }

    /// The words of a list that is written out, each with a blank before it; `None` for another.
    pub(super) fn elements(&mut self, list: &Expr) -> Option<String> {
        let element = element_type(&list.ty);
        let parts: Vec<Expr> = if let ExprKind::List(parts) = &list.kind {
            parts.clone()
        } else if let Some(Value::List(values)) = list.value() {
            let parts = values.iter().map(|value| Expr::known(value.clone(), element.clone()));
            parts.map(|part| literal(&part).is_some().then_some(part)).collect::<Option<_>>()?
        } else {
            return None;
        };
        Some(parts.iter().flat_map(|part| [" ".to_owned(), self.scalar(part).word()]).collect())
    }

    /// A list as a text that is equal for equal lists only.
    pub(super) fn as_one_text(&mut self, expr: &Expr) -> Atom {
        let list = self.list(expr);
        let name = self.names.temporary();
        match self.dialect {
            Dialect::Bash => {
                self.code.push(format!("{name}=${{#{list}[@]}}$(printf ' %q' {})", array(&list)));
            }
            Dialect::Sh => {
                // Written anew, so that the quotes do not depend on how the list was made.
                let quote = self.call(Helper::Quote, "pipe_quote");
                self.code.push(format!("{name}=''"));
                self.each(&list, |this, element| {
                    this.code.push(format!("{quote} \"${element}\""));
                    this.code.push(format!("{name}=\"${name} $pipe_q\""));
                });
            }
        }
        Atom::Var(name)
    }
}

/// The elements of an array as words. bash 4.3 takes `"${X[@]}"` of an empty array for an unset variable.
pub(super) fn array(name: &str) -> String {
    format!("${{{name}[@]+\"${{{name}[@]}}\"}}")
}

/// The type of the elements of a list.
pub(super) fn element_type(ty: &Ty) -> Ty {
    if let Ty::List(element) = opened(ty) { (**element).clone() } else { ty.clone() }
}

/// The largest number of elements that a list can have, if that is known.
pub(super) fn bound(expr: &Expr) -> Option<usize> {
    match &expr.kind {
        ExprKind::Known(Value::List(values)) => Some(values.len()),
        ExprKind::Known(_) => Some(0),
        ExprKind::List(parts) => Some(parts.len()),
        ExprKind::Flag(flag, value) => {
            let words = if flag.ends_with('=') { 1 } else { 2 };
            if value.ty == Ty::Bool {
                Some(1)
            } else if is_list(&value.ty) {
                bound(value).map(|count| count * words)
            } else {
                Some(words)
            }
        }
        ExprKind::If(_, a, b) | ExprKind::Coalesce(a, b) => Some(bound(a)?.max(bound(b)?)),
        ExprKind::Append(a, b) => Some(bound(a)? + bound(b)?),
        ExprKind::Convert(inner) => bound(inner),
        ExprKind::Param(_)
        | ExprKind::Result(..)
        | ExprKind::Artifact { .. }
        | ExprKind::Place { .. }
        | ExprKind::Out(_)
        | ExprKind::Status(_)
        | ExprKind::StepResult(..)
        | ExprKind::Outcome
        | ExprKind::Turn(_)
        | ExprKind::Concat(_)
        | ExprKind::Not(_)
        | ExprKind::Negate(_)
        | ExprKind::Binary(..)
        | ExprKind::IsNone(_)
        | ExprKind::Len(_)
        | ExprKind::Join(..) => None,
    }
}

//! A value that does not fit its place: what is said depends on the two types and on the place.

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;
use crate::syntax;
use crate::syntax::ast::ExprKind;

use super::checker::Checker;
use super::findings;
use super::modules::Def;
use super::program::{Expr, FnId, Kind, RecordId, TaskId, Type};
use super::types::{fits, holds_secret, is_string_like, opened};

/// Where a value stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    TaskParam(TaskId, usize),
    FnParam(FnId, usize),
    RecordField(RecordId, usize),
    /// A field of a task or block.
    Field(&'static str),
    /// A field that becomes part of a name, an image or a path.
    Name(&'static str),
    Builtin(&'static str),
    /// The type of an output stands there.
    Result(Span),
    /// The type of a parameter or field stands there, or the value that this replaces.
    Default(Span),
    Const(Span),
    Element,
    /// Behind `/`.
    Join,
}

impl Checker<'_, '_> {
    /// Says what is wrong with a value in a place.
    pub(super) fn mismatch(&self, have: &Expr, want: &Type, place: Place) -> Diagnostic {
        let name = self.name_of(have);
        let report = self.mismatch_by_type(have, want, place, name.as_deref());
        match self.declared(place, want) {
            Some((span, text)) => report.label(span, text),
            None => report,
        }
    }

    fn mismatch_by_type(&self, have: &Expr, want: &Type, place: Place, name: Option<&str>) -> Diagnostic {
        if holds_secret(&self.program, &have.ty) && !holds_secret(&self.program, want) {
            return findings::texts::secret(secret_code(place), have.span, name);
        }
        let shown = self.show(&have.ty);
        if let Type::Optional(inner) = &have.ty
            && fits(inner, want)
        {
            return findings::types::optional_operand(have.span, name, &shown);
        }
        let needed = self.show(want);
        match (opened(want), &have.ty) {
            (Type::Image | Type::Path, Type::String | Type::Newtype(_)) => self.string_for_image(have, &needed, name),
            (Type::Newtype(_), ty) if is_string_like(ty) => self.other_newtype(have, want, name),
            _ => self.plain_mismatch(have, want, place),
        }
    }

    fn plain_mismatch(&self, have: &Expr, want: &Type, place: Place) -> Diagnostic {
        let (shown, needed) = (self.show(&have.ty), self.show(want));
        let article = if shown == "none" { "`none`".to_owned() } else { format!("a `{shown}`") };
        let message = match taker(place) {
            Some(taker) => format!("{taker} takes a `{needed}`, and this is {article}"),
            None => format!("a `{needed}` is needed, and this is {article}"),
        };
        let report = Diagnostic::new(Code::P0301, have.span, message).here(article);
        match self.mend(have, opened(want)) {
            Some(text) => {
                let is_cpu = matches!(have.kind, Kind::Cpu(_));
                let why = if is_cpu { "`m` is a thousandth of a core" } else { "nothing is converted silently" };
                report.help(format!("write `{text}`; {why}")).fix(format!("write `{text}`"), have.span, text)
            }
            None => match self.mend_around(have, opened(want)) {
                Some((text, edits)) => {
                    report.help(self.advice(have, opened(want))).fix_all(format!("write `{text}`"), edits)
                }
                None => report.help(self.advice(have, opened(want))),
            },
        }
    }

    /// A literal that was written as another one.
    fn mend(&self, have: &Expr, want: &Type) -> Option<String> {
        match (&have.kind, want) {
            (Kind::Str(_), want) => self.mend_string(have, want),
            (Kind::Int(value), Type::String) => Some(format!("\"{value}\"")),
            (Kind::Bool(value), Type::String) => Some(format!("\"{value}\"")),
            // `30m`, as minutes are written elsewhere.
            (Kind::Cpu(value), Type::Duration) => Some(format!("{value}min")),
            _ => None,
        }
    }

    /// A string that says what another literal would: `"true"`, `"4"`, `"production"`.
    pub(super) fn mend_string(&self, have: &Expr, want: &Type) -> Option<String> {
        let Kind::Str(text) = &have.kind else { return None };
        match want {
            Type::Bool => matches!(&**text, "true" | "false").then(|| text.to_string()),
            Type::Int => text.parse::<i64>().ok().map(|value| value.to_string()),
            Type::Duration | Type::Size | Type::Cpu => number_of(text, want),
            Type::Enum(id) => {
                let cases = &self.program.enums[id.index()].cases;
                let case = cases.iter().find(|case| *case.spelling == **text || *case.name == **text)?;
                Some(format!(".{}", case.name))
            }
            Type::Secret => Some(format!("secret(\"{text}\")")),
            Type::Unknown
            | Type::None
            | Type::String
            | Type::Path
            | Type::Image
            | Type::Workspace
            | Type::List(_)
            | Type::Map(_)
            | Type::Optional(_)
            | Type::Record(_)
            | Type::Newtype(_)
            | Type::Artifact(_)
            | Type::Outputs(_) => None,
        }
    }

    fn advice(&self, have: &Expr, want: &Type) -> String {
        if let Some(fit) = self.outputs_that_fit(&have.ty, want) {
            return self.which_output(have, &fit);
        }
        let name = self.name_of(have);
        let x = name.as_deref().unwrap_or("x");
        match (&have.ty, want) {
            (Type::Artifact(_), Type::Path) => format!("the place of an artifact is its path: write `{x}.path`"),
            (Type::Artifact(_), Type::Workspace) => format!("an artifact lies in a workspace: write `{x}.workspace`"),
            (Type::Workspace, Type::Path) => format!("a place in a workspace is a path: `{x} / \"name\"`"),
            (Type::Bool, Type::String) => format!("say what the words are: `if {x} then \"yes\" else \"no\"`"),
            (Type::Cpu, Type::Duration) => "`m` is a thousandth of a core, and minutes are `min`: `30min`".to_owned(),
            (Type::Int, Type::Cpu) => "cores are made from an int by multiplying: `n * 1000m`".to_owned(),
            (Type::Int, Type::Size) => "say what it is a number of: `512Mi`, or `n * 1Mi`".to_owned(),
            (Type::Int, Type::Duration) => "say what it is a number of: `30min`, or `n * 1s`".to_owned(),
            (one, Type::List(element)) if fits(one, element) => format!("write a list of one: `[{x}]`"),
            (ty, Type::String) if super::types::has_text(ty) => {
                format!("write `text({x})`; nothing is converted silently")
            }
            (_, want) => format!("write a `{}`; nothing is converted silently", self.show(want)),
        }
    }

    fn which_output(&self, have: &Expr, fit: &[&str]) -> String {
        let name = self.name_of(have);
        let x = name.as_deref().unwrap_or("x");
        let named: Vec<String> = fit.iter().map(|output| format!("`{x}.{output}`")).collect();
        match named.as_slice() {
            [] => "none of its outputs is one".to_owned(),
            [only] => format!("name the output that is meant: {only}"),
            several => format!("name the output that is meant, one of {}", several.join(", ")),
        }
    }

    fn string_for_image(&self, have: &Expr, needed: &str, name: Option<&str>) -> Diagnostic {
        let shown = self.show(&have.ty);
        let ty = needed.trim_end_matches('?');
        let value = name.unwrap_or("x");
        let report =
            Diagnostic::new(Code::P0311, have.span, format!("a `{needed}` is needed, and this is a `{shown}`"))
                .here(format!("a `{shown}`"))
                .help(format!(
                    "write `{ty}({value})`, which is checked when the run starts, or declare the value as `{ty}`"
                ));
        match name {
            Some(name) => report.fix(format!("write `{ty}({name})`"), have.span, format!("{ty}({name})")),
            None => report,
        }
    }

    /// The name of a string type as this file has to write it: `cosa.Version` when another module declares it.
    fn written(&self, ty: &Type) -> String {
        let shown = self.show(ty).trim_end_matches('?').to_owned();
        let Type::Newtype(id) = opened(ty) else { return shown };
        let home = self.program.newtypes[id.index()].span.file;
        let reach = |(name, (def, _)): (&&str, &(Def, Span))| {
            if let Def::Module(at) = def {
                return (self.modules[*at].file.id == home).then(|| format!("{name}.{shown}"));
            }
            (*def == Def::Newtype(*id)).then(|| (*name).to_owned())
        };
        let mut names: Vec<String> = self.modules[self.module].used.iter().filter_map(reach).collect();
        names.sort_unstable();
        names.into_iter().next().unwrap_or(shown)
    }

    fn other_newtype(&self, have: &Expr, want: &Type, name: Option<&str>) -> Diagnostic {
        let (shown, needed) = (self.show(&have.ty), self.show(want));
        let ty = self.written(want);
        let value = name.unwrap_or("x");
        let report =
            Diagnostic::new(Code::P0312, have.span, format!("a `{needed}` is needed, and this is a `{shown}`"))
                .here(format!("a `{shown}`"));
        let swapped = matches!(have.ty, Type::Newtype(_));
        let help = if swapped {
            format!(
                "`{shown}` and `{ty}` are two types, so that one never stands for the other: were two arguments swapped?"
            )
        } else {
            format!("write `{ty}({value})`, which is checked when the run starts, or declare the value as `{ty}`")
        };
        match name {
            Some(name) if !swapped => {
                report.help(help).fix(format!("write `{ty}({name})`"), have.span, format!("{ty}({name})"))
            }
            Some(_) | None => report.help(help),
        }
    }

    /// What says which type is needed.
    fn declared(&self, place: Place, want: &Type) -> Option<(Span, String)> {
        match place {
            Place::TaskParam(task, at) => {
                let param = &self.program.tasks[task.index()].params[at];
                Some((param.span, format!("`{}` is declared as `{}`", param.name, self.show(&param.ty))))
            }
            Place::FnParam(id, at) => {
                let param = &self.program.fns[id.index()].params[at];
                Some((param.span, format!("`{}` is declared as `{}`", param.name, self.show(&param.ty))))
            }
            Place::RecordField(id, at) => {
                let field = &self.program.records[id.index()].fields[at];
                Some((field.span, format!("`{}` is declared as `{}`", field.name, self.show(&field.ty))))
            }
            Place::Result(span) | Place::Const(span) | Place::Default(span) => {
                Some((span, format!("declared as `{}`", self.show(want))))
            }
            Place::Field(_) | Place::Name(_) | Place::Builtin(_) | Place::Element | Place::Join => None,
        }
    }

    /// Something else than a `bool` behind `when`, `if`, `not` …
    pub(super) fn not_a_condition(&self, have: &Expr, name: Option<&str>, word: &'static str) -> Diagnostic {
        let shown = self.show(&have.ty);
        if holds_secret(&self.program, &have.ty) && !matches!(have.ty, Type::Optional(_)) {
            return findings::texts::secret(self.secret, have.span, name);
        }
        let (code, help) = condition_help(&have.ty, name.unwrap_or("x"));
        let article = if have.ty == Type::None { "`none`".to_owned() } else { format!("a `{shown}`") };
        let report = Diagnostic::new(code, have.span, format!("`{word}` takes a `bool`, and this is {article}"))
            .here(article)
            .help(help);
        match self.mend_string(have, &Type::Bool) {
            Some(text) => {
                report.help(format!("write `{text}` without quotes")).fix(format!("write `{text}`"), have.span, text)
            }
            None => self.mend_condition(report, have, name),
        }
    }
}

/// `"4h"` without its quotes.
fn number_of(text: &str, want: &Type) -> Option<String> {
    let right = syntax::number(&text.replace(' ', ""))?;
    let is_duration = *want == Type::Duration && matches!(right.1, ExprKind::Duration(_));
    let is_size = *want == Type::Size && matches!(right.1, ExprKind::Size(_));
    let is_cpu = *want == Type::Cpu && matches!(right.1, ExprKind::Cpu(_) | ExprKind::Int(_));
    (is_duration || is_size || is_cpu).then_some(right.0)
}

/// What to write instead of a value that is no condition.
fn condition_help(ty: &Type, x: &str) -> (Code, String) {
    match ty {
        Type::Optional(inner) if **inner == Type::Bool => {
            (Code::P0304, format!("write `{x} ?? false`, or ask whether it is there: `{x} != none`"))
        }
        Type::Optional(_) => (Code::P0304, format!("ask whether it is there: `{x} != none`, or open it: `{x} ?? …`")),
        Type::None => (Code::P0304, "write `true` or `false`".to_owned()),
        Type::String | Type::Path | Type::Image | Type::Newtype(_) => {
            let why = "every text, also \"false\", would count as true elsewhere";
            (Code::P0302, format!("compare it: `{x} == \"…\"`; {why}"))
        }
        Type::List(_) => (Code::P0303, format!("compare its length: `len({x}) > 0`")),
        Type::Enum(_) => (Code::P0303, format!("compare it with a case: `{x} == .case`")),
        Type::Int => {
            let why = "numbers are no conditions, so that none can mean both";
            (Code::P0303, format!("compare it: `{x} != 0`, or write `true` or `false`; {why}"))
        }
        Type::Unknown
        | Type::Bool
        | Type::Duration
        | Type::Size
        | Type::Cpu
        | Type::Secret
        | Type::Workspace
        | Type::Map(_)
        | Type::Record(_)
        | Type::Artifact(_)
        | Type::Outputs(_) => (Code::P0303, "write a comparison, or declare the value as `bool`".to_owned()),
    }
}

/// Who wants the value, where that has a name but no declaration.
fn taker(place: Place) -> Option<String> {
    match place {
        Place::Field(name) | Place::Name(name) | Place::Builtin(name) => Some(format!("`{name}`")),
        Place::TaskParam(..)
        | Place::FnParam(..)
        | Place::RecordField(..)
        | Place::Result(_)
        | Place::Default(_)
        | Place::Const(_)
        | Place::Element
        | Place::Join => None,
    }
}

fn secret_code(place: Place) -> Code {
    match place {
        Place::Name(_) | Place::Join => Code::P0804,
        Place::Result(_) => Code::P0803,
        Place::TaskParam(..)
        | Place::FnParam(..)
        | Place::RecordField(..)
        | Place::Field(_)
        | Place::Builtin(_)
        | Place::Default(_)
        | Place::Const(_)
        | Place::Element => Code::P0802,
    }
}

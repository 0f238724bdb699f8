//! Which argument is for which parameter.

use crate::diag::Diagnostics;
use crate::diag::code::Code;
use crate::source::Span;
use crate::syntax::ast;

use super::findings;
use super::program::ParamDef;

/// What is called, for messages.
#[derive(Clone, Copy)]
pub(super) struct Signature<'p> {
    pub(super) name: &'p str,
    /// Where it is declared.
    pub(super) declared: Span,
    pub(super) params: &'p [ParamDef],
    pub(super) takes: Takes,
}

/// What the slots of a call are called: `return` gives outputs as a call gives arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    Parameters,
    Outputs,
}

impl Takes {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Parameters => "parameter",
            Self::Outputs => "output",
        }
    }

    /// What stands in such a slot.
    pub(super) fn value(self) -> &'static str {
        match self {
            Self::Parameters => "argument",
            Self::Outputs => "value",
        }
    }

    /// The code for a slot that does not exist.
    pub(super) fn unknown(self) -> Code {
        match self {
            Self::Parameters => Code::P0206,
            Self::Outputs => Code::P0216,
        }
    }
}

impl Signature<'_> {
    /// As a message begins.
    pub(super) fn words(self) -> String {
        match self.takes {
            Takes::Parameters => format!("`{}`", self.name),
            Takes::Outputs => "the pipeline".to_owned(),
        }
    }
}

/// Gives each parameter its argument. Wrong arguments are reported and come back behind the others, so that they are
/// checked for themselves; a parameter that is missing is reported too.
///
/// A bare variable that is called like a parameter stands for `name: name` when it comes behind a named argument, or
/// when the parameter of its position has another name: `build(src, version, force)`.
pub(super) fn assign<'a>(
    callee: Signature<'_>,
    args: &'a [ast::Arg],
    call: Span,
    out: &mut Diagnostics,
) -> (Vec<Option<&'a ast::Expr>>, Vec<&'a ast::Expr>) {
    let mut given: Vec<Option<&ast::Expr>> = vec![None; callee.params.len()];
    let mut left_over = Vec::new();
    let mut named = false;
    for (position, arg) in args.iter().enumerate() {
        let at = match place(callee, arg, position, &mut named) {
            Ok(at) => at,
            Err(wrong) => {
                // Of an argument that could not be read it is not known whether it had a name.
                if !matches!(arg.value.kind, ast::ExprKind::Broken) {
                    out.push(report(callee, arg, wrong));
                }
                left_over.push(&arg.value);
                continue;
            }
        };
        if let Some(first) = given[at] {
            out.push(findings::calls::given_twice(callee, &callee.params[at].name, arg.value.span, first.span));
            left_over.push(&arg.value);
            continue;
        }
        given[at] = Some(&arg.value);
    }
    // A misspelt argument is most likely the missing one.
    if left_over.is_empty() {
        missing(callee, &given, call, out);
    }
    (given, left_over)
}

/// Why an argument has no parameter.
enum Wrong<'a> {
    NoSuchName(&'a ast::Name),
    TooMany,
    PositionBehindName,
}

fn place<'a>(callee: Signature<'_>, arg: &'a ast::Arg, position: usize, named: &mut bool) -> Result<usize, Wrong<'a>> {
    let find = |name: &ast::Name| callee.params.iter().position(|param| param.name == name.text);
    if let Some(name) = &arg.name {
        *named = true;
        return find(name).ok_or(Wrong::NoSuchName(name));
    }
    let bare = if let ast::ExprKind::Name(name) = &arg.value.kind { find(name) } else { None };
    match bare {
        Some(at) if *named || at != position => {
            *named = true;
            Ok(at)
        }
        Some(_) | None if *named => Err(Wrong::PositionBehindName),
        Some(_) | None if position < callee.params.len() => Ok(position),
        Some(_) | None => Err(Wrong::TooMany),
    }
}

fn report(callee: Signature<'_>, arg: &ast::Arg, wrong: Wrong<'_>) -> crate::diag::Diagnostic {
    match wrong {
        Wrong::NoSuchName(name) => findings::calls::unknown_parameter(callee, name),
        Wrong::TooMany => findings::calls::too_many_arguments(callee, arg.value.span),
        Wrong::PositionBehindName => findings::calls::position_behind_name(callee, &arg.value),
    }
}

fn missing(callee: Signature<'_>, given: &[Option<&ast::Expr>], call: Span, out: &mut Diagnostics) {
    for (param, arg) in callee.params.iter().zip(given) {
        if arg.is_none() && param.default.is_none() {
            out.push(findings::calls::missing_argument(callee, param, call));
        }
    }
}

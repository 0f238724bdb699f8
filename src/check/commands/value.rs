//! Whether the value of a flag has the flag's type.

use crate::check::checker::Checker;
use crate::check::findings::argv::{self as findings, Spot};
use crate::check::pattern;
use crate::check::program::facts::FlagDef;
use crate::check::program::{Expr, Type};
use crate::diag::Diagnostic;

/// A value that is written out.
pub(super) fn wrong_text(
    checker: &Checker<'_, '_>,
    spot: Spot,
    (flag, text): (&str, &str),
    def: &FlagDef,
) -> Option<Diagnostic> {
    let (ty, several) = if let Type::List(of) = &def.ty { (&**of, true) } else { (&def.ty, false) };
    // A list may be written as one word: `a,b`.
    let fits = fits(checker, ty, text) || (several && text.split(',').all(|one| fits(checker, ty, one)));
    // The shell puts the names of files in the place of a pattern.
    if fits || text.contains(['*', '?', '[', '{']) {
        return None;
    }
    let shown = checker.show(ty);
    let cases = if let Type::Enum(id) = ty { &checker.program.enums[id.index()].cases[..] } else { &[] };
    let names: Vec<&str> = cases.iter().map(|case| &*case.spelling).collect();
    Some(findings::bad_value(spot, (flag, text), (def.span, &shown), &form(checker, ty), &names))
}

fn fits(checker: &Checker<'_, '_>, ty: &Type, text: &str) -> bool {
    match ty {
        Type::Int => text.parse::<i64>().is_ok(),
        Type::Bool => matches!(text, "true" | "false"),
        Type::Enum(id) => checker.program.enums[id.index()].cases.iter().any(|case| *case.spelling == *text),
        Type::Newtype(id) => {
            let pattern = checker.patterns.get(id.index()).and_then(Option::as_ref);
            pattern.is_none_or(|pattern| pattern.matches(text))
        }
        Type::Duration => is_measure(text, &["ms", "s", "m", "h", "d"]),
        Type::Size => is_measure(
            text,
            &["B", "K", "M", "G", "T", "k", "Ki", "Mi", "Gi", "Ti", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"],
        ),
        Type::Cpu => is_measure(text, &["m"]),
        Type::Image => pattern::image(text).is_ok(),
        Type::Path => !text.is_empty(),
        Type::Unknown
        | Type::None
        | Type::String
        | Type::Secret
        | Type::Workspace
        | Type::List(_)
        | Type::Map(_)
        | Type::Optional(_)
        | Type::Record(_)
        | Type::Artifact(_)
        | Type::Outputs(_) => true,
    }
}

/// `10`, `1.5G`, `1h30m`
fn is_measure(text: &str, units: &[&str]) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let number = rest.len() - rest.trim_start_matches(|one: char| one.is_ascii_digit() || one == '.').len();
        let unit = &rest[number..];
        let length = unit.find(|one: char| one.is_ascii_digit()).unwrap_or(unit.len());
        let fits = length == 0 || units.contains(&&unit[..length]);
        if !rest.starts_with(|one: char| one.is_ascii_digit()) || !fits {
            return false;
        }
        rest = &unit[length..];
    }
    !text.is_empty()
}

/// What a text of the type looks like.
fn form(checker: &Checker<'_, '_>, ty: &Type) -> String {
    match ty {
        Type::Int => "write a whole number".to_owned(),
        Type::Duration => "write a duration: `90s`, `10m`, `1h30m`".to_owned(),
        Type::Size => "write a size: `512M`, `10GiB`".to_owned(),
        Type::Cpu => "write a number of cores: `2`, `500m`".to_owned(),
        Type::Newtype(id) => {
            let def = &checker.program.newtypes[id.index()];
            let pattern = def.pattern.as_deref().unwrap_or_default();
            format!("write a `{}`: it matches `{pattern}`", def.name)
        }
        Type::Bool => "write `true` or `false`".to_owned(),
        Type::Image => "write a reference to an image".to_owned(),
        Type::Unknown
        | Type::None
        | Type::String
        | Type::Path
        | Type::Secret
        | Type::Workspace
        | Type::List(_)
        | Type::Map(_)
        | Type::Optional(_)
        | Type::Enum(_)
        | Type::Record(_)
        | Type::Artifact(_)
        | Type::Outputs(_) => "write a value of its type".to_owned(),
    }
}

/// A value that is known when it runs, of a type whose texts are none of the flag's.
pub(super) fn wrong_type(checker: &Checker<'_, '_>, expr: &Expr, flag: &str, def: &FlagDef) -> Option<Diagnostic> {
    let wanted = inner(&def.ty);
    let given = inner(&expr.ty);
    let measures = matches!(given, Type::Duration | Type::Size | Type::Cpu);
    let names = matches!(given, Type::Image | Type::Path | Type::Artifact(_));
    let of_enum = matches!(wanted, Type::Enum(_)) && given != wanted && matches!(given, Type::Int | Type::Enum(_));
    let of_int = matches!((wanted, given), (Type::Int, Type::Enum(_)));
    let clash = of_enum || of_int || (matches!(wanted, Type::Enum(_) | Type::Int) && (measures || names));
    let shown = || (checker.show(given), checker.show(wanted));
    clash.then(shown).map(|(given, wanted)| findings::bad_value_type(expr.span, flag, &given, (def.span, &wanted)))
}

fn inner(ty: &Type) -> &Type {
    if let Type::List(of) | Type::Optional(of) = ty { inner(of) } else { ty }
}

#[cfg(test)]
mod tests {
    use super::is_measure;

    #[test]
    fn measures_are_numbers_with_units() {
        let units = ["s", "m", "h"];
        for text in ["10", "10s", "1h30m", "1.5h"] {
            assert!(is_measure(text, &units), "{text}");
        }
        for text in ["", "s", "10x", "ten", "-1s", "1h30x", "é"] {
            assert!(!is_measure(text, &units), "{text}");
        }
    }
}

//! Names that are not there, not yet there, taken, or something else.

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;
use crate::syntax::{ast, elsewhere};

use super::super::modules::Def;
use super::{listed, meant};

pub(in crate::check) fn duplicate(kind: &str, name: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::P0202, span, format!("the {kind} `{name}` is there twice"))
        .here("the second one")
        .label(first, "the first one")
        .help("one of the two would be ignored: remove one, or give it another name")
}

pub(in crate::check) fn bound_twice(name: &ast::Name, first: Span) -> Diagnostic {
    Diagnostic::new(Code::P0202, name.span, format!("`{}` is bound twice", name.text))
        .here("bound again")
        .label(first, "first bound here")
        .help("a name stands for one thing in the whole pipeline: give one of the two another name")
}

pub(in crate::check) fn unknown_name(name: &ast::Name, near: Option<&str>) -> Diagnostic {
    let report = Diagnostic::new(Code::P0201, name.span, format!("there is no `{}` here", name.text))
        .here("no parameter, binding or constant has this name");
    with_near(report, name.span, near, "bind it above, or add a parameter of this name")
}

fn with_near(report: Diagnostic, span: Span, near: Option<&str>, otherwise: &str) -> Diagnostic {
    match near {
        Some(near) => report.help(format!("did you mean `{near}`?")).fix(format!("write `{near}`"), span, near),
        None => report.help(otherwise),
    }
}

pub(in crate::check) fn unknown_callee(name: &ast::Name, near: Option<&str>, module: Option<&str>) -> Diagnostic {
    let text = &name.text;
    let report = Diagnostic::new(Code::P0201, name.span, format!("there is no task or function `{text}`"))
        .here("not declared in this file");
    match module {
        Some(module) if near.is_none() => report
            .help(format!("the module `{module}` has one: write `{module}.{text}`"))
            .fix(format!("write `{module}.{text}`"), name.span, format!("{module}.{text}")),
        Some(_) | None => {
            with_near(report, name.span, near, "declare the task in this file, or `use` the module that has it")
        }
    }
}

/// `before` says where a `use` can be put, when the library has such a module.
pub(in crate::check) fn unknown_module_name(
    name: &ast::Name,
    near: Option<String>,
    in_library: bool,
    before: Option<(Span, String)>,
) -> Diagnostic {
    let report = Diagnostic::new(Code::P0201, name.span, format!("there is no module `{}` here", name.text))
        .here("nothing of this name is in scope");
    let otherwise = if in_library {
        format!("write `use std.{}` at the top of the file", name.text)
    } else {
        "name the module at the top of the file: `use lib.images` is the file `lib/images.pipe`".to_owned()
    };
    match before.filter(|_| in_library) {
        Some((place, text)) => report.help(otherwise).fix(format!("use `std.{}`", name.text), place, text),
        None => with_near(report, name.span, near.as_deref().filter(|_| !in_library), &otherwise),
    }
}

pub(in crate::check) fn unknown_in_module(name: &ast::Name, module: Option<String>, names: &[&str]) -> Diagnostic {
    let module = module.unwrap_or_default();
    let near = crate::diag::did_you_mean(&name.text, names.iter().copied());
    let report = Diagnostic::new(Code::P0201, name.span, format!("the module `{module}` has no `{}`", name.text))
        .here("not declared there");
    with_near(report, name.span, near, &format!("what it has: {}", listed(names)))
}

pub(in crate::check) fn unknown_after(name: &ast::Name, near: Option<&str>, is_task: bool) -> Diagnostic {
    let text = &name.text;
    let report = Diagnostic::new(Code::P0201, name.span, format!("nothing is bound to `{text}`"))
        .here("`after` names bindings of this pipeline");
    let otherwise = if is_task {
        format!("`{text}` is a task; bind its call, `{text} = {text}(…)`, and wait for the binding")
    } else {
        "bind the call that is to come first, and name the binding here".to_owned()
    };
    with_near(report, name.span, near, &otherwise)
}

pub(in crate::check) fn used_before_bound(name: &ast::Name, bound: Span) -> Diagnostic {
    let inside = bound == name.span;
    Diagnostic::new(Code::P0210, name.span, format!("`{}` is used before it is bound", name.text))
        .here("used here")
        .label(bound, if inside { "bound by this very line" } else { "bound only here" })
        .help("move the binding above its use: a pipeline reads from top to bottom, only `after` may look ahead")
}

pub(in crate::check) fn unknown_type(name: &ast::Name, near: Option<String>) -> Diagnostic {
    let report = Diagnostic::new(Code::P0203, name.span, format!("there is no type `{}`", name.text))
        .here("not a word of the language, and not declared");
    if let Some(way) = elsewhere::in_words(&name.text) {
        return report.help(way);
    }
    let otherwise = "declare it with `enum`, `record`, `type` or `artifact`, or `use` the module that does";
    with_near(report, name.span, near.as_deref().or(elsewhere::ours(&name.text)), otherwise)
}

pub(in crate::check) fn type_path_too_long(span: Span, deep: &ast::Name) -> Diagnostic {
    Diagnostic::new(Code::P0203, span, "a type has at most a module before it")
        .here(format!("`{}` is one name too many", deep.text))
        .help("write `module.Type`; what a module uses itself is not seen through it")
}

pub(in crate::check) fn not_a_type(name: &ast::Name, kind: &str, declared: Option<Span>) -> Diagnostic {
    let report = Diagnostic::new(Code::P0214, name.span, format!("`{}` is {kind}, not a type", name.text))
        .here("a type is needed here")
        .help("write a type: `string`, `[int]`, an enum, a record, a declared string type or an artifact");
    declared_here(report, declared)
}

pub(in crate::check) fn not_a_module(name: &ast::Name, kind: &str, declared: Option<Span>) -> Diagnostic {
    let report = Diagnostic::new(Code::P0214, name.span, format!("`{}` is {kind}, not a module", name.text))
        .here("a module is needed before the dot")
        .help("only names of modules, as `use` brings them, stand before a dot here");
    declared_here(report, declared)
}

pub(in crate::check) fn not_a_value(name: &ast::Name, kind: &str, declared: Option<Span>) -> Diagnostic {
    let help = match kind {
        "a task" => format!("call it in a statement of its own, `x = {}(…)`, and use `x`", name.text),
        "a function" => format!("call it: `{}(…)`", name.text),
        "an enum" => format!("name one of its cases: `{}.case`", name.text),
        _ => "write a value: a parameter, a binding, a constant or a literal".to_owned(),
    };
    let report = Diagnostic::new(Code::P0214, name.span, format!("`{}` is {kind}, not a value", name.text))
        .here("a value is needed here")
        .help(help);
    declared_here(report, declared)
}

pub(in crate::check) fn no_parts(span: Span, name: &str, kind: &str, declared: Option<Span>) -> Diagnostic {
    let help = if kind == "a task" {
        format!("its outputs belong to a call: bind one, `x = {name}(…)`, and read `x.output`")
    } else {
        "only values, modules and enums have something behind a dot".to_owned()
    };
    let report = Diagnostic::new(Code::P0214, span, format!("`{name}` is {kind}, and nothing can be read from it"))
        .here("no value")
        .help(help);
    declared_here(report, declared)
}

pub(in crate::check) fn not_called(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::P0214, span, format!("`{name}` is a value, and a value is not called"))
        .here("not a task or a function")
        .help("call a task or a function by the name that it is declared with")
}

pub(in crate::check) fn not_a_function(span: Span, name: &str, def: Def, declared: Option<Span>) -> Diagnostic {
    let help = match def {
        Def::Task(_) | Def::Pipeline(_) => {
            format!("{} is called in a statement of its own: write `x = {name}(…)` above, and use `x` here", def.word())
        }
        Def::Record(_) => "a record is written with braces: `{ field: value }`".to_owned(),
        Def::Enum(_) => format!("name one of its cases: `{name}.case`"),
        Def::Artifact(_) => "an artifact is made by a task that has it as an output".to_owned(),
        Def::Module(_) | Def::Newtype(_) | Def::Const(_) | Def::Fn(_) | Def::Broken => {
            "only functions, conversions and tasks are called".to_owned()
        }
    };
    let report = Diagnostic::new(Code::P0214, span, format!("`{name}` is {}, and has no value here", def.word()))
        .here("a function is needed here")
        .help(help);
    declared_here(report, declared)
}

fn declared_here(report: Diagnostic, declared: Option<Span>) -> Diagnostic {
    match declared {
        Some(span) => report.label(span, "declared here"),
        None => report,
    }
}

pub(in crate::check) fn import_cycle(one: &ast::Use) -> Diagnostic {
    let path: Vec<&str> = one.path.iter().map(|name| &*name.text).collect();
    Diagnostic::new(Code::P0211, one.span, format!("`{}` leads back to the file that uses it", path.join(".")))
        .here("this `use` closes the circle")
        .help("move what both need into a third file that uses neither")
}

pub(in crate::check) fn recursive(what: &str, name: &str, circle: &[(Span, String)]) -> Diagnostic {
    let start = circle[0].0;
    let mut report = Diagnostic::new(Code::P0213, start, format!("{what} `{name}` needs itself"));
    for (at, (span, name)) in circle.iter().enumerate() {
        let next = &circle[(at + 1) % circle.len()].1;
        let text = format!("`{name}` needs `{next}`");
        report = if at == 0 { report.here(text) } else { report.label(*span, text) };
    }
    report.help("break the circle: every definition has to come to an end, so that every value can be known")
}

pub(in crate::check) fn unknown_target(name: &ast::Name, names: &[&str]) -> Diagnostic {
    let (near, help) = meant(&name.text, names, "targets");
    let report = Diagnostic::new(Code::P0601, name.span, format!("there is no target `{}`", name.text))
        .here("no engine of this name")
        .help(help);
    match near {
        Some(near) => report.fix(format!("write `{near}`"), name.span, near),
        None => report,
    }
}

//! Places of a script where a value cannot stand.

use super::Place;
use super::place::Locator;
use crate::check::program::{Shell, Type};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Edit};
use crate::shell::{Fault, FaultKind};
use crate::source::Span;

/// P0511
pub(super) fn unfinished(locator: &Locator<'_>, fault: &Fault) -> Diagnostic {
    let (opened, word) = opened_by(locator, fault);
    let (message, help) = match fault.kind {
        FaultKind::OpenSingleQuote => (
            "this `'` is never closed".to_owned(),
            "close it with `'`; for an apostrophe in text use double quotes, or write `\\'`",
        ),
        FaultKind::OpenDoubleQuote => {
            ("this `\"` is never closed".to_owned(), "close it with `\"`; for a quote in text write `\\\"`")
        }
        FaultKind::OpenHereDocument => (
            "this here-document is never closed".to_owned(),
            "its delimiter has to stand alone on a line, with nothing before it (only tabs, and only for `<<-`) and nothing behind it",
        ),
        FaultKind::OpenSubstitution => {
            (format!("`{word}` is never closed"), "close it; the rest of the script is inside of it")
        }
        FaultKind::OpenBacktick => {
            ("this backtick is never closed".to_owned(), "close it, or better write `$( … )`, which can be nested")
        }
        FaultKind::OpenGroup => (format!("`{word}` is never closed"), closer_of(word)),
        FaultKind::TrailingBackslash => {
            let help =
                "a backslash at the end of a line joins the next line to it; remove it, or write what is missing";
            let span = locator.span(fault.at, 1);
            return Diagnostic::new(Code::P0511, span, "the script ends in a backslash")
                .here("joins nothing")
                .help(help)
                .fix("remove the backslash", span, "");
        }
        FaultKind::TooDeep => {
            ("the script is nested too deep".to_owned(), "put a part of it in a function or in a script of its own")
        }
    };
    Diagnostic::new(Code::P0511, opened, message).here("opened here").help(help)
}

/// What opened the thing that is not closed.
fn opened_by<'a>(locator: &Locator<'a>, fault: &Fault) -> (Span, &'a str) {
    let rest = locator.literal(fault.at.piece).and_then(|text| text.get(fault.at.byte..)).unwrap_or_default();
    let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let marks = ["$((", "${", "$(", "$[", "((", "[[", "<<-", "<<", "<(", ">("];
    let mark = marks.iter().find(|mark| rest.starts_with(**mark)).map_or(1, |mark| mark.len());
    let length = if letters > 0 { letters } else { mark };
    (locator.span(fault.at, length), rest.get(..length).unwrap_or_default())
}

fn closer_of(word: &str) -> &'static str {
    match word {
        "if" => "it ends with `fi`",
        "for" | "while" | "until" | "select" => "it ends with `done`",
        "case" => "it ends with `esac`",
        "{" => "it ends with `}`, which has to be the first word of a command: write `;` or a line end before it",
        "[[" => "it ends with `]]`, which has to be a word of its own",
        _ => "it ends with `)`",
    }
}

/// P0506
pub(super) fn in_single_quotes(locator: &Locator<'_>, place: &Place<'_>, name: Option<&str>) -> Diagnostic {
    let opened = place.hole.and_then(|hole| hole.opened);
    let finding =
        Diagnostic::new(Code::P0506, place.span, format!("{} stands where the shell expands nothing", the_value(name)));
    let Some(opened) = opened else { return finding };
    match locator.byte(opened) {
        Some(b'\\') => {
            let span = locator.span(opened, 1);
            finding
                .here("stays as it is written")
                .label(span, "this backslash takes its meaning")
                .help("remove the backslash; two of them are a backslash and then the value")
                .fix("remove the backslash", span, "")
        }
        Some(b'<') => finding
            .here("stands in the delimiter of a here-document")
            .help("a delimiter is never expanded: write it out, and put the value into the body"),
        Some(_) | None => {
            let dollar = locator.byte(opened) == Some(b'$');
            let quote = locator.span(opened, if dollar { 2 } else { 1 });
            let finding = finding.here("the shell would show this as it is written").label(quote, "quoted from here").help(
                "close the quote before the value and open it again behind, with the value in double quotes between",
            );
            match requote(locator, place, opened, dollar) {
                Some(edits) => finding.fix_all("put the value in double quotes", edits),
                None => finding,
            }
        }
    }
}

/// `'a ~{x} b'` becomes `'a '"~{x}"' b'`, and `'~{x}'` becomes `"~{x}"`.
fn requote(locator: &Locator<'_>, place: &Place<'_>, opened: crate::shell::Place, dollar: bool) -> Option<Vec<Edit>> {
    let double = locator.double_quote();
    let open = if dollar { "$'" } else { "'" };
    let before = place.at.checked_sub(1).and_then(|part| locator.literal(part)).unwrap_or_default();
    let after = locator.literal(place.at + 1).unwrap_or_default();
    let first = opened.piece + 1 == place.at && opened.byte + open.len() == before.len();
    let last = after.starts_with('\'');
    // Three double quotes in a row would end a block.
    let outside_before = if first { &before[..opened.byte] } else { "" };
    let outside_after = if last { &after[1..] } else { "" };
    if locator.text.block && (outside_before.ends_with('"') || outside_after.starts_with('"')) {
        return None;
    }
    let left = if first {
        Edit { span: locator.span(opened, open.len()), text: double.to_owned() }
    } else {
        Edit { span: place.span.before(), text: format!("'{double}") }
    };
    let right = if last {
        let span = Span { end: place.span.end + 1, ..place.span.after() };
        Edit { span, text: double.to_owned() }
    } else {
        Edit { span: place.span.after(), text: format!("{double}{open}") }
    };
    Some(vec![left, right])
}

/// P0507
pub(super) fn in_quoted_here_document(
    locator: &Locator<'_>,
    place: &Place<'_>,
    name: Option<&str>,
    mend: bool,
) -> Diagnostic {
    let message = format!("{} stands in a here-document that expands nothing", the_value(name));
    let finding = Diagnostic::new(Code::P0507, place.span, message);
    let Some(here) = place.hole.and_then(|hole| hole.opened).and_then(|at| locator.here_document(at)) else {
        return finding.help("write its delimiter without quotes");
    };
    let Some(span) = locator.between(here.delimiter) else { return finding };
    let finding = finding.label(span, "this delimiter is quoted");
    let written = locator.literal(here.delimiter.0.piece).unwrap_or_default();
    let written = written.get(here.delimiter.0.byte..here.delimiter.1.byte).unwrap_or_default();
    let plain: String = written.chars().filter(|letter| !matches!(letter, '\'' | '"' | '\\')).collect();
    let simple = !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if locator.holds(here.body, &['$', '`', '\\']) {
        return finding.help(format!(
            "write the delimiter without quotes (`{plain}`) and a backslash before each `$`, backtick and backslash of the body \
             that is meant as it stands; or pass the value by `env: {{ NAME: {} }}` to what reads the document",
            name.unwrap_or("x")
        ));
    }
    let finding =
        finding.help(format!("write the delimiter without quotes, `{plain}`: nothing else in the body would change"));
    if mend && simple { finding.fix("take the quotes off the delimiter", span, plain) } else { finding }
}

/// P0508
pub(super) fn in_foreign_script(shell: &Shell, place: &Place<'_>, name: Option<&str>) -> Diagnostic {
    let interpreter = match shell {
        Shell::Bash => "bash",
        Shell::Sh => "sh",
        Shell::Other(words) => words.first().map_or("another program", |word| word),
    };
    let value = name.unwrap_or("x");
    let variable = value.rsplit('.').next().unwrap_or(value).to_uppercase();
    let base = interpreter.rsplit('/').next().unwrap_or(interpreter);
    let read = match base {
        python if python.starts_with("python") => format!("os.environ[\"{variable}\"]"),
        "node" => format!("process.env.{variable}"),
        "perl" => format!("$ENV{{{variable}}}"),
        "ruby" => format!("ENV[\"{variable}\"]"),
        _ => format!("the variable {variable}"),
    };
    let message = format!("{} stands in a script that `{interpreter}` reads", the_value(name));
    Diagnostic::new(Code::P0508, place.span, message).here("would become code").help(format!(
        "write `env: {{ {variable}: {value} }}` in the task and read `{read}` in the script; only shells have quotes in which a \
         value stays what it is"
    ))
}

/// P0509
pub(super) fn list_in_quotes(locator: &Locator<'_>, place: &Place<'_>, name: Option<&str>) -> Diagnostic {
    let value = name.unwrap_or("x");
    let finding = Diagnostic::new(
        Code::P0509,
        place.span,
        format!("{} is a list and no word of its own here", the_value(name)),
    )
    .here("is one word an element")
    .help(format!(
        "write `~{{{value}}}` as a word of its own, outside quotes and with blanks around it; or make one text of it: \
             `~{{join({value}, \" \")}}`"
    ));
    let finding = match unquote(locator, place) {
        Some(edits) => finding.fix_all("leave out the quotes", edits),
        None => finding,
    };
    match place.hole.and_then(|hole| hole.opened) {
        Some(opened) => finding.label(locator.span(opened, 1), "opened here"),
        None => finding,
    }
}

/// `"~{x}"` becomes `~{x}` where nothing else is in the quotes and nothing touches them.
fn unquote(locator: &Locator<'_>, place: &Place<'_>) -> Option<Vec<Edit>> {
    let opened = place.hole.and_then(|hole| hole.opened).filter(|at| locator.byte(*at) == Some(b'"'))?;
    let before = locator.literal(opened.piece)?;
    let after = locator.literal(place.at + 1)?.strip_prefix('"')?;
    let first = opened.piece + 1 == place.at && opened.byte + 1 == before.len();
    let blank = |letter: char| matches!(letter, ' ' | '\t' | '\n');
    let starts = opened.byte == 0 && opened.piece == 0 || before[..opened.byte].ends_with(blank);
    let ends = after.starts_with(blank) || after.is_empty() && locator.text.parts.len() == place.at + 2;
    let closed = crate::shell::Place { piece: place.at + 1, byte: 0 };
    let edit = |at| Edit { span: locator.span(at, 1), text: String::new() };
    (first && starts && ends).then(|| vec![edit(opened), edit(closed)])
}

/// P0509
pub(super) fn second_list(place: &Place<'_>, name: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::P0509, place.span, format!("{} is the second list of an `sh` script", the_value(name)))
        .here("has no place to be kept in")
        .help("write `shell: \"bash\"`, which has arrays; `sh` has one list only, its arguments")
}

/// P0509
pub(super) fn list_in_function(place: &Place<'_>, name: Option<&str>) -> Diagnostic {
    Diagnostic::new(Code::P0509, place.span, format!("{} is a list in a function of an `sh` script", the_value(name)))
        .here("the function has arguments of its own")
        .help("write `shell: \"bash\"`, or pass the list to the function and use `\"$@\"` in it; `sh` has one list only, the arguments")
}

/// P0510
pub(super) fn as_code(locator: &Locator<'_>, place: &Place<'_>, name: Option<&str>, reader: &str) -> Diagnostic {
    let value = name.unwrap_or("x");
    let (message, help) = match reader {
        "$" | "${}" => (
            format!("{} stands where the name of a variable belongs", the_value(name)),
            format!(
                "write `~{{{value}}}` alone, it is the value already; a dollar sign before it is `\\$~{{{value}}}`"
            ),
        ),
        "for" | "function" => (
            format!(
                "{} stands where the name of a {} belongs",
                the_value(name),
                if reader == "for" { "variable" } else { reader }
            ),
            "write a name; a value can only stand where the shell takes a value".to_owned(),
        ),
        "[[ -eq ]]" | "let" => (
            format!("{} is evaluated as arithmetic by `{reader}`, which runs commands in it", the_value(name)),
            format!(
                "an `int` may stand here; compare texts with `=`, or write `[ ~{{{value}}} -eq … ]`, which evaluates nothing"
            ),
        ),
        _ => (format!("{} is run as code by `{reader}`", the_value(name)), code_help(reader, value)),
    };
    let finding = Diagnostic::new(Code::P0510, place.span, message).here("whatever it holds is executed").help(help);
    let finding = match dollar_before(locator, place).filter(|_| reader == "$") {
        Some(span) => finding.fix("leave out the `$`", span, ""),
        None => finding,
    };
    match place.hole.and_then(|hole| hole.opened) {
        Some(opened) => finding.label(locator.span(opened, 1), "opened here"),
        None => finding,
    }
}

/// The `$` that touches a value.
fn dollar_before(locator: &Locator<'_>, place: &Place<'_>) -> Option<Span> {
    let piece = place.at.checked_sub(1)?;
    let byte = locator.literal(piece)?.strip_suffix('$')?.len();
    Some(locator.span(crate::shell::Place { piece, byte }, 1))
}

fn code_help(reader: &str, value: &str) -> String {
    match reader {
        "eval" => "write the command itself, without `eval`; the value is one word already".to_owned(),
        "trap" => {
            format!("keep it in a variable and let the trap read that: `x=~{{{value}}}; trap 'rm -rf \"$x\"' EXIT`")
        }
        "source" | "." => "give it the type `path` (or take an artifact), which names a file of the run".to_owned(),
        "ssh" => format!(
            "the other machine's shell reads the words again; quote them for it: `ssh host \"cmd $(printf %q ~{{{value}}})\"`"
        ),
        shell if shell.ends_with(" -c") => format!(
            "pass it as an argument, which stays a value: `{shell} 'cmd \"$1\"' name ~{{{value}}}`; or by `env: {{ NAME: {value} }}`"
        ),
        _ => format!("pass it by `env: {{ NAME: {value} }}` and read the variable in the code"),
    }
}

/// P0512
pub(super) fn in_arithmetic(locator: &Locator<'_>, place: &Place<'_>, name: Option<&str>, ty: &Type) -> Diagnostic {
    let help = if matches!(ty, Type::Duration | Type::Size | Type::Cpu) {
        "it has a unit, so the shell cannot count with it; compute in the language: `~{x * 2 + 512Mi}`"
    } else {
        "only an `int` may stand here: the shell evaluates what stands in arithmetic, and a subscript like `a[$(cmd)]` runs commands"
    };
    let finding =
        Diagnostic::new(Code::P0512, place.span, format!("{} is no `int` and stands in arithmetic", the_value(name)))
            .here("is evaluated by the shell")
            .help(help);
    match place.hole.and_then(|hole| hole.opened) {
        Some(opened) => finding.label(locator.span(opened, 1), "arithmetic from here"),
        None => finding,
    }
}

/// P0515
pub(super) fn in_comment(locator: &Locator<'_>, place: &Place<'_>, name: Option<&str>) -> Diagnostic {
    let finding = Diagnostic::new(Code::P0515, place.span, format!("{} stands in a comment", the_value(name)))
        .here("is never read")
        .help("remove it, or write the name without `~{ }`; a value with a line end would end the comment")
        .fix("remove it", place.span, "");
    match place.hole.and_then(|hole| hole.opened) {
        Some(opened) => finding.label(locator.span(opened, 1), "the comment begins here"),
        None => finding,
    }
}

fn the_value(name: Option<&str>) -> String {
    name.map_or_else(|| "a value".to_owned(), |name| format!("`{name}`"))
}

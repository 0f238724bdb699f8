//! Scripts and commands of steps as scripts of the program, each value where the shell reads it.

use rustc_hash::FxHashMap;

use super::cx::Cx;
use super::findings;
use super::model::At;
use super::refs::{Part, parts};
use super::scope::{Scope, Written};
use super::shebang::{self, Reader};
use super::slots::Ty;
use super::value::{self, Bit, Hole};
use crate::import::script::Script;
use crate::shell::{self, Context, Piece};
use crate::source::Span;

/// A script, and the variables that it reads because a value cannot be put into it.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) reader: Reader,
    pub(super) script: Script,
    pub(super) env: Vec<(String, String)>,
}

/// One piece of a script before it is known where the shell meets it.
enum Seen<'t> {
    Text(String),
    /// What it stands for, and how it was written.
    Value(Vec<Bit>, &'t str),
}

/// The script of a step that has these variables.
pub(super) fn script<'a>(
    at: &At,
    (step, env): (&str, &[(String, String)]),
    scope: Scope<'_, 'a>,
    cx: &mut Cx<'a, '_>,
    remarks: &mut Vec<String>,
) -> Made {
    let parted = shebang::part(&at.text);
    let seen = seen(&parted.body, at.span, scope, cx, remarks);
    let mut made = Made { reader: parted.reader.clone(), script: Script::default(), env: Vec::new() };
    let pieces = match &made.reader {
        Reader::Sh | Reader::Bash => pieces(&seen),
        Reader::Other(_) => Vec::new(),
    };
    made.script.raw(&parted.before(shell::all_set(&pieces, &always_there(env))));
    let mut contexts = shell::values(&pieces).holes.into_iter().map(|hole| hole.context);
    let mut spliced: Vec<String> = Vec::new();
    let mut met: FxHashMap<&str, usize> = FxHashMap::default();
    for at_piece in 0..seen.len() {
        match &seen[at_piece] {
            Seen::Text(text) => made.script.raw(text),
            Seen::Value(bits, whole) => {
                let context = contexts.next().unwrap_or(Context::Foreign);
                let before = met.entry(whole).or_default();
                let span = cx.docs.nth_within(at.span, whole, *before);
                *before += 1;
                // What goes by the environment is said for itself.
                let is_code = !matches!(context, Context::Foreign | Context::Arithmetic | Context::Comment);
                if is_code && is_value(bits) && !whole.starts_with("$(results.") && !whole.starts_with("$(workspaces.")
                {
                    let shown = (*whole).to_owned();
                    if !spliced.contains(&shown) {
                        spliced.push(shown);
                    }
                }
                let around = around(&seen, at_piece);
                put(&mut made, bits, context, Written { whole, span }, around, cx, remarks);
            }
        }
    }
    if !spliced.is_empty() {
        let first = cx.docs.within(at.span, &spliced[0]);
        cx.push(findings::spliced(first, step, &spliced));
    }
    made.script = unquoted(made.script).trimmed();
    made
}

/// Something that is known only when the pipeline runs.
fn is_value(bits: &[Bit]) -> bool {
    bits.iter().any(|bit| matches!(bit, Bit::Hole(_)))
}

fn seen<'t, 'a>(
    body: &'t str,
    span: Span,
    scope: Scope<'_, 'a>,
    cx: &mut Cx<'a, '_>,
    remarks: &mut Vec<String>,
) -> Vec<Seen<'t>> {
    let mut seen = Vec::new();
    let parts = parts(body);
    let mut number = 0;
    let mut taken = 0;
    while number < parts.len() {
        match parts[number] {
            Part::Text(text) => {
                let rest = &text[std::mem::take(&mut taken)..];
                if !rest.is_empty() {
                    seen.push(Seen::Text(rest.to_owned()));
                }
            }
            Part::Var(_, whole) => {
                // With what is behind it, since the way below a workspace belongs to its place.
                let behind = match parts.get(number + 1) {
                    Some(Part::Text(text)) => *text,
                    Some(Part::Var(..)) | None => "",
                };
                let bits = scope.bits(&At::new(format!("{whole}{behind}"), span), cx, remarks);
                let mut bits = bits;
                taken = match bits.last() {
                    Some(Bit::Text(rest)) if behind.ends_with(rest.as_str()) && bits.len() > 1 => {
                        behind.len() - rest.len()
                    }
                    Some(Bit::Text(_)) if bits.len() == 1 => 0,
                    Some(Bit::Hole(_)) => behind.len(),
                    Some(Bit::Text(_)) | None => 0,
                };
                if bits.len() > 1 {
                    bits.pop();
                } else if let [Bit::Text(text)] = bits.as_mut_slice() {
                    // A literal has what is behind it in one text.
                    text.truncate(text.len() - behind.len().min(text.len()));
                }
                seen.push(Seen::Value(bits, whole));
            }
        }
        number += 1;
    }
    seen
}

fn pieces<'s>(seen: &'s [Seen<'_>]) -> Vec<Piece<'s>> {
    let piece = |one: &'s Seen<'_>| match one {
        Seen::Text(text) => Piece::Text(text),
        Seen::Value(..) => Piece::Hole,
    };
    seen.iter().map(piece).collect()
}

/// The variables that no run is without: a secret may not be bound.
fn always_there(env: &[(String, String)]) -> Vec<&str> {
    env.iter().filter(|(_, expr)| !expr.starts_with("secret(")).map(|(name, _)| name.as_str()).collect()
}

/// The characters before and behind a value.
fn around(seen: &[Seen<'_>], at: usize) -> (Option<char>, Option<char>) {
    let before = at.checked_sub(1).map(|at| &seen[at]);
    let text = |one: Option<&Seen<'_>>| match one {
        Some(Seen::Text(text)) => text.clone(),
        Some(Seen::Value(..)) | None => String::new(),
    };
    (text(before).chars().next_back(), text(seen.get(at + 1)).chars().next())
}

fn put(
    made: &mut Made,
    bits: &[Bit],
    context: Context,
    written: Written<'_>,
    around: (Option<char>, Option<char>),
    cx: &mut Cx<'_, '_>,
    remarks: &mut Vec<String>,
) {
    let Written { whole, span } = written;
    match context {
        Context::Word | Context::DoubleQuoted | Context::HereDocument => spread(&mut made.script, bits),
        Context::SingleQuoted if around.0 != Some('\\') => {
            made.script.raw("'\"");
            spread(&mut made.script, bits);
            made.script.raw("\"'");
        }
        Context::Comment => made.script.raw(&format!("({})", whole.trim_matches(['$', '(', ')']))),
        Context::Arithmetic => {
            let name = variable(made, bits, whole);
            cx.push(findings::to_variable(span, whole, "in arithmetic", &name));
            made.script.raw(&name);
        }
        Context::SingleQuoted => {
            let help = "take the backslash away: it is put before whatever the value begins with";
            cx.cannot(remarks, findings::in_script(span, whole, "behind a backslash", help));
        }
        Context::QuotedHereDocument => {
            let help = "take the quotes off the delimiter of the here-document, and put a backslash before each `$` and backtick that is meant";
            cx.cannot(remarks, findings::in_script(span, whole, "in a here-document whose delimiter is quoted", help));
        }
        Context::Foreign => foreign(made, bits, written, around, cx, remarks),
    }
}

/// In a script that is not for a shell, a whole string may be read from the environment.
fn foreign(
    made: &mut Made,
    bits: &[Bit],
    written: Written<'_>,
    around: (Option<char>, Option<char>),
    cx: &mut Cx<'_, '_>,
    remarks: &mut Vec<String>,
) {
    let Written { whole, span } = written;
    let is_python =
        matches!(&made.reader, Reader::Other(words) if words.first().is_some_and(|word| word.starts_with("python")));
    let is_string = matches!(around, (Some('"'), Some('"')) | (Some('\''), Some('\'')));
    if is_python && is_string {
        let name = variable(made, bits, whole);
        cx.push(findings::to_variable(span, whole, "in a script that no shell reads", &name));
        // The quotes around it are taken away when the whole script is there.
        made.script.raw(&format!("{CUT}__import__(\"os\").environ[\"{name}\"]{CUT}"));
        return;
    }
    let help = "give it to the step as an environment variable, and read that in the script";
    cx.cannot(remarks, findings::in_script(span, whole, "in a script that no shell reads", help));
}

/// Stands beside a quote that has to go.
const CUT: char = '\u{e000}';

fn unquoted(script: Script) -> Script {
    let mut out = Script::default();
    for piece in script.pieces {
        match piece {
            crate::import::script::Piece::Raw(text) => {
                let mut text = text;
                for quote in ['"', '\''] {
                    text = text.replace(&format!("{quote}{CUT}"), "").replace(&format!("{CUT}{quote}"), "");
                }
                out.raw(&text);
            }
            crate::import::script::Piece::Hole(expr) => out.hole(expr),
        }
    }
    out
}

fn spread(script: &mut Script, bits: &[Bit]) {
    for bit in bits {
        match bit {
            Bit::Text(text) => script.raw(text),
            Bit::Hole(hole) => script.hole(hole.in_text()),
        }
    }
}

/// The variable that holds a value; the same value has one.
fn variable(made: &mut Made, bits: &[Bit], whole: &str) -> String {
    let expr = value::text_expr(bits);
    if let Some((name, _)) = made.env.iter().find(|(_, known)| *known == expr) {
        return name.clone();
    }
    let inner = whole.trim_matches(['$', '(', ')']);
    let inner = inner.strip_prefix("params.").unwrap_or(inner);
    let base = super::names::snake(inner).to_ascii_uppercase();
    let numbered = |n: u32| if n == 1 { base.clone() } else { format!("{base}_{n}") };
    let taken = |name: &String| made.env.iter().any(|(known, _)| known == name);
    let name = (1..).map(numbered).find(|name| !taken(name)).expect("there are more numbers than names");
    made.env.push((name.clone(), expr));
    name
}

/// A command and its arguments as a line of a shell.
pub(super) fn command<'a>(
    words: &[At],
    scope: Scope<'_, 'a>,
    cx: &mut Cx<'a, '_>,
    remarks: &mut Vec<String>,
) -> Script {
    let mut script = Script::default();
    for (number, at) in words.iter().enumerate() {
        if number > 0 {
            script.raw(" ");
        }
        let bits = scope.bits(at, cx, remarks);
        word(&mut script, &bits);
    }
    script
}

/// Exactly one word, or those of a list.
fn word(script: &mut Script, bits: &[Bit]) {
    if let Some(hole @ Hole { ty: Ty::List, .. }) = value::only(bits) {
        return script.hole(hole.expr.clone());
    }
    if bits.is_empty() {
        return script.raw("''");
    }
    for bit in bits {
        match bit {
            Bit::Text(text) => script.raw(&quoted_word(text)),
            Bit::Hole(hole) => script.hole(hole.in_text()),
        }
    }
}

fn quoted_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/:@%+,=".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

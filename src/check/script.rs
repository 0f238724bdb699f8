//! Scripts: each value by its type and by the place where the shell meets it.

pub(super) mod ahead;
pub mod in_text;
mod place;
mod refuse;

use super::commands::tree::{FirstWords, Tree};
use super::program::command::Written;
use super::program::{CommandDef, Expr, Kind, Script, ScriptPart, Shell, Type};
use crate::diag::{Diagnostic, Diagnostics};
use crate::shell::{self, Context, Hole, Piece, Scan};
use crate::source::Span;
use crate::syntax::ast;
use place::Locator;

/// Places the values of a script's `~{…}`, given in order, and reports those that would not arrive as what they are.
///
/// `seen` is the script as it was read ahead, if it was; `about` adds to a finding what else is known of its value.
pub(super) fn check(
    (text, seen): (&ast::Text, Option<Scan>),
    shell: &Shell,
    values: Vec<Expr>,
    (tree, commands): (&Tree, &[CommandDef]),
    about: &mut dyn FnMut(Diagnostic, &Expr) -> Diagnostic,
    out: &mut Diagnostics,
) -> Script {
    let seen = match shell {
        Shell::Bash | Shell::Sh => seen.unwrap_or_else(|| read(text, tree.first_words())),
        Shell::Other(_) => Scan::default(),
    };
    let locator = Locator { text, scan: &seen };
    for fault in &seen.faults {
        out.push(refuse::unfinished(&locator, fault));
    }
    let mut judge = Judge { locator, shell, lists: 0, mended: Vec::new() };
    let mut values = values.into_iter();
    let mut holes = seen.holes.iter();
    let mut parts = Vec::with_capacity(text.parts.len());
    for (at, part) in text.parts.iter().enumerate() {
        match part {
            ast::Part::Literal(one) => parts.push(ScriptPart::Text(one.text.clone())),
            ast::Part::Value(written, span) => {
                let hole = holes.next();
                let Some(value) = values.next() else { continue };
                let place = Place { at, span: *span, written, hole };
                if let Some(finding) = judge.value(&value, &place) {
                    out.push(about(finding, &value));
                }
                parts.push(ScriptPart::Value { value, context: place.context(), span: *span });
            }
        }
    }
    let wraps = |words: &[shell::Word]| tree.wraps(commands, &parts, words);
    let commands = (!seen.commands.is_empty()).then(|| {
        let commands = shell::deep(&pieces(text), &seen, &wraps);
        commands.into_iter().map(|command| written(&locator, command)).collect()
    });
    Script { parts, commands, span: text.span }
}

/// Its commands count only where one of them may be known; to make them costs more than to read the rest.
fn read(text: &ast::Text, known: &FirstWords) -> Scan {
    let pieces = pieces(text);
    if known.are_in(text) { shell::scan(&pieces) } else { shell::values(&pieces) }
}

fn written(locator: &Locator<'_>, command: shell::Command) -> Written {
    let spans = command.places.iter().map(|place| locator.word(*place)).collect();
    let (span, elsewhere) = (locator.command(command.at), command.elsewhere);
    Written { words: command.words.into(), spans, span, elsewhere }
}

fn pieces(text: &ast::Text) -> Vec<Piece<'_>> {
    let mut pieces = Vec::with_capacity(text.parts.len());
    for part in &text.parts {
        match part {
            ast::Part::Literal(one) => pieces.push(Piece::Text(&one.text)),
            ast::Part::Value(..) => pieces.push(Piece::Hole),
        }
    }
    pieces
}

/// One `~{…}` of a script.
struct Place<'a> {
    /// Which part of the text it is.
    at: usize,
    span: Span,
    written: &'a ast::Expr,
    /// Absent in a script that no shell reads.
    hole: Option<&'a Hole>,
}

impl Place<'_> {
    fn context(&self) -> Context {
        self.hole.map_or(Context::Foreign, |hole| hole.context)
    }
}

/// What a script has had so far.
struct Judge<'a> {
    locator: Locator<'a>,
    shell: &'a Shell,
    /// How many lists there were.
    lists: usize,
    /// Here-documents for which a fix was offered.
    mended: Vec<shell::Place>,
}

impl Judge<'_> {
    /// The first thing that is wrong with a value, if any.
    fn value(&mut self, value: &Expr, place: &Place<'_>) -> Option<Diagnostic> {
        if matches!(value.kind, Kind::Poison) || matches!(value.ty, Type::Unknown) {
            return None;
        }
        // Its name is spelled only for a finding.
        if self.is_fine(value, place) {
            return None;
        }
        let name = in_text::spelled(place.written);
        let name = name.as_deref();
        if place.context() == Context::Comment {
            return Some(refuse::in_comment(&self.locator, place, name));
        }
        if let Some(wrong) = no_text(value, place.span, name) {
            return Some(self.in_words(wrong, value, place, name));
        }
        match place.context() {
            Context::SingleQuoted => Some(refuse::in_single_quotes(&self.locator, place, name)),
            Context::QuotedHereDocument => {
                let first = self.first_of_here_document(place);
                Some(refuse::in_quoted_here_document(&self.locator, place, name, first))
            }
            Context::Foreign => Some(refuse::in_foreign_script(self.shell, place, name)),
            Context::Comment => None,
            Context::Word | Context::DoubleQuoted | Context::HereDocument | Context::Arithmetic => {
                self.living(&value.ty, place, name)
            }
        }
    }

    /// With the mend of what has no text form, where the shell takes any text.
    fn in_words(&self, wrong: Diagnostic, value: &Expr, place: &Place<'_>, name: Option<&str>) -> Diagnostic {
        let taken = matches!(place.context(), Context::Word | Context::DoubleQuoted | Context::HereDocument)
            && place.hole.is_some_and(|hole| hole.code_for.is_none());
        match (name.filter(|_| taken), &value.ty) {
            (Some(name), Type::Bool) => in_text::as_words(wrong, value.span, name),
            (Some(name), Type::Workspace) => {
                wrong.fix(format!("write `{name} / \".\"`"), value.span.after(), " / \".\"")
            }
            _ => wrong,
        }
    }

    /// What most values are: one text in a word or in double quotes, which nothing reads as code.
    fn is_fine(&self, value: &Expr, place: &Place<'_>) -> bool {
        let quoted = matches!(place.context(), Context::Word | Context::DoubleQuoted | Context::HereDocument);
        let plain =
            matches!(value.ty, Type::Int | Type::String | Type::Path | Type::Image | Type::Enum(_) | Type::Newtype(_))
                || matches!(value.ty, Type::Artifact(_) | Type::Duration | Type::Size | Type::Cpu);
        quoted && plain && place.hole.is_some_and(|hole| hole.code_for.is_none())
    }

    /// A value at a place where the shell expands it.
    fn living(&mut self, ty: &Type, place: &Place<'_>, name: Option<&str>) -> Option<Diagnostic> {
        let hole = place.hole?;
        if let Some(reader) = &hole.code_for
            && !is_safe_for(ty, reader)
        {
            return Some(refuse::as_code(&self.locator, place, name, reader));
        }
        if let Type::List(_) = ty {
            return self.list(hole, place, name);
        }
        let arithmetic = hole.context == Context::Arithmetic;
        (arithmetic && !matches!(ty, Type::Int)).then(|| refuse::in_arithmetic(&self.locator, place, name, ty))
    }

    fn list(&mut self, hole: &Hole, place: &Place<'_>, name: Option<&str>) -> Option<Diagnostic> {
        if !hole.whole {
            return Some(refuse::list_in_quotes(&self.locator, place, name));
        }
        self.lists += 1;
        match self.shell {
            Shell::Sh if self.lists > 1 => Some(refuse::second_list(place, name)),
            Shell::Sh if hole.in_function => Some(refuse::list_in_function(place, name)),
            Shell::Sh | Shell::Bash | Shell::Other(_) => None,
        }
    }

    /// One mend serves all values of a here-document, so only the first offers it.
    fn first_of_here_document(&mut self, place: &Place<'_>) -> bool {
        let Some(opened) = place.hole.and_then(|hole| hole.opened) else { return false };
        let first = !self.mended.contains(&opened);
        self.mended.push(opened);
        first
    }
}

/// What is wrong with the type of a value, wherever in a script it stands.
fn no_text(value: &Expr, span: Span, name: Option<&str>) -> Option<Diagnostic> {
    match (&value.kind, &value.ty) {
        (Kind::Out(_), ty) if !matches!(ty, Type::Record(_)) => None,
        (_, ty) if in_text::is_secret(ty) => Some(in_text::secret_in_script(span, name)),
        (_, Type::List(element)) => {
            in_text::why_no_text(span, name, element).map(|_| in_text::not_text(span, name, &value.ty))
        }
        (_, ty) => in_text::why_no_text(span, name, ty),
    }
}

/// Numbers hold nothing that a shell could take for code; a path names the file that `source` reads.
fn is_safe_for(ty: &Type, reader: &str) -> bool {
    match ty {
        Type::Unknown => true,
        Type::Int | Type::Duration | Type::Size | Type::Cpu => !matches!(reader, "$" | "${}" | "for" | "function"),
        Type::Path | Type::Artifact(_) => matches!(reader, "source" | "."),
        Type::None
        | Type::Bool
        | Type::String
        | Type::Image
        | Type::Secret
        | Type::Workspace
        | Type::List(_)
        | Type::Map(_)
        | Type::Optional(_)
        | Type::Enum(_)
        | Type::Record(_)
        | Type::Newtype(_)
        | Type::Outputs(_) => false,
    }
}

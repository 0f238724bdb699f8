//! What a finding about a value says besides: where the value is declared, and the mends that depend on what is known
//! of it.

use crate::diag::code::Code;
use crate::diag::{Diagnostic, Edit};
use crate::source::Span;

use super::checker::Checker;
use super::modules::Def;
use super::program::{EnumId, Expr, Kind, TextPart, Type};
use super::types::{fits, has_text, opened};

impl Checker<'_, '_> {
    /// With the place where the value is declared, and with `!` where it is known to be there.
    pub(super) fn about(&mut self, report: Diagnostic, value: &Expr) -> Diagnostic {
        let report = self.traced(report, value);
        let optional = matches!(value.ty, Type::Optional(_)) && matches!(report.code, Code::P0306 | Code::P0309);
        match self.name_of(value).filter(|_| optional && report.fixes.is_empty()) {
            Some(name) if self.scope.facts.is_some(value) => report
                .help(format!("write `{name}!`: it is known to be there here"))
                .fix(format!("write `{name}!`"), value.span.after(), "!"),
            Some(_) | None => report,
        }
    }

    /// With the place where the value is declared.
    pub(super) fn traced(&self, report: Diagnostic, value: &Expr) -> Diagnostic {
        match self.declaration(value) {
            Some((span, name)) if !report.labels.iter().any(|label| label.span == span) => {
                report.label(span, format!("`{name}` is declared here"))
            }
            Some(_) | None => report,
        }
    }

    fn declaration(&self, value: &Expr) -> Option<(Span, String)> {
        if let Kind::Local(local) = value.kind {
            let local = self.scope.local(local);
            return Some((local.span, local.name.to_string()));
        }
        if let Kind::Const(id) = value.kind {
            let one = &self.program.consts[id.index()];
            return Some((one.span, one.name.to_string()));
        }
        if let Kind::Output(base, at) = &value.kind
            && let Type::Outputs(task) = opened(&base.ty)
        {
            let output = self.program.tasks.get(task.index())?.outputs.get(*at as usize)?;
            return Some((output.span, output.name.to_string()));
        }
        if let Kind::Field(base, at) = &value.kind
            && let Type::Record(id) = &base.ty
        {
            let field = &self.program.records[id.index()].fields[*at as usize];
            return Some((field.span, field.name.to_string()));
        }
        None
    }

    /// What stands around a value makes it one of the type that is needed, where nothing else could be meant.
    pub(super) fn mend_around(&self, have: &Expr, want: &Type) -> Option<(String, Vec<Edit>)> {
        let name = self.name_of(have);
        let x = name.as_deref().unwrap_or("…");
        let insert = |span: Span, text: &str| Edit { span, text: text.to_owned() };
        let (before, after) = match (&have.ty, want) {
            (Type::Artifact(_), Type::Path) if name.is_some() => ("", ".path"),
            (Type::Artifact(_), Type::Workspace) if name.is_some() => ("", ".workspace"),
            (one, Type::List(element)) if fits(one, element) => ("[", "]"),
            (ty, Type::String) if has_text(ty) => ("text(", ")"),
            (ty, want) => match self.outputs_that_fit(ty, want)?.as_slice() {
                [only] if name.is_some() => ("", &*format!(".{only}")),
                _ => return None,
            },
        };
        let edits = [insert(have.span.before(), before), insert(have.span.after(), after)];
        Some((format!("{before}{x}{after}"), edits.into_iter().filter(|edit| !edit.text.is_empty()).collect()))
    }

    /// The outputs of a task, or of the turns of one, that are of a type; `None` of what is no task.
    pub(super) fn outputs_that_fit(&self, ty: &Type, want: &Type) -> Option<Vec<&str>> {
        let (one, want) = match (ty, want) {
            (Type::List(each), Type::List(want)) => (&**each, &**want),
            (ty, want) => (ty, want),
        };
        let Type::Outputs(task) = one else { return None };
        Some(self.outputs_of(*task).filter(|(_, ty)| fits(ty, want)).map(|(name, _)| name).collect())
    }

    /// The comparison that others mean by a value in the place of a condition.
    pub(super) fn mend_condition(&self, report: Diagnostic, have: &Expr, name: Option<&str>) -> Diagnostic {
        let Some(name) = name else { return report };
        let (before, after) = match &have.ty {
            Type::Optional(inner) if **inner == Type::Bool => ("", " ?? false"),
            Type::Optional(_) => ("", " != none"),
            Type::List(_) => ("len(", ") > 0"),
            Type::Int if matches!(have.kind, Kind::Int(_)) => return report,
            Type::Int => ("", " != 0"),
            Type::Unknown
            | Type::None
            | Type::Bool
            | Type::String
            | Type::Duration
            | Type::Size
            | Type::Cpu
            | Type::Path
            | Type::Image
            | Type::Secret
            | Type::Workspace
            | Type::Map(_)
            | Type::Enum(_)
            | Type::Record(_)
            | Type::Newtype(_)
            | Type::Artifact(_)
            | Type::Outputs(_) => return report,
        };
        let text = format!("{before}{name}{after}");
        report.fix(format!("write `{text}`"), have.span, text)
    }

    /// Two texts in one string, as others mean it by `+`.
    pub(super) fn joined(&self, left: &Expr, right: &Expr) -> Option<String> {
        let apart = right.span.start.saturating_sub(left.span.end);
        let is_text = |side: &&Expr| matches!(side.kind, Kind::Str(_) | Kind::Text(_));
        // ` + ` and no comment.
        let plain = apart <= 3 && [left, right].iter().any(is_text);
        plain.then(|| Some(format!("\"{}{}\"", self.inside(left)?, self.inside(right)?))).flatten()
    }

    /// A value as it stands inside a string.
    fn inside(&self, value: &Expr) -> Option<String> {
        if let Kind::Str(text) = &value.kind {
            return plain(text);
        }
        if let Kind::Text(parts) = &value.kind {
            let part = |part: &TextPart| match part {
                TextPart::Text(text) => plain(text),
                TextPart::Value(value) => self.inside(value),
            };
            return parts.iter().map(part).collect();
        }
        Some(format!("~{{{}}}", self.name_of(value).filter(|_| has_text(&value.ty))?))
    }

    /// The enums that have such a case, each as this file has to write it.
    pub(super) fn enums_with_case(&self, case: &str) -> Vec<String> {
        let has = |at: &usize| self.program.enums[*at].cases.iter().any(|one| &*one.name == case);
        let all = (0..self.program.enums.len()).filter(has);
        all.filter_map(|at| self.enum_in_reach(EnumId(super::modules::id(at)))).collect()
    }

    fn enum_in_reach(&self, id: EnumId) -> Option<String> {
        let def = &self.program.enums[id.index()];
        if self.find(&def.name) == Some(Def::Enum(id)) {
            return Some(def.name.to_string());
        }
        let used = &self.modules[self.module].used;
        let module = |(name, (other, _)): (&&str, &(Def, Span))| {
            let Def::Module(at) = other else { return None };
            (self.modules[*at].file.id == def.span.file).then(|| (*name).to_owned())
        };
        let mut modules: Vec<String> = used.iter().filter_map(module).collect();
        modules.sort_unstable();
        modules.into_iter().next().map(|module| format!("{module}.{}", def.name))
    }
}

/// A text that is written as it is.
fn plain(text: &str) -> Option<String> {
    (!text.contains(['"', '\\']) && !text.contains("~{") && !text.contains(char::is_control)).then(|| text.to_owned())
}

//! The fields of a task, a step, a modifier block and `defaults`, checked like a record.

use crate::diag::code::Code;
use crate::source::Span;
use crate::syntax::ast;

use super::checker::{Checker, poison};
use super::ops::number;
use super::program::needs::NeedsGiven;
use super::program::{EnvDef, Expr, Fields, FileDef, Kind, Script, Shell, Type};
use super::report::Place;
use super::types::opened;
use super::{findings, foreign};

/// Where fields stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    Task,
    Step,
    Modifiers,
    Defaults,
    /// An `extern task`, and a call of one.
    Extern,
    ExternCall,
}

/// What a block of fields says beside its [`Fields`].
#[derive(Default)]
pub(super) struct Read {
    pub(super) run: Option<Script>,
    /// Words for what the image runs.
    pub(super) args: Option<Expr>,
    /// A field could not be read, so one that is missing may be it.
    pub(super) torn: bool,
}

/// The fields and where each may stand, in the order of [`Block`].
const FIELDS: &[(&str, [bool; 4])] = &[
    ("image", [true, true, true, true]),
    ("run", [true, true, false, false]),
    ("shell", [true, true, false, true]),
    ("needs", [true, false, true, true]),
    ("env", [true, true, true, true]),
    ("files", [true, false, true, true]),
    ("workdir", [true, true, true, true]),
    ("timeout", [true, false, true, true]),
    ("retries", [true, false, true, true]),
    ("retry_delay", [true, false, true, true]),
    ("on_exit", [true, false, true, true]),
    ("on_failure", [true, false, true, true]),
    ("before", [true, false, true, true]),
    ("cleanup", [true, false, true, true]),
    ("lock", [true, false, true, true]),
    ("args", [true, false, false, false]),
];

/// What an engine does for a task that it finds elsewhere.
pub(super) const OF_EXTERN: [&str; 5] = ["needs", "timeout", "retries", "on_failure", "lock"];

/// Whether some block has such a field.
pub(super) fn is_field(name: &str) -> bool {
    FIELDS.iter().any(|row| row.0 == name)
}

impl Block {
    fn allows(self, row: &(&str, [bool; 4])) -> bool {
        match self {
            Self::Task => row.1[0],
            Self::Step => row.1[1],
            Self::Modifiers => row.1[2],
            Self::Defaults => row.1[3],
            Self::Extern | Self::ExternCall => OF_EXTERN.contains(&row.0),
        }
    }

    /// A field that is read elsewhere.
    fn has_own(self, name: &str) -> bool {
        self == Self::Extern && foreign::own_fields().any(|own| own == name)
    }

    fn word(self) -> &'static str {
        match self {
            Self::Task => "a task",
            Self::Step => "a step",
            Self::Modifiers => "a block of modifiers",
            Self::Defaults => "`defaults`",
            Self::Extern => "an `extern task`",
            Self::ExternCall => "a call of an `extern task`",
        }
    }
}

impl<'a> Checker<'a, '_> {
    /// Fills in all fields of a block. `shell` reads its scripts, `outs` is what they may write.
    pub(super) fn fields(
        &mut self,
        fields: &'a [ast::Field],
        block: Block,
        shell: Option<&Shell>,
        outs: Option<&'a ast::Outputs>,
        into: &mut Fields,
    ) -> Read {
        let mut read = Read::default();
        let mut seen = 0_u32;
        let before = self.scope.outs.take();
        for field in fields {
            match field {
                ast::Field::Value { name, .. } if block.has_own(&name.text) => {}
                ast::Field::Value { name, value } => {
                    let Some(row) = FIELDS.iter().position(|row| *row.0 == *name.text && block.allows(row)) else {
                        read.torn = true;
                        self.scope.outs = outs;
                        self.no_such_field(name, value, block, into);
                        self.scope.outs = None;
                        continue;
                    };
                    if seen & (1 << row) != 0 {
                        self.report(findings::names::duplicate("field", &name.text, name.span, first_of(fields, name)));
                        continue;
                    }
                    seen |= 1 << row;
                    self.one_field(name, value, shell.unwrap_or(&Shell::Bash), outs, into, &mut read);
                }
                ast::Field::Step { .. } if block == Block::Task => {}
                ast::Field::Step { name, .. } => self.report(findings::parts::step_elsewhere(name.span, block.word())),
                ast::Field::Service { .. } if block == Block::Task => {}
                ast::Field::Require { .. } if matches!(block, Block::Task | Block::Extern) => {}
                ast::Field::Service { name, .. } => self.no_service_here(name.span, block.word()),
                ast::Field::Require { span, .. } => {
                    self.report(findings::parts::require_elsewhere(*span, block.word()))
                }
                ast::Field::Broken(span) => {
                    read.torn = true;
                    unknown_verdict(into, *span);
                }
            }
        }
        self.scope.outs = before;
        if read.torn && into.image.is_none() {
            into.image = fields.first().map(|field| poison(span_of(field)));
        }
        read
    }

    fn no_such_field(&mut self, name: &'a ast::Name, value: &'a ast::Expr, block: Block, into: &mut Fields) {
        if crate::diag::did_you_mean(&name.text, ["on_exit"]).is_some() {
            unknown_verdict(into, name.span);
        }
        if matches!(value.kind, ast::ExprKind::Broken) {
            return;
        }
        let elsewhere = FIELDS.iter().any(|row| *row.0 == *name.text);
        let mut names: Vec<&str> = FIELDS.iter().filter(|row| block.allows(row)).map(|row| row.0).collect();
        if block == Block::Task {
            names.extend(["step", "service"]);
        }
        if block == Block::Step {
            names.push(super::uses::USES);
        }
        if block == Block::Extern {
            names.extend(foreign::own_fields());
        }
        let foreign = matches!(block, Block::Extern | Block::ExternCall);
        let otherwise = super::sources::said_otherwise(&name.text).filter(|_| block == Block::Extern);
        let report = if let Some(help) = otherwise {
            findings::foreign::said_otherwise(name, help)
        } else if elsewhere && foreign {
            findings::foreign::has_its_own(name, block.word(), &names)
        } else if elsewhere {
            findings::parts::field_elsewhere(name, block.word(), &names)
        } else if let Some(ours) = self.field_of_needs(name, &names) {
            findings::parts::field_of_needs(name, block.word(), ours)
        } else {
            findings::parts::unknown_field(name, block.word(), &names)
        };
        self.report(report);
        // It may be a script, which takes values that other texts do not.
        if let ast::ExprKind::Text(text) = &value.kind {
            for part in &text.parts {
                if let ast::Part::Value(value, _) = part {
                    self.infer(value, None);
                }
            }
            return;
        }
        self.infer(value, Some(&Type::Unknown));
    }

    fn one_field(
        &mut self,
        name: &'a ast::Name,
        value: &'a ast::Expr,
        shell: &Shell,
        outs: Option<&'a ast::Outputs>,
        fields: &mut Fields,
        read: &mut Read,
    ) {
        match &*name.text {
            "image" => fields.image = Some(self.in_name(value, &Type::Image, "image")),
            "lock" => fields.lock = Some(Box::new(self.in_name(value, &Type::String, "lock"))),
            "workdir" => fields.workdir = Some(Box::new(self.workdir(value))),
            "needs" => self.needs(value, fields),
            "timeout" => fields.timeout = Some(self.time(value, "timeout")),
            "retry_delay" => {
                fields.retry_delay = Some(Box::new(self.expect(value, &Type::Duration, Place::Field("retry_delay"))))
            }
            "retries" => fields.retries = Some(Box::new(self.retries(value))),
            "on_failure" => {
                let ty = self.prelude_enum("OnFailure");
                fields.on_failure = Some(Box::new(self.expect(value, &ty, Place::Field("on_failure"))));
            }
            "on_exit" => self.on_exit(value, fields),
            "files" => self.files(value, fields),
            "env" => {
                self.scope.outs = outs;
                self.env(value, fields);
                self.scope.outs = None;
            }
            "run" => {
                self.scope.outs = outs;
                read.run = self.script(value, shell);
                read.torn |= read.run.is_none();
                self.scope.outs = None;
            }
            "args" => {
                self.scope.outs = outs;
                let list = Type::List(Box::new(Type::String));
                read.args = Some(self.expect(value, &list, Place::Field("args")));
                self.scope.outs = None;
            }
            "before" | "cleanup" => {
                // They surround the script in a shell, whatever reads the script itself.
                let around = if *shell == Shell::Bash { Shell::Bash } else { Shell::Sh };
                self.scope.outs = outs;
                let made = self.script(value, &around).map(Box::new);
                read.torn |= made.is_none();
                self.scope.outs = None;
                if &*name.text == "before" { fields.before = made } else { fields.cleanup = made }
            }
            // `shell` is read before the scripts are.
            _ => {}
        }
    }

    /// A value that becomes part of a name, an image or a path, where a secret would be seen.
    pub(super) fn in_name(&mut self, value: &'a ast::Expr, ty: &Type, field: &'static str) -> Expr {
        self.secret = Code::P0804;
        let made = self.expect(value, ty, Place::Name(field));
        self.secret = Code::P0802;
        made
    }

    fn workdir(&mut self, value: &'a ast::Expr) -> Expr {
        self.secret = Code::P0804;
        let made = self.infer(value, Some(&Type::Path));
        self.secret = Code::P0802;
        if made.ty == Type::Workspace { made } else { self.fit(made, &Type::Path, Place::Name("workdir")) }
    }

    /// What a name is called in `needs`, in a block that has those.
    fn field_of_needs(&self, name: &ast::Name, names: &[&str]) -> Option<&str> {
        let Type::Record(id) = self.prelude_enum("Needs") else { return None };
        let fields: Vec<&str> = self.program.records[id.index()].fields.iter().map(|field| &*field.name).collect();
        findings::parts::ours(&name.text, &fields).filter(|_| names.contains(&"needs"))
    }

    pub(super) fn needs(&mut self, value: &'a ast::Expr, fields: &mut Fields) {
        let ty = self.prelude_enum("Needs");
        fields.needs_given = match (&value.kind, &ty) {
            (ast::ExprKind::Record(entries), _) => entries.iter().filter_map(|entry| name_of_key(&entry.key)).collect(),
            (_, Type::Record(_)) => NeedsGiven::ALL,
            _ => NeedsGiven::NONE,
        };
        fields.needs = Some(self.expect(value, &ty, Place::Field("needs")));
    }

    pub(super) fn time(&mut self, value: &'a ast::Expr, field: &'static str) -> Expr {
        let made = self.expect(value, &Type::Duration, Place::Field(field));
        if number(&made.kind) == Some(0) {
            self.report(findings::tasks::zero_time(made.span, field));
        }
        made
    }

    fn retries(&mut self, value: &'a ast::Expr) -> Expr {
        let made = self.expect(value, &Type::Int, Place::Field("retries"));
        if let Some(count) = number(&made.kind)
            && u32::try_from(count).is_err()
        {
            self.report(findings::tasks::bad_count(made.span, count));
        }
        made
    }

    pub(super) fn entries(&mut self, value: &'a ast::Expr, field: &'static str) -> &'a [ast::Entry] {
        if let ast::ExprKind::Record(entries) = &value.kind {
            return entries;
        }
        self.infer(value, Some(&Type::Unknown));
        if !matches!(value.kind, ast::ExprKind::Broken) {
            self.report(findings::tasks::braces_needed(value.span, field));
        }
        &[]
    }

    fn on_exit(&mut self, value: &'a ast::Expr, fields: &mut Fields) {
        let verdict = self.prelude_enum("Verdict");
        if !matches!(value.kind, ast::ExprKind::Record(_)) {
            unknown_verdict(fields, value.span);
        }
        for entry in self.entries(value, "on_exit") {
            let made = self.expect(&entry.value, &verdict, Place::Field("on_exit"));
            let ast::Key::Int(code, span) = &entry.key else {
                self.report(findings::tasks::exit_code_not_a_number(key_span(&entry.key)));
                unknown_verdict(fields, value.span);
                continue;
            };
            if !(1..=255).contains(code) {
                self.report(findings::tasks::bad_exit_code(*span, *code));
            } else if let Some((_, _, first)) = fields.on_exit.iter().find(|(other, _, _)| other == code) {
                self.report(findings::names::duplicate("exit code", &code.to_string(), *span, *first));
            }
            fields.on_exit.push((*code, made, *span));
        }
    }

    pub(super) fn env(&mut self, value: &'a ast::Expr, fields: &mut Fields) {
        let entries = self.entries(value, "env");
        fields.env.reserve_exact(entries.len());
        for entry in entries {
            let made = self.infer(&entry.value, Some(&Type::String));
            let is_whole = is_secret(&made.ty) || matches!(made.kind, Kind::None);
            let made = if is_whole { Some(made) } else { self.text_value(made, entry.value.span) };
            let Some((name, span)) = self.key(&entry.key) else { continue };
            if let Some(words) = bad_variable(&name) {
                self.report(findings::tasks::bad_variable(span, &name, words));
                continue;
            }
            if let Some(first) = fields.env.iter().find(|other| other.name == name) {
                self.out.push(findings::names::duplicate("variable", &name, span, first.span));
                continue;
            }
            fields.env.push(EnvDef { name, value: made.unwrap_or_else(|| poison(entry.value.span)), span });
        }
    }

    fn files(&mut self, value: &'a ast::Expr, fields: &mut Fields) {
        for entry in self.entries(value, "files") {
            let made = self.infer(&entry.value, Some(&Type::String));
            let content = if is_secret(&made.ty) { made } else { self.fit(made, &Type::String, Place::Field("files")) };
            let Some(path) = self.file_path(&entry.key) else { continue };
            if let Kind::Str(text) = &path.kind {
                let same = |file: &&FileDef| matches!(&file.path.kind, Kind::Str(other) if other == text);
                if let Some(first) = fields.files.iter().find(same) {
                    self.out.push(findings::names::duplicate("file", text, path.span, first.path.span));
                    continue;
                }
            }
            fields.files.push(FileDef { span: path.span, path, content });
        }
    }

    fn file_path(&mut self, key: &'a ast::Key) -> Option<Expr> {
        match key {
            ast::Key::Name(name) => Some(self.literal(&name.text, name.span, Some(&Type::Path))),
            ast::Key::Text(text) => {
                self.secret = Code::P0804;
                let path = self.text(text, Some(&Type::Path));
                self.secret = Code::P0802;
                Some(path)
            }
            ast::Key::Int(value, span) => {
                self.report(findings::literals::key_is_number(*value, *span));
                None
            }
        }
    }
}

/// Why a name cannot be that of an environment variable.
fn bad_variable(name: &str) -> Option<&'static str> {
    let mut chars = name.chars();
    let first = chars.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    if !first || !chars.all(|one| one.is_ascii_alphanumeric() || one == '_') {
        return Some(
            "a variable is letters, digits and `_`, and does not start with a digit: no shell could read another",
        );
    }
    if name.starts_with("PIPEC_ENTRYPOINT_") {
        return Some(
            "names that begin with `PIPEC_ENTRYPOINT_` tell `pipec-entrypoint` what to do, which takes them away",
        );
    }
    name.starts_with("PIPE_").then_some("names that begin with `PIPE_` carry the values of `~{…}` into the script")
}

fn name_of_key(key: &ast::Key) -> Option<&str> {
    if let ast::Key::Name(name) = key { Some(&name.text) } else { None }
}

fn key_span(key: &ast::Key) -> Span {
    match key {
        ast::Key::Name(name) => name.span,
        ast::Key::Text(text) => text.span,
        ast::Key::Int(_, span) => *span,
    }
}

/// What could not be read may say that the task is skipped, or not.
fn unknown_verdict(fields: &mut Fields, span: Span) {
    fields.on_exit.push((0, poison(span), span));
}

fn span_of(field: &ast::Field) -> Span {
    match field {
        ast::Field::Value { name, .. } => name.span,
        ast::Field::Step { span, .. } | ast::Field::Service { span, .. } => *span,
        ast::Field::Require { span, .. } | ast::Field::Broken(span) => *span,
    }
}

fn first_of(fields: &[ast::Field], name: &ast::Name) -> Span {
    let spans = fields.iter().filter_map(|field| match field {
        ast::Field::Value { name: other, .. } if other.text == name.text => Some(other.span),
        ast::Field::Value { .. }
        | ast::Field::Step { .. }
        | ast::Field::Service { .. }
        | ast::Field::Require { .. }
        | ast::Field::Broken(_) => None,
    });
    spans.min().unwrap_or(name.span)
}

/// A secret may be left out: then there is no file, and the variable is empty.
fn is_secret(ty: &Type) -> bool {
    *opened(ty) == Type::Secret
}

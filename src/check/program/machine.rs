//! What the machine of a call has to be, since the library says so of what it makes and runs.

use super::Expr;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, did_you_mean};
use crate::source::Span;

/// One thing that `needs` of a call has to say, or not to say.
#[derive(Clone, Debug)]
pub struct MachineDemand {
    /// The head of the call.
    pub call: Span,
    /// The task, for messages.
    pub task: Box<str>,
    pub allowed: Allowed,
    /// The command in the script.
    pub written: Option<Span>,
    /// Where the library says it.
    pub declared: Span,
}

/// What may be asked for.
#[derive(Clone, Debug)]
pub enum Allowed {
    /// The artifact exists on these architectures, by their spelling.
    Archs { artifact: Box<str>, on: Vec<Box<str>> },
    /// The command needs at least that much.
    AtLeast(AtLeast),
}

/// An amount, and how it comes together.
#[derive(Clone, Debug)]
pub struct AtLeast {
    pub field: Amount,
    /// The command.
    pub words: Box<str>,
    /// What it needs in any case.
    pub base: i64,
    pub each: Vec<Each>,
}

/// So much for each unit of the value of a flag.
#[derive(Clone, Debug)]
pub struct Each {
    pub size: i64,
    pub flag: Box<str>,
    pub count: Count,
}

/// The value of a flag. What is not known counts once.
#[derive(Clone, Debug)]
pub enum Count {
    /// It is left out, or nobody can tell.
    NotKnown,
    Known(i64),
    /// It depends on parameters: an expression of the task.
    Open(Expr),
}

impl AtLeast {
    /// The amount, for all that is known.
    pub fn least(&self) -> Option<i64> {
        self.each.iter().try_fold(self.base, |sum, each| {
            let count = if let Count::Known(count) = each.count { count } else { 1 };
            sum.checked_add(each.size.checked_mul(count)?)
        })
    }

    /// Whether a parameter may make it more.
    pub fn is_open(&self) -> bool {
        self.each.iter().any(|each| matches!(each.count, Count::Open(_)))
    }

    /// How it comes together, when it does.
    pub fn sum(&self) -> Option<String> {
        if self.each.is_empty() {
            return None;
        }
        let each = self.each.iter().map(|Each { size, flag, count }| match count {
            Count::Known(count) => format!("{} for each of the {count} of `{flag}`", self.field.text(*size)),
            Count::NotKnown | Count::Open(_) => format!("{} for one of `{flag}`", self.field.text(*size)),
        });
        let base = (self.base > 0).then(|| self.field.text(self.base));
        Some(base.into_iter().chain(each).collect::<Vec<_>>().join(" and "))
    }
}

/// A field of `needs` with a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Amount {
    /// Thousandths of a core.
    Cpu,
    /// Bytes.
    Memory,
    /// Bytes.
    Disk,
}

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asked<'v> {
    Arch(&'v str),
    Amount(i64),
}

impl Amount {
    /// The name of the field.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Disk => "disk",
        }
    }

    /// How the value is written in a program.
    pub fn text(self, value: i64) -> String {
        match self {
            Self::Cpu => cpu_text(value),
            Self::Memory | Self::Disk => size_text(value),
        }
    }
}

impl Allowed {
    /// The field of `needs` that it is about.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Archs { .. } => "arch",
            Self::AtLeast(need) => need.field.name(),
        }
    }
}

impl MachineDemand {
    /// Whether such a machine would not do.
    pub fn refuses(&self, asked: Asked<'_>) -> bool {
        match (&self.allowed, asked) {
            (Allowed::Archs { on, .. }, Asked::Arch(arch)) => on.iter().all(|one| **one != *arch),
            (Allowed::AtLeast(need), Asked::Amount(given)) => need.least().is_some_and(|least| given < least),
            (Allowed::Archs { .. }, Asked::Amount(_)) | (Allowed::AtLeast(_), Asked::Arch(_)) => false,
        }
    }

    /// That it would not do. `written_out`: the place holds the value itself, and can be mended.
    pub fn refusal(&self, asked: Asked<'_>, place: Span, written_out: bool) -> Diagnostic {
        match (&self.allowed, asked) {
            (Allowed::Archs { artifact, on }, Asked::Arch(arch)) => self.wrong_arch(artifact, on, arch, place),
            (Allowed::AtLeast(need), Asked::Amount(given)) => self.too_small(need, given, place, written_out),
            (Allowed::Archs { .. }, Asked::Amount(_)) | (Allowed::AtLeast(_), Asked::Arch(_)) => {
                unreachable!("a number is no architecture")
            }
        }
    }

    fn wrong_arch(&self, artifact: &str, on: &[Box<str>], arch: &str, place: Span) -> Diagnostic {
        let list: Vec<String> = on.iter().map(|one| format!("`{one}`")).collect();
        let near = did_you_mean(arch, on.iter().map(|one| &**one));
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        let report = Diagnostic::new(
            Code::P0531,
            place,
            format!("`{}` makes `{artifact}` on `{arch}`, where there is none", self.task),
        )
        .here(format!("`{arch}` here"))
        .label(self.declared, format!("`{artifact}` exists on {} only", list.join(", ")));
        let report = match self.written {
            Some(written) => report.label(written, format!("this makes `{artifact}`")),
            None => report,
        };
        report.help(format!(
            "call it on {} only, or leave it out for others with `when`: the command fails there after everything before \
             it has run{near}",
            list.join(" or ")
        ))
    }

    fn too_small(&self, need: &AtLeast, given: i64, place: Span, written_out: bool) -> Diagnostic {
        let AtLeast { field, words, .. } = need;
        let (name, asked, needed) = (field.name(), field.text(given), field.text(need.least().unwrap_or(i64::MAX)));
        let how = need.sum().map(|sum| format!(": {sum}")).unwrap_or_default();
        let report = Diagnostic::new(
            Code::P0532,
            place,
            format!("`{}` asks for {asked} of {name}, and `{words}` needs {needed}{how}", self.task),
        )
        .here(format!("{asked}, and {needed} are needed"))
        .label(self.declared, format!("what `{words}` needs is said here"));
        let report = match self.written {
            Some(written) => report.label(written, format!("needs {needed} of {name}")),
            None => report,
        };
        let report = report.help(format!(
            "write `{name}: {needed}` or more: what asks for less is stopped or refused in the middle of its work"
        ));
        if written_out { report.fix(format!("ask for {needed}"), place, needed) } else { report }
    }
}

/// `10752Mi`, `500000000`
pub fn size_text(bytes: i64) -> String {
    let units = [(40, "Ti"), (30, "Gi"), (20, "Mi"), (10, "Ki")];
    let exact = units.iter().find(|(shift, _)| bytes != 0 && bytes % (1 << shift) == 0);
    exact.map_or_else(|| bytes.to_string(), |(shift, unit)| format!("{}{unit}", bytes >> shift))
}

/// `2`, `500m`
pub fn cpu_text(thousandths: i64) -> String {
    match thousandths % 1000 {
        0 => (thousandths / 1000).to_string(),
        _ => format!("{thousandths}m"),
    }
}

//! What the machine of a call has to be, since the library says so of what it makes and runs.

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
    AtLeast { field: Amount, least: i64, words: Box<str>, sum: Option<Box<str>> },
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
            Self::AtLeast { field, .. } => field.name(),
        }
    }
}

impl MachineDemand {
    /// Whether such a machine would not do.
    pub fn refuses(&self, asked: Asked<'_>) -> bool {
        match (&self.allowed, asked) {
            (Allowed::Archs { on, .. }, Asked::Arch(arch)) => on.iter().all(|one| **one != *arch),
            (Allowed::AtLeast { least, .. }, Asked::Amount(given)) => given < *least,
            (Allowed::Archs { .. }, Asked::Amount(_)) | (Allowed::AtLeast { .. }, Asked::Arch(_)) => false,
        }
    }

    /// That it would not do. `written_out`: the place holds the value itself, and can be mended.
    pub fn refusal(&self, asked: Asked<'_>, place: Span, written_out: bool) -> Diagnostic {
        match (&self.allowed, asked) {
            (Allowed::Archs { artifact, on }, Asked::Arch(arch)) => self.wrong_arch(artifact, on, arch, place),
            (Allowed::AtLeast { field, least, words, sum }, Asked::Amount(given)) => {
                let need = Need { field: *field, least: *least, words, sum: sum.as_deref() };
                self.too_small(&need, given, place, written_out)
            }
            (Allowed::Archs { .. }, Asked::Amount(_)) | (Allowed::AtLeast { .. }, Asked::Arch(_)) => {
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

    fn too_small(&self, need: &Need<'_>, given: i64, place: Span, written_out: bool) -> Diagnostic {
        let Need { field, least, words, sum } = need;
        let (name, asked, needed) = (field.name(), field.text(given), field.text(*least));
        let how = sum.map(|sum| format!(": {sum}")).unwrap_or_default();
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

struct Need<'d> {
    field: Amount,
    least: i64,
    words: &'d str,
    sum: Option<&'d str>,
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

//! Durations, sizes and CPU: numbers that have a text form of their own.

use super::helpers::Helper;
use super::source::opened;
use crate::plan::Ty;

/// What a number counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unit {
    Duration,
    Size,
    Cpu,
}

impl Unit {
    /// The unit of a type or of its optional.
    pub(super) fn of(ty: &Ty) -> Option<Self> {
        match opened(ty) {
            Ty::Duration => Some(Self::Duration),
            Ty::Size => Some(Self::Size),
            Ty::Cpu => Some(Self::Cpu),
            Ty::Bool
            | Ty::Int
            | Ty::String
            | Ty::Path
            | Ty::Image
            | Ty::Pattern(_)
            | Ty::Enum(_)
            | Ty::Secret
            | Ty::Workspace
            | Ty::Artifact(_)
            | Ty::List(_)
            | Ty::Map(_)
            | Ty::Record(_)
            | Ty::Optional(_) => None,
        }
    }

    /// Text to number, in `pipe_r`.
    pub(super) fn read(self) -> (Helper, &'static str) {
        match self {
            Self::Duration => (Helper::Duration, "pipe_duration"),
            Self::Size => (Helper::Size, "pipe_size"),
            Self::Cpu => (Helper::Cpu, "pipe_cpu"),
        }
    }

    /// Number to text, in `pipe_r`.
    pub(super) fn print(self) -> (Helper, &'static str) {
        match self {
            Self::Duration => (Helper::PrintDuration, "pipe_print_duration"),
            Self::Size => (Helper::PrintSize, "pipe_print_size"),
            Self::Cpu => (Helper::PrintCpu, "pipe_print_cpu"),
        }
    }

    /// What one of the number is.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Duration => "ms",
            Self::Size => "bytes",
            Self::Cpu => "thousandths",
        }
    }

    /// What a text of it looks like.
    pub(super) fn form(self) -> &'static str {
        match self {
            Self::Duration => "a duration such as 90s or 1h30min",
            Self::Size => "a size such as 512Mi or 10Gi",
            Self::Cpu => "a number of cores such as 2 or 500m",
        }
    }
}

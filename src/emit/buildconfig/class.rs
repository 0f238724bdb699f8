//! Privilege classes: what a task may do decides which BuildConfig it runs in.

use crate::plan::{Needs, Plan, TaskId};

/// One BuildConfig each, when in use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Class {
    /// Privileged, on a node with `/dev/kvm`.
    Kvm,
    Privileged,
    Unprivileged,
}

impl Class {
    pub(super) const ALL: [Self; 3] = [Self::Kvm, Self::Privileged, Self::Unprivileged];

    pub(super) fn of(needs: &Needs) -> Self {
        match (needs.kvm, needs.privileged) {
            (true, _) => Self::Kvm,
            (false, true) => Self::Privileged,
            (false, false) => Self::Unprivileged,
        }
    }

    pub(super) fn of_task(plan: &Plan, task: TaskId) -> Self {
        Self::of(&plan.task(task).needs)
    }

    /// As it stands in names.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Kvm => "kvm",
            Self::Privileged => "privileged",
            Self::Unprivileged => "unprivileged",
        }
    }

    pub(super) fn is_privileged(self) -> bool {
        match self {
            Self::Kvm | Self::Privileged => true,
            Self::Unprivileged => false,
        }
    }
}

//! Privilege classes: what a task may do, and on which machine, decides which BuildConfig it runs in.

use crate::plan::{Needs, Plan, TaskId};

/// One BuildConfig each, when in use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Class {
    pub(super) privilege: Privilege,
    /// Only where tasks of the privilege ask for several: then each is a class of its own.
    arch: Option<Arch>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Privilege {
    /// Privileged, on a node with `/dev/kvm`.
    Kvm,
    Privileged,
    Unprivileged,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Arch {
    X86,
    Arm,
    Power,
    Z,
    RiscV,
}

impl Arch {
    /// By the spelling of the library's `Arch`.
    fn read(text: &str) -> Option<Self> {
        let known = [
            ("x86_64", Self::X86),
            ("aarch64", Self::Arm),
            ("ppc64le", Self::Power),
            ("s390x", Self::Z),
            ("riscv64", Self::RiscV),
        ];
        known.into_iter().find(|(name, _)| *name == text).map(|(_, arch)| arch)
    }
}

impl Class {
    /// As long as any name of a class is.
    pub(super) const LONGEST: usize = "unprivileged-aarch64".len();

    /// As it stands in names.
    pub(super) fn name(self) -> &'static str {
        let names = match self.privilege {
            Privilege::Kvm => ["kvm", "kvm-x86-64", "kvm-aarch64", "kvm-ppc64le", "kvm-s390x", "kvm-riscv64"],
            Privilege::Privileged => [
                "privileged",
                "privileged-x86-64",
                "privileged-aarch64",
                "privileged-ppc64le",
                "privileged-s390x",
                "privileged-riscv64",
            ],
            Privilege::Unprivileged => [
                "unprivileged",
                "unprivileged-x86-64",
                "unprivileged-aarch64",
                "unprivileged-ppc64le",
                "unprivileged-s390x",
                "unprivileged-riscv64",
            ],
        };
        match self.arch {
            None => names[0],
            Some(Arch::X86) => names[1],
            Some(Arch::Arm) => names[2],
            Some(Arch::Power) => names[3],
            Some(Arch::Z) => names[4],
            Some(Arch::RiscV) => names[5],
        }
    }

    pub(super) fn is_privileged(self) -> bool {
        match self.privilege {
            Privilege::Kvm | Privilege::Privileged => true,
            Privilege::Unprivileged => false,
        }
    }
}

fn privilege(needs: &Needs) -> Privilege {
    match (needs.kvm, needs.privileged) {
        (true, _) => Privilege::Kvm,
        (false, true) => Privilege::Privileged,
        (false, false) => Privilege::Unprivileged,
    }
}

/// The class of each task of a plan.
#[derive(Debug)]
pub(super) struct Classes {
    of: Vec<Class>,
}

impl Classes {
    /// A task that asks for no architecture runs with the first that others of its privilege ask for.
    pub(super) fn new(plan: &Plan) -> Self {
        let mut asked: Vec<(Privilege, Vec<Arch>)> = Vec::new();
        let arch = |needs: &Needs| needs.arch.as_deref().and_then(Arch::read);
        for (_, task) in plan.tasks() {
            let Some(arch) = arch(&task.needs) else { continue };
            let own = privilege(&task.needs);
            let at = asked.iter().position(|(one, _)| *one == own).unwrap_or_else(|| {
                asked.push((own, Vec::new()));
                asked.len() - 1
            });
            if !asked[at].1.contains(&arch) {
                asked[at].1.push(arch);
            }
        }
        let class = |needs: &Needs| {
            let own = privilege(needs);
            let several = asked.iter().find(|(one, all)| *one == own && all.len() > 1).map(|(_, all)| all);
            Class { privilege: own, arch: several.and_then(|all| arch(needs).or(all.first().copied())) }
        };
        Self { of: plan.tasks().map(|(_, task)| class(&task.needs)).collect() }
    }

    pub(super) fn of(&self, task: TaskId) -> Class {
        self.of[task.index()]
    }

    /// Those in use, each once and in order.
    pub(super) fn used(&self) -> Vec<Class> {
        let mut used = self.of.clone();
        used.sort_unstable();
        used.dedup();
        used
    }
}

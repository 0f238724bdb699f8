//! Which fields of a `needs` were written, so that a modifier changes just those.

/// The fields of `Needs`, in the order of the prelude.
const NEEDS: [&str; 7] = ["kvm", "privileged", "cpu", "memory", "disk", "arch", "network"];

/// Some of them, a bit each: every task has such a set.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct NeedsGiven(u8);

impl NeedsGiven {
    pub(in crate::check) const NONE: Self = Self(0);
    pub(in crate::check) const ALL: Self = Self((1 << NEEDS.len()) - 1);

    /// Whether the field was written.
    pub fn has(self, name: &str) -> bool {
        bit(name) & self.0 != 0
    }
}

/// Names that are no fields have been reported.
impl<'n> FromIterator<&'n str> for NeedsGiven {
    fn from_iter<I: IntoIterator<Item = &'n str>>(names: I) -> Self {
        Self(names.into_iter().fold(0, |all, name| all | bit(name)))
    }
}

fn bit(name: &str) -> u8 {
    NEEDS.iter().position(|one| *one == name).map_or(0, |at| 1 << at)
}

#[cfg(test)]
mod tests {
    use super::{NEEDS, NeedsGiven};

    #[test]
    fn they_are_the_fields_of_the_prelude() {
        let prelude = include_str!("../../../stdlib/prelude.pipe");
        let record = prelude.split("record Needs {").nth(1).and_then(|rest| rest.split('}').next());
        let fields: Vec<&str> =
            record.into_iter().flat_map(str::lines).filter_map(|line| line.split(':').next()).collect();
        let names: Vec<&str> = fields.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
        assert_eq!(names, NEEDS);
    }

    #[test]
    fn what_is_written_is_there_and_nothing_else() {
        let given: NeedsGiven = ["memory", "kvm", "kwm"].into_iter().collect();
        assert!(given.has("memory") && given.has("kvm"));
        assert!(!given.has("cpu") && !given.has("kwm"));
        assert!(NEEDS.iter().all(|name| NeedsGiven::ALL.has(name) && !NeedsGiven::NONE.has(name)));
    }
}

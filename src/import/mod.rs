//! Programs out of what other tools read: a JobSpec becomes a `.pipe` program and a parameter file,
//! manifests and a `.wharf-ci.yml` a program.

pub mod jobspec;
mod script;
pub mod tekton;
pub mod wharf;

use crate::source::Span;

/// What an import makes.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The program, in the one layout.
    pub program: String,
    /// The parameter file.
    pub params: String,
    /// The tasks of the program and what each was made of, so that a finding about one can be shown there.
    pub origins: Vec<(String, Span)>,
}

//! What becomes of findings once they are all known: comments allow, levels drop and deny. The one place for it.

use super::allows::Allows;
use super::levels::Levels;
use crate::diag::Diagnostics;
use crate::diag::code::Code;
use crate::source::{FileId, Sources};

/// All that has a say in the findings of one program.
#[derive(Default, Debug)]
pub(super) struct Judge {
    pub(super) levels: Levels,
    pub(super) allows: Allows,
    /// The file that the run is about.
    pub(super) root: Option<FileId>,
}

/// What was looked for in the file that a run is about.
#[derive(Debug)]
pub(super) struct Looked<'a> {
    pub(super) root: FileId,
    /// Every lint that ran to its end: what it did not find is not there.
    pub(super) ran: &'a [Code],
    pub(super) sources: &'a Sources,
}

impl Judge {
    /// All that checking found. A comment that allows nothing is a finding too, unless errors kept lints from running.
    pub(super) fn settle(&mut self, found: &mut Diagnostics, looked: &Looked<'_>) {
        self.allows.apply(found);
        if !found.has_errors() {
            let (others, itself): (Vec<Code>, Vec<Code>) =
                looked.ran.iter().chain([&Code::P0723]).partition(|code| **code != Code::P0723);
            let mut unused = self.allows.unused(looked.root, &others, looked.sources);
            self.allows.apply(&mut unused);
            unused.append(self.allows.unused(looked.root, &itself, looked.sources));
            found.append(unused);
        }
        self.levels.apply(found);
    }

    /// The comments of a file that allow what one more lint did not find.
    pub(super) fn unused(&self, file: FileId, ran: &[Code], sources: &Sources) -> Diagnostics {
        self.allows.unused(file, ran, sources)
    }

    /// What a later stage found.
    pub(super) fn judge(&mut self, found: &mut Diagnostics) {
        self.allows.apply(found);
        self.levels.apply(found);
    }
}

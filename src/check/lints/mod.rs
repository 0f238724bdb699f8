//! What is probably not meant, in a program without errors: one lint, one file, one row.

pub(super) mod all_images;
mod condition_always_true;
mod conditions;
mod images;
mod kvm;
mod kvm_needed;
mod kvm_not_needed;
mod kvm_without_timeout;
mod latest_tag;
mod memory_not_asked;
mod name_shadowing;
pub(super) mod names;
mod own;
mod reach;
mod redundant_after;
mod two_writers;
mod unpinned_image;
mod unreachable_branch;
mod unread_commands;
mod unread_exit_code;
mod unused_declaration;
mod unused_import;
mod unused_output;
mod unused_parameter;
mod unused_task;
mod unwritten_output;
mod ways;

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::abreast;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::Span;
use crate::syntax::ast;

use super::program::Program;
use images::Version;
use reach::Unused;

/// What a lint may look at.
#[derive(Debug)]
pub(super) struct LintInput<'a> {
    /// The file that is checked; what it uses is checked for itself.
    pub(super) root: &'a ast::File,
    pub(super) prelude: &'a ast::File,
    /// Every file in reach, by the span of the `use` that names it.
    pub(super) imports: &'a FxHashMap<Span, &'a ast::File>,
    /// Of the names that the root brings in by `use`, those that it uses, by their places.
    pub(super) named: &'a FxHashSet<Span>,
    pub(super) program: &'a Program,
    pub(super) shared: Shared<'a>,
}

/// What several lints ask for, found once.
#[derive(Default, Debug)]
pub(super) struct Shared<'a> {
    unused: OnceLock<Vec<Unused<'a>>>,
    conditions: OnceLock<Vec<Diagnostic>>,
    images: OnceLock<Vec<(Span, Version)>>,
    locals_read: OnceLock<Vec<Vec<bool>>>,
}

impl<'a> LintInput<'a> {
    fn unused(&self) -> &[Unused<'a>] {
        self.shared.unused.get_or_init(|| reach::unused(self.root))
    }

    fn conditions(&self) -> &[Diagnostic] {
        self.shared.conditions.get_or_init(|| conditions::findings(self))
    }

    fn loose_images(&self) -> &[(Span, Version)] {
        self.shared.images.get_or_init(|| images::loose(self))
    }

    /// By pipeline and local: whether anything reads it.
    fn locals_read(&self) -> &[Vec<bool>] {
        self.shared.locals_read.get_or_init(|| self.program.pipelines.iter().map(own::locals_read).collect())
    }

    /// A place for what is not written.
    fn root_start(&self) -> Span {
        Span::new(self.root.id, 0, 0)
    }
}

/// A lint reports its own code and no other.
type Lint = fn(&LintInput<'_>, &mut Diagnostics);

/// In the order of their codes.
const LINTS: &[(Code, Lint)] = &[
    (Code::P0251, unused_parameter::run),
    (Code::P0252, unused_task::run),
    (Code::P0253, unused_output::run),
    (Code::P0254, unused_import::run),
    (Code::P0255, name_shadowing::run),
    (Code::P0256, unused_declaration::run),
    (Code::P0411, redundant_after::run),
    (Code::P0412, unreachable_branch::run),
    (Code::P0413, condition_always_true::run),
    (Code::P0414, two_writers::run),
    (Code::P0415, unwritten_output::run),
    (Code::P0551, unpinned_image::run),
    (Code::P0552, latest_tag::run),
    (Code::P0553, kvm_not_needed::run),
    (Code::P0554, kvm_needed::run),
    (Code::P0555, kvm_without_timeout::run),
    (Code::P0556, memory_not_asked::run),
    (Code::P0557, unread_exit_code::run),
    (Code::P0564, unread_commands::run),
];

/// Runs every lint. What is found in another file is found where that is checked.
pub(super) fn run(input: &LintInput<'_>, out: &mut Diagnostics) {
    let lints = LINTS.iter().map(|(_, lint)| lint);
    let of = |lint: &Lint| {
        let mut found = Diagnostics::default();
        lint(input, &mut found);
        found
    };
    let mut all = Diagnostics::default();
    let add = |found| all.append(found);
    if is_long(input.program) {
        abreast::each_in_order(lints, of, add)
    } else {
        lints.map(of).for_each(add)
    }
    all.retain_mut(|one| one.span().is_some_and(|span| span.file == input.root.id));
    out.append(all);
}

fn is_long(program: &Program) -> bool {
    program.pipelines.iter().map(|pipeline| pipeline.body.len()).sum::<usize>() >= abreast::LONG
}

/// The code of every lint.
pub(super) fn codes() -> Vec<Code> {
    LINTS.iter().map(|(code, _)| *code).collect()
}

#[cfg(test)]
mod tests {
    use super::LINTS;

    #[test]
    fn lints_are_sorted_and_named_once() {
        assert!(LINTS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(LINTS.iter().all(|(code, _)| code.is_lint()));
    }
}

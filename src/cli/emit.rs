//! `pipec emit`: the files of a target, to standard output, to a folder, or compared with one.

mod delivery;
pub(super) mod stale;

use std::mem::ManuallyDrop;
use std::sync::mpsc;
use std::thread;

use super::args::{Emit, Over};
use super::machine::{Disk, Machine};
use super::{Exit, check, show};
use crate::diag::Diagnostic;
use crate::emit::{Done, OutFile, Target};
use crate::query::{self, given::Given};
use delivery::Delivery;

pub(super) fn run(args: &Emit, machine: &mut Machine) -> Exit {
    // The process ends soon: to take a large program and its plan apart costs a fifth of making them.
    let (config, analysis) = show::open(&args.wanted);
    let mut analysis = ManuallyDrop::new(analysis);
    let (target, given) = match wanted(args) {
        Ok(wanted) => wanted,
        Err(found) => {
            show::all_findings(&config, &analysis, &[found], args.report, machine);
            return Exit::Failed;
        }
    };
    let plan = analysis.plan(&Disk, &show::request(&args.wanted, "emit"));
    let plan = plan.map(|plan| ManuallyDrop::new(given.over(plan)));
    analysis.forget_program();
    if let Some(plan) = &plan {
        show::tell_left_out(query::run::left_out(plan), args.report, machine);
    }
    let mut delivery = Delivery::new(args, machine);
    let emit = |done: Done<'_>| plan.is_some_and(|plan| analysis.emit_to(&Disk, &plan, target, done));
    let is_made = match args.out {
        Some(_) => side_by_side(emit, |file| delivery.take(file)),
        None => emit(&mut |file| delivery.take(file)),
    };
    if !is_made {
        return show::findings(&config, &analysis, args.report, machine).max(Exit::Findings);
    }
    let found = delivery.end().err();
    show::all_findings(&config, &analysis, found.as_slice(), args.report, machine);
    found.as_ref().map_or(Exit::Clean, check::exit_of)
}

/// Makes files while those before are written: thousands take the disk as long as the compiler.
fn side_by_side(emit: impl FnOnce(Done<'_>) -> bool, mut deliver: impl FnMut(OutFile) + Send) -> bool {
    let (made, files) = mpsc::sync_channel(WAITING);
    thread::scope(|scope| {
        scope.spawn(move || files.iter().for_each(&mut deliver));
        // Who takes them ends only after the last one, so that none is refused.
        let is_made = emit(&mut |file| drop(made.send(file)));
        drop(made);
        is_made
    })
}

/// How many files may wait to be written: enough that neither side waits for the other, and little memory.
const WAITING: usize = 64;

/// The target, and what the command says of its options.
fn wanted(args: &Emit) -> Result<(&'static dyn Target, Given), Diagnostic> {
    let target = query::target(&args.target)?;
    let Over { level, min_version } = &args.over;
    let flags = [("level", level), ("min_version", min_version)];
    let flags: Vec<_> = flags.iter().filter_map(|(name, text)| Some((*name, text.as_deref()?))).collect();
    Ok((target, Given::read(target, &flags)?))
}

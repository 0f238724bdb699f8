//! `pipec remote`: the builds of a run, started with what a developer has changed.

mod devel;
mod drive;
mod state;

use super::archive::{Content, Entry};
use super::args::builds::Remote;
use super::bundle::added;
use super::bundle::{self, Packed};
use super::machine::{Disk, Machine};
use super::{Exit, check, show};
use crate::contract::DEVEL_FILE;
use crate::diag::Diagnostic;
use crate::diag::render::printable;
use crate::emit::buildconfig::bundle::Standing;
use crate::query::Analysis;
use crate::query::bundle::Run;
use crate::source::Sources;

/// What every step finds in its environment.
const MODE: (&str, &str) = ("DEVELOPER_MODE", "1");

pub(super) fn run(args: &Remote, machine: &mut Machine) -> Exit {
    let (config, mut analysis) = show::open(&args.wanted);
    let standing = Standing { env: vec![(MODE.0.to_owned(), MODE.1.to_owned())], ..Standing::default() };
    let run = analysis.run_of_builds(&Disk, &show::request(&args.wanted, "remote"), &standing);
    let Some(run) = run else { return show::findings(&config, &analysis, args.report, machine).max(Exit::Findings) };
    show::tell_left_out(run.left_out(), args.report, machine);
    let ready = pack(args, &run).and_then(|packed| {
        tell(args, &packed, machine)?;
        Ok(packed)
    });
    let found = ready.as_ref().err().map_or(&[][..], Vec::as_slice);
    show::all_findings(&config, &analysis, found, args.report, machine);
    match ready {
        Err(found) => found.iter().map(check::exit_of).max().unwrap_or(Exit::Failed),
        Ok(_) if args.dry_run => Exit::Clean,
        Ok(packed) => start(args, &analysis, &run, &packed, machine),
    }
}

/// Comes back only when nothing was started.
fn start(args: &Remote, analysis: &Analysis, run: &Run, packed: &[Packed], machine: &mut Machine) -> Exit {
    drive::start(args, &run.driver(analysis), &run.arguments(), packed).unwrap_or_else(|found| {
        machine.complain(&Sources::default(), &found);
        Exit::Failed
    })
}

/// The builds with what goes along; the changes are where their workspace starts.
fn pack(args: &Remote, run: &Run) -> Result<Vec<Packed>, Vec<Diagnostic>> {
    let workspace = added::workspace(args.workspace.as_deref(), run).map_err(|found| vec![found])?;
    let changes = devel::entries(args)?;
    let packed: Vec<Packed> = run
        .builds
        .iter()
        .map(|build| {
            let goes = added::goes_into(build, &workspace, false);
            let extra = goes.then(|| added::entries(&workspace, &[], Some(changes.clone())));
            bundle::pack(build, extra.unwrap_or_default())
        })
        .collect();
    if packed.iter().any(|one| devel(&one.entries).is_some()) {
        Ok(packed)
    } else {
        Err(vec![added::not_there(&workspace, None)])
    }
}

/// What a developer has changed, among the entries of an archive.
fn devel(entries: &[Entry]) -> Option<&[Entry]> {
    entries.iter().find_map(|entry| match &entry.content {
        Content::Tar(inside) if entry.name == DEVEL_FILE => Some(inside.as_slice()),
        Content::Tar(_) | Content::Folder | Content::Bytes(_) | Content::File { .. } | Content::Link(_) => None,
    })
}

/// What is sent; for a dry run all of it, and what would be called.
fn tell(args: &Remote, packed: &[Packed], machine: &mut Machine) -> Result<(), Vec<Diagnostic>> {
    let changes = packed.iter().find_map(|one| devel(&one.entries)).unwrap_or_default();
    if !args.dry_run {
        machine.remark(&format!("sending {}\n", state::total(changes)));
        return Ok(());
    }
    machine.print(&state::listing(&args.dir, changes));
    for one in packed {
        let listing = bundle::listing(one).map_err(|found| vec![found])?;
        machine.print(&format!("\n{listing}"));
    }
    let calls: String = packed.iter().map(|one| format!("{}\n", drive::call(args, &one.build))).collect();
    machine.print(&printable(&format!("\n{calls}")));
    Ok(())
}

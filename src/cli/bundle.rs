//! `pipec bundle`: the archives of the builds of a run, for whoever starts them.

pub(super) mod added;

use std::io;
use std::path::{Path, PathBuf};

use super::archive::{self, Entry, Sum};
use super::args::builds::Bundle;
use super::machine::{Disk, Machine};
use super::{Exit, check, show};
use crate::diag::code::Code;
use crate::diag::report::one_line;
use crate::diag::{Diagnostic, did_you_mean};
use crate::emit::buildconfig::bundle::{Build, Standing};
use crate::query::bundle::Run;

/// A build and the archive that it is started with.
#[derive(Debug)]
pub(super) struct Packed {
    pub(super) build: Build,
    pub(super) entries: Vec<Entry>,
}

pub(super) fn run(args: &Bundle, machine: &mut Machine) -> Exit {
    let (config, mut analysis) = show::open(&args.wanted);
    let standing = Standing { outcome: args.outcome.clone(), run: args.run.clone(), env: Vec::new() };
    let run = analysis.run_of_builds(&Disk, &show::request(&args.wanted, "bundle"), &standing);
    let Some(run) = run else { return show::findings(&config, &analysis, args.report, machine).max(Exit::Findings) };
    show::tell_left_out(run.left_out(), args.report, machine);
    let found = deliver(args, &run, machine).err().unwrap_or_default();
    show::all_findings(&config, &analysis, &found, args.report, machine);
    found.iter().map(check::exit_of).max().unwrap_or(Exit::Clean)
}

fn deliver(args: &Bundle, run: &Run, machine: &mut Machine) -> Result<(), Vec<Diagnostic>> {
    let one = |found| vec![found];
    let wanted = wanted(args.segment.as_deref(), run).map_err(one)?;
    let places = places(args.out.as_deref(), &wanted).map_err(one)?;
    let files = added::files(&args.added)?;
    let workspace = match files.is_empty() {
        true => None,
        false => Some(added::workspace(args.workspace.as_deref(), run).map_err(one)?),
    };
    let named = args.segment.is_some();
    let packed: Vec<Packed> = wanted
        .into_iter()
        .map(|build| {
            let extra = workspace.as_ref().filter(|name| added::goes_into(build, name, named));
            pack(build, extra.map(|name| added::entries(name, &files, None)).unwrap_or_default())
        })
        .collect();
    if let Some(name) = workspace.filter(|_| !packed.iter().any(|one| one.entries.len() > one.build.entries.len())) {
        return Err(vec![added::not_there(&name, args.segment.as_deref())]);
    }
    for (at, one) in packed.iter().enumerate() {
        if let Some(path) = places.get(at) {
            archive::write_file(path, &one.entries).map_err(one_of)?;
            if !args.list {
                machine.list(&format!("{}\n", path.display()));
            }
        }
        if args.list {
            machine.print(&listing(one).map_err(one_of)?);
        }
    }
    Ok(())
}

fn one_of(found: Diagnostic) -> Vec<Diagnostic> {
    vec![found]
}

/// A build with what goes along.
pub(super) fn pack(build: &Build, extra: Vec<Entry>) -> Packed {
    let own = build.entries.iter().map(|(name, bytes)| match name.ends_with('/') {
        true => Entry::folder(name.as_str()),
        false => Entry::bytes(name.as_str(), bytes.as_slice()),
    });
    Packed { build: build.clone(), entries: own.chain(extra).collect() }
}

/// `01-kvm  bc/release-kvm  20480 bytes  SHA256`, and a line an entry: hash, size, name.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn listing(packed: &Packed) -> Result<String, Diagnostic> {
    let Packed { build, entries } = packed;
    let fail = |error: io::Error| {
        Diagnostic::global(Code::P0701, format!("the archive of `{}` cannot be made: {error}", build.segment))
            .help("check that what goes into it can be read, and that nobody changes it meanwhile")
    };
    let Sum { size, sha256 } = archive::sum(entries).map_err(fail)?;
    let mut text = format!("{}  bc/{}  {size} bytes  {sha256}\n", build.segment, build.config);
    for entry in entries {
        let name = one_line(&entry.name);
        text += &match entry.sum().map_err(fail)? {
            Some(Sum { size, sha256 }) => format!("  {sha256}  {size:>10}  {name}\n"),
            None => format!("  {:64}  {:>10}  {name}\n", "-", "-"),
        };
    }
    Ok(text)
}

fn wanted<'r>(segment: Option<&str>, run: &'r Run) -> Result<Vec<&'r Build>, Diagnostic> {
    let Some(name) = segment else { return Ok(run.builds.iter().collect()) };
    let names = || run.builds.iter().map(|build| build.segment.as_str());
    run.builds.iter().find(|build| build.segment == name).map(|build| vec![build]).ok_or_else(|| {
        let near = did_you_mean(name, names()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        Diagnostic::global(Code::P0761, format!("the run has no build `{name}`"))
            .help(format!("{near}the builds are {}", quoted(names())))
    })
}

/// Where each archive goes; nowhere when they are only listed.
fn places(out: Option<&str>, builds: &[&Build]) -> Result<Vec<PathBuf>, Diagnostic> {
    let Some(out) = out else { return Ok(Vec::new()) };
    let is_file = [".tar", ".gz", ".tgz"].iter().any(|end| out.ends_with(end)) && !Path::new(out).is_dir();
    match (is_file, builds) {
        (true, [_]) => Ok(vec![PathBuf::from(out)]),
        (true, several) => Err(too_many(out, several)),
        (false, _) => Ok(builds.iter().map(|build| Path::new(out).join(format!("{}.tar", build.segment))).collect()),
    }
}

fn too_many(out: &str, builds: &[&Build]) -> Diagnostic {
    let names = quoted(builds.iter().map(|build| build.segment.as_str()));
    Diagnostic::global(Code::P0761, format!("the run is {} builds, and `{out}` is one archive", builds.len()))
        .help(format!("name one with `--segment`: {names}; or a folder for all of them with `-o DIR`"))
}

fn quoted<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

//! `pipec import`: a program out of what another tool reads, to standard output or to a folder.

use std::path::Path;

use super::args::{self, Foreign, Format};
use super::machine::{self, Disk, Machine};
use super::report::{self, To};
use super::{Exit, check};
use crate::diag::code::Code;
use crate::diag::report::Run;
use crate::diag::{Diagnostic, Severity};
use crate::query::import::{Import, Manifests, Options, pipeline_name};
use crate::source::Files;

/// What files begin with that may be written over.
const MARKS: [&str; 4] = [
    "//! Imported from a JobSpec.",
    "# The values of the JobSpec ",
    "//! Imported from Tekton.",
    "//! Imported from Wharf.",
];

pub(super) fn run(args: &args::Import, machine: &mut Machine) -> Exit {
    let name = match name(args) {
        Ok(name) => name,
        Err(found) => {
            machine.complain(&crate::source::Sources::default(), &found);
            return Exit::Failed;
        }
    };
    let mut import = match (args.format, args.files.as_slice()) {
        (Foreign::Jobspec, [file]) => Import::jobspec(&Disk, file, Options { name: &name, lenient: args.lenient }),
        (Foreign::Jobspec, _) => {
            machine.complain(&crate::source::Sources::default(), &several_jobspecs());
            return Exit::Failed;
        }
        (Foreign::Tekton, files) => {
            let wanted = args.name.is_some().then_some(&*name);
            let options = Manifests { name: wanted, lenient: args.lenient, unpinned: args.unpinned };
            Import::manifests(&Disk, files, options)
        }
        (Foreign::Wharf, files) => Import::wharf(&Disk, files, Options { name: &name, lenient: args.lenient }),
    };
    if let Err(found) = deliver(args, &name, &import, machine) {
        import.diagnostics.push(found);
    }
    let findings: Vec<_> = import.diagnostics.iter().map(|found| (&import.sources, found)).collect();
    let run = Run {
        files: if import.was_read() { import.paths.iter().map(String::as_str).collect() } else { Vec::new() },
        findings,
    };
    report::write(args.report.message_format, &run, To::Err, machine);
    run.findings.iter().map(|(_, found)| exit_of(found)).max().unwrap_or(Exit::Clean)
}

/// As of a check; a file that is in the way could not be written.
fn exit_of(found: &Diagnostic) -> Exit {
    match (found.code, found.severity) {
        (Code::P0707, Severity::Error) => Exit::Failed,
        _ => check::exit_of(found),
    }
}

/// The name of the pipeline: what was asked for, else after the file.
fn name(args: &args::Import) -> Result<String, Diagnostic> {
    let first = args.files.first().map_or("-", String::as_str);
    let stem = Path::new(first).file_stem().and_then(|stem| stem.to_str()).filter(|stem| *stem != "-");
    let Some(wanted) = &args.name else { return Ok(pipeline_name(stem.unwrap_or("imported"))) };
    let usable = pipeline_name(wanted);
    if *wanted == usable {
        return Ok(usable);
    }
    Err(Diagnostic::global(Code::P0706, format!("`{wanted}` is no name of a pipeline"))
        .help(format!("names are written in `snake_case`: `--name {usable}`")))
}

fn several_jobspecs() -> Diagnostic {
    Diagnostic::global(Code::P0706, "a JobSpec is one file").help("import one after the other")
}

fn deliver(args: &args::Import, name: &str, import: &Import, machine: &mut Machine) -> Result<(), Diagnostic> {
    let Some(imported) = &import.imported else { return Ok(()) };
    let Some(folder) = &args.out else {
        machine.print(&imported.program);
        if args.report.message_format == Format::Full && !imported.params.is_empty() {
            machine.remark(&format!("note: only with `-o DIR`: {name}.params.yaml\n"));
        }
        return Ok(());
    };
    let params = (!imported.params.is_empty()).then(|| (format!("{name}.params.yaml"), &imported.params));
    let files = [(format!("{name}.pipe"), &imported.program)].into_iter().chain(params);
    let paths: Vec<_> = files.map(|(file, text)| (Path::new(folder).join(file), text)).collect();
    for (path, _) in paths.iter().filter(|_| !args.force) {
        vacant(path)?;
    }
    for (path, text) in &paths {
        machine::write(path, text, false)?;
        machine.list(&format!("{}\n", path.display()));
    }
    Ok(())
}

/// Refuses a file that was not imported.
fn vacant(path: &Path) -> Result<(), Diagnostic> {
    let shown = path.display();
    match Disk.read(&path.to_string_lossy()) {
        Ok(bytes) if MARKS.iter().any(|mark| bytes.starts_with(mark.as_bytes())) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Ok(_) | Err(_) => {
            Err(Diagnostic::global(Code::P0707, format!("`{shown}` is there already, and was not imported"))
                .help("name another folder or `--name`, or write over it with `--force`"))
        }
    }
}

//! `pipec import`: a program out of what another tool reads, to standard output or to a folder.

use std::path::Path;

use super::args::{self, Foreign, Format};
use super::machine::{self, Disk, Machine};
use super::report::{self, To};
use super::{Exit, check};
use crate::diag::code::Code;
use crate::diag::report::Run;
use crate::diag::{Diagnostic, Severity};
use crate::query::import::{Import, Options, pipeline_name};
use crate::source::Files;

/// What files begin with that may be written over.
const MARKS: [&str; 2] = ["//! Imported from a JobSpec.", "# The values of the JobSpec "];

pub(super) fn run(args: &args::Import, machine: &mut Machine) -> Exit {
    let name = match name(args) {
        Ok(name) => name,
        Err(found) => {
            machine.complain(&crate::source::Sources::default(), &found);
            return Exit::Failed;
        }
    };
    let mut import = match args.format {
        Foreign::Jobspec => Import::jobspec(&Disk, &args.file, Options { name: &name, lenient: args.lenient }),
    };
    if let Err(found) = deliver(args, &name, &import, machine) {
        import.diagnostics.push(found);
    }
    let findings: Vec<_> = import.diagnostics.iter().map(|found| (&import.sources, found)).collect();
    let run = Run { files: import.was_read().then_some(import.path.as_str()).into_iter().collect(), findings };
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
    let stem = Path::new(&args.file).file_stem().and_then(|stem| stem.to_str()).filter(|stem| *stem != "-");
    let Some(wanted) = &args.name else { return Ok(pipeline_name(stem.unwrap_or("imported"))) };
    let usable = pipeline_name(wanted);
    if *wanted == usable {
        return Ok(usable);
    }
    Err(Diagnostic::global(Code::P0706, format!("`{wanted}` is no name of a pipeline"))
        .help(format!("names are written in `snake_case`: `--name {usable}`")))
}

fn deliver(args: &args::Import, name: &str, import: &Import, machine: &mut Machine) -> Result<(), Diagnostic> {
    let Some(imported) = &import.imported else { return Ok(()) };
    let Some(folder) = &args.out else {
        machine.print(&imported.program);
        if args.report.message_format == Format::Full {
            machine.remark(&format!("note: only with `-o DIR`: {name}.params.yaml\n"));
        }
        return Ok(());
    };
    let files = [(format!("{name}.pipe"), &imported.program), (format!("{name}.params.yaml"), &imported.params)];
    let paths = files.map(|(file, text)| (Path::new(folder).join(file), text));
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

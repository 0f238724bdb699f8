//! `pipec why FILE:LINE`: from a line of something emitted back to the program.

use super::Exit;
use super::args::Why;
use super::machine::{Disk, Machine};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, render};
use crate::emit::why;
use crate::source::{Files as _, Sources};

pub(super) fn run(args: &Why, machine: &mut Machine) -> Exit {
    match answer(&args.place) {
        Ok(origins) => {
            machine.print(&render::printable(&origins.iter().map(|origin| shown(origin)).collect::<String>()));
            Exit::Clean
        }
        Err((finding, exit)) => {
            machine.complain(&Sources::default(), &finding);
            exit
        }
    }
}

fn answer(place: &str) -> Result<Vec<String>, (Diagnostic, Exit)> {
    let asked = place.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse::<usize>().ok()?)));
    let Some((path, line)) = asked.filter(|(path, line)| !path.is_empty() && *line > 0) else {
        let help = "write the file and the line with a colon between: `pipec why out/pipeline.yaml:120`";
        return Err((finding(Code::P0706, format!("`{place}` names no line of a file"), help), Exit::Failed));
    };
    let bytes = Disk.read(path).map_err(|error| {
        let message = format!("`{path}` cannot be read: {error}");
        (finding(Code::P0701, message, "give a file that `pipec emit` wrote"), Exit::Failed)
    })?;
    let text = String::from_utf8_lossy(&bytes);
    let origins = why::origins(&text, line);
    if origins.is_empty() {
        let (last, message) = (text.lines().count(), format!("nothing says where line {line} of `{path}` comes from"));
        let help = match line > last {
            true => format!("the file has {last} lines"),
            false => "the line is the same in every pipeline, or pipec did not write the file".to_owned(),
        };
        return Err((finding(Code::P0708, message, &help), Exit::Findings));
    }
    Ok(origins)
}

fn finding(code: Code, message: String, help: &str) -> Diagnostic {
    Diagnostic::global(code, message).help(help)
}

/// The place, and what stands there, where it can be read from here.
fn shown(origin: &str) -> String {
    let text = origin.rsplit_once(':').and_then(|(path, line)| {
        let bytes = Disk.read(path).ok()?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Some(text.lines().nth(line.parse::<usize>().ok()?.checked_sub(1)?)?.trim().to_owned())
    });
    text.map_or_else(|| format!("{origin}\n"), |text| format!("{origin}: {text}\n"))
}

//! Where the files of a target go.

use std::path::Path;

use super::stale::{stale, up_to_date};
use crate::cli::args::{Emit, Format};
use crate::cli::machine::{self, Machine};
use crate::diag::Diagnostic;
use crate::emit::OutFile;

/// Where the files go, each as soon as it is made.
pub(super) struct Delivery<'a> {
    args: &'a Emit,
    machine: &'a mut Machine,
    /// Of standard output: the file that may be the only one.
    first: Option<OutFile>,
    several: bool,
    has_document: bool,
    /// What is no manifest stands alone on standard output, or not at all.
    others: Vec<String>,
    /// What is still to be written to standard output.
    text: String,
    stale: Vec<String>,
    /// What went wrong: nothing more is written then.
    failed: Option<Diagnostic>,
}

/// Standard output is written in pieces of this length.
const PIECE: usize = 1 << 16;

impl<'a> Delivery<'a> {
    pub(super) fn new(args: &'a Emit, machine: &'a mut Machine) -> Self {
        Self {
            args,
            machine,
            first: None,
            several: false,
            has_document: false,
            others: Vec::new(),
            text: String::new(),
            stale: Vec::new(),
            failed: None,
        }
    }

    pub(super) fn take(&mut self, file: OutFile) {
        match &self.args.out {
            None => self.show(file),
            Some(folder) if self.args.check || self.args.diff => {
                if let Some((path, diff)) = stale(&file, folder) {
                    self.stale.push(path);
                    self.print(&diff);
                }
            }
            Some(_) if self.failed.is_some() => {}
            Some(folder) => {
                let path = Path::new(folder).join(&file.path);
                match machine::write(&path, &file.text, file.executable) {
                    Ok(()) => self.list(&path),
                    Err(found) => self.failed = Some(found),
                }
            }
        }
    }

    /// Manifests as one stream of documents; what is no manifest only where it stands alone.
    fn show(&mut self, file: OutFile) {
        if self.first.is_none() && !self.several {
            self.first = Some(file);
            return;
        }
        self.several = true;
        let first = self.first.take();
        first.into_iter().chain([file]).for_each(|file| self.document(file));
    }

    fn document(&mut self, file: OutFile) {
        if !file.path.ends_with(".yaml") {
            return self.others.push(file.path);
        }
        if std::mem::replace(&mut self.has_document, true) {
            self.print("---\n");
        }
        self.print(&file.text);
    }

    fn list(&mut self, path: &Path) {
        if !self.machine.is_quiet() {
            self.print(&format!("{}\n", path.display()));
        }
    }

    fn print(&mut self, text: &str) {
        self.text.push_str(text);
        if self.text.len() >= PIECE {
            self.flush();
        }
    }

    fn flush(&mut self) {
        // Who went away does not come back, and a full disk is complained of once.
        if self.machine.is_read() {
            self.machine.print(&self.text);
        }
        self.text.clear();
    }

    pub(super) fn end(mut self) -> Result<(), Diagnostic> {
        if let Some(only) = self.first.take() {
            self.print(&only.text);
        }
        self.flush();
        // A machine that reads findings reads nothing else there.
        if !self.others.is_empty() && self.args.report.message_format == Format::Full {
            self.machine.remark(&format!("note: only with `-o DIR`: {}\n", self.others.join(", ")));
        }
        match self.failed {
            Some(found) => Err(found),
            None if self.args.check => up_to_date(&self.stale),
            None => Ok(()),
        }
    }
}

//! Programs from text, for tests that run what is emitted.

use std::io;

use pipec::diag::Diagnostics;
use pipec::emit::{Bundle, Target};
use pipec::plan::Plan;
use pipec::query::{Analysis, Request, View};
use pipec::source::Files;

/// One file.
#[derive(Debug)]
struct Only<'a>(&'a str);

impl Files for Only<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if path == "ci.pipe" { Ok(self.0.as_bytes().to_vec()) } else { Err(io::ErrorKind::NotFound.into()) }
    }
}

/// A program that was analysed, and its plan.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) plan: Plan,
    analysis: Analysis,
}

impl Made {
    pub(super) fn new(text: &str) -> Self {
        Self::try_new(text).unwrap_or_else(|said| panic!("no plan: {said:#?}"))
    }

    /// The plan, or the codes and messages of why there is none.
    pub(super) fn try_new(text: &str) -> Result<Self, Vec<String>> {
        let files = Only(text);
        let mut analysis = Analysis::open(&files, "ci.pipe");
        let plan = analysis.plan(&files, &Request::default());
        plan.ok_or_else(|| said(&analysis.diagnostics)).map(|plan| Self { plan, analysis })
    }

    /// The plan as `pipec plan` shows it.
    pub(super) fn view(&self, format: View) -> String {
        self.analysis.view(&self.plan, format)
    }

    pub(super) fn bundle(&mut self, target: &dyn Target) -> Bundle {
        let bundle = self.analysis.emit(&self.plan, target);
        bundle.unwrap_or_else(|| panic!("gaps: {:#?}", said(&self.analysis.diagnostics)))
    }

    /// The codes and messages of what the target cannot express.
    pub(super) fn gaps(&self, target: &dyn Target) -> Vec<String> {
        let mut out = Diagnostics::default();
        target.gaps(&self.plan, &mut out);
        for one in out.iter() {
            assert!(one.help.is_some() && !one.labels.is_empty() && !one.labels[0].text.is_empty(), "{one:?}");
        }
        said(&out.sorted())
    }
}

fn said(found: &Diagnostics) -> Vec<String> {
    found.iter().map(|one| format!("{} {}", one.code.id(), one.message)).collect()
}

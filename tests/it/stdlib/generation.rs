//! The two generations of COSA: their modules, a program that calls each task of them, and what the tool is told then.

use std::io;

use pipec::diag::report;
use pipec::emit::Bundle;
use pipec::plan::Plan;
use pipec::query::{self, Analysis, Request};
use pipec::source::{Files, STDLIB};

/// A value that a shell would take apart if anybody let it.
pub(super) const ODD: &str = "a b; 'c' \"$(touch $TOOLS/oops)\"";

/// One generation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Generation {
    /// The module's name after `std.`.
    pub(super) module: &'static str,
    /// Calls each task of its own; those that both have are called by `shared.part`, behind it.
    own: &'static str,
    /// What the tool is told by them on x86_64, a line a call.
    told: &'static str,
}

const SHARED: &str = include_str!("shared.part");
const SHARED_TOLD: &str = include_str!("shared.calls");

pub(super) const LEGACY: Generation =
    Generation { module: "cosa", own: include_str!("legacy.part"), told: include_str!("legacy.calls") };
pub(super) const OSBUILD: Generation =
    Generation { module: "cosa.osbuild", own: include_str!("osbuild.part"), told: include_str!("osbuild.calls") };

impl Generation {
    /// The text of the module.
    pub(super) fn text(self) -> &'static str {
        STDLIB.iter().find(|(name, _)| *name == self.module).unwrap().1
    }

    /// The program that calls every task.
    pub(super) fn every(self) -> String {
        format!("{}{SHARED}", self.own)
    }

    /// The same without the tasks that both have.
    pub(super) fn own(self) -> String {
        format!("{}}}\n", self.own)
    }

    /// What the tool is told by all tasks.
    pub(super) fn told(self) -> Vec<&'static str> {
        self.told.lines().chain(SHARED_TOLD.lines()).collect()
    }

    /// What begins a small program that uses the module.
    pub(super) fn head(self) -> String {
        format!("use std.{} as cosa\n", self.module).replace("use std.cosa as cosa", "use std.cosa")
    }
}

struct Written<'a>(&'a str);

impl Files for Written<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        match path {
            "written.pipe" => Ok(self.0.as_bytes().to_vec()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

/// What is found in a program when it is checked and planned, and its plan.
pub(super) fn planned(text: &str, values: &[(&str, &str)]) -> (Analysis, Option<Plan>, Vec<String>) {
    let files = Written(text);
    let mut analysis = Analysis::open(&files, "written.pipe");
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let plan = analysis.plan(&files, &Request { values, ..Request::default() });
    let found = found(&analysis);
    (analysis, plan, found)
}

fn found(analysis: &Analysis) -> Vec<String> {
    analysis.diagnostics.iter().map(|one| report::line(&analysis.sources, one)).collect()
}

/// What a target makes of a program in which nothing is to be found.
pub(super) fn emitted(text: &str, target: &str, values: &[(&str, &str)]) -> Bundle {
    let (mut analysis, plan, wrong) = planned(text, values);
    assert_eq!(wrong, Vec::<String>::new());
    let bundle = analysis.emit(&plan.unwrap(), query::target(target).unwrap());
    assert_eq!(found(&analysis), Vec::<String>::new(), "{target}");
    bundle.unwrap()
}

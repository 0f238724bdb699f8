//! Where runs are kept, and which of them is meant.

use std::io;

use super::args::runtime::Place;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, did_you_mean};
use crate::run::store::read::Run;
use crate::run::store::{DEFAULT, Entry, Store};

/// The variable that says where runs are kept.
const VARIABLE: &str = "PIPEC_STORE";

/// So many are named to who asked for another.
const SHOWN: usize = 3;

#[expect(clippy::disallowed_methods, reason = "a project may say in the environment where its runs are kept")]
pub(super) fn open(place: &Place) -> Store {
    let said = || std::env::var_os(VARIABLE).filter(|folder| !folder.is_empty());
    match (&place.store, said()) {
        (Some(folder), _) => Store::at(folder),
        (None, Some(folder)) => Store::at(folder),
        (None, None) => Store::at(DEFAULT),
    }
}

/// The run that is meant.
///
/// # Errors
/// There is none, or there are several, or it cannot be read.
pub(super) fn find(store: &Store, wanted: &str) -> Result<Run, Diagnostic> {
    let mut found = store.find(wanted).map_err(|error| unreadable(store, &error))?;
    match (found.pop(), found.is_empty()) {
        (Some(Entry::Run(run)), true) => Ok(run),
        (Some(Entry::Unmade(id)), true) => Err(no_run(format!("`{id}` is no run: it was never begun"))
            .help("whoever made its folder is just making it, or was killed; `pipec runs --prune` removes it")),
        (Some(Entry::Unreadable(id, why)), true) => {
            Err(no_run(format!("the run `{id}` cannot be read")).help(format!("{why}; it was left as it is")))
        }
        (Some(last), false) => Err(several(wanted, &found, &last)),
        (None, _) => Err(none(store, wanted)),
    }
}

fn none(store: &Store, wanted: &str) -> Diagnostic {
    let ids: Vec<String> = store.runs().unwrap_or_default().into_iter().map(|run| run.file.id).collect();
    let Some(last) = ids.last() else {
        return no_run(format!("nothing has run here: `{}` has no run", store.folder().display()))
            .help("a pipeline is run by `pipec run FILE`; runs of another folder are shown with `--store DIR`");
    };
    let near = did_you_mean(wanted, ids.iter().map(String::as_str).chain(["last"]));
    let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    no_run(format!("there is no run `{wanted}`"))
        .help(format!("{near}the last one is `{last}`; `pipec runs` shows all"))
}

fn several(wanted: &str, some: &[Entry], last: &Entry) -> Diagnostic {
    let names: Vec<String> = some.iter().chain([last]).rev().take(SHOWN).map(|one| format!("`{}`", one.id())).collect();
    no_run(format!("`{wanted}` begins the names of {} runs", some.len() + 1))
        .help(format!("write more of it: the last are {}", names.join(", ")))
}

fn no_run(message: String) -> Diagnostic {
    Diagnostic::global(Code::P0771, message)
}

/// The store itself cannot be read.
pub(super) fn unreadable(store: &Store, error: &io::Error) -> Diagnostic {
    Diagnostic::global(Code::P0773, format!("the runs in `{}` cannot be read: {error}", store.folder().display()))
        .help("check the folder and its permissions, or name another with `--store DIR`")
}

/// A run could not be written down.
pub(super) fn unwritten(store: &Store, error: &io::Error) -> Diagnostic {
    Diagnostic::global(Code::P0773, format!("the run cannot be kept in `{}`: {error}", store.folder().display()))
        .help("check the folder, its permissions and the space on the disk, or name another with `--store DIR`")
}

/// `1.5s`, `12s`, `1h2min`
pub(super) fn spoken(ms: u64) -> String {
    let s = ms / 1000;
    if ms < 10_000 {
        let tenths = ms % 1000 / 100;
        return if tenths == 0 { format!("{s}s") } else { format!("{s}.{tenths}s") };
    }
    let mut text = String::new();
    let mut part = |number: u64, unit: &str| {
        if number > 0 {
            text += &format!("{number}{unit}");
        }
    };
    part(s / 3600, "h");
    part(s / 60 % 60, "min");
    part(s % 60, "s");
    text
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[test]
    fn times_are_spoken_as_the_shell_speaks_them() {
        let spoken = [0, 99, 1_000, 1_540, 9_999, 10_000, 60_000, 3_600_000, 3_725_000].map(spoken);
        assert_eq!(spoken, ["0s", "0s", "1s", "1.5s", "9.9s", "10s", "1min", "1h", "1h2min5s"]);
    }
}

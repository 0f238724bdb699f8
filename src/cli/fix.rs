//! `pipec check --fix`: puts the fixes of findings into their files, until nothing is left that has one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use similar::TextDiff;

use super::Exit;
use super::args::Check;
use super::check::{self, Checked, Door};
use super::held::{self, Changed, Held, INPUT};
use super::machine::Machine;
use super::report::To;
use crate::diag::fix;
use crate::diag::render::printable;

/// What is mended may show what was hidden behind it; fixes that undo each other end here.
const MOST_ROUNDS: usize = 10;

pub(super) fn run(args: &Check, machine: &mut Machine) -> Exit {
    let held = Arc::new(Held::default());
    let door: Door = Arc::<Held>::clone(&held);
    let mut checked = Checked::new(args, &door);
    let mut done = Done::default();
    for _ in 0..MOST_ROUNDS {
        if !done.mend(args, &checked, &held) {
            break;
        }
        checked = Checked::new(args, &door);
    }
    let named = Named::new(args, &checked);
    let printed = done.deliver(args, &held, &mut checked, machine);
    machine.remark(&others(&named, &checked));
    check::show(args, checked, if printed { To::Err } else { To::Out }, machine)
}

/// What was mended so far: of each file its name and how many findings.
#[derive(Default)]
struct Done {
    counts: BTreeMap<PathBuf, (String, usize)>,
}

impl Done {
    /// Puts in what fits together; says whether there was anything.
    fn mend(&mut self, args: &Check, checked: &Checked, held: &Held) -> bool {
        let named = Named::new(args, checked);
        let mut names = BTreeMap::new();
        let mut key = |name: &str| {
            let place = named.place(name)?;
            names.entry(place.clone()).or_insert_with(|| name.to_owned());
            Some(place)
        };
        let mended = fix::apply(checked.run().findings, &mut key);
        for (place, one) in &mended {
            held.change(place, one.text.clone());
            let name = names.get(place).cloned().unwrap_or_default();
            self.counts.entry(place.clone()).or_insert((name, 0)).1 += one.count;
        }
        !mended.is_empty()
    }

    /// Writes the files, or shows what would be written; says whether standard output was taken for that.
    fn deliver(&self, args: &Check, held: &Held, checked: &mut Checked, machine: &mut Machine) -> bool {
        let word = if args.diff { "would be fixed" } else { "fixed" };
        for (place, (name, count)) in &self.counts {
            let Some(changed) = held.changed(place) else { continue };
            if args.diff {
                machine.print(&difference(name, &changed));
            } else if place != Path::new(INPUT)
                && let Err(failed) = held.write(place)
            {
                checked.failures.push(failed);
                continue;
            }
            machine.remark(&printable(&format!("{name}: {count} {word}\n")));
        }
        let input = checked.files.iter().any(|file| file == INPUT);
        if input
            && !args.diff
            && let Some(changed) = held.changed(Path::new(INPUT))
        {
            machine.print(&changed.after);
        }
        input || args.diff
    }
}

fn difference(name: &str, changed: &Changed) -> String {
    TextDiff::from_lines(&*changed.before, &*changed.after).unified_diff().header(name, name).to_string()
}

/// The files that may be changed: those that are named, and what is below folders that are.
struct Named {
    places: BTreeSet<PathBuf>,
    folders: Vec<PathBuf>,
}

impl Named {
    fn new(args: &Check, checked: &Checked) -> Self {
        let files = checked.files.iter().chain(&args.project.settings.config);
        let places = files.filter(|file| !is_stream(file)).map(|file| held::place(file)).collect();
        let folders = args.paths.iter().filter(|path| Path::new(path).is_dir()).map(|path| held::place(path)).collect();
        Self { places, folders }
    }

    /// Where a file is, when it may be changed. A program below a folder may be ignored or excluded: it has to be one
    /// of those that were checked.
    fn place(&self, name: &str) -> Option<PathBuf> {
        let place = held::place(name);
        let is_program = place.extension().is_some_and(|extension| extension == "pipe");
        let below = || !is_program && self.folders.iter().any(|folder| place.starts_with(folder));
        (self.places.contains(&place) || below()).then_some(place)
    }
}

/// What a shell hands over cannot be written back.
fn is_stream(path: &str) -> bool {
    path.starts_with("/dev/") || path.starts_with("/proc/")
}

/// `lib/a.pipe: 1 could be fixed, …` of each file that was not to be changed.
fn others(named: &Named, checked: &Checked) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (sources, found) in checked.run().findings {
        let edit = found.fixes.first().and_then(|fix| fix.edits.first());
        let file = edit.map(|edit| sources.get(edit.span.file)).filter(|file| !file.built_in);
        if let Some(file) = file.filter(|file| named.place(&file.name).is_none()) {
            *counts.entry(file.name.clone()).or_default() += 1;
        }
    }
    let line = |(name, count)| printable(&format!("{name}: {count} could be fixed: name it too, to have it changed\n"));
    counts.into_iter().map(line).collect()
}

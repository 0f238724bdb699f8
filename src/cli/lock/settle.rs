//! One lock: what is in it, what has to be, and the way from one to the other.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use similar::TextDiff;

use super::arguments::Arguments;
use super::curl::Curl;
use super::login;
use super::parts::{Parts, open};
use crate::cli::machine::{self, Machine};
use crate::cli::{files, project};
use crate::diag::Diagnostic;
use crate::query::lock::image::Reference;
use crate::query::lock::platform::Platform;
use crate::query::lock::registry::Repository;
use crate::query::lock::{Entry, Lock, Locked, findings, layout, look};

/// What has to be in one file.
#[derive(Debug)]
pub(super) struct Wanted {
    locked: Arc<Locked>,
    pub(super) images: BTreeSet<String>,
}

impl Wanted {
    pub(super) fn new(locked: &Arc<Locked>) -> Self {
        Self { locked: Arc::clone(locked), images: BTreeSet::new() }
    }

    /// Brings the file up to date, or says how it is not; gives what is wrong.
    pub(super) fn settle(&self, path: &str, args: &Arguments, machine: &mut Machine) -> Vec<Diagnostic> {
        let unused = self.unused(path, args);
        let again: Vec<String> = self.images.iter().filter(|image| self.is_due(image, args)).cloned().collect();
        let missing: Vec<String> = again.iter().filter(|image| self.locked.find(image).is_none()).cloned().collect();
        if args.check && !(missing.is_empty() && unused.is_empty()) {
            return vec![findings::out_of_date(path, &missing, &unused)];
        }
        let found = files::in_parallel(&again, |image| entry(image, &self.platform(image, args), args));
        let (mut fresh, mut failed) = (Vec::new(), Vec::new());
        found.into_iter().for_each(|one| match one {
            Ok(entry) => fresh.push(entry),
            Err(found) => failed.push(found),
        });
        if !failed.is_empty() {
            return failed;
        }
        let kept = self.locked.lock.iter().flat_map(Lock::entries).filter(|entry| !unused.contains(&entry.image));
        let lock = Lock::new(kept.cloned().chain(fresh));
        self.write(path, &lock, args, machine).err().into_iter().collect()
    }

    fn write(&self, path: &str, lock: &Lock, args: &Arguments, machine: &mut Machine) -> Result<(), Diagnostic> {
        let before = self.locked.lock.as_ref().map(Lock::text);
        let after = lock.text();
        if before.as_ref() == Some(&after) || (before.is_none() && lock.entries().is_empty()) {
            return Ok(());
        }
        let old = before.unwrap_or_default();
        if args.check {
            let diff = TextDiff::from_lines(&old, &after);
            machine.print(&diff.unified_diff().header(path, path).to_string());
            return Err(findings::out_of_date(path, &[], &[]));
        }
        machine::write(Path::new(path), &after, false)?;
        machine.list(&format!("{path}\n"));
        Ok(())
    }

    /// What is in the file and named by no program, when all that the file is for was looked at.
    fn unused(&self, path: &str, args: &Arguments) -> Vec<String> {
        let whole = |path: &Path| project::whole(path).unwrap_or_default();
        let folder = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = whole(folder.unwrap_or(Path::new(".")));
        let all = args.paths.iter().map(Path::new).any(|one| one.is_dir() && folder.starts_with(whole(one)));
        if !all {
            return Vec::new();
        }
        let entries = self.locked.lock.iter().flat_map(Lock::entries);
        entries.map(|entry| entry.image.clone()).filter(|image| !self.images.contains(image)).collect()
    }

    /// Whether an image has to be looked up.
    fn is_due(&self, image: &str, args: &Arguments) -> bool {
        let Some(entry) = self.locked.find(image) else { return true };
        let named =
            args.update_all || args.update.iter().chain(args.from.iter().map(|one| &one.image)).any(|one| one == image);
        named || args.platform.as_ref().is_some_and(|platform| platform.to_string() != entry.platform)
    }

    fn platform(&self, image: &str, args: &Arguments) -> Platform {
        let before = self.locked.find(image).and_then(|entry| Platform::parse(&entry.platform).ok());
        args.platform.clone().or(before).unwrap_or_default()
    }
}

/// Looks one image up, where it is said to be or in its registry.
fn entry(image: &str, platform: &Platform, args: &Arguments) -> Result<Entry, Diagnostic> {
    if let Some(from) = args.from.iter().find(|from| from.image == image) {
        let mut parts: Parts = open(&from.path).map_err(|why| findings::unreadable_part(image, &from.path, &why))?;
        return layout::look(image, platform, &mut parts);
    }
    let reference = Reference::parse(image).ok_or_else(|| findings::no_name(image))?;
    let login = login::find(&reference);
    let mut http = Curl { insecure: args.insecure };
    let (insecure, reference) = (args.insecure, &reference);
    let mut source = Repository { image, reference, login, insecure, http: &mut http, authorization: None };
    look::look(image, platform, &mut source)
}

//! Where secrets lie.

use std::ffi::{OsStr, OsString};
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::give::Given;
use super::site::Site;
use super::values::Values;
use crate::contract::{RunSpec, SecretRef};

/// A place where a secret lies.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Place {
    /// An absent optional.
    Nowhere,
    File(PathBuf),
    Variable(String),
}

/// The variables of the caller that hold secrets of the run.
pub(super) fn variables<'a>(spec: &'a RunSpec, values: &'a Values) -> impl Iterator<Item = &'a str> {
    let secret = spec.params.iter().filter(|param| param.secret);
    secret.filter_map(|param| values.text(param).strip_prefix("env:"))
}

impl Site<'_> {
    /// What the secret is called, which is not the secret.
    pub(super) fn reference<'s>(&'s self, secret: &'s SecretRef) -> &'s str {
        match secret {
            SecretRef::Named(name) => name,
            SecretRef::Param(name) => self.param(name),
        }
    }

    fn secret_place(&self, secret: &SecretRef) -> Place {
        let reference = self.reference(secret);
        if reference.is_empty() {
            return Place::Nowhere;
        }
        // A name of the program's own is a name, whatever it looks like.
        if matches!(secret, SecretRef::Param(_)) {
            if let Some(variable) = reference.strip_prefix("env:") {
                return Place::Variable(variable.to_owned());
            }
            if let Some(path) = reference.strip_prefix("file:") {
                let kept = self.kept_secret(secret);
                return Place::File(if kept.exists() { kept } else { PathBuf::from(path) });
            }
        }
        let file = self.values.secrets.join(reference);
        Place::File(if file.is_dir() { file.join("value") } else { file })
    }

    /// Why a secret cannot be read, when it cannot.
    pub(super) fn secret_lacks(&self, secret: &SecretRef) -> Option<String> {
        match self.secret_place(secret) {
            Place::Nowhere => None,
            Place::File(file) => {
                let readable = rustix::fs::access(&file, rustix::fs::Access::READ_OK).is_ok() && !file.is_dir();
                (!readable).then(|| format!("the file {} of a secret cannot be read", file.display()))
            }
            Place::Variable(name) => {
                let there = self.variable(&name).is_some();
                (!there).then(|| format!("the variable `{name}` of a secret is not set"))
            }
        }
    }

    pub(super) fn secret_value(&self, secret: &SecretRef) -> Result<OsString, String> {
        match self.secret_place(secret) {
            Place::Nowhere => Ok(OsString::new()),
            Place::File(file) => fs::read(&file)
                .map(OsString::from_vec)
                .map_err(|error| format!("the file {} of a secret cannot be read: {error}", file.display())),
            Place::Variable(name) => self
                .variable(&name)
                .map(OsString::from)
                .ok_or_else(|| format!("the variable `{name}` of a secret is not set")),
        }
    }

    /// A file that holds the secret, and that whoever is to read it can; empty: there is none.
    pub(super) fn secret_file(&self, secret: &SecretRef) -> Result<PathBuf, String> {
        let place = self.secret_place(secret);
        let file = match &place {
            Place::Nowhere => return Ok(PathBuf::new()),
            // The user of a container may be another: it gets a copy that all can read, in a folder that nobody else can enter.
            Place::File(_) if self.engine().is_some() => None,
            Place::File(file) => Some(file.clone()),
            Place::Variable(_) => None,
        };
        if let Some(file) = file {
            return self.secret_lacks(secret).map_or(Ok(file), Err);
        }
        self.secret_copy(&self.secret_value(secret)?)
    }

    /// What is given as a variable is for a container a file, whose path takes the place of the value.
    pub(super) fn hide_secrets(&self, given: &mut Given) -> Result<(), String> {
        for (name, value) in &mut given.env {
            if given.secret_names.contains(name) {
                let copy = self.secret_copy(value)?;
                given.secrets.push(copy.clone());
                *value = copy.into();
            }
        }
        Ok(())
    }

    fn secret_copy(&self, value: &OsStr) -> Result<PathBuf, String> {
        let copy = self.private.file("secret");
        let mode = if self.engine().is_some() { 0o644 } else { 0o600 };
        write_private(&copy, value.as_bytes(), mode)
            .map_err(|error| format!("{} cannot be written: {error}", copy.display()))?;
        Ok(copy)
    }

    /// What is no plain file (`/dev/stdin`, `<(command)`) can be read once only: it is kept for the run.
    pub(super) fn keep_secrets(&self) -> io::Result<()> {
        for param in self.spec.params.iter().filter(|param| param.secret) {
            let Some(path) = self.values.text(param).strip_prefix("file:") else { continue };
            let once = fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir());
            if once {
                let kept = self.kept_secret(&SecretRef::Param(param.name.clone()));
                write_private(&kept, &fs::read(path)?, 0o600)?;
            }
        }
        Ok(())
    }

    fn kept_secret(&self, secret: &SecretRef) -> PathBuf {
        match secret {
            SecretRef::Named(name) | SecretRef::Param(name) => self.private.folder().join(format!("given.{name}")),
        }
    }
}

fn write_private(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    // The umask may have taken what readers need.
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(mode))?;
    file.write_all(bytes)
}

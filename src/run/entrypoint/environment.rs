//! What a command has in its environment.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;

use super::arguments::PREFIX;
use super::failure::Failure;
use super::options::Options;

/// Ours without our own configuration; then what is unset, then what is set.
pub(super) fn of_command(
    options: &Options,
    more: &[(String, OsString)],
    secrets: &[(String, OsString)],
) -> Vec<(OsString, OsString)> {
    let mut all: BTreeMap<OsString, OsString> = std::env::vars_os().collect();
    all.retain(|name, _| !name.as_bytes().starts_with(PREFIX.as_bytes()));
    for name in &options.unset {
        all.remove(OsStr::new(name));
    }
    for (name, value) in options.env.iter().chain(more).chain(secrets) {
        all.insert(name.into(), value.clone());
    }
    all.into_iter().collect()
}

/// `pipec-entrypoint env`: by name; with `null`, each closed by a NUL, since a value may have several lines.
pub(super) fn show(options: &Options, null: bool) -> Result<u8, Failure> {
    let mut out = Vec::new();
    for (name, value) in of_command(options, &[], &[]) {
        out.extend_from_slice(name.as_bytes());
        out.push(b'=');
        out.extend_from_slice(value.as_bytes());
        out.push(if null { 0 } else { b'\n' });
    }
    super::print(&out)
}

//! Secrets: from files that somebody mounted to files that only the command's user reads, and that go with the command.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::options::{Options, SecretOption};

/// What was put somewhere; removed when this is dropped.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    files: Vec<PathBuf>,
    /// A folder that was made for them.
    folder: Option<PathBuf>,
    variables: Vec<(String, OsString)>,
}

impl Secrets {
    pub(super) fn place(options: &Options) -> Result<Self, Failure> {
        let mut placed = Self::default();
        for secret in &options.secrets {
            let value = fs::read(&secret.file).map_err(|error| {
                Failure::usage(format!(
                    "the secret `{}` cannot be read from `{}`: {error}",
                    secret.name,
                    secret.file.display()
                ))
            })?;
            match secret.in_environment {
                true => placed.variable(secret, value)?,
                false => placed.file(secret, &value, &options.secrets_dir)?,
            }
        }
        Ok(placed)
    }

    /// For the command alone.
    pub(super) fn variables(&self) -> &[(String, OsString)] {
        &self.variables
    }

    fn variable(&mut self, secret: &SecretOption, value: Vec<u8>) -> Result<(), Failure> {
        if value.contains(&0) {
            let name = &secret.name;
            return Err(Failure::usage(format!(
                "the secret `{name}` holds a NUL byte, so it cannot be a variable; write `--secret {name}=FILE`"
            )));
        }
        self.variables.push((secret.name.clone(), OsString::from_vec(value)));
        Ok(())
    }

    fn file(&mut self, secret: &SecretOption, value: &[u8], folder: &Path) -> Result<(), Failure> {
        if !folder.is_dir() {
            let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
            made.map_err(|error| Failure::file(folder, &error))?;
            self.folder = Some(folder.to_owned());
        }
        let path = folder.join(&secret.name);
        // One of a container that was here before.
        fs::remove_file(&path).ok();
        let file = OpenOptions::new().write(true).create_new(true).mode(0o400).open(&path);
        let mut file = file.map_err(|error| Failure::file(&path, &error))?;
        self.files.push(path.clone());
        file.write_all(value).map_err(|error| Failure::file(&path, &error))
    }
}

impl Drop for Secrets {
    fn drop(&mut self) {
        for file in &self.files {
            fs::remove_file(file).ok();
        }
        if let Some(folder) = &self.folder {
            fs::remove_dir(folder).ok();
        }
    }
}

//! The credentials of a store, as people keep them in secrets.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

/// The region of a server that has none.
const REGION: &str = "us-east-1";

/// Who asks; nobody, where the store is open to all.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) token: Option<String>,
    pub(super) region: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials")
    }
}

impl Credentials {
    /// Reads the folder of a secret: files `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` (in any case, with or without
    /// `AWS_`), or one of the files `value`, `credentials`, `config` with lines `aws_access_key_id = …`.
    pub(super) fn read(folder: &Path) -> io::Result<Self> {
        let mut found = Self::default();
        let wrong = |error: io::Error| {
            io::Error::new(error.kind(), format!("the secret `{}` of the store: {error}", folder.display()))
        };
        if folder.is_file() {
            found.lines(&fs::read_to_string(folder).map_err(wrong)?);
        } else {
            let mut files: Vec<_> = fs::read_dir(folder).map_err(wrong)?.flatten().map(|entry| entry.path()).collect();
            files.sort();
            for file in files.iter().filter(|file| file.is_file()) {
                let text = fs::read_to_string(file).map_err(wrong)?;
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                match name.as_ref() {
                    "value" | "credentials" | "config" => found.lines(&text),
                    name => found.set(name, text.trim()),
                }
            }
        }
        if found.id.is_empty() || found.secret.is_empty() {
            let said = "has no credentials: it needs the keys `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or a key `value` with lines `aws_access_key_id = …`";
            return Err(io::Error::other(format!("the secret `{}` of the store {said}", folder.display())));
        }
        Ok(found)
    }

    pub(super) fn region(&self) -> &str {
        self.region.as_deref().unwrap_or(REGION)
    }

    fn lines(&mut self, text: &str) {
        for (name, value) in text.lines().filter_map(|line| line.split_once('=')) {
            self.set(name.trim(), value.trim());
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        let name = name.to_lowercase().replace('-', "_");
        let value = value.to_owned();
        match name.strip_prefix("aws_").unwrap_or(&name) {
            "access_key_id" => self.id = value,
            "secret_access_key" => self.secret = value,
            "session_token" => self.token = Some(value).filter(|token| !token.is_empty()),
            "region" | "default_region" => self.region = Some(value).filter(|region| !region.is_empty()),
            _ => {}
        }
    }
}

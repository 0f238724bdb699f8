//! Which program is ShellCheck, and whether it is still the same.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// An executable file.
#[derive(Debug)]
pub(super) struct Tool {
    /// Absolute, since it is run in a folder of its own.
    pub(super) path: PathBuf,
    /// The file behind all links, its size and when it was changed: what tells one ShellCheck from the next.
    pub(super) identity: String,
}

impl Tool {
    /// The first on the PATH.
    #[expect(clippy::disallowed_methods, reason = "the command line looks for tools")]
    pub(super) fn on_path() -> Option<Self> {
        let name = format!("shellcheck{}", std::env::consts::EXE_SUFFIX);
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path)
            .filter(|folder| !folder.as_os_str().is_empty())
            .find_map(|folder| Self::at(&folder.join(&name)))
    }

    /// The one at a path, if it can be run.
    pub(super) fn at(path: &Path) -> Option<Self> {
        let about = std::fs::metadata(path).ok().filter(|about| about.is_file() && may_run(about))?;
        let changed = about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        let file = std::fs::canonicalize(path).ok()?;
        let identity = format!("{} {} {}", file.display(), about.len(), changed.as_nanos());
        Some(Self { path: std::path::absolute(path).ok()?, identity })
    }
}

#[cfg(unix)]
fn may_run(about: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    about.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn may_run(_about: &std::fs::Metadata) -> bool {
    true
}

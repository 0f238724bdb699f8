//! This command puts itself where the containers of others find it.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::failure::Failure;
use super::script::unique;

/// Itself, wherever it is and whatever it is called; an image needs nothing else.
const SELF: &str = "/proc/self/exe";

/// Hexadecimal digits of the sha256 in its name.
const DIGITS: usize = 12;

/// Copies itself into the folder, in one step, and prints the path. With a name of its own it never replaces another
/// content: somebody may be running it.
pub(super) fn run(folder: &Path, name: Option<&str>) -> Result<u8, Failure> {
    if let Some(name) = name.filter(|name| name.is_empty() || name.contains('/') || name.starts_with('.')) {
        return Err(Failure::usage(format!("`{name}` is no name of a file; write `--name NAME` without `/`")));
    }
    let bytes = fs::read(SELF).map_err(|error| Failure::file(Path::new(SELF), &error))?;
    let digest = hex(&Sha256::digest(&bytes));
    let version = env!("CARGO_PKG_VERSION");
    let versioned = format!("pipec-entrypoint-{version}-{}", &digest[..DIGITS]);
    let target = folder.join(name.unwrap_or(&versioned));
    fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
    match fs::read(&target) {
        Ok(there) if there == bytes => {}
        Ok(_) => {
            return Err(Failure::failed(format!(
                "`{}` is there with another content, and somebody may be running it; give this one another name",
                target.display()
            )));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            put(&bytes, folder, &target).map_err(|error| Failure::file(&target, &error))?;
        }
        Err(error) => return Err(Failure::file(&target, &error)),
    }
    super::print(format!("{}\n", target.display()).as_bytes())
}

fn put(bytes: &[u8], folder: &Path, target: &Path) -> io::Result<()> {
    let aside = folder.join(format!(".pipec-entrypoint-{}", unique().to_string_lossy()));
    let written = write(bytes, &aside).and_then(|()| fs::rename(&aside, target));
    if written.is_err() {
        fs::remove_file(&aside).ok();
    }
    written?;
    File::open(folder)?.sync_all()
}

fn write(bytes: &[u8], aside: &Path) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o755).open(aside)?;
    file.write_all(bytes)?;
    // Whatever the mask of this process says, everybody runs it and nobody changes it.
    file.set_permissions(fs::Permissions::from_mode(0o555))?;
    file.sync_all()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

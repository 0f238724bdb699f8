//! Who still lives, by a mark that whatever a run starts has in its environment. For the test binary `it` and for `run`.

use std::fs;

/// Processes that have `mark` (`NAME=value`) in their environment, with their arguments. What has ended and nobody waits for
/// has neither.
pub(crate) fn marked(mark: &str) -> Vec<(i32, String)> {
    let of = |entry: fs::DirEntry| {
        let number = entry.file_name().to_str()?.parse().ok()?;
        let environment = fs::read(entry.path().join("environ")).ok()?;
        environment.split(|byte| *byte == 0).any(|one| one == mark.as_bytes()).then_some(())?;
        let arguments = fs::read(entry.path().join("cmdline")).ok().filter(|line| !line.is_empty())?;
        Some((number, String::from_utf8_lossy(&arguments).replace('\0', " ")))
    };
    fs::read_dir("/proc").unwrap().flatten().filter_map(of).collect()
}

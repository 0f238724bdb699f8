//! Whose run it is: a process that no other can be taken for.

use std::fs;
use std::io;

use crate::contract::store::ProcessMark;

const BOOT: &str = "/proc/sys/kernel/random/boot_id";

/// The mark of this process.
///
/// # Errors
/// The machine has no `/proc`.
pub fn mark() -> io::Result<ProcessMark> {
    let pid = std::process::id();
    let start = start_of(pid).ok_or_else(|| io::Error::other("/proc/self/stat cannot be read"))?;
    Ok(ProcessMark { pid, start, boot: boot()? })
}

/// Whether it is there still, on this machine and since this start of it.
pub fn lives(mark: &ProcessMark) -> bool {
    boot().is_ok_and(|boot| boot == mark.boot) && start_of(mark.pid) == Some(mark.start)
}

fn boot() -> io::Result<String> {
    Ok(fs::read_to_string(BOOT)?.trim().to_owned())
}

/// When a process was started, in ticks since the machine was; a dead one that nobody waited for never was.
fn start_of(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in brackets, may have blanks and brackets in it.
    let mut words = stat.rsplit_once(')')?.1.split_whitespace();
    let state = words.next()?;
    if matches!(state, "Z" | "X") { None } else { words.nth(18)?.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_process_lives() {
        let own = mark().unwrap();
        assert!(lives(&own));
        assert!(!lives(&ProcessMark { start: own.start + 1, ..own.clone() }));
        assert!(!lives(&ProcessMark { boot: "another".to_owned(), ..own.clone() }));
        assert!(!lives(&ProcessMark { pid: u32::MAX, ..own }));
    }
}

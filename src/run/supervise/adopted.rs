//! Processes that left their group and outlive their parents: this process becomes their parent, and ends them.

use std::fs;

use rustix::process::{Pid, Signal, WaitOptions, kill_process, set_child_subreaper, waitpgid, waitpid};

/// The variable by which a process is known to belong to a run: `PIPEC_RUN=MARK/…`.
pub const MARK: &str = "PIPEC_RUN";

/// From now on whoever loses its parents below this process gets this one, not the first of the machine.
pub fn adopt() {
    // A kernel without it gives orphans to somebody else; then the guardian finds what is left.
    set_child_subreaper(Some(rustix::process::getpid())).ok();
}

/// Kills every adopted process whose mark begins so, and what those had started.
pub fn end(mark: &str) {
    // What a killed one had started is adopted when it is gone: so again, until there is none.
    loop {
        let found: Vec<Pid> = children().filter(|process| bears(*process, mark)).collect();
        if found.is_empty() {
            return;
        }
        for process in found {
            kill_process(process, Signal::KILL).ok();
            waitpid(Some(process), WaitOptions::empty()).ok();
        }
    }
}

/// Waits for all of a group that was killed and was adopted by this process.
pub(super) fn reap(group: Pid) {
    while let Ok(Some(_)) | Err(rustix::io::Errno::INTR) = waitpgid(group, WaitOptions::empty()) {}
}

/// Whether the environment that a process was started with has the mark. One that has ended has none.
pub fn bears(process: Pid, mark: &str) -> bool {
    let environment = fs::read(format!("/proc/{}/environ", process.as_raw_nonzero())).unwrap_or_default();
    let wanted = [MARK.as_bytes(), b"=", mark.as_bytes()].concat();
    environment.split(|byte| *byte == 0).any(|variable| variable.starts_with(&wanted))
}

/// Adopted processes are children of the first thread.
fn children() -> impl Iterator<Item = Pid> {
    let own = rustix::process::getpid().as_raw_nonzero();
    let text = fs::read_to_string(format!("/proc/self/task/{own}/children")).unwrap_or_default();
    let found: Vec<Pid> = text.split_whitespace().filter_map(|word| Pid::from_raw(word.parse().ok()?)).collect();
    found.into_iter()
}

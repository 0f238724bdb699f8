//! Tools that a test needs and a laptop may not have.

use std::process::Command;

/// Whether a tool is there, as `tool --version` says. In CI it has to be; elsewhere its test says that it is skipped.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
pub(crate) fn installed(command: &[&str]) -> bool {
    let there = Command::new(command[0]).args(&command[1..]).output().is_ok_and(|done| done.status.success());
    let in_ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(there || !in_ci, "this test needs `{}` in the PATH", command[0]);
    if !there {
        eprintln!("skipped: `{}` is not in the PATH", command[0]);
    }
    there
}

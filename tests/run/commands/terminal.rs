//! A run on a terminal: what runs now is seen, and what failed is shown with its last lines.

use std::process::Command;

use super::line;

#[test]
fn what_runs_is_shown_while_it_runs() {
    let (place, folder) = line();
    let command = format!("{} run ci.pipe -p {folder}", env!("CARGO_BIN_EXE_pipec"));
    let mut terminal = Command::new("script");
    terminal.args(["--quiet", "--return", "--command", &command, "/dev/null"]).env("TERM", "xterm");
    let output = terminal.current_dir(place.path("")).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("✓ `compile` succeeded after "), "{text}");
    assert!(text.contains("✗ `test_all` failed with exit code 3 after "), "{text}");
    assert!(text.contains("    testing hello world"), "the end of its log: {text}");
    assert!(text.contains("tasks"), "how far it is: {text}");
}

//! What the README shows is true: its programs check clean, and its commands print what stands behind them.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use pipec::query::Analysis;
use pipec::source::Files;

/// One program in memory.
struct Text(String);

impl Files for Text {
    fn read(&self, _path: &str) -> io::Result<Vec<u8>> {
        Ok(self.0.clone().into_bytes())
    }
}

#[test]
fn its_programs_check_clean_and_their_tests_pass() {
    let programs = blocks("pipe");
    assert!(!programs.is_empty());
    let mut tests = 0;
    for program in programs {
        let mut analysis = Analysis::open(&Text(program.clone()), "README.pipe");
        let found: Vec<&str> = analysis.diagnostics.iter().map(|found| found.message.as_str()).collect();
        assert_eq!(found, Vec::<&str>::new(), "{program}");
        analysis.test("", &mut |ran| {
            tests += 1;
            assert_eq!(ran.found, [], "{}", ran.name);
        });
    }
    assert!(tests > 0, "the README shows tests");
}

#[test]
fn its_commands_print_what_it_says() {
    let mut tried = 0;
    for block in blocks("console") {
        let Some(command) = block.lines().next().and_then(|line| line.strip_prefix("$ pipec ")) else { continue };
        let said: Vec<&str> = block.lines().skip(1).collect();
        assert_eq!(printed(command).lines().collect::<Vec<_>>(), said, "pipec {command}");
        tried += 1;
    }
    assert!(tried > 0, "the README shows commands");
}

fn printed(command: &str) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_pipec"))
        .args(command.split_whitespace())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("COLUMNS", "100")
        .env("XDG_CACHE_HOME", concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"))
        .output()
        .expect("pipec runs");
    String::from_utf8(out.stdout).expect("text") + &String::from_utf8(out.stderr).expect("text")
}

fn blocks(info: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(path).expect("the README is there");
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line == format!("```{info}") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            found.push(body.join("\n") + "\n");
        }
    }
    found
}

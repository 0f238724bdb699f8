//! How a user's script is run inside a body, and what follows on every path.

use super::code::quoted;
use super::prelude::Dialect;
use crate::plan::Verdict;

/// The line that makes a shell stop at the first failure.
pub(super) fn strict(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Bash => "set -euo pipefail\n",
        Dialect::Sh => "set -eu\n",
    }
}

/// What runs when the user's part is over, whichever way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    Nothing,
    /// Only the file of a foreign script is removed.
    File,
    /// There is a `cleanup`.
    Cleanup,
}

/// What stands around the scripts of one body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends<'a> {
    pub(super) dialect: Dialect,
    pub(super) end: End,
    pub(super) cleanup: Option<&'a str>,
    /// Other steps follow: they clean up, unless this one fails.
    pub(super) more: bool,
    /// The script is a file of another interpreter.
    pub(super) foreign: bool,
    /// `set -- "$@"` holds a list that the cleanup needs.
    pub(super) arguments: bool,
}

impl Ends<'_> {
    /// The traps and what they run.
    pub(super) fn traps(self) -> String {
        match (self.end, self.cleanup) {
            (End::Nothing, _) | (End::Cleanup, None) => String::new(),
            (End::File, _) => "pipe_script=$(mktemp)\n\
                trap 'rm -f -- \"$pipe_script\"' EXIT\n\
                trap 'exit 129' HUP\ntrap 'exit 130' INT\ntrap 'exit 143' TERM\n"
                .to_owned(),
            (End::Cleanup, Some(script)) => self.cleanup_traps(script),
        }
    }

    fn cleanup_traps(self, script: &str) -> String {
        let pass = if self.arguments { " \"$@\"" } else { "" };
        let (file, remove) = match self.foreign {
            true => ("pipe_script=$(mktemp)\n", "  rm -f -- \"$pipe_script\"\n"),
            false => ("", ""),
        };
        let needed = match self.more {
            // The next steps still need what the task has set up.
            true => "  [ -n \"$pipe_clean\" ] || [ \"$pipe_rc\" -ne 0 ] || exit 0\n",
            false => "",
        };
        let clean = if self.more { " pipe_clean=''" } else { "" };
        format!(
            "pipe_cleanup() (\n{}{script})\n\
             pipe_end() {{\n  pipe_rc=$?\n  trap - EXIT\n  trap : HUP INT TERM\n  set +e\n{remove}{needed}  \
             pipe_cleanup{pass}\n  pipe_n=$?\n  [ \"$pipe_rc\" -ne 0 ] || pipe_rc=$pipe_n\n  exit \"$pipe_rc\"\n}}\n\
             pipe_done=''{clean}\n{file}\
             trap 'pipe_end{pass}' EXIT\n\
             trap 'pipe_stop 1' HUP\ntrap 'pipe_stop 2' INT\ntrap 'pipe_stop 15' TERM\n",
            strict(self.dialect),
        )
    }

    /// Runs a script in a shell of its own; the body ends when it fails, unless its code is `kept` in `pipe_rc`.
    pub(super) fn run(self, script: &str, kept: bool, out: &mut String) {
        let strict = strict(self.dialect);
        let mut write = |parts: &[&str]| parts.iter().for_each(|part| out.push_str(part));
        match (self.end, kept) {
            (End::Cleanup, _) => write(&[&self.run_apart(script, kept)]),
            (End::Nothing | End::File, false) => write(&["(\n", strict, script, ")\n"]),
            (End::Nothing | End::File, true) => {
                write(&["set +e\n(\n", strict, script, ")\npipe_rc=$?\nset -e\n"]);
            }
        }
    }

    /// As a process beside the shell, which so answers signals at once. Such a process ignores INT and QUIT until
    /// bash is told otherwise; other shells cannot be.
    fn run_apart(self, script: &str, kept: bool) -> String {
        let strict = strict(self.dialect);
        let defaults = match self.dialect {
            Dialect::Bash => "trap - INT QUIT\n",
            Dialect::Sh => "",
        };
        let wait = match kept {
            true => "pipe_rc=0\nwait \"$!\" || pipe_rc=$?\n",
            false => "wait \"$!\"\n",
        };
        format!("(\n{defaults}{strict}{script}) </dev/null &\n{wait}pipe_done=$!\n")
    }
}

/// Lets the exit code of the script mean what the task says.
pub(super) fn verdicts(task: &str, on_exit: &[(i32, Verdict)], skip: &str) -> String {
    let start = if says_verdict(on_exit) { "pipe_verdict=''\n" } else { "" };
    let mut text = format!("{start}case $pipe_rc in\n  0) ;;\n");
    for (code, verdict) in on_exit.iter().filter(|(code, _)| *code != 0) {
        match verdict {
            Verdict::Ok => text.push_str(&format!("  {code}) ;;\n")),
            Verdict::Warn => {
                let warning = quoted(&format!("warning: task {task} ended with exit code {code}"));
                text.push_str(&format!("  {code}) pipe_verdict=warned; printf '%s\\n' {warning} >&2 ;;\n"));
            }
            Verdict::Skip => text.push_str(&format!("  {code}) pipe_verdict=skipped; {skip}{}; exit 0 ;;\n", SAY)),
            Verdict::Fail => text.push_str(&format!("  {code}) exit {code} ;;\n")),
        }
    }
    text.push_str("  *) exit \"$pipe_rc\" ;;\nesac\n");
    text
}

/// Tells the engine the verdict, if it asked.
const SAY: &str = "[ -z \"${PIPE_VERDICT_FILE:-}\" ] || printf %s \"$pipe_verdict\" >\"$PIPE_VERDICT_FILE\"";

/// Tells the engine that the task ended well, but not as usual.
pub(super) fn say_verdict(on_exit: &[(i32, Verdict)]) -> String {
    if says_verdict(on_exit) { format!("[ -z \"$pipe_verdict\" ] || {SAY}\n") } else { String::new() }
}

fn says_verdict(on_exit: &[(i32, Verdict)]) -> bool {
    on_exit.iter().any(|(code, verdict)| *code != 0 && matches!(verdict, Verdict::Warn | Verdict::Skip))
}

/// A script for another interpreter, written to `$pipe_script`, and the command that runs it.
pub(super) fn foreign(argv: &[String], script: &str) -> (String, String) {
    let mark = mark(script);
    let words: Vec<String> = argv.iter().map(|word| quoted(word)).collect();
    let write = format!("cat >\"$pipe_script\" <<'{mark}'\n{script}{mark}\n");
    (write, format!("{} \"$pipe_script\"\n", words.join(" ")))
}

/// A line that the script does not have.
fn mark(script: &str) -> String {
    let marks = (1_u32..).map(|turn| format!("PIPEC_SCRIPT_{turn}"));
    let mut marks = std::iter::once("PIPEC_SCRIPT".to_owned()).chain(marks);
    marks
        .find(|mark| !script.lines().any(|line| line == mark))
        .expect("a script has fewer lines than there are numbers")
}

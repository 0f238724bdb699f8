//! The code in front of a script that shares its pod: it reads what others have left, and says whether to go on.
//!
//! It stands behind the first line and the comments of the script, runs in the same shell, POSIX only, and leaves the
//! arguments as they are. Its own names begin with `pipec_` and `PIPEC_`.

use std::fmt::Write as _;

/// A value that is known in the pod only.
#[derive(Clone, Debug)]
pub(super) enum Inside {
    /// What a file holds; nothing when the task of this end has not succeeded.
    File { path: String, end: Option<String> },
    /// How the task of this end has ended.
    Status(String),
}

/// The code of one step, and the variables that it needs.
#[derive(Default, Debug)]
pub(super) struct Preamble {
    text: String,
    pub(super) env: Vec<(String, String)>,
    ends: Vec<String>,
    tests: usize,
}

/// An end is the file with the verdict of a task and those with the exit codes of its steps, each with `:` behind it.
const END: &str = r#"pipec_end() {
  pipec_r=Succeeded
  [ "$(cat -- "${1%%:*}" 2>/dev/null)" != skipped ] || pipec_r=None
  pipec_v=${1#*:}
  while [ -n "$pipec_v" ]; do
    [ "$(cat -- "${pipec_v%%:*}")" = 0 ] || pipec_r=Failed
    pipec_v=${pipec_v#*:}
  done
}
"#;

impl Preamble {
    fn write(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.text.push_str(part));
    }

    /// Puts the value into a variable; the answer is what that has to hold before.
    pub(super) fn value(&mut self, variable: &str, inside: &Inside) -> String {
        match inside {
            Inside::File { path, end: None } => {
                self.read(variable, "");
                path.clone()
            }
            Inside::File { path, end: Some(end) } => {
                let end = self.end(end);
                self.write(&["pipec_end \"$", &end, "\"\nif [ \"$pipec_r\" = Succeeded ]; then\n"]);
                self.read(variable, "  ");
                self.write(&["else\n  ", variable, "=''\nfi\n"]);
                path.clone()
            }
            Inside::Status(end) => {
                self.write(&["pipec_end \"$", variable, "\"\n", variable, "=$pipec_r\n"]);
                end.clone()
            }
        }
    }

    /// The whole file: a shell takes line breaks at the end away.
    fn read(&mut self, variable: &str, indent: &str) {
        let (v, i) = (variable, indent);
        self.write(&[i, v, "=$(cat -- \"$", v, "\" && printf x) || exit 1\n", i, v, "=${", v, "%x}\n"]);
    }

    /// The variable that holds an end.
    fn end(&mut self, end: &str) -> String {
        let known = self.ends.iter().position(|known| known == end);
        let at = known.unwrap_or_else(|| {
            self.ends.push(end.to_owned());
            self.env.push((format!("PIPEC_END_{}", self.ends.len()), end.to_owned()));
            self.ends.len() - 1
        });
        format!("PIPEC_END_{}", at + 1)
    }

    /// Makes `true` of everything but `true`, and `false` of that.
    pub(super) fn opposite(&mut self, variable: &str) {
        let v = variable;
        self.write(&["case $", v, " in true) ", v, "=false ;; *) ", v, "=true ;; esac\n"]);
    }

    /// The step does nothing when one before it has failed, in these files.
    pub(super) fn only_when_well(&mut self, exits: &str) {
        self.env.push(("PIPEC_BEFORE".to_owned(), [":", exits].concat()));
        self.write(&["pipec_end \"$PIPEC_BEFORE\"\n[ \"$pipec_r\" = Succeeded ] || exit 0\n"]);
    }

    /// A variable for what is tested next.
    pub(super) fn tested(&mut self) -> String {
        self.tests += 1;
        format!("PIPEC_WHEN_{}", self.tests)
    }

    /// Skips the script when the variable is, or is not, one of the texts.
    pub(super) fn test(&mut self, variable: &str, is_in: bool, values: &[String]) {
        let texts: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        let texts = texts.join(" | ");
        match is_in {
            true => self.write(&["case $", variable, " in ", &texts, ") ;; *) PIPE_SKIP=true ;; esac\n"]),
            false => self.write(&["case $", variable, " in ", &texts, ") PIPE_SKIP=true ;; esac\n"]),
        }
    }

    /// Leaves word that the script is skipped.
    pub(super) fn say_skipped(&mut self, verdict: &str) {
        self.env.push(("PIPEC_VERDICT".to_owned(), verdict.to_owned()));
        self.write(&["[ \"${PIPE_SKIP:-}\" != true ] || printf skipped >\"$PIPEC_VERDICT\"\n"]);
    }

    /// Ends the script when the steps of its task have taken so many milliseconds: as the engine ends a pod, with half
    /// a minute to clean up. What watches is no child of the shell, so that a script that waits for all does not wait
    /// for it.
    pub(super) fn limit(&mut self, milliseconds: i64, began: String) {
        let seconds = milliseconds.saturating_add(999) / 1000;
        self.env.push(("PIPEC_BEGAN".to_owned(), began));
        write!(
            self.text,
            "[ -s \"$PIPEC_BEGAN\" ] || date +%s >\"$PIPEC_BEGAN\"\n\
             pipec_r=$(($(cat -- \"$PIPEC_BEGAN\") + {seconds} - $(date +%s)))\n\
             ( (\n  trap '' TERM\n  [ \"$pipec_r\" -le 0 ] || sleep \"$pipec_r\"\n  \
             kill -s TERM -- \"-$$\" || kill -s TERM \"$$\"\n  sleep 30\n  \
             kill -s KILL -- \"-$$\" || kill -s KILL \"$$\"\n) >/dev/null 2>&1 </dev/null & )\n",
        )
        .expect("a string takes every text");
    }

    /// The script with the code in front.
    pub(super) fn put(self, script: String) -> String {
        if self.text.is_empty() {
            return script;
        }
        let head: usize = script.split_inclusive('\n').take_while(|line| line.starts_with('#')).map(str::len).sum();
        let (head, body) = script.split_at(head);
        let end = if self.text.contains("pipec_end ") { END } else { "" };
        [head, "# pipec: this script shares its pod with others.\n", end, &self.text, body].concat()
    }
}

/// A word that is taken as it is, also as a pattern.
fn quoted(text: &str) -> String {
    ["'", &text.replace('\'', "'\\''"), "'"].concat()
}

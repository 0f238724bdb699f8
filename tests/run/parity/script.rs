//! The text of one task: what it reads, leaves in the trace, writes, and how it ends.

/// How a task ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    Good,
    Warn,
    Skip,
    /// Fails, and the run goes on.
    GoOn,
    /// Goes well the second or third time.
    Retry,
    RetryInVain,
    /// Of a loop: some of the turns fail.
    Uneven,
    UnevenGoOn,
    Fail,
    Kill,
    NotFound,
    /// Does not write what it declares, if it declares anything, and fails else.
    NoOutput,
    /// Writes what is no number where one is declared; the run goes on.
    IllTyped,
    Timeout,
    TimeoutGoOn,
    /// Goes on until the run is cancelled.
    Hold,
}

impl Fate {
    /// Its outputs are never there.
    pub(super) fn never_gives(self) -> bool {
        match self {
            Self::Good | Self::Warn | Self::Retry => false,
            Self::Uneven
            | Self::UnevenGoOn
            | Self::Skip
            | Self::GoOn
            | Self::RetryInVain
            | Self::Fail
            | Self::Kill
            | Self::NotFound
            | Self::NoOutput
            | Self::IllTyped
            | Self::Timeout
            | Self::TimeoutGoOn
            | Self::Hold => true,
        }
    }

    /// It never fails in a run that goes on.
    pub(super) fn is_sure(self) -> bool {
        match self {
            Self::GoOn | Self::UnevenGoOn | Self::IllTyped | Self::TimeoutGoOn => false,
            Self::Good
            | Self::Warn
            | Self::Skip
            | Self::Retry
            | Self::RetryInVain
            | Self::Uneven
            | Self::Fail
            | Self::Kill
            | Self::NotFound
            | Self::NoOutput
            | Self::Timeout
            | Self::Hold => true,
        }
    }

    fn fields(self) -> &'static str {
        match self {
            Self::Good | Self::Uneven | Self::Fail | Self::Kill | Self::NotFound | Self::NoOutput => "",
            Self::Warn => "on_exit: { 3: .warn }",
            Self::Skip => "on_exit: { 4: .skip, 3: .warn }",
            Self::GoOn | Self::UnevenGoOn | Self::IllTyped => "on_failure: .go_on",
            Self::Retry => "retries: 2, retry_delay: 10ms",
            Self::RetryInVain => "retries: 1",
            Self::Timeout => "timeout: 3s",
            Self::TimeoutGoOn => "timeout: 3s, on_failure: .go_on, on_exit: { 7: .ok }",
            // Long enough for whoever cancels.
            Self::Hold => "timeout: 10min",
        }
    }

    /// The exit code of the last step; `None`: it ends otherwise.
    fn code(self) -> Option<u8> {
        match self {
            Self::Good | Self::Uneven | Self::UnevenGoOn | Self::NoOutput | Self::IllTyped | Self::Retry => Some(0),
            Self::Warn => Some(3),
            Self::Skip => Some(4),
            Self::GoOn => Some(5),
            Self::RetryInVain => Some(6),
            Self::Fail => Some(42),
            Self::Kill | Self::NotFound | Self::Timeout | Self::TimeoutGoOn | Self::Hold => None,
        }
    }

    fn writes(self) -> bool {
        self != Self::NoOutput
    }
}

/// An output of a task.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Written {
    Text,
    Int,
    Bool,
    Case,
    Maybe,
    List,
    Thing,
}

impl Written {
    pub(super) const ALL: [Self; 7] =
        [Self::Text, Self::Int, Self::Bool, Self::Case, Self::Maybe, Self::List, Self::Thing];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "s",
            Self::Int => "n",
            Self::Bool => "b",
            Self::Case => "m",
            Self::Maybe => "o",
            Self::List => "l",
            Self::Thing => "d",
        }
    }

    pub(super) fn ty(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Int => "int",
            Self::Bool => "bool",
            Self::Case => "Mode",
            Self::Maybe => "string?",
            Self::List => "[string]",
            Self::Thing => "Thing",
        }
    }

    /// The command that writes it; every task writes something else.
    fn command(self, task: &str) -> String {
        match self {
            Self::Text => "printf '%s, %s' \"$task\" ~{label} > ~{out.s}".to_owned(),
            Self::Int => format!("echo ~{{count + {}}} > ~{{out.n}}", task.len()),
            Self::Bool => "echo ~{if flag then \"true\" else \"false\"} > ~{out.b}".to_owned(),
            Self::Case => "echo ~{mode} > ~{out.m}".to_owned(),
            Self::Maybe => "printf %s ~{maybe ?? \"\"} > ~{out.o}".to_owned(),
            Self::List => "printf '%s\\n' 'a b' \"\" '*' \"$task\" > ~{out.l}".to_owned(),
            Self::Thing => "printf 'made by %s\\n' \"$task\" > ~{out.d}".to_owned(),
        }
    }

    /// A condition on it.
    pub(super) fn holds(self, task: &str, may_be_none: bool) -> Option<String> {
        let place = format!("{task}.{}", self.name());
        match self {
            Self::Bool if may_be_none => Some(format!("({place} ?? false)")),
            Self::Bool => Some(place),
            Self::Int if may_be_none => Some(format!("({place} ?? 0) > 3")),
            Self::Int => Some(format!("{place} > 3")),
            Self::Case if may_be_none => Some(format!("({place} ?? .slow) == .fast")),
            Self::Case => Some(format!("{place} == .fast")),
            Self::Maybe => Some(format!("{place} != none")),
            Self::Text if may_be_none => Some(format!("{place} == none")),
            Self::Text | Self::List | Self::Thing => None,
        }
    }

    /// How another task reads it; of a loop all turns are a list.
    pub(super) fn read(self, task: &str, may_be_none: bool, looped: bool) -> Option<Read> {
        let place = format!("{task}.{}", self.name());
        match self {
            _ if looped => (!may_be_none && self == Self::Text).then(|| Read::of(&place)),
            Self::Text | Self::Maybe if may_be_none => Some(Read::of(&format!("{place} ?? \"none\""))),
            Self::Int if may_be_none => Some(Read::of(&format!("{place} ?? 0"))),
            Self::Case if may_be_none => Some(Read::of(&format!("{place} ?? .slow"))),
            Self::Bool if may_be_none => Some(Read::of(&format!("if {place} ?? false then \"yes\" else \"no\""))),
            Self::List if may_be_none => Some(Read::of(&format!("{place} ?? []"))),
            Self::Thing if may_be_none => None,
            Self::Text | Self::Int | Self::Case | Self::List => Some(Read::of(&place)),
            Self::Maybe => Some(Read::of(&format!("{place} ?? \"none\""))),
            Self::Bool => Some(Read::of(&format!("if {place} then \"yes\" else \"no\""))),
            Self::Thing => Some(Read { value: place, is_file: true }),
        }
    }
}

/// A value that a script reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Read {
    value: String,
    /// What is in it counts, not where it lies.
    is_file: bool,
}

impl Read {
    pub(super) fn word(name: &str) -> Self {
        Self::of(name)
    }

    pub(super) fn of(value: &str) -> Self {
        Self { value: value.to_owned(), is_file: false }
    }
}

/// One task, as it will stand in the program.
#[derive(Debug)]
pub(super) struct Task {
    name: String,
    /// What tells the tasks of a loop apart.
    mark: String,
    /// The variable of the loop.
    pub(super) turn: &'static str,
    pub(super) fate: Fate,
    pub(super) reads: Vec<Read>,
    pub(super) outputs: Vec<Written>,
    pub(super) after: Vec<String>,
    pub(super) before: bool,
    pub(super) cleanup: bool,
    pub(super) files: bool,
    pub(super) secret: bool,
    pub(super) steps: bool,
    pub(super) locked: bool,
    pub(super) privileged: bool,
}

impl Task {
    pub(super) fn new(name: &str, mark: &str, fate: Fate) -> Self {
        Self {
            name: name.to_owned(),
            mark: mark.to_owned(),
            turn: "",
            fate,
            reads: Vec::new(),
            outputs: Vec::new(),
            after: Vec::new(),
            before: false,
            cleanup: false,
            files: false,
            secret: false,
            steps: false,
            locked: false,
            privileged: false,
        }
    }

    pub(super) fn text(&self) -> String {
        let mut outputs: Vec<String> =
            self.outputs.iter().map(|output| format!("{}: {}", output.name(), output.ty())).collect();
        if self.fate == Fate::IllTyped {
            outputs.push("wrong: int".to_owned());
        }
        let arrow = if outputs.is_empty() { String::new() } else { format!(" -> ({})", outputs.join(", ")) };
        let mut text = format!("task {}{arrow} {{\n", self.name);
        self.fields().iter().filter(|field| !field.is_empty()).for_each(|field| text += &format!("    {field}\n"));
        if self.steps {
            text += &format!("    step first {{\n{}    }}\n", self.run("first", "        ", &self.first()));
            text += &format!("    step second {{\n{}    }}\n", self.run("second", "        ", &self.lines()));
        } else {
            text += &self.run("run", "    ", &self.lines());
        }
        text += "}";
        if !self.after.is_empty() {
            text += &format!(" after {}", self.after.join(", "));
        }
        text
    }

    fn fields(&self) -> Vec<String> {
        let note = |letter: &str| format!("\"echo '{letter} {}/end' >> \\\"$PARITY/log\\\"\"", self.name);
        let mut fields = vec![self.fate.fields().to_owned()];
        let mut field = |is: bool, text: String| fields.extend(is.then_some(text));
        field(self.before, format!("before: {}", note("P")));
        field(self.cleanup, format!("cleanup: {}", note("C")));
        field(self.files, "files: { \"in it/a b\": \"<~{label}>\", \"it/token\": token }".to_owned());
        field(self.secret, "env: { TOKEN: token, LABEL: label, MODE: mode }".to_owned());
        field(self.locked, "lock: \"one at a time\"".to_owned());
        field(self.privileged, "needs: { privileged: true }".to_owned());
        fields
    }

    fn run(&self, step: &str, indent: &str, lines: &[String]) -> String {
        let mut text = format!("{indent}run: \"\"\"\n");
        for line in self.begin(step).iter().chain(lines) {
            text += &format!("{indent}    {line}\n");
        }
        text + &format!("{indent}\"\"\"\n")
    }

    /// Says that it begins, in a folder for this try.
    fn begin(&self, step: &str) -> Vec<String> {
        let lines = [
            &format!("task={}{}", self.name, self.mark),
            "try=1",
            &format!("while ! mkdir \"$PARITY/$task.{step}.$try\" 2>/dev/null; do try=$((try + 1)); done"),
            &format!("place=$PARITY/$task.{step}.$try"),
            "put() { name=$1; shift; : > \"$place/$name\"; for one; do printf '%s\\0' \"$one\" >> \"$place/$name\"; done; }",
            &format!("echo \"B $task/{step}\" >> \"$PARITY/log\""),
        ];
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    fn first(&self) -> Vec<String> {
        vec![
            "put step first".to_owned(),
            "echo kept > here".to_owned(),
            "echo \"E $task/first 0\" >> \"$PARITY/log\"".to_owned(),
        ]
    }

    fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.reads.iter().enumerate().map(|(at, read)| put(at, read)).collect();
        if self.files {
            lines.push(
                "put file \"$(cat 'in it/a b'; echo .)\"; put secret_file \"$(cat it/token; echo .)\"".to_owned(),
            );
        }
        if self.secret {
            lines.push("put env \"$TOKEN\" \"$LABEL\" \"$MODE\"".to_owned());
        }
        if self.steps {
            lines.push("put before_it \"$(cat here)\"".to_owned());
        }
        if self.fate == Fate::Retry {
            let step = if self.steps { "second" } else { "run" };
            lines.push(format!("if [ \"$try\" -lt {} ]; then {}; fi", 2 + self.name.len() % 2, self.end(step, 6)));
        }
        if [Fate::Uneven, Fate::UnevenGoOn].contains(&self.fate) {
            let fails = self.end("run", 8);
            lines.push(format!("case $(printf %s ~{{{}}} | cksum) in [1-3]*) {fails} ;; esac", self.turn));
        }
        if self.fate.writes() {
            lines.extend(self.outputs.iter().map(|output| output.command(&self.name)));
        }
        if self.fate == Fate::IllTyped {
            lines.push("echo 'no number' > ~{out.wrong}".to_owned());
        }
        lines.push(self.ending());
        lines
    }

    fn ending(&self) -> String {
        let step = if self.steps { "second" } else { "run" };
        match (self.fate, self.fate.code()) {
            (Fate::NoOutput, _) if self.outputs.is_empty() || self.outputs == [Written::Maybe] => self.end(step, 9),
            (_, Some(code)) => self.end(step, code),
            (Fate::Kill, None) => "kill -KILL $$".to_owned(),
            (Fate::NotFound, None) => "there-is-no-such-command-in-parity".to_owned(),
            (_, None) => format!("echo \"H $task/{step}\" >> \"$PARITY/log\"; sleep 60"),
        }
    }

    fn end(&self, step: &str, code: u8) -> String {
        let exit = if code == 0 { String::new() } else { format!("; exit {code}") };
        format!("echo \"E $task/{step} {code}\" >> \"$PARITY/log\"{exit}")
    }
}

fn put(at: usize, read: &Read) -> String {
    if read.is_file {
        return format!("put value{at} \"$(cat ~{{{}}}; echo .)\"", read.value);
    }
    format!("put value{at} ~{{{}}}", read.value)
}

/// A text of a program.
pub(super) fn literal(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
    format!("\"{}\"", text.replace("~{", "\\~{"))
}

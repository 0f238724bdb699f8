//! Programs from a seed: what pipelines do, in all its kinds.

use super::case::{Case, Given};
use super::dice::Dice;
use super::script::{self, Fate, Read, Written};

/// Texts that a shell, a template or YAML would take for something else.
const AWKWARD: [&str; 12] = [
    "",
    "plain",
    "a  b ",
    "it's \"q\" `x`",
    "$(touch hacked) ${HOME} $x",
    "; rm -rf x * ?",
    "two\nlines\n\nand more",
    "-n",
    "\\ \\n ~ ! # & | < > [a] {b,c} %s",
    "\u{fc}\u{2019}\u{1f600}\u{a0}",
    "tab\tend",
    "--help",
];

/// What a program may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Wishes {
    /// Tasks may fail so that the run stops.
    pub(super) fails: bool,
    /// A loop over a list that only the run knows.
    pub(super) fans: bool,
    /// Tasks of several classes.
    pub(super) classes: bool,
    /// A task that goes on until the run is cancelled.
    pub(super) hold: bool,
    /// What does not depend on a failure is run all the same.
    pub(super) keep_going: bool,
    pub(super) jobs: usize,
}

/// A task that others may read, or come after.
#[derive(Clone, Debug)]
struct Made {
    name: String,
    /// Outputs that are there when it succeeded: name and how it is read.
    outputs: Vec<Written>,
    /// The `when` that it is in.
    when: Option<usize>,
    /// It may be skipped by its exit code, so its outputs may be `none`.
    optional: bool,
    looped: bool,
    /// It never fails so that what reads it has nothing to read.
    sure: bool,
}

/// A program in the making.
struct Maker {
    dice: Dice,
    wishes: Wishes,
    out: String,
    indent: usize,
    made: Vec<Made>,
    when: Option<usize>,
    /// The other branch of the `when`, which this one does not see.
    other: Option<usize>,
    /// The condition reads no task that may have nothing to read.
    sure: bool,
    whens: usize,
    failed: bool,
    held: Option<String>,
    fanned: bool,
    waited: bool,
}

/// The program of a seed; `store`: where builds hand on what they leave.
pub(super) fn generate(seed: u64, wishes: Wishes, store: &str) -> Case {
    let mut maker = Maker {
        dice: Dice::new(seed),
        wishes,
        out: String::new(),
        indent: 1,
        made: Vec::new(),
        when: None,
        other: None,
        sure: true,
        whens: 0,
        failed: false,
        held: None,
        fanned: false,
        waited: false,
    };
    let given = maker.params();
    maker.body();
    maker.last();
    let returned = maker.returned();
    let head = maker.head(store, &returned);
    let mut case = Case::new(&format!("seed {seed} ({wishes:?})"), &(head + &maker.out + "}\n"));
    case.given = given;
    case.jobs = wishes.jobs;
    case.plain_secret = seed % 2 == 0;
    case.keep_going = wishes.keep_going;
    // They are never told to keep going.
    case.no_builds = maker.fanned || wishes.keep_going;
    case.classes = wishes.classes;
    case.cancel_at = maker.held.map(|name| format!("H {name}/run"));
    case
}

impl Maker {
    fn line(&mut self, text: &str) {
        self.out += &"    ".repeat(self.indent);
        self.out += text;
        self.out.push('\n');
    }

    fn awkward(&mut self) -> String {
        (*self.dice.pick(&AWKWARD)).to_owned()
    }

    /// Values for some of the parameters; the others keep their defaults.
    fn params(&mut self) -> Vec<(String, Given)> {
        let mut given = Vec::new();
        let mut some = |dice: &mut Dice, name: &str, value: Given| {
            if dice.chance(50) {
                given.push((name.to_owned(), value));
            }
        };
        let (text, other) = (self.awkward(), self.awkward());
        let word = *self.dice.pick(&["fast", "slow", "odd name"]);
        let flag = self.dice.chance(50).to_string();
        let count = self.dice.below(9).to_string();
        let list = (0..self.dice.below(4)).map(|_| self.awkward()).collect();
        let dice = &mut self.dice;
        some(dice, "label", Given::Text(text));
        some(dice, "mode", Given::Text(word.to_owned()));
        some(dice, "flag", Given::Text(flag));
        some(dice, "count", Given::Text(count));
        some(dice, "maybe", Given::Text(if other.is_empty() { "x".to_owned() } else { other }));
        if !self.wishes.fans {
            some(dice, "list", Given::List(list));
        }
        given
    }

    fn head(&mut self, store: &str, returned: &[(String, String)]) -> String {
        let label = script::literal(&self.awkward());
        let list: Vec<String> = (0..self.dice.below(4)).map(|_| script::literal(&self.awkward())).collect();
        let types: Vec<String> = returned.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
        let exclusive = if self.dice.chance(25) { "    exclusive \"parity ~{label} ~{mode}\"\n" } else { "" };
        let returns = if types.is_empty() { String::new() } else { format!("-> ({}) ", types.join(", ")) };
        format!(
            "enum Mode {{ fast, slow, odd = \"odd name\" }}\nartifact Thing\n\n\
             pipeline parity(\n    label: string = {label},\n    mode: Mode = .fast,\n    flag: bool = {},\n    \
             count: int = {},\n    maybe: string? = none,\n    list: [string] = [{}],\n    token: secret,\n) {returns}{{\n{exclusive}    \
             defaults {{ image: \"quay.io/a/b:1.0\" }}\n    workspace ws {{ size: 1Gi }}\n    \
             target buildconfig {{ at_once: {}, {store} }}\n",
            self.dice.chance(50),
            self.dice.below(9),
            list.join(", "),
            self.wishes.jobs,
        )
    }

    /// Two to eight tasks, some of them in stages, conditions and loops.
    fn body(&mut self) {
        let tasks = 2 + self.dice.below(6);
        let staged = self.dice.chance(35);
        let held = if self.wishes.hold { self.dice.below(tasks) } else { tasks };
        for at in 0..tasks {
            if staged && (at == 0 || at == tasks / 2) {
                self.stage(at);
            }
            match self.dice.below(10) {
                _ if at == held => self.task(at, None, true),
                0 | 1 => self.conditional(at),
                2 => self.known_loop(at),
                3 if self.wishes.fans && !self.fanned => self.open_loop(at),
                _ => self.task(at, None, false),
            }
        }
        if staged {
            self.close();
        }
        if self.wishes.fans && !self.fanned {
            self.open_loop(tasks);
        }
    }

    fn stage(&mut self, at: usize) {
        if at > 0 {
            self.close();
        }
        self.line(&format!("stage part{at} {{"));
        self.indent += 1;
    }

    fn close(&mut self) {
        self.indent -= 1;
        self.line("}");
    }

    /// Closes a block and opens the one that stands for the other case.
    fn close_with(&mut self, more: &str) {
        self.indent -= 1;
        self.line(&format!("}}{more}"));
        self.indent += 1;
    }

    fn conditional(&mut self, at: usize) {
        let condition = self.condition();
        self.whens += 1;
        self.line(&format!("when {condition} {{"));
        self.indent += 1;
        self.when = Some(self.whens);
        self.task(at, None, false);
        if self.dice.chance(30) {
            self.task(at + 20, None, false);
        }
        if self.dice.chance(30) {
            self.close_with(" else {");
            self.whens += 1;
            (self.other, self.when) = (self.when, Some(self.whens));
            self.task(at + 40, None, false);
        }
        (self.when, self.other, self.sure) = (None, None, true);
        self.close();
    }

    /// Over parameters, and over what tasks gave. `pipec run` knows parameters when it plans: where they decide, it never
    /// asks for an output that is not there, so only one that is sure stands beside them.
    fn condition(&mut self) -> String {
        let known = ["flag", "not flag", "count > 3", "mode == .slow", "maybe != none", "label == \"plain\""];
        let known = (*self.dice.pick(&known)).to_owned();
        let readable: Vec<(String, bool)> = self
            .made
            .iter()
            .filter(|made| !made.looped)
            .flat_map(|made| {
                let may_be_none = made.optional || made.when.is_some();
                let holds = move |output: &Written| Some((output.holds(&made.name, may_be_none)?, made.sure));
                made.outputs.iter().filter_map(holds)
            })
            .collect();
        if readable.is_empty() || self.dice.chance(30) {
            return known;
        }
        let (read, sure) = self.dice.pick(&readable).clone();
        self.sure = sure;
        if !sure || self.dice.chance(50) {
            return read;
        }
        [known, read].join(*self.dice.pick(&[" and ", " or "]))
    }

    /// Unrolled: a task for each element.
    fn known_loop(&mut self, at: usize) {
        let many = 1 + self.dice.below(3);
        let list: Vec<String> = (1..=many).map(|one| one.to_string()).collect();
        self.line(&format!("for i in [{}] {{", list.join(", ")));
        self.indent += 1;
        self.task(at, Some(("i", "_~{i}")), false);
        self.close();
    }

    /// A turn for each element of a list that only the run knows.
    fn open_loop(&mut self, at: usize) {
        self.fanned = true;
        self.line("for word in list {");
        self.indent += 1;
        self.task(at, Some(("word", "-$(printf %s ~{word} | cksum | tr -c '0-9\\n' _)")), false);
        self.close();
    }

    /// `turn`: the variable of the loop that it is in, and what tells its tasks apart.
    fn task(&mut self, at: usize, turn: Option<(&'static str, &str)>, held: bool) {
        let name = format!("t{at}");
        let mark = turn.map(|(_, mark)| mark);
        let fate = if held { Fate::Hold } else { self.fate(turn.map(|(variable, _)| variable)) };
        let mut task = script::Task::new(&name, mark.unwrap_or_default(), fate);
        task.turn = turn.map_or("", |(variable, _)| variable);
        // Who keeps going leaves out what comes after any failure.
        let mut sure = self.sure && fate.is_sure() && !self.wishes.keep_going;
        task.reads = self.reads(mark, &mut sure);
        let many = if mark.is_some() { self.dice.below(2) } else { self.dice.below(4) };
        for _ in 0..many {
            let kinds = if mark.is_some() { &Written::ALL[..1] } else { &Written::ALL[..] };
            let output = *self.dice.pick(kinds);
            if !task.outputs.contains(&output) && (output != Written::Thing || self.no_thing()) {
                task.outputs.push(output);
            }
        }
        if mark.is_none() {
            self.trimmings(&mut task, held);
        }
        let after: Vec<&Made> = self.made.iter().filter(|made| made.when.is_none() || made.when == self.when).collect();
        if !after.is_empty() && self.dice.chance(35) {
            task.after.push(self.dice.pick(&after).name.clone());
        }
        if held {
            self.held = Some(name.clone());
        }
        let (mut made, optional) = (task.outputs.clone(), fate == Fate::Skip);
        if fate.never_gives() {
            made.retain(|output| *output != Written::Thing);
        }
        task.text().lines().collect::<Vec<_>>().iter().for_each(|line| self.line(line));
        self.made.push(Made { name, outputs: made, when: self.when, optional, looped: mark.is_some(), sure });
    }

    /// The workspace has one writer.
    fn no_thing(&self) -> bool {
        !self.made.iter().any(|made| made.outputs.contains(&Written::Thing))
    }

    /// What stands around a script.
    fn trimmings(&mut self, task: &mut script::Task, held: bool) {
        task.before = self.dice.chance(15);
        task.cleanup = self.dice.chance(20);
        task.files = self.dice.chance(25);
        task.secret = self.dice.chance(25);
        task.steps = !held && !task.cleanup && !task.before && self.dice.chance(20);
        task.locked = self.dice.chance(25);
        task.privileged = self.wishes.classes && self.dice.chance(50);
    }

    /// `turn`: the variable of the loop that it is in.
    fn fate(&mut self, turn: Option<&str>) -> Fate {
        let looped = turn.is_some();
        if self.wishes.fails && !self.failed && self.dice.chance(if looped { 25 } else { 15 }) {
            self.failed = true;
            if looped && self.dice.chance(60) {
                return Fate::Uneven;
            }
            return *self.dice.pick(&[Fate::Fail, Fate::Kill, Fate::NotFound, Fate::NoOutput, Fate::RetryInVain]);
        }
        let waits = self.wishes.fails && !self.waited && !looped && self.dice.chance(4);
        if waits {
            self.waited = true;
            return *self.dice.pick(&[Fate::Timeout, Fate::TimeoutGoOn]);
        }
        match self.dice.below(20) {
            0 | 1 => Fate::Warn,
            2 if !looped => Fate::Skip,
            2 | 7 if looped => Fate::UnevenGoOn,
            3 | 4 => Fate::GoOn,
            // Two turns for the same word at the same time would count each other's tries.
            5 | 6 if self.wishes.jobs == 1 || turn != Some("word") => Fate::Retry,
            7 if !looped => Fate::IllTyped,
            _ => Fate::Good,
        }
    }

    /// Some parameters, and some outputs of tasks that stand above.
    /// `sure`: all of those are.
    fn reads(&mut self, mark: Option<&str>, sure: &mut bool) -> Vec<Read> {
        let mut reads = Vec::new();
        let known = [
            Read::word("label"),
            Read::word("mode"),
            Read::word("count"),
            Read::word("list"),
            Read::of("count * 2 + 1"),
            Read::of("if flag then \"yes\" else \"no\""),
            Read::of("maybe ?? \"nothing\""),
            Read::of("flag(\"--maybe\", maybe)"),
            Read::of("flag(\"--flag\", flag)"),
        ];
        for _ in 0..self.dice.below(4) {
            reads.push(self.dice.pick(&known).clone());
        }
        let seen = |made: &&Made| (!made.looped || mark.is_none()) && (made.when.is_none() || made.when != self.other);
        let outer: Vec<Made> = self.made.iter().filter(seen).cloned().collect();
        for made in outer.iter().rev().take(4) {
            let may_be_none = made.optional || made.when.is_some() && made.when != self.when;
            for output in &made.outputs {
                if self.dice.chance(45) {
                    let read = output.read(&made.name, may_be_none, made.looped);
                    *sure &= made.sure || read.is_none();
                    reads.extend(read);
                }
            }
        }
        reads.dedup();
        reads
    }

    /// Tasks of `finally`, which see how all went.
    fn last(&mut self) {
        if self.dice.chance(25) {
            return;
        }
        self.line("finally {");
        self.indent += 1;
        let plain: Vec<Made> = self.made.iter().filter(|made| made.when.is_none() && !made.looped).cloned().collect();
        let mut task = script::Task::new("last", "", Fate::Good);
        task.reads.push(Read::of("outcome"));
        for made in &plain {
            if self.dice.chance(50) {
                task.reads.push(Read::of(&format!("{}.status", made.name)));
            }
            for output in made.outputs.iter().filter(|output| **output != Written::Thing) {
                if self.dice.chance(40) {
                    task.reads.extend(output.read(&made.name, true, false));
                }
            }
        }
        task.cleanup = self.dice.chance(20);
        if self.wishes.fails && self.dice.chance(15) {
            task.fate = Fate::Fail;
        }
        task.text().lines().for_each(|line| self.line(line));
        if let Some(made) = plain.first().filter(|_| self.dice.chance(50)) {
            let status = *self.dice.pick(&["succeeded", "failed", "skipped", "cancelled"]);
            self.line(&format!("when {}.status == .{status} {{", made.name));
            self.indent += 1;
            script::Task::new("told", "", Fate::Good).text().lines().for_each(|line| self.line(line));
            self.close();
        }
        self.close();
    }

    /// What the pipeline returns, with its types; the `return` is written.
    fn returned(&mut self) -> Vec<(String, String)> {
        let mut returned = Vec::new();
        let mut values = Vec::new();
        for made in self.made.iter().filter(|made| made.when.is_none() && !made.looped) {
            for output in made.outputs.iter().filter(|output| **output != Written::Thing) {
                let name = format!("{}_{}", made.name, output.name());
                values.push(format!("{name}: {}.{}", made.name, output.name()));
                let maybe = if made.optional && *output != Written::Maybe { "?" } else { "" };
                returned.push((name, format!("{}{maybe}", output.ty())));
            }
        }
        if !values.is_empty() {
            self.line(&format!("return ({})", values.join(", ")));
        }
        returned
    }
}

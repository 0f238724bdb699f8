//! Which scripts can read no variable that is not set: those do the same with and without `set -u`, in every shell.

use std::fmt::Write as _;
use std::process::Command;

use pipec::shell::all_set;

use super::pieces;

/// In a step that has the variable `GIVEN`.
fn is_sound(script: &str) -> bool {
    all_set(&pieces(script), &["GIVEN"])
}

#[test]
fn what_is_set_before_is_set() {
    for script in [
        "",
        "echo \"${GIVEN}\" $PWD $? $# $$",
        "A=1\necho $A",
        "A=$(date) B=\"$GIVEN\"; echo \"$A\" | tee \"$B\"",
        "A=1 && echo $A",
        "A=$(false) || exit 0\necho $A",
        "echo ${A:-none} ${A+x} ${A:=y}",
        "export A=\"$GIVEN\"\necho ${#A} ${A%.*} ${A##*/}",
        "for f in a \"$GIVEN\"; do echo $f; done",
        "while true; do A=1; if [ -n \"$A\" ]; then echo $A; fi; done",
        "ls | while IFS= read -r a b; do echo \"$a$b\"; done",
        "A=0\nwhile [ $A -lt 3 ]; do\n  A=$((A + 1))\n  echo \"$((A * (2 + A)))\" $(($A))\ndone",
        "case \"$GIVEN\" in\n  a|b) A=1; echo $A ;;\n  (*) echo no ;;\nesac",
        "# costs $5\necho 'a $b' \\$c \"\\$d\" e$ \"f $\" >/dev/null 2>&1",
        "A=@@\necho \"$A\" @@ \"x@@y\"",
        "set -e\nset +x",
        "[[ $GIVEN == a* && ! -e x ]] || echo no",
        "A=1 & wait\nB=2\necho $B",
        "echo a \\\n  \"$GIVEN\"",
        "if ! A=$(ls); then :; fi",
        "{ A=1; echo $A; } >/dev/null",
        "A=1\n(B=$A; echo $B)",
        "echo a#$GIVEN # $b",
    ] {
        assert!(is_sound(script), "{script}");
    }
}

#[test]
fn what_may_be_unset_may_be() {
    for script in [
        "echo $A",
        "echo \"${A}\"",
        "A=$A",
        "echo $A; A=1",
        "[ -e x ] && A=1\necho $A",
        "[ -e x ] &&\nA=1\necho $A",
        "[ -e x ] || A=1; echo $A",
        "if true; then A=1; fi; echo $A",
        "if A=1; then :; else echo $A; fi",
        "while read x; do A=1; done; echo $A",
        "for a in; do :; done; echo $a",
        "A=1 | cat; echo $A",
        "A=1 &\necho $A",
        "A=1 && true &\necho $A",
        "(A=1); echo $A",
        "B=$(A=1); echo $A",
        "A=1 true; echo $A",
        "case x in a) A=1 ;; b) echo $A ;; esac",
        "A=$((1 / 0))\necho $A",
        "A=$((B + 1))",
        "A=$GIVEN\necho $((A + 1))",
        "A=1\nread A\necho $((A + 1))",
        "echo $((GIVEN + 1))",
        "A=1; unset A; echo $A",
        "f() { echo $A; }; f; A=1",
        "function f { :; }",
        "A=1; eval \"$GIVEN\"; echo $A",
        "$GIVEN A; echo b",
        "\"unset\" A",
        "\\unset A",
        "@@ A",
        "*/unset A",
        "command unset A",
        ". ./x",
        "A=(); echo \"${A[@]}\"",
        "A[0]=1",
        "A+=1",
        "echo $1 \"$@\"",
        "echo $*",
        "echo $-",
        "echo $!",
        "set -u",
        "set -o",
        "set -- a",
        "case $- in *u*) exit 1 ;; esac",
        "[ -o nounset ]",
        "[[ A -eq 1 ]]",
        "((A))",
        "cat <<EOF\n$A\nEOF",
        "echo `echo $A`",
        "trap 'echo $A' EXIT",
        "echo ${!GIVEN} ",
        "echo ${GIVEN:A}",
        "echo ${GIVEN/a/$A}",
        "echo \"${GIVEN:-$A}\"",
        "echo \"a 'b $A'\"",
        "echo $(echo $A)",
        "readonly A; A=1; echo $A",
        "wait -p A",
        "A=1\nread -a A\necho $A",
        "!\tunset A\n",
        "A=1\necho \"$A\\\nB\"",
        "ev\\\nal x",
        "while read\nA; do echo $A; done",
        "while IFS= read -r A || [ -n \"$A\" ]; do :; done",
        "if true; then echo",
        "echo 'a",
    ] {
        assert!(!is_sound(script), "{script}");
    }
}

/// Numbers that follow from a first one.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn name(&mut self) -> &'static str {
        ["A", "B", "C", "GIVEN"][self.roll(4)]
    }

    /// Something that expands.
    fn value(&mut self) -> String {
        let name = self.name();
        match self.roll(9) {
            0 => format!("\"${name}\""),
            1 => format!("${{{name}}}x"),
            2 => format!("${{{name}:-{}}}", self.roll(9)),
            3 => format!("$(echo ${name})"),
            4 => format!("$(({name} + {}))", self.roll(9)),
            5 => format!("\"${{#{name}}}${{{name}%1}}\""),
            6 => format!("${{{name}+\"$B\"}}"),
            _ => self.roll(9).to_string(),
        }
    }

    fn command(&mut self, depth: usize) -> String {
        let (name, value) = (self.name(), self.value());
        if depth == 0 || self.roll(3) > 0 {
            return match self.roll(8) {
                0..=3 => format!("{name}={value}"),
                4 => format!("export {name}={value}"),
                5 => ["false", "true", "read A", "! true"][self.roll(4)].to_owned(),
                _ => format!("echo \"{name}\" {value}"),
            };
        }
        let (one, other) = (self.list(depth - 1), self.list(depth - 1));
        match self.roll(9) {
            0 => format!("if [ {value} = 1 ]; then {one}; else {other}; fi"),
            1 => format!("for {name} in {value} 2; do {one}; done"),
            2 => format!("for {name} in; do {one}; done"),
            3 => format!("echo 1 2 | while read {name}; do {one}; done"),
            4 => format!("case {value} in 1) {one} ;; *) {other} ;; esac"),
            5 => format!("({one})"),
            6 => format!("{{ {one}; }}"),
            7 => format!("{name}=$({one})"),
            _ => format!("until {one}; do {other}; break; done"),
        }
    }

    fn list(&mut self, depth: usize) -> String {
        let mut list = self.command(depth);
        for _ in 0..self.roll(4) {
            let between = ["; ", "\n", "\n", "; ", " && ", " || ", " | ", " & wait; "][self.roll(8)];
            let next = self.command(depth);
            write!(list, "{between}{next}").unwrap();
        }
        list
    }
}

/// What a script says and how it ends.
fn run(shell: &str, options: &str, script: &str) -> (String, Option<i32>) {
    let mut command = Command::new(shell);
    let out = command.args([options, "-c", script]).env_clear().env("PATH", "/usr/bin:/bin").env("GIVEN", "1");
    let out = out.output().unwrap();
    (String::from_utf8_lossy(&out.stdout).into_owned(), out.status.code())
}

/// Scripts at random, each in two shells with and without the option.
#[test]
fn sound_scripts_do_the_same_with_and_without_the_look_for_unset_variables() {
    let mut dice = Dice(20_261_122);
    let (mut sound, mut differ) = (0, 0);
    for _ in 0..2000 {
        let script = dice.list(2);
        if is_sound(&script) {
            sound += 1;
            for shell in ["dash", "bash"] {
                assert_eq!(run(shell, "-eu", &script), run(shell, "-e", &script), "{shell}: {script}");
            }
        } else if differ < 10 {
            differ += usize::from(run("dash", "-eu", &script) != run("dash", "-e", &script));
        }
        if sound == 120 && differ == 10 {
            break;
        }
    }
    // The option makes a difference to others, and there were enough to tell.
    assert_eq!((sound.min(120), differ), (120, 10));
}

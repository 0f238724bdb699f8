//! bash has the last word: what the scanner says of a place is tried with values that break every wrong quoting.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use pipec::shell::{Context, Word, scan};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::{pieces, read};

/// A script with holes `@@`, and what each call of `p` gets; `@@` is the value there too.
struct Leaf {
    script: &'static str,
    gets: &'static [&'static [&'static str]],
    takes: Takes,
}

#[derive(PartialEq)]
enum Takes {
    Any,
    /// Not the empty text.
    Some,
    /// Nothing long.
    Short,
    Int,
}

const fn leaf(script: &'static str, gets: &'static [&'static [&'static str]]) -> Leaf {
    Leaf { script, gets, takes: Takes::Any }
}

const fn some(script: &'static str, gets: &'static [&'static [&'static str]]) -> Leaf {
    Leaf { script, gets, takes: Takes::Some }
}

const fn short(script: &'static str, gets: &'static [&'static [&'static str]]) -> Leaf {
    Leaf { script, gets, takes: Takes::Short }
}

const fn int(script: &'static str, gets: &'static [&'static [&'static str]]) -> Leaf {
    Leaf { script, gets, takes: Takes::Int }
}

const LEAVES: &[Leaf] = &[
    leaf("p @@", &[&["@@"]]),
    leaf("p a@@b c;p @@", &[&["a@@b", "c"], &["@@"]]),
    leaf("p --x=@@ \"y @@ z\"", &[&["--x=@@", "y @@ z"]]),
    leaf("p \"@@\"'q'@@", &[&["@@q@@"]]),
    leaf("p $'a\\tb\\''@@ $\"c\"@@", &[&["a\tb'@@", "c@@"]]),
    leaf("p a\\ b@@\\\\@@ \"\\\"@@\\\\@@\"", &[&["a b@@\\@@", "\"@@\\@@"]]),
    leaf("p a \\\n  @@ \\\n\t\"b\"", &[&["a", "@@", "b"]]),
    leaf("p {@@,b}", &[&["@@", "b"]]),
    leaf("p @@#no a#@@ # 'a comment", &[&["@@#no", "a#@@"]]),
    leaf("p \\#@@ $#@@ >/dev/null; p @@$y\"$y@@$\"", &[&["#@@", "0@@"], &["@@@@$"]]),
    leaf("x=@@; p \"$x\"", &[&["@@"]]),
    leaf("x=a\"b @@\"c@@ y=$x; p \"$y\"", &[&["ab @@c@@"]]),
    leaf("x=a; x+=@@; p \"$x\"", &[&["a@@"]]),
    leaf("x=@@ q", &[&["@@"]]),
    leaf("export X=@@; p \"$X\"", &[&["@@"]]),
    leaf("g() { local x=@@ y=\"-@@\"; p \"$x\" \"$y\"; }; g", &[&["@@", "-@@"]]),
    leaf("IFS= read -r -d '' x <<EOF\n-@@-\nEOF\np \"$x\"", &[&["-@@-\n"]]),
    leaf("IFS= read -r -d '' x <<-E\\OF\n\tit's $x `\n\tEOF\np \"$x\" @@", &[&["it's $x `\n", "@@"]]),
    leaf("IFS= read -r -d '' x <<-EOF\n\tit's \"@@\" \\$x \\` #@@\n\tEOF\np \"$x\"", &[&["it's \"@@\" $x ` #@@\n"]]),
    leaf(
        "{ IFS= read -r -d '' x <&3; IFS= read -r -d '' y <&4; } 3<<A 4<<-\"B\"\n@@\nA\n\tno $x `\n\tB\np \"$x\" \"$y\"",
        &[&["@@\n", "no $x `\n"]],
    ),
    leaf(
        "IFS= read -r -d '' x <<EOF\n${u:-@@}$(printf '%s.' @@ \"@@\")`printf '%s.' \"@@\" @@`$((1+1))\nEOF\np \"$x\"",
        &[&["@@@@.@@.@@.@@.2\n"]],
    ),
    leaf("IFS= read -r -d '' x <<< @@; p \"$x\"", &[&["@@\n"]]),
    leaf("p \"${u:-@@}\" ${u:-@@} \"${u:-\"@@\"}\" ${u:-\"@@\"} ${u-a@@b}", &[&["@@", "@@", "@@", "@@", "a@@b"]]),
    leaf("p \"${u:-'@@'}\" ${u:+@@} ${u:-'a}'@@}", &[&["'@@'", "a}@@"]]),
    leaf("p ${u:-a\\}@@} \"${u:-a\\}@@}\"", &[&["a}@@", "a}@@"]]),
    short("s=$V\"tail\"; p \"${s#@@}\" ${s#\"@@\"} \"${s#\"@@\"}\"", &[&["tail", "tail", "tail"]]),
    short("s=tail$V; p \"${s%@@}\" \"${s%%l@@}\"", &[&["tail", "tai"]]),
    some("s=\"<$V>\"; p \"${s/@@/Z}\" \"${s//@@}\"", &[&["<Z>", "<>"]]),
    leaf("s=aZb; p \"${s/Z/@@}\" \"${s/Z/\"@@\"}\"", &[&["a@@b", "a@@b"]]),
    short("s=${V}x; IFS= read -r -d '' x <<EOF\n${s#@@}\nEOF\np \"$x\"", &[&["x\n"]]),
    leaf("x=${u:-$(printf '%s.' \"${u:-@@}\")}; p \"$x\"", &[&["@@."]]),
    leaf("p \"$(printf '%s.' @@)\" \"$(printf '%s.' \"@@\")\"", &[&["@@.", "@@."]]),
    leaf("p \"`printf '%s.' @@`\" \"`printf '%s.' \\\"@@\\\"`\"", &[&["@@.", "@@."]]),
    leaf("p \"`printf '%s.' \\`printf a\\` @@`\"", &[&["a.@@."]]),
    leaf("p \"$(cat <(printf '%s.' @@))\"", &[&["@@."]]),
    leaf("p \"$(case a in a) printf '%s.' @@;; (b) ;; esac)\"", &[&["@@."]]),
    leaf("p \"$(cat <<EOF\n@@.\nEOF\n)\"", &[&["@@."]]),
    leaf("p \"$( (printf '%s.' @@) )\" \"$((printf '%s' a; printf '%s.' @@) | cat)\"", &[&["@@.", "a@@."]]),
    leaf("a=(1 @@ \"3 @@\" # no )\n 4); p \"${#a[@]}\" \"${a[1]}\" \"${a[2]}\"", &[&["4", "@@", "3 @@"]]),
    leaf("a=([2]=@@); a+=(@@); p \"${a[2]}\" \"${a[3]}\"", &[&["@@", "@@"]]),
    some("declare -A m; m[@@]=1; m[\"@@\"]+=2; p \"${!m[@]}\" \"${m[@@]}\" ${m[@@]}", &[&["@@", "12", "12"]]),
    some("declare -A m=([@@]=2); p \"${m[@@]}\"", &[&["2"]]),
    leaf("case \"$V\" in @@) p yes;; *) p no;; esac", &[&["yes"]]),
    leaf("case @@ in \"$V\") p yes;; *) p no\nesac", &[&["yes"]]),
    leaf("case x@@ in y) ;; (x\"$V\"|z) p yes;;& x*) p more; esac", &[&["yes"], &["more"]]),
    short("[[ \"$V\" == @@ && ! ( a@@ != \"a$V\" ) ]] && p yes", &[&["yes"]]),
    short("[[ \"<$V>\" =~ ^(<|x)@@\">\"$ ]] && p yes", &[&["yes"]]),
    short("[[ \"a$V\" == @(b|a@@) || -z @@ ]] && p yes", &[&["yes"]]),
    leaf("if [ @@ = \"$V\" ]; then p yes; fi", &[&["yes"]]),
    leaf("for i in @@ b\"@@\"; do p \"$i\"; done", &[&["@@"], &["b@@"]]),
    leaf("for i in a\ndo p @@; done", &[&["@@"]]),
    leaf("set -- @@ b; p \"$@\"; set --", &[&["@@", "b"]]),
    leaf("printf '%s.' @@ | { IFS= read -r -d '' x; p \"$x\"; }", &[&["@@."]]),
    leaf("while IFS= read -r -d '' x; do p \"$x\"; done < <(printf '%s\\0' @@)", &[&["@@"]]),
    leaf("time -p p @@ 2>/dev/null; ! p \"@@\"; p @@ & wait", &[&["@@"], &["@@"], &["@@"]]),
    leaf("{ p @@;}; (p @@)", &[&["@@"], &["@@"]]),
    leaf("((1<<2)) && p @@ >/dev/null 2>&1 {fd}>/dev/null", &[&["@@"]]),
    leaf("printf '%s' x >/dev/null 2>\"/dev/null\" | cat >&2; p @@", &[&["@@"]]),
    int("p $(( @@ + 1 )) \"$((@@*2))\" $[ @@ ] $(( (1) + (@@) ))", &[&["4", "6", "3", "4"]]),
    int("(( x = @@ << 1 )); p $x", &[&["6"]]),
    int("a=(0 1 2 33 4 5); a[@@+1]=z; p ${a[@@]} \"${a[@@+1]}\" \"${a[@]:@@:1}\"", &[&["33", "z", "33"]]),
    int("s=abcdefgh; p ${s:@@:2} \"${s: -@@}\" ${s:(@@)}", &[&["de", "fgh", "defgh"]]),
    int("for ((i=@@; i<@@+1; i++)) { p $i; }", &[&["3"]]),
    int("p $(( ${u:-@@} + $(echo @@) + \"@@\" ))", &[&["9"]]),
];

/// Scripts around a script; `@L@` is the inner one, `@N@` a number that no other has.
const WRAPPERS: &[&str] = &[
    "if true; then\n@L@\nfi",
    "if false; then :; elif true\nthen @L@\nelse :; fi",
    "(\n@L@\n)",
    "{ @L@\n}",
    "f@N@() {\n@L@\n}\nf@N@",
    "function f@N@\n{\n@L@\n} 2>/dev/null\nf@N@",
    "f@N@ () (\n@L@\n)\nf@N@",
    "while :; do\n@L@\nbreak\ndone",
    "until false; do @L@\nbreak; done < /dev/null",
    "for i@N@ in 1; do\n@L@\ndone",
    "for ((k@N@=0;k@N@<1;k@N@++)); do @L@\ndone",
    "case a in\nb) ;;\n(a) \n@L@\n;;\nesac",
    "case a in b|c) : ;; a)\n@L@\nesac",
    ": \"$(\n@L@\n)\"",
    ": $(@L@\n)",
    ": \"${u:-$(\n@L@\n)}\"",
    "w@N@=$(\n@L@\n)",
    ": $(( $(\n@L@\necho 1) + 1 ))",
    "cat <(\n@L@\n) > /dev/null",
    "cat > /dev/null <<W@N@\n\"'$(\n@L@\n)\nW@N@",
    ": `\n@B@\n`",
    ": \"`\n@D@\n`\"",
    "! { @L@\n} && :",
    "[[ -z \"$(\n@L@\n)\" ]]",
    "a=(\"$(\n@L@\n)\")",
];

/// Lines that try to lead a scanner astray. Here-documents stand in braces: inside `$(`, bash 5.2 loses the first `;` behind one.
const NOISE: &[&str] = &[
    "",
    "# it's \"a `comment $( with ${ all",
    ": 'a\"b' \"c'd\" \\' \\\" $'\\'' \"\\\"\"",
    "{ : <<'N'\n ' \" $( ` ${ \nN\n}",
    "n=(x # it's )\n \"y)\")",
    ": ${u#\\}} \"${u%'}'}\" ${u:-')'} ${#u} $# a#b",
    ": $((1<<2)) $(( (1)+2 )) $((2#1))",
    "[[ a =~ (a|'b') ]]; [[ a < b || ( -n a ) ]]",
    ": $(case x in x) echo ')';; esac)",
    ": $(: # it's )\n)",
    "echo `echo \\`echo \"'\\\"'\"\\`` \"`echo \\\"a\\\"`\" >/dev/null",
    "{ : <<A; : <<-B\nit's\nA\n\t\"\n\tB\n}",
    "g@N@() { :; }; unset -f g@N@",
    ": \"${u:-$(echo \"${u:-\")\"}\")}\" | cat",
];

/// Values that no wrong quoting survives; the first one has all of them.
static VALUES: LazyLock<Vec<String>> = LazyLock::new(values);

fn values() -> Vec<String> {
    let mut values: Vec<String> = [
        "a  b",
        "it's",
        "\"q\"",
        "$(touch pwned)",
        "`touch pwned`",
        "*",
        "; touch pwned;",
        "a\nb\n",
        "\\",
        "a\\\nb",
        "$HOME${V}",
        "!!",
        "#c",
        "-n",
        "~",
        "\u{e9}\u{2603}\u{1f600}",
        "&\\&",
        "]",
        "}",
        ")",
        "EOF",
        "\nEOF\n",
        "[a]?",
        "{a,b}",
        "'\\''",
        "\t\r",
        "a|b",
        "<>",
        "x=y",
        "$'",
        "%s%n",
        "$((1+1))",
    ]
    .map(str::to_owned)
    .to_vec();
    values.insert(0, values.concat());
    values.push(String::new());
    values.push(values[0].repeat(500).chars().take(100_000).collect());
    values
}

/// One script, ready to run: the file's text, and the values that it is run with.
struct Case {
    template: String,
    leaf: &'static Leaf,
    values: Vec<usize>,
}

fn escaped(script: &str, in_double: bool) -> String {
    let mut text = String::new();
    for letter in script.chars() {
        if matches!(letter, '\\' | '`') || (in_double && letter == '"') {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}

fn build(leaf: &'static Leaf, layers: &[(usize, usize)], values: Vec<usize>) -> Case {
    let mut template = leaf.script.to_owned();
    for (at, (wrapper, noise)) in layers.iter().enumerate() {
        // Brace expansion in bash 5.2 misreads quotes and unclosed `$(` of comments in backticks in double quotes.
        let quiet = at == 0 && *noise == 0;
        let wrapper = Some(WRAPPERS[*wrapper]).filter(|text| quiet || !text.contains("@D@")).unwrap_or(WRAPPERS[0]);
        let inner = format!("{}\n{template}", NOISE[*noise]);
        template = wrapper
            .replace("@B@", &escaped(&inner, false))
            .replace("@D@", &escaped(&inner, true))
            .replace("@L@", &inner)
            .replace("@N@", &at.to_string());
    }
    let template = template.replace("@N@", "9") + "\n";
    Case { template, leaf, values }
}

/// Puts `V` where the holes are, as the scanner says it has to be quoted.
fn render(template: &str) -> String {
    let seen = scan(&pieces(template));
    assert_eq!(seen.faults, [], "{template}");
    let is_p = |word: Option<&Word>| matches!(word, Some(Word::Plain(text)) if matches!(&**text, "p" | "q"));
    assert!(seen.commands.iter().any(|command| is_p(command.words.first())), "{template}");
    let mut texts = template.split("@@");
    let mut script = texts.next().unwrap_or_default().to_owned();
    for (hole, text) in seen.holes.iter().zip(texts) {
        assert_eq!(hole.code_for, None, "{template}");
        script += match hole.context {
            Context::Word => "\"$V\"",
            Context::DoubleQuoted | Context::HereDocument | Context::Arithmetic => "${V}",
            Context::SingleQuoted | Context::QuotedHereDocument | Context::Comment | Context::Foreign => {
                panic!("{hole:?} in {template}")
            }
        };
        script += text;
    }
    script
}

const DRIVER: &str = r#"
p() { printf '%s\0' "$#" "$@" >> "$OUT"; }
q() { p "$x"; }
unset u y
cd "$1" || exit 1
set --
while read -r number value; do
    IFS= read -r -d '' V < "value$value"
    OUT=$PWD/out$number.$value
    : > "$OUT"
    ( . "./case$number" ) < /dev/null > /dev/null 2>> "err$number"
done < cases
[ ! -e pwned ]
"#;

fn run(cases: &[Case]) {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let values = &*VALUES;
    let value_of = |index: usize| if index == usize::MAX { "3" } else { &values[index] };
    let mut list = String::new();
    for (number, case) in cases.iter().enumerate() {
        write(&at(&format!("case{number}")), &render(&case.template));
        for value in &case.values {
            write(&at(&format!("value{value}")), value_of(*value));
            writeln!(list, "{number} {value}").unwrap();
        }
    }
    write(&at("cases"), &list);
    write(&at("driver"), DRIVER);
    let ran =
        Command::new("bash").arg(at("driver")).arg(folder.path()).env_clear().env("PATH", "/usr/bin:/bin").status();
    assert!(ran.unwrap().success(), "a value was run as code");
    let start = |text: &str| text.chars().take(300).collect::<String>();
    let mut wrong = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        for value in &case.values {
            let got = std::fs::read(at(&format!("out{number}.{value}"))).unwrap();
            let said = std::fs::read_to_string(at(&format!("err{number}"))).unwrap_or_default();
            let want = expected(case.leaf, value_of(*value));
            if got != want.as_bytes() {
                let got = String::from_utf8_lossy(&got);
                let texts = [value_of(*value), &got, &want, &said].map(start);
                let [value, got, want, said] = texts;
                let script = render(&case.template);
                wrong.push(format!("value {value:?}\n{script}--- got {got:?}\n--- want {want:?}\n{said}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} cases\n{}",
        wrong.len(),
        cases.len(),
        wrong[..wrong.len().min(6)].join("\n====\n")
    );
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

fn expected(leaf: &Leaf, value: &str) -> String {
    let mut text = String::new();
    for call in leaf.gets {
        write!(text, "{}\0", call.len()).unwrap();
        for word in *call {
            write!(text, "{}\0", word.replace("@@", value)).unwrap();
        }
    }
    text
}

/// The values that a leaf can be tried with.
fn fitting(leaf: &Leaf) -> Vec<usize> {
    let all = &*VALUES;
    match leaf.takes {
        Takes::Int => vec![usize::MAX],
        Takes::Any => (0..all.len()).collect(),
        Takes::Some => (0..all.len()).filter(|at| !all[*at].is_empty()).collect(),
        Takes::Short => (0..all.len()).filter(|at| all[*at].len() < 1000).collect(),
    }
}

#[test]
fn every_value_arrives_whole_at_every_place() {
    let cases: Vec<Case> = LEAVES.iter().map(|leaf| build(leaf, &[], fitting(leaf))).collect();
    run(&cases);
}

#[test]
fn every_place_is_told_inside_every_construct() {
    let layer = (0..WRAPPERS.len(), 0..NOISE.len());
    let strategy = (0..LEAVES.len(), prop::collection::vec(layer, 1..4), any::<prop::sample::Index>());
    let mut runner = TestRunner::deterministic();
    let mut cases = Vec::new();
    for _ in 0..500 {
        let (leaf, layers, index) = strategy.new_tree(&mut runner).unwrap().current();
        let leaf = &LEAVES[leaf];
        let fitting = fitting(leaf);
        // The value that has all of them, and one more.
        let mut values = vec![fitting[0], *index.get(&fitting)];
        values.dedup();
        cases.push(build(leaf, &layers, values));
    }
    run(&cases);
}

#[test]
fn noise_is_no_fault_and_holds_no_hole() {
    for noise in NOISE {
        assert_eq!(read(noise).faults, [], "{noise}");
    }
}

//! Every remark stands at the characters that it is about, whatever is around them, and every mend is in the right place.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use pipec::diag::{Diagnostic, Fix, report};
use pipec::query::Analysis;

use super::{hear_all, open};

/// A generator (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % end as u64).unwrap()
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// Words about which nothing is said that we look at, as bash sees them; `⟦x⟧` is the value `x`.
const WORDS: &[&str] = &[
    "word",
    "\"two  words\"",
    "\"ä漢🦀\"",
    "'a \"b\" c'",
    "\"\\\"\"",
    "\t",
    "\t\t",
    "a\\ b",
    "漢字",
    "\"~{\"",
    "⟦s⟧",
    "⟦s⟧⟦t⟧",
    "x-⟦s⟧",
    "\"⟦s⟧\"",
    "\"a ⟦s⟧🦀 ⟦t⟧\"",
    "\"$((⟦n⟧ + 1))\"",
    "⟦list⟧",
    "\"\\\\\"",
    "\"\u{301}e\u{301}\"",
    "\\\n",
    "\"line\nbreak\"",
    "\"$(printf '%s' ⟦t⟧)\"",
    "--x=⟦s⟧",
    "\"~{x}\"",
    "\"${HOME}\"",
    "⟦out.o⟧",
    "'\"\"\"'",
    "\"\"\"\"",
    "⟦if n > 2 then \"}ä\" else s⟧",
    "\"⟦text(n)⟧\"",
    "'\\~{'",
    "\u{1F469}\u{200D}\u{1F52C}",
    "⟦flag(\"--漢\", n)⟧",
];

/// Lines before a command.
const LINES: &[&str] = &[
    "",
    "# a comment: ä漢🦀 \"",
    "\t# with a tab",
    "if true; then\n\t:\nfi",
    "cat <<EOF\nä ⟦s⟧ 🦀 \"\nEOF",
    "cat <<'EOF'\n$no\nEOF",
    "   ",
    "# shellcheck disable=SC2016",
];

/// A script with `probes` of the form `$qN`, each of which is found twice: SC2154 and SC2086.
fn script(random: &mut Random, probes: &mut usize) -> String {
    let mut text = String::new();
    for _ in 0..1 + random.below(6) {
        let _ = write!(text, "{}\necho", random.pick(LINES));
        for _ in 0..random.below(7) {
            let _ = write!(text, " {}", random.pick(WORDS));
            if random.below(2) == 0 {
                *probes += 1;
                let before = random.pick(&[" ", " x-", " ⟦s⟧", " ⟦n⟧/", "\t"]);
                let _ = write!(text, "{before}$q{}{}", *probes, random.pick(&["", "⟦s⟧", "/x", "\"\"", "\"⟦s⟧\""]));
            }
        }
        text.push('\n');
    }
    *probes += 1;
    let _ = write!(text, "echo $q{}", *probes);
    text
}

/// A script as it is written in a block.
fn block(script: &str, random: &mut Random) -> String {
    let margin = random.pick(&["            ", "\t\t\t", "  \t "]);
    let text = script.replace("~{", "\\~{").replace("\"\"\"", "\\\"\"\"").replace('⟦', "~{").replace('⟧', "}");
    let lines: String = text.split('\n').map(|line| format!("{margin}{line}\n")).collect();
    format!("\"\"\"\n{lines}{margin}\"\"\"")
}

/// As it is written on one line.
fn line(script: &str, random: &mut Random) -> String {
    let mut out = String::from("\"");
    let mut value = false;
    for character in script.replace("~{", "\\~{").chars() {
        match character {
            '⟦' => out.push_str("~{"),
            '⟧' => out.push('}'),
            other if value => out.push(other),
            '\n' => out.push_str("\\n"),
            '\t' if random.below(2) == 0 => out.push_str("\\t"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            other if !other.is_ascii() && random.below(2) == 0 => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(other));
            }
            other => out.push(other),
        }
        value = (value || character == '⟦') && character != '⟧';
    }
    // The backslash before `~{` was doubled.
    out.replace("\\\\~{", "\\~{") + "\""
}

/// A program of some scripts, and how many probes it has.
fn program(seed: u64) -> (String, usize) {
    let mut random = Random(seed);
    let mut probes = 0;
    let mut tasks = String::new();
    for at in 0..4 {
        let script = script(&mut random, &mut probes);
        let one_line = random.below(2) == 0;
        let written = if one_line { line(&script, &mut random) } else { block(&script, &mut random) };
        let field = random.pick(&["run", "cleanup"]);
        let run = if field == "run" { "" } else { ", run: \"true\"" };
        let _ = writeln!(tasks, "    task t{at} -> (o: string) {{ image: \"a/b:1\", {field}: {written}{run} }}");
    }
    let head = "//! ä\npipeline p(s: string, t: path = \".\", n: int = 1, list: [string] = []) {\n";
    let text = format!("{head}{tasks}}}\n").replace("flag(\"--漢\", n)", "flag(\"--漢\", list)");
    if random.below(3) == 0 { (text.replace('\n', "\r\n"), probes) } else { (text, probes) }
}

fn number(found: &Diagnostic) -> &str {
    found.message.split(':').next().unwrap()
}

fn at<'a>(analysis: &'a Analysis, found: &Diagnostic) -> &'a str {
    analysis.sources.text(found.span().unwrap())
}

fn apply(text: &mut String, fixes: &[&Fix]) {
    let mut edits: Vec<_> = fixes.iter().flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    edits.iter().for_each(|edit| text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text));
}

#[test]
fn a_remark_is_about_the_characters_that_it_is_shown_at() {
    let programs: Vec<(String, usize)> = (0..60).map(program).collect();
    let mut analyses: Vec<Analysis> = programs.iter().map(|(text, _)| open(text)).collect();
    hear_all(&mut analyses);
    let mut mended = Vec::new();
    for ((text, probes), analysis) in programs.iter().zip(&analyses) {
        let wanted: BTreeSet<String> = (1..=*probes).map(|at| format!("$q{at}")).collect();
        for code in ["SC2154", "SC2086"] {
            let of_code = || analysis.diagnostics.iter().filter(|found| number(found) == code);
            let found: BTreeSet<String> = of_code().map(|found| at(analysis, found).to_owned()).collect();
            let said: Vec<String> =
                analysis.diagnostics.iter().map(|one| report::line(&analysis.sources, one)).collect();
            assert_eq!(found, wanted, "{code}\n{text}\n{said:#?}");
            let named = of_code().filter(|_| code == "SC2154").all(|found| {
                found
                    .message
                    .starts_with(&format!("SC2154: {} is referenced", at(analysis, found).trim_start_matches('$')))
            });
            assert!(named, "{text}");
        }
        let fixes: Vec<&Fix> = analysis
            .diagnostics
            .iter()
            .filter(|found| number(found) == "SC2086")
            .flat_map(|found| &found.fixes)
            .collect();
        // Only a third quote in a row, which would end a block, cannot be put there.
        let unmended = analysis.diagnostics.iter().filter(|found| number(found) == "SC2086" && found.fixes.is_empty());
        unmended.for_each(|found| {
            let behind = &text[found.span().unwrap().end as usize..];
            assert!(behind.starts_with("\"\""), "{}\n{text}", at(analysis, found));
        });
        let mut text = text.clone();
        apply(&mut text, &fixes);
        mended.push(text);
    }
    let mut analyses: Vec<Analysis> = mended.iter().map(|text| open(text)).collect();
    hear_all(&mut analyses);
    for (text, analysis) in mended.iter().zip(&analyses) {
        let left: Vec<&Diagnostic> = analysis.diagnostics.iter().filter(|found| number(found) == "SC2086").collect();
        assert!(left.iter().all(|found| found.fixes.is_empty()), "{left:#?}\n{text}");
    }
}

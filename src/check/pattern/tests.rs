#![allow(clippy::disallowed_methods, reason = "the real grep and bash are the oracle")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::{compile, image, path, relative_path};

fn matches(pattern: &str, text: &str) -> bool {
    compile(pattern).unwrap_or_else(|why| panic!("{pattern}: {why}")).matches(text)
}

#[test]
fn the_whole_text_has_to_match() {
    assert!(matches(r"[0-9]+\.[0-9]{8}\..*", "42.20250101.3.0"));
    assert!(!matches(r"[0-9]+\.[0-9]{8}\..*", "x42.20250101.3.0"));
    assert!(matches("^a|b$", "b") && !matches("^a|b$", "ab"));
    assert!(matches("a|ab", "ab"));
}

#[test]
fn a_text_of_several_lines_never_matches() {
    assert!(!matches(".*", "a\nb") && !matches("[^x]*", "a\n") && !matches("[[:space:]]*", "\n"));
    assert!(matches(".*", ""));
}

#[test]
fn what_other_readers_take_otherwise_is_refused_with_what_to_write() {
    let refused = [
        (r"\d+", "write `[0-9]`"),
        (r"\w", "write `[A-Za-z0-9_]`"),
        (r"a\b", "word boundaries"),
        (r"(a)\1", "back-references"),
        ("a+?", "lazy"),
        ("a??", "lazy"),
        ("a++", "put `( )` around"),
        ("a{2}{3}", "put `( )` around"),
        ("(?:a)", "write `(`"),
        ("(?i)a", "`[Aa]`"),
        ("(?=a)", "look-ahead"),
        ("(?<!a)", "look-behind"),
        ("(?P<x>a)", "named groups"),
        ("*a", "repeats nothing"),
        ("a|*b", "repeats nothing"),
        ("a^b", "very beginning"),
        ("a$b", "very end"),
        ("(^a)", "very beginning"),
        ("a||b", "empty"),
        ("", "empty"),
        ("^$", "empty"),
        ("()", "empty"),
        ("a)", "closes nothing"),
        ("(a", "never closed"),
        ("[a", "never closed"),
        ("[]", "never closed"),
        ("a{", "`{2,4}`"),
        ("a{,3}", "`{2,4}`"),
        ("a{3,2}", "`{2,4}`"),
        ("a{999}", "up to 255"),
        ("a}", r"write `\}`"),
        (r"[\d]", "inside `[ ]`"),
        (r"a\", "lone `\\`"),
        (r"a\-b", "write `-`"),
        ("[A-z]", "`A-z`"),
        ("[z-a]", "`z-a`"),
        ("[+-9]", "`+-9`"),
        ("[a-c-e]", "put the `-` last"),
        ("[a_-z]", "`_-z`"),
        ("[[:alpha:]-z]", "put it last"),
        ("[[:word:]]", "is not a class"),
        ("[[.a.]]", "is not a class"),
        ("é", "ASCII"),
        ("a\tb", "ASCII"),
        ("((a{255}){255}){255}", "too large"),
    ];
    for (pattern, part) in refused {
        let why = compile(pattern).expect_err(pattern);
        assert!(why.contains(part), "{pattern}: {why}");
    }
    assert!(compile(&"(".repeat(100_000)).expect_err("deep").contains("groups inside"));
}

/// A pattern and a text that it matches.
fn pairs() -> impl Strategy<Value = (String, String)> {
    let leaf = prop_oneof![
        4 => proptest::sample::select(&["a", "b", "0", "-", "/", "_", " ", "&", "~", ","][..]).prop_map(|one| (one.to_owned(), one.to_owned())),
        2 => proptest::sample::select(&[".", "+", "*", "?", "(", ")", "[", "]", "{", "}", "|", "^", "$", "\\"][..])
            .prop_map(|one| (format!("\\{one}"), one.to_owned())),
        3 => proptest::sample::select(SETS).prop_map(|(set, one)| (set.to_owned(), one.to_owned())),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let ends = proptest::sample::select(
            &[
                ("*", 0),
                ("*", 3),
                ("+", 1),
                ("+", 2),
                ("?", 0),
                ("?", 1),
                ("{2}", 2),
                ("{1,}", 3),
                ("{0,2}", 1),
                ("{0}", 0),
            ][..],
        );
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(|parts| parts.into_iter().unzip()),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| (format!("({}|{})", one.0, other.0), other.1)),
            (inner, ends).prop_map(|(one, (end, times))| (format!("({}){end}", one.0), one.1.repeat(times))),
        ]
    })
}

const SETS: &[(&str, &str)] = &[
    (".", "x"),
    ("..", "é"),
    (".*", "é a"),
    ("[abc]", "b"),
    ("[a-z0-9]", "m"),
    ("[^a]", "b"),
    ("[^]a-c][^a]", "é"),
    ("[]^-]", "]"),
    ("[a^]", "^"),
    ("[-a]", "-"),
    ("[[]", "["),
    ("[.a[]", "["),
    ("[a&&b]", "&"),
    ("[$*.(){}|+?]", "*"),
    ("[[:alpha:]_]", "Q"),
    ("[^[:space:]]", "-"),
    ("[[:punct:]]", "~"),
    ("[[:blank:]]", "\t"),
    ("[[:xdigit:][:upper:]]", "F"),
    ("a+", "aa"),
    ("[0-9]{1,3}", "01"),
];

/// The matching text, texts near it, and some of no relation.
fn texts(sample: &str) -> Vec<String> {
    let mut shorter = sample.to_owned();
    shorter.pop();
    let fixed = ["", "a", "ab", "a0", "é", "-", "]", "\\", "A_9"].map(str::to_owned);
    let near = [sample.to_owned(), shorter, format!("{sample}a"), format!("-{sample}"), format!("{sample}{sample}")];
    near.into_iter().chain(fixed).collect()
}

/// One bash for all of it: for each pattern a line of 0 and 1 by `grep`, then one by `[[ =~ ]]`.
fn oracle(cases: &[(String, Vec<String>)]) -> Vec<String> {
    let quote = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let mut script = "check() { local p=$1 t all=''; shift; local -A hit=()\n\
        while IFS=: read -r t _; do hit[$t]=1; done < <(printf '%s\\n' \"$@\" | grep -anEx -e \"$p\")\n\
        for ((t = 1; t <= $#; t++)); do all+=${hit[$t]:-0}; done; echo \"$all\"; all=''\n\
        for t; do [[ $t =~ ^($p)$ ]] && all+=1 || all+=0; done; echo \"$all\"; }\n"
        .to_owned();
    for (pattern, texts) in cases {
        let texts: Vec<_> = texts.iter().map(|text| quote(text)).collect();
        writeln!(script, "check {} {}", quote(pattern), texts.join(" ")).unwrap();
    }
    let mut bash =
        Command::new("bash").env("LC_ALL", "C").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = bash.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(script.as_bytes()).unwrap());
    let output = bash.wait_with_output().unwrap();
    writer.join().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn grep_and_bash_agree_on_generated_patterns() {
    let mut runner = TestRunner::deterministic();
    let generated: Vec<_> = (0..250).map(|_| pairs().new_tree(&mut runner).unwrap().current()).collect();
    let cases: Vec<_> = generated.iter().map(|(pattern, sample)| (pattern.clone(), texts(sample))).collect();
    let answers = oracle(&cases);
    assert_eq!(answers.len(), 2 * cases.len());
    for ((pattern, texts), answer) in cases.iter().zip(answers.chunks(2)) {
        let ours: String = texts.iter().map(|text| if matches(pattern, text) { '1' } else { '0' }).collect();
        assert!(ours.starts_with('1'), "{pattern} takes its own sample {texts:?}");
        assert_eq!([&ours, &ours], [&answer[0], &answer[1]], "{pattern} {texts:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_pattern_makes_it_panic(parts in proptest::collection::vec(proptest::sample::select(NOISE), 0..12)) {
        if let Ok(pattern) = compile(&parts.concat()) {
            pattern.matches("a");
        }
    }

    #[test]
    fn no_image_makes_it_panic(parts in proptest::collection::vec(proptest::sample::select(NOISE), 0..12)) {
        let _ = image(&parts.concat());
    }
}

const NOISE: &[&str] = &[
    "a",
    "B",
    "0",
    ".",
    "*",
    "+",
    "?",
    "{",
    "}",
    "{2}",
    "{1,",
    "(",
    ")",
    "[",
    "]",
    "[^",
    "[:alpha:]",
    "[:",
    "-",
    "\\",
    "|",
    "^",
    "$",
    "é",
    "@",
    ":",
    "/",
    "sha256:",
    "::1",
];

#[test]
fn images_of_the_world_are_taken() {
    let digest = format!("quay.io/x/y@sha256:{}", "0a".repeat(32));
    let both = format!("quay.io/x/y:1@sha256:{}", "0a".repeat(32));
    for one in [
        "fedora",
        "fedora:41",
        "quay.io/coreos-assembler/coreos-assembler:main",
        "localhost/x",
        "localhost:5000/x/y:1.2_a-b",
        "registry.example.com:443/a/b-c/d__e.f:V1",
        "image-registry.openshift-image-registry.svc:5000/ns/name:latest",
        "[::1]:5000/x",
        "a--b/c",
        &digest,
        &both,
    ] {
        assert_eq!(image(one), Ok(()), "{one}");
    }
}

#[test]
fn what_is_no_image_says_which_part_is_wrong() {
    let refused = [
        ("", "is empty"),
        ("quay.io/", "no path"),
        ("quay.io/X/y", "write `x/y`"),
        ("docker://quay.io/x", "write `quay.io/x`"),
        ("quay.io/x y", "holds ` `"),
        ("quay.io/x:", "no tag"),
        ("quay.io/x:-1", "no tag"),
        ("quay.io/x:a+b", "no tag"),
        ("quay.io:http/x", "`http` is no port"),
        ("quay.io:99999/x", "no port"),
        ("-a.io/x", "no name of a registry"),
        ("quay.io/x//y", "cannot be a part"),
        ("quay.io/_x", "cannot be a part"),
        ("quay.io/x-", "cannot be a part"),
        ("quay.io/a___b", "cannot be a part"),
        ("quay.io/x@abc", "algorithm"),
        ("quay.io/x@sha256:abc", "64 digits"),
        ("quay.io/x@md5:abc", "`sha256` or `sha512`"),
        ("Fedora", "write `fedora`"),
    ];
    for (text, part) in refused {
        let why = image(text).expect_err(text);
        assert!(why.contains(part), "{text}: {why}");
    }
}

#[test]
fn paths_are_told_from_what_leaves_a_workspace() {
    for one in ["a", "/a/b", "./a", "a/../b", ".", "../x", "a b"] {
        assert_eq!(path(one), Ok(()), "{one}");
    }
    assert!(path("").is_err() && path("a\0").is_err());
    for one in ["a", "a/../b", "a/b/../../c", "./a", "..a/b", "a//b"] {
        assert_eq!(relative_path(one), Ok(()), "{one}");
    }
    for one in ["", "/a", "..", "../a", "a/../../b", "./../a"] {
        assert!(relative_path(one).is_err(), "{one}");
    }
}

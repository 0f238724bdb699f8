//! Programs so long that another thread reads the scripts: what is said of them is what is said of a short one.

use std::fmt::Write as _;

use super::run;

/// Bodies of tasks that read `n`; most are wrong in one place or in two.
const BODIES: [&str; 8] = [
    r#"{ image: "a/b:1", run: "echo ~{n}" }"#,
    r#"{ image: "a/b:1", run: "echo '~{n}'" }"#,
    r#"{ image: "a/b:1", run: "sudo env A=1 bash -c ~{n}" }"#,
    r#"{ image: "a/b:1", run: "echo $(date" }"#,
    // Written the other way round than they are checked.
    r#"{ image: "a/b:1", step one { run: "eval ~{n}" }, cleanup: "echo `" }"#,
    r#"{ image: "a/b:1", shell: "python3", run: "print('~{n}')" }"#,
    r##"{ image: "a/b:1", before: "# ~{n}", run: "cat <<'END'\n~{n}\nEND\n" }"##,
    r#"{ image: "a/b:1", run: "cosa build; eval ~{n}" }"#,
];

/// Each body so often, every fifth time in a `when`.
fn pipeline(times: usize) -> String {
    let mut text = "pipeline p(n: string, on: bool) {\n".to_owned();
    for (at, body) in (0..times).flat_map(|_| BODIES).enumerate() {
        let (before, behind) = if at / BODIES.len() % 5 == 4 { ("when on { ", " }") } else { ("", "") };
        writeln!(text, "    {before}task t_{at} {body}{behind}").expect("a String takes all text");
    }
    text + "}\n"
}

#[test]
fn a_thousand_scripts_are_judged_as_one() {
    for uses in ["", "use std.cosa\n"] {
        let once = run(&format!("{uses}{}", pipeline(1))).findings();
        assert!(once.len() >= 7, "{once:?}");
        let mut expected: Vec<String> = std::iter::repeat_n(once, 200).flatten().collect();
        let long = run(&format!("{uses}{}", pipeline(200)));
        assert!(
            long.found.windows(2).all(|pair| pair[0].span() <= pair[1].span()),
            "they are in the order of the text"
        );
        let mut found = long.findings();
        expected.sort();
        found.sort();
        assert_eq!(found.len(), expected.len());
        assert!(found == expected, "{:?}", found.iter().zip(&expected).find(|(one, other)| one != other));
    }
}

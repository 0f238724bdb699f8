//! Results as JUnit XML.

use std::time::Duration;

/// The tests of one file.
pub(super) struct Suite {
    pub(super) name: String,
    pub(super) cases: Vec<Case>,
}

/// One test.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) took: Duration,
    /// One line each.
    pub(super) failures: Vec<String>,
    pub(super) errors: Vec<String>,
}

pub(super) fn render(suites: &[Suite]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let counted = counts(suites.iter().flat_map(|suite| &suite.cases));
    out += &format!("<testsuites name=\"pipec\" {counted}>\n");
    suites.iter().for_each(|one| suite(one, &mut out));
    out + "</testsuites>\n"
}

fn suite(one: &Suite, out: &mut String) {
    *out += &format!("  <testsuite name=\"{}\" {}>\n", escaped(&one.name), counts(one.cases.iter()));
    for case in &one.cases {
        let head = format!(
            "    <testcase name=\"{}\" classname=\"{}\" time=\"{:.3}\"",
            escaped(&case.name),
            escaped(&one.name),
            case.took.as_secs_f64()
        );
        let parts = [("failure", &case.failures), ("error", &case.errors)];
        if parts.iter().all(|(_, lines)| lines.is_empty()) {
            *out += &format!("{head}/>\n");
            continue;
        }
        *out += &format!("{head}>\n");
        // One element a case: readers count elements.
        for (element, lines) in parts.iter().filter(|(_, lines)| !lines.is_empty()) {
            let (first, all) = (escaped(&lines[0]), escaped(&lines.join("\n")));
            *out += &format!("      <{element} message=\"{first}\">{all}</{element}>\n");
        }
        *out += "    </testcase>\n";
    }
    *out += "  </testsuite>\n";
}

fn counts<'a>(cases: impl Iterator<Item = &'a Case>) -> String {
    let (mut all, mut failed, mut broken) = (0_usize, 0_usize, 0_usize);
    for case in cases {
        all += 1;
        failed += usize::from(!case.failures.is_empty());
        broken += usize::from(!case.errors.is_empty());
    }
    format!("tests=\"{all}\" failures=\"{failed}\" errors=\"{broken}\"")
}

/// For an attribute or a text; what XML has no place for is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\n' => out += "&#10;",
            '\t' => out += "&#9;",
            other if other.is_control() || matches!(other, '\u{fffe}' | '\u{ffff}') => {}
            other => out.push(other),
        }
    }
    out
}

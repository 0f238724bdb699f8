//! Results of tests, as Jenkins and GitLab read them: a file is a suite, a finding is a case.

use rustc_hash::FxHashMap;

use super::{Run, located_words};
use crate::diag::{Diagnostic, Severity};
use crate::source::Sources;

type Finding<'a> = (&'a Sources, &'a Diagnostic);

/// One XML document.
pub(super) fn render(run: &Run<'_>) -> String {
    let suites = suites(run);
    let tests: usize = suites.iter().map(|suite| suite.findings.len().max(1)).sum();
    let failures: usize = suites.iter().map(Suite::failures).sum();
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    xml += &format!("<testsuites name=\"pipec\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n");
    xml.extend(suites.iter().map(Suite::xml));
    xml + "</testsuites>\n"
}

/// What was found in one file.
struct Suite<'a> {
    /// The file; what is found in none has the name of the program.
    name: &'a str,
    findings: Vec<Finding<'a>>,
}

/// First the files that were checked, then others that findings are in, then what is in no file.
fn suites<'a>(run: &Run<'a>) -> Vec<Suite<'a>> {
    let mut suites: Vec<Suite<'a>> = Vec::new();
    let mut by_name: FxHashMap<&str, usize> = FxHashMap::default();
    for name in &run.files {
        by_name.entry(name).or_insert_with(|| new_suite(&mut suites, name));
    }
    let mut nowhere = Suite { name: "pipec", findings: Vec::new() };
    for (sources, one) in &run.findings {
        let Some(span) = one.span() else {
            nowhere.findings.push((sources, one));
            continue;
        };
        let name = sources.get(span.file).name.as_str();
        let at = *by_name.entry(name).or_insert_with(|| new_suite(&mut suites, name));
        suites[at].findings.push((sources, one));
    }
    suites.extend((!nowhere.findings.is_empty()).then_some(nowhere));
    suites
}

fn new_suite<'a>(suites: &mut Vec<Suite<'a>>, name: &'a str) -> usize {
    suites.push(Suite { name, findings: Vec::new() });
    suites.len() - 1
}

impl Suite<'_> {
    fn failures(&self) -> usize {
        self.findings.iter().filter(|(_, one)| one.severity == Severity::Error).count()
    }

    fn xml(&self) -> String {
        let (name, tests) = (attribute(self.name), self.findings.len().max(1));
        let failures = self.failures();
        let mut xml = format!(
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">\n"
        );
        if self.findings.is_empty() {
            xml += &format!("    <testcase classname=\"{name}\" name=\"check\" file=\"{name}\"/>\n");
        }
        let mut taken = FxHashMap::default();
        xml.extend(self.findings.iter().map(|finding| self.case(*finding, &mut taken)));
        xml + "  </testsuite>\n"
    }

    /// The name has no line, so that a case is the same one when the lines above it change.
    fn case(&self, (sources, one): Finding<'_>, taken: &mut FxHashMap<String, u32>) -> String {
        let plain = format!("{} {}: {}", one.code.id(), one.code.name(), one.message);
        let name = unique(plain, taken);
        let place = one.span().map(|span| {
            let line = sources.position(span).line;
            format!(" file=\"{}\" line=\"{line}\"", attribute(self.name))
        });
        let (place, text) = (place.unwrap_or_default(), element(&located_words(sources, one)));
        let what = match one.severity {
            Severity::Error => {
                let message = attribute(&one.message);
                format!("<failure type=\"{}\" message=\"{message}\">{text}</failure>", one.code.id())
            }
            Severity::Warning | Severity::Note => format!("<system-out>{text}</system-out>"),
        };
        let (class, name) = (attribute(self.name), attribute(&name));
        format!("    <testcase classname=\"{class}\" name=\"{name}\"{place}>\n      {what}\n    </testcase>\n")
    }
}

/// Of two cases of one name, readers show one. `taken` has how often each name was asked for.
fn unique(name: String, taken: &mut FxHashMap<String, u32>) -> String {
    let mut free = name.clone();
    while taken.contains_key(&free) {
        let count = taken.entry(name.clone()).or_insert(1);
        *count += 1;
        free = format!("{name} ({count})");
    }
    taken.insert(free.clone(), 1);
    free
}

/// Text between quotes.
fn attribute(text: &str) -> String {
    element(text).replace('"', "&quot;").replace('\n', "&#10;").replace('\t', "&#9;")
}

/// Text between tags; what XML 1.0 has no way to write is replaced.
fn element(text: &str) -> String {
    let mut xml = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '\r' => xml.push_str("&#13;"),
            '\t' | '\n' => xml.push(character),
            '\0'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => xml.push(char::REPLACEMENT_CHARACTER),
            _ => xml.push(character),
        }
    }
    xml
}

//! SARIF 2.1.0, which code scanning of GitHub and many editors read. Holds no time, no host and no absolute path that
//! the user did not write.

use serde_json::{Value, json};

use super::fingerprint::Fingerprints;
use super::{Run, STANDARD_INPUT, severity, uri};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Edit, Fix, Label, Severity};
use crate::source::{FileId, SourceFile, Sources, Span};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What relative paths are relative to, by the name that most readers know.
const ROOT: &str = "%SRCROOT%";

/// The base of texts that are part of the compiler.
const BUILT_IN: &str = "PIPEC";

/// One log of one run.
pub(super) fn render(run: &Run<'_>) -> String {
    let rules = rules(run);
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver(&rules) },
            "invocations": [invocation(run, &rules)],
            "originalUriBaseIds": {
                ROOT: { "description": { "text": "the folder that the command ran in" } },
                BUILT_IN: { "description": { "text": "texts that are part of the compiler" } },
            },
            // A place counts characters, whatever their width.
            "columnKind": "unicodeCodePoints",
            "results": results(run, &rules),
        }],
    });
    format!("{log:#}\n")
}

/// The codes that were found, each once, in order: their places are the indexes of the rules.
fn rules(run: &Run<'_>) -> Vec<Code> {
    let mut rules: Vec<Code> = run.findings.iter().map(|(_, one)| one.code).collect();
    rules.sort();
    rules.dedup();
    rules
}

fn driver(rules: &[Code]) -> Value {
    json!({
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules.iter().map(|code| rule(*code)).collect::<Vec<Value>>(),
    })
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.id(),
        "name": code.name(),
        "shortDescription": { "text": code.summary() },
        "fullDescription": { "text": first_paragraph(code.page()) },
        "help": { "text": code.page(), "markdown": code.page() },
        "defaultConfiguration": { "level": severity(code.severity()) },
    })
}

/// What stands below the title of a page, as one line.
fn first_paragraph(page: &str) -> String {
    let below = page.lines().skip_while(|line| line.starts_with('#') || line.trim().is_empty());
    below.take_while(|line| !line.trim().is_empty()).collect::<Vec<&str>>().join(" ")
}

/// What has no place cannot be a result: readers refuse a whole log for one result without a place.
fn invocation(run: &Run<'_>, rules: &[Code]) -> Value {
    let nowhere: Vec<&Diagnostic> =
        run.findings.iter().map(|(_, one)| *one).filter(|one| one.span().is_none()).collect();
    let done = nowhere.iter().all(|one| one.severity != Severity::Error);
    let notifications: Vec<Value> = nowhere.iter().map(|one| notification(one, rules)).collect();
    json!({ "executionSuccessful": done, "toolExecutionNotifications": notifications })
}

fn notification(one: &Diagnostic, rules: &[Code]) -> Value {
    json!({
        "associatedRule": { "id": one.code.id(), "index": index(one.code, rules) },
        "level": severity(one.severity),
        "message": { "text": text(one) },
    })
}

fn results(run: &Run<'_>, rules: &[Code]) -> Vec<Value> {
    let mut fingerprints = Fingerprints::default();
    let placed = run.findings.iter().filter_map(|(sources, one)| Some((*sources, *one, one.span()?)));
    placed
        .map(|(sources, one, span)| {
            let fingerprint = fingerprints.next(sources, one, span);
            result(sources, one, rules, &fingerprint)
        })
        .collect()
}

fn result(sources: &Sources, one: &Diagnostic, rules: &[Code], fingerprint: &str) -> Value {
    let others = one.labels.iter().enumerate().skip(1);
    let mut result = json!({
        "ruleId": one.code.id(),
        "ruleIndex": index(one.code, rules),
        "level": severity(one.severity),
        "message": { "text": text(one) },
        "locations": one.labels.iter().take(1).map(|label| location(sources, label)).collect::<Vec<Value>>(),
        "partialFingerprints": { "codeAndLine/v1": fingerprint },
    });
    let related: Vec<Value> = others.map(|(id, label)| related(sources, label, id)).collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    let fixes: Vec<Value> = one.fixes.iter().filter(|fix| !fix.edits.is_empty()).map(|one| fix(sources, one)).collect();
    if !fixes.is_empty() {
        result["fixes"] = fixes.into();
    }
    result
}

fn index(code: Code, rules: &[Code]) -> usize {
    rules.binary_search(&code).expect("the rules are the codes of the findings")
}

/// The message, a link to each further place, and the help: some readers show nothing else.
fn text(one: &Diagnostic) -> String {
    let links = one.labels.iter().enumerate().skip(1);
    let links = links.map(|(id, label)| match label.text.as_str() {
        "" => format!("[see also]({id})"),
        text => format!("[{}]({id})", linked(text)),
    });
    let help = one.help.iter().map(|help| format!("help: {}", plain(help)));
    std::iter::once(plain(&one.message)).chain(links).chain(help).collect::<Vec<String>>().join("\n")
}

/// Text of a message: braces stand for arguments, and `[…](…)` for a link.
fn plain(text: &str) -> String {
    doubled(text).replace("](", "] (")
}

/// Text of a link.
fn linked(text: &str) -> String {
    doubled(text).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

fn doubled(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

fn location(sources: &Sources, label: &Label) -> Value {
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": artifact(sources.get(label.span.file)),
            "region": region(sources, label.span),
        },
    });
    if !label.text.is_empty() {
        location["message"] = json!({ "text": plain(&label.text) });
    }
    location
}

fn related(sources: &Sources, label: &Label, id: usize) -> Value {
    let mut location = location(sources, label);
    location["id"] = id.into();
    location
}

fn artifact(file: &SourceFile) -> Value {
    let mut artifact = json!({ "uri": uri::reference(&file.name) });
    if file.built_in {
        artifact["uriBaseId"] = BUILT_IN.into();
    } else if !file.name.starts_with('/') {
        artifact["uriBaseId"] = ROOT.into();
    }
    if file.name == STANDARD_INPUT {
        artifact["description"] = json!({ "text": "standard input" });
    }
    artifact
}

/// Lines and columns from 1; the end is behind the last character.
fn region(sources: &Sources, span: Span) -> Value {
    let file = sources.get(span.file);
    let (start, end) = (file.position(span.start), file.position(span.end));
    json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
}

fn fix(sources: &Sources, fix: &Fix) -> Value {
    let mut files: Vec<FileId> = fix.edits.iter().map(|edit| edit.span.file).collect();
    files.sort();
    files.dedup();
    let changes = files.into_iter().map(|file| {
        let edits = fix.edits.iter().filter(|edit| edit.span.file == file);
        json!({
            "artifactLocation": artifact(sources.get(file)),
            "replacements": edits.map(|edit| replacement(sources, edit)).collect::<Vec<Value>>(),
        })
    });
    json!({ "description": { "text": plain(&fix.title) }, "artifactChanges": changes.collect::<Vec<Value>>() })
}

fn replacement(sources: &Sources, edit: &Edit) -> Value {
    let mut replacement = json!({ "deletedRegion": region(sources, edit.span) });
    if !edit.text.is_empty() {
        replacement["insertedContent"] = json!({ "text": edit.text });
    }
    replacement
}

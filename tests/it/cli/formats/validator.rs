//! What SARIF 2.1.0 asks of the objects that are used here, in our own words, and stricter than its schema: indexes lead
//! somewhere, ends are not before starts, links have a target, URIs are URIs, and there is no member that is not known.

use serde_json::{Map, Value};

/// A member, whether it must be there, and what must be true of it.
type Member = (&'static str, bool, fn(&Value, &mut Faults<'_>));

/// What is wrong, each with its path.
pub(super) struct Faults<'a> {
    path: Vec<String>,
    run: &'a Value,
    found: Vec<String>,
}

/// What is wrong with a log.
pub(super) fn faults(log: &Value) -> Vec<String> {
    let mut faults = Faults { path: Vec::new(), run: &log["runs"][0], found: Vec::new() };
    let members: &[Member] = &[("$schema", true, uri), ("version", true, version), ("runs", true, runs)];
    faults.object(log, members);
    faults.found
}

impl Faults<'_> {
    fn say(&mut self, what: &str) {
        self.found.push(format!("{}: {what}", self.path.join(".")));
    }

    fn object(&mut self, value: &Value, members: &[Member]) {
        let Some(object) = value.as_object() else { return self.say("not an object") };
        for name in object.keys().filter(|name| !members.iter().any(|(known, ..)| known == name)) {
            self.say(&format!("unknown member {name}"));
        }
        for (name, required, holds) in members {
            match object.get(*name) {
                Some(member) => self.below((*name).to_owned(), |faults| holds(member, faults)),
                None if *required => self.say(&format!("{name} is missing")),
                None => {}
            }
        }
    }

    fn each(&mut self, value: &Value, least: usize, holds: fn(&Value, &mut Self)) {
        let Some(items) = value.as_array() else { return self.say("not an array") };
        if items.len() < least {
            self.say("too few items");
        }
        for (at, item) in items.iter().enumerate() {
            self.below(at.to_string(), |faults| holds(item, faults));
        }
    }

    fn below(&mut self, name: String, look: impl FnOnce(&mut Self)) {
        self.path.push(name);
        look(self);
        self.path.pop();
    }

    fn rules(&self) -> &[Value] {
        self.run["tool"]["driver"]["rules"].as_array().map_or(&[], Vec::as_slice)
    }
}

fn version(value: &Value, faults: &mut Faults<'_>) {
    if value != "2.1.0" {
        faults.say("not 2.1.0");
    }
}

fn runs(value: &Value, faults: &mut Faults<'_>) {
    faults.each(value, 1, |run, faults| {
        faults.object(
            run,
            &[
                ("tool", true, |tool, faults| faults.object(tool, &[("driver", true, driver)])),
                ("invocations", true, |all, faults| faults.each(all, 1, invocation)),
                ("originalUriBaseIds", true, bases),
                ("columnKind", true, column_kind),
                ("results", true, |all, faults| faults.each(all, 0, result)),
            ],
        );
    });
}

fn driver(value: &Value, faults: &mut Faults<'_>) {
    let members: &[Member] = &[
        ("name", true, text),
        ("version", true, text),
        ("semanticVersion", true, text),
        ("rules", true, |all, faults| faults.each(all, 0, rule)),
    ];
    faults.object(value, members);
    let ids: Vec<&Value> = faults.rules().iter().map(|rule| &rule["id"]).collect();
    if ids.iter().enumerate().any(|(at, id)| ids[..at].contains(id)) {
        faults.say("a rule stands here twice");
    }
}

fn rule(value: &Value, faults: &mut Faults<'_>) {
    let members: &[Member] = &[
        ("id", true, code),
        ("name", true, text),
        ("shortDescription", true, described),
        ("fullDescription", true, described),
        ("help", true, described),
        ("defaultConfiguration", true, |one, faults| faults.object(one, &[("level", true, level)])),
    ];
    faults.object(value, members);
}

fn described(value: &Value, faults: &mut Faults<'_>) {
    faults.object(value, &[("text", true, text), ("markdown", false, text)]);
}

fn invocation(value: &Value, faults: &mut Faults<'_>) {
    let members: &[Member] = &[
        ("executionSuccessful", true, boolean),
        ("toolExecutionNotifications", true, |all, faults| faults.each(all, 0, notification)),
    ];
    faults.object(value, members);
}

fn notification(value: &Value, faults: &mut Faults<'_>) {
    let associated: fn(&Value, &mut Faults<'_>) = |one, faults| {
        faults.object(one, &[("id", true, code), ("index", true, index)]);
        same_rule(&one["id"], &one["index"], faults);
    };
    let members: &[Member] =
        &[("associatedRule", true, associated), ("level", true, level), ("message", true, message)];
    faults.object(value, members);
    no_broken_links(value, faults);
}

fn bases(value: &Value, faults: &mut Faults<'_>) {
    let Some(bases) = value.as_object() else { return faults.say("not an object") };
    for (name, base) in bases {
        faults.below(name.clone(), |faults| faults.object(base, &[("description", true, message)]));
    }
}

fn column_kind(value: &Value, faults: &mut Faults<'_>) {
    one_of(value, &["unicodeCodePoints", "utf16CodeUnits"], faults);
}

fn result(value: &Value, faults: &mut Faults<'_>) {
    let members: &[Member] = &[
        ("ruleId", true, code),
        ("ruleIndex", true, index),
        ("level", true, level),
        ("message", true, message),
        ("locations", true, |all, faults| faults.each(all, 1, location)),
        ("relatedLocations", false, |all, faults| faults.each(all, 1, related)),
        ("partialFingerprints", true, fingerprints),
        ("fixes", false, |all, faults| faults.each(all, 1, fix)),
    ];
    faults.object(value, members);
    same_rule(&value["ruleId"], &value["ruleIndex"], faults);
    if value["locations"].as_array().is_some_and(|all| all.len() > 1) {
        faults.say("a result has one place; others are related");
    }
    no_broken_links(value, faults);
}

/// `[text](1)` leads to exactly one place.
fn no_broken_links(value: &Value, faults: &mut Faults<'_>) {
    let places: Vec<&Value> =
        value["relatedLocations"].as_array().into_iter().flatten().map(|one| &one["id"]).collect();
    let text = value["message"]["text"].as_str().unwrap_or_default();
    let is_escaped = |at: usize| (at - text[..at].trim_end_matches('\\').len()) % 2 == 1;
    for (at, _) in text.match_indices("](").filter(|(at, _)| !is_escaped(*at)) {
        let target = text[at + 2..].split(')').next().unwrap_or_default();
        let there = places.iter().filter(|id| id.to_string() == target).count();
        if there != 1 {
            faults.say(&format!("a link leads to {there} places named {target}"));
        }
    }
}

fn same_rule(id: &Value, index: &Value, faults: &mut Faults<'_>) {
    let at = index.as_u64().and_then(|at| usize::try_from(at).ok());
    if at.and_then(|at| faults.rules().get(at)).map(|rule| &rule["id"]) != Some(id) {
        faults.say("the index leads to no rule, or another one");
    }
}

fn fingerprints(value: &Value, faults: &mut Faults<'_>) {
    let all = value.as_object().map(Map::values).into_iter().flatten();
    if all.map(|one| text(one, faults)).count() == 0 {
        faults.say("no fingerprint");
    }
}

fn location(value: &Value, faults: &mut Faults<'_>) {
    faults.object(value, &[("physicalLocation", true, physical), ("message", false, message)]);
}

fn related(value: &Value, faults: &mut Faults<'_>) {
    faults.object(value, &[("id", true, index), ("physicalLocation", true, physical), ("message", false, message)]);
}

fn physical(value: &Value, faults: &mut Faults<'_>) {
    faults.object(value, &[("artifactLocation", true, artifact), ("region", true, region)]);
}

fn artifact(value: &Value, faults: &mut Faults<'_>) {
    faults.object(value, &[("uri", true, uri), ("uriBaseId", false, text), ("description", false, message)]);
    let address = value["uri"].as_str().unwrap_or_default();
    let base = value["uriBaseId"].as_str();
    if base.is_some_and(|base| faults.run["originalUriBaseIds"].get(base).is_none()) {
        faults.say("the base is not defined");
    }
    if base.is_some() == (address.starts_with('/') || address.contains(':')) {
        faults.say("a relative path has a base, an absolute one has none");
    }
}

/// Lines and columns from 1, the end not before the start.
fn region(value: &Value, faults: &mut Faults<'_>) {
    let names = ["startLine", "startColumn", "endLine", "endColumn"];
    faults.object(value, &names.map(|name| (name, true, from_one as fn(&Value, &mut Faults<'_>))));
    let [start_line, start, end_line, end] = names.map(|name| value[name].as_u64().unwrap_or(0));
    if (end_line, end) < (start_line, start) {
        faults.say("the end is before the start");
    }
}

fn fix(value: &Value, faults: &mut Faults<'_>) {
    faults.object(
        value,
        &[("description", true, message), ("artifactChanges", true, |all, faults| faults.each(all, 1, change))],
    );
}

fn change(value: &Value, faults: &mut Faults<'_>) {
    faults.object(
        value,
        &[("artifactLocation", true, artifact), ("replacements", true, |all, faults| faults.each(all, 1, replacement))],
    );
}

fn replacement(value: &Value, faults: &mut Faults<'_>) {
    let content: fn(&Value, &mut Faults<'_>) = |one, faults| faults.object(one, &[("text", true, text)]);
    faults.object(value, &[("deletedRegion", true, region), ("insertedContent", false, content)]);
}

/// Braces stand for arguments, and there are none.
fn message(value: &Value, faults: &mut Faults<'_>) {
    faults.object(value, &[("text", true, text)]);
    let plain = value["text"].as_str().unwrap_or_default().replace("{{", "").replace("}}", "");
    if plain.contains(['{', '}']) {
        faults.say("a brace that is not doubled");
    }
}

fn text(value: &Value, faults: &mut Faults<'_>) {
    if value.as_str().is_none_or(str::is_empty) {
        faults.say("not a text, or an empty one");
    }
}

fn code(value: &Value, faults: &mut Faults<'_>) {
    if value.as_str().is_none_or(|code| pipec::diag::code::Code::find(code).is_none_or(|known| known.id() != code)) {
        faults.say("no code");
    }
}

fn level(value: &Value, faults: &mut Faults<'_>) {
    one_of(value, &["none", "note", "warning", "error"], faults);
}

fn one_of(value: &Value, words: &[&str], faults: &mut Faults<'_>) {
    if !words.iter().any(|word| value == word) {
        faults.say(&format!("none of {words:?}"));
    }
}

fn boolean(value: &Value, faults: &mut Faults<'_>) {
    if !value.is_boolean() {
        faults.say("neither true nor false");
    }
}

fn index(value: &Value, faults: &mut Faults<'_>) {
    if value.as_u64().is_none() {
        faults.say("no index");
    }
}

fn from_one(value: &Value, faults: &mut Faults<'_>) {
    if value.as_u64().is_none_or(|number| number == 0) {
        faults.say("no number from 1");
    }
}

/// Only the characters of RFC 3986, and `%` only before two digits.
fn uri(value: &Value, faults: &mut Faults<'_>) {
    let address = value.as_str().unwrap_or_default();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    let escaped = |rest: &str| rest.len() >= 2 && rest.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit);
    if address.is_empty() || !address.bytes().all(allowed) || !address.split('%').skip(1).all(escaped) {
        faults.say("no URI");
    }
}

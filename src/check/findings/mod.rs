//! What is said about programs that are wrong: one small function a fact.

pub(super) mod argv;
pub(super) mod bodies;
pub(super) mod calls;
pub(super) mod demands;
pub(super) mod facts;
pub(super) mod foreign;
pub(super) mod kept;
pub(super) mod literals;
pub(super) mod names;
pub(super) mod parts;
pub(super) mod service;
pub(super) mod suite;
pub(super) mod tasks;
pub(super) mod texts;
pub(super) mod types;
pub(super) mod uses;

/// `name`, or words where the value has none.
fn named(name: Option<&str>, other: &str) -> String {
    name.map_or_else(|| other.to_owned(), |name| format!("`{name}`"))
}

/// "`a`, `b` and `c`"
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [init @ .., last] => {
            let init: Vec<String> = init.iter().map(|name| format!("`{name}`")).collect();
            format!("{} and `{last}`", init.join(", "))
        }
    }
}

/// "did you mean `x`?", or what there is.
fn meant(name: &str, names: &[&str], kind: &str) -> (Option<String>, String) {
    match crate::diag::did_you_mean(name, names.iter().copied()) {
        Some(near) => (Some(near.to_owned()), format!("did you mean `{near}`?")),
        None if names.is_empty() => (None, format!("there are no {kind} here; remove it")),
        None => (None, format!("the {kind} are {}", listed(names))),
    }
}

/// "1 argument", "2 arguments"
fn counted(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

//! What type a parameter has: what is known of one holds of all that it is handed to as it is.

use super::names::pascal;

/// The type of a value of the program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Ty {
    Bool,
    Text,
    List,
    /// A record, by its name.
    Record(String),
}

/// What is known of a parameter.
#[derive(Clone, Debug)]
pub(super) enum Fact {
    /// It takes a text that nobody knows.
    AnyText,
    /// It has or is given this text.
    Word(String),
    /// It is compared with these.
    Compared(Vec<String>),
    List,
    /// It has these keys.
    Object(Vec<String>),
}

/// A parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Slot(usize);

/// All parameters, and which of them are handed to each other.
#[derive(Default, Debug)]
pub(super) struct Slots {
    facts: Vec<Vec<Fact>>,
    /// The names, for those of records.
    names: Vec<String>,
    parent: Vec<usize>,
    records: Vec<(String, Vec<String>)>,
}

impl Slots {
    pub(super) fn add(&mut self, name: &str) -> Slot {
        self.facts.push(Vec::new());
        self.names.push(name.to_owned());
        self.parent.push(self.parent.len());
        Slot(self.parent.len() - 1)
    }

    pub(super) fn say(&mut self, slot: Slot, fact: Fact) {
        self.facts[slot.0].push(fact);
    }

    /// One is handed to the other as it is.
    pub(super) fn join(&mut self, one: Slot, other: Slot) {
        let (one, other) = (self.root(one.0), self.root(other.0));
        if one != other {
            let (first, second) = (one.min(other), one.max(other));
            self.parent[second] = first;
            let moved = std::mem::take(&mut self.facts[second]);
            self.facts[first].extend(moved);
        }
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.parent[at] != at {
            self.parent[at] = self.parent[self.parent[at]];
            at = self.parent[at];
        }
        at
    }

    /// The records that types name, with their keys.
    pub(super) fn records(&self) -> &[(String, Vec<String>)] {
        &self.records
    }

    pub(super) fn ty(&mut self, slot: Slot) -> Ty {
        let root = self.root(slot.0);
        let facts = std::mem::take(&mut self.facts[root]);
        let keys = facts.iter().find_map(|fact| match fact {
            Fact::Object(_) => Some(all_keys(&facts)),
            Fact::AnyText | Fact::Word(_) | Fact::Compared(_) | Fact::List => None,
        });
        let ty = if facts.iter().any(|fact| matches!(fact, Fact::List)) {
            Ty::List
        } else if let Some(keys) = keys {
            Ty::Record(self.record(root, keys))
        } else if is_bool(&facts) {
            Ty::Bool
        } else {
            Ty::Text
        };
        self.facts[root] = facts;
        ty
    }

    fn record(&mut self, root: usize, keys: Vec<String>) -> String {
        if let Some((name, _)) = self.records.iter().find(|(_, known)| *known == keys) {
            return name.clone();
        }
        let base = pascal(&self.names[root]);
        let numbered = |n: u32| if n == 1 { base.clone() } else { format!("{base}{n}") };
        let taken = |name: &String| self.records.iter().any(|(known, _)| known == name);
        let name = (1..).map(numbered).find(|name| !taken(name)).expect("there are more numbers than names");
        self.records.push((name.clone(), keys));
        name
    }
}

fn all_keys(facts: &[Fact]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for fact in facts {
        let Fact::Object(keys) = fact else { continue };
        for key in keys {
            if !all.contains(key) {
                all.push(key.clone());
            }
        }
    }
    all
}

/// Somebody says `true` or `false`, and nobody anything else.
fn is_bool(facts: &[Fact]) -> bool {
    let said = facts.iter().any(|fact| matches!(fact, Fact::Word(_)));
    said && facts.iter().all(|fact| match fact {
        Fact::Word(word) => is_word(word),
        Fact::Compared(words) => words.iter().all(|word| is_word(word)),
        Fact::AnyText | Fact::List | Fact::Object(_) => false,
    })
}

fn is_word(text: &str) -> bool {
    matches!(text, "true" | "false")
}

#[cfg(test)]
mod tests {
    use super::{Fact, Slots, Ty};

    fn word(text: &str) -> Fact {
        Fact::Word(text.to_owned())
    }

    #[test]
    fn a_bool_is_what_only_says_true_or_false() {
        let mut slots = Slots::default();
        let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| slots.add(name));
        slots.say(a, word("false"));
        slots.say(b, Fact::Compared(vec!["true".to_owned()]));
        assert_eq!([slots.ty(a), slots.ty(b)], [Ty::Bool, Ty::Text]);
        slots.join(b, a);
        assert_eq!(slots.ty(b), Ty::Bool);
        slots.say(c, word("yes"));
        slots.join(c, d);
        slots.join(d, b);
        assert_eq!([slots.ty(a), slots.ty(d)], [Ty::Text, Ty::Text]);
    }

    #[test]
    fn objects_with_the_same_keys_are_one_record() {
        let mut slots = Slots::default();
        let [a, b] = ["git-info", "other"].map(|name| slots.add(name));
        let keys = vec!["url".to_owned(), "commit".to_owned()];
        slots.say(a, Fact::Object(keys.clone()));
        slots.say(b, Fact::Object(keys));
        assert_eq!([slots.ty(a), slots.ty(b)], [Ty::Record("GitInfo".to_owned()), Ty::Record("GitInfo".to_owned())]);
        assert_eq!(slots.records().len(), 1);
    }
}

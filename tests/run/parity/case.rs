//! One program, and how it is to be run.

/// A program with what it is given.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// To find it again.
    pub(super) name: String,
    pub(super) text: String,
    /// By name; a list has as many elements as it has.
    pub(super) given: Vec<(String, Given)>,
    /// The secret is a file, not a folder with a file `value`.
    pub(super) plain_secret: bool,
    /// The name of the secret, where the program asks for one.
    pub(super) secret: &'static str,
    pub(super) jobs: usize,
    /// What does not depend on a failure is run all the same.
    pub(super) keep_going: bool,
    /// Builds cannot express it.
    pub(super) no_builds: bool,
    /// Its tasks are of several classes, so builds run them in another order.
    pub(super) classes: bool,
    /// When this stands in the trace, the run is cancelled.
    pub(super) cancel_at: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Given {
    Text(String),
    List(Vec<String>),
}

impl Case {
    pub(super) fn new(name: &str, text: &str) -> Self {
        Self {
            name: name.to_owned(),
            text: text.to_owned(),
            given: Vec::new(),
            plain_secret: false,
            secret: super::engines::SECRET,
            jobs: 1,
            keep_going: false,
            no_builds: false,
            classes: false,
            cancel_at: None,
        }
    }

    /// As `-p` takes them, an element of a list each.
    pub(super) fn pairs(&self) -> Vec<String> {
        let pair = |name: &str, text: &str| format!("{name}={text}");
        let pairs = self.given.iter().flat_map(|(name, given)| match given {
            Given::Text(text) => vec![pair(name, text)],
            Given::List(list) => list.iter().map(|text| pair(name, text)).collect(),
        });
        pairs.collect()
    }

    /// The lists that are given and have no element.
    pub(super) fn empty_lists(&self) -> impl Iterator<Item = &str> {
        let empty = self.given.iter().filter(|(_, given)| *given == Given::List(Vec::new()));
        empty.map(|(name, _)| name.as_str())
    }
}

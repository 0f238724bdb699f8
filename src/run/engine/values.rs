//! What was given for a run.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::contract::ParamSpec;

/// What was given for a run, by the names of its parameters; what is not here has its default.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Values {
    pub params: BTreeMap<String, Given>,
    /// The folder of secrets, absolute: NAME is a file of it, or a folder with a file `value`.
    pub secrets: PathBuf,
}

/// The value of a parameter, in text form. A secret's is a reference: NAME (in the folder of secrets), `file:PATH` or
/// `env:VARIABLE`; a workspace's is its folder. An empty text of an optional is no value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Given {
    Text(String),
    List(Vec<String>),
}

impl Values {
    /// The text of a parameter that is no list.
    pub fn text<'a>(&'a self, param: &'a ParamSpec) -> &'a str {
        match self.params.get(&param.name) {
            Some(Given::Text(text)) => text,
            Some(Given::List(list)) => list.first().map_or("", String::as_str),
            None => param.default.as_ref().and_then(|default| default.first()).map_or("", String::as_str),
        }
    }

    /// The elements of a list parameter.
    pub fn list<'a>(&'a self, param: &'a ParamSpec) -> &'a [String] {
        match self.params.get(&param.name) {
            Some(Given::Text(text)) => std::slice::from_ref(text),
            Some(Given::List(list)) => list,
            None => param.default.as_deref().unwrap_or_default(),
        }
    }
}

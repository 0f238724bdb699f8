//! The parameters and enums of the program: made when they are first read.

use std::collections::BTreeSet;

use super::findings;
use super::model::{At, Scalar};
use super::parts::{Part, has_variables, parts};
use super::schema::BUILT_INS;
use super::value::{Enum, Param, Rank, Ty, Value};
use super::vars::{Vars, declared};
use crate::import::tekton::names::{Names, pascal, snake};
use crate::source::Span;

/// Names of types that a program has anyway.
const TAKEN: [&str; 7] = ["Arch", "Verdict", "OnFailure", "Outcome", "Status", "Needs", "Number"];

impl Vars<'_> {
    pub(super) fn built_in(&mut self, at: usize) -> Value {
        let one = BUILT_INS[at];
        let (ty, of) = if one.name == "REG_INSECURE" { (Ty::Flag, "bool") } else { (Ty::Text, "string") };
        let default = match ty {
            Ty::Flag => Some("false".to_owned()),
            Ty::Text | Ty::Int | Ty::Case | Ty::Secret => one.may_be_empty.then(|| "\"\"".to_owned()),
        };
        let param = Param {
            name: one.name.to_owned(),
            doc: one.about.to_owned(),
            ty: of.to_owned(),
            default,
            rank: Rank::Variable,
            fixed: false,
            trial: "x1".to_owned(),
            span: None,
        };
        self.read(&format!("variable {}", one.name), param, ty)
    }

    /// A reference to something that is kept elsewhere.
    pub(super) fn secret(&mut self, wanted: &str, doc: &str, span: Span) -> Value {
        let param = Param {
            name: wanted.to_owned(),
            doc: doc.to_owned(),
            ty: "secret".to_owned(),
            default: None,
            rank: Rank::Secret,
            fixed: false,
            trial: "x1".to_owned(),
            span: Some(span),
        };
        self.read(&format!("secret {wanted}"), param, Ty::Secret)
    }

    /// The name of a secret. What a variable says in it whoever starts the run knows: the parameter is a reference already.
    pub(super) fn name_of_secret(&mut self, at: &At) -> Option<String> {
        let document = self.document;
        let mut whole = String::new();
        for part in parts(&at.text) {
            let Part::Var { name, whole: written } = part else {
                whole += match part {
                    Part::Text(text) | Part::Escaped(text) => text,
                    Part::Var { .. } => "",
                };
                continue;
            };
            if !self.all_names().contains(&name) {
                let found = findings::undefined(at.span, name, written, &self.all_names(), false);
                self.out.push(found);
                return None;
            }
            self.used.insert(name.to_owned());
            let known = declared(&document.variables, name).map(|one| &one.value);
            whole += match known {
                Some(Scalar::Text(text)) if !has_variables(text) => text,
                Some(Scalar::Text(_) | Scalar::Int(_) | Scalar::Bool(_)) | None => name,
            };
        }
        Some(whole)
    }

    /// A text that is kept elsewhere.
    pub(super) fn outside(&mut self, wanted: &str, doc: &str, span: Span) -> Value {
        let param = Param {
            name: wanted.to_owned(),
            doc: doc.to_owned(),
            ty: "string".to_owned(),
            default: None,
            rank: Rank::Secret,
            fixed: false,
            trial: "x1".to_owned(),
            span: Some(span),
        };
        self.read(&format!("outside {wanted}"), param, Ty::Text)
    }

    /// The folder that all steps work in.
    pub(super) fn source(&mut self) -> Value {
        let param = Param {
            name: "source".to_owned(),
            doc: "The repository.".to_owned(),
            ty: "workspace".to_owned(),
            default: None,
            rank: Rank::Source,
            fixed: false,
            trial: String::new(),
            span: None,
        };
        self.read("source", param, Ty::Text)
    }

    /// The parameter of a key, made when it is first read.
    pub(super) fn read(&mut self, key: &str, mut param: Param, ty: Ty) -> Value {
        let at = match self.known.get(key) {
            Some(at) => *at,
            None => {
                let word = if param.rank == Rank::Secret { "secret" } else { "input" };
                let wanted = std::mem::take(&mut param.name);
                param.name = self.names.claim(&wanted, word);
                if let Some(span) = param.span.filter(|_| param.rank == Rank::Input && param.name != snake(&wanted)) {
                    let message = format!("the input `{wanted}` is the parameter `{}`", param.name);
                    self.out.push(findings::otherwise(span, message, "the nearest name that the program has free"));
                }
                self.params.push(param);
                self.known.insert(key.to_owned(), self.params.len() - 1);
                self.params.len() - 1
            }
        };
        Value { reads: BTreeSet::from([at]), ..Value::new(self.params[at].name.clone(), ty) }
    }

    /// Declares an enum; its name, and those of its cases.
    pub(super) fn declare(&mut self, wanted: &str, doc: &str, spellings: &[String]) -> (String, Vec<String>) {
        let base = pascal(wanted);
        let base = if TAKEN.contains(&base.as_str()) { format!("{base}Choice") } else { base };
        let numbered = |n: u32| if n == 1 { base.clone() } else { format!("{base}{n}") };
        let taken = |name: &String| self.enums.iter().any(|one| one.name == *name);
        let name = (1..).map(numbered).find(|name| !taken(name)).expect("there are more numbers than names");
        let mut names = Names::default();
        let cases: Vec<String> = spellings.iter().map(|one| names.claim(one, "is")).collect();
        let spelt = cases.iter().cloned().zip(spellings.iter().cloned()).collect();
        self.enums.push(Enum { name: name.clone(), doc: doc.to_owned(), cases: spelt });
        (name, cases)
    }

    /// The parameter that chooses an environment.
    pub(super) fn environment(&mut self) -> usize {
        if let Some(at) = self.known.get("environment") {
            return *at;
        }
        let names: Vec<String> = self.document.environments.iter().map(|one| one.name.clone()).collect();
        self.declare("environment", "The environments.", &names);
        let param = Param {
            name: "environment".to_owned(),
            doc: "The environment that it runs for.".to_owned(),
            ty: "Environment".to_owned(),
            default: None,
            rank: Rank::Environment,
            fixed: false,
            trial: names.first().cloned().unwrap_or_default(),
            span: self.document.environments.first().map(|one| one.span),
        };
        self.read("environment", param, Ty::Case);
        self.known["environment"]
    }

    /// The cases of the environments, by their numbers.
    pub(super) fn case(&self, at: usize) -> String {
        let environments = self.enums.iter().find(|one| one.name == "Environment");
        environments.map_or_else(String::new, |one| format!(".{}", one.cases[at].0))
    }
}

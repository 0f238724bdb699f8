//! What a variable stands for: an input, a variable of the environment that was chosen, or one that Wharf knows itself.

use std::collections::{BTreeMap, BTreeSet};

use super::findings;
use super::model::{At, Declared, Document, Scalar, Takes};
use super::parts::{Part, parts};
use super::schema::BUILT_INS;
use super::value::{ENVIRONMENT, Enum, Function, Param, Rank, Ty, Value};
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::import::script::Script;
use crate::import::tekton::names::Names;
use crate::source::{FileId, Span, offset};

/// What a variable was looked up for.
pub(super) enum Found {
    Value(Value),
    /// There is none of this name.
    Unknown,
    /// It has been reported.
    Broken,
}

/// Where a variable is read.
#[derive(Clone, Debug)]
pub(super) struct Place<'p> {
    /// The environments that may be chosen when it is.
    pub(super) environments: Vec<usize>,
    /// There may be none, too.
    pub(super) without: bool,
    /// The name of the stage.
    pub(super) stage: &'p str,
}

/// All variables, and what they become in the program.
pub(super) struct Vars<'a> {
    pub(super) document: &'a Document<'a>,
    pub(super) names: Names,
    pub(super) params: Vec<Param>,
    pub(super) enums: Vec<Enum>,
    pub(super) functions: Vec<Function>,
    /// An environment has to be chosen for every run.
    pub(super) environment_needed: bool,
    pub(super) used: BTreeSet<String>,
    pub(super) out: Diagnostics,
    lenient: bool,
    texts: Vec<(FileId, &'a str)>,
    /// The parameters by what they are made of, and the functions by their variables.
    pub(super) known: BTreeMap<String, usize>,
    called: BTreeMap<String, usize>,
    /// The variables that are being looked up.
    open: Vec<String>,
}

impl<'a> Vars<'a> {
    pub(super) fn new(document: &'a Document<'a>, texts: &[(FileId, &'a str)], lenient: bool) -> Self {
        Self {
            document,
            names: Names::default(),
            params: Vec::new(),
            enums: Vec::new(),
            functions: Vec::new(),
            environment_needed: false,
            used: BTreeSet::new(),
            out: Diagnostics::default(),
            lenient,
            texts: texts.to_vec(),
            known: BTreeMap::new(),
            called: BTreeMap::new(),
            open: Vec::new(),
        }
    }

    /// The value of a variable, which is read at `span`.
    pub(super) fn look_up(&mut self, name: &str, span: Span, place: &Place<'_>) -> Found {
        if self.open.iter().any(|open| open == name) {
            let chain: Vec<String> = self.open.iter().cloned().chain([name.to_owned()]).collect();
            self.out.push(findings::endless(span, &chain));
            return Found::Broken;
        }
        self.open.push(name.to_owned());
        let found = self.meant(name, span, place);
        self.open.pop();
        found
    }

    fn meant(&mut self, name: &str, span: Span, place: &Place<'_>) -> Found {
        let document = self.document;
        if document.refused.iter().any(|refused| refused == name) {
            return Found::Broken;
        }
        let found = if let Some(at) = document.inputs.iter().position(|input| input.name == name) {
            self.input(at, place)
        } else if document.environments.iter().any(|one| declared(&one.variables, name).is_some()) {
            self.of_environment(name, span, place)
        } else {
            self.otherwise(name, place)
        };
        if !matches!(found, Found::Unknown) {
            self.used.insert(name.to_owned());
        }
        found
    }

    /// A variable of a file of variables, or one that Wharf knows itself.
    fn otherwise(&mut self, name: &str, place: &Place<'_>) -> Found {
        let document = self.document;
        if let Some(one) = declared(&document.variables, name) {
            return self.of_file(one, place);
        }
        BUILT_INS.iter().position(|one| one.name == name).map_or(Found::Unknown, |at| Found::Value(self.built_in(at)))
    }

    fn has_otherwise(&self, name: &str) -> bool {
        declared(&self.document.variables, name).is_some() || BUILT_INS.iter().any(|one| one.name == name)
    }

    fn input(&mut self, at: usize, place: &Place<'_>) -> Found {
        let input = &self.document.inputs[at];
        let key = format!("input {}", input.name);
        let about = format!("Input `{}`.", input.name);
        let default = input.default.as_ref();
        let wanted = |ty: &str, default: Option<String>, trial: &str| Param {
            name: input.name.clone(),
            doc: about.clone(),
            ty: ty.to_owned(),
            default,
            rank: Rank::Input,
            fixed: false,
            trial: trial.to_owned(),
            span: Some(input.span),
        };
        match &input.takes {
            Takes::Text => self.text_param(&key, wanted("string", None, "x1"), default, place),
            Takes::Number => {
                Found::Value(self.read(&key, wanted("int", default.map(|at| at.text.clone()), "1"), Ty::Int))
            }
            Takes::Fraction => {
                let default = default.map(|at| crate::import::script::quoted(&at.text));
                Found::Value(self.read(&key, wanted("Number", default, "1"), Ty::Text))
            }
            Takes::Password => Found::Value(self.read(&key, wanted("secret", None, "x1"), Ty::Secret)),
            Takes::Choice(values) => {
                if self.known.contains_key(&key) {
                    let param = wanted("", None, "");
                    return Found::Value(self.read(&key, param, Ty::Case));
                }
                let (of, cases) = self.declare(&input.name, &about, values);
                let chosen = default.and_then(|at| values.iter().position(|value| *value == at.text));
                let default = chosen.map(|at| format!(".{}", cases[at]));
                Found::Value(self.read(&key, wanted(&of, default, &values[0]), Ty::Case))
            }
        }
    }

    /// A parameter of type `string`, whose default may be made of other variables.
    fn text_param(&mut self, key: &str, mut param: Param, default: Option<&At>, place: &Place<'_>) -> Found {
        let Some(at) = default else { return Found::Value(self.read(key, param, Ty::Text)) };
        let Some(value) = self.text(at, place) else { return Found::Broken };
        if let Some(literal) = &value.literal {
            param.default = Some(crate::import::script::quoted(literal));
            return Found::Value(self.read(key, param, Ty::Text));
        }
        (param.ty, param.default) = ("string?".to_owned(), Some("none".to_owned()));
        let mut read = self.read(key, param, Ty::Text);
        read.expr = format!("({} ?? {})", read.expr, value.text());
        read.reads.extend(value.reads);
        Found::Value(read)
    }

    fn of_file(&mut self, one: &Declared, place: &Place<'_>) -> Found {
        let key = format!("variable {}", one.name);
        let param = |ty: &str, default: Option<String>| Param {
            name: one.name.clone(),
            doc: format!("Variable `{}`.", one.name),
            ty: ty.to_owned(),
            default,
            rank: Rank::Variable,
            fixed: false,
            trial: "x1".to_owned(),
            span: Some(one.span),
        };
        match &one.value {
            Scalar::Int(value) => Found::Value(self.read(&key, param("int", Some(value.to_string())), Ty::Int)),
            Scalar::Bool(value) => Found::Value(self.read(&key, param("bool", Some(value.to_string())), Ty::Flag)),
            Scalar::Text(text) => {
                let at = At { text: text.clone(), span: one.at };
                self.text_param(&key, param("string", None), Some(&at), place)
            }
        }
    }

    fn of_environment(&mut self, name: &str, span: Span, place: &Place<'_>) -> Found {
        let document = self.document;
        let has_it = |at: &usize| declared(&document.environments[*at].variables, name).is_some();
        let lacking = place.environments.iter().filter(|at| !has_it(at) && !self.has_otherwise(name));
        let lacking: Vec<&str> = lacking.map(|at| document.environments[*at].name.as_str()).collect();
        if !lacking.is_empty() {
            self.out.push(findings::undefined_in(span, name, place.stage, &lacking));
            return Found::Broken;
        }
        self.environment_needed |= place.without;
        let environment = self.environment();
        let at = match self.called.get(name) {
            Some(at) => *at,
            None => {
                let Some(function) = self.function(name, place.stage) else { return Found::Broken };
                self.functions.push(function);
                self.called.insert(name.to_owned(), self.functions.len() - 1);
                self.functions.len() - 1
            }
        };
        let function = &self.functions[at];
        let params = function.params.iter().map(|at| self.params[*at].name.clone());
        let args: Vec<String> = [ENVIRONMENT.to_owned()].into_iter().chain(params).collect();
        let expr = format!("{}({})", function.name, args.join(", "));
        let reads = function.params.iter().copied().chain([environment]).collect();
        Found::Value(Value { reads, ..Value::new(expr, function.ty) })
    }

    fn function(&mut self, name: &str, stage: &str) -> Option<Function> {
        let document = self.document;
        let mut values: Vec<Option<Value>> = Vec::new();
        for (at, environment) in document.environments.iter().enumerate() {
            let place = Place { environments: vec![at], without: false, stage };
            let value = match declared(&environment.variables, name) {
                Some(one) => self.given(one, &place)?,
                None => match self.otherwise(name, &place) {
                    Found::Value(value) => value,
                    Found::Broken => return None,
                    // Nothing that runs there reads it.
                    Found::Unknown => {
                        values.push(None);
                        continue;
                    }
                },
            };
            values.push(Some(value));
        }
        let mut types = values.iter().flatten().map(|value| value.ty);
        let first = types.next().unwrap_or(Ty::Text);
        let ty = if types.all(|ty| ty == first) && first != Ty::Case { first } else { Ty::Text };
        let environment = self.known["environment"];
        let reads: BTreeSet<usize> = values.iter().flatten().flat_map(|value| value.reads.iter().copied()).collect();
        let arm = |value: &Option<Value>| match (value, ty) {
            (Some(value), Ty::Text) => value.text(),
            (Some(value), _) => value.expr.clone(),
            (None, Ty::Int) => "0".to_owned(),
            (None, Ty::Flag) => "false".to_owned(),
            (None, Ty::Text | Ty::Case | Ty::Secret) => "\"\"".to_owned(),
        };
        let mut doc = format!("The variable `{name}`.");
        if values.iter().any(Option::is_none) {
            doc += " Where an environment has none, nothing reads it.";
        }
        Some(Function {
            name: self.names.claim(name, "variable"),
            doc,
            ty,
            params: reads.into_iter().filter(|at| *at != environment).collect(),
            arms: values.iter().map(arm).collect(),
        })
    }

    /// What a declaration says.
    fn given(&mut self, one: &Declared, place: &Place<'_>) -> Option<Value> {
        match &one.value {
            Scalar::Int(value) => Some(Value::new(value.to_string(), Ty::Int).written(value)),
            Scalar::Bool(value) => Some(Value::new(value.to_string(), Ty::Flag).written(value)),
            Scalar::Text(text) => {
                let value = self.text(&At { text: text.clone(), span: one.at }, place)?;
                if value.ty == Ty::Secret {
                    self.out.push(secret_in_text(one.at, &one.name));
                    return None;
                }
                Some(value)
            }
        }
    }

    /// A text with the values of its variables; nothing where one is missing, which has been reported. What is only a
    /// variable keeps its type.
    pub(super) fn text(&mut self, at: &At, place: &Place<'_>) -> Option<Value> {
        let parts = parts(&at.text);
        let mut script = Script::default();
        let mut reads = BTreeSet::new();
        let (mut sound, mut plain) = (true, true);
        for (number, part) in parts.iter().enumerate() {
            match part {
                Part::Text(text) => script.raw(text),
                Part::Escaped(name) => script.raw(&format!("${{{name}}}")),
                Part::Var { name, whole } => {
                    let span = self.within(at.span, whole, repeated(&parts[..number], whole));
                    match self.look_up(name, span, place) {
                        Found::Value(value) if parts.len() == 1 => return Some(value),
                        Found::Value(value) if value.ty == Ty::Secret => {
                            self.out.push(secret_in_text(span, name));
                            sound = false;
                        }
                        Found::Value(value) => {
                            script.hole(value.hole());
                            reads.extend(value.reads);
                            plain = false;
                        }
                        Found::Unknown => {
                            let found = findings::undefined(span, name, whole, &self.all_names(), false);
                            sound &= self.lenient;
                            self.soft(found);
                            script.raw(whole);
                        }
                        Found::Broken => sound = false,
                    }
                }
            }
        }
        if plain {
            return sound.then(|| Value::literal(&script.text()));
        }
        sound.then(|| Value { reads, ..Value::new(script.quoted(), Ty::Text) })
    }

    /// An error, or with `--lenient` a warning.
    pub(super) fn soft(&mut self, mut found: Diagnostic) {
        if self.lenient {
            found.severity = Severity::Warning;
        }
        self.out.push(found);
    }

    /// All names that there are.
    pub(super) fn all_names(&self) -> Vec<&'a str> {
        let document = self.document;
        let inputs = document.inputs.iter().map(|one| one.name.as_str());
        let environments = document.environments.iter().flat_map(|one| &one.variables);
        let declared = environments.chain(&document.variables).map(|one| one.name.as_str());
        inputs.chain(declared).chain(BUILT_INS.iter().map(|one| one.name)).collect()
    }

    /// Where a part of a scalar stands, behind `nth` of the same; the whole of it where it is written with escapes.
    pub(super) fn within(&self, scalar: Span, part: &str, nth: usize) -> Span {
        let text = self.texts.iter().find(|(id, _)| *id == scalar.file).map_or("", |(_, text)| text);
        let text = text.get(scalar.start as usize..scalar.end as usize).unwrap_or_default();
        text.match_indices(part).nth(nth).map_or(scalar, |(at, _)| {
            let start = scalar.start + offset(at);
            Span::new(scalar.file, start, start + offset(part.len()))
        })
    }

    /// These are known when compiling.
    pub(super) fn fix(&mut self, value: &Value) {
        value.reads.iter().for_each(|at| self.params[*at].fixed = true);
    }
}

/// How often a variable was written before.
pub(super) fn repeated(before: &[Part<'_>], whole: &str) -> usize {
    before.iter().filter(|part| matches!(part, Part::Var { whole: other, .. } if *other == whole)).count()
}

pub(super) fn secret_in_text(span: Span, name: &str) -> Diagnostic {
    findings::not_said(
        span,
        format!("the password `{name}` stands in a text"),
        "whoever sees the build sees it then: give it in `secretName`, or read it in a script",
    )
}

pub(super) fn declared<'d>(list: &'d [Declared], name: &str) -> Option<&'d Declared> {
    list.iter().find(|one| one.name == name)
}

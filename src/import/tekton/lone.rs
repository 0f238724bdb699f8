//! A run of a pipeline that is kept elsewhere, as a pipeline of one call. What Pipelines-as-Code fills in is a parameter of
//! it; a text around such a value is put together in the call. Its workspaces are its own: the run binds them all.

use super::cx::Cx;
use super::docs::Doc;
use super::externs;
use super::model::{At, Call, Callee, Given, Param, Pipeline, Space};
use super::names::{Names, snake};
use super::pac::{self, Part};
use super::slots::{Fact, Slot};
use crate::source::Span;
use crate::yaml_read::look::Look;

/// The pipeline; `at` is what it calls. To what the run gives, the variables come that stand within texts only.
pub(super) fn pipeline<'a>(
    doc: &Doc<'a>,
    at: usize,
    given: &mut Vec<(String, Given)>,
    cx: &mut Cx<'a, '_>,
) -> Pipeline<'a> {
    let mut lone = Lone { names: Names::default(), params: Vec::new(), given: given.clone() };
    let ours = lone.names.claim(&cx.externs[at].wish, "run");
    let mut args = Vec::new();
    for (theirs, value) in given.iter() {
        let slot = externs::asked(&mut cx.externs[at], theirs, &mut cx.slots);
        args.push((theirs.clone(), lone.argument(theirs, value, slot, doc.spec.span, cx)));
    }
    let mut spaces: Vec<Space> = Vec::new();
    let mut bound = Vec::new();
    for one in doc.spec.list("workspaces") {
        let Some(name) = cx.at_of(one, "name") else { continue };
        let ours = lone.names.claim(&name.text, "place");
        bound.push((name.text.clone(), spaces.len(), None));
        spaces.push(Space { theirs: name.text, ours, doc: String::new(), optional: false, span: name.span });
    }
    externs::called(&mut cx.externs[at], bound.iter().map(|(name, ..)| (name.as_str(), false)));
    let span = doc.root.key_span("metadata");
    let call = Call {
        theirs: "",
        ours,
        doc: String::new(),
        span,
        node: doc.spec,
        in_finally: false,
        callee: Callee::Extern(at),
        args,
        bound,
        matrix: Vec::new(),
        conds: Vec::new(),
        reads: Default::default(),
        after: Default::default(),
        asks: Default::default(),
        remarks: Vec::new(),
    };
    *given = lone.given;
    Pipeline {
        theirs: doc.name,
        ours: String::new(),
        doc: String::new(),
        display: None,
        span,
        root: doc.root,
        params: lone.params,
        spaces,
        calls: vec![call],
        results: Vec::new(),
        names: lone.names,
        remarks: Vec::new(),
    }
}

struct Lone {
    names: Names,
    params: Vec<Param>,
    given: Vec<(String, Given)>,
}

impl Lone {
    /// What the call gives for a parameter of that pipeline.
    fn argument(&mut self, theirs: &str, value: &Given, slot: Slot, span: Span, cx: &mut Cx<'_, '_>) -> Given {
        let span = value.texts().first().map_or(span, |at| at.span);
        if !value.texts().iter().any(|at| pac::has_variables(&at.text)) {
            tell(slot, value, cx);
            return value.clone();
        }
        let is_inside = value.texts().iter().all(|at| can_be_inside(&at.text));
        let inside = match value {
            Given::Text(at) if is_inside && pac::only(&at.text).is_none() => Some(Given::Text(self.inside(at, cx))),
            Given::List(items, span) if is_inside => {
                Some(Given::List(items.iter().map(|at| self.inside(at, cx)).collect(), *span))
            }
            Given::Text(_) | Given::List(..) | Given::Object(..) => None,
        };
        if let Some(inside) = inside {
            tell(slot, value, cx);
            return inside;
        }
        let own = self.param(theirs, span, cx);
        cx.slots.join(own, slot);
        tell(own, value, cx);
        Given::Text(At::new(format!("$(params.{theirs})"), span))
    }

    /// A text with parameters in place of its variables.
    fn inside(&mut self, at: &At, cx: &mut Cx<'_, '_>) -> At {
        let text = pac::parts(&at.text).into_iter().map(|part| match part {
            Part::Text(text) => text.to_owned(),
            Part::Variable(name) => format!("$(params.{})", self.holder(name, at.span, cx)),
        });
        At::new(text.collect::<String>(), at.span)
    }

    /// The parameter, by its name in the manifest, that is given just this variable.
    fn holder(&mut self, variable: &str, span: Span, cx: &mut Cx<'_, '_>) -> String {
        let is_it = |value: &Given| matches!(value, Given::Text(at) if pac::only(&at.text) == Some(variable));
        let is_referred_to = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let known = self.given.iter().find(|(name, value)| is_it(value) && name.chars().all(is_referred_to));
        if let Some((name, _)) = known {
            return name.clone();
        }
        let base = snake(variable);
        let numbered = |n: u32| if n == 1 { base.clone() } else { format!("{base}_{n}") };
        let taken = |name: &String| self.given.iter().any(|(known, _)| known == name);
        let name = (1..).map(numbered).find(|name| !taken(name)).expect("there are more numbers than names");
        let value = Given::Text(At::new(format!("{{{{{variable}}}}}"), span));
        let slot = self.param(&name, span, cx);
        tell(slot, &value, cx);
        self.given.push((name.clone(), value));
        name
    }

    fn param(&mut self, theirs: &str, span: Span, cx: &mut Cx<'_, '_>) -> Slot {
        let ours = self.names.claim(theirs, "the");
        let slot = cx.slots.add(theirs);
        let (doc, default, only) = (String::new(), None, Vec::new());
        self.params.push(Param { theirs: theirs.to_owned(), ours, doc, slot, default, only, span });
        slot
    }
}

/// Whether all variables of a text can be the names of parameters.
fn can_be_inside(text: &str) -> bool {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    pac::parts(text).iter().all(|part| match part {
        Part::Text(text) => !pac::has_variables(text),
        Part::Variable(name) => {
            name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(is_of_name) && name.len() <= 40
        }
    })
}

fn tell(slot: Slot, value: &Given, cx: &mut Cx<'_, '_>) {
    let fact = match value {
        Given::Text(at) if pac::has_variables(&at.text) => Fact::AnyText,
        Given::Text(at) => Fact::Word(at.text.clone()),
        Given::List(..) => Fact::List,
        Given::Object(entries, _) => Fact::Object(entries.iter().map(|(key, _)| key.clone()).collect()),
    };
    cx.slots.say(slot, fact);
}

//! Requests and limits that are said apart, `steps: { run: { requests: { cpu: 1 }, limits: { cpu: 4 } } }`, or at once:
//! `steps: { run: { both: { cpu: 1 } } }`.

use super::read::{Fields, number};
use crate::emit::kube;
use crate::emit::tekton::inputs::Amount;
use crate::emit::yaml::Map;
use crate::plan::Needs;

/// What is said of one container, or of all steps of a task.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(in super::super) struct Resources {
    pub(in super::super) requests: Vec<Said>,
    pub(in super::super) limits: Vec<Said>,
}

/// One amount.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in super::super) struct Said {
    /// As the cluster calls it.
    pub(in super::super) name: String,
    pub(in super::super) text: String,
    /// Thousandths of a core, bytes, or how many.
    pub(in super::super) number: i64,
}

/// The fields of a record of amounts, and what the cluster calls them.
const NAMES: [(&str, &str); 3] = [("cpu", "cpu"), ("memory", "memory"), ("disk", "ephemeral-storage")];

impl Resources {
    /// Absent when nothing is said.
    pub(super) fn read(of: Fields<'_>) -> Option<Self> {
        let both = amounts(of.below("both"));
        let [requests, limits] = ["requests", "limits"].map(|side| over(&both, amounts(of.below(side))));
        (!requests.is_empty() || !limits.is_empty()).then_some(Self { requests, limits })
    }

    /// What a container has: what it needs anyway, and what is said in place of that.
    pub(in super::super) fn over(&self, needed: &[Amount], later: bool) -> Map {
        let request = |(name, amount): &Amount| {
            let text = if later && *name != kube::KVM { "0" } else { amount.as_ref() };
            ((*name).to_owned(), text.to_owned())
        };
        let limit = |(name, amount): &Amount| ((*name).to_owned(), amount.to_string());
        Map::new()
            .with_filled("requests", joined(needed.iter().map(request).collect(), &self.requests))
            .with_filled("limits", joined(needed.iter().map(limit).collect(), &self.limits))
    }

    /// As they were said.
    pub(in super::super) fn alone(&self) -> Map {
        self.over(&[], false)
    }

    /// An amount that is asked for beyond its limit.
    pub(in super::super) fn too_much(&self, needs: &Needs) -> Option<&str> {
        let needed = |name: &str| match name {
            "cpu" => needs.cpu,
            "memory" => needs.memory,
            "ephemeral-storage" => needs.disk,
            _ => None,
        };
        let of = |list: &[Said], name: &str| list.iter().find(|one| one.name == name).map(|one| one.number);
        let asked = self.requests.iter().map(|one| one.name.as_str());
        asked.chain(self.limits.iter().map(|one| one.name.as_str())).find(|name| {
            let request = of(&self.requests, name).or_else(|| needed(name));
            let limit = of(&self.limits, name).or_else(|| needed(name));
            request.zip(limit).is_some_and(|(request, limit)| request > limit)
        })
    }
}

fn joined(mut amounts: Vec<(String, String)>, said: &[Said]) -> Map {
    for one in said {
        match amounts.iter_mut().find(|(name, _)| *name == one.name) {
            Some((_, text)) => text.clone_from(&one.text),
            None => amounts.push((one.name.clone(), one.text.clone())),
        }
    }
    super::pod::texts(amounts)
}

/// What is said of both sides, and in place of that what is said of one.
fn over(both: &[Said], own: Vec<Said>) -> Vec<Said> {
    let is_unsaid = |one: &&Said| !own.iter().any(|said| said.name == one.name);
    let mut all: Vec<Said> = both.iter().filter(is_unsaid).cloned().collect();
    all.extend(own);
    all
}

fn amounts(of: Fields<'_>) -> Vec<Said> {
    let known = NAMES.iter().filter_map(|(field, name)| {
        let (text, number) = of.text(field).zip(of.number(field))?;
        Some(Said { name: (*name).to_owned(), text, number })
    });
    let more = of.below("more").0.iter().filter_map(|(name, value)| {
        let (text, number) = value.text().zip(number(value))?;
        Some(Said { name: name.clone(), text, number })
    });
    known.chain(more).collect()
}

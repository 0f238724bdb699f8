//! What holds between the flags of one command.

use crate::check::findings::argv as findings;
use crate::check::program::Type;
use crate::check::program::facts::{Facts, FlagAt, FlagRule, RuleKind};
use crate::diag::Diagnostic;

use super::argv::Judge;
use super::invocation::Given;

/// Reports each rule that is broken in every run.
pub(super) fn check(judge: &Judge<'_, '_, '_>, facts: &Facts, out: &mut Vec<Diagnostic>) {
    let known = !judge.invocation.open && !judge.invocation.doubtful;
    let relations = Relations { judge, facts, known };
    for rule in &facts.rules {
        match rule.kind {
            RuleKind::Required => out.extend(relations.missing(rule, &rule.flags, None)),
            RuleKind::ExactlyOne => out.extend(relations.clash(rule).or_else(|| relations.none(rule))),
            RuleKind::AtMostOne => out.extend(relations.clash(rule)),
            RuleKind::Together => {
                let first = rule.flags.iter().copied().find(|flag| relations.is_sure(*flag));
                out.extend(first.and_then(|first| relations.missing(rule, &rule.flags, Some(first))));
            }
            RuleKind::Implies => {
                let Some((first, others)) = rule.flags.split_first() else { continue };
                if relations.is_sure(*first) {
                    out.extend(relations.missing(rule, others, Some(*first)));
                }
            }
            RuleKind::Excludes => {
                let Some((first, others)) = rule.flags.split_first() else { continue };
                out.extend(others.iter().find_map(|other| relations.both(rule, *first, *other)));
            }
        }
    }
}

struct Relations<'r, 'j, 'a, 'd> {
    judge: &'r Judge<'j, 'a, 'd>,
    facts: &'r Facts,
    /// Every flag is seen, so one that is not seen is not given.
    known: bool,
}

impl Relations<'_, '_, '_, '_> {
    /// The flag, when it is given in every run.
    fn sure(&self, flag: FlagAt) -> Option<&Given<'_>> {
        let takes_none = self.facts.flags.as_ref()?.get(flag)?.ty == Type::Bool;
        let on = |given: &&Given<'_>| {
            !takes_none || given.value.is_none_or(|value| value.text.is_some_and(|text| text == "true"))
        };
        let own = |given: &&Given<'_>| given.node == self.judge.invocation.node && given.flag == Some(flag);
        self.judge.invocation.flags.iter().filter(own).find(|given| given.sure && on(given))
    }

    fn is_sure(&self, flag: FlagAt) -> bool {
        self.sure(flag).is_some()
    }

    fn names(&self, flags: &[FlagAt]) -> Vec<&str> {
        let all = self.facts.flags.as_deref().unwrap_or_default();
        // The long spelling says more.
        let name = |flag: &FlagAt| {
            let spellings = &all.get(*flag)?.spellings;
            spellings.iter().find(|one| one.starts_with("--")).or(spellings.first()).map(|one| &**one)
        };
        flags.iter().filter_map(name).collect()
    }

    fn missing(&self, rule: &FlagRule, wanted: &[FlagAt], because: Option<FlagAt>) -> Option<Diagnostic> {
        let absent = |flag: &&FlagAt| self.judge.invocation.given(**flag).is_none();
        let missing: Vec<FlagAt> = wanted.iter().filter(absent).copied().collect();
        if !self.known || missing.is_empty() {
            return None;
        }
        let first = because.and_then(|flag| self.sure(flag));
        let at = first.map_or_else(|| self.judge.named(), |given| self.judge.spot_of(given).span);
        let command = self.judge.name(self.judge.invocation.node);
        let because = first.map(|given| &*given.name);
        Some(findings::missing_flags(at, (&command, because), &self.names(&missing), rule.span))
    }

    fn none(&self, rule: &FlagRule) -> Option<Diagnostic> {
        let some = rule.flags.iter().any(|flag| self.judge.invocation.given(*flag).is_some());
        (self.known && !some).then(|| {
            let command = self.judge.name(self.judge.invocation.node);
            findings::none_of(self.judge.named(), &command, &self.names(&rule.flags), rule.span)
        })
    }

    /// Two of them are given; told at the one that comes later.
    fn clash(&self, rule: &FlagRule) -> Option<Diagnostic> {
        let mut given: Vec<FlagAt> = rule.flags.iter().copied().filter(|flag| self.is_sure(*flag)).collect();
        given.dedup();
        match given.as_slice() {
            [first, second, ..] => self.both(rule, *first, *second),
            [_] | [] => None,
        }
    }

    fn both(&self, rule: &FlagRule, first: FlagAt, second: FlagAt) -> Option<Diagnostic> {
        let (mut first, mut second) = (self.sure(first)?, self.sure(second)?);
        if second.word < first.word {
            std::mem::swap(&mut first, &mut second);
        }
        let spot = |given: &Given<'_>| self.judge.spot_of(given).span;
        let command = self.judge.name(self.judge.invocation.node);
        let (at, other) = ((spot(second), &*second.name), (spot(first), &*first.name));
        Some(findings::clashing_flags(at, other, &command, rule.span))
    }
}

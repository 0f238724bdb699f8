//! Definitions that need themselves: constants and functions, records, artifacts.

use crate::source::Span;

use super::checker::Checker;
use super::findings;
use super::program::{Expr, Kind, Type};

/// A definition that may need others: all of one kind, by their place.
struct Node {
    name: String,
    span: Span,
    needs: Vec<usize>,
}

impl Checker<'_, '_> {
    /// Records that hold themselves and artifacts that require themselves.
    pub(super) fn circles(&mut self) {
        let records = self.program.records.iter().map(|record| Node {
            name: record.name.to_string(),
            span: record.span,
            needs: record.fields.iter().filter_map(|field| record_in(&field.ty)).collect(),
        });
        let records: Vec<Node> = records.collect();
        let artifacts = self.program.artifacts.iter().map(|artifact| Node {
            name: artifact.name.to_string(),
            span: artifact.span,
            needs: artifact.requires.iter().map(|id| id.index()).collect(),
        });
        let artifacts: Vec<Node> = artifacts.collect();
        for circle in find(&records).iter() {
            self.report(findings::names::recursive("the record", &circle[0].1, circle));
        }
        for circle in find(&artifacts).iter() {
            self.report(findings::names::recursive("the artifact", &circle[0].1, circle));
        }
    }

    /// Constants and functions that call themselves, also by way of others. Functions come behind the constants.
    pub(super) fn recursion(&mut self) {
        let first_fn = self.program.consts.len();
        let consts = self.program.consts.iter().map(|one| (one.name.to_string(), one.span, &one.value));
        let fns = self.program.fns.iter().map(|one| (one.name.to_string(), one.span, &one.body));
        let nodes = consts.chain(fns).map(|(name, span, body)| {
            let mut needs = Vec::new();
            visit(body, &mut |expr| {
                if let Kind::Const(id) = &expr.kind {
                    needs.push(id.index());
                } else if let Kind::Fn(id, _) = &expr.kind {
                    needs.push(first_fn + id.index());
                }
            });
            Node { name, span, needs }
        });
        let nodes: Vec<Node> = nodes.collect();
        for circle in find(&nodes) {
            let report = findings::names::recursive("the definition of", &circle[0].1, &circle);
            self.report(report);
        }
    }
}

/// A record that is in every value of the type.
fn record_in(ty: &Type) -> Option<usize> {
    if let Type::Record(id) = ty { Some(id.index()) } else { None }
}

/// Each circle once, as the places and names on it.
fn find(nodes: &[Node]) -> Vec<Vec<(Span, String)>> {
    let mut state = vec![State::New; nodes.len()];
    let mut circles = Vec::new();
    for start in 0..nodes.len() {
        walk(nodes, start, &mut state, &mut Vec::new(), &mut circles);
    }
    circles
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

/// Follows a definition to all that it needs. The way is as long as the longest chain of definitions, so it is kept on
/// the heap.
fn walk(
    nodes: &[Node],
    start: usize,
    state: &mut [State],
    way: &mut Vec<(usize, usize)>,
    circles: &mut Vec<Vec<(Span, String)>>,
) {
    if state[start] != State::New {
        return;
    }
    state[start] = State::Open;
    way.push((start, 0));
    while let Some((at, next)) = way.last_mut() {
        let Some(need) = nodes[*at].needs.get(*next).copied() else {
            state[*at] = State::Done;
            way.pop();
            continue;
        };
        *next += 1;
        match state[need] {
            State::New => {
                state[need] = State::Open;
                way.push((need, 0));
            }
            State::Open => {
                let from = way.iter().position(|(one, _)| *one == need).unwrap_or(0);
                circles.push(way[from..].iter().map(|(one, _)| (nodes[*one].span, nodes[*one].name.clone())).collect());
            }
            State::Done => {}
        }
    }
}

/// Calls back for an expression and all in it.
pub(super) fn visit(expr: &Expr, see: &mut dyn FnMut(&Expr)) {
    expr.walk(see);
}

//! Clauses and what follows from them one step at a time. Everything is a stack, so that it can be undone.

use rustc_hash::FxHashMap;

use super::term::TermId;

/// Something that holds or not.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Atom {
    /// The value is not `none`.
    Some(TermId),
    /// The value is there and `true`.
    True(TermId),
    /// Both are the same; a constant is the second.
    Equal(TermId, TermId),
    Less(TermId, TermId),
    /// Stands for a nested condition.
    Helper(u32),
}

/// An atom, or its opposite.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Lit {
    atom: u32,
    truth: bool,
}

impl Lit {
    pub(super) fn negated(self) -> Self {
        Self { atom: self.atom, truth: !self.truth }
    }
}

#[derive(Default, Debug)]
pub(super) struct Clauses {
    ids: FxHashMap<Atom, u32>,
    atoms: Vec<AtomState>,
    /// The equalities of a value with constants: at most one of them holds.
    rivals: FxHashMap<TermId, Vec<u32>>,
    clauses: Vec<Vec<Lit>>,
    /// The atoms whose truth is known, in the order in which it came out.
    known: Vec<u32>,
    contradiction: bool,
}

#[derive(Debug)]
struct AtomState {
    atom: Atom,
    rival: Option<TermId>,
    truth: Option<bool>,
    /// The clauses that speak of it, ascending.
    clauses: Vec<usize>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    atoms: usize,
    clauses: usize,
    known: usize,
    contradiction: bool,
}

impl Clauses {
    pub(super) fn mark(&self) -> Mark {
        let Self { atoms, clauses, known, contradiction, .. } = self;
        Mark { atoms: atoms.len(), clauses: clauses.len(), known: known.len(), contradiction: *contradiction }
    }

    pub(super) fn undo(&mut self, mark: Mark) {
        for atom in self.known.drain(mark.known..) {
            self.atoms[atom as usize].truth = None;
        }
        for literal in self.clauses.drain(mark.clauses..).rev().flatten() {
            self.atoms[literal.atom as usize].clauses.pop();
        }
        for state in self.atoms.drain(mark.atoms..).rev() {
            self.ids.remove(&state.atom);
            if let Some(rivals) = state.rival.and_then(|term| self.rivals.get_mut(&term)) {
                rivals.pop();
            }
        }
        self.contradiction = mark.contradiction;
    }

    /// The clauses cannot all hold: this place is never reached.
    pub(super) fn is_contradiction(&self) -> bool {
        self.contradiction
    }

    pub(super) fn knows(&self, atom: Atom) -> bool {
        self.ids.contains_key(&atom)
    }

    /// The literal of an atom; with a rival, at most one of the atoms with the same rival holds.
    pub(super) fn literal(&mut self, atom: Atom, rival: Option<TermId>, truth: bool) -> Lit {
        if let Some(id) = self.ids.get(&atom) {
            return Lit { atom: *id, truth };
        }
        let id = u32::try_from(self.atoms.len()).expect("a file has fewer conditions than bytes");
        self.ids.insert(atom, id);
        self.atoms.push(AtomState { atom, rival, truth: None, clauses: Vec::new() });
        if let Some(term) = rival {
            let rivals = self.rivals.entry(term).or_default();
            let beaten = rivals.iter().any(|other| self.atoms[*other as usize].truth == Some(true));
            rivals.push(id);
            if beaten {
                self.set(Lit { atom: id, truth: false });
            }
        }
        Lit { atom: id, truth }
    }

    /// States that one of the literals holds, and draws what follows.
    pub(super) fn add(&mut self, mut clause: Vec<Lit>) {
        clause.sort_unstable_by_key(|one| (one.atom, one.truth));
        clause.dedup();
        let start = self.known.len();
        if let [one] = clause.as_slice() {
            self.set(*one);
        } else {
            let id = self.clauses.len();
            let tautology = clause.windows(2).any(|pair| pair[0].atom == pair[1].atom);
            if tautology {
                return;
            }
            for literal in &clause {
                self.atoms[literal.atom as usize].clauses.push(id);
            }
            self.clauses.push(clause);
            self.look(id);
        }
        self.propagate(start);
    }

    /// Draws what follows from the atoms known since `next`.
    fn propagate(&mut self, mut next: usize) {
        while let Some(atom) = self.known.get(next).copied() {
            next += 1;
            for at in 0..self.atoms[atom as usize].clauses.len() {
                self.look(self.atoms[atom as usize].clauses[at]);
            }
            let state = &self.atoms[atom as usize];
            if let (Some(term), Some(true)) = (state.rival, state.truth) {
                for other in self.rivals.get(&term).cloned().unwrap_or_default() {
                    if other != atom {
                        self.set(Lit { atom: other, truth: false });
                    }
                }
            }
        }
    }

    /// If all but one literal of a clause are false, the last holds.
    fn look(&mut self, clause: usize) {
        let mut open = None;
        for literal in &self.clauses[clause] {
            match self.atoms[literal.atom as usize].truth {
                Some(truth) if truth == literal.truth => return,
                Some(_) => {}
                None if open.is_some() => return,
                None => open = Some(*literal),
            }
        }
        match open {
            Some(literal) => self.set(literal),
            None => self.contradiction = true,
        }
    }

    fn set(&mut self, literal: Lit) {
        let state = &mut self.atoms[literal.atom as usize];
        match state.truth {
            Some(truth) => self.contradiction |= truth != literal.truth,
            None => {
                state.truth = Some(literal.truth);
                self.known.push(literal.atom);
            }
        }
    }
}

//! What the commands of one task do to artifacts, one after the other.

use crate::check::commands::invocation::Invocation;
use crate::check::program::{ArtifactId, CommandDef, Program};

use super::made::{Demand, Made, Maker, Spoil, Spoilt};
use super::runs::{Found, Run};

/// What a task with these artifacts as outputs does by running these commands.
pub(super) fn made<'p>(program: &'p Program, outputs: &[ArtifactId], found: Found<'p>) -> Made<'p> {
    let mut made = Made { runs: found.runs, enders: found.enders, ..Made::default() };
    let by_command = |artifact: &ArtifactId| made.runs.iter().any(|run| run.makes.contains(artifact));
    // What no command is known to make, something in the script makes, nobody knows when.
    let at_some_time: Vec<ArtifactId> = outputs.iter().copied().filter(|artifact| !by_command(artifact)).collect();
    made.makes.extend(&at_some_time);
    let mut sequence = Sequence { program, open: at_some_time.len(), gone: Vec::new(), made };
    (0..sequence.made.runs.len()).for_each(|at| sequence.run(at));
    for artifact in at_some_time {
        sequence.requires(Some(artifact), &program.artifacts[artifact.index()].requires, Maker::Output);
    }
    sequence.finish()
}

struct Sequence<'p> {
    program: &'p Program,
    made: Made<'p>,
    /// How many of what is made comes from no command that is known.
    open: usize,
    /// What is spoilt just now, and by which of the [`Made::spoils`].
    gone: Vec<(ArtifactId, usize)>,
}

impl<'p> Sequence<'p> {
    fn run(&mut self, at: usize) {
        let Run { command, written, makes, number, ref read, .. } = self.made.runs[at];
        let by = || Maker::Command { words: command.words.join(" "), written, declared: command.span };
        let together = self.made.runs[at..].iter().take_while(|run| run.number == number);
        let together: Vec<ArtifactId> = together.flat_map(|run| run.makes).copied().collect();
        let (mut sure, perhaps) = (self.surely_required(command, read), self.may_be_named(read));
        // It is told once, for what is made of it.
        sure.retain(|one| !together.iter().any(|made| self.program.artifacts[made.index()].requires.contains(one)));
        self.requires(None, &sure, by());
        for artifact in &command.invalidates {
            self.spoil(*artifact, at);
        }
        // What one command makes together, it makes in the right order.
        self.made.makes.extend(&together);
        self.made.perhaps.extend(perhaps);
        self.made.by_command.extend(makes);
        self.gone.retain(|(artifact, _)| !together.contains(artifact));
        for artifact in makes {
            self.requires(Some(*artifact), &self.program.artifacts[artifact.index()].requires, by());
        }
    }

    /// Without what is not required with flags that may be given, or by a command below that may be meant.
    fn surely_required(&self, command: &CommandDef, read: &Invocation<'_>) -> Vec<ArtifactId> {
        if read.lost.is_some() {
            return Vec::new();
        }
        let variants = read.perhaps.iter().map(|at| &self.program.commands[*at]);
        let always = |one: &&ArtifactId| variants.clone().all(|variant| variant.requires.contains(one));
        command.requires.iter().filter(always).copied().collect()
    }

    fn is_there(&self, artifact: ArtifactId) -> bool {
        self.made.makes.contains(&artifact) || self.made.perhaps.contains(&artifact)
    }

    /// What commands below make that operands may name.
    fn may_be_named(&self, read: &Invocation<'_>) -> Vec<ArtifactId> {
        let Program { commands, tree, .. } = self.program;
        let known = !read.open && read.operands.iter().all(|operand| operand.text.is_some());
        if known || !tree.facts(commands, read.node).is_some_and(|facts| facts.several) {
            return Vec::new();
        }
        let below = tree.node(read.node).children.iter().filter_map(|(_, child)| tree.node(*child).command);
        below.flat_map(|command| &commands[command].makes).copied().collect()
    }

    fn requires(&mut self, artifact: Option<ArtifactId>, requires: &[ArtifactId], by: Maker) {
        let is_gone = |one: &&ArtifactId| self.gone.iter().any(|(other, _)| other == *one);
        let (gone, rest): (Vec<&ArtifactId>, Vec<&ArtifactId>) = requires.iter().partition(is_gone);
        for one in gone {
            let spoil = self.gone.iter().find(|(other, _)| other == one).map(|(_, spoil)| *spoil);
            let demand = Demand { artifact, missing: vec![*one], by: by.clone() };
            self.made.spoilt.extend(spoil.map(|spoil| Spoilt { spoil, demand }));
        }
        let missing: Vec<_> = rest.into_iter().copied().filter(|one| !self.is_there(*one)).collect();
        if !missing.is_empty() {
            self.made.demands.push(Demand { artifact, missing, by });
        }
    }

    fn spoil(&mut self, artifact: ArtifactId, at: usize) {
        let makes = &self.made.makes;
        let last = |one: ArtifactId| makes.iter().rposition(|other| *other == one);
        let made = last(artifact);
        let saved = |one: &ArtifactId| last(*one).is_some_and(|saved| made.is_none_or(|made| made < saved));
        if self.made.runs[at].command.unless.iter().any(saved) {
            return;
        }
        let made_here = made.is_some_and(|made| made >= self.open);
        self.gone.retain(|(other, _)| *other != artifact);
        self.gone.push((artifact, self.made.spoils.len()));
        self.made.spoils.push(Spoil { artifact, run: at, made_here, lasting: false });
    }

    fn finish(mut self) -> Made<'p> {
        for (_, spoil) in &self.gone {
            self.made.spoils[*spoil].lasting = true;
        }
        self.made
    }
}

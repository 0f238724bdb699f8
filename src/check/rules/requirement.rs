//! P0401, in words: what is missing, who makes it, and the edit that puts it first.

use crate::check::program::{ArtifactDef, ArtifactId, Call, Program, TaskDef, Type};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Edit, Label};
use crate::source::Span;

use super::graph::{BlockKind, NodeId};
use super::made::{Demand, Maker};
use super::order::Order;

/// A call makes something, and nothing before it makes what that requires.
pub(super) fn not_made(order: &Order<'_, '_>, node: NodeId, demand: &Demand, missing: &[ArtifactId]) -> Diagnostic {
    let call = order.graph.call(node).expect("a gate makes nothing");
    let artifact = &order.program.artifacts[demand.artifact.index()];
    let required = names(order.program, missing);
    let mut report = Report {
        order,
        node,
        call,
        wait_for: Vec::new(),
        helps: Vec::new(),
        diagnostic: head(call, artifact, &required, missing.len()),
    };
    report.by(&demand.by, &artifact.name);
    report.label(artifact.span, format!("`{}` requires {required}", artifact.name));
    missing.iter().for_each(|one| report.explain(*one));
    report.finish()
}

fn head(call: &Call, artifact: &ArtifactDef, required: &str, count: usize) -> Diagnostic {
    let them = if count == 1 { "it" } else { "them" };
    let message = format!(
        "`{}` makes `{}`, which requires {required}, and nothing before it is sure to make {them}",
        call.name, artifact.name
    );
    Diagnostic::new(Code::P0401, call.span, message)
}

struct Report<'r, 'o, 'p> {
    order: &'r Order<'o, 'p>,
    node: NodeId,
    call: &'p Call,
    diagnostic: Diagnostic,
    /// The calls that only have to come first.
    wait_for: Vec<&'p str>,
    helps: Vec<String>,
}

impl<'r> Report<'r, '_, '_> {
    fn label(&mut self, span: Span, text: String) {
        self.diagnostic.labels.push(Label { span, text });
    }

    /// Why the call is said to make something.
    fn by(&mut self, by: &Maker, artifact: &str) {
        match by {
            Maker::Output(span) => {
                self.diagnostic.labels[0].text = format!("makes `{artifact}`");
                if !near(*span, self.call.span) {
                    self.label(*span, "its output is declared here".to_owned());
                }
            }
            Maker::Command { words, script, declared } => {
                self.diagnostic.labels[0].text = format!("its script runs `{words}`");
                self.label(*script, format!("`{words}` is run in this script"));
                self.label(*declared, format!("and it makes `{artifact}`"));
            }
        }
    }

    /// Who makes one missing artifact, and why that does not count.
    fn explain(&mut self, missing: ArtifactId) {
        let (order, me) = (self.order, &self.call.name);
        let name = &order.program.artifacts[missing.index()].name;
        let makers = (0..order.graph.nodes.len()).filter(|other| *other != self.node && order.makes(*other, missing));
        let makers = makers.take(MAKERS).filter_map(|other| Some((order.graph.call(other)?, self.position(other))));
        let Some((maker, position)) = makers.min_by_key(|(_, position)| position.rank()) else {
            return self.elsewhere(missing);
        };
        let other = &maker.name;
        let (help, label) = match position {
            Position::Usable if maker.local.is_some() => {
                self.wait_for.push(&maker.name);
                self.label(maker.span, format!("`{other}` makes a `{name}`, but nothing says that it comes first"));
                return;
            }
            Position::Usable => (
                format!("give the call that makes a `{name}` a name, and wait for it with `after`"),
                format!("this call makes a `{name}`, but nothing says that it comes first"),
            ),
            Position::Maybe(block) => {
                let (span, why) = condition(block);
                self.label(span, format!("`{other}` runs only where {why}"));
                (
                    format!("put `{me}` under the condition of `{other}`, or make the `{name}` in every run"),
                    format!("`{other}` makes a `{name}`, but not in every run"),
                )
            }
            Position::Later => (
                format!("make the `{name}` first: `{other}` must not wait for `{me}`"),
                format!("`{other}` makes a `{name}`, but waits for `{me}`"),
            ),
            Position::Finally => (
                format!("make the `{name}` before: `finally` runs last"),
                format!("`{other}` makes a `{name}`, but in `finally`"),
            ),
        };
        self.helps.push(help);
        self.label(maker.span, label);
    }

    fn position(&self, maker: NodeId) -> Position<'r> {
        let Self { order, node, .. } = self;
        if order.graph.nodes[maker].in_finally && !order.graph.nodes[*node].in_finally {
            return Position::Finally;
        }
        if order.waits_for(maker, *node) {
            return Position::Later;
        }
        order.not_sure(maker, *node).map_or(Position::Usable, Position::Maybe)
    }

    /// Nothing in the pipeline makes it; something that is not called may.
    fn elsewhere(&mut self, missing: ArtifactId) {
        let program = self.order.program;
        let name = &program.artifacts[missing.index()].name;
        let makes = |task: &&TaskDef| task.outputs.iter().any(|output| output.ty == Type::Artifact(missing));
        if let Some(task) = program.tasks.iter().find(makes) {
            self.helps.push(format!("call `{}` first, which makes a `{name}`", task.name));
            self.label(task.span, format!("`{}` makes a `{name}`, and is not called", task.name));
        } else if let Some(command) = program.commands.iter().find(|command| command.makes.contains(&missing)) {
            self.helps.push(format!("run `{}` first, which makes a `{name}`", command.words.join(" ")));
            self.label(command.span, format!("this command makes a `{name}`, and is not run"));
        } else {
            self.helps.push(format!(
                "nothing in this program makes a `{name}`: write a task with such an output, or say which command does \
                 with `command \"…\" makes {name}`"
            ));
        }
    }

    /// Adds the help, and the edit that makes the call wait.
    fn finish(mut self) -> Diagnostic {
        self.wait_for.dedup();
        let names = self.wait_for.join(", ");
        if !names.is_empty() {
            self.helps.insert(0, format!("write `after {names}`, so that what is required is there first"));
            let edit = match self.call.after.last() {
                Some(last) => Edit { span: last.span.after(), text: format!(", {names}") },
                None => Edit { span: self.call.end, text: format!(" after {names}") },
            };
            self.diagnostic =
                self.diagnostic.fix_all(format!("wait for `{}`", self.wait_for.join("` and `")), vec![edit]);
        }
        self.helps.dedup();
        self.diagnostic.help(self.helps.join("; "))
    }
}

/// How many makers are looked at to explain; each costs a walk through the graph.
const MAKERS: usize = 20;

fn condition(block: BlockKind<'_>) -> (Span, &'static str) {
    match block {
        BlockKind::When(when, true) => (when.cond.span, "this holds"),
        BlockKind::When(when, false) => (when.cond.span, "this does not hold"),
        BlockKind::For(each) => (each.vars.first().map_or(each.span, |(_, list)| list.span), "this list has elements"),
        BlockKind::Plain => unreachable!("a plain block runs in every run"),
    }
}

/// Where a maker stands, seen from who needs it.
enum Position<'o> {
    Usable,
    /// In a block that may be left out.
    Maybe(BlockKind<'o>),
    Later,
    Finally,
}

impl Position<'_> {
    /// The smaller, the nearer to a mend.
    fn rank(&self) -> u8 {
        match self {
            Self::Usable => 0,
            Self::Maybe(_) => 1,
            Self::Later => 2,
            Self::Finally => 3,
        }
    }
}

fn names(program: &Program, artifacts: &[ArtifactId]) -> String {
    let names: Vec<_> = artifacts.iter().map(|id| format!("`{}`", program.artifacts[id.index()].name)).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

fn near(one: Span, other: Span) -> bool {
    one.file == other.file && one.start <= other.end && other.start <= one.end
}
